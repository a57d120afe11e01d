/* Two hundred power cuts while entries are written: after each, what was acknowledged is there
 * once, what is there is whole, and the log goes on. Then the same with synchronous=OFF, where rows
 * must be lost: a test that cannot fail proves nothing. Usage: store_power [cuts] */
#include "store/board.h"

#include <pthread.h>
#include <sodium.h>
#include <unistd.h>

#include "check.h"
#include "power_vfs.h"

enum { CUTS = 200, ROUNDS = 400, AT_ONCE_MAX = 12, BYTES_MAX = 3000 };

struct item {
    unsigned number;
    uint64_t index;
    bool acknowledged;
};

struct run {
    char folder[64];
    struct item *items;
    unsigned count, acknowledged;
};

struct damage {
    unsigned missing, twice, corrupt, stuck;
};

/* "number:" and then filler of a length that the number gives, so that it can be checked. */
static size_t print_entry(unsigned number, char out[static BYTES_MAX])
{
    size_t len = 16 + (number * 2654435761U >> 8) % (BYTES_MAX - 16);
    memset(out, 'a' + (int)(number % 26), len);
    int head = snprintf(out, 16, "%u", number);
    out[head] = ':';
    return len;
}

static enum outcome append(void *ctx, struct txn *txn, struct fail *fail)
{
    struct item *item = ctx;
    char text[BYTES_MAX];
    size_t len = print_entry(item->number, text);
    uint8_t leaf[HASH_BYTES];
    crypto_hash_sha256(leaf, (const uint8_t *)text, len);
    enum outcome outcome = board_put_alpha(txn, leaf, fail);
    if (outcome == OK)
        outcome = board_append(txn, span_of(text, len), leaf, BOARD_SHUFFLED, &item->index, fail);
    return outcome;
}

static void acknowledge(void *ctx, enum outcome outcome, const struct fail *fail)
{
    struct item *item = ctx;
    (void)fail;
    item->acknowledged = outcome == OK;
}

static enum outcome nothing(void *ctx, struct txn *txn, struct fail *fail)
{
    (void)ctx, (void)txn, (void)fail;
    return OK;
}

static enum outcome put_node(void *ctx, struct txn *txn, uint64_t index,
                             const uint8_t leaf[static HASH_BYTES], struct fail *fail)
{
    (void)ctx;
    return board_put_node(txn, 0, index, leaf, fail);
}

static void write_until_cut(struct run *run, const struct store_options *options, unsigned seed)
{
    struct writer *writer = NULL;
    struct board_hooks hooks = {.placed = put_node};
    uint64_t random = seed + 1;
    if (board_writer_new(run->folder, options, &hooks, &writer, NULL) != OK)
        return; /* the cut came before the first entry */
    for (unsigned round = 0; round < ROUNDS; round++) {
        random = random * 6364136223846793005U + 1442695040888963407U;
        unsigned at_once = 1 + (unsigned)(random >> 33) % AT_ONCE_MAX;
        for (unsigned i = 0; i < at_once; i++) {
            struct item *item = &run->items[run->count];
            *item = (struct item){.number = run->count};
            if (writer_submit(writer, &(struct job){append, acknowledge, item}, NULL) == OK)
                run->count++;
        }
        if (writer_run(writer, nothing, NULL, NULL) != OK)
            break;
    }
    writer_free(writer);
}

struct survey {
    struct run *run;
    unsigned char *seen;
    struct damage *damage;
    uint64_t next;
};

static enum outcome survey_entry(void *ctx, const struct board_entry *entry, struct fail *fail)
{
    struct survey *survey = ctx;
    char text[BYTES_MAX];
    uint8_t hash[HASH_BYTES];
    unsigned number = (unsigned)strtoul((const char *)entry->bytes.ptr, NULL, 10);
    (void)fail;
    crypto_hash_sha256(hash, entry->bytes.ptr, entry->bytes.len);
    if (entry->index != survey->next++ || number >= survey->run->count ||
        memcmp(hash, entry->leaf, HASH_BYTES) != 0 ||
        entry->bytes.len != print_entry(number, text) ||
        memcmp(text, entry->bytes.ptr, entry->bytes.len) != 0) {
        survey->damage->corrupt++;
        return OK;
    }
    if (survey->seen[number]++)
        survey->damage->twice++;
    /* An acknowledged entry stands where its receipt says. */
    if (survey->run->items[number].acknowledged && survey->run->items[number].index != entry->index)
        survey->damage->corrupt++;
    return OK;
}

