/* The roll and the credentials of a rehearsal. */
#include "rehearsal.h"

#include "base/code.h"
#include "crypto/hash.h"
#include "election/custody_inside.h"
#include "labels.h"
#include "roll.h"
#include "roll/annex.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

/* -- roll ------------------------------------------------------------------------------------- */

/* Every eleventh row may not vote; the first of them is let in by a case. */
/* Branch i has about twice the members of branch i - 1. */
static const char *branch_of(const struct rehearsal *rehearsal, unsigned row)
{
    unsigned units = rehearsal_styles(rehearsal), place = row * 7919 % ((1u << units) - 1) + 1;
    unsigned unit = 0;
    while (unit + 1 < units && place >> (unit + 1) != 0)
        unit++;
    return rehearsal_style(rehearsal, unit);
}

static void print_export(const struct rehearsal *rehearsal, struct buf *out, unsigned *out_rows)
{
    unsigned eligible = 0, row = 0;
    buf_add_str(out, "No,Name,Mail,Status,Branch\n");
    for (; eligible < rehearsal->options.members; row++) {
        bool lapsed = row % 11 == 0;
        buf_add_format(out, "%06u,Person %u,person%u@example.org,%s,%s\n", row, row, row,
                       lapsed ? "gone" : "live", branch_of(rehearsal, row));
        eligible += !lapsed || row == 0;
    }
    *out_rows = row;
}

static const char mapping_text[] =
    "{\"format\":\"ballotd mapping 1\",\"source\":\"members\",\"encoding\":\"utf-8\","
    "\"missing\":[\"-\"],\"columns\":[{\"column\":\"No\",\"field\":\"member_no\"},"
    "{\"column\":\"Name\",\"field\":\"name\"},{\"column\":\"Mail\",\"field\":\"email\"},"
    "{\"column\":\"Status\",\"field\":\"status\",\"words\":[[\"live\",\"active\"],"
    "[\"gone\",\"lapsed\"]]},{\"column\":\"Branch\",\"field\":\"branch\"}]}";

static const struct request as_exporter = {.asker = ASKER_OFFICER, .roles = OFFICER_EXPORTER};
static const struct request as_official = {.asker = ASKER_OFFICER, .roles = OFFICER_RETURNING};
static const struct request as_registrar = {.asker = ASKER_REGISTRAR};

static void put_private(struct rehearsal *rehearsal, const char *label, struct span bytes,
                        uint8_t out_commitment[static HASH_BYTES])
{
    uint8_t salt[SALT_BYTES];
    struct fail fail;
    randombytes_buf(salt, sizeof salt);
    annex_commit(label, salt, bytes, out_commitment);
    rehearsal_must(election_put_private(rehearsal->election, &as_exporter, span_str(label), salt,
                                        out_commitment, bytes, &fail),
                   &fail, label);
}

static void import(struct rehearsal *rehearsal)
{
    struct buf csv;
    unsigned rows;
    uint8_t snapshot[HASH_BYTES], mapping[HASH_BYTES];
    buf_init(&csv, 1 << 30);
    print_export(rehearsal, &csv, &rows);
    put_private(rehearsal, LABEL_SNAPSHOT, buf_span(&csv), snapshot);
    put_private(rehearsal, LABEL_MAPPING, span_str(mapping_text), mapping);
    json_t *object = rehearsal_statement(rehearsal, KIND_SNAPSHOT,
                                         rehearsal_state_of(rehearsal)->definition_leaf);
    json_put_integer(object, "number", 1);
    json_put_string(object, "source", SPAN_LIT("members"));
    json_put(object, "purpose", rehearsal_text("Rehearsal"));
    json_put_integer(object, "taken_at", 1);
    json_put_integer(object, "as_of", 1);
    json_put_hex(object, "commitment", SPAN_ARRAY(snapshot));
    json_put_hex(object, "mapping", SPAN_ARRAY(mapping));
    json_put_integer(object, "rows", rows);
    rehearsal_finish(rehearsal, object, &rehearsal->officers[EXPORTER], NULL);
    buf_done(&csv);
}

