#include "election/own.h"

#include "base/json.h"
#include "base/text.h"
#include "roll.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

enum { RECORD_BYTES = 65536, LINE_BYTES = 256 };

/* The file's members as they stand. */
struct own {
    uint8_t context[HASH_BYTES], answers[HASH_BYTES], salt[SALT_BYTES];
    struct span origin, record;
    int64_t version, index;
    struct merkle_hash path[MERKLE_LEVELS];
    size_t path_len;
};

/* Where a code goes. */
struct contact {
    struct span channel, email, address, postcode;
};

struct record {
    struct span member_no, name, source, style, standing;
    int64_t votes, not_before;
    struct contact contact, earlier;
    bool waits; /* the contact was changed: `earlier` and `not_before` stand there */
};

static enum outcome read_own(struct json *json, struct own *own, struct fail *fail)
{
    json_object(json, NULL);
    json_literal(json, "kind", "entry");
    json_string(json, "origin", LIMIT_ORIGIN_BYTES, &own->origin);
    json_hex(json, "context", own->context, HASH_BYTES);
    json_hex(json, "answers", own->answers, HASH_BYTES);
    json_integer(json, "version", 1, INT64_MAX, &own->version);
    json_hex(json, "salt", own->salt, SALT_BYTES);
    json_any(json, "record", &own->record);
    json_integer(json, "index", 0, LIMIT_CREDENTIALS, &own->index);
    json_array(json, "path");
    while (json_more(json)) {
        if (own->path_len == MERKLE_LEVELS) {
            json_refuse(json, "path", "is longer than that of any tree");
            break;
        }
        json_hex(json, NULL, own->path[own->path_len++].bytes, HASH_BYTES);
    }
    json_end(json);
    json_end(json);
    return json_finish(json, fail);
}

/* -- the leaf -----------------------------------------------------------------------------------
 */

/* The `roll` entry that the file answers, or NO_ENTRY. */
static uint64_t roll_entry_of(const struct election *election, const struct own *own)
{
    for (size_t i = 0; i < election->by[ROLL].count; i++)
        if (election_is_leaf(election, election->by[ROLL].at[i], own->answers))
            return election->by[ROLL].at[i];
    return NO_ENTRY;
}

static enum outcome check_head(const struct election *election, const struct own *own,
                               const struct roll *roll, struct fail *fail)
{
    if (!span_equal(own->origin, election->origin) ||
        memcmp(own->context, election->contexts[0], HASH_BYTES) != 0)
        return fail_bad(fail, "the file is of another election");
    if (roll == NULL)
        return fail_bad(fail, "the file answers no `roll` of this log");
    if ((uint64_t)own->version != roll->version)
        return fail_bad(fail, "the file says version %" PRId64 ", its `roll` is version %" PRIu64,
                        own->version, roll->version);
    return GOOD;
}

static enum outcome check_leaf(const struct own *own, const struct roll *roll, struct fail *fail)
{
    struct buffer bytes;
    struct merkle_hash leaf, root;
    buffer_init(&bytes, SALT_BYTES + RECORD_BYTES);
    buffer_append(&bytes, span_of(own->salt, SALT_BYTES));
    buffer_append(&bytes, own->record);
    bool full = buffer_full(&bytes);
    merkle_leaf(buffer_span(&bytes), &leaf);
    buffer_done(&bytes);
    memcpy(root.bytes, roll->root, HASH_BYTES);
    if (full)
        return fail_bad(fail, "the record is longer than any record is");
    if (!merkle_included(&leaf, (uint64_t)own->index, roll->size, own->path, own->path_len, &root))
        return fail_bad(fail,
                        "this record is not at place %" PRId64 " of the %" PRIu64
                        " leaves of version %" PRIu64,
                        own->index, roll->size, roll->version);
    return GOOD;
}

/* -- what it says -------------------------------------------------------------------------------
 */

static void read_contact(struct json *json, struct contact *contact)
{
    json_string(json, "channel", ROLL_TOKEN_BYTES_MAX, &contact->channel);
    if (span_equal(contact->channel, span_text("email"))) {
        json_string(json, "email", ROLL_VALUE_BYTES_MAX, &contact->email);
    } else if (span_equal(contact->channel, span_text("post"))) {
        json_string(json, "address", ROLL_VALUE_BYTES_MAX, &contact->address);
        if (json_at(json, "postcode"))
            json_string(json, "postcode", ROLL_VALUE_BYTES_MAX, &contact->postcode);
    } else if (!span_equal(contact->channel, span_text("hand"))) {
        json_refuse(json, "channel", "is none that there is");
    }
}

static enum outcome read_record(struct json *json, struct record *record, struct fail *fail)
{
    uint8_t pseudonym[HASH_BYTES];
    json_object(json, NULL);
    json_string(json, "member_no", ROLL_MEMBER_NO_BYTES_MAX, &record->member_no);
    if (json_at(json, "name"))
        json_string(json, "name", ROLL_VALUE_BYTES_MAX, &record->name);
    json_string(json, "source", LIMIT_ID_BYTES, &record->source);
    json_hex(json, "pseudonym", pseudonym, sizeof pseudonym);
    json_string(json, "style", LIMIT_ID_BYTES, &record->style);
    json_string(json, "standing", ROLL_TOKEN_BYTES_MAX, &record->standing);
    json_integer(json, "votes", 1, ROLL_VOTES_MAX, &record->votes);
    read_contact(json, &record->contact);
    record->waits = json_at(json, "earlier");
    if (record->waits) {
        json_object(json, "earlier");
        read_contact(json, &record->earlier);
        json_end(json);
        json_integer(json, "not_before", 0, INT64_MAX, &record->not_before);
    }
    json_end(json);
    return json_finish(json, fail);
}

