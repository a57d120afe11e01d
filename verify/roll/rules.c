#include "roll/rules.h"

#include "limit.h"
#include "roll/csv.h"

/* Which fields a test may name. */
enum wanted { WANT_ANY, WANT_DATE, WANT_NUMBER };

struct reader {
    struct json json;
    struct arena *arena;
    struct rules *rules;
    unsigned tests; /* so far, in the whole definition */
};

static const char *const test_names[] = {
    [TEST_ALL] = "all",
    [TEST_ANY] = "any",
    [TEST_NOT] = "not",
    [TEST_ALWAYS] = "always",
    [TEST_PRESENT] = "present",
    [TEST_EQUAL] = "equal",
    [TEST_ONE_OF] = "one_of",
    [TEST_ON_OR_BEFORE] = "on_or_before",
    [TEST_ON_OR_AFTER] = "on_or_after",
    [TEST_AT_LEAST_BEFORE] = "at_least_before",
    [TEST_AGE_AT_LEAST] = "age_at_least",
    [TEST_NUMBER_AT_LEAST] = "number_at_least",
    [TEST_NUMBER_AT_MOST] = "number_at_most",
    [TEST_SAME_AS] = "same_as",
    [TEST_NO_LATER_THAN] = "no_later_than",
    [TEST_IN_LIST] = "in_list",
    [TEST_STATUS_AT] = "status_at",
};

enum { TEST_KINDS = sizeof test_names / sizeof test_names[0], AGE_MOST = 150 };

/* -- reading one test ------------------------------------------------------------------------- */

static struct span take_text(struct reader *reader, const char *name, size_t limit_bytes)
{
    struct span text, copy;
    json_string(&reader->json, name, limit_bytes, &text);
    copy = arena_copy(reader->arena, text);
    if (copy.ptr == NULL)
        json_refuse(&reader->json, name, "no memory");
    return copy;
}

/* The field's place among those that tests and styles name. */
static unsigned place_field(struct reader *reader, struct span field)
{
    struct rules *rules = reader->rules;
    unsigned i = 0;
    while (i < rules->field_count && !span_equal(rules->fields[i], field))
        i++;
    if (i == ROLL_RULE_FIELDS_MAX)
        json_refuse(&reader->json, NULL, "more than 64 different fields");
    else if (i == rules->field_count)
        rules->fields[rules->field_count++] = field;
    return i;
}

static void take_field(struct reader *reader, struct test *test, enum wanted wanted)
{
    struct span field = take_text(reader, NULL, FIELD_NAME_BYTES);
    enum field_type type = FIELD_TEXT;
    if (reader->json.broken)
        return;
    if (!field_named(field, &type))
        json_refuse(&reader->json, NULL, "no such field");
    else if (!field_is_attribute(field) &&
             (wanted == WANT_NUMBER || (wanted == WANT_DATE && type != FIELD_DATE)))
        json_refuse(&reader->json, NULL, "this test can't be made on this field");
    else
        test->fields[test->field_count++] = place_field(reader, field);
}

static struct day take_day(struct reader *reader)
{
    struct day day = {1900, 1, 1};
    struct span text;
    json_string(&reader->json, NULL, DAY_TEXT_BYTES, &text);
    if (!reader->json.broken && !day_read(text, &day))
        json_refuse(&reader->json, NULL, "not a day from 1900 to 2199");
    return day;
}

/* Room for one more text: the array is copied whenever it has doubled. */
static bool grow_texts(struct reader *reader, struct test *test, size_t *room)
{
    if (test->text_count < *room)
        return true;
    size_t more = *room == 0 ? 8 : *room * 2;
    struct span *texts = arena_zeroed(reader->arena, more, sizeof *texts);
    if (texts == NULL) {
        json_refuse(&reader->json, NULL, "no memory");
        return false;
    }
    if (test->text_count > 0)
        memcpy(texts, test->texts, test->text_count * sizeof *texts);
    test->texts = texts;
    *room = more;
    return true;
}

