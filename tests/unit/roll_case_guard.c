/* Every guard of docs/roll.md section 7: it refuses, with its own code, and the case is as before;
 * and right beside it what it allows. */
#include "roll_fixture.h"

#define MEMBERS                                                                                    \
    FIXTURE_HEADER "1,A,B,,,,,North,Lapsed,2020-01-02,,\n2,C,D,,,,,North,Paid,2020-01-02,,\n"
#define INCLUDE "{\"do\":\"include\"}"
#define EXCLUDE "{\"do\":\"exclude\"}"
#define HOLD    "{\"do\":\"hold\"}"

enum { DAY = 86400 };
static struct fixture fixture;
static struct fail fail;

static void refused(enum outcome got, const char *code)
{
    CHECK(got != OK);
    CHECK_STR(fail.code, code);
}

static void taken(enum outcome got)
{
    CHECK_STR(got == OK ? "" : fail.text, "");
}

static const struct variance_case *book(uint32_t number)
{
    return casebook_find(&fixture.book, number);
}

/* A statement of these further members, answering the latest one. */
static enum outcome state(const char *kind, const char *body, char officer)
{
    return fixture_state(&fixture, kind, &fixture.latest, body, officer, &fail);
}

static enum outcome countersign(uint32_t number, const char *as, char officer)
{
    char body[128];
    snprintf(body, sizeof(body), ",\"case\":%u,\"as\":\"%s\",\"text\":\"seen\"", number, as);
    return state("countersignature", body, officer);
}

static enum outcome appeal(uint32_t number, const char *by, char officer)
{
    char body[128];
    snprintf(body, sizeof(body), ",\"case\":%u,\"by\":\"%s\",\"text\":\"not so\"", number, by);
    return state("appeal", body, officer);
}

static enum outcome withdraw(uint32_t number, char officer)
{
    char body[128];
    snprintf(body, sizeof(body), ",\"case\":%u,\"text\":\"a mistake\"", number);
    return state("withdrawal", body, officer);
}

static enum outcome decide(uint32_t number, const char *outcome, char officer)
{
    return fixture_decide(&fixture, number, outcome, officer, &fail);
}

static void bring(uint32_t number, const char *effect)
{
    CHECK(fixture_bring(&fixture, number, "1", effect));
}

/* `count` subjects, 00…01 and up, or the member with a number when count is 0. */
static enum outcome raise_by(uint32_t number, const char *by, const char *effect, uint32_t count,
                             char officer)
{
    struct buf body;
    struct hash32 subject = {{0}};
    if (count == 0)
        subject = fixture_pseudonym(&fixture, "1");
    buf_init(&body, 1 << 20);
    buf_add_format(&body, ",\"case\":%u,\"by\":\"%s\",\"subjects\":[", number, by);
    for (uint32_t i = 0; i < (count > 0 ? count : 1); i++) {
        if (count > 0) {
            subject.bytes[30] = (uint8_t)(i >> 8);
            subject.bytes[31] = (uint8_t)(i & 0xFF);
        }
        buf_add_str(&body, i > 0 ? ",\"" : "\"");
        hex_add(&body, SPAN_ARRAY(subject.bytes));
        buf_add_str(&body, "\"");
    }
    buf_add_format(&body, "],\"effect\":%s,\"reason\":\"other\",\"text\":\"t\"", effect);
    enum outcome outcome = fixture_state(&fixture, "variance", &fixture.snapshot_leaf,
                                         buf_text(&body), officer, &fail);
    buf_done(&body);
    return outcome;
}

/* -- who -------------------------------------------------------------------------------------- */

