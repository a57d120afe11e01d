#include "roll/rules.h"

#include "base/json.h"
#include "limit.h"

/* Which fields a test may name. */
enum wanted { WANT_ANY, WANT_DATE, WANT_NUMBER };

struct reader {
    struct json json;
    struct arena *arena;
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

static struct span take_field(struct reader *reader, enum wanted wanted)
{
    struct span field = take_text(reader, NULL, 64);
    enum field_type type = FIELD_TEXT;
    if (reader->json.broken)
        return field;
    if (!field_named(field, &type))
        json_refuse(&reader->json, NULL, "no such field");
    else if (!field_is_attribute(field) &&
             (wanted == WANT_NUMBER || (wanted == WANT_DATE && type != FIELD_DATE)))
        json_refuse(&reader->json, NULL, "this test can't be made on this field");
    return field;
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

/* A list in a definition is never long: the array is copied whenever it has doubled. */
static void take_texts(struct reader *reader, struct test *test)
{
    size_t room = 0;
    json_array(&reader->json, NULL);
    while (json_more(&reader->json)) {
        if (test->text_count == room) {
            room = room == 0 ? 8 : room * 2;
            struct span *texts = arena_zeroed(reader->arena, room, sizeof *texts);
            if (texts == NULL) {
                json_refuse(&reader->json, NULL, "no memory");
                return;
            }
            if (test->text_count > 0)
                memcpy(texts, test->texts, test->text_count * sizeof *texts);
            test->texts = texts;
        }
        test->texts[test->text_count++] = take_text(reader, NULL, ROLL_VALUE_BYTES_MAX);
    }
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

/* The arguments of a test that are an array: its field, then what the kind wants. */
static void read_arguments(struct reader *reader, struct test *test)
{
    bool number = test->kind == TEST_NUMBER_AT_LEAST || test->kind == TEST_NUMBER_AT_MOST;
    bool any = test->kind == TEST_EQUAL || test->kind == TEST_ONE_OF || test->kind == TEST_SAME_AS;
    enum wanted wanted = number ? WANT_NUMBER : any ? WANT_ANY : WANT_DATE;
    json_array(&reader->json, NULL);
    test->fields[0] = take_field(reader, wanted);
    if (test->kind == TEST_EQUAL) {
        test->texts = arena_zeroed(reader->arena, 1, sizeof *test->texts);
        if (test->texts == NULL)
            json_refuse(&reader->json, NULL, "no memory");
        else
            test->texts[test->text_count++] = take_text(reader, NULL, ROLL_VALUE_BYTES_MAX);
    } else if (test->kind == TEST_ONE_OF) {
        take_texts(reader, test);
    } else if (test->kind == TEST_AT_LEAST_BEFORE) {
        read_moved_day(reader, test);
    } else if (test->kind == TEST_SAME_AS || test->kind == TEST_NO_LATER_THAN) {
        test->fields[1] = take_field(reader, wanted);
    } else if (number) {
        json_integer(&reader->json, NULL, INT64_MIN, INT64_MAX, &test->number);
    } else {
        if (test->kind == TEST_AGE_AT_LEAST)
            json_integer(&reader->json, NULL, 0, AGE_MOST, &test->number);
        test->day = take_day(reader);
    }
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
        test->fields[0] = take_field(reader, WANT_ANY);
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
    test->slots[0] = test->slots[1] = NO_SLOT;
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
    if (!token_valid(id))
        json_refuse(&reader->json, name, "no id");
    return id;
}

static void read_sources(struct reader *reader, struct rules *rules)
{
    json_array(&reader->json, "sources");
    json_object(&reader->json, NULL);
    rules->source = take_id(reader, "id");
    skip_languages(reader, "title");
    json_end(&reader->json);
    json_end(&reader->json);
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

static void read_rule(struct reader *reader, struct rules *rules)
{
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

static void read_style(struct reader *reader, struct rules *rules)
{
    json_object(&reader->json, NULL);
    struct style style = {.id = take_id(reader, "id")};
    for (unsigned i = 0; i < rules->style_count; i++)
        if (span_equal(rules->styles[i].id, style.id))
            json_refuse(&reader->json, "id", "stands twice");
    skip_languages(reader, "title");
    (void)take_id(reader, "unit");
    style.test = read_test(reader, "test", 1);
    json_end(&reader->json);
    if (rules->style_count == ROLL_STYLES_MAX)
        json_refuse(&reader->json, "styles", "more than 1,000");
    else if (!reader->json.broken)
        rules->styles[rules->style_count++] = style;
}

enum outcome rules_read(struct span text, struct arena *arena, struct rules *out_rules,
                        struct fail *fail)
{
    struct reader reader = {.arena = arena};
    struct rules rules = {.rule_count = 0};
    rules.styles = arena_zeroed(arena, ROLL_STYLES_MAX, sizeof *rules.styles);
    if (rules.styles == NULL)
        return fail_unable(fail, "no memory for the rules");
    json_open(&reader.json, text);
    json_object(&reader.json, NULL);
    read_sources(&reader, &rules);
    json_array(&reader.json, "rules");
    while (json_more(&reader.json))
        read_rule(&reader, &rules);
    json_end(&reader.json);
    json_array(&reader.json, "styles");
    while (json_more(&reader.json))
        read_style(&reader, &rules);
    json_end(&reader.json);
    json_end(&reader.json);
    enum outcome outcome = json_finish(&reader.json, fail);
    json_done(&reader.json);
    if (outcome == GOOD && rules.style_count == 0)
        return fail_bad(fail, "there is no style");
    if (outcome == GOOD)
        *out_rules = rules;
    return outcome;
}

/* -- evaluating ------------------------------------------------------------------------------- */

static void bind_test(struct test *test, const struct table *table)
{
    for (unsigned i = 0; i < 2; i++)
        test->slots[i] = test->fields[i].ptr == NULL ? NO_SLOT : table_find(table, test->fields[i]);
    for (struct test *part = test->first; part != NULL; part = part->next)
        bind_test(part, table);
}

void rules_bind(struct rules *rules, const struct table *table)
{
    for (unsigned i = 0; i < rules->rule_count; i++)
        bind_test(rules->rules[i].test, table);
    for (unsigned i = 0; i < rules->style_count; i++)
        bind_test(rules->styles[i].test, table);
}

static enum truth truth_of(bool value)
{
    return value ? IS_TRUE : IS_FALSE;
}

static enum truth negate(enum truth truth)
{
    return truth == UNDETERMINED ? UNDETERMINED : truth_of(truth == IS_FALSE);
}

/* `decider` settles it whatever the rest says: false for all, true for any. */
static enum truth combine(const struct test *test, const struct span *row, enum truth decider)
{
    enum truth truth = negate(decider);
    for (const struct test *part = test->first; part != NULL; part = part->next) {
        enum truth found = test_truth(part, row);
        if (found == decider)
            return decider;
        if (found == UNDETERMINED)
            truth = UNDETERMINED;
    }
    return truth;
}

static struct span value_of(const struct test *test, const struct span *row, unsigned which)
{
    const struct span missing = {0};
    return test->slots[which] == NO_SLOT ? missing : row[test->slots[which]];
}

static enum truth date_truth(const struct test *test, struct span value, struct span other)
{
    struct day day, limit = test->day;
    if (!day_read(value, &day) || (test->kind == TEST_NO_LATER_THAN && !day_read(other, &limit)))
        return UNDETERMINED;
    if (test->kind == TEST_AGE_AT_LEAST)
        day.year += (int)test->number;
    int order = day_compare(day, limit);
    return truth_of(test->kind == TEST_ON_OR_AFTER ? order >= 0 : order <= 0);
}

static enum truth number_truth(const struct test *test, struct span value)
{
    int64_t number;
    if (!number_read(value, &number))
        return UNDETERMINED;
    return truth_of(test->kind == TEST_NUMBER_AT_LEAST ? number >= test->number
                                                       : number <= test->number);
}

static enum truth text_truth(const struct test *test, struct span value)
{
    for (size_t i = 0; i < test->text_count; i++)
        if (span_equal(test->texts[i], value))
            return IS_TRUE;
    return IS_FALSE;
}

/* A test on values: undetermined where one is missing. */
static enum truth value_truth(const struct test *test, const struct span *row)
{
    struct span value = value_of(test, row, 0), other = value_of(test, row, 1);
    if (value.ptr == NULL || (test->fields[1].ptr != NULL && other.ptr == NULL))
        return UNDETERMINED;
    switch (test->kind) {
    case TEST_EQUAL:
    case TEST_ONE_OF:
        return text_truth(test, value);
    case TEST_SAME_AS:
        return truth_of(span_equal(value, other));
    case TEST_NUMBER_AT_LEAST:
    case TEST_NUMBER_AT_MOST:
        return number_truth(test, value);
    default:
        return date_truth(test, value, other);
    }
}

enum truth test_truth(const struct test *test, const struct span *row)
{
    switch (test->kind) {
    case TEST_ALL:
        return combine(test, row, IS_FALSE);
    case TEST_ANY:
        return combine(test, row, IS_TRUE);
    case TEST_NOT:
        return negate(test_truth(test->first, row));
    case TEST_ALWAYS:
        return IS_TRUE;
    case TEST_PRESENT:
        return truth_of(value_of(test, row, 0).ptr != NULL);
    default:
        return value_truth(test, row);
    }
}

int rules_style(const struct rules *rules, const struct span *row, enum truth *out_truth)
{
    for (unsigned i = 0; i < rules->style_count; i++) {
        enum truth truth = test_truth(rules->styles[i].test, row);
        *out_truth = truth;
        if (truth != IS_FALSE)
            return truth == IS_TRUE ? (int)i : NO_STYLE;
    }
    *out_truth = IS_FALSE;
    return NO_STYLE;
}
