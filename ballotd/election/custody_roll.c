/* The roll drafted, reported and handed over. Declared in election/custody.h. */
#include "election/custody_inside.h"

#include "base/code.h"
#include "base/tar.h"
#include "crypto/hash.h"
#include "roll/account.h"
#include "roll/explain.h"
#include "roll/seal.h"
#include "roll/text.h"

#include <sodium.h>
#include <stdlib.h>

enum {
    REPORT_BYTES_MAX = 1 << 28,
    EXCLUSIONS_AT_ONCE = 1000,
    EXCLUSIONS_BYTES_MAX = ROLL_NOTE_BYTES_MAX - 4096, /* leaves room for the rest of the note */
};

enum outcome custody_make_draft(struct custody *custody, struct draft *out_draft, struct fail *fail)
{
    if (!custody->has_snapshot)
        return fail_set(fail, NOT_ALLOWED, "roll.early", "there is no snapshot yet");
    custody->feed = (struct feed){.snapshot = &custody->snapshot};
    people_done(&custody->people);
    struct people_terms terms = {.sources = &custody->sources,
                                 .rules = &custody->rules,
                                 .feeds = &custody->feed,
                                 .feed_count = 1,
                                 .roll_key = custody->roll_key};
    enum outcome outcome = people_join(&terms, &custody->people, fail);
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

/* -- draft ------------------------------------------------------------------------------------ */

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
    annex_path_roll(1, path);
    if (outcome == OK)
        outcome = annex_add(&annex, path, leaves, NULL, fail);
    if (outcome == OK)
        outcome = annex_digest(&annex, span_str(state->origin), out_digest, fail);
    annex_done(&annex);
    return outcome;
}

static enum outcome print_roll(struct custody *custody, const struct state *state,
                               const struct draft *draft, const struct sealed *sealed,
                               const uint8_t *digest, struct fail *fail)
{
    struct account account;
    struct buf styles, printed;
    json_t *style_list = NULL, *account_object = NULL;
    buf_init(&styles, LIMIT_ENTRY_BYTES);
    buf_init(&printed, LIMIT_ENTRY_BYTES);
    seal_print_styles(sealed, &styles);
    struct account_leaves standing = seal_account_leaves(sealed);
    account_take(draft, &standing, &account);
    account_print(&account, &printed);
    enum outcome outcome = parse_printed(&styles, &style_list, fail);
    if (outcome == OK)
        outcome = parse_printed(&printed, &account_object, fail);
    if (outcome == OK) {
        json_t *object =
            statement_begin(KIND_ROLL, span_str(state->origin), state->definition->ctx0,
                            custody->snapshot_leaves[custody->snapshot_count - 1].bytes);
        json_put_integer(object, "version", 1);
        json_put_hex(object, "root", SPAN_ARRAY(sealed->root.bytes));
        json_put_integer(object, "size", sealed->count);
        json_put(object, "styles", json_incref(style_list));
        json_put_hex(object, "annex", span_of(digest, HASH_BYTES));
        json_put(object, "account", json_incref(account_object));
        buf_clear(&custody->drafted);
        statement_end(object, &custody->drafted);
        outcome = buf_check(&custody->drafted, "roll", fail);
    }
    json_decref(style_list);
    json_decref(account_object);
    buf_done(&styles);
    buf_done(&printed);
    return outcome;
}

static enum outcome seal_draft(struct custody *custody, const struct state *state,
                               const struct draft *draft, struct fail *fail)
{
    static const uint8_t no_salt[SALT_BYTES];
    struct sealed sealed;
    struct buf leaves;
    uint8_t digest[HASH_BYTES];
    const struct seal_terms terms = {.draft = draft, .random = randombytes_buf};
    enum outcome outcome = seal_roll(&terms, &sealed, fail);
    if (outcome != OK)
        return outcome;
    buf_init(&leaves, LIMIT_BLOB_BYTES);
    seal_print_jsonl(&sealed, &leaves);
    outcome = buf_check(&leaves, "leaves", fail);
    if (outcome == OK)
        outcome = custody_files_put(&custody->files, FILES_LEAVES, sealed.root.bytes, no_salt,
                                    buf_span(&leaves), fail);
    if (outcome == OK)
        outcome = digest_with_roll(custody, state, buf_span(&leaves), digest, fail);
    if (outcome == OK)
        outcome = print_roll(custody, state, draft, &sealed, digest, fail);
    buf_done(&leaves);
    seal_done(&sealed);
    return outcome;
}

