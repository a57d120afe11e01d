/* Who does what to a box, and when: pure decisions over a box as the log has it. */
#ifndef TRUSTEE_BOXWORK_H
#define TRUSTEE_BOXWORK_H

#include "election/state.h"

/* From whose seat, and how patient. */
struct seat {
    unsigned trustee;
    bool extra;         /* all participants are to mix, not only `threshold` */
    int64_t still_s;    /* how long nothing has happened */
    int64_t patience_s; /* how long each is waited for whose turn it is */
};

enum work {
    WORK_NONE, /* nothing is left to do here for this trustee */
    WORK_WAIT, /* somebody else's turn; *out_whose */
    WORK_NOW,
};

/* The participants mix in ascending order. Whoever stays away is passed over by the next one after
 * patience_s, so that any `threshold` of them suffice. */
enum work boxwork_mix(const struct state *state, const struct box *box, const struct seat *seat,
                      unsigned *out_whose);
/* Only a list that `threshold` distinct trustees mixed, and with `extra` all of them unless they
 * stay away. */
enum work boxwork_decrypt(const struct state *state, const struct box *box, const struct seat *seat,
                          unsigned *out_whose);

#endif
