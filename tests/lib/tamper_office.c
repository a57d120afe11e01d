/* Alterations of a branch's cases: who holds office, and in which order things were stated. */
#include "tamper.h"

#include "base/code.h"
#include "lib/rehearsal_branch.h"

#include <stdio.h>
#include <stdlib.h>

static struct forge_entry *entry_of(struct forge *forge, enum branch_case about, const char *kind,
                                    unsigned nth)
{
    return forge_entry(forge, KIND_CASE, tamper_statement(forge, about, kind, nth) - 1);
}

/* -- office ----------------------------------------------------------------------------------- */

/* A role statement just before another entry; the key is that of an officer, or "". */
static struct forge_entry *state_role(struct forge *forge, const struct forge_entry *before,
                                      const char *officer, const char *roles, const uint8_t *public)
{
    char hex[2 * KEY_BYTES + 1] = "";
    json_t *object = json_object();
    if (public)
        hex_print(span_of(public, KEY_BYTES), hex);
    forge_set_text(object, "kind", KIND_ROLE);
    forge_set_text(object, "origin", REHEARSAL_ORIGIN);
    forge_set_text(object, "context", "");
    forge_set_text(object, "answers", forge_entry(forge, KIND_ELECTION, 0)->leaf);
    forge_set_text(object, "action", public ? "appoint" : "end");
    forge_set_text(object, "officer", officer);
    forge_set_text(object, "name", public ? "Officer" : "");
    forge_set_json(object, "roles", roles);
    forge_set_text(object, "key", hex);
    forge_set_number(object, "until", 0);
    return forge_insert(forge, forge_index(forge, before), object,
                        "/officer/returning /officer/secretary");
}

/* He stands as a candidate, and goes on deciding. */
static void deputy_barred(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *decision = entry_of(forge, ABOUT_LATE, "decision", 0);
    state_role(forge, decision, "deputy", "[\"deputy\",\"barred\"]",
               forge->rehearsal->officers[DEPUTY].key.key);
    out_meant->entry = decision;
}

static void panel_ended(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *decision = entry_of(forge, ABOUT_APPELLANT, "decision", 1);
    state_role(forge, decision, "panel", "[]", NULL);
    out_meant->entry = decision;
}

/* Under another name he would decide in his own case. */
static void two_names(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *role =
        state_role(forge, forge_entry(forge, KIND_SNAPSHOT, 0), "double", "[\"secretary\"]",
                   forge->rehearsal->officers[DEPUTY].key.key);
    role->apply = APPLY_NOTHING;
    out_meant->entry = role;
}

/* -- to the second ---------------------------------------------------------------------------- */

/* The last second of a day. */
static int64_t end_of(int day)
{
    return BRANCH_DAY(day) + 14 * 3600 - 1;
}

static struct forge_entry *state_at(struct forge *forge, enum branch_case about, const char *kind,
                                    unsigned nth, int64_t at_s)
{
    struct forge_entry *entry = entry_of(forge, about, kind, nth);
    forge_set_number(entry->object, "at", at_s);
    return entry;
}

/* The appointment ends at 10:00 of its day. */
static void in_office_still(struct forge *forge, struct meant *out_meant)
{
    (void)out_meant;
    state_at(forge, ABOUT_APPELLANT, "countersignature", 0, BRANCH_DAY(BRANCH_ASSISTANT_UNTIL) - 1);
}

static void in_office_no_more(struct forge *forge, struct meant *out_meant)
{
    out_meant->entry =
        state_at(forge, ABOUT_APPELLANT, "countersignature", 0, BRANCH_DAY(BRANCH_ASSISTANT_UNTIL));
}

/* Three working days after Monday is Friday, since Tuesday is a holiday. */
static struct forge_entry *decide_at(struct forge *forge, int64_t at_s)
{
    unsigned number = tamper_statement(forge, ABOUT_LATE, "decision", 0);
    tamper_restate(forge, number, "/officer/returning", NULL, NULL);
    return state_at(forge, ABOUT_LATE, "decision", 0, at_s);
}

