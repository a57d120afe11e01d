/* Differences between snapshots: totals by number, alarms by unit and by history; and what may be
 * given in evidence, by its bytes. Sources: docs/roll.md sections 7 and 11. */
#include "check.h"
#include "roll/difference.h"
#include "roll/evidence.h"

#include <stdarg.h>

enum { TEXT_ROOM = 200000 };

static const char full_mapping[] =
    "{\"format\":\"ballotd mapping 1\",\"source\":\"m\",\"encoding\":\"utf-8\",\"missing\":[],"
    "\"columns\":[{\"column\":\"No\",\"field\":\"member_no\"},"
    "{\"column\":\"Status\",\"field\":\"status\",\"words\":[[\"A\",\"active\"],[\"G\",\"grace\"],"
    "[\"L\",\"lapsed\"]]},{\"column\":\"Email\",\"field\":\"email\"},"
    "{\"column\":\"Phone\",\"field\":\"phone\"},{\"column\":\"Address\",\"field\":\"address\"},"
    "{\"column\":\"Postcode\",\"field\":\"postcode\"},{\"column\":\"Region\",\"field\":\"region\"},"
    "{\"column\":\"Branch\",\"field\":\"branch\"}]}";

/* The same without e-mail and region. */
static const char less_mapping[] =
    "{\"format\":\"ballotd mapping 1\",\"source\":\"m\",\"encoding\":\"utf-8\",\"missing\":[],"
    "\"columns\":[{\"column\":\"No\",\"field\":\"member_no\"},"
    "{\"column\":\"Status\",\"field\":\"status\",\"words\":[[\"A\",\"active\"],[\"G\",\"grace\"],"
    "[\"L\",\"lapsed\"]]},{\"column\":\"Phone\",\"field\":\"phone\"},"
    "{\"column\":\"Branch\",\"field\":\"branch\"}]}";

#define HEAD "No,Status,Email,Phone,Address,Postcode,Region,Branch\n"

/* A snapshot that is read. */
struct read_snapshot {
    struct arena arena;
    struct mapping mapping;
    struct table table;
    struct numbers numbers;
    char text[TEXT_ROOM];
    size_t len;
};

__attribute__((format(printf, 2, 3))) static void add(struct read_snapshot *snapshot,
                                                      const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    snapshot->len += (size_t)vsnprintf(snapshot->text + snapshot->len, TEXT_ROOM - snapshot->len,
                                       format, arguments);
    va_end(arguments);
    CHECK(snapshot->len < TEXT_ROOM);
}

static void begin(struct read_snapshot *snapshot)
{
    memset(snapshot, 0, sizeof *snapshot);
    add(snapshot, HEAD);
}

static void read_it(struct read_snapshot *snapshot, const char *mapping)
{
    struct fail fail = {""};
    enum outcome outcome =
        mapping_read(span_text(mapping), &snapshot->arena, &snapshot->mapping, &fail);
    if (outcome == GOOD)
        outcome = table_import(span_of(snapshot->text, snapshot->len), &snapshot->mapping,
                               &snapshot->table, &fail);
    if (outcome == GOOD)
        outcome = numbers_make(&snapshot->table, &snapshot->numbers, &fail);
    CHECK_INT(outcome, GOOD);
    CHECK_STR(fail.text, "");
}

static void close_it(struct read_snapshot *snapshot)
{
    numbers_done(&snapshot->numbers);
    table_done(&snapshot->table);
    arena_done(&snapshot->arena);
}

static struct read_snapshot was, is;

/* Compares `was` and `is`, which have been filled, and closes them. */
static struct difference compare(struct difference_history *history, const char *was_mapping,
                                 const char *is_mapping)
{
    struct difference found = {0};
    read_it(&was, was_mapping);
    read_it(&is, is_mapping);
    CHECK_INT(difference_make(history, &was.numbers, &is.numbers, &found, NULL), GOOD);
    close_it(&was);
    close_it(&is);
    return found;
}

