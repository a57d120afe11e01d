/* A whole election in one process, for tests, benchmarks and forgeries: every key is at hand and
 * comes from a seed, the daemon's rooms do the work, and nothing goes over a network.
 *
 * The steps must be taken in order; each ends the program with a message when anything fails, since
 * a test can't go on. Everything drawn at random by the protocol itself stays random.
 */
#ifndef TESTS_REHEARSAL_H
#define TESTS_REHEARSAL_H

#include "crypto/ceremony.h"
#include "crypto/keyfile.h"
#include "election/inside.h"

enum rehearsal_officer {
    RETURNING,
    SECRETARY,
    EXPORTER,
    SCRUTINEER,
    DEPUTY,
    PANEL,     /* he and the following: of a branch alone */
    CANDIDATE, /* secretary, and barred */
    ASSISTANT, /* secretary by an appointment that ends */
    REHEARSAL_OFFICERS,
    AUTHORITY, /* who states what members raise */
};
enum { REHEARSAL_OFFICERS_PLAIN = PANEL, REHEARSAL_NUMBER_BYTES = 16 };

struct rehearsal;

struct rehearsal_options {
    const char *folder; /* of the election; made anew */
    unsigned members;   /* on the roll; a tenth more are in the export and may not vote */
    unsigned ballots;   /* cast, at most members */
    unsigned trustees, threshold;
    unsigned mixes;        /* at least threshold */
    unsigned candidates;   /* of the one contest: 8 makes one chunk */
    unsigned contests;     /* 1 or 2: "chair" by av, then "committee" by stv-scottish for 3 */
    const char *witnesses; /* a policy, or "" */
    bool changing;
    unsigned units;   /* 0 or 1: style and unit "all"; else styles and units u0, u1, … of growing
                       * size,   each merging into the next, and a box for each in every contest */
    unsigned unclear; /* so many of the members have no status: their ballots are provisional */
    void (*define)(json_t *object); /* NULL, or puts the members from the timetable to the styles */
    bool again;       /* the export is taken over twice, with another address in between */
    const char *rule; /* NULL, or the rule of the one contest, with these seats */
    unsigned seats;
    bool branch; /* the roll of rehearsal_branch.c: sources, cases, versions; `members`, `ballots`
                  * and `units` say nothing then */
    /* NULL, or what voter `number` chooses. */
    void (*choose)(void *ctx, unsigned number, struct choice *out_choice);
    void *choose_ctx;
    /* For fault tests: another SQLite VFS, synchronous=OFF, and a call after each statement that
     * stands (ballots excepted). */
    const char *vfs;
    bool unsafe_no_sync;
    void (*stated)(struct rehearsal *rehearsal);
};

struct rehearsal_trustee {
    uint8_t sign[ED25519_SECRET_BYTES], sign_key[KEY_BYTES];
    struct scalar seal;
    struct point seal_key;
    struct ceremony_secret *secret;
    struct point commitments[LIMIT_TRUSTEES];
    struct scalar ephemeral, share;
    struct note_signer signer;
};

struct rehearsal {
    struct rehearsal_options options;
    struct election *election;
    struct note_signer officers[REHEARSAL_OFFICERS];
    uint8_t officer_secrets[REHEARSAL_OFFICERS][ED25519_SECRET_BYTES];
    struct note_signer registrar;
    uint8_t registrar_secret[ED25519_SECRET_BYTES];
    struct rehearsal_trustee trustees[LIMIT_TRUSTEES + 1]; /* by index */
    uint8_t (*credentials)[ED25519_SECRET_BYTES];          /* in the order of the lists */
    char (*holders)[REHEARSAL_NUMBER_BYTES];               /* and whose each is: member_no */
    unsigned credential_count;
};

void rehearsal_begin(struct rehearsal *rehearsal, const struct rehearsal_options *options);
void rehearsal_end(struct rehearsal *rehearsal);
/* Closes the election, keeping every key, so that a daemon may serve the folder; opens it again
 * (the folder that the options name now). */
void rehearsal_pause(struct rehearsal *rehearsal);
void rehearsal_resume(struct rehearsal *rehearsal);

void rehearsal_define(struct rehearsal *rehearsal);
void rehearsal_ceremony(struct rehearsal *rehearsal);
void rehearsal_roll(struct rehearsal *rehearsal);  /* import, one case, exclusions, seal */
void rehearsal_issue(struct rehearsal *rehearsal); /* for all leaves that have none */
void rehearsal_open(struct rehearsal *rehearsal);
/* The place of the nth credential of a member, from 0. */
unsigned rehearsal_credential(const struct rehearsal *rehearsal, const char *member_no,
                              unsigned nth);
