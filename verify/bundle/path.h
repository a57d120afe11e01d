/*
 * path: the names that files of a bundle can have.
 *
 * Components of a-z 0-9 . _ - joined by single slashes, none of them beginning with a dot, at most
 * 100 bytes in all. That covers the C2SP tiles, blobs and the checkpoint, and leaves no room for
 * "..", absolute names, hidden files or two names that a file system takes for one.
 */
#ifndef VERIFY_BUNDLE_PATH_H
#define VERIFY_BUNDLE_PATH_H

#include "base/span.h"

enum { PATH_BYTES = 100 };

bool path_valid(struct span path);

#endif
