/*
 * field: the names of a member record's fields, their order, and what may stand in them.
 *
 * Fifteen fields have names of their own; an attribute is "x." and a token, and its type is what
 * its mapping says. Source: docs/roll.md section 3.
 */
#ifndef VERIFY_ROLL_FIELD_H
#define VERIFY_ROLL_FIELD_H

#include "base/span.h"

enum field_type {
    FIELD_TEXT,
    FIELD_MEMBER_NO,
    FIELD_TOKEN,
    FIELD_STATUS,
    FIELD_DATE,
    FIELD_NUMBER
};

#define FIELD_ATTRIBUTE_PREFIX "x."

/* 1 to 32 bytes of a-z 0-9 _ - */
bool token_valid(struct span text);

/* Is there such a field? The type of an attribute is given as FIELD_TEXT. */
bool field_named(struct span name, enum field_type *out_type);

bool field_is_attribute(struct span name);

/* The order of the canonical record. Both must be names of fields. */
int field_compare(struct span a, struct span b);

/* May the value, which is present, stand in a field of this type? */
bool field_value_valid(enum field_type type, struct span value);

/* A whole number in canonical decimal of at most 18 digits: "-12", "0". */
bool number_read(struct span text, int64_t *out_number);

#endif