static void check_roles(void)
{
    check_case("who may raise");
    refused(fixture_raise(&fixture, 1, "1", HOLD, 'v', &fail), "case.role");
    refused(fixture_raise(&fixture, 1, "1", HOLD, 'p', &fail), "case.role");
    refused(fixture_raise(&fixture, 1, "1", HOLD, '-', &fail), "case.role");
    refused(fixture_raise(&fixture, 1, "1", HOLD, '@', &fail), "case.role");
    refused(fixture_raise(&fixture, 1, "1", HOLD, 'x', &fail), "case.barred");
    taken(fixture_raise(&fixture, 1, "1", HOLD, 'd', &fail));
    check_case("who may give evidence, propose and notify");
    refused(fixture_document(&fixture, 1, 'v', &fail), "case.role");
    refused(fixture_document(&fixture, 1, '@', &fail), "case.role");
    taken(fixture_document(&fixture, 1, 'd', &fail));
    refused(fixture_propose(&fixture, 1, EXCLUDE, 'p', &fail), "case.role");
    taken(fixture_propose(&fixture, 1, EXCLUDE, 'd', &fail));
    refused(fixture_notify(&fixture, 1, 'v', &fail), "case.role");
    refused(fixture_notify(&fixture, 1, 'x', &fail), "case.barred");
    check_case("who may decide");
    refused(decide(1, "refused", 'v'), "case.role");
    refused(decide(1, "refused", 'x'), "case.barred");
    refused(decide(1, "refused", '@'), "case.role");
    taken(decide(1, "refused", 'p'));
    check_case("who may appeal");
    refused(appeal(1, "officer", '-'), "case.role");
    refused(appeal(1, "officer", 'x'), "case.barred");
    refused(appeal(1, "officer", '@'), "case.role");
    refused(appeal(1, "member", 'a'), "case.role");
    taken(appeal(1, "officer", 'v'));
}

static void check_members(void)
{
    check_case("a member asks for a review of one entry, through the authority");
    refused(raise_by(10, "member", "{\"do\":\"review\"}", 0, 'a'), "case.role");
    refused(raise_by(10, "machine", "{\"do\":\"review\"}", 0, 'a'), "case.role");
    refused(raise_by(10, "officer", "{\"do\":\"review\"}", 0, '@'), "case.role");
    refused(raise_by(10, "member", "{\"do\":\"review\"}", 2, '@'), "case.subject");
    refused(raise_by(10, "member", INCLUDE, 0, '@'), "case.subject");
    check_case("three open cases are enough");
    taken(raise_by(10, "member", "{\"do\":\"review\"}", 0, '@'));
    taken(raise_by(11, "member", "{\"do\":\"review\"}", 0, '@'));
    taken(raise_by(12, "member", "{\"do\":\"review\"}", 0, '@'));
    refused(raise_by(13, "member", "{\"do\":\"review\"}", 0, '@'), "case.crowded");
    taken(raise_by(14, "member", "{\"do\":\"review\"}", 1, '@'));
    fixture.latest = book(12)->latest;
    taken(withdraw(12, 'b'));
    taken(raise_by(13, "member", "{\"do\":\"review\"}", 0, '@'));
    check_case("the machine");
    taken(raise_by(15, "machine", EXCLUDE, 3, '@'));
    CHECK_INT(book(15)->by, CASE_BY_MACHINE);
}

static void check_withdrawal(void)
{
    check_case("withdrawn by who raised it");
    bring(20, HOLD);
    refused(withdraw(20, 'b'), "case.not-raiser");
    taken(withdraw(20, 'a'));
    CHECK_INT(book(20)->state, CASE_WITHDRAWN);
    CHECK(!case_is_open(book(20)));
    refused(fixture_document(&fixture, 20, 'a', &fail), "case.withdrawn");
    refused(decide(20, "refused", 'b'), "case.withdrawn");
    refused(appeal(20, "officer", 'b'), "case.not-decided");
}

/* -- what, in which state --------------------------------------------------------------------- */

