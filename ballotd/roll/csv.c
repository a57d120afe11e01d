#include "roll/csv.h"

#include <stdlib.h>

static const size_t UNQUOTED_BYTES = (size_t)ROLL_COLUMNS_MAX * ROLL_CSV_FIELD_BYTES_MAX;

enum outcome csv_open_text(struct csv *csv, struct span text, struct fail *fail)
{
    *csv = (struct csv){.file = text, .line = 1};
    csv->unquoted = malloc(UNQUOTED_BYTES);
    if (csv->unquoted == NULL)
        return fail_set(fail, BROKEN, "roll.memory", "out of memory while reading a snapshot");
    return OK;
}

enum outcome csv_open(struct csv *csv, struct span file, struct fail *fail)
{
    if (file.len > (size_t)ROLL_SNAPSHOT_BYTES_MAX)
        return fail_set(fail, TOO_LARGE, "roll.csv",
                        "the snapshot has %zu bytes; at most %lld are accepted", file.len,
                        ROLL_SNAPSHOT_BYTES_MAX);
    enum outcome outcome = csv_open_text(csv, file, fail);
    if (outcome == OK && span_starts(file, SPAN_LIT("\xEF\xBB\xBF")))
        csv->at = 3;
    return outcome;
}

void csv_done(struct csv *csv)
{
    if (csv == NULL)
        return;
    free(csv->unquoted);
    *csv = (struct csv){0};
}

static enum outcome refuse(struct csv *csv, const char *why, struct fail *fail)
{
    csv->stopped = why;
    return fail_set(fail, BAD_INPUT, "roll.csv", "line %u, column %u: %s", csv->line,
                    csv->count + 1, why);
}

static void note_flaw(struct csv *csv, const char *flaw)
{
    if (csv->flaw == NULL) {
        csv->flaw = flaw;
        csv->flaw_column = csv->count + 1;
    }
}

/* Bytes that end or spoil an unquoted field: comma, quote, and all controls but TAB. */
static bool is_special(uint8_t byte)
{
    return byte == ',' || byte == '"' || (byte < 0x20 && byte != '\t') || byte == 0x7F;
}

static enum outcome keep_field(struct csv *csv, struct span field, size_t raw_len,
                               struct fail *fail)
{
    if (!span_is_utf8(field))
        return refuse(csv, "not UTF-8; the mapping names the encoding", fail);
    if (raw_len > ROLL_CSV_FIELD_BYTES_MAX) {
        note_flaw(csv, "the field is longer than 4096 bytes");
        field.len = 0;
    }
    if (csv->count < ROLL_COLUMNS_MAX)
        csv->fields[csv->count] = field;
    else
        note_flaw(csv, "more than 256 columns");
    return OK;
}

static enum outcome read_plain(struct csv *csv, struct fail *fail)
{
    const uint8_t *bytes = csv->file.ptr;
    size_t start = csv->at;
    while (csv->at < csv->file.len && !is_special(bytes[csv->at]))
        csv->at++;
    if (csv->at < csv->file.len && bytes[csv->at] == '"')
        return refuse(csv, "a quote inside a field that does not begin with one", fail);
    struct span field = span_of(bytes + start, csv->at - start);
    return keep_field(csv, field, field.len, fail);
}

/* Copies raw with "" made ". Only fields within the limit are copied, so the room suffices. */
static struct span undouble(struct csv *csv, struct span raw)
{
    uint8_t *out = csv->unquoted + csv->unquoted_len;
    size_t len = 0;
    for (size_t i = 0; i < raw.len; i++) {
        out[len++] = raw.ptr[i];
        if (raw.ptr[i] == '"')
            i++;
    }
    csv->unquoted_len += len;
    return span_of(out, len);
}

static bool is_control(uint8_t byte)
{
    return (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F;
}

static enum outcome read_quoted(struct csv *csv, struct fail *fail)
{
    const uint8_t *bytes = csv->file.ptr;
    size_t start = ++csv->at;
    bool doubled = false;
    for (;; csv->at++) {
        if (csv->at == csv->file.len)
            return refuse(csv, "the file ends inside quotes", fail);
        uint8_t byte = bytes[csv->at];
        if (byte == '\n')
            csv->line++;
        if (is_control(byte))
            return refuse(csv, "a control character", fail);
        if (byte != '"')
            continue;
        if (csv->at + 1 == csv->file.len || bytes[csv->at + 1] != '"')
            break;
        doubled = true;
        csv->at++;
    }
    struct span field = span_of(bytes + start, csv->at - start);
    csv->at++;
    size_t raw_len = field.len;
    if (doubled && raw_len <= ROLL_CSV_FIELD_BYTES_MAX && csv->count < ROLL_COLUMNS_MAX)
        field = undouble(csv, field);
    return keep_field(csv, field, raw_len, fail);
}

/* What follows a field: a comma, the end of the record, or an error. */
static enum outcome read_separator(struct csv *csv, bool *out_end, struct fail *fail)
{
    const uint8_t *bytes = csv->file.ptr;
    *out_end = true;
    if (csv->at == csv->file.len)
        return OK;
    uint8_t byte = bytes[csv->at];
    if (byte == '\r') {
        if (csv->at + 1 == csv->file.len || bytes[csv->at + 1] != '\n')
            return refuse(csv, "a carriage return without a line feed", fail);
        csv->at++;
        byte = '\n';
    }
    if (byte == '\n') {
        csv->at++;
        csv->line++;
        return OK;
    }
    if (is_control(byte))
        return refuse(csv, "a control character", fail);
    if (byte != ',')
        return refuse(csv, "text after a closing quote", fail);
    csv->at++;
    *out_end = false;
    return OK;
}

enum outcome csv_next(struct csv *csv, bool *out_more, struct fail *fail)
{
    csv->flaw = NULL;
    csv->count = 0;
    csv->unquoted_len = 0;
    csv->record_line = csv->line;
    *out_more = csv->at < csv->file.len;
    if (!*out_more)
        return OK;
    size_t start = csv->at;
    bool end = false;
    while (!end) {
        bool quoted = csv->at < csv->file.len && csv->file.ptr[csv->at] == '"';
        enum outcome outcome = quoted ? read_quoted(csv, fail) : read_plain(csv, fail);
        if (outcome == OK)
            outcome = read_separator(csv, &end, fail);
        if (outcome != OK)
            return outcome;
        csv->count++;
    }
    bool quoted = csv->file.ptr[start] == '"';
    if (csv->count == 1 && csv->fields[0].len == 0 && !quoted && csv->flaw == NULL) {
        csv->flaw = "an empty line";
        csv->flaw_column = 1;
    }
    return OK;
}
