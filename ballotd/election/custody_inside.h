/* Inside custody only: what it knows, and the steps that its files share. */
#ifndef ELECTION_CUSTODY_INSIDE_H
#define ELECTION_CUSTODY_INSIDE_H

#include "election/custody.h"
#include "election/custody_files.h"
#include "roll/annex.h"
#include "roll/casebook.h"
#include "roll/difference.h"
#include "roll/draft.h"
#include "roll/import.h"
#include "roll/leaves.h"
#include "roll/people.h"
#include "roll/rules.h"

#include <pthread.h>

/* Kinds of files in people.db, and how each is named. */
#define FILES_PRIVATE  "private"  /* snapshots, mappings, evidence: by commitment */
#define FILES_CASE     "case"     /* case notes: by commitment */
#define FILES_LEAVES   "leaves"   /* roll/<version>.jsonl: by roll root */
#define FILES_BINDINGS "bindings" /* by Merkle root of the bindings */
#define FILES_KEY      "roll-key" /* by zeros */

enum { VERSIONS_MAX = 1000 };

/* A snapshot of the board. Its rows are read when a draft or a difference needs them. */
struct held {
    struct hash32 commitment, mapping;
    uint32_t source;
    int64_t as_of_s, taken_at_s;
    bool loaded;
    struct snapshot snapshot;
};

/* Who signed a case statement, as checked when it was stated: a later end of an appointment does
 * not unsay it. */
struct stated_by {
    struct officer_mark mark; /* an empty id is the authority */
    unsigned roles;
    bool is_authority;
};

/* What the case book takes, in the order of the board. */
struct booked {
    enum { BOOKED_SNAPSHOT, BOOKED_CASE, BOOKED_ROLL } what;
    struct hash32 hash; /* leaf of the entry; of a case the note's commitment */
    uint32_t snapshot;  /* index in held */
    uint32_t rows;      /* of the snapshot */
    int64_t at_s;       /* of the case */
    struct stated_by by;
};

struct custody {
    char folder[4096];
    struct store_options options;
    struct custody_files files;
    pthread_mutex_t lock;

    uint8_t roll_key[ROLL_KEY_BYTES];
    bool ready; /* the definition is known */
    const struct definition *definition;
    struct rules rules;
    struct case_times times;
    struct span numbers[ROLL_SOURCES_MAX]; /* of the sources that list */
    struct casebook book;
    struct booked *booked;
    uint32_t booked_count;
    uint32_t case_count;   /* of `case` entries */
    uint32_t taken_booked; /* booked_count when a case was last taken */
    struct stated_by taken_by;

    struct held held[PEOPLE_FEEDS_MAX];
    uint32_t held_count;
    struct compared { /* a snapshot with the one of its source before it */
        bool done;
        struct difference difference;
    } compared[PEOPLE_FEEDS_MAX];
    struct feed feeds[PEOPLE_FEEDS_MAX]; /* what the join borrows */
    struct people people;
    bool joined; /* people are those of the snapshots held */

    struct annex annex; /* every file that belongs to an entry so far */
    struct kept {       /* and where each of them lies in people.db */
        char path[ANNEX_PATH_BYTES];
        const char *kind;
        uint8_t name[HASH_BYTES];
    } * kept;
    uint32_t kept_count;

    struct buf drafted;      /* text of the roll statement last drafted */
    uint32_t drafted_booked; /* and for what */
    uint32_t drafted_reissues;
    json_t *drafted_revoked; /* none of these may cast before the roll stands */

    struct hash32 versions[VERSIONS_MAX]; /* roots of the sealed ones */
    uint32_t version_count;
    struct buf bindings;           /* of every credential so far */
    struct keytable by_credential; /* index into bindings */
    uint32_t issues, reissues;
};

/* Others, ballots above all, must not wait for the lock, behind somebody's report. */
bool custody_concerns(const struct statement *statement);

/* All expect the lock to be held. */

/* custody_files.c and custody.c: lists a file in the annex, with its bytes at hand, or read from
 * where it lies. salt: NULL for "-". */
struct kept custody_kept_as(const char *kind, const uint8_t *name);
enum outcome custody_keep(struct custody *custody, const struct kept *kept, struct span bytes,
                          const uint8_t *salt, struct fail *fail) MUST_USE;
enum outcome custody_annex_file(struct custody *custody, const struct kept *kept, bool salted,
                                struct fail *fail) MUST_USE;
const struct kept *custody_find_kept(const struct custody *custody, const char *path); /* or NULL */
/* custody.c: the next thing that the case book takes. */
enum outcome custody_note_booked(struct custody *custody, const struct booked *booked,
                                 struct fail *fail) MUST_USE;

