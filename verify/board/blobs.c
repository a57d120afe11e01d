#include "board/blobs.h"

#include "base/text.h"
#include "crypto/hash.h"

#include <inttypes.h>
#include <stdlib.h>

struct named {
    uint64_t entry;
    struct blob blob;
    enum outcome outcome;
    struct fail fail;
};

struct inventory {
    struct board *board;
    struct named *list;
    size_t count, room;
    bool starved;
};

/* No file stands for no bytes. */
static void take_if_any(blob_fn *take, void *context, uint64_t entry, const struct blob *blob)
{
    if (blob->size > 0)
        take(context, entry, blob);
}

static void each_of_result(const struct result *result, uint64_t entry, blob_fn *take,
                           void *context)
{
    for (size_t i = 0; i < result->box_count; i++) {
        take_if_any(take, context, entry, &result->boxes[i].plaintexts);
        take(context, entry, &result->boxes[i].papers);
        take(context, entry, &result->boxes[i].sheet);
    }
}

static void each_of_entry(const struct statement *says, uint64_t entry, blob_fn *take,
                          void *context)
{
    switch (says->kind) {
    case ISSUE:
        take(context, entry, &says->issue->list);
        break;
    case OPEN:
        for (size_t i = 0; i < says->open->paper_count; i++)
            take(context, entry, &says->open->papers[i].paper);
        break;
    case CLOSE:
        take_if_any(take, context, entry, &says->close->checkpoint);
        break;
    case FREEZE:
        take_if_any(take, context, entry, &says->freeze->admitted);
        take_if_any(take, context, entry, &says->freeze->checkpoint);
        break;
    case MIX:
        take(context, entry, &says->mix->output);
        take(context, entry, &says->mix->proof);
        break;
    case DECRYPTION:
        take(context, entry, &says->decryption->shares);
        break;
    case RESULT:
        each_of_result(says->result, entry, take, context);
        break;
    default:
        break;
    }
}

void blobs_each(const struct board *board, blob_fn *take, void *context)
{
    for (size_t i = 0; i < board->count; i++)
        if (board->entries[i].readable)
            each_of_entry(&board->entries[i].statement, i, take, context);
}

static bool inventory_grow(struct inventory *inventory)
{
    size_t room = inventory->room == 0 ? 64 : 2 * inventory->room;
    struct named *list = realloc(inventory->list, room * sizeof *list);
    if (list == NULL)
        return false;
    inventory->list = list;
    inventory->room = room;
    return true;
}

static void add_named(void *context, uint64_t entry, const struct blob *blob)
{
    struct inventory *inventory = context;
    if (inventory->count == inventory->room && !inventory_grow(inventory))
        inventory->starved = true;
    if (!inventory->starved)
        inventory->list[inventory->count++] = (struct named){.entry = entry, .blob = *blob};
}

static enum outcome check_blob(struct board *board, const struct blob *blob, struct fail *fail)
{
    char path[PATH_BYTES + 1] = "blob/sha256/";
    struct bundle_file file;
    uint8_t hash[HASH_BYTES];
    size_t place;
    hex_encode(span_of(blob->sha256, HASH_BYTES), path + strlen(path));
    if (bundle_find(board->bundle, span_text(path), &place))
        __atomic_store_n(&board->seen[place], true, __ATOMIC_RELAXED); /* other threads may too */
    enum outcome outcome =
        bundle_read(board->bundle, span_text(path), LIMIT_BLOB_BYTES, &file, fail);
    if (outcome != GOOD)
        return outcome;
    hash_sha256(file.bytes, hash);
    if (file.bytes.len != blob->size)
        outcome = fail_bad(fail, "%s has %zu bytes; the entry says %" PRIu64, path, file.bytes.len,
                           blob->size);
    else if (memcmp(hash, blob->sha256, HASH_BYTES) != 0)
        outcome = fail_bad(fail, "%s is not what its name says", path);
    bundle_close(&file);
    return outcome;
}

static void check_one(void *context, unsigned worker, size_t index)
{
    struct inventory *inventory = context;
    struct named *named = &inventory->list[index];
    (void)worker;
    named->outcome = check_blob(inventory->board, &named->blob, &named->fail);
}

static void check_extra(const struct board *board, struct report *report)
{
    for (size_t i = 0; i < bundle_count(board->bundle); i++) {
        struct span path = bundle_path(board->bundle, i);
        if (board->seen[i])
            continue;
        report_fail(report, LOG_EXTRA, NO_ENTRY, "%.*s belongs to nothing in the log",
                    (int)path.len, (const char *)path.ptr);
        return;
    }
    report_pass(report, LOG_EXTRA);
}

void blobs_check(struct board *board, struct report *report)
{
    struct inventory inventory = {.board = board};
    blobs_each(board, add_named, &inventory);
    if (inventory.starved) {
        report_not_run(report, LOG_BLOBS, "no memory for the list of blobs");
    } else {
        parallel_for(board->threads, inventory.count, 1, check_one, &inventory);
        for (size_t i = 0; i < inventory.count; i++)
            (void)report_take(report, LOG_BLOBS, inventory.list[i].entry, inventory.list[i].outcome,
                              &inventory.list[i].fail);
        report_pass(report, LOG_BLOBS);
        check_extra(board, report);
    }
    free(inventory.list);
}
