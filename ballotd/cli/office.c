#include "cli/office.h"

#include "base/clock.h"
#include "cli/cli.h"

#include <stdio.h>
#include <unistd.h>

enum { ANSWER_BYTES_MAX = 1 << 29, PATH_BYTES_MAX = 128 };

enum outcome office_begin(const struct desk *desk, const char *kind, const char *answers,
                          json_t **out_object, struct fail *fail)
{
    uint8_t context[HASH_BYTES], answered[HASH_BYTES];
    enum outcome outcome = desk_status_hash(desk, "ctx0", context, fail);
    if (outcome == OK)
        outcome = desk_status_hash(desk, answers, answered, fail);
    if (outcome == OK)
        *out_object = statement_begin(kind, span_str(desk->origin), context, answered);
    return outcome;
}

enum outcome office_state(struct desk *desk, const char *path, json_t *object, struct fail *fail)
{
    struct buf text;
    buf_init(&text, NOTE_BYTES_MAX);
    statement_end(object, &text);
    enum outcome outcome = buf_check(&text, "the statement", fail);
    if (outcome == OK)
        outcome = desk_state(desk, path, buf_span(&text), NULL, fail);
    buf_done(&text);
    return outcome;
}

enum outcome office_get(struct desk *desk, const char *path, json_t **out_object, struct fail *fail)
{
    struct buf body;
    buf_init(&body, ANSWER_BYTES_MAX);
    enum outcome outcome = client_get(desk->client, path, &body, fail);
    if (outcome == OK)
        outcome = json_read_canonical(buf_span(&body), path, out_object, fail);
    buf_done(&body);
    return outcome;
}

enum outcome office_sign_draft(struct desk *desk, const char *kind, int64_t patience_s,
                               struct fail *fail)
{
    struct buf text;
    char path[PATH_BYTES_MAX];
    int64_t until_ms = clock_monotonic_ms() + patience_s * 1000;
    enum outcome outcome;
    snprintf(path, sizeof path, "draft/%s", kind);
    buf_init(&text, NOTE_BYTES_MAX);
    while ((outcome = client_get(desk->client, path, &text, fail)) == BUSY &&
           clock_monotonic_ms() < until_ms) {
        buf_clear(&text);
        sleep(1);
    }
    if (outcome == OK)
        outcome = desk_state(desk, "statements", buf_span(&text), NULL, fail);
    buf_done(&text);
    return outcome;
}

void office_purpose(struct desk *desk, const char *given, const char *fallback)
{
    client_set_purpose(desk->client, given ? given : fallback);
}

json_t *office_text(const char *english, const char *welsh)
{
    json_t *text = json_object();
    json_put_string(text, "en", span_str(english ? english : ""));
    json_put_string(text, "cy", span_str(welsh ? welsh : ""));
    return text;
}

void office_print(struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.ptr[i];
        putchar((byte < 0x20 && byte != '\t') || byte == 0x7f ? '?' : byte);
    }
    putchar('\n');
}
