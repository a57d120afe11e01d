/*
 * policy: whose signatures make a checkpoint count: C2SP tlog-policy.
 *
 * Logs, witnesses, groups of them and the quorum, in the order in which the text defines them.
 * Refused: an unknown name, a name twice, one public key as two logs or two witnesses, a member of
 * two groups, a threshold of none or of more than there are, a second quorum line or none, and more
 * than the limits below.
 */
#ifndef VERIFY_LOG_POLICY_H
#define VERIFY_LOG_POLICY_H

#include "log/note.h"

enum {
    POLICY_LOGS = 32,
    POLICY_NODES = 128, /* witnesses and groups together */
    POLICY_QUORUM_NONE = -1,
};

struct policy_node {
    struct span name;
    bool is_witness;
    struct note_key key; /* of a witness */
    unsigned threshold;  /* of a group */
    unsigned members;
    int group; /* that this is a member of, or -1 */
};

struct policy {
    size_t log_count, node_count;
    struct note_key logs[POLICY_LOGS];
    struct policy_node nodes[POLICY_NODES]; /* members come before their group */
    int quorum;                             /* a node, or POLICY_QUORUM_NONE */
};

/* The spans point into `text`. */
enum outcome policy_parse(struct span text, struct policy *out_policy, struct fail *fail)
    __attribute__((warn_unused_result));

/* How many witnesses the smallest sufficient set has; 0 for "quorum none". */
unsigned policy_least_witnesses(const struct policy *policy);

/*
 * Does the quorum cosign this checkpoint, each witness at a time from..to (seconds, inclusive)? A
 * cosignature by a known witness that does not verify is BAD whatever the others say; one outside
 * the times does not count. The log's own signature is for note_verify().
 */
enum outcome policy_satisfied(const struct policy *policy, const struct note *checkpoint,
                              uint64_t from_s, uint64_t to_s, struct fail *fail)
    __attribute__((warn_unused_result));

#endif
