#include "election/access.h"

#include "base/clock.h"
#include "base/code.h"
#include "base/json.h"
#include "crypto/hash.h"
#include "labels.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#define KIND_RECORD "access"      /* by number, 8 bytes little-endian */
#define KIND_HEAD   "access-head" /* one row: count, 8 bytes, and head */
#define HEAD_NAME   "head"
#define FIELD_WHOSE "whose"
#define FIELD_AFTER "after" /* the head that the record gives */

enum { NAME_BYTES = 8, HEAD_ROW_BYTES = 8 + HASH_BYTES, RECORD_BYTES_MAX = 8192 };

struct access {
    const char *folder;
    const struct store_options *options;
    struct writer *people;
    const struct vault *vault;
    pthread_mutex_t lock; /* one record after the other: each names the one before */
    uint64_t count;
    uint8_t head[HASH_BYTES];
};

static void put_u64(uint64_t value, uint8_t out[static 8])
{
    for (unsigned i = 0; i < 8; i++)
        out[i] = (uint8_t)(value >> 8 * i);
}

static uint64_t get_u64(const uint8_t bytes[static 8])
{
    uint64_t value = 0;
    for (unsigned i = 0; i < 8; i++)
        value |= (uint64_t)bytes[i] << 8 * i;
    return value;
}

void access_step(const uint8_t before[static HASH_BYTES], struct span record,
                 uint8_t out_head[static HASH_BYTES])
{
    struct hash hash;
    hash_start(&hash, LABEL_ACCESS);
    hash_part(&hash, span_of(before, HASH_BYTES));
    hash_part(&hash, record);
    hash_end32(&hash, out_head);
}

/* -- life ------------------------------------------------------------------------------------- */

static enum outcome load_head(struct access *access, struct fail *fail)
{
    struct conn *conn;
    struct buf value;
    enum outcome outcome = people_open(access->folder, access->options, &conn, fail);
    if (outcome != OK)
        return outcome;
    buf_init(&value, HEAD_ROW_BYTES);
    outcome = people_get(conn, access->vault, KIND_HEAD, SPAN_LIT(HEAD_NAME), &value, fail);
    if (outcome == OK && value.len == HEAD_ROW_BYTES) {
        access->count = get_u64(value.bytes);
        memcpy(access->head, value.bytes + 8, HASH_BYTES);
    } else if (outcome == OK) {
        outcome = fail_set(fail, BROKEN, "access.damaged", "people.db: the access log is damaged");
    } else if (outcome == NOT_FOUND) {
        outcome = OK; /* nobody has looked at anything yet */
    }
    buf_done(&value);
    conn_close(conn);
    return outcome;
}

enum outcome access_new(const char *folder, const struct store_options *options,
                        struct writer *people, const struct vault *vault,
                        struct access **out_access, struct fail *fail)
{
    struct access *access = calloc(1, sizeof *access);
    if (!access)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    access->folder = folder;
    access->options = options;
    access->people = people;
    access->vault = vault;
    pthread_mutex_init(&access->lock, NULL);
    enum outcome outcome = load_head(access, fail);
    if (outcome == OK)
        *out_access = access;
    else
        access_free(access);
    return outcome;
}

void access_free(struct access *access)
{
    if (!access)
        return;
    pthread_mutex_destroy(&access->lock);
    free(access);
}

/* -- recording -------------------------------------------------------------------------------- */

static void print_record(const struct access *access, const struct access_look *look,
                         struct buf *out)
{
    json_t *object = json_object();
    json_put_integer(object, "n", (int64_t)access->count);
    json_put_integer(object, "at", clock_now_s());
    json_put_string(object, "officer", span_str(look->officer));
    json_put_string(object, "resource", span_str(look->resource));
    if (look->whose)
        json_put_hex(object, "whose", span_of(look->whose, HASH_BYTES));
    else
        json_put_string(object, "whose", look->number ? SPAN_LIT("all") : SPAN_LIT("none"));
    json_put_integer(object, "number", look->whose ? 1 : (int64_t)look->number);
    json_put_string(object, "purpose", look->purpose);
    json_put_hex(object, "previous", SPAN_ARRAY(access->head));
    json_print(object, out);
    json_decref(object);
}

