#include "election/custody_inside.h"

#include "crypto/hash.h"
#include "election/definition.h"
#include "labels.h"

#include <sodium.h>
#include <stdlib.h>

/* -- life ------------------------------------------------------------------------------------- */

/* Drawn once, when there is none yet. */
static enum outcome load_roll_key(struct custody *custody, struct fail *fail)
{
    static const uint8_t zeros[HASH_BYTES];
    uint8_t salt[SALT_BYTES] = {0};
    struct buf key;
    buf_init(&key, ROLL_KEY_BYTES);
    enum outcome outcome = custody_files_get(&custody->files, FILES_KEY, zeros, salt, &key, fail);
    if (outcome == OK && key.len == ROLL_KEY_BYTES)
        memcpy(custody->roll_key, key.bytes, ROLL_KEY_BYTES);
    bool damaged = outcome == OK && key.len != ROLL_KEY_BYTES;
    if (key.len > 0)
        sodium_memzero(key.bytes, key.len);
    buf_done(&key);
    if (damaged)
        return fail_set(fail, BROKEN, "custody.damaged", "the roll key is damaged");
    if (outcome != NOT_FOUND)
        return outcome;
    randombytes_buf(custody->roll_key, ROLL_KEY_BYTES);
    return custody_files_put(&custody->files, FILES_KEY, zeros, salt, SPAN_ARRAY(custody->roll_key),
                             fail);
}

enum outcome custody_new(const char *folder, const struct store_options *options,
                         struct writer *people, const struct vault *vault,
                         struct custody **out_custody, struct fail *fail)
{
    struct custody *custody = calloc(1, sizeof *custody);
    if (!custody || strlen(folder) >= sizeof custody->folder) {
        free(custody);
        return fail_set(fail, BROKEN, "memory", "out of memory");
    }
    memcpy(custody->folder, folder, strlen(folder) + 1);
    custody->options = *options;
    custody->files = (struct custody_files){custody->folder, &custody->options, people, vault};
    pthread_mutex_init(&custody->lock, NULL);
    annex_init(&custody->annex);
    buf_init(&custody->drafted, LIMIT_ENTRY_BYTES);
    buf_init(&custody->bindings, (size_t)LIMIT_CREDENTIALS * ISSUE_BINDING_BYTES);
    keytable_init(&custody->by_credential);
    static const struct kept key = {"roll.key", FILES_KEY, {0}};
    enum outcome outcome = load_roll_key(custody, fail);
    if (outcome == OK)
        outcome = custody_keep(custody, &key, SPAN_ARRAY(custody->roll_key), NULL, fail);
    if (outcome == OK)
        *out_custody = custody;
    else
        custody_free(custody);
    return outcome;
}

void custody_free(struct custody *custody)
{
    if (!custody)
        return;
    if (custody->ready) {
        casebook_done(&custody->book);
        people_done(&custody->people);
        rules_done(&custody->rules);
        sources_done(&custody->sources);
    }
    if (custody->has_snapshot)
        snapshot_done(&custody->snapshot);
    annex_done(&custody->annex);
    buf_done(&custody->drafted);
    buf_done(&custody->bindings);
    keytable_done(&custody->by_credential);
    free(custody->cases);
    free(custody->kept);
    pthread_mutex_destroy(&custody->lock);
    sodium_memzero(custody->roll_key, sizeof custody->roll_key);
    free(custody);
}

/* -- files coming in -------------------------------------------------------------------------- */

enum outcome custody_put(struct custody *custody, const char *label,
                         const uint8_t salt[static SALT_BYTES],
                         const uint8_t commitment[static HASH_BYTES], struct span bytes,
                         struct fail *fail)
{
    uint8_t expected[HASH_BYTES];
    annex_commit(label, salt, bytes, expected);
    if (memcmp(expected, commitment, HASH_BYTES) != 0)
        return fail_set(fail, BAD_PROOF, "private.commitment",
                        "the file and salt do not give the commitment named (kind \"%s\")", label);
    return custody_files_put(&custody->files, FILES_PRIVATE, commitment, salt, bytes, fail);
}

