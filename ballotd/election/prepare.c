/* The statements that the daemon prepares for officers to check and sign: roll, open, close,
 * freeze, result, end. Declared in election/election.h. */
#include "election/inside.h"

#include "base/clock.h"
#include "base/code.h"
#include "crypto/hash.h"
#include "election/boxes.h"
#include "election/kind.h"
#include "election/tally.h"
#include "store/blob.h"

static enum outcome need_phase(const struct state *state, unsigned phase, struct fail *fail)
{
    if (state->phase & phase)
        return OK;
    return fail_set(fail, NOT_ALLOWED, "draft.phase", "not now: the election is %s",
                    phase_name(state->phase));
}

static enum outcome put_blob(void *ctx, struct span bytes, struct fail *fail)
{
    struct election *election = ctx;
    uint8_t hash[HASH_BYTES];
    return blob_put(election->folder, bytes, hash, fail);
}

/* -- open ------------------------------------------------------------------------------------- */

static enum outcome make_paper(struct election *election, const struct state *state, unsigned style,
                               const uint8_t *ctx2, struct blob_ref *out_ref, struct fail *fail)
{
    const struct note_signer *signers[] = {&election->authority};
    struct ballot_paper paper;
    struct buf text, note;
    buf_init(&text, LIMIT_ENTRY_BYTES);
    buf_init(&note, LIMIT_ENTRY_BYTES);
    ballot_paper_make(state->contests, state->contest_count,
                      span_str(state->definition->styles[style].id), state->roll, &paper);
    ballot_paper_print(&paper, span_str(state->origin), ctx2, state->definition_leaf, &text);
    statement_sign(buf_span(&text), signers, 1, &note);
    sha256(buf_span(&note), out_ref->sha256);
    out_ref->size = note.len;
    enum outcome outcome = put_blob(election, buf_span(&note), fail);
    buf_done(&text);
    buf_done(&note);
    return outcome;
}

static enum outcome put_papers(struct election *election, const struct state *state, json_t *object,
                               struct fail *fail)
{
    uint8_t ctx2[HASH_BYTES];
    json_t *list = json_array();
    enum outcome outcome = OK;
    state_next_ctx2(state, ctx2);
    for (unsigned i = 0; outcome == OK && i < state->definition->style_count; i++) {
        struct blob_ref ref;
        outcome = make_paper(election, state, i, ctx2, &ref, fail);
        if (outcome != OK)
            break;
        json_t *item = json_object();
        json_put_string(item, "style", span_str(state->definition->styles[i].id));
        json_put(item, "paper", blob_ref_json(&ref));
        json_array_append_new(list, item);
    }
    json_put(object, "papers", list);
    return outcome;
}

static enum outcome prepare_open(struct election *election, const struct state *state,
                                 struct buf *out, struct fail *fail)
{
    enum outcome outcome = need_phase(state, PHASE_PREPARING, fail);
    if (outcome != OK)
        return outcome;
    if (!state->ceremony.complete || !state->issued || state->contest_count == 0)
        return fail_set(fail, NOT_ALLOWED, "open.early",
                        "voting opens when the key ceremony is complete, the roll has its "
                        "credentials and there is a contest");
    json_t *object =
        statement_begin(KIND_OPEN, span_str(state->origin), state->ctx1, state->issue_leaf);
    json_put_integer(object, "roll", state->roll);
    json_put_hex(object, "root", SPAN_ARRAY(state->roll_root));
    json_put_hex(object, "public", point_span(&state->ceremony.key));
    json_t *contests = json_array();
    for (unsigned i = 0; i < state->contest_count; i++) {
        char hex[2 * HASH_BYTES + 1];
        hex_print(SPAN_ARRAY(state->contests[i].leaf), hex);
        json_array_append_new(contests, json_string(hex));
    }
    json_put(object, "contests", contests);
    outcome = put_papers(election, state, object, fail);
    json_put_integer(object, "at", state_time(state, clock_now_s()));
    statement_end(object, out);
    return outcome;
}

/* -- checkpoints ------------------------------------------------------------------------------ */

static enum outcome put_cosigned(struct election *election, const struct buf *checkpoint,
                                 struct blob_ref *out_ref, struct fail *fail)
{
    struct buf copy;
    buf_init(&copy, NOTE_BYTES_MAX);
    pthread_rwlock_rdlock(&election->lock); /* witnesses' answers come in meanwhile */
    buf_add(&copy, buf_span(checkpoint));
    pthread_rwlock_unlock(&election->lock);
    sha256(buf_span(&copy), out_ref->sha256);
    out_ref->size = copy.len;
    enum outcome outcome =
        copy.len > 0 ? put_blob(election, buf_span(&copy), fail)
                     : fail_set(fail, BUSY, "checkpoint.waiting",
                                "the witnesses have not cosigned yet; try again in a moment");
    buf_done(&copy);
    return outcome;
}

/* The reference to a cosigned checkpoint; zeros where nobody was asked for one. */
static enum outcome put_checkpoint(struct election *election, const struct state *state,
                                   const struct buf *checkpoint, json_t *object, struct fail *fail)
{
    struct blob_ref ref = {0};
    enum outcome outcome = OK;
    if (state->definition->witnesses[0] != '\0')
        outcome = put_cosigned(election, checkpoint, &ref, fail);
    json_put(object, "checkpoint", blob_ref_json(&ref));
    return outcome;
}

