#include "roll/casebook.h"

#include <stdlib.h>

#include "base/code.h"
#include "base/json.h"
#include "roll/case_guard.h"

static const char *const STATES[] = {"raised",  "evidenced", "proposed", "upheld",
                                     "refused", "appealed",  "withdrawn"};

enum { COUNTERSIGNED_FROM = 10 }; /* subjects; or a hundredth of the rows, if that is more */

const char *case_state_name(enum case_state state)
{
    return STATES[state];
}

void casebook_init(struct casebook *book, const struct case_terms *terms)
{
    *book = (struct casebook){.terms = *terms};
    hex_print(span_of(terms->context, HASH_BYTES), book->context);
}

static void case_done(struct variance_case *variance)
{
    free(variance->subjects);
    free(variance->steps);
    json_decref(variance->json);
    json_decref(variance->proposal);
}

void casebook_done(struct casebook *book)
{
    if (book == NULL)
        return;
    for (uint32_t i = 0; i < book->case_count; i++)
        case_done(&book->cases[i]);
    free(book->snapshots);
    free(book->cases);
    free(book->evidence);
    free(book->exclusions);
    *book = (struct casebook){0};
}

/* Room for `more` items after `count`, doubling at powers of two. Keeps the old array on failure.
 */
static enum outcome make_room(void **array, size_t item_bytes, size_t count, size_t more,
                              struct fail *fail)
{
    size_t room = 16;
    while (room < count + more)
        room *= 2;
    if (*array != NULL && count > room / 2 && count + more <= room)
        return OK; /* the last call made this room already */
    void *moved = realloc(*array, room * item_bytes);
    if (moved == NULL)
        return fail_set(fail, BROKEN, "roll.memory", "out of memory for cases");
    *array = moved;
    return OK;
}

enum outcome casebook_add_snapshot(struct casebook *book, const uint8_t leaf[static HASH_BYTES],
                                   uint32_t source, bool lists, uint32_t rows, struct fail *fail)
{
    enum outcome outcome = make_room((void **)&book->snapshots, sizeof(*book->snapshots),
                                     book->snapshot_count, 1, fail);
    if (outcome != OK)
        return outcome;
    struct case_snapshot *snapshot = &book->snapshots[book->snapshot_count++];
    *snapshot = (struct case_snapshot){.source = source, .lists = lists, .rows = rows};
    memcpy(snapshot->leaf.bytes, leaf, HASH_BYTES);
    return OK;
}

void casebook_add_roll(struct casebook *book, const uint8_t leaf[static HASH_BYTES])
{
    memcpy(book->roll.bytes, leaf, HASH_BYTES);
    book->roll_count++;
}

void casebook_freeze(struct casebook *book)
{
    book->frozen = true;
}

static struct variance_case *find_case(const struct casebook *book, uint32_t number)
{
    for (uint32_t i = 0; i < book->case_count; i++) {
        if (book->cases[i].number == number)
            return &book->cases[i];
    }
    return NULL;
}

const struct variance_case *casebook_find(const struct casebook *book, uint32_t number)
{
    return find_case(book, number);
}

uint32_t casebook_next_number(const struct casebook *book)
{
    uint32_t highest = 0;
    for (uint32_t i = 0; i < book->case_count; i++)
        highest = book->cases[i].number > highest ? book->cases[i].number : highest;
    return highest + 1;
}

bool case_is_open(const struct variance_case *variance)
{
    return variance->force_order == 0 && variance->state != CASE_REFUSED &&
           variance->state != CASE_WITHDRAWN;
}

bool case_is_removal(const struct variance_case *variance)
{
    return variance->effect.what == EFFECT_MERGE || variance->effect.what == EFFECT_EXCLUDE;
}

int64_t case_deadline(const struct casebook *book, const struct variance_case *variance)
{
    const struct case_times *times = book->terms.times;
    int64_t from = variance->raised_at_s;
    if (variance->state == CASE_APPEALED)
        from = variance->appealed_at_s;
    else if (case_is_removal(variance) && variance->notified)
        from =
            calendar_deadline(&times->calendar, variance->latest_notice_at_s, times->reply_within);
    return calendar_deadline(&times->calendar, from, times->decide_within);
}

