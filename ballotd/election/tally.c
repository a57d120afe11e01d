#include "election/tally.h"

#include "count/blt.h"
#include "count/count.h"
#include "crypto/chunk.h"
#include "crypto/decryption.h"
#include "crypto/hash.h"
#include "election/boxes.h"
#include "election/kind.h"
#include "labels.h"

#include <stdlib.h>

/* One box on its way from points to a stage sheet. */
struct outcome_box {
    const struct box *box;
    const struct contest *contest;
    struct point *points; /* count * width */
    uint64_t valid, blank, abstained, spoilt;
    struct buf plaintexts, papers, sheet;
};

/* -- who decrypted ---------------------------------------------------------------------------- */

unsigned tally_trustees(const struct state *state, unsigned out_indices[static LIMIT_TRUSTEES])
{
    uint32_t all = UINT32_MAX;
    bool any = false;
    unsigned count = 0;
    for (unsigned i = 0; i < state->box_count; i++)
        if (state->boxes[i].count > 0) {
            all &= state->boxes[i].decryptors;
            any = true;
        }
    for (unsigned j = 1; any && j <= state->definition->trustee_count; j++)
        if (all & (1u << (j - 1)))
            out_indices[count++] = j;
    return count;
}

static bool anything_to_decrypt(const struct state *state)
{
    for (unsigned i = 0; i < state->box_count; i++)
        if (state->boxes[i].count > 0)
            return true;
    return false;
}

/* -- plaintexts ------------------------------------------------------------------------------- */

static enum outcome read_shares(const struct state *state, const struct sources *sources,
                                const struct box *box, const unsigned *indices, struct buf *out,
                                struct fail *fail)
{
    enum outcome outcome = OK;
    for (unsigned i = 0; i < state->definition->threshold; i++)
        buf_init(&out[i], box->shares[indices[i]].size);
    for (unsigned i = 0; outcome == OK && i < state->definition->threshold; i++)
        outcome = sources->blob(sources->ctx, box->shares[indices[i]].sha256,
                                box->shares[indices[i]].size, &out[i], fail);
    return outcome;
}

static enum outcome combine(const struct state *state, const struct sources *sources,
                            const unsigned *indices, struct outcome_box *of, struct fail *fail)
{
    struct buf list, shares[LIMIT_TRUSTEES];
    struct span spans[LIMIT_TRUSTEES];
    struct cipherlist view;
    unsigned k = state->definition->threshold;
    buf_init(&list, of->box->list_bytes);
    enum outcome outcome = read_shares(state, sources, of->box, indices, shares, fail);
    if (outcome == OK)
        outcome = sources->blob(sources->ctx, of->box->list, of->box->list_bytes, &list, fail);
    if (outcome == OK)
        outcome = box_view(of->box, buf_span(&list), &view, fail);
    uint8_t *room = outcome == OK ? buf_extend(&of->plaintexts, of->box->list_bytes / 2) : NULL;
    if (outcome == OK && !room)
        outcome = fail_set(fail, BROKEN, "memory", "out of memory");
    if (outcome == OK) {
        for (unsigned i = 0; i < k; i++)
            spans[i] = buf_span(&shares[i]);
        of->points = (struct point *)room;
        decryption_combine(&view, spans, indices, k, NULL, of->points);
    }
    for (unsigned i = 0; i < k; i++)
        buf_done(&shares[i]);
    buf_done(&list);
    return outcome;
}

/* -- papers ----------------------------------------------------------------------------------- */

static struct choice open_choice(const struct outcome_box *of, uint64_t entry)
{
    uint8_t bytes[CHOICE_BYTES_MAX];
    struct choice choice = {.form = CHOICE_SPOILT};
    unsigned width = of->box->width;
    for (unsigned l = 0; l < width; l++)
        if (!chunk_open(&of->points[entry * width + l], bytes + (size_t)l * CHUNK_BYTES))
            return choice;
    choice_read(of->contest, bytes, &choice);
    return choice;
}

