/* Reading rules: the closed vocabulary, and nothing else. */
#include <stdlib.h>

#include "base/json.h"
#include "roll/rules.h"
#include "roll/text.h"

/* What a test's value looks like; TESTS says which test takes which. */
enum form {
    FORM_TESTS,  /* [test…] */
    FORM_TEST,   /* test */
    FORM_TRUE,   /* true */
    FORM_FIELD,  /* "field" */
    FORM_TEXT,   /* ["field", "text"] */
    FORM_TEXTS,  /* ["field", ["text"…]] */
    FORM_DAY,    /* ["field", "YYYY-MM-DD"] */
    FORM_UNITS,  /* ["field", n, "months", "YYYY-MM-DD"] */
    FORM_AGE,    /* ["field", years, "YYYY-MM-DD"] */
    FORM_NUMBER, /* ["x.field", n] */
    FORM_FIELDS, /* ["field", "field"] */
    FORM_LIST,   /* "source" */
    FORM_STATUS, /* ["YYYY-MM-DD", ["status"…]] */
};

static const struct {
    const char *name;
    enum form form;
    size_t parts; /* of the array; 0: no array of fixed length */
} TESTS[TEST_KINDS] = {
    [TEST_ALL] = {"all", FORM_TESTS, 0},
    [TEST_ANY] = {"any", FORM_TESTS, 0},
    [TEST_NOT] = {"not", FORM_TEST, 0},
    [TEST_ALWAYS] = {"always", FORM_TRUE, 0},
    [TEST_PRESENT] = {"present", FORM_FIELD, 0},
    [TEST_EQUAL] = {"equal", FORM_TEXT, 2},
    [TEST_ONE_OF] = {"one_of", FORM_TEXTS, 2},
    [TEST_ON_OR_BEFORE] = {"on_or_before", FORM_DAY, 2},
    [TEST_ON_OR_AFTER] = {"on_or_after", FORM_DAY, 2},
    [TEST_AT_LEAST_BEFORE] = {"at_least_before", FORM_UNITS, 4},
    [TEST_AGE_AT_LEAST] = {"age_at_least", FORM_AGE, 3},
    [TEST_NUMBER_AT_LEAST] = {"number_at_least", FORM_NUMBER, 2},
    [TEST_NUMBER_AT_MOST] = {"number_at_most", FORM_NUMBER, 2},
    [TEST_SAME_AS] = {"same_as", FORM_FIELDS, 2},
    [TEST_NO_LATER_THAN] = {"no_later_than", FORM_FIELDS, 2},
    [TEST_IN_LIST] = {"in_list", FORM_LIST, 0},
    [TEST_STATUS_AT] = {"status_at", FORM_STATUS, 2},
};

struct reader {
    struct rules *rules;
    const struct source_list *sources;
    struct span where; /* the code or style being read, for messages */
    struct fail *fail;
};

static enum outcome refuse(const struct reader *reader, const char *why)
{
    return fail_set(reader->fail, BAD_INPUT, "roll.rules", "rules, \"%.*s\": %s",
                    (int)(reader->where.len > 40 ? 40 : reader->where.len),
                    (const char *)reader->where.ptr, why);
}

static bool is_text(const json_t *json)
{
    return json_is_string(json) && text_is_normal(json_span(json));
}

/* The slot of a field that a test names. */
static enum outcome read_field(struct reader *reader, const json_t *json, uint8_t *out_slot)
{
    struct rules *rules = reader->rules;
    if (!json_is_string(json) || !field_name_is_valid(json_span(json)))
        return refuse(reader, "a test names a field that does not exist");
    struct span name = json_span(json);
    for (uint32_t i = 0; i < rules->field_count; i++) {
        if (span_equal(name, rules->fields[i])) {
            *out_slot = (uint8_t)i;
            return OK;
        }
    }
    if (rules->field_count == RULES_FIELDS_MAX)
        return refuse(reader, "more than 64 different fields");
    rules->fields[rules->field_count] = name;
    *out_slot = (uint8_t)rules->field_count++;
    return OK;
}

