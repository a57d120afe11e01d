/* Requests by people with a key, and what comes in beside statements. Declared in
 * election/election.h. */
#include "election/inside.h"

#include "base/clock.h"
#include "crypto/hash.h"
#include "labels.h"
#include "roll.h"
#include "roll/filetype.h"
#include "store/blob.h"

#include <stdio.h>

/* -- who asks --------------------------------------------------------------------------------- */

struct stated {
    struct span method, path;
    uint8_t body[HASH_BYTES];
    int64_t at_s;
    uint8_t nonce[HASH_BYTES]; /* 16 bytes, then zeros */
    struct span purpose;       /* empty: none stated */
};

static enum outcome read_request(const struct statement *statement, struct stated *out,
                                 struct fail *fail)
{
    struct json_take take = statement_take(statement, fail);
    out->method = json_take_string(&take, "method");
    out->path = json_take_string(&take, "path");
    json_take_hex(&take, "body", out->body, HASH_BYTES);
    out->at_s = json_take_integer(&take, "at", 0, INT64_MAX);
    memset(out->nonce, 0, sizeof out->nonce);
    json_take_hex(&take, "nonce", out->nonce, 16);
    out->purpose = SPAN_LIT("");
    if (json_take_peek(&take, "purpose"))
        out->purpose = json_take_string(&take, "purpose");
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK && out->purpose.len > ACCESS_PURPOSE_BYTES)
        outcome = fail_set(fail, BAD_INPUT, "request.purpose", "a purpose is at most %d bytes",
                           ACCESS_PURPOSE_BYTES);
    return outcome;
}

/* Two generations of nonces, each as old as a request may be. */
static enum outcome take_nonce(struct election *election, const uint8_t *nonce, struct fail *fail)
{
    int64_t now_s = clock_now_s();
    uint32_t ignored;
    pthread_mutex_lock(&election->nonce_lock);
    if (now_s - election->nonces_since_s > 2 * REQUEST_AGE_S) {
        keytable_done(&election->older_nonces);
        election->older_nonces = election->nonces;
        keytable_init(&election->nonces);
        election->nonces_since_s = now_s;
    }
    enum outcome outcome = keytable_find(&election->older_nonces, nonce, &ignored)
                               ? CONFLICT
                               : keytable_add(&election->nonces, nonce, 0, fail);
    pthread_mutex_unlock(&election->nonce_lock);
    return outcome == OK ? OK
                         : fail_set(fail, NOT_ALLOWED, "request.repeated",
                                    "this request was made before; sign a new one");
}

static bool signed_by(const struct note *note, const char *origin, const char *suffix,
                      const char *id, const uint8_t *key)
{
    struct note_key of;
    return definition_key(origin, suffix, id, key, &of, NULL) == OK && note->count == 1 &&
           note_verify(note, &of, NULL) == OK;
}

static enum outcome find_asker(const struct state *state, const struct note *note,
                               struct request *out, struct fail *fail)
{
    const struct definition *definition = state->definition;
    const struct officer *officer;
    if (!definition)
        return fail_set(fail, NOT_ALLOWED, "request.early", "the election is not defined yet");
    for (unsigned i = 0; i < definition->trustee_count; i++) {
        char id[12];
        snprintf(id, sizeof id, "%u", i + 1);
        if (signed_by(note, state->origin, NAME_TRUSTEE, id, definition->trustees[i].sign)) {
            *out = (struct request){.asker = ASKER_TRUSTEE};
            snprintf(out->id, sizeof out->id, "%s", id);
            return OK;
        }
    }
    if (signed_by(note, state->origin, NAME_REGISTRAR, "", definition->registrar_key)) {
        *out = (struct request){.asker = ASKER_REGISTRAR};
        return OK;
    }
    enum outcome outcome = state_signed_by_officer(state, note, ~0u, &officer, fail);
    if (outcome == OK && officer->until_s != 0 && clock_now_s() >= officer->until_s)
        outcome = fail_set(fail, NOT_ALLOWED, "request.role", "this appointment is over");
    if (outcome == OK) {
        *out = (struct request){.asker = ASKER_OFFICER, .roles = officer->roles};
        snprintf(out->id, sizeof out->id, "%s", officer->id);
    }
    return outcome;
}

