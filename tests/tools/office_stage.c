/* office_stage FOLDER MEMBERS: an election up to its sealed roll, in FOLDER/election (passphrase
 * "rehearsal"), with the key files of its officers in FOLDER/returning.key and so on, and that of
 * somebody who is none in FOLDER/stranger.key. */
#include "lib/rehearsal.h"

#include "base/file.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

static void write_key(const char *folder, const char *name, const uint8_t *secret)
{
    char path[4200];
    struct keyfile key;
    struct buf line;
    struct fail fail = {0};
    rehearsal_must(keyfile_make(KEYFILE_OFFICER, span_str(name), &key, &fail), &fail, name);
    if (secret) { /* the seed is the first half; the key follows it */
        memcpy(key.secret->sign, secret, ED25519_SECRET_BYTES);
        memcpy(key.sign, secret + KEY_BYTES, KEY_BYTES);
    }
    snprintf(path, sizeof path, "%s/%s.key", folder, name);
    buf_init(&line, KEYFILE_BYTES_MAX);
    rehearsal_must(keyfile_print(&key, SPAN_LIT("rehearsal"), KEYFILE_QUICK, &line, &fail), &fail,
                   "key file");
    rehearsal_must(file_create(path, buf_span(&line), 0600, &fail), &fail, path);
    buf_done(&line);
    keyfile_done(&key);
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"returning", "secretary", "exporter", "scrutineer",
                                        "deputy"};
    static struct rehearsal rehearsal;
    char election[4200];
    if (argc != 3 || sodium_init() < 0) {
        fprintf(stderr, "usage: office_stage FOLDER MEMBERS\n");
        return 2;
    }
    snprintf(election, sizeof election, "%s/election", argv[1]);
    const struct rehearsal_options options = {.folder = election,
                                              .members = (unsigned)strtoul(argv[2], NULL, 10),
                                              .trustees = 1,
                                              .threshold = 1,
                                              .mixes = 1,
                                              .candidates = 3,
                                              .contests = 1,
                                              .witnesses = ""};
    rehearsal_begin(&rehearsal, &options);
    rehearsal_define(&rehearsal);
    rehearsal_ceremony(&rehearsal);
    rehearsal_roll(&rehearsal);
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        write_key(argv[1], names[i], rehearsal.officer_secrets[i]);
    write_key(argv[1], "stranger", NULL);
    rehearsal_end(&rehearsal);
    return 0;
}