/* -- what each kind does, once its guards hold ------------------------------------------------ */

static enum outcome open_case(struct casebook *book, const struct case_note *note,
                              struct case_statement *read, struct fail *fail)
{
    enum outcome outcome = guard_variance(book, read, fail);
    if (outcome == OK)
        outcome = make_room((void **)&book->cases, sizeof(*book->cases), book->case_count, 1, fail);
    if (outcome != OK)
        return outcome;
    struct variance_case *variance = &book->cases[book->case_count++];
    *variance = (struct variance_case){
        .number = read->number,
        .by = read->by,
        .subjects = read->subjects,
        .subject_count = read->subject_count,
        .effect = read->effect,
        .reason = read->reason,
        .text = read->text,
        .raised_at_s = note->at_s,
        .is_late = book->roll_count > 0,
        .raised_by = read->signer,
        .json = json_incref(read->json),
    };
    read->subjects = NULL; /* they are the case's now */
    return OK;
}

/* One file counts once, as what it was first given as; so do all attestations of one officer, and
 * all member's declarations together. */
static bool counts_with(const struct case_evidence *earlier, const struct case_evidence *fresh)
{
    if (earlier->case_number != fresh->case_number)
        return false;
    if (earlier->is_file && fresh->is_file && case_same_hash(&earlier->sha256, &fresh->sha256))
        return true;
    if (earlier->kind != fresh->kind)
        return false;
    return case_evidence_is_declaration(fresh->kind) ||
           (case_evidence_is_attestation(fresh->kind) &&
            case_same_officer(&earlier->given_by, &fresh->given_by));
}

static bool counts_already(const struct casebook *book, const struct case_evidence *fresh)
{
    for (uint32_t i = 0; i < book->evidence_count; i++) {
        if (counts_with(&book->evidence[i], fresh))
            return true;
    }
    return false;
}

static enum outcome take_evidence(struct casebook *book, struct variance_case *variance,
                                  const struct case_statement *read, struct fail *fail)
{
    enum outcome outcome = guard_evidence(book, read, fail);
    if (outcome == OK)
        outcome = make_room((void **)&book->evidence, sizeof(*book->evidence), book->evidence_count,
                            1, fail);
    if (outcome != OK)
        return outcome;
    struct case_evidence evidence = read->evidence;
    evidence.case_number = read->number;
    evidence.statement = book->statement_count + 1;
    evidence.given_by = read->signer;
    if (!counts_already(book, &evidence))
        variance->strength += case_evidence_strength(evidence.kind);
    if (variance->state == CASE_RAISED)
        variance->state = CASE_EVIDENCED;
    book->evidence[book->evidence_count++] = evidence;
    variance->evidence_count++;
    return OK;
}

/* Another proposal needs another notice. */
static enum outcome take_proposal(struct casebook *book, struct variance_case *variance,
                                  const struct case_statement *read, struct fail *fail)
{
    enum outcome outcome = guard_effect(book, &read->effect, variance->subjects,
                                        variance->subject_count, variance->number, fail);
    if (outcome != OK)
        return outcome;
    json_decref(variance->proposal);
    variance->proposal = json_incref(read->json);
    variance->effect = read->effect;
    variance->rule = read->rule;
    variance->has_proposal = true;
    variance->notified = false;
    variance->state = CASE_PROPOSED;
    return OK;
}

static void take_notification(struct variance_case *variance, int64_t at_s)
{
    if (!variance->notified)
        variance->first_notice_at_s = at_s;
    variance->latest_notice_at_s = at_s;
    variance->notified = true;
}

/* Rows of the latest snapshot of every source that lists. */
static uint64_t rows_listed(const struct casebook *book)
{
    uint64_t rows = 0;
    for (uint32_t i = 0; i < book->snapshot_count; i++) {
        const struct case_snapshot *snapshot = &book->snapshots[i];
        bool latest = snapshot->lists;
        for (uint32_t k = i + 1; latest && k < book->snapshot_count; k++)
            latest = book->snapshots[k].source != snapshot->source;
        rows += latest ? snapshot->rows : 0;
    }
    return rows;
}

