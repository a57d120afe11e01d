/* Alterations of a branch's cases: who may do what, when, and with what evidence. Whoever makes
 * them has every key, so that each statement is signed and answered as it should be, but for one
 * thing. */
#include "tamper.h"

#include "labels.h"
#include "lib/rehearsal_branch.h"
#include "roll/annex.h"

#include <stdio.h>
#include <stdlib.h>

/* Statement `nth` of a kind in a case is signed by somebody else, or says something else. */
static void restated(struct forge *forge, struct meant *out_meant, enum branch_case about,
                     const char *kind, const char *signers, const char *key, const char *json)
{
    unsigned number = tamper_statement(forge, about, kind, 0);
    out_meant->entry = tamper_restate(forge, number, signers, key, json);
}

/* The last statement of a kind in a case never was. */
static void dropped(struct forge *forge, enum branch_case about, const char *kind, unsigned nth)
{
    tamper_drop_case(forge, tamper_statement(forge, about, kind, nth));
}

static struct forge_entry *entry_of(struct forge *forge, enum branch_case about, const char *kind,
                                    unsigned nth)
{
    return forge_entry(forge, KIND_CASE, tamper_statement(forge, about, kind, nth) - 1);
}

/* -- evidence --------------------------------------------------------------------------------- */

static void without_evidence(struct forge *forge, struct meant *out_meant)
{
    dropped(forge, ABOUT_STATUS, "evidence", 0);
    out_meant->entry = entry_of(forge, ABOUT_STATUS, "proposal", 0);
}

/* What the member says alone. */
static void weak_evidence(struct forge *forge, struct meant *out_meant)
{
    dropped(forge, ABOUT_CONTACT, "evidence", 1);
    out_meant->entry = entry_of(forge, ABOUT_CONTACT, "decision", 0);
}

/* One officer saw the same twice. */
static void same_attestation(struct forge *forge, struct meant *out_meant)
{
    unsigned number = tamper_statement(forge, ABOUT_CONTACT, "evidence", 0);
    tamper_restate(forge, number, NULL, "evidence", "\"officer-attestation\"");
    out_meant->entry = entry_of(forge, ABOUT_CONTACT, "decision", 0);
}

static void strong_words(struct forge *forge, struct meant *out_meant)
{
    unsigned number = tamper_statement(forge, ABOUT_CONTACT, "evidence", 1);
    out_meant->entry = tamper_restate(forge, number, NULL, "evidence", "\"bank-line\"");
}

static void evidence_by_exporter(struct forge *forge, struct meant *out_meant)
{
    restated(forge, out_meant, ABOUT_ADDED, "evidence", "/officer/exporter", NULL, NULL);
}

static void last_case(const struct forge *forge, unsigned *out_number)
{
    *out_number = 0;
    for (size_t i = 0; i < forge->entry_count; i++)
        if (span_is(json_span(json_object_get(forge->entries[i]->object, "kind")), KIND_CASE))
            ++*out_number;
}

#define FOUR(kind)                                                                                 \
    "{\"kind\":\"" kind "\",\"origin\":\"" REHEARSAL_ORIGIN "\",\"context\":\"%s\","               \
    "\"answers\":\"%s\",\"case\":%u,"

static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";

/* One more case, in which the deputy says what he saw. */
static struct forge_entry *attest_once_more(struct forge *forge, unsigned about)
{
    char json[1024], leaf[2 * HASH_BYTES + 1], subject[2 * HASH_BYTES + 1];
    unsigned number;
    last_case(forge, &number);
    branch_pseudonym(forge->rehearsal, "1040", subject);
    snprintf(
        json, sizeof json,
        FOUR("variance") "\"by\":\"officer\",\"subjects\":[\"%s\"],"
                         "\"effect\":{\"do\":\"review\"},\"reason\":\"other\",\"text\":\"So.\"}",
        zeros, forge_entry(forge, KIND_SNAPSHOT, 3)->leaf, about, subject);
    tamper_insert_case(forge, number + 1, json, "/officer/secretary");
    tamper_statement_leaf(forge, number + 1, leaf);
    snprintf(json, sizeof json,
             FOUR("evidence") "\"evidence\":\"officer-attestation\",\"attestation\":\"Seen.\"}",
             zeros, leaf, about);
    return tamper_insert_case(forge, number + 2, json, "/officer/deputy");
}

/* The deputy has attested in two cases already. */
static void ten_attestations(struct forge *forge, struct meant *out_meant)
{
    (void)out_meant;
    for (unsigned i = 0; i < 8; i++)
        attest_once_more(forge, 101 + i);
}

