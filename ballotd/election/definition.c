#include "election/definition_roll.h"

#include "base/clock.h"
#include "crypto/context.h"
#include "log/policy.h"
#include "roll/rules.h"

#include <assert.h>
#include <stdlib.h>

enum outcome definition_bad(struct fail *fail, const char *member, const char *what)
{
    return fail_set(fail, BAD_INPUT, "definition.malformed", "definition, \"%s\": %s", member,
                    what);
}

/* -- small texts ------------------------------------------------------------------------------ */

bool id_copy(struct span text, char out_id[static LIMIT_ID_BYTES + 1])
{
    if (text.len == 0 || text.len > LIMIT_ID_BYTES)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    memcpy(out_id, text.ptr, text.len);
    out_id[text.len] = '\0';
    return true;
}

bool name_copy(struct span text, char out_name[static LIMIT_NAME_BYTES + 1])
{
    if (text.len == 0 || text.len > LIMIT_NAME_BYTES)
        return false;
    memcpy(out_name, text.ptr, text.len);
    out_name[text.len] = '\0';
    return true;
}

static bool is_alphanumeric(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool origin_is_valid(struct span origin)
{
    if (origin.len == 0 || origin.len > LIMIT_ORIGIN_BYTES)
        return false;
    for (size_t i = 0; i < origin.len; i++) {
        uint8_t c = origin.ptr[i];
        if (!is_alphanumeric(c) && c != '.' && c != '-' && c != '/')
            return false;
        if (c == '/' && i > 0 && origin.ptr[i - 1] == '/')
            return false;
    }
    return is_alphanumeric(origin.ptr[0]) && is_alphanumeric(origin.ptr[origin.len - 1]);
}

enum outcome text_check(const json_t *text, const char *what, struct fail *fail)
{
    struct json_take take = json_take_from(text, what, fail);
    struct span en = json_take_string(&take, "en");
    struct span cy = json_take_string(&take, "cy");
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK && (en.len == 0 || en.len > LIMIT_TEXT_BYTES || cy.len > LIMIT_TEXT_BYTES))
        return definition_bad(fail, what, "the English text is empty, or a text is too long");
    return outcome;
}

enum outcome definition_key(const char *origin, const char *suffix, const char *id,
                            const uint8_t key[static KEY_BYTES], struct note_key *out_key,
                            struct fail *fail)
{
    char name[NOTE_NAME_MAX + 1];
    int len = snprintf(name, sizeof name, "%s%s%s", origin, suffix, id);
    assert(len > 0 && (size_t)len < sizeof name);
    return note_key_make(span_str(name), NOTE_ED25519, key, out_key, fail);
}

/* -- parts ------------------------------------------------------------------------------------ */

static enum outcome read_trustees(const json_t *list, struct definition *out, struct fail *fail)
{
    size_t count = json_array_size(list);
    if (count == 0 || count > LIMIT_TRUSTEES || out->threshold > count)
        return definition_bad(fail, "trustees",
                              "1 to 32 trustees, and a threshold not above their number");
    for (size_t i = 0; i < count; i++) {
        struct trustee *trustee = &out->trustees[i];
        struct json_take take = json_take_from(json_array_get(list, i), "trustee", fail);
        trustee->index = (unsigned)json_take_integer(&take, "index", 1, LIMIT_TRUSTEES);
        struct span name = json_take_string(&take, "name");
        json_take_hex(&take, "sign", trustee->sign, KEY_BYTES);
        json_take_hex(&take, "seal", trustee->seal.bytes, POINT_BYTES);
        enum outcome outcome = json_take_end(&take);
        if (outcome != OK)
            return outcome;
        if (trustee->index != i + 1 || !name_copy(name, trustee->name))
            return definition_bad(fail, "trustees",
                                  "indices must count up from 1, names not be empty");
        if (!point_is_proper(&trustee->seal))
            return definition_bad(fail, "seal", "not a proper point");
        out->trustee_count++;
    }
    return OK;
}

static enum outcome read_authority(const json_t *object, struct definition *out, struct fail *fail)
{
    struct json_take take = json_take_from(object, "authority", fail);
    json_take_hex(&take, "log", out->log_key, KEY_BYTES);
    json_take_hex(&take, "statements", out->authority_key, KEY_BYTES);
    json_take_hex(&take, "registrar", out->registrar_key, KEY_BYTES);
    return json_take_end(&take);
}

