#include "roll/casebook.h"

#include "labels.h"
#include "log/merkle.h"
#include "log/note.h"

#include <inttypes.h>
#include <stdio.h>

enum case_state { CASE_RAISED, CASE_EVIDENCED, CASE_DECIDED };

/* Keys that raised a case or gave evidence in it, as a list in the arena. */
struct hand {
    uint8_t key[KEY_BYTES];
    struct hand *next;
};

struct open_case {
    int64_t number;
    enum case_state state;
    struct digest latest; /* leaf hash of its latest statement's note */
    const struct case_statement *variance;
    struct hand *hands;
};

/* What is known of one statement while it is taken. */
struct taking {
    const struct roll_board *board;
    const struct roll_entry *entry;
    size_t place; /* of the entry in board->entries */
    struct arena *arena;
    struct casebook *book;
    struct digest leaf;
    uint8_t signer[KEY_BYTES];
    const struct case_statement *statement;
    struct fail *fail;
};

/* -- the note --------------------------------------------------------------------------------- */

/* Exactly one signature, by an officer who holds one of three roles here (guard 1). */
static enum outcome check_signer(struct taking *taking, const struct note *note)
{
    const struct roll_board *board = taking->board;
    const struct span officer = span_text(NAME_OFFICER);
    struct note_key key = {.algorithm = NOTE_ED25519};
    unsigned roles = 0;
    if (note->signature_count != 1)
        return fail_bad(taking->fail, "%zu signatures, where one officer signs",
                        note->signature_count);
    key.name = note->signatures[0].name;
    struct span id = key.name;
    if (!span_starts(id, board->origin))
        return fail_bad(taking->fail, "not signed by an officer of this election");
    id = span_after(id, board->origin.len);
    if (!span_starts(id, officer))
        return fail_bad(taking->fail, "not signed by an officer of this election");
    id = span_after(id, officer.len);
    if (!board->officer(board->officer_context, id, taking->entry->index, key.key, &roles))
        return fail_bad(taking->fail, "\"%.*s\" is no officer at this entry",
                        (int)(id.len < 40 ? id.len : 40), (const char *)id.ptr);
    if ((roles & (OFFICER_RETURNING | OFFICER_SECRETARY | OFFICER_DEPUTY)) == 0)
        return fail_bad(taking->fail, "\"%.*s\" is neither returning, secretary nor deputy here",
                        (int)(id.len < 40 ? id.len : 40), (const char *)id.ptr);
    memcpy(taking->signer, key.key, sizeof taking->signer);
    return note_verify(note, &key, NULL, taking->fail);
}

/* Opens the commitment, checks the signature, reads the statement. */
static enum outcome open_note(struct taking *taking, const struct annex_file *file)
{
    uint8_t commitment[HASH_BYTES];
    struct note *note = arena_take(taking->arena, sizeof *note);
    struct case_statement *statement = arena_zeroed(taking->arena, 1, sizeof *statement);
    struct merkle_hash leaf;
    if (note == NULL || statement == NULL)
        return fail_unable(taking->fail, "no memory for the cases");
    annex_commitment(LABEL_CASE, file, commitment);
    if (memcmp(commitment, taking->entry->filed.commitment, sizeof commitment) != 0)
        return fail_bad(taking->fail, "the note is not the one committed to");
    if (file->bytes.len > ROLL_NOTE_BYTES_MAX)
        return fail_bad(taking->fail, "the note is longer than %d bytes", ROLL_NOTE_BYTES_MAX);
    merkle_leaf(file->bytes, &leaf);
    memcpy(taking->leaf.bytes, leaf.bytes, sizeof taking->leaf.bytes);
    enum outcome outcome = note_parse(file->bytes, note, taking->fail);
    if (outcome == GOOD)
        outcome = check_signer(taking, note);
    if (outcome == GOOD)
        outcome = case_statement_read(note->text, taking->board->origin, taking->arena, statement,
                                      taking->fail);
    taking->statement = statement;
    return outcome;
}

/* -- guards ----------------------------------------------------------------------------------- */

static struct open_case *find_case(const struct casebook *book, int64_t number)
{
    for (size_t i = 0; i < book->case_count; i++)
        if (book->cases[i].number == number)
            return &book->cases[i];
    return NULL;
}

/* Does `answers` name a snapshot before this entry, the latest one if `latest`? */
static bool answers_snapshot(const struct taking *taking, bool latest)
{
    for (size_t i = taking->place; i > 0; i--) {
        const struct roll_entry *entry = &taking->board->entries[i - 1];
        if (entry->kind != ENTRY_SNAPSHOT)
            continue;
        if (memcmp(entry->leaf, taking->statement->answers.bytes, HASH_BYTES) == 0)
            return true;
        if (latest)
            return false;
    }
    return false;
}

static bool before_seal(const struct taking *taking)
{
    for (size_t i = taking->place + 1; i < taking->board->entry_count; i++)
        if (taking->board->entries[i].kind == ENTRY_ROLL)
            return true;
    /* A board that has no roll yet is not sealed. */
    for (size_t i = 0; i < taking->place; i++)
        if (taking->board->entries[i].kind == ENTRY_ROLL)
            return false;
    return true;
}

static enum outcome add_hand(struct taking *taking, struct open_case *open)
{
    struct hand *hand = arena_zeroed(taking->arena, 1, sizeof *hand);
    if (hand == NULL)
        return fail_unable(taking->fail, "no memory for the cases");
    memcpy(hand->key, taking->signer, sizeof hand->key);
    hand->next = open->hands;
    open->hands = hand;
    return GOOD;
}

