/* What only the daemon can check before it takes a statement. Declared in election/custody.h. */
#include "election/custody_inside.h"

#include "base/code.h"
#include "crypto/hash.h"
#include "labels.h"
#include "roll/filetype.h"

#include <sodium.h>
#include <stdlib.h>

/* -- snapshot --------------------------------------------------------------------------------- */

static enum outcome check_snapshot_files(struct custody *custody, const struct statement *statement,
                                         struct fail *fail)
{
    uint8_t snapshot[HASH_BYTES], mapping[HASH_BYTES];
    struct snapshot imported;
    if (custody->snapshot_count == SNAPSHOTS_MAX)
        return fail_set(fail, TOO_LARGE, "snapshot.count", "there are %d snapshots already",
                        SNAPSHOTS_MAX);
    struct json_take take = statement_take_from(statement, "commitment", fail);
    json_take_hex(&take, "commitment", snapshot, HASH_BYTES);
    json_take_hex(&take, "mapping", mapping, HASH_BYTES);
    int64_t rows = json_take_integer(&take, "rows", 1, INT64_MAX);
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK)
        outcome = custody_import(custody, snapshot, mapping, 0, &imported, fail);
    if (outcome != OK)
        return outcome;
    struct span source = json_span(json_object_get(statement->object, "source"));
    if (imported.rows != (uint64_t)rows || !span_is(source, imported.source))
        outcome =
            fail_set(fail, CONFLICT, "snapshot.rows",
                     "the statement says %lld rows of \"%.*s\", the file has %u of \"%s\"",
                     (long long)rows, (int)source.len, source.ptr, imported.rows, imported.source);
    snapshot_done(&imported);
    return outcome;
}

/* -- cases ------------------------------------------------------------------------------------ */

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

/* An effect with nothing to act on is refused while it can still be mended. */
static enum outcome check_effect(struct custody *custody, uint32_t cases_before, struct fail *fail)
{
    struct draft draft;
    const struct variance_case *fresh = custody->book.case_count == cases_before
                                            ? NULL
                                            : &custody->book.cases[custody->book.case_count - 1];
    if (!fresh || fresh->effect.what == EFFECT_REVIEW)
        return OK;
    enum outcome outcome = custody_make_draft(custody, &draft, fail);
    if (outcome != OK)
        return outcome;
    outcome = draft_check_effect(&draft, fresh, fail);
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
                              uint8_t *out_commitment, struct fail *fail)
{
    enum outcome outcome = OK;
    if (!custody->has_snapshot)
        return fail_set(fail, NOT_ALLOWED, "case.early", "there is no snapshot to dispute yet");
    if (custody->book.statement_count != custody->case_count)
        outcome = custody_rebuild_book(custody, state, fail);
    struct officer_mark signer;
    uint32_t cases_before = custody->book.case_count;
    if (outcome == OK)
        outcome = custody_case_signer(state, note, &signer, fail);
    if (outcome == OK)
        outcome = custody_add_note(custody, note, &signer, fail);
    if (outcome != OK)
        return outcome;
    outcome = check_evidence(custody, fail);
    if (outcome == OK)
        outcome = check_effect(custody, cases_before, fail);
    if (outcome == OK)
        return keep_note(custody, note, out_commitment, fail);
    struct fail ignored;
    enum outcome rebuilt = custody_rebuild_book(custody, state, &ignored);
    return rebuilt == OK ? outcome : rebuilt;
}

enum outcome custody_take_case(struct custody *custody, const struct state *state, struct span note,
                               uint8_t out_commitment[static HASH_BYTES], struct fail *fail)
{
    pthread_mutex_lock(&custody->lock);
    enum outcome outcome = take_case(custody, state, note, out_commitment, fail);
    pthread_mutex_unlock(&custody->lock);
    return outcome;
}

/* -- bindings --------------------------------------------------------------------------------- */

/* The sealed leaves by hash: style and channel of each, and whether a credential has it yet. */
struct leaf_index {
    struct keytable by_hash;
    struct leaf_facts {
        uint16_t style;
        uint8_t channel;
        bool bound;
    } * facts;
    size_t count;
};

static uint8_t channel_code(struct span channel)
{
    if (span_is(channel, "email"))
        return ROLL_CHANNEL_EMAIL;
    return span_is(channel, "post") ? ROLL_CHANNEL_POST : ROLL_CHANNEL_HAND;
}

/* A line of roll/<version>.jsonl: {"salt":"<hex>","record":{…}}. */
static enum outcome index_line(struct custody *custody, struct span line, struct leaf_index *index,
                               struct fail *fail)
{
    json_t *object;
    struct merkle_hash hash;
    struct buf leaf;
    uint8_t salt[SALT_BYTES];
    enum outcome outcome = json_read_canonical(line, "leaf", &object, fail);
    if (outcome != OK)
        return outcome;
    struct json_take take = json_take_from(object, "leaf", fail);
    json_take_hex(&take, "salt", salt, SALT_BYTES);
    const json_t *record = json_take_object(&take, "record");
    buf_init(&leaf, 1 << 16);
    buf_add(&leaf, SPAN_ARRAY(salt));
    json_print(record, &leaf);
    merkle_leaf(buf_span(&leaf), &hash);
    int style = rules_find_style(&custody->rules, json_span(json_object_get(record, "style")));
    index->facts[index->count] = (struct leaf_facts){
        .style = (uint16_t)style,
        .channel = channel_code(json_span(json_object_get(record, "channel"))),
    };
    outcome = keytable_add(&index->by_hash, hash.bytes, (uint32_t)index->count++, fail);
    buf_done(&leaf);
    json_decref(object);
    return outcome;
}

