/* The fields of a member record (docs/roll.md section 3) and the layout of one mapping's records.
 *
 * Fixed fields have fixed numbers; attributes ("x." and a token) follow, sorted by name. The field
 * decides which values are possible; nobody stores one that field_accepts refuses.
 */
#ifndef ROLL_FIELD_H
#define ROLL_FIELD_H

#include "base/fail.h"
#include "roll.h"

enum field {
    FIELD_MEMBER_NO,
    FIELD_NAME,
    FIELD_EMAIL,
    FIELD_PHONE,
    FIELD_ADDRESS,
    FIELD_POSTCODE,
    FIELD_NATION,
    FIELD_REGION,
    FIELD_CONSTITUENCY,
    FIELD_BRANCH,
    FIELD_KIND,
    FIELD_STATUS,
    FIELD_JOINED_ON,
    FIELD_PAID_UNTIL,
    FIELD_BORN_ON,
    FIELD_FIXED,
    FIELD_MAX = FIELD_FIXED + ROLL_ATTRIBUTES_MAX,
};

enum field_type {
    FIELD_TEXT,
    FIELD_TOKEN,
    FIELD_STATUS_WORD,
    FIELD_DATE,
    FIELD_NUMBER,
};

enum { FIELD_NAME_BYTES = 2 + ROLL_TOKEN_BYTES_MAX + 1 };

struct layout {
    uint32_t count; /* FIELD_FIXED and the attributes */
    char names[FIELD_MAX][FIELD_NAME_BYTES];
    enum field_type types[FIELD_MAX];
    bool mapped[FIELD_MAX]; /* the mapping has a column for it */
};

/* The fixed fields alone, none of them mapped. */
void layout_init(struct layout *layout);
/* Adds an attribute, keeping the attributes sorted. CONFLICT when there already, TOO_LARGE. */
enum outcome layout_add(struct layout *layout, struct span name, enum field_type type,
                        struct fail *fail) MUST_USE;
/* -1 when the layout has no such field. */
int layout_find(const struct layout *layout, struct span name);

/* The number of a fixed field, -1 for attributes and whatever else; its type and its name. */
int field_fixed(struct span name);
enum field_type field_fixed_type(enum field field);
struct span field_fixed_name(enum field field);

/* A fixed field's name, or "x." and a token. */
bool field_name_is_valid(struct span name);
/* An attribute's name; its type is its mapping's. */
bool field_is_attribute(struct span name);

/* May a field of this type hold this text (canonical: dates as YYYY-MM-DD)? */
bool field_accepts(enum field_type type, struct span text);

#endif
