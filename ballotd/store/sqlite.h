/* Inside the store only: SQLite connections with their prepared statements.
 *
 * A schema is one sql/NAME.sql: sections "-- migration N", run in order and remembered in
 * user_version, and "-- statement name", prepared when the file is opened. sql/conn.sql says how a
 * connection is set up.
 */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include <sqlite3.h>

#include "base/buf.h"
#include "store/store.h"

enum { STATEMENTS_MAX = 32 };

struct schema {
    const char *name;
    const char *sql;
    int version; /* the last migration */
    const char *const *statements;
    unsigned statement_count;
};

struct conn {
    sqlite3 *db;
    const struct schema *schema;
    sqlite3_stmt *statements[STATEMENTS_MAX];
};

/* A writable connection creates and migrates; a reader refuses another version than the schema's.
 * Errors: NOT_FOUND store.absent, BROKEN store.version, store.sqlite. */
enum outcome conn_open(const struct schema *schema, const char *path, bool writable,
                       const struct store_options *options, struct conn **out_conn,
                       struct fail *fail) MUST_USE;

/* The outcome of SQLite's last error: CONFLICT store.exists for a taken key, BUSY, else BROKEN. */
enum outcome conn_error(struct conn *conn, struct fail *fail);
enum outcome conn_execute(struct conn *conn, const char *sql, struct fail *fail) MUST_USE;

/* A statement ready to be bound. Spans bound must live until it has run. */
sqlite3_stmt *statement(struct conn *conn, unsigned which);
void bind_span(sqlite3_stmt *stmt, int at, struct span bytes);
void bind_text(sqlite3_stmt *stmt, int at, const char *text);
void bind_number(sqlite3_stmt *stmt, int at, uint64_t number);

/* Runs a statement that gives no row. */
enum outcome statement_run(struct conn *conn, sqlite3_stmt *stmt, struct fail *fail) MUST_USE;
/* OK at a row, whose columns are read before sqlite3_reset; NOT_FOUND store.absent ("no such
 * `what`") when there is none. */
enum outcome statement_row(struct conn *conn, sqlite3_stmt *stmt, const char *what,
                           struct fail *fail) MUST_USE;
struct span column_span(sqlite3_stmt *stmt, int at);
uint64_t column_number(sqlite3_stmt *stmt, int at);
/* True when the column is exactly 32 bytes, copied. */
bool column_hash(sqlite3_stmt *stmt, int at, uint8_t *out_hash) MUST_USE;

#endif
