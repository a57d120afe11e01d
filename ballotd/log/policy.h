/* C2SP witness policies (c2sp.org/tlog-policy): which logs, which witnesses, and how many of them
 * must have cosigned a checkpoint before it counts.
 */
#ifndef LOG_POLICY_H
#define LOG_POLICY_H

#include "log/note.h"

enum {
    POLICY_LOGS_MAX = 32,
    POLICY_WITNESSES_MAX = 32,
    POLICY_GROUPS_MAX = 32,
    POLICY_BYTES_MAX = 32768,
};

struct policy;

/* What a checkpoint's signatures amount to: bit i of seen is set, and time_s[i] is its time, if
 * witness i (in the order of the policy) has a valid cosignature. */
struct policy_view {
    bool log_signed; /* by one of the policy's logs */
    bool quorum;
    uint32_t seen;
    int64_t time_s[POLICY_WITNESSES_MAX];
};

/* BAD_INPUT policy.malformed with the line's number. An empty text is refused: `quorum none` is how
 * a policy says that it asks for nothing. */
enum outcome policy_new(struct span text, struct policy **out_policy, struct fail *fail) MUST_USE;
void policy_free(struct policy *policy);

unsigned policy_witness_count(const struct policy *policy);
const struct note_key *policy_witness_key(const struct policy *policy, unsigned index);
/* "" when the policy gives none. */
const char *policy_witness_url(const struct policy *policy, unsigned index);
unsigned policy_log_count(const struct policy *policy);
const struct note_key *policy_log_key(const struct policy *policy, unsigned index);

/* BAD_PROOF note.signature when a listed key's signature is there and does not hold; otherwise OK,
 * and the view says what there is. Where the policy lists no log, the caller knows the log. */
enum outcome policy_judge(const struct policy *policy, const struct note *checkpoint,
                          struct policy_view *out_view, struct fail *fail) MUST_USE;

#endif
