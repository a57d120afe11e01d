/* Taking a rehearsal apart, and altering it. */
#include "forge.h"

#include "base/code.h"
#include "base/tar.h"
#include "crypto/hash.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

void forge_give_up(const char *what, const char *which)
{
    fprintf(stderr, "forge: %s \"%s\"\n", what, which);
    exit(1);
}

static void *grow(void *array, size_t count, size_t item)
{
    void *bigger = reallocarray(array, count + 1, item);
    if (!bigger)
        forge_give_up("out of memory for", "one more");
    memset((uint8_t *)bigger + count * item, 0, item);
    return bigger;
}

/* -- loading ---------------------------------------------------------------------------------- */

static void take_signers(struct forge_entry *entry, const struct note *note, size_t origin)
{
    entry->signer_count = 0;
    for (unsigned i = 0; i < note->count && i < FORGE_SIGNERS; i++) {
        struct span name = note->signatures[i].name;
        snprintf(entry->signers[entry->signer_count++], FORGE_SUFFIX_BYTES, "%.*s",
                 (int)(name.len - origin), name.ptr + origin);
    }
}

static void load_entry(struct forge *forge, uint64_t index)
{
    struct sources sources = election_sources(forge->rehearsal->election);
    struct span origin = election_origin(forge->rehearsal->election);
    struct forge_entry *entry = calloc(1, sizeof *entry);
    struct statement statement;
    struct fail fail;
    buf_init(&entry->note, NOTE_BYTES_MAX);
    rehearsal_must(sources.entry(sources.ctx, index, &entry->note, &fail), &fail, "entry");
    rehearsal_must(statement_read(buf_span(&entry->note), origin, &statement, &fail), &fail,
                   "entry");
    entry->object = json_incref(statement.object);
    take_signers(entry, &statement.note, origin.len);
    hex_print(SPAN_ARRAY(statement.leaf.bytes), entry->leaf);
    statement_done(&statement);
    forge->entries = grow(forge->entries, forge->entry_count, sizeof(void *));
    forge->entries[forge->entry_count++] = entry;
}

static void load_blob(struct forge *forge, const char *hex)
{
    char path[128];
    struct buf bytes;
    struct fail fail;
    bool final;
    snprintf(path, sizeof path, "blob/sha256/%s", hex);
    buf_init(&bytes, LIMIT_BLOB_BYTES);
    rehearsal_must(election_read(forge->rehearsal->election, span_str(path), &bytes, &final, &fail),
                   &fail, path);
    json_decref(forge_put_blob(forge, buf_span(&bytes)));
    buf_done(&bytes);
}

/* Every {"sha256","size"} with a size anywhere in an entry. */
static void load_blobs(struct forge *forge, const json_t *value)
{
    const char *key;
    const json_t *member;
    size_t i;
    const json_t *hash = json_object_get(value, "sha256");
    if (hash && json_integer_value(json_object_get(value, "size")) > 0)
        load_blob(forge, json_string_value(hash));
    json_object_foreach((json_t *)value, key, member) load_blobs(forge, member);
    json_array_foreach(value, i, member) load_blobs(forge, member);
}

/* The manifest is the only place where salts stand. */
static void load_salts(struct forge *forge, struct span manifest)
{
    struct span rest = manifest, line;
    for (unsigned number = 0; span_line(&rest, &line); number++) {
        struct span hash, salt, size;
        if (number < 2 || !span_cut(&line, ' ', &hash) || !span_cut(&line, ' ', &salt) ||
            !span_cut(&line, ' ', &size))
            continue;
        for (size_t i = 0; i < forge->file_count; i++)
            if (span_is(line, forge->files[i].path))
                forge->files[i].salted = hex_read(salt, forge->files[i].salt, SALT_BYTES);
    }
}

