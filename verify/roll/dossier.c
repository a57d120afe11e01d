#include "roll/dossier.h"

#include <inttypes.h>

enum { STRENGTH_UPHOLDS = 3, STRENGTH_HOLDS = 1, FEW_SUBJECTS = 10 };

struct case_hand {
    struct case_signer who;
    struct case_hand *next;
};

struct case_paper {
    struct digest sha256;
    struct case_paper *next;
};

static const unsigned strengths[EVIDENCE_KINDS] = {
    [EARLIER_SNAPSHOT] = 3,  [JOIN_CONFIRMATION] = 3,   [BANK_LINE] = 3,
    [FINANCE_RECORD] = 3,    [RESIDENCE_DOCUMENT] = 3,  [AFFILIATE_CONFIRMATION] = 3,
    [SUSPENSION_RECORD] = 3, [AGE_DOCUMENT] = 3,        [DEATH_OR_RETURN_NOTICE] = 2,
    [SOURCE_MATCH] = 2,      [OFFICER_ATTESTATION] = 2, [MEMBER_DECLARATION] = 1,
};

/* -- who did what ----------------------------------------------------------------------------- */

bool case_signer_same(const struct case_signer *a, const struct case_signer *b)
{
    if (a->authority || b->authority)
        return false;
    return span_equal(a->id, b->id) || memcmp(a->key, b->key, sizeof a->key) == 0;
}

static bool has_hand(const struct case_hand *hand, const struct case_signer *signer)
{
    while (hand != NULL && !case_signer_same(&hand->who, signer))
        hand = hand->next;
    return hand != NULL;
}

static enum outcome add_hand(struct case_hand **hands, const struct case_act *act,
                             struct fail *fail)
{
    struct case_hand *hand = arena_zeroed(act->arena, 1, sizeof *hand);
    if (hand == NULL)
        return fail_unable(fail, "no memory for the cases");
    *hand = (struct case_hand){act->signer, *hands};
    *hands = hand;
    return GOOD;
}

bool dossier_attested(const struct dossier *dossier, const struct case_signer *signer)
{
    return has_hand(dossier->attested, signer);
}

/* -- states ----------------------------------------------------------------------------------- */

bool dossier_unsettled(const struct dossier *dossier)
{
    enum case_state state = dossier->now.state;
    return state == CASE_RAISED || state == CASE_EVIDENCED || state == CASE_PROPOSED ||
           state == CASE_APPEALED;
}

/* As section 8 means it. */
static bool is_open(const struct roll_case *now)
{
    return now->state == CASE_RAISED || now->state == CASE_EVIDENCED ||
           now->state == CASE_PROPOSED ||
           ((now->state == CASE_UPHELD || now->state == CASE_APPEALED) && now->force_order == 0);
}

static bool time_over(const struct case_act *act, uint64_t since, int64_t working_days)
{
    return act->at > calendar_deadline(act->calendar, since, working_days);
}

enum outcome dossier_open(struct dossier *dossier, const struct case_act *act, struct fail *fail)
{
    const struct case_statement *variance = act->statement;
    *dossier = (struct dossier){
        .now = {.number = variance->case_number,
                .by = variance->by,
                .state = CASE_RAISED,
                .subjects = variance->subjects,
                .subject_count = variance->subject_count,
                .effect = &variance->effect,
                .open = true,
                .late = act->sealed},
        .latest = act->leaf,
        .raiser = act->signer,
        .raised_at = act->at,
    };
    if (effect_takes_one(&variance->effect) && variance->subject_count != 1)
        return fail_bad(fail, "its effect takes one subject, and it names %zu",
                        variance->subject_count);
    if (variance->by == BY_MEMBER &&
        (variance->subject_count != 1 || variance->effect.what != EFFECT_REVIEW))
        return fail_bad(fail, "a member raises a case about one person, for review");
    return add_hand(&dossier->acted, act, fail);
}

/* -- evidence and proposal -------------------------------------------------------------------- */

/* A file that was given before adds nothing. */
static enum outcome keep_paper(struct dossier *dossier, const struct case_act *act, bool *out_known,
                               struct fail *fail)
{
    const struct digest *sha256 = &act->statement->file_sha256;
    struct case_paper *paper = dossier->papers;
    while (paper != NULL && digest_compare(&paper->sha256, sha256) != 0)
        paper = paper->next;
    *out_known = paper != NULL;
    if (paper != NULL)
        return GOOD;
    paper = arena_zeroed(act->arena, 1, sizeof *paper);
    if (paper == NULL)
        return fail_unable(fail, "no memory for the cases");
    *paper = (struct case_paper){*sha256, dossier->papers};
    dossier->papers = paper;
    return GOOD;
}

