/*
 * mapping: how the columns of one source's export become fields of a member record.
 *
 * A mapping is a JSON text with one spelling. It names every column taken and, word by word, what
 * the source's texts mean; what it does not know is an error and never a guess.
 * Source: docs/roll.md section 2.
 */
#ifndef VERIFY_ROLL_MAPPING_H
#define VERIFY_ROLL_MAPPING_H

#include "base/arena.h"
#include "base/fail.h"
#include "roll.h"
#include "roll/encoding.h"
#include "roll/field.h"

enum converter { CONVERT_NONE, CONVERT_DATES, CONVERT_WORDS, CONVERT_NUMBER };

struct word {
    struct span theirs, ours;
};

struct mapped_column {
    struct span column; /* the header's normalised text */
    struct span field;
    enum field_type type; /* of the field as the converter makes it */
    enum converter converter;
    unsigned formats[ROLL_DATE_FORMATS_MAX], format_count;
    struct word *words; /* sorted by theirs */
    size_t word_count;
    unsigned decimals;
};

struct mapping {
    struct span source;
    enum encoding encoding;
    struct span *missing;
    size_t missing_count;
    struct mapped_column *columns; /* in the order of the mapping */
    unsigned count;
};

/* Everything in *out_mapping lives in the arena. */
enum outcome mapping_read(struct span text, struct arena *arena, struct mapping *out_mapping,
                          struct fail *fail) __attribute__((warn_unused_result));

bool mapping_means_missing(const struct mapping *mapping, struct span text);

/* Holds a date, or a number of 18 digits with its sign. */
enum { MAPPING_SCRATCH_BYTES = 1 + ROLL_DIGITS_MAX + ROLL_DECIMALS_MAX };

/*
 * Converts a normalised text that is not missing. False if the column's converter does not know
 * it. The value is the text itself, the mapping's, or in `scratch`.
 */
bool mapping_convert(const struct mapped_column *column, struct span text,
                     uint8_t scratch[MAPPING_SCRATCH_BYTES], struct span *out_value);

#endif
