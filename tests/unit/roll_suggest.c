/* Proposing a mapping: what is recognised, what is left out and why, what is said loudly; and that
 * what is proposed is a mapping. All people are invented. */
#include "roll/suggest.h"

#include "check.h"
#include "roll/guess.h"
#include "roll/mapping.h"

struct proposed {
    enum outcome outcome;
    struct buf mapping, notes;
    struct fail fail;
};

static struct proposed propose_for(struct span file, const char *number_header)
{
    struct proposed proposed = {.fail = {.outcome = OK}};
    struct suggestion suggestion;
    buf_init(&proposed.mapping, 1 << 20);
    buf_init(&proposed.notes, 1 << 20);
    proposed.outcome = suggest_read(file, span_str(number_header), &suggestion, &proposed.fail);
    if (proposed.outcome != OK)
        return proposed;
    suggest_print_mapping(&suggestion, SPAN_LIT("members"), &proposed.mapping);
    suggest_print_notes(&suggestion, &proposed.notes);
    suggest_done(&suggestion);
    return proposed;
}

static struct proposed propose(const char *csv)
{
    return propose_for(span_str(csv), "");
}

static void proposed_done(struct proposed *proposed)
{
    buf_done(&proposed->mapping);
    buf_done(&proposed->notes);
}

static void check_holds(const struct buf *text, const char *part, bool wanted)
{
    bool found = strstr(buf_text(text), part) != NULL;
    if (!CHECK_INT(found, wanted))
        fprintf(stderr, "  \"%s\" in: %s\n", part, buf_text(text));
}

/* Header and one value, and the column as it must be proposed; NULL: not at all. */
static const struct {
    const char *header, *value, *column;
} HEADERS[] = {
    {"Email address", "a@example.org", "\"field\":\"email\"}"},
    {"E-bost", "a@example.org", "\"field\":\"email\"}"},
    {"Cyfeiriad e-bost", "a@example.org", "\"field\":\"email\"}"},
    {"Email consent", "yes", NULL},
    {"Mobile number", "07700 900001", "\"field\":\"phone\"}"},
    {"Ffôn symudol", "07700 900001", "\"field\":\"phone\"}"},
    {"Home address (line 1)", "1 Stryd Fawr", "\"field\":\"address\"}"},
    {"Post code", "LL23 7AA", "\"field\":\"postcode\"}"},
    {"Cod Post", "LL23 7AA", "\"field\":\"postcode\"}"},
    {"CLP", "Arfon", "\"field\":\"constituency\"}"},
    {"ETHOLAETH", "Arfon", "\"field\":\"constituency\"}"},
    {"Ward", "Menai", "\"field\":\"branch\"}"},
    {"Region", "North", "\"field\":\"region\"}"},
    {"Date joined", "2024-02-29", "\"field\":\"joined_on\",\"dates\":[\"YYYY-MM-DD\"]}"},
    {"Dyddiad ymuno", "31/12/2020", "\"field\":\"joined_on\",\"dates\":[\"DD/MM/YYYY\"]}"},
    {"Paid until", "1 March 2026", "\"field\":\"paid_until\",\"dates\":[\"D Month YYYY\"]}"},
    {"Renewal date", "1/3/2026", "\"field\":\"paid_until\",\"dates\":[\"D/M/YYYY\"]}"},
    {"DOB", "19700203", "\"field\":\"born_on\",\"dates\":[\"YYYYMMDD\"]}"},
    {"DOB", "long ago", NULL},
    {"Status", "DD Live", "\"field\":\"status\",\"words\":[[\"DD Live\",\"active\"]]}"},
    {"Statws", "Gweithredol", "\"words\":[[\"Gweithredol\",\"active\"]]}"},
    {"Status", "Paused", NULL},
    {"Type", "Full  Member!", "\"words\":[[\"Full Member!\",\"full-member\"]]}"},
    {"Owed", "12.50", "\"field\":\"x.owed\",\"number\":2}"},
    {"Owed",
     "\xC2\xA3"
     "12",
     NULL},
    {"Contact", "a@example.org", "\"field\":\"email\"}"},
    {"Where", "LL23 7AA", "\"field\":\"postcode\"}"},
    {"Ring", "+44 1248 000000", "\"field\":\"phone\"}"},
    {"Shoe size", "7", NULL},
    {"Mobile", "", NULL},
    {"Mobile", "N/A", NULL},
    {"Bank account", "12345678", NULL},
    {"Sort code", "00-00-00", NULL},
    {"Notes", "tea", NULL},
    {"Ethnic group", "x", NULL},
    {"Crefydd", "x", NULL},
    {"Gender", "x", NULL},
    {"Last donation date", "2024-02-29", NULL},
    {"Marital status", "active", NULL},
    {"Title", "Dr", NULL},
};

