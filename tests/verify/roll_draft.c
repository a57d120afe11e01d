/* From people and cases to who is on the roll: the outcomes, the five passes and their order, what
 * is moot, whom a `set` may not harm, open cases, and the seal. docs/roll.md section 8. */
#include "crypto/hash.h"
#include "roll/seal.h"
#include "roll_feeds.h"

enum { CASES_MOST = 16, SUBJECTS_MOST = 8 };

/* People, cases made by hand as the case book would give them, and what comes of both. */
struct scene {
    struct feeds feeds;
    struct roll_case cases[CASES_MOST];
    struct effect effects[CASES_MOST];
    struct digest subjects[CASES_MOST][SUBJECTS_MOST];
    struct record_value records[CASES_MOST][4];
    const struct roll_case *in_force[CASES_MOST];
    struct case_statement statements[4];
    struct confirmation confirmations[4];
    struct casebook_view view;
    struct draft draft;
};

static struct scene scene;

static void name_subject(const char *numbers, const char *number, struct digest *out_digest)
{
    people_pseudonym(&scene.feeds.people, span_text(numbers), span_text(number), out_digest->bytes);
}

/* A case in force, of one subject of `members`; further ones by add_subject(). */
static struct roll_case *add_case(const char *number, struct effect effect)
{
    size_t at = scene.view.case_count++;
    struct roll_case *made = &scene.cases[at];
    scene.effects[at] = effect;
    *made = (struct roll_case){.number = (int64_t)at + 1,
                               .state = CASE_UPHELD,
                               .subjects = scene.subjects[at],
                               .subject_count = 1,
                               .effect = &scene.effects[at],
                               .has_proposal = true};
    name_subject("members", number, &scene.subjects[at][0]);
    scene.in_force[scene.view.in_force_count++] = made;
    made->force_order = scene.view.in_force_count;
    return made;
}

static void add_subject(struct roll_case *made, const char *number)
{
    size_t at = (size_t)(made - scene.cases);
    name_subject("members", number, &scene.subjects[at][made->subject_count++]);
}

/* Takes the latest case out of force again: it is open. */
static void reopen(struct roll_case *made, bool notified)
{
    scene.view.in_force_count--;
    made->force_order = 0;
    made->open = true;
    made->state = CASE_PROPOSED;
    made->notified = notified;
}

static struct effect set(const char *field, const char *from, const char *to)
{
    struct effect effect = {.what = EFFECT_SET, .field = span_text(field)};
    if (from != NULL)
        effect.from = span_text(from);
    if (to != NULL)
        effect.to = span_text(to);
    return effect;
}

static struct effect merge(const char *survivor)
{
    struct effect effect = {.what = EFFECT_MERGE};
    name_subject("members", survivor, &effect.digest);
    return effect;
}

static struct effect rows(const char *record)
{
    struct effect effect = {.what = EFFECT_ROWS};
    hash_sha256(span_text(record), effect.digest.bytes);
    return effect;
}

/* Somebody new of this number: active, and in `nation` unless that is NULL. */
static void add_person(const char *number, const char *nation)
{
    struct record_value *record = scene.records[scene.view.case_count];
    struct effect effect = {.what = EFFECT_ADD, .numbers = span_text("members"), .record = record};
    *record++ = (struct record_value){span_text("member_no"), span_text(number)};
    if (nation != NULL)
        *record++ = (struct record_value){span_text("nation"), span_text(nation)};
    *record++ = (struct record_value){span_text("status"), span_text("active")};
    effect.record_count = (size_t)(record - effect.record);
    (void)add_case(number, effect);
}

static bool begin(void)
{
    scene.view = (struct casebook_view){
        .cases = scene.cases, .in_force = scene.in_force, .confirmations = scene.confirmations};
    return true;
}

static bool make(void)
{
    struct fail fail = {""};
    return CHECK_INT(
        draft_make(&scene.feeds.people, &scene.view, &scene.feeds.arena, &scene.draft, &fail),
        GOOD);
}

