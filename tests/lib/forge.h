/* A forger who holds every key: takes a finished rehearsal apart, lets a test alter what it likes,
 * and puts the election together again so that everything else follows from the alteration as it
 * would have followed for insiders: leaf hashes, contexts, proofs, ballots, mixes, decryptions,
 * count, annex, signatures, tree and checkpoint.
 *
 * The daemon's state machine is used without its checks. Every function ends the program with a
 * message when it cannot go on, since a test can't.
 */
#ifndef TESTS_FORGE_H
#define TESTS_FORGE_H

#include "lib/rehearsal.h"

#include "election/tree.h"

struct forge;
struct forge_entry;
typedef void forge_cheat(struct forge *forge, struct forge_entry *entry);

enum forge_apply {
    APPLY_POSTED,  /* the state takes the entry as it is posted */
    APPLY_HONEST,  /* it takes what stood before the cheat, where it could not read the cheat */
    APPLY_NOTHING, /* the entry is no more than a leaf */
};

enum { FORGE_SIGNERS = 10, FORGE_SUFFIX_BYTES = 48 };

struct forge_entry {
    json_t *object;
    char signers[FORGE_SIGNERS][FORGE_SUFFIX_BYTES]; /* key names without the origin */
    unsigned signer_count;
    bool kept;          /* goes in as it is, without its members made anew */
    forge_cheat *cheat; /* after the members were made, before signing */
    forge_cheat *spoil; /* after signing: alters note */
    enum forge_apply apply;
    unsigned argument; /* for the cheats */
    char leaf[2 * HASH_BYTES + 1];
    struct buf note;
};

struct forge_blob {
    uint8_t sha256[HASH_BYTES];
    struct buf bytes;
    bool inside; /* the forger's own, not part of the bundle */
};

struct forge_file {
    char path[96];
    uint8_t salt[SALT_BYTES];
    bool salted;
    bool named; /* evidence: by a case so far */
    struct buf bytes;
};

/* What became of a hash: in every string, the old one is replaced by the new one. */
struct forge_rename {
    char from[2 * HASH_BYTES + 1], to[2 * HASH_BYTES + 1];
};

struct forge {
    struct rehearsal *rehearsal;
    struct state *state;
    struct tree tree;
    struct forge_entry **entries;
    size_t entry_count;
    struct forge_blob *blobs;
    size_t blob_count;
    struct forge_file *files;
    size_t file_count;
    struct forge_rename *renames;
    size_t rename_count;
    uint8_t (*secrets)[ED25519_SECRET_BYTES]; /* of credentials that the forger made */
    size_t secret_count;
    unsigned snapshots, cases, rolls, issues, reissues; /* made so far */
    struct note_signer log;                             /* who signs the checkpoint */
    void (*finish)(struct forge *forge); /* after all entries, before files are written */
    struct buf checkpoint;
    struct buf older;   /* a checkpoint that somebody kept, for --checkpoint */
    struct buf receipt; /* a receipt that somebody kept */
};

void forge_load(struct forge *forge, struct rehearsal *rehearsal);
void forge_done(struct forge *forge);

/* -- alterations before building -------------------------------------------------------------- */

/* The nth entry of a kind, from 0. */
struct forge_entry *forge_entry(const struct forge *forge, const char *kind, unsigned nth);
size_t forge_index(const struct forge *forge, const struct forge_entry *entry);
/* Signers: suffixes parted by spaces, "/officer/returning /authority". Takes the object. */
struct forge_entry *forge_insert(struct forge *forge, size_t index, json_t *object,
                                 const char *signers);
struct forge_entry *forge_insert_text(struct forge *forge, size_t index, const char *json,
                                      const char *signers);
void forge_remove(struct forge *forge, struct forge_entry *entry);
/* To where it stands just before another. */
void forge_move(struct forge *forge, struct forge_entry *entry, const struct forge_entry *before);
void forge_sign_by(struct forge_entry *entry, const char *signers);

