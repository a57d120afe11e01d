/* Cases at an officer's desk: the options of `ballotd case`, and the steps that its verbs share
 * (docs/roll.md section 7).
 */
#ifndef CLI_CASE_DESK_H
#define CLI_CASE_DESK_H

#include "cli/effect.h"

struct case_options {
    const char *verb, *number, *file; /* the words */
    const char *member, *members_file, *pseudonym, *reason, *text, *rule;
    struct effect_options effect;
    const char *kind, *evidence;
    bool propose;
    bool uphold, refuse;
    const char *reasons, *conflict, *sent_by, *as;
    const char *purpose, *output;
};

/* One verb: what it does, and what is wrong with its options (NULL: nothing). */
typedef enum outcome case_verb(struct desk *desk, const struct case_options *options,
                               struct fail *fail);
typedef const char *case_check(const struct case_options *options);

case_verb case_raise, case_irregularity;
case_check case_check_raise, case_check_irregularity;
case_verb case_attach, case_attest, case_propose, case_notify, case_withdraw, case_decide,
    case_countersign, case_appeal;
case_check case_check_attach, case_check_attest, case_check_proposal, case_check_notice,
    case_check_text, case_check_decision, case_check_countersignature;
case_verb case_list;

/* A case as `case list` shows it: an object of the daemon's list. */
void case_print(const json_t *of);
/* A statement that answers the latest one of the case, with the case's number in it. Whoever will
 * be asked whether to sign more than evidence or a proposal is shown the case first. */
enum outcome case_begin(struct desk *desk, const char *kind, const char *number,
                        json_t **out_object, struct fail *fail) MUST_USE;
/* A file in evidence: into custody, and stated. */
enum outcome case_attach_file(struct desk *desk, const char *number, const char *kind,
                              const char *path, struct fail *fail) MUST_USE;
/* A proposal with the effect of the options. */
enum outcome case_state_proposal(struct desk *desk, const char *number,
                                 const struct case_options *options, struct fail *fail) MUST_USE;

#endif
