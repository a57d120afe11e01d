/*
 * statement: what an entry says, as a C structure for each kind.
 *
 * Reading checks the form and nothing else: exactly the kind's members, in order, each in its
 * range, printed in the one canonical way. Whether the statement may stand where it stands is the
 * business of election/. Texts are spans into the entry or into the arena; both must outlive the
 * statement. Source: docs/protocol.md section 4.
 */
#ifndef VERIFY_STATEMENT_STATEMENT_H
#define VERIFY_STATEMENT_STATEMENT_H

#include "base/arena.h"
#include "base/fail.h"
#include "limit.h"
#include "protocol.h"

enum kind {
    ELECTION,
    ROLE,
    TRUSTEE_COMMIT,
    TRUSTEE_COEFFICIENTS,
    TRUSTEE_SHARES,
    TRUSTEE_ACCEPT,
    TRUSTEE_COMPLAINT,
    TRUSTEE_RESTART,
    CONTEST,
    AMEND,
    NOTICE,
    SNAPSHOT,
    DIFFERENCE,
    CASE,
    ROLL,
    ISSUE,
    REISSUE_ORDER,
    REISSUE,
    OPEN,
    BALLOT,
    CLOSE,
    FREEZE,
    MIX,
    DECRYPTION,
    RESULT,
    END,
    KINDS,
};

enum role {
    RETURNING = 1,
    SECRETARY = 2,
    DEPUTY = 4,
    EXPORTER = 8,
    SCRUTINEER = 16,
    PANEL = 32,
    BARRED = 64,
};

struct languages {
    struct span en, cy;
};

struct blob {
    uint8_t sha256[HASH_BYTES];
    uint64_t size;
};

struct source {
    struct span id, numbers; /* numbers: whose membership numbers it uses */
    struct languages title;
    uint64_t stale_after_days; /* 0: never */
    bool lists;
};

/* Which source has authority for a field. */
struct authority {
    struct span field, source;
};

struct style {
    struct span id, unit, votes_field; /* votes_field is empty where everybody has `votes` */
    struct languages title;
    unsigned votes;
};

struct unit {
    struct span id, merge; /* merge is empty where the unit stays as it is */
    struct languages title;
};

struct trustee {
    struct span name;
    uint8_t sign[KEY_BYTES], seal[POINT_BYTES];
};

struct officer {
    struct span id, name;
    unsigned roles; /* of enum role */
    uint8_t key[KEY_BYTES];
};

struct timetable {
    int64_t announced_at, inspection_opens_at, inspection_closes_at, opens_at, closes_at;
    struct span *non_working; /* dates */
    size_t non_working_count;
    unsigned decide_within, appeal_within, reply_within; /* working days */
    unsigned cooling_hours;
};

struct definition {
    struct languages title;
    bool rehearsal, changing;
    struct timetable timetable;
    struct span rules; /* {"sources":…,"fields":…,"rules":…,"styles":…}, as roll/ reads them */
    struct source *sources;
    struct authority *fields;
    struct span *codes; /* of the rules */
    struct style *styles;
    struct unit *units;
    struct trustee *trustees; /* index 1 first */
    struct officer *officers;
    size_t source_count, field_count, code_count, style_count, unit_count, trustee_count;
    size_t officer_count;
    uint64_t floor;
    unsigned threshold;
    uint8_t log[KEY_BYTES], statements[KEY_BYTES], registrar[KEY_BYTES];
    struct span witnesses;
};

struct role_change {
    bool ends; /* otherwise it appoints */
    struct officer officer;
    int64_t until;
};

/* Everything that a trustee says in the ceremony; members that its kind lacks are zero. */
struct ceremony {
    uint64_t attempt;
    unsigned trustee;
    uint8_t coefficients[HASH_BYTES], lots[HASH_BYTES];  /* commit */
    uint8_t (*commitments)[POINT_BYTES];                 /* coefficients */
    uint8_t (*proofs)[POINT_BYTES + SCALAR_BYTES];       /* coefficients: T, z */
    size_t commitment_count, proof_count;                /* coefficients */
    uint8_t ephemeral[POINT_BYTES];                      /* shares */
    unsigned *to;                                        /* shares */
    uint8_t (*shares)[SCALAR_BYTES];                     /* shares */
    size_t share_count;                                  /* shares */
    uint8_t transcript[HASH_BYTES], public[POINT_BYTES]; /* accept */
    unsigned against;                                    /* complaint */
    uint8_t secret[POINT_BYTES];                         /* complaint */
    uint8_t proof[2 * POINT_BYTES + SCALAR_BYTES];       /* complaint: T1, T2, z */
};

enum restart_reason { RESTART_PROVED, RESTART_FALSE_COMPLAINT, RESTART_ABSENT };

struct restart {
    uint64_t attempt;
    unsigned *trustees;
    size_t trustee_count;
    enum restart_reason reason;
};

