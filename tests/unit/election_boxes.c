/* Which boxes there are and how small ones merge: docs/protocol.md section 9. Ballots are real
 * entries with bodies of arbitrary bytes; no cryptography is asked for. */
#include "election/boxes.h"

#include "box_cases.h"
#include "check.h"
#include "election/ballot.h"

#include <sodium.h>

#define ORIGIN "example.org/boxes"

static struct unit units[UNITS];
static struct ballot_style styles[UNITS];
static struct definition definition;
static struct state *state;
static struct contest *contest;

static void define(const struct merging *merging)
{
    definition = (struct definition){.floor = merging->floor,
                                     .unit_count = UNITS,
                                     .style_count = UNITS,
                                     .units = units,
                                     .styles = styles};
    json_t *list = json_array();
    for (unsigned u = 0; u < UNITS; u++) {
        units[u] = (struct unit){.id = {(char)('a' + u)}, .merge = merging->merge[u]};
        styles[u] = (struct ballot_style){.id = {'s', (char)('a' + u)}, .unit = u};
        if (merging->electors & (1u << u))
            json_array_append_new(list, json_string(styles[u].id));
    }
    state->definition = &definition;
    contest = &state->contests[0];
    *contest = (struct contest){
        .id = "chair", .layout = MARKING_RANKING, .candidates = 3, .by_unit = true, .styles = list};
    state->contest_count = 1;
    state->papers = calloc(UNITS, sizeof *state->papers);
    for (unsigned u = 0; u < UNITS; u++)
        ballot_paper_make(state->contests, 1, span_str(styles[u].id), 1, &state->papers[u]);
}

/* -- ballots ---------------------------------------------------------------------------------- */

static struct buf entries[64];
static unsigned entry_count;

static enum outcome read_entry(void *ctx, uint64_t index, struct buf *out, struct fail *fail)
{
    (void)ctx;
    (void)fail;
    buf_add(out, buf_span(&entries[index]));
    return OK;
}

static const uint8_t *add_ballot(unsigned unit, enum credential_standing standing)
{
    uint8_t seed[KEY_BYTES], secret[ED25519_SECRET_BYTES];
    struct credential credential = {
        .style = (uint16_t)unit, .standing = standing, .ballots = 1, .ballot = entry_count};
    struct note_signer signer = {.secret = secret};
    const struct note_signer *signers[] = {&signer};
    struct ballot_place place = {SPAN_LIT(ORIGIN), state->ctx2, state->open_leaf};
    struct ballot ballot = {.roll = 1, .style = span_str(styles[unit].id)};
    struct fail fail;
    struct buf text;
    randombytes_buf(seed, sizeof seed);
    ed25519_pair(seed, credential.key, secret);
    CHECK_INT(note_key_make(SPAN_LIT("x"), NOTE_ED25519, credential.key, &signer.key, &fail), OK);
    buf_init(&ballot.body, LIMIT_ENTRY_BYTES);
    randombytes_buf(buf_extend(&ballot.body, CHUNK_BALLOT_BYTES), CHUNK_BALLOT_BYTES);
    buf_init(&text, LIMIT_ENTRY_BYTES);
    ballot_print(&place, &ballot, &text);
    buf_init(&entries[entry_count], LIMIT_ENTRY_BYTES);
    statement_sign(buf_span(&text), signers, 1, &entries[entry_count++]);
    CHECK_INT(electorate_add(&state->electorate, &credential, &fail), OK);
    buf_done(&text);
    ballot_done(&ballot);
    return electorate_find(&state->electorate, credential.key)->key;
}

/* -- what comes of it ------------------------------------------------------------------------- */

static void check_sorted(const struct box_list *list)
{
    size_t item = (size_t)list->box.width * CIPHERTEXT_BYTES;
    CHECK_UINT(list->bytes.len, list->box.count * item);
    for (size_t i = 1; i < list->box.count; i++)
        CHECK(memcmp(list->bytes.bytes + (i - 1) * item, list->bytes.bytes + i * item, item) < 0);
}

static void begin(const struct merging *merging)
{
    struct fail fail;
    CHECK_INT(state_new(SPAN_LIT(ORIGIN), &state, &fail), OK);
    entry_count = 0;
    define(merging);
}

static void end(void)
{
    json_decref((json_t *)(uintptr_t)contest->styles);
    state->definition = NULL;
    state_free(state);
    for (unsigned i = 0; i < entry_count; i++)
        buf_done(&entries[i]);
}

static void test_merging(const struct merging *merging)
{
    struct sources sources = {.entry = read_entry};
    struct boxes boxes;
    struct fail fail;
    char got[256] = "";
    check_case("%s", merging->name);
    begin(merging);
    for (unsigned u = 0; u < UNITS; u++)
        for (unsigned i = 0; i < merging->ballots[u]; i++)
            add_ballot(u, CREDENTIAL_ELIGIBLE);
    if (CHECK_INT(boxes_gather(state, &sources, SPAN_LIT(""), &boxes, &fail), OK))
        for (unsigned i = 0; i < boxes.count; i++) {
            check_append(got, sizeof got, "%s%s:%llu", i ? " " : "", boxes.at[i].box.name,
                         (unsigned long long)boxes.at[i].box.count);
            check_sorted(&boxes.at[i]);
        }
    CHECK_STR(got, merging->boxes);
    boxes_done(&boxes);
    end();
}

/* What does not count, and a whole box: of two provisional ballots one is admitted. */
static void test_whole(void)
{
    static const struct merging all = {"", {-1, -1, -1, -1, -1}, 31, {0}, 10, ""};
    struct sources sources = {.entry = read_entry};
    uint8_t admitted[KEY_BYTES];
    struct boxes boxes;
    struct fail fail;
    check_case("whole, with provisional and tendered ballots");
    begin(&all);
    contest->by_unit = false;
    add_ballot(0, CREDENTIAL_ELIGIBLE);
    add_ballot(1, CREDENTIAL_PROVISIONAL);
    memcpy(admitted, add_ballot(1, CREDENTIAL_PROVISIONAL), KEY_BYTES);
    add_ballot(2, CREDENTIAL_ELIGIBLE);
    add_ballot(2, CREDENTIAL_TENDERED);
    if (CHECK_INT(boxes_gather(state, &sources, SPAN_ARRAY(admitted), &boxes, &fail), OK) &&
        CHECK_UINT(boxes.count, 1)) {
        CHECK_STR(boxes.at[0].box.name, "chair");
        CHECK_UINT(boxes.at[0].box.count, 3);
        check_sorted(&boxes.at[0]);
    }
    boxes_done(&boxes);

    struct electorate_count count = electorate_count(&state->electorate);
    CHECK_UINT(count.issued, 4);
    CHECK_UINT(count.cast, 4);
    CHECK_UINT(count.provisional, 2);
    CHECK_UINT(count.tendered, 1);
    end();
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;
    for (size_t i = 0; i < CHECK_COUNT_OF(mergings); i++)
        test_merging(&mergings[i]);
    test_whole();
    return check_end("election_boxes");
}
