/* The state of one election: what the entries of its log, read from the first to the last, amount
 * to; and the rules by which a next entry may stand (docs/protocol.md section 4).
 *
 * Pure: no clock, no file, no network. The daemon replays its own log through it at start and puts
 * every new statement through it; a trustee's program replays the public board through it before
 * it touches anything. Nothing here trusts an earlier check by somebody else, except where the
 * caller says so (TRUST_…).
 *
 * Not thread-safe; the caller locks (many readers, one writer).
 */
#ifndef ELECTION_STATE_H
#define ELECTION_STATE_H

#include "election/ballot_paper.h"
#include "election/definition.h"
#include "election/electorate.h"

/* Bulk data and earlier entries, wherever the caller keeps them. Each appends to out; NOT_FOUND
 * when there is no such thing. blob checks hash and size. */
struct sources {
    void *ctx;
    enum outcome (*blob)(void *ctx, const uint8_t sha256[static HASH_BYTES], uint64_t size,
                         struct buf *out, struct fail *fail);
    enum outcome (*entry)(void *ctx, uint64_t index, struct buf *out, struct fail *fail);
};

enum phase {
    PHASE_EMPTY = 1 << 0,     /* no definition yet */
    PHASE_PREPARING = 1 << 1, /* up to `open` */
    PHASE_OPEN = 1 << 2,
    PHASE_CLOSED = 1 << 3,
    PHASE_FROZEN = 1 << 4,
    PHASE_COUNTED = 1 << 5, /* `result` stands */
    PHASE_ENDED = 1 << 6,
    PHASE_CANCELLED = 1 << 7,
};

/* How much of a statement was checked before, by the same program. */
enum trust {
    TRUST_NOTHING,
    TRUST_PROOFS, /* proofs and ballots' signatures were checked a moment ago, outside the lock */
    TRUST_LOG,    /* it stands in our own log */
};

/* One participant in the key ceremony's present attempt. */
struct dealing {
    bool taking_part, committed, revealed, dealt, accepted;
    uint8_t commit_leaf[HASH_BYTES], reveal_leaf[HASH_BYTES], deal_leaf[HASH_BYTES];
    uint8_t commitment[HASH_BYTES]; /* to the coefficients */
    uint8_t lots[HASH_BYTES];       /* commitment to the bytes for lots */
    struct point coefficients[LIMIT_TRUSTEES];
    struct point ephemeral;
    uint8_t sealed[LIMIT_TRUSTEES + 1][SCALAR_BYTES]; /* by recipient's index */
};

struct key_ceremony {
    unsigned attempt;             /* from 1 */
    uint8_t begun_by[HASH_BYTES]; /* leaf of `election` or `trustee.restart` */
    bool over;                    /* by a complaint */
    unsigned complainant, accused, culprit;
    uint8_t complaint_leaf[HASH_BYTES];
    bool complete;
    uint8_t transcript[HASH_BYTES];
    struct point key;                              /* Y */
    struct dealing dealings[LIMIT_TRUSTEES + 1];   /* by index, from 1 */
    struct point verification[LIMIT_TRUSTEES + 1]; /* X_j, once complete */
};

struct withdrawal {
    char contest[LIMIT_ID_BYTES + 1];
    unsigned candidate;
};

/* A box: a contest, or a contest in a counting unit, and how far its tally has come. */
struct box {
    char name[2 * LIMIT_ID_BYTES + 2];
    unsigned contest; /* index */
    uint64_t count;
    unsigned width;
    uint8_t list[HASH_BYTES]; /* of the last list: the frozen one, then each mix's output */
    uint32_t mixers;          /* bit (index - 1) */
    unsigned steps;
    uint8_t last_leaf[HASH_BYTES]; /* the last mix, or freeze */
    uint64_t list_bytes;
    uint32_t decryptors;
    struct {
        uint8_t sha256[HASH_BYTES];
        uint64_t size;
    } shares[LIMIT_TRUSTEES + 1]; /* by index */
};

struct state {
    char origin[LIMIT_ORIGIN_BYTES + 1];
    enum phase phase;
    struct merkle_tree tree; /* of every entry so far */
    struct definition *definition;
    uint8_t definition_leaf[HASH_BYTES];
    struct officer officers[LIMIT_OFFICERS]; /* as appointed by now */
    unsigned officer_count;
    int64_t closes_s; /* as amended */
    uint8_t amend_leaf[HASH_BYTES];

    struct contest contests[LIMIT_CONTESTS];
    unsigned contest_count;
    struct withdrawal withdrawals[LIMIT_CONTESTS * 4];
    unsigned withdrawal_count;

