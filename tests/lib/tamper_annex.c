/* Alterations of the annex: its files, the roll that is derived from them, and bindings. */
#include "tamper.h"

#include "base/code.h"
#include "roll/annex.h"

#include <stdio.h>
#include <stdlib.h>

/* -- manifest --------------------------------------------------------------------------------- */

static void other_annex(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_flip_hex(entry->object, "annex", 0);
}

static void manifest_at_roll(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_ROLL, 0, other_annex, out_meant);
}

static void manifest_at_freeze(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_FREEZE, 0, other_annex, out_meant);
}

static void annex_extra(struct forge *forge, const struct folders *folders)
{
    (void)forge;
    forge_write_file(folders->annex, "evidence/note.txt", SPAN_LIT("see me\n"));
}

static void annex_altered(struct forge *forge, const struct folders *folders)
{
    (void)forge;
    forge_write_file(folders->annex, "roll.key", SPAN_LIT("0123456789abcdef0123456789abcdef"));
}

static void annex_missing(struct forge *forge, const struct folders *folders)
{
    (void)forge;
    tamper_remove_file(folders->annex, "cases/0002.note");
}

/* -- snapshots -------------------------------------------------------------------------------- */

static void rename_member(struct forge *forge, struct forge_entry *entry)
{
    (void)entry;
    forge_replace(&forge_file(forge, "snapshots/1.csv")->bytes, "Person 5,", "Person X,");
}

static void snapshot_replaced(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_SNAPSHOT, 0, rename_member, out_meant);
}

static void remap(struct forge *forge, struct forge_entry *entry)
{
    (void)entry;
    forge_replace(&forge_file(forge, "mappings/1.json")->bytes, "\"lapsed\"", "\"grace\"");
}

static void mapping_replaced(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_SNAPSHOT, 0, remap, out_meant);
}

static void change_salt(struct forge *forge, struct forge_entry *entry)
{
    (void)entry;
    forge_file(forge, "snapshots/1.csv")->salt[0] ^= 1;
}

static void salt_changed(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_SNAPSHOT, 0, change_salt, out_meant);
}

/* -- cases ------------------------------------------------------------------------------------ */

static void decided_by_raiser(struct forge *forge, struct meant *out_meant)
{
    out_meant->entry = tamper_restate(forge, 4, "/officer/secretary", NULL, NULL);
}

static void raised_by_scrutineer(struct forge *forge, struct meant *out_meant)
{
    out_meant->entry = tamper_restate(forge, 1, "/officer/scrutineer", NULL, NULL);
}

static void signed_by_two(struct forge *forge, struct meant *out_meant)
{
    out_meant->entry =
        tamper_restate(forge, 5, "/officer/returning /officer/secretary", NULL, NULL);
}

static void decided_without_number(struct forge *forge, struct meant *out_meant)
{
    out_meant->entry = tamper_restate(forge, 4, NULL, "case", "2");
}

/* The evidence never was: the proposal answers the variance. */
static void no_evidence(struct forge *forge, struct meant *out_meant)
{
    tamper_drop_case(forge, 2);
    out_meant->entry = forge_entry(forge, KIND_CASE, 1);
}

static void exchange_note(struct forge *forge, struct forge_entry *entry)
{
    (void)entry;
    tamper_restate(forge, 4, NULL, "reasons", "\"There is no reason at all.\"");
}

static void note_exchanged(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_CASE, 3, exchange_note, out_meant);
}

static struct forge_file *evidence_file(struct forge *forge)
{
    for (size_t i = 0; i < forge->file_count; i++)
        if (strncmp(forge->files[i].path, "evidence/", 9) == 0)
            return &forge->files[i];
    exit(1);
}

static void exchange_evidence(struct forge *forge, struct meant *out_meant)
{
    forge_set_file(evidence_file(forge), SPAN_LIT("12 March: nothing\n"));
    out_meant->entry = forge_entry(forge, KIND_CASE, 1);
}

