#include "roll/record.h"

#include "base/json_write.h"
#include "roll/casebook.h"

/* Where something is sent. */
struct contact {
    struct span email, address, postcode; /* ptr NULL: missing */
};

enum { CONTACTS = 3 };
static const enum field_place contact_places[CONTACTS] = {PLACE_EMAIL, PLACE_ADDRESS,
                                                          PLACE_POSTCODE};

static struct span *contact_part(struct contact *contact, int part)
{
    return part == 0 ? &contact->email : part == 1 ? &contact->address : &contact->postcode;
}

/* -- channel ---------------------------------------------------------------------------------- */

/* What follows the @. */
static bool domain_usable(struct span domain)
{
    bool dot = false;
    for (size_t i = 0; i < domain.len; i++) {
        bool here = domain.ptr[i] == '.';
        if (here && (i == 0 || i + 1 == domain.len || domain.ptr[i - 1] == '.'))
            return false;
        dot = dot || here;
    }
    return dot;
}

static bool email_usable(struct span text)
{
    struct span head, rest = text;
    if (text.ptr == NULL || text.len < 3 || text.len > 254)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < 0x21 || text.ptr[i] > 0x7E || strchr("\"(),:;<>[\\]", text.ptr[i]))
            return false;
    return span_cut(&rest, '@', &head) && head.len > 0 && rest.len > 0 &&
           memchr(rest.ptr, '@', rest.len) == NULL && domain_usable(rest);
}

static enum roll_channel channel_of(const struct contact *contact)
{
    if (email_usable(contact->email))
        return ROLL_CHANNEL_EMAIL;
    return contact->address.ptr != NULL ? ROLL_CHANNEL_POST : ROLL_CHANNEL_HAND;
}

static bool same_text(struct span a, struct span b)
{
    return (a.ptr == NULL) == (b.ptr == NULL) && span_equal(a, b);
}

/* The same channel, and there the same address. */
static bool same_way(const struct contact *a, const struct contact *b)
{
    enum roll_channel channel = channel_of(a);
    if (channel != channel_of(b))
        return false;
    if (channel == ROLL_CHANNEL_EMAIL)
        return span_equal(a->email, b->email);
    return channel == ROLL_CHANNEL_HAND ||
           (same_text(a->address, b->address) && same_text(a->postcode, b->postcode));
}

static void write_channel(const struct contact *contact, struct buffer *out)
{
    switch (channel_of(contact)) {
    case ROLL_CHANNEL_EMAIL:
        json_write_text(out, "channel", span_text("email"));
        json_write_text(out, "email", contact->email);
        break;
    case ROLL_CHANNEL_POST:
        json_write_text(out, "channel", span_text("post"));
        json_write_text(out, "address", contact->address);
        if (contact->postcode.ptr != NULL)
            json_write_text(out, "postcode", contact->postcode);
        break;
    default:
        json_write_text(out, "channel", span_text("hand"));
        break;
    }
}

/* -- what it was earlier ---------------------------------------------------------------------- */

/* The value before any case; contested is missing, as it would be in the record. */
static struct span value_before(const struct record_maker *maker, uint32_t person,
                                enum field_place place, unsigned *out_source)
{
    const struct people *people = maker->draft->people;
    struct value value;
    people_value(people, person, (unsigned)place, &value);
    bool present = value.state == VALUE_PRESENT;
    *out_source = present ? (unsigned)value.source : people->list[person].home;
    return present ? value.text : (struct span){0};
}

/* What the source's first snapshot said of the person; false unless in one row. */
static bool value_at_first(const struct record_maker *maker, uint32_t person, unsigned source,
                           enum field_place place, struct span *out_value)
{
    int baseline = maker->imports->baselines[source];
    if (baseline < 0)
        return false;
    const struct import *import = &maker->imports->list[baseline];
    struct span number = people_member_no(maker->draft->people, person);
    uint32_t row = numbers_find(&import->numbers, number);
    if (row == NO_ROW || import->numbers.next[row] != NO_ROW)
        return false;
    *out_value = table_value(&import->table, row, table_find(&import->table, field_name(place)));
    return true;
}

/* What was known before all else: where no source has authority, by the first list that told it. */
static bool value_earlier(const struct record_maker *maker, uint32_t person, unsigned source,
                          enum field_place place, struct span *out_value)
{
    const struct people *people = maker->draft->people;
    const struct sources *sources = &people->rules->sources;
    unsigned numbers = sources->list[people->list[person].home].numbers;
    bool shared = people->fields[place].authority == NO_SOURCE;
    for (unsigned i = 0; shared && i < sources->count; i++)
        if (sources->list[i].lists && sources->list[i].numbers == numbers &&
            value_at_first(maker, person, i, place, out_value) && out_value->ptr != NULL)
            return true;
    return value_at_first(maker, person, source, place, out_value);
}

static void find_earlier(const struct record_maker *maker, uint32_t person,
                         struct contact *out_earlier)
{
    for (int part = 0; part < CONTACTS; part++) {
        unsigned source;
        struct span before = value_before(maker, person, contact_places[part], &source);
        struct span *earlier = contact_part(out_earlier, part);
        if (!value_earlier(maker, person, source, contact_places[part], earlier))
            *earlier = before;
    }
}

static void write_earlier(const struct record_maker *maker, uint32_t person,
                          const struct contact *present, struct buffer *out)
{
    struct contact earlier = {{0}, {0}, {0}};
    if (draft_added(maker->draft, person))
        return;
    find_earlier(maker, person, &earlier);
    if (same_way(present, &earlier))
        return;
    json_write_open(out, "earlier", '{');
    write_channel(&earlier, out);
    json_write_close(out, '}');
    json_write_integer(out, "not_before", (int64_t)maker->not_before);
}

/* -- the record ------------------------------------------------------------------------------- */

enum roll_channel record_write(const struct record_maker *maker, uint32_t person,
                               struct buffer *out)
{
    const struct draft *draft = maker->draft;
    const struct drafted *drafted = &draft->list[person];
    const struct contact contact = {draft_shown(draft, person, PLACE_EMAIL),
                                    draft_shown(draft, person, PLACE_ADDRESS),
                                    draft_shown(draft, person, PLACE_POSTCODE)};
    struct span name = draft_shown(draft, person, PLACE_NAME);
    buffer_clear(out);
    json_write_open(out, NULL, '{');
    json_write_text(out, "member_no", draft_member_no(draft, person));
    if (name.ptr != NULL)
        json_write_text(out, "name", name);
    json_write_text(out, "source", draft_numbers(draft, person));
    json_write_hex(out, "pseudonym", span_of(draft_pseudonym(draft, person), HASH_BYTES));
    json_write_text(out, "style", draft->people->rules->styles[drafted->style].id);
    json_write_text(out, "standing",
                    span_text(drafted->standing == ELIGIBLE ? "eligible" : "provisional"));
    json_write_integer(out, "votes", drafted->votes);
    write_channel(&contact, out);
    write_earlier(maker, person, &contact, out);
    json_write_close(out, '}');
    return channel_of(&contact);
}
