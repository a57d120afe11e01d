#include "roll/account.h"

#include <assert.h>

#include "roll/text.h"

/* Cells before and after those of the rules, in the order of the text. */
enum { CELL_ELIGIBLE = 0, CELL_RULES = 1 };

static struct account_cell *add_cell(struct account *account, struct span name)
{
    struct account_cell *cell = &account->cells[account->cell_count++];
    *cell = (struct account_cell){.name = name};
    return cell;
}

/* The place of the cell of an ineligible member: its first reason, STYLE after the rules. */
static uint32_t first_reason(const struct draft *draft, uint64_t failed)
{
    uint32_t bit = (uint32_t)__builtin_ctzll(failed);
    return CELL_RULES + (bit == RULES_BIT_STYLE ? draft->rules->rule_count : bit);
}

static void count_outcomes(const struct draft *draft, struct account *account,
                           struct account_cell *undetermined, struct account_cell *duplicates)
{
    for (uint32_t i = 0; i < draft->member_count; i++) {
        const struct draft_member *member = &draft->members[i];
        bool withdrawn = member->by_rules == MEMBER_WITHDRAWN;
        duplicates->count += member->all_rows - (withdrawn ? 0 : 1);
        if (member->by_rules == MEMBER_ELIGIBLE)
            account->cells[CELL_ELIGIBLE].count++;
        if (member->by_rules == MEMBER_UNDETERMINED)
            undetermined->count++;
        if (member->by_rules == MEMBER_INELIGIBLE)
            account->cells[first_reason(draft, member->verdict.failed)].count++;
        bool eligible = member->outcome == MEMBER_ELIGIBLE;
        account->roll += eligible || member->outcome == MEMBER_PROVISIONAL;
        account->provisional += member->outcome == MEMBER_PROVISIONAL;
        account->included += eligible && member->by_rules != MEMBER_ELIGIBLE;
        account->removed += !eligible && member->by_rules == MEMBER_ELIGIBLE;
    }
}

static bool is_small(uint32_t count)
{
    return count > 0 && count < ROLL_SMALL_CELL;
}

/* The smallest cell not merged yet and not zero, the first of equals; NULL when there is none. */
static struct account_cell *smallest(struct account *account)
{
    struct account_cell *found = NULL;
    for (uint32_t i = 0; i < account->cell_count; i++) {
        struct account_cell *cell = &account->cells[i];
        if (!cell->merged && cell->count > 0 && (found == NULL || cell->count < found->count))
            found = cell;
    }
    return found;
}

static void merge_cell(struct account *account, struct account_cell *cell)
{
    cell->merged = true;
    account->merged += cell->count;
}

static void merge_small(struct account *account)
{
    for (uint32_t i = 0; i < account->cell_count; i++) {
        if (is_small(account->cells[i].count))
            merge_cell(account, &account->cells[i]);
    }
    while (is_small(account->merged)) {
        struct account_cell *next = smallest(account);
        if (next == NULL)
            return;
        merge_cell(account, next);
    }
}

void account_take(const struct draft *draft, struct account *out_account)
{
    struct account account = {.rows = draft->snapshot->rows};
    add_cell(&account, SPAN_LIT("eligible"));
    for (uint32_t i = 0; i < draft->rules->rule_count; i++)
        add_cell(&account, draft->rules->rules[i].code);
    add_cell(&account, SPAN_LIT("STYLE"));
    struct account_cell *undetermined = add_cell(&account, SPAN_LIT("undetermined"));
    struct account_cell *duplicates = add_cell(&account, SPAN_LIT("duplicates"));
    count_outcomes(draft, &account, undetermined, duplicates);
    uint32_t sum = 0;
    for (uint32_t i = 0; i < account.cell_count; i++)
        sum += account.cells[i].count;
    assert(sum == account.rows); /* every row is accounted for, once */
    merge_small(&account);
    *out_account = account;
}

static void print_pair(struct span name, uint32_t count, bool first, struct buf *out)
{
    buf_add_str(out, first ? "[" : ",[");
    text_print_json(name, out);
    buf_add_format(out, ",%u]", count);
}

void account_print(const struct account *account, struct buf *out)
{
    bool first = true;
    buf_add_format(out, "{\"rows\":%u,\"cells\":[", account->rows);
    for (uint32_t i = 0; i < account->cell_count; i++) {
        if (account->cells[i].merged)
            continue;
        print_pair(account->cells[i].name, account->cells[i].count, first, out);
        first = false;
    }
    if (account->merged > 0)
        print_pair(SPAN_LIT("merged"), account->merged, first, out);
    buf_add_format(out, "],\"roll\":%u,\"changes\":[", account->roll);
    if (!is_small(account->included) && !is_small(account->removed) &&
        !is_small(account->provisional)) {
        print_pair(SPAN_LIT("included"), account->included, true, out);
        print_pair(SPAN_LIT("removed"), account->removed, false, out);
        print_pair(SPAN_LIT("provisional"), account->provisional, false, out);
    }
    buf_add_str(out, "]}");
}
