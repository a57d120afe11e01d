/* What the files of people share. Private to them. */
#ifndef ROLL_PEOPLE_INSIDE_H
#define ROLL_PEOPLE_INSIDE_H

#include "roll/people.h"

struct key;

/* A loaded snapshot's rows in the order of their numbers, and where each person's begin. */
struct people_feed {
    uint32_t *order;  /* rows, by number and then by place in the file */
    uint8_t *follows; /* bit i: order[i] has the number of order[i - 1] */
    uint32_t *place;  /* of each person of these numbers in order; PEOPLE_NONE: no row */
    struct key *keys; /* while joining */
    uint32_t at;      /* while joining: the next row not taken */
    bool tells;       /* it lists and counts: whoever is in it is a person */
};

static inline bool people_follows(const struct people_feed *feed, uint32_t at)
{
    return (feed->follows[at / 8] >> at % 8 & 1) != 0;
}

/* Which snapshots count, which are stale, and which tell of earlier days. */
void people_find_snapshots(struct people *people);

#endif
