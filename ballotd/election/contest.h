/* A contest: one question put to the electors of some styles (docs/protocol.md section 4), and the
 * bytes that a choice in it has (section 8).
 */
#ifndef ELECTION_CONTEST_H
#define ELECTION_CONTEST_H

#include "base/json.h"
#include "limit.h"
#include "protocol.h"

enum marking { MARKING_RANKING, MARKING_ONE, MARKING_SEVERAL, MARKING_APPROVAL, MARKING_YES_NO };

struct contest {
    char id[LIMIT_ID_BYTES + 1];
    enum marking layout;
    unsigned most; /* crosses, for MARKING_SEVERAL */
    char rule[LIMIT_ID_BYTES + 1];
    unsigned seats;
    unsigned candidates;
    bool by_unit;             /* a box for each counting unit */
    uint8_t leaf[HASH_BYTES]; /* of its entry */
    json_t *object;           /* the whole statement: titles, names, texts; owned */
    const json_t *names;      /* array of the candidates' objects; borrowed from object */
    const json_t *styles;     /* array of style ids; borrowed */
};

/* Reads the members of a `contest` statement's object and checks all that does not depend on the
 * election. Keeps a reference to the object. BAD_INPUT contest.… */
enum outcome contest_read(json_t *object, struct json_take *members, struct contest *out_contest,
                          struct fail *fail) MUST_USE;
void contest_done(struct contest *contest);

const char *contest_candidate_name(const struct contest *contest, unsigned candidate); /* from 1 */
const char *contest_title(const struct contest *contest, const char *language);
bool contest_has_style(const struct contest *contest, struct span style);

/* Bytes of a choice, form byte included, without padding; and the chunks it is cut into. */
size_t contest_choice_bytes(const struct contest *contest);
unsigned contest_width(const struct contest *contest);

enum { CHOICE_BYTES_MAX = LIMIT_CHUNKS * CHUNK_BYTES };

/* What a choice says. marks: candidates in order of preference (ranking), or those with a cross,
 * ascending; for yes-no 1 or 2. */
struct choice {
    enum choice_form form;
    unsigned count;
    uint8_t marks[LIMIT_CANDIDATES];
};

/* Writes the choice's bytes, padded to the width. BAD_INPUT choice.… quotes the offending mark. */
enum outcome choice_write(const struct contest *contest, const struct choice *choice,
                          uint8_t out_bytes[static CHOICE_BYTES_MAX], struct fail *fail) MUST_USE;
/* Reads them back. What breaks a rule of section 8 becomes a spoilt paper. */
void choice_read(const struct contest *contest, const uint8_t *bytes, struct choice *out_choice);
/* "3,1,2", "yes", "no", "blank", "abstain", "spoilt": as a person types it. */
enum outcome choice_parse(const struct contest *contest, struct span text,
                          struct choice *out_choice, struct fail *fail) MUST_USE;

#endif
