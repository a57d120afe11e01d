/*
 * session: one verification from the bundle to the finished report.
 *
 * What was asked for goes in; a board, an election and a report come out, for the command that
 * asked. Whatever was not asked for is marked so at once, so that a verification that ends early
 * still says what was wanted of it.
 */
#ifndef VERIFY_SESSION_H
#define VERIFY_SESSION_H

#include "election/trust.h"

enum { RECEIPTS_MOST = 64 };

struct request {
    const char *bundle;                  /* directory, tar, or URL */
    const char *key;                     /* a vkey, or NULL */
    const char *annex;                   /* a directory or tar, or NULL */
    const char *older;                   /* a file, or NULL */
    const char *receipts[RECEIPTS_MOST]; /* files */
    size_t receipt_count;
    bool quiet; /* no progress on stderr */
    bool brief; /* end after the stage in which something failed */
};

struct session {
    struct board board;
    struct election election;
    struct report report;
    bool begun; /* board and election can be asked */
};

/*
 * Runs everything. UNABLE if a file that was named can't be read, or the bundle is none; then the
 * session is empty. Otherwise GOOD, and the report says what holds.
 */
enum outcome session_run(const struct request *request, struct session *out_session,
                         struct fail *fail) __attribute__((warn_unused_result));
void session_done(struct session *session); /* accepts NULL */

/* The whole of a small file; the caller frees out_bytes->at with buffer_done(). */
enum outcome file_read(const char *path, size_t limit_bytes, struct buffer *out_bytes,
                       struct fail *fail) __attribute__((warn_unused_result));

#endif
