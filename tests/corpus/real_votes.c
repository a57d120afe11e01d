/* Real votes through the whole protocol: every paper of a real election cast as an encrypted ballot
 * over HTTP by members of a roll, mixed, decrypted and counted. The stage totals must be those on
 * which independent programs agree, and the verifier must pass the bundle. The corpus stands beside
 * the checkout; where it does not, this is skipped. */
#include "base/file.h"
#include "base/report.h"
#include "check.h"
#include "count/blt.h"
#include "http/client.h"
#include "http/server.h"
#include "lib/rehearsal.h"

#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CASE "scot-edinburgh_2017_ward3"
enum { EXIT_SKIPPED = 77, CONNECTIONS = 16, PAPERS_MAX = 20000 };

struct votes {
    struct papers *papers;
    size_t of[PAPERS_MAX]; /* the distinct paper of each voter */
    unsigned count;
};

/* -- the papers ------------------------------------------------------------------------------- */

static void read_votes(const char *path, struct votes *votes)
{
    struct buf text;
    struct fail fail;
    buf_init(&text, 1 << 24);
    rehearsal_must(file_read(path, &text, &fail), &fail, path);
    rehearsal_must(blt_read(buf_span(&text), &votes->papers, &fail), &fail, path);
    for (size_t i = 0; i < papers_distinct(votes->papers); i++)
        for (uint64_t w = 0; w < papers_at(votes->papers, i).weight; w++)
            votes->of[votes->count++] = i;
    buf_done(&text);
}

/* Voters hold the papers in no particular order: 7,919 is prime and no divisor of their number. */
static void choose(void *ctx, unsigned number, struct choice *out)
{
    const struct votes *votes = ctx;
    size_t at = (size_t)number * 7919 % votes->count;
    struct paper paper = papers_at(votes->papers, votes->of[at]);
    *out = (struct choice){.form = CHOICE_MARKED, .count = (unsigned)paper.length};
    memcpy(out->marks, paper.prefs, paper.length);
}

/* -- casting over HTTP ------------------------------------------------------------------------ */

struct casting {
    struct rehearsal *rehearsal;
    struct buf notes[CONNECTIONS * 2];
    unsigned next, stand;
};

static bool next_ballot(void *ctx, struct span *out_body, void **out_item)
{
    struct casting *casting = ctx;
    if (casting->next == casting->rehearsal->options.ballots)
        return false;
    struct buf *note = malloc(sizeof *note);
    buf_init(note, LIMIT_ENTRY_BYTES);
    rehearsal_ballot(casting->rehearsal, casting->next++, note);
    *out_body = buf_span(note);
    *out_item = note;
    return true;
}

static void cast_one(void *ctx, const struct client_result *result)
{
    struct casting *casting = ctx;
    struct buf *note = result->item;
    casting->stand += result->status == 201;
    if (result->fail)
        CHECK_STR(result->fail->text, "");
    buf_done(note);
    free(note);
}

static void cast_all(struct rehearsal *rehearsal)
{
    struct casting casting = {.rehearsal = rehearsal};
    struct client_source source = {.next = next_ballot, .end = cast_one, .ctx = &casting};
    struct server_options options = {0};
    struct listen_address address;
    struct server *server;
    struct client *client;
    struct fail fail;
    rehearsal_must(listen_read(SPAN_LIT("127.0.0.1:0"), &address, &fail), &fail, "listen");
    rehearsal_must(server_start(&options, &address, rehearsal->election, &server, &fail), &fail,
                   "server");
    struct client_options to = {.url = server_url(server)};
    rehearsal_must(client_new(&to, &client, &fail), &fail, "client");
    rehearsal_must(client_post_many(client, "statements", CONNECTIONS, &source, &fail), &fail,
                   "cast");
    CHECK_UINT(casting.stand, rehearsal->options.ballots);
    client_free(client);
    server_stop(server);
}

/* -- the result ------------------------------------------------------------------------------- */

static json_t *read_sheet(struct rehearsal *rehearsal)
{
    struct sources sources = election_sources(rehearsal->election);
    struct buf entry, sheet;
    struct statement statement;
    struct fail fail;
    uint8_t hash[HASH_BYTES];
    buf_init(&entry, LIMIT_ENTRY_BYTES);
    buf_init(&sheet, LIMIT_BLOB_BYTES);
    uint64_t result = rehearsal->election->state->tree.size - 2;
    rehearsal_must(sources.entry(sources.ctx, result, &entry, &fail), &fail, "result");
    rehearsal_must(
        statement_read(buf_span(&entry), election_origin(rehearsal->election), &statement, &fail),
        &fail, "result");
    const json_t *box = json_array_get(json_object_get(statement.object, "boxes"), 0);
    struct json_take take = json_take_from(json_object_get(box, "sheet"), "sheet", &fail);
    json_take_hex(&take, "sha256", hash, HASH_BYTES);
    uint64_t size = (uint64_t)json_take_integer(&take, "size", 0, LIMIT_BLOB_BYTES);
    rehearsal_must(sources.blob(sources.ctx, hash, size, &sheet, &fail), &fail, "sheet");
    json_t *value = json_loads(buf_text(&sheet), 0, NULL);
    statement_done(&statement);
    buf_done(&entry);
    buf_done(&sheet);
    return value;
}

