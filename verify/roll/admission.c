#include "roll/admission.h"

#include <inttypes.h>
#include <stdlib.h>

static int compare_digests(const void *a, const void *b)
{
    return memcmp(a, b, HASH_BYTES);
}

static bool is_subject(const struct roll_case *of, const uint8_t pseudonym[HASH_BYTES])
{
    return bsearch(pseudonym, of->subjects, of->subject_count, sizeof *of->subjects,
                   compare_digests) != NULL;
}

/* Not let in: nothing but a refused `include` says no to somebody whom the rules do not let in. */
static bool was_refused(const struct casebook_view *cases, const struct drafted *drafted,
                        const uint8_t pseudonym[HASH_BYTES])
{
    bool refused = false;
    for (size_t i = 0; i < cases->case_count; i++) {
        const struct roll_case *of = &cases->cases[i];
        if (of->effect->what != EFFECT_INCLUDE || !is_subject(of, pseudonym))
            continue;
        if (of->force_order != 0)
            return false;
        refused = refused || of->state == CASE_REFUSED;
    }
    return refused && drafted->by_rules != ELIGIBLE;
}

static enum outcome fail_undecided(const struct draft *draft, uint32_t person, struct fail *fail)
{
    const struct people *people = draft->people;
    if (draft_added(draft, person))
        return fail_bad(fail, "somebody whom a case added voted, and was left undecided");
    unsigned home = people->list[person].home;
    return fail_bad(fail,
                    "the member of line %" PRIu32
                    " of snapshots/%zu.csv voted provisionally, and was left undecided",
                    people->feeds[home].table->lines[people_row(people, person, home)],
                    people->feeds[home].snapshot + 1);
}

/* The keys of a leaf's living credentials with a ballot, the tendered ones aside. */
static size_t take_keys(const struct bindings *bindings, const struct roll_board *board,
                        const struct roll_entry *freeze, const struct leaf *leaf,
                        uint8_t (*out_keys)[KEY_BYTES])
{
    size_t count = 0;
    for (uint32_t at = leaf->credentials; at != NO_CREDENTIAL; at = bindings->list[at].next) {
        const struct credential_bound *bound = &bindings->list[at];
        if (bound->live && !bound->tendered &&
            board->first_ballot(board->ballot_context, bound->key) < freeze->index)
            memcpy(out_keys[count++], bound->key, KEY_BYTES);
    }
    return count;
}

/* Those who must be admitted; BAD where somebody should have been decided about. */
static enum outcome collect(const struct draft *draft, const struct casebook_view *cases,
                            const struct bindings *bindings, const struct roll_board *board,
                            const struct roll_entry *freeze, uint8_t (*keys)[KEY_BYTES],
                            size_t *out_count, struct fail *fail)
{
    size_t count = 0;
    for (uint32_t i = 0; i < bindings->leaves->count; i++) {
        const struct leaf *leaf = &bindings->leaves->list[i];
        if (!leaf->standing || !leaf->provisional || !leaf->cast)
            continue;
        uint32_t person = draft_find(draft, leaf->pseudonym);
        if (person == NOBODY)
            continue;
        const struct drafted *drafted = &draft->list[person];
        uint8_t standing = drafted->standing;
        if (standing == ELIGIBLE)
            count += take_keys(bindings, board, freeze, leaf, keys + count);
        else if ((standing == PROVISIONAL || standing == STANDING_UNDETERMINED) &&
                 !was_refused(cases, drafted, leaf->pseudonym))
            return fail_undecided(draft, person, fail);
    }
    *out_count = count;
    return GOOD;
}

enum outcome admission_check(const struct draft *draft, const struct casebook_view *cases,
                             const struct bindings *bindings, const struct roll_board *board,
                             const struct roll_entry *freeze, struct arena *arena,
                             struct fail *fail)
{
    uint8_t(*keys)[KEY_BYTES] = arena_zeroed(arena, bindings->count, sizeof *keys);
    struct span admitted = freeze->freeze.admitted;
    size_t count = 0;
    if (keys == NULL)
        return fail_unable(fail, "no memory for the provisional ballots");
    enum outcome outcome = collect(draft, cases, bindings, board, freeze, keys, &count, fail);
    if (outcome != GOOD)
        return outcome;
    qsort(keys, count, sizeof *keys, compare_digests);
    if (admitted.len != count * KEY_BYTES)
        return fail_bad(fail, "%zu provisional credentials are admitted, %zu were upheld",
                        admitted.len / KEY_BYTES, count);
    for (size_t i = 0; i < count; i++)
        if (memcmp(admitted.ptr + i * KEY_BYTES, keys[i], KEY_BYTES) != 0)
            return fail_bad(fail, "admitted credential %zu is none that was upheld", i + 1);
    return GOOD;
}
