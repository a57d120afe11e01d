/* People: what is sealed, found, moved, lost; and blobs by their hash. */
#include "store/people.h"

#include <sodium.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/code.h"
#include "base/file.h"
#include "check.h"
#include "store/blob.h"

static char folder[64], key_path[128], db_path[128];
static struct vault *vault;
static struct writer *writer;
static struct conn *conn;

enum verb { ADD, PUT, REMOVE, MARK, CLEAR };
struct act {
    enum verb verb;
    const char *name, *value, *field;
    const struct vault *vault;
};

static enum outcome act_run(void *ctx, struct txn *txn, struct fail *fail)
{
    const struct act *act = ctx;
    struct span name = span_str(act->name), value = span_str(act->value);
    const struct vault *with = act->vault ? act->vault : vault;
    switch (act->verb) {
    case ADD:
        return people_add(txn, with, "member", name, value, fail);
    case PUT:
        return people_put(txn, with, "member", name, value, fail);
    case REMOVE:
        return people_remove(txn, with, "member", name, fail);
    case MARK:
        return people_mark(txn, with, "member", name, act->field, value, fail);
    case CLEAR:
        return people_clear_marks(txn, with, "member", name, fail);
    }
    return BROKEN;
}

static enum outcome act(enum verb verb, const char *name, const char *value, const char *field)
{
    struct act what = {verb, name, value, field, NULL};
    return writer_run(writer, act_run, &what, NULL);
}

static enum outcome get(const char *name, struct buf *out)
{
    buf_clear(out);
    return people_get(conn, vault, "member", span_str(name), out, NULL);
}

static enum outcome join(void *ctx, struct span value, struct fail *fail)
{
    (void)fail;
    buf_add((struct buf *)ctx, value);
    buf_add_byte(ctx, ';');
    return OK;
}

static void find(const char *field, const char *value, struct buf *out)
{
    buf_clear(out);
    CHECK_INT(people_find(conn, vault, "member", field, span_str(value), join, out, NULL), OK);
}

static void open_all(void)
{
    snprintf(folder, sizeof folder, "/tmp/store_people.XXXXXX");
    CHECK(mkdtemp(folder) != NULL);
    snprintf(key_path, sizeof key_path, "%s/data.key", folder);
    snprintf(db_path, sizeof db_path, "%s/people.db", folder);
    check_case("the key");
    CHECK_INT(vault_open(key_path, &vault, NULL), NOT_FOUND);
    CHECK_INT(vault_create(key_path, NULL), OK);
    CHECK_INT(vault_create(key_path, NULL), CONFLICT);
    struct stat info;
    CHECK_INT(stat(key_path, &info), 0);
    CHECK_INT(info.st_mode & 0777, 0600);
    CHECK_INT(vault_open(key_path, &vault, NULL), OK);
    CHECK_INT(people_writer_new(folder, NULL, &writer, NULL), OK);
    CHECK_INT(people_open(folder, NULL, &conn, NULL), OK);
}

static void test_rows(void)
{
    struct buf out;
    uint64_t count = 0;
    buf_init(&out, 4096);
    check_case("add, put, get");
    CHECK_INT(act(ADD, "17", "Siân Evans", NULL), OK);
    CHECK_INT(act(ADD, "17", "another", NULL), CONFLICT);
    CHECK_INT(act(ADD, "18", "", NULL), OK);
    CHECK_INT(act(PUT, "19", "Tom", NULL), OK);
    CHECK_INT(act(PUT, "19", "Tomos", NULL), OK);
    CHECK_INT(get("17", &out), OK);
    CHECK_TEXT(buf_span(&out), "Siân Evans");
    CHECK_INT(get("18", &out), OK);
    CHECK_UINT(out.len, 0);
    CHECK_INT(get("19", &out), OK);
    CHECK_TEXT(buf_span(&out), "Tomos");
    CHECK_INT(get("20", &out), NOT_FOUND);
    CHECK_INT(people_count(conn, "member", &count, NULL), OK);
    CHECK_UINT(count, 3);
    CHECK_INT(people_count(conn, "case", &count, NULL), OK);
    CHECK_UINT(count, 0);

    check_case("marks");
    CHECK_INT(act(MARK, "17", "evans", "surname"), OK);
    CHECK_INT(act(MARK, "17", "evans", "surname"), OK);
    CHECK_INT(act(MARK, "19", "evans", "surname"), OK);
    CHECK_INT(act(MARK, "19", "cardiff", "branch"), OK);
    CHECK_INT(act(MARK, "99", "evans", "surname"), NOT_FOUND);
    find("branch", "cardiff", &out);
    CHECK_TEXT(buf_span(&out), "Tomos;");
    find("branch", "evans", &out);
    CHECK_TEXT(buf_span(&out), "");
    find("surname", "evans", &out);
    CHECK_UINT(out.len, strlen("Siân Evans;Tomos;"));
    CHECK_INT(act(CLEAR, "19", "", NULL), OK);
    find("surname", "evans", &out);
    CHECK_TEXT(buf_span(&out), "Siân Evans;");
    check_case("remove");
    CHECK_INT(act(REMOVE, "17", "", NULL), OK);
    CHECK_INT(act(REMOVE, "17", "", NULL), OK);
    find("surname", "evans", &out);
    CHECK_TEXT(buf_span(&out), "");
    CHECK_INT(get("17", &out), NOT_FOUND);
    buf_clear(&out);
    CHECK_INT(people_each(conn, vault, "member", join, &out, NULL), OK);
    CHECK_UINT(out.len, strlen(";Tomos;"));
    buf_done(&out);
}

