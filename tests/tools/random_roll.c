/* random_roll SEED DIR: a random election's people, so that two derivations of the roll can be set
 * one against another. The same seed gives the same files everywhere; DIR must exist. It gets
 *
 *   definition      {"sources":…,"fields":…,"rules":…,"styles":…}, a line
 *   key             the roll key, 32 bytes
 *   board           announced_at; then for each snapshot, in order: source taken_at as_of
 *   1.csv, 1.json   … the snapshots and their mappings
 *   cases           for each case: its place among those in force or 0, open, notified, and whether
 * the time to reply was over at its decision (0 or 1 each); then its variance, as a statement,
 * whose effect is the one that counts; in the order of their numbers
 *
 * docs/roll.md sections 1 to 8. */
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBERS = 150, SOURCES_MOST = 4, FIELDS = 13, WORDS = 4, SNAPSHOTS_MOST = 8, DAY = 86400 };
#define START UINT64_C(1767225600) /* 2026-01-01 */

static uint64_t state;
static FILE *out;

/* splitmix64 (Steele, Lea, Flood 2014): good enough to vary a test. */
static unsigned draw(unsigned below)
{
    state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t mixed = state;
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94D049BB133111EB);
    return (unsigned)((mixed ^ mixed >> 31) % below);
}

static void open_file(const char *folder, const char *name)
{
    char path[4000];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    out = fopen(path, "wb");
    if (out == NULL) {
        perror(path);
        exit(1);
    }
}

/* In the order of the canonical record. */
enum kind { NUMBER_NO, TEXT, STATUS, DATE, NUMBER, TOKEN };

static const struct {
    const char *name;
    enum kind kind;
    const char *words[WORDS]; /* "": missing */
} fields[FIELDS] = {
    {"member_no", NUMBER_NO, {NULL}},
    {"name", TEXT, {"Ann", "Bob", "Si\xC3\xA2n \xE2\x82\xAC", ""}},
    {"email", TEXT, {"a@example.org", "b@example.org", "nowhere", ""}},
    {"address", TEXT, {"1 High Street", "2 High Street", "1 High Street", ""}},
    {"nation", TEXT, {"wales", "wales", "england", ""}},
    {"status", STATUS, {"active", "active", "lapsed", ""}},
    {"joined_on", DATE, {"2020-02-29", "2025-08-31", "2026-03-01", ""}},
    {"paid_until", DATE, {"2026-06-30", "2026-06-30", "2025-06-30", ""}},
    {"born_on", DATE, {"2008-02-29", "1950-01-01", "2010-12-31", ""}},
    {"x.d", DATE, {"2026-01-01", "2025-01-01", "2026-12-31", ""}},
    {"x.n", NUMBER, {"3", "1", "-7", ""}},
    {"x.t", TEXT, {"2026-01-01", "12", "wales", ""}},
    {"x.w", TOKEN, {"full", "youth", "full", ""}},
};

/* -- the definition --------------------------------------------------------------------------- */

static struct {
    char id[2];
    unsigned numbers;
    bool lists;
} sources[SOURCES_MOST];
static unsigned source_count;

static void print_sources(void)
{
    source_count = 2 + draw(SOURCES_MOST - 1);
    fputs("{\"sources\":[", out);
    for (unsigned i = 0; i < source_count; i++) {
        sources[i].id[0] = (char)('a' + i);
        sources[i].numbers = i == 0 || draw(4) == 0 ? i : 0;
        sources[i].lists = i == 0 || draw(2) == 0;
        fprintf(out,
                "%s{\"id\":\"%s\",\"title\":{\"en\":\"S\",\"cy\":\"\"},\"numbers\":\"%c\","
                "\"lists\":%s,\"stale_after\":%u}",
                i == 0 ? "" : ",", sources[i].id, 'a' + sources[i].numbers,
                sources[i].lists ? "true" : "false", draw(2) * (1 + draw(40)));
    }
    fputs("],\"fields\":[", out);
    const char *comma = "";
    for (unsigned i = 1; i < FIELDS; i++) {
        if (draw(5) != 0)
            continue;
        fprintf(out, "%s{\"field\":\"%s\",\"source\":\"%c\"}", comma, fields[i].name,
                'a' + draw(source_count));
        comma = ",";
    }
    fputs("]", out);
}

