/* Differences between two snapshots, and the alarms (docs/roll.md section 11). */
#include "base/clock.h"
#include "check.h"
#include "roll/difference.h"
#include "roll/import.h"

static struct fail fail;

static const char MAPPING[] =
    "{\"format\":\"ballotd mapping "
    "1\",\"source\":\"members\",\"encoding\":\"utf-8\",\"missing\":[],"
    "\"columns\":[{\"column\":\"no\",\"field\":\"member_no\"},"
    "{\"column\":\"email\",\"field\":\"email\"},{\"column\":\"phone\",\"field\":\"phone\"},"
    "{\"column\":\"address\",\"field\":\"address\"},"
    "{\"column\":\"postcode\",\"field\":\"postcode\"},{\"column\":\"branch\",\"field\":\"branch\"},"
    "{\"column\":\"region\",\"field\":\"region\"},"
    "{\"column\":\"status\",\"field\":\"status\",\"words\":[[\"active\",\"active\"],"
    "[\"grace\",\"grace\"],[\"pending\",\"pending\"],[\"lapsed\",\"lapsed\"]]}]}";
#define HEADER "no,email,phone,address,postcode,branch,region,status\n"

/* The same without phones. */
static const char NO_PHONE[] = "{\"format\":\"ballotd mapping "
                               "1\",\"source\":\"members\",\"encoding\":\"utf-8\",\"missing\":[],"
                               "\"columns\":[{\"column\":\"no\",\"field\":\"member_no\"},"
                               "{\"column\":\"email\",\"field\":\"email\"}]}";

static void import(const char *json, struct span csv, struct snapshot *out_snapshot)
{
    struct mapping mapping;
    struct import_report report;
    if (!CHECK_INT(mapping_read(span_str(json), &mapping, &fail), OK) ||
        !CHECK_INT(import_snapshot(csv, &mapping, &report, out_snapshot, &fail), OK)) {
        fprintf(stderr, "%s\n", fail.text);
        exit(1);
    }
    import_report_done(&report);
    mapping_done(&mapping);
}

static void find(const char *from, const char *to, struct difference *out_difference)
{
    struct snapshot old, new;
    import(MAPPING, span_str(from), &old);
    import(MAPPING, span_str(to), &new);
    CHECK_INT(difference_find(&old, &new, NULL, 0, out_difference, &fail), OK);
    snapshot_done(&old);
    snapshot_done(&new);
}

