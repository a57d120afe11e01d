#include "rehearsal.h"

#include "base/code.h"
#include "crypto/hash.h"
#include "labels.h"
#include "roll.h"
#include "roll/annex.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define ORIGIN "rehearsal.example.org/all"

void rehearsal_must(enum outcome outcome, const struct fail *fail, const char *what)
{
    if (outcome == OK)
        return;
    fprintf(stderr, "%s: %s (%s)\n", what, fail->text, fail->code);
    exit(1);
}

/* -- stating ---------------------------------------------------------------------------------- */

struct waiting_answer {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool over;
    enum submission_result result;
    struct fail fail;
};

static void answered(void *ctx, const struct submission *submission)
{
    struct waiting_answer *wait = ctx;
    pthread_mutex_lock(&wait->lock);
    wait->result = submission->result;
    wait->fail = submission->fail;
    wait->over = true;
    pthread_cond_signal(&wait->wake);
    pthread_mutex_unlock(&wait->lock);
}

static void await(struct waiting_answer *wait, struct fail *refused)
{
    pthread_mutex_lock(&wait->lock);
    while (!wait->over)
        pthread_cond_wait(&wait->wake, &wait->lock);
    pthread_mutex_unlock(&wait->lock);
    if (refused)
        *refused = wait->result == SUBMISSION_REFUSED ? wait->fail : (struct fail){0};
    else if (wait->result == SUBMISSION_REFUSED)
        rehearsal_must(wait->fail.outcome, &wait->fail, "refused");
}

void rehearsal_submit(struct rehearsal *rehearsal, struct span note, struct fail *refused)
{
    struct waiting_answer wait = {.lock = PTHREAD_MUTEX_INITIALIZER,
                                  .wake = PTHREAD_COND_INITIALIZER};
    election_submit(rehearsal->election, note, answered, &wait);
    await(&wait, refused);
}

void rehearsal_state(struct rehearsal *rehearsal, struct span text,
                     const struct note_signer *const signers[], size_t count, struct fail *refused)
{
    struct buf note;
    buf_init(&note, NOTE_BYTES_MAX);
    statement_sign(text, signers, count, &note);
    rehearsal_submit(rehearsal, buf_span(&note), refused);
    buf_done(&note);
}

static void finish_and_state(struct rehearsal *rehearsal, json_t *object,
                             const struct note_signer *first, const struct note_signer *second)
{
    const struct note_signer *signers[] = {first, second};
    struct buf text;
    buf_init(&text, NOTE_BYTES_MAX);
    statement_end(object, &text);
    rehearsal_state(rehearsal, buf_span(&text), signers, second ? 2 : 1, NULL);
    buf_done(&text);
}

/* -- the people ------------------------------------------------------------------------------- */

static void seed_of(const char *who, unsigned number, uint8_t out[static KEY_BYTES])
{
    char text[64];
    int len = snprintf(text, sizeof text, "rehearsal %s %u", who, number);
    sha256(span_of(text, (size_t)len), out);
}

static void make_signer(const char *suffix, const char *id, const char *who, unsigned number,
                        uint8_t *secret, struct note_signer *out)
{
    uint8_t seed[KEY_BYTES], key[KEY_BYTES];
    struct fail fail;
    seed_of(who, number, seed);
    ed25519_pair(seed, key, secret);
    out->secret = secret;
    rehearsal_must(definition_key(ORIGIN, suffix, id, key, &out->key, &fail), &fail, who);
}

static const char *const officer_ids[] = {"returning", "secretary", "exporter", "scrutineer"};

static void make_people(struct rehearsal *rehearsal)
{
    for (unsigned i = 0; i < REHEARSAL_OFFICERS; i++)
        make_signer(NAME_OFFICER, officer_ids[i], "officer", i, rehearsal->officer_secrets[i],
                    &rehearsal->officers[i]);
    make_signer(NAME_REGISTRAR, "", "registrar", 0, rehearsal->registrar_secret,
                &rehearsal->registrar);
    for (unsigned i = 1; i <= rehearsal->options.trustees; i++) {
        struct rehearsal_trustee *trustee = &rehearsal->trustees[i];
        char id[12];
        uint8_t wide[KEY_BYTES];
        snprintf(id, sizeof id, "%u", i);
        make_signer(NAME_TRUSTEE, id, "trustee", i, trustee->sign, &trustee->signer);
        memcpy(trustee->sign_key, trustee->signer.key.key, KEY_BYTES);
        seed_of("seal", i, wide);
        trustee->seal = scalar_from_16_bytes(wide);
        trustee->seal_key = point_mul_base(&trustee->seal);
    }
}