static unsigned draw_field(bool (*wanted)(unsigned field))
{
    unsigned field = draw(FIELDS);
    while (!wanted(field))
        field = draw(FIELDS);
    return field;
}

static bool is_any(unsigned field)
{
    (void)field;
    return true;
}

static bool is_attribute(unsigned field)
{
    return fields[field].name[0] == 'x';
}

static bool takes_date(unsigned field)
{
    return fields[field].kind == DATE || is_attribute(field);
}

/* A word of the field, which is not missing; of a number, one that there may be. */
static const char *draw_word(unsigned field)
{
    return field == 0 ? "7" : fields[field].words[draw(WORDS - 1)];
}

static void print_test(unsigned depth);

static void print_list(const char *name, unsigned depth)
{
    unsigned count = 1 + draw(3);
    fprintf(out, "{\"%s\":[", name);
    for (unsigned i = 0; i < count; i++) {
        fputs(i == 0 ? "" : ",", out);
        print_test(depth + 1);
    }
    fputs("]}", out);
}

static void print_text_test(void)
{
    unsigned field = draw_field(is_any);
    if (draw(2) == 0)
        fprintf(out, "{\"equal\":[\"%s\",\"%s\"]}", fields[field].name, draw_word(field));
    else
        fprintf(out, "{\"one_of\":[\"%s\",[\"%s\",\"other\"]]}", fields[field].name,
                draw_word(field));
}

static void print_date_test(void)
{
    static const char *const units[] = {"days", "weeks", "months", "years"};
    const char *name = fields[draw_field(takes_date)].name;
    switch (draw(5)) {
    case 0:
        fprintf(out, "{\"on_or_before\":[\"%s\",\"2026-01-01\"]}", name);
        break;
    case 1:
        fprintf(out, "{\"on_or_after\":[\"%s\",\"2026-01-01\"]}", name);
        break;
    case 2:
        fprintf(out, "{\"at_least_before\":[\"%s\",%u,\"%s\",\"2026-%02u-28\"]}", name, draw(9),
                units[draw(4)], 1 + draw(12));
        break;
    case 3:
        fprintf(out, "{\"age_at_least\":[\"%s\",%u,\"2026-0%u-%02u\"]}", name, 16 + draw(3),
                2 + draw(2), draw(2) == 0 ? 1 : 28);
        break;
    default:
        fprintf(out, "{\"no_later_than\":[\"%s\",\"%s\"]}", name,
                fields[draw_field(takes_date)].name);
    }
}

static void print_number_test(void)
{
    fprintf(out, "{\"number_at_%s\":[\"%s\",%d]}", draw(2) == 0 ? "least" : "most",
            fields[draw_field(is_attribute)].name, (int)draw(5) - 1);
}

static void print_leaf(void)
{
    switch (draw(8)) {
    case 0:
        fprintf(out, "{\"present\":\"%s\"}", fields[draw_field(is_any)].name);
        break;
    case 1:
        print_date_test();
        break;
    case 2:
        print_number_test();
        break;
    case 3:
        fprintf(out, "{\"in_list\":\"%c\"}", 'a' + draw(source_count));
        break;
    case 4:
        fprintf(out, "{\"status_at\":[\"2026-0%u-%02u\",[\"active\"]]}", 1 + draw(2), 1 + draw(28));
        break;
    case 5:
        fprintf(out, "{\"same_as\":[\"%s\",\"%s\"]}", fields[draw_field(is_any)].name,
                fields[draw_field(is_any)].name);
        break;
    default:
        print_text_test();
    }
}

static void print_test(unsigned depth)
{
    unsigned kind = draw(depth < 4 ? 6 : 3);
    if (kind < 3) {
        print_leaf();
    } else if (kind < 5) {
        print_list(kind == 3 ? "all" : "any", depth);
    } else {
        fputs("{\"not\":", out);
        print_test(depth + 1);
        fputs("}", out);
    }
}

