/* Voters who remember: their ballots, the receipts they got, the checkpoints they saw, and whether
 * the daemon's log keeps to all that. For the tests that break the daemon. */
#ifndef TESTS_VOTERS_H
#define TESTS_VOTERS_H

#include "check.h"
#include "lib/daemon.h"
#include "lib/load.h"
#include "lib/receipt.h"
#include "lib/rehearsal.h"

#include "http/client.h"
#include "log/tiles.h"

#include <sodium.h>
#include <stdatomic.h>

enum { CONNECTIONS_MAX = 64 };

struct cast {
    struct buf note;
    struct merkle_hash leaf;
    uint64_t index;
    bool acknowledged;
};

struct world {
    char top[64], folder[80];
    struct rehearsal rehearsal;
    struct note_key log_key;
    struct daemon daemon;
    struct cast *casts;
    size_t cast_count;
    size_t first, last; /* all before `first` are acknowledged, none from `last` was posted */
    struct seen *seen;
    size_t seen_count, seen_max;
    struct merkle_hash *leaves; /* of the log, as of the last look */
    size_t leaf_count;
    size_t in_flight, acknowledged, repeated;
    int64_t start_ms, start_ms_max;
    atomic_uint answers; /* since it was last set to 0 */
    bool again;          /* posting what is acknowledged already */
    bool may_refuse; /* a refusal by the daemon itself (5xx) is expected, and ends the posting */
    size_t refused;
};

/* -- receipts ---------------------------------------------------------------------------------- */

static void remember(struct world *world, struct seen seen)
{
    if (world->seen_count == world->seen_max) {
        world->seen_max = world->seen_max ? 2 * world->seen_max : 1024;
        world->seen = reallocarray(world->seen, world->seen_max, sizeof *world->seen);
    }
    world->seen[world->seen_count++] = seen;
}

static void take_receipt(struct world *world, struct cast *cast, struct span receipt)
{
    struct seen seen;
    uint64_t index;
    struct fail fail = {.outcome = OK};
    if (!CHECK_INT(receipt_read(receipt, &cast->leaf, &world->log_key, &index, &seen, &fail), OK)) {
        fprintf(stderr, "%s\n", fail.text);
        return;
    }
    if (cast->acknowledged)
        CHECK_UINT(index, cast->index);
    cast->acknowledged = true;
    cast->index = index;
    remember(world, seen);
}

/* -- posting ----------------------------------------------------------------------------------- */

struct posting {
    struct world *world;
    size_t next, end;
};

static bool next_cast(void *ctx, size_t *out_number, struct span *out_note)
{
    struct posting *posting = ctx;
    struct cast *casts = posting->world->casts;
    while (posting->next < posting->end &&
           casts[posting->next].acknowledged != posting->world->again)
        posting->next++;
    if (posting->next == posting->end ||
        (posting->world->may_refuse && posting->world->refused > 0))
        return false;
    if (posting->next >= posting->world->last)
        posting->world->last = posting->next + 1;
    *out_number = posting->next;
    *out_note = buf_span(&casts[posting->next++].note);
    return true;
}

static void answered(void *ctx, const struct load_answer *answer)
{
    struct world *world = ((struct posting *)ctx)->world;
    struct cast *cast = &world->casts[answer->number];
    atomic_fetch_add(&world->answers, 1);
    if (answer->status == 0)
        return; /* cut off */
    if (world->may_refuse && answer->status >= 500) {
        world->refused++;
        CHECK(span_starts(answer->body, SPAN_LIT("{\"type\":\"urn:ballotd:problem:")));
        return;
    }
    if (world->again) {
        CHECK_UINT(answer->status, 200);
        world->repeated++;
    } else if (!CHECK(answer->status == 201 || answer->status == 200)) {
        fprintf(stderr, "status %u: %.*s\n", answer->status, (int)answer->body.len,
                (const char *)answer->body.ptr);
        return;
    }
    take_receipt(world, cast, answer->body);
}

/* Posts what is not acknowledged yet (or, again, what is) from..to; how many were cut off. */
static unsigned post(struct world *world, size_t from, size_t to, bool again)
{
    struct posting posting = {world, from, to};
    const struct load_source source = {next_cast, answered, &posting};
    world->again = again;
    return load_run(world->daemon.url, 8 + randombytes_uniform(CONNECTIONS_MAX - 7), &source);
}

