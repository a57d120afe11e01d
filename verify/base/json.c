#include "base/json.h"

#include "base/text.h"

#include <stdlib.h>

void json_open(struct json *json, struct span text)
{
    *json = (struct json){.text = text};
    if (!utf8_valid(text))
        json_refuse(json, NULL, "not valid UTF-8");
}

void json_done(struct json *json)
{
    if (json == NULL)
        return;
    free(json->unescaped);
    json->unescaped = NULL;
    json->broken = true;
}

void json_refuse(struct json *json, const char *name, const char *why)
{
    if (json->broken)
        return;
    json->broken = true;
    if (name == NULL)
        (void)fail_bad(&json->fail, "JSON, byte %zu: %s", json->at, why);
    else
        (void)fail_bad(&json->fail, "JSON, byte %zu, \"%s\": %s", json->at, name, why);
}

/* The next byte, or 0 at the end: a NUL is nowhere allowed, so the two need no telling apart. */
static uint8_t peek(const struct json *json)
{
    return json->at < json->text.len ? json->text.ptr[json->at] : 0;
}

static bool take_byte(struct json *json, char byte)
{
    if (json->broken || peek(json) != (uint8_t)byte)
        return false;
    json->at++;
    return true;
}

static bool take_word(struct json *json, const char *word)
{
    struct span rest = span_after(json->text, json->at);
    if (json->broken || !span_starts(rest, span_text(word)))
        return false;
    json->at += strlen(word);
    return true;
}

/* One escape after its backslash; 0 if it is not the canonical one for its character. */
static uint8_t take_escape(struct json *json)
{
    static const char letters[] = "\"\\bfnrt", meanings[] = "\"\\\b\f\n\r\t";
    const char *letter = peek(json) == 0 ? NULL : strchr(letters, peek(json));
    if (letter != NULL) {
        json->at++;
        return (uint8_t)meanings[letter - letters];
    }
    static const char digits[] = "0123456789ABCDEF";
    if (!take_word(json, "u00") || (peek(json) != '0' && peek(json) != '1'))
        return 0;
    unsigned high = (unsigned)peek(json) - '0';
    json->at++;
    const char *low = peek(json) == 0 ? NULL : strchr(digits, peek(json));
    if (low == NULL)
        return 0;
    json->at++;
    uint8_t byte = (uint8_t)(high << 4 | (unsigned)(low - digits));
    return byte != 0 && strchr("\b\f\n\r\t", byte) == NULL ? byte : 0;
}

/* The block is as long as the whole text, so it never moves and never runs over. */
static uint8_t *unescaped_room(struct json *json)
{
    if (json->unescaped == NULL)
        json->unescaped = malloc(json->text.len);
    if (json->unescaped == NULL) {
        json_refuse(json, NULL, "no memory for a string");
        return NULL;
    }
    return json->unescaped + json->unescaped_len;
}

/* From an escape on, the string is copied; `start` is its first byte in the text. */
static bool copy_string(struct json *json, size_t start, struct span *out_text)
{
    uint8_t *copy = unescaped_room(json);
    if (copy == NULL)
        return false;
    size_t len = json->at - start;
    if (len > 0)
        memcpy(copy, json->text.ptr + start, len);
    while (peek(json) >= 0x20 && peek(json) != '"') {
        uint8_t byte = peek(json);
        json->at++;
        if (byte == '\\')
            byte = take_escape(json);
        if (byte == 0)
            return false;
        copy[len++] = byte;
    }
    json->unescaped_len += len;
    *out_text = span_of(copy, len);
    return take_byte(json, '"');
}

/* A string at the cursor, with or without escapes. */
static bool take_string(struct json *json, struct span *out_text)
{
    *out_text = (struct span){0};
    if (!take_byte(json, '"'))
        return false;
    size_t start = json->at;
    while (peek(json) >= 0x20 && peek(json) != '"' && peek(json) != '\\')
        json->at++;
    *out_text = span_of(json->text.ptr + start, json->at - start);
    if (peek(json) == '\\')
        return copy_string(json, start, out_text);
    return take_byte(json, '"');
}

