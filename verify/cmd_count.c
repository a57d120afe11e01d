#include "cmd_count.h"

#include "base/text.h"
#include "count/blt.h"
#include "count/count.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

enum { EXIT_COUNTED = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2, SHEET_BYTES_MOST = 1 << 30 };

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_BLT };

struct arguments {
    const struct count_rule *rule;
    unsigned seats; /* 0: as the file says */
    const char *lots;
    enum format format;
    const char *path;
};

static void print_help(FILE *to)
{
    fprintf(to, "usage: verify count [--rule RULE] [--seats N] [--lots A,B,...] "
                "[--format text|json|blt] FILE.blt\n\n"
                "Counts the papers in FILE.blt again and prints the stage sheet.\n\n  RULE: ");
    const struct count_rule *rule;
    for (size_t i = 0; (rule = count_rule_at(i)) != NULL; i++)
        fprintf(to, "%s%s", i == 0 ? "" : ", ", rule->name);
    fprintf(to, "\n  Without --rule it is av for one seat, stv-scottish for more.\n"
                "  --lots lists all candidate numbers; of tied candidates the first in it is "
                "chosen.\n"
                "  --format blt prints the papers in the canonical form, uncounted.\n");
}

static int complain(const char *what, const char *value)
{
    fprintf(stderr, "verify count: %s \"%s\"; `verify count --help` says what can stand here\n",
            what, value);
    return EXIT_USAGE;
}

static int take_format(const char *name, enum format *out_format)
{
    static const char *const names[] = {
        [FORMAT_TEXT] = "text", [FORMAT_JSON] = "json", [FORMAT_BLT] = "blt"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i]) == 0) {
            *out_format = (enum format)i;
            return EXIT_COUNTED;
        }
    }
    return complain("--format can't be", name);
}

static int take_option(struct arguments *arguments, int option)
{
    uint64_t number;
    switch (option) {
    case 'r':
        arguments->rule = count_rule_named(span_text(optarg));
        return arguments->rule == NULL ? complain("there is no rule", optarg) : EXIT_COUNTED;
    case 's':
        if (!decimal_decode(span_text(optarg), &number) || number == 0 || number > LIMIT_SEATS)
            return complain("--seats can't be", optarg);
        arguments->seats = (unsigned)number;
        return EXIT_COUNTED;
    case 'l':
        arguments->lots = optarg;
        return EXIT_COUNTED;
    case 'f':
        return take_format(optarg, &arguments->format);
    default:
        return EXIT_USAGE;
    }
}

static int take_arguments(int argc, char **argv, struct arguments *out_arguments)
{
    static const struct option options[] = {
        {"rule", required_argument, NULL, 'r'},
        {"seats", required_argument, NULL, 's'},
        {"lots", required_argument, NULL, 'l'},
        {"format", required_argument, NULL, 'f'},
        {NULL, 0, NULL, 0},
    };
    int option;
    optind = 1;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        int code = option == '?' ? complain("unknown, or without its value:", argv[optind - 1])
                                 : take_option(out_arguments, option);
        if (code != EXIT_COUNTED)
            return code;
    }
    if (optind + 1 != argc)
        return complain("one file of papers must be named, not",
                        optind < argc ? argv[optind + 1] : "nothing");
    out_arguments->path = argv[optind];
    return EXIT_COUNTED;
}

/* The whole file into `out`; false with errno. */
static bool read_file(const char *path, struct buffer *out)
{
    uint8_t block[65536];
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    size_t got;
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        buffer_append(out, span_of(block, got));
    int error = ferror(file) ? errno : buffer_full(out) ? EFBIG : 0;
    (void)fclose(file);
    errno = error;
    return error == 0;
}

/* "3,1,2" as exactly `count` numbers of candidates; that they differ is for count_run() to see. */
static bool take_lots(const char *text, unsigned count, uint8_t *out_lots)
{
    struct span rest = span_text(text), word;
    for (unsigned i = 0; i < count; i++) {
        bool last = i + 1 == count;
        uint64_t number;
        if (last)
            word = rest;
        else if (!span_cut(&rest, ',', &word))
            return false;
        if (!decimal_decode(word, &number) || number == 0 || number > count)
            return false;
        out_lots[i] = (uint8_t)number;
    }
    return true;
}

/* Writes out what was made and releases it. */
static int print_buffer(struct buffer *text)
{
    bool right = !buffer_full(text) && fwrite(text->at, 1, text->len, stdout) == text->len;
    buffer_done(text);
    if (fflush(stdout) == 0 && right)
        return EXIT_COUNTED;
    fprintf(stderr, "verify count: the result could not be written\n");
    return EXIT_USAGE;
}

static int print_sheet(const struct sheet *sheet, enum format format)
{
    struct buffer text;
    buffer_init(&text, SHEET_BYTES_MOST);
    if (format == FORMAT_JSON) {
        sheet_write_json(sheet, &text);
        buffer_append_byte(&text, '\n');
    } else {
        sheet_write_text(sheet, &text);
    }
    return print_buffer(&text);
}

static int print_papers(struct blt *blt, const struct count_task *task)
{
    struct buffer text;
    buffer_init(&text, SHEET_BYTES_MOST);
    papers_sort(&blt->papers);
    blt_write(task, &text);
    return print_buffer(&text);
}

static int refuse(const char *path, const struct fail *fail)
{
    fprintf(stderr, "verify count: %s: %s\n", path, fail->text);
    return EXIT_REFUSED;
}

static int count_papers(const struct arguments *arguments, const struct count_task *task)
{
    const struct count_rule *rule = arguments->rule;
    struct sheet sheet;
    struct fail fail;
    if (rule == NULL)
        rule = count_rule_named(span_text(task->seats == 1 ? "av" : "stv-scottish"));
    if (count_run(rule, task, &sheet, &fail) != GOOD)
        return refuse(arguments->path, &fail);
    int code = print_sheet(&sheet, arguments->format);
    sheet_done(&sheet);
    return code;
}

static int count_file(const struct arguments *arguments, struct blt *blt)
{
    struct count_task task = blt_task(blt);
    uint8_t lots[LIMIT_CANDIDATES];
    if (arguments->seats != 0)
        task.seats = arguments->seats;
    if (arguments->lots != NULL) {
        if (!take_lots(arguments->lots, task.papers->candidates, lots))
            return complain("--lots must name every candidate's number once, not", arguments->lots);
        task.lots = lots;
    }
    if (arguments->format == FORMAT_BLT)
        return print_papers(blt, &task);
    return count_papers(arguments, &task);
}

int cmd_count(int argc, char **argv)
{
    struct arguments arguments = {.seats = 0};
    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        print_help(stdout);
        return EXIT_COUNTED;
    }
    int code = take_arguments(argc, argv, &arguments);
    if (code != EXIT_COUNTED)
        return code;
    struct buffer text;
    buffer_init(&text, LIMIT_BLOB_BYTES);
    if (!read_file(arguments.path, &text)) {
        fprintf(stderr, "verify count: %s: %s\n", arguments.path, strerror(errno));
        buffer_done(&text);
        return EXIT_USAGE;
    }
    struct blt blt;
    struct fail fail;
    if (blt_read(buffer_span(&text), &blt, &fail) != GOOD) {
        code = refuse(arguments.path, &fail);
    } else {
        code = count_file(&arguments, &blt);
        blt_done(&blt);
    }
    buffer_done(&text);
    return code;
}
