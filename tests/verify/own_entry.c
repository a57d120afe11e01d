/* A member's own entry of the roll: sound, it is said in words; with one thing twisted, refused. */
#include "election/own.h"
#include "vector_stage.h"

enum { LEAVES = 5, PLACE = 2, FILE_ROOM = 8192, PATH_MOST = 8 };

#define RECORD                                                                                     \
    "{\"member_no\":\"0042\",\"name\":\"Si\u00e2n Huws\",\"source\":\"members\",\"pseudonym\":"    \
    "\"" ZERO64 "\",\"style\":\"all\",\"standing\":\"provisional\",\"votes\":2,\"channel\":"       \
    "\"post\",\"address\":\"1 High Street\",\"postcode\":\"CF10 1AA\",\"earlier\":{\"channel\":"   \
    "\"email\",\"email\":\"old@example.org\"},\"not_before\":1767225600}"
#define HAND                                                                                       \
    "{\"member_no\":\"7\",\"source\":\"members\",\"pseudonym\":\"" ZERO64 "\",\"style\":\"all\","  \
    "\"standing\":\"eligible\",\"votes\":1,\"channel\":\"hand\"}"
#define ZERO64 "0000000000000000000000000000000000000000000000000000000000000000"

struct world {
    struct stage stage;
    struct roll rolls[2];
    struct style style;
    uint8_t salt[SALT_BYTES];
    struct merkle_hash leaves[LEAVES], path[PATH_MOST];
    size_t path_len;
    char file[FILE_ROOM];
};

/* The greatest power of two below n > 1. */
static size_t half_of(size_t n)
{
    size_t half = 1;
    while (half * 2 < n)
        half *= 2;
    return half;
}

static struct merkle_hash root_of(const struct merkle_hash *leaves, size_t n)
{
    struct merkle_hash hash = leaves[0];
    if (n == 1)
        return hash;
    size_t half = half_of(n);
    struct merkle_hash left = root_of(leaves, half), right = root_of(leaves + half, n - half);
    merkle_node(&left, &right, &hash);
    return hash;
}

/* RFC 6962 section 2.1.1, from the leaf upwards. */
static size_t path_of(const struct merkle_hash *leaves, size_t place, size_t n,
                      struct merkle_hash *out_path)
{
    if (n == 1)
        return 0;
    size_t half = half_of(n);
    bool left = place < half;
    size_t len = left ? path_of(leaves, place, half, out_path)
                      : path_of(leaves + half, place - half, n - half, out_path);
    out_path[len] = left ? root_of(leaves + half, n - half) : root_of(leaves, half);
    return len + 1;
}

static void plant(struct world *world, const char *record)
{
    struct buffer leaf;
    for (size_t i = 0; i < LEAVES; i++)
        memset(&world->leaves[i], (int)i + 1, HASH_BYTES);
    memset(world->salt, 0x33, SALT_BYTES);
    buffer_init(&leaf, FILE_ROOM);
    buffer_append(&leaf, span_of(world->salt, SALT_BYTES));
    buffer_append_text(&leaf, record);
    merkle_leaf(buffer_span(&leaf), &world->leaves[PLACE]);
    buffer_done(&leaf);
    world->path_len = path_of(world->leaves, PLACE, LEAVES, world->path);
}

/* Entry 0 the definition, 1 the roll, 2 another version. */
static void build(struct world *world, const char *record)
{
    struct stage *stage = &world->stage;
    memset(world, 0, sizeof *world);
    stage_begin(stage, "example.org/own", 1, 1);
    plant(world, record);
    world->style = (struct style){.id = span_text("all"), .title.en = span_text("All members")};
    stage->definition.styles = &world->style;
    stage->definition.style_count = 1;
    struct merkle_hash root = root_of(world->leaves, LEAVES);
    for (size_t i = 0; i < 2; i++) {
        world->rolls[i] = (struct roll){.version = i + 1, .size = LEAVES};
        memcpy(world->rolls[i].root, root.bytes, HASH_BYTES);
        uint64_t entry =
            stage_add(stage, (struct statement){.kind = ROLL, .roll = &world->rolls[i]});
        memset(stage->entries[entry].leaf.bytes, (int)(0xa0 + i), HASH_BYTES);
    }
    stage_ready(stage, 1);
    memset(stage->election.contexts[0], 0xcc, HASH_BYTES);
}

