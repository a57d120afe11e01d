/* What a case proposes (docs/roll.md section 7), from the options of `ballotd case`. */
#ifndef CLI_EFFECT_H
#define CLI_EFFECT_H

#include "cli/office.h"

struct effect_options {
    bool include, exclude, hold;
    const char *keep_row, *merge_into;
    const char *add, *numbers; /* a file with the record, and whose number it has */
    const char *set, *from, *to;
};

/* How many of the seven effects the options name; a proposal has exactly one. */
unsigned effect_count(const struct effect_options *options);
/* {"do":…}. --merge-into is a member number, looked up in the draft roll. */
enum outcome effect_make(struct desk *desk, const struct effect_options *options,
                         json_t **out_effect, struct fail *fail) MUST_USE;

/* The pseudonym in hex that the person to be added will have. */
enum outcome effect_added(struct desk *desk, const struct effect_options *options,
                          char out_hex[static 2 * HASH_BYTES + 1], struct fail *fail) MUST_USE;

#endif
