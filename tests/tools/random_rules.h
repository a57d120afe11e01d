/* A random election's sources, rules and styles, and the words that its feeds use. The same seed
 * gives the same everywhere. */
#ifndef TESTS_TOOLS_RANDOM_RULES_H
#define TESTS_TOOLS_RANDOM_RULES_H

#include "random_draw.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { NUMBERS = 150, SOURCES_MOST = 4, FIELDS = 13, WORDS = 4, SNAPSHOTS_MOST = 8, DAY = 86400 };
#define START UINT64_C(1767225600) /* 2026-01-01 */

static FILE *out;

static FILE *open_file(const char *folder, const char *name)
{
    char path[4000];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    return file;
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
        fprintf(out, "{\"age_at_least\":[\"%s\",%u,\"2026-0%u-%02u\"]}", name, 16u + draw(3),
                2u + draw(2), draw(2) == 0 ? 1u : 28u);
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
    unsigned rules = draw(3), styles = 1 + draw(2);
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
        if (i + 1 == styles && draw(4) != 0)
            fputs("{\"always\":true}", out);
        else
            print_test(1);
        fputs("}", out);
    }
    fputs("]}\n", out);
}

#endif
