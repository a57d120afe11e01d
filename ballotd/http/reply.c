#include "http/reply.h"

#include <microhttpd.h>

#include "base/json.h"

enum { PROBLEM_BYTES_MAX = 1 << 18 };

void reply_init(struct reply *reply)
{
    *reply = (struct reply){.status = MHD_HTTP_OK, .type = "application/json"};
    buf_init(&reply->body, REPLY_BYTES_MAX);
}

void reply_done(struct reply *reply)
{
    buf_done(&reply->body);
    shelf_give_back(reply->shelved);
    reply->shelved = NULL;
}

struct span reply_span(const struct reply *reply)
{
    return reply->shelved ? shelved_span(reply->shelved) : buf_span(&reply->body);
}

static const struct {
    enum outcome outcome;
    unsigned status;
} statuses[] = {
    {BAD_INPUT, MHD_HTTP_BAD_REQUEST},
    {BAD_PROOF, MHD_HTTP_UNPROCESSABLE_CONTENT},
    {NOT_ALLOWED, MHD_HTTP_FORBIDDEN},
    {CONFLICT, MHD_HTTP_CONFLICT},
    {NOT_FOUND, MHD_HTTP_NOT_FOUND},
    {TOO_LARGE, MHD_HTTP_CONTENT_TOO_LARGE},
    {BUSY, MHD_HTTP_SERVICE_UNAVAILABLE},
    {BROKEN, MHD_HTTP_INTERNAL_SERVER_ERROR},
    /* Only read, never sent for these outcomes. */
    {NOT_ALLOWED, MHD_HTTP_UNAUTHORIZED},
    {NOT_ALLOWED, MHD_HTTP_METHOD_NOT_ALLOWED},
    {BUSY, MHD_HTTP_REQUEST_TIMEOUT},
    {BUSY, MHD_HTTP_TOO_MANY_REQUESTS},
    {BUSY, MHD_HTTP_BAD_GATEWAY},
    {BUSY, MHD_HTTP_GATEWAY_TIMEOUT},
    {TOO_LARGE, MHD_HTTP_URI_TOO_LONG},
    {TOO_LARGE, MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE},
    {BAD_INPUT, MHD_HTTP_NOT_IMPLEMENTED},
};

/* Where the code says more than the outcome. */
static const struct {
    const char *code;
    unsigned status;
} exact[] = {
    {"request.missing", MHD_HTTP_UNAUTHORIZED},
    {"http.method", MHD_HTTP_METHOD_NOT_ALLOWED},
    {"http.path-long", MHD_HTTP_URI_TOO_LONG},
    {"http.transfer-encoding", MHD_HTTP_NOT_IMPLEMENTED},
};

unsigned reply_status(const struct fail *fail)
{
    for (size_t i = 0; i < sizeof exact / sizeof exact[0]; i++) {
        if (strcmp(fail->code, exact[i].code) == 0)
            return exact[i].status;
    }
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        if (statuses[i].outcome == fail->outcome)
            return statuses[i].status;
    }
    return MHD_HTTP_INTERNAL_SERVER_ERROR;
}

enum outcome reply_outcome(unsigned status)
{
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        if (statuses[i].status == status)
            return statuses[i].outcome;
    }
    return BROKEN;
}

/* A message may quote what is not UTF-8, or be cut within a character; JSON may not. */
static void put_text(json_t *object, const char *key, struct span text)
{
    char plain[FAIL_TEXT_BYTES];

    if (span_is_utf8(text)) {
        json_put_string(object, key, text);
        return;
    }
    size_t len = text.len < sizeof plain ? text.len : sizeof plain;
    for (size_t i = 0; i < len; i++)
        plain[i] = text.ptr[i] < 0x80 ? (char)text.ptr[i] : '?';
    json_put_string(object, key, span_of(plain, len));
}

void reply_problem(struct reply *reply, const struct fail *fail, struct span refusal)
{
    char type[sizeof PROBLEM_TYPE_PREFIX + FAIL_CODE_BYTES] = PROBLEM_TYPE_PREFIX;
    size_t used = strlen(type);
    memcpy(type + used, fail->code, strnlen(fail->code, FAIL_CODE_BYTES));

    reply->status = reply_status(fail);
    reply->type = "application/problem+json";
    reply->caching = CACHE_NEVER;
    json_t *problem = json_object();
    put_text(problem, "type", span_str(type));
    json_put_string(problem, "title", span_str(MHD_get_reason_phrase_for(reply->status)));
    json_put_integer(problem, "status", reply->status);
    put_text(problem, "detail", span_str(fail->text));
    if (refusal.len)
        put_text(problem, "refusal", refusal);
    buf_done(&reply->body);
    json_print(problem, &reply->body);
    json_decref(problem);
}

bool reply_read_problem(struct span text, struct fail *fail, struct buf *out_refusal)
{
    json_t *problem = NULL;
    if (text.len > PROBLEM_BYTES_MAX ||
        json_read_canonical(text, "the problem", &problem, NULL) != OK)
        return false;

    struct fail form = {.outcome = OK};
    struct json_take take = json_take_from(problem, "the problem", &form);
    struct span type = json_take_string(&take, "type");
    (void)json_take_string(&take, "title");
    int64_t status = json_take_integer(&take, "status", 100, 599);
    struct span detail = json_take_string(&take, "detail");
    struct span refusal = {0};
    if (json_take_peek(&take, "refusal"))
        refusal = json_take_string(&take, "refusal");
    struct span prefix = SPAN_LIT(PROBLEM_TYPE_PREFIX);
    bool read = json_take_end(&take) == OK && span_starts(type, prefix);
    if (read) {
        fail_set(fail, reply_outcome((unsigned)status), "", "%.*s", (int)detail.len,
                 (const char *)detail.ptr);
        snprintf(fail->code, sizeof fail->code, "%.*s", (int)(type.len - prefix.len),
                 (const char *)type.ptr + prefix.len);
        buf_add(out_refusal, refusal);
    }
    json_decref(problem);
    return read;
}
