/* What must hold of every count, on thousands of random elections (the same in every run):
 * neither the order of the papers nor how they are packed shows; at every stage votes,
 * non-transferable and loss make up the valid papers; nobody is elected or excluded twice; the
 * seats are filled; renaming candidates by another order of numbers elects the same people. */
#include "counting.h"

enum { ELECTIONS = 4000, PAPERS_MAX = 60, CANDIDATES_MAX = 9 };

static uint64_t state = 88172645463325252u;

static uint64_t draw(uint64_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (state >> 11) % below;
}

struct election {
    size_t candidates, seats, papers;
    uint8_t prefs[PAPERS_MAX][CANDIDATES_MAX];
    size_t lengths[PAPERS_MAX];
    size_t withdrawn; /* or 0 */
    struct group lots;
};

static void shuffle(uint8_t *items, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = draw(i);
        uint8_t item = items[i - 1];
        items[i - 1] = items[j];
        items[j] = item;
    }
}

static void draw_election(struct election *election)
{
    size_t n = 2 + draw(CANDIDATES_MAX - 1);
    *election =
        (struct election){.candidates = n, .seats = 1 + draw(n), .papers = draw(PAPERS_MAX + 1)};
    for (size_t i = 0; i < election->papers; i++) {
        for (size_t c = 0; c < n; c++)
            election->prefs[i][c] = (uint8_t)(c + 1);
        shuffle(election->prefs[i], n);
        election->lengths[i] = draw(4) == 0 ? n : draw(n + 1);
    }
    election->withdrawn = draw(5) == 0 ? 1 + draw(n) : 0;
    for (size_t c = 1; c <= n; c++)
        group_add(&election->lots, c);
    shuffle(election->lots.who, n);
}

static bool one_seat(const char *rule_name)
{
    return strcmp(rule_name, "av") == 0 || strcmp(rule_name, "fptp") == 0;
}

/* The papers in the order given by `order`, each added `copies` times. Candidate c is named after
 * number to[c], and is that number on the papers. */
static struct sheet *count(const char *rule_name, const struct election *election,
                           const uint8_t *order, unsigned copies, bool packed, const uint8_t *to)
{
    struct fail fail = {.text = ""};
    struct papers *papers = NULL;
    struct sheet *sheet = NULL;
    const struct count_rule *rule = NULL;
    struct group lots = {.size = 0};
    enum outcome outcome = count_rule_find(span_str(rule_name), &rule, &fail);
    if (outcome == OK)
        outcome = papers_new(election->candidates, election->seats, &papers, &fail);
    for (size_t c = 1; c <= election->candidates && outcome == OK; c++)
        outcome = papers_set_name(papers, to[c], span_of(&"abcdefghi"[c - 1], 1), &fail);
    if (election->withdrawn && outcome == OK)
        outcome = papers_withdraw(papers, to[election->withdrawn], &fail);
    for (size_t i = 0; i < election->papers && outcome == OK; i++) {
        uint8_t prefs[CANDIDATES_MAX];
        for (size_t j = 0; j < election->lengths[order[i]]; j++)
            prefs[j] = to[election->prefs[order[i]][j]];
        for (unsigned k = 0; k < (packed ? 1 : copies) && outcome == OK; k++)
            outcome =
                papers_add(papers, prefs, election->lengths[order[i]], packed ? copies : 1, &fail);
    }
    for (size_t i = 0; i < election->candidates; i++)
        group_add(&lots, to[election->lots.who[i]]);
    if (outcome == OK)
        outcome = count_run(rule, papers, one_seat(rule_name) ? 1 : 0, &lots, &sheet, &fail);
    CHECK_STR(fail.text, "");
    papers_free(papers);
    return outcome == OK ? sheet : NULL;
}

