/* Several sources joined into people: who is one, what is known of them and from where, what is
 * contested, what is stale. docs/roll.md section 4. */
#include "base/text.h"
#include "roll_feeds.h"

#define THREE                                                                                      \
    FEED("members", "members", "true", "0")                                                        \
    "," FEED("finance", "members", "false", "28") "," FEED(                                        \
        "wales", "members", "true", "10") "," FEED("clubs", "clubs", "true", "0")

/* "text"; "-": missing; "?": contested; "~" before it: stale. */
static const char *shown(const struct value *value)
{
    static char text[200];
    snprintf(text, sizeof text, "%s%.*s", value->stale ? "~" : "",
             value->state == VALUE_PRESENT ? (int)value->text.len : 1,
             value->state == VALUE_PRESENT     ? (const char *)value->text.ptr
             : value->state == VALUE_CONTESTED ? "?"
                                               : "-");
    return text;
}

struct expected {
    const char *numbers, *member_no, *field, *value;
    int source; /* NO_SOURCE */
    uint32_t line;
};

static void check_value(const struct feeds *feeds, const struct expected *expected)
{
    struct value value;
    uint32_t person = feeds_person(feeds, expected->numbers, expected->member_no);
    int field = people_field(&feeds->people, span_text(expected->field));
    check_case("%s of %s", expected->field, expected->member_no);
    if (!CHECK(person != NOBODY) || !CHECK(field != NO_FIELD))
        return;
    people_value(&feeds->people, person, (unsigned)field, &value);
    CHECK_STR(shown(&value), expected->value);
    CHECK_INT(value.source, expected->source);
    CHECK_UINT(value.line, expected->line);
    CHECK_INT(value.by_case, 0);
}

/* wales is stale, finance is stale, members and clubs are not. */
static bool make_three(struct feeds *feeds)
{
    const char *rule = RULE("A", "{\"present\":\"x.note\"}");
    if (!feeds_begin(feeds, THREE,
                     AUTHORITY("paid_until", "finance") "," AUTHORITY("x.n1", "clubs"), rule,
                     ALL_STYLE))
        return false;
    feeds_add(feeds, "members", 100 * DAY, 100 * DAY,
              "member_no,name,email,status,paid_until,x.n1\n"
              "1,Ann,ann@example.org,active,2026-01-01,1\n"
              "2,Bob,,active,2026-01-01,1\n"
              "4,Dan,dan@example.org,active,2026-01-01,1\n"
              "4,Dan,,active,2026-01-01,1\n"
              "5,Eve,,active,2026-01-01,1\n");
    feeds_add(feeds, "finance", 101 * DAY, 72 * DAY,
              "member_no,paid_until,email\n"
              "1,2025-06-06,other@example.org\n"
              "3,2025-07-07,\n"
              "4,2025-08-08,\n"
              "4,2025-08-09,\n"
              "9,2025-09-09,\n"
              "c1,2025-10-10,\n");
    feeds_add(feeds, "wales", 99 * DAY, 90 * DAY,
              "email,member_no,name,phone\n"
              "ann@example.org,1,Ann,01\n"
              "bob@example.org,2,Rob,02\n"
              "cat@example.org,3,Cat,03\n"
              ",5,Eve,\n");
    feeds_add(feeds, "clubs", 50 * DAY, 50 * DAY, "member_no,name,x.n1\nc1,Club,7\n1,One,8\n");
    return feeds_join(feeds, 0);
}

static const struct expected values[] = {
    {"members", "1", "name", "Ann", 0, 2},
    {"members", "1", "member_no", "1", 0, 2},
    {"members", "1", "email", "ann@example.org", 0, 2}, /* finance does not list */
    {"members", "1", "paid_until", "~2025-06-06", 1, 2},
    {"members", "1", "phone", "~01", 2, 2},
    {"members", "1", "status", "active", 0, 2},
    {"members", "1", "x.n1", "-", NO_SOURCE, 0}, /* the authority has other numbers */
    {"members", "1", "x.note", "-", NO_SOURCE, 0},
    {"members", "1", "address", "-", NO_SOURCE, 0},
    {"members", "2", "name", "?", NO_SOURCE, 0},
    {"members", "2", "email", "~bob@example.org", 2, 3},
    {"members", "2", "paid_until", "~-", NO_SOURCE, 0},
    {"members", "3", "name", "~Cat", 2, 4},
    {"members", "3", "address", "~-", NO_SOURCE, 0}, /* only the stale one was asked */
    {"members", "3", "x.note", "~-", NO_SOURCE, 0},
    {"members", "3", "paid_until", "~2025-07-07", 1, 3},
    {"members", "3", "member_no", "3", 2, 4},
    {"members", "4", "name", "Dan", 0, 4}, /* its rows agree */
    {"members", "4", "email", "?", NO_SOURCE, 0},
    {"members", "4", "member_no", "4", 0, 4},
    {"members", "4", "paid_until", "?", NO_SOURCE, 0},
    {"members", "5", "phone", "-", NO_SOURCE, 0}, /* members was asked too, and is fresh */
    {"clubs", "c1", "name", "Club", 3, 2},
    {"clubs", "c1", "x.n1", "7", 3, 2},
    {"clubs", "c1", "paid_until", "~-", NO_SOURCE, 0}, /* c1 in finance is somebody else */
    {"clubs", "1", "name", "One", 3, 3},
};