static enum outcome add_paper(struct outcome_box *of, struct papers *papers,
                              const struct choice *choice, struct fail *fail)
{
    switch (choice->form) {
    case CHOICE_MARKED:
        of->valid++;
        return papers_add(papers, choice->marks, choice->count, 1, fail);
    case CHOICE_BLANK:
        of->blank++;
        return papers_add(papers, NULL, 0, 1, fail);
    case CHOICE_ABSTAIN:
        of->abstained++;
        return OK;
    case CHOICE_SPOILT:
        of->spoilt++;
        return OK;
    }
    return OK;
}

static enum outcome name_papers(const struct state *state, const struct contest *contest,
                                struct papers *papers, struct fail *fail)
{
    enum outcome outcome = papers_set_title(papers, span_str(contest_title(contest, "en")), fail);
    for (unsigned c = 1; outcome == OK && c <= contest->candidates; c++)
        outcome = papers_set_name(papers, c, span_str(contest_candidate_name(contest, c)), fail);
    for (unsigned i = 0; outcome == OK && i < state->withdrawal_count; i++)
        if (strcmp(state->withdrawals[i].contest, contest->id) == 0)
            outcome = papers_withdraw(papers, state->withdrawals[i].candidate, fail);
    return outcome;
}

static enum outcome make_papers(const struct state *state, struct outcome_box *of,
                                struct papers **out_papers, struct fail *fail)
{
    struct papers *papers;
    enum outcome outcome = papers_new(of->contest->candidates, of->contest->seats, &papers, fail);
    if (outcome != OK)
        return outcome;
    outcome = name_papers(state, of->contest, papers, fail);
    for (uint64_t i = 0; outcome == OK && i < of->box->count; i++) {
        struct choice choice = open_choice(of, i);
        outcome = add_paper(of, papers, &choice, fail);
    }
    if (outcome == OK)
        outcome = blt_write(papers, &of->papers, fail);
    if (outcome == OK)
        *out_papers = papers;
    else
        papers_free(papers);
    return outcome;
}

/* -- lots and count --------------------------------------------------------------------------- */

struct drawn {
    uint8_t rank[HASH_WIDE_BYTES];
    uint8_t candidate;
};

static int compare_drawn(const void *a, const void *b)
{
    return memcmp(((const struct drawn *)a)->rank, ((const struct drawn *)b)->rank,
                  HASH_WIDE_BYTES);
}

/* Section 11: nobody chose the trustees' bytes after seeing anything. */
static void lots_seed(const struct state *state, const unsigned *indices, unsigned count,
                      uint8_t out_seed[static HASH_WIDE_BYTES])
{
    struct hash hash;
    hash_start(&hash, LABEL_LOTS);
    hash_part(&hash, SPAN_ARRAY(state->freeze_leaf));
    hash_count(&hash, count);
    for (unsigned i = 0; i < count; i++)
        hash_part(&hash, SPAN_ARRAY(state->lots[indices[i]]));
    hash_end(&hash, out_seed);
}

static void draw_lots(const uint8_t *seed, const struct outcome_box *of, struct group *out_lots)
{
    struct drawn drawn[LIMIT_CANDIDATES];
    unsigned count = of->contest->candidates;
    for (unsigned c = 0; c < count; c++) {
        struct hash hash;
        hash_start(&hash, LABEL_LOTS_ORDER);
        hash_part(&hash, span_of(seed, HASH_WIDE_BYTES));
        hash_text(&hash, of->box->name);
        hash_integer(&hash, c + 1);
        hash_end(&hash, drawn[c].rank);
        drawn[c].candidate = (uint8_t)(c + 1);
    }
    qsort(drawn, count, sizeof *drawn, compare_drawn);
    for (unsigned c = 0; c < count; c++)
        group_add(out_lots, drawn[c].candidate);
}

static void numbers_as_lots(const struct outcome_box *of, struct group *out_lots)
{
    for (unsigned c = 1; c <= of->contest->candidates; c++)
        group_add(out_lots, c);
}

