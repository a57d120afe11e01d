/* A suggestion as the mapping that it proposes, and as notes for the person who corrects it. */
#include <stdlib.h>

#include "base/json.h"
#include "roll.h"
#include "roll/suggest.h"

static struct span field_name(const struct suggested_column *column)
{
    static const char *const NAMES[FIELD_FIXED] = {
        [FIELD_MEMBER_NO] = "member_no",
        [FIELD_NAME] = "name",
        [FIELD_EMAIL] = "email",
        [FIELD_PHONE] = "phone",
        [FIELD_ADDRESS] = "address",
        [FIELD_POSTCODE] = "postcode",
        [FIELD_NATION] = "nation",
        [FIELD_REGION] = "region",
        [FIELD_CONSTITUENCY] = "constituency",
        [FIELD_BRANCH] = "branch",
        [FIELD_KIND] = "kind",
        [FIELD_STATUS] = "status",
        [FIELD_JOINED_ON] = "joined_on",
        [FIELD_PAID_UNTIL] = "paid_until",
        [FIELD_BORN_ON] = "born_on",
    };
    return span_str(column->field < FIELD_FIXED ? NAMES[column->field] : column->word->attribute);
}

/* -- the mapping ------------------------------------------------------------------------------ */

static json_t *text_of(struct span text)
{
    return json_stringn((const char *)text.ptr, text.len);
}

static void put_dates(json_t *object, const struct suggested_column *column)
{
    json_t *dates = json_array();
    for (uint32_t i = 0; i < column->date_count; i++)
        json_array_append_new(dates, text_of(span_str(dayform_name(column->dates[i]))));
    json_put(object, "dates", dates);
}

/* What a word is proposed to become: a status, or for a kind itself as a token. */
static bool ours_for(const struct suggested_column *column, const char *theirs, struct buf *ours)
{
    buf_clear(ours);
    if (column->field == FIELD_KIND)
        return suggest_token(span_str(theirs), ours);
    const char *status = suggest_status(theirs);
    if (status != NULL)
        buf_add_str(ours, status);
    return status != NULL;
}

static void put_words(json_t *object, const struct suggested_column *column)
{
    json_t *words = json_array();
    struct buf ours;
    buf_init(&ours, ROLL_CSV_FIELD_BYTES_MAX);
    for (uint32_t i = 0; i < column->look.word_count; i++) {
        const char *theirs = column->look.words[i].text;
        if (!ours_for(column, theirs, &ours))
            continue;
        json_t *pair = json_array();
        json_array_append_new(pair, text_of(span_str(theirs)));
        json_array_append_new(pair, text_of(buf_span(&ours)));
        json_array_append_new(words, pair);
    }
    buf_done(&ours);
    json_put(object, "words", words);
}

static void append_column(json_t *columns, const struct suggested_column *column)
{
    json_t *object = json_object();
    json_put_string(object, "column", column->header);
    json_put_string(object, "field", field_name(column));
    if (column->date_count > 0)
        put_dates(object, column);
    else if (column->field == FIELD_STATUS || column->field == FIELD_KIND)
        put_words(object, column);
    else if (column->field == FIELD_MAX)
        json_put_integer(object, "number", column->look.decimals);
    json_array_append_new(columns, object);
}

/* The parts of a name in the order in which they are spoken, where the first of them stands. */
static void append_name(json_t *columns, const struct suggestion *suggestion)
{
    for (int part = PART_WHOLE; part <= PART_LAST; part++) {
        for (uint32_t i = 0; i < suggestion->width; i++) {
            const struct suggested_column *column = &suggestion->columns[i];
            if (column->fate == FATE_MAPPED && column->field == FIELD_NAME &&
                (int)column->word->part == part)
                append_column(columns, column);
        }
    }
}

static json_t *list_columns(const struct suggestion *suggestion)
{
    json_t *columns = json_array();
    bool named = false;
    for (uint32_t i = 0; i < suggestion->width; i++) {
        const struct suggested_column *column = &suggestion->columns[i];
        if (column->fate != FATE_MAPPED)
            continue;
        if (column->field != FIELD_NAME)
            append_column(columns, column);
        else if (!named)
            append_name(columns, suggestion);
        named = named || column->field == FIELD_NAME;
    }
    return columns;
}

static uint32_t count_mark(const struct suggestion *suggestion, int mark)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < suggestion->width; i++) {
        if (suggestion->columns[i].fate == FATE_MAPPED)
            count += suggestion->columns[i].look.marks[mark];
    }
    return count;
}

static json_t *list_missing(const struct suggestion *suggestion)
{
    json_t *missing = json_array();
    for (int i = 0; i < VOCABULARY_MARKS; i++) {
        if (count_mark(suggestion, i) > 0)
            json_array_append_new(missing, text_of(span_str(vocabulary_mark(i))));
    }
    return missing;
}

