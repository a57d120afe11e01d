/* Rules: the truth tables, every test, the edges of the calendar, and what is refused. */
#include "base/json.h"
#include "check.h"
#include "roll/rules.h"

static struct source_list sources;

#define STYLES                                                                                     \
    "[{\"id\":\"all\",\"title\":{\"en\":\"All\",\"cy\":\"\"},\"unit\":\"u\",\"votes\":1,\"votes_"  \
    "field\":\"\",\"test\":{\"always\":"                                                           \
    "true}}]"

static json_t *parse(const char *text)
{
    return json_loads(text, JSON_DECODE_ANY, NULL);
}

static void read_sources(void)
{
    json_t *list = parse("[{\"id\":\"members\",\"title\":{\"en\":\"M\",\"cy\":\"\"},\"numbers\":"
                         "\"members\",\"lists\":true,\"stale_after\":0},{\"id\":\"waivers\","
                         "\"title\":{\"en\":\"W\",\"cy\":\"\"},\"numbers\":\"members\",\"lists\":"
                         "false,\"stale_after\":0}]");
    json_t *fields = json_array();
    CHECK_INT(sources_read(list, fields, &sources, NULL), OK);
    json_decref(list);
    json_decref(fields);
}

/* Rules with one rule "R" whose test is `test`. */
static enum outcome read_test(const char *test, const char *styles, struct rules *out_rules,
                              struct fail *fail)
{
    char text[4096];
    snprintf(text, sizeof(text),
             "[{\"code\":\"R\",\"text\":{\"en\":\"r\",\"cy\":\"\"},\"test\":%s}]", test);
    json_t *rules_json = parse(text);
    json_t *styles_json = parse(styles);
    enum outcome outcome = rules_read(rules_json, styles_json, &sources, out_rules, fail);
    json_decref(rules_json);
    json_decref(styles_json);
    return outcome;
}

/* A value per field: NULL missing, "?" contested. */
static struct value value_of(const char *text)
{
    if (text == NULL)
        return (struct value){.state = VALUE_MISSING};
    if (strcmp(text, "?") == 0)
        return (struct value){.state = VALUE_CONTESTED};
    return (struct value){.state = VALUE_KNOWN, .text = span_str(text)};
}

static char truth_letter(enum truth truth)
{
    return "FUT"[truth];
}

static char judge(const char *test, const char *first, const char *second)
{
    struct rules rules;
    struct fail fail = {0};
    if (read_test(test, STYLES, &rules, &fail) != OK) {
        fprintf(stderr, "%s: %s\n", test, fail.text);
        return '!';
    }
    struct value values[RULES_FIELDS_MAX] = {value_of(first), value_of(second)};
    char letter = truth_letter(
        rules_test(&rules, rules.rules[0].test, &(struct facts){.values = values}, false));
    rules_done(&rules);
    return letter;
}

/* x.a is T for "1", F for "0", U when missing: the tables of docs/roll.md section 4. */
static void check_tables(void)
{
    static const char *const INPUTS[3] = {"1", "0", NULL};
    static const char ALL[3][4] = {"TFU", "FFF", "UFU"};
    static const char ANY[3][4] = {"TTT", "TFU", "TUU"};
    static const char NOT[4] = "FTU";
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
            check_case("table %d %d", i, j);
            CHECK_INT(judge("{\"all\":[{\"equal\":[\"x.a\",\"1\"]},{\"equal\":[\"x.b\",\"1\"]}]}",
                            INPUTS[i], INPUTS[j]),
                      ALL[i][j]);
            CHECK_INT(judge("{\"any\":[{\"equal\":[\"x.a\",\"1\"]},{\"equal\":[\"x.b\",\"1\"]}]}",
                            INPUTS[i], INPUTS[j]),
                      ANY[i][j]);
        }
        CHECK_INT(judge("{\"not\":{\"equal\":[\"x.a\",\"1\"]}}", INPUTS[i], NULL), NOT[i]);
    }
}

