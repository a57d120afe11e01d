/* The sheet in its three forms. The JSON and the papers stand in docs/counting.md, which another
 * program is written from: this test keeps that page true. */
#include "base/file.h"
#include "counting.h"

/* The next block fenced by "```" and `label`, from *rest on. */
static struct span next_block(struct span *rest, const char *label)
{
    char fence[16];
    struct span line;
    snprintf(fence, sizeof fence, "```%s", label);
    while (span_line(rest, &line))
        if (span_is(line, fence))
            break;
    struct span block = span_of(rest->ptr, 0);
    while (span_line(rest, &line) && !span_is(line, "```"))
        block.len = (size_t)(rest->ptr - block.ptr);
    return block;
}

/* Cuts *rest to what follows the line. */
static bool skip_to(struct span *rest, const char *wanted)
{
    struct span line;
    while (span_line(rest, &line))
        if (span_is(line, wanted))
            return true;
    return false;
}

static void check_example(struct span page, const char *rule, const char *lots)
{
    char heading[64];
    struct buf json;
    snprintf(heading, sizeof heading, "## Worked example: `%s`", rule);
    check_case("%s", heading);
    if (!CHECK(skip_to(&page, heading)))
        return;
    struct span blt = next_block(&page, "");
    struct span want = next_block(&page, "json");
    struct sheet *sheet = counting_sheet(rule, blt, lots, NULL);
    if (!sheet)
        return;
    buf_init(&json, COUNTING_TEXT_BYTES_MAX);
    sheet_print_json(sheet, &json);
    buf_add_byte(&json, '\n'); /* the block's */
    CHECK_SPAN(buf_span(&json), want);
    buf_done(&json);
    sheet_free(sheet);
}

static void test_page(void)
{
    struct buf page;
    struct fail fail;
    buf_init(&page, COUNTING_TEXT_BYTES_MAX);
    check_case("docs/counting.md, read from the project's folder");
    if (CHECK(file_read("docs/counting.md", &page, &fail) == OK)) {
        check_example(buf_span(&page), "stv-scottish", "");
        check_example(buf_span(&page), "av", "4,3,2,1");
        check_example(buf_span(&page), "stv-ers97", "");
        check_example(buf_span(&page), "stv-meek-prf", "");
        check_example(buf_span(&page), "stv-meek-nz", "");
        check_example(buf_span(&page), "fptp", "3,1,2");
        check_example(buf_span(&page), "block", "");
        check_example(buf_span(&page), "approval", "");
    }
    buf_done(&page);
}

/* A withdrawn candidate, a quoted name, a tie by history and one by lot, a last seat unopposed. */
static const char election[] = "5 2\n-5\n6 1 2 0\n2 2 0\n2 3 2 0\n2 4 3 0\n1 0\n1 5 0\n0\n\"Ann\"\n"
                               "\"Bob, \"\"Bo\"\"\"\n\"Cat\"\n\"Dan\"\n\"Eve\"\n\"Two places\"\n";

static void check_print(void (*print)(const struct sheet *, struct buf *), const char *want)
{
    struct sheet *sheet = counting_sheet("stv-scottish", span_str(election), "4,3,2,1,5", NULL);
    if (!sheet)
        return;
    struct buf out;
    buf_init(&out, COUNTING_TEXT_BYTES_MAX);
    print(sheet, &out);
    CHECK_STR(buf_text(&out), want);
    buf_done(&out);
    sheet_free(sheet);
}

static void test_text(void)
{
    check_case("text");
    check_print(sheet_print_text,
                "Two places\n"
                "Rule stv-scottish, 2 seats, 5 candidates\n"
                "Papers: 12 valid, 1 blank, 1 for withdrawn candidates only\n"
                "Withdrawn: Eve\n"
                "\n"
                "Stage 1: first preferences\n"
                "  Ann                      6.00000  elected\n"
                "  Bob, \"Bo\"                2.00000\n"
                "  Cat                      2.00000\n"
                "  Dan                      2.00000\n"
                "  non-transferable         0.00000\n"
                "  lost by cutting          0.00000\n"
                "  quota                    5.00000\n"
                "  Elected with the quota: Ann.\n"
                "\n"
                "Stage 2: Ann's surplus of 1.00000 is transferred\n"
                "  Ann                      5.00000        -1.00000  elected\n"
                "  Bob, \"Bo\"                2.99996        +0.99996\n"
                "  Cat                      2.00000\n"
                "  Dan                      2.00000\n"
                "  non-transferable         0.00000\n"
                "  lost by cutting          0.00004        +0.00004\n"
                "  quota                    5.00000\n"
                "\n"
                "Stage 3: Dan has the fewest votes and is excluded\n"
                "  Cat and Dan had equal votes at every earlier stage: the lot falls on Dan.\n"
                "  Ann                      5.00000  elected\n"
                "  Bob, \"Bo\"                2.99996\n"
                "  Cat                      4.00000        +2.00000\n"
                "  Dan                      0.00000        -2.00000  excluded\n"
                "  non-transferable         0.00000\n"
                "  lost by cutting          0.00004\n"
                "  quota                    5.00000\n"
                "\n"
                "Stage 4: Bob, \"Bo\" has the fewest votes and is excluded\n"
                "  Ann                      5.00000  elected\n"
                "  Bob, \"Bo\"                0.00000        -2.99996  excluded\n"
                "  Cat                      4.00000  elected\n"
                "  Dan                      0.00000  excluded\n"
                "  non-transferable         2.99996        +2.99996\n"
                "  lost by cutting          0.00004\n"
                "  quota                    5.00000\n"
                "  Elected, as no more candidates are left than seats: Cat.\n"
                "\n"
                "Elected: Ann and Cat.\n");
}

static void test_csv(void)
{
    check_case("csv");
    check_print(sheet_print_csv,
                "stage,action,who,elected,excluded,tie,quota,non_transferable,loss,"
                "\"Ann\",\"Ann (change)\",\"Bob, \"\"Bo\"\"\",\"Bob, \"\"Bo\"\" (change)\","
                "\"Cat\",\"Cat (change)\",\"Dan\",\"Dan (change)\"\n"
                "1,first,,1,,,5.00000,0.00000,0.00000,6.00000,+6.00000,2.00000,+2.00000,"
                "2.00000,+2.00000,2.00000,+2.00000\n"
                "2,surplus,1,,,,5.00000,0.00000,0.00004,5.00000,-1.00000,2.99996,+0.99996,"
                "2.00000,0.00000,2.00000,0.00000\n"
                "3,exclude,4,,4,lot 3,5.00000,0.00000,0.00004,5.00000,0.00000,2.99996,0.00000,"
                "4.00000,+2.00000,0.00000,-2.00000\n"
                "4,exclude,2,3,2,,5.00000,2.99996,0.00004,5.00000,0.00000,0.00000,-2.99996,"
                "4.00000,0.00000,0.00000,0.00000\n");
}

int main(void)
{
    test_page();
    test_text();
    test_csv();
    return check_end("count_sheet");
}
