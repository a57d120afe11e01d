/* FREEZE.tree and FREEZE.lists: the boxes and the lists that every verifier computes for itself,
 * docs/protocol.md section 9. */
#include "crypto/hash.h"
#include "election/choice.h"
#include "election/election.h"

#include <inttypes.h>
#include <stdlib.h>

/* Where the ballots of each contest and unit go. */
struct sorting {
    struct election *election;
    int *box_of;    /* [contest][unit]: a place in election->boxes, or -1 */
    size_t *counts; /* [contest][unit]: ballots */
    bool *exists;   /* [contest][unit]: is there such a box? */
    size_t units;
};

static int unit_place(const struct election *election, struct span id)
{
    for (size_t i = 0; i < election->definition->unit_count; i++)
        if (span_equal(election->definition->units[i].id, id))
            return (int)i;
    return -1;
}

/* A contest that is counted as a whole has its box under the first unit. */
static size_t cell_of(const struct sorting *sorting, size_t contest, size_t style)
{
    const struct election *election = sorting->election;
    int unit = unit_place(election, election->definition->styles[style].unit);
    bool by_unit = election_contest_at(election, contest)->by_unit && unit >= 0;
    return contest * sorting->units + (by_unit ? (size_t)unit : 0);
}

static void count_ballots(struct sorting *sorting)
{
    const struct election *election = sorting->election;
    for (size_t style = 0; style < election->definition->style_count; style++)
        for (size_t i = 0; i < election->papers[style].part_count; i++)
            sorting->exists[cell_of(sorting, election->papers[style].parts[i].contest, style)] =
                true;
    for (size_t i = 0; i < election->credential_count; i++) {
        const struct credential *credential = &election->credentials[i];
        const struct ballot_paper *paper = &election->papers[credential->style];
        for (size_t j = 0; j < paper->part_count && election_counts(credential); j++)
            sorting->counts[cell_of(sorting, paper->parts[j].contest, credential->style)]++;
    }
}

/* Small units go into their targets until nothing changes; `goes` says where each went. A unit that
 * has gone stays gone: what goes into it afterwards goes where it went. */
static void merge_units(struct sorting *sorting, size_t contest, size_t *goes)
{
    const struct election *election = sorting->election;
    bool *exists = sorting->exists + contest * sorting->units;
    size_t *ballots = sorting->counts + contest * sorting->units;
    bool changed = election_contest_at(election, contest)->by_unit;
    for (size_t i = 0; i < sorting->units; i++)
        goes[i] = i;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < sorting->units; i++) {
            int into = unit_place(election, election->definition->units[i].merge);
            if (!exists[i] || into < 0 || ballots[i] >= election->definition->floor)
                continue;
            size_t target = goes[into];
            if (target == i) /* a circle, which STATE.definition refuses */
                continue;
            exists[i] = false;
            exists[target] = changed = true;
            ballots[target] += ballots[i];
            for (size_t j = 0; j < sorting->units; j++)
                if (goes[j] == i)
                    goes[j] = target;
        }
    }
}

static bool name_box(struct election *election, struct box *box, size_t unit)
{
    const struct contest *contest = election_contest_at(election, box->contest);
    struct span id = election->definition->units[unit].id;
    box->name = contest->id;
    if (!contest->by_unit)
        return true;
    uint8_t *name = arena_take(&election->arena, contest->id.len + 1 + id.len);
    if (name == NULL)
        return false;
    memcpy(name, contest->id.ptr, contest->id.len);
    name[contest->id.len] = '/';
    memcpy(name + contest->id.len + 1, id.ptr, id.len);
    box->name = span_of(name, contest->id.len + 1 + id.len);
    return true;
}

