/* ROLL.account: the figures that each `roll` publishes, docs/roll.md section 8. */
#include "base/json.h"
#include "election/election.h"

#include <inttypes.h>

enum { CELLS_MOST = 64, NAME_BYTES = 16 };

struct cells {
    struct span names[CELLS_MOST];
    int64_t values[CELLS_MOST];
    size_t count;
};

struct figures {
    int64_t rows, roll;
    struct cells cells, changes;
};

static void read_cells(struct json *json, const char *name, struct cells *cells)
{
    json_array(json, name);
    while (json_more(json) && cells->count < CELLS_MOST) {
        json_array(json, NULL);
        json_string(json, NULL, NAME_BYTES, &cells->names[cells->count]);
        json_integer(json, NULL, 0, INT64_MAX / CELLS_MOST, &cells->values[cells->count]);
        json_end(json);
        cells->count++;
    }
    json_end(json);
}

static int64_t sum(const struct cells *cells)
{
    int64_t total = 0;
    for (size_t i = 0; i < cells->count; i++)
        total += cells->values[i];
    return total;
}

static int64_t value_of(const struct cells *cells, const char *name)
{
    for (size_t i = 0; i < cells->count; i++)
        if (span_equal(cells->names[i], span_text(name)))
            return cells->values[i];
    return -1;
}

/* Is this the name of the cell at `place` in the full order of section 8? Empty past the end. */
static struct span name_at(const struct definition *definition, size_t place)
{
    static const char *const after[] = {"STYLE", "undetermined", "duplicates"};
    if (place == 0)
        return span_text("eligible");
    if (place <= definition->code_count)
        return definition->codes[place - 1];
    place -= definition->code_count + 1;
    return place < 3 ? span_text(after[place]) : (struct span){0};
}

/* The names are those of section 8 in order; some may be left out only if "merged" follows. */
static bool names_right(const struct definition *definition, const struct cells *cells)
{
    size_t count = cells->count, place = 0, full = definition->code_count + 4;
    bool merged = count > 0 && span_equal(cells->names[count - 1], span_text("merged"));
    if (merged)
        count--;
    for (size_t i = 0; i < count; i++, place++) {
        while (place < full && !span_equal(name_at(definition, place), cells->names[i]))
            place++;
        if (place == full)
            return false;
    }
    return merged ? count < full : count == full;
}

/* No cell of 1 to 4 is shown but a merged one, which nothing else could be added to. */
static bool small_hidden(const struct cells *cells)
{
    bool others = false;
    for (size_t i = 0; i < cells->count; i++) {
        bool merged = span_equal(cells->names[i], span_text("merged"));
        others = others || (!merged && cells->values[i] != 0);
        if (cells->values[i] >= 1 && cells->values[i] <= 4 && (!merged || others))
            return false;
    }
    return true;
}

static bool changes_right(const struct cells *changes)
{
    return changes->count == 0 ||
           (changes->count == 3 && value_of(changes, "included") >= 0 &&
            span_equal(changes->names[0], span_text("included")) &&
            span_equal(changes->names[1], span_text("removed")) &&
            span_equal(changes->names[2], span_text("provisional")) && small_hidden(changes));
}

static enum outcome read_figures(struct span text, struct figures *out, struct fail *fail)
{
    struct json json;
    json_open(&json, text);
    json_object(&json, NULL);
    json_integer(&json, "rows", 0, INT64_MAX, &out->rows);
    read_cells(&json, "cells", &out->cells);
    json_integer(&json, "roll", 0, INT64_MAX, &out->roll);
    read_cells(&json, "changes", &out->changes);
    json_end(&json);
    enum outcome outcome = json_finish(&json, fail);
    json_done(&json);
    return outcome;
}

static void check_figures(const struct election *election, uint64_t entry,
                          const struct figures *figures)
{
    struct report *report = election->report;
    const struct cells *changes = &figures->changes;
    int64_t eligible = value_of(&figures->cells, "eligible");
    if (!names_right(election->definition, &figures->cells) || !changes_right(changes))
        report_fail(report, ROLL_ACCOUNT, entry, "the account's cells are not those of the rules");
    if (!small_hidden(&figures->cells))
        report_fail(report, ROLL_ACCOUNT, entry, "the account shows a cell that is too small");
    if (sum(&figures->cells) != figures->rows)
        report_fail(report, ROLL_ACCOUNT, entry, "the cells do not add up to %" PRId64 " rows",
                    figures->rows);
    if (eligible >= 0 && changes->count == 3 &&
        figures->roll != eligible + changes->values[0] - changes->values[1] + changes->values[2])
        report_fail(report, ROLL_ACCOUNT, entry, "the roll is not the eligible and the changes");
}

static void check_roll(const struct election *election, uint64_t entry)
{
    struct report *report = election->report;
    const struct definition *definition = election->definition;
    const struct roll *roll = election_says(election, entry)->roll;
    struct figures figures = {.rows = 0};
    struct fail fail;
    uint64_t credentials = 0;
    bool styles = roll->style_count == definition->style_count;
    for (size_t i = 0; i < roll->style_count; i++) {
        styles = styles && span_equal(roll->styles[i].style, definition->styles[i].id) &&
                 roll->styles[i].provisional <= roll->styles[i].credentials;
        credentials += roll->styles[i].credentials;
    }
    if (!styles)
        report_fail(report, ROLL_ACCOUNT, entry, "the styles are not those of the definition");
    if (credentials != roll->size)
        report_fail(report, ROLL_ACCOUNT, entry,
                    "the styles have %" PRIu64 " credentials, the roll %" PRIu64 " leaves",
                    credentials, roll->size);
    enum outcome outcome = read_figures(roll->account, &figures, &fail);
    if (!report_take(report, ROLL_ACCOUNT, entry, outcome, &fail))
        return;
    if ((uint64_t)figures.roll != roll->size)
        report_fail(report, ROLL_ACCOUNT, entry, "the account's roll is not its size");
    check_figures(election, entry, &figures);
}

/* The rows of the account are those of the snapshot that counts, the latest before it. */
static void check_rows(const struct election *election, uint64_t entry)
{
    const struct snapshot *latest = NULL;
    struct figures figures = {.rows = 0};
    struct fail fail;
    for (size_t i = 0; i < election->by[SNAPSHOT].count; i++)
        if (election->by[SNAPSHOT].at[i] < entry)
            latest = election_says(election, election->by[SNAPSHOT].at[i])->snapshot;
    if (read_figures(election_says(election, entry)->roll->account, &figures, &fail) == GOOD &&
        (latest == NULL || (uint64_t)figures.rows != latest->rows))
        report_fail(election->report, ROLL_ACCOUNT, entry,
                    "the account's rows are not those of the latest snapshot");
}

void account_check(struct election *election)
{
    if (election->by[ROLL].count == 0) {
        report_not_run(election->report, ROLL_ACCOUNT, "there is no roll");
        return;
    }
    for (size_t i = 0; i < election->by[ROLL].count; i++) {
        check_roll(election, election->by[ROLL].at[i]);
        check_rows(election, election->by[ROLL].at[i]);
    }
    report_pass(election->report, ROLL_ACCOUNT);
}
