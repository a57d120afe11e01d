/* The access log: who looked at whose record, when and what for (docs/data-protection.md).
 *
 * Every look at a member's record appends one, before the data leaves: what cannot be logged is not
 * shown. The records lie encrypted in people.db and are chained: head 0 is 32 zeros, and each
 * record gives the next, H32("access", head before it, the record's bytes). A head that stands on
 * the board therefore fixes everything logged before it; access_head gives the present one.
 *
 * A record is one line of canonical JSON:
 *   {"n":0,"at":1769936400,"officer":"sec","resource":"roll/member","whose":"<pseudonym>",
 *    "number":1,"purpose":"…","previous":"<head before it>"}
 * "whose" is "all" when several people were shown at once, and "none" for a search in vain.
 * Thread-safe. Nothing is ever altered or removed here.
 */
#ifndef ELECTION_ACCESS_H
#define ELECTION_ACCESS_H

#include "election/election.h"
#include "store/people.h"
#include "store/writer.h"

struct access;

enum { ACCESS_PURPOSE_BYTES = ELECTION_PURPOSE_BYTES, ACCESS_LIST_MAX = 1000 };

/* Borrows all four for its life. */
enum outcome access_new(const char *folder, const struct store_options *options,
                        struct writer *people, const struct vault *vault,
                        struct access **out_access, struct fail *fail) MUST_USE;
void access_free(struct access *access); /* takes NULL */

struct access_look {
    const char *officer;  /* the id, or "registrar" */
    const char *resource; /* what was shown */
    const uint8_t *whose; /* one person's pseudonym; NULL: `number` people, 0 for none */
    uint64_t number;
    struct span purpose; /* UTF-8; empty: not stated */
};

/* On disk when it returns OK. TOO_LARGE access.purpose; the errors of people.h and writer.h. */
enum outcome access_record(struct access *access, const struct access_look *look,
                           struct fail *fail) MUST_USE;

/* The head after everything recorded so far; for `roll` and `freeze`. */
void access_head(struct access *access, uint8_t out_head[static HASH_BYTES]);
/* Whether this was ever the head, if only before the first record; what a statement names must be.
 * NOT_FOUND access.head. */
enum outcome access_check_head(struct access *access, const uint8_t head[static HASH_BYTES],
                               struct fail *fail) MUST_USE;

/* {"count":…,"head":"…","records":[…]}: up to ACCESS_LIST_MAX records from number `from` on, or
 * those that are about this person alone. Count and head are of the whole log. */
enum outcome access_list(struct access *access, uint64_t from, struct buf *out,
                         struct fail *fail) MUST_USE;
enum outcome access_list_of(struct access *access, const uint8_t whose[static HASH_BYTES],
                            struct buf *out, struct fail *fail) MUST_USE;

/* One step of the chain, for whoever replays it. */
void access_step(const uint8_t before[static HASH_BYTES], struct span record,
                 uint8_t out_head[static HASH_BYTES]);

#endif
