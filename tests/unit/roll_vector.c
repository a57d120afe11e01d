/* tests/vectors/roll: a small roll from export to root, for whoever derives it with other code.
 *
 * Without arguments the daemon derives it again and every file must be the same; with `write` the
 * files are written. What is in them stands in tests/vectors/README.md.
 */
#include "roll_fixture.h"

#include "base/file.h"
#include "roll/account.h"

#define FOLDER "tests/vectors/roll/"

enum { FILE_BYTES = 1 << 20 };

static bool writing;

static void compare(const char *name, struct span bytes)
{
    char path[128];
    struct buf have;
    struct fail fail = {0};
    check_case("%s", name);
    snprintf(path, sizeof(path), FOLDER "%s", name);
    if (writing) {
        CHECK_INT(file_write(path, bytes, 0644, &fail), OK);
        return;
    }
    buf_init(&have, FILE_BYTES);
    CHECK_INT(file_read(path, &have, &fail), OK);
    CHECK_SPAN(bytes, buf_span(&have));
    buf_done(&have);
}

/* One JSON object a member, in the order of the numbers. */
static void compare_members(const struct draft *draft)
{
    struct buf out;
    buf_init(&out, FILE_BYTES);
    for (uint32_t i = 0; i < draft->member_count; i++) {
        explain_member_json(draft, &draft->members[i], &out);
        buf_add_byte(&out, '\n');
    }
    compare("members.jsonl", buf_span(&out));
    buf_done(&out);
}

static void compare_roll(const struct draft *draft, const struct sealed *sealed)
{
    struct account account;
    struct buf out;
    buf_init(&out, FILE_BYTES);
    seal_print_jsonl(sealed, &out);
    compare("roll.jsonl", buf_span(&out));
    buf_clear(&out);
    buf_add_str(&out, "{\"root\":\"");
    hex_add(&out, SPAN_ARRAY(sealed->root.bytes));
    buf_add_format(&out, "\",\"size\":%u,\"styles\":", sealed->count);
    seal_print_styles(sealed, &out);
    buf_add_str(&out, ",\"account\":");
    fixture_account(draft, &account);
    account_print(&account, &out);
    buf_add_str(&out, "}\n");
    compare("expected.json", buf_span(&out));
    buf_done(&out);
}

/* What a stranger needs beside the files: origin, context, keys. */
static void compare_given(const struct fixture *fixture)
{
    struct buf out;
    buf_init(&out, FILE_BYTES);
    buf_add_str(&out, "{\"origin\":\"" FIXTURE_ORIGIN "\",\"context\":\"");
    hex_add(&out, SPAN_ARRAY(fixture->context));
    buf_add_str(&out, "\",\"snapshot\":\"");
    hex_add(&out, SPAN_ARRAY(fixture->snapshot_leaf.bytes));
    buf_add_str(&out, "\",\"roll_key\":\"");
    hex_add(&out, SPAN_ARRAY(fixture->roll_key));
    buf_add_str(&out, "\",\"rules\":" FIXTURE_RULES ",\"styles\":" FIXTURE_STYLES "}\n");
    compare("given.json", buf_span(&out));
    compare("mapping.json", SPAN_LIT(FIXTURE_MAPPING));
    buf_done(&out);
}

static void check_vector(struct fixture *fixture)
{
    struct draft draft;
    struct sealed sealed;
    struct fail fail = {0};
    static struct buf transcript; /* the fixture outlives this function */
    buf_init(&transcript, FILE_BYTES);
    fixture->transcript = &transcript;
    fixture_decide_all(fixture);
    fixture_uphold(fixture, 5, "2",
                   "{\"do\":\"set\",\"field\":\"email\",\"to\":\"b@example.org\"}");
    fixture_uphold(fixture, 6, "2",
                   "{\"do\":\"set\",\"field\":\"email\",\"to\":\"moot@example.org\"}");
    fixture_bring(fixture, 7, "5", "{\"do\":\"include\"}");
    CHECK_INT(fixture_attest(fixture, 7, 'b', &fail), OK);
    CHECK_INT(fixture_propose(fixture, 7, "{\"do\":\"include\"}", 'a', &fail), OK);
    CHECK_INT(fixture_decide(fixture, 7, "refused", 'c', &fail), OK);
    fixture_confirm(fixture);
    compare_given(fixture);
    compare("statements", buf_span(&transcript));
    if (fixture_draft(fixture, &draft)) {
        compare_members(&draft);
        fixture_salt_count = 0;
        if (CHECK_INT(seal_roll(&(struct seal_terms){.draft = &draft, .random = fixture_salt},
                                &sealed, &fail),
                      OK)) {
            compare_roll(&draft, &sealed);
            seal_done(&sealed);
        }
        draft_done(&draft);
    }
    buf_done(&transcript);
}

int main(int argc, char **argv)
{
    struct fixture fixture;
    struct buf csv;
    writing = argc == 2 && strcmp(argv[1], "write") == 0;
    struct span bytes = fixture_csv(&csv, FIXTURE_HEADER, FIXTURE_ROWS);
    compare("snapshot.csv", bytes);
    if (fixture_init(&fixture, bytes))
        check_vector(&fixture);
    fixture_done(&fixture);
    buf_done(&csv);
    return check_end("roll_vector");
}