static const struct {
    const char *test;
    const char *first;
    const char *second;
    char want;
} TESTS[] = {
    {"{\"always\":true}", NULL, NULL, 'T'},
    {"{\"present\":\"email\"}", "a", NULL, 'T'},
    {"{\"present\":\"email\"}", NULL, NULL, 'F'},
    {"{\"present\":\"email\"}", "?", NULL, 'U'},
    {"{\"equal\":[\"branch\",\"Bala\"]}", "Bala", NULL, 'T'},
    {"{\"equal\":[\"branch\",\"Bala\"]}", "bala", NULL, 'F'},
    {"{\"equal\":[\"branch\",\"Bala\"]}", "?", NULL, 'U'},
    {"{\"one_of\":[\"status\",[\"active\",\"grace\"]]}", "grace", NULL, 'T'},
    {"{\"one_of\":[\"status\",[\"active\",\"grace\"]]}", "lapsed", NULL, 'F'},
    {"{\"one_of\":[\"status\",[\"active\",\"grace\"]]}", NULL, NULL, 'U'},
    {"{\"on_or_before\":[\"joined_on\",\"2026-07-12\"]}", "2026-07-12", NULL, 'T'},
    {"{\"on_or_before\":[\"joined_on\",\"2026-07-12\"]}", "2026-07-13", NULL, 'F'},
    {"{\"on_or_after\":[\"paid_until\",\"2026-07-12\"]}", "2026-07-12", NULL, 'T'},
    {"{\"on_or_after\":[\"paid_until\",\"2026-07-12\"]}", "2026-07-11", NULL, 'F'},
    {"{\"on_or_after\":[\"x.when\",\"2026-07-12\"]}", "soon", NULL, 'U'},
    {"{\"on_or_after\":[\"x.when\",\"2026-07-12\"]}", "2026-02-30", NULL, 'U'},
    /* months back are clamped to the month's last day */
    {"{\"at_least_before\":[\"joined_on\",6,\"months\",\"2026-08-31\"]}", "2026-02-28", NULL, 'T'},
    {"{\"at_least_before\":[\"joined_on\",6,\"months\",\"2026-08-31\"]}", "2026-03-01", NULL, 'F'},
    {"{\"at_least_before\":[\"joined_on\",6,\"months\",\"2024-08-31\"]}", "2024-02-29", NULL, 'T'},
    {"{\"at_least_before\":[\"joined_on\",1,\"years\",\"2024-02-29\"]}", "2023-02-28", NULL, 'T'},
    {"{\"at_least_before\":[\"joined_on\",1,\"years\",\"2024-02-29\"]}", "2023-03-01", NULL, 'F'},
    {"{\"at_least_before\":[\"joined_on\",12,\"months\",\"2025-02-28\"]}", "2024-02-28", NULL, 'T'},
    {"{\"at_least_before\":[\"joined_on\",12,\"months\",\"2025-02-28\"]}", "2024-02-29", NULL, 'F'},
    {"{\"at_least_before\":[\"joined_on\",8,\"weeks\",\"2026-03-01\"]}", "2026-01-04", NULL, 'T'},
    {"{\"at_least_before\":[\"joined_on\",8,\"weeks\",\"2026-03-01\"]}", "2026-01-05", NULL, 'F'},
    {"{\"at_least_before\":[\"joined_on\",1,\"days\",\"2024-03-01\"]}", "2024-02-29", NULL, 'T'},
    {"{\"at_least_before\":[\"joined_on\",0,\"days\",\"2024-03-01\"]}", "2024-03-01", NULL, 'T'},
    /* of age on the birthday; born on 29 February, on 1 March of a common year */
    {"{\"age_at_least\":[\"born_on\",18,\"2026-07-12\"]}", "2008-07-12", NULL, 'T'},
    {"{\"age_at_least\":[\"born_on\",18,\"2026-07-12\"]}", "2008-07-13", NULL, 'F'},
    {"{\"age_at_least\":[\"born_on\",18,\"2026-02-28\"]}", "2008-02-29", NULL, 'F'},
    {"{\"age_at_least\":[\"born_on\",18,\"2026-03-01\"]}", "2008-02-29", NULL, 'T'},
    {"{\"age_at_least\":[\"born_on\",16,\"2024-02-29\"]}", "2008-02-29", NULL, 'T'},
    {"{\"age_at_least\":[\"born_on\",18,\"2026-07-12\"]}", NULL, NULL, 'U'},
    {"{\"number_at_least\":[\"x.owed\",500]}", "500", NULL, 'T'},
    {"{\"number_at_least\":[\"x.owed\",500]}", "499", NULL, 'F'},
    {"{\"number_at_most\":[\"x.owed\",-1]}", "-1", NULL, 'T'},
    {"{\"number_at_most\":[\"x.owed\",-1]}", "0", NULL, 'F'},
    {"{\"number_at_most\":[\"x.owed\",5]}", "007", NULL, 'U'},
    {"{\"number_at_most\":[\"x.owed\",5]}", "1.5", NULL, 'U'},
    {"{\"same_as\":[\"branch\",\"x.home\"]}", "Bala", "Bala", 'T'},
    {"{\"same_as\":[\"branch\",\"x.home\"]}", "Bala", "Corwen", 'F'},
    {"{\"same_as\":[\"branch\",\"x.home\"]}", "Bala", NULL, 'U'},
    {"{\"no_later_than\":[\"joined_on\",\"paid_until\"]}", "2026-01-01", "2026-01-01", 'T'},
    {"{\"no_later_than\":[\"joined_on\",\"paid_until\"]}", "2026-01-02", "2026-01-01", 'F'},
    {"{\"no_later_than\":[\"joined_on\",\"paid_until\"]}", "2026-01-02", "?", 'U'},
};

