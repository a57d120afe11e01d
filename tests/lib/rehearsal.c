#include "rehearsal.h"

#include "base/code.h"
#include "crypto/hash.h"
#include "labels.h"
#include "roll.h"
#include "roll/annex.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

void rehearsal_must(enum outcome outcome, const struct fail *fail, const char *what)
{
    if (outcome == OK)
        return;
    fprintf(stderr, "%s: %s (%s)\n", what, fail->text, fail->code);
    exit(1);
}

/* -- stating ---------------------------------------------------------------------------------- */

void rehearsal_answered(void *ctx, const struct submission *submission)
{
    struct rehearsal_wait *wait = ctx;
    pthread_mutex_lock(&wait->lock);
    wait->result = submission->result;
    wait->fail = submission->fail;
    wait->over = true;
    pthread_cond_signal(&wait->wake);
    pthread_mutex_unlock(&wait->lock);
}

void rehearsal_await(struct rehearsal_wait *wait, struct fail *refused)
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
    struct rehearsal_wait wait = {.lock = PTHREAD_MUTEX_INITIALIZER,
                                  .wake = PTHREAD_COND_INITIALIZER};
    election_submit(rehearsal->election, note, rehearsal_answered, &wait);
    rehearsal_await(&wait, refused);
    if (rehearsal->options.stated)
        rehearsal->options.stated(rehearsal);
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

void rehearsal_finish(struct rehearsal *rehearsal, json_t *object, const struct note_signer *first,
                      const struct note_signer *second)
{
    const struct note_signer *signers[] = {first, second};
    struct buf text;
    buf_init(&text, NOTE_BYTES_MAX);
    statement_end(object, &text);
    rehearsal_state(rehearsal, buf_span(&text), signers, second ? 2 : 1, NULL);
    buf_done(&text);
}

/* -- the people ------------------------------------------------------------------------------- */

void rehearsal_seed(const char *who, unsigned number, uint8_t out[static KEY_BYTES])
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
    rehearsal_seed(who, number, seed);
    ed25519_pair(seed, key, secret);
    out->secret = secret;
    rehearsal_must(definition_key(REHEARSAL_ORIGIN, suffix, id, key, &out->key, &fail), &fail, who);
}

static const char *const officer_ids[] = {"returning", "secretary", "exporter",  "scrutineer",
                                          "deputy",    "panel",     "candidate", "assistant"};

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
        rehearsal_seed("seal", i, wide);
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
    rehearsal_must(election_create(&how, SPAN_LIT(REHEARSAL_ORIGIN), true, &fail), &fail, "create");
    rehearsal_resume(rehearsal);
}

void rehearsal_pause(struct rehearsal *rehearsal)
{
    election_close(rehearsal->election);
    rehearsal->election = NULL;
}

void rehearsal_resume(struct rehearsal *rehearsal)
{
    const struct election_options how = {.folder = rehearsal->options.folder,
                                         .passphrase = SPAN_LIT("rehearsal"),
                                         .vfs = rehearsal->options.vfs,
                                         .unsafe_no_sync = rehearsal->options.unsafe_no_sync};
    struct fail fail = {0};
    rehearsal_must(election_open(&how, &rehearsal->election, &fail), &fail, "open");
}

void rehearsal_end(struct rehearsal *rehearsal)
{
    election_close(rehearsal->election);
    for (unsigned i = 1; i <= rehearsal->options.trustees; i++)
        ceremony_secret_free(rehearsal->trustees[i].secret);
    free(rehearsal->credentials);
    free(rehearsal->holders);
}

/* -- definition ------------------------------------------------------------------------------- */

json_t *rehearsal_text(const char *en)
{
    json_t *object = json_object();
    json_put_string(object, "en", span_str(en));
    json_put_string(object, "cy", SPAN_LIT(""));
    return object;
}

json_t *rehearsal_parse(const char *json)
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
    unsigned count = rehearsal->options.branch ? ASSISTANT : REHEARSAL_OFFICERS_PLAIN;
    for (unsigned i = 0; i < count; i++) {
        json_t *item = json_object();
        json_t *roles = i == CANDIDATE ? json_pack("[s,s]", "secretary", "barred")
                                       : json_pack("[s]", officer_ids[i]);
        json_put_string(item, "id", span_str(officer_ids[i]));
        json_put_string(item, "name", SPAN_LIT("Officer"));
        json_put(item, "roles", roles);
        json_put_hex(item, "key", SPAN_ARRAY(rehearsal->officers[i].key.key));
        json_array_append_new(list, item);
    }
    return list;
}

enum { BRANCH_STYLES = 3 };
static const char *const branch_styles[BRANCH_STYLES] = {"delegates", "affiliates", "all"};

unsigned rehearsal_styles(const struct rehearsal *rehearsal)
{
    if (rehearsal->options.branch)
        return BRANCH_STYLES;
    return rehearsal->options.units > 1 ? rehearsal->options.units : 1;
}

const char *rehearsal_style(const struct rehearsal *rehearsal, unsigned style)
{
    static char id[12];
    if (rehearsal->options.branch)
        return branch_styles[style];
    snprintf(id, sizeof id, "u%u", style);
    return rehearsal_styles(rehearsal) > 1 ? id : "all";
}

static json_t *styles_json(const struct rehearsal *rehearsal)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < rehearsal_styles(rehearsal); i++) {
        const char *id = rehearsal_style(rehearsal, i);
        json_t *test = rehearsal_styles(rehearsal) > 1
                           ? json_pack("{s:[s,s]}", "equal", "branch", id)
                           : json_pack("{s:b}", "always", 1);
        json_array_append_new(list, json_pack("{s:s,s:{s:s,s:s},s:s,s:i,s:s,s:o}", "id", id,
                                              "title", "en", "A style", "cy", "", "unit", id,
                                              "votes", 1, "votes_field", "", "test", test));
    }
    return list;
}

