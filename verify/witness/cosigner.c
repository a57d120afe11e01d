#include "witness/cosigner.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "PRIVATE+KEY+"

enum {
    FILE_BYTES_MOST = 512,
    CODED_BYTES = 1 + KEY_BYTES,
    CODED_CHARS = (CODED_BYTES + 2) / 3 * 4,
    SIGNED_BYTES_MOST = 1 << 16,
};

static EVP_PKEY *open_seed(const uint8_t seed[KEY_BYTES])
{
    return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, KEY_BYTES);
}

/* Name and seed are there; the public key follows from the seed. */
static enum outcome derive_key(struct cosigner *cosigner, struct fail *fail)
{
    size_t len = KEY_BYTES;
    EVP_PKEY *loaded = open_seed(cosigner->seed);
    bool right = loaded != NULL && EVP_PKEY_get_raw_public_key(loaded, cosigner->key, &len) == 1;
    EVP_PKEY_free(loaded);
    return right ? GOOD : fail_unable(fail, "OpenSSL could not derive an Ed25519 key");
}

struct note_key cosigner_key(const struct cosigner *cosigner)
{
    struct note_key key = {.name = span_text(cosigner->name), .algorithm = NOTE_COSIGNATURE};
    memcpy(key.key, cosigner->key, KEY_BYTES);
    return key;
}

void cosigner_done(struct cosigner *cosigner)
{
    if (cosigner != NULL)
        OPENSSL_cleanse(cosigner, sizeof *cosigner);
}

/* The file's line; `text` must not outlive its use, as it holds the seed. */
static void print_secret(const struct cosigner *cosigner, struct buffer *text)
{
    struct note_key key = cosigner_key(cosigner);
    uint8_t id[NOTE_KEY_ID_BYTES], coded[CODED_BYTES] = {NOTE_COSIGNATURE};
    char hex[2 * NOTE_KEY_ID_BYTES + 1], base64[CODED_CHARS + 1];
    note_key_id(&key, id);
    memcpy(coded + 1, cosigner->seed, KEY_BYTES);
    hex_encode(span_of(id, sizeof id), hex);
    base64_encode(span_of(coded, sizeof coded), base64);
    buffer_append_text(text, PREFIX);
    buffer_append_text(text, cosigner->name);
    buffer_append_byte(text, '+');
    buffer_append_text(text, hex);
    buffer_append_byte(text, '+');
    buffer_append_text(text, base64);
    buffer_append_byte(text, '\n');
    OPENSSL_cleanse(coded, sizeof coded);
    OPENSSL_cleanse(base64, sizeof base64);
}

static void forget(struct buffer *text)
{
    if (text->at != NULL)
        OPENSSL_cleanse(text->at, text->room);
    buffer_done(text);
}

static enum outcome write_secret(const char *path, struct span text, struct fail *fail)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        return fail_unable(fail, "%s can't be made: %s", path, strerror(errno));
    bool right = write(file, text.ptr, text.len) == (ssize_t)text.len && fsync(file) == 0;
    int why = errno;
    right = close(file) == 0 && right;
    if (right)
        return GOOD;
    (void)unlink(path);
    return fail_unable(fail, "%s can't be written: %s", path, strerror(why));
}

enum outcome cosigner_make(const char *path, const char *name, struct cosigner *out_cosigner,
                           struct fail *fail)
{
    struct cosigner made = {0};
    struct buffer text;
    if (!note_name_valid(span_text(name)))
        return fail_bad(fail,
                        "\"%s\" can't be a witness's name: no spaces, no plus signs, at most "
                        "%d bytes",
                        name, NOTE_NAME_BYTES);
    memcpy(made.name, name, strlen(name));
    if (RAND_priv_bytes(made.seed, KEY_BYTES) != 1)
        return fail_unable(fail, "OpenSSL gave no random bytes");
    enum outcome outcome = derive_key(&made, fail);
    buffer_init(&text, FILE_BYTES_MOST);
    if (outcome == GOOD) {
        print_secret(&made, &text);
        outcome = buffer_full(&text) ? fail_unable(fail, "no memory")
                                     : write_secret(path, buffer_span(&text), fail);
    }
    forget(&text);
    if (outcome == GOOD)
        *out_cosigner = made;
    cosigner_done(&made);
    return outcome;
}

