/* ballotd cast: votes from the command line, one ballot by its voter, or many for rehearsals. */
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/booth.h"
#include "cli/cast_bulk.h"
#include "cli/cli.h"

#include <sodium.h>

static const char help[] =
    "usage: ballotd cast --url URL --code-file FILE --choice CONTEST=CHOICE [--choice ...]\n"
    "       ballotd cast --url URL --resume FILE\n"
    "       ballotd cast --url URL --bulk BALLOTS.csv [--connections N] [--rate R]\n"
    "       ballotd cast --url URL --bulk BALLOTS.csv --prepare FILE\n"
    "       ballotd cast --url URL --send FILE [--connections N] [--rate R]\n"
    "\n"
    "A CHOICE is candidates' numbers in order of preference (3,1,2), the numbers that get a "
    "cross,\n"
    "yes or no, or one of blank, abstain, spoilt. Every contest of your paper needs one.\n"
    "The board is read and checked first. You see the ballot's tracker before you decide to cast "
    "it\n"
    "or to open it: an opened ballot shows what the program had encrypted, and is never cast.\n"
    "\n"
    "  --url URL          the election, as its web page or `ballotd serve` prints it\n"
    "  --code-file FILE   holds your voting code; - reads it from standard input\n"
    "  --code CODE        the code itself; other users of this machine can see it\n"
    "  --receipt FILE     where the receipt goes (receipt-TRACKER.txt)\n"
    "  --audit FILE       open the ballot into FILE instead of casting it\n"
    "  --yes              cast without asking\n"
    "  --resume FILE      send a ballot again whose receipt never came; a ballot is kept as\n"
    "                     RECEIPT.ballot until its receipt is there, and counts once\n"
    "  --log-key HEX      the log's key, if you have it from elsewhere than the board\n"
    "  --bulk FILE        many ballots. The header is code, then contests' ids; a row is a code\n"
    "                     and a CHOICE in each column that the code's paper has, quoted as CSV is\n"
    "  --prepare FILE     make them and do not send: each a 32-bit length (little-endian) and "
    "note\n"
    "  --send FILE        send what --prepare made\n"
    "  --connections N    at a time (100);  --rate R: at most so many ballots a second\n";

enum { CHOICES_MAX = LIMIT_CONTESTS, PATH_BYTES = 4096 };

struct settings {
    const char *url, *code, *code_file, *receipt, *audit, *resume, *log_key;
    const char *choices[CHOICES_MAX];
    unsigned choice_count;
    bool yes;
    struct cast_bulk bulk;
};

/* -- what the voter gives --------------------------------------------------------------------- */

static enum outcome read_code(const struct settings *settings, struct credential_code *out_code,
                              struct fail *fail)
{
    struct buf text;
    enum outcome outcome = OK;
    buf_init(&text, 1024);
    if (settings->code)
        buf_add_str(&text, settings->code);
    else
        outcome = file_read(settings->code_file, &text, fail);
    while (text.len > 0 && (text.bytes[text.len - 1] == '\n' || text.bytes[text.len - 1] == '\r'))
        text.len--;
    if (outcome == OK)
        outcome = credential_code_read(buf_span(&text), out_code, fail);
    if (text.bytes)
        sodium_memzero(text.bytes, text.cap);
    buf_done(&text);
    return outcome;
}

/* The contest named before "=", or NULL; its place on the paper. */
static const struct contest *find_contest(const struct ballot_paper *paper, struct span id,
                                          unsigned *out_place)
{
    for (unsigned i = 0; i < paper->count; i++)
        if (span_is(id, paper->contests[i]->id)) {
            *out_place = i;
            return paper->contests[i];
        }
    return NULL;
}

