#include "roll/mapping.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/json.h"
#include "roll/text.h"

#define FORMAT "ballotd mapping 1"

static enum outcome refuse(struct fail *fail, struct span quoted, const char *why)
{
    return fail_set(fail, BAD_INPUT, "roll.mapping", "mapping, \"%.*s\": %s",
                    (int)(quoted.len > 80 ? 80 : quoted.len), (const char *)quoted.ptr, why);
}

/* Every element of `array` is a normalised text, and none comes twice. */
static enum outcome check_texts(const json_t *array, struct fail *fail)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *text = json_array_get(array, i);
        if (!json_is_string(text) || !text_is_normal(json_span(text)))
            return refuse(fail, json_is_string(text) ? json_span(text) : SPAN_LIT("missing"),
                          "must be a text without white space at its ends");
        for (size_t j = 0; j < i; j++) {
            if (span_equal(json_span(text), json_span(json_array_get(array, j))))
                return refuse(fail, json_span(text), "stands there twice");
        }
    }
    return OK;
}

static enum outcome read_dates(const json_t *dates, struct mapping_column *column,
                               struct fail *fail)
{
    size_t count = json_array_size(dates);
    if (count == 0 || count > ROLL_DATE_FORMATS_MAX)
        return refuse(fail, column->header, "\"dates\" must hold 1 to 4 formats");
    column->converter = CONVERT_DATES;
    for (size_t i = 0; i < count; i++) {
        const json_t *name = json_array_get(dates, i);
        if (!json_is_string(name) || !dayform_named(json_span(name), &column->dates[i]))
            return refuse(fail, json_is_string(name) ? json_span(name) : column->header,
                          "not a date format of the list in docs/roll.md");
        for (size_t j = 0; j < i; j++) {
            if (column->dates[i] == column->dates[j])
                return refuse(fail, json_span(name), "stands there twice");
            if (dayform_clash(column->dates[i], column->dates[j]))
                return refuse(fail, column->header,
                              "day first and month first cannot stand together");
        }
    }
    column->date_count = (uint32_t)count;
    return OK;
}

static int compare_words(const void *a, const void *b)
{
    const struct mapping_word *x = a;
    const struct mapping_word *y = b;
    return span_compare(x->theirs, y->theirs);
}

static enum outcome read_word(const json_t *pair, enum field_type type,
                              const struct mapping_column *column, struct mapping_word *out_word,
                              struct fail *fail)
{
    const json_t *theirs = json_array_get(pair, 0);
    const json_t *ours = json_array_get(pair, 1);
    if (json_array_size(pair) != 2 || !json_is_string(theirs) || !json_is_string(ours))
        return refuse(fail, column->header, "a word is a pair [theirs, ours]");
    if (!text_is_normal(json_span(theirs)))
        return refuse(fail, json_span(theirs), "must be a text without white space at its ends");
    if (!field_accepts(type, json_span(ours)))
        return refuse(fail, json_span(ours), "not a value that this field can have");
    *out_word = (struct mapping_word){json_span(theirs), json_span(ours)};
    return OK;
}

static enum outcome read_words(const json_t *words, enum field_type type,
                               struct mapping_column *column, struct fail *fail)
{
    size_t count = json_array_size(words);
    if (count == 0 || count > ROLL_WORDS_MAX)
        return refuse(fail, column->header, "\"words\" must hold 1 to 1000 pairs");
    column->converter = CONVERT_WORDS;
    column->words = calloc(count, sizeof(*column->words));
    if (column->words == NULL)
        return fail_set(fail, BROKEN, "roll.memory", "out of memory while reading a mapping");
    for (size_t i = 0; i < count; i++) {
        enum outcome outcome =
            read_word(json_array_get(words, i), type, column, &column->words[i], fail);
        if (outcome != OK)
            return outcome;
    }
    column->word_count = (uint32_t)count;
    qsort(column->words, count, sizeof(*column->words), compare_words);
    for (size_t i = 1; i < count; i++) {
        if (span_equal(column->words[i].theirs, column->words[i - 1].theirs))
            return refuse(fail, column->words[i].theirs, "stands there twice");
    }
    return OK;
}

