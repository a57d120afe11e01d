#include "roll/numbers.h"

#include <stdlib.h>

/* FNV-1a, whose upper half is folded into the place; the lower bits of the upper are the tag. */
static uint64_t hash_of(struct span number)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < number.len; i++)
        hash = (hash ^ number.ptr[i]) * UINT64_C(1099511628211);
    return hash ^ hash >> 29;
}

/* The slot where the number stands, or the free one where it would. */
static size_t slot_of(const struct numbers *numbers, struct span number, uint32_t *out_tag)
{
    uint64_t hash = hash_of(number);
    uint32_t tag = (uint32_t)(hash >> 32);
    size_t at = (size_t)hash & numbers->mask;
    for (; numbers->slots[at] != 0; at = (at + 1) & numbers->mask)
        if (numbers->tags[at] == tag &&
            span_equal(table_number(numbers->table, numbers->slots[at] - 1), number))
            break;
    *out_tag = tag;
    return at;
}

/* From the last row to the first, each row before those with its number that were met. */
static void chain_rows(struct numbers *numbers)
{
    uint32_t tag;
    for (uint32_t row = (uint32_t)numbers->table->rows; row-- > 0;) {
        size_t at = slot_of(numbers, table_number(numbers->table, row), &tag);
        uint32_t later = numbers->slots[at] == 0 ? NO_ROW : numbers->slots[at] - 1;
        numbers->next[row] = later;
        if (later != NO_ROW)
            numbers->repeats[later / 8] |= (uint8_t)(1U << later % 8);
        numbers->slots[at] = row + 1;
        numbers->tags[at] = tag;
    }
}

enum outcome numbers_make(const struct table *table, struct numbers *out_numbers, struct fail *fail)
{
    struct numbers numbers = {.table = table};
    size_t slots = 16;
    while (slots < table->rows * 2)
        slots *= 2;
    numbers.mask = slots - 1;
    numbers.slots = calloc(slots, sizeof *numbers.slots);
    numbers.tags = calloc(slots, sizeof *numbers.tags);
    numbers.next = calloc(table->rows + 1, sizeof *numbers.next);
    numbers.repeats = calloc(table->rows / 8 + 1, sizeof *numbers.repeats);
    if (numbers.slots == NULL || numbers.tags == NULL || numbers.next == NULL ||
        numbers.repeats == NULL) {
        numbers_done(&numbers);
        return fail_unable(fail, "no memory for %zu numbers", table->rows);
    }
    chain_rows(&numbers);
    *out_numbers = numbers;
    return GOOD;
}

void numbers_done(struct numbers *numbers)
{
    if (numbers == NULL)
        return;
    free(numbers->slots);
    free(numbers->tags);
    free(numbers->next);
    free(numbers->repeats);
    *numbers = (struct numbers){.table = NULL};
}

uint32_t numbers_find(const struct numbers *numbers, struct span number)
{
    uint32_t tag;
    return numbers->slots[slot_of(numbers, number, &tag)] - 1; /* a free slot is 0: NO_ROW */
}
