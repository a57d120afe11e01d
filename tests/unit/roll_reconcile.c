/* Reconciliation: every kind of candidate is found where it is, and not where it is not. */
#include "base/clock.h"
#include "check.h"
#include "roll/import.h"
#include "roll/likeness.h"
#include "roll/reconcile.h"

#define TEXT(english) "{\"en\":\"" english "\",\"cy\":\"\"}"
#define WORDS(field)                                                                               \
    "{\"column\":\"" field "\",\"field\":\"" field "\",\"words\":[[\"active\",\"active\"],"        \
    "[\"lapsed\",\"lapsed\"],[\"arrears\",\"arrears\"]]}"
#define PLAIN(field) "{\"column\":\"" field "\",\"field\":\"" field "\"},"
#define DATE(field)  "{\"column\":\"" field "\",\"field\":\"" field "\",\"dates\":[\"YYYY-MM-DD\"]},"
#define MAPPING(source)                                                                            \
    "{\"format\":\"ballotd mapping 1\",\"source\":\"" source "\",\"encoding\":\"utf-8\","          \
    "\"missing\":[],\"columns\":[" PLAIN("member_no") PLAIN("name") PLAIN("email") PLAIN("phone")  \
        PLAIN("postcode") DATE("born_on") PLAIN("branch") DATE("paid_until") WORDS("status") "]}"
#define HEADER "member_no,name,email,phone,postcode,born_on,branch,paid_until,status\n"

static const char SOURCES[] = "[{\"id\":\"members\",\"title\":" TEXT(
    "M") ",\"numbers\":\"members\",\"lists\":true,"
         "\"stale_after\":0},{\"id\":\"finance\",\"title\":" TEXT(
             "F") ",\"numbers\":\"members\","
                  "\"lists\":false,\"stale_after\":0},{\"id\":\"state\",\"title\":" TEXT(
                      "S") ",\"numbers\":\"state\",\"lists\":true,\"stale_after\":0}]";
static const char FIELDS[] = "[{\"field\":\"status\",\"source\":\"members\"}]";
static const char RULES[] = "[{\"code\":\"LIVE\",\"text\":" TEXT(
    "in force") ",\"test\":{\"equal\":[\"status\",\"active\"]}}]";
static const char STYLES[] = "[{\"id\":\"all\",\"title\":" TEXT(
    "All") ",\"unit\":\"all\",\"votes\":1,\"votes_field\":\"\",\"test\":{\"always\":true}}]";

enum { ANNOUNCED = 1782723600, DAY = 86400 };

struct world {
    struct source_list sources;
    struct rules rules;
    struct snapshot snapshots[4]; /* members before, members, finance, state */
    struct feed feeds[4];
    struct people people;
    struct draft draft;
    struct difference difference;
    struct reconciliation found;
};

static struct fail fail;

static void import(const char *json, const char *rows, struct snapshot *out_snapshot)
{
    struct mapping mapping;
    struct import_report report;
    struct buf csv;
    buf_init(&csv, 1 << 28);
    buf_add_str(&csv, HEADER);
    buf_add_str(&csv, rows);
    if (!CHECK_INT(mapping_read(span_str(json), &mapping, &fail), OK) ||
        !CHECK_INT(import_snapshot(buf_span(&csv), &mapping, &report, out_snapshot, &fail), OK)) {
        fprintf(stderr, "%s\n", fail.text);
        exit(1);
    }
    import_report_done(&report);
    mapping_done(&mapping);
    buf_done(&csv);
}

static void read_definition(struct world *world)
{
    json_t *sources = json_loads(SOURCES, 0, NULL);
    json_t *fields = json_loads(FIELDS, 0, NULL);
    json_t *rules = json_loads(RULES, 0, NULL);
    json_t *styles = json_loads(STYLES, 0, NULL);
    CHECK_INT(sources_read(sources, fields, &world->sources, &fail), OK);
    CHECK_INT(rules_read(rules, styles, &world->sources, &world->rules, &fail), OK);
    json_decref(sources);
    json_decref(fields);
    json_decref(rules);
    json_decref(styles);
}

static void reconcile(struct world *world)
{
    struct reconcile_step step = {.source = 0,
                                  .from = &world->snapshots[0],
                                  .from_as_of_s = ANNOUNCED - 30 * DAY,
                                  .difference = &world->difference};
    struct reconcile_terms terms = {.draft = &world->draft, .steps = &step, .step_count = 1};
    int64_t began = clock_cpu_us();
    CHECK_INT(reconcile_find(&terms, &world->found, &fail), OK);
    if (world->people.count > 10000)
        printf("reconciling %u people: %lld ms, %u candidates\n", world->people.count,
               (long long)(clock_cpu_us() - began) / 1000, world->found.count);
}

