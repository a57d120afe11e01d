#include "http/note_header.h"

#include "check.h"

#include "base/code.h"
#include "crypto/hash.h"
#include "election/statement.h"

#define ORIGIN "party.wales/2026"

static uint8_t secret[ED25519_SECRET_BYTES];
static struct note_signer signer;

static void make_signer(void)
{
    static const uint8_t seed[KEY_BYTES] = {7};
    uint8_t key[KEY_BYTES];

    ed25519_pair(seed, key, secret);
    CHECK_INT(note_key_make(SPAN_LIT(ORIGIN "/officer/ann"), NOTE_ED25519, key, &signer.key, NULL),
              OK);
    signer.secret = secret;
}

static void test_round_trip(void)
{
    struct buf value;
    struct buf note;
    struct note parsed;
    uint8_t got[HASH_BYTES];
    uint8_t want[HASH_BYTES];

    check_case("round trip");
    buf_init(&value, 1 << 16);
    buf_init(&note, 1 << 16);
    note_header_make(&signer, SPAN_LIT(ORIGIN), "PUT", SPAN_LIT("bindings"), SPAN_LIT("body"), "",
                     &value);
    CHECK_INT(note_header_read(buf_text(&value), SPAN_LIT(ORIGIN), &note, got, NULL), OK);
    sha256(SPAN_LIT("body"), want);
    CHECK_BYTES(got, want, HASH_BYTES);
    CHECK_INT(note_read(buf_span(&note), &parsed, NULL), OK);
    CHECK_INT(note_verify(&parsed, &signer.key, NULL), OK);
    static const char start[] =
        "{\"kind\":\"request\",\"origin\":\"" ORIGIN "\",\"context\":\"000000";
    CHECK(span_starts(parsed.text, span_str(start)));
    buf_done(&value);
    buf_done(&note);
}

/* Two requests are never the same note: the nonce differs. */
static void test_nonce(void)
{
    struct buf one;
    struct buf two;

    check_case("nonce");
    buf_init(&one, 1 << 16);
    buf_init(&two, 1 << 16);
    note_header_make(&signer, SPAN_LIT(ORIGIN), "GET", SPAN_LIT("annex"), SPAN_LIT(""), "", &one);
    note_header_make(&signer, SPAN_LIT(ORIGIN), "GET", SPAN_LIT("annex"), SPAN_LIT(""), "", &two);
    CHECK(!span_equal(buf_span(&one), buf_span(&two)));
    buf_done(&one);
    buf_done(&two);
}

static void refuse(const char *value, enum outcome outcome, const char *code)
{
    struct buf note;
    uint8_t hash[HASH_BYTES] = {0x55};
    struct fail fail = {.outcome = OK};

    buf_init(&note, 1 << 16);
    CHECK_INT(note_header_read(value, SPAN_LIT(ORIGIN), &note, hash, &fail), outcome);
    if (code)
        CHECK_STR(fail.code, code);
    CHECK_UINT(hash[0], 0x55);
    buf_done(&note);
}

static void test_malformed(void)
{
    static const char *const values[] = {
        "",
        "Ballotd",
        "Ballotd ",
        "Basic YTpi",
        "ballotd e30=",
        "Ballotd  e30=",
        "Ballotd e30",
        "Ballotd e30=\n",
    };

    check_case("no header");
    refuse(NULL, NOT_ALLOWED, "request.missing");
    for (size_t i = 0; i < CHECK_COUNT_OF(values); i++) {
        check_case("\"%s\"", values[i]);
        refuse(values[i], BAD_INPUT, NULL);
    }
}

static void test_other_notes(void)
{
    struct buf value;

    check_case("of another election");
    buf_init(&value, 1 << 16);
    note_header_make(&signer, SPAN_LIT("other.org/1"), "GET", SPAN_LIT("annex"), SPAN_LIT(""), "",
                     &value);
    refuse(buf_text(&value), CONFLICT, "statement.origin");

    check_case("a statement of another kind");
    struct buf text;
    struct buf note;
    const struct note_signer *one = &signer;
    buf_init(&text, 1 << 16);
    buf_init(&note, 1 << 16);
    json_t *object = statement_begin("notice", SPAN_LIT(ORIGIN), NULL, NULL);
    json_put_string(object, "text", SPAN_LIT("hello"));
    statement_end(object, &text);
    statement_sign(buf_span(&text), &one, 1, &note);
    buf_clear(&value);
    buf_add_str(&value, "Ballotd ");
    base64_add(&value, buf_span(&note));
    refuse(buf_text(&value), BAD_INPUT, "request.header");
    buf_done(&text);
    buf_done(&note);
    buf_done(&value);
}

int main(void)
{
    make_signer();
    test_round_trip();
    test_nonce();
    test_malformed();
    test_other_notes();
    return check_end("http_note_header");
}
