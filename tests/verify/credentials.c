/*
 * Credentials on the board: who made them, what killed them, what the freeze admits, and the
 * account of them. Boards are written in words, each a letter and the credentials concerned: an
 * upper-case one is issued as eligible, a lower-case one as provisional.
 *
 *   iAb  roll that adds these, and its issue     RA   roll that revokes, and adds none
 *   oA   order to reissue                        tA   the same, tendered
 *   nAB  reissue of A as B, of A's standing      NAB  as a tendered one
 *   eAB  as an eligible one                      sAB  of another style
 *   bA   ballot; uA the next of a sequence       vA   ballot that names version 1 of the roll
 *   fAb  freeze that admits these                gA   freeze that admits a byte less
 */
#include "vector_stage.h"

enum { WORDS_MOST = 16, LETTERS = 128, LIST_ROOM = 256 };

struct world {
    struct stage stage;
    struct unit unit;
    struct style styles[2];
    struct contest contest;
    struct roll rolls[WORDS_MOST];
    struct style_total totals[WORDS_MOST][2];
    uint8_t revoked[WORDS_MOST][4][KEY_BYTES];
    struct issue issues[WORDS_MOST];
    uint8_t lists[WORDS_MOST][LIST_ROOM];
    struct reissue reissues[WORDS_MOST];
    struct ballot ballots[WORDS_MOST];
    uint8_t bodies[WORDS_MOST][CHUNK_BALLOT_BYTES];
    struct freeze freeze;
    uint64_t version, entries[WORDS_MOST]; /* of each word */
    size_t words;
    uint64_t version_of[LETTERS], order_of[LETTERS], ballot_of[LETTERS], sequence_of[LETTERS];
    enum credential_standing standing_of[LETTERS];
};

static void key_of(char letter, uint8_t out_key[KEY_BYTES])
{
    memset(out_key, letter, KEY_BYTES);
}

static uint64_t add(struct world *world, struct statement statement, uint64_t answers)
{
    struct stage *stage = &world->stage;
    memcpy(statement.answers, stage->entries[answers].leaf.bytes, HASH_BYTES);
    uint64_t entry = stage_add(stage, statement);
    memset(stage->entries[entry].leaf.bytes, (int)entry + 1, HASH_BYTES);
    return entry;
}

static void begin(struct world *world)
{
    memset(world, 0, sizeof *world);
    stage_begin(&world->stage, "example.org/credentials", 1, 1);
    struct definition *definition = &world->stage.definition;
    world->unit = (struct unit){.id = span_text("wales")};
    world->styles[0] = (struct style){.id = span_text("all"), .unit = world->unit.id};
    world->styles[1] = (struct style){.id = span_text("few"), .unit = world->unit.id};
    definition->units = &world->unit;
    definition->styles = world->styles;
    definition->unit_count = 1;
    definition->style_count = 2;
    definition->changing = true;
    world->contest = (struct contest){.id = span_text("chair"),
                                      .layout = LAYOUT_RANKING,
                                      .candidate_count = 3,
                                      .styles = &world->styles[0].id,
                                      .style_count = 1};
    (void)add(world, (struct statement){.kind = CONTEST, .contest = &world->contest}, 0);
}

static struct roll *add_roll(struct world *world, const char *letters)
{
    struct roll *roll = &world->rolls[world->words];
    struct style_total *totals = world->totals[world->words];
    totals[0].style = world->styles[0].id;
    totals[1].style = world->styles[1].id;
    for (const char *letter = letters; *letter != '\0'; letter++) {
        totals[0].credentials++;
        totals[0].provisional += *letter >= 'a';
    }
    *roll = (struct roll){.version = ++world->version, .styles = totals, .style_count = 2};
    (void)add(world, (struct statement){.kind = ROLL, .roll = roll}, 0);
    return roll;
}