static void eleventh_attestation(struct forge *forge, struct meant *out_meant)
{
    ten_attestations(forge, out_meant);
    out_meant->entry = attest_once_more(forge, 109);
}

static void evidence_swapped(struct forge *forge, struct meant *out_meant)
{
    struct buf *bytes = tamper_given(forge, tamper_statement(forge, ABOUT_ARREARS, "evidence", 0));
    forge_replace(bytes, "case 1 ", "case 7 ");
    out_meant->entry = entry_of(forge, ABOUT_ARREARS, "evidence", 0);
}

static void evidence_of_web_page(struct forge *forge, struct meant *out_meant)
{
    out_meant->entry = tamper_regive(forge, tamper_statement(forge, ABOUT_STATUS, "evidence", 0),
                                     SPAN_LIT(" <script>alert('joined')</script>\n"), "text");
}

static void evidence_of_other_type(struct forge *forge, struct meant *out_meant)
{
    out_meant->entry = tamper_regive(forge, tamper_statement(forge, ABOUT_STATUS, "evidence", 0),
                                     SPAN_LIT("Joined in 2019.\n"), "pdf");
}

/* What a statement says of the file that it gives. */
static struct forge_entry *redescribe(struct forge *forge, enum branch_case about, const char *key,
                                      const char *json)
{
    unsigned number = tamper_statement(forge, about, "evidence", 0);
    json_t *file = tamper_statement_member(forge, number, "file");
    forge_set_json(file, key, json);
    char *text = json_dumps(file, JSON_COMPACT);
    struct forge_entry *entry = tamper_restate(forge, number, NULL, "file", text);
    free(text);
    json_decref(file);
    return entry;
}

/* Under another hash the same file would count twice. */
static void evidence_of_other_hash(struct forge *forge, struct meant *out_meant)
{
    out_meant->entry =
        redescribe(forge, ABOUT_STATUS, "sha256",
                   "\"5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03\"");
}

static void evidence_of_other_size(struct forge *forge, struct meant *out_meant)
{
    out_meant->entry = redescribe(forge, ABOUT_STATUS, "size", "7");
}

/* The deputy saw nothing; the file that was there is given once more, under another salt. */
static void same_file_twice(struct forge *forge, struct meant *out_meant)
{
    static const uint8_t salt[SALT_BYTES] = {5};
    unsigned number = tamper_statement(forge, ABOUT_ROWS, "evidence", 0);
    char json[2048], leaf[2 * HASH_BYTES + 1], path[ANNEX_PATH_BYTES];
    uint8_t commitment[HASH_BYTES];
    struct span bytes = buf_span(tamper_given(forge, number));
    json_t *file = tamper_statement_member(forge, number, "file");
    annex_commit(LABEL_EVIDENCE, salt, bytes, commitment);
    annex_path_evidence(commitment, path);
    forge_set_hex(file, "commitment", SPAN_ARRAY(commitment));
    forge_add_file(forge, path, bytes, salt);
    char *text = json_dumps(file, JSON_COMPACT);
    tamper_drop_case(forge, number + 1);
    tamper_statement_leaf(forge, number, leaf);
    snprintf(json, sizeof json, FOUR("evidence") "\"evidence\":\"source-match\",\"file\":%s}",
             zeros, leaf, (unsigned)ABOUT_ROWS, text);
    tamper_insert_case(forge, number + 1, json, "/officer/deputy");
    tamper_statement_leaf(forge, number + 1, leaf);
    snprintf(json, sizeof json, "\"%s\"", leaf);
    tamper_restate(forge, number + 2, NULL, "answers", json);
    out_meant->entry = entry_of(forge, ABOUT_ROWS, "decision", 0);
    free(text);
    json_decref(file);
}

/* -- who -------------------------------------------------------------------------------------- */

static void decided_by_proposer(struct forge *forge, struct meant *out_meant)
{
    restated(forge, out_meant, ABOUT_STATUS, "decision", "/officer/deputy", NULL, NULL);
}

static void decided_by_witness(struct forge *forge, struct meant *out_meant)
{
    restated(forge, out_meant, ABOUT_STATUS, "decision", "/officer/secretary", NULL, NULL);
}

static void decided_by_barred(struct forge *forge, struct meant *out_meant)
{
    restated(forge, out_meant, ABOUT_STATUS, "decision", "/officer/candidate", NULL, NULL);
}

static void raised_by_barred(struct forge *forge, struct meant *out_meant)
{
    restated(forge, out_meant, ABOUT_ADDED, "variance", "/officer/candidate", NULL, NULL);
}

