#include "crypto/keyfile.h"

#include <assert.h>

#include "base/code.h"
#include "base/json.h"

enum {
    SALT = crypto_pwhash_SALTBYTES,
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    WRAP_KEY = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    FIXED = KEY_BYTES + SCALAR_BYTES, /* seed and sealing scalar; the state follows */
};

static const char *const role_names[] = {"officer", "trustee", "registrar", "authority", "log"};
static const char *const strength_names[] = {"argon2id-moderate", "argon2id-quick"};

/* The file apart from its secret box. */
struct header {
    struct keyfile keyfile;
    enum keyfile_strength strength;
    uint8_t salt[SALT];
    uint8_t nonce[NONCE];
};

const char *keyfile_role_name(enum keyfile_role role)
{
    return role_names[role];
}

static enum outcome no_memory(struct fail *fail)
{
    return fail_set(fail, BROKEN, "memory", "key file: no guarded memory left");
}

static enum outcome set_name(struct keyfile *keyfile, struct span name, struct fail *fail)
{
    bool has_control = false;
    for (size_t i = 0; i < name.len; i++) {
        has_control = has_control || name.ptr[i] < 0x20;
    }
    if (name.len == 0 || name.len > LIMIT_NAME_BYTES || has_control || !span_is_utf8(name)) {
        return fail_set(fail, BAD_INPUT, "keyfile.name",
                        "key file: a name is 1 to %d bytes of UTF-8 on one line", LIMIT_NAME_BYTES);
    }
    memcpy(keyfile->name, name.ptr, name.len);
    keyfile->name[name.len] = '\0';
    return OK;
}

/* The secret part from its seed and scalar, and the public keys that belong to it. */
static bool set_secret(struct keyfile *keyfile, const uint8_t seed[static KEY_BYTES],
                       const struct scalar *seal)
{
    keyfile->secret = sodium_malloc(sizeof *keyfile->secret);
    if (!keyfile->secret) {
        return false;
    }
    ed25519_pair(seed, keyfile->sign, keyfile->secret->sign);
    keyfile->secret->seal = *seal;
    keyfile->seal = point_mul_base(seal);
    return true;
}

enum outcome keyfile_make(enum keyfile_role role, struct span name, struct keyfile *out_keyfile,
                          struct fail *fail)
{
    struct keyfile made = {.role = role};
    struct scalar seal = scalar_from_u64(0);
    uint8_t seed[KEY_BYTES];
    enum outcome outcome = set_name(&made, name, fail);
    if (outcome != OK) {
        return outcome;
    }
    randombytes_buf(seed, sizeof seed);
    if (role == KEYFILE_TRUSTEE) {
        scalar_random(&seal);
    }
    if (set_secret(&made, seed, &seal)) {
        *out_keyfile = made;
    } else {
        outcome = no_memory(fail);
    }
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(&seal, sizeof seal);
    return outcome;
}

void keyfile_done(struct keyfile *keyfile)
{
    if (keyfile) {
        sodium_free(keyfile->secret);
        sodium_free(keyfile->state);
        *keyfile = (struct keyfile){0};
    }
}

enum outcome keyfile_set_state(struct keyfile *keyfile, struct span state, struct fail *fail)
{
    uint8_t *copy = NULL;
    if (state.len > KEYFILE_STATE_BYTES_MAX) {
        return fail_set(fail, TOO_LARGE, "keyfile.state", "key file: state over %d bytes",
                        KEYFILE_STATE_BYTES_MAX);
    }
    if (state.len > 0) {
        copy = sodium_malloc(state.len);
        if (!copy) {
            return no_memory(fail);
        }
        memcpy(copy, state.ptr, state.len);
    }
    sodium_free(keyfile->state);
    keyfile->state = copy;
    keyfile->state_len = state.len;
    return OK;
}

/* Every member but the secret box; these bytes are bound to the box as additional data. */
static json_t *header_json(const struct header *header)
{
    const struct keyfile *keyfile = &header->keyfile;
    json_t *json = json_object();
    json_put_integer(json, "keyfile", 1);
    json_put_string(json, "role", span_str(role_names[keyfile->role]));
    json_put_string(json, "name", span_str(keyfile->name));
    json_put_hex(json, "sign", SPAN_ARRAY(keyfile->sign));
    json_put_hex(json, "seal", point_span(&keyfile->seal));
    json_put_string(json, "strength", span_str(strength_names[header->strength]));
    json_put_hex(json, "salt", SPAN_ARRAY(header->salt));
    json_put_hex(json, "nonce", SPAN_ARRAY(header->nonce));
    return json;
}

static void bound_bytes(const struct header *header, struct buf *out)
{
    json_t *json = header_json(header);
    json_print(json, out);
    json_decref(json);
}

static bool wrap_key(const struct header *header, struct span passphrase,
                     uint8_t out_key[static WRAP_KEY])
{
    bool is_quick = header->strength == KEYFILE_QUICK;
    return crypto_pwhash(
               out_key, WRAP_KEY, (const char *)passphrase.ptr, passphrase.len, header->salt,
               is_quick ? crypto_pwhash_OPSLIMIT_INTERACTIVE : crypto_pwhash_OPSLIMIT_MODERATE,
               is_quick ? crypto_pwhash_MEMLIMIT_INTERACTIVE : crypto_pwhash_MEMLIMIT_MODERATE,
               crypto_pwhash_ALG_ARGON2ID13) == 0;
}

