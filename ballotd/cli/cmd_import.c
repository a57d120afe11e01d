/* ballotd import: takes a membership export over as a snapshot of the roll. */
#include "base/clock.h"
#include "base/file.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/custody_file.h"
#include "cli/mapping_file.h"
#include "cli/office.h"
#include "labels.h"
#include "roll/import.h"

#include <stdio.h>

static const char help[] =
    "usage: ballotd import --source ID --mapping FILE.json [--purpose TEXT] [--as-of TIME]\n"
    "                      [--taken-at TIME] [--dry-run] --url URL --key FILE [OPTION...] "
    "FILE.csv\n"
    "\n"
    "Reads the export here first and reports every line that cannot be read and every column that\n"
    "is dropped. With one bad line nothing is taken over. Otherwise export and mapping go into "
    "the\n"
    "daemon's custody, encrypted, and the snapshot is stated: on the board stand commitments and\n"
    "the number of rows. Signed by an exporter.\n"
    "\n"
    "  --source ID             the source of the definition that the export comes from\n"
    "  --mapping FILE.json     how its columns become our fields, in any order of members\n"
    "  --purpose TEXT          what the snapshot is for (\"The roll\" unless told)\n"
    "  --as-of TIME            the instant of which its data speak, as 2026-03-01T12:00:00Z or\n"
    "                          2026-03-01 (when it was exported, unless told): old data of a feed\n"
    "                          with a limit can exclude nobody\n"
    "  --taken-at TIME         when it was exported (now unless told)\n"
    "  --dry-run               only report: no --url or --key, nothing is stored\n" DESK_HELP;

struct importing {
    const char *source, *mapping_path, *purpose, *taken_at, *as_of, *csv_path;
    bool dry_run;
    int64_t taken_s, as_of_s;
    struct buf csv, mapping; /* the bytes that go into custody */
    uint64_t rows;
};

/* -- reading ---------------------------------------------------------------------------------- */

static enum outcome arrange_mapping(struct importing *importing, struct fail *fail)
{
    json_t *object;
    enum outcome outcome =
        mapping_file_arrange(importing->mapping_path, importing->source, &importing->mapping, fail);
    if (outcome != OK)
        return outcome;
    outcome =
        json_read_canonical(buf_span(&importing->mapping), importing->mapping_path, &object, fail);
    if (outcome != OK)
        return outcome;
    if (!span_is(json_span(json_object_get(object, "source")), importing->source))
        outcome = fail_set(fail, CONFLICT, "import.source",
                           "%s: the mapping is for another source than --source \"%s\"",
                           importing->mapping_path, importing->source);
    json_decref(object);
    return outcome;
}

static enum outcome import_here(struct importing *importing, const struct mapping *mapping,
                                struct fail *fail)
{
    struct import_report report;
    struct snapshot snapshot;
    struct buf text;
    buf_init(&text, 1 << 26);
    enum outcome outcome =
        import_snapshot(buf_span(&importing->csv), mapping, &report, &snapshot, fail);
    import_report_print(&report, &text);
    struct span rest = buf_span(&text), line;
    while (span_line(&rest, &line))
        office_print(line);
    import_report_done(&report);
    buf_done(&text);
    if (outcome != OK)
        return outcome;
    importing->rows = snapshot.rows;
    snapshot_done(&snapshot);
    return OK;
}

static enum outcome read_files(struct importing *importing, struct fail *fail)
{
    struct mapping mapping;
    enum outcome outcome = arrange_mapping(importing, fail);
    if (outcome == OK)
        outcome = mapping_read(buf_span(&importing->mapping), &mapping, fail);
    if (outcome != OK)
        return outcome;
    outcome = file_read(importing->csv_path, &importing->csv, fail);
    if (outcome == OK)
        outcome = import_here(importing, &mapping, fail);
    mapping_done(&mapping);
    return outcome;
}

/* -- stating ---------------------------------------------------------------------------------- */

