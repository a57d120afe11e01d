#include "election/audit.h"

#include "base/json.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "election/choice.h"
#include "election/code.h"

/* The file's members as they stand. */
struct audit {
    uint8_t context[HASH_BYTES], answers[HASH_BYTES], credential[KEY_BYTES];
    struct span origin, style, body;
};

static void read_head(struct json *json, struct audit *audit)
{
    json_object(json, NULL);
    json_literal(json, "kind", "audit");
    json_string(json, "origin", LIMIT_ORIGIN_BYTES, &audit->origin);
    json_hex(json, "context", audit->context, HASH_BYTES);
    json_hex(json, "answers", audit->answers, HASH_BYTES);
    json_string(json, "style", LIMIT_ID_BYTES, &audit->style);
    json_hex(json, "credential", audit->credential, KEY_BYTES);
    json_string(json, "body", LIMIT_ENTRY_BYTES, &audit->body);
}

/* Is alpha = rB and beta = rY + M? */
static bool chunk_right(const struct election *election, const uint8_t *chunk, const uint8_t r[32],
                        const uint8_t wanted[CHUNK_BYTES])
{
    struct scalar random, zero = scalar_from_number(0);
    struct point alpha, beta, left, base = point_base();
    uint8_t encoded[POINT_BYTES], bytes[CHUNK_BYTES];
    if (!scalar_decode(r, &random) || !point_decode(chunk, &alpha) ||
        !point_decode(chunk + POINT_BYTES, &beta))
        return false;
    point_combine(&random, &zero, &base, &left);
    if (!point_equal(&left, &alpha))
        return false;
    scalar_subtract(&zero, &random, &random);
    point_scale(&election->keys.public, &random, &left);
    point_add(&beta, &left, &beta); /* M = beta - rY */
    point_encode(&beta, encoded);
    return chunk_read(encoded, bytes) && memcmp(bytes, wanted, CHUNK_BYTES) == 0;
}

static void say_choice(const struct contest *contest, const struct choice *choice,
                       struct buffer *out)
{
    static const char *const forms[] = {"", "marked", "blank", "abstained", "spoilt"};
    buffer_append(out, contest->id);
    buffer_append_text(out, ": ");
    buffer_append_text(out, forms[choice->form]);
    for (size_t i = 0; i < choice->count; i++) {
        buffer_append_text(out, i == 0 ? ": " : ", ");
        buffer_append(out, contest->names[choice->candidates[i] - 1]);
    }
    buffer_append_byte(out, '\n');
}

/* "choices": the bytes of each contest, padded here to whole chunks. */
static void read_choices(struct json *json, const struct election *election,
                         const struct ballot_paper *paper, uint8_t *out_bytes, struct buffer *out)
{
    json_array(json, "choices");
    for (size_t i = 0; i < paper->part_count && !json->broken; i++) {
        const struct contest *contest = election_contest_at(election, paper->parts[i].contest);
        struct choice choice;
        size_t bytes = choice_bytes(contest);
        memset(out_bytes, 0, (size_t)paper->parts[i].width * CHUNK_BYTES);
        json_hex(json, NULL, out_bytes, bytes);
        choice_read(contest, out_bytes, &choice);
        say_choice(contest, &choice, out);
        out_bytes += (size_t)paper->parts[i].width * CHUNK_BYTES;
    }
    json_end(json);
}

static enum outcome check_chunks(struct json *json, const struct election *election,
                                 const struct ballot_paper *paper, struct span body,
                                 const uint8_t *choices, struct fail *fail)
{
    unsigned wrong = 0;
    json_array(json, "randomness");
    for (unsigned i = 0; i < paper->chunks && !json->broken; i++) {
        uint8_t random[SCALAR_BYTES];
        json_hex(json, NULL, random, sizeof random);
        if (!chunk_right(election, body.ptr + (size_t)i * CHUNK_BALLOT_BYTES, random,
                         choices + (size_t)i * CHUNK_BYTES))
            wrong = wrong == 0 ? i + 1 : wrong;
    }
    json_end(json);
    json_end(json);
    if (json_finish(json, fail) != GOOD)
        return BAD;
    if (wrong > 0)
        return fail_bad(fail, "chunk %u of the body does not hold the choices shown", wrong);
    return GOOD;
}

static bool was_cast(const struct election *election, const struct audit *audit, struct span body)
{
    for (size_t i = 0; i < election->by[BALLOT].count; i++) {
        const struct ballot *ballot = election_says(election, election->by[BALLOT].at[i])->ballot;
        if (memcmp(ballot->credential, audit->credential, KEY_BYTES) == 0 &&
            span_equal(ballot->body, body))
            return true;
    }
    return false;
}

static enum outcome check_head(const struct election *election, const struct audit *audit,
                               struct fail *fail)
{
    if (!span_equal(audit->origin, election->origin) ||
        memcmp(audit->context, election->contexts[2], HASH_BYTES) != 0 ||
        !election_is_leaf(election, election_first(election, OPEN), audit->answers))
        return fail_bad(fail, "the audit file is of another election");
    if (election_style(election, audit->style) < 0)
        return fail_bad(fail, "there is no such style");
    return GOOD;
}

static enum outcome check_body(struct json *json, const struct election *election,
                               const struct audit *audit, struct arena *arena,
                               struct buffer *out_text, struct fail *fail)
{
    const struct ballot_paper *paper = &election->papers[election_style(election, audit->style)];
    uint8_t *body = arena_take(arena, audit->body.len);
    uint8_t *choices = arena_zeroed(arena, paper->chunks + 1, CHUNK_BYTES);
    char tracker[TRACKER_TEXT_BYTES];
    size_t len;
    if (body == NULL || choices == NULL)
        return fail_unable(fail, "no memory");
    if (!base64_decode(audit->body, body, audit->body.len, &len) ||
        len != (size_t)paper->chunks * CHUNK_BALLOT_BYTES)
        return fail_bad(fail, "the body is not as long as the paper");
    if (was_cast(election, audit, span_of(body, len)))
        return fail_bad(fail, "this body was opened and cast all the same");
    read_choices(json, election, paper, choices, out_text);
    enum outcome outcome = check_chunks(json, election, paper, span_of(body, len), choices, fail);
    if (outcome != GOOD)
        return outcome;
    tracker_make(election->contexts[2], audit->credential, span_of(body, len), tracker);
    buffer_append_text(out_text, "tracker: ");
    buffer_append_text(out_text, tracker);
    buffer_append_byte(out_text, '\n');
    return GOOD;
}

enum outcome audit_check(const struct election *election, struct span file, struct buffer *out_text,
                         struct fail *fail)
{
    struct json json;
    struct audit audit = {.body = {NULL, 0}};
    struct arena arena = {NULL};
    if (election->context_count < 3 || election->papers == NULL)
        return fail_unable(fail, "the vote was never opened");
    if (file.len > 0 && file.ptr[file.len - 1] == '\n')
        file.len--;
    json_open(&json, file);
    read_head(&json, &audit);
    buffer_append_text(out_text, "The ballot holds exactly these choices:\n");
    enum outcome outcome = json.broken ? json_finish(&json, fail) : GOOD;
    if (outcome == GOOD)
        outcome = check_head(election, &audit, fail);
    if (outcome == GOOD)
        outcome = check_body(&json, election, &audit, &arena, out_text, fail);
    json_done(&json);
    arena_done(&arena);
    return outcome;
}
