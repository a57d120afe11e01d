#include "roll/sentence.h"

#include "base/json.h"
#include "roll.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* In a phrase: %F and %G fields, %T texts, %N a number, %U its unit, %D a day, %L the day so long
 * before it. `parts` says which of these the test's parts are, in order. */
static const struct {
    const char *name, *parts;
    const char *phrase[LANGUAGES], *negated[LANGUAGES];
} PHRASES[] = {
    {"always", "", {"everybody", "pawb"}, {"nobody", "neb"}},
    {"present",
     "F",
     {"%F is on record", "%F: ar gofnod"},
     {"%F is not on record", "%F: ddim ar gofnod"}},
    {"equal", "FT", {"%F is %T", "%F: %T"}, {"%F is not %T", "%F: nid %T"}},
    {"one_of", "FT", {"%F is %T", "%F: %T"}, {"%F is not %T", "%F: nid %T"}},
    {"on_or_before",
     "FD",
     {"%F is %D or earlier", "%F: %D neu gynt"},
     {"%F is later than %D", "%F: ar \xC3\xB4l %D"}},
    {"on_or_after",
     "FD",
     {"%F is %D or later", "%F: %D neu wedyn"},
     {"%F is earlier than %D", "%F: cyn %D"}},
    {"at_least_before",
     "FNUD",
     {"%F is at least %N %U before %D, that is %L or earlier",
      "%F: o leiaf %N %U cyn %D, hynny yw %L neu gynt"},
     {"%F is less than %N %U before %D, that is after %L",
      "%F: llai na %N %U cyn %D, hynny yw ar \xC3\xB4l %L"}},
    {"age_at_least",
     "FND",
     {"aged %N or over on %D, by %F", "%N oed neu h\xC5\xB7n ar %D, yn \xC3\xB4l %F"},
     {"under %N on %D, by %F", "dan %N oed ar %D, yn \xC3\xB4l %F"}},
    {"number_at_least",
     "FN",
     {"%F is %N or more, in the smallest unit of the mapping",
      "%F: %N neu fwy, yn uned leiaf y mapio"},
     {"%F is less than %N, in the smallest unit of the mapping",
      "%F: llai na %N, yn uned leiaf y mapio"}},
    {"number_at_most",
     "FN",
     {"%F is %N or less, in the smallest unit of the mapping",
      "%F: %N neu lai, yn uned leiaf y mapio"},
     {"%F is more than %N, in the smallest unit of the mapping",
      "%F: mwy na %N, yn uned leiaf y mapio"}},
    {"same_as",
     "FG",
     {"%F and %G are the same", "yr un gwerth: %F; %G"},
     {"%F and %G are not the same", "nid yr un gwerth: %F; %G"}},
    {"no_later_than",
     "FG",
     {"%F is no later than %G", "%F: dim hwyrach na\xE2\x80\x99r dyddiad hwn: %G"},
     {"%F is later than %G", "%F: hwyrach na\xE2\x80\x99r dyddiad hwn: %G"}},
    {"in_list",
     "T",
     {"in the list %T", "ar y rhestr %T"},
     {"not in the list %T", "ddim ar y rhestr %T"}},
    {"status_at",
     "DT",
     {"the status on %D was %T", "y statws ar %D: %T"},
     {"the status on %D was not %T", "y statws ar %D: nid %T"}},
};

static const struct {
    const char *name, *phrase[LANGUAGES];
} FIELDS[] = {
    {"member_no", {"the membership number", "y rhif aelodaeth"}},
    {"name", {"the name", "yr enw"}},
    {"email", {"the e-mail address", "y cyfeiriad e-bost"}},
    {"phone", {"the phone number", "y rhif ff\xC3\xB4n"}},
    {"address", {"the address", "y cyfeiriad"}},
    {"postcode", {"the postcode", "y cod post"}},
    {"nation", {"the nation", "y genedl"}},
    {"region", {"the region", "y rhanbarth"}},
    {"constituency", {"the constituency", "yr etholaeth"}},
    {"branch", {"the branch", "y gangen"}},
    {"kind", {"the kind of membership", "y math o aelodaeth"}},
    {"status", {"the status", "y statws"}},
    {"joined_on", {"the day of joining", "y dyddiad ymuno"}},
    {"paid_until", {"the day paid until", "y dyddiad y talwyd hyd ato"}},
    {"born_on", {"the day of birth", "y dyddiad geni"}},
};