/* In force once nothing is lacking. */
static void enter_into_force(const struct casebook *book, struct variance_case *variance,
                             int64_t at_s)
{
    if (variance->lacks_officer || variance->lacks_scrutineer)
        return;
    variance->force_order = book->statement_count + 1;
    variance->force_at_s = at_s;
}

static enum outcome take_decision(const struct casebook *book, struct variance_case *variance,
                                  const struct case_statement *read, const struct case_note *note,
                                  struct fail *fail)
{
    uint64_t share = rows_listed(book) / 100;
    enum outcome outcome = guard_decision(book, variance, read, note, fail);
    if (outcome != OK)
        return outcome;
    variance->is_final = variance->state == CASE_APPEALED;
    variance->state = read->upheld ? CASE_UPHELD : CASE_REFUSED;
    variance->decided_by = read->signer;
    variance->decided_at_s = note->at_s;
    variance->force_order = 0;
    variance->reply_over =
        read->upheld && variance->notified && note->at_s > case_reply_ends(book, variance);
    variance->lacks_officer = read->upheld && book->roll_count > 0;
    variance->lacks_scrutineer =
        read->upheld &&
        variance->subject_count > (share > COUNTERSIGNED_FROM ? share : COUNTERSIGNED_FROM);
    if (read->upheld)
        enter_into_force(book, variance, note->at_s);
    return OK;
}

static enum outcome take_countersignature(const struct casebook *book,
                                          struct variance_case *variance,
                                          const struct case_statement *read, int64_t at_s,
                                          struct fail *fail)
{
    enum outcome outcome = guard_countersignature(variance, read, fail);
    if (outcome != OK)
        return outcome;
    if (read->as_scrutineer)
        variance->lacks_scrutineer = false;
    else
        variance->lacks_officer = false;
    enter_into_force(book, variance, at_s);
    return OK;
}

/* It stays in force, or not, as decided, until the appeal is. */
static enum outcome take_appeal(const struct casebook *book, struct variance_case *variance,
                                const struct case_statement *read, int64_t at_s, struct fail *fail)
{
    enum outcome outcome = guard_appeal(book, variance, read, at_s, fail);
    if (outcome != OK)
        return outcome;
    variance->state = CASE_APPEALED;
    variance->appealed_at_s = at_s;
    variance->lacks_officer = false;
    variance->lacks_scrutineer = false;
    return OK;
}

static enum outcome take_withdrawal(struct variance_case *variance,
                                    const struct case_statement *read, struct fail *fail)
{
    enum outcome outcome = guard_withdrawal(variance, read, fail);
    if (outcome == OK)
        variance->state = CASE_WITHDRAWN;
    return outcome;
}

/* A statement of a case that exists. */
static enum outcome take_step(struct casebook *book, struct variance_case *variance,
                              const struct case_note *note, const struct case_statement *read,
                              struct fail *fail)
{
    enum outcome outcome = guard_chain(variance, read, fail);
    if (outcome == OK)
        outcome = guard_state(variance, read, fail);
    if (outcome != OK)
        return outcome;
    switch (read->kind) {
    case STATEMENT_EVIDENCE:
        return take_evidence(book, variance, read, fail);
    case STATEMENT_PROPOSAL:
        return take_proposal(book, variance, read, fail);
    case STATEMENT_NOTIFICATION:
        take_notification(variance, note->at_s);
        return OK;
    case STATEMENT_WITHDRAWAL:
        return take_withdrawal(variance, read, fail);
    case STATEMENT_DECISION:
        return take_decision(book, variance, read, note, fail);
    case STATEMENT_COUNTERSIGNATURE:
        return take_countersignature(book, variance, read, note->at_s, fail);
    case STATEMENT_APPEAL:
        return take_appeal(book, variance, read, note->at_s, fail);
    default:
        return fail_set(fail, BROKEN, "case.kind", "a statement of no case");
    }
}

