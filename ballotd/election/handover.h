/* Handing over: approvals under which confidential papers leave the daemon, and the note by which a
 * copy tells whose it is (docs/data-protection.md).
 *
 * An approval is a signed note of kind "handover" by a returning officer or secretary, who is not
 * the recipient: to whom, what, what for, and until when. It is kept encrypted, written to the
 * access log, and looked up whenever something is asked for; nothing leaves without one in force.
 */
#ifndef ELECTION_HANDOVER_H
#define ELECTION_HANDOVER_H

#include "election/inside.h"

/* What can be handed over. */
#define HANDOVER_ANNEX   "annex"   /* to a scrutineer */
#define HANDOVER_MEMBERS "members" /* a list, to who works on the roll, or a scrutineer */

enum { HANDOVER_DAYS_MAX = 90, HANDOVER_NOTE_BYTES_MAX = 8192 };

struct handover {
    uint8_t leaf[HASH_BYTES]; /* of the approval, as an entry */
    char to[LIMIT_ID_BYTES + 1];
    char what[16];
    char purpose[ELECTION_PURPOSE_BYTES + 1];
    char approved_by[LIMIT_ID_BYTES + 1];
    int64_t until_s;
};

/* The newest approval of `what` for this officer that is in force at now_s. NOT_ALLOWED
 * <what>.unapproved, whom to ask. */
enum outcome handover_find(struct election *election, const char *to, const char *what,
                           int64_t now_s, struct handover *out_handover,
                           struct fail *fail) MUST_USE;

/* The key and the name of the recipient, who must still hold one of these roles. */
struct recipient {
    uint8_t key[KEY_BYTES];
    char name[LIMIT_NAME_BYTES + 1];
};
enum outcome handover_recipient(struct election *election, const char *id, unsigned roles,
                                struct recipient *out_recipient, struct fail *fail) MUST_USE;

/* Appends handed-over.note (docs/roll.md section 13), signed by the authority. */
void handover_print_note(struct election *election, const struct handover *handover,
                         const struct recipient *recipient, int64_t now_s,
                         const uint8_t manifest_sha256[static HASH_BYTES], struct buf *out_note);

#endif
