#include "base/buf.h"

#include "check.h"

static void test_grows_to_its_maximum(void)
{
    struct buf buf;

    check_case("grow to the maximum");
    buf_init(&buf, 1000);
    CHECK_STR(buf_text(&buf), "");
    for (size_t i = 0; i < 1000; i++) {
        buf_add_byte(&buf, (uint8_t)('a' + i % 26));
        CHECK(buf_ok(&buf) && buf.len == i + 1 && buf.cap <= 1000 && buf.bytes[i + 1] == 0);
    }
    CHECK(buf.bytes[999] == 'a' + 999 % 26);
    buf_add_byte(&buf, 'x');
    CHECK(!buf_ok(&buf));
    CHECK_UINT(buf.len, 1000);
    buf_done(&buf);
    CHECK(buf.bytes == NULL && buf.len == 0 && buf.max == 1000);
    buf_done(&buf);
    buf_done(NULL);
}

static void test_spoilt(void)
{
    struct buf buf;
    struct fail fail = {0};

    check_case("spoilt");
    buf_init(&buf, 4);
    buf_add_str(&buf, "abc");
    CHECK_INT(buf_check(&buf, "sample", &fail), OK);
    buf_add_str(&buf, "de");
    CHECK(!buf_ok(&buf));
    CHECK_STR(buf_text(&buf), "abc");
    buf_add_str(&buf, "d"); /* would fit, but the buffer is spoilt */
    buf_add_format(&buf, "%d", 1);
    buf_add_u16le(&buf, 1);
    CHECK(buf_extend(&buf, 0) == NULL);
    CHECK_STR(buf_text(&buf), "abc");
    CHECK_INT(buf_check(&buf, "sample", &fail), TOO_LARGE);
    CHECK_STR(fail.text, "sample: over 4 bytes");
    buf_clear(&buf);
    CHECK(buf_ok(&buf) && buf.len == 0);
    CHECK_STR(buf_text(&buf), "");
    buf_add_str(&buf, "wxyz");
    CHECK_STR(buf_text(&buf), "wxyz");
    buf_done(&buf);
}

static void test_limits(void)
{
    struct buf buf;

    check_case("no room at all");
    buf_init(&buf, 0);
    buf_add(&buf, span_of(NULL, 0));
    CHECK(buf_ok(&buf));
    buf_add_byte(&buf, 0);
    CHECK(!buf_ok(&buf));
    buf_done(&buf);

    check_case("no overflow");
    buf_init(&buf, SIZE_MAX);
    buf_add_byte(&buf, 1);
    CHECK(buf_extend(&buf, SIZE_MAX - 1) == NULL);
    CHECK(!buf_ok(&buf));
    buf_clear(&buf);
    buf_add_byte(&buf, 1);
    CHECK(buf_extend(&buf, SIZE_MAX) == NULL);
    buf_done(&buf);
}

static void test_writers(void)
{
    struct buf buf;

    buf_init(&buf, 4096);
    check_case("little-endian");
    buf_add_u16le(&buf, 0x0102);
    buf_add_u32le(&buf, 0x01020304);
    buf_add_u64le(&buf, UINT64_C(0x0102030405060708));
    CHECK_SPAN(buf_span(&buf), SPAN_LIT("\2\1\4\3\2\1\x8\x7\x6\5\4\3\2\1"));
    check_case("text");
    buf_clear(&buf);
    buf_add_u64(&buf, UINT64_MAX);
    buf_add_format(&buf, " %s %d", "seats", -3);
    buf_add_format(&buf, "%s", "");
    buf_add(&buf, SPAN_LIT("\0z"));
    CHECK_SPAN(buf_span(&buf), SPAN_LIT("18446744073709551615 seats -3\0z"));
    check_case("extend gives zeros");
    buf_clear(&buf);
    buf_add_str(&buf, "dirt dirt");
    buf_clear(&buf);
    uint8_t *room = buf_extend(&buf, 5);
    CHECK_BYTES(room, "\0\0\0\0\0", 5);
    check_case("a long format");
    buf_clear(&buf);
    buf_add_format(&buf, "%4000d", 7);
    CHECK(buf_ok(&buf) && buf.len == 4000 && buf.bytes[3999] == '7');
    buf_add_format(&buf, "%97d", 7);
    CHECK(!buf_ok(&buf));
    buf_done(&buf);
}

int main(void)
{
    test_grows_to_its_maximum();
    test_spoilt();
    test_limits();
    test_writers();
    return check_end("base_buf");
}
