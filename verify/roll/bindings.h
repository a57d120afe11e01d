/*
 * bindings: which credential belongs to which leaf, against the issue lists on the board.
 *
 * Every credential has exactly one leaf, with its style and channel; every member on the roll has
 * exactly one credential, also over several versions of the roll. A reissue gives the same leaf a
 * new key. Source: docs/roll.md sections 9 and 11, docs/protocol.md section 7.
 */
#ifndef VERIFY_ROLL_BINDINGS_H
#define VERIFY_ROLL_BINDINGS_H

#include "roll/annex.h"
#include "roll/leaves.h"

/* A sealed version whose leaves were derived. */
struct sealed {
    uint64_t version;
    struct leaves leaves;
};

struct bindings {
    const struct sealed *sealed; /* by version */
    size_t sealed_count;
    bool *served; /* by member index, which is the same in every version */
    const struct annex_file **issues, **reissues; /* those checked so far */
    size_t issue_count, reissue_count;
};

/* `members` is the number of members of the draft; room for `entries` lists. */
enum outcome bindings_init(struct bindings *bindings, const struct sealed *sealed,
                           size_t sealed_count, size_t members, size_t entries, struct arena *arena,
                           struct fail *fail) __attribute__((warn_unused_result));

/* The bindings of one issue list. */
enum outcome bindings_issue(struct bindings *bindings, const struct roll_entry *entry,
                            const struct annex_file *file, struct fail *fail)
    __attribute__((warn_unused_result));

/* The binding of one reissue. */
enum outcome bindings_reissue(struct bindings *bindings, const struct roll_entry *entry,
                              const struct annex_file *file, struct fail *fail)
    __attribute__((warn_unused_result));

#endif
