/* Gives a fuzzer's target the inputs in some folders, one after another: what fuzzing once found or
 * began with is a test for every compiler, with and without sanitizers. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { INPUT_BYTES_MAX = 1 << 20, PATH_BYTES = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static unsigned replay_file(const char *folder, const char *name)
{
    static uint8_t bytes[INPUT_BYTES_MAX];
    char path[PATH_BYTES];
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= PATH_BYTES)
        return 0;
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(2);
    }
    size_t len = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    fprintf(stderr, "%s\n", path); /* the last one told is the one at fault */
    /* A copy of its own size, so that a sanitizer sees the first byte too many. */
    uint8_t *copy = malloc(len + (len == 0));
    for (size_t i = 0; copy && i < len; i++)
        copy[i] = bytes[i];
    if (copy)
        LLVMFuzzerTestOneInput(copy, len);
    free(copy);
    return 1;
}

int main(int argc, char **argv)
{
    unsigned count = 0;
    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        if (!folder) {
            perror(argv[i]);
            return 2;
        }
        for (const struct dirent *item; (item = readdir(folder)) != NULL;)
            count += item->d_name[0] != '.' ? replay_file(argv[i], item->d_name) : 0;
        closedir(folder);
    }
    printf("%u\n", count);
    return count > 0 ? 0 : 1;
}
