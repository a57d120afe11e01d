#include "roll/csv.h"

#include <inttypes.h>

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* -- the file --------------------------------------------------------------------------------- */

static enum outcome check_bytes(struct span text, struct fail *fail)
{
    uint64_t line = 1;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.ptr[i];
        if ((byte < 0x20 && !is_blank(byte)) || byte == 0x7F)
            return fail_bad(fail, "line %" PRIu64 ": a control character", line);
        line += byte == '\n';
    }
    return GOOD;
}

static enum outcome check_header(const struct csv *csv, struct fail *fail)
{
    struct span names[ROLL_COLUMNS_MAX];
    struct buffer texts[ROLL_COLUMNS_MAX];
    enum outcome outcome = GOOD;
    unsigned made = 0;
    for (; outcome == GOOD && made < csv->count; made++) {
        buffer_init(&texts[made], ROLL_CSV_FIELD_BYTES_MAX);
        names[made] = csv_text(&csv->fields[made], &texts[made]);
        if (names[made].ptr == NULL)
            outcome = fail_unable(fail, "no memory for the header");
        else if (names[made].len == 0)
            outcome = fail_bad(fail, "line 1, column %u: the header is empty", made + 1);
        for (unsigned k = 0; outcome == GOOD && k < made; k++)
            if (span_equal(names[k], names[made]))
                outcome = fail_bad(fail, "line 1, column %u: the header of column %u again",
                                   made + 1, k + 1);
    }
    while (made-- > 0)
        buffer_done(&texts[made]);
    return outcome;
}

enum outcome csv_open(struct csv *csv, struct span text, struct fail *fail)
{
    csv->text = text;
    csv->at = 0;
    csv->next_line = 1;
    csv->header_count = 0;
    enum outcome outcome = check_bytes(csv->text, fail);
    bool more = false;
    if (outcome == GOOD)
        outcome = csv_next(csv, &more, fail);
    if (outcome == GOOD && !more)
        return fail_bad(fail, "line 1: no header");
    csv->header_count = csv->count;
    return outcome == GOOD ? check_header(csv, fail) : outcome;
}

/* -- records ---------------------------------------------------------------------------------- */

static enum outcome refuse(const struct csv *csv, const char *why, struct fail *fail)
{
    return fail_bad(fail, "line %" PRIu64 ", column %u: %s", csv->line, csv->count + 1, why);
}

/* The byte at the cursor, 0 at the end of the file (a 0 in the file has been refused). */
static uint8_t peek(const struct csv *csv)
{
    return csv->at < csv->text.len ? csv->text.ptr[csv->at] : 0;
}

/* From behind the opening quote to behind the closing one. */
static enum outcome take_quoted(struct csv *csv, struct csv_field *field, struct fail *fail)
{
    size_t start = ++csv->at;
    for (;; csv->at++) {
        uint8_t byte = peek(csv);
        if (byte == 0)
            return refuse(csv, "the file ends inside quotes", fail);
        csv->next_line += byte == '\n';
        if (byte != '"')
            continue;
        if (csv->at + 1 == csv->text.len || csv->text.ptr[csv->at + 1] != '"')
            break;
        field->doubled = true;
        csv->at++;
    }
    field->raw = span_of(csv->text.ptr + start, csv->at - start);
    csv->at++;
    return GOOD;
}

static enum outcome take_plain(struct csv *csv, struct csv_field *field, struct fail *fail)
{
    size_t start = csv->at;
    uint8_t byte;
    while ((byte = peek(csv)) != 0 && byte != ',' && byte != '\n' && byte != '\r') {
        if (byte == '"')
            return refuse(csv, "a quote inside a field without quotes", fail);
        csv->at++;
    }
    field->raw = span_of(csv->text.ptr + start, csv->at - start);
    return GOOD;
}

/* What stands after a field: a comma, or the end of the record. */
static enum outcome take_end(struct csv *csv, bool *out_last, struct fail *fail)
{
    bool crlf =
        peek(csv) == '\r' && csv->at + 1 < csv->text.len && csv->text.ptr[csv->at + 1] == '\n';
    if (crlf)
        csv->at++;
    uint8_t byte = peek(csv);
    if (byte != 0 && byte != ',' && byte != '\n')
        return refuse(csv, "neither a comma nor a line end after the field", fail);
    *out_last = byte != ',';
    csv->next_line += byte == '\n';
    csv->at += byte != 0;
    return GOOD;
}

static enum outcome take_field(struct csv *csv, bool *out_last, struct fail *fail)
{
    if (csv->count == ROLL_COLUMNS_MAX)
        return refuse(csv, "more than 256 columns", fail);
    struct csv_field *field = &csv->fields[csv->count];
    *field = (struct csv_field){.doubled = false};
    bool quoted = peek(csv) == '"';
    enum outcome outcome = quoted ? take_quoted(csv, field, fail) : take_plain(csv, field, fail);
    if (outcome == GOOD && field->raw.len > ROLL_CSV_FIELD_BYTES_MAX)
        return refuse(csv, "the field is longer than 4,096 bytes", fail);
    if (outcome == GOOD)
        outcome = take_end(csv, out_last, fail);
    if (outcome == GOOD && *out_last && csv->count == 0 && !quoted && field->raw.len == 0)
        return refuse(csv, "an empty line", fail);
    csv->count++;
    return outcome;
}

enum outcome csv_next(struct csv *csv, bool *out_more, struct fail *fail)
{
    enum outcome outcome = GOOD;
    csv->line = csv->next_line;
    csv->count = 0;
    *out_more = csv->at < csv->text.len;
    for (bool last = !*out_more; outcome == GOOD && !last;)
        outcome = take_field(csv, &last, fail);
    if (outcome == GOOD && *out_more && csv->header_count != 0 && csv->count != csv->header_count)
        return fail_bad(fail, "line %" PRIu64 ", column %u: %u fields under %u headers", csv->line,
                        csv->count, csv->count, csv->header_count);
    return outcome;
}

/* -- texts ------------------------------------------------------------------------------------ */

bool csv_normal(struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.ptr[i];
        if (!is_blank(byte))
            continue;
        if (byte != ' ' || i == 0 || i + 1 == text.len || text.ptr[i - 1] == ' ')
            return false;
    }
    return true;
}

struct span csv_text(const struct csv_field *field, struct buffer *work)
{
    struct span raw = field->raw;
    if (raw.len == 0)
        return span_text("");
    if (!field->doubled && csv_normal(raw))
        return raw;
    bool space = false; /* one is owed, unless nothing follows */
    buffer_clear(work);
    for (size_t i = 0; i < raw.len; i++) {
        uint8_t byte = raw.ptr[i];
        if (is_blank(byte)) {
            space = work->len > 0;
            continue;
        }
        if (space)
            buffer_append_byte(work, ' ');
        space = false;
        buffer_append_byte(work, byte);
        i += byte == '"' ? 1 : 0; /* only doubled ones can occur */
    }
    if (buffer_full(work))
        return (struct span){0};
    return work->len == 0 ? span_text("") : buffer_span(work);
}
