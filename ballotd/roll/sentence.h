/* Tests of the rules as sentences for people, in English and in Welsh (docs/roll.md, Rules).
 *
 * Made from the test itself and from nothing else, so that what people read is what is decided. It
 * works on the definition's JSON, which rules_read has accepted; a test that it has no words for
 * appears as it stands.
 */
#ifndef ROLL_SENTENCE_H
#define ROLL_SENTENCE_H

#include <jansson.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fail.h"

enum language { LANGUAGE_EN, LANGUAGE_CY, LANGUAGES };

/* False: no such language. "en", "cy". */
bool language_named(const char *name, enum language *out_language) MUST_USE;

/* Appends the test, a line for each part and two more spaces before it for each level of nesting;
 * no line feed at the end. "the day of joining is at least 6 months before 12 July 2026, that is
 * 12 January 2026 or earlier". */
void sentence_print(const json_t *test, enum language language, struct buf *out);
/* Is it true of everybody? */
bool sentence_is_always(const json_t *test);

/* "12 July 2026". */
void sentence_print_day(struct date day, enum language language, struct buf *out);
/* A text in languages: in this one, or in English where it has none. */
struct span sentence_text(const json_t *text, enum language language);

#endif
