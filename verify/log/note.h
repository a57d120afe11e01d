/*
 * note: C2SP signed notes, the one format for everything that anyone signs.
 *
 * A note is text that ends in a newline, an empty line, and signature lines
 * "— name base64(key id || signature)". note_parse() checks the form and verifies nothing;
 * note_verify() checks the signature of one key. Refused: text that is not UTF-8 or holds control
 * characters, names with spaces or '+', base64 with a second spelling, more than NOTE_SIGNATURES
 * signatures, anything after the last line. Signatures by unknown keys are left alone, as the
 * specification asks; whether they may be there is for the caller to say.
 */
#ifndef VERIFY_LOG_NOTE_H
#define VERIFY_LOG_NOTE_H

#include "base/buffer.h"
#include "base/fail.h"
#include "base/span.h"
#include "protocol.h"

enum {
    NOTE_SIGNATURES = 64,
    NOTE_NAME_BYTES = 256,
    NOTE_KEY_ID_BYTES = 4,
    NOTE_SIGNATURE_BYTES = 8 + SIGNATURE_BYTES, /* the longest kind we verify: a cosignature */
};

enum note_algorithm {
    NOTE_ED25519 = 0x01,     /* over the text */
    NOTE_COSIGNATURE = 0x04, /* tlog-cosignature v1: timestamped, over a checkpoint */
};

struct note_signature {
    struct span name;
    uint8_t key_id[NOTE_KEY_ID_BYTES];
    size_t len; /* of the signature; 0 if it is of a kind longer than any we verify */
    uint8_t bytes[NOTE_SIGNATURE_BYTES];
};

struct note {
    struct span text; /* with its last newline: what is signed */
    size_t signature_count;
    struct note_signature signatures[NOTE_SIGNATURES];
};

struct note_key {
    struct span name;
    enum note_algorithm algorithm;
    uint8_t key[KEY_BYTES];
};

/* The spans point into `bytes`. */
enum outcome note_parse(struct span bytes, struct note *out_note, struct fail *fail)
    __attribute__((warn_unused_result));

/* May this be the name of a key? Not empty, UTF-8, no Unicode spaces, no '+', no control. */
bool note_name_valid(struct span name);

/* The first four bytes of SHA-256(name || 0x0A || algorithm || key). */
void note_key_id(const struct note_key *key, uint8_t out_id[NOTE_KEY_ID_BYTES]);

/* "name+hex key id+base64(algorithm || key)"; the id must fit. The name points into `text`. */
enum outcome note_key_parse(struct span text, struct note_key *out_key, struct fail *fail)
    __attribute__((warn_unused_result));

/* Both append a text that the functions above read again: a key, and a signature line by it. */
void note_append_key(const struct note_key *key, struct buffer *out_text);
void note_append_signature(const struct note_key *key, struct span signature,
                           struct buffer *out_line);

/* The first signature that bears this key's name and id, or NULL. */
const struct note_signature *note_find(const struct note *note, const struct note_key *key);

/*
 * Checks every signature that bears the key's name and id; there must be at least one. For a
 * cosignature, *out_time_s is the time it states; it may be NULL. 0 for plain signatures.
 */
enum outcome note_verify(const struct note *note, const struct note_key *key, uint64_t *out_time_s,
                         struct fail *fail) __attribute__((warn_unused_result));

#endif