/* NULL, and a failed check, if there is nobody. */
static const struct drafted *drafted(const char *number)
{
    struct digest pseudonym;
    name_subject("members", number, &pseudonym);
    uint32_t index = draft_find(&scene.draft, pseudonym.bytes);
    return CHECK(index != NOBODY) ? &scene.draft.list[index] : NULL;
}

static void check_standing(const char *number, enum standing standing)
{
    const struct drafted *found = drafted(number);
    if (found != NULL)
        CHECK_INT(found->standing, standing);
}

static void check_field(const char *number, enum field_place field, const char *wanted,
                        int64_t by_case)
{
    const struct drafted *found = drafted(number);
    struct value value;
    if (found == NULL)
        return;
    draft_value(&scene.draft, (uint32_t)(found - scene.draft.list), field, &value);
    CHECK_INT(value.state, wanted == NULL ? VALUE_MISSING : VALUE_PRESENT);
    if (wanted != NULL)
        CHECK_TEXT(value.text, wanted);
    CHECK_INT(value.by_case, by_case);
}

/* -- one list: eligible, ineligible, undetermined, no style, style unknown, duplicate ------------
 */

#define FAY_OLD "{\"member_no\":\"6\",\"name\":\"Fay\",\"nation\":\"wales\",\"status\":\"lapsed\"}"
#define FAY_NEW "{\"member_no\":\"6\",\"name\":\"Fay\",\"nation\":\"wales\",\"status\":\"active\"}"

#define GUS "{\"member_no\":\"7\",\"name\":\"Gus\",\"nation\":\"wales\",\"status\":\"active\"}"

static bool begin_list(void)
{
    if (!feeds_begin(
            &scene.feeds,
            FEED("members", "members", "true", "0") "," FEED("extra", "members", "false", "0"), "",
            RULE("PAID", "{\"one_of\":[\"status\",[\"active\",\"grace\"]]}") "," RULE(
                "NAMED", "{\"any\":[{\"present\":\"name\"},{\"in_list\":\"extra\"}]}"),
            STYLE("wales", "5", "", "{\"equal\":[\"nation\",\"wales\"]}")))
        return false;
    feeds_add(&scene.feeds, "members", 9, 9,
              "member_no,name,nation,status,joined_on,x.n1,email\n"
              "1,Ann,wales,active,2020-01-01,5,ann@example.org\n"
              "2,Bob,wales,lapsed,,,\n"
              "3,Cat,wales,,,,\n"
              "4,Dan,england,active,,,\n"
              "5,Eve,,active,,,\n"
              "6,Fay,wales,lapsed,,,\n"
              "6,Fay,wales,active,,,\n"
              "7,Gus,wales,active,,,\n"
              "8,Hal,england,lapsed,,,\n");
    feeds_add(&scene.feeds, "extra", 9, 9, "member_no,x.only\n1,a\n");
    return feeds_join(&scene.feeds, 0) && begin();
}

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

/* -- rows, merge, add ------------------------------------------------------------------------- */

static void test_rows(void)
{
    check_case("rows");
    if (!begin_list())
        return;
    (void)add_case("6", rows(FAY_NEW));
    (void)add_case("6", rows(FAY_OLD)); /* withdrawn already: moot */
    (void)add_case("1", rows(FAY_NEW)); /* moot */
    (void)add_case("7", rows(GUS));     /* there are no others: moot */
    if (make()) {
        check_standing("6", ELIGIBLE);
        CHECK(!drafted("6")->duplicate);
        check_field("6", PLACE_STATUS, "active", 0);
        CHECK_UINT(scene.draft.moot, 3);
    }
    feeds_end(&scene.feeds);
    check_case("rows: the other");
    if (!begin_list())
        return;
    (void)add_case("6", rows(FAY_OLD));
    if (make()) {
        check_standing("6", INELIGIBLE);
        CHECK_UINT(scene.draft.moot, 0);
    }
    feeds_end(&scene.feeds);
}

