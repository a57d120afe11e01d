#include "roll/case_guard.h"

#include "roll/draft.h"

enum {
    MEMBER_CASES_MAX = 3,
    ATTESTED_CASES_MAX = 10,
    STRENGTH_NEEDED = 3,
    STRENGTH_TO_HOLD = 1,
    OFFICIALS = OFFICER_RETURNING | OFFICER_SECRETARY | OFFICER_DEPUTY,
    DECIDERS = OFFICIALS | OFFICER_PANEL,
    ANY_ROLE = DECIDERS | OFFICER_EXPORTER | OFFICER_SCRUTINEER,
};

bool case_same_officer(const struct officer_mark *a, const struct officer_mark *b)
{
    return memcmp(a->key, b->key, KEY_BYTES) == 0 || strcmp(a->id, b->id) == 0;
}

bool case_same_hash(const struct hash32 *a, const struct hash32 *b)
{
    return memcmp(a->bytes, b->bytes, HASH_BYTES) == 0;
}

/* -- guards 1 and 2: who, and until when ------------------------------------------------------ */

static unsigned roles_for(const struct case_statement *read)
{
    switch (read->kind) {
    case STATEMENT_DECISION:
        return DECIDERS;
    case STATEMENT_COUNTERSIGNATURE:
        return read->as_scrutineer ? OFFICER_SCRUTINEER : DECIDERS;
    case STATEMENT_APPEAL:
        return ANY_ROLE;
    default:
        return OFFICIALS;
    }
}

static const char *role_names(const struct case_statement *read)
{
    switch (read->kind) {
    case STATEMENT_DECISION:
        return "returning, secretary, deputy or panel";
    case STATEMENT_COUNTERSIGNATURE:
        return read->as_scrutineer ? "scrutineer" : "returning, secretary, deputy or panel";
    case STATEMENT_APPEAL:
        return "any";
    default:
        return "returning, secretary or deputy";
    }
}

/* The authority states what members and the machine say, and nothing else. */
static bool is_authoritys(const struct case_statement *read)
{
    if (read->kind == STATEMENT_VARIANCE)
        return read->by != CASE_BY_OFFICER;
    return read->kind == STATEMENT_APPEAL && read->by == CASE_BY_MEMBER;
}

enum outcome guard_signer(const struct case_note *note, const struct case_statement *read,
                          struct fail *fail)
{
    const char *kind = case_statement_name(read->kind);
    if (note->is_authority != is_authoritys(read))
        return fail_set(fail, NOT_ALLOWED, "case.role", "this %s must be signed by %s", kind,
                        note->is_authority ? "an officer, not by the authority"
                                           : "the authority, for a member or the machine");
    if (note->is_authority)
        return OK;
    if ((note->roles & OFFICER_BARRED) != 0)
        return fail_set(fail, NOT_ALLOWED, "case.barred",
                        "\"%s\" is barred from cases (a candidate, agent or employee); somebody "
                        "else must sign",
                        read->signer.id);
    if ((note->roles & roles_for(read)) == 0)
        return fail_set(fail, NOT_ALLOWED, "case.role",
                        "\"%s\" holds no role that may sign this %s (%s); ask somebody who does",
                        read->signer.id, kind, role_names(read));
    return OK;
}

enum outcome guard_time(const struct casebook *book, const struct case_statement *read,
                        struct fail *fail)
{
    if (book->frozen)
        return fail_set(fail, NOT_ALLOWED, "case.frozen",
                        "the ballots are frozen; no case may follow");
    if (read->kind == STATEMENT_IRREGULARITY && book->roll_count == 0)
        return fail_set(fail, NOT_ALLOWED, "case.early",
                        "there is no roll yet; raise a variance instead, it can still be acted on");
    return OK;
}

/* -- guards 3 to 6: the chain, the state, the effect ------------------------------------------ */

static bool takes_evidence(const struct variance_case *variance)
{
    return variance->state == CASE_RAISED || variance->state == CASE_EVIDENCED ||
           variance->state == CASE_PROPOSED || variance->state == CASE_APPEALED;
}

