/* A bundle in the making: files under a temporary folder beside the output, which gets its name (as
 * a folder, or as a canonical tar) only when everything is there. Left half-way, it removes what it
 * wrote.
 */
#ifndef CLI_BUNDLE_FOLDER_H
#define CLI_BUNDLE_FOLDER_H

#include "base/buf.h"

enum { BUNDLE_PATH_BYTES = 4096 };

struct bundle_folder {
    char output[BUNDLE_PATH_BYTES];
    char folder[BUNDLE_PATH_BYTES]; /* temporary; "" before begin and after the end */
    char **paths;
    size_t path_count;
};

/* CONFLICT bundle.exists when the output is there already. */
enum outcome bundle_folder_begin(const char *output, struct bundle_folder *out_bundle,
                                 struct fail *fail) MUST_USE;
/* The path is relative and one of the public tree or the annex: BAD_INPUT bundle.path on anything
 * but 1 to 100 of a-z A-Z 0-9 . _ - in segments of which none begins with a dot. */
enum outcome bundle_folder_add(struct bundle_folder *bundle, const char *path, struct span bytes,
                               struct fail *fail) MUST_USE;
/* Gives the bundle its name: a tar when the output ends in ".tar". */
enum outcome bundle_folder_finish(struct bundle_folder *bundle, struct fail *fail) MUST_USE;
/* Removes what is still temporary, and frees. */
void bundle_folder_done(struct bundle_folder *bundle);

#endif
