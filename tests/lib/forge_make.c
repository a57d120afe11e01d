/* Putting an election together again: every entry's members follow from what stands before it. */
#include "forge.h"

#include "base/code.h"
#include "crypto/chunk.h"
#include "crypto/context.h"
#include "crypto/hash.h"
#include "election/ballot.h"
#include "election/boxes.h"
#include "election/kind.h"
#include "labels.h"
#include "roll/annex.h"

#include <stdio.h>
#include <stdlib.h>

/* -- hashes that changed ---------------------------------------------------------------------- */

/* From its first name to its last. */
static const char *renamed(const struct forge *forge, const char *hex)
{
    const char *last = NULL;
    for (size_t i = 0; i < forge->rename_count; i++)
        if (strcmp(forge->renames[i].from, last ? last : hex) == 0)
            last = forge->renames[i].to;
    return last;
}

static void follow(const struct forge *forge, json_t *value)
{
    const char *key;
    json_t *member;
    size_t i;
    const char *to;
    json_object_foreach(value, key, member)
    {
        if (json_is_string(member) && (to = renamed(forge, json_string_value(member))))
            json_string_set(member, to);
        follow(forge, member);
    }
    json_array_foreach(value, i, member)
    {
        if (json_is_string(member) && (to = renamed(forge, json_string_value(member))))
            json_string_set(member, to);
        follow(forge, member);
    }
}

static void rename_hash(struct forge *forge, const char *from, const uint8_t *to)
{
    char hex[2 * HASH_BYTES + 1];
    hex_print(span_of(to, HASH_BYTES), hex);
    if (from[0])
        forge_rename(forge, from, hex);
}

/* -- roll ------------------------------------------------------------------------------------- */

static void commit_file(struct forge *forge, const char *path, const char *label, json_t *object,
                        const char *key)
{
    uint8_t commitment[HASH_BYTES];
    const struct forge_file *file = forge_file(forge, path);
    annex_commit(label, file->salt, buf_span(&file->bytes), commitment);
    json_put_hex(object, key, SPAN_ARRAY(commitment));
}

static void make_snapshot(struct forge *forge, struct forge_entry *entry)
{
    char path[ANNEX_PATH_BYTES];
    annex_path_snapshot(++forge->snapshots, path);
    commit_file(forge, path, LABEL_SNAPSHOT, entry->object, "commitment");
    annex_path_mapping(forge->snapshots, path);
    commit_file(forge, path, LABEL_MAPPING, entry->object, "mapping");
}

static void name_evidence(struct forge *forge, const json_t *given)
{
    const char *hex = json_string_value(json_object_get(given, "commitment"));
    for (size_t i = 0; hex && i < forge->file_count; i++)
        if (strstr(forge->files[i].path, hex))
            forge->files[i].named = true;
}

/* The statement behind the entry is signed anew as well. */
static void make_case(struct forge *forge, struct forge_entry *entry)
{
    char path[ANNEX_PATH_BYTES], old[2 * HASH_BYTES + 1];
    struct statement statement;
    struct forge_entry inner = {0};
    struct merkle_hash leaf;
    struct fail fail;
    annex_path_case(++forge->cases, path);
    struct forge_file *file = forge_file(forge, path);
    struct span origin = span_str(forge->rehearsal->election->origin);
    rehearsal_must(statement_read(buf_span(&file->bytes), origin, &statement, &fail), &fail, path);
    hex_print(SPAN_ARRAY(statement.leaf.bytes), old);
    inner.object = statement.object;
    for (unsigned i = 0; i < statement.note.count; i++)
        snprintf(inner.signers[inner.signer_count++], FORGE_SUFFIX_BYTES, "%.*s",
                 (int)(statement.note.signatures[i].name.len - origin.len),
                 statement.note.signatures[i].name.ptr + origin.len);
    name_evidence(forge, json_object_get(inner.object, "file"));
    follow(forge, inner.object);
    json_put_hex(inner.object, "context", SPAN_ARRAY(forge->state->definition->ctx0));
    buf_init(&inner.note, NOTE_BYTES_MAX);
    forge_sign(forge, &inner);
    merkle_leaf(buf_span(&inner.note), &leaf);
    rename_hash(forge, old, leaf.bytes);
    statement_done(&statement);
    forge_set_file(file, buf_span(&inner.note));
    buf_done(&inner.note);
    commit_file(forge, path, LABEL_CASE, entry->object, "commitment");
    json_put_integer(entry->object, "number", forge->cases);
}