static bool make_boxes(struct sorting *sorting)
{
    struct election *election = sorting->election;
    for (size_t contest = 0; contest < election->by[CONTEST].count; contest++) {
        size_t goes[LIMIT_UNITS] = {0};
        merge_units(sorting, contest, goes);
        for (size_t unit = 0; unit < sorting->units; unit++) {
            size_t cell = contest * sorting->units + unit;
            if (!sorting->exists[cell])
                continue;
            struct box *box = &election->boxes[election->box_count];
            box->contest = contest;
            box->width = choice_width(election_contest_at(election, contest));
            box->count = sorting->counts[cell];
            if (!name_box(election, box, unit))
                return false;
            for (size_t i = 0; i < sorting->units; i++)
                if (goes[i] == unit)
                    sorting->box_of[contest * sorting->units + i] = (int)election->box_count;
            election->box_count++;
        }
    }
    return true;
}

/* Appends a ballot's pairs of one contest to its box. */
static void add_pairs(struct box *box, size_t *filled, const uint8_t *chunks)
{
    uint8_t *to = box->list + *filled * box->width * CIPHERTEXT_BYTES;
    for (unsigned l = 0; l < box->width; l++)
        memcpy(to + l * CIPHERTEXT_BYTES, chunks + l * CHUNK_BALLOT_BYTES, CIPHERTEXT_BYTES);
    ++*filled;
}

static bool fill_boxes(struct sorting *sorting)
{
    struct election *election = sorting->election;
    size_t *filled = arena_zeroed(&election->arena, election->box_count, sizeof *filled);
    for (size_t i = 0; i < election->box_count; i++) {
        struct box *box = &election->boxes[i];
        box->list = arena_zeroed(&election->arena, box->count, box->width * CIPHERTEXT_BYTES);
        if (box->list == NULL || filled == NULL)
            return false;
    }
    for (size_t i = 0; i < election->credential_count; i++) {
        const struct credential *credential = &election->credentials[i];
        const struct ballot_paper *paper = &election->papers[credential->style];
        if (!election_counts(credential))
            continue;
        const uint8_t *chunks = election_says(election, credential->ballot)->ballot->body.ptr;
        for (size_t j = 0; j < paper->part_count; j++) {
            int box = sorting->box_of[cell_of(sorting, paper->parts[j].contest, credential->style)];
            add_pairs(&election->boxes[box], &filled[box], chunks);
            chunks += (size_t)paper->parts[j].width * CHUNK_BALLOT_BYTES;
        }
    }
    return true;
}

static int compare_items(const void *a, const void *b, void *bytes)
{
    return memcmp(a, b, *(const size_t *)bytes);
}

static int compare_names(const void *a, const void *b)
{
    return span_compare(((const struct box *)a)->name, ((const struct box *)b)->name);
}

static void finish_boxes(struct election *election)
{
    for (size_t i = 0; i < election->box_count; i++) {
        struct box *box = &election->boxes[i];
        size_t item = (size_t)box->width * CIPHERTEXT_BYTES;
        qsort_r(box->list, box->count, item, compare_items, &item);
        hash_sha256(span_of(box->list, box->count * item), box->hash);
        box->last = span_of(box->list, box->count * item);
        memcpy(box->last_hash, box->hash, HASH_BYTES);
    }
    qsort(election->boxes, election->box_count, sizeof *election->boxes, compare_names);
}

static bool sort_ballots(struct election *election)
{
    struct sorting sorting = {.election = election, .units = election->definition->unit_count};
    size_t cells = election->by[CONTEST].count * sorting.units;
    sorting.box_of = arena_zeroed(&election->arena, cells, sizeof *sorting.box_of);
    sorting.counts = arena_zeroed(&election->arena, cells, sizeof *sorting.counts);
    sorting.exists = arena_zeroed(&election->arena, cells, sizeof *sorting.exists);
    election->boxes = arena_zeroed(&election->arena, cells, sizeof *election->boxes);
    if (sorting.box_of == NULL || sorting.counts == NULL || sorting.exists == NULL ||
        election->boxes == NULL)
        return false;
    count_ballots(&sorting);
    if (!make_boxes(&sorting) || !fill_boxes(&sorting))
        return false;
    finish_boxes(election);
    return true;
}

