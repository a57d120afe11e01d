/* Chunks: every one has exactly one point, and only that point opens. */
#include "check.h"
#include "crypto/chunk.h"

static void round_trip(const char *name, const uint8_t chunk[static CHUNK_BYTES])
{
    uint8_t opened[CHUNK_BYTES];
    check_case("%s", name);
    struct point point = chunk_point(chunk);
    CHECK(point_is_proper(&point));
    CHECK(chunk_open(&point, opened));
    CHECK_BYTES(opened, chunk, CHUNK_BYTES);
}

static void round_trips(void)
{
    uint8_t chunk[CHUNK_BYTES] = {0};
    round_trip("zeros", chunk);
    memset(chunk, 0xff, sizeof chunk);
    round_trip("ones", chunk);
    for (int i = 0; i < 300; i++) {
        randombytes_buf(chunk, sizeof chunk);
        round_trip("random", chunk);
    }
}

/* The text says that the zero chunk starts at k = 2: 0 is the identity and 1 no point. */
static void zero_chunk_starts_at_two(void)
{
    uint8_t zeros[CHUNK_BYTES] = {0};
    struct point point = chunk_point(zeros);
    struct point want = {{4}};
    check_case("zero chunk");
    CHECK_BYTES(&point, &want, POINT_BYTES);
}

/* Every proper point over the same 30 bytes but the first is refused. */
static void only_the_smallest(void)
{
    uint8_t chunk[CHUNK_BYTES];
    unsigned proper = 0;
    unsigned opened = 0;
    randombytes_buf(chunk, sizeof chunk);
    for (unsigned k = 0; k < 128 * 128; k++) {
        struct point point;
        uint8_t out[CHUNK_BYTES];
        point.bytes[0] = (uint8_t)(2 * (k % 128));
        memcpy(point.bytes + 1, chunk, CHUNK_BYTES);
        point.bytes[31] = (uint8_t)(k / 128);
        proper += point_is_proper(&point);
        opened += chunk_open(&point, out);
    }
    check_case("only the smallest k opens");
    CHECK(proper > 1000);
    CHECK_UINT(opened, 1);
}

static void refused(void)
{
    uint8_t out[CHUNK_BYTES];
    uint8_t chunk[CHUNK_BYTES];
    struct point identity = point_identity();
    check_case("identity, top bit, odd");
    CHECK(!chunk_open(&identity, out));
    randombytes_buf(chunk, sizeof chunk);
    struct point point = chunk_point(chunk);
    point.bytes[31] |= 0x80;
    CHECK(!chunk_open(&point, out));
    point = chunk_point(chunk);
    point.bytes[0] |= 1;
    CHECK(!chunk_open(&point, out));
}

int main(void)
{
    if (sodium_init() < 0) {
        return 1;
    }
    round_trips();
    zero_chunk_starts_at_two();
    only_the_smallest();
    refused();
    return check_end("crypto_chunk");
}