static void test_values(void)
{
    static struct feeds feeds;
    check_case("three sources");
    if (make_three(&feeds)) {
        CHECK_UINT(feeds.people.count, 7);
        for (size_t i = 0; i < CHECK_COUNT_OF(values); i++)
            check_value(&feeds, &values[i]);
        check_case("who is nobody");
        CHECK_UINT(feeds_person(&feeds, "members", "9"), NOBODY);
        CHECK_UINT(feeds_person(&feeds, "clubs", "2"), NOBODY);
        CHECK_UINT(feeds_person(&feeds, "wales", "1"), NOBODY);
        check_case("home and numbers");
        CHECK_UINT(feeds.people.list[feeds_person(&feeds, "members", "1")].home, 0);
        CHECK_UINT(feeds.people.list[feeds_person(&feeds, "members", "3")].home, 2);
        CHECK_TEXT(people_numbers(&feeds.people, feeds_person(&feeds, "members", "3")), "members");
        CHECK_UINT(people_row(&feeds.people, feeds_person(&feeds, "members", "1"), 1), 0);
        CHECK_UINT(people_row(&feeds.people, feeds_person(&feeds, "members", "1"), 3), NO_ROW);
        CHECK_UINT(people_row(&feeds.people, feeds_person(&feeds, "clubs", "1"), 0), NO_ROW);
    }
    feeds_end(&feeds);
}

static void test_pseudonym(void)
{
    static struct feeds feeds;
    char hex[2 * HASH_BYTES + 1];
    check_case("the pseudonym of section 4");
    if (!feeds_begin(&feeds, FEED("members", "members", "true", "0"), "", "", ALL_STYLE))
        return;
    feeds_add(&feeds, "members", 0, 0, "member_no\n0042\n");
    if (feeds_join(&feeds, 0)) {
        hex_encode(span_of(feeds.people.list[0].pseudonym, HASH_BYTES), hex);
        CHECK_STR(hex, "4e66a99e0b287bcec5839214565253db0e27eb4aaa5014c97687d8cb2a0dda58");
    }
    feeds_end(&feeds);
}

/* The first of the two that is not stale gives the value that both have. */
static void test_fresh_first(void)
{
    static struct feeds feeds;
    const struct expected agreed = {"a", "1", "name", "Ann", 1, 2};
    check_case("a fresh source before a stale one");
    if (!feeds_begin(&feeds, FEED("a", "a", "true", "1") "," FEED("b", "a", "true", "0"), "", "",
                     ALL_STYLE))
        return;
    feeds_add(&feeds, "a", 9 * DAY, 0, "member_no,name\n1,Ann\n");
    feeds_add(&feeds, "b", 9 * DAY, 0, "member_no,name\n1,Ann\n");
    if (feeds_join(&feeds, 0))
        check_value(&feeds, &agreed);
    feeds_end(&feeds);
}

/* -- staleness -------------------------------------------------------------------------------- */

static void test_stale(void)
{
    static const struct {
        uint64_t as_of, taken_at, other_taken_at, announced_at;
        bool stale;
    } cases[] = {
        {10 * DAY, 10 * DAY, 10 * DAY, 0, false},
        {10 * DAY, 15 * DAY, 10 * DAY, 0, false},    /* exactly five days */
        {10 * DAY, 15 * DAY + 1, 10 * DAY, 0, true}, /* it was late itself */
        {10 * DAY, 10 * DAY, 15 * DAY + 1, 0, true}, /* another feed is later */
        {10 * DAY, 10 * DAY, 10 * DAY, 15 * DAY, false},
        {10 * DAY, 10 * DAY, 10 * DAY, 15 * DAY + 1, true},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        static struct feeds feeds;
        check_case("stale %zu", i);
        if (!feeds_begin(&feeds, FEED("a", "a", "true", "5") "," FEED("b", "b", "true", "0"), "",
                         "", ALL_STYLE))
            return;
        /* an earlier snapshot does not count, however late it was taken */
        feeds_add(&feeds, "b", 99 * DAY, 0, "member_no\n1\n");
        feeds_add(&feeds, "a", cases[i].taken_at, cases[i].as_of, "member_no\n1\n");
        feeds_add(&feeds, "b", cases[i].other_taken_at, 0, "member_no\n1\n");
        if (feeds_join(&feeds, cases[i].announced_at)) {
            CHECK_INT(feeds.people.feeds[0].stale, cases[i].stale);
            CHECK(!feeds.people.feeds[1].stale);
        }
        feeds_end(&feeds);
    }
}

/* -- which snapshot counts, which answers status_at ------------------------------------------- */

