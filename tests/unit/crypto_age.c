/* Age files: keys as the standard writes them, every length for one and several people, and every
 * cut, change, exchange, addition and laxity refused. (tests/e2e/age.sh asks the standard tool.) */
#include "base/code.h"
#include "check.h"
#include "crypto/age_inside.h"
#include "crypto/hkdf.h"

enum { PIECE = AGE_PIECE_BYTES, SEALED = PIECE + AGE_TAG, MAX = 4 * PIECE };

static uint8_t keys[3][KEY_BYTES], secrets[3][ED25519_SECRET_BYTES];
static uint8_t plain[MAX];

static void seal(size_t people, size_t len, struct buf *out)
{
    buf_clear(out);
    CHECK_INT(
        age_seal_bytes((const uint8_t(*)[KEY_BYTES])keys, people, span_of(plain, len), out, NULL),
        OK);
}

/* Whatever is refused leaves nothing behind. */
static enum outcome opens(unsigned who, struct span file)
{
    struct buf opened;
    buf_init(&opened, MAX);
    enum outcome outcome = age_open_bytes(secrets[who], file, &opened, NULL);
    CHECK(outcome == OK || opened.len == 0);
    buf_done(&opened);
    return outcome;
}

/* Where the payload begins: after the line of the MAC. */
static size_t payload_at(const struct buf *file)
{
    const char *mac = strstr((const char *)file->bytes, "\n--- ");
    return (size_t)(mac - (const char *)file->bytes) + 1 + 4 + AGE_BASE64_32 + 1;
}

static void known_keys(void)
{
    uint8_t identity[KEY_BYTES], recipient[KEY_BYTES];
    char text[AGE_RECIPIENT_TEXT_BYTES], secret[AGE_IDENTITY_TEXT_BYTES];
    check_case("the keys of the specification");
    memset(identity, 0x42, sizeof identity);
    crypto_scalarmult_base(recipient, identity);
    age_print_recipient(recipient, text);
    age_print_identity(identity, secret);
    CHECK_STR(text, "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj");
    CHECK_STR(secret, "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX");
    check_case("both halves of an officer's key belong together");
    uint8_t derived[KEY_BYTES];
    age_identity(secrets[0], identity);
    crypto_scalarmult_base(derived, identity);
    CHECK_INT(age_recipient(keys[0], recipient, NULL), OK);
    CHECK(memcmp(derived, recipient, KEY_BYTES) == 0);
}