enum outcome officer_read_roles(const json_t *list, unsigned *out_roles, struct fail *fail)
{
    static const char *const names[] = {ROLE_RETURNING,  ROLE_SECRETARY, ROLE_DEPUTY, ROLE_EXPORTER,
                                        ROLE_SCRUTINEER, ROLE_PANEL,     ROLE_BARRED};
    unsigned roles = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        unsigned role = 0;
        struct span name = json_span(json_array_get(list, i));
        for (unsigned r = 0; r < sizeof names / sizeof *names; r++)
            if (span_is(name, names[r]))
                role = 1u << r;
        if (role == 0 || (roles & role))
            return definition_bad(fail, "roles", "a role is unknown or named twice");
        roles |= role;
    }
    *out_roles = roles;
    return OK;
}

static enum outcome read_officer(const json_t *object, struct definition *out, struct fail *fail)
{
    struct officer *officer = &out->officers[out->officer_count];
    struct json_take take = json_take_from(object, "officer", fail);
    struct span id = json_take_string(&take, "id");
    struct span name = json_take_string(&take, "name");
    const json_t *roles = json_take_array(&take, "roles");
    json_take_hex(&take, "key", officer->key, KEY_BYTES);
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK)
        outcome = officer_read_roles(roles, &officer->roles, fail);
    if (outcome != OK)
        return outcome;
    if (officer->roles == 0 || !id_copy(id, officer->id) || !name_copy(name, officer->name))
        return definition_bad(fail, "officers",
                              "an officer needs an id, a name and at least one role");
    for (unsigned i = 0; i < out->officer_count; i++)
        if (span_is(id, out->officers[i].id))
            return definition_bad(fail, "officers", "an id is used twice");
    out->officer_count++;
    return OK;
}

static enum outcome read_officers(const json_t *list, struct definition *out, struct fail *fail)
{
    size_t count = json_array_size(list);
    if (count < 2 || count > LIMIT_OFFICERS)
        return definition_bad(fail, "officers",
                              "there must be 2 to 64: every decision takes two people");
    for (size_t i = 0; i < count; i++) {
        enum outcome outcome = read_officer(json_array_get(list, i), out, fail);
        if (outcome != OK)
            return outcome;
    }
    return OK;
}

/* Sound, and none twice: one key is one person. */
static enum outcome check_keys(const struct definition *d, struct fail *fail)
{
    const uint8_t *keys[3 + LIMIT_TRUSTEES + LIMIT_OFFICERS];
    size_t count = 0;
    keys[count++] = d->log_key;
    keys[count++] = d->authority_key;
    keys[count++] = d->registrar_key;
    for (unsigned i = 0; i < d->trustee_count; i++)
        keys[count++] = d->trustees[i].sign;
    for (unsigned i = 0; i < d->officer_count; i++)
        keys[count++] = d->officers[i].key;
    for (size_t i = 0; i < count; i++) {
        if (!ed25519_key_is_sound(keys[i]))
            return definition_bad(fail, "key",
                                  "not a sound Ed25519 key: nobody could sign with it");
        for (size_t j = 0; j < i; j++)
            if (memcmp(keys[i], keys[j], KEY_BYTES) == 0)
                return definition_bad(fail, "key",
                                      "one key appears twice; every person needs their own");
    }
    for (unsigned i = 0; i < d->trustee_count; i++)
        for (unsigned j = 0; j < i; j++)
            if (point_equal(&d->trustees[i].seal, &d->trustees[j].seal))
                return definition_bad(fail, "seal", "two trustees have one sealing key");
    return OK;
}

static void compute_ctx0(const struct statement *statement, struct definition *out)
{
    uint8_t keys[2 * LIMIT_TRUSTEES][KEY_BYTES];
    for (unsigned i = 0; i < out->trustee_count; i++) {
        memcpy(keys[2 * i], out->trustees[i].sign, KEY_BYTES);
        memcpy(keys[2 * i + 1], out->trustees[i].seal.bytes, KEY_BYTES);
    }
    context_definition(span_str(out->origin), statement->note.text,
                       (const uint8_t(*)[KEY_BYTES])keys, out->trustee_count, out->ctx0);
}

/* -- the whole -------------------------------------------------------------------------------- */

struct parts {
    const json_t *title, *timetable, *sources, *fields, *units, *trustees, *authority, *officers;
    struct span retention, witnesses;
};