/* The step lives no longer than the finding: what is printed asks the terms again. */
static const struct reconcile_step *keep_step(struct world *world)
{
    static struct reconcile_step step;
    step = (struct reconcile_step){.source = 0,
                                   .from = &world->snapshots[0],
                                   .from_as_of_s = ANNOUNCED - 30 * DAY,
                                   .difference = &world->difference};
    return &step;
}

static void world_init(struct world *world, const char *before, const char *members,
                       const char *finance, const char *state)
{
    static const uint8_t KEY[ROLL_KEY_BYTES] = {1};
    const char *const rows[4] = {before, members, finance, state};
    static const char *const MAPPINGS[4] = {MAPPING("members"), MAPPING("members"),
                                            MAPPING("finance"), MAPPING("state")};
    *world = (struct world){0};
    read_definition(world);
    for (uint32_t i = 0; i < 4; i++) {
        import(MAPPINGS[i], rows[i], &world->snapshots[i]);
        int64_t as_of_s = i == 0 ? ANNOUNCED - 30 * DAY : ANNOUNCED + DAY;
        world->feeds[i] = (struct feed){.source = i == 0 ? 0 : i - 1,
                                        .as_of_s = as_of_s,
                                        .taken_at_s = as_of_s,
                                        .snapshot = &world->snapshots[i]};
    }
    struct people_terms terms = {.sources = &world->sources,
                                 .rules = &world->rules,
                                 .feeds = world->feeds,
                                 .feed_count = 4,
                                 .announced_at_s = ANNOUNCED,
                                 .roll_key = KEY};
    CHECK_INT(people_join(&terms, &world->people, &fail), OK);
    CHECK_INT(draft_build(&world->people, NULL, &world->draft, &fail), OK);
    CHECK_INT(difference_find(&world->snapshots[0], &world->snapshots[1], NULL, 0,
                              &world->difference, &fail),
              OK);
    reconcile(world);
    world->found.terms.steps = keep_step(world);
}

static void world_done(struct world *world)
{
    reconcile_done(&world->found);
    difference_done(&world->difference);
    draft_done(&world->draft);
    people_done(&world->people);
    for (int i = 0; i < 4; i++)
        snapshot_done(&world->snapshots[i]);
    rules_done(&world->rules);
    sources_done(&world->sources);
}

static uint32_t count_of(const struct world *world, enum candidate_kind kind)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < world->found.count; i++)
        count += world->found.candidates[i].kind == kind ? 1 : 0;
    return count;
}

/* -- one of each ------------------------------------------------------------------------------ */

static const char BEFORE[] =
    "1,Si\xC3\xA2n Huws,sian@x.org,07700 900123,LL23,1980-01-01,North,2026-12-31,active\n"
    "2,Dewi Wyn,d@x.org,,,,North,2026-12-31,active\n"
    "3,Carys Owen,c@x.org,,,,North,2026-12-31,active\n"
    "4,Elin Fon,e@x.org,,,,West,2026-12-31,active\n"
    "5,Ffion Gwyn,f@x.org,,,,North,2026-12-31,lapsed\n"
    "6,Hari Puw,h@x.org,,,,North,2026-12-31,active\n"
    "8,Ifan Jac,,,,,South,2026-12-31,active\n";
static const char MEMBERS[] =
    "1,Si\xC3\xA2n Huws,sian@x.org,07700 900123,LL23,1980-01-01,North,2026-12-31,active\n"
    "2,Dewi Wyn,new@x.org,,,,North,2026-12-31,active\n"
    "3,Carys Owen,c@x.org,,,,North,2026-12-31,active\n"
    "4,Elin Fon,e@x.org,,,,North,2026-12-31,active\n"
    "5,Ffion Gwyn,f@x.org,,,,North,2026-12-31,active\n"
    "6,Hari Puw,h@x.org,,,,North,2026-12-31,\n"
    "7,Gwen Hari,g@x.org,,,,North,2026-12-31,active\n"
    "7,Gwen Hari,g2@x.org,,,,North,2026-12-31,active\n"
    "9,HUWS Sian,SIAN@x.org,,,1980-01-01,East,2026-12-31,lapsed\n";
static const char FINANCE[] = "1,,,,,,,2026-12-31,\n2,,,,,,,2025-01-31,\n3,,,,,,,,arrears\n"
                              "4,,,,,,,,\n5,,,,,,,,\n7,,,,,,,,\n9,,,,,,,,\n77,Nia Nobody,,,,,,,\n";
