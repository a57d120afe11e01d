/* roll [PEOPLE [FOLDER]]: how long it takes to import three feeds, to join them, to draft and to
 * seal the roll, and the memory.
 *
 * A national list, a finance feed in Windows-1252 with authority for what was paid, and a branch's
 * own list of every tenth member; 100,000 people unless told otherwise. With FOLDER the feeds are
 * written there, so that other programs can be measured on the same files.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "roll/import.h"
#include "roll/reconcile.h"
#include "roll/seal.h"

enum { PEOPLE = 100000, FEEDS = 3, FILE_BYTES_MAX = 1 << 30 };

#define TEXT(english) "{\"en\":\"" english "\",\"cy\":\"\"}"
#define MAPPING(source, encoding, columns)                                                         \
    "{\"format\":\"ballotd mapping 1\",\"source\":\"" source "\",\"encoding\":\"" encoding         \
    "\",\"missing\":[],\"columns\":[{\"column\":\"No\",\"field\":\"member_no\"}" columns "]}"

static const char *const MAPPINGS[FEEDS] = {
    MAPPING("members", "utf-8",
            ",{\"column\":\"Name\",\"field\":\"name\"},{\"column\":\"Email\",\"field\":\"email\"},"
            "{\"column\":\"Street\",\"field\":\"address\"},{\"column\":\"Town\",\"field\":"
            "\"address\"},{\"column\":\"Status\",\"field\":\"status\",\"words\":[[\"Live\","
            "\"active\"]]},{\"column\":\"Joined\",\"field\":\"joined_on\",\"dates\":"
            "[\"YYYY-MM-DD\",\"DD/MM/YYYY\"]}"),
    MAPPING("finance", "windows-1252",
            ",{\"column\":\"Payer\",\"field\":\"name\"},{\"column\":\"Paid to\",\"field\":"
            "\"paid_until\",\"dates\":[\"DD/MM/YYYY\"]}"),
    MAPPING("branch", "utf-8",
            ",{\"column\":\"Name\",\"field\":\"name\"},{\"column\":\"Email\",\"field\":\"email\"}"),
};
static const char SOURCES[] = "[{\"id\":\"members\",\"title\":" TEXT(
    "National") ",\"numbers\":\"members\",\"lists\":true,"
                "\"stale_after\":0},{\"id\":\"finance\",\"title\":" TEXT(
                    "Finance") ",\"numbers\":\"members\","
                               "\"lists\":false,\"stale_after\":28},{\"id\":\"branch\","
                               "\"title\":" TEXT("Branch") ","
                                                           "\"numbers\":\"members\",\"lists\":true,"
                                                           "\"stale_after\":0}]";
static const char FIELDS[] = "[{\"field\":\"paid_until\",\"source\":\"finance\"}]";
static const char RULES[] = "[{\"code\":\"LIVE\",\"text\":" TEXT(
    "in force") ",\"test\":{\"equal\":[\"status\",\"active\"]}"
                "},{\"code\":\"FREEZE\",\"text\":" TEXT(
                    "six months") ",\"test\":{\"at_least_before\":"
                                  "[\"joined_on\",6,\"months\",\"2026-07-12\"]}},{\"code\":"
                                  "\"PAID\",\"text\":" TEXT(
                                      "paid") ","
                                              "\"test\":{\"on_or_after\":[\"paid_until\",\"2026-06-"
                                              "30\"]}}]";
static const char STYLES[] = "[{\"id\":\"all\",\"title\":" TEXT(
    "All") ",\"unit\":\"all\","
           "\"votes\":1,\"votes_field\":\"\",\"test\":{\"always\":true}}]";

struct bench {
    unsigned people;
    struct buf csv[FEEDS];
    struct snapshot snapshots[FEEDS];
    struct feed feeds[FEEDS];
    struct source_list sources;
    struct rules rules;
    int64_t started_us;
};

static void lap(struct bench *bench, const char *what)
{
    int64_t now_us = clock_cpu_us();
    printf("%-36s %8.3f CPU s\n", what, (double)(now_us - bench->started_us) / 1e6);
    bench->started_us = clock_cpu_us();
}

/* The files are not in the order of the numbers. */
static unsigned number_of(unsigned i)
{
    return (unsigned)((uint64_t)i * 7368787u % 9999991u);
}

