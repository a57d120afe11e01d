/* roll [CSV MAPPING RULES STYLES]: how long an import, a draft and a seal take, and the memory.
 *
 * Without arguments: 100,000 members made here. With them: files as tests/tools/people prints
 * them. Members whom the rules cannot decide are reported and, for the seal, excluded by nobody:
 * sealing is timed on drafts where all are decided.
 */
#include <stdio.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "roll/explain.h"
#include "roll/import.h"
#include "roll/seal.h"

enum { MEMBERS = 100000, FILE_BYTES_MAX = 1 << 30 };

static const char MAPPING[] =
    "{\"format\":\"ballotd mapping 1\",\"source\":\"members\",\"encoding\":\"utf-8\",\"missing\":"
    "[],\"columns\":[{\"column\":\"No\",\"field\":\"member_no\"},{\"column\":\"Name\",\"field\":"
    "\"name\"},{\"column\":\"Email\",\"field\":\"email\"},{\"column\":\"Street\",\"field\":"
    "\"address\"},{\"column\":\"Town\",\"field\":\"address\"},{\"column\":\"Status\",\"field\":"
    "\"status\",\"words\":[[\"Live\",\"active\"]]},{\"column\":\"Joined\",\"field\":\"joined_on\","
    "\"dates\":[\"YYYY-MM-DD\",\"DD/MM/YYYY\"]}]}";
static const char RULES[] =
    "[{\"code\":\"LIVE\",\"text\":{\"en\":\"in force\",\"cy\":\"\"},\"test\":{\"equal\":"
    "[\"status\",\"active\"]}},{\"code\":\"FREEZE\",\"text\":{\"en\":\"six months\",\"cy\":\"\"},"
    "\"test\":{\"at_least_before\":[\"joined_on\",6,\"months\",\"2026-07-12\"]}}]";
static const char STYLES[] = "[{\"id\":\"all\",\"title\":{\"en\":\"All\",\"cy\":\"\"},\"unit\":"
                             "\"all\",\"test\":{\"always\":true}}]";

static void make_members(struct buf *csv)
{
    buf_add_str(csv, "No,Name,Email,Street,Town,Status,Joined,Notes\n");
    for (unsigned i = 0; i < MEMBERS; i++) {
        unsigned mixed = i * 2654435761u >> 12; /* the file is not in the order of the numbers */
        buf_add_format(csv,
                       "%07u,Person %u ap Neb,p%u@example.org,\"%u, Stryd Fawr\",Tref %u,Live,",
                       mixed % 9999991u, i, i, i % 300, i % 5000);
        if (i % 2 == 0)
            buf_add_format(csv, "%04u-%02u-%02u,\n", 1990 + i % 35, 1 + i % 12, 1 + i % 28);
        else
            buf_add_format(csv, "%02u/%02u/%04u,\n", 1 + i % 28, 1 + i % 12, 1990 + i % 35);
    }
}

/* Not random: the bench measures the roll, and the seal only needs salts that differ. */
static void count_salt(void *bytes, size_t len)
{
    static uint64_t count;
    count++;
    memset(bytes, 0, len);
    memcpy(bytes, &count, sizeof(count));
}

struct bench {
    struct buf csv;
    struct buf mapping;
    struct buf rules;
    struct buf styles;
    int64_t started_us;
};

static void lap(struct bench *bench, const char *what)
{
    int64_t now_us = clock_cpu_us();
    printf("%-28s %8.3f CPU s\n", what, (double)(now_us - bench->started_us) / 1e6);
    bench->started_us = clock_cpu_us();
}

static enum outcome read_rules(const struct bench *bench, struct rules *out_rules,
                               struct fail *fail)
{
    json_t *rules = json_loadb((const char *)bench->rules.bytes, bench->rules.len, 0, NULL);
    json_t *styles = json_loadb((const char *)bench->styles.bytes, bench->styles.len, 0, NULL);
    enum outcome outcome = rules_read(rules, styles, out_rules, fail);
    json_decref(rules);
    json_decref(styles);
    return outcome;
}

