#include "cmd_bundle.h"

#include "session.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_CANNOT = 2, REPORT_BYTES = 1 << 20 };

enum form { FORM_TEXT, FORM_JSON, FORM_HTML };

struct arguments {
    struct request request;
    enum form form;
    const char *output; /* a file, or NULL for stdout */
};

void cmd_bundle_help(FILE *to)
{
    fprintf(to,
            "usage: verify [--key VKEY] [--annex DIR] [--receipt FILE]... [--older CHECKPOINT]\n"
            "              [--report text|json|html] [--output FILE] [--quiet] BUNDLE\n\n"
            "Checks an election from what it published. BUNDLE is a directory, a tar or a URL.\n\n"
            "  --key      the log key that you were given apart from the bundle\n"
            "  --annex    the confidential files of scrutineers: checks the roll itself\n"
            "  --receipt  a voter's receipt: is its ballot there, and did it count?\n"
            "  --older    a checkpoint that you kept from earlier: was anything altered since?\n"
            "  --report   the form of the report; text without it\n"
            "  --output   the file to write the report to\n"
            "  --quiet    say nothing while working\n");
}

static int complain(const char *what, const char *value)
{
    fprintf(stderr, "verify: %s \"%s\"; `verify --help` says what can stand here\n", what, value);
    return EXIT_CANNOT;
}

static int take_form(const char *name, enum form *out_form)
{
    static const char *const names[] = {"text", "json", "html"};
    for (unsigned i = 0; i < 3; i++)
        if (strcmp(name, names[i]) == 0) {
            *out_form = (enum form)i;
            return 0;
        }
    return complain("--report can't be", name);
}

static int take_option(struct arguments *arguments, int option)
{
    struct request *request = &arguments->request;
    switch (option) {
    case 'k':
        if (optarg[0] == '\0') /* as from a variable that was never set: not "no key given" */
            return complain("--key can't be", optarg);
        request->key = optarg;
        return 0;
    case 'a':
        request->annex = optarg;
        return 0;
    case 'o':
        request->older = optarg;
        return 0;
    case 'r':
        if (request->receipt_count == RECEIPTS_MOST)
            return complain("too many receipts, from", optarg);
        request->receipts[request->receipt_count++] = optarg;
        return 0;
    case 'f':
        return take_form(optarg, &arguments->form);
    case 'w':
        arguments->output = optarg;
        return 0;
    case 'q':
        request->quiet = true;
        return 0;
    default:
        return EXIT_CANNOT;
    }
}

static int take_arguments(int argc, char **argv, struct arguments *out)
{
    static const struct option options[] = {
        {"key", required_argument, NULL, 'k'},    {"annex", required_argument, NULL, 'a'},
        {"older", required_argument, NULL, 'o'},  {"receipt", required_argument, NULL, 'r'},
        {"report", required_argument, NULL, 'f'}, {"output", required_argument, NULL, 'w'},
        {"quiet", no_argument, NULL, 'q'},        {NULL, 0, NULL, 0},
    };
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        int code = option == '?' ? complain("unknown, or without its value:", argv[optind - 1])
                                 : take_option(out, option);
        if (code != 0)
            return code;
    }
    if (optind + 1 != argc)
        return complain("one bundle must be named, not",
                        optind < argc ? argv[optind + 1] : "nothing");
    out->request.bundle = argv[optind];
    return 0;
}

static int write_report(const struct arguments *arguments, const struct report *report)
{
    struct buffer text;
    FILE *to = stdout;
    buffer_init(&text, REPORT_BYTES);
    if (arguments->form == FORM_TEXT)
        report_write_text(report, &text);
    else if (arguments->form == FORM_JSON)
        report_write_json(report, &text);
    else
        report_write_html(report, &text);
    if (arguments->output != NULL)
        to = fopen(arguments->output, "we");
    bool right = to != NULL && !buffer_full(&text) &&
                 fwrite(text.at, 1, text.len, to) == text.len && fflush(to) == 0;
    if (to != NULL && to != stdout)
        right = fclose(to) == 0 && right;
    buffer_done(&text);
    if (right)
        return report_exit_code(report);
    fprintf(stderr, "verify: %s: the report could not be written: %s\n",
            arguments->output != NULL ? arguments->output : "standard output", strerror(errno));
    if (to != NULL && to != stdout)
        (void)remove(arguments->output); /* half a report might pass for a whole one */
    return EXIT_CANNOT;
}

int cmd_bundle(int argc, char **argv)
{
    static struct session session;
    struct arguments arguments = {.form = FORM_TEXT};
    struct fail fail;
    int code = take_arguments(argc, argv, &arguments);
    if (code != 0)
        return code;
    if (session_run(&arguments.request, &session, &fail) != GOOD) {
        fprintf(stderr, "verify: %s\n", fail.text);
        return EXIT_CANNOT;
    }
    code = write_report(&arguments, &session.report);
    session_done(&session);
    return code;
}
