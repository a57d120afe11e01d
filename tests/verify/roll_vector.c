/* The roll of tests/vectors/roll/, made by the daemon's code, derived here again: every statement
 * through its case, every person's pseudonym, outcome, style, votes and reasons, and the sealed
 * file, its root, size, styles and account. */
#include "base/json.h"
#include "base/json_write.h"
#include "base/text.h"
#include "check.h"
#include "labels.h"
#include "log/merkle.h"
#include "roll/account.h"
#include "roll/dossier.h"
#include "roll/seal.h"

enum { CASES_MOST = 32, STATEMENTS_MOST = 100, SNAPSHOTS_MOST = 8, STYLES_MOST = 4 };

struct vector {
    struct arena arena;
    struct span origin, rules_text;
    struct digest context, roll_key;
    struct roll_timetable timetable;
    struct calendar calendar;
    struct rules rules;
    struct roll_entry entries[SNAPSHOTS_MOST];
    size_t entry_count;
    uint64_t at; /* of the last statement, and of the roll */
    struct annex annex;
    struct imports imports;
    struct people people;
    struct dossier dossiers[CASES_MOST];
    struct roll_case cases[CASES_MOST];
    const struct roll_case *in_force[CASES_MOST];
    struct confirmation confirmations[CASES_MOST];
    struct casebook_view view;
    struct draft draft;
    struct leaves leaves;
};

/* -- files ------------------------------------------------------------------------------------ */

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

/* -- what is given ---------------------------------------------------------------------------- */

static void read_timetable(struct vector *vector, struct json *json)
{
    int64_t announced;
    json_integer(json, "announced_at", 0, INT64_MAX, &announced);
    vector->timetable.announced_at = (uint64_t)announced;
    json_integer(json, "decide_within", 0, 99, &vector->timetable.decide_within);
    json_integer(json, "appeal_within", 0, 99, &vector->timetable.appeal_within);
    json_integer(json, "reply_within", 0, 99, &vector->timetable.reply_within);
    json_integer(json, "cooling_hours", 0, 999, &vector->timetable.cooling_hours);
    json_array(json, "non_working");
    json_end(json);
}

static void read_rules(struct vector *vector, struct json *json)
{
    static const char *const names[] = {"sources", "fields", "rules", "styles"};
    struct buffer object;
    buffer_init(&object, 1 << 16);
    for (size_t i = 0; i < CHECK_COUNT_OF(names); i++) {
        struct span text;
        json_any(json, names[i], &text);
        buffer_append_text(&object, i == 0 ? "{\"" : ",\"");
        buffer_append_text(&object, names[i]);
        buffer_append_text(&object, "\":");
        buffer_append(&object, text);
    }
    buffer_append_text(&object, "}");
    vector->rules_text = arena_copy(&vector->arena, buffer_span(&object));
    buffer_done(&object);
}

static void read_snapshot(struct vector *vector, struct json *json)
{
    struct roll_entry *entry = &vector->entries[vector->entry_count++];
    struct span source;
    int64_t taken, as_of, rows;
    *entry = (struct roll_entry){.kind = ENTRY_SNAPSHOT, .index = vector->entry_count};
    json_object(json, NULL);
    json_hex(json, "leaf", entry->leaf, HASH_BYTES);
    json_string(json, "source", 40, &source);
    json_integer(json, "taken_at", 0, INT64_MAX, &taken);
    json_integer(json, "as_of", 0, INT64_MAX, &as_of);
    json_integer(json, "rows", 0, INT64_MAX, &rows);
    json_end(json);
    entry->snapshot.source = arena_copy(&vector->arena, source);
    entry->snapshot.taken_at = (uint64_t)taken;
    entry->snapshot.as_of = (uint64_t)as_of;
    entry->snapshot.rows = (uint64_t)rows;
}

static void read_given(struct vector *vector)
{
    struct json json;
    struct span origin;
    check_case("given");
    json_open(&json, first_line(read_file(vector, "given.json")));
    json_object(&json, NULL);
    json_string(&json, "origin", 100, &origin);
    vector->origin = arena_copy(&vector->arena, origin);
    json_hex(&json, "context", vector->context.bytes, HASH_BYTES);
    json_hex(&json, "roll_key", vector->roll_key.bytes, HASH_BYTES);
    read_timetable(vector, &json);
    read_rules(vector, &json);
    json_array(&json, "snapshots");
    while (json_more(&json) && vector->entry_count < SNAPSHOTS_MOST)
        read_snapshot(vector, &json);
    json_end(&json);
    json_end(&json);
    CHECK_INT(json_finish(&json, NULL), GOOD);
    json_done(&json);
    CHECK_INT(rules_read(vector->rules_text, &vector->arena, &vector->rules, NULL), GOOD);
    CHECK_INT(calendar_init(NULL, 0, &vector->arena, &vector->calendar, NULL), GOOD);
}