/* Appends the signed ballot of credential `number`, with choices that depend on it alone. */
void rehearsal_ballot(struct rehearsal *rehearsal, unsigned number, struct buf *out_note);
void rehearsal_cast(struct rehearsal *rehearsal);  /* options.ballots of them */
void rehearsal_close(struct rehearsal *rehearsal); /* close and freeze */
void rehearsal_mix(struct rehearsal *rehearsal);
void rehearsal_decrypt(struct rehearsal *rehearsal);
void rehearsal_result(struct rehearsal *rehearsal); /* result and end */
/* From the snapshots to the freeze, with everything that docs/roll.md knows. */
void rehearsal_branch(struct rehearsal *rehearsal);
void rehearsal_branch_define(json_t *object);    /* from the timetable to the styles */
void rehearsal_all(struct rehearsal *rehearsal); /* from define to end */

/* The public tree and the opened annex as directories. */
void rehearsal_write_bundle(struct rehearsal *rehearsal, const char *folder);
void rehearsal_write_annex(struct rehearsal *rehearsal, const char *folder);

/* States a text with these signers; the answer's result. Ends the program when it is refused unless
 * `refused` is given, which then gets the failure. */
void rehearsal_state(struct rehearsal *rehearsal, struct span text,
                     const struct note_signer *const signers[], size_t count, struct fail *refused);
void rehearsal_submit(struct rehearsal *rehearsal, struct span note, struct fail *refused);

/* "what: message" and exit 1, unless OK. */
void rehearsal_must(enum outcome outcome, const struct fail *fail, const char *what);

/* -- cases and versions (rehearsal_cases.c) ---------------------------------------------------- */

/* A case about the member with this number, from raised to decided: raised with evidence by the
 * secretary, decided by the returning officer, countersigned by the deputy where a roll stands. A
 * removal is notified, and the clock put forward until the time to reply is over. Returns its
 * number. */
unsigned rehearsal_case(struct rehearsal *rehearsal, const char *member_no, const char *effect,
                        bool upheld);
/* The same from the evidence on, for a case that was raised already. */
void rehearsal_pursue(struct rehearsal *rehearsal, unsigned number, const char *effect,
                      bool upheld);
/* The next version of the roll, and the credentials of whom it adds. */
void rehearsal_version(struct rehearsal *rehearsal);
/* A new credential for the one at this place, after an order; tendered or not. Its place. */
unsigned rehearsal_reissue(struct rehearsal *rehearsal, unsigned number, bool tendered);
/* The place of the credential of the member with this number. */
unsigned rehearsal_credential_of(struct rehearsal *rehearsal, const char *member_no);
void rehearsal_cast_one(struct rehearsal *rehearsal, unsigned number);

/* The leaf of the roll that a credential is bound to. */
void rehearsal_leaf_of(struct rehearsal *rehearsal, const uint8_t *credential,
                       uint8_t out_leaf[static HASH_BYTES]);

/* -- shared by the files of the rehearsal ------------------------------------------------------ */

json_t *rehearsal_report(struct rehearsal *rehearsal, const char *what, const char *member);
void rehearsal_state_case(struct rehearsal *rehearsal, json_t *object,
                          const struct note_signer *signer);
void rehearsal_put_private(struct rehearsal *rehearsal, const char *label, struct span bytes,
                           uint8_t out_commitment[static HASH_BYTES]);
void rehearsal_sign_draft(struct rehearsal *rehearsal, const char *kind, bool two);
unsigned rehearsal_add_credential(struct rehearsal *rehearsal, const uint8_t *secret,
                                  const char *member_no);

#define REHEARSAL_ORIGIN "rehearsal.example.org/all"

struct rehearsal_wait {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool over;
    enum submission_result result;
    struct fail fail;
};
void rehearsal_answered(void *ctx, const struct submission *submission);
void rehearsal_await(struct rehearsal_wait *wait, struct fail *refused);
void rehearsal_seed(const char *who, unsigned number, uint8_t out[static KEY_BYTES]);
const struct state *rehearsal_state_of(const struct rehearsal *rehearsal);
json_t *rehearsal_statement(const struct rehearsal *rehearsal, const char *kind,
                            const uint8_t *answers);
/* The id of a style and its unit, in a static buffer. */
const char *rehearsal_style(const struct rehearsal *rehearsal, unsigned style);
unsigned rehearsal_styles(const struct rehearsal *rehearsal);
void rehearsal_finish(struct rehearsal *rehearsal, json_t *object, const struct note_signer *first,
                      const struct note_signer *second);
/* The same, telling the leaf hash of the note. */
void rehearsal_state_note(struct rehearsal *rehearsal, json_t *object,
                          const struct note_signer *signer, uint8_t out_leaf[static HASH_BYTES]);
void rehearsal_confirm_exclusions(struct rehearsal *rehearsal);
json_t *rehearsal_text(const char *en);
json_t *rehearsal_parse(const char *json);

#endif
