/*
 * STATE.order and STATE.close: which kinds may stand where, docs/protocol.md section 4, "Order of
 * entries". A rule is a kind with what must already stand before it and what must not.
 */
#include "election/election.h"

#include <inttypes.h>

#define BIT(kind) (UINT32_C(1) << (kind))

struct order_rule {
    uint32_t after;  /* each of these kinds must stand before */
    uint32_t before; /* none of these may */
};

static const struct order_rule rules[KINDS] = {
    [ELECTION] = {0, BIT(ELECTION)},
    [ROLE] = {BIT(ELECTION), BIT(END)},
    [TRUSTEE_COMMIT] = {BIT(ELECTION), BIT(OPEN)},
    [TRUSTEE_COEFFICIENTS] = {BIT(TRUSTEE_COMMIT), BIT(OPEN)},
    [TRUSTEE_SHARES] = {BIT(TRUSTEE_COEFFICIENTS), BIT(OPEN)},
    [TRUSTEE_ACCEPT] = {BIT(TRUSTEE_COEFFICIENTS), BIT(OPEN)},
    [TRUSTEE_COMPLAINT] = {BIT(TRUSTEE_SHARES), BIT(OPEN)},
    [TRUSTEE_RESTART] = {BIT(ELECTION), BIT(OPEN)},
    [CONTEST] = {BIT(ELECTION), BIT(OPEN)},
    [AMEND] = {BIT(ELECTION), BIT(CLOSE)},
    [NOTICE] = {BIT(ELECTION), BIT(END)},
    [SNAPSHOT] = {BIT(ELECTION), BIT(ROLL) | BIT(OPEN)},
    [DIFFERENCE] = {BIT(SNAPSHOT), BIT(ROLL) | BIT(OPEN)},
    [CASE] = {BIT(SNAPSHOT), BIT(FREEZE)},
    [ROLL] = {BIT(SNAPSHOT), BIT(CLOSE)},
    [ISSUE] = {BIT(ROLL), BIT(CLOSE)},
    [REISSUE_ORDER] = {BIT(ISSUE), BIT(CLOSE)},
    [REISSUE] = {BIT(REISSUE_ORDER), BIT(CLOSE)},
    [OPEN] = {BIT(ISSUE) | BIT(CONTEST) | BIT(TRUSTEE_ACCEPT), BIT(OPEN)},
    [BALLOT] = {BIT(OPEN), BIT(CLOSE)},
    [CLOSE] = {BIT(OPEN), BIT(CLOSE)},
    [FREEZE] = {BIT(CLOSE), BIT(FREEZE)},
    [MIX] = {BIT(FREEZE), BIT(RESULT)},
    [DECRYPTION] = {BIT(MIX), BIT(RESULT)},
    [RESULT] = {BIT(FREEZE), BIT(RESULT)},
    [END] = {BIT(RESULT), BIT(END)},
};

static const char *first_of(uint32_t kinds)
{
    return kind_name((enum kind)__builtin_ctz(kinds));
}

static void check_place(const struct election *election, uint64_t entry, uint32_t seen,
                        bool cancelled)
{
    struct report *report = election->report;
    enum kind kind = election_says(election, entry)->kind;
    uint32_t missing = rules[kind].after & ~seen, late = rules[kind].before & seen;
    if (missing != 0)
        report_fail(report, STATE_ORDER, entry, "`%s` stands here without `%s` before it",
                    kind_name(kind), first_of(missing));
    else if (late != 0)
        report_fail(report, STATE_ORDER, entry, "`%s` may not stand after `%s`", kind_name(kind),
                    first_of(late));
    else if (cancelled && kind != NOTICE)
        report_fail(report, STATE_ORDER, entry, "`%s` stands after the election was cancelled",
                    kind_name(kind));
}

/* A box's mixes come before its decryptions. */
static void check_mixes_first(const struct election *election)
{
    for (size_t i = 0; i < election->by[MIX].count; i++)
        for (size_t j = 0; j < election->by[DECRYPTION].count; j++) {
            uint64_t mix = election->by[MIX].at[i], decryption = election->by[DECRYPTION].at[j];
            if (decryption < mix &&
                span_equal(election_says(election, mix)->mix->box,
                           election_says(election, decryption)->decryption->box))
                report_fail(election->report, STATE_ORDER, mix,
                            "the box was mixed again after its decryption began");
        }
}

/* What `open` names is what stands: the latest roll, its root, every contest. */
static void check_open(const struct election *election)
{
    uint64_t entry = election_first(election, OPEN);
    if (entry == NO_ENTRY || election->by[ROLL].count == 0)
        return;
    const struct opening *open = election_says(election, entry)->open;
    const struct places *contests = &election->by[CONTEST];
    size_t latest = 0; /* before `open` */
    while (latest + 1 < election->by[ROLL].count && election->by[ROLL].at[latest + 1] < entry)
        latest++;
    const struct roll *roll = election_says(election, election->by[ROLL].at[latest])->roll;
    if (open->roll != roll->version || memcmp(open->root, roll->root, HASH_BYTES) != 0)
        report_fail(election->report, STATE_ORDER, entry, "`open` does not name the latest roll");
    bool same = open->contest_count == contests->count;
    for (size_t i = 0; i < contests->count && same; i++)
        same = election_is_leaf(election, contests->at[i], open->contests[i]);
    if (!same)
        report_fail(election->report, STATE_ORDER, entry,
                    "`open` does not name every contest in the order of the log");
}

static void check_end(const struct election *election, uint64_t cancelled)
{
    static const enum kind kinds[] = {OPEN, CLOSE, FREEZE, RESULT, END};
    struct report *report = election->report;
    if (cancelled != NO_ENTRY)
        report_fail(report, STATE_CLOSE, cancelled,
                    "the election was cancelled; it has no result to verify");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (election->by[kinds[i]].count == 0)
            report_fail(report, STATE_CLOSE, NO_ENTRY,
                        "the election is not complete: the log has no `%s` yet",
                        kind_name(kinds[i]));
    if (!report_failed(report, STATE_FORM))
        report_pass(report, STATE_CLOSE);
}

void order_check(struct election *election)
{
    uint32_t seen = 0;
    uint64_t cancelled = NO_ENTRY;
    for (uint64_t entry = 0; entry < election->board->count; entry++) {
        const struct statement *says = election_says(election, entry);
        if (says == NULL)
            continue;
        check_place(election, entry, seen, cancelled != NO_ENTRY);
        seen |= BIT(says->kind);
        if (says->kind == AMEND && says->amend->change == CHANGE_CANCEL && cancelled == NO_ENTRY)
            cancelled = entry;
    }
    check_mixes_first(election);
    roll_order_check(election);
    check_open(election);
    if (report_failed(election->report, STATE_FORM))
        report_not_run(election->report, STATE_ORDER, "an entry could not be read: STATE.form");
    report_pass(election->report, STATE_ORDER);
    check_end(election, cancelled);
}
