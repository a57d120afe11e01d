/* bad_share URL KEYFILE PASSPHRASE-FILE VICTIM: a trustee who takes part in the ceremony as the
 * program does, but sends the victim a share that is none, under a signature that holds. */
#include "cli/desk.h"
#include "trustee/trustee.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

struct cheat {
    struct desk desk;
    int64_t victim;
};

static enum outcome get(void *ctx, const char *path, struct buf *out, struct fail *fail)
{
    struct cheat *cheat = ctx;
    return client_get(cheat->desk.client, path, out, fail);
}

static enum outcome put(void *ctx, const char *path, struct span body, struct fail *fail)
{
    struct cheat *cheat = ctx;
    return client_put(cheat->desk.client, path, NULL, body, fail);
}

/* Another share in the statement's text for the victim: 32 times the byte 1 as hex. */
static void spoil(const struct cheat *cheat, json_t *object)
{
    json_t *shares = json_object_get(object, "shares");
    for (size_t i = 0; i < json_array_size(shares); i++) {
        json_t *share = json_array_get(shares, i);
        if (json_integer_value(json_object_get(share, "to")) == cheat->victim)
            json_object_set_new(
                share, "share",
                json_string("0101010101010101010101010101010101010101010101010101010101010101"));
    }
}

static enum outcome post(void *ctx, struct span bytes, struct fail *fail)
{
    struct cheat *cheat = ctx;
    const struct note_signer *signers[] = {&cheat->desk.signer};
    struct statement statement;
    struct buf text, note, answer;
    unsigned status;
    enum outcome outcome = statement_read(bytes, span_str(cheat->desk.origin), &statement, fail);
    if (outcome != OK)
        return outcome;
    buf_init(&text, LIMIT_ENTRY_BYTES);
    buf_init(&note, LIMIT_ENTRY_BYTES);
    buf_init(&answer, NOTE_BYTES_MAX * 2);
    spoil(cheat, statement.object);
    statement_end(json_incref(statement.object), &text);
    statement_sign(buf_span(&text), signers, 1, &note);
    outcome =
        client_post(cheat->desk.client, "statements", buf_span(&note), &status, &answer, fail);
    statement_done(&statement);
    buf_done(&text);
    buf_done(&note);
    buf_done(&answer);
    return outcome;
}

static enum outcome save(void *ctx, const struct keyfile *keyfile, struct fail *fail)
{
    (void)ctx;
    (void)keyfile;
    (void)fail;
    return OK;
}

int main(int argc, char **argv)
{
    struct cheat cheat = {.victim = argc == 5 ? strtol(argv[4], NULL, 10) : 0};
    struct fail fail = {0};
    const struct wire wire = {&cheat, get, put, post};
    if (argc != 5 || sodium_init() < 0) {
        fprintf(stderr, "usage: bad_share URL KEYFILE PASSPHRASE-FILE VICTIM\n");
        return 2;
    }
    const struct desk_options desk = {.url = argv[1], .key = argv[2], .passphrase_file = argv[3]};
    enum outcome outcome = desk_open(&desk, &cheat.desk, &fail);
    if (outcome == OK) {
        const struct trustee_options options = {.goal = TRUSTEE_CEREMONY,
                                                .wire = &wire,
                                                .origin = span_str(cheat.desk.origin),
                                                .keyfile = &cheat.desk.keyfile,
                                                .signer = &cheat.desk.signer,
                                                .save = save,
                                                .wait_s = 60,
                                                .quiet = true};
        outcome = trustee_run(&options, &fail);
        desk_close(&cheat.desk);
    }
    if (outcome != OK)
        fprintf(stderr, "bad_share: %s\n", fail.text);
    return outcome == OK ? 0 : 1;
}
