#include "base/json.h"

#include <assert.h>
#include <inttypes.h>

#include "base/code.h"

/* What jansson would let pass and we do not: null, reals, and nesting deep enough to hurt. */
static enum outcome check_value(const json_t *value, int depth, const char *what,
                                struct fail *fail);

static enum outcome check_object(const json_t *value, int depth, const char *what,
                                 struct fail *fail)
{
    enum outcome outcome = OK;
    json_t *object = (json_t *)(uintptr_t)value; /* jansson's iterators take no const */

    for (void *at = json_object_iter(object); at && outcome == OK;
         at = json_object_iter_next(object, at))
        outcome = check_value(json_object_iter_value(at), depth + 1, what, fail);
    return outcome;
}

static enum outcome check_array(const json_t *value, int depth, const char *what, struct fail *fail)
{
    enum outcome outcome = OK;

    for (size_t i = 0; i < json_array_size(value) && outcome == OK; i++)
        outcome = check_value(json_array_get(value, i), depth + 1, what, fail);
    return outcome;
}

static enum outcome check_value(const json_t *value, int depth, const char *what, struct fail *fail)
{
    if (depth > JSON_DEPTH_MAX)
        return fail_set(fail, BAD_INPUT, "json.malformed", "%s: nested deeper than %d", what,
                        JSON_DEPTH_MAX);
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return check_object(value, depth, what, fail);
    case JSON_ARRAY:
        return check_array(value, depth, what, fail);
    case JSON_REAL:
        return fail_set(fail, BAD_INPUT, "json.malformed",
                        "%s: the number %g is no integer of 64 bits", what, json_real_value(value));
    case JSON_NULL:
        return fail_set(fail, BAD_INPUT, "json.malformed", "%s: null is not allowed, leave it out",
                        what);
    default:
        return OK;
    }
}

enum outcome json_read_loose(struct span text, const char *what, json_t **out_value,
                             struct fail *fail)
{
    json_error_t error;
    json_t *value = json_loadb(text.len ? (const char *)text.ptr : "", text.len,
                               JSON_REJECT_DUPLICATES, &error);

    if (!value)
        return fail_set(fail, BAD_INPUT, "json.malformed", "%s: line %d, column %d: %s", what,
                        error.line, error.column, error.text);
    enum outcome outcome = json_is_object(value)
                               ? check_value(value, 1, what, fail)
                               : fail_set(fail, BAD_INPUT, "json.malformed",
                                          "%s: must be an object, between { and }", what);
    if (outcome == OK)
        *out_value = value;
    else
        json_decref(value);
    return outcome;
}

static size_t first_difference(struct span a, struct span b)
{
    size_t at = 0;

    while (at < a.len && at < b.len && a.ptr[at] == b.ptr[at])
        at++;
    return at;
}

enum outcome json_read_canonical(struct span text, const char *what, json_t **out_value,
                                 struct fail *fail)
{
    json_t *value = NULL;
    enum outcome outcome = json_read_loose(text, what, &value, fail);

    if (outcome != OK)
        return outcome;
    struct buf again;
    buf_init(&again, text.len); /* a longer text would differ anyway */
    json_print(value, &again);
    if (buf_ok(&again) && span_equal(buf_span(&again), text)) {
        *out_value = value;
    } else {
        outcome = fail_set(fail, BAD_INPUT, "json.not-canonical",
                           "%s: not in canonical form from byte %zu on", what,
                           first_difference(text, buf_span(&again)));
        json_decref(value);
    }
    buf_done(&again);
    return outcome;
}

static int add_piece(const char *piece, size_t len, void *buf)
{
    buf_add(buf, span_of(piece, len));
    return buf_ok(buf) ? 0 : -1;
}

void json_print(const json_t *value, struct buf *out)
{
    if (json_dump_callback(value, add_piece, out, JSON_COMPACT | JSON_ENCODE_ANY) != 0)
        out->spoilt = true;
}

struct json_take json_take_from(const json_t *object, const char *what, struct fail *fail)
{
    struct json_take take = {.object = object, .what = what, .fail = fail};

