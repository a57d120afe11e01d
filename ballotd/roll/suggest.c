#include "roll/suggest.h"

#include <stdlib.h>

#include "roll.h"
#include "roll/csv.h"
#include "roll/guess.h"
#include "roll/text.h"

/* No encoding makes more than three bytes of one. */
static const size_t TEXT_BYTES_MAX = 3 * (size_t)ROLL_SNAPSHOT_BYTES_MAX;

enum { SCRATCH_BYTES_MAX = 64 * 1024, LISTED_BYTES_MAX = 200, LAST_RANK = 100 };

bool suggest_token(struct span theirs, struct buf *out)
{
    size_t start = out->len;
    vocabulary_fold(theirs, out);
    if (out->len > start + ROLL_TOKEN_BYTES_MAX)
        out->len = start + ROLL_TOKEN_BYTES_MAX;
    for (size_t i = start; i < out->len; i++) {
        if (out->bytes[i] == ' ')
            out->bytes[i] = '-';
    }
    return out->len > start;
}

const char *suggest_status(const char *theirs)
{
    struct buf folded;
    buf_init(&folded, SCRATCH_BYTES_MAX);
    vocabulary_fold(span_str(theirs), &folded);
    const char *ours = vocabulary_status(buf_span(&folded));
    buf_done(&folded);
    return ours;
}

/* -- reading ---------------------------------------------------------------------------------- */

static struct span normal_form(struct span raw, struct buf *scratch)
{
    if (raw.len == 0 || text_is_normal(raw))
        return raw;
    buf_clear(scratch);
    text_normalise(raw, scratch);
    return buf_span(scratch);
}

static enum outcome check_header(const struct suggestion *suggestion, uint32_t column,
                                 struct fail *fail)
{
    struct span header = suggestion->columns[column].header;
    if (header.len == 0)
        return fail_set(fail, BAD_INPUT, "suggest.header",
                        "column %u has no header; name it in the export", column + 1);
    for (uint32_t i = 0; i < column; i++) {
        if (span_equal(header, suggestion->columns[i].header))
            return fail_set(fail, BAD_INPUT, "suggest.header",
                            "the header \"%.*s\" stands there twice; rename one in the export",
                            (int)header.len, (const char *)header.ptr);
    }
    return OK;
}

/* The headers' own buffer has room for all of them from the start, so spans into it stay. */
static enum outcome read_header(struct suggestion *suggestion, const struct csv *csv,
                                struct fail *fail)
{
    buf_init(&suggestion->headers, (size_t)ROLL_COLUMNS_MAX * ROLL_CSV_FIELD_BYTES_MAX);
    suggestion->columns = calloc(csv->count, sizeof(*suggestion->columns));
    if (suggestion->columns == NULL ||
        buf_extend(&suggestion->headers, suggestion->headers.max) == NULL)
        return fail_set(fail, BROKEN, "roll.memory", "out of memory while reading a header");
    suggestion->headers.len = 0;
    for (uint32_t i = 0; i < csv->count; i++) {
        struct suggested_column *column = &suggestion->columns[i];
        size_t start = suggestion->headers.len;
        text_normalise(csv->fields[i], &suggestion->headers);
        column->header =
            span_of(suggestion->headers.bytes + start, suggestion->headers.len - start);
        enum outcome outcome = look_init(&column->look, fail);
        suggestion->width = i + 1;
        if (outcome == OK)
            outcome = check_header(suggestion, i, fail);
        if (outcome != OK)
            return outcome;
    }
    return OK;
}

static enum outcome check_separator(const struct csv *csv, struct fail *fail)
{
    static const char OTHERS[] = ";\t|";
    for (size_t i = 0; csv->count == 1 && i < strlen(OTHERS); i++) {
        if (csv->fields[0].len > 0 && memchr(csv->fields[0].ptr, OTHERS[i], csv->fields[0].len))
            return fail_set(fail, BAD_INPUT, "suggest.separator",
                            "the columns seem to be parted by %s; export them parted by commas",
                            OTHERS[i] == '\t'  ? "tabs"
                            : OTHERS[i] == ';' ? "\";\""
                                               : "\"|\"");
    }
    return OK;
}

