/*
 * bindings: which credential belongs to which leaf, against the issue lists on the board.
 *
 * A version's issue list serves the leaves that it adds: each with its style and channel, and as
 * many credentials as it has votes. A reissue gives the same leaf a new key; a roll that drops
 * leaves revokes what lives of theirs. Source: docs/roll.md sections 9 and 13, docs/protocol.md
 * section 7.
 */
#ifndef VERIFY_ROLL_BINDINGS_H
#define VERIFY_ROLL_BINDINGS_H

#include "roll/annex.h"
#include "roll/leaves.h"

struct credential_bound {
    uint8_t key[KEY_BYTES];
    uint32_t leaf, next; /* in leaves.list; the next of that leaf, or NO_CREDENTIAL */
    bool live, tendered;
};

struct bindings {
    struct leaves *leaves;
    struct credential_bound *list;
    uint32_t count, room;
    uint32_t *slots; /* by key: index plus 1 */
    size_t mask;
};

void bindings_init(struct bindings *bindings, struct leaves *leaves);
void bindings_done(struct bindings *bindings); /* accepts one of zeros */

/* The bindings of one issue list. */
enum outcome bindings_issue(struct bindings *bindings, const struct roll_entry *entry,
                            const struct annex_file *file, struct fail *fail)
    __attribute__((warn_unused_result));

/* The binding of one reissue. */
enum outcome bindings_reissue(struct bindings *bindings, const struct roll_entry *entry,
                              const struct annex_file *file, struct fail *fail)
    __attribute__((warn_unused_result));

/* Has every leaf that the version added its credentials? */
enum outcome bindings_check_served(const struct bindings *bindings, uint64_t version,
                                   struct fail *fail) __attribute__((warn_unused_result));

/* Marks the leaves whose people have cast before this entry. */
void bindings_mark_cast(const struct bindings *bindings, const struct roll_board *board,
                        uint64_t entry);

/* What a roll revokes are the living credentials of the leaves that it drops; they die. */
enum outcome bindings_revoke(struct bindings *bindings, const struct leaves_version *version,
                             const struct roll_entry *entry, struct arena *arena, struct fail *fail)
    __attribute__((warn_unused_result));

#endif
