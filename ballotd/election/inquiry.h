/* Members' inquiries: what somebody says of their own entry, before anybody knows who they are
 * (docs/http.md). Inside the election.
 *
 * Whoever asks gets the same answer at once, whether there is such a member or not: a reference,
 * shown once. What was said is kept encrypted; a case by the member follows on the worker's thread
 * where there is such a person with fewer than three such cases open, and otherwise officers find
 * it in their list. How it stands is told to whoever has the reference.
 */
#ifndef ELECTION_INQUIRY_H
#define ELECTION_INQUIRY_H

#include "base/json.h"
#include "protocol.h"

struct election;

enum {
    INQUIRY_REFERENCE_BYTES = 16,
    INQUIRY_CONTACT_BYTES = 300,
    INQUIRY_SLOTS = 1 << 16,
    INQUIRY_A_DAY = 5,       /* about one number */
    INQUIRIES_A_DAY = 20000, /* in all: the disk is finite; each address is the proxy's to limit */
};

/* How many came in today. */
struct inquiry_limits {
    int64_t day;
    unsigned all;
    uint8_t by_number[INQUIRY_SLOTS];
};

/* Adds "inquiries" to an object: all of them, for officers. */
enum outcome inquiry_list(struct election *election, json_t *object, struct fail *fail) MUST_USE;

#endif
