#include "http/client_call.h"

#include <pthread.h>
#include <stdio.h>

#include "http/reply.h"

enum { CONNECT_TIMEOUT_S = 10, TIMEOUT_S = 600 };

static void prepare(void)
{
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
}

void call_prepare_library(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, prepare);
}

/* libcurl calls these. */
static size_t take_in(char *bytes, size_t size, size_t count, void *ctx)
{
    struct call *call = ctx;
    long status = 0;

    (void)curl_easy_getinfo(call->curl, CURLINFO_RESPONSE_CODE, &status);
    struct buf *to = status >= 200 && status < 300 ? call->out : &call->other;
    buf_add(to, span_of(bytes, size * count));
    return buf_ok(to) ? size * count : 0;
}

static size_t give_out(char *bytes, size_t size, size_t count, void *ctx)
{
    struct call *call = ctx;
    size_t len = size * count < call->body.len ? size * count : call->body.len;

    memcpy(bytes, call->body.ptr, len);
    call->body = span_of(call->body.ptr + len, call->body.len - len);
    return len;
}

enum outcome call_init(struct call *call, unsigned timeout_s, struct fail *fail)
{
    call_prepare_library();
    *call = (struct call){.curl = curl_easy_init()};
    buf_init(&call->other, CALL_PROBLEM_BYTES_MAX);
    if (!call->curl)
        return fail_set(fail, BROKEN, "client.memory", "libcurl cannot make a handle");
    CURL *curl = call->curl;
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)(timeout_s ? timeout_s : TIMEOUT_S));
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_in);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, call);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_out);
    curl_easy_setopt(curl, CURLOPT_READDATA, call);
    curl_easy_setopt(curl, CURLOPT_PRIVATE, call);
    return OK;
}

void call_done(struct call *call)
{
    if (call->curl)
        curl_easy_cleanup(call->curl);
    curl_slist_free_all(call->headers);
    buf_done(&call->other);
    *call = (struct call){0};
}

void call_set(struct call *call, const char *method, const char *url, struct span body,
              struct buf *out)
{
    CURL *curl = call->curl;
    curl_slist_free_all(call->headers);
    call->headers = NULL;
    call->body = body;
    call->out = out;
    buf_clear(&call->other);
    snprintf(call->url, sizeof call->url, "%s", url);
    curl_easy_setopt(curl, CURLOPT_URL, call->url);
    if (strcmp(method, "POST") == 0) {
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, NULL);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
        call_header(call, "Content-Type", "text/plain; charset=utf-8");
    } else if (strcmp(method, "PUT") == 0) {
        curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)body.len);
        call_header(call, "Content-Type", "application/octet-stream");
    } else {
        curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    }
}

void call_header(struct call *call, const char *name, const char *value)
{
    struct buf line;
    buf_init(&line, (size_t)1 << 16);
    buf_add_format(&line, "%s: %s", name, value);
    struct curl_slist *longer = curl_slist_append(call->headers, buf_text(&line));
    if (longer)
        call->headers = longer;
    buf_done(&line);
}

void call_ready(struct call *call)
{
    curl_easy_setopt(call->curl, CURLOPT_HTTPHEADER, call->headers);
}

static enum outcome judge_error(const struct call *call, CURLcode code, struct fail *fail)
{
    if (code == CURLE_WRITE_ERROR)
        return fail_set(fail, TOO_LARGE, "client.answer", "%s: the answer is over the limit",
                        call->url);
    if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL)
        return fail_set(fail, BAD_INPUT, "client.url", "\"%s\": no URL of http or https",
                        call->url);
    return fail_set(fail, BUSY, "client.unreachable", "%s: %s; is the server running there?",
                    call->url, curl_easy_strerror(code));
}

enum outcome call_judge(const struct call *call, CURLcode code, unsigned *out_status,
                        struct buf *out_refusal, struct fail *fail)
{
    long status = 0;
    struct fail problem;

    (void)curl_easy_getinfo(call->curl, CURLINFO_RESPONSE_CODE, &status);
    bool good = status >= 200 && status < 300;
    /* A server that refuses a body early may close before we have read all: its answer counts. */
    bool answered = call->other.len > 0 && !good;
    if (code != CURLE_OK && !answered)
        return judge_error(call, code, fail);
    if (good) {
        *out_status = (unsigned)status;
        return OK;
    }
    if (reply_read_problem(buf_span(&call->other), &problem, out_refusal)) {
        if (fail)
            *fail = problem;
        return problem.outcome;
    }
    enum outcome outcome = reply_outcome((unsigned)status);
    return fail_set(fail, outcome, "client.answer", "%s: status %ld, with no reason that we know",
                    call->url, status);
}
