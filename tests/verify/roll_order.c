/*
 * STATE.order of what makes the roll, and SIGN.answers of it: boards written as one letter for each
 * entry, after a definition, a contest and a ceremony (entries 0 to 5).
 *
 *   s f  snapshot of the source that lists, of the one that does not
 *   d D  the difference that is due; one from another snapshot
 *   c C  case at a later time than the one before; at an earlier one
 *   r R  roll that adds credentials; that adds none
 *   V    roll with a number left out
 *   i I  issue of the latest roll; of version 1
 *   o O  open; at an earlier time than the case before it
 *   x X  close; at an earlier time
 *   z b  freeze, ballot
 */
#include "vector_stage.h"

enum { BEFORE = 6, STEPS_MOST = STAGE_ENTRIES - BEFORE };

struct world {
    struct stage stage;
    struct source sources[2];
    struct snapshot snapshots[STEPS_MOST];
    struct difference differences[STEPS_MOST];
    struct filed_case cases[STEPS_MOST];
    struct roll rolls[STEPS_MOST];
    struct style_total styles[STEPS_MOST];
    struct issue issues[STEPS_MOST];
    struct contest contest;
    struct ceremony ceremony;
    struct opening open;
    struct closing close;
    struct freeze freeze;
    struct ballot ballot;
    uint8_t contests[1][HASH_BYTES];
    size_t snapshot_count, case_count, roll_count, issue_count;
    uint64_t of_source[2]; /* the last snapshot of each */
    uint64_t from;         /* before the last snapshot, of its source */
    int64_t at;
    uint64_t last_roll, last_issue, last_snapshot, opened; /* entries */
};

static uint64_t add(struct world *world, struct statement statement, uint64_t answers)
{
    struct stage *stage = &world->stage;
    statement.origin = span_text("example.org/order");
    memcpy(statement.answers, stage->entries[answers].leaf.bytes, HASH_BYTES);
    uint64_t entry = stage_add(stage, statement);
    memset(stage->entries[entry].leaf.bytes, (int)entry + 1, HASH_BYTES);
    return entry;
}

static void begin(struct world *world)
{
    memset(world, 0, sizeof *world);
    stage_begin(&world->stage, "example.org/order", 1, 1);
    memset(world->stage.entries[0].leaf.bytes, 1, HASH_BYTES);
    world->sources[0] =
        (struct source){.id = span_text("members"), .numbers = span_text("members"), .lists = true};
    world->sources[1] =
        (struct source){.id = span_text("finance"), .numbers = span_text("members")};
    world->stage.definition.sources = world->sources;
    world->stage.definition.source_count = 2;
    world->contest = (struct contest){.id = span_text("chair")};
    world->ceremony = (struct ceremony){.attempt = 1, .trustee = 1};
    (void)add(world, (struct statement){.kind = CONTEST, .contest = &world->contest}, 0);
    for (enum kind kind = TRUSTEE_COMMIT; kind <= TRUSTEE_ACCEPT; kind++)
        (void)add(world, (struct statement){.kind = kind, .ceremony = &world->ceremony},
                  kind == TRUSTEE_COMMIT ? 0 : world->stage.board.count - 1);
    CHECK_UINT(world->stage.board.count, BEFORE);
}

static void add_snapshot(struct world *world, unsigned source)
{
    struct snapshot *snapshot = &world->snapshots[world->snapshot_count++];
    *snapshot =
        (struct snapshot){.number = world->snapshot_count, .source = world->sources[source].id};
    world->from = world->of_source[source];
    world->of_source[source] = snapshot->number;
    world->last_snapshot =
        add(world, (struct statement){.kind = SNAPSHOT, .snapshot = snapshot}, 0);
}

static void add_difference(struct world *world, uint64_t wrong)
{
    struct difference *difference = &world->differences[world->stage.board.count - BEFORE];
    *difference = (struct difference){.from = world->from + wrong, .to = world->snapshot_count};
    (void)add(world, (struct statement){.kind = DIFFERENCE, .difference = difference},
              world->last_snapshot);
}

