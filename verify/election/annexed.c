#include "election/annexed.h"

void annexed_check(const struct election *election, const struct bundle *annex)
{
    (void)annex;
    report_not_run(election->report, ANNEX_MANIFEST, "this program was built without the roll");
}
