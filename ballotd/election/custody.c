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
    if (custody->joined)
        people_done(&custody->people);
    if (custody->ready) {
        casebook_done(&custody->book);
        rules_done(&custody->rules);
        calendar_done(&custody->times.calendar);
    }
    for (uint32_t i = 0; i < custody->held_count; i++) {
        custody_unload(custody, i);
        if (custody->compared[i].done)
            difference_done(&custody->compared[i].difference);
    }
    json_decref(custody->drafted_revoked);
    annex_done(&custody->annex);
    buf_done(&custody->drafted);
    buf_done(&custody->bindings);
    keytable_done(&custody->by_credential);
    free(custody->booked);
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

struct kept custody_kept_as(const char *kind, const uint8_t *name)
{
    struct kept kept = {.kind = kind};
    memcpy(kept.name, name, HASH_BYTES);
    return kept;
}

/* -- the board, entry by entry ---------------------------------------------------------------- */

enum outcome custody_note_booked(struct custody *custody, const struct booked *booked,
                                 struct fail *fail)
{
    struct booked *wider = reallocarray(custody->booked, custody->booked_count + 1, sizeof *wider);
    if (!wider)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    custody->booked = wider;
    custody->booked[custody->booked_count++] = *booked;
    return OK;
}

/* The definition has been read once, so its days are dates. */
static enum outcome read_times(struct custody *custody, const struct definition *definition,
                               struct fail *fail)
{
    uint32_t count = (uint32_t)json_array_size(definition->non_working);
    struct date *days = calloc(count + 1, sizeof *days);
    if (!days)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    for (uint32_t i = 0; i < count; i++)
        if (!date_read(json_span(json_array_get(definition->non_working, i)), &days[i]))
            days[i] = days[0];
    enum outcome outcome = calendar_init(&custody->times.calendar, days, count, fail);
    free(days);
    custody->times.decide_within = definition->decide_within;
    custody->times.appeal_within = definition->appeal_within;
    custody->times.reply_within = definition->reply_within;
    return outcome;
}

static enum outcome begin(struct custody *custody, const struct state *state, struct fail *fail)
{
    const struct definition *definition = state->definition;
    enum outcome outcome = rules_read(definition->rules, definition->style_rules,
                                      &definition->sources, &custody->rules, fail);
    if (outcome != OK)
        return outcome;
    outcome = read_times(custody, definition, fail);
    if (outcome != OK) {
        rules_done(&custody->rules);
        return outcome;
    }
    custody->definition = definition;
    custody_begin_book(custody, state);
    custody->ready = true;
    return OK;
}

static enum outcome apply_locked(struct custody *custody, const struct state *state,
                                 const struct statement *statement, struct fail *fail)
{
    if (statement_is(statement, KIND_ELECTION))
        return begin(custody, state, fail);
    if (statement_is(statement, KIND_SNAPSHOT))
        return custody_apply_snapshot(custody, statement, fail);
    if (statement_is(statement, KIND_CASE))
        return custody_apply_case(custody, state, statement, fail);
    if (statement_is(statement, KIND_ROLL))
        return custody_apply_roll(custody, statement, fail);
    if (statement_is(statement, KIND_ISSUE))
        return custody_apply_bindings(custody, statement, "root", false, fail);
    if (statement_is(statement, KIND_REISSUE))
        return custody_apply_bindings(custody, statement, "binding", true, fail);
    if (statement_is(statement, KIND_FREEZE))
        casebook_freeze(&custody->book);
    return OK;
}

bool custody_concerns(const struct statement *statement)
{
    static const char *const kinds[] = {KIND_ELECTION, KIND_SNAPSHOT, KIND_DIFFERENCE, KIND_CASE,
                                        KIND_ROLL,     KIND_ISSUE,    KIND_REISSUE,    KIND_FREEZE};
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
