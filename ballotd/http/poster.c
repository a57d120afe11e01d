#include "http/poster.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/report.h"
#include "http/client_call.h"
#include "log/policy.h"

enum {
    STEP_MS = 250,   /* how often we look for something new */
    PAUSE_MS = 1000, /* between two requests to one witness */
    PAUSE_MAX_MS = 60000,
    TIMEOUT_S = 20,
    REQUEST_BYTES_MAX = 1 << 17,
    ANSWER_BYTES_MAX = 1 << 16,
};

struct witness {
    char url[CALL_URL_BYTES];
    struct call call;
    uint64_t old;  /* the size that it has cosigned, as far as we know */
    uint64_t done; /* the size whose cosignature we have */
    int64_t next_ms;
    int64_t pause_ms;
};

struct poster {
    struct election *election;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stop;
    atomic_bool stopping;
    struct buf policy; /* whose witnesses these are */
    struct witness witnesses[POLICY_WITNESSES_MAX];
    unsigned count;
};

static void forget_witnesses(struct poster *poster)
{
    for (unsigned i = 0; i < poster->count; i++)
        call_done(&poster->witnesses[i].call);
    poster->count = 0;
}

/* libcurl asks now and then whether to go on: a slow witness does not hold up the stop. */
static int give_up(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    struct poster *poster = ctx;

    (void)a, (void)b, (void)c, (void)d;
    return atomic_load(&poster->stopping);
}

