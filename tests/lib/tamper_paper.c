/* Papers of the annex, altered: statements of cases, leaves of the roll. */
#include "tamper.h"

#include "base/code.h"
#include "crypto/hash.h"
#include "labels.h"
#include "roll/annex.h"

#include <stdio.h>
#include <stdlib.h>

/* -- statements ------------------------------------------------------------------------------- */

struct paper {
    struct forge_file *file;
    struct forge_entry inner; /* the statement, as if it were an entry */
    char leaf[2 * HASH_BYTES + 1];
};

static void leaf_hex(struct span note, char out_hex[static 2 * HASH_BYTES + 1])
{
    struct merkle_hash leaf;
    merkle_leaf(note, &leaf);
    hex_print(SPAN_ARRAY(leaf.bytes), out_hex);
}

static void open_paper(struct forge *forge, unsigned number, struct paper *out)
{
    struct span origin = election_origin(forge->rehearsal->election);
    char path[ANNEX_PATH_BYTES];
    struct statement statement;
    struct fail fail;
    annex_path_case(number, path);
    *out = (struct paper){.file = forge_file(forge, path)};
    rehearsal_must(statement_read(buf_span(&out->file->bytes), origin, &statement, &fail), &fail,
                   path);
    leaf_hex(buf_span(&out->file->bytes), out->leaf);
    out->inner.object = json_incref(statement.object);
    for (unsigned i = 0; i < statement.note.count; i++)
        snprintf(out->inner.signers[out->inner.signer_count++], FORGE_SUFFIX_BYTES, "%.*s",
                 (int)(statement.note.signatures[i].name.len - origin.len),
                 statement.note.signatures[i].name.ptr + origin.len);
    statement_done(&statement);
    buf_init(&out->inner.note, NOTE_BYTES_MAX);
}

static void close_paper(struct paper *paper)
{
    json_decref(paper->inner.object);
    buf_done(&paper->inner.note);
}

/* The entry of the nth statement. */
static struct forge_entry *entry_of(struct forge *forge, unsigned number)
{
    return forge_entry(forge, KIND_CASE, number - 1);
}

struct forge_entry *tamper_restate(struct forge *forge, unsigned number, const char *signers,
                                   const char *key, const char *json)
{
    struct paper paper;
    char fresh[2 * HASH_BYTES + 1];
    open_paper(forge, number, &paper);
    if (key)
        forge_set_json(paper.inner.object, key, json);
    if (signers)
        forge_sign_by(&paper.inner, signers);
    forge_sign(forge, &paper.inner);
    leaf_hex(buf_span(&paper.inner.note), fresh);
    forge_rename(forge, paper.leaf, fresh);
    forge_set_file(paper.file, buf_span(&paper.inner.note));
    close_paper(&paper);
    return entry_of(forge, number);
}

/* Statements from `number` on become later by `by` (or earlier). */
static void renumber(struct forge *forge, unsigned number, int by)
{
    for (size_t i = 0; i < forge->file_count; i++) {
        struct forge_file *file = &forge->files[i];
        if (strncmp(file->path, "cases/", 6) != 0)
            continue;
        unsigned at = (unsigned)strtoul(file->path + 6, NULL, 10);
        if (at >= number)
            annex_path_case(at + (unsigned)by, file->path);
    }
}

static void drop_evidence(struct forge *forge, const json_t *statement)
{
    const char *hex =
        json_string_value(json_object_get(json_object_get(statement, "file"), "commitment"));
    char path[ANNEX_PATH_BYTES];
    if (!hex)
        return;
    snprintf(path, sizeof path, "evidence/%s", hex);
    forge_drop_file(forge, path);
}

void tamper_drop_case(struct forge *forge, unsigned number)
{
    struct paper paper;
    char path[ANNEX_PATH_BYTES];
    open_paper(forge, number, &paper);
    forge_rename(forge, paper.leaf,
                 json_string_value(json_object_get(paper.inner.object, "answers")));
    drop_evidence(forge, paper.inner.object);
    close_paper(&paper);
    annex_path_case(number, path);
    forge_drop_file(forge, path);
    forge_remove(forge, entry_of(forge, number));
    renumber(forge, number + 1, -1);
}