static void make_member(struct bench *bench, unsigned i)
{
    unsigned number = number_of(i);
    buf_add_format(&bench->csv[0],
                   "%07u,Person %u ap Neb,p%u@example.org,\"%u, Stryd Fawr\",Tref %u,Live,", number,
                   i, i, i % 300, i % 5000);
    if (i % 2 == 0)
        buf_add_format(&bench->csv[0], "%04u-%02u-%02u,\n", 1990 + i % 35, 1 + i % 12, 1 + i % 28);
    else
        buf_add_format(&bench->csv[0], "%02u/%02u/%04u,\n", 1 + i % 28, 1 + i % 12, 1990 + i % 35);
    buf_add_format(&bench->csv[1], "%07u,Si\xE2n %u,%02u/07/2026\n", number, i, 1 + i % 28);
    if (i % 10 == 0)
        buf_add_format(&bench->csv[2], "%07u,Person %u ap Neb,p%u@example.org\n", number, i, i);
}

static void make_feeds(struct bench *bench)
{
    buf_add_str(&bench->csv[0], "No,Name,Email,Street,Town,Status,Joined,Notes\n");
    buf_add_str(&bench->csv[1], "No,Payer,Paid to\n");
    buf_add_str(&bench->csv[2], "No,Name,Email\n");
    for (unsigned i = 0; i < bench->people; i++)
        make_member(bench, i);
}

static enum outcome write_feeds(const struct bench *bench, const char *folder, struct fail *fail)
{
    enum outcome outcome = OK;
    for (int i = 0; outcome == OK && i < FEEDS; i++) {
        char path[4096];
        snprintf(path, sizeof(path), "%s/%d.csv", folder, i + 1);
        outcome = file_write(path, buf_span(&bench->csv[i]), 0644, fail);
    }
    return outcome;
}

static enum outcome import_feed(struct bench *bench, int i, struct fail *fail)
{
    struct mapping mapping;
    struct import_report report;
    enum outcome outcome = mapping_read(span_str(MAPPINGS[i]), &mapping, fail);
    if (outcome != OK)
        return outcome;
    outcome =
        import_snapshot(buf_span(&bench->csv[i]), &mapping, &report, &bench->snapshots[i], fail);
    import_report_done(&report);
    mapping_done(&mapping);
    buf_done(&bench->csv[i]); /* as the daemon does: commitments are checked before */
    return outcome;
}

static enum outcome import_feeds(struct bench *bench, struct fail *fail)
{
    size_t bytes = 0;
    size_t texts = 0;
    enum outcome outcome = OK;
    bench->started_us = clock_cpu_us();
    for (int i = 0; outcome == OK && i < FEEDS; i++) {
        bytes += bench->csv[i].len;
        outcome = import_feed(bench, i, fail);
        bench->feeds[i] = (struct feed){.source = (uint32_t)i, .snapshot = &bench->snapshots[i]};
        texts += bench->snapshots[i].texts.len;
    }
    lap(bench, "import of three feeds");
    printf("  %.1f MB of CSV, %.1f MB of texts\n", (double)bytes / 1e6, (double)texts / 1e6);
    return outcome;
}

static enum outcome read_rules(struct bench *bench, struct fail *fail)
{
    json_t *sources = json_loads(SOURCES, 0, NULL);
    json_t *fields = json_loads(FIELDS, 0, NULL);
    json_t *rules = json_loads(RULES, 0, NULL);
    json_t *styles = json_loads(STYLES, 0, NULL);
    enum outcome outcome = sources_read(sources, fields, &bench->sources, fail);
    if (outcome == OK)
        outcome = rules_read(rules, styles, &bench->sources, &bench->rules, fail);
    json_decref(sources);
    json_decref(fields);
    json_decref(rules);
    json_decref(styles);
    return outcome;
}

