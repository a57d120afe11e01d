/* ballotd rules: explains the rules of a definition, and tries others out. Needs no daemon. */
#include "base/file.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/exports.h"
#include "cli/office.h"
#include "cli/rules_file.h"
#include "roll/pathway.h"
#include "roll/whatif.h"

#include <stdio.h>

enum { TEXT_BYTES_MAX = 1 << 26, EXPORTS_AT = 3 /* after the verb and two files of rules */ };

static const char help[] =
    "usage: ballotd rules explain [--language en|cy] [--svg FILE.svg] DEFINITION.json\n"
    "       ballotd rules what-if DEFINITION.json NEW-RULES.json MAPPING.json FILE.csv...\n"
    "\n"
    "  explain  writes the rules and ballot papers of a definition, or of its draft, as sentences\n"
    "           made from the tests themselves, and with --svg as a picture for A4\n"
    "  what-if  reads exports with the definition's rules and with others, and prints how many\n"
    "           people the change would move, by reason and by unit: counts, and nobody's data.\n"
    "           NEW-RULES.json has \"rules\" and, if they change, \"styles\". A mapping and its\n"
    "           export for each source, one pair after the other. Cases and confirmed exclusions\n"
    "           are not considered\n"
    "\n"
    "  --language en|cy  English unless told; Welsh where the definition has it\n"
    "  --svg FILE.svg    where the picture goes; it must not exist yet\n"
    "\n"
    "Both read the files here and need no election.\n";

struct rules_work {
    const char *svg, *language_name;
    enum language language;
    const char *const *words;
    unsigned word_count;
};

static void print_lines(struct span text)
{
    struct span line;
    while (span_line(&text, &line))
        office_print(line);
}

/* -- explain ---------------------------------------------------------------------------------- */

static enum outcome write_picture(const struct pathway *pathway, const char *path,
                                  struct fail *fail)
{
    struct buf svg;
    buf_init(&svg, TEXT_BYTES_MAX);
    enum outcome outcome = pathway_print_svg(pathway, &svg, fail);
    if (outcome == OK)
        outcome = file_create(path, buf_span(&svg), 0644, fail);
    buf_done(&svg);
    return outcome;
}

static enum outcome explain(const struct rules_work *work, struct fail *fail)
{
    struct rules_file file;
    struct buf text;
    enum outcome outcome = rules_file_read(work->words[1], NULL, &file, fail);
    if (outcome != OK)
        return outcome;
    struct pathway pathway = {
        .title = sentence_text(json_object_get(file.json, "title"), work->language),
        .rules = file.rules,
        .styles = file.styles,
        .language = work->language,
    };
    if (work->svg != NULL)
        outcome = write_picture(&pathway, work->svg, fail);
    buf_init(&text, TEXT_BYTES_MAX);
    pathway_print_text(&pathway, &text);
    if (outcome == OK)
        outcome = buf_check(&text, "the explanation", fail);
    if (outcome == OK)
        print_lines(buf_span(&text));
    buf_done(&text);
    rules_file_done(&file);
    return outcome;
}

/* -- what-if ---------------------------------------------------------------------------------- */

/* The same people, by other rules: counts alone come out. */
static enum outcome judge(const struct rules_file *sources, const struct rules *rules,
                          const struct exports *exports, enum field unit,
                          struct judgement *out_judgement, struct fail *fail)
{
    static const uint8_t NOBODYS_KEY[ROLL_KEY_BYTES]; /* pseudonyms are not shown */
    const struct people_terms terms = {
        .sources = &sources->sources,
        .rules = rules,
        .feeds = exports->feeds,
        .feed_count = exports->count,
        .roll_key = NOBODYS_KEY,
    };
    return judgement_make(&terms, unit, out_judgement, fail);
}

