/* Which boxes there are and how small ones merge, docs/protocol.md section 9; the cases are those
 * of the daemon's test, the code is the verifier's. */
#include "box_cases.h"
#include "vector_stage.h"

enum { BALLOTS_MOST = 64 };

struct world {
    struct stage stage;
    struct unit units[UNITS];
    struct style styles[UNITS];
    struct contest contest;
    struct span taking_part[UNITS];
    struct freeze freeze;
    struct ballot ballots[BALLOTS_MOST];
    struct entry entries[BALLOTS_MOST + 8];
    struct credential credentials[BALLOTS_MOST];
    uint8_t bodies[BALLOTS_MOST][CHUNK_BALLOT_BYTES];
};

static const char *const names[UNITS] = {"a", "b", "c", "d", "e"};

static void define(struct world *world, const struct merging *merging)
{
    struct definition *definition = &world->stage.definition;
    stage_begin(&world->stage, "example.org/boxes", 1, 1);
    memcpy(world->entries, world->stage.entries, sizeof world->stage.entries[0]);
    world->stage.board.entries = world->entries;
    world->contest = (struct contest){.id = span_text("chair"),
                                      .layout = LAYOUT_RANKING,
                                      .candidate_count = 3,
                                      .styles = world->taking_part,
                                      .by_unit = true};
    for (unsigned u = 0; u < UNITS; u++) {
        struct span id = span_text(names[u]);
        int into = merging->merge[u];
        world->units[u] =
            (struct unit){.id = id, .merge = into < 0 ? span_of("", 0) : span_text(names[into])};
        world->styles[u] = (struct style){.id = id, .unit = id};
        if (merging->electors & (1u << u))
            world->taking_part[world->contest.style_count++] = id;
    }
    definition->units = world->units;
    definition->styles = world->styles;
    definition->unit_count = definition->style_count = UNITS;
    definition->floor = merging->floor;
}

static struct entry *add(struct world *world, struct statement statement)
{
    struct entry *entry = &world->entries[world->stage.board.count++];
    *entry = (struct entry){.readable = true, .statement = statement};
    return entry;
}

/* Ballots with bodies of their own; no cryptography is asked for. */
static size_t cast(struct world *world, const struct merging *merging)
{
    size_t count = 0;
    for (unsigned u = 0; u < UNITS; u++)
        for (unsigned i = 0; i < merging->ballots[u]; i++, count++) {
            memset(world->bodies[count], (int)count + 1, CHUNK_BALLOT_BYTES);
            world->ballots[count] =
                (struct ballot){.body = span_of(world->bodies[count], CHUNK_BALLOT_BYTES)};
            world->credentials[count] = (struct credential){
                .style = (uint16_t)u, .killed = NO_ENTRY, .ballot = world->stage.board.count};
            add(world, (struct statement){.kind = BALLOT, .ballot = &world->ballots[count]});
        }
    return count;
}

static void check_list(const struct box *box)
{
    size_t item = (size_t)box->width * CIPHERTEXT_BYTES;
    for (size_t i = 0; i < box->count; i++)
        CHECK(box->list[i * item] != 0); /* the body of some ballot */
    for (size_t i = 1; i < box->count; i++)
        CHECK(memcmp(box->list + (i - 1) * item, box->list + i * item, item) < 0);
}

static void test_merging(const struct merging *merging)
{
    static struct world world;
    char got[256] = "";
    check_case("%s", merging->name);
    world = (struct world){.freeze = {.size = 0}};
    define(&world, merging);
    add(&world, (struct statement){.kind = CONTEST, .contest = &world.contest});
    size_t count = cast(&world, merging);
    world.freeze.admitted = stage_blob(&world.stage, span_of("", 0));
    add(&world, (struct statement){.kind = FREEZE, .freeze = &world.freeze});
    stage_ready(&world.stage, 2);
    struct election *election = &world.stage.election;
    election->credentials = world.credentials;
    election->credential_count = count;
    paper_check(election);
    static const enum check before[] = {STATE_DEFINITION, ROLL_ISSUE, ROLL_REISSUE, BALLOT_FORM,
                                        BALLOT_CREDENTIAL};
    for (size_t i = 0; i < CHECK_COUNT_OF(before); i++)
        report_pass(&world.stage.report, before[i]);
    freeze_check(election);
    CHECK(election->boxes_known);
    for (size_t i = 0; i < election->box_count; i++) {
        const struct box *box = &election->boxes[i];
        check_append(got, sizeof got, "%s%.*s:%zu", i > 0 ? " " : "", (int)box->name.len,
                     (const char *)box->name.ptr, box->count);
        check_list(box);
    }
    CHECK_STR(got, merging->boxes);
    stage_end(&world.stage);
}

int main(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(mergings); i++)
        test_merging(&mergings[i]);
    return check_end("verify boxes");
}
