/* The roll drafted and sealed, version by version. Declared in election/custody.h and
 * election/custody_inside.h. */
#include "election/custody_inside.h"

#include "base/clock.h"
#include "base/code.h"
#include "crypto/hash.h"
#include "roll.h"
#include "roll/account.h"
#include "roll/seal.h"

#include <sodium.h>
#include <stdlib.h>

enum { HOUR_SECONDS = 3600 };

enum outcome custody_make_draft(struct custody *custody, struct draft *out_draft, struct fail *fail)
{
    enum outcome outcome = custody_join(custody, fail);
    return outcome == OK ? draft_build(&custody->people, &custody->book, out_draft, fail) : outcome;
}

/* Parses what a printing function of the roll room made: it is canonical by construction. */
static enum outcome parse_printed(struct buf *printed, json_t **out, struct fail *fail)
{
    enum outcome outcome = buf_check(printed, "roll", fail);
    *out = outcome == OK ? json_loadb((const char *)printed->bytes, printed->len, 0, NULL) : NULL;
    if (outcome == OK && !*out)
        outcome = fail_set(fail, BROKEN, "roll.print", "the roll printed no JSON");
    return outcome;
}

/* -- the statement ---------------------------------------------------------------------------- */

/* Everything that belongs to entries so far, and the roll's own leaves. */
static enum outcome digest_with_roll(struct custody *custody, const struct state *state,
                                     struct span leaves, uint8_t *out_digest, struct fail *fail)
{
    struct annex annex;
    char path[ANNEX_PATH_BYTES];
    enum outcome outcome = OK;
    annex_init(&annex);
    for (uint32_t i = 0; outcome == OK && i < custody->annex.count; i++) {
        const struct annex_file *file = &custody->annex.files[i];
        outcome = annex_add_hashed(&annex, file->path, file->sha256, file->size_bytes,
                                   file->salted ? file->salt : NULL, fail);
    }
    annex_path_roll(custody->version_count + 1, path);
    if (outcome == OK)
        outcome = annex_add(&annex, path, leaves, NULL, fail);
    if (outcome == OK)
        outcome = annex_digest(&annex, span_str(state->origin), out_digest, fail);
    annex_done(&annex);
    return outcome;
}

/* What a version is made of, on its way to the statement. */
struct making {
    const struct draft *draft;
    struct sealed sealed;
    json_t *revoked; /* keys, ascending */
    int64_t at_s;
    uint8_t digest[HASH_BYTES];
    const uint8_t *access;
};

static enum outcome print_account(const struct making *making, json_t **out_object,
                                  struct fail *fail)
{
    struct account account;
    struct buf printed;
    const struct account_leaves leaves = seal_account_leaves(&making->sealed);
    account_take(making->draft, &leaves, &account);
    buf_init(&printed, LIMIT_ENTRY_BYTES);
    account_print(&account, &printed);
    enum outcome outcome = parse_printed(&printed, out_object, fail);
    buf_done(&printed);
    return outcome;
}

static enum outcome print_styles(const struct making *making, json_t **out_list, struct fail *fail)
{
    struct buf printed;
    buf_init(&printed, LIMIT_ENTRY_BYTES);
    seal_print_styles(&making->sealed, &printed);
    enum outcome outcome = parse_printed(&printed, out_list, fail);
    buf_done(&printed);
    return outcome;
}

static void print_roll(struct custody *custody, const struct state *state,
                       const struct making *making, json_t *styles, json_t *account)
{
    const uint8_t *answers = state->roll > 0 ? state->roll_leaf : state->snapshot_leaf;
    json_t *object =
        statement_begin(KIND_ROLL, span_str(state->origin), state->definition->ctx0, answers);
    json_put_integer(object, "version", custody->version_count + 1);
    json_put_integer(object, "at", making->at_s);
    json_put_hex(object, "root", SPAN_ARRAY(making->sealed.root.bytes));
    json_put_integer(object, "size", making->sealed.count);
    json_put(object, "styles", styles);
    json_put(object, "revoked", json_incref(making->revoked));
    json_put_hex(object, "annex", SPAN_ARRAY(making->digest));
    json_put_hex(object, "access", span_of(making->access, HASH_BYTES));
    json_put(object, "account", account);
    buf_clear(&custody->drafted);
    statement_end(object, &custody->drafted);
}

