/* Ballots that must not stand, and why: credentials, papers, encodings, copies, sequences. */
#include "base/code.h"
#include "check.h"
#include "crypto/envelope.h"
#include "election/ballot.h"
#include "lib/process.h"
#include "lib/rehearsal.h"

#include <sodium.h>
#include <unistd.h>

static struct rehearsal rehearsal;

static const struct state *now(void)
{
    return rehearsal_state_of(&rehearsal);
}

/* -- sending ---------------------------------------------------------------------------------- */

struct answer {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool over;
    enum submission_result result;
    struct fail fail;
    struct buf note;
};

static void answered(void *ctx, const struct submission *submission)
{
    struct answer *answer = ctx;
    pthread_mutex_lock(&answer->lock);
    answer->result = submission->result;
    answer->fail = submission->fail;
    buf_add(&answer->note, submission->answer);
    answer->over = true;
    pthread_cond_signal(&answer->wake);
    pthread_mutex_unlock(&answer->lock);
}

static void send_note(struct span note, struct answer *out)
{
    *out = (struct answer){.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};
    buf_init(&out->note, 1 << 20);
    election_submit(rehearsal.election, note, answered, out);
    pthread_mutex_lock(&out->lock);
    while (!out->over)
        pthread_cond_wait(&out->wake, &out->lock);
    pthread_mutex_unlock(&out->lock);
}

/* A refusal of a ballot is signed by the authority and names exactly this note. */
static void check_refusal(const struct answer *answer, struct span note)
{
    struct statement statement;
    struct merkle_hash leaf;
    struct fail fail;
    merkle_leaf(note, &leaf);
    if (!CHECK_INT(
            statement_read(buf_span(&answer->note), SPAN_LIT(REHEARSAL_ORIGIN), &statement, &fail),
            OK))
        return;
    CHECK(statement_is(&statement, KIND_REFUSAL));
    CHECK_BYTES(statement.answers, leaf.bytes, HASH_BYTES);
    CHECK_INT(note_verify(&statement.note, &rehearsal.election->authority.key, &fail), OK);
    CHECK_TEXT(json_span(json_object_get(statement.object, "code")), answer->fail.code);
    statement_done(&statement);
}

static void expect(struct span note, const char *code)
{
    struct answer answer;
    send_note(note, &answer);
    if (*code == '\0') {
        CHECK_INT(answer.result, SUBMISSION_ACCEPTED);
    } else {
        CHECK_INT(answer.result, SUBMISSION_REFUSED);
        CHECK_STR(answer.fail.code, code);
        check_refusal(&answer, note);
    }
    buf_done(&answer.note);
}

/* -- making ----------------------------------------------------------------------------------- */

/* A right ballot of credential `number`, as an object to be altered. */
static json_t *right_ballot(unsigned number)
{
    struct buf note;
    struct statement statement;
    struct fail fail;
    buf_init(&note, LIMIT_ENTRY_BYTES);
    rehearsal_ballot(&rehearsal, number, &note);
    rehearsal_must(statement_read(buf_span(&note), SPAN_LIT(REHEARSAL_ORIGIN), &statement, &fail),
                   &fail, "ballot");
    json_t *object = json_incref(statement.object);
    statement_done(&statement);
    buf_done(&note);
    return object;
}

static void sign_text(struct span text, const uint8_t *secret, struct buf *out_note)
{
    struct note_signer signer = {.secret = secret};
    const struct note_signer *signers[] = {&signer};
    struct fail fail;
    rehearsal_must(definition_key(REHEARSAL_ORIGIN, NAME_CREDENTIAL, "", secret + KEY_BYTES,
                                  &signer.key, &fail),
                   &fail, "credential");
    statement_sign(text, signers, 1, out_note);
}

static void expect_object(json_t *object, const uint8_t *secret, const char *code)
{
    struct buf text, note;
    buf_init(&text, NOTE_BYTES_MAX);
    buf_init(&note, NOTE_BYTES_MAX);
    statement_end(object, &text);
    sign_text(buf_span(&text), secret, &note);
    expect(buf_span(&note), code);
    buf_done(&text);
    buf_done(&note);
}

/* -- members ---------------------------------------------------------------------------------- */

