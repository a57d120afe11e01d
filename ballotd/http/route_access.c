/* Approvals, evidence handed to who may see it, and the log of who looked at whose record. */
#include <microhttpd.h>

#include "base/code.h"
#include "http/route.h"

/* 201 with the note as it was taken. */
enum outcome route_handover(struct ask *ask, struct reply *reply, struct fail *fail)
{
    enum outcome outcome = election_handover(ask->election, &ask->request, ask->body, fail);
    reply->status = MHD_HTTP_CREATED;
    reply->type = "text/plain; charset=utf-8";
    if (outcome == OK)
        buf_add(&reply->body, ask->body);
    return outcome;
}

enum outcome route_export(struct ask *ask, struct reply *reply, struct fail *fail)
{
    reply->type = "application/octet-stream";
    return election_export(ask->election, &ask->request, &reply->body, fail);
}

enum outcome route_trace(struct ask *ask, struct reply *reply, struct fail *fail)
{
    return election_trace(ask->election, &ask->request, ask->body, &reply->body, fail);
}

enum outcome route_evidence(struct ask *ask, struct reply *reply, struct fail *fail)
{
    uint8_t commitment[HASH_BYTES];
    if (!hex_read(ask->args[0], commitment, HASH_BYTES))
        return fail_set(fail, BAD_INPUT, "http.hash",
                        "the commitment: 64 lowercase hex digits expected");
    reply->type = "application/octet-stream";
    return election_evidence(ask->election, &ask->request, commitment, &reply->body, fail);
}

enum outcome route_evidence_list(struct ask *ask, struct reply *reply, struct fail *fail)
{
    return election_evidence_list(ask->election, &ask->request, ask->args[0], &reply->body, fail);
}

/* Without a number: from the first record on. */
enum outcome route_access(struct ask *ask, struct reply *reply, struct fail *fail)
{
    return election_access(ask->election, &ask->request, ask->args[0], &reply->body, fail);
}

enum outcome route_access_of(struct ask *ask, struct reply *reply, struct fail *fail)
{
    return election_access_of(ask->election, &ask->request, ask->args[0], &reply->body, fail);
}
