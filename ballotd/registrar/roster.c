#include "registrar/roster.h"

#include "roll.h"

#include <stdlib.h>

enum { LEAF_BYTES_MAX = 1 << 16, ROWS_BYTES_MAX = 1 << 30 };

void roster_print_field(struct span field, struct buf *out)
{
    bool quoted = false;
    for (size_t i = 0; i < field.len; i++)
        quoted = quoted || strchr("\",\r\n", field.ptr[i]);
    if (!quoted) {
        buf_add(out, field);
        return;
    }
    buf_add_byte(out, '"');
    for (size_t i = 0; i < field.len; i++) {
        if (field.ptr[i] == '"')
            buf_add_byte(out, '"');
        buf_add_byte(out, field.ptr[i]);
    }
    buf_add_byte(out, '"');
}

/* -- one leaf --------------------------------------------------------------------------------- */

struct contact {
    struct span channel, email, address, postcode;
};

struct record {
    struct span member_no, name, style, standing;
    int64_t votes, not_before_s;
    struct contact contact, earlier;
};

static struct span take_optional(struct json_take *take, const char *key)
{
    return json_take_peek(take, key) ? json_take_string(take, key) : SPAN_LIT("");
}

static struct contact take_contact(struct json_take *take)
{
    struct contact contact = {.channel = json_take_string(take, "channel")};
    if (span_is(contact.channel, "email"))
        contact.email = json_take_string(take, "email");
    if (span_is(contact.channel, "post")) {
        contact.address = json_take_string(take, "address");
        contact.postcode = take_optional(take, "postcode");
    }
    return contact;
}

static enum outcome take_earlier(struct json_take *take, struct record *out, struct fail *fail)
{
    if (!json_take_peek(take, "earlier"))
        return OK;
    struct json_take inside = json_take_from(json_take_object(take, "earlier"), "earlier", fail);
    out->earlier = take_contact(&inside);
    out->not_before_s = json_take_integer(take, "not_before", 1, INT64_MAX);
    return json_take_end(&inside);
}

static enum outcome read_record(const json_t *object, struct record *out, struct fail *fail)
{
    struct json_take take = json_take_from(object, "record", fail);
    *out = (struct record){.member_no = json_take_string(&take, "member_no")};
    out->name = take_optional(&take, "name");
    json_take_string(&take, "source");
    json_take_string(&take, "pseudonym");
    out->style = json_take_string(&take, "style");
    out->standing = json_take_string(&take, "standing");
    out->votes = json_take_integer(&take, "votes", 1, ROLL_VOTES_MAX);
    out->contact = take_contact(&take);
    enum outcome outcome = take_earlier(&take, out, fail);
    return outcome == OK ? json_take_end(&take) : outcome;
}

static void print_row(const struct record *record, const struct contact *contact, struct buf *out)
{
    const struct span columns[] = {record->member_no, record->name,     contact->channel,
                                   contact->email,    contact->address, contact->postcode,
                                   record->style};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        roster_print_field(columns[i], out);
        buf_add_byte(out, ',');
    }
}

static uint8_t channel_code(struct span channel)
{
    if (span_is(channel, "email"))
        return ROLL_CHANNEL_EMAIL;
    if (span_is(channel, "post"))
        return ROLL_CHANNEL_POST;
    return span_is(channel, "hand") ? ROLL_CHANNEL_HAND : 0;
}

static void hash_leaf(const uint8_t *salt, const json_t *record, struct merkle_hash *out_leaf)
{
    struct buf bytes;
    buf_init(&bytes, LEAF_BYTES_MAX);
    buf_add(&bytes, span_of(salt, SALT_BYTES));
    json_print(record, &bytes);
    merkle_leaf(buf_span(&bytes), out_leaf);
    buf_done(&bytes);
}

static void add_row(const struct record *record, const struct contact *contact,
                    struct roster *roster, size_t *out_at, uint32_t *out_len)
{
    *out_at = roster->rows.len;
    print_row(record, contact, &roster->rows);
    *out_len = (uint32_t)(roster->rows.len - *out_at);
}

static enum outcome read_entry(const struct state *state, const json_t *object,
                               struct roster *roster, struct fail *fail)
{
    struct record record;
    uint8_t salt[SALT_BYTES];
    struct json_take take = json_take_from(object, "leaf", fail);
    json_take_hex(&take, "salt", salt, SALT_BYTES);
    const json_t *inner = json_take_object(&take, "record");
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK)
        outcome = read_record(inner, &record, fail);
    if (outcome != OK)
        return outcome;
    int style = definition_style(state->definition, record.style);
    bool provisional = span_is(record.standing, "provisional");
    struct roster_entry entry = {
        .style = (uint16_t)style,
        .channel = channel_code(record.contact.channel),
        .provisional = provisional,
        .votes = (uint16_t)record.votes,
        .not_before_s = record.not_before_s,
    };
    if (style < 0 || entry.channel == 0 || (!provisional && !span_is(record.standing, "eligible")))
        return fail_set(fail, BAD_INPUT, "roster.leaf", "unknown style, channel or standing");
    hash_leaf(salt, inner, &entry.leaf);
    add_row(&record, &record.contact, roster, &entry.row_at, &entry.row_len);
    if (entry.not_before_s != 0)
        add_row(&record, &record.earlier, roster, &entry.earlier_at, &entry.earlier_len);
    roster->entries[roster->count++] = entry;
    return buf_check(&roster->rows, "delivery", fail);
}