static enum outcome read_converter(struct json_take *take, enum field_type type,
                                   struct mapping_column *column, struct fail *fail)
{
    enum outcome outcome = OK;
    if (json_take_peek(take, "dates") && type == FIELD_DATE) {
        outcome = read_dates(json_take_array(take, "dates"), column, fail);
    } else if (json_take_peek(take, "words") && type != FIELD_DATE && type != FIELD_NUMBER) {
        outcome = read_words(json_take_array(take, "words"), type, column, fail);
    } else if (json_take_peek(take, "number") && type == FIELD_NUMBER) {
        column->converter = CONVERT_NUMBER;
        column->decimals = (uint32_t)json_take_integer(take, "number", 0, ROLL_DECIMALS_MAX);
    }
    return outcome;
}

/* Rules between a field and its converter (docs/roll.md section 2). */
static enum outcome check_converter(const struct mapping_column *column, enum field_type type,
                                    struct fail *fail)
{
    if (type == FIELD_DATE && column->converter != CONVERT_DATES)
        return refuse(fail, column->header, "a date field needs \"dates\"");
    if ((type == FIELD_TOKEN || type == FIELD_STATUS_WORD) && column->converter != CONVERT_WORDS)
        return refuse(fail, column->header, "this field needs \"words\"");
    if (column->field == FIELD_MEMBER_NO && column->converter != CONVERT_TEXT)
        return refuse(fail, column->header, "member_no has no converter");
    return OK;
}

static enum outcome read_column(struct mapping *mapping, const json_t *json, struct fail *fail)
{
    struct mapping_column *column = &mapping->columns[mapping->column_count++];
    struct json_take take = json_take_from(json, "a column of the mapping", fail);
    column->header = json_take_string(&take, "column");
    struct span field = json_take_string(&take, "field");
    if (take.failed)
        return json_take_end(&take);
    if (!text_is_normal(column->header))
        return refuse(fail, column->header, "not a normalised header");
    int index = layout_find(&mapping->layout, field);
    column->field = (uint32_t)index;
    if (index < 0)
        return refuse(fail, field, "no such field");
    mapping->layout.mapped[index] = true;
    enum field_type type = mapping->layout.types[index];
    enum outcome outcome = read_converter(&take, type, column, fail);
    if (outcome == OK)
        outcome = json_take_end(&take);
    if (outcome == OK)
        outcome = check_converter(column, type, fail);
    return outcome;
}

/* Attributes first, so that the layout is sorted before columns point into it. */
static enum outcome add_attributes(struct mapping *mapping, const json_t *columns,
                                   struct fail *fail)
{
    for (size_t i = 0; i < json_array_size(columns); i++) {
        const json_t *column = json_array_get(columns, i);
        const json_t *name = json_object_get(column, "field");
        if (!json_is_string(name) || !field_is_attribute(json_span(name)))
            continue;
        enum field_type type = json_object_get(column, "dates")    ? FIELD_DATE
                               : json_object_get(column, "words")  ? FIELD_TOKEN
                               : json_object_get(column, "number") ? FIELD_NUMBER
                                                                   : FIELD_TEXT;
        enum outcome outcome = layout_add(&mapping->layout, json_span(name), type, fail);
        if (outcome != OK)
            return fail_within(fail, "mapping");
    }
    return OK;
}

static enum outcome check_columns(const struct mapping *mapping, struct fail *fail)
{
    bool numbered = false;
    for (uint32_t i = 0; i < mapping->column_count; i++) {
        const struct mapping_column *column = &mapping->columns[i];
        numbered = numbered || column->field == FIELD_MEMBER_NO;
        bool joins = column->field == FIELD_NAME || column->field == FIELD_ADDRESS;
        for (uint32_t j = 0; j < i; j++) {
            if (span_equal(column->header, mapping->columns[j].header))
                return refuse(fail, column->header, "the column stands there twice");
            if (column->field == mapping->columns[j].field && !joins)
                return refuse(fail, column->header, "the field has a column already");
        }
    }
    if (!numbered)
        return refuse(fail, SPAN_LIT("member_no"), "no column is mapped to it");
    return OK;
}

static enum outcome read_columns(struct mapping *mapping, const json_t *columns, struct fail *fail)
{
    size_t count = json_array_size(columns);
    if (count == 0 || count > ROLL_COLUMNS_MAX)
        return refuse(fail, SPAN_LIT("columns"), "must hold 1 to 256 columns");
    enum outcome outcome = add_attributes(mapping, columns, fail);
    for (size_t i = 0; outcome == OK && i < count; i++)
        outcome = read_column(mapping, json_array_get(columns, i), fail);
    return outcome == OK ? check_columns(mapping, fail) : outcome;
}

