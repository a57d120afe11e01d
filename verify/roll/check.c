#include "roll/check.h"

#include "base/text.h"
#include "crypto/hash.h"
#include "labels.h"
#include "roll/account.h"
#include "roll/bindings.h"

#include <inttypes.h>
#include <stdio.h>

enum { ACCOUNT_BYTES_MOST = 65536 };

/* What one run knows; everything in it is released at its end. */
struct run {
    const struct roll_board *board;
    struct annex *annex;
    struct roll_finding *findings;
    struct arena arena; /* rules, cases, sealed leaves */
    struct rules rules;
    struct casebook book;
    struct sealed *sealed;
    size_t sealed_count;
    size_t members; /* of the last draft */
    uint64_t moot;  /* effects without effect */
};

static const char *const check_ids[ROLL_CHECKS] = {
    [ROLL_MANIFEST] = "ROLL.manifest", [ROLL_SNAPSHOT] = "ROLL.snapshot",
    [ROLL_CASES] = "ROLL.cases",       [ROLL_EVIDENCE] = "ROLL.evidence",
    [ROLL_DERIVE] = "ROLL.derive",     [ROLL_BINDINGS] = "ROLL.bindings",
};

/* Writes the outcome down with its place; true if it holds. */
static bool settle(struct roll_finding *finding, enum outcome outcome,
                   const struct roll_entry *entry, const char *path)
{
    finding->outcome = outcome;
    if (outcome == GOOD)
        return true;
    finding->at_entry = entry != NULL;
    finding->entry = entry == NULL ? 0 : entry->index;
    if (path != finding->path)
        (void)snprintf(finding->path, sizeof finding->path, "%s", path);
    return false;
}

/* -- what the board calls for ------------------------------------------------------------------ */

static void claim(struct run *run, uint64_t since, const char *folder, uint64_t number,
                  const char *ending)
{
    char path[ANNEX_PATH_BYTES + 1];
    (void)snprintf(path, sizeof path, "%s/%0*" PRIu64 "%s", folder,
                   strcmp(ending, ".note") == 0 ? 4 : 1, number, ending);
    annex_claim(run->annex, path, since);
}

/* Every file but the evidence, which only the cases name. */
static void claim_files(struct run *run)
{
    uint64_t counts[ENTRY_FREEZE + 1] = {0};
    annex_claim(run->annex, "roll.key", 0);
    for (size_t i = 0; i < run->board->entry_count; i++) {
        const struct roll_entry *entry = &run->board->entries[i];
        uint64_t number = ++counts[entry->kind];
        if (entry->kind == ENTRY_SNAPSHOT) {
            claim(run, entry->index, "snapshots", number, ".csv");
            claim(run, entry->index, "mappings", number, ".json");
        } else if (entry->kind == ENTRY_CASE) {
            claim(run, entry->index, "cases", number, ".note");
        } else if (entry->kind == ENTRY_ROLL) {
            claim(run, entry->index, "roll", entry->roll.version, ".jsonl");
        } else if (entry->kind == ENTRY_ISSUE) {
            claim(run, entry->index, "issue", number, ".bin");
        } else if (entry->kind == ENTRY_REISSUE) {
            claim(run, entry->index, "reissue", number, ".bin");
        }
    }
}

static void evidence_path(const struct proof_file *proof, char out_path[ANNEX_PATH_BYTES + 1])
{
    char hex[2 * HASH_BYTES + 1];
    hex_encode(span_of(proof->statement->file_commitment.bytes, HASH_BYTES), hex);
    (void)snprintf(out_path, ANNEX_PATH_BYTES + 1, "evidence/%s.bin", hex);
}

static void claim_evidence(struct run *run)
{
    char path[ANNEX_PATH_BYTES + 1];
    for (size_t i = 0; i < run->book.file_count; i++) {
        evidence_path(&run->book.files[i], path);
        annex_claim(run->annex, path, run->book.files[i].entry);
    }
}

