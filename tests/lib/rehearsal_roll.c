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
        bool lapsed = row % 11 == 0, unclear = !lapsed && eligible < rehearsal->options.unclear;
        bool moved =
            row == 3 && rehearsal->options.again && rehearsal_state_of(rehearsal)->snapshots;
        buf_add_format(out, "%06u,Person %u,%s%u@example.org,%s,%s\n", row, row,
                       moved ? "elsewhere" : "person", row,
                       lapsed    ? "gone"
                       : unclear ? "-"
                                 : "live",
                       branch_of(rehearsal, row));
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

void rehearsal_put_private(struct rehearsal *rehearsal, const char *label, struct span bytes,
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
    rehearsal_put_private(rehearsal, LABEL_SNAPSHOT, buf_span(&csv), snapshot);
    rehearsal_put_private(rehearsal, LABEL_MAPPING, span_str(mapping_text), mapping);
    json_t *object = rehearsal_statement(rehearsal, KIND_SNAPSHOT,
                                         rehearsal_state_of(rehearsal)->definition_leaf);
    json_put_integer(object, "number", rehearsal_state_of(rehearsal)->snapshots + 1);
    json_put_string(object, "source", SPAN_LIT("members"));
    json_put(object, "purpose", rehearsal_text("Rehearsal"));
    json_put_integer(object, "taken_at", rehearsal_state_of(rehearsal)->snapshots + 1);
    json_put_integer(object, "as_of", rehearsal_state_of(rehearsal)->snapshots + 1);
    json_put_hex(object, "commitment", SPAN_ARRAY(snapshot));
    json_put_hex(object, "mapping", SPAN_ARRAY(mapping));
    json_put_integer(object, "rows", rows);
    rehearsal_finish(rehearsal, object, &rehearsal->officers[EXPORTER], NULL);
    buf_done(&csv);
}

static void let_in_first(struct rehearsal *rehearsal)
{
    (void)rehearsal_case(rehearsal, "000000", "{\"do\":\"include\"}", true);
}

static void confirm_exclusions(struct rehearsal *rehearsal)
{
    for (;;) {
        json_t *answer = rehearsal_report(rehearsal, "exclusions", "");
        json_t *list = json_incref(json_object_get(answer, "list"));
        json_decref(answer);
        if (json_array_size(list) == 0) {
            json_decref(list);
            return;
        }
        json_t *object = statement_begin("exclusions", SPAN_LIT(REHEARSAL_ORIGIN),
                                         rehearsal_state_of(rehearsal)->definition->ctx0,
                                         rehearsal_state_of(rehearsal)->snapshot_leaf);
        json_put(object, "list", list);
        rehearsal_state_case(rehearsal, object, &rehearsal->officers[SECRETARY]);
    }
}

/* Signs what the daemon prepared. */
void rehearsal_sign_draft(struct rehearsal *rehearsal, const char *kind, bool two)
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
    if (rehearsal->options.again)
        import(rehearsal);
    let_in_first(rehearsal);
    confirm_exclusions(rehearsal);
    rehearsal_sign_draft(rehearsal, KIND_ROLL, true);
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

static struct fresh *draw_credentials(unsigned first, unsigned count)
{
    struct fresh *fresh = calloc(count + 1, sizeof *fresh);
    for (unsigned i = 0; i < count; i++) {
        uint8_t seed[KEY_BYTES];
        rehearsal_seed("credential", first + i, seed);
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

/* Whether a credential has this leaf already, from an earlier version. */
static bool is_served(const struct rehearsal *rehearsal, const uint8_t *leaf)
{
    const struct buf *bindings = &rehearsal->election->custody->bindings;
    for (size_t at = 0; at < bindings->len; at += ISSUE_BINDING_BYTES)
        if (memcmp(bindings->bytes + at, leaf, HASH_BYTES) == 0)
            return true;
    return false;
}

/* The leaf i that this version adds gets credential i of the sorted list. */
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
    while (span_line(&rest, &line)) {
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
        bool provisional =
            span_is(json_span(json_object_get(json_object_get(object, "record"), "standing")),
                    "provisional");
        merkle_leaf(buf_span(&leaf), &hash);
        buf_done(&leaf);
        json_decref(object);
        if (is_served(rehearsal, hash.bytes))
            continue;
        randombytes_buf(salt, sizeof salt);
        size_t before = bindings->len;
        annex_print_binding(hash.bytes, fresh[at].key, style, ROLL_CHANNEL_EMAIL, salt, bindings);
        buf_add(list, SPAN_ARRAY(fresh[at].key));
        buf_add_u16le(list, style);
        buf_add_byte(list, provisional);
        merkle_leaf(span_of(bindings->bytes + before, ISSUE_BINDING_BYTES), &hash);
        tree_leaf(tree, &hash);
        at++;
    }
    buf_done(&lines);
}

unsigned rehearsal_add_credential(struct rehearsal *rehearsal, const uint8_t *secret)
{
    unsigned place = rehearsal->credential_count++;
    rehearsal->credentials = reallocarray(rehearsal->credentials, rehearsal->credential_count,
                                          sizeof *rehearsal->credentials);
    if (!rehearsal->credentials)
        exit(1);
    memcpy(rehearsal->credentials[place], secret, ED25519_SECRET_BYTES);
    return place;
}

void rehearsal_issue(struct rehearsal *rehearsal)
{
    const struct state *state = rehearsal_state_of(rehearsal);
    unsigned count = 0;
    for (unsigned i = 0; i < state->definition->style_count; i++)
        count += (unsigned)state->roll_styles[i].credentials;
    struct fresh *fresh = draw_credentials(rehearsal->credential_count, count);
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
    json_put_integer(object, "roll", rehearsal_state_of(rehearsal)->roll);
    json_put_integer(object, "count", count);
    json_put(object, "list", ref);
    json_put_hex(object, "root", SPAN_ARRAY(root.bytes));
    rehearsal_finish(rehearsal, object, &rehearsal->registrar, NULL);
    for (unsigned i = 0; i < count; i++)
        (void)rehearsal_add_credential(rehearsal, fresh[i].secret);
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