/* The Merkle root of 99-byte bindings, in their order. */
static enum outcome bindings_root(struct span bindings, uint8_t out_root[static HASH_BYTES],
                                  struct fail *fail)
{
    struct merkle_tree tree = {0};
    struct merkle_hash root;
    for (size_t at = 0; at < bindings.len; at += ISSUE_BINDING_BYTES) {
        struct merkle_hash leaf;
        merkle_leaf(span_of(bindings.ptr + at, ISSUE_BINDING_BYTES), &leaf);
        enum outcome outcome = merkle_append(&tree, &leaf, NULL, fail);
        if (outcome != OK)
            return outcome;
    }
    merkle_root(&tree, &root);
    memcpy(out_root, root.bytes, HASH_BYTES);
    return OK;
}

enum outcome custody_put_bindings(struct custody *custody, struct span bindings, struct fail *fail)
{
    static const uint8_t no_salt[SALT_BYTES];
    uint8_t root[HASH_BYTES];
    if (bindings.len == 0 || bindings.len % ISSUE_BINDING_BYTES != 0)
        return fail_set(fail, BAD_INPUT, "issue.bindings", "bindings are %d bytes each",
                        ISSUE_BINDING_BYTES);
    enum outcome outcome = bindings_root(bindings, root, fail);
    if (outcome == OK)
        outcome = custody_files_put(&custody->files, FILES_BINDINGS, root, no_salt, bindings, fail);
    return outcome;
}

enum outcome custody_keep(struct custody *custody, const struct kept *kept, struct span bytes,
                          const uint8_t *salt, struct fail *fail)
{
    struct kept *wider = reallocarray(custody->kept, custody->kept_count + 1, sizeof *wider);
    if (!wider)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    custody->kept = wider;
    custody->kept[custody->kept_count++] = *kept;
    return annex_add(&custody->annex, kept->path, bytes, salt, fail);
}

enum outcome custody_annex_file(struct custody *custody, const struct kept *kept, bool salted,
                                struct fail *fail)
{
    struct buf bytes;
    uint8_t salt[SALT_BYTES];
    buf_init(&bytes, LIMIT_BLOB_BYTES);
    enum outcome outcome =
        custody_files_get(&custody->files, kept->kind, kept->name, salt, &bytes, fail);
    if (outcome == OK)
        outcome = custody_keep(custody, kept, buf_span(&bytes), salted ? salt : NULL, fail);
    buf_done(&bytes);
    return outcome;
}

const struct kept *custody_find_kept(const struct custody *custody, const char *path)
{
    for (uint32_t i = 0; i < custody->kept_count; i++)
        if (strcmp(custody->kept[i].path, path) == 0)
            return &custody->kept[i];
    return NULL;
}

static struct kept kept_as(const char *kind, const uint8_t *name)
{
    struct kept kept = {.kind = kind};
    memcpy(kept.name, name, HASH_BYTES);
    return kept;
}

/* -- snapshots -------------------------------------------------------------------------------- */

static enum outcome import_bytes(struct span csv, struct span mapping_json,
                                 struct snapshot *out_snapshot, struct fail *fail)
{
    struct mapping mapping;
    struct import_report report;
    enum outcome outcome = mapping_read(mapping_json, &mapping, fail);
    if (outcome != OK)
        return outcome;
    outcome = import_snapshot(csv, &mapping, &report, out_snapshot, fail);
    import_report_done(&report);
    mapping_done(&mapping);
    return outcome;
}

/* One of the two files of a snapshot, as it came in. */
struct imported {
    struct kept kept;
    struct buf bytes;
    uint8_t salt[SALT_BYTES];
};

static enum outcome fetch(struct custody *custody, const uint8_t *commitment, size_t most,
                          struct imported *out, struct fail *fail)
{
    out->kept = kept_as(FILES_PRIVATE, commitment);
    buf_init(&out->bytes, most);
    return custody_files_get(&custody->files, FILES_PRIVATE, commitment, out->salt, &out->bytes,
                             fail);
}

