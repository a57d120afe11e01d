/* Who is on the roll: the outcomes by rules and cases, open cases, what lists and old feeds make of
 * people, what a record shows, and the seal. docs/roll.md sections 4, 5 and 8. */
#include "roll/seal.h"
#include "roll_scene.h"

struct outcome_row {
    const char *what;
    enum effect_do effect;
    enum { NO_CASE, IN_FORCE, OPEN, OPEN_NOTIFIED } state;
    const char *outcomes; /* of 1 to 6 */
};

/* Eligible, Ineligible, Undetermined, Provisional, Removed. */
static const struct outcome_row outcomes[] = {
    {"no case", EFFECT_REVIEW, NO_CASE, "EIPIUU"},
    {"include", EFFECT_INCLUDE, IN_FORCE, "EEEIUU"},
    {"hold", EFFECT_HOLD, IN_FORCE, "PPPIUU"},
    {"exclude", EFFECT_EXCLUDE, IN_FORCE, "RRRRRR"},
    {"open exclude", EFFECT_EXCLUDE, OPEN, "EIPIUU"},
    {"open exclude, notified", EFFECT_EXCLUDE, OPEN_NOTIFIED, "PIPIUU"},
    {"open merge, notified", EFFECT_MERGE, OPEN_NOTIFIED, "PIPIUU"},
    {"open include", EFFECT_INCLUDE, OPEN, "EPPIUU"},
    {"open review", EFFECT_REVIEW, OPEN, "EPPIUU"},
    {"open set, notified", EFFECT_SET, OPEN_NOTIFIED, "EPPIUU"},
};

static void test_outcomes(void)
{
    static const char letters[] = {
        [ELIGIBLE] = 'E',    [INELIGIBLE] = 'I', [STANDING_UNDETERMINED] = 'U',
        [PROVISIONAL] = 'P', [REMOVED] = 'R',    [WITHDRAWN] = 'W'};
    for (size_t i = 0; i < CHECK_COUNT_OF(outcomes); i++) {
        const struct outcome_row *row = &outcomes[i];
        check_case("%s", row->what);
        if (!begin_list())
            return;
        for (char number[] = "1"; row->state != NO_CASE && number[0] <= '6'; number[0]++) {
            struct roll_case *made = add_case(number, (struct effect){.what = row->effect});
            if (row->state != IN_FORCE)
                reopen(made, row->state == OPEN_NOTIFIED);
        }
        if (make()) {
            for (char number[] = "1"; number[0] <= '6'; number[0]++) {
                const struct drafted *found = drafted(number);
                check_case("%s of %s", row->what, number);
                if (found != NULL)
                    CHECK_INT(letters[found->standing], row->outcomes[number[0] - '1']);
            }
            CHECK_UINT(scene.draft.moot, 0);
        }
        feeds_end(&scene.feeds);
    }
}

static void test_reasons(void)
{
    check_case("reasons, styles and votes");
    if (!begin_list())
        return;
    (void)add_case("2", (struct effect){.what = EFFECT_INCLUDE});
    if (make()) {
        CHECK_UINT(drafted("2")->failed, 1); /* recorded whatever a case decides */
        CHECK_UINT(drafted("2")->by_rules, INELIGIBLE);
        CHECK_UINT(drafted("8")->failed, 5);
        CHECK_UINT(draft_first_failed(drafted("8")), 0);
        CHECK_UINT(drafted("4")->failed, 4);
        CHECK_INT(drafted("4")->style, NO_STYLE);
        CHECK_INT(drafted("1")->style, 0);
        CHECK_UINT(drafted("1")->votes, 5);
        CHECK(drafted("6")->duplicate && !drafted("1")->duplicate);
        CHECK_UINT(drafted("6")->by_rules, STANDING_UNDETERMINED);
    }
    feeds_end(&scene.feeds);
}

static void test_last_word(void)
{
    check_case("of several words the last in force counts");
    if (!begin_list())
        return;
    struct roll_case *first = add_case("1", (struct effect){.what = EFFECT_EXCLUDE});
    add_subject(first, "2");
    add_subject(first, "9");
    (void)add_case("1", (struct effect){.what = EFFECT_INCLUDE});
    (void)add_case("2", (struct effect){.what = EFFECT_HOLD});
    if (make()) {
        check_standing("1", ELIGIBLE);
        check_standing("2", PROVISIONAL);
        CHECK_UINT(scene.draft.moot, 1); /* 9 is nobody */
    }
    feeds_end(&scene.feeds);
}

/* -- what the record shows -------------------------------------------------------------------- */

static void check_shown(const char *number, enum field_place field, const char *wanted)
{
    const struct drafted *found = drafted(number);
    if (found == NULL)
        return;
    struct span text = draft_shown(&scene.draft, (uint32_t)(found - scene.draft.list), field);
    if (wanted == NULL)
        CHECK(text.ptr == NULL);
    else
        CHECK_TEXT(text, wanted);
}