static const char *const MONTHS[LANGUAGES][12] = {
    {"January", "February", "March", "April", "May", "June", "July", "August", "September",
     "October", "November", "December"},
    {"Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin", "Gorffennaf", "Awst", "Medi",
     "Hydref", "Tachwedd", "Rhagfyr"},
};

/* One and several; Welsh counts in the singular, but for years. */
static const struct {
    const char *name, *one[LANGUAGES], *several[LANGUAGES];
} UNITS[] = {
    {"days", {"day", "diwrnod"}, {"days", "diwrnod"}},
    {"weeks", {"week", "wythnos"}, {"weeks", "wythnos"}},
    {"months", {"month", "mis"}, {"months", "mis"}},
    {"years", {"year", "flwyddyn"}, {"years", "blynedd"}},
};

bool language_named(const char *name, enum language *out_language)
{
    bool welsh = strcmp(name, "cy") == 0;
    if (!welsh && strcmp(name, "en") != 0)
        return false;
    *out_language = welsh ? LANGUAGE_CY : LANGUAGE_EN;
    return true;
}

struct span sentence_text(const json_t *text, enum language language)
{
    struct span welsh = json_span(json_object_get(text, "cy"));
    if (language == LANGUAGE_CY && welsh.len > 0)
        return welsh;
    return json_span(json_object_get(text, "en"));
}

void sentence_print_day(struct date day, enum language language, struct buf *out)
{
    buf_add_format(out, "%d %s %d", day.day, MONTHS[language][day.month - 1], day.year);
}

/* -- the parts of a phrase -------------------------------------------------------------------- */

static void print_quoted(struct span text, struct buf *out)
{
    buf_add_str(out, "\xE2\x80\x9C");
    buf_add(out, text);
    buf_add_str(out, "\xE2\x80\x9D");
}

static void print_field(struct span name, enum language language, struct buf *out)
{
    static const char *const ATTRIBUTE[LANGUAGES] = {"the attribute ", "y nodwedd "};
    for (size_t i = 0; i < COUNT(FIELDS); i++) {
        if (span_is(name, FIELDS[i].name)) {
            buf_add_str(out, FIELDS[i].phrase[language]);
            return;
        }
    }
    buf_add_str(out, ATTRIBUTE[language]);
    if (span_starts(name, SPAN_LIT("x.")))
        name = span_of(name.ptr + 2, name.len - 2);
    print_quoted(name, out);
}

static void print_texts(const json_t *texts, enum language language, struct buf *out)
{
    static const char *const OR[LANGUAGES] = {" or ", " neu "};
    size_t count = json_array_size(texts);
    if (!json_is_array(texts)) {
        print_quoted(json_span(texts), out);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_add_str(out, i + 1 == count ? OR[language] : ", ");
        print_quoted(json_span(json_array_get(texts, i)), out);
    }
}

static size_t unit_of(struct span name)
{
    for (size_t i = 0; i < COUNT(UNITS); i++) {
        if (span_is(name, UNITS[i].name))
            return i;
    }
    return 0;
}

/* The day that lies so long before another, as the rules count (docs/roll.md). */
static struct date day_before(const json_t *parts)
{
    struct date day = {ROLL_YEAR_MIN, 1, 1};
    int32_t count = (int32_t)json_integer_value(json_array_get(parts, 1));
    static const int32_t DAYS[] = {1, 7}, MONTHS_OF[] = {0, 0, 1, 12};
    size_t unit = unit_of(json_span(json_array_get(parts, 2)));
    if (!date_read(json_span(json_array_get(parts, 3)), &day))
        return day;
    return unit < COUNT(DAYS) ? date_add_days(day, -count * DAYS[unit])
                              : date_add_months(day, -count * MONTHS_OF[unit]);
}

static void print_unit(const json_t *value, const json_t *part, enum language language,
                       struct buf *out)
{
    size_t unit = unit_of(json_span(part));
    bool one = json_integer_value(json_array_get(value, 1)) == 1;
    buf_add_str(out, one ? UNITS[unit].one[language] : UNITS[unit].several[language]);
}

