/* The case book: every guard refuses, and what is refused changes nothing. */
#include "roll_fixture.h"

#define MEMBERS                                                                                    \
    FIXTURE_HEADER "1,A,B,,,,,North,Lapsed,2020-01-02,,\n2,C,D,,,,,North,Paid,2020-01-02,,\n"

static void expect(enum outcome got, enum outcome want, const struct fail *fail, const char *code)
{
    CHECK_INT(got, want);
    CHECK_STR(fail->code, code);
}

static void check_life(struct fixture *fixture)
{
    struct fail fail = {0};
    check_case("a case from raised to upheld");
    CHECK_INT(fixture_raise(fixture, 1, "1", "{\"do\":\"review\"}", 'a', &fail), OK);
    CHECK_INT(casebook_find(&fixture->book, 1)->state, CASE_RAISED);
    CHECK(case_is_open(casebook_find(&fixture->book, 1)));
    CHECK_UINT(casebook_next_number(&fixture->book), 2);
    CHECK_INT(fixture_attest(fixture, 1, 'b', &fail), OK);
    CHECK_INT(casebook_find(&fixture->book, 1)->state, CASE_EVIDENCED);
    CHECK_INT(fixture_document(fixture, 1, 'a', &fail), OK);
    CHECK_INT(fixture_propose(fixture, 1, "{\"do\":\"hold\"}", 'a', &fail), OK);
    CHECK_INT(fixture_propose(fixture, 1, "{\"do\":\"include\"}", 'a', &fail), OK);
    const struct variance_case *variance = casebook_find(&fixture->book, 1);
    CHECK_INT(variance->state, CASE_PROPOSED);
    CHECK_INT(variance->effect.what, EFFECT_INCLUDE);
    CHECK_UINT(variance->strength, 5);
    CHECK_INT(fixture_decide(fixture, 1, "upheld", 'c', &fail), OK);
    CHECK_INT(variance->state, CASE_UPHELD);
    CHECK_STR(variance->decided_by.id, "c");
    CHECK_UINT(variance->force_order, 6);
    CHECK_INT(variance->force_at_s, fixture->at_s);
    CHECK_UINT(variance->step_count, 6);
    CHECK(!case_is_open(variance));
    check_case("nothing but an appeal follows a decision");
    expect(fixture_attest(fixture, 1, 'a', &fail), CONFLICT, &fail, "case.decided");
    expect(fixture_decide(fixture, 1, "refused", 'd', &fail), CONFLICT, &fail, "case.decided");
    expect(fixture_propose(fixture, 1, "{\"do\":\"hold\"}", 'a', &fail), CONFLICT, &fail,
           "case.decided");
    check_case("a number is used once");
    expect(fixture_raise(fixture, 1, "2", "{\"do\":\"hold\"}", 'a', &fail), CONFLICT, &fail,
           "case.exists");
    CHECK(fixture_bring(fixture, 2, "1", "{\"do\":\"include\"}"));
}

static void check_chain(struct fixture *fixture)
{
    struct fail fail = {0};
    struct hash32 stale = fixture->latest;
    check_case("a decision answers the latest evidence");
    CHECK_INT(fixture_attest(fixture, 2, 'a', &fail), OK);
    struct hash32 latest = fixture->latest;
    fixture->latest = stale;
    expect(fixture_decide(fixture, 2, "upheld", 'c', &fail), CONFLICT, &fail, "case.stale");
    expect(fixture_attest(fixture, 2, 'a', &fail), CONFLICT, &fail, "case.stale");
    fixture->latest = latest;
    check_case("a variance answers a snapshot");
    struct hash32 leaf = fixture->snapshot_leaf;
    fixture->snapshot_leaf.bytes[0] ^= 1;
    expect(fixture_raise(fixture, 3, "1", "{\"do\":\"hold\"}", 'a', &fail), CONFLICT, &fail,
           "case.stale");
    fixture->snapshot_leaf = leaf;
    check_case("no such case");
    expect(fixture_attest(fixture, 99, 'a', &fail), NOT_FOUND, &fail, "case.unknown");
    check_case("another election");
    fixture->context[0] ^= 1;
    expect(fixture_decide(fixture, 2, "upheld", 'c', &fail), BAD_INPUT, &fail, "case.election");
    fixture->context[0] ^= 1;
    check_case("refused");
    CHECK_INT(fixture_decide(fixture, 2, "refused", 'c', &fail), OK);
    CHECK_INT(casebook_find(&fixture->book, 2)->state, CASE_REFUSED);
}

