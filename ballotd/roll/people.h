/* People: the rows of all feeds joined to persons (docs/roll.md section 4).
 *
 * A person is a number in a feed that lists. The join says, for every person and field, what is
 * known, by whom, from which line, and whether it is stale; before any case, which are the draft's.
 * It is a pure function of the snapshots: the order of rows, columns and feeds (but for which of a
 * source's is the latest) makes no difference.
 */
#ifndef ROLL_PEOPLE_H
#define ROLL_PEOPLE_H

#include "protocol.h"
#include "roll/rules.h"
#include "roll/snapshot.h"
#include "roll/sources.h"

enum { PEOPLE_NONE = UINT32_MAX, PEOPLE_FEEDS_MAX = 64 };

/* A `snapshot` entry of the board, in entry order. */
struct feed {
    uint32_t source; /* index into the source list */
    int64_t as_of_s;
    int64_t taken_at_s;
    const struct snapshot *snapshot; /* NULL: not loaded, since people_wanted did not ask for it */
};

struct people_terms {
    const struct source_list *sources;
    const struct rules *rules;
    const struct feed *feeds;
    uint32_t feed_count; /* at most PEOPLE_FEEDS_MAX */
    int64_t announced_at_s;
    const uint8_t *roll_key; /* ROLL_KEY_BYTES */
};

struct person {
    uint32_t numbers; /* the source whose numbers: an index into the source list */
    uint32_t home;    /* the first source in order that lists and has the person */
    uint8_t pseudonym[HASH_BYTES];
};

/* The rows of one person in one snapshot, by their place in the file. */
struct person_rows {
    const uint32_t *rows;
    uint32_t count;
};

/* The standing rows of one person in the counting snapshot of every source. */
struct person_view {
    struct person_rows of[ROLL_SOURCES_MAX];
};

/* Where a field stands: its index in each source's layout, -1 where the mapping has no such field.
 */
struct people_field {
    struct span name; /* borrowed */
    int authority;    /* source, or -1 */
    bool is_number;   /* member_no: never contested, missing or stale */
    int16_t at[ROLL_SOURCES_MAX];
};

/* A value, and who says so. */
struct told {
    struct value value;
    uint32_t source;      /* PEOPLE_NONE: nobody, or a case */
    uint32_t row;         /* of that source's snapshot; PEOPLE_NONE */
    uint32_t case_number; /* that set it; 0: none did */
};

struct people_feed; /* private: sorted rows of a loaded feed */

struct people {
    struct people_terms terms;           /* as given; all is borrowed */
    uint32_t counting[ROLL_SOURCES_MAX]; /* feed of each source; PEOPLE_NONE: it has none */
    uint32_t earlier[ROLL_SOURCES_MAX];  /* what was known of contacts when all began */
    bool stale[ROLL_SOURCES_MAX];
    int64_t judged_at_s;    /* R of the text: what staleness is measured against */
    struct person *persons; /* by numbers, then by number */
    uint32_t count;
    struct {
        uint32_t first;
        uint32_t count;
    } spaces[ROLL_SOURCES_MAX]; /* the persons of each source's numbers */
    uint32_t *status_feeds;     /* of each of rules.days; PEOPLE_NONE: no snapshot tells */
    struct people_feed *feeds;  /* one for each of terms.feeds */
    uint32_t *index;            /* open addressing by pseudonym: 1 + person, 0: free */
    uint32_t index_mask;
};

/* Which snapshots a join needs: the counting ones, those that `status_at` asks, and those that give
 * an earlier contact. out_wanted has terms->feed_count places, at most PEOPLE_FEEDS_MAX. */
void people_wanted(const struct people_terms *terms, bool *out_wanted);

/* Borrows all that terms point to for as long as the people live. BROKEN without memory, or when a
 * wanted snapshot is not loaded. Release with people_done. */
enum outcome people_join(const struct people_terms *terms, struct people *out_people,
                         struct fail *fail) MUST_USE;
void people_done(struct people *people);

/* H32("pseudonym", roll key, numbers, member_no). */
void people_pseudonym(const uint8_t roll_key[static ROLL_KEY_BYTES], struct span numbers,
                      struct span member_no, uint8_t out_pseudonym[static HASH_BYTES]);
/* PEOPLE_NONE when there is no such person. */
uint32_t people_by_pseudonym(const struct people *people,
                             const uint8_t pseudonym[static HASH_BYTES]);
struct span people_number(const struct people *people, uint32_t person);

/* The person's rows in a loaded feed; count 0: none. Valid as long as the people. */
struct person_rows people_rows(const struct people *people, uint32_t person, uint32_t feed);
/* All rows in the counting snapshots. */
void people_look(const struct people *people, uint32_t person, struct person_view *out_view);

/* Never fails: a field that nobody has is missing. name is borrowed. */
struct people_field people_field(const struct people *people, struct span name);
/* Of which type a `set` of this field must be (section 8, pass 4); false when none of the sources
 * that are asked has it. */
bool people_field_type(const struct people *people, const struct people_field *field,
                       enum field_type *out_type);

/* The value before any case, from the rows in the view. */
struct told people_tell(const struct people *people, const struct person *person,
                        const struct person_view *view, const struct people_field *field);
/* The same from all rows. */
struct told people_value(const struct people *people, uint32_t person,
                         const struct people_field *field);
/* The earlier value of a contact field (section 9): `source` is always s of the text, the source
 * from which the field comes now. */
struct told people_earlier(const struct people *people, uint32_t person,
                           const struct people_field *field);
/* The status on rules.days[day]; contested where the test is undetermined for any reason. */
struct value people_status(const struct people *people, uint32_t person, uint32_t day);

/* The counting snapshot of a source (NULL: it has none), and the line of one of its rows. */
const struct snapshot *people_snapshot(const struct people *people, uint32_t source);
uint32_t people_line(const struct people *people, uint32_t source, uint32_t row);

#endif