static enum outcome drop_node(void *ctx, unsigned level, uint64_t index,
                              const struct merkle_hash *hash, struct fail *fail)
{
    (void)ctx;
    (void)level;
    (void)index;
    (void)hash;
    (void)fail;
    return OK;
}

static void add_leaf(struct merkle_tree *tree, const struct merkle_hash *leaf)
{
    static const struct merkle_sink sink = {NULL, drop_node};
    struct fail fail;
    rehearsal_must(merkle_append(tree, leaf, &sink, &fail), &fail, "tree");
}

static void leaf_of_line(struct span line, struct merkle_hash *out_hash)
{
    json_t *object = json_loadb((const char *)line.ptr, line.len, 0, NULL);
    uint8_t salt[SALT_BYTES];
    struct buf leaf;
    buf_init(&leaf, 1 << 16);
    if (!hex_read(json_span(json_object_get(object, "salt")), salt, SALT_BYTES))
        exit(1);
    buf_add(&leaf, SPAN_ARRAY(salt));
    json_print(json_object_get(object, "record"), &leaf);
    merkle_leaf(buf_span(&leaf), out_hash);
    buf_done(&leaf);
    json_decref(object);
}

static void digest(struct forge *forge, bool final, json_t *object)
{
    struct buf manifest;
    uint8_t hash[HASH_BYTES];
    buf_init(&manifest, 1 << 20);
    forge_manifest(forge, final, &manifest);
    sha256(buf_span(&manifest), hash);
    json_put_hex(object, "annex", SPAN_ARRAY(hash));
    buf_done(&manifest);
}

static void make_roll(struct forge *forge, struct forge_entry *entry)
{
    struct merkle_tree tree = {0};
    struct merkle_hash leaf;
    char path[ANNEX_PATH_BYTES];
    annex_path_roll(++forge->rolls, path);
    struct span rest = buf_span(&forge_file(forge, path)->bytes), line;
    while (span_line(&rest, &line)) {
        leaf_of_line(line, &leaf);
        add_leaf(&tree, &leaf);
    }
    merkle_root(&tree, &leaf);
    json_put_hex(entry->object, "root", SPAN_ARRAY(leaf.bytes));
    json_put_integer(entry->object, "size", (int64_t)tree.size);
    digest(forge, false, entry->object);
}

static void make_issue(struct forge *forge, struct forge_entry *entry)
{
    char path[ANNEX_PATH_BYTES];
    struct merkle_tree tree = {0};
    struct merkle_hash leaf;
    annex_path_issue(++forge->issues, path);
    const struct buf *bindings = &forge_file(forge, path)->bytes;
    for (size_t at = 0; at + ISSUE_BINDING_BYTES <= bindings->len; at += ISSUE_BINDING_BYTES) {
        merkle_leaf(span_of(bindings->bytes + at, ISSUE_BINDING_BYTES), &leaf);
        add_leaf(&tree, &leaf);
    }
    merkle_root(&tree, &leaf);
    json_put_hex(entry->object, "root", SPAN_ARRAY(leaf.bytes));
}

static void make_reissue(struct forge *forge, struct forge_entry *entry)
{
    (void)entry;
    forge->reissues++;
}

/* -- vote ------------------------------------------------------------------------------------- */