static enum outcome guard_member(const struct casebook *book, const struct case_statement *read,
                                 struct fail *fail)
{
    uint32_t open = 0;
    if (read->subject_count != 1 || read->effect.what != EFFECT_REVIEW)
        return fail_set(fail, BAD_INPUT, "case.subject",
                        "case %u: a member asks for a review of one entry", read->number);
    for (uint32_t i = 0; i < book->case_count; i++) {
        const struct variance_case *variance = &book->cases[i];
        if (variance->by == CASE_BY_MEMBER && takes_evidence(variance) &&
            case_same_hash(&variance->subjects[0], &read->subjects[0]))
            open++;
    }
    if (open < MEMBER_CASES_MAX)
        return OK;
    return fail_set(fail, NOT_ALLOWED, "case.crowded",
                    "case %u: this member has %u open cases already; wait until one is decided",
                    read->number, open);
}

enum outcome guard_variance(const struct casebook *book, const struct case_statement *read,
                            struct fail *fail)
{
    bool answers_snapshot = false;
    for (uint32_t i = 0; i < book->snapshot_count; i++)
        answers_snapshot =
            answers_snapshot || case_same_hash(&book->snapshots[i].leaf, &read->answers);
    if (!answers_snapshot)
        return fail_set(fail, CONFLICT, "case.stale",
                        "case %u: it answers no snapshot of this election", read->number);
    if (casebook_find(book, read->number) != NULL)
        return fail_set(fail, CONFLICT, "case.exists", "case %u exists already; the next is %u",
                        read->number, casebook_next_number(book));
    if (read->by == CASE_BY_MEMBER)
        return guard_member(book, read, fail);
    return guard_effect(book, &read->effect, read->subjects, read->subject_count, read->number,
                        fail);
}

enum outcome guard_chain(const struct variance_case *variance, const struct case_statement *read,
                         struct fail *fail)
{
    if (case_same_hash(&variance->latest, &read->answers))
        return OK;
    return fail_set(fail, CONFLICT, "case.stale",
                    "case %u: the statement does not answer the latest one; read it and sign again",
                    variance->number);
}

/* The code for a statement that comes when the case is in this state. */
static enum outcome wrong_state(const struct variance_case *variance, const char *code,
                                const char *what, struct fail *fail)
{
    return fail_set(fail, NOT_ALLOWED, code, "case %u is %s: %s", variance->number,
                    case_state_name(variance->state), what);
}

static enum outcome guard_undecided(const struct variance_case *variance, struct fail *fail)
{
    if (variance->state == CASE_WITHDRAWN)
        return fail_set(fail, CONFLICT, "case.withdrawn",
                        "case %u was withdrawn; raise another if need be", variance->number);
    if (variance->state == CASE_UPHELD || variance->state == CASE_REFUSED)
        return fail_set(fail, CONFLICT, "case.decided", "case %u was decided already: %s%s",
                        variance->number, case_state_name(variance->state),
                        variance->is_final ? ", finally" : "; it may be appealed");
    return OK;
}

static enum outcome guard_decided(const struct variance_case *variance, struct fail *fail)
{
    if (variance->state == CASE_APPEALED || variance->is_final)
        return fail_set(fail, CONFLICT, "case.appealed",
                        "case %u was appealed already; that is possible once", variance->number);
    if (variance->state != CASE_UPHELD && variance->state != CASE_REFUSED)
        return wrong_state(variance, "case.not-decided", "there is no decision to appeal", fail);
    return OK;
}

static enum outcome guard_not_appealed(const struct variance_case *variance, struct fail *fail)
{
    if (variance->state != CASE_APPEALED)
        return OK;
    return fail_set(fail, CONFLICT, "case.appealed",
                    "case %u is under appeal: only evidence and the decision may follow",
                    variance->number);
}

/* Proposing takes evidence; deciding and telling the member take a proposal. */
static enum outcome guard_ripe(const struct variance_case *variance, enum statement_kind kind,
                               struct fail *fail)
{
    bool needs_evidence = kind == STATEMENT_PROPOSAL || kind == STATEMENT_DECISION;
    bool needs_proposal = kind == STATEMENT_NOTIFICATION || kind == STATEMENT_DECISION;
    if (needs_evidence && variance->state == CASE_RAISED)
        return wrong_state(variance, "case.no-evidence",
                           "nothing is proposed or decided without evidence; attach some first",
                           fail);
    if (needs_proposal && (variance->state == CASE_RAISED || variance->state == CASE_EVIDENCED))
        return wrong_state(variance, "case.not-proposed",
                           "propose first what is to be done, so that all know what is decided",
                           fail);
    return OK;
}

