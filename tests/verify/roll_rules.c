/* What sources, rules and styles may say, and what every test says of a value that is there,
 * missing, contested or stale: the tables of docs/roll.md sections 4 and 5. */
#include "check.h"
#include "roll/verdict.h"

static struct arena arena;

#define SOURCE(id, numbers, lists, days)                                                           \
    "{\"id\":\"" id "\",\"title\":{\"en\":\"S\",\"cy\":\"\"},\"numbers\":\"" numbers               \
    "\",\"lists\":" lists ",\"stale_after\":" days "}"
#define SOURCES                                                                                    \
    SOURCE("members", "members", "true", "0") "," SOURCE("waived", "members", "false", "7")
#define DEFINITION(sources, fields, rules, styles)                                                 \
    "{\"sources\":[" sources "],\"fields\":[" fields "],\"rules\":[" rules "],\"styles\":[" styles \
    "]}"
#define RULE(code, test)                                                                           \
    "{\"code\":\"" code "\",\"text\":{\"en\":\"T\",\"cy\":\"\"},\"test\":" test "}"
#define STYLE(id, votes, field, test)                                                              \
    "{\"id\":\"" id                                                                                \
    "\",\"title\":{\"en\":\"All\",\"cy\":\"\"},\"unit\":\"wales\",\"votes\":" votes                \
    ",\"votes_field\":\"" field "\",\"test\":" test "}"
#define ALWAYS                "{\"always\":true}"
#define ALL_STYLE             STYLE("all", "1", "", ALWAYS)
#define WITH_TEST(test)       DEFINITION(SOURCES, "", RULE("R-1", test), ALL_STYLE)
#define WITH_SOURCES(sources) DEFINITION(sources, "", "", ALL_STYLE)
#define WITH_FIELDS(fields)   DEFINITION(SOURCES, fields, "", ALL_STYLE)
#define WITH_STYLES(styles)   DEFINITION(SOURCES, "", "", styles)

/* -- what is refused -------------------------------------------------------------------------- */