static bool is_date_field(struct span name)
{
    return span_is(name, "joined_on") || span_is(name, "paid_until") || span_is(name, "born_on") ||
           field_is_attribute(name);
}

static enum outcome read_day(struct reader *reader, const json_t *json, struct date *out_day)
{
    if (!json_is_string(json) || !date_read(json_span(json), out_day) ||
        out_day->year < ROLL_YEAR_MIN || out_day->year > ROLL_YEAR_MAX)
        return refuse(reader, "a day must be YYYY-MM-DD, in the years 1900 to 2199");
    return OK;
}

static enum outcome read_texts(struct reader *reader, const json_t *texts)
{
    size_t count = json_array_size(texts);
    if (count == 0 || count > ROLL_TEST_LIST_MAX)
        return refuse(reader, "a list must hold 1 to 64 texts");
    for (size_t i = 0; i < count; i++) {
        if (!is_text(json_array_get(texts, i)))
            return refuse(reader, "a text to compare with is empty or has spaces at its ends");
        for (size_t j = 0; j < i; j++) {
            if (span_equal(json_span(json_array_get(texts, i)),
                           json_span(json_array_get(texts, j))))
                return refuse(reader, "a list has the same text twice");
        }
    }
    return OK;
}

static enum outcome read_count(struct reader *reader, const json_t *json, int64_t max,
                               int64_t *out_count)
{
    int64_t count = json_is_integer(json) ? json_integer_value(json) : -1;
    if (count < 0 || count > max)
        return refuse(reader, "a number of days, weeks, months or years is out of range");
    *out_count = count;
    return OK;
}

/* The day that lies `number` units before `limit` (docs/roll.md section 5). */
static enum outcome read_units(struct reader *reader, const json_t *parts, struct test *test)
{
    static const struct {
        const char *name;
        int32_t days, months, max;
    } UNITS[] = {{"days", 1, 0, 40000},
                 {"weeks", 7, 0, 5000},
                 {"months", 0, 1, 1200},
                 {"years", 0, 12, 100}};
    const json_t *name = json_array_get(parts, 2);
    enum outcome outcome = read_day(reader, json_array_get(parts, 3), &test->limit);
    if (outcome != OK)
        return outcome;
    for (size_t i = 0; json_is_string(name) && i < sizeof(UNITS) / sizeof(UNITS[0]); i++) {
        if (!span_is(json_span(name), UNITS[i].name))
            continue;
        outcome = read_count(reader, json_array_get(parts, 1), UNITS[i].max, &test->number);
        if (outcome != OK)
            return outcome;
        int32_t count = (int32_t)test->number;
        test->limit = UNITS[i].days > 0 ? date_add_days(test->limit, -count * UNITS[i].days)
                                        : date_add_months(test->limit, -count * UNITS[i].months);
        return OK;
    }
    return refuse(reader, "the unit must be days, weeks, months or years");
}

static enum outcome read_number(struct reader *reader, const json_t *parts, struct test *test)
{
    const json_t *number = json_array_get(parts, 1);
    if (!field_is_attribute(reader->rules->fields[test->field]))
        return refuse(reader, "a number is compared with an attribute (x.…) only");
    if (!json_is_integer(number))
        return refuse(reader, "a number must be an integer");
    test->number = json_integer_value(number);
    return OK;
}

static enum outcome read_other(struct reader *reader, const json_t *parts, struct test *test)
{
    enum outcome outcome = read_field(reader, json_array_get(parts, 1), &test->other);
    if (outcome == OK && test->kind == TEST_NO_LATER_THAN &&
        !is_date_field(reader->rules->fields[test->other]))
        return refuse(reader, "a date is compared with a field that holds none");
    return outcome;
}

