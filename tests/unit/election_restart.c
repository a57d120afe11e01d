/* The daemon is stopped and started after every statement of a whole election: it says the same of
 * itself, and goes on. */
#include "check.h"
#include "lib/process.h"
#include "lib/rehearsal.h"

#include <sodium.h>
#include <unistd.h>

static unsigned restarts;

static void status_of(struct rehearsal *rehearsal, struct buf *out)
{
    struct fail fail;
    buf_init(out, 1 << 20);
    rehearsal_must(election_status(rehearsal->election, out, &fail), &fail, "status");
}

static void restart(struct rehearsal *rehearsal)
{
    struct buf before, after;
    status_of(rehearsal, &before);
    rehearsal_pause(rehearsal);
    rehearsal_resume(rehearsal);
    status_of(rehearsal, &after);
    check_case("restart %u", restarts++);
    CHECK_SPAN(buf_span(&after), buf_span(&before));
    buf_done(&before);
    buf_done(&after);
}

int main(void)
{
    char top[] = "/tmp/election_restart.XXXXXX", folder[64];
    struct rehearsal rehearsal;
    if (sodium_init() < 0 || !mkdtemp(top))
        return 1;
    snprintf(folder, sizeof folder, "%s/election", top);
    const struct rehearsal_options options = {.folder = folder,
                                              .members = 5,
                                              .ballots = 4,
                                              .trustees = 2,
                                              .threshold = 1,
                                              .mixes = 1,
                                              .candidates = 3,
                                              .contests = 1,
                                              .unsafe_no_sync = true,
                                              .stated = restart};
    rehearsal_begin(&rehearsal, &options);
    rehearsal_all(&rehearsal);
    restart(&rehearsal);
    CHECK_INT(rehearsal_state_of(&rehearsal)->phase, PHASE_ENDED);
    rehearsal_end(&rehearsal);
    CHECK_INT(process_remove(top), 0);
    return check_end("election_restart");
}