static const char *const refusals[] = {
    "",
    DEFINITION(SOURCES, "", "", ""),
    WITH_SOURCES(""),
    WITH_SOURCES(SOURCE("a_b", "a_b", "true", "0")),
    WITH_SOURCES(SOURCE("A", "A", "true", "0")),
    WITH_SOURCES(SOURCE("a", "a", "false", "0")),
    WITH_SOURCES(SOURCE("a", "b", "true", "0")),
    WITH_SOURCES(SOURCE("a", "a", "true", "-1")),
    WITH_SOURCES(SOURCE("a", "a", "true", "3651")),
    WITH_SOURCES(SOURCE("a", "a", "true", "0") "," SOURCE("a", "a", "true", "0")),
    WITH_SOURCES(SOURCE("a", "a", "true", "0") "," SOURCE("b", "a", "true",
                                                          "0") "," SOURCE("c", "b", "true", "0")),
    WITH_FIELDS("{\"field\":\"member_no\",\"source\":\"members\"}"),
    WITH_FIELDS("{\"field\":\"surname\",\"source\":\"members\"}"),
    WITH_FIELDS("{\"field\":\"name\",\"source\":\"others\"}"),
    WITH_FIELDS("{\"field\":\"name\",\"source\":\"members\"},"
                "{\"field\":\"name\",\"source\":\"waived\"}"),
    WITH_STYLES(STYLE("a_b", "1", "", ALWAYS)),
    WITH_STYLES(STYLE("a", "0", "", ALWAYS)),
    WITH_STYLES(STYLE("a", "101", "", ALWAYS)),
    WITH_STYLES(STYLE("a", "9", "name", ALWAYS)),
    WITH_STYLES(STYLE("a", "9", "x.", ALWAYS)),
    WITH_STYLES(ALL_STYLE "," ALL_STYLE),
    DEFINITION(SOURCES, "", RULE("A", ALWAYS) "," RULE("A", ALWAYS), ALL_STYLE),
    DEFINITION(SOURCES, "", RULE("STYLE", ALWAYS), ALL_STYLE),
    DEFINITION(SOURCES, "", RULE("DUPLICATE", ALWAYS), ALL_STYLE),
    DEFINITION(SOURCES, "", RULE("CASE", ALWAYS), ALL_STYLE),
    DEFINITION(SOURCES, "", RULE("a", ALWAYS), ALL_STYLE),
    DEFINITION(SOURCES, "", RULE("ABCDEFGHIJKLMNOPQ", ALWAYS), ALL_STYLE),
    WITH_TEST("{\"always\":false}"),
    WITH_TEST("{}"),
    WITH_TEST("{\"sometimes\":true}"),
    WITH_TEST("{\"always\":true,\"present\":\"name\"}"),
    WITH_TEST("{\"all\":[]}"),
    WITH_TEST("{\"any\":[]}"),
    WITH_TEST("{\"one_of\":[\"status\",[]]}"),
    WITH_TEST("{\"equal\":[\"name\",\"\"]}"),
    WITH_TEST("{\"equal\":[\"name\",\"a  b\"]}"),
    WITH_TEST("{\"one_of\":[\"name\",[\"a \"]]}"),
    WITH_TEST("{\"one_of\":[\"status\",[\"a\",\"a\"]]}"),
    WITH_TEST("{\"equal\":[\"name\",\"a\",\"b\"]}"),
    WITH_TEST("{\"equal\":[\"name\"]}"),
    WITH_TEST("{\"present\":\"surname\"}"),
    WITH_TEST("{\"on_or_before\":[\"name\",\"2024-01-01\"]}"),
    WITH_TEST("{\"on_or_before\":[\"joined_on\",\"2024-02-30\"]}"),
    WITH_TEST("{\"on_or_after\":[\"joined_on\",\"1899-12-31\"]}"),
    WITH_TEST("{\"at_least_before\":[\"joined_on\",1201,\"months\",\"2024-01-01\"]}"),
    WITH_TEST("{\"at_least_before\":[\"joined_on\",101,\"years\",\"2024-01-01\"]}"),
    WITH_TEST("{\"at_least_before\":[\"joined_on\",5001,\"weeks\",\"2024-01-01\"]}"),
    WITH_TEST("{\"at_least_before\":[\"joined_on\",40001,\"days\",\"2024-01-01\"]}"),
    WITH_TEST("{\"at_least_before\":[\"joined_on\",-1,\"months\",\"2024-01-01\"]}"),
    WITH_TEST("{\"at_least_before\":[\"joined_on\",1,\"month\",\"2024-01-01\"]}"),
    WITH_TEST("{\"age_at_least\":[\"born_on\",151,\"2024-01-01\"]}"),
    WITH_TEST("{\"number_at_least\":[\"name\",1]}"),
    WITH_TEST("{\"number_at_most\":[\"joined_on\",1]}"),
    WITH_TEST("{\"no_later_than\":[\"joined_on\",\"status\"]}"),
    WITH_TEST("{\"in_list\":\"others\"}"),
    WITH_TEST("{\"in_list\":[\"waived\"]}"),
    WITH_TEST("{\"status_at\":[\"2024-01-01\",[]]}"),
    WITH_TEST("{\"status_at\":[\"2024-01-01\",[\"alive\"]]}"),
    WITH_TEST("{\"status_at\":[\"2024-01-01\",[\"active\",\"active\"]]}"),
    WITH_TEST("{\"status_at\":[\"2024-02-30\",[\"active\"]]}"),
    WITH_TEST("{\"status_at\":[[\"active\"],\"2024-01-01\"]}"),
    WITH_TEST("{\"not\":{\"not\":{\"not\":{\"not\":{\"not\":{\"not\":{\"not\":{\"not\":" ALWAYS
              "}}}}}}}}"),
};

