/* One call over libcurl: shared by the client's single requests, its bulk mode and the poster. */
#ifndef HTTP_CLIENT_CALL_H
#define HTTP_CLIENT_CALL_H

#include <curl/curl.h>

#include "base/buf.h"

enum { CALL_URL_BYTES = 1024, CALL_PROBLEM_BYTES_MAX = 1 << 18 };

struct call {
    CURL *curl;
    struct curl_slist *headers;
    struct span body; /* not yet sent */
    struct buf *out;  /* of a success: borrowed */
    struct buf other; /* of anything else */
    char url[CALL_URL_BYTES];
};

/* Makes libcurl ready, once for the process. */
void call_prepare_library(void);

/* BROKEN client.memory. */
enum outcome call_init(struct call *call, unsigned timeout_s, struct fail *fail) MUST_USE;
void call_done(struct call *call);

/* Sets a call up: the method is GET, PUT or POST; a 2xx answer's body will be appended to out. */
void call_set(struct call *call, const char *method, const char *url, struct span body,
              struct buf *out);
void call_header(struct call *call, const char *name, const char *value);
/* After call_set and call_header, before libcurl runs. */
void call_ready(struct call *call);

/* What libcurl's result amounts to: OK and a status of 2xx, or a failure. refusal as in
 * reply_read_problem. */
enum outcome call_judge(const struct call *call, CURLcode code, unsigned *out_status,
                        struct buf *out_refusal, struct fail *fail) MUST_USE;

#endif
