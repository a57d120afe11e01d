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
#include "random_rules.h"

#include <inttypes.h>
#include <openssl/evp.h>

/* -- snapshots -------------------------------------------------------------------------------- */

enum { ENCODINGS = 3 };
static const char *const encodings[ENCODINGS] = {"utf-8", "utf-16", "windows-1252"};

static struct sheet {
    unsigned source, encoding, rows;
    bool has[FIELDS];
    unsigned cells[NUMBERS][FIELDS]; /* a number from 1; otherwise an index of a word */
} sheets[SNAPSHOTS_MOST];
static unsigned sheet_count;

/* What most feeds say of a number, so that they agree more often than not. */
static unsigned habits[NUMBERS + 2][FIELDS];

static void draw_habits(void)
{
    for (unsigned number = 1; number <= NUMBERS; number++)
        for (unsigned i = 1; i < FIELDS; i++)
            habits[number][i] = draw(2) * draw(WORDS);
}

static void draw_sheet(struct sheet *sheet, unsigned source)
{
    unsigned start = draw(NUMBERS);
    sheet->source = source;
    sheet->encoding = draw(ENCODINGS);
    sheet->rows = 1 + draw(NUMBERS);
    for (unsigned i = 0; i < FIELDS; i++)
        sheet->has[i] = i == 0 || draw(4) != 0;
    for (unsigned row = 0; row < sheet->rows; row++) {
        unsigned number = 1 + (draw(20) == 0 ? draw(NUMBERS) : (start + row) % NUMBERS);
        sheet->cells[row][0] = number;
        for (unsigned i = 1; i < FIELDS; i++)
            sheet->cells[row][i] = draw(8) == 0 ? draw(WORDS) : habits[number][i];
    }
}

/* The words use no letters beyond these: a with circumflex, the euro sign. */
static void print_unit(unsigned encoding, unsigned unit)
{
    fputc((int)(unit & 0xFF), out);
    if (encoding == 1)
        fputc((int)(unit >> 8), out);
}

static void print_encoded(unsigned encoding, const char *text)
{
    for (; *text != '\0'; text++) {
        if (encoding != 0 && strncmp(text, "\xC3\xA2", 2) == 0) {
            print_unit(encoding, 0xE2);
            text += 1;
        } else if (encoding != 0 && strncmp(text, "\xE2\x82\xAC", 3) == 0) {
            print_unit(encoding, encoding == 1 ? 0x20AC : 0x80);
            text += 2;
        } else {
            print_unit(encoding, (uint8_t)*text);
        }
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
        out = open_file(folder, name);
        print_csv(&sheets[i]);
        (void)fclose(out);
        (void)snprintf(name, sizeof name, "%u.json", i + 1);
        out = open_file(folder, name);
        print_mapping(&sheets[i]);
        (void)fclose(out);
    }
}

/* Each source up to two, the first one at least one. */
static void write_board(const char *folder)
{
    out = open_file(folder, "board");
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

enum { CASES_MOST = 60, SUBJECTS_MOST = 4, FEW = 12 };

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

/* Returns the number, to which the habits belong: often one of few, so that cases meet. */
static unsigned draw_person(char out_text[65])
{
    unsigned of = draw(4) == 0 ? draw(source_count) : 0;
    unsigned number = 1 + draw(draw(2) == 0 ? FEW : NUMBERS + 1);
    name_person((char)('a' + sources[of].numbers), number, out_text);
    return number;
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

static void print_set(unsigned number)
{
    unsigned field = 1 + draw(FIELDS - 1), to = draw(WORDS);
    unsigned from = draw(4) == 0 ? draw(WORDS) : habits[number][field];
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

/* Prints the effect, to which the first subject may have to fit; whether it takes several. */
static bool print_effect(char out_person[65])
{
    static const char *const words[] = {"include", "exclude", "hold"};
    char other[65];
    unsigned number = draw_person(out_person);
    switch (draw(7)) {
    case 0:
        draw_row(out_person, other);
        fprintf(out, "{\"do\":\"rows\",\"keep\":\"%s\"}", other);
        return false;
    case 1:
        (void)draw_person(other);
        fprintf(out, "{\"do\":\"merge\",\"into\":\"%s\"}", other);
        return false;
    case 2:
        print_add(out_person);
        return false;
    case 3:
    case 4:
        fprintf(out, "{\"do\":\"%s\"}", words[draw(3)]);
        return true;
    default:
        print_set(number);
        return true;
    }
}

static int compare_subjects(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* The first stands, the others are drawn. Sorted, each once. */
static void print_subjects(char (*subjects)[65], unsigned count)
{
    for (unsigned i = 1; i < count; i++)
        (void)draw_person(subjects[i]);
    qsort(subjects, count, sizeof *subjects, compare_subjects);
    for (unsigned i = 0; i < count; i++)
        if (i == 0 || strcmp(subjects[i - 1], subjects[i]) != 0)
            fprintf(out, "%s\"%s\"", i == 0 ? "[" : ",", subjects[i]);
    fputs("]", out);
}

static void print_case(unsigned number, unsigned *in_force)
{
    bool open = draw(5) == 0, heard = draw(2) == 0;
    char subjects[SUBJECTS_MOST][65], *effect = NULL;
    size_t len = 0;
    FILE *file = out;
    out = open_memstream(&effect, &len);
    unsigned more = print_effect(subjects[0]) ? draw(SUBJECTS_MOST) : 0;
    (void)fclose(out);
    out = file;
    *in_force += open ? 0 : 1;
    fprintf(out, "%u %d %d %d ", open ? 0 : *in_force, open, heard || draw(2) == 0, heard);
    fprintf(out,
            "{\"kind\":\"variance\",\"origin\":\"example.org/random\",\"context\":\"%064d\","
            "\"answers\":\"%064d\",\"case\":%u,\"by\":\"officer\",\"subjects\":",
            0, 0, number);
    print_subjects(subjects, 1 + more);
    fprintf(out, ",\"effect\":%s,\"reason\":\"other\",\"text\":\"T\"}\n", effect);
    free(effect);
}

int main(int argc, char **argv)
{
    unsigned in_force = 0;
    if (argc != 3) {
        fputs("random_roll SEED DIR\n", stderr);
        return 2;
    }
    draw_state = strtoull(argv[1], NULL, 10);
    out = open_file(argv[2], "definition");
    print_sources();
    print_rules();
    (void)fclose(out);
    for (unsigned i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)draw(256);
    out = open_file(argv[2], "key");
    (void)fwrite(key, 1, sizeof key, out);
    (void)fclose(out);
    draw_habits();
    write_board(argv[2]);
    unsigned cases = draw(CASES_MOST);
    out = open_file(argv[2], "cases");
    for (unsigned i = 1; i <= cases; i++)
        print_case(i, &in_force);
    return fclose(out) == 0 ? 0 : 1;
}
