#include "http/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/exchange.h"

enum {
    DEFAULT_THREADS = 2,
    DEFAULT_WORKERS = 2,
    DEFAULT_CONNECTIONS = 4000,
    DEFAULT_IDLE_S = 10,
    DEFAULT_STOP_MS = 5000,
    WORKER_QUEUE_MAX = 256,
    HEADER_BYTES_MAX = 16 << 10, /* of one connection: its header, and the piece of body in hand */
    DRAIN_MS = 2000,             /* for the last answers to go out */
    OTHER_FILES = 64,
};

static void set_default(unsigned *value, unsigned standard)
{
    if (*value == 0)
        *value = standard;
}

static void fill_options(struct server_options *options)
{
    set_default(&options->threads, DEFAULT_THREADS);
    set_default(&options->workers, DEFAULT_WORKERS);
    set_default(&options->connections, DEFAULT_CONNECTIONS);
    set_default(&options->idle_s, DEFAULT_IDLE_S);
    if (options->stop_ms == 0)
        options->stop_ms = DEFAULT_STOP_MS;
    if (options->small_bytes_max == 0)
        options->small_bytes_max = (size_t)128 << 20;
    if (options->shelf_bytes_max == 0)
        options->shelf_bytes_max = (size_t)512 << 20;
    if (options->large_bytes_max == 0)
        options->large_bytes_max = REPLY_BYTES_MAX;
}

/* -- what libmicrohttpd calls -------------------------------------------------------------------
 */

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *data_bytes, void **request)
{
    struct exchange *exchange = *request;

    (void)version;
    if (!exchange) {
        exchange = exchange_new(ctx, connection, url, method);
        *request = exchange;
        if (!exchange)
            return MHD_NO;
        return exchange->refused ? exchange_answer(exchange) : MHD_YES;
    }
    if (*data_bytes > 0) {
        bool go_on = exchange_receive(exchange, span_of(data, *data_bytes));
        *data_bytes = 0;
        return go_on ? MHD_YES : MHD_NO;
    }
    if (!exchange->begun && !exchange_begin(exchange))
        return MHD_YES;
    return exchange_answer(exchange);
}

static void on_completed(void *ctx, struct MHD_Connection *connection, void **request,
                         enum MHD_RequestTerminationCode why)
{
    (void)ctx;
    (void)connection;
    (void)why;
    if (*request)
        exchange_close(*request);
    *request = NULL;
}

static void on_connection(void *ctx, struct MHD_Connection *connection, void **visitor,
                          enum MHD_ConnectionNotificationCode code)
{
    struct server *server = ctx;

    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        visitor_free(&server->watch, *visitor);
        *visitor = NULL;
        return;
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    *visitor = info ? visitor_new(&server->watch, info->connect_fd) : NULL;
}

/* No resource has a name that needs escaping, so nothing is ever unescaped. */
static size_t keep_escapes(void *ctx, struct MHD_Connection *connection, char *text)
{
    (void)ctx;
    (void)connection;
    return strlen(text);
}

/* -- start and stop -----------------------------------------------------------------------------
 */

static enum outcome raise_files(rlim_t files, struct fail *fail)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= files)
        return OK;
    if (limit.rlim_max >= files) {
        limit.rlim_cur = files;
        if (setrlimit(RLIMIT_NOFILE, &limit) == 0)
            return OK;
    }
    return fail_set(fail, BROKEN, "http.files",
                    "%llu files must be open at once, the limit here is %llu: raise it "
                    "(LimitNOFILE in systemd, ulimit -n) or allow fewer connections",
                    (unsigned long long)files, (unsigned long long)limit.rlim_max);
}

static enum outcome start_daemon(struct server *server, struct fail *fail)
{
    const struct server_options *options = &server->options;
    struct MHD_OptionItem items[] = {
        {MHD_OPTION_LISTEN_SOCKET, server->listen_fd, NULL},
        {MHD_OPTION_THREAD_POOL_SIZE, options->threads, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, options->connections, NULL},
        {MHD_OPTION_PER_IP_CONNECTION_LIMIT, options->per_address, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, options->idle_s, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, HEADER_BYTES_MAX, NULL},
        {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
        {MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)keep_escapes, NULL},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, server},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, server},
        {MHD_OPTION_END, 0, NULL},
    };

    server->daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
                         on_request, server, MHD_OPTION_ARRAY, items, MHD_OPTION_END);
    if (server->daemon)
        return OK;
    return fail_set(fail, BROKEN, "http.start", "libmicrohttpd cannot start");
}

