/* Whole files, read with a limit and written so that a power cut leaves the old or the new one. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "buf.h"

/* Appends the file's bytes to out (whose max is the limit). NOT_FOUND, TOO_LARGE, BROKEN. "-" is
 * standard input. Refuses what is not a regular file or a pipe. */
enum outcome file_read(const char *path, struct buf *out, struct fail *fail) MUST_USE;

/* Writes to a temporary file beside it, fsyncs, renames, fsyncs the folder. Mode e.g. 0600. */
enum outcome file_write(const char *path, struct span bytes, unsigned mode,
                        struct fail *fail) MUST_USE;

/* As file_write, but CONFLICT when the path exists already. */
enum outcome file_create(const char *path, struct span bytes, unsigned mode,
                         struct fail *fail) MUST_USE;

/* Makes the folder and its parents (0700 unless they exist). */
enum outcome file_make_folder(const char *path, struct fail *fail) MUST_USE;

bool file_exists(const char *path);

/* Joins folder and name into out, "/" between; truncation is BROKEN. */
enum outcome file_path(char *out, size_t out_bytes, const char *folder, const char *name,
                       struct fail *fail) MUST_USE;

#endif
