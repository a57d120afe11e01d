/* ballotd count: papers from a .blt file, the stage sheet to standard output. */
#include <getopt.h>
#include <stdio.h>

#include "base/file.h"
#include "cli/cli.h"
#include "count/blt.h"
#include "count/count.h"

enum { SHEET_BYTES_MAX = 1 << 30 };

static const char help[] =
    "usage: ballotd count --rule RULE [--seats N] [--lots 3,1,2] [--format text|json|csv|blt] "
    "FILE\n"
    "\n"
    "Counts the papers of a .blt file (\"-\" is standard input) and prints the stage sheet.\n"
    "\n"
    "  --rule RULE    av, stv-scottish, stv-ers97, stv-meek-prf, stv-meek-nz, fptp, block,\n"
    "                 approval\n"
    "  --seats N      instead of the seats that the file names\n"
    "  --lots ORDER   all candidates' numbers in the order in which lots fall: of those tied, the\n"
    "                 one who comes first is excluded, or transferred, first\n"
    "  --format F     text (the default), json, csv; blt prints the papers, sorted, uncounted\n"
    "\n"
    "The rules, the sheet and the .blt format are described in docs/counting.md.\n";

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_CSV, FORMAT_BLT };

struct request {
    const struct count_rule *rule;
    const char *path;
    size_t seats; /* 0: those of the file */
    struct group lots;
    enum format format;
};

static enum outcome read_format(const char *text, enum format *out_format, struct fail *fail)
{
    static const char *const names[] = {
        [FORMAT_TEXT] = "text", [FORMAT_JSON] = "json", [FORMAT_CSV] = "csv", [FORMAT_BLT] = "blt"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(text, names[i]) != 0)
            continue;
        *out_format = (enum format)i;
        return OK;
    }
    return fail_set(fail, BAD_INPUT, "count.format",
                    "--format \"%s\": text, json, csv or blt expected", text);
}

static enum outcome read_seats(const char *text, size_t *out_seats, struct fail *fail)
{
    uint64_t seats = 0;
    if (!span_decimal(span_str(text), &seats) || seats < 1 || seats > LIMIT_SEATS)
        return fail_set(fail, BAD_INPUT, "count.seats", "--seats \"%s\": a number from 1 to %d",
                        text, LIMIT_SEATS);
    *out_seats = seats;
    return OK;
}

static enum outcome read_option(int option, const char *value, struct request *request,
                                struct fail *fail)
{
    switch (option) {
    case 'r':
        return count_rule_find(span_str(value), &request->rule, fail);
    case 's':
        return read_seats(value, &request->seats, fail);
    case 'l':
        return count_lots_read(span_str(value), &request->lots, fail);
    case 'f':
        return read_format(value, &request->format, fail);
    default:
        return fail_set(fail, BAD_INPUT, "count.option",
                        "unknown option or missing value; `ballotd count --help` lists them");
    }
}

static enum outcome read_arguments(int argc, char **argv, struct request *request,
                                   struct fail *fail)
{
    static const struct option options[] = {
        {"rule", required_argument, NULL, 'r'},
        {"seats", required_argument, NULL, 's'},
        {"lots", required_argument, NULL, 'l'},
        {"format", required_argument, NULL, 'f'},
        {NULL, 0, NULL, 0},
    };
    enum outcome outcome = OK;
    int option;
    opterr = 0;
    while (outcome == OK && (option = getopt_long(argc, argv, "", options, NULL)) != -1)
        outcome = read_option(option, optarg, request, fail);
    if (outcome != OK)
        return outcome;
    if (!request->rule && request->format != FORMAT_BLT)
        return fail_set(fail, BAD_INPUT, "count.rule", "--rule is missing: one of %s",
                        count_rule_names());
    if (optind != argc - 1)
        return fail_set(fail, BAD_INPUT, "count.file", "one .blt file expected, or - for input");
    request->path = argv[optind];
    return OK;
}

static enum outcome read_papers(const char *path, struct papers **out_papers, struct fail *fail)
{
    struct buf text;
    buf_init(&text, LIMIT_BLOB_BYTES);
    enum outcome outcome = file_read(path, &text, fail);
    if (outcome == OK && (outcome = blt_read(buf_span(&text), out_papers, fail)) != OK)
        fail_within(fail, "%s", path);
    buf_done(&text);
    return outcome;
}

static enum outcome print_count(const struct request *request, const struct papers *papers,
                                struct buf *out, struct fail *fail)
{
    struct sheet *sheet = NULL;
    enum outcome outcome =
        count_run(request->rule, papers, request->seats, &request->lots, &sheet, fail);
    if (outcome != OK)
        return outcome;
    if (request->format == FORMAT_TEXT)
        sheet_print_text(sheet, out);
    if (request->format == FORMAT_CSV)
        sheet_print_csv(sheet, out);
    if (request->format == FORMAT_JSON) {
        sheet_print_json(sheet, out);
        buf_add_byte(out, '\n');
    }
    sheet_free(sheet);
    return OK;
}

static enum outcome put_out(const struct buf *out, struct fail *fail)
{
    enum outcome outcome = buf_check(out, "the stage sheet", fail);
    if (outcome != OK)
        return outcome;
    if (fwrite(out->bytes, 1, out->len, stdout) != out->len || fflush(stdout) != 0)
        return fail_set(fail, BROKEN, "count.output", "cannot write to standard output");
    return OK;
}

static enum outcome count(const struct request *request, struct fail *fail)
{
    struct papers *papers = NULL;
    struct buf out;
    buf_init(&out, SHEET_BYTES_MAX);
    enum outcome outcome = read_papers(request->path, &papers, fail);
    if (outcome == OK && request->format == FORMAT_BLT)
        outcome = blt_write(papers, &out, fail);
    else if (outcome == OK)
        outcome = print_count(request, papers, &out, fail);
    if (outcome == OK)
        outcome = put_out(&out, fail);
    papers_free(papers);
    buf_done(&out);
    return outcome;
}

int cmd_count(int argc, char **argv)
{
    struct request request = {.rule = NULL};
    struct fail fail = {.outcome = OK};
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(help, stdout);
        return EXIT_DONE;
    }
    if (read_arguments(argc, argv, &request, &fail) != OK) {
        (void)cli_finish("count", fail.outcome, &fail);
        return EXIT_USAGE;
    }
    return cli_finish("count", count(&request, &fail), &fail);
}