static json_t *make_paper(struct forge *forge, unsigned style, const uint8_t *ctx2)
{
    const struct note_signer *signers[] = {&forge->rehearsal->election->authority};
    const struct state *state = forge->state;
    struct ballot_paper paper;
    struct buf text, note;
    buf_init(&text, LIMIT_ENTRY_BYTES);
    buf_init(&note, LIMIT_ENTRY_BYTES);
    ballot_paper_make(state->contests, state->contest_count,
                      span_str(state->definition->styles[style].id), state->roll, &paper);
    ballot_paper_print(&paper, span_str(state->origin), ctx2, state->definition_leaf, &text);
    statement_sign(buf_span(&text), signers, 1, &note);
    json_t *reference = forge_put_blob(forge, buf_span(&note));
    buf_done(&text);
    buf_done(&note);
    return reference;
}

static void make_open(struct forge *forge, struct forge_entry *entry)
{
    const struct state *state = forge->state;
    uint8_t ctx2[HASH_BYTES];
    json_t *papers = json_object_get(entry->object, "papers"), *contests = json_array();
    state_next_ctx2(state, ctx2);
    for (unsigned i = 0; i < state->definition->style_count; i++) {
        json_t *item = json_array_get(papers, i);
        const char *old =
            json_string_value(json_object_get(json_object_get(item, "paper"), "sha256"));
        json_t *fresh = make_paper(forge, i, ctx2);
        forge_rename(forge, old, json_string_value(json_object_get(fresh, "sha256")));
        json_put(item, "paper", fresh);
    }
    for (unsigned i = 0; i < state->contest_count; i++) {
        char hex[2 * HASH_BYTES + 1];
        hex_print(SPAN_ARRAY(state->contests[i].leaf), hex);
        json_array_append_new(contests, json_string(hex));
    }
    json_put(entry->object, "contests", contests);
    json_put_hex(entry->object, "root", SPAN_ARRAY(state->roll_root));
    json_put_hex(entry->object, "public", point_span(&state->ceremony.key));
}

void forge_body_read(const json_t *object, struct buf *out_body)
{
    buf_init(out_body, LIMIT_ENTRY_BYTES);
    if (!base64_read(json_span(json_object_get(object, "body")), out_body))
        exit(1);
}

void forge_body_write(json_t *object, const struct buf *body)
{
    struct buf text;
    buf_init(&text, LIMIT_ENTRY_BYTES);
    base64_add(&text, buf_span(body));
    json_put_string(object, "body", buf_span(&text));
    buf_done(&text);
}

/* The whole secret key of the election: sum of the trustees' first coefficients. */
static struct scalar whole_secret(const struct forge *forge)
{
    struct scalar sum = scalar_from_u64(0);
    for (unsigned i = 1; i <= forge->rehearsal->options.trustees; i++)
        sum = scalar_add(&sum, &forge->rehearsal->trustees[i].secret->coefficients[0]);
    return sum;
}

static void seal_one(struct forge *forge, const struct envelope_place *place,
                     struct envelope *envelope)
{
    uint8_t chunk[CHUNK_BYTES];
    struct scalar secret = whole_secret(forge), r;
    struct point mask = point_mul(&secret, &envelope->ciphertext.alpha);
    struct point message = point_sub(&envelope->ciphertext.beta, &mask);
    if (!chunk_open(&message, chunk)) {
        fprintf(stderr, "forge: a ballot does not open\n");
        exit(1);
    }
    envelope_seal(place, chunk, envelope, &r);
}

void forge_envelope(const struct envelope_place *place, const struct point *message,
                    struct envelope *out_envelope)
{
    struct hash hash;
    struct scalar r;
    scalar_random(&r);
    out_envelope->ciphertext = elgamal_encrypt(place->key, message, &r);
    hash_start(&hash, LABEL_BALLOT_PROOF);
    hash_part(&hash, span_of(place->ctx2, HASH_BYTES));
    hash_part(&hash, place->contest);
    hash_part(&hash, span_of(place->credential, KEY_BYTES));
    hash_integer(&hash, place->position);
    hash_part(&hash, point_span(place->key));
    hash_part(&hash, point_span(&out_envelope->ciphertext.alpha));
    hash_part(&hash, point_span(&out_envelope->ciphertext.beta));
    out_envelope->proof = knowledge_prove(&hash, &r);
}