    unsigned snapshots, cases;
    uint8_t snapshot_leaf[HASH_BYTES];
    struct counting {
        unsigned number; /* of the source's latest snapshot; 0: none */
        uint64_t rows;
    } counting[ROLL_SOURCES_MAX];
    unsigned difference_from; /* the latest snapshot waits for its difference from this; 0: no */
    int64_t latest_at_s;      /* of the latest case, roll, opening or close */

    unsigned roll; /* version, 0 before the first */
    uint8_t roll_leaf[HASH_BYTES], roll_root[HASH_BYTES];
    uint64_t roll_size;
    struct style_count *roll_styles; /* what the latest version adds, by style */

    bool issued; /* the latest roll has its issue, or needs none */
    uint8_t issue_leaf[HASH_BYTES];
    struct electorate electorate;
    uint8_t reissue_order_leaf[HASH_BYTES];
    uint8_t reissue_order_key[KEY_BYTES];
    bool reissue_ordered, reissue_tendered;

    struct key_ceremony ceremony;
    uint8_t ctx1[HASH_BYTES], ctx2[HASH_BYTES], ctx3[HASH_BYTES];

    struct ballot_paper *papers; /* by style, once open */
    uint8_t open_leaf[HASH_BYTES];
    uint64_t open_index, close_index;
    uint8_t close_leaf[HASH_BYTES];

    uint8_t freeze_leaf[HASH_BYTES];
    struct buf admitted; /* keys of the provisional credentials whose ballots count, ascending */
    struct box *boxes;
    unsigned box_count;
    uint8_t lots[LIMIT_TRUSTEES + 1][HASH_BYTES]; /* revealed; zeros before */
    uint8_t result_leaf[HASH_BYTES];
};

enum outcome state_new(struct span origin, struct state **out_state, struct fail *fail) MUST_USE;
void state_free(struct state *state);

/* Whether the statement may stand as the next entry. Every error says what is wrong and with which
 * member; codes are the kind, a dot, and the reason. With TRUST_PROOFS proofs are not checked
 * again, with TRUST_LOG signatures neither. */
enum outcome state_check(const struct state *state, const struct statement *statement,
                         const struct sources *sources, enum trust trust,
                         struct fail *fail) MUST_USE;

/* Takes the statement as the next entry: call state_check first. Fails only when memory is out or a
 * blob has gone (BROKEN); the state must not be used afterwards. */
enum outcome state_apply(struct state *state, const struct statement *statement,
                         const struct sources *sources, struct fail *fail) MUST_USE;

/* Who has signed so far. complete: nobody but perhaps the authority is missing. */
struct signing {
    bool complete;
    bool authority_missing;
};
/* As state_check, but signatures may be missing. What is there must be allowed and hold. */
enum outcome state_check_partly_signed(const struct state *state, const struct statement *statement,
                                       const struct sources *sources, struct signing *out_signing,
                                       struct fail *fail) MUST_USE;

/* The context that a statement of this kind must carry now; NULL when there is none yet. */
const uint8_t *state_context(const struct state *state, struct span kind);

/* Rows of all snapshots that count. */
uint64_t state_rows(const struct state *state);
/* The officer with this id, or NULL. */
const struct officer *state_officer(const struct state *state, struct span id);
/* The officer who signed a note as its only signer, with one of these roles; NOT_ALLOWED. For
 * requests. */
enum outcome state_signed_by_officer(const struct state *state, const struct note *note,
                                     unsigned roles, const struct officer **out_officer,
                                     struct fail *fail) MUST_USE;

/* Who signed a note as its only signer: the authority (*out_officer is NULL), or an officer, past
 * ones included, with the roles held at this time. For statements that stand in the annex. */
enum outcome state_signed_by(const struct state *state, const struct note *note, int64_t at_s,
                             const struct officer **out_officer, unsigned *out_roles,
                             struct fail *fail) MUST_USE;

/* What a participant accepts: the transcript of this attempt and Y. False before everybody dealt,
 * or when a key would not be proper. */
bool state_key(const struct state *state, uint8_t out_transcript[static HASH_BYTES],
               struct point *out_key) MUST_USE;

/* The time to state next by a clock that says now_s: never before what was stated already, so that
 * a clock that was put back stops nothing. */
int64_t state_time(const struct state *state, int64_t now_s);

/* ctx2 from the contests and the roll as they stand: what `open` will fix. */
void state_next_ctx2(const struct state *state, uint8_t out_ctx2[static HASH_BYTES]);
/* What a credential's envelopes are bound to. Valid while open. */
struct ballot_binding state_binding(const struct state *state, const uint8_t *credential);
const char *phase_name(enum phase phase);

#endif
