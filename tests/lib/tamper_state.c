/* Alterations of what the entries say and of their order. */
#include "tamper.h"

#include <stdio.h>
#include <stdlib.h>

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define FOUR(kind)                                                                                 \
    "{\"kind\":\"" kind "\",\"origin\":\"rehearsal.example.org/all\",\"context\":\"" ZEROS         \
    "\",\"answers\":\"" ZEROS "\","

static void answer(json_t *object, const struct forge_entry *entry)
{
    forge_set_text(object, "answers", entry->leaf);
}

static struct forge_entry *definition(const struct forge *forge)
{
    return forge_entry(forge, KIND_ELECTION, 0);
}

static size_t place_of(const struct forge *forge, const char *kind)
{
    return forge_index(forge, forge_entry(forge, kind, 0));
}

/* A statement that answers the definition. */
static struct forge_entry *state(struct forge *forge, size_t index, const char *json,
                                 const char *signers)
{
    struct forge_entry *entry = forge_insert_text(forge, index, json, signers);
    answer(entry->object, definition(forge));
    return entry;
}

/* -- form ------------------------------------------------------------------------------------- */

/* A notice on which nothing depends. */
static struct forge_entry *notice(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry =
        state(forge, place_of(forge, KIND_CLOSE),
              FOUR("notice") "\"text\":{\"en\":\"The hall is open.\",\"cy\":\"\"},"
                             "\"subject\":\"" ZEROS "\"}",
              "/officer/returning");
    entry->apply = APPLY_HONEST;
    out_meant->entry = entry;
    return entry;
}

static void add_member(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_number(entry->object, "weight", 1);
}

static void extra_member(struct forge *forge, struct meant *out_meant)
{
    notice(forge, out_meant)->cheat = add_member;
}

static void drop_subject(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    json_object_del(entry->object, "subject");
}

static void member_missing(struct forge *forge, struct meant *out_meant)
{
    notice(forge, out_meant)->cheat = drop_subject;
}

static void move_member(struct forge *forge, struct forge_entry *entry)
{
    json_t *text = json_incref(json_object_get(entry->object, "answers"));
    (void)forge;
    json_object_del(entry->object, "answers");
    json_put(entry->object, "answers", text);
}

static void members_in_another_order(struct forge *forge, struct meant *out_meant)
{
    notice(forge, out_meant)->cheat = move_member;
}

/* Writes other bytes of the same value, signed as they stand. */
static void respell(struct forge *forge, struct forge_entry *entry, const char *from,
                    const char *to)
{
    struct note_signer signers[FORGE_SIGNERS];
    const struct note_signer *pointers[FORGE_SIGNERS];
    struct buf text;
    const uint8_t *end = memmem(entry->note.bytes, entry->note.len, "\n\n", 2);
    buf_init(&text, NOTE_BYTES_MAX);
    buf_add(&text, span_of(entry->note.bytes, (size_t)(end + 1 - entry->note.bytes)));
    forge_replace(&text, from, to);
    for (unsigned i = 0; i < entry->signer_count; i++) {
        signers[i] = forge_signer(forge, entry->signers[i], entry->object);
        pointers[i] = &signers[i];
    }
    buf_clear(&entry->note);
    statement_sign(buf_span(&text), pointers, entry->signer_count, &entry->note);
    buf_done(&text);
}

static void space_in_json(struct forge *forge, struct forge_entry *entry)
{
    respell(forge, entry, "\",\"", "\", \"");
}

static void number_with_zero(struct forge *forge, struct forge_entry *entry)
{
    respell(forge, entry, "\"closes_at\":6", "\"closes_at\":06");
}

static void repeated_key(struct forge *forge, struct forge_entry *entry)
{
    respell(forge, entry, "\"subject\":", "\"subject\":\"\",\"subject\":");
}

static void escaped_letter(struct forge *forge, struct forge_entry *entry)
{
    respell(forge, entry, "{\"kind\"", "{\"\\u006bind\"");
}

static void json_with_space(struct forge *forge, struct meant *out_meant)
{
    notice(forge, out_meant)->spoil = space_in_json;
}

