/* From a snapshot's bytes, in three encodings, to member records: the byte examples of docs/roll.md
 * sections 1 to 3, and what must be refused. */
#include "base/text.h"
#include "check.h"
#include "crypto/hash.h"
#include "labels.h"
#include "roll/csv.h"
#include "roll/day.h"
#include "roll/encoding.h"
#include "roll/mapping.h"
#include "roll/table.h"

static struct arena arena;

/* -- encodings -------------------------------------------------------------------------------- */

struct encoded {
    const char *encoding, *bytes;
    size_t len;
    const char *text, *why; /* text NULL: refused, with these words */
};

#define BYTES(literal) literal, sizeof(literal) - 1

static const struct encoded encoded[] = {
    {"utf-8", BYTES("a\xC3\xA2\n"), "a\xC3\xA2\n", NULL},
    {"utf-8", BYTES("\xEF\xBB\xBF\xEF\xBB\xBFx"), "\xEF\xBB\xBFx", NULL},
    {"utf-8", BYTES("a\nb\xE2\x82"), NULL, "line 2: not UTF-8"},
    {"utf-8", BYTES("\xC0\x80"), NULL, "line 1: not UTF-8"},
    {"utf-8", BYTES("\n\n\xED\xA0\x80\n"), NULL, "line 3: not UTF-8"},
    {"utf-16",
     BYTES("\xFF\xFE"
           "a\0\n\0\xE2\0"),
     "a\n\xC3\xA2", NULL},
    {"utf-16",
     BYTES("\xFE\xFF"
           "\0a\0\n\0\xE2"),
     "a\n\xC3\xA2", NULL},
    {"utf-16", BYTES("\xFE\xFF\x20\xAC\xD8\x3D\xDE\x00\xFE\xFF"),
     "\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBB\xBF", NULL},
    {"utf-16", BYTES("\xFF\xFE\x3D\xD8\x00\xDE"), "\xF0\x9F\x98\x80", NULL},
    {"utf-16", BYTES("\xFE\xFF\xDB\xFF\xDF\xFF\x07\xFF\x08\x00"),
     "\xF4\x8F\xBF\xBF\xDF\xBF\xE0\xA0\x80", NULL},
    {"utf-16", BYTES("\xFF\xFE"), "", NULL},
    {"utf-16", BYTES(""), NULL, "line 1: utf-16 without"},
    {"utf-16", BYTES("\xFF"), NULL, "line 1: utf-16 without"},
    {"utf-16", BYTES("a\0b\0"), NULL, "line 1: utf-16 without"},
    {"utf-16",
     BYTES("\xFF\xFF"
           "a\0"),
     NULL, "line 1: utf-16 without"},
    {"utf-16",
     BYTES("\xFE\xFE"
           "a\0"),
     NULL, "line 1: utf-16 without"},
    {"utf-16",
     BYTES("\xFF\xFE"
           "a\0\n\0b"),
     NULL, "line 2: utf-16 ends"},
    {"utf-16", BYTES("\xFE\xFF\xD8\x3D"), NULL, "line 1: utf-16 ends"},
    {"utf-16", BYTES("\xFE\xFF\xDE\x00"), NULL, "line 1: half"},
    {"utf-16", BYTES("\xFE\xFF\0\n\xD8\x3D\0a"), NULL, "line 2: half"},
    {"utf-16", BYTES("\xFE\xFF\xD8\x3D\xD8\x3D\xDE\x00"), NULL, "line 1: half"},
    {"windows-1252", BYTES("a\x80\x9F\xE2\xA0\n"), "a\xE2\x82\xAC\xC5\xB8\xC3\xA2\xC2\xA0\n", NULL},
    {"windows-1252", BYTES("\x91\x92\x8E"), "\xE2\x80\x98\xE2\x80\x99\xC5\xBD", NULL},
    {"windows-1252",
     BYTES("\xFF\xFE"
           "a"),
     "\xC3\xBF\xC3\xBE"
     "a",
     NULL},
    {"windows-1252", BYTES("\n\x81"), NULL, "line 2: the byte 81"},
    {"windows-1252", BYTES("\x8D"), NULL, "line 1: the byte 8d"},
    {"windows-1252", BYTES("\x8F"), NULL, "line 1: the byte 8f"},
    {"windows-1252", BYTES("\x90"), NULL, "line 1: the byte 90"},
    {"windows-1252", BYTES("\x9D"), NULL, "line 1: the byte 9d"},
    {"windows-1252",
     BYTES("\xEF\xBB\xBF"
           "a"),
     NULL, "line 1: a byte order mark"},
};

