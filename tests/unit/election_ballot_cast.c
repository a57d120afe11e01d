/* Casting: what is sealed opens to the choices made; a ballot is cast or opened, never both; and
 * what the state does not allow is refused before anything is sealed. */
#include "ballot_stage.h"
#include "check.h"

#include "base/code.h"
#include "crypto/chunk.h"
#include "election/ballot.h"
#include "election/ballot_cast.h"

static const char *const typed[STAGE_CONTESTS] = {"3,1,2", "40,1", "2", "1,8,12", "blank", "no"};

static void seal(const struct stage *stage, struct ballot_cast *out_cast)
{
    struct choice choices[STAGE_CONTESTS];
    struct fail fail;
    stage_choose(stage, typed, choices);
    stage_must(ballot_cast_begin(stage->state, &stage->code, out_cast, &fail), &fail);
    stage_must(ballot_cast_seal(out_cast, choices, &fail), &fail);
}

/* -- what is in it ---------------------------------------------------------------------------- */

static struct point decrypt(const struct stage *stage, const struct ciphertext *ciphertext)
{
    struct point shared = point_mul(&stage->secret, &ciphertext->alpha);
    return point_sub(&ciphertext->beta, &shared);
}

static void test_opens_to_choices(const struct stage *stage)
{
    struct ballot_cast cast;
    struct choice want[STAGE_CONTESTS];
    seal(stage, &cast);
    stage_choose(stage, typed, want);
    const struct envelope *envelope = (const struct envelope *)cast.body.bytes;
    for (unsigned i = 0; i < STAGE_CONTESTS; i++) {
        const struct contest *contest = stage->paper.contests[i];
        uint8_t bytes[CHOICE_BYTES_MAX] = {0};
        struct choice got;
        check_case("contest %s", contest->id);
        for (unsigned l = 0; l < contest_width(contest); l++, envelope++) {
            struct point message = decrypt(stage, &envelope->ciphertext);
            CHECK(chunk_open(&message, bytes + (size_t)l * CHUNK_BYTES));
        }
        choice_read(contest, bytes, &got);
        CHECK_INT(got.form, want[i].form);
        CHECK_INT(got.count, want[i].count);
        CHECK_BYTES(got.marks, want[i].marks, want[i].count);
    }
    ballot_cast_done(&cast);
}

static void test_bound(const struct stage *stage)
{
    struct ballot_cast cast;
    struct fail fail;
    char tracker[TRACKER_TEXT_BYTES];
    uint8_t other[KEY_BYTES] = {1};
    seal(stage, &cast);
    check_case("bound");
    struct ballot_binding binding = state_binding(stage->state, cast.credential);
    CHECK_INT(ballot_paper_check(cast.paper, &binding, buf_span(&cast.body), &fail), OK);
    binding.credential = other;
    CHECK_INT(ballot_paper_check(cast.paper, &binding, buf_span(&cast.body), &fail), BAD_PROOF);
    binding.credential = cast.credential;
    for (size_t at = 5; at < cast.body.len; at += 67) {
        cast.body.bytes[at] ^= 1;
        CHECK(ballot_paper_check(cast.paper, &binding, buf_span(&cast.body), &fail) != OK);
        credential_tracker(stage->state->ctx2, cast.credential, buf_span(&cast.body), tracker);
        CHECK(strcmp(tracker, cast.tracker) != 0);
        cast.body.bytes[at] ^= 1;
    }
    struct span shorter = span_of(cast.body.bytes, cast.body.len - CHUNK_BALLOT_BYTES);
    CHECK_INT(ballot_paper_check(cast.paper, &binding, shorter, &fail), BAD_INPUT);
    ballot_cast_done(&cast);
}

/* -- cast or open ----------------------------------------------------------------------------- */

static void test_cast(const struct stage *stage)
{
    struct ballot_cast cast;
    struct statement statement;
    struct ballot ballot;
    struct note_key key;
    struct buf note;
    struct fail fail;
    buf_init(&note, LIMIT_ENTRY_BYTES);
    seal(stage, &cast);
    check_case("cast");
    CHECK_INT(ballot_cast_sign(&cast, &note, &fail), OK);
    CHECK_INT(ballot_cast_sign(&cast, &note, &fail), NOT_ALLOWED);
    CHECK_INT(ballot_cast_open(&cast, &note, &fail), NOT_ALLOWED);
    if (CHECK_INT(statement_read(buf_span(&note), SPAN_LIT(STAGE_ORIGIN), &statement, &fail), OK)) {
        CHECK_INT(ballot_read(&statement, &ballot, &fail), OK);
        CHECK_BYTES(ballot.credential, cast.credential, KEY_BYTES);
        CHECK_BYTES(ballot.paper, stage->paper.sha256, HASH_BYTES);
        CHECK_BYTES(statement.answers, stage->state->open_leaf, HASH_BYTES);
        CHECK_INT(ballot.sequence, 0);
        CHECK_SPAN(buf_span(&ballot.body), buf_span(&cast.body));
        CHECK_INT(definition_key(STAGE_ORIGIN, NAME_CREDENTIAL, "", cast.credential, &key, &fail),
                  OK);
        CHECK_INT(note_verify(&statement.note, &key, &fail), OK);
        ballot_done(&ballot);
        statement_done(&statement);
    }
    ballot_cast_done(&cast);
    buf_done(&note);
}