static enum outcome run_draft(struct bench *bench, const struct snapshot *snapshot,
                              struct fail *fail)
{
    static const uint8_t KEY[ROLL_KEY_BYTES] = {1};
    struct rules rules;
    struct draft draft;
    struct sealed sealed;
    enum outcome outcome = read_rules(bench, &rules, fail);
    if (outcome == OK)
        outcome = draft_build(snapshot, &rules, NULL, KEY, &draft, fail);
    if (outcome != OK)
        return outcome;
    lap(bench, "draft (rules, pseudonyms)");
    printf("  %u members: %u eligible, %u ineligible, %u undetermined\n", draft.member_count,
           draft_count(&draft, MEMBER_ELIGIBLE), draft_count(&draft, MEMBER_INELIGIBLE),
           draft_count(&draft, MEMBER_UNDETERMINED));
    for (uint32_t i = 0; i < draft.member_count; i++) {
        struct draft_member *member = &draft.members[i];
        member->confirmed = true;
        if (member->outcome == MEMBER_UNDETERMINED)
            member->outcome = MEMBER_REMOVED;
    }
    bench->started_us = clock_cpu_us();
    outcome = seal_roll(&draft, count_salt, &sealed, fail);
    if (outcome != OK)
        return outcome;
    lap(bench, "seal (leaves, sort, root)");
    seal_done(&sealed);
    draft_done(&draft);
    rules_done(&rules);
    return OK;
}

static enum outcome run(struct bench *bench, struct fail *fail)
{
    struct mapping mapping;
    struct import_report report;
    struct snapshot snapshot;
    printf("%.1f MB of CSV\n", (double)bench->csv.len / 1e6);
    bench->started_us = clock_cpu_us();
    enum outcome outcome = mapping_read(buf_span(&bench->mapping), &mapping, fail);
    if (outcome == OK)
        outcome = import_snapshot(buf_span(&bench->csv), &mapping, &report, &snapshot, fail);
    if (outcome != OK)
        return outcome;
    lap(bench, "import");
    printf("  %u rows, %.1f MB of texts\n", snapshot.rows, (double)snapshot.texts.len / 1e6);
    import_report_done(&report);
    outcome = run_draft(bench, &snapshot, fail);
    snapshot_done(&snapshot);
    mapping_done(&mapping);
    return outcome;
}

static enum outcome load(struct bench *bench, char **paths, struct fail *fail)
{
    if (paths == NULL) {
        make_members(&bench->csv);
        buf_add_str(&bench->mapping, MAPPING);
        buf_add_str(&bench->rules, RULES);
        buf_add_str(&bench->styles, STYLES);
        return buf_check(&bench->csv, "the members", fail);
    }
    struct buf *const files[] = {&bench->csv, &bench->mapping, &bench->rules, &bench->styles};
    enum outcome outcome = OK;
    for (size_t i = 0; outcome == OK && i < 4; i++)
        outcome = file_read(paths[i], files[i], fail);
    return outcome;
}

int main(int argc, char **argv)
{
    struct bench bench = {0};
    struct fail fail = {0};
    struct rusage usage;
    struct buf *const files[] = {&bench.csv, &bench.mapping, &bench.rules, &bench.styles};
    for (size_t i = 0; i < 4; i++)
        buf_init(files[i], FILE_BYTES_MAX);
    enum outcome outcome = load(&bench, argc == 5 ? argv + 1 : NULL, &fail);
    if (outcome == OK)
        outcome = run(&bench, &fail);
    if (outcome != OK)
        fprintf(stderr, "roll: %s\n", fail.text);
    getrusage(RUSAGE_SELF, &usage);
    printf("%-28s %8.1f MB\n", "most memory, CSV included", (double)usage.ru_maxrss / 1e3);
    for (size_t i = 0; i < 4; i++)
        buf_done(files[i]);
    return outcome == OK ? 0 : 1;
}
