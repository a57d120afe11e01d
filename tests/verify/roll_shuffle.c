/* Random feeds, derived again with their rows, their columns and the order of their snapshots on
 * the board shuffled: the same people, values and outcomes. And a case that is taken back leaves
 * what was before it. docs/roll.md sections 4, 5 and 8. */
#include "roll/draft.h"
#include "roll_feeds.h"

enum { ROUNDS = 150, PEOPLE = 24, ROWS_MOST = PEOPLE, COLUMNS = 7, SNAPSHOTS = 5 };

static uint64_t state = 20261121;

/* xorshift64: below `limit`. */
static unsigned below(unsigned limit)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state >> 33) % limit;
}

/* -- random feeds ----------------------------------------------------------------------------- */

static const char *const columns[COLUMNS] = {"member_no",  "name", "status", "joined_on",
                                             "paid_until", "x.n1", "nation"};

static const char *const words[COLUMNS][4] = {
    {NULL},
    {"Ann", "Ann", "Bob", ""},
    {"active", "active", "lapsed", ""},
    {"2020-01-01", "2026-05-05", "2020-01-01", ""},
    {"2026-06-30", "2025-06-30", "", "2026-06-30"},
    {"1", "2", "3", ""},
    {"wales", "wales", "england", ""},
};

struct sheet {
    const char *source;
    uint64_t taken_at, as_of;
    unsigned rows, column_count;
    unsigned cells[ROWS_MOST][COLUMNS]; /* the first: a number; the others: words */
};

/* Each number once, but for a few that take another's. */
static void fill_sheet(struct sheet *sheet)
{
    unsigned start = below(PEOPLE);
    sheet->rows = 1 + below(ROWS_MOST - 1);
    sheet->column_count = COLUMNS - (below(3) == 0 ? below(COLUMNS - 2) : 0);
    for (unsigned row = 0; row < sheet->rows; row++)
        for (unsigned i = 0; i < COLUMNS; i++)
            sheet->cells[row][i] = i != 0           ? below(2) * below(4)
                                   : below(20) == 0 ? below(PEOPLE)
                                                    : (start + row) % PEOPLE;
}

static void make_sheets(struct sheet sheets[SNAPSHOTS])
{
    static const char *const sources[SNAPSHOTS] = {"members", "finance", "wales", "members",
                                                   "waived"};
    for (unsigned i = 0; i < SNAPSHOTS; i++) {
        fill_sheet(&sheets[i]);
        sheets[i].source = sources[i];
        sheets[i].as_of = (10 + below(40)) * (uint64_t)DAY;
        sheets[i].taken_at = sheets[i].as_of + below(20) * (uint64_t)DAY;
    }
}

/* A random order of 0 … count - 1. */
static void shuffle(unsigned *order, unsigned count, bool really)
{
    for (unsigned i = 0; i < count; i++)
        order[i] = i;
    for (unsigned i = count; really && i > 1; i--) {
        unsigned other = below(i), kept = order[i - 1];
        order[i - 1] = order[other];
        order[other] = kept;
    }
}

/* The sheet as CSV; columns and rows in any order if `really`. */
static const char *print_sheet(const struct sheet *sheet, struct arena *arena, bool really)
{
    unsigned order[COLUMNS], rows[ROWS_MOST];
    char text[8000];
    size_t len = 0;
    shuffle(order, sheet->column_count, really);
    shuffle(rows, sheet->rows, really);
    for (unsigned row = 0; row <= sheet->rows; row++) {
        for (unsigned i = 0; i < sheet->column_count; i++) {
            const unsigned *cells = row == 0 ? NULL : sheet->cells[rows[row - 1]];
            const char *end = i + 1 == sheet->column_count ? "\n" : ",";
            unsigned at = order[i];
            if (row == 0)
                len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", columns[at], end);
            else if (at == 0)
                len += (size_t)snprintf(text + len, sizeof text - len, "%u%s", cells[0], end);
            else
                len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", words[at][cells[at]],
                                        end);
        }
    }
    return (const char *)arena_copy(arena, span_of(text, len + 1)).ptr;
}