static void add_issue(struct world *world, const char *letters)
{
    struct issue *issue = &world->issues[world->words];
    uint8_t *list = world->lists[world->words];
    size_t count = 0;
    (void)add_roll(world, letters);
    for (const char *letter = letters; *letter != '\0'; letter++, count++) {
        uint8_t *item = list + count * ISSUE_ITEM_BYTES;
        key_of(*letter, item);
        item[KEY_BYTES + 2] = *letter >= 'a';
        world->version_of[(unsigned)*letter] = world->version;
        world->standing_of[(unsigned)*letter] =
            *letter >= 'a' ? CREDENTIAL_PROVISIONAL : CREDENTIAL_ELIGIBLE;
    }
    *issue =
        (struct issue){.roll = world->version,
                       .count = count,
                       .list = stage_blob(&world->stage, span_of(list, count * ISSUE_ITEM_BYTES))};
    (void)add(world, (struct statement){.kind = ISSUE, .issue = issue}, 0);
}

static void add_revoking(struct world *world, const char *letters)
{
    struct roll *roll = add_roll(world, "");
    roll->revoked = world->revoked[world->words];
    for (const char *letter = letters; *letter != '\0'; letter++)
        key_of(*letter, roll->revoked[roll->revoked_count++]);
}

static void add_order(struct world *world, char letter, bool tendered)
{
    struct reissue *order = &world->reissues[world->words];
    order->tendered = tendered;
    key_of(letter, order->old);
    world->order_of[(unsigned)letter] =
        add(world, (struct statement){.kind = REISSUE_ORDER, .reissue = order}, 0);
}

static void add_reissue(struct world *world, char how, const char *letters)
{
    struct reissue *reissue = &world->reissues[world->words];
    unsigned old = (unsigned)letters[0], new = (unsigned)letters[1];
    reissue->style = world->styles[how == 's'].id;
    reissue->standing = how == 'N'   ? CREDENTIAL_TENDERED
                        : how == 'e' ? CREDENTIAL_ELIGIBLE
                                     : world->standing_of[old];
    key_of(letters[0], reissue->old);
    key_of(letters[1], reissue->new);
    world->standing_of[new] = reissue->standing;
    world->version_of[new] = world->version_of[old];
    (void)add(world, (struct statement){.kind = REISSUE, .reissue = reissue}, world->order_of[old]);
}

static void add_ballot(struct world *world, char how, char letter)
{
    struct ballot *ballot = &world->ballots[world->words];
    uint8_t *body = world->bodies[world->words];
    unsigned at = (unsigned)letter;
    memset(body, (int)world->words + 1, CHUNK_BALLOT_BYTES);
    *ballot = (struct ballot){.roll = how == 'v' ? 1 : world->version_of[at],
                              .style = world->styles[0].id,
                              .sequence = how == 'u' ? ++world->sequence_of[at] : 0,
                              .body = span_of(body, CHUNK_BALLOT_BYTES)};
    key_of(letter, ballot->credential);
    if (how == 'u')
        memcpy(ballot->previous, world->stage.entries[world->ballot_of[at]].leaf.bytes, HASH_BYTES);
    world->ballot_of[at] = add(world, (struct statement){.kind = BALLOT, .ballot = ballot}, 0);
}

static void add_freeze(struct world *world, const char *letters, size_t less)
{
    uint8_t *list = world->lists[world->words];
    size_t count = strlen(letters);
    for (size_t i = 0; i < count; i++)
        key_of(letters[i], list + i * KEY_BYTES);
    world->freeze.admitted = stage_blob(&world->stage, span_of(list, count * KEY_BYTES - less));
    (void)add(world, (struct statement){.kind = FREEZE, .freeze = &world->freeze}, 0);
}

static void add_word(struct world *world, const char *word)
{
    switch (word[0]) {
    case 'i':
        add_issue(world, word + 1);
        break;
    case 'R':
        add_revoking(world, word + 1);
        break;
    case 'o':
    case 't':
        add_order(world, word[1], word[0] == 't');
        break;
    case 'n':
    case 'N':
    case 'e':
    case 's':
        add_reissue(world, word[0], word + 1);
        break;
    case 'f':
    case 'g':
        add_freeze(world, word + 1, word[0] == 'g');
        break;
    default:
        add_ballot(world, word[0], word[1]);
        break;
    }
    world->entries[world->words++] = world->stage.board.count - 1;
}