static void lose_evidence(struct forge *forge, struct meant *out_meant)
{
    forge_drop_file(forge, "evidence/");
    out_meant->entry = forge_entry(forge, KIND_CASE, 1);
}

/* -- derivation ------------------------------------------------------------------------------- */

static void restyle_rule(struct forge *forge, struct meant *out_meant)
{
    json_t *rules = json_object_get(forge_entry(forge, KIND_ELECTION, 0)->object, "rules");
    forge_set_json(json_array_get(rules, 0), "test",
                   "{\"one_of\":[\"status\",[\"active\",\"lapsed\"]]}");
    out_meant->entry = forge_entry(forge, KIND_ROLL, 0);
}

static void divert_post(struct forge *forge, struct meant *out_meant)
{
    tamper_change_line(forge, "person5@", "person5@example.org", "person6@example.org");
    out_meant->entry = forge_entry(forge, KIND_ROLL, 0);
}

static void exchange_member(struct forge *forge, struct meant *out_meant)
{
    tamper_change_line(forge, "\"000005\"", "Person 5", "Person 11");
    out_meant->entry = forge_entry(forge, KIND_ROLL, 0);
}

static void unsort_roll(struct forge *forge, struct meant *out_meant)
{
    struct forge_file *file = forge_file(forge, "roll/1.jsonl");
    struct span rest = buf_span(&file->bytes), first, second;
    struct buf fresh;
    (void)!span_line(&rest, &first);
    (void)!span_line(&rest, &second);
    buf_init(&fresh, 1 << 20);
    buf_add_format(&fresh, "%.*s\n%.*s\n", (int)second.len, second.ptr, (int)first.len, first.ptr);
    buf_add(&fresh, rest);
    forge_set_file(file, buf_span(&fresh));
    buf_done(&fresh);
    out_meant->entry = forge_entry(forge, KIND_ROLL, 0);
}

static void count_one_more(struct forge *forge, struct forge_entry *entry)
{
    tamper_more_credentials(forge, entry);
    json_t *account = json_object_get(entry->object, "account");
    forge_set_number(account, "roll", json_integer_value(json_object_get(account, "roll")) + 1);
}

/* One more person on the roll, with a credential, an account that adds up, and a vote. */
static void slip_in(struct forge *forge, struct meant *out_meant)
{
    struct forge_file *file = forge_file(forge, "roll/1.jsonl");
    struct span rest = buf_span(&file->bytes), first;
    struct merkle_hash leaf;
    struct buf line;
    const uint8_t *key = forge_credential(forge, 1);
    (void)!span_line(&rest, &first);
    buf_init(&line, 1 << 16);
    buf_add(&line, first);
    forge_replace(&line, "\"name\":\"Person ", "\"name\":\"Persona ");
    forge_replace(&line, "\"member_no\":\"0", "\"member_no\":\"9");
    forge_replace(&line, "\"pseudonym\":\"", "\"pseudonym\":\"0123");
    const char *at = memmem(line.bytes, line.len, "\",\"style\"", 9);
    memmove((char *)at - 4, at, line.len - (size_t)((const uint8_t *)at - line.bytes));
    line.len -= 4;
    tamper_leaf_of(buf_span(&line), &leaf);
    buf_add(&file->bytes, buf_span(&line));
    buf_add_byte(&file->bytes, '\n');
    tamper_sort_roll(forge, 1);
    tamper_list_one_more(forge, 1, key, &leaf, 0);
    tamper_cheat(forge, KIND_ROLL, 0, count_one_more, out_meant);
    tamper_vote(forge, key);
    buf_done(&line);
}

/* -- bindings --------------------------------------------------------------------------------- */

/* Two credentials for one member, none for another. */
static void bound_twice(struct forge *forge, struct meant *out_meant)
{
    struct buf *bindings = &forge_file(forge, "issue/1.bin")->bytes;
    memcpy(bindings->bytes + 3 * ISSUE_BINDING_BYTES, bindings->bytes + 4 * ISSUE_BINDING_BYTES,
           HASH_BYTES);
    out_meant->entry = forge_entry(forge, KIND_ISSUE, 0);
}

