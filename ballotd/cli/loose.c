#include "cli/loose.h"

#include "base/clock.h"
#include "base/file.h"

#include <stdio.h>

enum { LOOSE_BYTES_MAX = 1 << 20, PATH_MAX_BYTES = 200, COMPLAINT_BYTES_MAX = 300 };

const struct loose_member loose_text[] = {
    {"en", LOOSE_VALUE, NULL, NULL},
    {"cy", LOOSE_VALUE, NULL, "\"\""},
    {NULL, LOOSE_VALUE, NULL, NULL},
};

enum outcome loose_read(const char *path, json_t **out_object, struct fail *fail)
{
    struct buf text;
    buf_init(&text, LOOSE_BYTES_MAX);
    enum outcome outcome = file_read(path, &text, fail);
    if (outcome == OK)
        outcome = json_read_loose(buf_span(&text), path, out_object, fail);
    buf_done(&text);
    return outcome;
}

/* What was found wrong so far; cut when it would not fit into a message. */
struct complaints {
    struct buf missing, unknown, times, lists;
};

static void complain(struct buf *list, const char *path, const char *name)
{
    if (list->len + strlen(path) + strlen(name) + 8 < list->max)
        buf_add_format(list, "%s%s%s", list->len ? ", " : "", path, name);
    else if (!span_ends(buf_span(list), SPAN_LIT("…")))
        buf_add_str(list, " …");
}

static void arrange(const json_t *from, const struct loose_member *shape, const char *path,
                    unsigned place, json_t *to, struct complaints *complaints);

static json_t *arrange_list(const json_t *list, const struct loose_member *shape, const char *path,
                            const char *name, struct complaints *complaints)
{
    json_t *out = json_array();
    if (!json_is_array(list))
        complain(&complaints->lists, path, name);
    for (size_t i = 0; i < json_array_size(list); i++) {
        char below[PATH_MAX_BYTES];
        json_t *item = json_object();
        snprintf(below, sizeof below, "%s%s[%zu].", path, name, i);
        arrange(json_array_get(list, i), shape, below, (unsigned)i + 1, item, complaints);
        json_array_append_new(out, item);
    }
    return out;
}

static json_t *arrange_time(json_t *value, const char *path, const char *name,
                            struct complaints *complaints)
{
    int64_t time_s;
    if (json_is_integer(value))
        return json_incref(value);
    if (json_is_string(value) && instant_read(json_span(value), &time_s))
        return json_integer(time_s);
    complain(&complaints->times, path, name);
    return json_integer(0);
}

static json_t *arrange_value(json_t *value, const struct loose_member *member, const char *path,
                             struct complaints *complaints)
{
    char below[PATH_MAX_BYTES];
    json_t *out;
    switch (member->form) {
    case LOOSE_OBJECT:
        out = json_object();
        snprintf(below, sizeof below, "%s%s.", path, member->name);
        arrange(value, member->inside, below, 0, out, complaints);
        return out;
    case LOOSE_LIST:
        return arrange_list(value, member->inside, path, member->name, complaints);
    case LOOSE_TIME:
        return arrange_time(value, path, member->name, complaints);
    default:
        return json_incref(value);
    }
}

static void arrange_member(const json_t *from, const struct loose_member *member, const char *path,
                           unsigned place, json_t *to, struct complaints *complaints)
{
    json_t *value = json_object_get(from, member->name);
    if (value)
        json_put(to, member->name, arrange_value(value, member, path, complaints));
    else if (member->fallback)
        json_put(to, member->name, json_loads(member->fallback, JSON_DECODE_ANY, NULL));
    else if (member->form == LOOSE_COUNT)
        json_put_integer(to, member->name, place);
    else if (member->form != LOOSE_OPTIONAL)
        complain(&complaints->missing, path, member->name);
}

static bool is_known(const struct loose_member *shape, const char *name)
{
    for (; shape->name; shape++)
        if (strcmp(shape->name, name) == 0)
            return true;
    return false;
}

static void arrange(const json_t *from, const struct loose_member *shape, const char *path,
                    unsigned place, json_t *to, struct complaints *complaints)
{
    const char *name;
    json_t *value;
    for (const struct loose_member *member = shape; member->name; member++)
        arrange_member(from, member, path, place, to, complaints);
    json_object_foreach((json_t *)from, name, value)
    {
        if (!is_known(shape, name))
            complain(&complaints->unknown, path, name);
    }
}

static enum outcome judge(const struct complaints *complaints, const char *what, struct fail *fail)
{
    const struct buf *missing = &complaints->missing, *unknown = &complaints->unknown;
    if (missing->len > 0 || unknown->len > 0)
        return fail_set(fail, BAD_INPUT, "loose.members", "%s: %s%s%s%s%s", what,
                        missing->len ? "missing: " : "", buf_text(missing),
                        missing->len && unknown->len ? "; " : "", unknown->len ? "unknown: " : "",
                        buf_text(unknown));
    if (complaints->lists.len > 0)
        return fail_set(fail, BAD_INPUT, "loose.list", "%s: not a list: %s", what,
                        buf_text(&complaints->lists));
    if (complaints->times.len > 0)
        return fail_set(fail, BAD_INPUT, "loose.time",
                        "%s: not a time such as 2026-03-01T12:00:00Z: %s", what,
                        buf_text(&complaints->times));
    return OK;
}

enum outcome loose_arrange(const json_t *from, const struct loose_member *shape, const char *what,
                           json_t *to, struct fail *fail)
{
    struct complaints complaints;
    buf_init(&complaints.missing, COMPLAINT_BYTES_MAX);
    buf_init(&complaints.unknown, COMPLAINT_BYTES_MAX);
    buf_init(&complaints.times, COMPLAINT_BYTES_MAX);
    buf_init(&complaints.lists, COMPLAINT_BYTES_MAX);
    arrange(from, shape, "", 0, to, &complaints);
    enum outcome outcome = judge(&complaints, what, fail);
    buf_done(&complaints.missing);
    buf_done(&complaints.unknown);
    buf_done(&complaints.times);
    buf_done(&complaints.lists);
    return outcome;
}
