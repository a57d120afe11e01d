/* Cases and later versions of a rehearsal's roll. */
#include "rehearsal.h"

#include "base/clock.h"
#include "base/code.h"
#include "crypto/hash.h"
#include "election/custody_inside.h"
#include "labels.h"
#include "roll.h"
#include "roll/annex.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

static const struct request as_official = {.asker = ASKER_OFFICER, .roles = OFFICER_RETURNING};
static const struct request as_registrar = {.asker = ASKER_REGISTRAR};

/* -- stating ---------------------------------------------------------------------------------- */

void rehearsal_state_note(struct rehearsal *rehearsal, json_t *object,
                          const struct note_signer *signer, uint8_t out_leaf[static HASH_BYTES])
{
    const struct note_signer *signers[] = {signer};
    struct rehearsal_wait wait = {.lock = PTHREAD_MUTEX_INITIALIZER,
                                  .wake = PTHREAD_COND_INITIALIZER};
    struct buf words, note;
    struct merkle_hash leaf;
    buf_init(&words, NOTE_BYTES_MAX);
    buf_init(&note, NOTE_BYTES_MAX);
    statement_end(object, &words);
    statement_sign(buf_span(&words), signers, 1, &note);
    election_submit_case(rehearsal->election, &as_official, buf_span(&note), rehearsal_answered,
                         &wait);
    rehearsal_await(&wait, NULL);
    merkle_leaf(buf_span(&note), &leaf);
    memcpy(out_leaf, leaf.bytes, HASH_BYTES);
    buf_done(&words);
    buf_done(&note);
}

void rehearsal_state_case(struct rehearsal *rehearsal, json_t *object,
                          const struct note_signer *signer)
{
    uint8_t leaf[HASH_BYTES];
    rehearsal_state_note(rehearsal, object, signer, leaf);
}

json_t *rehearsal_report(struct rehearsal *rehearsal, const char *what, const char *member)
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

/* The latest statement of a case. */
static const uint8_t *latest(struct rehearsal *rehearsal, unsigned number)
{
    static uint8_t hash[HASH_BYTES];
    struct buf out;
    struct fail fail;
    buf_init(&out, 1 << 20);
    rehearsal_must(election_cases(rehearsal->election, &as_official, &out, &fail), &fail, "cases");
    json_t *cases = rehearsal_parse(buf_text(&out));
    json_t *first = json_array_get(json_object_get(cases, "cases"), number - 1);
    (void)!hex_read(json_span(json_object_get(first, "latest")), hash, HASH_BYTES);
    json_decref(cases);
    buf_done(&out);
    return hash;
}

/* -- a case ----------------------------------------------------------------------------------- */

static json_t *step(struct rehearsal *rehearsal, const char *kind, unsigned number)
{
    json_t *object = begin_case(rehearsal, kind, latest(rehearsal, number));
    json_put_integer(object, "case", number);
    return object;
}

static json_t *pseudonym_of(struct rehearsal *rehearsal, const char *member_no)
{
    char hex[2 * ROLL_MEMBER_NO_BYTES_MAX + 1];
    hex_print(span_str(member_no), hex);
    json_t *answer = rehearsal_report(rehearsal, "member", hex);
    json_t *pseudonym =
        json_incref(json_object_get(json_object_get(answer, "member"), "pseudonym"));
    json_decref(answer);
    return pseudonym;
}

static void raise(struct rehearsal *rehearsal, unsigned number, const char *member_no)
{
    json_t *subjects = json_array();
    json_array_append_new(subjects, pseudonym_of(rehearsal, member_no));
    json_t *object =
        begin_case(rehearsal, "variance", rehearsal_state_of(rehearsal)->snapshot_leaf);
    json_put_integer(object, "case", number);
    json_put_string(object, "by", SPAN_LIT("officer"));
    json_put(object, "subjects", subjects);
    json_put(object, "effect", rehearsal_parse("{\"do\":\"review\"}"));
    json_put_string(object, "reason", SPAN_LIT("wrong-status"));
    json_put_string(object, "text", SPAN_LIT("This is not as it should be."));
    rehearsal_state_case(rehearsal, object, &rehearsal->officers[SECRETARY]);
}

