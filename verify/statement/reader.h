/*
 * reader: the pieces that the statements of all kinds are made of; for statement/ only.
 *
 * Every function reads one member and does nothing once something was wrong, like base/json.h on
 * which it stands. Texts that had escapes are copied into the arena, all others stay where they
 * are. Lists grow in the arena.
 */
#ifndef VERIFY_STATEMENT_READER_H
#define VERIFY_STATEMENT_READER_H

#include "base/json.h"
#include "statement/statement.h"

struct reader {
    struct json json;
    struct arena *arena;
    bool starved; /* no memory */
};

/* The zeroed structure for a statement, or NULL; then the reader is broken. */
void *reader_make(struct reader *reader, size_t bytes);

/* `items` with room for one more than `count`; call it before each addition. NULL when broken. */
void *reader_grow(struct reader *reader, void *items, size_t count, size_t item_bytes);

void read_text(struct reader *reader, const char *name, size_t limit_bytes, struct span *out_text);
void read_filled(struct reader *reader, const char *name, size_t limit_bytes,
                 struct span *out_text); /* not empty */
void read_id(struct reader *reader, const char *name, struct span *out_id);
void read_id_or_none(struct reader *reader, const char *name, struct span *out_id);
void read_box(struct reader *reader, struct span *out_box); /* contest or contest/unit */
void read_languages(struct reader *reader, const char *name, struct languages *out_text);
void read_blob(struct reader *reader, const char *name, struct blob *out_blob);
void read_access(struct reader *reader); /* a digest that nobody outside can check */
void read_count(struct reader *reader, const char *name, uint64_t most, uint64_t *out_number);
void read_small(struct reader *reader, const char *name, unsigned least, unsigned most,
                unsigned *out_number);
void read_time(struct reader *reader, const char *name, int64_t *out_time_s);
void read_date(struct reader *reader, const char *name, struct span *out_date);
void read_roles(struct reader *reader, unsigned *out_roles);
void read_key(struct reader *reader, const char *name, uint8_t out_key[KEY_BYTES]); /* Ed25519 */
void read_indices(struct reader *reader, const char *name, unsigned **out_list, size_t *out_count);

/* One of the words of a list that ends in NULL. */
unsigned read_word(struct reader *reader, const char *name, const char *const *words);

/* Each reads the members after the first four. */
void read_definition(struct reader *reader, struct definition *definition);
void read_contest(struct reader *reader, struct contest *contest);
void read_commit(struct reader *reader, struct ceremony *ceremony);
void read_coefficients(struct reader *reader, struct ceremony *ceremony);
void read_shares(struct reader *reader, struct ceremony *ceremony);
void read_accept(struct reader *reader, struct ceremony *ceremony);
void read_complaint(struct reader *reader, struct ceremony *ceremony);
void read_restart(struct reader *reader, struct restart *restart);
void read_freeze(struct reader *reader, struct freeze *freeze);
void read_mix(struct reader *reader, struct mix *mix);
void read_decryption(struct reader *reader, struct decryption *decryption);
void read_result(struct reader *reader, struct result *result);

#endif
