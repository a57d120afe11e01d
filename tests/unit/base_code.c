#include "base/code.h"

#include "check.h"

static void test_hex(void)
{
    static const char *const bad[] = {
        "", "00f", "00ff1", "00ff1000", "00FF10", "00fg10", "0x00ff", " 0ff10", "00ff1 ", "00ff1\n",
    };
    uint8_t bytes[3] = {9, 9, 9};
    struct buf out;

    check_case("hex");
    buf_init(&out, 6);
    hex_add(&out, SPAN_LIT("\x00\xff\x10"));
    CHECK_STR(buf_text(&out), "00ff10");
    for (size_t i = 0; i < CHECK_COUNT_OF(bad); i++) {
        check_case("bad hex %s", bad[i]);
        CHECK(!hex_read(span_str(bad[i]), bytes, sizeof(bytes)));
        CHECK_BYTES(bytes, "\x9\x9\x9", 3);
    }
    check_case("hex back");
    CHECK(hex_read(buf_span(&out), bytes, sizeof(bytes)));
    CHECK_BYTES(bytes, "\x00\xff\x10", 3);
    CHECK(hex_read(span_of(NULL, 0), bytes, 0));
    hex_add(&out, SPAN_LIT("x"));
    CHECK(!buf_ok(&out));
    buf_done(&out);
}

/* RFC 4648, section 10, and bytes that use the last two digits. */
static void test_base64_good(void)
{
    static const struct {
        const char *bytes, *text;
    } cases[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xfb\xff\xfe", "+//+"},
    };

    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        struct buf out;
        uint8_t exact[8];

        check_case("base64 %s", cases[i].text);
        buf_init(&out, 64);
        base64_add(&out, span_str(cases[i].bytes));
        CHECK_STR(buf_text(&out), cases[i].text);
        buf_clear(&out);
        buf_add_str(&out, "before ");
        CHECK(base64_read(span_str(cases[i].text), &out));
        CHECK(buf_ok(&out));
        CHECK_STR(buf_text(&out) + 7, cases[i].bytes);
        size_t len = strlen(cases[i].bytes);
        CHECK(base64_read_exact(span_str(cases[i].text), exact, len));
        CHECK_BYTES(exact, cases[i].bytes, len);
        CHECK(!base64_read_exact(span_str(cases[i].text), exact, len + 1));
        CHECK(len == 0 || !base64_read_exact(span_str(cases[i].text), exact, len - 1));
        buf_done(&out);
    }
}

static void test_base64_bad(void)
{
    static const char *const bad[] = {
        "Z",    "Zg",   "Zg=",      "Zg===",    "Zg==Zg==", "Zm9v=", "====",
        "=Zg=", "Z===", "Zh==",     "Zm9=",     "Zm-v",     "Zm_v",  "Zm9v\n",
        "Zm 9", " Zm9", "Zm8=Zm9v", "Zm9vZ===", "Zm9\xc3",  "Zg=a",  "Z=g=",
    };

    for (size_t i = 0; i < CHECK_COUNT_OF(bad); i++) {
        struct buf out;

        check_case("bad base64 %s", bad[i]);
        buf_init(&out, 64);
        buf_add_str(&out, "before");
        CHECK(!base64_read(span_str(bad[i]), &out));
        CHECK(buf_ok(&out));
        CHECK_STR(buf_text(&out), "before");
        buf_done(&out);
    }
    check_case("base64 with a NUL");
    struct buf out;
    buf_init(&out, 64);
    CHECK(!base64_read(SPAN_LIT("Zm9\0"), &out));
    CHECK_UINT(out.len, 0);
    check_case("base64 over the maximum");
    buf_done(&out);
    buf_init(&out, 5);
    CHECK(!base64_read(SPAN_LIT("Zm9vYmFy"), &out));
    CHECK_UINT(out.len, 0);
    CHECK(buf_ok(&out));
    buf_done(&out);
}

/* Every two-byte value goes there and back. */
static void test_base64_all(void)
{
    bool same = true;

    check_case("base64 of all pairs");
    for (unsigned value = 0; value < 65536; value++) {
        uint8_t bytes[2] = {(uint8_t)(value >> 8), (uint8_t)value}, again[2] = {0};
        struct buf out;

        buf_init(&out, 4);
        base64_add(&out, SPAN_ARRAY(bytes));
        same = same && base64_read_exact(buf_span(&out), again, 2) && !memcmp(bytes, again, 2);
        buf_done(&out);
    }
    CHECK(same);
}

int main(void)
{
    test_hex();
    test_base64_good();
    test_base64_bad();
    test_base64_all();
    return check_end("base_code");
}