static enum outcome index_leaves(struct custody *custody, size_t most, struct leaf_index *index,
                                 struct fail *fail)
{
    struct buf lines;
    struct span line;
    uint8_t salt[SALT_BYTES];
    *index = (struct leaf_index){.facts = calloc(most + 1, sizeof *index->facts)};
    keytable_init(&index->by_hash);
    if (!index->facts)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    buf_init(&lines, LIMIT_BLOB_BYTES);
    enum outcome outcome =
        custody_files_get(&custody->files, FILES_LEAVES, custody->roll_root, salt, &lines, fail);
    struct span rest = buf_span(&lines);
    while (outcome == OK && span_line(&rest, &line))
        outcome = index->count < most ? index_line(custody, line, index, fail)
                                      : fail_set(fail, BROKEN, "roll.leaves", "too many leaves");
    buf_done(&lines);
    return outcome;
}

static void index_done(struct leaf_index *index)
{
    keytable_done(&index->by_hash);
    free(index->facts);
}

static enum outcome check_binding(const uint8_t *binding, const uint8_t *item,
                                  struct leaf_index *index, struct fail *fail)
{
    uint32_t at;
    uint16_t style = (uint16_t)(binding[2 * HASH_BYTES] | (binding[2 * HASH_BYTES + 1] << 8));
    if (memcmp(binding + HASH_BYTES, item, KEY_BYTES + 2) != 0)
        return fail_set(fail, CONFLICT, "issue.binding",
                        "a binding is not that of its place in the issue list");
    if (!keytable_find(&index->by_hash, binding, &at) || index->facts[at].bound ||
        index->facts[at].style != style || index->facts[at].channel != binding[2 * HASH_BYTES + 2])
        return fail_set(fail, CONFLICT, "issue.leaf",
                        "a credential belongs to no entry of the roll, to one that has one "
                        "already, or has another style or channel");
    index->facts[at].bound = true;
    return OK;
}

static enum outcome match_bindings(struct custody *custody, struct span bindings, struct span list,
                                   struct fail *fail)
{
    struct leaf_index index;
    size_t count = list.len / ISSUE_ITEM_BYTES;
    if (bindings.len != count * ISSUE_BINDING_BYTES)
        return fail_set(fail, CONFLICT, "issue.bindings", "%zu credentials, %zu bindings", count,
                        bindings.len / ISSUE_BINDING_BYTES);
    enum outcome outcome = index_leaves(custody, count, &index, fail);
    for (size_t i = 0; outcome == OK && i < count; i++)
        outcome = check_binding(bindings.ptr + i * ISSUE_BINDING_BYTES,
                                list.ptr + i * ISSUE_ITEM_BYTES, &index, fail);
    index_done(&index);
    return outcome;
}

static enum outcome read_list(const struct statement *statement, const struct sources *sources,
                              struct buf *out, struct fail *fail)
{
    uint8_t sha256_of[HASH_BYTES];
    struct json_take take =
        json_take_from(json_object_get(statement->object, "list"), "list", fail);
    json_take_hex(&take, "sha256", sha256_of, HASH_BYTES);
    uint64_t size = (uint64_t)json_take_integer(&take, "size", 0, LIMIT_BLOB_BYTES);
    buf_init(out, size);
    enum outcome outcome = json_take_end(&take);
    return outcome == OK ? sources->blob(sources->ctx, sha256_of, size, out, fail) : outcome;
}

static enum outcome check_issue_bindings(struct custody *custody, const struct statement *statement,
                                         const struct sources *sources, struct fail *fail)
{
    struct buf list, bindings;
    uint8_t root[HASH_BYTES], salt[SALT_BYTES];
    struct json_take take = statement_take_from(statement, "root", fail);
    json_take_hex(&take, "root", root, HASH_BYTES);
    buf_init(&bindings, LIMIT_BLOB_BYTES);
    enum outcome outcome = read_list(statement, sources, &list, fail);
    if (outcome == OK)
        outcome = custody_files_get(&custody->files, FILES_BINDINGS, root, salt, &bindings, fail);
    if (outcome == OK)
        outcome = match_bindings(custody, buf_span(&bindings), buf_span(&list), fail);
    buf_done(&list);
    buf_done(&bindings);
    return outcome;
}