/* The comma before every member or element but the first; nothing at the top. */
static bool take_comma(struct json *json)
{
    if (json->depth == 0)
        return true;
    bool *begun = &json->begun[json->depth - 1];
    if (*begun && !take_byte(json, ','))
        return false;
    *begun = true;
    return true;
}

/* Everything in front of a value: the comma, and the member's name if one is given. */
static bool take_place(struct json *json, const char *name)
{
    if (json->broken)
        return false;
    bool named = json->depth > 0 && json->closer[json->depth - 1] == '}';
    if (named && name == NULL && json->at > 0 && json->text.ptr[json->at - 1] == ':')
        return true; /* json_name() took it */
    struct span found;
    size_t start = json->at;
    if (take_comma(json) &&
        (!named || (name != NULL && take_string(json, &found) &&
                    span_equal(found, span_text(name)) && take_byte(json, ':'))))
        return true;
    json->at = start;
    json_refuse(json, name, named ? "this member was expected here" : "another element expected");
    return false;
}

static void open_bracket(struct json *json, const char *name, char opener, char closer)
{
    if (!take_place(json, name))
        return;
    if (json->depth == JSON_DEPTH) {
        json_refuse(json, name, "nested too deep");
    } else if (!take_byte(json, opener)) {
        json_refuse(json, name, opener == '{' ? "not an object" : "not an array");
    } else {
        json->closer[json->depth] = closer;
        json->begun[json->depth] = false;
        json->depth++;
    }
}

void json_object(struct json *json, const char *name)
{
    open_bracket(json, name, '{', '}');
}

void json_array(struct json *json, const char *name)
{
    open_bracket(json, name, '[', ']');
}

void json_end(struct json *json)
{
    if (json->broken)
        return;
    if (json->depth == 0 || !take_byte(json, json->closer[json->depth - 1]))
        json_refuse(json, NULL, "something is left over that does not belong here");
    else
        json->depth--;
}

bool json_more(struct json *json)
{
    if (json->broken || json->depth == 0)
        return false;
    if (peek(json) == 0)
        json_refuse(json, NULL, "ends in the middle");
    return !json->broken && peek(json) != (uint8_t)json->closer[json->depth - 1];
}

bool json_at(struct json *json, const char *name)
{
    if (json->broken || json->depth == 0 || json->closer[json->depth - 1] != '}')
        return false;
    struct span rest = span_after(json->text, json->at);
    if (json->begun[json->depth - 1]) {
        if (!span_starts(rest, span_text(",")))
            return false;
        rest = span_after(rest, 1);
    }
    size_t len = strlen(name);
    return rest.len >= len + 3 && rest.ptr[0] == '"' &&
           span_equal(span_of(rest.ptr + 1, len), span_text(name)) && rest.ptr[len + 1] == '"' &&
           rest.ptr[len + 2] == ':';
}

void json_string(struct json *json, const char *name, size_t limit_bytes, struct span *out_text)
{
    *out_text = (struct span){0};
    struct span found;
    if (!take_place(json, name))
        return;
    if (!take_string(json, &found))
        json_refuse(json, name, "not a canonical string");
    else if (found.len > limit_bytes)
        json_refuse(json, name, "too long");
    else
        *out_text = found;
}

void json_literal(struct json *json, const char *name, const char *wanted)
{
    struct span found;
    json_string(json, name, json->text.len, &found);
    if (!span_equal(found, span_text(wanted)))
        json_refuse(json, name, "has another value than it must have");
}

void json_hex(struct json *json, const char *name, uint8_t *out_bytes, size_t len)
{
    struct span found;
    json_string(json, name, json->text.len, &found);
    if (json->broken || !hex_decode(found, out_bytes, len)) {
        json_refuse(json, name, "not lower-case hex of the right length");
        memset(out_bytes, 0, len);
    }
}

/* The shortest decimal form of a 64-bit integer. */
static bool take_integer(struct json *json, int64_t *out_number)
{
    bool negative = take_byte(json, '-');
    size_t start = json->at;
    uint64_t size = 0, most = (uint64_t)INT64_MAX + (negative ? 1 : 0);
    while (peek(json) >= '0' && peek(json) <= '9') {
        uint64_t digit = (uint64_t)peek(json) - '0';
        if (size > (most - digit) / 10)
            return false;
        size = size * 10 + digit;
        json->at++;
    }
    size_t digits = json->at - start;
    if (digits == 0 || (json->text.ptr[start] == '0' && (digits > 1 || negative)))
        return false;
    *out_number = !negative ? (int64_t)size : -(int64_t)(size - 1) - 1;
    return true;
}

