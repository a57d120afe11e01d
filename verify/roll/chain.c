#include "roll/chain.h"

#include "roll/account.h"
#include "roll/admission.h"
#include "roll/seal.h"

#include <inttypes.h>
#include <stdio.h>

enum { ACCOUNT_BYTES_MOST = 65536, HOUR_SECONDS = 3600 };

void chain_init(struct chain *chain)
{
    bindings_init(&chain->bindings, &chain->leaves);
}

void chain_done(struct chain *chain)
{
    bindings_done(&chain->bindings);
    leaves_done(&chain->leaves);
    if (chain->joined)
        people_done(&chain->people);
    chain->joined = false;
}

/* -- a draft ---------------------------------------------------------------------------------- */

/* The people are the same in every version: they are joined once. */
static enum outcome join_people(struct chain *chain, char *path, struct fail *fail)
{
    const struct annex_file *key;
    if (chain->joined)
        return GOOD;
    (void)snprintf(path, ANNEX_PATH_BYTES + 1, "roll.key");
    enum outcome outcome = annex_take(chain->annex, path, false, &key, fail);
    if (outcome != GOOD)
        return outcome;
    if (key->bytes.len != ROLL_KEY_BYTES)
        return fail_bad(fail, "%zu bytes, where the roll key has 32", key->bytes.len);
    path[0] = 0;
    outcome = people_make(chain->rules, chain->imports->snapshots, chain->imports->counting,
                          chain->board->timetable.announced_at, key->bytes, chain->arena,
                          &chain->people, fail);
    chain->joined = outcome == GOOD;
    return outcome;
}

static enum outcome make_draft(struct chain *chain, uint64_t entry, struct arena *arena,
                               struct casebook_view *out_view, struct draft *out_draft,
                               struct fail *fail)
{
    enum outcome outcome = casebook_view(chain->book, entry, arena, out_view, fail);
    if (outcome == GOOD)
        outcome = draft_make(&chain->people, out_view, arena, out_draft, fail);
    if (outcome == GOOD)
        chain->moot = out_draft->moot;
    return outcome;
}

/* -- a version -------------------------------------------------------------------------------- */

/* How many credentials the version adds for each style, and how many of them are provisional. */
static enum outcome check_styles(const struct chain *chain, const struct leaves_version *version,
                                 const struct roll_entry *entry, struct arena *arena,
                                 struct fail *fail)
{
    unsigned count = chain->rules->style_count;
    struct roll_style_count *styles = arena_zeroed(arena, count, sizeof *styles);
    if (styles == NULL)
        return fail_unable(fail, "no memory for the styles");
    for (uint32_t i = version->first_added; i < chain->leaves.count; i++) {
        const struct leaf *leaf = &chain->leaves.list[i];
        styles[leaf->style].credentials += leaf->votes;
        styles[leaf->style].provisional += leaf->provisional ? leaf->votes : 0;
    }
    if (entry->roll.style_count != count)
        return fail_bad(fail, "%zu styles, where there are %u", entry->roll.style_count, count);
    for (unsigned i = 0; i < count; i++)
        if (styles[i].credentials != entry->roll.styles[i].credentials ||
            styles[i].provisional != entry->roll.styles[i].provisional)
            return fail_bad(fail,
                            "style \"%.*s\" gets %" PRIu64 " credentials, %" PRIu64
                            " of them provisional; the board says otherwise",
                            (int)chain->rules->styles[i].id.len,
                            (const char *)chain->rules->styles[i].id.ptr, styles[i].credentials,
                            styles[i].provisional);
    return GOOD;
}

static enum outcome check_account(const struct chain *chain, const struct draft *draft,
                                  const struct roll_entry *entry, struct fail *fail)
{
    struct account account;
    struct buffer text;
    enum outcome outcome = GOOD;
    account_make(draft, &chain->leaves, draft->cases, &account);
    if (!account_adds_up(&account))
        return fail_bad(fail, "the rows of the lists are not all accounted for");
    buffer_init(&text, ACCOUNT_BYTES_MOST);
    account_write(&account, &text);
    if (buffer_full(&text) || !span_equal(buffer_span(&text), entry->roll.account))
        outcome = fail_bad(fail, "the account is not the one on the board; it should be %.*s",
                           (int)text.len, (const char *)text.at);
    buffer_done(&text);
    return outcome;
}