/* Not random: the bench measures the roll, and the seal only needs salts that differ. */
static void count_salt(void *bytes, size_t len)
{
    static uint64_t count;
    count++;
    memset(bytes, 0, len);
    memcpy(bytes, &count, sizeof(count));
}

static enum outcome seal(struct bench *bench, const struct draft *draft, struct fail *fail)
{
    struct sealed sealed;
    for (uint32_t i = 0; i < draft->member_count; i++)
        draft->members[i].confirmed = true;
    const struct seal_terms terms = {.draft = draft, .random = count_salt, .not_before_s = 1};
    enum outcome outcome = seal_roll(&terms, &sealed, fail);
    if (outcome != OK)
        return outcome;
    lap(bench, "seal (leaves, sort, root)");
    seal_done(&sealed);
    return OK;
}

/* The sources with one another, and the national list with itself as it was before: the dearest
 * case, since every row is compared. */
static enum outcome reconcile(struct bench *bench, const struct draft *draft, struct fail *fail)
{
    struct difference difference;
    struct reconciliation found;
    enum outcome outcome = difference_find(bench->feeds[0].snapshot, bench->feeds[0].snapshot, NULL,
                                           0, &difference, fail);
    if (outcome != OK)
        return outcome;
    lap(bench, "difference of the largest feed");
    struct reconcile_step step = {.from = bench->feeds[0].snapshot, .difference = &difference};
    struct reconcile_terms terms = {.draft = draft, .steps = &step, .step_count = 1};
    outcome = reconcile_find(&terms, &found, fail);
    if (outcome == OK) {
        lap(bench, "reconcile");
        printf("  %u candidates\n", found.count);
        reconcile_done(&found);
    }
    difference_done(&difference);
    return outcome;
}

static enum outcome derive(struct bench *bench, struct fail *fail)
{
    static const uint8_t KEY[ROLL_KEY_BYTES] = {1};
    struct people people;
    struct draft draft;
    struct people_terms terms = {.sources = &bench->sources,
                                 .rules = &bench->rules,
                                 .feeds = bench->feeds,
                                 .feed_count = FEEDS,
                                 .roll_key = KEY};
    enum outcome outcome = people_join(&terms, &people, fail);
    if (outcome != OK)
        return outcome;
    lap(bench, "join (sort, merge, pseudonyms)");
    outcome = draft_build(&people, NULL, &draft, fail);
    if (outcome == OK) {
        lap(bench, "draft (rules)");
        printf("  %u people: %u eligible, %u ineligible, %u provisional\n", draft.member_count,
               draft_count(&draft, MEMBER_ELIGIBLE), draft_count(&draft, MEMBER_INELIGIBLE),
               draft_count(&draft, MEMBER_PROVISIONAL));
        outcome = reconcile(bench, &draft, fail);
        if (outcome == OK)
            outcome = seal(bench, &draft, fail);
        draft_done(&draft);
    }
    people_done(&people);
    return outcome;
}

int main(int argc, char **argv)
{
    struct bench bench = {.people = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : PEOPLE};
    struct fail fail = {0};
    struct rusage usage;
    for (int i = 0; i < FEEDS; i++)
        buf_init(&bench.csv[i], FILE_BYTES_MAX);
    make_feeds(&bench);
    enum outcome outcome = argc > 2 ? write_feeds(&bench, argv[2], &fail) : OK;
    if (outcome == OK)
        outcome = read_rules(&bench, &fail);
    if (outcome == OK)
        outcome = import_feeds(&bench, &fail);
    if (outcome == OK)
        outcome = derive(&bench, &fail);
    if (outcome != OK)
        fprintf(stderr, "roll: %s\n", fail.text);
    for (int i = 0; i < FEEDS; i++) {
        buf_done(&bench.csv[i]);
        snapshot_done(&bench.snapshots[i]);
    }
    rules_done(&bench.rules);
    sources_done(&bench.sources);
    getrusage(RUSAGE_SELF, &usage);
    printf("%-36s %8.1f MB\n", "most memory, CSV included", (double)usage.ru_maxrss / 1e3);
    return outcome == OK ? 0 : 1;
}
