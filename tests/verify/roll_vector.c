/* The roll of tests/vectors/roll/, made by the daemon's code, derived here again: every member's
 * pseudonym, outcome, style and reasons, and the sealed file, root, size and account. */
#include "base/json.h"
#include "base/json_write.h"
#include "base/text.h"
#include "check.h"
#include "log/merkle.h"
#include "roll/account.h"
#include "roll/leaves.h"

enum { CASES_MOST = 32 };

struct given {
    struct span origin, rules;
    struct digest context, snapshot, roll_key;
};

struct vector {
    struct arena arena;
    struct given given;
    struct override overrides[CASES_MOST];
    struct confirmation confirmations[CASES_MOST];
    size_t override_count, confirmation_count;
    const struct case_statement *variances[CASES_MOST];
    struct digest latest[CASES_MOST]; /* leaf hash of each case's latest statement */
};

static struct span read_file(struct vector *vector, const char *name)
{
    static uint8_t bytes[1 << 16];
    char path[200];
    snprintf(path, sizeof path, "tests/vectors/roll/%s", name);
    FILE *file = fopen(path, "rb");
    if (!CHECK(file != NULL))
        return (struct span){0};
    size_t len = fread(bytes, 1, sizeof bytes, file);
    CHECK(len < sizeof bytes);
    fclose(file);
    return arena_copy(&vector->arena, span_of(bytes, len));
}

/* Without the line feed that ends a line of JSON. */
static struct span first_line(struct span text)
{
    struct span line = text;
    return span_cut(&text, '\n', &line) ? line : text;
}

static void read_given(struct vector *vector)
{
    struct given *given = &vector->given;
    struct json json;
    struct span rules, styles, origin;
    struct buffer object;
    json_open(&json, first_line(read_file(vector, "given.json")));
    json_object(&json, NULL);
    json_string(&json, "origin", 100, &origin);
    given->origin = arena_copy(&vector->arena, origin);
    json_hex(&json, "context", given->context.bytes, HASH_BYTES);
    json_hex(&json, "snapshot", given->snapshot.bytes, HASH_BYTES);
    json_hex(&json, "roll_key", given->roll_key.bytes, HASH_BYTES);
    json_any(&json, "rules", &rules);
    json_any(&json, "styles", &styles);
    json_end(&json);
    CHECK_INT(json_finish(&json, NULL), GOOD);
    buffer_init(&object, 1 << 16);
    buffer_append_text(&object, "{\"sources\":[{\"id\":\"members\",\"title\":{\"en\":\"M\","
                                "\"cy\":\"\"}}],\"rules\":");
    buffer_append(&object, rules);
    buffer_append_text(&object, ",\"styles\":");
    buffer_append(&object, styles);
    buffer_append_text(&object, "}");
    given->rules = arena_copy(&vector->arena, buffer_span(&object));
    buffer_done(&object);
    json_done(&json);
}

/* The statement's place in its case; that it may stand there is roll_check's matter. */
static void file_statement(struct vector *vector, const struct case_statement *statement,
                           const struct digest *leaf, uint64_t number)
{
    size_t at = (size_t)statement->case_number;
    CHECK_BYTES(statement->context.bytes, vector->given.context.bytes, HASH_BYTES);
    if (statement->kind == STATEMENT_EXCLUSIONS) {
        CHECK_BYTES(statement->answers.bytes, vector->given.snapshot.bytes, HASH_BYTES);
        vector->confirmations[vector->confirmation_count++] =
            (struct confirmation){number, statement};
        return;
    }
    if (!CHECK(at < CASES_MOST))
        return;
    if (statement->kind == STATEMENT_VARIANCE)
        vector->variances[at] = statement;
    else
        CHECK_BYTES(statement->answers.bytes, vector->latest[at].bytes, HASH_BYTES);
    if (statement->kind == STATEMENT_DECISION && statement->upheld)
        vector->overrides[vector->override_count++] =
            (struct override){number, statement->case_number, vector->variances[at]};
    vector->latest[at] = *leaf;
}

static void read_statements(struct vector *vector)
{
    struct span rest = read_file(vector, "statements"), line;
    for (uint64_t number = 1; span_cut(&rest, '\n', &line); number++) {
        struct case_statement *statement = arena_zeroed(&vector->arena, 1, sizeof *statement);
        struct span note = span_of(line.ptr + 2, line.len - 1); /* with its line feed */
        struct merkle_hash hash;
        struct digest leaf;
        struct fail fail = {""};
        check_case("statement %u", (unsigned)number);
        if (!CHECK_INT(
                case_statement_read(note, vector->given.origin, &vector->arena, statement, &fail),
                GOOD)) {
            fprintf(stderr, "  said: %s\n", fail.text);
            continue;
        }
        merkle_leaf(note, &hash);
        memcpy(leaf.bytes, hash.bytes, HASH_BYTES);
        file_statement(vector, statement, &leaf, number);
    }
}

static uint64_t bits_of(struct json *json, const char *name, const struct rules *rules)
{
    uint64_t bits = 0;
    struct span code;
    json_array(json, name);
    while (json_more(json)) {
        json_string(json, NULL, 16, &code);
        for (unsigned i = 0; i < rules->rule_count; i++)
            bits |= (uint64_t)span_equal(code, rules->rules[i].code) << i;
        bits |= (uint64_t)span_equal(code, span_text("STYLE")) << rules->rule_count;
    }
    json_end(json);
    return bits;
}

