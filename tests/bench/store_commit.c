/* Rows per second that are on disk, at 1, 10 and 100 entries a commit. Usage: store_commit [folder]
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/board.h"

enum { ENTRY_BYTES = 900, SECONDS_MS = 2000, IN_FLIGHT = 4 };

static enum outcome append(void *ctx, struct txn *txn, struct fail *fail)
{
    uint8_t bytes[ENTRY_BYTES] = {0}, leaf[HASH_BYTES];
    (void)ctx;
    randombytes_buf(bytes, 32);
    crypto_hash_sha256(leaf, bytes, sizeof bytes);
    enum outcome outcome = board_put_alpha(txn, leaf, fail);
    if (outcome == OK)
        outcome = board_put_ballot(txn, leaf, 0, leaf, fail);
    if (outcome == OK)
        outcome = board_append(txn, SPAN_ARRAY(bytes), leaf, BOARD_SHUFFLED, NULL, fail);
    return outcome;
}

/* As many nodes as a growing tree has: each leaf completes on average one more. */
static enum outcome put_nodes(void *ctx, struct txn *txn, uint64_t index,
                              const uint8_t leaf[static HASH_BYTES], struct fail *fail)
{
    (void)ctx;
    enum outcome outcome = board_put_node(txn, 0, index, leaf, fail);
    for (unsigned level = 1; outcome == OK && (index >> (level - 1) & 1); level++)
        outcome = board_put_node(txn, level, index >> level, leaf, fail);
    return outcome;
}

static int measure(const char *folder, unsigned per_commit)
{
    struct store_options options = {.batch_max = per_commit, .queue_max = IN_FLIGHT * per_commit};
    struct board_hooks hooks = {.placed = put_nodes};
    struct writer *writer;
    struct fail fail;
    if (board_writer_new(folder, &options, &hooks, &writer, &fail)) {
        fprintf(stderr, "%s\n", fail.text);
        return 1;
    }
    int64_t start_ms = clock_monotonic_ms(), start_us = clock_cpu_us();
    while (clock_monotonic_ms() - start_ms < SECONDS_MS)
        if (writer_submit(writer, &(struct job){append, NULL, NULL}, &fail) == BUSY)
            usleep(per_commit > 1 ? 500 : 100);
    struct writer_count count = writer_count(writer);
    int64_t took_ms = clock_monotonic_ms() - start_ms, cpu_us = clock_cpu_us() - start_us;
    writer_free(writer);
    printf("%4u a commit: %7lld entries/s, %5lld commits/s, %4lld us CPU an entry\n", per_commit,
           (long long)(count.jobs * 1000) / took_ms, (long long)(count.commits * 1000) / took_ms,
           count.jobs ? (long long)cpu_us / (long long)count.jobs : 0);
    return 0;
}

int main(int argc, char **argv)
{
    static const unsigned sizes[] = {1, 10, 100};
    static const char *const names[] = {"board.db", "board.db-wal", "board.db-shm",
                                        "board.db.lock"};
    char made[] = "/tmp/store_commit.XXXXXX", path[64];
    if (sodium_init() < 0 || !mkdtemp(made))
        return 1;
    int bad = 0;
    for (size_t i = 0; i < 3; i++)
        bad |= measure(argc > 1 ? argv[1] : made, sizes[i]);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", made, names[i]);
        unlink(path);
    }
    rmdir(made);
    return bad;
}
