/* JSON written by a person, brought into the order and shape of the protocol.
 *
 * A shape lists an object's members in their normative order. Members that stand in another order
 * are moved; those with a default may be left out; times may be written 2026-03-01T12:00:00Z. What
 * is missing or unknown is told by name, all of it at once. Whether the values make sense is for
 * those who read the statement: nothing is decided here.
 */
#ifndef CLI_LOOSE_H
#define CLI_LOOSE_H

#include "base/json.h"

enum loose_form {
    LOOSE_VALUE,    /* as it stands */
    LOOSE_OBJECT,   /* of the shape `inside` */
    LOOSE_LIST,     /* of objects of the shape `inside` */
    LOOSE_TIME,     /* seconds, or an instant as text */
    LOOSE_COUNT,    /* its place in the list, from 1, when left out */
    LOOSE_OPTIONAL, /* a value that may be absent */
};

/* A shape ends with a name of NULL. */
struct loose_member {
    const char *name;
    enum loose_form form;
    const struct loose_member *inside;
    const char *fallback; /* JSON; NULL: must be there */
};

/* {"en":…,"cy":…}; Welsh may be left out. */
extern const struct loose_member loose_text[];

/* Reads the file ("-": standard input). */
enum outcome loose_read(const char *path, json_t **out_object, struct fail *fail) MUST_USE;
/* Adds the members of `from`, in the shape's order, to `to`. BAD_INPUT loose.members names every
 * one that is missing or unknown; loose.list, loose.time. `what` begins the message. */
enum outcome loose_arrange(const json_t *from, const struct loose_member *shape, const char *what,
                           json_t *to, struct fail *fail) MUST_USE;

#endif
