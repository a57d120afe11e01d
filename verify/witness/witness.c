#include "witness/witness.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

struct request {
    uint64_t old_size;
    size_t path_len;
    struct merkle_hash path[WITNESS_PATH];
    struct span bytes; /* of the checkpoint */
    struct note note;
    struct checkpoint checkpoint;
};

void witness_init(struct witness *witness, const struct cosigner *cosigner, struct state *state,
                  witness_warn_fn *warn)
{
    *witness = (struct witness){.cosigner = cosigner, .state = state, .warn = warn};
    (void)pthread_mutex_init(&witness->lock, NULL);
}

void witness_done(struct witness *witness)
{
    (void)pthread_mutex_destroy(&witness->lock);
}

struct witness_log *witness_find(struct witness *witness, struct span origin)
{
    for (size_t i = 0; i < witness->log_count; i++)
        if (span_equal(witness->logs[i].origin, origin))
            return &witness->logs[i];
    return NULL;
}

static enum outcome check_record(const struct state_record *record, const struct note_key *key,
                                 struct fail *fail)
{
    struct note note;
    enum outcome outcome = note_parse(buffer_span(&record->note), &note, fail);
    if (outcome == GOOD)
        outcome = note_verify(&note, key, NULL, fail);
    if (outcome != GOOD)
        fail_at(fail, "the state holds a checkpoint that this key did not sign: ");
    return outcome;
}

enum outcome witness_add_log(struct witness *witness, const struct note_key *key,
                             struct span origin, struct fail *fail)
{
    if (key->algorithm != NOTE_ED25519)
        return fail_bad(fail, "this is a witness's kind of key; a log's is wanted");
    if (!note_name_valid(origin) || witness_find(witness, origin) != NULL)
        return fail_bad(fail, "the origin %.*s is given twice, or can't be one", (int)origin.len,
                        (const char *)origin.ptr);
    if (witness->log_count == WITNESS_LOGS)
        return fail_bad(fail, "more than %d logs", WITNESS_LOGS);
    const struct state_record *record = state_find(witness->state, origin);
    enum outcome outcome = record == NULL ? GOOD : check_record(record, key, fail);
    if (outcome == GOOD)
        witness->logs[witness->log_count++] = (struct witness_log){.key = *key, .origin = origin};
    return outcome;
}

/* Of a log without a record: the tree of nothing, which every tree continues. */
static struct witness_head head_of(const struct witness *witness, const struct witness_log *log)
{
    const struct state_record *record = state_find(witness->state, log->origin);
    if (record != NULL)
        return (struct witness_head){record->checkpoint.size, record->checkpoint.root,
                                     record->stopped};
    struct witness_head nothing = {0};
    struct merkle merkle;
    merkle_init(&merkle);
    merkle_root(&merkle, &nothing.root);
    return nothing;
}

struct witness_head witness_head(struct witness *witness, const struct witness_log *log)
{
    pthread_mutex_lock(&witness->lock);
    struct witness_head head = head_of(witness, log);
    pthread_mutex_unlock(&witness->lock);
    return head;
}

__attribute__((format(printf, 3, 4))) static void warn(const struct witness *witness,
                                                       const struct witness_log *log,
                                                       const char *format, ...)
{
    char line[FAIL_TEXT_BYTES + 512];
    int len =
        snprintf(line, sizeof line, "%.*s: ", (int)log->origin.len, (const char *)log->origin.ptr);
    __builtin_va_list arguments;
    __builtin_va_start(arguments, format);
    (void)vsnprintf(line + len, sizeof line - (size_t)len, format, arguments);
    __builtin_va_end(arguments);
    witness->warn(line);
}

void witness_suspend(struct witness *witness, struct witness_log *log, bool suspended,
                     const char *why)
{
    pthread_mutex_lock(&witness->lock);
    log->suspended = suspended ? log->suspended + 1 : log->suspended - 1;
    if (!head_of(witness, log).stopped) /* which was said, and louder */
        warn(witness, log, "%s: %s", suspended ? "cosignatures are withheld" : "in order again",
             why);
    pthread_mutex_unlock(&witness->lock);
}

/* Keeps both sides of a contradiction; `published` may be any note of the log. */
static void keep_split(struct witness *witness, const struct witness_log *log,
                       const struct state_record *record, struct span published)
{
    struct fail fail;
    if (state_write_split(witness->state, buffer_span(&record->note), published, &fail) != GOOD)
        warn(witness, log, "the evidence could not be written: %s", fail.text);
    else
        warn(witness, log, "%s.split holds two checkpoints of it that contradict each other",
             witness->state->path);
}

void witness_stop(struct witness *witness, const struct witness_log *log, struct span published,
                  const char *why)
{
    struct fail fail;
    pthread_mutex_lock(&witness->lock);
    const struct state_record *record = state_find(witness->state, log->origin);
    if (record != NULL && !record->stopped) {
        warn(witness, log, "SPLIT VIEW: %s; nothing more of it is cosigned", why);
        keep_split(witness, log, record, published);
        struct state_record *changed = &witness->state->records[record - witness->state->records];
        changed->stopped = true; /* in memory at once, whatever the disk says */
        if (state_put(witness->state, buffer_span(&record->note), true, &fail) != GOOD)
            warn(witness, log, "the state could not be written: %s", fail.text);
    }
    pthread_mutex_unlock(&witness->lock);
}

static enum outcome parse_old_size(struct span *rest, uint64_t *out_size, struct fail *fail)
{
    struct span line;
    if (!span_cut(rest, '\n', &line) || !span_starts(line, span_text("old ")) ||
        !decimal_decode(span_after(line, 4), out_size))
        return fail_bad(fail, "the first line must be \"old\" and a size in decimal");
    return GOOD;
}

