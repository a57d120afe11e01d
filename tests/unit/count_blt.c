#include "count/blt.h"

#include "check.h"

#define NAMES "\"A\"\n\"B\"\n\"C\"\n"

/* What is read is written again in one form. */
static void test_lenient(void)
{
    static const struct {
        const char *what, *text, *written;
    } cases[] = {
        {"plain", "3 2\n2 3 1 0\n0\n" NAMES "\"T\"\n", "3 2\n2 3 1 0\n0\n" NAMES "\"T\"\n"},
        {"no title, no last line feed", "3 2\n1 1 0\n0\n\"A\"\n\"B\"\n\"C\"",
         "3 2\n1 1 0\n0\n" NAMES},
        {"CRLF and byte order mark",
         "\xef\xbb\xbf"
         "3 2\r\n1 1 0\r\n0\r\n\"A\"\r\n\"B\"\r\n\"C\"\r\n",
         "3 2\n1 1 0\n0\n" NAMES},
        {"comments and blank lines", "# one\n\n3 2 # two\n\n1 1 0#three\n# 7 7 0\n0\n#\n" NAMES "#",
         "3 2\n1 1 0\n0\n" NAMES},
        {"a comment sign in a name", "1 1\n0\n\"A # B\"\n", "1 1\n0\n\"A # B\"\n"},
        {"withdrawals", "3 2\n-3 -1\n1 1 0\n0\n" NAMES, "3 2\n-1 -3\n1 1 0\n0\n" NAMES},
        {"nicknames", "3 2\n[nick\ta b\tc\"]\n-2\n1 c\" a 2 0\n0\n" NAMES,
         "3 2\n-2\n1 3 1 2 0\n0\n" NAMES},
        {"packed and unpacked", "3 2\n1 1 2 0\n1 2 0\n2 1 2 0\n1 1 0\n0\n" NAMES,
         "3 2\n1 1 0\n3 1 2 0\n1 2 0\n0\n" NAMES},
        {"everything on few lines", "3 2 -2 1 1 0\n0 " NAMES, "3 2\n-2\n1 1 0\n0\n" NAMES},
        {"blank papers", "3 2\n2 0\n1 1 0\n3 0\n0\n" NAMES, "3 2\n5 0\n1 1 0\n0\n" NAMES},
        {"a gap ends the paper", "3 2\n1 1 - 3 0\n1 - 2 0\n0\n" NAMES,
         "3 2\n1 0\n1 1 0\n0\n" NAMES},
        {"equal preferences end the paper", "3 2\n1 1 2=3 0\n1 1=2 3 0\n0\n" NAMES,
         "3 2\n1 0\n1 1 0\n0\n" NAMES},
        {"names with commas and quotes", "2 1\n0\n\"Li, \"\"Bo\"\"\"\n\"\"\"\"\n",
         "2 1\n0\n\"Li, \"\"Bo\"\"\"\n\"\"\"\"\n"},
        {"names on one line, title, source and comment",
         "2 1\n0\n\"A\" \"B\" \"T\" \"source\" \"comment\"\n", "2 1\n0\n\"A\"\n\"B\"\n\"T\"\n"},
        {"tabs and an empty title", "\t2\t1\n1\t2\t0\n0\n\"A\"\n\"B\"\n\"\"\n",
         "2 1\n1 2 0\n0\n\"A\"\n\"B\"\n"},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        struct papers *papers = NULL;
        struct fail fail = {.text = ""};
        struct buf out;
        buf_init(&out, 4096);
        check_case("%s", cases[i].what);
        if (blt_read(span_str(cases[i].text), &papers, &fail) == OK)
            CHECK(blt_write(papers, &out, &fail) == OK);
        CHECK_STR(fail.text, "");
        CHECK_STR(buf_text(&out), cases[i].written);
        papers_free(papers);
        buf_done(&out);
    }
}

