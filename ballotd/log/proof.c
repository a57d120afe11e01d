#include "log/proof.h"

#include <inttypes.h>

#include "base/code.h"

#define PROOF_HEADER "c2sp.org/tlog-proof@v1"

void proof_print(const struct proof *proof, struct buf *out)
{
    buf_add_str(out, PROOF_HEADER "\n");
    if (proof->extra.len > 0) {
        buf_add_str(out, "extra ");
        buf_add(out, proof->extra);
        buf_add_byte(out, '\n');
    }
    buf_add_format(out, "index %" PRIu64 "\n", proof->index);
    for (unsigned i = 0; i < proof->path.count; i++) {
        base64_add(out, SPAN_ARRAY(proof->path.hashes[i].bytes));
        buf_add_byte(out, '\n');
    }
    buf_add_byte(out, '\n');
    buf_add(out, proof->checkpoint);
}

static enum outcome malformed(struct fail *fail, const char *why)
{
    return fail_set(fail, BAD_INPUT, "proof.malformed", "inclusion proof: %s", why);
}

static bool skip(struct span *text, struct span prefix)
{
    if (!span_starts(*text, prefix))
        return false;
    *text = span_of(text->ptr + prefix.len, text->len - prefix.len);
    return true;
}

static bool extra_is_valid(struct span base64)
{
    struct buf bytes;
    buf_init(&bytes, PROOF_BYTES_MAX);
    bool good = base64_read(base64, &bytes) && bytes.len > 0;
    buf_done(&bytes);
    return good;
}

/* Up to and including the empty line. */
static enum outcome read_path(struct span *rest, struct merkle_proof *path, struct fail *fail)
{
    struct span line;
    path->count = 0;
    while (span_line(rest, &line)) {
        if (line.len == 0)
            return OK;
        if (path->count == MERKLE_PROOF_MAX)
            return malformed(fail, "too many hashes");
        if (!base64_read_exact(line, path->hashes[path->count].bytes, HASH_BYTES))
            return malformed(fail, "a hash line is not base64 of 32 bytes");
        path->count++;
    }
    return malformed(fail, "no empty line before the checkpoint");
}

enum outcome proof_read(struct span bytes, struct proof *out_proof, struct fail *fail)
{
    struct proof proof = {.index = 0};
    struct span rest = bytes, line;
    if (bytes.len > PROOF_BYTES_MAX)
        return malformed(fail, "too long");
    if (!span_line(&rest, &line) || !span_is(line, PROOF_HEADER))
        return malformed(fail, "line 1 must be \"" PROOF_HEADER "\"");
    if (!span_line(&rest, &line))
        return malformed(fail, "no index");
    if (skip(&line, SPAN_LIT("extra "))) {
        proof.extra = line;
        if (!extra_is_valid(line) || !span_line(&rest, &line))
            return malformed(fail, "extra must be base64, and the index must follow");
    }
    if (!skip(&line, SPAN_LIT("index ")) || !span_decimal(line, &proof.index))
        return malformed(fail, "the index must be decimal");
    enum outcome outcome = read_path(&rest, &proof.path, fail);
    if (outcome)
        return outcome;
    proof.checkpoint = rest;
    *out_proof = proof;
    return OK;
}

enum outcome proof_verify(const struct proof *proof, const struct merkle_hash *leaf,
                          const struct note_key *log, struct fail *fail)
{
    struct note note;
    struct checkpoint checkpoint;
    enum outcome outcome = checkpoint_open(proof->checkpoint, log, &note, &checkpoint, fail);
    if (outcome)
        return outcome;
    if (!merkle_inclusion_holds(leaf, proof->index, checkpoint.size, &checkpoint.root,
                                &proof->path))
        return fail_set(fail, BAD_PROOF, "proof.path",
                        "inclusion proof: does not lead from the entry at %" PRIu64
                        " to the root of the checkpoint of size %" PRIu64,
                        proof->index, checkpoint.size);
    return OK;
}
