/* Alterations of a branch: its sources, its leaves, and the copies of its annex. */
#include "tamper.h"

#include "base/code.h"
#include "crypto/hash.h"
#include "lib/rehearsal_branch.h"

#include <stdio.h>
#include <stdlib.h>

/* -- sources ---------------------------------------------------------------------------------- */

static json_t *definition(struct forge *forge)
{
    return forge_entry(forge, KIND_ELECTION, 0)->object;
}

static void meant_roll(struct forge *forge, struct meant *out_meant)
{
    out_meant->entry = forge_entry(forge, KIND_ROLL, 0);
}

static void rule_changed(struct forge *forge, struct meant *out_meant)
{
    json_t *rule = json_array_get(json_object_get(definition(forge), "rules"), 1);
    forge_set_json(rule, "test", "{\"present\":\"paid_until\"}");
    meant_roll(forge, out_meant);
}

static void authority_changed(struct forge *forge, struct meant *out_meant)
{
    forge_set_json(definition(forge), "fields",
                   "[{\"field\":\"paid_until\",\"source\":\"local\"}]");
    meant_roll(forge, out_meant);
}

/* The old list of who has paid is passed off as of last week: whoever it shows as owing is out. */
static void made_fresh(struct forge *forge, struct meant *out_meant)
{
    json_t *snapshot = forge_entry(forge, KIND_SNAPSHOT, 1)->object;
    forge_set_number(snapshot, "taken_at", BRANCH_DAY(-6));
    forge_set_number(snapshot, "as_of", BRANCH_DAY(-6));
    meant_roll(forge, out_meant);
}

static void never_stale(struct forge *forge, struct meant *out_meant)
{
    json_t *finance = json_array_get(json_object_get(definition(forge), "sources"), 1);
    forge_set_number(finance, "stale_after", 0);
    meant_roll(forge, out_meant);
}

static void line_altered(struct forge *forge, struct meant *out_meant)
{
    forge_replace(&forge_file(forge, "snapshots/4.csv")->bytes, "1015,Person 1015",
                  "1015,Somebody Else");
    meant_roll(forge, out_meant);
}

/* Her codes would go elsewhere; the account of what changed tells. */
static void contact_altered(struct forge *forge, struct meant *out_meant)
{
    forge_replace(&forge_file(forge, "snapshots/4.csv")->bytes, "person1015@example.org",
                  "rival@example.org");
    out_meant->entry = forge_entry(forge, KIND_DIFFERENCE, 0);
}

/* Somebody is taken out of the list of debtors, and the number of rows with them. */
static void row_dropped(struct forge *forge, struct meant *out_meant)
{
    forge_replace(&forge_file(forge, "snapshots/2.csv")->bytes, "1013,31/12/2025,\xA3 24\r\n", "");
    out_meant->entry = forge_entry(forge, KIND_SNAPSHOT, 1);
}

/* -- differences ------------------------------------------------------------------------------ */

static void fewer_emails(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_number(entry->object, "email", 5);
}

static void totals_falsified(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_DIFFERENCE, 0, fewer_emails, out_meant);
}

static void no_alarm(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_number(entry->object, "alarms", 0);
}

static void alarm_hidden(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_DIFFERENCE, 0, no_alarm, out_meant);
}

/* Small numbers stand as 4, that nobody is found by them. */
static void exact_joiners(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_number(entry->object, "joined", 2);
}

static void small_number_shown(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_DIFFERENCE, 0, exact_joiners, out_meant);
}

static void difference_missing(struct forge *forge, struct meant *out_meant)
{
    forge_remove(forge, forge_entry(forge, KIND_DIFFERENCE, 0));
    out_meant->entry = forge_entry(forge, KIND_CASE, 0);
}

static void from_finance(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_number(entry->object, "from", 2);
}

static void difference_from_another(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_DIFFERENCE, 0, from_finance, out_meant)->apply = APPLY_HONEST;
}

/* -- contacts --------------------------------------------------------------------------------- */

static void waiting_hidden(struct forge *forge, struct meant *out_meant)
{
    char earlier[256];
    struct span line;
    if (!tamper_find_line(forge, 1, "\"1004\"", &line))
        forge_give_up("no line of", "1004");
    const char *from = memmem(line.ptr, line.len, ",\"earlier\"", 10);
    size_t len = line.len - (size_t)((const uint8_t *)from - line.ptr) - 2; /* before "}}" */
    snprintf(earlier, sizeof earlier, "%.*s", (int)len, from);
    tamper_change_line(forge, "\"1004\"", earlier, "");
    meant_roll(forge, out_meant);
}

