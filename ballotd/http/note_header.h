/* The header by which a person with a key asks: `Authorization: Ballotd <base64 of a note>`.
 *
 * The note is a statement of kind "request" that names method, path, the body's SHA-256, time and
 * a nonce. The path is the one below the election (no leading "/"), so that a reverse proxy may
 * serve it anywhere. Since the note names the body's hash, the server knows who asks before it
 * takes in a single byte of the body, and compares the hash afterwards.
 */
#ifndef HTTP_NOTE_HEADER_H
#define HTTP_NOTE_HEADER_H

#include "log/note.h"

enum { NOTE_HEADER_BYTES_MAX = 8 << 10, NOTE_HEADER_NONCE_BYTES = 16 };

/* Appends the header's value, "Ballotd …", for a request made now. The purpose goes into the access
 * log where somebody's record is shown; "" leaves it out. */
void note_header_make(const struct note_signer *signer, struct span origin, const char *method,
                      struct span path, struct span body, const char *purpose, struct buf *out);

/* Appends the note's bytes and gives the hash that it names; checks nothing else. NOT_ALLOWED
 * request.missing without a value; BAD_INPUT request.header. */
enum outcome note_header_read(const char *value, struct span origin, struct buf *out_note,
                              uint8_t out_body_sha256[static HASH_BYTES],
                              struct fail *fail) MUST_USE;

#endif
