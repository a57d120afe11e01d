#include "election/ballot_paper.h"

#include "election/statement.h"

void ballot_paper_make(const struct contest *contests, size_t count, struct span style,
                       unsigned roll, struct ballot_paper *out_paper)
{
    *out_paper = (struct ballot_paper){.roll = roll};
    memcpy(out_paper->style, style.ptr, style.len);
    for (size_t i = 0; i < count; i++)
        if (contest_has_style(&contests[i], style))
            out_paper->contests[out_paper->count++] = &contests[i];
}

void ballot_paper_print(const struct ballot_paper *paper, struct span origin, const uint8_t *ctx2,
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

size_t ballot_paper_chunks(const struct ballot_paper *paper)
{
    size_t chunks = 0;
    for (unsigned i = 0; i < paper->count; i++)
        chunks += contest_width(paper->contests[i]);
    return chunks;
}

bool ballot_paper_find(const struct ballot_paper *paper, const char *contest, size_t *out_chunk)
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

static struct envelope_place place_of(const struct ballot_binding *binding,
                                      const struct contest *contest, unsigned position)
{
    return (struct envelope_place){
        .ctx2 = binding->ctx2,
        .contest = span_str(contest->id),
        .credential = binding->credential,
        .position = position,
        .key = binding->key,
    };
}

void ballot_paper_seal(const struct ballot_paper *paper, const struct ballot_binding *binding,
                       const uint8_t (*choices)[CHOICE_BYTES_MAX], struct envelope *out_body,
                       struct scalar *out_randomness)
{
    size_t at = 0;
    for (unsigned i = 0; i < paper->count; i++)
        for (unsigned l = 0; l < contest_width(paper->contests[i]); l++, at++) {
            struct envelope_place place = place_of(binding, paper->contests[i], l);
            envelope_seal(&place, choices[i] + (size_t)l * CHUNK_BYTES, &out_body[at],
                          &out_randomness[at]);
        }
}

static bool alpha_repeats(const struct envelope *body, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (point_equal(&body[i].ciphertext.alpha, &body[j].ciphertext.alpha))
                return true;
    return false;
}

enum outcome ballot_paper_check(const struct ballot_paper *paper,
                                const struct ballot_binding *binding, struct span body,
                                struct fail *fail)
{
    size_t chunks = ballot_paper_chunks(paper);
    if (body.len != chunks * CHUNK_BALLOT_BYTES)
        return fail_set(fail, BAD_INPUT, "ballot.length",
                        "the body has %zu bytes, the paper of style \"%s\" takes %zu", body.len,
                        paper->style, chunks * CHUNK_BALLOT_BYTES);
    const struct envelope *envelope = (const struct envelope *)body.ptr;
    if (alpha_repeats(envelope, chunks))
        return fail_set(fail, CONFLICT, "ballot.alpha-repeated",
                        "a ciphertext occurs twice in this ballot");
    for (unsigned i = 0; i < paper->count; i++)
        for (unsigned l = 0; l < contest_width(paper->contests[i]); l++, envelope++) {
            struct envelope_place place = place_of(binding, paper->contests[i], l);
            if (!envelope_check(&place, envelope))
                return fail_set(fail, BAD_PROOF, "ballot.proof",
                                "contest \"%s\", chunk %u: an encoding is not canonical or the "
                                "proof does not hold",
                                paper->contests[i]->id, l);
        }
    return OK;
}