static void check_states(void)
{
    check_case("nothing without evidence");
    taken(fixture_raise(&fixture, 30, "1", "{\"do\":\"review\"}", 'a', &fail));
    refused(fixture_propose(&fixture, 30, INCLUDE, 'a', &fail), "case.no-evidence");
    refused(decide(30, "refused", 'b'), "case.no-evidence");
    refused(fixture_notify(&fixture, 30, 'a', &fail), "case.not-proposed");
    check_case("nothing without a proposal");
    taken(fixture_document(&fixture, 30, 'a', &fail));
    refused(decide(30, "upheld", 'b'), "case.not-proposed");
    refused(fixture_notify(&fixture, 30, 'a', &fail), "case.not-proposed");
    refused(appeal(30, "officer", 'b'), "case.not-decided");
    refused(countersign(30, "officer", 'b'), "case.countersign");
    check_case("an effect for one subject");
    taken(raise_by(31, "officer", "{\"do\":\"review\"}", 2, 'a'));
    taken(fixture_document(&fixture, 31, 'a', &fail));
    char effect[256];
    fixture_effect(effect, sizeof(effect), "merge\",\"into\":\"", fixture.context);
    refused(fixture_propose(&fixture, 31, effect, 'a', &fail), "case.subject");
    refused(raise_by(32, "officer", effect, 2, 'a'), "case.subject");
    taken(raise_by(32, "officer", effect, 1, 'a'));
}

static void check_added(void)
{
    static const char ADD[] = "{\"do\":\"add\",\"numbers\":\"%s\",\"record\":{\"member_no\":\"%s\","
                              "\"name\":\"Ann\",\"joined_on\":\"2020-01-01\",\"x.a\":\"1\"}}";
    char effect[256];
    check_case("an added person is the subject");
    snprintf(effect, sizeof(effect), ADD, "members", "77");
    refused(fixture_raise(&fixture, 35, "78", effect, 'a', &fail), "case.subject");
    taken(fixture_raise(&fixture, 35, "77", effect, 'a', &fail));
    check_case("in the numbers of a membership list");
    snprintf(effect, sizeof(effect), ADD, "finance", "77");
    taken(fixture_document(&fixture, 35, 'a', &fail));
    refused(fixture_propose(&fixture, 35, effect, 'a', &fail), "case.subject");
    snprintf(effect, sizeof(effect), ADD, "members", "77");
    taken(fixture_propose(&fixture, 35, effect, 'a', &fail));
    CHECK_TEXT(book(35)->effect.numbers, "members");
    CHECK_UINT(json_object_size(book(35)->effect.record), 4);
}

/* -- evidence --------------------------------------------------------------------------------- */

static void check_strength(void)
{
    static const char DECLARED[] = ",\"case\":40,\"evidence\":\"member-declaration\","
                                   "\"attestation\":\"I paid\"";
    check_case("attestations of one officer count once");
    taken(fixture_raise(&fixture, 40, "1", INCLUDE, 'a', &fail));
    taken(fixture_attest(&fixture, 40, 'e', &fail));
    taken(fixture_attest(&fixture, 40, 'e', &fail));
    CHECK_UINT(book(40)->strength, 2);
    taken(fixture_propose(&fixture, 40, INCLUDE, 'a', &fail));
    refused(decide(40, "upheld", 'b'), "case.weak");
    check_case("declarations together once");
    taken(state("evidence", DECLARED, 'e'));
    taken(state("evidence", DECLARED, 'f'));
    CHECK_UINT(book(40)->strength, 3);
    CHECK_INT(book(40)->state, CASE_PROPOSED);
    taken(decide(40, "upheld", 'b'));
    check_case("one file counts once");
    taken(fixture_raise(&fixture, 43, "1", INCLUDE, 'a', &fail));
    taken(fixture_document(&fixture, 43, 'a', &fail));
    taken(fixture_document(&fixture, 43, 'e', &fail));
    CHECK_UINT(book(43)->strength, 3);
    check_case("holding takes little, refusing nothing");
    taken(fixture_raise(&fixture, 41, "1", HOLD, 'a', &fail));
    taken(fixture_attest(&fixture, 41, 'g', &fail));
    taken(fixture_propose(&fixture, 41, HOLD, 'a', &fail));
    taken(decide(41, "upheld", 'b'));
    taken(fixture_raise(&fixture, 42, "1", INCLUDE, 'a', &fail));
    taken(fixture_attest(&fixture, 42, 'g', &fail));
    taken(fixture_propose(&fixture, 42, INCLUDE, 'a', &fail));
    taken(decide(42, "refused", 'b'));
}

