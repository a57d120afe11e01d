/*
 * people: the persons whom the counting snapshots list, and what these say of them.
 *
 * A person is a membership number in the numbering of a source. The tables are joined once, for
 * all versions of the roll; no case has a say here. Who asks for a value is told where it comes
 * from, whether sources contest it, and whether it is stale. Source: docs/roll.md section 4.
 */
#ifndef VERIFY_ROLL_PEOPLE_H
#define VERIFY_ROLL_PEOPLE_H

#include "roll/numbers.h"
#include "roll/verdict.h"

/* A snapshot of the board, in its order. */
struct snapshot {
    unsigned source; /* in rules.sources */
    uint64_t taken_at, as_of;
    const struct table *table; /* NULL where people_wants() said false */
};

/* A source with its counting snapshot. */
struct feed {
    const struct table *table; /* NULL: it has none, and nothing below is set */
    struct numbers numbers;
    size_t snapshot; /* index among the snapshots */
    bool stale;
};

/* A field, and where each source's table has it. */
struct people_field {
    struct span name;
    int authority; /* a source, or NO_SOURCE */
    int16_t slots[ROLL_SOURCES_MAX];
};

struct person {
    uint8_t pseudonym[HASH_BYTES];
    uint8_t home; /* source: the first that lists them */
};

struct people {
    const struct rules *rules;
    struct feed feeds[ROLL_SOURCES_MAX]; /* by source */
    struct people_field *fields;         /* the named ones in the order of enum field_place, then
                                            attributes of tables and rules */
    unsigned field_count;
    unsigned *rule_fields; /* of each of rules.fields: its index in `fields` */
    uint8_t **statuses;    /* on each of rules.status_days, of each person: its place plus 1, or
                              0 where it is not known */
    struct person *list;   /* by home, then by row */
    size_t count;
    uint32_t *rows;  /* of each person, in each source: the first row, or NO_ROW */
    uint32_t *slots; /* by pseudonym: index plus 1 */
    size_t mask;
    struct span key; /* the roll key */
    struct arena *arena;
};

/* Must this snapshot's table be there for people_make()? It counts, or answers a status_at. */
bool people_wants(const struct rules *rules, const struct snapshot *snapshots, size_t count,
                  size_t which);

/*
 * Joins the counting snapshots. `key` is the roll key. Tables, rules and key must outlive the
 * people, but for tables that only answer a status_at: they may go once this returns.
 */
enum outcome people_make(const struct rules *rules, const struct snapshot *snapshots, size_t count,
                         uint64_t announced_at, struct span key, struct arena *arena,
                         struct people *out_people, struct fail *fail)
    __attribute__((warn_unused_result));
void people_done(struct people *people); /* accepts NULL; the arena is the caller's */

enum { NOBODY = UINT32_MAX };

/* The person's index, or NOBODY. */
uint32_t people_find(const struct people *people, const uint8_t pseudonym[HASH_BYTES]);

void people_pseudonym(const struct people *people, struct span numbers, struct span member_no,
                      uint8_t out_pseudonym[HASH_BYTES]);

/* In people.fields; NO_FIELD if neither a table nor a rule knows it. */
int people_field(const struct people *people, struct span name);

/* The first row in the source, or NO_ROW; others follow by feeds[source].numbers.next. */
static inline uint32_t people_row(const struct people *people, uint32_t person, unsigned source)
{
    return people->rows[(size_t)person * people->rules->sources.count + source];
}

struct span people_member_no(const struct people *people, uint32_t person);

/* The id of the source whose numbers the person's number is one of. */
struct span people_numbers(const struct people *people, uint32_t person);

/* The value before any case; `field` is an index in people.fields. */
void people_value(const struct people *people, uint32_t person, unsigned field,
                  struct value *out_value);

/* The same where only rows count that are not withdrawn: a bit for each row of each source, NULL
 * where none of a source is. */
void people_value_among(const struct people *people, uint32_t person, unsigned field,
                        uint8_t *const withdrawn[ROLL_SOURCES_MAX], struct value *out_value);

/* The first row of the person in the source, from `row` on, that is not withdrawn; or NO_ROW. */
uint32_t people_standing_row(const struct people *people, unsigned source, uint32_t row,
                             uint8_t *const withdrawn[ROLL_SOURCES_MAX]);

#endif
