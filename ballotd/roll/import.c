#include "roll/import.h"

#include <inttypes.h>
#include <stdlib.h>

#include "roll/csv.h"
#include "roll/text.h"

enum {
    QUOTED_BYTES = 80,
    REPORT_BYTES_MAX = 16 * 1024 * 1024,
    SCRATCH_BYTES_MAX = 64 * 1024,
};

/* No encoding makes more than three bytes of one. */
static const size_t TEXT_BYTES_MAX = (size_t)ROLL_SNAPSHOT_BYTES_MAX * 3;

/* What an import holds while it runs. */
struct import {
    struct csv csv;
    struct buf text; /* of the file, where that is not in UTF-8 */
    const struct mapping *mapping;
    struct import_report *report;
    struct snapshot *snapshot;
    struct fail *fail;
    uint32_t width;                       /* columns of the header */
    struct buf headers;                   /* normalised, each ended by NUL */
    uint32_t header_at[ROLL_COLUMNS_MAX]; /* offsets into headers */
    uint32_t place[ROLL_COLUMNS_MAX];     /* of the mapping's columns in the file */
    struct buf clean;                     /* a normalised field */
    struct buf value;                     /* a converted one */
    struct buf joined;                    /* one of several columns */
};

static uint32_t keep_text(struct import_report *report, struct span text)
{
    uint32_t at = (uint32_t)report->texts.len;
    buf_add(&report->texts, text);
    buf_add_byte(&report->texts, 0);
    return buf_ok(&report->texts) ? at : 0;
}

/* At most 80 bytes, cut between characters. */
static struct span quotable(struct span text)
{
    if (text.len <= QUOTED_BYTES)
        return text;
    size_t len = QUOTED_BYTES;
    while (len > 0 && (text.ptr[len] & 0xC0) == 0x80)
        len--;
    return span_of(text.ptr, len);
}

static struct span header_of(const struct import *import, uint32_t column)
{
    if (column == 0 || column > import->width)
        return SPAN_LIT("");
    return span_str((const char *)import->headers.bytes + import->header_at[column - 1]);
}

static void report_error(struct import *import, uint32_t line, uint32_t column, const char *reason,
                         struct span text)
{
    struct import_report *report = import->report;
    uint32_t at = report->error_count++;
    if (at >= IMPORT_ERRORS_LISTED)
        return;
    report->errors[at] = (struct import_error){
        .line = line,
        .column = column,
        .header = keep_text(report, header_of(import, column)),
        .reason = keep_text(report, span_str(reason)),
        .text = keep_text(report, quotable(text)),
    };
}

/* The field in normal form: itself where it is so already, else in import->clean. */
static struct span normal_form(struct import *import, struct span raw)
{
    if (raw.len == 0 || text_is_normal(raw))
        return raw;
    buf_clear(&import->clean);
    text_normalise(raw, &import->clean);
    return buf_span(&import->clean);
}

static void check_header(struct import *import, uint32_t column, struct span header)
{
    if (header.len == 0)
        report_error(import, import->csv.record_line, column, "the header is empty", header);
    for (uint32_t other = 1; header.len > 0 && other < column; other++) {
        if (span_equal(header, header_of(import, other)))
            report_error(import, import->csv.record_line, column, "the header stands there twice",
                         header);
    }
}

static void place_columns(struct import *import)
{
    const struct mapping *mapping = import->mapping;
    bool used[ROLL_COLUMNS_MAX] = {false};
    for (uint32_t i = 0; i < mapping->column_count; i++) {
        uint32_t column = 1;
        while (column <= import->width &&
               !span_equal(header_of(import, column), mapping->columns[i].header))
            column++;
        if (column > import->width) {
            report_error(import, import->csv.record_line, 0,
                         "the mapping names a column that the file lacks",
                         mapping->columns[i].header);
            continue;
        }
        import->place[i] = column - 1;
        used[column - 1] = true;
    }
    for (uint32_t column = 1; column <= import->width; column++) {
        if (used[column - 1])
            continue;
        buf_add(&import->report->dropped, header_of(import, column));
        buf_add_byte(&import->report->dropped, '\n');
        import->report->dropped_count++;
    }
}

static enum outcome read_header(struct import *import)
{
    bool more;
    enum outcome outcome = csv_next(&import->csv, &more, import->fail);
    if (outcome != OK)
        return outcome;
    const struct csv *csv = &import->csv;
    if (!more)
        report_error(import, 1, 1, "the file is empty", SPAN_LIT(""));
    else if (csv->flaw != NULL)
        report_error(import, csv->record_line, csv->flaw_column, csv->flaw, SPAN_LIT(""));
    if (import->report->error_count > 0)
        return OK;
    for (uint32_t column = 1; column <= csv->count; column++) {
        struct span header = normal_form(import, csv->fields[column - 1]);
        check_header(import, column, header);
        import->header_at[column - 1] = (uint32_t)import->headers.len;
        buf_add(&import->headers, header);
        buf_add_byte(&import->headers, 0);
        import->width = column;
    }
    place_columns(import);
    return buf_check(&import->headers, "the header", import->fail);
}