static void add_witness(struct poster *poster, const char *url)
{
    struct witness *witness = &poster->witnesses[poster->count];
    size_t len = strlen(url);

    if (len == 0 || len >= CALL_URL_BYTES / 2)
        return;
    *witness = (struct witness){.pause_ms = PAUSE_MS};
    snprintf(witness->url, sizeof witness->url, "%s%sadd-checkpoint", url,
             url[len - 1] == '/' ? "" : "/");
    if (call_init(&witness->call, TIMEOUT_S, NULL) != OK) {
        call_done(&witness->call);
        return;
    }
    curl_easy_setopt(witness->call.curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(witness->call.curl, CURLOPT_XFERINFOFUNCTION, give_up);
    curl_easy_setopt(witness->call.curl, CURLOPT_XFERINFODATA, poster);
    poster->count++;
}

/* The policy is known once the definition stands in the log. */
static void learn_witnesses(struct poster *poster)
{
    struct buf text;
    struct policy *policy = NULL;

    buf_init(&text, POLICY_BYTES_MAX);
    if (election_policy(poster->election, &text, NULL) == OK && text.len > 0 &&
        !span_equal(buf_span(&text), buf_span(&poster->policy))) {
        forget_witnesses(poster);
        buf_clear(&poster->policy);
        buf_add(&poster->policy, buf_span(&text));
        if (policy_new(buf_span(&text), &policy, NULL) == OK) {
            for (unsigned i = 0; i < policy_witness_count(policy); i++)
                add_witness(poster, policy_witness_url(policy, i));
            policy_free(policy);
        }
    }
    buf_done(&text);
}

/* 409: the body is the size that the witness holds, in decimal, and a line feed. */
static bool read_size(struct span body, uint64_t *out_size)
{
    struct span line;

    return span_line(&body, &line) && body.len == 0 && span_decimal(line, out_size);
}

/* It has seen more of our log than there is: our database is an old one. Or it has seen another
 * tree of this size. In neither case will asking again help soon. */
static bool is_fork(const struct witness *witness, uint64_t size, uint64_t held)
{
    return held > size || held == witness->old;
}

static void wait_longer(struct witness *witness)
{
    witness->pause_ms *= 2;
    if (witness->pause_ms > PAUSE_MAX_MS)
        witness->pause_ms = PAUSE_MAX_MS;
}

static void take_answer(struct poster *poster, struct witness *witness, CURLcode code,
                        uint64_t size, struct span lines)
{
    long status = 0;
    uint64_t held = 0;
    struct fail fail;

    (void)curl_easy_getinfo(witness->call.curl, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK && status == 200) {
        witness->old = size;
        witness->pause_ms = PAUSE_MS;
        if (election_witness_answer(poster->election, size, lines, &fail) == OK) {
            witness->done = size;
        } else {
            wait_longer(witness);
            report_line(REPORT_WARN, "witness %s: %s", witness->url, fail.text);
        }
    } else if (code == CURLE_OK && status == 409 &&
               read_size(buf_span(&witness->call.other), &held) && !is_fork(witness, size, held)) {
        witness->old = held;
        witness->pause_ms = PAUSE_MS;
        witness->next_ms = 0; /* it told us what to ask, so ask */
    } else if (code != CURLE_ABORTED_BY_CALLBACK) {
        wait_longer(witness);
        report_line(REPORT_WARN, "witness %s: %s (status %ld): next try in %d s", witness->url,
                    code != CURLE_OK ? curl_easy_strerror(code)
                    : held > 0       ? "it holds another tree than ours, or a larger one"
                                     : "no cosignature",
                    status, (int)(witness->pause_ms / 1000));
    }
}

static void visit(struct poster *poster, struct witness *witness, int64_t now_ms)
{
    struct buf request;
    struct buf lines;
    uint64_t size = 0;

    if (now_ms < witness->next_ms)
        return;
    buf_init(&request, REQUEST_BYTES_MAX);
    buf_init(&lines, ANSWER_BYTES_MAX);
    if (election_witness_request(poster->election, witness->old, &request, &size, NULL) == OK &&
        size != witness->done) {
        call_set(&witness->call, "POST", witness->url, buf_span(&request), &lines);
        call_ready(&witness->call);
        witness->next_ms = now_ms + witness->pause_ms;
        CURLcode code = curl_easy_perform(witness->call.curl);
        take_answer(poster, witness, code, size, buf_span(&lines));
        if (witness->next_ms)
            witness->next_ms = clock_monotonic_ms() + witness->pause_ms;
    }
    buf_done(&request);
    buf_done(&lines);
}

/* True when the poster is to stop. */
static bool rest(struct poster *poster)
{
    int64_t end_ms = clock_monotonic_ms() + STEP_MS;
    struct timespec end = {.tv_sec = end_ms / 1000, .tv_nsec = end_ms % 1000 * 1000000};

    pthread_mutex_lock(&poster->lock);
    if (!atomic_load(&poster->stopping))
        pthread_cond_timedwait(&poster->stop, &poster->lock, &end);
    bool stopping = atomic_load(&poster->stopping);
    pthread_mutex_unlock(&poster->lock);
    return stopping;
}

static void *poster_run(void *ctx)
{
    struct poster *poster = ctx;

    while (!rest(poster)) {
        learn_witnesses(poster);
        for (unsigned i = 0; i < poster->count; i++)
            visit(poster, &poster->witnesses[i], clock_monotonic_ms());
    }
    return NULL;
}

static void poster_free(struct poster *poster)
{
    forget_witnesses(poster);
    buf_done(&poster->policy);
    pthread_cond_destroy(&poster->stop);
    pthread_mutex_destroy(&poster->lock);
    free(poster);
}

enum outcome poster_start(struct election *election, struct poster **out_poster, struct fail *fail)
{
    pthread_condattr_t monotonic;
    struct poster *poster = calloc(1, sizeof *poster);
    if (!poster)
        return fail_set(fail, BROKEN, "http.memory", "no memory for the poster to the witnesses");
    poster->election = election;
    buf_init(&poster->policy, POLICY_BYTES_MAX);
    pthread_mutex_init(&poster->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&poster->stop, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&poster->thread, NULL, poster_run, poster) != 0) {
        poster_free(poster);
        return fail_set(fail, BROKEN, "http.thread", "cannot start the poster to the witnesses");
    }
    *out_poster = poster;
    return OK;
}

void poster_stop(struct poster *poster)
{
    if (!poster)
        return;
    pthread_mutex_lock(&poster->lock);
    atomic_store(&poster->stopping, true);
    pthread_cond_signal(&poster->stop);
    pthread_mutex_unlock(&poster->lock);
    pthread_join(poster->thread, NULL);
    poster_free(poster);
}
