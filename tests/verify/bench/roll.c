/* roll PEOPLE: what deriving a draft costs the verifier: a membership list of this many people, a
 * finance feed of all of them and a local list of a tenth, which are made here. Prints one line for
 * scripts/bench, CPU seconds and the most memory held, the files included, in MiB:
 *
 *   draft PEOPLE IMPORT_S JOIN_S DRAFT_S PEAK_MIB
 */
#include "roll/draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum { FEEDS = 3, CSV_BYTES_MOST = 1 << 30 };

static const char definition[] =
    "{\"sources\":["
    "{\"id\":\"members\",\"title\":{\"en\":\"M\",\"cy\":\"\"},\"numbers\":\"members\",\"lists\":"
    "true,"
    "\"stale_after\":0},"
    "{\"id\":\"finance\",\"title\":{\"en\":\"F\",\"cy\":\"\"},\"numbers\":\"members\",\"lists\":"
    "false,"
    "\"stale_after\":28},"
    "{\"id\":\"wales\",\"title\":{\"en\":\"W\",\"cy\":\"\"},\"numbers\":\"members\",\"lists\":true,"
    "\"stale_after\":0}],"
    "\"fields\":[{\"field\":\"paid_until\",\"source\":\"finance\"},"
    "{\"field\":\"x.owed\",\"source\":\"finance\"}],\"rules\":["
    "{\"code\":\"LIVE\",\"text\":{\"en\":\"T\",\"cy\":\"\"},\"test\":{\"one_of\":[\"status\","
    "[\"active\",\"grace\"]]}},"
    "{\"code\":\"FREEZE\",\"text\":{\"en\":\"T\",\"cy\":\"\"},\"test\":{\"at_least_before\":["
    "\"joined_on\",6,\"months\",\"2026-07-12\"]}},"
    "{\"code\":\"PAID\",\"text\":{\"en\":\"T\",\"cy\":\"\"},\"test\":{\"any\":[{\"on_or_after\":["
    "\"paid_until\",\"2026-01-01\"]},{\"number_at_most\":[\"x.owed\",500]}]}}],"
    "\"styles\":[{\"id\":\"wales\",\"title\":{\"en\":\"T\",\"cy\":\"\"},\"unit\":\"wales\","
    "\"votes\":1,"
    "\"votes_field\":\"\",\"test\":{\"equal\":[\"nation\",\"wales\"]}},"
    "{\"id\":\"all\",\"title\":{\"en\":\"T\",\"cy\":\"\"},\"unit\":\"rest\",\"votes\":1,"
    "\"votes_field\":\"\",\"test\":{\"always\":true}}]}";

#define MAPPING(source, columns)                                                                   \
    "{\"format\":\"ballotd mapping 1\",\"source\":\"" source "\",\"encoding\":\"utf-8\","          \
    "\"missing\":[\"-\"],\"columns\":[" columns "]}"
#define COLUMN(column, field) "{\"column\":\"" column "\",\"field\":\"" field "\"}"

static const char *const mappings[FEEDS] = {
    MAPPING(
        "members",
        COLUMN("No", "member_no") "," COLUMN("First", "name") "," COLUMN("Last", "name") "," COLUMN("Email", "email") "," COLUMN("Phone", "phone") "," COLUMN(
            "Address",
            "address") "," COLUMN("Postcode",
                                  "postcode") "," COLUMN("Nation",
                                                         "nation") "," COLUMN("Branch",
                                                                              "branch") ",{"
                                                                                        "\"column\""
                                                                                        ":\"Status"
                                                                                        "\","
                                                                                        "\"field\":"
                                                                                        "\"status\""
                                                                                        ",\"words\""
                                                                                        ":["
                                                                                        "[\"DD "
                                                                                        "Live\","
                                                                                        "\"active\""
                                                                                        "],["
                                                                                        "\"Lapsed\""
                                                                                        ",\"lapsed"
                                                                                        "\"],["
                                                                                        "\"Grace\","
                                                                                        "\"grace\"]"
                                                                                        "]},"
                                                                                        "{\"column"
                                                                                        "\":"
                                                                                        "\"Joined\""
                                                                                        ",\"field\""
                                                                                        ":\"joined_"
                                                                                        "on\","
                                                                                        "\"dates\":"
                                                                                        "[\"DD/MM/"
                                                                                        "YYYY\"]}"),
    MAPPING("finance",
            COLUMN("No", "member_no") ",{\"column\":\"Paid\",\"field\":\"paid_until\",\"dates\":["
                                      "\"YYYY-MM-DD\"]},{\"column\":\"Owed\",\"field\":\"x.owed\","
                                      "\"number\":2}"),
    MAPPING("wales",
            COLUMN("No", "member_no") "," COLUMN("Email", "email") "," COLUMN("Branch", "branch")),
};

