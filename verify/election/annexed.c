#include "election/annexed.h"

#include "roll/check.h"

#include <time.h>

/* Roles as roll/ knows them. */
static unsigned roll_roles(unsigned roles)
{
    static const struct {
        unsigned here, there;
    } same[] = {
        {RETURNING, OFFICER_RETURNING},   {SECRETARY, OFFICER_SECRETARY}, {DEPUTY, OFFICER_DEPUTY},
        {EXPORTER, OFFICER_EXPORTER},     {PANEL, OFFICER_PANEL},         {BARRED, OFFICER_BARRED},
        {SCRUTINEER, OFFICER_SCRUTINEER},
    };
    unsigned found = 0;
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        found |= (roles & same[i].here) != 0 ? same[i].there : 0;
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

static uint64_t find_first_ballot(const void *context, const uint8_t key[KEY_BYTES])
{
    const struct credential *credential = election_credential(context, key);
    return credential == NULL ? NO_ENTRY : credential->voted;
}

static enum outcome copy_roll(const struct roll *roll, struct arena *arena, struct roll_entry *out,
                              struct fail *fail)
{
    struct roll_style_count *styles = arena_zeroed(arena, roll->style_count, sizeof *styles);
    if (styles == NULL)
        return fail_unable(fail, "no memory for the styles");
    for (size_t i = 0; i < roll->style_count; i++)
        styles[i] = (struct roll_style_count){.credentials = roll->styles[i].credentials,
                                              .provisional = roll->styles[i].provisional};
    out->kind = ENTRY_ROLL;
    out->roll.styles = styles;
    out->roll.style_count = roll->style_count;
    out->roll.revoked = (const uint8_t(*)[KEY_BYTES])roll->revoked;
    out->roll.revoked_count = roll->revoked_count;
    out->roll.version = roll->version;
    out->roll.at = (uint64_t)roll->at;
    out->roll.size = roll->size;
    out->roll.account = roll->account;
    memcpy(out->roll.root, roll->root, HASH_BYTES);
    memcpy(out->roll.annex, roll->annex, HASH_BYTES);
    return GOOD;
}

static void copy_difference(const struct difference *difference, struct roll_entry *out)
{
    out->kind = ENTRY_DIFFERENCE;
    out->difference.from = difference->from;
    out->difference.to = difference->to;
    out->difference.joined = difference->joined;
    out->difference.left = difference->left;
    out->difference.status = difference->status;
    out->difference.unit = difference->unit;
    out->difference.email = difference->email;
    out->difference.phone = difference->phone;
    out->difference.address = difference->address;
    out->difference.alarms = difference->alarms;
}

static void copy_case(const struct filed_case *filed, struct roll_entry *out)
{
    out->kind = ENTRY_CASE;
    out->filed.at = (uint64_t)filed->at;
    memcpy(out->filed.commitment, filed->commitment, HASH_BYTES);
}

static enum outcome copy_freeze(const struct election *election, const struct freeze *freeze,
                                struct roll_entry *out, struct fail *fail)
{
    out->kind = ENTRY_FREEZE;
    memcpy(out->freeze.annex, freeze->annex, HASH_BYTES);
    return board_blob(election->board, &freeze->admitted, &out->freeze.admitted, fail);
}

static void copy_snapshot(const struct snapshot *snapshot, struct roll_entry *out)
{
    out->kind = ENTRY_SNAPSHOT;
    out->snapshot.source = snapshot->source;
    out->snapshot.rows = snapshot->rows;
    out->snapshot.taken_at = (uint64_t)snapshot->taken_at;
    out->snapshot.as_of = (uint64_t)snapshot->as_of;
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
    static const enum reissue_standing standings[] = {
        [CREDENTIAL_ELIGIBLE] = REISSUE_ELIGIBLE,
        [CREDENTIAL_PROVISIONAL] = REISSUE_PROVISIONAL,
        [CREDENTIAL_TENDERED] = REISSUE_TENDERED,
    };
    out->kind = ENTRY_REISSUE;
    out->reissue.standing = standings[reissue->standing];
    out->reissue.style = (uint16_t)election_style(election, reissue->style);
    memcpy(out->reissue.old_key, reissue->old, KEY_BYTES);
    memcpy(out->reissue.new_key, reissue->new, KEY_BYTES);
    memcpy(out->reissue.binding, reissue->binding, HASH_BYTES);
}

/* An entry as roll/ wants it; *out_taken is false for one that does not concern it. */
static enum outcome copy_entry(const struct election *election, uint64_t entry, struct arena *arena,
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
    case DIFFERENCE:
        copy_difference(says->difference, out);
        break;
    case CASE:
        copy_case(says->filed, out);
        break;
    case ROLL:
        outcome = copy_roll(says->roll, arena, out, fail);
        break;
    case ISSUE:
        outcome = copy_issue(election, says->issue, out, fail);
        break;
    case REISSUE:
        copy_reissue(election, says->reissue, out);
        break;
    case FREEZE:
        outcome = copy_freeze(election, says->freeze, out, fail);
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

static void report_handover(struct report *report, const struct handover *handover)
{
    char when[32] = "";
    time_t at = (time_t)handover->at;
    struct tm parts;
    if (gmtime_r(&at, &parts) != NULL)
        (void)strftime(when, sizeof when, "%Y-%m-%d %H:%M", &parts);
    report_fact(report, "annex",
                "This copy was handed to %s (%s) for \"%s\", approved by %s, at %s UTC",
                handover->name, handover->to, handover->purpose, handover->approved_by, when);
}

static struct roll_timetable timetable_of(const struct timetable *times)
{
    return (struct roll_timetable){.announced_at = (uint64_t)times->announced_at,
                                   .non_working = times->non_working,
                                   .non_working_count = times->non_working_count,
                                   .decide_within = times->decide_within,
                                   .appeal_within = times->appeal_within,
                                   .reply_within = times->reply_within,
                                   .cooling_hours = times->cooling_hours};
}

static void check_opened(const struct election *election, struct annex *annex, struct arena *arena,
                         struct roll_entry *entries)
{
    const struct definition *definition = election->definition;
    struct roll_finding findings[ROLL_CHECKS];
    struct handover handover;
    struct roll_board board = {.origin = election->origin,
                               .rules = definition->rules,
                               .timetable = timetable_of(&definition->timetable),
                               .entries = entries,
                               .officer = find_officer,
                               .officer_context = election,
                               .first_ballot = find_first_ballot,
                               .ballot_context = election};
    struct fail fail;
    memcpy(board.ctx0, election->contexts[0], HASH_BYTES);
    memcpy(board.authority, definition->statements, KEY_BYTES);
    for (uint64_t i = 0; i < election->board->count; i++) {
        bool taken;
        if (copy_entry(election, i, arena, &entries[board.entry_count], &taken, &fail) != GOOD) {
            report_not_run(election->report, ANNEX_MANIFEST, "%s", fail.text);
            return;
        }
        board.entry_count += taken;
    }
    for (unsigned i = 0; i < ROLL_CHECKS; i++)
        findings[i] = (struct roll_finding){.outcome = UNABLE, .fail = {"was not reached"}};
    roll_check(&board, annex, findings, &handover);
    report_findings(election->report, findings);
    if (handover.there)
        report_handover(election->report, &handover);
}

void annexed_check(const struct election *election, const struct bundle *bundle)
{
    static const enum kind kinds[] = {SNAPSHOT, DIFFERENCE, CASE, ROLL, ISSUE, REISSUE, FREEZE};
    struct annex annex;
    struct arena arena = {NULL};
    struct fail fail;
    size_t room = 1; /* one more, for an entry that is looked at and not taken */
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        room += election->by[kinds[i]].count;
    if (!report_take(election->report, ANNEX_MANIFEST, NO_ENTRY, annex_open(bundle, &annex, &fail),
                     &fail))
        return;
    struct roll_entry *entries = arena_zeroed(&arena, room, sizeof *entries);
    if (entries == NULL)
        report_not_run(election->report, ANNEX_MANIFEST, "no memory");
    else
        check_opened(election, &annex, &arena, entries);
    arena_done(&arena);
    annex_done(&annex);
}
