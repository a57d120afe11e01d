/* What is handed over to an officer: an age file that his key alone opens. Fetched into a new file
 * as it is, and opened from one. */
#ifndef CLI_HANDED_H
#define CLI_HANDED_H

#include "cli/desk.h"

#define HANDED_BYTES_MAX ((size_t)2 << 30)

/* Fetches `path` into the new file `output` and says which command opens it. CONFLICT
 * handed.exists. */
enum outcome handed_get(struct desk *desk, const char *path, const char *output, const char *opener,
                        struct fail *fail) MUST_USE;
/* Appends what the file holds, opened with the key that the options name. out_plain->max must allow
 * HANDED_BYTES_MAX. */
enum outcome handed_open(const struct desk_options *options, const char *input,
                         struct buf *out_plain, struct fail *fail) MUST_USE;

#endif
