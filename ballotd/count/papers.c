#include "count/papers.h"

#include <stdlib.h>

/* A distinct paper: its preferences are bytes [at, at + length) of the arena. */
struct record {
    uint64_t at;
    uint32_t weight; /* at most LIMIT_PAPERS */
    uint32_t length;
};

/* A place in the table; the hash stands here, so that probing and growing stay within the table. */
struct slot {
    uint32_t hash;
    uint32_t record; /* index + 1, or 0 where free */
};

struct papers {
    size_t candidates;
    size_t seats;
    uint64_t blank;
    uint64_t total; /* papers of every kind, at most LIMIT_PAPERS */

    uint8_t *arena;
    size_t arena_len;
    size_t arena_cap;

    struct record *records;
    size_t record_count;
    size_t record_cap;

    /* Open addressing, linear probing; the size is a power of two, and at most half is used. Papers
     * chosen to collide would slow it down, but each costs its author a vote, and a hundred
     * thousand of them cost seconds. */
    struct slot *table;
    size_t table_size;

    bool withdrawn[CANDIDATE_ARRAY];
    char names[CANDIDATE_ARRAY][LIMIT_NAME_BYTES + 1];
    char title[LIMIT_TEXT_BYTES + 1];
};

enum { TABLE_SIZE_FIRST = 1024, ARENA_BYTES_FIRST = 8192, RECORDS_FIRST = 512 };

static enum outcome no_memory(struct fail *fail)
{
    return fail_set(fail, BROKEN, "count.memory", "out of memory for the papers of a count");
}

static enum outcome check_size(size_t candidates, size_t seats, struct fail *fail)
{
    if (candidates < 1 || candidates > LIMIT_CANDIDATES)
        return fail_set(fail, BAD_INPUT, "count.candidates",
                        "%zu candidates: a count takes 1 to %d", candidates, LIMIT_CANDIDATES);
    if (seats < 1 || seats > LIMIT_SEATS)
        return fail_set(fail, BAD_INPUT, "count.seats", "%zu seats: a count takes 1 to %d", seats,
                        LIMIT_SEATS);
    return OK;
}

enum outcome papers_new(size_t candidates, size_t seats, struct papers **out_papers,
                        struct fail *fail)
{
    enum outcome outcome = check_size(candidates, seats, fail);
    if (outcome != OK)
        return outcome;
    struct papers *papers = calloc(1, sizeof *papers);
    if (!papers)
        return no_memory(fail);
    papers->candidates = candidates;
    papers->seats = seats;
    *out_papers = papers;
    return OK;
}

void papers_free(struct papers *papers)
{
    if (!papers)
        return;
    free(papers->arena);
    free(papers->records);
    free(papers->table);
    free(papers);
}

static enum outcome check_candidate(const struct papers *papers, size_t candidate,
                                    struct fail *fail)
{
    if (candidate >= 1 && candidate <= papers->candidates)
        return OK;
    return fail_set(fail, BAD_INPUT, "count.candidate",
                    "there is no candidate %zu: candidates are numbered 1 to %zu", candidate,
                    papers->candidates);
}

static bool is_plain_text(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
            return false;
    return span_is_utf8(text);
}

enum outcome papers_set_name(struct papers *papers, size_t candidate, struct span name,
                             struct fail *fail)
{
    enum outcome outcome = check_candidate(papers, candidate, fail);
    if (outcome != OK)
        return outcome;
    if (name.len == 0 || name.len > LIMIT_NAME_BYTES || !is_plain_text(name))
        return fail_set(fail, BAD_INPUT, "count.name",
                        "the name of candidate %zu must be 1 to %d bytes of UTF-8 without control "
                        "characters",
                        candidate, LIMIT_NAME_BYTES);
    for (size_t c = 1; c <= papers->candidates; c++)
        if (c != candidate && span_is(name, papers->names[c]))
            return fail_set(fail, BAD_INPUT, "count.name",
                            "candidates %zu and %zu have the same name \"%s\": tell them apart", c,
                            candidate, papers->names[c]);
    memcpy(papers->names[candidate], name.ptr, name.len);
    papers->names[candidate][name.len] = '\0';
    return OK;
}

enum outcome papers_set_title(struct papers *papers, struct span title, struct fail *fail)
{
    if (title.len > LIMIT_TEXT_BYTES || !is_plain_text(title))
        return fail_set(fail, BAD_INPUT, "count.title",
                        "the title must be at most %d bytes of UTF-8 without control characters",
                        LIMIT_TEXT_BYTES);
    if (title.len > 0)
        memcpy(papers->title, title.ptr, title.len);
    papers->title[title.len] = '\0';
    return OK;
}

enum outcome papers_withdraw(struct papers *papers, size_t candidate, struct fail *fail)
{
    enum outcome outcome = check_candidate(papers, candidate, fail);
    if (outcome == OK)
        papers->withdrawn[candidate] = true;
    return outcome;
}

static enum outcome check_paper(const struct papers *papers, const uint8_t *prefs, size_t length,
                                struct fail *fail)
{
    struct candidate_set seen = {{0}};
    for (size_t i = 0; i < length; i++) {
        enum outcome outcome = check_candidate(papers, prefs[i], fail);
        if (outcome != OK)
            return outcome;
        if (!set_add(&seen, prefs[i]))
            return fail_set(fail, BAD_INPUT, "count.repeated",
                            "candidate %u is named twice on one paper", (unsigned)prefs[i]);
    }
    return OK;
}

