#include "witness/follow.h"

#include "limit.h"
#include "log/tile.h"

#include <inttypes.h>
#include <stdio.h>

enum { BUNDLE_BYTES_MOST = TILE_WIDTH * (2 + LIMIT_ENTRY_BYTES) };

/* What one round has fetched. */
struct published {
    struct buffer bytes;
    struct note note;
    struct checkpoint checkpoint;
};

void follow_init(struct follow *follow, const char *url, struct fetch *fetch,
                 struct witness *witness)
{
    *follow = (struct follow){.url = url, .fetch = fetch, .witness = witness, .compared = true};
}

/* A signature that does not verify may be anybody's doing on the way: no reason to stop a log. */
static enum outcome read_checkpoint(struct follow *follow, struct published *published,
                                    struct fail *fail)
{
    enum outcome outcome =
        fetch_text(follow->fetch, follow->url, "checkpoint", &published->bytes, fail);
    if (outcome == GOOD)
        outcome = note_parse(buffer_span(&published->bytes), &published->note, fail);
    if (outcome == GOOD)
        outcome = checkpoint_parse(published->note.text, &published->checkpoint, fail);
    if (outcome != GOOD)
        return outcome;
    struct witness_log *log = witness_find(follow->witness, published->checkpoint.origin);
    if (log == NULL || (follow->log != NULL && follow->log != log))
        return fail_bad(fail, "the checkpoint is of %.*s, which is not the log to follow",
                        (int)published->checkpoint.origin.len,
                        (const char *)published->checkpoint.origin.ptr);
    outcome = note_verify(&published->note, &log->key, NULL, fail);
    if (outcome == GOOD)
        follow->log = log;
    return outcome;
}

/* The entries read so far give another root than was cosigned for that size. */
static enum outcome report_split(struct follow *follow, const struct published *published,
                                 struct fail *fail)
{
    char why[128];
    (void)snprintf(why, sizeof why,
                   "the log that is published does not begin with the %" PRIu64
                   " entries that were cosigned",
                   follow->target.size);
    witness_stop(follow->witness, follow->log, buffer_span(&published->bytes), why);
    return fail_bad(fail, "%s", why);
}

static bool differs_from_target(struct follow *follow)
{
    struct merkle_hash root;
    if (follow->compared || follow->merkle.size != follow->target.size)
        return false;
    merkle_root(&follow->merkle, &root);
    follow->compared = merkle_equal(&root, &follow->target.root);
    return !follow->compared;
}

/* The entries of one bundle that are not in the tree yet. */
static enum outcome take_entries(struct follow *follow, const struct published *published,
                                 struct span bytes, unsigned width, struct fail *fail)
{
    struct span entries[TILE_WIDTH];
    enum outcome outcome = tile_entries(bytes, width, entries, fail);
    if (outcome != GOOD)
        return outcome;
    for (unsigned i = (unsigned)(follow->merkle.size % TILE_WIDTH); i < width; i++) {
        struct merkle_hash leaf;
        merkle_leaf(entries[i], &leaf);
        merkle_append(&follow->merkle, &leaf);
        if (differs_from_target(follow))
            return report_split(follow, published, fail);
    }
    return GOOD;
}

static enum outcome read_bundle(struct follow *follow, const struct published *published,
                                struct fail *fail)
{
    char path[TILE_PATH_BYTES];
    struct buffer bytes;
    uint64_t index = follow->merkle.size / TILE_WIDTH;
    unsigned width = tile_width(published->checkpoint.size, TILE_ENTRIES, index);
    tile_path(TILE_ENTRIES, index, width, path);
    buffer_init(&bytes, BUNDLE_BYTES_MOST);
    enum outcome outcome = fetch_text(follow->fetch, follow->url, path, &bytes, fail);
    if (outcome == GOOD)
        outcome = take_entries(follow, published, buffer_span(&bytes), width, fail);
    buffer_done(&bytes);
    return outcome;
}

/* The tree only grows: a size that was passed unseen is reached again from the start. */
static void choose_target(struct follow *follow, const struct published *published)
{
    if (follow->compared) {
        struct witness_head head = witness_head(follow->witness, follow->log);
        bool is_news =
            head.size != follow->target.size || !merkle_equal(&head.root, &follow->target.root);
        follow->compared = head.size == 0 || !is_news;
        follow->target = head;
    }
    if (published->checkpoint.size < follow->merkle.size ||
        (!follow->compared && follow->target.size < follow->merkle.size))
        merkle_init(&follow->merkle);
}

static enum outcome compare_root(struct follow *follow, const struct published *published,
                                 struct fail *fail)
{
    struct merkle_hash root;
    merkle_root(&follow->merkle, &root);
    if (merkle_equal(&root, &published->checkpoint.root))
        return GOOD;
    merkle_init(&follow->merkle);
    return fail_bad(fail, "the %" PRIu64 " entries do not give the root of the checkpoint",
                    published->checkpoint.size);
}

static enum outcome read_log(struct follow *follow, const struct published *published,
                             struct fail *fail)
{
    choose_target(follow, published);
    if (differs_from_target(follow)) /* nothing new is published, but more was cosigned */
        return report_split(follow, published, fail);
    while (follow->merkle.size < published->checkpoint.size) {
        enum outcome outcome = read_bundle(follow, published, fail);
        if (outcome != GOOD)
            return outcome;
    }
    return compare_root(follow, published, fail);
}

/* A log may replace a partial bundle between two fetches: one bad round means nothing. */
static void judge_round(struct follow *follow, enum outcome outcome, const char *why)
{
    bool suspends = outcome == BAD    ? follow->failed || follow->suspends
                    : outcome == GOOD ? false
                                      : follow->suspends;
    if (follow->log != NULL && suspends != follow->suspends) {
        witness_suspend(follow->witness, follow->log, suspends, why);
        follow->suspends = suspends;
    }
    follow->failed = outcome == BAD || (outcome != GOOD && follow->failed);
}

enum outcome follow_once(struct follow *follow, struct fail *fail)
{
    struct published published = {0};
    buffer_init(&published.bytes, WITNESS_BODY_BYTES);
    enum outcome outcome = read_checkpoint(follow, &published, fail);
    if (outcome == GOOD)
        outcome = read_log(follow, &published, fail);
    judge_round(follow, outcome, outcome == GOOD ? "its entries give its root" : fail->text);
    buffer_done(&published.bytes);
    return outcome;
}
