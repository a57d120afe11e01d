/* Inside custody only: what it knows, and the steps that its files share. */
#ifndef ELECTION_CUSTODY_INSIDE_H
#define ELECTION_CUSTODY_INSIDE_H

#include "election/custody.h"
#include "election/custody_files.h"
#include "roll/annex.h"
#include "roll/casebook.h"
#include "roll/draft.h"
#include "roll/import.h"
#include "roll/rules.h"

#include <pthread.h>

/* Kinds of files in people.db, and how each is named. */
#define FILES_PRIVATE  "private"  /* snapshots, mappings, evidence: by commitment */
#define FILES_CASE     "case"     /* case notes: by commitment */
#define FILES_LEAVES   "leaves"   /* roll/<version>.jsonl: by roll root */
#define FILES_BINDINGS "bindings" /* by Merkle root of the bindings */
#define FILES_KEY      "roll-key" /* by zeros */

enum { SNAPSHOTS_MAX = 64 };
/* Who may state a case (docs/roll.md section 5). */
enum { CASE_ROLES = OFFICER_RETURNING | OFFICER_SECRETARY | OFFICER_DEPUTY };

struct custody {
    char folder[4096];
    struct store_options options;
    struct custody_files files;
    pthread_mutex_t lock;

    uint8_t roll_key[ROLL_KEY_BYTES];
    bool ready; /* the definition is known */
    struct source_list sources;
    struct rules rules;
    struct people people; /* joined for the draft made last */
    struct feed feed;
    struct casebook book;
    struct stated {
        struct hash32 commitment;
        struct officer_mark signer; /* as checked when it was stated */
    } * cases;                      /* behind the `case` entries, in order */
    uint32_t case_count;
    struct hash32 snapshot_leaves[SNAPSHOTS_MAX];
    uint32_t snapshot_count;
    struct snapshot snapshot; /* the counting one */
    bool has_snapshot;

    struct annex annex; /* every file that belongs to an entry so far */
    struct kept {       /* and where each of them lies in people.db */
        char path[ANNEX_PATH_BYTES];
        const char *kind;
        uint8_t name[HASH_BYTES];
    } * kept;
    uint32_t kept_count;

    struct buf drafted; /* text of the roll statement last drafted, and for what */
    uint32_t drafted_snapshots, drafted_cases;

    bool sealed;
    uint8_t roll_root[HASH_BYTES];
    struct buf bindings;           /* of every credential so far */
    struct keytable by_credential; /* index into bindings */
    uint32_t issues, reissues;
};

/* Others, ballots above all, must not wait for the lock, behind somebody's report. */
bool custody_concerns(const struct statement *statement);

/* All expect the lock to be held. */
enum outcome custody_rebuild_book(struct custody *custody, const struct state *state,
                                  struct fail *fail) MUST_USE;
/* Who signed a case statement, if it is an officer who may. */
enum outcome custody_case_signer(const struct state *state, struct span note,
                                 struct officer_mark *out_signer, struct fail *fail) MUST_USE;
enum outcome custody_add_note(struct custody *custody, struct span note,
                              const struct officer_mark *signer, struct fail *fail) MUST_USE;
/* Whether the roll was drafted from what stands now. */
bool custody_is_drafted(const struct custody *custody);
enum outcome custody_make_draft(struct custody *custody, struct draft *out_draft,
                                struct fail *fail) MUST_USE;
/* Reads snapshot and mapping by their commitments and imports; bytes' hashes go to the annex when
 * `number` is not 0. */
enum outcome custody_import(struct custody *custody, const uint8_t *snapshot,
                            const uint8_t *mapping, uint32_t number, struct snapshot *out_snapshot,
                            struct fail *fail) MUST_USE;
/* Lists a file in the annex, with its bytes at hand, or read from where it lies. salt: NULL for
 * "-". */
enum outcome custody_keep(struct custody *custody, const struct kept *kept, struct span bytes,
                          const uint8_t *salt, struct fail *fail) MUST_USE;
enum outcome custody_annex_file(struct custody *custody, const struct kept *kept, bool salted,
                                struct fail *fail) MUST_USE;
const struct kept *custody_find_kept(const struct custody *custody, const char *path); /* or NULL */

#endif
