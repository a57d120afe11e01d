#include "election/contest.h"

#include "check.h"

/* -- what is written is read back, and only that --------------------------------------------- */

struct round_trip {
    const char *name;
    struct contest contest;
    const char *text;    /* as a person types it; NULL: spoilt in the table below */
    uint8_t bytes[8];    /* the first ones; the rest are zeros */
    const char *refused; /* code when it is not to be written */
};

static const struct round_trip trips[] = {
    {"ranking", {.layout = MARKING_RANKING, .candidates = 4}, "3,1", {1, 3, 1}, NULL},
    {"ranking of all", {.layout = MARKING_RANKING, .candidates = 3}, "2,3,1", {1, 2, 3, 1}, NULL},
    {"blank", {.layout = MARKING_RANKING, .candidates = 3}, "blank", {2}, NULL},
    {"abstain", {.layout = MARKING_ONE, .candidates = 3}, "abstain", {3}, NULL},
    {"spoilt", {.layout = MARKING_APPROVAL, .candidates = 3}, "spoilt", {4}, NULL},
    {"one", {.layout = MARKING_ONE, .candidates = 254}, "254", {1, 254}, NULL},
    {"several", {.layout = MARKING_SEVERAL, .candidates = 9, .most = 2}, "1,9", {1, 1, 1}, NULL},
    {"approval", {.layout = MARKING_APPROVAL, .candidates = 9}, "1,2,8", {1, 0x83, 0}, NULL},
    {"yes", {.layout = MARKING_YES_NO, .candidates = 2}, "yes", {1, 1}, NULL},
    {"no", {.layout = MARKING_YES_NO, .candidates = 2}, "no", {1, 2}, NULL},
    {"nobody", {.layout = MARKING_RANKING, .candidates = 3}, "4", {0}, "choice.candidate"},
    {"none", {.layout = MARKING_RANKING, .candidates = 3}, "0", {0}, "choice.candidate"},
    {"empty", {.layout = MARKING_RANKING, .candidates = 3}, "", {0}, "choice.candidate"},
    {"open end", {.layout = MARKING_RANKING, .candidates = 3}, "1,", {0}, "choice.candidate"},
    {"huge", {.layout = MARKING_RANKING, .candidates = 3}, "257", {0}, "choice.candidate"},
    {"twice", {.layout = MARKING_RANKING, .candidates = 3}, "2,2", {0}, "choice.repeated"},
    {"two of one", {.layout = MARKING_ONE, .candidates = 3}, "1,2", {0}, "choice.too-many"},
    {"over most",
     {.layout = MARKING_SEVERAL, .candidates = 9, .most = 2},
     "1,2,3",
     {0},
     "choice.too-many"},
    {"yes to a ranking",
     {.layout = MARKING_RANKING, .candidates = 2},
     "yes",
     {0},
     "choice.candidate"},
};

static bool same_choice(const struct choice *a, const struct choice *b)
{
    return a->form == b->form && a->count == b->count && memcmp(a->marks, b->marks, a->count) == 0;
}

static void test_round_trips(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(trips); i++) {
        const struct round_trip *trip = &trips[i];
        struct choice choice, again;
        struct fail fail;
        uint8_t bytes[CHOICE_BYTES_MAX], expected[CHOICE_BYTES_MAX] = {0};
        check_case("%s", trip->name);
        enum outcome outcome = choice_parse(&trip->contest, span_str(trip->text), &choice, &fail);
        if (trip->refused) {
            CHECK_INT(outcome, BAD_INPUT);
            CHECK_STR(fail.code, trip->refused);
            continue;
        }
        if (!CHECK_INT(outcome, OK) ||
            !CHECK_INT(choice_write(&trip->contest, &choice, bytes, &fail), OK))
            continue;
        memcpy(expected, trip->bytes, sizeof trip->bytes);
        CHECK_BYTES(bytes, expected, CHOICE_BYTES_MAX);
        choice_read(&trip->contest, bytes, &again);
        CHECK(same_choice(&choice, &again));
    }
}

/* -- what no program writes is a spoilt paper ------------------------------------------------- */