static void give_evidence(struct rehearsal *rehearsal, unsigned number)
{
    char text[64];
    uint8_t commitment[HASH_BYTES], hash[HASH_BYTES];
    int len = snprintf(text, sizeof text, "12 March: standing order, case %u\n", number);
    struct span file = span_of(text, (size_t)len);
    rehearsal_put_private(rehearsal, LABEL_EVIDENCE, file, commitment);
    sha256(file, hash);
    json_t *evidence = step(rehearsal, "evidence", number);
    json_t *item = json_object();
    json_put_hex(item, "sha256", SPAN_ARRAY(hash));
    json_put_hex(item, "commitment", SPAN_ARRAY(commitment));
    json_put_integer(item, "size", (int64_t)file.len);
    json_put_string(item, "type", SPAN_LIT("text"));
    json_put_string(evidence, "evidence", SPAN_LIT("bank-line"));
    json_put(evidence, "file", item);
    rehearsal_state_case(rehearsal, evidence, &rehearsal->officers[SECRETARY]);
}

static void propose(struct rehearsal *rehearsal, unsigned number, const char *effect)
{
    json_t *object = step(rehearsal, "proposal", number);
    json_put(object, "effect", rehearsal_parse(effect));
    json_put_string(object, "rule", SPAN_LIT("LIVE"));
    json_put_string(object, "text", SPAN_LIT("This should be done."));
    rehearsal_state_case(rehearsal, object, &rehearsal->officers[SECRETARY]);
}

/* Three weeks later the time to reply is over, whatever day it is. */
static void notify(struct rehearsal *rehearsal, unsigned number)
{
    json_t *object = step(rehearsal, "notification", number);
    json_put_string(object, "sent_by", SPAN_LIT("email"));
    json_put_string(object, "text", SPAN_LIT("You can reply."));
    rehearsal_state_case(rehearsal, object, &rehearsal->officers[SECRETARY]);
    clock_shift((int64_t)15 * 86400);
}

static void decide(struct rehearsal *rehearsal, unsigned number, bool upheld)
{
    json_t *object = step(rehearsal, "decision", number);
    json_put_string(object, "outcome", span_str(upheld ? "upheld" : "refused"));
    json_put_string(object, "reasons", SPAN_LIT("The bank statement shows it."));
    json_put_string(object, "conflict", SPAN_LIT("none"));
    rehearsal_state_case(rehearsal, object, &rehearsal->officers[RETURNING]);
    if (!upheld || rehearsal_state_of(rehearsal)->roll == 0)
        return;
    json_t *second = step(rehearsal, "countersignature", number);
    json_put_string(second, "as", SPAN_LIT("officer"));
    json_put_string(second, "text", SPAN_LIT("Seen and agreed."));
    rehearsal_state_case(rehearsal, second, &rehearsal->officers[DEPUTY]);
}

unsigned rehearsal_case(struct rehearsal *rehearsal, const char *member_no, const char *effect,
                        bool upheld)
{
    json_t *report = rehearsal_report(rehearsal, "report", "");
    unsigned number = (unsigned)json_integer_value(json_object_get(report, "next_case"));
    json_decref(report);
    raise(rehearsal, number, member_no);
    rehearsal_pursue(rehearsal, number, effect, upheld);
    return number;
}

void rehearsal_pursue(struct rehearsal *rehearsal, unsigned number, const char *effect, bool upheld)
{
    give_evidence(rehearsal, number);
    propose(rehearsal, number, effect);
    if (strstr(effect, "exclude") || strstr(effect, "merge"))
        notify(rehearsal, number);
    decide(rehearsal, number, upheld);
}

/* -- versions --------------------------------------------------------------------------------- */

void rehearsal_version(struct rehearsal *rehearsal)
{
    rehearsal_sign_draft(rehearsal, KIND_ROLL, true);
    if (!rehearsal_state_of(rehearsal)->issued)
        rehearsal_issue(rehearsal);
}

