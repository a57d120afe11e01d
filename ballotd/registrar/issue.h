/* Issuing credentials: one code for each elector, the file that delivers the codes, and what the
 * board and the annex are told of them (docs/protocol.md section 7).
 *
 * A code exists in guarded memory and in the delivery file, and nowhere else: the board learns only
 * the key that follows from it. The order of the list is that of the keys, which says nothing of
 * who holds them.
 */
#ifndef REGISTRAR_ISSUE_H
#define REGISTRAR_ISSUE_H

#include "registrar/roster.h"

struct issue {
    char *delivery; /* the CSV with the codes; guarded, wiped by issue_done */
    size_t delivery_len;
    size_t count;
    struct buf list;          /* ISSUE_ITEM_BYTES each, sorted by key */
    struct buf bindings;      /* ISSUE_BINDING_BYTES each, in the same order */
    uint8_t root[HASH_BYTES]; /* over the bindings */
};

/* Draws a code for each of `count` entries of the roster. BROKEN memory. */
enum outcome issue_make(const uint8_t ctx0[static HASH_BYTES], const struct roster *roster,
                        const struct roster_entry *entries, size_t count, struct issue *out_issue,
                        struct fail *fail) MUST_USE;
void issue_done(struct issue *issue);

/* Appends the text of the `issue` statement, the whole roster having been issued. */
void issue_print(const struct state *state, const struct issue *issue, struct buf *out_text);
/* Appends the text of the `reissue` that answers the order which waits; the issue has one. */
void issue_print_reissue(const struct state *state, const struct issue *issue,
                         const struct roster_entry *entry, struct buf *out_text);

/* The binding of a credential among bindings; NULL when it is not there. */
const uint8_t *issue_find_binding(struct span bindings, const uint8_t credential[static KEY_BYTES]);

#endif
