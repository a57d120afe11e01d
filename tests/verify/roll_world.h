/* A board and its annex, whole and sound or with one thing twisted, made from docs/roll.md: two
 * feeds, fifteen cases, two versions, provisional and tendered credentials, the freeze. Everything
 * around the twist is committed, signed and hashed anew, as an insider would. */
#ifndef TESTS_VERIFY_ROLL_WORLD_H
#define TESTS_VERIFY_ROLL_WORLD_H

#include "verify/roll_stage.h"
#include "verify/roll_twists.h"

enum { LEAVES_MOST = 12, CAST_MOST = 8 };

/* A leaf as it was sealed, with the credentials that it was given. */
struct world_leaf {
    uint8_t hash[HASH_BYTES];
    const char *number;
    char line[700];
    uint8_t channel, votes, style, keys; /* keys: the byte that its first key is made of */
    bool provisional, standing, issued;
};

struct world {
    struct stage stage;
    enum twist twist;
    struct world_leaf leaves[LEAVES_MOST];
    size_t leaf_count;
    struct {
        uint8_t key; /* the byte that it is made of */
        uint64_t entry;
    } cast[CAST_MOST];
    size_t cast_count;
    struct roll_style_count styles[2][2];
    uint8_t revoked[2][KEY_BYTES];
};

/* -- snapshots -------------------------------------------------------------------------------- */

enum { TAKEN_FIRST = MONDAY_AT - 40 * DAY_SECONDS, TAKEN_SECOND = MONDAY_AT - 3600 };
/* When the versions of the roll were drafted. */
enum { FIRST_SEALED = MONDAY_AT + 30 * DAY_SECONDS, LATER_SEALED = MONDAY_AT + 31 * DAY_SECONDS };

static const char mapping_text[] =
    "{\"format\":\"ballotd mapping 1\",\"source\":\"%s\",\"encoding\":\"utf-8\",\"missing\":[],"
    "\"columns\":[{\"column\":\"No\",\"field\":\"member_no\"},"
    "{\"column\":\"Name\",\"field\":\"name\"},{\"column\":\"Email\",\"field\":\"email\"},"
    "{\"column\":\"Address\",\"field\":\"address\"},"
    "{\"column\":\"Status\",\"field\":\"status\",\"words\":[[\"DD Live\",\"active\"],"
    "[\"Lapsed\",\"lapsed\"]]},"
    "{\"column\":\"Joined\",\"field\":\"joined_on\",\"dates\":[\"YYYY-MM-DD\"]},"
    "{\"column\":\"Nation\",\"field\":\"nation\"},"
    "{\"column\":\"Kind\",\"field\":\"kind\",\"words\":[[\"Delegate\",\"delegate\"]]},"
    "{\"column\":\"Votes\",\"field\":\"x.votes\",\"number\":0}]}";

static const char finance_mapping[] =
    "{\"format\":\"ballotd mapping "
    "1\",\"source\":\"finance\",\"encoding\":\"utf-8\",\"missing\":[],"
    "\"columns\":[{\"column\":\"No\",\"field\":\"member_no\"},"
    "{\"column\":\"Paid\",\"field\":\"paid_until\",\"dates\":[\"YYYY-MM-DD\"]}]}";

#define HEAD "No,Name,Email,Address,Status,Joined,Nation,Kind,Votes\r\n"
#define MOST                                                                                       \
    "1,Ann One,,\"1, High Street\",DD Live,2020-01-01,wales,,\r\n"                                 \
    "2,Bob Two,bob@,,DD Live,2020-01-01,wales,,\r\n"                                               \
    "3,Cat Three,cat@example.org,,Lapsed,2020-01-01,wales,,\r\n"                                   \
    "4,Dan Four,dan@example.org,,Lapsed,2020-01-01,wales,,\r\n"                                    \
    "5,Eve Five,eve@example.org,,DD Live,,wales,,\r\n"                                             \
    "6,Fay Six,,,DD Live,2020-01-01,wales,,\r\n"
#define REST                                                                                       \
    "7,Fay Siks,,,DD Live,2020-01-01,wales,,\r\n"                                                  \
    "8,Gus Eight,,,DD Live,2020-01-01,england,,\r\n"                                               \
    "9,Hal Nine,,,DD Live,2020-01-01,wales,,\r\n"                                                  \
    "10,Ida Ten,,,Lapsed,2020-01-01,wales,,\r\n"                                                   \
    "11,Joy Eleven,joy@example.org,,Lapsed,2020-01-01,wales,,\r\n"

