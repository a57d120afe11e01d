/* What parses prints back to the same bytes, whatever comes: notes, checkpoints, proofs, policies,
 * paths and keys. The first byte of the input chooses the format. */
#include <stdlib.h>

#include "log/policy.h"
#include "log/proof.h"
#include "log/tiles.h"

static void demand_same(struct buf *printed, struct span input)
{
    if (!buf_ok(printed) || !span_equal(buf_span(printed), input))
        abort();
    buf_done(printed);
}

static void fuzz_note(struct span input)
{
    static struct note note;
    struct buf printed;
    if (note_read(input, &note, NULL) != OK)
        return;
    buf_init(&printed, NOTE_BYTES_MAX);
    note_print_text(note.text, &printed);
    for (unsigned i = 0; i < note.count; i++)
        buf_add(&printed, note.signatures[i].line);
    demand_same(&printed, input);
}

static void fuzz_checkpoint(struct span input)
{
    struct checkpoint checkpoint;
    struct buf printed;
    if (checkpoint_read(input, &checkpoint, NULL) != OK)
        return;
    buf_init(&printed, NOTE_BYTES_MAX);
    checkpoint_print(&checkpoint, &printed);
    demand_same(&printed, input);
}

static void fuzz_proof(struct span input)
{
    static struct proof proof;
    struct buf printed;
    if (proof_read(input, &proof, NULL) != OK)
        return;
    buf_init(&printed, PROOF_BYTES_MAX);
    proof_print(&proof, &printed);
    demand_same(&printed, input);
}

static void fuzz_policy(struct span input)
{
    struct policy *policy = NULL;
    if (policy_new(input, &policy, NULL) == OK)
        policy_free(policy);
}

static void fuzz_path(struct span input)
{
    struct tile tile;
    struct buf printed;
    if (tile_read_path(input, &tile, NULL) != OK)
        return;
    buf_init(&printed, TILE_PATH_MAX);
    tile_print_path(&tile, &printed);
    demand_same(&printed, input);
}

static void fuzz_key(struct span input)
{
    struct note_key key;
    struct buf printed;
    if (note_key_read(input, &key, NULL) != OK)
        return;
    buf_init(&printed, 1024);
    note_key_print(&key, &printed);
    demand_same(&printed, input);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const formats[])(struct span input) = {fuzz_note,   fuzz_checkpoint, fuzz_proof,
                                                         fuzz_policy, fuzz_path,       fuzz_key};
    if (size > 0)
        formats[data[0] % 6](span_of(data + 1, size - 1));
    return 0;
}