unsigned rehearsal_credential_of(struct rehearsal *rehearsal, const char *member_no)
{
    struct custody *custody = rehearsal->election->custody;
    struct version_leaves leaves;
    char start[32 + ROLL_MEMBER_NO_BYTES_MAX];
    struct fail fail;
    unsigned found = rehearsal->credential_count;
    snprintf(start, sizeof start, "{\"member_no\":\"%s\"", member_no);
    rehearsal_must(custody_read_leaves(custody, &leaves, &fail), &fail, "leaves");
    for (unsigned i = 0; i < rehearsal->credential_count; i++) {
        const struct leaf_record *leaf =
            custody_leaf_of(custody, &leaves.list, rehearsal->credentials[i] + KEY_BYTES);
        if (leaf && span_starts(leaf->record, span_str(start)))
            found = i;
    }
    custody_leaves_done(&leaves);
    if (found == rehearsal->credential_count)
        exit(1);
    return found;
}

void rehearsal_cast_one(struct rehearsal *rehearsal, unsigned number)
{
    struct buf note;
    buf_init(&note, LIMIT_ENTRY_BYTES);
    rehearsal_ballot(rehearsal, number, &note);
    rehearsal_submit(rehearsal, buf_span(&note), NULL);
    buf_done(&note);
}

/* -- reissue ---------------------------------------------------------------------------------- */

static void order(struct rehearsal *rehearsal, const struct credential *old, bool tendered)
{
    json_t *object = rehearsal_statement(rehearsal, KIND_REISSUE_ORDER, old->made_by);
    json_put_hex(object, "credential", SPAN_ARRAY(old->key));
    json_put_bool(object, "tendered", tendered);
    json_put_string(object, "reason", SPAN_LIT("The letter never came."));
    rehearsal_finish(rehearsal, object, &rehearsal->officers[RETURNING],
                     &rehearsal->officers[SECRETARY]);
}

static void bind_fresh(struct rehearsal *rehearsal, const struct credential *old,
                       const uint8_t *key, struct merkle_hash *out_root)
{
    static const uint8_t salt[SALT_BYTES] = {7};
    uint8_t leaf[HASH_BYTES];
    struct buf binding;
    struct fail fail;
    rehearsal_leaf_of(rehearsal, old->key, leaf);
    buf_init(&binding, ISSUE_BINDING_BYTES);
    annex_print_binding(leaf, key, old->style, ROLL_CHANNEL_EMAIL, salt, &binding);
    merkle_leaf(buf_span(&binding), out_root);
    rehearsal_must(
        election_put_bindings(rehearsal->election, &as_registrar, buf_span(&binding), &fail), &fail,
        "binding");
    buf_done(&binding);
}

unsigned rehearsal_reissue(struct rehearsal *rehearsal, unsigned number, bool tendered)
{
    const struct state *state = rehearsal_state_of(rehearsal);
    uint8_t seed[KEY_BYTES], key[KEY_BYTES], secret[ED25519_SECRET_BYTES];
    struct merkle_hash root;
    const struct credential old =
        *electorate_find(&state->electorate, rehearsal->credentials[number] + KEY_BYTES);
    order(rehearsal, &old, tendered);
    rehearsal_seed("fresh", rehearsal->credential_count, seed);
    ed25519_pair(seed, key, secret);
    bind_fresh(rehearsal, &old, key, &root);
    json_t *object = rehearsal_statement(rehearsal, KIND_REISSUE, state->reissue_order_leaf);
    json_put_hex(object, "old", SPAN_ARRAY(old.key));
    json_put_hex(object, "new", SPAN_ARRAY(key));
    json_put_string(object, "style", span_str(rehearsal_style(rehearsal, old.style)));
    json_put_string(object, "standing",
                    span_str(standing_name(tendered ? CREDENTIAL_TENDERED : old.standing)));
    json_put_hex(object, "binding", SPAN_ARRAY(root.bytes));
    rehearsal_finish(rehearsal, object, &rehearsal->registrar, NULL);
    return rehearsal_add_credential(rehearsal, secret, rehearsal->holders[number]);
}
