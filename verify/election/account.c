/* ROLL.account: the figures that each `roll` publishes, docs/roll.md section 10. */
#include "base/json.h"
#include "election/election.h"

#include <inttypes.h>

enum { CELLS_MOST = 64, NAME_BYTES = LIMIT_ID_BYTES }; /* codes, words, ids of sources */

struct cells {
    struct span names[CELLS_MOST];
    int64_t values[CELLS_MOST];
    size_t count;
};

struct figures {
    int64_t rows, roll;
    struct cells cells, feeds, changes, cases, effects;
    int64_t hours, late;
};

/* The cells that a list has when none is small, in their order. */
struct names {
    struct span list[CELLS_MOST];
    size_t count;
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

static void add_name(struct names *names, struct span name)
{
    if (names->count < CELLS_MOST)
        names->list[names->count++] = name;
}

static struct names names_of_cells(const struct definition *definition)
{
    struct names names = {.count = 0};
    add_name(&names, span_text("eligible"));
    for (size_t i = 0; i < definition->code_count; i++)
        add_name(&names, definition->codes[i]);
    add_name(&names, span_text("STYLE"));
    add_name(&names, span_text("undetermined"));
    add_name(&names, span_text("duplicates"));
    return names;
}

static struct names names_of_cases(void)
{
    struct names names = {.count = 0};
    add_name(&names, span_text("upheld"));
    add_name(&names, span_text("refused"));
    add_name(&names, span_text("withdrawn"));
    add_name(&names, span_text("open"));
    return names;
}

static struct names names_of_effects(void)
{
    static const char *const effects[] = {"review", "rows",    "merge",   "set",
                                          "add",    "include", "exclude", "hold"};
    struct names names = {.count = 0};
    for (size_t i = 0; i < sizeof effects / sizeof *effects; i++)
        add_name(&names, span_text(effects[i]));
    return names;
}

/* The names stand in their order; some may be left out only if "merged" follows. */
static bool names_right(const struct names *names, const struct cells *cells)
{
    size_t count = cells->count, place = 0;
    bool merged = count > 0 && span_equal(cells->names[count - 1], span_text("merged"));
    if (merged)
        count--;
    for (size_t i = 0; i < count; i++, place++) {
        while (place < names->count && !span_equal(names->list[place], cells->names[i]))
            place++;
        if (place == names->count)
            return false;
    }
    return merged ? count < names->count : count == names->count;
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

/* The latest snapshot of a source before an entry, or NULL. */
static const struct snapshot *counting(const struct election *election, struct span source,
                                       uint64_t entry)
{
    const struct snapshot *latest = NULL;
    for (size_t i = 0; i < election->by[SNAPSHOT].count; i++) {
        uint64_t at = election->by[SNAPSHOT].at[i];
        if (at < entry && span_equal(election_says(election, at)->snapshot->source, source))
            latest = election_says(election, at)->snapshot;
    }
    return latest;
}

/* Every source with a counting snapshot, and its rows; those of the sources that list are the
 * account's. */
static void check_feeds(const struct election *election, uint64_t entry,
                        const struct figures *figures)
{
    const struct definition *definition = election->definition;
    const struct cells *feeds = &figures->feeds;
    uint64_t rows = 0;
    size_t place = 0;
    bool right = true;
    for (size_t i = 0; i < definition->source_count; i++) {
        const struct source *source = &definition->sources[i];
        const struct snapshot *snapshot = counting(election, source->id, entry);
        if (snapshot == NULL)
            continue;
        right = right && place < feeds->count && span_equal(feeds->names[place], source->id) &&
                (uint64_t)feeds->values[place] == snapshot->rows;
        rows += source->lists ? snapshot->rows : 0;
        place++;
    }
    if (!right || place != feeds->count)
        report_fail(election->report, ROLL_ACCOUNT, entry,
                    "the account's feeds are not those of the counting snapshots");
    if ((uint64_t)figures->rows != rows)
        report_fail(election->report, ROLL_ACCOUNT, entry,
                    "the account's rows are not those of the snapshots that list members");
}

static enum outcome read_figures(struct span text, struct figures *out, struct fail *fail)
{
    struct json json;
    json_open(&json, text);
    json_object(&json, NULL);
    json_integer(&json, "rows", 0, INT64_MAX, &out->rows);
    read_cells(&json, "cells", &out->cells);
    read_cells(&json, "feeds", &out->feeds);
    json_integer(&json, "roll", 0, INT64_MAX, &out->roll);
    read_cells(&json, "changes", &out->changes);
    read_cells(&json, "cases", &out->cases);
    read_cells(&json, "effects", &out->effects);
    json_integer(&json, "hours", -1, INT64_MAX, &out->hours);
    json_integer(&json, "late", 0, INT64_MAX, &out->late);
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
    const struct names cells = names_of_cells(election->definition), cases = names_of_cases();
    const struct names effects = names_of_effects();
    if (!names_right(&cells, &figures->cells) || !changes_right(changes))
        report_fail(report, ROLL_ACCOUNT, entry, "the account's cells are not those of the rules");
    if (!names_right(&cases, &figures->cases))
        report_fail(report, ROLL_ACCOUNT, entry, "the account's cases are not in their four cells");
    if (!small_hidden(&figures->cells) || !small_hidden(&figures->cases) ||
        !small_hidden(&figures->effects) || (figures->late >= 1 && figures->late <= 3))
        report_fail(report, ROLL_ACCOUNT, entry, "the account shows a cell that is too small");
    if (!names_right(&effects, &figures->effects) || sum(&figures->effects) != sum(&figures->cases))
        report_fail(report, ROLL_ACCOUNT, entry,
                    "the account's effects are not those of its cases");
    if (sum(&figures->cells) != figures->rows)
        report_fail(report, ROLL_ACCOUNT, entry, "the cells do not add up to %" PRId64 " rows",
                    figures->rows);
    if (eligible >= 0 && changes->count == 3 &&
        figures->roll != eligible + changes->values[0] - changes->values[1] + changes->values[2])
        report_fail(report, ROLL_ACCOUNT, entry, "the roll is not the eligible and the changes");
}

/* What a version adds, by style; the sum of it. */
static uint64_t check_styles(const struct election *election, uint64_t entry,
                             const struct roll *roll)
{
    const struct definition *definition = election->definition;
    uint64_t added = 0;
    bool right = roll->style_count == definition->style_count;
    for (size_t i = 0; i < roll->style_count; i++) {
        right = right && i < definition->style_count &&
                span_equal(roll->styles[i].style, definition->styles[i].id) &&
                roll->styles[i].provisional <= roll->styles[i].credentials;
        added += roll->styles[i].credentials;
    }
    if (!right)
        report_fail(election->report, ROLL_ACCOUNT, entry,
                    "the styles are not those of the definition");
    return added;
}

/* Every leaf that a version adds brings a credential, every one that it drops has one revoked. */
static void check_size(const struct election *election, uint64_t entry, const struct roll *roll,
                       const struct roll *before)
{
    uint64_t added = check_styles(election, entry, roll), size = before == NULL ? 0 : before->size;
    if (roll->size > size + added)
        report_fail(election->report, ROLL_ACCOUNT, entry,
                    "has %" PRIu64 " leaves; there were %" PRIu64 ", and %" PRIu64
                    " credentials are added",
                    roll->size, size, added);
    if (roll->size + roll->revoked_count < size)
        report_fail(election->report, ROLL_ACCOUNT, entry,
                    "drops more leaves than the %zu credentials that it revokes",
                    roll->revoked_count);
}

static void check_roll(const struct election *election, uint64_t entry)
{
    struct report *report = election->report;
    const struct roll *roll = election_says(election, entry)->roll;
    struct figures figures = {.rows = 0};
    struct fail fail;
    enum outcome outcome = read_figures(roll->account, &figures, &fail);
    if (!report_take(report, ROLL_ACCOUNT, entry, outcome, &fail))
        return;
    if ((uint64_t)figures.roll != roll->size)
        report_fail(report, ROLL_ACCOUNT, entry, "the account's roll is not its size");
    check_figures(election, entry, &figures);
    check_feeds(election, entry, &figures);
}

void account_check(struct election *election)
{
    const struct roll *before = NULL;
    if (election->by[ROLL].count == 0) {
        report_not_run(election->report, ROLL_ACCOUNT, "there is no roll");
        return;
    }
    for (size_t i = 0; i < election->by[ROLL].count; i++) {
        uint64_t entry = election->by[ROLL].at[i];
        const struct roll *roll = election_says(election, entry)->roll;
        check_roll(election, entry);
        check_size(election, entry, roll, before);
        before = roll;
    }
    report_pass(election->report, ROLL_ACCOUNT);
}