static void print_rules(void)
{
    unsigned rules = draw(4), styles = 1 + draw(2);
    fputs(",\"rules\":[", out);
    for (unsigned i = 0; i < rules; i++) {
        fprintf(out, "%s{\"code\":\"R%u\",\"text\":{\"en\":\"T\",\"cy\":\"\"},\"test\":",
                i == 0 ? "" : ",", i);
        print_test(1);
        fputs("}", out);
    }
    fputs("],\"styles\":[", out);
    for (unsigned i = 0; i < styles; i++) {
        fprintf(out,
                "%s{\"id\":\"s%u\",\"title\":{\"en\":\"S\",\"cy\":\"\"},\"unit\":\"all\","
                "\"votes\":%u,\"votes_field\":\"%s\",\"test\":",
                i == 0 ? "" : ",", i, 1 + draw(3), draw(3) == 0 ? "x.n" : "");
        if (i + 1 == styles && draw(2) == 0)
            fputs("{\"always\":true}", out);
        else
            print_test(1);
        fputs("}", out);
    }
    fputs("]}\n", out);
}

/* -- snapshots -------------------------------------------------------------------------------- */

enum { ENCODINGS = 3 };
static const char *const encodings[ENCODINGS] = {"utf-8", "utf-16", "windows-1252"};

static struct sheet {
    unsigned source, encoding, rows;
    bool has[FIELDS];
    unsigned cells[NUMBERS][FIELDS]; /* a number from 1; otherwise an index of a word */
} sheets[SNAPSHOTS_MOST];
static unsigned sheet_count;

static void draw_sheet(struct sheet *sheet, unsigned source)
{
    unsigned start = draw(NUMBERS);
    sheet->source = source;
    sheet->encoding = draw(ENCODINGS);
    sheet->rows = 1 + draw(NUMBERS);
    for (unsigned i = 0; i < FIELDS; i++)
        sheet->has[i] = i == 0 || draw(3) != 0;
    for (unsigned row = 0; row < sheet->rows; row++) {
        for (unsigned i = 1; i < FIELDS; i++)
            sheet->cells[row][i] = draw(2) * draw(WORDS);
        sheet->cells[row][0] = 1 + (draw(20) == 0 ? draw(NUMBERS) : (start + row) % NUMBERS);
    }
}

/* The words use no letters beyond these: a with circumflex, the euro sign. */
static void print_encoded(unsigned encoding, const char *text)
{
    for (; *text != '\0'; text++) {
        const char *beyond = strncmp(text, "\xC3\xA2", 2) == 0       ? "\xE2"
                             : strncmp(text, "\xE2\x82\xAC", 3) == 0 ? "\x80"
                                                                     : NULL;
        if (encoding == 0) {
            fputc(*text, out);
        } else if (encoding == 2) {
            fputc(beyond == NULL ? *text : *beyond, out);
        } else {
            bool euro = beyond != NULL && *beyond == '\x80';
            fputc(euro ? 0xAC : beyond == NULL ? *text : *beyond, out);
            fputc(euro ? 0x20 : 0, out);
        }
        if (encoding != 0 && beyond != NULL)
            text += *beyond == '\x80' ? 2 : 1;
    }
}

static const char *cell_text(const struct sheet *sheet, unsigned row, unsigned field)
{
    static char number[16];
    if (field != 0)
        return fields[field].words[sheet->cells[row][field]];
    (void)snprintf(number, sizeof number, "%u", sheet->cells[row][0]);
    return number;
}

static void print_csv(const struct sheet *sheet)
{
    if (sheet->encoding == 1)
        fputs("\xFF\xFE", out);
    for (unsigned row = 0; row <= sheet->rows; row++) {
        for (unsigned i = 0; i < FIELDS; i++) {
            if (!sheet->has[i])
                continue;
            print_encoded(sheet->encoding, i == 0 ? "" : ",");
            print_encoded(sheet->encoding,
                          row == 0 ? fields[i].name : cell_text(sheet, row - 1, i));
        }
        print_encoded(sheet->encoding, "\n");
    }
}

