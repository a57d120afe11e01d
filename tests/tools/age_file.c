/* Our age files at the command line, for tests/e2e/age.sh:
 *   age_file keys SEED             prints recipient and identity of an officer's seed (64 hex
 * digits) age_file seal SEED... <in >out seals to all of them age_file open SEED <in >out    opens;
 * exit code 1 and a line when it does not */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/code.h"
#include "base/file.h"
#include "crypto/age.h"

enum { BYTES_MAX = 64 << 20 };

static uint8_t keys[AGE_RECIPIENTS_MAX][KEY_BYTES];
static uint8_t secret[ED25519_SECRET_BYTES]; /* of the last seed */

static int print_keys(void)
{
    uint8_t recipient[KEY_BYTES], identity[KEY_BYTES];
    char text[AGE_RECIPIENT_TEXT_BYTES], hidden[AGE_IDENTITY_TEXT_BYTES];
    struct fail fail;
    if (age_recipient(keys[0], recipient, &fail) != OK)
        return 1;
    age_identity(secret, identity);
    age_print_recipient(recipient, text);
    age_print_identity(identity, hidden);
    printf("%s\n%s\n", text, hidden);
    return 0;
}

static int convert(bool seals, size_t count)
{
    struct buf in, out;
    struct fail fail;
    buf_init(&in, BYTES_MAX);
    buf_init(&out, BYTES_MAX);
    enum outcome outcome = file_read("-", &in, &fail);
    if (outcome == OK && seals)
        outcome =
            age_seal_bytes((const uint8_t(*)[KEY_BYTES])keys, count, buf_span(&in), &out, &fail);
    else if (outcome == OK)
        outcome = age_open_bytes(secret, buf_span(&in), &out, &fail);
    if (outcome == OK)
        fwrite(out.bytes, 1, out.len, stdout);
    else
        fprintf(stderr, "%s\n", fail.text);
    buf_done(&in);
    buf_done(&out);
    return outcome == OK ? 0 : 1;
}

int main(int argc, char **argv)
{
    uint8_t seed[KEY_BYTES];
    if (sodium_init() < 0 || argc < 3 || argc - 2 > AGE_RECIPIENTS_MAX)
        return 2;
    for (int i = 2; i < argc; i++) {
        if (!hex_read(span_str(argv[i]), seed, sizeof seed))
            return 2;
        ed25519_pair(seed, keys[i - 2], secret);
    }
    if (strcmp(argv[1], "keys") == 0)
        return print_keys();
    return convert(strcmp(argv[1], "seal") == 0, (size_t)argc - 2);
}
