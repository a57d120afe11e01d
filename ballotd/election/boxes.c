#include "election/boxes.h"

#include "crypto/hash.h"
#include "election/ballot.h"

#include <stdio.h>
#include <stdlib.h>

/* -- which boxes there are -------------------------------------------------------------------- */

/* One contest by units: ballots in each, and where each unit's go (section 9: the floor). */
struct units {
    uint64_t *by_style; /* ballots that count, of each style */
    uint64_t *counts;   /* by unit */
    unsigned *root;     /* the unit whose box takes this unit's ballots */
    bool *has_box;      /* it has electors of the contest, or took in a unit that has */
};

/* In the order of the units, again until nothing changes; circles are refused in the definition. */
static void merge_small(const struct definition *definition, struct units *units)
{
    for (bool changed = true; changed;) {
        changed = false;
        for (unsigned u = 0; u < definition->unit_count; u++) {
            int into = definition->units[u].merge;
            if (units->root[u] != u || into < 0 || !units->has_box[u] ||
                units->counts[u] >= definition->floor)
                continue;
            unsigned target = units->root[into];
            units->counts[target] += units->counts[u];
            units->has_box[target] = true;
            for (unsigned v = 0; v < definition->unit_count; v++)
                if (units->root[v] == u)
                    units->root[v] = target;
            changed = true;
        }
    }
}

static int compare_keys(const void *a, const void *b)
{
    return memcmp(a, b, KEY_BYTES);
}

static bool counts_now(const struct credential *credential, struct span admitted)
{
    if (credential->ballots == 0 || credential->standing == CREDENTIAL_TENDERED)
        return false;
    return credential->standing == CREDENTIAL_ELIGIBLE ||
           (admitted.len > 0 && bsearch(credential->key, admitted.ptr, admitted.len / KEY_BYTES,
                                        KEY_BYTES, compare_keys) != NULL);
}

static void count_styles(const struct state *state, struct span admitted, struct units *units)
{
    for (size_t i = 0; i < state->electorate.count; i++)
        if (counts_now(&state->electorate.credentials[i], admitted))
            units->by_style[state->electorate.credentials[i].style]++;
}

static void count_units(const struct definition *definition, const struct contest *contest,
                        struct units *units)
{
    for (unsigned u = 0; u < definition->unit_count; u++) {
        units->root[u] = u;
        units->counts[u] = 0;
        units->has_box[u] = false;
    }
    for (unsigned s = 0; s < definition->style_count; s++) {
        const struct ballot_style *style = &definition->styles[s];
        if (!contest_has_style(contest, span_str(style->id)))
            continue;
        units->counts[style->unit] += units->by_style[s];
        units->has_box[style->unit] = true;
    }
    merge_small(definition, units);
}

static enum outcome units_init(const struct definition *definition, struct units *out_units,
                               struct fail *fail)
{
    *out_units = (struct units){calloc(definition->style_count, sizeof *out_units->by_style),
                                calloc(definition->unit_count, sizeof *out_units->counts),
                                calloc(definition->unit_count, sizeof *out_units->root),
                                calloc(definition->unit_count, sizeof *out_units->has_box)};
    bool there = out_units->by_style && out_units->counts && out_units->root && out_units->has_box;
    return there ? OK : fail_set(fail, BROKEN, "memory", "out of memory");
}

static void units_done(struct units *units)
{
    free(units->by_style);
    free(units->counts);
    free(units->root);
    free(units->has_box);
}

/* -- gathering -------------------------------------------------------------------------------- */

/* For each contest and unit the box that takes its ballots, or NULL. */
struct gathering {
    const struct state *state;
    struct span admitted;
    struct boxes *boxes;
    int *box_of; /* [contest * units + unit]: index of the box, or -1 */
};

static int add_box(struct gathering *gathering, unsigned contest, const char *unit)
{
    struct boxes *boxes = gathering->boxes;
    const struct contest *of = &gathering->state->contests[contest];
    struct box_list *list = &boxes->at[boxes->count];
    snprintf(list->box.name, sizeof list->box.name, "%s%s%s", of->id, unit ? "/" : "",
             unit ? unit : "");
    list->box.contest = contest;
    list->box.width = contest_width(of);
    buf_init(&list->bytes, SIZE_MAX / 2);
    return (int)boxes->count++;
}

static void add_unit_boxes(struct gathering *gathering, unsigned contest, const struct units *units)
{
    const struct definition *definition = gathering->state->definition;
    int *row = gathering->box_of + (size_t)contest * definition->unit_count;
    for (unsigned u = 0; u < definition->unit_count; u++)
        row[u] = -1;
    for (unsigned u = 0; u < definition->unit_count; u++) {
        unsigned root = units->root[u];
        if (!units->has_box[u])
            continue;
        if (row[root] < 0)
            row[root] = add_box(gathering, contest, definition->units[root].id);
        row[u] = row[root];
    }
}

static void add_whole_box(struct gathering *gathering, unsigned contest)
{
    unsigned unit_count = gathering->state->definition->unit_count;
    int box = add_box(gathering, contest, NULL);
    for (unsigned u = 0; u < unit_count; u++)
        gathering->box_of[(size_t)contest * unit_count + u] = box;
}

static enum outcome plan_boxes(struct gathering *gathering, struct fail *fail)
{
    const struct state *state = gathering->state;
    struct units units;
    enum outcome outcome = units_init(state->definition, &units, fail);
    if (outcome == OK)
        count_styles(state, gathering->admitted, &units);
    for (unsigned c = 0; outcome == OK && c < state->contest_count; c++) {
        if (!state->contests[c].by_unit) {
            add_whole_box(gathering, c);
            continue;
        }
        count_units(state->definition, &state->contests[c], &units);
        add_unit_boxes(gathering, c, &units);
    }
    units_done(&units);
    return outcome;
}

