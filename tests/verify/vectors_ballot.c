/* The whole ballots of tests/vectors/ballot.jsonl, read by the verifier's code: code to key,
 * choices, every chunk's randomness, the proofs, the signed note, the tracker, and the file that
 * opens the ballot. */
#include "election/audit.h"
#include "election/choice.h"
#include "election/code.h"
#include "log/note.h"
#include "vector_stage.h"

enum { CONTESTS_MOST = 8, CANDIDATES_MOST = 40, CHUNKS_MOST = 16 };

/* What the vector says of one ballot, and the election that it belongs to. */
struct ballot_of {
    struct stage stage;
    struct contest contests[CONTESTS_MOST];
    struct span names[CANDIDATES_MOST];
    struct style style;
    struct opening open;
    struct span origin, ctx2, open_leaf, credential, public, paper, note, audit, body, tracker;
    struct span typed[CONTESTS_MOST], choices[CONTESTS_MOST];
    unsigned contest_count, chunks;
    uint8_t r[CHUNKS_MOST][SCALAR_BYTES], t[CHUNKS_MOST][SCALAR_BYTES];
};

/* -- reading ------------------------------------------------------------------------------------
 */

static enum layout layout_of(struct span name)
{
    static const char *const names[] = {"ranking", "one", "several", "approval", "yes-no"};
    for (unsigned i = 0; i < CHECK_COUNT_OF(names); i++)
        if (span_equal(name, span_text(names[i])))
            return (enum layout)i;
    CHECK_TEXT(name, "a layout");
    return LAYOUT_ONE;
}

static void read_contests(struct vector_line *line, struct ballot_of *ballot)
{
    json_array(&line->json, "contests");
    while (json_more(&line->json) && ballot->contest_count < CONTESTS_MOST) {
        struct contest *contest = &ballot->contests[ballot->contest_count];
        json_object(&line->json, NULL);
        contest->id = vector_text(line, "contest");
        contest->layout = layout_of(vector_text(line, "layout"));
        contest->most = vector_number(line, "most");
        contest->candidate_count = vector_number(line, "candidates");
        contest->names = ballot->names;
        contest->styles = &ballot->style.id;
        contest->style_count = 1;
        CHECK_UINT(choice_width(contest), vector_number(line, "width"));
        ballot->typed[ballot->contest_count] = vector_text(line, "typed");
        ballot->choices[ballot->contest_count++] = vector_hex(line, "choice");
        json_end(&line->json);
    }
    json_end(&line->json);
}

static unsigned read_scalars(struct vector_line *line, const char *name,
                             uint8_t out[CHUNKS_MOST][SCALAR_BYTES])
{
    unsigned count = 0;
    json_array(&line->json, name);
    while (json_more(&line->json) && count < CHUNKS_MOST)
        json_hex(&line->json, NULL, out[count++], SCALAR_BYTES);
    json_end(&line->json);
    return count;
}

static void check_code(struct span code, struct span ctx0, struct span credential)
{
    uint8_t symbols[CODE_RANDOM_SYMBOLS], key[KEY_BYTES];
    struct fail fail;
    CHECK_INT(code_read(code, symbols, &fail), GOOD);
    CHECK_INT(code_key(ctx0.ptr, symbols, key, &fail), GOOD);
    CHECK_SPAN(span_of(key, sizeof key), credential);
}

static void read_ballot(struct vector_line *line, struct ballot_of *ballot)
{
    CHECK(vector_is(line, "ballot"));
    ballot->origin = vector_text(line, "origin");
    struct span ctx0 = vector_hex(line, "ctx0");
    ballot->ctx2 = vector_hex(line, "ctx2");
    ballot->open_leaf = vector_hex(line, "open");
    struct span code = vector_text(line, "code");
    ballot->credential = vector_hex(line, "credential");
    check_code(code, ctx0, ballot->credential);
    ballot->public = vector_hex(line, "public");
    CHECK_UINT(vector_number(line, "roll"), 1);
    ballot->style.id = vector_text(line, "style");
    ballot->paper = vector_hex(line, "paper");
    read_contests(line, ballot);
    ballot->chunks = read_scalars(line, "r", ballot->r);
    CHECK_UINT(read_scalars(line, "t", ballot->t), ballot->chunks);
    struct span body = vector_text(line, "body");
    uint8_t *bytes = arena_take(line->arena, body.len);
    size_t len;
    if (CHECK(bytes != NULL && base64_decode(body, bytes, body.len, &len)))
        ballot->body = span_of(bytes, len);
    CHECK_UINT(ballot->body.len, (size_t)ballot->chunks * CHUNK_BALLOT_BYTES);
    ballot->tracker = vector_text(line, "tracker");
    ballot->note = vector_text(line, "note");
    ballot->audit = vector_text(line, "audit");
}

/* -- choices, chunks ----------------------------------------------------------------------------
 */

