/* The account of a roll, as text: which cells are small, what joins them, when changes are hidden;
 * and whether rows and size add up. Source: docs/roll.md section 10. */
#include "check.h"
#include "roll/account.h"

enum { CELLS = 4 };

struct figures {
    uint64_t cells[CELLS], cases[ACCOUNT_CASES];
    uint64_t included, removed, provisional;
    const char *text; /* what follows "rows" */
};

#define FEEDS "\"feeds\":[[\"members\",7]],\"roll\":3,"
#define REST                                                                                       \
    ",\"effects\":[[\"set\",9],[\"set\",9],[\"set\",9],[\"set\",9],[\"set\",9],[\"set\",9],["      \
    "\"set\",9],[\"set\",9]],\"hours\":0,"                                                         \
    "\"late\":0}"
#define NOCASES "\"cases\":[[\"upheld\",0],[\"refused\",0],[\"withdrawn\",0],[\"open\",0]]" REST
#define NONE    "\"changes\":[[\"included\",0],[\"removed\",0],[\"provisional\",0]],"

static const struct figures rows[] = {
    {{9, 7, 0, 5},
     {0},
     0,
     0,
     0,
     "\"cells\":[[\"a\",9],[\"b\",7],[\"c\",0],[\"d\",5]]," FEEDS NONE NOCASES},
    /* 1 and 4 are 5 already */
    {{9, 1, 4, 0},
     {0},
     0,
     0,
     0,
     "\"cells\":[[\"a\",9],[\"d\",0],[\"merged\",5]]," FEEDS NONE NOCASES},
    /* 1 takes the smallest that is not 0, the first of equals */
    {{9, 6, 6, 1},
     {0},
     0,
     0,
     0,
     "\"cells\":[[\"a\",9],[\"c\",6],[\"merged\",7]]," FEEDS NONE NOCASES},
    /* nothing is left to join */
    {{0, 0, 0, 3},
     {0},
     0,
     0,
     0,
     "\"cells\":[[\"a\",0],[\"b\",0],[\"c\",0],[\"merged\",3]]," FEEDS NONE NOCASES},
    {{9, 0, 0, 0},
     {0},
     5,
     0,
     4,
     "\"cells\":[[\"a\",9],[\"b\",0],[\"c\",0],[\"d\",0]]," FEEDS "\"changes\":[]," NOCASES},
    {{9, 0, 0, 0},
     {0},
     5,
     6,
     0,
     "\"cells\":[[\"a\",9],[\"b\",0],[\"c\",0],[\"d\",0]]," FEEDS
     "\"changes\":[[\"included\",5],[\"removed\",6],[\"provisional\",0]]," NOCASES},
    {{9, 0, 0, 0},
     {12, 2, 0, 1},
     0,
     0,
     0,
     "\"cells\":[[\"a\",9],[\"b\",0],[\"c\",0],[\"d\",0]]," FEEDS NONE
     "\"cases\":[[\"withdrawn\",0],[\"merged\",15]]" REST},
};

static struct account account_of(const struct figures *figures)
{
    static const char *const names[CELLS] = {"a", "b", "c", "d"};
    static const char *const states[ACCOUNT_CASES] = {"upheld", "refused", "withdrawn", "open"};
    struct account account = {.rows = 7,
                              .roll = 3,
                              .cell_count = CELLS,
                              .feeds = {{span_text("members"), 7}},
                              .feed_count = 1,
                              .included = figures->included,
                              .removed = figures->removed,
                              .provisional = figures->provisional};
    for (int i = 0; i < CELLS; i++)
        account.cells[i] = (struct account_cell){span_text(names[i]), figures->cells[i]};
    for (int i = 0; i < ACCOUNT_CASES; i++)
        account.cases[i] = (struct account_cell){span_text(states[i]), figures->cases[i]};
    for (int i = 0; i < ACCOUNT_EFFECTS; i++)
        account.effects[i] = (struct account_cell){span_text("set"), 9};
    return account;
}

static void test_texts(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(rows); i++) {
        struct account account = account_of(&rows[i]);
        struct buffer text;
        check_case("account, row %zu", i);
        buffer_init(&text, 4096);
        account_write(&account, &text);
        const struct span start = span_text("{\"rows\":7,");
        if (CHECK(span_starts(buffer_span(&text), start)))
            CHECK_SPAN(span_after(buffer_span(&text), start.len), span_text(rows[i].text));
        buffer_done(&text);
    }
}

static void test_sums(void)
{
    static const struct figures sound = {{4, 1, 0, 2}, {0}, 1, 3, 1, NULL};
    struct account account = account_of(&sound);
    check_case("sums");
    CHECK(account_adds_up(&account));
    account.rows = 8; /* a row that is in no cell */
    CHECK(!account_adds_up(&account));
    account.rows = 7;
    account.roll = 4; /* a leaf that nothing explains */
    CHECK(!account_adds_up(&account));
}

int main(void)
{
    test_texts();
    test_sums();
    return check_end("verify roll_account");
}
