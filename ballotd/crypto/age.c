#include "crypto/age_inside.h"

#include "base/bech32.h"
#include "base/code.h"
#include "crypto/hkdf.h"

#define IDENTITY_PREFIX  "age-secret-key-"
#define RECIPIENT_PREFIX "age"

_Static_assert(AGE_RECIPIENT_TEXT_BYTES == BECH32_LEN(3, KEY_BYTES) + 1, "age1 and 32 bytes");
_Static_assert(AGE_IDENTITY_TEXT_BYTES == BECH32_LEN(15, KEY_BYTES) + 1, "and its secret");

/* -- keys ------------------------------------------------------------------------------------- */

enum outcome age_recipient(const uint8_t sign[static KEY_BYTES],
                           uint8_t out_recipient[static KEY_BYTES], struct fail *fail)
{
    uint8_t recipient[KEY_BYTES];
    if (!ed25519_key_is_sound(sign) || crypto_sign_ed25519_pk_to_curve25519(recipient, sign) != 0)
        return fail_set(fail, BAD_INPUT, "age.recipient",
                        "age file: the recipient's key is not a sound Ed25519 key");
    memcpy(out_recipient, recipient, KEY_BYTES);
    return OK;
}

void age_identity(const uint8_t secret[static ED25519_SECRET_BYTES],
                  uint8_t out_identity[static KEY_BYTES])
{
    crypto_sign_ed25519_sk_to_curve25519(out_identity, secret);
}

void age_print_recipient(const uint8_t recipient[static KEY_BYTES],
                         char out_text[static AGE_RECIPIENT_TEXT_BYTES])
{
    bech32_print(RECIPIENT_PREFIX, span_of(recipient, KEY_BYTES), false, out_text);
}

void age_print_identity(const uint8_t identity[static KEY_BYTES],
                        char out_text[static AGE_IDENTITY_TEXT_BYTES])
{
    bech32_print(IDENTITY_PREFIX, span_of(identity, KEY_BYTES), true, out_text);
}

/* -- what both ways share --------------------------------------------------------------------- */

struct age_work *age_work_new(struct fail *fail)
{
    struct age_work *work = sodium_malloc(sizeof *work);
    if (work)
        sodium_memzero(work, sizeof *work);
    else
        fail_set(fail, BROKEN, "memory", "age file: no guarded memory left");
    return work;
}

void age_work_free(struct age_work *work)
{
    sodium_free(work);
}

void age_wrap_key(const uint8_t shared[static KEY_BYTES], const uint8_t share[static KEY_BYTES],
                  const uint8_t recipient[static KEY_BYTES], uint8_t out_key[static KEY_BYTES])
{
    uint8_t salt[2 * KEY_BYTES];
    memcpy(salt, share, KEY_BYTES);
    memcpy(salt + KEY_BYTES, recipient, KEY_BYTES);
    hkdf_sha256(span_of(shared, KEY_BYTES), SPAN_ARRAY(salt), AGE_VERSION_LINE "/" AGE_X25519,
                out_key);
}

void age_header_mac(struct age_work *work, struct span header, uint8_t out_mac[static HASH_BYTES])
{
    hkdf_sha256(SPAN_ARRAY(work->file_key), SPAN_LIT(""), "header", work->scratch);
    crypto_auth_hmacsha256(out_mac, header.ptr, header.len, work->scratch);
    sodium_memzero(work->scratch, sizeof work->scratch);
}

void age_piece_key(struct age_work *work, const uint8_t nonce[static AGE_NONCE])
{
    hkdf_sha256(SPAN_ARRAY(work->file_key), span_of(nonce, AGE_NONCE), "payload", work->piece_key);
}

void age_piece_nonce(uint64_t number, bool last, uint8_t out_nonce[static AGE_PIECE_NONCE])
{
    memset(out_nonce, 0, AGE_PIECE_NONCE);
    for (unsigned i = 0; i < 8; i++)
        out_nonce[AGE_PIECE_NONCE - 2 - i] = (uint8_t)(number >> 8 * i);
    out_nonce[AGE_PIECE_NONCE - 1] = last;
}

/* -- sealing ---------------------------------------------------------------------------------- */

static void add_unpadded(struct buf *out, struct span bytes)
{
    struct buf text;
    buf_init(&text, 256);
    base64_add(&text, bytes);
    while (text.len > 0 && text.bytes[text.len - 1] == '=')
        text.len--;
    buf_add(out, buf_span(&text));
    buf_done(&text);
}

/* A fresh share for each recipient. False when the shared secret is zero, which a recipient's key
 * from age_recipient never gives. */
