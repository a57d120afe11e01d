/* Inside the election only: one statement on its way into the log, from hand to hand. */
#ifndef ELECTION_SUBMITTING_H
#define ELECTION_SUBMITTING_H

#include "election/inside.h"

struct submitting {
    struct submitting *next; /* in the batch */
    struct election *election;
    struct buf note;
    struct statement statement;
    bool is_ballot;
    bool again; /* found no place in its batch: try the next */
    uint64_t index;
    election_answer *answer;
    void *ctx;
};

/* The ends: each answers and frees. */
void submitting_finish(struct submitting *job, enum submission_result result, struct span answer,
                       const struct fail *fail);
void submitting_refuse(struct submitting *job, const struct fail *fail);
void submitting_acknowledge(struct submitting *job, enum submission_result result);

/* submit.c: these very bytes stand in the log, and a signed checkpoint covers them. */
bool submitting_stands(struct submitting *job);

/* commit.c: into the writer's queue; one of the ends follows. */
void submitting_enter(struct submitting *job);

/* submit.c: whether a note could still enter, were it signed by all who must. */
bool submitting_still_fits(struct election *election, struct span note) MUST_USE;

/* waiting.c: adds what others have signed of the same text; keeps the note until more sign; forgets
 * it. */
enum outcome submitting_merge_waiting(struct submitting *job, struct fail *fail) MUST_USE;
enum outcome submitting_wait(struct submitting *job, struct fail *fail) MUST_USE;
void submitting_wait_no_more(struct election *election, struct span text);

/* submit_own.c: signs a statement of the authority's, and waits until it stands or was refused.
 * For the worker's thread. */
void submit_own(struct election *election, struct span text, election_answer *answer, void *ctx);
/* submit_case.c: the same for a case statement of the authority's own. */
void submit_case_text(struct election *election, struct span text, election_answer *answer,
                      void *ctx);
/* Where a snapshot waits for its difference: has the worker make it. */
void submit_difference(struct election *election);

#endif