static void load_annex(struct forge *forge)
{
    struct buf tar;
    struct tar_file file;
    struct fail fail;
    bool more = true;
    struct span manifest = {0};
    struct election *election = forge->rehearsal->election;
    buf_init(&tar, (size_t)2 * LIMIT_BLOB_BYTES);
    rehearsal_must(custody_annex(election->custody, election->state, &tar, &fail), &fail, "annex");
    for (struct span rest = buf_span(&tar); more;) {
        rehearsal_must(tar_next(&rest, &file, &more, &fail), &fail, "annex");
        if (more && strcmp(file.path, "manifest") == 0)
            manifest = file.bytes;
        else if (more)
            forge_add_file(forge, file.path, file.bytes, NULL);
    }
    load_salts(forge, manifest);
    buf_done(&tar);
}

void forge_load(struct forge *forge, struct rehearsal *rehearsal)
{
    const struct state *state = rehearsal->election->state;
    *forge = (struct forge){.rehearsal = rehearsal, .log = rehearsal->election->log};
    tree_init(&forge->tree);
    buf_init(&forge->checkpoint, NOTE_BYTES_MAX);
    buf_init(&forge->older, NOTE_BYTES_MAX);
    buf_init(&forge->receipt, NOTE_BYTES_MAX);
    for (uint64_t i = 0; i < state->tree.size; i++) {
        load_entry(forge, i);
        if (!span_is(json_span(json_object_get(forge->entries[i]->object, "kind")), KIND_BALLOT))
            load_blobs(forge, forge->entries[i]->object);
    }
    load_annex(forge);
}

static void free_entry(struct forge_entry *entry)
{
    json_decref(entry->object);
    buf_done(&entry->note);
    free(entry);
}

void forge_done(struct forge *forge)
{
    for (size_t i = 0; i < forge->entry_count; i++)
        free_entry(forge->entries[i]);
    for (size_t i = 0; i < forge->blob_count; i++)
        buf_done(&forge->blobs[i].bytes);
    for (size_t i = 0; i < forge->file_count; i++)
        buf_done(&forge->files[i].bytes);
    free(forge->entries);
    free(forge->blobs);
    free(forge->files);
    free(forge->renames);
    free(forge->secrets);
    tree_done(&forge->tree);
    state_free(forge->state);
    buf_done(&forge->checkpoint);
    buf_done(&forge->older);
    buf_done(&forge->receipt);
}

/* -- entries ---------------------------------------------------------------------------------- */

struct forge_entry *forge_entry(const struct forge *forge, const char *kind, unsigned nth)
{
    for (size_t i = 0; i < forge->entry_count; i++)
        if (span_is(json_span(json_object_get(forge->entries[i]->object, "kind")), kind) &&
            nth-- == 0)
            return forge->entries[i];
    forge_give_up("there is no such", kind);
    return NULL;
}

size_t forge_index(const struct forge *forge, const struct forge_entry *entry)
{
    for (size_t i = 0; i < forge->entry_count; i++)
        if (forge->entries[i] == entry)
            return i;
    forge_give_up("lost", "an entry");
    return 0;
}

void forge_sign_by(struct forge_entry *entry, const char *signers)
{
    struct span rest = span_str(signers), name;
    entry->signer_count = 0;
    while (rest.len > 0) {
        if (!span_cut(&rest, ' ', &name)) {
            name = rest;
            rest.len = 0;
        }
        snprintf(entry->signers[entry->signer_count++], FORGE_SUFFIX_BYTES, "%.*s", (int)name.len,
                 name.ptr);
    }
}

static void place(struct forge *forge, struct forge_entry *entry, size_t index)
{
    forge->entries = grow(forge->entries, forge->entry_count, sizeof(void *));
    memmove(forge->entries + index + 1, forge->entries + index,
            (forge->entry_count - index) * sizeof(void *));
    forge->entries[index] = entry;
    forge->entry_count++;
}

static void take_out(struct forge *forge, size_t index)
{
    forge->entry_count--;
    memmove(forge->entries + index, forge->entries + index + 1,
            (forge->entry_count - index) * sizeof(void *));
}

