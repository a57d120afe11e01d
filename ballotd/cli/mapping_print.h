/* A proposed mapping as a person edits it: a line for each column and each word. The words that are
 * not known stand there too, with "?" where somebody has to say what they mean; as long as it is
 * "?", the import refuses the rows that have the word.
 */
#ifndef CLI_MAPPING_PRINT_H
#define CLI_MAPPING_PRINT_H

#include "roll/suggest.h"

#include <jansson.h>

#define MAPPING_UNKNOWN "?"

/* mapping: as suggest_print_mapping wrote it, parsed. Words are added to it. */
void mapping_print(const struct suggestion *suggestion, const json_t *mapping);

#endif