static void add_case(struct world *world, int64_t step)
{
    struct filed_case *filed = &world->cases[world->case_count++];
    world->at += step;
    *filed = (struct filed_case){.number = world->case_count, .at = world->at};
    (void)add(world, (struct statement){.kind = CASE, .filed = filed}, 0);
}

static void add_roll(struct world *world, uint64_t credentials, uint64_t skip)
{
    struct style_total *style = &world->styles[world->roll_count];
    struct roll *roll = &world->rolls[world->roll_count++];
    *style = (struct style_total){.style = span_text("all"), .credentials = credentials};
    *roll = (struct roll){
        .version = world->roll_count + skip, .at = world->at, .styles = style, .style_count = 1};
    world->last_roll = add(world, (struct statement){.kind = ROLL, .roll = roll},
                           world->roll_count == 1 ? world->last_snapshot : world->last_roll);
}

static void add_issue(struct world *world, uint64_t version)
{
    struct issue *issue = &world->issues[world->issue_count++];
    *issue = (struct issue){.roll = version};
    world->last_issue =
        add(world, (struct statement){.kind = ISSUE, .issue = issue}, world->last_roll);
}

static void add_open(struct world *world, int64_t step)
{
    world->open = (struct opening){.roll = world->roll_count,
                                   .contests = world->contests,
                                   .contest_count = 1,
                                   .at = world->at += step};
    memcpy(world->contests[0], world->stage.entries[1].leaf.bytes, HASH_BYTES);
    world->opened =
        add(world, (struct statement){.kind = OPEN, .open = &world->open}, world->last_issue);
}

static void add_step(struct world *world, char step)
{
    switch (step) {
    case 's':
    case 'f':
        add_snapshot(world, step == 'f');
        break;
    case 'd':
    case 'D':
        add_difference(world, step == 'D');
        break;
    case 'c':
    case 'C':
        add_case(world, step == 'c' ? 10 : -1);
        break;
    case 'r':
    case 'R':
    case 'V':
        add_roll(world, step == 'R' ? 0 : 7, step == 'V');
        break;
    case 'i':
    case 'I':
        add_issue(world, step == 'i' ? world->roll_count : 1);
        break;
    case 'o':
    case 'O':
        add_open(world, step == 'o' ? 10 : -1);
        break;
    case 'b':
        (void)add(world, (struct statement){.kind = BALLOT, .ballot = &world->ballot},
                  world->opened);
        break;
    case 'x':
    case 'X':
        world->close.at = world->at += step == 'x' ? 10 : -1;
        (void)add(world, (struct statement){.kind = CLOSE, .close = &world->close}, world->opened);
        break;
    default:
        (void)add(world, (struct statement){.kind = FREEZE, .freeze = &world->freeze},
                  world->stage.board.count - 1);
        break;
    }
}

static void build(struct world *world, const char *steps)
{
    begin(world);
    for (const char *step = steps; *step != '\0'; step++)
        add_step(world, *step);
    stage_ready(&world->stage, 1);
}

static const char *const good[] = {
    "sriobxz",   "scrioxz",       "sfcccrioxcz", "ssdrioxz", "sfsdfdsdcriox", "fsrioxz",
    "srioRrixz", "srioccririRxz", "sriRorixz",   "sRriox",   "srioRRRxz",     "sfriorciribxccz",
};

