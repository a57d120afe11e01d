/* The registrar: the roster is the board's roll or nothing; every elector gets one code, from which
 * the credential on the list follows; what is delivered reads back as CSV. */
#include <sodium.h>

#include "base/code.h"
#include "check.h"
#include "crypto/credential.h"
#include "registrar/issue.h"
#include "roll/csv.h"

#define PSEUDONYM "4e66a99e0b287bcec5839214565253db0e27eb4aaa5014c97687d8cb2a0dda58"

enum { MEMBERS = 4, LINES_BYTES = 8192 };

static const char *const records[MEMBERS] = {
    "{\"member_no\":\"0042\",\"name\":\"Si\xc3\xa2n Huws\",\"source\":\"members\",\"pseudonym\":"
    "\"" PSEUDONYM "\",\"style\":\"all\",\"standing\":\"eligible\",\"votes\":1,\"channel\":"
    "\"email\",\"email\":\"sian@example.org\"}",
    "{\"member_no\":\"A,1\",\"name\":\"Ann \\\"Nan\\\" Rees\",\"source\":\"members\",\"pseudonym\":"
    "\"" PSEUDONYM "\",\"style\":\"young\",\"standing\":\"eligible\",\"votes\":1,\"channel\":"
    "\"post\",\"address\":\"1 High St, Bala\",\"postcode\":\"LL23 7AA\"}",
    "{\"member_no\":\"7\",\"source\":\"members\",\"pseudonym\":\"" PSEUDONYM "\",\"style\":\"all\","
    "\"standing\":\"eligible\",\"votes\":1,\"channel\":\"hand\"}",
    "{\"member_no\":\"8\",\"source\":\"members\",\"pseudonym\":\"" PSEUDONYM "\",\"style\":\"all\","
    "\"standing\":\"eligible\",\"votes\":1,\"channel\":\"post\",\"address\":\"2 High St\"}",
};

struct world {
    struct state *state;
    struct definition definition;
    struct ballot_style styles[2];
    struct buf lines;
    struct leaf_line {
        struct merkle_hash hash;
        uint8_t salt[SALT_BYTES];
        const char *record;
    } leaves[MEMBERS];
};

static int compare_leaf(const void *a, const void *b)
{
    return memcmp(a, b, HASH_BYTES);
}

static void make_leaf(struct leaf_line *leaf, unsigned number)
{
    struct buf bytes;
    buf_init(&bytes, LINES_BYTES);
    memset(leaf->salt, 0x30 + (int)number, SALT_BYTES);
    leaf->record = records[number];
    buf_add(&bytes, SPAN_ARRAY(leaf->salt));
    buf_add_str(&bytes, leaf->record);
    merkle_leaf(buf_span(&bytes), &leaf->hash);
    buf_done(&bytes);
}

static void print_lines(struct world *world)
{
    buf_clear(&world->lines);
    for (unsigned i = 0; i < MEMBERS; i++) {
        buf_add_str(&world->lines, "{\"salt\":\"");
        hex_add(&world->lines, SPAN_ARRAY(world->leaves[i].salt));
        buf_add_format(&world->lines, "\",\"record\":%s}\n", world->leaves[i].record);
    }
}

static void begin(struct world *world)
{
    struct merkle_tree tree = {0};
    struct merkle_hash root;
    struct fail fail = {0};
    *world = (struct world){.styles = {{.id = "young"}, {.id = "all"}}};
    buf_init(&world->lines, LINES_BYTES);
    CHECK_INT(state_new(SPAN_LIT("example.org/x"), &world->state, &fail), OK);
    world->definition.styles = world->styles;
    world->definition.style_count = 2;
    memset(world->definition.ctx0, 0x44, HASH_BYTES);
    world->state->definition = &world->definition;
    for (unsigned i = 0; i < MEMBERS; i++)
        make_leaf(&world->leaves[i], i);
    qsort(world->leaves, MEMBERS, sizeof *world->leaves, compare_leaf);
    for (unsigned i = 0; i < MEMBERS; i++)
        CHECK_INT(merkle_append(&tree, &world->leaves[i].hash, NULL, &fail), OK);
    merkle_root(&tree, &root);
    memcpy(world->state->roll_root, root.bytes, HASH_BYTES);
    world->state->roll_size = MEMBERS;
    world->state->roll = 1;
    print_lines(world);
}