/* Encrypts the plain secrets; false when memory runs out. */
static bool lock_box(const struct header *header, struct span passphrase, const uint8_t *plain,
                     size_t plain_len, uint8_t *out_box)
{
    uint8_t key[WRAP_KEY];
    struct buf bound;
    buf_init(&bound, KEYFILE_BYTES_MAX);
    bound_bytes(header, &bound);
    bool done = wrap_key(header, passphrase, key) && buf_ok(&bound);
    if (done) {
        crypto_aead_xchacha20poly1305_ietf_encrypt(out_box, NULL, plain, plain_len, bound.bytes,
                                                   bound.len, NULL, header->nonce, key);
    }
    sodium_memzero(key, sizeof key);
    buf_done(&bound);
    return done;
}

static void lay_out_plain(const struct keyfile *keyfile, uint8_t *out_plain)
{
    memcpy(out_plain, keyfile->secret->sign, KEY_BYTES); /* the seed is its first half */
    memcpy(out_plain + KEY_BYTES, keyfile->secret->seal.bytes, SCALAR_BYTES);
    if (keyfile->state_len > 0) {
        memcpy(out_plain + FIXED, keyfile->state, keyfile->state_len);
    }
}

static void print_line(const struct header *header, struct span box, struct buf *out_line)
{
    struct buf text;
    json_t *json = header_json(header);
    buf_init(&text, KEYFILE_BYTES_MAX);
    base64_add(&text, box);
    json_put_string(json, "secret", buf_span(&text));
    json_print(json, out_line);
    buf_add_byte(out_line, '\n');
    json_decref(json);
    buf_done(&text);
}

static enum outcome check_passphrase(struct span passphrase, struct fail *fail)
{
    return passphrase.len > 0 ? OK
                              : fail_set(fail, BAD_INPUT, "keyfile.passphrase",
                                         "key file: the passphrase is empty");
}

enum outcome keyfile_print(const struct keyfile *keyfile, struct span passphrase,
                           enum keyfile_strength strength, struct buf *out_line, struct fail *fail)
{
    assert(keyfile->secret);
    enum outcome outcome = check_passphrase(passphrase, fail);
    if (outcome != OK) {
        return outcome;
    }
    struct header header = {.keyfile = *keyfile, .strength = strength};
    randombytes_buf(header.salt, sizeof header.salt);
    randombytes_buf(header.nonce, sizeof header.nonce);
    size_t plain_len = FIXED + keyfile->state_len;
    uint8_t *plain = sodium_malloc(plain_len + TAG); /* the box is made where the secrets were */
    if (!plain) {
        return no_memory(fail);
    }
    lay_out_plain(keyfile, plain);
    if (lock_box(&header, passphrase, plain, plain_len, plain)) {
        print_line(&header, span_of(plain, plain_len + TAG), out_line);
        outcome = buf_check(out_line, "key file", fail);
    } else {
        outcome = fail_set(fail, BROKEN, "memory", "key file: no memory for the passphrase's work");
    }
    sodium_free(plain);
    return outcome;
}

/* The place of a name in a table, or BAD_INPUT. */
static enum outcome find_name(struct span name, const char *const *names, unsigned count,
                              const char *what, unsigned *out_index, struct fail *fail)
{
    for (unsigned i = 0; i < count; i++) {
        if (span_is(name, names[i])) {
            *out_index = i;
            return OK;
        }
    }
    return fail_set(fail, BAD_INPUT, "keyfile.form", "key file: unknown %s", what);
}

/* A trustee, and nobody else, has a sealing key. */
static enum outcome check_keys(const struct keyfile *keyfile, struct fail *fail)
{
    bool has_seal = point_is_proper(&keyfile->seal);
    bool is_empty = sodium_is_zero(keyfile->seal.bytes, POINT_BYTES) == 1;
    bool fits = keyfile->role == KEYFILE_TRUSTEE ? has_seal : is_empty;
    if (!fits || !ed25519_key_is_sound(keyfile->sign)) {
        return fail_set(fail, BAD_INPUT, "keyfile.form",
                        "key file of %s: its public keys are not sound", keyfile->name);
    }
    return OK;
}

