/* block: as many crosses as seats, docs/counting.md section `fptp`, `block` and `approval`. */
#include "count/crosses.h"
#include "count/rules.h"

static unsigned most_crosses(const struct count_task *task)
{
    return task->seats;
}

const struct count_rule rule_block = {.name = "block",
                                      .seats_most = LIMIT_SEATS,
                                      .shows = SHOWS_TOO_MANY,
                                      .crosses = most_crosses,
                                      .run = crosses_run};