bool custody_is_drafted(const struct custody *custody)
{
    return custody->drafted.len > 0 && custody->drafted_cases == custody->case_count &&
           custody->drafted_snapshots == custody->snapshot_count;
}

/* Salts are fresh for each draft, so a draft stays as it is until something changes: the second
 * officer must find what the first one signed. Only what stands on the board goes into it. */
static enum outcome draft_roll(struct custody *custody, const struct state *state,
                               struct fail *fail)
{
    struct draft draft;
    if (custody->sealed)
        return fail_set(fail, NOT_ALLOWED, "roll.sealed", "the roll is sealed");
    if (custody_is_drafted(custody))
        return OK;
    enum outcome outcome = OK;
    if (custody->book.statement_count != custody->case_count)
        outcome = custody_rebuild_book(custody, state, fail);
    if (outcome == OK)
        outcome = custody_make_draft(custody, &draft, fail);
    if (outcome != OK)
        return outcome;
    outcome = seal_draft(custody, state, &draft, fail);
    draft_done(&draft);
    if (outcome == OK) {
        custody->drafted_cases = custody->case_count;
        custody->drafted_snapshots = custody->snapshot_count;
    }
    return outcome;
}

enum outcome custody_draft_roll(struct custody *custody, const struct state *state,
                                struct buf *out_text, struct fail *fail)
{
    pthread_mutex_lock(&custody->lock);
    enum outcome outcome = draft_roll(custody, state, fail);
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
    if (custody->sealed || root_hex.len != 2 * HASH_BYTES || annex_hex.len != 2 * HASH_BYTES ||
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
        custody->drafted_cases = custody->case_count;
        custody->drafted_snapshots = custody->snapshot_count;
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

/* -- reports ---------------------------------------------------------------------------------- */

static void put_counts(const struct draft *draft, json_t *object)
{
    static const enum member_outcome outcomes[] = {MEMBER_ELIGIBLE,     MEMBER_INELIGIBLE,
                                                   MEMBER_UNDETERMINED, MEMBER_PROVISIONAL,
                                                   MEMBER_REMOVED,      MEMBER_WITHDRAWN};
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
        json_put_integer(object, member_outcome_name(outcomes[i]), draft_count(draft, outcomes[i]));
}

static void report_summary(struct custody *custody, const struct draft *draft, struct buf *out)
{
    struct fail fail = {0};
    json_t *object = json_object();
    json_put_integer(object, "snapshots", custody->snapshot_count);
    json_put_integer(object, "rows", custody->snapshot.rows);
    json_put_integer(object, "members", draft->member_count);
    put_counts(draft, object);
    bool sealable = draft_check_seal(draft, &fail) == OK;
    json_put_bool(object, "may_be_sealed", sealable);
    json_put_string(object, "to_do", sealable ? SPAN_LIT("") : span_str(fail.text));
    json_put_integer(object, "statements", custody->case_count);
    json_put_integer(object, "next_case", casebook_next_number(&custody->book));
    json_put_hex(object, "snapshot",
                 SPAN_ARRAY(custody->snapshot_leaves[custody->snapshot_count - 1].bytes));
    json_print(object, out);
    json_decref(object);
}

/* A member for programs and for people: {"member":{…},"text":"several lines"}. */
static void report_one(const struct draft *draft, const struct draft_member *member,
                       struct buf *out)
{
    struct buf text;
    buf_init(&text, REPORT_BYTES_MAX);
    explain_member(draft, member, &text);
    buf_add_str(out, "{\"member\":");
    explain_member_json(draft, member, out);
    text_print_member("text", buf_span(&text), false, out);
    buf_add_byte(out, '}');
    if (!buf_ok(&text))
        out->spoilt = true;
    buf_done(&text);
}

static void report_members(const struct draft *draft, struct buf *out)
{
    bool first = true;
    buf_add_str(out, "{\"members\":[");
    for (uint32_t i = 0; i < draft->member_count; i++) {
        const struct draft_member *member = &draft->members[i];
        if (member->outcome == MEMBER_ELIGIBLE && member->by_rules == MEMBER_ELIGIBLE)
            continue;
        if (!first)
            buf_add_byte(out, ',');
        first = false;
        report_one(draft, member, out);
    }
    buf_add_str(out, "]}");
}

/* The number comes as the hex of its bytes: it may hold what a path may not. */
static enum outcome report_member(const struct draft *draft, struct span hex, struct buf *out,
                                  struct fail *fail)
{
    uint8_t number[ROLL_MEMBER_NO_BYTES_MAX];
    size_t len = hex.len / 2;
    if (len == 0 || len > sizeof number || !hex_read(hex, number, len))
        return fail_set(fail, BAD_INPUT, "roll.member",
                        "the hex of a member number's 1 to 64 bytes expected");
    const struct draft_member *member = draft_find(draft, span_of(number, len));
    if (!member)
        return fail_set(fail, NOT_FOUND, "roll.member", "no member \"%.*s\" in the latest snapshot",
                        (int)len, (const char *)number);
    report_one(draft, member, out);
    return OK;
}

/* As many as fit into one statement: the codes of a long list of rules take room. */
static void report_exclusions(const struct custody *custody, const struct draft *draft,
                              struct buf *out)
{
    struct buf list;
    uint32_t most = EXCLUSIONS_AT_ONCE;
    buf_init(&list, REPORT_BYTES_MAX);
    (void)explain_exclusions(draft, most, &list);
    while (list.len > EXCLUSIONS_BYTES_MAX && most > 1) {
        most /= 2;
        buf_clear(&list);
        (void)explain_exclusions(draft, most, &list);
    }
    buf_add_str(out, "{\"snapshot\":\"");
    hex_add(out, SPAN_ARRAY(custody->snapshot_leaves[custody->snapshot_count - 1].bytes));
    buf_add_str(out, "\",\"list\":");
    buf_add(out, buf_span(&list));
    buf_add_byte(out, '}');
    if (!buf_ok(&list))
        out->spoilt = true;
    buf_done(&list);
}

static enum outcome report(struct custody *custody, struct span what, struct span member,
                           struct buf *out, struct fail *fail)
{
    struct draft draft;
    enum outcome outcome = custody_make_draft(custody, &draft, fail);
    if (outcome != OK)
        return outcome;
    if (span_is(what, "report"))
        report_summary(custody, &draft, out);
    else if (span_is(what, "members"))
        report_members(&draft, out);
    else if (span_is(what, "exclusions"))
        report_exclusions(custody, &draft, out);
    else if (span_is(what, "member"))
        outcome = report_member(&draft, member, out, fail);
    else
        outcome = fail_set(fail, NOT_FOUND, "roll.report", "there is no report \"%.*s\"",
                           (int)what.len, what.ptr);
    draft_done(&draft);
    return outcome == OK ? buf_check(out, "report", fail) : outcome;
}

enum outcome custody_report(struct custody *custody, const struct state *state, struct span what,
                            struct span member, struct buf *out, struct fail *fail)
{
    (void)state;
    pthread_mutex_lock(&custody->lock);
    enum outcome outcome = report(custody, what, member, out, fail);
    pthread_mutex_unlock(&custody->lock);
    return outcome;
}

static json_t *case_json(const struct variance_case *of)
{
    json_t *object = json_object();
    json_put_integer(object, "case", of->number);
    json_put_string(object, "state", span_str(case_state_name(of->state)));
    json_put_string(object, "effect", span_str(case_effect_name(of->effect.what)));
    json_put_integer(object, "subjects", of->subject_count);
    json_put_string(object, "reason", of->reason);
    json_put_string(object, "text", of->text);
    json_put_string(object, "raised_by", span_str(of->raised_by.id));
    json_put_integer(object, "evidence", of->evidence_count);
    json_put_string(object, "decided_by", span_str(of->decided_by.id));
    json_put_hex(object, "latest", SPAN_ARRAY(of->latest.bytes));
    return object;
}

enum outcome custody_cases(struct custody *custody, struct buf *out, struct fail *fail)
{
    json_t *list = json_array();
    json_t *object = json_object();
    pthread_mutex_lock(&custody->lock);
    for (uint32_t i = 0; custody->ready && i < custody->book.case_count; i++)
        json_array_append_new(list, case_json(&custody->book.cases[i]));
    pthread_mutex_unlock(&custody->lock);
    json_put(object, "cases", list);
    json_print(object, out);
    json_decref(object);
    return buf_check(out, "cases", fail);
}

/* -- handing over ----------------------------------------------------------------------------- */

enum outcome custody_leaves(struct custody *custody, const struct state *state, struct buf *out,
                            struct fail *fail)
{
    uint8_t salt[SALT_BYTES], root[HASH_BYTES];
    (void)state;
    pthread_mutex_lock(&custody->lock);
    bool sealed = custody->sealed;
    memcpy(root, custody->roll_root, HASH_BYTES);
    pthread_mutex_unlock(&custody->lock);
    return sealed ? custody_files_get(&custody->files, FILES_LEAVES, root, salt, out, fail)
                  : fail_set(fail, NOT_ALLOWED, "roll.unsealed", "the roll is not sealed");
}

static enum outcome add_annex_file(struct custody *custody, const struct kept *kept,
                                   struct buf *out, struct fail *fail)
{
    struct buf bytes;
    uint8_t salt[SALT_BYTES];
    buf_init(&bytes, LIMIT_BLOB_BYTES);
    enum outcome outcome =
        custody_files_get(&custody->files, kept->kind, kept->name, salt, &bytes, fail);
    if (outcome == OK)
        outcome = tar_add(out, kept->path, buf_span(&bytes), fail);
    buf_done(&bytes);
    return outcome;
}

/* In the byte order of their paths, the manifest in its place among them. */
static enum outcome add_annex_files(struct custody *custody, const struct kept *files,
                                    uint32_t count, struct span manifest, struct buf *out,
                                    struct fail *fail)
{
    bool listed = false;
    enum outcome outcome = OK;
    for (uint32_t i = 0; outcome == OK && i < count; i++) {
        if (!listed && strcmp(files[i].path, "manifest") > 0) {
            outcome = tar_add(out, "manifest", manifest, fail);
            listed = true;
        }
        if (outcome == OK)
            outcome = add_annex_file(custody, &files[i], out, fail);
    }
    if (outcome == OK && !listed)
        outcome = tar_add(out, "manifest", manifest, fail);
    return outcome;
}

static int compare_kept(const void *a, const void *b)
{
    return strcmp(((const struct kept *)a)->path, ((const struct kept *)b)->path);
}

/* Manifest and files as they stand at one moment; the caller frees. */
static enum outcome list_annex(struct custody *custody, const struct state *state,
                               struct buf *manifest, struct kept **out_files, uint32_t *out_count,
                               struct fail *fail)
{
    pthread_mutex_lock(&custody->lock);
    uint32_t count = custody->kept_count;
    struct kept *files = calloc(count + 1, sizeof *files);
    if (files)
        memcpy(files, custody->kept, count * sizeof *files);
    annex_print(&custody->annex, span_str(state->origin), manifest);
    pthread_mutex_unlock(&custody->lock);
    if (!files)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    qsort(files, count, sizeof *files, compare_kept);
    *out_files = files;
    *out_count = count;
    return buf_check(manifest, "manifest", fail);
}

/* Read without the lock: it takes its time, and what is kept never changes. */
enum outcome custody_annex(struct custody *custody, const struct state *state, struct buf *out,
                           struct fail *fail)
{
    struct buf manifest;
    struct kept *files = NULL;
    uint32_t count = 0;
    buf_init(&manifest, LIMIT_BLOB_BYTES);
    enum outcome outcome = list_annex(custody, state, &manifest, &files, &count, fail);
    if (outcome == OK)
        outcome = add_annex_files(custody, files, count, buf_span(&manifest), out, fail);
    free(files);
    buf_done(&manifest);
    tar_end(out);
    return outcome == OK ? buf_check(out, "annex", fail) : outcome;
}
