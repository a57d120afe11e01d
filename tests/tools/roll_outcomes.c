/* roll_outcomes DIR: what the daemon derives from the files of random_roll, for comparison with
 * another derivation: a line for each member, sorted, and how many effects were moot.
 *
 *   pseudonym outcome by-rules style votes failed-codes name|email|address
 *   pseudonym withdrawn
 *   moot COUNT
 *
 * The words of docs/roll.md section 8; "-" where there is no style, no vote, no code, no text;
 * codes joined by commas; votes and style only where STYLE is true. */
#include <stdio.h>
#include <stdlib.h>

#include "base/code.h"
#include "base/file.h"
#include "base/json.h"
#include "roll/case_read.h"
#include "roll/draft.h"
#include "roll/import.h"

enum { FILE_BYTES_MAX = 1 << 20, CASES_MAX = 64, PATH_BYTES = 4096 };

static struct fail fail;

static void must(enum outcome outcome, const char *what)
{
    if (outcome == OK)
        return;
    fprintf(stderr, "roll_outcomes: %s: %s\n", what, fail.text);
    exit(1);
}

static void must_be(bool so, const char *what)
{
    if (!so)
        must(fail_set(&fail, BAD_INPUT, "file", "not as random_roll writes it"), what);
}

static struct buf read_file(const char *folder, const char *name)
{
    char path[PATH_BYTES];
    struct buf bytes;
    buf_init(&bytes, FILE_BYTES_MAX);
    must(file_path(path, sizeof(path), folder, name, &fail), name);
    must(file_read(path, &bytes, &fail), path);
    return bytes;
}

/* The next word of a line, which ends with a space or the line. */
static struct span take_word(struct span *line)
{
    struct span word = *line;
    if (!span_cut(line, ' ', &word))
        *line = span_of(NULL, 0);
    return word;
}

static uint64_t take_number(struct span *line)
{
    uint64_t number = 0;
    must_be(span_decimal(take_word(line), &number), "a number");
    return number;
}

/* -- reading ---------------------------------------------------------------------------------- */

struct world {
    json_t *definition;
    struct source_list sources;
    struct rules rules;
    struct snapshot snapshots[PEOPLE_FEEDS_MAX];
    struct feed feeds[PEOPLE_FEEDS_MAX];
    uint32_t feed_count;
    int64_t announced_at_s;
    struct buf key;
    struct people people;
    struct buf cases_text;
    struct variance_case cases[CASES_MAX];
    struct casebook book;
};

static void read_definition(struct world *world, const char *folder)
{
    struct buf text = read_file(folder, "definition");
    struct span line = buf_span(&text);
    line.len--; /* the line feed */
    must(json_read_canonical(line, "definition", &world->definition, &fail), "definition");
    const json_t *definition = world->definition;
    must(sources_read(json_object_get(definition, "sources"), json_object_get(definition, "fields"),
                      &world->sources, &fail),
         "sources");
    must(rules_read(json_object_get(definition, "rules"), json_object_get(definition, "styles"),
                    &world->sources, &world->rules, &fail),
         "rules");
    buf_done(&text);
}

static void import(const char *folder, uint32_t number, struct snapshot *out_snapshot)
{
    char name[40];
    struct mapping mapping;
    struct import_report report;
    snprintf(name, sizeof(name), "%u.json", number);
    struct buf text = read_file(folder, name);
    must(mapping_read(buf_span(&text), &mapping, &fail), name);
    snprintf(name, sizeof(name), "%u.csv", number);
    struct buf csv = read_file(folder, name);
    must(import_snapshot(buf_span(&csv), &mapping, &report, out_snapshot, &fail), name);
    import_report_done(&report);
    mapping_done(&mapping);
    buf_done(&csv);
    buf_done(&text);
}

static void read_board(struct world *world, const char *folder)
{
    struct buf text = read_file(folder, "board");
    struct span rest = buf_span(&text);
    struct span line;
    must_be(span_line(&rest, &line), "board");
    world->announced_at_s = (int64_t)take_number(&line);
    while (span_line(&rest, &line)) {
        must_be(world->feed_count < PEOPLE_FEEDS_MAX, "board");
        uint32_t at = world->feed_count++;
        struct feed *feed = &world->feeds[at];
        feed->source = (uint32_t)sources_find(&world->sources, take_word(&line));
        feed->taken_at_s = (int64_t)take_number(&line);
        feed->as_of_s = (int64_t)take_number(&line);
        import(folder, at + 1, &world->snapshots[at]);
        feed->snapshot = &world->snapshots[at];
    }
    buf_done(&text);
}

static void join(struct world *world, const char *folder)
{
    world->key = read_file(folder, "key");
    must_be(world->key.len == ROLL_KEY_BYTES, "key");
    struct people_terms terms = {.sources = &world->sources,
                                 .rules = &world->rules,
                                 .feeds = world->feeds,
                                 .feed_count = world->feed_count,
                                 .announced_at_s = world->announced_at_s,
                                 .roll_key = world->key.bytes};
    must(people_join(&terms, &world->people, &fail), "people");
}

