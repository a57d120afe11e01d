/* Elections of every shape before both programs: small units that merge, votes changed, codes
 * replaced, officers who come and go, a candidate who withdraws, no ballots at all, one ballot, the
 * widest paper there can be, more trustees. The daemon makes each, the verifier must pass it. */
#include "base/code.h"
#include "check.h"
#include "lib/rehearsal.h"
#include "roll.h"
#include "roll/annex.h"

#include <ftw.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* -- what happens between the steps ----------------------------------------------------------- */

static const uint8_t *definition_leaf(const struct rehearsal *rehearsal)
{
    return rehearsal_state_of(rehearsal)->definition_leaf;
}

static void two_officers_state(struct rehearsal *rehearsal, json_t *object)
{
    rehearsal_finish(rehearsal, object, &rehearsal->officers[RETURNING],
                     &rehearsal->officers[SECRETARY]);
}

/* An officer is appointed, signs something, and goes again. */
static void come_and_go(struct rehearsal *rehearsal)
{
    uint8_t seed[KEY_BYTES], key[KEY_BYTES], secret[ED25519_SECRET_BYTES];
    struct note_signer deputy = {.secret = secret};
    struct fail fail;
    rehearsal_seed("deputy", 0, seed);
    ed25519_pair(seed, key, secret);
    rehearsal_must(
        definition_key(REHEARSAL_ORIGIN, NAME_OFFICER, "deputy", key, &deputy.key, &fail), &fail,
        "deputy");
    json_t *appointed = rehearsal_statement(rehearsal, KIND_ROLE, definition_leaf(rehearsal));
    json_put_string(appointed, "action", SPAN_LIT("appoint"));
    json_put_string(appointed, "officer", SPAN_LIT("deputy"));
    json_put_string(appointed, "name", SPAN_LIT("A deputy"));
    json_put(appointed, "roles", json_pack("[s,s]", "returning", "deputy"));
    json_put_hex(appointed, "key", SPAN_ARRAY(key));
    json_put_integer(appointed, "until", 0);
    two_officers_state(rehearsal, appointed);

    json_t *notice = rehearsal_statement(rehearsal, KIND_NOTICE, definition_leaf(rehearsal));
    json_put(notice, "text", rehearsal_text("The deputy is here."));
    json_put_hex(notice, "subject", span_of((const uint8_t[HASH_BYTES]){0}, HASH_BYTES));
    rehearsal_finish(rehearsal, notice, &deputy, NULL);

    json_t *ended = rehearsal_statement(rehearsal, KIND_ROLE, definition_leaf(rehearsal));
    json_put_string(ended, "action", SPAN_LIT("end"));
    json_put_string(ended, "officer", SPAN_LIT("deputy"));
    json_put_string(ended, "name", SPAN_LIT(""));
    json_put(ended, "roles", json_array());
    json_put_string(ended, "key", SPAN_LIT(""));
    json_put_integer(ended, "until", 0);
    two_officers_state(rehearsal, ended);
}

static void amend(struct rehearsal *rehearsal, const char *change, int64_t closes_at,
                  const char *contest, int candidate)
{
    json_t *object =
        rehearsal_statement(rehearsal, KIND_AMEND, rehearsal_state_of(rehearsal)->amend_leaf);
    json_put_string(object, "change", span_str(change));
    json_put_integer(object, "closes_at", closes_at);
    json_put_string(object, "contest", span_str(contest));
    json_put_integer(object, "candidate", candidate);
    json_put_string(object, "text", SPAN_LIT("As announced."));
    two_officers_state(rehearsal, object);
}

/* The close is put off, and a candidate withdraws after people have voted. */
static void put_off_and_withdraw(struct rehearsal *rehearsal)
{
    amend(rehearsal, "close", 60, "", 0);
    amend(rehearsal, "withdraw", 0, "chair", 2);
    amend(rehearsal, "close", 70, "", 0);
}

/* The last credential is replaced by a fresh one, which votes. */
static void reissue(struct rehearsal *rehearsal)
{
    (void)rehearsal_reissue(rehearsal, rehearsal->credential_count - 1, false);
}

static void vote_with_last(struct rehearsal *rehearsal)
{
    rehearsal_cast_one(rehearsal, rehearsal->credential_count - 1);
}

static void reissue_and_vote(struct rehearsal *rehearsal)
{
    reissue(rehearsal);
    vote_with_last(rehearsal);
}

/* Before the opening: whoever is 000011 is let in, and has a code of version 2. */
static void let_in_another(struct rehearsal *rehearsal)
{
    (void)rehearsal_case(rehearsal, "000011", "{\"do\":\"include\"}", true);
    rehearsal_version(rehearsal);
}

static void cast_for(struct rehearsal *rehearsal, const char *member_no)
{
    unsigned number = rehearsal_credential_of(rehearsal, member_no);
    const struct state *state = rehearsal_state_of(rehearsal);
    if (electorate_find(&state->electorate, rehearsal->credentials[number] + KEY_BYTES)->ballots ==
        0)
        rehearsal_cast_one(rehearsal, number);
}

/* Of three whose status nobody knows two vote: one is admitted, one refused. A version drops who
 * has not voted, keeps who has, and adds one more, who votes. Somebody finds that another has voted
 * in her name. */
