/* A witness that reads what a log publishes, from a server of files: in order, lagging, replaced by
 * another history, or without the entries that its root promises. */
#include "witness/follow.h"

#include "verify/tlog.h"
#include "verify/web.h"

static char folder[] = "/tmp/verify-follow-XXXXXX", site[64], url[64];
static struct tlog tlog, fork_log;
static struct cosigner cosigner;
static struct state state;
static struct witness witness;
static struct fetch *fetch;
static char last_warning[1024];

static void keep_warning(const char *line)
{
    snprintf(last_warning, sizeof last_warning, "%s", line);
}

static void start(void)
{
    char path[128];
    struct fail fail;
    snprintf(path, sizeof path, "%s/state", folder);
    CHECK_INT(state_open(path, &state, &fail), GOOD);
    witness_init(&witness, &cosigner, &state, keep_warning);
    CHECK_INT(witness_add_log(&witness, &tlog.signer.key, span_text(tlog.origin), &fail), GOOD);
}

static void stop(void)
{
    witness_done(&witness);
    state_close(&state);
}

static int post(const struct tlog *log, size_t old, size_t size)
{
    char body[TLOG_TEXT_BYTES];
    struct buffer answer;
    buffer_init(&answer, 4096);
    tlog_request(log, old, size, body);
    int status = (int)witness_add_checkpoint(&witness, span_text(body), 1700000000, &answer);
    buffer_done(&answer);
    return status;
}

static void test_in_order(struct follow *follow)
{
    struct fail fail = {{0}};
    check_case("nothing is published yet");
    CHECK_INT(follow_once(follow, &fail), BAD);
    CHECK_INT(follow_once(follow, &fail), BAD);
    CHECK_INT(post(&tlog, 0, 10), 200);
    static const size_t cosigned[] = {10, 11, 255, 256, 257, 300, 600},
                        published[] = {10, 11, 255, 256, 257, 300, 520};
    for (size_t i = 0; i < CHECK_COUNT_OF(cosigned); i++) {
        check_case("published at %zu", published[i]);
        CHECK_INT(post(&tlog, i == 0 ? 10 : cosigned[i - 1], cosigned[i]), 200);
        tlog_publish(&tlog, published[i], site);
        CHECK_INT(follow_once(follow, &fail), GOOD);
        CHECK_UINT(follow->merkle.size, published[i]);
        CHECK(follow->compared == (cosigned[i] == published[i]));
    }
    check_case("nothing new");
    CHECK_INT(follow_once(follow, &fail), GOOD);
    check_case("an older checkpoint is served");
    tlog_publish(&tlog, 300, site);
    CHECK_INT(follow_once(follow, &fail), GOOD);
    check_case("all is published");
    tlog_publish(&tlog, 620, site);
    CHECK_INT(follow_once(follow, &fail), GOOD);
    CHECK(follow->compared);
    check_case("a size that was passed is cosigned late");
    CHECK_INT(post(&tlog, 600, 610), 200);
    CHECK_INT(follow_once(follow, &fail), GOOD);
    CHECK(follow->compared && follow->target.size == 610);
}

