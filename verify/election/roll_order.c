/*
 * STATE.order of what makes the roll, docs/protocol.md section 4, "Order of entries", items 4 and
 * 5: snapshots and their differences, cases, versions and their issues. One walk over the log.
 */
#include "election/election.h"

#include <inttypes.h>

/* What stood before, and what must come before anything else of its sort. */
struct walk {
    const struct election *election;
    uint64_t snapshots, cases, rolls; /* so many */
    int64_t at;                       /* of the last case, roll, opening or close */
    uint64_t from;                    /* a difference with this snapshot is due, or 0 */
    bool listed;                      /* a snapshot of a source that lists */
    bool issue_due;                   /* of the last roll */
};

static void offend(const struct walk *walk, uint64_t entry, const char *text)
{
    report_fail(walk->election->report, STATE_ORDER, entry, "%s", text);
}

/* The number of the last snapshot of this source among the first `count`, or 0. */
static uint64_t snapshot_before(const struct walk *walk, struct span source, uint64_t count)
{
    const struct places *snapshots = &walk->election->by[SNAPSHOT];
    for (uint64_t i = count; i-- > 0;)
        if (span_equal(election_says(walk->election, snapshots->at[i])->snapshot->source, source))
            return i + 1;
    return 0;
}

static void expect_difference(struct walk *walk, uint64_t entry)
{
    if (walk->from != 0)
        report_fail(walk->election->report, STATE_ORDER, entry,
                    "stands before the `difference` of snapshot %" PRIu64, walk->snapshots);
    walk->from = 0;
}

static void take_snapshot(struct walk *walk, uint64_t entry, const struct snapshot *snapshot)
{
    expect_difference(walk, entry);
    walk->from = snapshot_before(walk, snapshot->source, walk->snapshots);
    if (snapshot->number != ++walk->snapshots)
        offend(walk, entry, "snapshots must be numbered 1, 2, …");
    const struct source *source = election_source(walk->election, snapshot->source);
    walk->listed = walk->listed || (source != NULL && source->lists);
}

static void take_difference(struct walk *walk, uint64_t entry, const struct difference *difference)
{
    if (walk->from == 0)
        offend(walk, entry, "there is no snapshot that lacks its `difference`");
    else if (difference->from != walk->from || difference->to != walk->snapshots)
        report_fail(walk->election->report, STATE_ORDER, entry,
                    "must be the difference between snapshots %" PRIu64 " and %" PRIu64, walk->from,
                    walk->snapshots);
    walk->from = 0;
}

static void take_time(struct walk *walk, uint64_t entry, int64_t at)
{
    if (at < walk->at)
        offend(walk, entry, "is of a time before what stands before it");
    else
        walk->at = at;
}

static void take_case(struct walk *walk, uint64_t entry, const struct filed_case *filed)
{
    expect_difference(walk, entry);
    if (filed->number != ++walk->cases)
        offend(walk, entry, "cases must be numbered 1, 2, …");
    take_time(walk, entry, filed->at);
}

static void expect_issue(struct walk *walk, uint64_t entry)
{
    if (walk->issue_due)
        report_fail(walk->election->report, STATE_ORDER, entry,
                    "stands before the `issue` of version %" PRIu64, walk->rolls);
    walk->issue_due = false;
}

static void take_roll(struct walk *walk, uint64_t entry, const struct roll *roll)
{
    expect_difference(walk, entry);
    expect_issue(walk, entry);
    if (roll->version != ++walk->rolls)
        offend(walk, entry, "rolls must be numbered 1, 2, …");
    take_time(walk, entry, roll->at);
    if (!walk->listed)
        offend(walk, entry, "there is no snapshot of a source that lists members");
    for (size_t i = 0; i < roll->style_count; i++)
        walk->issue_due = walk->issue_due || roll->styles[i].credentials > 0;
}

static void take_issue(struct walk *walk, uint64_t entry, const struct issue *issue)
{
    if (issue->roll != walk->rolls)
        offend(walk, entry, "an issue must serve the latest roll");
    else if (!walk->issue_due)
        offend(walk, entry, "this roll adds no credentials, or they were issued before");
    walk->issue_due = false;
}

static void take_entry(struct walk *walk, uint64_t entry, const struct statement *says)
{
    switch (says->kind) {
    case SNAPSHOT:
        take_snapshot(walk, entry, says->snapshot);
        break;
    case DIFFERENCE:
        take_difference(walk, entry, says->difference);
        break;
    case CASE:
        take_case(walk, entry, says->filed);
        break;
    case ROLL:
        take_roll(walk, entry, says->roll);
        break;
    case ISSUE:
        take_issue(walk, entry, says->issue);
        break;
    case OPEN:
        expect_issue(walk, entry);
        take_time(walk, entry, says->open->at);
        break;
    case CLOSE:
        expect_issue(walk, entry);
        take_time(walk, entry, says->close->at);
        break;
    default:
        break;
    }
}

void roll_order_check(const struct election *election)
{
    struct walk walk = {.election = election};
    for (uint64_t entry = 0; entry < election->board->count; entry++) {
        const struct statement *says = election_says(election, entry);
        if (says != NULL)
            take_entry(&walk, entry, says);
    }
}
