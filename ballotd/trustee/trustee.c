#include "trustee/trustee.h"

#include "base/clock.h"
#include "base/code.h"
#include "crypto/hash.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PAUSE_FIRST_MS = 200, PAUSE_LONGEST_MS = 5000 };

const struct state *trustee_state(const struct duty *duty)
{
    return duty->follow.state;
}

void trustee_waits_for(struct duty *duty, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(duty->waiting, sizeof duty->waiting, format, arguments);
    va_end(arguments);
}

static void say_progress(void *context, uint64_t done)
{
    progress_step(context, done);
}

void trustee_progress_begin(const struct duty *duty, const char *what,
                            struct trustee_progress *out_progress)
{
    *out_progress = (struct trustee_progress){0};
    progress_start(&out_progress->line, what, 0, duty->options->quiet);
    out_progress->work =
        (struct parallel_progress){.step = say_progress, .context = &out_progress->line};
}

/* -- saying things ---------------------------------------------------------------------------- */

void trustee_sign(const struct duty *duty, json_t *object, struct buf *out_note)
{
    const struct note_signer *signers[] = {duty->options->signer};
    struct buf text;
    buf_init(&text, LIMIT_ENTRY_BYTES);
    statement_end(object, &text);
    statement_sign(buf_span(&text), signers, 1, out_note);
    buf_done(&text);
}

enum outcome trustee_say(struct duty *duty, json_t *object, struct fail *fail)
{
    const struct wire *wire = duty->options->wire;
    struct buf note;
    buf_init(&note, LIMIT_ENTRY_BYTES);
    trustee_sign(duty, object, &note);
    enum outcome outcome = buf_check(&note, "statement", fail);
    if (outcome == OK)
        outcome = wire->post(wire->ctx, buf_span(&note), fail);
    buf_done(&note);
    return outcome;
}

enum outcome trustee_put_blob(struct duty *duty, struct span bytes, json_t **out_reference,
                              struct fail *fail)
{
    const struct wire *wire = duty->options->wire;
    char path[sizeof "blob/sha256/" + 2 * HASH_BYTES] = "blob/sha256/";
    uint8_t hash[HASH_BYTES];
    sha256(bytes, hash);
    hex_print(SPAN_ARRAY(hash), path + strlen(path));
    enum outcome outcome = wire->put(wire->ctx, path, bytes, fail);
    if (outcome != OK)
        return outcome;
    *out_reference = json_object();
    json_put_hex(*out_reference, "sha256", SPAN_ARRAY(hash));
    json_put_integer(*out_reference, "size", (int64_t)bytes.len);
    return OK;
}

/* -- memory ----------------------------------------------------------------------------------- */

enum outcome trustee_remember(struct duty *duty, struct fail *fail)
{
    const struct trustee_options *options = duty->options;
    const struct state *state = trustee_state(duty);
    struct memory *memory = duty->memory;
    struct merkle_hash root;
    merkle_root(&state->tree, &root);
    memcpy(memory->definition, state->definition_leaf, HASH_BYTES);
    memory->seen_size = state->tree.size;
    memcpy(memory->seen_root, root.bytes, HASH_BYTES);
    enum outcome outcome = memory_keep(memory, options->keyfile, fail);
    return outcome == OK ? options->save(options->save_ctx, options->keyfile, fail) : outcome;
}

static bool is_zero(const uint8_t *hash)
{
    return sodium_is_zero(hash, HASH_BYTES) == 1;
}

static enum outcome check_definition(const struct duty *duty, struct fail *fail)
{
    const uint8_t *leaf = trustee_state(duty)->definition_leaf;
    const uint8_t *wanted = duty->options->definition;
    if (wanted && memcmp(wanted, leaf, HASH_BYTES) != 0)
        return fail_set(fail, CONFLICT, "trustee.election",
                        "this is not the election with the definition that was asked for");
    if (!is_zero(duty->memory->definition) &&
        memcmp(duty->memory->definition, leaf, HASH_BYTES) != 0)
        return fail_set(fail, CONFLICT, "trustee.election",
                        "this key file has served another election; make a key for each one");
    return OK;
}

