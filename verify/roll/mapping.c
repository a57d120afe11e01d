#include "roll/mapping.h"

#include "base/json.h"
#include "roll/csv.h"
#include "roll/day.h"

#include <stdlib.h>

/* -- reading ---------------------------------------------------------------------------------- */

/* A string, copied to the arena: it outlives the reader. */
static struct span take_text(struct json *json, const char *name, struct arena *arena)
{
    struct span text, copy;
    json_string(json, name, ROLL_VALUE_BYTES_MAX, &text);
    copy = arena_copy(arena, text);
    if (copy.ptr == NULL)
        json_refuse(json, name, "no memory");
    return copy;
}

/* The same, where only normalised text that is not empty can ever be met. */
static struct span take_normal(struct json *json, const char *name, struct arena *arena)
{
    struct span text = take_text(json, name, arena);
    if (text.len == 0 || !csv_normal(text))
        json_refuse(json, name, "empty, or not normalised");
    return text;
}

/* An upper bound for the elements of any list in the text: its commas. */
static size_t count_commas(struct span text)
{
    size_t count = 1;
    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == ',';
    return count;
}

static void read_missing(struct json *json, struct arena *arena, struct mapping *mapping)
{
    mapping->missing = arena_zeroed(arena, count_commas(json->text), sizeof *mapping->missing);
    if (mapping->missing == NULL) {
        json_refuse(json, "missing", "no memory");
        return;
    }
    json_array(json, "missing");
    while (json_more(json)) {
        struct span text = take_normal(json, NULL, arena);
        if (mapping_means_missing(mapping, text))
            json_refuse(json, "missing", "a text stands twice");
        else if (!json->broken)
            mapping->missing[mapping->missing_count++] = text;
    }
    json_end(json);
}

static void read_dates(struct json *json, struct mapped_column *column)
{
    json_array(json, "dates");
    while (json_more(json)) {
        struct span name;
        unsigned format;
        json_string(json, NULL, 64, &name);
        if (!day_format_named(name, &format) || column->format_count == ROLL_DATE_FORMATS_MAX) {
            json_refuse(json, "dates", "no such format, or more than four");
            return;
        }
        for (unsigned i = 0; i < column->format_count; i++)
            if (column->formats[i] == format || day_formats_clash(column->formats[i], format))
                json_refuse(json, "dates", "a format twice, or two that read one text differently");
        column->formats[column->format_count++] = format;
    }
    if (column->format_count == 0)
        json_refuse(json, "dates", "no format");
    json_end(json);
}

static int compare_words(const void *a, const void *b)
{
    const struct word *left = a, *right = b;
    return span_compare(left->theirs, right->theirs);
}

static void read_words(struct json *json, struct arena *arena, struct mapped_column *column)
{
    struct word words[ROLL_WORDS_MAX];
    json_array(json, "words");
    while (json_more(json)) {
        if (column->word_count == ROLL_WORDS_MAX) {
            json_refuse(json, "words", "more than 1,000");
            return;
        }
        struct word *word = &words[column->word_count++];
        json_array(json, NULL);
        word->theirs = take_normal(json, NULL, arena);
        word->ours = take_normal(json, NULL, arena);
        json_end(json);
        if (!json->broken && !field_value_valid(column->type, word->ours))
            json_refuse(json, "words", "our word can't stand in this field");
    }
    json_end(json);
    if (column->word_count == 0)
        json_refuse(json, "words", "no words");
    if (json->broken)
        return;
    qsort(words, column->word_count, sizeof words[0], compare_words);
    for (size_t i = 1; i < column->word_count; i++)
        if (compare_words(&words[i - 1], &words[i]) == 0)
            json_refuse(json, "words", "a word of theirs stands twice");
    size_t bytes = column->word_count * sizeof words[0];
    column->words = arena_take(arena, bytes);
    if (column->words == NULL)
        json_refuse(json, "words", "no memory");
    else
        memcpy(column->words, words, bytes);
}

