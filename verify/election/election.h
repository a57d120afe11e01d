/*
 * election: everything that the checks of one verification share.
 *
 * election_check() runs them, in the order in which each needs what the earlier ones found:
 * where the entries of each kind stand, the officers at every moment, the contexts, the keys that
 * the ceremony made, the credentials, the ballots that count, the boxes. Each of those has a file
 * of its own here; each file names the checks that it makes. A check that needs what could not be
 * found stays "not run". Source: docs/protocol.md sections 3 to 12.
 */
#ifndef VERIFY_ELECTION_ELECTION_H
#define VERIFY_ELECTION_ELECTION_H

#include "board/board.h"
#include "crypto/group.h"
#include "labels.h"
#include "log/note.h"

/* The entries of one kind, in the order of the log. */
struct places {
    uint64_t *at;
    size_t count;
};

/* An officer from one entry on, until the next term under the same id. */
struct term {
    uint64_t from; /* the entry that appointed; 0 for the definition */
    struct officer officer;
    int64_t until; /* or 0 */
    bool ended;    /* the entry ended what was held */
};

/* What the ceremony gave. */
struct keys {
    struct point public;                    /* Y */
    struct point share[LIMIT_TRUSTEES + 1]; /* X_j */
    uint64_t attempt;
    uint64_t since; /* the entry that completed it */
    uint8_t transcript[HASH_BYTES];
    uint8_t public_bytes[POINT_BYTES];
    uint8_t share_bytes[LIMIT_TRUSTEES + 1][POINT_BYTES];
    uint8_t lots[LIMIT_TRUSTEES + 1][HASH_BYTES]; /* committed to */
    bool takes_part[LIMIT_TRUSTEES + 1];
    bool known; /* complete, and all of the rest is set */
};

enum { CONTEXTS = 4 };

struct credential {
    uint8_t key[KEY_BYTES];
    uint16_t style;
    enum credential_standing standing;
    bool admitted;    /* provisional, and the freeze lists it */
    bool doubted;     /* a tendered one was ordered beside it */
    uint64_t version; /* of the roll by which it came */
    uint64_t since;   /* the entry that made it */
    uint64_t killed;  /* the `reissue` or `roll` that did, or NO_ENTRY */
    uint64_t voted;   /* its first ballot, sound or not, or NO_ENTRY */
    uint64_t ballot;  /* the last that stands, or NO_ENTRY */
};

/* A contest on a style's paper. */
struct paper_part {
    size_t contest; /* its place among the contests */
    unsigned width; /* chunks */
};

/* What a style's paper must be. */
struct ballot_paper {
    struct paper_part *parts;
    size_t part_count;
    unsigned chunks; /* of all parts */
};

/* A list of ciphertexts that is mixed and decrypted as one. */
struct box {
    struct span name;
    size_t contest; /* its place among the contests */
    unsigned width;
    size_t count;  /* ballots */
    uint8_t *list; /* count * width * CIPHERTEXT_BYTES, sorted */
    uint8_t hash[HASH_BYTES];
    struct span last; /* the list that is decrypted: after every mix; ptr NULL if unsound */
    uint8_t last_hash[HASH_BYTES];
    size_t mixes;
    struct span plaintexts; /* as the result names them; ptr NULL if unsound */
};

struct election {
    struct board *board;
    struct report *report;
    struct arena arena;
    unsigned threads;
    const struct definition *definition;
    struct span origin;
    struct places by[KINDS];
    struct term *terms;
    size_t term_count;
    uint8_t contexts[CONTEXTS][HASH_BYTES];
    unsigned context_count; /* how many are known */
    struct keys keys;
    struct credential *credentials; /* sorted by key */
    size_t credential_count;
    bool credentials_sound;
    uint64_t superseded;
    struct ballot_paper *papers; /* of each style */
    struct box *boxes;           /* sorted by name */
    size_t box_count;
    bool boxes_known;
};

/* Finds what stands where on a board that was opened and parsed; both must outlive the election.
 * False: no memory, and the report says so. */
bool election_begin(struct election *election, struct board *board, struct report *report);

/* Every check that needs nothing but the board. */
void election_check(struct election *election);
void election_done(struct election *election); /* accepts NULL; the board stays */

/* -- for the files of this room -----------------------------------------------------------------
 */

/* What an entry says; NULL if it was not readable. */
const struct statement *election_says(const struct election *election, uint64_t entry);

/* The only (or first) entry of a kind, or NO_ENTRY. */
uint64_t election_first(const struct election *election, enum kind kind);

/* Is `hash` the leaf hash of this entry? False for NO_ENTRY. */
bool election_is_leaf(const struct election *election, uint64_t entry,
                      const uint8_t hash[HASH_BYTES]);

/* The place of a style in the definition, or -1; of a contest among the contests, or -1. */
int election_style(const struct election *election, struct span id);
int election_contest(const struct election *election, struct span id);
const struct contest *election_contest_at(const struct election *election, size_t place);

/* The definition's source with this id, or NULL. */
const struct source *election_source(const struct election *election, struct span id);

/* The credential with this key, or NULL. */
struct credential *election_credential(const struct election *election,
                                       const uint8_t key[KEY_BYTES]);

/* Does its standing ballot count? Known once FREEZE.lists has read what the freeze admits. */
bool election_counts(const struct credential *credential);

/* The figures of section 11 about credentials, added to an account of zeros; boxes are left out. */
void credentials_count(const struct election *election, struct account *out_account);

/* The order that a `reissue` answers, for the same credential, or NO_ENTRY. */
uint64_t election_order_of(const struct election *election, const struct statement *says);

/* The box of this name, or NULL. */
struct box *election_box(const struct election *election, struct span name);

/* The officer who holds this id just before `entry`, or NULL. `at_s` is 0 where time does not
 * matter. */
const struct officer *officers_at(const struct election *election, struct span id, uint64_t entry,
                                  int64_t at_s);

/* Each makes the checks that its comment names. */
bool index_build(struct election *election);            /* entries by kind, terms of officers */
void definition_check(struct election *election);       /* STATE.definition */
void order_check(struct election *election);            /* STATE.order, STATE.close */
void roll_order_check(const struct election *election); /* STATE.order, of what makes the roll */
void timetable_check(struct election *election);        /* STATE.timetable, STATE.amend */
void witness_check(struct election *election);          /* LOG.witness */
void signers_check(struct election *election);          /* SIGN.signers, .four-eyes, .signature */
void context_check(struct election *election);          /* SIGN.context */
void answers_check(struct election *election);          /* SIGN.answers */
void ceremony_check(struct election *election);         /* KEY.* */
void electorate_check(struct election *election);       /* ROLL.issue, ROLL.reissue */
void account_check(struct election *election);          /* ROLL.account */
void paper_check(struct election *election);            /* BALLOT.paper */
void ballots_check(struct election *election);          /* BALLOT.form, .one, .credential, .alpha */
void knowledge_check(struct election *election);        /* BALLOT.proof */
void freeze_check(struct election *election);           /* FREEZE.* */
void mixes_check(struct election *election);            /* MIX.* */
void decryption_check(struct election *election);       /* DECRYPT.* */
void result_check(struct election *election);           /* COUNT.* */

/* The contexts of section 3, as far as they can be known yet. */
void contexts_compute(struct election *election);

#endif