static void test_merge(void)
{
    check_case("merge");
    if (!begin_list())
        return;
    (void)add_case("2", merge("1"));
    (void)add_case("1", merge("2"));                              /* 2 is withdrawn: moot */
    (void)add_case("3", merge("3"));                              /* moot */
    (void)add_case("3", merge("9"));                              /* moot */
    (void)add_case("2", (struct effect){.what = EFFECT_INCLUDE}); /* moot */
    (void)add_case("2", set("status", "lapsed", "active"));       /* moot */
    reopen(add_case("2", (struct effect){.what = EFFECT_REVIEW}), false);
    if (make()) {
        check_standing("2", WITHDRAWN);
        check_standing("1", ELIGIBLE);
        check_standing("3", PROVISIONAL);
        CHECK_UINT(scene.draft.moot, 5);
    }
    feeds_end(&scene.feeds);
}

static void test_add(void)
{
    struct digest pseudonym;
    check_case("add");
    if (!begin_list())
        return;
    /* passes, not the order in force, put the `set` behind the `add` */
    (void)add_case("20", set("nation", "england", "wales"));
    add_person("20", "england");
    add_person("20", "wales"); /* moot */
    add_person("1", "wales");  /* moot */
    add_person("21", NULL);
    (void)add_case("2", merge("20"));
    if (make()) {
        CHECK_UINT(scene.draft.count, scene.feeds.people.count + 2);
        CHECK_UINT(scene.draft.moot, 2);
        name_subject("members", "20", &pseudonym);
        uint32_t index = draft_find(&scene.draft, pseudonym.bytes);
        CHECK(draft_added(&scene.draft, index));
        CHECK_TEXT(draft_member_no(&scene.draft, index), "20");
        CHECK_TEXT(draft_numbers(&scene.draft, index), "members");
        CHECK_BYTES(draft_pseudonym(&scene.draft, index), pseudonym.bytes, HASH_BYTES);
        CHECK_INT(draft_case_of(&scene.draft, index)->number, 2);
        check_field("20", PLACE_NATION, "wales", 1);
        check_field("20", PLACE_STATUS, "active", 2);
        check_field("20", PLACE_EMAIL, NULL, 2);
        check_standing("20", INELIGIBLE); /* without a name, and in no list */
        CHECK_UINT(drafted("20")->failed, 2);
        check_standing("21", INELIGIBLE);
        check_standing("2", WITHDRAWN);
    }
    feeds_end(&scene.feeds);
}

/* -- set -------------------------------------------------------------------------------------- */

struct setting {
    const char *number, *field, *from, *to;
    bool takes;
};

static const struct setting settings[] = {
    {"3", "status", NULL, "active", true},
    {"3", "status", "lapsed", "active", false},
    {"2", "status", "lapsed", "grace", true},
    {"2", "status", NULL, "grace", false},
    {"2", "status", "lapsed", NULL, true},
    {"6", "status", NULL, "active", true}, /* contested counts as absent */
    {"6", "status", "active", "grace", false},
    {"1", "joined_on", "2020-01-01", "2019-01-01", true},
    {"1", "x.n1", "5", "6", true},
    {"1", "x.n1", "5", "six", false}, /* a number in the first source that has it */
    {"1", "x.n1", "5", NULL, true},
    {"1", "x.none", NULL, "a", false},  /* no source has it */
    {"1", "x.only", NULL, "b", false},  /* only one that neither lists nor has authority */
    {"1", "phone", NULL, "0123", true}, /* a named field that no source has */
    {"1", "phone", "0123", NULL, false},
};

static void test_settings(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(settings); i++) {
        const struct setting *one = &settings[i];
        check_case("set %zu: %s of %s", i, one->field, one->number);
        if (!begin_list())
            return;
        (void)add_case(one->number, set(one->field, one->from, one->to));
        if (make()) {
            int field = people_field(&scene.feeds.people, span_text(one->field));
            CHECK_UINT(scene.draft.moot, one->takes ? 0 : 1);
            if (one->takes)
                check_field(one->number, (enum field_place)field, one->to, 1);
        }
        feeds_end(&scene.feeds);
    }
}

