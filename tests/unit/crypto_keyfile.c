/* Key files: what is printed opens again; a wrong passphrase and every altered character do not. */
#include "check.h"
#include "crypto/keyfile.h"

static const struct span passphrase = {(const uint8_t *)"correct horse", 13};

static struct keyfile made(enum keyfile_role role)
{
    struct keyfile keyfile = {0};
    CHECK_INT(keyfile_make(role, SPAN_LIT("Siân"), &keyfile, NULL), OK);
    return keyfile;
}

static void print(const struct keyfile *keyfile, struct buf *out_line)
{
    CHECK_INT(keyfile_print(keyfile, passphrase, KEYFILE_QUICK, out_line, NULL), OK);
}

static void round_trip(enum keyfile_role role)
{
    struct keyfile keyfile = made(role);
    struct keyfile opened = {0};
    struct keyfile shown = {0};
    struct buf line;
    buf_init(&line, KEYFILE_BYTES_MAX);
    check_case("%s", keyfile_role_name(role));
    CHECK_INT(keyfile_set_state(&keyfile, SPAN_LIT("attempt 1"), NULL), OK);
    print(&keyfile, &line);
    CHECK_INT(keyfile_read(buf_span(&line), &shown, NULL), OK);
    CHECK(!shown.secret && !shown.state && shown.role == role);
    CHECK_STR(shown.name, "Siân");
    CHECK_BYTES(shown.sign, keyfile.sign, KEY_BYTES);
    CHECK_INT(keyfile_open(buf_span(&line), passphrase, &opened, NULL), OK);
    CHECK_BYTES(opened.secret, keyfile.secret, sizeof *keyfile.secret);
    CHECK_BYTES(&opened.seal, &keyfile.seal, POINT_BYTES);
    CHECK(point_is_proper(&opened.seal) == (role == KEYFILE_TRUSTEE));
    CHECK_SPAN(span_of(opened.state, opened.state_len), SPAN_LIT("attempt 1"));
    keyfile_done(&opened);
    keyfile_done(&keyfile);
    keyfile_done(NULL);
    buf_done(&line);
}

static void wrong_passphrases(void)
{
    struct keyfile keyfile = made(KEYFILE_OFFICER);
    struct keyfile opened = {0};
    struct fail fail = {0};
    struct buf line;
    buf_init(&line, KEYFILE_BYTES_MAX);
    print(&keyfile, &line);
    check_case("wrong passphrase");
    CHECK_INT(keyfile_open(buf_span(&line), SPAN_LIT("correct horsf"), &opened, &fail),
              NOT_ALLOWED);
    CHECK_STR(fail.code, "keyfile.passphrase");
    CHECK_INT(keyfile_open(buf_span(&line), (struct span){0}, &opened, NULL), BAD_INPUT);
    CHECK(!opened.secret);
    check_case("empty passphrase");
    CHECK_INT(keyfile_print(&keyfile, (struct span){0}, KEYFILE_QUICK, &line, NULL), BAD_INPUT);
    keyfile_done(&keyfile);
    buf_done(&line);
}

/* Replaces `from` by `to` (of the same length) in the line and opens that. */
static enum outcome open_altered(const struct buf *line, size_t at, char to)
{
    struct keyfile opened = {0};
    uint8_t copy[4096];
    memcpy(copy, line->bytes, line->len);
    copy[at] = (uint8_t)to;
    enum outcome outcome = keyfile_open(span_of(copy, line->len), passphrase, &opened, NULL);
    keyfile_done(&opened);
    return outcome;
}

static size_t place_of(const struct buf *line, const char *text)
{
    const char *found = strstr(buf_text(line), text);
    return CHECK(found != NULL) ? (size_t)(found - buf_text(line)) + strlen(text) : 0;
}

static void altered(void)
{
    static const char *const members[] = {"\"name\":\"", "\"sign\":\"",  "\"seal\":\"",
                                          "\"salt\":\"", "\"nonce\":\"", "\"secret\":\""};
    struct keyfile keyfile = made(KEYFILE_TRUSTEE);
    struct buf line;
    buf_init(&line, 4096);
    print(&keyfile, &line);
    for (size_t i = 0; i < CHECK_COUNT_OF(members); i++) {
        size_t at = place_of(&line, members[i]);
        char to = line.bytes[at] == '1' ? '2' : '1';
        check_case("%s altered", members[i]);
        CHECK(open_altered(&line, at, to) != OK);
    }
    check_case("another kind of key");
    CHECK(open_altered(&line, place_of(&line, "\"keyfile\":"), '2') == BAD_INPUT);
    check_case("torn");
    struct keyfile opened = {0};
    for (size_t len = 0; len + 1 < line.len; len += 37) {
        CHECK_INT(keyfile_open(span_of(line.bytes, len), passphrase, &opened, NULL), BAD_INPUT);
    }
    keyfile_done(&keyfile);
    buf_done(&line);
}

static void names(void)
{
    static const struct span bad[] = {
        {(const uint8_t *)"", 0}, {(const uint8_t *)"a\nb", 3}, {(const uint8_t *)"\xff", 1}};
    struct keyfile keyfile = {0};
    char longest[LIMIT_NAME_BYTES + 1];
    memset(longest, 'a', sizeof longest);
    for (size_t i = 0; i < CHECK_COUNT_OF(bad); i++) {
        check_case("bad name %zu", i);
        CHECK_INT(keyfile_make(KEYFILE_LOG, bad[i], &keyfile, NULL), BAD_INPUT);
    }
    check_case("long names");
    CHECK_INT(keyfile_make(KEYFILE_LOG, SPAN_ARRAY(longest), &keyfile, NULL), BAD_INPUT);
    CHECK(!keyfile.secret);
    CHECK_INT(keyfile_make(KEYFILE_LOG, span_of(longest, LIMIT_NAME_BYTES), &keyfile, NULL), OK);
    check_case("state");
    static const uint8_t big[KEYFILE_STATE_BYTES_MAX + 1];
    CHECK_INT(keyfile_set_state(&keyfile, SPAN_ARRAY(big), NULL), TOO_LARGE);
    CHECK_INT(keyfile_set_state(&keyfile, (struct span){0}, NULL), OK);
    keyfile_done(&keyfile);
}

int main(void)
{
    if (sodium_init() < 0) {
        return 1;
    }
    for (int role = KEYFILE_OFFICER; role <= KEYFILE_LOG; role++) {
        round_trip((enum keyfile_role)role);
    }
    wrong_passphrases();
    altered();
    names();
    return check_end("crypto_keyfile");
}
