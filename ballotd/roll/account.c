#include "roll/account.h"

#include <assert.h>

#include "roll/text.h"

/* Cells before and after those of the rules, in the order of the text. */
enum { CELL_ELIGIBLE = 0, CELL_RULES = 1 };

static struct account_cell *add_cell(struct account_cells *cells, struct span name)
{
    struct account_cell *cell = &cells->cells[cells->count++];
    *cell = (struct account_cell){.name = name};
    return cell;
}

/* The place of the cell of an ineligible member: its first reason, STYLE after the rules. */
static uint32_t first_reason(const struct draft *draft, uint64_t failed)
{
    uint32_t bit = (uint32_t)__builtin_ctzll(failed);
    return CELL_RULES + (bit == RULES_BIT_STYLE ? draft->rules->rule_count : bit);
}

/* Rows in the snapshots that say who there is, before any case. */
static uint32_t count_rows(const struct draft *draft, uint32_t person)
{
    const struct source_list *sources = draft->people->terms.sources;
    struct person_view view;
    uint32_t rows = 0;
    people_look(draft->people, person, &view);
    for (uint32_t source = 0; source < sources->count; source++)
        rows += sources->sources[source].lists ? view.of[source].count : 0;
    return rows;
}

/* Everybody whom the snapshots have; whom a case added is in no cell. */
static void count_people(const struct draft *draft, struct account *account)
{
    struct account_cells *cells = &account->people;
    struct account_cell *duplicates = &cells->cells[cells->count - 1];
    struct account_cell *undetermined = duplicates - 1;
    for (uint32_t i = 0; i < draft->people->count; i++) {
        const struct draft_member *member = &draft->members[i];
        uint32_t rows = count_rows(draft, i);
        account->rows += rows;
        duplicates->count += rows - (member->withdrawn ? 0 : 1);
        if (member->by_rules == MEMBER_ELIGIBLE)
            cells->cells[CELL_ELIGIBLE].count++;
        if (member->by_rules == MEMBER_UNDETERMINED)
            undetermined->count++;
        if (member->by_rules == MEMBER_INELIGIBLE)
            cells->cells[first_reason(draft, member->verdict.failed)].count++;
    }
}

static void count_leaves(const struct draft *draft, const struct account_leaves *leaves,
                         struct account *account)
{
    account->included = leaves->strangers_eligible;
    account->provisional = leaves->strangers_provisional;
    account->roll = leaves->strangers_eligible + leaves->strangers_provisional;
    for (uint32_t i = 0; i < draft->member_count; i++) {
        const struct draft_member *member = &draft->members[i];
        bool by_rules = member->by_rules == MEMBER_ELIGIBLE && member->added == 0;
        uint8_t leaf = leaves->of_members[i];
        account->roll += leaf != LEAF_NONE;
        account->provisional += leaf == LEAF_PROVISIONAL;
        account->included += leaf == LEAF_ELIGIBLE && !by_rules;
        account->removed += leaf != LEAF_ELIGIBLE && by_rules;
    }
}

static void count_cases(const struct casebook *book, struct account_cells *cells)
{
    struct account_cell *upheld = add_cell(cells, SPAN_LIT("upheld"));
    struct account_cell *refused = add_cell(cells, SPAN_LIT("refused"));
    struct account_cell *withdrawn = add_cell(cells, SPAN_LIT("withdrawn"));
    struct account_cell *open = add_cell(cells, SPAN_LIT("open"));
    for (uint32_t i = 0; book != NULL && i < book->case_count; i++) {
        const struct variance_case *variance = &book->cases[i];
        if (variance->force_order > 0)
            upheld->count++;
        else if (variance->state == CASE_REFUSED)
            refused->count++;
        else if (variance->state == CASE_WITHDRAWN)
            withdrawn->count++;
        else
            open->count++;
    }
}

/* In the order of the enumeration, which is the text's. */
static void count_effects(const struct casebook *book, struct account *account)
{
    for (enum case_effect_kind what = 0; what < EFFECT_COUNT; what++)
        add_cell(&account->effects, span_str(case_effect_name(what)));
    for (uint32_t i = 0; book != NULL && i < book->case_count; i++) {
        account->effects.cells[book->cases[i].effect.what].count++;
        account->late += book->cases[i].is_late;
    }
}

static int64_t hours_taken(const struct variance_case *variance)
{
    return (variance->decided_at_s - variance->raised_at_s) / 3600;
}

/* How many cases were decided, in at most so many hours. */
static uint32_t count_decided(const struct casebook *book, int64_t most_hours)
{
    uint32_t count = 0;
    for (uint32_t i = 0; book != NULL && i < book->case_count; i++) {
        const struct variance_case *variance = &book->cases[i];
        bool decided = variance->state == CASE_UPHELD || variance->state == CASE_REFUSED ||
                       variance->state == CASE_APPEALED;
        count += decided && hours_taken(variance) <= most_hours;
    }
    return count;
}