static const char STATE[] = "S1,S Huws,,+44 7700 900123,,,,,active\n";

static const char REPORT[] =
    "Candidates: 3 high, 7 medium, 2 low. None of them changes anything; where one is right, raise "
    "a case.\n"
    "\nhigh: one number on several rows (repeated-number, 1)\n"
    "  7 Gwen Hari: DUPLICATE\n"
    "\nhigh: perhaps one person under two numbers (same-person, 1)\n"
    "  1 Si\xC3\xA2n Huws and 9 HUWS Sian: score 90 (name, born_on, email)\n"
    "\nhigh: sources disagree about the status (status-disagrees, 1)\n"
    "  3 Carys Owen: members says \"active\", finance \"arrears\"\n";

static const struct {
    enum candidate_kind kind;
    uint32_t count;
    const char *line;
} FOUND[] = {
    {CANDIDATE_REPEATED_NUMBER, 1, "  7 Gwen Hari: DUPLICATE\n"},
    {CANDIDATE_SAME_PERSON, 2,
     "  1 Si\xC3\xA2n Huws and S1 S Huws: score 40 (name nearly, phone)\n"},
    {CANDIDATE_STATUS_DISAGREES, 1, "finance \"arrears\""},
    {CANDIDATE_PAYMENT_DISAGREES, 1,
     "  2 Dewi Wyn: members says \"2026-12-31\", finance \"2025-01-31\"\n"},
    {CANDIDATE_UNDECIDED, 2, "  6 Hari Puw: LIVE\n"},
    {CANDIDATE_REJOINED, 1, "  5 Ffion Gwyn: status was \"lapsed\", is \"active\"\n"},
    {CANDIDATE_CONTACT_CHANGED, 1, "  2 Dewi Wyn: email was \"d@x.org\", is \"new@x.org\"\n"},
    {CANDIDATE_MOVED, 1, "  4 Elin Fon: branch was \"West\", is \"North\"\n"},
    {CANDIDATE_MISSING, 1, "  6 Hari Puw: in members, not in finance\n"},
    {CANDIDATE_ON_NO_LIST, 1, "  77 Nia Nobody: in finance\n"},
    {CANDIDATE_EMPTY_UNIT, 3, "  none of 1 in South\n"},
    {CANDIDATE_EMPTY_UNIT, 3, "  none of 1 in East\n"}, /* its one member has lapsed */
    {CANDIDATE_EMPTY_UNIT, 3, "  none of 1 in West\n"}, /* its one member has moved */
    {CANDIDATE_CONTACTS_IN_BULK, 0, NULL},
    {CANDIDATE_JOINED_IN_BULK, 0, NULL},
    {CANDIDATE_LAPSED_IN_BULK, 0, NULL},
    {CANDIDATE_PAID_IN_BULK, 0, NULL},
    {CANDIDATE_SHARED_EMAIL, 0, NULL},
    {CANDIDATE_SHARED_PHONE, 0, NULL},
};

static void check_each(void)
{
    struct world world;
    struct buf text;
    buf_init(&text, 1 << 20);
    world_init(&world, BEFORE, MEMBERS, FINANCE, STATE);
    reconcile_print_text(&world.found, 100, &text);
    for (size_t i = 0; i < CHECK_COUNT_OF(FOUND); i++) {
        check_case("%s", candidate_kind_name(FOUND[i].kind));
        CHECK_UINT(count_of(&world, FOUND[i].kind), FOUND[i].count);
        if (FOUND[i].line != NULL && !CHECK(strstr(buf_text(&text), FOUND[i].line) != NULL))
            fprintf(stderr, "%s", buf_text(&text));
    }
    check_case("the gravest first");
    CHECK_BYTES(strchr(buf_text(&text), '\n'), strchr(REPORT, '\n'), strlen(strchr(REPORT, '\n')));
    check_case("JSON");
    buf_clear(&text);
    reconcile_print_json(&world.found, &text);
    json_t *read = NULL;
    CHECK_INT(json_read_loose(buf_span(&text), "the report", &read, &fail), OK);
    json_t *list = json_object_get(read, "candidates");
    CHECK_UINT(json_array_size(list), world.found.count);
    CHECK_STR(json_string_value(json_object_get(json_array_get(list, 1), "kind")), "same-person");
    CHECK_INT(json_integer_value(json_object_get(json_array_get(list, 1), "score")), 90);
    CHECK_STR(json_string_value(
                  json_object_get(json_object_get(json_array_get(list, 1), "other"), "member_no")),
              "9");
    json_decref(read);
    buf_done(&text);
    world_done(&world);
}

