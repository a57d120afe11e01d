/* SIGN.answers: every statement names the entry that it follows upon. One walk over the log keeps
 * the last entry of each sort that something later may answer. */
#include "election/election.h"

struct last {
    uint64_t amend, complaint, restart, snapshot, roll, issue;
    uint64_t by_trustee[TRUSTEE_SHARES + 1][LIMIT_TRUSTEES + 1]; /* of each stage */
};

static void walk_start(struct last *last)
{
    last->amend = last->complaint = last->restart = last->snapshot = last->roll = NO_ENTRY;
    last->issue = NO_ENTRY;
    for (unsigned stage = 0; stage <= TRUSTEE_SHARES; stage++)
        for (unsigned i = 0; i <= LIMIT_TRUSTEES; i++)
            last->by_trustee[stage][i] = NO_ENTRY;
}

static void walk_on(struct last *last, uint64_t entry, const struct statement *says)
{
    switch (says->kind) {
    case AMEND:
        last->amend = entry;
        break;
    case TRUSTEE_COMPLAINT:
        last->complaint = entry;
        break;
    case TRUSTEE_RESTART:
        last->restart = entry;
        break;
    case SNAPSHOT:
        last->snapshot = entry;
        break;
    case ROLL:
        last->roll = entry;
        break;
    case ISSUE:
        last->issue = entry;
        break;
    case TRUSTEE_COMMIT:
    case TRUSTEE_COEFFICIENTS:
    case TRUSTEE_SHARES:
        last->by_trustee[says->kind][says->ceremony->trustee] = entry;
        break;
    default:
        break;
    }
}

static uint64_t or_election(uint64_t entry)
{
    return entry == NO_ENTRY ? 0 : entry;
}

/* The last mix of a box before an entry. */
static uint64_t mix_before(const struct election *election, struct span box, uint64_t entry)
{
    const struct places *mixes = &election->by[MIX];
    for (size_t i = mixes->count; i-- > 0;)
        if (mixes->at[i] < entry &&
            span_equal(election_says(election, mixes->at[i])->mix->box, box))
            return mixes->at[i];
    return NO_ENTRY;
}

/* The snapshot with this number. */
static uint64_t snapshot_of(const struct election *election, uint64_t number)
{
    const struct places *snapshots = &election->by[SNAPSHOT];
    return number == 0 || number > snapshots->count ? NO_ENTRY : snapshots->at[number - 1];
}

static uint64_t wanted_of_trustee(const struct last *last, const struct statement *says)
{
    const struct ceremony *said = says->kind == TRUSTEE_RESTART ? NULL : says->ceremony;
    switch (says->kind) {
    case TRUSTEE_COMMIT:
        return or_election(last->restart);
    case TRUSTEE_COEFFICIENTS:
        return last->by_trustee[TRUSTEE_COMMIT][said->trustee];
    case TRUSTEE_SHARES:
        return last->by_trustee[TRUSTEE_COEFFICIENTS][said->trustee];
    case TRUSTEE_ACCEPT:
        return last->by_trustee[TRUSTEE_SHARES][said->trustee];
    case TRUSTEE_COMPLAINT:
        return last->by_trustee[TRUSTEE_SHARES][said->against];
    default:
        return says->restart->reason == RESTART_ABSENT ? or_election(last->restart)
                                                       : last->complaint;
    }
}

static uint64_t wanted_after_close(const struct election *election, uint64_t entry,
                                   const struct statement *says)
{
    switch (says->kind) {
    case FREEZE:
        return election_first(election, CLOSE);
    case MIX:
        return says->mix->step == 1 ? election_first(election, FREEZE)
                                    : mix_before(election, says->mix->box, entry);
    case DECRYPTION:
        return mix_before(election, says->decryption->box, entry);
    case RESULT:
        return election_first(election, FREEZE);
    default:
        return election_first(election, RESULT);
    }
}

static uint64_t wanted(const struct election *election, const struct last *last, uint64_t entry,
                       const struct statement *says)
{
    const struct credential *credential;
    switch (says->kind) {
    case ROLE:
    case CONTEST:
    case NOTICE:
    case SNAPSHOT:
    case CASE:
        return 0;
    case AMEND:
        return or_election(last->amend);
    case DIFFERENCE:
        return snapshot_of(election, says->difference->to);
    case ROLL:
        return says->roll->version == 1 ? last->snapshot : last->roll;
    case ISSUE:
        return last->roll;
    case REISSUE_ORDER:
        credential = election_credential(election, says->reissue->old);
        return credential == NULL ? NO_ENTRY : credential->since;
    case REISSUE:
        return election_order_of(election, says);
    case OPEN:
        return last->issue;
    case BALLOT:
    case CLOSE:
        return election_first(election, OPEN);
    default:
        return says->kind <= TRUSTEE_RESTART ? wanted_of_trustee(last, says)
                                             : wanted_after_close(election, entry, says);
    }
}

void answers_check(struct election *election)
{
    static const uint8_t zeros[HASH_BYTES];
    struct last last;
    walk_start(&last);
    if (memcmp(election_says(election, 0)->answers, zeros, HASH_BYTES) != 0)
        report_fail(election->report, SIGN_ANSWERS, 0, "`election` must answer nothing");
    for (uint64_t entry = 1; entry < election->board->count; entry++) {
        const struct statement *says = election_says(election, entry);
        if (says == NULL || says->kind == ELECTION)
            continue;
        uint64_t right = wanted(election, &last, entry, says);
        if (right >= entry || !election_is_leaf(election, right, says->answers))
            report_fail(election->report, SIGN_ANSWERS, entry,
                        "`%s` does not answer the entry that it must", kind_name(says->kind));
        walk_on(&last, entry, says);
    }
    report_pass(election->report, SIGN_ANSWERS);
}