static void check_figures(const struct difference *found, const struct difference *want)
{
    CHECK_UINT(found->joined, want->joined);
    CHECK_UINT(found->left, want->left);
    CHECK_UINT(found->status, want->status);
    CHECK_UINT(found->unit, want->unit);
    CHECK_UINT(found->email, want->email);
    CHECK_UINT(found->phone, want->phone);
    CHECK_UINT(found->address, want->address);
    CHECK_UINT(found->alarms, want->alarms);
}

static void fill_totals(void)
{
    begin(&was);
    begin(&is);
    add(&was, "1,A,a@x.y,1,Road 1,AB1,n,b\n2,A,b@x.y,2,Road 2,AB2,n,b\n3,A,c@x.y,3,,,n,b\n"
              "4,G,,4,Road 4,,n,b\n5,A,,,,,n,b\n5,L,,,,,n,b\n6,A,,,,,n,b\n");
    /* 1: address and postcode at once; 2: status; 3: e-mail gone; 4: phone, region, and a status
     * that still is current; 5 had two rows; 6 left; 7 joined, twice. */
    add(&is, "7,A,,,,,n,b\n4,A,,5,Road 4,,s,b\n3,A,,3,,,n,b\n2,L,b@x.y,2,Road 2,AB2,n,b\n"
             "1,A,a@x.y,1,Street 1,AB9,n,b\n5,L,new@x.y,,,,n,c\n7,A,,,,,n,b\n");
}

static void test_totals(void)
{
    struct arena arena = {NULL};
    struct difference_history history = {.arena = &arena};
    check_case("totals");
    fill_totals();
    struct difference found = compare(&history, full_mapping, full_mapping);
    check_figures(
        &found,
        &(struct difference){
            .joined = 1, .left = 1, .status = 2, .unit = 1, .email = 1, .phone = 1, .address = 1});
    check_case("totals where a mapping lacks fields");
    history = (struct difference_history){.arena = &arena};
    fill_totals();
    found = compare(&history, full_mapping, less_mapping);
    check_figures(&found, &(struct difference){.joined = 1, .left = 1, .status = 2, .phone = 1});
    check_case("what the board shows");
    CHECK_UINT(difference_shown(0), 0);
    CHECK_UINT(difference_shown(1), 4);
    CHECK_UINT(difference_shown(4), 4);
    CHECK_UINT(difference_shown(5), 5);
    arena_done(&arena);
}

/* `size` people of a branch, of whom `changed` have another phone now and `lapsed` lapse; `joined`
 * are new. */
static uint64_t alarms_of(struct difference_history *history, unsigned size, unsigned changed,
                          unsigned lapsed, unsigned joined)
{
    begin(&was);
    begin(&is);
    for (unsigned i = 0; i < size; i++) {
        add(&was, "%u,A,,1,,,n,b\n", i);
        add(&is, "%u,%s,,%d,,,n,b\n", i, i >= size - lapsed ? "L" : "A", i < changed ? 2 : 1);
    }
    for (unsigned i = 0; i < joined; i++)
        add(&is, "J%u,A,,1,,,n,b\n", i);
    return compare(history, full_mapping, full_mapping).alarms;
}

static void test_alarms(void)
{
    static const struct {
        unsigned size, changed, lapsed, joined, alarms;
    } cases[] = {
        {100, 5, 0, 0, 0},                                          /* 5 % is not more than 5 % */
        {99, 5, 0, 0, 1},  {100, 6, 0, 0, 1},     {20, 4, 0, 0, 0}, /* fewer than five never */
        {20, 0, 5, 0, 1},  {20, 0, 0, 5, 1},      {40, 5, 5, 5, 3},
        {0, 0, 0, 5, 1},   {1000, 50, 50, 50, 0},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        struct arena arena = {NULL};
        struct difference_history history = {.arena = &arena};
        check_case("alarms, row %zu", i);
        CHECK_UINT(
            alarms_of(&history, cases[i].size, cases[i].changed, cases[i].lapsed, cases[i].joined),
            cases[i].alarms);
        arena_done(&arena);
    }
}