static enum outcome check_weight(const struct papers *papers, uint64_t weight, struct fail *fail)
{
    if (weight == 0)
        return fail_set(fail, BAD_INPUT, "count.weight", "a paper that stands for 0 papers");
    if (weight > LIMIT_PAPERS - papers->total)
        return fail_set(fail, TOO_LARGE, "count.papers", "more than %d papers", LIMIT_PAPERS);
    return OK;
}

static uint32_t hash_prefs(const uint8_t *prefs, size_t length)
{
    uint64_t hash = length;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ prefs[i]) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(hash >> 32);
}

/* The place in the table where this paper stands, or the free place where it belongs. */
static size_t table_find(const struct papers *papers, const uint8_t *prefs, size_t length,
                         uint32_t hash)
{
    size_t mask = papers->table_size - 1;
    size_t place = hash & mask;
    for (; papers->table[place].record != 0; place = (place + 1) & mask) {
        if (papers->table[place].hash != hash)
            continue;
        const struct record *record = &papers->records[papers->table[place].record - 1];
        if (record->length == length && memcmp(papers->arena + record->at, prefs, length) == 0)
            break;
    }
    return place;
}

static bool table_grow(struct papers *papers)
{
    size_t size = papers->table_size > 0 ? papers->table_size * 2 : TABLE_SIZE_FIRST;
    struct slot *table = calloc(size, sizeof *table);
    if (!table)
        return false;
    for (size_t i = 0; i < papers->table_size; i++) {
        if (papers->table[i].record == 0)
            continue;
        size_t place = papers->table[i].hash & (size - 1);
        while (table[place].record != 0)
            place = (place + 1) & (size - 1);
        table[place] = papers->table[i];
    }
    free(papers->table);
    papers->table = table;
    papers->table_size = size;
    return true;
}

/* Makes room for one more distinct paper of the greatest length everywhere. */
static bool make_room(struct papers *papers)
{
    if (papers->record_count == papers->record_cap) {
        size_t cap = papers->record_cap > 0 ? papers->record_cap * 2 : RECORDS_FIRST;
        struct record *records = realloc(papers->records, cap * sizeof *records);
        if (!records)
            return false;
        papers->records = records;
        papers->record_cap = cap;
    }
    if (papers->arena_cap - papers->arena_len < LIMIT_CANDIDATES) {
        size_t cap = papers->arena_cap > 0 ? papers->arena_cap * 2 : ARENA_BYTES_FIRST;
        uint8_t *arena = realloc(papers->arena, cap);
        if (!arena)
            return false;
        papers->arena = arena;
        papers->arena_cap = cap;
    }
    return papers->record_count * 2 < papers->table_size || table_grow(papers);
}

static enum outcome merge(struct papers *papers, const uint8_t *prefs, size_t length,
                          uint64_t weight, struct fail *fail)
{
    if (!make_room(papers))
        return no_memory(fail);
    uint32_t hash = hash_prefs(prefs, length);
    size_t place = table_find(papers, prefs, length, hash);
    if (papers->table[place].record != 0) {
        papers->records[papers->table[place].record - 1].weight += (uint32_t)weight;
        return OK;
    }
    memcpy(papers->arena + papers->arena_len, prefs, length);
    papers->records[papers->record_count++] =
        (struct record){papers->arena_len, (uint32_t)weight, (uint32_t)length};
    papers->arena_len += length;
    papers->table[place] = (struct slot){hash, (uint32_t)papers->record_count};
    return OK;
}

enum outcome papers_add(struct papers *papers, const uint8_t *prefs, size_t length, uint64_t weight,
                        struct fail *fail)
{
    enum outcome outcome = check_paper(papers, prefs, length, fail);
    if (outcome == OK)
        outcome = check_weight(papers, weight, fail);
    if (outcome == OK && length > 0)
        outcome = merge(papers, prefs, length, weight, fail);
    if (outcome != OK)
        return outcome;
    if (length == 0)
        papers->blank += weight;
    papers->total += weight;
    return OK;
}

size_t papers_candidates(const struct papers *papers)
{
    return papers->candidates;
}

size_t papers_seats(const struct papers *papers)
{
    return papers->seats;
}

const char *papers_name(const struct papers *papers, size_t candidate)
{
    return papers->names[candidate];
}

const char *papers_title(const struct papers *papers)
{
    return papers->title;
}

bool papers_withdrawn(const struct papers *papers, size_t candidate)
{
    return papers->withdrawn[candidate];
}

uint64_t papers_blank(const struct papers *papers)
{
    return papers->blank;
}

size_t papers_distinct(const struct papers *papers)
{
    return papers->record_count;
}

struct paper papers_at(const struct papers *papers, size_t index)
{
    const struct record *record = &papers->records[index];
    return (struct paper){papers->arena + record->at, record->length, record->weight};
}

int paper_compare(struct paper a, struct paper b)
{
    return span_compare(span_of(a.prefs, a.length), span_of(b.prefs, b.length));
}