static void test_refusals(void)
{
    struct rules rules;
    struct fail fail;
    for (size_t i = 0; i < CHECK_COUNT_OF(refusals); i++) {
        check_case("definition refused, %zu: %s", i, refusals[i]);
        CHECK_INT(rules_read(span_text(refusals[i]), &arena, &rules, &fail), BAD);
    }
}

/* A test over this many fields, or texts, may be one too many. */
static enum outcome read_many(const char *before, unsigned count, const char *between,
                              const char *after)
{
    static char text[20000];
    struct rules rules;
    size_t len = (size_t)snprintf(text, sizeof text, "%s",
                                  "{\"sources\":[" SOURCES "],\"fields\":[],\"rules\":["
                                  "{\"code\":\"A\",\"text\":{\"en\":\"T\",\"cy\":\"\"},\"test\":");
    len += (size_t)snprintf(text + len, sizeof text - len, "%s", before);
    for (unsigned i = 0; i < count; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s%u\"%s", i == 0 ? "" : ",",
                                between, i, strcmp(between, "\"") == 0 ? "" : "}");
    (void)snprintf(text + len, sizeof text - len, "%s}],\"styles\":[" ALL_STYLE "]}", after);
    return rules_read(span_text(text), &arena, &rules, NULL);
}

static void test_limits(void)
{
    check_case("64 texts, and one more");
    CHECK_INT(read_many("{\"one_of\":[\"name\",[", 64, "\"", "]]}"), GOOD);
    CHECK_INT(read_many("{\"one_of\":[\"name\",[", 65, "\"", "]]}"), BAD);
    check_case("64 tests in a list, and one more");
    CHECK_INT(read_many("{\"all\":[", 64, "{\"present\":\"x.f", "]}"), GOOD);
    CHECK_INT(read_many("{\"all\":[", 65, "{\"present\":\"x.f", "]}"), BAD);
    check_case("64 different fields, and one more");
    CHECK_INT(
        read_many("{\"all\":[{\"present\":\"x.f0\"},{\"all\":[", 64, "{\"present\":\"x.f", "]}]}"),
        GOOD);
    CHECK_INT(
        read_many("{\"all\":[{\"present\":\"name\"},{\"all\":[", 64, "{\"present\":\"x.f", "]}]}"),
        BAD);
}

static bool read_rules(const char *text, struct rules *out_rules)
{
    struct fail fail = {""};
    if (CHECK_INT(rules_read(span_text(text), &arena, out_rules, &fail), GOOD))
        return true;
    fprintf(stderr, "  said: %s\n", fail.text);
    return false;
}

static void test_sources(void)
{
    struct rules rules;
    check_case("sources and fields");
    /* `numbers` may name a source that comes later */
    if (!read_rules(DEFINITION(SOURCE("local", "members", "true", "0") "," SOURCES,
                               "{\"field\":\"x.paid\",\"source\":\"waived\"}",
                               RULE("A", "{\"not\":{\"not\":{\"not\":{\"not\":{\"not\":{\"not\":"
                                         "{\"not\":" ALWAYS "}}}}}}}"),
                               ALL_STYLE),
                    &rules))
        return;
    CHECK_UINT(rules.sources.count, 3);
    CHECK_UINT(rules.sources.list[0].numbers, 1);
    CHECK_INT(rules.sources.list[2].lists, false);
    CHECK_INT(rules.sources.list[2].stale_after, 7);
    CHECK_INT(sources_authority(&rules.sources, span_text("x.paid")), 2);
    CHECK_INT(sources_authority(&rules.sources, span_text("status")), NO_SOURCE);
    CHECK_INT(sources_of_status(&rules.sources), 0);
    CHECK(sources_number_lists(&rules.sources, span_text("members")));
    CHECK(!sources_number_lists(&rules.sources, span_text("local")));
    check_case("the status's source");
    if (read_rules(
            DEFINITION(SOURCES, "{\"field\":\"status\",\"source\":\"waived\"}", "", ALL_STYLE),
            &rules))
        CHECK_INT(sources_of_status(&rules.sources), 1);
}

