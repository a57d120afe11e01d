#include "cmd_key.h"

#include "base/text.h"
#include "crypto/ed25519.h"
#include "log/note.h"

#include <stdio.h>

enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2, VKEY_BYTES_MOST = 512 };

static void print_help(FILE *to)
{
    fprintf(to,
            "usage: verify key --origin NAME HEX\n\n"
            "Prints the log key of an election as --key and --log take it: name+id+base64. HEX\n"
            "is the key in 64 hexadecimal digits, as the definition gives it.\n");
}

static int print_vkey(const struct note_key *key)
{
    struct buffer text;
    buffer_init(&text, VKEY_BYTES_MOST);
    note_append_key(key, &text);
    buffer_append_byte(&text, '\n');
    bool right = !buffer_full(&text) && fwrite(text.at, 1, text.len, stdout) == text.len &&
                 fflush(stdout) == 0;
    buffer_done(&text);
    return right ? EXIT_DONE : EXIT_REFUSED;
}

int cmd_key(int argc, char **argv)
{
    struct note_key key = {.algorithm = NOTE_ED25519};
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        print_help(stdout);
        return EXIT_DONE;
    }
    if (argc != 4 || strcmp(argv[1], "--origin") != 0) {
        fprintf(stderr, "verify key: --origin NAME HEX is needed; `verify key --help` says more\n");
        return EXIT_USAGE;
    }
    key.name = span_text(argv[2]);
    if (!note_name_valid(key.name) || !hex_decode(span_text(argv[3]), key.key, KEY_BYTES) ||
        !ed25519_key_strict(key.key)) {
        fprintf(stderr, "verify key: a name without spaces and 64 hexadecimal digits of a key are "
                        "wanted\n");
        return EXIT_REFUSED;
    }
    return print_vkey(&key);
}
