/* Mappings: date formats, words, numbers; what is refused and what is not known. */
#include "check.h"
#include "roll/mapping.h"
#include "roll/text.h"

static const struct {
    const char *form;
    const char *text;
    const char *day; /* NULL: not read */
} DAYS[] = {
    {"YYYY-MM-DD", "2024-02-29", "2024-02-29"},
    {"YYYY-MM-DD", "2023-02-29", NULL},
    {"YYYY-MM-DD", "2024-2-29", NULL},
    {"YYYY-MM-DD", "2024-02-29 ", NULL},
    {"YYYY-MM-DD", "24-02-29", NULL},
    {"YYYY-MM-DD", "1899-12-31", NULL},
    {"YYYY-MM-DD", "1900-01-01", "1900-01-01"},
    {"YYYY-MM-DD", "2199-12-31", "2199-12-31"},
    {"YYYY-MM-DD", "2200-01-01", NULL},
    {"YYYY-MM-DD", "0000-00-00", NULL},
    {"YYYY/MM/DD", "2024/12/31", "2024-12-31"},
    {"YYYYMMDD", "20240131", "2024-01-31"},
    {"YYYYMMDD", "202401311", NULL},
    {"DD/MM/YYYY", "01/02/2024", "2024-02-01"},
    {"DD/MM/YYYY", "1/2/2024", NULL},
    {"DD/MM/YYYY", "31/04/2024", NULL},
    {"DD/MM/YYYY", "01/13/2024", NULL},
    {"DD-MM-YYYY", "01-02-2024", "2024-02-01"},
    {"DD.MM.YYYY", "01.02.2024", "2024-02-01"},
    {"MM/DD/YYYY", "01/13/2024", "2024-01-13"},
    {"D/M/YYYY", "1/2/2024", "2024-02-01"},
    {"D/M/YYYY", "01/12/2024", "2024-12-01"},
    {"D/M/YYYY", "001/12/2024", NULL},
    {"D/M/YYYY", "0/12/2024", NULL},
    {"D Month YYYY", "3 March 2024", "2024-03-03"},
    {"D Month YYYY", "03 mar 2024", "2024-03-03"},
    {"D Month YYYY", "3 MAY 2024", "2024-05-03"},
    {"D Month YYYY", "3 Marc 2024", NULL},
    {"D Month YYYY", "3  March 2024", NULL},
    {"D Month YYYY", "3 Mawrth 2024", NULL},
    {"D-Month-YYYY", "3-Sep-2024", "2024-09-03"},
    {"YYYY-MM-DD hh:mm:ss", "2024-02-29 23:59:59", "2024-02-29"},
    {"YYYY-MM-DD hh:mm:ss", "2024-02-29 24:00:00", NULL},
    {"YYYY-MM-DD hh:mm:ss", "2024-02-29", NULL},
};

static void check_days(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(DAYS); i++) {
        enum dayform form;
        struct date date;
        char day[DATE_TEXT_BYTES];
        check_case("%s reads %s", DAYS[i].form, DAYS[i].text);
        if (!CHECK(dayform_named(span_str(DAYS[i].form), &form)))
            continue;
        bool reads = dayform_read(form, span_str(DAYS[i].text), &date);
        CHECK_INT(reads, DAYS[i].day != NULL);
        if (!reads || DAYS[i].day == NULL)
            continue;
        date_print(date, day);
        CHECK_STR(day, DAYS[i].day);
    }
    enum dayform form;
    check_case("unknown formats");
    CHECK(!dayform_named(SPAN_LIT("YY-MM-DD"), &form));
    CHECK(!dayform_named(SPAN_LIT(""), &form));
}

static const struct {
    const char *text;
    uint32_t decimals;
    bool reads;
    int64_t value;
} NUMBERS[] = {
    {"12", 0, true, 12},
    {"12", 2, true, 1200},
    {"12.5", 2, true, 1250},
    {"12.55", 2, true, 1255},
    {"12.555", 2, false, 0},
    {"12.", 2, false, 0},
    {".5", 2, false, 0},
    {"-0", 0, true, 0},
    {"-3.20", 2, true, -320},
    {"1,200", 2, false, 0},
    {"\xC2\xA3"
     "5",
     2, false, 0},
    {"5.0", 0, false, 0},
    {"1 000", 0, false, 0},
    {"+5", 0, false, 0},
    {"", 0, false, 0},
    {"-", 0, false, 0},
    {"123456789012.1234567890123", 2, false, 0},
    {"1234567890123456789", 0, false, 0},
    {"007", 0, true, 7},
    {"999999999999", 6, true, 999999999999000000},
    {"1000000000000", 0, false, 0},
};

static void check_numbers(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(NUMBERS); i++) {
        int64_t value = 0;
        check_case("number %s with %u decimals", NUMBERS[i].text, NUMBERS[i].decimals);
        CHECK_INT(text_number(span_str(NUMBERS[i].text), NUMBERS[i].decimals, &value),
                  NUMBERS[i].reads);
        CHECK_INT(value, NUMBERS[i].value);
    }
}

#define HEAD                                                                                       \
    "{\"format\":\"ballotd mapping "                                                               \
    "1\",\"source\":\"members\",\"encoding\":\"utf-8\",\"missing\":[],"
#define COLUMNS(list) HEAD "\"columns\":[{\"column\":\"No\",\"field\":\"member_no\"}" list "]}"
#define FAIL(text)    "mapping, " text

