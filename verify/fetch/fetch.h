/*
 * fetch: one GET at a time over http or https, through libcurl.
 *
 * A struct fetch keeps its connection, so that many small files of one log are quick. Every answer
 * has a limit, and a server that stalls is given up after half a minute. At most three redirections
 * are followed. Nothing that was fetched is trusted: whoever asks checks it. One thread each.
 */
#ifndef VERIFY_FETCH_FETCH_H
#define VERIFY_FETCH_FETCH_H

#include "base/buffer.h"
#include "base/fail.h"

enum { FETCH_URL_BYTES = 2048 };

struct fetch;

/* Takes the next bytes of an answer; false gives it up. */
typedef bool fetch_sink_fn(void *context, struct span bytes);

/* Asked about once a second while a transfer runs; true gives it up. */
typedef bool fetch_stop_fn(void);

/* `stop` may be NULL. */
enum outcome fetch_new(fetch_stop_fn *stop, struct fetch **out_fetch, struct fail *fail)
    __attribute__((warn_unused_result));
void fetch_free(struct fetch *fetch); /* accepts NULL */

/* Does this name begin with http:// or https://? */
bool fetch_is_url(const char *where);

/*
 * BASE/PATH into the sink; slashes at the end of `base` don't matter. BAD if the server has no such
 * file or it exceeds the limit, UNABLE if the server could not be asked. *out_status is the HTTP
 * status, 0 without an answer; it is written always and may be NULL.
 */
enum outcome fetch_get(struct fetch *fetch, const char *base, const char *path, size_t limit_bytes,
                       fetch_sink_fn *sink, void *context, long *out_status, struct fail *fail)
    __attribute__((warn_unused_result));

/* The same into a buffer, after what it holds; the buffer's own limit counts. */
enum outcome fetch_text(struct fetch *fetch, const char *base, const char *path,
                        struct buffer *out_body, struct fail *fail)
    __attribute__((warn_unused_result));

#endif
