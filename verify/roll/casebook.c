#include "roll/casebook.h"

#include "crypto/hash.h"
#include "labels.h"
#include "log/merkle.h"
#include "log/note.h"
#include "roll/dossier.h"
#include "roll/signer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { MEMBER_CASES_MOST = 3, ATTESTED_CASES_MOST = 10 };

/* What a statement made of a case. */
struct case_step {
    uint64_t entry;
    size_t place; /* of the case, in the order in which they were raised */
    struct roll_case after;
};

/* The reading of one board. */
struct reading {
    const struct annex *annex;
    const struct roll_board *board;
    const struct rules *rules;
    struct arena *arena;
    struct casebook *book;
    struct note *note; /* the one that is read */
    struct calendar calendar;
    struct dossier *cases;
    uint32_t *slots; /* cases by number: place plus 1 */
    size_t slot_mask;
    /* what the board held before the entry that is read */
    const struct roll_entry **snapshots;
    size_t snapshot_count;
    const struct roll_entry *roll, *freeze; /* the latest */
    struct fail *fail;
};

/* One statement while it is taken. */
struct taking {
    struct reading *reading;
    const struct roll_entry *entry;
    struct case_act act;
};

/* -- the note --------------------------------------------------------------------------------- */

/* Opens the commitment, reads the statement, checks the signature. */
static enum outcome open_note(struct taking *taking, const struct annex_file *file)
{
    struct reading *reading = taking->reading;
    struct fail *fail = reading->fail;
    uint8_t commitment[HASH_BYTES];
    struct note *note = reading->note;
    struct case_statement *statement = arena_zeroed(reading->arena, 1, sizeof *statement);
    struct merkle_hash leaf;
    if (statement == NULL)
        return fail_unable(fail, "no memory for the cases");
    annex_commitment(LABEL_CASE, file, commitment);
    if (memcmp(commitment, taking->entry->filed.commitment, sizeof commitment) != 0)
        return fail_bad(fail, "the note is not the one committed to");
    if (file->bytes.len > ROLL_NOTE_BYTES_MAX)
        return fail_bad(fail, "the note is longer than %d bytes", ROLL_NOTE_BYTES_MAX);
    merkle_leaf(file->bytes, &leaf);
    memcpy(taking->act.leaf.bytes, leaf.bytes, sizeof taking->act.leaf.bytes);
    enum outcome outcome = note_parse(file->bytes, note, fail);
    if (outcome == GOOD)
        outcome = case_statement_read(note->text, reading->board->origin, reading->arena, statement,
                                      fail);
    taking->act.statement = statement;
    return outcome == GOOD ? signer_check(note, reading->board, taking->entry, statement,
                                          &taking->act.signer, fail)
                           : outcome;
}

/* -- what stands before a statement ----------------------------------------------------------- */

static bool answers(const struct taking *taking, const struct roll_entry *entry)
{
    return entry != NULL &&
           memcmp(entry->leaf, taking->act.statement->answers.bytes, HASH_BYTES) == 0;
}

static bool answers_snapshot(const struct taking *taking)
{
    const struct reading *reading = taking->reading;
    for (size_t i = 0; i < reading->snapshot_count; i++)
        if (answers(taking, reading->snapshots[i]))
            return true;
    return false;
}

/* The rows of the source's latest snapshot. */
static uint64_t latest_rows(const struct reading *reading, struct span source)
{
    for (size_t i = reading->snapshot_count; i > 0; i--)
        if (span_equal(reading->snapshots[i - 1]->snapshot.source, source))
            return reading->snapshots[i - 1]->snapshot.rows;
    return 0;
}

/* What countersignatures are counted from: the latest snapshots of the sources that list. */
static uint64_t count_list_rows(const struct reading *reading)
{
    const struct sources *sources = &reading->rules->sources;
    uint64_t rows = 0;
    for (unsigned i = 0; i < sources->count; i++)
        rows += sources->list[i].lists ? latest_rows(reading, sources->list[i].id) : 0;
    return rows;
}

static void pass_entry(struct reading *reading, const struct roll_entry *entry)
{
    if (entry->kind == ENTRY_SNAPSHOT)
        reading->snapshots[reading->snapshot_count++] = entry;
    else if (entry->kind == ENTRY_ROLL)
        reading->roll = entry;
    else if (entry->kind == ENTRY_FREEZE)
        reading->freeze = entry;
}

/* -- guards that look at more than one case --------------------------------------------------- */

