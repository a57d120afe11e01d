/* Any bytes as a snapshot, as a mapping or as the rules of the verifier: nothing is accepted that
 * its field refuses, and whatever rules are read can judge anybody. The first byte says which. */
#include <stdlib.h>

#include "roll/draft.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

#define MAPPING(encoding, columns)                                                                 \
    "{\"format\":\"ballotd mapping 1\",\"source\":\"m\",\"encoding\":\"" encoding                  \
    "\",\"missing\":[\"-\"],\"columns\":[{\"column\":\"a\",\"field\":\"member_no\"}" columns "]}"

/* By the first byte of a snapshot; seeds count on the order. */
static const char *const mappings[] = {
    MAPPING("utf-8",
            ",{\"column\":\"b\",\"field\":\"name\"},{\"column\":\"c\",\"field\":\"name\"}"),
    MAPPING("utf-16", ",{\"column\":\"b\",\"field\":\"joined_on\",\"dates\":[\"D Month YYYY\","
                      "\"D/M/YYYY\",\"YYYY-MM-DD hh:mm:ss\"]}"),
    MAPPING("windows-1252", ",{\"column\":\"b\",\"field\":\"x.n\",\"number\":2}"),
    MAPPING("utf-8", ",{\"column\":\"b\",\"field\":\"status\",\"words\":[[\"Live\",\"active\"]]}"),
};
enum { MAPPINGS = sizeof mappings / sizeof mappings[0] };

static const char two_rows[] = "a,b\n1,Live\n1,-\n2,-\n3,Live\n";

/* -- what must hold --------------------------------------------------------------------------- */

static void check_table(const struct table *table)
{
    for (size_t row = 0; row < table->rows; row++) {
        if (table_number(table, row).ptr == NULL)
            abort();
        for (int slot = 0; slot < table->slot_count; slot++) {
            struct span value = table_value(table, row, slot);
            if (value.ptr != NULL && !field_value_valid(table->slots[slot].type, value))
                abort();
        }
    }
}

static void import_with(const char *mapping_text, struct span file, struct table *out_table,
                        struct arena *arena)
{
    struct mapping *mapping = arena_zeroed(arena, 1, sizeof *mapping);
    *out_table = (struct table){.rows = 0};
    if (mapping == NULL || mapping_read(span_text(mapping_text), arena, mapping, NULL) != GOOD)
        abort();
    if (table_import(file, mapping, out_table, NULL) == GOOD)
        check_table(out_table);
}

/* Everybody is one of the outcomes, and by the rules one of three. */
static void check_draft(const struct draft *draft)
{
    for (uint32_t i = 0; i < draft->count; i++) {
        const struct drafted *drafted = &draft->list[i];
        if (drafted->by_rules > STANDING_UNDETERMINED || drafted->standing == REMOVED ||
            (drafted->standing == ELIGIBLE && drafted->style == NO_STYLE) ||
            (drafted->style != NO_STYLE && (drafted->votes < 1 || drafted->votes > ROLL_VOTES_MAX)))
            abort();
    }
}

static void judge_with(const struct rules *rules, struct arena *arena)
{
    static const uint8_t key[ROLL_KEY_BYTES];
    static const struct casebook_view nothing;
    struct people people;
    struct draft draft;
    struct table table;
    import_with(mappings[3], span_text(two_rows), &table, arena);
    const struct snapshot snapshot = {.taken_at = UINT32_MAX, .table = &table};
    if (people_make(rules, &snapshot, 1, 0, span_of(key, sizeof key), arena, &people, NULL) !=
            GOOD ||
        draft_make(&people, &nothing, arena, &draft, NULL) != GOOD)
        abort();
    check_draft(&draft);
    people_done(&people);
    table_done(&table);
}

/* -- the three -------------------------------------------------------------------------------- */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct arena arena = {NULL};
    struct mapping mapping;
    struct rules rules;
    struct table table;
    struct span rest = span_of(bytes + 1, len == 0 ? 0 : len - 1);
    if (len == 0)
        return 0;
    if (bytes[0] == 'r') {
        if (rules_read(rest, &arena, &rules, NULL) == GOOD)
            judge_with(&rules, &arena);
    } else if (bytes[0] == 'm') {
        if (mapping_read(rest, &arena, &mapping, NULL) == GOOD &&
            table_import(span_text(two_rows), &mapping, &table, NULL) == GOOD) {
            check_table(&table);
            table_done(&table);
        }
    } else {
        import_with(mappings[bytes[0] % MAPPINGS], rest, &table, &arena);
        table_done(&table);
    }
    arena_done(&arena);
    return 0;
}
