/*
 * remote: copies a published election from a server into a temporary folder.
 *
 * The checkpoint says how large the log is, the size says which tiles and entry bundles there are,
 * and the entries say which blobs; exactly these are asked for, in this order. What the server does
 * not have is left out, for the checks of the log to name. No signature, hash or root is checked
 * here: that is done on the copy, as on any other bundle.
 */
#ifndef VERIFY_BUNDLE_REMOTE_H
#define VERIFY_BUNDLE_REMOTE_H

#include "base/fail.h"
#include "bundle/bundle.h"

/* Makes the folder and fills it; the name is for remote_remove() to free. */
enum outcome remote_copy(const char *url, bundle_progress_fn *progress, void *context,
                         char **out_folder, struct fail *fail) __attribute__((warn_unused_result));

/* Removes the folder and all that is in it; accepts NULL. */
void remote_remove(char *folder);

#endif
