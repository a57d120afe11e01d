/* The cases of a branch: one of each sort that docs/roll.md section 7 knows, stated on the days on
 * which they must be. */
#include "rehearsal_branch.h"

#include "base/clock.h"
#include "base/code.h"
#include "crypto/hash.h"
#include "election/custody_inside.h"
#include "labels.h"

#include <stdio.h>
#include <stdlib.h>

void branch_day(struct branch *branch, int day)
{
    int64_t by_s = BRANCH_DAY(day) - clock_now_s();
    clock_shift(by_s);
    branch->shifted_s += by_s;
}

void branch_pseudonym(const struct rehearsal *rehearsal, const char *number,
                      char out_hex[static 2 * HASH_BYTES + 1])
{
    struct span numbers = number[0] == 'L' ? SPAN_LIT("local") : SPAN_LIT("members");
    uint8_t pseudonym[HASH_BYTES];
    people_pseudonym(rehearsal->election->custody->roll_key, numbers, span_str(number), pseudonym);
    hex_print(SPAN_ARRAY(pseudonym), out_hex);
}

/* -- statements ------------------------------------------------------------------------------- */

static json_t *begin_case(const struct rehearsal *rehearsal, const char *kind,
                          const uint8_t *answers)
{
    return statement_begin(kind, SPAN_LIT(REHEARSAL_ORIGIN),
                           rehearsal_state_of(rehearsal)->definition->ctx0, answers);
}

static const struct note_signer *signer_of(const struct rehearsal *rehearsal,
                                           enum rehearsal_officer who)
{
    return who == AUTHORITY ? &rehearsal->election->authority : &rehearsal->officers[who];
}

