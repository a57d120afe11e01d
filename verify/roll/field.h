/*
 * field: the names of a member record's fields, their order, and what may stand in them.
 *
 * Fifteen fields have names of their own; an attribute is "x." and a token, and its type is what
 * its mapping says. Source: docs/roll.md section 3.
 */
#ifndef VERIFY_ROLL_FIELD_H
#define VERIFY_ROLL_FIELD_H

#include "base/span.h"
#include "roll.h"

enum field_type {
    FIELD_TEXT,
    FIELD_MEMBER_NO,
    FIELD_TOKEN,
    FIELD_STATUS,
    FIELD_DATE,
    FIELD_NUMBER
};

#define FIELD_ATTRIBUTE_PREFIX "x."

/* The fields with names of their own, in the order of the canonical record. */
enum field_place {
    PLACE_MEMBER_NO,
    PLACE_NAME,
    PLACE_EMAIL,
    PLACE_PHONE,
    PLACE_ADDRESS,
    PLACE_POSTCODE,
    PLACE_NATION,
    PLACE_REGION,
    PLACE_CONSTITUENCY,
    PLACE_BRANCH,
    PLACE_KIND,
    PLACE_STATUS,
    PLACE_JOINED_ON,
    PLACE_PAID_UNTIL,
    PLACE_BORN_ON,
    PLACES
};

/* The longest name: "x." and a token. */
enum { FIELD_NAME_BYTES = 2 + ROLL_TOKEN_BYTES_MAX };

/* 1 to 32 bytes of a-z 0-9 _ - */
bool token_valid(struct span text);

/* Of a source, style or unit: a token without _ */
bool token_is_id(struct span text);

/* Is there such a field? The type of an attribute is given as FIELD_TEXT. */
bool field_named(struct span name, enum field_type *out_type);

bool field_is_attribute(struct span name);

/* The place of a named field; PLACES for an attribute and for what is no field. */
enum field_place field_place(struct span name);

/* The other way round; `place` below PLACES. */
struct span field_name(enum field_place place);

/* The nine statuses: the place of one, STATUSES for what is none; and the other way round. */
enum { STATUSES = 9 };
unsigned status_place(struct span text);
struct span status_name(unsigned place);

/* The order of the canonical record. Both must be names of fields. */
int field_compare(struct span a, struct span b);

/* May the value, which is present, stand in a field of this type? */
bool field_value_valid(enum field_type type, struct span value);

/* A whole number in canonical decimal of at most 18 digits: "-12", "0". */
bool number_read(struct span text, int64_t *out_number);

#endif