static void test_shown(void)
{
    check_case("contested values in the record");
    if (!feeds_begin(
            &scene.feeds,
            FEED("members", "members", "true", "0") "," FEED("local", "members", "true", "0"), "",
            "", ALL_STYLE))
        return;
    feeds_add(&scene.feeds, "members", 9, 9,
              "member_no,name,email\n1,Ann,a@example.org\n2,,\n3,Cat,c@example.org\n");
    feeds_add(&scene.feeds, "local", 9, 9,
              "member_no,name,email\n1,Anna,b@example.org\n2,Bob,\n3,Cat,\n");
    if (feeds_join(&scene.feeds, 0) && begin() && make()) {
        check_shown("1", PLACE_NAME, "Ann");
        check_shown("1", PLACE_EMAIL, NULL);
        check_shown("2", PLACE_NAME, "Bob");
        check_shown("3", PLACE_NAME, "Cat");
        check_shown("3", PLACE_EMAIL, "c@example.org");
        CHECK(!drafted("1")->duplicate); /* several lists are no duplicate */
        check_standing("1", ELIGIBLE);
    }
    feeds_end(&scene.feeds);
}

/* -- lists of others -------------------------------------------------------------------------- */

static void test_in_list(void)
{
    static const struct {
        const char *numbers, *number;
        enum standing standing;
    } people[] = {
        {"members", "1", ELIGIBLE},
        {"members", "2", INELIGIBLE},
        {"clubs", "1", INELIGIBLE}, /* the waiver is of the member 1 */
    };
    check_case("in_list");
    if (!feeds_begin(&scene.feeds,
                     FEED("members", "members", "true", "0") "," FEED(
                         "clubs", "clubs", "true", "0") "," FEED("waived", "members", "false",
                                                                 "0") "," FEED("never", "members",
                                                                               "true", "0"),
                     "", RULE("W", "{\"in_list\":\"waived\"}"), ALL_STYLE))
        return;
    feeds_add(&scene.feeds, "members", 9, 9, "member_no\n1\n2\n");
    feeds_add(&scene.feeds, "clubs", 9, 9, "member_no\n1\n");
    feeds_add(&scene.feeds, "waived", 9, 9, "member_no\n1\n1\n");
    if (feeds_join(&scene.feeds, 0) && begin() && make()) {
        for (size_t i = 0; i < CHECK_COUNT_OF(people); i++) {
            uint32_t index = feeds_person(&scene.feeds, people[i].numbers, people[i].number);
            check_case("in_list of %s %s", people[i].numbers, people[i].number);
            if (CHECK(index != NOBODY))
                CHECK_INT(scene.draft.list[index].standing, people[i].standing);
        }
        check_case("rows that repeat in a source that does not list");
        CHECK(!drafted("1")->duplicate);
    }
    feeds_end(&scene.feeds);
    check_case("in_list of a source without a snapshot");
    if (!feeds_begin(&scene.feeds,
                     FEED("members", "members", "true",
                          "0") "," FEED("waived", "others", "false",
                                        "0") "," FEED("others", "others", "true", "0"),
                     "", RULE("W", "{\"in_list\":\"waived\"}"), ALL_STYLE))
        return;
    feeds_add(&scene.feeds, "members", 9, 9, "member_no\n1\n");
    if (feeds_join(&scene.feeds, 0) && begin()) {
        add_person("2", "wales");
        if (make()) {
            check_standing("1", PROVISIONAL);
            /* F for whom a case added, but U at the second look: the feed never came. */
            check_standing("2", PROVISIONAL);
        }
    }
    feeds_end(&scene.feeds);
}

/* An old finance feed makes nobody a debtor, and troubles nobody whom it shows as paid. */
static void test_old_feed(void)
{
    check_case("an old finance feed");
    if (!feeds_begin(
            &scene.feeds,
            FEED("members", "members", "true", "0") "," FEED("finance", "members", "false", "28"),
            AUTHORITY("paid_until", "finance"),
            RULE("PAID", "{\"on_or_after\":[\"paid_until\",\"2026-01-01\"]}"), ALL_STYLE))
        return;
    feeds_add(&scene.feeds, "members", 90 * DAY, 90 * DAY, "member_no\n1\n2\n3\n");
    feeds_add(&scene.feeds, "finance", 90 * DAY, 27 * DAY,
              "member_no,paid_until\n1,2026-06-30\n2,2025-06-30\n");
    if (feeds_join(&scene.feeds, 0) && begin()) {
        (void)add_case("2", set("paid_until", "2025-06-30", "2025-12-31")); /* harm */
        if (make()) {
            check_standing("1", ELIGIBLE);
            check_standing("2", PROVISIONAL);
            check_standing("3", PROVISIONAL);
            CHECK_UINT(drafted("2")->by_rules, STANDING_UNDETERMINED);
            CHECK_UINT(scene.draft.moot, 1);
        }
    }
    feeds_end(&scene.feeds);
}

