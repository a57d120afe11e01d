/* Importing: all or nothing, with every bad line in the report. */
#include "roll_fixture.h"

#include "labels.h"
#include "roll/annex.h"

static void check_report(const char *csv, enum outcome want, const char *want_report,
                         const char *want_fail)
{
    struct mapping mapping;
    struct import_report report;
    struct snapshot snapshot;
    struct fail fail = {0};
    struct buf out;
    buf_init(&out, 1 << 20);
    if (!CHECK_INT(mapping_read(span_str(FIXTURE_MAPPING), &mapping, &fail), OK))
        return;
    CHECK_INT(import_snapshot(span_str(csv), &mapping, &report, &snapshot, &fail), want);
    import_report_print(&report, &out);
    CHECK_STR(buf_text(&out), want_report);
    CHECK_STR(fail.text, want_fail);
    if (want == OK)
        snapshot_done(&snapshot);
    import_report_done(&report);
    mapping_done(&mapping);
    buf_done(&out);
}

#define DROPPED "dropped, not in the mapping: Shoe size\n"
#define GOOD    "7,Mair,Rees,m@example.org,1 Stryd Fawr,Bala,LL23,North,DD Live,2020-01-02,,\n"

static const struct {
    const char *name;
    const char *csv;
    enum outcome outcome;
    const char *report;
    const char *fail;
} CASES[] = {
    {"one member", FIXTURE_HEADER GOOD, OK, "1 rows read, 0 errors\n" DROPPED, ""},
    {"header alone", FIXTURE_HEADER, OK, "0 rows read, 0 errors\n" DROPPED, ""},
    {"empty", "", BAD_INPUT, "0 rows read, 1 errors\nline 1, column 1: the file is empty\n",
     "nothing was imported: 1 errors, the first: line 1, column 1: the file is empty"},
    {"every bad line",
     FIXTURE_HEADER "1,A,B,,,,,North,Gone,2020-01-02,,\n" GOOD "2,A,B,,,,,North,Paid,2020-13-02,,\n"
                    ",A,B,,,,,North,Paid,,1.234,\n"
                    "4,A,B\n"
                    "\n"
                    "5,A,B,,,,,North,Paid,2020-01-02,,,\n",
     BAD_INPUT,
     "7 rows read, 7 errors\n"
     "line 2, column 9 (Status): not a word that the mapping knows: \"Gone\"\n"
     "line 4, column 10 (Joined): not a date in a format that the mapping names: \"2020-13-02\"\n"
     "line 5, column 1 (Membership No): a member without a number\n"
     "line 5, column 11 (Owed): not a number as the mapping says: \"1.234\"\n"
     "line 6, column 4 (E-mail): the row has 3 fields, the header 12\n"
     "line 7, column 1 (Membership No): an empty line\n"
     "line 8, column 13: the row has 13 fields, the header 12\n" DROPPED,
     "nothing was imported: 7 errors, the first: line 2, column 9 (Status): not a word that the "
     "mapping knows"},
    {"reading ends at a bad quote", FIXTURE_HEADER GOOD "8,\"A\"x,B\n" GOOD, BAD_INPUT,
     "1 rows read, 1 errors\n"
     "line 3, column 2 (First name): text after a closing quote\n" DROPPED,
     "nothing was imported: 1 errors, the first: line 3, column 2 (First name): "
     "text after a closing quote"},
    {"header twice",
     "Membership No,First name,Surname,E-mail,Street,Town,Postcode,Region,Status,Joined,Owed,"
     "Owed\n",
     BAD_INPUT,
     "0 rows read, 1 errors\n"
     "line 1, column 12: the header stands there twice: \"Owed\"\n"
     "dropped, not in the mapping: Owed\n",
     "nothing was imported: 1 errors, the first: line 1, column 12: the header stands there twice"},
    {"number of 65 bytes",
     FIXTURE_HEADER "12345678901234567890123456789012345678901234567890123456789012345,A,B,,,,,"
                    "North,Paid,,,\n",
     BAD_INPUT,
     "1 rows read, 1 errors\nline 2, column 1 (Membership No): longer than 64 bytes: "
     "\"12345678901234567890123456789012345678901234567890123456789012345\"\n" DROPPED,
     "nothing was imported: 1 errors, the first: line 2, column 1 (Membership No): longer than 64 "
     "bytes"},
};

static void check_lacking(void)
{
    struct mapping mapping;
    struct import_report report;
    struct snapshot snapshot;
    struct fail fail = {0};
    check_case("columns lacking");
    if (!CHECK_INT(mapping_read(span_str(FIXTURE_MAPPING), &mapping, &fail), OK))
        return;
    CHECK_INT(import_snapshot(SPAN_LIT("Membership No,First name\n1,A\n"), &mapping, &report,
                              &snapshot, &fail),
              BAD_INPUT);
    CHECK(report.error_count >= 9); /* nine columns, and what follows from it */
    import_report_done(&report);
    mapping_done(&mapping);
}

