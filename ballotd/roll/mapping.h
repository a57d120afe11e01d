/* A mapping: how the columns and words of one source become our fields (docs/roll.md section 2).
 *
 * It knows a closed set of converters and refuses every text that its converter does not know. The
 * columns of the file that it does not name are never looked at.
 */
#ifndef ROLL_MAPPING_H
#define ROLL_MAPPING_H

#include <jansson.h>

#include "base/buf.h"
#include "roll/dayform.h"
#include "roll/encoding.h"
#include "roll/field.h"

struct mapping_word {
    struct span theirs;
    struct span ours;
};

struct mapping_column {
    struct span header; /* normalised */
    uint32_t field;     /* index into the mapping's layout */
    enum { CONVERT_TEXT, CONVERT_DATES, CONVERT_WORDS, CONVERT_NUMBER } converter;
    enum dayform dates[ROLL_DATE_FORMATS_MAX];
    uint32_t date_count;
    struct mapping_word *words; /* owned, sorted by theirs */
    uint32_t word_count;
    uint32_t decimals;
};

struct mapping {
    json_t *json; /* owned; all spans point into it */
    struct span source;
    enum encoding encoding;
    struct layout layout;
    struct mapping_column columns[ROLL_COLUMNS_MAX];
    uint32_t column_count;
    const json_t *missing;
};

/* Parses the canonical JSON. BAD_INPUT roll.mapping (or json.*), TOO_LARGE. Release with
 * mapping_done. */
enum outcome mapping_read(struct span text, struct mapping *out_mapping,
                          struct fail *fail) MUST_USE;
void mapping_done(struct mapping *mapping);

/* Is this normalised text (or the empty one) what the source writes for "not known"? */
bool mapping_is_missing(const struct mapping *mapping, struct span text);

/* Appends the value for a normalised text that is not missing. False, with *out_why a phrase such
 * as "not a date of the mapping's formats", and nothing appended, when the converter does not know
 * it. */
bool mapping_convert(const struct mapping_column *column, struct span text, struct buf *out,
                     const char **out_why) MUST_USE;

#endif
