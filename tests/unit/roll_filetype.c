/* Kinds of evidence: what is taken, and everything near it that is not. */
#include "check.h"
#include "roll/filetype.h"

static const struct {
    const char *what;
    struct span bytes;
    int want; /* a filetype, or -1 */
} table[] = {
#define ROW(what, text, want)                                                                      \
    {                                                                                              \
        what, {(const uint8_t *)(text), sizeof(text) - 1}, want                                    \
    }
    ROW("pdf", "%PDF-1.7\n\x93 ... \n%%EOF", FILETYPE_PDF),
    ROW("pdf that does not begin at once", "\0%PDF-1.4 %%EOF", -1),
    ROW("pdf's first bytes, but one", "%PDF", FILETYPE_TEXT),
    ROW("png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", FILETYPE_PNG),
    ROW("png with its line ends changed", "\x89PNG\n\x1a\n\0\0\0\rIHDR", -1),
    ROW("png cut short", "\x89PNG\r\n\x1a", -1),
    ROW("jpeg", "\xff\xd8\xff\xe0...\xff\xd9", FILETYPE_JPEG),
    ROW("jpeg cut short", "\xff\xd8", -1),
    ROW("gif", "GIF89a\x01\0\x01\0;", -1),
    ROW("archive, office document", "PK\x03\x04\x14\0", -1),
    ROW("old office document", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", -1),
    ROW("program",
        "\x7f"
        "ELF\x02",
        -1),
    ROW("text", "a letter\n", FILETYPE_TEXT),
    ROW("text with accents, tabs and line ends", "Si\xc3\xb4n\tEvans\r\n", FILETYPE_TEXT),
    ROW("text with a byte order mark", "\xef\xbb\xbfNo,Name\n", FILETYPE_TEXT),
    ROW("text that has a bracket later", "1 < 2\n", FILETYPE_TEXT),
    ROW("latin-1", "Si\xf4n\n", -1),
    ROW("overlong", "\xc0\xbchtml>", -1),
    ROW("a surrogate", "\xed\xa0\x80", -1),
    ROW("utf-16",
        "\xff\xfe"
        "a\0",
        -1),
    ROW("a zero byte", "a\0b", -1),
    ROW("escape sequences for a terminal", "\x1b[2J", -1),
    ROW("delete", "a\x7f", -1),
    ROW("html", "<!doctype html>", -1),
    ROW("html after white space", " \r\n\t<html>", -1),
    ROW("html after a byte order mark", "\xef\xbb\xbf\n<script>", -1),
    ROW("html after a form feed", "\f<script>", -1),
    ROW("svg", "<svg xmlns=''/>", -1),
    ROW("rich text", "{\\rtf1 ...}", -1),
    ROW("rich text after a blank", " {\\rtf1 ...}", -1),
    ROW("json", "{\"a\":1}", FILETYPE_TEXT),
    ROW("nothing", "", -1),
    ROW("white space only", " \n", FILETYPE_TEXT),
};

int main(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(table); i++) {
        struct fail fail = {.outcome = OK};
        enum filetype type = FILETYPE_PDF;
        check_case("%s", table[i].what);
        enum outcome outcome = filetype_of(table[i].bytes, &type, &fail);
        CHECK_INT(outcome, table[i].want < 0 ? BAD_INPUT : OK);
        if (table[i].want < 0)
            CHECK_STR(fail.code, "evidence.type");
        else
            CHECK_INT(type, table[i].want);
    }
    CHECK_STR(filetype_ending(FILETYPE_JPEG), "jpg");
    CHECK_STR(filetype_name(FILETYPE_JPEG), "jpeg");
    CHECK_STR(filetype_name(FILETYPE_TEXT), "text");
    return check_end("roll_filetype");
}