struct forge_entry *forge_insert(struct forge *forge, size_t index, json_t *object,
                                 const char *signers)
{
    struct forge_entry *entry = calloc(1, sizeof *entry);
    entry->object = object;
    buf_init(&entry->note, NOTE_BYTES_MAX);
    forge_sign_by(entry, signers);
    place(forge, entry, index);
    return entry;
}

struct forge_entry *forge_insert_text(struct forge *forge, size_t index, const char *json,
                                      const char *signers)
{
    json_t *object = json_loads(json, 0, NULL);
    if (!object)
        forge_give_up("no JSON:", json);
    return forge_insert(forge, index, object, signers);
}

void forge_remove(struct forge *forge, struct forge_entry *entry)
{
    take_out(forge, forge_index(forge, entry));
    free_entry(entry);
}

void forge_move(struct forge *forge, struct forge_entry *entry, const struct forge_entry *before)
{
    take_out(forge, forge_index(forge, entry));
    place(forge, entry, forge_index(forge, before));
}

/* -- members ---------------------------------------------------------------------------------- */

void forge_set_text(json_t *object, const char *key, const char *value)
{
    json_put_string(object, key, span_str(value));
}

void forge_set_number(json_t *object, const char *key, int64_t value)
{
    json_put_integer(object, key, value);
}

void forge_set_json(json_t *object, const char *key, const char *json)
{
    json_t *value = json_loads(json, JSON_DECODE_ANY, NULL);
    if (!value)
        forge_give_up("no JSON:", json);
    json_put(object, key, value);
}

void forge_set_hex(json_t *object, const char *key, struct span bytes)
{
    json_put_hex(object, key, bytes);
}

void forge_flip_hex(json_t *object, const char *key, unsigned at)
{
    uint8_t bytes[HASH_BYTES];
    if (!hex_read(json_span(json_object_get(object, key)), bytes, sizeof bytes))
        forge_give_up("no 32 bytes in", key);
    bytes[at] ^= 1;
    json_put_hex(object, key, SPAN_ARRAY(bytes));
}

/* -- files and blobs -------------------------------------------------------------------------- */

struct forge_file *forge_file(struct forge *forge, const char *path)
{
    for (size_t i = 0; i < forge->file_count; i++)
        if (strcmp(forge->files[i].path, path) == 0)
            return &forge->files[i];
    forge_give_up("there is no file", path);
    return NULL;
}

struct forge_file *forge_add_file(struct forge *forge, const char *path, struct span bytes,
                                  const uint8_t *salt)
{
    forge->files = grow(forge->files, forge->file_count, sizeof *forge->files);
    struct forge_file *file = &forge->files[forge->file_count++];
    snprintf(file->path, sizeof file->path, "%s", path);
    file->salted = salt != NULL;
    if (salt)
        memcpy(file->salt, salt, SALT_BYTES);
    buf_init(&file->bytes, LIMIT_BLOB_BYTES);
    buf_add(&file->bytes, bytes);
    return file;
}

void forge_set_file(struct forge_file *file, struct span bytes)
{
    struct buf fresh;
    buf_init(&fresh, LIMIT_BLOB_BYTES);
    buf_add(&fresh, bytes);
    buf_done(&file->bytes);
    file->bytes = fresh;
}

void forge_drop_file(struct forge *forge, const char *path)
{
    for (size_t i = 0; i < forge->file_count; i++)
        if (strncmp(forge->files[i].path, path, strlen(path)) == 0) {
            buf_done(&forge->files[i].bytes);
            forge->file_count--;
            memmove(&forge->files[i], &forge->files[i + 1],
                    (forge->file_count - i) * sizeof *forge->files);
            return;
        }
    forge_give_up("there is no file", path);
}