static void appealed_by_barred(struct forge *forge, struct meant *out_meant)
{
    restated(forge, out_meant, ABOUT_APPELLANT, "appeal", "/officer/candidate", NULL, NULL);
}

/* His appointment ended the day before. */
static void decided_by_expired(struct forge *forge, struct meant *out_meant)
{
    restated(forge, out_meant, ABOUT_REMOVED, "decision", "/officer/assistant", NULL, NULL);
}

static void decided_late(struct forge *forge, struct meant *out_meant)
{
    restated(forge, out_meant, ABOUT_LATE, "decision", "/officer/returning", NULL, NULL);
}

static void decided_by_scrutineer(struct forge *forge, struct meant *out_meant)
{
    restated(forge, out_meant, ABOUT_ROWS, "decision", "/officer/scrutineer", NULL, NULL);
}

static void withdrawn_by_another(struct forge *forge, struct meant *out_meant)
{
    restated(forge, out_meant, ABOUT_WITHDRAWN, "withdrawal", "/officer/deputy", NULL, NULL);
}

static void member_case_by_secretary(struct forge *forge, struct meant *out_meant)
{
    restated(forge, out_meant, ABOUT_CONTACT, "variance", "/officer/secretary", NULL, NULL);
}

/* -- countersignatures ------------------------------------------------------------------------ */

static void bulk_unwatched(struct forge *forge, struct meant *out_meant)
{
    dropped(forge, ABOUT_ARREARS, "countersignature", 0);
    out_meant->entry = forge_entry(forge, KIND_ROLL, 0);
}

static void bulk_watched_by_deputy(struct forge *forge, struct meant *out_meant)
{
    restated(forge, out_meant, ABOUT_ARREARS, "countersignature", "/officer/deputy", NULL, NULL);
}

static void countersigned_by_decider(struct forge *forge, struct meant *out_meant)
{
    restated(forge, out_meant, ABOUT_REMOVED, "countersignature", "/officer/returning", NULL, NULL);
}

static void second_officer_missing(struct forge *forge, struct meant *out_meant)
{
    dropped(forge, ABOUT_APPELLANT, "countersignature", 0);
    out_meant->entry = forge_entry(forge, KIND_ROLL, 1);
}

/* The one signature more that the case does not lack. */
static void second_officer_twice(struct forge *forge, struct meant *out_meant)
{
    unsigned number = tamper_statement(forge, ABOUT_STATUS, "decision", 0);
    char json[1024], leaf[2 * HASH_BYTES + 1];
    tamper_statement_leaf(forge, number, leaf);
    snprintf(json, sizeof json, FOUR("countersignature") "\"as\":\"officer\",\"text\":\"Seen.\"}",
             zeros, leaf, (unsigned)ABOUT_STATUS);
    out_meant->entry = tamper_insert_case(forge, number + 1, json, "/officer/panel");
}

/* -- appeals ---------------------------------------------------------------------------------- */

static void appeal_by_decider(struct forge *forge, struct meant *out_meant)
{
    restated(forge, out_meant, ABOUT_APPELLANT, "appeal", "/officer/returning", NULL, NULL);
}

static void appeal_decided_by_decider(struct forge *forge, struct meant *out_meant)
{
    unsigned number = tamper_statement(forge, ABOUT_APPELLANT, "decision", 1);
    out_meant->entry = tamper_restate(forge, number, "/officer/returning", NULL, NULL);
}

static json_t *timetable(struct forge *forge)
{
    return json_object_get(forge_entry(forge, KIND_ELECTION, 0)->object, "timetable");
}

static void appeal_too_late(struct forge *forge, struct meant *out_meant)
{
    forge_set_number(timetable(forge), "appeal_within", 1);
    out_meant->entry = entry_of(forge, ABOUT_APPELLANT, "appeal", 0);
}

/* -- removals --------------------------------------------------------------------------------- */

static void removed_untold(struct forge *forge, struct meant *out_meant)
{
    dropped(forge, ABOUT_REMOVED, "notification", 0);
    out_meant->entry = entry_of(forge, ABOUT_REMOVED, "decision", 0);
}

/* On the last day to reply. */
static void removed_early(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = entry_of(forge, ABOUT_REMOVED, "decision", 0);
    forge_set_number(entry->object, "at", BRANCH_DAY(10));
    out_meant->entry = entry;
}

/* The holiday is taken out of the calendar's way: no, it is a working day. */
static void holiday_made(struct forge *forge, struct meant *out_meant)
{
    forge_set_json(timetable(forge), "non_working", "[\"2026-06-02\",\"2026-06-04\"]");
    out_meant->entry = entry_of(forge, ABOUT_MERGE, "decision", 0);
}