static void state(struct branch *branch, enum branch_case about, const char *kind,
                  enum rehearsal_officer who, json_t *members)
{
    struct rehearsal *rehearsal = branch->rehearsal;
    bool raises = strcmp(kind, "variance") == 0;
    const uint8_t *answers =
        raises ? rehearsal_state_of(rehearsal)->snapshot_leaf : branch->latest[about];
    json_t *object = begin_case(rehearsal, kind, answers);
    json_put_integer(object, "case", about);
    json_object_update(object, members);
    json_decref(members);
    rehearsal_state_note(rehearsal, object, signer_of(rehearsal, who), branch->latest[about]);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* The pseudonyms of the numbers from first to last, sorted. */
static json_t *subjects_from(const struct branch *branch, unsigned first, unsigned last)
{
    static char hex[BRANCH_ADDED][2 * HASH_BYTES + 1];
    json_t *list = json_array();
    unsigned count = last - first + 1;
    for (unsigned i = 0; i < count; i++) {
        char number[REHEARSAL_NUMBER_BYTES];
        snprintf(number, sizeof number, "%u", first + i);
        branch_pseudonym(branch->rehearsal, number, hex[i]);
    }
    qsort(hex, count, sizeof *hex, compare_texts);
    for (unsigned i = 0; i < count; i++)
        json_array_append_new(list, json_string(hex[i]));
    return list;
}

static json_t *subject(const struct branch *branch, unsigned number)
{
    return subjects_from(branch, number, number);
}

static void raise_case(struct branch *branch, enum branch_case about, enum rehearsal_officer who,
                       json_t *subjects, const char *reason)
{
    state(branch, about, "variance", who,
          json_pack("{s:s,s:o,s:{s:s},s:s,s:s}", "by", who == AUTHORITY ? "member" : "officer",
                    "subjects", subjects, "effect", "do", "review", "reason", reason, "text",
                    "The list is not what it should be."));
}

static void give_file(struct branch *branch, enum branch_case about, enum rehearsal_officer who,
                      const char *kind)
{
    uint8_t commitment[HASH_BYTES], hash[HASH_BYTES];
    char text[64];
    snprintf(text, sizeof text, "What the papers of case %u say: %s\n", (unsigned)about, kind);
    rehearsal_put_private(branch->rehearsal, LABEL_EVIDENCE, span_str(text), commitment);
    sha256(span_str(text), hash);
    json_t *file = json_object();
    json_put_hex(file, "sha256", SPAN_ARRAY(hash));
    json_put_hex(file, "commitment", SPAN_ARRAY(commitment));
    json_put_integer(file, "size", (int64_t)strlen(text));
    json_put_string(file, "type", SPAN_LIT("text"));
    state(branch, about, "evidence", who, json_pack("{s:s,s:o}", "evidence", kind, "file", file));
}

static void attest(struct branch *branch, enum branch_case about, enum rehearsal_officer who,
                   const char *kind)
{
    state(branch, about, "evidence", who,
          json_pack("{s:s,s:s}", "evidence", kind, "attestation", "I rang, and heard it so."));
}

static void propose(struct branch *branch, enum branch_case about, enum rehearsal_officer who,
                    const char *effect)
{
    state(branch, about, "proposal", who,
          json_pack("{s:o,s:s,s:s}", "effect", rehearsal_parse(effect), "rule", "", "text",
                    "So that the roll says what is."));
}

static void notify(struct branch *branch, enum branch_case about, enum rehearsal_officer who)
{
    state(branch, about, "notification", who,
          json_pack("{s:s,s:s}", "sent_by", "email", "text", "You can reply until Thursday."));
}

static void decide(struct branch *branch, enum branch_case about, enum rehearsal_officer who,
                   const char *outcome)
{
    state(branch, about, "decision", who,
          json_pack("{s:s,s:s,s:s}", "outcome", outcome, "reasons",
                    "It follows from the papers that were given.", "conflict", "none"));
}

static void countersign(struct branch *branch, enum branch_case about, enum rehearsal_officer who)
{
    state(branch, about, "countersignature", who,
          json_pack("{s:s,s:s}", "as", who == SCRUTINEER ? "scrutineer" : "officer", "text",
                    "I have read the papers too."));
}

/* -- before the seal -------------------------------------------------------------------------- */

static void clear_arrears(struct branch *branch)
{
    raise_case(branch, ABOUT_ARREARS, SECRETARY, subjects_from(branch, 1001, BRANCH_BULK_LAST),
               "wrong-payment");
    give_file(branch, ABOUT_ARREARS, SECRETARY, "bank-line");
    propose(branch, ABOUT_ARREARS, SECRETARY,
            "{\"do\":\"set\",\"field\":\"paid_until\",\"from\":\"2025-12-31\","
            "\"to\":\"2026-12-31\"}");
    decide(branch, ABOUT_ARREARS, RETURNING, "upheld");
    countersign(branch, ABOUT_ARREARS, SCRUTINEER);
}

/* Four officers: who gave evidence is neither who raised nor who decides. */
static void correct_status(struct branch *branch)
{
    raise_case(branch, ABOUT_STATUS, DEPUTY, subject(branch, BRANCH_LAPSED), "wrong-status");
    give_file(branch, ABOUT_STATUS, SECRETARY, "join-confirmation");
    propose(branch, ABOUT_STATUS, DEPUTY,
            "{\"do\":\"set\",\"field\":\"status\",\"from\":\"lapsed\",\"to\":\"active\"}");
    decide(branch, ABOUT_STATUS, RETURNING, "upheld");
}

static void keep_one_row(struct branch *branch)
{
    static const char record[] =
        "{\"member_no\":\"1030\",\"name\":\"Person 1030\",\"email\":\"person1030@example.org\","
        "\"phone\":\"017921030\",\"branch\":\"Abertawe\",\"status\":\"active\"}";
    uint8_t id[HASH_BYTES];
    char hex[2 * HASH_BYTES + 1], effect[128];
    sha256(span_str(record), id);
    hex_print(SPAN_ARRAY(id), hex);
    snprintf(effect, sizeof effect, "{\"do\":\"rows\",\"keep\":\"%s\"}", hex);
    raise_case(branch, ABOUT_ROWS, SECRETARY, subject(branch, BRANCH_TWICE), "duplicate");
    give_file(branch, ABOUT_ROWS, SECRETARY, "source-match");
    attest(branch, ABOUT_ROWS, DEPUTY, "officer-attestation");
    propose(branch, ABOUT_ROWS, SECRETARY, effect);
    decide(branch, ABOUT_ROWS, RETURNING, "upheld");
}

static void propose_merge(struct branch *branch)
{
    char local[2 * HASH_BYTES + 1], survivor[2 * HASH_BYTES + 1], effect[128];
    branch_pseudonym(branch->rehearsal, "L5", local);
    branch_pseudonym(branch->rehearsal, "1033", survivor);
    snprintf(effect, sizeof effect, "{\"do\":\"merge\",\"into\":\"%s\"}", survivor);
    raise_case(branch, ABOUT_MERGE, SECRETARY, json_pack("[s]", local), "duplicate");
    give_file(branch, ABOUT_MERGE, SECRETARY, "source-match");
    attest(branch, ABOUT_MERGE, DEPUTY, "officer-attestation");
    propose(branch, ABOUT_MERGE, SECRETARY, effect);
    notify(branch, ABOUT_MERGE, SECRETARY);
}

/* What a member says is enough to hold, and for nothing else. */
static void hold(struct branch *branch)
{
    raise_case(branch, ABOUT_HOLD, DEPUTY, subject(branch, BRANCH_HELD), "suspension");
    attest(branch, ABOUT_HOLD, DEPUTY, "member-declaration");
    propose(branch, ABOUT_HOLD, DEPUTY, "{\"do\":\"hold\"}");
    decide(branch, ABOUT_HOLD, RETURNING, "upheld");
}

static void withdraw(struct branch *branch)
{
    raise_case(branch, ABOUT_WITHDRAWN, SECRETARY, subject(branch, BRANCH_WITHDRAWN),
               "wrong-status");
    give_file(branch, ABOUT_WITHDRAWN, SECRETARY, "join-confirmation");
    propose(branch, ABOUT_WITHDRAWN, SECRETARY, "{\"do\":\"include\"}");
    state(branch, ABOUT_WITHDRAWN, "withdrawal", SECRETARY,
          json_pack("{s:s}", "text", "It was another member of that name."));
}

static void change_contact(struct branch *branch)
{
    raise_case(branch, ABOUT_CONTACT, AUTHORITY, subject(branch, BRANCH_CONTACT), "wrong-contact");
    attest(branch, ABOUT_CONTACT, SECRETARY, "member-declaration");
    attest(branch, ABOUT_CONTACT, SECRETARY, "officer-attestation");
    propose(branch, ABOUT_CONTACT, SECRETARY,
            "{\"do\":\"set\",\"field\":\"email\",\"from\":\"person1032@example.org\","
            "\"to\":\"moved1032@example.org\"}");
    decide(branch, ABOUT_CONTACT, RETURNING, "upheld");
}

static void add_member(struct branch *branch)
{
    raise_case(branch, ABOUT_ADDED, SECRETARY, subject(branch, BRANCH_ADDED), "not-on-list");
    give_file(branch, ABOUT_ADDED, SECRETARY, "join-confirmation");
    propose(branch, ABOUT_ADDED, SECRETARY,
            "{\"do\":\"add\",\"numbers\":\"members\",\"record\":{\"member_no\":\"1050\","
            "\"name\":\"Person 1050\",\"email\":\"person1050@example.org\","
            "\"status\":\"active\",\"paid_until\":\"2026-12-31\"}}");
    decide(branch, ABOUT_ADDED, RETURNING, "upheld");
}

static void propose_late(struct branch *branch)
{
    raise_case(branch, ABOUT_LATE, SECRETARY, subject(branch, BRANCH_LATE), "wrong-status");
    give_file(branch, ABOUT_LATE, SECRETARY, "earlier-snapshot");
    propose(branch, ABOUT_LATE, SECRETARY, "{\"do\":\"include\"}");
}

/* Monday, 1 June. */
void branch_raise_first(struct branch *branch)
{
    clear_arrears(branch);
    correct_status(branch);
    keep_one_row(branch);
    propose_merge(branch);
    hold(branch);
    withdraw(branch);
    change_contact(branch);
    add_member(branch);
    propose_late(branch);
}

/* The time to reply is over on Thursday, that to decide on Friday. */
void branch_decide_first(struct branch *branch)
{
    branch_day(branch, 4);
    decide(branch, ABOUT_MERGE, RETURNING, "upheld");
    raise_case(branch, ABOUT_APPELLANT, SECRETARY, subject(branch, BRANCH_APPELLANT),
               "wrong-status");
    give_file(branch, ABOUT_APPELLANT, SECRETARY, "affiliate-confirmation");
    propose(branch, ABOUT_APPELLANT, SECRETARY, "{\"do\":\"include\"}");
    decide(branch, ABOUT_APPELLANT, RETURNING, "refused");
    branch_day(branch, 7);
    decide(branch, ABOUT_LATE, DEPUTY, "upheld");
}

/* -- after the seal --------------------------------------------------------------------------- */

void branch_after_seal(struct branch *branch)
{
    branch_day(branch, 8);
    state(branch, ABOUT_APPELLANT, "appeal", SCRUTINEER,
          json_pack("{s:s,s:s}", "by", "officer", "text", "The confirmation was overlooked."));
    raise_case(branch, ABOUT_REMOVED, SECRETARY, subject(branch, BRANCH_REMOVED), "resigned");
    give_file(branch, ABOUT_REMOVED, SECRETARY, "suspension-record");
    propose(branch, ABOUT_REMOVED, SECRETARY, "{\"do\":\"exclude\"}");
    notify(branch, ABOUT_REMOVED, SECRETARY);
}

static void note_irregularity(struct branch *branch)
{
    struct rehearsal *rehearsal = branch->rehearsal;
    uint8_t leaf[HASH_BYTES];
    json_t *object =
        begin_case(rehearsal, "irregularity", rehearsal_state_of(rehearsal)->roll_leaf);
    json_put(object, "subjects", subject(branch, BRANCH_GONE));
    json_put_string(object, "text", SPAN_LIT("Had renewed in May, as it seems."));
    rehearsal_state_note(rehearsal, object, &rehearsal->officers[SECRETARY], leaf);
}

void branch_while_voting(struct branch *branch)
{
    branch_day(branch, 9);
    decide(branch, ABOUT_APPELLANT, PANEL, "upheld");
    countersign(branch, ABOUT_APPELLANT, ASSISTANT);
    branch_day(branch, 11);
    decide(branch, ABOUT_REMOVED, RETURNING, "upheld");
    countersign(branch, ABOUT_REMOVED, DEPUTY);
    note_irregularity(branch);
}

void branch_after_close(struct branch *branch)
{
    raise_case(branch, ABOUT_ADMITTED, SECRETARY, subject(branch, BRANCH_ADMITTED),
               "wrong-payment");
    give_file(branch, ABOUT_ADMITTED, SECRETARY, "finance-record");
    propose(branch, ABOUT_ADMITTED, SECRETARY,
            "{\"do\":\"set\",\"field\":\"paid_until\",\"from\":\"2025-12-31\","
            "\"to\":\"2026-12-31\"}");
    decide(branch, ABOUT_ADMITTED, RETURNING, "upheld");
    countersign(branch, ABOUT_ADMITTED, DEPUTY);
    raise_case(branch, ABOUT_KEPT_OUT, SECRETARY, subject(branch, BRANCH_KEPT_OUT),
               "wrong-payment");
    give_file(branch, ABOUT_KEPT_OUT, SECRETARY, "bank-line");
    propose(branch, ABOUT_KEPT_OUT, SECRETARY, "{\"do\":\"include\"}");
    decide(branch, ABOUT_KEPT_OUT, RETURNING, "refused");
    raise_case(branch, ABOUT_RELEASED, SECRETARY, subject(branch, BRANCH_HELD), "suspension");
    give_file(branch, ABOUT_RELEASED, SECRETARY, "suspension-record");
    propose(branch, ABOUT_RELEASED, SECRETARY, "{\"do\":\"include\"}");
    decide(branch, ABOUT_RELEASED, RETURNING, "upheld");
    countersign(branch, ABOUT_RELEASED, PANEL);
}