static void just_in_time(struct forge *forge, struct meant *out_meant)
{
    (void)out_meant;
    decide_at(forge, end_of(4));
}

static void just_too_late(struct forge *forge, struct meant *out_meant)
{
    out_meant->entry = decide_at(forge, end_of(4) + 1);
}

/* Two working days after Monday is Thursday. */
static void reply_just_over(struct forge *forge, struct meant *out_meant)
{
    (void)out_meant;
    state_at(forge, ABOUT_MERGE, "decision", 0, end_of(3) + 1);
}

static void reply_not_over(struct forge *forge, struct meant *out_meant)
{
    out_meant->entry = state_at(forge, ABOUT_MERGE, "decision", 0, end_of(3));
}

/* -- order ------------------------------------------------------------------------------------ */

static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";

/* One more statement of this number; `rest` follows the first four members. */
static struct forge_entry *insert(struct forge *forge, unsigned number, const char *kind,
                                  const char *answers, const char *rest, const char *signers)
{
    char json[2048];
    snprintf(json, sizeof json,
             "{\"kind\":\"%s\",\"origin\":\"" REHEARSAL_ORIGIN
             "\",\"context\":\"%s\",\"answers\":\"%s\",%s",
             kind, zeros, answers, rest);
    return tamper_insert_case(forge, number, json, signers);
}

/* After the nth, which it answers. */
static struct forge_entry *say_after(struct forge *forge, unsigned number, const char *kind,
                                     const char *rest, const char *signers)
{
    char leaf[2 * HASH_BYTES + 1];
    tamper_statement_leaf(forge, number, leaf);
    return insert(forge, number + 1, kind, leaf, rest, signers);
}

/* The same proposal again, of which the member was not told. */
static void proposed_again(struct forge *forge, struct meant *out_meant)
{
    unsigned number = tamper_statement(forge, ABOUT_MERGE, "notification", 0);
    char rest[512], hex[2 * HASH_BYTES + 1], leaf[2 * HASH_BYTES + 3];
    branch_pseudonym(forge->rehearsal, "1033", hex);
    snprintf(rest, sizeof rest,
             "\"case\":4,\"effect\":{\"do\":\"merge\",\"into\":\"%s\"},\"rule\":\"\","
             "\"text\":\"As before.\"}",
             hex);
    say_after(forge, number, "proposal", rest, "/officer/secretary");
    tamper_statement_leaf(forge, number + 1, hex);
    snprintf(leaf, sizeof leaf, "\"%s\"", hex);
    out_meant->entry = tamper_restate(forge, tamper_statement(forge, ABOUT_MERGE, "decision", 0),
                                      NULL, "answers", leaf);
}

static void evidence_afterwards(struct forge *forge, struct meant *out_meant)
{
    out_meant->entry =
        say_after(forge, tamper_statement(forge, ABOUT_STATUS, "decision", 0), "evidence",
                  "\"case\":2,\"evidence\":\"officer-attestation\","
                  "\"attestation\":\"I have found more.\"}",
                  "/officer/secretary");
}

static void appealed_twice(struct forge *forge, struct meant *out_meant)
{
    out_meant->entry =
        say_after(forge, tamper_statement(forge, ABOUT_APPELLANT, "countersignature", 0), "appeal",
                  "\"case\":6,\"by\":\"officer\",\"text\":\"Once more.\"}", "/officer/deputy");
}

static void decided_though_withdrawn(struct forge *forge, struct meant *out_meant)
{
    out_meant->entry =
        say_after(forge, tamper_statement(forge, ABOUT_WITHDRAWN, "withdrawal", 0), "decision",
                  "\"case\":7,\"outcome\":\"upheld\",\"reasons\":\"It is as the "
                  "papers say it is.\",\"conflict\":\"none\"}",
                  "/officer/returning");
}

