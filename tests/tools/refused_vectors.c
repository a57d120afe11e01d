/* Prints tests/vectors/refused.jsonl: encodings on which libraries differ, one a line, each with
 * whether the protocol accepts it (docs/protocol.md section 2). Keys and nonces follow from fixed
 * bytes, and every signature satisfies the equation of RFC 8032, or the one with a cofactor: what
 * refuses it is strictness, not arithmetic. */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "crypto/chunk.h"
#include "crypto/group.h"

static void must(bool right, const char *what)
{
    if (!right) {
        fprintf(stderr, "refused_vectors: %s\n", what);
        exit(1);
    }
}

static json_t *begin(const char *what, const char *why, bool accepted)
{
    json_t *line = json_object();
    json_put_string(line, "what", span_str(what));
    json_put_string(line, "why", span_str(why));
    json_put_bool(line, "accepted", accepted);
    return line;
}

static void end(json_t *line)
{
    struct buf text;
    buf_init(&text, 1 << 12);
    json_print(line, &text);
    puts(buf_text(&text));
    buf_done(&text);
    json_decref(line);
}

static void bytes_line(const char *what, const char *why, bool accepted, const uint8_t *bytes)
{
    json_t *line = begin(what, why, accepted);
    json_put_hex(line, "bytes", span_of(bytes, POINT_BYTES));
    end(line);
}

/* -- little-endian numbers of 32 bytes ----------------------------------------------------------
 */

/* 2^255 - 19 */
static const uint8_t field[32] = {0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};
/* L */
static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                  0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                                  0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};

static void add(const uint8_t *a, const uint8_t *b, uint8_t *out)
{
    unsigned carry = 0;
    for (unsigned i = 0; i < 32; i++) {
        carry += (unsigned)a[i] + b[i];
        out[i] = (uint8_t)carry;
        carry >>= 8;
    }
}

static void negate_in_field(const uint8_t *a, uint8_t *out)
{
    int borrow = 0;
    for (unsigned i = 0; i < 32; i++) {
        int digit = field[i] - a[i] - borrow;
        borrow = digit < 0;
        out[i] = (uint8_t)(digit + 256 * borrow);
    }
}

/* -- points, scalars, chunks --------------------------------------------------------------------
 */

static void points(void)
{
    static const uint8_t zero[32], one[32] = {1}, two[32] = {2};
    struct scalar seven = scalar_from_u64(7);
    struct point point = point_mul_base(&seven);
    uint8_t bytes[32];
    bytes_line("point", "7 B", true, point.bytes);
    memcpy(bytes, point.bytes, sizeof bytes);
    bytes[31] |= 0x80;
    bytes_line("point", "7 B with the top bit set", false, bytes);
    negate_in_field(point.bytes, bytes);
    bytes_line("point", "7 B with the odd one of its two field elements", false, bytes);
    bytes_line("point", "the identity, where any point may stand", true, zero);
    bytes_line("proper point", "the identity, where it may not", false, zero);
    bytes_line("proper point", "7 B", true, point.bytes);
    bytes_line("point", "p: the identity by another name", false, field);
    add(field, two, bytes);
    bytes_line("point", "p + 2: a field element that is not reduced", false, bytes);
    bytes_line("point", "1: odd", false, one);
    bytes_line("point", "2: of no point", false, two);
    memset(bytes, 0xFF, sizeof bytes);
    bytes_line("point", "all bits set", false, bytes);
}

static void scalars(void)
{
    static const uint8_t zero[32], seven[32] = {7};
    uint8_t bytes[32];
    memcpy(bytes, order, sizeof bytes);
    bytes[0]--;
    bytes_line("scalar", "0", true, zero);
    bytes_line("scalar", "L - 1", true, bytes);
    bytes_line("scalar", "L", false, order);
    add(order, seven, bytes);
    bytes_line("scalar", "7 + L", false, bytes);
    memcpy(bytes, seven, sizeof bytes);
    bytes[31] = 0x80;
    bytes_line("scalar", "7 with the top bit set", false, bytes);
    memset(bytes, 0xFF, sizeof bytes);
    bytes_line("scalar", "all bits set", false, bytes);
}

/* The next k after the right one that gives a point too. */
static void chunks(void)
{
    uint8_t chunk[CHUNK_BYTES] = {1, 3, 2}, opened[CHUNK_BYTES];
    struct point right = chunk_point(chunk), later;
    unsigned k = right.bytes[0] / 2u + 128u * right.bytes[31];
    bytes_line("chunk", "the smallest k", true, right.bytes);
    do {
        k++;
        memcpy(later.bytes + 1, chunk, sizeof chunk);
        later.bytes[0] = (uint8_t)(2 * (k % 128));
        later.bytes[31] = (uint8_t)(k / 128);
    } while (!point_is_proper(&later));
    must(!chunk_open(&later, opened), "a later k opens");
    bytes_line("chunk", "a point whose k is not the smallest", false, later.bytes);
    do {
        memcpy(later.bytes + 1, chunk, sizeof chunk);
        later.bytes[0] = (uint8_t)(2 * (k % 128));
        later.bytes[31] = 64;
        k++;
    } while (!point_is_proper(&later));
    bytes_line("chunk", "a point whose k is above 8191", false, later.bytes);
    memset(&later, 0, sizeof later);
    bytes_line("chunk", "the identity, which k = 0 would make of 30 zeros", false, later.bytes);
}

/* -- signatures ---------------------------------------------------------------------------------
 */