static void test_encodings(void)
{
    enum encoding encoding;
    for (size_t i = 0; i < CHECK_COUNT_OF(encoded); i++) {
        const struct encoded *one = &encoded[i];
        struct decoded decoded = {.own = NULL};
        struct fail fail = {""};
        check_case("encoding %zu, %s", i, one->encoding);
        CHECK(encoding_named(span_text(one->encoding), &encoding));
        enum outcome outcome =
            encoding_decode(encoding, span_of(one->bytes, one->len), &decoded, &fail);
        CHECK_INT(outcome, one->text == NULL ? BAD : GOOD);
        if (one->text != NULL)
            CHECK_TEXT(decoded.span, one->text);
        else if (!CHECK(strncmp(fail.text, one->why, strlen(one->why)) == 0))
            fprintf(stderr, "  said: %s\n", fail.text);
        encoding_done(&decoded);
    }
    check_case("no such encoding");
    CHECK(!encoding_named(span_text("latin1"), &encoding));
}

/* -- snapshot --------------------------------------------------------------------------------- */

static void test_commitment(void)
{
    const uint8_t salt[32] = {[0 ... 31] = 0x11};
    struct hash hash;
    uint8_t bytes[HASH_BYTES];
    char hex[2 * HASH_BYTES + 1];
    check_case("the commitment of section 1");
    hash_start(&hash, LABEL_SNAPSHOT);
    hash_bytes(&hash, salt, sizeof salt);
    hash_text(&hash, "member_no,name\n1,Ann\n");
    hash_end(&hash, bytes);
    hex_encode(span_of(bytes, sizeof bytes), hex);
    CHECK_STR(hex, "3ce14fd853f4a7150401677bce804341ea766274abde0d286b4ccc269204a6c1");
}

struct refusal {
    const char *text, *why;
};

static const struct refusal csv_refusals[] = {
    {"", "line 1: no header"},
    {"\xEF\xBB\xBF", "line 1: no header"},
    {"a,a\n", "line 1, column 2: the header of column 1"},
    {"a, \n", "line 1, column 2: the header is empty"},
    {"a,\" a \"\n", "line 1, column 2: the header of column 1"},
    {"a,b\n1\n", "line 2, column 1: 1 fields"},
    {"a,b\n1,2,3\n", "line 2, column 3: 3 fields"},
    {"a,b\n\n", "line 2, column 1: an empty line"},
    {"a\n1\n\n", "line 3, column 1: an empty line"},
    {"a,b\n1,2\"\n", "line 2, column 2: a quote"},
    {"a,b\n1,\"2\"x\n", "line 2, column 2: neither"},
    {"a,b\n1,\"2\n", "line 2, column 2: the file ends"},
    {"a,b\n\"1\n\n\",2\n3\n", "line 5, column 1: 1 fields"},
    {"a,b\r1,2\n", "line 1, column 2: neither"},
    {"a,b\n1,2\r", "line 2, column 2: neither"},
    {"a,b\n1,\x01\n", "line 2: a control"},
    {"a,b\n1,\x7F\n", "line 2: a control"},
    {"a,b\n1,2\n\xC3,2\n", "line 3: not UTF-8"},
    {"a,b\n1,\xED\xA0\x80", "line 2: not UTF-8"},
    {"a\xC3", "line 1: not UTF-8"},
};

/* Reads everything; the first refusal, or the number of records. */
static enum outcome read_csv(const char *text, size_t *out_records, struct fail *fail)
{
    static struct csv csv;
    bool more = true;
    *out_records = 0;
    struct decoded decoded;
    enum outcome outcome = encoding_decode(ENCODING_UTF8, span_text(text), &decoded, fail);
    if (outcome == GOOD)
        outcome = csv_open(&csv, decoded.span, fail);
    while (outcome == GOOD && more) {
        outcome = csv_next(&csv, &more, fail);
        *out_records += more ? 1 : 0;
    }
    return outcome;
}

