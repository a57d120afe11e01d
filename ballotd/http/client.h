/* The client of an election's HTTP interface: what officers, trustees, the registrar, voters and
 * the command line use.
 *
 * It signs each request with the caller's key where it was given one, follows no redirect, takes no
 * more than the caller's buffer holds, and gives up after a time. GET and PUT are tried again when
 * the server cannot be reached or is busy (each time signed anew); POST never is, since the caller
 * knows what a repetition means. A problem becomes the struct fail that it was in the server.
 * One thread for each client.
 */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include "log/note.h"

struct client;

struct client_options {
    const char *url;                  /* "http://…/e/<name>/": with or without the last "/" */
    const struct note_signer *signer; /* NULL: unsigned requests; borrowed */
    struct span origin;               /* of the election; wanted with a signer; borrowed */
    unsigned timeout_s;               /* without a byte, in either direction; 0: 600 */
    unsigned tries;                   /* of GET and PUT; 0: 4 */
};

/* BAD_INPUT client.url. */
enum outcome client_new(const struct client_options *options, struct client **out_client,
                        struct fail *fail) MUST_USE;
void client_free(struct client *client);
/* What the requests from now on are for, in words: signed with them, and kept in the access log
 * where they show somebody's record. Borrowed; at most 400 bytes. */
void client_set_purpose(struct client *client, const char *purpose);

/* All: BUSY client.unreachable, or the problem's own code and outcome, or BROKEN client.answer when
 * the answer is none of ours. Paths are below the election: "roll/report". */

/* Appends the body; TOO_LARGE when it is over out's maximum. */
enum outcome client_get(struct client *client, const char *path, struct buf *out,
                        struct fail *fail) MUST_USE;
/* salt: for private/…, otherwise NULL. */
enum outcome client_put(struct client *client, const char *path, const uint8_t *salt,
                        struct span body, struct fail *fail) MUST_USE;
/* out_status: 201 stands now, 200 stood already, 202 waits for other signatures. Appends the body:
 * a receipt, or the note as it stands. */
enum outcome client_post(struct client *client, const char *path, struct span body,
                         unsigned *out_status, struct buf *out, struct fail *fail) MUST_USE;
/* The authority's refusal that came with the last problem, as a note; empty without. Valid until
 * the next request. */
struct span client_refusal(const struct client *client);

/* -- many at once ------------------------------------------------------------------------------ */

/* A post's end. fail is NULL when status is one of client_post's; body and refusal are borrowed. */
struct client_result {
    void *item;
    unsigned status;
    struct span body;
    struct span refusal;
    const struct fail *fail;
    int64_t spent_us;
};

struct client_source {
    /* The next body, which lives until its end; false when there are no more. */
    bool (*next)(void *ctx, struct span *out_body, void **out_item);
    void (*end)(void *ctx, const struct client_result *result);
    void *ctx;
    unsigned per_s; /* at most so many are begun in a second; 0: as fast as they are answered */
};

/* Posts everything that the source gives, unsigned, over so many connections at a time; calls back
 * from this thread. Fails only when nothing can be sent at all. */
enum outcome client_post_many(struct client *client, const char *path, unsigned connections,
                              const struct client_source *source, struct fail *fail) MUST_USE;

#endif
