/* The eight checks of the roll over a whole small annex: sound, they all pass; with one thing
 * twisted at a time, the check meant for it fails, at the right kind of entry or file and for the
 * right reason. */
#include "roll/check.h"
#include "verify/roll_annex.h"

enum { NOWHERE = -1 };

struct expected {
    enum twist twist;
    enum roll_check check;
    const char *path, *says;
    int kind; /* of the entry; NOWHERE: none */
};

static const struct expected expected[] = {
    {FILE_UNLISTED, ROLL_MANIFEST, "zzz", "does not list", NOWHERE},
    {FILE_UNCALLED, ROLL_MANIFEST, "zzz", "nothing on the board", NOWHERE},
    {FILE_ALTERED, ROLL_MANIFEST, "roll.key", "SHA-256", NOWHERE},
    {FILE_MISSING, ROLL_MANIFEST, "roll.key", "not there", NOWHERE},
    {MANIFEST_UNSORTED, ROLL_MANIFEST, "manifest", "out of order", NOWHERE},
    {MANIFEST_FOREIGN, ROLL_MANIFEST, "manifest", "another election", NOWHERE},
    {MANIFEST_FREEZE, ROLL_MANIFEST, "manifest", "digest", ENTRY_FREEZE},
    {MANIFEST_ROLL, ROLL_MANIFEST, "manifest", "digest", ENTRY_ROLL},
    {MANIFEST_SALT, ROLL_DERIVE, "roll.key", "must not have a salt", ENTRY_ROLL},
    {HANDED_FORGED, ROLL_MANIFEST, "handed-over.note", "signature", NOWHERE},
    {HANDED_OFFICER, ROLL_MANIFEST, "handed-over.note", "authority", NOWHERE},
    {HANDED_MANIFEST, ROLL_MANIFEST, "handed-over.note", "another manifest", NOWHERE},
    {HANDED_CONTEXT, ROLL_MANIFEST, "handed-over.note", "context", NOWHERE},
    {HANDED_EMPTY, ROLL_MANIFEST, "handed-over.note", "purpose", NOWHERE},
    {HANDED_LISTED, ROLL_MANIFEST, "handed-over.note", "", NOWHERE},
    {SNAPSHOT_OTHER, ROLL_SNAPSHOT, "snapshots/2.csv", "not the one committed", ENTRY_SNAPSHOT},
    {SNAPSHOT_ROWS, ROLL_SNAPSHOT, "snapshots/2.csv", "15 records, 16", ENTRY_SNAPSHOT},
    {SNAPSHOT_WORD, ROLL_SNAPSHOT, "snapshots/2.csv", "line 2, column 5 (Status)", ENTRY_SNAPSHOT},
    {MAPPING_OTHER, ROLL_SNAPSHOT, "mappings/2.json", "not the one committed", ENTRY_SNAPSHOT},
    {MAPPING_SOURCE, ROLL_SNAPSHOT, "mappings/2.json", "another source", ENTRY_SNAPSHOT},
    {DIFFERENCE_NONE, ROLL_DIFFERENCE, "", "no difference", ENTRY_SNAPSHOT},
    {DIFFERENCE_FROM, ROLL_DIFFERENCE, "", "\"from\" is 1, 2", ENTRY_DIFFERENCE},
    {DIFFERENCE_TRUE, ROLL_DIFFERENCE, "", "\"joined\" is 4, 1", ENTRY_DIFFERENCE},
    {DIFFERENCE_EMAIL, ROLL_DIFFERENCE, "", "\"email\" is 4, 0", ENTRY_DIFFERENCE},
    {DIFFERENCE_ALARMS, ROLL_DIFFERENCE, "", "\"alarms\" is 0, 1", ENTRY_DIFFERENCE},
    {CASE_OTHER_NOTE, ROLL_CASES, "cases/0001.note", "not the one committed", ENTRY_CASE},
    {CASE_FORGED, ROLL_CASES, "cases/", "signature", ENTRY_CASE},
    {EVIDENCE_OTHER, ROLL_EVIDENCE, "evidence/", "not the one committed", ENTRY_CASE},
    {EVIDENCE_SHA256, ROLL_EVIDENCE, "evidence/", "SHA-256", ENTRY_CASE},
    {EVIDENCE_SIZE, ROLL_EVIDENCE, "evidence/", "in the statement", ENTRY_CASE},
    {EVIDENCE_MISSING, ROLL_EVIDENCE, "evidence/", "not in the annex", ENTRY_CASE},
    {EVIDENCE_TYPE, ROLL_EVIDENCE, "evidence/", "text, pdf", ENTRY_CASE},
    {EVIDENCE_HTML, ROLL_EVIDENCE, "evidence/", "no type", ENTRY_CASE},
    {ROLL_EXTRA, ROLL_DERIVE, "roll/1.jsonl", "do not give", ENTRY_ROLL},
    {ROLL_LESS, ROLL_DERIVE, "roll/1.jsonl", "line 15 of snapshots/2.csv is not on", ENTRY_ROLL},
    {ROLL_TWICE, ROLL_DERIVE, "roll/1.jsonl", "twice", ENTRY_ROLL},
    {ROLL_ALTERED, ROLL_DERIVE, "roll/1.jsonl", "do not give", ENTRY_ROLL},
    {ROLL_STANDING, ROLL_DERIVE, "roll/1.jsonl", "do not give", ENTRY_ROLL},
    {ROLL_VOTES, ROLL_DERIVE, "roll/1.jsonl", "do not give", ENTRY_ROLL},
    {ROLL_EARLIER, ROLL_DERIVE, "roll/1.jsonl", "do not give", ENTRY_ROLL},
    {ROLL_SOONER, ROLL_DERIVE, "roll/1.jsonl", "do not give", ENTRY_ROLL},
    {ROLL_UNSORTED, ROLL_DERIVE, "roll/1.jsonl", "order", ENTRY_ROLL},
    {ROLL_ROOT, ROLL_DERIVE, "roll/1.jsonl", "root", ENTRY_ROLL},
    {ROLL_SIZE, ROLL_DERIVE, "roll/1.jsonl", "9 leaves, 10", ENTRY_ROLL},
    {ROLL_ACCOUNT, ROLL_DERIVE, "roll/1.jsonl", "account", ENTRY_ROLL},
    {ROLL_STYLES, ROLL_DERIVE, "roll/1.jsonl", "\"all\" gets 8 credentials, 2", ENTRY_ROLL},
    {ROLL_UNCONFIRMED, ROLL_DERIVE, "", "ineligible", ENTRY_ROLL},
    {ROLL_OTHER_CODES, ROLL_DERIVE, "", "ineligible", ENTRY_ROLL},
    {ROLL_DUPLICATE, ROLL_DERIVE, "", "undetermined", ENTRY_ROLL},
    {ROLL_KEY_OTHER, ROLL_DERIVE, "", "", ENTRY_ROLL},
    {VERSION_SKIPPED, ROLL_DERIVE, "", "version 3 follows version 1", ENTRY_ROLL},
    {VERSION_KEEPS, ROLL_DERIVE, "roll/2.jsonl", "must drop", ENTRY_ROLL},
    {VERSION_DROPS_VOTER, ROLL_DERIVE, "roll/2.jsonl", "line 7 of snapshots/2.csv is not on",
     ENTRY_ROLL},
    {VERSION_RESALTS, ROLL_DERIVE, "roll/2.jsonl", "do not give", ENTRY_ROLL},
    {VERSION_ACCOUNT, ROLL_DERIVE, "roll/2.jsonl", "account", ENTRY_ROLL},
    {REVOKED_NONE, ROLL_DERIVE, "roll/2.jsonl", "0 credentials are revoked", ENTRY_ROLL},
    {REVOKED_OTHER, ROLL_DERIVE, "roll/2.jsonl", "revoked credential 1", ENTRY_ROLL},
    {ADMITTED_NONE, ROLL_PROVISIONAL, "", "0 provisional credentials", ENTRY_FREEZE},
    {ADMITTED_REFUSED, ROLL_PROVISIONAL, "", "none that was upheld", ENTRY_FREEZE},
    {ADMITTED_BOTH, ROLL_PROVISIONAL, "", "2 provisional credentials", ENTRY_FREEZE},
    {ADMITTED_UNDECIDED, ROLL_PROVISIONAL, "", "left undecided", ENTRY_FREEZE},
    {ADMITTED_OTHER, ROLL_PROVISIONAL, "", "left undecided", ENTRY_FREEZE},
    {ADMITTED_EARNED, ROLL_PROVISIONAL, "", "left undecided", ENTRY_FREEZE},
    {BINDING_LEAF, ROLL_BINDINGS, "issue/1.bin", "no leaf", ENTRY_ISSUE},
    {BINDING_STYLE, ROLL_BINDINGS, "issue/1.bin", "another style", ENTRY_ISSUE},
    {BINDING_CHANNEL, ROLL_BINDINGS, "issue/1.bin", "another channel", ENTRY_ISSUE},
    {BINDING_KEY, ROLL_BINDINGS, "issue/1.bin", "at its place", ENTRY_ISSUE},
    {BINDING_SECOND, ROLL_BINDINGS, "issue/1.bin", "more credentials than votes", ENTRY_ISSUE},
    {BINDING_STANDING, ROLL_BINDINGS, "issue/1.bin", "another standing", ENTRY_ISSUE},
    {BINDING_LESS, ROLL_BINDINGS, "issue/1.bin", "where it has 2 votes", ENTRY_ISSUE},
    {BINDING_ROOT, ROLL_BINDINGS, "issue/1.bin", "root", ENTRY_ISSUE},
    {BINDING_SHORT, ROLL_BINDINGS, "issue/1.bin", "one binding for each", ENTRY_ISSUE},
    {BINDING_OLDER, ROLL_BINDINGS, "issue/2.bin", "version 2 did not add", ENTRY_ISSUE},
    {ISSUE_NONE, ROLL_BINDINGS, "", "has 0 credentials", ENTRY_FREEZE},
    {REISSUE_LEAF, ROLL_BINDINGS, "reissue/1.bin", "another leaf", ENTRY_REISSUE},
    {REISSUE_HASH, ROLL_BINDINGS, "reissue/1.bin", "whose hash", ENTRY_REISSUE},
    {REISSUE_OLD, ROLL_BINDINGS, "reissue/1.bin", "never bound", ENTRY_REISSUE},
    {REISSUE_CHANGED, ROLL_BINDINGS, "reissue/1.bin", "another standing", ENTRY_REISSUE},
    {REISSUE_AGAIN, ROLL_BINDINGS, "reissue/3.bin", "does not live", ENTRY_REISSUE},
};

