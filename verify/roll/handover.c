#include "roll/handover.h"

#include "base/json.h"
#include "crypto/hash.h"
#include "log/note.h"

#include <inttypes.h>
#include <stdlib.h>

/* One signature, and it is the authority's. */
static enum outcome check_signature(const struct note *note, const struct roll_board *board,
                                    struct fail *fail)
{
    struct note_key key = {.algorithm = NOTE_ED25519};
    if (note->signature_count != 1)
        return fail_bad(fail, "%zu signatures, where the authority alone signs",
                        note->signature_count);
    key.name = note->signatures[0].name;
    if (!span_starts(key.name, board->origin) ||
        !span_equal(span_after(key.name, board->origin.len), span_text(NAME_AUTHORITY)))
        return fail_bad(fail, "not signed by the authority");
    memcpy(key.key, board->authority, sizeof key.key);
    return note_verify(note, &key, NULL, fail);
}

/* A text of 1 to `room` bytes, terminated; what it says is shown to people. */
static void take_text(struct json *json, const char *name, size_t room, char *out_text)
{
    struct span text = {0};
    json_string(json, name, room, &text);
    if (!json->broken && text.len == 0)
        json_refuse(json, name, "empty");
    for (size_t i = 0; i < text.len; i++)
        out_text[i] = text.ptr[i] < 0x20 ? '?' : (char)text.ptr[i];
    out_text[text.len] = 0;
}

static enum outcome read_text(struct span text, const struct roll_board *board,
                              const uint8_t manifest[HASH_BYTES], struct handover *handover,
                              struct fail *fail)
{
    struct json json;
    struct span origin = {0};
    uint8_t context[HASH_BYTES] = {0}, answers[HASH_BYTES], named[HASH_BYTES] = {0};
    json_open(&json, span_of(text.ptr, text.len - 1));
    json_object(&json, NULL);
    json_literal(&json, "kind", "handed-over");
    json_string(&json, "origin", LIMIT_ORIGIN_BYTES, &origin);
    json_hex(&json, "context", context, sizeof context);
    json_hex(&json, "answers", answers, sizeof answers);
    take_text(&json, "to", LIMIT_ID_BYTES, handover->to);
    take_text(&json, "name", LIMIT_NAME_BYTES, handover->name);
    take_text(&json, "purpose", HANDOVER_PURPOSE_BYTES, handover->purpose);
    take_text(&json, "approved_by", LIMIT_ID_BYTES, handover->approved_by);
    json_integer(&json, "at", 0, INT64_MAX, &handover->at);
    json_hex(&json, "manifest", named, sizeof named);
    json_end(&json);
    enum outcome outcome = json_finish(&json, fail);
    if (outcome == GOOD && !span_equal(origin, board->origin))
        outcome = fail_bad(fail, "of another election");
    if (outcome == GOOD && memcmp(context, board->ctx0, sizeof context) != 0)
        outcome = fail_bad(fail, "its context is not that of this election");
    if (outcome == GOOD && memcmp(named, manifest, sizeof named) != 0)
        outcome = fail_bad(fail, "it is of another manifest than the one beside it");
    json_done(&json);
    return outcome;
}

enum outcome handover_read(const struct annex *annex, const struct roll_board *board,
                           struct handover *out_handover, struct fail *fail)
{
    const struct annex_file *file = annex_find(annex, ANNEX_HANDOVER);
    struct handover handover = {.there = true};
    uint8_t manifest[HASH_BYTES];
    *out_handover = (struct handover){.there = false};
    if (file == NULL)
        return GOOD;
    struct note *note = calloc(1, sizeof *note);
    if (note == NULL)
        return fail_unable(fail, "no memory for a note");
    hash_sha256(annex->manifest, manifest);
    enum outcome outcome = note_parse(file->bytes, note, fail);
    if (outcome == GOOD)
        outcome = check_signature(note, board, fail);
    if (outcome == GOOD)
        outcome = read_text(note->text, board, manifest, &handover, fail);
    if (outcome == GOOD)
        *out_handover = handover;
    free(note);
    return outcome;
}