/* Which converter a field may, and must, have. */
static bool converter_fits(const struct mapped_column *column)
{
    if (field_is_attribute(column->field))
        return true;
    switch (column->type) {
    case FIELD_TEXT:
        return column->converter == CONVERT_NONE || column->converter == CONVERT_WORDS;
    case FIELD_DATE:
        return column->converter == CONVERT_DATES;
    case FIELD_TOKEN:
    case FIELD_STATUS:
        return column->converter == CONVERT_WORDS;
    default:
        return column->converter == CONVERT_NONE;
    }
}

static void read_converter(struct json *json, struct arena *arena, struct mapped_column *column)
{
    bool attribute = field_is_attribute(column->field);
    if (json_at(json, "dates")) {
        column->converter = CONVERT_DATES;
        column->type = attribute ? FIELD_DATE : column->type;
        read_dates(json, column);
    } else if (json_at(json, "words")) {
        column->converter = CONVERT_WORDS;
        column->type = attribute ? FIELD_TOKEN : column->type;
        read_words(json, arena, column);
    } else if (json_at(json, "number")) {
        int64_t decimals;
        column->converter = CONVERT_NUMBER;
        column->type = attribute ? FIELD_NUMBER : column->type;
        json_integer(json, "number", 0, ROLL_DECIMALS_MAX, &decimals);
        column->decimals = (unsigned)decimals;
    }
    if (!json->broken && !converter_fits(column))
        json_refuse(json, NULL, "the field must have another converter, or none");
}

/* Against the columns before it. */
static void check_repeated(struct json *json, const struct mapping *mapping,
                           const struct mapped_column *column)
{
    bool joins = span_equal(column->field, span_text("name")) ||
                 span_equal(column->field, span_text("address"));
    unsigned attributes = 0;
    for (unsigned i = 0; i < mapping->count; i++) {
        const struct mapped_column *other = &mapping->columns[i];
        attributes += field_is_attribute(other->field);
        if (span_equal(other->column, column->column))
            json_refuse(json, NULL, "a column is named twice");
        if (!joins && span_equal(other->field, column->field))
            json_refuse(json, NULL, "a field is mapped twice");
    }
    if (field_is_attribute(column->field) && attributes == ROLL_ATTRIBUTES_MAX)
        json_refuse(json, NULL, "more than 32 attributes");
}

static void read_column(struct json *json, struct arena *arena, struct mapping *mapping)
{
    struct mapped_column column = {.decimals = 0};
    json_object(json, NULL);
    column.column = take_normal(json, "column", arena);
    column.field = take_text(json, "field", arena);
    if (!json->broken && !field_named(column.field, &column.type))
        json_refuse(json, "field", "no such field");
    if (!json->broken)
        read_converter(json, arena, &column);
    json_end(json);
    if (mapping->count == ROLL_COLUMNS_MAX)
        json_refuse(json, "columns", "more than 256");
    if (json->broken)
        return;
    check_repeated(json, mapping, &column);
    mapping->columns[mapping->count++] = column;
}

static void read_columns(struct json *json, struct arena *arena, struct mapping *mapping)
{
    bool numbered = false;
    mapping->columns = arena_zeroed(arena, ROLL_COLUMNS_MAX, sizeof *mapping->columns);
    if (mapping->columns == NULL) {
        json_refuse(json, "columns", "no memory");
        return;
    }
    json_array(json, "columns");
    while (json_more(json))
        read_column(json, arena, mapping);
    json_end(json);
    for (unsigned i = 0; i < mapping->count; i++)
        numbered = numbered || mapping->columns[i].type == FIELD_MEMBER_NO;
    if (!numbered)
        json_refuse(json, "columns", "no column is the member_no");
}