/* custody_snapshot.c */
enum outcome custody_apply_snapshot(struct custody *custody, const struct statement *statement,
                                    struct fail *fail) MUST_USE;
enum outcome custody_check_snapshot(struct custody *custody, const struct statement *statement,
                                    struct fail *fail) MUST_USE;
/* The rows of a snapshot, read unless they are there. */
enum outcome custody_load(struct custody *custody, uint32_t held, struct fail *fail) MUST_USE;
/* People as the snapshots held now make them; kept until there is another one. */
enum outcome custody_join(struct custody *custody, struct fail *fail) MUST_USE;

void custody_unload(struct custody *custody, uint32_t held);

/* custody_difference.c */
enum outcome custody_check_difference(struct custody *custody, const struct state *state,
                                      const struct statement *statement,
                                      struct fail *fail) MUST_USE;
/* The source's snapshot before this one; -1 for its first. */
int custody_snapshot_before(const struct custody *custody, uint32_t to);
/* Makes compared[last] and those of its source before it, where they are not made. */
enum outcome custody_compare(struct custody *custody, uint32_t last, struct fail *fail) MUST_USE;
/* {"differences":[{"difference":{…},"text":…}]}, all of them. */
enum outcome custody_print_differences(struct custody *custody, struct buf *out,
                                       struct fail *fail) MUST_USE;

/* custody_candidates.c: {"candidates":{…},"text":…} of what looks wrong in the draft. */
enum outcome custody_print_candidates(struct custody *custody, struct buf *out,
                                      struct fail *fail) MUST_USE;

/* custody_case.c */
void custody_begin_book(struct custody *custody, const struct state *state);
enum outcome custody_rebuild_book(struct custody *custody, const struct state *state,
                                  struct fail *fail) MUST_USE;
/* The book as the board has it: without a statement whose entry has not come to stand. */
enum outcome custody_settle_book(struct custody *custody, const struct state *state,
                                 struct fail *fail) MUST_USE;
enum outcome custody_apply_case(struct custody *custody, const struct state *state,
                                const struct statement *statement, struct fail *fail) MUST_USE;
enum outcome custody_recheck_case(struct custody *custody, const struct state *state,
                                  const struct statement *statement, struct fail *fail) MUST_USE;

/* custody_leaves.c: the leaves of the latest version, with the bytes that they point into. */
struct version_leaves {
    struct buf file;
    struct leaf_list list;
};
/* The caller calls custody_leaves_done whatever the outcome. NOT_ALLOWED roll.unsealed. */
enum outcome custody_read_leaves(struct custody *custody, struct version_leaves *out_leaves,
                                 struct fail *fail) MUST_USE;
void custody_leaves_done(struct version_leaves *leaves);
/* The leaf to which a credential is bound; NULL when it has none in this version. */
const struct leaf_record *custody_leaf_of(const struct custody *custody,
                                          const struct leaf_list *list,
                                          const uint8_t credential[static KEY_BYTES]);
/* The hashes of the leaves with a credential that has cast. Release with keytable_done. */
enum outcome custody_cast_leaves(const struct custody *custody, const struct state *state,
                                 struct keytable *out_leaves, struct fail *fail) MUST_USE;

/* custody_proof.c: the member's leaf and its path, as one JSON object. NOT_FOUND roll.member. */
enum outcome custody_prove(struct custody *custody, struct span number, struct buf *out,
                           struct fail *fail) MUST_USE;

/* custody_roll.c */
enum outcome custody_make_draft(struct custody *custody, struct draft *out_draft,
                                struct fail *fail) MUST_USE;
enum outcome custody_check_roll(struct custody *custody, const struct state *state,
                                const struct statement *statement, struct fail *fail) MUST_USE;
enum outcome custody_apply_roll(struct custody *custody, const struct statement *statement,
                                struct fail *fail) MUST_USE;

/* custody_bindings.c */
enum outcome custody_check_issue(struct custody *custody, const struct statement *statement,
                                 const struct sources *sources, struct fail *fail) MUST_USE;
enum outcome custody_check_reissue(struct custody *custody, const struct statement *statement,
                                   struct fail *fail) MUST_USE;
enum outcome custody_apply_bindings(struct custody *custody, const struct statement *statement,
                                    const char *member, bool reissue, struct fail *fail) MUST_USE;

/* custody_freeze.c */
enum outcome custody_check_freeze(struct custody *custody, const struct state *state,
                                  const struct statement *statement, struct fail *fail) MUST_USE;

#endif
