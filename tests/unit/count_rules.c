/* Counts worked by hand, in the notation of counting_stages. */
#include "counting.h"

static const struct counting_example examples[] = {
    {"av: more than half at once", "av", "", "3 1\n3 1 0\n1 2 0\n1 3 0\n" NAMES3,
     "first: 3 1 1 / 0 elect 1\n"},
    {"av: half is not enough, and the last two tie", "av", "",
     "3 1\n5 1 0\n3 2 0\n2 3 2 0\n" NAMES3,
     "first: 5 3 2 / 0\n"
     "exclude 3: 5 5 0 / 0\n"
     "exclude 2 (history 1): 5 0 0 / 5 elect 1\n"},
    {"av: papers out of play lower the majority", "av", "",
     "4 1\n5 1 0\n4 2 0\n2 3 0\n1 4 0\n" NAMES4,
     "first: 5 4 2 1 / 0\n"
     "exclude 4: 5 4 2 0 / 1\n"
     "exclude 3: 5 4 0 0 / 3 elect 1\n"},
    {"av: a tie of three is narrowed stage by stage", "av", "",
     "6 1\n6 1 0\n4 2 0\n3 3 0\n2 4 0\n1 5 3 0\n1 5 4 0\n1 6 4 0\n" NAMES6,
     "first: 6 4 3 2 2 1 / 0\n"
     "exclude 6: 6 4 3 3 2 0 / 0\n"
     "exclude 5: 6 4 4 4 0 0 / 0\n"
     "exclude 4 (history 2) (history 1): 6 4 4 0 0 0 / 4\n"
     "exclude 3 (history 2): 6 4 0 0 0 0 / 8 elect 1\n"},
    {"av: withdrawn candidates are passed over", "av", "",
     "3 1\n-2\n3 2 1 0\n2 2 0\n2 3 2 0\n" NAMES3, "first: 3 w 2 / 0 elect 1\n"},
    {"av: excluded candidates are passed over", "av", "",
     "4 1\n4 1 0\n3 2 0\n2 3 4 2 0\n1 4 3 1 0\n" NAMES4,
     "first: 4 3 2 1 / 0\n"
     "exclude 4: 4 3 3 0 / 0\n"
     "exclude 3 (history 1): 5 5 0 0 / 0\n"
     "exclude 2 (history 2): 5 0 0 0 / 5 elect 1\n"},
    {"av: nobody voted", "av", "2,1", "2 1\n" NAMES2,
     "first: 0 0 / 0\n"
     "exclude 2 (lot 2): 0 0 / 0 elect 1\n"},
    {"av: one candidate", "av", "", "1 1\n0\n\"A\"\n", "first: 0 / 0 elect 1\n"},
    {"stv: exactly the quota is no surplus", "stv-scottish", "",
     "4 2\n6 1 2 0\n4 2 0\n4 3 0\n3 4 3 0\n" NAMES4,
     "first: 6 4 4 3 / 0 0 elect 1\n"
     "exclude 4: 6 4 7 0 / 0 0 elect 3\n"},
    {"stv: equal surpluses, the one ahead earlier goes first; values multiply", "stv-scottish", "",
     "5 4\n10 1 2 5 0\n10 1 0\n7 2 5 0\n12 3 4 0\n4 4 0\n3 5 0\n" NAMES5,
     "first: 20 7 12 4 3 / 0 0 elect 1 3\n"
     "surplus 1: 10 12 12 4 3 / 5 0 elect 2\n"
     "surplus 3 (history 1): 10 12 10 5.99992 3 / 5 0.00008\n"
     "surplus 2: 10 10 10 5.99992 4.99992 / 5 0.00016\n"
     "exclude 5: 10 10 10 5.99992 0 / 9.99992 0.00016 elect 4\n"},
    {"stv: a larger surplus overtakes one that waits", "stv-scottish", "",
     "5 4\n13 1 3 4 0\n11 2 5 0\n9 3 0\n8 4 0\n5 5 0\n" NAMES5,
     "first: 13 11 9 8 5 / 0 0 elect 1 2\n"
     "surplus 1: 10 11 11.99988 8 5 / 0 0.00012 elect 3\n"
     "surplus 3: 10 11 10 8.49985 5 / 1.49985 0.00030\n"
     "surplus 2: 10 10 10 8.49985 5.99990 / 1.49985 0.00040\n"
     "exclude 5: 10 10 10 8.49985 0 / 7.49975 0.00040 elect 4\n"},
    {"stv: equal surpluses from the start, by lot", "stv-scottish", "2,1,3,4,5",
     "5 3\n8 1 3 0\n8 2 4 0\n3 3 0\n2 4 0\n2 5 3 0\n" NAMES5,
     "first: 8 8 3 2 2 / 0 0 elect 1 2\n"
     "surplus 2 (lot 2): 8 6 3 4 2 / 0 0\n"
     "surplus 1: 6 6 5 4 2 / 0 0\n"
     "exclude 5: 6 6 7 4 0 / 0 0 elect 3\n"},
    {"stv: the last seat is filled without transferring the surplus", "stv-scottish", "",
     "2 2\n5 1 2 0\n1 2 0\n" NAMES2, "first: 5 1 / 0 0 elect 1 2\n"},
    {"stv: more seats than candidates", "stv-scottish", "", "2 3\n1 2 0\n" NAMES2,
     "first: 0 1 / 0 0 elect 2 1\n"},
    {"stv: nobody voted", "stv-scottish", "3,1,2", "3 1\n" NAMES3,
     "first: 0 0 0 / 0 0\n"
     "exclude 3 (lot 2): 0 0 0 / 0 0\n"
     "exclude 1 (lot 3): 0 0 0 / 0 0 elect 2\n"},
    {"stv: the last exclusion is shown with its transfer", "stv-scottish", "",
     "3 1\n4 1 0\n4 2 0\n3 3 2 0\n" NAMES3,
     "first: 4 4 3 / 0 0\n"
     "exclude 3: 4 7 0 / 0 0 elect 2\n"},
};

