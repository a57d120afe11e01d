#include "http/exchange.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/code.h"
#include "crypto/hash.h"
#include "http/examine.h"

/* Beyond its limit a body is read on for so long, that the sender may come to read the refusal. */
enum { OVERRUN_BYTES_MAX = 256 << 10 };

static bool budget_take(struct budget *budget, size_t bytes)
{
    size_t used = atomic_load(&budget->used);

    while (bytes <= budget->max && used <= budget->max - bytes) {
        if (atomic_compare_exchange_weak(&budget->used, &used, used + bytes))
            return true;
    }
    return false;
}

static void budget_give(struct budget *budget, size_t bytes)
{
    atomic_fetch_sub(&budget->used, bytes);
}

/* Takes the reply's content. */
static void settle_here(struct exchange *exchange, struct reply *reply)
{
    reply_done(&exchange->reply);
    exchange->reply = *reply;
    reply_init(reply);
    exchange->settled = true;
}

static void settle_problem(struct exchange *exchange, const struct fail *fail)
{
    struct reply reply;

    reply_init(&reply);
    memcpy(reply.allow, exchange->reply.allow, sizeof reply.allow);
    reply_problem(&reply, fail, (struct span){0});
    settle_here(exchange, &reply);
}

/* Frees it with the last reference. The caller holds the lock. */
static void release(struct exchange *exchange)
{
    struct server *server = exchange->server;

    if (--exchange->references > 0)
        return;
    if (exchange->budget)
        budget_give(exchange->budget, exchange->body_bytes);
    budget_give(&server->answers, exchange->answer_bytes);
    buf_done(&exchange->body);
    reply_done(&exchange->reply);
    free(exchange);
    server->alive--;
    pthread_cond_broadcast(&server->changed);
}

/* Room for the body, counted before it comes: what is declared, or all that may come. */
static enum outcome make_room(struct exchange *exchange, uint64_t body_bytes, struct fail *fail)
{
    struct budget *budget =
        exchange->route->who == ANYONE ? &exchange->server->small : &exchange->server->large;

    if (!budget_take(budget, body_bytes))
        return fail_set(fail, BUSY, "http.busy", "too many requests at once: try again later");
    exchange->budget = budget;
    exchange->body_bytes = body_bytes;
    buf_init(&exchange->body, body_bytes);
    return OK;
}

static enum outcome examine(struct exchange *exchange, const char *url, const char *method,
                            struct fail *fail)
{
    struct server *server = exchange->server;
    uint64_t body_bytes = 0;
    struct span name = span_str(server->name);

    if (server->stopping)
        return fail_set(fail, BUSY, "http.stopping", "the server is stopping: try again later");
    enum outcome outcome = examine_path(url, name, exchange->path, fail);
    if (outcome == OK)
        outcome = route_find(method, span_str(exchange->path), &exchange->route, exchange->ask.args,
                             exchange->reply.allow, fail);
    if (outcome == OK)
        outcome = examine_body(exchange->connection, exchange->route->body_max, &body_bytes, fail);
    if (outcome == OK)
        outcome = examine_salt(exchange->connection, exchange->salt, fail);
    if (outcome == OK && exchange->route->who != ANYONE)
        outcome = examine_asker(exchange->connection, exchange->route, method, exchange->path,
                                &exchange->ask, exchange->body_sha256, fail);
    if (outcome == OK)
        outcome = make_room(exchange, body_bytes, fail);
    return outcome;
}

struct exchange *exchange_new(struct server *server, struct MHD_Connection *connection,
                              const char *url, const char *method)
{
    struct fail fail;
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (!exchange)
        return NULL;
    *exchange = (struct exchange){.server = server,
                                  .connection = connection,
                                  .references = 1,
                                  .ask.election = server->election};
    reply_init(&exchange->reply);
    buf_init(&exchange->body, 0);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    exchange->visitor = info ? info->socket_context : NULL;
    pthread_mutex_lock(&server->lock);
    server->alive++;
    server->open++;
    pthread_mutex_unlock(&server->lock);
    exchange->refused = examine(exchange, url, method, &fail) != OK;
    if (exchange->refused)
        settle_problem(exchange, &fail);
    exchange->ask.salt = span_str(exchange->salt);
    return exchange;
}

