/* No order of rows, columns or feeds makes a difference to what is known of anybody. */
#include "roll_feeds.h"

enum { ROWS = 24, COLUMNS = 6, ROUNDS = 150 };

static uint32_t seed;

static uint32_t pick(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

/* A feed before it is written down. */
struct grid {
    const char *source;
    const char *mapping;
    int days_old;
    uint32_t columns;
    uint32_t rows;
    char cells[ROWS][COLUMNS][24];
};

static void fill(struct grid *grid)
{
    static const char *const STATUSES[] = {"active", "active", "lapsed", "grace"};
    static const char *const REGIONS[] = {"North", "South", "", "South"};
    static const char *const DAYS[] = {"2026-12-31", "2026-01-01", "", "2026-12-31"};
    grid->rows = 1 + pick(ROWS);
    for (uint32_t row = 0; row < grid->rows; row++) {
        char(*cells)[24] = grid->cells[row];
        snprintf(cells[0], sizeof(cells[0]), "N%u", pick(16));
        snprintf(cells[1], sizeof(cells[1]), "%s", grid->columns == 2 ? DAYS[pick(4)] : "Name");
        snprintf(cells[2], sizeof(cells[2]), "e%u@x.org", pick(3));
        snprintf(cells[3], sizeof(cells[3]), "%s", STATUSES[pick(4)]);
        snprintf(cells[4], sizeof(cells[4]), "%s", REGIONS[pick(4)]);
        snprintf(cells[5], sizeof(cells[5]), "%u", pick(5));
    }
}

static void shuffle(uint32_t *order, uint32_t count, bool really)
{
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    for (uint32_t i = count; really && i > 1; i--) {
        uint32_t other = pick(i);
        uint32_t kept = order[i - 1];
        order[i - 1] = order[other];
        order[other] = kept;
    }
}

static void write_grid(const struct grid *grid, bool turned, struct buf *out)
{
    static const char *const NAMES[] = {"No", "Name", "Email", "Status", "Region", "Seats"};
    uint32_t rows[ROWS];
    uint32_t columns[COLUMNS];
    shuffle(rows, grid->rows, turned);
    shuffle(columns, grid->columns, turned);
    for (uint32_t i = 0; i < grid->columns; i++) {
        bool paid = grid->columns == 2 && columns[i] == 1;
        buf_add_format(out, "%s%s", i > 0 ? "," : "", paid ? "Paid" : NAMES[columns[i]]);
    }
    buf_add_byte(out, '\n');
    for (uint32_t row = 0; row < grid->rows; row++) {
        for (uint32_t i = 0; i < grid->columns; i++)
            buf_add_format(out, "%s%s", i > 0 ? "," : "", grid->cells[rows[row]][columns[i]]);
        buf_add_byte(out, '\n');
    }
}

/* Everything that is known of everybody, but for the lines. */
static void print_all(const struct feeds *feeds, const struct draft *draft, struct buf *out)
{
    static const char *const FIELDS_ASKED[] = {"name",   "email",      "status",
                                               "region", "paid_until", "x.seats"};
    const struct people *people = &feeds->fixture.people;
    print_draft(draft, out);
    for (uint32_t person = 0; person < people->count; person++) {
        for (size_t i = 0; i < CHECK_COUNT_OF(FIELDS_ASKED); i++) {
            struct people_field field = people_field(people, span_str(FIELDS_ASKED[i]));
            struct told told = people_value(people, person, &field);
            struct told earlier = people_earlier(people, person, &field);
            told.row = earlier.row = PEOPLE_NONE;
            print_told(people, told, out);
            print_told(people, earlier, out);
        }
    }
}

/* The two of the members, the first and the last of the grids, keep their order: it says which
 * counts. */
static void keep_first(uint32_t *order, uint32_t count)
{
    bool seen = false;
    for (uint32_t i = 0; i < count; i++) {
        if (order[i] != 0 && order[i] != count - 1)
            continue;
        order[i] = seen ? count - 1 : 0;
        seen = true;
    }
}

static void derive(const struct grid *grids, uint32_t count, bool turned, struct buf *out)
{
    struct feeds feeds = {0};
    struct draft draft;
    uint32_t order[FEEDS_MAX];
    bool made = fixture_begin(&feeds.fixture, SOURCES, FIELDS, RULES, STYLES);
    shuffle(order, count, turned);
    keep_first(order, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = order[i];
        struct buf csv;
        buf_init(&csv, 1 << 16);
        write_grid(&grids[at], turned, &csv);
        made = made && feeds_add(&feeds, grids[at].source, "utf-8", grids[at].mapping,
                                 buf_span(&csv), grids[at].days_old);
        buf_done(&csv);
    }
    if (made && feeds_join(&feeds) && fixture_draft(&feeds.fixture, &draft)) {
        print_all(&feeds, &draft, out);
        draft_done(&draft);
    }
    feeds_done(&feeds);
}

static void check_order(void)
{
    static struct grid grids[5] = {
        {.source = "members", .mapping = MEMBERS, .days_old = 40, .columns = 6},
        {.source = "finance", .mapping = FINANCE, .days_old = 63, .columns = 2},
        {.source = "branch", .mapping = NAME EMAIL, .days_old = 20, .columns = 3},
        {.source = "youth", .mapping = MEMBERS, .days_old = 2, .columns = 6},
        {.source = "members", .mapping = MEMBERS, .days_old = 2, .columns = 6},
    };
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct buf want;
        struct buf got;
        check_case("order, round %u", round);
        seed = round;
        for (size_t i = 0; i < CHECK_COUNT_OF(grids); i++)
            fill(&grids[i]);
        buf_init(&want, 1 << 20);
        buf_init(&got, 1 << 20);
        derive(grids, CHECK_COUNT_OF(grids), false, &want);
        derive(grids, CHECK_COUNT_OF(grids), true, &got);
        CHECK(want.len > 100);
        CHECK_STR(buf_text(&got), buf_text(&want));
        buf_done(&want);
        buf_done(&got);
    }
}

int main(void)
{
    check_order();
    return check_end("roll_people_order");
}
