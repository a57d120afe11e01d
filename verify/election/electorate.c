/* ROLL.issue and ROLL.reissue: every credential there ever was, who made it, what killed it. */
#include "crypto/ed25519.h"
#include "election/election.h"

#include <inttypes.h>
#include <stdlib.h>

static int compare_keys(const void *a, const void *b)
{
    const struct credential *left = a, *right = b;
    int order = memcmp(left->key, right->key, KEY_BYTES);
    return order != 0 ? order : (left->since > right->since) - (left->since < right->since);
}

/* -- issue lists --------------------------------------------------------------------------------
 */

static bool take_item(struct election *election, const struct statement *says, uint64_t entry,
                      const uint8_t *item)
{
    struct credential *credential = &election->credentials[election->credential_count++];
    *credential = (struct credential){.version = says->issue->roll,
                                      .since = entry,
                                      .killed = NO_ENTRY,
                                      .voted = NO_ENTRY,
                                      .ballot = NO_ENTRY};
    memcpy(credential->key, item, KEY_BYTES);
    credential->style = (uint16_t)(item[KEY_BYTES] | item[KEY_BYTES + 1] << 8);
    credential->standing = item[KEY_BYTES + 2] == 0 ? CREDENTIAL_ELIGIBLE : CREDENTIAL_PROVISIONAL;
    return item[KEY_BYTES + 2] <= CREDENTIAL_PROVISIONAL &&
           credential->style < election->definition->style_count && ed25519_key_strict(item);
}

static const struct roll *roll_of(const struct election *election, uint64_t version)
{
    for (size_t i = 0; i < election->by[ROLL].count; i++) {
        const struct roll *roll = election_says(election, election->by[ROLL].at[i])->roll;
        if (roll->version == version)
            return roll;
    }
    return NULL;
}

/* The credentials of each style are as many as the roll says. */
static void compare_styles(const struct election *election, uint64_t entry, const struct roll *roll,
                           const struct credential *credentials, size_t count)
{
    for (size_t style = 0; style < roll->style_count; style++) {
        uint64_t all = 0, provisional = 0;
        for (size_t i = 0; i < count; i++) {
            all += credentials[i].style == style;
            provisional +=
                credentials[i].style == style && credentials[i].standing == CREDENTIAL_PROVISIONAL;
        }
        if (all != roll->styles[style].credentials ||
            provisional != roll->styles[style].provisional)
            report_fail(election->report, ROLL_ISSUE, entry,
                        "%" PRIu64 " credentials, %" PRIu64
                        " of them provisional, were issued for style %zu; the roll says otherwise",
                        all, provisional, style);
    }
}

static void take_issue(struct election *election, uint64_t entry)
{
    struct report *report = election->report;
    const struct statement *says = election_says(election, entry);
    const struct roll *roll = roll_of(election, says->issue->roll);
    struct span list;
    struct fail fail;
    enum outcome outcome = board_blob(election->board, &says->issue->list, &list, &fail);
    if (outcome == GOOD && list.len != says->issue->count * ISSUE_ITEM_BYTES)
        outcome = fail_bad(&fail, "the list does not hold as many credentials as its entry says");
    if (!report_take(report, ROLL_ISSUE, entry, outcome, &fail)) {
        election->credentials_sound = false;
        return;
    }
    size_t first = election->credential_count;
    for (size_t at = 0; at < list.len; at += ISSUE_ITEM_BYTES) {
        if (!take_item(election, says, entry, list.ptr + at))
            report_fail(report, ROLL_ISSUE, entry, "item %zu of the list is improper",
                        at / ISSUE_ITEM_BYTES);
        if (at > 0 && memcmp(list.ptr + at - ISSUE_ITEM_BYTES, list.ptr + at, KEY_BYTES) >= 0)
            report_fail(report, ROLL_ISSUE, entry, "the list is not sorted, or names a key twice");
    }
    if (roll == NULL)
        report_fail(report, ROLL_ISSUE, entry, "serves a roll that does not exist");
    else
        compare_styles(election, entry, roll, election->credentials + first,
                       election->credential_count - first);
}

/* -- what kills them ----------------------------------------------------------------------------
 */

