/* Reads what every entry says: the note around it, its signature lines, its statement. */
#include "board/board.h"

#include <stdlib.h>

enum { PARSE_RUN = 32 };

struct parsing {
    struct board *board;
    enum outcome *outcomes; /* of each entry */
};

/* One to eight lines, in the order of their names, none twice. */
static enum outcome check_lines(const struct note *note, struct fail *fail)
{
    if (note->signature_count > LIMIT_SIGNATURES)
        return fail_bad(fail, "more than %d signatures", LIMIT_SIGNATURES);
    for (size_t i = 0; i < note->signature_count; i++) {
        const struct note_signature *line = &note->signatures[i];
        if (line->len != SIGNATURE_BYTES)
            return fail_bad(fail, "signature %zu is no Ed25519 signature", i + 1);
        if (i > 0 && span_compare(line[-1].name, line->name) >= 0)
            return fail_bad(fail, "the signatures are not in the order of their names");
    }
    return GOOD;
}

static enum outcome parse_entry(struct entry *entry, struct arena *arena, struct fail *fail)
{
    struct note note;
    if (entry->bytes.len > LIMIT_ENTRY_BYTES)
        return fail_bad(fail, "longer than %d bytes", LIMIT_ENTRY_BYTES);
    enum outcome outcome = note_parse(entry->bytes, &note, fail);
    if (outcome == GOOD)
        outcome = check_lines(&note, fail);
    if (outcome == GOOD)
        outcome = statement_parse(note.text, arena, &entry->statement, fail);
    if (outcome != GOOD)
        return outcome;
    struct span lines = arena_copy(
        arena, span_of(note.signatures, note.signature_count * sizeof note.signatures[0]));
    if (lines.ptr == NULL)
        return fail_unable(fail, "no memory for the signatures");
    entry->text = note.text;
    entry->signatures = (const struct note_signature *)(const void *)lines.ptr;
    entry->signature_count = note.signature_count;
    entry->readable = true;
    return GOOD;
}

static void parse_one(void *context, unsigned worker, size_t index)
{
    struct parsing *parsing = context;
    struct board *board = parsing->board;
    struct fail fail;
    parsing->outcomes[index] = parse_entry(&board->entries[index], &board->arenas[worker], &fail);
}

bool board_parse(struct board *board, struct report *report)
{
    struct parsing parsing = {board, calloc(board->count, sizeof *parsing.outcomes)};
    if (parsing.outcomes == NULL) {
        report_not_run(report, STATE_FORM, "no memory");
        return false;
    }
    parallel_for(board->threads, board->count, PARSE_RUN, parse_one, &parsing);
    size_t bad = 0;
    while (bad < board->count && parsing.outcomes[bad] == GOOD)
        bad++;
    free(parsing.outcomes);
    if (bad < board->count) { /* once more, for the text */
        struct fail fail;
        enum outcome outcome = parse_entry(&board->entries[bad], &board->arenas[0], &fail);
        (void)report_take(report, STATE_FORM, bad, outcome, &fail);
    }
    report_pass(report, STATE_FORM);
    const struct entry *first = &board->entries[0];
    if (first->readable && first->statement.kind == ELECTION)
        return true;
    report_fail(report, STATE_ORDER, 0, "the first entry is not `%s`", kind_name(ELECTION));
    return false;
}