/* tlog-witness: "old <size>", up to 63 hashes, an empty line, a checkpoint. */
static enum outcome parse_request(struct span body, struct request *out, struct fail *fail)
{
    struct span line;
    if (parse_old_size(&body, &out->old_size, fail) != GOOD)
        return BAD;
    for (out->path_len = 0;; out->path_len++) {
        if (!span_cut(&body, '\n', &line))
            return fail_bad(fail, "there is no empty line before a checkpoint");
        if (line.len == 0)
            break;
        if (out->path_len == WITNESS_PATH)
            return fail_bad(fail, "more than %d lines of proof", WITNESS_PATH);
        if (!base64_decode_exact(line, out->path[out->path_len].bytes, HASH_BYTES))
            return fail_bad(fail, "line %zu of the proof is not a hash", out->path_len + 1);
    }
    out->bytes = body;
    enum outcome outcome = note_parse(body, &out->note, fail);
    return outcome == GOOD ? checkpoint_parse(out->note.text, &out->checkpoint, fail) : outcome;
}

/* The checkpoint with the log's own signature alone: what others added is not ours to keep. */
static enum outcome put_head(struct witness *witness, const struct witness_log *log,
                             const struct request *request, struct fail *fail)
{
    struct buffer note;
    const struct note_signature *signature = note_find(&request->note, &log->key);
    buffer_init(&note, STATE_NOTE_BYTES);
    buffer_append(&note, request->note.text);
    buffer_append_byte(&note, '\n');
    note_append_signature(&log->key, span_of(signature->bytes, signature->len), &note);
    enum outcome outcome = buffer_full(&note)
                               ? fail_unable(fail, "no memory for a checkpoint")
                               : state_put(witness->state, buffer_span(&note), false, fail);
    buffer_done(&note);
    return outcome;
}

static enum witness_status refuse(struct buffer *answer, enum witness_status status,
                                  const char *why)
{
    buffer_append_text(answer, why);
    buffer_append_byte(answer, '\n');
    return status;
}

static enum witness_status refuse_size(struct buffer *answer, uint64_t size)
{
    buffer_append_decimal(answer, (int64_t)size);
    buffer_append_byte(answer, '\n');
    return WITNESS_OTHER_SIZE;
}

/* The log signed two roots for one size: it is refused, and the proof of it kept. */
static enum witness_status refuse_fork(struct witness *witness, const struct witness_log *log,
                                       const struct request *request, struct buffer *answer)
{
    const struct state_record *record = state_find(witness->state, log->origin);
    warn(witness, log, "asked to cosign a second root for size %" PRIu64, request->checkpoint.size);
    if (record != NULL)
        keep_split(witness, log, record, request->bytes);
    return refuse_size(answer, request->checkpoint.size);
}

static enum witness_status cosign(struct witness *witness, const struct witness_log *log,
                                  const struct request *request, bool is_new, uint64_t now_s,
                                  struct buffer *answer)
{
    struct fail fail;
    enum outcome outcome = is_new ? put_head(witness, log, request, &fail) : GOOD;
    if (outcome == GOOD)
        outcome = cosigner_sign(witness->cosigner, request->note.text, now_s, answer, &fail);
    if (outcome == GOOD)
        return WITNESS_COSIGNED;
    warn(witness, log, "not cosigned: %s", fail.text);
    return refuse(answer, WITNESS_FAULT, "the witness is in trouble; its operator was told");
}

/* The checks in the order of tlog-witness, after form, origin and signature. */
static enum witness_status judge(struct witness *witness, const struct witness_log *log,
                                 const struct request *request, uint64_t now_s,
                                 struct buffer *answer)
{
    const struct checkpoint *asked = &request->checkpoint;
    struct witness_head head = head_of(witness, log);
    if (head.stopped)
        return refuse(answer, WITNESS_WITHHELD, "this log showed two histories");
    if (log->suspended > 0)
        return refuse(answer, WITNESS_WITHHELD, "what this log publishes is not in order");
    if (request->old_size > asked->size)
        return refuse(answer, WITNESS_MALFORMED, "the old size is greater than the checkpoint's");
    if (request->old_size != head.size)
        return refuse_size(answer, head.size);
    if (asked->size == head.size && !merkle_equal(&asked->root, &head.root))
        return refuse_fork(witness, log, request, answer);
    if (!merkle_consistent(head.size, &head.root, asked->size, &asked->root, request->path,
                           request->path_len)) {
        warn(witness, log, "size %" PRIu64 " was not shown to continue size %" PRIu64, asked->size,
             head.size);
        return refuse(answer, WITNESS_NO_PROOF, "the proof does not lead to the checkpoint");
    }
    return cosign(witness, log, request, asked->size != head.size, now_s, answer);
}

enum witness_status witness_add_checkpoint(struct witness *witness, struct span body,
                                           uint64_t now_s, struct buffer *out_answer)
{
    struct request request;
    struct fail fail;
    if (parse_request(body, &request, &fail) != GOOD)
        return refuse(out_answer, WITNESS_MALFORMED, fail.text);
    const struct witness_log *log = witness_find(witness, request.checkpoint.origin);
    if (log == NULL)
        return refuse(out_answer, WITNESS_UNKNOWN_LOG, "this witness was not told of this log");
    enum outcome outcome = note_verify(&request.note, &log->key, NULL, &fail);
    if (outcome != GOOD)
        return refuse(out_answer, outcome == BAD ? WITNESS_NOT_SIGNED : WITNESS_FAULT, fail.text);
    pthread_mutex_lock(&witness->lock);
    enum witness_status status = judge(witness, log, &request, now_s, out_answer);
    pthread_mutex_unlock(&witness->lock);
    return status;
}