static void test_csv(void)
{
    size_t records;
    struct fail fail;
    for (size_t i = 0; i < CHECK_COUNT_OF(csv_refusals); i++) {
        check_case("csv refusal %zu, %s", i, csv_refusals[i].why);
        fail.text[0] = 0;
        CHECK_INT(read_csv(csv_refusals[i].text, &records, &fail), BAD);
        if (!CHECK(strncmp(fail.text, csv_refusals[i].why, strlen(csv_refusals[i].why)) == 0))
            fprintf(stderr, "  said: %s\n", fail.text);
    }
    check_case("csv accepted");
    CHECK_INT(read_csv("\xEF\xBB\xBF"
                       "a,b\r\n1,\"x, \"\"y\"\"\r\nz\"\r\n\"\",\n,2",
                       &records, &fail),
              GOOD);
    CHECK_UINT(records, 3);
    CHECK_INT(read_csv("a\n\"\"\n", &records, &fail), GOOD);
    CHECK_UINT(records, 1);
    char *wide = calloc(1, 10000);
    snprintf(wide, 10000, "a\n");
    memset(wide + 2, 'x', 4096);
    CHECK_INT(read_csv(wide, &records, &fail), GOOD);
    memset(wide + 2, 'x', 4097);
    CHECK_INT(read_csv(wide, &records, &fail), BAD);
    free(wide);
}

static void test_normal(void)
{
    struct csv_field field = {span_text(" \t Si\xC3\xA2n  \n\"\"Sal\"\" Huws\r\n "), true};
    struct buffer work;
    buffer_init(&work, ROLL_CSV_FIELD_BYTES_MAX);
    check_case("normalised text");
    CHECK_TEXT(csv_text(&field, &work), "Si\xC3\xA2n \"Sal\" Huws");
    field = (struct csv_field){span_text(" \n "), false};
    CHECK_TEXT(csv_text(&field, &work), "");
    CHECK(csv_normal(span_text("a b")) && !csv_normal(span_text("a  b")) &&
          !csv_normal(span_text(" a")) && !csv_normal(span_text("a ")) &&
          !csv_normal(span_text("a\tb")) && csv_normal(span_text("")));
    buffer_done(&work);
}

/* -- days ------------------------------------------------------------------------------------- */

struct reading {
    const char *format, *text, *day; /* NULL: not read */
};

static const struct reading readings[] = {
    {"YYYY-MM-DD", "2024-02-29", "2024-02-29"},
    {"YYYY-MM-DD", "2023-02-29", NULL},
    {"YYYY-MM-DD", "1900-02-29", NULL},
    {"YYYY-MM-DD", "2000-02-29", "2000-02-29"},
    {"YYYY-MM-DD", "1899-12-31", NULL},
    {"YYYY-MM-DD", "2200-01-01", NULL},
    {"YYYY-MM-DD", "2024-2-29", NULL},
    {"YYYY-MM-DD", "2024-02-29 ", NULL},
    {"YYYYMMDD", "20240229", "2024-02-29"},
    {"YYYY/MM/DD", "2024/12/31", "2024-12-31"},
    {"DD/MM/YYYY", "31/12/2024", "2024-12-31"},
    {"DD/MM/YYYY", "1/12/2024", NULL},
    {"DD.MM.YYYY", "31.12.2024", "2024-12-31"},
    {"DD-MM-YYYY", "31-04-2024", NULL},
    {"MM/DD/YYYY", "12/31/2024", "2024-12-31"},
    {"MM/DD/YYYY", "13/31/2024", NULL},
    {"D/M/YYYY", "1/2/2024", "2024-02-01"},
    {"D/M/YYYY", "01/12/2024", "2024-12-01"},
    {"D/M/YYYY", "001/2/2024", NULL},
    {"D Month YYYY", "3 september 2024", "2024-09-03"},
    {"D Month YYYY", "03 SEP 2024", "2024-09-03"},
    {"D Month YYYY", "3 Sept 2024", NULL},
    {"D Month YYYY", "3 Mayo 2024", NULL},
    {"D-Month-YYYY", "3-May-2024", "2024-05-03"},
    {"YYYY-MM-DD hh:mm:ss", "2024-02-29 23:59:59", "2024-02-29"},
    {"YYYY-MM-DD hh:mm:ss", "2024-02-29 24:00:00", NULL},
    {"YYYY-MM-DD hh:mm:ss", "2024-02-29", NULL},
    {"YYYY-MM-DD hh:mm:ss", "2024-02-29T00:00:00", NULL},
};

