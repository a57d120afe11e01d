#include "log/cosignature.h"

#include <inttypes.h>

enum { TIME_BYTES = 8 };

/* What is signed: header line, time line, then the checkpoint's text. */
static void print_message(struct span text, uint64_t time_s, struct buf *out)
{
    buf_add_str(out, "cosignature/v1\n");
    buf_add_format(out, "time %" PRIu64 "\n", time_s);
    buf_add(out, text);
}

static void put_u64be(uint64_t value, uint8_t out_bytes[static TIME_BYTES])
{
    for (unsigned i = 0; i < TIME_BYTES; i++)
        out_bytes[i] = (uint8_t)(value >> (56 - 8 * i));
}

static uint64_t get_u64be(const uint8_t bytes[static TIME_BYTES])
{
    uint64_t value = 0;
    for (unsigned i = 0; i < TIME_BYTES; i++)
        value = value << 8 | bytes[i];
    return value;
}

enum outcome cosignature_add(struct span text, int64_t time_s, const struct note_signer *signer,
                             struct buf *out, struct fail *fail)
{
    if (time_s < 0 || signer->key.type != NOTE_COSIGNATURE)
        return fail_set(fail, BAD_INPUT, "cosignature.signer",
                        "cosignature of \"%s\": needs a key of type 4 and a time since 1970",
                        signer->key.name);
    struct buf message;
    uint8_t bytes[TIME_BYTES + SIGNATURE_BYTES];
    buf_init(&message, NOTE_BYTES_MAX);
    print_message(text, (uint64_t)time_s, &message);
    enum outcome outcome = buf_check(&message, "cosigned message", fail);
    if (outcome == OK) {
        put_u64be((uint64_t)time_s, bytes);
        ed25519_sign(signer->secret, buf_span(&message), bytes + TIME_BYTES);
        note_print_signature(&signer->key, SPAN_ARRAY(bytes), out);
        outcome = buf_check(out, "cosignature", fail);
    }
    buf_done(&message);
    return outcome;
}

static bool holds(struct span text, uint64_t time_s, const struct note_key *key,
                  const uint8_t signature[static SIGNATURE_BYTES])
{
    struct buf message;
    buf_init(&message, NOTE_BYTES_MAX + 64);
    print_message(text, time_s, &message);
    bool good = buf_ok(&message) && ed25519_verify(key->key, buf_span(&message), signature);
    buf_done(&message);
    return good;
}

enum outcome cosignature_verify(const struct note *note, const struct note_key *key,
                                int64_t *out_time_s, struct fail *fail)
{
    uint8_t bytes[TIME_BYTES + SIGNATURE_BYTES];
    const struct note_signature *signature = note_find(note, key);
    if (!signature || key->type != NOTE_COSIGNATURE)
        return fail_set(fail, NOT_FOUND, "note.unsigned", "checkpoint: no cosignature of \"%s\"",
                        key->name);
    enum outcome outcome = note_signature_bytes(signature, bytes, sizeof bytes, fail);
    if (outcome)
        return outcome;
    uint64_t time_s = get_u64be(bytes);
    if (time_s > INT64_MAX || !holds(note->text, time_s, key, bytes + TIME_BYTES))
        return fail_set(fail, BAD_PROOF, "note.signature",
                        "checkpoint: the cosignature of \"%s\" does not hold", key->name);
    *out_time_s = (int64_t)time_s;
    return OK;
}