static void add_step(const struct casebook *book, struct variance_case *variance,
                     const struct case_note *note, const struct case_statement *read)
{
    variance->steps[variance->step_count++] = (struct case_step){
        .kind = read->kind,
        .statement = book->statement_count + 1,
        .at_s = note->at_s,
        .signer = read->signer,
    };
    variance->latest = read->leaf;
}

/* Room for the step is made first, so that a failure leaves the case as it was. */
static enum outcome continue_case(struct casebook *book, const struct case_note *note,
                                  const struct case_statement *read, struct fail *fail)
{
    struct variance_case *variance = find_case(book, read->number);
    if (variance == NULL)
        return fail_set(fail, NOT_FOUND, "case.unknown", "case %u: there is no such case",
                        read->number);
    enum outcome outcome = make_room((void **)&variance->steps, sizeof(*variance->steps),
                                     variance->step_count, 1, fail);
    if (outcome == OK)
        outcome = take_step(book, variance, note, read, fail);
    if (outcome == OK)
        add_step(book, variance, note, read);
    return outcome;
}

static enum outcome begin_case(struct casebook *book, const struct case_note *note,
                               struct case_statement *read, struct fail *fail)
{
    void *steps = NULL;
    enum outcome outcome = make_room(&steps, sizeof(struct case_step), 0, 1, fail);
    if (outcome == OK)
        outcome = open_case(book, note, read, fail);
    if (outcome != OK) {
        free(steps);
        return outcome;
    }
    struct variance_case *variance = &book->cases[book->case_count - 1];
    variance->steps = steps;
    add_step(book, variance, note, read);
    return OK;
}

static enum outcome take_exclusions(struct casebook *book, const struct case_statement *read,
                                    struct fail *fail)
{
    if (book->snapshot_count == 0 ||
        !case_same_hash(&book->snapshots[book->snapshot_count - 1].leaf, &read->answers))
        return fail_set(fail, CONFLICT, "case.stale",
                        "the confirmation does not answer the latest snapshot; make it again");
    enum outcome outcome = make_room((void **)&book->exclusions, sizeof(*book->exclusions),
                                     book->exclusion_count, read->exclusion_count, fail);
    if (outcome != OK)
        return outcome;
    for (uint32_t i = 0; i < read->exclusion_count; i++) {
        book->exclusions[book->exclusion_count] = read->exclusions[i];
        book->exclusions[book->exclusion_count++].snapshot = book->snapshot_count;
    }
    return OK;
}

static enum outcome take_irregularity(struct casebook *book, const struct case_statement *read,
                                      struct fail *fail)
{
    if (!case_same_hash(&book->roll, &read->answers))
        return fail_set(fail, CONFLICT, "case.stale",
                        "the irregularity does not answer the latest roll; make it again");
    book->irregularity_count++;
    return OK;
}

static enum outcome take_statement(struct casebook *book, const struct case_note *note,
                                   struct case_statement *read, struct fail *fail)
{
    enum outcome outcome = guard_signer(note, read, fail);
    if (outcome == OK)
        outcome = guard_time(book, read, fail);
    if (outcome != OK)
        return outcome;
    switch (read->kind) {
    case STATEMENT_VARIANCE:
        return begin_case(book, note, read, fail);
    case STATEMENT_EXCLUSIONS:
        return take_exclusions(book, read, fail);
    case STATEMENT_IRREGULARITY:
        return take_irregularity(book, read, fail);
    default:
        return continue_case(book, note, read, fail);
    }
}

enum outcome casebook_add(struct casebook *book, const struct case_note *statement,
                          struct fail *fail)
{
    struct case_statement read;
    enum outcome outcome = case_read(book, statement, &read, fail);
    if (outcome != OK)
        return outcome;
    outcome = take_statement(book, statement, &read, fail);
    if (outcome == OK)
        book->statement_count++;
    case_statement_done(&read);
    return outcome;
}
