/* What officers state beside the course of an election: roles, amendments, notices, orders of
 * reissue, and statements that wait for a second signature. */
#include "check.h"
#include "lib/process.h"
#include "lib/rehearsal.h"

#include "base/clock.h"

#include <sodium.h>
#include <unistd.h>

static struct rehearsal rehearsal;

static const struct state *now(void)
{
    return rehearsal_state_of(&rehearsal);
}

/* States an object, signed by both (the second may be NULL), which is released. "" for what stands,
 * "…" for what waits, otherwise the code. */
static const char *state_it(json_t *object, const struct note_signer *first,
                            const struct note_signer *second)
{
    static struct fail fail;
    const struct note_signer *signers[] = {first, second};
    struct rehearsal_wait wait = {.lock = PTHREAD_MUTEX_INITIALIZER,
                                  .wake = PTHREAD_COND_INITIALIZER};
    struct buf text, note;
    buf_init(&text, NOTE_BYTES_MAX);
    buf_init(&note, NOTE_BYTES_MAX);
    statement_end(object, &text);
    statement_sign(buf_span(&text), signers, second ? 2 : 1, &note);
    election_submit(rehearsal.election, buf_span(&note), rehearsal_answered, &wait);
    rehearsal_await(&wait, &fail);
    buf_done(&text);
    buf_done(&note);
    return wait.result == SUBMISSION_PENDING ? "waits" : fail.code;
}

#define OFFICER(who) (&rehearsal.officers[who])

/* -- roles ------------------------------------------------------------------------------------ */

struct newcomer {
    uint8_t secret[ED25519_SECRET_BYTES];
    struct note_signer signer;
};

static void make_newcomer(const char *id, unsigned number, struct newcomer *out)
{
    uint8_t seed[KEY_BYTES], key[KEY_BYTES];
    struct fail fail;
    rehearsal_seed("newcomer", number, seed);
    ed25519_pair(seed, key, out->secret);
    out->signer.secret = out->secret;
    rehearsal_must(definition_key(REHEARSAL_ORIGIN, NAME_OFFICER, id, key, &out->signer.key, &fail),
                   &fail, id);
}

static json_t *role(const char *action, const char *id, const char *roles, const uint8_t *key,
                    int64_t until_s)
{
    bool end = strcmp(action, "end") == 0;
    json_t *object = rehearsal_statement(&rehearsal, KIND_ROLE, now()->definition_leaf);
    json_put_string(object, "action", span_str(action));
    json_put_string(object, "officer", span_str(id));
    json_put_string(object, "name", span_str(end ? "" : "Newcomer"));
    json_put(object, "roles", rehearsal_parse(roles));
    json_put_hex(object, "key", span_of(key, key ? KEY_BYTES : 0));
    json_put_integer(object, "until", until_s);
    return object;
}

static void test_roles(void)
{
    static const uint8_t unsound[KEY_BYTES] = {1}; /* a point of small order */
    struct newcomer deputy;
    make_newcomer("deputy", 1, &deputy);
    const uint8_t *key = deputy.signer.key.key;
    const struct {
        const char *name;
        json_t *object;
        const struct note_signer *first, *second;
        const char *code;
    } cases[] = {
        {"a key of small order", role("appoint", "deputy", "[\"deputy\"]", unsound, 0),
         OFFICER(RETURNING), OFFICER(SECRETARY), "role.malformed"},
        {"somebody else's key",
         role("appoint", "deputy", "[\"deputy\"]", rehearsal.officers[EXPORTER].key.key, 0),
         OFFICER(RETURNING), OFFICER(SECRETARY), "role.key"},
        {"a trustee's key",
         role("appoint", "deputy", "[\"deputy\"]", rehearsal.trustees[1].sign_key, 0),
         OFFICER(RETURNING), OFFICER(SECRETARY), "role.key"},
        {"no role", role("appoint", "deputy", "[]", key, 0), OFFICER(RETURNING), OFFICER(SECRETARY),
         "role.malformed"},
        {"an unknown role", role("appoint", "deputy", "[\"king\"]", key, 0), OFFICER(RETURNING),
         OFFICER(SECRETARY), "definition.malformed"},
        {"a role that is no text", role("appoint", "deputy", "[1]", key, 0), OFFICER(RETURNING),
         OFFICER(SECRETARY), "definition.malformed"},
        {"a role twice", role("appoint", "deputy", "[\"deputy\",\"deputy\"]", key, 0),
         OFFICER(RETURNING), OFFICER(SECRETARY), "definition.malformed"},
        {"the end of nobody", role("end", "nobody", "[]", NULL, 0), OFFICER(RETURNING),
         OFFICER(SECRETARY), "role.officer"},
        {"signed by an exporter", role("appoint", "deputy", "[\"deputy\"]", key, 0),
         OFFICER(RETURNING), OFFICER(EXPORTER), "statement.role"},
        {"signed without a returning officer", role("appoint", "deputy", "[\"deputy\"]", key, 0),
         OFFICER(SECRETARY), &deputy.signer, "statement.signer"},
        {"signed by one twice", role("appoint", "deputy", "[\"deputy\"]", key, 0),
         OFFICER(RETURNING), OFFICER(RETURNING), "note.malformed"},
        {"right", role("appoint", "deputy", "[\"deputy\"]", key, 0), OFFICER(RETURNING),
         OFFICER(SECRETARY), ""},
        {"again, by secretary and deputy", role("end", "exporter", "[]", NULL, 0),
         OFFICER(SECRETARY), &deputy.signer, "statement.role"},
        {"the deputy now signs", role("end", "deputy", "[]", NULL, 0), OFFICER(RETURNING),
         &deputy.signer, ""},
        {"and no longer", role("end", "exporter", "[]", NULL, 0), OFFICER(RETURNING),
         &deputy.signer, "statement.role"},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        check_case("role: %s", cases[i].name);
        CHECK_STR(state_it(cases[i].object, cases[i].first, cases[i].second), cases[i].code);
    }
}

