/* The log of one election, on disk: board.db's entries and the Merkle tree over them, and the
 * checkpoint that the log key signed.
 *
 * After every commit that brought entries, and before anybody is told of it, the new tree is signed
 * (log/signer.h); so when a job's done is called, a receipt for its entry can be made. If signing
 * fails, what was committed stands, but nobody gets a receipt any more, and every write that
 * follows is refused.
 *
 * The checkpoint in hand is what the public tree shows; tiles beyond it are not served.
 */
#ifndef ELECTION_LEDGER_H
#define ELECTION_LEDGER_H

#include "log/signer.h"
#include "store/board.h"

struct ledger;

/* Opens folder/board.db for writing and checks it against the signer's memory at state_path. log is
 * borrowed. hooks (may be NULL) run inside the ledger's own: placed after the tree has grown, ended
 * after signing. Errors of board_writer_new and signer_new. */
enum outcome ledger_new(const char *folder, const char *state_path, const struct note_signer *log,
                        const struct store_options *options, const struct board_hooks *hooks,
                        struct ledger **out_ledger, struct fail *fail) MUST_USE;
/* Finishes the jobs that wait. Accepts NULL. */
void ledger_free(struct ledger *ledger);

/* Where jobs are submitted that append with board_append(). */
struct writer *ledger_writer(struct ledger *ledger);

/* How the nodes of the tree are read through a connection. */
struct merkle_reader ledger_nodes(struct conn *conn);

/* The size and bytes of the checkpoint in hand, cosignatures included. Any thread. */
uint64_t ledger_size(struct ledger *ledger);
enum outcome ledger_checkpoint(struct ledger *ledger, struct buf *out, struct fail *fail) MUST_USE;

/* Adds the signatures of a note over the same text to the checkpoint in hand, and keeps it in
 * board.db. The caller has verified them. CONFLICT note.text when the log has grown meanwhile. */
enum outcome ledger_cosign(struct ledger *ledger, const struct note *note,
                           struct fail *fail) MUST_USE;

/* Appends the receipt (tlog-proof) of an entry. BROKEN ledger.unsigned when the checkpoint in hand
 * does not cover it. conn is the caller's. */
enum outcome ledger_receipt(struct ledger *ledger, struct conn *conn, uint64_t index,
                            struct buf *out, struct fail *fail) MUST_USE;

/* Appends the content of "checkpoint" or "tile/…" as of the checkpoint in hand. *out_final: it
 * never changes again under this path. NOT_FOUND for anything else. */
enum outcome ledger_read(struct ledger *ledger, struct conn *conn, struct span path,
                         struct buf *out, bool *out_final, struct fail *fail) MUST_USE;

#endif