bool exchange_receive(struct exchange *exchange, struct span piece)
{
    exchange->received += piece.len;
    if (exchange->visitor)
        visitor_received(&exchange->server->watch, exchange->visitor, exchange->received);
    if (exchange->received <= exchange->body.max)
        buf_add(&exchange->body, piece);
    return exchange->received <= exchange->body.max + OVERRUN_BYTES_MAX && buf_ok(&exchange->body);
}

static enum outcome check_body(const struct exchange *exchange, struct fail *fail)
{
    uint8_t hash[HASH_BYTES];

    if (exchange->received > exchange->body.max)
        return fail_set(fail, TOO_LARGE, "http.body", "the body is over %zu bytes, the limit here",
                        exchange->body.max);
    if (exchange->route->who == ANYONE)
        return OK;
    sha256(buf_span(&exchange->body), hash);
    if (memcmp(hash, exchange->body_sha256, sizeof hash) == 0)
        return OK;
    return fail_set(fail, NOT_ALLOWED, "request.body",
                    "the body is not the one whose SHA-256 the signed request names");
}

static void run_handler(struct exchange *exchange, struct reply *reply)
{
    struct fail fail = {.outcome = OK};

    reply_init(reply);
    enum outcome outcome = exchange->route->handle(&exchange->ask, reply, &fail);
    if (outcome == OK)
        outcome = buf_check(&reply->body, "the answer", &fail);
    if (outcome == OK && exchange->route->place == RUN_SHARED && reply->caching == CACHE_FOREVER)
        reply->shelved = shelf_put(exchange->server->shelf, exchange->path, &reply->body);
    if (outcome != OK)
        reply_problem(reply, &fail, (struct span){0});
}

/* True when others are reading, or have lately read, what this one asks for. */
static bool find_shelved(struct exchange *exchange, struct reply *reply)
{
    struct shelved *shelved = exchange->route->place == RUN_SHARED
                                  ? shelf_take(exchange->server->shelf, exchange->path)
                                  : NULL;
    if (!shelved)
        return false;
    reply_init(reply);
    reply->type = "application/octet-stream";
    reply->caching = CACHE_FOREVER;
    reply->shelved = shelved;
    return true;
}

/* On a worker's thread. */
static void run_away(void *ctx)
{
    struct exchange *exchange = ctx;
    struct reply reply;

    if (!find_shelved(exchange, &reply))
        run_handler(exchange, &reply);
    route_settle(&exchange->ask, &reply);
}

/* Puts the connection aside and gives a reference to who will settle it. False when the server is
 * stopping: then nobody may be suspended any more. */
static bool suspend(struct exchange *exchange)
{
    struct server *server = exchange->server;

    pthread_mutex_lock(&server->lock);
    bool may = !server->stopping;
    if (may) {
        exchange->references++;
        server->held++;
        exchange->next = server->suspended;
        exchange->link = &server->suspended;
        if (server->suspended)
            server->suspended->link = &exchange->next;
        server->suspended = exchange;
        MHD_suspend_connection(exchange->connection);
    }
    pthread_mutex_unlock(&server->lock);
    return may;
}

/* The caller holds the lock and has settled the exchange. */
static void resume(struct exchange *exchange)
{
    *exchange->link = exchange->next;
    if (exchange->next)
        exchange->next->link = exchange->link;
    exchange->server->held--;
    MHD_resume_connection(exchange->connection);
    pthread_cond_broadcast(&exchange->server->changed);
}

void route_settle(struct ask *ask, struct reply *reply)
{
    struct exchange *exchange = (struct exchange *)(void *)ask;
    struct server *server = exchange->server;

    pthread_mutex_lock(&server->lock);
    if (!exchange->settled) {
        settle_here(exchange, reply);
        resume(exchange);
    }
    release(exchange);
    pthread_mutex_unlock(&server->lock);
    reply_done(reply);
}

void exchange_dismiss_all(struct server *server)
{
    struct fail fail;

    (void)fail_set(&fail, BUSY, "http.stopping",
                   "the server stops before this was done: ask again later");
    while (server->suspended) {
        struct exchange *exchange = server->suspended;
        settle_problem(exchange, &fail);
        resume(exchange);
    }
}