static void state_case(struct rehearsal *rehearsal, json_t *object,
                       const struct note_signer *signer)
{
    const struct note_signer *signers[] = {signer};
    struct rehearsal_wait wait = {.lock = PTHREAD_MUTEX_INITIALIZER,
                                  .wake = PTHREAD_COND_INITIALIZER};
    struct buf words, note;
    buf_init(&words, NOTE_BYTES_MAX);
    buf_init(&note, NOTE_BYTES_MAX);
    statement_end(object, &words);
    statement_sign(buf_span(&words), signers, 1, &note);
    election_submit_case(rehearsal->election, &as_official, buf_span(&note), rehearsal_answered,
                         &wait);
    rehearsal_await(&wait, NULL);
    buf_done(&words);
    buf_done(&note);
}

static json_t *report(struct rehearsal *rehearsal, const char *what, const char *member)
{
    struct buf out;
    struct fail fail;
    buf_init(&out, 1 << 28);
    rehearsal_must(election_roll_report(rehearsal->election, &as_official, span_str(what),
                                        span_str(member), &out, &fail),
                   &fail, what);
    json_t *value = rehearsal_parse(buf_text(&out));
    buf_done(&out);
    return value;
}

static json_t *begin_case(struct rehearsal *rehearsal, const char *kind, const uint8_t *answers)
{
    return statement_begin(kind, SPAN_LIT(REHEARSAL_ORIGIN),
                           rehearsal_state_of(rehearsal)->definition->ctx0, answers);
}

/* The latest statement of case 1. */
static const uint8_t *latest(struct rehearsal *rehearsal)
{
    static uint8_t hash[HASH_BYTES];
    struct buf out;
    struct fail fail;
    buf_init(&out, 1 << 20);
    rehearsal_must(election_cases(rehearsal->election, &as_official, &out, &fail), &fail, "cases");
    json_t *cases = rehearsal_parse(buf_text(&out));
    json_t *first = json_array_get(json_object_get(cases, "cases"), 0);
    (void)!hex_read(json_span(json_object_get(first, "latest")), hash, HASH_BYTES);
    json_decref(cases);
    buf_done(&out);
    return hash;
}

static void let_in_first(struct rehearsal *rehearsal)
{
    json_t *member = report(rehearsal, "member", "303030303030");
    json_t *subjects = json_array();
    json_array_append(subjects, json_object_get(json_object_get(member, "member"), "pseudonym"));
    json_t *raised =
        begin_case(rehearsal, "variance", rehearsal_state_of(rehearsal)->snapshot_leaf);
    json_put_integer(raised, "case", 1);
    json_put_string(raised, "by", SPAN_LIT("officer"));
    json_put(raised, "subjects", subjects);
    json_put(raised, "effect", rehearsal_parse("{\"do\":\"review\"}"));
    json_put_string(raised, "reason", SPAN_LIT("wrong-status"));
    json_put_string(raised, "text", SPAN_LIT("Has paid all along."));
    state_case(rehearsal, raised, &rehearsal->officers[SECRETARY]);
    json_decref(member);

    struct span file = SPAN_LIT("12 March: standing order, member 000000\n");
    uint8_t commitment[HASH_BYTES], hash[HASH_BYTES];
    put_private(rehearsal, LABEL_EVIDENCE, file, commitment);
    sha256(file, hash);
    json_t *evidence = begin_case(rehearsal, "evidence", latest(rehearsal));
    json_t *item = json_object();
    json_put_hex(item, "sha256", SPAN_ARRAY(hash));
    json_put_hex(item, "commitment", SPAN_ARRAY(commitment));
    json_put_integer(item, "size", (int64_t)file.len);
    json_put_string(item, "type", SPAN_LIT("text"));
    json_put_integer(evidence, "case", 1);
    json_put_string(evidence, "evidence", SPAN_LIT("bank-line"));
    json_put(evidence, "file", item);
    state_case(rehearsal, evidence, &rehearsal->officers[SECRETARY]);

    json_t *proposal = begin_case(rehearsal, "proposal", latest(rehearsal));
    json_put_integer(proposal, "case", 1);
    json_put(proposal, "effect", rehearsal_parse("{\"do\":\"include\"}"));
    json_put_string(proposal, "rule", SPAN_LIT("LIVE"));
    json_put_string(proposal, "text", SPAN_LIT("Let them in: they have paid."));
    state_case(rehearsal, proposal, &rehearsal->officers[SECRETARY]);

    json_t *decision = begin_case(rehearsal, "decision", latest(rehearsal));
    json_put_integer(decision, "case", 1);
    json_put_string(decision, "outcome", SPAN_LIT("upheld"));
    json_put_string(decision, "reasons", SPAN_LIT("The bank statement shows it."));
    json_put_string(decision, "conflict", SPAN_LIT("none"));
    state_case(rehearsal, decision, &rehearsal->officers[RETURNING]);
}

