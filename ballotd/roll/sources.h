/* Sources: the feeds of one election, whose numbers they use, and who is believed about what
 * (docs/roll.md section 4).
 *
 * It only says what the definition says. Which rows there are, and what they mean for a person, is
 * the join's work (people.h).
 */
#ifndef ROLL_SOURCES_H
#define ROLL_SOURCES_H

#include <jansson.h>

#include "base/fail.h"
#include "roll/field.h"

struct source {
    struct span id;
    struct span title; /* English */
    struct span teitl; /* Welsh; may be empty */
    uint32_t numbers;  /* the source whose membership numbers this one uses; its own index or not */
    bool lists;        /* being in it makes a candidate for the roll */
    uint32_t stale_after_days; /* 0: never */
};

struct source_list {
    json_t *json; /* owned: [sources, fields]; spans point into it */
    struct source sources[ROLL_SOURCES_MAX];
    uint32_t count;
    struct {
        struct span field;
        uint32_t source;
    } authorities[ROLL_SOURCE_FIELDS_MAX];
    uint32_t authority_count;
};

/* Parses the members "sources" and "fields" of the definition. BAD_INPUT roll.sources (or json.*).
 * Release with sources_done. */
enum outcome sources_read(const json_t *sources, const json_t *fields,
                          struct source_list *out_sources, struct fail *fail) MUST_USE;
void sources_done(struct source_list *sources);

/* The index of a source; -1 when there is none of this id. */
int sources_find(const struct source_list *sources, struct span id);
/* The source with authority for a field; -1: none, so that all who list are asked. */
int sources_authority(const struct source_list *sources, struct span field);
/* The source whose snapshots say what the status was on a day (section 5). */
uint32_t sources_of_status(const struct source_list *sources);

#endif
