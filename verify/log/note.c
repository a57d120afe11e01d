#include "log/note.h"

#include "base/buffer.h"
#include "base/text.h"
#include "crypto/ed25519.h"
#include "crypto/hash.h"

#include <assert.h>

#define DASH "\xe2\x80\x94 " /* U+2014 and a space begin every signature line */

enum {
    /* Room for the post-quantum signatures that others may add to a checkpoint. */
    SIGNATURE_TEXT_BYTES = 8192,
    COSIGNED_BYTES = 65536,
};

/* U+0085, U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F and U+3000. */
static bool is_wide_space(const uint8_t *at, size_t left)
{
    if (left >= 2 && at[0] == 0xc2)
        return at[1] == 0x85 || at[1] == 0xa0;
    if (left < 3)
        return false;
    unsigned point = (at[0] & 0x0fu) << 12 | (at[1] & 0x3fu) << 6 | (at[2] & 0x3fu);
    if ((at[0] & 0xf0) != 0xe0)
        return false;
    return point == 0x1680 || (point >= 0x2000 && point <= 0x200a) || point == 0x2028 ||
           point == 0x2029 || point == 0x202f || point == 0x205f || point == 0x3000;
}

bool note_name_valid(struct span name)
{
    if (name.len == 0 || name.len > NOTE_NAME_BYTES || !utf8_valid(name))
        return false;
    for (size_t i = 0; i < name.len; i++) {
        uint8_t byte = name.ptr[i];
        if (byte <= 0x20 || byte == '+' || byte == 0x7f ||
            is_wide_space(name.ptr + i, name.len - i))
            return false;
    }
    return true;
}

static bool parse_signature(struct span line, struct note_signature *out)
{
    uint8_t bytes[SIGNATURE_TEXT_BYTES];
    size_t len;
    if (!span_starts(line, span_text(DASH)))
        return false;
    line = span_after(line, strlen(DASH));
    if (!span_cut(&line, ' ', &out->name) || !note_name_valid(out->name))
        return false;
    if (!base64_decode(line, bytes, sizeof bytes, &len) || len <= NOTE_KEY_ID_BYTES)
        return false;
    memcpy(out->key_id, bytes, NOTE_KEY_ID_BYTES);
    len -= NOTE_KEY_ID_BYTES;
    out->len = len <= NOTE_SIGNATURE_BYTES ? len : 0;
    memcpy(out->bytes, bytes + NOTE_KEY_ID_BYTES, out->len);
    return true;
}

/* Where the last empty line begins, which separates the text from its signatures; 0 if none. */
static size_t find_separator(struct span bytes)
{
    for (size_t i = bytes.len; i-- > 1;)
        if (bytes.ptr[i] == '\n' && bytes.ptr[i - 1] == '\n')
            return i;
    return 0;
}

static bool has_control(struct span bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        if (bytes.ptr[i] < 0x20 && bytes.ptr[i] != '\n')
            return true;
    return false;
}

enum outcome note_parse(struct span bytes, struct note *out_note, struct fail *fail)
{
    if (!utf8_valid(bytes) || has_control(bytes))
        return fail_bad(fail, "a signed note must be UTF-8 without control characters");
    size_t separator = find_separator(bytes);
    if (separator == 0 || separator + 1 == bytes.len)
        return fail_bad(fail, "a signed note must have text, an empty line and a signature");
    out_note->text = span_of(bytes.ptr, separator);
    out_note->signature_count = 0;
    struct span rest = span_after(bytes, separator + 1), line;
    while (rest.len > 0) {
        size_t count = out_note->signature_count;
        if (count == NOTE_SIGNATURES)
            return fail_bad(fail, "a signed note has more than %d signatures", NOTE_SIGNATURES);
        if (!span_cut(&rest, '\n', &line) || !parse_signature(line, &out_note->signatures[count]))
            return fail_bad(fail, "signature line %zu of a note is malformed", count + 1);
        out_note->signature_count++;
    }
    return GOOD;
}

void note_key_id(const struct note_key *key, uint8_t out_id[NOTE_KEY_ID_BYTES])
{
    uint8_t hash[HASH_BYTES], algorithm = (uint8_t)key->algorithm;
    SHA256_CTX state;
    SHA256_Init(&state);
    SHA256_Update(&state, key->name.ptr, key->name.len);
    SHA256_Update(&state, "\n", 1);
    SHA256_Update(&state, &algorithm, 1);
    SHA256_Update(&state, key->key, KEY_BYTES);
    SHA256_Final(hash, &state);
    memcpy(out_id, hash, NOTE_KEY_ID_BYTES);
}

enum outcome note_key_parse(struct span text, struct note_key *out_key, struct fail *fail)
{
    struct note_key key;
    struct span rest = text, id_text;
    uint8_t id[NOTE_KEY_ID_BYTES], expected[NOTE_KEY_ID_BYTES], coded[1 + KEY_BYTES];
    if (!span_cut(&rest, '+', &key.name) || !span_cut(&rest, '+', &id_text) ||
        !note_name_valid(key.name) || !hex_decode(id_text, id, sizeof id) ||
        !base64_decode_exact(rest, coded, sizeof coded))
        return fail_bad(fail, "a key must read name+id+base64");
    if (coded[0] != NOTE_ED25519 && coded[0] != NOTE_COSIGNATURE)
        return fail_bad(fail, "a key has the unknown algorithm 0x%02x", coded[0]);
    key.algorithm = coded[0];
    memcpy(key.key, coded + 1, KEY_BYTES);
    note_key_id(&key, expected);
    if (memcmp(id, expected, sizeof id) != 0)
        return fail_bad(fail, "the id of a key does not fit its name and bytes");
    if (!ed25519_key_strict(key.key))
        return fail_bad(fail, "a key is not canonical or has small order");
    *out_key = key;
    return GOOD;
}