struct moved {
    const char *day;
    int64_t count;
    enum day_unit unit;
    const char *result;
};

static const struct moved moves[] = {
    {"2026-08-31", 6, UNIT_MONTHS, "2026-02-28"}, {"2024-08-31", 6, UNIT_MONTHS, "2024-02-29"},
    {"2024-02-29", 1, UNIT_YEARS, "2023-02-28"},  {"2024-02-29", 4, UNIT_YEARS, "2020-02-29"},
    {"2026-01-31", 1, UNIT_MONTHS, "2025-12-31"}, {"2026-03-01", 1, UNIT_DAYS, "2026-02-28"},
    {"2024-03-01", 1, UNIT_DAYS, "2024-02-29"},   {"2026-01-01", 52, UNIT_WEEKS, "2025-01-02"},
    {"2026-01-01", 0, UNIT_DAYS, "2026-01-01"},   {"2026-07-12", 40000, UNIT_DAYS, "1917-01-05"},
};

static void test_days(void)
{
    struct day day;
    uint8_t text[DAY_TEXT_BYTES];
    unsigned format = 0;
    for (size_t i = 0; i < CHECK_COUNT_OF(readings); i++) {
        check_case("%s as %s", readings[i].text, readings[i].format);
        CHECK(day_format_named(span_text(readings[i].format), &format));
        bool read = day_read_as(format, span_text(readings[i].text), &day);
        CHECK_INT(read, readings[i].day != NULL);
        if (!read || readings[i].day == NULL)
            continue;
        day_print(day, text);
        CHECK_BYTES(text, readings[i].day, DAY_TEXT_BYTES);
    }
    for (size_t i = 0; i < CHECK_COUNT_OF(moves); i++) {
        check_case("%s minus %d", moves[i].day, (int)moves[i].count);
        CHECK(day_read(span_text(moves[i].day), &day));
        day_print(day_minus(day, moves[i].count, moves[i].unit), text);
        CHECK_BYTES(text, moves[i].result, DAY_TEXT_BYTES);
    }
}

/* -- mapping and records ---------------------------------------------------------------------- */

#define MAPPING(columns)                                                                           \
    "{\"format\":\"ballotd mapping 1\",\"source\":\"members\",\"encoding\":\"utf-8\","             \
    "\"missing\":[\"-\",\"N/A\"],\"columns\":[" columns "]}"
#define NUMBER_COLUMN "{\"column\":\"No\",\"field\":\"member_no\"}"