/* -- what a test says ------------------------------------------------------------------------- */

/* "text": present; "-": missing; "?": contested; "~" before it: stale. */
static struct value value_of(const char *text)
{
    struct value value = {.stale = text[0] == '~', .source = 0};
    text += value.stale ? 1 : 0;
    value.state = strcmp(text, "-") == 0   ? VALUE_MISSING
                  : strcmp(text, "?") == 0 ? VALUE_CONTESTED
                                           : VALUE_PRESENT;
    if (value.state == VALUE_PRESENT)
        value.text = span_text(text);
    return value;
}

struct said {
    const char *test, *first, *second; /* the values of the fields that it names */
    char truth;
};

#define DAY_TEST(name) "{\"" name "\":[\"joined_on\",\"2024-02-29\"]}"
#define SIX_MONTHS     "{\"at_least_before\":[\"joined_on\",6,\"months\",\"2026-08-31\"]}"
#define AGE            "{\"age_at_least\":[\"born_on\",18,\"2026-02-28\"]}"
#define AT_LEAST       "{\"number_at_least\":[\"x.n\",5]}"
#define AT_MOST        "{\"number_at_most\":[\"x.n\",5]}"
#define SAME           "{\"same_as\":[\"name\",\"x.other\"]}"
#define NO_LATER       "{\"no_later_than\":[\"joined_on\",\"paid_until\"]}"
#define IS_A           "{\"equal\":[\"name\",\"A\"]}"
#define ONE_OF         "{\"one_of\":[\"name\",[\"A\",\"B\"]]}"
#define PRESENT        "{\"present\":\"name\"}"

