#include "cli/desk.h"

#include "base/code.h"
#include "base/file.h"
#include "cli/passphrase.h"
#include "cli/words.h"
#include "election/definition.h"
#include "log/tiles.h"

#include <stdio.h>
#include <stdlib.h>

/* An empty variable is as good as none. */
static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

void desk_take_environment(struct desk_options *options, bool with_key)
{
    if (!options->url)
        options->url = environment("BALLOTD_URL");
    if (!options->key && with_key)
        options->key = environment("BALLOTD_KEY");
    if (!options->passphrase_file)
        options->passphrase_file = environment("BALLOTD_PASSPHRASE_FILE");
}

bool desk_take_option(struct desk_options *options, int option, const char *value)
{
    switch (option) {
    case DESK_URL:
        options->url = value;
        return true;
    case DESK_KEY:
        options->key = value;
        return true;
    case DESK_PASSPHRASE:
        options->passphrase_file = value;
        return true;
    case DESK_YES:
        options->yes = true;
        return true;
    default:
        return false;
    }
}

/* -- the status ------------------------------------------------------------------------------- */

static enum outcome get_status(struct client *client, json_t **out_status, struct fail *fail)
{
    struct buf body;
    buf_init(&body, 1 << 20);
    enum outcome outcome = client_get(client, "status", &body, fail);
    if (outcome == OK)
        outcome = json_read_canonical(buf_span(&body), "status", out_status, fail);
    buf_done(&body);
    return outcome;
}

enum outcome desk_refresh(struct desk *desk, struct fail *fail)
{
    json_t *status;
    enum outcome outcome = get_status(desk->client, &status, fail);
    if (outcome != OK)
        return outcome;
    json_decref(desk->status);
    desk->status = status;
    return OK;
}

enum outcome desk_status_hash(const struct desk *desk, const char *member,
                              uint8_t out_hash[static HASH_BYTES], struct fail *fail)
{
    struct span text = json_span(json_object_get(desk->status, member));
    if (text.len == 2 * HASH_BYTES && hex_read(text, out_hash, HASH_BYTES))
        return OK;
    return fail_set(fail, NOT_FOUND, "desk.status", "the election has no \"%s\" yet (it is %s)",
                    member, desk_status_text(desk, "phase"));
}

int64_t desk_status_number(const struct desk *desk, const char *member)
{
    return json_integer_value(json_object_get(desk->status, member));
}

const char *desk_status_text(const struct desk *desk, const char *member)
{
    const char *text = json_string_value(json_object_get(desk->status, member));
    return text ? text : "";
}

/* -- who is at the desk ----------------------------------------------------------------------- */

/* The definition is the first entry of the first bundle. Its officers may have changed since, which
 * the daemon knows; here it only matters under which name a key signs. */
static enum outcome get_definition(struct client *client, struct span origin,
                                   struct definition **out_definition, struct fail *fail)
{
    struct buf bundle;
    struct span rest, entry;
    struct statement statement;
    uint64_t size = 0;
    struct checkpoint_lines {
        struct buf text;
    } checkpoint;
    buf_init(&bundle, TILE_BUNDLE_BYTES_MAX);
    buf_init(&checkpoint.text, NOTE_BYTES_MAX);
    enum outcome outcome = client_get(client, "checkpoint", &checkpoint.text, fail);
    struct span lines = buf_span(&checkpoint.text), line;
    if (outcome == OK && (!span_line(&lines, &line) || !span_line(&lines, &line) ||
                          !span_decimal(line, &size) || size == 0))
        outcome = fail_set(fail, BAD_INPUT, "desk.checkpoint", "the checkpoint is malformed");
    if (outcome == OK) {
        struct buf path;
        struct tile tile = {.entries = true,
                            .width = size < TILE_WIDTH ? (unsigned)size : TILE_WIDTH};
        buf_init(&path, TILE_PATH_MAX);
        tile_print_path(&tile, &path);
        outcome = client_get(client, buf_text(&path), &bundle, fail);
        buf_done(&path);
    }
    rest = buf_span(&bundle);
    if (outcome == OK)
        outcome = tile_bundle_next(&rest, &entry, fail);
    if (outcome == OK)
        outcome = statement_read(entry, origin, &statement, fail);
    if (outcome == OK) {
        outcome = definition_read(&statement, out_definition, fail);
        statement_done(&statement);
    }
    buf_done(&bundle);
    buf_done(&checkpoint.text);
    return outcome;
}