/* Adds a part to a field of several columns (name, address), or stores a field's only one. */
static bool store_value(struct import *import, const struct mapping_column *column)
{
    struct snapshot *snapshot = import->snapshot;
    struct span value = buf_span(&import->value);
    struct span before = snapshot_value(snapshot, snapshot->rows - 1, column->field);
    if (before.len > 0) {
        buf_clear(&import->joined);
        buf_add(&import->joined, before);
        buf_add_str(&import->joined, column->field == FIELD_ADDRESS ? ", " : " ");
        buf_add(&import->joined, value);
        value = buf_span(&import->joined);
    }
    if (value.len > ROLL_VALUE_BYTES_MAX)
        return false;
    snapshot_set(snapshot, column->field, value);
    return true;
}

static void read_cell(struct import *import, uint32_t index)
{
    const struct mapping_column *column = &import->mapping->columns[index];
    uint32_t place = import->place[index];
    const char *why = "the joined value is longer than 8192 bytes";
    struct span text = normal_form(import, import->csv.fields[place]);
    if (mapping_is_missing(import->mapping, text)) {
        if (column->field == FIELD_MEMBER_NO)
            report_error(import, import->csv.record_line, place + 1, "a member without a number",
                         text);
        return;
    }
    buf_clear(&import->value);
    if (!mapping_convert(column, text, &import->value, &why) || !store_value(import, column))
        report_error(import, import->csv.record_line, place + 1, why, text);
}

static enum outcome read_row(struct import *import)
{
    const struct csv *csv = &import->csv;
    import->report->rows_read++;
    if (csv->flaw != NULL) {
        report_error(import, csv->record_line, csv->flaw_column, csv->flaw, SPAN_LIT(""));
        return OK;
    }
    if (csv->count != import->width) {
        char why[80];
        snprintf(why, sizeof(why), "the row has %u fields, the header %u", csv->count,
                 import->width);
        uint32_t column = csv->count < import->width ? csv->count : import->width;
        report_error(import, csv->record_line, column + 1, why, SPAN_LIT(""));
        return OK;
    }
    enum outcome outcome = snapshot_add_row(import->snapshot, csv->record_line, import->fail);
    for (uint32_t i = 0; outcome == OK && i < import->mapping->column_count; i++)
        read_cell(import, i);
    if (outcome == OK && import->report->error_count > 0)
        snapshot_drop_row(import->snapshot); /* nothing will be kept: read on for the report only */
    return outcome;
}

static enum outcome read_rows(struct import *import)
{
    bool more = true;
    enum outcome outcome = read_header(import);
    while (outcome == OK && import->width > 0) {
        outcome = csv_next(&import->csv, &more, import->fail);
        if (outcome != OK || !more)
            break;
        outcome = read_row(import);
        if (outcome == OK)
            outcome = snapshot_check(import->snapshot, import->fail);
    }
    return outcome;
}

/* An error that ended the reading stands in the report like every other. */
static void report_end(struct import *import, enum outcome outcome)
{
    struct fail unheard = {0};
    struct fail *fail = import->fail != NULL ? import->fail : &unheard;
    const char *why = import->csv.stopped != NULL ? import->csv.stopped : fail->text;
    if (outcome != OK)
        report_error(import, import->csv.line, import->csv.count + 1, why, SPAN_LIT(""));
}

static enum outcome refuse(const struct import_report *report, struct fail *fail)
{
    const struct import_error *first = &report->errors[0];
    const char *texts = (const char *)report->texts.bytes;
    return fail_set(fail, BAD_INPUT, "roll.import",
                    "nothing was imported: %u errors, the first: line %u, column %u%s%s%s: %s",
                    report->error_count, first->line, first->column,
                    texts[first->header] != '\0' ? " (" : "", texts + first->header,
                    texts[first->header] != '\0' ? ")" : "", texts + first->reason);
}

static enum outcome report_init(struct import_report *report, struct fail *fail)
{
    *report = (struct import_report){0};
    buf_init(&report->texts, REPORT_BYTES_MAX);
    buf_init(&report->dropped, REPORT_BYTES_MAX);
    buf_add_byte(&report->texts, 0);
    report->errors = calloc(IMPORT_ERRORS_LISTED, sizeof(*report->errors));
    if (report->errors == NULL)
        return fail_set(fail, BROKEN, "roll.memory", "out of memory for a report");
    return buf_check(&report->texts, "the report", fail);
}

void import_report_done(struct import_report *report)
{
    if (report == NULL)
        return;
    buf_done(&report->texts);
    buf_done(&report->dropped);
    free(report->errors);
    report->errors = NULL;
}