    if (json_is_object(object)) {
        take.at = json_object_iter((json_t *)(uintptr_t)object);
    } else {
        take.failed = true;
        fail_set(fail, BAD_INPUT, "json.member", "%s: must be an object", what);
    }
    return take;
}

static void take_refuse(struct json_take *take, const char *key, const char *why)
{
    if (!take->failed)
        fail_set(take->fail, BAD_INPUT, "json.member", "%s: \"%s\" %s", take->what, key, why);
    take->failed = true;
}

/* The next member's value if it is `key` and of that type; NULL, and refused, otherwise. */
static const json_t *take_next(struct json_take *take, const char *key, json_type type,
                               const char *must_be)
{
    if (take->failed)
        return NULL;
    if (!json_take_peek(take, key)) {
        take_refuse(take, key, "is missing or out of its place");
        return NULL;
    }
    const json_t *value = json_object_iter_value(take->at);
    if (json_typeof(value) != type) {
        take_refuse(take, key, must_be);
        return NULL;
    }
    take->at = json_object_iter_next((json_t *)(uintptr_t)take->object, take->at);
    return value;
}

struct span json_take_string(struct json_take *take, const char *key)
{
    const json_t *value = take_next(take, key, JSON_STRING, "must be a string");

    return value ? json_span(value) : span_of(NULL, 0);
}

int64_t json_take_integer(struct json_take *take, const char *key, int64_t min, int64_t max)
{
    const json_t *value = take_next(take, key, JSON_INTEGER, "must be an integer");

    if (!value)
        return min;
    int64_t integer = json_integer_value(value);
    if (integer >= min && integer <= max)
        return integer;
    char why[128];
    snprintf(why, sizeof(why), "is %" PRId64 ", must be from %" PRId64 " to %" PRId64, integer, min,
             max);
    take_refuse(take, key, why);
    return min;
}

bool json_take_bool(struct json_take *take, const char *key)
{
    json_type type = JSON_FALSE;

    if (!take->failed && json_take_peek(take, key) &&
        json_is_true(json_object_iter_value(take->at)))
        type = JSON_TRUE;
    const json_t *value = take_next(take, key, type, "must be true or false");
    return json_is_true(value); /* a macro that reads its argument twice */
}

const json_t *json_take_array(struct json_take *take, const char *key)
{
    return take_next(take, key, JSON_ARRAY, "must be an array");
}

const json_t *json_take_object(struct json_take *take, const char *key)
{
    return take_next(take, key, JSON_OBJECT, "must be an object");
}

void json_take_hex(struct json_take *take, const char *key, uint8_t *out_bytes, size_t len)
{
    struct span text = json_take_string(take, key);

    if (take->failed || hex_read(text, out_bytes, len))
        return;
    char why[96];
    snprintf(why, sizeof(why), "must be %zu lowercase hex digits", 2 * len);
    take_refuse(take, key, why);
}

bool json_take_peek(const struct json_take *take, const char *key)
{
    return !take->failed && take->at && strcmp(json_object_iter_key(take->at), key) == 0;
}

enum outcome json_take_end(struct json_take *take)
{
    if (!take->failed && take->at)
        take_refuse(take, json_object_iter_key(take->at), "is unknown here or out of its place");
    return take->failed ? BAD_INPUT : OK;
}

struct span json_span(const json_t *string)
{
    return span_of(json_string_value(string), json_string_length(string));
}

void json_put(json_t *object, const char *key, json_t *value)
{
    int failed = json_object_set_new(object, key, value);

    assert(!failed);
    (void)failed;
}

void json_put_string(json_t *object, const char *key, struct span value)
{
    json_put(object, key, json_stringn(value.len ? (const char *)value.ptr : "", value.len));
}

void json_put_integer(json_t *object, const char *key, int64_t value)
{
    json_put(object, key, json_integer(value));
}

void json_put_bool(json_t *object, const char *key, bool value)
{
    json_put(object, key, json_boolean(value));
}

void json_put_hex(json_t *object, const char *key, struct span bytes)
{
    struct buf hex;

    buf_init(&hex, 2 * bytes.len);
    hex_add(&hex, bytes);
    assert(buf_ok(&hex));
    json_put_string(object, key, buf_span(&hex));
    buf_done(&hex);
}
