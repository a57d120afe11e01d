/* Handing over: nothing leaves without an approval in force by somebody else, and what leaves says
 * whose copy it is and opens for nobody else. */
#include "check.h"
#include "lib/process.h"
#include "lib/rehearsal.h"

#include "base/clock.h"
#include "base/code.h"
#include "base/tar.h"
#include "crypto/age.h"
#include "crypto/hash.h"
#include "election/handover.h"

#include <sodium.h>
#include <unistd.h>

#define PURPOSE "The scrutineer's check of 2026"

static struct rehearsal rehearsal;
static struct request secretary, scrutineer, exporter;

/* -- approvals --------------------------------------------------------------------------------- */

struct approval {
    const char *kind, *to, *what, *purpose;
    int64_t days;
    bool other_context, other_answer, extra;
};
static const struct approval proper = {KIND_HANDOVER, "scrutineer", "annex", PURPOSE, 7,
                                       false,         false,        false};

static void print_approval(const struct approval *approval, enum rehearsal_officer signer,
                           struct buf *out_note)
{
    static const uint8_t other[HASH_BYTES] = {1};
    const struct state *state = rehearsal_state_of(&rehearsal);
    const struct note_signer *signers[] = {&rehearsal.officers[signer]};
    struct buf text;
    buf_init(&text, NOTE_BYTES_MAX);
    json_t *object = statement_begin(approval->kind, SPAN_LIT(REHEARSAL_ORIGIN),
                                     approval->other_context ? other : state->definition->ctx0,
                                     approval->other_answer ? other : state->definition_leaf);
    json_put_string(object, "to", span_str(approval->to));
    json_put_string(object, "what", span_str(approval->what));
    json_put_string(object, "purpose", span_str(approval->purpose));
    json_put_integer(object, "until", clock_now_s() + approval->days * 86400);
    if (approval->extra)
        json_put_integer(object, "extra", 1);
    statement_end(object, &text);
    statement_sign(buf_span(&text), signers, 1, out_note);
    buf_done(&text);
}

/* "" when it was taken, otherwise the code. */
static const char *approve(const struct approval *approval, enum rehearsal_officer signer,
                           const struct request *request)
{
    static struct fail fail;
    struct buf note;
    fail = (struct fail){.outcome = OK};
    buf_init(&note, NOTE_BYTES_MAX);
    print_approval(approval, signer, &note);
    enum outcome outcome = election_handover(rehearsal.election, request, buf_span(&note), &fail);
    CHECK(outcome == OK || fail.code[0]);
    buf_done(&note);
    return fail.code;
}

/* "" when it was handed over. */
static const char *fetch(const struct request *request, struct buf *out)
{
    static struct fail fail;
    fail = (struct fail){.outcome = OK};
    buf_clear(out);
    if (election_annex(rehearsal.election, request, out, &fail) != OK)
        CHECK_INT(out->len, 0);
    return fail.code;
}

static const struct {
    const char *what;
    struct approval approval;
    enum rehearsal_officer signer;
    const char *code;
} refusals[] = {
    {"by the exporter",
     {KIND_HANDOVER, "scrutineer", "annex", "p", 7, 0, 0, 0},
     EXPORTER,
     "statement.role"},
    {"by the recipient",
     {KIND_HANDOVER, "scrutineer", "annex", "p", 7, 0, 0, 0},
     SCRUTINEER,
     "statement.role"},
    {"for oneself",
     {KIND_HANDOVER, "secretary", "members", "p", 7, 0, 0, 0},
     SECRETARY,
     "handover.self"},
    {"of something else",
     {KIND_HANDOVER, "scrutineer", "codes", "p", 7, 0, 0, 0},
     RETURNING,
     "handover.what"},
    {"for nobody", {KIND_HANDOVER, "", "annex", "p", 7, 0, 0, 0}, RETURNING, "handover.to"},
    {"for a stranger", {KIND_HANDOVER, "x", "annex", "p", 7, 0, 0, 0}, RETURNING, "handover.to"},
    {"the annex for who is no scrutineer",
     {KIND_HANDOVER, "secretary", "annex", "p", 7, 0, 0, 0},
     RETURNING,
     "handover.to"},
    {"a list for the exporter",
     {KIND_HANDOVER, "exporter", "members", "p", 7, 0, 0, 0},
     RETURNING,
     "handover.to"},
    {"without a purpose",
     {KIND_HANDOVER, "scrutineer", "annex", "", 7, 0, 0, 0},
     RETURNING,
     "handover.purpose"},
    {"over already",
     {KIND_HANDOVER, "scrutineer", "annex", "p", 0, 0, 0, 0},
     RETURNING,
     "handover.until"},
    {"for too long",
     {KIND_HANDOVER, "scrutineer", "annex", "p", 91, 0, 0, 0},
     RETURNING,
     "handover.until"},
    {"another context",
     {KIND_HANDOVER, "scrutineer", "annex", "p", 7, true, 0, 0},
     RETURNING,
     "handover.context"},
    {"another answer",
     {KIND_HANDOVER, "scrutineer", "annex", "p", 7, 0, true, 0},
     RETURNING,
     "handover.context"},
    {"a member too many",
     {KIND_HANDOVER, "scrutineer", "annex", "p", 7, 0, 0, true},
     RETURNING,
     "json.member"},
    {"another kind",
     {KIND_NOTICE, "scrutineer", "annex", "p", 7, 0, 0, 0},
     RETURNING,
     "handover.kind"},
};

