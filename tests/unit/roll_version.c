/* Contacts that wait, and the versions of a roll: what is kept byte for byte, dropped and added
 * (docs/roll.md section 9). */
#include "roll/contact.h"
#include "roll_fixture.h"

#define ROW(no, email, post) no ",A,B," email "," post ",North,Paid,2020-01-01,,\n"
/* As the vote was announced. */
#define BEFORE                                                                                     \
    FIXTURE_HEADER ROW("1", "old@x.org", ",,") ROW("2", "", "1 Road,Bala,LL23")                    \
        ROW("3", "c@x.org", ",,") ROW("5", "", "5 Road,Bala,LL23") ROW("6", "", ",,")              \
            ROW("7", "a@x.org", ",,") ROW("7", "b@x.org", ",,") ROW("8", "o@x.org", ",,")
/* A week later, and what counts. */
#define AFTER                                                                                      \
    FIXTURE_HEADER ROW("1", "new@x.org", ",,") ROW("2", "b@x.org", "1 Road,Bala,LL23")             \
        ROW("3", "c@x.org", ",,") ROW("4", "d@x.org", ",,") ROW("5", "", "5 Road,Bala,LL24")       \
            ROW("6", "not an address", ",,") ROW("7", "c@x.org", ",,") ROW("8", "o@x.org", ",,")   \
                ROW("8", "p@x.org", ",,")

enum { ANNOUNCED = FIXTURE_MONDAY - 7 * 86400, TAKEN = FIXTURE_MONDAY - 86400 };

struct world {
    struct fixture fixture;
    struct snapshot before;
    struct feed feeds[2];
    struct people people;
    struct draft draft;
    struct buf csv;
};

static struct fail fail;

/* Of the two rows of member 8, the one with the new address stands. */
static void keep_row(struct world *world)
{
    char effect[256];
    uint8_t id[HASH_BYTES];
    const struct snapshot *snapshot = &world->fixture.snapshot;
    uint32_t row = 0;
    while (!span_is(snapshot_value(snapshot, row, FIELD_EMAIL), "p@x.org"))
        row++;
    snapshot_row_id(snapshot, row, id);
    fixture_effect(effect, sizeof(effect), "rows\",\"keep\":\"", id);
    fixture_uphold(&world->fixture, 90, "8", effect);
}

static void world_init(struct world *world)
{
    struct fixture *fixture = &world->fixture;
    buf_init(&world->csv, 1 << 16);
    CHECK(fixture_init(fixture, SPAN_LIT(AFTER)));
    CHECK(fixture_import(SPAN_LIT(BEFORE), &fixture->mapping, &world->before));
    world->feeds[0] = (struct feed){
        .as_of_s = ANNOUNCED, .taken_at_s = ANNOUNCED + 3600, .snapshot = &world->before};
    world->feeds[1] =
        (struct feed){.as_of_s = TAKEN - 3600, .taken_at_s = TAKEN, .snapshot = &fixture->snapshot};
    struct people_terms terms = {.sources = &fixture->sources,
                                 .rules = &fixture->rules,
                                 .feeds = world->feeds,
                                 .feed_count = 2,
                                 .announced_at_s = ANNOUNCED,
                                 .roll_key = fixture->roll_key};
    CHECK_INT(people_join(&terms, &world->people, &fail), OK);
    keep_row(world);
}

static void world_done(struct world *world)
{
    people_done(&world->people);
    snapshot_done(&world->before);
    fixture_done(&world->fixture);
    buf_done(&world->csv);
}

static void draft(struct world *world)
{
    CHECK_INT(draft_build(&world->people, &world->fixture.book, &world->draft, &fail), OK);
}

/* -- contacts --------------------------------------------------------------------------------- */

/* The end of a member's record, from "channel" on. */
static void expect_contact(struct world *world, const struct sealed *sealed, const char *member_no,
                           const char *want)
{
    struct buf record;
    check_case("contact of %s", member_no);
    buf_init(&record, 1 << 16);
    for (uint32_t i = 0; i < sealed->count; i++) {
        const struct leaf *leaf = &sealed->leaves[i];
        if (!span_is(draft_number(&world->draft, &world->draft.members[leaf->member]), member_no))
            continue;
        seal_print_record(sealed, leaf, &record);
        CHECK_STR(strstr(buf_text(&record), "\"channel\""), want);
    }
    CHECK(record.len > 0);
    buf_done(&record);
}