/* -- people ----------------------------------------------------------------------------------- */

/* The files as in an annex, under salts of zeros. */
static void make_annex(struct vector *vector)
{
    static struct annex_file files[2 * SNAPSHOTS_MOST];
    static char paths[2 * SNAPSHOTS_MOST][40];
    for (size_t i = 0; i < vector->entry_count; i++) {
        struct annex_file *csv = &files[2 * i], *json = &files[2 * i + 1];
        char name[40];
        snprintf(name, sizeof name, "snapshot%zu.csv", i + 1);
        csv->bytes = read_file(vector, name);
        snprintf(name, sizeof name, "mapping%zu.json", i + 1);
        json->bytes = first_line(read_file(vector, name));
        snprintf(paths[2 * i], sizeof paths[0], "snapshots/%zu.csv", i + 1);
        snprintf(paths[2 * i + 1], sizeof paths[0], "mappings/%zu.json", i + 1);
        csv->path = span_text(paths[2 * i]);
        json->path = span_text(paths[2 * i + 1]);
        annex_commitment(LABEL_SNAPSHOT, csv, vector->entries[i].snapshot.commitment);
        annex_commitment(LABEL_MAPPING, json, vector->entries[i].snapshot.mapping);
    }
    CHECK_INT(annex_from(files, 2 * vector->entry_count, &vector->annex, NULL), GOOD);
    for (size_t i = 0; i < vector->annex.count; i++) {
        vector->annex.files[i].salted = true;
        vector->annex.files[i].line = vector->annex.files[i].path;
    }
}

static bool join_people(struct vector *vector)
{
    const struct roll_board board = {.timetable = vector->timetable,
                                     .entries = vector->entries,
                                     .entry_count = vector->entry_count};
    const struct roll_entry *entry;
    char path[ANNEX_PATH_BYTES + 1];
    struct fail fail = {""};
    check_case("people");
    make_annex(vector);
    enum outcome outcome =
        imports_init(&vector->imports, &board, &vector->rules, &vector->arena, &entry, &fail);
    for (size_t i = 0; outcome == GOOD && i < vector->imports.count; i++)
        outcome = imports_read(&vector->imports, &vector->annex, i, path, &fail);
    if (outcome == GOOD)
        outcome =
            people_make(&vector->rules, vector->imports.snapshots, vector->imports.counting,
                        vector->timetable.announced_at, span_of(vector->roll_key.bytes, HASH_BYTES),
                        &vector->arena, &vector->people, &fail);
    CHECK_STR(fail.text, "");
    return CHECK_INT(outcome, GOOD);
}

/* -- statements ------------------------------------------------------------------------------- */

/* "<letter> <at> {…}": the officer's letter is every byte of the key. */
static void file_statement(struct vector *vector, struct span line, uint64_t number)
{
    struct case_statement *statement = arena_zeroed(&vector->arena, 1, sizeof *statement);
    struct span letter, at_text;
    struct fail fail = {""};
    struct merkle_hash leaf;
    struct case_act act = {.statement = statement,
                           .number = number,
                           .list_rows = 11,
                           .calendar = &vector->calendar,
                           .timetable = &vector->timetable,
                           .arena = &vector->arena};
    check_case("statement %u", (unsigned)number);
    if (!CHECK(span_cut(&line, ' ', &letter)) || !CHECK(span_cut(&line, ' ', &at_text)) ||
        !CHECK(decimal_decode(at_text, &act.at)))
        return;
    struct span note = span_of(line.ptr, line.len + 1); /* with its line feed */
    enum outcome outcome =
        case_statement_read(note, vector->origin, &vector->arena, statement, &fail);
    merkle_leaf(note, &leaf);
    vector->at = act.at;
    memcpy(act.leaf.bytes, leaf.bytes, HASH_BYTES);
    act.signer = (struct case_signer){.id = letter, .roles = OFFICER_SECRETARY};
    memset(act.signer.key, letter.ptr[0], KEY_BYTES);
    size_t place = (size_t)statement->case_number;
    CHECK_BYTES(statement->context.bytes, vector->context.bytes, HASH_BYTES);
    if (statement->kind == STATEMENT_EXCLUSIONS) {
        vector->confirmations[vector->view.confirmation_count++] =
            (struct confirmation){number, statement};
    } else if (outcome == GOOD && CHECK(place < CASES_MOST)) {
        outcome = statement->kind == STATEMENT_VARIANCE
                      ? dossier_open(&vector->dossiers[place], &act, &fail)
                      : dossier_take(&vector->dossiers[place], &act, &fail);
    }
    CHECK_INT(outcome, GOOD);
    CHECK_STR(fail.text, "");
}