static double cpu_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void give_up(const char *why)
{
    fprintf(stderr, "roll: %s\n", why);
    exit(1);
}

/* -- the files -------------------------------------------------------------------------------- */

static void write_member(struct buffer *out, unsigned i)
{
    static const char *const nations[] = {"england", "scotland", "wales", "england"};
    static const char *const statuses[] = {"DD Live", "DD Live", "DD Live", "Grace", "Lapsed"};
    char line[400];
    (void)snprintf(line, sizeof line,
                   "M%07u,First%u,Last%u,member%u@example.org,0%u,\"%u, High Street\",AB%u 1CD,%s,"
                   "Branch %u,%s,%02u/%02u/%04u\n",
                   i, i % 997, i % 7919, i, 1000000000 + i, i % 200, i % 99, nations[i % 4],
                   i % 650, statuses[i % 5], i % 28 + 1, i % 12 + 1, 1990 + i % 36);
    buffer_append_text(out, line);
}

static void write_payment(struct buffer *out, unsigned i)
{
    char line[100];
    (void)snprintf(line, sizeof line, "M%07u,202%u-%02u-15,%u.%02u\n", i, 4 + i % 3, i % 12 + 1,
                   i % 12, i % 100);
    buffer_append_text(out, line);
}

static void write_local(struct buffer *out, unsigned i)
{
    char line[100];
    (void)snprintf(line, sizeof line, "M%07u,member%u@example.org,Branch %u\n", i, i, i % 650);
    buffer_append_text(out, line);
}

static void make_files(unsigned people, struct buffer files[FEEDS])
{
    static const char *const headers[FEEDS] = {
        "No,First,Last,Email,Phone,Address,Postcode,Nation,Branch,Status,Joined\n",
        "No,Paid,Owed\n", "No,Email,Branch\n"};
    for (unsigned k = 0; k < FEEDS; k++) {
        buffer_init(&files[k], CSV_BYTES_MOST);
        buffer_append_text(&files[k], headers[k]);
    }
    for (unsigned i = 0; i < people; i++) {
        write_member(&files[0], i);
        write_payment(&files[1], people - 1 - i);
        if (i % 10 == 0)
            write_local(&files[2], i);
    }
}

/* -- the work --------------------------------------------------------------------------------- */

static void import_all(const struct buffer files[FEEDS], struct mapping maps[FEEDS],
                       struct table tables[FEEDS], struct arena *arena)
{
    struct fail fail;
    for (unsigned k = 0; k < FEEDS; k++)
        if (mapping_read(span_text(mappings[k]), arena, &maps[k], &fail) != GOOD ||
            table_import(buffer_span(&files[k]), &maps[k], &tables[k], &fail) != GOOD)
            give_up(fail.text);
}

static size_t held_mib(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return (size_t)usage.ru_maxrss / 1024;
}

int main(int argc, char **argv)
{
    static struct buffer files[FEEDS];
    static struct mapping maps[FEEDS];
    static struct table tables[FEEDS];
    static struct rules rules;
    static struct people people;
    static const uint8_t key[ROLL_KEY_BYTES];
    const struct casebook_view nothing = {.case_count = 0};
    struct arena arena = {NULL};
    struct draft draft;
    struct fail fail;
    if (argc != 2)
        return 2;
    make_files((unsigned)strtoul(argv[1], NULL, 10), files);
    if (rules_read(span_text(definition), &arena, &rules, &fail) != GOOD)
        give_up(fail.text);
    double began_s = cpu_s();
    import_all(files, maps, tables, &arena);
    double imported_s = cpu_s();
    const struct snapshot snapshots[FEEDS] = {
        {0, 9, 9, &tables[0]}, {1, 9, 9, &tables[1]}, {2, 9, 9, &tables[2]}};
    if (people_make(&rules, snapshots, FEEDS, 0, span_of(key, sizeof key), &arena, &people,
                    &fail) != GOOD)
        give_up(fail.text);
    double joined_s = cpu_s();
    if (draft_make(&people, &nothing, &arena, &draft, &fail) != GOOD)
        give_up(fail.text);
    double drafted_s = cpu_s();
    printf("draft %zu %.2f %.2f %.2f %zu\n", people.count, imported_s - began_s,
           joined_s - imported_s, drafted_s - joined_s, held_mib());
    people_done(&people);
    arena_done(&arena);
    for (unsigned k = 0; k < FEEDS; k++) {
        table_done(&tables[k]);
        buffer_done(&files[k]);
    }
    return 0;
}