static void check_tests(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(TESTS); i++) {
        check_case("%s on %s", TESTS[i].test, TESTS[i].first ? TESTS[i].first : "missing");
        CHECK_INT(judge(TESTS[i].test, TESTS[i].first, TESTS[i].second), TESTS[i].want);
    }
}

#define NOT4(test) "{\"not\":{\"not\":{\"not\":{\"not\":" test "}}}}"

static const char *const REFUSED[] = {
    "{}",
    "{\"always\":false}",
    "{\"always\":true,\"present\":\"email\"}",
    "{\"all\":[]}",
    "{\"equal\":[\"branch\"]}",
    "{\"equal\":[\"branch\",\"a\",\"b\"]}",
    "{\"equal\":[\"branch\",\"\"]}",
    "{\"equal\":[\"branch\",\" a\"]}",
    "{\"equal\":[\"shoe\",\"a\"]}",
    "{\"one_of\":[\"branch\",[]]}",
    "{\"one_of\":[\"branch\",\"a\"]}",
    "{\"on_or_before\":[\"branch\",\"2026-01-01\"]}",
    "{\"on_or_before\":[\"joined_on\",\"2026-02-30\"]}",
    "{\"on_or_before\":[\"joined_on\",\"1/2/2026\"]}",
    "{\"at_least_before\":[\"joined_on\",-1,\"months\",\"2026-01-01\"]}",
    "{\"at_least_before\":[\"joined_on\",1201,\"months\",\"2026-01-01\"]}",
    "{\"at_least_before\":[\"joined_on\",6,\"month\",\"2026-01-01\"]}",
    "{\"age_at_least\":[\"born_on\",151,\"2026-01-01\"]}",
    "{\"age_at_least\":[\"name\",18,\"2026-01-01\"]}",
    "{\"number_at_least\":[\"email\",1]}",
    "{\"number_at_least\":[\"x.n\",\"1\"]}",
    "{\"no_later_than\":[\"joined_on\",\"name\"]}",
    "{\"one_of\":[\"branch\",[\"a\",\"b\",\"a\"]]}",
    "{\"in_list\":[\"waivers\"]}",
    "{\"in_list\":\"strangers\"}",
    "{\"status_at\":[\"active\",\"2026-01-01\"]}",
    "{\"status_at\":[\"2026-01-01\",[]]}",
    "{\"status_at\":[\"2026-01-01\",[\"asleep\"]]}",
    "{\"status_at\":[\"2026-13-01\",[\"active\"]]}",
    NOT4(NOT4("{\"always\":true}")),
};

static void check_refused(void)
{
    struct rules rules;
    struct fail fail;
    for (size_t i = 0; i < CHECK_COUNT_OF(REFUSED); i++) {
        check_case("%s", REFUSED[i]);
        CHECK_INT(read_test(REFUSED[i], STYLES, &rules, &fail), BAD_INPUT);
    }
    check_case("style twice");
    CHECK_INT(
        read_test("{\"always\":true}",
                  "[{\"id\":\"a\",\"title\":{\"en\":\"A\",\"cy\":\"\"},\"unit\":\"u\",\"votes\":1,"
                  "\"votes_field\":\"\",\"test\":"
                  "{\"always\":true}},{\"id\":\"a\",\"title\":{\"en\":\"A\",\"cy\":\"\"},"
                  "\"unit\":\"u\",\"votes\":1,\"votes_field\":\"\",\"test\":{\"always\":true}}]",
                  &rules, &fail),
        BAD_INPUT);
    CHECK_STR(fail.text, "rules, \"a\": the style stands there twice");
    check_case("no styles");
    CHECK_INT(read_test("{\"always\":true}", "[]", &rules, &fail), BAD_INPUT);
    check_case("nested eight deep is allowed");
    CHECK_INT(
        judge("{\"not\":{\"not\":{\"not\":{\"not\":{\"not\":{\"not\":{\"not\":{\"always\":true}"
              "}}}}}}}",
              NULL, NULL),
        'F');
}