static void take_value(struct reader *reader, struct test *test)
{
    struct span text = take_text(reader, NULL, ROLL_VALUE_BYTES_MAX);
    if (!reader->json.broken && (text.len == 0 || !csv_normal(text)))
        json_refuse(&reader->json, NULL, "no value is ever this text");
    if (!reader->json.broken && test->kind == TEST_STATUS_AT && status_place(text) == STATUSES)
        json_refuse(&reader->json, NULL, "no such status");
    if (test->text_count == ROLL_TEST_LIST_MAX)
        json_refuse(&reader->json, NULL, "more than 64 texts");
    for (size_t i = 0; i < test->text_count; i++)
        if (span_equal(test->texts[i], text))
            json_refuse(&reader->json, NULL, "a text stands twice");
    test->texts[test->text_count++] = text;
}

/* The list of one_of and status_at: at least one, distinct. */
static void take_values(struct reader *reader, struct test *test)
{
    size_t room = 0;
    json_array(&reader->json, NULL);
    while (json_more(&reader->json) && grow_texts(reader, test, &room))
        take_value(reader, test);
    json_end(&reader->json);
    if (test->text_count == 0)
        json_refuse(&reader->json, NULL, "an empty list");
}

static struct test *read_test(struct reader *reader, const char *name, unsigned depth);

/* The tests below all, any and not. */
static void read_list(struct reader *reader, struct test *test, unsigned depth)
{
    struct test **end = &test->first;
    unsigned count = 0;
    json_array(&reader->json, NULL);
    while (json_more(&reader->json)) {
        *end = read_test(reader, NULL, depth + 1);
        if (*end == NULL)
            return;
        end = &(*end)->next;
        if (++count > ROLL_TEST_LIST_MAX)
            json_refuse(&reader->json, NULL, "more than 64 tests in a list");
    }
    json_end(&reader->json);
    if (count == 0)
        json_refuse(&reader->json, NULL, "an empty list of tests");
}

static void read_moved_day(struct reader *reader, struct test *test)
{
    int64_t count;
    struct span name;
    enum day_unit unit = UNIT_DAYS;
    json_integer(&reader->json, NULL, 0, day_unit_most(UNIT_DAYS), &count);
    json_string(&reader->json, NULL, 16, &name);
    if (!reader->json.broken && (!day_unit_named(name, &unit) || count > day_unit_most(unit)))
        json_refuse(&reader->json, NULL, "no such unit, or too many of it");
    struct day day = take_day(reader);
    if (!reader->json.broken)
        test->day = day_minus(day, count, unit);
}

/* [day,[status...]]: the day's place among those that status_at names. */
static void read_status_at(struct reader *reader, struct test *test)
{
    struct rules *rules = reader->rules;
    json_array(&reader->json, NULL);
    struct day day = take_day(reader);
    take_values(reader, test);
    json_end(&reader->json);
    while (test->place < rules->status_day_count &&
           day_compare(rules->status_days[test->place], day) != 0)
        test->place++;
    if (!reader->json.broken && test->place == rules->status_day_count)
        rules->status_days[rules->status_day_count++] = day;
}

static void read_in_list(struct reader *reader, struct test *test)
{
    struct span id;
    json_string(&reader->json, NULL, ROLL_TOKEN_BYTES_MAX, &id);
    int source = sources_find(&reader->rules->sources, id);
    if (!reader->json.broken && source == NO_SOURCE)
        json_refuse(&reader->json, "in_list", "no such source");
    test->place = source == NO_SOURCE ? 0 : (unsigned)source;
}

static enum wanted wanted_by(enum test_kind kind)
{
    switch (kind) {
    case TEST_EQUAL:
    case TEST_ONE_OF:
    case TEST_SAME_AS:
        return WANT_ANY;
    case TEST_NUMBER_AT_LEAST:
    case TEST_NUMBER_AT_MOST:
        return WANT_NUMBER;
    default:
        return WANT_DATE;
    }
}