uint64_t election_order_of(const struct election *election, const struct statement *says)
{
    const struct places *orders = &election->by[REISSUE_ORDER];
    for (size_t i = 0; i < orders->count; i++) {
        const struct reissue *order = election_says(election, orders->at[i])->reissue;
        if (election_is_leaf(election, orders->at[i], says->answers) &&
            memcmp(order->old, says->reissue->old, KEY_BYTES) == 0)
            return orders->at[i];
    }
    return NO_ENTRY;
}

/* Why the credential can't be killed or ordered anew by `entry`, or NULL: it must live, and have no
 * ballot. */
static const char *obstacle(const struct credential *credential, uint64_t entry)
{
    if (credential == NULL || credential->since >= entry)
        return "was never issued";
    if (credential->killed < entry)
        return "was dead already";
    return credential->voted < entry ? "has voted" : NULL;
}

/* An order stands once for one reissue. */
static void check_ordered(struct election *election, uint64_t entry, uint64_t order, bool *answered)
{
    if (order >= entry)
        report_fail(election->report, ROLL_REISSUE, entry, "was not ordered");
    else if (answered[order])
        report_fail(election->report, ROLL_REISSUE, entry, "its order was carried out before");
    else
        answered[order] = true;
}

static void check_reissue(struct election *election, uint64_t entry, bool *answered)
{
    struct report *report = election->report;
    const struct statement *says = election_says(election, entry);
    const struct reissue *reissue = says->reissue;
    uint64_t order = election_order_of(election, says);
    bool tendered = order < entry && election_says(election, order)->reissue->tendered;
    struct credential *old = election_credential(election, reissue->old);
    struct credential *new = election_credential(election, reissue->new);
    const char *why = obstacle(old, entry);
    check_ordered(election, entry, order, answered);
    if (old == NULL || old->since >= entry) {
        report_fail(report, ROLL_REISSUE, entry, "replaces a credential that was never issued");
        return;
    }
    if (!tendered && why != NULL)
        report_fail(report, ROLL_REISSUE, entry, "kills a credential that %s", why);
    if (election_style(election, reissue->style) != old->style ||
        reissue->standing != (tendered ? CREDENTIAL_TENDERED : old->standing))
        report_fail(report, ROLL_REISSUE, entry, "changes style or standing");
    if (!tendered && old->killed == NO_ENTRY)
        old->killed = entry;
    if (new != NULL)
        new->version = old->version;
}

static void check_revoked(struct election *election, uint64_t entry)
{
    const struct roll *roll = election_says(election, entry)->roll;
    for (size_t i = 0; i < roll->revoked_count; i++) {
        struct credential *credential = election_credential(election, roll->revoked[i]);
        const char *why = obstacle(credential, entry);
        if (why != NULL)
            report_fail(election->report, ROLL_REISSUE, entry, "revokes a credential that %s", why);
        else
            credential->killed = entry;
    }
}

/* Versions of the roll and reissues, in the order of the log. */
static void check_kills(struct election *election, bool *answered)
{
    const struct places *rolls = &election->by[ROLL], *reissues = &election->by[REISSUE];
    size_t roll = 0, reissue = 0;
    while (roll < rolls->count || reissue < reissues->count) {
        bool first = reissue == reissues->count ||
                     (roll < rolls->count && rolls->at[roll] < reissues->at[reissue]);
        if (first)
            check_revoked(election, rolls->at[roll++]);
        else
            check_reissue(election, reissues->at[reissue++], answered);
    }
}

/* A tendered order is for a credential that has voted, once; any other for one that has not. */
static void check_order(struct election *election, uint64_t entry)
{
    struct report *report = election->report;
    const struct reissue *order = election_says(election, entry)->reissue;
    struct credential *credential = election_credential(election, order->old);
    const char *why = obstacle(credential, entry);
    bool voted = credential != NULL && credential->since < entry && credential->killed >= entry &&
                 credential->voted < entry;
    if (!order->tendered && why != NULL)
        report_fail(report, ROLL_REISSUE, entry, "its credential %s", why);
    if (!order->tendered)
        return;
    if (!voted || credential->standing == CREDENTIAL_TENDERED)
        report_fail(report, ROLL_REISSUE, entry,
                    "a tendered credential is for one that lives, has voted and is not tendered");
    else if (credential->doubted)
        report_fail(report, ROLL_REISSUE, entry, "a tendered credential was ordered before");
    else
        credential->doubted = true;
}

