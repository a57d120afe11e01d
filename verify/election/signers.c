/*
 * SIGN.signers, SIGN.four-eyes and SIGN.signature: who had to sign, who did, and whether they
 * really did. Signatures are verified on all threads.
 */
#include "crypto/ed25519.h"
#include "election/election.h"

#include <stdio.h>
#include <stdlib.h>

enum { NAME_ROOM = 256, SIGNATURES_RUN = 16 };

/* What a kind asks for. */
enum signers {
    BY_RETURNING,
    BY_RETURNING_AND_AUTHORITY,
    BY_RETURNING_OR_AUTHORITY,
    BY_TWO,
    BY_TRUSTEE,
    BY_EXPORTER,
    BY_AUTHORITY,
    BY_REGISTRAR,
    BY_CREDENTIAL,
};

static enum signers signers_of(enum kind kind)
{
    switch (kind) {
    case ELECTION:
    case OPEN:
    case CLOSE:
    case FREEZE:
    case RESULT:
    case END:
        return BY_RETURNING_AND_AUTHORITY;
    case CONTEST:
        return BY_RETURNING;
    case NOTICE:
        return BY_RETURNING_OR_AUTHORITY;
    case SNAPSHOT:
        return BY_EXPORTER;
    case DIFFERENCE:
    case CASE:
        return BY_AUTHORITY;
    case ISSUE:
    case REISSUE:
        return BY_REGISTRAR;
    case BALLOT:
        return BY_CREDENTIAL;
    case ROLE:
    case TRUSTEE_RESTART:
    case AMEND:
    case ROLL:
    case REISSUE_ORDER:
        return BY_TWO;
    default:
        return BY_TRUSTEE;
    }
}

/* A signer as found: whose key, and what that person may do. */
struct signer {
    const uint8_t *key;
    unsigned roles; /* of an officer */
    bool authority, registrar, credential;
    unsigned trustee; /* index, or 0 */
};

static unsigned trustee_of(const struct statement *says)
{
    switch (says->kind) {
    case MIX:
        return says->mix->trustee;
    case DECRYPTION:
        return says->decryption->trustee;
    default:
        return says->ceremony->trustee;
    }
}

/* Statements that tell their own time. */
static int64_t time_of(const struct statement *says)
{
    if (says->kind == OPEN)
        return says->open->at;
    if (says->kind == ROLL)
        return says->roll->at;
    return says->kind == CLOSE ? says->close->at : 0;
}

/* What follows the origin in a key's name; false if it is another origin's. */
static bool take_suffix(const struct election *election, struct span name, struct span *out_suffix)
{
    if (!span_starts(name, election->origin))
        return false;
    *out_suffix = span_after(name, election->origin.len);
    return true;
}

static bool find_trustee(const struct election *election, struct span index, struct signer *out)
{
    char text[12];
    for (unsigned i = 1; i <= election->definition->trustee_count; i++) {
        (void)snprintf(text, sizeof text, "%u", i);
        if (!span_equal(index, span_text(text)))
            continue;
        out->trustee = i;
        out->key = election->definition->trustees[i - 1].sign;
        return true;
    }
    return false;
}

/* Whose signature this would be; false if nobody may sign under that name. */
static bool find_signer(const struct election *election, uint64_t entry, struct span name,
                        struct signer *out)
{
    const struct definition *definition = election->definition;
    const struct statement *says = election_says(election, entry);
    struct span suffix;
    *out = (struct signer){0};
    if (!take_suffix(election, name, &suffix))
        return false;
    if (span_equal(suffix, span_text(NAME_AUTHORITY))) {
        out->authority = true;
        out->key = definition->statements;
    } else if (span_equal(suffix, span_text(NAME_REGISTRAR))) {
        out->registrar = true;
        out->key = definition->registrar;
    } else if (span_equal(suffix, span_text(NAME_CREDENTIAL))) {
        out->credential = true;
        out->key = says->kind == BALLOT ? says->ballot->credential : NULL;
    } else if (span_starts(suffix, span_text(NAME_OFFICER))) {
        const struct officer *officer =
            officers_at(election, span_after(suffix, strlen(NAME_OFFICER)), entry, time_of(says));
        out->roles = officer == NULL ? 0 : officer->roles;
        if ((out->roles & BARRED) != 0)
            out->roles = BARRED; /* and no other */
        out->key = officer == NULL ? NULL : officer->key;
    } else if (span_starts(suffix, span_text(NAME_TRUSTEE))) {
        return find_trustee(election, span_after(suffix, strlen(NAME_TRUSTEE)), out);
    }
    return out->key != NULL;
}

/* A returning officer, and one with another key who is returning officer, secretary or deputy. */
static bool are_two(const struct signer *a, const struct signer *b)
{
    const unsigned second = RETURNING | SECRETARY | DEPUTY;
    bool ranks = ((a->roles & RETURNING) != 0 && (b->roles & second) != 0) ||
                 ((b->roles & RETURNING) != 0 && (a->roles & second) != 0);
    return ranks;
}

