#include "base/tar.h"

#include <stdio.h>

/* POSIX ustar, IEEE Std 1003.1 "pax", section "ustar Interchange Format". */
struct header {
    char name[100];
    char mode[8], uid[8], gid[8];
    char size[12], mtime[12];
    char checksum[8];
    char type;
    char link[100];
    char magic[6];
    char version[2];
    char user[32], group[32];
    char device_major[8], device_minor[8];
    char prefix[155];
    char unused[12];
};
_Static_assert(sizeof(struct header) == TAR_BLOCK_BYTES, "a tar block");

static void set_checksum(struct header *header)
{
    unsigned sum = 0;
    memset(header->checksum, ' ', sizeof header->checksum);
    for (size_t i = 0; i < sizeof *header; i++)
        sum += ((const uint8_t *)header)[i];
    snprintf(header->checksum, sizeof header->checksum, "%06o", sum);
    header->checksum[7] = ' ';
}

static enum outcome make_header(const char *path, uint64_t size_bytes, struct header *out,
                                struct fail *fail)
{
    size_t len = strlen(path);
    if (len == 0 || len > sizeof out->name || size_bytes >= UINT64_C(1) << 33)
        return fail_set(fail, TOO_LARGE, "tar.path", "\"%s\" does not fit into a tar archive",
                        path);
    memset(out, 0, sizeof *out);
    memcpy(out->name, path, len);
    memcpy(out->mode, "0000644", 8);
    memcpy(out->uid, "0000000", 8);
    memcpy(out->gid, "0000000", 8);
    snprintf(out->size, sizeof out->size, "%011llo", (unsigned long long)size_bytes);
    memcpy(out->mtime, "00000000000", 12);
    out->type = '0';
    memcpy(out->magic, "ustar", 6);
    memcpy(out->version, "00", 2);
    memcpy(out->device_major, "0000000", 8);
    memcpy(out->device_minor, "0000000", 8);
    set_checksum(out);
    return OK;
}

size_t tar_padding(uint64_t size_bytes)
{
    return (size_t)((TAR_BLOCK_BYTES - size_bytes % TAR_BLOCK_BYTES) % TAR_BLOCK_BYTES);
}

enum outcome tar_add_header(struct buf *out, const char *path, uint64_t size_bytes,
                            struct fail *fail)
{
    struct header header;
    enum outcome outcome = make_header(path, size_bytes, &header, fail);
    if (outcome == OK)
        buf_add(out, span_of(&header, sizeof header));
    return outcome;
}

enum outcome tar_add(struct buf *out, const char *path, struct span bytes, struct fail *fail)
{
    enum outcome outcome = tar_add_header(out, path, bytes.len, fail);
    if (outcome != OK)
        return outcome;
    buf_add(out, bytes);
    (void)buf_extend(out, tar_padding(bytes.len));
    return buf_check(out, "archive", fail);
}

void tar_end(struct buf *out)
{
    (void)buf_extend(out, 2 * TAR_BLOCK_BYTES);
}

static enum outcome malformed(struct fail *fail)
{
    return fail_set(fail, BAD_INPUT, "tar.form", "this is not a canonical tar archive");
}

static bool read_octal(const char *text, size_t len, uint64_t *out)
{
    uint64_t value = 0;
    for (size_t i = 0; i + 1 < len; i++) {
        if (text[i] < '0' || text[i] > '7')
            return false;
        value = value * 8 + (uint64_t)(text[i] - '0');
    }
    *out = value;
    return text[len - 1] == '\0';
}

static bool is_zero(struct span bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        if (bytes.ptr[i] != 0)
            return false;
    return true;
}

static enum outcome read_file(struct span *rest, struct tar_file *out, struct fail *fail)
{
    struct header header, expected;
    uint64_t size;
    memcpy(&header, rest->ptr, sizeof header);
    memcpy(out->path, header.name, sizeof header.name);
    out->path[sizeof header.name] = '\0';
    if (!read_octal(header.size, sizeof header.size, &size) ||
        make_header(out->path, size, &expected, NULL) != OK ||
        memcmp(&header, &expected, sizeof header) != 0 ||
        rest->len - sizeof header < size + tar_padding(size))
        return malformed(fail);
    out->bytes = span_of(rest->ptr + sizeof header, size);
    struct span padding = span_of(out->bytes.ptr + size, tar_padding(size));
    size_t used = sizeof header + size + padding.len;
    if (!is_zero(padding))
        return malformed(fail);
    *rest = span_of(rest->ptr + used, rest->len - used);
    return OK;
}

enum outcome tar_next(struct span *rest, struct tar_file *out_file, bool *out_more,
                      struct fail *fail)
{
    *out_more = false;
    if (rest->len < 2 * TAR_BLOCK_BYTES)
        return malformed(fail);
    if (is_zero(span_of(rest->ptr, TAR_BLOCK_BYTES)))
        return rest->len == 2 * TAR_BLOCK_BYTES && is_zero(*rest) ? OK : malformed(fail);
    enum outcome outcome = read_file(rest, out_file, fail);
    *out_more = outcome == OK;
    return outcome;
}
