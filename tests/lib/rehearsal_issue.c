/* The credentials of a rehearsal: drawn from seeds, bound to the leaves of the sealed roll. */
#include "rehearsal.h"

#include "base/code.h"
#include "crypto/hash.h"
#include "election/custody_inside.h"
#include "roll.h"
#include "roll/annex.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

static const struct request as_registrar = {.asker = ASKER_REGISTRAR};

struct fresh {
    uint8_t key[KEY_BYTES];
    uint8_t secret[ED25519_SECRET_BYTES];
};

/* A leaf without credentials, as the registrar reads it. */
struct unserved {
    uint8_t leaf[HASH_BYTES];
    uint16_t style;
    uint8_t channel;
    bool provisional;
    unsigned votes;
    char member_no[REHEARSAL_NUMBER_BYTES];
};

struct issuing {
    struct rehearsal *rehearsal;
    struct unserved *leaves;
    unsigned leaf_count, count; /* of credentials */
    struct buf list, bindings;
    struct merkle_tree tree;
};

/* -- leaves ----------------------------------------------------------------------------------- */

static uint8_t channel_code(const json_t *record)
{
    const char *name = json_string_value(json_object_get(record, "channel"));
    if (strcmp(name, "email") == 0)
        return ROLL_CHANNEL_EMAIL;
    return strcmp(name, "post") == 0 ? ROLL_CHANNEL_POST : ROLL_CHANNEL_HAND;
}

static void read_leaf(struct issuing *issuing, struct span line)
{
    struct unserved *out = &issuing->leaves[issuing->leaf_count];
    json_t *object = json_loadb((const char *)line.ptr, line.len, 0, NULL);
    const json_t *record = json_object_get(object, "record");
    struct merkle_hash hash;
    uint8_t salt[SALT_BYTES];
    struct buf leaf;
    buf_init(&leaf, 1 << 16);
    (void)!hex_read(json_span(json_object_get(object, "salt")), salt, SALT_BYTES);
    buf_add(&leaf, SPAN_ARRAY(salt));
    json_print(record, &leaf);
    merkle_leaf(buf_span(&leaf), &hash);
    memcpy(out->leaf, hash.bytes, HASH_BYTES);
    out->style = (uint16_t)definition_style(rehearsal_state_of(issuing->rehearsal)->definition,
                                            json_span(json_object_get(record, "style")));
    out->channel = channel_code(record);
    out->provisional = span_is(json_span(json_object_get(record, "standing")), "provisional");
    out->votes = (unsigned)json_integer_value(json_object_get(record, "votes"));
    snprintf(out->member_no, sizeof out->member_no, "%s",
             json_string_value(json_object_get(record, "member_no")));
    buf_done(&leaf);
    json_decref(object);
}

static bool has_credentials(const struct custody *custody, const uint8_t *leaf)
{
    for (size_t at = 0; at < custody->bindings.len; at += ISSUE_BINDING_BYTES)
        if (memcmp(custody->bindings.bytes + at, leaf, HASH_BYTES) == 0)
            return true;
    return false;
}

static void read_leaves(struct issuing *issuing)
{
    const struct custody *custody = issuing->rehearsal->election->custody;
    const struct state *state = rehearsal_state_of(issuing->rehearsal);
    struct buf lines;
    struct fail fail;
    struct span line;
    buf_init(&lines, 1 << 30);
    rehearsal_must(custody_leaves(issuing->rehearsal->election->custody, state, &lines, &fail),
                   &fail, "leaves");
    issuing->leaves = calloc(state->roll_size, sizeof *issuing->leaves);
    for (struct span rest = buf_span(&lines); span_line(&rest, &line);) {
        read_leaf(issuing, line);
        const struct unserved *leaf = &issuing->leaves[issuing->leaf_count];
        if (state->roll > 1 && has_credentials(custody, leaf->leaf))
            continue;
        issuing->count += leaf->votes;
        issuing->leaf_count++;
    }
    buf_done(&lines);
}

/* -- credentials ------------------------------------------------------------------------------ */

static int compare_fresh(const void *a, const void *b)
{
    return memcmp(a, b, KEY_BYTES);
}