/* False when the exchange is settled already and was never suspended. */
static bool hand_on(struct exchange *exchange)
{
    struct fail fail;
    struct reply reply;

    if (!suspend(exchange)) {
        (void)fail_set(&fail, BUSY, "http.stopping", "the server is stopping: try again later");
        settle_problem(exchange, &fail);
        return false;
    }
    if (exchange->route->place == RUN_LATER) {
        exchange->route->begin(&exchange->ask);
        return true;
    }
    if (workers_add(exchange->server->workers, run_away, exchange, &fail) == OK)
        return true;
    reply_init(&reply);
    reply_problem(&reply, &fail, (struct span){0});
    route_settle(&exchange->ask, &reply);
    return true;
}

bool exchange_begin(struct exchange *exchange)
{
    struct fail fail;
    struct reply reply;

    exchange->begun = true;
    exchange->ask.body = buf_span(&exchange->body);
    if (exchange->visitor)
        visitor_wait(exchange->visitor);
    if (check_body(exchange, &fail) != OK) {
        settle_problem(exchange, &fail);
        return true;
    }
    bool shelved = find_shelved(exchange, &reply);
    if (!shelved && exchange->route->place != RUN_HERE)
        return !hand_on(exchange);
    if (!shelved)
        run_handler(exchange, &reply);
    settle_here(exchange, &reply);
    return true;
}

static void add_headers(const struct exchange *exchange, struct MHD_Response *response)
{
    static const char *const caching[] = {
        [CACHE_NEVER] = "no-store",
        [CACHE_CHECK] = "no-cache",
        [CACHE_FOREVER] = "public, max-age=31536000, immutable",
    };
    const struct reply *reply = &exchange->reply;

    MHD_add_response_header(response, "Cache-Control", caching[reply->caching]);
    if (reply->status != MHD_HTTP_NO_CONTENT)
        MHD_add_response_header(response, "Content-Type", reply->type);
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(response, "Content-Security-Policy",
                            "default-src 'none'; frame-ancestors 'none'");
    MHD_add_response_header(response, "Referrer-Policy", "no-referrer");
    MHD_add_response_header(response, "Cross-Origin-Resource-Policy",
                            reply->caching == CACHE_NEVER ? "same-origin" : "cross-origin");
    if (reply->caching != CACHE_NEVER)
        MHD_add_response_header(response, "Access-Control-Allow-Origin", "*");
    if (reply->allow[0])
        MHD_add_response_header(response, "Allow", reply->allow);
    if (reply->status == MHD_HTTP_UNAUTHORIZED)
        MHD_add_response_header(response, "WWW-Authenticate", "Ballotd");
    if (reply->status == MHD_HTTP_SERVICE_UNAVAILABLE)
        MHD_add_response_header(response, "Retry-After", "1");
}

/* The answer's memory counts until libmicrohttpd is done with it; what is too much becomes a 503.
 */
static void count_answer(struct exchange *exchange)
{
    struct fail fail;

    if (!budget_take(&exchange->server->answers, exchange->reply.body.len)) {
        (void)fail_set(&fail, BUSY, "http.busy", "too many large answers at once: try again later");
        settle_problem(exchange, &fail);
        return;
    }
    exchange->answer_bytes = exchange->reply.body.len;
}

enum MHD_Result exchange_answer(struct exchange *exchange)
{
    if (exchange->queued)
        return MHD_YES;
    count_answer(exchange);
    struct span body = reply_span(&exchange->reply);
    if (exchange->visitor && !visitor_answer(&exchange->server->watch, exchange->visitor, body.len))
        return MHD_NO;
    struct MHD_Response *response = MHD_create_response_from_buffer(
        body.len, (void *)(uintptr_t)body.ptr, MHD_RESPMEM_PERSISTENT);
    if (!response)
        return MHD_NO;
    add_headers(exchange, response);
    exchange->queued = true;
    enum MHD_Result result =
        MHD_queue_response(exchange->connection, exchange->reply.status, response);
    MHD_destroy_response(response);
    return result;
}

void exchange_close(struct exchange *exchange)
{
    struct server *server = exchange->server;

    if (exchange->visitor)
        visitor_expect(&server->watch, exchange->visitor);
    pthread_mutex_lock(&server->lock);
    server->open--;
    pthread_cond_broadcast(&server->changed);
    release(exchange);
    pthread_mutex_unlock(&server->lock);
}