enum outcome guard_state(const struct variance_case *variance, const struct case_statement *read,
                         struct fail *fail)
{
    if (read->kind == STATEMENT_APPEAL)
        return guard_decided(variance, fail);
    if (read->kind == STATEMENT_COUNTERSIGNATURE)
        return OK; /* its own guard says what is lacking */
    enum outcome outcome = guard_undecided(variance, fail);
    if (outcome == OK && read->kind != STATEMENT_EVIDENCE && read->kind != STATEMENT_DECISION)
        outcome = guard_not_appealed(variance, fail);
    return outcome == OK ? guard_ripe(variance, read->kind, fail) : outcome;
}

/* An `add` is of the person whom its record describes, in the numbers of a membership list. */
static enum outcome guard_added(const struct casebook *book, const struct case_effect *effect,
                                const struct hash32 *subject, uint32_t number, struct fail *fail)
{
    struct hash32 pseudonym;
    bool lists = false;
    for (uint32_t i = 0; i < book->terms.numbers_count; i++)
        lists = lists || span_equal(book->terms.numbers[i], effect->numbers);
    if (!lists)
        return fail_set(fail, BAD_INPUT, "case.subject",
                        "case %u: no membership list uses the numbers \"%.*s\"", number,
                        (int)effect->numbers.len, (const char *)effect->numbers.ptr);
    people_pseudonym(book->terms.roll_key, effect->numbers,
                     json_span(json_object_get(effect->record, "member_no")), pseudonym.bytes);
    if (case_same_hash(&pseudonym, subject))
        return OK;
    return fail_set(fail, BAD_INPUT, "case.subject",
                    "case %u: the subject is not the person of the record", number);
}

enum outcome guard_effect(const struct casebook *book, const struct case_effect *effect,
                          const struct hash32 *subjects, uint32_t count, uint32_t number,
                          struct fail *fail)
{
    bool single =
        effect->what == EFFECT_ROWS || effect->what == EFFECT_MERGE || effect->what == EFFECT_ADD;
    if (single && count != 1)
        return fail_set(fail, BAD_INPUT, "case.subject",
                        "case %u: \"%s\" is for one subject, the case has %u; raise one for each",
                        number, case_effect_name(effect->what), count);
    return effect->what == EFFECT_ADD ? guard_added(book, effect, &subjects[0], number, fail) : OK;
}

/* -- guards 7 to 11 --------------------------------------------------------------------------- */

enum outcome guard_evidence(const struct casebook *book, const struct case_statement *read,
                            struct fail *fail)
{
    uint32_t cases[ATTESTED_CASES_MAX];
    uint32_t count = 0;
    if (!case_evidence_is_attestation(read->evidence.kind))
        return OK;
    for (uint32_t i = 0; i < book->evidence_count; i++) {
        const struct case_evidence *evidence = &book->evidence[i];
        bool known = !case_evidence_is_attestation(evidence->kind) ||
                     !case_same_officer(&evidence->given_by, &read->signer);
        if (!known && evidence->case_number == read->number)
            return OK;
        for (uint32_t k = 0; !known && k < count; k++)
            known = cases[k] == evidence->case_number;
        if (!known && count < ATTESTED_CASES_MAX)
            cases[count++] = evidence->case_number;
    }
    if (count < ATTESTED_CASES_MAX)
        return OK;
    return fail_set(fail, NOT_ALLOWED, "case.attester",
                    "case %u: \"%s\" has attested in %u cases, no more count; attach a document, "
                    "or let another officer attest",
                    read->number, read->signer.id, count);
}

enum outcome guard_withdrawal(const struct variance_case *variance,
                              const struct case_statement *read, struct fail *fail)
{
    if (variance->by != CASE_BY_OFFICER || case_same_officer(&variance->raised_by, &read->signer))
        return OK;
    return fail_set(fail, NOT_ALLOWED, "case.not-raiser",
                    "case %u: only \"%s\", who raised it, can withdraw it; let it be refused",
                    variance->number, variance->raised_by.id);
}

/* Signed a variance, evidence, proposal, decision, countersignature or appeal of the case. */
static const struct case_step *find_act(const struct variance_case *variance,
                                        const struct officer_mark *signer)
{
    for (uint32_t i = 0; i < variance->step_count; i++) {
        const struct case_step *step = &variance->steps[i];
        if (step->kind != STATEMENT_NOTIFICATION && step->kind != STATEMENT_WITHDRAWAL &&
            case_same_officer(&step->signer, signer))
            return step;
    }
    return NULL;
}