static const uint8_t identity[32] = {1};
/* Of order 8, and -1, of order 2. */
static const uint8_t order_8[32] = {
    0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
    0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a};

struct signing {
    uint8_t secret[32], key[32]; /* a below L, A = aB */
    uint8_t nonce[32];           /* r */
};

static void scalar_of(const char *text, uint8_t *out)
{
    uint8_t wide[64];
    crypto_hash_sha512(wide, (const uint8_t *)text, strlen(text));
    crypto_core_ed25519_scalar_reduce(out, wide);
}

static struct signing signing_of_fixed_bytes(void)
{
    struct signing signing;
    scalar_of("secret", signing.secret);
    scalar_of("nonce", signing.nonce);
    must(crypto_scalarmult_ed25519_base_noclamp(signing.key, signing.secret) == 0, "key");
    return signing;
}

/* k = SHA-512(R || A || M) mod L */
static void challenge(const uint8_t *r, const uint8_t *key, struct span message, uint8_t *out)
{
    uint8_t wide[64];
    crypto_hash_sha512_state state;
    crypto_hash_sha512_init(&state);
    crypto_hash_sha512_update(&state, r, 32);
    crypto_hash_sha512_update(&state, key, 32);
    crypto_hash_sha512_update(&state, message.ptr, message.len);
    crypto_hash_sha512_final(&state, wide);
    crypto_core_ed25519_scalar_reduce(out, wide);
}

/* S = r + k a; r or a NULL stand for 0. */
static void finish(const uint8_t *r_bytes, const uint8_t *key, struct span message,
                   const uint8_t *nonce, const uint8_t *secret, uint8_t *out_signature)
{
    uint8_t k[32], s[32] = {0};
    memcpy(out_signature, r_bytes, 32);
    challenge(r_bytes, key, message, k);
    if (secret != NULL)
        crypto_core_ed25519_scalar_mul(s, k, secret);
    if (nonce != NULL)
        crypto_core_ed25519_scalar_add(s, s, nonce);
    memcpy(out_signature + 32, s, 32);
}

static void signature_line(const char *why, bool accepted, const uint8_t *key, struct span message,
                           const uint8_t *signature)
{
    json_t *line = begin("signature", why, accepted);
    json_put_hex(line, "key", span_of(key, KEY_BYTES));
    json_put_hex(line, "message", message);
    json_put_hex(line, "signature", span_of(signature, SIGNATURE_BYTES));
    end(line);
}

static void odd_scalars(const struct signing *signing)
{
    uint8_t r[32], signature[64];
    const struct span message = SPAN_LIT("a statement");
    must(crypto_scalarmult_ed25519_base_noclamp(r, signing->nonce) == 0, "R");
    finish(r, signing->key, message, signing->nonce, signing->secret, signature);
    signature_line("as it should be", true, signing->key, message, signature);
    add(signature + 32, order, signature + 32);
    signature_line("S + L", false, signing->key, message, signature);
}

static void odd_nonces(const struct signing *signing)
{
    uint8_t signature[64], other[32];
    const struct span message = SPAN_LIT("a statement");
    finish(identity, signing->key, message, NULL, signing->secret, signature);
    signature_line("R is the identity", false, signing->key, message, signature);
    add(field, identity, other);
    finish(other, signing->key, message, NULL, signing->secret, signature);
    signature_line("R is the identity, its y not reduced", false, signing->key, message, signature);
    memcpy(other, identity, sizeof other);
    other[31] |= 0x80;
    finish(other, signing->key, message, NULL, signing->secret, signature);
    signature_line("R is the identity with the sign bit", false, signing->key, message, signature);
    finish(order_8, signing->key, message, NULL, signing->secret, signature);
    signature_line("R has order 8; the equation holds with a cofactor", false, signing->key,
                   message, signature);
}

/* A message for which k is, or is not, a multiple of 8. */
static struct span message_for(const uint8_t *r, const uint8_t *key, bool multiple, char text[24])
{
    for (unsigned i = 0;; i++) {
        uint8_t k[32];
        int len = snprintf(text, 24, "statement %u", i);
        challenge(r, key, span_of(text, (size_t)len), k);
        if ((k[0] % 8 == 0) == multiple)
            return span_of(text, (size_t)len);
    }
}

static void odd_keys(const struct signing *signing)
{
    uint8_t r[32], mixed[32], signature[64];
    char text[24];
    must(crypto_scalarmult_ed25519_base_noclamp(r, signing->nonce) == 0, "R");
    struct span message = SPAN_LIT("a statement");
    finish(r, identity, message, signing->nonce, NULL, signature);
    signature_line("A is the identity: signs everything", false, identity, message, signature);
    message = message_for(r, order_8, true, text);
    finish(r, order_8, message, signing->nonce, NULL, signature);
    signature_line("A has order 8, and k is a multiple of 8", false, order_8, message, signature);
    must(crypto_core_ed25519_add(mixed, signing->key, order_8) == 0, "mixed key");
    message = message_for(r, mixed, false, text);
    finish(r, mixed, message, signing->nonce, signing->secret, signature);
    signature_line("A has a part of order 8; the equation holds with a cofactor only", false, mixed,
                   message, signature);
    message = message_for(r, mixed, true, text);
    finish(r, mixed, message, signing->nonce, signing->secret, signature);
    signature_line("A has a part of order 8; the equation holds as it stands", true, mixed, message,
                   signature);
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;
    points();
    scalars();
    chunks();
    struct signing signing = signing_of_fixed_bytes();
    odd_scalars(&signing);
    odd_nonces(&signing);
    odd_keys(&signing);
    return 0;
}
