#include "registrar/release.h"

#include "registrar/issue.h"

/* The number before the first comma; the row is what follows it. */
static bool read_time(struct span line, int64_t *out_s, struct span *out_row)
{
    int64_t time_s = 0;
    size_t at = 0;
    for (; at < line.len && at < 15 && line.ptr[at] >= '0' && line.ptr[at] <= '9'; at++)
        time_s = 10 * time_s + (line.ptr[at] - '0');
    if (at == 0 || at == line.len || line.ptr[at] != ',')
        return false;
    *out_s = time_s;
    *out_row = span_of(line.ptr + at + 1, line.len - at - 1);
    return true;
}

static void take_row(int64_t time_s, int64_t now_s, struct span row, struct buf *out,
                     struct release *release)
{
    if (time_s <= now_s) {
        release->due++;
        buf_add(out, row);
        buf_add_byte(out, '\n');
        return;
    }
    release->waiting++;
    if (release->next_s == 0 || time_s < release->next_s)
        release->next_s = time_s;
}

enum outcome release_due(struct span file, int64_t now_s, struct buf *out,
                         struct release *out_release, struct fail *fail)
{
    static const char header[] = ISSUE_WAITING_HEADER;
    struct span rest = file, line, row;
    struct release release = {0};
    int64_t time_s;
    if (!span_line(&rest, &line) || line.len != sizeof header - 2 ||
        memcmp(line.ptr, header, line.len) != 0)
        return fail_set(fail, BAD_INPUT, "release.file",
                        "this is not a file of waiting codes that `registrar issue` wrote");
    buf_add_str(out, ROSTER_HEADER);
    for (size_t number = 2; span_line(&rest, &line); number++) {
        if (!read_time(line, &time_s, &row))
            return fail_set(fail, BAD_INPUT, "release.file",
                            "line %zu does not begin with a time: the file was altered", number);
        take_row(time_s, now_s, row, out, &release);
    }
    enum outcome outcome = buf_check(out, "codes", fail);
    if (outcome == OK)
        *out_release = release;
    return outcome;
}