static enum outcome open_header(struct csv *csv, struct span text, struct fail *fail)
{
    bool more;
    enum outcome outcome = csv_open_text(csv, text, fail);
    if (outcome != OK)
        return outcome;
    outcome = csv_next(csv, &more, fail);
    if (outcome == OK && !more)
        outcome = fail_set(fail, BAD_INPUT, "suggest.header", "the file is empty");
    if (outcome == OK && csv->flaw != NULL)
        outcome = fail_set(fail, BAD_INPUT, "suggest.header", "line 1, column %u: %s",
                           csv->flaw_column, csv->flaw);
    if (outcome != OK)
        csv_done(csv);
    return outcome;
}

static enum outcome look_at_rows(struct suggestion *suggestion, struct csv *csv, struct fail *fail)
{
    struct buf scratch;
    bool more;
    enum outcome outcome;
    buf_init(&scratch, SCRATCH_BYTES_MAX);
    while ((outcome = csv_next(csv, &more, fail)) == OK && more) {
        suggestion->rows++;
        if (csv->flaw != NULL || csv->count != suggestion->width) {
            suggestion->spoilt++;
            continue;
        }
        for (uint32_t i = 0; i < csv->count; i++)
            look_add(&suggestion->columns[i].look, normal_form(csv->fields[i], &scratch));
    }
    buf_done(&scratch);
    for (uint32_t i = 0; i < suggestion->width; i++)
        look_sort_words(&suggestion->columns[i].look);
    return outcome;
}

static enum outcome look_at_file(struct suggestion *suggestion, struct span text, struct fail *fail)
{
    struct csv *csv = calloc(1, sizeof(*csv));
    if (csv == NULL)
        return fail_set(fail, BROKEN, "roll.memory", "out of memory while reading an export");
    enum outcome outcome = open_header(csv, text, fail);
    if (outcome == OK) {
        outcome = check_separator(csv, fail);
        if (outcome == OK)
            outcome = read_header(suggestion, csv, fail);
        if (outcome == OK)
            outcome = look_at_rows(suggestion, csv, fail);
        csv_done(csv);
    }
    free(csv);
    return outcome;
}

/* -- deciding --------------------------------------------------------------------------------- */

/* Where the header says nothing, values of one unmistakable shape do. */
static int field_by_values(const struct look *look)
{
    if (look->filled == 0)
        return -1;
    if (look->emails == look->filled)
        return FIELD_EMAIL;
    if (look->postcodes == look->filled)
        return FIELD_POSTCODE;
    return look->phones == look->filled ? FIELD_PHONE : -1;
}

static void recognise(struct suggested_column *column)
{
    struct buf folded;
    buf_init(&folded, SCRATCH_BYTES_MAX);
    vocabulary_fold(column->header, &folded);
    column->why = vocabulary_unneeded(buf_span(&folded));
    column->word = vocabulary_header(buf_span(&folded), &column->exact);
    buf_done(&folded);
    if (column->why != NULL)
        column->word = NULL;
    column->field = column->why != NULL    ? -1
                    : column->word != NULL ? column->word->field
                                           : field_by_values(&column->look);
    column->fate = column->why != NULL  ? FATE_UNNEEDED
                   : column->field >= 0 ? FATE_MAPPED
                                        : FATE_UNKNOWN;
    if (column->fate == FATE_MAPPED && column->look.filled == 0)
        column->fate = FATE_EMPTY;
}

static bool has_status(const struct look *look)
{
    for (uint32_t i = 0; i < look->word_count; i++) {
        if (suggest_status(look->words[i].text) != NULL)
            return true;
    }
    return false;
}

static bool has_token(const struct look *look)
{
    struct buf token;
    bool found = false;
    buf_init(&token, SCRATCH_BYTES_MAX);
    for (uint32_t i = 0; !found && i < look->word_count; i++)
        found = suggest_token(span_str(look->words[i].text), &token);
    buf_done(&token);
    return found;
}

/* Why the values cannot be of the field that the header promises; NULL: they can. */
static const char *unfitness(struct suggested_column *column)
{
    const struct look *look = &column->look;
    switch (column->field) {
    case FIELD_JOINED_ON:
    case FIELD_PAID_UNTIL:
    case FIELD_BORN_ON:
        column->date_count = look_choose_dates(look, column->dates);
        return column->date_count > 0 ? NULL : "none of its values is a date that can be read";
    case FIELD_STATUS:
        if (look->many)
            return "it has more than 40 different values, or long ones: no list of statuses";
        return has_status(look) ? NULL
                                : "none of its words is known: say in the mapping what each means";
    case FIELD_KIND:
        if (look->many)
            return "it has more than 40 different values, or long ones: no list of kinds";
        return has_token(look) ? NULL : "no word of letters or digits stands in it";
    case FIELD_MAX:
        return look->numbers == look->filled
                   ? NULL
                   : "not all of its values are plain numbers such as 12.50; mend the export";
    default:
        return NULL;
    }
}

