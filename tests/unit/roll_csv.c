/* The CSV reader: what is accepted, and what is refused at which line and column. */
#include "check.h"
#include "roll/csv.h"

/* Prints every record as "line:field|field;" so that a case is one string. */
static void print_records(struct csv *csv, struct buf *out, struct fail *fail)
{
    bool more = true;
    while (csv_next(csv, &more, fail) == OK && more) {
        buf_add_format(out, "%u:", csv->record_line);
        for (uint32_t i = 0; i < csv->count && csv->flaw == NULL; i++) {
            buf_add_str(out, i > 0 ? "|" : "");
            buf_add(out, csv->fields[i]);
        }
        if (csv->flaw != NULL)
            buf_add_format(out, "!%u %s", csv->flaw_column, csv->flaw);
        buf_add_byte(out, ';');
    }
}

static void check_text(struct span file, const char *want_records, const char *want_fail)
{
    struct csv csv;
    struct fail fail = {0};
    struct buf out;
    buf_init(&out, 1 << 20);
    if (CHECK(csv_open(&csv, file, &fail) == OK))
        print_records(&csv, &out, &fail);
    CHECK_STR(buf_text(&out), want_records);
    CHECK_STR(fail.text, want_fail);
    csv_done(&csv);
    buf_done(&out);
}

static const struct {
    const char *name;
    struct span file;
    const char *records;
    const char *fail;
} CASES[] = {
    {"empty", SPAN_LIT(""), "", ""},
    {"only a mark", SPAN_LIT("\xEF\xBB\xBF"), "", ""},
    {"plain", SPAN_LIT("a,b\n1,2\n"), "1:a|b;2:1|2;", ""},
    {"no last line feed", SPAN_LIT("a,b\n1,2"), "1:a|b;2:1|2;", ""},
    {"CR LF and mark",
     SPAN_LIT("\xEF\xBB\xBF"
              "a,b\r\n1,2\r\n"),
     "1:a|b;2:1|2;", ""},
    {"empty fields", SPAN_LIT(",\n,\n"), "1:|;2:|;", ""},
    {"ends in a comma", SPAN_LIT("a,"), "1:a|;", ""},
    {"quotes", SPAN_LIT("\"a\",\"b,c\",\"d\"\"e\"\n"), "1:a|b,c|d\"e;", ""},
    {"only quotes", SPAN_LIT("\"\"\"\"\"\"\n"), "1:\"\";", ""},
    {"empty quotes", SPAN_LIT("\"\"\n"), "1:;", ""},
    {"lines in quotes", SPAN_LIT("\"a\nb\r\nc\",d\ne,f\n"), "1:a\nb\r\nc|d;4:e|f;", ""},
    {"tab and accents", SPAN_LIT("a\tb,Ll\xC5\xB7r\n"), "1:a\tb|Ll\xC5\xB7r;", ""},
    {"empty line", SPAN_LIT("a\n\nb\n"), "1:a;2:!1 an empty line;3:b;", ""},
    {"empty CR LF line", SPAN_LIT("a\r\n\r\n"), "1:a;2:!1 an empty line;", ""},
    {"quote inside", SPAN_LIT("a,b\n1,2\"3\n"), "1:a|b;",
     "line 2, column 2: a quote inside a field that does not begin with one"},
    {"text after quote", SPAN_LIT("\"a\"b,c\n"), "",
     "line 1, column 1: text after a closing quote"},
    {"space after quote", SPAN_LIT("a,\"b\" ,c\n"), "",
     "line 1, column 2: text after a closing quote"},
    {"open quote", SPAN_LIT("a\n\"b,c\nd"), "1:a;",
     "line 3, column 1: the file ends inside quotes"},
    {"one quote", SPAN_LIT("\""), "", "line 1, column 1: the file ends inside quotes"},
    {"bare CR", SPAN_LIT("a,b\r1,2\n"), "",
     "line 1, column 2: a carriage return without a line feed"},
    {"CR at the end", SPAN_LIT("a\r"), "",
     "line 1, column 1: a carriage return without a line feed"},
    {"NUL", SPAN_LIT("a,b\0c\n"), "", "line 1, column 2: a control character"},
    {"bell in quotes", SPAN_LIT("\"a\007\"\n"), "", "line 1, column 1: a control character"},
    {"delete", SPAN_LIT("a\177\n"), "", "line 1, column 1: a control character"},
    {"latin-1", SPAN_LIT("a\nSi\xE2n\n"), "1:a;",
     "line 2, column 1: not UTF-8; the mapping names the encoding"},
    {"overlong", SPAN_LIT("\"\xC0\xAF\"\n"), "",
     "line 1, column 1: not UTF-8; the mapping names the encoding"},
    {"second mark",
     SPAN_LIT("\xEF\xBB\xBF\xEF\xBB\xBF"
              "a\n"),
     "1:\xEF\xBB\xBF"
     "a;",
     ""},
};

/* A field of 4,096 bytes is kept, one of 4,097 is a flaw, quoted or not. */
static void check_long_field(bool quoted, size_t len)
{
    struct buf file;
    struct csv csv;
    struct fail fail = {0};
    bool more = false;
    check_case("field of %zu bytes, %s", len, quoted ? "quoted" : "plain");
    buf_init(&file, 1 << 20);
    buf_add_str(&file, quoted ? "a,\"" : "a,");
    for (size_t i = 0; i < len / 2; i++)
        buf_add_str(&file, quoted ? "\"\"" : "xy");
    if (len % 2 == 1)
        buf_add_byte(&file, 'x');
    buf_add_str(&file, quoted ? "\"\nb\n" : "\nb\n");
    CHECK_INT(csv_open(&csv, buf_span(&file), &fail), OK);
    CHECK_INT(csv_next(&csv, &more, &fail), OK);
    CHECK_INT(csv.flaw != NULL, len > ROLL_CSV_FIELD_BYTES_MAX);
    if (csv.flaw == NULL)
        CHECK_UINT(csv.fields[1].len, quoted ? len / 2 : len);
    else
        CHECK_UINT(csv.flaw_column, 2);
    CHECK_INT(csv_next(&csv, &more, &fail), OK);
    CHECK_TEXT(csv.fields[0], "b");
    csv_done(&csv);
    buf_done(&file);
}

static void check_columns(uint32_t columns)
{
    struct buf file;
    struct csv csv;
    bool more = false;
    check_case("%u columns", columns);
    buf_init(&file, 1 << 20);
    for (uint32_t i = 1; i < columns; i++)
        buf_add_str(&file, "\"\"\"\",");
    buf_add_str(&file, "z\n");
    CHECK_INT(csv_open(&csv, buf_span(&file), NULL), OK);
    CHECK_INT(csv_next(&csv, &more, NULL), OK);
    CHECK_UINT(csv.count, columns);
    CHECK_INT(csv.flaw != NULL, columns > ROLL_COLUMNS_MAX);
    csv_done(&csv);
    buf_done(&file);
}

int main(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(CASES); i++) {
        check_case("%s", CASES[i].name);
        check_text(CASES[i].file, CASES[i].records, CASES[i].fail);
    }
    for (int quoted = 0; quoted < 2; quoted++) {
        check_long_field(quoted, 4096);
        check_long_field(quoted, 4097);
        check_long_field(quoted, 100001);
    }
    check_columns(256);
    check_columns(257);
    return check_end("roll_csv");
}