static void check_attester(void)
{
    check_case("one officer attests in ten cases");
    for (uint32_t number = 50; number < 61; number++) {
        taken(fixture_raise(&fixture, number, "1", INCLUDE, 'a', &fail));
        if (number < 60)
            taken(fixture_attest(&fixture, number, 'h', &fail));
    }
    refused(fixture_attest(&fixture, 60, 'h', &fail), "case.attester");
    check_case("again in one of the ten, or by another, or a document");
    fixture.latest = book(59)->latest;
    taken(fixture_attest(&fixture, 59, 'h', &fail));
    fixture.latest = book(60)->latest;
    taken(fixture_attest(&fixture, 60, 'i', &fail));
    taken(fixture_document(&fixture, 60, 'h', &fail));
}

/* -- deciding --------------------------------------------------------------------------------- */

/* The same person under another id, or another person's key under this id. */
static enum outcome decide_as(uint32_t number, const char *id, char key_byte)
{
    uint8_t key[KEY_BYTES];
    char body[256];
    struct buf text;
    memset(key, key_byte, sizeof(key));
    snprintf(body, sizeof(body),
             ",\"case\":%u,\"outcome\":\"refused\",\"reasons\":\"shown to my satisfaction\","
             "\"conflict\":\"none\"",
             number);
    buf_init(&text, 4096);
    fixture_text(&fixture, "decision", &fixture.latest, body, &text);
    struct case_note note = {.note = buf_span(&text),
                             .text = buf_span(&text),
                             .signer = span_str(id),
                             .key = key,
                             .roles = OFFICER_SECRETARY,
                             .at_s = fixture.at_s};
    enum outcome outcome = casebook_add(&fixture.book, &note, &fail);
    buf_done(&text);
    return outcome;
}

static void check_four_eyes(void)
{
    check_case("who raised, evidenced or proposed does not decide");
    taken(fixture_raise(&fixture, 70, "1", INCLUDE, 'a', &fail));
    taken(fixture_document(&fixture, 70, 'e', &fail));
    taken(fixture_propose(&fixture, 70, INCLUDE, 'f', &fail));
    refused(decide(70, "upheld", 'a'), "case.four-eyes");
    refused(decide(70, "upheld", 'e'), "case.four-eyes");
    refused(decide(70, "refused", 'f'), "case.four-eyes");
    check_case("nor under another id, nor with another key");
    refused(decide_as(70, "z", 'a'), "case.four-eyes");
    refused(decide_as(70, "a", 'z'), "case.four-eyes");
    check_case("who only told the member may");
    taken(fixture_notify(&fixture, 70, 'j', &fail));
    taken(decide(70, "upheld", 'j'));
    check_case("who decided does not appeal, nor decide the appeal");
    refused(appeal(70, "officer", 'j'), "case.four-eyes");
    taken(appeal(70, "officer", 'k'));
    refused(decide(70, "refused", 'j'), "case.four-eyes");
    refused(decide(70, "refused", 'k'), "case.four-eyes");
    taken(decide(70, "refused", 'p'));
}

static void check_deadline(void)
{
    int64_t monday = fixture.at_s = FIXTURE_MONDAY;
    check_case("in time until the last second of the fifth working day");
    bring(80, INCLUDE);
    int64_t last = case_deadline(&fixture.book, book(80));
    CHECK_INT(last, monday - 9 * 3600 + 8 * DAY - 1);
    fixture.at_s = last + 1;
    refused(decide(80, "upheld", 'b'), "case.late");
    refused(decide(80, "refused", 'b'), "case.late");
    check_case("after that it goes to the deputy or the panel");
    taken(decide(80, "upheld", 'd'));
    fixture.at_s = monday;
    bring(81, INCLUDE);
    fixture.at_s = last + 1;
    taken(decide(81, "refused", 'p'));
    fixture.at_s = monday;
    bring(82, INCLUDE);
    fixture.at_s = last;
    taken(decide(82, "refused", 'b'));
    check_case("an appeal has a time of its own");
    taken(appeal(82, "member", '@'));
    fixture.at_s = case_deadline(&fixture.book, book(82));
    CHECK(fixture.at_s > last);
    taken(decide(82, "upheld", 'e'));
    CHECK(book(82)->is_final);
}