static void confirm_exclusions(struct rehearsal *rehearsal)
{
    for (;;) {
        json_t *answer = report(rehearsal, "exclusions", "");
        json_t *list = json_incref(json_object_get(answer, "list"));
        json_decref(answer);
        if (json_array_size(list) == 0) {
            json_decref(list);
            return;
        }
        json_t *object =
            begin_case(rehearsal, "exclusions", rehearsal_state_of(rehearsal)->snapshot_leaf);
        json_put(object, "list", list);
        state_case(rehearsal, object, &rehearsal->officers[SECRETARY]);
    }
}

/* Signs what the daemon prepared. */
static void sign_draft(struct rehearsal *rehearsal, const char *kind, bool two)
{
    const struct note_signer *signers[] = {&rehearsal->officers[RETURNING],
                                           &rehearsal->officers[SECRETARY]};
    struct buf draft;
    struct fail fail;
    buf_init(&draft, NOTE_BYTES_MAX);
    rehearsal_must(election_draft(rehearsal->election, &as_official, span_str(kind), &draft, &fail),
                   &fail, kind);
    rehearsal_state(rehearsal, buf_span(&draft), signers, two ? 2 : 1, NULL);
    buf_done(&draft);
}

void rehearsal_roll(struct rehearsal *rehearsal)
{
    import(rehearsal);
    let_in_first(rehearsal);
    confirm_exclusions(rehearsal);
    sign_draft(rehearsal, KIND_ROLL, true);
}

/* -- credentials ------------------------------------------------------------------------------ */

struct fresh {
    uint8_t key[KEY_BYTES];
    uint8_t secret[ED25519_SECRET_BYTES];
};

static int compare_fresh(const void *a, const void *b)
{
    return memcmp(a, b, KEY_BYTES);
}

static struct fresh *draw_credentials(unsigned count)
{
    struct fresh *fresh = calloc(count, sizeof *fresh);
    for (unsigned i = 0; i < count; i++) {
        uint8_t seed[KEY_BYTES];
        rehearsal_seed("credential", i, seed);
        ed25519_pair(seed, fresh[i].key, fresh[i].secret);
    }
    qsort(fresh, count, sizeof *fresh, compare_fresh);
    return fresh;
}

static enum outcome drop_node(void *ctx, unsigned level, uint64_t index,
                              const struct merkle_hash *hash, struct fail *fail)
{
    (void)ctx;
    (void)level;
    (void)index;
    (void)hash;
    (void)fail;
    return OK;
}

static void tree_leaf(struct merkle_tree *tree, const struct merkle_hash *leaf)
{
    static const struct merkle_sink sink = {NULL, drop_node};
    struct fail fail;
    rehearsal_must(merkle_append(tree, leaf, &sink, &fail), &fail, "tree");
}

