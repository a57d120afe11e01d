/* The registrar: the roster is the board's roll or nothing; every elector gets one code, from which
 * the credential on the list follows; what is delivered reads back as CSV. */
#include <sodium.h>

#include "base/code.h"
#include "check.h"
#include "crypto/credential.h"
#include "registrar/issue.h"
#include "registrar/release.h"
#include "roll/csv.h"

#define PSEUDONYM "4e66a99e0b287bcec5839214565253db0e27eb4aaa5014c97687d8cb2a0dda58"

enum { MEMBERS = 4, CODES = 6, LINES_BYTES = 8192, CHANGED_UNTIL = 1767225600 };

static const char *const records[MEMBERS] = {
    "{\"member_no\":\"0042\",\"name\":\"Si\xc3\xa2n Huws\",\"source\":\"members\",\"pseudonym\":"
    "\"" PSEUDONYM "\",\"style\":\"all\",\"standing\":\"eligible\",\"votes\":1,\"channel\":"
    "\"email\",\"email\":\"sian@example.org\"}",
    "{\"member_no\":\"A,1\",\"name\":\"Ann \\\"Nan\\\" Rees\",\"source\":\"members\",\"pseudonym\":"
    "\"" PSEUDONYM "\",\"style\":\"young\",\"standing\":\"eligible\",\"votes\":1,\"channel\":"
    "\"post\",\"address\":\"1 High St, Bala\",\"postcode\":\"LL23 7AA\"}",
    "{\"member_no\":\"7\",\"source\":\"members\",\"pseudonym\":\"" PSEUDONYM "\",\"style\":\"all\","
    "\"standing\":\"eligible\",\"votes\":1,\"channel\":\"hand\",\"earlier\":{\"channel\":\"email\","
    "\"email\":\"old@example.org\"},\"not_before\":1767225600}",
    "{\"member_no\":\"8\",\"source\":\"members\",\"pseudonym\":\"" PSEUDONYM "\",\"style\":\"all\","
    "\"standing\":\"provisional\",\"votes\":3,\"channel\":\"post\",\"address\":\"2 High St\"}",
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
    check_altered(world, "another number of votes", "3,\"channel\"", '2', "roster.root");
    check_altered(world, "no votes", "3,\"channel\"", '0', "json.member");
    check_altered(world, "another standing", "eligible\"", 'x', "roster.leaf");
    check_altered(world, "another earlier address", "old@", 'x', "roster.root");
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
    CHECK_INT(csv_open(&csv, span_of(issue->delivery.bytes, issue->delivery.len), &fail), OK);
    CHECK_INT(csv_next(&csv, &more, &fail), OK);
    CHECK(span_is(csv.fields[7], "code"));
    while (CHECK_INT(csv_next(&csv, &more, &fail), OK) && more) {
        check_row(world, roster, issue, &csv);
        rows++;
    }
    CHECK_UINT(rows, issue->delivery.rows);
    CHECK_UINT(rows, CODES - issue->waiting.rows);
    csv_done(&csv);
}

static void test_list(const struct issue *issue)
{
    struct merkle_tree tree = {0};
    struct merkle_hash root, leaf;
    struct fail fail = {0};
    check_case("list");
    unsigned provisional = 0;
    CHECK_INT(issue->list.len, CODES * ISSUE_ITEM_BYTES);
    CHECK_INT(issue->bindings.len, CODES * ISSUE_BINDING_BYTES);
    for (size_t i = 0; i < CODES; i++) {
        const uint8_t *item = issue->list.bytes + i * ISSUE_ITEM_BYTES;
        const uint8_t *binding = issue->bindings.bytes + i * ISSUE_BINDING_BYTES;
        CHECK(i == 0 || memcmp(item - ISSUE_ITEM_BYTES, item, KEY_BYTES) < 0);
        CHECK(memcmp(item, binding + HASH_BYTES, KEY_BYTES + 2) == 0);
        provisional += item[34];
        merkle_leaf(span_of(binding, ISSUE_BINDING_BYTES), &leaf);
        CHECK_INT(merkle_append(&tree, &leaf, NULL, &fail), OK);
    }
    CHECK_UINT(provisional, 3);
    merkle_root(&tree, &root);
    CHECK(memcmp(root.bytes, issue->root, HASH_BYTES) == 0);
}

/* -- codes that wait -------------------------------------------------------------------------- */

