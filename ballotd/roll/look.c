#include "roll/look.h"

#include <stdlib.h>

#include "roll.h"
#include "roll/text.h"

enum { DATE_SETS = 1 << DAYFORM_COUNT, DATE_BYTES_MAX = 24 };

enum outcome look_init(struct look *look, struct fail *fail)
{
    *look = (struct look){0};
    look->date_set = calloc(DATE_SETS, sizeof(*look->date_set));
    look->words = calloc(LOOK_WORDS_MAX, sizeof(*look->words));
    if (look->date_set != NULL && look->words != NULL)
        return OK;
    look_done(look);
    return fail_set(fail, BROKEN, "roll.memory", "out of memory while looking at columns");
}

void look_done(struct look *look)
{
    free(look->date_set);
    free(look->words);
    *look = (struct look){0};
}

/* -- shapes ----------------------------------------------------------------------------------- */

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_letter(uint8_t byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

static bool is_email(struct span text)
{
    struct span host = text;
    struct span local;
    if (!span_cut(&host, '@', &local) || local.len == 0)
        return false;
    return memchr(host.ptr, '.', host.len) != NULL && memchr(host.ptr, '@', host.len) == NULL &&
           memchr(text.ptr, ' ', text.len) == NULL;
}

/* A number to dial: it begins with 0 or +, and has 9 to 15 digits. */
static bool is_phone(struct span text)
{
    size_t count = 0;
    bool open = text.ptr[0] == '(' && text.len > 1;
    uint8_t first = text.ptr[open];
    if (first != '0' && first != '+')
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (is_digit(text.ptr[i]))
            count++;
        else if (strchr(" +()-.", text.ptr[i]) == NULL)
            return false;
    }
    return count >= 9 && count <= 15;
}

/* As the Post Office writes them: one or two letters, a digit, perhaps one more, and 9AA. */
static bool is_postcode(struct span text)
{
    if (text.len < 5 || text.len > 8)
        return false;
    const uint8_t *end = text.ptr + text.len;
    size_t head = text.len - 3;
    if (!is_digit(end[-3]) || !is_letter(end[-2]) || !is_letter(end[-1]))
        return false;
    if (text.ptr[head - 1] == ' ')
        head--;
    if (head < 2 || head > 4 || !is_letter(text.ptr[0]))
        return false;
    for (size_t i = 1; i < head; i++) {
        if (!is_letter(text.ptr[i]) && !is_digit(text.ptr[i]))
            return false;
    }
    return is_digit(text.ptr[1]) || is_digit(text.ptr[2]);
}

static bool is_number(struct span text, uint32_t *out_decimals)
{
    int64_t value;
    if (!text_number(text, ROLL_DECIMALS_MAX, &value))
        return false;
    const uint8_t *point = memchr(text.ptr, '.', text.len);
    *out_decimals = point != NULL ? (uint32_t)(text.ptr + text.len - point - 1) : 0;
    return true;
}

static uint32_t date_forms(struct span text)
{
    uint32_t set = 0;
    struct date day;
    if (!is_digit(text.ptr[0]) || text.len > DATE_BYTES_MAX)
        return 0;
    for (int form = 0; form < DAYFORM_COUNT; form++) {
        if (dayform_read((enum dayform)form, text, &day))
            set |= 1U << form;
    }
    return set;
}

/* -- counting --------------------------------------------------------------------------------- */

static void add_word(struct look *look, struct span text)
{
    look->many = look->many || text.len > LOOK_WORD_BYTES_MAX;
    for (uint32_t i = 0; !look->many && i < look->word_count; i++) {
        if (span_is(text, look->words[i].text)) {
            look->words[i].count++;
            return;
        }
    }
    look->many = look->many || look->word_count == LOOK_WORDS_MAX;
    if (look->many)
        return;
    struct look_word *word = &look->words[look->word_count++];
    *word = (struct look_word){.count = 1};
    memcpy(word->text, text.ptr, text.len);
}

void look_add(struct look *look, struct span text)
{
    int mark = vocabulary_find_mark(text);
    uint32_t decimals;
    if (text.len == 0) {
        look->empty++;
        return;
    }
    if (mark >= 0) {
        look->marks[mark]++;
        return;
    }
    look->filled++;
    uint32_t forms = date_forms(text);
    look->date_set[forms]++;
    look->dates += forms != 0;
    look->emails += is_email(text);
    look->phones += is_phone(text);
    look->postcodes += is_postcode(text);
    if (is_number(text, &decimals)) {
        look->numbers++;
        look->decimals = decimals > look->decimals ? decimals : look->decimals;
    }
    add_word(look, text);
}

static int compare_words(const void *a, const void *b)
{
    const struct look_word *x = a;
    const struct look_word *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return strcmp(x->text, y->text);
}

void look_sort_words(struct look *look)
{
    qsort(look->words, look->word_count, sizeof(*look->words), compare_words);
}

/* -- dates ------------------------------------------------------------------------------------ */

/* Values that a format of `wanted` reads and none of `without`. */
static uint32_t count_dates(const struct look *look, uint32_t wanted, uint32_t without)
{
    uint32_t count = 0;
    for (uint32_t set = 1; set < DATE_SETS; set++) {
        if ((set & wanted) != 0 && (set & without) == 0)
            count += look->date_set[set];
    }
    return count;
}

uint32_t look_dates_of(const struct look *look, enum dayform form)
{
    return count_dates(look, 1U << form, 0);
}

uint32_t look_dates_of_all(const struct look *look, const enum dayform *forms, uint32_t count)
{
    uint32_t set = 0;
    for (uint32_t i = 0; i < count; i++)
        set |= 1U << forms[i];
    return count_dates(look, set, 0);
}

static bool clashes(enum dayform form, uint32_t chosen)
{
    for (int other = 0; other < DAYFORM_COUNT; other++) {
        if ((chosen & 1U << other) != 0 && dayform_clash(form, (enum dayform)other))
            return true;
    }
    return false;
}

uint32_t look_choose_dates(const struct look *look, enum dayform *out_forms)
{
    uint32_t chosen = 0;
    uint32_t count = 0;
    while (count < ROLL_DATE_FORMATS_MAX) {
        uint32_t most = 0;
        enum dayform best = DAYFORM_COUNT;
        for (int form = 0; form < DAYFORM_COUNT; form++) {
            uint32_t more = count_dates(look, 1U << form, chosen);
            if (more > most && !clashes((enum dayform)form, chosen)) {
                most = more;
                best = (enum dayform)form;
            }
        }
        if (best == DAYFORM_COUNT)
            break;
        chosen |= 1U << best;
        out_forms[count++] = best;
    }
    return count;
}

struct look_order look_day_order(const struct look *look)
{
    const uint32_t day = 1U << DAYFORM_DMY_SLASH | 1U << DAYFORM_DMY_SHORT;
    const uint32_t month = 1U << DAYFORM_MDY_SLASH;
    struct look_order order = {
        .day_first = count_dates(look, day, month),
        .month_first = count_dates(look, month, day),
    };
    order.either = count_dates(look, month, 0) - order.month_first;
    return order;
}
