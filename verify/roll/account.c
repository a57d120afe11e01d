#include "roll/account.h"

#include "base/json_write.h"

static bool is_small(uint64_t value)
{
    return value > 0 && value < ROLL_SMALL_CELL;
}

/* The smallest cell that is not 0 and not yet merged; cell_count if there is none. */
static size_t smallest_left(const struct account *account, const bool *merged)
{
    size_t found = account->cell_count;
    for (size_t i = 0; i < account->cell_count; i++) {
        if (merged[i] || account->cells[i].value == 0)
            continue;
        if (found == account->cell_count || account->cells[i].value < account->cells[found].value)
            found = i;
    }
    return found;
}

/* Marks the cells to be merged; their sum, 0 if there are none. */
static uint64_t merge_small(const struct account *account, bool *merged)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < account->cell_count; i++) {
        merged[i] = is_small(account->cells[i].value);
        sum += merged[i] ? account->cells[i].value : 0;
    }
    while (sum > 0 && sum < ROLL_SMALL_CELL) {
        size_t next = smallest_left(account, merged);
        if (next == account->cell_count)
            break;
        merged[next] = true;
        sum += account->cells[next].value;
    }
    return sum;
}

static void write_cell(struct span name, uint64_t value, struct buffer *out)
{
    json_write_open(out, NULL, '[');
    json_write_text(out, NULL, name);
    json_write_integer(out, NULL, (int64_t)value);
    json_write_close(out, ']');
}

void account_write(const struct account *account, struct buffer *out)
{
    bool merged[ACCOUNT_CELLS_MOST] = {false};
    uint64_t sum = merge_small(account, merged);
    json_write_open(out, NULL, '{');
    json_write_integer(out, "rows", (int64_t)account->rows);
    json_write_open(out, "cells", '[');
    for (size_t i = 0; i < account->cell_count; i++)
        if (!merged[i])
            write_cell(account->cells[i].name, account->cells[i].value, out);
    if (sum > 0)
        write_cell(span_text("merged"), sum, out);
    json_write_close(out, ']');
    json_write_integer(out, "roll", (int64_t)account->roll);
    json_write_open(out, "changes", '[');
    if (!is_small(account->included) && !is_small(account->removed) &&
        !is_small(account->provisional)) {
        write_cell(span_text("included"), account->included, out);
        write_cell(span_text("removed"), account->removed, out);
        write_cell(span_text("provisional"), account->provisional, out);
    }
    json_write_close(out, ']');
    json_write_close(out, '}');
}