static enum outcome list_import(struct custody *custody, uint32_t number, struct imported *csv,
                                struct imported *mapping, struct fail *fail)
{
    annex_path_snapshot(number, csv->kept.path);
    annex_path_mapping(number, mapping->kept.path);
    enum outcome outcome =
        custody_keep(custody, &csv->kept, buf_span(&csv->bytes), csv->salt, fail);
    if (outcome == OK)
        outcome =
            custody_keep(custody, &mapping->kept, buf_span(&mapping->bytes), mapping->salt, fail);
    return outcome;
}

enum outcome custody_import(struct custody *custody, const uint8_t *snapshot,
                            const uint8_t *mapping, uint32_t number, struct snapshot *out_snapshot,
                            struct fail *fail)
{
    struct imported csv, json = {0};
    enum outcome outcome = fetch(custody, snapshot, (size_t)ROLL_SNAPSHOT_BYTES_MAX, &csv, fail);
    if (outcome == OK)
        outcome = fetch(custody, mapping, ROLL_MAPPING_BYTES_MAX, &json, fail);
    if (outcome == OK)
        outcome = import_bytes(buf_span(&csv.bytes), buf_span(&json.bytes), out_snapshot, fail);
    if (outcome == OK && number > 0)
        outcome = list_import(custody, number, &csv, &json, fail);
    buf_done(&csv.bytes);
    buf_done(&json.bytes);
    return outcome;
}

static enum outcome apply_snapshot_entry(struct custody *custody, const struct statement *statement,
                                         struct fail *fail)
{
    uint8_t snapshot[HASH_BYTES], mapping[HASH_BYTES];
    struct snapshot imported;
    struct json_take take = statement_take_from(statement, "commitment", fail);
    json_take_hex(&take, "commitment", snapshot, HASH_BYTES);
    json_take_hex(&take, "mapping", mapping, HASH_BYTES);
    if (custody->snapshot_count == SNAPSHOTS_MAX)
        return fail_set(fail, TOO_LARGE, "snapshot.count", "too many snapshots");
    enum outcome outcome =
        custody_import(custody, snapshot, mapping, custody->snapshot_count + 1, &imported, fail);
    if (outcome != OK)
        return outcome;
    if (custody->has_snapshot)
        snapshot_done(&custody->snapshot);
    custody->snapshot = imported;
    custody->has_snapshot = true;
    memcpy(custody->snapshot_leaves[custody->snapshot_count++].bytes, statement->leaf.bytes,
           HASH_BYTES);
    return casebook_add_snapshot(&custody->book, statement->leaf.bytes, 0, true, imported.rows,
                                 fail);
}

/* -- cases ------------------------------------------------------------------------------------ */

enum outcome custody_case_signer(const struct state *state, struct span bytes,
                                 struct officer_mark *out_signer, struct fail *fail)
{
    struct note note;
    const struct officer *officer;
    enum outcome outcome = note_read(bytes, &note, fail);
    if (outcome == OK)
        outcome = state_signed_by_officer(state, &note, CASE_ROLES, &officer, fail);
    if (outcome != OK)
        return outcome;
    *out_signer = (struct officer_mark){0};
    memcpy(out_signer->id, officer->id, sizeof out_signer->id);
    memcpy(out_signer->key, officer->key, KEY_BYTES);
    return OK;
}

enum outcome custody_add_note(struct custody *custody, struct span bytes,
                              const struct officer_mark *signer, struct fail *fail)
{
    struct note note;
    enum outcome outcome = note_read(bytes, &note, fail);
    if (outcome != OK)
        return outcome;
    struct case_note of = {.note = bytes,
                           .text = note.text,
                           .signer = span_str(signer->id),
                           .key = signer->key,
                           .roles = CASE_ROLES};
    return casebook_add(&custody->book, &of, fail);
}