/* Contests are counted by the verifier too: not every rule will do. */
static enum outcome find_rule(const struct contest *contest, const struct count_rule **out_rule,
                              struct fail *fail)
{
    const struct count_rule *rule;
    enum outcome outcome = count_rule_find(span_str(contest->rule), &rule, fail);
    if (outcome != OK)
        return outcome;
    if (!count_rule_in_contests(rule))
        return fail_set(fail, NOT_ALLOWED, "contest.rule",
                        "contest \"%s\": rule %s is for `ballotd count` only", contest->id,
                        contest->rule);
    *out_rule = rule;
    return OK;
}

static enum outcome count_box(const uint8_t *seed, struct outcome_box *of, struct papers *papers,
                              struct fail *fail)
{
    const struct count_rule *rule = NULL;
    struct sheet *sheet;
    struct group lots = {0};
    if (seed)
        draw_lots(seed, of, &lots);
    else
        numbers_as_lots(of, &lots);
    enum outcome outcome = find_rule(of->contest, &rule, fail);
    if (outcome == OK)
        outcome = count_run(rule, papers, 0, &lots, &sheet, fail);
    if (outcome != OK)
        return outcome;
    sheet_print_json(sheet, &of->sheet);
    sheet_free(sheet);
    return buf_check(&of->sheet, "stage sheet", fail);
}

/* -- the statement ---------------------------------------------------------------------------- */

static json_t *put_blob(const struct tally_sink *sink, const struct buf *bytes,
                        enum outcome *outcome, struct fail *fail)
{
    struct blob_ref ref = {.size = bytes->len};
    sha256(buf_span(bytes), ref.sha256);
    if (*outcome == OK && sink)
        *outcome = sink->blob(sink->ctx, buf_span(bytes), fail);
    return blob_ref_json(&ref);
}

static json_t *box_json(const struct tally_sink *sink, const struct outcome_box *of,
                        enum outcome *outcome, struct fail *fail)
{
    json_t *object = json_object();
    json_put_string(object, "box", span_str(of->box->name));
    json_put(object, "plaintexts", put_blob(sink, &of->plaintexts, outcome, fail));
    json_put(object, "papers", put_blob(sink, &of->papers, outcome, fail));
    json_put(object, "sheet", put_blob(sink, &of->sheet, outcome, fail));
    return object;
}

static json_t *account_json(const struct state *state, const struct outcome_box *boxes)
{
    const struct electorate_count count = electorate_count(&state->electorate);
    uint64_t refused = count.provisional - state->admitted.len / KEY_BYTES;
    json_t *account = json_object();
    json_put_integer(account, "issued", (int64_t)count.issued);
    json_put_integer(account, "killed", (int64_t)count.killed);
    json_put_integer(account, "live", (int64_t)(count.issued - count.killed));
    json_put_integer(account, "cast", (int64_t)count.cast);
    json_put_integer(account, "not_used", (int64_t)(count.issued - count.killed - count.cast));
    json_put_integer(account, "admitted", (int64_t)(count.cast - refused));
    json_put_integer(account, "provisional_refused", (int64_t)refused);
    json_put_integer(account, "superseded", (int64_t)count.superseded);
    json_put_integer(account, "tendered", (int64_t)count.tendered);
    json_t *list = json_array();
    for (unsigned i = 0; i < state->box_count; i++) {
        json_t *item = json_object();
        json_put_string(item, "box", span_str(boxes[i].box->name));
        json_put_integer(item, "papers", (int64_t)boxes[i].box->count);
        json_put_integer(item, "valid", (int64_t)boxes[i].valid);
        json_put_integer(item, "blank", (int64_t)boxes[i].blank);
        json_put_integer(item, "abstained", (int64_t)boxes[i].abstained);
        json_put_integer(item, "spoilt", (int64_t)boxes[i].spoilt);
        json_array_append_new(list, item);
    }
    json_put(account, "boxes", list);
    return account;
}

