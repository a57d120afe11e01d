/* Who signs what in a forgery, and with which key. */
#include "base/code.h"
#include "base/tar.h"
#include "crypto/hash.h"
#include "forge.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

const uint8_t *forge_credential(struct forge *forge, unsigned number)
{
    uint8_t seed[KEY_BYTES], key[KEY_BYTES];
    char text[32];
    int len = snprintf(text, sizeof text, "forged %u", number);
    sha256(span_of(text, (size_t)len), seed);
    if (!forge->secrets)
        forge->secrets = calloc(16, sizeof *forge->secrets); /* never moves */
    uint8_t *secret = forge->secrets[forge->secret_count++];
    ed25519_pair(seed, key, secret);
    return secret + KEY_BYTES;
}

static const uint8_t *credential_secret(const struct forge *forge, const uint8_t *key)
{
    const struct rehearsal *rehearsal = forge->rehearsal;
    for (size_t i = 0; i < forge->secret_count; i++)
        if (memcmp(forge->secrets[i] + KEY_BYTES, key, KEY_BYTES) == 0)
            return forge->secrets[i];
    for (size_t i = 0; i < rehearsal->credential_count; i++)
        if (memcmp(rehearsal->credentials[i] + KEY_BYTES, key, KEY_BYTES) == 0)
            return rehearsal->credentials[i];
    return NULL;
}

static struct note_signer credential_signer(struct forge *forge, const json_t *object)
{
    uint8_t key[KEY_BYTES];
    struct note_signer signer = {0};
    struct fail fail;
    if (hex_read(json_span(json_object_get(object, "credential")), key, sizeof key))
        signer.secret = credential_secret(forge, key);
    if (!signer.secret)
        forge_give_up("no key of", "a credential");
    rehearsal_must(definition_key(forge->rehearsal->election->origin, NAME_CREDENTIAL, "", key,
                                  &signer.key, &fail),
                   &fail, "credential");
    return signer;
}

struct note_signer forge_signer(struct forge *forge, const char *suffix, const json_t *object)
{
    struct rehearsal *rehearsal = forge->rehearsal;
    size_t origin = strlen(rehearsal->election->origin);
    if (strcmp(suffix, NAME_CREDENTIAL) == 0)
        return credential_signer(forge, object);
    if (strcmp(suffix, NAME_AUTHORITY) == 0)
        return rehearsal->election->authority;
    if (strcmp(suffix, NAME_REGISTRAR) == 0)
        return rehearsal->registrar;
    for (unsigned i = 0; i < REHEARSAL_OFFICERS; i++)
        if (strcmp(rehearsal->officers[i].key.name + origin, suffix) == 0)
            return rehearsal->officers[i];
    for (unsigned i = 1; i <= rehearsal->options.trustees; i++)
        if (strcmp(rehearsal->trustees[i].signer.key.name + origin, suffix) == 0)
            return rehearsal->trustees[i].signer;
    forge_give_up("no key of", suffix);
    return (struct note_signer){0};
}

void forge_sign(struct forge *forge, struct forge_entry *entry)
{
    struct note_signer signers[FORGE_SIGNERS];
    const struct note_signer *pointers[FORGE_SIGNERS];
    struct buf text;
    for (unsigned i = 0; i < entry->signer_count; i++) {
        signers[i] = forge_signer(forge, entry->signers[i], entry->object);
        pointers[i] = &signers[i];
    }
    buf_init(&text, NOTE_BYTES_MAX);
    json_print(entry->object, &text);
    buf_add_byte(&text, '\n');
    buf_clear(&entry->note);
    statement_sign(buf_span(&text), pointers, entry->signer_count, &entry->note);
    buf_done(&text);
}