/* Three or more differences make a history. After 4, 6, 4, 6 (mean 5, deviation 1) eight is three
 * deviations, and only nine is more. */
static void test_history(void)
{
    static const struct {
        unsigned before[4], now, alarms;
    } cases[] = {
        {{4, 6, 4, 6}, 8, 0}, {{4, 6, 4, 6}, 9, 1}, {{5, 5, 5, 5}, 5, 0},
        {{5, 5, 5, 5}, 6, 1}, {{0, 0, 0, 0}, 5, 1}, {{9, 9, 9, 9}, 8, 0},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        struct arena arena = {NULL};
        struct difference_history history = {.arena = &arena};
        check_case("history, row %zu", i);
        for (unsigned k = 0; k < 4; k++)
            CHECK_UINT(alarms_of(&history, 1000, cases[i].before[k], 0, 0), 0);
        CHECK_UINT(alarms_of(&history, 1000, cases[i].now, 0, 0), cases[i].alarms);
        arena_done(&arena);
    }
}

/* Two earlier differences are no history. */
static void test_short_history(void)
{
    struct arena arena = {NULL};
    struct difference_history history = {.arena = &arena};
    check_case("a short history");
    CHECK_UINT(alarms_of(&history, 1000, 0, 0, 0), 0);
    CHECK_UINT(alarms_of(&history, 1000, 0, 0, 0), 0);
    CHECK_UINT(alarms_of(&history, 1000, 40, 0, 0), 0);
    CHECK_UINT(alarms_of(&history, 1000, 0, 40, 0), 1); /* of another kind: three, all 0 */
    arena_done(&arena);
}

/* -- evidence --------------------------------------------------------------------------------- */

static void test_evidence(void)
{
    static const struct {
        const char *name, *bytes;
        size_t len;
        int type; /* -1: none that is taken */
    } cases[] = {
        {"pdf", "%PDF-1.7\n\x00\xFF", 11, EVIDENCE_PDF},
        {"png", "\x89PNG\r\n\x1A\n\x00", 9, EVIDENCE_PNG},
        {"half a png", "\x89PNG\r\n", 6, -1},
        {"jpeg", "\xFF\xD8\xFF\xE0", 4, EVIDENCE_JPEG},
        {"text", "Paid on 3 May\tin full\r\n", 23, EVIDENCE_TEXT},
        {"Welsh", "Si\xC3\xA2n", 5, EVIDENCE_TEXT},
        {"with a mark", "\xEF\xBB\xBFPaid", 7, EVIDENCE_TEXT},
        {"nothing", "", 0, -1},
        {"html", "<html>", 6, -1},
        {"html after space", " \r\n\t<svg>", 9, -1},
        {"html after a mark", "\xEF\xBB\xBF <b>", 7, -1},
        {"rich text", "{\\rtf1 x}", 9, -1},
        {"rich text after space", "\n{\\rtf1 x}", 10, -1},
        {"a brace", "{\"rtf\":1}", 9, EVIDENCE_TEXT},
        {"a NUL", "a\x00z", 3, -1},
        {"an escape", "a\x1B[1m", 5, -1},
        {"a DEL", "a\x7F", 2, -1},
        {"no UTF-8", "Si\xE2n", 4, -1},
        {"a zip", "PK\x03\x04", 4, -1},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        enum evidence_type type = EVIDENCE_TYPES;
        check_case("evidence: %s", cases[i].name);
        bool taken = evidence_inspect(span_of(cases[i].bytes, cases[i].len), &type);
        CHECK_INT(taken ? (int)type : -1, cases[i].type);
    }
}

int main(void)
{
    test_totals();
    test_alarms();
    test_history();
    test_short_history();
    test_evidence();
    return check_end("verify roll_difference");
}
