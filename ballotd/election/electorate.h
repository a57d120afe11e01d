/* The electorate as the board shows it: every credential issued, what became of it, and every
 * ciphertext seen. No names: those are in the roll. */
#ifndef ELECTION_ELECTORATE_H
#define ELECTION_ELECTORATE_H

#include "base/span.h"
#include "election/keytable.h"
#include "protocol.h"

struct credential {
    uint8_t key[KEY_BYTES];
    uint16_t style; /* index in the definition */
    enum credential_standing standing;
    bool killed;
    bool tendered_for; /* a tendered one was ordered beside it */
    unsigned roll;     /* version by which it came */
    uint32_t ballots;  /* cast so far */
    uint64_t ballot;   /* entry index of the last one, when ballots > 0 */
    uint8_t ballot_leaf[HASH_BYTES];
    uint8_t made_by[HASH_BYTES]; /* leaf of the issue or reissue that made it */
};

struct electorate {
    struct credential *credentials;
    size_t count, capacity;
    uint64_t ballots; /* of all of them */
    struct keytable by_key;
    struct keytable alphas;
};

/* What the account of the result counts (docs/protocol.md section 11). */
struct electorate_count {
    uint64_t issued, killed, cast; /* without tendered ones */
    uint64_t provisional;          /* of cast */
    uint64_t superseded;
    uint64_t tendered; /* with a standing ballot */
};

/* Of one style: what a roll adds, and an issue list holds. */
struct style_count {
    uint64_t credentials;
    uint64_t provisional; /* of these */
};

void electorate_init(struct electorate *electorate);
void electorate_done(struct electorate *electorate);

/* Reads one item of an issue list (ISSUE_ITEM_BYTES). BAD_INPUT issue.item. */
enum outcome electorate_read_item(const uint8_t *item, unsigned styles,
                                  struct credential *out_credential, struct fail *fail) MUST_USE;
/* A whole list: items sorted, none known already; nothing is added. by_style (styles long) gets
 * the number of credentials of each style. */
enum outcome electorate_check_list(const struct electorate *electorate, struct span list,
                                   unsigned styles, struct style_count *out_by_style,
                                   struct fail *fail) MUST_USE;
/* CONFLICT issue.repeated. */
enum outcome electorate_add(struct electorate *electorate, const struct credential *credential,
                            struct fail *fail) MUST_USE;
struct electorate_count electorate_count(const struct electorate *electorate);
/* The names of standings in `reissue`; -1 when there is no such. */
const char *standing_name(enum credential_standing standing);
int standing_find(struct span name);
struct credential *electorate_find(const struct electorate *electorate,
                                   const uint8_t key[static KEY_BYTES]);

#endif
