/*
 * annex: the confidential files behind the roll, and the manifest that lists them.
 *
 * Every file is found by its path; its salt is the manifest's. annex_check() wants each file to be
 * what the manifest says and the manifest to list every file that the board calls for and nothing
 * else, and its digest, also in earlier states, to be the one on the board.
 * Source: docs/roll.md section 9.
 */
#ifndef VERIFY_ROLL_ANNEX_H
#define VERIFY_ROLL_ANNEX_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fail.h"
#include "bundle/bundle.h"
#include "roll.h"
#include "roll/board.h"

enum { ANNEX_PATH_BYTES = 100 };

/* The one file that a manifest does not list, and need not be there: roll/handover.h. */
#define ANNEX_HANDOVER "handed-over.note"

struct annex_file {
    struct span path, bytes; /* the caller's */
    bool salted;             /* of the manifest, from here on */
    uint8_t salt[ROLL_SALT_BYTES];
    struct span line; /* its line with the line feed; ptr NULL if the manifest has none */
    uint64_t since;   /* the entry to which it belongs; annex_claim() */
    bool claimed;
};

struct annex {
    struct annex_file *files; /* sorted by path, without the manifest */
    size_t count;
    struct span manifest; /* its bytes; ptr NULL if there is none */
    struct arena arena;
    struct bundle_file *open; /* what annex_open() has mapped */
    size_t open_count;
};

/* All files of a directory or tar, mapped. The bundle must outlive the annex. */
enum outcome annex_open(const struct bundle *bundle, struct annex *out_annex, struct fail *fail)
    __attribute__((warn_unused_result));

/* The same from memory: `files` have path and bytes, in any order, the manifest among them. */
enum outcome annex_from(const struct annex_file *files, size_t count, struct annex *out_annex,
                        struct fail *fail) __attribute__((warn_unused_result));
void annex_done(struct annex *annex); /* accepts NULL */

/*
 * Reads the manifest: after this the files have their salts and lines, also those behind a fault.
 * BAD if it is malformed, of another election, or a file is missing, altered or not listed; the
 * first such path is then in `out_path`, which is otherwise left alone.
 */
enum outcome annex_read_manifest(struct annex *annex, struct span origin,
                                 char out_path[ANNEX_PATH_BYTES + 1], struct fail *fail)
    __attribute__((warn_unused_result));

/* NULL if there is no such file. */
struct annex_file *annex_find(const struct annex *annex, const char *path);

/* The board calls for a file at this path, if there is one, from entry `since` on. */
void annex_claim(struct annex *annex, const char *path, uint64_t since);

/* BAD if the file is not there, has a salt where none belongs, or none where one does. */
enum outcome annex_take(const struct annex *annex, const char *path, bool salted,
                        const struct annex_file **out_file, struct fail *fail)
    __attribute__((warn_unused_result));

/* SHA-256 of the manifest as it was with the files claimed up to `entry` and by it. */
void annex_digest(const struct annex *annex, struct span origin, uint64_t entry,
                  uint8_t out_digest[HASH_BYTES]);

/* The first file that nobody has claimed, or NULL. */
const struct annex_file *annex_unclaimed(const struct annex *annex);

/* H32(label, salt, bytes) of the file. */
void annex_commitment(const char *label, const struct annex_file *file,
                      uint8_t out_commitment[HASH_BYTES]);

#endif