void forge_seal(struct forge *forge, struct buf *body, const struct ballot_paper *paper,
                const uint8_t *credential)
{
    struct envelope *envelope = (struct envelope *)body->bytes;
    for (unsigned i = 0; i < paper->count; i++)
        for (unsigned l = 0; l < contest_width(paper->contests[i]); l++) {
            struct envelope_place place = {forge->state->ctx2, span_str(paper->contests[i]->id),
                                           credential, l, &forge->state->ceremony.key};
            seal_one(forge, &place, envelope++);
        }
}

static void make_ballot(struct forge *forge, struct forge_entry *entry)
{
    struct buf body;
    uint8_t key[KEY_BYTES];
    if (!hex_read(json_span(json_object_get(entry->object, "credential")), key, sizeof key))
        exit(1);
    forge_body_read(entry->object, &body);
    int style = definition_style(forge->state->definition,
                                 json_span(json_object_get(entry->object, "style")));
    forge_seal(forge, &body, &forge->state->papers[style < 0 ? 0 : style], key);
    forge_body_write(entry->object, &body);
    buf_done(&body);
}

/* -- close and freeze ------------------------------------------------------------------------- */

static void put_checkpoint(struct forge *forge, json_t *object, uint64_t size)
{
    struct buf note;
    if (forge->state->definition->witnesses[0] == '\0')
        return;
    buf_init(&note, NOTE_BYTES_MAX);
    forge_checkpoint(forge, size, &note);
    forge_change_blob(forge, object, "checkpoint", buf_span(&note));
    buf_done(&note);
}

static void make_close(struct forge *forge, struct forge_entry *entry)
{
    put_checkpoint(forge, entry->object, forge->state->open_index + 1);
}

static void make_freeze(struct forge *forge, struct forge_entry *entry)
{
    struct sources sources = forge_sources(forge);
    struct boxes boxes;
    struct merkle_hash root;
    struct fail fail;
    merkle_root(&forge->state->tree, &root);
    const json_t *admitted = json_object_get(entry->object, "admitted");
    bool any = json_integer_value(json_object_get(admitted, "size")) > 0;
    struct span keys = any ? buf_span(forge_blob_of(forge, admitted)) : SPAN_LIT("");
    rehearsal_must(boxes_gather(forge->state, &sources, keys, &boxes, &fail), &fail, "boxes");
    json_put_integer(entry->object, "size", (int64_t)forge->state->tree.size);
    json_put_hex(entry->object, "root", SPAN_ARRAY(root.bytes));
    json_put(entry->object, "boxes", boxes_json(&boxes));
    digest(forge, true, entry->object);
    put_checkpoint(forge, entry->object, forge->state->close_index + 1);
    boxes_done(&boxes);
}

/* -- the table -------------------------------------------------------------------------------- */

void forge_make(struct forge *forge, struct forge_entry *entry)
{
    static const struct {
        const char *kind;
        void (*make)(struct forge *, struct forge_entry *);
    } makers[] = {
        {KIND_SNAPSHOT, make_snapshot},
        {KIND_CASE, make_case},
        {KIND_ROLL, make_roll},
        {KIND_REISSUE, make_reissue},
        {KIND_ISSUE, make_issue},
        {KIND_OPEN, make_open},
        {KIND_BALLOT, make_ballot},
        {KIND_CLOSE, make_close},
        {KIND_FREEZE, make_freeze},
        {KIND_MIX, forge_make_mix},
        {KIND_DECRYPTION, forge_make_decryption},
        {KIND_RESULT, forge_make_result},
    };
    struct span kind = json_span(json_object_get(entry->object, "kind"));
    const uint8_t *context = state_context(forge->state, kind);
    follow(forge, entry->object);
    if (context)
        json_put_hex(entry->object, "context", span_of(context, HASH_BYTES));
    for (size_t i = 0; i < sizeof makers / sizeof *makers; i++)
        if (span_is(kind, makers[i].kind))
            makers[i].make(forge, entry);
    if (span_starts(kind, SPAN_LIT("trustee.")))
        forge_make_ceremony(forge, entry,
                            json_string_value(json_object_get(entry->object, "kind")));
}

