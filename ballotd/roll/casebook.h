/* The case book: every variance of one election, from raised to final (docs/roll.md section 7).
 *
 * It takes statements in the order of the board, each already verified as a signed note, and
 * refuses every one that breaks a guard; the code of the failure names the guard. What it holds is
 * what people stated, who stated it and when; what follows for the roll is the draft's work.
 */
#ifndef ROLL_CASEBOOK_H
#define ROLL_CASEBOOK_H

#include "base/buf.h"
#include "limit.h"
#include "protocol.h"
#include "roll/calendar.h"
#include "roll/role.h"
#include "roll/rules.h"

struct hash32 {
    uint8_t bytes[HASH_BYTES];
};

/* The deadlines of the timetable, in working days of its calendar. */
struct case_times {
    struct calendar calendar;
    uint32_t decide_within;
    uint32_t appeal_within;
    uint32_t reply_within;
};

/* What a case book judges by. All is borrowed for as long as the book lives. */
struct case_terms {
    struct span origin;
    const uint8_t *context; /* HASH_BYTES: ctx0 */
    const struct rules *rules;
    const struct case_times *times;
    const uint8_t *roll_key;    /* ROLL_KEY_BYTES */
    const struct span *numbers; /* whose membership numbers the sources that list use */
    uint32_t numbers_count;
};

/* A signed note whose one signature was verified: by the authority, or by an officer with the roles
 * held at this entry and at its time (BARRED among them; 0: an officer no longer). Borrowed for the
 * call. */
struct case_note {
    struct span note; /* all bytes of the note */
    struct span text; /* its text, with or without the last line feed */
    struct span signer;
    const uint8_t *key; /* KEY_BYTES */
    unsigned roles;     /* of enum officer_role */
    bool is_authority;
    int64_t at_s; /* the `at` of its `case` entry */
};

enum statement_kind {
    STATEMENT_VARIANCE,
    STATEMENT_EVIDENCE,
    STATEMENT_PROPOSAL,
    STATEMENT_NOTIFICATION,
    STATEMENT_WITHDRAWAL,
    STATEMENT_DECISION,
    STATEMENT_COUNTERSIGNATURE,
    STATEMENT_APPEAL,
    STATEMENT_EXCLUSIONS,
    STATEMENT_IRREGULARITY,
    STATEMENT_KINDS,
};

enum case_state {
    CASE_RAISED,
    CASE_EVIDENCED,
    CASE_PROPOSED,
    CASE_UPHELD, /* in force once it lacks no countersignature */
    CASE_REFUSED,
    CASE_APPEALED,
    CASE_WITHDRAWN,
};

enum case_by { CASE_BY_OFFICER, CASE_BY_MEMBER, CASE_BY_MACHINE };

enum case_effect_kind {
    EFFECT_REVIEW,
    EFFECT_ROWS,
    EFFECT_MERGE,
    EFFECT_SET,
    EFFECT_ADD,
    EFFECT_INCLUDE,
    EFFECT_EXCLUDE,
    EFFECT_HOLD,
    EFFECT_COUNT,
};

/* What should be done. The spans point into the statement's JSON, which the case keeps. */
struct case_effect {
    enum case_effect_kind what;
    struct hash32 object; /* of rows: the row id; of merge: the survivor's pseudonym */
    struct span field;    /* of set; from and to are empty when missing */
    struct span from;
    struct span to;
    struct span numbers; /* of add, as the record: an object of strings in canonical order */
    const json_t *record;
};

struct officer_mark {
    char id[LIMIT_ID_BYTES + 1]; /* empty: the authority */
    uint8_t key[KEY_BYTES];
};

/* One statement of a case, in order. */
struct case_step {
    enum statement_kind kind;
    uint32_t statement; /* the number of its `case` entry, from 1 */
    int64_t at_s;
    struct officer_mark signer;
};

