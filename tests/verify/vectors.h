/* Reading the files of tests/vectors with the verifier's own reader: every line is one object whose
 * first member "what" names the case; all bytes live in the arena of the run. */
#ifndef TESTS_VERIFY_VECTORS_H
#define TESTS_VERIFY_VECTORS_H

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "check.h"

enum { VECTOR_BYTES = 1 << 20 };

struct vector_line {
    struct arena *arena;
    struct json json;
    struct span what;
};

typedef void vector_fn(struct vector_line *line, void *context);

/* Calls `take` for every line and wants each to be read to its end; says how many there were. */
__attribute__((unused)) static unsigned vectors_each(const char *path, struct arena *arena,
                                                     vector_fn *take, void *context)
{
    unsigned count = 0;
    uint8_t *bytes = arena_take(arena, VECTOR_BYTES);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        CHECK(file != NULL);
        return 0;
    }
    if (!CHECK(bytes != NULL)) {
        fclose(file);
        return 0;
    }
    struct span rest = span_of(bytes, fread(bytes, 1, VECTOR_BYTES, file)), text;
    CHECK(rest.len < VECTOR_BYTES);
    fclose(file);
    while (span_cut(&rest, '\n', &text)) {
        struct vector_line line = {.arena = arena};
        struct fail fail = {""};
        count++;
        check_case("%s line %u", path, count);
        json_open(&line.json, text);
        json_object(&line.json, NULL);
        json_string(&line.json, "what", 40, &line.what);
        take(&line, context);
        json_end(&line.json);
        CHECK_INT(json_finish(&line.json, &fail), GOOD);
        CHECK_STR(fail.text, "");
        json_done(&line.json);
    }
    CHECK_UINT(rest.len, 0);
    return count;
}

__attribute__((unused)) static bool vector_is(const struct vector_line *line, const char *what)
{
    return span_equal(line->what, span_text(what));
}

/* Any number of bytes in hex. */
__attribute__((unused)) static struct span vector_hex(struct vector_line *line, const char *name)
{
    struct span text;
    json_string(&line->json, name, VECTOR_BYTES, &text);
    uint8_t *bytes = arena_take(line->arena, text.len / 2 + 1);
    if (!CHECK(bytes != NULL && hex_decode(text, bytes, text.len / 2)))
        return span_of("", 0);
    return span_of(bytes, text.len / 2);
}

__attribute__((unused)) static struct span vector_text(struct vector_line *line, const char *name)
{
    struct span text;
    json_string(&line->json, name, VECTOR_BYTES, &text);
    return arena_copy(line->arena, text);
}

__attribute__((unused)) static unsigned vector_number(struct vector_line *line, const char *name)
{
    int64_t number;
    json_integer(&line->json, name, 0, 1 << 20, &number);
    return (unsigned)number;
}

/* One more copy, for cases that alter it. */
__attribute__((unused)) static uint8_t *vector_copy(struct vector_line *line, struct span bytes)
{
    return (uint8_t *)(uintptr_t)arena_copy(line->arena, bytes).ptr;
}

#endif