static void end(struct world *world)
{
    world->state->definition = NULL; /* not on the heap here */
    state_free(world->state);
    buf_done(&world->lines);
}

/* -- roster ----------------------------------------------------------------------------------- */

static void check_refused(struct world *world, const char *what, const char *code)
{
    struct roster roster = {0};
    struct fail fail = {0};
    check_case("%s", what);
    CHECK(roster_read(world->state, buf_span(&world->lines), &roster, &fail) != OK);
    CHECK_STR(fail.code, code);
    roster_done(&roster);
}

/* Swaps one byte of the lines and back. */
static void check_altered(struct world *world, const char *what, const char *at, char to,
                          const char *code)
{
    char *found = strstr((char *)world->lines.bytes, at);
    if (!CHECK(found != NULL))
        return;
    char was = *found;
    *found = to;
    check_refused(world, what, code);
    *found = was;
}

static void test_roster_is_the_roll(struct world *world)
{
    struct leaf_line first = world->leaves[0];
    check_altered(world, "another name", "sian@", 'x', "roster.root");
    check_altered(world, "another salt", "313131", '2', "roster.root");
    check_altered(world, "another style", "young\"", 'x', "roster.leaf");
    check_altered(world, "another channel", "hand\"", 'x', "roster.leaf");
    check_altered(world, "two votes", "1,\"channel\"", '2', "json.member");
    world->leaves[0] = world->leaves[1];
    world->leaves[1] = first;
    print_lines(world);
    check_refused(world, "another order", "roster.root");
    world->leaves[1] = world->leaves[0];
    world->leaves[0] = first;
    print_lines(world);
    world->state->roll_size = MEMBERS - 1;
    check_refused(world, "one leaf too many", "roster.root");
    world->state->roll_size = MEMBERS + 1;
    check_refused(world, "one leaf too few", "roster.root");
    world->state->roll_size = MEMBERS;
    struct buf none = world->lines;
    buf_init(&world->lines, LINES_BYTES);
    check_refused(world, "nothing", "roster.root");
    world->lines = none;
}

static void test_roster_finds(struct world *world, const struct roster *roster)
{
    uint8_t absent[HASH_BYTES] = {0};
    check_case("find");
    for (unsigned i = 0; i < MEMBERS; i++)
        CHECK(roster_find_leaf(roster, world->leaves[i].hash.bytes) == &roster->entries[i]);
    CHECK(roster_find_leaf(roster, absent) == NULL);
    const struct roster_entry *quoted = roster_find_member(roster, SPAN_LIT("A,1"));
    if (CHECK(quoted != NULL)) {
        struct span row = roster_row(roster, quoted);
        CHECK(span_is(row, "\"A,1\",\"Ann \"\"Nan\"\" Rees\",post,,\"1 High St, Bala\",LL23 7AA,"
                           "young,"));
        CHECK_INT(quoted->style, 0);
        CHECK_INT(quoted->channel, 2);
    }
    CHECK(roster_find_member(roster, SPAN_LIT("004")) == NULL);
    CHECK(roster_find_member(roster, SPAN_LIT("A")) == NULL);
    CHECK(roster_find_member(roster, SPAN_LIT("")) == NULL);
}

/* -- issue ------------------------------------------------------------------------------------ */

/* The code in the file gives a key which stands on the list, bound to this member's leaf. */
static void check_row(const struct world *world, const struct roster *roster,
                      const struct issue *issue, const struct csv *csv)
{
    struct credential_code code;
    struct fail fail = {0};
    uint8_t key[KEY_BYTES];
    const struct roster_entry *entry = roster_find_member(roster, csv->fields[0]);
    CHECK_INT(csv->count, 8);
    if (!CHECK(entry != NULL) || !CHECK_INT(credential_code_read(csv->fields[7], &code, &fail), OK))
        return;
    CHECK(span_is(csv->fields[6], world->styles[entry->style].id));
    credential_key(world->definition.ctx0, &code, key);
    const uint8_t *binding = issue_find_binding(buf_span(&issue->bindings), key);
    if (!CHECK(binding != NULL))
        return;
    CHECK(memcmp(binding, entry->leaf.bytes, HASH_BYTES) == 0);
    CHECK_INT(binding[64] | binding[65] << 8, entry->style);
    CHECK_INT(binding[66], entry->channel);
}

