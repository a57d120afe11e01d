#include "session.h"

#include "board/blobs.h"
#include "election/annexed.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { NOTE_FILE_BYTES = 1 << 20 };

enum outcome file_read(const char *path, size_t limit_bytes, struct buffer *out_bytes,
                       struct fail *fail)
{
    uint8_t block[65536];
    size_t got;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return fail_unable(fail, "%s can't be opened: %s", path, strerror(errno));
    buffer_init(out_bytes, limit_bytes);
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        buffer_append(out_bytes, span_of(block, got));
    bool bad = ferror(file) != 0;
    (void)fclose(file);
    if (!bad && !buffer_full(out_bytes))
        return GOOD;
    buffer_done(out_bytes);
    return fail_unable(fail, "%s can't be read, or is too long", path);
}

static void progress(const struct request *request, const char *what)
{
    if (!request->quiet)
        fprintf(stderr, "verify: %s\n", what);
}

/* Told of every file: a line now and then is enough. */
static void show_copy(void *context, const struct bundle_progress *done)
{
    char line[96];
    if (done->files % 1000 != 0)
        return;
    (void)snprintf(line, sizeof line, "copying: %llu files, %llu MB",
                   (unsigned long long)done->files, (unsigned long long)(done->bytes >> 20));
    progress(context, line);
}

/* Names the file, which what is wrong with it does not. */
static enum outcome open_files(const char *path, struct bundle **out_bundle, struct fail *fail)
{
    enum outcome outcome = bundle_open(path, out_bundle, fail);
    if (outcome != GOOD && strstr(fail->text, path) == NULL)
        fail_at(fail, "%s", path);
    return outcome;
}

static enum outcome open_bundle(const struct request *request, struct bundle **out_bundle,
                                struct fail *fail)
{
    if (!bundle_is_url(request->bundle)) {
        progress(request, "reading the bundle");
        return open_files(request->bundle, out_bundle, fail);
    }
    progress(request, "copying what the server publishes");
    return bundle_open_url(request->bundle, show_copy, (void *)(uintptr_t)request, out_bundle,
                           fail);
}

static void mark_unasked(const struct request *request, struct report *report)
{
    static const enum check annexed[] = {ANNEX_MANIFEST,    ANNEX_SNAPSHOT,   ANNEX_CASES,
                                         ANNEX_EVIDENCE,    ANNEX_DIFFERENCE, ANNEX_DERIVE,
                                         ANNEX_PROVISIONAL, ANNEX_BINDINGS};
    for (size_t i = 0; i < sizeof annexed / sizeof annexed[0] && request->annex == NULL; i++)
        report_not_asked(report, annexed[i], "the annex was not given");
    if (request->older == NULL)
        report_not_asked(report, LOG_CONSISTENCY, "no older checkpoint was given");
    if (request->receipt_count == 0) {
        report_not_asked(report, RECEIPT_PROOF, "no receipt was given");
        report_not_asked(report, RECEIPT_COUNTED, "no receipt was given");
    }
}

static enum outcome check_older(const struct request *request, const struct session *session,
                                struct fail *fail)
{
    struct buffer bytes;
    if (request->older == NULL)
        return GOOD;
    enum outcome outcome = file_read(request->older, NOTE_FILE_BYTES, &bytes, fail);
    if (outcome != GOOD)
        return outcome;
    older_check(&session->election, buffer_span(&bytes));
    buffer_done(&bytes);
    return GOOD;
}

static enum outcome check_receipts(const struct request *request, const struct session *session,
                                   struct fail *fail)
{
    struct receipt receipts[RECEIPTS_MOST] = {{NULL, {NULL, 0}}};
    struct buffer bytes[RECEIPTS_MOST];
    enum outcome outcome = GOOD;
    size_t count = 0;
    while (count < request->receipt_count && outcome == GOOD) {
        outcome = file_read(request->receipts[count], NOTE_FILE_BYTES, &bytes[count], fail);
        if (outcome != GOOD)
            break;
        receipts[count] = (struct receipt){request->receipts[count], buffer_span(&bytes[count])};
        count++;
    }
    if (outcome == GOOD)
        receipts_check(&session->election, receipts, count);
    for (size_t i = 0; i < count; i++)
        buffer_done(&bytes[i]);
    return outcome;
}

static enum outcome check_annex(const struct request *request, const struct session *session,
                                struct fail *fail)
{
    struct bundle *annex;
    if (request->annex == NULL)
        return GOOD;
    progress(request, "deriving the roll from the annex");
    if (open_files(request->annex, &annex, fail) != GOOD)
        return UNABLE;
    annexed_check(&session->election, annex);
    bundle_free(annex);
    return GOOD;
}

static bool is_over(const struct request *request, const struct report *report)
{
    return request->brief && report_count(report, FAILED) > 0;
}

/* Everything after the entries were read. */
static enum outcome check_all(const struct request *request, struct session *session,
                              struct fail *fail)
{
    struct report *report = &session->report;
    progress(request, "hashing the blobs");
    blobs_check(&session->board, report);
    if (is_over(request, report))
        return GOOD;
    session->begun = election_begin(&session->election, &session->board, report);
    if (!session->begun)
        return GOOD;
    trust_check(&session->election, request->key == NULL ? span_text("") : span_text(request->key));
    enum outcome outcome = check_older(request, session, fail);
    progress(request, "checking signatures, ballots, mixes, decryption and the count");
    election_check(&session->election);
    if (outcome == GOOD)
        outcome = check_annex(request, session, fail);
    return outcome == GOOD ? check_receipts(request, session, fail) : outcome;
}

enum outcome session_run(const struct request *request, struct session *out_session,
                         struct fail *fail)
{
    struct bundle *bundle;
    struct session *session = out_session;
    memset(session, 0, sizeof *session);
    report_init(&session->report);
    mark_unasked(request, &session->report);
    if (open_bundle(request, &bundle, fail) != GOOD)
        return UNABLE;
    enum outcome outcome = GOOD;
    if (board_open(bundle, parallel_threads(), &session->report, &session->board) &&
        !is_over(request, &session->report) && board_parse(&session->board, &session->report))
        outcome = check_all(request, session, fail);
    report_close(&session->report);
    if (outcome != GOOD)
        session_done(session);
    return outcome;
}

void session_done(struct session *session)
{
    if (session == NULL)
        return;
    election_done(&session->election);
    board_done(&session->board);
}
