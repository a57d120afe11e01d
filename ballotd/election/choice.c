/* Choices as bytes: docs/protocol.md section 8. Declared in election/contest.h. */
#include "election/contest.h"

static enum outcome bad(struct fail *fail, const char *code, const char *what, unsigned mark)
{
    return fail_set(fail, BAD_INPUT, code, "the choice marks %u: %s", mark, what);
}

static bool is_bitmap(const struct contest *contest)
{
    return contest->layout == MARKING_SEVERAL || contest->layout == MARKING_APPROVAL;
}

static unsigned most_marks(const struct contest *contest)
{
    switch (contest->layout) {
    case MARKING_ONE:
    case MARKING_YES_NO:
        return 1;
    case MARKING_SEVERAL:
        return contest->most;
    case MARKING_RANKING:
    case MARKING_APPROVAL:
        break;
    }
    return contest->candidates;
}

static enum outcome check_marks(const struct contest *contest, const struct choice *choice,
                                struct fail *fail)
{
    bool seen[LIMIT_CANDIDATES + 1] = {false};
    if (choice->count > most_marks(contest))
        return fail_set(fail, BAD_INPUT, "choice.too-many", "the choice has %u marks, at most %u",
                        choice->count, most_marks(contest));
    for (unsigned i = 0; i < choice->count; i++) {
        unsigned mark = choice->marks[i];
        if (mark < 1 || mark > contest->candidates)
            return bad(fail, "choice.candidate", "there is no such candidate", mark);
        if (seen[mark])
            return bad(fail, "choice.repeated", "a candidate can be marked once", mark);
        seen[mark] = true;
    }
    return OK;
}

enum outcome choice_write(const struct contest *contest, const struct choice *choice,
                          uint8_t out_bytes[static CHOICE_BYTES_MAX], struct fail *fail)
{
    enum outcome outcome = check_marks(contest, choice, fail);
    if (outcome != OK)
        return outcome;
    if ((choice->form == CHOICE_MARKED) != (choice->count > 0))
        return fail_set(fail, BAD_INPUT, "choice.form",
                        "a marked paper has at least one mark, any other none");
    memset(out_bytes, 0, CHOICE_BYTES_MAX);
    out_bytes[0] = (uint8_t)choice->form;
    for (unsigned i = 0; i < choice->count; i++) {
        unsigned mark = choice->marks[i];
        if (is_bitmap(contest))
            out_bytes[1 + (mark - 1) / 8] |= (uint8_t)(1u << ((mark - 1) % 8));
        else
            out_bytes[1 + i] = (uint8_t)mark;
    }
    return OK;
}

/* The marks as written: false when what follows the last one is not zero. */
static bool read_list(const uint8_t *marks, size_t bytes, struct choice *choice)
{
    while (choice->count < bytes && marks[choice->count] != 0) {
        choice->marks[choice->count] = marks[choice->count];
        choice->count++;
    }
    for (size_t i = choice->count; i < bytes; i++)
        if (marks[i] != 0)
            return false;
    return true;
}

static bool read_bitmap(const uint8_t *marks, size_t bytes, struct choice *choice)
{
    for (unsigned bit = 0; bit < bytes * 8; bit++)
        if (marks[bit / 8] & (1u << (bit % 8))) {
            if (bit >= LIMIT_CANDIDATES)
                return false;
            choice->marks[choice->count++] = (uint8_t)(bit + 1);
        }
    return true;
}

static bool is_sound(const struct contest *contest, const uint8_t *bytes, struct choice *choice)
{
    size_t used = contest_choice_bytes(contest);
    for (size_t i = used; i < (size_t)contest_width(contest) * CHUNK_BYTES; i++)
        if (bytes[i] != 0)
            return false;
    if (bytes[0] < CHOICE_MARKED || bytes[0] > CHOICE_SPOILT)
        return false;
    choice->form = (enum choice_form)bytes[0];
    bool read = is_bitmap(contest) ? read_bitmap(bytes + 1, used - 1, choice)
                                   : read_list(bytes + 1, used - 1, choice);
    return read && (choice->form == CHOICE_MARKED) == (choice->count > 0) &&
           check_marks(contest, choice, NULL) == OK;
}

void choice_read(const struct contest *contest, const uint8_t *bytes, struct choice *out_choice)
{
    *out_choice = (struct choice){0};
    if (!is_sound(contest, bytes, out_choice))
        *out_choice = (struct choice){.form = CHOICE_SPOILT};
}

static bool parse_word(struct span text, struct choice *out_choice)
{
    static const struct {
        const char *word;
        struct choice choice;
    } words[] = {
        {"blank", {.form = CHOICE_BLANK}},
        {"abstain", {.form = CHOICE_ABSTAIN}},
        {"spoilt", {.form = CHOICE_SPOILT}},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (span_is(text, words[i].word)) {
            *out_choice = words[i].choice;
            return true;
        }
    return false;
}

static enum outcome parse_marks(const struct contest *contest, struct span text,
                                struct choice *choice, struct fail *fail)
{
    bool more = true;
    while (more) {
        struct span item;
        uint64_t mark;
        more = span_cut(&text, ',', &item);
        if (!more)
            item = text;
        if (!span_decimal(item, &mark) || mark < 1 || mark > contest->candidates ||
            choice->count == LIMIT_CANDIDATES)
            return fail_set(fail, BAD_INPUT, "choice.candidate",
                            "\"%.*s\" is not the number of a candidate (1 to %u)", (int)item.len,
                            item.ptr, contest->candidates);
        choice->marks[choice->count++] = (uint8_t)mark;
    }
    return OK;
}

enum outcome choice_parse(const struct contest *contest, struct span text,
                          struct choice *out_choice, struct fail *fail)
{
    struct choice choice = {.form = CHOICE_MARKED};
    if (parse_word(text, out_choice))
        return OK;
    if (contest->layout == MARKING_YES_NO && (span_is(text, "yes") || span_is(text, "no"))) {
        choice.marks[choice.count++] = span_is(text, "yes") ? 1 : 2;
    } else {
        enum outcome outcome = parse_marks(contest, text, &choice, fail);
        if (outcome != OK)
            return outcome;
    }
    enum outcome outcome = check_marks(contest, &choice, fail);
    if (outcome == OK)
        *out_choice = choice;
    return outcome;
}