static void json_leading_zero(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry =
        state(forge, place_of(forge, KIND_CLOSE),
              FOUR("amend") "\"change\":\"close\",\"closes_at\":6,\"contest\":\"\","
                            "\"candidate\":0,\"text\":\"An hour more.\"}",
              "/officer/returning /officer/secretary");
    entry->spoil = number_with_zero;
    entry->apply = APPLY_HONEST;
    out_meant->entry = entry;
}

static void json_repeated_key(struct forge *forge, struct meant *out_meant)
{
    notice(forge, out_meant)->spoil = repeated_key;
}

static void json_escaped(struct forge *forge, struct meant *out_meant)
{
    notice(forge, out_meant)->spoil = escaped_letter;
}

static void unknown_kind(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = state(forge, place_of(forge, KIND_OPEN),
                                      FOUR("remark") "\"text\":\"hello\"}", "/officer/returning");
    entry->apply = APPLY_NOTHING;
    out_meant->entry = entry;
}

/* -- order ------------------------------------------------------------------------------------ */

static void second_definition(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry =
        forge_insert(forge, place_of(forge, KIND_OPEN), json_deep_copy(definition(forge)->object),
                     "/officer/returning /authority");
    entry->apply = APPLY_NOTHING;
    out_meant->entry = entry;
}

static void ballot_after_close(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = forge_entry(forge, KIND_BALLOT, 19);
    forge_move(forge, entry, forge_entry(forge, KIND_FREEZE, 0));
    out_meant->entry = entry;
}

static void contest_after_open(struct forge *forge, struct meant *out_meant)
{
    json_t *copy = json_deep_copy(forge_entry(forge, KIND_CONTEST, 0)->object);
    forge_set_text(copy, "contest", "late");
    struct forge_entry *entry =
        forge_insert(forge, place_of(forge, KIND_CLOSE), copy, "/officer/returning");
    entry->apply = APPLY_NOTHING;
    out_meant->entry = forge_entry(forge, KIND_OPEN, 0); /* it cannot name it */
}

static void take_other_id(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_text(entry->object, "contest", "chair");
}

static void contest_twice(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_CONTEST, 1, take_other_id, out_meant)->apply = APPLY_HONEST;
}

static void snapshot_after_roll(struct forge *forge, struct meant *out_meant)
{
    json_t *copy = json_deep_copy(forge_entry(forge, KIND_SNAPSHOT, 0)->object);
    forge_set_number(copy, "number", 2);
    struct forge_entry *entry =
        forge_insert(forge, place_of(forge, KIND_ISSUE), copy, "/officer/exporter");
    entry->kept = true;
    entry->apply = APPLY_NOTHING;
    entry->cheat = NULL;
    out_meant->entry = entry;
}

static void mix_after_decryption(struct forge *forge, struct meant *out_meant)
{
    json_t *copy = json_deep_copy(forge_entry(forge, KIND_MIX, 0)->object);
    forge_set_number(copy, "trustee", 3);
    struct forge_entry *entry =
        forge_insert(forge, place_of(forge, KIND_RESULT), copy, "/trustee/3");
    entry->apply = APPLY_NOTHING;
    out_meant->entry = entry;
}

/* -- definition ------------------------------------------------------------------------------- */

static struct forge_entry *redefine(struct forge *forge, forge_cheat *cheat,
                                    struct meant *out_meant)
{
    struct forge_entry *entry = tamper_cheat(forge, KIND_ELECTION, 0, cheat, out_meant);
    entry->apply = APPLY_HONEST;
    return entry;
}

static json_t *trustee_of(const struct forge_entry *entry, size_t number)
{
    return json_array_get(json_object_get(entry->object, "trustees"), number);
}

static void same_key(struct forge *forge, struct forge_entry *entry)
{
    json_t *officers = json_object_get(entry->object, "officers");
    (void)forge;
    forge_set_text(json_array_get(officers, 3), "key",
                   json_string_value(json_object_get(json_array_get(officers, 1), "key")));
}

static void key_twice(struct forge *forge, struct meant *out_meant)
{
    redefine(forge, same_key, out_meant);
}

static void high_threshold(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_number(entry->object, "threshold", 4);
}

static void threshold_above_trustees(struct forge *forge, struct meant *out_meant)
{
    redefine(forge, high_threshold, out_meant);
}

static void other_unit(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_text(json_array_get(json_object_get(entry->object, "styles"), 0), "unit", "nowhere");
}

