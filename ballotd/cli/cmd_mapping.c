/* ballotd mapping: proposes a mapping for an export, and tries one out. Needs no daemon. */
#include "base/file.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/mapping_file.h"
#include "cli/mapping_print.h"
#include "cli/office.h"
#include "roll/import.h"
#include "roll/suggest.h"
#include "roll/text.h"

#include <stdio.h>

enum { REPORT_BYTES_MAX = 1 << 26 };

static const char help[] =
    "usage: ballotd mapping suggest [--source ID] [--member-no HEADER] FILE.csv\n"
    "       ballotd mapping check MAPPING.json FILE.csv\n"
    "\n"
    "  suggest  proposes how the export's columns and words become our fields, from its headers\n"
    "           and values: the mapping on standard output; what was proposed, why, and what a\n"
    "           person must check on standard error. Words that are not known become \"?\", and\n"
    "           the import refuses them until somebody writes one of ours in its place: active\n"
    "           grace arrears pending suspended lapsed resigned expelled deceased\n"
    "  check    reads the export with a mapping, as `ballotd import` does, and reports every line\n"
    "           that cannot be read and every column that is dropped; takes nothing over\n"
    "\n"
    "  --source ID         the source of the definition that the export comes from (\"members\")\n"
    "  --member-no HEADER  the column of member numbers, where it is not recognised\n"
    "\n"
    "Both read the files here and need no election. What they print may hold personal data: check\n"
    "quotes the texts that it cannot read.\n";

struct mapping_work {
    const char *source, *number_header;
    const struct arguments *arguments;
};

/* -- suggest ---------------------------------------------------------------------------------- */

/* Lines on standard error; control characters become "?". */
static void print_notes(struct span notes)
{
    for (size_t i = 0; i < notes.len; i++) {
        uint8_t byte = notes.ptr[i];
        fputc((byte < 0x20 && byte != '\n') || byte == 0x7f ? '?' : byte, stderr);
    }
}

static enum outcome print_suggestion(const struct suggestion *suggestion, const char *source,
                                     struct fail *fail)
{
    struct buf mapping, notes;
    buf_init(&mapping, ROLL_MAPPING_BYTES_MAX);
    buf_init(&notes, REPORT_BYTES_MAX);
    suggest_print_mapping(suggestion, span_str(source), &mapping);
    suggest_print_notes(suggestion, &notes);
    enum outcome outcome = buf_check(&mapping, "the mapping", fail);
    if (outcome == OK)
        outcome = buf_check(&notes, "the notes", fail);
    json_t *object = NULL;
    if (outcome == OK)
        outcome = json_read_canonical(buf_span(&mapping), "the mapping", &object, fail);
    if (outcome == OK) {
        print_notes(buf_span(&notes));
        mapping_print(suggestion, object);
    }
    json_decref(object);
    buf_done(&mapping);
    buf_done(&notes);
    return outcome;
}

static enum outcome suggest(const struct mapping_work *work, struct fail *fail)
{
    const char *path = work->arguments->words[1];
    struct suggestion suggestion;
    struct buf csv;
    buf_init(&csv, (size_t)ROLL_SNAPSHOT_BYTES_MAX);
    enum outcome outcome = file_read(path, &csv, fail);
    if (outcome == OK && (outcome = suggest_read(buf_span(&csv), span_str(work->number_header),
                                                 &suggestion, fail)) != OK)
        fail_within(fail, "%s", path);
    if (outcome == OK) {
        outcome = print_suggestion(&suggestion, work->source, fail);
        suggest_done(&suggestion);
    }
    buf_done(&csv);
    return outcome;
}

/* -- check ------------------------------------------------------------------------------------ */

static enum outcome report_import(struct span csv, const struct mapping *mapping, struct fail *fail)
{
    struct import_report report;
    struct snapshot snapshot;
    struct buf text;
    buf_init(&text, REPORT_BYTES_MAX);
    enum outcome outcome = import_snapshot(csv, mapping, &report, &snapshot, fail);
    import_report_print(&report, &text);
    struct span rest = buf_span(&text), line;
    while (span_line(&rest, &line))
        office_print(line);
    import_report_done(&report);
    buf_done(&text);
    if (outcome == OK)
        snapshot_done(&snapshot);
    return outcome;
}

static enum outcome check(const struct mapping_work *work, struct fail *fail)
{
    const char *const *words = work->arguments->words;
    struct mapping mapping;
    struct buf text, csv;
    buf_init(&text, ROLL_MAPPING_BYTES_MAX);
    buf_init(&csv, (size_t)ROLL_SNAPSHOT_BYTES_MAX);
    enum outcome outcome = mapping_file_arrange(words[1], NULL, &text, fail);
    if (outcome == OK && (outcome = mapping_read(buf_span(&text), &mapping, fail)) != OK)
        fail_within(fail, "%s", words[1]);
    if (outcome == OK) {
        outcome = file_read(words[2], &csv, fail);
        if (outcome == OK && (outcome = report_import(buf_span(&csv), &mapping, fail)) != OK)
            fail_within(fail, "%s", words[2]);
        mapping_done(&mapping);
    }
    buf_done(&text);
    buf_done(&csv);
    return outcome;
}

int cmd_mapping(int argc, char **argv)
{
    int code;
    struct fail fail = {.outcome = OK};
    struct mapping_work work = {.source = "members"};
    const struct argument own[] = {
        {"source", &work.source, NULL},
        {"member-no", &work.number_header, NULL},
        {NULL, NULL, NULL},
    };
    struct arguments arguments = {
        .command = "mapping", .help = help, .own = own, .words_least = 2, .words_most = 3};
    if (!arguments_read(&arguments, argc, argv, &code))
        return code;
    bool suggesting = strcmp(arguments.words[0], "suggest") == 0;
    if (!suggesting && strcmp(arguments.words[0], "check") != 0)
        return arguments_refuse(&arguments, "suggest or check expected");
    if (arguments.word_count != (suggesting ? 2 : 3))
        return arguments_refuse(&arguments, suggesting ? "suggest takes one file"
                                                       : "check takes a mapping and an export");
    if (suggesting && !text_is_id(span_str(work.source)))
        return arguments_refuse(&arguments, "--source: 1 to 32 of a-z 0-9 - expected");
    work.arguments = &arguments;
    enum outcome outcome = suggesting ? suggest(&work, &fail) : check(&work, &fail);
    return cli_finish(suggesting ? "mapping suggest" : "mapping check", outcome, &fail);
}
