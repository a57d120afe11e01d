/* Codes: what is drawn reads back however it is typed; every single wrong symbol and every exchange
 * of two is noticed. */
#include "check.h"
#include "crypto/context.h"
#include "crypto/credential.h"

static enum outcome read_text(const char *text, struct credential_code *out_code)
{
    return credential_code_read(span_str(text), out_code, NULL);
}

static void reads_back(void)
{
    struct credential_code code;
    struct credential_code read;
    char text[CODE_TEXT_BYTES];
    char odd[64];
    for (int round = 0; round < 100; round++) {
        credential_code_draw(&code);
        credential_code_print(&code, text);
        check_case("%s", text);
        CHECK_UINT(strlen(text), 29);
        CHECK(read_text(text, &read) == OK);
        CHECK_STR(read.symbols, code.symbols);
        size_t len = 0;
        for (size_t i = 0; text[i]; i++) { /* as somebody might type it */
            char c = text[i];
            odd[len++] = c == '-' ? ' ' : c == '0' ? 'o' : c == '1' ? (i % 2 ? 'l' : 'I') : c;
            odd[len - 1] = (char)(c >= 'A' ? c + 32 : odd[len - 1]);
        }
        odd[len++] = ' ';
        odd[len] = '\0';
        memset(&read, 0, sizeof read);
        CHECK(read_text(odd, &read) == OK);
        CHECK_STR(read.symbols, code.symbols);
    }
}

/* All 24 places and 31 wrong values: 744 texts a code. */
static void single_errors(const char symbols[static CODE_SYMBOLS + 1])
{
    struct credential_code read;
    unsigned unnoticed = 0;
    char text[CODE_SYMBOLS + 1];
    memcpy(text, symbols, sizeof text);
    for (int i = 0; i < CODE_SYMBOLS; i++) {
        for (int v = 0; v < 32; v++) {
            text[i] = CODE_ALPHABET[v];
            unnoticed += text[i] != symbols[i] && read_text(text, &read) == OK;
        }
        text[i] = symbols[i];
    }
    CHECK_UINT(unnoticed, 0);
}

static void exchanges(const char symbols[static CODE_SYMBOLS + 1])
{
    struct credential_code read;
    unsigned unnoticed = 0;
    for (int i = 0; i < CODE_SYMBOLS; i++) {
        for (int j = i + 1; j < CODE_SYMBOLS; j++) {
            char text[CODE_SYMBOLS + 1];
            memcpy(text, symbols, sizeof text);
            text[i] = symbols[j];
            text[j] = symbols[i];
            unnoticed += symbols[i] != symbols[j] && read_text(text, &read) == OK;
        }
    }
    CHECK_UINT(unnoticed, 0);
}

static void errors(void)
{
    for (int round = 0; round < 50; round++) {
        struct credential_code code;
        char text[CODE_TEXT_BYTES];
        char symbols[CODE_SYMBOLS + 1] = "";
        credential_code_draw(&code);
        credential_code_print(&code, text);
        for (size_t i = 0, n = 0; text[i]; i++) {
            if (text[i] != '-') {
                symbols[n++] = text[i];
            }
        }
        check_case("errors in %s", text);
        single_errors(symbols);
        exchanges(symbols);
    }
}

/* Worked by hand: v_23 = 1 and nothing else gives x^23 = x^3 + x^2 + x + 1 = 15 = F. */
static void check_symbol(void)
{
    struct credential_code code = {"00000000000000000000001"};
    char text[CODE_TEXT_BYTES];
    credential_code_print(&code, text);
    check_case("check symbol");
    CHECK_STR(text, "0000-0000-0000-0000-0000-001F");
    code = (struct credential_code){"10000000000000000000000"}; /* x = 2 */
    credential_code_print(&code, text);
    CHECK_STR(text, "1000-0000-0000-0000-0000-0002");
    code = (struct credential_code){"Z0000000000000000000000"}; /* 31x = x^5 + … = 27 = V */
    credential_code_print(&code, text);
    CHECK_STR(text, "Z000-0000-0000-0000-0000-000V");
}

static void refusals(void)
{
    static const struct {
        const char *text;
        const char *code;
        const char *says;
    } rows[] = {
        {"", "code.length", "0 symbols"},
        {"0000-0000-0000-0000-0000-001", "code.length", "23 symbols"},
        {"0000-0000-0000-0000-0000-001FF", "code.length", "25 symbols"},
        {"0000-0U00-0000-0000-0000-001F", "code.symbol", "symbol 6 "},
        {"0000-0000-0000-0000-0000-001!", "code.symbol", "symbol 24 "},
        {"0000\t0000-0000-0000-0000-001F", "code.symbol", "symbol 5 "},
        {"0000-0000-0000-0000-0000-001G", "code.check", "wrong"},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(rows); i++) {
        struct credential_code code = {"untouched"};
        struct fail fail = {0};
        check_case("'%s'", rows[i].text);
        CHECK_INT(credential_code_read(span_str(rows[i].text), &code, &fail), BAD_INPUT);
        CHECK_STR(fail.code, rows[i].code);
        CHECK(strstr(fail.text, rows[i].says) != NULL);
        CHECK_STR(code.symbols, "untouched");
    }
    check_case("NUL in the text");
    struct credential_code code;
    CHECK(credential_code_read(SPAN_LIT("0000-0000-0000-0000-0000-001\0F"), &code, NULL) != OK);
}

static void key_of_code(void)
{
    struct credential_code code;
    uint8_t ctx0[HASH_BYTES] = {1};
    uint8_t seed[KEY_BYTES];
    uint8_t key[KEY_BYTES];
    uint8_t want[KEY_BYTES];
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    credential_code_draw(&code);
    credential_seed(ctx0, &code, seed);
    credential_key(ctx0, &code, key);
    crypto_sign_seed_keypair(want, secret, seed);
    check_case("key");
    CHECK_BYTES(key, want, KEY_BYTES);
    ctx0[0] = 2;
    credential_key(ctx0, &code, key);
    CHECK(memcmp(key, want, KEY_BYTES) != 0);
}

/* Pitfall 6: the tracker depends on election, credential and body. */
static void tracker(void)
{
    uint8_t ctx2[HASH_BYTES] = {1};
    uint8_t key[KEY_BYTES] = {2};
    char one[TRACKER_TEXT_BYTES];
    char other[TRACKER_TEXT_BYTES];
    credential_tracker(ctx2, key, SPAN_LIT("body"), one);
    check_case("tracker %s", one);
    CHECK_UINT(strlen(one), 23);
    CHECK(one[5] == '-' && one[11] == '-' && one[17] == '-');
    credential_tracker(ctx2, key, SPAN_LIT("bodz"), other);
    CHECK(strcmp(one, other) != 0);
    key[0] = 3;
    credential_tracker(ctx2, key, SPAN_LIT("body"), other);
    CHECK(strcmp(one, other) != 0);
    key[0] = 2;
    ctx2[0] = 2;
    credential_tracker(ctx2, key, SPAN_LIT("body"), other);
    CHECK(strcmp(one, other) != 0);
}

int main(void)
{
    if (sodium_init() < 0) {
        return 1;
    }
    reads_back();
    errors();
    check_symbol();
    refusals();
    key_of_code();
    tracker();
    return check_end("crypto_credential");
}