static struct fresh *draw_credentials(unsigned first, unsigned count)
{
    struct fresh *fresh = calloc(count, sizeof *fresh);
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

unsigned rehearsal_add_credential(struct rehearsal *rehearsal, const uint8_t *secret,
                                  const char *member_no)
{
    char holder[REHEARSAL_NUMBER_BYTES]; /* it may be one of those that move */
    unsigned place = rehearsal->credential_count++;
    snprintf(holder, sizeof holder, "%s", member_no);
    rehearsal->credentials = reallocarray(rehearsal->credentials, rehearsal->credential_count,
                                          sizeof *rehearsal->credentials);
    rehearsal->holders =
        reallocarray(rehearsal->holders, rehearsal->credential_count, sizeof *rehearsal->holders);
    if (!rehearsal->credentials || !rehearsal->holders)
        exit(1);
    memcpy(rehearsal->credentials[place], secret, ED25519_SECRET_BYTES);
    memcpy(rehearsal->holders[place], holder, sizeof holder);
    return place;
}

static void bind(struct issuing *issuing, const struct unserved *leaf, const struct fresh *fresh)
{
    uint8_t salt[SALT_BYTES];
    struct merkle_hash hash;
    size_t before = issuing->bindings.len;
    randombytes_buf(salt, sizeof salt);
    annex_print_binding(leaf->leaf, fresh->key, leaf->style, leaf->channel, salt,
                        &issuing->bindings);
    buf_add(&issuing->list, SPAN_ARRAY(fresh->key));
    buf_add_u16le(&issuing->list, leaf->style);
    buf_add_byte(&issuing->list, leaf->provisional);
    merkle_leaf(span_of(issuing->bindings.bytes + before, ISSUE_BINDING_BYTES), &hash);
    tree_leaf(&issuing->tree, &hash);
    (void)rehearsal_add_credential(issuing->rehearsal, fresh->secret, leaf->member_no);
}

/* Leaf i gets the next of the sorted credentials, as many as it has votes. */
static void bind_all(struct issuing *issuing)
{
    struct fresh *fresh = draw_credentials(issuing->rehearsal->credential_count, issuing->count);
    unsigned at = 0;
    for (unsigned i = 0; i < issuing->leaf_count; i++)
        for (unsigned vote = 0; vote < issuing->leaves[i].votes; vote++)
            bind(issuing, &issuing->leaves[i], &fresh[at++]);
    free(fresh);
}

/* -- statement -------------------------------------------------------------------------------- */

static void state_issue(struct issuing *issuing)
{
    struct rehearsal *rehearsal = issuing->rehearsal;
    struct merkle_hash root;
    struct fail fail;
    uint8_t hash[HASH_BYTES];
    merkle_root(&issuing->tree, &root);
    sha256(buf_span(&issuing->list), hash);
    rehearsal_must(election_put_blob(rehearsal->election, &as_registrar, hash,
                                     buf_span(&issuing->list), &fail),
                   &fail, "issue list");
    rehearsal_must(election_put_bindings(rehearsal->election, &as_registrar,
                                         buf_span(&issuing->bindings), &fail),
                   &fail, "bindings");
    json_t *object =
        rehearsal_statement(rehearsal, KIND_ISSUE, rehearsal_state_of(rehearsal)->roll_leaf);
    json_t *ref = json_object();
    json_put_hex(ref, "sha256", SPAN_ARRAY(hash));
    json_put_integer(ref, "size", (int64_t)issuing->list.len);
    json_put_integer(object, "roll", rehearsal_state_of(rehearsal)->roll);
    json_put_integer(object, "count", issuing->count);
    json_put(object, "list", ref);
    json_put_hex(object, "root", SPAN_ARRAY(root.bytes));
    rehearsal_finish(rehearsal, object, &rehearsal->registrar, NULL);
}

void rehearsal_issue(struct rehearsal *rehearsal)
{
    struct issuing issuing = {.rehearsal = rehearsal};
    buf_init(&issuing.list, 1 << 30);
    buf_init(&issuing.bindings, 1 << 30);
    read_leaves(&issuing);
    bind_all(&issuing);
    state_issue(&issuing);
    buf_done(&issuing.list);
    buf_done(&issuing.bindings);
    free(issuing.leaves);
}

/* -- looking up ------------------------------------------------------------------------------- */

unsigned rehearsal_credential(const struct rehearsal *rehearsal, const char *member_no,
                              unsigned nth)
{
    for (unsigned i = 0; i < rehearsal->credential_count; i++)
        if (strcmp(rehearsal->holders[i], member_no) == 0 && nth-- == 0)
            return i;
    fprintf(stderr, "rehearsal: no such credential of %s\n", member_no);
    exit(1);
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
