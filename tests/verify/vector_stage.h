/* An election in memory for the verifier's checks, without a log behind it: entries are what a test
 * says they are, blobs are the bytes that it gives. Contexts and keys are set by the test. */
#ifndef TESTS_VERIFY_VECTOR_STAGE_H
#define TESTS_VERIFY_VECTOR_STAGE_H

#include "bundle/source.h"
#include "crypto/hash.h"
#include "election/election.h"
#include "vectors.h"

enum { STAGE_ENTRIES = 32, STAGE_BLOBS = 16, STAGE_THREADS = 2 };

struct stage {
    struct report report;
    struct board board;
    struct election election;
    struct definition definition;
    struct entry entries[STAGE_ENTRIES];
    struct bundle bundle;
    struct bundle_entry blobs[STAGE_BLOBS];
    struct span bytes[STAGE_BLOBS];
    bool seen[STAGE_BLOBS];
    struct trustee trustees[LIMIT_TRUSTEES];
};

static enum outcome stage_read(const struct bundle *bundle, const struct bundle_entry *entry,
                               size_t limit_bytes, struct bundle_file *out_file, struct fail *fail)
{
    const struct stage *stage =
        (const struct stage *)(uintptr_t)((uintptr_t)bundle - offsetof(struct stage, bundle));
    (void)limit_bytes;
    (void)fail;
    *out_file = (struct bundle_file){.bytes = stage->bytes[entry->at]};
    return GOOD;
}

/* Entry 0 is the definition, with `trustees` of whom `threshold` are needed. */
__attribute__((unused)) static void stage_begin(struct stage *stage, const char *origin,
                                                unsigned trustees, unsigned threshold)
{
    static const struct bundle_source source = {.read = stage_read};
    *stage = (struct stage){.bundle = {.source = &source, .directory = -1}};
    report_init(&stage->report);
    stage->bundle.entries = stage->blobs;
    stage->definition = (struct definition){
        .threshold = threshold, .trustee_count = trustees, .trustees = stage->trustees};
    stage->entries[0].readable = true;
    stage->entries[0].statement = (struct statement){
        .kind = ELECTION, .origin = span_text(origin), .definition = &stage->definition};
    stage->board = (struct board){.bundle = &stage->bundle,
                                  .seen = stage->seen,
                                  .threads = STAGE_THREADS,
                                  .entries = stage->entries,
                                  .count = 1};
}

/* The next entry; its number. */
__attribute__((unused)) static uint64_t stage_add(struct stage *stage, struct statement statement)
{
    struct entry *entry = &stage->entries[stage->board.count];
    entry->readable = true;
    entry->statement = statement;
    return stage->board.count++;
}

__attribute__((unused)) static struct blob stage_blob(struct stage *stage, struct span bytes)
{
    struct blob blob = {.size = bytes.len};
    size_t place = stage->bundle.count++;
    hash_sha256(bytes, blob.sha256);
    stage->bytes[place] = bytes;
    char path[PATH_BYTES + 1] = "blob/sha256/";
    hex_encode(span_of(blob.sha256, HASH_BYTES), path + strlen(path));
    size_t at = place; /* sorted by path */
    for (; at > 0 && strcmp(stage->blobs[at - 1].path, path) > 0; at--)
        stage->blobs[at] = stage->blobs[at - 1];
    stage->blobs[at] = (struct bundle_entry){.at = place, .len = bytes.len};
    memcpy(stage->blobs[at].path, path, sizeof path);
    return blob;
}

/* After the last entry; the first `contexts` are then the test's to fill in. */
__attribute__((unused)) static void stage_ready(struct stage *stage, unsigned contexts)
{
    CHECK(election_begin(&stage->election, &stage->board, &stage->report));
    stage->election.context_count = contexts;
}

__attribute__((unused)) static void stage_end(struct stage *stage)
{
    election_done(&stage->election);
    for (unsigned i = 0; i < PARALLEL_THREADS_MOST; i++)
        arena_done(&stage->board.arenas[i]);
    free(stage->board.files);
}

/* Passed, or why not. */
__attribute__((unused)) static bool stage_passed(const struct stage *stage, enum check check)
{
    const struct finding *finding = &stage->report.findings[check];
    if (finding->verdict != PASSED)
        fprintf(stderr, "  %s: %s: %s\n", check_id(check), verdict_text(finding->verdict),
                finding->text);
    return finding->verdict == PASSED;
}

__attribute__((unused)) static bool stage_failed(const struct stage *stage, enum check check)
{
    return stage->report.findings[check].verdict == FAILED;
}

#endif
