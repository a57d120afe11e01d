#include "store/board.h"

#include "base/file.h"
#include "gen/sql_board.h"
#include "limit.h"
#include "store/pending.h"
#include "store/sqlite.h"
#include "store/writer_make.h"

enum {
    ENTRY_PUT,
    ENTRY_COUNT,
    ENTRY_GET,
    ENTRY_FIND,
    ENTRY_RANGE,
    NODE_PUT,
    NODE_GET,
    ALPHA_PUT,
    ALPHA_GET,
    BALLOT_PUT,
    BALLOT_LAST,
    BALLOT_COUNT,
    BLOB_PUT,
    BLOB_GET,
    BLOB_EACH,
    CHECKPOINT_PUT,
    CHECKPOINT_LAST,
    CHECKPOINT_FROM,
    FACT_PUT,
    FACT_GET,
    STATEMENTS,
};
static const char *const statement_names[STATEMENTS] = {
    [ENTRY_PUT] = "entry_put",
    [ENTRY_COUNT] = "entry_count",
    [ENTRY_GET] = "entry_get",
    [ENTRY_FIND] = "entry_find",
    [ENTRY_RANGE] = "entry_range",
    [NODE_PUT] = "node_put",
    [NODE_GET] = "node_get",
    [ALPHA_PUT] = "alpha_put",
    [ALPHA_GET] = "alpha_get",
    [BALLOT_PUT] = "ballot_put",
    [BALLOT_LAST] = "ballot_last",
    [BALLOT_COUNT] = "ballot_count",
    [BLOB_PUT] = "blob_put",
    [BLOB_GET] = "blob_get",
    [BLOB_EACH] = "blob_each",
    [CHECKPOINT_PUT] = "checkpoint_put",
    [CHECKPOINT_LAST] = "checkpoint_last",
    [CHECKPOINT_FROM] = "checkpoint_from",
    [FACT_PUT] = "fact_put",
    [FACT_GET] = "fact_get",
};
static const struct schema board_schema = {
    .name = "board",
    .sql = sql_board,
    .version = 1,
    .statements = statement_names,
    .statement_count = STATEMENTS,
};

/* -- opening, and the end of a commit -------------------------------------------------------- */

struct board {
    struct board_hooks hooks;
    struct pending pending;
};

static size_t board_mark(void *ctx)
{
    return ((struct board *)ctx)->pending.count;
}

static void board_rewind(void *ctx, size_t mark)
{
    pending_cut(&((struct board *)ctx)->pending, mark);
}

static enum outcome place(struct board *board, struct txn *txn, uint64_t index,
                          const struct pending_entry *entry, struct fail *fail)
{
    sqlite3_stmt *stmt = statement(txn->conn, ENTRY_PUT);
    bind_number(stmt, 1, index);
    bind_span(stmt, 2, SPAN_ARRAY(entry->leaf));
    bind_span(stmt, 3, span_of(entry->bytes, entry->len));
    enum outcome outcome = statement_run(txn->conn, stmt, fail);
    if (outcome == OK && board->hooks.placed)
        outcome = board->hooks.placed(board->hooks.ctx, txn, index, entry->leaf, fail);
    return outcome;
}

static enum outcome board_before_commit(void *ctx, struct txn *txn, struct fail *fail)
{
    struct board *board = ctx;
    uint64_t next;
    enum outcome outcome = OK;
    if (board->hooks.before_commit)
        outcome = board->hooks.before_commit(board->hooks.ctx, txn, fail);
    if (outcome == OK)
        outcome = board_count(txn->conn, &next, fail);
    if (outcome)
        return outcome;
    pending_shuffle(&board->pending);
    for (size_t i = 0; outcome == OK && i < board->pending.count; i++) {
        struct pending_entry *entry = &board->pending.entries[i];
        entry->index = next + i;
        outcome = place(board, txn, entry->index, entry, fail);
    }
    return outcome;
}

static void board_ended(void *ctx, bool committed)
{
    struct board *board = ctx;
    for (size_t i = 0; committed && i < board->pending.count; i++)
        if (board->pending.entries[i].out_index)
            *board->pending.entries[i].out_index = board->pending.entries[i].index;
    pending_cut(&board->pending, 0);
    if (board->hooks.ended)
        board->hooks.ended(board->hooks.ctx, committed);
}