static const char first_text[] =
    HEAD "0042,Si\xC3\xA2n Huws,sian@example.org,,DD Live,2024-02-29,wales,,\r\n" MOST REST
         "13,Lea Thirteen,old@example.org,,DD Live,2020-01-01,wales,Delegate,2\r\n"
         "99,Zoe Gone,,,DD Live,2020-01-01,wales,,\r\n";

static const char second_text[] =
    HEAD "0042,Si\xC3\xA2n Huws,sian@example.org,,%s,2024-02-29,wales,,\r\n" MOST
         "6,Fay Six,fay@example.org,,DD Live,2020-01-01,wales,,\r\n" REST
         "12,Kim Twelve,kim@example.org,,Lapsed,2020-01-01,wales,,\r\n"
         "13,Lea Thirteen,new@example.org,,DD Live,2020-01-01,wales,Delegate,2\r\n";

static const char finance_text[] = "No,Paid\r\n1,2026-12-31\r\n2,\r\n7777,2026-01-01\r\n";

static const char rules_text[] =
    "{\"sources\":[{\"id\":\"members\",\"title\":{\"en\":\"M\",\"cy\":\"\"},"
    "\"numbers\":\"members\",\"lists\":true,\"stale_after\":0},"
    "{\"id\":\"finance\",\"title\":{\"en\":\"F\",\"cy\":\"\"},\"numbers\":\"members\","
    "\"lists\":false,\"stale_after\":28}],\"fields\":[{\"field\":\"paid_until\",\"source\":"
    "\"finance\"}],\"rules\":["
    "{\"code\":\"PAID\",\"text\":{\"en\":\"Paid\",\"cy\":\"\"},\"test\":{\"equal\":[\"status\","
    "\"active\"]}},"
    "{\"code\":\"FREEZE\",\"text\":{\"en\":\"Joined\",\"cy\":\"\"},"
    "\"test\":{\"at_least_before\":[\"joined_on\",6,\"months\",\"2026-07-12\"]}}],"
    "\"styles\":[{\"id\":\"delegates\",\"title\":{\"en\":\"D\",\"cy\":\"\"},\"unit\":\"wales\","
    "\"votes\":3,\"votes_field\":\"x.votes\",\"test\":{\"all\":[{\"present\":\"kind\"},"
    "{\"equal\":[\"kind\",\"delegate\"]}]}},"
    "{\"id\":\"all\",\"title\":{\"en\":\"All\",\"cy\":\"\"},\"unit\":\"wales\",\"votes\":1,"
    "\"votes_field\":\"\",\"test\":{\"equal\":[\"nation\",\"wales\"]}}]}";

static struct roll_entry *add_snapshot(struct world *world, unsigned number, const char *source,
                                       struct span csv_text, struct span json_text, uint64_t rows,
                                       uint64_t taken_at)
{
    struct stage *stage = &world->stage;
    struct roll_entry *entry = add_entry(stage, ENTRY_SNAPSHOT);
    struct annex_file *csv =
        add_file(stage, keepf(stage, "snapshots/%u.csv", number), csv_text, true);
    struct annex_file *json =
        add_file(stage, keepf(stage, "mappings/%u.json", number), json_text, true);
    entry->snapshot.source = span_text(source);
    entry->snapshot.rows = rows;
    entry->snapshot.taken_at = entry->snapshot.as_of = taken_at;
    annex_commitment(LABEL_SNAPSHOT, csv, entry->snapshot.commitment);
    annex_commitment(LABEL_MAPPING, json, entry->snapshot.mapping);
    return entry;
}