/* -- ROLL.snapshot ---------------------------------------------------------------------------- */

/* Reads the nth snapshot's mapping; the files stand in *out_csv and the mapping in the arena. */
static enum outcome open_snapshot(struct run *run, const struct roll_entry *entry, unsigned number,
                                  struct arena *arena, const struct annex_file **out_csv,
                                  struct mapping *out_mapping, struct roll_finding *finding)
{
    uint8_t commitment[HASH_BYTES];
    const struct annex_file *json;
    char *path = finding->path;
    (void)snprintf(path, sizeof finding->path, "mappings/%u.json", number);
    enum outcome outcome = annex_take(run->annex, path, true, &json, &finding->fail);
    if (outcome != GOOD)
        return outcome;
    annex_commitment(LABEL_MAPPING, json, commitment);
    if (memcmp(commitment, entry->snapshot.mapping, HASH_BYTES) != 0)
        return fail_bad(&finding->fail, "the mapping is not the one committed to");
    outcome = mapping_read(json->bytes, arena, out_mapping, &finding->fail);
    if (outcome == GOOD && !span_equal(out_mapping->source, entry->snapshot.source))
        return fail_bad(&finding->fail, "the mapping is of another source than the snapshot");
    if (outcome != GOOD)
        return outcome;
    (void)snprintf(path, sizeof finding->path, "snapshots/%u.csv", number);
    outcome = annex_take(run->annex, path, true, out_csv, &finding->fail);
    if (outcome != GOOD)
        return outcome;
    annex_commitment(LABEL_SNAPSHOT, *out_csv, commitment);
    if (memcmp(commitment, entry->snapshot.commitment, HASH_BYTES) != 0)
        return fail_bad(&finding->fail, "the snapshot is not the one committed to");
    return GOOD;
}

static enum outcome check_snapshot(struct run *run, const struct roll_entry *entry, unsigned number)
{
    struct roll_finding *finding = &run->findings[ROLL_SNAPSHOT];
    struct arena arena = {NULL};
    const struct annex_file *csv;
    struct mapping mapping;
    struct table table = {.rows = 0};
    enum outcome outcome = open_snapshot(run, entry, number, &arena, &csv, &mapping, finding);
    if (outcome == GOOD)
        outcome = table_import(csv->bytes, &mapping, &table, &finding->fail);
    if (outcome == GOOD && table.rows != entry->snapshot.rows)
        outcome = fail_bad(&finding->fail, "%zu records, %" PRIu64 " on the board", table.rows,
                           entry->snapshot.rows);
    table_done(&table);
    arena_done(&arena);
    return outcome;
}

static void check_snapshots(struct run *run)
{
    unsigned number = 0;
    for (size_t i = 0; i < run->board->entry_count; i++) {
        const struct roll_entry *entry = &run->board->entries[i];
        struct roll_finding *finding = &run->findings[ROLL_SNAPSHOT];
        if (entry->kind == ENTRY_SNAPSHOT &&
            !settle(finding, check_snapshot(run, entry, ++number), entry, finding->path))
            return;
    }
}

/* -- ROLL.cases, ROLL.evidence ---------------------------------------------------------------- */

static void check_cases(struct run *run)
{
    struct roll_finding *finding = &run->findings[ROLL_CASES];
    finding->outcome = rules_read(run->board->rules, &run->arena, &run->rules, &finding->fail);
    if (finding->outcome == GOOD)
        finding->outcome =
            casebook_read(run->annex, run->board, &run->rules, &run->arena, &run->book,
                          &finding->entry, finding->path, &finding->fail);
    finding->at_entry = finding->outcome != GOOD;
}