/* A leaf's parts; its first is a field, and reader->rules->fields[test->field] its name. */
static enum outcome read_parts(struct reader *reader, const json_t *parts, struct test *test)
{
    switch (TESTS[test->kind].form) {
    case FORM_TEXT:
        return is_text(json_array_get(parts, 1))
                   ? OK
                   : refuse(reader, "a text to compare with is empty or has spaces at its ends");
    case FORM_TEXTS:
        return read_texts(reader, json_array_get(parts, 1));
    case FORM_DAY:
        return read_day(reader, json_array_get(parts, 1), &test->limit);
    case FORM_UNITS:
        return read_units(reader, parts, test);
    case FORM_AGE:
        if (read_count(reader, json_array_get(parts, 1), 150, &test->number) != OK)
            return BAD_INPUT;
        return read_day(reader, json_array_get(parts, 2), &test->limit);
    case FORM_NUMBER:
        return read_number(reader, parts, test);
    default:
        return read_other(reader, parts, test);
    }
}

static enum outcome read_list(struct reader *reader, const json_t *value, struct test *test)
{
    struct rules *rules = reader->rules;
    int source = json_is_string(value) ? sources_find(reader->sources, json_span(value)) : -1;
    if (source < 0)
        return refuse(reader, "\"in_list\" names a source that does not exist");
    uint32_t place = 0;
    while (place < rules->list_count && rules->lists[place] != (uint32_t)source)
        place++;
    rules->lists[place] = (uint32_t)source;
    if (place == rules->list_count)
        rules->list_count++;
    test->number = place;
    return OK;
}

static enum outcome read_status(struct reader *reader, const json_t *parts, struct test *test)
{
    struct rules *rules = reader->rules;
    enum outcome outcome = read_day(reader, json_array_get(parts, 0), &test->limit);
    if (outcome == OK)
        outcome = read_texts(reader, json_array_get(parts, 1));
    if (outcome != OK)
        return outcome;
    for (size_t i = 0; i < json_array_size(json_array_get(parts, 1)); i++) {
        if (!field_accepts(FIELD_STATUS_WORD,
                           json_span(json_array_get(json_array_get(parts, 1), i))))
            return refuse(reader, "\"status_at\" names a status that does not exist");
    }
    uint32_t place = 0;
    while (place < rules->day_count && date_compare(rules->days[place], test->limit) != 0)
        place++;
    rules->days[place] = test->limit; /* allocated whole: no more days than tests */
    if (place == rules->day_count)
        rules->day_count++;
    test->number = place;
    return OK;
}

static bool compares_days(enum test_kind kind)
{
    return kind == TEST_ON_OR_BEFORE || kind == TEST_ON_OR_AFTER || kind == TEST_AT_LEAST_BEFORE ||
           kind == TEST_AGE_AT_LEAST || kind == TEST_NO_LATER_THAN;
}

static enum outcome read_leaf(struct reader *reader, const json_t *value, struct test *test)
{
    if (TESTS[test->kind].form == FORM_TRUE)
        return json_is_true(value) ? OK : refuse(reader, "\"always\" takes true");
    if (TESTS[test->kind].form == FORM_FIELD)
        return read_field(reader, value, &test->field);
    if (TESTS[test->kind].form == FORM_LIST)
        return read_list(reader, value, test);
    if (json_array_size(value) != TESTS[test->kind].parts)
        return refuse(reader, "a test has too many or too few parts");
    if (TESTS[test->kind].form == FORM_STATUS)
        return read_status(reader, value, test);
    enum outcome outcome = read_field(reader, json_array_get(value, 0), &test->field);
    if (outcome == OK && compares_days(test->kind) &&
        !is_date_field(reader->rules->fields[test->field]))
        outcome = refuse(reader, "a date is compared with a field that holds none");
    return outcome == OK ? read_parts(reader, value, test) : outcome;
}

static enum outcome read_test(struct reader *reader, const json_t *json, unsigned depth,
                              uint16_t *out_index);

