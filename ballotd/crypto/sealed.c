#include "crypto/sealed.h"

#include <sodium.h>
#include <stdlib.h>

#define STREAM(name) crypto_secretstream_xchacha20poly1305_##name

enum {
    MAGIC = 16,
    PIECE = 64 * 1024,
    STREAM_KEY = STREAM(KEYBYTES),
    BOX = STREAM_KEY + crypto_box_SEALBYTES,
    HEADER = STREAM(HEADERBYTES),
    OVERHEAD = STREAM(ABYTES),
};

static const uint8_t magic[MAGIC] = {'b', 'a', 'l', 'l', 'o', 't', 'd', '-',
                                     's', 'e', 'a', 'l', 'e', 'd', '-', '1'};

/* Working memory of one file, guarded: it holds keys and plain text. */
struct work {
    STREAM(state) stream;
    uint8_t stream_key[STREAM_KEY];
    uint8_t start[MAGIC + BOX + HEADER];
    uint8_t plain[PIECE];
    uint8_t sealed[PIECE + OVERHEAD];
};

static enum outcome file_trouble(struct fail *fail)
{
    return fail_set(fail, BROKEN, "sealed.file",
                    "sealed file: reading or writing failed; is the disk full?");
}

static enum outcome altered(struct fail *fail)
{
    return fail_set(fail, BAD_INPUT, "sealed.altered",
                    "sealed file: it was cut short or altered; fetch it again");
}

static struct work *work_new(struct fail *fail)
{
    struct work *work = sodium_malloc(sizeof *work);
    if (!work) {
        fail_set(fail, BROKEN, "memory", "sealed file: no guarded memory left");
    }
    return work;
}

static bool put(FILE *file, const uint8_t *bytes, size_t len)
{
    return fwrite(bytes, 1, len, file) == len;
}

/* Reads up to len bytes; *out_is_last when nothing follows them. */
static bool get_piece(FILE *file, uint8_t *bytes, size_t len, size_t *out_len, bool *out_is_last)
{
    *out_len = fread(bytes, 1, len, file);
    int next = getc(file);
    *out_is_last = next == EOF;
    return !ferror(file) && (next == EOF || ungetc(next, file) == next);
}

static enum outcome begin_seal(struct work *work, const uint8_t recipient[static KEY_BYTES],
                               struct fail *fail)
{
    uint8_t box_key[crypto_box_PUBLICKEYBYTES];
    if (!ed25519_key_is_sound(recipient) ||
        crypto_sign_ed25519_pk_to_curve25519(box_key, recipient) != 0) {
        return fail_set(fail, BAD_INPUT, "sealed.key",
                        "sealed file: the recipient's key is not a sound Ed25519 key");
    }
    STREAM(keygen)(work->stream_key);
    memcpy(work->start, magic, MAGIC);
    if (crypto_box_seal(work->start + MAGIC, work->stream_key, STREAM_KEY, box_key) != 0) {
        return fail_set(fail, BAD_INPUT, "sealed.key",
                        "sealed file: nothing can be sealed to the recipient's key");
    }
    STREAM(init_push)(&work->stream, work->start + MAGIC + BOX, work->stream_key);
    return OK;
}

static enum outcome push_pieces(struct work *work, FILE *plain, FILE *out_sealed, struct fail *fail)
{
    bool is_last = false;
    if (!put(out_sealed, work->start, sizeof work->start)) {
        return file_trouble(fail);
    }
    while (!is_last) {
        size_t len = 0;
        if (!get_piece(plain, work->plain, PIECE, &len, &is_last)) {
            return file_trouble(fail);
        }
        STREAM(push)
        (&work->stream, work->sealed, NULL, work->plain, len, NULL, 0,
         is_last ? STREAM(TAG_FINAL) : STREAM(TAG_MESSAGE));
        if (!put(out_sealed, work->sealed, len + OVERHEAD)) {
            return file_trouble(fail);
        }
    }
    return fflush(out_sealed) == 0 ? OK : file_trouble(fail);
}

enum outcome sealed_seal(const uint8_t recipient[static KEY_BYTES], FILE *plain, FILE *out_sealed,
                         struct fail *fail)
{
    struct work *work = work_new(fail);
    if (!work) {
        return BROKEN;
    }
    enum outcome outcome = begin_seal(work, recipient, fail);
    if (outcome == OK) {
        outcome = push_pieces(work, plain, out_sealed, fail);
    }
    sodium_free(work);
    return outcome;
}