static void print_part(char letter, const json_t *part, const json_t *value, enum language language,
                       struct buf *out)
{
    struct date day = {ROLL_YEAR_MIN, 1, 1};
    switch (letter) {
    case 'F':
    case 'G':
        print_field(json_span(part), language, out);
        break;
    case 'T':
        print_texts(part, language, out);
        break;
    case 'N':
        buf_add_format(out, "%lld", (long long)json_integer_value(part));
        break;
    case 'U':
        print_unit(value, part, language, out);
        break;
    case 'D':
        if (date_read(json_span(part), &day))
            sentence_print_day(day, language, out);
        break;
    default:
        sentence_print_day(day_before(value), language, out);
        break;
    }
}

static void print_phrase(const char *phrase, const char *parts, const json_t *value,
                         enum language language, struct buf *out)
{
    for (; *phrase != '\0'; phrase++) {
        if (*phrase != '%') {
            buf_add_byte(out, (uint8_t)*phrase);
            continue;
        }
        const char *place = strchr(parts, *++phrase);
        const json_t *part = value;
        if (json_is_array(value) && place != NULL)
            part = json_array_get(value, (size_t)(place - parts));
        print_part(*phrase, part, value, language, out);
    }
}

/* -- tests ------------------------------------------------------------------------------------ */

/* The name of a test's one member, and its value. */
static const char *test_name(const json_t *test, const json_t **out_value)
{
    /* Jansson's iterators take a pointer without const and change nothing. */
    void *member = json_object_iter((json_t *)test);
    *out_value = json_object_iter_value(member);
    return member != NULL ? json_object_iter_key(member) : "";
}

bool sentence_is_always(const json_t *test)
{
    const json_t *value;
    return strcmp(test_name(test, &value), "always") == 0;
}

static void print_test(const json_t *test, bool negated, unsigned depth, enum language language,
                       struct buf *out);

static void start_line(unsigned depth, struct buf *out)
{
    for (unsigned i = 0; i < depth; i++)
        buf_add_str(out, "  ");
}

/* `all` and `any`; negated, each becomes the other, of negated parts. */
static void print_list(const json_t *tests, bool all, bool negated, unsigned depth,
                       enum language language, struct buf *out)
{
    static const char *const ALL[LANGUAGES] = {"all of these:", "pob un o\xE2\x80\x99r rhain:"};
    static const char *const ANY[LANGUAGES] = {"at least one of these:",
                                               "o leiaf un o\xE2\x80\x99r rhain:"};
    size_t count = json_array_size(tests);
    if (count == 1) {
        print_test(json_array_get(tests, 0), negated, depth, language, out);
        return;
    }
    start_line(depth, out);
    buf_add_str(out, all != negated ? ALL[language] : ANY[language]);
    for (size_t i = 0; i < count; i++) {
        buf_add_byte(out, '\n');
        print_test(json_array_get(tests, i), negated, depth + 1, language, out);
    }
}

static void print_leaf(const char *name, const json_t *test, const json_t *value, bool negated,
                       enum language language, struct buf *out)
{
    for (size_t i = 0; i < COUNT(PHRASES); i++) {
        if (strcmp(name, PHRASES[i].name) != 0)
            continue;
        const char *phrase = negated ? PHRASES[i].negated[language] : PHRASES[i].phrase[language];
        print_phrase(phrase, PHRASES[i].parts, value, language, out);
        return;
    }
    if (negated)
        buf_add_str(out, language == LANGUAGE_CY ? "nid: " : "not: ");
    json_print(test, out);
}

/* `not` moves inwards: in three values, too, not all is any not, and not not is nothing. */
static void print_test(const json_t *test, bool negated, unsigned depth, enum language language,
                       struct buf *out)
{
    const json_t *value;
    const char *name = test_name(test, &value);
    if (strcmp(name, "not") == 0) {
        print_test(value, !negated, depth, language, out);
    } else if (strcmp(name, "all") == 0 || strcmp(name, "any") == 0) {
        print_list(value, strcmp(name, "all") == 0, negated, depth, language, out);
    } else {
        start_line(depth, out);
        print_leaf(name, test, value, negated, language, out);
    }
}

void sentence_print(const json_t *test, enum language language, struct buf *out)
{
    print_test(test, false, 0, language, out);
}