/* Bodies of a variance, evidence and decision that are not what the text says. */
static const struct {
    const char *kind;
    const char *body;
} MALFORMED[] = {
#define SUBJECT                                                                                    \
    "\"subjects\":[\"0000000000000000000000000000000000000000000000000000000000000001\"]"
#define WHY "\"reason\":\"clerical\",\"text\":\"t\""
#define ADD(record)                                                                                \
    ",\"effect\":{\"do\":\"add\",\"numbers\":\"members\",\"record\":" record                       \
    "},\"rule\":\"\",\"text\":\"t\""
    {"variance", ",\"case\":0,\"by\":\"officer\"," SUBJECT ",\"effect\":{\"do\":\"hold\"}," WHY},
    {"variance",
     ",\"case\":9,\"by\":\"officer\",\"subjects\":[],\"effect\":{\"do\":\"hold\"}," WHY},
    {"variance",
     ",\"case\":9,\"by\":\"officer\",\"subjects\":[\"00\"],\"effect\":{\"do\":\"hold\"}," WHY},
    {"variance", ",\"case\":9,\"by\":\"officer\"," SUBJECT ",\"effect\":{\"do\":\"add\"}," WHY},
    {"variance", ",\"case\":9,\"by\":\"nobody\"," SUBJECT ",\"effect\":{\"do\":\"hold\"}," WHY},
    {"variance", ",\"case\":9," SUBJECT ",\"effect\":{\"do\":\"hold\"}," WHY},
    {"variance",
     ",\"case\":9,\"by\":\"officer\"," SUBJECT ",\"effect\":{\"do\":\"hold\",\"to\":\"x\"}," WHY},
    {"variance", ",\"case\":9,\"by\":\"officer\"," SUBJECT
                 ",\"effect\":{\"do\":\"hold\"},\"reason\":\"spite\",\"text\":\"t\""},
    {"variance", ",\"case\":9,\"by\":\"officer\"," SUBJECT
                 ",\"effect\":{\"do\":\"hold\"},\"reason\":\"other\",\"text\":\"\""},
    {"variance", ",\"case\":9,\"by\":\"officer\"," SUBJECT
                 ",\"effect\":{\"do\":\"hold\"},\"text\":\"t\",\"reason\":\"other\""},
    {"variance", ",\"case\":9,\"by\":\"officer\"," SUBJECT ",\"effect\":{\"do\":\"merge\"}," WHY},
    {"variance", ",\"case\":9,\"by\":\"officer\"," SUBJECT
                 ",\"effect\":{\"do\":\"set\",\"field\":\"status\"}," WHY},
    {"variance", ",\"case\":9,\"by\":\"officer\"," SUBJECT
                 ",\"effect\":{\"do\":\"set\",\"field\":\"status\",\"from\":"
                 "\"lapsed\",\"to\":\"lapsed\"}," WHY},
    {"variance", ",\"case\":9,\"by\":\"officer\"," SUBJECT
                 ",\"effect\":{\"do\":\"set\",\"field\":\"status\",\"to\":\"alive\"}," WHY},
    {"variance", ",\"case\":9,\"by\":\"officer\"," SUBJECT
                 ",\"effect\":{\"do\":\"set\",\"field\":\"joined_on\",\"to\":\"1/2/2020\"}," WHY},
    {"variance", ",\"case\":9,\"by\":\"officer\"," SUBJECT
                 ",\"effect\":{\"do\":\"set\",\"field\":\"member_no\",\"to\":\"7\"}," WHY},
    {"variance", ",\"case\":9,\"by\":\"officer\"," SUBJECT
                 ",\"effect\":{\"do\":\"set\",\"field\":\"shoe\",\"to\":\"7\"}," WHY},
    {"variance", ",\"case\":9,\"by\":\"officer\"," SUBJECT
                 ",\"effect\":{\"do\":\"set\",\"field\":\"name\",\"to\":\" A\"}," WHY},
    {"evidence", ",\"case\":2,\"evidence\":\"hearsay\",\"attestation\":\"a\""},
    {"evidence", ",\"case\":2,\"evidence\":\"bank-line\",\"attestation\":\"a\""},
    {"evidence", ",\"case\":2,\"evidence\":\"officer-attestation\",\"attestation\":\"\""},
    {"evidence", ",\"case\":2,\"evidence\":\"bank-line\",\"file\":{\"sha256\":\"00\"}"},
    {"decision", ",\"case\":2,\"outcome\":\"maybe\",\"reasons\":\"a reason of twenty "
                 "bytes\",\"conflict\":\"none\""},
    {"decision", ",\"case\":2,\"outcome\":\"upheld\",\"reasons\":\"\",\"conflict\":\"none\""},
    {"decision", ",\"case\":2,\"outcome\":\"upheld\",\"reasons\":\"a reason of twenty "
                 "bytes\",\"conflict\":\"\""},
    {"decision", ",\"case\":2,\"outcome\":\"upheld\",\"reasons\":\"a reason of twenty bytes\""},
    {"decision",
     ",\"case\":2,\"outcome\":\"upheld\",\"reasons\":\"nineteen bytes long\",\"conflict\":"
     "\"none\""},
    {"appeal", ",\"case\":2"},
    {"appeal", ",\"case\":2,\"by\":\"machine\",\"text\":\"t\""},
    {"appeal", ",\"case\":2,\"by\":\"officer\",\"text\":\"\""},
    {"notification", ",\"case\":2,\"sent_by\":\"pigeon\",\"text\":\"t\""},
    {"countersignature", ",\"case\":2,\"as\":\"member\",\"text\":\"t\""},
    {"withdrawal", ",\"case\":2,\"text\":\"\""},
    {"withdrawal", ",\"case\":2147483648,\"text\":\"t\""},
    {"irregularity", ",\"subjects\":[],\"text\":\"t\""},
    {"proposal", ",\"case\":2,\"effect\":{\"do\":\"review\"},\"rule\":\"\",\"text\":\"t\""},
    {"proposal", ",\"case\":2,\"effect\":{\"do\":\"hold\"},\"rule\":\"NONE\",\"text\":\"t\""},
    {"proposal", ",\"case\":2,\"effect\":{\"do\":\"hold\"},\"rule\":\"\",\"text\":\"\""},
    {"proposal", ",\"case\":2" ADD("{}")},
    {"proposal", ",\"case\":2" ADD("{\"name\":\"Ann\"}")},
    {"proposal", ",\"case\":2" ADD("{\"name\":\"Ann\",\"member_no\":\"9\"}")},
    {"proposal", ",\"case\":2" ADD("{\"member_no\":\"9\",\"name\":\"\"}")},
    {"proposal", ",\"case\":2" ADD("{\"member_no\":\"9\",\"name\":1}")},
    {"proposal", ",\"case\":2" ADD("{\"member_no\":\"9\",\"born_on\":\"2026-02-30\"}")},
    {"proposal", ",\"case\":2" ADD("{\"member_no\":\"9\",\"x.a\":\"1\",\"email\":\"2\"}")},
    {"proposal", ",\"case\":2" ADD("{\"member_no\":\"9\",\"x.b\":\"1\",\"x.a\":\"2\"}")},
    {"proposal", ",\"case\":2" ADD("{\"member_no\":\"9\",\"shoe\":\"7\"}")},

    {"exclusions", ",\"list\":[]"},
    {"exclusions",
     ",\"list\":[[\"0000000000000000000000000000000000000000000000000000000000000001\",[]]]"},
    {"exclusions",
     ",\"list\":[[\"0000000000000000000000000000000000000000000000000000000000000001\",[\"NO\"]]]"},
    {"exclusions",
     ",\"list\":[[\"0000000000000000000000000000000000000000000000000000000000000001\",[\"FREEZE\","
     "\"ACTIVE\"]]]"},
};

