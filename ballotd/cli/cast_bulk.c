#include "cli/cast_bulk.h"

#include "base/clock.h"
#include "base/file.h"
#include "cli/bulk_read.h"
#include "crypto/parallel.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { PREPARED_BYTES_MAX = 1 << 30, TRIES_MAX = 8, PROGRESS_MS = 1000 };

struct item {
    unsigned row; /* of the file, from 1; or place among those prepared */
    struct buf note;
    struct fail fail;
    unsigned tries;
};

/* -- making ----------------------------------------------------------------------------------- */

struct making {
    const struct booth *booth;
    const struct bulk_rows *rows;
    struct item *items;
};

static enum outcome choose(const struct bulk_rows *rows, size_t row, const struct ballot_cast *cast,
                           struct choice *out_choices, struct fail *fail)
{
    for (unsigned i = 0; i < cast->paper->count; i++) {
        const struct contest *contest = cast->paper->contests[i];
        struct span cell = bulk_rows_cell(rows, row, contest->id);
        if (cell.len == 0)
            return fail_set(fail, BAD_INPUT, "cast.missing", "no choice in contest \"%s\"",
                            contest->id);
        enum outcome outcome = choice_parse(contest, cell, &out_choices[i], fail);
        if (outcome != OK)
            return fail_within(fail, "contest \"%s\"", contest->id);
    }
    return OK;
}

static enum outcome make(const struct making *making, size_t row, struct buf *out_note,
                         struct fail *fail)
{
    struct credential_code code;
    struct ballot_cast cast = {0};
    struct choice choices[LIMIT_CONTESTS];
    enum outcome outcome = credential_code_read(bulk_rows_code(making->rows, row), &code, fail);
    if (outcome == OK)
        outcome = ballot_cast_begin(making->booth->state, &code, &cast, fail);
    if (outcome == OK)
        outcome = choose(making->rows, row, &cast, choices, fail);
    if (outcome == OK)
        outcome = ballot_cast_seal(&cast, choices, fail);
    if (outcome == OK)
        outcome = ballot_cast_sign(&cast, out_note, fail);
    ballot_cast_done(&cast);
    sodium_memzero(&code, sizeof code);
    return outcome;
}

static void make_range(void *context, unsigned slice, size_t from, size_t to)
{
    struct making *making = context;
    (void)slice;
    for (size_t i = from; i < to; i++) {
        struct item *item = &making->items[i];
        item->fail = (struct fail){.outcome = OK};
        item->row = (unsigned)i + 1;
        if (item->note.len == 0)
            (void)!make(making, i, &item->note, &item->fail);
    }
}

/* Codes issued anew since the opening are known only when the log is read to its end. */
static enum outcome make_all(struct booth *booth, struct making *making, size_t count,
                             struct fail *fail)
{
    bool strangers = false;
    enum outcome outcome = OK;
    parallel_run(make_range, making, count, NULL);
    for (size_t i = 0; i < count; i++)
        strangers = strangers || strcmp(making->items[i].fail.code, "cast.code") == 0;
    if (strangers && !booth->whole) {
        outcome = booth_read_whole(booth, fail);
        if (outcome == OK)
            parallel_run(make_range, making, count, NULL);
    }
    return outcome;
}

static enum outcome new_items(size_t count, struct item **out_items, struct fail *fail)
{
    struct item *items = calloc(count + 1, sizeof *items);
    if (!items)
        return fail_set(fail, BROKEN, "memory", "out of memory for %zu ballots", count);
    for (size_t i = 0; i < count; i++)
        buf_init(&items[i].note, LIMIT_ENTRY_BYTES);
    *out_items = items;
    return OK;
}

static enum outcome make_from_file(const struct cast_bulk *bulk, struct booth *booth,
                                   struct item **out_items, size_t *out_count, struct fail *fail)
{
    struct bulk_rows rows;
    int64_t began_ms = clock_monotonic_ms();
    enum outcome outcome = bulk_rows_read(bulk->ballots, &rows, fail);
    if (outcome != OK)
        return outcome;
    outcome = new_items(rows.count, out_items, fail);
    if (outcome == OK) {
        struct making making = {booth, &rows, *out_items};
        *out_count = rows.count;
        outcome = make_all(booth, &making, rows.count, fail);
    }
    if (outcome == OK)
        fprintf(stderr, "made %zu ballots in %lld ms\n", rows.count,
                (long long)(clock_monotonic_ms() - began_ms));
    bulk_rows_done(&rows);
    return outcome;
}

