/* What looks wrong when the feeds are compared with one another and with what they said before:
 * proposals for officers, made anew for each who asks. Declared in election/custody_inside.h. */
#include "election/custody_inside.h"

#include "roll/reconcile.h"
#include "roll/text.h"

enum {
    TEXT_BYTES_MAX = 1 << 24,
    OF_A_KIND_MOST = 100, /* in the text; the JSON has all */
};

/* The counting snapshots that have one before them, and which of these were read for it. */
struct comparing {
    struct reconcile_step steps[ROLL_SOURCES_MAX];
    uint32_t count;
    uint32_t read[ROLL_SOURCES_MAX];
    uint32_t read_count;
};

static enum outcome add_step(struct custody *custody, uint32_t source, struct comparing *comparing,
                             struct fail *fail)
{
    uint32_t to = custody->people.counting[source];
    int before = to == PEOPLE_NONE ? -1 : custody_snapshot_before(custody, to);
    if (before < 0)
        return OK;
    uint32_t from = (uint32_t)before;
    enum outcome outcome = custody_compare(custody, to, fail);
    if (outcome == OK && !custody->held[from].loaded) {
        outcome = custody_load(custody, from, fail);
        if (outcome == OK)
            comparing->read[comparing->read_count++] = from;
    }
    if (outcome == OK)
        comparing->steps[comparing->count++] = (struct reconcile_step){
            .source = source,
            .from = &custody->held[from].snapshot,
            .from_as_of_s = custody->held[from].as_of_s,
            .difference = &custody->compared[to].difference,
        };
    return outcome;
}

static enum outcome print_found(const struct reconcile_terms *terms, struct buf *out,
                                struct fail *fail)
{
    struct reconciliation found;
    struct buf text;
    enum outcome outcome = reconcile_find(terms, &found, fail);
    if (outcome != OK)
        return outcome;
    buf_init(&text, TEXT_BYTES_MAX);
    reconcile_print_text(&found, OF_A_KIND_MOST, &text);
    buf_add_str(out, "{\"candidates\":");
    reconcile_print_json(&found, out);
    text_print_member("text", buf_span(&text), false, out);
    buf_add_byte(out, '}');
    outcome = buf_check(&text, "candidates", fail);
    buf_done(&text);
    reconcile_done(&found);
    return outcome;
}

enum outcome custody_print_candidates(struct custody *custody, struct buf *out, struct fail *fail)
{
    struct draft draft;
    struct comparing comparing = {0};
    enum outcome outcome = custody_make_draft(custody, &draft, fail);
    if (outcome != OK)
        return outcome;
    for (uint32_t i = 0; outcome == OK && i < custody->definition->sources.count; i++)
        outcome = add_step(custody, i, &comparing, fail);
    struct reconcile_terms terms = {
        .draft = &draft, .steps = comparing.steps, .step_count = comparing.count};
    if (outcome == OK)
        outcome = print_found(&terms, out, fail);
    for (uint32_t i = 0; i < comparing.read_count; i++)
        custody_unload(custody, comparing.read[i]);
    draft_done(&draft);
    return outcome;
}