void forge_replace(struct buf *bytes, const char *from, const char *to)
{
    struct buf fresh;
    size_t len = strlen(from);
    uint8_t *at = memmem(bytes->bytes, bytes->len, from, len);
    if (!at)
        forge_give_up("nowhere", from);
    size_t before = (size_t)(at - bytes->bytes);
    buf_init(&fresh, bytes->max);
    buf_add(&fresh, span_of(bytes->bytes, before));
    buf_add_str(&fresh, to);
    buf_add(&fresh, span_of(at + len, bytes->len - before - len));
    buf_done(bytes);
    *bytes = fresh;
}

static struct forge_blob *find_blob(struct forge *forge, const uint8_t *hash)
{
    for (size_t i = 0; i < forge->blob_count; i++)
        if (memcmp(forge->blobs[i].sha256, hash, HASH_BYTES) == 0)
            return &forge->blobs[i];
    return NULL;
}

struct buf *forge_find_blob(struct forge *forge, const uint8_t sha256_hash[static HASH_BYTES])
{
    struct forge_blob *blob = find_blob(forge, sha256_hash);
    return blob ? &blob->bytes : NULL;
}

struct buf *forge_blob_of(struct forge *forge, const json_t *reference)
{
    uint8_t hash[HASH_BYTES];
    struct buf *blob = NULL;
    if (hex_read(json_span(json_object_get(reference, "sha256")), hash, sizeof hash))
        blob = forge_find_blob(forge, hash);
    if (!blob)
        forge_give_up("no blob", json_string_value(json_object_get(reference, "sha256")));
    return blob;
}

json_t *forge_put_blob(struct forge *forge, struct span bytes)
{
    uint8_t hash[HASH_BYTES];
    json_t *reference = json_object();
    sha256(bytes, hash);
    if (!find_blob(forge, hash)) {
        forge->blobs = grow(forge->blobs, forge->blob_count, sizeof *forge->blobs);
        struct forge_blob *blob = &forge->blobs[forge->blob_count++];
        memcpy(blob->sha256, hash, HASH_BYTES);
        buf_init(&blob->bytes, LIMIT_BLOB_BYTES);
        buf_add(&blob->bytes, bytes);
    }
    json_put_hex(reference, "sha256", SPAN_ARRAY(hash));
    json_put_integer(reference, "size", (int64_t)bytes.len);
    return reference;
}

/* What no entry names any more is left out when the bundle is written. */
void forge_change_blob(struct forge *forge, json_t *object, const char *key, struct span bytes)
{
    json_put(object, key, forge_put_blob(forge, bytes));
}

void forge_rename(struct forge *forge, const char *from, const char *to)
{
    if (strcmp(from, to) == 0)
        return;
    forge->renames = grow(forge->renames, forge->rename_count, sizeof *forge->renames);
    struct forge_rename *rename = &forge->renames[forge->rename_count++];
    snprintf(rename->from, sizeof rename->from, "%s", from);
    snprintf(rename->to, sizeof rename->to, "%s", to);
}

/* -- sources for the daemon's rooms ----------------------------------------------------------- */

static enum outcome source_blob(void *ctx, const uint8_t sha256_hash[static HASH_BYTES],
                                uint64_t size, struct buf *out, struct fail *fail)
{
    const struct buf *found = forge_find_blob(ctx, sha256_hash);
    if (!found || found->len != size)
        return fail_set(fail, NOT_FOUND, "forge.blob", "no such blob");
    buf_add(out, buf_span(found));
    return OK;
}

static enum outcome source_entry(void *ctx, uint64_t index, struct buf *out, struct fail *fail)
{
    const struct forge *forge = ctx;
    if (index >= forge->entry_count)
        return fail_set(fail, NOT_FOUND, "forge.entry", "no such entry");
    buf_add(out, buf_span(&forge->entries[index]->note));
    return OK;
}

struct sources forge_sources(struct forge *forge)
{
    return (struct sources){forge, source_blob, source_entry};
}