static void test_delivery(const struct world *world, const struct roster *roster,
                          const struct issue *issue)
{
    struct csv csv;
    struct fail fail = {0};
    bool more;
    unsigned rows = 0;
    check_case("delivery");
    CHECK_INT(csv_open(&csv, span_of(issue->delivery, issue->delivery_len), &fail), OK);
    CHECK_INT(csv_next(&csv, &more, &fail), OK);
    CHECK(span_is(csv.fields[7], "code"));
    while (CHECK_INT(csv_next(&csv, &more, &fail), OK) && more) {
        check_row(world, roster, issue, &csv);
        rows++;
    }
    CHECK_INT(rows, MEMBERS);
    csv_done(&csv);
}

static void test_list(const struct issue *issue)
{
    struct merkle_tree tree = {0};
    struct merkle_hash root, leaf;
    struct fail fail = {0};
    check_case("list");
    CHECK_INT(issue->list.len, MEMBERS * ISSUE_ITEM_BYTES);
    CHECK_INT(issue->bindings.len, MEMBERS * ISSUE_BINDING_BYTES);
    for (size_t i = 0; i < MEMBERS; i++) {
        const uint8_t *item = issue->list.bytes + i * ISSUE_ITEM_BYTES;
        const uint8_t *binding = issue->bindings.bytes + i * ISSUE_BINDING_BYTES;
        CHECK(i == 0 || memcmp(item - ISSUE_ITEM_BYTES, item, KEY_BYTES) < 0);
        CHECK(memcmp(item, binding + HASH_BYTES, KEY_BYTES + 2) == 0);
        CHECK_INT(item[34], 0);
        merkle_leaf(span_of(binding, ISSUE_BINDING_BYTES), &leaf);
        CHECK_INT(merkle_append(&tree, &leaf, NULL, &fail), OK);
    }
    merkle_root(&tree, &root);
    CHECK(memcmp(root.bytes, issue->root, HASH_BYTES) == 0);
}

/* Codes are drawn, not derived: a second run shares nothing with the first. */
static void test_fresh(const struct world *world, const struct roster *roster,
                       const struct issue *issue)
{
    struct issue again = {0};
    struct fail fail = {0};
    check_case("fresh");
    CHECK_INT(issue_make(world->definition.ctx0, roster, roster->entries, 1, &again, &fail), OK);
    CHECK_INT(again.list.len, ISSUE_ITEM_BYTES);
    CHECK(issue_find_binding(buf_span(&issue->bindings), again.list.bytes) == NULL);
    issue_done(&again);
}

static void test_statement(const struct world *world, const struct issue *issue)
{
    struct buf text;
    check_case("statement");
    buf_init(&text, LINES_BYTES);
    issue_print(world->state, issue, &text);
    CHECK(strstr(buf_text(&text), "\"roll\":1,\"count\":4,\"list\":{\"sha256\":\"") != NULL);
    CHECK(strstr(buf_text(&text), "\"size\":140},\"root\":\"") != NULL);
    buf_done(&text);
}

int main(void)
{
    struct world world;
    struct roster roster = {0};
    struct issue issue = {0};
    struct fail fail = {0};
    if (sodium_init() < 0)
        return 1;
    begin(&world);
    test_roster_is_the_roll(&world);
    check_case("all");
    if (CHECK_INT(roster_read(world.state, buf_span(&world.lines), &roster, &fail), OK) &&
        CHECK_INT(
            issue_make(world.definition.ctx0, &roster, roster.entries, roster.count, &issue, &fail),
            OK)) {
        test_roster_finds(&world, &roster);
        test_delivery(&world, &roster, &issue);
        test_list(&issue);
        test_fresh(&world, &roster, &issue);
        test_statement(&world, &issue);
    } else {
        fprintf(stderr, "%s\n", fail.text);
    }
    issue_done(&issue);
    roster_done(&roster);
    end(&world);
    return check_end("registrar_issue");
}
