/* The way through the rules, for people: as text and as a picture, from the definition's JSON.
 *
 * The picture has a box for each rule with its sentence and its test in words; "yes" leads on, "no"
 * off the roll with the rule's code, "not known" to people who decide; it ends in the ballot
 * papers. It shows the order in which reasons are listed: in truth every rule is asked of
 * everybody. The same definition gives the same bytes. A reader for the blind finds the whole text
 * in the picture.
 */
#ifndef ROLL_PATHWAY_H
#define ROLL_PATHWAY_H

#include "base/fail.h"
#include "roll/sentence.h"

/* Borrowed parts of a definition that rules_read has accepted. */
struct pathway {
    struct span title; /* of the election, may be empty */
    const json_t *rules, *styles;
    enum language language;
};

/* Ballot papers that are drawn; the text has all. */
enum { PATHWAY_STYLES_DRAWN = 24 };

void pathway_print_text(const struct pathway *pathway, struct buf *out);
/* An SVG document for A4. BROKEN without memory. */
enum outcome pathway_print_svg(const struct pathway *pathway, struct buf *out,
                               struct fail *fail) MUST_USE;

#endif
