/* fptp: one cross and one seat, docs/counting.md section `fptp`, `block` and `approval`. */
#include "count/crosses.h"
#include "count/rules.h"

static unsigned most_crosses(const struct count_task *task)
{
    (void)task;
    return 1;
}

const struct count_rule rule_fptp = {.name = "fptp",
                                     .seats_most = 1,
                                     .shows = SHOWS_TOO_MANY,
                                     .crosses = most_crosses,
                                     .run = crosses_run};
