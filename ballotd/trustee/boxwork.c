#include "trustee/boxwork.h"

static bool takes_part(const struct state *state, unsigned trustee)
{
    return state->ceremony.dealings[trustee].taking_part;
}

static bool has(uint32_t set, unsigned trustee)
{
    return (set >> (trustee - 1)) & 1;
}

static unsigned members(uint32_t set)
{
    return (unsigned)__builtin_popcount(set);
}

/* How many are to mix. */
static unsigned goal(const struct state *state, const struct seat *seat)
{
    unsigned participants = 0;
    for (unsigned i = 1; i <= state->definition->trustee_count; i++)
        participants += takes_part(state, i);
    return seat->extra ? participants : state->definition->threshold;
}

/* The first participant who has not mixed; 0: none. *out_place: how many such come before us. */
static unsigned next_mixer(const struct state *state, const struct box *box, unsigned us,
                           unsigned *out_place)
{
    unsigned first = 0, place = 0;
    for (unsigned i = 1; i <= state->definition->trustee_count; i++) {
        if (!takes_part(state, i) || has(box->mixers, i))
            continue;
        if (first == 0)
            first = i;
        place += i < us;
    }
    *out_place = place;
    return first;
}

enum work boxwork_mix(const struct state *state, const struct box *box, const struct seat *seat,
                      unsigned *out_whose)
{
    unsigned place;
    if (box->count == 0 || box->decryptors != 0 || has(box->mixers, seat->trustee) ||
        members(box->mixers) >= goal(state, seat))
        return WORK_NONE;
    *out_whose = next_mixer(state, box, seat->trustee, &place);
    return seat->still_s >= (int64_t)place * seat->patience_s ? WORK_NOW : WORK_WAIT;
}

enum work boxwork_decrypt(const struct state *state, const struct box *box, const struct seat *seat,
                          unsigned *out_whose)
{
    unsigned place, mixed = members(box->mixers), wanted = goal(state, seat);
    if (box->count == 0 || has(box->decryptors, seat->trustee))
        return WORK_NONE;
    *out_whose = next_mixer(state, box, seat->trustee, &place);
    if (mixed < state->definition->threshold)
        return WORK_WAIT;
    if (mixed >= wanted || box->decryptors != 0)
        return WORK_NOW;
    return seat->still_s >= (int64_t)(wanted - mixed) * seat->patience_s ? WORK_NOW : WORK_WAIT;
}
