/* The access log: every look is chained and kept before the data leaves; without a log there is no
 * look; alteration shows; nothing of it can be read without the key. */
#include "check.h"
#include "lib/process.h"
#include "lib/rehearsal.h"

#include "base/code.h"
#include "crypto/age.h"
#include "crypto/hash.h"
#include "election/access.h"

#include <sodium.h>
#include <unistd.h>

#define FIRST "000001" /* a member's number */

static struct rehearsal rehearsal;
static size_t earlier; /* looks by the rehearsal itself */
static struct request secretary, scrutineer, exporter, registrar;

static struct access *the_log(void)
{
    return rehearsal.election->access;
}

static json_t *parse(const struct buf *text)
{
    struct fail fail = {.outcome = OK};
    json_t *object = NULL;
    CHECK_INT(json_read_canonical(buf_span(text), "answer", &object, &fail), OK);
    return object;
}

static json_t *listed(uint64_t from)
{
    struct buf out;
    struct fail fail;
    buf_init(&out, 1 << 24);
    CHECK_INT(access_list(the_log(), from, &out, &fail), OK);
    json_t *answer = parse(&out);
    buf_done(&out);
    return answer;
}

static size_t count_of(const json_t *answer)
{
    return (size_t)json_integer_value(json_object_get(answer, "count"));
}

/* The last record; borrowed from *out_answer. */
static const json_t *last_record(json_t **out_answer)
{
    json_t *all = listed(0);
    size_t count = count_of(all);
    json_decref(all);
    *out_answer = listed(count - 1);
    return json_array_get(json_object_get(*out_answer, "records"), 0);
}

static void check_last(const char *officer, const char *resource, const char *whose, int64_t number,
                       const char *purpose)
{
    json_t *answer;
    const json_t *record = last_record(&answer);
    CHECK_STR(json_string_value(json_object_get(record, "officer")), officer);
    CHECK_STR(json_string_value(json_object_get(record, "resource")), resource);
    CHECK_STR(json_string_value(json_object_get(record, "whose")), whose);
    CHECK_INT(json_integer_value(json_object_get(record, "number")), number);
    CHECK_STR(json_string_value(json_object_get(record, "purpose")), purpose);
    json_decref(answer);
}

/* -- what is logged ---------------------------------------------------------------------------- */

static enum outcome report(const struct request *request, const char *what, const char *member,
                           struct buf *out)
{
    struct fail fail;
    char hex[128] = "";
    hex_print(span_str(member), hex);
    buf_clear(out);
    return election_roll_report(rehearsal.election, request, span_str(what), span_str(hex), out,
                                &fail);
}

static void looks(void)
{
    struct buf out;
    struct fail fail;
    uint8_t zeros[HASH_BYTES] = {0}, head[HASH_BYTES];
    buf_init(&out, 1 << 24);
    check_case("the head before the first look, and the present one");
    CHECK_INT(access_check_head(the_log(), zeros, &fail), OK);
    access_head(the_log(), head);
    CHECK_INT(access_check_head(the_log(), head, &fail), OK);
    json_t *answer = listed(0);
    earlier = count_of(answer);
    json_decref(answer);

    check_case("totals are nobody's record");
    CHECK_INT(report(&secretary, "report", "", &out), OK);
    answer = listed(0);
    CHECK_INT(count_of(answer), earlier);
    json_decref(answer);

    check_case("a refusal shows nothing and logs nothing");
    CHECK_INT(report(&exporter, "members", "", &out), NOT_ALLOWED);
    answer = listed(0);
    CHECK_INT(count_of(answer), earlier);
    json_decref(answer);

    check_case("a member");
    CHECK_INT(report(&secretary, "member", FIRST, &out), OK);
    json_t *shown = parse(&out);
    const char *pseudonym =
        json_string_value(json_object_get(json_object_get(shown, "member"), "pseudonym"));
    check_last("secretary", "roll/member", pseudonym, 1, "A question by telephone");
    json_decref(shown);

    check_case("a search in vain");
    CHECK_INT(report(&secretary, "member", "nobody", &out), NOT_FOUND);
    check_last("secretary", "roll/member", "none", 0, "A question by telephone");

    check_case("a search that is malformed finds nothing out");
    CHECK_INT(election_roll_report(rehearsal.election, &secretary, SPAN_LIT("member"),
                                   SPAN_LIT("xyz"), &out, &fail),
              BAD_INPUT);
    answer = listed(0);
    CHECK_INT(count_of(answer), earlier + 2);
    json_decref(answer);

    buf_done(&out);
}