static void fit(struct suggested_column *column)
{
    if (column->fate != FATE_MAPPED)
        return;
    const char *why = unfitness(column);
    if (why == NULL)
        return;
    column->fate = FATE_UNFIT;
    column->why = why;
}

/* Lower is better. */
static int rank_of(const struct suggested_column *column)
{
    return column->word == NULL ? LAST_RANK : 2 * column->word->rank + !column->exact;
}

/* Two columns of which only one can be proposed. Parts of a name, and lines of an address, stand
 * together. */
static bool compete(const struct suggested_column *a, const struct suggested_column *b)
{
    if (a->fate != FATE_MAPPED || b->fate != FATE_MAPPED || a->field != b->field)
        return false;
    if (a->field == FIELD_NAME)
        return a->word->part == b->word->part;
    if (a->field == FIELD_MAX)
        return strcmp(a->word->attribute, b->word->attribute) == 0;
    return a->field != FIELD_ADDRESS;
}

static void lose(struct suggestion *suggestion, uint32_t loser, uint32_t winner)
{
    suggestion->columns[loser].fate = FATE_SPARE;
    suggestion->columns[loser].rival = winner;
}

static void choose_rivals(struct suggestion *suggestion)
{
    for (uint32_t i = 0; i < suggestion->width; i++) {
        for (uint32_t j = 0; j < i; j++) {
            const struct suggested_column *a = &suggestion->columns[j];
            const struct suggested_column *b = &suggestion->columns[i];
            if (!compete(a, b))
                continue;
            if (rank_of(b) < rank_of(a))
                lose(suggestion, j, i);
            else
                lose(suggestion, i, j);
        }
    }
}

static int find_part(const struct suggestion *suggestion, enum name_part part)
{
    for (uint32_t i = 0; i < suggestion->width; i++) {
        const struct suggested_column *column = &suggestion->columns[i];
        if (column->fate == FATE_MAPPED && column->field == FIELD_NAME &&
            column->word->part == part)
            return (int)i;
    }
    return -1;
}

/* A name as a whole, or its parts: not both. */
static void choose_name(struct suggestion *suggestion)
{
    int whole = find_part(suggestion, PART_WHOLE);
    int last = find_part(suggestion, PART_LAST);
    if (whole >= 0 && last >= 0) {
        lose(suggestion, (uint32_t)whole, (uint32_t)last);
        return;
    }
    for (int part = PART_FIRST; whole >= 0 && part <= PART_LAST; part++) {
        int place = find_part(suggestion, (enum name_part)part);
        if (place >= 0)
            lose(suggestion, (uint32_t)place, (uint32_t)whole);
    }
}

/* -- the member number ------------------------------------------------------------------------ */

static enum outcome no_number(const struct suggestion *suggestion, struct fail *fail)
{
    struct buf list;
    buf_init(&list, 2 * LISTED_BYTES_MAX);
    for (uint32_t i = 0; i < suggestion->width; i++) {
        struct span header = suggestion->columns[i].header;
        if (list.len + header.len > LISTED_BYTES_MAX) {
            buf_add_str(&list, " ...");
            break;
        }
        buf_add_format(&list, "%s\"%.*s\"", i > 0 ? ", " : "", (int)header.len,
                       (const char *)header.ptr);
    }
    enum outcome outcome =
        fail_set(fail, NOT_FOUND, "suggest.number",
                 "no column seems to hold member numbers; name it with --member-no HEADER, one of "
                 "%s",
                 buf_text(&list));
    buf_done(&list);
    return outcome;
}

/* The named column, or none that another was recognised as. */
static enum outcome name_number(struct suggestion *suggestion, struct span header,
                                struct fail *fail)
{
    static const struct header_word NAMED = {.field = FIELD_MEMBER_NO};
    bool found = false;
    for (uint32_t i = 0; header.len > 0 && i < suggestion->width; i++) {
        struct suggested_column *column = &suggestion->columns[i];
        if (span_equal(column->header, header)) {
            found = true;
            column->word = &NAMED;
            column->exact = true;
            column->field = FIELD_MEMBER_NO;
            column->fate = column->look.filled > 0 ? FATE_MAPPED : FATE_EMPTY;
        } else if (column->field == FIELD_MEMBER_NO) {
            column->field = -1;
            column->fate = FATE_UNKNOWN;
        }
    }
    if (header.len == 0 || found)
        return OK;
    return fail_set(fail, NOT_FOUND, "suggest.number", "no column is called \"%.*s\"",
                    (int)header.len, (const char *)header.ptr);
}