static void import_done(struct import *import)
{
    csv_done(&import->csv);
    buf_done(&import->text);
    buf_done(&import->headers);
    buf_done(&import->clean);
    buf_done(&import->value);
    buf_done(&import->joined);
}

static enum outcome open_text(struct import *import, struct span file)
{
    struct span text;
    struct encoding_flaw flaw = {0};
    if (file.len > (size_t)ROLL_SNAPSHOT_BYTES_MAX)
        return fail_set(import->fail, TOO_LARGE, "roll.csv",
                        "the snapshot has %zu bytes; at most %lld are accepted", file.len,
                        ROLL_SNAPSHOT_BYTES_MAX);
    enum outcome outcome =
        encoding_read(import->mapping->encoding, file, &import->text, &text, &flaw, import->fail);
    import->csv.line = flaw.line;
    import->csv.stopped = flaw.why;
    return outcome == OK ? csv_open_text(&import->csv, text, import->fail) : outcome;
}

enum outcome import_snapshot(struct span csv, const struct mapping *mapping,
                             struct import_report *out_report, struct snapshot *out_snapshot,
                             struct fail *fail)
{
    struct fail own = {0};
    struct import import = {.mapping = mapping,
                            .report = out_report,
                            .snapshot = out_snapshot,
                            .fail = fail != NULL ? fail : &own};
    enum outcome outcome = report_init(out_report, import.fail);
    if (outcome != OK)
        return outcome;
    outcome = snapshot_init(out_snapshot, mapping->source, &mapping->layout, import.fail);
    buf_init(&import.headers, (size_t)ROLL_COLUMNS_MAX * (ROLL_CSV_FIELD_BYTES_MAX + 1));
    buf_init(&import.clean, SCRATCH_BYTES_MAX);
    buf_init(&import.value, SCRATCH_BYTES_MAX);
    buf_init(&import.joined, SCRATCH_BYTES_MAX);
    buf_init(&import.text, TEXT_BYTES_MAX);
    if (outcome == OK)
        outcome = open_text(&import, csv);
    if (outcome == OK)
        outcome = read_rows(&import);
    if (outcome == BAD_INPUT || outcome == TOO_LARGE)
        report_end(&import, outcome);
    if (out_report->error_count > 0)
        outcome = refuse(out_report, import.fail);
    if (outcome != OK)
        snapshot_done(out_snapshot);
    import_done(&import);
    return outcome;
}

void import_report_print(const struct import_report *report, struct buf *out)
{
    const char *texts = (const char *)report->texts.bytes;
    buf_add_format(out, "%u rows read, %u errors\n", report->rows_read, report->error_count);
    for (uint32_t i = 0; i < report->error_count && i < IMPORT_ERRORS_LISTED; i++) {
        const struct import_error *error = &report->errors[i];
        buf_add_format(out, "line %u, column %u", error->line, error->column);
        if (texts[error->header] != '\0')
            buf_add_format(out, " (%s)", texts + error->header);
        buf_add_format(out, ": %s", texts + error->reason);
        if (texts[error->text] != '\0')
            buf_add_format(out, ": \"%s\"", texts + error->text);
        buf_add_byte(out, '\n');
    }
    if (report->error_count > IMPORT_ERRORS_LISTED)
        buf_add_format(out, "and %u more\n", report->error_count - IMPORT_ERRORS_LISTED);
    struct span rest = buf_span(&report->dropped);
    struct span header;
    while (span_line(&rest, &header)) {
        buf_add_str(out, "dropped, not in the mapping: ");
        buf_add(out, header);
        buf_add_byte(out, '\n');
    }
}

static void print_error_json(const char *texts, const struct import_error *error, struct buf *out)
{
    buf_add_format(out, "{\"line\":%u,\"column\":%u", error->line, error->column);
    text_print_member("header", span_str(texts + error->header), false, out);
    text_print_member("reason", span_str(texts + error->reason), false, out);
    text_print_member("text", span_str(texts + error->text), false, out);
    buf_add_byte(out, '}');
}

void import_report_print_json(const struct import_report *report, struct buf *out)
{
    const char *texts = (const char *)report->texts.bytes;
    buf_add_format(out, "{\"rows\":%u,\"error_count\":%u,\"errors\":[", report->rows_read,
                   report->error_count);
    for (uint32_t i = 0; i < report->error_count && i < IMPORT_ERRORS_LISTED; i++) {
        if (i > 0)
            buf_add_byte(out, ',');
        print_error_json(texts, &report->errors[i], out);
    }
    buf_add_str(out, "],\"dropped\":[");
    struct span rest = buf_span(&report->dropped);
    struct span header;
    for (bool first = true; span_line(&rest, &header); first = false) {
        if (!first)
            buf_add_byte(out, ',');
        text_print_json(header, out);
    }
    buf_add_str(out, "]}");
}
