/* One election as the daemon serves it: its folder, its log, its state, its confidential papers.
 *
 * Everything that changes the election comes in as a signed statement (election_submit). Public
 * bulk data is put beside the log before the statement that names it; confidential files go into
 * custody in the same way. Every function is thread-safe; none but election_submit's callback runs
 * later than its return. What was acknowledged is on disk.
 *
 * The folder:  board.db  people.db  blob/   beside  keys/ (log, authority, people's data key)  and
 * signer.state (what the log key has signed last).
 */
#ifndef ELECTION_ELECTION_H
#define ELECTION_ELECTION_H

#include "base/buf.h"
#include "limit.h"
#include "protocol.h"

struct election;

struct election_options {
    /* For election_create: who alone may state the definition; NULL leaves it to whoever comes
     * first. */
    const uint8_t *returning;
    const char *folder;
    struct span passphrase; /* of the keys in keys/ */
    const char *vfs;        /* NULL; another SQLite VFS for fault tests */
    bool unsafe_no_sync;    /* fault tests only: synchronous=OFF */
};

/* Makes the folder with fresh log, authority and data keys; the definition comes later, as the
 * first statement. Fast key derivation only for tests. CONFLICT when something is there already. */
enum outcome election_create(const struct election_options *options, struct span origin,
                             bool fast_kdf, struct fail *fail) MUST_USE;
/* Opens it: recovers, replays the log, checks the signer's memory, starts the writer. */
enum outcome election_open(const struct election_options *options, struct election **out_election,
                           struct fail *fail) MUST_USE;
/* Stops taking statements, waits for those in hand, closes. */
void election_close(struct election *election);

struct span election_origin(const struct election *election);

/* -- the public tree: "checkpoint", "tile/…", "blob/sha256/…" -----------------------------------
 */

/* Appends the bytes; NOT_FOUND. *out_final: never changes again (may be cached for ever). */
enum outcome election_read(struct election *election, struct span path, struct buf *out,
                           bool *out_final, struct fail *fail) MUST_USE;
/* {"origin","phase","size","log_key",…,"ballots","boxes":[…]}: canonical JSON about where the
 * election stands, for pages and programs. */
enum outcome election_status(struct election *election, struct buf *out,
                             struct fail *fail) MUST_USE;

/* -- statements ------------------------------------------------------------------------------- */

enum submission_result {
    SUBMISSION_ACCEPTED, /* stands in the log; answer: its receipt, a tlog-proof */
    SUBMISSION_KNOWN,    /* the same bytes stood there already; answer: a receipt again */
    SUBMISSION_PENDING,  /* waits for other signatures; answer: the note as it stands */
    SUBMISSION_REFUSED,  /* fail says why; answer: for a ballot the authority's signed refusal */
};

struct submission {
    enum submission_result result;
    struct span answer; /* borrowed, for the time of the call */
    struct fail fail;
};

typedef void election_answer(void *ctx, const struct submission *submission);

/* Checks the note here and now (proofs of ballots too), then queues it; `answer` is called exactly
 * once, from this thread or the writer's, after the commit is on disk. Long proofs (mix,
 * decryption, result) are checked by a background thread. The note's bytes are copied. */
void election_submit(struct election *election, struct span note, election_answer *answer,
                     void *ctx);

/* Statements that wait for a signature and may still stand: {"pending":[note, …]}. */
enum outcome election_pending(struct election *election, struct buf *out,
                              struct fail *fail) MUST_USE;

/* -- requests by people with a key --------------------------------------------------------------
 */

/* Who may ask: what a request's signer turned out to be. */
enum { ELECTION_PURPOSE_BYTES = 400 };
enum asker { ASKER_OFFICER, ASKER_TRUSTEE, ASKER_REGISTRAR };
struct request {
    enum asker asker;
    unsigned roles;                           /* of an officer, enum officer_role */
    char id[LIMIT_ID_BYTES + 1];              /* officer's id, or the trustee's index */
    char purpose[ELECTION_PURPOSE_BYTES + 1]; /* what for, as the asker signed it, or "" */
};

/* A request note ("kind":"request", origin, zeros, zeros, "method", "path", "body" SHA-256 hex,
 * "at", "nonce" 16 bytes hex, and optionally "purpose"), signed by the asker: at most 300 s old,
 * each nonce once. NOT_ALLOWED request.… */
enum outcome election_authenticate(struct election *election, struct span note, struct span method,
                                   struct span path, const uint8_t body_sha256[static HASH_BYTES],
                                   struct request *out_request, struct fail *fail) MUST_USE;

/* Public bulk data that a statement will name. From trustees and the registrar. */
enum outcome election_put_blob(struct election *election, const struct request *request,
                               const uint8_t sha256[static HASH_BYTES], struct span bytes,
                               struct fail *fail) MUST_USE;

/* A confidential file: label "snapshot", "mapping" or "evidence"; the commitment must be
 * H32(label, salt, bytes). From officers. Kept encrypted. */
enum outcome election_put_private(struct election *election, const struct request *request,
                                  struct span label, const uint8_t salt[static SALT_BYTES],
                                  const uint8_t commitment[static HASH_BYTES], struct span bytes,
                                  struct fail *fail) MUST_USE;
/* A case statement (docs/roll.md section 7): checked, kept, and its `case` entry put on the board.
 * `answer` as in election_submit. */