void note_append_key(const struct note_key *key, struct buffer *out_text)
{
    uint8_t id[NOTE_KEY_ID_BYTES], coded[1 + KEY_BYTES] = {(uint8_t)key->algorithm};
    char hex[2 * NOTE_KEY_ID_BYTES + 1], base64[(sizeof coded + 2) / 3 * 4 + 1];
    note_key_id(key, id);
    memcpy(coded + 1, key->key, KEY_BYTES);
    hex_encode(span_of(id, sizeof id), hex);
    base64_encode(span_of(coded, sizeof coded), base64);
    buffer_append(out_text, key->name);
    buffer_append_byte(out_text, '+');
    buffer_append_text(out_text, hex);
    buffer_append_byte(out_text, '+');
    buffer_append_text(out_text, base64);
}

void note_append_signature(const struct note_key *key, struct span signature,
                           struct buffer *out_line)
{
    uint8_t coded[NOTE_KEY_ID_BYTES + NOTE_SIGNATURE_BYTES];
    char base64[(sizeof coded + 2) / 3 * 4 + 1];
    assert(signature.len <= NOTE_SIGNATURE_BYTES);
    note_key_id(key, coded);
    memcpy(coded + NOTE_KEY_ID_BYTES, signature.ptr, signature.len);
    base64_encode(span_of(coded, NOTE_KEY_ID_BYTES + signature.len), base64);
    buffer_append_text(out_line, DASH);
    buffer_append(out_line, key->name);
    buffer_append_byte(out_line, ' ');
    buffer_append_text(out_line, base64);
    buffer_append_byte(out_line, '\n');
}

static bool is_by(const struct note_signature *signature, const struct note_key *key,
                  const uint8_t id[NOTE_KEY_ID_BYTES])
{
    return span_equal(signature->name, key->name) &&
           memcmp(signature->key_id, id, NOTE_KEY_ID_BYTES) == 0;
}

const struct note_signature *note_find(const struct note *note, const struct note_key *key)
{
    uint8_t id[NOTE_KEY_ID_BYTES];
    note_key_id(key, id);
    for (size_t i = 0; i < note->signature_count; i++)
        if (is_by(&note->signatures[i], key, id))
            return &note->signatures[i];
    return NULL;
}

static uint64_t big_endian(const uint8_t bytes[8])
{
    uint64_t number = 0;
    for (int i = 0; i < 8; i++)
        number = number << 8 | bytes[i];
    return number;
}

/* tlog-cosignature: "cosignature/v1", "time <decimal>", then the whole text of the checkpoint. */
static enum outcome verify_cosignature(struct span text, const struct note_key *key,
                                       const struct note_signature *signature, uint64_t *out_time_s,
                                       struct fail *fail)
{
    if (signature->len != 8 + SIGNATURE_BYTES)
        return fail_bad(fail, "a cosignature has the wrong length");
    uint64_t time_s = big_endian(signature->bytes);
    if (time_s > INT64_MAX)
        return fail_bad(fail, "a cosignature has a time beyond 2^63-1");
    struct buffer message;
    buffer_init(&message, COSIGNED_BYTES);
    buffer_append_text(&message, "cosignature/v1\ntime ");
    buffer_append_decimal(&message, (int64_t)time_s);
    buffer_append_byte(&message, '\n');
    buffer_append(&message, text);
    enum outcome outcome =
        buffer_full(&message)
            ? fail_unable(fail, "no memory for a cosigned message")
            : ed25519_verify(key->key, buffer_span(&message), signature->bytes + 8, fail);
    buffer_done(&message);
    if (outcome == GOOD)
        *out_time_s = time_s;
    return outcome;
}

static enum outcome verify_one(const struct note *note, const struct note_key *key,
                               const struct note_signature *signature, uint64_t *out_time_s,
                               struct fail *fail)
{
    if (key->algorithm == NOTE_COSIGNATURE)
        return verify_cosignature(note->text, key, signature, out_time_s, fail);
    *out_time_s = 0;
    if (signature->len != SIGNATURE_BYTES)
        return fail_bad(fail, "a signature has the wrong length");
    return ed25519_verify(key->key, note->text, signature->bytes, fail);
}

enum outcome note_verify(const struct note *note, const struct note_key *key, uint64_t *out_time_s,
                         struct fail *fail)
{
    uint8_t id[NOTE_KEY_ID_BYTES];
    uint64_t time_s = 0;
    size_t found = 0;
    note_key_id(key, id);
    for (size_t i = 0; i < note->signature_count; i++) {
        if (!is_by(&note->signatures[i], key, id))
            continue;
        enum outcome outcome = verify_one(note, key, &note->signatures[i], &time_s, fail);
        if (outcome != GOOD) {
            fail_at(fail, "%.*s: ", (int)key->name.len, (const char *)key->name.ptr);
            return outcome;
        }
        found++;
    }
    if (found == 0)
        return fail_bad(fail, "no signature by %.*s", (int)key->name.len,
                        (const char *)key->name.ptr);
    if (out_time_s != NULL)
        *out_time_s = time_s;
    return GOOD;
}
