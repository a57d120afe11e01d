/* Statements: 201 with a receipt (a tlog-proof), 200 with it again, 202 with the note that waits
 * for another signature, or a problem, with the authority's refusal where there is one. */
#include <microhttpd.h>

#include "http/route.h"

static void answer(void *ctx, const struct submission *submission)
{
    static const unsigned statuses[] = {
        [SUBMISSION_ACCEPTED] = MHD_HTTP_CREATED,
        [SUBMISSION_KNOWN] = MHD_HTTP_OK,
        [SUBMISSION_PENDING] = MHD_HTTP_ACCEPTED,
    };
    struct reply reply;

    reply_init(&reply);
    if (submission->result == SUBMISSION_REFUSED) {
        reply_problem(&reply, &submission->fail, submission->answer);
    } else {
        reply.status = statuses[submission->result];
        reply.type = "text/plain; charset=utf-8";
        buf_add(&reply.body, submission->answer);
    }
    route_settle(ctx, &reply);
}

void route_submit(struct ask *ask)
{
    election_submit(ask->election, ask->body, answer, ask);
}

void route_submit_case(struct ask *ask)
{
    election_submit_case(ask->election, &ask->request, ask->body, answer, ask);
}

enum outcome route_pending(struct ask *ask, struct reply *reply, struct fail *fail)
{
    reply->caching = CACHE_CHECK;
    return election_pending(ask->election, &reply->body, fail);
}
