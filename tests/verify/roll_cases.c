/* What cases may do, and how they stand after it; views of the case book; the calendar. The guards
 * that refuse are tests/verify/roll_guards.c's. */
#include "verify/roll_script.h"

/* How case 1 stands in the end. */
struct after {
    enum case_state state;
    bool open, in_force, notified, reply_over;
};

/* All goes through. */
struct passage {
    const char *name;
    struct line lines[LINES_MOST];
    struct after after;
};

static const struct passage passages[] = {
    {"raised", {RAISED}, {CASE_RAISED, true, false, false, false}},
    {"evidenced", {EVIDENCED}, {CASE_EVIDENCED, true, false, false, false}},
    {"proposed", {PROPOSED}, {CASE_PROPOSED, true, false, false, false}},
    {"upheld", {DONE}, {CASE_UPHELD, false, true, false, false}},
    {"refused", {DENIED}, {CASE_REFUSED, false, false, false, false}},
    {"withdrawn",
     {PROPOSED, {0, "ann", "withdrawal", 1, TEXT, NULL}},
     {CASE_WITHDRAWN, false, false, false, false}},
    {"withdrawn by the same key",
     {RAISED, {0, "ann2", "withdrawal", 1, TEXT, NULL}},
     {CASE_WITHDRAWN, false, false, false, false}},
    {"a member's, withdrawn by an officer",
     {MEMBERS_CASE(1), {0, "cat", "withdrawal", 1, TEXT, NULL}},
     {CASE_WITHDRAWN, false, false, false, false}},
    {"another proposal",
     {PROPOSED, {0, "bob", "proposal", 1, HOLD, NULL}},
     {CASE_PROPOSED, true, false, false, false}},
    {"a hold on a declaration",
     {RAISED,
      {0, "ann", "evidence", 1, DECLARE, NULL},
      {0, "ann", "proposal", 1, HOLD, NULL},
      {0, "bob", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, false, true, false, false}},
    {"two matches",
     {RAISED,
      {0, "ann", "evidence", 1, MATCH, NULL},
      {0, "ann", "evidence", 1, MATCH2, NULL},
      {0, "ann", "proposal", 1, INCLUDE, NULL},
      {0, "bob", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, false, true, false, false}},
    {"two officers attest",
     {RAISED,
      {0, "ann", "evidence", 1, ATTEST, NULL},
      {0, "cat", "evidence", 1, ATTEST, NULL},
      {0, "ann", "proposal", 1, INCLUDE, NULL},
      {0, "bob", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, false, true, false, false}},
    /* Raised on Monday; Wednesday is not worked: five working days end on the next Tuesday. */
    {"decided on the last day",
     {PROPOSED, {8, "bob", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, false, true, false, false}},
    {"decided late by the deputy",
     {PROPOSED, {9, "dee", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, false, true, false, false}},
    {"decided late by the panel",
     {PROPOSED, {90, "pam", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, false, true, false, false}},
    /* Told on Monday: three working days end on Friday. */
    {"a removal after the reply",
     {REMOVING, {0, "cat", "notification", 1, TOLD, NULL}, {5, "bob", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, false, true, true, true}},
    {"a removal on the last day after the reply", /* Friday, and five working days */
     {REMOVING,
      {0, "cat", "notification", 1, TOLD, NULL},
      {11, "bob", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, false, true, true, true}},
    {"a removal refused untold",
     {REMOVING, {1, "bob", "decision", 1, REFUSED, NULL}},
     {CASE_REFUSED, false, false, false, false}},
    {"told of something that is no removal",
     {PROPOSED, {0, "cat", "notification", 1, TOLD, NULL}, {1, "bob", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, false, true, true, false}},
    {"a new proposal was not told of",
     {REMOVING, {0, "cat", "notification", 1, TOLD, NULL}, {0, "ann", "proposal", 1, HOLD, NULL}},
     {CASE_PROPOSED, true, false, false, false}},
    {"eleven subjects wait for a scrutineer",
     {{0, "ann", "variance", 1, ELEVEN, NULL},
      {0, "ann", "evidence", 1, BANK, NULL},
      {0, "ann", "proposal", 1, INCLUDE, NULL},
      {0, "bob", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, true, false, false, false}},
    {"eleven subjects countersigned",
     {{0, "ann", "variance", 1, ELEVEN, NULL},
      {0, "ann", "evidence", 1, BANK, NULL},
      {0, "ann", "proposal", 1, INCLUDE, NULL},
      {0, "bob", "decision", 1, UPHELD, NULL},
      {0, "sue", "countersignature", 1, AS("scrutineer"), NULL}},
     {CASE_UPHELD, false, true, false, false}},
    {"after a roll it waits for an officer",
     {ROLL, DONE},
     {CASE_UPHELD, true, false, false, false}},
    {"after a roll, countersigned",
     {ROLL, DONE, {1, "dee", "countersignature", 1, AS("officer"), NULL}},
     {CASE_UPHELD, false, true, false, false}},
    {"before the roll, decided after it: judged at its own entry",
     {PROPOSED, ROLL, {1, "bob", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, true, false, false, false}},
    {"appealed, in force until decided",
     {DONE, {1, "authority", "appeal", 1, APPEAL("member"), NULL}},
     {CASE_APPEALED, false, true, false, false}},
    {"appealed after a refusal: open",
     {DENIED, {1, "sue", "appeal", 1, APPEAL("officer"), NULL}},
     {CASE_APPEALED, true, false, false, false}},
    {"an appeal on the last day",
     {DENIED, {9, "eve", "appeal", 1, APPEAL("officer"), NULL}},
     {CASE_APPEALED, true, false, false, false}},
    {"evidence on appeal",
     {DENIED,
      {1, "sue", "appeal", 1, APPEAL("officer"), NULL},
      {1, "ann", "evidence", 1, ATTEST, NULL}},
     {CASE_APPEALED, true, false, false, false}},
    {"upheld on appeal",
     {DENIED,
      {1, "sue", "appeal", 1, APPEAL("officer"), NULL},
      {2, "pam", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, false, true, false, false}},
    {"refused on appeal: out of force",
     {DONE,
      {1, "authority", "appeal", 1, APPEAL("member"), NULL},
      {2, "pam", "decision", 1, REFUSED, NULL}},
     {CASE_REFUSED, false, false, false, false}},
    {"upheld on appeal after a roll: out of force until countersigned",
     {DONE,
      ROLL,
      {1, "authority", "appeal", 1, APPEAL("member"), NULL},
      {2, "pam", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, true, false, false, false}},
    {"three cases of a member",
     {MEMBERS_CASE(1), MEMBERS_CASE(2), MEMBERS_CASE(3)},
     {CASE_RAISED, true, false, false, false}},
    {"a fourth, one withdrawn",
     {MEMBERS_CASE(1),
      MEMBERS_CASE(2),
      MEMBERS_CASE(3),
      {0, "ann", "withdrawal", 2, TEXT, NULL},
      MEMBERS_CASE(4)},
     {CASE_RAISED, true, false, false, false}},
    {"the machine's",
     {{0, "authority", "variance", 1, MACHINE, NULL}},
     {CASE_RAISED, true, false, false, false}},
    {"ten attestations", {RAISED, TEN_ATTESTED}, {CASE_RAISED, true, false, false, false}},
    {"exclusions",
     {RAISED, {0, "cat", "exclusions", 0, LIST, NULL}},
     {CASE_RAISED, true, false, false, false}},
    {"an irregularity",
     {RAISED, ROLL, {0, "cat", "irregularity", 0, SUBJECT TEXT, NULL}},
     {CASE_RAISED, true, false, false, false}},
    {"somebody added",
     {{0, "ann", "variance", 1, ADDED, NULL},
      {0, "ann", "evidence", 1, BANK, NULL},
      {0, "ann", "proposal", 1,
       PROPOSE("\"do\":\"add\",\"numbers\":\"members\",\"record\":{\"member_no\":\"77\"}"), NULL}},
     {CASE_PROPOSED, true, false, false, false}},
};

static void check_passage(const struct passage *passage)
{
    static struct reading_of of;
    struct casebook_view view;
    check_case("%s", passage->name);
    enum outcome outcome = read_script(&of, passage->lines);
    CHECK_STR(of.fail.text, "");
    if (CHECK_INT(outcome, GOOD) &&
        CHECK_INT(casebook_view(&of.book, UINT64_MAX, &of.arena, &view, NULL), GOOD) &&
        CHECK(view.case_count >= 1)) {
        const struct roll_case *one = &view.cases[0];
        CHECK_INT(one->number, 1);
        CHECK_INT(one->state, passage->after.state);
        CHECK_INT(one->open, passage->after.open);
        CHECK_INT(one->force_order != 0, passage->after.in_force);
        CHECK_INT(one->notified, passage->after.notified);
        CHECK_INT(one->reply_over, passage->after.reply_over);
        CHECK_UINT(view.in_force_count, passage->after.in_force);
    }
    close_script(&of);
}

/* A case is in force from the last entry that it needed, and seen so only after it. */
static void test_views(void)
{
    static const struct line lines[LINES_MOST] = {
        PROPOSED,
        {0, "ann", "variance", 2, RAISE, NULL},
        {0, "ann", "evidence", 2, BANK, NULL},
        {0, "ann", "proposal", 2, HOLD, NULL},
        {1, "bob", "decision", 2, UPHELD, NULL},
        {1, "bob", "decision", 1, UPHELD, NULL},
        {2, "authority", "appeal", 2, APPEAL("member"), NULL},
        {3, "pam", "decision", 2, UPHELD, NULL}};
    static struct reading_of of;
    struct casebook_view view;
    check_case("views");
    CHECK_INT(read_script(&of, lines), GOOD);
    const struct roll_entry *last = &of.stage.entries[of.stage.entry_count - 1];
    CHECK_INT(casebook_view(&of.book, last[-2].index, &of.arena, &view, NULL), GOOD);
    CHECK_UINT(view.in_force_count, 1); /* the decision of case 1 does not stand before itself */
    CHECK_INT(view.in_force[0]->number, 2);
    CHECK_INT(casebook_view(&of.book, last->index, &of.arena, &view, NULL), GOOD);
    CHECK_UINT(view.in_force_count, 2);
    CHECK_INT(view.in_force[0]->number, 2);
    CHECK_INT(view.in_force[1]->number, 1);
    CHECK_INT(casebook_view(&of.book, UINT64_MAX, &of.arena, &view, NULL), GOOD);
    CHECK_INT(view.in_force[0]->number, 1); /* case 2 came into force anew */
    CHECK_INT(view.in_force[1]->number, 2);
    CHECK_UINT(view.in_force[1]->force_at, (uint64_t)MONDAY_AT + 3 * DAY_SECONDS);
    CHECK_INT(view.in_force[1]->effect->what, EFFECT_HOLD);
    close_script(&of);
}

/* The last seconds of working days, around a weekend and a holiday. */
static void test_calendar(void)
{
    static const struct {
        int day, working_days, last_day;
    } cases[] = {
        {0, 0, 0}, {0, 1, 1}, {0, 2, 3}, {0, 3, 4}, {0, 4, 7}, {1, 1, 3},  {2, 0, 2},
        {2, 1, 3}, {4, 1, 7}, {5, 1, 7}, {6, 1, 7}, {6, 0, 6}, {4, 5, 11},
    };
    const struct span closed[] = {span_text("2026-03-04"), span_text("2026-03-01")};
    const struct span none[] = {span_text("2026-02-29")};
    struct arena arena = {NULL};
    struct calendar calendar;
    check_case("calendar");
    CHECK_INT(calendar_init(none, 1, &arena, &calendar, NULL), BAD);
    CHECK_INT(calendar_init(closed, 2, &arena, &calendar, NULL), GOOD);
    CHECK_INT(calendar.closed[1], MONDAY_DAY + 2);
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        check_case("calendar, row %zu", i);
        uint64_t at = (uint64_t)(MONDAY_DAY + cases[i].day) * DAY_SECONDS + 86399;
        CHECK_UINT(calendar_deadline(&calendar, at, cases[i].working_days),
                   (uint64_t)(MONDAY_DAY + cases[i].last_day) * DAY_SECONDS + 86399);
    }
    arena_done(&arena);
}

int main(void)
{
    test_calendar();
    test_views();
    for (size_t i = 0; i < CHECK_COUNT_OF(passages); i++)
        check_passage(&passages[i]);
    return check_end("verify roll_cases");
}
