#include "cli/newcomer.h"

#include "base/code.h"
#include "base/file.h"
#include "roll/field.h"

#include <stdio.h>
#include <stdlib.h>

enum { NEWCOMER_BYTES_MAX = 1 << 16, PATH_BYTES = 2 * ROLL_MEMBER_NO_BYTES_MAX + 32 };

/* -- what is wrong with a field --------------------------------------------------------------- */

enum outcome newcomer_no_field(struct span name, struct fail *fail)
{
    struct buf names;
    buf_init(&names, 512);
    for (int i = 0; i < FIELD_FIXED; i++) {
        if (i == FIELD_MEMBER_NO)
            continue;
        buf_add_str(&names, names.len > 0 ? " " : "");
        buf_add(&names, field_fixed_name((enum field)i));
    }
    enum outcome outcome =
        fail_set(fail, BAD_INPUT, "field.unknown",
                 "\"%.*s\" is no field that can be set; the fields are %s, and x. with a name for "
                 "those of your own",
                 (int)name.len, (const char *)name.ptr, buf_text(&names));
    buf_done(&names);
    return outcome;
}

static const char *wanted(enum field_type type)
{
    switch (type) {
    case FIELD_DATE:
        return "a day, written 2026-03-31";
    case FIELD_STATUS_WORD:
        return "one of active grace arrears pending suspended lapsed resigned expelled deceased";
    case FIELD_TOKEN:
        return "a word of a-z 0-9 _ -";
    default:
        return "a text without spaces at its ends";
    }
}

enum outcome newcomer_bad_value(struct span name, struct span value, struct fail *fail)
{
    int fixed = field_fixed(name);
    enum field_type type = fixed < 0 ? FIELD_TEXT : field_fixed_type((enum field)fixed);
    return fail_set(fail, BAD_INPUT, "field.value", "%.*s cannot be \"%.*s\": it takes %s",
                    (int)name.len, (const char *)name.ptr, (int)value.len, (const char *)value.ptr,
                    wanted(type));
}

/* -- the file --------------------------------------------------------------------------------- */

static bool is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

static struct span trim(struct span text)
{
    while (text.len > 0 && is_space(*text.ptr))
        text = span_of(text.ptr + 1, text.len - 1);
    while (text.len > 0 && is_space(text.ptr[text.len - 1]))
        text.len--;
    return text;
}

/* "field: value", both without spaces around them. */
static bool cut_line(struct span line, struct span *out_name, struct span *out_value)
{
    struct span rest = line;
    if (!span_cut(&rest, ':', out_name))
        return false;
    *out_name = trim(*out_name);
    *out_value = trim(rest);
    return out_name->len > 0 && out_value->len > 0;
}

static enum outcome check_line(struct span line, const json_t *values, struct span *out_name,
                               struct span *out_value, struct fail *fail)
{
    char key[FIELD_NAME_BYTES];
    if (!cut_line(line, out_name, out_value))
        return fail_set(fail, BAD_INPUT, "newcomer.line",
                        "a field, a colon and a value expected, such as \"name: Mair Wiwer\"");
    int fixed = field_fixed(*out_name);
    if (fixed < 0 && !field_is_attribute(*out_name))
        return newcomer_no_field(*out_name, fail);
    enum field_type type = fixed < 0 ? FIELD_TEXT : field_fixed_type((enum field)fixed);
    if (!field_accepts(type, *out_value))
        return newcomer_bad_value(*out_name, *out_value, fail);
    snprintf(key, sizeof key, "%.*s", (int)out_name->len, (const char *)out_name->ptr);
    return json_object_get(values, key)
               ? fail_set(fail, BAD_INPUT, "newcomer.twice", "%s stands here a second time", key)
               : OK;
}

/* A program may write the same as one JSON object; it comes here as lines. */
static void unfold_json(struct span text, struct buf *out)
{
    const char *name;
    json_t *value, *object = json_loadb((const char *)text.ptr, text.len, 0, NULL);
    json_object_foreach(object, name, value)
    {
        buf_add_format(out, "%s: ", name);
        buf_add(out, json_span(value));
        buf_add_byte(out, '\n');
    }
    json_decref(object);
}

