/* What the client's two halves (single requests, many at once) share. */
#ifndef HTTP_CLIENT_INSIDE_H
#define HTTP_CLIENT_INSIDE_H

#include "http/client.h"
#include "http/client_call.h"

struct client {
    struct client_options options;
    char base[CALL_URL_BYTES];
    const char *purpose; /* NULL: none */
    struct call call;
    struct buf refusal;
};

enum outcome client_url(const struct client *client, const char *path,
                        char out_url[static CALL_URL_BYTES], struct fail *fail) MUST_USE;

#endif