/* What was can be no longer than a value is. */
static void check_long(struct fixture *fixture, unsigned len, enum outcome want)
{
    struct fail fail = {0};
    char body[ROLL_VALUE_BYTES_MAX + 200];
    check_case("a set from %u bytes", len);
    fixture_raise(fixture, 90 + len % 2, "1", "{\"do\":\"review\"}", 'a', &fail);
    fixture_document(fixture, 90 + len % 2, 'a', &fail);
    int head = snprintf(body, sizeof(body),
                        ",\"case\":%u,\"effect\":{\"do\":\"set\",\"field\":\"x.a\",\"from\":\"",
                        90 + len % 2);
    memset(body + head, 'a', len);
    snprintf(body + head + len, sizeof(body) - (size_t)head - len,
             "\"},\"rule\":\"\",\"text\":\"t\"");
    CHECK_INT(fixture_state(fixture, "proposal", &fixture->latest, body, 'a', &fail), want);
}

static void check_malformed(struct fixture *fixture)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(MALFORMED); i++) {
        struct fail fail = {0};
        uint32_t before = fixture->book.statement_count;
        check_case("malformed %zu, %s%s", i, MALFORMED[i].kind, MALFORMED[i].body);
        CHECK_INT(fixture_state(fixture, MALFORMED[i].kind, &fixture->snapshot_leaf,
                                MALFORMED[i].body, 'a', &fail),
                  BAD_INPUT);
        CHECK_UINT(fixture->book.statement_count, before);
    }
}