static void check_contacts(void)
{
    struct world world = {0};
    struct sealed sealed;
    char want[256];
    int64_t cooled = TAKEN + 24 * 3600;
    world_init(&world);
    fixture_uphold(&world.fixture, 1, "3",
                   "{\"do\":\"set\",\"field\":\"email\",\"from\":\"c@x.org\",\"to\":\"s@x.org\"}");
    fixture_uphold(&world.fixture, 2, "3",
                   "{\"do\":\"set\",\"field\":\"name\",\"from\":\"A B\",\"to\":\"A C\"}");
    draft(&world);
    struct seal_terms terms = {
        .draft = &world.draft, .random = fixture_salt, .not_before_s = cooled};
    CHECK_INT(seal_roll(&terms, &sealed, &fail), OK);
    CHECK_UINT(sealed.count, 8);
    snprintf(want, sizeof(want),
             "\"channel\":\"email\",\"email\":\"new@x.org\",\"earlier\":{\"channel\":\"email\","
             "\"email\":\"old@x.org\"},\"not_before\":%" PRId64 "}",
             cooled);
    expect_contact(&world, &sealed, "1", want);
    snprintf(want, sizeof(want),
             "\"channel\":\"email\",\"email\":\"b@x.org\",\"earlier\":{\"channel\":\"post\","
             "\"address\":\"1 Road, Bala\",\"postcode\":\"LL23\"},\"not_before\":%" PRId64 "}",
             cooled);
    expect_contact(&world, &sealed, "2", want);
    snprintf(want, sizeof(want),
             "\"channel\":\"email\",\"email\":\"s@x.org\",\"earlier\":{\"channel\":\"email\","
             "\"email\":\"c@x.org\"},\"not_before\":%" PRId64 "}",
             cooled);
    expect_contact(&world, &sealed, "3", want);
    expect_contact(&world, &sealed, "4", "\"channel\":\"email\",\"email\":\"d@x.org\"}");
    snprintf(want, sizeof(want),
             "\"channel\":\"post\",\"address\":\"5 Road, Bala\",\"postcode\":\"LL24\",\"earlier\":"
             "{\"channel\":\"post\",\"address\":\"5 Road, Bala\",\"postcode\":\"LL23\"},"
             "\"not_before\":%" PRId64 "}",
             cooled);
    expect_contact(&world, &sealed, "5", want);
    expect_contact(&world, &sealed, "6", "\"channel\":\"hand\"}");
    snprintf(want, sizeof(want),
             "\"channel\":\"email\",\"email\":\"p@x.org\",\"earlier\":{\"channel\":\"email\","
             "\"email\":\"o@x.org\"},\"not_before\":%" PRId64 "}",
             cooled);
    expect_contact(&world, &sealed, "8", want);
    /* Two rows in the earlier snapshot say nothing certain. */
    expect_contact(&world, &sealed, "7", "\"channel\":\"email\",\"email\":\"c@x.org\"}");
    seal_done(&sealed);
    draft_done(&world.draft);
    world_done(&world);
}

/* -- versions --------------------------------------------------------------------------------- */

/* Leaves of the version before whose credentials have cast, by the number in their record. */
struct casters {
    const struct leaf_list *list;
    const char *numbers[4];
};

static bool has_cast(const void *ctx, const uint8_t leaf[static HASH_BYTES])
{
    const struct casters *casters = ctx;
    int64_t at = leaves_find(casters->list, leaf);
    CHECK(at >= 0);
    for (size_t i = 0; at >= 0 && i < 4 && casters->numbers[i] != NULL; i++) {
        char start[64];
        snprintf(start, sizeof(start), "{\"member_no\":\"%s\",", casters->numbers[i]);
        if (span_starts(casters->list->leaves[at].record, span_str(start)))
            return true;
    }
    return false;
}

/* Seals another version after `before` (NULL: the first) and prints it to out. */
static void seal_next(struct world *world, const struct leaf_list *before, const char *cast,
                      struct sealed *out_sealed, struct buf *out)
{
    struct casters casters = {.list = before, .numbers = {cast}};
    struct seal_terms terms = {.draft = &world->draft,
                               .random = fixture_salt,
                               .not_before_s = TAKEN,
                               .before = before,
                               .has_cast = has_cast,
                               .ctx = &casters};
    draft(world);
    if (!CHECK_INT(seal_roll(&terms, out_sealed, &fail), OK)) {
        fprintf(stderr, "%s\n", fail.text);
        exit(1);
    }
    seal_print_jsonl(out_sealed, out);
}

