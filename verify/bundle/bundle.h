/*
 * bundle: the published files of an election, wherever they lie.
 *
 * One interface over a directory, a canonical tar (docs/protocol.md section 13) and a server, from
 * which a copy is made first. A bundle is a sorted list of paths and a way to read each. Refused at
 * once: any name that bundle/path.h refuses, anything that is not a regular file, links, a tar that
 * differs in one byte from what a canonical writer would have written for the same files. What the
 * files mean is no concern of this module.
 *
 * After opening, a bundle is read-only and may be used by several threads.
 */
#ifndef VERIFY_BUNDLE_BUNDLE_H
#define VERIFY_BUNDLE_BUNDLE_H

#include "base/fail.h"
#include "bundle/path.h"

enum { BUNDLE_FILES = 1 << 22 }; /* the most that a bundle may hold */

struct bundle;

/* A file's bytes, until it is closed; mapped or borrowed. */
struct bundle_file {
    struct span bytes;
    void *mapping; /* NULL if borrowed from the bundle */
};

/* What a copy from a server has come to so far. */
struct bundle_progress {
    uint64_t files, bytes, missing;
};

typedef void bundle_progress_fn(void *context, const struct bundle_progress *done);

/* `where` begins with http:// or https://. The copy is removed with the bundle. Progress may be
 * NULL. UNABLE if the server can't be reached, BAD if what it publishes exceeds a limit. */
enum outcome bundle_open_url(const char *where, bundle_progress_fn *progress, void *context,
                             struct bundle **out_bundle, struct fail *fail)
    __attribute__((warn_unused_result));
bool bundle_is_url(const char *where);

/* `where` is a directory or a file, or a URL, which is then copied without a word. UNABLE if it
 * can't be read, BAD if it is no bundle. */
enum outcome bundle_open(const char *where, struct bundle **out_bundle, struct fail *fail)
    __attribute__((warn_unused_result));
void bundle_free(struct bundle *bundle); /* accepts NULL; close the files first */

/* Paths in byte order, valid as long as the bundle. */
size_t bundle_count(const struct bundle *bundle);
struct span bundle_path(const struct bundle *bundle, size_t index);
bool bundle_find(const struct bundle *bundle, struct span path, size_t *out_index);

/* BAD if there is no such file or it is longer than the limit. */
enum outcome bundle_read(const struct bundle *bundle, struct span path, size_t limit_bytes,
                         struct bundle_file *out_file, struct fail *fail)
    __attribute__((warn_unused_result));
void bundle_close(struct bundle_file *file); /* accepts NULL and a file of zeros */

#endif
