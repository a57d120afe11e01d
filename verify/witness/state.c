#include "witness/state.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#define HEADER "witness state 1\n"

enum { FILE_BYTES_MOST = STATE_RECORDS * (STATE_NOTE_BYTES + 64), NAME_BYTES = 4096 };

static void record_done(struct state_record *record)
{
    buffer_done(&record->note);
}

/* Copies a note and reads it. The signature was checked by whoever put it here. */
static enum outcome record_make(struct span note, bool stopped, struct state_record *out_record,
                                struct fail *fail)
{
    struct state_record record = {.stopped = stopped};
    struct note parsed;
    buffer_init(&record.note, STATE_NOTE_BYTES);
    buffer_append(&record.note, note);
    enum outcome outcome =
        buffer_full(&record.note)
            ? fail_bad(fail, "a checkpoint longer than %d bytes, or no memory", STATE_NOTE_BYTES)
            : note_parse(buffer_span(&record.note), &parsed, fail);
    if (outcome == GOOD)
        outcome = checkpoint_parse(parsed.text, &record.checkpoint, fail);
    if (outcome == GOOD)
        *out_record = record;
    else
        record_done(&record);
    return outcome;
}

const struct state_record *state_find(const struct state *state, struct span origin)
{
    for (size_t i = 0; i < state->count; i++)
        if (span_equal(state->records[i].checkpoint.origin, origin))
            return &state->records[i];
    return NULL;
}

/* "going 212\n" or "stopped 212\n", and then so many bytes of a note. */
static enum outcome take_record(struct state *state, struct span *rest, struct fail *fail)
{
    struct span word, digits;
    uint64_t len;
    if (!span_cut(rest, ' ', &word) || !span_cut(rest, '\n', &digits) ||
        !decimal_decode(digits, &len) || len > rest->len)
        return fail_bad(fail, "record %zu is malformed", state->count + 1);
    bool stopped = span_equal(word, span_text("stopped"));
    if (!stopped && !span_equal(word, span_text("going")))
        return fail_bad(fail, "record %zu is neither going nor stopped", state->count + 1);
    if (state->count == STATE_RECORDS)
        return fail_bad(fail, "more than %d logs", STATE_RECORDS);
    struct state_record record;
    enum outcome outcome = record_make(span_of(rest->ptr, len), stopped, &record, fail);
    if (outcome != GOOD)
        return outcome;
    *rest = span_after(*rest, len);
    if (state_find(state, record.checkpoint.origin) != NULL) {
        record_done(&record);
        return fail_bad(fail, "record %zu is of a log that has one already", state->count + 1);
    }
    state->records[state->count++] = record;
    return GOOD;
}

static enum outcome parse(struct state *state, struct span text, struct fail *fail)
{
    if (!span_starts(text, span_text(HEADER)))
        return fail_bad(fail, "not the state of a witness");
    text = span_after(text, strlen(HEADER));
    while (text.len > 0) {
        enum outcome outcome = take_record(state, &text, fail);
        if (outcome != GOOD)
            return outcome;
    }
    return GOOD;
}

static enum outcome read_all(int file, struct buffer *text, struct fail *fail)
{
    uint8_t block[4096];
    ssize_t got;
    while ((got = read(file, block, sizeof block)) > 0)
        buffer_append(text, span_of(block, (size_t)got));
    if (got < 0)
        return fail_unable(fail, "%s", strerror(errno));
    return buffer_full(text) ? fail_bad(fail, "too long for the state of a witness") : GOOD;
}

static enum outcome load(struct state *state, struct fail *fail)
{
    struct buffer text;
    int file = open(state->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0 && errno == ENOENT)
        return GOOD;
    if (file < 0)
        return fail_unable(fail, "%s", strerror(errno));
    buffer_init(&text, FILE_BYTES_MOST);
    enum outcome outcome = read_all(file, &text, fail);
    (void)close(file);
    if (outcome == GOOD)
        outcome = parse(state, buffer_span(&text), fail);
    buffer_done(&text);
    return outcome;
}

static bool name_beside(const char *path, const char *ending, char out_name[NAME_BYTES])
{
    int len = snprintf(out_name, NAME_BYTES, "%s%s", path, ending);
    return len > 0 && len < NAME_BYTES;
}

static enum outcome take_lock(struct state *state, struct fail *fail)
{
    char name[NAME_BYTES];
    if (!name_beside(state->path, ".lock", name))
        return fail_unable(fail, "the name is too long");
    state->lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (state->lock < 0)
        return fail_unable(fail, "%s can't be made: %s", name, strerror(errno));
    if (flock(state->lock, LOCK_EX | LOCK_NB) != 0)
        return fail_unable(fail, "another witness is running with this state");
    return GOOD;
}