struct put {
    const struct access *access;
    const struct access_look *look;
    struct span record;
    uint8_t head[HASH_BYTES]; /* after it */
};

/* Record, mark and head in one transaction: a power cut leaves all or none. */
static enum outcome run_put(void *ctx, struct txn *txn, struct fail *fail)
{
    const struct put *put = ctx;
    const struct vault *vault = put->access->vault;
    uint8_t name[NAME_BYTES], head[HEAD_ROW_BYTES];
    put_u64(put->access->count, name);
    put_u64(put->access->count + 1, head);
    memcpy(head + 8, put->head, HASH_BYTES);
    enum outcome outcome = people_add(txn, vault, KIND_RECORD, SPAN_ARRAY(name), put->record, fail);
    if (outcome == OK)
        outcome = people_mark(txn, vault, KIND_RECORD, SPAN_ARRAY(name), FIELD_AFTER,
                              SPAN_ARRAY(put->head), fail);
    if (outcome == OK && put->look->whose)
        outcome = people_mark(txn, vault, KIND_RECORD, SPAN_ARRAY(name), FIELD_WHOSE,
                              span_of(put->look->whose, HASH_BYTES), fail);
    if (outcome == OK)
        outcome = people_put(txn, vault, KIND_HEAD, SPAN_LIT(HEAD_NAME), SPAN_ARRAY(head), fail);
    return outcome;
}

static enum outcome record_locked(struct access *access, const struct access_look *look,
                                  struct buf *record, struct fail *fail)
{
    struct put put = {.access = access, .look = look};
    print_record(access, look, record);
    enum outcome outcome = buf_check(record, "access record", fail);
    if (outcome != OK)
        return outcome;
    put.record = buf_span(record);
    access_step(access->head, put.record, put.head);
    outcome = writer_run(access->people, run_put, &put, fail);
    if (outcome == OK) {
        access->count++;
        memcpy(access->head, put.head, HASH_BYTES);
    }
    return outcome;
}

enum outcome access_record(struct access *access, const struct access_look *look, struct fail *fail)
{
    struct buf record;
    if (look->purpose.len > ACCESS_PURPOSE_BYTES)
        return fail_set(fail, TOO_LARGE, "access.purpose", "a purpose is at most %d bytes",
                        ACCESS_PURPOSE_BYTES);
    buf_init(&record, RECORD_BYTES_MAX);
    pthread_mutex_lock(&access->lock);
    enum outcome outcome = record_locked(access, look, &record, fail);
    pthread_mutex_unlock(&access->lock);
    buf_done(&record);
    return outcome;
}

void access_head(struct access *access, uint8_t out_head[static HASH_BYTES])
{
    pthread_mutex_lock(&access->lock);
    memcpy(out_head, access->head, HASH_BYTES);
    pthread_mutex_unlock(&access->lock);
}

static enum outcome count_one(void *ctx, struct span value, struct fail *fail)
{
    (void)value, (void)fail;
    *(unsigned *)ctx += 1;
    return OK;
}

enum outcome access_check_head(struct access *access, const uint8_t head[static HASH_BYTES],
                               struct fail *fail)
{
    struct conn *conn;
    unsigned found = sodium_is_zero(head, HASH_BYTES) ? 1 : 0;
    enum outcome outcome = people_open(access->folder, access->options, &conn, fail);
    if (outcome != OK)
        return outcome;
    outcome = people_find(conn, access->vault, KIND_RECORD, FIELD_AFTER, span_of(head, HASH_BYTES),
                          count_one, &found, fail);
    conn_close(conn);
    if (outcome == OK && found == 0)
        outcome = fail_set(fail, NOT_FOUND, "access.head",
                           "this was never the head of the log of who has looked at whose record");
    return outcome;
}

