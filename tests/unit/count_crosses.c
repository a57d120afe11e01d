/* Crosses counted by hand: docs/counting.md, "fptp, block and approval". */
#include "counting.h"

static const struct counting_example examples[] = {
    {"fptp: the most votes", "fptp", "", "3 1\n2 1 0\n3 2 0\n1 3 0\n" NAMES3,
     "first: 2 3 1 / 0 elect 2\n"},
    {"fptp: a lot leaves one out", "fptp", "3,1,2", "3 1\n5 1 0\n3 2 0\n5 3 0\n" NAMES3,
     "first (lot 1): 5 3 5 / 0 elect 1\n"},
    {"fptp: two crosses do not count", "fptp", "", "2 1\n2 1 0\n1 2 0\n5 2 1 0\n" NAMES2,
     "first: 2 1 / 0 elect 1\n"},
    {"fptp: two crosses do not count, even if one is for somebody withdrawn", "fptp", "",
     "3 1\n-3\n2 1 0\n1 2 0\n5 2 3 0\n" NAMES3, "first: 2 1 w / 0 elect 1\n"},
    {"fptp: nobody voted", "fptp", "2,1", "2 1\n" NAMES2, "first (lot 1): 0 0 / 0 elect 1\n"},
    {"block: as many crosses as seats, in any order", "block", "",
     "4 2\n3 1 2 0\n2 3 1 0\n2 4 0\n9 3 2 4 0\n" NAMES4, "first: 5 3 2 2 / 0 elect 1 2\n"},
    {"block: three tied for two seats", "block", "3,4,2,1", "4 3\n5 1 2 0\n5 3 4 0\n3 1 0\n" NAMES4,
     "first (lot 1): 8 5 5 5 / 0 elect 1 2 4\n"},
    {"block: four tied for two seats", "block", "3,1,2,4", "4 2\n2 1 2 0\n2 3 4 0\n" NAMES4,
     "first (lot 1) (lot 1): 2 2 2 2 / 0 elect 2 4\n"},
    {"block: more seats than candidates", "block", "", "2 3\n1 2 0\n" NAMES2,
     "first: 0 1 / 0 elect 2 1\n"},
    {"approval: any number of crosses", "approval", "",
     "3 1\n2 1 2 3 0\n2 3 2 0\n1 1 0\n1 3 0\n" NAMES3, "first: 3 4 5 / 0 elect 3\n"},
    {"approval: two seats, one withdrawn", "approval", "",
     "4 2\n-3\n2 3 2 1 0\n1 4 0\n3 2 0\n" NAMES4, "first: 2 5 w 1 / 0 elect 2 1\n"},
};

static void test_papers(void)
{
    check_case("which papers are valid");
    struct sheet *sheet = counting_sheet(
        "block", SPAN_LIT("4 2\n-4\n3 1 2 0\n5 1 2 3 0\n2 4 0\n7 1 4 2 0\n4 0\n1 4 1 0\n" NAMES4),
        "3,2,1,4", NULL);
    if (!sheet)
        return;
    CHECK_UINT(sheet->valid, 4);
    CHECK_UINT(sheet->too_many, 12);
    CHECK_UINT(sheet->withdrawn_only, 2);
    CHECK_UINT(sheet->blank, 4);
    CHECK_UINT(sheet->stages[0].quota, 0);
    sheet_free(sheet);
}

static void test_refused(void)
{
    struct fail fail;
    check_case("a tie for the seat without lots");
    CHECK(!counting_sheet("fptp", SPAN_LIT("2 1\n1 1 0\n1 2 0\n" NAMES2), "", &fail));
    CHECK_STR(fail.code, "count.lot-needed");
    check_case("fptp fills one seat");
    CHECK(!counting_sheet("fptp", SPAN_LIT("2 2\n1 1 0\n1 2 0\n" NAMES2), "", &fail));
    CHECK_STR(fail.code, "count.seats");
}

int main(void)
{
    counting_check(examples, CHECK_COUNT_OF(examples));
    test_papers();
    test_refused();
    return check_end("count_crosses");
}