/* An officer who has left does not unsay what was said before. */
static enum outcome add_stated(struct custody *custody, const struct stated *stated,
                               struct fail *fail)
{
    struct buf note;
    uint8_t salt[SALT_BYTES];
    buf_init(&note, ROLL_NOTE_BYTES_MAX);
    enum outcome outcome =
        custody_files_get(&custody->files, FILES_CASE, stated->commitment.bytes, salt, &note, fail);
    if (outcome == OK)
        outcome = custody_add_note(custody, buf_span(&note), &stated->signer, fail);
    buf_done(&note);
    return outcome;
}

static void init_book(struct custody *custody, const struct state *state)
{
    static const struct case_times no_times;
    casebook_init(&custody->book, &(struct case_terms){.origin = span_str(state->origin),
                                                       .context = state->definition->ctx0,
                                                       .rules = &custody->rules,
                                                       .times = &no_times,
                                                       .roll_key = custody->roll_key});
}

enum outcome custody_rebuild_book(struct custody *custody, const struct state *state,
                                  struct fail *fail)
{
    enum outcome outcome = OK;
    casebook_done(&custody->book);
    init_book(custody, state);
    for (uint32_t i = 0; outcome == OK && i < custody->snapshot_count; i++)
        outcome = casebook_add_snapshot(&custody->book, custody->snapshot_leaves[i].bytes, 0, true,
                                        custody->snapshot.rows, fail);
    for (uint32_t i = 0; outcome == OK && i < custody->case_count; i++)
        outcome = add_stated(custody, &custody->cases[i], fail);
    return outcome;
}

/* An evidence file belongs to the first case that names it. */
static enum outcome list_evidence(struct custody *custody, uint32_t number, struct fail *fail)
{
    enum outcome outcome = OK;
    for (uint32_t i = 0; outcome == OK && i < custody->book.evidence_count; i++) {
        const struct case_evidence *evidence = &custody->book.evidence[i];
        struct kept kept = kept_as(FILES_PRIVATE, evidence->commitment.bytes);
        if (evidence->statement != number || !evidence->is_file)
            continue;
        annex_path_evidence(evidence->commitment.bytes, kept.path);
        if (!custody_find_kept(custody, kept.path))
            outcome = custody_annex_file(custody, &kept, true, fail);
    }
    return outcome;
}

static enum outcome remember_case(struct custody *custody, const struct state *state,
                                  struct span note, const struct hash32 *commitment,
                                  struct fail *fail)
{
    struct stated stated = {.commitment = *commitment};
    enum outcome outcome = custody_case_signer(state, note, &stated.signer, fail);
    if (outcome != OK)
        return outcome;
    struct stated *wider = reallocarray(custody->cases, custody->case_count + 1, sizeof *wider);
    if (!wider)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    custody->cases = wider;
    custody->cases[custody->case_count++] = stated;
    if (custody->book.statement_count < custody->case_count)
        outcome = custody_add_note(custody, note, &stated.signer, fail);
    return outcome;
}

static enum outcome apply_case_entry(struct custody *custody, const struct state *state,
                                     const struct statement *statement, struct fail *fail)
{
    struct hash32 commitment;
    struct buf note;
    uint8_t salt[SALT_BYTES];
    struct json_take take = statement_take_from(statement, "commitment", fail);
    json_take_hex(&take, "commitment", commitment.bytes, HASH_BYTES);
    buf_init(&note, ROLL_NOTE_BYTES_MAX);
    enum outcome outcome =
        custody_files_get(&custody->files, FILES_CASE, commitment.bytes, salt, &note, fail);
    if (outcome == OK)
        outcome = remember_case(custody, state, buf_span(&note), &commitment, fail);
    struct kept kept = kept_as(FILES_CASE, commitment.bytes);
    annex_path_case(custody->case_count, kept.path);
    if (outcome == OK)
        outcome = custody_keep(custody, &kept, buf_span(&note), salt, fail);
    buf_done(&note);
    return outcome == OK ? list_evidence(custody, custody->case_count, fail) : outcome;
}

/* -- roll and credentials --------------------------------------------------------------------- */