static void refused(void)
{
    struct buf out;
    buf_init(&out, 1 << 24);
    for (size_t i = 0; i < CHECK_COUNT_OF(refusals); i++) {
        check_case("approval refused: %s", refusals[i].what);
        CHECK_STR(approve(&refusals[i].approval, refusals[i].signer, &secretary), refusals[i].code);
        CHECK_STR(fetch(&scrutineer, &out), "annex.unapproved");
    }
    check_case("handed in by who may not approve");
    CHECK_STR(approve(&proper, RETURNING, &exporter), "request.role");
    check_case("a signature that does not hold");
    struct buf note;
    struct fail fail;
    buf_init(&note, NOTE_BYTES_MAX);
    print_approval(&proper, RETURNING, &note);
    uint8_t *purpose = memmem(note.bytes, note.len, PURPOSE, 3);
    *purpose = 't';
    CHECK(election_handover(rehearsal.election, &secretary, buf_span(&note), &fail) != OK);
    CHECK_STR(fetch(&scrutineer, &out), "annex.unapproved");
    buf_done(&note);
    buf_done(&out);
}

/* -- what is handed over ----------------------------------------------------------------------- */

static void check_note(struct span bytes, struct span manifest)
{
    struct statement statement;
    struct fail fail = {.outcome = OK};
    uint8_t hash[HASH_BYTES], stated[HASH_BYTES];
    CHECK_INT(statement_read(bytes, SPAN_LIT(REHEARSAL_ORIGIN), &statement, &fail), OK);
    CHECK_INT(statement.note.count, 1);
    CHECK_INT(note_verify(&statement.note, &rehearsal.election->authority.key, &fail), OK);
    CHECK(statement_is(&statement, KIND_HANDED_OVER));
    CHECK_BYTES(statement.context, rehearsal_state_of(&rehearsal)->definition->ctx0, HASH_BYTES);
    struct json_take take = statement_take(&statement, &fail);
    CHECK_TEXT(json_take_string(&take, "to"), "scrutineer");
    CHECK(json_take_string(&take, "name").len > 0);
    CHECK_TEXT(json_take_string(&take, "purpose"), PURPOSE);
    CHECK_TEXT(json_take_string(&take, "approved_by"), "returning");
    CHECK(json_take_integer(&take, "at", clock_now_s() - 60, clock_now_s()) > 0);
    json_take_hex(&take, "manifest", stated, HASH_BYTES);
    CHECK_INT(json_take_end(&take), OK);
    sha256(manifest, hash);
    CHECK_BYTES(stated, hash, HASH_BYTES);
    statement_done(&statement);
}

/* Without the one note it is, byte for byte, the annex; with it still a canonical archive. */
static void check_archive(struct span tar)
{
    struct buf without, annex;
    struct span rest = tar, note = {0}, manifest = {0};
    struct tar_file file;
    struct fail fail;
    bool more = true;
    char last[TAR_PATH_MAX + 1] = "";
    buf_init(&without, 1 << 24);
    buf_init(&annex, 1 << 24);
    CHECK_INT(tar_next(&rest, &file, &more, &fail), OK);
    while (more) {
        CHECK(strcmp(last, file.path) < 0);
        memcpy(last, file.path, sizeof last);
        if (strcmp(file.path, "handed-over.note") == 0)
            note = file.bytes;
        else
            CHECK_INT(tar_add(&without, file.path, file.bytes, &fail), OK);
        if (strcmp(file.path, "manifest") == 0)
            manifest = file.bytes;
        CHECK_INT(tar_next(&rest, &file, &more, &fail), OK);
    }
    tar_end(&without);
    CHECK_INT(custody_annex(rehearsal.election->custody, rehearsal.election->state, &annex, &fail),
              OK);
    CHECK_SPAN(buf_span(&without), buf_span(&annex));
    check_note(note, manifest);
    buf_done(&without);
    buf_done(&annex);
}

