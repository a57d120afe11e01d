/* What officers, scrutineers and the registrar read: drafts, the roll, cases, sealed papers. */
#include "http/route.h"

enum outcome route_draft(struct ask *ask, struct reply *reply, struct fail *fail)
{
    reply->type = "text/plain; charset=utf-8";
    return election_draft(ask->election, &ask->request, ask->args[0], &reply->body, fail);
}

enum outcome route_roll_report(struct ask *ask, struct reply *reply, struct fail *fail)
{
    return election_roll_report(ask->election, &ask->request, ask->args[0], SPAN_LIT(""),
                                &reply->body, fail);
}

enum outcome route_roll_member(struct ask *ask, struct reply *reply, struct fail *fail)
{
    return election_roll_report(ask->election, &ask->request, ask->args[0], ask->args[1],
                                &reply->body, fail);
}

enum outcome route_cases(struct ask *ask, struct reply *reply, struct fail *fail)
{
    return election_cases(ask->election, &ask->request, &reply->body, fail);
}

enum outcome route_leaves(struct ask *ask, struct reply *reply, struct fail *fail)
{
    reply->type = "application/octet-stream";
    return election_leaves(ask->election, &ask->request, &reply->body, fail);
}

enum outcome route_annex(struct ask *ask, struct reply *reply, struct fail *fail)
{
    reply->type = "application/octet-stream";
    return election_annex(ask->election, &ask->request, &reply->body, fail);
}
