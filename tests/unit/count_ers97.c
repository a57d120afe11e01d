/* ERS97 worked by hand, point by point: docs/counting.md, "stv-ers97". */
#include "counting.h"

static const struct counting_example examples[] = {
    {"a surplus of first preferences, cut to 0.52 a paper; what is left is not transferable",
     "stv-ers97", "", "4 2\n7 1 2 0\n2 1 0\n4 3 2 0\n2 4 3 0\n1 2 0\n" NAMES4,
     "1.1 first: 9 1 4 2 / 0 q 5.34 elect 1\n"
     "2.1 surplus 1: 5.34 4.64 4 2 / 0.02 q 5.34\n"
     "3.1 exclude 4: 5.34 4.64 6 0 / 0.02 q 5.34 elect 3\n"},
    {"two excluded together, and the quota falls with the papers (5.2.5, 5.4.8)", "stv-ers97", "",
     "4 1\n5 1 0\n4 2 0\n2 3 0\n1 4 0\n" NAMES4,
     "1.1 first: 5 4 2 1 / 0 q 6\n"
     "2.1 exclude 3 4: 5 4 0 0 / 3 q 4.50 elect 1\n"},
    {"a surplus waits while it cannot save the lowest (5.2.2)", "stv-ers97", "",
     "4 2\n41 1 2 0\n30 2 0\n25 3 0\n2 4 3 0\n" NAMES4,
     "1.1 first: 41 30 25 2 / 0 q 32.67 elect 1\n"
     "2.1 exclude 4: 41 30 27 0 / 0 q 32.67\n"
     "3.1 surplus 1: 32.67 38.20 27 0 / 0.13 q 32.67 elect 2\n"},
    {"a surplus that just closes the gap waits too", "stv-ers97", "",
     "5 2\n12 1 2 0\n8 2 0\n6 3 0\n4 4 3 0\n" NAMES5,
     "1.1 first: 12 8 6 4 0 / 0 q 10 elect 1\n"
     "2.1 exclude 4 5: 12 8 10 0 0 / 0 q 10 elect 3\n"},
    {"a later surplus moves the last batch only (5.3.2)", "stv-ers97", "",
     "4 2\n10 1 0\n9 2 1 0\n8 3 0\n4 4 2 3 0\n2 4 0\n" NAMES4,
     "1.1 first: 10 9 8 6 / 0 q 11\n"
     "2.1 exclude 4: 10 13 8 0 / 2 q 10.34 elect 2\n"
     "3.1 surplus 2: 10 10.34 10.64 0 / 2.02 q 10.34 elect 3\n"},
    {"papers worth less than the surplus keep their value", "stv-ers97", "",
     "4 2\n10 1 0\n9 2 1 0\n8 3 0\n1 4 2 3 0\n3 4 2 0\n2 4 0\n" NAMES4,
     "1.1 first: 10 9 8 6 / 0 q 11\n"
     "2.1 exclude 4: 10 13 8 0 / 2 q 10.34 elect 2\n"
     "3.1 surplus 2: 10 10.34 9 0 / 3.66 q 10.34 elect 1\n"},
    {"batches by value, the highest first; elected below the quota", "stv-ers97", "",
     "5 2\n5 1 4 2 0\n12 1 2 0\n8 2 0\n7 3 0\n6 4 3 0\n8 5 0\n" NAMES5,
     "1.1 first: 17 8 7 6 8 / 0 q 15.34 elect 1\n"
     "2.1 surplus 1: 15.34 9.08 7 6.45 8 / 0.13 q 15.34\n"
     "3.1 exclude 4: 15.34 9.08 13 0.45 8 / 0.13 q 15.34\n"
     "3.2 exclude 4: 15.34 9.53 13 0 8 / 0.13 q 15.34\n"
     "4.1 exclude 5: 15.34 9.53 13 0 0 / 8.13 q 15.34 elect 3\n"},
    {"the count ends in the middle of an exclusion", "stv-ers97", "",
     "4 2\n3 1 4 2 0\n10 1 2 0\n8 2 0\n7 3 0\n6 4 3 0\n" NAMES4,
     "1.1 first: 13 8 7 6 / 0 q 11.34 elect 1\n"
     "2.1 surplus 1: 11.34 9.20 7 6.36 / 0.10 q 11.34\n"
     "3.1 exclude 4: 11.34 9.20 13 0.36 / 0.10 q 11.34 elect 3\n"},
    {"the earliest difference breaks a tie, not the latest", "stv-ers97", "",
     "5 1\n8 1 0\n4 2 0\n3 3 0\n2 4 3 0\n1 5 2 0\n2 5 0\n" NAMES5,
     "1.1 first: 8 4 3 2 3 / 0 q 10\n"
     "2.1 exclude 4: 8 4 5 0 3 / 0 q 10\n"
     "3.1 exclude 5: 8 5 5 0 0 / 2 q 9\n"
     "4.1 exclude 3 (history 1): 8 5 0 0 0 / 7 q 6.50 elect 1\n"},
    {"equal surpluses, by lot", "stv-ers97", "2,1,3,4,5",
     "5 3\n8 1 3 0\n8 2 4 0\n3 3 0\n2 4 0\n2 5 3 0\n" NAMES5,
     "1.1 first: 8 8 3 2 2 / 0 q 5.75 elect 1 2\n"
     "2.1 surplus 2 (lot 2): 8 5.75 3 4.24 2 / 0.01 q 5.75\n"
     "3.1 surplus 1: 5.75 5.75 5.24 4.24 2 / 0.02 q 5.75\n"
     "4.1 exclude 5: 5.75 5.75 7.24 4.24 0 / 0.02 q 5.75 elect 3\n"},
    {"both reach the vote needed for one seat: who was ahead (5.6.2)", "stv-ers97", "",
     "3 1\n4 1 0\n3 2 0\n1 3 2 0\n1 3 0\n" NAMES3,
     "1.1 first: 4 3 2 / 0 q 4.50\n"
     "2.1 exclude 3 (history 1): 4 4 0 / 1 q 4 elect 1\n"},
    {"always equal: neither, until a lot excludes one without transfer (5.6.2, 5.5.1)", "stv-ers97",
     "2,1", "2 1\n3 1 0\n3 2 0\n" NAMES2,
     "1.1 first: 3 3 / 0 q 3\n"
     "2.1 exclude 2 (lot 2): 3 3 / 0 q 3 elect 1\n"},
    {"three for two seats: the one ahead is elected, the lot falls between the others", "stv-ers97",
     "2,3,1,4", "4 2\n5 1 0\n4 2 0\n4 3 0\n1 4 2 0\n1 4 3 0\n1 4 0\n" NAMES4,
     "1.1 first: 5 4 4 3 / 0 q 5.34\n"
     "2.1 exclude 4 (history 1): 5 5 5 0 / 1 q 5 elect 1\n"
     "3.1 exclude 2 (lot 3): 5 5 5 0 / 1 q 5 elect 3\n"},
    {"a group does not separate equals; without papers nothing moves", "stv-ers97", "3,2,1,4",
     "4 1\n7 1 0\n5 2 0\n5 3 0\n" NAMES4,
     "1.1 first: 7 5 5 0 / 0 q 8.50\n"
     "2.1 exclude 4: 7 5 5 0 / 0 q 8.50\n"
     "3.1 exclude 3 (lot 3): 7 5 0 0 / 5 q 6 elect 1\n"},
    {"more seats than candidates", "stv-ers97", "", "2 3\n1 2 0\n" NAMES2,
     "1.1 first: 0 1 / 0 q 0.25 elect 2 1\n"},
    {"as many papers as there may be", "stv-ers97", "",
     "3 2\n600000000 1 2 0\n150000000 2 0\n250000000 3 0\n" NAMES3,
     "1.1 first: 600000000 150000000 250000000 / 0 q 333333333.34 elect 1\n"
     "2.1 surplus 1: 333333333.34 414000000 250000000 / 2666666.66 q 333333333.34 elect 2\n"},
    {"nobody voted", "stv-ers97", "3,1,2", "3 1\n" NAMES3,
     "1.1 first: 0 0 0 / 0 q 0\n"
     "2.1 exclude 3 (lot 2): 0 0 0 / 0 q 0\n"
     "3.1 exclude 1 (lot 3): 0 0 0 / 0 q 0 elect 2\n"},
    {"withdrawn candidates are passed over", "stv-ers97", "",
     "3 1\n-2\n3 2 1 0\n2 2 0\n2 3 2 0\n" NAMES3, "1.1 first: 3 w 2 / 0 q 2.50 elect 1\n"},
};

int main(void)
{
    counting_check(examples, CHECK_COUNT_OF(examples));
    return check_end("count_ers97");
}
