/* The annex's manifest: what a scrutineer holds, file by file, and its digest (docs/roll.md section
 * 9). It knows paths and hashes; where the bytes are kept is the caller's affair. */
#ifndef ROLL_ANNEX_H
#define ROLL_ANNEX_H

#include "base/buf.h"
#include "protocol.h"

enum { ANNEX_PATH_BYTES = 96 };

struct annex_file {
    char path[ANNEX_PATH_BYTES];
    uint8_t sha256[HASH_BYTES];
    uint8_t salt[SALT_BYTES];
    bool salted;
    uint64_t size_bytes;
};

struct annex {
    struct annex_file *files;
    uint32_t count;
    uint32_t room;
};

void annex_init(struct annex *annex);
void annex_done(struct annex *annex);

/* Adds a file by its bytes; salt is NULL where the text says "-". CONFLICT when the path is there,
 * BAD_INPUT when it is not a path of section 9. */
enum outcome annex_add(struct annex *annex, const char *path, struct span bytes,
                       const uint8_t *salt, struct fail *fail) MUST_USE;
/* The same, for a file whose hash and size are known. */
enum outcome annex_add_hashed(struct annex *annex, const char *path,
                              const uint8_t sha256_hash[static HASH_BYTES], uint64_t size_bytes,
                              const uint8_t *salt, struct fail *fail) MUST_USE;

/* Sorts and prints the manifest; the digest is SHA-256 of it. */
void annex_print(struct annex *annex, struct span origin, struct buf *out);
enum outcome annex_digest(struct annex *annex, struct span origin,
                          uint8_t out_digest[static HASH_BYTES], struct fail *fail) MUST_USE;

/* The paths of section 9. out is ANNEX_PATH_BYTES long. */
void annex_path_snapshot(uint32_t number, char out[static ANNEX_PATH_BYTES]);
void annex_path_mapping(uint32_t number, char out[static ANNEX_PATH_BYTES]);
void annex_path_case(uint32_t number, char out[static ANNEX_PATH_BYTES]);
void annex_path_evidence(const uint8_t commitment[static HASH_BYTES],
                         char out[static ANNEX_PATH_BYTES]);
void annex_path_roll(uint32_t version, char out[static ANNEX_PATH_BYTES]);
void annex_path_issue(uint32_t number, char out[static ANNEX_PATH_BYTES]);
void annex_path_reissue(uint32_t number, char out[static ANNEX_PATH_BYTES]);
#define ANNEX_PATH_ROLL_KEY "roll.key"

/* One binding of an issue list, 99 bytes. */
void annex_print_binding(const uint8_t leaf[static HASH_BYTES],
                         const uint8_t credential[static KEY_BYTES], uint16_t style,
                         uint8_t channel, const uint8_t salt[static SALT_BYTES], struct buf *out);

/* commitment = H32(label, salt, bytes), with LABEL_SNAPSHOT, _MAPPING, _CASE or _EVIDENCE. */
void annex_commit(const char *label, const uint8_t salt[static SALT_BYTES], struct span bytes,
                  uint8_t out_commitment[static HASH_BYTES]);

#endif
