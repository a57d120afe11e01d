#include "crypto/mixproof.h"

#include "labels.h"

size_t mixproof_bytes(size_t n, size_t w)
{
    return 160 * n + 192 + 96 * w;
}

struct mixproof mixproof_over(uint8_t *bytes, size_t n, size_t w)
{
    struct mixproof proof = {.n = n, .w = w};
    proof.c = (struct point *)bytes;
    proof.c_hat = proof.c + n;
    proof.t = proof.c_hat + n;
    proof.t_hat = proof.t + MIX_T_ALPHA + 2 * w;
    proof.s = (struct scalar *)(proof.t_hat + n);
    proof.s_hat = proof.s + MIX_S4 + w;
    proof.s_prime = proof.s_hat + n;
    return proof;
}

void mixproof_state(const struct mix_place *place, const struct cipherlist *before,
                    const struct cipherlist *after, const struct point *c,
                    uint8_t out_state[static HASH_WIDE_BYTES])
{
    struct hash hash;
    hash_start(&hash, LABEL_MIX);
    hash_part(&hash, span_of(place->ctx3, HASH_BYTES));
    hash_part(&hash, place->box);
    hash_integer(&hash, place->mixer);
    hash_integer(&hash, place->step);
    hash_part(&hash, point_span(place->key));
    hash_integer(&hash, before->count);
    hash_integer(&hash, before->width);
    hash_part(&hash, cipherlist_span(before));
    hash_part(&hash, cipherlist_span(after));
    hash_part(&hash, span_of(c, before->count * sizeof *c));
    hash_end(&hash, out_state);
}

static struct hash stated(const char *label, const uint8_t state[static HASH_WIDE_BYTES])
{
    struct hash hash;
    hash_start(&hash, label);
    hash_part(&hash, span_of(state, HASH_WIDE_BYTES));
    return hash;
}

struct weighing {
    struct hash start;
    struct scalar *u;
};

static void weigh_range(void *context, unsigned slice, size_t from, size_t to)
{
    struct weighing *weighing = context;
    (void)slice;
    for (size_t i = from; i < to; i++) {
        struct hash hash = weighing->start;
        hash_integer(&hash, i + 1);
        weighing->u[i] = scalar_from_hash(&hash);
    }
}

void mixproof_weights(const uint8_t state[static HASH_WIDE_BYTES], size_t n,
                      struct parallel_progress *progress, struct scalar *out_u)
{
    struct weighing weighing = {.start = stated(LABEL_MIX_U, state), .u = out_u};
    parallel_run(weigh_range, &weighing, n, progress);
}

struct scalar mixproof_challenge(const uint8_t state[static HASH_WIDE_BYTES],
                                 const struct mixproof *proof)
{
    struct hash hash = stated(LABEL_MIX_X, state);
    size_t t_count = MIX_T_ALPHA + 2 * proof->w + proof->n;
    hash_part(&hash, span_of(proof->c_hat, proof->n * sizeof *proof->c_hat));
    hash_part(&hash, span_of(proof->t, t_count * sizeof *proof->t));
    return scalar_from_hash(&hash);
}
