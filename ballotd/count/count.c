#include "count/count.h"

#include "count/rules.h"

struct count_rule {
    const char *name;
    unsigned decimals;
    size_t seats_max;
    unsigned shows; /* SHEET_… */
    bool in_contests;
    enum outcome (*count)(struct tally *tally, struct fail *fail);
};

static const struct count_rule rules[] = {
    {"av", 0, 1, 0, true, av_count},
    {"stv-scottish", 5, LIMIT_SEATS, 0, true, stv_scottish_count},
    {"stv-ers97", 2, LIMIT_SEATS, SHEET_BATCHES, false, stv_ers97_count},
    {"stv-meek-prf", 9, LIMIT_SEATS, SHEET_KEEP, false, stv_meek_prf_count},
    {"stv-meek-nz", 9, LIMIT_SEATS, SHEET_KEEP, false, stv_meek_nz_count},
    {"fptp", 0, 1, SHEET_CROSSES, false, fptp_count},
    {"block", 0, LIMIT_SEATS, SHEET_CROSSES, false, block_count},
    {"approval", 0, LIMIT_SEATS, SHEET_CROSSES, false, approval_count},
};

static const char rule_names[] =
    "av, stv-scottish, stv-ers97, stv-meek-prf, stv-meek-nz, fptp, block, approval";

const char *count_rule_names(void)
{
    return rule_names;
}

enum outcome count_rule_find(struct span name, const struct count_rule **out_rule,
                             struct fail *fail)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (!span_is(name, rules[i].name))
            continue;
        *out_rule = &rules[i];
        return OK;
    }
    return fail_set(fail, NOT_FOUND, "count.rule", "no rule \"%.*s\": there are %s",
                    (int)(name.len < 64 ? name.len : 64), (const char *)name.ptr, rule_names);
}

bool count_rule_in_contests(const struct count_rule *rule)
{
    return rule->in_contests;
}

enum outcome count_lots_read(struct span text, struct group *out_lots, struct fail *fail)
{
    struct group lots = {.size = 0};
    struct span rest = text;
    for (bool more = true; more;) {
        struct span word;
        uint64_t candidate = 0;
        more = span_cut(&rest, ',', &word);
        if (!more)
            word = rest;
        if (!span_decimal(word, &candidate) || candidate < 1 || candidate > LIMIT_CANDIDATES ||
            lots.size == LIMIT_CANDIDATES)
            return fail_set(
                fail, BAD_INPUT, "count.lots",
                "lots \"%.*s\": candidates' numbers joined by commas expected, as 3,1,2",
                (int)(text.len < 64 ? text.len : 64), (const char *)text.ptr);
        group_add(&lots, candidate);
    }
    *out_lots = lots;
    return OK;
}

static enum outcome check_seats(const struct count_rule *rule, size_t seats, struct fail *fail)
{
    if (seats >= 1 && seats <= rule->seats_max)
        return OK;
    return fail_set(fail, BAD_INPUT, "count.seats", "%zu seats: rule %s fills 1%s", seats,
                    rule->name, rule->seats_max > 1 ? " to 254" : "");
}

static enum outcome check_candidates(const struct papers *papers, struct fail *fail)
{
    bool somebody = false;
    for (size_t c = 1; c <= papers_candidates(papers); c++) {
        somebody |= !papers_withdrawn(papers, c);
        if (*papers_name(papers, c) == '\0')
            return fail_set(fail, BAD_INPUT, "count.name", "candidate %zu has no name", c);
    }
    return somebody
               ? OK
               : fail_set(fail, BAD_INPUT, "count.candidates", "all candidates have withdrawn");
}

/* None, or every candidate once. */
static enum outcome check_lots(const struct papers *papers, const struct group *lots,
                               struct fail *fail)
{
    struct group seen = {.size = 0};
    bool sound = lots->size == 0 || lots->size == papers_candidates(papers);
    for (size_t i = 0; i < lots->size && sound; i++) {
        sound = lots->who[i] >= 1 && lots->who[i] <= papers_candidates(papers) &&
                !group_has(&seen, lots->who[i]);
        group_add(&seen, lots->who[i]);
    }
    return sound ? OK
                 : fail_set(fail, BAD_INPUT, "count.lots",
                            "the lots must name each of the candidates 1 to %zu once, also those "
                            "who have withdrawn",
                            papers_candidates(papers));
}

static enum outcome count_on_sheet(const struct count_rule *rule, const struct papers *papers,
                                   struct sheet *sheet, struct fail *fail)
{
    struct tally tally;
    enum outcome outcome = tally_init(&tally, papers, sheet, fail);
    if (outcome == OK)
        outcome = rule->count(&tally, fail);
    tally_done(&tally);
    return outcome;
}

enum outcome count_run(const struct count_rule *rule, const struct papers *papers, size_t seats,
                       const struct group *lots, struct sheet **out_sheet, struct fail *fail)
{
    size_t places = seats > 0 ? seats : papers_seats(papers);
    struct sheet *sheet = NULL;
    enum outcome outcome = check_seats(rule, places, fail);
    if (outcome == OK)
        outcome = check_candidates(papers, fail);
    if (outcome == OK)
        outcome = check_lots(papers, lots, fail);
    if (outcome == OK)
        outcome = sheet_new(papers, &sheet, fail);
    if (outcome != OK)
        return outcome;
    sheet->rule = rule->name;
    sheet->decimals = rule->decimals;
    sheet->shows = rule->shows;
    sheet->seats = places;
    sheet->lots = *lots;
    outcome = count_on_sheet(rule, papers, sheet, fail);
    if (outcome == OK)
        *out_sheet = sheet;
    else
        sheet_free(sheet);
    return outcome;
}