struct variance_case {
    uint32_t number;
    enum case_state state;
    enum case_by by;
    struct hash32 *subjects; /* pseudonyms, sorted; owned */
    uint32_t subject_count;
    struct case_effect effect; /* of the proposal that stands, else of the variance */
    struct span reason;
    struct span text;
    struct span rule; /* of the proposal: the code at stake, or empty */
    bool has_proposal;
    bool notified;   /* the member was told of the proposal that stands */
    bool reply_over; /* and the time to reply was over when it was last upheld */
    bool is_final;   /* decided on appeal */
    bool lacks_officer;
    bool lacks_scrutineer; /* countersignatures that the upholding decision still needs */
    uint32_t force_order;  /* the `case` entry by which it came into force; 0: not in force */
    int64_t force_at_s;
    uint32_t strength; /* of its evidence */
    uint32_t evidence_count;
    int64_t raised_at_s;
    bool is_late;                                  /* raised after the first `roll` */
    int64_t first_notice_at_s, latest_notice_at_s; /* of those after the proposal that stands */
    int64_t decided_at_s, appealed_at_s;
    struct officer_mark raised_by;
    struct officer_mark decided_by; /* the latest decision's signer */
    struct hash32 latest;           /* leaf hash of its latest statement */
    struct case_step *steps;        /* owned */
    uint32_t step_count;
    json_t *json, *proposal; /* owned; the spans point into them */
};

struct case_evidence {
    uint32_t case_number;
    uint32_t statement; /* the number of its `case` entry, from 1 */
    uint32_t kind;      /* see case_evidence_kind_name */
    bool is_file;
    struct hash32 sha256;
    struct hash32 commitment;
    uint64_t size_bytes;
    char type[8]; /* "pdf", "png", "jpeg" or "text" */
    struct officer_mark given_by;
};

/* An officer's confirmation that these reasons exclude this member. */
struct case_exclusion {
    struct hash32 pseudonym;
    uint64_t failed;   /* as in struct verdict */
    uint32_t snapshot; /* how many snapshots there were when it was confirmed */
};

/* A snapshot on the board: of which source (its index), whether that lists, and its rows. */
struct case_snapshot {
    struct hash32 leaf;
    uint32_t source;
    bool lists;
    uint32_t rows;
};

struct casebook {
    struct case_terms terms;
    char context[2 * HASH_BYTES + 1];
    struct case_snapshot *snapshots;
    uint32_t snapshot_count;
    struct hash32 roll; /* leaf hash of the latest `roll` entry */
    uint32_t roll_count;
    struct variance_case *cases;
    uint32_t case_count;
    struct case_evidence *evidence;
    uint32_t evidence_count;
    struct case_exclusion *exclusions;
    uint32_t exclusion_count;
    uint32_t irregularity_count;
    uint32_t statement_count;
    bool frozen;
};

void casebook_init(struct casebook *book, const struct case_terms *terms);
void casebook_done(struct casebook *book);

/* The next `snapshot` entry. BROKEN without memory. */
enum outcome casebook_add_snapshot(struct casebook *book, const uint8_t leaf[static HASH_BYTES],
                                   uint32_t source, bool lists, uint32_t rows,
                                   struct fail *fail) MUST_USE;
/* The next `roll` entry: from now on a decision takes two. */
void casebook_add_roll(struct casebook *book, const uint8_t leaf[static HASH_BYTES]);
void casebook_freeze(struct casebook *book);

/* The next statement. On failure the book is as before.
 * BAD_INPUT case.malformed, case.election, case.subject (or json.*); NOT_FOUND case.unknown;
 * CONFLICT case.stale, case.exists, case.decided, case.withdrawn, case.appealed;
 * NOT_ALLOWED case.role, case.barred, case.frozen, case.early, case.crowded, case.attester,
 * case.no-evidence, case.not-proposed, case.not-raiser, case.four-eyes, case.late, case.weak,
 * case.notice, case.countersign, case.not-decided, case.appeal-late. */
enum outcome casebook_add(struct casebook *book, const struct case_note *statement,
                          struct fail *fail) MUST_USE;

/* NULL when there is no such case. Valid until the next casebook_add. */
const struct variance_case *casebook_find(const struct casebook *book, uint32_t number);
/* The first number not in use. */
uint32_t casebook_next_number(const struct casebook *book);

/* Neither in force, refused nor withdrawn (docs/roll.md section 8). */
bool case_is_open(const struct variance_case *variance);
/* A merge or an exclusion. */
bool case_is_removal(const struct variance_case *variance);
/* Until when any officer may decide it; after that a deputy or the panel. */
int64_t case_deadline(const struct casebook *book, const struct variance_case *variance);

const char *case_state_name(enum case_state state);
const char *case_effect_name(enum case_effect_kind what);
const char *case_by_name(enum case_by by);
const char *case_statement_name(enum statement_kind kind);
const char *case_evidence_kind_name(uint32_t kind);
bool case_evidence_kind_is_known(struct span kind);
bool case_reason_is_known(struct span reason);

#endif
