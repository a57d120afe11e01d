/* Case statements in custody: taken with the book's guards, kept, and replayed in the order of the
 * board. Declared in election/custody.h and election/custody_inside.h. */
#include "election/custody_inside.h"

#include "crypto/hash.h"
#include "labels.h"
#include "roll/filetype.h"

#include <sodium.h>

/* -- the book --------------------------------------------------------------------------------- */

void custody_begin_book(struct custody *custody, const struct state *state)
{
    const struct source_list *sources = &custody->definition->sources;
    uint32_t count = 0;
    for (uint32_t i = 0; i < sources->count; i++)
        if (sources->sources[i].lists)
            custody->numbers[count++] = sources->sources[sources->sources[i].numbers].id;
    const struct case_terms terms = {.origin = span_str(state->origin),
                                     .context = custody->definition->ctx0,
                                     .rules = &custody->rules,
                                     .times = &custody->times,
                                     .roll_key = custody->roll_key,
                                     .numbers = custody->numbers,
                                     .numbers_count = count};
    casebook_init(&custody->book, &terms);
}

static enum outcome add_note(struct custody *custody, struct span bytes, const struct stated_by *by,
                             int64_t at_s, struct fail *fail)
{
    struct note note;
    enum outcome outcome = note_read(bytes, &note, fail);
    if (outcome != OK)
        return outcome;
    const struct case_note of = {.note = bytes,
                                 .text = note.text,
                                 .signer = span_str(by->mark.id),
                                 .key = by->mark.key,
                                 .roles = by->roles,
                                 .is_authority = by->is_authority,
                                 .at_s = at_s};
    return casebook_add(&custody->book, &of, fail);
}

static enum outcome get_note(struct custody *custody, const struct hash32 *commitment,
                             uint8_t *out_salt, struct buf *out_note, struct fail *fail)
{
    buf_init(out_note, ROLL_NOTE_BYTES_MAX);
    return custody_files_get(&custody->files, FILES_CASE, commitment->bytes, out_salt, out_note,
                             fail);
}

static enum outcome book_case(struct custody *custody, const struct booked *booked,
                              struct fail *fail)
{
    struct buf note;
    uint8_t salt[SALT_BYTES];
    enum outcome outcome = get_note(custody, &booked->hash, salt, &note, fail);
    if (outcome == OK)
        outcome = add_note(custody, buf_span(&note), &booked->by, booked->at_s, fail);
    buf_done(&note);
    return outcome;
}

static enum outcome book_again(struct custody *custody, const struct booked *booked,
                               struct fail *fail)
{
    const struct held *held = &custody->held[booked->snapshot];
    switch (booked->what) {
    case BOOKED_SNAPSHOT:
        return casebook_add_snapshot(&custody->book, booked->hash.bytes, held->source,
                                     custody->definition->sources.sources[held->source].lists,
                                     booked->rows, fail);
    case BOOKED_CASE:
        return book_case(custody, booked, fail);
    case BOOKED_ROLL:
        casebook_add_roll(&custody->book, booked->hash.bytes);
        return OK;
    }
    return OK;
}

enum outcome custody_rebuild_book(struct custody *custody, const struct state *state,
                                  struct fail *fail)
{
    enum outcome outcome = OK;
    casebook_done(&custody->book);
    custody_begin_book(custody, state);
    for (uint32_t i = 0; outcome == OK && i < custody->booked_count; i++)
        outcome = book_again(custody, &custody->booked[i], fail);
    return outcome;
}

enum outcome custody_settle_book(struct custody *custody, const struct state *state,
                                 struct fail *fail)
{
    return custody->book.statement_count == custody->case_count
               ? OK
               : custody_rebuild_book(custody, state, fail);
}

/* -- who states it ---------------------------------------------------------------------------- */

static enum outcome find_signer(const struct state *state, struct span bytes, int64_t at_s,
                                struct stated_by *out_by, struct fail *fail)
{
    struct note note;
    struct stated_by by = {0};
    const struct officer *officer;
    enum outcome outcome = note_read(bytes, &note, fail);
    if (outcome == OK)
        outcome = state_signed_by(state, &note, at_s, &officer, &by.roles, fail);
    if (outcome != OK)
        return outcome;
    by.is_authority = officer == NULL;
    if (officer)
        memcpy(by.mark.id, officer->id, sizeof by.mark.id);
    memcpy(by.mark.key, officer ? officer->key : state->definition->authority_key, KEY_BYTES);
    *out_by = by;
    return OK;
}