static const struct {
    const char *name;
    struct contest contest;
    uint8_t bytes[34]; /* the rest are zeros */
} spoilt[] = {
    {"no form", {.layout = MARKING_RANKING, .candidates = 3}, {0}},
    {"form 0 with marks", {.layout = MARKING_RANKING, .candidates = 3}, {0, 1}},
    {"form 5", {.layout = MARKING_RANKING, .candidates = 3}, {5}},
    {"marked, no marks", {.layout = MARKING_RANKING, .candidates = 3}, {1}},
    {"blank with marks", {.layout = MARKING_RANKING, .candidates = 3}, {2, 1}},
    {"gap", {.layout = MARKING_RANKING, .candidates = 3}, {1, 1, 0, 2}},
    {"repeated", {.layout = MARKING_RANKING, .candidates = 3}, {1, 2, 2}},
    {"nobody", {.layout = MARKING_RANKING, .candidates = 3}, {1, 4}},
    {"padding", {.layout = MARKING_RANKING, .candidates = 3}, {1, 1, 0, 0, 9}},
    {"padding of the second chunk",
     {.layout = MARKING_RANKING, .candidates = 30},
     {1, 1, [31] = 1}},
    {"one: second mark", {.layout = MARKING_ONE, .candidates = 3}, {1, 1, 2}},
    {"one: nobody", {.layout = MARKING_ONE, .candidates = 3}, {1, 4}},
    {"several: over most", {.layout = MARKING_SEVERAL, .candidates = 8, .most = 2}, {1, 7}},
    {"several: unused bit", {.layout = MARKING_SEVERAL, .candidates = 7, .most = 7}, {1, 0x80}},
    {"approval: unused bit", {.layout = MARKING_APPROVAL, .candidates = 9}, {1, 0, 2}},
    {"approval: bit beyond all candidates",
     {.layout = MARKING_APPROVAL, .candidates = 254},
     {1, [32] = 0x80}},
    {"yes-no: 3", {.layout = MARKING_YES_NO, .candidates = 2}, {1, 3}},
};

static void test_spoilt(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(spoilt); i++) {
        struct choice choice;
        uint8_t bytes[CHOICE_BYTES_MAX] = {0};
        memcpy(bytes, spoilt[i].bytes, sizeof spoilt[i].bytes);
        check_case("%s", spoilt[i].name);
        choice_read(&spoilt[i].contest, bytes, &choice);
        CHECK_INT(choice.form, CHOICE_SPOILT);
        CHECK_UINT(choice.count, 0);
    }
}

/* Every byte of a choice that is not as written changes it or spoils it. */
static void test_every_byte(void)
{
    const struct contest contest = {.layout = MARKING_RANKING, .candidates = 40};
    struct choice choice, again;
    struct fail fail;
    uint8_t bytes[CHOICE_BYTES_MAX];
    check_case("every byte");
    CHECK_INT(choice_parse(&contest, SPAN_LIT("40,1,2"), &choice, &fail), OK);
    CHECK_INT(choice_write(&contest, &choice, bytes, &fail), OK);
    for (size_t i = 0; i < (size_t)contest_width(&contest) * CHUNK_BYTES; i++) {
        bytes[i] ^= 0x40;
        choice_read(&contest, bytes, &again);
        CHECK(!same_choice(&choice, &again));
        bytes[i] ^= 0x40;
    }
}

static void test_widths(void)
{
    static const struct {
        struct contest contest;
        unsigned width;
    } widths[] = {
        {{.layout = MARKING_RANKING, .candidates = 29}, 1},
        {{.layout = MARKING_RANKING, .candidates = 30}, 2},
        {{.layout = MARKING_RANKING, .candidates = 254}, 9},
        {{.layout = MARKING_APPROVAL, .candidates = 232}, 1},
        {{.layout = MARKING_APPROVAL, .candidates = 233}, 2},
        {{.layout = MARKING_ONE, .candidates = 254}, 1},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(widths); i++) {
        check_case("width %zu", i);
        CHECK_UINT(contest_width(&widths[i].contest), widths[i].width);
    }
}

static void test_write_refuses(void)
{
    const struct contest contest = {.layout = MARKING_RANKING, .candidates = 3};
    const struct choice wrong[] = {
        {.form = CHOICE_MARKED},
        {.form = CHOICE_BLANK, .count = 1, .marks = {1}},
        {.form = CHOICE_MARKED, .count = 4, .marks = {1, 2, 3, 4}},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(wrong); i++) {
        uint8_t bytes[CHOICE_BYTES_MAX];
        check_case("not written %zu", i);
        CHECK_INT(choice_write(&contest, &wrong[i], bytes, NULL), BAD_INPUT);
    }
}

int main(void)
{
    test_round_trips();
    test_spoilt();
    test_every_byte();
    test_widths();
    test_write_refuses();
    return check_end("election_choice");
}