/* Leaf i of the sealed roll gets credential i of the sorted list. */
static void bind(struct rehearsal *rehearsal, const struct fresh *fresh, struct buf *list,
                 struct buf *bindings, struct merkle_tree *tree)
{
    struct buf lines;
    struct fail fail;
    struct span rest, line;
    unsigned at = 0;
    buf_init(&lines, 1 << 30);
    rehearsal_must(
        custody_leaves(rehearsal->election->custody, rehearsal_state_of(rehearsal), &lines, &fail),
        &fail, "leaves");
    rest = buf_span(&lines);
    for (; span_line(&rest, &line); at++) {
        json_t *object = json_loadb((const char *)line.ptr, line.len, 0, NULL);
        struct buf leaf;
        struct merkle_hash hash;
        uint8_t salt[SALT_BYTES];
        buf_init(&leaf, 1 << 16);
        (void)!hex_read(json_span(json_object_get(object, "salt")), salt, SALT_BYTES);
        buf_add(&leaf, SPAN_ARRAY(salt));
        json_print(json_object_get(object, "record"), &leaf);
        uint16_t style = (uint16_t)definition_style(
            rehearsal_state_of(rehearsal)->definition,
            json_span(json_object_get(json_object_get(object, "record"), "style")));
        merkle_leaf(buf_span(&leaf), &hash);
        randombytes_buf(salt, sizeof salt);
        size_t before = bindings->len;
        annex_print_binding(hash.bytes, fresh[at].key, style, ROLL_CHANNEL_EMAIL, salt, bindings);
        buf_add(list, SPAN_ARRAY(fresh[at].key));
        buf_add_u16le(list, style);
        buf_add_byte(list, 0);
        merkle_leaf(span_of(bindings->bytes + before, ISSUE_BINDING_BYTES), &hash);
        tree_leaf(tree, &hash);
        buf_done(&leaf);
        json_decref(object);
    }
    buf_done(&lines);
}

void rehearsal_issue(struct rehearsal *rehearsal)
{
    unsigned count = (unsigned)rehearsal_state_of(rehearsal)->roll_size;
    struct fresh *fresh = draw_credentials(count);
    struct buf list, bindings;
    struct merkle_tree tree = {0};
    struct merkle_hash root;
    struct fail fail;
    uint8_t hash[HASH_BYTES];
    buf_init(&list, 1 << 30);
    buf_init(&bindings, 1 << 30);
    bind(rehearsal, fresh, &list, &bindings, &tree);
    merkle_root(&tree, &root);
    sha256(buf_span(&list), hash);
    rehearsal_must(
        election_put_blob(rehearsal->election, &as_registrar, hash, buf_span(&list), &fail), &fail,
        "issue list");
    rehearsal_must(
        election_put_bindings(rehearsal->election, &as_registrar, buf_span(&bindings), &fail),
        &fail, "bindings");
    json_t *object =
        rehearsal_statement(rehearsal, KIND_ISSUE, rehearsal_state_of(rehearsal)->roll_leaf);
    json_t *ref = json_object();
    json_put_hex(ref, "sha256", SPAN_ARRAY(hash));
    json_put_integer(ref, "size", (int64_t)list.len);
    json_put_integer(object, "roll", 1);
    json_put_integer(object, "count", count);
    json_put(object, "list", ref);
    json_put_hex(object, "root", SPAN_ARRAY(root.bytes));
    rehearsal_finish(rehearsal, object, &rehearsal->registrar, NULL);
    rehearsal->credentials = calloc(count, sizeof *rehearsal->credentials);
    for (unsigned i = 0; i < count; i++)
        memcpy(rehearsal->credentials[i], fresh[i].secret, ED25519_SECRET_BYTES);
    buf_done(&list);
    buf_done(&bindings);
    free(fresh);
}

void rehearsal_leaf_of(struct rehearsal *rehearsal, const uint8_t *credential,
                       uint8_t out_leaf[static HASH_BYTES])
{
    const struct custody *custody = rehearsal->election->custody;
    uint32_t at;
    if (!keytable_find(&custody->by_credential, credential, &at))
        exit(1);
    memcpy(out_leaf, custody->bindings.bytes + (size_t)at * ISSUE_BINDING_BYTES, HASH_BYTES);
}
