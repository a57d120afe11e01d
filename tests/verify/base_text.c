/* Hex, base64, decimals and UTF-8: one spelling each, everything else refused. */
#include "base/text.h"

#include "base/buffer.h"
#include "base/fail.h"
#include "check.h"

static void test_hex(void)
{
    static const char *const refused[] = {"0", "0g", "0G", "AB", "aB", " a", "0x", "abcdef", "a"};
    uint8_t bytes[2];
    char text[8];
    check_case("hex");
    CHECK(hex_decode(span_text("00ff"), bytes, 2) && bytes[0] == 0 && bytes[1] == 0xff);
    CHECK(hex_decode(span_text(""), bytes, 0));
    CHECK(!hex_decode(span_text("00"), bytes, 2));
    for (size_t i = 0; i < CHECK_COUNT_OF(refused); i++) {
        check_case("hex %s", refused[i]);
        CHECK(!hex_decode(span_text(refused[i]), bytes, 1));
    }
    hex_encode(span_of("\x01\xab", 2), text);
    CHECK_STR(text, "01ab");
}

static void test_base64(void)
{
    static const char *const good[][2] = {
        {"", ""},        {"Zg==", "f"},        {"Zm8=", "fo"},
        {"Zm9v", "foo"}, {"Zm9vYg==", "foob"}, {"+/+/", "\xfb\xff\xbf"}};
    static const char *const refused[] = {"Z",      "Zg",   "Zg=",  "Zh==",     "Zm9=",
                                          "====",   "=Zg=", "Z===", "Zg==Zg==", "Zm-_",
                                          "Zm9v\n", "Zm 9", "Zg=A"};
    uint8_t bytes[8];
    char text[16];
    size_t len;
    for (size_t i = 0; i < CHECK_COUNT_OF(good); i++) {
        check_case("base64 %s", good[i][0]);
        CHECK(base64_decode(span_text(good[i][0]), bytes, sizeof bytes, &len));
        CHECK_UINT(len, strlen(good[i][1]));
        CHECK_BYTES(bytes, good[i][1], len);
        base64_encode(span_text(good[i][1]), text);
        CHECK_STR(text, good[i][0]);
        CHECK(base64_decode_exact(span_text(good[i][0]), bytes, len));
        CHECK(!base64_decode_exact(span_text(good[i][0]), bytes, len + 1));
        CHECK(len == 0 || !base64_decode(span_text(good[i][0]), bytes, len - 1, &len));
    }
    for (size_t i = 0; i < CHECK_COUNT_OF(refused); i++) {
        check_case("base64 %s", refused[i]);
        CHECK(!base64_decode(span_text(refused[i]), bytes, sizeof bytes, &len));
    }
}

static void test_decimal(void)
{
    static const struct {
        const char *text;
        bool good;
        uint64_t number;
    } cases[] = {
        {"0", true, 0},
        {"10", true, 10},
        {"9223372036854775807", true, INT64_MAX},
        {"9223372036854775808", false, 0},
        {"99999999999999999999", false, 0},
        {"", false, 0},
        {"00", false, 0},
        {"01", false, 0},
        {"-1", false, 0},
        {"+1", false, 0},
        {" 1", false, 0},
        {"1 ", false, 0},
        {"1a", false, 0},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        uint64_t number = 0;
        check_case("decimal %s", cases[i].text);
        CHECK(decimal_decode(span_text(cases[i].text), &number) == cases[i].good);
        CHECK_UINT(number, cases[i].number);
    }
}

static void test_utf8(void)
{
    static const struct {
        const char *text;
        bool good;
    } cases[] = {
        {"", true},
        {"a\xc2\x80\xdf\xbf", true},
        {"\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf", true},
        {"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", true},
        {"\x80", false},
        {"\xc0\xaf", false},
        {"\xc1\xbf", false},
        {"\xc2", false},
        {"\xc2\xc2", false},
        {"\xe0\x9f\xbf", false},
        {"\xed\xa0\x80", false},
        {"\xe2\x82", false},
        {"\xe2\x82\x28", false},
        {"\xf0\x8f\xbf\xbf", false},
        {"\xf4\x90\x80\x80", false},
        {"\xf5\x80\x80\x80", false},
        {"\xf0\x90\x80", false},
        {"\xff", false},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        check_case("UTF-8 case %zu", i);
        CHECK(utf8_valid(span_text(cases[i].text)) == cases[i].good);
    }
}

static void test_spans(void)
{
    struct span rest = span_text("a\n\nb"), head = {0};
    check_case("spans");
    CHECK(span_cut(&rest, '\n', &head));
    CHECK_TEXT(head, "a");
    CHECK(span_cut(&rest, '\n', &head) && head.len == 0);
    CHECK(!span_cut(&rest, '\n', &head));
    CHECK_TEXT(rest, "b");
    CHECK(span_compare(span_text("a"), span_text("ab")) < 0);
    CHECK(span_compare(span_text("b"), span_text("ab")) > 0);
    CHECK(span_compare(span_text("\xff"), span_text("a")) > 0);
    CHECK(span_compare((struct span){0}, span_text("")) == 0);
    CHECK(span_starts(span_text("abc"), span_text("ab")) &&
          !span_starts(span_text("a"), span_text("ab")));
}

static void test_buffer(void)
{
    struct buffer buffer;
    check_case("buffer");
    buffer_init(&buffer, 300);
    for (int i = 0; i < 300; i++)
        buffer_append_byte(&buffer, 'x');
    CHECK(!buffer_full(&buffer));
    buffer_append_byte(&buffer, 'x');
    CHECK(buffer_full(&buffer));
    CHECK_UINT(buffer_span(&buffer).len, 300);
    buffer_clear(&buffer);
    buffer_append_decimal(&buffer, INT64_MIN);
    CHECK_TEXT(buffer_span(&buffer), "-9223372036854775808");
    buffer_done(&buffer);
    buffer_append_byte(&buffer, 'x');
    CHECK(buffer_full(&buffer));
    buffer_done(NULL);
}

static void test_fail(void)
{
    struct fail fail;
    char longest[2 * FAIL_TEXT_BYTES];
    check_case("fail");
    CHECK_INT(fail_bad(&fail, "bad \"%s\"", "a\x1b[2J\n"), BAD);
    CHECK_STR(fail.text, "bad \"a?[2J?\"");
    fail_at(&fail, "entry %d: ", 7);
    CHECK_STR(fail.text, "entry 7: bad \"a?[2J?\"");
    memset(longest, 'y', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    CHECK_INT(fail_unable(&fail, "%s", longest), UNABLE);
    CHECK_UINT(strlen(fail.text), FAIL_TEXT_BYTES - 1);
    fail_at(&fail, "%s", "place: ");
    CHECK_UINT(strlen(fail.text), FAIL_TEXT_BYTES - 1);
    CHECK(strncmp(fail.text, "place: y", 8) == 0);
    CHECK_INT(fail_bad(NULL, "x"), BAD);
    fail_at(NULL, "x");
}

int main(void)
{
    test_hex();
    test_base64();
    test_decimal();
    test_utf8();
    test_spans();
    test_buffer();
    test_fail();
    return check_end("base_text");
}