static void check_notice(void)
{
    int64_t monday = fixture.at_s = FIXTURE_MONDAY;
    int64_t over = monday - 9 * 3600 + 3 * DAY; /* the first second of Thursday */
    check_case("nobody is removed unheard");
    bring(90, EXCLUDE);
    refused(decide(90, "upheld", 'b'), "case.notice");
    taken(fixture_notify(&fixture, 90, 'a', &fail));
    fixture.at_s = over - 1;
    refused(decide(90, "upheld", 'b'), "case.notice");
    check_case("another proposal needs another notice");
    taken(fixture_propose(&fixture, 90, EXCLUDE, 'a', &fail));
    CHECK(!book(90)->notified);
    fixture.at_s = over;
    refused(decide(90, "upheld", 'b'), "case.notice");
    check_case("the first notice after the proposal counts, the last one moves the deadline");
    taken(fixture_notify(&fixture, 90, 'a', &fail));
    int64_t early = case_deadline(&fixture.book, book(90));
    fixture.at_s += 2 * DAY;
    taken(fixture_notify(&fixture, 90, 'a', &fail));
    CHECK(case_deadline(&fixture.book, book(90)) > early);
    fixture.at_s = over + 5 * DAY; /* Thursday, then Tuesday */
    taken(decide(90, "upheld", 'b'));
    CHECK(book(90)->reply_over);
    check_case("refusing takes no notice, and a repair is upheld without");
    fixture.at_s = monday;
    bring(91, EXCLUDE);
    taken(decide(91, "refused", 'b'));
    bring(92, INCLUDE);
    taken(decide(92, "upheld", 'b'));
    CHECK(!book(92)->reply_over);
}

static void check_appeal(void)
{
    int64_t monday = fixture.at_s = FIXTURE_MONDAY;
    check_case("appealed in time, once");
    bring(100, INCLUDE);
    taken(decide(100, "upheld", 'b'));
    uint32_t first = book(100)->force_order;
    fixture.at_s = monday - 9 * 3600 + 8 * DAY;
    refused(appeal(100, "member", '@'), "case.appeal-late");
    fixture.at_s--;
    taken(appeal(100, "member", '@'));
    check_case("in force until the appeal is decided");
    CHECK_INT(book(100)->state, CASE_APPEALED);
    CHECK_UINT(book(100)->force_order, first);
    CHECK(!case_is_open(book(100)));
    refused(appeal(100, "officer", 'e'), "case.appealed");
    refused(fixture_propose(&fixture, 100, HOLD, 'a', &fail), "case.appealed");
    refused(fixture_notify(&fixture, 100, 'a', &fail), "case.appealed");
    refused(withdraw(100, 'a'), "case.appealed");
    taken(fixture_document(&fixture, 100, 'e', &fail));
    refused(decide(100, "refused", 'e'), "case.four-eyes");
    taken(decide(100, "refused", 'f'));
    CHECK_UINT(book(100)->force_order, 0);
    refused(appeal(100, "officer", 'e'), "case.appealed");
    check_case("a refusal appealed is open, and may come into force");
    fixture.at_s = monday;
    bring(101, INCLUDE);
    taken(decide(101, "refused", 'b'));
    CHECK(!case_is_open(book(101)));
    taken(appeal(101, "officer", 'a'));
    CHECK(case_is_open(book(101)));
    taken(decide(101, "upheld", 'p'));
    CHECK_UINT(book(101)->force_order, fixture.book.statement_count);
}

static void bring_bulk(uint32_t number, uint32_t subjects)
{
    taken(raise_by(number, "officer", INCLUDE, subjects, 'a'));
    taken(fixture_document(&fixture, number, 'a', &fail));
    taken(fixture_propose(&fixture, number, INCLUDE, 'a', &fail));
    taken(decide(number, "upheld", 'b'));
}