static void test_headers(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(HEADERS); i++) {
        char csv[200], column[200];
        check_case("header %s, value %s", HEADERS[i].header, HEADERS[i].value);
        snprintf(csv, sizeof csv, "Member ID,%s\n1,%s\n", HEADERS[i].header, HEADERS[i].value);
        struct proposed proposed = propose(csv);
        CHECK_INT(proposed.outcome, OK);
        snprintf(column, sizeof column, "{\"column\":\"%s\"", HEADERS[i].header);
        check_holds(&proposed.mapping, column, HEADERS[i].column != NULL);
        if (HEADERS[i].column != NULL)
            check_holds(&proposed.mapping, HEADERS[i].column, true);
        check_holds(&proposed.notes, HEADERS[i].header, true);
        proposed_done(&proposed);
    }
}

static void test_number(void)
{
    static const struct {
        const char *header;
        enum outcome outcome;
    } CASES[] = {
        {"Membership No", OK},  {"Rhif aelod", OK},
        {"MEMBER_ID", OK},      {"ID", OK},
        {"Rhif", OK},           {"Number", OK},
        {"Phone", NOT_FOUND},   {"Surname", NOT_FOUND},
        {"Bank ID", NOT_FOUND}, {"House number", NOT_FOUND},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(CASES); i++) {
        char csv[200];
        check_case("member number %s", CASES[i].header);
        snprintf(csv, sizeof csv, "%s,Other\n1,a\n", CASES[i].header);
        struct proposed proposed = propose(csv);
        CHECK_INT(proposed.outcome, CASES[i].outcome);
        proposed_done(&proposed);
    }
    check_case("the better header wins");
    struct proposed proposed = propose("ID,Membership No\n1,2\n2,2\n");
    check_holds(&proposed.mapping, "{\"column\":\"Membership No\",\"field\":\"member_no\"}", true);
    check_holds(&proposed.mapping, "\"ID\"", false);
    check_holds(&proposed.notes, "numbers that stood on an earlier row: 1", true);
    proposed_done(&proposed);
    check_case("a person names it");
    proposed = propose_for(SPAN_LIT("ID,Notes\n1,2\n"), "Notes");
    check_holds(&proposed.mapping, "{\"column\":\"Notes\",\"field\":\"member_no\"}", true);
    check_holds(&proposed.mapping, "\"ID\"", false);
    proposed_done(&proposed);
    check_case("a person names none of them");
    proposed = propose_for(SPAN_LIT("ID,Notes\n1,2\n"), "Nummer");
    CHECK_INT(proposed.outcome, NOT_FOUND);
    check_case("a column without values");
    proposed_done(&proposed);
    proposed = propose("Member No,Name\n,Ann\n");
    CHECK_INT(proposed.outcome, NOT_FOUND);
    proposed_done(&proposed);
}

/* Day first or month first. */
static void test_dates(void)
{
    static const struct {
        const char *values, *dates, *note;
    } CASES[] = {
        {"1,01/02/2024\n2,03/04/2024\n", "[\"DD/MM/YYYY\"]", "ALL 2 DATES COULD"},
        {"1,01/02/2024\n2,13/04/2024\n", "[\"DD/MM/YYYY\"]", "1 dates can only have the day first"},
        {"1,01/02/2024\n2,04/13/2024\n", "[\"MM/DD/YYYY\"]", "the MONTH comes first"},
        {"1,13/02/2024\n2,04/13/2024\n3,01/01/2024\n", "[\"DD/MM/YYYY\"]", "ARE MIXED"},
        {"1,1/2/2024\n2,13/04/2024\n", "[\"D/M/YYYY\"]", "Dates read as D/M/YYYY (2)"},
        {"1,2024-02-01\n2,13/04/2024\n3,2024-02-01\n", "[\"YYYY-MM-DD\",\"DD/MM/YYYY\"]",
         "Dates read as YYYY-MM-DD (2), DD/MM/YYYY (1)"},
        {"1,2024-02-01\n2,soon\n", "[\"YYYY-MM-DD\"]", "CHECK: 1 values are no date"},
        {"1,2024-02-01 00:00:00\n2,0000-00-00\n", "[\"YYYY-MM-DD hh:mm:ss\"]",
         "Read as missing: \"0000-00-00\" (1)"},
        {"1,30/02/2024\n2,28/02/2024\n", "[\"DD/MM/YYYY\"]", "CHECK: 1 values are no date"},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(CASES); i++) {
        char csv[200], dates[100];
        check_case("dates %s", CASES[i].values);
        snprintf(csv, sizeof csv, "Member No,Joined\n%s", CASES[i].values);
        snprintf(dates, sizeof dates, "\"dates\":%s}", CASES[i].dates);
        struct proposed proposed = propose(csv);
        check_holds(&proposed.mapping, dates, true);
        check_holds(&proposed.notes, CASES[i].note, true);
        proposed_done(&proposed);
    }
}