static void irregularity_early(struct forge *forge, struct meant *out_meant)
{
    char rest[512], hex[2 * HASH_BYTES + 1];
    branch_pseudonym(forge->rehearsal, "1040", hex);
    snprintf(rest, sizeof rest, "\"subjects\":[\"%s\"],\"text\":\"Too late.\"}", hex);
    out_meant->entry = say_after(forge, tamper_statement(forge, ABOUT_LATE, "decision", 0),
                                 "irregularity", rest, "/officer/secretary");
}

/* -- members' cases --------------------------------------------------------------------------- */

static unsigned case_entries(const struct forge *forge)
{
    unsigned count = 0;
    for (size_t i = 0; i < forge->entry_count; i++)
        count += span_is(json_span(json_object_get(forge->entries[i]->object, "kind")), KIND_CASE);
    return count;
}

static struct forge_entry *member_raises(struct forge *forge, unsigned about)
{
    char rest[512], hex[2 * HASH_BYTES + 1];
    branch_pseudonym(forge->rehearsal, "1040", hex);
    snprintf(rest, sizeof rest,
             "\"case\":%u,\"by\":\"member\",\"subjects\":[\"%s\"],"
             "\"effect\":{\"do\":\"review\"},\"reason\":\"other\","
             "\"text\":\"I renewed.\"}",
             about, hex);
    return insert(forge, case_entries(forge) + 1, "variance",
                  forge_entry(forge, KIND_SNAPSHOT, 3)->leaf, rest, NAME_AUTHORITY);
}

static void three_of_member(struct forge *forge, struct meant *out_meant)
{
    (void)out_meant;
    for (unsigned i = 0; i < 3; i++)
        member_raises(forge, 101 + i);
}

static void four_of_member(struct forge *forge, struct meant *out_meant)
{
    three_of_member(forge, out_meant);
    out_meant->entry = member_raises(forge, 104);
}

/* -- what is said ----------------------------------------------------------------------------- */

static void restated(struct forge *forge, struct meant *out_meant, enum branch_case about,
                     const char *kind, const char *key, const char *json)
{
    out_meant->entry =
        tamper_restate(forge, tamper_statement(forge, about, kind, 0), NULL, key, json);
}

/* Confirmed before the members' second list came. */
static void confirmed_early(struct forge *forge, struct meant *out_meant)
{
    char json[2 * HASH_BYTES + 3];
    snprintf(json, sizeof json, "\"%s\"", forge_entry(forge, KIND_SNAPSHOT, 2)->leaf);
    out_meant->entry =
        tamper_restate(forge, tamper_statement(forge, 0, "exclusions", 0), NULL, "answers", json);
}

static void variance_answers_nothing(struct forge *forge, struct meant *out_meant)
{
    char json[2 * HASH_BYTES + 3];
    snprintf(json, sizeof json, "\"%s\"", forge_entry(forge, KIND_ELECTION, 0)->leaf);
    restated(forge, out_meant, ABOUT_ADDED, "variance", "answers", json);
}

static void subjects_unsorted(struct forge *forge, struct meant *out_meant)
{
    unsigned number = tamper_statement(forge, ABOUT_ARREARS, "variance", 0);
    json_t *list = tamper_statement_member(forge, number, "subjects");
    json_t *first = json_incref(json_array_get(list, 0));
    json_array_remove(list, 0);
    json_array_append_new(list, first);
    char *json = json_dumps(list, JSON_COMPACT);
    out_meant->entry = tamper_restate(forge, number, NULL, "subjects", json);
    free(json);
    json_decref(list);
}

static void conflict_unsaid(struct forge *forge, struct meant *out_meant)
{
    restated(forge, out_meant, ABOUT_STATUS, "decision", "conflict", "\"\"");
}

static void number_set(struct forge *forge, struct meant *out_meant)
{
    restated(forge, out_meant, ABOUT_STATUS, "proposal", "effect",
             "{\"do\":\"set\",\"field\":\"member_no\",\"from\":\"1031\",\"to\":\"1\"}");
}

