/* The contexts of section 3, and what each statement answers. */
#include "crypto/hash.h"
#include "election/election.h"

static void compute_ctx0(struct election *election)
{
    const struct definition *definition = election->definition;
    struct hash hash;
    hash_start(&hash, LABEL_CTX0);
    hash_part(&hash, election->origin);
    hash_part(&hash, election->board->entries[0].text);
    hash_list(&hash, 2 * definition->trustee_count);
    for (size_t i = 0; i < definition->trustee_count; i++) {
        hash_bytes(&hash, definition->trustees[i].sign, KEY_BYTES);
        hash_bytes(&hash, definition->trustees[i].seal, POINT_BYTES);
    }
    hash_end(&hash, election->contexts[0]);
}

static void compute_ctx1(struct election *election)
{
    struct hash hash;
    hash_start(&hash, LABEL_CTX1);
    hash_bytes(&hash, election->contexts[0], HASH_BYTES);
    hash_bytes(&hash, election->keys.transcript, HASH_BYTES);
    hash_bytes(&hash, election->keys.public_bytes, POINT_BYTES);
    hash_end(&hash, election->contexts[1]);
}

/* The root of the roll that `open` names, from the `roll` entry itself; NULL if there is none. */
static const uint8_t *opened_root(const struct election *election)
{
    uint64_t open = election_first(election, OPEN);
    if (open == NO_ENTRY)
        return NULL;
    for (size_t i = 0; i < election->by[ROLL].count; i++) {
        const struct roll *roll = election_says(election, election->by[ROLL].at[i])->roll;
        if (roll->version == election_says(election, open)->open->roll)
            return roll->root;
    }
    return NULL;
}

static void compute_ctx2(struct election *election, const uint8_t root[HASH_BYTES])
{
    const struct places *contests = &election->by[CONTEST];
    struct hash hash;
    hash_start(&hash, LABEL_CTX2);
    hash_bytes(&hash, election->contexts[1], HASH_BYTES);
    hash_list(&hash, contests->count);
    for (size_t i = 0; i < contests->count; i++)
        hash_bytes(&hash, election->board->entries[contests->at[i]].leaf.bytes, HASH_BYTES);
    hash_bytes(&hash, root, HASH_BYTES);
    hash_end(&hash, election->contexts[2]);
}

static void compute_ctx3(struct election *election, uint64_t freeze)
{
    struct hash hash;
    hash_start(&hash, LABEL_CTX3);
    hash_bytes(&hash, election->contexts[2], HASH_BYTES);
    hash_bytes(&hash, election->board->entries[freeze].leaf.bytes, HASH_BYTES);
    hash_end(&hash, election->contexts[3]);
}

void contexts_compute(struct election *election)
{
    const uint8_t *root = opened_root(election);
    uint64_t freeze = election_first(election, FREEZE);
    compute_ctx0(election);
    election->context_count = 1;
    if (!election->keys.known)
        return;
    compute_ctx1(election);
    election->context_count = 2;
    if (root == NULL)
        return;
    compute_ctx2(election, root);
    election->context_count = 3;
    if (freeze == NO_ENTRY)
        return;
    compute_ctx3(election, freeze);
    election->context_count = 4;
}

/* Which context a kind carries; `election` carries none. */
static unsigned context_of(enum kind kind)
{
    switch (kind) {
    case OPEN:
        return 1;
    case BALLOT:
    case CLOSE:
    case FREEZE:
        return 2;
    case MIX:
    case DECRYPTION:
    case RESULT:
    case END:
        return 3;
    default:
        return 0;
    }
}

static bool check_one(const struct election *election, uint64_t entry)
{
    static const uint8_t zeros[HASH_BYTES];
    struct report *report = election->report;
    const struct statement *says = election_says(election, entry);
    unsigned number = context_of(says->kind);
    if (!span_equal(says->origin, election->origin)) {
        report_fail(report, SIGN_CONTEXT, entry, "its origin is that of another election");
        return true;
    }
    if (says->kind != ELECTION && number >= election->context_count)
        return false;
    const uint8_t *wanted = says->kind == ELECTION ? zeros : election->contexts[number];
    if (memcmp(says->context, wanted, HASH_BYTES) != 0)
        report_fail(report, SIGN_CONTEXT, entry, "`%s` does not carry context %u of this election",
                    kind_name(says->kind), number);
    return true;
}

void context_check(struct election *election)
{
    bool all = true;
    for (size_t i = 0; i < election->board->count; i++)
        if (election_says(election, i) != NULL)
            all = check_one(election, i) && all;
    if (!origin_valid(election->origin))
        report_fail(election->report, SIGN_CONTEXT, 0, "the origin is not one that is allowed");
    if (all)
        report_pass(election->report, SIGN_CONTEXT);
    else
        report_not_run(election->report, SIGN_CONTEXT,
                       "the context of a later stage is not known: ceremony, roll or freeze is not "
                       "sound");
}