static void compare_lists(const struct election *election, uint64_t entry,
                          const struct freeze *freeze)
{
    struct report *report = election->report;
    if (freeze->box_count != election->box_count)
        report_fail(report, FREEZE_LISTS, entry, "there must be %zu boxes, not %zu",
                    election->box_count, freeze->box_count);
    for (size_t i = 0; i < freeze->box_count && i < election->box_count; i++) {
        const struct frozen_box *frozen = &freeze->boxes[i];
        const struct box *box = &election->boxes[i];
        if (!span_equal(frozen->box, box->name))
            report_fail(report, FREEZE_LISTS, entry, "box %zu must be %.*s", i, (int)box->name.len,
                        (const char *)box->name.ptr);
        else if (frozen->count != box->count || frozen->width != box->width)
            report_fail(report, FREEZE_LISTS, entry, "box %.*s holds %zu ballots of width %u",
                        (int)box->name.len, (const char *)box->name.ptr, box->count, box->width);
        else if (memcmp(frozen->list, box->hash, HASH_BYTES) != 0)
            report_fail(report, FREEZE_LISTS, entry,
                        "the list of box %.*s is not that of the ballots that count",
                        (int)box->name.len, (const char *)box->name.ptr);
    }
}

/* Can the lists be made at all? The first reason why not, or NULL. */
static const char *obstacle(const struct election *election)
{
    const struct report *report = election->report;
    static const enum check needed[] = {STATE_DEFINITION, ROLL_ISSUE, ROLL_REISSUE, BALLOT_FORM,
                                        BALLOT_CREDENTIAL};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (report->findings[needed[i]].verdict != PASSED)
            return check_id(needed[i]);
    return NULL;
}

/* Marks the provisional credentials whose ballots the freeze admits: section 9, "What counts". */
static bool admit(struct election *election, uint64_t entry, const struct freeze *freeze)
{
    struct report *report = election->report;
    struct span list;
    struct fail fail;
    enum outcome outcome = board_blob(election->board, &freeze->admitted, &list, &fail);
    if (outcome == GOOD && list.len % KEY_BYTES != 0)
        outcome = fail_bad(&fail, "what is admitted is no list of keys");
    if (!report_take(report, FREEZE_LISTS, entry, outcome, &fail))
        return false;
    for (size_t at = 0; at < list.len; at += KEY_BYTES) {
        struct credential *credential = election_credential(election, list.ptr + at);
        if (at > 0 && memcmp(list.ptr + at - KEY_BYTES, list.ptr + at, KEY_BYTES) >= 0)
            report_fail(report, FREEZE_LISTS, entry, "the keys admitted are not in order");
        else if (credential == NULL || credential->standing != CREDENTIAL_PROVISIONAL ||
                 credential->killed != NO_ENTRY || credential->ballot == NO_ENTRY)
            report_fail(report, FREEZE_LISTS, entry,
                        "admitted key %zu is of no live provisional credential with a ballot",
                        at / KEY_BYTES);
        else
            credential->admitted = true;
    }
    return true;
}

void freeze_check(struct election *election)
{
    struct report *report = election->report;
    uint64_t entry = election_first(election, FREEZE);
    const char *why = obstacle(election);
    if (entry == NO_ENTRY) {
        report_not_run(report, FREEZE_TREE, "the log has no `freeze`");
        report_not_run(report, FREEZE_LISTS, "the log has no `freeze`");
        return;
    }
    const struct freeze *freeze = election_says(election, entry)->freeze;
    struct merkle_hash root;
    board_root_at(election->board, entry, &root);
    if (freeze->size != entry || memcmp(freeze->root, root.bytes, HASH_BYTES) != 0)
        report_fail(report, FREEZE_TREE, entry,
                    "does not name the tree of the %" PRIu64 " entries before it", entry);
    report_pass(report, FREEZE_TREE);
    if (why != NULL) {
        report_not_run(report, FREEZE_LISTS, "the lists cannot be made, because of %s", why);
        return;
    }
    if (!admit(election, entry, freeze))
        return;
    if (!sort_ballots(election)) {
        report_not_run(report, FREEZE_LISTS, "no memory for the lists");
        return;
    }
    election->boxes_known = true;
    compare_lists(election, entry, freeze);
    report_pass(report, FREEZE_LISTS);
}
