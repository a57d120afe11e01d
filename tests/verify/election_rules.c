/* STATE.definition: the rules that a contest may be counted by (`verify count` knows others), and
 * the sources, fields, codes and styles that the roll is made by. */
#include "vector_stage.h"

/* The encoding of the group's generator (RFC 9496, appendix A.1): a key that is proper. */
static const uint8_t proper_key[KEY_BYTES] = {
    0xe2, 0xf2, 0xae, 0x0a, 0x6a, 0xbc, 0x4e, 0x71, 0xa8, 0x84, 0xa9, 0x61, 0xc5, 0x00, 0x51, 0x5f,
    0x58, 0xe3, 0x0b, 0x6a, 0xa5, 0x82, 0xdd, 0x8d, 0xb6, 0xa6, 0x59, 0x45, 0xe0, 0x8d, 0x2d, 0x76};

/* What every definition needs, so that only the contest can offend. */
static void define(struct definition *definition, struct style *style, struct unit *unit,
                   struct officer *officer)
{
    static struct source source;
    source =
        (struct source){.id = span_text("members"), .numbers = span_text("members"), .lists = true};
    definition->sources = &source;
    definition->source_count = 1;
    *unit = (struct unit){.id = span_text("all")};
    *style = (struct style){.id = span_text("all"), .unit = unit->id};
    *officer = (struct officer){.id = span_text("o1"), .roles = RETURNING, .key = {1}};
    definition->units = unit;
    definition->styles = style;
    definition->officers = officer;
    definition->unit_count = definition->style_count = definition->officer_count = 1;
    definition->timetable.closes_at = 1;
    memcpy(definition->trustees[0].seal, proper_key, KEY_BYTES);
    definition->trustees[0].sign[0] = 2;
    definition->log[0] = 3;
    definition->statements[0] = 4;
    definition->registrar[0] = 5;
}

static bool accepted(const char *rule, unsigned seats)
{
    static struct stage stage;
    struct style style;
    struct unit unit;
    struct officer officer;
    struct span names[] = {span_text("Ann"), span_text("Bob")}, styles[] = {span_text("all")};
    unsigned printed[] = {1, 2};
    struct contest contest = {.id = span_text("chair"),
                              .layout = LAYOUT_RANKING,
                              .seats = seats,
                              .candidate_count = 2,
                              .rule = span_text(rule),
                              .names = names,
                              .printed = printed,
                              .printed_count = 2,
                              .styles = styles,
                              .style_count = 1};
    stage_begin(&stage, "example.org/rules", 1, 1);
    define(&stage.definition, &style, &unit, &officer);
    (void)stage_add(&stage, (struct statement){.kind = CONTEST, .contest = &contest});
    stage_ready(&stage, 1);
    definition_check(&stage.election);
    const struct finding *finding = &stage.report.findings[STATE_DEFINITION];
    bool passed = finding->verdict == PASSED;
    if (!passed && CHECK_UINT(finding->entry, 1))
        CHECK(strstr(finding->text, "there is no such rule") != NULL);
    stage_end(&stage);
    return passed;
}

/* -- the roll's part of a definition ------------------------------------------------------------
 */

enum twist {
    NOTHING,
    NO_SOURCE,
    NOBODY_LISTS,
    SOURCE_TWICE,
    NUMBERS_UNKNOWN,
    NUMBERS_BORROWED,
    FIELD_TWICE,
    FIELD_UNKNOWN,
    FIELD_MEMBER_NO_HAS_AUTHORITY,
    FIELD_OF_NO_SOURCE,
    CODE_TWICE,
    CODE_TAKEN,
    CODE_SMALL,
    VOTES_OF_A_FIELD,
    VOTES_OF_NO_TOKEN,
    STYLE_TWICE,
    SNAPSHOT_OF_NO_SOURCE,
};

struct electorate {
    struct stage stage;
    struct style styles[2];
    struct unit unit;
    struct officer officer;
    struct source sources[3];
    struct authority fields[2];
    struct span codes[2];
    struct snapshot snapshot;
};

static void describe(struct electorate *all)
{
    struct definition *definition = &all->stage.definition;
    define(definition, &all->styles[0], &all->unit, &all->officer);
    all->styles[0].votes_field = span_text("x.delegates");
    all->styles[1] = (struct style){.id = span_text("few"), .unit = all->unit.id};
    all->sources[0] =
        (struct source){.id = span_text("members"), .numbers = span_text("members"), .lists = true};
    all->sources[1] = (struct source){.id = span_text("local"), .numbers = span_text("local")};
    all->sources[2] = (struct source){.id = span_text("finance"), .numbers = span_text("members")};
    all->fields[0] = (struct authority){span_text("paid_until"), span_text("finance")};
    all->fields[1] = (struct authority){span_text("x.delegates"), span_text("local")};
    all->codes[0] = span_text("FREEZE");
    all->codes[1] = span_text("PAID-2");
    all->snapshot = (struct snapshot){.number = 1, .source = span_text("local")};
    definition->styles = all->styles;
    definition->sources = all->sources;
    definition->fields = all->fields;
    definition->codes = all->codes;
    definition->style_count = definition->field_count = definition->code_count = 2;
    definition->source_count = 3;
}