static uint32_t count_kept(const struct sealed *sealed)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < sealed->count; i++)
        kept += sealed->leaves[i].kept > 0 ? 1 : 0;
    return kept;
}

/* Every line of the version before stands in the next one, but for so many. */
static void check_kept_lines(struct span before, const struct buf *after, uint32_t but)
{
    struct span line;
    uint32_t missing = 0;
    while (span_line(&before, &line))
        missing += memmem(after->bytes, after->len, line.ptr, line.len) == NULL ? 1 : 0;
    CHECK_UINT(missing, but);
}

static const char ADD[] =
    "{\"do\":\"add\",\"numbers\":\"members\",\"record\":{\"member_no\":\"77\","
    "\"name\":\"Ann\",\"email\":\"ann@x.org\",\"region\":\"North\","
    "\"status\":\"active\",\"joined_on\":\"2020-01-01\"}}";

/* Removes 3 and 5, adds 77, and takes a change of name that comes too late for the leaf. */
static void decide_changes(struct fixture *fixture)
{
    fixture_uphold(fixture, 1, "3", "{\"do\":\"exclude\"}");
    fixture_uphold(fixture, 2, "5", "{\"do\":\"exclude\"}");
    fixture_uphold(fixture, 3, "77", ADD);
    fixture_uphold(fixture, 4, "4",
                   "{\"do\":\"set\",\"field\":\"name\",\"from\":\"A B\",\"to\":\"A C\"}");
}

static void check_second(struct world *world, struct leaf_list *first, struct buf *first_text,
                         struct buf *second_text)
{
    struct sealed sealed;
    struct buf styles;
    check_case("what version 2 keeps, drops and adds");
    decide_changes(&world->fixture);
    seal_next(world, first, "5", &sealed, second_text);
    CHECK_UINT(sealed.count, 8); /* 8 - 1 + 1: who has cast stays */
    CHECK_UINT(count_kept(&sealed), 7);
    CHECK_UINT(sealed.dropped_count, 1);
    int64_t at = leaves_find(first, sealed.dropped[0].bytes);
    CHECK(at >= 0 && span_starts(first->leaves[at].record, SPAN_LIT("{\"member_no\":\"3\",")));
    check_kept_lines(buf_span(first_text), second_text, 1);
    CHECK(strstr(buf_text(second_text), "\"member_no\":\"77\"") != NULL);
    CHECK(strstr(buf_text(second_text), "A C") == NULL);
    struct account_leaves leaves = seal_account_leaves(&sealed);
    CHECK_UINT(leaves.strangers_eligible, 0);
    const struct draft_member *cast = draft_find(&world->draft, SPAN_LIT("5"));
    CHECK_INT(leaves.of_members[cast - world->draft.members], LEAF_ELIGIBLE);
    check_case("styles count what is added");
    buf_init(&styles, 4096);
    seal_print_styles(&sealed, &styles);
    CHECK(span_starts(buf_span(&styles),
                      SPAN_LIT("[{\"style\":\"north\",\"credentials\":1,\"provisional\":0},")));
    buf_done(&styles);
    seal_done(&sealed);
    draft_done(&world->draft);
}