/* Every line into `values`; what is wrong is collected. */
static void read_lines(struct span text, json_t *values, struct buf *wrong)
{
    struct span line, name, value;
    struct fail fail;
    for (unsigned number = 1; span_line(&text, &line); number++) {
        line = trim(line);
        if (line.len == 0 || *line.ptr == '#')
            continue;
        if (check_line(line, values, &name, &value, &fail) == OK) {
            char key[FIELD_NAME_BYTES];
            snprintf(key, sizeof key, "%.*s", (int)name.len, (const char *)name.ptr);
            json_put_string(values, key, value);
        } else {
            buf_add_format(wrong, "%sline %u: %s", wrong->len > 0 ? "; " : "", number, fail.text);
        }
    }
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Fixed fields in their order, then attributes sorted. */
static json_t *arrange(json_t *values)
{
    const char *names[FIELD_MAX], *name;
    size_t count = 0;
    json_t *value, *record = json_object();
    for (int i = 0; i < FIELD_FIXED; i++) {
        struct span fixed = field_fixed_name((enum field)i);
        char key[FIELD_NAME_BYTES];
        snprintf(key, sizeof key, "%.*s", (int)fixed.len, (const char *)fixed.ptr);
        if ((value = json_object_get(values, key)) != NULL)
            json_put(record, key, json_incref(value));
    }
    json_object_foreach(values, name, value)
    {
        if (field_is_attribute(span_str(name)) && count < FIELD_MAX)
            names[count++] = name;
    }
    qsort(names, count, sizeof *names, compare_names);
    for (size_t i = 0; i < count; i++)
        json_put(record, names[i], json_incref(json_object_get(values, names[i])));
    return record;
}

static enum outcome read_file(const char *path, json_t **out_record, struct fail *fail)
{
    struct buf text, unfolded, wrong;
    buf_init(&text, NEWCOMER_BYTES_MAX);
    buf_init(&unfolded, NEWCOMER_BYTES_MAX);
    buf_init(&wrong, NEWCOMER_BYTES_MAX);
    json_t *values = json_object();
    enum outcome outcome = file_read(path, &text, fail);
    struct span bytes = buf_span(&text);
    if (span_starts(bytes, SPAN_LIT("\xEF\xBB\xBF")))
        bytes = span_of(bytes.ptr + 3, bytes.len - 3);
    if (span_starts(bytes, SPAN_LIT("{"))) {
        unfold_json(bytes, &unfolded);
        bytes = buf_span(&unfolded);
    }
    read_lines(bytes, values, &wrong);
    if (outcome == OK && wrong.len > 0)
        outcome = fail_set(fail, BAD_INPUT, "newcomer.file", "%s, %s", path, buf_text(&wrong));
    if (outcome == OK && !json_object_get(values, "member_no"))
        outcome = fail_set(fail, BAD_INPUT, "newcomer.number",
                           "%s: a line \"member_no: …\" is missing; whoever has no number yet gets "
                           "one that nobody has, such as NEW-1",
                           path);
    if (outcome == OK)
        *out_record = arrange(values);
    json_decref(values);
    buf_done(&text);
    buf_done(&unfolded);
    buf_done(&wrong);
    return outcome;
}

/* -- whose numbers ---------------------------------------------------------------------------- */

static enum outcome choose(const json_t *list, const char *numbers, struct newcomer *newcomer,
                           struct fail *fail)
{
    const json_t *chosen = NULL;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        if (!numbers ? json_array_size(list) == 1
                     : span_is(json_span(json_object_get(item, "numbers")), numbers))
            chosen = item;
    }
    struct span id = json_span(json_object_get(chosen, "numbers"));
    struct span hex = json_span(json_object_get(chosen, "pseudonym"));
    if (!chosen)
        return fail_set(fail, BAD_INPUT, "newcomer.numbers",
                        "--numbers ID is needed: the source of the definition, one with membership "
                        "numbers of its own, to which the number belongs");
    if (hex.len != (size_t)2 * HASH_BYTES || !hex_read(hex, newcomer->pseudonym, HASH_BYTES) ||
        id.len > ROLL_TOKEN_BYTES_MAX)
        return fail_set(fail, BROKEN, "newcomer.report", "the daemon names no pseudonym");
    snprintf(newcomer->numbers, sizeof newcomer->numbers, "%.*s", (int)id.len,
             (const char *)id.ptr);
    return OK;
}

static enum outcome ask_pseudonym(struct desk *desk, const char *numbers, struct newcomer *newcomer,
                                  struct fail *fail)
{
    struct buf path;
    json_t *answer;
    buf_init(&path, PATH_BYTES);
    buf_add_str(&path, "roll/newcomer/");
    hex_add(&path, json_span(json_object_get(newcomer->record, "member_no")));
    enum outcome outcome = buf_check(&path, "member_no", fail);
    if (outcome == OK)
        outcome = office_get(desk, buf_text(&path), &answer, fail);
    buf_done(&path);
    if (outcome != OK)
        return outcome;
    outcome = choose(json_object_get(answer, "pseudonyms"), numbers, newcomer, fail);
    json_decref(answer);
    return outcome;
}

enum outcome newcomer_read(struct desk *desk, const char *path, const char *numbers,
                           struct newcomer *out_newcomer, struct fail *fail)
{
    enum outcome outcome = read_file(path, &out_newcomer->record, fail);
    if (outcome != OK)
        return outcome;
    outcome = ask_pseudonym(desk, numbers, out_newcomer, fail);
    if (outcome != OK)
        json_decref(out_newcomer->record);
    return outcome;
}