static const char *const mapping_refusals[] = {
    "",
    MAPPING(""),
    MAPPING("{\"column\":\"A\",\"field\":\"name\"}"),
    MAPPING(NUMBER_COLUMN "," NUMBER_COLUMN),
    MAPPING(NUMBER_COLUMN ",{\"column\":\"No\",\"field\":\"name\"}"),
    MAPPING(NUMBER_COLUMN
            ",{\"column\":\"A\",\"field\":\"email\"},{\"column\":\"B\",\"field\":\"email\"}"),
    MAPPING(NUMBER_COLUMN ",{\"column\":\" A\",\"field\":\"name\"}"),
    MAPPING(NUMBER_COLUMN ",{\"column\":\"A\",\"field\":\"nick\"}"),
    MAPPING(NUMBER_COLUMN ",{\"column\":\"A\",\"field\":\"x.\"}"),
    MAPPING(NUMBER_COLUMN ",{\"column\":\"A\",\"field\":\"x.A\"}"),
    MAPPING(NUMBER_COLUMN ",{\"column\":\"A\",\"field\":\"joined_on\"}"),
    MAPPING(NUMBER_COLUMN ",{\"column\":\"A\",\"field\":\"status\"}"),
    MAPPING(NUMBER_COLUMN ",{\"column\":\"A\",\"field\":\"name\",\"number\":0}"),
    MAPPING(NUMBER_COLUMN ",{\"column\":\"A\",\"field\":\"x.a\",\"number\":7}"),
    MAPPING(NUMBER_COLUMN
            ",{\"column\":\"A\",\"field\":\"x.a\",\"number\":1,\"dates\":[\"YYYYMMDD\"]}"),
    MAPPING(NUMBER_COLUMN ",{\"column\":\"A\",\"field\":\"born_on\",\"dates\":[]}"),
    MAPPING(NUMBER_COLUMN ",{\"column\":\"A\",\"field\":\"born_on\",\"dates\":[\"DDMMYYYY\"]}"),
    MAPPING(NUMBER_COLUMN
            ",{\"column\":\"A\",\"field\":\"born_on\",\"dates\":[\"D/M/YYYY\",\"MM/DD/YYYY\"]}"),
    MAPPING(NUMBER_COLUMN ",{\"column\":\"A\",\"field\":\"status\",\"words\":[[\"x\",\"alive\"]]}"),
    MAPPING(NUMBER_COLUMN
            ",{\"column\":\"A\",\"field\":\"kind\",\"words\":[[\"x\",\"a\"],[\"x\",\"b\"]]}"),
    MAPPING(NUMBER_COLUMN ",{\"column\":\"A\",\"field\":\"kind\",\"words\":[[\"x\",\"Full\"]]}"),
    "{\"format\":\"ballotd mapping "
    "2\",\"source\":\"members\",\"encoding\":\"utf-8\",\"missing\":[],"
    "\"columns\":[" NUMBER_COLUMN "]}",
    "{\"format\":\"ballotd mapping "
    "1\",\"source\":\"members\",\"encoding\":\"utf-7\",\"missing\":[],"
    "\"columns\":[" NUMBER_COLUMN "]}",
    "{\"format\":\"ballotd mapping 1\",\"source\":\"members\",\"encoding\":\"utf-8\","
    "\"missing\":[\"-\",\"-\"],\"columns\":[" NUMBER_COLUMN "]}",
};

static const char whole_mapping[] = MAPPING(
    NUMBER_COLUMN
    ",{\"column\":\"First\",\"field\":\"name\"},{\"column\":\"Last\",\"field\":\"name\"}"
    ",{\"column\":\"Status\",\"field\":\"status\",\"words\":[[\"DD "
    "Live\",\"active\"],[\"Gone\",\"lapsed\"]]}"
    ",{\"column\":\"Joined\",\"field\":\"joined_on\",\"dates\":[\"YYYY-MM-DD\",\"DD/MM/YYYY\"]}"
    ",{\"column\":\"Owed\",\"field\":\"x.owed\",\"number\":2}");

#define HEADER "No,First,Last,Status,Joined,Owed,Extra\n"

static enum outcome import(const char *mapping_text, const char *csv, struct table *out_table,
                           struct fail *fail)
{
    struct mapping *mapping = arena_zeroed(&arena, 1, sizeof *mapping);
    enum outcome outcome = mapping_read(span_text(mapping_text), &arena, mapping, fail);
    if (outcome != GOOD)
        return outcome;
    return table_import(span_text(csv), mapping, out_table, fail);
}

static const struct refusal import_refusals[] = {
    {"No,First,Last,Status,Joined\n", "line 1: no column \"Owed\""},
    {HEADER "-,A,B,DD Live,2024-01-01,1,\n", "line 2: no member number"},
    {HEADER "1,A,B,dd live,2024-01-01,1,\n", "line 2, column 4 (Status)"},
    {HEADER "1,A,B,DD Live,2024-13-01,1,\n", "line 2, column 5 (Joined)"},
    {HEADER "1,A,B,DD Live,2024-01-01,1.234,\n", "line 2, column 6 (Owed)"},
    {HEADER "1,A,B,DD Live,2024-01-01,1.,\n", "line 2, column 6 (Owed)"},
    {HEADER "1,A,B,DD Live,2024-01-01,+1,\n", "line 2, column 6 (Owed)"},
    {HEADER "1,A,B,DD Live,2024-01-01,1234567890123,\n", "line 2, column 6 (Owed)"},
    {HEADER "1,A,B,DD Live,,,\n12345678901234567890123456789012345678901234567890123456789012345,"
            "A,B,,,,\n",
     "line 3, column 1 (No): a member number longer"},
};

static void check_value(const struct table *table, size_t row, const char *field, const char *want)
{
    int slot = table_find(table, span_text(field));
    if (!CHECK(slot != NO_SLOT))
        return;
    struct span value = table_value(table, row, slot);
    if (want == NULL)
        CHECK(value.ptr == NULL);
    else
        CHECK_TEXT(value, want);
}