static const struct said said[] = {
    {ALWAYS, "-", "-", 'T'},
    {PRESENT, "A", "-", 'T'},
    {PRESENT, "-", "-", 'F'},
    {PRESENT, "?", "-", 'U'},
    {PRESENT, "~A", "-", 'T'},
    {PRESENT, "~-", "-", 'U'},
    {"{\"not\":" PRESENT "}", "A", "-", 'F'},
    {"{\"not\":" PRESENT "}", "~A", "-", 'U'},
    {"{\"not\":" PRESENT "}", "?", "-", 'U'},
    {IS_A, "A", "-", 'T'},
    {IS_A, "a", "-", 'F'},
    {IS_A, "-", "-", 'U'},
    {IS_A, "?", "-", 'U'},
    {IS_A, "~A", "-", 'T'},
    {IS_A, "~a", "-", 'U'},
    {IS_A, "~-", "-", 'U'},
    {ONE_OF, "B", "-", 'T'},
    {ONE_OF, "C", "-", 'F'},
    {ONE_OF, "-", "-", 'U'},
    {ONE_OF, "?", "-", 'U'},
    {ONE_OF, "~B", "-", 'T'},
    {ONE_OF, "~C", "-", 'U'},
    {DAY_TEST("on_or_before"), "2024-02-29", "-", 'T'},
    {DAY_TEST("on_or_before"), "2024-03-01", "-", 'F'},
    {DAY_TEST("on_or_before"), "-", "-", 'U'},
    {DAY_TEST("on_or_before"), "?", "-", 'U'},
    {DAY_TEST("on_or_before"), "~2024-03-01", "-", 'U'},
    {DAY_TEST("on_or_after"), "2024-02-29", "-", 'T'},
    {DAY_TEST("on_or_after"), "2024-02-28", "-", 'F'},
    {DAY_TEST("on_or_after"), "?", "-", 'U'},
    {"{\"on_or_after\":[\"x.n\",\"2024-02-29\"]}", "soon", "-", 'U'},
    {"{\"on_or_after\":[\"x.n\",\"2024-02-29\"]}", "2024-02-30", "-", 'U'},
    {"{\"on_or_after\":[\"x.n\",\"2024-02-29\"]}", "2024-12-30", "-", 'T'},
    {SIX_MONTHS, "2026-02-28", "-", 'T'},
    {SIX_MONTHS, "2026-03-01", "-", 'F'},
    {SIX_MONTHS, "-", "-", 'U'},
    {SIX_MONTHS, "~2026-03-01", "-", 'U'},
    {AGE, "2008-02-28", "-", 'T'},
    {AGE, "2008-02-29", "-", 'F'},
    {AGE, "-", "-", 'U'},
    {AGE, "?", "-", 'U'},
    {AGE, "~2010-01-01", "-", 'U'},
    {"{\"age_at_least\":[\"born_on\",18,\"2026-03-01\"]}", "2008-02-29", "-", 'T'},
    {AT_LEAST, "5", "-", 'T'},
    {AT_LEAST, "4", "-", 'F'},
    {AT_LEAST, "-5", "-", 'F'},
    {AT_LEAST, "05", "-", 'U'},
    {AT_LEAST, "five", "-", 'U'},
    {AT_LEAST, "1234567890123456789", "-", 'U'},
    {AT_LEAST, "123456789012345678", "-", 'T'},
    {AT_LEAST, "-", "-", 'U'},
    {AT_LEAST, "?", "-", 'U'},
    {AT_LEAST, "~4", "-", 'U'},
    {AT_MOST, "5", "-", 'T'},
    {AT_MOST, "6", "-", 'F'},
    {AT_MOST, "~6", "-", 'U'},
    {AT_MOST, "-0", "-", 'U'},
    {SAME, "A", "A", 'T'},
    {SAME, "A", "B", 'F'},
    {SAME, "A", "-", 'U'},
    {SAME, "-", "-", 'U'},
    {SAME, "?", "A", 'U'},
    {SAME, "A", "?", 'U'},
    {SAME, "A", "~B", 'U'},
    {SAME, "~A", "~A", 'T'},
    {"{\"same_as\":[\"name\",\"name\"]}", "A", "-", 'T'},
    {NO_LATER, "2024-01-01", "2024-01-01", 'T'},
    {NO_LATER, "2024-01-02", "2024-01-01", 'F'},
    {NO_LATER, "2024-01-02", "never", 'U'},
    {NO_LATER, "2024-01-02", "-", 'U'},
    {NO_LATER, "2024-01-02", "~2024-01-01", 'U'},
};

/* What the one rule says, after both looks. */
static char truth_of(const struct rules *rules, const struct facts *facts)
{
    struct verdict verdict;
    verdict_make(rules, facts, &verdict);
    CHECK((verdict.failed & verdict.unsure) == 0);
    return (verdict.failed & 1) != 0 ? 'F' : (verdict.unsure & 1) != 0 ? 'U' : 'T';
}

static void check_said(const struct said *case_of)
{
    struct rules rules;
    char text[4000];
    const struct value values[2] = {value_of(case_of->first), value_of(case_of->second)};
    const enum truth lists[2] = {IS_TRUE, IS_FALSE};
    const bool stale[2] = {false, false};
    const struct facts facts = {values, lists, stale, NULL};
    check_case("%s of %s, %s", case_of->test, case_of->first, case_of->second);
    snprintf(text, sizeof text, WITH_TEST("%s"), case_of->test);
    if (read_rules(text, &rules))
        CHECK_INT(truth_of(&rules, &facts), case_of->truth);
}

/* -- all, any, not: three values each -------------------------------------------------------- */

/* The same attribute, in three states: x.a of "1" makes T, of "0" F, missing U. */
static const char *const state_texts[] = {"1", "0", "-"};
static const char state_names[] = "TFU";

