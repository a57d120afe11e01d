/* Who looked at whose record: the access log, for those who supervise. */
#include "http/route.h"

/* Without a number: from the first record on. */
enum outcome route_access(struct ask *ask, struct reply *reply, struct fail *fail)
{
    return election_access(ask->election, &ask->request, ask->args[0], &reply->body, fail);
}

enum outcome route_access_of(struct ask *ask, struct reply *reply, struct fail *fail)
{
    return election_access_of(ask->election, &ask->request, ask->args[0], &reply->body, fail);
}