void rehearsal_begin(struct rehearsal *rehearsal, const struct rehearsal_options *options)
{
    const struct election_options how = {.folder = options->folder,
                                         .passphrase = SPAN_LIT("rehearsal")};
    struct fail fail = {0};
    *rehearsal = (struct rehearsal){.options = *options};
    make_people(rehearsal);
    rehearsal_must(election_create(&how, SPAN_LIT(ORIGIN), true, &fail), &fail, "create");
    rehearsal_must(election_open(&how, &rehearsal->election, &fail), &fail, "open");
}

void rehearsal_end(struct rehearsal *rehearsal)
{
    election_close(rehearsal->election);
    for (unsigned i = 1; i <= rehearsal->options.trustees; i++)
        ceremony_secret_free(rehearsal->trustees[i].secret);
    free(rehearsal->credentials);
}

/* -- definition ------------------------------------------------------------------------------- */

static json_t *text(const char *en)
{
    json_t *object = json_object();
    json_put_string(object, "en", span_str(en));
    json_put_string(object, "cy", SPAN_LIT(""));
    return object;
}

static json_t *parse(const char *json)
{
    json_t *value = json_loads(json, 0, NULL);
    if (!value) {
        fprintf(stderr, "rehearsal: %s\n", json);
        exit(1);
    }
    return value;
}

static json_t *trustees_json(const struct rehearsal *rehearsal)
{
    json_t *list = json_array();
    for (unsigned i = 1; i <= rehearsal->options.trustees; i++) {
        json_t *item = json_object();
        json_put_integer(item, "index", i);
        json_put_string(item, "name", SPAN_LIT("Trustee"));
        json_put_hex(item, "sign", SPAN_ARRAY(rehearsal->trustees[i].sign_key));
        json_put_hex(item, "seal", point_span(&rehearsal->trustees[i].seal_key));
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *officers_json(const struct rehearsal *rehearsal)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < REHEARSAL_OFFICERS; i++) {
        json_t *item = json_object();
        json_t *roles = json_array();
        json_array_append_new(roles, json_string(officer_ids[i]));
        json_put_string(item, "id", span_str(officer_ids[i]));
        json_put_string(item, "name", SPAN_LIT("Officer"));
        json_put(item, "roles", roles);
        json_put_hex(item, "key", SPAN_ARRAY(rehearsal->officers[i].key.key));
        json_array_append_new(list, item);
    }
    return list;
}

void rehearsal_define(struct rehearsal *rehearsal)
{
    const struct election *election = rehearsal->election;
    json_t *object = statement_begin(KIND_ELECTION, SPAN_LIT(ORIGIN), NULL, NULL);
    json_put_integer(object, "version", 1);
    json_put(object, "title", text("A rehearsal"));
    json_put_bool(object, "rehearsal", true);
    json_put(object, "timetable",
             parse("{\"announced_at\":1,\"inspection_opens_at\":2,\"inspection_closes_at\":3,"
                   "\"opens_at\":4,\"closes_at\":5,\"non_working\":[\"2026-12-25\"]}"));
    json_put_string(object, "retention_until", SPAN_LIT("2030-01-01"));
    json_put(object, "sources",
             parse("[{\"id\":\"members\",\"title\":{\"en\":\"Membership\",\"cy\":\"\"}}]"));
    json_put(object, "rules",
             parse("[{\"code\":\"LIVE\",\"text\":{\"en\":\"Is a member\",\"cy\":\"\"},"
                   "\"test\":{\"equal\":[\"status\",\"active\"]}}]"));
    json_put(object, "styles",
             parse("[{\"id\":\"all\",\"title\":{\"en\":\"All\",\"cy\":\"\"},\"unit\":\"all\","
                   "\"test\":{\"always\":true}}]"));
    json_put(object, "units",
             parse("[{\"id\":\"all\",\"title\":{\"en\":\"All\",\"cy\":\"\"},\"merge\":\"\"}]"));
    json_put_integer(object, "floor", 10);
    json_put_integer(object, "threshold", rehearsal->options.threshold);
    json_put(object, "trustees", trustees_json(rehearsal));
    json_t *authority = json_object();
    json_put_hex(authority, "log", SPAN_ARRAY(election->log_key.sign));
    json_put_hex(authority, "statements", SPAN_ARRAY(election->authority_key.sign));
    json_put_hex(authority, "registrar", SPAN_ARRAY(rehearsal->registrar.key.key));
    json_put(object, "authority", authority);
    json_put(object, "officers", officers_json(rehearsal));
    const char *witnesses = rehearsal->options.witnesses ? rehearsal->options.witnesses : "";
    json_put_string(object, "witnesses", span_str(witnesses));
    json_put_bool(object, "changing", rehearsal->options.changing);
    finish_and_state(rehearsal, object, &rehearsal->officers[RETURNING], NULL);
}

