/* The freeze: which provisional ballots count (docs/roll.md section 9). Declared in
 * election/custody.h. */
#include "election/custody_inside.h"

#include "crypto/hash.h"
#include "election/kind.h"

#include <stdlib.h>

/* -- one voter -------------------------------------------------------------------------------- */

static bool concerns(const struct variance_case *variance, const uint8_t *pseudonym)
{
    for (uint32_t i = 0; i < variance->subject_count; i++)
        if (memcmp(variance->subjects[i].bytes, pseudonym, HASH_BYTES) == 0)
            return true;
    return false;
}

/* Nothing but a refused `include` says no, and only to somebody whom the rules do not let in. */
static bool was_refused(const struct casebook *book, const struct draft_member *member,
                        const uint8_t *pseudonym)
{
    bool refused = false;
    for (uint32_t i = 0; i < book->case_count; i++) {
        const struct variance_case *variance = &book->cases[i];
        if (variance->effect.what != EFFECT_INCLUDE || !concerns(variance, pseudonym))
            continue;
        if (variance->force_order > 0)
            return false;
        refused = refused || variance->state == CASE_REFUSED;
    }
    return refused && member->by_rules != MEMBER_ELIGIBLE;
}

/* Neither let in nor kept out by now. (NULL: somebody whom a case had added that was undone.) */
static bool is_open(const struct draft_member *member)
{
    return member &&
           (member->outcome == MEMBER_PROVISIONAL || member->outcome == MEMBER_UNDETERMINED);
}

/* -- all of them ------------------------------------------------------------------------------ */

static enum outcome judge_ballot(const struct draft *draft, const struct leaf_record *leaf,
                                 bool *out_admitted, uint32_t *undecided, struct fail *fail)
{
    if (!leaf)
        return fail_set(fail, BROKEN, "freeze.leaf", "a ballot belongs to nobody on the roll");
    const struct draft_member *member = draft_by_pseudonym(draft, leaf->pseudonym);
    *out_admitted = member && member->outcome == MEMBER_ELIGIBLE;
    *undecided += is_open(member) && !was_refused(draft->book, member, leaf->pseudonym);
    return OK;
}

static int compare_keys(const void *a, const void *b)
{
    return memcmp(a, b, KEY_BYTES);
}

static enum outcome gather(const struct custody *custody, const struct state *state,
                           const struct draft *draft, const struct leaf_list *leaves,
                           struct buf *out_keys, struct fail *fail)
{
    uint32_t undecided = 0;
    enum outcome outcome = OK;
    for (size_t i = 0; outcome == OK && i < state->electorate.count; i++) {
        const struct credential *credential = &state->electorate.credentials[i];
        bool admitted = false;
        if (credential->standing != CREDENTIAL_PROVISIONAL || credential->ballots == 0)
            continue;
        outcome = judge_ballot(draft, custody_leaf_of(custody, leaves, credential->key), &admitted,
                               &undecided, fail);
        if (admitted)
            buf_add(out_keys, SPAN_ARRAY(credential->key));
    }
    if (outcome == OK && undecided > 0)
        return fail_set(
            fail, NOT_ALLOWED, "freeze.undecided",
            "%u provisional ballots wait for a decision on who cast them; `ballotd case "
            "list` shows the cases",
            undecided);
    if (outcome == OK && out_keys->len > 0)
        qsort(out_keys->bytes, out_keys->len / KEY_BYTES, KEY_BYTES, compare_keys);
    return outcome == OK ? buf_check(out_keys, "admitted", fail) : outcome;
}

static bool any_provisional(const struct electorate *electorate)
{
    for (size_t i = 0; i < electorate->count; i++)
        if (electorate->credentials[i].standing == CREDENTIAL_PROVISIONAL &&
            electorate->credentials[i].ballots > 0)
            return true;
    return false;
}

static enum outcome admitted(struct custody *custody, const struct state *state,
                             struct buf *out_keys, struct fail *fail)
{
    struct draft draft;
    struct version_leaves leaves;
    if (!any_provisional(&state->electorate))
        return OK;
    enum outcome outcome = custody_settle_book(custody, state, fail);
    if (outcome == OK)
        outcome = custody_make_draft(custody, &draft, fail);
    if (outcome != OK)
        return outcome;
    outcome = custody_read_leaves(custody, &leaves, fail);
    if (outcome == OK)
        outcome = gather(custody, state, &draft, &leaves.list, out_keys, fail);
    custody_leaves_done(&leaves);
    draft_done(&draft);
    return outcome;
}

enum outcome custody_admitted(struct custody *custody, const struct state *state,
                              struct buf *out_keys, struct fail *fail)
{
    pthread_mutex_lock(&custody->lock);
    enum outcome outcome = admitted(custody, state, out_keys, fail);
    pthread_mutex_unlock(&custody->lock);
    return outcome;
}

/* -- the statement ---------------------------------------------------------------------------- */

static enum outcome check_admitted(struct custody *custody, const struct state *state,
                                   const json_t *stated, struct fail *fail)
{
    struct buf keys;
    struct blob_ref ref = {0};
    uint8_t hash[HASH_BYTES];
    buf_init(&keys, LIMIT_BLOB_BYTES);
    enum outcome outcome = blob_ref_read(stated, &ref, fail);
    if (outcome == OK)
        outcome = admitted(custody, state, &keys, fail);
    sha256(buf_span(&keys), hash);
    if (outcome == OK && (ref.size != keys.len || memcmp(ref.sha256, hash, HASH_BYTES) != 0))
        outcome =
            fail_set(fail, CONFLICT, "freeze.admitted",
                     "these are not the provisional ballots that were upheld; fetch the draft "
                     "again");
    buf_done(&keys);
    return outcome;
}

enum outcome custody_check_freeze(struct custody *custody, const struct state *state,
                                  const struct statement *statement, struct fail *fail)
{
    uint8_t stated[HASH_BYTES], digest[HASH_BYTES];
    struct json_take take = statement_take_from(statement, "annex", fail);
    json_take_hex(&take, "annex", stated, HASH_BYTES);
    enum outcome outcome = annex_digest(&custody->annex, span_str(state->origin), digest, fail);
    if (outcome == OK && memcmp(stated, digest, HASH_BYTES) != 0)
        outcome = fail_set(fail, CONFLICT, "freeze.annex", "this is not the digest of the annex");
    return outcome == OK ? check_admitted(custody, state,
                                          json_object_get(statement->object, "admitted"), fail)
                         : outcome;
}
