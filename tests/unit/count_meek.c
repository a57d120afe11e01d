/* Both Meek rules worked by hand, to nine places: docs/counting.md, "stv-meek-prf" and
 * "stv-meek-nz". */
#include "counting.h"

static const struct counting_example examples[] = {
    {"prf: keep values are rounded up; the last two", "stv-meek-prf", "",
     "3 2\n6 1 2 0\n2 2 0\n4 3 0\n" NAMES3,
     "first: 6 2 4 keep 1 1 1 / 0 q 4.000000001 elect 1\n"
     "iterate: 4.000000002 3.999999998 4 keep 0.666666667 1 1 / 0 q 4.000000001 elect 3 exclude "
     "2\n"},
    {"nz: the lowest goes at once when the surplus cannot save it", "stv-meek-nz", "",
     "3 2\n6 1 2 0\n2 2 0\n4 3 0\n" NAMES3,
     "first: 6 2 4 keep 1 1 1 / 0 q 4.000000001 elect 1 3 exclude 2\n"},
    {"nz: otherwise the surplus moves on", "stv-meek-nz", "", "3 2\n6 1 2 0\n3 2 0\n4 3 0\n" NAMES3,
     "first: 6 3 4 keep 1 1 1 / 0 q 4.333333334 elect 1\n"
     "iterate: 4.333333338 4.666666662 4 keep 0.722222223 1 1 / 0 q 4.333333334 elect 2 exclude "
     "3\n"},
    {"prf: papers that end lower the quota", "stv-meek-prf", "",
     "3 2\n6 1 0\n2 2 0\n1 3 0\n" NAMES3,
     "first: 6 2 1 keep 1 1 1 / 0 q 3.000000001 elect 1\n"
     "iterate: 2.000000004 2 1 keep 0.333333334 1 1 / 3.999999996 q 1.666666669 elect 2 exclude "
     "3\n"},
    {"nz: those without votes go together, then a lot", "stv-meek-nz", "3,2,1,4,5",
     "5 1\n3 1 0\n2 2 0\n2 3 0\n" NAMES5,
     "first: 3 2 2 0 0 keep 1 1 1 1 1 / 0 q 3.500000001 exclude 4 5\n"
     "iterate (lot 2): 3 2 2 0 0 keep 1 1 1 0 0 / 0 q 3.500000001 exclude 3\n"
     "iterate: 3 2 0 0 0 keep 1 1 0 0 0 / 2 q 2.500000001 elect 1 exclude 2\n"},
    {"prf: one at a time, each by lot", "stv-meek-prf", "5,3,4,2,1",
     "5 1\n3 1 0\n2 2 0\n2 3 0\n" NAMES5,
     "first (lot 1): 3 2 2 0 0 keep 1 1 1 1 1 / 0 q 3.500000001 exclude 5\n"
     "iterate: 3 2 2 0 0 keep 1 1 1 1 0 / 0 q 3.500000001 exclude 4\n"
     "iterate (lot 3): 3 2 2 0 0 keep 1 1 1 0 0 / 0 q 3.500000001 exclude 3\n"
     "iterate: 3 2 0 0 0 keep 1 1 0 0 0 / 2 q 2.500000001 elect 1 exclude 2\n"},
    {"nz: nobody has votes, but one is needed for the seat", "stv-meek-nz", "3,1,2", "3 1\n" NAMES3,
     "first (lot 1): 0 0 0 keep 1 1 1 / 0 q 0.000000001 exclude 3\n"
     "iterate (lot 2): 0 0 0 keep 1 1 0 / 0 q 0.000000001 elect 2 exclude 1\n"},
    {"nz: the earliest difference breaks a tie, not the latest", "stv-meek-nz", "",
     "5 1\n8 1 0\n4 2 0\n3 3 0\n2 4 3 0\n1 5 2 0\n2 5 0\n" NAMES5,
     "first: 8 4 3 2 3 keep 1 1 1 1 1 / 0 q 10.000000001 exclude 4\n"
     "iterate: 8 4 5 0 3 keep 1 1 1 0 1 / 0 q 10.000000001 exclude 5\n"
     "iterate (history 1): 8 5 5 0 0 keep 1 1 1 0 0 / 2 q 9.000000001 exclude 3\n"
     "iterate: 8 5 0 0 0 keep 1 1 0 0 0 / 7 q 6.500000001 elect 1 exclude 2\n"},
    {"prf: as many papers as there may be", "stv-meek-prf", "",
     "3 2\n600000000 1 2 0\n150000000 2 0\n250000000 3 0\n" NAMES3,
     "first: 600000000 150000000 250000000 keep 1 1 1 / 0 q 333333333.333333334 elect 1\n"
     "iterate: 333333333.600000000 416666666.400000000 250000000 keep 0.555555556 1 1 / 0 q "
     "333333333.333333334 elect 2 exclude 3\n"},
    {"nz: as many papers as there may be", "stv-meek-nz", "",
     "3 2\n600000000 1 2 0\n150000000 2 0\n250000000 3 0\n" NAMES3,
     "first: 600000000 150000000 250000000 keep 1 1 1 / 0 q 333333333.333333334 elect 1\n"
     "iterate: 333333333.600000000 416666666.400000000 250000000 keep 0.555555556 1 1 / 0 q "
     "333333333.333333334 elect 2 exclude 3\n"},
    {"prf: more seats than candidates", "stv-meek-prf", "", "2 3\n1 2 0\n" NAMES2,
     "first: 0 1 keep 1 1 / 0 q 0.250000001 elect 2 1\n"},
    {"nz: more seats than candidates, one of them withdrawn", "stv-meek-nz", "",
     "3 3\n-1\n1 1 2 0\n2 1 0\n" NAMES3, "first: w 1 0 keep w 1 1 / 0 q 0.250000001 elect 2 3\n"},
};

int main(void)
{
    counting_check(examples, CHECK_COUNT_OF(examples));
    return check_end("count_meek");
}