struct forge_entry *tamper_insert_case(struct forge *forge, unsigned number, const char *json,
                                       const char *signers)
{
    struct forge_entry *before = entry_of(forge, number - 1);
    struct forge_entry inner = {.object = json_loads(json, 0, NULL)};
    char path[ANNEX_PATH_BYTES];
    if (!inner.object)
        forge_give_up("no JSON:", json);
    renumber(forge, number, 1);
    forge_sign_by(&inner, signers);
    buf_init(&inner.note, NOTE_BYTES_MAX);
    forge_sign(forge, &inner);
    annex_path_case(number, path);
    uint8_t salt[SALT_BYTES] = {(uint8_t)number};
    forge_add_file(forge, path, buf_span(&inner.note), salt);
    buf_done(&inner.note);
    json_decref(inner.object);
    return forge_insert(forge, forge_index(forge, before) + 1, json_deep_copy(before->object),
                        NAME_AUTHORITY);
}

void tamper_statement_leaf(struct forge *forge, unsigned number,
                           char out_hex[static 2 * HASH_BYTES + 1])
{
    char path[ANNEX_PATH_BYTES];
    annex_path_case(number, path);
    leaf_hex(buf_span(&forge_file(forge, path)->bytes), out_hex);
}

struct buf *tamper_given(struct forge *forge, unsigned number)
{
    json_t *given = tamper_statement_member(forge, number, "file");
    char path[ANNEX_PATH_BYTES];
    snprintf(path, sizeof path, "evidence/%s.bin",
             json_string_value(json_object_get(given, "commitment")));
    json_decref(given);
    return &forge_file(forge, path)->bytes;
}

struct forge_entry *tamper_regive(struct forge *forge, unsigned number, struct span bytes,
                                  const char *type)
{
    struct paper paper;
    char path[ANNEX_PATH_BYTES];
    uint8_t commitment[HASH_BYTES], hash[HASH_BYTES];
    struct buf given;
    open_paper(forge, number, &paper);
    json_t *object = json_object_get(paper.inner.object, "file");
    snprintf(path, sizeof path, "evidence/%s.bin",
             json_string_value(json_object_get(object, "commitment")));
    struct forge_file *file = forge_file(forge, path);
    annex_commit(LABEL_EVIDENCE, file->salt, bytes, commitment);
    sha256(bytes, hash);
    forge_set_file(file, bytes);
    annex_path_evidence(commitment, file->path);
    forge_set_hex(object, "sha256", SPAN_ARRAY(hash));
    forge_set_hex(object, "commitment", SPAN_ARRAY(commitment));
    forge_set_number(object, "size", (int64_t)bytes.len);
    forge_set_text(object, "type", type);
    buf_init(&given, 4096);
    json_print(object, &given);
    close_paper(&paper);
    struct forge_entry *entry = tamper_restate(forge, number, NULL, "file", buf_text(&given));
    buf_done(&given);
    return entry;
}

json_t *tamper_statement_member(struct forge *forge, unsigned number, const char *key)
{
    struct paper paper;
    open_paper(forge, number, &paper);
    json_t *copy = json_deep_copy(json_object_get(paper.inner.object, key));
    close_paper(&paper);
    return copy;
}

static bool is_statement(struct forge *forge, unsigned number, unsigned about, const char *kind)
{
    struct paper paper;
    open_paper(forge, number, &paper);
    const json_t *object = paper.inner.object;
    bool is = span_is(json_span(json_object_get(object, "kind")), kind) &&
              json_integer_value(json_object_get(object, "case")) == (json_int_t)about;
    close_paper(&paper);
    return is;
}

unsigned tamper_statement(struct forge *forge, unsigned about, const char *kind, unsigned nth)
{
    for (unsigned number = 1;; number++) /* ends the program behind the last */
        if (is_statement(forge, number, about, kind) && nth-- == 0)
            return number;
}

/* -- leaves ----------------------------------------------------------------------------------- */

enum { LINES_MAX = 64 };

struct line {
    struct span text;
    struct merkle_hash leaf;
};

static int compare_lines(const void *a, const void *b)
{
    return memcmp(((const struct line *)a)->leaf.bytes, ((const struct line *)b)->leaf.bytes,
                  HASH_BYTES);
}

void tamper_leaf_of(struct span line, struct merkle_hash *out_hash)
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

struct forge_file *tamper_roll_file(struct forge *forge, unsigned version)
{
    char path[ANNEX_PATH_BYTES];
    annex_path_roll(version, path);
    return forge_file(forge, path);
}

