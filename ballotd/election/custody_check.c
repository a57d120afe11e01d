/* What only the daemon can check before it takes a statement. Declared in election/custody.h. */
#include "election/custody_inside.h"

static enum outcome check_locked(struct custody *custody, const struct state *state,
                                 const struct statement *statement, const struct sources *sources,
                                 struct fail *fail)
{
    if (statement_is(statement, KIND_SNAPSHOT))
        return custody_check_snapshot(custody, statement, fail);
    if (statement_is(statement, KIND_DIFFERENCE))
        return custody_check_difference(custody, state, statement, fail);
    if (statement_is(statement, KIND_ROLL))
        return custody_check_roll(custody, state, statement, fail);
    if (statement_is(statement, KIND_ISSUE))
        return custody_check_issue(custody, statement, sources, fail);
    if (statement_is(statement, KIND_REISSUE))
        return custody_check_reissue(custody, statement, fail);
    if (statement_is(statement, KIND_FREEZE))
        return custody_check_freeze(custody, state, statement, fail);
    return OK;
}

enum outcome custody_check(struct custody *custody, const struct state *state,
                           const struct statement *statement, const struct sources *sources,
                           struct fail *fail)
{
    if (!custody_concerns(statement))
        return OK;
    pthread_mutex_lock(&custody->lock);
    enum outcome outcome = check_locked(custody, state, statement, sources, fail);
    pthread_mutex_unlock(&custody->lock);
    return outcome;
}

enum outcome custody_recheck(struct custody *custody, const struct state *state,
                             const struct statement *statement, struct fail *fail)
{
    enum outcome outcome = OK;
    if (!custody_concerns(statement))
        return OK;
    pthread_mutex_lock(&custody->lock);
    if (statement_is(statement, KIND_ROLL))
        outcome = custody_check_roll(custody, state, statement, fail);
    else if (statement_is(statement, KIND_CASE))
        outcome = custody_recheck_case(custody, state, statement, fail);
    else if (statement_is(statement, KIND_FREEZE))
        outcome = custody_check_freeze(custody, state, statement, fail);
    pthread_mutex_unlock(&custody->lock);
    return outcome;
}