void json_integer(struct json *json, const char *name, int64_t least, int64_t most,
                  int64_t *out_number)
{
    *out_number = 0;
    int64_t found;
    if (!take_place(json, name))
        return;
    if (!take_integer(json, &found))
        json_refuse(json, name, "not a canonical 64-bit integer");
    else if (found < least || found > most)
        json_refuse(json, name, "out of range");
    else
        *out_number = found;
}

void json_boolean(struct json *json, const char *name, bool *out_value)
{
    *out_value = false;
    if (!take_place(json, name))
        return;
    if (take_word(json, "true"))
        *out_value = true;
    else if (!take_word(json, "false"))
        json_refuse(json, name, "not true or false");
}

void json_name(struct json *json, size_t limit_bytes, struct span *out_name)
{
    *out_name = (struct span){0};
    struct span found;
    if (json->broken)
        return;
    if (json->depth == 0 || json->closer[json->depth - 1] != '}' || !take_comma(json) ||
        !take_string(json, &found) || !take_byte(json, ':'))
        json_refuse(json, NULL, "a member was expected here");
    else if (found.len > limit_bytes)
        json_refuse(json, NULL, "the name of this member is too long");
    else
        *out_name = found;
}

static void skip_value(struct json *json);

static void skip_object(struct json *json)
{
    struct span seen[JSON_MEMBERS];
    size_t count = 0;
    json_object(json, NULL);
    while (json_more(json)) {
        struct span name;
        json_name(json, json->text.len, &name);
        for (size_t i = 0; i < count; i++)
            if (span_equal(seen[i], name))
                json_refuse(json, NULL, "a member stands twice");
        if (count == JSON_MEMBERS)
            json_refuse(json, NULL, "too many members");
        else
            seen[count++] = name;
        skip_value(json);
    }
    json_end(json);
}

static void skip_array(struct json *json)
{
    json_array(json, NULL);
    while (json_more(json))
        skip_value(json);
    json_end(json);
}

/* What stands at the cursor, after a comma or name; depth is bounded by open_bracket(). */
static void skip_value(struct json *json)
{
    if (json->broken)
        return;
    struct span text;
    int64_t number;
    bool value;
    bool comma =
        json->depth > 0 && json->closer[json->depth - 1] == ']' && json->begun[json->depth - 1];
    size_t first = json->at + (comma ? 1 : 0);
    switch (first < json->text.len ? json->text.ptr[first] : 0) {
    case '{':
        skip_object(json);
        break;
    case '[':
        skip_array(json);
        break;
    case '"':
        json_string(json, NULL, json->text.len, &text);
        break;
    case 't':
    case 'f':
        json_boolean(json, NULL, &value);
        break;
    default:
        json_integer(json, NULL, INT64_MIN, INT64_MAX, &number);
    }
}

void json_any(struct json *json, const char *name, struct span *out_text)
{
    *out_text = (struct span){0};
    if (name != NULL) {
        struct span found;
        json_name(json, json->text.len, &found);
        if (!json->broken && !span_equal(found, span_text(name)))
            json_refuse(json, name, "this member was expected here");
    }
    size_t start = json->at;
    if (name == NULL && start < json->text.len && json->text.ptr[start] == ',')
        start++;
    skip_value(json);
    if (!json->broken)
        *out_text = span_of(json->text.ptr + start, json->at - start);
}

enum outcome json_finish(struct json *json, struct fail *fail)
{
    if (!json->broken && json->depth != 0)
        json_refuse(json, NULL, "ends inside an array or object");
    if (!json->broken && (json->text.len == 0 || json->at != json->text.len))
        json_refuse(json, NULL, "empty, or something follows");
    if (json->broken && fail != NULL)
        *fail = json->fail;
    return json->broken ? BAD : GOOD;
}
