/* What witnesses are asked, and their answers (C2SP tlog-witness). Declared in election/election.h.
 */
#include "election/inside.h"

#include "base/code.h"
#include "log/checkpoint.h"
#include "log/policy.h"

static struct asked *find_asked(struct election *election, uint64_t size)
{
    for (unsigned i = 0; i < ASKED_MAX; i++)
        if (election->asked[i].note.len > 0 && election->asked[i].size == size)
            return &election->asked[i];
    return NULL;
}

static struct asked *remember_asked(struct election *election)
{
    struct asked *asked = find_asked(election, election->checkpoint_size);
    if (asked)
        return asked;
    asked = &election->asked[election->asked_next++ % ASKED_MAX];
    asked->size = election->checkpoint_size;
    buf_clear(&asked->note);
    buf_add(&asked->note, buf_span(&election->checkpoint));
    return asked;
}

static enum outcome print_request(struct election *election, uint64_t old, struct buf *out,
                                  uint64_t *out_size, struct fail *fail)
{
    struct merkle_proof proof = {0};
    struct merkle_reader reader = tree_reader(&election->tree);
    uint64_t size = election->checkpoint_size;
    if (size == 0 || old > size)
        return fail_set(fail, NOT_FOUND, "witness.nothing", "there is nothing newer to cosign");
    enum outcome outcome = OK;
    if (old > 0 && old < size)
        outcome = merkle_consistency(&reader, old, size, &proof, fail);
    if (outcome != OK)
        return outcome;
    const struct asked *asked = remember_asked(election);
    buf_add_format(out, "old %llu\n", (unsigned long long)old);
    for (unsigned i = 0; i < proof.count; i++) {
        base64_add(out, SPAN_ARRAY(proof.hashes[i].bytes));
        buf_add_byte(out, '\n');
    }
    buf_add_byte(out, '\n');
    buf_add(out, buf_span(&asked->note));
    *out_size = size;
    return buf_check(out, "witness request", fail);
}

enum outcome election_witness_request(struct election *election, uint64_t old, struct buf *out,
                                      uint64_t *out_size, struct fail *fail)
{
    pthread_rwlock_wrlock(&election->lock);
    enum outcome outcome = print_request(election, old, out, out_size, fail);
    pthread_rwlock_unlock(&election->lock);
    return outcome;
}

/* The asked note with the answer's lines that it does not bear yet. */
static enum outcome add_lines(const struct asked *asked, struct span lines, struct buf *out,
                              struct fail *fail)
{
    struct note note;
    struct span line;
    enum outcome outcome = note_read(buf_span(&asked->note), &note, fail);
    if (outcome != OK)
        return outcome;
    buf_add(out, buf_span(&asked->note));
    while (span_line(&lines, &line)) {
        bool there = false;
        for (unsigned i = 0; i < note.count; i++)
            there = there || span_starts(note.signatures[i].line, line);
        if (there || line.len == 0)
            continue;
        buf_add(out, line);
        buf_add_byte(out, '\n');
    }
    return buf_check(out, "checkpoint", fail);
}

static enum outcome judge(const struct election *election, struct span bytes, bool *out_quorum,
                          struct fail *fail)
{
    struct policy *policy;
    struct note note;
    struct policy_view view;
    const struct definition *definition = election->state->definition;
    if (!definition || definition->witnesses[0] == '\0')
        return fail_set(fail, NOT_ALLOWED, "witness.policy", "the definition names no witnesses");
    enum outcome outcome = note_read(bytes, &note, fail);
    if (outcome == OK)
        outcome = policy_new(span_str(definition->witnesses), &policy, fail);
    if (outcome != OK)
        return outcome;
    outcome = policy_judge(policy, &note, &view, fail);
    if (outcome == OK && view.seen == 0)
        outcome = fail_set(fail, BAD_PROOF, "witness.stranger",
                           "no cosignature by a witness of the policy");
    *out_quorum = outcome == OK && view.quorum;
    policy_free(policy);
    return outcome;
}

static void keep_covering(const struct buf *note, uint64_t size, uint64_t covers, bool due,
                          struct buf *to)
{
    if (due && to->len == 0 && size > covers)
        buf_add(to, buf_span(note));
}

/* Only a checkpoint that satisfies the policy counts as cosigned. */
static void keep(struct election *election, uint64_t size, const struct buf *note)
{
    const struct state *state = election->state;
    bool opened = !(state->phase & (PHASE_EMPTY | PHASE_PREPARING));
    bool closed = opened && !(state->phase & PHASE_OPEN);
    keep_covering(note, size, state->open_index, opened, &election->cosigned_open);
    keep_covering(note, size, state->close_index, closed, &election->cosigned_close);
    if (size >= election->cosigned_size) {
        election->cosigned_size = size;
        buf_clear(&election->cosigned);
        buf_add(&election->cosigned, buf_span(note));
    }
}

static enum outcome take_answer(struct election *election, uint64_t size, struct span lines,
                                struct buf *note, bool *out_quorum, struct fail *fail)
{
    struct asked *asked = find_asked(election, size);
    if (!asked)
        return fail_set(fail, NOT_FOUND, "witness.late", "nobody waits for this any more");
    enum outcome outcome = add_lines(asked, lines, note, fail);
    if (outcome == OK)
        outcome = judge(election, buf_span(note), out_quorum, fail);
    if (outcome != OK)
        return outcome;
    buf_clear(&asked->note);
    buf_add(&asked->note, buf_span(note));
    if (size == election->checkpoint_size) {
        buf_clear(&election->checkpoint);
        buf_add(&election->checkpoint, buf_span(note));
    }
    if (*out_quorum)
        keep(election, size, note);
    return OK;
}

struct keeping {
    uint64_t size;
    struct span note;
};

static enum outcome run_keep(void *ctx, struct txn *txn, struct fail *fail)
{
    const struct keeping *keeping = ctx;
    return board_put_checkpoint(txn, keeping->size, keeping->note, fail);
}

enum outcome election_witness_answer(struct election *election, uint64_t size, struct span lines,
                                     struct fail *fail)
{
    struct buf note;
    bool quorum = false;
    buf_init(&note, NOTE_BYTES_MAX);
    pthread_rwlock_wrlock(&election->lock);
    enum outcome outcome = take_answer(election, size, lines, &note, &quorum, fail);
    pthread_rwlock_unlock(&election->lock);
    struct keeping keeping = {size, buf_span(&note)};
    if (outcome == OK && quorum)
        outcome = writer_run(election->board, run_keep, &keeping, fail);
    buf_done(&note);
    return outcome;
}

enum outcome election_policy(struct election *election, struct buf *out, struct fail *fail)
{
    pthread_rwlock_rdlock(&election->lock);
    if (election->state->definition)
        buf_add_str(out, election->state->definition->witnesses);
    pthread_rwlock_unlock(&election->lock);
    return buf_check(out, "policy", fail);
}
