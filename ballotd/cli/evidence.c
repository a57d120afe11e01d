#include "cli/evidence.h"

#include "base/code.h"
#include "base/file.h"
#include "cli/arguments.h"
#include "cli/office.h"
#include "crypto/age.h"
#include "roll.h"
#include "roll/filetype.h"

#include <stdio.h>

enum { SEALED_BYTES_MAX = ROLL_EVIDENCE_BYTES_MAX + (1 << 20), PATH_BYTES = 4096 };

/* What arrived is looked at again: its ending must not be a lie. */
static enum outcome save(const char *folder, uint64_t case_number, size_t number, struct span bytes,
                         struct fail *fail)
{
    char name[64], path[PATH_BYTES];
    enum filetype type;
    enum outcome outcome = filetype_of(bytes, &type, fail);
    if (outcome != OK)
        return outcome;
    snprintf(name, sizeof name, "%llu-%zu.%s", (unsigned long long)case_number, number,
             filetype_ending(type));
    outcome = file_path(path, sizeof path, folder, name, fail);
    if (outcome == OK)
        outcome = file_create(path, bytes, 0600, fail);
    if (outcome == OK)
        printf("%s: %zu bytes\n", path, bytes.len);
    return outcome;
}

static enum outcome fetch(struct desk *desk, const json_t *file, struct buf *out_plain,
                          struct fail *fail)
{
    struct buf sealed;
    char path[96];
    uint8_t commitment[HASH_BYTES];
    struct span hex = json_span(json_object_get(file, "commitment"));
    if (hex.len != (size_t)2 * HASH_BYTES || !hex_read(hex, commitment, HASH_BYTES))
        return fail_set(fail, BROKEN, "evidence.list", "the daemon's list names no commitment");
    snprintf(path, sizeof path, "evidence/%.*s", (int)hex.len, (const char *)hex.ptr);
    buf_init(&sealed, SEALED_BYTES_MAX);
    enum outcome outcome = client_get(desk->client, path, &sealed, fail);
    if (outcome == OK)
        outcome = age_open_bytes(desk->keyfile.secret->sign, buf_span(&sealed), out_plain, fail);
    buf_done(&sealed);
    return outcome;
}

static enum outcome fetch_all(struct desk *desk, uint64_t case_number, const json_t *files,
                              const char *folder, struct fail *fail)
{
    enum outcome outcome = file_make_folder(folder, fail);
    for (size_t i = 0; outcome == OK && i < json_array_size(files); i++) {
        struct buf plain;
        buf_init(&plain, ROLL_EVIDENCE_BYTES_MAX);
        outcome = fetch(desk, json_array_get(files, i), &plain, fail);
        if (outcome == OK)
            outcome = save(folder, case_number, i + 1, buf_span(&plain), fail);
        buf_done(&plain);
    }
    return outcome;
}

enum outcome evidence_fetch(struct desk *desk, const char *case_number, const char *folder,
                            struct fail *fail)
{
    char path[64];
    uint64_t number;
    json_t *list;
    enum outcome outcome = arguments_number(case_number, "the case", UINT32_MAX, &number, fail);
    if (outcome != OK)
        return outcome;
    snprintf(path, sizeof path, "evidence/case/%llu", (unsigned long long)number);
    outcome = office_get(desk, path, &list, fail);
    if (outcome != OK)
        return outcome;
    const json_t *files = json_object_get(list, "files");
    outcome = json_array_size(files) > 0
                  ? fetch_all(desk, number, files, folder, fail)
                  : fail_set(fail, NOT_FOUND, "evidence.none", "case %s has no files in evidence",
                             case_number);
    json_decref(list);
    return outcome;
}
