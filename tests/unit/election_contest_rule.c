/* The rules that a contest may be counted by: those that the verifier counts as well. */
#include "ballot_stage.h"
#include "check.h"
#include "election/tally.h"

int main(void)
{
    static const struct {
        const char *rule;
        enum outcome outcome;
    } cases[] = {
        {"av", OK},
        {"stv-scottish", OK},
        {"stv-ers97", NOT_ALLOWED},
        {"stv-meek-prf", NOT_ALLOWED},
        {"stv-meek-nz", NOT_ALLOWED},
        {"fptp", NOT_ALLOWED},
        {"block", NOT_ALLOWED},
        {"approval", NOT_ALLOWED},
        {"stv", NOT_FOUND},
    };
    struct stage stage;
    stage_begin(&stage);
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        struct fail fail;
        struct contest contest = stage.state->contests[0];
        check_case("%s", cases[i].rule);
        snprintf(contest.rule, sizeof contest.rule, "%s", cases[i].rule);
        CHECK_INT(tally_try(stage.state, &contest, &fail), cases[i].outcome);
        if (cases[i].outcome == NOT_ALLOWED)
            CHECK_STR(fail.code, "contest.rule");
    }
    stage_end(&stage);
    return check_end("election_contest_rule");
}