static const struct {
    const char *name;
    const char *json;
    const char *fail; /* "" when it is accepted */
} MAPPINGS[] = {
    {"smallest", COLUMNS(""), ""},
    {"address of two",
     COLUMNS(",{\"column\":\"A\",\"field\":\"address\"},{\"column\":\"B\",\"field\":\"address\"}"),
     ""},
    {"attributes",
     COLUMNS(",{\"column\":\"A\",\"field\":\"x.owed\",\"number\":2},{\"column\":\"B\",\"field\":"
             "\"x.a\"}"),
     ""},
    {"clash of formats",
     COLUMNS(",{\"column\":\"J\",\"field\":\"joined_on\",\"dates\":[\"D/M/YYYY\",\"MM/DD/YYYY\"]}"),
     FAIL("\"J\": day first and month first cannot stand together")},
    {"format unknown", COLUMNS(",{\"column\":\"J\",\"field\":\"joined_on\",\"dates\":[\"YY\"]}"),
     FAIL("\"YY\": not a date format of the list in docs/roll.md")},
    {"date without formats", COLUMNS(",{\"column\":\"J\",\"field\":\"joined_on\"}"),
     FAIL("\"J\": a date field needs \"dates\"")},
    {"status without words", COLUMNS(",{\"column\":\"S\",\"field\":\"status\"}"),
     FAIL("\"S\": this field needs \"words\"")},
    {"status to nonsense",
     COLUMNS(",{\"column\":\"S\",\"field\":\"status\",\"words\":[[\"Live\",\"alive\"]]}"),
     FAIL("\"alive\": not a value that this field can have")},
    {"word twice",
     COLUMNS(",{\"column\":\"S\",\"field\":\"status\",\"words\":[[\"L\",\"active\"],[\"L\","
             "\"lapsed\"]]}"),
     FAIL("\"L\": stands there twice")},
    {"field twice",
     COLUMNS(",{\"column\":\"A\",\"field\":\"email\"},{\"column\":\"B\",\"field\":\"email\"}"),
     FAIL("\"B\": the field has a column already")},
    {"column twice", COLUMNS(",{\"column\":\"No\",\"field\":\"email\"}"),
     FAIL("\"No\": the column stands there twice")},
    {"no such field", COLUMNS(",{\"column\":\"A\",\"field\":\"shoe_size\"}"),
     FAIL("\"shoe_size\": no such field")},
    {"attribute of capitals", COLUMNS(",{\"column\":\"A\",\"field\":\"x.A\"}"),
     FAIL("\"x.A\": no such field")},
    {"no number", HEAD "\"columns\":[{\"column\":\"N\",\"field\":\"name\"}]}",
     FAIL("\"member_no\": no column is mapped to it")},
    {"no columns", HEAD "\"columns\":[]}", FAIL("\"columns\": must hold 1 to 256 columns")},
    {"header with a space", HEAD "\"columns\":[{\"column\":\"N \",\"field\":\"member_no\"}]}",
     FAIL("\"N \": not a normalised header")},
    {"encoding",
     "{\"format\":\"ballotd mapping "
     "1\",\"source\":\"m\",\"encoding\":\"latin-1\",\"missing\":[],\"columns\":[]}",
     FAIL("\"latin-1\": the encoding is utf-8, utf-16 or windows-1252")},
    {"source",
     "{\"format\":\"ballotd mapping "
     "1\",\"source\":\"M\",\"encoding\":\"utf-8\",\"missing\":[],\"columns\":[]}",
     FAIL("\"M\": a source is 1 to 32 of a-z 0-9 -")},
    {"format",
     "{\"format\":\"ballotd mapping "
     "2\",\"source\":\"m\",\"encoding\":\"utf-8\",\"missing\":[],\"columns\":[]}",
     FAIL("\"ballotd mapping 2\": the format must be \"ballotd mapping 1\"")},
};

static void check_mappings(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(MAPPINGS); i++) {
        struct mapping mapping;
        struct fail fail = {0};
        check_case("mapping: %s", MAPPINGS[i].name);
        enum outcome outcome = mapping_read(span_str(MAPPINGS[i].json), &mapping, &fail);
        CHECK_STR(fail.text, MAPPINGS[i].fail);
        CHECK_INT(outcome == OK, MAPPINGS[i].fail[0] == '\0');
        if (outcome == OK)
            mapping_done(&mapping);
    }
}

/* Members in another order, unknown members, converters that do not belong: refused by the JSON. */
static void check_strict(void)
{
    static const char *const REFUSED[] = {
        "{\"source\":\"m\",\"format\":\"ballotd mapping 1\"}",
        COLUMNS(",{\"field\":\"email\",\"column\":\"E\"}"),
        COLUMNS(",{\"column\":\"E\",\"field\":\"email\",\"dates\":[\"YYYY-MM-DD\"]}"),
        COLUMNS(",{\"column\":\"E\",\"field\":\"email\",\"number\":2}"),
        COLUMNS(",{\"column\":\"J\",\"field\":\"joined_on\",\"words\":[[\"a\",\"b\"]]}"),
        COLUMNS(",{\"column\":\"E\",\"field\":\"x.e\",\"number\":7}"),
        COLUMNS(",{\"column\":\"E\",\"field\":\"x.e\",\"dates\":[\"YYYYMMDD\"],\"number\":1}"),
        COLUMNS("") " ",
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(REFUSED); i++) {
        struct mapping mapping;
        check_case("refused %zu", i);
        CHECK_INT(mapping_read(span_str(REFUSED[i]), &mapping, NULL), BAD_INPUT);
    }
}

int main(void)
{
    check_days();
    check_numbers();
    check_mappings();
    check_strict();
    return check_end("roll_mapping");
}