/* The case that added 77 falls on appeal, after 77 has cast. */
static void check_stranger(struct world *world, struct leaf_list *second, struct buf *second_text)
{
    struct fixture *fixture = &world->fixture;
    struct sealed sealed;
    struct buf text;
    check_case("somebody whom the draft no longer knows, and who has cast");
    fixture->latest = casebook_find(&fixture->book, 3)->latest;
    fixture->at_s = casebook_find(&fixture->book, 3)->decided_at_s;
    CHECK_INT(fixture_state(fixture, "appeal", &fixture->latest,
                            ",\"case\":3,\"by\":\"member\",\"text\":\"unknown\"", '@', &fail),
              OK);
    CHECK_INT(fixture_decide(fixture, 3, "refused", 'p', &fail), OK);
    buf_init(&text, 1 << 16);
    seal_next(world, second, "77", &sealed, &text);
    CHECK_UINT(sealed.strangers_eligible, 1);
    CHECK_UINT(sealed.count, 7); /* 5 hasn't cast this time, so it goes */
    check_kept_lines(buf_span(second_text), &text, 1);
    check_case("the account counts the stranger");
    struct account account;
    struct account_leaves leaves = seal_account_leaves(&sealed);
    account_take(&world->draft, &leaves, &account);
    CHECK_UINT(account.roll, sealed.count);
    CHECK_UINT(account.included, 1);
    seal_done(&sealed);
    draft_done(&world->draft);
    check_case("and who has not cast is gone");
    buf_clear(&text);
    seal_next(world, second, NULL, &sealed, &text);
    CHECK_UINT(sealed.strangers_eligible, 0);
    CHECK_UINT(sealed.dropped_count, 2);
    CHECK(strstr(buf_text(&text), "\"member_no\":\"77\"") == NULL);
    seal_done(&sealed);
    draft_done(&world->draft);
    buf_done(&text);
}

static void check_versions(void)
{
    struct world world = {0};
    struct sealed sealed;
    struct leaf_list first, second;
    struct buf first_text, second_text;
    buf_init(&first_text, 1 << 16);
    buf_init(&second_text, 1 << 16);
    world_init(&world);
    check_case("version 1, read back");
    seal_next(&world, NULL, NULL, &sealed, &first_text);
    CHECK_INT(leaves_read(buf_span(&first_text), &world.fixture.rules, &first, &fail), OK);
    CHECK_UINT(first.count, sealed.count);
    for (uint32_t i = 0; i < first.count; i++) {
        CHECK_BYTES(first.leaves[i].hash.bytes, sealed.leaves[i].hash.bytes, HASH_BYTES);
        CHECK_UINT(first.leaves[i].channel, sealed.leaves[i].channel);
        CHECK_UINT(first.leaves[i].votes, 1);
        CHECK_INT(leaves_find(&first, sealed.leaves[i].hash.bytes), i);
    }
    CHECK_INT(leaves_find(&first, world.fixture.context), -1);
    seal_done(&sealed);
    draft_done(&world.draft);
    check_second(&world, &first, &first_text, &second_text);
    CHECK_INT(leaves_read(buf_span(&second_text), &world.fixture.rules, &second, &fail), OK);
    check_stranger(&world, &second, &second_text);
    leaves_done(&first);
    leaves_done(&second);
    buf_done(&first_text);
    buf_done(&second_text);
    world_done(&world);
}

/* -- damage ----------------------------------------------------------------------------------- */

static void check_damage(void)
{
    struct world world = {0};
    struct sealed sealed;
    struct leaf_list list;
    struct buf text;
    world_init(&world);
    buf_init(&text, 1 << 16);
    seal_next(&world, NULL, NULL, &sealed, &text);
    for (size_t i = 0; i < text.len; i++) {
        check_case("byte %zu of the leaves", i);
        text.bytes[i] ^= 0x10;
        if (leaves_read(buf_span(&text), &world.fixture.rules, &list, &fail) == OK) {
            /* whatever is read is another leaf */
            bool same = list.count == sealed.count;
            for (uint32_t k = 0; same && k < list.count; k++)
                same =
                    memcmp(list.leaves[k].hash.bytes, sealed.leaves[k].hash.bytes, HASH_BYTES) == 0;
            CHECK(!same);
            leaves_done(&list);
        } else {
            CHECK_STR(fail.code, "roll.leaves");
        }
        text.bytes[i] ^= 0x10;
    }
    check_case("an order that is not that of the hashes");
    const uint8_t *end = memchr(text.bytes, '\n', text.len);
    struct buf turned;
    buf_init(&turned, 1 << 16);
    buf_add(&turned, span_of(end + 1, (size_t)(text.bytes + text.len - end - 1)));
    buf_add(&turned, span_of(text.bytes, (size_t)(end + 1 - text.bytes)));
    CHECK_INT(leaves_read(buf_span(&turned), &world.fixture.rules, &list, &fail), BROKEN);
    buf_done(&turned);
    buf_done(&text);
    seal_done(&sealed);
    draft_done(&world.draft);
    world_done(&world);
}

int main(void)
{
    check_contacts();
    check_versions();
    check_damage();
    return check_end("roll_version");
}