/* Who we are in the definition. */
static enum outcome find_index(struct duty *duty, struct fail *fail)
{
    const struct definition *definition = trustee_state(duty)->definition;
    const struct keyfile *keyfile = duty->options->keyfile;
    char hex[2 * HASH_BYTES + 1];
    for (unsigned i = 0; i < definition->trustee_count; i++)
        if (memcmp(definition->trustees[i].sign, keyfile->sign, KEY_BYTES) == 0)
            duty->index = i + 1;
    if (duty->index == 0 ||
        !point_equal(&definition->trustees[duty->index - 1].seal, &keyfile->seal))
        return fail_set(fail, NOT_ALLOWED, "trustee.stranger",
                        "the definition names no trustee with this key and sealing key");
    enum outcome outcome = check_definition(duty, fail);
    hex_print(SPAN_ARRAY(trustee_state(duty)->definition_leaf), hex);
    if (outcome == OK && !duty->options->quiet)
        report_line(REPORT_INFO, "trustee %u of %u in %s, definition %s", duty->index,
                    definition->trustee_count, definition->origin, hex);
    return outcome;
}

enum outcome trustee_hold_freeze(struct duty *duty, bool *out_ready, struct fail *fail)
{
    const struct state *state = trustee_state(duty);
    uint8_t *held = duty->memory->freeze;
    *out_ready = false;
    if (!is_zero(held) && memcmp(held, state->freeze_leaf, HASH_BYTES) != 0)
        return fail_set(fail, CONFLICT, "trustee.freeze",
                        "this trustee has worked on another freeze of this election, and refuses "
                        "this one: tell the officers and the other trustees");
    if (!follow_is_witnessed(&duty->follow, duty->follow.freeze_index)) {
        trustee_waits_for(duty, "the witnesses to cosign a checkpoint with the freeze in it");
        return OK;
    }
    enum outcome outcome = OK;
    if (is_zero(held)) {
        memcpy(held, state->freeze_leaf, HASH_BYTES);
        outcome = trustee_remember(duty, fail);
    }
    *out_ready = outcome == OK;
    return outcome;
}

/* -- one step --------------------------------------------------------------------------------- */

static enum outcome check_life(struct duty *duty, struct fail *fail)
{
    const struct state *state = trustee_state(duty);
    if (state->phase == PHASE_CANCELLED)
        return fail_set(fail, NOT_ALLOWED, "trustee.stopped", "the election was cancelled");
    return duty->index == 0 ? find_index(duty, fail) : OK;
}

static bool is_counted(const struct state *state)
{
    return (state->phase & (PHASE_COUNTED | PHASE_ENDED)) != 0;
}

/* Mixes and decrypts as the boxes become ready: one may be decrypted while another is mixed. */
static enum outcome tally_step(struct duty *duty, enum step *out_step, struct fail *fail)
{
    enum step mixed;
    enum outcome outcome = trustee_mix_step(duty, &mixed, fail);
    *out_step = mixed;
    if (outcome != OK || mixed == STEP_DID)
        return outcome;
    outcome = trustee_decrypt_step(duty, out_step, fail);
    if (outcome == OK && *out_step == STEP_OVER && mixed == STEP_WAIT)
        *out_step = STEP_WAIT;
    return outcome;
}

static enum outcome run_step(struct duty *duty, enum step *out_step, struct fail *fail)
{
    const struct state *state = trustee_state(duty);
    enum outcome outcome = OK;
    *out_step = STEP_OVER;
    if (is_counted(state))
        return OK;
    if (!state->ceremony.complete)
        outcome = trustee_ceremony_step(duty, out_step, fail);
    else if (state->phase == PHASE_FROZEN)
        outcome = tally_step(duty, out_step, fail);
    else
        trustee_waits_for(duty, "the freeze");
    if (outcome == OK && *out_step == STEP_OVER) {
        if (state->phase == PHASE_FROZEN)
            trustee_waits_for(duty, "the result");
        *out_step = STEP_WAIT;
    }
    return outcome;
}

static enum outcome frozen_step(struct duty *duty, enum step *out_step, struct fail *fail)
{
    const struct state *state = trustee_state(duty);
    *out_step = is_counted(state) ? STEP_OVER : STEP_WAIT;
    if (state->phase != PHASE_FROZEN) {
        trustee_waits_for(duty, "the freeze");
        return OK;
    }
    return duty->options->goal == TRUSTEE_MIX ? trustee_mix_step(duty, out_step, fail)
                                              : trustee_decrypt_step(duty, out_step, fail);
}

static enum outcome step(struct duty *duty, enum step *out_step, struct fail *fail)
{
    *out_step = STEP_WAIT;
    if (!trustee_state(duty)->definition) {
        trustee_waits_for(duty, "the definition");
        return OK;
    }
    enum outcome outcome = check_life(duty, fail);
    if (outcome != OK)
        return outcome;
    switch (duty->options->goal) {
    case TRUSTEE_CEREMONY:
        return trustee_ceremony_step(duty, out_step, fail);
    case TRUSTEE_RUN:
        return run_step(duty, out_step, fail);
    case TRUSTEE_MIX:
    case TRUSTEE_DECRYPT:
        break;
    }
    return frozen_step(duty, out_step, fail);
}

