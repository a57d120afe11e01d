#include "witness/server.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <time.h>

#define PATH "/add-checkpoint"

enum {
    CONNECTIONS = 64,
    TIMEOUT_S = 15,
    CONNECTION_BYTES = 32768,
    ANSWER_BYTES_MOST = 4096,
    NOT_FOUND = 404,
    WRONG_METHOD = 405,
    TOO_LONG = 413,
};

struct server {
    struct MHD_Daemon *daemon;
    struct witness *witness;
    unsigned port;
};

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status, const char *type,
                              struct span body)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        body.len, (void *)(uintptr_t)body.ptr, MHD_RESPMEM_MUST_COPY);
    if (response == NULL)
        return MHD_NO;
    (void)MHD_add_response_header(response, "Content-Type", type);
    if (status == WRONG_METHOD)
        (void)MHD_add_response_header(response, "Allow", "POST");
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result answer_text(struct MHD_Connection *connection, unsigned status,
                                   const char *text)
{
    return answer(connection, status, "text/plain; charset=utf-8", span_text(text));
}

static enum MHD_Result answer_request(struct server *server, struct MHD_Connection *connection,
                                      const struct buffer *body)
{
    struct buffer text;
    if (buffer_full(body))
        return answer_text(connection, TOO_LONG, "the request is too long\n");
    buffer_init(&text, ANSWER_BYTES_MOST);
    enum witness_status status =
        witness_add_checkpoint(server->witness, buffer_span(body), (uint64_t)time(NULL), &text);
    const char *type =
        status == WITNESS_OTHER_SIZE ? "text/x.tlog.size" : "text/plain; charset=utf-8";
    enum MHD_Result result = buffer_full(&text)
                                 ? answer_text(connection, WITNESS_FAULT, "no memory\n")
                                 : answer(connection, status, type, buffer_span(&text));
    buffer_done(&text);
    return result;
}

static bool has_path(const char *url)
{
    size_t len = strlen(url), wanted = strlen(PATH);
    return len >= wanted && strcmp(url + len - wanted, PATH) == 0;
}

/* A body that says beforehand that it is too long is not waited for. */
static bool says_too_long(struct MHD_Connection *connection)
{
    uint64_t len;
    const char *text = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Length");
    return text != NULL && (!decimal_decode(span_text(text), &len) || len > WITNESS_BODY_BYTES);
}

/* Called first with the headers, then with pieces of the body, then without any: *held is ours. */
static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *piece,
                              size_t *piece_len, void **held)
{
    struct buffer *body = *held;
    (void)version;
    if (body == NULL) {
        if (!has_path(url))
            return answer_text(connection, NOT_FOUND, "there is " PATH " here, and no more\n");
        if (strcmp(method, "POST") != 0)
            return answer_text(connection, WRONG_METHOD, "this takes POST only\n");
        if (says_too_long(connection))
            return answer_text(connection, TOO_LONG, "the request is too long\n");
        *held = body = malloc(sizeof *body);
        if (body == NULL)
            return MHD_NO;
        buffer_init(body, WITNESS_BODY_BYTES);
        return MHD_YES;
    }
    if (*piece_len > 0) {
        buffer_append(body, span_of(piece, *piece_len));
        *piece_len = 0;
        return MHD_YES;
    }
    return answer_request(context, connection, body);
}

static void forget(void *context, struct MHD_Connection *connection, void **held,
                   enum MHD_RequestTerminationCode why)
{
    (void)context, (void)connection, (void)why;
    buffer_done(*held);
    free(*held);
    *held = NULL;
}

/* The libmicrohttpd of Debian 12 would print to stderr what a hostile client sends. */
static void stay_silent(void *context, const char *format, va_list arguments)
{
    (void)context, (void)format, (void)arguments;
}

static enum outcome parse_address(const char *where, struct sockaddr_in *out_address,
                                  struct fail *fail)
{
    struct span rest = span_text(where), host;
    char name[INET_ADDRSTRLEN];
    uint64_t port;
    struct sockaddr_in address = {.sin_family = AF_INET};
    if (!span_cut(&rest, ':', &host) || host.len >= sizeof name || !decimal_decode(rest, &port) ||
        port > UINT16_MAX)
        return fail_bad(fail, "\"%s\" is not like 127.0.0.1:8080", where);
    memcpy(name, host.ptr, host.len);
    name[host.len] = '\0';
    address.sin_port = htons((uint16_t)port);
    if (inet_pton(AF_INET, name, &address.sin_addr) != 1)
        return fail_bad(fail, "\"%s\" is not an IPv4 address", name);
    *out_address = address;
    return GOOD;
}

enum outcome server_start(struct witness *witness, const char *where, struct server **out_server,
                          struct fail *fail)
{
    struct sockaddr_in address;
    if (parse_address(where, &address, fail) != GOOD)
        return BAD;
    struct server *server = calloc(1, sizeof *server);
    if (server == NULL)
        return fail_unable(fail, "no memory");
    server->witness = witness;
    server->daemon = MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ERROR_LOG, 0, NULL, NULL, handle,
        server, MHD_OPTION_EXTERNAL_LOGGER, stay_silent, NULL, MHD_OPTION_SOCK_ADDR, &address,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)TIMEOUT_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
        MHD_OPTION_NOTIFY_COMPLETED, forget, NULL, MHD_OPTION_END);
    const union MHD_DaemonInfo *info =
        server->daemon == NULL ? NULL
                               : MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    if (info == NULL) {
        int why = errno;
        server_stop(server);
        return fail_unable(fail, "can't listen on %s: %s", where, strerror(why));
    }
    server->port = info->port;
    *out_server = server;
    return GOOD;
}

void server_stop(struct server *server)
{
    if (server == NULL)
        return;
    if (server->daemon != NULL)
        MHD_stop_daemon(server->daemon);
    free(server);
}

unsigned server_port(const struct server *server)
{
    return server->port;
}