static json_t *units_json(const struct rehearsal *rehearsal)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < rehearsal_styles(rehearsal); i++) {
        json_t *unit = json_pack("{s:s,s:{s:s,s:s}}", "id", rehearsal_style(rehearsal, i), "title",
                                 "en", "A unit", "cy", "");
        bool last = i + 1 == rehearsal_styles(rehearsal);
        json_put_string(unit, "merge", span_str(last ? "" : rehearsal_style(rehearsal, i + 1)));
        json_array_append_new(list, unit);
    }
    return list;
}

/* From the timetable to the styles. */
static void define_plain(const struct rehearsal *rehearsal, json_t *object)
{
    json_put(
        object, "timetable",
        rehearsal_parse("{\"announced_at\":1,\"inspection_opens_at\":2,\"inspection_closes_at\":3,"
                        "\"opens_at\":4,\"closes_at\":5,\"non_working\":[\"2026-12-25\"],"
                        "\"decide_within\":3,\"appeal_within\":3,\"reply_within\":10,"
                        "\"cooling_hours\":24}"));
    json_put_string(object, "retention_until", SPAN_LIT("2030-01-01"));
    json_put(object, "sources",
             rehearsal_parse("[{\"id\":\"members\",\"title\":{\"en\":\"Membership\",\"cy\":\"\"},"
                             "\"numbers\":\"members\",\"lists\":true,\"stale_after\":0}]"));
    json_put(object, "fields", json_array());
    json_put(object, "rules",
             rehearsal_parse("[{\"code\":\"LIVE\",\"text\":{\"en\":\"Is a member\",\"cy\":\"\"},"
                             "\"test\":{\"equal\":[\"status\",\"active\"]}}]"));
    json_put(object, "styles", styles_json(rehearsal));
}

void rehearsal_define(struct rehearsal *rehearsal)
{
    const struct election *election = rehearsal->election;
    json_t *object = statement_begin(KIND_ELECTION, SPAN_LIT(REHEARSAL_ORIGIN), NULL, NULL);
    json_put_integer(object, "version", 1);
    json_put(object, "title", rehearsal_text("A rehearsal"));
    json_put_bool(object, "rehearsal", true);
    if (rehearsal->options.define)
        rehearsal->options.define(object);
    else if (rehearsal->options.branch)
        rehearsal_branch_define(object);
    else
        define_plain(rehearsal, object);
    json_put(object, "units", units_json(rehearsal));
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
    rehearsal_finish(rehearsal, object, &rehearsal->officers[RETURNING], NULL);
}

const struct state *rehearsal_state_of(const struct rehearsal *rehearsal)
{
    return rehearsal->election->state;
}

json_t *rehearsal_statement(const struct rehearsal *rehearsal, const char *kind,
                            const uint8_t *answers)
{
    return statement_begin(kind, SPAN_LIT(REHEARSAL_ORIGIN),
                           state_context(rehearsal_state_of(rehearsal), span_str(kind)), answers);
}

/* -- ceremony --------------------------------------------------------------------------------- */

static struct ceremony ceremony_of(const struct rehearsal *rehearsal)
{
    return (struct ceremony){rehearsal_state_of(rehearsal)->definition->ctx0, 1,
                             rehearsal->options.threshold};
}

static json_t *begin_trustee(const struct rehearsal *rehearsal, const char *kind, unsigned index,
                             const uint8_t *answers)
{
    json_t *object = rehearsal_statement(rehearsal, kind, answers);
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
    json_t *object = begin_trustee(rehearsal, KIND_TRUSTEE_COMMIT, index,
                                   rehearsal_state_of(rehearsal)->definition_leaf);
    ceremony_commit(&ceremony, index, trustee->commitments, hash);
    json_put_hex(object, "coefficients", SPAN_ARRAY(hash));
    ceremony_commit_lots(&ceremony, index, trustee->secret->lots, hash);
    json_put_hex(object, "lots", SPAN_ARRAY(hash));
    rehearsal_finish(rehearsal, object, &trustee->signer, NULL);
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
    json_t *object =
        begin_trustee(rehearsal, KIND_TRUSTEE_COEFFICIENTS, index,
                      rehearsal_state_of(rehearsal)->ceremony.dealings[index].commit_leaf);
    json_put(object, "commitments", points);
    json_put(object, "proofs", texts);
    rehearsal_finish(rehearsal, object, &trustee->signer, NULL);
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
    json_t *object =
        begin_trustee(rehearsal, KIND_TRUSTEE_SHARES, from,
                      rehearsal_state_of(rehearsal)->ceremony.dealings[from].reveal_leaf);
    json_put_hex(object, "ephemeral", point_span(&channel.ephemeral));
    json_put(object, "shares", list);
    rehearsal_finish(rehearsal, object, &trustee->signer, NULL);
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
    if (!state_key(rehearsal_state_of(rehearsal), transcript, &key))
        exit(1);
    json_t *object =
        begin_trustee(rehearsal, KIND_TRUSTEE_ACCEPT, index,
                      rehearsal_state_of(rehearsal)->ceremony.dealings[index].deal_leaf);
    json_put_hex(object, "transcript", SPAN_ARRAY(transcript));
    json_put_hex(object, "public", point_span(&key));
    rehearsal_finish(rehearsal, object, &trustee->signer, NULL);
}

void rehearsal_ceremony(struct rehearsal *rehearsal)
{
    void (*const stages[])(struct rehearsal *, unsigned) = {commit, reveal, deal, accept_key};
    for (size_t stage = 0; stage < 4; stage++)
        for (unsigned i = 1; i <= rehearsal->options.trustees; i++)
            stages[stage](rehearsal, i);
}
