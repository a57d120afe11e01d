/*
 * sources: which feeds an election has, and which of them has the last word on a field.
 *
 * Read from two members of the definition, `sources` and `fields`; ids, numbers and authorities
 * that name nothing are refused. Source: docs/roll.md section 4.
 */
#ifndef VERIFY_ROLL_SOURCES_H
#define VERIFY_ROLL_SOURCES_H

#include "base/arena.h"
#include "base/json.h"
#include "roll.h"

enum { NO_SOURCE = -1 };

struct source {
    struct span id;
    unsigned numbers;    /* index of the source whose membership numbers it uses */
    bool lists;          /* being in it makes somebody a candidate for the roll */
    int64_t stale_after; /* days; 0: never */
};

struct authority {
    struct span field;
    unsigned source;
};

struct sources {
    struct source list[ROLL_SOURCES_MAX]; /* in the order of the definition */
    unsigned count;
    struct authority fields[ROLL_SOURCE_FIELDS_MAX];
    unsigned field_count;
};

/* Takes the members `sources` and `fields` off an object; the texts are copied to the arena. */
void sources_read(struct json *json, struct arena *arena, struct sources *out_sources);

/* The index, or NO_SOURCE. */
int sources_find(const struct sources *sources, struct span id);

/* The source that `fields` names for the field, or NO_SOURCE. */
int sources_authority(const struct sources *sources, struct span field);

/* Does a source that lists use the numbers of this one? */
bool sources_number_lists(const struct sources *sources, struct span numbers);

/* Where the status of `status_at` comes from: its authority, else the first source that lists. */
int sources_of_status(const struct sources *sources);

#endif