static char combined(const char *kind, unsigned left, unsigned right)
{
    struct rules rules;
    char text[2000];
    const struct value values[2] = {value_of(state_texts[left]), value_of(state_texts[right])};
    const struct facts facts = {.values = values};
    snprintf(text, sizeof text,
             WITH_TEST("{\"%s\":[{\"equal\":[\"x.a\",\"1\"]},{\"equal\":[\"x.b\",\"1\"]}]}"), kind);
    return read_rules(text, &rules) ? truth_of(&rules, &facts) : '?';
}

static void test_tables(void)
{
    static const char all[3][4] = {"TFU", "FFF", "UFU"}, any[3][4] = {"TTT", "TFU", "TUU"};
    for (unsigned left = 0; left < 3; left++) {
        for (unsigned right = 0; right < 3; right++) {
            check_case("%c and %c", state_names[left], state_names[right]);
            CHECK_INT(combined("all", left, right), all[left][right]);
            check_case("%c or %c", state_names[left], state_names[right]);
            CHECK_INT(combined("any", left, right), any[left][right]);
        }
    }
    static const struct said not [] = {
        {"{\"not\":" IS_A "}", "A", "-", 'F'},
        {"{\"not\":" IS_A "}", "B", "-", 'T'},
        {"{\"not\":" IS_A "}", "-", "-", 'U'},
        {"{\"not\":" IS_A "}", "~A", "-", 'U'},
        {"{\"not\":" IS_A "}", "~B", "-", 'T'},
        /* stale debts don't outweigh a fresh payment; a fresh refusal stands beside stale ones */
        {"{\"any\":[" IS_A ",{\"equal\":[\"x.b\",\"1\"]}]}", "~B", "1", 'T'},
        {"{\"any\":[" IS_A ",{\"equal\":[\"x.b\",\"1\"]}]}", "~B", "0", 'U'},
        {"{\"all\":[" IS_A ",{\"equal\":[\"x.b\",\"1\"]}]}", "~B", "0", 'F'},
        {"{\"all\":[" IS_A ",{\"equal\":[\"x.b\",\"1\"]}]}", "~A", "0", 'F'},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(not ); i++)
        check_said(&not [i]);
}

/* -- in_list, status_at ----------------------------------------------------------------------- */

static void test_lists(void)
{
    static const struct {
        enum truth truth;
        bool stale;
        char plain, negated;
    } cases[] = {
        {IS_TRUE, false, 'T', 'F'}, {IS_FALSE, false, 'F', 'T'}, {UNDETERMINED, false, 'U', 'U'},
        {IS_TRUE, true, 'T', 'U'},  {IS_FALSE, true, 'U', 'T'},
    };
    struct rules plain, negated;
    if (!read_rules(WITH_TEST("{\"in_list\":\"waived\"}"), &plain) ||
        !read_rules(WITH_TEST("{\"not\":{\"in_list\":\"waived\"}}"), &negated))
        return;
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        const enum truth lists[2] = {IS_TRUE, cases[i].truth};
        const bool stale[2] = {false, cases[i].stale};
        const struct facts facts = {.lists = lists, .stale_sources = stale};
        check_case("in_list %zu", i);
        CHECK_INT(truth_of(&plain, &facts), cases[i].plain);
        CHECK_INT(truth_of(&negated, &facts), cases[i].negated);
    }
}

static void test_statuses(void)
{
    struct rules rules;
    check_case("status_at");
    if (!read_rules(WITH_TEST("{\"all\":[{\"status_at\":[\"2026-01-01\",[\"active\",\"grace\"]]},"
                              "{\"status_at\":[\"2026-02-01\",[\"active\"]]},"
                              "{\"status_at\":[\"2026-01-01\",[\"grace\"]]}]}"),
                    &rules))
        return;
    CHECK_UINT(rules.status_day_count, 2);
    struct span statuses[2] = {span_text("grace"), span_text("active")};
    const struct facts facts = {.statuses = statuses};
    CHECK_INT(truth_of(&rules, &facts), 'T');
    statuses[1] = (struct span){0};
    CHECK_INT(truth_of(&rules, &facts), 'U');
    statuses[0] = span_text("active");
    CHECK_INT(truth_of(&rules, &facts), 'F');
}