static enum outcome check_file(struct run *run, const struct proof_file *proof)
{
    struct roll_finding *finding = &run->findings[ROLL_EVIDENCE];
    const struct case_statement *statement = proof->statement;
    uint8_t digest[HASH_BYTES];
    const struct annex_file *file;
    evidence_path(proof, finding->path);
    enum outcome outcome = annex_take(run->annex, finding->path, true, &file, &finding->fail);
    if (outcome != GOOD)
        return outcome;
    annex_commitment(LABEL_EVIDENCE, file, digest);
    if (memcmp(digest, statement->file_commitment.bytes, HASH_BYTES) != 0)
        return fail_bad(&finding->fail, "the file is not the one committed to");
    hash_sha256(file->bytes, digest);
    if (memcmp(digest, statement->file_sha256.bytes, HASH_BYTES) != 0)
        return fail_bad(&finding->fail, "the statement names another SHA-256");
    if (file->bytes.len != statement->file_bytes)
        return fail_bad(&finding->fail, "%zu bytes, %" PRIu64 " in the statement", file->bytes.len,
                        statement->file_bytes);
    return GOOD;
}

static void check_evidence(struct run *run)
{
    struct roll_finding *finding = &run->findings[ROLL_EVIDENCE];
    for (size_t i = 0; i < run->book.file_count; i++) {
        finding->outcome = check_file(run, &run->book.files[i]);
        if (finding->outcome == GOOD)
            continue;
        finding->at_entry = true;
        finding->entry = run->book.files[i].entry;
        return;
    }
    if (run->findings[ROLL_CASES].outcome != GOOD)
        finding->outcome = fail_unable(&finding->fail, "some cases could not be read: ROLL.cases");
}

/* -- ROLL.derive ------------------------------------------------------------------------------ */

static enum outcome derive_version(struct run *run)
{
    return fail_unable(&run->findings[ROLL_DERIVE].fail, "the roll is not derived");
}

static void check_derivation(struct run *run)
{
    struct roll_finding *finding = &run->findings[ROLL_DERIVE];
    run->sealed = arena_zeroed(&run->arena, run->board->entry_count, sizeof *run->sealed);
    enum outcome outcome =
        run->sealed == NULL
            ? fail_unable(&finding->fail, "no memory for the roll")
            : rules_read(run->board->rules, &run->arena, &run->rules, &finding->fail);
    if (outcome == GOOD && run->findings[ROLL_CASES].outcome != GOOD)
        outcome = fail_unable(&finding->fail, "the cases are not sound: ROLL.cases");
    finding->at_entry = outcome == BAD; /* the definition, entry 0, holds the rules */
    if (outcome != GOOD) {
        finding->outcome = outcome;
        return;
    }
    for (size_t i = 0; i < run->board->entry_count; i++) {
        const struct roll_entry *entry = &run->board->entries[i];
        if (entry->kind == ENTRY_ROLL &&
            !settle(finding, derive_version(run), entry, finding->path))
            return;
    }
    if (run->moot > 0)
        (void)snprintf(finding->fail.text, sizeof finding->fail.text,
                       "%" PRIu64 " effects of upheld cases were moot", run->moot);
}

/* -- ROLL.bindings ---------------------------------------------------------------------------- */

static enum outcome check_binding_file(struct run *run, struct bindings *bindings,
                                       const struct roll_entry *entry, unsigned number)
{
    struct roll_finding *finding = &run->findings[ROLL_BINDINGS];
    bool issue = entry->kind == ENTRY_ISSUE;
    const struct annex_file *file;
    (void)snprintf(finding->path, sizeof finding->path, "%s/%u.bin", issue ? "issue" : "reissue",
                   number);
    enum outcome outcome = annex_take(run->annex, finding->path, false, &file, &finding->fail);
    if (outcome != GOOD || (run->findings[ROLL_DERIVE].outcome != GOOD))
        return outcome;
    return issue ? bindings_issue(bindings, entry, file, &finding->fail)
                 : bindings_reissue(bindings, entry, file, &finding->fail);
}

