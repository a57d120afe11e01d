#include "election/annexed.h"

#include "roll/check.h"

#include <stdlib.h>

/* Roles as roll/ knows them. */
static unsigned roll_roles(unsigned roles)
{
    unsigned found = 0;
    found |= (roles & RETURNING) != 0 ? OFFICER_RETURNING : 0;
    found |= (roles & SECRETARY) != 0 ? OFFICER_SECRETARY : 0;
    found |= (roles & DEPUTY) != 0 ? OFFICER_DEPUTY : 0;
    found |= (roles & EXPORTER) != 0 ? OFFICER_EXPORTER : 0;
    found |= (roles & SCRUTINEER) != 0 ? OFFICER_SCRUTINEER : 0;
    return found;
}

static bool find_officer(const void *context, struct span id, uint64_t entry, uint64_t at,
                         uint8_t out_key[KEY_BYTES], unsigned *out_roles)
{
    const struct officer *officer = officers_at(context, id, entry, (int64_t)at);
    if (officer == NULL)
        return false;
    memcpy(out_key, officer->key, KEY_BYTES);
    *out_roles = roll_roles(officer->roles);
    return true;
}

static void copy_roll(const struct roll *roll, struct roll_entry *out)
{
    out->kind = ENTRY_ROLL;
    out->roll.version = roll->version;
    out->roll.size = roll->size;
    out->roll.account = roll->account;
    memcpy(out->roll.root, roll->root, HASH_BYTES);
    memcpy(out->roll.annex, roll->annex, HASH_BYTES);
}

static void copy_snapshot(const struct snapshot *snapshot, struct roll_entry *out)
{
    out->kind = ENTRY_SNAPSHOT;
    out->snapshot.source = snapshot->source;
    out->snapshot.rows = snapshot->rows;
    memcpy(out->snapshot.commitment, snapshot->commitment, HASH_BYTES);
    memcpy(out->snapshot.mapping, snapshot->mapping, HASH_BYTES);
}

static enum outcome copy_issue(const struct election *election, const struct issue *issue,
                               struct roll_entry *out, struct fail *fail)
{
    out->kind = ENTRY_ISSUE;
    out->issue.roll = issue->roll;
    out->issue.count = issue->count;
    memcpy(out->issue.root, issue->root, HASH_BYTES);
    return board_blob(election->board, &issue->list, &out->issue.list, fail);
}

static void copy_reissue(const struct election *election, const struct reissue *reissue,
                         struct roll_entry *out)
{
    out->kind = ENTRY_REISSUE;
    out->reissue.style = (uint16_t)election_style(election, reissue->style);
    memcpy(out->reissue.old_key, reissue->old, KEY_BYTES);
    memcpy(out->reissue.new_key, reissue->new, KEY_BYTES);
    memcpy(out->reissue.binding, reissue->binding, HASH_BYTES);
}

/* An entry as roll/ wants it; *out_taken is false for one that does not concern it. */
static enum outcome copy_entry(const struct election *election, uint64_t entry,
                               struct roll_entry *out, bool *out_taken, struct fail *fail)
{
    const struct statement *says = election_says(election, entry);
    enum outcome outcome = GOOD;
    *out_taken = says != NULL;
    if (says == NULL)
        return GOOD;
    *out = (struct roll_entry){.index = entry};
    memcpy(out->leaf, election->board->entries[entry].leaf.bytes, HASH_BYTES);
    switch (says->kind) {
    case SNAPSHOT:
        copy_snapshot(says->snapshot, out);
        break;
    case CASE:
        out->kind = ENTRY_CASE;
        memcpy(out->filed.commitment, says->filed->commitment, HASH_BYTES);
        break;
    case ROLL:
        copy_roll(says->roll, out);
        break;
    case ISSUE:
        outcome = copy_issue(election, says->issue, out, fail);
        break;
    case REISSUE:
        copy_reissue(election, says->reissue, out);
        break;
    case FREEZE:
        out->kind = ENTRY_FREEZE;
        memcpy(out->freeze.annex, says->freeze->annex, HASH_BYTES);
        break;
    default:
        *out_taken = false;
        break;
    }
    return outcome;
}

static void report_findings(struct report *report, const struct roll_finding findings[ROLL_CHECKS])
{
    static const enum check checks[ROLL_CHECKS] = {
        [ROLL_MANIFEST] = ANNEX_MANIFEST,
        [ROLL_SNAPSHOT] = ANNEX_SNAPSHOT,
        [ROLL_CASES] = ANNEX_CASES,
        [ROLL_EVIDENCE] = ANNEX_EVIDENCE,
        [ROLL_DIFFERENCE] = ANNEX_DIFFERENCE,
        [ROLL_DERIVE] = ANNEX_DERIVE,
        [ROLL_PROVISIONAL] = ANNEX_PROVISIONAL,
        [ROLL_BINDINGS] = ANNEX_BINDINGS,
    };
    for (unsigned i = 0; i < ROLL_CHECKS; i++) {
        const struct roll_finding *finding = &findings[i];
        struct fail fail = finding->fail;
        if (finding->path[0] != '\0' && finding->outcome != GOOD)
            fail_at(&fail, "%s: ", finding->path);
        (void)report_take(report, checks[i], finding->at_entry ? finding->entry : NO_ENTRY,
                          finding->outcome, &fail);
        if (finding->outcome == GOOD)
            report_pass_with(report, checks[i], "%s", finding->fail.text);
    }
}

static void check_opened(const struct election *election, struct annex *annex,
                         struct roll_entry *entries)
{
    struct roll_finding findings[ROLL_CHECKS];
    struct roll_board board = {.origin = election->origin,
                               .rules = election->definition->rules,
                               .entries = entries,
                               .officer = find_officer,
                               .officer_context = election};
    struct fail fail;
    memcpy(board.ctx0, election->contexts[0], HASH_BYTES);
    for (uint64_t i = 0; i < election->board->count; i++) {
        bool taken;
        if (copy_entry(election, i, &entries[board.entry_count], &taken, &fail) != GOOD) {
            report_not_run(election->report, ANNEX_MANIFEST, "%s", fail.text);
            return;
        }
        board.entry_count += taken;
    }
    for (unsigned i = 0; i < ROLL_CHECKS; i++)
        findings[i] = (struct roll_finding){.outcome = UNABLE, .fail = {"was not reached"}};
    roll_check(&board, annex, findings);
    report_findings(election->report, findings);
}

void annexed_check(const struct election *election, const struct bundle *bundle)
{
    struct annex annex;
    struct fail fail;
    size_t room = 1;
    static const enum kind kinds[] = {SNAPSHOT, CASE, ROLL, ISSUE, REISSUE, FREEZE};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        room += election->by[kinds[i]].count;
    if (!report_take(election->report, ANNEX_MANIFEST, NO_ENTRY, annex_open(bundle, &annex, &fail),
                     &fail))
        return;
    struct roll_entry *entries = calloc(room, sizeof *entries);
    if (entries == NULL)
        report_not_run(election->report, ANNEX_MANIFEST, "no memory");
    else
        check_opened(election, &annex, entries);
    free(entries);
    annex_done(&annex);
}