static void test_counting(void)
{
    static struct feeds feeds;
    const struct expected later = {"a", "1", "name", "New", 0, 2};
    check_case("the latest snapshot of a source counts, also where its data are older");
    if (!feeds_begin(&feeds, FEED("a", "a", "true", "0"), "", "", ALL_STYLE))
        return;
    feeds_add(&feeds, "a", 1 * DAY, 1 * DAY, "member_no,name\n1,Old\n2,Gone\n");
    feeds_add(&feeds, "a", 2 * DAY, 0, "member_no,name\n1,New\n");
    if (feeds_join(&feeds, 0)) {
        CHECK(feeds.snapshots[0].table == NULL);
        CHECK_UINT(feeds.people.count, 1);
        check_value(&feeds, &later);
    }
    feeds_end(&feeds);
}

#define STATUS_ON(day) "{\"status_at\":[\"" day "\",[\"active\"]]}"

/* The status of each person on each of the rule's days; NULL: not known. */
static void check_statuses(const struct feeds *feeds, const char *number, const char *const *wanted)
{
    uint32_t person = feeds_person(feeds, "a", number);
    if (!CHECK(person != NOBODY))
        return;
    for (unsigned i = 0; i < feeds->rules.status_day_count; i++) {
        uint8_t place = feeds->people.statuses[i][person];
        check_case("status of %s on day %u", number, i);
        CHECK_INT(place != 0, wanted[i] != NULL);
        if (place != 0 && wanted[i] != NULL)
            CHECK_TEXT(status_name(place - 1U), wanted[i]);
    }
}

static void test_status_at(void)
{
    static struct feeds feeds;
    static const char *const one[] = {NULL, "active", "active", "arrears", "lapsed"};
    static const char *const two[] = {NULL, NULL, NULL, "active", "active"};
    static const char *const three[] = {NULL, "active", "active", NULL, NULL};
    static const char *const four[] = {NULL, NULL, NULL, "active", "active"};
    check_case("status_at");
    if (!feeds_begin(
            &feeds, FEED("a", "a", "true", "1") "," FEED("b", "a", "true", "0"), "",
            RULE("A",
                 "{\"all\":[" STATUS_ON("1970-01-01") "," STATUS_ON("1970-01-10") "," STATUS_ON(
                     "1970-01-11") "," STATUS_ON("1970-01-20") "," STATUS_ON("2026-01-01") "]}"),
            ALL_STYLE))
        return;
    /* 10 January is over at 10 * DAY; the last second of it still counts */
    feeds_add(&feeds, "a", 30 * DAY, 10 * DAY - 1,
              "member_no,status\n1,active\n3,active\n4,active\n4,grace\n");
    feeds_add(&feeds, "a", 31 * DAY, 12 * DAY, "member_no,status\n1,grace\n2,grace\n");
    /* of the same instant as the one before: the later entry */
    feeds_add(&feeds, "a", 32 * DAY, 12 * DAY,
              "member_no,status\n1,arrears\n2,active\n3,\n4,active\n4,active\n");
    feeds_add(&feeds, "a", 40 * DAY, 20 * DAY,
              "member_no,status\n1,lapsed\n2,active\n3,\n4,active\n");
    feeds_add(&feeds, "b", 40 * DAY, 1, "member_no,status\n1,active\n");
    if (feeds_join(&feeds, 0)) {
        CHECK(feeds.snapshots[1].table == NULL);
        check_statuses(&feeds, "1", one);
        check_statuses(&feeds, "2", two);
        check_statuses(&feeds, "3", three);
        check_statuses(&feeds, "4", four);
    }
    feeds_end(&feeds);
}

/* The status's source may be one that lists nobody, and may have other numbers. */
static void test_status_source(void)
{
    static struct feeds feeds;
    check_case("status_at of the source that `fields` names");
    if (!feeds_begin(&feeds,
                     FEED("a", "a", "true", "0") "," FEED("f", "a", "false",
                                                          "0") "," FEED("c", "c", "true", "0"),
                     AUTHORITY("status", "f"), RULE("A", STATUS_ON("1970-01-10")), ALL_STYLE))
        return;
    feeds_add(&feeds, "a", 0, 0, "member_no,status\n1,active\n2,active\n");
    feeds_add(&feeds, "f", 0, 0, "member_no,status\n1,lapsed\n");
    feeds_add(&feeds, "c", 0, 0, "member_no,status\n1,active\n");
    if (feeds_join(&feeds, 0)) {
        const uint8_t *statuses = feeds.people.statuses[0];
        CHECK_TEXT(status_name(statuses[feeds_person(&feeds, "a", "1")] - 1U), "lapsed");
        CHECK_UINT(statuses[feeds_person(&feeds, "a", "2")], 0);
        CHECK_UINT(statuses[feeds_person(&feeds, "c", "1")], 0);
    }
    feeds_end(&feeds);
}

int main(void)
{
    test_values();
    test_pseudonym();
    test_fresh_first();
    test_stale();
    test_counting();
    test_status_at();
    test_status_source();
    return check_end("verify roll_people");
}
