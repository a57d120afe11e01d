#include "election/custody_files.h"

enum { NAME_BYTES = HASH_BYTES + 4, HEAD_BYTES = SALT_BYTES + 8 };
static const size_t PIECE_BYTES = PEOPLE_VALUE_MAX - HEAD_BYTES;

static void piece_name(const uint8_t *name, uint32_t piece, uint8_t out[static NAME_BYTES])
{
    memcpy(out, name, HASH_BYTES);
    for (unsigned i = 0; i < 4; i++)
        out[HASH_BYTES + i] = (uint8_t)(piece >> (8 * i));
}

struct put {
    const struct custody_files *files;
    const char *kind;
    const uint8_t *name, *salt;
    struct span bytes;
};

/* Every piece begins with the salt and the length of the whole file. */
static enum outcome put_piece(const struct put *put, struct txn *txn, uint32_t piece, size_t at,
                              struct fail *fail)
{
    uint8_t name[NAME_BYTES];
    struct buf value;
    size_t len = put->bytes.len - at < PIECE_BYTES ? put->bytes.len - at : PIECE_BYTES;
    piece_name(put->name, piece, name);
    buf_init(&value, PEOPLE_VALUE_MAX);
    buf_add(&value, span_of(put->salt, SALT_BYTES));
    buf_add_u64le(&value, put->bytes.len);
    buf_add(&value, span_of(put->bytes.ptr + at, len));
    enum outcome outcome = people_put(txn, put->files->vault, put->kind, span_of(name, NAME_BYTES),
                                      buf_span(&value), fail);
    buf_done(&value);
    return outcome;
}

static enum outcome run_put(void *ctx, struct txn *txn, struct fail *fail)
{
    const struct put *put = ctx;
    uint32_t piece = 0;
    size_t at = 0;
    enum outcome outcome;
    do {
        outcome = put_piece(put, txn, piece++, at, fail);
        at += PIECE_BYTES;
    } while (outcome == OK && at < put->bytes.len);
    return outcome;
}

enum outcome custody_files_put(const struct custody_files *files, const char *kind,
                               const uint8_t name[static HASH_BYTES],
                               const uint8_t salt[static SALT_BYTES], struct span bytes,
                               struct fail *fail)
{
    struct put put = {files, kind, name, salt, bytes};
    return writer_run(files->people, run_put, &put, fail);
}

static enum outcome get_piece(const struct custody_files *files, struct conn *conn,
                              const char *kind, const uint8_t *name, uint32_t piece,
                              struct buf *out_value, struct fail *fail)
{
    uint8_t of[NAME_BYTES];
    piece_name(name, piece, of);
    buf_clear(out_value);
    enum outcome outcome =
        people_get(conn, files->vault, kind, span_of(of, NAME_BYTES), out_value, fail);
    if (outcome == OK && out_value->len < HEAD_BYTES)
        return fail_set(fail, BROKEN, "custody.damaged", "a confidential file is damaged");
    return outcome;
}

static uint64_t length_of(const struct buf *value)
{
    uint64_t length = 0;
    for (unsigned i = 0; i < 8; i++)
        length |= (uint64_t)value->bytes[SALT_BYTES + i] << (8 * i);
    return length;
}

static enum outcome get_all(const struct custody_files *files, struct conn *conn, const char *kind,
                            const uint8_t *name, uint8_t *out_salt, struct buf *out,
                            struct fail *fail)
{
    struct buf value;
    size_t before = out->len;
    uint64_t length = 0;
    uint32_t piece = 0;
    enum outcome outcome;
    buf_init(&value, PEOPLE_VALUE_MAX);
    do {
        outcome = get_piece(files, conn, kind, name, piece++, &value, fail);
        if (outcome != OK)
            break;
        length = length_of(&value);
        memcpy(out_salt, value.bytes, SALT_BYTES);
        buf_add(out, span_of(value.bytes + HEAD_BYTES, value.len - HEAD_BYTES));
        outcome = buf_check(out, "confidential file", fail);
    } while (outcome == OK && out->len - before < length);
    buf_done(&value);
    return outcome;
}

enum outcome custody_files_get(const struct custody_files *files, const char *kind,
                               const uint8_t name[static HASH_BYTES],
                               uint8_t out_salt[static SALT_BYTES], struct buf *out,
                               struct fail *fail)
{
    struct conn *conn;
    enum outcome outcome = people_open(files->folder, files->options, &conn, fail);
    if (outcome != OK)
        return outcome;
    outcome = get_all(files, conn, kind, name, out_salt, out, fail);
    conn_close(conn);
    return outcome;
}