/* A choice as it is typed: "3,1,2", "yes", "blank". */
static void print_choice(const struct contest *contest, const struct choice *choice, char *out,
                         size_t len)
{
    static const char *const forms[] = {"", "", "blank", "abstain", "spoilt"};
    snprintf(out, len, "%s", forms[choice->form]);
    if (choice->form == CHOICE_MARKED && contest->layout == LAYOUT_YES_NO)
        snprintf(out, len, "%s", choice->candidates[0] == 1 ? "yes" : "no");
    else
        for (size_t i = 0; i < choice->count; i++)
            check_append(out, len, "%s%u", i > 0 ? "," : "", choice->candidates[i]);
}

static void check_choices(const struct ballot_of *ballot)
{
    for (unsigned i = 0; i < ballot->contest_count; i++) {
        const struct contest *contest = &ballot->contests[i];
        uint8_t bytes[CHOICE_BYTES_MOST] = {0};
        char text[4 * CANDIDATES_MOST] = "";
        struct choice choice;
        CHECK_UINT(ballot->choices[i].len, choice_bytes(contest));
        memcpy(bytes, ballot->choices[i].ptr, ballot->choices[i].len);
        choice_read(contest, bytes, &choice);
        print_choice(contest, &choice, text, sizeof text);
        CHECK_TEXT(ballot->typed[i], text);
    }
}

/* alpha = rB and T = tB. */
static void check_randomness(const struct ballot_of *ballot)
{
    struct point base = point_base(), product;
    for (unsigned i = 0; i < ballot->chunks; i++) {
        const uint8_t *chunk = ballot->body.ptr + (size_t)i * CHUNK_BALLOT_BYTES;
        uint8_t bytes[POINT_BYTES];
        struct scalar r, t;
        CHECK(scalar_decode(ballot->r[i], &r) && scalar_decode(ballot->t[i], &t));
        point_scale(&base, &r, &product);
        point_encode(&product, bytes);
        CHECK_BYTES(bytes, chunk, POINT_BYTES);
        point_scale(&base, &t, &product);
        point_encode(&product, bytes);
        CHECK_BYTES(bytes, chunk + 2 * (size_t)POINT_BYTES, POINT_BYTES);
    }
}

/* -- a board ------------------------------------------------------------------------------------
 */

static void board_begin(struct ballot_of *ballot)
{
    struct stage *stage = &ballot->stage;
    stage_begin(stage, "", 1, 1);
    stage->entries[0].statement.origin = ballot->origin;
    stage->definition.styles = &ballot->style;
    stage->definition.style_count = 1;
    for (unsigned i = 0; i < ballot->contest_count; i++)
        stage_add(stage, (struct statement){.kind = CONTEST, .contest = &ballot->contests[i]});
    uint64_t open = stage_add(stage, (struct statement){.kind = OPEN, .open = &ballot->open});
    memcpy(stage->entries[open].leaf.bytes, ballot->open_leaf.ptr, HASH_BYTES);
}

static void board_ready(struct ballot_of *ballot)
{
    struct election *election = &ballot->stage.election;
    stage_ready(&ballot->stage, 2);
    paper_check(election); /* plans the papers; there are no blobs to check */
    election->context_count = 3;
    memcpy(election->contexts[2], ballot->ctx2.ptr, HASH_BYTES);
    memcpy(election->keys.public_bytes, ballot->public.ptr, POINT_BYTES);
    CHECK(point_decode(ballot->public.ptr, &election->keys.public));
}

static void check_audit(struct ballot_of *ballot, struct span file, bool right)
{
    struct buffer text;
    struct fail fail = {""};
    buffer_init(&text, 1 << 16);
    enum outcome outcome = audit_check(&ballot->stage.election, file, &text, &fail);
    CHECK_INT(outcome, right ? GOOD : BAD);
    if (right) {
        struct span said = buffer_span(&text);
        CHECK(said.len > ballot->tracker.len + 1);
        CHECK_SPAN(span_of(said.ptr + said.len - ballot->tracker.len - 1, ballot->tracker.len),
                   ballot->tracker);
    }
    buffer_done(&text);
}

static void check_audits(struct ballot_of *ballot)
{
    uint8_t bytes[1 << 16];
    board_begin(ballot);
    board_ready(ballot);
    check_audit(ballot, ballot->audit, true);
    CHECK(ballot->audit.len < sizeof bytes);
    memcpy(bytes, ballot->audit.ptr, ballot->audit.len);
    uint8_t *digit = bytes + ballot->audit.len - 8; /* of the last chunk's r */
    *digit = *digit == '0' ? '1' : '0';
    check_audit(ballot, span_of(bytes, ballot->audit.len), false);
    stage_end(&ballot->stage);
}

/* -- the signed ballot --------------------------------------------------------------------------
 */

static void check_note(const struct ballot_of *ballot, struct note *out_note)
{
    char name[200];
    struct note_key key = {.algorithm = NOTE_ED25519};
    struct fail fail = {""};
    snprintf(name, sizeof name, "%.*s%s", (int)ballot->origin.len, (const char *)ballot->origin.ptr,
             NAME_CREDENTIAL);
    key.name = span_text(name);
    memcpy(key.key, ballot->credential.ptr, KEY_BYTES);
    CHECK_INT(note_parse(ballot->note, out_note, &fail), GOOD);
    CHECK_UINT(out_note->signature_count, 1);
    CHECK_INT(note_verify(out_note, &key, NULL, &fail), GOOD);
    key.key[0] ^= 1;
    CHECK(note_verify(out_note, &key, NULL, &fail) != GOOD);
}

