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
    *credential = (struct credential){
        .version = says->issue->roll, .since = entry, .killed = NO_ENTRY, .ballot = NO_ENTRY};
    memcpy(credential->key, item, KEY_BYTES);
    credential->style = (uint16_t)(item[KEY_BYTES] | item[KEY_BYTES + 1] << 8);
    credential->provisional = item[KEY_BYTES + 2] == 1;
    return item[KEY_BYTES + 2] <= 1 && credential->style < election->definition->style_count &&
           ed25519_key_strict(item);
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
            provisional += credentials[i].style == style && credentials[i].provisional;
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

/* -- reissues -----------------------------------------------------------------------------------
 */

/* The ballot that the credential had cast before an entry, or NO_ENTRY. */
static bool used_before(const struct election *election, const uint8_t key[KEY_BYTES],
                        uint64_t entry)
{
    for (size_t i = 0; i < election->by[BALLOT].count && election->by[BALLOT].at[i] < entry; i++)
        if (memcmp(election_says(election, election->by[BALLOT].at[i])->ballot->credential, key,
                   KEY_BYTES) == 0)
            return true;
    return false;
}

/* The first order for this credential, before `entry`, that answers its making. */
static bool ordered(const struct election *election, const struct statement *says, uint64_t entry)
{
    for (size_t i = 0; i < election->by[REISSUE_ORDER].count; i++) {
        uint64_t order = election->by[REISSUE_ORDER].at[i];
        if (order < entry && election_is_leaf(election, order, says->answers))
            return memcmp(election_says(election, order)->reissue->old, says->reissue->old,
                          KEY_BYTES) == 0;
    }
    return false;
}

static void check_reissue(struct election *election, uint64_t entry)
{
    struct report *report = election->report;
    const struct statement *says = election_says(election, entry);
    const struct reissue *reissue = says->reissue;
    struct credential *old = election_credential(election, reissue->old);
    struct credential *new = election_credential(election, reissue->new);
    if (old == NULL || old->since >= entry) {
        report_fail(report, ROLL_REISSUE, entry, "kills a credential that was never issued");
        return;
    }
    if (!ordered(election, says, entry))
        report_fail(report, ROLL_REISSUE, entry, "was not ordered");
    if (old->killed != NO_ENTRY)
        report_fail(report, ROLL_REISSUE, entry, "kills a credential that was dead");
    if (used_before(election, reissue->old, entry))
        report_fail(report, ROLL_REISSUE, entry, "kills a credential that has voted");
    if (election_style(election, reissue->style) != old->style ||
        reissue->provisional != old->provisional)
        report_fail(report, ROLL_REISSUE, entry, "changes style or standing");
    old->killed = old->killed == NO_ENTRY ? entry : old->killed;
    if (new != NULL)
        new->version = old->version;
}

static void check_order(struct election *election, uint64_t entry)
{
    const uint8_t *key = election_says(election, entry)->reissue->old;
    const struct credential *credential = election_credential(election, key);
    if (credential == NULL || credential->since >= entry)
        report_fail(election->report, ROLL_REISSUE, entry, "no such credential was issued");
    else if (credential->killed < entry)
        report_fail(election->report, ROLL_REISSUE, entry, "the credential was dead already");
    else if (used_before(election, key, entry))
        report_fail(election->report, ROLL_REISSUE, entry, "the credential had voted");
}

/* The new keys stand among all others before any is looked up. */
static void add_reissued(struct election *election)
{
    for (size_t i = 0; i < election->by[REISSUE].count; i++) {
        uint64_t entry = election->by[REISSUE].at[i];
        const struct reissue *reissue = election_says(election, entry)->reissue;
        int style = election_style(election, reissue->style);
        struct credential *credential = &election->credentials[election->credential_count++];
        *credential = (struct credential){.provisional = reissue->provisional,
                                          .style = (uint16_t)style,
                                          .since = entry,
                                          .killed = NO_ENTRY,
                                          .ballot = NO_ENTRY};
        memcpy(credential->key, reissue->new, KEY_BYTES);
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

static bool make_room(struct election *election)
{
    uint64_t room = election->by[REISSUE].count + 1;
    for (size_t i = 0; i < election->by[ISSUE].count; i++)
        room += election_says(election, election->by[ISSUE].at[i])->issue->count;
    election->credentials = arena_zeroed(&election->arena, room, sizeof *election->credentials);
    return election->credentials != NULL;
}

void electorate_check(struct election *election)
{
    struct report *report = election->report;
    if (!make_room(election)) {
        report_not_run(report, ROLL_ISSUE, "no memory for the credentials");
        return;
    }
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
    for (size_t i = 0; i < election->by[REISSUE].count; i++)
        check_reissue(election, election->by[REISSUE].at[i]);
    for (size_t i = 0; i < election->by[REISSUE_ORDER].count; i++)
        check_order(election, election->by[REISSUE_ORDER].at[i]);
    report_pass(report, ROLL_ISSUE);
    report_pass(report, ROLL_REISSUE);
}
