/* Where a person's code goes, and where it would have gone before (docs/roll.md section 9).
 *
 * A contact changed after the vote was announced waits: both addresses are told, and the code goes
 * out only after the cooling time. Changing many contacts is how votes are stolen.
 */
#ifndef ROLL_CONTACT_H
#define ROLL_CONTACT_H

#include "roll/draft.h"

struct contact {
    enum roll_channel channel;
    struct span email;             /* of ROLL_CHANNEL_EMAIL */
    struct span address, postcode; /* of ROLL_CHANNEL_POST; the postcode may be missing */
};

/* The contact that follows from three values, each of which may be missing. */
struct contact contact_of(struct span email, struct span address, struct span postcode);
bool contact_same(const struct contact *a, const struct contact *b);
/* "channel" and what follows it, as members of an object. */
void contact_print(const struct contact *contact, bool first, struct buf *out);

/* An address that mail can be sent to. */
bool contact_is_email(struct span text);

/* The contact that stands for this member; and whether it must wait: then the earlier one. */
struct contact contact_now(const struct draft *draft, const struct draft_member *member);
bool contact_waits(const struct draft *draft, const struct draft_member *member,
                   const struct contact *now, struct contact *out_earlier);

#endif
