/* Any bytes as {"rules":…,"styles":…}: what is accepted can be judged on missing, contested and odd
 * values, and printed. */
#include <stdlib.h>

#include "base/json.h"
#include "roll/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void judge(const struct rules *rules)
{
    static const char *const TEXTS[] = {"2024-02-29", "12", "active", "9999-12-31"};
    static struct value statuses[ROLL_TESTS_MAX];
    struct value values[RULES_FIELDS_MAX] = {{.state = VALUE_MISSING}};
    enum truth lists[ROLL_SOURCES_MAX];
    struct facts facts = {.values = values, .statuses = statuses, .in_lists = lists};
    for (uint32_t turn = 0; turn < 10; turn++) {
        for (uint32_t i = 0; i < rules->field_count; i++)
            values[i] = turn % 5 == 4 ? (struct value){.state = VALUE_CONTESTED}
                                      : (struct value){.state = VALUE_KNOWN,
                                                       .stale = (i + turn) % 3 == 0,
                                                       .text = span_str(TEXTS[(i + turn) % 4])};
        for (uint32_t i = 0; i < rules->day_count; i++)
            statuses[i] = (struct value){.state = VALUE_KNOWN, .text = span_str(TEXTS[turn % 4])};
        for (uint32_t i = 0; i < rules->list_count; i++)
            lists[i] = (enum truth)((turn + i) % 3);
        facts.stale_lists = turn;
        struct verdict verdict = rules_judge(rules, &facts);
        if ((verdict.failed & verdict.undetermined) != 0)
            abort();
        if ((verdict.doubted & ~verdict.undetermined) != 0)
            abort();
        if (verdict.style >= rules->style_count || verdict.votes > ROLL_VOTES_MAX)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    json_t *json = NULL;
    struct source_list sources = {
        .count = 2, .sources = {{.id = SPAN_LIT("m"), .lists = true}, {.id = SPAN_LIT("waivers")}}};
    struct rules rules;
    struct buf out;
    if (json_read_loose(span_of(bytes, len), "fuzz", &json, NULL) != OK)
        return 0;
    if (rules_read(json_object_get(json, "rules"), json_object_get(json, "styles"), &sources,
                   &rules, NULL) == OK) {
        judge(&rules);
        buf_init(&out, 1 << 24);
        for (uint32_t i = 0; i < rules.rule_count; i++)
            rules_print_test(&rules, rules.rules[i].test, &out);
        if (!buf_ok(&out))
            abort();
        buf_done(&out);
        rules_done(&rules);
    }
    json_decref(json);
    return 0;
}