static void test_totals(void)
{
    check_case("blank papers and papers for withdrawn candidates only");
    struct sheet *sheet = counting_sheet(
        "av", SPAN_LIT("3 1\n-2\n3 2 1 0\n2 2 0\n2 3 2 0\n4 0\n1 - 1 0\n" NAMES3), "", NULL);
    if (!sheet)
        return;
    CHECK_UINT(sheet->valid, 5);
    CHECK_UINT(sheet->withdrawn_only, 2);
    CHECK_UINT(sheet->blank, 5);
    CHECK_UINT(sheet->stages[0].quota, 3);
    sheet_free(sheet);
}

static void test_refused(void)
{
    static const struct {
        const char *what, *rule, *lots, *blt, *code, *text;
    } cases[] = {
        {"no such rule", "stv", "", "1 1\n0\n\"A\"\n", "count.rule", "no rule \"stv\""},
        {"av fills one seat", "av", "", "2 2\n" NAMES2, "count.seats", "2 seats"},
        {"everybody withdrew", "av", "", "2 1\n-1 -2\n" NAMES2, "count.candidates", "all"},
        {"lots of two for three", "av", "1,2", "3 1\n" NAMES3, "count.lots", "the lots must"},
        {"lots with one twice", "av", "1,2,2", "3 1\n" NAMES3, "count.lots", "the lots must"},
        {"lots of another", "av", "1,2,4", "3 1\n" NAMES3, "count.lots", "the lots must"},
        {"lots that are none", "av", "1,,3", "3 1\n" NAMES3, "count.lots", "lots \"1,,3\""},
        {"lots that do not end", "av", "1,2,", "3 1\n" NAMES3, "count.lots", "lots \"1,2,\""},
        {"lots from zero", "av", "0,1,2", "3 1\n" NAMES3, "count.lots", "lots \"0,1,2\""},
        {"an exclusion needs a lot", "av", "", "3 1\n2 1 0\n1 2 0\n1 3 0\n" NAMES3,
         "count.lot-needed", "stage 2: a lot is needed, these are tied: B (2), C (3);"},
        {"a surplus needs a lot", "stv-scottish", "",
         "5 3\n8 1 3 0\n8 2 4 0\n3 3 0\n2 4 0\n2 5 3 0\n" NAMES5, "count.lot-needed",
         "stage 2: a lot is needed, these are tied: A (1), B (2);"},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        struct fail fail = {.text = ""};
        check_case("refused: %s", cases[i].what);
        struct sheet *sheet =
            counting_sheet(cases[i].rule, span_str(cases[i].blt), cases[i].lots, &fail);
        CHECK(sheet == NULL);
        CHECK_STR(fail.code, cases[i].code);
        fail.text[strlen(cases[i].text)] = '\0';
        CHECK_STR(fail.text, cases[i].text);
    }
}

static void test_unnamed(void)
{
    struct fail fail = {.code = ""};
    struct papers *papers = NULL;
    struct sheet *sheet = NULL;
    const struct count_rule *rule = NULL;
    struct group lots = {.size = 0};
    check_case("a candidate without a name");
    CHECK(papers_new(1, 1, &papers, &fail) == OK);
    CHECK(count_rule_find(SPAN_LIT("av"), &rule, &fail) == OK);
    CHECK(count_run(rule, papers, 0, &lots, &sheet, &fail) == BAD_INPUT);
    CHECK_STR(fail.code, "count.name");
    papers_free(papers);
}

/* As many papers as a count takes, all in one pile: nothing overflows. */
static void test_largest(void)
{
    check_case("10^9 papers");
    struct sheet *sheet = counting_sheet(
        "stv-scottish", SPAN_LIT("3 2\n999999998 1 2 0\n1 2 0\n1 3 0\n" NAMES3), "", NULL);
    if (!sheet)
        return;
    CHECK_STR(counting_votes(sheet, sheet->stages[0].quota), "333333334.00000");
    /* 666666664 / 999999998 = 0.66666…; times 999999998 papers, and B's own one. */
    CHECK_STR(counting_votes(sheet, sheet->stages[1].votes[2]), "666659999.66668");
    CHECK_STR(counting_votes(sheet, sheet->stages[1].loss), "6665.33332");
    sheet_free(sheet);
}

int main(void)
{
    counting_check(examples, CHECK_COUNT_OF(examples));
    test_totals();
    test_refused();
    test_unnamed();
    test_largest();
    return check_end("count_rules");
}
