/* The .blt reader's refusals with their places, and the canonical writer. */
#include "check.h"
#include "count/blt.h"

#define HEAD  "3 1\n"
#define NAMES "0\n\"A\"\n\"B\"\n\"C\"\n"

struct refusal {
    const char *text, *place;
};

static const struct refusal refusals[] = {
    {"", "line 1, column 1:"},
    {"x 1\n", "line 1, column 1:"},
    {"0 1\n", "line 1, column 1:"},
    {"255 1\n", "line 1, column 1:"},
    {"3 0\n", "line 1, column 3:"},
    {"3 255\n", "line 1, column 3:"},
    {"03 1\n", "line 1, column 1:"},
    {"3\n", "line 2, column 1:"},
    {HEAD "-4\n" NAMES, "line 2, column 1:"},
    {HEAD "-2 -2\n" NAMES, "line 2, column 4:"},
    {HEAD "-1 -2 -3\n" NAMES, "line 3, column 1:"},
    {HEAD "[tie 1 2 3]\n" NAMES, "line 2, column 1:"},
    {HEAD "[nick a b]\n" NAMES, "line 2, column 10:"},
    {HEAD "[nick a b c d]\n" NAMES, "line 2, column 13:"},
    {HEAD "[nick a a c]\n" NAMES, "line 2, column 9:"},
    {HEAD "[nick a b c\n" NAMES, "line 2, column 12:"},
    {HEAD "[nick 1 b c]\n" NAMES, "line 2, column 7:"},
    {HEAD "[nick a b c]\n[nick a b c]\n" NAMES, "line 3, column 1:"},
    {HEAD "1 4 0\n" NAMES, "line 2, column 3:"},
    {HEAD "1 1 2 1 0\n" NAMES, "line 2, column 7:"},
    {HEAD "1 1 - 1 0\n" NAMES, "line 2, column 7:"},
    {HEAD "1 1 2=2 0\n" NAMES, "line 2, column 7:"},
    {HEAD "1 1 2=9 0\n" NAMES, "line 2, column 7:"},
    {HEAD "1 1 2= 0\n" NAMES, "line 2, column 7:"},
    {HEAD "1 1 2\n" NAMES, "line 2, column 6:"},
    {HEAD "1 1 2 # 0\n" NAMES, "line 2, column 10:"},
    {HEAD "1 1 2 0 1 3 0\n" NAMES, "line 2, column 9:"},
    {HEAD "1 bob 0\n" NAMES, "line 2, column 3:"},
    {HEAD "1.5 1 0\n" NAMES, "line 2, column 1:"},
    {HEAD "+1 1 0\n" NAMES, "line 2, column 1:"},
    {HEAD "01 1 0\n" NAMES, "line 2, column 1:"},
    {HEAD "1 1 0\n-2\n" NAMES, "line 3, column 1:"},
    {HEAD "1000000001 1 0\n" NAMES, "line 2, column 1:"},
    {HEAD "1000000000 1 0\n1 0\n" NAMES, "line 3, column 1:"},
    {HEAD "99999999999999999999 1 0\n" NAMES, "line 2, column 1:"},
    {HEAD "1 1 0\n\"A\"\n\"B\"\n\"C\"\n", "line 3, column 1:"},
    {HEAD "1 1 0\n", "line 3, column 1:"},
    {HEAD "1 1 0\n0\n\"A\"\n\"B\"\n", "line 6, column 1:"},
    {HEAD "0\n\"A\"\n\"B\"\n\"A\"\n", "line 5, column 1:"},
    {HEAD "0\n\"A\"\n\"\"\n\"C\"\n", "line 4, column 1:"},
    {HEAD "0\n\"A\"\n\"B\n\"C\"\n", "line 4, column 1:"},
    {HEAD "0\nAnn\n", "line 3, column 1:"},
    {HEAD "0\"A\"\n\"B\"\n\"C\"\n", "line 2, column 1:"},
    {HEAD "0\n\"A\"\n\"B\tB\"\n\"C\"\n", "line 4, column 1:"},
    {HEAD NAMES "\"a\ttitle\"\n", "line 6, column 1:"},
    {HEAD NAMES "\"title\" \"source\" \"comment\" \"more\"\n", "line 6, column 28:"},
    {HEAD NAMES "\"title\" 7\n", "line 6, column 9:"},
    {HEAD "1 1 0\r2 2 0\n" NAMES, "line 2, column 6:"},
    {HEAD "1 1\x01 0\n" NAMES, "line 2, column 4:"},
    {HEAD "0\n\"A\"\n\"B\xC3\"\n\"C\"\n", "line 4, column 3:"},
    {HEAD "# \xED\xA0\x80\n" NAMES, "line 2, column 3:"},
};

static void test_refusals(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(refusals); i++) {
        struct fail fail = {""};
        struct blt blt;
        check_case("refusal %zu, %s (%s)", i, refusals[i].place, refusals[i].text);
        CHECK_INT(blt_read(span_text(refusals[i].text), &blt, &fail), BAD);
        if (!CHECK(strncmp(fail.text, refusals[i].place, strlen(refusals[i].place)) == 0))
            fprintf(stderr, "  said: %s\n", fail.text);
    }
}

static const char loose[] =
    "\xEF\xBB\xBF# a file as people write it\r\n\r\n4\t2 # four for two\r\n-4\r\n"
    "[nick ann bob cat dan] \r\n"
    "3 bob ann 0\r\n  2 2 1 0 # the same list\r\n1 0\r\n1 - 3 0\n\n4 1 2=3 4 0\n5 1 2 3 0\n0\n"
    "\"Ann, \"\"the # one\"\"\" # a name\n\"Bob\" \"Cat\"\n\"Si\xC3\xA2n\"\n\"T\" \"source\" "
    "\"why\"\n";
static const char canonical[] =
    "4 2\n-4\n2 0\n4 1 0\n5 1 2 3 0\n5 2 1 0\n0\n\"Ann, \"\"the # one\"\"\"\n\"Bob\"\n\"Cat\"\n"
    "\"Si\xC3\xA2n\"\n\"T\"\n";

static void test_written(const char *text, const char *want)
{
    struct blt blt;
    struct fail fail = {""};
    struct buffer out;
    if (!CHECK_INT(blt_read(span_text(text), &blt, &fail), GOOD)) {
        fprintf(stderr, "  said: %s\n", fail.text);
        return;
    }
    buffer_init(&out, 1 << 16);
    papers_sort(&blt.papers);
    struct count_task task = blt_task(&blt);
    blt_write(&task, &out);
    CHECK_TEXT(buffer_span(&out), want);
    buffer_done(&out);
    blt_done(&blt);
}

int main(void)
{
    test_refusals();
    check_case("read loosely, written in one way");
    test_written(loose, canonical);
    check_case("what is written is read and written the same");
    test_written(canonical, canonical);
    check_case("no title, no papers, no line feed at the end");
    test_written("1 1\n0\n\"A\"", "1 1\n0\n\"A\"\n");
    return check_end("verify count_blt");
}