static enum outcome guard_four_eyes(const struct variance_case *variance,
                                    const struct case_statement *read, struct fail *fail)
{
    const struct case_step *act = find_act(variance, &read->signer);
    if (act == NULL)
        return OK;
    return fail_set(fail, NOT_ALLOWED, "case.four-eyes",
                    "case %u: \"%s\" signed a %s of it already and cannot sign its %s; ask another "
                    "officer",
                    variance->number, read->signer.id, case_statement_name(act->kind),
                    case_statement_name(read->kind));
}

/* Silence is never a refusal: what was not decided in time goes to the deputy. */
static enum outcome guard_deadline(const struct casebook *book,
                                   const struct variance_case *variance,
                                   const struct case_note *note, struct fail *fail)
{
    char text[INSTANT_TEXT_BYTES];
    int64_t deadline = case_deadline(book, variance);
    if (note->at_s <= deadline || (note->roles & (OFFICER_DEPUTY | OFFICER_PANEL)) != 0)
        return OK;
    instant_print(deadline, text);
    return fail_set(fail, NOT_ALLOWED, "case.late",
                    "case %u: the time to decide ended at %s; now a deputy or the panel decides",
                    variance->number, text);
}

int64_t case_reply_ends(const struct casebook *book, const struct variance_case *variance)
{
    return calendar_deadline(&book->terms.times->calendar, variance->first_notice_at_s,
                             book->terms.times->reply_within);
}

static enum outcome guard_notice(const struct casebook *book, const struct variance_case *variance,
                                 int64_t at_s, struct fail *fail)
{
    char text[INSTANT_TEXT_BYTES];
    if (!case_is_removal(variance))
        return OK;
    if (!variance->notified)
        return fail_set(fail, NOT_ALLOWED, "case.notice",
                        "case %u: nobody is removed unheard; notify the member of the proposal "
                        "first",
                        variance->number);
    if (at_s > case_reply_ends(book, variance))
        return OK;
    instant_print(case_reply_ends(book, variance), text);
    return fail_set(fail, NOT_ALLOWED, "case.notice",
                    "case %u: the member may reply until %s; uphold it after that",
                    variance->number, text);
}

enum outcome guard_decision(const struct casebook *book, const struct variance_case *variance,
                            const struct case_statement *read, const struct case_note *note,
                            struct fail *fail)
{
    enum outcome outcome = guard_four_eyes(variance, read, fail);
    if (outcome == OK)
        outcome = guard_deadline(book, variance, note, fail);
    if (outcome != OK || !read->upheld)
        return outcome;
    uint32_t needed = variance->effect.what == EFFECT_HOLD ? STRENGTH_TO_HOLD : STRENGTH_NEEDED;
    if (variance->strength < needed)
        return fail_set(fail, NOT_ALLOWED, "case.weak",
                        "case %u: its evidence has strength %u, upholding takes %u; attach a "
                        "document",
                        variance->number, variance->strength, needed);
    return guard_notice(book, variance, note->at_s, fail);
}

enum outcome guard_countersignature(const struct variance_case *variance,
                                    const struct case_statement *read, struct fail *fail)
{
    bool lacks = read->as_scrutineer ? variance->lacks_scrutineer : variance->lacks_officer;
    if (variance->state != CASE_UPHELD || !lacks)
        return fail_set(fail, NOT_ALLOWED, "case.countersign",
                        "case %u is %s and lacks no countersignature by %s", variance->number,
                        case_state_name(variance->state),
                        read->as_scrutineer ? "a scrutineer" : "an officer");
    return guard_four_eyes(variance, read, fail);
}

enum outcome guard_appeal(const struct casebook *book, const struct variance_case *variance,
                          const struct case_statement *read, int64_t at_s, struct fail *fail)
{
    char text[INSTANT_TEXT_BYTES];
    const struct case_times *times = book->terms.times;
    int64_t last =
        calendar_deadline(&times->calendar, variance->decided_at_s, times->appeal_within);
    if (at_s > last) {
        instant_print(last, text);
        return fail_set(fail, NOT_ALLOWED, "case.appeal-late",
                        "case %u could be appealed until %s; raise another case if there is news",
                        variance->number, text);
    }
    if (read->by == CASE_BY_OFFICER && case_same_officer(&variance->decided_by, &read->signer))
        return fail_set(fail, NOT_ALLOWED, "case.four-eyes",
                        "case %u: who decided it cannot appeal; ask another officer",
                        variance->number);
    return OK;
}
