#include "cli/custody_file.h"

#include "base/code.h"
#include "roll/annex.h"

#include <sodium.h>
#include <stdio.h>

enum { PATH_BYTES = 128 };

enum outcome custody_file_send(struct desk *desk, const char *label, struct span bytes,
                               uint8_t out_commitment[static HASH_BYTES], struct fail *fail)
{
    uint8_t salt[SALT_BYTES], commitment[HASH_BYTES];
    char hex[2 * HASH_BYTES + 1], path[PATH_BYTES];
    randombytes_buf(salt, sizeof salt);
    annex_commit(label, salt, bytes, commitment);
    hex_print(SPAN_ARRAY(commitment), hex);
    snprintf(path, sizeof path, "private/%s/%s", label, hex);
    enum outcome outcome = client_put(desk->client, path, salt, bytes, fail);
    if (outcome == OK)
        memcpy(out_commitment, commitment, HASH_BYTES);
    return outcome;
}
