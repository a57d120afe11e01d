/* Lists of members that are handed over, and copies found again. Declared in election/election.h.
 *
 * A list is a CSV file that says whose copy it is in its first and last line, and in the order of
 * its rows (roll/rowmark.h), for which every copy has a key of its own in people.db. */
#include "election/custody_export.h"
#include "election/handover.h"

#include "base/clock.h"
#include "base/code.h"
#include "crypto/age.h"
#include "roll/rowmark.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define KIND_COPY "export" /* in people.db, by a random name of 16 bytes */

enum { COPY_NAME_BYTES = 16, COPY_BYTES_MAX = 8192 };

/* -- the rows in this copy's order ------------------------------------------------------------- */

struct row {
    uint64_t rank;
    size_t at, len; /* of its line in texts */
};

struct list {
    uint8_t key[ROWMARK_KEY_BYTES];
    struct row *rows;
    size_t count, room;
    struct buf texts;
};

static enum outcome take_row(void *ctx, struct span number, struct span line, struct fail *fail)
{
    struct list *list = ctx;
    if (list->count == list->room) {
        size_t room = list->room ? 2 * list->room : 1024;
        struct row *wider = reallocarray(list->rows, room, sizeof *wider);
        if (!wider)
            return fail_set(fail, BROKEN, "memory", "out of memory");
        list->rows = wider;
        list->room = room;
    }
    list->rows[list->count++] =
        (struct row){rowmark_rank(list->key, number), list->texts.len, line.len};
    buf_add(&list->texts, line);
    return buf_check(&list->texts, "list", fail);
}

static int compare_rows(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    int by_rank = (x->rank > y->rank) - (x->rank < y->rank);
    return by_rank ? by_rank : (x->at > y->at) - (x->at < y->at);
}

static void list_init(struct list *list)
{
    *list = (struct list){.rows = NULL};
    randombytes_buf(list->key, sizeof list->key);
    buf_init(&list->texts, LIMIT_BLOB_BYTES);
}

static void list_done(struct list *list)
{
    sodium_memzero(list->key, sizeof list->key);
    buf_done(&list->texts);
    free(list->rows);
}

/* -- the file ---------------------------------------------------------------------------------- */

/* One quoted field; "#" makes it stand out, and keeps it from being taken for a member. */
static void add_mark(const struct handover *handover, const struct recipient *recipient,
                     int64_t now_s, struct buf *out)
{
    char when[INSTANT_TEXT_BYTES];
    struct buf mark;
    instant_print(now_s, when);
    buf_init(&mark, COPY_BYTES_MAX);
    buf_add_format(&mark,
                   "# Handed to %s (%s) at %s for: %s. Approved by %s. For this purpose alone; not "
                   "to be passed on.",
                   recipient->name, handover->to, when, handover->purpose, handover->approved_by);
    buf_add_byte(out, '"');
    for (size_t i = 0; i < mark.len; i++) {
        if (mark.bytes[i] == '"')
            buf_add_byte(out, '"');
        buf_add_byte(out, mark.bytes[i] < 0x20 ? ' ' : mark.bytes[i]);
    }
    buf_add_str(out, "\"\r\n");
    buf_done(&mark);
}

static void print_list(struct list *list, const struct handover *handover,
                       const struct recipient *recipient, int64_t now_s, struct buf *out)
{
    if (list->count > 0)
        qsort(list->rows, list->count, sizeof *list->rows, compare_rows);
    add_mark(handover, recipient, now_s, out);
    buf_add_str(out, CUSTODY_EXPORT_HEADER "\r\n");
    for (size_t i = 0; i < list->count; i++) {
        buf_add(out, span_of(list->texts.bytes + list->rows[i].at, list->rows[i].len));
        buf_add_str(out, "\r\n");
    }
    add_mark(handover, recipient, now_s, out);
}

/* -- remembering the copy ---------------------------------------------------------------------- */

struct copy {
    const struct vault *vault;
    uint8_t name[COPY_NAME_BYTES];
    struct buf text;
};

static enum outcome run_keep(void *ctx, struct txn *txn, struct fail *fail)
{
    const struct copy *copy = ctx;
    return people_add(txn, copy->vault, KIND_COPY, SPAN_ARRAY(copy->name), buf_span(&copy->text),
                      fail);
}

static enum outcome keep_copy(struct election *election, const struct list *list,
                              const struct handover *handover, const struct recipient *recipient,
                              int64_t now_s, struct fail *fail)
{
    struct copy copy = {.vault = election->vault};
    json_t *object = json_object();
    randombytes_buf(copy.name, sizeof copy.name);
    buf_init(&copy.text, COPY_BYTES_MAX);
    json_put_string(object, "to", span_str(handover->to));
    json_put_string(object, "name", span_str(recipient->name));
    json_put_string(object, "purpose", span_str(handover->purpose));
    json_put_string(object, "approved_by", span_str(handover->approved_by));
    json_put_integer(object, "at", now_s);
    json_put_integer(object, "rows", (int64_t)list->count);
    json_put_hex(object, "key", SPAN_ARRAY(list->key));
    json_print(object, &copy.text);
    json_decref(object);
    enum outcome outcome = buf_check(&copy.text, "copy", fail);
    if (outcome == OK)
        outcome = writer_run(election->people, run_keep, &copy, fail);
    sodium_memzero(copy.text.bytes, copy.text.len);
    buf_done(&copy.text);
    return outcome;
}

/* The key is on disk, and the look is logged, before anything leaves. */
static enum outcome hand_over(struct election *election, struct list *list,
                              const struct handover *handover, const struct recipient *recipient,
                              struct buf *out, struct fail *fail)
{
    uint8_t key[1][KEY_BYTES];
    int64_t now_s = clock_now_s();
    struct buf plain;
    const struct access_look look = {.officer = handover->to,
                                     .resource = "export/" HANDOVER_MEMBERS,
                                     .number = list->count,
                                     .purpose = span_str(handover->purpose)};
    memcpy(key[0], recipient->key, KEY_BYTES);
    buf_init(&plain, (size_t)2 * LIMIT_BLOB_BYTES);
    print_list(list, handover, recipient, now_s, &plain);
    enum outcome outcome = buf_check(&plain, "list", fail);
    if (outcome == OK)
        outcome = keep_copy(election, list, handover, recipient, now_s, fail);
    if (outcome == OK)
        outcome = access_record(election->access, &look, fail);
    if (outcome == OK)
        outcome = age_seal_bytes((const uint8_t(*)[KEY_BYTES])key, 1, buf_span(&plain), out, fail);
    buf_done(&plain);
    return outcome;
}

enum outcome election_export(struct election *election, const struct request *request,
                             struct buf *out, struct fail *fail)
{
    struct handover handover;
    struct recipient recipient;
    struct list list;
    enum outcome outcome = election_need_officer(request, OFFICIALS | OFFICER_SCRUTINEER, fail);
    if (outcome == OK)
        outcome = handover_recipient(election, request->id, OFFICIALS | OFFICER_SCRUTINEER,
                                     &recipient, fail);
    if (outcome == OK)
        outcome =
            handover_find(election, request->id, HANDOVER_MEMBERS, clock_now_s(), &handover, fail);
    if (outcome != OK)
        return outcome;
    list_init(&list);
    outcome = custody_export(election->custody, take_row, &list, fail);
    if (outcome == OK)
        outcome = hand_over(election, &list, &handover, &recipient, out, fail);
    list_done(&list);
    return outcome;
}
