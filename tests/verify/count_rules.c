/* The counting rules against docs/counting.md: the corners that the text decides. Its worked
 * examples are checked in count_examples.c. */
#include "check.h"
#include "count/blt.h"

#include "base/buffer.h"

static const char places[] = "4 2\n7 1 2 0\n2 1 0\n4 3 2 0\n2 4 3 0\n1 2 0\n1 0\n0\n"
                             "\"Ann\"\n\"Bob\"\n\"Cat\"\n\"Dan\"\n\"Two places\"\n";

static const char single[] = "4 1\n5 1 0\n3 2 1 0\n2 3 0\n2 4 2 0\n0\n"
                             "\"Ann\"\n\"Bob\"\n\"Cat\"\n\"Dan\"\n";

static const uint8_t lots_up[] = {1, 2, 3, 4, 5, 6}, lots_down[] = {4, 3, 2, 1};

/* Counts `text`; the sheet as JSON (or the refusal) is in `out`. */
static enum outcome count_text(const char *rule, const char *text, const uint8_t *lots,
                               struct buffer *out)
{
    struct blt blt;
    struct sheet sheet;
    struct fail fail = {""};
    buffer_clear(out);
    enum outcome outcome = blt_read(span_text(text), &blt, &fail);
    if (outcome == GOOD) {
        struct count_task task = blt_task(&blt);
        task.lots = lots;
        outcome = count_run(count_rule_named(span_text(rule)), &task, &sheet, &fail);
        if (outcome == GOOD) {
            sheet_write_json(&sheet, out);
            sheet_done(&sheet);
        }
        blt_done(&blt);
    }
    if (outcome != GOOD)
        buffer_append_text(out, fail.text);
    buffer_append_byte(out, 0);
    return outcome;
}

static const char *text_of(const struct buffer *out)
{
    return (const char *)out->at;
}

/* What must, and must not, stand in a sheet or in a refusal. */
struct corner {
    const char *what, *rule, *text;
    const uint8_t *lots;
    enum outcome outcome;
    const char *holds, *lacks;
};

#define NAMES3 "0\n\"A\"\n\"B\"\n\"C\"\n"
#define NAMES4 NAMES3 "\"D\"\n"