/* The slot of a case number: empty, or that of the case. */
static uint32_t *slot_of(const struct reading *reading, int64_t number)
{
    size_t at = (size_t)((uint64_t)number * UINT64_C(0x9E3779B97F4A7C15) >> 20);
    for (;; at++) {
        uint32_t *slot = &reading->slots[at & reading->slot_mask];
        if (*slot == 0 || reading->cases[*slot - 1].now.number == number)
            return slot;
    }
}

/* Guard 4: cases by members that concern this one and wait. */
static unsigned member_cases(const struct reading *reading, const struct digest *subject)
{
    unsigned found = 0;
    for (size_t i = 0; i < reading->book->case_count; i++) {
        const struct dossier *dossier = &reading->cases[i];
        found += dossier->now.by == BY_MEMBER && dossier_unsettled(dossier) &&
                 digest_compare(&dossier->now.subjects[0], subject) == 0;
    }
    return found;
}

/* Guard 11. */
static enum outcome check_attester(const struct taking *taking, const struct dossier *dossier)
{
    const struct reading *reading = taking->reading;
    const struct case_signer *signer = &taking->act.signer;
    unsigned found = 0;
    if (taking->act.statement->evidence != OFFICER_ATTESTATION || dossier_attested(dossier, signer))
        return GOOD;
    for (size_t i = 0; i < reading->book->case_count; i++)
        found += dossier_attested(&reading->cases[i], signer);
    if (found < ATTESTED_CASES_MOST)
        return GOOD;
    return fail_bad(reading->fail, "\"%.*s\" attests in more than %d cases",
                    (int)(signer->id.len < 40 ? signer->id.len : 40), (const char *)signer->id.ptr,
                    ATTESTED_CASES_MOST);
}

/* An `add`: numbers of a source that lists, and the one subject is whom the record names. */
static enum outcome check_addition(const struct taking *taking, const struct effect *effect,
                                   const struct digest *subject)
{
    const struct reading *reading = taking->reading;
    const struct annex_file *key = annex_find(reading->annex, "roll.key");
    struct digest pseudonym;
    struct hash hash;
    bool lists = sources_number_lists(&reading->rules->sources, effect->numbers);
    if (key == NULL || key->bytes.len != ROLL_KEY_BYTES)
        return fail_bad(reading->fail, "without the roll key nobody can be added");
    if (!lists)
        return fail_bad(reading->fail, "it adds somebody with numbers of no membership list");
    hash_start(&hash, LABEL_PSEUDONYM);
    hash_part(&hash, key->bytes);
    hash_part(&hash, effect->numbers);
    hash_part(&hash, effect->record[0].value);
    hash_end(&hash, pseudonym.bytes);
    if (digest_compare(&pseudonym, subject) != 0)
        return fail_bad(reading->fail, "its subject is not the one whom its record adds");
    return GOOD;
}

/* Guard 6: the code at stake is one that there is. */
static enum outcome check_rule(const struct taking *taking)
{
    const struct rules *rules = taking->reading->rules;
    struct span code = taking->act.statement->rule;
    bool known = code.len == 0 || span_equal(code, span_text("STYLE")) ||
                 span_equal(code, span_text("DUPLICATE"));
    for (unsigned i = 0; !known && i < rules->rule_count; i++)
        known = span_equal(code, rules->rules[i].code);
    return known ? GOOD : fail_bad(taking->reading->fail, "it names a rule that there is not");
}

/* -- taking a statement ----------------------------------------------------------------------- */

static void note_step(struct taking *taking, const struct dossier *dossier)
{
    struct casebook *book = taking->reading->book;
    book->steps[book->step_count++] = (struct case_step){
        taking->entry->index, (size_t)(dossier - taking->reading->cases), dossier->now};
}

static enum outcome take_variance(struct taking *taking)
{
    struct reading *reading = taking->reading;
    const struct case_statement *variance = taking->act.statement;
    uint32_t *slot = slot_of(reading, variance->case_number);
    struct dossier *dossier = &reading->cases[reading->book->case_count];
    if (*slot != 0)
        return fail_bad(reading->fail, "case %" PRId64 " has been raised before",
                        variance->case_number);
    if (!answers_snapshot(taking))
        return fail_bad(reading->fail, "it answers no snapshot that stands before it");
    enum outcome outcome = dossier_open(dossier, &taking->act, reading->fail);
    if (outcome == GOOD && variance->effect.what == EFFECT_ADD)
        outcome = check_addition(taking, &variance->effect, &variance->subjects[0]);
    if (outcome == GOOD && variance->by == BY_MEMBER &&
        member_cases(reading, &variance->subjects[0]) >= MEMBER_CASES_MOST)
        outcome = fail_bad(reading->fail, "more than %d cases of a member wait for one person",
                           MEMBER_CASES_MOST);
    if (outcome != GOOD)
        return outcome;
    *slot = (uint32_t)++reading->book->case_count;
    note_step(taking, dossier);
    return GOOD;
}

