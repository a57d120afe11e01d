#include "roll/field.h"

#include "base/clock.h"
#include "roll/text.h"

static const struct {
    const char *name;
    enum field_type type;
} FIXED[FIELD_FIXED] = {
    [FIELD_MEMBER_NO] = {"member_no", FIELD_TEXT},
    [FIELD_NAME] = {"name", FIELD_TEXT},
    [FIELD_EMAIL] = {"email", FIELD_TEXT},
    [FIELD_PHONE] = {"phone", FIELD_TEXT},
    [FIELD_ADDRESS] = {"address", FIELD_TEXT},
    [FIELD_POSTCODE] = {"postcode", FIELD_TEXT},
    [FIELD_NATION] = {"nation", FIELD_TEXT},
    [FIELD_REGION] = {"region", FIELD_TEXT},
    [FIELD_CONSTITUENCY] = {"constituency", FIELD_TEXT},
    [FIELD_BRANCH] = {"branch", FIELD_TEXT},
    [FIELD_KIND] = {"kind", FIELD_TOKEN},
    [FIELD_STATUS] = {"status", FIELD_STATUS_WORD},
    [FIELD_JOINED_ON] = {"joined_on", FIELD_DATE},
    [FIELD_PAID_UNTIL] = {"paid_until", FIELD_DATE},
    [FIELD_BORN_ON] = {"born_on", FIELD_DATE},
};

static const char *const STATUSES[] = {"active", "grace",    "arrears",  "pending", "suspended",
                                       "lapsed", "resigned", "expelled", "deceased"};

static void set_field(struct layout *layout, uint32_t index, struct span name, enum field_type type)
{
    memcpy(layout->names[index], name.ptr, name.len);
    layout->names[index][name.len] = '\0';
    layout->types[index] = type;
    layout->mapped[index] = false;
}

void layout_init(struct layout *layout)
{
    layout->count = FIELD_FIXED;
    for (uint32_t i = 0; i < FIELD_FIXED; i++)
        set_field(layout, i, span_str(FIXED[i].name), FIXED[i].type);
}

enum outcome layout_add(struct layout *layout, struct span name, enum field_type type,
                        struct fail *fail)
{
    if (layout_find(layout, name) >= 0)
        return fail_set(fail, CONFLICT, "roll.field", "\"%.*s\" stands there twice", (int)name.len,
                        (const char *)name.ptr);
    if (layout->count == FIELD_MAX)
        return fail_set(fail, TOO_LARGE, "roll.field", "more than %d attributes",
                        ROLL_ATTRIBUTES_MAX);
    uint32_t at = layout->count++;
    while (at > FIELD_FIXED && span_compare(name, span_str(layout->names[at - 1])) < 0) {
        memcpy(layout->names[at], layout->names[at - 1], FIELD_NAME_BYTES);
        layout->types[at] = layout->types[at - 1];
        at--;
    }
    set_field(layout, at, name, type);
    return OK;
}

int layout_find(const struct layout *layout, struct span name)
{
    for (uint32_t i = 0; i < layout->count; i++) {
        if (span_is(name, layout->names[i]))
            return (int)i;
    }
    return -1;
}

bool field_is_attribute(struct span name)
{
    return span_starts(name, SPAN_LIT("x.")) && text_is_token(span_of(name.ptr + 2, name.len - 2));
}

int field_fixed(struct span name)
{
    for (int i = 0; i < FIELD_FIXED; i++) {
        if (span_is(name, FIXED[i].name))
            return i;
    }
    return -1;
}

enum field_type field_fixed_type(enum field field)
{
    return FIXED[field].type;
}

struct span field_fixed_name(enum field field)
{
    return span_str(FIXED[field].name);
}

bool field_name_is_valid(struct span name)
{
    return field_fixed(name) >= 0 || field_is_attribute(name);
}

static bool is_status(struct span text)
{
    for (size_t i = 0; i < sizeof(STATUSES) / sizeof(STATUSES[0]); i++) {
        if (span_is(text, STATUSES[i]))
            return true;
    }
    return false;
}

static bool is_day(struct span text)
{
    struct date date;
    return date_read(text, &date) && date.year >= ROLL_YEAR_MIN && date.year <= ROLL_YEAR_MAX;
}

bool field_accepts(enum field_type type, struct span text)
{
    int64_t number;
    if (text.len > ROLL_VALUE_BYTES_MAX)
        return false;
    switch (type) {
    case FIELD_TEXT:
        return text_is_normal(text);
    case FIELD_TOKEN:
        return text_is_token(text);
    case FIELD_STATUS_WORD:
        return is_status(text);
    case FIELD_DATE:
        return is_day(text);
    case FIELD_NUMBER:
        return text_integer(text, &number);
    }
    return false;
}
