/* roll_outcomes DIR: what the verifier derives from the files of tests/tools/random_roll, for
 * comparison with another derivation: a line for each person, sorted, and how many effects were
 * moot.
 *
 *   pseudonym outcome by-rules style votes failed-codes name|email|address
 *   pseudonym withdrawn
 *   moot COUNT
 *
 * The words of docs/roll.md section 8; "-" where there is no style, no vote, no code, no text;
 * codes joined by commas; votes and style only where STYLE is true. */
#include "base/text.h"
#include "roll/draft.h"
#include "verify/tools/folder.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { SNAPSHOTS_MOST = 16, CASES_MOST = 64 };

static struct arena arena;
static struct fail fail;

static void give_up(const char *what)
{
    fprintf(stderr, "roll_outcomes: %s: %s\n", what, fail.text);
    exit(1);
}

/* Without the line feed that ends it. */
static struct span first_line(struct span text)
{
    struct span line = text;
    return span_cut(&text, '\n', &line) ? line : text;
}

/* The next word of a line, which ends with a space or the line. */
static struct span take_word(struct span *line)
{
    struct span word = *line;
    if (!span_cut(line, ' ', &word))
        *line = span_of(line->ptr, 0); /* it was the last */
    return word;
}

static uint64_t take_number(struct span *line)
{
    uint64_t number = 0;
    if (!decimal_decode(take_word(line), &number))
        give_up("no number");
    return number;
}

/* -- reading ---------------------------------------------------------------------------------- */

struct world {
    struct rules rules;
    struct mapping mappings[SNAPSHOTS_MOST];
    struct table tables[SNAPSHOTS_MOST];
    struct snapshot snapshots[SNAPSHOTS_MOST];
    size_t snapshot_count;
    uint64_t announced_at;
    struct people people;
    struct case_statement statements[CASES_MOST];
    struct roll_case cases[CASES_MOST];
    const struct roll_case *in_force[CASES_MOST];
    struct casebook_view view;
    struct draft draft;
};

static void read_snapshot(struct world *world, const char *folder, struct span line)
{
    size_t at = world->snapshot_count++;
    char name[40];
    struct snapshot *snapshot = &world->snapshots[at];
    snapshot->source = (unsigned)sources_find(&world->rules.sources, take_word(&line));
    snapshot->taken_at = take_number(&line);
    snapshot->as_of = take_number(&line);
    snapshot->table = &world->tables[at];
    (void)snprintf(name, sizeof name, "%zu.json", at + 1);
    if (mapping_read(folder_read(&arena, folder, name), &arena, &world->mappings[at], &fail) !=
        GOOD)
        give_up(name);
    (void)snprintf(name, sizeof name, "%zu.csv", at + 1);
    if (table_import(folder_read(&arena, folder, name), &world->mappings[at], &world->tables[at],
                     &fail) != GOOD)
        give_up(name);
}

static void read_board(struct world *world, const char *folder)
{
    struct span rest = folder_read(&arena, folder, "board"), line;
    if (!span_cut(&rest, '\n', &line))
        give_up("board");
    world->announced_at = take_number(&line);
    while (span_cut(&rest, '\n', &line))
        read_snapshot(world, folder, line);
}

static void read_case(struct world *world, struct span line)
{
    size_t at = world->view.case_count++;
    struct case_statement *statement = &world->statements[at];
    struct roll_case *made = &world->cases[at];
    *made = (struct roll_case){.force_order = take_number(&line), .has_proposal = true};
    made->open = take_number(&line) == 1;
    made->notified = take_number(&line) == 1;
    made->reply_over = take_number(&line) == 1;
    /* the line feed that was cut off belongs to the statement */
    if (case_statement_read(span_of(line.ptr, line.len + 1), span_text("example.org/random"),
                            &arena, statement, &fail) != GOOD)
        give_up("cases");
    made->number = statement->case_number;
    made->subjects = statement->subjects;
    made->subject_count = statement->subject_count;
    made->effect = &statement->effect;
    if (made->force_order != 0)
        world->in_force[world->view.in_force_count++] = made;
}

static void read_cases(struct world *world, const char *folder)
{
    struct span rest = folder_read(&arena, folder, "cases"), line;
    world->view.cases = world->cases;
    world->view.in_force = world->in_force;
    while (span_cut(&rest, '\n', &line))
        read_case(world, line);
}

