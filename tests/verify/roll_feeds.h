/* Snapshots of several sources from a few lines of CSV, joined into people. A header is a field's
 * name; its converter follows from the name: dates as YYYY-MM-DD, statuses by their own words,
 * `x.n…` numbers, `x.d…` dates. */
#ifndef TESTS_VERIFY_ROLL_FEEDS_H
#define TESTS_VERIFY_ROLL_FEEDS_H

#include "check.h"
#include "roll/people.h"

enum { FEEDS_MOST = 8, DAY = 86400 };

struct feeds {
    struct arena arena;
    struct rules rules;
    struct mapping mappings[FEEDS_MOST];
    struct table tables[FEEDS_MOST];
    struct snapshot snapshots[FEEDS_MOST];
    size_t count;
    uint8_t key[ROLL_KEY_BYTES];
    struct people people;
};

#define FEED(id, numbers, lists, days)                                                             \
    "{\"id\":\"" id "\",\"title\":{\"en\":\"S\",\"cy\":\"\"},\"numbers\":\"" numbers               \
    "\",\"lists\":" lists ",\"stale_after\":" days "}"
#define AUTHORITY(field, source) "{\"field\":\"" field "\",\"source\":\"" source "\"}"
#define RULE(code, test)                                                                           \
    "{\"code\":\"" code "\",\"text\":{\"en\":\"T\",\"cy\":\"\"},\"test\":" test "}"
#define STYLE(id, votes, field, test)                                                              \
    "{\"id\":\"" id                                                                                \
    "\",\"title\":{\"en\":\"All\",\"cy\":\"\"},\"unit\":\"wales\",\"votes\":" votes                \
    ",\"votes_field\":\"" field "\",\"test\":" test "}"
#define ALL_STYLE STYLE("all", "1", "", "{\"always\":true}")

/* The lists are without their brackets. */
static bool feeds_begin(struct feeds *feeds, const char *sources, const char *fields,
                        const char *rules, const char *styles)
{
    static char text[20000];
    struct fail fail = {""};
    *feeds = (struct feeds){.count = 0};
    memset(feeds->key, 0x22, sizeof feeds->key);
    snprintf(text, sizeof text, "{\"sources\":[%s],\"fields\":[%s],\"rules\":[%s],\"styles\":[%s]}",
             sources, fields, rules, styles);
    if (CHECK_INT(rules_read(span_text(text), &feeds->arena, &feeds->rules, &fail), GOOD))
        return true;
    fprintf(stderr, "  said: %s\n", fail.text);
    return false;
}

/* One column of a mapping; returns what was written. */
static int feeds_column(char *out, size_t room, struct span name)
{
    enum field_type type = FIELD_TEXT;
    const char *converter = "";
    if (!field_named(name, &type))
        type = FIELD_TEXT;
    if (type == FIELD_DATE || span_starts(name, span_text("x.d")))
        converter = ",\"dates\":[\"YYYY-MM-DD\"]";
    else if (span_starts(name, span_text("x.n")))
        converter = ",\"number\":0";
    else if (type == FIELD_STATUS)
        converter = ",\"words\":[[\"active\",\"active\"],[\"grace\",\"grace\"],[\"arrears\","
                    "\"arrears\"],[\"lapsed\",\"lapsed\"]]";
    return snprintf(out, room, "{\"column\":\"%.*s\",\"field\":\"%.*s\"%s}", (int)name.len,
                    (const char *)name.ptr, (int)name.len, (const char *)name.ptr, converter);
}

static struct span feeds_mapping(struct feeds *feeds, const char *source, const char *csv)
{
    static char text[8000];
    struct span rest = span_text(csv), header = {0}, name = {0};
    size_t len = (size_t)snprintf(text, sizeof text,
                                  "{\"format\":\"ballotd mapping 1\",\"source\":\"%s\","
                                  "\"encoding\":\"utf-8\",\"missing\":[],\"columns\":[",
                                  source);
    CHECK(span_cut(&rest, '\n', &header));
    for (bool more = true; more;) {
        more = span_cut(&header, ',', &name);
        len += (size_t)feeds_column(text + len, sizeof text - len, more ? name : header);
        len += (size_t)snprintf(text + len, sizeof text - len, more ? "," : "]}");
    }
    return arena_copy(&feeds->arena, span_of(text, len));
}

/* The next snapshot on the board. */
static void feeds_add(struct feeds *feeds, const char *source, uint64_t taken_at, uint64_t as_of,
                      const char *csv)
{
    struct fail fail = {""};
    struct mapping *mapping = &feeds->mappings[feeds->count];
    struct table *table = &feeds->tables[feeds->count];
    struct span json = feeds_mapping(feeds, source, csv);
    int index = sources_find(&feeds->rules.sources, span_text(source));
    CHECK(index != NO_SOURCE);
    if (!CHECK_INT(mapping_read(json, &feeds->arena, mapping, &fail), GOOD) ||
        !CHECK_INT(table_import(span_text(csv), mapping, table, &fail), GOOD)) {
        fprintf(stderr, "  said: %s\n", fail.text);
        return;
    }
    feeds->snapshots[feeds->count++] = (struct snapshot){(unsigned)index, taken_at, as_of, table};
}

/* As the checks do it: tables that nobody wants are not there, later ones go after the join. */
static bool feeds_join(struct feeds *feeds, uint64_t announced_at)
{
    struct fail fail = {""};
    for (size_t i = 0; i < feeds->count; i++)
        if (!people_wants(&feeds->rules, feeds->snapshots, feeds->count, i))
            feeds->snapshots[i].table = NULL;
    if (CHECK_INT(people_make(&feeds->rules, feeds->snapshots, feeds->count, announced_at,
                              span_of(feeds->key, sizeof feeds->key), &feeds->arena, &feeds->people,
                              &fail),
                  GOOD))
        return true;
    fprintf(stderr, "  said: %s\n", fail.text);
    return false;
}

static void feeds_end(struct feeds *feeds)
{
    people_done(&feeds->people);
    for (size_t i = 0; i < FEEDS_MOST; i++)
        table_done(&feeds->tables[i]);
    arena_done(&feeds->arena);
}

/* NOBODY if there is none. */
__attribute__((unused)) static uint32_t feeds_person(const struct feeds *feeds, const char *numbers,
                                                     const char *number)
{
    uint8_t pseudonym[HASH_BYTES];
    people_pseudonym(&feeds->people, span_text(numbers), span_text(number), pseudonym);
    return people_find(&feeds->people, pseudonym);
}

#endif
