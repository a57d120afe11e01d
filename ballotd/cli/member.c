#include "cli/member.h"

#include "base/code.h"
#include "roll.h"

enum outcome member_report(struct desk *desk, const char *number, json_t **out_report,
                           struct fail *fail)
{
    struct span text = span_str(number);
    struct buf path;
    if (text.len == 0 || text.len > ROLL_MEMBER_NO_BYTES_MAX)
        return fail_set(fail, BAD_INPUT, "member.number", "a member number is 1 to %d bytes",
                        ROLL_MEMBER_NO_BYTES_MAX);
    buf_init(&path, 2 * ROLL_MEMBER_NO_BYTES_MAX + 32);
    buf_add_str(&path, "roll/member/");
    hex_add(&path, text);
    enum outcome outcome = office_get(desk, buf_text(&path), out_report, fail);
    buf_done(&path);
    return outcome;
}

enum outcome member_pseudonym(struct desk *desk, const char *number,
                              uint8_t out_pseudonym[static HASH_BYTES], struct fail *fail)
{
    json_t *report;
    enum outcome outcome = member_report(desk, number, &report, fail);
    if (outcome != OK)
        return outcome;
    struct span hex = json_span(json_object_get(json_object_get(report, "member"), "pseudonym"));
    if (hex.len != 2 * HASH_BYTES || !hex_read(hex, out_pseudonym, HASH_BYTES))
        outcome = fail_set(fail, BROKEN, "member.report", "the daemon's report has no pseudonym");
    json_decref(report);
    return outcome;
}