static void looks_at_many(void)
{
    struct buf out;
    struct fail fail;
    buf_init(&out, 1 << 24);
    check_case("many members");
    CHECK_INT(report(&scrutineer, "members", "", &out), OK);
    json_t *shown = parse(&out);
    check_last("scrutineer", "roll/members", "all",
               (int64_t)json_array_size(json_object_get(shown, "members")), "");
    CHECK(json_array_size(json_object_get(shown, "members")) > 0);
    json_decref(shown);

    check_case("candidates");
    CHECK_INT(report(&scrutineer, "candidates", "", &out), OK);
    shown = parse(&out);
    CHECK(json_is_array(json_object_get(json_object_get(shown, "candidates"), "candidates")));
    size_t named = 0;
    const char *text = buf_text(&out);
    while ((text = strstr(text, "\"pseudonym\":\"")) != NULL) {
        named++;
        text++;
    }
    check_last("scrutineer", "roll/candidates", named ? "all" : "none", (int64_t)named, "");
    json_decref(shown);

    check_case("exclusions");
    CHECK_INT(report(&secretary, "exclusions", "", &out), OK);
    shown = parse(&out);
    size_t waiting = json_array_size(json_object_get(shown, "list"));
    check_last("secretary", "roll/exclusions", waiting ? "all" : "none", (int64_t)waiting,
               "A question by telephone");
    json_decref(shown);

    check_case("cases");
    buf_clear(&out);
    CHECK_INT(election_cases(rehearsal.election, &secretary, &out, &fail), OK);
    shown = parse(&out);
    check_last("secretary", "cases", "all",
               (int64_t)json_array_size(json_object_get(shown, "cases")),
               "A question by telephone");
    json_decref(shown);

    check_case("leaves");
    buf_clear(&out);
    CHECK_INT(election_leaves(rehearsal.election, &registrar, &out, &fail), OK);
    check_last("registrar", "leaves", "all", rehearsal.options.members, "");
    buf_done(&out);
}

/* -- evidence ---------------------------------------------------------------------------------- */

static void read_commitment(struct buf *list, uint8_t out_commitment[static HASH_BYTES])
{
    json_t *answer = parse(list);
    const json_t *file = json_array_get(json_object_get(answer, "files"), 0);
    struct span hex = json_span(json_object_get(file, "commitment"));
    CHECK(hex_read(hex, out_commitment, HASH_BYTES));
    CHECK_STR(json_string_value(json_object_get(file, "type")), "text");
    json_decref(answer);
}

static void evidence(void)
{
    struct buf out, plain;
    struct fail fail;
    uint8_t commitment[HASH_BYTES], salt[SALT_BYTES] = {0};
    struct election *election = rehearsal.election;
    buf_init(&out, 1 << 20);
    buf_init(&plain, 1 << 20);
    check_case("what a case has");
    CHECK_INT(election_evidence_list(election, &exporter, SPAN_LIT("1"), &out, &fail), NOT_ALLOWED);
    CHECK_INT(election_evidence_list(election, &scrutineer, SPAN_LIT("99"), &out, &fail),
              NOT_FOUND);
    CHECK_INT(election_evidence_list(election, &scrutineer, SPAN_LIT("1"), &out, &fail), OK);
    read_commitment(&out, commitment);
    check_case("a file of it");
    buf_clear(&out);
    CHECK_INT(election_evidence(election, &exporter, commitment, &out, &fail), NOT_ALLOWED);
    CHECK_INT(election_evidence(election, &registrar, commitment, &out, &fail), NOT_ALLOWED);
    CHECK_INT(election_evidence(election, &scrutineer, commitment, &out, &fail), OK);
    CHECK_INT(age_open_bytes(rehearsal.officer_secrets[SCRUTINEER], buf_span(&out), &plain, &fail),
              OK);
    CHECK(memmem(plain.bytes, plain.len, "standing order", 14) != NULL);
    CHECK(memmem(out.bytes, out.len, "standing order", 14) == NULL);
    json_t *answer;
    const json_t *record = last_record(&answer);
    CHECK_STR(json_string_value(json_object_get(record, "resource")), "evidence/1");
    CHECK_INT(strlen(json_string_value(json_object_get(record, "whose"))), 2 * HASH_BYTES);
    json_decref(answer);
    check_case("what no case names");
    commitment[0] ^= 1;
    CHECK_INT(election_evidence(election, &scrutineer, commitment, &out, &fail), NOT_FOUND);
    check_case("what is no evidence");
    const struct request gives = {ASKER_OFFICER, OFFICER_SECRETARY, "secretary", ""};
    CHECK_INT(election_put_private(election, &gives, SPAN_LIT("evidence"), salt, commitment,
                                   SPAN_LIT("<html>"), &fail),
              BAD_INPUT);
    CHECK_STR(fail.code, "evidence.type");
    buf_done(&out);
    buf_done(&plain);
}