static void style_without_unit(struct forge *forge, struct meant *out_meant)
{
    redefine(forge, other_unit, out_meant);
}

static void wrong_index(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_number(trustee_of(entry, 2), "index", 2);
}

static void trustee_index_twice(struct forge *forge, struct meant *out_meant)
{
    redefine(forge, wrong_index, out_meant);
}

/* -- amendments and time ---------------------------------------------------------------------- */

static void close_earlier(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry =
        state(forge, place_of(forge, KIND_CLOSE) - 3,
              FOUR("amend") "\"change\":\"close\",\"closes_at\":4,\"contest\":\"\","
                            "\"candidate\":0,\"text\":\"Enough votes.\"}",
              "/officer/returning /officer/secretary");
    out_meant->entry = entry;
}

static void withdraw_stranger(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry =
        state(forge, place_of(forge, KIND_CLOSE),
              FOUR("amend") "\"change\":\"withdraw\",\"closes_at\":0,\"contest\":\"chair\","
                            "\"candidate\":9,\"text\":\"Has left.\"}",
              "/officer/returning /officer/secretary");
    entry->apply = APPLY_NOTHING;
    out_meant->entry = entry;
}

static void timetable(struct forge *forge, const char *json, struct meant *out_meant,
                      const char *kind)
{
    forge_set_json(definition(forge)->object, "timetable", json);
    out_meant->entry = forge_entry(forge, kind, 0);
}

static void opened_early(struct forge *forge, struct meant *out_meant)
{
    timetable(forge,
              "{\"announced_at\":1,\"inspection_opens_at\":2,\"inspection_closes_at\":3,"
              "\"opens_at\":4000000000,\"closes_at\":4000000001,\"non_working\":[],"
              "\"decide_within\":3,\"appeal_within\":3,\"reply_within\":10,"
              "\"cooling_hours\":24}",
              out_meant, KIND_OPEN);
}

static void sealed_early(struct forge *forge, struct meant *out_meant)
{
    timetable(forge,
              "{\"announced_at\":1,\"inspection_opens_at\":2,\"inspection_closes_at\":4000000000,"
              "\"opens_at\":4000000000,\"closes_at\":4000000001,\"non_working\":[],"
              "\"decide_within\":3,\"appeal_within\":3,\"reply_within\":10,"
              "\"cooling_hours\":24}",
              out_meant, KIND_ROLL);
}

static void closed_early(struct forge *forge, struct meant *out_meant)
{
    timetable(forge,
              "{\"announced_at\":1,\"inspection_opens_at\":2,\"inspection_closes_at\":3,"
              "\"opens_at\":4,\"closes_at\":4000000001,\"non_working\":[],"
              "\"decide_within\":3,\"appeal_within\":3,\"reply_within\":10,"
              "\"cooling_hours\":24}",
              out_meant, KIND_CLOSE);
}

static void open_late(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_number(entry->object, "at", 1990000001);
}

static void close_later(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_number(entry->object, "at", 1990000002);
}

static void open_ahead(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_number(entry->object, "at", 1990000601);
}

static void close_ahead(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_number(entry->object, "at", 1990000602);
}

/* A clock put forward, so that a time to reply is over sooner: the witnesses saw it before. */
static void clock_ahead(struct forge *forge, struct meant *out_meant)
{
    forge_entry(forge, KIND_OPEN, 0)->cheat = open_ahead;
    forge_entry(forge, KIND_CLOSE, 0)->cheat = close_ahead;
    out_meant->entry = forge_entry(forge, KIND_CLOSE, 0);
}

/* The officers' times fit; the witnesses saw `open` a second before. */
static void witnesses_disagree(struct forge *forge, struct meant *out_meant)
{
    forge_entry(forge, KIND_OPEN, 0)->cheat = open_late;
    forge_entry(forge, KIND_CLOSE, 0)->cheat = close_later;
    timetable(forge,
              "{\"announced_at\":1,\"inspection_opens_at\":2,\"inspection_closes_at\":3,"
              "\"opens_at\":1990000001,\"closes_at\":1990000002,\"non_working\":[],"
              "\"decide_within\":3,\"appeal_within\":3,\"reply_within\":10,"
              "\"cooling_hours\":24}",
              out_meant, KIND_CLOSE);
}

