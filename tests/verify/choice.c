/* Choices and codes: one encoding each; everything else is spoilt or refused. */
#include "election/choice.h"

#include "check.h"
#include "crypto/group.h"
#include "election/code.h"

static const struct {
    const char *name;
    enum layout layout;
    unsigned candidates, most;
    const char *bytes; /* the form byte and the marks, in hex; zeros follow */
    enum choice_form form;
    const char *wanted; /* candidates, in hex */
} cases[] = {
    {"a ranking", LAYOUT_RANKING, 4, 0, "010302", CHOICE_MARKED, "0302"},
    {"a full ranking", LAYOUT_RANKING, 3, 0, "01030201", CHOICE_MARKED, "030201"},
    {"a gap", LAYOUT_RANKING, 4, 0, "01030002", CHOICE_SPOILT, ""},
    {"twice", LAYOUT_RANKING, 4, 0, "010303", CHOICE_SPOILT, ""},
    {"a stranger", LAYOUT_RANKING, 4, 0, "0105", CHOICE_SPOILT, ""},
    {"marked and empty", LAYOUT_RANKING, 4, 0, "01", CHOICE_SPOILT, ""},
    {"blank", LAYOUT_RANKING, 4, 0, "02", CHOICE_BLANK, ""},
    {"blank with a mark", LAYOUT_RANKING, 4, 0, "0201", CHOICE_SPOILT, ""},
    {"abstained", LAYOUT_RANKING, 4, 0, "03", CHOICE_ABSTAIN, ""},
    {"spoilt", LAYOUT_RANKING, 4, 0, "04", CHOICE_SPOILT, ""},
    {"no form", LAYOUT_RANKING, 4, 0, "00", CHOICE_SPOILT, ""},
    {"form 5", LAYOUT_RANKING, 4, 0, "05", CHOICE_SPOILT, ""},
    {"padding", LAYOUT_RANKING, 2, 0, "01010209", CHOICE_SPOILT, ""},
    {"one", LAYOUT_ONE, 4, 0, "0104", CHOICE_MARKED, "04"},
    {"one too far", LAYOUT_ONE, 4, 0, "0105", CHOICE_SPOILT, ""},
    {"yes", LAYOUT_YES_NO, 2, 0, "0101", CHOICE_MARKED, "01"},
    {"neither", LAYOUT_YES_NO, 2, 0, "0103", CHOICE_SPOILT, ""},
    {"several", LAYOUT_SEVERAL, 10, 2, "010102", CHOICE_MARKED, "010a"},
    {"too many", LAYOUT_SEVERAL, 10, 2, "010302", CHOICE_SPOILT, ""},
    {"approval", LAYOUT_APPROVAL, 10, 0, "010302", CHOICE_MARKED, "01020a"},
    {"an unused bit", LAYOUT_APPROVAL, 10, 0, "010304", CHOICE_SPOILT, ""},
};

static size_t from_hex(const char *hex, uint8_t *out)
{
    size_t len = strlen(hex) / 2;
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)strtoul((char[]){hex[2 * i], hex[2 * i + 1], 0}, NULL, 16);
    return len;
}

static void test_choices(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        uint8_t bytes[CHOICE_BYTES_MOST] = {0}, wanted[LIMIT_CANDIDATES];
        struct choice choice;
        const struct contest contest = {.layout = cases[i].layout,
                                        .candidate_count = cases[i].candidates,
                                        .most = cases[i].most};
        check_case("%s", cases[i].name);
        (void)from_hex(cases[i].bytes, bytes);
        size_t len = from_hex(cases[i].wanted, wanted);
        choice_read(&contest, bytes, &choice);
        CHECK_INT(choice.form, cases[i].form);
        CHECK_UINT(choice.count, len);
        CHECK_BYTES(choice.candidates, wanted, len);
    }
}

static void test_widths(void)
{
    static const unsigned widths[][2] = {{1, 1}, {29, 1}, {30, 2}, {59, 2}, {60, 3}, {254, 9}};
    for (size_t i = 0; i < CHECK_COUNT_OF(widths); i++) {
        const struct contest contest = {.layout = LAYOUT_RANKING, .candidate_count = widths[i][0]};
        check_case("%u candidates", widths[i][0]);
        CHECK_UINT(choice_width(&contest), widths[i][1]);
    }
}