static void known_hkdf(void)
{
    static const uint8_t salt[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    uint8_t secret[22], key[KEY_BYTES];
    char hex[2 * KEY_BYTES + 1];
    memset(secret, 0x0b, sizeof secret);
    check_case("RFC 5869, case 1");
    hkdf_sha256(SPAN_ARRAY(secret), SPAN_ARRAY(salt), "\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9",
                key);
    hex_print(SPAN_ARRAY(key), hex);
    CHECK_STR(hex, "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
    check_case("RFC 5869, case 3: neither salt nor info");
    hkdf_sha256(SPAN_ARRAY(secret), SPAN_LIT(""), "", key);
    hex_print(SPAN_ARRAY(key), hex);
    CHECK_STR(hex, "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
}

static void round_trips(void)
{
    static const size_t lengths[] = {0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE - 5};
    struct buf file, opened;
    buf_init(&file, 2 * MAX);
    buf_init(&opened, MAX);
    for (size_t people = 1; people <= 3; people++)
        for (size_t i = 0; i < CHECK_COUNT_OF(lengths); i++) {
            check_case("%zu bytes for %zu", lengths[i], people);
            seal(people, lengths[i], &file);
            for (size_t who = 0; who < 3; who++) {
                buf_clear(&opened);
                CHECK_INT(age_open_bytes(secrets[who], buf_span(&file), &opened, NULL),
                          who < people ? OK : NOT_ALLOWED);
                if (who < people)
                    CHECK_SPAN(buf_span(&opened), span_of(plain, lengths[i]));
            }
        }
    buf_done(&file);
    buf_done(&opened);
}

/* In steps of any size, behind something that stands in the buffer already. */
static void steps(void)
{
    uint8_t recipient[1][KEY_BYTES];
    struct buf file, opened;
    struct age_seal sealing;
    buf_init(&file, 2 * MAX);
    buf_init(&opened, MAX);
    buf_add_str(&file, "before");
    check_case("in steps");
    CHECK_INT(age_recipient(keys[0], recipient[0], NULL), OK);
    CHECK_INT(age_begin((const uint8_t(*)[KEY_BYTES])recipient, 1, &file, &sealing, NULL), OK);
    for (size_t at = 0, step = 1; at < MAX; at += step, step = step * 3 + 1) {
        step = step < MAX - at ? step : MAX - at;
        age_add(&sealing, span_of(plain + at, step));
    }
    CHECK_INT(age_end(&sealing, NULL), OK);
    CHECK_INT(age_open_bytes(secrets[0], span_of(file.bytes + 6, file.len - 6), &opened, NULL), OK);
    CHECK_SPAN(buf_span(&opened), SPAN_ARRAY(plain));
    buf_done(&file);
    buf_done(&opened);
}

static void cuts(void)
{
    struct buf file;
    buf_init(&file, 2 * MAX);
    seal(2, 2 * PIECE + 100, &file);
    size_t payload = payload_at(&file), pieces = payload + AGE_NONCE;
    size_t lengths[] = {0,
                        22,
                        payload - 60,
                        payload - 1,
                        payload,
                        pieces,
                        pieces + 5,
                        pieces + AGE_TAG,
                        pieces + SEALED - 1,
                        pieces + SEALED, /* exactly after a piece: the last one is missing */
                        pieces + 2 * SEALED,
                        file.len - 1};
    for (size_t i = 0; i < CHECK_COUNT_OF(lengths); i++) {
        check_case("cut to %zu", lengths[i]);
        CHECK_INT(opens(0, span_of(file.bytes, lengths[i])), BAD_INPUT);
    }
    check_case("whole");
    CHECK_INT(opens(0, buf_span(&file)), OK);
    check_case("a byte added");
    buf_add_byte(&file, 0);
    CHECK_INT(opens(0, buf_span(&file)), BAD_INPUT);
    buf_done(&file);
}

static void changes(void)
{
    struct buf file;
    buf_init(&file, 2 * MAX);
    seal(2, 2 * PIECE, &file);
    size_t pieces = payload_at(&file) + AGE_NONCE;
    for (size_t at = 0; at < file.len; at += at < pieces + 40 ? 1 : 7919)
        for (unsigned bit = 0; bit < (at < pieces ? 8 : 1); bit++) {
            check_case("byte %zu, bit %u", at, bit);
            file.bytes[at] ^= (uint8_t)(1 << bit);
            CHECK(opens(0, buf_span(&file)) != OK);
            file.bytes[at] ^= (uint8_t)(1 << bit);
        }
    static uint8_t piece[SEALED];
    check_case("pieces exchanged");
    memcpy(piece, file.bytes + pieces, SEALED);
    memcpy(file.bytes + pieces, file.bytes + pieces + SEALED, SEALED);
    memcpy(file.bytes + pieces + SEALED, piece, SEALED);
    CHECK_INT(opens(0, buf_span(&file)), BAD_INPUT);
    buf_done(&file);
}

/* -- files whose payload is right, and what stands before or in it is not ---------------------- */

/* Seals one piece under the file's own keys, at this place and with this mark. */
static void add_piece(const struct age_work *work, uint64_t number, bool last, size_t len,
                      struct buf *out)
{
    uint8_t nonce[AGE_PIECE_NONCE];
    age_piece_nonce(number, last, nonce);
    uint8_t *room = buf_extend(out, len + AGE_TAG);
    CHECK(room != NULL);
    crypto_aead_chacha20poly1305_ietf_encrypt(room, NULL, plain, len, NULL, 0, NULL, nonce,
                                              work->piece_key);
}

static void streams(void)
{
    static const struct {
        const char *what;
        size_t first, second;
        bool first_last, second_last, two;
        uint64_t second_number;
        enum outcome want;
    } table[] = {
        {"proper, one piece", 5, 0, true, false, false, 0, OK},
        {"proper, two pieces", PIECE, 5, false, true, true, 1, OK},
        {"the only piece not marked as last", 5, 0, false, false, false, 0, BAD_INPUT},
        {"the last of two not marked", PIECE, 5, false, false, true, 1, BAD_INPUT},
        {"the first of two marked as last", PIECE, 5, true, true, true, 1, BAD_INPUT},
        {"an empty last piece after a full one", PIECE, 0, false, true, true, 1, BAD_INPUT},
        {"a short piece in the middle", 100, 5, false, true, true, 1, BAD_INPUT},
        {"the first piece twice", PIECE, 5, false, true, true, 0, BAD_INPUT},
        {"a number left out", PIECE, 5, false, true, true, 2, BAD_INPUT},
    };
    uint8_t recipient[1][KEY_BYTES];
    CHECK_INT(age_recipient(keys[0], recipient[0], NULL), OK);
    for (size_t i = 0; i < CHECK_COUNT_OF(table); i++) {
        struct buf file;
        struct age_seal sealing;
        buf_init(&file, MAX);
        check_case("%s", table[i].what);
        CHECK_INT(age_begin((const uint8_t(*)[KEY_BYTES])recipient, 1, &file, &sealing, NULL), OK);
        add_piece(sealing.work, 0, table[i].first_last, table[i].first, &file);
        if (table[i].two)
            add_piece(sealing.work, table[i].second_number, table[i].second_last, table[i].second,
                      &file);
        age_abandon(&sealing);
        CHECK_INT(opens(0, buf_span(&file)), table[i].want);
        buf_done(&file);
    }
}

/* A header with this line before its MAC, or with the recipient's lines replaced, under a MAC that
 * fits: what is refused is the form alone. */
static enum outcome opens_with(const char *before, const char *after)
{
    uint8_t recipient[1][KEY_BYTES], mac[HASH_BYTES], nonce[AGE_NONCE] = {0};
    struct buf whole, file;
    struct age_seal sealing;
    buf_init(&whole, MAX);
    buf_init(&file, MAX);
    CHECK_INT(age_recipient(keys[0], recipient[0], NULL), OK);
    CHECK_INT(age_begin((const uint8_t(*)[KEY_BYTES])recipient, 1, &whole, &sealing, NULL), OK);
    size_t version = strlen(AGE_VERSION_LINE) + 1;
    size_t stanza = payload_at(&whole) - (4 + AGE_BASE64_32 + 1) - version;
    buf_add_str(&file, AGE_VERSION_LINE "\n");
    buf_add_str(&file, before);
    buf_add(&file, span_of(whole.bytes + version, stanza));
    buf_add_str(&file, after);
    buf_add_str(&file, "---");
    age_header_mac(sealing.work, buf_span(&file), mac);
    buf_add_byte(&file, ' ');
    base64_add(&file, SPAN_ARRAY(mac));
    file.len--; /* the padding */
    buf_add_byte(&file, '\n');
    buf_add(&file, SPAN_ARRAY(nonce));
    age_piece_key(sealing.work, nonce);
    add_piece(sealing.work, 0, true, 7, &file);
    age_abandon(&sealing);
    enum outcome outcome = opens(0, buf_span(&file));
    buf_done(&whole);
    buf_done(&file);
    return outcome;
}

static void headers(void)
{
#define SHARE "O6DLx/wDIawpUC978NSPjYvrfDtJVnZApXKp4FMPHCY"
#define BODY  "3aKjozt9agh7jGmvOKvR4iax41Wl4zj95MKK4X9JuWc"
#define LINE  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    static const struct {
        const char *what, *lines;
        enum outcome want;
    } table[] = {
        {"nothing more", "", OK},
        {"another's stanza", "-> X25519 " SHARE "\n" BODY "\n", OK},
        {"an unknown type", "-> example.com/enigma a b c\n" LINE "\nAAAA\n", OK},
        {"an unknown type without a body", "-> grease\n\n", OK},
        {"a full line and an empty one", "-> grease\n" LINE "\n\n", OK},
        {"no argument", "-> X25519\n" BODY "\n", BAD_INPUT},
        {"two arguments", "-> X25519 " SHARE " x\n" BODY "\n", BAD_INPUT},
        {"a padded share", "-> X25519 " SHARE "=\n" BODY "\n", BAD_INPUT},
        {"a share that is not canonical",
         "-> X25519 O6DLx/wDIawpUC978NSPjYvrfDtJVnZApXKp4FMPHCZ\n" BODY "\n", BAD_INPUT},
        {"a share of small order",
         "-> X25519 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n" BODY "\n", BAD_INPUT},
        {"a short share", "-> X25519 O6DLx/wDIawpUC978NSPjYvrfDtJVnZApXKp4FMPHA\n" BODY "\n",
         BAD_INPUT},
        {"a short body", "-> X25519 " SHARE "\nAAAA\n", BAD_INPUT},
        {"a long body", "-> X25519 " SHARE "\n" LINE "\nAAAA\n", BAD_INPUT},
        {"a padded body", "-> X25519 " SHARE "\n" BODY "=\n", BAD_INPUT},
        {"a body that is not canonical",
         "-> X25519 " SHARE "\n3aKjozt9agh7jGmvOKvR4iax41Wl4zj95MKK4X9JuWd\n", BAD_INPUT},
        {"a body that does not end", "-> grease\n" LINE "\n", BAD_INPUT},
        {"an over-long line", "-> grease\n" LINE "AAAA\n\n", BAD_INPUT},
        {"no type", "-> \n\n", BAD_INPUT},
        {"two spaces", "-> grease  a\n\n", BAD_INPUT},
        {"a space at the end", "-> grease \n\n", BAD_INPUT},
        {"a carriage return", "-> grease\r\n\n", BAD_INPUT},
        {"a body of other characters", "-> grease\nAA-_\n", BAD_INPUT},
        {"no arrow", "grease\n\n", BAD_INPUT},
        {"an empty line", "\n", BAD_INPUT},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(table); i++) {
        check_case("before: %s", table[i].what);
        CHECK_INT(opens_with(table[i].lines, ""), table[i].want);
        check_case("after: %s", table[i].what);
        CHECK_INT(opens_with("", table[i].lines), table[i].want);
    }
    check_case("an end with nobody");
    CHECK_INT(opens_with("--- " SHARE "\n", ""), BAD_INPUT);
    check_case("armour");
    CHECK_INT(opens(0, SPAN_LIT("-----BEGIN AGE ENCRYPTED FILE-----\n")), BAD_INPUT);
    check_case("another version");
    CHECK_INT(opens(0, SPAN_LIT("age-encryption.org/v2\n-> X25519 " SHARE "\n" BODY "\n")),
              BAD_INPUT);
}

static void recipients(void)
{
    static const uint8_t bad[][KEY_BYTES] = {
        {0},                                   /* of order 4 */
        {1},                                   /* the neutral one */
        {2},                                   /* not on the curve */
        {0xec, [1 ... 30] = 0xff, [31] = 0x7f} /* of order 2 */
    };
    struct buf file;
    buf_init(&file, MAX);
    for (size_t i = 0; i < CHECK_COUNT_OF(bad); i++) {
        uint8_t unsound[2][KEY_BYTES];
        memcpy(unsound[0], keys[0], KEY_BYTES);
        memcpy(unsound[1], bad[i], KEY_BYTES);
        check_case("a key that is none, %zu", i);
        CHECK_INT(
            age_seal_bytes((const uint8_t(*)[KEY_BYTES])unsound, 2, SPAN_LIT("x"), &file, NULL),
            BAD_INPUT);
        CHECK_INT(file.len, 0);
    }
    check_case("nobody");
    CHECK_INT(age_seal_bytes((const uint8_t(*)[KEY_BYTES])keys, 0, SPAN_LIT("x"), &file, NULL),
              BAD_INPUT);
    check_case("over the buffer's maximum");
    struct buf small;
    buf_init(&small, 100);
    CHECK_INT(age_seal_bytes((const uint8_t(*)[KEY_BYTES])keys, 1, SPAN_LIT("x"), &small, NULL),
              TOO_LARGE);
    buf_done(&small);
    buf_done(&file);
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;
    for (uint8_t i = 0; i < 3; i++) {
        uint8_t seed[KEY_BYTES] = {(uint8_t)(i + 1)};
        ed25519_pair(seed, keys[i], secrets[i]);
    }
    randombytes_buf(plain, sizeof plain);
    known_keys();
    known_hkdf();
    round_trips();
    steps();
    cuts();
    changes();
    streams();
    headers();
    recipients();
    return check_end("crypto_age");
}