static void test_names(void)
{
    check_case("parts of a name, in the order of speech");
    struct proposed proposed = propose("Surname,Member No,Forename,Name\nPuw,1,Beca,Beca Puw\n");
    check_holds(&proposed.mapping,
                "[{\"column\":\"Forename\",\"field\":\"name\"},{\"column\":\"Surname\",\"field\":"
                "\"name\"},{\"column\":\"Member No\",\"field\":\"member_no\"}]",
                true);
    check_holds(&proposed.notes, "\"Name\": could be name too, but \"Surname\" was taken", true);
    proposed_done(&proposed);
    check_case("a whole name");
    proposed = propose("Member No,Full name,First name\n1,Beca Puw,Beca\n");
    check_holds(&proposed.mapping, "{\"column\":\"Full name\",\"field\":\"name\"}]", true);
    proposed_done(&proposed);
    check_case("one phone");
    proposed = propose("Member No,Phone,Mobile\n1,01248 000000,07700 900001\n");
    check_holds(&proposed.mapping, "{\"column\":\"Mobile\",\"field\":\"phone\"}]", true);
    proposed_done(&proposed);
}

static void test_words(void)
{
    check_case("status words");
    struct proposed proposed =
        propose("Member No,Status\n1,DD Live\n2,DD Live\n3,Arrears\n4,Paused\n5,-\n");
    check_holds(&proposed.mapping, "\"missing\":[\"-\"]", true);
    check_holds(&proposed.mapping, "\"words\":[[\"DD Live\",\"active\"],[\"Arrears\",\"arrears\"]]",
                true);
    check_holds(&proposed.notes, "\"DD Live\" (2) is active", true);
    check_holds(&proposed.notes, "\"Paused\" (1) CHECK: NOT KNOWN", true);
    proposed_done(&proposed);
    check_case("no list of statuses, and nobody's text in the notes");
    struct buf csv;
    buf_init(&csv, 1 << 16);
    buf_add_str(&csv, "Member No,Status\n");
    for (int i = 0; i <= LOOK_WORDS_MAX; i++)
        buf_add_format(&csv, "%d,active secret-%d\n", i, i);
    proposed = propose(buf_text(&csv));
    check_holds(&proposed.mapping, "\"status\"", false);
    check_holds(&proposed.notes, "no list of statuses", true);
    check_holds(&proposed.notes, "secret", false);
    proposed_done(&proposed);
    buf_done(&csv);
}

