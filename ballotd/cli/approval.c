#include "cli/approval.h"

#include "base/clock.h"
#include "cli/office.h"

enum { DAYS_MAX = 90, DAY_S = 86400 };

static enum outcome approve(struct desk *desk, void *ctx, struct fail *fail)
{
    const struct approval *approval = ctx;
    json_t *object;
    uint64_t days;
    enum outcome outcome = arguments_number(approval->days, "--days", DAYS_MAX, &days, fail);
    if (outcome == OK)
        outcome = office_begin(desk, KIND_HANDOVER, "definition", &object, fail);
    if (outcome != OK)
        return outcome;
    json_put_string(object, "to", span_str(approval->to));
    json_put_string(object, "what", span_str(approval->what));
    json_put_string(object, "purpose", span_str(approval->purpose));
    json_put_integer(object, "until", clock_now_s() + (int64_t)days * DAY_S);
    return office_state(desk, "handovers", object, fail);
}

int approval_run(const struct arguments *arguments, struct approval *approval)
{
    if (!approval->to || !approval->purpose)
        return arguments_refuse(arguments, "--to and --purpose are needed");
    return arguments_at_desk(arguments, approve, approval);
}