static void test_members(void)
{
    static const char ones[] =
        "\"1111111111111111111111111111111111111111111111111111111111111111\"";
    const struct {
        const char *member, *value, *code;
    } edits[] = {
        {"context", ones, "statement.context"},
        {"answers", ones, "statement.answers"},
        {"roll", "2", "ballot.style"},
        {"roll", "0", "json.member"},
        {"roll", "\"1\"", "json.member"},
        {"style", "\"some\"", "ballot.style"},
        {"style", "\"\"", "ballot.style"},
        {"paper", ones, "ballot.paper"},
        {"paper", "[]", "json.member"},
        {"sequence", "1", "ballot.sequence"},
        {"sequence", "-1", "json.member"},
        {"previous", ones, "ballot.sequence"},
        {"body", "\"\"", "ballot.length"},
        {"body", "\"AAAA\"", "ballot.length"},
        {"body", "\"AAA\"", "ballot.body"},
        {"body", "\"AAB=\"", "ballot.body"},
        {"body", "\"A A=\"", "ballot.body"},
        {"more", "1", "json.member"},
        {"credential", ones, "ballot.credential"},
        {"credential", "7", "ballot.credential"},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(edits); i++) {
        json_t *object = right_ballot(0);
        json_object_set_new(object, edits[i].member,
                            json_loads(edits[i].value, JSON_DECODE_ANY, NULL));
        check_case("ballot: %s %s", edits[i].member, edits[i].value);
        expect_object(object, rehearsal.credentials[0], edits[i].code);
    }
}

/* A member whose name is too long for a failure's text, which is cut within a character. */
static void test_long_name(void)
{
    for (size_t shift = 0; shift < 2; shift++) {
        char name[1200] = "xx";
        for (size_t i = shift; i + 2 < sizeof name - 1; i += 2)
            memcpy(name + i, "\xc3\xa2", 3);
        json_t *object = right_ballot(0);
        json_put_integer(object, name, 1);
        check_case("a long name, from %zu", shift);
        expect_object(object, rehearsal.credentials[0], "json.member");
    }
}

static void test_signatures(void)
{
    uint8_t seed[KEY_BYTES] = {9}, key[KEY_BYTES], secret[ED25519_SECRET_BYTES];
    ed25519_pair(seed, key, secret);
    check_case("an unknown credential");
    json_t *object = right_ballot(0);
    json_put_hex(object, "credential", SPAN_ARRAY(key));
    expect_object(object, secret, "ballot.credential");
    check_case("another credential's signature");
    expect_object(right_ballot(0), rehearsal.credentials[1], "statement.signer");
    check_case("another credential's body");
    object = right_ballot(0);
    json_put_hex(object, "credential", span_of(rehearsal.credentials[1] + KEY_BYTES, KEY_BYTES));
    expect_object(object, rehearsal.credentials[1], "ballot.proof");
}

/* Bytes that are not what any program prints. */
static void test_texts(void)
{
    static const struct {
        const char *name, *from, *to, *code;
    } edits[] = {
        {"white space", "\"roll\":1", "\"roll\": 1", "json.not-canonical"},
        {"a key twice", "\"roll\":1", "\"roll\":1,\"roll\":1", "json.malformed"},
        {"another order", "\"roll\":1,\"style\":\"all\"", "\"style\":\"all\",\"roll\":1",
         "json.member"},
        {"an escape", "\"style\":\"all\"", "\"style\":\"\\u0061ll\"", "json.not-canonical"},
        {"a real", "\"roll\":1", "\"roll\":1.0", "json.malformed"},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(edits); i++) {
        struct buf text, note;
        struct answer answer;
        buf_init(&text, NOTE_BYTES_MAX);
        buf_init(&note, NOTE_BYTES_MAX);
        statement_end(right_ballot(0), &text);
        const char *at = strstr(buf_text(&text), edits[i].from);
        check_case("text: %s", edits[i].name);
        if (!CHECK(at != NULL))
            continue;
        struct buf altered;
        buf_init(&altered, NOTE_BYTES_MAX);
        buf_add(&altered, span_of(text.bytes, (size_t)(at - buf_text(&text))));
        buf_add_str(&altered, edits[i].to);
        buf_add_str(&altered, at + strlen(edits[i].from));
        sign_text(buf_span(&altered), rehearsal.credentials[0], &note);
        send_note(buf_span(&note), &answer);
        CHECK_INT(answer.result, SUBMISSION_REFUSED);
        CHECK_STR(answer.fail.code, edits[i].code);
        buf_done(&answer.note);
        buf_done(&altered);
        buf_done(&text);
        buf_done(&note);
    }
}