/* -- amendments ------------------------------------------------------------------------------- */

static json_t *amend(const char *change, int64_t closes_s, const char *contest, unsigned candidate)
{
    json_t *object = rehearsal_statement(&rehearsal, KIND_AMEND, now()->amend_leaf);
    json_put_string(object, "change", span_str(change));
    json_put_integer(object, "closes_at", closes_s);
    json_put_string(object, "contest", span_str(contest));
    json_put_integer(object, "candidate", candidate);
    json_put_string(object, "text", SPAN_LIT("Because."));
    return object;
}

static void test_amendments(void)
{
    static const struct {
        const char *change;
        int64_t closes_s;
        const char *contest;
        unsigned candidate;
        const char *code;
    } cases[] = {
        {"close", 5, "", 0, "amend.close"},
        {"close", 0, "", 0, "amend.malformed"},
        {"close", 9, "chair", 0, "amend.malformed"},
        {"withdraw", 9, "chair", 1, "amend.malformed"},
        {"withdraw", 0, "chair", 0, "amend.malformed"},
        {"withdraw", 0, "chair", 4, "amend.candidate"},
        {"withdraw", 0, "nothing", 1, "amend.candidate"},
        {"forget", 0, "", 0, "amend.malformed"},
        {"close", 9, "", 0, ""},
        {"close", 9, "", 0, "amend.close"},
        {"withdraw", 0, "chair", 1, ""},
        {"withdraw", 0, "chair", 1, "amend.repeated"},
        {"withdraw", 0, "chair", 2, ""},
        {"withdraw", 0, "chair", 3, "amend.last"},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        json_t *object =
            amend(cases[i].change, cases[i].closes_s, cases[i].contest, cases[i].candidate);
        check_case("amend %zu: %s", i, cases[i].change);
        CHECK_STR(state_it(object, OFFICER(RETURNING), OFFICER(SECRETARY)), cases[i].code);
    }
}

/* -- contests --------------------------------------------------------------------------------- */

static json_t *contest(void)
{
    json_t *object = rehearsal_statement(&rehearsal, KIND_CONTEST, now()->definition_leaf);
    json_put_string(object, "contest", SPAN_LIT("second"));
    json_put(object, "title", rehearsal_text("Second"));
    json_put_string(object, "layout", SPAN_LIT("ranking"));
    json_put_integer(object, "most", 0);
    json_put_string(object, "rule", SPAN_LIT("av"));
    json_put_integer(object, "seats", 1);
    json_put(object, "options", json_object());
    json_put(object, "candidates",
             rehearsal_parse("[{\"id\":1,\"name\":\"A\",\"text\":{\"en\":\"\",\"cy\":\"\"}},"
                             "{\"id\":2,\"name\":\"B\",\"text\":{\"en\":\"\",\"cy\":\"\"}}]"));
    json_put(object, "printed", rehearsal_parse("[2,1]"));
    json_put(object, "styles", rehearsal_parse("[\"all\"]"));
    json_put_string(object, "boxes", SPAN_LIT("unit"));
    return object;
}

