/* A copy made while the writer writes is one state: its entries are the first so many, whole. */
#include "store/backup.h"

#include <sodium.h>
#include <unistd.h>

#include "base/file.h"
#include "check.h"
#include "store/board.h"

enum { ENTRIES = 400 };

static enum outcome append(void *ctx, struct txn *txn, struct fail *fail)
{
    unsigned *number = ctx;
    uint8_t leaf[HASH_BYTES];
    crypto_hash_sha256(leaf, (const uint8_t *)number, sizeof *number);
    /* Two facts of one commit: a copy that tore a commit apart would show them unequal. */
    enum outcome outcome = board_put_fact(txn, "first", SPAN_ARRAY(leaf), fail);
    if (outcome == OK)
        outcome = board_put_fact(txn, "second", SPAN_ARRAY(leaf), fail);
    return outcome ? outcome
                   : board_append(txn, span_of(number, sizeof *number), leaf, BOARD_IN_ORDER, NULL,
                                  fail);
}

static enum outcome check_entry(void *ctx, const struct board_entry *entry, struct fail *fail)
{
    uint64_t *next = ctx;
    uint8_t hash[HASH_BYTES];
    (void)fail;
    crypto_hash_sha256(hash, entry->bytes.ptr, entry->bytes.len);
    CHECK_BYTES(entry->leaf, hash, HASH_BYTES);
    CHECK_UINT(entry->index, *next);
    ++*next;
    return OK;
}

static void check_copy(const char *folder, uint64_t at_least)
{
    struct conn *copy = NULL;
    uint64_t next = 0;
    struct buf first, second;
    buf_init(&first, HASH_BYTES), buf_init(&second, HASH_BYTES);
    if (!CHECK_INT(board_open(folder, NULL, &copy, NULL), OK))
        return;
    CHECK_INT(conn_check(copy, NULL), OK);
    CHECK_INT(board_range(copy, 0, INT64_MAX, check_entry, &next, NULL), OK);
    CHECK(next >= at_least && next <= ENTRIES);
    CHECK_INT(board_fact(copy, "first", &first, NULL), OK);
    CHECK_INT(board_fact(copy, "second", &second, NULL), OK);
    CHECK_SPAN(buf_span(&first), buf_span(&second));
    conn_close(copy);
    buf_done(&first), buf_done(&second);
}

static void remove_files(const char *folder)
{
    static const char *const names[] = {"board.db", "board.db-wal", "board.db-shm",
                                        "board.db.lock"};
    for (size_t i = 0; i < CHECK_COUNT_OF(names); i++) {
        char path[160];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

int main(void)
{
    char folder[] = "/tmp/store_backup.XXXXXX", copies[] = "/tmp/store_copy.XXXXXX", path[96];
    static unsigned numbers[ENTRIES];
    struct writer *writer = NULL;
    struct conn *conn = NULL;
    if (sodium_init() < 0 || !mkdtemp(folder) || !mkdtemp(copies))
        return 1;
    snprintf(path, sizeof path, "%s/board.db", copies);
    CHECK_INT(board_writer_new(folder, NULL, NULL, &writer, NULL), OK);
    CHECK_INT(board_open(folder, NULL, &conn, NULL), OK);
    for (unsigned i = 0; i < ENTRIES; i++) {
        numbers[i] = i;
        struct job job = {append, NULL, &numbers[i]};
        if (i % 100 == 50)
            CHECK_INT(writer_run(writer, append, &numbers[i], NULL), OK);
        else
            CHECK_INT(writer_submit(writer, &job, NULL), OK);
    }
    check_case("a copy while writing");
    CHECK_INT(backup_copy(conn, path, NULL), OK);
    check_copy(copies, 351);
    check_case("never over another file");
    CHECK_INT(backup_copy(conn, path, NULL), CONFLICT);
    check_case("into a folder that is not there");
    CHECK_INT(backup_copy(conn, "/tmp/no-such-folder/board.db", NULL), BROKEN);
    conn_close(conn);
    writer_free(writer);
    remove_files(folder);
    remove_files(copies);
    return check_end("store_backup");
}