/* -- statements ------------------------------------------------------------------------------- */

static void time_backwards(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = entry_of(forge, ABOUT_REMOVED, "countersignature", 0);
    forge_set_number(entry->object, "at", BRANCH_DAY(9));
    out_meant->entry = entry;
}

static void member_says_what_to_do(struct forge *forge, struct meant *out_meant)
{
    restated(forge, out_meant, ABOUT_CONTACT, "variance", NULL, "effect",
             "{\"do\":\"set\",\"field\":\"email\",\"from\":\"person1032@example.org\","
             "\"to\":\"moved1032@example.org\"}");
}

/* Decided on what stood before the proposal. */
static void answers_old(struct forge *forge, struct meant *out_meant)
{
    char json[2 * HASH_BYTES + 3], leaf[2 * HASH_BYTES + 1];
    tamper_statement_leaf(forge, tamper_statement(forge, ABOUT_STATUS, "evidence", 0), leaf);
    snprintf(json, sizeof json, "\"%s\"", leaf);
    restated(forge, out_meant, ABOUT_STATUS, "decision", NULL, "answers", json);
}

static void number_again(struct forge *forge, struct meant *out_meant)
{
    restated(forge, out_meant, ABOUT_KEPT_OUT, "variance", NULL, "case", "2");
}

static void no_reasons(struct forge *forge, struct meant *out_meant)
{
    restated(forge, out_meant, ABOUT_STATUS, "decision", NULL, "reasons", "\"Because I say so.\"");
}

static void held_for_good(struct forge *forge, struct meant *out_meant)
{
    unsigned number = tamper_statement(forge, ABOUT_HOLD, "proposal", 0);
    tamper_restate(forge, number, NULL, "effect", "{\"do\":\"include\"}");
    out_meant->entry = entry_of(forge, ABOUT_HOLD, "decision", 0);
}

/* A decision about whoever had no case. */
static void two_subjects(struct forge *forge, struct meant *out_meant)
{
    unsigned number = tamper_statement(forge, ABOUT_ARREARS, "proposal", 0);
    out_meant->entry = tamper_restate(forge, number, NULL, "effect",
                                      "{\"do\":\"merge\",\"into\":\"0000000000000000000000000000000"
                                      "000000000000000000000000000000000\"}");
}

/* -- exclusions ------------------------------------------------------------------------------- */

static unsigned exclusions(struct forge *forge)
{
    return tamper_statement(forge, 0, "exclusions", 0);
}

static json_t *exclusion_list(struct forge *forge, const char *number)
{
    char hex[2 * HASH_BYTES + 1];
    json_t *list = tamper_statement_member(forge, exclusions(forge), "list");
    size_t i;
    json_t *pair;
    branch_pseudonym(forge->rehearsal, number, hex);
    json_array_foreach(list, i, pair) if (span_is(json_span(json_array_get(pair, 0)), hex)) break;
    json_array_remove(list, i);
    return list;
}

static void unconfirmed(struct forge *forge, struct meant *out_meant)
{
    json_t *list = exclusion_list(forge, "1040");
    char *json = json_dumps(list, JSON_COMPACT);
    tamper_restate(forge, exclusions(forge), NULL, "list", json);
    out_meant->entry = forge_entry(forge, KIND_ROLL, 0);
    free(json);
    json_decref(list);
}

static void confirmed_by_scrutineer(struct forge *forge, struct meant *out_meant)
{
    out_meant->entry = tamper_restate(forge, exclusions(forge), "/officer/scrutineer", NULL, NULL);
}

