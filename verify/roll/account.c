#include "roll/account.h"

#include "base/json_write.h"

/* -- counting --------------------------------------------------------------------------------- */

/* The cell of a person by the rules: 0 eligible, 1 + rule, then STYLE, then undetermined. */
static size_t cell_of(const struct draft *draft, const struct drafted *drafted)
{
    if (drafted->by_rules == ELIGIBLE)
        return 0;
    if (drafted->by_rules == INELIGIBLE)
        return 1 + (size_t)draft_first_failed(drafted);
    return 2 + (size_t)draft->people->rules->rule_count;
}

static void name_cells(const struct rules *rules, struct account *account)
{
    account->cells[account->cell_count++].name = span_text("eligible");
    for (unsigned i = 0; i < rules->rule_count; i++)
        account->cells[account->cell_count++].name = rules->rules[i].code;
    account->cells[account->cell_count++].name = span_text("STYLE");
    account->cells[account->cell_count++].name = span_text("undetermined");
    account->cells[account->cell_count++].name = span_text("duplicates");
}

/* Rows of the lists, feed by feed: counted in the tables, not taken from people. */
static void count_feeds(const struct people *people, struct account *account)
{
    for (unsigned i = 0; i < people->rules->sources.count; i++) {
        const struct source *source = &people->rules->sources.list[i];
        if (people->feeds[i].table == NULL)
            continue;
        uint64_t rows = people->feeds[i].table->rows;
        account->feeds[account->feed_count++] = (struct account_cell){source->id, rows};
        account->rows += source->lists ? rows : 0;
    }
}

/* The other rows of a person in the lists: all but one, or all where the person is withdrawn. */
static uint64_t spare_rows(const struct people *people, uint32_t person, bool withdrawn)
{
    uint64_t rows = 0;
    for (unsigned i = 0; i < people->rules->sources.count; i++) {
        if (!people->rules->sources.list[i].lists || people->feeds[i].table == NULL)
            continue;
        for (uint32_t row = people_row(people, person, i); row != NO_ROW;
             row = people->feeds[i].numbers.next[row])
            rows++;
    }
    return withdrawn ? rows : rows - 1;
}

/* Each person who stands is one in their cell; the person's other rows are duplicates. */
static void count_people(const struct draft *draft, struct account *account)
{
    struct account_cell *duplicates = &account->cells[account->cell_count - 1];
    for (uint32_t i = 0; i < draft->people->count; i++) {
        const struct drafted *drafted = &draft->list[i];
        bool withdrawn = drafted->standing == WITHDRAWN;
        if (!withdrawn)
            account->cells[cell_of(draft, drafted)].value++;
        duplicates->value += spare_rows(draft->people, i, withdrawn);
    }
}

/* Leaves against what the rules alone would give. */
static void count_changes(const struct draft *draft, const struct leaves *leaves,
                          struct account *account)
{
    uint64_t agreeing = 0;
    for (uint32_t i = 0; i < leaves->count; i++) {
        const struct leaf *leaf = &leaves->list[i];
        if (!leaf->standing)
            continue;
        account->roll++;
        account->provisional += leaf->provisional;
        if (leaf->provisional)
            continue;
        uint32_t person = draft_find(draft, leaf->pseudonym);
        bool by_rules = person != NOBODY && !draft_added(draft, person) &&
                        draft->list[person].standing != WITHDRAWN &&
                        draft->list[person].by_rules == ELIGIBLE;
        account->included += !by_rules;
        agreeing += by_rules;
    }
    account->removed = account->cells[0].value - agreeing;
}

static void count_cases(const struct casebook_view *cases, struct account *account)
{
    static const char *const names[ACCOUNT_CASES] = {"upheld", "refused", "withdrawn", "open"};
    for (int i = 0; i < ACCOUNT_CASES; i++)
        account->cases[i].name = span_text(names[i]);
    for (size_t i = 0; i < cases->case_count; i++) {
        const struct roll_case *at = &cases->cases[i];
        account
            ->cases[at->force_order != 0          ? 0
                    : at->state == CASE_REFUSED   ? 1
                    : at->state == CASE_WITHDRAWN ? 2
                                                  : 3]
            .value++;
    }
}

static void count_effects(const struct casebook_view *cases, struct account *account)
{
    static const struct {
        enum effect_do what;
        const char *name;
    } order[ACCOUNT_EFFECTS] = {{EFFECT_REVIEW, "review"},   {EFFECT_ROWS, "rows"},
                                {EFFECT_MERGE, "merge"},     {EFFECT_SET, "set"},
                                {EFFECT_ADD, "add"},         {EFFECT_INCLUDE, "include"},
                                {EFFECT_EXCLUDE, "exclude"}, {EFFECT_HOLD, "hold"}};
    for (int i = 0; i < ACCOUNT_EFFECTS; i++) {
        account->effects[i].name = span_text(order[i].name);
        for (size_t j = 0; j < cases->case_count; j++)
            account->effects[i].value += cases->cases[j].effect->what == order[i].what;
    }
}

