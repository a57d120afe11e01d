/* Two encodings of one value: the daemon takes the canonical one and refuses every other, before
 * anything reaches the log. What the verifier does with them is for tests/lib/tamper_*.c. */
#include "lib/tamper.h"

#include "base/code.h"
#include "check.h"
#include "crypto/envelope.h"

#include <sodium.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { FOLDER_BYTES = 64 };

static struct rehearsal rehearsal;

/* Signs a text with the key of credential `number`. */
static void sign(struct span text, unsigned number, struct buf *out_note)
{
    struct note_signer signer = {.secret = rehearsal.credentials[number]};
    const struct note_signer *signers[] = {&signer};
    struct fail fail;
    rehearsal_must(definition_key(rehearsal.election->origin, NAME_CREDENTIAL, "",
                                  signer.secret + KEY_BYTES, &signer.key, &fail),
                   &fail, "credential");
    buf_clear(out_note);
    statement_sign(text, signers, 1, out_note);
}

static void text_of(const struct buf *note, struct buf *out_text)
{
    const uint8_t *end = memmem(note->bytes, note->len, "\n\n", 2);
    buf_clear(out_text);
    buf_add(out_text, span_of(note->bytes, (size_t)(end + 1 - note->bytes)));
}

static void refused(const char *name, const struct buf *note)
{
    struct fail fail = {0};
    uint64_t before = rehearsal.election->state->tree.size;
    rehearsal_submit(&rehearsal, buf_span(note), &fail);
    CHECK_STR(fail.code[0] ? "refused" : name, "refused");
    CHECK_INT((int64_t)rehearsal.election->state->tree.size, (int64_t)before);
}

/* -- the body --------------------------------------------------------------------------------- */

static void top_bit(struct envelope *first)
{
    first->ciphertext.alpha.bytes[31] |= 0x80;
}

static void top_bit_of_beta(struct envelope *first)
{
    first->ciphertext.beta.bytes[31] |= 0x80;
}

static void top_bit_of_t(struct envelope *first)
{
    first->proof.t.bytes[31] |= 0x80;
}

static void plus_order(struct envelope *first)
{
    tamper_add_order(first->proof.z.bytes);
}

static void negative(struct envelope *first)
{
    for (unsigned i = 0; i < POINT_BYTES; i++) /* p - s: odd where s is even */
        first->ciphertext.alpha.bytes[i] = (uint8_t)~first->ciphertext.alpha.bytes[i];
    first->ciphertext.alpha.bytes[0] = (uint8_t)(first->ciphertext.alpha.bytes[0] - 18);
    first->ciphertext.alpha.bytes[31] &= 0x7f;
}

static void identity(struct envelope *first)
{
    first->ciphertext.alpha = point_identity();
}

static void refuse_body(const char *name, void (*change)(struct envelope *first))
{
    struct buf note, text, body;
    buf_init(&note, NOTE_BYTES_MAX);
    buf_init(&text, NOTE_BYTES_MAX);
    rehearsal_ballot(&rehearsal, 1, &note);
    text_of(&note, &text);
    json_t *object = json_loadb((const char *)text.bytes, text.len, 0, NULL);
    forge_body_read(object, &body);
    change((struct envelope *)body.bytes);
    forge_body_write(object, &body);
    buf_clear(&text);
    json_print(object, &text);
    buf_add_byte(&text, '\n');
    sign(buf_span(&text), 1, &note);
    refused(name, &note);
    json_decref(object);
    buf_done(&body);
    buf_done(&text);
    buf_done(&note);
}

/* -- the text --------------------------------------------------------------------------------- */

static void refuse_text(const char *name, const char *from, const char *to)
{
    struct buf note, text;
    buf_init(&note, NOTE_BYTES_MAX);
    buf_init(&text, NOTE_BYTES_MAX);
    rehearsal_ballot(&rehearsal, 1, &note);
    text_of(&note, &text);
    forge_replace(&text, from, to);
    sign(buf_span(&text), 1, &note);
    refused(name, &note);
    buf_done(&text);
    buf_done(&note);
}

