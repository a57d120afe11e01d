/* What changed between two snapshots of one source, and where it changed so much that somebody must
 * ask why (docs/roll.md section 11).
 *
 * A burst of changed addresses, of new members or of lapses shortly before a selection is how votes
 * are stolen; so they are counted per unit and held against the unit's size and its history. It is
 * a pure function of the snapshots; it accuses nobody and changes nothing.
 */
#ifndef ROLL_DIFFERENCE_H
#define ROLL_DIFFERENCE_H

#include "base/buf.h"
#include "base/json.h"
#include "roll/units.h"

/* What is counted, of the whole and of each unit. */
enum difference_count {
    DIFFERENCE_JOINED,
    DIFFERENCE_LEFT,
    DIFFERENCE_STATUS,
    DIFFERENCE_UNIT,
    DIFFERENCE_EMAIL,
    DIFFERENCE_PHONE,
    DIFFERENCE_ADDRESS,
    DIFFERENCE_BOARD,                      /* those above stand on the board */
    DIFFERENCE_CONTACT = DIFFERENCE_BOARD, /* email, phone or address */
    DIFFERENCE_LAPSED,                     /* left, or no longer of a status in good standing */
    DIFFERENCE_COUNTS,
};

enum alarm_kind { ALARM_CONTACT, ALARM_JOINED, ALARM_LAPSED, ALARM_KINDS };
enum alarm_reason { ALARM_NONE, ALARM_SHARE, ALARM_HISTORY };

struct difference_unit {
    struct unit_path path;
    uint32_t size; /* numbers with this unit in the earlier snapshot */
    uint32_t counts[DIFFERENCE_COUNTS];
    enum alarm_reason alarms[ALARM_KINDS];
    double average[ALARM_KINDS]; /* of the earlier differences; for the report alone */
};

struct difference {
    uint32_t counts[DIFFERENCE_COUNTS];
    uint32_t alarm_count;
    struct difference_unit *units; /* sorted by path */
    uint32_t unit_count;
    uint32_t earlier_count;
    bool compared[FIELD_FIXED]; /* both mappings have the field */
    struct buf names;           /* owned; the units' paths point into it */
};

/* `earlier`: the earlier differences of this source, in any order. Keeps nothing of what it is
 * given. BROKEN without memory. Release with difference_done. */
enum outcome difference_find(const struct snapshot *from, const struct snapshot *to,
                             const struct difference *const *earlier, uint32_t earlier_count,
                             struct difference *out_difference, struct fail *fail) MUST_USE;
void difference_done(struct difference *difference);

/* The members "joined" to "alarms" of a `difference` entry; 1 to 4 people stand as 4. */
void difference_put(const struct difference *difference, json_t *object);

/* For the secretary: alarms first, in plain words, then the units in which something changed; from
 * and to are the snapshots' numbers. */
void difference_print_text(const struct difference *difference, struct span source, uint32_t from,
                           uint32_t to, struct buf *out);
/* {"source":…,"from":…,"to":…,totals…,"alarms":[{"path":[…],"kind":…,"count":…,"of":…,"why":…}],
 * "units":[{"path":[…],"size":…,counts…}]} */
void difference_print_json(const struct difference *difference, struct span source, uint32_t from,
                           uint32_t to, struct buf *out);

const char *difference_count_name(enum difference_count count);
const char *alarm_kind_name(enum alarm_kind kind);

#endif
