#include "log/note.h"

#include <sodium.h>

#include "base/code.h"

#define DASH "\xe2\x80\x94 " /* U+2014 and a space */

/* Unicode's White_Space beyond ASCII, in UTF-8. */
static const char *const unicode_spaces[] = {
    "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81",
    "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86",
    "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
    "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};

static bool contains(struct span text, struct span part)
{
    return memmem(text.ptr, text.len, part.ptr, part.len) != NULL;
}

bool note_name_is_valid(struct span name)
{
    if (name.len == 0 || name.len > NOTE_NAME_MAX || !span_is_utf8(name))
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] <= ' ' || name.ptr[i] == '+')
            return false;
    for (size_t i = 0; i < sizeof unicode_spaces / sizeof unicode_spaces[0]; i++)
        if (contains(name, span_str(unicode_spaces[i])))
            return false;
    return true;
}

bool note_text_is_valid(struct span text)
{
    if (text.len == 0 || text.ptr[text.len - 1] != '\n' || !span_is_utf8(text))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < ' ' && text.ptr[i] != '\n')
            return false;
    return true;
}

static void derive_id(struct note_key *key)
{
    const uint8_t middle[2] = {'\n', (uint8_t)key->type};
    uint8_t hash[HASH_BYTES];
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const uint8_t *)key->name, strlen(key->name));
    crypto_hash_sha256_update(&state, middle, sizeof middle);
    crypto_hash_sha256_update(&state, key->key, sizeof key->key);
    crypto_hash_sha256_final(&state, hash);
    memcpy(key->id, hash, sizeof key->id);
}

enum outcome note_key_name(struct span name, enum note_type type,
                           const uint8_t key[static KEY_BYTES], struct note_key *out_key,
                           struct fail *fail)
{
    if (!note_name_is_valid(name))
        return fail_set(fail, BAD_INPUT, "note.name",
                        "key name \"%.*s\": must be 1 to %d bytes of UTF-8 without spaces or '+'",
                        (int)(name.len > 80 ? 80 : name.len), (const char *)name.ptr,
                        NOTE_NAME_MAX);
    struct note_key made = {.type = type};
    memcpy(made.name, name.ptr, name.len);
    memcpy(made.key, key, sizeof made.key);
    derive_id(&made);
    *out_key = made;
    return OK;
}

enum outcome note_key_make(struct span name, enum note_type type,
                           const uint8_t key[static KEY_BYTES], struct note_key *out_key,
                           struct fail *fail)
{
    if (note_name_is_valid(name) && !ed25519_key_is_sound(key))
        return fail_set(fail, BAD_INPUT, "note.key",
                        "key of \"%.*s\": not a sound Ed25519 public key", (int)name.len,
                        (const char *)name.ptr);
    return note_key_name(name, type, key, out_key, fail);
}

void note_key_print(const struct note_key *key, struct buf *out)
{
    uint8_t material[1 + KEY_BYTES] = {(uint8_t)key->type};
    memcpy(material + 1, key->key, KEY_BYTES);
    buf_add_str(out, key->name);
    buf_add_byte(out, '+');
    hex_add(out, SPAN_ARRAY(key->id));
    buf_add_byte(out, '+');
    base64_add(out, SPAN_ARRAY(material));
}

static enum outcome bad_key_text(struct span text, const char *why, struct fail *fail)
{
    return fail_set(fail, BAD_INPUT, "note.key", "verifier key \"%.*s\": %s",
                    (int)(text.len > 100 ? 100 : text.len), (const char *)text.ptr, why);
}

