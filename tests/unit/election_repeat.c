/* The same ballot over and over at the same moment, as an impatient voter's program sends it: it is
 * taken once, everybody gets a receipt for the same place, nobody a refusal. */
#include "check.h"
#include "lib/process.h"
#include "lib/receipt.h"
#include "lib/rehearsal.h"

#include <sodium.h>
#include <unistd.h>

enum { THREADS = 4, TIMES = 25, BALLOTS = 8 };

struct repeat {
    struct election *election;
    struct buf note;
    struct merkle_hash leaf;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    unsigned accepted, known, refused, wrong, answers;
    uint64_t index;
};

static void answered(void *ctx, const struct submission *submission)
{
    struct repeat *repeat = ctx;
    struct seen seen;
    uint64_t index = 0;
    struct fail fail = {.outcome = OK};
    pthread_mutex_lock(&repeat->lock);
    if (submission->result == SUBMISSION_REFUSED) {
        repeat->refused++;
        fprintf(stderr, "%s: %s\n", submission->fail.code, submission->fail.text);
    } else {
        enum outcome outcome = receipt_read(submission->answer, &repeat->leaf,
                                            &repeat->election->log.key, &index, &seen, &fail);
        bool first = repeat->accepted + repeat->known == 0;
        repeat->wrong += outcome != OK || (!first && index != repeat->index);
        repeat->index = index;
        repeat->accepted += submission->result == SUBMISSION_ACCEPTED;
        repeat->known += submission->result == SUBMISSION_KNOWN;
    }
    repeat->answers++;
    pthread_cond_signal(&repeat->wake);
    pthread_mutex_unlock(&repeat->lock);
}

static void *post(void *ctx)
{
    struct repeat *repeat = ctx;
    for (unsigned i = 0; i < TIMES; i++)
        election_submit(repeat->election, buf_span(&repeat->note), answered, repeat);
    return NULL;
}

static void test_ballot(struct rehearsal *rehearsal, unsigned number)
{
    struct repeat repeat = {.election = rehearsal->election,
                            .lock = PTHREAD_MUTEX_INITIALIZER,
                            .wake = PTHREAD_COND_INITIALIZER};
    pthread_t threads[THREADS];
    check_case("ballot %u", number);
    buf_init(&repeat.note, LIMIT_ENTRY_BYTES);
    rehearsal_ballot(rehearsal, number, &repeat.note);
    merkle_leaf(buf_span(&repeat.note), &repeat.leaf);
    for (unsigned i = 0; i < THREADS; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, post, &repeat), 0);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_lock(&repeat.lock);
    while (repeat.answers < THREADS * TIMES)
        pthread_cond_wait(&repeat.wake, &repeat.lock);
    pthread_mutex_unlock(&repeat.lock);
    CHECK_UINT(repeat.accepted, 1);
    CHECK_UINT(repeat.known, THREADS * TIMES - 1);
    CHECK_UINT(repeat.refused, 0);
    CHECK_UINT(repeat.wrong, 0);
    buf_done(&repeat.note);
}

int main(void)
{
    char top[] = "/tmp/election_repeat.XXXXXX", folder[64];
    struct rehearsal rehearsal;
    if (sodium_init() < 0 || !mkdtemp(top))
        return 1;
    snprintf(folder, sizeof folder, "%s/election", top);
    const struct rehearsal_options options = {.folder = folder,
                                              .members = BALLOTS,
                                              .trustees = 1,
                                              .threshold = 1,
                                              .mixes = 1,
                                              .candidates = 3,
                                              .contests = 1};
    rehearsal_begin(&rehearsal, &options);
    rehearsal_define(&rehearsal);
    rehearsal_ceremony(&rehearsal);
    rehearsal_roll(&rehearsal);
    rehearsal_issue(&rehearsal);
    rehearsal_open(&rehearsal);
    for (unsigned i = 0; i < BALLOTS; i++)
        test_ballot(&rehearsal, i);
    rehearsal_end(&rehearsal);
    CHECK_INT(process_remove(top), 0);
    return check_end("election_repeat");
}