enum outcome state_open(const char *path, struct state *out_state, struct fail *fail)
{
    *out_state = (struct state){.path = strdup(path), .lock = -1};
    enum outcome outcome =
        out_state->path == NULL ? fail_unable(fail, "no memory") : take_lock(out_state, fail);
    if (outcome == GOOD)
        outcome = load(out_state, fail);
    if (outcome != GOOD) {
        fail_at(fail, "%s: ", path);
        state_close(out_state);
    }
    return outcome;
}

void state_close(struct state *state)
{
    if (state == NULL)
        return;
    for (size_t i = 0; i < state->count; i++)
        record_done(&state->records[i]);
    state->count = 0;
    if (state->lock >= 0)
        close(state->lock);
    state->lock = -1;
    free(state->path);
    state->path = NULL;
}

/* A rename is on the disk when its folder is. */
static bool sync_folder(const char *path)
{
    char name[NAME_BYTES];
    const char *slash = strrchr(path, '/');
    size_t len = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
    if (len >= sizeof name)
        return false;
    memcpy(name, path, len);
    name[len] = '\0';
    int folder = open(len == 0 ? "." : name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return false;
    bool right = fsync(folder) == 0;
    close(folder);
    return right;
}

static bool write_all(int file, struct span text)
{
    while (text.len > 0) {
        ssize_t put = write(file, text.ptr, text.len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        text = span_after(text, (size_t)put);
    }
    return fsync(file) == 0;
}

static enum outcome write_file(const char *name, int flags, struct span text, struct fail *fail)
{
    int file = open(name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
    if (file < 0)
        return fail_unable(fail, "%s can't be made: %s", name, strerror(errno));
    bool right = write_all(file, text);
    int why = errno;
    right = close(file) == 0 && right;
    return right ? GOOD : fail_unable(fail, "%s can't be written: %s", name, strerror(why));
}

static enum outcome replace_file(const char *path, struct span text, struct fail *fail)
{
    char aside[NAME_BYTES];
    if (!name_beside(path, ".new", aside))
        return fail_unable(fail, "the name %.80s... is too long", path);
    enum outcome outcome = write_file(aside, O_TRUNC, text, fail);
    if (outcome != GOOD)
        return outcome;
    if (rename(aside, path) != 0 || !sync_folder(path))
        return fail_unable(fail, "%s can't be replaced: %s", path, strerror(errno));
    return GOOD;
}

static void append_record(struct buffer *text, const struct state_record *record)
{
    buffer_append_text(text, record->stopped ? "stopped " : "going ");
    buffer_append_decimal(text, (int64_t)record->note.len);
    buffer_append_byte(text, '\n');
    buffer_append(text, buffer_span(&record->note));
}

/* Writes all records, with `fresh` in the place `at`. */
static enum outcome save(const struct state *state, size_t at, const struct state_record *fresh,
                         struct fail *fail)
{
    struct buffer text;
    buffer_init(&text, FILE_BYTES_MOST);
    buffer_append_text(&text, HEADER);
    for (size_t i = 0; i < state->count; i++)
        append_record(&text, i == at ? fresh : &state->records[i]);
    if (at == state->count)
        append_record(&text, fresh);
    enum outcome outcome = buffer_full(&text) ? fail_unable(fail, "no memory")
                                              : replace_file(state->path, buffer_span(&text), fail);
    buffer_done(&text);
    return outcome;
}

enum outcome state_put(struct state *state, struct span note, bool stopped, struct fail *fail)
{
    struct state_record fresh;
    enum outcome outcome = record_make(note, stopped, &fresh, fail);
    if (outcome != GOOD)
        return outcome;
    const struct state_record *old = state_find(state, fresh.checkpoint.origin);
    size_t at = old == NULL ? state->count : (size_t)(old - state->records);
    outcome = at == STATE_RECORDS ? fail_unable(fail, "the state holds %d logs", STATE_RECORDS)
                                  : save(state, at, &fresh, fail);
    if (outcome != GOOD) {
        record_done(&fresh);
        return outcome;
    }
    if (at < state->count)
        record_done(&state->records[at]);
    else
        state->count++;
    state->records[at] = fresh;
    return GOOD;
}

enum outcome state_write_split(const struct state *state, struct span cosigned,
                               struct span published, struct fail *fail)
{
    char name[NAME_BYTES];
    struct buffer text;
    if (!name_beside(state->path, ".split", name))
        return fail_unable(fail, "the name %.80s... is too long", state->path);
    if (access(name, F_OK) == 0)
        return GOOD;
    buffer_init(&text, 1 << 20);
    buffer_append(&text, cosigned);
    buffer_append_byte(&text, '\n');
    buffer_append(&text, published);
    enum outcome outcome = buffer_full(&text) ? fail_unable(fail, "no memory")
                                              : write_file(name, O_EXCL, buffer_span(&text), fail);
    buffer_done(&text);
    return outcome;
}