struct twist {
    const char *name, *wanted; /* in what is said */
    const char *from, *to;     /* replaced once in the file */
};

static void write_file(struct world *world, const char *record, unsigned index)
{
    char hex[2 * HASH_BYTES + 1], context[2 * HASH_BYTES + 1], answers[2 * HASH_BYTES + 1];
    hex_encode(span_of(world->salt, SALT_BYTES), hex);
    hex_encode(span_of(world->stage.election.contexts[0], HASH_BYTES), context);
    hex_encode(span_of(world->stage.entries[1].leaf.bytes, HASH_BYTES), answers);
    world->file[0] = '\0';
    check_append(world->file, FILE_ROOM,
                 "{\"kind\":\"entry\",\"origin\":\"example.org/own\",\"context\":\"%s\","
                 "\"answers\":\"%s\",\"version\":1,\"salt\":\"%s\",\"record\":%s,\"index\":%u,"
                 "\"path\":[",
                 context, answers, hex, record, index);
    for (size_t i = 0; i < world->path_len; i++) {
        hex_encode(span_of(world->path[i].bytes, HASH_BYTES), hex);
        check_append(world->file, FILE_ROOM, "%s\"%s\"", i > 0 ? "," : "", hex);
    }
    check_append(world->file, FILE_ROOM, "]}\n");
}

static void replace(char *text, const char *from, const char *to)
{
    char rest[FILE_ROOM];
    char *at = strstr(text, from);
    if (!CHECK(at != NULL))
        return;
    snprintf(rest, sizeof rest, "%s", at + strlen(from));
    *at = '\0';
    check_append(text, FILE_ROOM, "%s%s", to, rest);
}

static enum outcome ask(const struct world *world, char *out_said, struct fail *fail)
{
    struct buffer text;
    buffer_init(&text, FILE_ROOM - 1);
    enum outcome outcome = own_check(&world->stage.election, span_text(world->file), &text, fail);
    snprintf(out_said, FILE_ROOM, "%.*s", (int)text.len, (const char *)text.at);
    buffer_done(&text);
    return outcome;
}

static void test_words(void)
{
    static struct world world;
    static const char *const wanted[] = {
        "Version 1 of the roll (entry 1) says at place 2 of 5:",
        "Membership number 0042 (members), Si\u00e2n Huws\n",
        "provisionally",
        "All members (style all), 2 votes\n",
        "goes by post to 1 High Street, CF10 1AA\n",
        "Before, it went by email to old@example.org\n",
        "before 2026-01-01 00:00:00 UTC",
        "There is a later version",
    };
    char said[FILE_ROOM];
    struct fail fail = {""};
    check_case("in words");
    build(&world, RECORD);
    write_file(&world, RECORD, PLACE);
    CHECK_INT(ask(&world, said, &fail), GOOD);
    CHECK_STR(fail.text, "");
    for (size_t i = 0; i < CHECK_COUNT_OF(wanted); i++) {
        check_case("\"%s\" in\n%s", wanted[i], said);
        CHECK(strstr(said, wanted[i]) != NULL);
    }
    check_case("by hand, and the last version");
    stage_end(&world.stage);
    build(&world, HAND);
    world.stage.election.by[ROLL].count = 1;
    write_file(&world, HAND, PLACE);
    CHECK_INT(ask(&world, said, &fail), GOOD);
    CHECK(strstr(said, "goes by hand\n") != NULL && strstr(said, "You are on the roll") != NULL);
    CHECK(strstr(said, "later version") == NULL && strstr(said, ", 1 vote\n") != NULL);
    stage_end(&world.stage);
}