static enum outcome keep_version(struct custody *custody, const struct state *state,
                                 struct making *making, struct fail *fail)
{
    static const uint8_t no_salt[SALT_BYTES];
    struct buf leaves;
    json_t *styles = NULL, *account = NULL;
    buf_init(&leaves, LIMIT_BLOB_BYTES);
    seal_print_jsonl(&making->sealed, &leaves);
    enum outcome outcome = buf_check(&leaves, "leaves", fail);
    if (outcome == OK)
        outcome = custody_files_put(&custody->files, FILES_LEAVES, making->sealed.root.bytes,
                                    no_salt, buf_span(&leaves), fail);
    if (outcome == OK)
        outcome = digest_with_roll(custody, state, buf_span(&leaves), making->digest, fail);
    buf_done(&leaves);
    if (outcome == OK)
        outcome = print_styles(making, &styles, fail);
    if (outcome == OK)
        outcome = print_account(making, &account, fail);
    if (outcome != OK) {
        json_decref(styles);
        return outcome;
    }
    print_roll(custody, state, making, styles, account);
    return buf_check(&custody->drafted, "roll", fail);
}

/* Ballots come in while a later version is signed: only one by somebody whom it drops, or a new key
 * in place of one that it revokes, makes it another. */
static bool is_drafted(const struct custody *custody, const struct state *state)
{
    uint8_t key[KEY_BYTES];
    if (custody->drafted.len == 0 || custody->drafted_booked != custody->booked_count ||
        custody->drafted_reissues != custody->reissues)
        return false;
    for (size_t i = 0; i < json_array_size(custody->drafted_revoked); i++) {
        struct span hex = json_span(json_array_get(custody->drafted_revoked, i));
        const struct credential *credential =
            hex_read(hex, key, KEY_BYTES) ? electorate_find(&state->electorate, key) : NULL;
        if (!credential || credential->killed || credential->ballots > 0)
            return false;
    }
    return true;
}

static void mark_drafted(struct custody *custody, json_t *revoked)
{
    custody->drafted_booked = custody->booked_count;
    custody->drafted_reissues = custody->reissues;
    json_decref(custody->drafted_revoked);
    custody->drafted_revoked = json_incref(revoked);
}

/* -- versions --------------------------------------------------------------------------------- */

static int compare_hex(const void *a, const void *b)
{
    return strcmp(a, b);
}

static bool is_dropped(const struct sealed *sealed, const uint8_t *leaf)
{
    for (uint32_t i = 0; i < sealed->dropped_count; i++)
        if (memcmp(sealed->dropped[i].bytes, leaf, HASH_BYTES) == 0)
            return true;
    return false;
}

/* The living credentials of the leaves that are dropped. */
static enum outcome list_revoked(const struct custody *custody, const struct state *state,
                                 const struct sealed *sealed, json_t *out_list, struct fail *fail)
{
    char keys[ROLL_REVOKED_MAX][2 * KEY_BYTES + 1];
    size_t count = 0;
    for (size_t at = 0; sealed->dropped_count > 0 && at < custody->bindings.len;
         at += ISSUE_BINDING_BYTES) {
        const uint8_t *binding = custody->bindings.bytes + at;
        const struct credential *credential =
            electorate_find(&state->electorate, binding + HASH_BYTES);
        if (!credential || credential->killed || !is_dropped(sealed, binding))
            continue;
        if (count == ROLL_REVOKED_MAX)
            return fail_set(fail, TOO_LARGE, "roll.revoked",
                            "one version can revoke %d credentials; uphold fewer removals at once",
                            ROLL_REVOKED_MAX);
        hex_print(SPAN_ARRAY(credential->key), keys[count++]);
    }
    qsort(keys, count, sizeof *keys, compare_hex);
    for (size_t i = 0; i < count; i++)
        json_array_append_new(out_list, json_string(keys[i]));
    return OK;
}