/* The points of a chunk by rising k: the first one is the chunk's, all others are refused. */
static void test_chunks(void)
{
    struct point point;
    uint8_t bytes[POINT_BYTES], chunk[CHUNK_BYTES];
    for (unsigned value = 0; value < 4; value++) {
        unsigned found = 0;
        memset(bytes, (int)value, sizeof bytes);
        for (unsigned k = value == 0 ? 2 : 0; k < 300; k++) {
            bytes[0] = (uint8_t)(2 * (k % 128));
            bytes[POINT_BYTES - 1] = (uint8_t)(k / 128);
            check_case("chunk of %u, k = %u", value, k);
            bool valid = point_decode(bytes, &point);
            CHECK_INT(chunk_read(bytes, chunk), valid && found == 0);
            found += valid;
        }
        CHECK(found > 1);
    }
    check_case("the identity");
    memset(bytes, 0, sizeof bytes);
    CHECK(!chunk_read(bytes, chunk));
}

/* Σ x^i v_i over GF(32), written out with a table of powers. */
static unsigned check_symbol(const unsigned *values)
{
    unsigned sum = 0, power = 1;
    for (int i = 0; i < CODE_RANDOM_SYMBOLS; i++) {
        power = power << 1 ^ (power & 16 ? 37u : 0u);
        for (unsigned bit = 0, shifted = power; bit < 5; bit++) {
            sum ^= (values[i] >> bit & 1) ? shifted : 0;
            shifted = shifted << 1 ^ (shifted & 16 ? 37u : 0u);
        }
    }
    return sum;
}

static void test_codes(void)
{
    unsigned values[CODE_RANDOM_SYMBOLS];
    char code[CODE_SYMBOLS + 1] = {0}, text[80] = "";
    uint8_t symbols[CODE_RANDOM_SYMBOLS];
    struct fail fail;
    for (unsigned i = 0; i < CODE_RANDOM_SYMBOLS; i++) {
        values[i] = (7 * i + 3) % 32;
        code[i] = CODE_ALPHABET[values[i]];
    }
    code[CODE_RANDOM_SYMBOLS] = CODE_ALPHABET[check_symbol(values)];
    check_case("as it is");
    CHECK_INT(code_read(span_text(code), symbols, &fail), GOOD);
    CHECK_BYTES(symbols, code, CODE_RANDOM_SYMBOLS);
    check_case("as people write");
    for (unsigned i = 0; i < CODE_SYMBOLS; i++) {
        char symbol = code[i] == '0' ? 'o' : code[i] == '1' ? 'l' : code[i];
        check_append(text, sizeof text, "%s%c", i % 4 == 0 ? " - " : "", (char)(symbol | 0x20));
    }
    CHECK_INT(code_read(span_text(text), symbols, &fail), GOOD);
    CHECK_BYTES(symbols, code, CODE_RANDOM_SYMBOLS);
    for (unsigned i = 0; i < CODE_SYMBOLS; i++) {
        char wrong[CODE_SYMBOLS + 1];
        check_case("symbol %u wrong", i);
        memcpy(wrong, code, sizeof wrong);
        wrong[i] = wrong[i] == 'X' ? 'Y' : 'X';
        CHECK_INT(code_read(span_text(wrong), symbols, &fail), BAD);
        check_case("symbols %u and 20 exchanged", i);
        memcpy(wrong, code, sizeof wrong);
        wrong[i] = code[20];
        wrong[20] = code[i];
        if (wrong[i] != wrong[20])
            CHECK_INT(code_read(span_text(wrong), symbols, &fail), BAD);
    }
    check_case("lengths and strangers");
    CHECK_INT(code_read(span_text("0123"), symbols, &fail), BAD);
    CHECK_INT(code_read(span_text("00000000000000000000000U"), symbols, &fail), BAD);
    CHECK_INT(code_read(span_text("0000000000000000000000000"), symbols, &fail), BAD);
}

int main(void)
{
    test_choices();
    test_widths();
    test_chunks();
    test_codes();
    return check_end("choice");
}
