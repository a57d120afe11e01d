#include "roll/check.h"

#include "base/text.h"
#include "crypto/hash.h"
#include "labels.h"
#include "roll/chain.h"
#include "roll/evidence.h"

#include <inttypes.h>
#include <stdio.h>

/* What one run knows; everything in it is released at its end. */
struct run {
    const struct roll_board *board;
    struct annex *annex;
    struct roll_finding *findings;
    struct arena arena;
    struct rules rules;
    struct imports imports;
    struct casebook book;
    struct chain chain;
};

static const char *const check_ids[ROLL_CHECKS] = {
    [ROLL_MANIFEST] = "ROLL.manifest",
    [ROLL_SNAPSHOT] = "ROLL.snapshot",
    [ROLL_CASES] = "ROLL.cases",
    [ROLL_EVIDENCE] = "ROLL.evidence",
    [ROLL_DIFFERENCE] = "ROLL.difference",
    [ROLL_DERIVE] = "ROLL.derive",
    [ROLL_PROVISIONAL] = "ROLL.provisional",
    [ROLL_BINDINGS] = "ROLL.bindings",
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

/* A check that needs another: not run, unless it has failed by itself. */
static void await(struct run *run, enum roll_check check, enum roll_check other)
{
    struct roll_finding *finding = &run->findings[check];
    if (finding->outcome == GOOD)
        (void)settle(
            finding,
            fail_unable(&finding->fail, "cannot be said before %s passes", check_ids[other]), NULL,
            "");
}

static bool holds(const struct run *run, enum roll_check check)
{
    return run->findings[check].outcome == GOOD;
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

/* -- rules ------------------------------------------------------------------------------------ */

/* All that follows reads by the definition's sources and rules. */
static bool read_rules(struct run *run)
{
    struct roll_finding *finding = &run->findings[ROLL_DERIVE];
    finding->outcome = rules_read(run->board->rules, &run->arena, &run->rules, &finding->fail);
    finding->at_entry = finding->outcome != GOOD; /* entry 0, the definition */
    return finding->outcome == GOOD;
}

/* -- ROLL.snapshot, ROLL.difference ----------------------------------------------------------- */

static void check_snapshots(struct run *run)
{
    struct roll_finding *finding = &run->findings[ROLL_SNAPSHOT];
    const struct roll_entry *entry = NULL;
    if (!settle(finding,
                imports_init(&run->imports, run->board, &run->rules, &run->arena, &entry,
                             &finding->fail),
                entry, ""))
        return;
    for (size_t i = 0; i < run->imports.count; i++)
        if (!settle(finding,
                    imports_read(&run->imports, run->annex, i, finding->path, &finding->fail),
                    run->imports.list[i].entry, finding->path))
            return;
}

/* The `difference` entry that is about this snapshot. */
static const struct roll_entry *difference_of(const struct run *run, const struct import *import)
{
    for (size_t i = 0; i < run->board->entry_count; i++)
        if (run->board->entries[i].kind == ENTRY_DIFFERENCE &&
            run->board->entries[i].difference.to == import->number)
            return &run->board->entries[i];
    return NULL;
}

static void check_differences(struct run *run)
{
    struct roll_finding *finding = &run->findings[ROLL_DIFFERENCE];
    if (!holds(run, ROLL_SNAPSHOT)) {
        await(run, ROLL_DIFFERENCE, ROLL_SNAPSHOT);
        return;
    }
    for (size_t i = 0; i < run->board->entry_count; i++) {
        const struct roll_entry *entry = &run->board->entries[i];
        if (entry->kind == ENTRY_DIFFERENCE &&
            !settle(finding, imports_check_difference(&run->imports, entry, &finding->fail), entry,
                    ""))
            return;
    }
    for (size_t i = 0; i < run->imports.count; i++) {
        const struct import *import = &run->imports.list[i];
        if (import->before >= 0 && difference_of(run, import) == NULL &&
            !settle(finding, fail_bad(&finding->fail, "no difference is about this snapshot"),
                    import->entry, ""))
            return;
    }
}

/* -- ROLL.cases, ROLL.evidence ---------------------------------------------------------------- */

static void check_cases(struct run *run)
{
    struct roll_finding *finding = &run->findings[ROLL_CASES];
    finding->outcome = casebook_read(run->annex, run->board, &run->rules, &run->arena, &run->book,
                                     &finding->entry, finding->path, &finding->fail);
    finding->at_entry = finding->outcome != GOOD;
}

static enum outcome check_file(struct run *run, const struct proof_file *proof)
{
    struct roll_finding *finding = &run->findings[ROLL_EVIDENCE];
    const struct case_statement *statement = proof->statement;
    uint8_t digest[HASH_BYTES];
    enum evidence_type type;
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
    if (!evidence_inspect(file->bytes, &type))
        return fail_bad(&finding->fail, "the file is of no type that is taken in evidence");
    if (type != statement->file_type)
        return fail_bad(&finding->fail, "the file is %s, %s in the statement",
                        evidence_type_names[type], evidence_type_names[statement->file_type]);
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
    if (!holds(run, ROLL_CASES))
        await(run, ROLL_EVIDENCE, ROLL_CASES);
}

/* -- ROLL.derive, ROLL.bindings, ROLL.provisional --------------------------------------------- */

/* A version: everybody has the credentials of the one before, and this one follows. */
static void check_version(struct run *run, const struct roll_entry *entry)
{
    struct roll_finding *bindings = &run->findings[ROLL_BINDINGS];
    struct roll_finding *derive = &run->findings[ROLL_DERIVE];
    if (holds(run, ROLL_BINDINGS) && run->chain.version > 0)
        (void)settle(bindings, chain_check_served(&run->chain, &bindings->fail), entry, "");
    if (!holds(run, ROLL_BINDINGS)) {
        await(run, ROLL_DERIVE, ROLL_BINDINGS);
        return;
    }
    if (!settle(derive, chain_roll(&run->chain, entry, derive->path, &derive->fail), entry,
                derive->path))
        await(run, ROLL_BINDINGS, ROLL_DERIVE);
}

static void check_binding(struct run *run, const struct roll_entry *entry, unsigned number)
{
    struct roll_finding *finding = &run->findings[ROLL_BINDINGS];
    if (holds(run, ROLL_BINDINGS))
        (void)settle(finding, chain_bind(&run->chain, entry, number, finding->path, &finding->fail),
                     entry, finding->path);
}

static void check_freeze(struct run *run, const struct roll_entry *entry)
{
    struct roll_finding *bindings = &run->findings[ROLL_BINDINGS];
    struct roll_finding *finding = &run->findings[ROLL_PROVISIONAL];
    if (holds(run, ROLL_BINDINGS))
        (void)settle(bindings, chain_check_served(&run->chain, &bindings->fail), entry, "");
    if (!holds(run, ROLL_BINDINGS))
        await(run, ROLL_PROVISIONAL, ROLL_BINDINGS);
    else
        (void)settle(finding, chain_freeze(&run->chain, entry, &finding->fail), entry, "");
}

/* The walk ends for derivations with the first fault: nothing behind it can be said. */
static void walk_chain(struct run *run)
{
    unsigned issues = 0, reissues = 0;
    for (size_t i = 0; i < run->board->entry_count; i++) {
        const struct roll_entry *entry = &run->board->entries[i];
        if (entry->kind == ENTRY_SNAPSHOT)
            run->chain.snapshot = entry->leaf;
        else if (entry->kind == ENTRY_ROLL && holds(run, ROLL_DERIVE))
            check_version(run, entry);
        else if (entry->kind == ENTRY_ISSUE)
            check_binding(run, entry, ++issues);
        else if (entry->kind == ENTRY_REISSUE)
            check_binding(run, entry, ++reissues);
        else if (entry->kind == ENTRY_FREEZE)
            check_freeze(run, entry);
    }
    if (holds(run, ROLL_DERIVE) && run->chain.moot > 0)
        (void)snprintf(run->findings[ROLL_DERIVE].fail.text, FAIL_TEXT_BYTES,
                       "%" PRIu64 " effects of cases in force were moot", run->chain.moot);
    if (holds(run, ROLL_PROVISIONAL) && run->chain.unserved > 0)
        (void)snprintf(run->findings[ROLL_PROVISIONAL].fail.text, FAIL_TEXT_BYTES,
                       "%" PRIu64 " eligible by the time of the freeze stand in no version",
                       run->chain.unserved);
}

static void check_chain(struct run *run)
{
    run->chain = (struct chain){.board = run->board,
                                .annex = run->annex,
                                .rules = &run->rules,
                                .imports = &run->imports,
                                .book = &run->book,
                                .arena = &run->arena};
    chain_init(&run->chain);
    if (!holds(run, ROLL_SNAPSHOT))
        await(run, ROLL_DERIVE, ROLL_SNAPSHOT);
    else if (!holds(run, ROLL_CASES))
        await(run, ROLL_DERIVE, ROLL_CASES);
    if (holds(run, ROLL_DERIVE)) {
        walk_chain(run);
    } else {
        await(run, ROLL_BINDINGS, ROLL_DERIVE);
        await(run, ROLL_PROVISIONAL, ROLL_DERIVE);
    }
    chain_done(&run->chain);
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
    } else if (entry->kind == ENTRY_ROLL && holds(run, ROLL_CASES)) {
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
    if (!holds(run, ROLL_CASES)) {
        (void)settle(finding, fail_unable(&finding->fail, "not all evidence is known: ROLL.cases"),
                     NULL, "");
    } else if (file != NULL) {
        (void)snprintf(path, sizeof path, "%.*s", (int)file->path.len,
                       (const char *)file->path.ptr);
        (void)settle(finding, fail_bad(&finding->fail, "nothing on the board calls for this file"),
                     NULL, path);
    }
}

/* -- all of them ------------------------------------------------------------------------------ */

static void check_all(struct run *run)
{
    if (!read_rules(run)) {
        for (int i = ROLL_SNAPSHOT; i < ROLL_CHECKS; i++)
            await(run, (enum roll_check)i, ROLL_DERIVE);
        return;
    }
    check_snapshots(run);
    check_differences(run);
    check_cases(run);
    claim_evidence(run);
    check_evidence(run);
    check_chain(run);
}

void roll_check(const struct roll_board *board, struct annex *annex,
                struct roll_finding out_findings[ROLL_CHECKS], struct handover *out_handover)
{
    struct run run = {.board = board, .annex = annex, .findings = out_findings};
    for (unsigned i = 0; i < ROLL_CHECKS; i++)
        out_findings[i] = (struct roll_finding){.id = check_ids[i]};
    struct roll_finding *manifest = &out_findings[ROLL_MANIFEST];
    manifest->outcome = annex_read_manifest(annex, board->origin, manifest->path, &manifest->fail);
    struct fail why = {""};
    enum outcome handed = handover_read(annex, board, out_handover, &why);
    if (manifest->outcome == GOOD && handed != GOOD) {
        manifest->fail = why;
        (void)settle(manifest, handed, NULL, ANNEX_HANDOVER);
    }
    claim_files(&run);
    check_all(&run);
    check_manifest(&run);
    for (unsigned i = 0; i < ROLL_CHECKS; i++)
        if (out_findings[i].outcome == GOOD)
            out_findings[i].path[0] = 0;
    imports_done(&run.imports);
    arena_done(&run.arena);
}
