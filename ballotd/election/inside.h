/* Inside the election only: what one is made of, and the steps that its files share. */
#ifndef ELECTION_INSIDE_H
#define ELECTION_INSIDE_H

#include "crypto/keyfile.h"
#include "election/access.h"
#include "election/custody.h"
#include "election/election.h"
#include "election/inquiry.h"
#include "election/state.h"
#include "election/tree.h"
#include "log/signer.h"
#include "store/board.h"

#include <pthread.h>

enum {
    PATH_BYTES = 4096,
    READERS_MAX = 16,
    ASKED_MAX = 16,    /* checkpoints of which witnesses may still answer */
    WAITING_MAX = 200, /* statements that wait for another signature */
    REQUEST_AGE_S = 300,
};

/* A checkpoint that witnesses were asked to cosign. */
struct asked {
    uint64_t size;
    struct buf note;
};

/* A statement that waits for another signature. */
struct waiting {
    struct waiting *next;
    struct buf note;
};

struct election {
    char folder[PATH_BYTES];
    char origin[LIMIT_ORIGIN_BYTES + 1];
    bool pinned; /* returning is the key that alone may state the definition */
    uint8_t returning[KEY_BYTES];
    struct store_options store;
    struct keyfile log_key, authority_key;
    struct note_signer log, authority;
    struct vault *vault;
    struct writer *board, *people;
    struct access *access;
    struct custody *custody;

    /* Readers of board.db: a connection belongs to one thread at a time. */
    pthread_mutex_t readers_lock;
    struct conn *readers[READERS_MAX];
    unsigned reader_count;

    /* Held by whoever reads the state for long, instead of the lock: the writer takes it before he
     * asks for the lock, so that he alone waits, and not everyone behind him. */
    pthread_mutex_t calm;
    /* state, tree, signer and checkpoint: many read, the writer's thread writes. */
    pthread_rwlock_t lock;
    struct state *state;
    struct tree tree;
    struct signer *signer;
    struct buf checkpoint; /* what is served: the last one signed, cosigned where it can be */
    uint64_t checkpoint_size;
    struct asked asked[ASKED_MAX];
    unsigned asked_next;
    struct buf cosigned; /* the last one that satisfies the policy, for close and freeze */
    uint64_t cosigned_size;
    struct buf cosigned_open, cosigned_close; /* the first one that covers these entries */

    /* This commit, on the writer's thread: a statement other than a ballot has one to itself. */
    unsigned batch_ballots;
    bool batch_taken;
    bool exclusive_waits;
    bool broken; /* memory and disk disagree: write no more */

    pthread_mutex_t settle_lock; /* one signature at a time is added to what waits */
    pthread_mutex_t waiting_lock;
    struct waiting *waiting;

    /* Long checks, one after another. */
    pthread_t worker;
    pthread_mutex_t worker_lock;
    pthread_cond_t worker_wake;
    struct errand *errands, **errands_end;
    bool worker_runs, worker_stop;

    pthread_mutex_t nonce_lock;
    struct keytable nonces, older_nonces;
    int64_t nonces_since_s;
    struct inquiry_limits inquiries; /* under the same lock */
};

struct sources election_sources(struct election *election);
struct conn *election_reader(struct election *election, struct fail *fail); /* NULL: failed */
void election_reader_back(struct election *election, struct conn *conn);

/* An errand for the worker's thread. */
void election_errand(struct election *election, void (*run)(void *ctx), void *ctx);
enum outcome election_worker_start(struct election *election, struct fail *fail) MUST_USE;
void election_worker_stop(struct election *election);

/* The hooks of board.db's writer. */
extern const struct board_hooks election_hooks;
/* Signs the log as it stands, on the writer's thread or at start. Expects the write lock. */
enum outcome election_sign_log(struct election *election, struct fail *fail) MUST_USE;

/* Appends the receipt of an entry. Takes the read lock. */
enum outcome election_receipt(struct election *election, uint64_t index, struct buf *out,
                              struct fail *fail) MUST_USE;

/* NOT_ALLOWED request.role unless the asker is an officer with one of these roles. */
enum outcome election_need_officer(const struct request *request, unsigned roles,
                                   struct fail *fail) MUST_USE;
/* Who works on the roll. */
enum { OFFICIALS = OFFICER_RETURNING | OFFICER_SECRETARY | OFFICER_DEPUTY };

/* The statements that wait for a signature since before the daemon was stopped. */
enum outcome election_load_waiting(struct election *election, struct fail *fail) MUST_USE;

#endif