static int compare_force(const void *a, const void *b)
{
    const struct roll_case *const *left = a, *const *right = b;
    return (*left)->force_order < (*right)->force_order ? -1 : 1;
}

static void read_statements(struct vector *vector)
{
    struct span rest = read_file(vector, "statements"), line;
    struct casebook_view *view = &vector->view;
    for (uint64_t number = 1; span_cut(&rest, '\n', &line); number++)
        file_statement(vector, line, number);
    for (size_t i = 0; i < CASES_MOST; i++)
        if (vector->dossiers[i].now.number != 0)
            vector->cases[view->case_count++] = vector->dossiers[i].now;
    for (size_t i = 0; i < view->case_count; i++)
        if (vector->cases[i].force_order != 0)
            vector->in_force[view->in_force_count++] = &vector->cases[i];
    qsort(vector->in_force, view->in_force_count, sizeof vector->in_force[0], compare_force);
    view->cases = vector->cases;
    view->in_force = vector->in_force;
    view->confirmations = vector->confirmations;
}

/* -- who is what ------------------------------------------------------------------------------ */

static uint64_t bits_of(struct json *json, const char *name, const struct rules *rules)
{
    uint64_t bits = 0;
    struct span code;
    json_array(json, name);
    while (json_more(json)) {
        json_string(json, NULL, 16, &code);
        for (unsigned i = 0; i <= rules->rule_count; i++)
            bits |= (uint64_t)span_equal(code, rules_code(rules, i)) << i;
    }
    json_end(json);
    return bits;
}

/* A person's rows are those of the table, in its order. */
static void check_rows(const struct people *people, uint32_t person, struct json *json)
{
    uint32_t row = NO_ROW;
    int last = NO_SOURCE;
    json_array(json, "rows");
    while (json_more(json)) {
        struct span id;
        int64_t line;
        json_object(json, NULL);
        json_string(json, "source", 40, &id);
        json_integer(json, "line", 0, 1000, &line);
        json_end(json);
        int source = sources_find(&people->rules->sources, id);
        if (!CHECK(source != NO_SOURCE) || person >= people->count)
            continue;
        const struct feed *feed = &people->feeds[source];
        row =
            source == last ? feed->numbers.next[row] : people_row(people, person, (unsigned)source);
        last = source;
        if (CHECK(row != NO_ROW))
            CHECK_INT(feed->table->lines[row], line);
    }
    json_end(json);
}

static void check_person(const struct vector *vector, struct span line)
{
    static const char *const names[] = {"eligible",    "ineligible", "undetermined",
                                        "provisional", "removed",    "withdrawn"};
    const struct draft *draft = &vector->draft;
    struct json json;
    struct span number, numbers, outcome, by_rules, style = {0}, ignored;
    struct digest pseudonym = {{0}};
    bool confirmed;
    int64_t by_case, votes = 0;
    json_open(&json, line);
    json_object(&json, NULL);
    json_string(&json, "member_no", 64, &number);
    json_string(&json, "numbers", 40, &numbers);
    json_hex(&json, "pseudonym", pseudonym.bytes, HASH_BYTES);
    json_string(&json, "outcome", 20, &outcome);
    json_string(&json, "by_rules", 20, &by_rules);
    json_integer(&json, "case", 0, 1000, &by_case);
    json_boolean(&json, "confirmed", &confirmed);
    if (json_at(&json, "style")) {
        json_string(&json, "style", 32, &style);
        json_integer(&json, "votes", 1, 100, &votes);
    }
    uint32_t person = draft_find(draft, pseudonym.bytes);
    check_rows(draft->people, person, &json);
    uint64_t failed = bits_of(&json, "failed", draft->people->rules);
    json_any(&json, "undetermined", &ignored);
    json_any(&json, "stale", &ignored);
    json_end(&json);
    CHECK_INT(json_finish(&json, NULL), GOOD);
    if (CHECK(person != NOBODY)) {
        const struct drafted *drafted = &draft->list[person];
        CHECK_SPAN(draft_member_no(draft, person), number);
        CHECK_SPAN(draft_numbers(draft, person), numbers);
        CHECK_TEXT(outcome, names[drafted->standing]);
        CHECK_UINT(drafted->failed, failed);
        if (drafted->standing != WITHDRAWN)
            CHECK_TEXT(by_rules, names[drafted->by_rules]);
        if (style.ptr != NULL && CHECK(drafted->style != NO_STYLE)) {
            CHECK_SPAN(draft->people->rules->styles[drafted->style].id, style);
            CHECK_INT(drafted->votes, votes);
        }
    }
    json_done(&json);
}