/* Damage that proves nothing: cosignatures are withheld after two rounds, and given again. */
static void test_damage(struct follow *follow)
{
    struct fail fail;
    char path[TILE_PATH_BYTES], name[256];
    tlog_publish(&tlog, 630, site);
    tile_path(TILE_ENTRIES, 2, 630 - 512, path);
    snprintf(name, sizeof name, "%s/%s", site, path);
    check_case("the entries are missing");
    CHECK_INT(unlink(name), 0);
    CHECK_INT(follow_once(follow, &fail), BAD);
    CHECK_INT(post(&tlog, 610, 611), 200);
    CHECK_INT(follow_once(follow, &fail), BAD);
    CHECK_INT(post(&tlog, 611, 612), 503);
    CHECK(strstr(last_warning, "withheld") != NULL);
    check_case("the entries are back");
    tlog_publish(&tlog, 630, site);
    CHECK_INT(follow_once(follow, &fail), GOOD);
    CHECK_INT(post(&tlog, 611, 612), 200);
    check_case("an entry is not what the root says");
    snprintf(tlog.entries[635], TLOG_ENTRY_BYTES, "another");
    tlog_publish(&tlog, 640, site);
    CHECK_INT(follow_once(follow, &fail), BAD);
    CHECK(strstr(fail.text, "root") != NULL);
    CHECK_INT(follow_once(follow, &fail), BAD);
    CHECK_INT(post(&tlog, 612, 613), 503);
    snprintf(tlog.entries[635], TLOG_ENTRY_BYTES, "true entry 635");
    tlog_publish(&tlog, 640, site);
    CHECK_INT(follow_once(follow, &fail), GOOD);
    CHECK_INT(post(&tlog, 612, 613), 200);
    check_case("a checkpoint that the log did not sign");
    char note[TLOG_TEXT_BYTES] = "";
    tlog_checkpoint(&tlog, 640, note);
    note[strlen(note) - 10] ^= 1;
    tlog_write(site, "checkpoint", span_text(note));
    CHECK_INT(follow_once(follow, &fail), BAD);
    CHECK(!witness_head(&witness, &witness.logs[0]).stopped);
}

static void test_unreachable(void)
{
    struct fail fail;
    struct follow follow;
    check_case("a server that can't be reached");
    follow_init(&follow, "http://127.0.0.1:1", fetch, &witness);
    CHECK_INT(follow_once(&follow, &fail), UNABLE);
    CHECK_INT(follow_once(&follow, &fail), UNABLE);
    CHECK_INT(post(&tlog, 613, 614), 200);
}

/* The log signs another history and publishes that. `size` is before or after what was cosigned. */
static void test_split(void)
{
    struct fail fail;
    struct follow follow;
    char path[128];
    follow_init(&follow, url, fetch, &witness);
    check_case("another history is published, as yet shorter than what was cosigned");
    tlog_publish(&fork_log, 600, site);
    CHECK_INT(follow_once(&follow, &fail), GOOD); /* nothing contradicts yet */
    CHECK_INT(post(&tlog, 614, 615), 200);
    check_case("another history");
    tlog_publish(&fork_log, 650, site);
    CHECK_INT(follow_once(&follow, &fail), BAD);
    CHECK(strstr(fail.text, "does not begin with") != NULL);
    CHECK(witness_head(&witness, &witness.logs[0]).stopped);
    CHECK_INT(post(&tlog, 615, 616), 503);
    CHECK_INT(post(&tlog, 615, 615), 503);
    snprintf(path, sizeof path, "%s/state.split", folder);
    CHECK(access(path, F_OK) == 0);
    check_case("stopped after a restart, whatever is published then");
    stop();
    start();
    CHECK(witness_head(&witness, &witness.logs[0]).stopped);
    tlog_publish(&tlog, 650, site);
    follow_init(&follow, url, fetch, &witness);
    CHECK_INT(follow_once(&follow, &fail), GOOD);
    CHECK_INT(post(&tlog, 615, 616), 503);
}

int main(void)
{
    struct fail fail;
    struct follow follow;
    unsigned port;
    char path[128];
    CHECK(mkdtemp(folder) != NULL);
    snprintf(site, sizeof site, "%s/site", folder);
    CHECK_INT(mkdir(site, 0700), 0);
    struct MHD_Daemon *daemon = web_serve(site, &port);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/", port);
    tlog_init(&tlog, "log.example/1", 1);
    tlog_init(&fork_log, "log.example/1", 1);
    tlog_grow(&tlog, 660, "true");
    tlog_grow(&fork_log, 200, "true");
    tlog_grow(&fork_log, 660, "forked");
    snprintf(path, sizeof path, "%s/key", folder);
    CHECK_INT(cosigner_make(path, "witness.example/w1", &cosigner, &fail), GOOD);
    CHECK_INT(fetch_new(NULL, &fetch, &fail), GOOD);
    start();
    follow_init(&follow, url, fetch, &witness);
    test_in_order(&follow);
    test_damage(&follow);
    test_unreachable();
    test_split();
    stop();
    fetch_free(fetch);
    MHD_stop_daemon(daemon);
    web_remove_folder(folder);
    return check_end("witness_follow");
}