static enum outcome read_choices(const struct settings *settings, const struct ballot_paper *paper,
                                 struct choice *out_choices, struct fail *fail)
{
    bool chosen[LIMIT_CONTESTS] = {false};
    for (unsigned i = 0; i < settings->choice_count; i++) {
        struct span value = span_str(settings->choices[i]), id = {0};
        unsigned place = 0;
        const struct contest *contest =
            span_cut(&value, '=', &id) ? find_contest(paper, id, &place) : NULL;
        if (!contest || chosen[place])
            return fail_set(fail, BAD_INPUT, "cast.contest",
                            "--choice %s: not CONTEST=CHOICE with a contest of your paper, or a "
                            "second choice in it",
                            settings->choices[i]);
        enum outcome outcome = choice_parse(contest, value, &out_choices[place], fail);
        if (outcome != OK)
            return fail_within(fail, "contest \"%s\"", contest->id);
        chosen[place] = true;
    }
    for (unsigned i = 0; i < paper->count; i++)
        if (!chosen[i])
            return fail_set(fail, BAD_INPUT, "cast.missing",
                            "your paper has the contest \"%s\": add --choice %s=… (\"blank\" or "
                            "\"abstain\" are choices too)",
                            paper->contests[i]->id, paper->contests[i]->id);
    return OK;
}

/* -- what the voter sees ---------------------------------------------------------------------- */

static void show_choice(const struct contest *contest, const struct choice *choice)
{
    static const char *const forms[] = {"", "", "left blank", "abstention", "spoilt"};
    printf("%s (%s)\n", contest_title(contest, "en"), contest->id);
    if (choice->form != CHOICE_MARKED)
        printf("    %s\n", forms[choice->form]);
    for (unsigned i = 0; i < choice->count; i++) {
        const char *name = contest_candidate_name(contest, choice->marks[i]);
        if (contest->layout == MARKING_RANKING)
            printf("    %u. %s\n", i + 1, name);
        else
            printf("    X %s\n", name);
    }
}

static void show(const struct ballot_cast *cast, const struct choice *choices)
{
    for (unsigned i = 0; i < cast->paper->count; i++)
        show_choice(cast->paper->contests[i], &choices[i]);
    printf("tracker %s\n", cast->tracker);
}

enum decision { CAST_IT, OPEN_IT, LEAVE_IT };

static enum decision ask(const struct settings *settings)
{
    char answer[16] = "";
    if (settings->audit)
        return OPEN_IT;
    if (settings->yes)
        return CAST_IT;
    printf("Note the tracker. Then type cast to cast this ballot, or open to see whether it holds\n"
           "these choices (you then vote with another): ");
    fflush(stdout);
    if (!fgets(answer, sizeof answer, stdin))
        return LEAVE_IT;
    return strcmp(answer, "cast\n") == 0   ? CAST_IT
           : strcmp(answer, "open\n") == 0 ? OPEN_IT
                                           : LEAVE_IT;
}

/* -- sending ---------------------------------------------------------------------------------- */

struct paths {
    char receipt[PATH_BYTES], ballot[PATH_BYTES], refusal[PATH_BYTES];
};

static enum outcome name_paths(const char *receipt, struct paths *out_paths, struct fail *fail)
{
    int len = snprintf(out_paths->receipt, PATH_BYTES, "%s", receipt);
    snprintf(out_paths->ballot, PATH_BYTES, "%.4000s.ballot", receipt);
    snprintf(out_paths->refusal, PATH_BYTES, "%.4000s.refusal", receipt);
    return len < 4000 ? OK : fail_set(fail, BAD_INPUT, "cast.receipt", "--receipt: too long");
}

/* A refusal for good ends the matter; anything else leaves the ballot to be sent again. */
static enum outcome settle_refusal(const struct booth *booth, struct span note,
                                   const struct paths *paths, struct fail *fail)
{
    struct span refusal = client_refusal(booth->desk.client);
    struct fail ignored;
    if (fail->outcome == BUSY || fail->outcome == BROKEN) {
        struct fail why = *fail;
        return fail_set(fail, why.outcome, why.code,
                        "no receipt came (%.200s); the ballot may stand or not. Send it again: "
                        "ballotd cast --url … --resume %.200s",
                        why.text, paths->ballot);
    }
    if (booth_is_refusal(booth, note, refusal) &&
        file_write(paths->refusal, refusal, 0600, &ignored) == OK)
        printf("the authority's signed refusal is in %s\n", paths->refusal);
    (void)unlink(paths->ballot);
    return fail->outcome;
}