/* Where meaning would be guessed: what, text, code, place. */
static const struct {
    const char *text, *code, *place;
} refused[] = {
    {"", "blt.number", "line 1, column 1: the number of candidates"},
    {"# nothing\n", "blt.number", "line 2, column 1: the number of candidates"},
    {"x 2\n", "blt.number", "line 1, column 1: "},
    {"3", "blt.number", "line 1, column 2: the number of seats"},
    {"3 2.5\n", "blt.number", "line 1, column 3: "},
    {"3 -1\n", "blt.number", "line 1, column 3: "},
    {"0 1\n", "count.candidates", "line 1, column 1: "},
    {"255 1\n", "blt.number", "line 1, column 1: "},
    {"99999999999999999999999 1\n", "blt.number", "line 1, column 1: "},
    {"3 0\n", "count.seats", "line 1, column 1: "},
    {"3 255\n", "blt.number", "line 1, column 3: "},
    {"3 2\n-4\n", "count.candidate", "line 2, column 1: "},
    {"3 2\n-0\n", "count.candidate", "line 2, column 1: "},
    {"3 2\n-x\n", "blt.number", "line 2, column 2: "},
    {"3 2\n[tie 3 1 2]\n", "blt.option", "line 2, column 1: "},
    {"3 2\n[nick", "blt.option", "line 2, column 1: "},
    {"3 2\n[nick a b]\n", "blt.nick", "line 2, column 10: nickname of candidate 3"},
    {"3 2\n[nick a b c d]\n", "blt.nick", "line 2, column 13: ']' expected"},
    {"3 2\n[nick a b a]\n", "blt.nick", "line 2, column 11: "},
    {"3 2\n[nick a b 3]\n", "blt.nick", "line 2, column 11: "},
    {"3 2\n[nick a \"b c]\n", "blt.nick", "line 2, column 9: "},
    {"3 2\n[nicks a b c]\n", "blt.option", "line 2, column 1: "},
    {"3 2\n[nick a b c]1 1 0\n", "blt.nick", "line 2, column 13: something"},
    {"3 2\n[nick a b c]\n[nick a b c]\n", "blt.option", "line 3, column 1: "},
    {"3 2\n-3\n-3\n", "blt.withdrawn", "line 3, column 1: candidate 3"},
    {"3 2\n[nick a b\nc]\n", "blt.nick", "line 2, column 10: "},
    {"3 2\n1 1 0 1 2 0\n0\n" NAMES, "blt.line", "line 2, column 7: "},
    {"3 2\n1 01 0\n0\n" NAMES, "blt.number", "line 2, column 3: "},
    {"3 2\n00\n" NAMES, "blt.number", "line 2, column 1: "},
    {"3 2\n1 1 0\r0\n" NAMES, "blt.control", "line 2, column 6: "},
    {"3 2 # \x01\n0\n" NAMES, "blt.control", "line 1, column 7: control character 0x01"},
    {"3 2 # \x7f\n0\n" NAMES, "blt.control", "line 1, column 7: "},
    {"3 2 # \xe2\x82\n0\n" NAMES, "blt.utf8", "line 1, column 7: "},
    {"3 2\n1 4 0\n0\n" NAMES, "blt.candidate", "line 2, column 3: there is no candidate 4"},
    {"3 2\n1 1 2\n1 3 0\n0\n" NAMES, "blt.end-mark", "line 2, column 6: "},
    {"3 2\n1 1 2 # 0\n", "blt.end-mark", "line 2, column 7: "},
    {"3 2\n1 1 2", "blt.end-mark", "line 2, column 6: "},
    {"3 2\n1 2 1 2 0\n0\n" NAMES, "blt.repeated", "line 2, column 7: candidate 2"},
    {"3 2\n1 1 - 1 0\n0\n" NAMES, "blt.repeated", "line 2, column 7: candidate 1"},
    {"3 2\n1 1=1 0\n0\n" NAMES, "blt.repeated", "line 2, column 5: candidate 1"},
    {"3 2\n1 1=0\n0\n" NAMES, "blt.candidate", "line 2, column 5: "},
    {"3 2\n1 1= 2 0\n0\n" NAMES, "blt.candidate", "line 2, column 5: "},
    {"3 2\n1 0=1 0\n0\n" NAMES, "blt.candidate", "line 2, column 3: "},
    {"3 2\n1 -2 0\n0\n" NAMES, "blt.candidate", "line 2, column 3: "},
    {"3 2\n1 1.5 0\n0\n" NAMES, "blt.candidate", "line 2, column 3: "},
    {"3 2\n1 x 0\n0\n" NAMES, "blt.candidate", "line 2, column 3: "},
    {"3 2\n[nick a b c]\n1 d 0\n0\n" NAMES, "blt.candidate", "line 3, column 3: "},
    {"3 2\n1.0 1 0\n0\n" NAMES, "blt.number", "line 2, column 1: "},
    {"3 2\n(id) 1 0\n0\n" NAMES, "blt.number", "line 2, column 1: "},
    {"3 2\n1000000001 1 0\n0\n" NAMES, "blt.number", "line 2, column 1: "},
    {"3 2\n1000000000 1 0\n1 1 0\n0\n" NAMES, "count.papers", "line 3, column 1: "},
    {"3 2\n1 1 0\n" NAMES, "blt.end-mark", "line 3, column 1: "},
    {"3 2\n1 1 0\n", "blt.end-mark", "line 3, column 1: "},
    {"3 2\n1 1 0\n0\n\"A\"\n\"B\"\n", "blt.quote", "line 6, column 1: the name of candidate 3"},
    {"3 2\n1 1 0\n0\nA\n", "blt.quote", "line 4, column 1: "},
    {"3 2\n1 1 0\n0\n\"A\n\"B\"\n", "blt.quote", "line 4, column 1: the quote is not closed"},
    {"3 2\n1 1 0\n0\n\"A\"x\n", "blt.quote", "line 4, column 4: something follows"},
    {"3 2\n1 1 0\n0\n\"A\"\n\"\"\n", "count.name", "line 5, column 1: "},
    {"3 2\n1 1 0\n0\n\"A\"\n\"A\"\n", "count.name", "line 5, column 1: "},
    {"3 2\n1 1 0\n0\n\"A\xff\"\n", "blt.utf8", "line 4, column 3: "},
    {"3 2\n1 1 0\n0\n" NAMES "\"\xc3\xa9\xc3\"", "blt.utf8", "line 7, column 4: "},
    {"3 2\n1 1 0\n0\n\"A\tB\"\n", "count.name", "line 4, column 1: "},
    {"3 2\n1 1 0\n0\n" NAMES "T", "blt.quote", "line 7, column 1: "},
    {"3 2\n1 1 0\n0\n" NAMES "\"T\" \"s\" \"c\" \"x\"", "blt.trailing", "line 7, column 13: "},
};

