#include "election/trust.h"

#include "log/proof.h"

#include <inttypes.h>
#include <stdio.h>

static struct note_key log_key(const struct election *election)
{
    struct note_key key = {.name = election->origin, .algorithm = NOTE_ED25519};
    memcpy(key.key, election->definition->log, KEY_BYTES);
    return key;
}

void trust_check(const struct election *election, struct span vkey)
{
    struct report *report = election->report;
    struct note_key key = log_key(election), given;
    struct fail fail;
    if (vkey.len == 0) {
        report_not_asked(report, TRUST_KEY, "taken from the bundle itself; --key gives another");
    } else if (report_take(report, TRUST_KEY, NO_ENTRY, note_key_parse(vkey, &given, &fail),
                           &fail)) {
        if (!span_equal(given.name, key.name) || given.algorithm != NOTE_ED25519 ||
            memcmp(given.key, key.key, KEY_BYTES) != 0)
            report_fail(report, TRUST_KEY, 0, "the definition names another key or origin");
        report_pass(report, TRUST_KEY);
        key = given;
    }
    enum outcome outcome = note_verify(&election->board->checkpoint_note, &key, NULL, &fail);
    if (outcome == GOOD && !span_equal(election->board->checkpoint.origin, election->origin))
        outcome = fail_bad(&fail, "the checkpoint is of another origin than the definition");
    if (report_take(report, LOG_CHECKPOINT, NO_ENTRY, outcome, &fail))
        report_pass(report, LOG_CHECKPOINT);
}

/* A signed checkpoint of this log, of a size that it had. */
static enum outcome check_earlier(const struct election *election, const struct note *note,
                                  const struct checkpoint *checkpoint, struct fail *fail)
{
    struct note_key key = log_key(election);
    struct merkle_hash root;
    enum outcome outcome = note_verify(note, &key, NULL, fail);
    if (outcome != GOOD)
        return outcome;
    if (!span_equal(checkpoint->origin, election->origin))
        return fail_bad(fail, "is of another log");
    if (checkpoint->size > election->board->count)
        return fail_bad(fail, "is of size %" PRIu64 "; the bundle's log has only %zu entries",
                        checkpoint->size, election->board->count);
    board_root_at(election->board, checkpoint->size, &root);
    if (!merkle_equal(&root, &checkpoint->root))
        return fail_bad(fail, "shows another log than the bundle: entries were altered");
    return GOOD;
}

void older_check(const struct election *election, struct span bytes)
{
    struct note note;
    struct checkpoint checkpoint;
    struct fail fail;
    enum outcome outcome = note_parse(bytes, &note, &fail);
    if (outcome == GOOD)
        outcome = checkpoint_parse(note.text, &checkpoint, &fail);
    if (outcome == GOOD)
        outcome = check_earlier(election, &note, &checkpoint, &fail);
    if (report_take(election->report, LOG_CONSISTENCY, NO_ENTRY, outcome, &fail))
        report_pass_with(election->report, LOG_CONSISTENCY, "with the one of size %" PRIu64,
                         checkpoint.size);
}

/* Says what became of the ballot at an entry; false if the entry is none, or it is not known. */
static bool say_counted(const struct election *election, uint64_t entry, char *out, size_t bytes)
{
    const struct statement *says = election_says(election, entry);
    if (says == NULL || says->kind != BALLOT || !election->boxes_known)
        return false;
    const struct credential *credential = election_credential(election, says->ballot->credential);
    if (credential == NULL)
        return false;
    const char *text = "counted";
    if (credential->ballot != entry)
        text = "not counted: a later ballot replaced it";
    else if (credential->standing == CREDENTIAL_TENDERED)
        text = "set aside: its credential is tendered";
    else if (!election_counts(credential))
        text = "not counted: its credential is provisional and was not upheld";
    (void)snprintf(out, bytes, "entry %" PRIu64 " %s", entry, text);
    return true;
}

static void check_receipt(const struct election *election, const struct receipt *receipt)
{
    struct report *report = election->report;
    static struct proof proof;
    struct fail fail;
    char text[200];
    enum outcome outcome = proof_parse(receipt->bytes, &proof, &fail);
    if (outcome == GOOD)
        outcome = check_earlier(election, &proof.note, &proof.checkpoint, &fail);
    if (outcome == GOOD && proof.index >= proof.checkpoint.size)
        outcome = fail_bad(&fail, "its entry is not in its own checkpoint");
    if (outcome == GOOD)
        outcome = proof_includes(&proof, election->board->entries[proof.index].bytes, &fail);
    if (outcome != GOOD)
        fail_at(&fail, "%s: ", receipt->name);
    if (!report_take(report, RECEIPT_PROOF, NO_ENTRY, outcome, &fail))
        return;
    if (say_counted(election, proof.index, text, sizeof text))
        report_fact(report, "receipt", "%s: %s", receipt->name, text);
    else
        report_not_run(report, RECEIPT_COUNTED,
                       "%s: entry %" PRIu64 " is no ballot, or the lists could not be made",
                       receipt->name, proof.index);
}

void receipts_check(const struct election *election, const struct receipt *receipts, size_t count)
{
    struct report *report = election->report;
    if (count == 0) {
        report_not_asked(report, RECEIPT_PROOF, "no receipt was given");
        report_not_asked(report, RECEIPT_COUNTED, "no receipt was given");
        return;
    }
    for (size_t i = 0; i < count; i++)
        check_receipt(election, &receipts[i]);
    report_pass(report, RECEIPT_PROOF);
    if (report_failed(report, RECEIPT_PROOF))
        report_not_run(report, RECEIPT_COUNTED, "a receipt does not hold: RECEIPT.proof");
    report_pass_with(report, RECEIPT_COUNTED, "see the facts above");
}
