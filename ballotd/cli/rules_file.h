/* The rules of a definition, as a person keeps them in a file: a draft for `ballotd define`, the
 * definition as it was stated, or a file of rules alone. What else stands in it is not looked at.
 */
#ifndef CLI_RULES_FILE_H
#define CLI_RULES_FILE_H

#include "roll/rules.h"

struct rules_file {
    json_t *json;        /* owned: title, sources, fields, rules, styles */
    const json_t *rules; /* borrowed from it, as rules_read accepted them */
    const json_t *styles;
    struct source_list sources;
    struct rules read;
};

/* With `base`, the file's rules are for that definition: its sources are those of the base, and so
 * are its styles if it has none. Without, a file that names no sources has one, "members".
 * BAD_INPUT roll.rules, roll.sources, loose.*, and the errors of reading a file. Release with
 * rules_file_done, before the base. */
enum outcome rules_file_read(const char *path, const struct rules_file *base,
                             struct rules_file *out_file, struct fail *fail) MUST_USE;
void rules_file_done(struct rules_file *file);

#endif