static void board_free(void *ctx)
{
    struct board *board = ctx;
    if (!board)
        return;
    pending_done(&board->pending);
    free(board);
}

enum outcome board_writer_new(const char *folder, const struct store_options *options,
                              const struct board_hooks *hooks, struct writer **out_writer,
                              struct fail *fail)
{
    char path[4096];
    enum outcome outcome = file_path(path, sizeof path, folder, "board.db", fail);
    if (outcome)
        return outcome;
    struct board *board = calloc(1, sizeof *board);
    if (!board)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    if (hooks)
        board->hooks = *hooks;
    struct writer_room room = {board,       board_mark, board_rewind, board_before_commit,
                               board_ended, board_free};
    /* cppcheck-suppress memleak ; the writer frees its room */
    return writer_new(&board_schema, path, options, &room, out_writer, fail);
}

enum outcome board_open(const char *folder, const struct store_options *options,
                        struct conn **out_conn, struct fail *fail)
{
    char path[4096];
    enum outcome outcome = file_path(path, sizeof path, folder, "board.db", fail);
    if (outcome == OK)
        outcome = conn_open(&board_schema, path, false, options, out_conn, fail);
    return outcome;
}

/* -- small shared readers -------------------------------------------------------------------- */

static enum outcome damaged(struct conn *conn, const char *what, struct fail *fail)
{
    return fail_set(fail, BROKEN, "store.damaged", "%s.db: a %s is not of its length",
                    conn->schema->name, what);
}

static enum outcome read_number(struct conn *conn, sqlite3_stmt *stmt, const char *what,
                                uint64_t *out_number, struct fail *fail)
{
    enum outcome outcome = statement_row(conn, stmt, what, fail);
    if (outcome)
        return outcome;
    *out_number = column_number(stmt, 0);
    sqlite3_reset(stmt);
    return OK;
}

static enum outcome read_bytes(struct conn *conn, sqlite3_stmt *stmt, int at, const char *what,
                               struct buf *out, struct fail *fail)
{
    enum outcome outcome = statement_row(conn, stmt, what, fail);
    if (outcome)
        return outcome;
    buf_add(out, column_span(stmt, at));
    sqlite3_reset(stmt);
    return buf_check(out, what, fail);
}

/* -- entries --------------------------------------------------------------------------------- */

static enum outcome entry_exists(struct fail *fail)
{
    return fail_set(fail, CONFLICT, "store.exists", "this very entry stands in the log already");
}

enum outcome board_append(struct txn *txn, struct span entry, const uint8_t leaf[static HASH_BYTES],
                          enum board_order order, uint64_t *out_index, struct fail *fail)
{
    struct board *board = txn->room;
    uint64_t index;
    if (entry.len == 0 || entry.len > LIMIT_ENTRY_BYTES)
        return fail_set(fail, BAD_INPUT, "store.entry-size", "entry of %zu bytes, at most %d",
                        entry.len, LIMIT_ENTRY_BYTES);
    if (pending_has(&board->pending, leaf))
        return entry_exists(fail);
    enum outcome outcome = board_find(txn->conn, leaf, &index, fail);
    if (outcome != NOT_FOUND)
        return outcome == OK ? entry_exists(fail) : outcome;
    return pending_add(&board->pending, entry, leaf, order == BOARD_SHUFFLED, out_index, fail);
}

enum outcome board_count(struct conn *conn, uint64_t *out_count, struct fail *fail)
{
    return read_number(conn, statement(conn, ENTRY_COUNT), "count", out_count, fail);
}

enum outcome board_entry(struct conn *conn, uint64_t index, struct buf *out, struct fail *fail)
{
    sqlite3_stmt *stmt = statement(conn, ENTRY_GET);
    bind_number(stmt, 1, index);
    return read_bytes(conn, stmt, 0, "entry", out, fail);
}

enum outcome board_find(struct conn *conn, const uint8_t leaf[static HASH_BYTES],
                        uint64_t *out_index, struct fail *fail)
{
    sqlite3_stmt *stmt = statement(conn, ENTRY_FIND);
    bind_span(stmt, 1, span_of(leaf, HASH_BYTES));
    return read_number(conn, stmt, "entry", out_index, fail);
}