void tamper_sort_roll(struct forge *forge, unsigned version)
{
    struct forge_file *file = tamper_roll_file(forge, version);
    struct line lines[LINES_MAX];
    size_t count = 0;
    struct buf sorted;
    struct span rest = buf_span(&file->bytes);
    while (count < LINES_MAX && span_line(&rest, &lines[count].text))
        tamper_leaf_of(lines[count].text, &lines[count].leaf), count++;
    qsort(lines, count, sizeof *lines, compare_lines);
    buf_init(&sorted, 1 << 20);
    for (size_t i = 0; i < count; i++) {
        buf_add(&sorted, lines[i].text);
        buf_add_byte(&sorted, '\n');
    }
    forge_set_file(file, buf_span(&sorted));
    buf_done(&sorted);
}

bool tamper_find_line(struct forge *forge, unsigned version, const char *mark,
                      struct span *out_line)
{
    struct span rest = buf_span(&tamper_roll_file(forge, version)->bytes), line;
    while (span_line(&rest, &line))
        if (memmem(line.ptr, line.len, mark, strlen(mark))) {
            *out_line = line;
            return true;
        }
    return false;
}

/* Bindings of the leaf become those of another. */
static void rebind(struct forge *forge, const struct merkle_hash *before,
                   const struct merkle_hash *after)
{
    for (size_t i = 0; i < forge->file_count; i++) {
        struct forge_file *file = &forge->files[i];
        if (strncmp(file->path, "issue/", 6) != 0 && strncmp(file->path, "reissue/", 8) != 0)
            continue;
        for (size_t at = 0; at < file->bytes.len; at += ISSUE_BINDING_BYTES)
            if (memcmp(file->bytes.bytes + at, before->bytes, HASH_BYTES) == 0)
                memcpy(file->bytes.bytes + at, after->bytes, HASH_BYTES);
    }
}

static void change_version(struct forge *forge, unsigned version, const char *mark,
                           const char *from, const char *to, bool follow)
{
    struct forge_file *file = tamper_roll_file(forge, version);
    struct merkle_hash before, after;
    struct buf changed, fresh;
    struct span line;
    if (!tamper_find_line(forge, version, mark, &line))
        forge_give_up("no line with", mark);
    size_t at = (size_t)(line.ptr - file->bytes.bytes);
    buf_init(&changed, 1 << 16);
    buf_init(&fresh, 1 << 20);
    tamper_leaf_of(line, &before);
    buf_add(&changed, line);
    forge_replace(&changed, from, to);
    tamper_leaf_of(buf_span(&changed), &after);
    buf_add(&fresh, span_of(file->bytes.bytes, at));
    buf_add(&fresh, buf_span(&changed));
    buf_add(&fresh, span_of(line.ptr + line.len, file->bytes.len - at - line.len));
    forge_set_file(file, buf_span(&fresh));
    if (follow)
        rebind(forge, &before, &after);
    tamper_sort_roll(forge, version);
    buf_done(&fresh);
    buf_done(&changed);
}

void tamper_change_version(struct forge *forge, unsigned version, const char *mark,
                           const char *from, const char *to)
{
    change_version(forge, version, mark, from, to, false);
}

void tamper_add_line(struct forge *forge, unsigned version, struct span line)
{
    struct buf *bytes = &tamper_roll_file(forge, version)->bytes;
    buf_add(bytes, line);
    buf_add_byte(bytes, '\n');
    tamper_sort_roll(forge, version);
}

void tamper_drop_line(struct forge *forge, unsigned version, const char *mark)
{
    struct forge_file *file = tamper_roll_file(forge, version);
    struct span line;
    if (!tamper_find_line(forge, version, mark, &line))
        forge_give_up("no line with", mark);
    size_t at = (size_t)(line.ptr - file->bytes.bytes);
    file->bytes.len -= line.len + 1;
    memmove(file->bytes.bytes + at, file->bytes.bytes + at + line.len + 1, file->bytes.len - at);
}

void tamper_resalt(struct buf *line)
{
    forge_replace(line, "{\"salt\":\"", "{\"salt\":\"beef"); /* four digits more at the front … */
    uint8_t *end = memmem(line->bytes, line->len, "\",\"record\"", 10);
    memmove(end - 4, end, line->len - (size_t)(end - line->bytes)); /* … as many fewer behind */
    line->len -= 4;
}

static unsigned versions(const struct forge *forge)
{
    unsigned count = 0;
    for (size_t i = 0; i < forge->file_count; i++)
        count += strncmp(forge->files[i].path, "roll/", 5) == 0;
    return count;
}

void tamper_change_line(struct forge *forge, const char *mark, const char *from, const char *to)
{
    struct span line;
    for (unsigned version = 1; version <= versions(forge); version++)
        if (tamper_find_line(forge, version, mark, &line))
            change_version(forge, version, mark, from, to, true);
}
