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

/* Before the columns of ROSTER_HEADER the second from which the code may go out. */
#define ISSUE_WAITING_HEADER "not_before," ROSTER_HEADER
/* One line an address: which of the two it is, and when the code will go out. */
#define ISSUE_NOTICES_HEADER ROSTER_COLUMNS "address_is,code_follows_at\r\n"
enum { ISSUE_NOTICES_BYTES_MAX = 1 << 30 };

/* Whose codes are drawn. */
struct issue_order {
    const uint8_t *ctx0;
    const struct roster_entry *const *entries;
    size_t count;
    bool single; /* a reissue: one code whatever the votes */
    int64_t now_s;
};

/* A CSV with codes in guarded memory. */
struct issue_file {
    char *bytes;
    size_t len, rows;
};

struct issue {
    struct issue_file delivery, waiting; /* wiped by issue_done */
    struct buf notices;                  /* to both addresses of those who wait; holds no codes */
    size_t count;                        /* codes */
    struct buf list;                     /* ISSUE_ITEM_BYTES each, sorted by key */
    struct buf bindings;                 /* ISSUE_BINDING_BYTES each, in the same order */
    uint8_t root[HASH_BYTES];            /* over the bindings */
};

/* Draws as many codes as each entry has votes. BROKEN memory. */
enum outcome issue_make(const struct issue_order *order, const struct roster *roster,
                        struct issue *out_issue, struct fail *fail) MUST_USE;
void issue_done(struct issue *issue);

/* Appends the text of the `issue` statement, the whole roster having been issued. */
void issue_print(const struct state *state, const struct issue *issue, struct buf *out_text);
/* Appends the text of the `reissue` that answers the order which waits; the issue has one. */
void issue_print_reissue(const struct state *state, const struct issue *issue,
                         const struct roster_entry *entry, struct buf *out_text);

/* The binding of a credential among bindings; NULL when it is not there. */
const uint8_t *issue_find_binding(struct span bindings, const uint8_t credential[static KEY_BYTES]);

#endif
