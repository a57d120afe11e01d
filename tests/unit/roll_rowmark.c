/* The mark in the order of rows: fragments name their copy, and nothing else names anybody. */
#include "check.h"
#include "roll/rowmark.h"

#include <sodium.h>

enum { MEMBERS = 400, COPIES = 40 };

static char numbers[MEMBERS][16];
static uint8_t keys[COPIES][ROWMARK_KEY_BYTES];

struct row {
    uint64_t rank;
    unsigned member;
};

static int compare(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    return (x->rank > y->rank) - (x->rank < y->rank);
}

/* The member numbers in the order of a copy. */
static void order(unsigned copy, struct span *out_texts)
{
    struct row rows[MEMBERS];
    for (unsigned i = 0; i < MEMBERS; i++)
        rows[i] = (struct row){rowmark_rank(keys[copy], span_str(numbers[i])), i};
    qsort(rows, MEMBERS, sizeof *rows, compare);
    for (unsigned i = 0; i < MEMBERS; i++)
        out_texts[i] = span_str(numbers[rows[i].member]);
}

/* The copy that the texts name; -1: none, -2: several. */
static int named(const struct span *texts, size_t count)
{
    int found = -1;
    for (int i = 0; i < COPIES; i++) {
        struct rowmark_fit fit;
        CHECK_INT(rowmark_measure(keys[i], texts, count, &fit, NULL), OK);
        if (rowmark_is_sure(&fit))
            found = found == -1 ? i : -2;
    }
    return found;
}

static void shuffle(struct span *texts, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = randombytes_uniform((uint32_t)i);
        struct span text = texts[i - 1];
        texts[i - 1] = texts[other];
        texts[other] = text;
    }
}

static void fragments(void)
{
    struct span texts[MEMBERS];
    for (unsigned copy = 0; copy < COPIES; copy++) {
        order(copy, texts);
        check_case("copy %u, whole", copy);
        CHECK_INT(named(texts, MEMBERS), copy);
        for (size_t at = 0; at + 20 <= MEMBERS; at += 95) {
            check_case("copy %u, 20 rows from %zu", copy, at);
            CHECK_INT(named(texts + at, 20), copy);
            check_case("copy %u, 19 rows from %zu", copy, at);
            CHECK_INT(named(texts + at, 19), -1);
        }
        struct span some[MEMBERS];
        size_t count = 0;
        for (size_t i = 0; i < MEMBERS; i += 13)
            some[count++] = texts[i];
        check_case("copy %u, every thirteenth row", copy);
        CHECK_INT(named(some, count), copy);
    }
}

static void not_named(void)
{
    struct span texts[MEMBERS];
    for (unsigned copy = 0; copy < COPIES; copy++) {
        order(copy, texts);
        check_case("copy %u, shuffled", copy);
        shuffle(texts, MEMBERS);
        CHECK_INT(named(texts, MEMBERS), -1);
        CHECK_INT(named(texts, 20), -1);
    }
    check_case("the order of the membership system");
    for (unsigned i = 0; i < MEMBERS; i++)
        texts[i] = span_str(numbers[i]);
    CHECK_INT(named(texts, MEMBERS), -1);
    check_case("turned round");
    order(0, texts);
    for (unsigned i = 0; i < MEMBERS / 2; i++) {
        struct span text = texts[i];
        texts[i] = texts[MEMBERS - 1 - i];
        texts[MEMBERS - 1 - i] = text;
    }
    CHECK_INT(named(texts, MEMBERS), -1);
    check_case("one row, many times");
    for (unsigned i = 0; i < MEMBERS; i++)
        texts[i] = span_str(numbers[7]);
    CHECK_INT(named(texts, MEMBERS), -1);
    check_case("nothing");
    CHECK_INT(named(texts, 0), -1);
}

/* What happens to lists: rows taken out, put in, moved, repeated. */
static void worn(void)
{
    struct span texts[MEMBERS], worse[MEMBERS];
    size_t count = 0;
    order(3, texts);
    check_case("200 rows, of which every tenth was moved");
    memcpy(worse, texts, sizeof worse);
    for (size_t i = 0; i < 200; i += 10) {
        size_t other = randombytes_uniform(200);
        struct span text = worse[i];
        worse[i] = worse[other];
        worse[other] = text;
    }
    CHECK_INT(named(worse, 200), 3);
    check_case("25 rows, each twice, with empty ones between");
    for (size_t i = 0; i < 25; i++) {
        worse[count++] = texts[i];
        worse[count++] = SPAN_LIT("");
        worse[count++] = texts[i];
    }
    CHECK_INT(named(worse, count), 3);
    check_case("15 rows, each twice, are 15 rows");
    CHECK_INT(named(worse, 45), -1);
    check_case("sorted by somebody in two halves of 200");
    shuffle(texts + 200, 200);
    CHECK_INT(named(texts, 200), 3);
}

/* How often an innocent one would be named: never in 40,000 tries, if it is less than once in ten
 * million. */
static void innocents(void)
{
    struct span texts[MEMBERS];
    check_case("innocents");
    for (unsigned i = 0; i < MEMBERS; i++)
        texts[i] = span_str(numbers[i]);
    for (unsigned i = 0; i < 1000; i++) {
        shuffle(texts, MEMBERS);
        CHECK_INT(named(texts, 20), -1);
    }
}

static void measures(void)
{
    static const struct {
        struct rowmark_fit fit;
        bool sure;
    } table[] = {
        {{1000, 20}, true}, {{895, 20}, true},    {{894, 20}, false},  {{1000, 19}, false},
        {{0, 5000}, false}, {{-1000, 20}, false}, {{260, 1000}, true}, {{250, 1000}, false},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(table); i++) {
        check_case("%d thousandths of %zu", table[i].fit.thousandths, table[i].fit.rows);
        CHECK_INT(rowmark_is_sure(&table[i].fit), table[i].sure);
    }
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;
    for (unsigned i = 0; i < MEMBERS; i++)
        snprintf(numbers[i], sizeof numbers[i], "W%05u", i * 7);
    randombytes_buf(keys, sizeof keys);
    fragments();
    not_named();
    worn();
    innocents();
    measures();
    return check_end("roll_rowmark");
}
