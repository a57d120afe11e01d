/* tests/vectors/roll: a small roll from five feeds to its root, for whoever derives it with other
 * code.
 *
 * Without arguments the daemon derives it again and every file must be the same; with `write` the
 * files are written. What is in them stands in tests/vectors/README.md.
 */
#include "roll_feeds.h"

#include "base/file.h"

#define FOLDER "tests/vectors/roll/"

enum { FILE_BYTES = 1 << 20, COOLING_HOURS = 24 };

static const struct vector_feed {
    const char *source;
    const char *encoding;
    const char *columns;
    struct span csv;
    int days_old;
} FEEDS[] = {
    {"members", "utf-8", MEMBERS,
     SPAN_LIT("No,Name,Email,Status,Region,Seats\n"
              "A1,Ann,ann@old.org,grace,North,2\n"
              "A2,Bob,b@x.org,active,South,\n"
              "A3,Cat,c@x.org,lapsed,North,\n"
              "A4,Dan,dan@old.org,active,North,\n"
              "A6,Hal,hal@old.org,active,South,\n"),
     40},
    {"finance", "windows-1252", FINANCE,
     SPAN_LIT("No,Paid,Pay\xE9 par\nA1,2026-12-31,Ann\nA2,2026-12-31,\x80\n"
              "A3,2026-01-01,Cat\nA3,2026-12-31,Cat\nA5,2026-01-01,Fay\nA6,2026-07-31,Hal\n"),
     63},
    {"branch", "utf-16", NAME EMAIL,
     SPAN_LIT("\xFF\xFEN\0o\0,\0N\0a\0m\0e\0,\0E\0m\0a\0i\0l\0\n\0"
              "A\0001\0,\0A\0n\0n\0,\0a\0@\0n\0.\0o\0r\0g\0\n\0"
              "A\0004\0,\0D\0a\0n\0,\0d\0@\0x\0.\0o\0r\0g\0\n\0"
              "B\0009\0,\0S\0i\0\xE2\0n\0,\0s\0@\0x\0.\0o\0r\0g\0\n\0"),
     20},
    {"youth", "utf-8", NAME ",{\"column\":\"Region\",\"field\":\"region\"}",
     SPAN_LIT("\xEF\xBB\xBFNo,Name,Region\r\nA1,Young Ann,South\r\n"), 2},
    {"waivers", "utf-8", "", SPAN_LIT("No\nA4\n"), 2},
    {"members", "utf-8", MEMBERS,
     SPAN_LIT("No,Name,Email,Status,Region,Seats\n"
              "A1,Ann,ann@x.org,active,North,2\n"
              "A2,Bob,b@x.org,active,South,\n"
              "A2,\"Rob \"\"Bob\"\"\",b@x.org,active,South,\n"
              "A3,Cat,c@x.org,lapsed,North,4\n"
              "A4,Dan,,active,North,1\n"
              "A5,Fay,f@x.org,active,South,\n"
              "A6,Hal,hal@x.org,active,South,\n"),
     2},
};

static bool writing;

static void compare(const char *name, struct span bytes)
{
    char path[128];
    struct buf have;
    struct fail fail = {0};
    check_case("%s", name);
    snprintf(path, sizeof(path), FOLDER "%s", name);
    if (writing) {
        CHECK_INT(file_write(path, bytes, 0644, &fail), OK);
        return;
    }
    buf_init(&have, FILE_BYTES);
    CHECK_INT(file_read(path, &have, &fail), OK);
    CHECK_SPAN(bytes, buf_span(&have));
    buf_done(&have);
}

static void leaf_of(uint32_t number, uint8_t out_leaf[static HASH_BYTES])
{
    memset(out_leaf, (int)(0x50 + number), HASH_BYTES);
}

