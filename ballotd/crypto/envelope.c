#include "crypto/envelope.h"

#include "crypto/chunk.h"
#include "labels.h"

_Static_assert(sizeof(struct envelope) == CHUNK_BALLOT_BYTES, "an envelope is its bytes");

static struct hash statement_of(const struct envelope_place *place,
                                const struct ciphertext *ciphertext)
{
    struct hash hash;
    hash_start(&hash, LABEL_BALLOT_PROOF);
    hash_part(&hash, span_of(place->ctx2, HASH_BYTES));
    hash_part(&hash, place->contest);
    hash_part(&hash, span_of(place->credential, KEY_BYTES));
    hash_integer(&hash, place->position);
    hash_part(&hash, point_span(place->key));
    hash_part(&hash, point_span(&ciphertext->alpha));
    hash_part(&hash, point_span(&ciphertext->beta));
    return hash;
}

void envelope_seal(const struct envelope_place *place, const uint8_t chunk[static CHUNK_BYTES],
                   struct envelope *out_envelope, struct scalar *out_r)
{
    struct point message = chunk_point(chunk);
    do { /* beta is the identity once in 2^252 */
        scalar_random(out_r);
        out_envelope->ciphertext = elgamal_encrypt(place->key, &message, out_r);
    } while (!ciphertext_is_proper(&out_envelope->ciphertext));
    struct hash statement = statement_of(place, &out_envelope->ciphertext);
    out_envelope->proof = knowledge_prove(&statement, out_r);
    sodium_memzero(&message, sizeof message);
}

bool envelope_check(const struct envelope_place *place, const struct envelope *envelope)
{
    if (!ciphertext_is_proper(&envelope->ciphertext) || !point_is_proper(&envelope->proof.t)) {
        return false;
    }
    struct hash statement = statement_of(place, &envelope->ciphertext);
    return knowledge_check(&statement, &envelope->ciphertext.alpha, &envelope->proof);
}

bool envelope_holds(const struct envelope_place *place, const struct envelope *envelope,
                    const uint8_t chunk[static CHUNK_BYTES], const struct scalar *r)
{
    if (!scalar_is_canonical(r)) {
        return false;
    }
    struct point message = chunk_point(chunk);
    struct ciphertext expected = elgamal_encrypt(place->key, &message, r);
    return sodium_memcmp(&expected, &envelope->ciphertext, sizeof expected) == 0;
}
