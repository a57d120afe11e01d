/* Many posts at once: as many calls as connections, each taking the next body when its last is
 * answered. */
#include <stdlib.h>

#include "http/client_inside.h"

enum { ANSWER_BYTES_MAX = 1 << 18, WAIT_MS = 1000, CONNECTIONS_MAX = 1000 };

struct lane {
    struct call call; /* first: libcurl's private pointer is the call's */
    struct buf out;
    void *item;
};

struct many {
    CURLM *multi;
    const struct client_source *source;
    char url[CALL_URL_BYTES];
    struct lane *lanes;
    unsigned count;
    unsigned running;
};

static void start_next(struct many *many, struct lane *lane)
{
    struct span body;

    if (!many->source->next(many->source->ctx, &body, &lane->item))
        return;
    buf_clear(&lane->out);
    call_set(&lane->call, "POST", many->url, body, &lane->out);
    call_ready(&lane->call);
    curl_multi_add_handle(many->multi, lane->call.curl);
    many->running++;
}

static void end_one(struct many *many, struct lane *lane, CURLcode code)
{
    struct fail fail;
    struct buf refusal;
    curl_off_t spent_us = 0;
    struct client_result result = {.item = lane->item};

    buf_init(&refusal, CALL_PROBLEM_BYTES_MAX);
    (void)curl_easy_getinfo(lane->call.curl, CURLINFO_TOTAL_TIME_T, &spent_us);
    result.spent_us = spent_us;
    if (call_judge(&lane->call, code, &result.status, &refusal, &fail) == OK)
        result.body = buf_span(&lane->out);
    else
        result.fail = &fail;
    result.refusal = buf_span(&refusal);
    curl_multi_remove_handle(many->multi, lane->call.curl);
    many->running--;
    many->source->end(many->source->ctx, &result);
    buf_done(&refusal);
    start_next(many, lane);
}

static void collect(struct many *many)
{
    int left;

    for (CURLMsg *message; (message = curl_multi_info_read(many->multi, &left));) {
        char *lane = NULL;
        if (message->msg != CURLMSG_DONE)
            continue;
        CURLcode code = message->data.result;
        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &lane);
        end_one(many, (struct lane *)(void *)lane, code);
    }
}

static enum outcome run(struct many *many, struct fail *fail)
{
    int alive;

    for (unsigned i = 0; i < many->count; i++)
        start_next(many, &many->lanes[i]);
    while (many->running > 0) {
        if (curl_multi_perform(many->multi, &alive) != CURLM_OK)
            return fail_set(fail, BROKEN, "client.multi", "libcurl gives up on many at once");
        collect(many);
        if (many->running > 0 && alive > 0)
            (void)curl_multi_poll(many->multi, NULL, 0, WAIT_MS, NULL);
    }
    return OK;
}

static enum outcome open_lanes(struct many *many, unsigned count, unsigned timeout_s,
                               struct fail *fail)
{
    enum outcome outcome = OK;
    many->multi = curl_multi_init();
    many->lanes = calloc(count, sizeof *many->lanes);
    if (!many->multi || !many->lanes)
        return fail_set(fail, BROKEN, "client.memory", "no memory for %u connections", count);
    curl_multi_setopt(many->multi, CURLMOPT_MAXCONNECTS, (long)count);
    while (many->count < count && outcome == OK) {
        struct lane *lane = &many->lanes[many->count++];
        buf_init(&lane->out, ANSWER_BYTES_MAX);
        outcome = call_init(&lane->call, timeout_s, fail);
    }
    return outcome;
}

enum outcome client_post_many(struct client *client, const char *path, unsigned connections,
                              const struct client_source *source, struct fail *fail)
{
    struct many many = {.source = source};
    if (connections < 1 || connections > CONNECTIONS_MAX)
        return fail_set(fail, BAD_INPUT, "client.connections", "%u connections: 1 to %d",
                        connections, CONNECTIONS_MAX);
    call_prepare_library();
    enum outcome outcome = client_url(client, path, many.url, fail);
    if (outcome == OK)
        outcome = open_lanes(&many, connections, client->options.timeout_s, fail);
    if (outcome == OK)
        outcome = run(&many, fail);
    for (unsigned i = 0; i < many.count; i++) {
        if (many.lanes[i].call.curl)
            curl_multi_remove_handle(many.multi, many.lanes[i].call.curl);
        call_done(&many.lanes[i].call);
        buf_done(&many.lanes[i].out);
    }
    if (many.multi)
        curl_multi_cleanup(many.multi);
    free(many.lanes);
    return outcome;
}
