/* The public tree: checkpoint, tiles and bundles, blobs; and where the election stands. */
#include <stdio.h>

#include "http/route.h"

static enum outcome read_tree(struct ask *ask, const char *folder, struct span name,
                              const char *type, struct reply *reply, struct fail *fail)
{
    char path[ROUTE_PATH_BYTES];
    bool final = false;
    int len = snprintf(path, sizeof path, "%s%.*s", folder, (int)name.len, (const char *)name.ptr);

    if (len < 0 || (size_t)len >= sizeof path)
        return fail_set(fail, NOT_FOUND, "http.path", "no such resource in this election");
    enum outcome outcome =
        election_read(ask->election, span_of(path, (size_t)len), &reply->body, &final, fail);
    reply->type = type;
    reply->caching = final ? CACHE_FOREVER : CACHE_CHECK;
    return outcome;
}

enum outcome route_checkpoint(struct ask *ask, struct reply *reply, struct fail *fail)
{
    return read_tree(ask, "checkpoint", SPAN_LIT(""), "text/plain; charset=utf-8", reply, fail);
}

enum outcome route_tile(struct ask *ask, struct reply *reply, struct fail *fail)
{
    return read_tree(ask, "tile/", ask->args[0], "application/octet-stream", reply, fail);
}

enum outcome route_blob(struct ask *ask, struct reply *reply, struct fail *fail)
{
    return read_tree(ask, "blob/sha256/", ask->args[0], "application/octet-stream", reply, fail);
}

enum outcome route_status(struct ask *ask, struct reply *reply, struct fail *fail)
{
    reply->caching = CACHE_CHECK;
    return election_status(ask->election, &reply->body, fail);
}