static enum outcome read_head(struct mapping *mapping, struct json_take *take, struct fail *fail)
{
    struct span format = json_take_string(take, "format");
    mapping->source = json_take_string(take, "source");
    struct span encoding = json_take_string(take, "encoding");
    mapping->missing = json_take_array(take, "missing");
    if (take->failed)
        return json_take_end(take);
    if (!span_is(format, FORMAT))
        return refuse(fail, format, "the format must be \"" FORMAT "\"");
    if (!text_is_id(mapping->source))
        return refuse(fail, mapping->source, "a source is 1 to 32 of a-z 0-9 -");
    if (!encoding_named(encoding, &mapping->encoding))
        return refuse(fail, encoding, "the encoding is utf-8, utf-16 or windows-1252");
    return check_texts(mapping->missing, fail);
}

enum outcome mapping_read(struct span text, struct mapping *out_mapping, struct fail *fail)
{
    if (text.len > ROLL_MAPPING_BYTES_MAX)
        return fail_set(fail, TOO_LARGE, "roll.mapping", "the mapping is over 64 KiB");
    struct mapping *mapping = calloc(1, sizeof(*mapping));
    if (mapping == NULL)
        return fail_set(fail, BROKEN, "roll.memory", "out of memory while reading a mapping");
    layout_init(&mapping->layout);
    enum outcome outcome = json_read_canonical(text, "mapping", &mapping->json, fail);
    if (outcome == OK) {
        struct json_take take = json_take_from(mapping->json, "mapping", fail);
        outcome = read_head(mapping, &take, fail);
        if (outcome == OK)
            outcome = read_columns(mapping, json_take_array(&take, "columns"), fail);
        if (outcome == OK)
            outcome = json_take_end(&take);
    }
    if (outcome == OK)
        *out_mapping = *mapping;
    else
        mapping_done(mapping);
    free(mapping);
    return outcome;
}

void mapping_done(struct mapping *mapping)
{
    if (mapping == NULL)
        return;
    for (uint32_t i = 0; i < mapping->column_count; i++)
        free(mapping->columns[i].words);
    json_decref(mapping->json);
    mapping->json = NULL;
    mapping->column_count = 0;
}

bool mapping_is_missing(const struct mapping *mapping, struct span text)
{
    if (text.len == 0)
        return true;
    for (size_t i = 0; i < json_array_size(mapping->missing); i++) {
        if (span_equal(text, json_span(json_array_get(mapping->missing, i))))
            return true;
    }
    return false;
}

static bool convert_date(const struct mapping_column *column, struct span text, struct buf *out)
{
    struct date date;
    for (uint32_t i = 0; i < column->date_count; i++) {
        if (!dayform_read(column->dates[i], text, &date))
            continue;
        char day[DATE_TEXT_BYTES];
        date_print(date, day);
        buf_add_str(out, day);
        return true;
    }
    return false;
}

static bool convert_word(const struct mapping_column *column, struct span text, struct buf *out)
{
    struct mapping_word key = {.theirs = text};
    const struct mapping_word *word =
        bsearch(&key, column->words, column->word_count, sizeof(*column->words), compare_words);
    if (word != NULL)
        buf_add(out, word->ours);
    return word != NULL;
}

bool mapping_convert(const struct mapping_column *column, struct span text, struct buf *out,
                     const char **out_why)
{
    int64_t number;
    switch (column->converter) {
    case CONVERT_TEXT:
        *out_why = "longer than 64 bytes";
        if (column->field == FIELD_MEMBER_NO && text.len > ROLL_MEMBER_NO_BYTES_MAX)
            return false;
        buf_add(out, text);
        return true;
    case CONVERT_DATES:
        *out_why = "not a date in a format that the mapping names";
        return convert_date(column, text, out);
    case CONVERT_WORDS:
        *out_why = "not a word that the mapping knows";
        return convert_word(column, text, out);
    case CONVERT_NUMBER:
        *out_why = "not a number as the mapping says";
        if (!text_number(text, column->decimals, &number))
            return false;
        buf_add_format(out, "%" PRId64, number);
        return true;
    }
    *out_why = "no converter";
    return false;
}