/* The fewest hours in which half of the decided were decided: the lower median. */
static int64_t median_hours(const struct casebook *book)
{
    int64_t low = 0, high = INT64_MAX / 2;
    uint32_t decided = count_decided(book, high);
    if (decided < ROLL_SMALL_CELL)
        return -1;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (count_decided(book, middle) >= (decided + 1) / 2)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static bool is_small(uint32_t count)
{
    return count > 0 && count < ROLL_SMALL_CELL;
}

/* The smallest cell not merged yet and not zero, the first of equals; NULL when there is none. */
static struct account_cell *smallest(struct account_cells *cells)
{
    struct account_cell *found = NULL;
    for (uint32_t i = 0; i < cells->count; i++) {
        struct account_cell *cell = &cells->cells[i];
        if (!cell->merged && cell->count > 0 && (found == NULL || cell->count < found->count))
            found = cell;
    }
    return found;
}

static void merge_cell(struct account_cells *cells, struct account_cell *cell)
{
    cell->merged = true;
    cells->merged += cell->count;
}

static void merge_small(struct account_cells *cells)
{
    for (uint32_t i = 0; i < cells->count; i++) {
        if (is_small(cells->cells[i].count))
            merge_cell(cells, &cells->cells[i]);
    }
    while (is_small(cells->merged)) {
        struct account_cell *next = smallest(cells);
        if (next == NULL)
            return;
        merge_cell(cells, next);
    }
}

void account_take(const struct draft *draft, const struct account_leaves *leaves,
                  struct account *out_account)
{
    struct account account = {.draft = draft};
    uint32_t sum = 0;
    add_cell(&account.people, SPAN_LIT("eligible"));
    for (uint32_t i = 0; i < draft->rules->rule_count; i++)
        add_cell(&account.people, draft->rules->rules[i].code);
    add_cell(&account.people, SPAN_LIT("STYLE"));
    add_cell(&account.people, SPAN_LIT("undetermined"));
    add_cell(&account.people, SPAN_LIT("duplicates"));
    count_people(draft, &account);
    for (uint32_t i = 0; i < account.people.count; i++)
        sum += account.people.cells[i].count;
    assert(sum == account.rows); /* every row is accounted for, once */
    merge_small(&account.people);
    count_leaves(draft, leaves, &account);
    count_cases(draft->book, &account.cases);
    merge_small(&account.cases);
    count_effects(draft->book, &account);
    merge_small(&account.effects);
    account.hours = median_hours(draft->book);
    *out_account = account;
}

static void print_pair(struct span name, uint32_t count, bool first, struct buf *out)
{
    buf_add_str(out, first ? "[" : ",[");
    text_print_json(name, out);
    buf_add_format(out, ",%u]", count);
}

static void print_cells(const struct account_cells *cells, struct buf *out)
{
    bool first = true;
    for (uint32_t i = 0; i < cells->count; i++) {
        if (cells->cells[i].merged)
            continue;
        print_pair(cells->cells[i].name, cells->cells[i].count, first, out);
        first = false;
    }
    if (cells->merged > 0)
        print_pair(SPAN_LIT("merged"), cells->merged, first, out);
}

static void print_feeds(const struct people *people, struct buf *out)
{
    bool first = true;
    for (uint32_t source = 0; source < people->terms.sources->count; source++) {
        const struct snapshot *snapshot = people_snapshot(people, source);
        if (snapshot == NULL)
            continue;
        print_pair(people->terms.sources->sources[source].id, snapshot->rows, first, out);
        first = false;
    }
}

void account_print(const struct account *account, struct buf *out)
{
    buf_add_format(out, "{\"rows\":%u,\"cells\":[", account->rows);
    print_cells(&account->people, out);
    buf_add_str(out, "],\"feeds\":[");
    print_feeds(account->draft->people, out);
    buf_add_format(out, "],\"roll\":%u,\"changes\":[", account->roll);
    if (!is_small(account->included) && !is_small(account->removed) &&
        !is_small(account->provisional)) {
        print_pair(SPAN_LIT("included"), account->included, true, out);
        print_pair(SPAN_LIT("removed"), account->removed, false, out);
        print_pair(SPAN_LIT("provisional"), account->provisional, false, out);
    }
    buf_add_str(out, "],\"cases\":[");
    print_cells(&account->cases, out);
    buf_add_str(out, "],\"effects\":[");
    print_cells(&account->effects, out);
    buf_add_format(out, "],\"hours\":%lld,\"late\":%u}", (long long)account->hours,
                   is_small(account->late) ? ROLL_SMALL_CELL - 1 : account->late);
}