/* The new keys stand among all others before any is looked up. */
static void add_reissued(struct election *election)
{
    for (size_t i = 0; i < election->by[REISSUE].count; i++) {
        uint64_t entry = election->by[REISSUE].at[i];
        const struct reissue *reissue = election_says(election, entry)->reissue;
        int style = election_style(election, reissue->style);
        struct credential *credential = &election->credentials[election->credential_count++];
        *credential = (struct credential){.standing = reissue->standing,
                                          .style = (uint16_t)style,
                                          .since = entry,
                                          .killed = NO_ENTRY,
                                          .voted = NO_ENTRY,
                                          .ballot = NO_ENTRY};
        memcpy(credential->key, reissue->new, KEY_BYTES);
    }
}

/* The first ballot of each, sound or not: from then on nothing may kill it. */
static void find_first_ballots(struct election *election)
{
    for (size_t i = 0; i < election->by[BALLOT].count; i++) {
        uint64_t entry = election->by[BALLOT].at[i];
        struct credential *credential =
            election_credential(election, election_says(election, entry)->ballot->credential);
        if (credential != NULL && credential->voted == NO_ENTRY)
            credential->voted = entry;
    }
}

static void check_repeats(const struct election *election)
{
    for (size_t i = 1; i < election->credential_count; i++) {
        const struct credential *credential = &election->credentials[i];
        if (memcmp(credential[-1].key, credential->key, KEY_BYTES) == 0)
            report_fail(election->report,
                        election_says(election, credential->since)->kind == REISSUE ? ROLL_REISSUE
                                                                                    : ROLL_ISSUE,
                        credential->since, "a credential that was issued before");
    }
}

static enum outcome make_room(struct election *election, struct fail *fail)
{
    uint64_t made = election->by[REISSUE].count;
    for (size_t i = 0; i < election->by[ISSUE].count; i++)
        made += election_says(election, election->by[ISSUE].at[i])->issue->count;
    if (made > LIMIT_CREDENTIALS)
        return fail_bad(fail, "%" PRIu64 " credentials are more than an election has", made);
    election->credentials = arena_zeroed(&election->arena, made + 1, sizeof *election->credentials);
    if (election->credentials == NULL)
        return fail_unable(fail, "no memory for %" PRIu64 " credentials", made);
    return GOOD;
}

void electorate_check(struct election *election)
{
    struct report *report = election->report;
    bool *answered = arena_zeroed(&election->arena, election->board->count, sizeof *answered);
    struct fail fail = {"no memory for the orders"};
    enum outcome outcome = answered == NULL ? UNABLE : make_room(election, &fail);
    if (!report_take(report, ROLL_ISSUE, NO_ENTRY, outcome, &fail))
        return;
    if (election->by[ISSUE].count == 0) {
        report_not_run(report, ROLL_ISSUE, "no credentials were issued");
        return;
    }
    election->credentials_sound = true;
    for (size_t i = 0; i < election->by[ISSUE].count; i++)
        take_issue(election, election->by[ISSUE].at[i]);
    add_reissued(election);
    qsort(election->credentials, election->credential_count, sizeof *election->credentials,
          compare_keys);
    check_repeats(election);
    find_first_ballots(election);
    check_kills(election, answered);
    for (size_t i = 0; i < election->by[REISSUE_ORDER].count; i++)
        check_order(election, election->by[REISSUE_ORDER].at[i]);
    report_pass(report, ROLL_ISSUE);
    report_pass(report, ROLL_REISSUE);
}

void credentials_count(const struct election *election, struct account *out_account)
{
    for (size_t i = 0; i < election->credential_count; i++) {
        const struct credential *credential = &election->credentials[i];
        bool cast = credential->ballot != NO_ENTRY;
        if (credential->standing == CREDENTIAL_TENDERED) {
            out_account->tendered += cast;
            continue;
        }
        out_account->issued++;
        out_account->killed += credential->killed != NO_ENTRY;
        out_account->cast += cast;
        out_account->admitted += election_counts(credential);
        out_account->provisional_refused += cast && !election_counts(credential);
    }
    out_account->live = out_account->issued - out_account->killed;
    out_account->not_used = out_account->live - out_account->cast;
    out_account->superseded = election->superseded;
}