/* The board, with the checks that FREEZE.lists waits for and that are not of this test. */
static void build(struct world *world, const char *text)
{
    char words[LIST_ROOM], *rest = words;
    struct election *election = &world->stage.election;
    begin(world);
    snprintf(words, sizeof words, "%s", text);
    for (char *word = strtok_r(words, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest))
        add_word(world, word);
    stage_ready(&world->stage, 2);
    electorate_check(election);
    paper_check(election);
    ballots_check(election);
    report_pass(&world->stage.report, STATE_DEFINITION);
    report_pass(&world->stage.report, BALLOT_FORM);
    freeze_check(election);
}

/* Issued, killed, live, cast, not used, admitted, refused, superseded, tendered; ballots mixed. */
static const struct {
    const char *board, *account;
} good[] = {
    {"iABcd bA bc bd fc", "4 0 4 3 1 2 1 0 0; 2"},
    {"iABcd bA bc bd fcd", "4 0 4 3 1 3 0 0 0; 3"},
    {"iAB oA nAC bC f", "3 1 2 1 1 1 0 0 0; 1"},
    {"iAB bA tA NAC bC f", "2 0 2 1 1 1 0 0 1; 1"},
    {"iAB bA tA NAC f", "2 0 2 1 1 1 0 0 0; 1"},
    {"iAB bA tA NAC oC nCD bD f", "2 0 2 1 1 1 0 0 1; 1"},
    {"iA RA iB bB f", "2 1 1 1 0 1 0 0 0; 1"},
    {"iAc oc ncd bd fd", "3 1 2 1 1 1 0 0 0; 1"},
    {"iAc bc tc Ncd bd bA fc", "2 0 2 2 0 2 0 0 1; 2"},
    {"iA bA uA uA f", "1 0 1 1 0 1 0 2 0; 1"},
    {"iA bA tA NAB bB uB f", "1 0 1 1 0 1 0 1 1; 1"},
    {"iA oA bA tA NAB bB f", "1 0 1 1 0 1 0 0 1; 1"},
    {"iA iB bA bB f", "2 0 2 2 0 2 0 0 0; 2"},
    {"iA oA oA nAB bB f", "2 1 1 1 0 1 0 0 0; 1"},
    {"iA iB oB nBC bC f", "3 1 2 1 1 1 0 0 0; 1"},
};

static void test_account(const char *board, const char *wanted)
{
    static const enum check checks[] = {ROLL_ISSUE, ROLL_REISSUE, BALLOT_CREDENTIAL, BALLOT_ONE};
    static struct world world;
    struct account account = {.issued = 0};
    char got[LIST_ROOM] = "";
    check_case("%s", board);
    build(&world, board);
    for (size_t i = 0; i < CHECK_COUNT_OF(checks); i++)
        CHECK(stage_passed(&world.stage, checks[i]));
    credentials_count(&world.stage.election, &account);
    check_append(got, sizeof got, "%u %u %u %u %u %u %u %u %u; ", (unsigned)account.issued,
                 (unsigned)account.killed, (unsigned)account.live, (unsigned)account.cast,
                 (unsigned)account.not_used, (unsigned)account.admitted,
                 (unsigned)account.provisional_refused, (unsigned)account.superseded,
                 (unsigned)account.tendered);
    if (CHECK(world.stage.election.boxes_known))
        check_append(got, sizeof got, "%zu", world.stage.election.boxes[0].count);
    CHECK_STR(got, wanted);
    stage_end(&world.stage);
}