static enum outcome read_line(const struct state *state, struct span line, struct roster *roster,
                              struct fail *fail)
{
    json_t *object;
    if (roster->count == state->roll_size)
        return fail_set(fail, CONFLICT, "roster.root", "there are more leaves than the roll has");
    enum outcome outcome = json_read_canonical(line, "leaf", &object, fail);
    if (outcome != OK)
        return outcome;
    outcome = read_entry(state, object, roster, fail);
    json_decref(object);
    return outcome;
}

/* -- all of them ------------------------------------------------------------------------------ */

/* Sorted without repeats, as many as the board says, and under the board's root. */
static enum outcome check_root(const struct state *state, const struct roster *roster,
                               struct fail *fail)
{
    struct merkle_tree tree = {0};
    struct merkle_hash root;
    enum outcome outcome = OK;
    bool sorted = true;
    for (size_t i = 0; outcome == OK && i < roster->count; i++) {
        const struct roster_entry *entry = &roster->entries[i];
        sorted =
            sorted && (i == 0 || memcmp(entry[-1].leaf.bytes, entry->leaf.bytes, HASH_BYTES) < 0);
        outcome = merkle_append(&tree, &entry->leaf, NULL, fail);
    }
    if (outcome != OK)
        return outcome;
    merkle_root(&tree, &root);
    if (!sorted || roster->count != state->roll_size ||
        memcmp(root.bytes, state->roll_root, HASH_BYTES) != 0)
        return fail_set(fail, CONFLICT, "roster.root",
                        "the %zu leaves received are not the roll of %llu on the board; issue "
                        "nothing and tell the officers",
                        roster->count, (unsigned long long)state->roll_size);
    return OK;
}

enum outcome roster_read(const struct state *state, struct span lines, struct roster *out_roster,
                         struct fail *fail)
{
    struct roster roster = {.entries = calloc(state->roll_size + 1, sizeof *roster.entries)};
    struct span line;
    enum outcome outcome = OK;
    buf_init(&roster.rows, ROWS_BYTES_MAX);
    if (!roster.entries)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    while (outcome == OK && span_line(&lines, &line)) {
        outcome = read_line(state, line, &roster, fail);
        if (outcome != OK)
            fail_within(fail, "leaf %zu", roster.count + 1);
    }
    if (outcome == OK)
        outcome = check_root(state, &roster, fail);
    if (outcome == OK)
        *out_roster = roster;
    else
        roster_done(&roster);
    return outcome;
}

void roster_done(struct roster *roster)
{
    if (!roster)
        return;
    free(roster->entries);
    buf_done(&roster->rows);
    *roster = (struct roster){0};
}

struct span roster_row(const struct roster *roster, const struct roster_entry *entry)
{
    return span_of(roster->rows.bytes + entry->row_at, entry->row_len);
}

struct span roster_earlier(const struct roster *roster, const struct roster_entry *entry)
{
    return span_of(roster->rows.bytes + entry->earlier_at, entry->earlier_len);
}

static int compare_leaf(const void *key, const void *entry)
{
    return memcmp(key, ((const struct roster_entry *)entry)->leaf.bytes, HASH_BYTES);
}

const struct roster_entry *roster_find_leaf(const struct roster *roster,
                                            const uint8_t leaf[static HASH_BYTES])
{
    return roster->count == 0 ? NULL
                              : bsearch(leaf, roster->entries, roster->count,
                                        sizeof *roster->entries, compare_leaf);
}

/* The number is the first column, so a row is found by how it begins. */
const struct roster_entry *roster_find_member(const struct roster *roster, struct span member_no)
{
    const struct roster_entry *found = NULL;
    struct buf start;
    buf_init(&start, 4 * ROLL_MEMBER_NO_BYTES_MAX);
    roster_print_field(member_no, &start);
    buf_add_byte(&start, ',');
    for (size_t i = 0; buf_ok(&start) && !found && i < roster->count; i++)
        if (span_starts(roster_row(roster, &roster->entries[i]), buf_span(&start)))
            found = &roster->entries[i];
    buf_done(&start);
    return found;
}