/* -- the loop --------------------------------------------------------------------------------- */

struct pace {
    int64_t stirred_ms; /* when something last happened */
    long pause_ms;
    uint64_t refused_at; /* log size + 1 when a statement was last refused; 0: never */
};

static void stir(struct pace *pace)
{
    pace->stirred_ms = clock_monotonic_ms();
    pace->pause_ms = PAUSE_FIRST_MS;
}

static void announce(struct duty *duty)
{
    if (duty->options->quiet || strcmp(duty->waiting, duty->announced) == 0)
        return;
    report_line(REPORT_INFO, "waiting for %s", duty->waiting);
    memcpy(duty->announced, duty->waiting, sizeof duty->announced);
}

static enum outcome rest(struct duty *duty, struct pace *pace, struct fail *fail)
{
    int64_t still_ms = clock_monotonic_ms() - pace->stirred_ms;
    if (duty->options->wait_s > 0 && still_ms > duty->options->wait_s * 1000)
        return fail_set(fail, BUSY, "trustee.waited",
                        "nothing new for %lld s; it was waiting for %s. Start it again to go on",
                        (long long)duty->options->wait_s, duty->waiting);
    announce(duty);
    struct timespec pause = {.tv_sec = pace->pause_ms / 1000,
                             .tv_nsec = pace->pause_ms % 1000 * 1000000};
    (void)nanosleep(&pause, NULL);
    pace->pause_ms =
        pace->pause_ms * 3 / 2 < PAUSE_LONGEST_MS ? pace->pause_ms * 3 / 2 : PAUSE_LONGEST_MS;
    return OK;
}

/* What the daemon says when somebody was faster: the stage is over, or the step was taken. What
 * this trustee itself found to be wrong (another freeze, another election) is never forgiven. */
static bool was_overtaken(enum outcome outcome, const struct fail *fail)
{
    static const char *const codes[] = {"trustee.stage", "trustee.repeated", "statement.phase"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (strcmp(fail->code, codes[i]) == 0)
            return true;
    return outcome == CONFLICT && strncmp(fail->code, "trustee.", 8) != 0;
}

/* Out of reach: try again. Contradicted: somebody was faster, or an earlier self was; the log will
 * show it. Contradicted twice by the same log: an error. */
static enum outcome forgive(struct duty *duty, enum outcome outcome, struct pace *pace,
                            struct fail *fail)
{
    uint64_t size = trustee_state(duty)->tree.size;
    if (outcome == BUSY) {
        trustee_waits_for(duty, "the daemon (%.150s)", fail->text);
        return OK;
    }
    if (!was_overtaken(outcome, fail) || pace->refused_at == size + 1)
        return outcome;
    pace->refused_at = size + 1;
    return OK;
}

static enum outcome turn(struct duty *duty, struct pace *pace, bool *out_over, struct fail *fail)
{
    enum step done = STEP_WAIT;
    uint64_t before = duty->follow.verified_size;
    enum outcome outcome = follow_update(&duty->follow, fail);
    if (outcome != OK && outcome != BUSY)
        return outcome;
    if (duty->follow.verified_size != before)
        stir(pace);
    if (outcome == OK)
        outcome = step(duty, &done, fail);
    if (outcome != OK) {
        done = STEP_WAIT;
        outcome = forgive(duty, outcome, pace, fail);
    }
    *out_over = done == STEP_OVER;
    if (outcome != OK || done == STEP_OVER)
        return outcome;
    if (done == STEP_DID) {
        stir(pace);
        return OK;
    }
    return rest(duty, pace, fail);
}

enum outcome trustee_run(const struct trustee_options *options, struct fail *fail)
{
    struct duty duty = {.options = options};
    struct pace pace = {0};
    bool over = false;
    enum outcome outcome = memory_new(options->keyfile, &duty.memory, fail);
    if (outcome == OK)
        outcome = follow_open(options->wire, options->origin, duty.memory->seen_size,
                              duty.memory->seen_root, options->quiet, &duty.follow, fail);
    stir(&pace);
    while (outcome == OK && !over)
        outcome = turn(&duty, &pace, &over, fail);
    follow_close(&duty.follow);
    memory_free(duty.memory);
    return outcome;
}