static bool add_stanza(struct age_work *work, const uint8_t recipient[static KEY_BYTES],
                       struct buf *out)
{
    static const uint8_t zeros[AGE_PIECE_NONCE];
    uint8_t share[KEY_BYTES], body[AGE_BODY], *scratch = work->scratch;
    uint8_t *shared = work->piece_key; /* not in use yet */
    randombytes_buf(scratch, KEY_BYTES);
    crypto_scalarmult_base(share, scratch);
    bool good = crypto_scalarmult(shared, scratch, recipient) == 0;
    age_wrap_key(shared, share, recipient, scratch);
    crypto_aead_chacha20poly1305_ietf_encrypt(body, NULL, work->file_key, AGE_FILE_KEY, NULL, 0,
                                              NULL, zeros, scratch);
    sodium_memzero(scratch, KEY_BYTES);
    sodium_memzero(shared, KEY_BYTES);
    buf_add_str(out, "-> " AGE_X25519 " ");
    add_unpadded(out, SPAN_ARRAY(share));
    buf_add_byte(out, '\n');
    add_unpadded(out, SPAN_ARRAY(body));
    buf_add_byte(out, '\n');
    return good;
}

static void add_mac(struct age_work *work, size_t header_at, struct buf *out)
{
    uint8_t mac[HASH_BYTES];
    buf_add_str(out, "---");
    if (buf_ok(out))
        age_header_mac(work, span_of(out->bytes + header_at, out->len - header_at), mac);
    buf_add_byte(out, ' ');
    add_unpadded(out, SPAN_ARRAY(mac));
    buf_add_byte(out, '\n');
}

enum outcome age_begin(const uint8_t (*recipients)[KEY_BYTES], size_t count, struct buf *out,
                       struct age_seal *out_seal, struct fail *fail)
{
    uint8_t nonce[AGE_NONCE];
    size_t header_at = out->len;
    bool good = count > 0 && count <= AGE_RECIPIENTS_MAX;
    struct age_work *work = age_work_new(fail);
    if (!work)
        return BROKEN;
    randombytes_buf(work->file_key, AGE_FILE_KEY);
    buf_add_str(out, AGE_VERSION_LINE "\n");
    for (size_t i = 0; good && i < count; i++)
        good = add_stanza(work, recipients[i], out);
    if (!good) {
        age_work_free(work);
        return fail_set(fail, BAD_INPUT, "age.recipient", "age file: 1 to %d sound keys expected",
                        AGE_RECIPIENTS_MAX);
    }
    add_mac(work, header_at, out);
    randombytes_buf(nonce, AGE_NONCE);
    buf_add(out, SPAN_ARRAY(nonce));
    age_piece_key(work, nonce);
    *out_seal = (struct age_seal){out, work};
    return OK;
}

static void put_piece(struct age_seal *seal, bool last)
{
    struct age_work *work = seal->work;
    uint8_t nonce[AGE_PIECE_NONCE];
    uint8_t *room = buf_extend(seal->out, work->plain_len + AGE_TAG);
    age_piece_nonce(work->number++, last, nonce);
    if (room)
        crypto_aead_chacha20poly1305_ietf_encrypt(room, NULL, work->plain, work->plain_len, NULL, 0,
                                                  NULL, nonce, work->piece_key);
    work->plain_len = 0;
}

/* A full piece goes out only when more follows: the last one is not empty unless all is. */
void age_add(struct age_seal *seal, struct span plain)
{
    struct age_work *work = seal->work;
    while (plain.len > 0) {
        if (work->plain_len == AGE_PIECE_BYTES)
            put_piece(seal, false);
        size_t room = AGE_PIECE_BYTES - work->plain_len;
        size_t take = plain.len < room ? plain.len : room;
        memcpy(work->plain + work->plain_len, plain.ptr, take);
        work->plain_len += take;
        plain = span_of(plain.ptr + take, plain.len - take);
    }
}

enum outcome age_end(struct age_seal *seal, struct fail *fail)
{
    put_piece(seal, true);
    age_abandon(seal);
    return buf_check(seal->out, "age file", fail);
}

void age_abandon(struct age_seal *seal)
{
    age_work_free(seal->work);
    seal->work = NULL;
}

enum outcome age_seal_bytes(const uint8_t (*sign)[KEY_BYTES], size_t count, struct span plain,
                            struct buf *out, struct fail *fail)
{
    uint8_t recipients[AGE_RECIPIENTS_MAX][KEY_BYTES];
    struct age_seal seal;
    enum outcome outcome = OK;
    for (size_t i = 0; outcome == OK && i < count && i < AGE_RECIPIENTS_MAX; i++)
        outcome = age_recipient(sign[i], recipients[i], fail);
    if (outcome == OK)
        outcome = age_begin((const uint8_t(*)[KEY_BYTES])recipients, count, out, &seal, fail);
    if (outcome != OK)
        return outcome;
    age_add(&seal, plain);
    return age_end(&seal, fail);
}