static const struct state *state_of(const struct rehearsal *rehearsal)
{
    return rehearsal->election->state;
}

static json_t *begin(const struct rehearsal *rehearsal, const char *kind, const uint8_t *answers)
{
    return statement_begin(kind, SPAN_LIT(ORIGIN),
                           state_context(state_of(rehearsal), span_str(kind)), answers);
}

/* -- ceremony --------------------------------------------------------------------------------- */

static struct ceremony ceremony_of(const struct rehearsal *rehearsal)
{
    return (struct ceremony){state_of(rehearsal)->definition->ctx0, 1,
                             rehearsal->options.threshold};
}

static json_t *begin_trustee(const struct rehearsal *rehearsal, const char *kind, unsigned index,
                             const uint8_t *answers)
{
    json_t *object = begin(rehearsal, kind, answers);
    json_put_integer(object, "attempt", 1);
    json_put_integer(object, "trustee", index);
    return object;
}

static void commit(struct rehearsal *rehearsal, unsigned index)
{
    struct rehearsal_trustee *trustee = &rehearsal->trustees[index];
    struct ceremony ceremony = ceremony_of(rehearsal);
    uint8_t hash[HASH_BYTES];
    trustee->secret = ceremony_secret_new(ceremony.k);
    ceremony_commitments(&ceremony, trustee->secret, trustee->commitments);
    json_t *object =
        begin_trustee(rehearsal, KIND_TRUSTEE_COMMIT, index, state_of(rehearsal)->definition_leaf);
    ceremony_commit(&ceremony, index, trustee->commitments, hash);
    json_put_hex(object, "coefficients", SPAN_ARRAY(hash));
    ceremony_commit_lots(&ceremony, index, trustee->secret->lots, hash);
    json_put_hex(object, "lots", SPAN_ARRAY(hash));
    finish_and_state(rehearsal, object, &trustee->signer, NULL);
}

static void append_hex(json_t *list, struct span bytes)
{
    char hex[2 * 128 + 1];
    hex_print(bytes, hex);
    json_array_append_new(list, json_string(hex));
}

static void reveal(struct rehearsal *rehearsal, unsigned index)
{
    struct rehearsal_trustee *trustee = &rehearsal->trustees[index];
    struct ceremony ceremony = ceremony_of(rehearsal);
    struct knowledge proofs[LIMIT_TRUSTEES];
    json_t *points = json_array(), *texts = json_array();
    ceremony_prove(&ceremony, index, trustee->secret, trustee->commitments, proofs);
    for (unsigned l = 0; l < ceremony.k; l++) {
        append_hex(points, point_span(&trustee->commitments[l]));
        append_hex(texts, span_of(&proofs[l], sizeof proofs[l]));
    }
    json_t *object = begin_trustee(rehearsal, KIND_TRUSTEE_COEFFICIENTS, index,
                                   state_of(rehearsal)->ceremony.dealings[index].commit_leaf);
    json_put(object, "commitments", points);
    json_put(object, "proofs", texts);
    finish_and_state(rehearsal, object, &trustee->signer, NULL);
}

