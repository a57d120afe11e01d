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
    CHECK_INT(fixture_raise(fixture, 1, "1", "{\"do\":\"include\"}", 'a', &fail), OK);
    CHECK_INT(casebook_find(&fixture->book, 1)->state, CASE_RAISED);
    CHECK_UINT(casebook_next_number(&fixture->book), 2);
    CHECK_INT(fixture_attest(fixture, 1, 'b', &fail), OK);
    CHECK_INT(casebook_find(&fixture->book, 1)->state, CASE_EVIDENCED);
    CHECK_INT(fixture_attest(fixture, 1, 'a', &fail), OK);
    CHECK_INT(fixture_decide(fixture, 1, "upheld", 'c', &fail), OK);
    CHECK_INT(casebook_find(&fixture->book, 1)->state, CASE_UPHELD);
    CHECK_STR(casebook_find(&fixture->book, 1)->decided_by.id, "c");
    check_case("nothing follows a decision");
    expect(fixture_attest(fixture, 1, 'a', &fail), CONFLICT, &fail, "case.decided");
    expect(fixture_decide(fixture, 1, "refused", 'd', &fail), CONFLICT, &fail, "case.decided");
    check_case("a number is used once");
    expect(fixture_raise(fixture, 1, "2", "{\"do\":\"hold\"}", 'a', &fail), CONFLICT, &fail,
           "case.exists");
}

