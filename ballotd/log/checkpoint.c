#include "log/checkpoint.h"

#include "base/code.h"
#include "limit.h"

void checkpoint_print(const struct checkpoint *checkpoint, struct buf *out)
{
    buf_add(out, checkpoint->origin);
    buf_add_byte(out, '\n');
    buf_add_u64(out, checkpoint->size);
    buf_add_byte(out, '\n');
    base64_add(out, SPAN_ARRAY(checkpoint->root.bytes));
    buf_add_byte(out, '\n');
}

static enum outcome malformed(struct fail *fail, const char *why)
{
    return fail_set(fail, BAD_INPUT, "checkpoint.malformed", "checkpoint: %s", why);
}

static bool root_fits_size(const struct checkpoint *checkpoint)
{
    struct merkle_hash empty;
    merkle_root(&(struct merkle_tree){.size = 0}, &empty);
    return checkpoint->size > 0 || merkle_hash_equal(&checkpoint->root, &empty);
}

enum outcome checkpoint_read(struct span text, struct checkpoint *out_checkpoint, struct fail *fail)
{
    struct checkpoint checkpoint;
    struct span rest = text, line;
    if (!note_text_is_valid(text))
        return malformed(fail, "must be UTF-8 lines without control characters");
    if (!span_line(&rest, &checkpoint.origin) || checkpoint.origin.len > LIMIT_ORIGIN_BYTES ||
        !note_name_is_valid(checkpoint.origin))
        return malformed(fail, "line 1 must be an origin without spaces or '+'");
    if (!span_line(&rest, &line) || !span_decimal(line, &checkpoint.size))
        return malformed(fail, "line 2 must be the size in decimal");
    if (!span_line(&rest, &line) || !base64_read_exact(line, checkpoint.root.bytes, HASH_BYTES))
        return malformed(fail, "line 3 must be the root in base64");
    if (rest.len > 0)
        return malformed(fail, "extension lines are not accepted");
    if (!root_fits_size(&checkpoint))
        return malformed(fail, "the root of an empty log is the hash of nothing");
    *out_checkpoint = checkpoint;
    return OK;
}

enum outcome checkpoint_open(struct span bytes, const struct note_key *log, struct note *out_note,
                             struct checkpoint *out_checkpoint, struct fail *fail)
{
    struct note note;
    struct checkpoint checkpoint;
    enum outcome outcome = note_read(bytes, &note, fail);
    if (outcome == OK)
        outcome = note_verify(&note, log, fail);
    if (outcome == OK)
        outcome = checkpoint_read(note.text, &checkpoint, fail);
    if (outcome)
        return fail_within(fail, "checkpoint");
    if (!span_is(checkpoint.origin, log->name))
        return malformed(fail, "the origin is not the name of the log's key");
    *out_note = note;
    *out_checkpoint = checkpoint;
    return OK;
}
