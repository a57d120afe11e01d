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
    tamper_key[], tamper_ballot[], tamper_tally[];

/* Helpers of the lists. */
void tamper_remove_file(const char *folder, const char *path);
/* The insider's annex after `freeze` was made: lets cheats of `freeze` run alterations of files. */
json_t *tamper_ballot_like(struct forge *forge, const struct forge_entry *ballot,
                           const uint8_t *credential);

/* L, little-endian. */
extern const uint8_t tamper_order[SCALAR_BYTES];
/* value += L; the caller knows that it stays below 2^256. */
void tamper_add_order(uint8_t value[static SCALAR_BYTES]);

#endif