enum outcome note_key_read(struct span text, struct note_key *out_key, struct fail *fail)
{
    struct span rest = text, name, hex;
    uint8_t id[NOTE_ID_BYTES], material[1 + KEY_BYTES];
    if (!span_cut(&rest, '+', &name) || !span_cut(&rest, '+', &hex))
        return bad_key_text(text, "must be name+id+key", fail);
    if (!hex_read(hex, id, sizeof id))
        return bad_key_text(text, "the id must be 8 lowercase hex digits", fail);
    if (!base64_read_exact(rest, material, sizeof material))
        return bad_key_text(text, "the key must be base64 of a type and 32 bytes", fail);
    if (material[0] != NOTE_ED25519 && material[0] != NOTE_COSIGNATURE)
        return bad_key_text(text, "only Ed25519 keys (types 1 and 4) are known here", fail);
    struct note_key key;
    enum outcome outcome =
        note_key_make(name, (enum note_type)material[0], material + 1, &key, fail);
    if (outcome)
        return outcome;
    if (memcmp(key.id, id, sizeof id) != 0)
        return bad_key_text(text, "the id does not belong to this name and key", fail);
    *out_key = key;
    return OK;
}

bool note_key_equal(const struct note_key *a, const struct note_key *b)
{
    return a->type == b->type && memcmp(a->key, b->key, KEY_BYTES) == 0 &&
           strcmp(a->name, b->name) == 0;
}

static enum outcome malformed(struct fail *fail, const char *why)
{
    return fail_set(fail, BAD_INPUT, "note.malformed", "signed note: %s", why);
}

/* Decodes the id and checks that the whole is canonical base64 with something after the id. */
static bool read_base64(struct note_signature *signature)
{
    struct buf bytes;
    buf_init(&bytes, NOTE_BYTES_MAX);
    bool good = base64_read(signature->base64, &bytes) && bytes.len > NOTE_ID_BYTES;
    if (good)
        memcpy(signature->id, bytes.bytes, NOTE_ID_BYTES);
    buf_done(&bytes);
    return good;
}

static bool read_signature(struct span line, struct note_signature *out_signature)
{
    struct note_signature signature = {.line = span_of(line.ptr, line.len + 1)};
    if (!span_starts(line, SPAN_LIT(DASH)))
        return false;
    struct span rest = span_of(line.ptr + sizeof DASH - 1, line.len - (sizeof DASH - 1));
    if (!span_cut(&rest, ' ', &signature.name) || !note_name_is_valid(signature.name))
        return false;
    signature.base64 = rest;
    if (!read_base64(&signature))
        return false;
    *out_signature = signature;
    return true;
}

static const struct note_signature *find(const struct note *note, struct span name,
                                         const uint8_t id[static NOTE_ID_BYTES])
{
    for (unsigned i = 0; i < note->count; i++)
        if (span_equal(note->signatures[i].name, name) &&
            memcmp(note->signatures[i].id, id, NOTE_ID_BYTES) == 0)
            return &note->signatures[i];
    return NULL;
}

static enum outcome read_signatures(struct span lines, struct note *note, struct fail *fail)
{
    struct span line;
    while (span_line(&lines, &line)) {
        struct note_signature signature;
        if (note->count == NOTE_SIGNATURES_MAX)
            return malformed(fail, "too many signatures");
        if (!read_signature(line, &signature))
            return malformed(fail, "a signature line is not \"\xe2\x80\x94 name base64\"");
        if (find(note, signature.name, signature.id))
            return malformed(fail, "two signatures of one key");
        note->signatures[note->count++] = signature;
    }
    return note->count ? OK : malformed(fail, "no signature");
}

/* The offset of the last blank line: the second line feed of the last pair of them. */
static bool find_blank_line(struct span bytes, size_t *out_at)
{
    for (size_t i = bytes.len; i-- > 1;)
        if (bytes.ptr[i] == '\n' && bytes.ptr[i - 1] == '\n') {
            *out_at = i;
            return true;
        }
    return false;
}