/* -- the signature ---------------------------------------------------------------------------- */

static void refuse_signature(const char *name, bool in_scalar)
{
    struct buf note, line;
    uint8_t bytes[NOTE_ID_BYTES + SIGNATURE_BYTES];
    buf_init(&note, NOTE_BYTES_MAX);
    buf_init(&line, 200);
    rehearsal_ballot(&rehearsal, 1, &note);
    uint8_t *end = note.bytes + note.len - 1, *start = memrchr(note.bytes, ' ', note.len);
    struct span base64 = span_of(start + 1, (size_t)(end - start - 1));
    CHECK(base64_read_exact(base64, bytes, sizeof bytes));
    if (in_scalar)
        tamper_add_order(bytes + NOTE_ID_BYTES + 32);
    else
        memset(bytes + NOTE_ID_BYTES, 0, 32), bytes[NOTE_ID_BYTES] = 1; /* R of small order */
    base64_add(&line, SPAN_ARRAY(bytes));
    memcpy(start + 1, line.bytes, line.len);
    refused(name, &note);
    buf_done(&line);
    buf_done(&note);
}

static void take_one(void)
{
    struct buf note;
    struct fail fail = {0};
    buf_init(&note, NOTE_BYTES_MAX);
    rehearsal_ballot(&rehearsal, 1, &note);
    rehearsal_submit(&rehearsal, buf_span(&note), &fail);
    CHECK_STR(fail.code, "");
    buf_done(&note);
}

static void refuse_all(void)
{
    refuse_body("alpha with top bit", top_bit);
    refuse_body("beta with top bit", top_bit_of_beta);
    refuse_body("T with top bit", top_bit_of_t);
    refuse_body("z plus L", plus_order);
    refuse_body("alpha negative", negative);
    refuse_body("alpha the identity", identity);
    refuse_text("space", "\",\"", "\", \"");
    refuse_text("key twice", "\"sequence\":", "\"sequence\":0,\"sequence\":");
    refuse_text("leading zero", "\"sequence\":0", "\"sequence\":00");
    refuse_text("minus zero", "\"sequence\":0", "\"sequence\":-0");
    refuse_text("real", "\"sequence\":0", "\"sequence\":0.0");
    refuse_text("escaped letter", "\"kind\"", "\"\\u006bind\"");
    refuse_text("member added", "\"sequence\":0", "\"sequence\":0,\"more\":0");
    refuse_text("two lines", "{\"kind\"", "\n{\"kind\"");
    refuse_text("base64 in two lines", "\"body\":\"", "\"body\":\"\\n");
    refuse_text("base64 with more padding", "=\"}", "==\"}");
    refuse_signature("S plus L", true);
    refuse_signature("R of small order", false);
}

static void remove_folder(const char *folder)
{
    const char *const arguments[] = {"rm", "-rf", folder, NULL};
    pid_t pid;
    CHECK_INT(posix_spawnp(&pid, arguments[0], NULL, NULL, (char *const *)arguments, environ), 0);
    CHECK_INT(waitpid(pid, NULL, 0), pid);
}

int main(void)
{
    char parent[FOLDER_BYTES] = "/tmp/encodings.XXXXXX", folder[FOLDER_BYTES + 16];
    if (sodium_init() < 0 || !mkdtemp(parent))
        return 1;
    snprintf(folder, sizeof folder, "%s/election", parent);
    const struct rehearsal_options options = {.folder = folder,
                                              .members = 12,
                                              .trustees = 2,
                                              .threshold = 2,
                                              .mixes = 2,
                                              .candidates = 8,
                                              .contests = 1};
    rehearsal_begin(&rehearsal, &options);
    rehearsal_define(&rehearsal);
    rehearsal_ceremony(&rehearsal);
    rehearsal_roll(&rehearsal);
    rehearsal_issue(&rehearsal);
    rehearsal_open(&rehearsal);
    refuse_all();
    take_one();
    rehearsal_end(&rehearsal);
    remove_folder(parent);
    return check_end("election_encodings");
}