static int find_number(const struct suggestion *suggestion)
{
    for (uint32_t i = 0; i < suggestion->width; i++) {
        if (suggestion->columns[i].field == FIELD_MEMBER_NO &&
            suggestion->columns[i].fate == FATE_MAPPED)
            return (int)i;
    }
    return -1;
}

/* FNV-1a: good enough to count repetitions for a note. */
static uint64_t hash_text(struct span text)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ text.ptr[i]) * UINT64_C(0x100000001B3);
    return hash;
}

static int compare_hashes(const void *a, const void *b)
{
    const uint64_t *x = a;
    const uint64_t *y = b;
    return (*x > *y) - (*x < *y);
}

static uint32_t count_repeated(uint64_t *hashes, uint32_t count)
{
    uint32_t repeated = 0;
    qsort(hashes, count, sizeof(*hashes), compare_hashes);
    for (uint32_t i = 1; i < count; i++)
        repeated += hashes[i] == hashes[i - 1];
    return repeated;
}

/* Reads the export once more, for its numbers alone. */
static enum outcome count_numbers(struct suggestion *suggestion, struct span text, uint32_t place,
                                  struct fail *fail)
{
    struct csv *csv = calloc(1, sizeof(*csv));
    uint64_t *hashes = calloc((size_t)suggestion->rows + 1, sizeof(*hashes));
    struct buf scratch;
    uint32_t count = 0;
    bool more;
    buf_init(&scratch, SCRATCH_BYTES_MAX);
    enum outcome outcome =
        csv == NULL || hashes == NULL
            ? fail_set(fail, BROKEN, "roll.memory", "out of memory while counting members")
            : open_header(csv, text, fail);
    while (outcome == OK && (outcome = csv_next(csv, &more, fail)) == OK && more) {
        if (csv->flaw == NULL && csv->count == suggestion->width && csv->fields[place].len > 0)
            hashes[count++] = hash_text(normal_form(csv->fields[place], &scratch));
    }
    if (outcome == OK)
        suggestion->repeated = count_repeated(hashes, count);
    if (csv != NULL)
        csv_done(csv);
    free(csv);
    free(hashes);
    buf_done(&scratch);
    return outcome;
}

/* -- all of it -------------------------------------------------------------------------------- */

static enum outcome decide(struct suggestion *suggestion, struct span text, struct span header,
                           struct fail *fail)
{
    for (uint32_t i = 0; i < suggestion->width; i++)
        recognise(&suggestion->columns[i]);
    enum outcome outcome = name_number(suggestion, header, fail);
    if (outcome != OK)
        return outcome;
    for (uint32_t i = 0; i < suggestion->width; i++)
        fit(&suggestion->columns[i]);
    choose_rivals(suggestion);
    choose_name(suggestion);
    int number = find_number(suggestion);
    if (number < 0)
        return no_number(suggestion, fail);
    return count_numbers(suggestion, text, (uint32_t)number, fail);
}

enum outcome suggest_read(struct span file, struct span number_header,
                          struct suggestion *out_suggestion, struct fail *fail)
{
    struct suggestion suggestion = {0};
    struct span text;
    buf_init(&suggestion.room, TEXT_BYTES_MAX);
    enum outcome outcome = guess_text(file, &suggestion.room, &text, &suggestion.encoding, fail);
    if (outcome == OK)
        outcome = look_at_file(&suggestion, text, fail);
    if (outcome == OK)
        outcome = decide(&suggestion, text, number_header, fail);
    if (outcome == OK)
        *out_suggestion = suggestion;
    else
        suggest_done(&suggestion);
    return outcome;
}

void suggest_done(struct suggestion *suggestion)
{
    if (suggestion == NULL)
        return;
    for (uint32_t i = 0; i < suggestion->width; i++)
        look_done(&suggestion->columns[i].look);
    free(suggestion->columns);
    buf_done(&suggestion->room);
    buf_done(&suggestion->headers);
    suggestion->columns = NULL;
    suggestion->width = 0;
}