/* -- who may read it --------------------------------------------------------------------------- */

static void readers(void)
{
    struct buf out;
    struct fail fail;
    char hex[16];
    hex_print(span_str(FIRST), hex);
    buf_init(&out, 1 << 20);
    check_case("readers");
    CHECK_INT(election_access(rehearsal.election, &secretary, SPAN_LIT(""), &out, &fail), OK);
    buf_clear(&out);
    CHECK_INT(election_access(rehearsal.election, &scrutineer, SPAN_LIT("1"), &out, &fail), OK);
    buf_clear(&out);
    CHECK_INT(election_access(rehearsal.election, &exporter, SPAN_LIT(""), &out, &fail),
              NOT_ALLOWED);
    CHECK_INT(election_access(rehearsal.election, &registrar, SPAN_LIT(""), &out, &fail),
              NOT_ALLOWED);
    CHECK_INT(election_access(rehearsal.election, &secretary, SPAN_LIT("-1"), &out, &fail),
              BAD_INPUT);
    check_case("one member's");
    buf_clear(&out);
    CHECK_INT(election_access_of(rehearsal.election, &secretary, span_str(hex), &out, &fail), OK);
    json_t *answer = parse(&out);
    const json_t *records = json_object_get(answer, "records");
    CHECK_INT(json_array_size(records), 1);
    CHECK_STR(json_string_value(json_object_get(json_array_get(records, 0), "resource")),
              "roll/member");
    json_decref(answer);
    check_case("reading the log is no look at a member");
    json_t *all = listed(0);
    CHECK_INT(count_of(all), json_array_size(json_object_get(all, "records")));
    CHECK_INT(count_of(all), earlier + 7);
    json_decref(all);
    buf_done(&out);
}

/* -- the chain --------------------------------------------------------------------------------- */

static void replay(void)
{
    uint8_t head[HASH_BYTES] = {0}, stated[HASH_BYTES];
    char hex[2 * HASH_BYTES + 1];
    struct fail fail;
    json_t *answer = listed(0);
    const json_t *records = json_object_get(answer, "records");
    for (size_t i = 0; i < json_array_size(records); i++) {
        const json_t *record = json_array_get(records, i);
        struct buf bytes;
        struct hash hash;
        check_case("record %zu", i);
        hex_print(SPAN_ARRAY(head), hex);
        CHECK_STR(json_string_value(json_object_get(record, "previous")), hex);
        CHECK_INT(json_integer_value(json_object_get(record, "n")), (int64_t)i);
        buf_init(&bytes, 8192);
        json_print(record, &bytes);
        hash_start(&hash, "access"); /* the formula of docs/data-protection.md, written out */
        hash_part(&hash, SPAN_ARRAY(head));
        hash_part(&hash, buf_span(&bytes));
        hash_end32(&hash, head);
        CHECK_INT(access_check_head(the_log(), head, &fail), OK);
        buf_done(&bytes);
    }
    check_case("the head");
    access_head(the_log(), stated);
    CHECK_BYTES(stated, head, HASH_BYTES);
    head[5] ^= 1;
    CHECK_INT(access_check_head(the_log(), head, &fail), NOT_FOUND);
    json_decref(answer);
}

static void pages(void)
{
    struct access_look look = {.officer = "secretary", .resource = "roll/members", .number = 3};
    struct fail fail;
    json_t *answer = listed(0);
    size_t before = count_of(answer);
    json_decref(answer);
    check_case("pages");
    while (before < ACCESS_LIST_MAX + 5) {
        CHECK_INT(access_record(the_log(), &look, &fail), OK);
        before++;
    }
    answer = listed(0);
    CHECK_INT(json_array_size(json_object_get(answer, "records")), ACCESS_LIST_MAX);
    json_decref(answer);
    answer = listed(ACCESS_LIST_MAX);
    CHECK_INT(json_array_size(json_object_get(answer, "records")), 5);
    json_decref(answer);
    answer = listed(before + 7);
    CHECK_INT(json_array_size(json_object_get(answer, "records")), 0);
    json_decref(answer);
    check_case("a purpose that is too long");
    char purpose[ACCESS_PURPOSE_BYTES + 1];
    memset(purpose, 'p', sizeof purpose);
    look.purpose = SPAN_ARRAY(purpose);
    CHECK_INT(access_record(the_log(), &look, &fail), TOO_LARGE);
    look.purpose.len--;
    CHECK_INT(access_record(the_log(), &look, &fail), OK);
}