/* How many of the decided took less time than this one, how many as much. */
static bool is_median(const struct casebook_view *cases, uint64_t decided, uint64_t hours)
{
    uint64_t less = 0, same = 0;
    for (size_t i = 0; i < cases->case_count; i++) {
        if (!cases->cases[i].decided)
            continue;
        less += cases->cases[i].took / 3600 < hours;
        same += cases->cases[i].took / 3600 == hours;
    }
    return less <= (decided - 1) / 2 && (decided - 1) / 2 < less + same;
}

static void count_times(const struct casebook_view *cases, struct account *account)
{
    uint64_t decided = 0;
    account->hours = -1;
    for (size_t i = 0; i < cases->case_count; i++) {
        decided += cases->cases[i].decided;
        account->late += cases->cases[i].late;
    }
    for (size_t i = 0; decided >= ROLL_SMALL_CELL && i < cases->case_count; i++) {
        const struct roll_case *at = &cases->cases[i];
        if (account->hours < 0 && at->decided && is_median(cases, decided, at->took / 3600))
            account->hours = (int64_t)(at->took / 3600);
    }
}

void account_make(const struct draft *draft, const struct leaves *leaves,
                  const struct casebook_view *cases, struct account *out_account)
{
    struct account account = {.rows = 0};
    name_cells(draft->people->rules, &account);
    count_feeds(draft->people, &account);
    count_people(draft, &account);
    count_changes(draft, leaves, &account);
    count_cases(cases, &account);
    count_effects(cases, &account);
    count_times(cases, &account);
    *out_account = account;
}

bool account_adds_up(const struct account *account)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < account->cell_count; i++)
        sum += account->cells[i].value;
    return sum == account->rows && account->roll == account->cells[0].value + account->included -
                                                        account->removed + account->provisional;
}

/* -- small cells ------------------------------------------------------------------------------ */

static bool is_small(uint64_t value)
{
    return value > 0 && value < ROLL_SMALL_CELL;
}

/* The smallest cell that is not 0 and not yet merged; `count` if there is none. */
static size_t smallest_left(const struct account_cell *cells, size_t count, const bool *merged)
{
    size_t found = count;
    for (size_t i = 0; i < count; i++) {
        if (merged[i] || cells[i].value == 0)
            continue;
        if (found == count || cells[i].value < cells[found].value)
            found = i;
    }
    return found;
}

/* Marks the cells to be merged; their sum, 0 if there are none. */
static uint64_t merge_small(const struct account_cell *cells, size_t count, bool *merged)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        merged[i] = is_small(cells[i].value);
        sum += merged[i] ? cells[i].value : 0;
    }
    while (sum > 0 && sum < ROLL_SMALL_CELL) {
        size_t next = smallest_left(cells, count, merged);
        if (next == count)
            break;
        merged[next] = true;
        sum += cells[next].value;
    }
    return sum;
}

/* -- writing ---------------------------------------------------------------------------------- */

static void write_cell(struct span name, uint64_t value, struct buffer *out)
{
    json_write_open(out, NULL, '[');
    json_write_text(out, NULL, name);
    json_write_integer(out, NULL, (int64_t)value);
    json_write_close(out, ']');
}

static void write_merged(const char *name, const struct account_cell *cells, size_t count,
                         struct buffer *out)
{
    bool merged[ACCOUNT_CELLS_MOST] = {false};
    uint64_t sum = merge_small(cells, count, merged);
    json_write_open(out, name, '[');
    for (size_t i = 0; i < count; i++)
        if (!merged[i])
            write_cell(cells[i].name, cells[i].value, out);
    if (sum > 0)
        write_cell(span_text("merged"), sum, out);
    json_write_close(out, ']');
}

static void write_changes(const struct account *account, struct buffer *out)
{
    json_write_open(out, "changes", '[');
    if (!is_small(account->included) && !is_small(account->removed) &&
        !is_small(account->provisional)) {
        write_cell(span_text("included"), account->included, out);
        write_cell(span_text("removed"), account->removed, out);
        write_cell(span_text("provisional"), account->provisional, out);
    }
    json_write_close(out, ']');
}

void account_write(const struct account *account, struct buffer *out)
{
    json_write_open(out, NULL, '{');
    json_write_integer(out, "rows", (int64_t)account->rows);
    write_merged("cells", account->cells, account->cell_count, out);
    json_write_open(out, "feeds", '[');
    for (size_t i = 0; i < account->feed_count; i++)
        write_cell(account->feeds[i].name, account->feeds[i].value, out);
    json_write_close(out, ']');
    json_write_integer(out, "roll", (int64_t)account->roll);
    write_changes(account, out);
    write_merged("cases", account->cases, ACCOUNT_CASES, out);
    write_merged("effects", account->effects, ACCOUNT_EFFECTS, out);
    json_write_integer(out, "hours", account->hours);
    json_write_integer(out, "late",
                       is_small(account->late) ? ROLL_SMALL_CELL - 1 : (int64_t)account->late);
    json_write_close(out, '}');
}