static void make_snapshots(struct world *world)
{
    struct stage *stage = &world->stage;
    enum twist twist = world->twist;
    const char *status = twist == SNAPSHOT_WORD ? "dd live" : "DD Live";
    const char *source = twist == MAPPING_SOURCE ? "finance" : "members";
    (void)add_snapshot(world, 1, "members", keep(stage, first_text),
                       keepf(stage, mapping_text, "members"), 14, TAKEN_FIRST);
    struct roll_entry *second = add_snapshot(world, 2, "members", keepf(stage, second_text, status),
                                             keepf(stage, mapping_text, source),
                                             15 + (twist == SNAPSHOT_ROWS), TAKEN_SECOND);
    second->snapshot.as_of = TAKEN_FIRST; /* which makes nothing known earlier than it was */
    second->snapshot.commitment[0] ^= twist == SNAPSHOT_OTHER;
    second->snapshot.mapping[0] ^= twist == MAPPING_OTHER;
    if (twist != DIFFERENCE_NONE) {
        struct roll_entry *entry = add_entry(stage, ENTRY_DIFFERENCE);
        entry->difference.from = twist == DIFFERENCE_FROM ? 2 : 1;
        entry->difference.to = 2;
        entry->difference.joined = twist == DIFFERENCE_TRUE ? 1 : 4;
        entry->difference.left = 4;
        entry->difference.email = twist == DIFFERENCE_EMAIL ? 0 : 4;
        entry->difference.alarms = twist == DIFFERENCE_ALARMS;
    }
    (void)add_snapshot(world, 3, "finance", keep(stage, finance_text), keep(stage, finance_mapping),
                       3, TAKEN_SECOND);
}

/* -- cases ------------------------------------------------------------------------------------ */

static const char *person(struct world *world, const char *number)
{
    return pseudonym(&world->stage, "members", number);
}

/* The file that stands behind every case, under a salt of its own. */
static void give_evidence(struct world *world, unsigned number, int day)
{
    struct stage *stage = &world->stage;
    enum twist twist = number == 1 ? world->twist : TWIST_NONE;
    uint8_t commitment[HASH_BYTES], sha256[HASH_BYTES];
    struct annex_file file = {
        .bytes = keep(stage, twist == EVIDENCE_HTML ? "<b>statement</b>" : "bank statement 1")};
    memset(file.salt, 0x60 + (int)number, sizeof file.salt);
    annex_commitment(LABEL_EVIDENCE, &file, commitment);
    hash_sha256(file.bytes, sha256);
    sha256[0] ^= twist == EVIDENCE_SHA256;
    commitment[0] ^= twist == EVIDENCE_OTHER;
    struct span members =
        keepf(stage,
              "\"evidence\":\"bank-line\",\"file\":{\"sha256\":\"%s\",\"commitment\":\"%s\","
              "\"size\":%d,\"type\":\"%s\"}",
              hex_of(sha256, HASH_BYTES), hex_of(commitment, HASH_BYTES),
              twist == EVIDENCE_SIZE ? 15 : 16, twist == EVIDENCE_TYPE ? "pdf" : "text");
    if (twist != EVIDENCE_MISSING)
        memcpy(add_file(stage, keepf(stage, "evidence/%s.bin", hex_of(commitment, HASH_BYTES)),
                        file.bytes, true)
                   ->salt,
               file.salt, sizeof file.salt);
    (void)state(stage, "ann", "evidence", number, (const char *)members.ptr, on_day(day), NULL);
}

/* Raised, evidenced and proposed, and for a removal told. */
static void begin_case(struct world *world, unsigned number, const char *subject,
                       const char *effect, int day)
{
    struct stage *stage = &world->stage;
    struct span members = keepf(stage,
                                "\"by\":\"officer\",\"subjects\":[\"%s\"],\"effect\":"
                                "{\"do\":\"review\"},\"reason\":\"other\",\"text\":\"T\"",
                                person(world, subject));
    struct roll_entry *entry =
        state(stage, "ann", "variance", number, (const char *)members.ptr, on_day(day), NULL);
    entry->filed.commitment[0] ^= world->twist == CASE_OTHER_NOTE && number == 1;
    give_evidence(world, number, day);
    members = keepf(stage, "\"effect\":%s,\"rule\":\"\",\"text\":\"T\"", effect);
    (void)state(stage, "ann", "proposal", number, (const char *)members.ptr, on_day(day), NULL);
    if (strstr(effect, "exclude") != NULL || strstr(effect, "merge") != NULL)
        (void)state(stage, "cat", "notification", number,
                    "\"sent_by\":\"post\",\"text\":\"You are told\"", on_day(day), NULL);
}

static void decide_case(struct world *world, unsigned number, const char *outcome, int day)
{
    struct stage *stage = &world->stage;
    struct span members = keepf(stage,
                                "\"outcome\":\"%s\",\"reasons\":\"The bank's line shows it.\","
                                "\"conflict\":\"none\"",
                                outcome);
    stage->break_signature = world->twist == CASE_FORGED && number == 1;
    (void)state(stage, "bob", "decision", number, (const char *)members.ptr, on_day(day), NULL);
    if (stage->roll[0] != 0 && strcmp(outcome, "upheld") == 0)
        (void)state(stage, "dee", "countersignature", number, "\"as\":\"officer\",\"text\":\"T\"",
                    on_day(day), NULL);
}