static void print_caveats(const struct rules_file *file, const struct exports *exports)
{
    print_lines(SPAN_LIT("\nBy the rules alone: cases, confirmed exclusions and later exports are "
                         "not considered. No export is\ntaken for outdated, and each for what was "
                         "so on every day that a rule asks about."));
    for (uint32_t i = 0; i < file->sources.count; i++) {
        bool given = false;
        for (uint32_t j = 0; j < exports->count; j++)
            given = given || exports->feeds[j].source == i;
        struct span id = file->sources.sources[i].id;
        if (!given)
            printf("No export was given of the source %.*s.\n", (int)id.len, (const char *)id.ptr);
    }
}

static enum outcome compare(const struct rules_file *file, const struct rules_file *others,
                            const struct exports *exports, struct fail *fail)
{
    struct judgement before = {0}, after = {0};
    struct buf text;
    enum field unit = whatif_unit(exports->feeds, exports->count);
    buf_init(&text, TEXT_BYTES_MAX);
    enum outcome outcome = judge(file, &file->read, exports, unit, &before, fail);
    if (outcome == OK)
        outcome = judge(file, &others->read, exports, unit, &after, fail);
    if (outcome == OK)
        outcome =
            whatif_print(&before, &after, exports->snapshots[0]->layout.names[unit], &text, fail);
    if (outcome == OK)
        outcome = buf_check(&text, "the table", fail);
    if (outcome == OK) {
        print_lines(buf_span(&text));
        print_caveats(file, exports);
    }
    buf_done(&text);
    judgement_done(&before);
    judgement_done(&after);
    return outcome;
}

static enum outcome what_if(const struct rules_work *work, struct fail *fail)
{
    struct rules_file file, others;
    struct exports exports;
    enum outcome outcome = rules_file_read(work->words[1], NULL, &file, fail);
    if (outcome != OK)
        return outcome;
    outcome = rules_file_read(work->words[2], &file, &others, fail);
    if (outcome == OK) {
        outcome = exports_read(work->words + EXPORTS_AT, (work->word_count - EXPORTS_AT) / 2,
                               &file.sources, &exports, fail);
        if (outcome == OK) {
            outcome = compare(&file, &others, &exports, fail);
            exports_done(&exports);
        }
        rules_file_done(&others);
    }
    rules_file_done(&file);
    return outcome;
}

/* Why the words cannot be what the command wants; NULL: they can. */
static const char *wrong_words(const struct arguments *arguments, bool explaining)
{
    unsigned count = arguments->word_count;
    if (!explaining && strcmp(arguments->words[0], "what-if") != 0)
        return "explain or what-if expected";
    if (explaining)
        return count == 2 ? NULL : "explain takes one definition";
    return count > EXPORTS_AT && (count - EXPORTS_AT) % 2 == 0
               ? NULL
               : "what-if takes a definition, other rules, and then mappings and exports in pairs";
}

int cmd_rules(int argc, char **argv)
{
    int code;
    struct fail fail = {.outcome = OK};
    struct rules_work work = {.language_name = "en"};
    const struct argument own[] = {
        {"svg", &work.svg, NULL},
        {"language", &work.language_name, NULL},
        {NULL, NULL, NULL},
    };
    struct arguments arguments = {.command = "rules",
                                  .help = help,
                                  .own = own,
                                  .words_least = 2,
                                  .words_most = ARGUMENT_WORDS_MAX};
    if (!arguments_read(&arguments, argc, argv, &code))
        return code;
    bool explaining = strcmp(arguments.words[0], "explain") == 0;
    const char *wrong = wrong_words(&arguments, explaining);
    if (wrong != NULL)
        return arguments_refuse(&arguments, wrong);
    if (!language_named(work.language_name, &work.language))
        return arguments_refuse(&arguments, "--language: en or cy expected");
    work.words = arguments.words;
    work.word_count = arguments.word_count;
    enum outcome outcome = explaining ? explain(&work, &fail) : what_if(&work, &fail);
    return cli_finish(explaining ? "rules explain" : "rules what-if", outcome, &fail);
}
