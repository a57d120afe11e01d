/* The roster: the sealed leaves as the registrar is given them, checked against the roll on the
 * board, with the line that each elector's delivery begins with (docs/roll.md sections 9 and 13).
 *
 * Not a single leaf is taken on trust: number, order and Merkle root must be the board's. A line of
 * the delivery file is CSV (RFC 4180); the code is its last column and is never here.
 */
#ifndef REGISTRAR_ROSTER_H
#define REGISTRAR_ROSTER_H

#include "election/state.h"

/* The columns of the delivery file, with the code at the end. */
#define ROSTER_COLUMNS "member_no,name,channel,email,address,postcode,style,"
#define ROSTER_HEADER  ROSTER_COLUMNS "code\r\n"

struct roster_entry {
    struct merkle_hash leaf;
    uint16_t style;  /* index in the definition */
    uint8_t channel; /* enum roll_channel */
    bool provisional;
    uint16_t votes; /* codes that this elector gets */
    /* A changed contact waits (docs/roll.md section 9): codes go out from then on, and both
     * addresses are told before. 0: nothing was changed. */
    int64_t not_before_s;
    uint32_t row_len;
    size_t row_at; /* in roster.rows: all columns but the code, each with its comma */
    uint32_t earlier_len;
    size_t earlier_at; /* the same with the earlier contact; when not_before_s is not 0 */
};

struct roster {
    struct roster_entry *entries; /* sorted by leaf */
    size_t count;
    struct buf rows;
};

/* `lines` as in roll/<version>.jsonl. BAD_INPUT roster.leaf names the line; CONFLICT roster.root
 * when the leaves are not those of the roll that the board shows. */
enum outcome roster_read(const struct state *state, struct span lines, struct roster *out_roster,
                         struct fail *fail) MUST_USE;
void roster_done(struct roster *roster);

struct span roster_earlier(const struct roster *roster, const struct roster_entry *entry);
struct span roster_row(const struct roster *roster, const struct roster_entry *entry);
/* NULL when there is none. */
const struct roster_entry *roster_find_leaf(const struct roster *roster,
                                            const uint8_t leaf[static HASH_BYTES]);
const struct roster_entry *roster_find_member(const struct roster *roster, struct span member_no);

/* Appends a field, in quotes when it holds a comma, a quote or a line end. */
void roster_print_field(struct span field, struct buf *out);

#endif