/* -- taking ----------------------------------------------------------------------------------- */

/* A file given in evidence must be here, and be the one named. */
static enum outcome check_evidence(struct custody *custody, struct fail *fail)
{
    const struct casebook *book = &custody->book;
    const struct case_evidence *last =
        book->evidence_count ? &book->evidence[book->evidence_count - 1] : NULL;
    if (!last || last->statement != book->statement_count || !last->is_file)
        return OK;
    struct buf bytes;
    uint8_t salt[SALT_BYTES], hash[HASH_BYTES];
    buf_init(&bytes, ROLL_EVIDENCE_BYTES_MAX);
    enum outcome outcome = custody_files_get(&custody->files, FILES_PRIVATE, last->commitment.bytes,
                                             salt, &bytes, fail);
    sha256(buf_span(&bytes), hash);
    if (outcome == NOT_FOUND)
        outcome = fail_set(fail, NOT_FOUND, "case.evidence",
                           "the evidence file was not handed in; send it first");
    else if (outcome == OK &&
             (bytes.len != last->size_bytes || memcmp(hash, last->sha256.bytes, HASH_BYTES) != 0))
        outcome = fail_set(fail, CONFLICT, "case.evidence",
                           "the evidence file is not the one that the statement names");
    enum filetype type = FILETYPE_TEXT;
    if (outcome == OK)
        outcome = filetype_of(buf_span(&bytes), &type, fail);
    if (outcome == OK && strcmp(filetype_name(type), last->type) != 0)
        outcome = fail_set(fail, CONFLICT, "case.evidence",
                           "the evidence file is of type \"%s\", not \"%s\" as stated",
                           filetype_name(type), last->type);
    buf_done(&bytes);
    return outcome;
}

/* The case to which this statement gave an effect: a variance, or a proposal. */
static const struct variance_case *given_effect(const struct casebook *book)
{
    for (uint32_t i = book->case_count; i > 0; i--) {
        const struct variance_case *of = &book->cases[i - 1];
        const struct case_step *last = &of->steps[of->step_count - 1];
        if (last->statement == book->statement_count)
            return last->kind == STATEMENT_VARIANCE || last->kind == STATEMENT_PROPOSAL ? of : NULL;
    }
    return NULL;
}

/* An effect with nothing to act on is refused while it can still be mended. */
static enum outcome check_effect(struct custody *custody, struct fail *fail)
{
    struct draft draft;
    const struct variance_case *of = given_effect(&custody->book);
    if (!of || of->effect.what == EFFECT_REVIEW)
        return OK;
    enum outcome outcome = custody_make_draft(custody, &draft, fail);
    if (outcome != OK)
        return outcome;
    outcome = draft_check_effect(&draft, of, fail);
    draft_done(&draft);
    return outcome;
}

static enum outcome keep_note(struct custody *custody, struct span note, uint8_t *out_commitment,
                              struct fail *fail)
{
    uint8_t salt[SALT_BYTES];
    randombytes_buf(salt, sizeof salt);
    annex_commit(LABEL_CASE, salt, note, out_commitment);
    return custody_files_put(&custody->files, FILES_CASE, out_commitment, salt, note, fail);
}

static enum outcome take_case(struct custody *custody, const struct state *state, struct span note,
                              int64_t at_s, uint8_t *out_commitment, struct fail *fail)
{
    struct stated_by by;
    if (custody->held_count == 0)
        return fail_set(fail, NOT_ALLOWED, "case.early", "there is no snapshot to dispute yet");
    enum outcome outcome = custody_settle_book(custody, state, fail);
    if (outcome == OK)
        outcome = find_signer(state, note, at_s, &by, fail);
    if (outcome == OK)
        outcome = add_note(custody, note, &by, at_s, fail);
    if (outcome != OK)
        return outcome;
    custody->taken_by = by;
    custody->taken_booked = custody->booked_count;
    outcome = check_evidence(custody, fail);
    if (outcome == OK)
        outcome = check_effect(custody, fail);
    if (outcome == OK)
        return keep_note(custody, note, out_commitment, fail);
    struct fail ignored;
    enum outcome rebuilt = custody_rebuild_book(custody, state, &ignored);
    return rebuilt == OK ? outcome : rebuilt;
}

