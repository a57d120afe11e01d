/* What is put beside the log before a statement names it: blobs, confidential files, bindings. All
 * answer 204. */
#include <microhttpd.h>

#include "base/code.h"
#include "http/route.h"

static enum outcome read_hash(struct span text, const char *what, uint8_t out_hash[HASH_BYTES],
                              struct fail *fail)
{
    if (hex_read(text, out_hash, HASH_BYTES))
        return OK;
    return fail_set(fail, BAD_INPUT, "http.hash", "%s: 64 lowercase hex digits expected", what);
}

enum outcome route_put_blob(struct ask *ask, struct reply *reply, struct fail *fail)
{
    uint8_t hash[HASH_BYTES];
    enum outcome outcome = read_hash(ask->args[0], "the blob's name", hash, fail);
    if (outcome == OK)
        outcome = election_put_blob(ask->election, &ask->request, hash, ask->body, fail);
    reply->status = MHD_HTTP_NO_CONTENT;
    return outcome;
}

enum outcome route_put_private(struct ask *ask, struct reply *reply, struct fail *fail)
{
    uint8_t commitment[HASH_BYTES];
    uint8_t salt[SALT_BYTES];
    enum outcome outcome = read_hash(ask->args[1], "the commitment", commitment, fail);
    if (outcome == OK)
        outcome = read_hash(ask->salt, "the header Ballotd-Salt", salt, fail);
    if (outcome == OK)
        outcome = election_put_private(ask->election, &ask->request, ask->args[0], salt, commitment,
                                       ask->body, fail);
    reply->status = MHD_HTTP_NO_CONTENT;
    return outcome;
}

enum outcome route_put_bindings(struct ask *ask, struct reply *reply, struct fail *fail)
{
    reply->status = MHD_HTTP_NO_CONTENT;
    return election_put_bindings(ask->election, &ask->request, ask->body, fail);
}
