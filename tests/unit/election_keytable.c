#include "election/keytable.h"

#include "check.h"

#include <sodium.h>

static void key_of(uint32_t number, uint8_t out_key[static KEY_BYTES])
{
    memset(out_key, 0, KEY_BYTES);
    memcpy(out_key, &number, sizeof number);
}

int main(void)
{
    enum { MANY = 20000 };
    struct keytable table;
    struct fail fail;
    uint8_t key[KEY_BYTES];
    uint32_t value = 7;
    if (sodium_init() < 0)
        return 1;
    keytable_init(&table);
    check_case("empty");
    key_of(0, key);
    CHECK(!keytable_find(&table, key, &value));
    CHECK_UINT(value, 7);
    check_case("many");
    for (uint32_t i = 0; i < MANY; i++) {
        key_of(i, key);
        CHECK_INT(keytable_add(&table, key, i * 3, &fail), OK);
    }
    CHECK_UINT(table.count, MANY);
    for (uint32_t i = 0; i < MANY; i++) {
        key_of(i, key);
        CHECK(keytable_find(&table, key, &value));
        CHECK_UINT(value, i * 3);
    }
    check_case("one that is not there");
    key_of(MANY, key);
    CHECK(!keytable_find(&table, key, &value));
    check_case("repeated");
    key_of(5, key);
    CHECK_INT(keytable_add(&table, key, 1, &fail), CONFLICT);
    CHECK_STR(fail.code, "keytable.repeated");
    CHECK(keytable_find(&table, key, &value));
    CHECK_UINT(value, 15);
    keytable_done(&table);
    return check_end("election_keytable");
}
