/* A person's keys in a file that a passphrase protects: officer, trustee, registrar, authority,
 * log.
 *
 * One line of JSON. The public part (role, name, public keys) can be read by anyone; the secret
 * part is XChaCha20-Poly1305 under a key that Argon2id makes of the passphrase, with the public
 * part bound to it, so that nothing in the file can be changed unnoticed. A trustee's file also
 * holds the scalar of its sealing key, and whatever state its program must keep secret. Opened
 * secrets live in guarded memory. On opening, the secrets are checked against the public keys.
 */
#ifndef CRYPTO_KEYFILE_H
#define CRYPTO_KEYFILE_H

#include "base/buf.h"
#include "crypto/ed25519.h"
#include "crypto/group.h"
#include "limit.h"

enum keyfile_role {
    KEYFILE_OFFICER,
    KEYFILE_TRUSTEE,
    KEYFILE_REGISTRAR,
    KEYFILE_AUTHORITY,
    KEYFILE_LOG,
};

/* How much work one guess at the passphrase takes. Tests use the quick one; the file says which. */
enum keyfile_strength {
    KEYFILE_MODERATE, /* 256 MiB, about a second */
    KEYFILE_QUICK,    /* 64 MiB, for tests and rehearsals */
};

enum { KEYFILE_STATE_BYTES_MAX = 1 << 20, KEYFILE_BYTES_MAX = 2 << 20 };

struct keyfile_secret {
    uint8_t sign[ED25519_SECRET_BYTES];
    struct scalar seal; /* trustees' only; zero otherwise */
};

struct keyfile {
    enum keyfile_role role;
    char name[LIMIT_NAME_BYTES + 1]; /* UTF-8 */
    uint8_t sign[KEY_BYTES];
    struct point seal;              /* trustees' only; the identity otherwise */
    enum keyfile_strength strength; /* of the file that it was read from */
    struct keyfile_secret *secret;  /* NULL when only the public part was read */
    uint8_t *state;                 /* guarded; NULL when empty */
    size_t state_len;
};

const char *keyfile_role_name(enum keyfile_role role);

/* Draws new keys. BAD_INPUT keyfile.name (empty, too long, not UTF-8), BROKEN memory. */
enum outcome keyfile_make(enum keyfile_role role, struct span name, struct keyfile *out_keyfile,
                          struct fail *fail) MUST_USE;
void keyfile_done(struct keyfile *keyfile); /* wipes and frees; takes NULL */

/* Replaces the state by a copy. TOO_LARGE keyfile.state, BROKEN memory. */
enum outcome keyfile_set_state(struct keyfile *keyfile, struct span state,
                               struct fail *fail) MUST_USE;

/* Appends the file's line, ended by a line feed; needs the secret part. BAD_INPUT
 * keyfile.passphrase (empty), BROKEN memory. Takes the strength's time. */
enum outcome keyfile_print(const struct keyfile *keyfile, struct span passphrase,
                           enum keyfile_strength strength, struct buf *out_line,
                           struct fail *fail) MUST_USE;

/* The public part alone: no passphrase, and so no proof that it was not altered. BAD_INPUT
 * json.… or keyfile.…. */
enum outcome keyfile_read(struct span text, struct keyfile *out_keyfile,
                          struct fail *fail) MUST_USE;

/* Everything. Also BAD_INPUT keyfile.passphrase (empty) and keyfile.keys, NOT_ALLOWED
 * keyfile.passphrase: it is the wrong one, or the file was altered; BROKEN memory. */
enum outcome keyfile_open(struct span text, struct span passphrase, struct keyfile *out_keyfile,
                          struct fail *fail) MUST_USE;

#endif