/* A value of the record, with nothing in it that could steer a terminal. */
static void say_value(struct buffer *out, struct span value)
{
    for (size_t i = 0; i < value.len; i++) {
        bool plain = value.ptr[i] >= 0x20 && value.ptr[i] != 0x7f;
        buffer_append_byte(out, plain ? value.ptr[i] : '?');
    }
}

static void say_line(struct buffer *out, const char *what, struct span value, const char *after)
{
    buffer_append_text(out, what);
    say_value(out, value);
    buffer_append_text(out, after);
}

static void say_contact(struct buffer *out, const struct contact *contact)
{
    if (contact->email.len > 0) {
        say_line(out, "by email to ", contact->email, "\n");
    } else if (contact->address.len > 0) {
        say_line(out, "by post to ", contact->address, contact->postcode.len > 0 ? ", " : "\n");
        if (contact->postcode.len > 0)
            say_line(out, "", contact->postcode, "\n");
    } else {
        buffer_append_text(out, "by hand\n");
    }
}

static void say_standing(struct buffer *out, const struct record *record)
{
    if (span_equal(record->standing, span_text("eligible")))
        buffer_append_text(out, "  You are on the roll and may vote.\n");
    else
        buffer_append_text(out, "  You may vote provisionally: people decide before the freeze "
                                "whether it counts.\n");
}

static void say_wait(struct buffer *out, const struct record *record)
{
    char when[32] = "", line[LINE_BYTES];
    time_t at = (time_t)record->not_before;
    struct tm parts;
    if (!record->waits)
        return;
    buffer_append_text(out, "  This was changed of late. Before, it went ");
    say_contact(out, &record->earlier);
    if (gmtime_r(&at, &parts) != NULL)
        (void)strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S UTC", &parts);
    (void)snprintf(line, sizeof line,
                   "  Both places are told, and no code goes out before %s (%" PRId64 ").\n", when,
                   record->not_before);
    buffer_append_text(out, line);
}

static void say_record(const struct style *style, const struct record *record, struct buffer *out)
{
    char line[LINE_BYTES];
    say_line(out, "  Membership number ", record->member_no, "");
    say_line(out, " (", record->source, ")");
    if (record->name.len > 0)
        say_line(out, ", ", record->name, "");
    buffer_append_byte(out, '\n');
    say_standing(out, record);
    say_line(out, "  Paper: ", style->title.en, "");
    say_line(out, " (style ", style->id, ")");
    (void)snprintf(line, sizeof line, ", %" PRId64 " vote%s\n", record->votes,
                   record->votes == 1 ? "" : "s");
    buffer_append_text(out, line);
    buffer_append_text(out, "  The voting code goes ");
    say_contact(out, &record->contact);
    say_wait(out, record);
}

static enum outcome say_own(const struct election *election, const struct own *own, uint64_t entry,
                            struct buffer *out, struct fail *fail)
{
    const uint64_t last = election->by[ROLL].at[election->by[ROLL].count - 1];
    const struct roll *roll = election_says(election, entry)->roll;
    struct record record = {.votes = 0};
    struct json json;
    char line[LINE_BYTES];
    json_open(&json, own->record);
    enum outcome outcome = read_record(&json, &record, fail);
    int style = outcome == GOOD ? election_style(election, record.style) : -1;
    bool standing = span_equal(record.standing, span_text("eligible")) ||
                    span_equal(record.standing, span_text("provisional"));
    if (outcome == GOOD && (style < 0 || !standing))
        outcome = fail_bad(fail, "the record has a style or standing that does not exist");
    if (outcome == GOOD) {
        (void)snprintf(line, sizeof line,
                       "Version %" PRIu64 " of the roll (entry %" PRIu64 ") says at place %" PRId64
                       " of %" PRIu64 ":\n",
                       roll->version, entry, own->index, roll->size);
        buffer_append_text(out, line);
        say_record(&election->definition->styles[style], &record, out);
        if (entry != last)
            buffer_append_text(out, "There is a later version. It keeps this entry unless your "
                                    "code was revoked, which `verify mine` tells.\n");
    } else {
        fail_at(fail, "record: ");
    }
    json_done(&json);
    return outcome;
}

enum outcome own_check(const struct election *election, struct span file, struct buffer *out_text,
                       struct fail *fail)
{
    struct json json;
    struct own own = {.path_len = 0};
    if (file.len > 0 && file.ptr[file.len - 1] == '\n')
        file.len--;
    json_open(&json, file);
    enum outcome outcome = read_own(&json, &own, fail);
    uint64_t entry = outcome == GOOD ? roll_entry_of(election, &own) : NO_ENTRY;
    const struct roll *roll = entry == NO_ENTRY ? NULL : election_says(election, entry)->roll;
    if (outcome == GOOD)
        outcome = check_head(election, &own, roll, fail);
    if (outcome == GOOD)
        outcome = check_leaf(&own, roll, fail);
    if (outcome == GOOD)
        outcome = say_own(election, &own, entry, out_text, fail);
    json_done(&json);
    return outcome;
}
