/* Reading age files. Declared in crypto/age.h. */
#include "crypto/age_inside.h"

#include "base/code.h"
#include "crypto/hash.h"

enum { BODY_LINE = 64 }; /* characters of a full line of a stanza's body */

static enum outcome malformed(const char *what, struct fail *fail)
{
    return fail_set(fail, BAD_INPUT, "age.form", "not a proper age file: %s", what);
}

static enum outcome altered(struct fail *fail)
{
    return fail_set(fail, BAD_INPUT, "age.altered",
                    "age file: it was cut short or altered; fetch it again");
}

/* -- the header ------------------------------------------------------------------------------- */

/* Unpadded, canonical. */
static bool read_unpadded(struct span text, struct buf *out)
{
    struct buf padded;
    buf_init(&padded, AGE_HEADER_MAX);
    buf_add(&padded, text);
    while (padded.len % 4 != 0)
        buf_add_byte(&padded, '=');
    bool good =
        (text.len == 0 || text.ptr[text.len - 1] != '=') && base64_read(buf_span(&padded), out);
    buf_done(&padded);
    return good;
}

static bool read_32(struct span text, uint8_t out_bytes[static KEY_BYTES])
{
    struct buf bytes;
    buf_init(&bytes, KEY_BYTES);
    bool good = text.len == AGE_BASE64_32 && read_unpadded(text, &bytes) && bytes.len == KEY_BYTES;
    if (good)
        memcpy(out_bytes, bytes.bytes, KEY_BYTES);
    buf_done(&bytes);
    return good;
}

struct stanza {
    struct span type, argument; /* the first two; the second may be empty */
    size_t arguments;
    struct buf body; /* decoded */
};

static bool is_visible(struct span word)
{
    for (size_t i = 0; i < word.len; i++)
        if (word.ptr[i] < 0x21 || word.ptr[i] > 0x7e)
            return false;
    return word.len > 0;
}

/* What follows "-> ": words with one space between them. */
static bool read_arguments(struct span line, struct stanza *stanza)
{
    for (bool more = true; more; stanza->arguments++) {
        struct span word;
        more = span_cut(&line, ' ', &word);
        if (!more)
            word = line;
        if (!is_visible(word))
            return false;
        if (stanza->arguments == 0)
            stanza->type = word;
        else if (stanza->arguments == 1)
            stanza->argument = word;
    }
    return true;
}

/* Full lines, then one that is shorter and may be empty. */
static bool read_body(struct span *rest, struct buf *out_body)
{
    struct buf text;
    struct span line = {0};
    bool good = true;
    buf_init(&text, AGE_HEADER_MAX);
    do {
        good = span_line(rest, &line) && line.len <= BODY_LINE;
        if (good)
            buf_add(&text, line);
    } while (good && line.len == BODY_LINE);
    good = good && buf_ok(&text) && read_unpadded(buf_span(&text), out_body);
    buf_done(&text);
    return good;
}

struct opening {
    struct age_work *work;
    uint8_t identity[KEY_BYTES], recipient[KEY_BYTES];
    bool found; /* work->file_key */
};

/* A stanza of our type must be of the right form, whoever it is for. */
static enum outcome try_stanza(struct opening *opening, const struct stanza *stanza,
                               struct fail *fail)
{
    static const uint8_t zeros[AGE_PIECE_NONCE];
    uint8_t share[KEY_BYTES];
    struct age_work *work = opening->work;
    uint8_t *shared = work->piece_key, *wrap = work->scratch;
    if (!span_is(stanza->type, AGE_X25519))
        return OK;
    if (stanza->arguments != 2 || !read_32(stanza->argument, share) || stanza->body.len != AGE_BODY)
        return malformed("a recipient's lines are of the wrong form", fail);
    if (crypto_scalarmult(shared, opening->identity, share) != 0)
        return malformed("a recipient's share is of small order", fail);
    if (opening->found)
        return OK;
    age_wrap_key(shared, share, opening->recipient, wrap);
    opening->found =
        crypto_aead_chacha20poly1305_ietf_decrypt(work->file_key, NULL, NULL, stanza->body.bytes,
                                                  AGE_BODY, NULL, 0, zeros, wrap) == 0;
    sodium_memzero(shared, KEY_BYTES);
    sodium_memzero(wrap, KEY_BYTES);
    return OK;
}

static enum outcome read_stanza(struct opening *opening, struct span arguments, struct span *rest,
                                struct fail *fail)
{
    struct stanza stanza = {.arguments = 0};
    buf_init(&stanza.body, AGE_HEADER_MAX);
    enum outcome outcome = read_arguments(arguments, &stanza) && read_body(rest, &stanza.body)
                               ? try_stanza(opening, &stanza, fail)
                               : malformed("its header cannot be read", fail);
    buf_done(&stanza.body);
    return outcome;
}

