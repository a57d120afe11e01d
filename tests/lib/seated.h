/* Trustees' programs that reach an election in the same process, for tests: what a key file holds
 * stays when a program ends, and the wire can lie, lose and break. */
#ifndef TESTS_SEATED_H
#define TESTS_SEATED_H

#include "lib/rehearsal.h"
#include "trustee/trustee.h"

struct seated {
    struct rehearsal *rehearsal;
    struct keyfile keyfile;
    struct wire wire;
    unsigned index;
    unsigned saves;
    unsigned gets;
    unsigned posts_left; /* the wire breaks after so many; 0: at once */
    bool lie_entry, lie_root, empty;
    bool lose_answers; /* statements arrive, their answers do not */
    enum trustee_goal goal;
    enum outcome outcome; /* of the last run */
    struct fail fail;
};

/* seats[1] and on, from the rehearsal's trustees. */
void seated_all(struct rehearsal *rehearsal, struct seated *seats);
void seated_done(struct seated *seat);
enum outcome seated_run(struct seated *seat, enum trustee_goal goal);
/* All at once, each on a thread of its own. */
void seated_run_all(struct seated *seats, enum trustee_goal goal);

#endif
