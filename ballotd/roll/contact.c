#include "roll/contact.h"

#include "roll/text.h"

enum { EMAIL_BYTES_MIN = 3, EMAIL_BYTES_MAX = 254 };

bool contact_is_email(struct span text)
{
    const uint8_t *at = NULL;
    if (text.len < EMAIL_BYTES_MIN || text.len > EMAIL_BYTES_MAX)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.ptr[i];
        if (byte <= 0x20 || byte >= 0x7F || strchr("\"(),:;<>[\\]", byte) != NULL)
            return false;
        if (byte == '@' && at != NULL)
            return false;
        if (byte == '@')
            at = &text.ptr[i];
    }
    if (at == NULL || at == text.ptr)
        return false;
    struct span domain = span_of(at + 1, (size_t)(text.ptr + text.len - at - 1));
    if (domain.len == 0 || domain.ptr[0] == '.' || domain.ptr[domain.len - 1] == '.')
        return false;
    return memchr(domain.ptr, '.', domain.len) != NULL &&
           memmem(domain.ptr, domain.len, "..", 2) == NULL;
}

struct contact contact_of(struct span email, struct span address, struct span postcode)
{
    if (contact_is_email(email))
        return (struct contact){.channel = ROLL_CHANNEL_EMAIL, .email = email};
    if (address.len > 0)
        return (struct contact){
            .channel = ROLL_CHANNEL_POST, .address = address, .postcode = postcode};
    return (struct contact){.channel = ROLL_CHANNEL_HAND};
}

bool contact_same(const struct contact *a, const struct contact *b)
{
    return a->channel == b->channel && span_equal(a->email, b->email) &&
           span_equal(a->address, b->address) && span_equal(a->postcode, b->postcode);
}

void contact_print(const struct contact *contact, bool first, struct buf *out)
{
    switch (contact->channel) {
    case ROLL_CHANNEL_EMAIL:
        text_print_member("channel", SPAN_LIT("email"), first, out);
        text_print_member("email", contact->email, false, out);
        return;
    case ROLL_CHANNEL_POST:
        text_print_member("channel", SPAN_LIT("post"), first, out);
        text_print_member("address", contact->address, false, out);
        if (contact->postcode.len > 0)
            text_print_member("postcode", contact->postcode, false, out);
        return;
    case ROLL_CHANNEL_HAND:
        text_print_member("channel", SPAN_LIT("hand"), first, out);
        return;
    }
}

static struct span known(struct value value)
{
    return value.state == VALUE_KNOWN ? value.text : SPAN_LIT("");
}

/* Of the many in whose data no case changed anything: what the sources say, looked up once. */
static struct contact contact_told(const struct draft *draft, uint32_t person)
{
    const struct people *people = draft->people;
    const enum field fields[] = {FIELD_EMAIL, FIELD_ADDRESS, FIELD_POSTCODE};
    struct span values[3];
    struct person_view view;
    people_look(people, person, &view);
    for (int i = 0; i < 3; i++)
        values[i] = known(
            people_tell(people, &people->persons[person], &view, &draft->fixed[fields[i]]).value);
    return contact_of(values[0], values[1], values[2]);
}

struct contact contact_now(const struct draft *draft, const struct draft_member *member)
{
    if (member->person != PEOPLE_NONE && member->changes == 0)
        return contact_told(draft, member->person);
    return contact_of(draft_leaf_value(draft, member, FIELD_EMAIL),
                      draft_leaf_value(draft, member, FIELD_ADDRESS),
                      draft_leaf_value(draft, member, FIELD_POSTCODE));
}

/* -- the earlier one -------------------------------------------------------------------------- */

/* The counting snapshots of the source, and of all that are asked before it, say what was earlier,
 * too. */
static bool tells_the_same(const struct people *people, const struct person_view *view,
                           const struct people_field *field, const struct told *told)
{
    if (told->value.state != VALUE_KNOWN || view->of[told->source].count != 1)
        return false;
    for (uint32_t i = field->authority < 0 ? 0 : told->source; i <= told->source; i++)
        if (people->earlier[i] != people->counting[i])
            return false;
    return true;
}

static struct span earlier_value(const struct draft *draft, uint32_t person,
                                 const struct person_view *view, enum field field)
{
    const struct people *people = draft->people;
    const struct people_field *place = &draft->fixed[field];
    struct told before = people_tell(people, &people->persons[person], view, place);
    if (tells_the_same(people, view, place, &before))
        return before.value.text;
    return known(people_earlier(people, person, place).value);
}

bool contact_waits(const struct draft *draft, const struct draft_member *member,
                   const struct contact *now, struct contact *out_earlier)
{
    if (member->person == PEOPLE_NONE)
        return false; /* a case added them: nobody knew another address */
    struct person_view view;
    people_look(draft->people, member->person, &view);
    struct contact earlier =
        contact_of(earlier_value(draft, member->person, &view, FIELD_EMAIL),
                   earlier_value(draft, member->person, &view, FIELD_ADDRESS),
                   earlier_value(draft, member->person, &view, FIELD_POSTCODE));
    if (contact_same(&earlier, now))
        return false;
    *out_earlier = earlier;
    return true;
}