static enum outcome check_mac(struct opening *opening, struct span file, struct span last_line,
                              struct fail *fail)
{
    uint8_t stated[HASH_BYTES], mac[HASH_BYTES];
    size_t covered = (size_t)(last_line.ptr - file.ptr) + 3;
    if (!read_32(span_of(last_line.ptr + 4, last_line.len - 4), stated))
        return malformed("its header has no proper end", fail);
    if (!opening->found)
        return fail_set(fail, NOT_ALLOWED, "age.stranger",
                        "age file: it is for somebody else's key");
    age_header_mac(opening->work, span_of(file.ptr, covered), mac);
    return sodium_memcmp(mac, stated, HASH_BYTES) == 0 ? OK : altered(fail);
}

/* *rest: the file; what is left is the payload. */
static enum outcome read_header(struct opening *opening, struct span *rest, struct fail *fail)
{
    struct span file = *rest, line;
    size_t stanzas = 0;
    if (!span_line(rest, &line) || !span_is(line, AGE_VERSION_LINE))
        return malformed("it does not begin with " AGE_VERSION_LINE, fail);
    while (span_line(rest, &line) && (size_t)(line.ptr - file.ptr) < AGE_HEADER_MAX) {
        if (stanzas > 0 && span_starts(line, SPAN_LIT("--- ")))
            return check_mac(opening, file, line, fail);
        if (!span_starts(line, SPAN_LIT("-> ")))
            break;
        struct span arguments = span_of(line.ptr + 3, line.len - 3);
        enum outcome outcome = read_stanza(opening, arguments, rest, fail);
        if (outcome != OK)
            return outcome;
        stanzas++;
    }
    return malformed("its header cannot be read", fail);
}

/* -- the payload ------------------------------------------------------------------------------ */

static enum outcome open_piece(struct age_work *work, struct span piece, bool last,
                               struct buf *out_plain, struct fail *fail)
{
    uint8_t nonce[AGE_PIECE_NONCE];
    if (piece.len < AGE_TAG || (piece.len == AGE_TAG && work->number > 0))
        return altered(fail);
    size_t len = piece.len - AGE_TAG;
    uint8_t *room = buf_extend(out_plain, len);
    if (!room && len > 0)
        return buf_check(out_plain, "age file", fail);
    age_piece_nonce(work->number++, last, nonce);
    return crypto_aead_chacha20poly1305_ietf_decrypt(room, NULL, NULL, piece.ptr, piece.len, NULL,
                                                     0, nonce, work->piece_key) == 0
               ? OK
               : altered(fail);
}

static enum outcome open_payload(struct age_work *work, struct span rest, struct buf *out_plain,
                                 struct fail *fail)
{
    enum outcome outcome = OK;
    bool last = false;
    if (rest.len < AGE_NONCE)
        return altered(fail);
    age_piece_key(work, rest.ptr);
    rest = span_of(rest.ptr + AGE_NONCE, rest.len - AGE_NONCE);
    while (outcome == OK && !last) {
        last = rest.len <= AGE_PIECE_BYTES + AGE_TAG;
        size_t len = last ? rest.len : AGE_PIECE_BYTES + AGE_TAG;
        outcome = open_piece(work, span_of(rest.ptr, len), last, out_plain, fail);
        rest = span_of(rest.ptr + len, rest.len - len);
    }
    return outcome;
}

static void take_back(struct buf *out, size_t before)
{
    if (!out->bytes)
        return;
    sodium_memzero(out->bytes + before, out->len - before);
    out->len = before;
    out->spoilt = false;
}

enum outcome age_open_bytes(const uint8_t secret[static ED25519_SECRET_BYTES], struct span file,
                            struct buf *out_plain, struct fail *fail)
{
    struct opening *opening = sodium_malloc(sizeof *opening);
    struct age_work *work = age_work_new(fail);
    size_t before = out_plain->len;
    enum outcome outcome = BROKEN;
    if (opening && work) {
        *opening = (struct opening){.work = work};
        age_identity(secret, opening->identity);
        crypto_scalarmult_base(opening->recipient, opening->identity);
        outcome = read_header(opening, &file, fail);
        if (outcome == OK)
            outcome = open_payload(work, file, out_plain, fail);
        if (outcome != OK)
            take_back(out_plain, before);
    } else if (work) {
        fail_set(fail, BROKEN, "memory", "age file: no guarded memory left");
    }
    sodium_free(opening);
    age_work_free(work);
    return outcome;
}
