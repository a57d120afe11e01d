/*
 * cosigner: the key of a witness, and the one thing it signs: C2SP tlog-cosignature v1.
 *
 * The key's file is one line, "PRIVATE+KEY+name+id+base64(0x04 || seed)", readable by its owner
 * alone; one that others may read is refused. A cosigner signs any text it is given: whether it
 * should is for witness/witness.h to say.
 */
#ifndef VERIFY_WITNESS_COSIGNER_H
#define VERIFY_WITNESS_COSIGNER_H

#include "base/buffer.h"
#include "log/note.h"

struct cosigner {
    char name[NOTE_NAME_BYTES + 1];
    uint8_t seed[KEY_BYTES]; /* secret */
    uint8_t key[KEY_BYTES];
};

/* Makes a key and its file, which must not exist yet. */
enum outcome cosigner_make(const char *path, const char *name, struct cosigner *out_cosigner,
                           struct fail *fail) __attribute__((warn_unused_result));
enum outcome cosigner_load(const char *path, struct cosigner *out_cosigner, struct fail *fail)
    __attribute__((warn_unused_result));
void cosigner_done(struct cosigner *cosigner); /* forgets the secret; accepts NULL */

/* What a policy needs to know; the name points into the cosigner. */
struct note_key cosigner_key(const struct cosigner *cosigner);

/* Appends the signature line over a checkpoint's text, at a time in seconds. */
enum outcome cosigner_sign(const struct cosigner *cosigner, struct span text, uint64_t time_s,
                           struct buffer *out_line, struct fail *fail)
    __attribute__((warn_unused_result));

#endif
