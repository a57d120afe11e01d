/* The rules that a contest may be counted by: STATE.definition refuses the others, though
 * `verify count` knows them. */
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
    source = (struct source){
        .id = span_text("members"), .numbers = span_text("members"), .lists = true};
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
    return check_end("verify election_rules");
}