static const struct corner corners[] = {
    {"a lot that nobody gave", "av", single, NULL, BAD, "count.lot-needed: stage 2, 2 ",
     "\"rule\""},
    {"the tied are named", "av", single, NULL, BAD, "(Cat, Dan)", "Ann"},
    {"two seats by av", "av", places, NULL, BAD, "2 seats", "\"rule\""},
    {"no vote at all: history and lots decide", "av", "3 1\n1 0\n" NAMES3, lots_up, GOOD,
     "\"elected\":[[\"C\"]]", "\"n\":4"},
    {"no vote at all: the quota is one vote", "stv-scottish", "3 1\n1 0\n" NAMES3, lots_up, GOOD,
     "\"valid\":0,\"blank\":1,\"withdrawn_only\":0,\"lots\":[\"A\",\"B\",\"C\"],"
     "\"quota\":\"1.00000\",\"elected\":[[\"C\"]]",
     "\"n\":4"},
    {"exactly the quota: no surplus stage", "stv-scottish", "3 2\n2 1 0\n2 2 0\n1 3 0\n" NAMES3,
     NULL, GOOD, "\"elected\":[[\"A\",\"B\"]]", "surplus"},
    {"as many seats as candidates", "stv-scottish", "3 5\n5 1 2 0\n" NAMES3, NULL, GOOD,
     "\"elected\":[[\"A\",\"B\",\"C\"]]", "\"n\":2"},
    {"the last exclusion is shown, then the rest are elected", "stv-scottish",
     "4 2\n4 1 0\n4 2 0\n3 3 0\n1 4 0\n" NAMES4, lots_up, GOOD, "\"elected\":[[\"A\",\"B\"]]",
     "\"n\":3,\"action\":\"exclude\",\"who\":[\"C\"]}"},
    {"withdrawn only and blank papers are in no total", "stv-scottish",
     "3 1\n-2\n2 2 0\n3 0\n4 2 1 0\n1 3 0\n" NAMES3, NULL, GOOD,
     "\"withdrawn\":[\"B\"],\"valid\":5,\"blank\":3,\"withdrawn_only\":2", "\"B\":\""},
    {"the larger surplus goes first, wherever it arose", "stv-scottish",
     "4 3\n9 2 4 0\n10 1 3 0\n1 3 0\n2 4 0\n" NAMES4, NULL, GOOD,
     "\"n\":2,\"action\":\"surplus\",\"who\":[\"A\"]", "\"tie\":[{"},
    {"equal surpluses with no history: a lot, not a guess", "stv-scottish",
     "4 3\n9 1 4 0\n9 2 3 0\n2 3 0\n2 4 0\n" NAMES4, NULL, BAD, "count.lot-needed: stage 2", "{"},
    {"equal surpluses by lot", "stv-scottish", "4 3\n9 1 4 0\n9 2 3 0\n2 3 0\n2 4 0\n" NAMES4,
     lots_down, GOOD,
     "\"tie\":[{\"by\":\"lot\",\"stage\":2,\"of\":[\"A\",\"B\"],\"left\":[\"B\"]}]", "lot-needed"},
    {"value is cut for each paper", "stv-scottish", "3 1\n1 1 2 0\n1 1 3 0\n1 1 0\n" NAMES3, NULL,
     GOOD, "\"quota\":\"2.00000\"", "surplus"},
    {"elected are listed by votes", "stv-scottish", "3 2\n4 1 0\n5 2 0\n1 3 0\n" NAMES3, NULL, GOOD,
     "\"elected\":[[\"B\",\"A\"]]", "\"n\":2"},
    {"one at a time, also without a vote", "av",
     "5 1\n3 1 0\n3 2 0\n1 2 0\n1 3 0\n" NAMES4 "\"E\"\n", (const uint8_t[]){4, 5, 3, 2, 1}, GOOD,
     "\"left\":[\"D\"]}]},{\"n\":3,\"action\":\"exclude\",\"who\":[\"E\"]", "\"D\",\"E\"],\"tie"},
    {"one cross, one seat", "fptp", places, NULL, BAD, "2 seats", "\"rule\""},
    {"a lot for the last seat", "block", "3 2\n2 1 0\n1 2 0\n1 3 0\n" NAMES3, NULL, BAD,
     "count.lot-needed: stage 1, 2 candidates tied (B, C)", "{"},
    {"lots leave out one after the other", "approval", "4 1\n1 1 2 3 0\n" NAMES4, lots_down, GOOD,
     "\"of\":[\"A\",\"B\",\"C\"],\"left\":[\"C\"]},{\"by\":\"lot\",\"stage\":1,\"of\":[\"A\",\"B\"]"
     ","
     "\"left\":[\"B\"]}]",
     "\"D\"],\"left\""},
    {"too many crosses, one for who has withdrawn", "fptp",
     "3 1\n-2\n4 1 2 0\n2 2 0\n1 3 0\n" NAMES3, NULL, GOOD,
     "\"valid\":1,\"blank\":0,\"withdrawn_only\":2,\"too_many\":4", "\"A\":\"4\""},
    {"ERS97: an exclusion without papers is one point", "stv-ers97",
     "5 1\n5 1 0\n5 2 0\n" NAMES4 "\"E\"\n", lots_up, GOOD,
     "\"n\":2,\"sub\":1,\"action\":\"exclude\",\"who\":[\"C\",\"D\",\"E\"]", "\"sub\":2"},
    {"ERS97: equal candidates are not separated", "stv-ers97", "4 1\n5 1 0\n5 2 0\n6 4 0\n" NAMES4,
     lots_up, GOOD, "\"n\":2,\"sub\":1,\"action\":\"exclude\",\"who\":[\"C\"]",
     "\"who\":[\"A\",\"C\"]"},
    {"ERS97: an equal pair and one seat: nobody is elected without a lot", "stv-ers97",
     "2 1\n5 1 0\n5 2 0\n0\n\"A\"\n\"B\"\n", NULL, BAD, "count.lot-needed: stage 2", "{"},
    {"Meek: no paper and seats enough: all are elected, without a lot", "stv-meek-prf",
     "3 3\n1 0\n" NAMES3, NULL, GOOD, "\"elected\":[[\"A\",\"B\",\"C\"]]", "\"n\":2"},
    {"Meek: no paper and too few seats: lots", "stv-meek-prf", "3 2\n1 0\n" NAMES3, lots_up, GOOD,
     "\"elected\":[\"B\",\"C\"],\"excluded\":[\"A\"]", "\"n\":2"},
    {"NZ: all without a vote go at once", "stv-meek-nz", "5 1\n5 1 0\n5 2 0\n" NAMES4 "\"E\"\n",
     lots_up, GOOD, "\"excluded\":[\"C\",\"D\",\"E\"],\"tie\":[]", "\"n\":4"},
    {"NZ: a surplus that rounding up keeps from falling ends the iterations", "stv-meek-nz",
     "3 2\n400000000 1 0\n3 2 0\n3 3 0\n" NAMES3, lots_up, GOOD,
     "\"elected\":[\"C\"],\"excluded\":[\"B\"],\"tie\":[{\"by\":\"lot\"", "\"elected\":[\"B\"]"},
    {"Meek: a surplus that rounding up keeps from falling ends the round", "stv-meek-prf",
     "3 2\n400000000 1 0\n3 2 0\n3 3 0\n" NAMES3, lots_up, GOOD,
     "\"elected\":[\"C\"],\"excluded\":[\"B\"],\"tie\":[{\"by\":\"lot\"", "\"n\":3"},
    {"an uncertain preference ends the paper", "av", "3 1\n2 1 2=3 0\n1 - 2 0\n3 2 3 0\n" NAMES3,
     lots_up, GOOD, "\"valid\":5,\"blank\":1", "\"valid\":6"},
};

