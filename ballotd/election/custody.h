/* Custody: what is confidential in an election, kept encrypted in people.db, and the roll that is
 * derived from it (docs/roll.md).
 *
 * Files come in before the statements that commit to them (people first, so that a power cut leaves
 * at worst a file that nothing names), and are found by their commitments. custody_apply is called
 * for every entry of the board in order, at start and later; from it custody knows which files
 * count. All functions lock inside; personal data leaves only through the reports and the annex.
 */
#ifndef ELECTION_CUSTODY_H
#define ELECTION_CUSTODY_H

#include "election/state.h"
#include "store/people.h"
#include "store/writer.h"

struct custody;

/* Borrows writer, vault and folder. */
enum outcome custody_new(const char *folder, const struct store_options *options,
                         struct writer *people, const struct vault *vault,
                         struct custody **out_custody, struct fail *fail) MUST_USE;
void custody_free(struct custody *custody);

/* label: LABEL_SNAPSHOT, LABEL_MAPPING or LABEL_EVIDENCE. BAD_PROOF private.commitment. A repeat is
 * harmless. */
enum outcome custody_put(struct custody *custody, const char *label,
                         const uint8_t salt[static SALT_BYTES],
                         const uint8_t commitment[static HASH_BYTES], struct span bytes,
                         struct fail *fail) MUST_USE;
/* Bindings of an issue list (many) or a reissue (one), found by their Merkle root. */
enum outcome custody_put_bindings(struct custody *custody, struct span bindings,
                                  struct fail *fail) MUST_USE;

/* What only the daemon can check, before a statement is taken: a snapshot's files are here, import
 * cleanly and have the rows stated; a roll is the one drafted; bindings are here and fit; freeze
 * names the digest of this annex. The list of an issue is read through `sources`. */
enum outcome custody_check(struct custody *custody, const struct state *state,
                           const struct statement *statement, const struct sources *sources,
                           struct fail *fail) MUST_USE;
/* What may have changed since custody_check, asked again at the commit, on the thread that changes
 * the state: that nothing came between a roll and its draft, and that who states a case still holds
 * office. */
enum outcome custody_recheck(struct custody *custody, const struct state *state,
                             const struct statement *statement, struct fail *fail) MUST_USE;
/* The next entry of the board; `index` from 0. */
enum outcome custody_apply(struct custody *custody, const struct state *state,
                           const struct statement *statement, struct fail *fail) MUST_USE;

/* A case statement: guards checked, note kept under a fresh salt; out_commitment goes on the board
 * in a `case` entry with this time, and custody_apply of that entry makes it count. One at a time.
 */
enum outcome custody_take_case(struct custody *custody, const struct state *state, struct span note,
                               int64_t at_s, uint8_t out_commitment[static HASH_BYTES],
                               struct fail *fail) MUST_USE;
/* The text of the `difference` that the latest snapshot waits for. */
enum outcome custody_difference(struct custody *custody, const struct state *state,
                                struct buf *out_text, struct fail *fail) MUST_USE;

/* A member's inquiry: a name for its reference; the text of the case that follows it, with its
 * number, whoever the subject is; and how that stands, in plain words (0: none has followed). */
struct custody_inquiry {
    struct span source, member_no, reason, text; /* of a source that lists */
};
void custody_inquiry_name(const struct custody *custody, struct span reference,
                          uint8_t out_name[static HASH_BYTES]);
enum outcome custody_print_inquiry(struct custody *custody, const struct state *state,
                                   const struct custody_inquiry *about, struct buf *out_text,
                                   int64_t *out_case, struct fail *fail) MUST_USE;
enum outcome custody_tell_inquiry(struct custody *custody, uint32_t case_number, int64_t at_s,
                                  struct buf *out, struct fail *fail) MUST_USE;

/* Text of the next `roll` statement, made once from what stands now, with this head of the access
 * log; NOT_ALLOWED roll.… while members are undetermined or unconfirmed. */
enum outcome custody_draft_roll(struct custody *custody, const struct state *state,
                                const uint8_t access[static HASH_BYTES], struct buf *out_text,
                                struct fail *fail) MUST_USE;
/* After a restart: a `roll` that one officer has signed is the draft again, unless something has
 * changed since, which its digest of the annex shows. */
void custody_adopt_roll(struct custody *custody, const struct state *state,
                        const struct statement *statement);
/* SHA-256 of the manifest of everything so far. */
enum outcome custody_digest(struct custody *custody, const struct state *state,
                            uint8_t out_digest[static HASH_BYTES], struct fail *fail) MUST_USE;

/* The keys of the provisional credentials whose ballots count, ascending: NOT_ALLOWED
 * freeze.undecided while somebody who has cast waits for a decision. */
enum outcome custody_admitted(struct custody *custody, const struct state *state,
                              struct buf *out_keys, struct fail *fail) MUST_USE;

/* what: "report" (totals, and what stands between the draft and its seal), "members" (everyone not
 * simply eligible), "exclusions" (the next 1,000 that wait for confirmation), "differences" between
 * snapshots, "candidates" for a case (docs/roll.md section 12); or "member" or "proof" (the
 * member's own entry) with the hex of a number. One JSON object. */
enum outcome custody_report(struct custody *custody, const struct state *state, struct span what,
                            struct span member, struct buf *out, struct fail *fail) MUST_USE;
/* Adds "cases" to an object. */
void custody_cases(struct custody *custody, json_t *object);

/* The sealed leaves as lines of JSON; the annex as a canonical tar. */
enum outcome custody_leaves(struct custody *custody, const struct state *state, struct buf *out,
                            struct fail *fail) MUST_USE;
enum outcome custody_annex(struct custody *custody, const struct state *state, struct buf *out,
                           struct fail *fail) MUST_USE;

#endif