static void check_bulk(void)
{
    fixture.at_s = FIXTURE_MONDAY;
    check_case("ten subjects need no scrutineer");
    bring_bulk(110, 10);
    CHECK(book(110)->force_order > 0);
    refused(countersign(110, "scrutineer", 'v'), "case.countersign");
    check_case("eleven do");
    bring_bulk(111, 11);
    CHECK_UINT(book(111)->force_order, 0);
    CHECK(case_is_open(book(111)));
    refused(countersign(111, "officer", 'c'), "case.countersign");
    refused(countersign(111, "scrutineer", 'c'), "case.role");
    taken(countersign(111, "scrutineer", 'v'));
    CHECK_UINT(book(111)->force_order, fixture.book.statement_count);
    refused(countersign(111, "scrutineer", 'v'), "case.countersign");
    check_case("a hundredth of the rows of the latest membership lists");
    uint8_t leaf[HASH_BYTES] = {7};
    taken(casebook_add_snapshot(&fixture.book, leaf, 1, false, 100000, &fail));
    taken(casebook_add_snapshot(&fixture.book, leaf, 2, true, 9000, &fail));
    taken(casebook_add_snapshot(&fixture.book, leaf, 2, true, 1998, &fail));
    bring_bulk(112, 20); /* 1,998 and the fixture's 2 */
    CHECK(book(112)->force_order > 0);
    bring_bulk(113, 21);
    CHECK(book(113)->lacks_scrutineer);
    check_case("what lacked a countersignature when appealed can't be signed any more");
    taken(appeal(113, "member", '@'));
    CHECK(case_is_open(book(113)));
    refused(countersign(113, "scrutineer", 'v'), "case.countersign");
    taken(decide(113, "upheld", 'p'));
    taken(countersign(113, "scrutineer", 'v'));
    CHECK(book(113)->force_order > 0);
}

static void check_after_roll(void)
{
    uint8_t leaf[HASH_BYTES] = {9};
    const struct hash32 roll = {{9}};
    static const char TOO_LATE[] = ",\"subjects\":[\"00000000000000000000000000000000000000000000"
                                   "00000000000000000001\"],\"text\":\"she had died\"";
    check_case("an irregularity follows a roll");
    refused(fixture_state(&fixture, "irregularity", &roll, TOO_LATE, 'a', &fail), "case.early");
    casebook_add_roll(&fixture.book, leaf);
    taken(fixture_state(&fixture, "irregularity", &roll, TOO_LATE, 'a', &fail));
    refused(fixture_state(&fixture, "irregularity", &fixture.latest, TOO_LATE, 'a', &fail),
            "case.stale");
    check_case("after the seal a decision takes two");
    bring(120, INCLUDE);
    taken(decide(120, "upheld", 'b'));
    CHECK_UINT(book(120)->force_order, 0);
    refused(countersign(120, "officer", 'a'), "case.four-eyes");
    refused(countersign(120, "officer", 'b'), "case.four-eyes");
    refused(countersign(120, "officer", 'x'), "case.barred");
    refused(countersign(120, "officer", 'v'), "case.role");
    refused(countersign(120, "scrutineer", 'v'), "case.countersign");
    taken(countersign(120, "officer", 'p'));
    CHECK(book(120)->force_order > 0);
    check_case("and a large one three");
    bring_bulk(121, 30);
    taken(countersign(121, "scrutineer", 'v'));
    CHECK_UINT(book(121)->force_order, 0);
    taken(countersign(121, "officer", 'c'));
    CHECK(book(121)->force_order > 0);
    check_case("refusing takes one");
    bring(122, INCLUDE);
    taken(decide(122, "refused", 'b'));
    CHECK(!case_is_open(book(122)));
}

int main(void)
{
    if (fixture_init(&fixture, SPAN_LIT(MEMBERS))) {
        check_roles();
        check_members();
        check_withdrawal();
        check_states();
        check_added();
        check_strength();
        check_attester();
        check_four_eyes();
        check_deadline();
        check_notice();
        check_appeal();
        check_bulk();
        check_after_roll();
    }
    fixture_done(&fixture);
    return check_end("roll_case_guard");
}