static enum outcome send_note(struct booth *booth, struct span note, const struct paths *paths,
                              struct fail *fail)
{
    struct buf receipt;
    unsigned status = 0;
    buf_init(&receipt, NOTE_BYTES_MAX * 2);
    enum outcome outcome =
        client_post(booth->desk.client, "statements", note, &status, &receipt, fail);
    if (outcome != OK)
        outcome = settle_refusal(booth, note, paths, fail);
    else
        outcome = booth_check_receipt(booth, note, buf_span(&receipt), fail);
    if (outcome == OK)
        outcome = file_create(paths->receipt, buf_span(&receipt), 0600, fail);
    if (outcome == OK) {
        (void)unlink(paths->ballot);
        printf("%s; the receipt is in %s\n", status == 201 ? "cast" : "was cast before",
               paths->receipt);
    }
    buf_done(&receipt);
    return outcome;
}

static enum outcome cast_it(const struct settings *settings, struct booth *booth,
                            struct ballot_cast *cast, struct fail *fail)
{
    char named[TRACKER_TEXT_BYTES + 16];
    struct paths paths;
    struct buf note;
    buf_init(&note, LIMIT_ENTRY_BYTES);
    snprintf(named, sizeof named, "receipt-%s.txt", cast->tracker);
    enum outcome outcome = name_paths(settings->receipt ? settings->receipt : named, &paths, fail);
    if (outcome == OK && file_exists(paths.receipt))
        outcome = fail_set(fail, CONFLICT, "cast.receipt", "%.200s exists already", paths.receipt);
    if (outcome == OK)
        outcome = ballot_cast_sign(cast, &note, fail);
    if (outcome == OK)
        outcome = file_create(paths.ballot, buf_span(&note), 0600, fail);
    if (outcome == OK)
        outcome = send_note(booth, buf_span(&note), &paths, fail);
    buf_done(&note);
    return outcome;
}

static enum outcome open_it(const struct settings *settings, struct ballot_cast *cast,
                            struct fail *fail)
{
    char named[TRACKER_TEXT_BYTES + 16];
    struct buf line;
    buf_init(&line, 4 * LIMIT_ENTRY_BYTES);
    snprintf(named, sizeof named, "audit-%s.json", cast->tracker);
    const char *path = settings->audit ? settings->audit : named;
    enum outcome outcome = ballot_cast_open(cast, &line, fail);
    if (outcome == OK)
        outcome = file_create(path, buf_span(&line), 0600, fail);
    if (outcome == OK)
        printf("opened, not cast: %s shows what was encrypted. You can still vote.\n", path);
    buf_done(&line);
    return outcome;
}

/* -- one ballot ------------------------------------------------------------------------------- */

static enum outcome vote(const struct settings *settings, struct booth *booth,
                         struct ballot_cast *cast, struct fail *fail)
{
    struct choice choices[LIMIT_CONTESTS] = {0};
    enum outcome outcome = read_choices(settings, cast->paper, choices, fail);
    if (outcome == OK)
        outcome = ballot_cast_seal(cast, choices, fail);
    if (outcome == OK) {
        show(cast, choices);
        enum decision decision = ask(settings);
        if (decision == CAST_IT)
            outcome = cast_it(settings, booth, cast, fail);
        else if (decision == OPEN_IT)
            outcome = open_it(settings, cast, fail);
        else
            outcome = fail_set(fail, NOT_ALLOWED, "cast.left", "nothing was cast");
    }
    sodium_memzero(choices, sizeof choices);
    return outcome;
}

static enum outcome cast_one(const struct settings *settings, struct booth *booth,
                             struct fail *fail)
{
    struct credential_code code;
    struct ballot_cast cast = {0};
    enum outcome outcome = read_code(settings, &code, fail);
    if (outcome == OK)
        outcome = booth_begin(booth, &code, &cast, fail);
    sodium_memzero(&code, sizeof code);
    if (outcome == OK)
        outcome = vote(settings, booth, &cast, fail);
    ballot_cast_done(&cast);
    return outcome;
}