static const struct {
    const char *steps;
    int place; /* of the first that offends, among the steps */
    const char *says;
} bad[] = {
    {"csriox", 0, "without `snapshot`"},
    {"friox", 1, "lists members"},
    {"sssdriox", 2, "difference` of snapshot 2"},
    {"sscdriox", 2, "difference` of snapshot 2"},
    {"ssriox", 2, "difference` of snapshot 2"},
    {"sfsfdriox", 3, "difference` of snapshot 3"},
    {"sdriox", 1, "no snapshot that lacks"},
    {"sfdriox", 2, "no snapshot that lacks"},
    {"ssddriox", 3, "no snapshot that lacks"},
    {"ssDriox", 2, "between snapshots 1 and 2"},
    {"sriso", 3, "may not stand after `roll`"},
    {"ssrdio", 2, "difference` of snapshot 2"},
    {"sridox", 3, "may not stand after `roll`"},
    {"scCriox", 2, "time before"},
    {"sriocCx", 5, "time before"},
    {"srioCx", 4, "time before"},
    {"scriOx", 4, "time before"},
    {"sriocX", 5, "time before"},
    {"srioX", 4, "time before"},
    {"srrix", 2, "`issue` of version 1"},
    {"sriiox", 3, "were issued before"},
    {"sRiox", 2, "adds no credentials"},
    {"sriorIx", 5, "latest roll"},
    {"srIriiox", 5, "were issued before"},
    {"sriVix", 3, "numbered 1, 2"},
    {"sriro", 4, "`issue` of version 2"},
    {"sriorx", 5, "`issue` of version 2"},
    {"srioxr", 5, "may not stand after `close`"},
    {"sriorxi", 5, "`issue` of version 2"},
    {"srioxzc", 6, "may not stand after `freeze`"},
    {"sro", 2, "without `issue`"},
    {"ori", 0, "without"},
    {"ssd", -1, NULL}, /* not at its end, and right so far */
    {"ss", -1, NULL},
    {"sr", -1, NULL},
};

static void test_order(const char *steps, int place, const char *says)
{
    static struct world world;
    check_case("%s", steps);
    build(&world, steps);
    order_check(&world.stage.election);
    report_pass(&world.stage.report, STATE_FORM);
    const struct finding *finding = &world.stage.report.findings[STATE_ORDER];
    if (place < 0) {
        CHECK(stage_passed(&world.stage, STATE_ORDER));
    } else if (CHECK_INT(finding->verdict, FAILED)) {
        CHECK_UINT(finding->entry, (uint64_t)place + BEFORE);
        check_case("%s: \"%s\"", steps, finding->text);
        CHECK(strstr(finding->text, says) != NULL);
    }
    stage_end(&world.stage);
}

/* Every entry answers what it must; with another answer it is found out. */
static void test_answers(const char *steps)
{
    static struct world world;
    build(&world, steps);
    struct stage *stage = &world.stage;
    check_case("%s", steps);
    answers_check(&stage->election);
    CHECK(stage_passed(stage, SIGN_ANSWERS));
    for (uint64_t entry = 1; entry < stage->board.count; entry++) {
        for (uint64_t other = 0; other < entry; other++) {
            struct statement *says = &stage->entries[entry].statement;
            uint8_t right[HASH_BYTES];
            memcpy(right, says->answers, HASH_BYTES);
            if (memcmp(right, stage->entries[other].leaf.bytes, HASH_BYTES) == 0)
                continue;
            check_case("%s: entry %u answers %u", steps, (unsigned)entry, (unsigned)other);
            memcpy(says->answers, stage->entries[other].leaf.bytes, HASH_BYTES);
            report_init(&stage->report);
            answers_check(&stage->election);
            CHECK(stage_failed(stage, SIGN_ANSWERS));
            CHECK_UINT(stage->report.findings[SIGN_ANSWERS].entry, entry);
            memcpy(says->answers, right, HASH_BYTES);
        }
    }
    stage_end(stage);
}

int main(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(good); i++)
        test_order(good[i], -1, NULL);
    for (size_t i = 0; i < CHECK_COUNT_OF(bad); i++)
        test_order(bad[i].steps, bad[i].place, bad[i].says);
    test_answers("sfsdcriRorRribxz");
    return check_end("verify roll_order");
}