enum outcome mapping_read(struct span text, struct arena *arena, struct mapping *out_mapping,
                          struct fail *fail)
{
    struct mapping mapping = {.count = 0};
    struct json json;
    struct span encoding;
    if (text.len > ROLL_MAPPING_BYTES_MAX)
        return fail_bad(fail, "longer than 64 KiB");
    json_open(&json, text);
    json_object(&json, NULL);
    json_literal(&json, "format", "ballotd mapping 1");
    mapping.source = take_text(&json, "source", arena);
    if (!token_is_id(mapping.source))
        json_refuse(&json, "source", "no id");
    json_string(&json, "encoding", 16, &encoding);
    if (!encoding_named(encoding, &mapping.encoding))
        json_refuse(&json, "encoding", "none that is read");
    read_missing(&json, arena, &mapping);
    read_columns(&json, arena, &mapping);
    json_end(&json);
    enum outcome outcome = json_finish(&json, fail);
    json_done(&json);
    if (outcome == GOOD)
        *out_mapping = mapping;
    return outcome;
}

/* -- converting ------------------------------------------------------------------------------- */

bool mapping_means_missing(const struct mapping *mapping, struct span text)
{
    if (text.len == 0)
        return true;
    for (size_t i = 0; i < mapping->missing_count; i++)
        if (span_equal(mapping->missing[i], text))
            return true;
    return false;
}

/* Into `scratch`, unless the text is a date already. */
static bool convert_date(const struct mapped_column *column, struct span text,
                         uint8_t scratch[MAPPING_SCRATCH_BYTES], struct span *out_value)
{
    struct day day;
    unsigned i = 0;
    while (i < column->format_count && !day_read_as(column->formats[i], text, &day))
        i++;
    if (i == column->format_count)
        return false;
    day_print(day, scratch);
    struct span value = span_of(scratch, DAY_TEXT_BYTES);
    *out_value = span_equal(value, text) ? text : value;
    return true;
}

static bool convert_word(const struct mapped_column *column, struct span text,
                         struct span *out_value)
{
    struct word key = {.theirs = text};
    const struct word *found =
        bsearch(&key, column->words, column->word_count, sizeof key, compare_words);
    if (found == NULL)
        return false;
    *out_value = found->ours;
    return true;
}

/* Digits off the front, appended to those in `digits`. */
static size_t take_digits(struct span *text, size_t most, uint8_t *digits, size_t *len)
{
    size_t taken = 0;
    while (taken < text->len && taken < most && text->ptr[taken] >= '0' && text->ptr[taken] <= '9')
        digits[(*len)++] = text->ptr[taken++];
    *text = span_after(*text, taken);
    return taken;
}

/* The number times 10^decimals in canonical decimal. */
static bool convert_number(const struct mapped_column *column, struct span text,
                           uint8_t scratch[MAPPING_SCRATCH_BYTES], struct span *out_value)
{
    size_t len = 1, start = 1, fraction = 0; /* scratch[0] is left for a sign */
    bool negative = span_starts(text, span_text("-"));
    text = span_after(text, negative ? 1 : 0);
    if (take_digits(&text, ROLL_DIGITS_MAX, scratch, &len) == 0)
        return false;
    if (column->decimals > 0 && span_starts(text, span_text("."))) {
        text = span_after(text, 1);
        fraction = take_digits(&text, column->decimals, scratch, &len);
        if (fraction == 0)
            return false;
    }
    if (text.len > 0)
        return false;
    for (; fraction < column->decimals; fraction++)
        scratch[len++] = '0';
    while (start + 1 < len && scratch[start] == '0')
        start++;
    if (negative && scratch[start] != '0')
        scratch[--start] = '-';
    *out_value = span_of(scratch + start, len - start);
    return true;
}

bool mapping_convert(const struct mapped_column *column, struct span text,
                     uint8_t scratch[MAPPING_SCRATCH_BYTES], struct span *out_value)
{
    switch (column->converter) {
    case CONVERT_DATES:
        return convert_date(column, text, scratch, out_value);
    case CONVERT_WORDS:
        return convert_word(column, text, out_value);
    case CONVERT_NUMBER:
        return convert_number(column, text, scratch, out_value);
    case CONVERT_NONE:
        break;
    }
    *out_value = text;
    return true;
}