static bool signers_right(const struct statement *says, const struct signer *signers, size_t count)
{
    const struct signer *first = &signers[0], *second = &signers[1];
    switch (signers_of(says->kind)) {
    case BY_RETURNING:
        return count == 1 && (first->roles & RETURNING) != 0;
    case BY_RETURNING_AND_AUTHORITY: /* the names' order puts the authority first */
        return count == 2 && first->authority && (second->roles & RETURNING) != 0;
    case BY_RETURNING_OR_AUTHORITY:
        return count == 1 && (first->authority || (first->roles & RETURNING) != 0);
    case BY_TWO:
        return count == 2 && are_two(first, second);
    case BY_TRUSTEE:
        return count == 1 && first->trustee != 0 && first->trustee == trustee_of(says);
    case BY_EXPORTER:
        return count == 1 && (first->roles & EXPORTER) != 0;
    case BY_AUTHORITY:
        return count == 1 && first->authority;
    case BY_REGISTRAR:
        return count == 1 && first->registrar;
    case BY_CREDENTIAL:
        return count == 1 && first->credential;
    }
    return false;
}

/* -- one entry, on any thread -------------------------------------------------------------------
 */

struct judgement {
    bool signers, four_eyes; /* right */
    enum outcome signatures;
};

struct judging {
    const struct election *election;
    struct judgement *judgements;
};

static enum outcome verify_line(const struct entry *entry, const struct note_signature *line,
                                const uint8_t key_bytes[KEY_BYTES], struct fail *fail)
{
    struct note_key key = {.name = line->name, .algorithm = NOTE_ED25519};
    uint8_t id[NOTE_KEY_ID_BYTES];
    memcpy(key.key, key_bytes, KEY_BYTES);
    note_key_id(&key, id);
    if (memcmp(id, line->key_id, sizeof id) != 0)
        return fail_bad(fail, "the key id of %.*s is not that of the key", (int)line->name.len,
                        (const char *)line->name.ptr);
    enum outcome outcome = ed25519_verify(key_bytes, entry->text, line->bytes, fail);
    if (outcome != GOOD)
        fail_at(fail, "%.*s: ", (int)line->name.len, (const char *)line->name.ptr);
    return outcome;
}

static struct judgement judge(const struct election *election, uint64_t index, struct fail *fail)
{
    const struct entry *entry = &election->board->entries[index];
    struct judgement judgement = {.signers = true, .four_eyes = true, .signatures = GOOD};
    struct signer signers[LIMIT_SIGNATURES] = {{0}};
    for (size_t i = 0; i < entry->signature_count; i++) {
        if (!find_signer(election, index, entry->signatures[i].name, &signers[i])) {
            judgement.signers = false;
            continue;
        }
        if (judgement.signatures == GOOD)
            judgement.signatures = verify_line(entry, &entry->signatures[i], signers[i].key, fail);
    }
    judgement.signers =
        judgement.signers && signers_right(&entry->statement, signers, entry->signature_count);
    if (signers_of(entry->statement.kind) == BY_TWO)
        judgement.four_eyes = signers[0].key != NULL && signers[1].key != NULL &&
                              memcmp(signers[0].key, signers[1].key, KEY_BYTES) != 0;
    return judgement;
}

static void judge_one(void *context, unsigned worker, size_t index)
{
    struct judging *judging = context;
    struct fail fail;
    (void)worker;
    if (election_says(judging->election, index) != NULL)
        judging->judgements[index] = judge(judging->election, index, &fail);
    else
        judging->judgements[index] = (struct judgement){true, true, GOOD};
}

static void report_one(const struct election *election, uint64_t index,
                       const struct judgement *judgement)
{
    struct report *report = election->report;
    struct fail fail = {{0}};
    if (!judgement->signers)
        report_fail(report, SIGN_SIGNERS, index,
                    "the signers are not those whom this kind requires, in their roles");
    if (!judgement->four_eyes)
        report_fail(report, SIGN_FOUR_EYES, index, "two different officers did not sign");
    if (judgement->signatures == GOOD || report_failed(report, SIGN_SIGNATURE))
        return;
    enum outcome outcome = judge(election, index, &fail).signatures; /* once more, for the text */
    (void)report_take(report, SIGN_SIGNATURE, index, outcome, &fail);
}

void signers_check(struct election *election)
{
    struct report *report = election->report;
    size_t count = election->board->count;
    struct judging judging = {election, calloc(count, sizeof *judging.judgements)};
    if (judging.judgements == NULL) {
        report_not_run(report, SIGN_SIGNATURE, "no memory");
        return;
    }
    parallel_for(election->threads, count, SIGNATURES_RUN, judge_one, &judging);
    for (size_t i = 0; i < count; i++)
        report_one(election, i, &judging.judgements[i]);
    free(judging.judgements);
    report_pass(report, SIGN_SIGNERS);
    report_pass(report, SIGN_FOUR_EYES);
    report_pass(report, SIGN_SIGNATURE);
}
