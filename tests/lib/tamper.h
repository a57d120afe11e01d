/* The alterations of the tamper suite: what insiders with every key would do, and the check that
 * must find it, at which entry. Each list is an array that ends with a nameless item. */
#ifndef TESTS_TAMPER_H
#define TESTS_TAMPER_H

#include "lib/forge.h"

enum shape {
    SHAPE_PLAIN,
    SHAPE_CHANGING,  /* voters may change their ballots; credential 0 did */
    SHAPE_WITNESSED, /* two witnesses cosign; no rehearsal */
    SHAPE_WIDE,      /* a contest whose choices take two chunks */
    SHAPE_BRANCH,    /* tests/lib/rehearsal_branch.h */
};

/* What the runner asserts beside the check. */
struct meant {
    const struct forge_entry *entry; /* the offending one; NULL: none */
    const char *outcome;             /* of the check; NULL: failed */
    int code;                        /* exit status; 0: as the check says */
    const char *option;              /* given to verify, with a file in the work folder; NULL */
    const char *option_file;
    char option_text[512]; /* or with this text */
};

struct folders {
    const char *bundle, *annex, *work;
};

struct tampering {
    const char *name;
    const char *check; /* "": passes */
    const char *also;  /* other checks that fail with it, for a reason that the case tells */
    enum shape shape;
    void (*alter)(struct forge *forge, struct meant *out_meant);        /* before building */
    void (*damage)(struct forge *forge, const struct folders *folders); /* after writing */
};

extern const struct tampering tamper_log[], tamper_state[], tamper_sign[], tamper_roll[],
    tamper_annex[], tamper_key[], tamper_ballot[], tamper_mix[], tamper_tally[], tamper_branch[],
    tamper_case[], tamper_version[], tamper_office[];

/* Helpers of the lists. */
/* The nth entry of a kind, which `cheat` alters while it is made, is the one to be found. */
struct forge_entry *tamper_cheat(struct forge *forge, const char *kind, unsigned nth,
                                 forge_cheat *cheat, struct meant *out_meant);
/* A copy of a blob, edited, takes its place. */
void tamper_edit_blob(struct forge *forge, json_t *object, const char *key,
                      void (*edit)(struct buf *bytes));
/* Edits of encodings. */
void tamper_top_bit(struct buf *bytes);
void tamper_cut_32(struct buf *bytes);
void tamper_last_plus_order(struct buf *bytes);
/* Another issue list, with its size; a copy to alter. */
void tamper_relist(struct forge *forge, struct forge_entry *entry, const struct buf *list);
struct buf tamper_copy_list(struct forge *forge, const struct forge_entry *entry);
void tamper_other_input(struct forge *forge, struct forge_entry *entry);
/* Cheats of `roll` and `issue`: a credential more in the total, in the count; a ballot of one. */
void tamper_more_credentials(struct forge *forge, struct forge_entry *entry);
void tamper_wrong_count(struct forge *forge, struct forge_entry *entry);
void tamper_count_more(struct forge_entry *issue, int64_t more);
/* A credential more, or less, in the nth issue list, its bindings and its count. */
void tamper_list_one_more(struct forge *forge, unsigned number, const uint8_t *key,
                          const struct merkle_hash *leaf, uint16_t style);
void tamper_list_one_less(struct forge *forge, unsigned number, const uint8_t *key);
struct forge_entry *tamper_vote(struct forge *forge, const uint8_t *credential);
/* tamper_paper.c: papers of the annex. */
/* States the statement of the nth `case` entry anew, after an edit of a member (or none), signed by
 * these (NULL: by whom it was); what answers it follows. */
struct forge_entry *tamper_restate(struct forge *forge, unsigned number, const char *signers,
                                   const char *key, const char *json);
/* Takes a statement out, with its entry and what it gives in evidence; what answered it answers
 * what it answered. */
void tamper_drop_case(struct forge *forge, unsigned number);
/* One more statement as the nth, at the time of the one before it; a member `answers` of 64 digits
 * may name the leaf of any other. */
struct forge_entry *tamper_insert_case(struct forge *forge, unsigned number, const char *json,
                                       const char *signers);
/* The leaf hash of a statement as it stands now, in hex. */
void tamper_statement_leaf(struct forge *forge, unsigned number,
                           char out_hex[static 2 * HASH_BYTES + 1]);
/* The file that a statement gives in evidence. */
struct buf *tamper_given(struct forge *forge, unsigned number);
/* Another file, called of this type, in the place of the one that a statement gives in evidence. */
struct forge_entry *tamper_regive(struct forge *forge, unsigned number, struct span bytes,
                                  const char *type);
/* The number of the nth statement of this kind in a case, from 0. */
unsigned tamper_statement(struct forge *forge, unsigned about, const char *kind, unsigned nth);
/* A copy of a member of it. */
json_t *tamper_statement_member(struct forge *forge, unsigned number, const char *key);
void tamper_leaf_of(struct span line, struct merkle_hash *out_hash);
/* By leaf hash; up to 64 lines. */
void tamper_sort_roll(struct forge *forge, unsigned version);
/* The first line with this mark; false when there is none. */
bool tamper_find_line(struct forge *forge, unsigned version, const char *mark,
                      struct span *out_line);
struct forge_file *tamper_roll_file(struct forge *forge, unsigned version);
/* In one version alone, and nothing follows. */
void tamper_change_version(struct forge *forge, unsigned version, const char *mark,
                           const char *from, const char *to);
void tamper_add_line(struct forge *forge, unsigned version, struct span line);
void tamper_drop_line(struct forge *forge, unsigned version, const char *mark);
/* The same record with a salt of its own. */
void tamper_resalt(struct buf *line);
/* Changes the line with this mark in every version that has it, and the bindings that go with it.
 */
void tamper_change_line(struct forge *forge, const char *mark, const char *from, const char *to);
void tamper_remove_file(const char *folder, const char *path);
/* The insider's annex after `freeze` was made: lets cheats of `freeze` run alterations of files. */
json_t *tamper_ballot_like(struct forge *forge, const struct forge_entry *ballot,
                           const uint8_t *credential);

/* L, little-endian. */
extern const uint8_t tamper_order[SCALAR_BYTES];
/* value += L; the caller knows that it stays below 2^256. */
void tamper_add_order(uint8_t value[static SCALAR_BYTES]);

#endif