static void deal(struct rehearsal *rehearsal, unsigned from)
{
    struct rehearsal_trustee *trustee = &rehearsal->trustees[from];
    struct ceremony ceremony = ceremony_of(rehearsal);
    json_t *list = json_array();
    scalar_random(&trustee->ephemeral);
    struct ceremony_channel channel = {.ceremony = &ceremony, .from = from};
    channel.ephemeral = point_mul_base(&trustee->ephemeral);
    for (unsigned to = 1; to <= rehearsal->options.trustees; to++) {
        uint8_t share[SCALAR_BYTES];
        if (to == from)
            continue;
        channel.to = to;
        channel.seal = rehearsal->trustees[to].seal_key;
        ceremony_seal(&channel, &trustee->ephemeral, trustee->secret, share);
        json_t *item = json_object();
        json_put_integer(item, "to", to);
        json_put_hex(item, "share", SPAN_ARRAY(share));
        json_array_append_new(list, item);
    }
    json_t *object = begin_trustee(rehearsal, KIND_TRUSTEE_SHARES, from,
                                   state_of(rehearsal)->ceremony.dealings[from].reveal_leaf);
    json_put_hex(object, "ephemeral", point_span(&channel.ephemeral));
    json_put(object, "shares", list);
    finish_and_state(rehearsal, object, &trustee->signer, NULL);
}

static void accept_key(struct rehearsal *rehearsal, unsigned index)
{
    struct rehearsal_trustee *trustee = &rehearsal->trustees[index];
    struct scalar shares[LIMIT_TRUSTEES];
    uint8_t transcript[HASH_BYTES];
    struct point key;
    for (unsigned i = 1; i <= rehearsal->options.trustees; i++)
        shares[i - 1] = threshold_evaluate(rehearsal->trustees[i].secret->coefficients,
                                           rehearsal->options.threshold, index);
    trustee->share = ceremony_key_share(shares, rehearsal->options.trustees);
    if (!state_key(state_of(rehearsal), transcript, &key))
        exit(1);
    json_t *object = begin_trustee(rehearsal, KIND_TRUSTEE_ACCEPT, index,
                                   state_of(rehearsal)->ceremony.dealings[index].deal_leaf);
    json_put_hex(object, "transcript", SPAN_ARRAY(transcript));
    json_put_hex(object, "public", point_span(&key));
    finish_and_state(rehearsal, object, &trustee->signer, NULL);
}

void rehearsal_ceremony(struct rehearsal *rehearsal)
{
    void (*const stages[])(struct rehearsal *, unsigned) = {commit, reveal, deal, accept_key};
    for (size_t stage = 0; stage < 4; stage++)
        for (unsigned i = 1; i <= rehearsal->options.trustees; i++)
            stages[stage](rehearsal, i);
}

/* -- roll ------------------------------------------------------------------------------------- */

/* Every eleventh row may not vote; the first of them is let in by a case. */
static void print_export(const struct rehearsal *rehearsal, struct buf *out, unsigned *out_rows)
{
    unsigned eligible = 0, row = 0;
    buf_add_str(out, "No,Name,Mail,Status\n");
    for (; eligible < rehearsal->options.members; row++) {
        bool lapsed = row % 11 == 0;
        buf_add_format(out, "%06u,Person %u,person%u@example.org,%s\n", row, row, row,
                       lapsed ? "gone" : "live");
        eligible += !lapsed || row == 0;
    }
    *out_rows = row;
}

static const char mapping_text[] =
    "{\"format\":\"ballotd mapping 1\",\"source\":\"members\",\"encoding\":\"utf-8\","
    "\"missing\":[\"-\"],\"columns\":[{\"column\":\"No\",\"field\":\"member_no\"},"
    "{\"column\":\"Name\",\"field\":\"name\"},{\"column\":\"Mail\",\"field\":\"email\"},"
    "{\"column\":\"Status\",\"field\":\"status\",\"words\":[[\"live\",\"active\"],"
    "[\"gone\",\"lapsed\"]]}]}";

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
    json_t *object = begin(rehearsal, KIND_SNAPSHOT, state_of(rehearsal)->definition_leaf);
    json_put_integer(object, "number", 1);
    json_put_string(object, "source", SPAN_LIT("members"));
    json_put(object, "purpose", text("Rehearsal"));
    json_put_integer(object, "taken_at", 1);
    json_put_hex(object, "commitment", SPAN_ARRAY(snapshot));
    json_put_hex(object, "mapping", SPAN_ARRAY(mapping));
    json_put_integer(object, "rows", rows);
    finish_and_state(rehearsal, object, &rehearsal->officers[EXPORTER], NULL);
    buf_done(&csv);
}