static enum outcome check_figures(struct chain *chain, const struct draft *draft,
                                  const struct leaves_version *version,
                                  const struct roll_entry *entry, struct arena *arena,
                                  struct fail *fail)
{
    if (version->size != entry->roll.size)
        return fail_bad(fail, "%" PRIu64 " leaves, %" PRIu64 " on the board", version->size,
                        entry->roll.size);
    if (memcmp(version->root, entry->roll.root, HASH_BYTES) != 0)
        return fail_bad(fail, "the root over the leaves is not the one on the board");
    enum outcome outcome = check_styles(chain, version, entry, arena, fail);
    if (outcome == GOOD)
        outcome = check_account(chain, draft, entry, fail);
    if (outcome == GOOD)
        outcome = bindings_revoke(&chain->bindings, version, entry, arena, fail);
    return outcome;
}

static enum outcome derive(struct chain *chain, const struct roll_entry *entry, struct arena *arena,
                           char *path, struct fail *fail)
{
    struct casebook_view view;
    struct draft draft;
    struct leaves_version version;
    const struct annex_file *file;
    enum outcome outcome = make_draft(chain, entry->index, arena, &view, &draft, fail);
    if (outcome == GOOD)
        outcome = seal_check(&draft, chain->snapshot, fail);
    if (outcome != GOOD)
        return outcome;
    bindings_mark_cast(&chain->bindings, chain->board, entry->index);
    (void)snprintf(path, ANNEX_PATH_BYTES + 1, "roll/%" PRIu64 ".jsonl", entry->roll.version);
    outcome = annex_take(chain->annex, path, false, &file, fail);
    if (outcome != GOOD)
        return outcome;
    const struct record_maker maker = {
        .draft = &draft,
        .imports = chain->imports,
        .not_before =
            entry->roll.at + (uint64_t)chain->board->timetable.cooling_hours * HOUR_SECONDS,
    };
    outcome = leaves_read(&chain->leaves, &maker, entry->roll.version, file->bytes, arena, &version,
                          fail);
    return outcome == GOOD ? check_figures(chain, &draft, &version, entry, arena, fail) : outcome;
}

enum outcome chain_roll(struct chain *chain, const struct roll_entry *entry,
                        char out_path[ANNEX_PATH_BYTES + 1], struct fail *fail)
{
    struct arena arena = {NULL};
    out_path[0] = 0;
    if (entry->roll.version != chain->version + 1)
        return fail_bad(fail, "version %" PRIu64 " follows version %" PRIu64, entry->roll.version,
                        chain->version);
    if (chain->snapshot == NULL)
        return fail_bad(fail, "sealed without a snapshot");
    enum outcome outcome = join_people(chain, out_path, fail);
    if (outcome == GOOD)
        outcome = derive(chain, entry, &arena, out_path, fail);
    if (outcome == GOOD)
        chain->version = entry->roll.version;
    arena_done(&arena);
    return outcome;
}

/* -- credentials and the freeze --------------------------------------------------------------- */

enum outcome chain_bind(struct chain *chain, const struct roll_entry *entry, unsigned number,
                        char out_path[ANNEX_PATH_BYTES + 1], struct fail *fail)
{
    bool issue = entry->kind == ENTRY_ISSUE;
    const struct annex_file *file;
    (void)snprintf(out_path, ANNEX_PATH_BYTES + 1, "%s/%u.bin", issue ? "issue" : "reissue",
                   number);
    enum outcome outcome = annex_take(chain->annex, out_path, false, &file, fail);
    if (outcome != GOOD)
        return outcome;
    return issue ? bindings_issue(&chain->bindings, entry, file, fail)
                 : bindings_reissue(&chain->bindings, entry, file, fail);
}

enum outcome chain_check_served(const struct chain *chain, struct fail *fail)
{
    return bindings_check_served(&chain->bindings, chain->version, fail);
}

/* Those who were let in when no version was made any more: nothing is wrong with the roll, but they
 * had no vote. */
static uint64_t count_unserved(const struct chain *chain, const struct draft *draft)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < draft->count; i++)
        count += draft->list[i].standing == ELIGIBLE &&
                 leaves_of(&chain->leaves, draft_pseudonym(draft, i)) == NO_LEAF;
    return count;
}

enum outcome chain_freeze(struct chain *chain, const struct roll_entry *entry, struct fail *fail)
{
    struct arena arena = {NULL};
    struct casebook_view view;
    struct draft draft;
    if (chain->version == 0)
        return fail_bad(fail, "frozen without a roll");
    enum outcome outcome = make_draft(chain, entry->index, &arena, &view, &draft, fail);
    bindings_mark_cast(&chain->bindings, chain->board, entry->index);
    if (outcome == GOOD)
        outcome =
            admission_check(&draft, &view, &chain->bindings, chain->board, entry, &arena, fail);
    if (outcome == GOOD)
        chain->unserved = count_unserved(chain, &draft);
    arena_done(&arena);
    return outcome;
}