/* -- the seal --------------------------------------------------------------------------------- */

static const uint8_t snapshot_hash[HASH_BYTES] = {7};

/* A statement `exclusions` of one person. */
static void confirm(const char *number, const uint8_t *answers, struct span *codes, size_t count)
{
    static struct exclusion exclusions[4];
    size_t at = scene.view.confirmation_count++;
    exclusions[at] = (struct exclusion){.codes = codes, .code_count = count};
    name_subject("members", number, &exclusions[at].pseudonym);
    scene.statements[at] = (struct case_statement){
        .kind = STATEMENT_EXCLUSIONS, .exclusions = &exclusions[at], .exclusion_count = 1};
    memcpy(scene.statements[at].answers.bytes, answers, HASH_BYTES);
    scene.confirmations[at] = (struct confirmation){at, &scene.statements[at]};
}

static void check_seal(enum outcome outcome, const char *why)
{
    struct fail fail = {""};
    if (!make())
        return;
    CHECK_INT(seal_check(&scene.draft, snapshot_hash, &fail), outcome);
    if (!CHECK(strstr(fail.text, why) != NULL))
        fprintf(stderr, "  said: %s\n", fail.text);
}

/* Members 2 (PAID) and 8 (PAID, STYLE) are left to be confirmed. */
static bool begin_seal(void)
{
    static const char *const gone[] = {"4", "5", "6"};
    if (!begin_list())
        return false;
    for (size_t i = 0; i < CHECK_COUNT_OF(gone); i++)
        (void)add_case(gone[i], (struct effect){.what = EFFECT_EXCLUDE});
    return true;
}

static void test_confirmations(void)
{
    static const uint8_t other_hash[HASH_BYTES] = {8};
    struct span paid[] = {span_text("PAID")}, both[] = {span_text("PAID"), span_text("STYLE")};
    struct span turned[] = {span_text("STYLE"), span_text("PAID")};
    struct span more[] = {span_text("PAID"), span_text("NAMED"), span_text("STYLE")};
    const struct {
        const char *what;
        const uint8_t *answers;
        struct span *codes;
        size_t count;
        enum outcome outcome;
    } cases[] = {
        {"sealed", snapshot_hash, both, 2, GOOD},
        {"another snapshot", other_hash, both, 2, BAD},
        {"too few codes", snapshot_hash, both, 1, BAD},
        {"too many codes", snapshot_hash, more, 3, BAD},
        {"codes in another order", snapshot_hash, turned, 2, BAD},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        if (!begin_seal())
            return;
        confirm("2", snapshot_hash, paid, 1);
        confirm("1", snapshot_hash, paid, 1); /* who is not ineligible: without effect */
        confirm("8", cases[i].answers, cases[i].codes, cases[i].count);
        check_case("seal: %s", cases[i].what);
        check_seal(cases[i].outcome,
                   cases[i].outcome == GOOD ? "" : "line 10 of members is ineligible");
        feeds_end(&scene.feeds);
    }
}

static void test_seal_refused(void)
{
    struct span paid[] = {span_text("PAID")}, both[] = {span_text("PAID"), span_text("STYLE")};
    check_case("seal: a reason that does not hold, after those that do");
    if (begin_seal()) {
        confirm("2", snapshot_hash, both, 2);
        confirm("8", snapshot_hash, both, 2);
        check_seal(BAD, "line 3 of members is ineligible");
    }
    feeds_end(&scene.feeds);
    check_case("seal: nobody has confirmed");
    if (begin_seal())
        check_seal(BAD, "line 3 of members is ineligible");
    feeds_end(&scene.feeds);
    check_case("seal: somebody is undetermined");
    if (begin_list()) {
        (void)add_case("2", (struct effect){.what = EFFECT_EXCLUDE});
        (void)add_case("4", (struct effect){.what = EFFECT_EXCLUDE});
        check_seal(BAD, "line 6 of members is undetermined");
    }
    feeds_end(&scene.feeds);
    check_case("seal: nobody is left");
    if (begin_list()) {
        for (char number[] = "1"; number[0] <= '8'; number[0]++)
            (void)add_case(number, (struct effect){.what = EFFECT_EXCLUDE});
        check_seal(BAD, "nobody is on the roll");
    }
    feeds_end(&scene.feeds);
    check_case("seal: whom a case added");
    if (begin_seal()) {
        confirm("2", snapshot_hash, paid, 1);
        confirm("8", snapshot_hash, both, 2);
        add_person("20", "wales");
        check_seal(BAD, "whom case 4 added is ineligible");
    }
    feeds_end(&scene.feeds);
}

int main(void)
{
    test_outcomes();
    test_reasons();
    test_last_word();
    test_shown();
    test_in_list();
    test_old_feed();
    test_confirmations();
    test_seal_refused();
    return check_end("verify roll_standing");
}
