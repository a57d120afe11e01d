/* An open election without a log, for tests and vectors of what a voter's program does: one style,
 * one credential, and a paper with a contest of every layout. Keys follow from fixed bytes. */
#ifndef TESTS_BALLOT_STAGE_H
#define TESTS_BALLOT_STAGE_H

#include <stdio.h>
#include <stdlib.h>

#include "crypto/credential.h"
#include "election/state.h"

#define STAGE_ORIGIN "example.org/vectors"

enum { STAGE_CONTESTS = 6 };

struct stage {
    struct state *state;
    struct definition definition;
    struct ballot_style style;
    struct ballot_paper paper;
    struct credential_code code;
    struct scalar secret; /* of Y */
};

__attribute__((unused)) static void stage_must(enum outcome outcome, const struct fail *fail)
{
    if (outcome == OK)
        return;
    fprintf(stderr, "stage: %s\n", fail->text);
    exit(1);
}

static void stage_contest(struct stage *stage, const char *id, const char *layout, unsigned most,
                          unsigned candidates)
{
    struct contest *contest = &stage->state->contests[stage->state->contest_count++];
    json_t *names = json_array(), *printed = json_array();
    struct fail fail;
    for (unsigned i = 1; i <= candidates; i++) {
        char name[32];
        snprintf(name, sizeof name, "Candidate %u", i);
        json_array_append_new(names, json_pack("{s:i,s:s,s:{s:s,s:s}}", "id", (int)i, "name", name,
                                               "text", "en", "", "cy", ""));
        json_array_append_new(printed, json_integer(i));
    }
    json_t *object = json_pack("{s:s,s:{s:s,s:s},s:s,s:i,s:s,s:i,s:{},s:o,s:o,s:[s],s:s}",
                               "contest", id, "title", "en", id, "cy", "", "layout", layout, "most",
                               (int)most, "rule", "av", "seats", 1, "options", "candidates", names,
                               "printed", printed, "styles", "all", "boxes", "whole");
    struct json_take take = json_take_from(object, "contest", &fail);
    stage_must(contest_read(object, &take, contest, &fail), &fail);
    memset(contest->leaf, 0xC0 + (int)stage->state->contest_count, HASH_BYTES);
    json_decref(object);
}

static void stage_credential(struct stage *stage)
{
    struct credential credential = {.roll = 1};
    struct fail fail;
    memcpy(stage->code.symbols, "0123456789ABCDEFGHJKMNP", CODE_RANDOM_SYMBOLS + 1);
    credential_key(stage->definition.ctx0, &stage->code, credential.key);
    stage_must(electorate_add(&stage->state->electorate, &credential, &fail), &fail);
}

static void stage_begin(struct stage *stage)
{
    struct fail fail;
    *stage = (struct stage){.style = {.id = "all"}};
    stage_must(state_new(SPAN_LIT(STAGE_ORIGIN), &stage->state, &fail), &fail);
    struct state *state = stage->state;
    stage->definition.styles = &stage->style;
    stage->definition.style_count = 1;
    memset(stage->definition.ctx0, 0xA0, HASH_BYTES);
    memset(state->ctx2, 0xA2, HASH_BYTES);
    memset(state->open_leaf, 0x0E, HASH_BYTES);
    state->definition = &stage->definition;
    state->phase = PHASE_OPEN;
    stage->secret = scalar_from_u64(20261121);
    state->ceremony.key = point_mul_base(&stage->secret);
    stage_contest(stage, "chair", "ranking", 0, 8);
    stage_contest(stage, "committee", "ranking", 0, 40);
    stage_contest(stage, "treasurer", "one", 0, 3);
    stage_contest(stage, "delegates", "several", 3, 12);
    stage_contest(stage, "venues", "approval", 0, 9);
    stage_contest(stage, "merger", "yes-no", 0, 2);
    ballot_paper_make(state->contests, state->contest_count, SPAN_LIT("all"), 1, &stage->paper);
    memset(stage->paper.sha256, 0xBA, HASH_BYTES);
    state->papers = &stage->paper;
    stage_credential(stage);
}

static void stage_end(struct stage *stage)
{
    stage->state->definition = NULL; /* these two are not on the heap here */
    stage->state->papers = NULL;
    state_free(stage->state);
}

/* As a person types them, one for each contest of the paper. */
__attribute__((unused)) static void stage_choose(const struct stage *stage,
                                                 const char *const texts[static STAGE_CONTESTS],
                                                 struct choice *out_choices)
{
    struct fail fail;
    for (unsigned i = 0; i < STAGE_CONTESTS; i++)
        stage_must(
            choice_parse(stage->paper.contests[i], span_str(texts[i]), &out_choices[i], &fail),
            &fail);
}

#endif
