#include "fetch/fetch.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

enum { CONNECT_S = 10, STALL_S = 30, STALL_BYTES_PER_S = 16, REDIRECTIONS = 3, HTTP_OK = 200 };

struct fetch {
    CURL *curl;
    fetch_stop_fn *stop;
    fetch_sink_fn *sink; /* of the transfer that runs */
    void *context;
    size_t left;
    bool too_long;
};

bool fetch_is_url(const char *where)
{
    struct span name = span_text(where);
    return span_starts(name, span_text("http://")) || span_starts(name, span_text("https://"));
}

static size_t take_bytes(char *bytes, size_t one, size_t len, void *context)
{
    struct fetch *fetch = context;
    (void)one;
    if (len > fetch->left) {
        fetch->too_long = true;
        return CURL_WRITEFUNC_ERROR;
    }
    fetch->left -= len;
    return fetch->sink(fetch->context, span_of(bytes, len)) ? len : CURL_WRITEFUNC_ERROR;
}

static int ask_stop(void *context, curl_off_t total, curl_off_t now, curl_off_t up_total,
                    curl_off_t up_now)
{
    const struct fetch *fetch = context;
    (void)total, (void)now, (void)up_total, (void)up_now;
    return fetch->stop != NULL && fetch->stop();
}

static bool set_up(struct fetch *fetch)
{
    CURL *curl = fetch->curl;
    return curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)REDIRECTIONS) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, (long)STALL_BYTES_PER_S) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)STALL_S) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_USERAGENT, "verify") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, fetch) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, ask_stop) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_XFERINFODATA, fetch) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L) == CURLE_OK;
}

enum outcome fetch_new(fetch_stop_fn *stop, struct fetch **out_fetch, struct fail *fail)
{
    struct fetch *fetch = calloc(1, sizeof *fetch);
    if (fetch == NULL)
        return fail_unable(fail, "no memory");
    fetch->stop = stop;
    fetch->curl = curl_easy_init();
    if (fetch->curl == NULL || !set_up(fetch)) {
        fetch_free(fetch);
        return fail_unable(fail, "libcurl could not be set up");
    }
    *out_fetch = fetch;
    return GOOD;
}

void fetch_free(struct fetch *fetch)
{
    if (fetch == NULL)
        return;
    curl_easy_cleanup(fetch->curl);
    free(fetch);
}

static bool join(const char *base, const char *path, char out_url[FETCH_URL_BYTES])
{
    size_t len = strlen(base);
    while (len > 0 && base[len - 1] == '/')
        len--;
    if (len >= FETCH_URL_BYTES)
        return false;
    int written = snprintf(out_url, FETCH_URL_BYTES, "%.*s/%s", (int)len, base, path);
    return written > 0 && written < FETCH_URL_BYTES;
}

static enum outcome explain(const struct fetch *fetch, CURLcode code, const char *url,
                            size_t limit_bytes, long status, struct fail *fail)
{
    if (fetch->too_long)
        return fail_bad(fail, "%s: longer than %zu bytes", url, limit_bytes);
    if (code == CURLE_HTTP_RETURNED_ERROR)
        return fail_bad(fail, "%s: the server answers %ld", url, status);
    if (code == CURLE_OK)
        return fail_bad(fail, "%s: the server answers %ld instead of 200", url, status);
    return fail_unable(fail, "%s: %s", url, curl_easy_strerror(code));
}

enum outcome fetch_get(struct fetch *fetch, const char *base, const char *path, size_t limit_bytes,
                       fetch_sink_fn *sink, void *context, long *out_status, struct fail *fail)
{
    char url[FETCH_URL_BYTES];
    long status = 0;
    if (out_status != NULL)
        *out_status = 0;
    if (!join(base, path, url))
        return fail_unable(fail, "the address %.80s... is too long", base);
    fetch->sink = sink;
    fetch->context = context;
    fetch->left = limit_bytes;
    fetch->too_long = false;
    if (curl_easy_setopt(fetch->curl, CURLOPT_URL, url) != CURLE_OK)
        return fail_unable(fail, "no memory");
    CURLcode code = curl_easy_perform(fetch->curl);
    (void)curl_easy_getinfo(fetch->curl, CURLINFO_RESPONSE_CODE, &status);
    if (out_status != NULL)
        *out_status = status;
    return code == CURLE_OK && status == HTTP_OK
               ? GOOD
               : explain(fetch, code, url, limit_bytes, status, fail);
}

static bool append(void *context, struct span bytes)
{
    struct buffer *buffer = context;
    buffer_append(buffer, bytes);
    return !buffer_full(buffer);
}

enum outcome fetch_text(struct fetch *fetch, const char *base, const char *path,
                        struct buffer *out_body, struct fail *fail)
{
    return fetch_get(fetch, base, path, out_body->limit - out_body->len, append, out_body, NULL,
                     fail);
}
