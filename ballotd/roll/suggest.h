/* A mapping proposed from an export itself: from its headers and the shapes of its values, for a
 * person to correct (docs/roll.md section 2).
 *
 * It proposes what it knows and says why; what it does not know it leaves out, so that the import
 * refuses it until a person has decided. Columns that no ballot needs are left out by intent. The
 * notes hold headers, counts and the words of status columns, and no other value.
 */
#ifndef ROLL_SUGGEST_H
#define ROLL_SUGGEST_H

#include "roll/look.h"

enum fate {
    FATE_MAPPED,
    FATE_UNNEEDED, /* data minimisation */
    FATE_SPARE,    /* another column was taken for its field */
    FATE_EMPTY,
    FATE_UNFIT, /* the header says one thing, the values another */
    FATE_UNKNOWN,
};

struct suggested_column {
    struct span header; /* normalised */
    struct look look;
    const struct header_word *word; /* what the header says; NULL: nothing */
    bool exact;                     /* the whole of it */
    int field;                      /* enum field, FIELD_MAX for an attribute, -1 for none */
    enum fate fate;
    const char *why; /* of UNNEEDED and UNFIT */
    uint32_t rival;  /* of SPARE: the column that was taken */
    enum dayform dates[ROLL_DATE_FORMATS_MAX];
    uint32_t date_count;
};

struct suggestion {
    struct suggested_column *columns; /* owned */
    uint32_t width;
    uint32_t rows;
    uint32_t spoilt;   /* rows that cannot be read, or of another width */
    uint32_t repeated; /* rows whose member number stood on an earlier one */
    const char *encoding;
    struct buf room;    /* the text, where it was not UTF-8 */
    struct buf headers; /* normalised */
};

/* Reads the whole export. `number_header` names the column of member numbers; empty: to be found.
 * BAD_INPUT roll.csv, suggest.encoding, suggest.header (empty or twice), suggest.separator;
 * NOT_FOUND suggest.number: no column of member numbers. Borrows the file. Release with
 * suggest_done. */
enum outcome suggest_read(struct span file, struct span number_header,
                          struct suggestion *out_suggestion, struct fail *fail) MUST_USE;
void suggest_done(struct suggestion *suggestion);

/* Appends the mapping as canonical JSON. */
void suggest_print_mapping(const struct suggestion *suggestion, struct span source,
                           struct buf *out);
/* Appends lines for people: of every column what is proposed, why, and what to check. */
void suggest_print_notes(const struct suggestion *suggestion, struct buf *out);

/* A word of theirs as a token: lower case, "-" for what is no letter or digit. False, and nothing
 * appended, when nothing is left. */
bool suggest_token(struct span theirs, struct buf *out) MUST_USE;
/* The status that is proposed for a word of theirs; NULL: a person must say. */
const char *suggest_status(const char *theirs);

#endif
