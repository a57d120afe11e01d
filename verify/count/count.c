#include "count/count.h"

#include "count/rules.h"
#include "count/tally.h"

#include <stdlib.h>

static const struct count_rule *const rules[] = {
    &rule_av,          &rule_stv_scottish, &rule_stv_ers97, &rule_stv_meek_prf,
    &rule_stv_meek_nz, &rule_fptp,         &rule_block,     &rule_approval,
};

const struct count_rule *count_rule_at(size_t index)
{
    return index < sizeof rules / sizeof rules[0] ? rules[index] : NULL;
}

const struct count_rule *count_rule_named(struct span name)
{
    const struct count_rule *rule;
    for (size_t i = 0; (rule = count_rule_at(i)) != NULL; i++)
        if (span_equal(name, span_text(rule->name)))
            return rule;
    return NULL;
}

static int compare_names(const void *a, const void *b)
{
    return span_compare(*(const struct span *)a, *(const struct span *)b);
}

static enum outcome check_names(const struct count_task *task, struct fail *fail)
{
    struct span sorted[LIMIT_CANDIDATES];
    unsigned count = task->papers->candidates;
    memcpy(sorted, task->names, count * sizeof sorted[0]);
    qsort(sorted, count, sizeof sorted[0], compare_names);
    if (sorted[0].len == 0)
        return fail_bad(fail, "a candidate has no name");
    for (unsigned i = 1; i < count; i++)
        if (span_equal(sorted[i - 1], sorted[i]))
            return fail_bad(fail, "two candidates are called \"%.*s\"", (int)sorted[i].len,
                            (const char *)sorted[i].ptr);
    return GOOD;
}

static enum outcome check_lots(const struct count_task *task, struct fail *fail)
{
    struct set seen = {0};
    unsigned candidates = task->papers->candidates;
    for (unsigned i = 0; task->lots != NULL && i < candidates; i++) {
        unsigned number = task->lots[i];
        if (number == 0 || number > candidates || set_has(&seen, number))
            return fail_bad(fail, "the lots must name each candidate from 1 to %u once",
                            candidates);
        set_add(&seen, number);
    }
    return GOOD;
}

static enum outcome check_task(const struct count_rule *rule, const struct count_task *task,
                               struct fail *fail)
{
    unsigned candidates = task->papers->candidates;
    if (candidates == 0 || candidates > LIMIT_CANDIDATES)
        return fail_bad(fail, "%u candidates: 1 to %d can be counted", candidates,
                        LIMIT_CANDIDATES);
    if (task->seats == 0 || task->seats > rule->seats_most)
        return fail_bad(fail, "%u seats: rule %s fills 1 to %u", task->seats, rule->name,
                        rule->seats_most);
    if (set_count(&task->withdrawn) >= candidates)
        return fail_bad(fail, "every candidate has withdrawn");
    if (check_names(task, fail) != GOOD)
        return BAD;
    return check_lots(task, fail);
}

enum outcome count_run(const struct count_rule *rule, const struct count_task *task,
                       struct sheet *out_sheet, struct fail *fail)
{
    struct sheet sheet = {.rule = rule, .task = task};
    struct tally tally;
    enum outcome outcome = check_task(rule, task, fail);
    if (outcome == GOOD)
        outcome = tally_init(&tally, task, &sheet, rule->decimals, fail);
    if (outcome != GOOD)
        return outcome;
    outcome = rule->run(&tally, fail);
    tally_done(&tally);
    if (outcome == GOOD)
        *out_sheet = sheet;
    else
        sheet_done(&sheet);
    return outcome;
}
