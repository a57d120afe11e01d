#include "election/paper.h"

#include "crypto/chunk.h"
#include "crypto/hash.h"
#include "election/statement.h"
#include "labels.h"

#include <sodium.h>

void paper_make(const struct contest *contests, size_t count, struct span style, unsigned roll,
                struct paper *out_paper)
{
    *out_paper = (struct paper){.roll = roll};
    memcpy(out_paper->style, style.ptr, style.len);
    for (size_t i = 0; i < count; i++)
        if (contest_has_style(&contests[i], style))
            out_paper->contests[out_paper->count++] = &contests[i];
}

void paper_print(const struct paper *paper, struct span origin, const uint8_t *ctx2,
                 const uint8_t *election, struct buf *out_text)
{
    json_t *object = statement_begin(KIND_PAPER, origin, ctx2, election);
    json_put_integer(object, "roll", paper->roll);
    json_put_string(object, "style", span_str(paper->style));
    json_t *list = json_array();
    for (unsigned i = 0; i < paper->count; i++) {
        json_t *item = json_object();
        json_put_string(item, "contest", span_str(paper->contests[i]->id));
        json_put_hex(item, "entry", SPAN_ARRAY(paper->contests[i]->leaf));
        json_put_integer(item, "width", contest_width(paper->contests[i]));
        json_array_append_new(list, item);
    }
    json_put(object, "contests", list);
    statement_end(object, out_text);
}

size_t paper_chunks(const struct paper *paper)
{
    size_t chunks = 0;
    for (unsigned i = 0; i < paper->count; i++)
        chunks += contest_width(paper->contests[i]);
    return chunks;
}

bool paper_find(const struct paper *paper, const char *contest, size_t *out_chunk)
{
    size_t chunk = 0;
    for (unsigned i = 0; i < paper->count; i++) {
        if (strcmp(paper->contests[i]->id, contest) == 0) {
            *out_chunk = chunk;
            return true;
        }
        chunk += contest_width(paper->contests[i]);
    }
    return false;
}

/* Everything but T: the whole statement of one chunk's proof. */
static struct hash proof_statement(const struct ballot_binding *binding, const char *contest,
                                   unsigned position, const struct ciphertext *ciphertext)
{
    struct hash hash;
    hash_start(&hash, LABEL_BALLOT_PROOF);
    hash_part(&hash, span_of(binding->ctx2, HASH_BYTES));
    hash_text(&hash, contest);
    hash_part(&hash, span_of(binding->credential, KEY_BYTES));
    hash_integer(&hash, position);
    hash_part(&hash, point_span(binding->public));
    hash_part(&hash, point_span(&ciphertext->alpha));
    hash_part(&hash, point_span(&ciphertext->beta));
    return hash;
}

static void seal_chunk(const struct ballot_binding *binding, const char *contest, unsigned position,
                       const uint8_t *chunk, const struct scalar *r, struct sealed_chunk *out)
{
    struct point message = chunk_point(chunk);
    out->ciphertext = elgamal_encrypt(binding->public, &message, r);
    struct hash hash = proof_statement(binding, contest, position, &out->ciphertext);
    out->proof = knowledge_prove(&hash, r);
}

void paper_seal_with(const struct paper *paper, const struct ballot_binding *binding,
                     const uint8_t (*choices)[CHOICE_BYTES_MAX], const struct scalar *randomness,
                     struct sealed_chunk *out_body)
{
    size_t at = 0;
    for (unsigned i = 0; i < paper->count; i++) {
        const struct contest *contest = paper->contests[i];
        for (unsigned l = 0; l < contest_width(contest); l++, at++)
            seal_chunk(binding, contest->id, l, choices[i] + (size_t)l * CHUNK_BYTES,
                       &randomness[at], &out_body[at]);
    }
}

void paper_seal(const struct paper *paper, const struct ballot_binding *binding,
                const uint8_t (*choices)[CHOICE_BYTES_MAX], struct sealed_chunk *out_body,
                struct scalar *out_randomness)
{
    for (size_t i = 0; i < paper_chunks(paper); i++)
        scalar_random(&out_randomness[i]);
    paper_seal_with(paper, binding, choices, out_randomness, out_body);
}

static enum outcome check_chunk(const struct ballot_binding *binding, const char *contest,
                                unsigned position, const struct sealed_chunk *chunk,
                                struct fail *fail)
{
    if (!ciphertext_is_proper(&chunk->ciphertext) || !point_is_valid(&chunk->proof.t) ||
        !scalar_is_canonical(&chunk->proof.z))
        return fail_set(fail, BAD_INPUT, "ballot.encoding",
                        "contest \"%s\", chunk %u: a point or scalar is not canonical", contest,
                        position);
    struct hash hash = proof_statement(binding, contest, position, &chunk->ciphertext);
    if (!knowledge_check(&hash, &chunk->ciphertext.alpha, &chunk->proof))
        return fail_set(fail, BAD_PROOF, "ballot.proof",
                        "contest \"%s\", chunk %u: the proof of knowledge does not hold", contest,
                        position);
    return OK;
}

static bool alpha_repeats(const struct sealed_chunk *body, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (point_equal(&body[i].ciphertext.alpha, &body[j].ciphertext.alpha))
                return true;
    return false;
}

enum outcome paper_check_body(const struct paper *paper, const struct ballot_binding *binding,
                              struct span body, struct fail *fail)
{
    if (body.len != paper_body_bytes(paper))
        return fail_set(fail, BAD_INPUT, "ballot.length",
                        "the body has %zu bytes, the paper of style \"%s\" takes %zu", body.len,
                        paper->style, paper_body_bytes(paper));
    const struct sealed_chunk *chunk = (const struct sealed_chunk *)body.ptr;
    if (alpha_repeats(chunk, paper_chunks(paper)))
        return fail_set(fail, CONFLICT, "ballot.alpha-repeated",
                        "a ciphertext occurs twice in this ballot");
    for (unsigned i = 0; i < paper->count; i++)
        for (unsigned l = 0; l < contest_width(paper->contests[i]); l++, chunk++) {
            enum outcome outcome = check_chunk(binding, paper->contests[i]->id, l, chunk, fail);
            if (outcome != OK)
                return outcome;
        }
    return OK;
}
