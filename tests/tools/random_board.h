/* The board on which random cases are stated: an election with officers and keys, and the entries
 * that are no case. What random_cases writes of it is described there. */
#ifndef TESTS_TOOLS_RANDOM_BOARD_H
#define TESTS_TOOLS_RANDOM_BOARD_H

#include <sodium.h>

#include "election/state.h"
#include "log/note.h"
#include "random_statement.h"

enum { KEYS = 12, AUTHORITY = 11, STRANGER = 10, LEAVES_MAX = 400, DAY = 86400, HOUR = 3600 };
#define START 1772409600 /* Monday, 2 March 2026 */

#define TESTED "{\"present\":\"status\"}"
#define TEXTS  "\"text\":{\"en\":\"T\",\"cy\":\"\"}"
#define TITLES "\"title\":{\"en\":\"T\",\"cy\":\"\"}"
#define RULES                                                                                      \
    "[{\"code\":\"PAID\"," TEXTS ",\"test\":" TESTED "},{\"code\":\"ACTIVE\"," TEXTS               \
    ",\"test\":" TESTED "}]"
#define STYLES                                                                                     \
    "[{\"id\":\"all\"," TITLES ",\"unit\":\"all\",\"votes\":1,\"votes_field\":\"\",\"test\":"      \
    "{\"always\":true}}]"
#define SOURCE(id, numbers, lists)                                                                 \
    "{\"id\":\"" id "\"," TITLES ",\"numbers\":\"" numbers "\",\"lists\":" lists                   \
    ",\"stale_after\":0}"
#define SOURCES                                                                                    \
    "[" SOURCE("m", "m", "true") "," SOURCE("f", "m", "false") "," SOURCE("y", "y", "true") "]"

static const struct officer OFFICERS[] = {
    {.id = "ann", .roles = OFFICER_RETURNING},
    {.id = "bob", .roles = OFFICER_SECRETARY},
    {.id = "cat", .roles = OFFICER_SECRETARY},
    {.id = "dee", .roles = OFFICER_DEPUTY},
    {.id = "pam", .roles = OFFICER_PANEL},
    {.id = "sue", .roles = OFFICER_SCRUTINEER},
    {.id = "eve", .roles = OFFICER_EXPORTER},
    {.id = "bar", .roles = OFFICER_SECRETARY | OFFICER_BARRED},
    {.id = "old", .roles = OFFICER_SECRETARY | OFFICER_SCRUTINEER, .until_s = START + 9 * DAY},
    {.id = "ida", .roles = OFFICER_DEPUTY | OFFICER_SCRUTINEER | OFFICER_PANEL},
    {.id = "ann2", .roles = OFFICER_SECRETARY}, /* with ann's key */
};
enum { OFFICER_COUNT = sizeof OFFICERS / sizeof OFFICERS[0] };

static struct fail fail;

static struct world {
    uint8_t keys[KEYS][KEY_BYTES], secrets[KEYS][ED25519_SECRET_BYTES];
    uint8_t context[HASH_BYTES], roll_key[ROLL_KEY_BYTES];
    struct source_list sources;
    struct rules rules;
    struct case_times times;
    struct state *state; /* of which only the officers and the authority are used */
    struct casebook book;
    int64_t at_s;                     /* of the latest entry */
    struct hash32 leaves[LEAVES_MAX]; /* of all that can be answered */
    unsigned leaf_count, statements;
    FILE *steps, *notes;
} world;

static void must(enum outcome outcome, const char *what)
{
    if (outcome == OK)
        return;
    fprintf(stderr, "random_cases: %s: %s\n", what, fail.text);
    exit(1);
}

/* -- the election ----------------------------------------------------------------------------- */

static void print_hex(FILE *file, const char *word, struct span bytes, const char *end)
{
    char text[2 * HASH_BYTES + 1];
    hex_print(bytes, text);
    fprintf(file, "%s %s%s", word, text, end);
}

static void add_officer(const struct officer *officer)
{
    struct state *state = world.state;
    unsigned at = 0;
    while (at < state->officer_count && strcmp(state->officers[at].id, officer->id) != 0)
        at++;
    state->officers[at] = *officer;
    state->officer_count += at == state->officer_count;
    fprintf(world.steps, "officer %s", officer->id);
    print_hex(world.steps, "", SPAN_ARRAY(officer->key), "");
    fprintf(world.steps, " %u %lld\n", officer->roles, (long long)officer->until_s);
}

static unsigned key_of(const char *id)
{
    for (unsigned i = 0; i + 1 < OFFICER_COUNT; i++)
        if (strcmp(OFFICERS[i].id, id) == 0)
            return i;
    return 0;
}

static void make_keys(void)
{
    for (unsigned i = 0; i < KEYS; i++) {
        uint8_t seed[KEY_BYTES];
        memset(seed, (int)(0xA0 + i), sizeof seed);
        ed25519_pair(seed, world.keys[i], world.secrets[i]);
    }
}

static int compare_pool(const void *a, const void *b)
{
    return memcmp(a, b, HASH_BYTES);
}

static void make_pool(void)
{
    for (unsigned i = 0; i < PEOPLE; i++) {
        char number[16];
        snprintf(number, sizeof number, "%u", i);
        pool[i].number = i;
        people_pseudonym(world.roll_key, SPAN_LIT("m"), span_str(number), pool[i].pseudonym.bytes);
    }
    qsort(pool, PEOPLE, sizeof pool[0], compare_pool);
}