/* What follows the first field, as the kind wants it. */
static void read_rest(struct reader *reader, struct test *test, enum wanted wanted)
{
    size_t room = 0;
    switch (test->kind) {
    case TEST_EQUAL:
        if (grow_texts(reader, test, &room))
            take_value(reader, test);
        break;
    case TEST_ONE_OF:
        take_values(reader, test);
        break;
    case TEST_AT_LEAST_BEFORE:
        read_moved_day(reader, test);
        break;
    case TEST_SAME_AS:
    case TEST_NO_LATER_THAN:
        take_field(reader, test, wanted);
        break;
    case TEST_NUMBER_AT_LEAST:
    case TEST_NUMBER_AT_MOST:
        json_integer(&reader->json, NULL, INT64_MIN, INT64_MAX, &test->number);
        break;
    case TEST_AGE_AT_LEAST:
        json_integer(&reader->json, NULL, 0, AGE_MOST, &test->number);
        test->day = take_day(reader);
        break;
    default:
        test->day = take_day(reader);
    }
}

/* A test of a field and more, in an array. */
static void read_arguments(struct reader *reader, struct test *test)
{
    enum wanted wanted = wanted_by(test->kind);
    json_array(&reader->json, NULL);
    take_field(reader, test, wanted);
    read_rest(reader, test, wanted);
    json_end(&reader->json);
}

static void read_always(struct reader *reader)
{
    bool value;
    json_boolean(&reader->json, NULL, &value);
    if (!value)
        json_refuse(&reader->json, "always", "must be true");
}

static void read_content(struct reader *reader, struct test *test, unsigned depth)
{
    switch (test->kind) {
    case TEST_ALL:
    case TEST_ANY:
        read_list(reader, test, depth);
        break;
    case TEST_NOT:
        test->first = read_test(reader, NULL, depth + 1);
        break;
    case TEST_ALWAYS:
        read_always(reader);
        break;
    case TEST_PRESENT:
        take_field(reader, test, WANT_ANY);
        break;
    case TEST_IN_LIST:
        read_in_list(reader, test);
        break;
    case TEST_STATUS_AT:
        read_status_at(reader, test);
        break;
    default:
        read_arguments(reader, test);
    }
}

/* NULL once the reader is broken. */
static struct test *read_test(struct reader *reader, const char *name, unsigned depth)
{
    struct span kind;
    struct test *test = arena_zeroed(reader->arena, 1, sizeof *test);
    unsigned i = 0;
    if (test == NULL || depth > ROLL_TEST_DEPTH_MAX || ++reader->tests > ROLL_TESTS_MAX)
        json_refuse(&reader->json, name, "nested too deep, too many tests, or no memory");
    json_object(&reader->json, name);
    json_name(&reader->json, 32, &kind);
    while (i < TEST_KINDS && !span_equal(kind, span_text(test_names[i])))
        i++;
    if (i == TEST_KINDS)
        json_refuse(&reader->json, name, "no such test");
    if (reader->json.broken)
        return NULL;
    test->kind = (enum test_kind)i;
    read_content(reader, test, depth);
    json_end(&reader->json);
    return reader->json.broken ? NULL : test;
}

/* -- reading the definition ------------------------------------------------------------------- */

static void skip_languages(struct reader *reader, const char *name)
{
    struct span english, welsh;
    json_object(&reader->json, name);
    json_string(&reader->json, "en", LIMIT_TEXT_BYTES, &english);
    json_string(&reader->json, "cy", LIMIT_TEXT_BYTES, &welsh);
    json_end(&reader->json);
    if (english.len == 0)
        json_refuse(&reader->json, name, "no text in English");
}

static struct span take_id(struct reader *reader, const char *name)
{
    struct span id = take_text(reader, name, ROLL_TOKEN_BYTES_MAX);
    if (!token_is_id(id))
        json_refuse(&reader->json, name, "no id");
    return id;
}

static bool code_valid(struct span code)
{
    static const char *const reserved[] = {"STYLE", "DUPLICATE", "CASE"};
    for (unsigned i = 0; i < 3; i++)
        if (span_equal(code, span_text(reserved[i])))
            return false;
    for (size_t i = 0; i < code.len; i++) {
        uint8_t byte = code.ptr[i];
        if ((byte < 'A' || byte > 'Z') && (byte < '0' || byte > '9') && byte != '-')
            return false;
    }
    return code.len >= 1 && code.len <= ROLL_CODE_BYTES_MAX;
}