static enum outcome send_and_state(struct desk *desk, const struct importing *importing,
                                   struct fail *fail)
{
    uint8_t snapshot[HASH_BYTES], mapping[HASH_BYTES];
    json_t *object;
    enum outcome outcome =
        custody_file_send(desk, LABEL_SNAPSHOT, buf_span(&importing->csv), snapshot, fail);
    if (outcome == OK)
        outcome =
            custody_file_send(desk, LABEL_MAPPING, buf_span(&importing->mapping), mapping, fail);
    if (outcome == OK)
        outcome = office_begin(desk, KIND_SNAPSHOT, "definition", &object, fail);
    if (outcome != OK)
        return outcome;
    json_put_integer(object, "number", desk_status_number(desk, "snapshots") + 1);
    json_put_string(object, "source", span_str(importing->source));
    json_put(object, "purpose", office_text(importing->purpose, NULL));
    json_put_integer(object, "taken_at", importing->taken_s);
    json_put_integer(object, "as_of", importing->as_of_s);
    json_put_hex(object, "commitment", SPAN_ARRAY(snapshot));
    json_put_hex(object, "mapping", SPAN_ARRAY(mapping));
    json_put_integer(object, "rows", (int64_t)importing->rows);
    outcome = office_state(desk, "statements", object, fail);
    if (outcome == OK)
        printf("%llu rows of the source %s are taken over; go on with `ballotd roll report`\n",
               (unsigned long long)importing->rows, importing->source);
    return outcome;
}

static enum outcome import_at_desk(struct desk *desk, void *ctx, struct fail *fail)
{
    struct importing *importing = ctx;
    enum outcome outcome = read_files(importing, fail);
    return outcome == OK ? send_and_state(desk, importing, fail) : outcome;
}

/* A day alone is its beginning. */
static enum outcome read_as_of(struct importing *importing, struct fail *fail)
{
    char instant[INSTANT_TEXT_BYTES + 10];
    struct date day;
    bool is_day = date_read(span_str(importing->as_of), &day);
    snprintf(instant, sizeof instant, "%.20s%s", importing->as_of, is_day ? "T00:00:00Z" : "");
    enum outcome outcome = arguments_time(instant, "--as-of", &importing->as_of_s, fail);
    if (outcome == OK && importing->as_of_s > importing->taken_s)
        outcome = fail_set(fail, BAD_INPUT, "import.as-of",
                           "--as-of: data cannot speak of a time after their export");
    return outcome;
}

static int run(const struct arguments *arguments, struct importing *importing)
{
    struct fail fail = {.outcome = OK};
    enum outcome outcome = OK;
    if (importing->taken_at)
        outcome = arguments_time(importing->taken_at, "--taken-at", &importing->taken_s, &fail);
    importing->as_of_s = importing->taken_s;
    if (outcome == OK && importing->as_of)
        outcome = read_as_of(importing, &fail);
    if (outcome != OK)
        return arguments_refuse(arguments, fail.text);
    if (!importing->dry_run)
        return arguments_at_desk(arguments, import_at_desk, importing);
    return cli_finish("import", read_files(importing, &fail), &fail);
}

int cmd_import(int argc, char **argv)
{
    int code;
    struct importing importing = {.purpose = "The roll", .taken_s = clock_now_s()};
    const struct argument own[] = {
        {"source", &importing.source, NULL},
        {"mapping", &importing.mapping_path, NULL},
        {"purpose", &importing.purpose, NULL},
        {"taken-at", &importing.taken_at, NULL},
        {"as-of", &importing.as_of, NULL},
        {"dry-run", NULL, &importing.dry_run},
        {NULL, NULL, NULL},
    };
    struct arguments arguments = {
        .command = "import", .help = help, .own = own, .words_least = 1, .words_most = 1};
    if (!arguments_read(&arguments, argc, argv, &code))
        return code;
    if (!importing.source || !importing.mapping_path)
        return arguments_refuse(&arguments, "--source and --mapping are needed");
    importing.csv_path = arguments.words[0];
    buf_init(&importing.csv, (size_t)ROLL_SNAPSHOT_BYTES_MAX);
    buf_init(&importing.mapping, ROLL_MAPPING_BYTES_MAX);
    code = run(&arguments, &importing);
    buf_done(&importing.csv);
    buf_done(&importing.mapping);
    return code;
}
