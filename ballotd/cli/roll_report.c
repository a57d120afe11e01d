#include "cli/roll_report.h"

#include "base/clock.h"
#include "cli/office.h"

#include <stdio.h>

enum { DAY_S = 86400 };

static long long number_of(const json_t *object, const char *member)
{
    return (long long)json_integer_value(json_object_get(object, member));
}

static bool is_alarm(struct span line)
{
    return span_starts(line, SPAN_LIT("ALARM"));
}

/* -- alarms and differences ------------------------------------------------------------------- */

static unsigned print_alarms(const json_t *differences)
{
    unsigned count = 0;
    const json_t *list = json_object_get(differences, "differences");
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct span line, rest = json_span(json_object_get(json_array_get(list, i), "text"));
        for (; span_line(&rest, &line); count += is_alarm(line))
            if (is_alarm(line))
                office_print(line);
    }
    return count;
}

void roll_report_print_differences(const json_t *differences)
{
    const json_t *list = json_object_get(differences, "differences");
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct span line, rest = json_span(json_object_get(json_array_get(list, i), "text"));
        while (span_line(&rest, &line))
            office_print(line);
    }
    if (json_array_size(list) == 0)
        printf("Nothing to compare: no source has two snapshots.\n");
}

/* -- feeds ------------------------------------------------------------------------------------ */

/* "  finance: snapshot 2, as of 2026-09-18, 64 days ago: TOO OLD …" */
static void print_feed(const json_t *feed)
{
    char day[DATE_TEXT_BYTES];
    const char *id = json_string_value(json_object_get(feed, "source"));
    long long snapshot = number_of(feed, "snapshot");
    int64_t as_of_s = number_of(feed, "as_of");
    long long days = (long long)(clock_now_s() / DAY_S - as_of_s / DAY_S);
    printf("  %s: ", id ? id : "");
    if (snapshot == 0) {
        printf("NOTHING YET; `ballotd import --source %s` takes an export over\n", id ? id : "");
        return;
    }
    date_print(instant_date(as_of_s), day);
    printf("snapshot %lld, as of %s, %lld %s ago%s", snapshot, day, days,
           days == 1 ? "day" : "days",
           json_is_true(json_object_get(feed, "lists")) ? "" : "; no membership list");
    if (json_is_true(json_object_get(feed, "stale")))
        printf("\n      TOO OLD: over %lld days. It can let people in and keep nobody out; ask for "
               "a new one",
               number_of(feed, "stale_after"));
    printf("\n");
}

static void print_feeds(const json_t *report)
{
    const json_t *feeds = json_object_get(report, "feeds");
    printf("\nFeeds\n");
    for (size_t i = 0; i < json_array_size(feeds); i++)
        print_feed(json_array_get(feeds, i));
}

/* -- people and cases ------------------------------------------------------------------------- */

static void print_people(const json_t *report)
{
    static const struct {
        const char *member, *words;
        bool always;
    } LINES[] = {
        {"members", "people in the lists, of whom", true},
        {"eligible", "eligible: they may vote", true},
        {"provisional", "provisional: they may vote; people decide before the count", true},
        {"ineligible", "ineligible: the rules leave them out", true},
        {"undetermined", "undetermined: a case must decide before the seal", true},
        {"removed", "removed by a case", false},
        {"withdrawn", "withdrawn: a case says that they are somebody else", false},
    };
    long long version = number_of(report, "version");
    printf("\nPeople, as the roll would be now");
    if (version > 0)
        printf(" (version %lld is sealed)", version);
    printf("\n");
    for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
        long long count = number_of(report, LINES[i].member);
        if (LINES[i].always || count > 0)
            printf("%9lld  %s\n", count, LINES[i].words);
    }
}

static void print_cases(const json_t *report)
{
    const json_t *cases = json_object_get(report, "cases");
    printf("\nCases\n%9lld  in all; `ballotd case list` shows them\n%9lld  open\n%9lld  in force\n",
           number_of(cases, "all"), number_of(cases, "open"), number_of(cases, "in_force"));
    if (number_of(report, "moot") > 0)
        printf("%9lld  effects of cases came to nothing, since the data changed after them\n",
               number_of(report, "moot"));
}

/* -- what comes next -------------------------------------------------------------------------- */

static void print_next(const json_t *report, unsigned alarms)
{
    printf("\nNext\n");
    if (alarms > 0)
        printf("  Ask who changed what the alarms name, and why, before you go on.\n");
    printf("  `ballotd roll candidates` lists what looks wrong, a person at a time.\n");
    if (number_of(report, "provisional") > 0)
        printf("  `ballotd roll members` shows who is provisional, and why. Decide their cases.\n");
    if (number_of(report, "undetermined") > 0)
        printf(
            "  `ballotd roll members` shows who is undetermined; `ballotd case raise` for each.\n");
    if (number_of(report, "unconfirmed") > 0)
        printf("  `ballotd roll exclusions` shows whom the rules leave out; look, and then\n"
               "  `ballotd roll exclusions --confirm`.\n");
    if (!json_is_true(json_object_get(report, "may_be_sealed"))) {
        printf("  ");
        office_print(json_span(json_object_get(report, "to_do")));
    } else if (number_of(report, "version") == 0) {
        printf("  The roll may be sealed: `ballotd roll seal`.\n");
    } else {
        printf("  `ballotd roll amend` makes the next version, where a case was decided since.\n");
    }
}

void roll_report_print(const json_t *report, const json_t *differences)
{
    unsigned alarms = print_alarms(differences);
    if (alarms == 0)
        printf("No alarm: nothing changed in bulk between two snapshots of a source.\n");
    print_feeds(report);
    print_people(report);
    print_cases(report);
    print_next(report, alarms);
    printf("\n");
    roll_report_print_differences(differences);
}
