/* Statements in words: what a person is about to sign, line by line and without the punctuation of
 * JSON. Everything in it is shown but what says only where it belongs (origin, context, answers);
 * hashes and keys are cut to their first 16 digits, and long lists to their first items, with their
 * number.
 */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include "base/span.h"

/* Prints the text of a statement, and whatever is none as it stands, on standard output. */
void words_print(struct span text);

#endif
