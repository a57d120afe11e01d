/* ballotd key: makes and shows the key files of officers, trustees and registrars. */
#include <getopt.h>
#include <sodium.h>
#include <stdio.h>

#include "base/code.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/cli.h"
#include "cli/desk.h"
#include "cli/passphrase.h"
#include "crypto/age.h"
#include "crypto/keyfile.h"

static const char help[] =
    "usage: ballotd key new --role officer|trustee|registrar --name NAME [--passphrase-file FILE]\n"
    "                       [--quick] FILE\n"
    "       ballotd key show FILE\n"
    "       ballotd key identity [--passphrase-file FILE] FILE\n"
    "\n"
    "`new` draws a key and writes it to FILE, readable by you alone and protected by a "
    "passphrase.\n"
    "For an officer NAME is the officer's id in the election (a-z 0-9 -). `show` prints the "
    "public\n"
    "part as JSON, as it goes into the election's definition. Nothing of a key file ever leaves\n"
    "your machine but that. `identity` prints the secret with which the standard program age "
    "opens\n"
    "what was handed over to an officer: `age -d -i`. It needs no passphrase: take care of it.\n"
    "\n"
    "  --quick   a faster passphrase check, for rehearsals and tests only\n";

struct settings {
    const char *role, *name, *passphrase_file, *path;
    bool quick;
};

static bool read_role(const char *name, enum keyfile_role *out_role)
{
    for (enum keyfile_role role = KEYFILE_OFFICER; role <= KEYFILE_REGISTRAR; role++)
        if (name && strcmp(name, keyfile_role_name(role)) == 0) {
            *out_role = role;
            return true;
        }
    return false;
}

static void print_public(const struct keyfile *key)
{
    struct buf line;
    json_t *object = json_object();
    buf_init(&line, 4096);
    json_put_string(object, "role", span_str(keyfile_role_name(key->role)));
    json_put_string(object, "name", span_str(key->name));
    json_put_hex(object, "sign", SPAN_ARRAY(key->sign));
    if (key->role == KEYFILE_TRUSTEE)
        json_put_hex(object, "seal", point_span(&key->seal));
    json_print(object, &line);
    printf("%s\n", buf_text(&line));
    json_decref(object);
    buf_done(&line);
}

static enum outcome make(const struct settings *settings, struct fail *fail)
{
    enum keyfile_role role;
    struct keyfile key = {0};
    struct passphrase passphrase = {0};
    struct buf line;
    if (!read_role(settings->role, &role) || !settings->name)
        return fail_set(fail, BAD_INPUT, "key.role",
                        "--role officer, trustee or registrar, and --name, are needed");
    buf_init(&line, KEYFILE_BYTES_MAX);
    enum outcome outcome = keyfile_make(role, span_str(settings->name), &key, fail);
    if (outcome == OK)
        outcome = passphrase_choose(settings->passphrase_file, settings->path, &passphrase, fail);
    if (outcome == OK)
        outcome = keyfile_print(&key, passphrase_span(&passphrase),
                                settings->quick ? KEYFILE_QUICK : KEYFILE_MODERATE, &line, fail);
    if (outcome == OK)
        outcome = file_create(settings->path, buf_span(&line), 0600, fail);
    if (outcome == OK)
        print_public(&key);
    passphrase_done(&passphrase);
    buf_done(&line);
    keyfile_done(&key);
    return outcome;
}

static enum outcome show(const struct settings *settings, struct fail *fail)
{
    struct keyfile key;
    struct buf text;
    buf_init(&text, KEYFILE_BYTES_MAX);
    enum outcome outcome = file_read(settings->path, &text, fail);
    if (outcome == OK)
        outcome = keyfile_read(buf_span(&text), &key, fail) == OK
                      ? OK
                      : fail_within(fail, "%s", settings->path);
    if (outcome == OK) {
        print_public(&key);
        keyfile_done(&key);
    }
    buf_done(&text);
    return outcome;
}

/* The form in which `age -i` reads it; the warning stands beside it wherever it is kept. */
static void print_identity(const struct keyfile *key)
{
    uint8_t identity[KEY_BYTES];
    char *text = sodium_malloc(AGE_IDENTITY_TEXT_BYTES);
    if (!text)
        return;
    age_identity(key->secret->sign, identity);
    age_print_identity(identity, text);
    fputs("ballotd key: this secret opens whatever was handed over to you, without a passphrase;\n"
          "keep it off shared disks, and delete it as soon as the file is open\n",
          stderr);
    printf("# secret of %s: opens what was handed over to this officer; delete after use\n%s\n",
           key->name, text);
    sodium_memzero(identity, sizeof identity);
    sodium_free(text);
}

static enum outcome identity(const struct settings *settings, struct fail *fail)
{
    struct keyfile key;
    struct desk_options options = {.key = settings->path,
                                   .passphrase_file = settings->passphrase_file};
    enum outcome outcome = desk_open_key(&options, &key, fail);
    if (outcome != OK)
        return outcome;
    if (key.role == KEYFILE_OFFICER)
        print_identity(&key);
    else
        outcome = fail_set(fail, BAD_INPUT, "key.role", "%s: only officers are handed anything",
                           settings->path);
    keyfile_done(&key);
    return outcome;
}

static bool read_arguments(int argc, char **argv, struct settings *settings)
{
    static const struct option options[] = {
        {"role", required_argument, NULL, 'r'},
        {"name", required_argument, NULL, 'n'},
        {"passphrase-file", required_argument, NULL, 'p'},
        {"quick", no_argument, NULL, 'q'},
        {NULL, 0, NULL, 0},
    };
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        const char **to[] = {&settings->role, &settings->name, &settings->passphrase_file};
        if (option == 'q')
            settings->quick = true;
        else if (option == '?')
            return false;
        else
            *to[option == 'r' ? 0 : option == 'n' ? 1 : 2] = optarg;
    }
    if (optind != argc - 1)
        return false;
    settings->path = argv[optind];
    return true;
}

static const struct verb {
    const char *name;
    enum outcome (*run)(const struct settings *settings, struct fail *fail);
} verbs[] = {{"new", make}, {"show", show}, {"identity", identity}};

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (name && strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

int cmd_key(int argc, char **argv)
{
    struct settings settings = {0};
    struct fail fail = {.outcome = OK};
    const struct verb *verb = find_verb(argv[1]);
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(help, stdout);
        return EXIT_DONE;
    }
    if (!verb)
        return cli_misused("key", "new, show or identity is needed");
    if (!read_arguments(argc - 1, argv + 1, &settings))
        return cli_misused("key", "one file, and options that are known, are needed");
    return cli_finish("key", verb->run(&settings, &fail), &fail);
}
