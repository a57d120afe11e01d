/* The rows of one snapshot by membership number, rows of one number in the order of the file.
 *
 * The order itself is any that puts equal numbers together (by their first eight bytes, then the
 * rest): it is for joining, not for showing.
 */
#ifndef ROLL_ORDER_H
#define ROLL_ORDER_H

#include "roll/snapshot.h"

struct order_row {
    uint64_t head; /* the number's first eight bytes */
    uint32_t row;
};

struct order {
    struct order_row *rows; /* owned */
    uint32_t count;
};

/* BROKEN without memory. */
enum outcome order_make(const struct snapshot *snapshot, struct order *out_order,
                        struct fail *fail) MUST_USE;
void order_done(struct order *order);

/* How the number at one place compares with that at another, of the same snapshot or not. */
int order_compare(const struct snapshot *a, const struct order_row *x, const struct snapshot *b,
                  const struct order_row *y);
/* How many rows from this place on have the same number. */
uint32_t order_run(const struct snapshot *snapshot, const struct order *order, uint32_t at);

/* The numbers of two snapshots side by side. Of rows that repeat a number only the first one in the
 * file says anything. */
enum order_mark { ORDER_REPEATED, ORDER_STAYED, ORDER_LEFT };
#define ORDER_NOBODY UINT32_MAX       /* its number is repeated in either snapshot */
#define ORDER_JOINED (UINT32_MAX - 1) /* its number is in `to` alone */

struct order_match {
    uint8_t *from; /* of each row of the earlier snapshot: enum order_mark; owned */
    uint32_t *to;  /* of each row of the later one: the earlier row of its number; owned */
};

/* BROKEN without memory. Release with order_match_done. */
enum outcome order_match(const struct snapshot *from, const struct snapshot *to,
                         struct order_match *out_match, struct fail *fail) MUST_USE;
void order_match_done(struct order_match *match);

#endif
