/* BALLOT.paper: what stands on each style's paper, and that each ballot is on its style's. */
#include "base/json.h"
#include "election/choice.h"
#include "election/election.h"

static bool has_style(const struct contest *contest, struct span style)
{
    for (size_t i = 0; i < contest->style_count; i++)
        if (span_equal(contest->styles[i], style))
            return true;
    return false;
}

/* The contests of a style in the order of the log. */
static bool plan_paper(struct election *election, size_t style)
{
    struct ballot_paper *paper = &election->papers[style];
    size_t contests = election->by[CONTEST].count;
    paper->parts = arena_zeroed(&election->arena, contests, sizeof *paper->parts);
    if (paper->parts == NULL)
        return false;
    for (size_t i = 0; i < contests; i++) {
        const struct contest *contest = election_contest_at(election, i);
        if (!has_style(contest, election->definition->styles[style].id))
            continue;
        struct paper_part *part = &paper->parts[paper->part_count++];
        *part = (struct paper_part){.contest = i, .width = choice_width(contest)};
        paper->chunks += part->width;
    }
    return true;
}

/* The members of a paper's object, each as it must be. */
static enum outcome read_paper(const struct election *election, size_t style, struct span text,
                               struct fail *fail)
{
    const struct ballot_paper *paper = &election->papers[style];
    const struct opening *open = election_says(election, election_first(election, OPEN))->open;
    uint8_t context[HASH_BYTES], answers[HASH_BYTES];
    struct span origin, id;
    int64_t number;
    struct json json;
    json_open(&json, span_of(text.ptr, text.len - 1));
    json_object(&json, NULL);
    json_literal(&json, "kind", KIND_PAPER);
    json_string(&json, "origin", LIMIT_ORIGIN_BYTES, &origin);
    json_hex(&json, "context", context, HASH_BYTES);
    json_hex(&json, "answers", answers, HASH_BYTES);
    if (!json.broken && (!span_equal(origin, election->origin) ||
                         memcmp(context, election->contexts[2], HASH_BYTES) != 0 ||
                         !election_is_leaf(election, 0, answers)))
        json_refuse(&json, "context", "is of another election");
    json_integer(&json, "roll", (int64_t)open->roll, (int64_t)open->roll, &number);
    json_string(&json, "style", LIMIT_ID_BYTES, &id);
    if (!span_equal(id, election->definition->styles[style].id))
        json_refuse(&json, "style", "is another style's");
    json_array(&json, "contests");
    for (size_t i = 0; i < paper->part_count; i++) {
        const struct paper_part *part = &paper->parts[i];
        json_object(&json, NULL);
        json_string(&json, "contest", LIMIT_ID_BYTES, &id);
        json_hex(&json, "entry", answers, HASH_BYTES);
        json_integer(&json, "width", part->width, part->width, &number);
        json_end(&json);
        if (!span_equal(id, election_contest_at(election, part->contest)->id) ||
            !election_is_leaf(election, election->by[CONTEST].at[part->contest], answers))
            json_refuse(&json, "contests", "are not those of the style");
    }
    json_end(&json);
    json_end(&json);
    enum outcome outcome = json_finish(&json, fail);
    json_done(&json);
    return outcome;
}

static enum outcome check_paper(struct election *election, size_t style, const struct blob *blob,
                                struct fail *fail)
{
    struct span bytes;
    struct note note;
    struct note_key key = {.algorithm = NOTE_ED25519};
    char name[LIMIT_ORIGIN_BYTES + sizeof NAME_AUTHORITY];
    memcpy(name, election->origin.ptr, election->origin.len);
    memcpy(name + election->origin.len, NAME_AUTHORITY, sizeof NAME_AUTHORITY);
    key.name = span_text(name);
    if (election->origin.len + strlen(NAME_AUTHORITY) != key.name.len)
        return fail_bad(fail, "the origin holds a NUL");
    memcpy(key.key, election->definition->statements, KEY_BYTES);
    enum outcome outcome = board_blob(election->board, blob, &bytes, fail);
    if (outcome == GOOD)
        outcome = note_parse(bytes, &note, fail);
    if (outcome == GOOD && note.signature_count != 1)
        outcome = fail_bad(fail, "a paper must have one signature");
    if (outcome == GOOD)
        outcome = note_verify(&note, &key, NULL, fail);
    if (outcome == GOOD)
        outcome = read_paper(election, style, note.text, fail);
    return outcome;
}

/* Each ballot names the paper that `open` has for its style. */
static void check_ballots(const struct election *election, const struct opening *open)
{
    for (size_t i = 0; i < election->by[BALLOT].count; i++) {
        uint64_t entry = election->by[BALLOT].at[i];
        const struct ballot *ballot = election_says(election, entry)->ballot;
        int style = election_style(election, ballot->style);
        if (style < 0 || (size_t)style >= open->paper_count ||
            memcmp(open->papers[style].paper.sha256, ballot->paper, HASH_BYTES) != 0)
            report_fail(election->report, BALLOT_PAPER, entry,
                        "is not on the paper that was opened for its style");
    }
}

void paper_check(struct election *election)
{
    struct report *report = election->report;
    const struct definition *definition = election->definition;
    uint64_t entry = election_first(election, OPEN);
    election->papers =
        arena_zeroed(&election->arena, definition->style_count, sizeof *election->papers);
    for (size_t i = 0; i < definition->style_count; i++)
        if (election->papers == NULL || !plan_paper(election, i)) {
            report_not_run(report, BALLOT_PAPER, "no memory");
            election->papers = NULL;
            return;
        }
    if (entry == NO_ENTRY || election->context_count < 3) {
        report_not_run(report, BALLOT_PAPER, "the vote was not opened with a sound key and roll");
        return;
    }
    const struct opening *open = election_says(election, entry)->open;
    if (open->paper_count != definition->style_count)
        report_fail(report, BALLOT_PAPER, entry, "there is not one paper for each style");
    for (size_t i = 0; i < open->paper_count && i < definition->style_count; i++) {
        struct fail fail;
        if (!span_equal(open->papers[i].style, definition->styles[i].id))
            report_fail(report, BALLOT_PAPER, entry, "the papers are not in the styles' order");
        enum outcome outcome = check_paper(election, i, &open->papers[i].paper, &fail);
        if (outcome != GOOD)
            fail_at(&fail, "paper %zu: ", i);
        (void)report_take(report, BALLOT_PAPER, entry, outcome, &fail);
    }
    check_ballots(election, open);
    report_pass(report, BALLOT_PAPER);
}
