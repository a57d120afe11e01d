#include "store/people.h"

#include "base/file.h"
#include "gen/sql_people.h"
#include "store/sqlite.h"
#include "store/vault.h"
#include "store/writer_make.h"

enum {
    PERSON_ADD,
    PERSON_PUT,
    PERSON_GET,
    PERSON_REMOVE,
    PERSON_EACH,
    PERSON_COUNT,
    MARK_PUT,
    MARK_CLEAR,
    MARK_FIND,
    STATEMENTS,
};
static const char *const statement_names[STATEMENTS] = {
    [PERSON_ADD] = "person_add",   [PERSON_PUT] = "person_put",
    [PERSON_GET] = "person_get",   [PERSON_REMOVE] = "person_remove",
    [PERSON_EACH] = "person_each", [PERSON_COUNT] = "person_count",
    [MARK_PUT] = "mark_put",       [MARK_CLEAR] = "mark_clear",
    [MARK_FIND] = "mark_find",
};
static const struct schema people_schema = {
    .name = "people",
    .sql = sql_people,
    .version = 1,
    .statements = statement_names,
    .statement_count = STATEMENTS,
};

enum outcome people_writer_new(const char *folder, const struct store_options *options,
                               struct writer **out_writer, struct fail *fail)
{
    char path[4096];
    enum outcome outcome = file_path(path, sizeof path, folder, "people.db", fail);
    if (outcome == OK)
        outcome = writer_new(&people_schema, path, options, &(struct writer_room){.ctx = NULL},
                             out_writer, fail);
    return outcome;
}

enum outcome people_open(const char *folder, const struct store_options *options,
                         struct conn **out_conn, struct fail *fail)
{
    char path[4096];
    enum outcome outcome = file_path(path, sizeof path, folder, "people.db", fail);
    if (outcome == OK)
        outcome = conn_open(&people_schema, path, false, options, out_conn, fail);
    return outcome;
}

static enum outcome write_row(struct txn *txn, unsigned which, const struct vault *vault,
                              const char *kind, struct span name, struct span value,
                              struct fail *fail)
{
    uint8_t row[HASH_BYTES];
    struct buf sealed;
    buf_init(&sealed, PEOPLE_VALUE_MAX + VAULT_OVERHEAD_BYTES);
    vault_row(vault, kind, name, row);
    enum outcome outcome = vault_seal(vault, kind, row, value, &sealed, fail);
    if (outcome == OK) {
        sqlite3_stmt *stmt = statement(txn->conn, which);
        bind_text(stmt, 1, kind);
        bind_span(stmt, 2, SPAN_ARRAY(row));
        bind_span(stmt, 3, buf_span(&sealed));
        outcome = statement_run(txn->conn, stmt, fail);
    }
    buf_done(&sealed);
    return outcome;
}

enum outcome people_add(struct txn *txn, const struct vault *vault, const char *kind,
                        struct span name, struct span value, struct fail *fail)
{
    return write_row(txn, PERSON_ADD, vault, kind, name, value, fail);
}

enum outcome people_put(struct txn *txn, const struct vault *vault, const char *kind,
                        struct span name, struct span value, struct fail *fail)
{
    return write_row(txn, PERSON_PUT, vault, kind, name, value, fail);
}

static enum outcome run_on_row(struct txn *txn, unsigned which, const struct vault *vault,
                               const char *kind, struct span name, struct fail *fail)
{
    uint8_t row[HASH_BYTES];
    sqlite3_stmt *stmt = statement(txn->conn, which);
    vault_row(vault, kind, name, row);
    bind_text(stmt, 1, kind);
    bind_span(stmt, 2, SPAN_ARRAY(row));
    return statement_run(txn->conn, stmt, fail);
}

enum outcome people_remove(struct txn *txn, const struct vault *vault, const char *kind,
                           struct span name, struct fail *fail)
{
    return run_on_row(txn, PERSON_REMOVE, vault, kind, name, fail);
}

enum outcome people_clear_marks(struct txn *txn, const struct vault *vault, const char *kind,
                                struct span name, struct fail *fail)
{
    return run_on_row(txn, MARK_CLEAR, vault, kind, name, fail);
}

static enum outcome find_row(struct conn *conn, const char *kind,
                             const uint8_t row[static HASH_BYTES], sqlite3_stmt **out_stmt,
                             struct fail *fail)
{
    sqlite3_stmt *stmt = statement(conn, PERSON_GET);
    bind_text(stmt, 1, kind);
    bind_span(stmt, 2, span_of(row, HASH_BYTES));
    *out_stmt = stmt;
    return statement_row(conn, stmt, kind, fail);
}

