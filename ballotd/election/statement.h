/* A statement: a signed note whose text is one canonical JSON object, in which somebody says
 * something of consequence about one election (docs/protocol.md section 4).
 *
 * Reading checks form only: the note, the JSON, the four members that every statement begins with.
 * Whether the signatures hold and the statement is in order is for election/state.h.
 */
#ifndef ELECTION_STATEMENT_H
#define ELECTION_STATEMENT_H

#include "base/json.h"
#include "log/merkle.h"
#include "log/note.h"

struct statement {
    struct span bytes; /* the whole note; borrowed, outlives the statement */
    struct note note;  /* spans into bytes */
    json_t *object;    /* owned */
    struct span kind;  /* borrowed from object */
    uint8_t context[HASH_BYTES];
    uint8_t answers[HASH_BYTES];
    struct merkle_hash leaf; /* of the bytes as an entry */
};

/* BAD_INPUT statement.malformed and the errors of note_read and json_read_canonical; CONFLICT
 * statement.origin when it is of another election. The caller calls statement_done. */
enum outcome statement_read(struct span bytes, struct span origin, struct statement *out_statement,
                            struct fail *fail) MUST_USE;
void statement_done(struct statement *statement);

bool statement_is(const struct statement *statement, const char *kind);

/* The members after the first four. */
struct json_take statement_take(const struct statement *statement, struct fail *fail);
/* The members from this one on; where there is no such member, the first take fails. */
struct json_take statement_take_from(const struct statement *statement, const char *member,
                                     struct fail *fail);

/* Begins an object with the four members; context and answers may be NULL for zeros. */
json_t *statement_begin(const char *kind, struct span origin, const uint8_t *context,
                        const uint8_t *answers);
/* Appends the text of a note (canonical JSON and a line feed) and releases the object. */
void statement_end(json_t *object, struct buf *out_text);

/* Appends the whole note: text signed by the signers, lines sorted by key name (section 4). */
void statement_sign(struct span text, const struct note_signer *const signers[], size_t count,
                    struct buf *out_note);

/* One note with the signatures of both, lines sorted by key name; of a key in both, the first
 * note's line. CONFLICT note.text when they sign different texts. Verifies nothing. */
enum outcome statement_merge(struct span first, struct span second, struct buf *out_note,
                             struct fail *fail) MUST_USE;

/* Adds one more signature to a note, lines sorted by key name. CONFLICT when it is there already.
 */
enum outcome statement_cosign(struct span note, const struct note_signer *signer,
                              struct buf *out_note, struct fail *fail) MUST_USE;

#endif
