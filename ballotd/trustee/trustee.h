/* A trustee's side of an election: ceremony, mixes, decryptions, as a process of its own.
 *
 * The program follows the public log (trustee/follow.h), decides from it and from its memory what
 * this trustee has to say next, says it, and looks again. Whatever happens to it or to the daemon
 * in between, starting it again goes on where the log is. It mixes and decrypts for one freeze
 * only, which the witnesses have seen and whose lists it made again from the ballots; it gives no
 * share of a list that fewer than `threshold` trustees mixed, nor of a part of one.
 */
#ifndef TRUSTEE_TRUSTEE_H
#define TRUSTEE_TRUSTEE_H

#include "base/report.h"
#include "crypto/parallel.h"
#include "trustee/boxwork.h"
#include "trustee/follow.h"
#include "trustee/memory.h"

/* How far to go: each of the first three ends when its stage is over for this trustee; the last one
 * goes through all, until the result stands. */
enum trustee_goal { TRUSTEE_CEREMONY, TRUSTEE_MIX, TRUSTEE_DECRYPT, TRUSTEE_RUN };

struct trustee_options {
    enum trustee_goal goal;
    const struct wire *wire; /* borrowed, as all that follows */
    struct span origin;
    struct keyfile *keyfile;          /* a trustee's, opened; its state is changed */
    const struct note_signer *signer; /* the same key, under its name in this election */
    /* Writes the key file anew; what is said afterwards relies on it. */
    enum outcome (*save)(void *ctx, const struct keyfile *keyfile, struct fail *fail);
    void *save_ctx;
    const uint8_t *definition; /* leaf hash that the `election` entry must have; NULL: any */
    int64_t wait_s;            /* without anything new, before giving up; 0: for ever */
    int64_t skip_s;            /* for whoever's turn it is to mix, before taking it over */
    bool extra;                /* mix though `threshold` others have */
    bool quiet;
};

/* BUSY duty.waited: nothing new for wait_s, and what was waited for. NOT_ALLOWED
 * duty.stranger, duty.left-out, duty.stopped; CONFLICT duty.election, duty.freeze,
 * duty.key-file, and what follow.h says. */
enum outcome trustee_run(const struct trustee_options *options, struct fail *fail) MUST_USE;

/* -- for the stages --------------------------------------------------------------------------- */

/* A trustee on duty. */
struct duty {
    const struct trustee_options *options;
    struct follow follow;
    struct memory *memory;
    unsigned index;      /* 0 until the definition is known */
    char waiting[200];   /* for what, as one would say it after "waiting for" */
    char announced[200]; /* what was last written of it */
};

/* What a stage found to do. Its functions are called again after anything but STEP_OVER. */
enum step { STEP_WAIT, STEP_DID, STEP_OVER };

enum outcome trustee_ceremony_step(struct duty *duty, enum step *out_step,
                                   struct fail *fail) MUST_USE;
enum outcome trustee_mix_step(struct duty *duty, enum step *out_step, struct fail *fail) MUST_USE;
enum outcome trustee_decrypt_step(struct duty *duty, enum step *out_step,
                                  struct fail *fail) MUST_USE;

/* The log's state; not NULL, and defined whenever a stage is called. */
const struct state *trustee_state(const struct duty *duty);
void trustee_waits_for(struct duty *duty, const char *format, ...) PRINTF_LIKE(2, 3);
/* Writes down the log as it stands and everything else, before anything that relies on it. */
enum outcome trustee_remember(struct duty *duty, struct fail *fail) MUST_USE;
/* Signs the object (released) and states it. */
enum outcome trustee_say(struct duty *duty, json_t *object, struct fail *fail) MUST_USE;
/* Appends the signed note of the object (released). */
void trustee_sign(const struct duty *duty, json_t *object, struct buf *out_note);
/* Puts bulk data on the board and gives the reference to it. */
enum outcome trustee_put_blob(struct duty *duty, struct span bytes, json_t **out_reference,
                              struct fail *fail) MUST_USE;
/* x_j from the memory and the log's shares, checked against X_j; in guarded memory (sodium_free).
 * Wants a complete ceremony. CONFLICT duty.key-file. */
enum outcome trustee_share(const struct duty *duty, struct scalar **out_share,
                           struct fail *fail) MUST_USE;
/* Before any work on a list: the freeze is one that the witnesses have seen, and the one and only
 * that this trustee works on. *out_ready false: the witnesses are waited for. CONFLICT
 * duty.freeze. */
enum outcome trustee_hold_freeze(struct duty *duty, bool *out_ready, struct fail *fail) MUST_USE;

/* As this trustee sees the boxes now. */
struct seat trustee_seat(const struct duty *duty);

/* Progress of long work, between begin and end. */
struct trustee_progress {
    struct progress line;
    struct parallel_progress work;
};
void trustee_progress_begin(const struct duty *duty, const char *what,
                            struct trustee_progress *out_progress);

#endif
