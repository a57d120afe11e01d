/*
 * board: what the roll's checks need to know of the log, already read and its form checked.
 *
 * The caller gives the entries that concern the roll in the order of the log, and a way to ask
 * which key and roles an officer had at an entry. All spans are borrowed. Source: docs/roll.md
 * section 10 and docs/protocol.md section 4.
 */
#ifndef VERIFY_ROLL_BOARD_H
#define VERIFY_ROLL_BOARD_H

#include "base/span.h"
#include "protocol.h"

enum roll_entry_kind {
    ENTRY_SNAPSHOT,
    ENTRY_CASE,
    ENTRY_ROLL,
    ENTRY_ISSUE,
    ENTRY_REISSUE,
    ENTRY_FREEZE
};

struct roll_entry {
    enum roll_entry_kind kind;
    uint64_t index;           /* in the log, from 0 */
    uint8_t leaf[HASH_BYTES]; /* its leaf hash, what `answers` names */
    union {
        struct {
            struct span source;
            uint64_t rows;
            uint8_t commitment[HASH_BYTES], mapping[HASH_BYTES];
        } snapshot;
        struct {
            uint8_t commitment[HASH_BYTES];
        } filed; /* case */
        struct {
            uint64_t version, size;
            uint8_t root[HASH_BYTES], annex[HASH_BYTES];
            struct span account; /* the JSON text of the member */
        } roll;
        struct {
            uint64_t roll, count;
            struct span list; /* the blob: 35 bytes each */
            uint8_t root[HASH_BYTES];
        } issue;
        struct {
            uint8_t old_key[KEY_BYTES], new_key[KEY_BYTES];
            uint16_t style; /* its place in the definition */
            uint8_t binding[HASH_BYTES];
        } reissue;
        struct {
            uint8_t annex[HASH_BYTES];
        } freeze;
    };
};

enum { OFFICER_RETURNING = 1, OFFICER_SECRETARY = 2, OFFICER_DEPUTY = 4, OFFICER_OTHER = 8 };

/* The key and the roles that the officer with this id holds at the entry; false if nobody does. */
typedef bool roll_officer(const void *context, struct span id, uint64_t entry_index,
                          uint8_t out_key[KEY_BYTES], unsigned *out_roles);

struct roll_board {
    struct span origin;
    uint8_t ctx0[HASH_BYTES];
    struct span rules; /* {"sources":…,"rules":…,"styles":…}, of the definition */
    const struct roll_entry *entries;
    size_t entry_count;
    roll_officer *officer;
    const void *officer_context;
};

#endif