static enum outcome name_trustee(struct desk *desk, const struct definition *definition,
                                 struct fail *fail)
{
    for (unsigned i = 0; i < definition->trustee_count; i++) {
        char id[12];
        if (memcmp(definition->trustees[i].sign, desk->keyfile.sign, KEY_BYTES) != 0)
            continue;
        snprintf(id, sizeof id, "%u", i + 1);
        return definition_key(desk->origin, NAME_TRUSTEE, id, desk->keyfile.sign, &desk->signer.key,
                              fail);
    }
    return fail_set(fail, NOT_FOUND, "desk.stranger",
                    "the election names no trustee with this key");
}

/* An officer appointed later is named in the key file by the id of the appointment. */
static enum outcome name_officer(struct desk *desk, const struct definition *definition,
                                 struct fail *fail)
{
    const char *id = desk->keyfile.name;
    for (unsigned i = 0; i < definition->officer_count; i++)
        if (memcmp(definition->officers[i].key, desk->keyfile.sign, KEY_BYTES) == 0)
            id = definition->officers[i].id;
    return definition_key(desk->origin, NAME_OFFICER, id, desk->keyfile.sign, &desk->signer.key,
                          fail);
}

static enum outcome name_signer(struct desk *desk, struct fail *fail)
{
    struct definition *definition = NULL;
    enum outcome outcome = OK;
    desk->signer.secret = desk->keyfile.secret->sign;
    if (desk->keyfile.role == KEYFILE_REGISTRAR)
        return definition_key(desk->origin, NAME_REGISTRAR, "", desk->keyfile.sign,
                              &desk->signer.key, fail);
    if (desk_status_number(desk, "size") == 0) /* the definition itself is about to be stated */
        return definition_key(desk->origin, NAME_OFFICER, desk->keyfile.name, desk->keyfile.sign,
                              &desk->signer.key, fail);
    outcome = get_definition(desk->client, span_str(desk->origin), &definition, fail);
    if (outcome == OK)
        outcome = desk->keyfile.role == KEYFILE_TRUSTEE ? name_trustee(desk, definition, fail)
                                                        : name_officer(desk, definition, fail);
    definition_free(definition);
    return outcome;
}

static enum outcome open_key(const struct desk_options *options, struct passphrase *passphrase,
                             struct keyfile *out_key, struct fail *fail)
{
    struct buf text;
    buf_init(&text, KEYFILE_BYTES_MAX);
    enum outcome outcome = file_read(options->key, &text, fail);
    if (outcome == OK)
        outcome = passphrase_read(options->passphrase_file, options->key, passphrase, fail);
    if (outcome == OK) {
        outcome = keyfile_open(buf_span(&text), passphrase_span(passphrase), out_key, fail);
        if (outcome != OK)
            outcome = fail_within(fail, "%s", options->key);
    }
    buf_done(&text);
    return outcome;
}

enum outcome desk_open_key(const struct desk_options *options, struct keyfile *out_key,
                           struct fail *fail)
{
    struct passphrase passphrase = {0};
    enum outcome outcome = open_key(options, &passphrase, out_key, fail);
    passphrase_done(&passphrase);
    return outcome;
}

/* -- opening ---------------------------------------------------------------------------------- */

