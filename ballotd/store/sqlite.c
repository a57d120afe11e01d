#include "store/sqlite.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "gen/sql_conn.h"
#include "protocol.h"

enum { BUSY_MS = 5000 };

enum outcome conn_error(struct conn *conn, struct fail *fail)
{
    int code = sqlite3_extended_errcode(conn->db);
    const char *text = sqlite3_errmsg(conn->db);
    if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
        code == SQLITE_CONSTRAINT_ROWID)
        return fail_set(fail, CONFLICT, "store.exists", "%s: %s", conn->schema->name, text);
    if ((code & 0xff) == SQLITE_BUSY)
        return fail_set(fail, BUSY, "store.busy", "%s: %s", conn->schema->name, text);
    return fail_set(fail, BROKEN, "store.sqlite", "%s: %s (SQLite error %d)", conn->schema->name,
                    text, code);
}

enum outcome conn_execute(struct conn *conn, const char *sql, struct fail *fail)
{
    return sqlite3_exec(conn->db, sql, NULL, NULL, NULL) == SQLITE_OK ? OK : conn_error(conn, fail);
}

/* The section under "-- kind name", up to the next section. */
static bool find_section(const char *sql, const char *kind, const char *name, struct span *out_body)
{
    char head[64];
    int len = snprintf(head, sizeof head, "\n-- %s %s\n", kind, name);
    assert(len > 0 && (size_t)len < sizeof head);
    const char *start = strstr(sql, head);
    if (!start)
        return false;
    start += len;
    const char *end = start + strlen(start);
    static const char *const heads[] = {"\n-- statement ", "\n-- migration "};
    for (size_t i = 0; i < 2; i++) {
        const char *next = strstr(start, heads[i]);
        if (next && next < end)
            end = next;
    }
    *out_body = span_of(start, (size_t)(end - start));
    return true;
}

static enum outcome prepare_all(struct conn *conn, struct fail *fail)
{
    const struct schema *schema = conn->schema;
    assert(schema->statement_count <= STATEMENTS_MAX);
    for (unsigned i = 0; i < schema->statement_count; i++) {
        struct span body;
        if (!find_section(schema->sql, "statement", schema->statements[i], &body))
            return fail_set(fail, BROKEN, "store.sqlite", "%s.sql has no statement %s",
                            schema->name, schema->statements[i]);
        if (sqlite3_prepare_v3(conn->db, (const char *)body.ptr, (int)body.len,
                               SQLITE_PREPARE_PERSISTENT, &conn->statements[i], NULL))
            return conn_error(conn, fail);
    }
    return OK;
}

/* Runs a section of conn.sql or a migration: several statements that give no row. */
static enum outcome execute_section(struct conn *conn, const char *sql, const char *kind,
                                    const char *name, struct fail *fail)
{
    struct span body;
    struct buf text;
    if (!find_section(sql, kind, name, &body))
        return fail_set(fail, BROKEN, "store.version", "%s.sql has no %s %s", conn->schema->name,
                        kind, name);
    buf_init(&text, body.len);
    buf_add(&text, body);
    enum outcome outcome = buf_check(&text, "section of SQL", fail);
    if (outcome == OK)
        outcome = conn_execute(conn, buf_text(&text), fail);
    buf_done(&text);
    return outcome;
}

static enum outcome setup(struct conn *conn, const char *name, struct fail *fail)
{
    return execute_section(conn, sql_conn, "statement", name, fail);
}

/* Prepares a statement of conn.sql and steps to its one row. The caller finalizes it. */
static enum outcome ask(struct conn *conn, const char *name, sqlite3_stmt **out_stmt,
                        struct fail *fail)
{
    struct span body = {NULL, 0};
    sqlite3_stmt *stmt = NULL;
    bool found = find_section(sql_conn, "statement", name, &body);
    assert(found);
    if (sqlite3_prepare_v2(conn->db, (const char *)body.ptr, (int)body.len, &stmt, NULL) ||
        sqlite3_step(stmt) != SQLITE_ROW) {
        enum outcome outcome = conn_error(conn, fail);
        sqlite3_finalize(stmt);
        return outcome;
    }
    *out_stmt = stmt;
    return OK;
}

static enum outcome read_version(struct conn *conn, int *out_version, struct fail *fail)
{
    sqlite3_stmt *stmt;
    enum outcome outcome = ask(conn, "version", &stmt, fail);
    if (outcome)
        return outcome;
    *out_version = sqlite3_column_int(stmt, 0);
    sqlite3_finalize(stmt);
    return OK;
}

/* A migration is a transaction of its own, which also sets the version. */
static enum outcome migrate_step(struct conn *conn, int to, struct fail *fail)
{
    char number[12];
    snprintf(number, sizeof number, "%d", to);
    return execute_section(conn, conn->schema->sql, "migration", number, fail);
}

static enum outcome migrate(struct conn *conn, bool writable, struct fail *fail)
{
    int version = 0;
    enum outcome outcome = read_version(conn, &version, fail);
    while (outcome == OK && writable && version < conn->schema->version)
        outcome = migrate_step(conn, ++version, fail);
    if (outcome == OK && version != conn->schema->version)
        return fail_set(fail, BROKEN, "store.version",
                        "%s.db has layout %d, this program knows %d: use the program that made it",
                        conn->schema->name, version, conn->schema->version);
    return outcome;
}

