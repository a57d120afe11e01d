#include "store/blob.h"

#include <sodium.h>

#include "base/code.h"
#include "base/file.h"
#include "limit.h"

#define BLOB_FOLDER "blob/sha256"

void blob_name(const uint8_t hash[static HASH_BYTES], char out_name[static BLOB_NAME_BYTES])
{
    memcpy(out_name, BLOB_FOLDER "/", sizeof BLOB_FOLDER);
    hex_print(span_of(hash, HASH_BYTES), out_name + sizeof BLOB_FOLDER);
}

static enum outcome blob_path(const char *folder, const uint8_t hash[static HASH_BYTES], char *out,
                              size_t out_bytes, struct fail *fail)
{
    char name[BLOB_NAME_BYTES];
    blob_name(hash, name);
    return file_path(out, out_bytes, folder, name, fail);
}

static enum outcome make_folder(const char *folder, struct fail *fail)
{
    char path[4096];
    enum outcome outcome = file_path(path, sizeof path, folder, BLOB_FOLDER, fail);
    return outcome ? outcome : file_make_folder(path, fail);
}

enum outcome blob_put(const char *folder, struct span bytes, uint8_t out_hash[static HASH_BYTES],
                      struct fail *fail)
{
    uint8_t hash[HASH_BYTES];
    char path[4096];
    if (bytes.len > LIMIT_BLOB_BYTES)
        return fail_set(fail, TOO_LARGE, "blob.size", "blob of %zu bytes, at most %d", bytes.len,
                        LIMIT_BLOB_BYTES);
    crypto_hash_sha256(hash, bytes.ptr, bytes.len);
    enum outcome outcome = blob_path(folder, hash, path, sizeof path, fail);
    if (outcome == OK)
        outcome = make_folder(folder, fail);
    if (outcome == OK) /* also over a file that is there: it may be damaged */
        outcome = file_write(path, bytes, 0644, fail);
    if (outcome == OK)
        memcpy(out_hash, hash, sizeof hash);
    return outcome;
}

enum outcome blob_get(const char *folder, const uint8_t hash[static HASH_BYTES], struct buf *out,
                      struct fail *fail)
{
    uint8_t found[HASH_BYTES];
    char path[4096];
    size_t before = out->len;
    enum outcome outcome = blob_path(folder, hash, path, sizeof path, fail);
    if (outcome == OK)
        outcome = file_read(path, out, fail);
    if (outcome)
        return outcome;
    crypto_hash_sha256(found, out->bytes + before, out->len - before);
    if (memcmp(found, hash, HASH_BYTES) != 0)
        return fail_set(fail, BROKEN, "blob.damaged",
                        "%s: its bytes are not what its name says; restore it from a mirror", path);
    return OK;
}

bool blob_exists(const char *folder, const uint8_t hash[static HASH_BYTES])
{
    char path[4096];
    return blob_path(folder, hash, path, sizeof path, NULL) == OK && file_exists(path);
}