/* -- looking at the log ------------------------------------------------------------------------ */

static void read_tile(struct client *client, const struct tile *tile, struct merkle_hash *leaves)
{
    struct buf path, bytes;
    struct fail fail = {.outcome = OK};
    buf_init(&path, TILE_PATH_MAX);
    buf_init(&bytes, (size_t)TILE_WIDTH * HASH_BYTES);
    tile_print_path(tile, &path);
    if (CHECK_INT(client_get(client, buf_text(&path), &bytes, &fail), OK) &&
        CHECK_UINT(bytes.len, (size_t)tile->width * HASH_BYTES))
        memcpy(leaves + tile->index * TILE_WIDTH, bytes.bytes, bytes.len);
    buf_done(&path);
    buf_done(&bytes);
}

static uint64_t read_size(struct client *client, const struct world *world)
{
    struct buf bytes;
    struct seen seen = {.size = 0};
    struct fail fail = {.outcome = OK};
    buf_init(&bytes, NOTE_BYTES_MAX);
    CHECK_INT(client_get(client, "checkpoint", &bytes, &fail), OK);
    CHECK_INT(seen_read(buf_span(&bytes), &world->log_key, &seen, &fail), OK);
    buf_done(&bytes);
    return seen.size;
}

/* Where an acknowledged ballot should be, it is; and nothing that stood before has changed. */
static void look(struct world *world)
{
    const struct client_options options = {.url = world->daemon.url};
    struct client *client = NULL;
    struct fail fail = {.outcome = OK};
    if (!CHECK_INT(client_new(&options, &client, &fail), OK))
        return;
    size_t size = read_size(client, world);
    struct merkle_hash *leaves = calloc(size + TILE_WIDTH, sizeof *leaves);
    for (uint64_t from = 0; from < size; from += TILE_WIDTH) {
        unsigned width = (unsigned)(size - from < TILE_WIDTH ? size - from : TILE_WIDTH);
        struct tile tile = {.index = from / TILE_WIDTH, .width = width};
        read_tile(client, &tile, leaves);
    }
    client_free(client);
    CHECK(size >= world->leaf_count);
    CHECK(world->leaf_count == 0 ||
          memcmp(leaves, world->leaves, world->leaf_count * sizeof *leaves) == 0);
    free(world->leaves);
    world->leaves = leaves;
    world->leaf_count = size;
    CHECK_UINT(seen_extended(world->seen, world->seen_count, leaves, size), world->seen_count);
    for (size_t i = 0; i < world->cast_count; i++)
        if (world->casts[i].acknowledged)
            CHECK(world->casts[i].index < size &&
                  memcmp(&leaves[world->casts[i].index], &world->casts[i].leaf, HASH_BYTES) == 0);
}

/* -- beginning --------------------------------------------------------------------------------- */

static void seal_all(struct world *world)
{
    for (size_t i = 0; i < world->cast_count; i++) {
        struct cast *cast = &world->casts[i];
        buf_init(&cast->note, LIMIT_ENTRY_BYTES);
        rehearsal_ballot(&world->rehearsal, (unsigned)i, &cast->note);
        merkle_leaf(buf_span(&cast->note), &cast->leaf);
    }
}

/* An election that is open, with a ballot ready for each member. */
static void open_election(struct world *world, unsigned members)
{
    const struct rehearsal_options options = {.folder = world->folder,
                                              .members = members,
                                              .trustees = 3,
                                              .threshold = 2,
                                              .mixes = 2,
                                              .candidates = 8,
                                              .contests = 1};
    rehearsal_begin(&world->rehearsal, &options);
    rehearsal_define(&world->rehearsal);
    rehearsal_ceremony(&world->rehearsal);
    rehearsal_roll(&world->rehearsal);
    rehearsal_issue(&world->rehearsal);
    rehearsal_open(&world->rehearsal);
    world->log_key = world->rehearsal.election->log.key;
    world->cast_count = options.members;
    world->casts = calloc(world->cast_count, sizeof *world->casts);
    seal_all(world);
}

static void start(struct world *world)
{
    daemon_start(&world->daemon, world->folder);
    world->start_ms += world->daemon.start_ms;
    if (world->daemon.start_ms > world->start_ms_max)
        world->start_ms_max = world->daemon.start_ms;
}

#endif