static void no_status(struct forge *forge, struct meant *out_meant)
{
    restated(forge, out_meant, ABOUT_STATUS, "proposal", "effect",
             "{\"do\":\"set\",\"field\":\"status\",\"from\":\"lapsed\",\"to\":\"fine\"}");
}

/* What the list said was something else: the case changes nothing, and the roll says it did. */
static void from_other_value(struct forge *forge, struct meant *out_meant)
{
    restated(forge, out_meant, ABOUT_STATUS, "proposal", "effect",
             "{\"do\":\"set\",\"field\":\"status\",\"from\":\"resigned\",\"to\":\"active\"}");
    out_meant->entry = forge_entry(forge, KIND_ROLL, 0);
}

static void added_as_another(struct forge *forge, struct meant *out_meant)
{
    restated(forge, out_meant, ABOUT_ADDED, "proposal", "effect",
             "{\"do\":\"add\",\"numbers\":\"members\",\"record\":{\"member_no\":\"1051\","
             "\"name\":\"Person 1050\",\"status\":\"active\",\"paid_until\":\"2026-12-31\"}}");
}

const struct tampering tamper_office[] = {
    {"decision-by-deputy-barred-since", "ROLL.cases", "", SHAPE_BRANCH, deputy_barred, NULL},
    {"decision-by-panel-no-more", "ROLL.cases", "", SHAPE_BRANCH, panel_ended, NULL},
    {"officer-under-two-names", "STATE.definition", "", SHAPE_BRANCH, two_names, NULL},
    {"in-office-to-the-last-second", "", "", SHAPE_BRANCH, in_office_still, NULL},
    {"in-office-a-second-too-long", "ROLL.cases", "", SHAPE_BRANCH, in_office_no_more, NULL},
    {"decided-in-the-last-second", "", "", SHAPE_BRANCH, just_in_time, NULL},
    {"decided-a-second-too-late", "ROLL.cases", "", SHAPE_BRANCH, just_too_late, NULL},
    {"removed-when-reply-is-over", "", "", SHAPE_BRANCH, reply_just_over, NULL},
    {"removed-in-the-last-second", "ROLL.cases", "", SHAPE_BRANCH, reply_not_over, NULL},
    {"proposal-again-after-notification", "ROLL.cases", "", SHAPE_BRANCH, proposed_again, NULL},
    {"evidence-after-decision", "ROLL.cases", "", SHAPE_BRANCH, evidence_afterwards, NULL},
    {"second-appeal", "ROLL.cases", "", SHAPE_BRANCH, appealed_twice, NULL},
    {"withdrawn-case-decided", "ROLL.cases", "", SHAPE_BRANCH, decided_though_withdrawn, NULL},
    {"irregularity-before-roll", "ROLL.cases", "", SHAPE_BRANCH, irregularity_early, NULL},
    {"three-cases-of-a-member", "", "", SHAPE_BRANCH, three_of_member, NULL},
    {"four-cases-of-a-member", "ROLL.cases", "", SHAPE_BRANCH, four_of_member, NULL},
    {"exclusions-confirmed-before-snapshot", "ROLL.cases", "", SHAPE_BRANCH, confirmed_early, NULL},
    {"variance-answers-no-snapshot", "ROLL.cases", "", SHAPE_BRANCH, variance_answers_nothing,
     NULL},
    {"subjects-unsorted", "ROLL.cases", "", SHAPE_BRANCH, subjects_unsorted, NULL},
    {"conflict-not-declared", "ROLL.cases", "", SHAPE_BRANCH, conflict_unsaid, NULL},
    {"member-number-set", "ROLL.cases", "", SHAPE_BRANCH, number_set, NULL},
    {"status-set-to-none-there-is", "ROLL.cases", "", SHAPE_BRANCH, no_status, NULL},
    {"set-from-what-was-not", "ROLL.derive", "", SHAPE_BRANCH, from_other_value, NULL},
    {"added-under-another-number", "ROLL.cases", "", SHAPE_BRANCH, added_as_another, NULL},
    {0},
};