const struct tampering tamper_case[] = {
    {"override-without-evidence", "ROLL.cases", "", SHAPE_BRANCH, without_evidence, NULL},
    {"override-on-members-word-alone", "ROLL.cases", "", SHAPE_BRANCH, weak_evidence, NULL},
    {"attestation-counted-twice", "ROLL.cases", "", SHAPE_BRANCH, same_attestation, NULL},
    {"attestation-sold-as-bank-line", "ROLL.cases", "", SHAPE_BRANCH, strong_words, NULL},
    {"evidence-by-exporter", "ROLL.cases", "", SHAPE_BRANCH, evidence_by_exporter, NULL},
    {"ten-attestations", "", "", SHAPE_BRANCH, ten_attestations, NULL},
    {"eleventh-attestation", "ROLL.cases", "", SHAPE_BRANCH, eleventh_attestation, NULL},
    {"evidence-swapped", "ROLL.evidence", "", SHAPE_BRANCH, evidence_swapped, NULL},
    {"evidence-is-a-web-page", "ROLL.evidence", "", SHAPE_BRANCH, evidence_of_web_page, NULL},
    {"evidence-of-other-type", "ROLL.evidence", "", SHAPE_BRANCH, evidence_of_other_type, NULL},
    {"evidence-of-other-hash", "ROLL.evidence", "", SHAPE_BRANCH, evidence_of_other_hash, NULL},
    {"evidence-of-other-size", "ROLL.evidence", "", SHAPE_BRANCH, evidence_of_other_size, NULL},
    {"same-file-twice", "ROLL.cases", "", SHAPE_BRANCH, same_file_twice, NULL},
    {"decision-by-proposer", "ROLL.cases", "", SHAPE_BRANCH, decided_by_proposer, NULL},
    {"decision-by-who-gave-evidence", "ROLL.cases", "", SHAPE_BRANCH, decided_by_witness, NULL},
    {"decision-by-barred-officer", "ROLL.cases", "", SHAPE_BRANCH, decided_by_barred, NULL},
    {"variance-by-barred-officer", "ROLL.cases", "", SHAPE_BRANCH, raised_by_barred, NULL},
    {"appeal-by-barred-officer", "ROLL.cases", "", SHAPE_BRANCH, appealed_by_barred, NULL},
    {"decision-by-expired-officer", "ROLL.cases", "", SHAPE_BRANCH, decided_by_expired, NULL},
    {"decision-after-deadline", "ROLL.cases", "", SHAPE_BRANCH, decided_late, NULL},
    {"decision-by-scrutineer", "ROLL.cases", "", SHAPE_BRANCH, decided_by_scrutineer, NULL},
    {"withdrawal-by-another", "ROLL.cases", "", SHAPE_BRANCH, withdrawn_by_another, NULL},
    {"members-case-signed-by-officer", "ROLL.cases", "", SHAPE_BRANCH, member_case_by_secretary,
     NULL},
    {"bulk-without-scrutineer", "ROLL.derive", "", SHAPE_BRANCH, bulk_unwatched, NULL},
    {"bulk-countersigned-by-deputy", "ROLL.cases", "", SHAPE_BRANCH, bulk_watched_by_deputy, NULL},
    {"countersigned-by-decider", "ROLL.cases", "", SHAPE_BRANCH, countersigned_by_decider, NULL},
    {"after-seal-without-second-officer", "ROLL.derive", "", SHAPE_BRANCH, second_officer_missing,
     NULL},
    {"countersignature-not-lacked", "ROLL.cases", "", SHAPE_BRANCH, second_officer_twice, NULL},
    {"appeal-by-decider", "ROLL.cases", "", SHAPE_BRANCH, appeal_by_decider, NULL},
    {"appeal-decided-by-decider", "ROLL.cases", "", SHAPE_BRANCH, appeal_decided_by_decider, NULL},
    {"appeal-too-late", "ROLL.cases", "", SHAPE_BRANCH, appeal_too_late, NULL},
    {"removal-without-notification", "ROLL.cases", "", SHAPE_BRANCH, removed_untold, NULL},
    {"removal-before-reply-is-over", "ROLL.cases", "", SHAPE_BRANCH, removed_early, NULL},
    {"merge-before-reply-is-over", "ROLL.cases", "", SHAPE_BRANCH, holiday_made, NULL},
    {"case-time-backwards", "STATE.order", "", SHAPE_BRANCH, time_backwards, NULL},
    {"members-case-says-what-to-do", "ROLL.cases", "", SHAPE_BRANCH, member_says_what_to_do, NULL},
    {"decision-answers-old-statement", "ROLL.cases", "", SHAPE_BRANCH, answers_old, NULL},
    {"case-number-used-again", "ROLL.cases", "", SHAPE_BRANCH, number_again, NULL},
    {"decision-without-reasons", "ROLL.cases", "", SHAPE_BRANCH, no_reasons, NULL},
    {"included-on-what-suffices-to-hold", "ROLL.cases", "", SHAPE_BRANCH, held_for_good, NULL},
    {"merge-of-many", "ROLL.cases", "", SHAPE_BRANCH, two_subjects, NULL},
    {"exclusion-unconfirmed", "ROLL.derive", "", SHAPE_BRANCH, unconfirmed, NULL},
    {"exclusions-confirmed-by-scrutineer", "ROLL.cases", "", SHAPE_BRANCH, confirmed_by_scrutineer,
     NULL},
    {0},
};