static enum outcome take_parts(const struct statement *statement, struct definition *out,
                               struct parts *parts, struct fail *fail)
{
    struct json_take take = statement_take(statement, fail);
    json_take_integer(&take, "version", 1, 1);
    parts->title = json_take_object(&take, "title");
    out->rehearsal = json_take_bool(&take, "rehearsal");
    parts->timetable = json_take_object(&take, "timetable");
    parts->retention = json_take_string(&take, "retention_until");
    parts->sources = json_take_array(&take, "sources");
    parts->fields = json_take_array(&take, "fields");
    out->rules = json_take_array(&take, "rules");
    out->style_rules = json_take_array(&take, "styles");
    parts->units = json_take_array(&take, "units");
    out->floor = (unsigned)json_take_integer(&take, "floor", 0, 1000000);
    out->threshold = (unsigned)json_take_integer(&take, "threshold", 1, LIMIT_TRUSTEES);
    parts->trustees = json_take_array(&take, "trustees");
    parts->authority = json_take_object(&take, "authority");
    parts->officers = json_take_array(&take, "officers");
    parts->witnesses = json_take_string(&take, "witnesses");
    out->changing = json_take_bool(&take, "changing");
    return json_take_end(&take);
}

/* What cannot be read now could not be applied later, when the entry stands already. */
static enum outcome check_rules(const struct definition *definition, struct fail *fail)
{
    struct rules rules;
    enum outcome outcome =
        rules_read(definition->rules, definition->style_rules, &definition->sources, &rules, fail);
    if (outcome == OK)
        rules_done(&rules);
    return outcome;
}

static enum outcome check_witnesses(struct span text, struct fail *fail)
{
    struct policy *policy;
    if (text.len == 0)
        return OK;
    enum outcome outcome = policy_new(text, &policy, fail);
    if (outcome != OK)
        return fail_within(fail, "definition: witnesses");
    policy_free(policy);
    return OK;
}

static enum outcome read_parts(const struct parts *parts, struct definition *out, struct fail *fail)
{
    enum outcome outcome = text_check(parts->title, "title", fail);
    if (outcome == OK)
        outcome = definition_read_timetable(parts->timetable, out, fail);
    if (outcome == OK)
        outcome = sources_read(parts->sources, parts->fields, &out->sources, fail);
    if (outcome == OK)
        outcome = definition_read_units(parts->units, out, fail);
    if (outcome == OK)
        outcome = definition_read_styles(out->style_rules, out, fail);
    if (outcome == OK)
        outcome = read_trustees(parts->trustees, out, fail);
    if (outcome == OK)
        outcome = read_authority(parts->authority, out, fail);
    if (outcome == OK)
        outcome = read_officers(parts->officers, out, fail);
    struct date day;
    if (outcome == OK && !date_read(parts->retention, &day))
        outcome = definition_bad(fail, "retention_until", "not a date YYYY-MM-DD");
    if (outcome == OK)
        outcome = check_keys(out, fail);
    if (outcome == OK)
        outcome = check_rules(out, fail);
    return outcome == OK ? check_witnesses(parts->witnesses, fail) : outcome;
}

enum outcome definition_read(const struct statement *statement, struct definition **out_definition,
                             struct fail *fail)
{
    struct definition *definition = calloc(1, sizeof *definition);
    if (!definition)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    struct parts parts;
    definition->object = json_incref(statement->object);
    enum outcome outcome = take_parts(statement, definition, &parts, fail);
    if (outcome == OK)
        outcome = read_parts(&parts, definition, fail);
    struct span origin = json_span(json_object_get(statement->object, "origin"));
    if (outcome == OK && !origin_is_valid(origin))
        outcome = definition_bad(fail, "origin",
                                 "1 to 100 of a-z 0-9 . - /, a letter or digit at each end");
    if (outcome != OK) {
        definition_free(definition);
        return outcome;
    }
    memcpy(definition->origin, origin.ptr, origin.len);
    memcpy(definition->retention_until, parts.retention.ptr, parts.retention.len);
    definition->witnesses = (const char *)parts.witnesses.ptr;
    compute_ctx0(statement, definition);
    *out_definition = definition;
    return OK;
}

void definition_free(struct definition *definition)
{
    if (!definition)
        return;
    sources_done(&definition->sources);
    free(definition->units);
    free(definition->styles);
    json_decref(definition->object);
    free(definition);
}

int definition_style(const struct definition *definition, struct span id)
{
    for (unsigned i = 0; i < definition->style_count; i++)
        if (span_is(id, definition->styles[i].id))
            return (int)i;
    return -1;
}