static void waiting_shortened(struct forge *forge, struct meant *out_meant)
{
    tamper_change_line(forge, "\"1005\"", "\"not_before\":17", "\"not_before\":16");
    meant_roll(forge, out_meant);
}

static void cooling_stopped(struct forge *forge, struct meant *out_meant)
{
    forge_set_number(json_object_get(definition(forge), "timetable"), "cooling_hours", 0);
    meant_roll(forge, out_meant);
}

/* -- leaves ----------------------------------------------------------------------------------- */

static void votes_doubled(struct forge *forge, struct meant *out_meant)
{
    tamper_change_line(forge, "\"1036\"", "\"votes\":3", "\"votes\":5");
    meant_roll(forge, out_meant);
}

static void held_made_eligible(struct forge *forge, struct meant *out_meant)
{
    tamper_change_line(forge, "\"1020\"", "\"provisional\"", "\"eligible\"");
    meant_roll(forge, out_meant);
}

static void one_leaf_more(struct forge *forge, unsigned version)
{
    struct forge_entry *entry = forge_entry(forge, KIND_ROLL, version - 1);
    json_t *account = json_object_get(entry->object, "account");
    forge_set_number(account, "roll", json_integer_value(json_object_get(account, "roll")) + 1);
}

/* A line like another's, with a salt of its own. */
static void add_line_like(struct forge *forge, const char *mark, const char *from, const char *to)
{
    struct span line;
    struct buf copy;
    if (!tamper_find_line(forge, 1, mark, &line))
        forge_give_up("no line with", mark);
    buf_init(&copy, 1 << 16);
    buf_add(&copy, line);
    tamper_resalt(&copy);
    if (from)
        forge_replace(&copy, from, to);
    for (unsigned version = 1; version <= 2; version++) {
        tamper_add_line(forge, version, buf_span(&copy));
        one_leaf_more(forge, version);
    }
    buf_done(&copy);
}

/* Two leaves for whom one case let in. */
static void applied_twice(struct forge *forge, struct meant *out_meant)
{
    add_line_like(forge, "\"1031\"", NULL, NULL);
    meant_roll(forge, out_meant);
}

/* The case was withdrawn, and its subject stands on the roll all the same. */
static void withdrawn_applied(struct forge *forge, struct meant *out_meant)
{
    char fresh[2 * HASH_BYTES + 128], old[2 * HASH_BYTES + 128], hex[2 * HASH_BYTES + 1];
    branch_pseudonym(forge->rehearsal, "1037", hex);
    snprintf(old, sizeof old,
             "\"1037\",\"name\":\"Person 1037\",\"source\":\"members\",\"pseudonym\":\"%s\"", hex);
    branch_pseudonym(forge->rehearsal, "1038", hex);
    snprintf(fresh, sizeof fresh,
             "\"1038\",\"name\":\"Person 1038\",\"source\":\"members\",\"pseudonym\":\"%s\"", hex);
    add_line_like(forge, "\"1037\"", old, fresh);
    meant_roll(forge, out_meant);
}

/* -- copies ----------------------------------------------------------------------------------- */

/* The note that says whose copy it is. */
static void hand_over(struct forge *forge, const struct folders *folders,
                      const struct note_signer *signer, const char *purpose)
{
    const struct note_signer *signers[] = {signer};
    struct buf manifest, text, note;
    uint8_t hash[HASH_BYTES], answers[HASH_BYTES] = {1};
    buf_init(&manifest, 1 << 20);
    buf_init(&text, NOTE_BYTES_MAX);
    buf_init(&note, NOTE_BYTES_MAX);
    forge_manifest(forge, true, &manifest);
    sha256(buf_span(&manifest), hash);
    json_t *object = statement_begin("handed-over", SPAN_LIT(REHEARSAL_ORIGIN),
                                     forge->state->definition->ctx0, answers);
    json_put_string(object, "to", SPAN_LIT("scrutineer"));
    json_put_string(object, "name", SPAN_LIT("Officer"));
    json_put_string(object, "purpose", span_str(purpose));
    json_put_string(object, "approved_by", SPAN_LIT("secretary"));
    json_put_integer(object, "at", BRANCH_DAY(15));
    json_put_hex(object, "manifest", SPAN_ARRAY(hash));
    statement_end(object, &text);
    statement_sign(buf_span(&text), signers, 1, &note);
    forge_write_file(folders->annex, "handed-over.note", buf_span(&note));
    buf_done(&manifest);
    buf_done(&text);
    buf_done(&note);
}