/* A random order of the board in which each source's snapshots keep theirs: members are 0 and 3. */
static void shuffle_board(unsigned order[SNAPSHOTS], bool really)
{
    shuffle(order, SNAPSHOTS, really);
    unsigned first = 0, second = 0;
    for (unsigned i = 0; i < SNAPSHOTS; i++) {
        first = order[i] == 0 ? i : first;
        second = order[i] == 3 ? i : second;
    }
    if (first > second) {
        order[first] = 3;
        order[second] = 0;
    }
}

static bool join_sheets(struct feeds *feeds, const struct sheet sheets[SNAPSHOTS], bool really)
{
    unsigned board[SNAPSHOTS];
    if (!feeds_begin(
            feeds,
            FEED("members", "members", "true",
                 "0") "," FEED("finance", "members", "false",
                               "15") "," FEED("wales", "members", "true",
                                              "9") "," FEED("waived", "members", "false", "5"),
            AUTHORITY("paid_until", "finance"),
            RULE("LIVE",
                 "{\"any\":[{\"equal\":[\"status\",\"active\"]},{\"in_list\":\"waived\"}]"
                 "}") "," RULE("OLD",
                               "{\"at_least_before\":[\"joined_on\",6,\"months\",\"2026-"
                               "07-12\"]}") "," RULE("PAID", "{\"not\":{\"on_or_before\":["
                                                             "\"paid_until\",\"2025-12-"
                                                             "31\"]}}") "," RULE("THEN", "{\"not\""
                                                                                         ":{"
                                                                                         "\"status"
                                                                                         "_at\":["
                                                                                         "\"1970-"
                                                                                         "01-25\","
                                                                                         "[\"lapse"
                                                                                         "d\"]]}"
                                                                                         "}"),
            STYLE("wales", "2", "x.n1", "{\"equal\":[\"nation\",\"wales\"]}") "," STYLE(
                "rest", "1", "", "{\"present\":\"nation\"}")))
        return false;
    shuffle_board(board, really);
    for (unsigned i = 0; i < SNAPSHOTS; i++) {
        const struct sheet *sheet = &sheets[board[i]];
        feeds_add(feeds, sheet->source, sheet->taken_at, sheet->as_of,
                  print_sheet(sheet, &feeds->arena, really));
    }
    return feeds_join(feeds, 30 * DAY);
}

/* -- the same twice --------------------------------------------------------------------------- */

struct derived {
    struct feeds feeds;
    struct draft draft;
};

static uint32_t person_of(const struct derived *derived, unsigned number)
{
    char text[16];
    snprintf(text, sizeof text, "%u", number);
    return feeds_person(&derived->feeds, "members", text);
}

static void compare_values(const struct derived *one, uint32_t first, const struct derived *two,
                           uint32_t second)
{
    for (unsigned i = 0; i < COLUMNS; i++) {
        struct value left, right;
        int field = people_field(&one->feeds.people, span_text(columns[i]));
        draft_value(&one->draft, first, (unsigned)field, &left);
        field = people_field(&two->feeds.people, span_text(columns[i]));
        draft_value(&two->draft, second, (unsigned)field, &right);
        CHECK(left.state == right.state && left.stale == right.stale &&
              left.source == right.source && span_equal(left.text, right.text));
    }
}

static void compare(const struct derived *one, const struct derived *two)
{
    CHECK_UINT(one->draft.count, two->draft.count);
    for (unsigned number = 0; number < PEOPLE; number++) {
        uint32_t first = person_of(one, number), second = person_of(two, number);
        if (!CHECK_INT(first == NOBODY, second == NOBODY) || first == NOBODY)
            continue;
        const struct drafted *left = &one->draft.list[first], *right = &two->draft.list[second];
        CHECK_UINT(left->failed, right->failed);
        CHECK_INT(left->style, right->style);
        CHECK_UINT(left->votes, right->votes);
        CHECK_UINT(left->by_rules, right->by_rules);
        CHECK_UINT(left->standing, right->standing);
        CHECK_INT(left->duplicate, right->duplicate);
        compare_values(one, first, two, second);
    }
}