static bool has_cast(const void *ctx, const uint8_t leaf[static HASH_BYTES])
{
    uint32_t ignored;
    return keytable_find(ctx, leaf, &ignored);
}

static enum outcome make_version(struct custody *custody, const struct state *state,
                                 const struct seal_terms *terms, struct making *making,
                                 struct fail *fail)
{
    enum outcome outcome = seal_roll(terms, &making->sealed, fail);
    if (outcome != OK)
        return outcome;
    making->revoked = json_array();
    outcome = list_revoked(custody, state, &making->sealed, making->revoked, fail);
    if (outcome == OK)
        outcome = keep_version(custody, state, making, fail);
    if (outcome == OK)
        mark_drafted(custody, making->revoked);
    json_decref(making->revoked);
    seal_done(&making->sealed);
    return outcome;
}

static enum outcome seal_later(struct custody *custody, const struct state *state,
                               struct seal_terms *terms, struct making *making, struct fail *fail)
{
    struct version_leaves before;
    struct keytable cast;
    enum outcome outcome = custody_cast_leaves(custody, state, &cast, fail);
    if (outcome == OK) {
        outcome = custody_read_leaves(custody, &before, fail);
        terms->before = &before.list;
        terms->has_cast = has_cast;
        terms->ctx = &cast;
        if (outcome == OK)
            outcome = make_version(custody, state, terms, making, fail);
        custody_leaves_done(&before);
    }
    keytable_done(&cast);
    return outcome;
}

static enum outcome seal_version(struct custody *custody, const struct state *state,
                                 const struct draft *draft, const uint8_t *access,
                                 struct fail *fail)
{
    struct making making = {
        .draft = draft, .access = access, .at_s = state_time(state, clock_now_s())};
    struct seal_terms terms = {.draft = draft,
                               .random = randombytes_buf,
                               .not_before_s =
                                   making.at_s + custody->definition->cooling_hours * HOUR_SECONDS};
    return custody->version_count == 0 ? make_version(custody, state, &terms, &making, fail)
                                       : seal_later(custody, state, &terms, &making, fail);
}

/* -- drafting --------------------------------------------------------------------------------- */

static enum outcome need_version(const struct custody *custody, const struct state *state,
                                 struct fail *fail)
{
    if (custody->version_count == VERSIONS_MAX)
        return fail_set(fail, TOO_LARGE, "roll.versions", "there are %d versions already",
                        VERSIONS_MAX);
    if (state->difference_from > 0)
        return fail_set(fail, BUSY, "difference.pending",
                        "the latest snapshot is still being compared; try again");
    if (state->roll > 0 && !state->issued)
        return fail_set(fail, NOT_ALLOWED, "roll.unissued",
                        "version %u waits for its credentials; the registrar issues them first",
                        state->roll);
    return OK;
}

/* Salts are fresh for each draft, so a draft stays as it is until something changes: the second
 * officer must find what the first one signed. Only what stands on the board goes into it. */
static enum outcome draft_roll(struct custody *custody, const struct state *state,
                               const uint8_t *access, struct fail *fail)
{
    struct draft draft;
    if (is_drafted(custody, state))
        return OK;
    enum outcome outcome = need_version(custody, state, fail);
    if (outcome == OK)
        outcome = custody_settle_book(custody, state, fail);
    if (outcome == OK)
        outcome = custody_make_draft(custody, &draft, fail);
    if (outcome != OK)
        return outcome;
    outcome = seal_version(custody, state, &draft, access, fail);
    draft_done(&draft);
    if (outcome != OK)
        buf_clear(&custody->drafted);
    return outcome;
}

