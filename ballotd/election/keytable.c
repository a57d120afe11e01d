#include "election/keytable.h"

#include <sodium.h>
#include <stdlib.h>

_Static_assert(sizeof((struct keytable *)0)->secret == crypto_shorthash_KEYBYTES, "key size");

struct keytable_slot {
    uint8_t key[KEY_BYTES];
    uint32_t value_plus_1; /* 0: empty */
};

void keytable_init(struct keytable *table)
{
    *table = (struct keytable){0};
    randombytes_buf(table->secret, sizeof table->secret);
}

void keytable_done(struct keytable *table)
{
    if (!table)
        return;
    free(table->slots);
    table->slots = NULL;
    table->capacity = table->count = 0;
}

/* The slot that holds the key, or the empty one where it belongs. Capacity is not 0, never full. */
static struct keytable_slot *slot_of(const struct keytable *table, const uint8_t *key)
{
    uint64_t hash;
    crypto_shorthash((unsigned char *)&hash, key, KEY_BYTES, table->secret);
    size_t at = (size_t)hash & (table->capacity - 1);
    while (table->slots[at].value_plus_1 != 0 && memcmp(table->slots[at].key, key, KEY_BYTES) != 0)
        at = (at + 1) & (table->capacity - 1);
    return &table->slots[at];
}

bool keytable_find(const struct keytable *table, const uint8_t key[static KEY_BYTES],
                   uint32_t *out_value)
{
    if (table->capacity == 0)
        return false;
    const struct keytable_slot *slot = slot_of(table, key);
    if (slot->value_plus_1 == 0)
        return false;
    *out_value = slot->value_plus_1 - 1;
    return true;
}

static bool grow(struct keytable *table)
{
    struct keytable wider = *table;
    wider.capacity = table->capacity ? table->capacity * 2 : 64;
    wider.slots = calloc(wider.capacity, sizeof *wider.slots);
    if (!wider.slots)
        return false;
    for (size_t i = 0; i < table->capacity; i++)
        if (table->slots[i].value_plus_1 != 0)
            *slot_of(&wider, table->slots[i].key) = table->slots[i];
    free(table->slots);
    *table = wider;
    return true;
}

enum outcome keytable_add(struct keytable *table, const uint8_t key[static KEY_BYTES],
                          uint32_t value, struct fail *fail)
{
    if (table->count * 2 >= table->capacity && !grow(table))
        return fail_set(fail, BROKEN, "keytable.memory", "out of memory at %zu keys", table->count);
    struct keytable_slot *slot = slot_of(table, key);
    if (slot->value_plus_1 != 0)
        return fail_set(fail, CONFLICT, "keytable.repeated", "this key is there already");
    memcpy(slot->key, key, KEY_BYTES);
    slot->value_plus_1 = value + 1;
    table->count++;
    return OK;
}
