/*
 * source: what lies behind a bundle; for bundle.c and the sources themselves.
 *
 * A source fills the list of files when it opens, and later reads the one at an index. Adding a
 * path checks it; sorting and the search for repetitions are bundle.c's.
 */
#ifndef VERIFY_BUNDLE_SOURCE_H
#define VERIFY_BUNDLE_SOURCE_H

#include "bundle/bundle.h"

struct bundle_entry {
    char path[PATH_BYTES + 1];
    uint64_t at; /* where the source finds it; a tar: the offset of its bytes */
    uint64_t len;
};

struct bundle_source {
    enum outcome (*read)(const struct bundle *bundle, const struct bundle_entry *entry,
                         size_t limit_bytes, struct bundle_file *out_file, struct fail *fail);
    void (*done)(struct bundle *bundle);
};

struct bundle {
    const struct bundle_source *source;
    struct bundle_entry *entries;
    size_t count, room;
    int directory;       /* of a directory; -1 */
    struct span mapping; /* of a tar */
    char *copy;          /* of a server: a folder to remove; NULL */
};

enum outcome bundle_add(struct bundle *bundle, struct span path, uint64_t at, uint64_t len,
                        struct fail *fail) __attribute__((warn_unused_result));

/* Both take over the open descriptor, also when they fail. */
enum outcome directory_open(struct bundle *bundle, int descriptor, struct fail *fail)
    __attribute__((warn_unused_result));
enum outcome tar_open(struct bundle *bundle, int descriptor, struct fail *fail)
    __attribute__((warn_unused_result));

/* A whole regular file, mapped read-only; an empty one has no mapping. */
enum outcome source_map(int descriptor, uint64_t limit_bytes, struct span *out_bytes,
                        struct fail *fail) __attribute__((warn_unused_result));

#endif