/* A restart forgets nothing, and the chain goes on where it stood. */
static void restart(void)
{
    uint8_t before[HASH_BYTES], after[HASH_BYTES];
    struct buf out;
    buf_init(&out, 1 << 24);
    check_case("restart");
    access_head(the_log(), before);
    rehearsal_pause(&rehearsal);
    rehearsal_resume(&rehearsal);
    access_head(the_log(), after);
    CHECK_BYTES(after, before, HASH_BYTES);
    CHECK_INT(report(&secretary, "member", FIRST, &out), OK);
    buf_done(&out);
    json_t *answer;
    char hex[2 * HASH_BYTES + 1];
    hex_print(SPAN_ARRAY(before), hex);
    CHECK_STR(json_string_value(json_object_get(last_record(&answer), "previous")), hex);
    json_decref(answer);
}

/* -- somebody takes a record out --------------------------------------------------------------- */

static enum outcome take_out(void *ctx, struct txn *txn, struct fail *fail)
{
    static const uint8_t second[8] = {1}; /* number 1, little-endian */
    (void)ctx;
    return people_remove(txn, rehearsal.election->vault, "access", SPAN_ARRAY(second), fail);
}

static void gap(void)
{
    struct buf out;
    struct fail fail = {.outcome = OK};
    buf_init(&out, 1 << 24);
    check_case("a record taken out by who holds the key");
    CHECK_INT(writer_run(rehearsal.election->people, take_out, NULL, &fail), OK);
    CHECK_INT(access_list(the_log(), 0, &out, &fail), BROKEN);
    CHECK_STR(fail.code, "access.gap");
    buf_clear(&out);
    CHECK_INT(access_list(the_log(), 2, &out, &fail), OK);
    buf_done(&out);
}

/* -- no log, no look --------------------------------------------------------------------------- */

static enum outcome break_it(void *ctx, struct txn *txn, struct fail *fail)
{
    (void)ctx, (void)txn;
    return fail_set(fail, BROKEN, "test.broken", "the disk is full");
}

static void no_log_no_look(void)
{
    struct buf out;
    struct fail fail;
    uint8_t before[HASH_BYTES], after[HASH_BYTES];
    static const char *const reports[] = {"members", "exclusions", "member"};
    buf_init(&out, 1 << 24);
    access_head(the_log(), before);
    CHECK_INT(writer_run(rehearsal.election->people, break_it, NULL, &fail), BROKEN);
    for (size_t i = 0; i < CHECK_COUNT_OF(reports); i++) {
        check_case("no log: %s", reports[i]);
        CHECK_INT(report(&secretary, reports[i], FIRST, &out), BROKEN);
        CHECK_INT(out.len, 0);
    }
    check_case("no log: a search in vain");
    CHECK_INT(report(&secretary, "member", "nobody", &out), BROKEN);
    check_case("no log: cases");
    CHECK_INT(election_cases(rehearsal.election, &secretary, &out, &fail), BROKEN);
    CHECK_INT(out.len, 0);
    check_case("no log: leaves");
    CHECK_INT(election_leaves(rehearsal.election, &registrar, &out, &fail), BROKEN);
    CHECK_INT(out.len, 0);
    check_case("no log: totals are still shown");
    CHECK_INT(report(&secretary, "report", "", &out), OK);
    access_head(the_log(), after);
    CHECK_BYTES(after, before, HASH_BYTES);
    buf_done(&out);
}

int main(void)
{
    char folder[] = "/tmp/election_access.XXXXXX";
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
    secretary =
        (struct request){ASKER_OFFICER, OFFICER_SECRETARY, "secretary", "A question by telephone"};
    scrutineer = (struct request){ASKER_OFFICER, OFFICER_SCRUTINEER, "scrutineer", ""};
    exporter = (struct request){ASKER_OFFICER, OFFICER_EXPORTER, "exporter", ""};
    registrar = (struct request){.asker = ASKER_REGISTRAR};
    rehearsal_begin(&rehearsal, &options);
    rehearsal_define(&rehearsal);
    rehearsal_ceremony(&rehearsal);
    rehearsal_roll(&rehearsal);
    looks();
    looks_at_many();
    readers();
    replay();
    evidence();
    pages();
    restart();
    gap();
    no_log_no_look();
    rehearsal_end(&rehearsal);
    process_remove(folder);
    return check_end("election_access");
}