static void compare_snapshots(const struct feeds *feeds, struct buf *given)
{
    for (uint32_t i = 0; i < feeds->count; i++) {
        char name[32];
        uint8_t leaf[HASH_BYTES];
        const struct feed *feed = &feeds->feeds[i];
        leaf_of(i + 1, leaf);
        buf_add_str(given, i > 0 ? ",{\"leaf\":\"" : "{\"leaf\":\"");
        hex_add(given, SPAN_ARRAY(leaf));
        buf_add_format(given, "\",\"source\":\"%s\",\"taken_at\":%lld,\"as_of\":%lld,\"rows\":%u}",
                       FEEDS[i].source, (long long)feed->taken_at_s, (long long)feed->as_of_s,
                       feeds->snapshots[i].rows);
        snprintf(name, sizeof(name), "snapshot%u.csv", i + 1);
        compare(name, FEEDS[i].csv);
        snprintf(name, sizeof(name), "mapping%u.json", i + 1);
        compare(name, span_str(feeds->texts[i]));
    }
}

/* What a stranger needs beside the files. */
static void compare_given(const struct feeds *feeds)
{
    const struct fixture *fixture = &feeds->fixture;
    struct buf out;
    buf_init(&out, FILE_BYTES);
    buf_add_str(&out, "{\"origin\":\"" FIXTURE_ORIGIN "\",\"context\":\"");
    hex_add(&out, SPAN_ARRAY(fixture->context));
    buf_add_str(&out, "\",\"roll_key\":\"");
    hex_add(&out, SPAN_ARRAY(fixture->roll_key));
    buf_add_format(&out,
                   "\",\"announced_at\":%lld,\"decide_within\":%u,\"appeal_within\":%u,"
                   "\"reply_within\":%u,\"cooling_hours\":%d,\"non_working\":[]",
                   (long long)fixture->people.terms.announced_at_s, fixture->times.decide_within,
                   fixture->times.appeal_within, fixture->times.reply_within, COOLING_HOURS);
    buf_add_str(&out, ",\"sources\":" SOURCES ",\"fields\":" FIELDS ",\"rules\":" RULES
                      ",\"styles\":" STYLES ",\"snapshots\":[");
    compare_snapshots(feeds, &out);
    buf_add_str(&out, "]}\n");
    compare("given.json", buf_span(&out));
    buf_done(&out);
}

/* One JSON object a member, in the order of the draft, and what was moot. */
static void compare_members(const struct draft *draft)
{
    struct buf out;
    buf_init(&out, FILE_BYTES);
    for (uint32_t i = 0; i < draft->member_count; i++) {
        explain_member_json(draft, &draft->members[i], &out);
        buf_add_byte(&out, '\n');
    }
    compare("members.jsonl", buf_span(&out));
    buf_done(&out);
    check_case("moot");
    if (CHECK_UINT(draft->moot_count, 1))
        CHECK_UINT(draft->moots[0].case_number, 7);
}

static void compare_roll(const struct draft *draft, const struct sealed *sealed)
{
    struct account account;
    struct account_leaves leaves = seal_account_leaves(sealed);
    struct buf out;
    buf_init(&out, FILE_BYTES);
    seal_print_jsonl(sealed, &out);
    compare("roll.jsonl", buf_span(&out));
    buf_clear(&out);
    buf_add_str(&out, "{\"root\":\"");
    hex_add(&out, SPAN_ARRAY(sealed->root.bytes));
    buf_add_format(&out, "\",\"size\":%u,\"styles\":", sealed->count);
    seal_print_styles(sealed, &out);
    buf_add_str(&out, ",\"account\":");
    account_take(draft, &leaves, &account);
    account_print(&account, &out);
    buf_add_str(&out, "}\n");
    compare("expected.json", buf_span(&out));
    buf_done(&out);
}

static void keep_row(struct feeds *feeds, uint32_t number, const char *member_no, uint32_t feed,
                     uint32_t row)
{
    char effect[256];
    struct hash32 id;
    snapshot_row_id(&feeds->snapshots[feed], row, id.bytes);
    fixture_effect(effect, sizeof(effect), "rows\",\"keep\":\"", id.bytes);
    fixture_uphold(&feeds->fixture, number, member_no, effect);
}