static void test_contests(void)
{
    static const struct {
        const char *member, *value, *code;
    } edits[] = {
        {"contest", "\"Chair\"", "contest.malformed"},
        {"title", "{\"en\":\"\",\"cy\":\"\"}", "definition.malformed"},
        {"title", "{\"en\":\"a\\nb\",\"cy\":\"\"}", "count.title"},
        {"layout", "\"one\"", "contest.layout"},
        {"layout", "\"yes-no\"", "contest.layout"},
        {"layout", "\"several\"", "contest.malformed"},
        {"layout", "\"shouting\"", "contest.malformed"},
        {"most", "1", "contest.malformed"},
        {"rule", "\"stv\"", "count.rule"},
        {"seats", "2", "count.seats"},
        {"seats", "0", "json.member"},
        {"options", "{\"x\":1}", "contest.malformed"},
        {"candidates", "[]", "contest.malformed"},
        {"candidates", "[1,2]", "json.member"},
        {"candidates",
         "[{\"id\":1,\"name\":\"A\",\"text\":{\"en\":\"\",\"cy\":\"\"}},"
         "{\"id\":2,\"name\":\"A\",\"text\":{\"en\":\"\",\"cy\":\"\"}}]",
         "contest.malformed"},
        {"candidates",
         "[{\"id\":1,\"name\":\"A\\t\",\"text\":{\"en\":\"\",\"cy\":\"\"}},"
         "{\"id\":2,\"name\":\"B\",\"text\":{\"en\":\"\",\"cy\":\"\"}}]",
         "count.name"},
        {"candidates",
         "[{\"id\":2,\"name\":\"A\",\"text\":{\"en\":\"\",\"cy\":\"\"}},"
         "{\"id\":1,\"name\":\"B\",\"text\":{\"en\":\"\",\"cy\":\"\"}}]",
         "contest.malformed"},
        {"printed", "[1,1]", "contest.malformed"},
        {"printed", "[1]", "contest.malformed"},
        {"printed", "[\"1\",2]", "contest.malformed"},
        {"printed", "[1,3]", "contest.malformed"},
        {"styles", "[]", "contest.malformed"},
        {"styles", "[\"some\"]", "contest.style"},
        {"styles", "[\"all\",\"all\"]", "contest.malformed"},
        {"styles", "[1]", "contest.malformed"},
        {"boxes", "\"halves\"", "contest.malformed"},
        {"boxes", "\"whole\"", ""},
        {"boxes", "\"unit\"", "contest.repeated"},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(edits); i++) {
        json_t *object = contest();
        json_object_set_new(object, edits[i].member,
                            json_loads(edits[i].value, JSON_DECODE_ANY, NULL));
        check_case("contest: %s %s", edits[i].member, edits[i].value);
        CHECK_STR(state_it(object, OFFICER(RETURNING), NULL), edits[i].code);
    }
}

/* -- waiting for a second signature ------------------------------------------------------------ */

static size_t count_pending(void)
{
    struct buf out;
    struct fail fail;
    buf_init(&out, 1 << 20);
    rehearsal_must(election_pending(rehearsal.election, &out, &fail), &fail, "pending");
    json_t *object = rehearsal_parse(buf_text(&out));
    size_t count = json_array_size(json_object_get(object, "pending"));
    json_decref(object);
    buf_done(&out);
    return count;
}

static void restart(void)
{
    rehearsal_pause(&rehearsal);
    rehearsal_resume(&rehearsal);
}

static void test_waiting(void)
{
    check_case("one signature waits, and survives a restart");
    CHECK_STR(state_it(amend("close", 20, "", 0), OFFICER(SECRETARY), NULL), "waits");
    CHECK_STR(state_it(amend("close", 20, "", 0), OFFICER(SECRETARY), NULL), "waits");
    CHECK_UINT(count_pending(), 1);
    restart();
    CHECK_UINT(count_pending(), 1);
    check_case("a stranger adds nothing");
    CHECK_STR(state_it(amend("close", 20, "", 0), OFFICER(SCRUTINEER), NULL), "statement.role");
    CHECK_UINT(count_pending(), 1);
    check_case("the second signature");
    CHECK_STR(state_it(amend("close", 20, "", 0), OFFICER(RETURNING), NULL), "");
    CHECK_UINT(count_pending(), 0);
    CHECK_INT(now()->closes_s, 20);
    check_case("what was overtaken waits no longer");
    CHECK_STR(state_it(amend("close", 30, "", 0), OFFICER(SECRETARY), NULL), "waits");
    CHECK_STR(state_it(amend("close", 40, "", 0), OFFICER(SECRETARY), OFFICER(RETURNING)), "");
    CHECK_UINT(count_pending(), 0);
    restart();
    CHECK_UINT(count_pending(), 0);
    check_case("one officer can't fill the memory");
    for (int64_t i = 0; i < WAITING_MAX; i++)
        CHECK_STR(state_it(amend("close", 100 + i, "", 0), OFFICER(SECRETARY), NULL), "waits");
    CHECK_STR(state_it(amend("close", 99, "", 0), OFFICER(SECRETARY), NULL), "statement.waiting");
    CHECK_STR(state_it(amend("close", 100, "", 0), OFFICER(RETURNING), NULL), "");
    CHECK_STR(state_it(amend("close", 200, "", 0), OFFICER(SECRETARY), NULL), "waits");
    CHECK_UINT(count_pending(), 1);
}

