#include "count/meek.h"

static uint64_t divide_up(unsigned __int128 value, uint64_t by)
{
    return (uint64_t)((value + by - 1) / by);
}

struct meek meek_init(struct tally *tally, struct fail *fail)
{
    for (unsigned i = 0; (i = set_next(&tally->continuing, i)) != 0;)
        tally->keep[i] = tally->unit;
    return (struct meek){.tally = tally, .fail = fail};
}

/* One paper, for all equal ones. Weight and keep value are at most 10^9, so 64 bits hold all. */
static void distribute_bundle(struct tally *tally, const struct bundle *bundle)
{
    uint64_t weight = tally->unit;
    for (size_t i = bundle->start; i < bundle->end && weight > 0; i++) {
        unsigned candidate = tally->preferences[i];
        uint64_t kept = (weight * tally->keep[candidate] + tally->unit - 1) / tally->unit;
        tally->votes[candidate] += kept * bundle->weight;
        weight -= kept;
    }
}

void meek_distribute(struct meek *meek)
{
    struct tally *tally = meek->tally;
    uint64_t sum = 0;
    memset(tally->votes, 0, sizeof tally->votes);
    for (size_t i = 0; i < tally->task->papers->count; i++)
        distribute_bundle(tally, &tally->bundles[i]);
    for (unsigned i = 1; i <= tally->task->papers->candidates; i++)
        sum += tally->votes[i];
    tally->non_transferable = tally->sheet->valid * tally->unit - sum;
    meek->quota = sum / (tally->task->seats + 1) + 1;
    tally_elect_at(tally, meek->quota);
}

uint64_t meek_surplus(const struct meek *meek)
{
    const struct tally *tally = meek->tally;
    uint64_t votes = 0, quotas = meek->quota * set_count(&tally->elected);
    for (unsigned i = 0; (i = set_next(&tally->elected, i)) != 0;)
        votes += tally->votes[i];
    return votes > quotas ? votes - quotas : 0;
}

/* up(up(k * quota) / votes), 1 at most. The products pass 64 bits. */
static uint64_t new_keep(uint64_t keep, uint64_t quota, uint64_t votes, uint64_t unit)
{
    uint64_t share = divide_up((unsigned __int128)keep * quota, unit);
    return share >= votes ? unit : divide_up((unsigned __int128)share * unit, votes);
}

void meek_update(struct meek *meek)
{
    struct tally *tally = meek->tally;
    for (unsigned i = 1; i <= tally->task->papers->candidates; i++) {
        if (set_has(&tally->elected, i) && tally->votes[i] > 0)
            tally->keep[i] = new_keep(tally->keep[i], meek->quota, tally->votes[i], tally->unit);
        else if (!set_has(&tally->elected, i) && !set_has(&tally->continuing, i))
            tally->keep[i] = 0;
    }
}

void meek_settle(struct meek *meek)
{
    struct tally *tally = meek->tally;
    if (tally_seats_left(tally) == 0)
        tally_drop(tally, tally->continuing);
    else if (set_count(&tally->continuing) <= tally_seats_left(tally))
        tally_elect_all(tally);
}

enum outcome meek_record(struct meek *meek)
{
    enum stage_action action = meek->tally->sheet->stage_count == 0 ? STAGE_FIRST : STAGE_ITERATE;
    return tally_record(meek->tally, action, set_of(0), meek->quota, meek->fail);
}
