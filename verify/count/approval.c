/* approval: any number of crosses, docs/counting.md section `fptp`, `block` and `approval`. */
#include "count/crosses.h"
#include "count/rules.h"

static unsigned most_crosses(const struct count_task *task)
{
    return task->papers->candidates;
}

const struct count_rule rule_approval = {.name = "approval",
                                         .seats_most = LIMIT_SEATS,
                                         .shows = SHOWS_TOO_MANY,
                                         .crosses = most_crosses,
                                         .run = crosses_run};
