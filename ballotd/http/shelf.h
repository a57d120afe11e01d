/* The shelf: large public answers that never change, kept in memory while they are asked for.
 *
 * A blob may be hundreds of megabytes and is hashed when it is read. Anyone may ask for it, as
 * often as he likes; so all who read it at one time share one copy, read once. The shelf is
 * bounded: what was not asked for the longest makes room, and what somebody is still reading stays.
 */
#ifndef HTTP_SHELF_H
#define HTTP_SHELF_H

#include "base/buf.h"

enum { SHELF_PLACES = 64, SHELF_BYTES_MIN = 64 << 10 };

struct shelf;
struct shelved;

/* NULL when there is no memory. */
struct shelf *shelf_new(size_t bytes_max);
void shelf_free(struct shelf *shelf); /* when everything was given back */

/* What stands under the path, or NULL; the caller gives it back. */
struct shelved *shelf_take(struct shelf *shelf, const char *path);
/* Moves the body to the shelf and takes it from there; NULL, and nothing moved, when it is small or
 * there is no room. */
struct shelved *shelf_put(struct shelf *shelf, const char *path, struct buf *body);
void shelf_give_back(struct shelved *shelved); /* takes NULL */

struct span shelved_span(const struct shelved *shelved);

#endif
