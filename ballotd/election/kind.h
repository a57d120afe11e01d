/* The kinds of entry: one row a kind, each with its place, its signers and its own rules. Internal
 * to the state machine. */
#ifndef ELECTION_KIND_H
#define ELECTION_KIND_H

#include "crypto/ceremony.h"
#include "election/state.h"

enum kind_context { CONTEXT_ZEROS, CONTEXT_0, CONTEXT_1, CONTEXT_2, CONTEXT_3 };

enum kind_signers {
    SIGNED_BY_RETURNING,
    SIGNED_BY_RETURNING_AND_AUTHORITY,
    SIGNED_BY_RETURNING_OR_AUTHORITY,
    SIGNED_BY_TWO_OFFICERS,
    SIGNED_BY_EXPORTER,
    SIGNED_BY_AUTHORITY,
    SIGNED_BY_REGISTRAR,
    SIGNED_BY_TRUSTEE,    /* the one that member "trustee" names */
    SIGNED_BY_CREDENTIAL, /* the one that member "credential" names */
};

/* A statement on its way in. */
struct turn {
    struct state *state; /* check functions do not change it */
    const struct statement *statement;
    const struct sources *sources;
    enum trust trust;
    struct signing *signing; /* not NULL: signatures may be missing; tells who has signed */
};

struct kind {
    const char *name;
    enum kind_context context;
    enum kind_signers signers;
    unsigned phases; /* of enum phase: when it may stand */
    enum outcome (*check)(const struct turn *turn, struct fail *fail);
    enum outcome (*apply)(const struct turn *turn, struct fail *fail);
};

/* NULL when there is no such kind. */
const struct kind *kind_find(struct span name);

#define KIND(name)                                                                                 \
    enum outcome check_##name(const struct turn *turn, struct fail *fail);                         \
    enum outcome apply_##name(const struct turn *turn, struct fail *fail)

KIND(election);
KIND(role);
KIND(contest);
KIND(amend);
KIND(notice);
KIND(snapshot);
KIND(difference);
KIND(case);
KIND(roll);
KIND(issue);
KIND(reissue_order);
KIND(reissue);
KIND(trustee_commit);
KIND(trustee_coefficients);
KIND(trustee_shares);
KIND(trustee_accept);
KIND(trustee_complaint);
KIND(trustee_restart);
KIND(open);
KIND(ballot);
KIND(close);
KIND(freeze);
KIND(mix);
KIND(decryption);
KIND(result);
KIND(end);
#undef KIND

/* Shared by the kinds. `what` is "kind: member". */
enum outcome kind_answers(const struct turn *turn, const uint8_t leaf[static HASH_BYTES],
                          const char *what, struct fail *fail) MUST_USE;
/* {"sha256":hex,"size":int}. */
struct blob_ref {
    uint8_t sha256[HASH_BYTES];
    uint64_t size;
};
enum outcome blob_ref_read(const json_t *object, struct blob_ref *out_ref,
                           struct fail *fail) MUST_USE;
json_t *blob_ref_json(const struct blob_ref *ref);
/* Reads a blob whole; the caller calls buf_done whatever the outcome. */
enum outcome turn_blob(const struct turn *turn, const struct blob_ref *ref, struct buf *out,
                       struct fail *fail) MUST_USE;

/* kinds_vote.c: a cosigned checkpoint that covers an entry; zeros where the definition names no
 * witnesses. */
enum outcome turn_checkpoint(const struct turn *turn, const json_t *object, uint64_t covers,
                             struct fail *fail) MUST_USE;

/* signers.c: checks every signature on the note against those the kind allows; all must be there
 * unless turn->signing asks who is missing. */
enum outcome signers_settle(const struct turn *turn, enum kind_signers signers,
                            struct fail *fail) MUST_USE;

/* kinds_keys.c, for kinds_complaint.c: what every ceremony statement begins with. */
struct ceremony ceremony_proofs_of(const struct state *state);
enum outcome ceremony_take_sender(const struct turn *turn, struct json_take *take,
                                  unsigned *out_index, struct fail *fail) MUST_USE;
enum outcome ceremony_wrong_stage(struct fail *fail, const char *why);

#endif
