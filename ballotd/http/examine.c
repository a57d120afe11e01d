#include "http/examine.h"

#include <stdio.h>
#include <strings.h>

#include "http/note_header.h"

static bool is_plain(struct span text)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";

    for (size_t i = 0; i < text.len; i++) {
        if (!memchr(plain, text.ptr[i], sizeof plain - 1))
            return false;
    }
    return true;
}

enum outcome examine_path(const char *url, struct span name, char out_path[static ROUTE_PATH_BYTES],
                          struct fail *fail)
{
    struct span path = span_str(url);
    struct span segment;

    if (span_is(path, "/status")) { /* for whoever watches over the server */
        snprintf(out_path, ROUTE_PATH_BYTES, "status");
        return OK;
    }
    if (!is_plain(path) || !span_cut(&path, '/', &segment) || segment.len ||
        !span_cut(&path, '/', &segment) || !span_is(segment, "e") ||
        !span_cut(&path, '/', &segment) || !span_equal(segment, name))
        return fail_set(fail, NOT_FOUND, "http.path",
                        "no such resource: the election here is below /e/%.*s/", (int)name.len,
                        (const char *)name.ptr);
    if (path.len >= ROUTE_PATH_BYTES)
        return fail_set(fail, TOO_LARGE, "http.path-long", "the path is over %d bytes",
                        ROUTE_PATH_BYTES);
    memcpy(out_path, path.ptr, path.len);
    out_path[path.len] = 0;
    return OK;
}

struct framing {
    unsigned lengths, encodings;
    const char *length, *encoding;
};

static enum MHD_Result see_header(void *ctx, enum MHD_ValueKind kind, const char *key,
                                  const char *value)
{
    struct framing *framing = ctx;

    (void)kind;
    if (strcasecmp(key, "Content-Length") == 0) {
        framing->lengths++;
        framing->length = value;
    } else if (strcasecmp(key, "Transfer-Encoding") == 0) {
        framing->encodings++;
        framing->encoding = value;
    }
    return MHD_YES;
}

enum outcome examine_body(struct MHD_Connection *connection, size_t body_max, uint64_t *out_bytes,
                          struct fail *fail)
{
    struct framing framing = {0};
    uint64_t bytes = 0;

    MHD_get_connection_values(connection, MHD_HEADER_KIND, see_header, &framing);
    if (framing.lengths + framing.encodings > 1)
        return fail_set(fail, BAD_INPUT, "http.length",
                        "Content-Length or Transfer-Encoding may be given once, and not both");
    if (framing.encoding && strcasecmp(framing.encoding, "chunked") != 0)
        return fail_set(fail, BAD_INPUT, "http.transfer-encoding",
                        "Transfer-Encoding: only \"chunked\" is understood");
    if (framing.encoding)
        bytes = body_max;
    else if (framing.length && !span_decimal(span_str(framing.length), &bytes))
        return fail_set(fail, BAD_INPUT, "http.length", "Content-Length: not a number");
    if (bytes > body_max)
        return fail_set(fail, TOO_LARGE, "http.body", "the body is over %zu bytes, the limit here",
                        body_max);
    *out_bytes = bytes;
    return OK;
}

enum outcome examine_salt(struct MHD_Connection *connection,
                          char out_salt[static 2 * SALT_BYTES + 1], struct fail *fail)
{
    const char *salt = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Ballotd-Salt");

    if (salt && strlen(salt) > (size_t)2 * SALT_BYTES)
        return fail_set(fail, BAD_INPUT, "http.salt", "the header Ballotd-Salt is over %d digits",
                        2 * SALT_BYTES);
    snprintf(out_salt, (size_t)2 * SALT_BYTES + 1, "%s", salt ? salt : "");
    return OK;
}

enum outcome examine_asker(struct MHD_Connection *connection, const struct route *route,
                           const char *method, const char *path, struct ask *ask,
                           uint8_t out_body_sha256[static HASH_BYTES], struct fail *fail)
{
    struct buf note;
    uint8_t hash[HASH_BYTES];
    struct request request;

    buf_init(&note, NOTE_HEADER_BYTES_MAX);
    enum outcome outcome =
        note_header_read(MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Authorization"),
                         election_origin(ask->election), &note, hash, fail);
    if (outcome == OK)
        outcome = election_authenticate(ask->election, buf_span(&note), span_str(method),
                                        span_str(path), hash, &request, fail);
    buf_done(&note);
    if (outcome != OK)
        return outcome;
    if (!(route->who & 1U << request.asker))
        return fail_set(fail, NOT_ALLOWED, "request.asker",
                        "this resource is not for the holder of that key");
    ask->request = request;
    memcpy(out_body_sha256, hash, sizeof hash);
    return OK;
}
