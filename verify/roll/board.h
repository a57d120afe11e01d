/*
 * board: what the roll's checks need to know of the log, already read and its form checked.
 *
 * The caller gives the entries that concern the roll in the order of the log, and ways to ask
 * which key and roles an officer had at an entry and when a credential first voted. All spans and
 * pointers are borrowed. Source: docs/roll.md section 14 and docs/protocol.md section 4.
 */
#ifndef VERIFY_ROLL_BOARD_H
#define VERIFY_ROLL_BOARD_H

#include "base/span.h"
#include "protocol.h"

enum roll_entry_kind {
    ENTRY_SNAPSHOT,
    ENTRY_DIFFERENCE,
    ENTRY_CASE,
    ENTRY_ROLL,
    ENTRY_ISSUE,
    ENTRY_REISSUE,
    ENTRY_FREEZE
};

/* Of the credentials that a version adds, for one style. */
struct roll_style_count {
    uint64_t credentials, provisional;
};

enum reissue_standing { REISSUE_ELIGIBLE, REISSUE_PROVISIONAL, REISSUE_TENDERED };

struct roll_entry {
    enum roll_entry_kind kind;
    uint64_t index;           /* in the log, from 0 */
    uint8_t leaf[HASH_BYTES]; /* its leaf hash, what `answers` names */
    union {
        struct {
            struct span source;
            uint64_t rows, taken_at, as_of;
            uint8_t commitment[HASH_BYTES], mapping[HASH_BYTES];
        } snapshot; /* its number is its place among the snapshots, from 1 */
        struct {
            uint64_t from, to; /* numbers of snapshots */
            uint64_t joined, left, status, unit, email, phone, address, alarms;
        } difference;
        struct {
            uint64_t at;
            uint8_t commitment[HASH_BYTES];
        } filed; /* case */
        struct {
            uint64_t version, size, at;
            uint8_t root[HASH_BYTES], annex[HASH_BYTES];
            struct span account;                 /* the JSON text of the member */
            const uint8_t (*revoked)[KEY_BYTES]; /* ascending */
            size_t revoked_count;
            const struct roll_style_count *styles; /* in the order of the definition */
            size_t style_count;
        } roll;
        struct {
            uint64_t roll, count;
            struct span list; /* the blob: 35 bytes each */
            uint8_t root[HASH_BYTES];
        } issue;
        struct {
            uint8_t old_key[KEY_BYTES], new_key[KEY_BYTES];
            uint16_t style; /* its place in the definition */
            enum reissue_standing standing;
            uint8_t binding[HASH_BYTES];
        } reissue;
        struct {
            uint8_t annex[HASH_BYTES];
            struct span admitted; /* the blob: 32-byte keys */
        } freeze;
    };
};

enum {
    OFFICER_RETURNING = 1,
    OFFICER_SECRETARY = 2,
    OFFICER_DEPUTY = 4,
    OFFICER_EXPORTER = 8,
    OFFICER_SCRUTINEER = 16,
    OFFICER_PANEL = 32,
    OFFICER_BARRED = 64
};

/* The key and the roles that the officer with this id holds at the entry and at the time `at`;
 * false if nobody does. */
typedef bool roll_officer(const void *context, struct span id, uint64_t entry_index, uint64_t at,
                          uint8_t out_key[KEY_BYTES], unsigned *out_roles);

/* The index of the credential's first standing ballot in the log, UINT64_MAX if it has none. */
typedef uint64_t roll_first_ballot(const void *context, const uint8_t key[KEY_BYTES]);

/* Of the definition's timetable. */
struct roll_timetable {
    uint64_t announced_at;
    const struct span *non_working; /* "YYYY-MM-DD" */
    size_t non_working_count;
    int64_t decide_within, appeal_within, reply_within; /* working days */
    int64_t cooling_hours;
};

struct roll_board {
    struct span origin;
    uint8_t ctx0[HASH_BYTES];
    uint8_t authority[KEY_BYTES]; /* its key for statements */
    struct span rules; /* {"sources":…,"fields":…,"rules":…,"styles":…}, of the definition */
    struct roll_timetable timetable;
    const struct roll_entry *entries;
    size_t entry_count;
    roll_officer *officer;
    const void *officer_context;
    roll_first_ballot *first_ballot;
    const void *ballot_context;
};

#endif