enum outcome board_range(struct conn *conn, uint64_t from, uint64_t to,
                         enum outcome (*each)(void *ctx, const struct board_entry *entry,
                                              struct fail *fail),
                         void *ctx, struct fail *fail)
{
    sqlite3_stmt *stmt = statement(conn, ENTRY_RANGE);
    bind_number(stmt, 1, from);
    bind_number(stmt, 2, to);
    enum outcome outcome = OK;
    int code;
    while (outcome == OK && (code = sqlite3_step(stmt)) != SQLITE_DONE) {
        if (code != SQLITE_ROW) {
            outcome = conn_error(conn, fail);
            break;
        }
        struct board_entry entry = {.index = column_number(stmt, 0), .bytes = column_span(stmt, 2)};
        outcome = column_hash(stmt, 1, entry.leaf) ? each(ctx, &entry, fail)
                                                   : damaged(conn, "leaf", fail);
    }
    sqlite3_reset(stmt);
    return outcome;
}

/* -- nodes ----------------------------------------------------------------------------------- */

enum outcome board_put_node(struct txn *txn, unsigned level, uint64_t index,
                            const uint8_t hash[static HASH_BYTES], struct fail *fail)
{
    sqlite3_stmt *stmt = statement(txn->conn, NODE_PUT);
    bind_number(stmt, 1, level);
    bind_number(stmt, 2, index);
    bind_span(stmt, 3, span_of(hash, HASH_BYTES));
    return statement_run(txn->conn, stmt, fail);
}

enum outcome board_node(struct conn *conn, unsigned level, uint64_t index,
                        uint8_t out_hash[static HASH_BYTES], struct fail *fail)
{
    sqlite3_stmt *stmt = statement(conn, NODE_GET);
    bind_number(stmt, 1, level);
    bind_number(stmt, 2, index);
    enum outcome outcome = statement_row(conn, stmt, "node", fail);
    if (outcome == NOT_FOUND)
        return fail_set(fail, BROKEN, "store.node-missing",
                        "board.db: node %u/%llu of the tree is missing", level,
                        (unsigned long long)index);
    if (outcome)
        return outcome;
    outcome = column_hash(stmt, 0, out_hash) ? OK : damaged(conn, "node", fail);
    sqlite3_reset(stmt);
    return outcome;
}

/* -- ballots --------------------------------------------------------------------------------- */

enum outcome board_put_alpha(struct txn *txn, const uint8_t alpha[static POINT_BYTES],
                             struct fail *fail)
{
    sqlite3_stmt *stmt = statement(txn->conn, ALPHA_PUT);
    bind_span(stmt, 1, span_of(alpha, POINT_BYTES));
    enum outcome outcome = statement_run(txn->conn, stmt, fail);
    if (outcome == CONFLICT)
        return fail_set(fail, CONFLICT, "store.alpha-repeated",
                        "an alpha of this ballot stands in another ballot");
    return outcome;
}

enum outcome board_put_ballot(struct txn *txn, const uint8_t credential[static KEY_BYTES],
                              uint64_t sequence, const uint8_t leaf[static HASH_BYTES],
                              struct fail *fail)
{
    sqlite3_stmt *stmt = statement(txn->conn, BALLOT_PUT);
    bind_span(stmt, 1, span_of(credential, KEY_BYTES));
    bind_number(stmt, 2, sequence);
    bind_span(stmt, 3, span_of(leaf, HASH_BYTES));
    return statement_run(txn->conn, stmt, fail);
}

enum outcome board_has_alpha(struct conn *conn, const uint8_t alpha[static POINT_BYTES],
                             bool *out_has, struct fail *fail)
{
    sqlite3_stmt *stmt = statement(conn, ALPHA_GET);
    uint64_t one;
    bind_span(stmt, 1, span_of(alpha, POINT_BYTES));
    enum outcome outcome = read_number(conn, stmt, "alpha", &one, fail);
    if (outcome != OK && outcome != NOT_FOUND)
        return outcome;
    *out_has = outcome == OK;
    return OK;
}

enum outcome board_last_ballot(struct conn *conn, const uint8_t credential[static KEY_BYTES],
                               uint64_t *out_sequence, uint8_t out_leaf[static HASH_BYTES],
                               struct fail *fail)
{
    sqlite3_stmt *stmt = statement(conn, BALLOT_LAST);
    bind_span(stmt, 1, span_of(credential, KEY_BYTES));
    enum outcome outcome = statement_row(conn, stmt, "ballot", fail);
    if (outcome)
        return outcome;
    if (column_hash(stmt, 1, out_leaf))
        *out_sequence = column_number(stmt, 0);
    else
        outcome = damaged(conn, "leaf", fail);
    sqlite3_reset(stmt);
    return outcome;
}