static void check_statement(const struct ballot_of *ballot, const struct statement *statement)
{
    char tracker[TRACKER_TEXT_BYTES];
    const struct ballot *said = statement->ballot;
    CHECK_INT(statement->kind, BALLOT);
    CHECK_SPAN(statement->origin, ballot->origin);
    CHECK_BYTES(statement->context, ballot->ctx2.ptr, HASH_BYTES);
    CHECK_BYTES(statement->answers, ballot->open_leaf.ptr, HASH_BYTES);
    CHECK_UINT(said->roll, 1);
    CHECK_SPAN(said->style, ballot->style.id);
    CHECK_BYTES(said->paper, ballot->paper.ptr, HASH_BYTES);
    CHECK_BYTES(said->credential, ballot->credential.ptr, KEY_BYTES);
    CHECK_UINT(said->sequence, 0);
    CHECK_SPAN(said->body, ballot->body);
    tracker_make(ballot->ctx2.ptr, said->credential, said->body, tracker);
    CHECK_TEXT(ballot->tracker, tracker);
}

static void check_proofs(struct ballot_of *ballot, struct statement statement, struct span body,
                         bool right)
{
    struct ballot altered = *statement.ballot;
    altered.body = body;
    statement.ballot = &altered;
    board_begin(ballot);
    stage_add(&ballot->stage, statement);
    board_ready(ballot);
    knowledge_check(&ballot->stage.election);
    if (right)
        CHECK(stage_passed(&ballot->stage, BALLOT_FORM) &&
              stage_passed(&ballot->stage, BALLOT_PROOF));
    else
        CHECK(stage_failed(&ballot->stage, BALLOT_FORM) ||
              stage_failed(&ballot->stage, BALLOT_PROOF));
    check_audit(ballot, ballot->audit, !right); /* what was cast is never opened */
    stage_end(&ballot->stage);
}

/* The first chunk proved with t = 0: the equation holds, but T is the identity. */
static void check_no_nonce(struct ballot_of *ballot, struct statement statement, uint8_t *bytes)
{
    struct hash hash;
    struct scalar c, z, r;
    uint8_t before[CHUNK_BALLOT_BYTES];
    memcpy(before, bytes, sizeof before);
    memset(bytes + 2 * (size_t)POINT_BYTES, 0, POINT_BYTES);
    hash_start(&hash, LABEL_BALLOT_PROOF);
    hash_part(&hash, ballot->ctx2);
    hash_part(&hash, ballot->contests[0].id);
    hash_part(&hash, ballot->credential);
    hash_number(&hash, 0);
    hash_part(&hash, ballot->public);
    for (size_t i = 0; i < 3; i++)
        hash_bytes(&hash, bytes + i * POINT_BYTES, POINT_BYTES);
    hash_end_scalar(&hash, &c);
    CHECK(scalar_decode(ballot->r[0], &r));
    scalar_multiply(&c, &r, &z);
    scalar_encode(&z, bytes + 3 * (size_t)POINT_BYTES);
    check_case("T is the identity");
    check_proofs(ballot, statement, span_of(bytes, ballot->body.len), false);
    memcpy(bytes, before, sizeof before);
}

static void check_signed(struct ballot_of *ballot, struct arena *arena)
{
    struct statement statement;
    struct note note;
    struct fail fail = {""};
    check_note(ballot, &note);
    if (!CHECK_INT(statement_parse(note.text, arena, &statement, &fail), GOOD))
        return;
    check_statement(ballot, &statement);
    check_proofs(ballot, statement, ballot->body, true);
    struct span copy = arena_copy(arena, ballot->body);
    uint8_t *bytes = (uint8_t *)(uintptr_t)copy.ptr;
    for (size_t at = 0; at < copy.len; at += POINT_BYTES) {
        check_case("body, byte %zu altered", at);
        bytes[at] ^= 4;
        check_proofs(ballot, statement, copy, false);
        bytes[at] ^= 4;
    }
    check_no_nonce(ballot, statement, bytes);
}

static void check_line(struct vector_line *line, void *context)
{
    static struct ballot_of ballot;
    ballot = (struct ballot_of){.contest_count = 0};
    for (unsigned i = 0; i < CANDIDATES_MOST; i++)
        ballot.names[i] = span_text("a candidate");
    read_ballot(line, &ballot);
    check_choices(&ballot);
    check_randomness(&ballot);
    check_audits(&ballot);
    check_signed(&ballot, context);
}

int main(void)
{
    struct arena arena = {NULL};
    unsigned count = vectors_each("tests/vectors/ballot.jsonl", &arena, check_line, &arena);
    check_case("the file as a whole");
    CHECK(count >= 3);
    arena_done(&arena);
    return check_end("verify vectors_ballot");
}