static void handed_over(struct forge *forge, const struct folders *folders)
{
    hand_over(forge, folders, &forge->rehearsal->election->authority, "To verify");
}

static void handed_over_by_another(struct forge *forge, const struct folders *folders)
{
    hand_over(forge, folders, &forge->rehearsal->officers[SECRETARY], "To verify");
}

/* The copy of one election's annex with the note of another's. */
static void handed_over_elsewhere(struct forge *forge, const struct folders *folders)
{
    forge->state->definition->ctx0[0] ^= 1;
    hand_over(forge, folders, &forge->rehearsal->election->authority, "To verify");
    forge->state->definition->ctx0[0] ^= 1;
}

/* The note of an earlier copy, beside papers that were altered since. */
static void handed_over_before(struct forge *forge, const struct folders *folders)
{
    forge_file(forge, "roll.key")->bytes.bytes[0] ^= 1;
    hand_over(forge, folders, &forge->rehearsal->election->authority, "To verify");
}

const struct tampering tamper_branch[] = {
    {"unaltered-branch", "", "", SHAPE_BRANCH, NULL, NULL},
    {"rule-changed-after-import", "ROLL.derive", "", SHAPE_BRANCH, rule_changed, NULL},
    {"authority-for-field-changed", "ROLL.derive", "", SHAPE_BRANCH, authority_changed, NULL},
    {"stale-feed-made-fresh", "ROLL.derive", "", SHAPE_BRANCH, made_fresh, NULL},
    {"feed-never-stale", "ROLL.derive", "", SHAPE_BRANCH, never_stale, NULL},
    {"snapshot-line-altered", "ROLL.derive", "", SHAPE_BRANCH, line_altered, NULL},
    {"snapshot-contact-altered", "ROLL.difference", "ROLL.derive", SHAPE_BRANCH, contact_altered,
     NULL},
    {"snapshot-row-dropped", "ROLL.snapshot", "", SHAPE_BRANCH, row_dropped, NULL},
    {"difference-falsified", "ROLL.difference", "", SHAPE_BRANCH, totals_falsified, NULL},
    {"alarm-hidden", "ROLL.difference", "", SHAPE_BRANCH, alarm_hidden, NULL},
    {"difference-of-few-shown", "STATE.form", "STATE.order ROLL.difference", SHAPE_BRANCH,
     small_number_shown, NULL},
    {"difference-missing", "STATE.order", "ROLL.difference", SHAPE_BRANCH, difference_missing,
     NULL},
    {"difference-from-another-source", "STATE.order", "ROLL.difference", SHAPE_BRANCH,
     difference_from_another, NULL},
    {"waiting-contact-hidden", "ROLL.derive", "", SHAPE_BRANCH, waiting_hidden, NULL},
    {"waiting-contact-hastened", "ROLL.derive", "", SHAPE_BRANCH, waiting_shortened, NULL},
    {"cooling-stopped", "ROLL.derive", "", SHAPE_BRANCH, cooling_stopped, NULL},
    {"votes-of-delegate-more", "ROLL.derive", "", SHAPE_BRANCH, votes_doubled, NULL},
    {"held-made-eligible", "ROLL.derive", "", SHAPE_BRANCH, held_made_eligible, NULL},
    {"override-applied-twice", "ROLL.derive", "ROLL.account", SHAPE_BRANCH, applied_twice, NULL},
    {"withdrawn-case-applied", "ROLL.derive", "ROLL.account", SHAPE_BRANCH, withdrawn_applied,
     NULL},
    {"copy-handed-over", "", "", SHAPE_BRANCH, NULL, handed_over},
    {"copy-handed-over-by-another", "ROLL.manifest", "", SHAPE_BRANCH, NULL,
     handed_over_by_another},
    {"copy-of-another-election", "ROLL.manifest", "", SHAPE_BRANCH, NULL, handed_over_elsewhere},
    {"copy-of-other-papers", "ROLL.manifest", "", SHAPE_BRANCH, NULL, handed_over_before},
    {0},
};