/* Takes all members; the box is appended to out_box. */
static enum outcome take_header(const json_t *json, struct header *out_header, struct buf *out_box,
                                struct fail *fail)
{
    struct header header = {0};
    unsigned role = 0;
    unsigned strength = 0;
    struct json_take take = json_take_from(json, "key file", fail);
    json_take_integer(&take, "keyfile", 1, 1);
    struct span role_name = json_take_string(&take, "role");
    struct span name = json_take_string(&take, "name");
    json_take_hex(&take, "sign", header.keyfile.sign, KEY_BYTES);
    json_take_hex(&take, "seal", header.keyfile.seal.bytes, POINT_BYTES);
    struct span strength_name = json_take_string(&take, "strength");
    json_take_hex(&take, "salt", header.salt, SALT);
    json_take_hex(&take, "nonce", header.nonce, NONCE);
    struct span box = json_take_string(&take, "secret");
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK) {
        outcome = find_name(role_name, role_names, 5, "role", &role, fail);
    }
    if (outcome == OK) {
        outcome = find_name(strength_name, strength_names, 2, "strength", &strength, fail);
    }
    if (outcome == OK) {
        outcome = set_name(&header.keyfile, name, fail);
    }
    if (outcome == OK && (!base64_read(box, out_box) || out_box->len < FIXED + TAG)) {
        outcome = fail_set(fail, BAD_INPUT, "keyfile.form", "key file: its secret part is torn");
    }
    header.keyfile.role = (enum keyfile_role)role;
    header.strength = header.keyfile.strength = (enum keyfile_strength)strength;
    if (outcome == OK) {
        outcome = check_keys(&header.keyfile, fail);
    }
    if (outcome == OK) {
        *out_header = header;
    }
    return outcome;
}

static enum outcome read_header(struct span text, struct header *out_header, struct buf *out_box,
                                struct fail *fail)
{
    json_t *json = NULL;
    struct span line = text;
    if (line.len > 0 && line.ptr[line.len - 1] == '\n') {
        line.len--;
    }
    enum outcome outcome = json_read_canonical(line, "key file", &json, fail);
    if (outcome == OK) {
        outcome = take_header(json, out_header, out_box, fail);
    }
    json_decref(json);
    return outcome;
}

enum outcome keyfile_read(struct span text, struct keyfile *out_keyfile, struct fail *fail)
{
    struct header header;
    struct buf box;
    buf_init(&box, KEYFILE_BYTES_MAX);
    enum outcome outcome = read_header(text, &header, &box, fail);
    if (outcome == OK) {
        *out_keyfile = header.keyfile;
    }
    buf_done(&box);
    return outcome;
}

/* Opens the box into out_plain (box.len - TAG bytes). */
static enum outcome unlock_box(const struct header *header, struct span passphrase, struct span box,
                               uint8_t *out_plain, struct fail *fail)
{
    uint8_t key[WRAP_KEY];
    struct buf bound;
    enum outcome outcome = OK;
    buf_init(&bound, KEYFILE_BYTES_MAX);
    bound_bytes(header, &bound);
    if (!wrap_key(header, passphrase, key)) {
        outcome = fail_set(fail, BROKEN, "memory", "key file: no memory for the passphrase's work");
    } else if (crypto_aead_xchacha20poly1305_ietf_decrypt(out_plain, NULL, NULL, box.ptr, box.len,
                                                          bound.bytes, bound.len, header->nonce,
                                                          key) != 0) {
        outcome = fail_set(fail, NOT_ALLOWED, "keyfile.passphrase",
                           "key file of %s: the passphrase is wrong, or the file was altered",
                           header->keyfile.name);
    }
    sodium_memzero(key, sizeof key);
    buf_done(&bound);
    return outcome;
}

/* Makes the keys again from the plain secrets; they must be those that the file shows. */
static enum outcome rebuild(const struct header *header, const uint8_t *plain, size_t plain_len,
                            struct keyfile *out_keyfile, struct fail *fail)
{
    struct keyfile opened = header->keyfile;
    struct scalar seal;
    memcpy(seal.bytes, plain + KEY_BYTES, SCALAR_BYTES);
    bool made = scalar_is_canonical(&seal) && set_secret(&opened, plain, &seal);
    sodium_memzero(&seal, sizeof seal);
    if (!made || memcmp(opened.sign, header->keyfile.sign, KEY_BYTES) != 0 ||
        !point_equal(&opened.seal, &header->keyfile.seal)) {
        keyfile_done(&opened);
        return fail_set(fail, BAD_INPUT, "keyfile.keys",
                        "key file of %s: its secret keys are not those of its public ones",
                        header->keyfile.name);
    }
    enum outcome outcome =
        keyfile_set_state(&opened, span_of(plain + FIXED, plain_len - FIXED), fail);
    if (outcome != OK) {
        keyfile_done(&opened);
        return outcome;
    }
    *out_keyfile = opened;
    return OK;
}

enum outcome keyfile_open(struct span text, struct span passphrase, struct keyfile *out_keyfile,
                          struct fail *fail)
{
    struct header header;
    struct buf box;
    uint8_t *plain = NULL;
    buf_init(&box, KEYFILE_BYTES_MAX);
    enum outcome outcome = check_passphrase(passphrase, fail);
    if (outcome == OK) {
        outcome = read_header(text, &header, &box, fail);
    }
    if (outcome == OK) {
        plain = sodium_malloc(box.len - TAG);
        outcome =
            plain ? unlock_box(&header, passphrase, buf_span(&box), plain, fail) : no_memory(fail);
    }
    if (outcome == OK) {
        outcome = rebuild(&header, plain, box.len - TAG, out_keyfile, fail);
    }
    sodium_free(plain);
    buf_done(&box);
    return outcome;
}