static void check_same_json(const struct sheet *a, const struct sheet *b)
{
    struct buf texts[2];
    buf_init(&texts[0], COUNTING_TEXT_BYTES_MAX);
    buf_init(&texts[1], COUNTING_TEXT_BYTES_MAX);
    sheet_print_json(a, &texts[0]);
    sheet_print_json(b, &texts[1]);
    CHECK_SPAN(buf_span(&texts[0]), buf_span(&texts[1]));
    buf_done(&texts[0]);
    buf_done(&texts[1]);
}

static void check_sum(const struct sheet *sheet, const struct stage *stage)
{
    uint64_t unit = 1;
    uint64_t sum = stage->non_transferable + stage->loss;
    for (unsigned i = 0; i < sheet->decimals; i++)
        unit *= 10;
    for (size_t c = 1; c <= sheet->candidates; c++)
        sum += stage->votes[c];
    CHECK_UINT(sum, sheet->valid * unit);
}

static void check_totals(const struct sheet *sheet)
{
    bool settled[CANDIDATE_ARRAY] = {false};
    for (size_t n = 0; n < sheet->stage_count; n++) {
        const struct stage *stage = &sheet->stages[n];
        if (!(sheet->shows & SHEET_CROSSES))
            check_sum(sheet, stage);
        const struct group *groups[] = {&stage->elected, &stage->excluded};
        for (size_t g = 0; g < 2; g++)
            for (size_t i = 0; i < groups[g]->size; i++) {
                CHECK(!settled[groups[g]->who[i]]);
                CHECK(!group_has(&sheet->withdrawn, groups[g]->who[i]));
                settled[groups[g]->who[i]] = true;
            }
    }
    size_t standing = sheet->candidates - sheet->withdrawn.size;
    CHECK_UINT(sheet_elected(sheet).size, standing < sheet->seats ? standing : sheet->seats);
}

static void check_same_people(const struct sheet *a, const struct sheet *b)
{
    struct group elected_a = sheet_elected(a);
    struct group elected_b = sheet_elected(b);
    CHECK_UINT(elected_a.size, elected_b.size);
    for (size_t i = 0; i < elected_a.size; i++) {
        bool found = false;
        for (size_t j = 0; j < elected_b.size; j++)
            found |= strcmp(a->names[elected_a.who[i]], b->names[elected_b.who[j]]) == 0;
        CHECK(found);
    }
}

static void check_election(const char *rule, const struct election *election)
{
    uint8_t plain[PAPERS_MAX];
    uint8_t order[PAPERS_MAX];
    uint8_t same[CANDIDATE_ARRAY] = {0};
    uint8_t other[CANDIDATE_ARRAY] = {0};
    for (size_t i = 0; i < PAPERS_MAX; i++)
        plain[i] = order[i] = (uint8_t)i;
    for (size_t c = 1; c <= election->candidates; c++)
        same[c] = other[c] = (uint8_t)c;
    shuffle(order, election->papers);
    shuffle(other + 1, election->candidates);
    struct sheet *sheets[] = {
        count(rule, election, plain, 3, true, same),
        count(rule, election, order, 3, false, same),
        count(rule, election, plain, 3, true, other),
    };
    if (sheets[0] && sheets[1] && sheets[2]) {
        check_totals(sheets[0]);
        check_same_json(sheets[0], sheets[1]);
        check_same_people(sheets[0], sheets[2]);
    }
    for (size_t i = 0; i < 3; i++)
        sheet_free(sheets[i]);
}

int main(void)
{
    static const char *const rules[] = {"av",          "stv-scottish", "stv-ers97", "stv-meek-prf",
                                        "stv-meek-nz", "fptp",         "block",     "approval"};
    for (unsigned i = 0; i < ELECTIONS; i++) {
        struct election election;
        draw_election(&election);
        for (size_t r = 0; r < CHECK_COUNT_OF(rules); r++) {
            check_case("%s, election %u", rules[r], i);
            check_election(rules[r], &election);
        }
    }
    return check_end("count_random");
}