static void check_released(const struct issue *issue, int64_t now_s, size_t due)
{
    struct buf out;
    struct release release = {0};
    struct fail fail = {0};
    struct span file = span_of(issue->waiting.bytes, issue->waiting.len);
    buf_init(&out, LINES_BYTES);
    CHECK_INT(release_due(file, now_s, &out, &release, &fail), OK);
    CHECK_UINT(release.due, due);
    CHECK_UINT(release.waiting, 1 - due);
    CHECK_INT(release.next_s, due ? 0 : CHANGED_UNTIL);
    CHECK_INT(span_starts(buf_span(&out), SPAN_LIT(ROSTER_HEADER "7,,hand,")), due == 1);
    buf_done(&out);
}

/* Whose contact was changed: no code yet, and a word to both addresses. */
static void test_waiting(const struct issue *issue)
{
    struct buf out;
    struct release release;
    struct fail fail = {0};
    check_case("a changed contact waits");
    CHECK_UINT(issue->waiting.rows, 1);
    CHECK(memmem(issue->delivery.bytes, issue->delivery.len, "\n7,", 3) == NULL);
    CHECK(span_is(buf_span(&issue->notices),
                  ISSUE_NOTICES_HEADER "7,,email,old@example.org,,,all,earlier,"
                                       "2026-01-01T00:00:00Z\r\n7,,hand,,,,all,present,"
                                       "2026-01-01T00:00:00Z\r\n"));
    check_released(issue, CHANGED_UNTIL - 1, 0);
    check_released(issue, CHANGED_UNTIL, 1);
    check_case("a file that is none");
    buf_init(&out, LINES_BYTES);
    CHECK_INT(release_due(SPAN_LIT(ROSTER_HEADER), 0, &out, &release, &fail), BAD_INPUT);
    CHECK_INT(release_due(SPAN_LIT(ISSUE_WAITING_HEADER "soon,7,,\r\n"), 0, &out, &release, &fail),
              BAD_INPUT);
    buf_done(&out);
}

static struct issue_order order_of(const struct world *world,
                                   const struct roster_entry *const *entries, size_t count)
{
    return (struct issue_order){.ctx0 = world->definition.ctx0,
                                .entries = entries,
                                .count = count,
                                .now_s = CHANGED_UNTIL - 1};
}

/* A reissue is one code, whatever the votes. */
static void test_single(const struct world *world, const struct roster *roster)
{
    const struct roster_entry *entry = roster_find_member(roster, SPAN_LIT("8"));
    struct issue_order order = order_of(world, &entry, 1);
    struct issue one = {0};
    struct fail fail = {0};
    check_case("one code");
    order.single = true;
    CHECK_INT(issue_make(&order, roster, &one, &fail), OK);
    CHECK_UINT(one.count, 1);
    issue_done(&one);
    order.single = false;
    CHECK_INT(issue_make(&order, roster, &one, &fail), OK);
    CHECK_UINT(one.count, 3);
    issue_done(&one);
}

/* Codes are drawn, not derived: a second run shares nothing with the first. */
static void test_fresh(const struct world *world, const struct roster *roster,
                       const struct issue *issue)
{
    struct issue again = {0};
    struct fail fail = {0};
    check_case("fresh");
    const struct roster_entry *entry = roster_find_member(roster, SPAN_LIT("0042"));
    const struct issue_order order = order_of(world, &entry, 1);
    CHECK_INT(issue_make(&order, roster, &again, &fail), OK);
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
    CHECK(strstr(buf_text(&text), "\"roll\":1,\"count\":6,\"list\":{\"sha256\":\"") != NULL);
    CHECK(strstr(buf_text(&text), "\"size\":210},\"root\":\"") != NULL);
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
    const struct roster_entry *entries[MEMBERS];
    const struct issue_order order = order_of(&world, entries, MEMBERS);
    bool read = CHECK_INT(roster_read(world.state, buf_span(&world.lines), &roster, &fail), OK);
    for (unsigned i = 0; read && i < MEMBERS; i++)
        entries[i] = &roster.entries[i];
    if (read && CHECK_INT(issue_make(&order, &roster, &issue, &fail), OK)) {
        test_roster_finds(&world, &roster);
        test_delivery(&world, &roster, &issue);
        test_list(&issue);
        test_fresh(&world, &roster, &issue);
        test_waiting(&issue);
        test_single(&world, &roster);
        test_statement(&world, &issue);
    } else {
        fprintf(stderr, "%s\n", fail.text);
    }
    issue_done(&issue);
    roster_done(&roster);
    end(&world);
    return check_end("registrar_issue");
}
