/* Following a log with witnesses: what no quorum has cosigned does not count as seen by them, and a
 * cosignature that comes later for the same tree does. */
#include "check.h"

#include "lib/seated.h"
#include "log/checkpoint.h"
#include "log/cosignature.h"

#include <ftw.h>
#include <sodium.h>
#include <unistd.h>

struct witness {
    struct note_signer signer;
    uint8_t secret[ED25519_SECRET_BYTES];
};

static void make_witness(struct witness *witness, const char *name, uint8_t number)
{
    uint8_t seed[KEY_BYTES] = {number}, key[KEY_BYTES];
    struct fail fail;
    ed25519_pair(seed, key, witness->secret);
    witness->signer.secret = witness->secret;
    CHECK_INT(note_key_make(span_str(name), NOTE_COSIGNATURE, key, &witness->signer.key, &fail),
              OK);
}

static void add_policy(const struct witness *witness, const char *name, struct buf *out)
{
    buf_add_format(out, "witness %s ", name);
    note_key_print(&witness->signer.key, out);
    buf_add_byte(out, '\n');
}

/* The daemon asks; the witness cosigns the text it is shown. */
static void cosign(struct election *election, const struct witness *witness, uint64_t size)
{
    struct buf request, lines;
    struct note note;
    struct fail fail = {0};
    uint64_t asked;
    buf_init(&request, 2 * NOTE_BYTES_MAX);
    buf_init(&lines, NOTE_BYTES_MAX);
    CHECK_INT(election_witness_request(election, 0, &request, &asked, &fail), OK);
    CHECK_UINT(asked, size);
    const char *at = strstr(buf_text(&request), "\n\n");
    if (CHECK(at != NULL) && CHECK_INT(note_read(span_str(at + 2), &note, &fail), OK)) {
        CHECK_INT(cosignature_add(note.text, 1000, &witness->signer, &lines, &fail), OK);
        CHECK_INT(election_witness_answer(election, size, buf_span(&lines), &fail), OK);
    }
    buf_done(&request);
    buf_done(&lines);
}

static void test_witnesses(struct rehearsal *rehearsal, const struct witness *first,
                           const struct witness *second)
{
    struct seated seats[3];
    struct follow follow;
    struct fail fail = {0};
    seated_all(rehearsal, seats);
    check_case("nothing on the board yet");
    CHECK_INT(follow_open(&seats[1].wire, election_origin(rehearsal->election), 0, NULL, true,
                          &follow, &fail),
              OK);
    CHECK_INT(follow_update(&follow, &fail), OK);
    CHECK(!follow_is_witnessed(&follow, 0));

    check_case("no cosignature");
    rehearsal_define(rehearsal);
    CHECK_INT(follow_update(&follow, &fail), OK);
    CHECK_UINT(follow.verified_size, 1);
    CHECK(!follow_is_witnessed(&follow, 0));

    check_case("one of two");
    cosign(rehearsal->election, first, 1);
    CHECK_INT(follow_update(&follow, &fail), OK);
    CHECK(!follow_is_witnessed(&follow, 0));

    check_case("both, for the tree as it was");
    cosign(rehearsal->election, second, 1);
    CHECK_INT(follow_update(&follow, &fail), OK);
    CHECK(follow_is_witnessed(&follow, 0));
    CHECK(!follow_is_witnessed(&follow, 1));

    check_case("an entry later");
    rehearsal_ceremony(rehearsal);
    CHECK_INT(follow_update(&follow, &fail), OK);
    CHECK(follow.verified_size > 1);
    CHECK(follow_is_witnessed(&follow, 0));
    CHECK(!follow_is_witnessed(&follow, 1));
    follow_close(&follow);
    seated_done(&seats[1]);
    seated_done(&seats[2]);
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
    char folder[] = "/tmp/trustee_follow.XXXXXX", election[64];
    struct rehearsal rehearsal;
    struct witness first, second;
    struct buf policy;
    if (sodium_init() < 0 || !mkdtemp(folder))
        return 1;
    snprintf(election, sizeof election, "%s/election", folder);
    make_witness(&first, "witness.example.org/one", 1);
    make_witness(&second, "witness.example.org/two", 2);
    buf_init(&policy, 4096);
    add_policy(&first, "one", &policy);
    add_policy(&second, "two", &policy);
    buf_add_str(&policy, "group both all one two\nquorum both\n");
    const struct rehearsal_options options = {.folder = election,
                                              .members = 2,
                                              .trustees = 2,
                                              .threshold = 2,
                                              .mixes = 2,
                                              .candidates = 8,
                                              .contests = 1,
                                              .witnesses = buf_text(&policy)};
    rehearsal_begin(&rehearsal, &options);
    test_witnesses(&rehearsal, &first, &second);
    rehearsal_end(&rehearsal);
    buf_done(&policy);
    CHECK(nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0);
    return check_end("trustee_follow");
}
