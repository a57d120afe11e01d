/* A load generator that costs little beside the daemon it loads: plain sockets, connections that
 * stay, one request in flight on each. The real client is http/client.h; this one only posts notes.
 */
#ifndef TESTS_LOAD_H
#define TESTS_LOAD_H

#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

struct load_answer {
    size_t number;   /* of the note */
    unsigned status; /* 0: the connection ended without an answer */
    struct span body;
    int64_t spent_us;
};

struct load_source {
    /* The next note, which lives until its answer; false when there is none. */
    bool (*next)(void *ctx, size_t *out_number, struct span *out_note);
    void (*answered)(void *ctx, const struct load_answer *answer);
    void *ctx;
};

/* Posts all that the source gives to url + "statements" over so many connections at 127.0.0.1.
 * A connection that the server ends is not opened again. Returns how many requests were under way
 * on connections that ended, or died, before their answer. */
unsigned load_run(const char *url, unsigned connections, const struct load_source *source);

#endif
