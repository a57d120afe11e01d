/* The hand that signs checkpoints, and its memory.
 *
 * A log that signs two trees which do not extend one another has deceived somebody. So the last
 * checkpoint signed is kept in a file of its own, apart from the database, and written (synced,
 * renamed) before a new signature leaves. A smaller tree, or one that does not extend the last, is
 * refused; so is starting with a database that is older than the file, or without the file where
 * there are entries.
 *
 * Not thread-safe: the writer's thread owns it.
 */
#ifndef LOG_SIGNER_H
#define LOG_SIGNER_H

#include "log/checkpoint.h"

struct signer;

/* Reads the memory at state_path and checks it against the log, which has `size` entries under
 * reader. log.secret is borrowed; log.key.name is the origin. An empty log without the file starts
 * anew. BROKEN signer.state-missing, signer.state-damaged, signer.database-behind,
 * signer.database-differs; each says what to do. */
enum outcome signer_new(const char *state_path, const struct note_signer *log, uint64_t size,
                        const struct merkle_reader *reader, struct signer **out_signer,
                        struct fail *fail) MUST_USE;
void signer_free(struct signer *signer);

/* Appends the signed checkpoint of the first `size` entries. BROKEN signer.rollback,
 * signer.database-differs; then nothing was signed. */
enum outcome signer_sign(struct signer *signer, uint64_t size, const struct merkle_reader *reader,
                         struct buf *out_note, struct fail *fail) MUST_USE;

/* The size last signed, and that checkpoint's bytes (empty before the first). Valid until the next
 * signature. */
uint64_t signer_size(const struct signer *signer);
struct span signer_checkpoint(const struct signer *signer);

#endif