static void test_corners(struct buffer *out)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(corners); i++) {
        const struct corner *corner = &corners[i];
        check_case("%s", corner->what);
        CHECK_INT(count_text(corner->rule, corner->text, corner->lots, out), corner->outcome);
        if (!CHECK(strstr(text_of(out), corner->holds) != NULL) ||
            !CHECK(strstr(text_of(out), corner->lacks) == NULL))
            fprintf(stderr, "  in: %s\n", text_of(out));
    }
}

/* Votes, what is not transferable and what was lost add up to the valid papers at every stage. */
static void test_sums(void)
{
    struct blt blt;
    struct sheet sheet;
    check_case("sums");
    if (!CHECK_INT(blt_read(span_text(places), &blt, NULL), GOOD))
        return;
    struct count_task task = blt_task(&blt);
    if (CHECK_INT(count_run(count_rule_named(span_text("stv-scottish")), &task, &sheet, NULL),
                  GOOD)) {
        for (size_t i = 0; i < sheet.stage_count; i++) {
            uint64_t sum = sheet.stages[i].non_transferable + sheet.stages[i].loss;
            for (unsigned c = 1; c <= blt.papers.candidates; c++)
                sum += sheet.stages[i].votes[c];
            CHECK_UINT(sum, 16 * 100000);
        }
        sheet_done(&sheet);
    }
    blt_done(&blt);
}

/* Contests may have two rules; counting a file knows the others too. */
static void test_contests(void)
{
    const struct count_rule *rule;
    check_case("rules of contests");
    for (size_t i = 0; (rule = count_rule_at(i)) != NULL; i++)
        CHECK_INT(rule->contests,
                  strcmp(rule->name, "av") == 0 || strcmp(rule->name, "stv-scottish") == 0);
}

static void test_task(void)
{
    struct fail fail;
    struct sheet sheet;
    struct papers papers;
    papers_init(&papers, 2);
    check_case("tasks that can't be counted");
    struct span names[] = {span_text("A"), span_text("A")};
    struct count_task task = {.papers = &papers, .names = names, .seats = 1};
    const struct count_rule *rule = count_rule_named(span_text("av"));
    CHECK_INT(count_run(rule, &task, &sheet, &fail), BAD);
    CHECK(strstr(fail.text, "two candidates are called") != NULL);
    names[1] = span_text("");
    CHECK_INT(count_run(rule, &task, &sheet, &fail), BAD);
    names[1] = span_text("B");
    task.lots = (const uint8_t[]){1, 1};
    CHECK_INT(count_run(rule, &task, &sheet, &fail), BAD);
    task.lots = (const uint8_t[]){0, 1};
    CHECK_INT(count_run(rule, &task, &sheet, &fail), BAD);
    task.lots = (const uint8_t[]){2, 1};
    CHECK_INT(count_run(rule, &task, &sheet, &fail), GOOD);
    sheet_done(&sheet);
    task.seats = 0;
    CHECK_INT(count_run(rule, &task, &sheet, &fail), BAD);
    CHECK(count_rule_named(span_text("stv")) == NULL);
    const uint8_t twice[] = {1, 2, 1}, outside[] = {3}, zero[] = {0};
    CHECK_INT(papers_add(&papers, span_of(twice, 3), 1, &fail), BAD);
    CHECK_INT(papers_add(&papers, span_of(outside, 1), 1, &fail), BAD);
    CHECK_INT(papers_add(&papers, span_of(zero, 1), 1, &fail), BAD);
    CHECK_INT(papers_add(&papers, span_of(twice, 2), PAPERS_MOST, &fail), GOOD);
    CHECK_INT(papers_add(&papers, span_of(twice, 2), 1, &fail), BAD);
    papers_done(&papers);
}

int main(void)
{
    struct buffer out;
    buffer_init(&out, 1 << 20);
    test_corners(&out);
    test_sums();
    test_contests();
    test_task();
    buffer_done(&out);
    return check_end("verify count_rules");
}