static enum outcome connect(const struct desk_options *options, struct desk *desk,
                            struct fail *fail)
{
    struct client_options unsigned_client = {.url = options->url};
    enum outcome outcome = client_new(&unsigned_client, &desk->client, fail);
    if (outcome == OK)
        outcome = desk_refresh(desk, fail);
    if (outcome != OK)
        return outcome;
    const char *origin = desk_status_text(desk, "origin");
    if (strlen(origin) > LIMIT_ORIGIN_BYTES)
        return fail_set(fail, BAD_INPUT, "desk.origin", "the daemon states no proper origin");
    memcpy(desk->origin, origin, strlen(origin) + 1);
    return OK;
}

static enum outcome connect_signed(const struct desk_options *options, struct desk *desk,
                                   struct fail *fail)
{
    struct client_options signed_client = {
        .url = options->url, .signer = &desk->signer, .origin = span_str(desk->origin)};
    client_free(desk->client);
    desk->client = NULL;
    return client_new(&signed_client, &desk->client, fail);
}

enum outcome desk_open(const struct desk_options *options, struct desk *out_desk, struct fail *fail)
{
    *out_desk = (struct desk){.yes = options->yes};
    if (!options->url)
        return fail_set(fail, BAD_INPUT, "desk.url", "--url is needed: the election's address");
    enum outcome outcome = connect(options, out_desk, fail);
    if (outcome == OK && options->key) {
        outcome = open_key(options, &out_desk->passphrase, &out_desk->keyfile, fail);
        if (!options->keep_passphrase)
            passphrase_done(&out_desk->passphrase);
        if (outcome == OK)
            outcome = name_signer(out_desk, fail);
        if (outcome == OK)
            outcome = connect_signed(options, out_desk, fail);
    }
    if (outcome != OK)
        desk_close(out_desk);
    return outcome;
}

void desk_close(struct desk *desk)
{
    client_free(desk->client);
    keyfile_done(&desk->keyfile);
    passphrase_done(&desk->passphrase);
    json_decref(desk->status);
    *desk = (struct desk){0};
}

/* -- stating ---------------------------------------------------------------------------------- */

enum outcome desk_confirm(const struct desk *desk, struct span text, struct fail *fail)
{
    char answer[8] = "";
    if (desk->yes)
        return OK;
    words_print(text);
    printf("Sign this? Type yes: ");
    fflush(stdout);
    if (!fgets(answer, sizeof answer, stdin) || strcmp(answer, "yes\n") != 0)
        return fail_set(fail, NOT_ALLOWED, "desk.declined",
                        "nothing was signed, since the answer was not yes");
    return OK;
}

static void tell(struct span text, unsigned status)
{
    struct span rest = text, kind = {0};
    span_cut(&rest, ':', &kind);
    span_cut(&rest, '"', &kind);
    span_cut(&rest, '"', &kind);
    const char *how = status == 201 ? "entered"
                      : status == 200
                          ? "stood already"
                          : "waits for another officer's signature, by `ballotd countersign`";
    if (span_is(kind, "variance"))
        kind = SPAN_LIT("case");
    printf("%.*s: %s\n", (int)kind.len, (const char *)kind.ptr, how);
}

enum outcome desk_state(struct desk *desk, const char *path, struct span text,
                        struct buf *out_answer, struct fail *fail)
{
    const struct note_signer *signers[] = {&desk->signer};
    struct buf note, answer;
    unsigned status;
    buf_init(&note, NOTE_BYTES_MAX);
    buf_init(&answer, NOTE_BYTES_MAX * 2);
    enum outcome outcome = desk_confirm(desk, text, fail);
    if (outcome == OK) {
        statement_sign(text, signers, 1, &note);
        outcome = client_post(desk->client, path, buf_span(&note), &status, &answer, fail);
    }
    if (outcome == OK) {
        tell(text, status);
        if (out_answer)
            buf_add(out_answer, buf_span(&answer));
    }
    buf_done(&note);
    buf_done(&answer);
    return outcome;
}