void suggest_print_mapping(const struct suggestion *suggestion, struct span source, struct buf *out)
{
    json_t *mapping = json_object();
    json_put_string(mapping, "format", SPAN_LIT("ballotd mapping 1"));
    json_put_string(mapping, "source", source);
    json_put_string(mapping, "encoding", span_str(suggestion->encoding));
    json_put(mapping, "missing", list_missing(suggestion));
    json_put(mapping, "columns", list_columns(suggestion));
    json_print(mapping, out);
    json_decref(mapping);
}

/* -- the notes -------------------------------------------------------------------------------- */

static void add_name(const struct suggested_column *column, struct buf *out)
{
    buf_add_str(out, "  \"");
    buf_add(out, column->header);
    buf_add_byte(out, '"');
}

static void add_check(struct buf *out, const char *text)
{
    buf_add_str(out, "      CHECK: ");
    buf_add_str(out, text);
    buf_add_byte(out, '\n');
}

static void note_missing(const struct suggestion *suggestion, const struct look *look,
                         struct buf *out)
{
    uint32_t without = suggestion->rows - suggestion->spoilt - look->filled;
    if (without > 0)
        buf_add_format(out, ", %u without", without);
}

static void note_order(const struct suggested_column *column, struct buf *out)
{
    struct look_order order = look_day_order(&column->look);
    if (order.day_first > 0 && order.month_first > 0)
        buf_add_format(out,
                       "      CHECK: TWO ORDERS OF DAY AND MONTH ARE MIXED: %u dates can only have "
                       "the day\n             first, %u only the month. Nothing says which the "
                       "other %u have: mend the export.\n",
                       order.day_first, order.month_first, order.either);
    else if (order.month_first > 0)
        buf_add_format(out,
                       "      CHECK: the MONTH comes first: %u dates can be read no other way, and "
                       "%u that\n             could are read so too.\n",
                       order.month_first, order.either);
    else if (order.either > 0 && order.day_first > 0)
        buf_add_format(out,
                       "      %u dates can only have the day first, so the %u that could have the "
                       "month first\n      are read so too.\n",
                       order.day_first, order.either);
    else if (order.either > 0)
        buf_add_format(out,
                       "      CHECK: ALL %u DATES COULD HAVE THE DAY OR THE MONTH FIRST, AND "
                       "NOTHING IN THE FILE\n             SAYS WHICH. The day is proposed: ask "
                       "whoever made the export.\n",
                       order.either);
}

static void note_dates(const struct suggested_column *column, struct buf *out)
{
    buf_add_str(out, "      Dates read as");
    for (uint32_t i = 0; i < column->date_count; i++)
        buf_add_format(out, "%s %s (%u)", i > 0 ? "," : "", dayform_name(column->dates[i]),
                       look_dates_of(&column->look, column->dates[i]));
    buf_add_str(out, ".\n");
    uint32_t read = look_dates_of_all(&column->look, column->dates, column->date_count);
    if (read < column->look.filled)
        buf_add_format(out,
                       "      CHECK: %u values are no date of these formats: the import refuses "
                       "them.\n",
                       column->look.filled - read);
    note_order(column, out);
}

static void note_words(const struct suggested_column *column, struct buf *out)
{
    struct buf ours;
    buf_init(&ours, ROLL_CSV_FIELD_BYTES_MAX);
    for (uint32_t i = 0; i < column->look.word_count; i++) {
        const struct look_word *word = &column->look.words[i];
        bool known = ours_for(column, word->text, &ours);
        buf_add_format(out, "      \"%s\" (%u) ", word->text, word->count);
        if (known)
            buf_add_format(out, "is %s\n", buf_text(&ours));
        else
            buf_add_str(out, "CHECK: NOT KNOWN: the import refuses these rows until a person "
                             "says what it means\n");
    }
    buf_done(&ours);
    if (column->field == FIELD_STATUS)
        add_check(out, "does each word mean what is proposed, in this body's rule book?");
    else
        add_check(out, "is each kind what the rules call it?");
}

static void note_shape(const struct suggested_column *column, struct buf *out)
{
    const struct look *look = &column->look;
    uint32_t of_shape = column->field == FIELD_EMAIL      ? look->emails
                        : column->field == FIELD_POSTCODE ? look->postcodes
                        : column->field == FIELD_PHONE    ? look->phones
                                                          : look->filled;
    if (of_shape < look->filled)
        buf_add_format(out, "      CHECK: values that do not look like one: %u.\n",
                       look->filled - of_shape);
}

static long long shifted(long long number, uint32_t decimals)
{
    while (decimals-- > 0)
        number *= 10;
    return number;
}