/* -- listing ---------------------------------------------------------------------------------- */

/* The head of the answer; returns how many records there are. */
static uint64_t begin_list(struct access *access, struct buf *out)
{
    pthread_mutex_lock(&access->lock);
    uint64_t count = access->count;
    buf_add_format(out, "{\"count\":%llu,\"head\":\"", (unsigned long long)count);
    hex_add(out, SPAN_ARRAY(access->head));
    pthread_mutex_unlock(&access->lock);
    buf_add_str(out, "\",\"records\":[");
    return count;
}

static enum outcome end_list(struct buf *out, struct fail *fail)
{
    buf_add_str(out, "]}");
    return buf_check(out, "access log", fail);
}

static enum outcome add_range(struct access *access, struct conn *conn, uint64_t from, uint64_t to,
                              struct buf *out, struct fail *fail)
{
    enum outcome outcome = OK;
    for (uint64_t n = from; outcome == OK && n < to; n++) {
        uint8_t name[NAME_BYTES];
        put_u64(n, name);
        if (n > from)
            buf_add_byte(out, ',');
        outcome = people_get(conn, access->vault, KIND_RECORD, SPAN_ARRAY(name), out, fail);
        if (outcome == NOT_FOUND)
            outcome = fail_set(fail, BROKEN, "access.gap",
                               "the access log has no record %llu: people.db was altered",
                               (unsigned long long)n);
    }
    return outcome;
}

enum outcome access_list(struct access *access, uint64_t from, struct buf *out, struct fail *fail)
{
    struct conn *conn;
    enum outcome outcome = people_open(access->folder, access->options, &conn, fail);
    if (outcome != OK)
        return outcome;
    uint64_t count = begin_list(access, out);
    uint64_t to = from < count && count - from > ACCESS_LIST_MAX ? from + ACCESS_LIST_MAX : count;
    outcome = add_range(access, conn, from, to, out, fail);
    conn_close(conn);
    return outcome == OK ? end_list(out, fail) : outcome;
}

/* Found in no order: numbers are collected first. */
struct found {
    uint64_t *numbers;
    size_t count;
};

static enum outcome note_number(void *ctx, struct span record, struct fail *fail)
{
    struct found *found = ctx;
    json_t *object;
    enum outcome outcome = json_read_canonical(record, "access record", &object, fail);
    if (outcome != OK)
        return outcome;
    uint64_t *wider = reallocarray(found->numbers, found->count + 1, sizeof *wider);
    if (wider) {
        found->numbers = wider;
        wider[found->count++] = (uint64_t)json_integer_value(json_object_get(object, "n"));
    }
    json_decref(object);
    return wider ? OK : fail_set(fail, BROKEN, "memory", "out of memory");
}

static int compare_numbers(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static enum outcome add_found(struct access *access, struct conn *conn, struct found *found,
                              struct buf *out, struct fail *fail)
{
    enum outcome outcome = OK;
    if (found->count > 0)
        qsort(found->numbers, found->count, sizeof *found->numbers, compare_numbers);
    for (size_t i = 0; outcome == OK && i < found->count; i++) {
        if (i > 0)
            buf_add_byte(out, ',');
        outcome = add_range(access, conn, found->numbers[i], found->numbers[i] + 1, out, fail);
    }
    return outcome;
}

enum outcome access_list_of(struct access *access, const uint8_t whose[static HASH_BYTES],
                            struct buf *out, struct fail *fail)
{
    struct conn *conn;
    struct found found = {NULL, 0};
    enum outcome outcome = people_open(access->folder, access->options, &conn, fail);
    if (outcome != OK)
        return outcome;
    (void)begin_list(access, out);
    outcome = people_find(conn, access->vault, KIND_RECORD, FIELD_WHOSE, span_of(whose, HASH_BYTES),
                          note_number, &found, fail);
    if (outcome == OK)
        outcome = add_found(access, conn, &found, out, fail);
    free(found.numbers);
    conn_close(conn);
    return outcome == OK ? end_list(out, fail) : outcome;
}
