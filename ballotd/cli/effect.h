/* The effect of a variance (docs/roll.md section 7), from the options of `ballotd case`. What a
 * person may get wrong is told here, before anything is stated.
 */
#ifndef CLI_EFFECT_H
#define CLI_EFFECT_H

#include "cli/office.h"

struct effect_options {
    bool include, exclude, hold;
    const char *keep_row, *keep_line, *merge_into, *member;
    const char *add, *numbers;
    const char *set, *from, *to;
};

/* How many of the effects the options name; a proposal has exactly one. */
unsigned effect_count(const struct effect_options *options);
/* {"do":…}. --merge-into is a member number, looked up in the draft roll; --keep-line a line of the
 * export, looked up among the rows of --member; --add a file of lines `field: value`. */
enum outcome effect_make(struct desk *desk, const struct effect_options *options,
                         json_t **out_effect, struct fail *fail) MUST_USE;
/* The pseudonym of somebody whom --add would add. */
enum outcome effect_newcomer(struct desk *desk, const struct effect_options *options,
                             uint8_t out_pseudonym[static HASH_BYTES], struct fail *fail) MUST_USE;

#endif
