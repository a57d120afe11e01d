#include "election/election.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const struct statement *election_says(const struct election *election, uint64_t entry)
{
    if (entry >= election->board->count || !election->board->entries[entry].readable)
        return NULL;
    return &election->board->entries[entry].statement;
}

uint64_t election_first(const struct election *election, enum kind kind)
{
    return election->by[kind].count == 0 ? NO_ENTRY : election->by[kind].at[0];
}

bool election_is_leaf(const struct election *election, uint64_t entry,
                      const uint8_t hash[HASH_BYTES])
{
    return entry < election->board->count &&
           memcmp(election->board->entries[entry].leaf.bytes, hash, HASH_BYTES) == 0;
}

int election_style(const struct election *election, struct span id)
{
    for (size_t i = 0; i < election->definition->style_count; i++)
        if (span_equal(election->definition->styles[i].id, id))
            return (int)i;
    return -1;
}

const struct contest *election_contest_at(const struct election *election, size_t place)
{
    return election_says(election, election->by[CONTEST].at[place])->contest;
}

const struct source *election_source(const struct election *election, struct span id)
{
    for (size_t i = 0; i < election->definition->source_count; i++)
        if (span_equal(election->definition->sources[i].id, id))
            return &election->definition->sources[i];
    return NULL;
}

int election_contest(const struct election *election, struct span id)
{
    for (size_t i = 0; i < election->by[CONTEST].count; i++)
        if (span_equal(election_contest_at(election, i)->id, id))
            return (int)i;
    return -1;
}

static int compare_credentials(const void *a, const void *b)
{
    const struct credential *left = a, *right = b;
    return memcmp(left->key, right->key, KEY_BYTES);
}

struct credential *election_credential(const struct election *election,
                                       const uint8_t key[KEY_BYTES])
{
    struct credential wanted;
    if (election->credential_count == 0)
        return NULL;
    memcpy(wanted.key, key, KEY_BYTES);
    return bsearch(&wanted, election->credentials, election->credential_count, sizeof wanted,
                   compare_credentials);
}

bool election_counts(const struct credential *credential)
{
    return credential->ballot != NO_ENTRY &&
           (credential->standing == CREDENTIAL_ELIGIBLE || credential->admitted);
}

struct box *election_box(const struct election *election, struct span name)
{
    for (size_t i = 0; i < election->box_count; i++)
        if (span_equal(election->boxes[i].name, name))
            return &election->boxes[i];
    return NULL;
}

/* -- what stands where --------------------------------------------------------------------------
 */

static bool count_kinds(struct election *election)
{
    size_t counts[KINDS] = {0};
    const struct board *board = election->board;
    for (size_t i = 0; i < board->count; i++)
        if (board->entries[i].readable)
            counts[board->entries[i].statement.kind]++;
    for (unsigned kind = 0; kind < KINDS; kind++) {
        election->by[kind].at = arena_zeroed(&election->arena, counts[kind], sizeof(uint64_t));
        if (election->by[kind].at == NULL)
            return false;
    }
    for (size_t i = 0; i < board->count; i++)
        if (board->entries[i].readable) {
            struct places *places = &election->by[board->entries[i].statement.kind];
            places->at[places->count++] = i;
        }
    return true;
}

static bool list_terms(struct election *election)
{
    const struct definition *definition = election->definition;
    const struct places *changes = &election->by[ROLE];
    election->terms = arena_zeroed(&election->arena, definition->officer_count + changes->count,
                                   sizeof *election->terms);
    if (election->terms == NULL)
        return false;
    for (size_t i = 0; i < definition->officer_count; i++)
        election->terms[election->term_count++] = (struct term){.officer = definition->officers[i]};
    for (size_t i = 0; i < changes->count; i++) {
        const struct role_change *role = election_says(election, changes->at[i])->role;
        election->terms[election->term_count++] = (struct term){.from = changes->at[i],
                                                                .officer = role->officer,
                                                                .until = role->until,
                                                                .ended = role->ends};
    }
    return true;
}

bool index_build(struct election *election)
{
    if (count_kinds(election) && list_terms(election))
        return true;
    report_not_run(election->report, STATE_ORDER, "no memory");
    return false;
}

const struct officer *officers_at(const struct election *election, struct span id, uint64_t entry,
                                  int64_t at_s)
{
    const struct term *held = NULL;
    for (size_t i = 0; i < election->term_count; i++) {
        const struct term *term = &election->terms[i];
        bool before = term->from < entry || (term->from == 0 && entry == 0);
        if (before && span_equal(term->officer.id, id))
            held = term;
    }
    if (held == NULL || held->ended || (at_s != 0 && held->until != 0 && at_s >= held->until))
        return NULL;
    return &held->officer;
}

/* -- everything ----------------------------------------------------------------------------------
 */

static void state_digests(const struct election *election)
{
    char hex[2 * HASH_BYTES + 1];
    for (size_t i = 0; i < election->by[ROLL].count; i++) {
        const struct roll *roll = election_says(election, election->by[ROLL].at[i])->roll;
        hex_encode(span_of(roll->annex, HASH_BYTES), hex);
        report_fact(election->report, "annex at roll", "%" PRIu64 ": %s", roll->version, hex);
    }
    uint64_t freeze = election_first(election, FREEZE);
    if (freeze == NO_ENTRY)
        return;
    hex_encode(span_of(election_says(election, freeze)->freeze->annex, HASH_BYTES), hex);
    report_fact(election->report, "annex at freeze", "%s", hex);
}

static void state_facts(const struct election *election)
{
    const struct definition *definition = election->definition;
    struct report *report = election->report;
    report->rehearsal = definition->rehearsal;
    report_fact(report, "election", "%.*s", (int)election->origin.len,
                (const char *)election->origin.ptr);
    report_fact(report, "title", "%.*s", (int)definition->title.en.len,
                (const char *)definition->title.en.ptr);
    report_fact(report, "entries", "%zu", election->board->count);
    report_fact(report, "ballots", "%zu", election->by[BALLOT].count);
    state_digests(election);
}

bool election_begin(struct election *election, struct board *board, struct report *report)
{
    *election = (struct election){.board = board, .report = report, .threads = board->threads};
    election->definition = board->entries[0].statement.definition;
    election->origin = board->entries[0].statement.origin;
    if (!index_build(election))
        return false;
    state_facts(election);
    return true;
}

void election_check(struct election *election)
{
    definition_check(election);
    order_check(election);
    timetable_check(election);
    witness_check(election);
    signers_check(election);
    contexts_compute(election);
    ceremony_check(election);
    contexts_compute(election);
    context_check(election);
    electorate_check(election);
    answers_check(election);
    account_check(election);
    paper_check(election);
    ballots_check(election);
    knowledge_check(election);
    freeze_check(election);
    mixes_check(election);
    decryption_check(election);
    result_check(election);
}

void election_done(struct election *election)
{
    if (election == NULL)
        return;
    arena_done(&election->arena);
    *election = (struct election){0};
}
