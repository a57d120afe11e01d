/*
 * server: POST /add-checkpoint over HTTP, in front of witness/witness.h.
 *
 * One thread of its own, few connections, small bodies and short timeouts: a log posts a page of
 * text every few seconds, and nobody else has business here. Meant for the loopback address behind
 * a web server that speaks TLS, which may pass a prefix of its own: the path's end is what counts.
 */
#ifndef VERIFY_WITNESS_SERVER_H
#define VERIFY_WITNESS_SERVER_H

#include "witness/witness.h"

struct server;

/* `where` is "127.0.0.1:PORT", any IPv4 address; port 0 is one that is free. */
enum outcome server_start(struct witness *witness, const char *where, struct server **out_server,
                          struct fail *fail) __attribute__((warn_unused_result));
void server_stop(struct server *server); /* finishes what runs; accepts NULL */

/* The port that it listens on. */
unsigned server_port(const struct server *server);

#endif
