/* Encodings of exports: what each reads, and what it refuses with its line. */
#include "check.h"
#include "roll/encoding.h"

static const struct {
    const char *what;
    enum encoding encoding;
    struct span file;
    struct span text; /* ptr NULL: refused */
    uint32_t line;
} CASES[] = {
    {"utf-8 as it is",
     ENCODING_UTF8,
     {(const uint8_t *)"a\xC3\xA2", 3},
     {(const uint8_t *)"a\xC3\xA2", 3},
     0},
    {"utf-8 with a mark",
     ENCODING_UTF8,
     {(const uint8_t *)"\xEF\xBB\xBF"
                       "a",
      4},
     {(const uint8_t *)"a", 1},
     0},
    {"utf-8, nothing", ENCODING_UTF8, {(const uint8_t *)"", 0}, {(const uint8_t *)"", 0}, 0},
    {"1252",
     ENCODING_WINDOWS_1252,
     {(const uint8_t *)"\x80\x9F\xA0\xFF\x7F\n", 6},
     {(const uint8_t *)"\xE2\x82\xAC\xC5\xB8\xC2\xA0\xC3\xBF\x7F\n", 11},
     0},
    {"1252, not assigned", ENCODING_WINDOWS_1252, {(const uint8_t *)"a\nb\n\x81", 5}, {NULL, 0}, 3},
    {"1252, not assigned", ENCODING_WINDOWS_1252, {(const uint8_t *)"\x8D", 1}, {NULL, 0}, 1},
    {"1252, not assigned", ENCODING_WINDOWS_1252, {(const uint8_t *)"\x8F", 1}, {NULL, 0}, 1},
    {"1252, not assigned", ENCODING_WINDOWS_1252, {(const uint8_t *)"\x90", 1}, {NULL, 0}, 1},
    {"1252, not assigned", ENCODING_WINDOWS_1252, {(const uint8_t *)"\n\x9D", 2}, {NULL, 0}, 2},
    {"1252 that is utf-8",
     ENCODING_WINDOWS_1252,
     {(const uint8_t *)"\xEF\xBB\xBF"
                       "a",
      4},
     {NULL, 0},
     1},
    {"utf-16, little",
     ENCODING_UTF16,
     {(const uint8_t *)"\xFF\xFE\x61\0\xE2\0\xAC\x20", 8},
     {(const uint8_t *)"a\xC3\xA2\xE2\x82\xAC", 6},
     0},
    {"utf-16, big, a pair",
     ENCODING_UTF16,
     {(const uint8_t *)"\xFE\xFF\xD8\x3D\xDE\x00", 6},
     {(const uint8_t *)"\xF0\x9F\x98\x80", 4},
     0},
    {"utf-16, a second mark is a character",
     ENCODING_UTF16,
     {(const uint8_t *)"\xFF\xFE\xFF\xFE", 4},
     {(const uint8_t *)"\xEF\xBB\xBF", 3},
     0},
    {"utf-16, nothing",
     ENCODING_UTF16,
     {(const uint8_t *)"\xFF\xFE", 2},
     {(const uint8_t *)"", 0},
     0},
    {"utf-16 without a mark", ENCODING_UTF16, {(const uint8_t *)"\x61\0", 2}, {NULL, 0}, 1},
    {"utf-16, half a mark", ENCODING_UTF16, {(const uint8_t *)"\xFF", 1}, {NULL, 0}, 1},
    {"utf-16, half a unit", ENCODING_UTF16, {(const uint8_t *)"\xFF\xFE\n\0\x61", 5}, {NULL, 0}, 2},
    {"utf-16, a low surrogate first",
     ENCODING_UTF16,
     {(const uint8_t *)"\xFE\xFF\xDE\x00\xD8\x3D", 6},
     {NULL, 0},
     1},
    {"utf-16, a high one alone",
     ENCODING_UTF16,
     {(const uint8_t *)"\xFE\xFF\xD8\x3D\x00\x61", 6},
     {NULL, 0},
     1},
    {"utf-16, a high one at the end",
     ENCODING_UTF16,
     {(const uint8_t *)"\xFE\xFF\xD8\x3D", 4},
     {NULL, 0},
     1},
};

static void check_all(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(CASES); i++) {
        struct buf room;
        struct span text;
        struct encoding_flaw flaw = {0};
        struct fail fail = {0};
        check_case("%s", CASES[i].what);
        buf_init(&room, 1024);
        enum outcome outcome =
            encoding_read(CASES[i].encoding, CASES[i].file, &room, &text, &flaw, &fail);
        CHECK_INT(outcome, CASES[i].text.ptr == NULL ? BAD_INPUT : OK);
        CHECK_UINT(flaw.line, CASES[i].line);
        if (outcome == OK)
            CHECK_SPAN(text, CASES[i].text);
        buf_done(&room);
    }
}

static void check_names(void)
{
    enum encoding encoding;
    check_case("names");
    CHECK(encoding_named(SPAN_LIT("windows-1252"), &encoding) && encoding == ENCODING_WINDOWS_1252);
    CHECK(encoding_named(SPAN_LIT("utf-16"), &encoding) && encoding == ENCODING_UTF16);
    CHECK(!encoding_named(SPAN_LIT("UTF-8"), &encoding));
    CHECK(!encoding_named(SPAN_LIT("utf-16le"), &encoding));
}

static void check_room(void)
{
    struct buf room;
    struct span text;
    struct encoding_flaw flaw;
    check_case("no more than there is room for");
    buf_init(&room, 5);
    CHECK_INT(encoding_read(ENCODING_WINDOWS_1252, SPAN_LIT("\x80\x80"), &room, &text, &flaw, NULL),
              TOO_LARGE);
    buf_done(&room);
}

int main(void)
{
    check_all();
    check_names();
    check_room();
    return check_end("roll_encoding");
}
