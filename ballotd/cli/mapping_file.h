/* A mapping as a person keeps it in a file: its members in any order, some left out. */
#ifndef CLI_MAPPING_FILE_H
#define CLI_MAPPING_FILE_H

#include "base/buf.h"

/* Appends the file's mapping as canonical JSON. `source` fills a mapping that names none; NULL: it
 * must name one. BAD_INPUT loose.*, and the errors of reading a file. */
enum outcome mapping_file_arrange(const char *path, const char *source, struct buf *out_json,
                                  struct fail *fail) MUST_USE;

#endif