/* -- an appointment that is over --------------------------------------------------------------- */

static const char *state_draft(const char *kind, const struct note_signer *signer)
{
    static const struct request official = {.asker = ASKER_OFFICER, .roles = OFFICER_RETURNING};
    static struct fail fail;
    const struct note_signer *signers[] = {signer};
    struct buf draft;
    buf_init(&draft, NOTE_BYTES_MAX);
    rehearsal_must(election_draft(rehearsal.election, &official, span_str(kind), &draft, &fail),
                   &fail, kind);
    rehearsal_state(&rehearsal, buf_span(&draft), signers, 1, &fail);
    buf_done(&draft);
    return fail.code;
}

static void test_until(void)
{
    struct newcomer old, young;
    make_newcomer("old", 2, &old);
    make_newcomer("young", 3, &young);
    check_case("until");
    CHECK_STR(
        state_it(role("appoint", "old", "[\"returning\"]", old.signer.key.key, clock_now_s() - 60),
                 OFFICER(RETURNING), OFFICER(SECRETARY)),
        "");
    CHECK_STR(state_it(role("appoint", "young", "[\"returning\"]", young.signer.key.key,
                            clock_now_s() + 3600),
                       OFFICER(RETURNING), OFFICER(SECRETARY)),
              "");
    CHECK_STR(state_draft(KIND_CLOSE, &old.signer), "statement.role");
    CHECK_STR(state_draft(KIND_CLOSE, &young.signer), "");
}

/* -- orders of reissue ------------------------------------------------------------------------- */

static json_t *order(unsigned number, bool tendered, const char *reason)
{
    json_t *object = rehearsal_statement(&rehearsal, KIND_REISSUE_ORDER, now()->issue_leaf);
    json_put_hex(object, "credential",
                 span_of(rehearsal.credentials[number] + KEY_BYTES, KEY_BYTES));
    json_put_bool(object, "tendered", tendered);
    json_put_string(object, "reason", span_str(reason));
    return object;
}

static void cast(unsigned number)
{
    struct buf note;
    buf_init(&note, LIMIT_ENTRY_BYTES);
    rehearsal_ballot(&rehearsal, number, &note);
    rehearsal_submit(&rehearsal, buf_span(&note), NULL);
    buf_done(&note);
}

static const char *state_order(unsigned number, bool tendered, const char *reason)
{
    return state_it(order(number, tendered, reason), OFFICER(RETURNING), OFFICER(SECRETARY));
}

static void test_orders(void)
{
    check_case("one order at a time");
    CHECK_STR(state_order(0, false, "Lost."), "");
    CHECK_STR(state_order(1, false, "Lost."), "reissue.order");
    check_case("unless its credential has voted meanwhile");
    cast(0);
    CHECK_STR(state_order(0, false, "Lost again."), "reissue.used");
    check_case("a tendered one is for somebody whose credential has voted, and once");
    CHECK_STR(state_order(1, true, "Somebody has voted in my name."), "reissue.tendered");
    CHECK_STR(state_order(0, true, "Somebody has voted in my name."), "");
    CHECK_STR(state_order(0, true, "Really."), "reissue.repeated");
    CHECK_STR(state_order(1, false, "Lost."), "reissue.order");
}

int main(void)
{
    char top[] = "/tmp/election_office.XXXXXX", folder[64];
    if (sodium_init() < 0 || !mkdtemp(top))
        return 1;
    snprintf(folder, sizeof folder, "%s/election", top);
    const struct rehearsal_options options = {.folder = folder,
                                              .members = 3,
                                              .trustees = 1,
                                              .threshold = 1,
                                              .candidates = 3,
                                              .contests = 1,
                                              .unsafe_no_sync = true};
    rehearsal_begin(&rehearsal, &options);
    rehearsal_define(&rehearsal);
    test_roles();
    rehearsal_ceremony(&rehearsal);
    rehearsal_roll(&rehearsal);
    rehearsal_issue(&rehearsal);
    test_contests();
    rehearsal_open(&rehearsal);
    test_amendments();
    test_waiting();
    test_orders();
    test_until();
    rehearsal_end(&rehearsal);
    CHECK_INT(process_remove(top), 0);
    return check_end("election_office");
}
