/* The words of membership systems: what headers, statuses and marks for "not known" usually say, in
 * English and Welsh.
 *
 * Used only to propose a mapping, which a person corrects; nothing here ever decides what a value
 * means in an election. Words that could mean two things are left out on purpose.
 */
#ifndef ROLL_VOCABULARY_H
#define ROLL_VOCABULARY_H

#include "base/buf.h"
#include "roll/field.h"

enum { VOCABULARY_MARKS = 15 };

/* Where a column stands in a name of several columns. */
enum name_part { PART_WHOLE, PART_FIRST, PART_MIDDLE, PART_LAST };

struct header_word {
    const char *phrases; /* folded, parted by "|" */
    int field;           /* enum field; FIELD_MAX: the attribute `attribute` */
    int rank;            /* of two columns for one field the lower one is proposed */
    bool whole;          /* only if it is the whole header */
    enum name_part part;
    const char *attribute;
    const char *check; /* what a person must look at, or NULL */
};

/* Appends the text in lower case without the accents of Welsh, everything but letters and digits
 * made one space. */
void vocabulary_fold(struct span text, struct buf *out);

/* The entry for a folded header: the one that is all of it, else the longest that it holds as whole
 * words. NULL: not known. */
const struct header_word *vocabulary_header(struct span folded, bool *out_exact);
/* Why the election has no need of a column with this folded header; NULL: no such reason. */
const char *vocabulary_unneeded(struct span folded);
/* Our status for their folded word, NULL when it is not known for certain. */
const char *vocabulary_status(struct span folded);
/* "-", "N/A" and so on, as they stand; the place of a text among them, or -1. */
const char *vocabulary_mark(int place);
int vocabulary_find_mark(struct span text);

#endif
