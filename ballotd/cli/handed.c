#include "cli/handed.h"

#include "base/file.h"
#include "crypto/age.h"

#include <stdio.h>

enum outcome handed_get(struct desk *desk, const char *path, const char *output, const char *opener,
                        struct fail *fail)
{
    struct buf sealed;
    if (file_exists(output))
        return fail_set(fail, CONFLICT, "handed.exists", "\"%s\" is there already", output);
    buf_init(&sealed, HANDED_BYTES_MAX);
    enum outcome outcome = client_get(desk->client, path, &sealed, fail);
    if (outcome == OK)
        outcome = file_create(output, buf_span(&sealed), 0600, fail);
    if (outcome == OK)
        printf("%s: %zu bytes, sealed to you; `ballotd %s`, or `age`, opens it\n", output,
               sealed.len, opener);
    buf_done(&sealed);
    return outcome;
}

enum outcome handed_open(const struct desk_options *options, const char *input,
                         struct buf *out_plain, struct fail *fail)
{
    struct keyfile key;
    struct buf sealed;
    enum outcome outcome = desk_open_key(options, &key, fail);
    if (outcome != OK)
        return outcome;
    buf_init(&sealed, HANDED_BYTES_MAX);
    outcome = file_read(input, &sealed, fail);
    if (outcome == OK && age_open_bytes(key.secret->sign, buf_span(&sealed), out_plain, fail) != OK)
        outcome = fail_within(fail, "%s", input);
    buf_done(&sealed);
    keyfile_done(&key);
    return outcome;
}