static enum outcome read_children(struct reader *reader, const json_t *value, uint16_t parent,
                                  unsigned depth)
{
    size_t count = json_array_size(value);
    if (count == 0 || count > ROLL_TEST_LIST_MAX)
        return refuse(reader, "\"all\" and \"any\" must hold 1 to 64 tests");
    uint16_t *link = NULL;
    for (size_t i = 0; i < count; i++) {
        uint16_t child;
        enum outcome outcome = read_test(reader, json_array_get(value, i), depth + 1, &child);
        if (outcome != OK)
            return outcome;
        link = link == NULL ? &reader->rules->tests[parent].child : link;
        *link = child;
        link = &reader->rules->tests[child].next;
    }
    return OK;
}

static enum outcome find_kind(struct reader *reader, const char *name, enum test_kind *out_kind)
{
    for (int kind = 0; kind < TEST_KINDS; kind++) {
        if (strcmp(name, TESTS[kind].name) == 0) {
            *out_kind = (enum test_kind)kind;
            return OK;
        }
    }
    return fail_set(reader->fail, BAD_INPUT, "roll.rules",
                    "rules, \"%.*s\": no test is called \"%s\"", (int)reader->where.len,
                    (const char *)reader->where.ptr, name);
}

static enum outcome read_test(struct reader *reader, const json_t *json, unsigned depth,
                              uint16_t *out_index)
{
    struct rules *rules = reader->rules;
    if (depth > ROLL_TEST_DEPTH_MAX || rules->test_count == ROLL_TESTS_MAX)
        return refuse(reader, "tests are nested deeper than 8, or there are more than 1024");
    if (json_object_size(json) != 1)
        return refuse(reader, "a test is an object with one member");
    /* Jansson's iterators take a pointer without const and change nothing. */
    void *member = json_object_iter((json_t *)json);
    const json_t *value = json_object_iter_value(member);
    uint16_t index = (uint16_t)++rules->test_count;
    struct test *test = &rules->tests[index]; /* the array never moves: allocated whole */
    *test = (struct test){.quoted = value};
    enum outcome outcome = find_kind(reader, json_object_iter_key(member), &test->kind);
    if (outcome != OK)
        return outcome;
    *out_index = index;
    if (TESTS[test->kind].form == FORM_TESTS)
        return read_children(reader, value, index, depth);
    if (TESTS[test->kind].form == FORM_TEST)
        return read_test(reader, value, depth + 1, &test->child);
    return read_leaf(reader, value, test);
}

static bool is_code(struct span code)
{
    if (code.len == 0 || code.len > ROLL_CODE_BYTES_MAX || span_is(code, "STYLE") ||
        span_is(code, "DUPLICATE") || span_is(code, "CASE"))
        return false;
    for (size_t i = 0; i < code.len; i++) {
        uint8_t byte = code.ptr[i];
        if (!(byte >= 'A' && byte <= 'Z') && !(byte >= '0' && byte <= '9') && byte != '-')
            return false;
    }
    return true;
}

static enum outcome read_languages(struct reader *reader, const json_t *json, struct span *out_en,
                                   struct span *out_cy)
{
    struct json_take take = json_take_from(json, "a text in languages", reader->fail);
    *out_en = json_take_string(&take, "en");
    *out_cy = json_take_string(&take, "cy");
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK && out_en->len == 0)
        return refuse(reader, "the English text is empty");
    return outcome;
}

static enum outcome read_rule(struct reader *reader, const json_t *json)
{
    struct rules *rules = reader->rules;
    struct rule *rule = &rules->rules[rules->rule_count];
    struct json_take take = json_take_from(json, "a rule", reader->fail);
    rule->code = json_take_string(&take, "code");
    const json_t *text = json_take_object(&take, "text");
    const json_t *test = json_take_object(&take, "test");
    enum outcome outcome = json_take_end(&take);
    if (outcome != OK)
        return outcome;
    reader->where = rule->code;
    if (!is_code(rule->code))
        return refuse(reader, "a code is 1 to 16 of A-Z 0-9 -, not STYLE, DUPLICATE or CASE");
    if (rules_bit(rules, rule->code) >= 0)
        return refuse(reader, "the code stands there twice");
    outcome = read_languages(reader, text, &rule->sentence, &rule->cymraeg);
    if (outcome == OK)
        outcome = read_test(reader, test, 1, &rule->test);
    rules->rule_count++;
    return outcome;
}