/* Anybody can check an audit file: each chunk is what the choice and the randomness give. */
static void check_audit(const struct stage *stage, const struct ballot_cast *cast,
                        const json_t *audit)
{
    const json_t *choices = json_object_get(audit, "choices");
    const json_t *randomness = json_object_get(audit, "randomness");
    const struct envelope *envelope = (const struct envelope *)cast->body.bytes;
    size_t chunk = 0;
    for (unsigned i = 0; i < STAGE_CONTESTS; i++) {
        const struct contest *contest = stage->paper.contests[i];
        uint8_t bytes[CHOICE_BYTES_MAX] = {0};
        check_case("audit of %s", contest->id);
        CHECK(
            hex_read(json_span(json_array_get(choices, i)), bytes, contest_choice_bytes(contest)));
        for (unsigned l = 0; l < contest_width(contest); l++, chunk++) {
            struct envelope_place place = {stage->state->ctx2, span_str(contest->id),
                                           cast->credential, l, &stage->state->ceremony.key};
            struct scalar r;
            uint8_t *m = bytes + (size_t)l * CHUNK_BYTES;
            CHECK(hex_read(json_span(json_array_get(randomness, chunk)), r.bytes, SCALAR_BYTES));
            CHECK(envelope_holds(&place, &envelope[chunk], m, &r));
            m[1] ^= 1;
            CHECK(!envelope_holds(&place, &envelope[chunk], m, &r));
            m[1] ^= 1;
        }
    }
    CHECK_UINT(json_array_size(randomness), chunk);
}

static void test_open(const struct stage *stage)
{
    struct ballot_cast cast;
    struct buf line, note;
    struct fail fail;
    json_t *audit;
    buf_init(&line, LIMIT_ENTRY_BYTES);
    buf_init(&note, LIMIT_ENTRY_BYTES);
    seal(stage, &cast);
    check_case("open");
    CHECK_INT(ballot_cast_open(&cast, &line, &fail), OK);
    CHECK_INT(ballot_cast_sign(&cast, &note, &fail), NOT_ALLOWED);
    CHECK_UINT(note.len, 0);
    struct span text = span_of(line.bytes, line.len - 1);
    if (CHECK_INT(json_read_canonical(text, "audit", &audit, &fail), OK)) {
        check_audit(stage, &cast, audit);
        json_decref(audit);
    }
    ballot_cast_done(&cast);
    buf_done(&line);
    buf_done(&note);
}

/* -- refused ---------------------------------------------------------------------------------- */

static void check_refused(const struct stage *stage, const char *code)
{
    struct ballot_cast cast = {0};
    struct fail fail = {0};
    check_case("%s", code);
    CHECK(ballot_cast_begin(stage->state, &stage->code, &cast, &fail) != OK);
    CHECK_STR(fail.code, code);
    CHECK(cast.secret == NULL);
}

static void test_refused(struct stage *stage)
{
    struct credential *credential = &stage->state->electorate.credentials[0];
    stage->state->phase = PHASE_CLOSED;
    check_refused(stage, "cast.closed");
    stage->state->phase = PHASE_OPEN;
    credential->killed = true;
    check_refused(stage, "cast.killed");
    credential->killed = false;
    credential->ballots = 1;
    check_refused(stage, "cast.used");
    credential->ballots = 0;
    stage->code.symbols[3] = 'Z';
    check_refused(stage, "cast.code");
    stage->code.symbols[3] = '3';
}

/* Where votes may be changed, the next ballot names the one before. */
static void test_sequence(struct stage *stage)
{
    struct credential *credential = &stage->state->electorate.credentials[0];
    struct ballot_cast cast;
    struct buf note;
    struct fail fail;
    buf_init(&note, LIMIT_ENTRY_BYTES);
    stage->definition.changing = true;
    credential->ballots = 2;
    memset(credential->ballot_leaf, 0xEE, HASH_BYTES);
    seal(stage, &cast);
    check_case("sequence");
    CHECK_INT(ballot_cast_sign(&cast, &note, &fail), OK);
    CHECK(strstr(buf_text(&note), "\"sequence\":2,\"previous\":\"eeeeeeee") != NULL);
    ballot_cast_done(&cast);
    buf_done(&note);
    stage->definition.changing = false;
    credential->ballots = 0;
}

static void test_unsealed(const struct stage *stage)
{
    struct choice choices[STAGE_CONTESTS];
    struct ballot_cast cast;
    struct buf note;
    struct fail fail;
    buf_init(&note, LIMIT_ENTRY_BYTES);
    check_case("unsealed");
    stage_choose(stage, typed, choices);
    choices[3].marks[choices[3].count++] = 2; /* four crosses where three are the most */
    stage_must(ballot_cast_begin(stage->state, &stage->code, &cast, &fail), &fail);
    CHECK_INT(ballot_cast_sign(&cast, &note, &fail), NOT_ALLOWED);
    CHECK_INT(ballot_cast_seal(&cast, choices, &fail), BAD_INPUT);
    CHECK_STR(fail.code, "choice.too-many");
    CHECK_INT(ballot_cast_sign(&cast, &note, &fail), NOT_ALLOWED);
    CHECK_UINT(note.len, 0);
    ballot_cast_done(&cast);
    buf_done(&note);
}

int main(void)
{
    struct stage stage;
    if (sodium_init() < 0)
        return 1;
    stage_begin(&stage);
    test_opens_to_choices(&stage);
    test_bound(&stage);
    test_cast(&stage);
    test_open(&stage);
    test_refused(&stage);
    test_sequence(&stage);
    test_unsealed(&stage);
    stage_end(&stage);
    return check_end("election_ballot_cast");
}
