/* Files of a drawn world, read whole: what the tools that print outcomes share. */
#ifndef TESTS_VERIFY_TOOLS_FOLDER_H
#define TESTS_VERIFY_TOOLS_FOLDER_H

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/span.h"

enum { FOLDER_FILE_BYTES = 1 << 21 };

/* In the arena. Ends the program when the file can't be read. */
static struct span folder_read(struct arena *arena, const char *folder, const char *name)
{
    static uint8_t bytes[FOLDER_FILE_BYTES];
    char path[4000];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    size_t len = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    return arena_copy(arena, span_of(bytes, len));
}

#endif