enum outcome board_ballot_count(struct conn *conn, uint64_t *out_count, struct fail *fail)
{
    return read_number(conn, statement(conn, BALLOT_COUNT), "count", out_count, fail);
}

/* -- blobs, checkpoints, facts --------------------------------------------------------------- */

enum outcome board_put_blob(struct txn *txn, const uint8_t hash[static HASH_BYTES], uint64_t size,
                            struct fail *fail)
{
    sqlite3_stmt *stmt = statement(txn->conn, BLOB_PUT);
    bind_span(stmt, 1, span_of(hash, HASH_BYTES));
    bind_number(stmt, 2, size);
    return statement_run(txn->conn, stmt, fail);
}

enum outcome board_blob(struct conn *conn, const uint8_t hash[static HASH_BYTES],
                        uint64_t *out_size, struct fail *fail)
{
    sqlite3_stmt *stmt = statement(conn, BLOB_GET);
    bind_span(stmt, 1, span_of(hash, HASH_BYTES));
    return read_number(conn, stmt, "blob", out_size, fail);
}

enum outcome board_each_blob(struct conn *conn,
                             enum outcome (*each)(void *ctx, const uint8_t hash[static HASH_BYTES],
                                                  uint64_t size, struct fail *fail),
                             void *ctx, struct fail *fail)
{
    sqlite3_stmt *stmt = statement(conn, BLOB_EACH);
    enum outcome outcome = OK;
    int code;
    while (outcome == OK && (code = sqlite3_step(stmt)) != SQLITE_DONE) {
        uint8_t hash[HASH_BYTES];
        if (code != SQLITE_ROW)
            outcome = conn_error(conn, fail);
        else
            outcome = column_hash(stmt, 0, hash) ? each(ctx, hash, column_number(stmt, 1), fail)
                                                 : damaged(conn, "blob's hash", fail);
    }
    sqlite3_reset(stmt);
    return outcome;
}

enum outcome board_put_checkpoint(struct txn *txn, uint64_t size, struct span note,
                                  struct fail *fail)
{
    sqlite3_stmt *stmt = statement(txn->conn, CHECKPOINT_PUT);
    bind_number(stmt, 1, size);
    bind_span(stmt, 2, note);
    return statement_run(txn->conn, stmt, fail);
}

static enum outcome read_checkpoint(struct conn *conn, sqlite3_stmt *stmt, uint64_t *out_size,
                                    struct buf *out, struct fail *fail)
{
    enum outcome outcome = statement_row(conn, stmt, "checkpoint", fail);
    if (outcome)
        return outcome;
    buf_add(out, column_span(stmt, 1));
    outcome = buf_check(out, "checkpoint", fail);
    if (outcome == OK && out_size)
        *out_size = column_number(stmt, 0);
    sqlite3_reset(stmt);
    return outcome;
}

enum outcome board_last_checkpoint(struct conn *conn, uint64_t *out_size, struct buf *out,
                                   struct fail *fail)
{
    return read_checkpoint(conn, statement(conn, CHECKPOINT_LAST), out_size, out, fail);
}

enum outcome board_checkpoint_from(struct conn *conn, uint64_t size, uint64_t *out_size,
                                   struct buf *out, struct fail *fail)
{
    sqlite3_stmt *stmt = statement(conn, CHECKPOINT_FROM);
    bind_number(stmt, 1, size);
    return read_checkpoint(conn, stmt, out_size, out, fail);
}

enum outcome board_put_fact(struct txn *txn, const char *name, struct span value, struct fail *fail)
{
    sqlite3_stmt *stmt = statement(txn->conn, FACT_PUT);
    bind_text(stmt, 1, name);
    bind_span(stmt, 2, value);
    return statement_run(txn->conn, stmt, fail);
}

enum outcome board_fact(struct conn *conn, const char *name, struct buf *out, struct fail *fail)
{
    sqlite3_stmt *stmt = statement(conn, FACT_GET);
    bind_text(stmt, 1, name);
    return read_bytes(conn, stmt, 0, name, out, fail);
}