static enum outcome take_variance(struct taking *taking)
{
    struct casebook *book = taking->book;
    const struct case_statement *statement = taking->statement;
    if (find_case(book, statement->case_number) != NULL)
        return fail_bad(taking->fail, "case %" PRId64 " has been raised before",
                        statement->case_number);
    if (!answers_snapshot(taking, false))
        return fail_bad(taking->fail, "it answers no snapshot that stands before it");
    struct open_case *open = &book->cases[book->case_count++];
    *open = (struct open_case){
        .number = statement->case_number, .latest = taking->leaf, .variance = statement};
    return add_hand(taking, open);
}

static enum outcome take_evidence(struct taking *taking, struct open_case *open)
{
    struct casebook *book = taking->book;
    open->state = CASE_EVIDENCED;
    if (taking->statement->has_file)
        book->files[book->file_count++] =
            (struct proof_file){taking->entry->index, taking->statement};
    return add_hand(taking, open);
}

static enum outcome take_decision(struct taking *taking, struct open_case *open)
{
    struct casebook *book = taking->book;
    if (open->state != CASE_EVIDENCED)
        return fail_bad(taking->fail, "case %" PRId64 " is decided without evidence", open->number);
    for (const struct hand *hand = open->hands; hand != NULL; hand = hand->next)
        if (memcmp(hand->key, taking->signer, sizeof hand->key) == 0)
            return fail_bad(taking->fail,
                            "case %" PRId64 " is decided by an officer who raised it or gave "
                            "evidence in it",
                            open->number);
    open->state = CASE_DECIDED;
    if (taking->statement->upheld)
        book->overrides[book->override_count++] =
            (struct override){taking->entry->index, open->number, open->variance};
    return GOOD;
}

/* Evidence and decision answer the latest statement of an open case. */
static enum outcome take_step(struct taking *taking)
{
    const struct case_statement *statement = taking->statement;
    struct open_case *open = find_case(taking->book, statement->case_number);
    if (open == NULL || open->state == CASE_DECIDED)
        return fail_bad(taking->fail, "case %" PRId64 " is not open", statement->case_number);
    if (digest_compare(&statement->answers, &open->latest) != 0)
        return fail_bad(taking->fail, "it does not answer the latest statement of case %" PRId64,
                        open->number);
    enum outcome outcome = statement->kind == STATEMENT_EVIDENCE ? take_evidence(taking, open)
                                                                 : take_decision(taking, open);
    open->latest = taking->leaf;
    return outcome;
}

static enum outcome take_exclusions(struct taking *taking)
{
    struct casebook *book = taking->book;
    if (!answers_snapshot(taking, true))
        return fail_bad(taking->fail, "it does not answer the latest snapshot");
    book->confirmations[book->confirmation_count++] =
        (struct confirmation){taking->entry->index, taking->statement};
    return GOOD;
}

static enum outcome take_statement(struct taking *taking)
{
    if (memcmp(taking->statement->context.bytes, taking->board->ctx0, HASH_BYTES) != 0)
        return fail_bad(taking->fail, "its context is not that of this election");
    if (!before_seal(taking))
        return fail_bad(taking->fail, "it stands after the roll was sealed");
    switch (taking->statement->kind) {
    case STATEMENT_VARIANCE:
        return take_variance(taking);
    case STATEMENT_EXCLUSIONS:
        return take_exclusions(taking);
    default:
        return take_step(taking);
    }
}

/* -- the book --------------------------------------------------------------------------------- */

static enum outcome make_book(size_t cases, struct arena *arena, struct casebook *book,
                              struct fail *fail)
{
    *book = (struct casebook){
        .overrides = arena_zeroed(arena, cases, sizeof *book->overrides),
        .files = arena_zeroed(arena, cases, sizeof *book->files),
        .confirmations = arena_zeroed(arena, cases, sizeof *book->confirmations),
        .cases = arena_zeroed(arena, cases, sizeof *book->cases),
    };
    if (book->overrides == NULL || book->files == NULL || book->confirmations == NULL ||
        book->cases == NULL)
        return fail_unable(fail, "no memory for the cases");
    return GOOD;
}

enum outcome casebook_read(const struct annex *annex, const struct roll_board *board,
                           struct arena *arena, struct casebook *out_book, uint64_t *out_entry,
                           char out_path[ANNEX_PATH_BYTES + 1], struct fail *fail)
{
    enum outcome outcome = make_book(board->entry_count, arena, out_book, fail);
    unsigned number = 0;
    for (size_t i = 0; outcome == GOOD && i < board->entry_count; i++) {
        struct taking taking = {.board = board,
                                .entry = &board->entries[i],
                                .place = i,
                                .arena = arena,
                                .book = out_book,
                                .fail = fail};
        const struct annex_file *file;
        if (taking.entry->kind != ENTRY_CASE)
            continue;
        (void)snprintf(out_path, ANNEX_PATH_BYTES + 1, "cases/%04u.note", ++number);
        *out_entry = taking.entry->index;
        outcome = annex_take(annex, out_path, true, &file, fail);
        if (outcome == GOOD)
            outcome = open_note(&taking, file);
        if (outcome == GOOD)
            outcome = take_statement(&taking);
    }
    return outcome;
}
