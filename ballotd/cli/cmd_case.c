/* ballotd case: disputes about members, from raised to decided (docs/roll.md section 7). */
#include "cli/arguments.h"
#include "cli/case_desk.h"
#include "cli/cli.h"
#include "cli/evidence.h"

static const char help[] =
    "usage: ballotd case raise WHOM [EFFECT] --reason CODE --text TEXT\n"
    "                          [--evidence FILE --kind KIND [--propose [--rule CODE]]] ...\n"
    "       ballotd case attach CASE --kind KIND FILE ...\n"
    "       ballotd case attest CASE --kind KIND --text TEXT ...\n"
    "       ballotd case propose CASE EFFECT [--rule CODE] --text TEXT ...\n"
    "       ballotd case notify CASE --sent-by email|post|hand --text TEXT ...\n"
    "       ballotd case withdraw CASE --text TEXT ...\n"
    "       ballotd case decide CASE (--uphold | --refuse) --reasons TEXT [--conflict TEXT] ...\n"
    "       ballotd case countersign CASE --as officer|scrutineer --text TEXT ...\n"
    "       ballotd case appeal CASE --text TEXT ...\n"
    "       ballotd case irregularity WHOM --text TEXT ...\n"
    "       ballotd case list ...\n"
    "       ballotd case evidence CASE --output FOLDER ...\n"
    "\n"
    "and always --url URL --key FILE. WHOM is --member NUMBER, --members-file FILE (a number a\n"
    "line: one case about all of them) or --pseudonym HEX; none of these with --add. EFFECT, if\n"
    "the case is upheld, is one of\n"
    "  --include               on the roll\n"
    "  --exclude               off the roll\n"
    "  --hold                  left open, with a provisional ballot\n"
    "  --set FIELD [--from VALUE] [--to VALUE]   put a value right; --from left out: it is "
    "missing\n"
    "                          now, --to left out: it becomes missing. `ballotd roll explain`\n"
    "                          shows the fields and what they say\n"
    "  --keep-line LINE        of several rows with the number of --member the one on this line\n"
    "                          of the export stands; --keep-row ROWID says the same by its hash\n"
    "  --merge-into NUMBER     the same person as that member\n"
    "  --add FILE              somebody who is in no list: lines such as \"name: Mair Wiwer\",\n"
    "                          \"joined_on: 2024-03-03\", and a \"member_no:\" that nobody has.\n"
    "                          Where several sources have numbers of their own, --numbers ID says\n"
    "                          whose this one is\n"
    "\n"
    "Reasons: not-on-list wrong-status wrong-payment wrong-date wrong-unit wrong-contact\n"
    "duplicate deceased resigned suspension clerical other. Evidence by file: earlier-snapshot\n"
    "join-confirmation bank-line finance-record residence-document affiliate-confirmation\n"
    "suspension-record age-document death-or-return-notice source-match member-declaration;\n"
    "attested: officer-attestation member-declaration. Whoever has acted in a case cannot decide\n"
    "it or countersign. An exclusion or a merge takes a notice to the member, and time to reply.\n"
    "`list` says of each case whom it is about, what is to be done, until when, and who must act\n"
    "next.\n"
    "\n" DESK_HELP OFFICE_PURPOSE_HELP;

static enum outcome fetch(struct desk *desk, const struct case_options *options, struct fail *fail)
{
    return evidence_fetch(desk, options->number, options->output, fail);
}

static const char *check_fetching(const struct case_options *options)
{
    return options->output ? NULL : "--output is needed: a folder";
}

static const struct verb {
    const char *name, *command;
    case_verb *run;
    case_check *check;
    unsigned words;
} verbs[] = {
    {"raise", "case raise", case_raise, case_check_raise, 0},
    {"attach", "case attach", case_attach, case_check_attach, 2},
    {"attest", "case attest", case_attest, case_check_attest, 1},
    {"propose", "case propose", case_propose, case_check_proposal, 1},
    {"notify", "case notify", case_notify, case_check_notice, 1},
    {"withdraw", "case withdraw", case_withdraw, case_check_text, 1},
    {"decide", "case decide", case_decide, case_check_decision, 1},
    {"countersign", "case countersign", case_countersign, case_check_countersignature, 1},
    {"appeal", "case appeal", case_appeal, case_check_text, 1},
    {"irregularity", "case irregularity", case_irregularity, case_check_irregularity, 0},
    {"list", "case list", case_list, NULL, 0},
    {"evidence", "case evidence", fetch, check_fetching, 1},
};

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (name && strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

static enum outcome run(struct desk *desk, void *ctx, struct fail *fail)
{
    const struct case_options *options = ctx;
    office_purpose(desk, options->purpose, "Working on cases");
    return find_verb(options->verb)->run(desk, options, fail);
}

static int run_verb(const struct verb *verb, struct arguments *arguments,
                    struct case_options *options)
{
    options->number = arguments->words[0];
    options->file = arguments->words[1];
    options->effect.member = options->member;
    const char *wrong = verb->check ? verb->check(options) : NULL;
    return wrong ? arguments_refuse(arguments, wrong) : arguments_at_desk(arguments, run, options);
}

int cmd_case(int argc, char **argv)
{
    int code;
    struct case_options options = {.verb = argv[1], .conflict = "none"};
    struct effect_options *effect = &options.effect;
    const struct argument own[] = {
        {"member", &options.member, NULL},
        {"members-file", &options.members_file, NULL},
        {"pseudonym", &options.pseudonym, NULL},
        {"include", NULL, &effect->include},
        {"exclude", NULL, &effect->exclude},
        {"hold", NULL, &effect->hold},
        {"keep-row", &effect->keep_row, NULL},
        {"keep-line", &effect->keep_line, NULL},
        {"add", &effect->add, NULL},
        {"numbers", &effect->numbers, NULL},
        {"merge-into", &effect->merge_into, NULL},
        {"set", &effect->set, NULL},
        {"from", &effect->from, NULL},
        {"to", &effect->to, NULL},
        {"reason", &options.reason, NULL},
        {"text", &options.text, NULL},
        {"rule", &options.rule, NULL},
        {"kind", &options.kind, NULL},
        {"evidence", &options.evidence, NULL},
        {"propose", NULL, &options.propose},
        {"sent-by", &options.sent_by, NULL},
        {"as", &options.as, NULL},
        {"uphold", NULL, &options.uphold},
        {"refuse", NULL, &options.refuse},
        {"reasons", &options.reasons, NULL},
        {"conflict", &options.conflict, NULL},
        {"purpose", &options.purpose, NULL},
        {"output", &options.output, NULL},
        {NULL, NULL, NULL},
    };
    struct arguments arguments = {.command = "case", .help = help, .own = own};
    const struct verb *verb = find_verb(argv[1]);
    if (verb) {
        arguments.command = verb->command;
        arguments.words_least = arguments.words_most = verb->words;
        argc--;
        argv++;
    }
    if (!arguments_read(&arguments, argc, argv, &code))
        return code;
    if (!verb)
        return arguments_refuse(&arguments, "raise, attach, attest, propose, notify, withdraw, "
                                            "decide, countersign, appeal, irregularity, list or "
                                            "evidence");
    return run_verb(verb, &arguments, &options);
}
