/* Files of any size in people.db, in pieces, each under (kind, 32-byte name). Inside custody only.
 */
#ifndef ELECTION_CUSTODY_FILES_H
#define ELECTION_CUSTODY_FILES_H

#include "base/buf.h"
#include "protocol.h"
#include "store/people.h"
#include "store/writer.h"

struct custody_files {
    const char *folder;
    const struct store_options *options;
    struct writer *people;
    const struct vault *vault;
};

/* Kept on disk when it returns. A file that is there already is left as it is. */
enum outcome custody_files_put(const struct custody_files *files, const char *kind,
                               const uint8_t name[static HASH_BYTES],
                               const uint8_t salt[static SALT_BYTES], struct span bytes,
                               struct fail *fail) MUST_USE;
/* Appends the bytes. NOT_FOUND custody.absent. */
enum outcome custody_files_get(const struct custody_files *files, const char *kind,
                               const uint8_t name[static HASH_BYTES],
                               uint8_t out_salt[static SALT_BYTES], struct buf *out,
                               struct fail *fail) MUST_USE;

#endif