static void note_mapped(const struct suggestion *suggestion, const struct suggested_column *column,
                        struct buf *out)
{
    add_name(column, out);
    buf_add_str(out, " is ");
    buf_add(out, field_name(column));
    buf_add_format(out, ", by its %s: %u values", column->word != NULL ? "header" : "values",
                   column->look.filled);
    note_missing(suggestion, &column->look, out);
    buf_add_str(out, ".\n");
    if (column->date_count > 0)
        note_dates(column, out);
    if (column->field == FIELD_STATUS || column->field == FIELD_KIND)
        note_words(column, out);
    if (column->field == FIELD_MAX)
        buf_add_format(out, "      Numbers with up to %u decimals: a rule writes 5 as %lld.\n",
                       column->look.decimals, shifted(5, column->look.decimals));
    if (column->field == FIELD_MEMBER_NO && suggestion->repeated > 0)
        buf_add_format(
            out,
            "      CHECK: numbers that stood on an earlier row: %u. One member with several "
            "rows is a case to decide.\n",
            suggestion->repeated);
    note_shape(column, out);
    if (column->word != NULL && column->word->check != NULL)
        add_check(out, column->word->check);
    if (column->word != NULL && !column->exact && column->field != FIELD_ADDRESS)
        add_check(out, "only a part of the header says so.");
}

static void note_unknown(const struct suggested_column *column, struct buf *out)
{
    const struct look *look = &column->look;
    buf_add_str(out, "not known, and dropped unless a rule needs it");
    if (look->filled > 0 && look->dates == look->filled)
        buf_add_str(out, "; its values are dates");
    else if (look->filled > 0 && look->numbers == look->filled)
        buf_add_str(out, "; its values are numbers");
}

static void note_left_out(const struct suggestion *suggestion,
                          const struct suggested_column *column, struct buf *out)
{
    const struct suggested_column *rival = &suggestion->columns[column->rival];
    add_name(column, out);
    buf_add_str(out, ": ");
    switch (column->fate) {
    case FATE_SPARE:
        while (rival->fate == FATE_SPARE)
            rival = &suggestion->columns[rival->rival];
        buf_add_str(out, "could be ");
        buf_add(out, field_name(column));
        buf_add_str(out, " too, but \"");
        buf_add(out, rival->header);
        buf_add_str(out, "\" was taken. CHECK: is that the right one?");
        break;
    case FATE_EMPTY:
        buf_add_str(out, "it has no values");
        break;
    case FATE_UNFIT:
        buf_add_str(out, "seems to be ");
        buf_add(out, field_name(column));
        buf_add_format(out, ", but CHECK: %s", column->why);
        break;
    case FATE_UNNEEDED:
        buf_add_format(out, "not needed: %s", column->why);
        break;
    default:
        note_unknown(column, out);
        break;
    }
    buf_add_byte(out, '\n');
}

static void note_marks(const struct suggestion *suggestion, struct buf *out)
{
    bool any = false;
    for (int i = 0; i < VOCABULARY_MARKS; i++) {
        uint32_t count = count_mark(suggestion, i);
        if (count == 0)
            continue;
        buf_add_format(out, "%s \"%s\" (%u)", any ? "," : "Read as missing:", vocabulary_mark(i),
                       count);
        any = true;
    }
    if (any)
        buf_add_str(out, ". CHECK: in every column?\n");
}

void suggest_print_notes(const struct suggestion *suggestion, struct buf *out)
{
    bool headed = false;
    buf_add_format(out, "Rows: %u, columns: %u, encoding: %s.\n", suggestion->rows,
                   suggestion->width, suggestion->encoding);
    if (strcmp(suggestion->encoding, "windows-1252") == 0)
        buf_add_str(out, "CHECK: the encoding is a guess; look at names with accents.\n");
    if (suggestion->spoilt > 0)
        buf_add_format(out,
                       "CHECK: rows that cannot be read: %u; `ballotd mapping check` lists them.\n",
                       suggestion->spoilt);
    buf_add_str(out, "Proposed:\n");
    for (uint32_t i = 0; i < suggestion->width; i++) {
        if (suggestion->columns[i].fate == FATE_MAPPED)
            note_mapped(suggestion, &suggestion->columns[i], out);
    }
    for (uint32_t i = 0; i < suggestion->width; i++) {
        if (suggestion->columns[i].fate == FATE_MAPPED)
            continue;
        if (!headed)
            buf_add_str(out, "Left out, so that it is never taken over:\n");
        headed = true;
        note_left_out(suggestion, &suggestion->columns[i], out);
    }
    note_marks(suggestion, out);
    buf_add_str(out, "This is a guess. Correct it, then try it with `ballotd mapping check`.\n");
}