static struct span field(struct span *rest)
{
    struct span found;
    if (!span_cut(rest, '\t', &found)) {
        found = *rest;
        *rest = span_of(NULL, 0);
    }
    return found;
}

/* A line of the expected table: stage, sub, action, who, elected, non-transferable, quota, votes.
 */
static void compare_stage(struct span line, const json_t *stage)
{
    struct span cells[8];
    const char *name;
    const json_t *votes;
    for (unsigned i = 0; i < 7; i++)
        cells[i] = field(&line);
    CHECK_SPAN(json_span(json_object_get(stage, "action")), cells[2]);
    CHECK_SPAN(json_span(json_object_get(stage, "non_transferable")), cells[5]);
    CHECK_SPAN(json_span(json_object_get(stage, "quota")), cells[6]);
    json_object_foreach(json_object_get(stage, "votes"), name, votes)
        CHECK_SPAN(json_span(votes), field(&line));
}

static void compare_sheet(const char *path, struct rehearsal *rehearsal)
{
    struct buf table;
    struct fail fail;
    struct span rest, line;
    size_t at = 0;
    json_t *sheet = read_sheet(rehearsal);
    json_t *stages = json_object_get(sheet, "stages");
    buf_init(&table, 1 << 20);
    rehearsal_must(file_read(path, &table, &fail), &fail, path);
    rest = buf_span(&table);
    (void)span_line(&rest, &line); /* the heading */
    while (span_line(&rest, &line)) {
        check_case("stage %zu", at + 1);
        compare_stage(line, json_array_get(stages, at++));
    }
    CHECK_UINT(json_array_size(stages), at);
    json_decref(sheet);
    buf_done(&table);
}

static void verify(const char *annex, const char *bundle)
{
    int status = -1;
    pid_t pid = fork();
    if (pid == 0) {
        execl("build/verify", "verify", "--annex", annex, bundle, (char *)NULL);
        _exit(127);
    }
    waitpid(pid, &status, 0);
    CHECK_INT(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0);
}

int main(void)
{
    const char *corpus = getenv("BALLOTD_CORPUS") ? getenv("BALLOTD_CORPUS") : "../shared/corpus";
    char blt[4096], table[4096], folder[] = "/tmp/real-votes.XXXXXX";
    char election[64], bundle[64], annex[64];
    static struct votes votes;
    struct rehearsal rehearsal;
    snprintf(blt, sizeof blt, "%s/blt/%s.blt", corpus, CASE);
    snprintf(table, sizeof table, "%s/expected/%s.tsv", corpus, CASE);
    if (!file_exists(blt)) {
        printf("skipped: no corpus of real elections at %s\n", corpus);
        return EXIT_SKIPPED;
    }
    if (sodium_init() < 0 || !mkdtemp(folder))
        return 1;
    snprintf(election, sizeof election, "%s/election", folder);
    snprintf(bundle, sizeof bundle, "%s/bundle", folder);
    snprintf(annex, sizeof annex, "%s/annex", folder);
    read_votes(blt, &votes);
    const struct rehearsal_options options = {
        .folder = election,
        .members = votes.count + 500,
        .ballots = votes.count,
        .trustees = 3,
        .threshold = 2,
        .mixes = 2,
        .candidates = (unsigned)papers_candidates(votes.papers),
        .contests = 1,
        .rule = "stv-scottish",
        .seats = 3,
        .choose = choose,
        .choose_ctx = &votes,
    };
    rehearsal_begin(&rehearsal, &options);
    rehearsal_define(&rehearsal);
    rehearsal_ceremony(&rehearsal);
    rehearsal_roll(&rehearsal);
    rehearsal_issue(&rehearsal);
    rehearsal_open(&rehearsal);
    cast_all(&rehearsal);
    rehearsal_close(&rehearsal);
    rehearsal_mix(&rehearsal);
    rehearsal_decrypt(&rehearsal);
    rehearsal_result(&rehearsal);
    compare_sheet(table, &rehearsal);
    rehearsal_write_bundle(&rehearsal, bundle);
    rehearsal_write_annex(&rehearsal, annex);
    rehearsal_end(&rehearsal);
    printf("%u real papers cast, mixed, decrypted and counted\n", votes.count);
    verify(annex, bundle);
    papers_free(votes.papers);
    return check_end("real votes");
}
