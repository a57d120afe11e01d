#include "election/contest.h"

#include "election/definition.h"

static const char *const layout_names[] = {"ranking", "one", "several", "approval", "yes-no"};

static enum outcome bad(struct fail *fail, const char *what)
{
    return fail_set(fail, BAD_INPUT, "contest.malformed", "contest: %s", what);
}

static bool read_layout(struct span name, enum marking *out_layout)
{
    for (unsigned i = 0; i < sizeof layout_names / sizeof *layout_names; i++)
        if (span_is(name, layout_names[i])) {
            *out_layout = (enum marking)i;
            return true;
        }
    return false;
}

static bool name_repeats(const json_t *list, size_t upto, struct span name)
{
    for (size_t i = 0; i < upto; i++)
        if (span_equal(json_span(json_object_get(json_array_get(list, i), "name")), name))
            return true;
    return false;
}

/* Unlike a title, a statement may be empty. */
static enum outcome check_candidate_text(const json_t *text, struct fail *fail)
{
    struct json_take take = json_take_from(text, "candidate's text", fail);
    struct span en = json_take_string(&take, "en");
    struct span cy = json_take_string(&take, "cy");
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK && (en.len > LIMIT_TEXT_BYTES || cy.len > LIMIT_TEXT_BYTES))
        return bad(fail, "a candidate's text is too long");
    return outcome;
}

static enum outcome check_candidates(const json_t *list, struct fail *fail)
{
    size_t count = json_array_size(list);
    if (count == 0 || count > LIMIT_CANDIDATES)
        return bad(fail, "there must be 1 to 254 candidates");
    for (size_t i = 0; i < count; i++) {
        struct json_take take = json_take_from(json_array_get(list, i), "candidate", fail);
        int64_t id = json_take_integer(&take, "id", 1, LIMIT_CANDIDATES);
        struct span name = json_take_string(&take, "name");
        const json_t *text = json_take_object(&take, "text");
        enum outcome outcome = json_take_end(&take);
        if (outcome == OK)
            outcome = check_candidate_text(text, fail);
        if (outcome != OK)
            return outcome;
        if (id != (int64_t)i + 1)
            return bad(fail, "candidates' ids must count up from 1");
        if (name.len == 0 || name.len > LIMIT_NAME_BYTES || name_repeats(list, i, name))
            return bad(fail, "a candidate's name is empty, too long or used twice");
    }
    return OK;
}

/* The printed order is a permutation of the candidates. */
static enum outcome check_printed(const json_t *printed, size_t candidates, struct fail *fail)
{
    bool seen[LIMIT_CANDIDATES + 1] = {false};
    if (json_array_size(printed) != candidates)
        return bad(fail, "the printed order must name every candidate once");
    for (size_t i = 0; i < candidates; i++) {
        const json_t *item = json_array_get(printed, i);
        int64_t id = json_is_integer(item) ? json_integer_value(item) : 0;
        if (id < 1 || id > (int64_t)candidates || seen[id])
            return bad(fail, "the printed order must name every candidate once");
        seen[id] = true;
    }
    return OK;
}

static enum outcome check_styles(const json_t *styles, struct fail *fail)
{
    if (json_array_size(styles) == 0)
        return bad(fail, "no style is named");
    for (size_t i = 0; i < json_array_size(styles); i++) {
        if (!json_is_string(json_array_get(styles, i)))
            return bad(fail, "a style is not a string");
        for (size_t j = 0; j < i; j++)
            if (json_equal(json_array_get(styles, i), json_array_get(styles, j)))
                return bad(fail, "a style is named twice");
    }
    return OK;
}

static enum outcome check_numbers(const struct contest *contest, struct fail *fail)
{
    bool several = contest->layout == MARKING_SEVERAL;
    if (several ? contest->most == 0 || contest->most > contest->candidates : contest->most != 0)
        return bad(fail, "\"most\" is the number of crosses for \"several\", otherwise 0");
    if (contest->layout == MARKING_YES_NO && contest->candidates != 2)
        return bad(fail, "a yes or no question has two candidates: yes and no");
    return OK;
}

enum outcome contest_read(json_t *object, struct json_take *take, struct contest *out_contest,
                          struct fail *fail)
{
    struct contest contest = {.object = object};
    struct span id = json_take_string(take, "contest");
    const json_t *title = json_take_object(take, "title");
    struct span layout = json_take_string(take, "layout");
    contest.most = (unsigned)json_take_integer(take, "most", 0, LIMIT_CANDIDATES);
    struct span rule = json_take_string(take, "rule");
    contest.seats = (unsigned)json_take_integer(take, "seats", 1, LIMIT_SEATS);
    const json_t *options = json_take_object(take, "options");
    contest.names = json_take_array(take, "candidates");
    const json_t *printed = json_take_array(take, "printed");
    contest.styles = json_take_array(take, "styles");
    struct span boxes = json_take_string(take, "boxes");
    enum outcome outcome = json_take_end(take);
    if (outcome != OK)
        return outcome;
    if (!id_copy(id, contest.id) || !id_copy(rule, contest.rule))
        return bad(fail, "the id or the rule is not 1 to 32 of a-z 0-9 -");
    if (!read_layout(layout, &contest.layout))
        return bad(fail, "unknown layout");
    if (!span_is(boxes, "whole") && !span_is(boxes, "unit"))
        return bad(fail, "\"boxes\" is \"whole\" or \"unit\"");
    if (json_object_size(options) != 0)
        return bad(fail, "this version knows no options");
    contest.by_unit = span_is(boxes, "unit");
    contest.candidates = (unsigned)json_array_size(contest.names);
    outcome = text_check(title, "title", fail);
    if (outcome == OK)
        outcome = check_candidates(contest.names, fail);
    if (outcome == OK)
        outcome = check_printed(printed, contest.candidates, fail);
    if (outcome == OK)
        outcome = check_styles(contest.styles, fail);
    if (outcome == OK)
        outcome = check_numbers(&contest, fail);
    if (outcome != OK)
        return outcome;
    json_incref(object);
    *out_contest = contest;
    return OK;
}

void contest_done(struct contest *contest)
{
    if (!contest)
        return;
    json_decref(contest->object);
    contest->object = NULL;
}

const char *contest_candidate_name(const struct contest *contest, unsigned candidate)
{
    return json_string_value(
        json_object_get(json_array_get(contest->names, candidate - 1), "name"));
}

const char *contest_title(const struct contest *contest, const char *language)
{
    const json_t *title = json_object_get(contest->object, "title");
    const char *text = json_string_value(json_object_get(title, language));
    return text && *text ? text : json_string_value(json_object_get(title, "en"));
}

bool contest_has_style(const struct contest *contest, struct span style)
{
    for (size_t i = 0; i < json_array_size(contest->styles); i++)
        if (span_equal(json_span(json_array_get(contest->styles, i)), style))
            return true;
    return false;
}

static size_t mark_bytes(const struct contest *contest)
{
    switch (contest->layout) {
    case MARKING_RANKING:
        return contest->candidates;
    case MARKING_SEVERAL:
    case MARKING_APPROVAL:
        return (contest->candidates + 7) / 8;
    case MARKING_ONE:
    case MARKING_YES_NO:
        break;
    }
    return 1;
}

size_t contest_choice_bytes(const struct contest *contest)
{
    return 1 + mark_bytes(contest);
}

unsigned contest_width(const struct contest *contest)
{
    return (unsigned)((contest_choice_bytes(contest) + CHUNK_BYTES - 1) / CHUNK_BYTES);
}