static void make_rules(void)
{
    json_t *texts[] = {json_loads(SOURCES, 0, NULL), json_loads("[]", 0, NULL),
                       json_loads(RULES, 0, NULL), json_loads(STYLES, 0, NULL)};
    must(sources_read(texts[0], texts[1], &world.sources, &fail), "sources");
    must(rules_read(texts[2], texts[3], &world.sources, &world.rules, &fail), "rules");
    for (unsigned i = 0; i < 4; i++)
        json_decref(texts[i]);
}

/* Some days of the weeks that follow are not worked. */
static void print_terms(FILE *file)
{
    struct date days[6];
    unsigned count = draw(6);
    world.times = (struct case_times){
        .decide_within = 1 + draw(5), .appeal_within = draw(5), .reply_within = draw(4)};
    print_hex(file, "context", SPAN_ARRAY(world.context), "\n");
    print_hex(file, "authority", SPAN_ARRAY(world.keys[AUTHORITY]), "\n");
    print_hex(file, "key", SPAN_ARRAY(world.roll_key), "\n");
    fprintf(file, "within %u %u %u\n", world.times.decide_within, world.times.appeal_within,
            world.times.reply_within);
    for (unsigned i = 0; i < count; i++) {
        char text[DATE_TEXT_BYTES];
        days[i] = date_from_days(START / DAY + (int32_t)draw(30));
        date_print(days[i], text);
        fprintf(file, "closed %s\n", text);
    }
    must(calendar_init(&world.times.calendar, days, count, &fail), "calendar");
    fprintf(file, "rules {\"sources\":%s,\"fields\":[],\"rules\":%s,\"styles\":%s}\n", SOURCES,
            RULES, STYLES);
}

static FILE *open_in(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (!file) {
        perror(path);
        exit(1);
    }
    return file;
}

static void begin(const char *folder)
{
    static const struct span NUMBERS[] = {{(const uint8_t *)"m", 1}, {(const uint8_t *)"y", 1}};
    static struct definition definition;
    make_keys();
    memset(world.context, 0xCC, sizeof world.context);
    memset(world.roll_key, 0x22, sizeof world.roll_key);
    make_pool();
    make_rules();
    must(state_new(SPAN_LIT(ORIGIN), &world.state, &fail), "state");
    memcpy(definition.authority_key, world.keys[AUTHORITY], KEY_BYTES);
    world.state->definition = &definition;
    world.steps = open_in(folder, "steps");
    world.notes = open_in(folder, "notes");
    FILE *terms = open_in(folder, "terms");
    print_terms(terms);
    fclose(terms);
    casebook_init(&world.book, &(struct case_terms){.origin = SPAN_LIT(ORIGIN),
                                                    .context = world.context,
                                                    .rules = &world.rules,
                                                    .times = &world.times,
                                                    .roll_key = world.roll_key,
                                                    .numbers = NUMBERS,
                                                    .numbers_count = 2});
    for (unsigned i = 0; i < OFFICER_COUNT; i++) {
        struct officer officer = OFFICERS[i];
        memcpy(officer.key, world.keys[key_of(officer.id)], KEY_BYTES);
        add_officer(&officer);
    }
    world.at_s = START + draw(5 * DAY);
    narrow = rarely(24);
}

/* -- entries that are no case ----------------------------------------------------------------- */

static const struct hash32 *new_leaf(void)
{
    struct hash32 *leaf = &world.leaves[world.leaf_count++];
    for (unsigned i = 0; i < HASH_BYTES; i++)
        leaf->bytes[i] = (uint8_t)draw(256);
    return leaf;
}

static void enter_snapshot(void)
{
    const struct hash32 *leaf = new_leaf();
    unsigned source = draw(3);
    unsigned rows = rarely(2) ? draw(100) : 900 + draw(3000);
    must(casebook_add_snapshot(&world.book, leaf->bytes, source,
                               world.sources.sources[source].lists, rows, &fail),
         "snapshot");
    print_hex(world.steps, "snapshot", SPAN_ARRAY(leaf->bytes), "");
    fprintf(world.steps, " %c %u\n", "mfy"[source], rows);
}

static void enter_roll(void)
{
    const struct hash32 *leaf = new_leaf();
    casebook_add_roll(&world.book, leaf->bytes);
    print_hex(world.steps, "roll", SPAN_ARRAY(leaf->bytes), "\n");
}

/* Somebody gets other roles, another key, or a term that ends soon. */
static void enter_role(void)
{
    struct officer officer = world.state->officers[draw(world.state->officer_count)];
    if (rarely(3))
        memcpy(officer.key, world.keys[draw(STRANGER)], KEY_BYTES);
    if (rarely(2))
        officer.roles = draw(OFFICER_BARRED * 2);
    if (rarely(2))
        officer.until_s = rarely(3) ? 0 : world.at_s + draw(3 * DAY);
    add_officer(&officer);
}

static void enter_other(void)
{
    if (world.statements > 8 && rarely(30)) {
        enter_roll();
    } else if (rarely(30)) {
        enter_role();
    } else if (rarely(40) && world.book.roll_count == 0) {
        enter_snapshot();
    } else if (world.statements > 40 && rarely(30)) {
        casebook_freeze(&world.book);
        fputs("freeze\n", world.steps);
    }
}

#endif
