/* ballotd annex: the confidential papers, for scrutineers. */
#include "base/tar.h"
#include "cli/approval.h"
#include "cli/arguments.h"
#include "cli/bundle_folder.h"
#include "cli/cli.h"
#include "cli/handed.h"

#include <stdio.h>

static const char help[] =
    "usage: ballotd annex approve --to OFFICER --purpose TEXT [--days N] --url URL --key FILE "
    "[OPTION...]\n"
    "       ballotd annex get --output FILE --url URL --key FILE [OPTION...]\n"
    "       ballotd annex open --key FILE [--passphrase-file FILE] FILE FOLDER\n"
    "\n"
    "  approve  lets a scrutineer have the annex, for N days (7); the returning officer or the\n"
    "         secretary, and nobody for himself\n"
    "  get    fetches the annex as it stands, as an age file that your key alone\n"
    "         opens; scrutineers only\n"
    "  open   opens such a file into a new FOLDER: snapshots, mappings, cases, evidence, the "
    "roll.\n"
    "         It holds personal data in the clear: keep it on an encrypted disk, and only as long\n"
    "         as you need it. `verify --annex FOLDER` checks it.\n"
    "\n" DESK_HELP;

/* -- get -------------------------------------------------------------------------------------- */

static enum outcome get(struct desk *desk, void *ctx, struct fail *fail)
{
    return handed_get(desk, "annex", ctx, "annex open", fail);
}

/* -- open ------------------------------------------------------------------------------------- */

static enum outcome unpack(struct span rest, struct bundle_folder *folder, struct fail *fail)
{
    struct tar_file file;
    bool more = true;
    enum outcome outcome = tar_next(&rest, &file, &more, fail);
    while (outcome == OK && more) {
        outcome = bundle_folder_add(folder, file.path, file.bytes, fail);
        if (outcome == OK)
            outcome = tar_next(&rest, &file, &more, fail);
    }
    return outcome == OK ? bundle_folder_finish(folder, fail) : outcome;
}

static enum outcome unpack_into(struct span archive, const char *output, struct fail *fail)
{
    struct bundle_folder folder;
    if (span_ends(span_str(output), SPAN_LIT(".tar")))
        return fail_set(fail, BAD_INPUT, "annex.folder", "\"%s\": a folder is made, not an archive",
                        output);
    enum outcome outcome = bundle_folder_begin(output, &folder, fail);
    if (outcome != OK)
        return outcome;
    outcome = unpack(archive, &folder, fail);
    if (outcome == OK)
        printf("%s: %zu files\n", output, folder.path_count);
    bundle_folder_done(&folder);
    return outcome;
}

static enum outcome open_file(const struct desk_options *options, const char *input,
                              const char *output, struct fail *fail)
{
    struct buf plain;
    buf_init(&plain, HANDED_BYTES_MAX);
    enum outcome outcome = handed_open(options, input, &plain, fail);
    if (outcome == OK)
        outcome = unpack_into(buf_span(&plain), output, fail);
    buf_done(&plain);
    return outcome;
}

static int run_open(struct arguments *arguments)
{
    struct fail fail = {.outcome = OK};
    if (!arguments->desk.key)
        return arguments_refuse(arguments, "--key is needed");
    return cli_finish(arguments->command,
                      open_file(&arguments->desk, arguments->words[0], arguments->words[1], &fail),
                      &fail);
}

/* -- the command ------------------------------------------------------------------------------ */

int cmd_annex(int argc, char **argv)
{
    int code;
    const char *output = NULL;
    struct approval approval = {.what = "annex", .days = "7"};
    const struct argument own[] = {{"output", &output, NULL},
                                   {"to", &approval.to, NULL},
                                   {"purpose", &approval.purpose, NULL},
                                   {"days", &approval.days, NULL},
                                   {NULL, NULL, NULL}};
    struct arguments arguments = {.command = "annex", .help = help, .own = own};
    bool gets = argc > 1 && strcmp(argv[1], "get") == 0;
    bool opens = argc > 1 && strcmp(argv[1], "open") == 0;
    bool approves = argc > 1 && strcmp(argv[1], "approve") == 0;
    if (gets || opens || approves) {
        arguments.command = gets ? "annex get" : opens ? "annex open" : "annex approve";
        arguments.words_least = arguments.words_most = opens ? 2 : 0;
        argc--;
        argv++;
    }
    if (!arguments_read(&arguments, argc, argv, &code))
        return code;
    if (opens)
        return run_open(&arguments);
    if (approves)
        return approval_run(&arguments, &approval);
    if (!gets)
        return arguments_refuse(&arguments, "approve, get or open is needed");
    if (!output)
        return arguments_refuse(&arguments, "--output is needed");
    return arguments_at_desk(&arguments, get, (void *)output);
}
