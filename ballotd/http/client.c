#include "http/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/code.h"
#include "http/client_call.h"
#include "http/client_inside.h"
#include "http/note_header.h"

enum { DEFAULT_TRIES = 4, FIRST_PAUSE_MS = 200, PAUSE_FACTOR = 3 };

enum outcome client_new(const struct client_options *options, struct client **out_client,
                        struct fail *fail)
{
    struct span url = span_str(options->url);

    if (url.len == 0 || url.len >= CALL_URL_BYTES / 2 ||
        !(span_starts(url, SPAN_LIT("http://")) || span_starts(url, SPAN_LIT("https://"))))
        return fail_set(fail, BAD_INPUT, "client.url",
                        "\"%s\": the election's URL expected, as http://host/e/name/",
                        options->url ? options->url : "");
    struct client *client = calloc(1, sizeof *client);
    if (!client)
        return fail_set(fail, BROKEN, "client.memory", "no memory for a client");
    client->options = *options;
    snprintf(client->base, sizeof client->base, "%s%s", options->url,
             span_ends(url, SPAN_LIT("/")) ? "" : "/");
    buf_init(&client->refusal, CALL_PROBLEM_BYTES_MAX);
    enum outcome outcome = call_init(&client->call, options->timeout_s, fail);
    if (outcome != OK) {
        client_free(client);
        return outcome;
    }
    *out_client = client;
    return OK;
}

void client_free(struct client *client)
{
    if (!client)
        return;
    call_done(&client->call);
    buf_done(&client->refusal);
    free(client);
}

void client_set_purpose(struct client *client, const char *purpose)
{
    client->purpose = purpose;
}

struct span client_refusal(const struct client *client)
{
    return buf_span(&client->refusal);
}

enum outcome client_url(const struct client *client, const char *path,
                        char out_url[static CALL_URL_BYTES], struct fail *fail)
{
    int len = snprintf(out_url, CALL_URL_BYTES, "%s%s", client->base, path);

    if (len > 0 && len < CALL_URL_BYTES)
        return OK;
    return fail_set(fail, BAD_INPUT, "client.url", "the path \"%s\" is too long", path);
}

static void sign(struct client *client, const char *method, const char *path, struct span body)
{
    struct buf value;

    if (!client->options.signer)
        return;
    buf_init(&value, (size_t)2 * NOTE_HEADER_BYTES_MAX);
    note_header_make(client->options.signer, client->options.origin, method, span_str(path), body,
                     client->purpose ? client->purpose : "", &value);
    call_header(&client->call, "Authorization", buf_text(&value));
    buf_done(&value);
}

struct want {
    const char *method;
    const char *path;
    struct span body;
    const uint8_t *salt;
    struct buf *out;
};

static enum outcome try_once(struct client *client, const struct want *want, unsigned *out_status,
                             struct fail *fail)
{
    char url[CALL_URL_BYTES];
    enum outcome outcome = client_url(client, want->path, url, fail);
    if (outcome != OK)
        return outcome;
    buf_clear(&client->refusal);
    call_set(&client->call, want->method, url, want->body, want->out);
    sign(client, want->method, want->path, want->body);
    if (want->salt) {
        char salt[2 * SALT_BYTES + 1];
        hex_print(span_of(want->salt, SALT_BYTES), salt);
        call_header(&client->call, "Ballotd-Salt", salt);
    }
    call_ready(&client->call);
    CURLcode code = curl_easy_perform(client->call.curl);
    return call_judge(&client->call, code, out_status, &client->refusal, fail);
}

static void pause_ms(int64_t ms)
{
    struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

    (void)nanosleep(&pause, NULL);
}

/* Gives out->len bytes back to what they were, so that a half answer is never taken for more. */
static void forget_from(struct buf *out, size_t len)
{
    if (out->len > len || out->spoilt) {
        out->len = len;
        out->spoilt = false;
        if (out->bytes)
            out->bytes[len] = 0;
    }
}

static enum outcome try_often(struct client *client, const struct want *want, struct fail *fail)
{
    unsigned tries = client->options.tries ? client->options.tries : DEFAULT_TRIES;
    size_t before = want->out->len;
    unsigned status;
    int64_t wait_ms = FIRST_PAUSE_MS;

    for (;;) {
        enum outcome outcome = try_once(client, want, &status, fail);
        if (outcome != OK)
            forget_from(want->out, before);
        if (outcome != BUSY || --tries == 0)
            return outcome;
        pause_ms(wait_ms);
        wait_ms *= PAUSE_FACTOR;
    }
}

enum outcome client_get(struct client *client, const char *path, struct buf *out, struct fail *fail)
{
    struct want want = {.method = "GET", .path = path, .out = out};

    return try_often(client, &want, fail);
}

enum outcome client_put(struct client *client, const char *path, const uint8_t *salt,
                        struct span body, struct fail *fail)
{
    struct buf nothing;
    buf_init(&nothing, CALL_PROBLEM_BYTES_MAX);
    struct want want = {.method = "PUT", .path = path, .body = body, .salt = salt, .out = &nothing};
    enum outcome outcome = try_often(client, &want, fail);
    buf_done(&nothing);
    return outcome;
}

enum outcome client_post(struct client *client, const char *path, struct span body,
                         unsigned *out_status, struct buf *out, struct fail *fail)
{
    struct want want = {.method = "POST", .path = path, .body = body, .out = out};
    size_t before = out->len;
    enum outcome outcome = try_once(client, &want, out_status, fail);

    if (outcome != OK)
        forget_from(out, before);
    return outcome;
}
