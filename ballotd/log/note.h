/* C2SP signed notes (c2sp.org/signed-note): a text and the signatures of those who state it.
 *
 * Parsing is strict and borrows: a note is accepted only if text, blank line and signature lines
 * are exactly as the specification prints them, so printing what was parsed gives the same bytes.
 * Beyond the specification a second line of one key (same name and id) is refused: no one counts
 * twice.
 *
 * Signatures of unknown keys are kept and never trusted. Type 0x01 is signed and verified here,
 * type 0x04 in log/cosignature.h.
 */
#ifndef LOG_NOTE_H
#define LOG_NOTE_H

#include "base/buf.h"
#include "crypto/ed25519.h"

enum {
    NOTE_NAME_MAX = 255,      /* bytes */
    NOTE_BYTES_MAX = 1 << 17, /* 16 signatures of 5 kB in base64, and the text */
    NOTE_SIGNATURES_MAX = 64,
    NOTE_ID_BYTES = 4,
    NOTE_SIGNATURE_TEXT_MAX = 400, /* bytes of a signature line that is made here */
};

enum note_type { NOTE_ED25519 = 0x01, NOTE_COSIGNATURE = 0x04 };

/* A public key with its name; the id follows from both and the type. */
struct note_key {
    char name[NOTE_NAME_MAX + 1];
    enum note_type type;
    uint8_t id[NOTE_ID_BYTES];
    uint8_t key[KEY_BYTES];
};

/* Who signs. secret (ED25519_SECRET_BYTES) is borrowed and lives in guarded memory. */
struct note_signer {
    struct note_key key;
    const uint8_t *secret;
};

struct note_signature {
    struct span line; /* with its line feed */
    struct span name;
    struct span base64; /* of id and signature */
    uint8_t id[NOTE_ID_BYTES];
};

/* Spans into the bytes that were parsed. */
struct note {
    struct span text; /* with its last line feed, without the blank line */
    unsigned count;
    struct note_signature signatures[NOTE_SIGNATURES_MAX];
};

/* Non-empty UTF-8 of at most NOTE_NAME_MAX bytes without control characters, plus signs or Unicode
 * spaces (the White_Space property). */
bool note_name_is_valid(struct span name) MUST_USE;
/* UTF-8, ends in a line feed, holds no other control character. */
bool note_text_is_valid(struct span text) MUST_USE;

/* BAD_INPUT note.name, note.key. */
enum outcome note_key_make(struct span name, enum note_type type,
                           const uint8_t key[static KEY_BYTES], struct note_key *out_key,
                           struct fail *fail) MUST_USE;
/* The same for a key that was accepted before, without asking again whether it is in the group,
 * which costs as much as a signature. note_verify refuses what section 2 of docs/protocol.md does.
 */
enum outcome note_key_name(struct span name, enum note_type type,
                           const uint8_t key[static KEY_BYTES], struct note_key *out_key,
                           struct fail *fail) MUST_USE;
/* The verifier key text `name+hexid+base64(type || key)`, without a line feed. */
void note_key_print(const struct note_key *key, struct buf *out);
enum outcome note_key_read(struct span text, struct note_key *out_key, struct fail *fail) MUST_USE;
bool note_key_equal(const struct note_key *a, const struct note_key *b);

/* BAD_INPUT note.malformed, TOO_LARGE note.size. */
enum outcome note_read(struct span bytes, struct note *out_note, struct fail *fail) MUST_USE;

/* A note is printed as its text, the blank line, then a line for each signer in turn. */
void note_print_text(struct span text, struct buf *out);
void note_print_signature(const struct note_key *key, struct span signature, struct buf *out);
/* Signs the text with an Ed25519 key (type 0x01) and appends the line. */
void note_sign(struct span text, const struct note_signer *signer, struct buf *out);

/* The signature line of this key, or NULL. */
const struct note_signature *note_find(const struct note *note, const struct note_key *key);
/* Decodes a line's signature, which must have exactly len bytes after the id. */
enum outcome note_signature_bytes(const struct note_signature *signature, uint8_t *out_bytes,
                                  size_t len, struct fail *fail) MUST_USE;
/* OK; NOT_FOUND note.unsigned: no line of this key; BAD_PROOF note.signature: it does not hold. */
enum outcome note_verify(const struct note *note, const struct note_key *key,
                         struct fail *fail) MUST_USE;

/* Appends one note with the signatures of both, a's first; of a key that is in both, a's line
 * stays. CONFLICT note.text when they sign different texts. Verifies nothing. */
enum outcome note_merge(const struct note *a, const struct note *b, struct buf *out,
                        struct fail *fail) MUST_USE;

#endif