static bool derive(struct derived *derived, const struct sheet sheets[SNAPSHOTS], bool really)
{
    static const struct casebook_view nothing;
    struct fail fail;
    return join_sheets(&derived->feeds, sheets, really) &&
           CHECK_INT(draft_make(&derived->feeds.people, &nothing, &derived->feeds.arena,
                                &derived->draft, &fail),
                     GOOD);
}

static void test_shuffled(unsigned *seen)
{
    static struct derived one, two;
    struct sheet sheets[SNAPSHOTS];
    make_sheets(sheets);
    if (derive(&one, sheets, false) && derive(&two, sheets, true)) {
        compare(&one, &two);
        for (uint32_t i = 0; i < one.draft.count; i++)
            seen[one.draft.list[i].standing]++;
    }
    feeds_end(&one.feeds);
    feeds_end(&two.feeds);
}

/* -- and back again --------------------------------------------------------------------------- */

static void test_reversal(void)
{
    static struct derived plain, turned;
    static struct effect effects[2];
    static struct digest subject;
    struct roll_case cases[2];
    const struct roll_case *in_force[2] = {&cases[0], &cases[1]};
    const struct casebook_view view = {
        .cases = cases, .case_count = 2, .in_force = in_force, .in_force_count = 2};
    struct sheet sheets[SNAPSHOTS];
    struct value value;
    struct fail fail;
    make_sheets(sheets);
    if (derive(&plain, sheets, false) && join_sheets(&turned.feeds, sheets, false)) {
        uint32_t person = below((unsigned)plain.draft.count);
        unsigned field = PLACE_STATUS;
        draft_value(&plain.draft, person, field, &value);
        memcpy(subject.bytes, draft_pseudonym(&plain.draft, person), HASH_BYTES);
        effects[0] =
            (struct effect){.what = EFFECT_SET, .field = span_text("status"), .from = value.text};
        effects[0].to = span_text("grace");
        effects[1] = effects[0];
        effects[1].from = effects[0].to;
        effects[1].to = value.text;
        for (unsigned i = 0; i < 2; i++)
            cases[i] = (struct roll_case){.number = i + 1,
                                          .subjects = &subject,
                                          .subject_count = 1,
                                          .effect = &effects[i],
                                          .reply_over = true};
        CHECK_INT(
            draft_make(&turned.feeds.people, &view, &turned.feeds.arena, &turned.draft, &fail),
            GOOD);
        CHECK_UINT(turned.draft.moot, 0);
        /* what is put back is no longer stale, nor contested: only then is it as before */
        if (!value.stale && value.state != VALUE_CONTESTED)
            CHECK_UINT(turned.draft.list[person].standing, plain.draft.list[person].standing);
    }
    feeds_end(&plain.feeds);
    feeds_end(&turned.feeds);
}

int main(void)
{
    unsigned seen[WITHDRAWN + 1] = {0};
    for (unsigned i = 0; i < ROUNDS; i++) {
        check_case("shuffle %u", i);
        test_shuffled(seen);
        check_case("reversal %u", i);
        test_reversal();
    }
    check_case("every outcome is among them: %u, %u, %u, %u", seen[ELIGIBLE], seen[INELIGIBLE],
               seen[STANDING_UNDETERMINED], seen[PROVISIONAL]);
    CHECK(seen[ELIGIBLE] > 20 && seen[INELIGIBLE] > 20 && seen[STANDING_UNDETERMINED] > 20 &&
          seen[PROVISIONAL] > 20);
    return check_end("verify roll_shuffle");
}