void election_submit_case(struct election *election, const struct request *request,
                          struct span note, election_answer *answer, void *ctx);
/* What a member says of their own entry, from anybody: {"member_no","source","text","reason"} and
 * perhaps "contact". Appends {"reference","text"}, alike whether or not there is such a member.
 * BUSY inquiry.crowded. */
enum outcome election_inquire(struct election *election, struct span body, struct buf *out,
                              struct fail *fail) MUST_USE;
/* How it stands, for whoever has the reference (hex): {"state","deadline","text","reasons"}. */
enum outcome election_inquiry(struct election *election, struct span reference, struct buf *out,
                              struct fail *fail) MUST_USE;
/* The registrar's bindings of issue list or reissue (99 bytes each), before the statement. */
enum outcome election_put_bindings(struct election *election, const struct request *request,
                                   struct span bindings, struct fail *fail) MUST_USE;

/* The text that the daemon would have signed for a kind that it prepares ("roll", "open", "close",
 * "freeze", "result", "end"): the officers check and sign it. Takes the time it takes (a result:
 * minutes for a million). BAD_INPUT for other kinds. */
enum outcome election_draft(struct election *election, const struct request *request,
                            struct span kind, struct buf *out_text, struct fail *fail) MUST_USE;

/* Whatever shows a member's record is written to the access log first (election/access.h), with the
 * request's purpose; what cannot be logged is not shown. */

/* The draft roll as a JSON object (docs/roll.md section 8), for officers and scrutineers: what is
 * "report", "members", "exclusions" or "member" (with the hex of a number) as in
 * election/custody.h. */
enum outcome election_roll_report(struct election *election, const struct request *request,
                                  struct span what, struct span member, struct buf *out,
                                  struct fail *fail) MUST_USE;
/* The cases as JSON, with their states. */
enum outcome election_cases(struct election *election, const struct request *request,
                            struct buf *out, struct fail *fail) MUST_USE;
/* The sealed leaves for the registrar (lines as in roll/<version>.jsonl), sealed to his key
 * (crypto/sealed.h). */
enum outcome election_leaves(struct election *election, const struct request *request,
                             struct buf *out, struct fail *fail) MUST_USE;
/* Takes an approval to hand something over (election/handover.h): a note by the returning officer
 * or the secretary. BAD_INPUT and NOT_ALLOWED handover.…. */
enum outcome election_handover(struct election *election, const struct request *request,
                               struct span note, struct fail *fail) MUST_USE;
/* The annex for a scrutineer with an approval in force: a canonical tar with one file more that
 * says whose copy it is, in an age file for his key. NOT_ALLOWED annex.unapproved. */
enum outcome election_annex(struct election *election, const struct request *request,
                            struct buf *out, struct fail *fail) MUST_USE;

/* The list of members for an officer with an approval in force, in an age file for his key: a CSV
 * file whose marks and order of rows say whose copy it is. NOT_ALLOWED members.unapproved. */
enum outcome election_export(struct election *election, const struct request *request,
                             struct buf *out, struct fail *fail) MUST_USE;
/* Whose copy a found list is, or a fragment of 20 rows or more: {"lines":…,"copies":…,"found":[{
 * "to","name","purpose","approved_by","at","rows","fit"}]}; nobody is found where the order does
 * not say it beyond doubt. For the returning officer, the secretary and scrutineers. */
enum outcome election_trace(struct election *election, const struct request *request,
                            struct span list, struct buf *out, struct fail *fail) MUST_USE;

/* Evidence: which files a case has (election/custody_evidence.h), and one of them, in an age file
 * for the asking officer. For those who work on cases, scrutineers and the panel. */
enum outcome election_evidence_list(struct election *election, const struct request *request,
                                    struct span case_number, struct buf *out,
                                    struct fail *fail) MUST_USE;
enum outcome election_evidence(struct election *election, const struct request *request,
                               const uint8_t commitment[static HASH_BYTES], struct buf *out,
                               struct fail *fail) MUST_USE;

/* The access log as election/access.h lists it, for the returning officer, the secretary and
 * scrutineers: from record number `from` on, or, where `member` is the hex of a number, what is
 * about this member alone. */
enum outcome election_access(struct election *election, const struct request *request,
                             struct span from, struct buf *out, struct fail *fail) MUST_USE;
enum outcome election_access_of(struct election *election, const struct request *request,
                                struct span member, struct buf *out, struct fail *fail) MUST_USE;

/* -- witnesses -------------------------------------------------------------------------------- */

/* The current checkpoint and the consistency proof from `old` (base64 lines), as the body of an
 * add-checkpoint request (C2SP tlog-witness); NOT_FOUND when the log has nothing newer. */
enum outcome election_witness_request(struct election *election, uint64_t old, struct buf *out,
                                      uint64_t *out_size, struct fail *fail) MUST_USE;
/* A witness's answer: cosignature lines for the checkpoint of `size`; kept, and the cosigned
 * checkpoint is served from then on. */
enum outcome election_witness_answer(struct election *election, uint64_t size, struct span lines,
                                     struct fail *fail) MUST_USE;
/* The witness policy text of the definition ("" before there is one). */
enum outcome election_policy(struct election *election, struct buf *out,
                             struct fail *fail) MUST_USE;

#endif
