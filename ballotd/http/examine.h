/* What is checked of a request when only its header is here: path, framing of the body, and who
 * asks. */
#ifndef HTTP_EXAMINE_H
#define HTTP_EXAMINE_H

#include <microhttpd.h>

#include "http/route.h"

/* The path below "/e/<name>/", of letters, digits and "._-/" only; nothing is ever unescaped.
 * NOT_FOUND http.path, TOO_LARGE http.path-long. */
enum outcome examine_path(const char *url, struct span name, char out_path[static ROUTE_PATH_BYTES],
                          struct fail *fail) MUST_USE;

/* How many bytes of body may come: what Content-Length says, or body_max when it comes in chunks.
 * Framing that two programs could read differently is refused (request smuggling). TOO_LARGE
 * http.body, BAD_INPUT http.length, http.transfer-encoding. */
enum outcome examine_body(struct MHD_Connection *connection, size_t body_max, uint64_t *out_bytes,
                          struct fail *fail) MUST_USE;

/* The header Ballotd-Salt; "" without. BAD_INPUT http.salt when it is too long. */
enum outcome examine_salt(struct MHD_Connection *connection,
                          char out_salt[static 2 * SALT_BYTES + 1], struct fail *fail) MUST_USE;

/* Authenticates the signed request; fills ask->request and the hash that its body must have. */
enum outcome examine_asker(struct MHD_Connection *connection, const struct route *route,
                           const char *method, const char *path, struct ask *ask,
                           uint8_t out_body_sha256[static HASH_BYTES], struct fail *fail) MUST_USE;

#endif
