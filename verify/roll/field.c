#include "roll/field.h"

#include "roll/csv.h"
#include "roll/day.h"

enum { NUMBER_DIGITS_MOST = ROLL_DIGITS_MAX + ROLL_DECIMALS_MAX };

static const struct {
    const char *name;
    enum field_type type;
} fields[] = {
    {"member_no", FIELD_MEMBER_NO}, {"name", FIELD_TEXT},       {"email", FIELD_TEXT},
    {"phone", FIELD_TEXT},          {"address", FIELD_TEXT},    {"postcode", FIELD_TEXT},
    {"nation", FIELD_TEXT},         {"region", FIELD_TEXT},     {"constituency", FIELD_TEXT},
    {"branch", FIELD_TEXT},         {"kind", FIELD_TOKEN},      {"status", FIELD_STATUS},
    {"joined_on", FIELD_DATE},      {"paid_until", FIELD_DATE}, {"born_on", FIELD_DATE},
};

_Static_assert(sizeof fields / sizeof fields[0] == PLACES, "a row for each named field");

bool token_valid(struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.ptr[i];
        if ((byte < 'a' || byte > 'z') && (byte < '0' || byte > '9') && byte != '_' && byte != '-')
            return false;
    }
    return text.len >= 1 && text.len <= ROLL_TOKEN_BYTES_MAX;
}

bool token_is_id(struct span text)
{
    return token_valid(text) && memchr(text.ptr, '_', text.len) == NULL;
}

bool field_is_attribute(struct span name)
{
    return span_starts(name, span_text(FIELD_ATTRIBUTE_PREFIX));
}

enum field_place field_place(struct span name)
{
    unsigned i = 0;
    while (i < PLACES && !span_equal(name, span_text(fields[i].name)))
        i++;
    return (enum field_place)i;
}

struct span field_name(enum field_place place)
{
    return span_text(fields[place].name);
}

bool field_named(struct span name, enum field_type *out_type)
{
    enum field_place place = field_place(name);
    if (place == PLACES && !(field_is_attribute(name) &&
                             token_valid(span_after(name, strlen(FIELD_ATTRIBUTE_PREFIX)))))
        return false;
    *out_type = place == PLACES ? FIELD_TEXT : fields[place].type;
    return true;
}

int field_compare(struct span a, struct span b)
{
    enum field_place left = field_place(a), right = field_place(b);
    return left != right ? (left > right) - (left < right) : span_compare(a, b);
}

static const char *const statuses[STATUSES] = {"active",   "grace",     "arrears",
                                               "pending",  "suspended", "lapsed",
                                               "resigned", "expelled",  "deceased"};

unsigned status_place(struct span text)
{
    unsigned i = 0;
    while (i < STATUSES && !span_equal(text, span_text(statuses[i])))
        i++;
    return i;
}

struct span status_name(unsigned place)
{
    return span_text(statuses[place]);
}

bool field_value_valid(enum field_type type, struct span value)
{
    struct day day;
    int64_t number;
    if (value.len == 0 || value.len > ROLL_VALUE_BYTES_MAX || !csv_normal(value))
        return false;
    switch (type) {
    case FIELD_TEXT:
        return true;
    case FIELD_MEMBER_NO:
        return value.len <= ROLL_MEMBER_NO_BYTES_MAX;
    case FIELD_TOKEN:
        return token_valid(value);
    case FIELD_STATUS:
        return status_place(value) < STATUSES;
    case FIELD_DATE:
        return day_read(value, &day);
    case FIELD_NUMBER:
        return number_read(value, &number);
    }
    return false;
}

bool number_read(struct span text, int64_t *out_number)
{
    bool negative = text.len > 0 && text.ptr[0] == '-';
    struct span digits = span_after(text, negative ? 1 : 0);
    int64_t number = 0;
    if (digits.len == 0 || digits.len > NUMBER_DIGITS_MOST ||
        (digits.ptr[0] == '0' && (digits.len > 1 || negative)))
        return false;
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
            return false;
        number = number * 10 + (digits.ptr[i] - '0');
    }
    *out_number = negative ? -number : number;
    return true;
}
