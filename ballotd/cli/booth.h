/* The booth: what casting needs of an election, read from the public board and checked by the
 * voter's own program (http/follower.h), and what is made of the daemon's answers. */
#ifndef CLI_BOOTH_H
#define CLI_BOOTH_H

#include "cli/desk.h"
#include "election/ballot_cast.h"
#include "http/follower.h"

struct booth {
    struct desk desk; /* without a key */
    struct follower *follower;
    const struct state *state; /* the follower's */
    struct note_key log_key;
    bool whole; /* the log was read to its end, not only to `open` */
};

/* log_key in hex, or NULL. NOT_ALLOWED cast.closed before voting opens. */
enum outcome booth_open(const char *url, const char *log_key, struct booth *out_booth,
                        struct fail *fail) MUST_USE;
void booth_close(struct booth *booth); /* takes what was zeroed */

/* Codes that were issued anew after the opening are known once the log is read to its end. */
enum outcome booth_read_whole(struct booth *booth, struct fail *fail) MUST_USE;
/* ballot_cast_begin, reading on when the code is not known. */
enum outcome booth_begin(struct booth *booth, const struct credential_code *code,
                         struct ballot_cast *out_cast, struct fail *fail) MUST_USE;

/* Whether a receipt is one for exactly this note, in a checkpoint that the log key signed. */
enum outcome booth_check_receipt(const struct booth *booth, struct span note, struct span receipt,
                                 struct fail *fail) MUST_USE;
/* Whether a refusal is the authority's, and of exactly this note. */
bool booth_is_refusal(const struct booth *booth, struct span note, struct span refusal);

#endif