static void twist_sources(struct electorate *all, enum twist twist)
{
    if (twist == NO_SOURCE)
        all->stage.definition.source_count = 0;
    if (twist == NOBODY_LISTS)
        all->sources[0].lists = false;
    if (twist == SOURCE_TWICE)
        all->sources[1].id = span_text("members");
    if (twist == NUMBERS_UNKNOWN)
        all->sources[2].numbers = span_text("nobody");
    if (twist == NUMBERS_BORROWED)
        all->sources[1].numbers = span_text("finance");
    if (twist == SNAPSHOT_OF_NO_SOURCE)
        all->snapshot.source = span_text("nobody");
}

static void twist_rules(struct electorate *all, enum twist twist)
{
    if (twist == FIELD_TWICE)
        all->fields[1].field = span_text("paid_until");
    if (twist == FIELD_UNKNOWN)
        all->fields[0].field = span_text("paid");
    if (twist == FIELD_MEMBER_NO_HAS_AUTHORITY)
        all->fields[0].field = span_text("member_no");
    if (twist == FIELD_OF_NO_SOURCE)
        all->fields[0].source = span_text("nobody");
    if (twist == CODE_TWICE)
        all->codes[1] = span_text("FREEZE");
    if (twist == CODE_TAKEN)
        all->codes[1] = span_text("DUPLICATE");
    if (twist == CODE_SMALL)
        all->codes[1] = span_text("Paid");
    if (twist == VOTES_OF_A_FIELD)
        all->styles[0].votes_field = span_text("status");
    if (twist == VOTES_OF_NO_TOKEN)
        all->styles[0].votes_field = span_text("x.");
    if (twist == STYLE_TWICE)
        all->styles[1].id = all->styles[0].id;
}

static void test_electorate(enum twist twist, const char *says)
{
    static struct electorate all;
    check_case("twist %d", (int)twist);
    memset(&all, 0, sizeof all);
    stage_begin(&all.stage, "example.org/rules", 1, 1);
    describe(&all);
    twist_sources(&all, twist);
    twist_rules(&all, twist);
    (void)stage_add(&all.stage, (struct statement){.kind = SNAPSHOT, .snapshot = &all.snapshot});
    stage_ready(&all.stage, 1);
    definition_check(&all.stage.election);
    const struct finding *finding = &all.stage.report.findings[STATE_DEFINITION];
    if (says == NULL) {
        CHECK(stage_passed(&all.stage, STATE_DEFINITION));
    } else if (CHECK_INT(finding->verdict, FAILED)) {
        check_case("twist %d: \"%s\"", (int)twist, finding->text);
        CHECK(strstr(finding->text, says) != NULL);
        CHECK_UINT(finding->entry, twist == SNAPSHOT_OF_NO_SOURCE ? 1 : 0);
    }
    stage_end(&all.stage);
}

static void test_electorates(void)
{
    static const struct {
        enum twist twist;
        const char *says;
    } cases[] = {
        {NOTHING, NULL},
        {NO_SOURCE, "no source lists"},
        {NOBODY_LISTS, "no source lists"},
        {SOURCE_TWICE, "the source \"members\" stands twice"},
        {NUMBERS_UNKNOWN, "none of its own"},
        {NUMBERS_BORROWED, "none of its own"},
        {FIELD_TWICE, "the field \"paid_until\" stands twice"},
        {FIELD_UNKNOWN, "for no field"},
        {FIELD_MEMBER_NO_HAS_AUTHORITY, "for no field"},
        {FIELD_OF_NO_SOURCE, "of no source"},
        {CODE_TWICE, "the rule \"FREEZE\" stands twice"},
        {CODE_TAKEN, "may not have its code"},
        {CODE_SMALL, "may not have its code"},
        {VOTES_OF_A_FIELD, "no attribute"},
        {VOTES_OF_NO_TOKEN, "no attribute"},
        {STYLE_TWICE, "the style \"all\" stands twice"},
        {SNAPSHOT_OF_NO_SOURCE, "source that does not exist"},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++)
        test_electorate(cases[i].twist, cases[i].says);
}

int main(void)
{
    static const struct {
        const char *rule;
        unsigned seats;
        bool accepted;
    } cases[] = {
        {"av", 1, true},           {"av", 2, false},        {"stv-scottish", 1, true},
        {"stv-scottish", 2, true}, {"stv-ers97", 1, false}, {"stv-meek-prf", 1, false},
        {"stv-meek-nz", 1, false}, {"fptp", 1, false},      {"block", 1, false},
        {"approval", 1, false},    {"stv", 1, false},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        check_case("%s, seats %u", cases[i].rule, cases[i].seats);
        CHECK_INT(accepted(cases[i].rule, cases[i].seats), cases[i].accepted);
    }
    test_electorates();
    return check_end("verify election_rules");
}