static enum outcome print_result(const struct state *state, const unsigned *indices, unsigned count,
                                 const struct outcome_box *boxes, const struct tally_sink *sink,
                                 struct buf *out_text, struct fail *fail)
{
    enum outcome outcome = OK;
    json_t *object =
        statement_begin(KIND_RESULT, span_str(state->origin), state->ctx3, state->freeze_leaf);
    json_t *trustees = json_array();
    for (unsigned i = 0; i < count; i++)
        json_array_append_new(trustees, json_integer(indices[i]));
    json_put(object, "trustees", trustees);
    json_t *list = json_array();
    for (unsigned i = 0; i < state->box_count; i++)
        json_array_append_new(list, box_json(sink, &boxes[i], &outcome, fail));
    json_put(object, "boxes", list);
    json_put(object, "account", account_json(state, boxes));
    statement_end(object, out_text);
    return outcome == OK ? buf_check(out_text, "result", fail) : outcome;
}

/* -- the whole -------------------------------------------------------------------------------- */

static enum outcome tally_box(const struct state *state, const struct sources *sources,
                              const unsigned *indices, const uint8_t *seed, struct outcome_box *of,
                              struct fail *fail)
{
    struct papers *papers;
    enum outcome outcome = OK;
    if (of->box->count > 0) // NOLINT(clang-analyzer-core.NullDereference): boxes_begin set it
        outcome = combine(state, sources, indices, of, fail);
    if (outcome == OK)
        outcome = make_papers(state, of, &papers, fail);
    if (outcome != OK)
        return outcome;
    outcome = count_box(seed, of, papers, fail);
    papers_free(papers);
    return outcome;
}

static void boxes_begin(const struct state *state, struct outcome_box *boxes)
{
    for (unsigned i = 0; i < state->box_count; i++) {
        boxes[i].box = &state->boxes[i];
        boxes[i].contest = &state->contests[state->boxes[i].contest];
        buf_init(&boxes[i].plaintexts, LIMIT_BLOB_BYTES);
        buf_init(&boxes[i].papers, LIMIT_BLOB_BYTES);
        buf_init(&boxes[i].sheet, LIMIT_BLOB_BYTES);
    }
}

static void boxes_end(const struct state *state, struct outcome_box *boxes)
{
    for (unsigned i = 0; i < state->box_count; i++) {
        buf_done(&boxes[i].plaintexts);
        buf_done(&boxes[i].papers);
        buf_done(&boxes[i].sheet);
    }
    free(boxes);
}

enum outcome tally_make(const struct state *state, const struct sources *sources,
                        const struct tally_sink *sink, struct buf *out_text, struct fail *fail)
{
    unsigned indices[LIMIT_TRUSTEES] = {0};
    uint8_t seed[HASH_WIDE_BYTES];
    unsigned count = tally_trustees(state, indices);
    bool lots = anything_to_decrypt(state);
    if (lots && count < state->definition->threshold)
        return fail_set(fail, NOT_ALLOWED, "result.early",
                        "%u trustees have decrypted every box, %u are needed", count,
                        state->definition->threshold);
    struct outcome_box *boxes = calloc(state->box_count + 1, sizeof *boxes);
    if (!boxes)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    boxes_begin(state, boxes);
    lots_seed(state, indices, count, seed);
    enum outcome outcome = OK;
    for (unsigned i = 0; outcome == OK && i < state->box_count; i++)
        outcome = tally_box(state, sources, indices, state->boxes[i].count > 0 ? seed : NULL,
                            &boxes[i], fail);
    if (outcome == OK)
        outcome = print_result(state, indices, count, boxes, sink, out_text, fail);
    boxes_end(state, boxes);
    return outcome;
}
enum outcome tally_try(const struct state *state, const struct contest *contest, struct fail *fail)
{
    struct box box = {.name = "trial"};
    struct outcome_box of = {.box = &box, .contest = contest};
    struct papers *papers;
    buf_init(&of.papers, LIMIT_BLOB_BYTES);
    buf_init(&of.sheet, LIMIT_BLOB_BYTES);
    enum outcome outcome = make_papers(state, &of, &papers, fail);
    if (outcome == OK) {
        outcome = count_box(NULL, &of, papers, fail);
        papers_free(papers);
    }
    buf_done(&of.papers);
    buf_done(&of.sheet);
    return outcome;
}