/* Everybody has `votes`, or as many as an attribute says and at most so many. */
static enum outcome read_votes(struct reader *reader, const json_t *field, struct style *style)
{
    uint8_t slot = 0;
    style->votes_slot = -1;
    if (json_span(field).len == 0)
        return OK;
    if (!field_is_attribute(json_span(field)))
        return refuse(reader, "\"votes_field\" must be an attribute (x.…) or empty");
    enum outcome outcome = read_field(reader, field, &slot);
    if (outcome == OK)
        style->votes_slot = slot;
    return outcome;
}

static enum outcome read_style(struct reader *reader, const json_t *json)
{
    struct rules *rules = reader->rules;
    struct style *style = &rules->styles[rules->style_count];
    struct json_take take = json_take_from(json, "a style", reader->fail);
    struct span cymraeg;
    style->id = json_take_string(&take, "id");
    const json_t *title = json_take_object(&take, "title");
    style->unit = json_take_string(&take, "unit");
    style->votes = (uint32_t)json_take_integer(&take, "votes", 1, ROLL_VOTES_MAX);
    (void)json_take_string(&take, "votes_field");
    const json_t *test = json_take_object(&take, "test");
    enum outcome outcome = json_take_end(&take);
    if (outcome != OK)
        return outcome;
    reader->where = style->id;
    if (!text_is_id(style->id) || !text_is_id(style->unit))
        return refuse(reader, "a style's id and unit are 1 to 32 of a-z 0-9 -");
    if (rules_find_style(rules, style->id) >= 0)
        return refuse(reader, "the style stands there twice");
    outcome = read_languages(reader, title, &style->title, &cymraeg);
    if (outcome == OK)
        outcome = read_votes(reader, json_object_get(json, "votes_field"), style);
    if (outcome == OK)
        outcome = read_test(reader, test, 1, &style->test);
    rules->style_count++;
    return outcome;
}

static enum outcome read_all(struct reader *reader, const json_t *rules, const json_t *styles)
{
    enum outcome outcome = OK;
    for (size_t i = 0; outcome == OK && i < json_array_size(rules); i++)
        outcome = read_rule(reader, json_array_get(rules, i));
    for (size_t i = 0; outcome == OK && i < json_array_size(styles); i++)
        outcome = read_style(reader, json_array_get(styles, i));
    return outcome;
}

enum outcome rules_read(const json_t *rules, const json_t *styles,
                        const struct source_list *sources, struct rules *out_rules,
                        struct fail *fail)
{
    struct rules made = {0};
    struct reader reader = {
        .rules = &made, .sources = sources, .where = SPAN_LIT("rules"), .fail = fail};
    if (!json_is_array(rules) || !json_is_array(styles) ||
        json_array_size(rules) > ROLL_RULES_MAX || json_array_size(styles) == 0 ||
        json_array_size(styles) > ROLL_STYLES_MAX)
        return refuse(&reader, "there must be 0 to 60 rules and 1 to 1000 styles");
    made.json = json_pack("[O,O]", rules, styles);
    made.styles = calloc(json_array_size(styles), sizeof(*made.styles));
    made.tests = calloc(ROLL_TESTS_MAX + 1, sizeof(*made.tests));
    made.days = calloc(ROLL_TESTS_MAX + 1, sizeof(*made.days));
    enum outcome outcome = OK;
    if (made.json == NULL || made.styles == NULL || made.tests == NULL || made.days == NULL)
        outcome = fail_set(fail, BROKEN, "roll.memory", "out of memory while reading rules");
    else
        outcome = read_all(&reader, rules, styles);
    if (outcome == OK)
        *out_rules = made;
    else
        rules_done(&made);
    return outcome;
}