static void test_encodings(void)
{
    static const uint8_t little[] = "\xFF\xFE"
                                    "I\0D\0,\0E\0\n\0001\0,\0w\x01\xF4\0";
    static const uint8_t big[] = "\xFE\xFF\0I\0D\0,\0E\0\n\0001\0,\xD8\x3D\xDE\0";
    const struct {
        struct span file;
        const char *encoding, *text;
    } CASES[] = {
        {SPAN_LIT("ID,E\n1,\xC5\xB7"), "utf-8", "ID,E\n1,\xC5\xB7"},
        {SPAN_LIT("\xEF\xBB\xBFID,E\n1,a"), "utf-8", "ID,E\n1,a"},
        {SPAN_LIT("ID,E\n1,\xF4\x80\x93"), "windows-1252", "ID,E\n1,ô€“"},
        {span_of(little, sizeof little - 1), "utf-16", "ID,E\n1,ŷô"},
        {span_of(big, sizeof big - 1), "utf-16", "ID,E\n1,\xF0\x9F\x98\x80"},
        {SPAN_LIT("\xFF\xFEI"), NULL, NULL},
        {SPAN_LIT("ID,E\n1,\xF4\x81"), NULL, NULL},
        {span_of("\xFF\xFE\x3D\xD8I", 6), NULL, NULL},
        {span_of("\xFE\xFF\xDE\0\0I", 6), NULL, NULL},
        {span_of("I\0D\0", 4), NULL, NULL},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(CASES); i++) {
        struct buf room;
        struct span text;
        const char *encoding;
        struct fail fail = {.outcome = OK};
        check_case("encoding %zu", i);
        buf_init(&room, 1 << 16);
        enum outcome outcome = guess_text(CASES[i].file, &room, &text, &encoding, &fail);
        CHECK_INT(outcome, CASES[i].encoding != NULL ? OK : BAD_INPUT);
        if (outcome == OK && CASES[i].encoding != NULL) {
            CHECK_STR(encoding, CASES[i].encoding);
            CHECK_TEXT(text, CASES[i].text);
        }
        buf_done(&room);
    }
}

static void test_refused(void)
{
    static const struct {
        const char *csv, *code;
    } CASES[] = {
        {"", "suggest.header"},
        {"Member No;Name\n1;Ann\n", "suggest.separator"},
        {"Member No\tName\n1\tAnn\n", "suggest.separator"},
        {"Member No,Name,Name\n", "suggest.header"},
        {"Member No,,Name\n", "suggest.header"},
        {"Member No,\"Name\n", "roll.csv"},
        {"Member No,Name\n1,a\"b\n", "roll.csv"},
        {"Name\nAnn\n", "suggest.number"},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(CASES); i++) {
        check_case("refused: %s", CASES[i].csv);
        struct proposed proposed = propose(CASES[i].csv);
        CHECK(proposed.outcome != OK);
        CHECK_STR(proposed.fail.code, CASES[i].code);
        proposed_done(&proposed);
    }
    check_case("rows that cannot be read are counted");
    struct proposed proposed = propose("Member No,Name\n1,Ann\n\n2\n3,Bob\n");
    CHECK_INT(proposed.outcome, OK);
    check_holds(&proposed.notes, "rows that cannot be read: 2", true);
    proposed_done(&proposed);
}

/* Whatever the columns are called, a proposal is a mapping. */
static void test_accepted(void)
{
    static const char *const NAMES[] = {
        "Member No", "Name",   "First name", "Cyfenw",   "Email", "Phone",      "Mobile",
        "Address",   "Town",   "Postcode",   "Nation",   "CLP",   "Region",     "Branch",
        "Type",      "Status", "Joined",     "Renewal",  "DOB",   "Owed",       "Arrears",
        "Balance",   "Notes",  "\"a\"\"b\"", "Category", "Start", "Start date", "Ward",
    };
    static const char *const VALUES[] = {"active", "2024-02-01", "3.5", "-", "", "a@b.c", "+ 5"};
    for (size_t shift = 0; shift < CHECK_COUNT_OF(VALUES); shift++) {
        struct buf csv;
        struct mapping mapping;
        struct fail fail = {.outcome = OK};
        buf_init(&csv, 1 << 16);
        for (size_t i = 0; i < CHECK_COUNT_OF(NAMES); i++)
            buf_add_format(&csv, "%s%s", i > 0 ? "," : "", NAMES[i]);
        for (size_t row = 0; row < 3; row++) {
            buf_add_format(&csv, "\n%zu", row);
            for (size_t i = 1; i < CHECK_COUNT_OF(NAMES); i++)
                buf_add_format(&csv, ",%s", VALUES[(i + shift) % CHECK_COUNT_OF(VALUES)]);
        }
        check_case("accepted, shift %zu", shift);
        struct proposed proposed = propose(buf_text(&csv));
        CHECK_INT(proposed.outcome, OK);
        if (CHECK_INT(mapping_read(buf_span(&proposed.mapping), &mapping, &fail), OK))
            mapping_done(&mapping);
        else
            fprintf(stderr, "  %s\n  %s\n", fail.text, buf_text(&proposed.mapping));
        proposed_done(&proposed);
        buf_done(&csv);
    }
}

int main(void)
{
    test_headers();
    test_number();
    test_dates();
    test_names();
    test_words();
    test_encodings();
    test_refused();
    test_accepted();
    return check_end("roll_suggest");
}