static enum outcome apply_roll_entry(struct custody *custody, const struct statement *statement,
                                     struct fail *fail)
{
    struct json_take take = statement_take_from(statement, "root", fail);
    json_take_hex(&take, "root", custody->roll_root, HASH_BYTES);
    custody->sealed = true;
    casebook_add_roll(&custody->book, statement->leaf.bytes);
    struct kept kept = kept_as(FILES_LEAVES, custody->roll_root);
    annex_path_roll(1, kept.path);
    return custody_annex_file(custody, &kept, false, fail);
}

static enum outcome keep_bindings(struct custody *custody, const struct kept *kept,
                                  struct fail *fail)
{
    uint8_t salt[SALT_BYTES];
    size_t before = custody->bindings.len;
    enum outcome outcome =
        custody_files_get(&custody->files, kept->kind, kept->name, salt, &custody->bindings, fail);
    for (size_t at = before; outcome == OK && at < custody->bindings.len; at += ISSUE_BINDING_BYTES)
        outcome = keytable_add(&custody->by_credential, custody->bindings.bytes + at + HASH_BYTES,
                               (uint32_t)(at / ISSUE_BINDING_BYTES), fail);
    struct span bytes = span_of(custody->bindings.bytes + before, custody->bindings.len - before);
    return outcome == OK ? custody_keep(custody, kept, bytes, NULL, fail) : outcome;
}

static enum outcome apply_bindings_entry(struct custody *custody, const struct statement *statement,
                                         const char *member, bool reissue, struct fail *fail)
{
    uint8_t root[HASH_BYTES];
    struct json_take take = statement_take_from(statement, member, fail);
    json_take_hex(&take, member, root, HASH_BYTES);
    struct kept kept = kept_as(FILES_BINDINGS, root);
    if (reissue)
        annex_path_reissue(++custody->reissues, kept.path);
    else
        annex_path_issue(++custody->issues, kept.path);
    return keep_bindings(custody, &kept, fail);
}

/* -- the board, entry by entry ---------------------------------------------------------------- */

static enum outcome begin(struct custody *custody, const struct state *state, struct fail *fail)
{
    enum outcome outcome = definition_sources(state->definition, &custody->sources, fail);
    if (outcome == OK)
        outcome = rules_read(state->definition->rules, state->definition->style_rules,
                             &custody->sources, &custody->rules, fail);
    if (outcome != OK)
        return outcome;
    init_book(custody, state);
    custody->ready = true;
    return OK;
}

static enum outcome apply_locked(struct custody *custody, const struct state *state,
                                 const struct statement *statement, struct fail *fail)
{
    if (statement_is(statement, KIND_ELECTION))
        return begin(custody, state, fail);
    if (statement_is(statement, KIND_SNAPSHOT))
        return apply_snapshot_entry(custody, statement, fail);
    if (statement_is(statement, KIND_CASE))
        return apply_case_entry(custody, state, statement, fail);
    if (statement_is(statement, KIND_ROLL))
        return apply_roll_entry(custody, statement, fail);
    if (statement_is(statement, KIND_ISSUE))
        return apply_bindings_entry(custody, statement, "root", false, fail);
    if (statement_is(statement, KIND_REISSUE))
        return apply_bindings_entry(custody, statement, "binding", true, fail);
    return OK;
}

bool custody_concerns(const struct statement *statement)
{
    static const char *const kinds[] = {KIND_ELECTION, KIND_SNAPSHOT, KIND_CASE,  KIND_ROLL,
                                        KIND_ISSUE,    KIND_REISSUE,  KIND_FREEZE};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (statement_is(statement, kinds[i]))
            return true;
    return false;
}

enum outcome custody_apply(struct custody *custody, const struct state *state,
                           const struct statement *statement, struct fail *fail)
{
    if (!custody_concerns(statement))
        return OK;
    pthread_mutex_lock(&custody->lock);
    enum outcome outcome = apply_locked(custody, state, statement, fail);
    pthread_mutex_unlock(&custody->lock);
    return outcome;
}