static void test_import(void)
{
    struct table table;
    struct fail fail = {""};
    for (size_t i = 0; i < CHECK_COUNT_OF(mapping_refusals); i++) {
        struct mapping mapping;
        check_case("mapping refusal %zu: %s", i, mapping_refusals[i]);
        CHECK_INT(mapping_read(span_text(mapping_refusals[i]), &arena, &mapping, &fail), BAD);
    }
    for (size_t i = 0; i < CHECK_COUNT_OF(import_refusals); i++) {
        check_case("import refusal %zu", i);
        CHECK_INT(import(whole_mapping, import_refusals[i].text, &table, &fail), BAD);
        if (!CHECK(strncmp(fail.text, import_refusals[i].why, strlen(import_refusals[i].why)) == 0))
            fprintf(stderr, "  said: %s\n", fail.text);
    }
    check_case("import");
    if (!CHECK_INT(import(whole_mapping,
                          HEADER
                          "0042,\" Si\xC3\xA2n \"\"Sal\"\"\",Huws,DD Live,29/02/2024,-012.5,x\n"
                          "7,-,Only,Gone, N/A ,-0,\n8,A,N/A,,,0.05,\"\n\"\n",
                          &table, &fail),
                   GOOD)) {
        fprintf(stderr, "  said: %s\n", fail.text);
        return;
    }
    CHECK_UINT(table.rows, 3);
    check_value(&table, 0, "name", "Si\xC3\xA2n \"Sal\" Huws");
    check_value(&table, 0, "joined_on", "2024-02-29");
    check_value(&table, 0, "x.owed", "-1250");
    check_value(&table, 1, "name", "Only");
    check_value(&table, 1, "joined_on", NULL);
    check_value(&table, 1, "x.owed", "0");
    check_value(&table, 2, "status", NULL);
    check_value(&table, 2, "x.owed", "5");
    CHECK_UINT(table.lines[2], 4);
    table_done(&table);
}

static void test_row_id(void)
{
    struct table table;
    struct buffer work;
    uint8_t id[HASH_BYTES];
    char hex[2 * HASH_BYTES + 1];
    check_case("the row id of section 3");
    if (!CHECK_INT(import(whole_mapping,
                          HEADER "0042,\"Si\xC3\xA2n \"\"Sal\"\"\",Huws,DD Live,2024-02-29,,\n",
                          &table, NULL),
                   GOOD))
        return;
    buffer_init(&work, 1 << 16);
    CHECK(table_row_id(&table, 0, &work, id));
    CHECK_TEXT(buffer_span(&work),
               "{\"member_no\":\"0042\",\"name\":\"Si\xC3\xA2n \\\"Sal\\\" Huws\","
               "\"status\":\"active\",\"joined_on\":\"2024-02-29\"}");
    hex_encode(span_of(id, sizeof id), hex);
    CHECK_STR(hex, "a6096f8cb1b237da667497e84c6b9cc3bb5a47e1169e2e69495be631bdec291f");
    buffer_done(&work);
    table_done(&table);
}

/* The same rows, whatever the file is written in. */
static void test_encoded_import(void)
{
    static const char latin[] =
        "{\"format\":\"ballotd mapping 1\",\"source\":\"members\",\"encoding\":"
        "\"windows-1252\",\"missing\":[],\"columns\":[" NUMBER_COLUMN
        ",{\"column\":\"Name\",\"field\":\"name\"}]}";
    struct table table;
    struct fail fail = {""};
    check_case("an import of windows-1252");
    if (!CHECK_INT(import(latin, "No,Name\n1,Si\xE2n \x93Sal\x94\n", &table, &fail), GOOD))
        return;
    check_value(&table, 0, "name", "Si\xC3\xA2n \xE2\x80\x9CSal\xE2\x80\x9D");
    table_done(&table);
    CHECK_INT(import(latin, "No,Name\n1,\x81\n", &table, &fail), BAD);
}

int main(void)
{
    test_encodings();
    test_encoded_import();
    test_commitment();
    test_csv();
    test_normal();
    test_days();
    test_import();
    test_row_id();
    arena_done(&arena);
    return check_end("verify roll_records");
}