static enum outcome configure(struct conn *conn, bool writable, const struct store_options *options,
                              struct fail *fail)
{
    enum outcome outcome = setup(conn, "configure", fail);
    if (outcome == OK)
        outcome = setup(conn, writable ? "writer" : "reader", fail);
    if (outcome == OK && writable && options->unsafe_no_sync)
        outcome = setup(conn, "no_sync", fail);
    return outcome;
}

static enum outcome open_database(struct conn *conn, const char *path, bool writable,
                                  const struct store_options *options, struct fail *fail)
{
    int flags = writable ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    if (sqlite3_open_v2(path, &conn->db, flags | SQLITE_OPEN_NOMUTEX, options->vfs) != SQLITE_OK)
        return fail_set(fail, writable ? BROKEN : NOT_FOUND, "store.absent", "cannot open %s: %s",
                        path, conn->db ? sqlite3_errmsg(conn->db) : "out of memory");
    sqlite3_extended_result_codes(conn->db, 1);
    sqlite3_busy_timeout(conn->db, BUSY_MS);
    sqlite3_db_config(conn->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (!writable)
        sqlite3_db_config(conn->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    return OK;
}

enum outcome conn_open(const struct schema *schema, const char *path, bool writable,
                       const struct store_options *options, struct conn **out_conn,
                       struct fail *fail)
{
    static const struct store_options defaults = {.vfs = NULL};
    struct conn *conn = calloc(1, sizeof *conn);
    if (!conn)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    conn->schema = schema;
    options = options ? options : &defaults;
    enum outcome outcome = open_database(conn, path, writable, options, fail);
    if (outcome == OK)
        outcome = configure(conn, writable, options, fail);
    if (outcome == OK)
        outcome = migrate(conn, writable, fail);
    if (outcome == OK)
        outcome = prepare_all(conn, fail);
    if (outcome == OK)
        *out_conn = conn;
    else
        conn_close(conn);
    return outcome;
}

void conn_close(struct conn *conn)
{
    if (!conn)
        return;
    for (unsigned i = 0; i < STATEMENTS_MAX; i++)
        sqlite3_finalize(conn->statements[i]);
    sqlite3_close(conn->db);
    free(conn);
}

enum outcome conn_begin_read(struct conn *conn, struct fail *fail)
{
    return conn_execute(conn, "BEGIN", fail);
}

void conn_end_read(struct conn *conn)
{
    sqlite3_exec(conn->db, "ROLLBACK", NULL, NULL, NULL);
}

enum outcome conn_check(struct conn *conn, struct fail *fail)
{
    sqlite3_stmt *stmt;
    enum outcome outcome = ask(conn, "check", &stmt, fail);
    if (outcome)
        return outcome;
    if (!span_is(column_span(stmt, 0), "ok"))
        outcome = fail_set(fail, BROKEN, "store.damaged", "%s.db: %s", conn->schema->name,
                           (const char *)sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
    return outcome;
}

sqlite3_stmt *statement(struct conn *conn, unsigned which)
{
    sqlite3_stmt *stmt = conn->statements[which];
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
    return stmt;
}

void bind_span(sqlite3_stmt *stmt, int at, struct span bytes)
{
    sqlite3_bind_blob64(stmt, at, bytes.len ? (const void *)bytes.ptr : "", bytes.len,
                        SQLITE_STATIC);
}

void bind_text(sqlite3_stmt *stmt, int at, const char *text)
{
    sqlite3_bind_text(stmt, at, text, -1, SQLITE_STATIC);
}

void bind_number(sqlite3_stmt *stmt, int at, uint64_t number)
{
    assert(number <= INT64_MAX);
    sqlite3_bind_int64(stmt, at, (sqlite3_int64)number);
}

enum outcome statement_run(struct conn *conn, sqlite3_stmt *stmt, struct fail *fail)
{
    enum outcome outcome = sqlite3_step(stmt) == SQLITE_DONE ? OK : conn_error(conn, fail);
    sqlite3_reset(stmt);
    return outcome;
}

enum outcome statement_row(struct conn *conn, sqlite3_stmt *stmt, const char *what,
                           struct fail *fail)
{
    int code = sqlite3_step(stmt);
    if (code == SQLITE_ROW)
        return OK;
    enum outcome outcome = code == SQLITE_DONE
                               ? fail_set(fail, NOT_FOUND, "store.absent", "no such %s", what)
                               : conn_error(conn, fail);
    sqlite3_reset(stmt);
    return outcome;
}

struct span column_span(sqlite3_stmt *stmt, int at)
{
    const void *bytes = sqlite3_column_blob(stmt, at);
    return span_of(bytes, (size_t)sqlite3_column_bytes(stmt, at));
}

uint64_t column_number(sqlite3_stmt *stmt, int at)
{
    return (uint64_t)sqlite3_column_int64(stmt, at);
}

bool column_hash(sqlite3_stmt *stmt, int at, uint8_t *out_hash)
{
    struct span bytes = column_span(stmt, at);
    if (bytes.len != HASH_BYTES)
        return false;
    memcpy(out_hash, bytes.ptr, HASH_BYTES);
    return true;
}