/* Evidence, proposal, … appeal: a step of a case that there is. */
static enum outcome take_step(struct taking *taking)
{
    struct reading *reading = taking->reading;
    struct casebook *book = reading->book;
    const struct case_statement *statement = taking->act.statement;
    uint32_t slot = *slot_of(reading, statement->case_number);
    if (slot == 0)
        return fail_bad(reading->fail, "case %" PRId64 " was never raised", statement->case_number);
    struct dossier *dossier = &reading->cases[slot - 1];
    enum outcome outcome = GOOD;
    if (statement->kind == STATEMENT_EVIDENCE)
        outcome = check_attester(taking, dossier);
    if (outcome == GOOD)
        outcome = dossier_take(dossier, &taking->act, reading->fail);
    if (outcome == GOOD && statement->kind == STATEMENT_PROPOSAL)
        outcome = check_rule(taking);
    if (outcome == GOOD && statement->effect.what == EFFECT_ADD)
        outcome = check_addition(taking, &statement->effect, &dossier->now.subjects[0]);
    if (outcome != GOOD)
        return outcome;
    if (statement->has_file)
        book->files[book->file_count++] = (struct proof_file){taking->entry->index, statement};
    note_step(taking, dossier);
    return GOOD;
}

/* Codes of rules or STYLE, in the order of the rules. */
static bool codes_in_order(const struct rules *rules, const struct exclusion *exclusion)
{
    unsigned bit = 0;
    for (size_t i = 0; i < exclusion->code_count; i++, bit++) {
        while (bit <= rules->rule_count && !span_equal(rules_code(rules, bit), exclusion->codes[i]))
            bit++;
        if (bit > rules->rule_count)
            return false;
    }
    return true;
}

static enum outcome take_exclusions(struct taking *taking)
{
    const struct case_statement *statement = taking->act.statement;
    struct casebook *book = taking->reading->book;
    const struct reading *reading = taking->reading;
    if (reading->snapshot_count == 0 ||
        !answers(taking, reading->snapshots[reading->snapshot_count - 1]))
        return fail_bad(reading->fail, "it does not answer the latest snapshot");
    for (size_t i = 0; i < statement->exclusion_count; i++)
        if (!codes_in_order(reading->rules, &statement->exclusions[i]))
            return fail_bad(reading->fail,
                            "exclusion %zu names codes that are none, or out of their order",
                            i + 1);
    book->confirmations[book->confirmation_count++] =
        (struct confirmation){taking->entry->index, statement};
    return GOOD;
}

static enum outcome take_irregularity(struct taking *taking)
{
    if (taking->reading->roll == NULL)
        return fail_bad(taking->reading->fail, "an irregularity before there is a roll");
    if (!answers(taking, taking->reading->roll))
        return fail_bad(taking->reading->fail, "it does not answer the latest roll");
    return GOOD;
}

static enum outcome take_statement(struct taking *taking)
{
    const struct reading *reading = taking->reading;
    if (memcmp(taking->act.statement->context.bytes, reading->board->ctx0, HASH_BYTES) != 0)
        return fail_bad(reading->fail, "its context is not that of this election");
    if (reading->freeze != NULL)
        return fail_bad(reading->fail, "it stands after the freeze");
    switch (taking->act.statement->kind) {
    case STATEMENT_VARIANCE:
        return take_variance(taking);
    case STATEMENT_EXCLUSIONS:
        return take_exclusions(taking);
    case STATEMENT_IRREGULARITY:
        return take_irregularity(taking);
    default:
        return take_step(taking);
    }
}

/* -- the book --------------------------------------------------------------------------------- */

