/* Names and sizes on which both programs agree: docs/protocol.md is the text, this is its index.
 * Declarations only. */
#ifndef PROTOCOL_H
#define PROTOCOL_H

enum {
    HASH_BYTES = 32,      /* SHA-256, contexts, leaf hashes, the first half of H */
    HASH_WIDE_BYTES = 64, /* H itself */
    POINT_BYTES = 32,
    SCALAR_BYTES = 32,
    KEY_BYTES = 32, /* Ed25519 public key or seed */
    SIGNATURE_BYTES = 64,
    SALT_BYTES = 32,
    CIPHERTEXT_BYTES = 64,       /* alpha, beta */
    CHUNK_BYTES = 30,            /* of a choice, in one point */
    CHUNK_BALLOT_BYTES = 128,    /* alpha, beta, T, z in a ballot's body */
    DECRYPTION_PROOF_BYTES = 96, /* T1, T2, z */
    DECRYPTION_WEIGHT_BYTES = 16,
    ISSUE_ITEM_BYTES = 35,    /* key, style (16 bit, little-endian), standing */
    ISSUE_BINDING_BYTES = 99, /* leaf hash, key, style, channel, salt */
    CODE_SYMBOLS = 24,        /* 23 random ones and the check symbol */
    CODE_RANDOM_SYMBOLS = 23,
    TRACKER_SYMBOLS = 20,
    POINT_TRIES = 8192, /* k in 0..8191 */
};

/* The last byte of an item of an issue list, and how `reissue` names it (section 7). */
enum credential_standing { CREDENTIAL_ELIGIBLE, CREDENTIAL_PROVISIONAL, CREDENTIAL_TENDERED };

/* The first byte of a choice. */
enum choice_form { CHOICE_MARKED = 1, CHOICE_BLANK = 2, CHOICE_ABSTAIN = 3, CHOICE_SPOILT = 4 };

/* Kinds of entry. */
#define KIND_ELECTION             "election"
#define KIND_ROLE                 "role"
#define KIND_TRUSTEE_COMMIT       "trustee.commit"
#define KIND_TRUSTEE_COEFFICIENTS "trustee.coefficients"
#define KIND_TRUSTEE_SHARES       "trustee.shares"
#define KIND_TRUSTEE_ACCEPT       "trustee.accept"
#define KIND_TRUSTEE_COMPLAINT    "trustee.complaint"
#define KIND_TRUSTEE_RESTART      "trustee.restart"
#define KIND_CONTEST              "contest"
#define KIND_AMEND                "amend"
#define KIND_NOTICE               "notice"
#define KIND_SNAPSHOT             "snapshot"
#define KIND_DIFFERENCE           "difference"
#define KIND_CASE                 "case"
#define KIND_ROLL                 "roll"
#define KIND_ISSUE                "issue"
#define KIND_REISSUE_ORDER        "reissue.order"
#define KIND_REISSUE              "reissue"
#define KIND_OPEN                 "open"
#define KIND_BALLOT               "ballot"
#define KIND_CLOSE                "close"
#define KIND_FREEZE               "freeze"
#define KIND_MIX                  "mix"
#define KIND_DECRYPTION           "decryption"
#define KIND_RESULT               "result"
#define KIND_END                  "end"
/* Statements that are not entries of their own. */
#define KIND_PAPER       "paper"       /* a blob that `open` names */
#define KIND_REQUEST     "request"     /* authorises one request to the API */
#define KIND_REFUSAL     "refusal"     /* the daemon's signed answer to a ballot it does not take */
#define KIND_HANDOVER    "handover"    /* an officer's approval to hand papers over */
#define KIND_HANDED_OVER "handed-over" /* the daemon's note in a copy of the annex: whose it is */

/* Roles an officer can hold. */
#define ROLE_RETURNING  "returning"
#define ROLE_SECRETARY  "secretary"
#define ROLE_DEPUTY     "deputy"
#define ROLE_EXPORTER   "exporter"
#define ROLE_SCRUTINEER "scrutineer"
#define ROLE_PANEL      "panel"  /* hears appeals */
#define ROLE_BARRED     "barred" /* a candidate, or a candidate's agent or employee */

/* Key names: the origin itself for the log key, otherwise the origin, then one of these. */
#define NAME_AUTHORITY  "/authority"
#define NAME_REGISTRAR  "/registrar"
#define NAME_OFFICER    "/officer/" /* then the officer's id */
#define NAME_TRUSTEE    "/trustee/" /* then the trustee's index, decimal */
#define NAME_CREDENTIAL "/credential"

#define CODE_ALPHABET "0123456789ABCDEFGHJKMNPQRSTVWXYZ" /* Crockford base32 */

#endif