/* A case as it stands after its statements; the variance's effect is the one that counts. */
static void read_case(struct world *world, struct span line)
{
    struct casebook *book = &world->book;
    must_be(book->case_count < CASES_MAX, "cases");
    struct variance_case *made = &world->cases[book->case_count++];
    struct case_statement read;
    *made = (struct variance_case){.force_order = (uint32_t)take_number(&line)};
    made->state = take_number(&line) == 1 ? CASE_PROPOSED : CASE_UPHELD;
    made->notified = take_number(&line) == 1;
    made->reply_over = take_number(&line) == 1;
    made->has_proposal = true;
    const struct case_note note = {
        .note = line, .text = line, .signer = SPAN_LIT("officer"), .key = world->key.bytes};
    must(case_read(book, &note, &read, &fail), "cases");
    made->number = read.number;
    made->effect = read.effect;
    made->subjects = read.subjects;
    made->subject_count = read.subject_count;
    made->json = read.json;
    read.subjects = NULL;
    read.json = NULL;
    case_statement_done(&read);
    if (book->statement_count < made->force_order)
        book->statement_count = made->force_order;
}

static void read_cases(struct world *world, const char *folder)
{
    static const uint8_t context[HASH_BYTES];
    struct span line;
    casebook_init(&world->book, &(struct case_terms){.origin = SPAN_LIT("example.org/random"),
                                                     .context = context,
                                                     .rules = &world->rules,
                                                     .roll_key = world->key.bytes});
    world->book.cases = world->cases;
    world->cases_text = read_file(folder, "cases");
    struct span rest = buf_span(&world->cases_text);
    while (span_line(&rest, &line))
        read_case(world, line);
}

/* -- printing --------------------------------------------------------------------------------- */

static void add_codes(const struct rules *rules, uint64_t failed, struct buf *out)
{
    const char *comma = "";
    for (unsigned bit = 0; bit <= RULES_BIT_STYLE; bit++) {
        if ((failed >> bit & 1) == 0)
            continue;
        buf_add_str(out, comma);
        buf_add(out, rules_code(rules, bit));
        comma = ",";
    }
    if (failed == 0)
        buf_add_byte(out, '-');
}

static void add_shown(const struct draft *draft, const struct draft_member *member,
                      enum field field, char end, struct buf *out)
{
    struct span text = draft_leaf_value(draft, member, field);
    buf_add(out, text.len == 0 ? SPAN_LIT("-") : text);
    buf_add_byte(out, (uint8_t)end);
}

static void add_judged(const struct draft *draft, const struct draft_member *member,
                       struct buf *out)
{
    bool styled = draft_has_style(member);
    buf_add_format(out, " %s ", member_outcome_name(member->by_rules));
    buf_add(out, styled ? draft->rules->styles[member->verdict.style].id : SPAN_LIT("-"));
    buf_add_format(out, " %u ", styled ? member->verdict.votes : 0);
    add_codes(draft->rules, member->verdict.failed, out);
    buf_add_byte(out, ' ');
    add_shown(draft, member, FIELD_NAME, '|', out);
    add_shown(draft, member, FIELD_EMAIL, '|', out);
    add_shown(draft, member, FIELD_ADDRESS, '\n', out);
}

static void add_member(const struct draft *draft, const struct draft_member *member,
                       struct buf *out)
{
    hex_add(out, span_of(draft_pseudonym(draft, member), HASH_BYTES));
    buf_add_format(out, " %s", member_outcome_name(member->outcome));
    if (member->outcome == MEMBER_WITHDRAWN)
        buf_add_byte(out, '\n');
    else
        add_judged(draft, member, out);
}

static const struct draft *sorted_draft;

static int compare_members(const void *a, const void *b)
{
    return memcmp(draft_pseudonym(sorted_draft, *(const struct draft_member *const *)a),
                  draft_pseudonym(sorted_draft, *(const struct draft_member *const *)b),
                  HASH_BYTES);
}

static void print_outcomes(const struct draft *draft)
{
    struct buf text;
    const struct draft_member **sorted = calloc(draft->member_count + 1u, sizeof(*sorted));
    buf_init(&text, FILE_BYTES_MAX);
    must_be(sorted != NULL, "memory");
    for (uint32_t i = 0; i < draft->member_count; i++)
        sorted[i] = &draft->members[i];
    sorted_draft = draft;
    qsort(sorted, draft->member_count, sizeof(*sorted), compare_members);
    for (uint32_t i = 0; i < draft->member_count; i++)
        add_member(draft, sorted[i], &text);
    must(buf_check(&text, "outcomes", &fail), "outcomes");
    printf("%smoot %u\n", buf_text(&text), draft->moot_count);
    free(sorted);
    buf_done(&text);
}

static void release(struct world *world)
{
    world->book.cases = NULL; /* not the book's memory */
    for (uint32_t i = 0; i < world->book.case_count; i++) {
        free(world->cases[i].subjects);
        json_decref(world->cases[i].json);
    }
    world->book.case_count = 0;
    casebook_done(&world->book);
    people_done(&world->people);
    for (uint32_t i = 0; i < world->feed_count; i++)
        snapshot_done(&world->snapshots[i]);
    rules_done(&world->rules);
    sources_done(&world->sources);
    json_decref(world->definition);
    buf_done(&world->cases_text);
    buf_done(&world->key);
}

int main(int argc, char **argv)
{
    static struct world world;
    struct draft draft;
    if (argc != 2) {
        fputs("roll_outcomes DIR\n", stderr);
        return 2;
    }
    read_definition(&world, argv[1]);
    read_board(&world, argv[1]);
    join(&world, argv[1]);
    read_cases(&world, argv[1]);
    must(draft_build(&world.people, &world.book, &draft, &fail), "draft");
    print_outcomes(&draft);
    draft_done(&draft);
    release(&world);
    return 0;
}
