/* Exports read from files, each with its mapping, as the feeds of a join that nobody stated: for
 * trying things out.
 *
 * Nobody says when they were taken, so all are of one instant and none is stale.
 */
#ifndef CLI_EXPORTS_H
#define CLI_EXPORTS_H

#include "roll/people.h"

struct exports {
    struct snapshot *snapshots[ROLL_SOURCES_MAX]; /* owned */
    struct feed feeds[ROLL_SOURCES_MAX];
    uint32_t count;
};

/* paths: a mapping and an export, `count` times; each mapping names another of the sources.
 * BAD_INPUT exports.source, roll.mapping, roll.import; the errors of reading files. Release with
 * exports_done. */
enum outcome exports_read(const char *const *paths, unsigned count,
                          const struct source_list *sources, struct exports *out_exports,
                          struct fail *fail) MUST_USE;
void exports_done(struct exports *exports);

#endif