static void check_decider(struct fixture *fixture)
{
    struct fail fail = {0};
    check_case("no decision without evidence");
    CHECK_INT(fixture_raise(fixture, 2, "1", "{\"do\":\"include\"}", 'a', &fail), OK);
    expect(fixture_decide(fixture, 2, "upheld", 'c', &fail), NOT_ALLOWED, &fail,
           "case.no-evidence");
    expect(fixture_decide(fixture, 2, "refused", 'c', &fail), NOT_ALLOWED, &fail,
           "case.no-evidence");
    check_case("not by who raised it");
    CHECK_INT(fixture_attest(fixture, 2, 'b', &fail), OK);
    expect(fixture_decide(fixture, 2, "upheld", 'a', &fail), NOT_ALLOWED, &fail, "case.four-eyes");
    check_case("not by who evidenced it");
    expect(fixture_decide(fixture, 2, "upheld", 'b', &fail), NOT_ALLOWED, &fail, "case.four-eyes");
    check_case("nor by the same key under another id");
    uint8_t key[KEY_BYTES];
    struct buf text;
    memset(key, 'a', sizeof(key));
    buf_init(&text, 4096);
    fixture_text(fixture, "decision", &fixture->latest,
                 ",\"case\":2,\"outcome\":\"upheld\",\"reasons\":\"r\",\"conflict\":\"none\"",
                 &text);
    struct case_note statement = {.note = buf_span(&text),
                                  .text = buf_span(&text),
                                  .signer = SPAN_LIT("z"),
                                  .key = key,
                                  .roles = OFFICER_SECRETARY};
    expect(casebook_add(&fixture->book, &statement, &fail), NOT_ALLOWED, &fail, "case.four-eyes");
    check_case("nor by who holds no role");
    memset(key, 'z', sizeof(key));
    statement.roles = 0;
    expect(casebook_add(&fixture->book, &statement, &fail), NOT_ALLOWED, &fail, "case.role");
    buf_done(&text);
    CHECK_INT(casebook_find(&fixture->book, 2)->state, CASE_EVIDENCED);
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
    {"variance", ",\"case\":0," SUBJECT ",\"effect\":{\"do\":\"hold\"}," WHY},
    {"variance", ",\"case\":9,\"subjects\":[],\"effect\":{\"do\":\"hold\"}," WHY},
    {"variance", ",\"case\":9,\"subjects\":[\"00\"],\"effect\":{\"do\":\"hold\"}," WHY},
    {"variance", ",\"case\":9," SUBJECT ",\"effect\":{\"do\":\"add\"}," WHY},
    {"variance", ",\"case\":9," SUBJECT ",\"effect\":{\"do\":\"hold\",\"to\":\"x\"}," WHY},
    {"variance",
     ",\"case\":9," SUBJECT ",\"effect\":{\"do\":\"hold\"},\"reason\":\"spite\",\"text\":\"t\""},
    {"variance",
     ",\"case\":9," SUBJECT ",\"effect\":{\"do\":\"hold\"},\"reason\":\"other\",\"text\":\"\""},
    {"variance",
     ",\"case\":9," SUBJECT ",\"effect\":{\"do\":\"hold\"},\"text\":\"t\",\"reason\":\"other\""},
    {"variance", ",\"case\":9," SUBJECT ",\"effect\":{\"do\":\"merge\"}," WHY},
    {"variance", ",\"case\":9," SUBJECT ",\"effect\":{\"do\":\"set\",\"field\":\"status\"}," WHY},
    {"variance", ",\"case\":9," SUBJECT ",\"effect\":{\"do\":\"set\",\"field\":\"status\",\"from\":"
                 "\"lapsed\",\"to\":\"lapsed\"}," WHY},
    {"variance", ",\"case\":9," SUBJECT
                 ",\"effect\":{\"do\":\"set\",\"field\":\"status\",\"to\":\"alive\"}," WHY},
    {"variance", ",\"case\":9," SUBJECT
                 ",\"effect\":{\"do\":\"set\",\"field\":\"joined_on\",\"to\":\"1/2/2020\"}," WHY},
    {"variance", ",\"case\":9," SUBJECT
                 ",\"effect\":{\"do\":\"set\",\"field\":\"member_no\",\"to\":\"7\"}," WHY},
    {"variance",
     ",\"case\":9," SUBJECT ",\"effect\":{\"do\":\"set\",\"field\":\"shoe\",\"to\":\"7\"}," WHY},
    {"variance",
     ",\"case\":9," SUBJECT ",\"effect\":{\"do\":\"set\",\"field\":\"name\",\"to\":\" A\"}," WHY},
    {"evidence", ",\"case\":2,\"evidence\":\"hearsay\",\"attestation\":\"a\""},
    {"evidence", ",\"case\":2,\"evidence\":\"bank-line\",\"attestation\":\"a\""},
    {"evidence", ",\"case\":2,\"evidence\":\"officer-attestation\",\"attestation\":\"\""},
    {"evidence", ",\"case\":2,\"evidence\":\"bank-line\",\"file\":{\"sha256\":\"00\"}"},
    {"decision", ",\"case\":2,\"outcome\":\"maybe\",\"reasons\":\"r\",\"conflict\":\"none\""},
    {"decision", ",\"case\":2,\"outcome\":\"upheld\",\"reasons\":\"\",\"conflict\":\"none\""},
    {"decision", ",\"case\":2,\"outcome\":\"upheld\",\"reasons\":\"r\",\"conflict\":\"\""},
    {"decision", ",\"case\":2,\"outcome\":\"upheld\",\"reasons\":\"r\""},
    {"appeal", ",\"case\":2"},
    {"exclusions", ",\"list\":[]"},
    {"exclusions",
     ",\"list\":[[\"0000000000000000000000000000000000000000000000000000000000000001\",[]]]"},
    {"exclusions",
     ",\"list\":[[\"0000000000000000000000000000000000000000000000000000000000000001\",[\"NO\"]]]"},
    {"exclusions",
     ",\"list\":[[\"0000000000000000000000000000000000000000000000000000000000000001\",[\"FREEZE\","
     "\"ACTIVE\"]]]"},
};

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
    struct buf body;
    char hex[2 * HASH_BYTES + 1];
    check_case("a file in evidence");
    buf_init(&body, 4096);
    hex_print(SPAN_ARRAY(fixture->context), hex);
    CHECK_INT(fixture_raise(fixture, 5, "1", "{\"do\":\"include\"}", 'a', &fail), OK);
    buf_add_format(&body,
                   ",\"case\":5,\"evidence\":\"bank-line\",\"file\":{\"sha256\":\"%s\","
                   "\"commitment\":\"%s\",\"size\":12}",
                   hex, hex);
    CHECK_INT(fixture_state(fixture, "evidence", &fixture->latest, buf_text(&body), 'a', &fail),
              OK);
    const struct case_evidence *last = &fixture->book.evidence[fixture->book.evidence_count - 1];
    CHECK(last->is_file);
    CHECK_UINT(last->size_bytes, 12);
    CHECK_UINT(last->statement, fixture->book.statement_count);
    buf_done(&body);
}

static void check_sealed(struct fixture *fixture)
{
    struct fail fail = {0};
    check_case("nothing after the seal");
    casebook_freeze(&fixture->book);
    expect(fixture_decide(fixture, 5, "upheld", 'c', &fail), NOT_ALLOWED, &fail, "case.frozen");
    expect(fixture_raise(fixture, 6, "1", "{\"do\":\"hold\"}", 'a', &fail), NOT_ALLOWED, &fail,
           "case.frozen");
}

int main(void)
{
    struct fixture fixture;
    if (fixture_init(&fixture, SPAN_LIT(MEMBERS))) {
        check_life(&fixture);
        check_decider(&fixture);
        check_chain(&fixture);
        check_malformed(&fixture);
        check_file(&fixture);
        check_sealed(&fixture);
    }
    fixture_done(&fixture);
    return check_end("roll_casebook");
}