/* -- styles ----------------------------------------------------------------------------------- */

struct styled {
    const char *unit, *delegates;
    int style; /* NO_STYLE */
    unsigned votes;
    char truth;
};

static void test_styles(void)
{
    static const struct styled cases[] = {
        {"wales", "-", 0, 1, 'T'},
        {"club", "3", 1, 3, 'T'},
        {"club", "9", 1, 9, 'T'},
        {"club", "10", NO_STYLE, 0, 'U'},
        {"club", "0", NO_STYLE, 0, 'U'},
        {"club", "-3", NO_STYLE, 0, 'U'},
        {"club", "three", NO_STYLE, 0, 'U'},
        {"club", "-", NO_STYLE, 0, 'U'},
        {"club", "?", NO_STYLE, 0, 'U'},
        {"club", "~3", 1, 3, 'T'}, /* a stale value can admit */
        {"-", "3", NO_STYLE, 0, 'U'},
        {"?", "3", NO_STYLE, 0, 'U'},
        {"england", "3", NO_STYLE, 0, 'F'},
        {"~england", "3", NO_STYLE, 0, 'U'},
        {"~wales", "3", 0, 1, 'T'},
        {"~club", "3", 1, 3, 'T'},
    };
    struct rules rules;
    if (!read_rules(
            WITH_STYLES(STYLE("one", "1", "", "{\"equal\":[\"nation\",\"wales\"]}") "," STYLE(
                "many", "9", "x.delegates", "{\"equal\":[\"nation\",\"club\"]}")),
            &rules))
        return;
    /* STYLE's votes_field is read before its test, but after the first style's test */
    CHECK_TEXT(rules.fields[0], "nation");
    CHECK_TEXT(rules.fields[1], "x.delegates");
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        const struct value values[2] = {value_of(cases[i].unit), value_of(cases[i].delegates)};
        const struct facts facts = {.values = values};
        struct verdict verdict;
        check_case("style of %s with %s", cases[i].unit, cases[i].delegates);
        verdict_make(&rules, &facts, &verdict);
        CHECK_INT(verdict.style, cases[i].style);
        if (cases[i].style != NO_STYLE)
            CHECK_UINT(verdict.votes, cases[i].votes);
        CHECK_INT((verdict.failed & 1) != 0   ? 'F'
                  : (verdict.unsure & 1) != 0 ? 'U'
                                              : 'T',
                  cases[i].truth);
    }
    CHECK_TEXT(rules_code(&rules, 0), "STYLE");
}

/* An earlier style that can't be told hides a later one that is true. */
static void test_style_order(void)
{
    struct rules rules;
    struct verdict verdict;
    const struct value values[1] = {value_of("-")};
    const struct facts facts = {.values = values};
    check_case("an undetermined style before a true one");
    if (!read_rules(WITH_STYLES(STYLE("a", "1", "", IS_A) "," ALL_STYLE), &rules))
        return;
    verdict_make(&rules, &facts, &verdict);
    CHECK_INT(verdict.style, NO_STYLE);
    CHECK_UINT(verdict.unsure, 1);
    check_case("a true one before it");
    if (!read_rules(WITH_STYLES(ALL_STYLE "," STYLE("a", "1", "", IS_A)), &rules))
        return;
    verdict_make(&rules, &facts, &verdict);
    CHECK_INT(verdict.style, 0);
    CHECK_UINT(verdict.unsure, 0);
}

int main(void)
{
    test_refusals();
    test_limits();
    test_sources();
    for (size_t i = 0; i < CHECK_COUNT_OF(said); i++)
        check_said(&said[i]);
    test_tables();
    test_lists();
    test_statuses();
    test_styles();
    test_style_order();
    arena_done(&arena);
    return check_end("verify roll_rules");
}
