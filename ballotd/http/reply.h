/* What the server answers: a status, a type and a body; and how a failure becomes a problem.
 *
 * Every failure is `application/problem+json` (RFC 9457): "type" `urn:ballotd:problem:<code>`,
 * "title" the status in words, "status", "detail" the failure's text, and "refusal" where the
 * authority signed one. Printed canonically, so that a program can read it strictly.
 */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include "base/buf.h"
#include "http/shelf.h"

#define REPLY_BYTES_MAX     ((size_t)2 << 30)
#define PROBLEM_TYPE_PREFIX "urn:ballotd:problem:"

enum { REPLY_ALLOW_BYTES = 32 };

enum caching {
    CACHE_NEVER,   /* no-store: whatever is meant for one person */
    CACHE_CHECK,   /* no-cache: public, may have changed since */
    CACHE_FOREVER, /* public, these bytes will always stand under this path */
};

struct reply {
    unsigned status;
    const char *type; /* media type, static */
    enum caching caching;
    struct buf body;
    struct shelved *shelved; /* instead of the body: shared with others, given back when done */
    char allow[REPLY_ALLOW_BYTES]; /* of a 405: the methods there are */
};

void reply_init(struct reply *reply); /* 200, application/json, CACHE_NEVER, no body */
void reply_done(struct reply *reply);
struct span reply_span(const struct reply *reply); /* what is sent */

/* The status of a failure: by its outcome, or by its code where HTTP knows it better. */
unsigned reply_status(const struct fail *fail);
/* Makes the reply a problem. refusal: a note as text, or empty. */
void reply_problem(struct reply *reply, const struct fail *fail, struct span refusal);

/* The other way round, for clients: BAD_INPUT for 400, and so on; BROKEN for what never is. */
enum outcome reply_outcome(unsigned status);
/* Fills fail from a problem's text, and appends its refusal where it has one. False, and nothing
 * done, when it is not such a problem. */
bool reply_read_problem(struct span text, struct fail *fail, struct buf *out_refusal);

#endif
