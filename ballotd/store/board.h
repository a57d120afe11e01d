/* board.db: what is public. The log's entries and tree nodes, the index of ballots, what blobs
 * there are, checkpoints, and facts the election derived from the log.
 *
 * Entries are not written when they are appended but just before the commit, and those that may
 * stand in any order are shuffled first: the order of ballots in the log then does not tell who
 * stood next to whom in the queue. Everything else is written at once and within the job.
 *
 * Hashes and keys are 32 bytes. Reading functions take any connection: a reader's, or txn_conn().
 */
#ifndef STORE_BOARD_H
#define STORE_BOARD_H

#include "base/buf.h"
#include "protocol.h"
#include "store/writer.h"

/* On the writer's thread, around every commit. Every member but ctx may be NULL. */
struct board_hooks {
    void *ctx;
    /* All jobs have run; more may still be appended. */
    enum outcome (*before_commit)(void *ctx, struct txn *txn, struct fail *fail);
    /* The entry has got its index, in order from the log's end: the place to extend the tree with
     * board_put_node. A failure undoes the whole commit. */
    enum outcome (*placed)(void *ctx, struct txn *txn, uint64_t index,
                           const uint8_t leaf[static HASH_BYTES], struct fail *fail);
    /* After COMMIT, or after everything was taken back; before the jobs are told. The place to sign
     * a checkpoint. */
    void (*ended)(void *ctx, bool committed);
};

/* Opens or creates folder/board.db for writing. */
enum outcome board_writer_new(const char *folder, const struct store_options *options,
                              const struct board_hooks *hooks, struct writer **out_writer,
                              struct fail *fail) MUST_USE;
/* A read-only connection. NOT_FOUND store.absent before the first writer made the file. */
enum outcome board_open(const char *folder, const struct store_options *options,
                        struct conn **out_conn, struct fail *fail) MUST_USE;

/* Shuffled entries never pass one in order: a close comes after every ballot queued before it. */
enum board_order { BOARD_IN_ORDER, BOARD_SHUFFLED };

/* Copies the entry and appends it at this commit. out_index (may be NULL) is written before the
 * job's done is called, if it commits. BAD_INPUT store.entry-size; CONFLICT store.exists when an
 * entry with this leaf hash stands or waits already. */
enum outcome board_append(struct txn *txn, struct span entry, const uint8_t leaf[static HASH_BYTES],
                          enum board_order order, uint64_t *out_index, struct fail *fail) MUST_USE;

enum outcome board_count(struct conn *conn, uint64_t *out_count, struct fail *fail) MUST_USE;
/* Appends the entry's bytes to out. NOT_FOUND store.absent. */
enum outcome board_entry(struct conn *conn, uint64_t index, struct buf *out,
                         struct fail *fail) MUST_USE;
enum outcome board_find(struct conn *conn, const uint8_t leaf[static HASH_BYTES],
                        uint64_t *out_index, struct fail *fail) MUST_USE;

struct board_entry {
    uint64_t index;
    uint8_t leaf[HASH_BYTES];
    struct span bytes; /* valid within the call */
};
/* Calls each for the entries from..to-1 in order; stops at the first outcome that is not OK. each
 * may use the connection for other reads, but not for another range. */
enum outcome board_range(struct conn *conn, uint64_t from, uint64_t to,
                         enum outcome (*each)(void *ctx, const struct board_entry *entry,
                                              struct fail *fail),
                         void *ctx, struct fail *fail) MUST_USE;

/* Hashes of complete subtrees of the log's tree. BROKEN store.node-missing: an invariant. */
enum outcome board_put_node(struct txn *txn, unsigned level, uint64_t index,
                            const uint8_t hash[static HASH_BYTES], struct fail *fail) MUST_USE;
enum outcome board_node(struct conn *conn, unsigned level, uint64_t index,
                        uint8_t out_hash[static HASH_BYTES], struct fail *fail) MUST_USE;

/* The index of ballots. CONFLICT store.alpha-repeated: this alpha stands in the log, or in a job of
 * this very commit. CONFLICT store.exists: the credential has a ballot of this sequence. */
enum outcome board_put_alpha(struct txn *txn, const uint8_t alpha[static POINT_BYTES],
                             struct fail *fail) MUST_USE;
enum outcome board_put_ballot(struct txn *txn, const uint8_t credential[static KEY_BYTES],
                              uint64_t sequence, const uint8_t leaf[static HASH_BYTES],
                              struct fail *fail) MUST_USE;
enum outcome board_has_alpha(struct conn *conn, const uint8_t alpha[static POINT_BYTES],
                             bool *out_has, struct fail *fail) MUST_USE;
/* The ballot of the highest sequence; its entry by board_find. NOT_FOUND when there is none. */
enum outcome board_last_ballot(struct conn *conn, const uint8_t credential[static KEY_BYTES],
                               uint64_t *out_sequence, uint8_t out_leaf[static HASH_BYTES],
                               struct fail *fail) MUST_USE;
enum outcome board_ballot_count(struct conn *conn, uint64_t *out_count, struct fail *fail) MUST_USE;

/* Which blobs the log names; their bytes are store/blob.h's. Naming one again changes nothing. */
enum outcome board_put_blob(struct txn *txn, const uint8_t hash[static HASH_BYTES], uint64_t size,
                            struct fail *fail) MUST_USE;
enum outcome board_blob(struct conn *conn, const uint8_t hash[static HASH_BYTES],
                        uint64_t *out_size, struct fail *fail) MUST_USE;
enum outcome board_each_blob(struct conn *conn,
                             enum outcome (*each)(void *ctx, const uint8_t hash[static HASH_BYTES],
                                                  uint64_t size, struct fail *fail),
                             void *ctx, struct fail *fail) MUST_USE;

/* Signed checkpoints by size. Putting one again (more cosignatures) replaces its note. */
enum outcome board_put_checkpoint(struct txn *txn, uint64_t size, struct span note,
                                  struct fail *fail) MUST_USE;
/* Append the note to out; out_size may be NULL. */
enum outcome board_last_checkpoint(struct conn *conn, uint64_t *out_size, struct buf *out,
                                   struct fail *fail) MUST_USE;
/* The smallest checkpoint of at least `size` entries. */
enum outcome board_checkpoint_from(struct conn *conn, uint64_t size, uint64_t *out_size,
                                   struct buf *out, struct fail *fail) MUST_USE;

/* Small named values that may change. */
enum outcome board_put_fact(struct txn *txn, const char *name, struct span value,
                            struct fail *fail) MUST_USE;
enum outcome board_fact(struct conn *conn, const char *name, struct buf *out,
                        struct fail *fail) MUST_USE;

#endif