/* What a run found; the kind of each finding's entry, or NOWHERE. */
struct found {
    struct roll_finding findings[ROLL_CHECKS];
    int kinds[ROLL_CHECKS];
    struct handover handover;
};

static void check_world(enum twist twist, struct found *out_found)
{
    static struct world world;
    struct annex annex;
    make_world(&world, twist);
    struct roll_board board = stage_board(&world.stage, rules_text);
    board.officer_context = &world.stage;
    board.first_ballot = first_ballot;
    board.ballot_context = &world;
    if (CHECK_INT(annex_from(world.stage.files, world.stage.file_count, &annex, NULL), GOOD)) {
        roll_check(&board, &annex, out_found->findings, &out_found->handover);
        annex_done(&annex);
    }
    for (int i = 0; i < ROLL_CHECKS; i++) {
        out_found->kinds[i] = NOWHERE;
        for (size_t k = 0; k < world.stage.entry_count; k++)
            if (out_found->findings[i].at_entry &&
                world.stage.entries[k].index == out_found->findings[i].entry)
                out_found->kinds[i] = (int)world.stage.entries[k].kind;
    }
    stage_done(&world.stage);
}

static void print_findings(const struct found *found)
{
    for (int i = 0; i < ROLL_CHECKS; i++)
        fprintf(stderr, "  %s: %d, entry of kind %d, %s: %s\n", found->findings[i].id,
                found->findings[i].outcome, found->kinds[i], found->findings[i].path,
                found->findings[i].fail.text);
}