static void check_quiet(void)
{
    struct world world;
    check_case("sources that agree, and nothing new");
    world_init(&world, BEFORE, BEFORE, BEFORE, "");
    CHECK_UINT(count_of(&world, CANDIDATE_EMPTY_UNIT), 0);
    CHECK_UINT(world.found.count, 0);
    world_done(&world);
}

/* -- in bulk ---------------------------------------------------------------------------------- */

/* Thirty people of one branch: `odd` of them as the second format has it. */
static void add_rows(struct buf *rows, const char *even, const char *odd, int odds)
{
    for (int i = 0; i < 30; i++) {
        buf_add_format(rows, "%d,", 100 + i);
        buf_add_format(rows, "Name%c%c Other%c,", 'a' + i, 'a' + i, 'a' + i);
        buf_add_str(rows, i < odds ? odd : even);
    }
}

static void check_bulk(void)
{
    static const struct {
        enum candidate_kind kind;
        const char *before;
        const char *after;
        int odds;
        uint32_t want;
    } BULKS[] = {
        {CANDIDATE_PAID_IN_BULK, ",,,,Hill,2026-01-31,active\n", ",,,,Hill,2027-01-31,active\n", 6,
         1},
        {CANDIDATE_PAID_IN_BULK, ",,,,Hill,2026-01-31,active\n", ",,,,Hill,2027-01-31,active\n", 4,
         0},
        {CANDIDATE_PAID_IN_BULK, ",,,,Hill,2026-12-31,active\n", ",,,,Hill,2027-12-31,active\n", 6,
         0}, /* they owed nothing */
        {CANDIDATE_LAPSED_IN_BULK, ",,,,Hill,,active\n", ",,,,Hill,,lapsed\n", 6, 1},
        {CANDIDATE_CONTACTS_IN_BULK, ",1234567,AB1,,Hill,,active\n", ",,AB2,,Hill,,active\n", 6, 1},
        {CANDIDATE_SHARED_EMAIL, ",,,,Hill,,active\n", "one@x.org,,,,Hill,,active\n", 13, 1},
        {CANDIDATE_SHARED_EMAIL, ",,,,Hill,,active\n", "one@x.org,,,,Hill,,active\n", 12, 0},
        {CANDIDATE_SHARED_PHONE, ",,,,Hill,,active\n", ",0123456789,,,Hill,,active\n", 13, 1},
        {CANDIDATE_SAME_PERSON, ",,,,Hill,,active\n", ",0123456789,,,Hill,,active\n", 13, 0},
        {CANDIDATE_SAME_PERSON, ",,,,Hill,,active\n", ",0123456789,,,Hill,,active\n", 3, 3},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(BULKS); i++) {
        struct world world;
        struct buf before, after;
        check_case("%zu: %s", i, candidate_kind_name(BULKS[i].kind));
        buf_init(&before, 1 << 20);
        buf_init(&after, 1 << 20);
        add_rows(&before, BULKS[i].before, BULKS[i].before, 0);
        add_rows(&after, BULKS[i].before, BULKS[i].after, BULKS[i].odds);
        world_init(&world, buf_text(&before), buf_text(&after), "", "");
        CHECK_UINT(count_of(&world, BULKS[i].kind), BULKS[i].want);
        world_done(&world);
        buf_done(&before);
        buf_done(&after);
    }
}

/* Each tenth is a second number of the one before. */
static void check_many(uint32_t count)
{
    struct world world;
    struct buf rows;
    buf_init(&rows, 1 << 28);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t as = i % 10 == 9 ? i - 1 : i;
        buf_add_format(&rows,
                       "%u,First%u Last%u,%u@x.org,07%09u,AB%u,19%02u-01-%02u,Branch %u,"
                       "2026-12-31,active\n",
                       i, as % 1000, as % 777, as, as, as % 5000, as % 90 + 10, as % 28 + 1,
                       as % 500);
    }
    check_case("%u people", count);
    world_init(&world, buf_text(&rows), buf_text(&rows), buf_text(&rows), "");
    CHECK_UINT(count_of(&world, CANDIDATE_SAME_PERSON), count / 10);
    CHECK_UINT(world.found.candidates[0].score, 100);
    world_done(&world);
    buf_done(&rows);
}

int main(int argc, char **argv)
{
    check_each();
    check_quiet();
    check_bulk();
    check_many(argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 100000);
    return check_end("roll_reconcile");
}
