#include "cli/words.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "cli/office.h"
#include "protocol.h"

#include <string.h>

enum { WORDS_BYTES_MAX = 1 << 20, LISTED_MAX = 40, HEX_SHOWN = 16 };

/* What each statement does, as its signer would say it. */
static const struct {
    const char *kind, *words;
} KINDS[] = {
    {"election", "The definition of the election"},
    {"contest", "A question that is put to the electors"},
    {"notice", "A notice on the board"},
    {"role", "An officer's appointment, or its end"},
    {"snapshot", "An export is taken over"},
    {"variance", "A case is raised"},
    {"evidence", "Evidence is given in a case"},
    {"proposal", "It is proposed what a case should do"},
    {"notification", "The member was told of a case"},
    {"withdrawal", "A case is withdrawn"},
    {"decision", "A case is decided"},
    {"countersignature", "A decision is countersigned"},
    {"appeal", "A decision is appealed against"},
    {"exclusions", "People are confirmed as left out"},
    {"irregularity", "What came to light too late is put on record"},
    {"handover", "Confidential papers are handed over"},
    {"roll", "The roll is sealed: who may vote"},
    {"reissue.order", "A new code is ordered"},
    {"amend", "The timetable or the papers are amended"},
};

static void add_value(const char *name, const json_t *value, struct buf *out);

static const char *title_of(const char *kind)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (strcmp(KINDS[i].kind, kind) == 0)
            return KINDS[i].words;
    return NULL;
}

static bool is_hash(struct span text)
{
    if (text.len != (size_t)2 * HASH_BYTES)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == 0 || !strchr("0123456789abcdef", text.ptr[i]))
            return false;
    return true;
}

static void add_text(struct span text, struct buf *out)
{
    if (is_hash(text)) {
        buf_add(out, span_of(text.ptr, HEX_SHOWN));
        buf_add_str(out, "…");
    } else if (text.len == 0) {
        buf_add_str(out, "(none)");
    } else {
        buf_add(out, text);
    }
}

static bool is_time(const char *name)
{
    size_t len = strlen(name);
    return strcmp(name, "at") == 0 || strcmp(name, "as_of") == 0 || strcmp(name, "until") == 0 ||
           (len > 3 && strcmp(name + len - 3, "_at") == 0);
}

static void add_integer(const char *name, json_int_t value, struct buf *out)
{
    char when[INSTANT_TEXT_BYTES];
    if (is_time(name) && value > 0) {
        instant_print(value, when);
        buf_add_str(out, when);
    } else {
        buf_add_format(out, "%lld", (long long)value);
    }
}

/* "eligible 461, LIVE 0": a pair is a name and its value. */
static void add_list(const char *name, const json_t *list, struct buf *out)
{
    size_t count = json_array_size(list);
    bool is_pair = count == 2 && json_is_string(json_array_get(list, 0)) &&
                   !json_is_string(json_array_get(list, 1));
    if (count == 0)
        buf_add_str(out, "(none)");
    for (size_t i = 0; i < count && i < LISTED_MAX; i++) {
        const json_t *item = json_array_get(list, i);
        buf_add_str(out, i == 0 ? "" : is_pair ? " " : json_is_object(item) ? "; " : ", ");
        add_value(name, item, out);
    }
    if (count > LISTED_MAX)
        buf_add_format(out, " … (%zu in all)", count);
}

static void add_members(const json_t *object, struct buf *out)
{
    const char *name;
    json_t *value;
    bool first = true;
    json_object_foreach((json_t *)(uintptr_t)object, name, value)
    {
        if (json_is_string(value) && json_string_length(value) == 0)
            continue;
        buf_add_format(out, "%s%s ", first ? "" : ", ", name);
        add_value(name, value, out);
        first = false;
    }
}

static void add_value(const char *name, const json_t *value, struct buf *out)
{
    if (json_is_string(value))
        add_text(json_span(value), out);
    else if (json_is_integer(value))
        add_integer(name, json_integer_value(value), out);
    else if (json_is_array(value))
        add_list(name, value, out);
    else if (json_is_object(value))
        add_members(value, out);
    else
        buf_add_str(out, json_is_true(value) ? "yes" : "no");
}

static bool is_envelope(const char *name)
{
    return strcmp(name, "kind") == 0 || strcmp(name, "origin") == 0 ||
           strcmp(name, "context") == 0 || strcmp(name, "answers") == 0;
}

static void print_object(const json_t *object)
{
    const char *name;
    json_t *value;
    struct buf line;
    const char *kind = json_string_value(json_object_get(object, "kind"));
    const char *title = kind ? title_of(kind) : NULL;
    buf_init(&line, WORDS_BYTES_MAX);
    office_print(span_str(title ? title : kind ? kind : "A statement"));
    json_object_foreach((json_t *)(uintptr_t)object, name, value)
    {
        if (is_envelope(name))
            continue;
        buf_clear(&line);
        buf_add_format(&line, "  %s: ", name);
        if (strcmp(name, "subjects") == 0)
            buf_add_format(&line, "%zu people, by pseudonym: ", json_array_size(value));
        add_value(name, value, &line);
        office_print(buf_span(&line));
    }
    buf_done(&line);
}

void words_print(struct span text)
{
    struct fail ignored;
    json_t *object = NULL;
    struct span line = text, rest = text;
    if (span_line(&rest, &line) && span_starts(line, SPAN_LIT("{")) &&
        json_read_canonical(line, "the statement", &object, &ignored) == OK) {
        print_object(object);
        json_decref(object);
        return;
    }
    for (rest = text; span_line(&rest, &line);)
        office_print(line);
}