enum outcome people_mark(struct txn *txn, const struct vault *vault, const char *kind,
                         struct span name, const char *field, struct span value, struct fail *fail)
{
    uint8_t row[HASH_BYTES], mark[HASH_BYTES];
    sqlite3_stmt *stmt;
    vault_row(vault, kind, name, row);
    vault_mark(vault, kind, field, value, mark);
    enum outcome outcome = find_row(txn->conn, kind, row, &stmt, fail);
    if (outcome)
        return outcome;
    sqlite3_reset(stmt);
    stmt = statement(txn->conn, MARK_PUT);
    bind_text(stmt, 1, kind);
    bind_span(stmt, 2, SPAN_ARRAY(mark));
    bind_span(stmt, 3, SPAN_ARRAY(row));
    return statement_run(txn->conn, stmt, fail);
}

enum outcome people_get(struct conn *conn, const struct vault *vault, const char *kind,
                        struct span name, struct buf *out, struct fail *fail)
{
    uint8_t row[HASH_BYTES];
    sqlite3_stmt *stmt;
    vault_row(vault, kind, name, row);
    enum outcome outcome = find_row(conn, kind, row, &stmt, fail);
    if (outcome)
        return outcome;
    outcome = vault_unseal(vault, kind, row, column_span(stmt, 1), out, fail);
    sqlite3_reset(stmt);
    return outcome;
}

enum outcome people_count(struct conn *conn, const char *kind, uint64_t *out_count,
                          struct fail *fail)
{
    sqlite3_stmt *stmt = statement(conn, PERSON_COUNT);
    bind_text(stmt, 1, kind);
    enum outcome outcome = statement_row(conn, stmt, kind, fail);
    if (outcome)
        return outcome;
    *out_count = column_number(stmt, 0);
    sqlite3_reset(stmt);
    return OK;
}

struct walk {
    const struct vault *vault;
    const char *kind;
    enum outcome (*each)(void *ctx, struct span value, struct fail *fail);
    void *ctx;
    struct buf value;
};

static enum outcome walk_row(struct walk *walk, sqlite3_stmt *stmt, struct fail *fail)
{
    uint8_t row[HASH_BYTES];
    buf_clear(&walk->value);
    if (!column_hash(stmt, 0, row))
        return fail_set(fail, BROKEN, "store.damaged", "people.db: a row's hash is not 32 bytes");
    enum outcome outcome =
        vault_unseal(walk->vault, walk->kind, row, column_span(stmt, 1), &walk->value, fail);
    return outcome ? outcome : walk->each(walk->ctx, buf_span(&walk->value), fail);
}

static enum outcome walk_all(struct conn *conn, sqlite3_stmt *stmt, struct walk *walk,
                             struct fail *fail)
{
    enum outcome outcome = OK;
    int code;
    buf_init(&walk->value, PEOPLE_VALUE_MAX);
    while (outcome == OK && (code = sqlite3_step(stmt)) != SQLITE_DONE)
        outcome = code == SQLITE_ROW ? walk_row(walk, stmt, fail) : conn_error(conn, fail);
    sqlite3_reset(stmt);
    buf_done(&walk->value);
    return outcome;
}

enum outcome people_each(struct conn *conn, const struct vault *vault, const char *kind,
                         enum outcome (*each)(void *ctx, struct span value, struct fail *fail),
                         void *ctx, struct fail *fail)
{
    struct walk walk = {vault, kind, each, ctx, .value = {.len = 0}};
    sqlite3_stmt *stmt = statement(conn, PERSON_EACH);
    bind_text(stmt, 1, kind);
    return walk_all(conn, stmt, &walk, fail);
}

enum outcome people_find(struct conn *conn, const struct vault *vault, const char *kind,
                         const char *field, struct span value,
                         enum outcome (*each)(void *ctx, struct span value, struct fail *fail),
                         void *ctx, struct fail *fail)
{
    struct walk walk = {vault, kind, each, ctx, .value = {.len = 0}};
    uint8_t mark[HASH_BYTES];
    sqlite3_stmt *stmt = statement(conn, MARK_FIND);
    vault_mark(vault, kind, field, value, mark);
    bind_text(stmt, 1, kind);
    bind_span(stmt, 2, SPAN_ARRAY(mark));
    return walk_all(conn, stmt, &walk, fail);
}
