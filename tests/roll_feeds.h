/* Several feeds for the tests of the roll: imported one by one in the order of the board, then
 * joined. What follows is the fixture's. */
#ifndef TESTS_ROLL_FEEDS_H
#define TESTS_ROLL_FEEDS_H

#include "roll_fixture.h"

#define TITLE "\"title\":{\"en\":\"T\",\"cy\":\"\"}"
#define SOURCE(id, numbers, lists, days)                                                           \
    "{\"id\":\"" id "\"," TITLE ",\"numbers\":\"" numbers "\",\"lists\":" lists                    \
    ",\"stale_after\":" days "}"
#define SOURCES                                                                                    \
    "[" SOURCE("members", "members", "true", "0") "," SOURCE(                                      \
        "finance", "members", "false",                                                             \
        "28") "," SOURCE("branch", "members", "true",                                              \
                         "14") "," SOURCE("youth", "youth", "true",                                \
                                          "0") "," SOURCE("waivers", "members", "false", "0") "]"
#define FIELDS "[{\"field\":\"paid_until\",\"source\":\"finance\"}]"

#define RULE(code, test)                                                                           \
    "{\"code\":\"" code "\",\"text\":{\"en\":\"r\",\"cy\":\"\"},\"test\":" test "}"
#define RULES                                                                                      \
    "[" RULE("ACTIVE", "{\"equal\":[\"status\",\"active\"]}") "," RULE(                            \
        "PAID", "{\"any\":[{\"on_or_after\":[\"paid_until\",\"2026-06-30\"]},"                     \
                "{\"in_list\":\"waivers\"}]}") "," RULE("THEN", "{\"status_at\":[\"2026-06-01\","  \
                                                                "[\"active\",\"grace\"]]}") "]"
#define STYLE(id, votes, field, test)                                                              \
    "{\"id\":\"" id "\"," TITLE ",\"unit\":\"u\",\"votes\":" votes ",\"votes_field\":\"" field     \
    "\",\"test\":" test "}"
#define STYLES                                                                                     \
    "[" STYLE("delegates", "3", "x.seats", "{\"equal\":[\"region\",\"North\"]}") "," STYLE(        \
        "others", "1", "", "{\"not\":{\"equal\":[\"region\",\"North\"]}}") "]"

#define NAME  ",{\"column\":\"Name\",\"field\":\"name\"}"
#define EMAIL ",{\"column\":\"Email\",\"field\":\"email\"}"
#define MEMBERS                                                                                    \
    NAME EMAIL ",{\"column\":\"Status\",\"field\":\"status\",\"words\":[[\"active\",\"active\"],"  \
               "[\"lapsed\",\"lapsed\"],[\"grace\",\"grace\"]]},{\"column\":\"Region\",\"field\":" \
               "\"region\"},{\"column\":\"Seats\",\"field\":\"x.seats\",\"number\":0}"
#define FINANCE ",{\"column\":\"Paid\",\"field\":\"paid_until\",\"dates\":[\"YYYY-MM-DD\"]}"

enum { FEEDS_MAX = 8, DAY_S = 86400 };

struct feeds {
    struct fixture fixture;
    char texts[FEEDS_MAX][2048]; /* of the mappings */
    struct mapping mappings[FEEDS_MAX];
    struct snapshot snapshots[FEEDS_MAX];
    struct feed feeds[FEEDS_MAX];
    uint32_t count;
};

/* The next snapshot entry. `columns` is the mapping's, without member_no, which is the column "No";
 * as_of is `days_old` before the Monday of the fixture, taken_at a day before it. */
__attribute__((unused)) static bool feeds_add(struct feeds *feeds, const char *source,
                                              const char *encoding, const char *columns,
                                              struct span csv, int days_old)
{
    struct fail fail = {0};
    uint32_t at = feeds->count++;
    char *text = feeds->texts[at];
    snprintf(text, sizeof(feeds->texts[at]),
             "{\"format\":\"ballotd mapping 1\",\"source\":\"%s\",\"encoding\":\"%s\","
             "\"missing\":[],\"columns\":[{\"column\":\"No\",\"field\":\"member_no\"}%s]}",
             source, encoding, columns);
    feeds->feeds[at] =
        (struct feed){.source = (uint32_t)sources_find(&feeds->fixture.sources, span_str(source)),
                      .as_of_s = FIXTURE_MONDAY - days_old * DAY_S,
                      .taken_at_s = FIXTURE_MONDAY - DAY_S,
                      .snapshot = &feeds->snapshots[at]};
    if (CHECK_INT(mapping_read(span_str(text), &feeds->mappings[at], &fail), OK) &&
        fixture_import(csv, &feeds->mappings[at], &feeds->snapshots[at]))
        return true;
    fprintf(stderr, "feed %s: %s\n", source, fail.text);
    return false;
}

__attribute__((unused)) static bool feeds_join(struct feeds *feeds)
{
    return fixture_join(&feeds->fixture, feeds->feeds, feeds->count) &&
           fixture_open_book(&feeds->fixture, feeds->snapshots[0].rows);
}

__attribute__((unused)) static void feeds_done(struct feeds *feeds)
{
    fixture_done(&feeds->fixture);
    for (uint32_t i = 0; i < feeds->count; i++) {
        snapshot_done(&feeds->snapshots[i]);
        mapping_done(&feeds->mappings[i]);
    }
}

/* "text", missing or ?; ~ when stale; who says so and on which line. */
__attribute__((unused)) static void print_told(const struct people *people, struct told told,
                                               struct buf *out)
{
    if (told.value.state == VALUE_KNOWN)
        buf_add(out, told.value.text);
    else
        buf_add_str(out, told.value.state == VALUE_MISSING ? "missing" : "?");
    buf_add_str(out, told.value.stale ? " ~" : " ");
    if (told.source != PEOPLE_NONE)
        buf_add(out, people->terms.sources->sources[told.source].id);
    if (told.row != PEOPLE_NONE)
        buf_add_format(out, " %u", people_line(people, told.source, told.row));
}

/* "number outcome by-rules failed undetermined doubted; style and votes" for each member. */
__attribute__((unused)) static void print_draft(const struct draft *draft, struct buf *out)
{
    for (uint32_t i = 0; i < draft->member_count; i++) {
        const struct draft_member *member = &draft->members[i];
        const uint64_t masks[] = {member->verdict.failed, member->verdict.undetermined,
                                  member->verdict.doubted};
        buf_add(out, draft_numbers(draft, member));
        buf_add_byte(out, '/');
        buf_add(out, draft_number(draft, member));
        buf_add_format(out, " %s", member_outcome_name(member->outcome));
        for (int mask = 0; mask < 3; mask++)
            buf_add_format(out, " %x%s%s", (unsigned)(masks[mask] & 0xFF),
                           masks[mask] >> RULES_BIT_STYLE & 1 ? "S" : "",
                           masks[mask] >> RULES_BIT_DUPLICATE ? "D" : "");
        if (!member->withdrawn && draft_has_style(member))
            buf_add_format(out, " %u*%u", member->verdict.style, member->verdict.votes);
        buf_add_str(out, ";\n");
    }
}

#endif