enum outcome custody_take_case(struct custody *custody, const struct state *state, struct span note,
                               int64_t at_s, uint8_t out_commitment[static HASH_BYTES],
                               struct fail *fail)
{
    pthread_mutex_lock(&custody->lock);
    enum outcome outcome = take_case(custody, state, note, at_s, out_commitment, fail);
    pthread_mutex_unlock(&custody->lock);
    return outcome;
}

/* -- the entry -------------------------------------------------------------------------------- */

static enum outcome read_entry(const struct statement *statement, struct booked *out_booked,
                               struct fail *fail)
{
    struct booked booked = {.what = BOOKED_CASE};
    struct json_take take = statement_take_from(statement, "at", fail);
    booked.at_s = json_take_integer(&take, "at", 0, INT64_MAX);
    json_take_hex(&take, "commitment", booked.hash.bytes, HASH_BYTES);
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK)
        *out_booked = booked;
    return outcome;
}

/* Nothing that the guards look at may have come between: a roll after which a decision takes two,
 * or the end of the signer's appointment. */
enum outcome custody_recheck_case(struct custody *custody, const struct state *state,
                                  const struct statement *statement, struct fail *fail)
{
    struct booked booked;
    struct buf note;
    uint8_t salt[SALT_BYTES];
    enum outcome outcome = read_entry(statement, &booked, fail);
    if (outcome != OK)
        return outcome;
    if (custody->taken_booked != custody->booked_count ||
        custody->book.statement_count != custody->case_count + 1)
        return fail_set(fail, BUSY, "case.overtaken", "something else was entered; try again");
    outcome = get_note(custody, &booked.hash, salt, &note, fail);
    if (outcome == OK)
        outcome = find_signer(state, buf_span(&note), booked.at_s, &booked.by, fail);
    buf_done(&note);
    if (outcome == OK && (booked.by.is_authority != custody->taken_by.is_authority ||
                          booked.by.roles != custody->taken_by.roles))
        outcome = fail_set(fail, BUSY, "case.overtaken",
                           "the roles of whoever states this have just changed; try again");
    return outcome;
}

/* An evidence file belongs to the first case that names it. */
static enum outcome list_evidence(struct custody *custody, uint32_t number, struct fail *fail)
{
    enum outcome outcome = OK;
    for (uint32_t i = custody->book.evidence_count; outcome == OK && i > 0; i--) {
        const struct case_evidence *evidence = &custody->book.evidence[i - 1];
        struct kept kept = custody_kept_as(FILES_PRIVATE, evidence->commitment.bytes);
        if (evidence->statement != number)
            break;
        if (!evidence->is_file)
            continue;
        annex_path_evidence(evidence->commitment.bytes, kept.path);
        if (!custody_find_kept(custody, kept.path))
            outcome = custody_annex_file(custody, &kept, true, fail);
    }
    return outcome;
}

static enum outcome list_note(struct custody *custody, const struct booked *booked,
                              struct fail *fail)
{
    struct kept kept = custody_kept_as(FILES_CASE, booked->hash.bytes);
    annex_path_case(custody->case_count, kept.path);
    return custody_annex_file(custody, &kept, true, fail);
}

/* Taken a moment ago, so the book has it; at start, and where that was undone, it has not. */
static enum outcome settle_entry(struct custody *custody, const struct state *state,
                                 struct span note, struct booked *booked, struct fail *fail)
{
    enum outcome outcome = find_signer(state, note, booked->at_s, &booked->by, fail);
    if (outcome == OK)
        outcome = custody_note_booked(custody, booked, fail);
    if (outcome != OK)
        return outcome;
    custody->case_count++;
    return custody->book.statement_count < custody->case_count
               ? add_note(custody, note, &booked->by, booked->at_s, fail)
               : OK;
}

enum outcome custody_apply_case(struct custody *custody, const struct state *state,
                                const struct statement *statement, struct fail *fail)
{
    struct booked booked;
    struct buf note;
    uint8_t salt[SALT_BYTES];
    enum outcome outcome = read_entry(statement, &booked, fail);
    if (outcome != OK)
        return outcome;
    outcome = get_note(custody, &booked.hash, salt, &note, fail);
    if (outcome == OK)
        outcome = settle_entry(custody, state, buf_span(&note), &booked, fail);
    buf_done(&note);
    if (outcome == OK)
        outcome = list_note(custody, &booked, fail);
    return outcome == OK ? list_evidence(custody, custody->case_count, fail) : outcome;
}