static void check_expected(const struct expected *want)
{
    static struct found found;
    check_case("twist %d, \"%s\" in %s", want->twist, want->says, want->path);
    check_world(want->twist, &found);
    const struct roll_finding *finding = &found.findings[want->check];
    bool right = CHECK_INT(finding->outcome, BAD);
    right = CHECK(strncmp(finding->path, want->path, strlen(want->path)) == 0) && right;
    right = CHECK(strstr(finding->fail.text, want->says) != NULL) && right;
    right = CHECK_INT(found.kinds[want->check], want->kind) && right;
    /* What stands on its own is not blamed: snapshots never for what comes after them. */
    if (want->check > ROLL_DIFFERENCE)
        right = CHECK_INT(found.findings[ROLL_SNAPSHOT].outcome, GOOD) && right;
    if (!right)
        print_findings(&found);
}

static void check_sound(enum twist twist)
{
    static struct found found;
    bool right = true;
    check_world(twist, &found);
    for (int i = 0; i < ROLL_CHECKS; i++)
        right = CHECK_INT(found.findings[i].outcome, GOOD) && right;
    CHECK_STR(found.findings[ROLL_PROVISIONAL].fail.text,
              twist == LET_IN_LATE ? "1 eligible by the time of the freeze stand in no version"
                                   : "");
    CHECK_INT(found.handover.there, twist == HANDED_SOUND);
    if (found.handover.there) {
        CHECK_STR(found.handover.name, "Sue Scrutineer");
        CHECK_STR(found.handover.purpose, "Scrutiny");
        CHECK_INT(found.handover.at, MONDAY_AT);
    }
    if (!right)
        print_findings(&found);
}

/* The pseudonym of section 4 and the leaf hash of section 9. */
static void test_leaf_example(void)
{
    static struct world world;
    memset(world.stage.roll_key, 0x22, sizeof world.stage.roll_key);
    check_case("the pseudonym of section 4 and the leaf hash of section 9");
    CHECK_STR(person(&world, "0042"),
              "4e66a99e0b287bcec5839214565253db0e27eb4aaa5014c97687d8cb2a0dda58");
    const struct world_leaf *leaf = add_leaf(&world, 0x33, "0042", "Si\xC3\xA2n Huws",
                                             "\"email\",\"email\":\"sian@example.org\"");
    CHECK_STR(hex_of(leaf->hash, HASH_BYTES),
              "5f7ba5105b4284fbe6d237d4a4b98a9a0e1b84f0e1781997215b7b6bd9acff76");
}

int main(void)
{
    test_leaf_example();
    check_case("nothing twisted");
    check_sound(TWIST_NONE);
    check_case("a copy that was handed over");
    check_sound(HANDED_SOUND);
    check_case("let in when no version was made any more");
    check_sound(LET_IN_LATE);
    for (size_t i = 0; i < CHECK_COUNT_OF(expected); i++)
        check_expected(&expected[i]);
    return check_end("verify roll_check");
}