static enum outcome resume(const struct settings *settings, struct booth *booth, struct fail *fail)
{
    struct paths paths;
    struct buf note;
    char receipt[PATH_BYTES];
    struct span path = span_str(settings->resume);
    bool ours = span_ends(path, SPAN_LIT(".ballot"));
    int len = snprintf(receipt, sizeof receipt, "%.*s%s", (int)(path.len - (ours ? 7 : 0)),
                       settings->resume, ours ? "" : ".receipt");
    buf_init(&note, LIMIT_ENTRY_BYTES);
    enum outcome outcome =
        len > 0 && (size_t)len < sizeof receipt
            ? name_paths(settings->receipt ? settings->receipt : receipt, &paths, fail)
            : fail_set(fail, BAD_INPUT, "cast.resume", "--resume: the path is too long");
    if (outcome == OK)
        outcome = file_read(settings->resume, &note, fail);
    if (outcome == OK) {
        snprintf(paths.ballot, sizeof paths.ballot, "%.4000s", settings->resume);
        outcome = send_note(booth, buf_span(&note), &paths, fail);
    }
    buf_done(&note);
    return outcome;
}

static enum outcome run(const struct settings *settings, struct fail *fail)
{
    struct booth booth = {0};
    enum outcome outcome = booth_open(settings->url, settings->log_key, &booth, fail);
    if (outcome == OK && (settings->bulk.ballots || settings->bulk.send))
        outcome = cast_bulk_run(&settings->bulk, &booth, fail);
    else if (outcome == OK && settings->resume)
        outcome = resume(settings, &booth, fail);
    else if (outcome == OK)
        outcome = cast_one(settings, &booth, fail);
    booth_close(&booth);
    return outcome;
}

/* -- command line ----------------------------------------------------------------------------- */

static bool read_number(const char *text, unsigned most, unsigned *out_number)
{
    uint64_t value;
    if (!span_decimal(span_str(text), &value) || value == 0 || value > most)
        return false;
    *out_number = (unsigned)value;
    return true;
}

static bool read_option(int option, char *value, struct settings *settings)
{
    const char **texts[] = {
        ['u'] = &settings->url,          ['c'] = &settings->code,
        ['f'] = &settings->code_file,    ['o'] = &settings->receipt,
        ['a'] = &settings->audit,        ['r'] = &settings->resume,
        ['l'] = &settings->log_key,      ['b'] = &settings->bulk.ballots,
        ['p'] = &settings->bulk.prepare, ['s'] = &settings->bulk.send,
    };
    switch (option) {
    case 'y':
        settings->yes = true;
        return true;
    case 'n':
        return read_number(value, 1000, &settings->bulk.connections);
    case 'R':
        return read_number(value, 1000000, &settings->bulk.rate);
    case 'C':
        if (settings->choice_count == CHOICES_MAX)
            return false;
        settings->choices[settings->choice_count++] = value;
        return true;
    case '?':
        return false;
    default:
        *texts[option] = value;
        return true;
    }
}

/* Exactly one thing to do. */
static bool is_one_task(const struct settings *settings)
{
    int tasks = (settings->code || settings->code_file) + (settings->resume != NULL) +
                (settings->bulk.ballots != NULL) + (settings->bulk.send != NULL);
    return settings->url && tasks == 1 && !(settings->code && settings->code_file);
}

int cmd_cast(int argc, char **argv)
{
    static const struct option options[] = {
        {"url", required_argument, NULL, 'u'},
        {"code", required_argument, NULL, 'c'},
        {"code-file", required_argument, NULL, 'f'},
        {"choice", required_argument, NULL, 'C'},
        {"receipt", required_argument, NULL, 'o'},
        {"audit", required_argument, NULL, 'a'},
        {"resume", required_argument, NULL, 'r'},
        {"log-key", required_argument, NULL, 'l'},
        {"bulk", required_argument, NULL, 'b'},
        {"prepare", required_argument, NULL, 'p'},
        {"send", required_argument, NULL, 's'},
        {"connections", required_argument, NULL, 'n'},
        {"rate", required_argument, NULL, 'R'},
        {"yes", no_argument, NULL, 'y'},
        {NULL, 0, NULL, 0},
    };
    struct settings settings = {.bulk.connections = 100};
    struct fail fail = {.outcome = OK};
    int option;
    bool sound = true;
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(help, stdout);
        return EXIT_DONE;
    }
    opterr = 0;
    while (sound && (option = getopt_long(argc, argv, "", options, NULL)) != -1)
        sound = read_option(option, optarg, &settings);
    if (!sound || optind != argc || !is_one_task(&settings))
        return cli_misused("cast", "--url, one task, and what it takes are needed");
    return cli_finish("cast", run(&settings, &fail), &fail);
}