static void server_free(struct server *server)
{
    workers_free(server->workers);
    shelf_free(server->shelf);
    if (server->listen_fd >= 0)
        close(server->listen_fd);
    pthread_cond_destroy(&server->changed);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

static struct server *server_new(const struct server_options *options, struct election *election)
{
    pthread_condattr_t monotonic;
    struct server *server = calloc(1, sizeof *server);
    if (!server)
        return NULL;
    server->options = *options;
    fill_options(&server->options);
    server->election = election;
    server->listen_fd = -1;
    server->small.max = server->options.small_bytes_max;
    server->large.max = server->options.large_bytes_max;
    server->answers.max = server->options.large_bytes_max;
    route_name(election_origin(election), server->name);
    pthread_mutex_init(&server->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&server->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return server;
}

static enum outcome open_for_business(struct server *server, const struct listen_address *address,
                                      struct fail *fail)
{
    char where[LISTEN_TEXT_BYTES];
    enum outcome outcome = raise_files(server->options.connections + OTHER_FILES, fail);

    if (outcome == OK)
        outcome = listen_open(address, &server->listen_fd, fail);
    if (outcome == OK)
        outcome = workers_new(server->options.workers, WORKER_QUEUE_MAX, &server->workers, fail);
    server->shelf = shelf_new(server->options.shelf_bytes_max);
    if (outcome == OK && !server->shelf)
        outcome = fail_set(fail, BROKEN, "http.memory", "no memory for the server");
    if (outcome == OK)
        outcome = watch_start(&server->watch, server->options.grace_ms, fail);
    if (outcome != OK)
        return outcome;
    listen_print(server->listen_fd, where);
    snprintf(server->url, sizeof server->url, "http://%s/e/%s/", where, server->name);
    outcome = start_daemon(server, fail);
    if (outcome != OK)
        watch_stop(&server->watch);
    return outcome;
}

enum outcome server_start(const struct server_options *options,
                          const struct listen_address *address, struct election *election,
                          struct server **out_server, struct fail *fail)
{
    struct server *server = server_new(options, election);
    if (!server)
        return fail_set(fail, BROKEN, "http.memory", "no memory for the server");
    enum outcome outcome = open_for_business(server, address, fail);
    if (outcome == OK)
        *out_server = server;
    else
        server_free(server);
    return outcome;
}

const char *server_url(const struct server *server)
{
    return server->url;
}

/* Waits until *count is 0, or so long. The caller holds the lock. */
static void wait_for(struct server *server, const unsigned *count, int64_t wait_ms)
{
    int64_t end_ms = clock_monotonic_ms() + wait_ms;
    struct timespec end = {.tv_sec = end_ms / 1000, .tv_nsec = end_ms % 1000 * 1000000};

    while (*count > 0 && clock_monotonic_ms() < end_ms)
        pthread_cond_timedwait(&server->changed, &server->lock, &end);
}

/* Stopping libmicrohttpd with a connection suspended aborts the process: first nobody new is
 * suspended, then those who are get a last chance and finally a 503, and only then it stops. */
void server_stop(struct server *server)
{
    if (!server)
        return;
    (void)MHD_quiesce_daemon(server->daemon);
    pthread_mutex_lock(&server->lock);
    server->stopping = true;
    wait_for(server, &server->held, server->options.stop_ms);
    exchange_dismiss_all(server);
    wait_for(server, &server->open, DRAIN_MS);
    pthread_mutex_unlock(&server->lock);
    MHD_stop_daemon(server->daemon);

    pthread_mutex_lock(&server->lock);
    while (server->alive > 0)
        pthread_cond_wait(&server->changed, &server->lock);
    pthread_mutex_unlock(&server->lock);
    watch_stop(&server->watch);
    server_free(server);
}

struct server_figures server_figures(const struct server *server)
{
    struct server *at = (struct server *)(uintptr_t)server; /* locking changes nothing visible */
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(at->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
    struct server_figures figures = {.connections = info ? info->num_connections : 0};

    pthread_mutex_lock(&at->lock);
    figures.requests = at->alive;
    pthread_mutex_unlock(&at->lock);
    figures.late = atomic_load(&at->watch.late);
    figures.small_bytes = atomic_load(&at->small.used);
    figures.large_bytes = atomic_load(&at->large.used);
    figures.answer_bytes = atomic_load(&at->answers.used);
    return figures;
}