static void check_file(struct fixture *fixture)
{
    struct fail fail = {0};
    check_case("a file in evidence");
    CHECK_INT(fixture_raise(fixture, 5, "1", "{\"do\":\"include\"}", 'a', &fail), OK);
    CHECK_INT(fixture_document(fixture, 5, 'a', &fail), OK);
    const struct case_evidence *last = &fixture->book.evidence[fixture->book.evidence_count - 1];
    CHECK(last->is_file);
    CHECK_UINT(last->size_bytes, 12);
    CHECK_STR(last->type, "pdf");
    CHECK_UINT(last->statement, fixture->book.statement_count);
    CHECK_STR(case_evidence_kind_name(last->kind), "bank-line");
}

static void check_frozen(struct fixture *fixture)
{
    struct fail fail = {0};
    check_case("nothing after the freeze");
    casebook_freeze(&fixture->book);
    expect(fixture_attest(fixture, 5, 'a', &fail), NOT_ALLOWED, &fail, "case.frozen");
    expect(fixture_raise(fixture, 6, "1", "{\"do\":\"hold\"}", 'a', &fail), NOT_ALLOWED, &fail,
           "case.frozen");
}

int main(void)
{
    struct fixture fixture;
    if (fixture_init(&fixture, SPAN_LIT(MEMBERS))) {
        check_life(&fixture);
        check_chain(&fixture);
        check_malformed(&fixture);
        check_long(&fixture, ROLL_VALUE_BYTES_MAX, OK);
        check_long(&fixture, ROLL_VALUE_BYTES_MAX + 1, BAD_INPUT);
        check_file(&fixture);
        check_frozen(&fixture);
    }
    fixture_done(&fixture);
    return check_end("roll_casebook");
}
