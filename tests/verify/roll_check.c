/* The six checks of the roll over a whole small annex: sound, they all pass; with one thing twisted
 * at a time, the check meant for it fails, at the right entry or file and for the right reason. */
#include "roll/check.h"
#include "verify/roll_annex.h"

struct expected {
    enum twist twist;
    enum roll_check check;
    const char *path, *says;
    int entry; /* -1: none */
};

static const struct expected expected[] = {
    {FILE_UNLISTED, ROLL_MANIFEST, "zzz", "does not list", -1},
    {FILE_UNCALLED, ROLL_MANIFEST, "zzz", "nothing on the board", -1},
    {FILE_ALTERED, ROLL_MANIFEST, "roll.key", "SHA-256", -1},
    {FILE_MISSING, ROLL_MANIFEST, "roll.key", "not there", -1},
    {MANIFEST_UNSORTED, ROLL_MANIFEST, "manifest", "out of order", -1},
    {MANIFEST_FOREIGN, ROLL_MANIFEST, "manifest", "another election", -1},
    {MANIFEST_FREEZE, ROLL_MANIFEST, "manifest", "digest", 90},
    {MANIFEST_ROLL, ROLL_MANIFEST, "manifest", "digest", 50},
    {MANIFEST_SALT, ROLL_DERIVE, "roll.key", "must not have a salt", 50},
    {SNAPSHOT_OTHER, ROLL_SNAPSHOT, "snapshots/1.csv", "not the one committed", 3},
    {SNAPSHOT_ROWS, ROLL_SNAPSHOT, "snapshots/1.csv", "12 records, 13", 3},
    {SNAPSHOT_WORD, ROLL_SNAPSHOT, "snapshots/1.csv", "line 2, column 5 (Status)", 3},
    {MAPPING_OTHER, ROLL_SNAPSHOT, "mappings/1.json", "not the one committed", 3},
    {MAPPING_SOURCE, ROLL_SNAPSHOT, "mappings/1.json", "another source", 3},
    {CASE_OTHER_NOTE, ROLL_CASES, "cases/0001.note", "not the one committed", 10},
    {CASE_TWO_SIGN, ROLL_CASES, "cases/0001.note", "2 signatures", 10},
    {CASE_EXPORTER, ROLL_CASES, "cases/0001.note", "neither returning", 10},
    {CASE_STRANGER, ROLL_CASES, "cases/0001.note", "no officer", 10},
    {CASE_FORGED, ROLL_CASES, "cases/0001.note", "signature", 10},
    {CASE_RAISER_DECIDES, ROLL_CASES, "cases/0003.note", "raised it or gave", 12},
    {CASE_WITNESS_DECIDES, ROLL_CASES, "cases/0003.note", "raised it or gave", 12},
    {CASE_NO_EVIDENCE, ROLL_CASES, "cases/0002.note", "without evidence", 11},
    {CASE_NOT_LATEST, ROLL_CASES, "cases/0003.note", "latest statement", 12},
    {CASE_TWICE, ROLL_CASES, "cases/0004.note", "raised before", 13},
    {CASE_CONTEXT, ROLL_CASES, "cases/0001.note", "context", 10},
    {CASE_ORIGIN, ROLL_CASES, "cases/0001.note", "another election", 10},
    {CASE_SEALED, ROLL_CASES, "cases/0023.note", "sealed", 51},
    {CASE_CLOSED, ROLL_CASES, "cases/0023.note", "not open", 32},
    {CASE_APPEAL, ROLL_CASES, "cases/0001.note", "kind", 10},
    {CASE_SNAPSHOT, ROLL_CASES, "cases/0001.note", "no snapshot", 10},
    {CASE_TWO_SUBJECTS, ROLL_CASES, "cases/0001.note", "one subject", 10},
    {EVIDENCE_OTHER, ROLL_EVIDENCE, "evidence/", "not the one committed", 11},
    {EVIDENCE_SHA256, ROLL_EVIDENCE, "evidence/", "SHA-256", 11},
    {EVIDENCE_SIZE, ROLL_EVIDENCE, "evidence/", "in the statement", 11},
    {EVIDENCE_MISSING, ROLL_EVIDENCE, "evidence/", "not in the annex", 11},
    {ROLL_EXTRA, ROLL_DERIVE, "roll/1.jsonl", "do not give", 50},
    {ROLL_LESS, ROLL_DERIVE, "roll/1.jsonl", "not on the roll", 50},
    {ROLL_TWICE, ROLL_DERIVE, "roll/1.jsonl", "twice", 50},
    {ROLL_ALTERED, ROLL_DERIVE, "roll/1.jsonl", "do not give", 50},
    {ROLL_UNSORTED, ROLL_DERIVE, "roll/1.jsonl", "order", 50},
    {ROLL_ROOT, ROLL_DERIVE, "roll/1.jsonl", "root", 50},
    {ROLL_SIZE, ROLL_DERIVE, "roll/1.jsonl", "6 leaves, 7", 50},
    {ROLL_ACCOUNT, ROLL_DERIVE, "roll/1.jsonl", "account", 50},
    {ROLL_UNCONFIRMED, ROLL_DERIVE, "snapshots/1.csv", "line 5 of the snapshot is ineligible", 50},
    {ROLL_OTHER_CODES, ROLL_DERIVE, "snapshots/1.csv", "line 5 of the snapshot is ineligible", 50},
    {ROLL_OPEN_CASE, ROLL_DERIVE, "snapshots/1.csv", "line 7 of the snapshot is undetermined", 50},
    {ROLL_HELD, ROLL_DERIVE, "snapshots/1.csv", "line 6 of the snapshot is held", 50},
    {ROLL_KEY_OTHER, ROLL_DERIVE, "snapshots/1.csv", "line 5", 50},
    {BINDING_LEAF, ROLL_BINDINGS, "issue/1.bin", "no leaf", 60},
    {BINDING_STYLE, ROLL_BINDINGS, "issue/1.bin", "another style", 60},
    {BINDING_CHANNEL, ROLL_BINDINGS, "issue/1.bin", "another channel", 60},
    {BINDING_KEY, ROLL_BINDINGS, "issue/1.bin", "at its place", 60},
    {BINDING_SECOND, ROLL_BINDINGS, "issue/1.bin", "second credential", 60},
    {BINDING_LESS, ROLL_BINDINGS, "issue/1.bin", "no credential", 60},
    {BINDING_ROOT, ROLL_BINDINGS, "issue/1.bin", "root", 60},
    {BINDING_SHORT, ROLL_BINDINGS, "issue/1.bin", "one binding for each", 60},
    {REISSUE_LEAF, ROLL_BINDINGS, "reissue/1.bin", "another leaf", 70},
    {REISSUE_HASH, ROLL_BINDINGS, "reissue/1.bin", "whose hash", 70},
    {REISSUE_OLD, ROLL_BINDINGS, "reissue/1.bin", "never bound", 70},
};

