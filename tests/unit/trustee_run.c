/* Trustees' programs against a real election in the same process: ceremony, mixes and decryptions
 * to the result; and against a daemon that lies, takes back, or shows two of them different things.
 */
#include "check.h"

#include "lib/seated.h"

#include <ftw.h>
#include <sodium.h>
#include <unistd.h>

enum { TRUSTEES = 3, THRESHOLD = 2 };

static void run_all(struct seated *seats, enum trustee_goal goal, const char *what)
{
    seated_run_all(seats, goal);
    for (unsigned i = 1; i <= TRUSTEES; i++) {
        check_case("%s, trustee %u: %s", what, i, seats[i].fail.text);
        CHECK_INT(seats[i].outcome, OK);
    }
}

/* The wire is cut after the secrets were kept and before anything left; the same program again says
 * what it would have said. */
static void test_cut(struct seated *seat)
{
    struct memory *before, *after;
    struct fail fail = {0};
    check_case("cut off before the commit");
    seat->posts_left = 0;
    CHECK_INT(seated_run(seat, TRUSTEE_CEREMONY), NOT_ALLOWED);
    CHECK_STR(seat->fail.code, "test.cut");
    CHECK_UINT(seat->saves, 1);
    CHECK_INT(memory_new(&seat->keyfile, &before, &fail), OK);
    CHECK_INT(seated_run(seat, TRUSTEE_CEREMONY), NOT_ALLOWED);
    CHECK_UINT(seat->saves, 1);
    CHECK_INT(memory_new(&seat->keyfile, &after, &fail), OK);
    for (unsigned i = 0; i < SAID_COUNT; i++)
        CHECK_SPAN(buf_span(&after->said[i]), buf_span(&before->said[i]));
    memory_free(before);
    memory_free(after);
    seat->posts_left = 1000;
}

static void test_lies(struct seated *seat)
{
    check_case("an altered entry");
    seat->lie_entry = true;
    CHECK(seated_run(seat, TRUSTEE_CEREMONY) != OK);
    CHECK(strstr(seat->fail.text, "entry 0") != NULL);
    seat->lie_entry = false;
    check_case("an altered root");
    seat->lie_root = true;
    CHECK(seated_run(seat, TRUSTEE_CEREMONY) != OK);
    seat->lie_root = false;
}

static void alter_memory(struct seated *seat, void (*alter)(struct memory *memory))
{
    struct memory *memory;
    struct fail fail = {0};
    CHECK_INT(memory_new(&seat->keyfile, &memory, &fail), OK);
    alter(memory);
    CHECK_INT(memory_keep(memory, &seat->keyfile, &fail), OK);
    memory_free(memory);
}

static void alter_size(struct memory *memory)
{
    memory->seen_size += 1000;
}

static void alter_root(struct memory *memory)
{
    memory->seen_root[0] ^= 1;
}

static void alter_definition(struct memory *memory)
{
    memory->definition[0] ^= 1;
}

static void alter_freeze(struct memory *memory)
{
    memset(memory->freeze, 9, HASH_BYTES);
}

static void alter_coefficient(struct memory *memory)
{
    scalar_random(&memory->secret.coefficients[0]);
}

/* What the log says must be what the key file remembers. */
static void refuse(struct seated *seat, enum trustee_goal goal,
                   void (*alter)(struct memory *memory), const char *code)
{
    uint8_t kept[16384];
    struct fail fail;
    size_t len = seat->keyfile.state_len;
    check_case("%s", code);
    if (!CHECK(len < sizeof kept))
        return;
    memcpy(kept, seat->keyfile.state, len);
    alter_memory(seat, alter);
    CHECK_INT(seated_run(seat, goal), CONFLICT);
    CHECK_STR(seat->fail.code, code);
    CHECK_INT(keyfile_set_state(&seat->keyfile, span_of(kept, len), &fail), OK);
}

static void test_memory(struct seated *seat)
{
    refuse(seat, TRUSTEE_CEREMONY, alter_size, "follow.rollback");
    refuse(seat, TRUSTEE_CEREMONY, alter_root, "follow.fork");
    refuse(seat, TRUSTEE_CEREMONY, alter_definition, "trustee.election");
    refuse(seat, TRUSTEE_CEREMONY, alter_coefficient, "trustee.key-file");
    check_case("a board emptied");
    seat->empty = true;
    CHECK_INT(seated_run(seat, TRUSTEE_CEREMONY), NOT_FOUND);
    seat->empty = false;
}

/* The blobs were put and nothing was stated: the next start does it again. */
static void cut_off(struct seated *seat, enum trustee_goal goal)
{
    check_case("cut off before a statement of the tally");
    seat->posts_left = 0;
    CHECK_INT(seated_run(seat, goal), NOT_ALLOWED);
    CHECK_STR(seat->fail.code, "test.cut");
    seat->posts_left = 1000;
}

/* Everybody is done, and says nothing any more. */
static void test_done(struct seated *seats)
{
    static const enum trustee_goal goals[] = {TRUSTEE_CEREMONY, TRUSTEE_MIX, TRUSTEE_DECRYPT,
                                              TRUSTEE_RUN};
    for (unsigned i = 0; i < CHECK_COUNT_OF(goals); i++) {
        check_case("goal %u again", i);
        seats[1].posts_left = 0;
        CHECK_INT(seated_run(&seats[1], goals[i]), OK);
    }
}

static void test_whole(struct rehearsal *rehearsal)
{
    struct seated seats[TRUSTEES + 1];
    seated_all(rehearsal, seats);
    rehearsal_define(rehearsal);
    test_cut(&seats[2]);
    test_lies(&seats[2]);
    seats[3].lose_answers = true;
    run_all(seats, TRUSTEE_CEREMONY, "ceremony");
    seats[3].lose_answers = false;
    test_memory(&seats[1]);
    rehearsal_roll(rehearsal);
    rehearsal_issue(rehearsal);
    rehearsal_open(rehearsal);
    rehearsal_cast(rehearsal);
    rehearsal_close(rehearsal);
    refuse(&seats[1], TRUSTEE_MIX, alter_freeze, "trustee.freeze");
    refuse(&seats[1], TRUSTEE_DECRYPT, alter_freeze, "trustee.freeze");
    cut_off(&seats[1], TRUSTEE_MIX);
    run_all(seats, TRUSTEE_MIX, "mix");
    cut_off(&seats[2], TRUSTEE_DECRYPT);
    refuse(&seats[1], TRUSTEE_DECRYPT, alter_coefficient, "trustee.key-file");
    run_all(seats, TRUSTEE_DECRYPT, "decrypt");
    rehearsal_result(rehearsal);
    run_all(seats, TRUSTEE_RUN, "run to the end");
    test_done(seats);
    for (unsigned i = 1; i <= TRUSTEES; i++)
        seated_done(&seats[i]);
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    return remove(path);
}

int main(void)
{
    char folder[] = "/tmp/trustee_run.XXXXXX", election[64];
    struct rehearsal rehearsal;
    if (sodium_init() < 0 || !mkdtemp(folder))
        return 1;
    snprintf(election, sizeof election, "%s/election", folder);
    const struct rehearsal_options options = {.folder = election,
                                              .members = 8,
                                              .ballots = 6,
                                              .trustees = TRUSTEES,
                                              .threshold = THRESHOLD,
                                              .mixes = THRESHOLD,
                                              .candidates = 8,
                                              .contests = 2,
                                              .witnesses = ""};
    rehearsal_begin(&rehearsal, &options);
    test_whole(&rehearsal);
    rehearsal_end(&rehearsal);
    CHECK(nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0);
    return check_end("trustee_run");
}
