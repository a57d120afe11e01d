/*
 * chain: the versions of the roll, the credentials and the freeze, in the order of the board.
 *
 * A version follows from snapshots, rules and cases, and from who had voted with the credentials
 * of the one before; so versions and bindings are taken in one walk. The chain holds what all of
 * it shares: the people, every leaf that ever stood, every credential.
 * Source: docs/roll.md sections 8 to 10.
 */
#ifndef VERIFY_ROLL_CHAIN_H
#define VERIFY_ROLL_CHAIN_H

#include "roll/bindings.h"
#include "roll/casebook.h"

struct chain {
    const struct roll_board *board;
    const struct annex *annex;
    const struct rules *rules;
    const struct imports *imports;
    const struct casebook *book;
    struct arena *arena;
    struct people people;
    bool joined; /* the people are there */
    struct leaves leaves;
    struct bindings bindings;
    uint64_t version;        /* the latest that was derived; 0: none */
    const uint8_t *snapshot; /* leaf hash of the latest snapshot passed */
    uint64_t moot;           /* effects without effect, in the latest draft */
    uint64_t unserved;       /* eligible at the freeze, without a leaf */
};

/* Snapshots and cases have been read and are sound. */
void chain_init(struct chain *chain);
void chain_done(struct chain *chain);

/* Each takes the next entry of its kind; `out_path` is the file of the annex at fault, or "". */
enum outcome chain_roll(struct chain *chain, const struct roll_entry *entry,
                        char out_path[ANNEX_PATH_BYTES + 1], struct fail *fail)
    __attribute__((warn_unused_result));

/* The issue list or the reissue; `number` counts those of its kind, from 1. */
enum outcome chain_bind(struct chain *chain, const struct roll_entry *entry, unsigned number,
                        char out_path[ANNEX_PATH_BYTES + 1], struct fail *fail)
    __attribute__((warn_unused_result));

/* Before the next roll, and before the freeze: has everybody got their credentials? */
enum outcome chain_check_served(const struct chain *chain, struct fail *fail)
    __attribute__((warn_unused_result));

enum outcome chain_freeze(struct chain *chain, const struct roll_entry *entry, struct fail *fail)
    __attribute__((warn_unused_result));

#endif
