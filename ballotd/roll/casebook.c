#include "roll/casebook.h"

#include <stdlib.h>

#include "base/code.h"
#include "base/json.h"
#include "crypto/hash.h"
#include "roll/case_read.h"

static const char *const STATES[] = {"raised", "evidenced", "upheld", "refused"};

const char *case_state_name(enum case_state state)
{
    return STATES[state];
}

void casebook_init(struct casebook *book, struct span origin,
                   const uint8_t context[static HASH_BYTES], const struct rules *rules)
{
    *book = (struct casebook){.origin = origin, .rules = rules};
    hex_print(span_of(context, HASH_BYTES), book->context);
}

static void case_done(struct variance_case *variance)
{
    free(variance->subjects);
    json_decref(variance->json);
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
                                   struct fail *fail)
{
    enum outcome outcome = make_room((void **)&book->snapshots, sizeof(*book->snapshots),
                                     book->snapshot_count, 1, fail);
    if (outcome != OK)
        return outcome;
    memcpy(book->snapshots[book->snapshot_count++].bytes, leaf, HASH_BYTES);
    return OK;
}

void casebook_seal(struct casebook *book)
{
    book->sealed = true;
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

static bool same_hash(const struct hash32 *a, const struct hash32 *b)
{
    return memcmp(a->bytes, b->bytes, HASH_BYTES) == 0;
}

static bool same_officer(const struct officer_mark *a, const struct officer_mark *b)
{
    return memcmp(a->key, b->key, KEY_BYTES) == 0 || strcmp(a->id, b->id) == 0;
}

static enum outcome not_allowed(struct fail *fail, const char *code, uint32_t number,
                                const char *why)
{
    return fail_set(fail, NOT_ALLOWED, code, "case %u: %s", number, why);
}

/* The open case that evidence or a decision names, and whose latest statement it answers. */
static enum outcome find_open(const struct casebook *book, const struct case_statement *read,
                              struct variance_case **out_case, struct fail *fail)
{
    struct variance_case *variance = find_case(book, read->number);
    if (variance == NULL)
        return fail_set(fail, NOT_FOUND, "case.unknown", "case %u: there is no such case",
                        read->number);
    if (variance->state == CASE_UPHELD || variance->state == CASE_REFUSED)
        return fail_set(fail, CONFLICT, "case.decided", "case %u was decided already: %s",
                        read->number, case_state_name(variance->state));
    if (!same_hash(&variance->latest, &read->answers))
        return fail_set(fail, CONFLICT, "case.stale",
                        "case %u: the statement does not answer the latest one; read it and sign "
                        "again",
                        read->number);
    *out_case = variance;
    return OK;
}

static enum outcome add_variance(struct casebook *book, struct case_statement *read,
                                 struct fail *fail)
{
    bool answers_snapshot = false;
    for (uint32_t i = 0; i < book->snapshot_count; i++)
        answers_snapshot = answers_snapshot || same_hash(&book->snapshots[i], &read->answers);
    if (!answers_snapshot)
        return fail_set(fail, CONFLICT, "case.stale",
                        "case %u: it answers no snapshot of this election", read->number);
    if (find_case(book, read->number) != NULL)
        return fail_set(fail, CONFLICT, "case.exists", "case %u exists already; the next is %u",
                        read->number, casebook_next_number(book));
    enum outcome outcome =
        make_room((void **)&book->cases, sizeof(*book->cases), book->case_count, 1, fail);
    if (outcome != OK)
        return outcome;
    struct variance_case *variance = &book->cases[book->case_count++];
    *variance = read->variance;
    variance->number = read->number;
    variance->state = CASE_RAISED;
    variance->raised_by = read->signer;
    variance->latest = read->leaf;
    variance->json = json_incref(read->json);
    read->variance.subjects = NULL; /* they are the case's now */
    return OK;
}

static enum outcome add_evidence(struct casebook *book, const struct case_statement *read,
                                 struct fail *fail)
{
    struct variance_case *variance = NULL;
    enum outcome outcome = find_open(book, read, &variance, fail);
    if (outcome == OK)
        outcome = make_room((void **)&book->evidence, sizeof(*book->evidence), book->evidence_count,
                            1, fail);
    if (outcome != OK)
        return outcome;
    struct case_evidence *evidence = &book->evidence[book->evidence_count++];
    *evidence = read->evidence;
    evidence->case_number = read->number;
    evidence->statement = book->statement_count + 1;
    evidence->given_by = read->signer;
    variance->state = CASE_EVIDENCED;
    variance->evidence_count++;
    variance->latest = read->leaf;
    return OK;
}

static bool gave_evidence(const struct casebook *book, const struct case_statement *read)
{
    for (uint32_t i = 0; i < book->evidence_count; i++) {
        if (book->evidence[i].case_number == read->number &&
            same_officer(&book->evidence[i].given_by, &read->signer))
            return true;
    }
    return false;
}

static enum outcome add_decision(struct casebook *book, const struct case_statement *read,
                                 struct fail *fail)
{
    struct variance_case *variance = NULL;
    enum outcome outcome = find_open(book, read, &variance, fail);
    if (outcome != OK)
        return outcome;
    if (variance->state != CASE_EVIDENCED)
        return not_allowed(fail, "case.no-evidence", read->number,
                           "nothing can be decided without evidence; attach some first");
    if (same_officer(&variance->raised_by, &read->signer))
        return not_allowed(fail, "case.four-eyes", read->number,
                           "who raised the case cannot decide it; ask another officer");
    if (gave_evidence(book, read))
        return not_allowed(fail, "case.four-eyes", read->number,
                           "who gave evidence in the case cannot decide it; ask another officer");
    variance->state = read->upheld ? CASE_UPHELD : CASE_REFUSED;
    variance->decided_by = read->signer;
    variance->decided_order = ++book->decided_count;
    variance->latest = read->leaf;
    return OK;
}

static enum outcome add_exclusions(struct casebook *book, const struct case_statement *read,
                                   struct fail *fail)
{
    if (book->snapshot_count == 0 ||
        !same_hash(&book->snapshots[book->snapshot_count - 1], &read->answers))
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

enum outcome casebook_add(struct casebook *book, const struct case_note *statement,
                          struct fail *fail)
{
    if (!statement->is_officer)
        return fail_set(fail, NOT_ALLOWED, "case.role",
                        "\"%.*s\" holds no role (returning, secretary, deputy) that may do this",
                        (int)statement->signer.len, (const char *)statement->signer.ptr);
    if (book->sealed)
        return fail_set(fail, NOT_ALLOWED, "case.sealed", "the roll is sealed; no case may follow");
    struct case_statement read;
    enum outcome outcome = case_read(book, statement, &read, fail);
    if (outcome != OK)
        return outcome;
    switch (read.kind) {
    case STATEMENT_VARIANCE:
        outcome = add_variance(book, &read, fail);
        break;
    case STATEMENT_EVIDENCE:
        outcome = add_evidence(book, &read, fail);
        break;
    case STATEMENT_DECISION:
        outcome = add_decision(book, &read, fail);
        break;
    case STATEMENT_EXCLUSIONS:
        outcome = add_exclusions(book, &read, fail);
        break;
    }
    if (outcome == OK)
        book->statement_count++;
    case_statement_done(&read);
    return outcome;
}
