/* The definition: the first entry of the log, which says what is decided, when, by which rules and
 * with whose keys (docs/protocol.md section 4).
 *
 * Reading it checks everything that its own text can show: ids and keys that differ, thresholds,
 * styles that are those of the rules. Nothing in it changes afterwards; `role` and `amend` entries
 * change what election/state.h holds.
 */
#ifndef ELECTION_DEFINITION_H
#define ELECTION_DEFINITION_H

#include "crypto/group.h"
#include "election/statement.h"
#include "limit.h"
#include "roll/role.h"
#include "roll/sources.h"

struct officer {
    char id[LIMIT_ID_BYTES + 1];
    char name[LIMIT_NAME_BYTES + 1];
    unsigned roles; /* of enum officer_role; 0 when the appointment has ended */
    uint8_t key[KEY_BYTES];
    int64_t until_s; /* 0: no end */
};

struct trustee {
    unsigned index; /* from 1 */
    char name[LIMIT_NAME_BYTES + 1];
    uint8_t sign[KEY_BYTES];
    struct point seal;
};

struct unit {
    char id[LIMIT_ID_BYTES + 1];
    int merge; /* index of the unit it merges into below the floor, or -1 */
};

struct ballot_style {
    char id[LIMIT_ID_BYTES + 1];
    unsigned unit; /* index */
};

struct definition {
    char origin[LIMIT_ORIGIN_BYTES + 1];
    bool rehearsal;
    bool changing;
    int64_t announced_s, inspection_opens_s, inspection_closes_s, opens_s, closes_s;
    uint32_t decide_within, appeal_within, reply_within; /* working days */
    uint32_t cooling_hours;
    char retention_until[11];
    unsigned floor;
    unsigned threshold;
    unsigned trustee_count, officer_count, unit_count, style_count;
    struct trustee trustees[LIMIT_TRUSTEES];
    struct officer officers[LIMIT_OFFICERS];
    struct unit *units;
    struct ballot_style *styles;
    struct source_list sources;
    uint8_t log_key[KEY_BYTES], authority_key[KEY_BYTES], registrar_key[KEY_BYTES];
    const char *witnesses;             /* a tlog-policy text, "" for none; borrowed from object */
    json_t *object;                    /* the whole statement; owned */
    const json_t *rules, *style_rules; /* docs/roll.md section 5; borrowed, as the rest */
    const json_t *non_working;
    uint8_t ctx0[HASH_BYTES];
};

/* BAD_INPUT definition.… with the member at fault. Heap: definition_free. */
enum outcome definition_read(const struct statement *statement, struct definition **out_definition,
                             struct fail *fail) MUST_USE;
void definition_free(struct definition *definition);

/* Index of the style, or -1. */
int definition_style(const struct definition *definition, struct span id);

/* The key under which somebody signs: name made of the origin and a suffix of protocol.h. */
enum outcome definition_key(const char *origin, const char *suffix, const char *id,
                            const uint8_t key[static KEY_BYTES], struct note_key *out_key,
                            struct fail *fail) MUST_USE;

/* Members shared with `role`: "roles" as a set, names and ids. */
enum outcome officer_read_roles(const json_t *list, unsigned *out_roles,
                                struct fail *fail) MUST_USE;
bool id_copy(struct span text, char out_id[static LIMIT_ID_BYTES + 1]) MUST_USE;
bool name_copy(struct span text, char out_name[static LIMIT_NAME_BYTES + 1]) MUST_USE;
bool origin_is_valid(struct span origin) MUST_USE;
/* {"en":…,"cy":…}; English not empty. */
enum outcome text_check(const json_t *text, const char *what, struct fail *fail) MUST_USE;

#endif
