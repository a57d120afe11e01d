/* One's own entry: the leaf of a member in the latest version, and the path that proves it under
 * the root on the board (docs/roll.md section 15). Declared in election/custody_inside.h. */
#include "election/custody_inside.h"

#include "base/code.h"

/* -- path ------------------------------------------------------------------------------------- */

/* A node is made from its leaves each time it is asked for: a path asks for each leaf once. */
static void make_node(const struct leaf_list *list, unsigned level, uint64_t index,
                      struct merkle_hash *out)
{
    struct merkle_hash left, right;
    if (level == 0) {
        memcpy(out->bytes, list->leaves[index].hash.bytes, HASH_BYTES);
        return;
    }
    make_node(list, level - 1, 2 * index, &left);
    make_node(list, level - 1, 2 * index + 1, &right);
    merkle_node(&left, &right, out);
}

static enum outcome read_node(void *ctx, unsigned level, uint64_t index,
                              struct merkle_hash *out_hash, struct fail *fail)
{
    const struct leaf_list *list = ctx;
    if ((index + 1) << level > list->count)
        return fail_set(fail, BROKEN, "roll.path", "a node outside the roll was asked for");
    make_node(list, level, index, out_hash);
    return OK;
}

static enum outcome path_json(struct leaf_list *list, uint32_t place, json_t **out_path,
                              struct fail *fail)
{
    const struct merkle_reader reader = {list, read_node};
    struct merkle_proof proof;
    enum outcome outcome = merkle_inclusion(&reader, place, list->count, &proof, fail);
    if (outcome != OK)
        return outcome;
    *out_path = json_array();
    for (unsigned i = 0; i < proof.count; i++) {
        char hex[2 * HASH_BYTES + 1];
        hex_print(SPAN_ARRAY(proof.hashes[i].bytes), hex);
        json_array_append_new(*out_path, json_string(hex));
    }
    return OK;
}

/* -- whose ------------------------------------------------------------------------------------ */

static int64_t find_pseudonym(const struct leaf_list *list, const uint8_t *pseudonym)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (memcmp(list->leaves[i].pseudonym, pseudonym, HASH_BYTES) == 0)
            return i;
    return -1;
}

/* The first source's numbers in which the number is on the roll. */
static enum outcome find_member(const struct custody *custody, const struct leaf_list *list,
                                struct span number, uint32_t *out_place, struct fail *fail)
{
    uint8_t pseudonym[HASH_BYTES];
    for (uint32_t i = 0; i < custody->book.terms.numbers_count; i++) {
        people_pseudonym(custody->roll_key, custody->numbers[i], number, pseudonym);
        int64_t place = find_pseudonym(list, pseudonym);
        if (place >= 0) {
            *out_place = (uint32_t)place;
            return OK;
        }
    }
    return fail_set(fail, NOT_FOUND, "roll.member", "no member \"%.*s\" on version %u of the roll",
                    (int)number.len, (const char *)number.ptr, custody->version_count);
}

/* -- the entry -------------------------------------------------------------------------------- */

/* The `roll` entry of the latest version. */
static const uint8_t *roll_entry(const struct custody *custody)
{
    uint32_t at = custody->booked_count - 1;
    while (custody->booked[at].what != BOOKED_ROLL)
        at--;
    return custody->booked[at].hash.bytes;
}

static enum outcome print_entry(const struct custody *custody, struct leaf_list *list,
                                uint32_t place, struct buf *out, struct fail *fail)
{
    const struct leaf_record *leaf = &list->leaves[place];
    json_t *path = NULL;
    enum outcome outcome = path_json(list, place, &path, fail);
    json_t *record = outcome == OK
                         ? json_loadb((const char *)leaf->record.ptr, leaf->record.len, 0, NULL)
                         : NULL;
    if (outcome == OK && !record)
        outcome = fail_set(fail, BROKEN, "custody.damaged", "a sealed leaf is damaged");
    if (outcome != OK) {
        json_decref(path);
        return outcome;
    }
    json_t *object = statement_begin("entry", custody->book.terms.origin, custody->definition->ctx0,
                                     roll_entry(custody));
    json_put_integer(object, "version", custody->version_count);
    json_put_hex(object, "salt", SPAN_ARRAY(leaf->salt));
    json_put(object, "record", record);
    json_put_integer(object, "index", place);
    json_put(object, "path", path);
    json_print(object, out);
    json_decref(object);
    return OK;
}

enum outcome custody_prove(struct custody *custody, struct span number, struct buf *out,
                           struct fail *fail)
{
    struct version_leaves leaves;
    uint32_t place = 0;
    enum outcome outcome = custody_read_leaves(custody, &leaves, fail);
    if (outcome == OK)
        outcome = find_member(custody, &leaves.list, number, &place, fail);
    if (outcome == OK)
        outcome = print_entry(custody, &leaves.list, place, out, fail);
    custody_leaves_done(&leaves);
    return outcome;
}