/* The two lapsed members whom no case includes, each with their reason. */
static void confirm_exclusions(struct world *world)
{
    const char *a = person(world, "3"), *b = person(world, "10");
    bool order = strcmp(a, b) < 0;
    const char *codes = world->twist == ROLL_OTHER_CODES ? "\"PAID\",\"FREEZE\"" : "\"PAID\"";
    struct span members =
        keepf(&world->stage, "\"list\":[[\"%s\",[%s]],[\"%s\",[%s]]]", order ? a : b,
              order ? codes : "\"PAID\"", order ? b : a, order ? "\"PAID\"" : codes);
    if (world->twist == ROLL_UNCONFIRMED)
        members = keepf(&world->stage, "\"list\":[[\"%s\",[\"PAID\"]]]", b);
    (void)state(&world->stage, "ann", "exclusions", 0, (const char *)members.ptr, on_day(5), NULL);
}

static void make_cases(struct world *world)
{
    static const char include[] = "{\"do\":\"include\"}", exclude[] = "{\"do\":\"exclude\"}";
    static const char hold[] = "{\"do\":\"hold\"}";
    static const char fay[] =
        "{\"member_no\":\"6\",\"name\":\"Fay Six\",\"email\":\"fay@example.org\","
        "\"nation\":\"wales\",\"status\":\"active\",\"joined_on\":\"2020-01-01\"}";
    struct stage *stage = &world->stage;
    uint8_t row[HASH_BYTES];
    hash_sha256(span_text(fay), row);
    begin_case(world, 1, "4", include, 0);
    begin_case(world, 2, "5", "{\"do\":\"set\",\"field\":\"joined_on\",\"to\":\"2021-05-05\"}", 0);
    begin_case(
        world, 3, "6",
        (const char *)keepf(stage, "{\"do\":\"rows\",\"keep\":\"%s\"}", hex_of(row, HASH_BYTES))
            .ptr,
        0);
    begin_case(
        world, 4, "7",
        (const char *)keepf(stage, "{\"do\":\"merge\",\"into\":\"%s\"}", person(world, "6")).ptr,
        0);
    begin_case(world, 5, "8", exclude, 0);
    begin_case(world, 6, "9", exclude, 0);
    begin_case(world, 7, "10", include, 0);
    begin_case(world, 8, "11", hold, 0);
    begin_case(world, 9, "12", hold, 0);
    begin_case(world, 10, "1", "{\"do\":\"set\",\"field\":\"email\",\"to\":\"ann@example.org\"}",
               0);
    for (unsigned number = 1; number <= 10; number++)
        if (number != 3 || world->twist != ROLL_DUPLICATE)
            decide_case(world, number, number == 7 ? "refused" : "upheld", 5);
    confirm_exclusions(world);
}

/* After the first version: one joins, one who has not voted leaves, one who has stays. */
static void make_later_cases(struct world *world)
{
    begin_case(world, 11, "3", "{\"do\":\"include\"}", 7);
    begin_case(world, 12, "2", "{\"do\":\"exclude\"}", 7);
    begin_case(world, 13, "5", "{\"do\":\"exclude\"}", 7);
    for (unsigned number = 11; number <= 13; number++)
        decide_case(world, number, "upheld", 11);
}

/* Before the freeze: of the two provisional members one is upheld, one refused. */
static void make_last_cases(struct world *world)
{
    begin_case(world, 14, "11", "{\"do\":\"include\"}", 14);
    decide_case(world, 14, "upheld", 15);
    if (world->twist == LET_IN_LATE) {
        begin_case(world, 16, "10", "{\"do\":\"include\"}", 14);
        decide_case(world, 16, "upheld", 14);
    }
    if (world->twist == ADMITTED_EARNED) {
        begin_case(world, 16, "12",
                   "{\"do\":\"set\",\"field\":\"status\",\"from\":\"lapsed\",\"to\":\"active\"}",
                   14);
        decide_case(world, 16, "upheld", 14);
    }
    begin_case(world, 15, "12",
               world->twist == ADMITTED_OTHER ? "{\"do\":\"hold\"}" : "{\"do\":\"include\"}", 14);
    if (world->twist != ADMITTED_UNDECIDED)
        decide_case(world, 15, "refused", 15);
}

#endif
