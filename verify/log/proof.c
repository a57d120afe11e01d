#include "log/proof.h"

#include "base/text.h"

#include <inttypes.h>

/* Takes a line "<word> <value>". False if the next line is another one; then nothing is taken. */
static bool take_field(struct span *rest, const char *word, struct span *out_value)
{
    struct span after = *rest, line, start = span_text(word);
    if (!span_cut(&after, '\n', &line) || !span_starts(line, start) || line.len <= start.len ||
        line.ptr[start.len] != ' ')
        return false;
    *out_value = span_after(line, start.len + 1);
    *rest = after;
    return true;
}

static enum outcome take_extra(struct span *rest, struct span *out_extra, struct fail *fail)
{
    uint8_t bytes[PROOF_EXTRA_BYTES];
    size_t len;
    *out_extra = (struct span){0};
    if (take_field(rest, "extra", out_extra) &&
        !base64_decode(*out_extra, bytes, sizeof bytes, &len))
        return fail_bad(fail, "the extra line of a proof is not base64 or too long");
    return GOOD;
}

/* Lines of one hash each, until the empty line. */
static enum outcome take_path(struct span *rest, struct proof *proof, struct fail *fail)
{
    struct span line;
    proof->path_len = 0;
    for (;;) {
        if (!span_cut(rest, '\n', &line))
            return fail_bad(fail, "a proof ends before its checkpoint");
        if (line.len == 0)
            return GOOD;
        if (proof->path_len == PROOF_PATH)
            return fail_bad(fail, "the path of a proof has more than %d hashes", PROOF_PATH);
        if (!base64_decode_exact(line, proof->path[proof->path_len].bytes, HASH_BYTES))
            return fail_bad(fail, "line %zu of a proof's path is not a hash", proof->path_len + 1);
        proof->path_len++;
    }
}

enum outcome proof_parse(struct span bytes, struct proof *out_proof, struct fail *fail)
{
    struct span rest = bytes, line;
    if (!span_cut(&rest, '\n', &line) || !span_equal(line, span_text("c2sp.org/tlog-proof@v1")))
        return fail_bad(fail, "not a proof: the first line must be c2sp.org/tlog-proof@v1");
    if (take_extra(&rest, &out_proof->extra, fail) != GOOD)
        return BAD;
    if (!take_field(&rest, "index", &line) || !decimal_decode(line, &out_proof->index))
        return fail_bad(fail, "a proof must give its index in decimal");
    enum outcome outcome = take_path(&rest, out_proof, fail);
    if (outcome == GOOD)
        outcome = note_parse(rest, &out_proof->note, fail);
    if (outcome == GOOD)
        outcome = checkpoint_parse(out_proof->note.text, &out_proof->checkpoint, fail);
    return outcome;
}

enum outcome proof_includes(const struct proof *proof, struct span entry, struct fail *fail)
{
    struct merkle_hash leaf;
    merkle_leaf(entry, &leaf);
    if (!merkle_included(&leaf, proof->index, proof->checkpoint.size, proof->path, proof->path_len,
                         &proof->checkpoint.root))
        return fail_bad(fail, "the entry is not at index %" PRIu64 " of the tree of size %" PRIu64,
                        proof->index, proof->checkpoint.size);
    return GOOD;
}
