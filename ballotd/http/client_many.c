/* Many posts at once: as many calls as connections, each taking the next body when its last is
 * answered. */
#include <stdlib.h>

#include "base/clock.h"
#include "http/client_inside.h"

enum { ANSWER_BYTES_MAX = 1 << 18, WAIT_MS = 1000, CONNECTIONS_MAX = 1000 };

struct lane {
    struct call call; /* first: libcurl's private pointer is the call's */
    struct buf out;
    void *item;
    bool busy;
};

struct many {
    CURLM *multi;
    const struct client_source *source;
    char url[CALL_URL_BYTES];
    struct lane *lanes;
    unsigned count;
    unsigned running;
    bool dry; /* the source had no more when it was last asked */
    uint64_t begun;
    int64_t since_ms;
};

static void start_next(struct many *many, struct lane *lane)
{
    struct span body;

    many->dry = !many->source->next(many->source->ctx, &body, &lane->item);
    if (many->dry)
        return;
    buf_clear(&lane->out);
    call_set(&lane->call, "POST", many->url, body, &lane->out);
    call_ready(&lane->call);
    curl_multi_add_handle(many->multi, lane->call.curl);
    lane->busy = true;
    many->running++;
    many->begun++;
}

/* How long until the next may begin; 0: now. */
static int wait_ms(const struct many *many)
{
    if (many->source->per_s == 0)
        return 0;
    int64_t due_ms = many->since_ms + (int64_t)(many->begun * 1000 / many->source->per_s);
    int64_t left_ms = due_ms - clock_monotonic_ms();
    return left_ms <= 0 ? 0 : left_ms < WAIT_MS ? (int)left_ms : WAIT_MS;
}

static void start_idle(struct many *many)
{
    for (unsigned i = 0; i < many->count && !many->dry && wait_ms(many) == 0; i++)
        if (!many->lanes[i].busy)
            start_next(many, &many->lanes[i]);
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
    lane->busy = false;
    many->source->end(many->source->ctx, &result);
    buf_done(&refusal);
    many->dry = false; /* the source may want it sent again */
    if (wait_ms(many) == 0)
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

    many->since_ms = clock_monotonic_ms();
    start_idle(many);
    while (many->running > 0 || !many->dry) {
        if (curl_multi_perform(many->multi, &alive) != CURLM_OK)
            return fail_set(fail, BROKEN, "client.multi", "libcurl gives up on many at once");
        collect(many);
        if (many->source->per_s > 0)
            start_idle(many);
        int pause_ms = many->running == many->count || many->dry || many->source->per_s == 0
                           ? WAIT_MS
                           : wait_ms(many);
        if (many->running > 0 ? alive > 0 : !many->dry)
            (void)curl_multi_poll(many->multi, NULL, 0, pause_ms, NULL);
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