/* joined left status unit email phone address contact lapsed */
static const struct {
    const char *what;
    const char *from;
    const char *to;
    uint32_t counts[DIFFERENCE_COUNTS];
} CHANGES[] = {
    {"nothing, whatever the order",
     "1,a@b.c,1,x,y,N,,active\n2,,,,,N,,active\n",
     "2,,,,,N,,active\n1,a@b.c,1,x,y,N,,active\n",
     {0}},
    {"joined and left", "1,,,,,N,,active\n", "2,,,,,N,,active\n", {1, 1, 0, 0, 0, 0, 0, 0, 1}},
    {"email", "1,a@b.c,,,,N,,active\n", "1,d@b.c,,,,N,,active\n", {0, 0, 0, 0, 1, 0, 0, 1, 0}},
    {"email gone, phone new",
     "1,a@b.c,,,,N,,active\n",
     "1,,1,,,N,,active\n",
     {0, 0, 0, 0, 1, 1, 0, 1, 0}},
    {"postcode alone is an address",
     "1,,,x,y,N,,active\n",
     "1,,,x,z,N,,active\n",
     {0, 0, 0, 0, 0, 0, 1, 1, 0}},
    {"address and postcode are one",
     "1,,,x,y,N,,active\n",
     "1,,,w,z,N,,active\n",
     {0, 0, 0, 0, 0, 0, 1, 1, 0}},
    {"moved on two levels is once",
     "1,,,,,N,A,active\n",
     "1,,,,,M,B,active\n",
     {0, 0, 0, 1, 0, 0, 0, 0, 0}},
    {"lapsed", "1,,,,,N,,active\n", "1,,,,,N,,lapsed\n", {0, 0, 1, 0, 0, 0, 0, 0, 1}},
    {"status gone", "1,,,,,N,,pending\n", "1,,,,,N,,\n", {0, 0, 1, 0, 0, 0, 0, 0, 1}},
    {"still in good standing",
     "1,,,,,N,,active\n",
     "1,,,,,N,,grace\n",
     {0, 0, 1, 0, 0, 0, 0, 0, 0}},
    {"back in good standing",
     "1,,,,,N,,lapsed\n",
     "1,,,,,N,,active\n",
     {0, 0, 1, 0, 0, 0, 0, 0, 0}},
    {"a repeated number is not compared",
     "1,a@b.c,,,,N,,active\n1,,,,,N,,active\n",
     "1,d@b.c,,,,M,,lapsed\n",
     {0}},
    {"but counted once when new",
     "2,,,,,N,,active\n",
     "2,,,,,N,,active\n1,a@b.c,,,,N,,active\n1,,,,,N,,active\n",
     {1, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"long numbers with one beginning",
     "12345678A,,,,,N,,active\n12345678B,,,,,N,,active\n",
     "12345678B,,,,,N,,active\n12345678C,,,,,N,,active\n",
     {1, 1, 0, 0, 0, 0, 0, 0, 1}},
};

static void check_counts(void)
{
    char from[512], to[512];
    for (size_t i = 0; i < CHECK_COUNT_OF(CHANGES); i++) {
        struct difference difference;
        check_case("%s", CHANGES[i].what);
        snprintf(from, sizeof(from), HEADER "%s", CHANGES[i].from);
        snprintf(to, sizeof(to), HEADER "%s", CHANGES[i].to);
        find(from, to, &difference);
        for (enum difference_count what = 0; what < DIFFERENCE_COUNTS; what++) {
            check_case("%s: %s", CHANGES[i].what, difference_count_name(what));
            CHECK_UINT(difference.counts[what], CHANGES[i].counts[what]);
        }
        CHECK_UINT(difference.alarm_count, 0);
        difference_done(&difference);
    }
}

static void check_unmapped(void)
{
    struct snapshot old, new;
    struct difference difference;
    check_case("a field that one mapping lacks is not compared");
    import(MAPPING, SPAN_LIT(HEADER "1,a@b.c,1,x,y,N,,active\n"), &old);
    import(NO_PHONE, SPAN_LIT("no,email\n1,d@b.c\n"), &new);
    CHECK_INT(difference_find(&old, &new, NULL, 0, &difference, &fail), OK);
    CHECK_UINT(difference.counts[DIFFERENCE_EMAIL], 1);
    CHECK_UINT(difference.counts[DIFFERENCE_PHONE], 0);
    CHECK_UINT(difference.counts[DIFFERENCE_ADDRESS], 0);
    CHECK_UINT(difference.counts[DIFFERENCE_STATUS], 0);
    CHECK_UINT(difference.counts[DIFFERENCE_UNIT], 0);
    difference_done(&difference);
    snapshot_done(&old);
    snapshot_done(&new);
}

/* Members 1 to `count` of a branch, of whom the first `changed` have another email. */
static void add_branch(struct buf *csv, const char *branch, uint32_t count, uint32_t changed)
{
    for (uint32_t i = 1; i <= count; i++)
        buf_add_format(csv, "%s-%u,%s%u@example.org,,,,%s,,active\n", branch, i,
                       i <= changed ? "new" : "old", i, branch);
}

static void one_step(struct buf *csv, uint32_t count, uint32_t changed, struct snapshot *out)
{
    buf_clear(csv);
    buf_add_str(csv, HEADER);
    add_branch(csv, "Riverside", count, changed);
    add_branch(csv, "Hill", 100, 0);
    import(MAPPING, buf_span(csv), out);
}

/* The alarm of so many changed contacts in a unit of so many, after these earlier numbers. */
static enum alarm_reason alarm_of(uint32_t changed, uint32_t of, const uint32_t *before,
                                  uint32_t count)
{
    struct snapshot old, new;
    struct difference earlier[8], now;
    const struct difference *pointers[8];
    struct buf csv;
    buf_init(&csv, 1 << 24);
    one_step(&csv, of, 0, &old);
    for (uint32_t i = 0; i < count; i++) {
        one_step(&csv, of, before[i], &new);
        CHECK_INT(difference_find(&old, &new, NULL, 0, &earlier[i], &fail), OK);
        pointers[i] = &earlier[i];
        snapshot_done(&new);
    }
    one_step(&csv, of, changed, &new);
    CHECK_INT(difference_find(&old, &new, pointers, count, &now, &fail), OK);
    CHECK_UINT(now.unit_count, 2);
    CHECK_TEXT(now.units[1].path.levels[3], "Riverside");
    CHECK_UINT(now.units[1].size, of);
    CHECK_UINT(now.units[1].counts[DIFFERENCE_CONTACT], changed);
    enum alarm_reason alarm = now.units[1].alarms[ALARM_CONTACT];
    CHECK_UINT(now.alarm_count, alarm != ALARM_NONE ? 1 : 0);
    for (uint32_t i = 0; i < count; i++)
        difference_done(&earlier[i]);
    difference_done(&now);
    snapshot_done(&old);
    snapshot_done(&new);
    buf_done(&csv);
    return alarm;
}

static void check_alarms(void)
{
    static const uint32_t QUIET[] = {4, 6, 4, 6}; /* mean 5, deviation 1 */
    static const uint32_t STILL[] = {0, 0, 0};
    check_case("above five in a hundred");
    CHECK_INT(alarm_of(71, 520, NULL, 0), ALARM_SHARE);
    CHECK_INT(alarm_of(26, 520, NULL, 0), ALARM_NONE);
    CHECK_INT(alarm_of(27, 520, NULL, 0), ALARM_SHARE);
    check_case("four people are none");
    CHECK_INT(alarm_of(4, 20, NULL, 0), ALARM_NONE);
    CHECK_INT(alarm_of(5, 20, NULL, 0), ALARM_SHARE);
    check_case("more than three deviations above what was");
    CHECK_INT(alarm_of(8, 1000, QUIET, 4), ALARM_NONE);
    CHECK_INT(alarm_of(9, 1000, QUIET, 4), ALARM_HISTORY);
    CHECK_INT(alarm_of(9, 1000, QUIET, 2), ALARM_NONE);
    check_case("a unit in which nothing ever happened");
    CHECK_INT(alarm_of(5, 1000, STILL, 3), ALARM_HISTORY);
    CHECK_INT(alarm_of(4, 1000, STILL, 3), ALARM_NONE);
    CHECK_INT(alarm_of(5, 1000, STILL, 2), ALARM_NONE);
    check_case("fewer than usual are no alarm");
    CHECK_INT(alarm_of(5, 1000, (const uint32_t[]){50, 50, 50}, 3), ALARM_NONE);
}

/* Bulk joins into a unit that was empty, bulk lapses, and what is told of them. */
static void check_report(void)
{
    static const char TEXT[] =
        "What changed in members from snapshot 1 to snapshot 2\n\n"
        "ALARM  5 joined a unit of 0 in New: nobody was there before, the alarm is at 5 people\n"
        "ALARM  6 of 20 lapsed or left in Hill, South: 30 %, the alarm is at 5 %\n\n"
        " joined    left  status    unit   email   phone address  of\n"
        "       5       6       0       0       0       0       0  all\n"
        "       5       0       0       0       0       0       0  0 in New\n"
        "       0       6       0       0       0       0       0  20 in Hill, South\n";
    static const char JSON[] =
        "{\"source\":\"members\",\"from\":1,\"to\":2,\"joined\":5,\"left\":6,\"status\":0,\"unit\":"
        "0,"
        "\"email\":0,\"phone\":0,\"address\":0,\"contact\":0,\"lapsed\":6,\"alarms\":["
        "{\"path\":[\"\",\"\",\"\",\"New\"],\"kind\":\"joined\",\"count\":5,"
        "\"of\":0,\"why\":\"share\"},{\"path\":[\"\",\"South\",\"\",\"Hill\"],\"kind\":\"lapsed\","
        "\"count\":6,\"of\":20,\"why\":\"share\"}],\"units\":[";
    struct buf from, to, text;
    struct difference difference;
    buf_init(&from, 1 << 16);
    buf_init(&to, 1 << 16);
    buf_init(&text, 1 << 16);
    buf_add_str(&from, HEADER);
    buf_add_str(&to, HEADER);
    for (int i = 0; i < 20; i++) {
        buf_add_format(&from, "%d,,,,,Hill,South,active\n", i);
        if (i >= 6)
            buf_add_format(&to, "%d,,,,,Hill,South,active\n", i);
        if (i >= 15)
            buf_add_format(&to, "1%d,,,,,New,,active\n", i + 10);
    }
    find(buf_text(&from), buf_text(&to), &difference);
    check_case("the report");
    difference_print_text(&difference, SPAN_LIT("members"), 1, 2, &text);
    CHECK_STR(buf_text(&text), TEXT);
    buf_clear(&text);
    difference_print_json(&difference, SPAN_LIT("members"), 1, 2, &text);
    CHECK_BYTES(text.bytes, JSON, sizeof(JSON) - 1);
    json_t *read = NULL;
    CHECK_INT(json_read_loose(buf_span(&text), "the report", &read, &fail), OK);
    CHECK_UINT(json_array_size(json_object_get(read, "units")), 2);
    json_decref(read);
    difference_done(&difference);
    buf_done(&from);
    buf_done(&to);
    buf_done(&text);
}

static void check_board(void)
{
    struct difference difference = {.counts = {1, 4, 5, 0, 3, 2, 700, 9, 9}, .alarm_count = 2};
    struct buf text;
    json_t *object = json_object();
    check_case("one to four people stand as four");
    buf_init(&text, 4096);
    difference_put(&difference, object);
    json_print(object, &text);
    CHECK_STR(buf_text(&text), "{\"joined\":4,\"left\":4,\"status\":5,\"unit\":0,\"email\":4,"
                               "\"phone\":4,\"address\":700,\"alarms\":2}");
    json_decref(object);
    buf_done(&text);
}

static void check_million(void)
{
    struct snapshot old, new;
    struct difference difference;
    struct buf csv;
    buf_init(&csv, 1 << 28);
    for (int step = 0; step < 2; step++) {
        buf_clear(&csv);
        buf_add_str(&csv, HEADER);
        for (uint32_t i = 0; i < 300000; i++) /* scattered numbers */
            buf_add_format(&csv, "%u,m%u@example.org,07%u,%u Road,AB1 2CD,Branch %u,R,active\n",
                           (i * 2654435761u) % 100000000u + i, i + (i % 50 == 0 && step), i, i % 90,
                           i % 700);
        import(MAPPING, buf_span(&csv), step == 0 ? &old : &new);
    }
    check_case("300,000 rows");
    int64_t began = clock_cpu_us();
    CHECK_INT(difference_find(&old, &new, NULL, 0, &difference, &fail), OK);
    printf("difference of 300,000 rows: %lld ms\n", (long long)(clock_cpu_us() - began) / 1000);
    CHECK_UINT(difference.counts[DIFFERENCE_EMAIL], 6000);
    CHECK_UINT(difference.unit_count, 700);
    difference_done(&difference);
    snapshot_done(&old);
    snapshot_done(&new);
    buf_done(&csv);
}

int main(void)
{
    check_counts();
    check_unmapped();
    check_alarms();
    check_report();
    check_board();
    check_million();
    return check_end("roll_difference");
}