/* -- building --------------------------------------------------------------------------------- */

/* A definition that the daemon cannot read has its context all the same. */
static void set_ctx0(struct forge *forge, struct span definition)
{
    uint8_t keys[2 * LIMIT_TRUSTEES][KEY_BYTES];
    struct definition *honest = forge->state->definition;
    for (unsigned i = 0; i < honest->trustee_count; i++) {
        memcpy(keys[2 * i], honest->trustees[i].sign, KEY_BYTES);
        memcpy(keys[2 * i + 1], honest->trustees[i].seal.bytes, KEY_BYTES);
    }
    context_definition(span_str(forge->state->origin), definition,
                       (const uint8_t(*)[KEY_BYTES])keys, honest->trustee_count, honest->ctx0);
}

static void apply_note(struct forge *forge, struct span note, const struct merkle_hash *leaf)
{
    struct sources sources = forge_sources(forge);
    struct statement statement;
    struct fail fail;
    rehearsal_must(statement_read(note, span_str(forge->state->origin), &statement, &fail), &fail,
                   "forged entry");
    statement.leaf = *leaf;
    rehearsal_must(state_apply(forge->state, &statement, &sources, &fail), &fail, "forged entry");
    statement_done(&statement);
}

static void apply(struct forge *forge, struct forge_entry *entry, const struct buf *honest)
{
    struct merkle_hash leaf;
    struct fail fail;
    const struct buf *note = entry->apply == APPLY_HONEST ? honest : &entry->note;
    merkle_leaf(buf_span(&entry->note), &leaf);
    if (entry->apply == APPLY_NOTHING)
        add_leaf(&forge->state->tree, &leaf);
    else
        apply_note(forge, buf_span(note), &leaf);
    if (entry->apply == APPLY_HONEST &&
        span_is(json_span(json_object_get(entry->object, "kind")), KIND_ELECTION)) {
        const uint8_t *end = memmem(entry->note.bytes, entry->note.len, "\n\n", 2);
        set_ctx0(forge, span_of(entry->note.bytes, (size_t)(end + 1 - entry->note.bytes)));
    }
    rehearsal_must(tree_append(&forge->tree, &leaf, &fail), &fail, "tree");
    rename_hash(forge, entry->leaf, leaf.bytes);
    hex_print(SPAN_ARRAY(leaf.bytes), entry->leaf);
}

static void build_entry(struct forge *forge, struct forge_entry *entry)
{
    struct buf honest;
    buf_init(&honest, NOTE_BYTES_MAX);
    if (!entry->kept)
        forge_make(forge, entry);
    if (entry->apply == APPLY_HONEST) {
        forge_sign(forge, entry);
        buf_add(&honest, buf_span(&entry->note));
    }
    if (entry->cheat)
        entry->cheat(forge, entry);
    forge_sign(forge, entry);
    if (entry->spoil)
        entry->spoil(forge, entry);
    apply(forge, entry, &honest);
    buf_done(&honest);
}

void forge_build(struct forge *forge)
{
    struct fail fail;
    struct span origin = election_origin(forge->rehearsal->election);
    rehearsal_must(state_new(origin, &forge->state, &fail), &fail, "state");
    for (size_t i = 0; i < forge->entry_count; i++)
        build_entry(forge, forge->entries[i]);
    forge_checkpoint(forge, forge->entry_count, &forge->checkpoint);
    if (forge->finish)
        forge->finish(forge);
}