/* The new credential keeps leaf, style and channel of the old one. */
static enum outcome check_reissue_binding(struct custody *custody,
                                          const struct statement *statement, struct fail *fail)
{
    struct buf binding;
    uint8_t root[HASH_BYTES], salt[SALT_BYTES], old[KEY_BYTES], fresh[KEY_BYTES];
    uint32_t at = 0;
    struct json_take take = statement_take(statement, fail);
    json_take_hex(&take, "old", old, KEY_BYTES);
    json_take_hex(&take, "new", fresh, KEY_BYTES);
    take = statement_take_from(statement, "binding", fail);
    json_take_hex(&take, "binding", root, HASH_BYTES);
    buf_init(&binding, ISSUE_BINDING_BYTES);
    enum outcome outcome =
        custody_files_get(&custody->files, FILES_BINDINGS, root, salt, &binding, fail);
    if (outcome == OK) {
        bool known = keytable_find(&custody->by_credential, old, &at);
        const uint8_t *was = custody->bindings.bytes + (size_t)at * ISSUE_BINDING_BYTES;
        if (!known || binding.len != ISSUE_BINDING_BYTES ||
            memcmp(was, binding.bytes, HASH_BYTES) != 0 ||
            memcmp(fresh, binding.bytes + HASH_BYTES, KEY_BYTES) != 0 ||
            memcmp(was + 2 * HASH_BYTES, binding.bytes + 2 * HASH_BYTES, 3) != 0)
            outcome = fail_set(fail, CONFLICT, "reissue.binding",
                               "the new binding must keep entry, style and channel of the old");
    }
    buf_done(&binding);
    return outcome;
}

/* -- all -------------------------------------------------------------------------------------- */

static enum outcome check_drafted_roll(struct custody *custody, const struct statement *statement,
                                       struct fail *fail)
{
    if (!custody_is_drafted(custody) ||
        !span_equal(buf_span(&custody->drafted), statement->note.text))
        return fail_set(fail, CONFLICT, "roll.differs",
                        "this is not the roll as it is drafted now; fetch the draft again");
    return OK;
}

static enum outcome check_annex_digest(struct custody *custody, const struct state *state,
                                       const struct statement *statement, struct fail *fail)
{
    uint8_t stated[HASH_BYTES], digest[HASH_BYTES];
    struct json_take take = statement_take_from(statement, "annex", fail);
    json_take_hex(&take, "annex", stated, HASH_BYTES);
    enum outcome outcome = annex_digest(&custody->annex, span_str(state->origin), digest, fail);
    if (outcome == OK && memcmp(stated, digest, HASH_BYTES) != 0)
        outcome = fail_set(fail, CONFLICT, "freeze.annex", "this is not the digest of the annex");
    return outcome;
}

static enum outcome check_locked(struct custody *custody, const struct state *state,
                                 const struct statement *statement, const struct sources *sources,
                                 struct fail *fail)
{
    if (statement_is(statement, KIND_SNAPSHOT))
        return check_snapshot_files(custody, statement, fail);
    if (statement_is(statement, KIND_ROLL))
        return check_drafted_roll(custody, statement, fail);
    if (statement_is(statement, KIND_ISSUE))
        return check_issue_bindings(custody, statement, sources, fail);
    if (statement_is(statement, KIND_REISSUE))
        return check_reissue_binding(custody, statement, fail);
    if (statement_is(statement, KIND_FREEZE))
        return check_annex_digest(custody, state, statement, fail);
    return OK;
}

enum outcome custody_check(struct custody *custody, const struct state *state,
                           const struct statement *statement, const struct sources *sources,
                           struct fail *fail)
{
    if (!custody_concerns(statement))
        return OK;
    pthread_mutex_lock(&custody->lock);
    enum outcome outcome = check_locked(custody, state, statement, sources, fail);
    pthread_mutex_unlock(&custody->lock);
    return outcome;
}

/* The note behind a `case` entry, when the entry is about to stand. */
static enum outcome check_case_signer(struct custody *custody, const struct state *state,
                                      const struct statement *statement, struct fail *fail)
{
    struct buf bytes;
    struct officer_mark signer;
    uint8_t commitment[HASH_BYTES], salt[SALT_BYTES];
    struct json_take take = statement_take_from(statement, "commitment", fail);
    json_take_hex(&take, "commitment", commitment, HASH_BYTES);
    enum outcome outcome = json_take_end(&take);
    buf_init(&bytes, ROLL_NOTE_BYTES_MAX);
    if (outcome == OK)
        outcome = custody_files_get(&custody->files, FILES_CASE, commitment, salt, &bytes, fail);
    if (outcome == OK)
        outcome = custody_case_signer(state, buf_span(&bytes), &signer, fail);
    buf_done(&bytes);
    return outcome;
}

enum outcome custody_recheck(struct custody *custody, const struct state *state,
                             const struct statement *statement, struct fail *fail)
{
    enum outcome outcome = OK;
    if (!custody_concerns(statement))
        return OK;
    pthread_mutex_lock(&custody->lock);
    if (statement_is(statement, KIND_ROLL))
        outcome = check_drafted_roll(custody, statement, fail);
    else if (statement_is(statement, KIND_CASE))
        outcome = check_case_signer(custody, state, statement, fail);
    pthread_mutex_unlock(&custody->lock);
    return outcome;
}
