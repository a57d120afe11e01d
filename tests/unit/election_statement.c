/* Statements: lines sorted by key name, merged, cosigned; what is no statement. */
#include "election/statement.h"

#include "check.h"
#include "limit.h"

#include <sodium.h>

#define ORIGIN "example.org/one"

struct person {
    uint8_t secret[ED25519_SECRET_BYTES];
    struct note_signer signer;
};

static void make_person(const char *name, uint8_t number, struct person *out)
{
    uint8_t seed[KEY_BYTES] = {number}, key[KEY_BYTES];
    struct fail fail;
    ed25519_pair(seed, key, out->secret);
    out->signer.secret = out->secret;
    CHECK_INT(note_key_make(span_str(name), NOTE_ED25519, key, &out->signer.key, &fail), OK);
}

static struct person a, b, c;

static void make_text(const char *kind, struct buf *out)
{
    json_t *object = statement_begin(kind, SPAN_LIT(ORIGIN), NULL, NULL);
    json_put_string(object, "text", SPAN_LIT("words"));
    buf_init(out, NOTE_BYTES_MAX);
    statement_end(object, out);
}

static void signed_by(struct span text, const struct note_signer *const signers[], size_t count,
                      struct buf *out)
{
    buf_init(out, NOTE_BYTES_MAX);
    statement_sign(text, signers, count, out);
}

static void test_sorted(void)
{
    const struct note_signer *backwards[] = {&c.signer, &b.signer, &a.signer};
    struct buf text, note;
    struct statement statement;
    struct fail fail;
    check_case("sorted");
    make_text("notice", &text);
    signed_by(buf_span(&text), backwards, 3, &note);
    if (CHECK_INT(statement_read(buf_span(&note), SPAN_LIT(ORIGIN), &statement, &fail), OK)) {
        CHECK_UINT(statement.note.count, 3);
        CHECK_TEXT(statement.note.signatures[0].name, a.signer.key.name);
        CHECK_TEXT(statement.note.signatures[2].name, c.signer.key.name);
        CHECK(statement_is(&statement, "notice"));
        CHECK_INT(note_verify(&statement.note, &b.signer.key, &fail), OK);
        statement_done(&statement);
    }
    buf_done(&text);
    buf_done(&note);
}

static void test_merge(void)
{
    const struct note_signer *first[] = {&c.signer, &b.signer}, *second[] = {&a.signer, &b.signer};
    const struct note_signer *all[] = {&a.signer, &b.signer, &c.signer};
    struct buf text, other, one, two, three, strange, merged;
    struct fail fail;
    make_text("notice", &text);
    make_text("other", &other);
    signed_by(buf_span(&text), first, 2, &one);
    signed_by(buf_span(&text), second, 2, &two);
    signed_by(buf_span(&text), all, 3, &three);
    signed_by(buf_span(&other), second, 2, &strange);
    buf_init(&merged, NOTE_BYTES_MAX);
    check_case("merged");
    CHECK_INT(statement_merge(buf_span(&one), buf_span(&two), &merged, &fail), OK);
    CHECK_SPAN(buf_span(&merged), buf_span(&three));
    check_case("merged the other way");
    buf_clear(&merged);
    CHECK_INT(statement_merge(buf_span(&two), buf_span(&one), &merged, &fail), OK);
    CHECK_SPAN(buf_span(&merged), buf_span(&three));
    check_case("merged with itself");
    buf_clear(&merged);
    CHECK_INT(statement_merge(buf_span(&one), buf_span(&one), &merged, &fail), OK);
    CHECK_SPAN(buf_span(&merged), buf_span(&one));
    check_case("of another text");
    CHECK_INT(statement_merge(buf_span(&one), buf_span(&strange), &merged, &fail), CONFLICT);
    check_case("cosigned");
    const struct note_signer *alone[] = {&b.signer}, *pair[] = {&a.signer, &b.signer};
    struct buf single, both, made;
    signed_by(buf_span(&text), alone, 1, &single);
    signed_by(buf_span(&text), pair, 2, &both);
    buf_init(&made, NOTE_BYTES_MAX);
    CHECK_INT(statement_cosign(buf_span(&single), &a.signer, &made, &fail), OK);
    CHECK_SPAN(buf_span(&made), buf_span(&both));
    CHECK_INT(statement_cosign(buf_span(&both), &a.signer, &made, &fail), CONFLICT);
    struct buf *const all_bufs[] = {&text,    &other,  &one,    &two,  &three,
                                    &strange, &merged, &single, &both, &made};
    for (size_t i = 0; i < CHECK_COUNT_OF(all_bufs); i++)
        buf_done(all_bufs[i]);
}