/* -- bodies ----------------------------------------------------------------------------------- */

/* L of section 2, little-endian. */
static const uint8_t order_l[SCALAR_BYTES] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a,       0x63,
                                              0x12, 0x58, 0xd6, 0x9c, 0xf7,       0xa2,
                                              0xde, 0xf9, 0xde, 0x14, [31] = 0x10};

static void add_order(uint8_t *scalar)
{
    unsigned carry = 0;
    for (unsigned i = 0; i < SCALAR_BYTES; i++) {
        carry += (unsigned)scalar[i] + order_l[i];
        scalar[i] = (uint8_t)carry;
        carry >>= 8;
    }
}

static void top_bit_of_alpha(struct envelope *envelope)
{
    envelope->ciphertext.alpha.bytes[31] |= 0x80;
}
static void top_bit_of_beta(struct envelope *envelope)
{
    envelope->ciphertext.beta.bytes[31] |= 0x80;
}
static void top_bit_of_t(struct envelope *envelope)
{
    ((uint8_t *)&envelope->proof)[31] |= 0x80;
}
static void z_plus_order(struct envelope *envelope)
{
    add_order((uint8_t *)&envelope->proof + POINT_BYTES);
}
static void identity_alpha(struct envelope *envelope)
{
    memset(&envelope->ciphertext.alpha, 0, POINT_BYTES);
}
static void identity_beta(struct envelope *envelope)
{
    memset(&envelope->ciphertext.beta, 0, POINT_BYTES);
}
static void odd_alpha(struct envelope *envelope)
{
    envelope->ciphertext.alpha.bytes[0] ^= 1;
}
static void alpha_is_beta(struct envelope *envelope)
{
    envelope->ciphertext.alpha = envelope->ciphertext.beta;
}
static void zero_proof(struct envelope *envelope)
{
    memset(&envelope->proof, 0, sizeof envelope->proof);
}
static void swap_contests(struct envelope *envelope)
{
    struct envelope first = envelope[0];
    envelope[0] = envelope[1];
    envelope[1] = first;
}
static void repeat_contest(struct envelope *envelope)
{
    envelope[1] = envelope[0];
}

static void body_of(const json_t *object, struct buf *out_body)
{
    buf_init(out_body, LIMIT_ENTRY_BYTES);
    CHECK(base64_read(json_span(json_object_get(object, "body")), out_body));
}

static void put_body(json_t *object, const struct buf *body)
{
    struct buf text;
    buf_init(&text, NOTE_BYTES_MAX);
    base64_add(&text, buf_span(body));
    json_put_string(object, "body", buf_span(&text));
    buf_done(&text);
}

static void test_bodies(void)
{
    static const struct {
        const char *name;
        void (*spoil)(struct envelope *envelope);
        const char *code;
    } cases[] = {
        {"top bit of alpha", top_bit_of_alpha, "ballot.proof"},
        {"top bit of beta", top_bit_of_beta, "ballot.proof"},
        {"top bit of T", top_bit_of_t, "ballot.proof"},
        {"z + L", z_plus_order, "ballot.proof"},
        {"alpha is the identity", identity_alpha, "ballot.proof"},
        {"beta is the identity", identity_beta, "ballot.proof"},
        {"alpha is odd", odd_alpha, "ballot.proof"},
        {"alpha is beta", alpha_is_beta, "ballot.proof"},
        {"no proof", zero_proof, "ballot.proof"},
        {"contests exchanged", swap_contests, "ballot.proof"},
        {"one ciphertext twice", repeat_contest, "ballot.alpha-repeated"},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        struct buf body;
        json_t *object = right_ballot(0);
        check_case("body: %s", cases[i].name);
        body_of(object, &body);
        cases[i].spoil((struct envelope *)body.bytes);
        put_body(object, &body);
        expect_object(object, rehearsal.credentials[0], cases[i].code);
        buf_done(&body);
    }
}

/* -- what stood before ------------------------------------------------------------------------- */

static void test_repetition(void)
{
    struct buf note;
    struct answer answer;
    buf_init(&note, LIMIT_ENTRY_BYTES);
    rehearsal_ballot(&rehearsal, 0, &note);
    check_case("accepted");
    expect(buf_span(&note), "");
    check_case("again");
    send_note(buf_span(&note), &answer);
    CHECK_INT(answer.result, SUBMISSION_KNOWN);
    buf_done(&answer.note);
    check_case("another ballot of the same credential");
    buf_clear(&note);
    rehearsal_ballot(&rehearsal, 0, &note);
    expect(buf_span(&note), "ballot.repeated");
    buf_done(&note);
}

