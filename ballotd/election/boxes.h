/* The boxes: which ballots count, and the lists of ciphertexts to be mixed (docs/protocol.md
 * section 9). */
#ifndef ELECTION_BOXES_H
#define ELECTION_BOXES_H

#include "crypto/cipherlist.h"
#include "election/state.h"

struct box_list {
    struct box box;
    struct buf bytes; /* the list: entries of 64 * width bytes, sorted */
};

struct boxes {
    struct box_list *at;
    unsigned count;
};

/* Every box of the election, sorted by name, from the ballots that count: those of eligible
 * credentials, and of the provisional ones among `admitted` (keys, ascending). Reads each such
 * ballot through sources->entry. The caller calls boxes_done whatever the outcome. */
enum outcome boxes_gather(const struct state *state, const struct sources *sources,
                          struct span admitted, struct boxes *out_boxes,
                          struct fail *fail) MUST_USE;
void boxes_done(struct boxes *boxes);
struct box_list *boxes_find(const struct boxes *boxes, const char *name);

/* The "boxes" member of `freeze`. */
json_t *boxes_json(const struct boxes *boxes);

/* A view of a box's list, whose bytes are given; the box says how many. */
enum outcome box_view(const struct box *box, struct span bytes, struct cipherlist *out_list,
                      struct fail *fail) MUST_USE;
/* The list that stands for a box now: the frozen one made again from the ballots, or the last mix's
 * output. The caller calls buf_done whatever the outcome. */
enum outcome box_list_read(const struct state *state, const struct sources *sources,
                           const struct box *box, struct buf *out_bytes,
                           struct fail *fail) MUST_USE;
struct box *state_box(const struct state *state, struct span name); /* or NULL */

#endif
