/* Files for one or several people in the age format (C2SP age.md, version 1), X25519 only.
 *
 * A recipient is an officer's Ed25519 key turned into its X25519 key, so that nobody needs a second
 * key, and the standard `age` program opens the file with what `ballotd key identity` prints. A
 * fresh file key is wrapped for each recipient; the content follows in pieces of 64 KiB, numbered,
 * the last one marked, so that reordering, cutting off and appending are noticed. Nobody is named
 * as the sender: what must be signed is signed inside.
 *
 * Reading is strict: what the format does not allow is refused, also where other readers put up
 * with it. Armour, passphrases and plugins are not read. Secrets lie in guarded memory or are
 * wiped.
 */
#ifndef CRYPTO_AGE_H
#define CRYPTO_AGE_H

#include "base/buf.h"
#include "crypto/ed25519.h"

enum {
    AGE_PIECE_BYTES = 64 * 1024, /* of the content, in one piece */
    AGE_RECIPIENTS_MAX = 64,
    AGE_RECIPIENT_TEXT_BYTES = 63, /* "age1…" and NUL */
    AGE_IDENTITY_TEXT_BYTES = 75,  /* "AGE-SECRET-KEY-1…" and NUL */
};

/* The X25519 key that belongs to an Ed25519 key. BAD_INPUT age.recipient for what is no sound key:
 * not canonical, not on the curve, or not of the prime-order group. */
enum outcome age_recipient(const uint8_t sign[static KEY_BYTES],
                           uint8_t out_recipient[static KEY_BYTES], struct fail *fail) MUST_USE;
/* The secret half; `secret` as ed25519_pair gives it. The caller wipes out_identity. */
void age_identity(const uint8_t secret[static ED25519_SECRET_BYTES],
                  uint8_t out_identity[static KEY_BYTES]);
/* As the standard tool writes them (Bech32). */
void age_print_recipient(const uint8_t recipient[static KEY_BYTES],
                         char out_text[static AGE_RECIPIENT_TEXT_BYTES]);
void age_print_identity(const uint8_t identity[static KEY_BYTES],
                        char out_text[static AGE_IDENTITY_TEXT_BYTES]);

/* -- sealing, in as many steps as one likes ---------------------------------------------------- */

struct age_work;
struct age_seal {
    struct buf *out; /* borrowed */
    struct age_work *work;
};

/* Appends the header; 1 to AGE_RECIPIENTS_MAX keys as age_recipient gives them. BROKEN memory. */
enum outcome age_begin(const uint8_t (*recipients)[KEY_BYTES], size_t count, struct buf *out,
                       struct age_seal *out_seal, struct fail *fail) MUST_USE;
void age_add(struct age_seal *seal, struct span plain);
/* The last piece; then, and only then, the file is whole. TOO_LARGE when out is full. */
enum outcome age_end(struct age_seal *seal, struct fail *fail) MUST_USE;
/* Instead of age_end, when something else went wrong: wipes and frees. */
void age_abandon(struct age_seal *seal);

/* All of it at once, to the holders of these Ed25519 keys. BAD_INPUT age.recipient. */
enum outcome age_seal_bytes(const uint8_t (*sign)[KEY_BYTES], size_t count, struct span plain,
                            struct buf *out, struct fail *fail) MUST_USE;

/* -- opening ----------------------------------------------------------------------------------- */

/* Appends the content; nothing is appended unless OK. BAD_INPUT age.form (not such a file),
 * age.altered (cut short or changed); NOT_ALLOWED age.stranger: it is for somebody else. */
enum outcome age_open_bytes(const uint8_t secret[static ED25519_SECRET_BYTES], struct span file,
                            struct buf *out_plain, struct fail *fail) MUST_USE;

#endif