/* -- the end ---------------------------------------------------------------------------------- */

static void no_end(struct forge *forge, struct meant *out_meant)
{
    (void)out_meant;
    forge_remove(forge, forge_entry(forge, KIND_END, 0));
}

static void no_result(struct forge *forge, struct meant *out_meant)
{
    (void)out_meant;
    forge_remove(forge, forge_entry(forge, KIND_END, 0));
    forge_remove(forge, forge_entry(forge, KIND_RESULT, 0));
}

static void end_early(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = forge_entry(forge, KIND_END, 0);
    forge_move(forge, entry, forge_entry(forge, KIND_RESULT, 0));
    out_meant->entry = entry;
}

const struct tampering tamper_state[] = {
    {"member-added", "STATE.form", "", SHAPE_PLAIN, extra_member, NULL},
    {"member-missing", "STATE.form", "", SHAPE_PLAIN, member_missing, NULL},
    {"members-in-another-order", "STATE.form", "", SHAPE_PLAIN, members_in_another_order, NULL},
    {"json-with-space", "STATE.form", "", SHAPE_PLAIN, json_with_space, NULL},
    {"json-number-with-leading-zero", "STATE.form", "", SHAPE_PLAIN, json_leading_zero, NULL},
    {"json-repeated-key", "STATE.form", "", SHAPE_PLAIN, json_repeated_key, NULL},
    {"json-escaped-letter", "STATE.form", "", SHAPE_PLAIN, json_escaped, NULL},
    {"unknown-kind", "STATE.form", "", SHAPE_PLAIN, unknown_kind, NULL},
    {"second-definition", "STATE.order", "", SHAPE_PLAIN, second_definition, NULL},
    {"ballot-after-close", "STATE.order", "", SHAPE_PLAIN, ballot_after_close, NULL},
    {"contest-after-open", "STATE.order", "SIGN.context BALLOT.form BALLOT.proof BALLOT.paper",
     SHAPE_PLAIN, contest_after_open, NULL},
    {"contest-id-twice", "STATE.definition", "BALLOT.proof BALLOT.paper", SHAPE_PLAIN,
     contest_twice, NULL},
    {"snapshot-after-roll", "STATE.order", "ROLL.snapshot ROLL.derive", SHAPE_PLAIN,
     snapshot_after_roll, NULL},
    {"mix-after-decryption", "STATE.order", "DECRYPT.form DECRYPT.quorum DECRYPT.plaintext",
     SHAPE_PLAIN, mix_after_decryption, NULL},
    {"officers-with-one-key", "STATE.definition", "", SHAPE_PLAIN, key_twice, NULL},
    {"threshold-above-trustees", "STATE.definition", "KEY.commit MIX.quorum DECRYPT.quorum",
     SHAPE_PLAIN, threshold_above_trustees, NULL},
    {"style-without-unit", "STATE.definition", "", SHAPE_PLAIN, style_without_unit, NULL},
    {"trustee-index-twice", "STATE.form", "STATE.order", SHAPE_PLAIN, trustee_index_twice, NULL},
    {"close-brought-forward", "STATE.amend", "", SHAPE_PLAIN, close_earlier, NULL},
    {"unknown-candidate-withdrawn", "STATE.amend", "COUNT.papers COUNT.sheet", SHAPE_PLAIN,
     withdraw_stranger, NULL},
    {"opened-early", "STATE.timetable", "", SHAPE_WITNESSED, opened_early, NULL},
    {"sealed-during-the-inspection", "STATE.timetable", "", SHAPE_WITNESSED, sealed_early, NULL},
    {"closed-early", "STATE.timetable", "", SHAPE_WITNESSED, closed_early, NULL},
    {"witnesses-saw-it-open-early", "STATE.timetable", "", SHAPE_WITNESSED, witnesses_disagree,
     NULL},
    {"clock-put-forward", "STATE.timetable", "", SHAPE_WITNESSED, clock_ahead, NULL},
    {"no-end", "STATE.close", "", SHAPE_PLAIN, no_end, NULL},
    {"no-result", "STATE.close", "", SHAPE_PLAIN, no_result, NULL},
    {"end-before-result", "STATE.order", "SIGN.answers", SHAPE_PLAIN, end_early, NULL},
    {0},
};
