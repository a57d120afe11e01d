#include "lib/seated.h"

#include "crypto/hash.h"

#include <sodium.h>

static enum outcome get(void *ctx, const char *path, struct buf *out, struct fail *fail)
{
    struct seated *seat = ctx;
    bool final;
    size_t before = out->len;
    if (seat->empty)
        return fail_set(fail, NOT_FOUND, "board.empty", "nothing there");
    if (seat->lose_answers && ++seat->gets % 5 == 0)
        return fail_set(fail, BUSY, "client.unreachable", "nobody answers");
    enum outcome outcome =
        election_read(seat->rehearsal->election, span_str(path), out, &final, fail);
    if (outcome == OK && seat->lie_entry && strncmp(path, "tile/", 5) == 0)
        out->bytes[before + 200] ^= 1;
    if (outcome == OK && seat->lie_root && strcmp(path, "checkpoint") == 0)
        out->bytes[before + strlen("rehearsal.example.org/all\n1") + 12] ^= 1;
    return outcome;
}

static enum outcome put(void *ctx, const char *path, struct span body, struct fail *fail)
{
    struct seated *seat = ctx;
    const struct request request = {.asker = ASKER_TRUSTEE};
    uint8_t hash[HASH_BYTES];
    (void)path;
    sha256(body, hash);
    return election_put_blob(seat->rehearsal->election, &request, hash, body, fail);
}

static enum outcome post(void *ctx, struct span note, struct fail *fail)
{
    struct seated *seat = ctx;
    if (seat->posts_left == 0)
        return fail_set(fail, NOT_ALLOWED, "test.cut", "the wire is cut");
    seat->posts_left--;
    rehearsal_submit(seat->rehearsal, note, fail);
    return seat->lose_answers ? fail_set(fail, BUSY, "client.unreachable", "nobody answers")
                              : fail->outcome;
}

static enum outcome save(void *ctx, const struct keyfile *keyfile, struct fail *fail)
{
    struct seated *seat = ctx;
    (void)keyfile;
    (void)fail;
    seat->saves++;
    return OK;
}

static void *work(void *ctx)
{
    struct seated *seat = ctx;
    const struct rehearsal_trustee *trustee = &seat->rehearsal->trustees[seat->index];
    const struct trustee_options options = {
        .goal = seat->goal,
        .wire = &seat->wire,
        .origin = election_origin(seat->rehearsal->election),
        .keyfile = &seat->keyfile,
        .signer = &trustee->signer,
        .save = save,
        .save_ctx = seat,
        .wait_s = 20,
        .skip_s = 20,
        .quiet = true,
    };
    seat->outcome = trustee_run(&options, &seat->fail);
    return NULL;
}

enum outcome seated_run(struct seated *seat, enum trustee_goal goal)
{
    seat->goal = goal;
    memset(&seat->fail, 0, sizeof seat->fail);
    work(seat);
    return seat->outcome;
}

void seated_run_all(struct seated *seats, enum trustee_goal goal)
{
    pthread_t threads[LIMIT_TRUSTEES + 1];
    unsigned count = seats[1].rehearsal->options.trustees;
    for (unsigned i = 1; i <= count; i++) {
        seats[i].goal = goal;
        pthread_create(&threads[i], NULL, work, &seats[i]);
    }
    for (unsigned i = 1; i <= count; i++)
        pthread_join(threads[i], NULL);
}

void seated_all(struct rehearsal *rehearsal, struct seated *seats)
{
    for (unsigned i = 1; i <= rehearsal->options.trustees; i++) {
        const struct rehearsal_trustee *trustee = &rehearsal->trustees[i];
        seats[i] = (struct seated){.rehearsal = rehearsal, .index = i, .posts_left = 1000};
        seats[i].wire = (struct wire){&seats[i], get, put, post};
        seats[i].keyfile = (struct keyfile){.role = KEYFILE_TRUSTEE, .seal = trustee->seal_key};
        memcpy(seats[i].keyfile.sign, trustee->sign_key, KEY_BYTES);
        seats[i].keyfile.secret = sodium_malloc(sizeof *seats[i].keyfile.secret);
        memcpy(seats[i].keyfile.secret->sign, trustee->sign, ED25519_SECRET_BYTES);
        seats[i].keyfile.secret->seal = trustee->seal;
    }
}

void seated_done(struct seated *seat)
{
    keyfile_done(&seat->keyfile);
}
