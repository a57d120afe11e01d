/* The key ceremony once more, with the secrets of the rehearsal's trustees. */
#include "forge.h"

#include "base/code.h"

#include <stdlib.h>

static void append_hex(json_t *list, struct span bytes)
{
    char hex[2 * 128 + 1];
    hex_print(bytes, hex);
    json_array_append_new(list, json_string(hex));
}

static void make_commit(struct forge *forge, const struct ceremony *ceremony, unsigned index,
                        json_t *object)
{
    const struct rehearsal_trustee *trustee = &forge->rehearsal->trustees[index];
    uint8_t hash[HASH_BYTES];
    ceremony_commit(ceremony, index, trustee->commitments, hash);
    json_put_hex(object, "coefficients", SPAN_ARRAY(hash));
    ceremony_commit_lots(ceremony, index, trustee->secret->lots, hash);
    json_put_hex(object, "lots", SPAN_ARRAY(hash));
}

static void make_coefficients(struct forge *forge, const struct ceremony *ceremony, unsigned index,
                              json_t *object)
{
    const struct rehearsal_trustee *trustee = &forge->rehearsal->trustees[index];
    struct knowledge proofs[LIMIT_TRUSTEES];
    json_t *points = json_array(), *texts = json_array();
    ceremony_prove(ceremony, index, trustee->secret, trustee->commitments, proofs);
    for (unsigned l = 0; l < ceremony->k; l++) {
        append_hex(points, point_span(&trustee->commitments[l]));
        append_hex(texts, span_of(&proofs[l], sizeof proofs[l]));
    }
    json_put(object, "commitments", points);
    json_put(object, "proofs", texts);
}

static void make_shares(struct forge *forge, const struct ceremony *ceremony, unsigned from,
                        json_t *object)
{
    const struct rehearsal_trustee *trustee = &forge->rehearsal->trustees[from];
    json_t *list = json_array();
    struct ceremony_channel channel = {.ceremony = ceremony, .from = from};
    channel.ephemeral = point_mul_base(&trustee->ephemeral);
    for (unsigned to = 1; to <= forge->rehearsal->options.trustees; to++) {
        uint8_t share[SCALAR_BYTES];
        if (to == from)
            continue;
        channel.to = to;
        channel.seal = forge->rehearsal->trustees[to].seal_key;
        ceremony_seal(&channel, &trustee->ephemeral, trustee->secret, share);
        json_t *item = json_object();
        json_put_integer(item, "to", to);
        json_put_hex(item, "share", SPAN_ARRAY(share));
        json_array_append_new(list, item);
    }
    json_put_hex(object, "ephemeral", point_span(&channel.ephemeral));
    json_put(object, "shares", list);
}

static void make_accept(struct forge *forge, json_t *object)
{
    uint8_t transcript[HASH_BYTES];
    struct point key;
    if (!state_key(forge->state, transcript, &key))
        exit(1);
    json_put_hex(object, "transcript", SPAN_ARRAY(transcript));
    json_put_hex(object, "public", point_span(&key));
}

void forge_make_ceremony(struct forge *forge, struct forge_entry *entry, const char *kind)
{
    struct ceremony ceremony = {forge->state->definition->ctx0, forge->state->ceremony.attempt,
                                forge->rehearsal->options.threshold};
    unsigned index = (unsigned)json_integer_value(json_object_get(entry->object, "trustee"));
    if (strcmp(kind, KIND_TRUSTEE_COMMIT) == 0)
        make_commit(forge, &ceremony, index, entry->object);
    else if (strcmp(kind, KIND_TRUSTEE_COEFFICIENTS) == 0)
        make_coefficients(forge, &ceremony, index, entry->object);
    else if (strcmp(kind, KIND_TRUSTEE_SHARES) == 0)
        make_shares(forge, &ceremony, index, entry->object);
    else if (strcmp(kind, KIND_TRUSTEE_ACCEPT) == 0)
        make_accept(forge, entry->object);
}