static void read_rule(struct reader *reader)
{
    struct rules *rules = reader->rules;
    json_object(&reader->json, NULL);
    struct rule rule = {.code = take_text(reader, "code", ROLL_CODE_BYTES_MAX)};
    if (!code_valid(rule.code))
        json_refuse(&reader->json, "code", "no code, or a reserved one");
    for (unsigned i = 0; i < rules->rule_count; i++)
        if (span_equal(rules->rules[i].code, rule.code))
            json_refuse(&reader->json, "code", "stands twice");
    skip_languages(reader, "text");
    rule.test = read_test(reader, "test", 1);
    json_end(&reader->json);
    if (rules->rule_count == ROLL_RULES_MAX)
        json_refuse(&reader->json, "rules", "more than 60");
    else
        rules->rules[rules->rule_count++] = rule;
}

/* How many credentials each person of the style gets. */
static void read_votes(struct reader *reader, struct style *style)
{
    int64_t votes;
    json_integer(&reader->json, "votes", 1, ROLL_VOTES_MAX, &votes);
    struct span field = take_text(reader, "votes_field", FIELD_NAME_BYTES);
    enum field_type type;
    style->votes = (unsigned)votes;
    style->votes_field = NO_FIELD;
    if (reader->json.broken || field.len == 0)
        return;
    if (!field_is_attribute(field) || !field_named(field, &type))
        json_refuse(&reader->json, "votes_field", "neither empty nor an attribute");
    else
        style->votes_field = (int)place_field(reader, field);
}

static void read_style(struct reader *reader)
{
    struct rules *rules = reader->rules;
    json_object(&reader->json, NULL);
    struct style style = {.id = take_id(reader, "id")};
    for (unsigned i = 0; i < rules->style_count; i++)
        if (span_equal(rules->styles[i].id, style.id))
            json_refuse(&reader->json, "id", "stands twice");
    if (rules->style_count == ROLL_STYLES_MAX)
        json_refuse(&reader->json, "styles", "more than 1,000");
    skip_languages(reader, "title");
    (void)take_id(reader, "unit");
    read_votes(reader, &style);
    style.test = read_test(reader, "test", 1);
    json_end(&reader->json);
    if (!reader->json.broken)
        rules->styles[rules->style_count++] = style;
}

static void read_all(struct reader *reader)
{
    struct json *json = &reader->json;
    json_object(json, NULL);
    sources_read(json, reader->arena, &reader->rules->sources);
    json_array(json, "rules");
    while (json_more(json))
        read_rule(reader);
    json_end(json);
    json_array(json, "styles");
    while (json_more(json))
        read_style(reader);
    json_end(json);
    json_end(json);
}

enum outcome rules_read(struct span text, struct arena *arena, struct rules *out_rules,
                        struct fail *fail)
{
    struct rules rules = {
        .styles = arena_zeroed(arena, ROLL_STYLES_MAX, sizeof *rules.styles),
        .fields = arena_zeroed(arena, ROLL_RULE_FIELDS_MAX, sizeof *rules.fields),
        .status_days = arena_zeroed(arena, ROLL_TESTS_MAX, sizeof *rules.status_days),
    };
    struct reader reader = {.arena = arena, .rules = &rules};
    if (rules.styles == NULL || rules.fields == NULL || rules.status_days == NULL)
        return fail_unable(fail, "no memory for the rules");
    json_open(&reader.json, text);
    read_all(&reader);
    enum outcome outcome = json_finish(&reader.json, fail);
    json_done(&reader.json);
    if (outcome == GOOD && rules.style_count == 0)
        return fail_bad(fail, "there is no style");
    if (outcome == GOOD)
        *out_rules = rules;
    return outcome;
}

struct span rules_code(const struct rules *rules, unsigned bit)
{
    return bit < rules->rule_count ? rules->rules[bit].code : span_text("STYLE");
}
