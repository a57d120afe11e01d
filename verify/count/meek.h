/*
 * meek: what both Meek rules do with the papers: every candidate keeps a share, the keep value,
 * of what reaches them, and hands on the rest.
 *
 * The papers never move; each distribution begins anew with the first preferences and leaves
 * votes, quota and total surplus. Whole numbers of 10^-9; rounding is always up where something is
 * kept and down where it is divided. Source: docs/counting.md, `stv-meek-prf`, steps B.2.
 */
#ifndef VERIFY_COUNT_MEEK_H
#define VERIFY_COUNT_MEEK_H

#include "count/tally.h"

struct meek {
    struct tally *tally; /* with the keep values */
    uint64_t quota;      /* units, by the last distribution */
    struct fail *fail;
};

/* Every continuing candidate keeps all. */
struct meek meek_init(struct tally *tally, struct fail *fail);

/* Fills votes, non-transferable and quota (B.2.a, b), and elects who has it (B.2.c). */
void meek_distribute(struct meek *meek);

/* The elected's votes above the quota, as a sum; 0 if that is negative. */
uint64_t meek_surplus(const struct meek *meek);

/* New keep values of the elected (B.2.f); those not continuing any more keep nothing. */
void meek_update(struct meek *meek);

/* C: with all seats filled the others are excluded; with no one to spare they are elected. */
void meek_settle(struct meek *meek);

/* Writes down the stage as the last distribution left it. */
enum outcome meek_record(struct meek *meek) __attribute__((warn_unused_result));

#endif