static void check_world(enum twist twist, struct roll_finding findings[ROLL_CHECKS])
{
    static struct world world;
    struct annex annex;
    make_world(&world, twist);
    struct roll_board board = {
        .origin = span_text(ORIGIN),
        .rules = span_text(rules_text),
        .entries = world.entries,
        .entry_count = world.entry_count,
        .officer = find_officer,
        .officer_context = &world,
    };
    memset(board.ctx0, 0xCC, sizeof board.ctx0);
    if (CHECK_INT(annex_from(world.files, world.file_count, &annex, NULL), GOOD)) {
        roll_check(&board, &annex, findings, &(struct handover){.there = false});
        annex_done(&annex);
    }
    for (int i = 0; i < OFFICERS; i++)
        EVP_PKEY_free(world.keys[i]);
    arena_done(&world.arena);
}

static void print_findings(const struct roll_finding findings[ROLL_CHECKS])
{
    for (int i = 0; i < ROLL_CHECKS; i++)
        fprintf(stderr, "  %s: %d, entry %d, %s: %s\n", findings[i].id, findings[i].outcome,
                findings[i].at_entry ? (int)findings[i].entry : -1, findings[i].path,
                findings[i].fail.text);
}

static void check_expected(const struct expected *want)
{
    struct roll_finding findings[ROLL_CHECKS];
    check_case("twist %d, \"%s\" in %s", want->twist, want->says, want->path);
    check_world(want->twist, findings);
    const struct roll_finding *found = &findings[want->check];
    bool right = CHECK_INT(found->outcome, BAD);
    right = CHECK(strncmp(found->path, want->path, strlen(want->path)) == 0) && right;
    right = CHECK(strstr(found->fail.text, want->says) != NULL) && right;
    right = CHECK_INT(found->at_entry ? (int)found->entry : -1, want->entry) && right;
    if (!right)
        print_findings(findings);
}

/* The leaf hash of section 7. */
static void test_leaf_example(void)
{
    static struct world world;
    memset(world.roll_key, 0x22, sizeof world.roll_key);
    check_case("the pseudonym of section 6 and the leaf hash of section 7");
    CHECK_STR(pseudonym(&world, "0042"),
              "4e66a99e0b287bcec5839214565253db0e27eb4aaa5014c97687d8cb2a0dda58");
    add_leaf(&world, 0x33, "0042", "Si\xC3\xA2n Huws", "\"email\",\"email\":\"sian@example.org\"");
    CHECK_STR(hex_of(world.leaves[0].hash, HASH_BYTES),
              "5f7ba5105b4284fbe6d237d4a4b98a9a0e1b84f0e1781997215b7b6bd9acff76");
}

int main(void)
{
    struct roll_finding findings[ROLL_CHECKS];
    test_leaf_example();
    check_case("nothing twisted");
    check_world(TWIST_NONE, findings);
    bool right = true;
    for (int i = 0; i < ROLL_CHECKS; i++)
        right = CHECK_INT(findings[i].outcome, GOOD) && right;
    if (!right)
        print_findings(findings);
    for (size_t i = 0; i < CHECK_COUNT_OF(expected); i++)
        check_expected(&expected[i]);
    return check_end("verify roll_check");
}