void forge_set_text(json_t *object, const char *key, const char *value);
void forge_set_number(json_t *object, const char *key, int64_t value);
void forge_set_json(json_t *object, const char *key, const char *json);
void forge_set_hex(json_t *object, const char *key, struct span bytes);
/* Flips the lowest bit of byte `at` of a hex member. */
void forge_flip_hex(json_t *object, const char *key, unsigned at);

struct forge_file *forge_file(struct forge *forge, const char *path);
struct forge_file *forge_add_file(struct forge *forge, const char *path, struct span bytes,
                                  const uint8_t *salt);
void forge_set_file(struct forge_file *file, struct span bytes);
/* The first file whose path begins so. */
void forge_drop_file(struct forge *forge, const char *path);
/* Replaces the first occurrence of one text by another. */
void forge_replace(struct buf *bytes, const char *from, const char *to);

/* A new credential of the forger's; returns its public key, valid as long as the forge. */
const uint8_t *forge_credential(struct forge *forge, unsigned number);

/* -- for cheats ------------------------------------------------------------------------------- */

/* The blob that a reference {"sha256","size"} names. */
struct buf *forge_blob_of(struct forge *forge, const json_t *reference);
struct buf *forge_find_blob(struct forge *forge, const uint8_t sha256_hash[static HASH_BYTES]);
json_t *forge_put_blob(struct forge *forge, struct span bytes);
/* Lets a reference name these bytes, which replace the blob that it named. */
void forge_change_blob(struct forge *forge, json_t *object, const char *key, struct span bytes);
void forge_rename(struct forge *forge, const char *from, const char *to);
struct sources forge_sources(struct forge *forge);
/* Signs with whatever key the name belongs to. */
struct note_signer forge_signer(struct forge *forge, const char *suffix, const json_t *object);
void forge_sign(struct forge *forge, struct forge_entry *entry);
/* Makes a ballot's body anew for this credential and the present key; the choices stay. */
void forge_seal(struct forge *forge, struct buf *body, const struct ballot_paper *paper,
                const uint8_t *credential);
/* One envelope around any point at all, with its proof. */
struct envelope_place;
struct envelope;
void forge_envelope(const struct envelope_place *place, const struct point *message,
                    struct envelope *out_envelope);
/* Body of a ballot's object, and back. */
void forge_body_read(const json_t *object, struct buf *out_body);
void forge_body_write(json_t *object, const struct buf *body);

/* -- building --------------------------------------------------------------------------------- */

void forge_build(struct forge *forge);
/* The signed checkpoint of the first `size` entries, cosigned where the definition asks. */
void forge_checkpoint(struct forge *forge, uint64_t size, struct buf *out);
/* The receipt of an entry in the final checkpoint. */
void forge_receipt(struct forge *forge, uint64_t index, struct buf *out);
/* The same in a smaller tree, whose checkpoint forge->checkpoint is. */
void forge_receipt_of(struct forge *forge, uint64_t index, uint64_t size, struct buf *out);
void forge_write(struct forge *forge, const char *bundle, const char *annex);
/* Of every file, or of those that belong to entries so far. */
void forge_manifest(struct forge *forge, bool final, struct buf *out);
void forge_write_file(const char *folder, const char *path, struct span bytes);

/* A definition that asks for two witnesses, and the forger's own. */
enum { FORGE_WITNESSES = 2 };
void forge_ask_witnesses(struct forge *forge);
void forge_cosign(struct forge *forge, struct span checkpoint_text, struct buf *note);

/* Inside: makes an entry's members follow from all that stands before it. */
void forge_make(struct forge *forge, struct forge_entry *entry);
void forge_make_ceremony(struct forge *forge, struct forge_entry *entry, const char *kind);
void forge_make_mix(struct forge *forge, struct forge_entry *entry);
void forge_make_decryption(struct forge *forge, struct forge_entry *entry);
void forge_make_result(struct forge *forge, struct forge_entry *entry);
struct cipherlist;
void forge_list(struct forge *forge, const struct box *box, struct buf *out_bytes,
                struct cipherlist *out_list);

/* Ends the program: a forgery that cannot be made is a mistake of the test. */
void forge_give_up(const char *what, const char *which) __attribute__((noreturn));

#endif