static void check_logged(const char *officer, const char *resource, const char *purpose)
{
    struct buf out;
    struct fail fail;
    json_t *answer;
    buf_init(&out, 1 << 20);
    CHECK_INT(access_list(rehearsal.election->access, 0, &out, &fail), OK);
    CHECK_INT(json_read_canonical(buf_span(&out), "log", &answer, &fail), OK);
    const json_t *records = json_object_get(answer, "records");
    const json_t *last = json_array_get(records, json_array_size(records) - 1);
    CHECK_STR(json_string_value(json_object_get(last, "officer")), officer);
    CHECK_STR(json_string_value(json_object_get(last, "resource")), resource);
    CHECK_STR(json_string_value(json_object_get(last, "purpose")), purpose);
    json_decref(answer);
    buf_done(&out);
}

static void handed_over(void)
{
    struct buf out, plain;
    struct fail fail;
    buf_init(&out, 1 << 24);
    buf_init(&plain, 1 << 24);
    check_case("whom to ask");
    CHECK_INT(election_annex(rehearsal.election, &scrutineer, &out, &fail), NOT_ALLOWED);
    CHECK(strstr(fail.text, "ballotd annex approve --to scrutineer") != NULL);
    check_case("approved");
    CHECK_STR(approve(&proper, RETURNING, &secretary), "");
    check_logged("returning", "approve/annex/scrutineer", PURPOSE);
    check_case("for nobody else");
    CHECK_STR(fetch(&secretary, &out), "request.role");
    check_case("handed over");
    CHECK_STR(fetch(&scrutineer, &out), "");
    check_logged("scrutineer", "annex", PURPOSE);
    CHECK_INT(age_open_bytes(rehearsal.officer_secrets[SCRUTINEER], buf_span(&out), &plain, &fail),
              OK);
    check_archive(buf_span(&plain));
    buf_clear(&plain);
    CHECK_INT(age_open_bytes(rehearsal.officer_secrets[RETURNING], buf_span(&out), &plain, &fail),
              NOT_ALLOWED);
    check_case("after a restart");
    rehearsal_pause(&rehearsal);
    rehearsal_resume(&rehearsal);
    CHECK_STR(fetch(&scrutineer, &out), "");
    check_case("an approval of a list is none of the annex");
    const struct approval list = {KIND_HANDOVER, "secretary", "members", "p", 7, 0, 0, 0};
    CHECK_STR(approve(&list, RETURNING, &secretary), "");
    CHECK_STR(fetch(&secretary, &out), "request.role");
    buf_done(&out);
    buf_done(&plain);
}

static void time_passes(void)
{
    struct handover found;
    struct fail fail;
    int64_t now_s = clock_now_s();
    check_case("at its end an approval is over");
    CHECK_INT(handover_find(rehearsal.election, "scrutineer", "annex", now_s, &found, &fail), OK);
    CHECK_INT(
        handover_find(rehearsal.election, "scrutineer", "annex", found.until_s - 1, &found, &fail),
        OK);
    CHECK_INT(
        handover_find(rehearsal.election, "scrutineer", "annex", found.until_s, &found, &fail),
        NOT_ALLOWED);
    CHECK_STR(fail.code, "annex.unapproved");
}

static enum outcome break_it(void *ctx, struct txn *txn, struct fail *fail)
{
    (void)ctx, (void)txn;
    return fail_set(fail, BROKEN, "test.broken", "the disk is full");
}

static void no_log(void)
{
    struct buf out;
    struct fail fail;
    buf_init(&out, 1 << 24);
    check_case("what cannot be logged is not handed over");
    CHECK_INT(writer_run(rehearsal.election->people, break_it, NULL, &fail), BROKEN);
    CHECK_STR(fetch(&scrutineer, &out), "store.stopped");
    buf_done(&out);
}

int main(void)
{
    char folder[] = "/tmp/election_handover.XXXXXX";
    if (sodium_init() < 0 || !mkdtemp(folder))
        return 1;
    const struct rehearsal_options options = {.folder = folder,
                                              .members = 20,
                                              .trustees = 1,
                                              .threshold = 1,
                                              .mixes = 1,
                                              .candidates = 3,
                                              .contests = 1,
                                              .witnesses = ""};
    secretary = (struct request){ASKER_OFFICER, OFFICER_SECRETARY, "secretary", ""};
    scrutineer = (struct request){ASKER_OFFICER, OFFICER_SCRUTINEER, "scrutineer", ""};
    exporter = (struct request){ASKER_OFFICER, OFFICER_EXPORTER, "exporter", ""};
    rehearsal_begin(&rehearsal, &options);
    rehearsal_define(&rehearsal);
    refused();
    handed_over();
    time_passes();
    no_log();
    rehearsal_end(&rehearsal);
    process_remove(folder);
    return check_end("election_handover");
}
