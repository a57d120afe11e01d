/* Bech32 (BIP 173): how age keys are written, "age1…" and "AGE-SECRET-KEY-1…". Writing only. */
#ifndef BASE_BECH32_H
#define BASE_BECH32_H

#include "base/span.h"

/* Characters of a text without its NUL. */
#define BECH32_LEN(prefix_len, bytes) ((prefix_len) + 1 + ((bytes)*8 + 4) / 5 + 6)

/* Writes prefix, "1", the bytes in groups of five bits and the check symbols, then NUL. The prefix
 * is lower case, and so is the text, unless `upper`. */
void bech32_print(const char *prefix, struct span bytes, bool upper, char *out_text);

#endif