static enum outcome parse_secret(struct span line, struct cosigner *out_cosigner, struct fail *fail)
{
    struct span name, id_text;
    uint8_t id[NOTE_KEY_ID_BYTES], expected[NOTE_KEY_ID_BYTES], coded[CODED_BYTES];
    if (!span_starts(line, span_text(PREFIX)) || line.ptr[line.len - 1] != '\n')
        return fail_bad(fail, "not a witness's key: it must begin with " PREFIX);
    line = span_after(span_of(line.ptr, line.len - 1), strlen(PREFIX));
    if (!span_cut(&line, '+', &name) || !span_cut(&line, '+', &id_text) || !note_name_valid(name) ||
        !hex_decode(id_text, id, sizeof id) || !base64_decode_exact(line, coded, sizeof coded) ||
        coded[0] != NOTE_COSIGNATURE)
        return fail_bad(fail, "not a witness's key: it must read " PREFIX "name+id+base64");
    memcpy(out_cosigner->name, name.ptr, name.len);
    memcpy(out_cosigner->seed, coded + 1, KEY_BYTES);
    OPENSSL_cleanse(coded, sizeof coded);
    enum outcome outcome = derive_key(out_cosigner, fail);
    if (outcome != GOOD)
        return outcome;
    struct note_key key = cosigner_key(out_cosigner);
    note_key_id(&key, expected);
    return memcmp(id, expected, sizeof id) == 0
               ? GOOD
               : fail_bad(fail, "the id of the key does not fit its name and bytes");
}

static enum outcome read_secret(int file, uint8_t text[FILE_BYTES_MOST], size_t *out_len,
                                struct fail *fail)
{
    struct stat status;
    if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
        return fail_bad(fail, "not a regular file");
    if ((status.st_mode & 077) != 0)
        return fail_bad(fail, "others may read this key: say chmod 600, or make a new one");
    ssize_t got = read(file, text, FILE_BYTES_MOST);
    if (got < 0)
        return fail_unable(fail, "%s", strerror(errno));
    *out_len = (size_t)got;
    return GOOD;
}

enum outcome cosigner_load(const char *path, struct cosigner *out_cosigner, struct fail *fail)
{
    struct cosigner loaded = {0};
    uint8_t text[FILE_BYTES_MOST];
    size_t len = 0;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return fail_unable(fail, "%s can't be opened: %s", path, strerror(errno));
    enum outcome outcome = read_secret(file, text, &len, fail);
    (void)close(file);
    if (outcome == GOOD)
        outcome = parse_secret(span_of(text, len), &loaded, fail);
    if (outcome == GOOD)
        *out_cosigner = loaded;
    else
        fail_at(fail, "%s: ", path);
    OPENSSL_cleanse(text, sizeof text);
    cosigner_done(&loaded);
    return outcome;
}

static enum outcome sign_bytes(const struct cosigner *cosigner, struct span message,
                               uint8_t out_signature[SIGNATURE_BYTES], struct fail *fail)
{
    size_t len = SIGNATURE_BYTES;
    EVP_PKEY *key = open_seed(cosigner->seed);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool right = key != NULL && context != NULL &&
                 EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
                 EVP_DigestSign(context, out_signature, &len, message.ptr, message.len) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return right ? GOOD : fail_unable(fail, "OpenSSL could not sign");
}

enum outcome cosigner_sign(const struct cosigner *cosigner, struct span text, uint64_t time_s,
                           struct buffer *out_line, struct fail *fail)
{
    uint8_t stamped[8 + SIGNATURE_BYTES];
    struct note_key key = cosigner_key(cosigner);
    struct buffer message;
    buffer_init(&message, SIGNED_BYTES_MOST);
    buffer_append_text(&message, "cosignature/v1\ntime ");
    buffer_append_decimal(&message, (int64_t)time_s);
    buffer_append_byte(&message, '\n');
    buffer_append(&message, text);
    for (int i = 0; i < 8; i++)
        stamped[i] = (uint8_t)(time_s >> (56 - 8 * i));
    enum outcome outcome = buffer_full(&message)
                               ? fail_unable(fail, "no memory for a cosigned message")
                               : sign_bytes(cosigner, buffer_span(&message), stamped + 8, fail);
    buffer_done(&message);
    if (outcome == GOOD)
        note_append_signature(&key, span_of(stamped, sizeof stamped), out_line);
    return outcome;
}