/* Whoever copies another's ciphertext lacks its randomness, so the proof fails first; the table of
 * those seen is asked for a ballot that holds in itself. */
static void test_copied_alpha(void)
{
    struct buf theirs, mine;
    json_t *seen = right_ballot(1), *object = right_ballot(2);
    check_case("another's alpha");
    body_of(seen, &theirs);
    body_of(object, &mine);
    expect_object(json_incref(seen), rehearsal.credentials[1], "");
    memcpy(mine.bytes, theirs.bytes, sizeof(struct ciphertext));
    put_body(object, &mine);
    expect_object(object, rehearsal.credentials[2], "ballot.proof");
    json_decref(seen);
    buf_done(&theirs);
    buf_done(&mine);
}

/* -- an election in which votes may be changed --------------------------------------------------
 */

static void expect_in_sequence(unsigned number, int64_t sequence, const uint8_t *previous,
                               const char *code)
{
    json_t *object = right_ballot(number);
    json_put_integer(object, "sequence", sequence);
    json_put_hex(object, "previous", span_of(previous, HASH_BYTES));
    expect_object(object, rehearsal.credentials[number], code);
}

static const struct credential *credential_of(unsigned number)
{
    return electorate_find(&now()->electorate, rehearsal.credentials[number] + KEY_BYTES);
}

static void test_changing(void)
{
    static const uint8_t zeros[HASH_BYTES], ones[HASH_BYTES] = {1};
    uint8_t first[HASH_BYTES], second[HASH_BYTES];
    struct buf note;
    struct answer answer;
    check_case("changing: the first");
    buf_init(&note, LIMIT_ENTRY_BYTES);
    rehearsal_ballot(&rehearsal, 0, &note);
    expect(buf_span(&note), "");
    memcpy(first, credential_of(0)->ballot_leaf, HASH_BYTES);
    check_case("changing: what does not follow");
    expect_in_sequence(0, 0, zeros, "ballot.sequence");
    expect_in_sequence(0, 1, zeros, "ballot.sequence");
    expect_in_sequence(0, 1, ones, "ballot.sequence");
    expect_in_sequence(0, 2, first, "ballot.sequence");
    expect_in_sequence(1, 0, first, "ballot.sequence");
    check_case("changing: the second");
    expect_in_sequence(0, 1, first, "");
    memcpy(second, credential_of(0)->ballot_leaf, HASH_BYTES);
    CHECK_UINT(credential_of(0)->ballots, 2);
    check_case("changing: after a restart");
    rehearsal_pause(&rehearsal);
    rehearsal_resume(&rehearsal);
    expect_in_sequence(0, 2, first, "ballot.sequence");
    expect_in_sequence(0, 2, second, "");
    check_case("changing: the first once more is known");
    send_note(buf_span(&note), &answer);
    CHECK_INT(answer.result, SUBMISSION_KNOWN);
    buf_done(&answer.note);
    buf_done(&note);
}

/* -- all -------------------------------------------------------------------------------------- */

static void begin(const char *folder, bool changing)
{
    const struct rehearsal_options options = {.folder = folder,
                                              .members = 4,
                                              .trustees = 1,
                                              .threshold = 1,
                                              .candidates = 3,
                                              .contests = 2,
                                              .changing = changing,
                                              .unsafe_no_sync = true};
    rehearsal_begin(&rehearsal, &options);
    rehearsal_define(&rehearsal);
    rehearsal_ceremony(&rehearsal);
    rehearsal_roll(&rehearsal);
    rehearsal_issue(&rehearsal);
    rehearsal_open(&rehearsal);
}

int main(void)
{
    char top[] = "/tmp/election_ballots.XXXXXX", folder[64], other[64];
    if (sodium_init() < 0 || !mkdtemp(top))
        return 1;
    snprintf(folder, sizeof folder, "%s/once", top);
    snprintf(other, sizeof other, "%s/changing", top);
    begin(folder, false);
    test_members();
    test_long_name();
    test_signatures();
    test_texts();
    test_bodies();
    test_repetition();
    test_copied_alpha();
    rehearsal_end(&rehearsal);
    begin(other, true);
    test_changing();
    rehearsal_end(&rehearsal);
    CHECK_INT(process_remove(top), 0);
    return check_end("election_ballots");
}
