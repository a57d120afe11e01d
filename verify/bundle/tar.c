/*
 * A bundle in a canonical tar, docs/protocol.md section 13. Only name and size are taken from a
 * header; from these the whole header is made again and must be the same 512 bytes. So there is
 * nothing to interpret and no second spelling.
 */
#include "bundle/source.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    BLOCK = 512,
    NAME_AT = 0,
    MODE_AT = 100,
    UID_AT = 108,
    GID_AT = 116,
    SIZE_AT = 124,
    MTIME_AT = 136,
    SUM_AT = 148,
    TYPE_AT = 156,
    MAGIC_AT = 257,
    DEVMAJOR_AT = 329,
    DEVMINOR_AT = 337,
    SIZE_DIGITS = 11,
};

static void put_text(uint8_t header[BLOCK], size_t at, const char *text)
{
    struct span bytes = span_text(text);
    memcpy(header + at, bytes.ptr, bytes.len);
}

/* The sum of all bytes, the checksum itself read as eight spaces. */
static void put_checksum(uint8_t header[BLOCK])
{
    char text[8];
    unsigned sum = 0;
    memset(header + SUM_AT, ' ', 8);
    for (size_t i = 0; i < BLOCK; i++)
        sum += header[i];
    (void)snprintf(text, sizeof text, "%06o", sum & 0777777);
    memcpy(header + SUM_AT, text, 7); /* six digits and NUL; the eighth byte stays a space */
}

static void make_header(struct span name, uint64_t size, uint8_t out_header[BLOCK])
{
    char digits[SIZE_DIGITS + 12];
    memset(out_header, 0, BLOCK);
    memcpy(out_header + NAME_AT, name.ptr, name.len);
    put_text(out_header, MODE_AT, "0000644");
    put_text(out_header, UID_AT, "0000000");
    put_text(out_header, GID_AT, "0000000");
    (void)snprintf(digits, sizeof digits, "%011llo", (unsigned long long)size);
    put_text(out_header, SIZE_AT, digits);
    put_text(out_header, MTIME_AT, "00000000000");
    put_text(out_header, TYPE_AT, "0");
    put_text(out_header, MAGIC_AT, "ustar");
    put_text(out_header, MAGIC_AT + 6, "00");
    put_text(out_header, DEVMAJOR_AT, "0000000");
    put_text(out_header, DEVMINOR_AT, "0000000");
    put_checksum(out_header);
}

static bool read_size(const uint8_t *digits, uint64_t *out_size)
{
    uint64_t size = 0;
    for (int i = 0; i < SIZE_DIGITS; i++) {
        if (digits[i] < '0' || digits[i] > '7')
            return false;
        size = size << 3 | (uint64_t)(digits[i] - '0');
    }
    *out_size = size;
    return true;
}

static bool is_zero(struct span bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        if (bytes.ptr[i] != 0)
            return false;
    return true;
}

/* One file at the start of *rest; `at` is where that is in the tar. */
static enum outcome take_file(struct bundle *bundle, struct span *rest, uint64_t at,
                              struct fail *fail)
{
    uint8_t expected[BLOCK];
    uint64_t size;
    struct span name = span_of(rest->ptr, strnlen((const char *)rest->ptr, PATH_BYTES));
    if (!read_size(rest->ptr + SIZE_AT, &size))
        return fail_bad(fail, "tar, byte %llu: the size is not octal", (unsigned long long)at);
    make_header(name, size, expected);
    if (memcmp(rest->ptr, expected, BLOCK) != 0)
        return fail_bad(fail, "tar, byte %llu: not a canonical header", (unsigned long long)at);
    uint64_t padded = (size + BLOCK - 1) / BLOCK * BLOCK;
    if (padded > rest->len - BLOCK)
        return fail_bad(fail, "tar, byte %llu: the file is cut short", (unsigned long long)at);
    if (!is_zero(span_of(rest->ptr + BLOCK + size, padded - size)))
        return fail_bad(fail, "tar, byte %llu: the padding is not zero", (unsigned long long)at);
    if (bundle->count > 0 && span_compare(bundle_path(bundle, bundle->count - 1), name) >= 0)
        return fail_bad(fail, "tar, byte %llu: the files are not in order", (unsigned long long)at);
    *rest = span_after(*rest, BLOCK + padded);
    return bundle_add(bundle, name, at + BLOCK, size, fail);
}

static enum outcome tar_read(const struct bundle *bundle, const struct bundle_entry *entry,
                             size_t limit_bytes, struct bundle_file *out_file, struct fail *fail)
{
    if (entry->len > limit_bytes)
        return fail_bad(fail, "longer than %zu bytes", limit_bytes);
    *out_file = (struct bundle_file){.bytes = span_of(bundle->mapping.ptr + entry->at, entry->len)};
    return GOOD;
}

static void tar_done(struct bundle *bundle)
{
    munmap((void *)(uintptr_t)bundle->mapping.ptr, bundle->mapping.len);
}

enum outcome tar_open(struct bundle *bundle, int descriptor, struct fail *fail)
{
    static const struct bundle_source source = {tar_read, tar_done};
    enum outcome outcome = source_map(descriptor, INT64_MAX, &bundle->mapping, fail);
    close(descriptor);
    if (outcome != GOOD)
        return outcome;
    bundle->source = &source;
    struct span rest = bundle->mapping;
    while (rest.len >= BLOCK && !is_zero(span_of(rest.ptr, BLOCK))) {
        outcome = take_file(bundle, &rest, bundle->mapping.len - rest.len, fail);
        if (outcome != GOOD)
            return outcome;
    }
    if (rest.len != 2 * BLOCK || !is_zero(rest))
        return fail_bad(fail, "tar: it must end in two blocks of zeros and nothing more");
    return GOOD;
}