static void bound_to_nobody(struct forge *forge, struct meant *out_meant)
{
    forge_file(forge, "issue/1.bin")->bytes.bytes[5] ^= 1;
    out_meant->entry = forge_entry(forge, KIND_ISSUE, 0);
}

static void bound_by_post(struct forge *forge, struct meant *out_meant)
{
    forge_file(forge, "issue/1.bin")->bytes.bytes[HASH_BYTES + KEY_BYTES + 2] = 2;
    out_meant->entry = forge_entry(forge, KIND_ISSUE, 0);
}

static void flip_root(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_flip_hex(entry->object, "root", 0);
}

static void wrong_root(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_ISSUE, 0, flip_root, out_meant);
}

const struct tampering tamper_annex[] = {
    {"manifest-of-roll-differs", "ROLL.manifest", "", SHAPE_PLAIN, manifest_at_roll, NULL},
    {"manifest-of-freeze-differs", "ROLL.manifest", "", SHAPE_PLAIN, manifest_at_freeze, NULL},
    {"annex-with-extra-file", "ROLL.manifest", "", SHAPE_PLAIN, NULL, annex_extra},
    {"annex-file-altered", "ROLL.manifest", "ROLL.derive", SHAPE_PLAIN, NULL, annex_altered},
    {"annex-file-missing", "ROLL.manifest", "ROLL.cases", SHAPE_PLAIN, NULL, annex_missing},
    {"snapshot-replaced", "ROLL.snapshot", "ROLL.derive", SHAPE_PLAIN, snapshot_replaced, NULL},
    {"mapping-replaced", "ROLL.snapshot", "ROLL.derive", SHAPE_PLAIN, mapping_replaced, NULL},
    {"snapshot-salt-changed", "ROLL.snapshot", "ROLL.derive", SHAPE_PLAIN, salt_changed, NULL},
    {"decision-by-its-raiser", "ROLL.cases", "", SHAPE_PLAIN, decided_by_raiser, NULL},
    {"variance-by-scrutineer", "ROLL.cases", "", SHAPE_PLAIN, raised_by_scrutineer, NULL},
    {"case-signed-by-two", "ROLL.cases", "", SHAPE_PLAIN, signed_by_two, NULL},
    {"decision-of-unknown-case", "ROLL.cases", "", SHAPE_PLAIN, decided_without_number, NULL},
    {"proposal-without-evidence-at-all", "ROLL.cases", "STATE.order ROLL.evidence", SHAPE_PLAIN,
     no_evidence, NULL},
    {"case-note-exchanged", "ROLL.cases", "", SHAPE_PLAIN, note_exchanged, NULL},
    {"evidence-exchanged", "ROLL.evidence", "", SHAPE_PLAIN, exchange_evidence, NULL},
    {"evidence-missing", "ROLL.evidence", "", SHAPE_PLAIN, lose_evidence, NULL},
    {"rules-changed-after-snapshot", "ROLL.derive", "", SHAPE_PLAIN, restyle_rule, NULL},
    {"delivery-diverted", "ROLL.derive", "", SHAPE_PLAIN, divert_post, NULL},
    {"member-exchanged", "ROLL.derive", "", SHAPE_PLAIN, exchange_member, NULL},
    {"roll-unsorted", "ROLL.derive", "", SHAPE_PLAIN, unsort_roll, NULL},
    {"roll-entry-slipped-in", "ROLL.derive", "", SHAPE_PLAIN, slip_in, NULL},
    {"two-credentials-for-one", "ROLL.bindings", "", SHAPE_PLAIN, bound_twice, NULL},
    {"credential-for-nobody", "ROLL.bindings", "", SHAPE_PLAIN, bound_to_nobody, NULL},
    {"binding-of-another-channel", "ROLL.bindings", "", SHAPE_PLAIN, bound_by_post, NULL},
    {"issue-root-wrong", "ROLL.bindings", "", SHAPE_PLAIN, wrong_root, NULL},
    {0},
};