static void amend_the_roll(struct rehearsal *rehearsal)
{
    cast_for(rehearsal, "000001");
    cast_for(rehearsal, "000002");
    cast_for(rehearsal, "000011");
    (void)rehearsal_case(rehearsal, "000001",
                         "{\"do\":\"set\",\"field\":\"status\",\"to\":\"active\"}", true);
    (void)rehearsal_case(rehearsal, "000002", "{\"do\":\"include\"}", false);
    (void)rehearsal_case(rehearsal, "000022", "{\"do\":\"include\"}", true);
    (void)rehearsal_case(rehearsal, "000024", "{\"do\":\"exclude\"}", true);
    (void)rehearsal_case(rehearsal, "000011", "{\"do\":\"exclude\"}", true);
    rehearsal_version(rehearsal);
    cast_for(rehearsal, "000022");
    unsigned beside =
        rehearsal_reissue(rehearsal, rehearsal_credential_of(rehearsal, "000022"), true);
    rehearsal_cast_one(rehearsal, beside);
    rehearsal_pause(rehearsal); /* and all of it is read again from the disk */
    rehearsal_resume(rehearsal);
}

/* Some vote again, one of them twice more. */
static void change_votes(struct rehearsal *rehearsal)
{
    static const unsigned again[] = {0, 3, 3, 5};
    for (size_t i = 0; i < sizeof again / sizeof *again; i++) {
        struct buf note;
        buf_init(&note, LIMIT_ENTRY_BYTES);
        rehearsal_ballot(rehearsal, again[i], &note);
        rehearsal_submit(rehearsal, buf_span(&note), NULL);
        buf_done(&note);
    }
}

/* -- the variants ----------------------------------------------------------------------------- */

struct variant {
    const char *name;
    struct rehearsal_options options;
    void (*before_open)(struct rehearsal *rehearsal);
    void (*after_cast)(struct rehearsal *rehearsal);
};

static const struct variant variants[] = {
    {"no ballots at all", {.ballots = 0, .contests = 2}, NULL, NULL},
    {"one ballot", {.ballots = 1}, NULL, NULL},
    {"two ballots, one trustee",
     {.ballots = 2, .trustees = 1, .threshold = 1, .mixes = 1},
     NULL,
     NULL},
    {"five trustees, four mixes",
     {.ballots = 12, .trustees = 5, .threshold = 3, .mixes = 4},
     NULL,
     NULL},
    {"254 candidates", {.ballots = 6, .candidates = 254}, NULL, NULL},
    {"units that merge", {.ballots = 40, .units = 4, .contests = 2}, NULL, NULL},
    {"units all below the floor", {.ballots = 6, .units = 3}, NULL, NULL},
    {"votes changed", {.ballots = 12, .changing = true, .contests = 2}, NULL, change_votes},
    {"officers come and go", {.ballots = 5}, come_and_go, come_and_go},
    {"a candidate withdraws", {.ballots = 30}, NULL, put_off_and_withdraw},
    {"a code replaced before voting", {.ballots = 5}, reissue, vote_with_last},
    {"a roll in versions",
     {.ballots = 0, .members = 24, .unclear = 3, .again = true},
     let_in_another,
     amend_the_roll},
    {"a code replaced while voting", {.ballots = 5}, NULL, reissue_and_vote},
};

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *ftw)
{
    (void)stat;
    (void)type;
    (void)ftw;
    return remove(path);
}

static int verify(const char *annex, const char *bundle)
{
    int status = -1;
    pid_t pid = fork();
    if (pid == 0) {
        execl("build/verify", "verify", "--quiet", "--output", "/dev/null", "--annex", annex,
              bundle, (char *)NULL);
        _exit(127);
    }
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void hold(const struct variant *variant)
{
    char folder[] = "/tmp/variants.XXXXXX", election[64], bundle[64], annex[64];
    struct rehearsal rehearsal;
    struct rehearsal_options options = variant->options;
    if (!mkdtemp(folder))
        exit(1);
    snprintf(election, sizeof election, "%s/election", folder);
    snprintf(bundle, sizeof bundle, "%s/bundle", folder);
    snprintf(annex, sizeof annex, "%s/annex", folder);
    options.folder = election;
    options.members = options.members ? options.members : options.ballots + 8;
    options.trustees = options.trustees ? options.trustees : 3;
    options.threshold = options.threshold ? options.threshold : 2;
    options.mixes = options.mixes ? options.mixes : 2;
    options.candidates = options.candidates ? options.candidates : 5;
    options.contests = options.contests ? options.contests : 1;
    rehearsal_begin(&rehearsal, &options);
    rehearsal_define(&rehearsal);
    rehearsal_ceremony(&rehearsal);
    rehearsal_roll(&rehearsal);
    rehearsal_issue(&rehearsal);
    if (variant->before_open)
        variant->before_open(&rehearsal);
    rehearsal_open(&rehearsal);
    rehearsal_cast(&rehearsal);
    if (variant->after_cast)
        variant->after_cast(&rehearsal);
    rehearsal_close(&rehearsal);
    rehearsal_mix(&rehearsal);
    rehearsal_decrypt(&rehearsal);
    rehearsal_result(&rehearsal);
    rehearsal_write_bundle(&rehearsal, bundle);
    rehearsal_write_annex(&rehearsal, annex);
    rehearsal_end(&rehearsal);
    check_case("%s", variant->name);
    if (CHECK_INT(verify(annex, bundle), 0))
        (void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    else
        fprintf(stderr, "kept: %s\n", folder);
}

int main(int argc, char **argv)
{
    if (sodium_init() < 0)
        return 1;
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++)
        if (argc < 2 || strcmp(argv[1], variants[i].name) == 0)
            hold(&variants[i]);
    return check_end("variants");
}