static enum outcome begin(struct reading *reading)
{
    const struct roll_timetable *timetable = &reading->board->timetable;
    struct casebook *book = reading->book;
    size_t cases = 0, slots = 16;
    for (size_t i = 0; i < reading->board->entry_count; i++)
        cases += reading->board->entries[i].kind == ENTRY_CASE;
    while (slots < cases * 2)
        slots *= 2;
    *book = (struct casebook){
        .steps = arena_zeroed(reading->arena, cases, sizeof *book->steps),
        .files = arena_zeroed(reading->arena, cases, sizeof *book->files),
        .confirmations = arena_zeroed(reading->arena, cases, sizeof *book->confirmations),
    };
    reading->note = arena_take(reading->arena, sizeof *reading->note);
    reading->cases = arena_zeroed(reading->arena, cases + 1, sizeof *reading->cases);
    reading->slots = arena_zeroed(reading->arena, slots, sizeof *reading->slots);
    reading->snapshots = arena_zeroed(reading->arena, reading->board->entry_count,
                                      sizeof(const struct roll_entry *));
    reading->slot_mask = slots - 1;
    if (book->steps == NULL || book->files == NULL || book->confirmations == NULL ||
        reading->note == NULL || reading->cases == NULL || reading->slots == NULL ||
        reading->snapshots == NULL)
        return fail_unable(reading->fail, "no memory for the cases");
    return calendar_init(timetable->non_working, timetable->non_working_count, reading->arena,
                         &reading->calendar, reading->fail);
}

static enum outcome read_case(struct reading *reading, const struct roll_entry *entry,
                              uint64_t number, const char *path)
{
    const struct annex_file *file;
    struct taking taking = {.reading = reading, .entry = entry};
    taking.act = (struct case_act){
        .number = number,
        .at = entry->filed.at,
        .sealed = reading->roll != NULL,
        .list_rows = count_list_rows(reading),
        .calendar = &reading->calendar,
        .timetable = &reading->board->timetable,
        .arena = reading->arena,
    };
    enum outcome outcome = annex_take(reading->annex, path, true, &file, reading->fail);
    if (outcome == GOOD)
        outcome = open_note(&taking, file);
    return outcome == GOOD ? take_statement(&taking) : outcome;
}

enum outcome casebook_read(const struct annex *annex, const struct roll_board *board,
                           const struct rules *rules, struct arena *arena,
                           struct casebook *out_book, uint64_t *out_entry,
                           char out_path[ANNEX_PATH_BYTES + 1], struct fail *fail)
{
    struct reading reading = {.annex = annex,
                              .board = board,
                              .rules = rules,
                              .arena = arena,
                              .book = out_book,
                              .fail = fail};
    *out_entry = 0; /* the definition, should its calendar be at fault */
    out_path[0] = 0;
    enum outcome outcome = begin(&reading);
    uint64_t number = 0;
    for (size_t i = 0; outcome == GOOD && i < board->entry_count; i++) {
        const struct roll_entry *entry = &board->entries[i];
        pass_entry(&reading, entry);
        if (entry->kind != ENTRY_CASE)
            continue;
        (void)snprintf(out_path, ANNEX_PATH_BYTES + 1, "cases/%04" PRIu64 ".note", ++number);
        *out_entry = entry->index;
        outcome = read_case(&reading, entry, number, out_path);
    }
    return outcome;
}

/* -- views ------------------------------------------------------------------------------------ */

static int compare_force(const void *a, const void *b)
{
    const struct roll_case *const *left = a, *const *right = b;
    return ((*left)->force_order > (*right)->force_order) -
           ((*left)->force_order < (*right)->force_order);
}

enum outcome casebook_view(const struct casebook *book, uint64_t entry, struct arena *arena,
                           struct casebook_view *out_view, struct fail *fail)
{
    struct roll_case *cases = arena_zeroed(arena, book->case_count, sizeof *cases);
    const struct roll_case **in_force = arena_zeroed(arena, book->case_count, sizeof *in_force);
    struct casebook_view view = {.cases = cases, .in_force = in_force};
    if (cases == NULL || in_force == NULL)
        return fail_unable(fail, "no memory for the cases");
    for (size_t i = 0; i < book->step_count && book->steps[i].entry < entry; i++) {
        const struct case_step *step = &book->steps[i];
        cases[step->place] = step->after;
        view.case_count = step->place >= view.case_count ? step->place + 1 : view.case_count;
    }
    for (size_t i = 0; i < view.case_count; i++)
        if (cases[i].force_order != 0)
            in_force[view.in_force_count++] = &cases[i];
    qsort(in_force, view.in_force_count, sizeof(const struct roll_case *), compare_force);
    view.confirmations = book->confirmations;
    while (view.confirmation_count < book->confirmation_count &&
           book->confirmations[view.confirmation_count].entry < entry)
        view.confirmation_count++;
    *out_view = view;
    return GOOD;
}