static enum outcome take_evidence(struct dossier *dossier, const struct case_act *act,
                                  struct fail *fail)
{
    const struct case_statement *statement = act->statement;
    bool counted = false;
    enum outcome outcome = GOOD;
    if (!dossier_unsettled(dossier))
        return fail_bad(fail, "evidence in case %" PRId64 ", which is not open",
                        dossier->now.number);
    if (statement->has_file)
        outcome = keep_paper(dossier, act, &counted, fail);
    if (statement->evidence == MEMBER_DECLARATION) {
        counted = counted || dossier->declared;
        dossier->declared = true;
    } else if (statement->evidence == OFFICER_ATTESTATION) {
        counted = dossier_attested(dossier, &act->signer);
        outcome = add_hand(&dossier->attested, act, fail);
    }
    if (outcome != GOOD)
        return outcome;
    dossier->strength += counted ? 0 : strengths[statement->evidence];
    if (dossier->now.state == CASE_RAISED)
        dossier->now.state = CASE_EVIDENCED;
    return add_hand(&dossier->acted, act, fail);
}

static enum outcome take_proposal(struct dossier *dossier, const struct case_act *act,
                                  struct fail *fail)
{
    struct roll_case *now = &dossier->now;
    if (now->state != CASE_EVIDENCED && now->state != CASE_PROPOSED)
        return fail_bad(fail, "a proposal in case %" PRId64 ", which %s", now->number,
                        now->state == CASE_RAISED ? "has no evidence" : "is decided or withdrawn");
    if (effect_takes_one(&act->statement->effect) && now->subject_count != 1)
        return fail_bad(fail, "its effect takes one subject, and case %" PRId64 " has %zu",
                        now->number, now->subject_count);
    now->state = CASE_PROPOSED;
    now->effect = &act->statement->effect;
    now->has_proposal = true;
    now->notified = false; /* a notification is of the proposal that stood */
    return add_hand(&dossier->acted, act, fail);
}

static enum outcome take_notification(struct dossier *dossier, const struct case_act *act,
                                      struct fail *fail)
{
    if (dossier->now.state != CASE_PROPOSED)
        return fail_bad(fail, "a notification in case %" PRId64 ", where no proposal waits",
                        dossier->now.number);
    dossier->told_first = dossier->now.notified ? dossier->told_first : act->at;
    dossier->told_last = act->at;
    dossier->now.notified = true;
    return GOOD;
}

static enum outcome take_withdrawal(struct dossier *dossier, const struct case_act *act,
                                    struct fail *fail)
{
    struct roll_case *now = &dossier->now;
    if (now->state != CASE_RAISED && now->state != CASE_EVIDENCED && now->state != CASE_PROPOSED)
        return fail_bad(fail, "a withdrawal of case %" PRId64 ", which is decided or withdrawn",
                        now->number);
    if (now->by == BY_OFFICER && !case_signer_same(&dossier->raiser, &act->signer))
        return fail_bad(fail, "case %" PRId64 " is withdrawn by another than who raised it",
                        now->number);
    now->state = CASE_WITHDRAWN;
    return GOOD;
}

/* -- decision --------------------------------------------------------------------------------- */

/* The last second in which any officer of guard 1 may decide. */
static uint64_t decision_deadline(const struct dossier *dossier, const struct case_act *act)
{
    const struct roll_timetable *timetable = act->timetable;
    uint64_t since = dossier->raised_at;
    if (dossier->now.state == CASE_APPEALED)
        since = dossier->appealed_at;
    else if (effect_removes(dossier->now.effect) && dossier->now.notified)
        since = calendar_deadline(act->calendar, dossier->told_last, timetable->reply_within);
    return calendar_deadline(act->calendar, since, timetable->decide_within);
}

static enum outcome check_upholding(const struct dossier *dossier, const struct case_act *act,
                                    struct fail *fail)
{
    const struct roll_case *now = &dossier->now;
    unsigned wanted = now->effect->what == EFFECT_HOLD ? STRENGTH_HOLDS : STRENGTH_UPHOLDS;
    if (dossier->strength < wanted)
        return fail_bad(fail, "case %" PRId64 " is upheld on evidence of strength %u, under %u",
                        now->number, dossier->strength, wanted);
    if (!effect_removes(now->effect))
        return GOOD;
    if (!now->notified)
        return fail_bad(fail, "case %" PRId64 " removes somebody who was not told of the proposal",
                        now->number);
    if (!time_over(act, dossier->told_first, act->timetable->reply_within))
        return fail_bad(fail, "case %" PRId64 " removes somebody before the time to reply is over",
                        now->number);
    return GOOD;
}

static enum outcome check_decider(const struct dossier *dossier, const struct case_act *act,
                                  struct fail *fail)
{
    const struct roll_case *now = &dossier->now;
    if (now->state != CASE_PROPOSED && now->state != CASE_APPEALED)
        return fail_bad(fail, "a decision of case %" PRId64 ", where nothing waits for one",
                        now->number);
    if (has_hand(dossier->acted, &act->signer))
        return fail_bad(fail, "case %" PRId64 " is decided by an officer who acted in it",
                        now->number);
    if (act->at > decision_deadline(dossier, act) &&
        (act->signer.roles & (OFFICER_DEPUTY | OFFICER_PANEL)) == 0)
        return fail_bad(fail,
                        "case %" PRId64 " is decided after its deadline by one who is neither "
                        "deputy nor of the panel",
                        now->number);
    return GOOD;
}

