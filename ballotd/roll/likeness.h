/* How much two records look like one person: for proposals to people, never for a decision
 * (docs/roll.md section 12).
 *
 * Names are compared without regard to case, accents, punctuation and the order of words; what is
 * compared is thrown away, and the values themselves never change.
 */
#ifndef ROLL_LIKENESS_H
#define ROLL_LIKENESS_H

#include "base/span.h"

enum { LIKENESS_NAME_BYTES = 256 };

/* The folded words of a name, sorted and joined by single spaces; cut to what fits. Returns the
 * length. */
size_t likeness_fold_name(struct span name, char out_folded[static LIKENESS_NAME_BYTES]);
/* Of two folded names: all words of the shorter one, two at least, are in the other one, or nearly:
 * as an initial, or with one letter wrong. */
bool likeness_names_near(struct span a, struct span b);

/* One record's values as numbers: equal numbers, equal values; 0: missing. */
struct likeness {
    uint64_t name;
    uint64_t email;
    uint64_t phone;
    uint64_t postcode;
    uint64_t born_on;
};
/* What a likeness is made of; each span may be empty. */
struct likeness_values {
    struct span name, email, phone, postcode, born_on;
};
struct likeness likeness_of(const struct likeness_values *values);

enum likeness_bit {
    LIKE_NAME = 1 << 0,
    LIKE_NAME_NEAR = 1 << 1,
    LIKE_BORN_ON = 1 << 2,
    LIKE_EMAIL = 1 << 3,
    LIKE_PHONE = 1 << 4,
    LIKE_POSTCODE = 1 << 5,
    UNLIKE_BORN_ON = 1 << 6, /* both known, and different */
};

/* Which of them agree; near names are the caller's to add, who has the texts. */
unsigned likeness_compare(const struct likeness *a, const struct likeness *b);
/* 0 to 100. */
uint32_t likeness_score(unsigned bits);

#endif
