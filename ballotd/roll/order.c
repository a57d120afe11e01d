#include "roll/order.h"

#include <stdlib.h>

static uint64_t head_of(struct span number)
{
    uint64_t head = 0;
    for (size_t i = 0; i < 8; i++)
        head = head << 8 | (i < number.len ? number.ptr[i] : 0);
    return head;
}

int order_compare(const struct snapshot *a, const struct order_row *x, const struct snapshot *b,
                  const struct order_row *y)
{
    if (x->head != y->head)
        return x->head < y->head ? -1 : 1;
    return span_compare(snapshot_value(a, x->row, FIELD_MEMBER_NO),
                        snapshot_value(b, y->row, FIELD_MEMBER_NO));
}

static int compare_rows(const void *a, const void *b, void *snapshot)
{
    const struct order_row *x = a;
    const struct order_row *y = b;
    int order = order_compare(snapshot, x, snapshot, y);
    return order != 0 ? order : (x->row > y->row) - (x->row < y->row);
}

enum outcome order_make(const struct snapshot *snapshot, struct order *out_order, struct fail *fail)
{
    struct order_row *rows = calloc((size_t)snapshot->rows + 1, sizeof(*rows));
    if (rows == NULL)
        return fail_set(fail, BROKEN, "roll.memory", "out of memory to sort a snapshot");
    for (uint32_t row = 0; row < snapshot->rows; row++)
        rows[row] =
            (struct order_row){head_of(snapshot_value(snapshot, row, FIELD_MEMBER_NO)), row};
    qsort_r(rows, snapshot->rows, sizeof(*rows), compare_rows, (void *)(uintptr_t)snapshot);
    *out_order = (struct order){rows, snapshot->rows};
    return OK;
}

void order_done(struct order *order)
{
    free(order->rows);
    *order = (struct order){0};
}

uint32_t order_run(const struct snapshot *snapshot, const struct order *order, uint32_t at)
{
    uint32_t run = 1;
    while (at + run < order->count &&
           order_compare(snapshot, &order->rows[at], snapshot, &order->rows[at + run]) == 0)
        run++;
    return run;
}

/* Both orders side by side; what stands on one side alone joined or left. */
static void match_rows(const struct snapshot *from, const struct order *old_order,
                       const struct snapshot *to, const struct order *new_order,
                       struct order_match *match)
{
    uint32_t i = 0;
    uint32_t k = 0;
    while (i < old_order->count || k < new_order->count) {
        int order = i == old_order->count ? 1
                    : k == new_order->count
                        ? -1
                        : order_compare(from, &old_order->rows[i], to, &new_order->rows[k]);
        uint32_t old = order <= 0 ? order_run(from, old_order, i) : 0;
        uint32_t new = order >= 0 ? order_run(to, new_order, k) : 0;
        if (old > 0)
            match->from[old_order->rows[i].row] = new == 0 ? ORDER_LEFT : ORDER_STAYED;
        if (old == 0)
            match->to[new_order->rows[k].row] = ORDER_JOINED;
        if (old == 1 && new == 1)
            match->to[new_order->rows[k].row] = old_order->rows[i].row;
        i += old;
        k += new;
    }
}

enum outcome order_match(const struct snapshot *from, const struct snapshot *to,
                         struct order_match *out_match, struct fail *fail)
{
    struct order old_order = {0};
    struct order new_order = {0};
    struct order_match match = {.from = calloc((size_t)from->rows + 1, 1),
                                .to = malloc(((size_t)to->rows + 1) * sizeof(uint32_t))};
    enum outcome outcome = OK;
    if (match.from == NULL || match.to == NULL)
        outcome = fail_set(fail, BROKEN, "roll.memory", "out of memory to compare snapshots");
    if (outcome == OK)
        outcome = order_make(from, &old_order, fail);
    if (outcome == OK)
        outcome = order_make(to, &new_order, fail);
    if (outcome == OK) {
        memset(match.to, 0xFF, (size_t)to->rows * sizeof(uint32_t)); /* ORDER_NOBODY */
        match_rows(from, &old_order, to, &new_order, &match);
        *out_match = match;
    } else {
        order_match_done(&match);
    }
    order_done(&old_order);
    order_done(&new_order);
    return outcome;
}

void order_match_done(struct order_match *match)
{
    free(match->from);
    free(match->to);
    *match = (struct order_match){0};
}