static const struct twist twists[] = {
    {"another origin", "another election", "example.org/own", "example.org/two"},
    {"another context", "another election", "\"context\":\"cc", "\"context\":\"cd"},
    {"answers nothing", "answers no `roll`", "\"answers\":\"a0", "\"answers\":\"a1"},
    {"another version", "its `roll` is version 1", "\"version\":1", "\"version\":2"},
    {"another salt", "not at place", "\"salt\":\"33", "\"salt\":\"34"},
    {"another name", "not at place", "Huws", "Huwz"},
    {"a standing raised", "not at place", "\"provisional\"", "\"eligible\""},
    {"votes raised", "not at place", "\"votes\":2", "\"votes\":3"},
    {"another place", "not at place", "\"index\":2", "\"index\":3"},
    {"a place past the end", "not at place 9 of the 5", "\"index\":2", "\"index\":9"},
    {"no path", "not at place", "\"path\":[", "\"path\":[],\"x\":["},
    {"another kind", "kind", "\"entry\"", "\"audit\""},
    {"a space", "", "\"index\":2", "\"index\": 2"},
    {"a line more", "", "]}\n", "]}\n\n"},
};

static void test_twists(void)
{
    static struct world world;
    char said[FILE_ROOM];
    build(&world, RECORD);
    for (size_t i = 0; i < CHECK_COUNT_OF(twists); i++) {
        const struct twist *twist = &twists[i];
        struct fail fail = {""};
        check_case("%s", twist->name);
        write_file(&world, RECORD, PLACE);
        replace(world.file, twist->from, twist->to);
        CHECK_INT(ask(&world, said, &fail), BAD);
        if (strcmp(twist->name, "no path") != 0) /* refused as JSON already */
            CHECK(strstr(fail.text, twist->wanted) != NULL);
        CHECK_STR(said, "");
    }
    check_case("a path cut short");
    world.path_len--;
    write_file(&world, RECORD, PLACE);
    struct fail fail = {""};
    CHECK_INT(ask(&world, said, &fail), BAD);
    CHECK(strstr(fail.text, "not at place") != NULL);
    stage_end(&world.stage);
}

/* Leaves that stand in the tree and are no records: nothing is said that isn't so. */
static void test_records(void)
{
    static const char *const records[] = {
        "{}",
        "{\"member_no\":\"7\"}",
        "{\"member_no\":\"7\",\"source\":\"members\",\"pseudonym\":\"" ZERO64
        "\",\"style\":\"none\",\"standing\":\"eligible\",\"votes\":1,\"channel\":\"hand\"}",
        "{\"member_no\":\"7\",\"source\":\"members\",\"pseudonym\":\"" ZERO64
        "\",\"style\":\"all\",\"standing\":\"removed\",\"votes\":1,\"channel\":\"hand\"}",
        "{\"member_no\":\"7\",\"source\":\"members\",\"pseudonym\":\"" ZERO64
        "\",\"style\":\"all\",\"standing\":\"eligible\",\"votes\":0,\"channel\":\"hand\"}",
        "{\"member_no\":\"7\",\"source\":\"members\",\"pseudonym\":\"" ZERO64
        "\",\"style\":\"all\",\"standing\":\"eligible\",\"votes\":1,\"channel\":\"dove\"}",
        "{\"member_no\":\"7\",\"source\":\"members\",\"pseudonym\":\"" ZERO64
        "\",\"style\":\"all\",\"standing\":\"eligible\",\"votes\":1,\"channel\":\"hand\",\"x\":1}",
    };
    static struct world world;
    char said[FILE_ROOM];
    for (size_t i = 0; i < CHECK_COUNT_OF(records); i++) {
        struct fail fail = {""};
        check_case("%s", records[i]);
        build(&world, records[i]);
        write_file(&world, records[i], PLACE);
        CHECK_INT(ask(&world, said, &fail), BAD);
        CHECK(strstr(fail.text, "record") != NULL);
        CHECK_STR(said, "");
        stage_end(&world.stage);
    }
}

int main(void)
{
    test_words();
    test_twists();
    test_records();
    return check_end("verify own_entry");
}