static void look(struct run *run, struct damage *damage)
{
    struct conn *conn = NULL;
    struct survey survey = {run, calloc(run->count + 1, 1), damage, 0};
    struct writer *writer = NULL;
    struct item *one_more = &run->items[run->count];
    *one_more = (struct item){.number = run->count};
    if (board_writer_new(run->folder, NULL, NULL, &writer, NULL) != OK ||
        writer_run(writer, append, one_more, NULL) != OK)
        damage->stuck++;
    writer_free(writer);
    run->count++;
    if (board_open(run->folder, NULL, &conn, NULL) != OK || conn_check(conn, NULL) != OK ||
        board_range(conn, 0, INT64_MAX, survey_entry, &survey, NULL) != OK)
        damage->corrupt++;
    conn_close(conn);
    for (unsigned i = 0; i + 1 < run->count; i++) {
        run->acknowledged += run->items[i].acknowledged;
        if (run->items[i].acknowledged && !survey.seen[i])
            damage->missing++;
    }
    free(survey.seen);
}

static void remove_all(const char *folder)
{
    static const char *const names[] = {"board.db", "board.db-wal", "board.db-shm",
                                        "board.db.lock"};
    for (size_t i = 0; i < CHECK_COUNT_OF(names); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

static void make_database(struct run *run)
{
    struct writer *writer = NULL;
    snprintf(run->folder, sizeof run->folder, "/tmp/store_power.XXXXXX");
    CHECK(mkdtemp(run->folder) != NULL);
    CHECK_INT(board_writer_new(run->folder, NULL, NULL, &writer, NULL), OK);
    writer_free(writer);
}

struct total {
    unsigned runs_harmed, cut_runs, acknowledged, lost, torn, kept;
    struct damage damage;
};

static struct total cut_many(unsigned cuts, bool no_sync)
{
    struct total total = {0};
    struct store_options options = {
        .vfs = "power", .unsafe_no_sync = no_sync, .checkpoint_pages = 40};
    struct run run = {.items = calloc(ROUNDS * AT_ONCE_MAX + 1, sizeof *run.items)};
    for (unsigned seed = 0; seed < cuts; seed++) {
        struct damage damage = {0};
        run.count = run.acknowledged = 0;
        make_database(&run);
        power_on(seed + 1, 20 + (long)((seed * 7919U) % 1500U));
        write_until_cut(&run, &options, seed);
        total.cut_runs += power.cut;
        total.lost += power.lost_writes;
        total.torn += power.torn_writes;
        total.kept += power.kept_writes;
        if (!power.cut) /* the machine is switched off at the end all the same */
            power_cut();
        look(&run, &damage);
        remove_all(run.folder);
        total.acknowledged += run.acknowledged;
        total.damage.missing += damage.missing;
        total.damage.twice += damage.twice;
        total.damage.corrupt += damage.corrupt;
        total.damage.stuck += damage.stuck;
        total.runs_harmed += (damage.missing | damage.twice | damage.corrupt | damage.stuck) != 0;
    }
    free(run.items);
    return total;
}

static void print_total(const char *name, unsigned cuts, const struct total *total)
{
    printf("%s: %u of %u cuts did harm; %u entries acknowledged, %u missing, %u twice, %u corrupt, "
           "%u stuck; unsynced writes: %u lost, %u torn, %u kept\n",
           name, total->runs_harmed, cuts, total->acknowledged, total->damage.missing,
           total->damage.twice, total->damage.corrupt, total->damage.stuck, total->lost,
           total->torn, total->kept);
}

int main(int argc, char **argv)
{
    unsigned cuts = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : CUTS;
    if (sodium_init() < 0)
        return 1;
    struct total full = cut_many(cuts, false);
    print_total("synchronous=FULL", cuts, &full);
    check_case("synchronous=FULL");
    CHECK_UINT(full.runs_harmed, 0);
    CHECK(full.cut_runs >= cuts * 9 / 10);
    CHECK(full.acknowledged > 10 * cuts);
    CHECK(full.torn > 0 && full.lost > 0 && full.kept > 0);
    struct total off = cut_many(cuts / 4, true);
    print_total("synchronous=OFF", cuts / 4, &off);
    check_case("synchronous=OFF must do harm");
    CHECK(off.runs_harmed > cuts / 8);
    return check_end("store_power");
}
