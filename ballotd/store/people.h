/* people.db: everything personal, encrypted row by row under the election's own data key.
 *
 * A row is (kind, name, value): a kind such as "member", the name that finds it, and any bytes. The
 * file holds the kind, a keyed hash of the name, and the value sealed with XChaCha20-Poly1305,
 * bound to kind and hash, so that a row cannot be moved or swapped. Further fields to search by are
 * kept as keyed hashes too. Nobody without the key learns a name, tests a guess, or alters a value;
 * how many rows of a kind there are, and how long, is not hidden.
 *
 * The key lies in a file of its own, apart from the database and its backups. Destroy it and the
 * people are gone, while the board still verifies.
 *
 * A commit across both databases is not atomic: write people first, and make repeating harmless.
 */
#ifndef STORE_PEOPLE_H
#define STORE_PEOPLE_H

#include "base/buf.h"
#include "store/writer.h"

enum { PEOPLE_VALUE_MAX = 1 << 20, PEOPLE_KIND_MAX = 32 }; /* bytes */

/* The data key, in guarded memory. May be shared by threads. */
struct vault;

/* Draws a key and writes its file (mode 0600). CONFLICT when the file exists. */
enum outcome vault_create(const char *key_path, struct fail *fail) MUST_USE;
/* NOT_FOUND, or BAD_INPUT vault.key when the file is not a key. */
enum outcome vault_open(const char *key_path, struct vault **out_vault, struct fail *fail) MUST_USE;
void vault_free(struct vault *vault);

/* As board_writer_new and board_open, for folder/people.db. The connection and the transactions
 * know nothing of the key: it is given with each call, and a wrong one is BROKEN people.sealed. */
enum outcome people_writer_new(const char *folder, const struct store_options *options,
                               struct writer **out_writer, struct fail *fail) MUST_USE;
enum outcome people_open(const char *folder, const struct store_options *options,
                         struct conn **out_conn, struct fail *fail) MUST_USE;

/* Add: CONFLICT store.exists when kind and name are taken. Put: replaces. TOO_LARGE. */
enum outcome people_add(struct txn *txn, const struct vault *vault, const char *kind,
                        struct span name, struct span value, struct fail *fail) MUST_USE;
enum outcome people_put(struct txn *txn, const struct vault *vault, const char *kind,
                        struct span name, struct span value, struct fail *fail) MUST_USE;
/* Removes the row and its marks; harmless when there is none. */
enum outcome people_remove(struct txn *txn, const struct vault *vault, const char *kind,
                           struct span name, struct fail *fail) MUST_USE;

/* Lets people_find find the row by (field, value). The row must exist. Clearing removes all its
 * marks. */
enum outcome people_mark(struct txn *txn, const struct vault *vault, const char *kind,
                         struct span name, const char *field, struct span value,
                         struct fail *fail) MUST_USE;
enum outcome people_clear_marks(struct txn *txn, const struct vault *vault, const char *kind,
                                struct span name, struct fail *fail) MUST_USE;

/* Appends the value to out. NOT_FOUND store.absent; BROKEN people.sealed. */
enum outcome people_get(struct conn *conn, const struct vault *vault, const char *kind,
                        struct span name, struct buf *out, struct fail *fail) MUST_USE;
enum outcome people_count(struct conn *conn, const char *kind, uint64_t *out_count,
                          struct fail *fail) MUST_USE;

/* Call each with the opened values, in the order of the keyed hashes (which tells nothing); stop at
 * the first outcome that is not OK. each must not start another walk on this connection. */
enum outcome people_each(struct conn *conn, const struct vault *vault, const char *kind,
                         enum outcome (*each)(void *ctx, struct span value, struct fail *fail),
                         void *ctx, struct fail *fail) MUST_USE;
enum outcome people_find(struct conn *conn, const struct vault *vault, const char *kind,
                         const char *field, struct span value,
                         enum outcome (*each)(void *ctx, struct span value, struct fail *fail),
                         void *ctx, struct fail *fail) MUST_USE;

#endif
