#include "log/signer.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/file.h"

struct signer {
    char *state_path;
    struct note_signer log;
    uint64_t size;
    struct merkle_hash root;
    struct buf checkpoint; /* as signed; the file's content */
};

static enum outcome state_missing(const struct signer *signer, uint64_t size, struct fail *fail)
{
    return fail_set(fail, BROKEN, "signer.state-missing",
                    "%s is missing but the log has %" PRIu64
                    " entries: without it a second, different tree could be signed; put the file "
                    "back from the machine that last ran this log, or end this election",
                    signer->state_path, size);
}

/* The file is the last checkpoint itself, so its own signature shows whether it is whole. */
static enum outcome read_state(struct signer *signer, struct fail *fail)
{
    struct note note;
    struct checkpoint checkpoint;
    enum outcome outcome = file_read(signer->state_path, &signer->checkpoint, fail);
    if (outcome)
        return outcome;
    if (checkpoint_open(buf_span(&signer->checkpoint), &signer->log.key, &note, &checkpoint, NULL))
        return fail_set(fail, BROKEN, "signer.state-damaged",
                        "%s is not a checkpoint that \"%s\" signed: put back the undamaged file",
                        signer->state_path, signer->log.key.name);
    signer->size = checkpoint.size;
    signer->root = checkpoint.root;
    return OK;
}

static enum outcome differs(const struct signer *signer, uint64_t size, struct fail *fail)
{
    return fail_set(fail, BROKEN, "signer.database-differs",
                    "the log of %" PRIu64 " entries in the database does not extend the one of "
                    "%" PRIu64 " last signed (%s): nothing is signed; restore the database that "
                    "belongs to it",
                    size, signer->size, signer->state_path);
}

/* Roots are read from the same nodes as the proof, so a store that lost or altered one fails here
 * rather than being signed. */
static enum outcome check_extends(const struct signer *signer, uint64_t size,
                                  const struct merkle_reader *reader, struct merkle_hash *out_root,
                                  struct fail *fail)
{
    struct merkle_proof proof;
    struct merkle_hash root;
    enum outcome outcome = merkle_root_at(reader, size, &root, fail);
    if (outcome == OK)
        outcome = merkle_consistency(reader, signer->size, size, &proof, fail);
    if (outcome)
        return outcome;
    if (!merkle_consistency_holds(signer->size, &signer->root, size, &root, &proof))
        return differs(signer, size, fail);
    *out_root = root;
    return OK;
}

static enum outcome check_start(struct signer *signer, uint64_t size,
                                const struct merkle_reader *reader, struct fail *fail)
{
    struct merkle_hash root;
    if (!file_exists(signer->state_path))
        return size == 0 ? OK : state_missing(signer, size, fail);
    enum outcome outcome = read_state(signer, fail);
    if (outcome)
        return outcome;
    if (size < signer->size)
        return fail_set(fail, BROKEN, "signer.database-behind",
                        "the database has %" PRIu64 " entries but %" PRIu64 " were signed (%s): it "
                        "is an older copy; restore the latest one",
                        size, signer->size, signer->state_path);
    return check_extends(signer, size, reader, &root, fail);
}

enum outcome signer_new(const char *state_path, const struct note_signer *log, uint64_t size,
                        const struct merkle_reader *reader, struct signer **out_signer,
                        struct fail *fail)
{
    struct signer *signer = calloc(1, sizeof *signer);
    if (!signer || !(signer->state_path = strdup(state_path))) {
        free(signer);
        return fail_set(fail, BROKEN, "memory", "out of memory");
    }
    signer->log = *log;
    buf_init(&signer->checkpoint, NOTE_BYTES_MAX);
    enum outcome outcome = check_start(signer, size, reader, fail);
    if (outcome == OK)
        *out_signer = signer;
    else
        signer_free(signer);
    return outcome;
}

void signer_free(struct signer *signer)
{
    if (!signer)
        return;
    buf_done(&signer->checkpoint);
    free(signer->state_path);
    free(signer);
}

static void print_signed(const struct signer *signer, const struct checkpoint *checkpoint,
                         struct buf *out)
{
    struct buf text;
    buf_init(&text, NOTE_BYTES_MAX);
    checkpoint_print(checkpoint, &text);
    note_print_text(buf_span(&text), out);
    note_sign(buf_span(&text), &signer->log, out);
    out->spoilt |= !buf_ok(&text);
    buf_done(&text);
}

/* Writes the memory first, then takes it over: a signature that is not remembered is not released.
 */
static enum outcome remember(struct signer *signer, const struct checkpoint *checkpoint,
                             struct buf *bytes, struct fail *fail)
{
    print_signed(signer, checkpoint, bytes);
    enum outcome outcome = buf_check(bytes, "checkpoint", fail);
    if (outcome == OK)
        outcome = file_write(signer->state_path, buf_span(bytes), 0600, fail);
    if (outcome)
        return outcome;
    buf_clear(&signer->checkpoint);
    buf_add(&signer->checkpoint, buf_span(bytes));
    signer->size = checkpoint->size;
    signer->root = checkpoint->root;
    return buf_check(&signer->checkpoint, "checkpoint", fail);
}

enum outcome signer_sign(struct signer *signer, uint64_t size, const struct merkle_reader *reader,
                         struct buf *out_note, struct fail *fail)
{
    struct checkpoint checkpoint = {.origin = span_str(signer->log.key.name), .size = size};
    if (size < signer->size)
        return fail_set(fail, BROKEN, "signer.rollback",
                        "asked to sign a log of %" PRIu64 " entries after one of %" PRIu64, size,
                        signer->size);
    enum outcome outcome = check_extends(signer, size, reader, &checkpoint.root, fail);
    if (outcome)
        return outcome;
    struct buf bytes;
    buf_init(&bytes, NOTE_BYTES_MAX);
    outcome = remember(signer, &checkpoint, &bytes, fail);
    if (outcome == OK) {
        buf_add(out_note, buf_span(&bytes));
        outcome = buf_check(out_note, "checkpoint", fail);
    }
    buf_done(&bytes);
    return outcome;
}

uint64_t signer_size(const struct signer *signer)
{
    return signer->size;
}

struct span signer_checkpoint(const struct signer *signer)
{
    return buf_span(&signer->checkpoint);
}
