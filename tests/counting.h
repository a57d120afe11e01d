/* What the tests of counting share: from a .blt text to a sheet, or to the code of a failure. */
#ifndef TESTS_COUNTING_H
#define TESTS_COUNTING_H

#include "check.h"
#include "count/blt.h"
#include "count/count.h"

enum { COUNTING_TEXT_BYTES_MAX = 1 << 24 };

/* Counts; on failure the check fails unless `fail` was given, and NULL comes back. Lots as
 * "3,1,2", or "" for none. */
__attribute__((unused)) static struct sheet *counting_sheet(const char *rule_name, struct span blt,
                                                            const char *lots_text,
                                                            struct fail *fail)
{
    struct fail own = {.text = ""};
    struct fail *why = fail ? fail : &own;
    const struct count_rule *rule = NULL;
    struct papers *papers = NULL;
    struct sheet *sheet = NULL;
    struct group lots = {.size = 0};
    enum outcome outcome = count_rule_find(span_str(rule_name), &rule, why);
    if (outcome == OK && *lots_text)
        outcome = count_lots_read(span_str(lots_text), &lots, why);
    if (outcome == OK)
        outcome = blt_read(blt, &papers, why);
    if (outcome == OK)
        outcome = count_run(rule, papers, 0, &lots, &sheet, why);
    if (!fail)
        CHECK_STR(own.text, "");
    papers_free(papers);
    return outcome == OK ? sheet : NULL;
}

/* The votes of a candidate at the end of stage n, as text in a static buffer. */
__attribute__((unused)) static const char *counting_votes(const struct sheet *sheet, uint64_t units)
{
    static char text[32];
    struct buf buf;
    buf_init(&buf, sizeof text - 1);
    sheet_add_votes(sheet, units, &buf);
    snprintf(text, sizeof text, "%s", buf_text(&buf));
    buf_done(&buf);
    return text;
}

#endif
