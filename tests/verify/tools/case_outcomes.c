/* case_outcomes DIR [why]: what the verifier says of the statements in the files of
 * tests/tools/random_cases, for comparison with another case book. Of a statement that the other
 * refused it is asked what it would say if it stood there; the others stand. Prints "N taken" or
 * "N refused" for each, with `why` also the reason, and then how every case stands in the end:
 *
 *   case NUMBER STATE EFFECT open proposed notified; [in force as the Nth at T, reply over]
 *
 * The words of docs/roll.md section 7. */
#include "base/text.h"
#include "labels.h"
#include "roll/casebook.h"
#include "verify/tools/folder.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { STEPS_MOST = 400 };

static struct arena arena; /* for the world */
static struct fail fail;

static void give_up(const char *what)
{
    fprintf(stderr, "case_outcomes: %s: %s\n", what, fail.text);
    exit(1);
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

static void take_hash(struct span *line, uint8_t out_hash[HASH_BYTES])
{
    if (!hex_decode(take_word(line), out_hash, HASH_BYTES))
        give_up("no hash");
}

/* -- the world -------------------------------------------------------------------------------- */

/* An officer from an entry on, until the next of the same id. */
struct term {
    uint64_t from, until; /* an index of entries; a time, 0: none */
    struct span id;
    uint8_t key[KEY_BYTES];
    unsigned roles;
};

struct verdict {
    uint64_t entry; /* of one that stands; otherwise UINT64_MAX */
    bool refused;
    struct fail why;
};

static struct world {
    struct roll_board board;
    struct rules rules;
    struct span closed[STEPS_MOST];
    struct roll_entry entries[STEPS_MOST];
    struct term terms[STEPS_MOST];
    size_t term_count;
    struct annex_file files[STEPS_MOST]; /* the notes, by path, and last the key */
    char paths[STEPS_MOST][32];
    struct annex annex;
    struct span notes; /* those not yet read */
    struct verdict verdicts[STEPS_MOST];
    size_t verdict_count;
} world;

static bool find_officer(const void *context, struct span id, uint64_t entry, uint64_t at,
                         uint8_t out_key[KEY_BYTES], unsigned *out_roles)
{
    const struct world *of = context;
    for (size_t i = of->term_count; i > 0; i--) {
        const struct term *term = &of->terms[i - 1];
        if (!span_equal(term->id, id) || term->from > entry)
            continue;
        memcpy(out_key, term->key, KEY_BYTES);
        *out_roles = term->until != 0 && at >= term->until ? 0 : term->roles;
        return true;
    }
    return false;
}

static void read_term(struct span line)
{
    struct span word = take_word(&line);
    struct roll_timetable *timetable = &world.board.timetable;
    static uint8_t key[ROLL_KEY_BYTES];
    if (span_equal(word, span_text("context"))) {
        take_hash(&line, world.board.ctx0);
    } else if (span_equal(word, span_text("authority"))) {
        take_hash(&line, world.board.authority);
    } else if (span_equal(word, span_text("key"))) {
        take_hash(&line, key);
        world.files[0] = (struct annex_file){.path = span_text("roll.key"),
                                             .line = span_text("roll.key"), /* any */
                                             .bytes = span_of(key, sizeof key)};
    } else if (span_equal(word, span_text("within"))) {
        timetable->decide_within = (int64_t)take_number(&line);
        timetable->appeal_within = (int64_t)take_number(&line);
        timetable->reply_within = (int64_t)take_number(&line);
    } else if (span_equal(word, span_text("closed"))) {
        world.closed[timetable->non_working_count++] = line;
    } else {
        world.board.rules = line;
    }
}

static void read_terms(const char *folder)
{
    struct span rest = folder_read(&arena, folder, "terms"), line;
    world.board.origin = span_text("example.org/random");
    world.board.timetable.non_working = world.closed;
    world.board.entries = world.entries;
    world.board.officer = find_officer;
    world.board.officer_context = &world;
    while (span_cut(&rest, '\n', &line))
        read_term(line);
    if (rules_read(world.board.rules, &arena, &world.rules, &fail) != GOOD)
        give_up("rules");
    world.annex = (struct annex){.files = world.files, .count = 1};
}

/* -- entries ---------------------------------------------------------------------------------- */

static struct roll_entry *add_entry(enum roll_entry_kind kind)
{
    struct roll_entry *entry = &world.entries[world.board.entry_count];
    *entry = (struct roll_entry){.kind = kind, .index = world.board.entry_count++};
    return entry;
}

static void add_term(struct span line)
{
    struct term *term = &world.terms[world.term_count++];
    term->from = world.board.entry_count;
    term->id = take_word(&line);
    take_hash(&line, term->key);
    term->roles = (unsigned)take_number(&line);
    term->until = take_number(&line);
}

static void add_snapshot(struct span line)
{
    struct roll_entry *entry = add_entry(ENTRY_SNAPSHOT);
    take_hash(&line, entry->leaf);
    entry->snapshot.source = take_word(&line);
    entry->snapshot.rows = take_number(&line);
}

/* The next note as the next case, behind the others; the key moves up. */
static void add_case(struct span line)
{
    size_t at = world.annex.count - 1;
    struct roll_entry *entry = add_entry(ENTRY_CASE);
    struct annex_file *file = &world.files[at];
    entry->filed.at = take_number(&line);
    size_t len = (size_t)take_number(&line);
    world.files[at + 1] = *file;
    (void)snprintf(world.paths[at], sizeof world.paths[at], "cases/%04zu.note", at + 1);
    *file = (struct annex_file){.path = span_text(world.paths[at]),
                                .line = span_text(world.paths[at]),
                                .bytes = span_of(world.notes.ptr, len),
                                .salted = true};
    world.notes = span_after(world.notes, len);
    annex_commitment(LABEL_CASE, file, entry->filed.commitment);
    world.annex.count++;
}

static void drop_case(void)
{
    size_t last = --world.annex.count;
    world.files[last - 1] = world.files[last];
    world.board.entry_count--;
}

/* Reads the whole board as it is; the book lives in the arena. */
static enum outcome read_book(struct arena *room, struct casebook *out_book, uint64_t *out_entry)
{
    uint64_t entry;
    char path[ANNEX_PATH_BYTES + 1];
    return casebook_read(&world.annex, &world.board, &world.rules, room, out_book,
                         out_entry != NULL ? out_entry : &entry, path, &fail);
}

/* -- statements ------------------------------------------------------------------------------- */

/* One that the other refused is judged behind what stands; the others all at once, in the end. */
static void judge_case(struct span line)
{
    struct arena room = {0};
    struct casebook book;
    struct verdict *verdict = &world.verdicts[world.verdict_count++];
    bool stands = span_equal(span_after(line, line.len - 3), span_text(" ok"));
    verdict->entry = stands ? world.board.entry_count : UINT64_MAX;
    add_case(line);
    if (stands)
        return;
    verdict->refused = read_book(&room, &book, NULL) != GOOD;
    verdict->why = fail;
    drop_case();
    arena_done(&room);
}

static void read_steps(const char *folder)
{
    struct span rest = folder_read(&arena, folder, "steps"), line;
    world.notes = folder_read(&arena, folder, "notes");
    while (span_cut(&rest, '\n', &line)) {
        struct span word = take_word(&line);
        if (span_equal(word, span_text("officer")))
            add_term(line);
        else if (span_equal(word, span_text("snapshot")))
            add_snapshot(line);
        else if (span_equal(word, span_text("case")))
            judge_case(line);
        else if (span_equal(word, span_text("roll")))
            take_hash(&line, add_entry(ENTRY_ROLL)->leaf);
        else
            (void)add_entry(ENTRY_FREEZE);
    }
}

/* -- how the cases stand in the end ----------------------------------------------------------- */

static const char *const states[] = {
    [CASE_RAISED] = "raised",       [CASE_EVIDENCED] = "evidenced", [CASE_PROPOSED] = "proposed",
    [CASE_WITHDRAWN] = "withdrawn", [CASE_UPHELD] = "upheld",       [CASE_REFUSED] = "refused",
    [CASE_APPEALED] = "appealed",
};
static const char *const effects[EFFECTS] = {
    [EFFECT_REVIEW] = "review",   [EFFECT_ADD] = "add",   [EFFECT_ROWS] = "rows",
    [EFFECT_MERGE] = "merge",     [EFFECT_SET] = "set",   [EFFECT_INCLUDE] = "include",
    [EFFECT_EXCLUDE] = "exclude", [EFFECT_HOLD] = "hold",
};

static void print_case(const struct casebook_view *view, const struct roll_case *of)
{
    printf("case %" PRId64 " %s %s%s%s%s;", of->number, states[of->state],
           effects[of->effect->what], of->open ? " open" : "", of->has_proposal ? " proposed" : "",
           of->notified ? " notified" : "");
    for (size_t i = 0; i < view->in_force_count; i++)
        if (view->in_force[i] == of)
            printf(" in force as %zu at %" PRIu64 "%s", i + 1, of->force_at,
                   of->reply_over ? ", reply over" : "");
    putchar('\n');
}

static void print_verdicts(bool why)
{
    for (size_t i = 0; i < world.verdict_count; i++) {
        const struct verdict *verdict = &world.verdicts[i];
        printf("%zu %s", i + 1, verdict->refused ? "refused" : "taken");
        if (why && verdict->refused)
            printf(": %s", verdict->why.text);
        putchar('\n');
    }
}

/* All that the other took, the first that is refused among it, and how the cases stand then. */
static void print_all(bool why)
{
    struct casebook book;
    struct casebook_view view;
    uint64_t entry;
    bool whole = read_book(&arena, &book, &entry) == GOOD;
    for (size_t i = 0; !whole && i < world.verdict_count; i++)
        if (world.verdicts[i].entry == entry)
            world.verdicts[i] = (struct verdict){.refused = true, .why = fail};
    print_verdicts(why);
    if (casebook_view(&book, UINT64_MAX, &arena, &view, &fail) != GOOD)
        give_up("the cases in the end");
    for (size_t i = 0; i < view.case_count; i++)
        print_case(&view, &view.cases[i]);
}

int main(int argc, char **argv)
{
    if (argc != 2 && argc != 3)
        return 2;
    read_terms(argv[1]);
    read_steps(argv[1]);
    print_all(argc == 3);
    arena_done(&arena);
    return 0;
}
