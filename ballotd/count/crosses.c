/* Crosses instead of rankings: first past the post, block vote and approval. The most votes win.
 * docs/counting.md, "fptp, block and approval". */
#include "count/rules.h"
#include "count/tie.h"

/* One distinct paper: every candidate it names has a cross. */
static void mark(struct tally *tally, struct paper paper, size_t crosses_max)
{
    struct sheet *sheet = tally->sheet;
    if (paper.length > crosses_max) {
        sheet->too_many += paper.weight;
        return;
    }
    if (tally_available(tally, paper, 0) == paper.length) {
        sheet->withdrawn_only += paper.weight;
        return;
    }
    sheet->valid += paper.weight;
    for (size_t i = 0; i < paper.length; i++)
        if (tally->standing[paper.prefs[i]] == CONTINUING)
            tally->stage.votes[paper.prefs[i]] += paper.weight;
}

/* Continuing candidates with exactly so many votes, by number. */
static struct group with_votes(const struct tally *tally, uint64_t votes)
{
    struct group group = {.size = 0};
    for (size_t c = 1; c <= tally->sheet->candidates; c++)
        if (tally->standing[c] == CONTINUING && tally->stage.votes[c] == votes)
            group_add(&group, c);
    return group;
}

static void group_remove(struct group *group, size_t candidate)
{
    size_t kept = 0;
    for (size_t i = 0; i < group->size; i++)
        if (group->who[i] != candidate)
            group->who[kept++] = group->who[i];
    group->size = kept;
}

/* Leaves as many as there are seats: lots fall on the others. */
static enum outcome leave_out(struct tally *tally, struct group *tied, struct fail *fail)
{
    enum outcome outcome = OK;
    while (outcome == OK && tied->size > tally->unfilled) {
        size_t candidate = 0;
        outcome = tie_by_lot(tally, tied, &candidate, fail);
        if (outcome == OK)
            group_remove(tied, candidate);
    }
    return outcome;
}

static enum outcome elect(struct tally *tally, struct fail *fail)
{
    enum outcome outcome = OK;
    while (outcome == OK && tally->unfilled > 0 && tally->continuing > 0) {
        struct group highest = with_votes(tally, tally->stage.votes[tally_highest(tally)]);
        outcome = leave_out(tally, &highest, fail);
        for (size_t i = 0; outcome == OK && i < highest.size; i++)
            tally_elect(tally, highest.who[i]);
    }
    return outcome;
}

static enum outcome count(struct tally *tally, size_t crosses_max, struct fail *fail)
{
    for (size_t i = 0; i < papers_distinct(tally->papers); i++)
        mark(tally, papers_at(tally->papers, i), crosses_max);
    enum outcome outcome = elect(tally, fail);
    return outcome == OK ? tally_end_stage(tally, 0, fail) : outcome;
}

enum outcome fptp_count(struct tally *tally, struct fail *fail)
{
    return count(tally, 1, fail);
}

enum outcome block_count(struct tally *tally, struct fail *fail)
{
    return count(tally, tally->sheet->seats, fail);
}

enum outcome approval_count(struct tally *tally, struct fail *fail)
{
    return count(tally, LIMIT_CANDIDATES, fail);
}
