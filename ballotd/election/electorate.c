#include "election/electorate.h"

#include <stdlib.h>

void electorate_init(struct electorate *electorate)
{
    *electorate = (struct electorate){0};
    keytable_init(&electorate->by_key);
    keytable_init(&electorate->alphas);
}

void electorate_done(struct electorate *electorate)
{
    if (!electorate)
        return;
    free(electorate->credentials);
    keytable_done(&electorate->by_key);
    keytable_done(&electorate->alphas);
    electorate->credentials = NULL;
    electorate->count = electorate->capacity = 0;
}

enum outcome electorate_read_item(const uint8_t *item, unsigned styles,
                                  struct credential *out_credential, struct fail *fail)
{
    struct credential credential = {0};
    memcpy(credential.key, item, KEY_BYTES);
    credential.style = (uint16_t)(item[KEY_BYTES] | (item[KEY_BYTES + 1] << 8));
    credential.standing = item[KEY_BYTES + 2];
    if (credential.style >= styles || item[KEY_BYTES + 2] > CREDENTIAL_PROVISIONAL)
        return fail_set(fail, BAD_INPUT, "issue.item",
                        "an item of the issue list names an unknown style or a mark above 1");
    *out_credential = credential;
    return OK;
}

enum outcome electorate_check_list(const struct electorate *electorate, struct span list,
                                   unsigned styles, struct style_count *out_by_style,
                                   struct fail *fail)
{
    memset(out_by_style, 0, styles * sizeof *out_by_style);
    if (list.len % ISSUE_ITEM_BYTES != 0)
        return fail_set(fail, BAD_INPUT, "issue.length",
                        "the issue list has %zu bytes, not a multiple of %d", list.len,
                        ISSUE_ITEM_BYTES);
    for (size_t at = 0; at < list.len; at += ISSUE_ITEM_BYTES) {
        struct credential credential;
        enum outcome outcome = electorate_read_item(list.ptr + at, styles, &credential, fail);
        if (outcome != OK)
            return outcome;
        if (at > 0 && memcmp(list.ptr + at - ISSUE_ITEM_BYTES, list.ptr + at, KEY_BYTES) >= 0)
            return fail_set(fail, BAD_INPUT, "issue.order",
                            "item %zu of the issue list is out of order or repeated",
                            at / ISSUE_ITEM_BYTES);
        if (electorate_find(electorate, credential.key))
            return fail_set(fail, CONFLICT, "issue.repeated",
                            "item %zu of the issue list was issued before", at / ISSUE_ITEM_BYTES);
        out_by_style[credential.style].credentials++;
        out_by_style[credential.style].provisional += credential.standing == CREDENTIAL_PROVISIONAL;
    }
    return OK;
}

enum outcome electorate_add(struct electorate *electorate, const struct credential *credential,
                            struct fail *fail)
{
    if (electorate->count == electorate->capacity) {
        size_t capacity = electorate->capacity ? electorate->capacity * 2 : 64;
        struct credential *wider = reallocarray(electorate->credentials, capacity, sizeof *wider);
        if (!wider)
            return fail_set(fail, BROKEN, "memory", "out of memory at %zu credentials",
                            electorate->count);
        electorate->credentials = wider;
        electorate->capacity = capacity;
    }
    enum outcome outcome =
        keytable_add(&electorate->by_key, credential->key, (uint32_t)electorate->count, fail);
    if (outcome == OK)
        electorate->credentials[electorate->count++] = *credential;
    return outcome;
}

struct credential *electorate_find(const struct electorate *electorate,
                                   const uint8_t key[static KEY_BYTES])
{
    uint32_t at;
    return keytable_find(&electorate->by_key, key, &at) ? &electorate->credentials[at] : NULL;
}

struct electorate_count electorate_count(const struct electorate *electorate)
{
    struct electorate_count count = {0};
    for (size_t i = 0; i < electorate->count; i++) {
        const struct credential *credential = &electorate->credentials[i];
        bool cast = credential->ballots > 0;
        count.superseded += cast ? credential->ballots - 1 : 0;
        if (credential->standing == CREDENTIAL_TENDERED) {
            count.tendered += cast;
            continue;
        }
        count.issued++;
        count.killed += credential->killed;
        count.cast += cast;
        count.provisional += cast && credential->standing == CREDENTIAL_PROVISIONAL;
    }
    return count;
}

static const char *const standing_names[] = {"eligible", "provisional", "tendered"};

const char *standing_name(enum credential_standing standing)
{
    return standing_names[standing];
}

int standing_find(struct span name)
{
    for (int i = CREDENTIAL_ELIGIBLE; i <= CREDENTIAL_TENDERED; i++)
        if (span_is(name, standing_names[i]))
            return i;
    return -1;
}