static const struct {
    const char *board;
    enum check check;
    unsigned word; /* the first that offends */
    const char *says;
} bad[] = {
    {"iA bA oA", ROLL_REISSUE, 2, "has voted"},
    {"iA oA bA nAB", ROLL_REISSUE, 3, "kills a credential that has voted"},
    {"iA oA bA RA", ROLL_REISSUE, 3, "revokes a credential that has voted"},
    {"iA nAB", ROLL_REISSUE, 1, "was not ordered"},
    {"iAB oB nAC", ROLL_REISSUE, 2, "was not ordered"},
    {"iA oA nAB nAC", ROLL_REISSUE, 3, "carried out before"},
    {"iA oA oA nAB oA nAC", ROLL_REISSUE, 4, "dead already"},
    {"iA bA tA NAB NAC", ROLL_REISSUE, 4, "carried out before"},
    {"iA tA", ROLL_REISSUE, 1, "has voted and is not tendered"},
    {"iA tA bA", ROLL_REISSUE, 1, "has voted and is not tendered"},
    {"iA bA tA NAB bB tB", ROLL_REISSUE, 5, "is not tendered"},
    {"iA bA tA tA", ROLL_REISSUE, 3, "ordered before"},
    {"iA oA NAB", ROLL_REISSUE, 2, "standing"},
    {"iA bA tA nAB", ROLL_REISSUE, 3, "standing"},
    {"iAc oc ecd", ROLL_REISSUE, 2, "standing"},
    {"iA oA sAB", ROLL_REISSUE, 2, "style"},
    {"iA oA nAB oC", ROLL_REISSUE, 3, "never issued"},
    {"iAB oA nAB", ROLL_REISSUE, 2, "issued before"},
    {"iA RB", ROLL_REISSUE, 1, "never issued"},
    {"iA RA RA", ROLL_REISSUE, 2, "dead already"},
    {"iA oA nAB RA", ROLL_REISSUE, 3, "dead already"},
    {"iA RA oA", ROLL_REISSUE, 2, "dead already"},
    {"iA oA RA nAB", ROLL_REISSUE, 3, "dead already"},
    {"iA iA", ROLL_ISSUE, 1, "issued before"},
    {"iBA", ROLL_ISSUE, 0, "not sorted"},
    {"iAB RA bA", BALLOT_CREDENTIAL, 2, "was dead"},
    {"iAB oA nAC bA", BALLOT_CREDENTIAL, 3, "was dead"},
    {"iA bB", BALLOT_CREDENTIAL, 1, "never issued"},
    {"iA iB vB", BALLOT_CREDENTIAL, 2, "another roll"},
    {"iA iB oB nBC vC", BALLOT_CREDENTIAL, 4, "another roll"},
    {"iAcd bc fd", FREEZE_LISTS, 2, "no live provisional"},
    {"iA bA fA", FREEZE_LISTS, 2, "no live provisional"},
    {"iA bA fB", FREEZE_LISTS, 2, "no live provisional"},
    {"icd bc bd fdc", FREEZE_LISTS, 3, "not in order"},
    {"icd bc bd fcc", FREEZE_LISTS, 3, "not in order"},
    {"icd bc bd gcd", FREEZE_LISTS, 3, "no list of keys"},
    {"iAc oc ncd bd fc", FREEZE_LISTS, 4, "no live provisional"},
    {"iAc bc tc Ncd bd fd", FREEZE_LISTS, 5, "no live provisional"},
};

static void test_refused(size_t i)
{
    static struct world world;
    check_case("%s", bad[i].board);
    build(&world, bad[i].board);
    const struct finding *finding = &world.stage.report.findings[bad[i].check];
    if (CHECK_INT(finding->verdict, FAILED)) {
        CHECK_UINT(finding->entry, world.entries[bad[i].word]);
        check_case("%s: \"%s\"", bad[i].board, finding->text);
        CHECK(strstr(finding->text, bad[i].says) != NULL);
    }
    stage_end(&world.stage);
}

int main(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(good); i++)
        test_account(good[i].board, good[i].account);
    for (size_t i = 0; i < CHECK_COUNT_OF(bad); i++)
        test_refused(i);
    return check_end("verify credentials");
}