static void state_case(struct rehearsal *rehearsal, json_t *object,
                       const struct note_signer *signer)
{
    const struct note_signer *signers[] = {signer};
    struct waiting_answer wait = {.lock = PTHREAD_MUTEX_INITIALIZER,
                                  .wake = PTHREAD_COND_INITIALIZER};
    struct buf words, note;
    buf_init(&words, NOTE_BYTES_MAX);
    buf_init(&note, NOTE_BYTES_MAX);
    statement_end(object, &words);
    statement_sign(buf_span(&words), signers, 1, &note);
    election_submit_case(rehearsal->election, &as_official, buf_span(&note), answered, &wait);
    await(&wait, NULL);
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
    json_t *value = parse(buf_text(&out));
    buf_done(&out);
    return value;
}

static json_t *begin_case(struct rehearsal *rehearsal, const char *kind, const uint8_t *answers)
{
    return statement_begin(kind, SPAN_LIT(ORIGIN), state_of(rehearsal)->definition->ctx0, answers);
}

/* The latest statement of case 1. */
static const uint8_t *latest(struct rehearsal *rehearsal)
{
    static uint8_t hash[HASH_BYTES];
    struct buf out;
    struct fail fail;
    buf_init(&out, 1 << 20);
    rehearsal_must(election_cases(rehearsal->election, &as_official, &out, &fail), &fail, "cases");
    json_t *cases = parse(buf_text(&out));
    json_t *first = json_array_get(json_object_get(cases, "cases"), 0);
    (void)!hex_read(json_span(json_object_get(first, "latest")), hash, HASH_BYTES);
    json_decref(cases);
    buf_done(&out);
    return hash;
}

static void let_in_first(struct rehearsal *rehearsal)
{
    json_t *member = report(rehearsal, "member", "000000");
    json_t *subjects = json_array();
    json_array_append(subjects, json_object_get(member, "pseudonym"));
    json_t *raised = begin_case(rehearsal, "variance", state_of(rehearsal)->snapshot_leaf);
    json_put_integer(raised, "case", 1);
    json_put(raised, "subjects", subjects);
    json_put(raised, "effect", parse("{\"do\":\"include\"}"));
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
    json_put_integer(evidence, "case", 1);
    json_put_string(evidence, "evidence", SPAN_LIT("bank-line"));
    json_put(evidence, "file", item);
    state_case(rehearsal, evidence, &rehearsal->officers[SECRETARY]);

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
        json_t *list = report(rehearsal, "exclusions", "");
        if (json_array_size(list) == 0) {
            json_decref(list);
            return;
        }
        json_t *object = begin_case(rehearsal, "exclusions", state_of(rehearsal)->snapshot_leaf);
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
        seed_of("credential", i, seed);
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
    rehearsal_must(custody_leaves(rehearsal->election->custody, state_of(rehearsal), &lines, &fail),
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
        merkle_leaf(buf_span(&leaf), &hash);
        randombytes_buf(salt, sizeof salt);
        size_t before = bindings->len;
        annex_print_binding(hash.bytes, fresh[at].key, 0, ROLL_CHANNEL_EMAIL, salt, bindings);
        buf_add(list, SPAN_ARRAY(fresh[at].key));
        buf_add_u16le(list, 0);
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
    unsigned count = (unsigned)state_of(rehearsal)->roll_size;
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
    json_t *object = begin(rehearsal, KIND_ISSUE, state_of(rehearsal)->roll_leaf);
    json_t *ref = json_object();
    json_put_hex(ref, "sha256", SPAN_ARRAY(hash));
    json_put_integer(ref, "size", (int64_t)list.len);
    json_put_integer(object, "roll", 1);
    json_put_integer(object, "count", count);
    json_put(object, "list", ref);
    json_put_hex(object, "root", SPAN_ARRAY(root.bytes));
    finish_and_state(rehearsal, object, &rehearsal->registrar, NULL);
    rehearsal->credentials = calloc(count, sizeof *rehearsal->credentials);
    for (unsigned i = 0; i < count; i++)
        memcpy(rehearsal->credentials[i], fresh[i].secret, ED25519_SECRET_BYTES);
    buf_done(&list);
    buf_done(&bindings);
    free(fresh);
}