static void test_set_order(void)
{
    check_case("set after set, in the order in force");
    if (!begin_list())
        return;
    (void)add_case("2", set("status", "grace", "active")); /* moot: it is lapsed then */
    (void)add_case("2", set("status", "lapsed", "grace"));
    (void)add_case("2", set("status", "grace", "active"));
    (void)add_case("2", set("email", NULL, "bob@example.org"));
    if (make()) {
        check_field("2", PLACE_STATUS, "active", 3);
        check_field("2", PLACE_EMAIL, "bob@example.org", 4);
        check_field("2", PLACE_NAME, "Bob", 0);
        check_standing("2", ELIGIBLE);
        CHECK_UINT(scene.draft.moot, 1);
    }
    feeds_end(&scene.feeds);
}

/* A value must not make ineligible whom nobody told and heard. */
static void test_harm(void)
{
    static const struct {
        const char *number, *from, *to;
        bool heard;
        enum standing standing;
        uint64_t moot;
    } cases[] = {
        {"1", "active", "lapsed", false, ELIGIBLE, 1},
        {"1", "active", "lapsed", true, INELIGIBLE, 0},
        {"1", "active", NULL, false, PROVISIONAL, 0}, /* undetermined is no harm */
        {"1", "active", "grace", false, ELIGIBLE, 0},
        {"2", "lapsed", "arrears", false, INELIGIBLE, 0}, /* it was so before */
        {"3", NULL, "lapsed", false, PROVISIONAL, 1},
        {"3", NULL, "lapsed", true, INELIGIBLE, 0},
        {"6", NULL, "lapsed", false, STANDING_UNDETERMINED, 0}, /* a duplicate stays one */
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        check_case("harm %zu", i);
        if (!begin_list())
            return;
        struct roll_case *made =
            add_case(cases[i].number, set("status", cases[i].from, cases[i].to));
        made->notified = made->reply_over = cases[i].heard;
        if (make()) {
            check_standing(cases[i].number, cases[i].standing);
            CHECK_UINT(scene.draft.moot, cases[i].moot);
        }
        feeds_end(&scene.feeds);
    }
    check_case("harm of one subject is not that of another");
    if (!begin_list())
        return;
    struct roll_case *both = add_case("1", set("nation", "wales", "england"));
    add_subject(both, "2");
    if (make()) {
        check_standing("1", ELIGIBLE);
        check_standing("2", INELIGIBLE);
        CHECK_UINT(drafted("2")->failed, 5);
        CHECK_UINT(scene.draft.moot, 1);
    }
    feeds_end(&scene.feeds);
}

/* -- passes before one another ---------------------------------------------------------------- */

static void test_passes(void)
{
    check_case("the order of the passes");
    if (!begin_list())
        return;
    (void)add_case("6", (struct effect){.what = EFFECT_INCLUDE});
    (void)add_case("6", set("status", "active", "grace")); /* only once its rows are settled */
    (void)add_case("7", merge("6"));
    (void)add_case("7", set("status", "active", "grace")); /* moot, though in force before */
    (void)add_case("6", rows(FAY_NEW));
    if (make()) {
        check_standing("6", ELIGIBLE);
        check_field("6", PLACE_STATUS, "grace", 2);
        check_standing("7", WITHDRAWN);
        CHECK_UINT(scene.draft.moot, 1);
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
            check_standing("2", INELIGIBLE);
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

static void test_seal(void)
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
    test_rows();
    test_merge();
    test_add();
    test_settings();
    test_set_order();
    test_harm();
    test_passes();
    test_shown();
    test_in_list();
    test_old_feed();
    test_seal();
    return check_end("verify roll_draft");
}