static enum outcome check_stated(const struct stated *stated, struct span method, struct span path,
                                 const uint8_t *body, struct fail *fail)
{
    int64_t now_s = clock_now_s();
    if (!span_equal(stated->method, method) || !span_equal(stated->path, path) ||
        memcmp(stated->body, body, HASH_BYTES) != 0)
        return fail_set(fail, NOT_ALLOWED, "request.other",
                        "the request was signed for another method, path or body");
    if (stated->at_s > now_s + REQUEST_AGE_S || stated->at_s < now_s - REQUEST_AGE_S)
        return fail_set(fail, NOT_ALLOWED, "request.clock",
                        "the request is over %d seconds old; is the clock right?", REQUEST_AGE_S);
    return OK;
}

enum outcome election_authenticate(struct election *election, struct span note, struct span method,
                                   struct span path, const uint8_t body_sha256[static HASH_BYTES],
                                   struct request *out_request, struct fail *fail)
{
    struct statement statement;
    struct stated stated;
    enum outcome outcome = statement_read(note, span_str(election->origin), &statement, fail);
    if (outcome != OK)
        return outcome;
    if (!statement_is(&statement, KIND_REQUEST))
        outcome = fail_set(fail, NOT_ALLOWED, "request.kind", "this is no request");
    if (outcome == OK)
        outcome = read_request(&statement, &stated, fail);
    if (outcome == OK)
        outcome = check_stated(&stated, method, path, body_sha256, fail);
    if (outcome == OK) {
        pthread_rwlock_rdlock(&election->lock);
        outcome = find_asker(election->state, &statement.note, out_request, fail);
        pthread_rwlock_unlock(&election->lock);
    }
    if (outcome == OK)
        outcome = take_nonce(election, stated.nonce, fail);
    if (outcome == OK)
        snprintf(out_request->purpose, sizeof out_request->purpose, "%.*s", (int)stated.purpose.len,
                 (const char *)stated.purpose.ptr);
    statement_done(&statement);
    return outcome;
}

/* -- what comes in beside statements ---------------------------------------------------------- */

enum outcome election_need_officer(const struct request *request, unsigned roles, struct fail *fail)
{
    if (request->asker == ASKER_OFFICER && (request->roles & roles))
        return OK;
    return fail_set(fail, NOT_ALLOWED, "request.role", "your role does not allow this");
}

enum outcome election_put_blob(struct election *election, const struct request *request,
                               const uint8_t sha256_of[static HASH_BYTES], struct span bytes,
                               struct fail *fail)
{
    uint8_t hash[HASH_BYTES];
    if (request->asker == ASKER_OFFICER)
        return fail_set(fail, NOT_ALLOWED, "request.role",
                        "only trustees and the registrar put bulk data on the board");
    sha256(bytes, hash);
    if (memcmp(hash, sha256_of, HASH_BYTES) != 0)
        return fail_set(fail, BAD_PROOF, "blob.hash", "the bytes are not those of this name");
    return blob_put(election->folder, bytes, hash, fail);
}

enum outcome election_put_private(struct election *election, const struct request *request,
                                  struct span label, const uint8_t salt[static SALT_BYTES],
                                  const uint8_t commitment[static HASH_BYTES], struct span bytes,
                                  struct fail *fail)
{
    static const char *const labels[] = {LABEL_SNAPSHOT, LABEL_MAPPING, LABEL_EVIDENCE};
    enum filetype ignored;
    enum outcome outcome = election_need_officer(request, OFFICIALS | OFFICER_EXPORTER, fail);
    if (outcome == OK && span_is(label, LABEL_EVIDENCE) && bytes.len > ROLL_EVIDENCE_BYTES_MAX)
        outcome = fail_set(fail, TOO_LARGE, "evidence.size",
                           "a file given in evidence is at most %d bytes", ROLL_EVIDENCE_BYTES_MAX);
    if (outcome == OK && span_is(label, LABEL_EVIDENCE))
        outcome = filetype_of(bytes, &ignored, fail);
    if (outcome != OK)
        return outcome;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (span_is(label, labels[i]))
            return custody_put(election->custody, labels[i], salt, commitment, bytes, fail);
    return fail_set(fail, BAD_INPUT, "private.label",
                    "a confidential file is a snapshot, a mapping or evidence");
}

enum outcome election_put_bindings(struct election *election, const struct request *request,
                                   struct span bindings, struct fail *fail)
{
    if (request->asker != ASKER_REGISTRAR)
        return fail_set(fail, NOT_ALLOWED, "request.role", "only the registrar binds credentials");
    return custody_put_bindings(election->custody, bindings, fail);
}