/* -- prepared files --------------------------------------------------------------------------- */

static enum outcome write_prepared(const char *path, const struct item *items, size_t count,
                                   struct fail *fail)
{
    struct buf all;
    buf_init(&all, PREPARED_BYTES_MAX);
    for (size_t i = 0; i < count; i++) {
        if (items[i].note.len == 0)
            continue;
        buf_add_u32le(&all, (uint32_t)items[i].note.len);
        buf_add(&all, buf_span(&items[i].note));
    }
    enum outcome outcome = buf_check(&all, "prepared ballots", fail);
    if (outcome == OK)
        outcome = file_write(path, buf_span(&all), 0600, fail);
    buf_done(&all);
    return outcome;
}

/* Cuts the next note off; false at the end or where the file is malformed. */
static bool next_prepared(struct span *rest, struct span *out_note)
{
    if (rest->len < 4)
        return false;
    uint32_t len = (uint32_t)rest->ptr[0] | (uint32_t)rest->ptr[1] << 8 |
                   (uint32_t)rest->ptr[2] << 16 | (uint32_t)rest->ptr[3] << 24;
    if (len == 0 || len > LIMIT_ENTRY_BYTES || len > rest->len - 4)
        return false;
    *out_note = span_of(rest->ptr + 4, len);
    *rest = span_of(rest->ptr + 4 + len, rest->len - 4 - len);
    return true;
}

static enum outcome take_prepared(struct span bytes, const char *path, struct item **out_items,
                                  size_t *out_count, struct fail *fail)
{
    struct span rest = bytes, note;
    size_t count = 0;
    while (next_prepared(&rest, &note))
        count++;
    if (rest.len > 0)
        return fail_set(fail, BAD_INPUT, "cast.prepared", "%s: malformed after %zu ballots", path,
                        count);
    enum outcome outcome = new_items(count, out_items, fail);
    rest = bytes;
    for (size_t i = 0; outcome == OK && next_prepared(&rest, &note); i++) {
        (*out_items)[i].row = (unsigned)i + 1;
        buf_add(&(*out_items)[i].note, note);
    }
    if (outcome == OK)
        *out_count = count;
    return outcome;
}

static enum outcome read_prepared(const char *path, struct item **out_items, size_t *out_count,
                                  struct fail *fail)
{
    struct buf all;
    buf_init(&all, PREPARED_BYTES_MAX);
    enum outcome outcome = file_read(path, &all, fail);
    if (outcome == OK)
        outcome = take_prepared(buf_span(&all), path, out_items, out_count, fail);
    buf_done(&all);
    return outcome;
}

/* -- sending ---------------------------------------------------------------------------------- */

struct sending {
    const struct booth *booth;
    struct item *items;
    size_t count, next;
    struct item **again; /* those that the daemon was too busy for */
    size_t again_count;
    size_t cast, known, refused;
    int64_t *spent_us; /* of those that were cast */
    int64_t began_ms, told_ms;
};

static bool next_item(void *ctx, struct span *out_body, void **out_item)
{
    struct sending *sending = ctx;
    struct item *item = NULL;
    while (!item && sending->next < sending->count) {
        item = &sending->items[sending->next++];
        if (item->note.len == 0) /* could not be made */
            item = NULL;
    }
    if (!item && sending->again_count > 0)
        item = sending->again[--sending->again_count];
    if (!item)
        return false;
    *out_body = buf_span(&item->note);
    *out_item = item;
    return true;
}

static void tell_progress(struct sending *sending)
{
    int64_t now_ms = clock_monotonic_ms();
    if (now_ms - sending->told_ms < PROGRESS_MS)
        return;
    sending->told_ms = now_ms;
    fprintf(stderr, "%zu of %zu cast, %zu refused\n", sending->cast, sending->count,
            sending->refused);
}

static void refuse(struct sending *sending, const struct item *item, const struct fail *fail)
{
    sending->refused++;
    printf("ballot %u: %s (%s)\n", item->row, fail->text, fail->code);
}