/* The recipient's box keys follow from the Ed25519 pair. */
static bool unbox_stream_key(struct work *work, const uint8_t secret[static ED25519_SECRET_BYTES])
{
    uint8_t box_key[crypto_box_PUBLICKEYBYTES];
    uint8_t box_secret[crypto_box_SECRETKEYBYTES];
    const uint8_t *public = secret + KEY_BYTES;
    bool opened =
        crypto_sign_ed25519_pk_to_curve25519(box_key, public) == 0 &&
        crypto_sign_ed25519_sk_to_curve25519(box_secret, secret) == 0 &&
        crypto_box_seal_open(work->stream_key, work->start + MAGIC, BOX, box_key, box_secret) == 0;
    sodium_memzero(box_secret, sizeof box_secret);
    return opened;
}

static enum outcome begin_open(struct work *work, const uint8_t secret[static ED25519_SECRET_BYTES],
                               FILE *sealed, struct fail *fail)
{
    size_t len = fread(work->start, 1, sizeof work->start, sealed);
    if (ferror(sealed)) {
        return file_trouble(fail);
    }
    if (len != sizeof work->start || memcmp(work->start, magic, MAGIC) != 0) {
        return fail_set(fail, BAD_INPUT, "sealed.form", "sealed file: this is no sealed file");
    }
    if (!unbox_stream_key(work, secret)) {
        return fail_set(fail, NOT_ALLOWED, "sealed.recipient",
                        "sealed file: it was sealed to another key, or altered");
    }
    return STREAM(init_pull)(&work->stream, work->start + MAGIC + BOX, work->stream_key) == 0
               ? OK
               : altered(fail);
}

static enum outcome pull_pieces(struct work *work, FILE *sealed, FILE *out_plain, struct fail *fail)
{
    bool is_last = false;
    while (!is_last) {
        size_t len = 0;
        uint8_t tag = 0;
        if (!get_piece(sealed, work->sealed, PIECE + OVERHEAD, &len, &is_last)) {
            return file_trouble(fail);
        }
        if (len < OVERHEAD ||
            STREAM(pull)(&work->stream, work->plain, NULL, &tag, work->sealed, len, NULL, 0) != 0) {
            return altered(fail);
        }
        if (is_last != (tag == STREAM(TAG_FINAL))) {
            return altered(fail);
        }
        if (!put(out_plain, work->plain, len - OVERHEAD)) {
            return file_trouble(fail);
        }
    }
    return fflush(out_plain) == 0 ? OK : file_trouble(fail);
}

enum outcome sealed_open(const uint8_t secret[static ED25519_SECRET_BYTES], FILE *sealed,
                         FILE *out_plain, struct fail *fail)
{
    struct work *work = work_new(fail);
    if (!work) {
        return BROKEN;
    }
    enum outcome outcome = begin_open(work, secret, sealed, fail);
    if (outcome == OK) {
        outcome = pull_pieces(work, sealed, out_plain, fail);
    }
    sodium_free(work);
    return outcome;
}

typedef enum outcome file_step(const uint8_t *key, FILE *in, FILE *out, struct fail *fail);

static enum outcome seal_step(const uint8_t *key, FILE *in, FILE *out, struct fail *fail)
{
    return sealed_seal(key, in, out, fail);
}

static enum outcome open_step(const uint8_t *key, FILE *in, FILE *out, struct fail *fail)
{
    return sealed_open(key, in, out, fail);
}

/* Runs a step between a span and a buffer. fmemopen refuses an empty span; /dev/null stands for it.
 */
static enum outcome in_memory(file_step *step, const uint8_t *key, struct span in, struct buf *out,
                              struct fail *fail)
{
    char *bytes = NULL;
    size_t len = 0;
    FILE *source =
        in.len > 0 ? fmemopen((void *)(uintptr_t)in.ptr, in.len, "r") : fopen("/dev/null", "r");
    FILE *target = open_memstream(&bytes, &len);
    enum outcome outcome = source && target ? step(key, source, target, fail) : file_trouble(fail);
    if (source) {
        fclose(source);
    }
    if (target && fclose(target) != 0 && outcome == OK) {
        outcome = file_trouble(fail);
    }
    if (outcome == OK) {
        buf_add(out, span_of(bytes, len));
        outcome = buf_check(out, "sealed file", fail);
    }
    if (bytes) {
        sodium_memzero(bytes, len);
    }
    free(bytes);
    return outcome;
}

enum outcome sealed_seal_bytes(const uint8_t recipient[static KEY_BYTES], struct span plain,
                               struct buf *out_sealed, struct fail *fail)
{
    return in_memory(seal_step, recipient, plain, out_sealed, fail);
}

enum outcome sealed_open_bytes(const uint8_t secret[static ED25519_SECRET_BYTES],
                               struct span sealed, struct buf *out_plain, struct fail *fail)
{
    return in_memory(open_step, secret, sealed, out_plain, fail);
}
