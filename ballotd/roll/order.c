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