static enum outcome add_ballot(struct gathering *gathering, const struct credential *credential,
                               const struct ballot *ballot, struct fail *fail)
{
    const struct state *state = gathering->state;
    const struct ballot_paper *paper = &state->papers[credential->style];
    unsigned unit = state->definition->styles[credential->style].unit;
    const struct envelope *envelope = (const struct envelope *)ballot->body.bytes;
    if (ballot->body.len != ballot_paper_chunks(paper) * sizeof *envelope)
        return fail_set(fail, BROKEN, "boxes.body", "a ballot in the log has the wrong length");
    for (unsigned i = 0; i < paper->count; i++) {
        size_t contest = (size_t)(paper->contests[i] - state->contests);
        int box = gathering->box_of[contest * state->definition->unit_count + unit];
        struct box_list *list = &gathering->boxes->at[box];
        for (unsigned l = 0; l < list->box.width; l++, envelope++)
            buf_add(&list->bytes, span_of(&envelope->ciphertext, sizeof envelope->ciphertext));
        list->box.count++;
    }
    return OK;
}

static enum outcome read_ballots(struct gathering *gathering, const struct sources *sources,
                                 struct fail *fail)
{
    const struct state *state = gathering->state;
    struct buf bytes;
    enum outcome outcome = OK;
    buf_init(&bytes, LIMIT_ENTRY_BYTES);
    for (size_t i = 0; outcome == OK && i < state->electorate.count; i++) {
        const struct credential *credential = &state->electorate.credentials[i];
        struct statement statement = {0};
        struct ballot ballot = {0};
        if (!counts_now(credential, gathering->admitted))
            continue;
        buf_clear(&bytes);
        outcome = sources->entry(sources->ctx, credential->ballot, &bytes, fail);
        if (outcome == OK)
            outcome = statement_read(buf_span(&bytes), span_str(state->origin), &statement, fail);
        if (outcome == OK)
            outcome = ballot_read(&statement, &ballot, fail);
        if (outcome == OK)
            outcome = add_ballot(gathering, credential, &ballot, fail);
        ballot_done(&ballot);
        statement_done(&statement);
    }
    buf_done(&bytes);
    return outcome;
}

/* -- finishing -------------------------------------------------------------------------------- */

static int compare_items(const void *a, const void *b, void *bytes)
{
    return memcmp(a, b, *(const size_t *)bytes);
}

static enum outcome finish_box(struct box_list *list, struct fail *fail)
{
    size_t item = (size_t)list->box.width * CIPHERTEXT_BYTES;
    enum outcome outcome = buf_check(&list->bytes, list->box.name, fail);
    if (outcome != OK)
        return outcome;
    if (list->box.count > 0)
        qsort_r(list->bytes.bytes, list->box.count, item, compare_items, &item);
    list->box.list_bytes = list->box.count * item;
    sha256(buf_span(&list->bytes), list->box.list);
    return OK;
}

static int compare_boxes(const void *a, const void *b)
{
    return strcmp(((const struct box_list *)a)->box.name, ((const struct box_list *)b)->box.name);
}

enum outcome boxes_gather(const struct state *state, const struct sources *sources,
                          struct span admitted, struct boxes *out_boxes, struct fail *fail)
{
    size_t most = (size_t)state->contest_count * state->definition->unit_count;
    *out_boxes = (struct boxes){.at = calloc(most ? most : 1, sizeof *out_boxes->at)};
    struct gathering gathering = {state, admitted, out_boxes, calloc(most ? most : 1, sizeof(int))};
    enum outcome outcome = out_boxes->at && gathering.box_of
                               ? plan_boxes(&gathering, fail)
                               : fail_set(fail, BROKEN, "memory", "out of memory");
    if (outcome == OK)
        outcome = read_ballots(&gathering, sources, fail);
    for (unsigned i = 0; outcome == OK && i < out_boxes->count; i++)
        outcome = finish_box(&out_boxes->at[i], fail);
    if (outcome == OK)
        qsort(out_boxes->at, out_boxes->count, sizeof *out_boxes->at, compare_boxes);
    free(gathering.box_of);
    return outcome;
}

void boxes_done(struct boxes *boxes)
{
    if (!boxes)
        return;
    for (unsigned i = 0; i < boxes->count; i++)
        buf_done(&boxes->at[i].bytes);
    free(boxes->at);
    *boxes = (struct boxes){0};
}

struct box_list *boxes_find(const struct boxes *boxes, const char *name)
{
    for (unsigned i = 0; i < boxes->count; i++)
        if (strcmp(boxes->at[i].box.name, name) == 0)
            return &boxes->at[i];
    return NULL;
}

json_t *boxes_json(const struct boxes *boxes)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < boxes->count; i++) {
        const struct box *box = &boxes->at[i].box;
        json_t *item = json_object();
        json_put_string(item, "box", span_str(box->name));
        json_put_integer(item, "count", (int64_t)box->count);
        json_put_integer(item, "width", box->width);
        json_put_hex(item, "list", SPAN_ARRAY(box->list));
        json_array_append_new(list, item);
    }
    return list;
}

enum outcome box_view(const struct box *box, struct span bytes, struct cipherlist *out_list,
                      struct fail *fail)
{
    return cipherlist_over(bytes, box->count, box->width, out_list, fail);
}

struct box *state_box(const struct state *state, struct span name)
{
    for (unsigned i = 0; i < state->box_count; i++)
        if (span_is(name, state->boxes[i].name))
            return &state->boxes[i];
    return NULL;
}