enum outcome custody_draft_roll(struct custody *custody, const struct state *state,
                                const uint8_t access[static HASH_BYTES], struct buf *out_text,
                                struct fail *fail)
{
    pthread_mutex_lock(&custody->lock);
    enum outcome outcome = draft_roll(custody, state, access, fail);
    if (outcome == OK)
        buf_add(out_text, buf_span(&custody->drafted));
    pthread_mutex_unlock(&custody->lock);
    return outcome;
}

/* Whether the statement's digest is that of the annex as it stands with the leaves it names. */
static bool is_current_roll(struct custody *custody, const struct state *state,
                            const struct statement *statement)
{
    struct fail ignored;
    struct buf leaves;
    uint8_t root[HASH_BYTES], stated[HASH_BYTES], digest[HASH_BYTES], salt[SALT_BYTES];
    struct span root_hex = json_span(json_object_get(statement->object, "root"));
    struct span annex_hex = json_span(json_object_get(statement->object, "annex"));
    if (root_hex.len != 2 * HASH_BYTES || annex_hex.len != 2 * HASH_BYTES ||
        !hex_read(root_hex, root, HASH_BYTES) || !hex_read(annex_hex, stated, HASH_BYTES))
        return false;
    buf_init(&leaves, LIMIT_BLOB_BYTES);
    bool same =
        custody_files_get(&custody->files, FILES_LEAVES, root, salt, &leaves, &ignored) == OK &&
        digest_with_roll(custody, state, buf_span(&leaves), digest, &ignored) == OK &&
        memcmp(digest, stated, HASH_BYTES) == 0;
    buf_done(&leaves);
    return same;
}

void custody_adopt_roll(struct custody *custody, const struct state *state,
                        const struct statement *statement)
{
    pthread_mutex_lock(&custody->lock);
    if (is_current_roll(custody, state, statement)) {
        buf_clear(&custody->drafted);
        buf_add(&custody->drafted, statement->note.text);
        mark_drafted(custody, json_object_get(statement->object, "revoked"));
    }
    pthread_mutex_unlock(&custody->lock);
}

enum outcome custody_digest(struct custody *custody, const struct state *state,
                            uint8_t out_digest[static HASH_BYTES], struct fail *fail)
{
    pthread_mutex_lock(&custody->lock);
    enum outcome outcome = annex_digest(&custody->annex, span_str(state->origin), out_digest, fail);
    pthread_mutex_unlock(&custody->lock);
    return outcome;
}

/* -- the entry -------------------------------------------------------------------------------- */

enum outcome custody_check_roll(struct custody *custody, const struct state *state,
                                const struct statement *statement, struct fail *fail)
{
    if (!is_drafted(custody, state) ||
        !span_equal(buf_span(&custody->drafted), statement->note.text))
        return fail_set(fail, CONFLICT, "roll.differs",
                        "this is not the roll as it is drafted now; fetch the draft again");
    return OK;
}

enum outcome custody_apply_roll(struct custody *custody, const struct statement *statement,
                                struct fail *fail)
{
    struct booked booked = {.what = BOOKED_ROLL};
    struct hash32 *root = &custody->versions[custody->version_count];
    if (custody->version_count == VERSIONS_MAX)
        return fail_set(fail, TOO_LARGE, "roll.versions", "too many versions");
    struct json_take take = statement_take_from(statement, "root", fail);
    json_take_hex(&take, "root", root->bytes, HASH_BYTES);
    memcpy(booked.hash.bytes, statement->leaf.bytes, HASH_BYTES);
    enum outcome outcome = custody_note_booked(custody, &booked, fail);
    if (outcome != OK)
        return outcome;
    casebook_add_roll(&custody->book, statement->leaf.bytes);
    struct kept kept = custody_kept_as(FILES_LEAVES, root->bytes);
    annex_path_roll(++custody->version_count, kept.path);
    return custody_annex_file(custody, &kept, false, fail);
}
