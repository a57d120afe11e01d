/* What several officers' commands do at their desk: begin a statement about the definition or what
 * followed it, state it, fetch JSON, and sign what the daemon has prepared.
 */
#ifndef CLI_OFFICE_H
#define CLI_OFFICE_H

#include "cli/desk.h"

/* The first four members: context ctx0, and as what it answers the hash which the daemon's status
 * gives under `answers` ("definition", "amended", "snapshot"). NOT_FOUND desk.status. */
enum outcome office_begin(const struct desk *desk, const char *kind, const char *answers,
                          json_t **out_object, struct fail *fail) MUST_USE;
/* desk_state with the object's text; releases the object in every case. */
enum outcome office_state(struct desk *desk, const char *path, json_t *object,
                          struct fail *fail) MUST_USE;

/* The daemon's JSON at this path; the caller owns it. */
enum outcome office_get(struct desk *desk, const char *path, json_t **out_object,
                        struct fail *fail) MUST_USE;

/* Fetches draft/<kind>, shows it, signs and states it. Where the daemon waits for witnesses it is
 * asked again for up to `patience_s`. */
enum outcome office_sign_draft(struct desk *desk, const char *kind, int64_t patience_s,
                               struct fail *fail) MUST_USE;

/* What the requests from here on are for, as the access log keeps it: --purpose, or without it the
 * command's own words. */
void office_purpose(struct desk *desk, const char *given, const char *fallback);
#define OFFICE_PURPOSE_HELP                                                                        \
    "  --purpose TEXT          what for, as the log of who looked at whose record keeps it\n"

/* {"en":…,"cy":…}; NULL is "". */
json_t *office_text(const char *english, const char *welsh);

/* A line on standard output whose control characters, but for tabs, become "?": for what came from
 * elsewhere. */
void office_print(struct span text);

#endif