static enum outcome prepare_close(struct election *election, const struct state *state,
                                  struct buf *out, struct fail *fail)
{
    enum outcome outcome = need_phase(state, PHASE_OPEN, fail);
    if (outcome != OK)
        return outcome;
    json_t *object =
        statement_begin(KIND_CLOSE, span_str(state->origin), state->ctx2, state->open_leaf);
    outcome = put_checkpoint(election, state, &election->cosigned_open, object, fail);
    json_put_integer(object, "at", state_time(state, clock_now_s()));
    statement_end(object, out);
    return outcome;
}

/* -- freeze ----------------------------------------------------------------------------------- */

/* No file stands for the blob of no bytes. */
static enum outcome put_admitted(struct election *election, struct span admitted, json_t *object,
                                 struct fail *fail)
{
    struct blob_ref ref = {.size = admitted.len};
    enum outcome outcome = admitted.len > 0 ? put_blob(election, admitted, fail) : OK;
    sha256(admitted, ref.sha256);
    json_put(object, "admitted", blob_ref_json(&ref));
    return outcome;
}

static enum outcome print_freeze(struct election *election, const struct state *state,
                                 const struct boxes *boxes, struct span admitted, struct buf *out,
                                 struct fail *fail)
{
    struct merkle_hash root;
    uint8_t digest[HASH_BYTES], access[HASH_BYTES];
    enum outcome outcome = custody_digest(election->custody, state, digest, fail);
    if (outcome != OK)
        return outcome;
    access_head(election->access, access);
    merkle_root(&state->tree, &root);
    json_t *object =
        statement_begin(KIND_FREEZE, span_str(state->origin), state->ctx2, state->close_leaf);
    json_put_integer(object, "size", (int64_t)state->tree.size);
    json_put_hex(object, "root", SPAN_ARRAY(root.bytes));
    json_put(object, "boxes", boxes_json(boxes));
    outcome = put_admitted(election, admitted, object, fail);
    json_put_hex(object, "annex", SPAN_ARRAY(digest));
    json_put_hex(object, "access", SPAN_ARRAY(access));
    if (outcome == OK)
        outcome = put_checkpoint(election, state, &election->cosigned_close, object, fail);
    statement_end(object, out);
    return outcome;
}

static enum outcome prepare_freeze(struct election *election, const struct state *state,
                                   struct buf *out, struct fail *fail)
{
    struct boxes boxes = {0};
    struct buf admitted;
    struct sources sources = election_sources(election);
    enum outcome outcome = need_phase(state, PHASE_CLOSED, fail);
    if (outcome != OK)
        return outcome;
    buf_init(&admitted, LIMIT_BLOB_BYTES);
    outcome = custody_admitted(election->custody, state, &admitted, fail);
    if (outcome == OK)
        outcome = boxes_gather(state, &sources, buf_span(&admitted), &boxes, fail);
    if (outcome == OK)
        outcome = print_freeze(election, state, &boxes, buf_span(&admitted), out, fail);
    boxes_done(&boxes);
    buf_done(&admitted);
    return outcome;
}

/* -- result and end --------------------------------------------------------------------------- */

static enum outcome prepare_result(struct election *election, const struct state *state,
                                   struct buf *out, struct fail *fail)
{
    struct sources sources = election_sources(election);
    struct tally_sink sink = {election, put_blob};
    enum outcome outcome = need_phase(state, PHASE_FROZEN, fail);
    return outcome == OK ? tally_make(state, &sources, &sink, out, fail) : outcome;
}

static enum outcome prepare_end(struct election *election, const struct state *state,
                                struct buf *out, struct fail *fail)
{
    (void)election;
    enum outcome outcome = need_phase(state, PHASE_COUNTED, fail);
    if (outcome != OK)
        return outcome;
    json_t *object =
        statement_begin(KIND_END, span_str(state->origin), state->ctx3, state->result_leaf);
    json_put_string(object, "text", SPAN_LIT("The count is finished and the board is complete."));
    statement_end(object, out);
    return OK;
}

static enum outcome prepare_roll(struct election *election, const struct state *state,
                                 struct buf *out, struct fail *fail)
{
    uint8_t access[HASH_BYTES];
    enum outcome outcome = need_phase(state, PHASE_PREPARING | PHASE_OPEN, fail);
    access_head(election->access, access);
    return outcome == OK ? custody_draft_roll(election->custody, state, access, out, fail)
                         : outcome;
}

enum outcome election_draft(struct election *election, const struct request *request,
                            struct span kind, struct buf *out_text, struct fail *fail)
{
    static const struct {
        const char *kind;
        enum outcome (*prepare)(struct election *, const struct state *, struct buf *,
                                struct fail *);
    } prepared[] = {
        {KIND_ROLL, prepare_roll},     {KIND_OPEN, prepare_open},     {KIND_CLOSE, prepare_close},
        {KIND_FREEZE, prepare_freeze}, {KIND_RESULT, prepare_result}, {KIND_END, prepare_end},
    };
    enum outcome outcome = fail_set(fail, BAD_INPUT, "draft.kind",
                                    "the daemon prepares no \"%.*s\"", (int)kind.len, kind.ptr);
    if (request->asker != ASKER_OFFICER)
        return fail_set(fail, NOT_ALLOWED, "request.role", "drafts are for officers");
    pthread_mutex_lock(&election->calm);
    for (size_t i = 0; i < sizeof prepared / sizeof *prepared; i++)
        if (span_is(kind, prepared[i].kind))
            outcome = prepared[i].prepare(election, election->state, out_text, fail);
    pthread_mutex_unlock(&election->calm);
    return outcome == OK ? buf_check(out_text, "draft", fail) : outcome;
}
