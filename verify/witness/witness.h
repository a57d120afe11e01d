/*
 * witness: decides what is cosigned: C2SP tlog-witness, without its HTTP.
 *
 * Of each log that it was told of it follows one history: it cosigns a checkpoint only if the log
 * signed it and a proof shows that it continues the last one cosigned, and only after that
 * checkpoint is on the disk. Refused for ever: a smaller tree, another root for the same size, and
 * everything of a log that was caught showing two histories. Any thread may call: one at a time
 * gets in, so the comparison with the latest checkpoint and its replacement are one step.
 */
#ifndef VERIFY_WITNESS_WITNESS_H
#define VERIFY_WITNESS_WITNESS_H

#include "witness/cosigner.h"
#include "witness/state.h"

#include <pthread.h>

enum { WITNESS_LOGS = 32, WITNESS_BODY_BYTES = 1 << 16, WITNESS_PATH = 63 };

/* HTTP statuses, as tlog-witness gives them; WITHHELD is ours. */
enum witness_status {
    WITNESS_COSIGNED = 200,
    WITNESS_MALFORMED = 400,
    WITNESS_NOT_SIGNED = 403,
    WITNESS_UNKNOWN_LOG = 404,
    WITNESS_OTHER_SIZE = 409, /* also another root for the same size; the body is the size */
    WITNESS_NO_PROOF = 422,
    WITNESS_FAULT = 500,    /* ours: no memory, no disk */
    WITNESS_WITHHELD = 503, /* the log is stopped, or what it publishes can't be made sense of */
};

struct witness_log {
    struct note_key key;
    struct span origin;
    unsigned suspended; /* by how many that read what it publishes and found it wrong */
};

/* What was cosigned last, or a tree of nothing. */
struct witness_head {
    uint64_t size;
    struct merkle_hash root;
    bool stopped;
};

typedef void witness_warn_fn(const char *line);

struct witness {
    pthread_mutex_t lock;
    const struct cosigner *cosigner;
    struct state *state;
    witness_warn_fn *warn; /* one line for the operator; called with the lock held */
    size_t log_count;
    struct witness_log logs[WITNESS_LOGS];
};

/* All are borrowed. */
void witness_init(struct witness *witness, const struct cosigner *cosigner, struct state *state,
                  witness_warn_fn *warn);
void witness_done(struct witness *witness);

/* Both spans are borrowed. BAD if the origin is taken or the state holds a checkpoint of this log
 * that the key did not sign. Before anything else is called. */
enum outcome witness_add_log(struct witness *witness, const struct note_key *key,
                             struct span origin, struct fail *fail)
    __attribute__((warn_unused_result));

/* The answer to the body of an add-checkpoint: cosignature lines, a size, or one line of why. */
enum witness_status witness_add_checkpoint(struct witness *witness, struct span body,
                                           uint64_t now_s, struct buffer *out_answer);

/* For witness/follow.h, which reads what a log publishes. NULL if no log has this origin. */
struct witness_log *witness_find(struct witness *witness, struct span origin);
struct witness_head witness_head(struct witness *witness, const struct witness_log *log);

/* Withholds cosignatures until whoever asked for it takes it back. */
void witness_suspend(struct witness *witness, struct witness_log *log, bool suspended,
                     const char *why);

/* For ever: the log signed and published `published`, which contradicts what was cosigned. */
void witness_stop(struct witness *witness, const struct witness_log *log, struct span published,
                  const char *why);

#endif