/* The first style that is T, unless one before it is U. */
static void check_styles(void)
{
    static const char TWO[] =
        "[{\"id\":\"north\",\"title\":{\"en\":\"N\",\"cy\":\"\"},\"unit\":\"n\",\"votes\":1,"
        "\"votes_field\":\"\",\"test\":{"
        "\"equal\":["
        "\"region\",\"N\"]}},{\"id\":\"south\",\"title\":{\"en\":\"S\",\"cy\":\"\"},\"unit\":\"s\","
        "\"votes\":1,\"votes_field\":\"\",\"test\":{\"equal\":[\"region\",\"S\"]}}]";
    struct rules rules;
    struct fail fail;
    uint64_t style = UINT64_C(1) << RULES_BIT_STYLE;
    if (!CHECK_INT(read_test("{\"always\":true}", TWO, &rules, &fail), OK))
        return;
    struct value values[RULES_FIELDS_MAX] = {value_of("S")};
    struct verdict verdict = rules_judge(&rules, &(struct facts){.values = values});
    check_case("second style");
    CHECK_UINT(verdict.style, 1);
    CHECK_UINT(verdict.failed | verdict.undetermined, 0);
    values[0] = value_of("W");
    verdict = rules_judge(&rules, &(struct facts){.values = values});
    check_case("no style");
    CHECK_UINT(verdict.failed, style);
    values[0] = value_of(NULL);
    verdict = rules_judge(&rules, &(struct facts){.values = values});
    check_case("style undetermined");
    CHECK_UINT(verdict.failed, 0);
    CHECK_UINT(verdict.undetermined, style);
    rules_done(&rules);
}

/* in_list and status_at, and what they are when nobody knows. */
static void check_lists(void)
{
    static const struct {
        enum truth in;
        const char *status;
        const char *want; /* in_list, status_at */
    } ROWS[] = {
        {TRUTH_TRUE, "active", "TT"},
        {TRUTH_FALSE, "lapsed", "FF"},
        {TRUTH_UNDETERMINED, "?", "UU"},
    };
    struct rules rules;
    struct fail fail;
    if (!CHECK_INT(read_test("{\"all\":[{\"in_list\":\"waivers\"},{\"status_at\":[\"2026-01-01\","
                             "[\"active\",\"grace\"]]},{\"in_list\":\"waivers\"},{\"status_at\":"
                             "[\"2026-02-01\",[\"grace\"]]}]}",
                             STYLES, &rules, &fail),
                   OK))
        return;
    check_case("each list and day stands there once");
    CHECK_UINT(rules.list_count, 1);
    CHECK_UINT(rules.lists[0], 1);
    CHECK_UINT(rules.day_count, 2);
    CHECK_UINT(rules_lists_of(&rules, 1), 1);
    CHECK(rules_asks_status(&rules, 1));
    for (size_t i = 0; i < CHECK_COUNT_OF(ROWS); i++) {
        struct value statuses[2] = {value_of(ROWS[i].status), value_of(NULL)};
        struct facts facts = {.in_lists = &ROWS[i].in, .statuses = statuses};
        check_case("lists, row %zu", i);
        CHECK_INT(truth_letter(rules_test(&rules, 2, &facts, false)), ROWS[i].want[0]);
        CHECK_INT(truth_letter(rules_test(&rules, 3, &facts, true)), ROWS[i].want[1]);
    }
    rules_done(&rules);
}