enum layout { LAYOUT_RANKING, LAYOUT_ONE, LAYOUT_SEVERAL, LAYOUT_APPROVAL, LAYOUT_YES_NO };

struct contest {
    struct span id;
    struct languages title;
    enum layout layout;
    unsigned most, seats, candidate_count;
    struct span rule;
    struct span *names; /* of candidate 1 first */
    unsigned *printed;
    size_t printed_count;
    struct span *styles;
    size_t style_count;
    bool by_unit; /* "boxes" is "unit" */
};

enum change { CHANGE_CLOSE, CHANGE_WITHDRAW, CHANGE_CANCEL };

struct amend {
    enum change change;
    int64_t closes_at;
    struct span contest;
    unsigned candidate;
};

struct snapshot {
    uint64_t number, rows;
    struct span source;
    int64_t taken_at, as_of;
    uint8_t commitment[HASH_BYTES], mapping[HASH_BYTES];
};

/* What changed between two snapshots of a source: people, but for the alarms. */
struct difference {
    uint64_t from, to; /* numbers of snapshots */
    uint64_t joined, left, status, unit, email, phone, address, alarms;
};

struct filed_case {
    uint64_t number;
    int64_t at;
    uint8_t commitment[HASH_BYTES];
};

struct style_total {
    struct span style;
    uint64_t credentials, provisional;
};

struct roll {
    uint64_t version, size;
    int64_t at;
    uint8_t root[HASH_BYTES], annex[HASH_BYTES];
    struct style_total *styles;
    uint8_t (*revoked)[KEY_BYTES];
    size_t style_count, revoked_count;
    struct span account;
};

struct issue {
    uint64_t roll, count;
    struct blob list;
    uint8_t root[HASH_BYTES];
};

struct reissue {
    uint8_t old[KEY_BYTES]; /* the `credential` of an order */
    uint8_t new[KEY_BYTES], binding[HASH_BYTES];
    struct span style;
    enum credential_standing standing; /* of a reissue */
    bool tendered;                     /* of an order */
};

struct paper_reference {
    struct span style;
    struct blob paper;
};

struct opening {
    uint64_t roll;
    uint8_t root[HASH_BYTES], public[POINT_BYTES];
    uint8_t (*contests)[HASH_BYTES];
    size_t contest_count;
    struct paper_reference *papers;
    size_t paper_count;
    int64_t at;
};

struct ballot {
    uint64_t roll, sequence;
    struct span style;
    uint8_t paper[HASH_BYTES], credential[KEY_BYTES], previous[HASH_BYTES];
    struct span body; /* decoded */
};

struct closing {
    struct blob checkpoint;
    int64_t at;
};

struct frozen_box {
    struct span box;
    uint64_t count, width;
    uint8_t list[HASH_BYTES];
};

struct freeze {
    uint64_t size;
    uint8_t root[HASH_BYTES], annex[HASH_BYTES];
    struct frozen_box *boxes;
    size_t box_count;
    struct blob admitted, checkpoint;
};

struct mix {
    struct span box;
    uint64_t step;
    unsigned trustee;
    uint8_t input[HASH_BYTES];
    struct blob output, proof;
};

struct decryption {
    struct span box;
    unsigned trustee;
    uint8_t input[HASH_BYTES], lots[HASH_BYTES];
    struct blob shares;
};

struct result_box {
    struct span box;
    struct blob plaintexts, papers, sheet;
};

struct account_box {
    struct span box;
    uint64_t papers, valid, blank, abstained, spoilt;
};

struct account {
    uint64_t issued, killed, live, cast, not_used, admitted, provisional_refused, superseded;
    uint64_t tendered;
    struct account_box *boxes;
    size_t box_count;
};

struct result {
    unsigned *trustees;
    size_t trustee_count;
    struct result_box *boxes;
    size_t box_count;
    struct account account;
};

struct statement {
    enum kind kind;
    struct span origin;
    uint8_t context[HASH_BYTES], answers[HASH_BYTES];
    union {
        struct definition *definition;
        struct role_change *role;
        struct ceremony *ceremony; /* the trustee's five kinds */
        struct restart *restart;
        struct contest *contest;
        struct amend *amend;
        struct snapshot *snapshot;
        struct difference *difference;
        struct filed_case *filed;
        struct roll *roll;
        struct issue *issue;
        struct reissue *reissue; /* also of an order */
        struct opening *open;
        struct ballot *ballot;
        struct closing *close;
        struct freeze *freeze;
        struct mix *mix;
        struct decryption *decryption;
        struct result *result;
    };
};

/* `text` is that of the note: one line and its line feed. */
enum outcome statement_parse(struct span text, struct arena *arena, struct statement *out_statement,
                             struct fail *fail) __attribute__((warn_unused_result));

const char *kind_name(enum kind kind);

/* Lower-case letters, digits and hyphens, 1 to 32. */
bool id_valid(struct span text);

/* 1 to 100 of a-z 0-9 . - /, with the ends and slashes that section 4 allows. */
bool origin_valid(struct span text);

#endif