static void check_member(const struct draft *draft, struct span line)
{
    static const char *const names[] = {"eligible", "ineligible", "undetermined", "provisional",
                                        "removed"};
    struct json json;
    struct span text, outcome, by_rules, style = {0};
    struct digest pseudonym = {{0}};
    bool confirmed;
    int64_t number;
    json_open(&json, line);
    json_object(&json, NULL);
    json_string(&json, "member_no", 64, &text);
    json_hex(&json, "pseudonym", pseudonym.bytes, HASH_BYTES);
    json_string(&json, "outcome", 20, &outcome);
    json_string(&json, "by_rules", 20, &by_rules);
    json_integer(&json, "case", 0, 1000, &number);
    json_boolean(&json, "confirmed", &confirmed);
    if (json_at(&json, "style"))
        json_string(&json, "style", 32, &style);
    json_any(&json, "lines", &text);
    uint64_t failed = bits_of(&json, "failed", draft->rules);
    json_any(&json, "undetermined", &text);
    json_end(&json);
    CHECK_INT(json_finish(&json, NULL), GOOD);
    const struct member *member = draft_find(draft, &pseudonym);
    if (CHECK(member != NULL)) {
        CHECK_TEXT(outcome, names[member->standing]);
        CHECK_TEXT(by_rules, names[member->by_rules]);
        CHECK_UINT(member->refusals, failed);
        CHECK_INT(member->style != NO_STYLE, style.ptr != NULL);
        if (member->style != NO_STYLE && style.ptr != NULL)
            CHECK_SPAN(draft->rules->styles[member->style].id, style);
    }
    json_done(&json);
}

static void check_sealed(struct vector *vector, const struct draft *draft)
{
    struct leaves leaves;
    struct account account;
    struct buffer text;
    char root[2 * HASH_BYTES + 1];
    struct fail fail = {""};
    check_case("sealed");
    CHECK_INT(draft_check_seal(draft, vector->confirmations, vector->confirmation_count,
                               vector->given.snapshot.bytes, &fail),
              GOOD);
    CHECK_STR(fail.text, "");
    if (!CHECK_INT(
            leaves_read(draft, read_file(vector, "roll.jsonl"), &vector->arena, &leaves, &fail),
            GOOD)) {
        fprintf(stderr, "  said: %s\n", fail.text);
        return;
    }
    struct span want = first_line(read_file(vector, "expected.json")), styles, object;
    struct json json;
    uint8_t want_root[HASH_BYTES];
    int64_t size;
    json_open(&json, want);
    json_object(&json, NULL);
    json_hex(&json, "root", want_root, HASH_BYTES);
    json_integer(&json, "size", 0, 1000, &size);
    json_any(&json, "styles", &styles);
    json_any(&json, "account", &object);
    json_end(&json);
    CHECK_INT(json_finish(&json, NULL), GOOD);
    hex_encode(span_of(leaves.root, HASH_BYTES), root);
    CHECK_BYTES(leaves.root, want_root, HASH_BYTES);
    CHECK_UINT(leaves.count, (uint64_t)size);
    account_make(draft, &account);
    buffer_init(&text, 1 << 16);
    account_write(&account, &text);
    CHECK_SPAN(buffer_span(&text), object);
    buffer_done(&text);
    json_done(&json);
}

static void check_derived(struct vector *vector)
{
    struct mapping mapping;
    struct table table;
    struct rules rules;
    struct draft draft;
    struct span extra[CASES_MOST], rest, line;
    size_t extra_count = 0;
    struct fail fail = {""};
    for (size_t i = 0; i < vector->override_count; i++)
        if (vector->overrides[i].variance->effect.what == EFFECT_SET)
            extra[extra_count++] = vector->overrides[i].variance->effect.field;
    check_case("derived");
    enum outcome outcome = mapping_read(first_line(read_file(vector, "mapping.json")),
                                        &vector->arena, &mapping, &fail);
    if (outcome == GOOD)
        outcome = table_import(read_file(vector, "snapshot.csv"), &mapping, extra, extra_count,
                               &vector->arena, &table, &fail);
    if (!CHECK_INT(outcome, GOOD)) {
        fprintf(stderr, "  said: %s\n", fail.text);
        return;
    }
    CHECK_INT(rules_read(vector->given.rules, &vector->arena, &rules, &fail), GOOD);
    CHECK_INT(draft_group(&table, &rules, span_of(vector->given.roll_key.bytes, HASH_BYTES),
                          &vector->arena, &draft, &fail),
              GOOD);
    CHECK_INT(draft_decide(&draft, vector->overrides, vector->override_count, &fail), GOOD);
    CHECK_UINT(draft.moot, 1); /* case 6, on purpose */
    rest = read_file(vector, "members.jsonl");
    for (unsigned i = 1; span_cut(&rest, '\n', &line); i++) {
        check_case("member %u", i);
        check_member(&draft, line);
    }
    check_sealed(vector, &draft);
    table_done(&table);
}

int main(void)
{
    static struct vector vector;
    read_given(&vector);
    read_statements(&vector);
    check_derived(&vector);
    arena_done(&vector.arena);
    return check_end("verify roll_vector");
}