#define HEAD(kind, origin)                                                                         \
    "{\"kind\":" kind ",\"origin\":" origin ",\"context\":\"" ZEROS "\",\"answers\":\"" ZEROS "\""
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static const struct {
    const char *name, *text, *code;
} refusals[] = {
    {"white space", HEAD("\"x\"", "\"" ORIGIN "\"") ", \"a\":1}\n", "json.not-canonical"},
    {"duplicate key", HEAD("\"x\"", "\"" ORIGIN "\"") ",\"a\":1,\"a\":1}\n", "json.malformed"},
    {"two lines", HEAD("\"x\"", "\"" ORIGIN "\"") "}\n\n", "json.not-canonical"},
    {"null", HEAD("\"x\"", "\"" ORIGIN "\"") ",\"a\":null}\n", "json.malformed"},
    {"a real", HEAD("\"x\"", "\"" ORIGIN "\"") ",\"a\":1.0}\n", "json.malformed"},
    {"minus zero", HEAD("\"x\"", "\"" ORIGIN "\"") ",\"a\":-0}\n", "json.not-canonical"},
    {"escaped slash", HEAD("\"x\"", "\"" ORIGIN "\"") ",\"a\":\"\\/\"}\n", "json.not-canonical"},
    {"another election", HEAD("\"x\"", "\"example.org/two\"") "}\n", "statement.origin"},
    {"kind is a number", HEAD("1", "\"" ORIGIN "\"") "}\n", "json.member"},
    {"no members", "{}\n", "json.member"},
    {"an array", "[]\n", "json.malformed"},
    {"upper-case hex",
     "{\"kind\":\"x\",\"origin\":\"" ORIGIN
     "\",\"context\":\"A000000000000000000000000000000000000000000000000000000000000000\","
     "\"answers\":\"" ZEROS "\"}\n",
     "json.member"},
};

static void test_refusals(void)
{
    const struct note_signer *signers[] = {&a.signer};
    for (size_t i = 0; i < CHECK_COUNT_OF(refusals); i++) {
        struct buf note;
        struct statement statement;
        struct fail fail = {0};
        check_case("%s", refusals[i].name);
        signed_by(span_str(refusals[i].text), signers, 1, &note);
        CHECK(statement_read(buf_span(&note), SPAN_LIT(ORIGIN), &statement, &fail) != OK);
        CHECK_STR(fail.code, refusals[i].code);
        buf_done(&note);
    }
}

/* Lines out of order, or more than eight. */
static void test_lines(void)
{
    struct buf text, note;
    struct statement statement;
    struct fail fail;
    make_text("notice", &text);
    buf_init(&note, NOTE_BYTES_MAX);
    check_case("unsorted lines");
    note_print_text(buf_span(&text), &note);
    note_sign(buf_span(&text), &b.signer, &note);
    note_sign(buf_span(&text), &a.signer, &note);
    CHECK_INT(statement_read(buf_span(&note), SPAN_LIT(ORIGIN), &statement, &fail), BAD_INPUT);
    CHECK_STR(fail.code, "statement.malformed");
    check_case("nine lines");
    buf_clear(&note);
    note_print_text(buf_span(&text), &note);
    for (unsigned i = 0; i < LIMIT_SIGNATURES + 1; i++) {
        struct person person;
        char name[8];
        snprintf(name, sizeof name, "p%u", i);
        make_person(name, (uint8_t)(50 + i), &person);
        note_sign(buf_span(&text), &person.signer, &note);
    }
    CHECK_INT(statement_read(buf_span(&note), SPAN_LIT(ORIGIN), &statement, &fail), BAD_INPUT);
    CHECK_STR(fail.code, "statement.malformed");
    buf_done(&text);
    buf_done(&note);
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;
    make_person("example.org/one/officer/a", 1, &a);
    make_person("example.org/one/officer/b", 2, &b);
    make_person("example.org/one/officer/c", 3, &c);
    test_sorted();
    test_merge();
    test_refusals();
    test_lines();
    return check_end("election_statement");
}