/* In force with this statement, if it was the last that this wanted. */
static void come_into_force(struct dossier *dossier, const struct case_act *act)
{
    bool whole = !dossier->lacks_officer && !dossier->lacks_scrutineer;
    dossier->now.force_order = whole ? act->number : 0;
    dossier->now.force_at = whole ? act->at : 0;
}

static bool is_bulk(const struct dossier *dossier, const struct case_act *act)
{
    uint64_t most = act->list_rows / 100;
    return dossier->now.subject_count > (most > FEW_SUBJECTS ? most : FEW_SUBJECTS);
}

static enum outcome take_decision(struct dossier *dossier, const struct case_act *act,
                                  struct fail *fail)
{
    struct roll_case *now = &dossier->now;
    bool upheld = act->statement->upheld;
    enum outcome outcome = check_decider(dossier, act, fail);
    if (outcome == GOOD && upheld)
        outcome = check_upholding(dossier, act, fail);
    if (outcome != GOOD)
        return outcome;
    now->state = upheld ? CASE_UPHELD : CASE_REFUSED;
    now->reply_over =
        now->notified && time_over(act, dossier->told_first, act->timetable->reply_within);
    dossier->decided_at = act->at;
    now->decided = true;
    now->took = act->at - dossier->raised_at;
    dossier->decider = act->signer;
    dossier->lacks_scrutineer = upheld && is_bulk(dossier, act);
    dossier->lacks_officer = upheld && act->sealed;
    if (upheld)
        come_into_force(dossier, act);
    else
        now->force_order = now->force_at = 0;
    return add_hand(&dossier->acted, act, fail);
}

static enum outcome take_countersignature(struct dossier *dossier, const struct case_act *act,
                                          struct fail *fail)
{
    bool *lacks =
        act->statement->as_scrutineer ? &dossier->lacks_scrutineer : &dossier->lacks_officer;
    if (dossier->now.state != CASE_UPHELD || !*lacks)
        return fail_bad(fail, "a countersignature in case %" PRId64 ", which lacks none of a%s",
                        dossier->now.number,
                        act->statement->as_scrutineer ? " scrutineer" : "n officer");
    if (has_hand(dossier->acted, &act->signer))
        return fail_bad(fail, "case %" PRId64 " is countersigned by somebody who acted in it",
                        dossier->now.number);
    *lacks = false;
    come_into_force(dossier, act);
    return add_hand(&dossier->acted, act, fail);
}

static enum outcome take_appeal(struct dossier *dossier, const struct case_act *act,
                                struct fail *fail)
{
    struct roll_case *now = &dossier->now;
    if (now->state != CASE_UPHELD && now->state != CASE_REFUSED)
        return fail_bad(fail, "an appeal in case %" PRId64 ", which is not decided", now->number);
    if (dossier->appealed)
        return fail_bad(fail, "a second appeal in case %" PRId64, now->number);
    if (time_over(act, dossier->decided_at, act->timetable->appeal_within))
        return fail_bad(fail, "an appeal in case %" PRId64 " after the time for it", now->number);
    if (case_signer_same(&dossier->decider, &act->signer))
        return fail_bad(fail, "case %" PRId64 " is appealed by its decider", now->number);
    now->state = CASE_APPEALED;
    dossier->appealed = true;
    dossier->appealed_at = act->at;
    return add_hand(&dossier->acted, act, fail);
}

/* -- any step --------------------------------------------------------------------------------- */

typedef enum outcome taker(struct dossier *dossier, const struct case_act *act, struct fail *fail);

static taker *const takers[STATEMENT_KINDS] = {
    [STATEMENT_EVIDENCE] = take_evidence,
    [STATEMENT_PROPOSAL] = take_proposal,
    [STATEMENT_NOTIFICATION] = take_notification,
    [STATEMENT_WITHDRAWAL] = take_withdrawal,
    [STATEMENT_DECISION] = take_decision,
    [STATEMENT_COUNTERSIGNATURE] = take_countersignature,
    [STATEMENT_APPEAL] = take_appeal,
};

enum outcome dossier_take(struct dossier *dossier, const struct case_act *act, struct fail *fail)
{
    if (digest_compare(&act->statement->answers, &dossier->latest) != 0)
        return fail_bad(fail, "it does not answer the latest statement of case %" PRId64,
                        dossier->now.number);
    enum outcome outcome = takers[act->statement->kind](dossier, act, fail);
    dossier->now.open = is_open(&dossier->now);
    dossier->latest = act->leaf;
    return outcome;
}