/* Missing words, joined columns, white space, two date formats, quotes, and a record in bytes. */
static void check_record(void)
{
    struct mapping mapping;
    struct snapshot snapshot;
    struct buf out;
    uint8_t id[HASH_BYTES];
    char hex[2 * HASH_BYTES + 1];
    check_case("record");
    buf_init(&out, 1 << 16);
    if (!CHECK_INT(mapping_read(span_str(FIXTURE_MAPPING), &mapping, NULL), OK))
        return;
    if (!fixture_import(SPAN_LIT(FIXTURE_HEADER
                                 "0042,  Si\xC3\xA2n ,\"\"\"Sal\"\"\n  Huws\",N/A,\"1, "
                                 "Stryd Fawr\",-,,,DD Live,29/02/2024,-0,44\n"),
                        &mapping, &snapshot))
        return;
    snapshot_print_record(&snapshot, 0, &out);
    CHECK_STR(buf_text(&out),
              "{\"member_no\":\"0042\",\"name\":\"Si\xC3\xA2n \\\"Sal\\\" Huws\",\"address\":\"1, "
              "Stryd Fawr\",\"status\":\"active\",\"joined_on\":\"2024-02-29\",\"x.owed\":\"0\"}");
    CHECK_UINT(snapshot.lines[0], 2);
    snapshot_done(&snapshot);

    check_case("row id of docs/roll.md");
    if (!fixture_import(SPAN_LIT(FIXTURE_HEADER "0042,Si\xC3\xA2n,\"\"\"Sal\"\" Huws\",,,,,,DD "
                                                "Live,2024-02-29,,\n"),
                        &mapping, &snapshot))
        return;
    snapshot_row_id(&snapshot, 0, id);
    hex_print(SPAN_ARRAY(id), hex);
    CHECK_STR(hex, "a6096f8cb1b237da667497e84c6b9cc3bb5a47e1169e2e69495be631bdec291f");
    snapshot_done(&snapshot);
    mapping_done(&mapping);
    buf_done(&out);
}

static void check_commitment(void)
{
    uint8_t salt[SALT_BYTES];
    uint8_t commitment[HASH_BYTES];
    char hex[2 * HASH_BYTES + 1];
    check_case("commitment of docs/roll.md");
    memset(salt, 0x11, sizeof(salt));
    annex_commit(LABEL_SNAPSHOT, salt, SPAN_LIT("member_no,name\n1,Ann\n"), commitment);
    hex_print(SPAN_ARRAY(commitment), hex);
    CHECK_STR(hex, "3ce14fd853f4a7150401677bce804341ea766274abde0d286b4ccc269204a6c1");
}

/* The report is whole JSON whatever the file held. */
static void check_json(void)
{
    struct mapping mapping;
    struct import_report report;
    struct snapshot snapshot;
    struct buf out;
    check_case("report as JSON");
    buf_init(&out, 1 << 16);
    if (!CHECK_INT(mapping_read(span_str(FIXTURE_MAPPING), &mapping, NULL), OK))
        return;
    CHECK_INT(import_snapshot(SPAN_LIT(FIXTURE_HEADER "1,A,B,,,,,N,\"\"\"\\\",,,\n"), &mapping,
                              &report, &snapshot, NULL),
              BAD_INPUT);
    import_report_print_json(&report, &out);
    CHECK_STR(buf_text(&out),
              "{\"rows\":1,\"error_count\":1,\"errors\":[{\"line\":2,\"column\":9,\"header\":"
              "\"Status\",\"reason\":\"not a word that the mapping knows\",\"text\":\"\\\"\\\\\"}],"
              "\"dropped\":[\"Shoe size\"]}");
    import_report_done(&report);
    mapping_done(&mapping);
    buf_done(&out);
}

/* A file in another encoding: lines and limits are those of its text, an error of it stands alone
 * in the report. */
static void check_encodings(void)
{
    static const char MAPPING_1252[] =
        "{\"format\":\"ballotd mapping "
        "1\",\"source\":\"m\",\"encoding\":\"windows-1252\",\"missing\":"
        "[],\"columns\":[{\"column\":\"N\xC2\xB0\",\"field\":\"member_no\"},{\"column\":\"Name\","
        "\"field\":\"name\"}]}";
    struct mapping mapping;
    struct import_report report;
    struct snapshot snapshot;
    struct fail fail = {0};
    check_case("windows-1252");
    if (!CHECK_INT(mapping_read(span_str(MAPPING_1252), &mapping, &fail), OK))
        return;
    if (fixture_import(SPAN_LIT("N\xB0,Name\n1,Si\xE2n \x93Sal\x94\n"), &mapping, &snapshot)) {
        CHECK_TEXT(snapshot_value(&snapshot, 0, FIELD_NAME),
                   "Si\xC3\xA2n \xE2\x80\x9CSal\xE2\x80\x9D");
        snapshot_done(&snapshot);
    }
    CHECK_INT(
        import_snapshot(SPAN_LIT("N\xB0,Name\n1,a\n2,\x81\n"), &mapping, &report, &snapshot, &fail),
        BAD_INPUT);
    CHECK_STR(fail.text, "nothing was imported: 1 errors, the first: line 3, column 1: not in the "
                         "encoding that the mapping names");
    import_report_done(&report);
    mapping_done(&mapping);
}

int main(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(CASES); i++) {
        check_case("%s", CASES[i].name);
        check_report(CASES[i].csv, CASES[i].outcome, CASES[i].report, CASES[i].fail);
    }
    check_lacking();
    check_record();
    check_commitment();
    check_json();
    check_encodings();
    return check_end("roll_import");
}