static bool check_people(struct vector *vector)
{
    struct fail fail = {""};
    struct span rest = read_file(vector, "members.jsonl"), line;
    unsigned count = 0;
    check_case("draft");
    if (!CHECK_INT(
            draft_make(&vector->people, &vector->view, &vector->arena, &vector->draft, &fail),
            GOOD))
        return false;
    while (span_cut(&rest, '\n', &line)) {
        check_case("person %u", ++count);
        check_person(vector, line);
    }
    check_case("all people");
    return CHECK_UINT(count, vector->draft.count);
}

/* -- what was sealed -------------------------------------------------------------------------- */

static void check_styles(const struct vector *vector, struct json *json)
{
    uint64_t credentials[STYLES_MOST] = {0}, provisional[STYLES_MOST] = {0};
    for (uint32_t i = 0; i < vector->leaves.count; i++) {
        const struct leaf *leaf = &vector->leaves.list[i];
        credentials[leaf->style] += leaf->votes;
        provisional[leaf->style] += leaf->provisional ? leaf->votes : 0;
    }
    json_array(json, "styles");
    for (unsigned i = 0; json_more(json) && i < STYLES_MOST; i++) {
        struct span id;
        int64_t all, some;
        json_object(json, NULL);
        json_string(json, "style", 40, &id);
        json_integer(json, "credentials", 0, 1000, &all);
        json_integer(json, "provisional", 0, 1000, &some);
        json_end(json);
        CHECK_SPAN(id, vector->rules.styles[i].id);
        CHECK_UINT(credentials[i], (uint64_t)all);
        CHECK_UINT(provisional[i], (uint64_t)some);
    }
    json_end(json);
}

static void check_expected(struct vector *vector, const struct leaves_version *version)
{
    struct json json;
    struct account account;
    struct buffer text;
    struct span object;
    uint8_t root[HASH_BYTES] = {0};
    int64_t size;
    json_open(&json, first_line(read_file(vector, "expected.json")));
    json_object(&json, NULL);
    json_hex(&json, "root", root, HASH_BYTES);
    json_integer(&json, "size", 0, 1000, &size);
    check_styles(vector, &json);
    json_any(&json, "account", &object);
    json_end(&json);
    CHECK_INT(json_finish(&json, NULL), GOOD);
    CHECK_BYTES(version->root, root, HASH_BYTES);
    CHECK_UINT(version->size, (uint64_t)size);
    account_make(&vector->draft, &vector->leaves, &vector->view, &account);
    CHECK(account_adds_up(&account));
    buffer_init(&text, 1 << 16);
    account_write(&account, &text);
    CHECK_SPAN(buffer_span(&text), object);
    buffer_done(&text);
    json_done(&json);
}

static void check_sealed(struct vector *vector)
{
    const struct record_maker maker = {
        .draft = &vector->draft,
        .imports = &vector->imports,
        .not_before = vector->at + (uint64_t)vector->timetable.cooling_hours * 3600,
    };
    struct leaves_version version;
    struct fail fail = {""};
    check_case("sealed");
    CHECK_INT(seal_check(&vector->draft, vector->entries[vector->entry_count - 1].leaf, &fail),
              GOOD);
    CHECK_STR(fail.text, "");
    if (CHECK_INT(leaves_read(&vector->leaves, &maker, 1, read_file(vector, "roll.jsonl"),
                              &vector->arena, &version, &fail),
                  GOOD))
        check_expected(vector, &version);
    CHECK_STR(fail.text, "");
}

int main(void)
{
    static struct vector vector;
    read_given(&vector);
    if (join_people(&vector)) {
        read_statements(&vector);
        if (check_people(&vector))
            check_sealed(&vector);
        people_done(&vector.people);
    }
    leaves_done(&vector.leaves);
    imports_done(&vector.imports);
    annex_done(&vector.annex);
    arena_done(&vector.arena);
    return check_end("verify roll_vector");
}
