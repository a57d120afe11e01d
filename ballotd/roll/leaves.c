#include "roll/leaves.h"

#include <stdlib.h>

#include "base/code.h"
#include "crypto/hash.h"

void leaf_hash(const uint8_t salt[static ROLL_SALT_BYTES], struct span record,
               struct hash32 *out_hash)
{
    struct sha256 hash;
    sha256_start(&hash);
    sha256_add(&hash, SPAN_LIT("\0"));
    sha256_add(&hash, span_of(salt, ROLL_SALT_BYTES));
    sha256_add(&hash, record);
    sha256_end(&hash, out_hash->bytes);
}

/* A cursor over one line. The program wrote it itself, so every byte is where it must be, and a
 * text in quotes cannot hold one: in JSON it is escaped. */
static bool skip(struct span *rest, const char *expected)
{
    struct span text = span_str(expected);
    if (!span_starts(*rest, text))
        return false;
    *rest = span_of(rest->ptr + text.len, rest->len - text.len);
    return true;
}

/* What stands up to the next quote, which is skipped. */
static bool take_word(struct span *rest, struct span *out_word)
{
    return span_cut(rest, '"', out_word);
}

static bool take_hex(struct span *rest, uint8_t *out_bytes)
{
    struct span word;
    return take_word(rest, &word) && hex_read(word, out_bytes, HASH_BYTES);
}

static bool take_style(struct span *rest, const struct rules *rules, uint16_t *out_style)
{
    struct span word;
    int style = take_word(rest, &word) ? rules_find_style(rules, word) : -1;
    *out_style = (uint16_t)style;
    return style >= 0;
}

static bool take_standing(struct span *rest, bool *out_provisional)
{
    struct span word;
    if (!take_word(rest, &word))
        return false;
    *out_provisional = span_is(word, "provisional");
    return *out_provisional || span_is(word, "eligible");
}

static bool take_votes(struct span *rest, uint16_t *out_votes)
{
    struct span digits;
    uint64_t votes;
    if (!span_cut(rest, ',', &digits) || !span_decimal(digits, &votes) || votes == 0 ||
        votes > ROLL_VOTES_MAX)
        return false;
    *out_votes = (uint16_t)votes;
    return true;
}

static bool take_channel(struct span *rest, uint8_t *out_channel)
{
    static const struct {
        const char *name;
        enum roll_channel channel;
    } CHANNELS[] = {
        {"email", ROLL_CHANNEL_EMAIL}, {"post", ROLL_CHANNEL_POST}, {"hand", ROLL_CHANNEL_HAND}};
    struct span word;
    if (!take_word(rest, &word))
        return false;
    for (size_t i = 0; i < sizeof(CHANNELS) / sizeof(CHANNELS[0]); i++) {
        if (span_is(word, CHANNELS[i].name)) {
            *out_channel = (uint8_t)CHANNELS[i].channel;
            return true;
        }
    }
    return false;
}

static bool read_record(struct span record, const struct rules *rules, struct leaf_record *leaf)
{
    static const char KEY[] = "\"pseudonym\":\"";
    const uint8_t *key = memmem(record.ptr, record.len, KEY, sizeof(KEY) - 1);
    if (key == NULL)
        return false;
    struct span rest = span_of(key, (size_t)(record.ptr + record.len - key));
    return skip(&rest, KEY) && take_hex(&rest, leaf->pseudonym) && skip(&rest, ",\"style\":\"") &&
           take_style(&rest, rules, &leaf->style) && skip(&rest, ",\"standing\":\"") &&
           take_standing(&rest, &leaf->provisional) && skip(&rest, ",\"votes\":") &&
           take_votes(&rest, &leaf->votes) && skip(&rest, "\"channel\":\"") &&
           take_channel(&rest, &leaf->channel);
}

static bool read_line(struct span line, const struct rules *rules, struct leaf_record *leaf)
{
    if (!skip(&line, "{\"salt\":\"") || !take_hex(&line, leaf->salt) ||
        !skip(&line, ",\"record\":") || line.len < 2 || line.ptr[line.len - 1] != '}')
        return false;
    leaf->record = span_of(line.ptr, line.len - 1);
    leaf_hash(leaf->salt, leaf->record, &leaf->hash);
    return read_record(leaf->record, rules, leaf);
}

static uint32_t count_lines(struct span text)
{
    struct span line;
    uint32_t count = 0;
    while (span_line(&text, &line))
        count++;
    return count;
}

static int compare_leaves(const void *a, const void *b)
{
    return memcmp(((const struct leaf_record *)a)->hash.bytes,
                  ((const struct leaf_record *)b)->hash.bytes, HASH_BYTES);
}

enum outcome leaves_read(struct span jsonl, const struct rules *rules, struct leaf_list *out_list,
                         struct fail *fail)
{
    struct span line;
    struct leaf_list list = {0};
    list.leaves = calloc((size_t)count_lines(jsonl) + 1, sizeof(*list.leaves));
    if (list.leaves == NULL)
        return fail_set(fail, BROKEN, "roll.memory", "out of memory for the leaves of a roll");
    while (span_line(&jsonl, &line)) {
        struct leaf_record *leaf = &list.leaves[list.count++];
        if (read_line(line, rules, leaf) && (list.count == 1 || compare_leaves(leaf - 1, leaf) < 0))
            continue;
        uint32_t number = list.count;
        leaves_done(&list);
        return fail_set(fail, BROKEN, "roll.leaves",
                        "line %u of the roll's leaves is damaged; restore the annex", number);
    }
    *out_list = list;
    return OK;
}

void leaves_done(struct leaf_list *list)
{
    if (list == NULL)
        return;
    free(list->leaves);
    *list = (struct leaf_list){0};
}

int64_t leaves_find(const struct leaf_list *list, const uint8_t hash[static HASH_BYTES])
{
    struct leaf_record key;
    memcpy(key.hash.bytes, hash, HASH_BYTES);
    const struct leaf_record *found =
        list->count == 0 ? NULL
                         : bsearch(&key, list->leaves, list->count, sizeof(key), compare_leaves);
    return found == NULL ? -1 : found - list->leaves;
}