/* Every effect; one case refused, one open, one moot because it would harm. */
static void decide(struct feeds *feeds)
{
    char effect[256];
    struct fixture *fixture = &feeds->fixture;
    struct fail fail = {0};
    keep_row(feeds, 1, "A2", 5, 2);
    keep_row(feeds, 2, "A3", 1, 3);
    fixture_uphold(fixture, 3, "A3",
                   "{\"do\":\"set\",\"field\":\"x.seats\",\"from\":\"4\",\"to\":\"3\"}");
    fixture_uphold(fixture, 4, "B9", "{\"do\":\"set\",\"field\":\"region\",\"to\":\"South\"}");
    fixture_uphold(fixture, 5, "C1",
                   "{\"do\":\"add\",\"numbers\":\"members\",\"record\":{\"member_no\":\"C1\","
                   "\"name\":\"Gil\",\"address\":\"1 High Street\",\"region\":\"North\",\"status\":"
                   "\"active\",\"paid_until\":\"2027-01-01\",\"x.seats\":\"2\"}}");
    struct hash32 survivor = fixture_pseudonym(fixture, "A1");
    fixture_effect(effect, sizeof(effect), "merge\",\"into\":\"", survivor.bytes);
    fixture_uphold(fixture, 6, "A4", effect);
    static const char LAPSE[] =
        "{\"do\":\"set\",\"field\":\"status\",\"from\":\"active\",\"to\":\"lapsed\"}";
    fixture_bring(fixture, 7, "A2", LAPSE); /* never told */
    CHECK_INT(fixture_decide(fixture, 7, "upheld", 'b', &fail), OK);
    fixture_bring(fixture, 8, "A3", "{\"do\":\"include\"}");
    CHECK_INT(fixture_decide(fixture, 8, "refused", 'c', &fail), OK);
    fixture_uphold(fixture, 9, "A5", "{\"do\":\"include\"}");
    fixture_uphold(
        fixture, 10, "A5",
        "{\"do\":\"set\",\"field\":\"email\",\"from\":\"f@x.org\",\"to\":\"fay@x.org\"}");
    fixture_bring(fixture, 11, "A1", "{\"do\":\"exclude\"}"); /* told, and open */
    CHECK_INT(fixture_notify(fixture, 11, 'a', &fail), OK);
    fixture_confirm(fixture);
}

static void check_vector(struct feeds *feeds)
{
    struct fixture *fixture = &feeds->fixture;
    struct draft draft;
    struct sealed sealed;
    struct fail fail = {0};
    static struct buf transcript; /* the fixture outlives this function */
    buf_init(&transcript, FILE_BYTES);
    fixture->transcript = &transcript;
    decide(feeds);
    compare_given(feeds);
    compare("statements", buf_span(&transcript));
    if (fixture_draft(fixture, &draft)) {
        compare_members(&draft);
        fixture_salt_count = 0;
        struct seal_terms terms = {.draft = &draft,
                                   .random = fixture_salt,
                                   .not_before_s = fixture->at_s + COOLING_HOURS * 3600};
        if (CHECK_INT(seal_roll(&terms, &sealed, &fail), OK)) {
            compare_roll(&draft, &sealed);
            seal_done(&sealed);
        } else {
            fprintf(stderr, "%s\n", fail.text);
        }
        draft_done(&draft);
    }
    buf_done(&transcript);
}

static bool make(struct feeds *feeds)
{
    struct fail fail = {0};
    bool made = fixture_begin(&feeds->fixture, SOURCES, FIELDS, RULES, STYLES);
    for (size_t i = 0; made && i < CHECK_COUNT_OF(FEEDS); i++)
        made = feeds_add(feeds, FEEDS[i].source, FEEDS[i].encoding, FEEDS[i].columns, FEEDS[i].csv,
                         FEEDS[i].days_old);
    leaf_of(1, feeds->fixture.snapshot_leaf.bytes);
    made = made && feeds_join(feeds);
    for (uint32_t i = 1; made && i < feeds->count; i++) {
        uint32_t source = feeds->feeds[i].source;
        leaf_of(i + 1, feeds->fixture.snapshot_leaf.bytes);
        made = CHECK_INT(casebook_add_snapshot(&feeds->fixture.book,
                                               feeds->fixture.snapshot_leaf.bytes, source,
                                               feeds->fixture.sources.sources[source].lists,
                                               feeds->snapshots[i].rows, &fail),
                         OK);
    }
    return made;
}

int main(int argc, char **argv)
{
    static struct feeds feeds;
    writing = argc == 2 && strcmp(argv[1], "write") == 0;
    if (make(&feeds))
        check_vector(&feeds);
    feeds_done(&feeds);
    return check_end("roll_vector");
}