static void print_mapping(const struct sheet *sheet)
{
    static const char *const converters[] = {
        [DATE] = ",\"dates\":[\"YYYY-MM-DD\"]",
        [NUMBER] = ",\"number\":0",
        [STATUS] = ",\"words\":[[\"active\",\"active\"],[\"lapsed\",\"lapsed\"]]",
        [TOKEN] = ",\"words\":[[\"full\",\"full\"],[\"youth\",\"youth\"]]"};
    fprintf(out,
            "{\"format\":\"ballotd mapping 1\",\"source\":\"%s\",\"encoding\":\"%s\","
            "\"missing\":[],\"columns\":[",
            sources[sheet->source].id, encodings[sheet->encoding]);
    for (unsigned i = 0; i < FIELDS; i++) {
        const char *converter = converters[fields[i].kind];
        if (sheet->has[i])
            fprintf(out, "%s{\"column\":\"%s\",\"field\":\"%s\"%s}", i == 0 ? "" : ",",
                    fields[i].name, fields[i].name, converter == NULL ? "" : converter);
    }
    fputs("]}", out);
}

static void write_sheets(const char *folder)
{
    char name[40];
    for (unsigned i = 0; i < sheet_count; i++) {
        (void)snprintf(name, sizeof name, "%u.csv", i + 1);
        open_file(folder, name);
        print_csv(&sheets[i]);
        (void)fclose(out);
        (void)snprintf(name, sizeof name, "%u.json", i + 1);
        open_file(folder, name);
        print_mapping(&sheets[i]);
        (void)fclose(out);
    }
}

/* Each source up to two, the first one at least one. */
static void write_board(const char *folder)
{
    open_file(folder, "board");
    fprintf(out, "%" PRIu64 "\n", START + draw(60) * (uint64_t)DAY);
    for (unsigned i = 0; i < SNAPSHOTS_MOST; i++) {
        unsigned source = i == 0 ? 0 : draw(source_count);
        if (i > 0 && draw(3) == 0)
            continue;
        uint64_t as_of = START + draw(50) * (uint64_t)DAY + draw(2);
        draw_sheet(&sheets[sheet_count++], source);
        fprintf(out, "%s %" PRIu64 " %" PRIu64 "\n", sources[source].id,
                as_of + draw(30) * (uint64_t)DAY, as_of);
    }
    (void)fclose(out);
    write_sheets(folder);
}

/* -- cases ------------------------------------------------------------------------------------ */

static uint8_t key[32];

static void hash_part(EVP_MD_CTX *context, const void *part, size_t len)
{
    uint8_t prefix[8];
    for (unsigned i = 0; i < 8; i++)
        prefix[i] = (uint8_t)((uint64_t)len >> 8 * i);
    (void)EVP_DigestUpdate(context, prefix, sizeof prefix);
    (void)EVP_DigestUpdate(context, part, len);
}

static void to_hex(const uint8_t bytes[32], char out_text[65])
{
    for (unsigned i = 0; i < 32; i++)
        (void)snprintf(out_text + 2 * i, 3, "%02x", bytes[i]);
}

static void name_person(char numbers, unsigned number, char out_text[65])
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    char text[16];
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    (void)EVP_DigestInit_ex(context, EVP_sha512(), NULL);
    hash_part(context, "ballotd/v1", 10);
    hash_part(context, "pseudonym", 9);
    hash_part(context, key, sizeof key);
    hash_part(context, &numbers, 1);
    hash_part(context, text, (size_t)snprintf(text, sizeof text, "%u", number));
    (void)EVP_DigestFinal_ex(context, digest, NULL);
    EVP_MD_CTX_free(context);
    to_hex(digest, out_text);
}

static void draw_person(char out_text[65])
{
    unsigned of = draw(4) == 0 ? draw(source_count) : 0;
    name_person((char)('a' + sources[of].numbers), 1 + draw(NUMBERS + 1), out_text);
}

