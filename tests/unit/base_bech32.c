/* Bech32: the texts of BIP 173 and of the age format, and the length that the header promises. */
#include "base/bech32.h"
#include "check.h"

static void known(const char *prefix, struct span bytes, bool upper, const char *want)
{
    char text[128];
    memset(text, 'x', sizeof text);
    check_case("%s", want);
    bech32_print(prefix, bytes, upper, text);
    CHECK_STR(text, want);
    CHECK_INT(strlen(text), BECH32_LEN(strlen(prefix), bytes.len));
}

int main(void)
{
    uint8_t key[32];
    known("a", SPAN_LIT(""), false, "a12uel5l");
    known("a", SPAN_LIT(""), true, "A12UEL5L");
    known("abcdef",
          SPAN_LIT("\x00\x44\x32\x14\xc7\x42\x54\xb6\x35\xcf\x84\x65\x3a\x56\xd7\xc6\x75\xbe\x77"
                   "\xdf"),
          false, "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw");
    memset(key, 0x42, sizeof key);
    known("age-secret-key-", SPAN_ARRAY(key), true,
          "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX");
    return check_end("base_bech32");
}
