/* The five passes of cases over people: each effect, their order, what is moot, and whom a `set`
 * may not harm. docs/roll.md section 8. */
#include "crypto/hash.h"
#include "roll_scene.h"

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

int main(void)
{
    test_rows();
    test_merge();
    test_add();
    test_settings();
    test_set_order();
    test_harm();
    test_passes();
    return check_end("verify roll_draft");
}
