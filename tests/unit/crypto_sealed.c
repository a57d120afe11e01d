/* Sealed files: every length opens again; any cut, change, exchange or addition is noticed. */
#include "check.h"
#include "crypto/sealed.h"

#include <sodium.h>

enum { PIECE = 64 * 1024, PIECE_SEALED = PIECE + 17, START = 16 + 80 + 24, MAX = 4 * PIECE };

static uint8_t key[KEY_BYTES];
static uint8_t secret[ED25519_SECRET_BYTES];
static uint8_t plain[MAX];

static void seal(size_t len, struct buf *out_sealed)
{
    buf_clear(out_sealed);
    CHECK_INT(sealed_seal_bytes(key, span_of(plain, len), out_sealed, NULL), OK);
}

static enum outcome opens(struct span sealed)
{
    struct buf opened;
    buf_init(&opened, MAX);
    enum outcome outcome = sealed_open_bytes(secret, sealed, &opened, NULL);
    CHECK(outcome == OK || opened.len == 0);
    buf_done(&opened);
    return outcome;
}

static void round_trips(void)
{
    static const size_t lengths[] = {0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE - 5};
    struct buf sealed;
    struct buf opened;
    buf_init(&sealed, 2 * MAX);
    buf_init(&opened, MAX);
    for (size_t i = 0; i < CHECK_COUNT_OF(lengths); i++) {
        check_case("%zu bytes", lengths[i]);
        seal(lengths[i], &sealed);
        buf_clear(&opened);
        CHECK_INT(sealed_open_bytes(secret, buf_span(&sealed), &opened, NULL), OK);
        CHECK_SPAN(buf_span(&opened), span_of(plain, lengths[i]));
    }
    buf_done(&sealed);
    buf_done(&opened);
}

static void cuts(void)
{
    struct buf sealed;
    buf_init(&sealed, 2 * MAX);
    seal(2 * PIECE + 100, &sealed);
    size_t lengths[] = {0,
                        15,
                        16,
                        START - 1,
                        START,
                        START + 10,
                        START + PIECE_SEALED - 1,
                        START + PIECE_SEALED, /* exactly after a piece */
                        START + 2 * PIECE_SEALED,
                        sealed.len - 1};
    for (size_t i = 0; i < CHECK_COUNT_OF(lengths); i++) {
        check_case("cut to %zu", lengths[i]);
        CHECK_INT(opens(span_of(sealed.bytes, lengths[i])), BAD_INPUT);
    }
    check_case("whole");
    CHECK_INT(opens(buf_span(&sealed)), OK);
    check_case("something added");
    buf_add_byte(&sealed, 0);
    CHECK_INT(opens(buf_span(&sealed)), BAD_INPUT);
    buf_done(&sealed);
}

static void changes(void)
{
    struct buf sealed;
    buf_init(&sealed, 2 * MAX);
    seal(2 * PIECE, &sealed);
    for (size_t at = 0; at < sealed.len; at += at < START + 40 ? 1 : 7919) {
        check_case("byte %zu", at);
        sealed.bytes[at] ^= 1;
        CHECK(opens(buf_span(&sealed)) != OK);
        sealed.bytes[at] ^= 1;
    }
    check_case("pieces exchanged");
    static uint8_t piece[PIECE_SEALED];
    uint8_t *first = sealed.bytes + START;
    memcpy(piece, first, PIECE_SEALED);
    memcpy(first, first + PIECE_SEALED, PIECE_SEALED);
    memcpy(first + PIECE_SEALED, piece, PIECE_SEALED);
    CHECK_INT(opens(buf_span(&sealed)), BAD_INPUT);
    buf_done(&sealed);
}

static void recipients(void)
{
    uint8_t seed[KEY_BYTES] = {2};
    uint8_t other_key[KEY_BYTES];
    uint8_t other_secret[ED25519_SECRET_BYTES];
    struct buf sealed;
    struct buf opened;
    buf_init(&sealed, MAX);
    buf_init(&opened, MAX);
    ed25519_pair(seed, other_key, other_secret);
    seal(10, &sealed);
    check_case("another's file");
    CHECK_INT(sealed_open_bytes(other_secret, buf_span(&sealed), &opened, NULL), NOT_ALLOWED);
    check_case("keys that are none");
    memset(other_key, 0, sizeof other_key);
    buf_clear(&sealed);
    CHECK_INT(sealed_seal_bytes(other_key, SPAN_LIT("x"), &sealed, NULL), BAD_INPUT);
    other_key[0] = 1;
    CHECK_INT(sealed_seal_bytes(other_key, SPAN_LIT("x"), &sealed, NULL), BAD_INPUT);
    CHECK(sealed.len == 0);
    check_case("over the buffer's maximum");
    struct buf small;
    buf_init(&small, 100);
    CHECK_INT(sealed_seal_bytes(key, SPAN_LIT("x"), &small, NULL), TOO_LARGE);
    buf_done(&small);
    buf_done(&sealed);
    buf_done(&opened);
}

int main(void)
{
    uint8_t seed[KEY_BYTES] = {1};
    if (sodium_init() < 0) {
        return 1;
    }
    ed25519_pair(seed, key, secret);
    randombytes_buf(plain, sizeof plain);
    round_trips();
    cuts();
    changes();
    recipients();
    return check_end("crypto_sealed");
}