static void test_other_key(void)
{
    char path[160];
    struct vault *other = NULL;
    struct buf out;
    struct fail fail;
    buf_init(&out, 4096);
    snprintf(path, sizeof path, "%s/other.key", folder);
    check_case("another key finds nothing, and opens nothing");
    CHECK_INT(vault_create(path, NULL), OK);
    CHECK_INT(vault_open(path, &other, NULL), OK);
    CHECK_INT(people_get(conn, other, "member", SPAN_LIT("19"), &out, &fail), NOT_FOUND);
    CHECK_INT(people_each(conn, other, "member", join, &out, &fail), BROKEN);
    CHECK_STR(fail.code, "people.sealed");
    CHECK_UINT(out.len, 0);
    vault_free(other);
    check_case("what is not a key");
    CHECK_INT(file_write(path, SPAN_LIT("00ff\n"), 0600, NULL), OK);
    CHECK_INT(vault_open(path, &other, &fail), BAD_INPUT);
    CHECK_STR(fail.code, "vault.key");
    unlink(path);
    buf_done(&out);
}

/* Swaps the two values behind the program's back; then changes one bit. */
static void test_tampering(void)
{
    sqlite3 *db = NULL;
    struct buf out;
    buf_init(&out, 4096);
    CHECK_INT(act(PUT, "18", "Tomas", NULL), OK);
    CHECK_INT(sqlite3_open(db_path, &db), SQLITE_OK);
    check_case("nothing legible in the file");
    CHECK_INT(writer_run(writer, act_run, &(struct act){PUT, "17", "Legible", NULL, NULL}, NULL),
              OK);
    CHECK_INT(sqlite3_exec(db, "SELECT count(*) FROM person", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    struct buf file;
    buf_init(&file, 1 << 22);
    CHECK_INT(file_read(db_path, &file, NULL), OK);
    CHECK(memmem(file.bytes, file.len, "Tomos", 5) == NULL);
    CHECK(memmem(file.bytes, file.len, "Legible", 7) == NULL);
    CHECK(memmem(file.bytes, file.len, "member", 6) != NULL); /* the kind is in clear */
    buf_done(&file);
    check_case("swapped values");
    CHECK_INT(sqlite3_exec(db,
                           "UPDATE person SET value = (SELECT p.value FROM person AS p"
                           " WHERE p.row <> person.row AND length(p.value) = length(person.value))"
                           " WHERE length(value) = 45",
                           NULL, NULL, NULL),
              SQLITE_OK);
    CHECK(get("18", &out) == BROKEN || get("19", &out) == BROKEN);
    CHECK_UINT(out.len, 0);
    check_case("another kind");
    CHECK_INT(act(PUT, "18", "Tomas", NULL), OK);
    CHECK_INT(get("18", &out), OK);
    CHECK_INT(sqlite3_exec(db, "UPDATE person SET kind = 'case'", NULL, NULL, NULL), SQLITE_OK);
    buf_clear(&out);
    CHECK_INT(people_each(conn, vault, "case", join, &out, NULL), BROKEN);
    sqlite3_close(db);
    buf_done(&out);
}

static void close_all(void)
{
    static const char *const names[] = {"people.db", "people.db-wal", "people.db-shm",
                                        "people.db.lock", "data.key"};
    conn_close(conn);
    writer_free(writer);
    vault_free(vault);
    for (size_t i = 0; i < CHECK_COUNT_OF(names); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

static void test_blobs(void)
{
    char place[] = "/tmp/store_blob.XXXXXX", path[256], name[BLOB_NAME_BYTES];
    uint8_t hash[HASH_BYTES], want[HASH_BYTES];
    struct buf out;
    struct fail fail;
    buf_init(&out, 1000);
    CHECK(mkdtemp(place) != NULL);
    check_case("blobs");
    CHECK_INT(blob_put(place, SPAN_LIT("a list"), hash, &fail), OK);
    crypto_hash_sha256(want, (const uint8_t *)"a list", 6);
    CHECK_BYTES(hash, want, HASH_BYTES);
    CHECK_INT(blob_put(place, SPAN_LIT("a list"), hash, &fail), OK);
    CHECK(blob_exists(place, hash));
    CHECK_INT(blob_get(place, hash, &out, &fail), OK);
    CHECK_TEXT(buf_span(&out), "a list");
    check_case("a blob larger than its reader allows");
    struct buf small;
    buf_init(&small, 3);
    CHECK_INT(blob_get(place, hash, &small, &fail), TOO_LARGE);
    buf_done(&small);
    check_case("a damaged blob, mended by putting it again");
    blob_name(hash, name);
    snprintf(path, sizeof path, "%s/%s", place, name);
    CHECK_INT(file_write(path, SPAN_LIT("a lisT"), 0644, &fail), OK);
    CHECK_INT(blob_get(place, hash, &out, &fail), BROKEN);
    CHECK_STR(fail.code, "blob.damaged");
    CHECK_INT(blob_put(place, SPAN_LIT("a list"), hash, &fail), OK);
    CHECK_INT(blob_get(place, hash, &out, &fail), OK);
    unlink(path);
    check_case("an absent blob");
    CHECK_INT(blob_get(place, hash, &out, &fail), NOT_FOUND);
    CHECK(!blob_exists(place, hash));
    buf_done(&out);
    snprintf(path, sizeof path, "%s/blob/sha256", place), rmdir(path);
    snprintf(path, sizeof path, "%s/blob", place), rmdir(path);
    rmdir(place);
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;
    open_all();
    test_rows();
    test_other_key();
    test_tampering();
    close_all();
    test_blobs();
    return check_end("store_people");
}
