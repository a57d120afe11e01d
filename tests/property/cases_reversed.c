/* What a case did, its reversal undoes: the same people on the roll, with the same standing, style
 * and votes as before, for the same reasons.
 *
 * Three reversals: a value set and set back; whoever is eligible held and then included; and any
 * effect upheld, and refused on appeal. Drawn ROUNDS times over several feeds, of which one is
 * stale. A round that fails is named by its number, from which all of it is drawn. */
#include "roll_feeds.h"

enum { ROUNDS = 600, ROWS = 20, TEXT_BYTES = 1 << 16 };

static uint32_t seed;

static uint32_t pick(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

/* -- the feeds -------------------------------------------------------------------------------- */

static void print_members(struct buf *csv)
{
    static const char *const STATUSES[] = {"active", "active", "active", "lapsed", "grace", ""};
    static const char *const REGIONS[] = {"North", "South", "South", ""};
    buf_add_str(csv, "No,Name,Email,Status,Region,Seats\n");
    for (uint32_t row = 0; row < ROWS; row++) {
        uint32_t number = pick(12) == 0 ? pick(ROWS) : row;
        const char *status = STATUSES[pick(6)];
        const char *region = REGIONS[pick(4)];
        buf_add_format(csv, "%u,Name %u,e%u@x.org,%s,%s,", number, row, number, status, region);
        buf_add_str(csv, pick(2) == 0 ? "2\n" : "\n");
    }
}

static void print_finance(struct buf *csv)
{
    buf_add_str(csv, "No,Paid\n");
    for (uint32_t row = 0; row < ROWS; row++)
        buf_add_format(csv, "%u,%s\n", row, pick(3) == 0 ? "2026-01-01" : "2026-12-31");
}

static bool begin(struct feeds *feeds)
{
    struct buf members, finance;
    *feeds = (struct feeds){0};
    buf_init(&members, TEXT_BYTES);
    buf_init(&finance, TEXT_BYTES);
    print_members(&members);
    print_finance(&finance);
    bool made =
        fixture_begin(&feeds->fixture, SOURCES, FIELDS, RULES, STYLES) &&
        feeds_add(feeds, "members", "utf-8", MEMBERS, buf_span(&members), 40) &&
        feeds_add(feeds, "finance", "utf-8", FINANCE, buf_span(&finance), pick(2) == 0 ? 3 : 60) &&
        feeds_join(feeds);
    buf_done(&members);
    buf_done(&finance);
    return made;
}

static void print_now(const struct fixture *fixture, struct buf *out)
{
    struct draft draft;
    buf_init(out, TEXT_BYTES);
    if (!fixture_draft(fixture, &draft))
        return;
    print_draft(&draft, out);
    draft_done(&draft);
}

/* -- a case, and another or its appeal -------------------------------------------------------- */

/* What the first case came to, so that something was reversed. */
static struct buf between;

static void refuse_on_appeal(struct fixture *fixture, uint32_t number)
{
    char body[100];
    struct fail fail = {0};
    snprintf(body, sizeof(body), ",\"case\":%u,\"by\":\"member\",\"text\":\"No\"", number);
    CHECK_INT(fixture_state(fixture, "appeal", &fixture->latest, body, '@', &fail), OK);
    CHECK_INT(fixture_decide(fixture, number, "refused", 'p', &fail), OK);
}

static void print_set(const char *field, struct span from, struct span to, char *out, size_t len)
{
    int at = snprintf(out, len, "{\"do\":\"set\",\"field\":\"%s\"", field);
    if (from.len > 0)
        at += snprintf(out + at, len - (size_t)at, ",\"from\":\"%.*s\"", (int)from.len,
                       (const char *)from.ptr);
    if (to.len > 0)
        at += snprintf(out + at, len - (size_t)at, ",\"to\":\"%.*s\"", (int)to.len,
                       (const char *)to.ptr);
    snprintf(out + at, len - (size_t)at, "}");
}

/* A set puts a value that is known or missing; back again it is the same, unless it was contested,
 * which no case can make it. False: it was. */
static bool set_and_back(struct fixture *fixture, const char *member_no)
{
    static const char *const NAMES[][3] = {{"status", "active", "lapsed"},
                                           {"region", "North", "South"},
                                           {"name", "Ann", "Bob"},
                                           {"x.seats", "1", "3"}};
    char there[300], back[300];
    struct draft draft;
    const char *const *name = NAMES[pick(4)];
    if (!fixture_draft(fixture, &draft))
        return false;
    struct people_field field = people_field(&fixture->people, span_str(name[0]));
    struct told told = draft_value(&draft, draft_find(&draft, span_str(member_no)), &field);
    struct span from = told.value.state == VALUE_KNOWN ? told.value.text : SPAN_LIT("");
    struct span to = span_str(name[1 + pick(2)]);
    bool sets = told.value.state != VALUE_CONTESTED && !span_equal(from, to);
    print_set(name[0], from, to, there, sizeof(there));
    print_set(name[0], to, from, back, sizeof(back));
    draft_done(&draft);
    if (!sets || !fixture_uphold(fixture, 1, member_no, there))
        return false;
    print_now(fixture, &between);
    return fixture_uphold(fixture, 2, member_no, back);
}

static enum member_outcome outcome_of(const struct fixture *fixture, const char *member_no)
{
    struct draft draft;
    enum member_outcome outcome = MEMBER_WITHDRAWN;
    if (fixture_draft(fixture, &draft)) {
        outcome = draft_find(&draft, span_str(member_no))->outcome;
        draft_done(&draft);
    }
    return outcome;
}

/* Only whoever is eligible by the rules is again what he was. */
static bool hold_and_include(struct fixture *fixture, const char *member_no)
{
    if (outcome_of(fixture, member_no) != MEMBER_ELIGIBLE ||
        !fixture_uphold(fixture, 1, member_no, "{\"do\":\"hold\"}"))
        return false;
    CHECK_INT(outcome_of(fixture, member_no), MEMBER_PROVISIONAL);
    print_now(fixture, &between);
    return fixture_uphold(fixture, 2, member_no, "{\"do\":\"include\"}");
}

static bool uphold_and_refuse(struct fixture *fixture, const char *member_no)
{
    static const char *const EFFECTS[] = {
        "{\"do\":\"include\"}",
        "{\"do\":\"exclude\"}",
        "{\"do\":\"hold\"}",
        "{\"do\":\"set\",\"field\":\"status\",\"from\":\"active\",\"to\":\"lapsed\"}",
        "{\"do\":\"set\",\"field\":\"region\",\"to\":\"North\"}",
    };
    char effect[300];
    uint32_t what = pick(8);
    struct hash32 hash = fixture_pseudonym(fixture, "0");
    if (what < 5)
        snprintf(effect, sizeof(effect), "%s", EFFECTS[what]);
    else if (what == 5)
        fixture_effect(effect, sizeof(effect), "merge\",\"into\":\"", hash.bytes);
    else if (what == 6)
        snprintf(effect, sizeof(effect),
                 "{\"do\":\"add\",\"numbers\":\"members\",\"record\":{\"member_no\":\"99\"}}");
    else
        snapshot_row_id(people_snapshot(&fixture->people, 0), pick(ROWS), hash.bytes);
    if (what == 7)
        fixture_effect(effect, sizeof(effect), "rows\",\"keep\":\"", hash.bytes);
    if (!fixture_uphold(fixture, 1, what == 6 ? "99" : member_no, effect))
        return false;
    print_now(fixture, &between);
    refuse_on_appeal(fixture, 1);
    return true;
}

/* How often each reversal came about, and what it reversed was seen. */
static uint32_t reversed[3], changed[3];

static bool is_somebody(const struct fixture *fixture, const char *member_no)
{
    struct hash32 pseudonym = fixture_pseudonym(fixture, member_no);
    return people_by_pseudonym(&fixture->people, pseudonym.bytes) != PEOPLE_NONE;
}

static void check_round(uint32_t round)
{
    static bool (*const REVERSALS[])(struct fixture *, const char *) = {
        set_and_back, hold_and_include, uphold_and_refuse};
    struct feeds feeds;
    struct buf before, after;
    char member_no[16];
    check_case("reversal, round %u", round);
    seed = round;
    if (!begin(&feeds)) {
        feeds_done(&feeds);
        return;
    }
    print_now(&feeds.fixture, &before);
    snprintf(member_no, sizeof(member_no), "%u", pick(ROWS));
    if (is_somebody(&feeds.fixture, member_no) && REVERSALS[round % 3](&feeds.fixture, member_no)) {
        reversed[round % 3]++;
        changed[round % 3] += strcmp(buf_text(&between), buf_text(&before)) != 0;
        buf_done(&between);
        print_now(&feeds.fixture, &after);
        CHECK(before.len > 100);
        CHECK_STR(buf_text(&after), buf_text(&before));
        buf_done(&after);
    }
    buf_done(&before);
    feeds_done(&feeds);
}

int main(void)
{
    for (uint32_t round = 0; round < ROUNDS; round++)
        check_round(round);
    for (size_t i = 0; i < 3; i++) {
        check_case("reversal %zu, of %u so many changed the roll: %u", i, reversed[i], changed[i]);
        CHECK(reversed[i] > ROUNDS / 20 && changed[i] > reversed[i] / 5);
    }
    return check_end("cases_reversed");
}