static void check_bindings(struct run *run)
{
    struct roll_finding *finding = &run->findings[ROLL_BINDINGS];
    struct bindings bindings;
    unsigned issues = 0, reissues = 0;
    if (!settle(finding,
                bindings_init(&bindings, run->sealed, run->sealed_count, run->members,
                              run->board->entry_count, &run->arena, &finding->fail),
                NULL, ""))
        return;
    for (size_t i = 0; i < run->board->entry_count; i++) {
        const struct roll_entry *entry = &run->board->entries[i];
        unsigned *number = entry->kind == ENTRY_ISSUE     ? &issues
                           : entry->kind == ENTRY_REISSUE ? &reissues
                                                          : NULL;
        if (number != NULL && !settle(finding, check_binding_file(run, &bindings, entry, ++*number),
                                      entry, finding->path))
            return;
    }
    if (run->findings[ROLL_DERIVE].outcome != GOOD && issues > 0)
        finding->outcome = fail_unable(&finding->fail, "the leaves were not derived: ROLL.derive");
}

/* -- ROLL.manifest ---------------------------------------------------------------------------- */

static enum outcome check_digest(struct run *run, const struct roll_entry *entry)
{
    uint8_t digest[HASH_BYTES] = {0};
    struct roll_finding *finding = &run->findings[ROLL_MANIFEST];
    const uint8_t *wanted = NULL;
    if (entry->kind == ENTRY_FREEZE) {
        hash_sha256(run->annex->manifest, digest);
        wanted = entry->freeze.annex;
    } else if (entry->kind == ENTRY_ROLL && run->findings[ROLL_CASES].outcome == GOOD) {
        annex_digest(run->annex, run->board->origin, entry->index, digest);
        wanted = entry->roll.annex;
    }
    if (wanted == NULL || memcmp(digest, wanted, sizeof digest) == 0)
        return GOOD;
    return fail_bad(&finding->fail, "the manifest's digest is not the one on the board");
}

/* After all others: they have claimed what the board calls for. */
static void check_manifest(struct run *run)
{
    struct roll_finding *finding = &run->findings[ROLL_MANIFEST];
    if (finding->outcome != GOOD)
        return;
    for (size_t i = 0; i < run->board->entry_count; i++) {
        const struct roll_entry *entry = &run->board->entries[i];
        if (!settle(finding, check_digest(run, entry), entry, "manifest"))
            return;
    }
    const struct annex_file *file = annex_unclaimed(run->annex);
    char path[ANNEX_PATH_BYTES + 1];
    if (run->findings[ROLL_CASES].outcome != GOOD) {
        (void)settle(finding, fail_unable(&finding->fail, "not all evidence is known: ROLL.cases"),
                     NULL, "");
    } else if (file != NULL) {
        (void)snprintf(path, sizeof path, "%.*s", (int)file->path.len,
                       (const char *)file->path.ptr);
        (void)settle(finding, fail_bad(&finding->fail, "nothing on the board calls for this file"),
                     NULL, path);
    }
}

void roll_check(const struct roll_board *board, struct annex *annex,
                struct roll_finding out_findings[ROLL_CHECKS])
{
    struct run run = {.board = board, .annex = annex, .findings = out_findings};
    for (unsigned i = 0; i < ROLL_CHECKS; i++)
        out_findings[i] = (struct roll_finding){.id = check_ids[i]};
    struct roll_finding *manifest = &out_findings[ROLL_MANIFEST];
    manifest->outcome = annex_read_manifest(annex, board->origin, manifest->path, &manifest->fail);
    claim_files(&run);
    check_snapshots(&run);
    check_cases(&run);
    claim_evidence(&run);
    check_evidence(&run);
    check_derivation(&run);
    check_bindings(&run);
    check_manifest(&run);
    for (unsigned i = 0; i < ROLL_CHECKS; i++)
        if (out_findings[i].outcome == GOOD)
            out_findings[i].path[0] = 0;
    arena_done(&run.arena);
}
