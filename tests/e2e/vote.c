/* From sealed roll to ballots, as the registrar and voters meet it: the two programs run against a
 * served election, and what they must refuse is refused. */
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/code.h"
#include "base/file.h"
#include "check.h"
#include "http/server.h"
#include "lib/rehearsal.h"
#include "roll/csv.h"

#include <sodium.h>

enum { MEMBERS = 40, TEXT_BYTES = 256, OUTPUT_BYTES = 1 << 16, ARGUMENTS = 24, CODE_BYTES = 40 };

extern char **environ;

static char folder[TEXT_BYTES], program[TEXT_BYTES], url[TEXT_BYTES];
static char output[OUTPUT_BYTES];
static struct rehearsal rehearsal;
static struct server *server;

struct elector {
    char number[16], code[CODE_BYTES];
};
static struct elector electors[MEMBERS];

/* -- running ---------------------------------------------------------------------------------- */

static const char *in_folder(const char *name)
{
    static char paths[8][2 * TEXT_BYTES];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void read_output(const char *path)
{
    struct buf text;
    struct fail fail;
    buf_init(&text, OUTPUT_BYTES - 1);
    if (CHECK_INT(file_read(path, &text, &fail), OK))
        memcpy(output, buf_text(&text), text.len + 1);
    buf_done(&text);
}

/* Runs `ballotd` with these arguments and --url, to its exit code; both outputs in `output`. */
static int run_list(const char *const *arguments)
{
    const char *argv[ARGUMENTS] = {program};
    const char *path = in_folder("output");
    posix_spawn_file_actions_t actions;
    int status = -1, count = 1;
    pid_t pid;
    for (; arguments[count - 1] && count < ARGUMENTS - 3; count++)
        argv[count] = arguments[count - 1];
    argv[count++] = "--url";
    argv[count] = url;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    if (posix_spawn(&pid, program, &actions, NULL, (char *const *)argv, environ) == 0)
        (void)waitpid(pid, &status, 0);
    posix_spawn_file_actions_destroy(&actions);
    read_output(path);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
#define RUN(...) run_list((const char *const[]){__VA_ARGS__, NULL})

static void expect(const char *what, int code, int expected, const char *text)
{
    check_case("%s", what);
    bool right = CHECK_INT(code, expected);
    right = CHECK(strstr(output, text) != NULL) && right;
    if (!right)
        fprintf(stderr, "  wanted \"%s\" in: %s\n", text, output);
}
#define EXPECT(what, expected, text, ...) expect(what, RUN(__VA_ARGS__), expected, text)

static void write_text(const char *path, struct span text)
{
    struct fail fail;
    CHECK_INT(file_write(path, text, 0600, &fail), OK);
}

/* -- the stage -------------------------------------------------------------------------------- */

static void write_registrar_key(void)
{
    struct keyfile key = {.role = KEYFILE_REGISTRAR, .name = "registrar"};
    struct keyfile made;
    struct buf line;
    struct fail fail;
    buf_init(&line, KEYFILE_BYTES_MAX);
    rehearsal_must(keyfile_make(KEYFILE_REGISTRAR, SPAN_LIT("registrar"), &made, &fail), &fail,
                   "key");
    key.secret = made.secret;
    memcpy(key.sign, rehearsal.registrar.key.key, KEY_BYTES);
    memcpy(key.secret->sign, rehearsal.registrar_secret, ED25519_SECRET_BYTES);
    rehearsal_must(keyfile_print(&key, SPAN_LIT("pass"), KEYFILE_QUICK, &line, &fail), &fail,
                   "key");
    write_text(in_folder("registrar.key"), buf_span(&line));
    write_text(in_folder("pass"), SPAN_LIT("pass\n"));
    keyfile_done(&made);
    buf_done(&line);
}

static void begin(void)
{
    const char *build = getenv("BUILD");
    static char election[2 * TEXT_BYTES];
    struct listen_address address;
    struct fail fail;
    snprintf(program, sizeof program, "%s/ballotd", build ? build : "build");
    snprintf(folder, sizeof folder, "/tmp/ballotd-vote-XXXXXX");
    if (!mkdtemp(folder))
        exit(1);
    snprintf(election, sizeof election, "%s/election", folder);
    const struct rehearsal_options options = {.folder = election,
                                              .members = MEMBERS,
                                              .trustees = 3,
                                              .threshold = 2,
                                              .mixes = 2,
                                              .candidates = 8,
                                              .contests = 2};
    rehearsal_begin(&rehearsal, &options);
    rehearsal_define(&rehearsal);
    rehearsal_ceremony(&rehearsal);
    const struct server_options serving = {0};
    rehearsal_must(listen_read(SPAN_LIT("127.0.0.1:0"), &address, &fail), &fail, "listen");
    rehearsal_must(server_start(&serving, &address, rehearsal.election, &server, &fail), &fail,
                   "server");
    snprintf(url, sizeof url, "%s", server_url(server));
    write_registrar_key();
}

static void end(void)
{
    pid_t pid;
    int status;
    server_stop(server);
    rehearsal_end(&rehearsal);
    const char *const argv[] = {"rm", "-rf", folder, NULL};
    if (posix_spawnp(&pid, "rm", NULL, NULL, (char *const *)argv, environ) == 0)
        (void)waitpid(pid, &status, 0);
}

/* -- codes ------------------------------------------------------------------------------------ */

static void read_codes(const char *path, struct elector *out, unsigned expected)
{
    struct buf text;
    struct csv csv;
    struct fail fail;
    bool more = true;
    unsigned count = 0;
    buf_init(&text, 1 << 20);
    check_case("%s", path);
    CHECK_INT(file_read(path, &text, &fail), OK);
    CHECK_INT(csv_open(&csv, buf_span(&text), &fail), OK);
    CHECK_INT(csv_next(&csv, &more, &fail), OK);
    while (csv_next(&csv, &more, &fail) == OK && more && count < expected) {
        snprintf(out[count].number, sizeof out[0].number, "%.*s", (int)csv.fields[0].len,
                 csv.fields[0].ptr);
        snprintf(out[count].code, sizeof out[0].code, "%.*s", (int)csv.fields[7].len,
                 csv.fields[7].ptr);
        count++;
    }
    CHECK_INT(count, expected);
    csv_done(&csv);
    buf_done(&text);
}

#define REGISTRAR(work)                                                                            \
    "registrar", work, "--yes", "--key", in_folder("registrar.key"), "--passphrase-file",          \
        in_folder("pass")

static void test_issue(void)
{
    EXPECT("unsealed", 1, "the roll is not sealed", REGISTRAR("issue"), "--output",
           in_folder("codes.csv"));
    rehearsal_roll(&rehearsal);
    write_text(in_folder("taken.csv"), SPAN_LIT("old codes\n"));
    EXPECT("output exists", 1, "destroy it, or give another", REGISTRAR("issue"), "--output",
           in_folder("taken.csv"));
    CHECK(!rehearsal.election->state->issued);
    EXPECT("issue", 0, "40 codes are in", REGISTRAR("issue"), "--output", in_folder("codes.csv"));
    CHECK(rehearsal.election->state->issued);
    EXPECT("issue again", 1, "by your last run", REGISTRAR("issue"), "--output",
           in_folder("more.csv"));
    CHECK(!file_exists(in_folder("more.csv")));
    read_codes(in_folder("codes.csv"), electors, MEMBERS);
}

/* -- one voter -------------------------------------------------------------------------------- */

#define CAST(elector) "cast", "--yes", "--code", (elector).code
#define CHOICES       "--choice", "chair=3,1,2", "--choice", "committee=abstain"

static uint64_t entries(void)
{
    return rehearsal.election->state->tree.size;
}

static void test_refusals_before_sending(void)
{
    uint64_t before = entries();
    struct elector wrong = electors[0];
    char other_key[2 * KEY_BYTES + 1];
    hex_print(SPAN_ARRAY(rehearsal.registrar.key.key), other_key);
    wrong.code[0] = wrong.code[0] == '7' ? '8' : '7';
    EXPECT("wrong symbol", 1, "a symbol is wrong", CAST(wrong), CHOICES);
    EXPECT("missing contest", 1, "add --choice committee", CAST(electors[0]), "--choice",
           "chair=1");
    EXPECT("unknown contest", 1, "of your paper", CAST(electors[0]), CHOICES, "--choice", "x=1");
    EXPECT("twice a candidate", 1, "marked once", CAST(electors[0]), "--choice", "chair=1,1",
           "--choice", "committee=1");
    EXPECT("no such candidate", 1, "not the number of a candidate", CAST(electors[0]), "--choice",
           "chair=9", "--choice", "committee=1");
    EXPECT("other log", 1, "another log key", CAST(electors[0]), CHOICES, "--log-key", other_key);
    EXPECT("a code of nobody", 1, "not one of this election", "cast", "--code",
           "0000-0000-0000-0000-0000-0000", CHOICES);
    CHECK_INT(entries(), before);
}

static void test_cast(void)
{
    uint64_t before = entries();
    EXPECT("audit", 0, "opened, not cast", CAST(electors[0]), CHOICES, "--audit",
           in_folder("audit.json"));
    CHECK_INT(entries(), before);
    EXPECT("cast", 0, "cast; the receipt is in", CAST(electors[0]), CHOICES, "--receipt",
           in_folder("receipt"));
    CHECK(strstr(output, "    1. Candidate 3\n    2. Candidate 1\n") != NULL);
    CHECK_INT(entries(), before + 1);
    CHECK(!file_exists(in_folder("receipt.ballot")));
    EXPECT("cast twice", 1, "cast with this code already", CAST(electors[0]), CHOICES, "--receipt",
           in_folder("second"));
    CHECK(file_exists(in_folder("second.refusal")));
    CHECK(!file_exists(in_folder("second")));
    CHECK_INT(entries(), before + 1);
    read_output(in_folder("audit.json"));
    check_case("audit file");
    CHECK(strstr(output, "{\"kind\":\"audit\",\"origin\":") == output);
    CHECK(strstr(output, "\"choices\":[\"010301020000000000\",\"030000000000000000\"]") != NULL);
}

/* -- many, and the answer that was lost ------------------------------------------------------- */

static void write_bulk(const char *path, unsigned from, unsigned to)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    buf_add_str(&text, "code,chair,committee\n");
    for (unsigned i = from; i < to; i++)
        buf_add_format(&text, "%s,%s,\"%u,8\"\n", electors[i].code, i % 3 ? "\"2,1\"" : "blank",
                       1 + i % 7);
    write_text(path, buf_span(&text));
    buf_done(&text);
}

static void test_resume(void)
{
    struct buf note, first, second;
    struct fail fail;
    buf_init(&note, 1 << 20);
    buf_init(&first, 1 << 20);
    buf_init(&second, 1 << 20);
    write_bulk(in_folder("one.csv"), 1, 2);
    EXPECT("prepare", 0, "made 1 ballots", "cast", "--bulk", in_folder("one.csv"), "--prepare",
           in_folder("one.bin"));
    CHECK_INT(file_read(in_folder("one.bin"), &note, &fail), OK);
    struct span kept = span_of(note.bytes + 4, note.len - 4);
    write_text(in_folder("lost.ballot"), kept);
    EXPECT("resume", 0, "cast; the receipt is in", "cast", "--resume", in_folder("lost.ballot"));
    CHECK(!file_exists(in_folder("lost.ballot")));
    write_text(in_folder("again.ballot"), kept);
    EXPECT("resume again", 0, "was cast before", "cast", "--resume", in_folder("again.ballot"));
    CHECK_INT(file_read(in_folder("lost"), &first, &fail), OK);
    CHECK_INT(file_read(in_folder("again"), &second, &fail), OK);
    check_case("both receipts are of one entry");
    struct span a = buf_span(&first), b = buf_span(&second), line_a, line_b;
    for (unsigned i = 0; i < 2; i++) /* the header and the index */
        CHECK(span_line(&a, &line_a) && span_line(&b, &line_b) && span_equal(line_a, line_b));
    buf_done(&note);
    buf_done(&first);
    buf_done(&second);
}

static void test_bulk(void)
{
    uint64_t before = entries();
    write_bulk(in_folder("some.csv"), 10, 30);
    EXPECT("bulk", 0, "20 cast (0 of them before), 0 refused", "cast", "--bulk",
           in_folder("some.csv"), "--connections", "7");
    CHECK_INT(entries(), before + 20);
    write_bulk(in_folder("more.csv"), 28, 34);
    EXPECT("prepare more", 0, "made 6", "cast", "--bulk", in_folder("more.csv"), "--prepare",
           in_folder("more.bin"));
    EXPECT("send", 1, "4 cast (0 of them before), 2 refused", "cast", "--send",
           in_folder("more.bin"), "--rate", "50");
    CHECK_INT(entries(), before + 24);
    write_text(in_folder("bad.csv"), SPAN_LIT("code,chair,committee\nnonsense,1,1\n"));
    EXPECT("bad code", 1, "ballot 1: voting code", "cast", "--bulk", in_folder("bad.csv"));
    write_text(in_folder("bad.csv"), SPAN_LIT("code,chair\nx,1,1\n"));
    EXPECT("bad row", 1, "line 2: ", "cast", "--bulk", in_folder("bad.csv"));
    CHECK_INT(entries(), before + 24);
}

/* -- reissue ---------------------------------------------------------------------------------- */

static void order_reissue(const char *credential, const char *made_by, bool tendered)
{
    const struct state *state = rehearsal.election->state;
    const struct note_signer *signers[] = {&rehearsal.officers[RETURNING],
                                           &rehearsal.officers[SECRETARY]};
    uint8_t key[KEY_BYTES], answers[HASH_BYTES];
    struct buf text;
    buf_init(&text, 1 << 16);
    CHECK(hex_read(span_of(credential, 64), key, KEY_BYTES));
    CHECK(hex_read(span_of(made_by, 64), answers, HASH_BYTES));
    json_t *object = statement_begin(KIND_REISSUE_ORDER, span_str(state->origin),
                                     state->definition->ctx0, answers);
    json_put_hex(object, "credential", SPAN_ARRAY(key));
    json_put_bool(object, "tendered", tendered);
    json_put_string(object, "reason", SPAN_LIT("The letter did not arrive."));
    statement_end(object, &text);
    rehearsal_state(&rehearsal, buf_span(&text), signers, 2, NULL);
    buf_done(&text);
}

static void test_reissue(void)
{
    struct elector *lost = &electors[5], fresh;
    EXPECT("no order", 1, "no order for a reissue waits", REGISTRAR("reissue"), "--output",
           in_folder("new.csv"));
    EXPECT("find", 0, "credential ", REGISTRAR("find"), "--member", lost->number);
    char *credential = strstr(output, "credential "), *made_by = strstr(output, "made by    ");
    if (!CHECK(credential && made_by))
        return;
    order_reissue(credential + 11, made_by + 11, false);
    EXPECT("another member", 1, "is not for member", REGISTRAR("reissue"), "--output",
           in_folder("new.csv"), "--member", electors[6].number);
    EXPECT("reissue", 0, "the new code is in", REGISTRAR("reissue"), "--output",
           in_folder("new.csv"), "--member", lost->number);
    read_codes(in_folder("new.csv"), &fresh, 1);
    CHECK_STR(fresh.number, lost->number);
    EXPECT("old code", 1, "replaced by a new one", CAST(*lost), CHOICES, "--receipt",
           in_folder("old-receipt"));
    EXPECT("new code", 0, "cast; the receipt is in", CAST(fresh), CHOICES, "--receipt",
           in_folder("new-receipt"));
    EXPECT("found again", 0, "ballots    1", REGISTRAR("find"), "--member", lost->number);
}

/* She says that it was not she who voted: her own ballot is set aside, and the other one stands. */
static void test_tendered(void)
{
    struct elector *robbed = &electors[5], beside;
    EXPECT("find her", 0, "standing   eligible", REGISTRAR("find"), "--member", robbed->number);
    char *credential = strstr(output, "credential "), *made_by = strstr(output, "made by    ");
    if (!CHECK(credential && made_by))
        return;
    order_reissue(credential + 11, made_by + 11, true);
    EXPECT("beside it", 0, "it casts a tendered ballot", REGISTRAR("reissue"), "--output",
           in_folder("tendered.csv"), "--member", robbed->number);
    read_codes(in_folder("tendered.csv"), &beside, 1);
    EXPECT("tendered", 0, "cast; the receipt is in", CAST(beside), CHOICES, "--receipt",
           in_folder("tendered-receipt"));
    EXPECT("both are found", 0, "standing   tendered", REGISTRAR("find"), "--member",
           robbed->number);
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;
    begin();
    test_issue();
    EXPECT("before the opening", 1, "voting is not open", CAST(electors[0]), CHOICES);
    rehearsal_open(&rehearsal);
    test_refusals_before_sending();
    test_cast();
    test_resume();
    test_bulk();
    test_reissue();
    test_tendered();
    end();
    return check_end("vote");
}