enum outcome note_read(struct span bytes, struct note *out_note, struct fail *fail)
{
    size_t blank;
    if (bytes.len > NOTE_BYTES_MAX)
        return fail_set(fail, TOO_LARGE, "note.size", "signed note: %zu bytes, at most %d",
                        bytes.len, NOTE_BYTES_MAX);
    if (!note_text_is_valid(bytes))
        return malformed(fail, "must be UTF-8 lines, each with its line feed, without controls");
    if (!find_blank_line(bytes, &blank))
        return malformed(fail, "no blank line between text and signatures");
    struct note note = {.text = span_of(bytes.ptr, blank)};
    enum outcome outcome =
        read_signatures(span_of(bytes.ptr + blank + 1, bytes.len - blank - 1), &note, fail);
    if (outcome == OK)
        *out_note = note;
    return outcome;
}

void note_print_text(struct span text, struct buf *out)
{
    buf_add(out, text);
    buf_add_byte(out, '\n');
}

void note_print_signature(const struct note_key *key, struct span signature, struct buf *out)
{
    uint8_t bytes[NOTE_ID_BYTES + 8 + SIGNATURE_BYTES]; /* 8: a cosignature's time */
    size_t len = NOTE_ID_BYTES + signature.len;
    if (len > sizeof bytes) {
        out->spoilt = true;
        return;
    }
    memcpy(bytes, key->id, NOTE_ID_BYTES);
    memcpy(bytes + NOTE_ID_BYTES, signature.ptr, signature.len);
    buf_add_str(out, DASH);
    buf_add_str(out, key->name);
    buf_add_byte(out, ' ');
    base64_add(out, span_of(bytes, len));
    buf_add_byte(out, '\n');
}

void note_sign(struct span text, const struct note_signer *signer, struct buf *out)
{
    uint8_t signature[SIGNATURE_BYTES];
    ed25519_sign(signer->secret, text, signature);
    note_print_signature(&signer->key, SPAN_ARRAY(signature), out);
}

const struct note_signature *note_find(const struct note *note, const struct note_key *key)
{
    return find(note, span_str(key->name), key->id);
}

enum outcome note_signature_bytes(const struct note_signature *signature, uint8_t *out_bytes,
                                  size_t len, struct fail *fail)
{
    uint8_t bytes[NOTE_ID_BYTES + 8 + SIGNATURE_BYTES];
    size_t whole = NOTE_ID_BYTES + len;
    if (whole > sizeof bytes || !base64_read_exact(signature->base64, bytes, whole))
        return fail_set(fail, BAD_PROOF, "note.signature",
                        "signature of \"%.*s\": not of the length of its key's type",
                        (int)signature->name.len, (const char *)signature->name.ptr);
    memcpy(out_bytes, bytes + NOTE_ID_BYTES, len);
    return OK;
}

enum outcome note_verify(const struct note *note, const struct note_key *key, struct fail *fail)
{
    uint8_t bytes[SIGNATURE_BYTES];
    const struct note_signature *signature = note_find(note, key);
    if (!signature || key->type != NOTE_ED25519)
        return fail_set(fail, NOT_FOUND, "note.unsigned", "signed note: no signature of \"%s\"",
                        key->name);
    enum outcome outcome = note_signature_bytes(signature, bytes, sizeof bytes, fail);
    if (outcome)
        return outcome;
    if (!ed25519_verify(key->key, note->text, bytes))
        return fail_set(fail, BAD_PROOF, "note.signature",
                        "signed note: the signature of \"%s\" does not hold", key->name);
    return OK;
}

enum outcome note_merge(const struct note *a, const struct note *b, struct buf *out,
                        struct fail *fail)
{
    if (!span_equal(a->text, b->text))
        return fail_set(fail, CONFLICT, "note.text", "signed notes to merge: their texts differ");
    note_print_text(a->text, out);
    for (unsigned i = 0; i < a->count; i++)
        buf_add(out, a->signatures[i].line);
    for (unsigned i = 0; i < b->count; i++)
        if (!find(a, b->signatures[i].name, b->signatures[i].id))
            buf_add(out, b->signatures[i].line);
    return buf_check(out, "merged note", fail);
}
