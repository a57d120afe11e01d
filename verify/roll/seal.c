#include "roll/seal.h"

#include <inttypes.h>

/* Exactly the codes that are false, in the order of the rules, STYLE last? */
static bool codes_match(const struct rules *rules, uint64_t failed,
                        const struct exclusion *exclusion)
{
    size_t at = 0;
    for (unsigned i = 0; i <= rules->rule_count; i++) {
        if ((failed >> i & 1) == 0)
            continue;
        if (at == exclusion->code_count || !span_equal(exclusion->codes[at], rules_code(rules, i)))
            return false;
        at++;
    }
    return at == exclusion->code_count;
}

/* Sets the bit of everybody whose exclusion was confirmed for the reasons that hold now. */
static void mark_confirmed(const struct draft *draft, const struct case_statement *statement,
                           uint8_t *confirmed)
{
    for (size_t i = 0; i < statement->exclusion_count; i++) {
        const struct exclusion *exclusion = &statement->exclusions[i];
        uint32_t index = draft_find(draft, exclusion->pseudonym.bytes);
        if (index != NOBODY &&
            codes_match(draft->people->rules, draft->list[index].failed, exclusion))
            confirmed[index / 8] |= (uint8_t)(1U << index % 8);
    }
}

static enum outcome refuse_seal(const struct draft *draft, uint32_t index, const char *why,
                                struct fail *fail)
{
    const struct people *people = draft->people;
    if (draft_added(draft, index))
        return fail_bad(fail, "sealed, though whom case %" PRId64 " added %s",
                        draft_case_of(draft, index)->number, why);
    unsigned home = people->list[index].home;
    struct span source = people->rules->sources.list[home].id;
    return fail_bad(fail, "sealed, though the person of line %" PRIu32 " of %.*s %s",
                    people->feeds[home].table->lines[people_row(people, index, home)],
                    (int)source.len, (const char *)source.ptr, why);
}

static enum outcome check_each(const struct draft *draft, const uint8_t *confirmed,
                               struct fail *fail)
{
    size_t on_roll = 0;
    for (uint32_t i = 0; i < draft->count; i++) {
        enum standing standing = (enum standing)draft->list[i].standing;
        on_roll += standing == ELIGIBLE || standing == PROVISIONAL;
        if (standing == STANDING_UNDETERMINED)
            return refuse_seal(draft, i, "is undetermined", fail);
        if (standing == INELIGIBLE && (confirmed[i / 8] >> i % 8 & 1) == 0)
            return refuse_seal(
                draft, i, "is ineligible, and no officer has confirmed it for these reasons", fail);
    }
    return on_roll > 0 ? GOOD : fail_bad(fail, "sealed, though nobody is on the roll");
}

enum outcome seal_check(const struct draft *draft, const uint8_t snapshot[HASH_BYTES],
                        struct fail *fail)
{
    const struct casebook_view *cases = draft->cases;
    uint8_t *confirmed = arena_zeroed(draft->arena, draft->count / 8 + 1, 1);
    if (confirmed == NULL)
        return fail_unable(fail, "no memory for the exclusions");
    for (size_t i = 0; i < cases->confirmation_count; i++)
        if (memcmp(cases->confirmations[i].statement->answers.bytes, snapshot, HASH_BYTES) == 0)
            mark_confirmed(draft, cases->confirmations[i].statement, confirmed);
    return check_each(draft, confirmed, fail);
}
