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
    tamper_annex[], tamper_key[], tamper_ballot[], tamper_mix[], tamper_tally[];

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
struct forge_entry *tamper_vote(struct forge *forge, const uint8_t *credential);
void tamper_remove_file(const char *folder, const char *path);
/* The insider's annex after `freeze` was made: lets cheats of `freeze` run alterations of files. */
json_t *tamper_ballot_like(struct forge *forge, const struct forge_entry *ballot,
                           const uint8_t *credential);

/* L, little-endian. */
extern const uint8_t tamper_order[SCALAR_BYTES];
/* value += L; the caller knows that it stays below 2^256. */
void tamper_add_order(uint8_t value[static SCALAR_BYTES]);

#endif
