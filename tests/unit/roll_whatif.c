/* What a change of rules would do, in counts that can be reckoned by hand. */
#include "roll/whatif.h"

#include "roll_fixture.h"

/* Rules with one limit to what is owed and one day of joining. */
static bool read_rules(const struct source_list *sources, int owed, const char *day,
                       const char *style, struct rules *out_rules)
{
    char text[800], styles[300];
    struct fail fail = {.outcome = OK};
    snprintf(text, sizeof text,
             "[{\"code\":\"FREEZE\",\"text\":{\"en\":\"A\",\"cy\":\"\"},\"test\":{\"on_or_before\":"
             "[\"joined_on\",\"%s\"]}},{\"code\":\"OWED\",\"text\":{\"en\":\"B\",\"cy\":\"\"},"
             "\"test\":{\"any\":[{\"not\":{\"present\":\"x.owed\"}},{\"number_at_most\":"
             "[\"x.owed\",%d]}]}}]",
             day, owed);
    snprintf(styles, sizeof styles,
             "[{\"id\":\"%s\",\"title\":{\"en\":\"A\",\"cy\":\"\"},\"unit\":\"a\","
             "\"votes\":1,\"votes_field\":\"\",\"test\":{\"always\":true}}]",
             style);
    json_t *rules_json = json_loads(text, 0, NULL);
    json_t *styles_json = json_loads(styles, 0, NULL);
    bool read = CHECK_INT(rules_read(rules_json, styles_json, sources, out_rules, &fail), OK);
    json_decref(rules_json);
    json_decref(styles_json);
    return read;
}

/* Twelve in North who owe 1 to 12 pounds, three in South who owe 9, two who nobody knows when they
 * joined, two rows of one number. */
static bool make_snapshot(struct mapping *mapping, struct snapshot *out_snapshot)
{
    struct buf csv;
    struct fail fail = {.outcome = OK};
    buf_init(&csv, 1 << 20);
    buf_add_str(&csv, FIXTURE_HEADER);
    for (int i = 1; i <= 12; i++)
        buf_add_format(&csv, "n%d,A,B,,,,,North,Paid,2024-01-%02d,%d.00,\n", i, i, i);
    for (int i = 1; i <= 3; i++)
        buf_add_format(&csv, "s%d,A,B,,,,,South,Paid,2025-06-01,9,\n", i);
    buf_add_str(&csv, "u1,A,B,,,,,South,Paid,-,0,\nu2,A,B,,,,,South,Paid,,20,\n");
    buf_add_str(&csv, "d1,A,B,,,,,East,Paid,2024-01-01,0,\nd1,A,C,,,,,East,Paid,2024-01-01,0,\n");
    bool made = CHECK_INT(mapping_read(span_str(FIXTURE_MAPPING), mapping, &fail), OK) &&
                fixture_import(buf_span(&csv), mapping, out_snapshot);
    buf_done(&csv);
    return made;
}

static bool read_sources(struct source_list *out_sources)
{
    struct fail fail = {.outcome = OK};
    json_t *sources = json_loads(FIXTURE_SOURCES, 0, NULL);
    json_t *fields = json_array();
    bool read = CHECK_INT(sources_read(sources, fields, out_sources, &fail), OK);
    json_decref(sources);
    json_decref(fields);
    return read;
}

static void judge(const struct source_list *sources, const struct feed *feed,
                  const struct rules *rules, struct judgement *out_judgement)
{
    static const uint8_t KEY[ROLL_KEY_BYTES];
    struct fail fail = {.outcome = OK};
    const struct people_terms terms = {
        .sources = sources, .rules = rules, .feeds = feed, .feed_count = 1, .roll_key = KEY};
    CHECK_INT(whatif_unit(feed, 1), FIELD_REGION);
    CHECK_INT(judgement_make(&terms, FIELD_REGION, out_judgement, &fail), OK);
}

static void compare(const struct source_list *sources, const struct feed *feed,
                    const struct rules *rules, const struct rules *others, struct buf *out)
{
    struct judgement before = {0}, after = {0};
    struct fail fail = {.outcome = OK};
    buf_clear(out);
    judge(sources, feed, rules, &before);
    judge(sources, feed, others, &after);
    CHECK_INT(whatif_print(&before, &after, "region", out, &fail), OK);
    judgement_done(&before);
    judgement_done(&after);
}

/* Rows are compared without their padding. */
static void check_row(const struct buf *text, const char *wanted)
{
    char squeezed[4096];
    size_t len = 0;
    for (const char *at = buf_text(text); *at != '\0' && len + 1 < sizeof squeezed; at++) {
        if (*at != ' ' || (len > 0 && squeezed[len - 1] != ' '))
            squeezed[len++] = *at;
    }
    squeezed[len] = '\0';
    if (!CHECK(strstr(squeezed, wanted) != NULL))
        fprintf(stderr, "  \"%s\" in:\n%s\n", wanted, squeezed);
}

int main(void)
{
    struct mapping mapping;
    struct snapshot snapshot;
    struct source_list sources;
    const struct feed feed = {.snapshot = &snapshot};
    struct rules five, ten, late, both, same;
    struct buf text;
    buf_init(&text, 1 << 16);
    if (!read_sources(&sources) || !make_snapshot(&mapping, &snapshot) ||
        !read_rules(&sources, 500, "2025-01-01", "a", &five) ||
        !read_rules(&sources, 1000, "2025-01-01", "a", &ten) ||
        !read_rules(&sources, 500, "2025-12-31", "a", &late) ||
        !read_rules(&sources, 1000, "2025-12-31", "a", &both) ||
        !read_rules(&sources, 500, "2025-01-01", "b", &same))
        return check_end("roll_whatif");
    check_case("more may be owed");
    compare(&sources, &feed, &five, &ten, &text);
    check_row(&text, "\neligible 5 10\nineligible 11 6\nundetermined 2 2\n");
    check_row(&text, "People who would move: 5 of 18\n");
    check_row(&text, "\nineligible to eligible, OWED 5\n");
    check_row(&text, "\nNorth 5 0 0\n");
    check_case("and back");
    compare(&sources, &feed, &ten, &five, &text);
    check_row(&text, "\neligible to ineligible, OWED 5\n");
    check_row(&text, "\nNorth 0 5 0\n");
    check_case("who stays off for another reason does not move");
    compare(&sources, &feed, &five, &late, &text);
    check_row(&text, "People who would move: 0 of 18\n");
    check_case("a unit with few");
    compare(&sources, &feed, &ten, &both, &text);
    check_row(&text, "\nineligible to eligible, FREEZE 3\n");
    check_row(&text, "\n(units with under 5: 1) 3 0 0\n");
    CHECK(strstr(buf_text(&text), "South") == NULL);
    check_case("another ballot paper");
    compare(&sources, &feed, &five, &same, &text);
    check_row(&text, "another ballot paper: 5\n");
    rules_done(&five);
    rules_done(&ten);
    rules_done(&late);
    rules_done(&both);
    rules_done(&same);
    sources_done(&sources);
    snapshot_done(&snapshot);
    mapping_done(&mapping);
    buf_done(&text);
    return check_end("roll_whatif");
}