static void test_refused(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(refused); i++) {
        struct papers *papers = NULL;
        struct fail fail = {.text = ""};
        check_case("refused %zu: %s", i, refused[i].place);
        CHECK(blt_read(span_str(refused[i].text), &papers, &fail) != OK);
        CHECK(papers == NULL);
        CHECK_STR(fail.code, refused[i].code);
        fail.text[strlen(refused[i].place)] = '\0';
        CHECK_STR(fail.text, refused[i].place);
    }
}

/* Reads it; if it can be read, what is written reads back to the same bytes. */
static bool is_stable(struct span text)
{
    struct papers *first = NULL;
    struct papers *second = NULL;
    struct fail fail;
    struct buf once;
    struct buf twice;
    buf_init(&once, 1 << 16);
    buf_init(&twice, 1 << 16);
    bool stable = true;
    if (blt_read(text, &first, &fail) == OK)
        stable = blt_write(first, &once, &fail) == OK &&
                 blt_read(buf_span(&once), &second, &fail) == OK &&
                 blt_write(second, &twice, &fail) == OK &&
                 span_equal(buf_span(&once), buf_span(&twice));
    papers_free(first);
    papers_free(second);
    buf_done(&once);
    buf_done(&twice);
    return stable;
}

/* Every cut and every other byte at every place: read to the end or refused, never astray. */
static void test_damaged(void)
{
    static const char whole[] = "3 2 # c\n-2\n[nick a b c]\n2 3 a - 2 0\n1 1=2 0\n7 0\n0\n"
                                "\"A\"\n\"B \"\"b\"\"\"\n\"C\"\n\"T\" \"s\"\n";
    uint8_t text[sizeof whole];
    check_case("damaged");
    for (size_t at = 0; at < sizeof whole - 1; at++) {
        uint8_t *cut = malloc(at + 1); /* of just this size, so that a sanitizer sees over-reads */
        memcpy(cut, whole, at);
        CHECK(is_stable(span_of(cut, at)));
        free(cut);
        for (unsigned byte = 0; byte < 256; byte++) {
            memcpy(text, whole, sizeof text);
            text[at] = (uint8_t)byte;
            if (!is_stable(span_of(text, sizeof whole - 1)))
                CHECK_UINT(byte, 256);
        }
    }
}

int main(void)
{
    test_lenient();
    test_refused();
    test_damaged();
    return check_end("count_blt");
}