/* A stale value can admit; it cannot exclude. */
static void check_stale(void)
{
    static const char *const TESTS_HERE[] = {
        "{\"equal\":[\"x.a\",\"1\"]}",
        "{\"present\":\"x.a\"}",
        "{\"all\":[{\"equal\":[\"x.a\",\"1\"]},{\"equal\":[\"x.b\",\"1\"]}]}",
        "{\"not\":{\"equal\":[\"x.a\",\"1\"]}}",
        "{\"any\":[{\"equal\":[\"x.a\",\"1\"]},{\"in_list\":\"waivers\"}]}",
        "{\"same_as\":[\"x.b\",\"x.a\"]}",
    };
    static const struct {
        int test;
        const char *first; /* stale */
        const char *second;
        bool stale_list;
        char want; /* D: undetermined by doubt */
    } ROWS[] = {
        {0, "1", NULL, false, 'T'},  {0, "2", NULL, false, 'D'}, {0, NULL, NULL, false, 'U'},
        {1, NULL, NULL, false, 'D'}, {1, "1", NULL, false, 'T'}, {2, "2", "1", false, 'D'},
        {2, "2", "2", false, 'F'},   {2, "1", "1", false, 'T'},  {3, "1", NULL, false, 'D'},
        {3, "2", NULL, false, 'T'},  {4, "2", NULL, false, 'D'}, {4, "2", NULL, true, 'D'},
        {5, "2", "1", false, 'D'},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(ROWS); i++) {
        struct rules rules;
        struct fail fail;
        check_case("stale, row %zu", i);
        if (!CHECK_INT(read_test(TESTS_HERE[ROWS[i].test], STYLES, &rules, &fail), OK))
            return;
        struct value values[RULES_FIELDS_MAX] = {value_of(ROWS[i].first), value_of(ROWS[i].second)};
        enum truth not_in = TRUTH_FALSE;
        struct facts facts = {
            .values = values, .in_lists = &not_in, .stale_lists = ROWS[i].stale_list};
        for (uint32_t slot = 0; slot < 2; slot++) /* x.a is the stale one, where it stands */
            values[slot].stale = slot < rules.field_count && span_is(rules.fields[slot], "x.a");
        if (ROWS[i].test == 5) { /* there x.b is named first */
            values[0] = value_of(ROWS[i].second);
            values[1] = value_of(ROWS[i].first);
            values[1].stale = true;
        }
        struct verdict verdict = rules_judge(&rules, &facts);
        char got = (verdict.doubted & 1)        ? 'D'
                   : (verdict.undetermined & 1) ? 'U'
                   : (verdict.failed & 1)       ? 'F'
                                                : 'T';
        CHECK_INT(got, ROWS[i].want);
        CHECK((verdict.doubted & ~verdict.undetermined) == 0);
        rules_done(&rules);
    }
}

/* Nobody is without a paper by what is stale; and how many papers. */
static void check_votes(void)
{
    static const char SEATS[] =
        "[{\"id\":\"a\",\"title\":{\"en\":\"A\",\"cy\":\"\"},\"unit\":\"u\",\"votes\":5,"
        "\"votes_field\":\"x.seats\",\"test\":{\"equal\":[\"region\",\"N\"]}}]";
    static const struct {
        const char *seats;
        const char *region;
        bool stale;
        uint16_t votes; /* 0: no paper */
        bool doubted;
    } ROWS[] = {
        {"1", "N", false, 1, false}, {"5", "N", true, 5, false},    {"6", "N", false, 0, false},
        {"0", "N", false, 0, false}, {"two", "N", false, 0, false}, {NULL, "N", false, 0, false},
        {"?", "N", false, 0, false}, {"1", "S", false, 0, false},   {"1", "S", true, 0, true},
    };
    const uint64_t style = UINT64_C(1) << RULES_BIT_STYLE;
    struct rules rules;
    struct fail fail;
    if (!CHECK_INT(read_test("{\"always\":true}", SEATS, &rules, &fail), OK))
        return;
    for (size_t i = 0; i < CHECK_COUNT_OF(ROWS); i++) {
        struct value values[RULES_FIELDS_MAX] = {value_of(ROWS[i].seats), value_of(ROWS[i].region)};
        values[0].stale = values[1].stale = ROWS[i].stale;
        struct verdict verdict = rules_judge(&rules, &(struct facts){.values = values});
        check_case("votes, row %zu", i);
        CHECK_INT(((verdict.failed | verdict.undetermined) & style) == 0, ROWS[i].votes > 0);
        CHECK_INT((verdict.doubted & style) != 0, ROWS[i].doubted);
        if (ROWS[i].votes > 0)
            CHECK_UINT(verdict.votes, ROWS[i].votes);
    }
    rules_done(&rules);
}

static void check_sentence(void)
{
    struct rules rules;
    struct fail fail;
    struct buf out;
    check_case("sentence");
    buf_init(&out, 4096);
    if (!CHECK_INT(
            read_test("{\"all\":[{\"at_least_before\":[\"joined_on\",6,\"months\",\"2026-08-31\"]},"
                      "{\"any\":[{\"one_of\":[\"status\",[\"active\",\"grace\"]]},{\"not\":{"
                      "\"present\":\"x.debt\"}}]}]}",
                      STYLES, &rules, &fail),
            OK))
        return;
    rules_print_test(&rules, rules.rules[0].test, &out);
    CHECK_STR(buf_text(&out),
              "(joined_on is at least 6 months before 2026-08-31 (by 2026-02-28) and "
              "(status is one of \"active\", \"grace\" or not (x.debt is given)))");
    buf_done(&out);
    rules_done(&rules);
}

int main(void)
{
    read_sources();
    check_tables();
    check_tests();
    check_refused();
    check_styles();
    check_lists();
    check_stale();
    check_votes();
    check_sentence();
    sources_done(&sources);
    return check_end("roll_rules");
}
