/* Canonical tar archives (docs/protocol.md section 13): one archive for one set of files.
 *
 * POSIX ustar, regular files in the byte order of their paths, every field that could vary fixed.
 */
#ifndef BASE_TAR_H
#define BASE_TAR_H

#include "base/buf.h"

enum { TAR_BLOCK_BYTES = 512, TAR_PATH_MAX = 100 };

/* Appends one file. The caller adds files in the byte order of their paths. TOO_LARGE tar.path. */
enum outcome tar_add(struct buf *out, const char *path, struct span bytes,
                     struct fail *fail) MUST_USE;
/* Appends the header alone: the caller writes the bytes and tar_padding zeros. */
enum outcome tar_add_header(struct buf *out, const char *path, uint64_t size_bytes,
                            struct fail *fail) MUST_USE;
size_t tar_padding(uint64_t size_bytes);
void tar_end(struct buf *out);

/* Cuts the next file off an archive made here. False at its end; BAD_INPUT tar.form in *out_outcome
 * for anything else. Path is valid until the next call. */
struct tar_file {
    char path[TAR_PATH_MAX + 1];
    struct span bytes;
};
enum outcome tar_next(struct span *rest, struct tar_file *out_file, bool *out_more,
                      struct fail *fail) MUST_USE;

#endif
