/* What members say of their own entry, and how it stands. The daemon listens to a proxy alone, so
 * how often an address may ask is the proxy's to say (docs/http.md). */
#include "http/route.h"

enum outcome route_inquire(struct ask *ask, struct reply *reply, struct fail *fail)
{
    reply->status = 202;
    return election_inquire(ask->election, ask->body, &reply->body, fail);
}

enum outcome route_inquiry(struct ask *ask, struct reply *reply, struct fail *fail)
{
    return election_inquiry(ask->election, ask->args[0], &reply->body, fail);
}