static void end_item(void *ctx, const struct client_result *result)
{
    struct sending *sending = ctx;
    struct item *item = result->item;
    struct fail fail;
    if (result->fail && result->fail->outcome == BUSY && ++item->tries < TRIES_MAX) {
        sending->again[sending->again_count++] = item;
    } else if (result->fail) {
        refuse(sending, item, result->fail);
    } else if (booth_check_receipt(sending->booth, buf_span(&item->note), result->body, &fail) !=
               OK) {
        refuse(sending, item, &fail);
    } else {
        sending->spent_us[sending->cast++] = result->spent_us;
        sending->known += result->status == 200;
    }
    tell_progress(sending);
}

static int compare_spent(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void print_figures(struct sending *sending)
{
    int64_t spent_ms = clock_monotonic_ms() - sending->began_ms;
    size_t n = sending->cast;
    long long per_s = spent_ms > 0 ? (long long)n * 1000 / spent_ms : 0;
    qsort(sending->spent_us, n, sizeof *sending->spent_us, compare_spent);
    long long p50 = n ? sending->spent_us[n / 2] : 0, p99 = n ? sending->spent_us[n * 99 / 100] : 0;
    printf("%zu cast (%zu of them before), %zu refused in %lld ms: %lld ballots/s; answers p50 "
           "%lld.%lld ms, p99 %lld.%lld ms\n",
           n, sending->known, sending->refused, (long long)spent_ms, per_s, p50 / 1000,
           p50 / 100 % 10, p99 / 1000, p99 / 100 % 10);
}

static enum outcome send_all(const struct cast_bulk *bulk, const struct booth *booth,
                             struct item *items, size_t count, struct fail *fail)
{
    struct sending sending = {.booth = booth,
                              .items = items,
                              .count = count,
                              .again = calloc(count + 1, sizeof *sending.again),
                              .spent_us = calloc(count + 1, sizeof *sending.spent_us),
                              .began_ms = clock_monotonic_ms()};
    const struct client_source source = {
        .next = next_item, .end = end_item, .ctx = &sending, .per_s = bulk->rate};
    enum outcome outcome =
        sending.again && sending.spent_us
            ? OK
            : fail_set(fail, BROKEN, "memory", "out of memory for %zu ballots", count);
    for (size_t i = 0; outcome == OK && i < count; i++)
        if (items[i].note.len == 0)
            refuse(&sending, &items[i], &items[i].fail);
    if (outcome == OK)
        outcome =
            client_post_many(booth->desk.client, "statements", bulk->connections, &source, fail);
    if (outcome == OK)
        print_figures(&sending);
    if (outcome == OK && sending.refused > 0)
        outcome = fail_set(fail, CONFLICT, "cast.refused", "%zu of %zu ballots were refused",
                           sending.refused, count);
    free(sending.again);
    free(sending.spent_us);
    return outcome;
}

/* -- all -------------------------------------------------------------------------------------- */

static enum outcome prepare(const struct cast_bulk *bulk, const struct item *items, size_t count,
                            struct fail *fail)
{
    size_t unmade = 0;
    for (size_t i = 0; i < count; i++)
        if (items[i].note.len == 0) {
            printf("ballot %u: %s (%s)\n", items[i].row, items[i].fail.text, items[i].fail.code);
            unmade++;
        }
    enum outcome outcome = write_prepared(bulk->prepare, items, count, fail);
    if (outcome == OK && unmade > 0)
        outcome = fail_set(fail, CONFLICT, "cast.refused", "%zu of %zu ballots cannot be made",
                           unmade, count);
    return outcome;
}

enum outcome cast_bulk_run(const struct cast_bulk *bulk, struct booth *booth, struct fail *fail)
{
    struct item *items = NULL;
    size_t count = 0;
    enum outcome outcome = bulk->send ? read_prepared(bulk->send, &items, &count, fail)
                                      : make_from_file(bulk, booth, &items, &count, fail);
    if (outcome == OK)
        outcome = bulk->prepare ? prepare(bulk, items, count, fail)
                                : send_all(bulk, booth, items, count, fail);
    for (size_t i = 0; items && i < count; i++)
        buf_done(&items[i].note);
    free(items);
    return outcome;
}