/* -- printing --------------------------------------------------------------------------------- */

static const char *const standings[] = {
    [ELIGIBLE] = "eligible",
    [INELIGIBLE] = "ineligible",
    [STANDING_UNDETERMINED] = "undetermined",
    [PROVISIONAL] = "provisional",
    [REMOVED] = "removed",
    [WITHDRAWN] = "withdrawn",
};

static void append_text(struct buffer *out, struct span text)
{
    if (text.ptr == NULL)
        text = span_text("-");
    buffer_append(out, text);
}

static void append_codes(struct buffer *out, const struct rules *rules, uint64_t failed)
{
    const char *comma = "";
    for (unsigned i = 0; i <= rules->rule_count; i++) {
        if ((failed >> i & 1) == 0)
            continue;
        buffer_append_text(out, comma);
        buffer_append(out, rules_code(rules, i));
        comma = ",";
    }
    if (failed == 0)
        buffer_append_byte(out, '-');
}

static void append_judged(struct buffer *out, const struct draft *draft, uint32_t index)
{
    const struct rules *rules = draft->people->rules;
    const struct drafted *drafted = &draft->list[index];
    bool styled = drafted->style != NO_STYLE;
    buffer_append_byte(out, ' ');
    buffer_append_text(out, standings[drafted->by_rules]);
    buffer_append_byte(out, ' ');
    append_text(out, styled ? rules->styles[drafted->style].id : (struct span){0});
    buffer_append_byte(out, ' ');
    buffer_append_decimal(out, styled ? drafted->votes : 0);
    buffer_append_byte(out, ' ');
    append_codes(out, rules, drafted->failed);
    buffer_append_byte(out, ' ');
    append_text(out, draft_shown(draft, index, PLACE_NAME));
    buffer_append_byte(out, '|');
    append_text(out, draft_shown(draft, index, PLACE_EMAIL));
    buffer_append_byte(out, '|');
    append_text(out, draft_shown(draft, index, PLACE_ADDRESS));
}

static int compare_lines(const void *a, const void *b)
{
    return span_compare(*(const struct span *)a, *(const struct span *)b);
}

static void print_outcomes(const struct draft *draft)
{
    struct span *lines = arena_zeroed(&arena, draft->count + 1, sizeof *lines);
    struct buffer line;
    char hex[2 * HASH_BYTES + 1];
    if (lines == NULL)
        give_up("no memory");
    buffer_init(&line, FOLDER_FILE_BYTES);
    for (uint32_t i = 0; i < draft->count; i++) {
        hex_encode(span_of(draft_pseudonym(draft, i), HASH_BYTES), hex);
        buffer_clear(&line);
        buffer_append_text(&line, hex);
        buffer_append_byte(&line, ' ');
        buffer_append_text(&line, standings[draft->list[i].standing]);
        if (draft->list[i].standing != WITHDRAWN)
            append_judged(&line, draft, i);
        lines[i] = arena_copy(&arena, buffer_span(&line));
    }
    buffer_done(&line);
    qsort(lines, draft->count, sizeof *lines, compare_lines);
    for (uint32_t i = 0; i < draft->count; i++)
        printf("%.*s\n", (int)lines[i].len, (const char *)lines[i].ptr);
    printf("moot %" PRIu64 "\n", draft->moot);
}

int main(int argc, char **argv)
{
    static struct world world;
    if (argc != 2)
        return 2;
    if (rules_read(first_line(folder_read(&arena, argv[1], "definition")), &arena, &world.rules,
                   &fail) != GOOD)
        give_up("definition");
    read_board(&world, argv[1]);
    read_cases(&world, argv[1]);
    if (people_make(&world.rules, world.snapshots, world.snapshot_count, world.announced_at,
                    folder_read(&arena, argv[1], "key"), &arena, &world.people, &fail) != GOOD ||
        draft_make(&world.people, &world.view, &arena, &world.draft, &fail) != GOOD)
        give_up("people");
    print_outcomes(&world.draft);
    people_done(&world.people);
    for (size_t i = 0; i < world.snapshot_count; i++)
        table_done(&world.tables[i]);
    arena_done(&arena);
    return 0;
}