/* The row id of some row, and whose it is. */
static void draw_row(char out_person[65], char out_id[65])
{
    const struct sheet *sheet = &sheets[draw(sheet_count)];
    char record[4000] = "{";
    uint8_t digest[32];
    size_t len = 1;
    unsigned row = draw(sheet->rows);
    for (unsigned tries = 0; tries < NUMBERS; tries++) { /* rather one of several */
        unsigned other = draw(sheet->rows), same = draw(sheet->rows);
        if (other != same && sheet->cells[other][0] == sheet->cells[same][0])
            row = other;
    }
    for (unsigned i = 0; i < FIELDS; i++) {
        const char *text = cell_text(sheet, row, i);
        if (sheet->has[i] && text[0] != '\0')
            len += (size_t)snprintf(record + len, sizeof record - len, "%s\"%s\":\"%s\"",
                                    len == 1 ? "" : ",", fields[i].name, text);
    }
    record[len++] = '}';
    (void)EVP_Digest(record, len, digest, NULL, EVP_sha256(), NULL);
    to_hex(digest, out_id);
    name_person((char)('a' + sources[sheet->source].numbers), sheet->cells[row][0], out_person);
}

static void print_set(void)
{
    unsigned field = 1 + draw(FIELDS - 1), from = draw(WORDS), to = draw(WORDS);
    while (strcmp(fields[field].words[from], fields[field].words[to]) == 0)
        to = draw(WORDS);
    fprintf(out, "{\"do\":\"set\",\"field\":\"%s\"", fields[field].name);
    if (fields[field].words[from][0] != '\0')
        fprintf(out, ",\"from\":\"%s\"", fields[field].words[from]);
    if (fields[field].words[to][0] != '\0')
        fprintf(out, ",\"to\":\"%s\"", fields[field].words[to]);
    fputs("}", out);
}

static void print_add(char out_person[65])
{
    unsigned number = draw(3) == 0 ? 1 + draw(NUMBERS) : NUMBERS + 1 + draw(4);
    fprintf(out, "{\"do\":\"add\",\"numbers\":\"a\",\"record\":{\"member_no\":\"%u\"", number);
    for (unsigned i = 1; i < FIELDS; i++)
        if (draw(2) == 0)
            fprintf(out, ",\"%s\":\"%s\"", fields[i].name, draw_word(i));
    fputs("}}", out);
    name_person('a', number, out_person);
}

/* Prints the effect, to which the one subject may have to fit. */
static void print_effect(char out_person[65])
{
    static const char *const words[] = {"include", "exclude", "hold"};
    char other[65];
    draw_person(out_person);
    switch (draw(7)) {
    case 0:
        draw_row(out_person, other);
        fprintf(out, "{\"do\":\"rows\",\"keep\":\"%s\"}", other);
        break;
    case 1:
        draw_person(other);
        fprintf(out, "{\"do\":\"merge\",\"into\":\"%s\"}", other);
        break;
    case 2:
        print_add(out_person);
        break;
    case 3:
        fprintf(out, "{\"do\":\"%s\"}", words[draw(3)]);
        break;
    default:
        print_set();
    }
}

static void print_case(unsigned number, unsigned *in_force)
{
    bool open = draw(5) == 0, heard = draw(2) == 0;
    char person[65], *effect = NULL;
    size_t len = 0;
    FILE *file = out;
    out = open_memstream(&effect, &len);
    print_effect(person);
    (void)fclose(out);
    out = file;
    *in_force += open ? 0 : 1;
    fprintf(out, "%u %d %d %d ", open ? 0 : *in_force, open, heard || draw(2) == 0, heard);
    fprintf(out,
            "{\"kind\":\"variance\",\"origin\":\"example.org/random\",\"context\":\"%064d\","
            "\"answers\":\"%064d\",\"case\":%u,\"by\":\"officer\",\"subjects\":[\"%s\"],"
            "\"effect\":%s,\"reason\":\"other\",\"text\":\"T\"}\n",
            0, 0, number, person, effect);
    free(effect);
}

int main(int argc, char **argv)
{
    unsigned in_force = 0;
    if (argc != 3) {
        fputs("random_roll SEED DIR\n", stderr);
        return 2;
    }
    state = strtoull(argv[1], NULL, 10);
    open_file(argv[2], "definition");
    print_sources();
    print_rules();
    (void)fclose(out);
    for (unsigned i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)draw(256);
    open_file(argv[2], "key");
    (void)fwrite(key, 1, sizeof key, out);
    (void)fclose(out);
    write_board(argv[2]);
    unsigned cases = draw(30);
    open_file(argv[2], "cases");
    for (unsigned i = 1; i <= cases; i++)
        print_case(i, &in_force);
    return fclose(out) == 0 ? 0 : 1;
}
