/* The join itself: the rows of every feed sorted by number once, then merged. */
#include <stdlib.h>

#include "crypto/hash.h"
#include "labels.h"
#include "roll/people_inside.h"

/* A row with the first bytes of its number, so that sorting and merging seldom leave the array. */
struct key {
    uint64_t first;
    uint64_t second;
    uint32_t row;
};

/* -- rows in the order of their numbers ------------------------------------------------------- */

static struct span number_of(const struct snapshot *snapshot, uint32_t row)
{
    return snapshot_value(snapshot, row, FIELD_MEMBER_NO);
}

static uint64_t eight_bytes(struct span number, size_t from)
{
    uint64_t bytes = 0;
    for (size_t i = from; i < from + 8; i++)
        bytes = bytes << 8 | (i < number.len ? number.ptr[i] : 0);
    return bytes;
}

/* Numbers hold no NUL, so that keys that are equal and end in NUL are of equal numbers. */
static int compare_numbers(const struct key *x, const struct snapshot *of_x, const struct key *y,
                           const struct snapshot *of_y)
{
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    if (x->second != y->second)
        return x->second < y->second ? -1 : 1;
    if ((x->second & 0xFF) == 0)
        return 0;
    return span_compare(number_of(of_x, x->row), number_of(of_y, y->row));
}

static int compare_keys(const void *a, const void *b, void *snapshot)
{
    const struct key *x = a;
    const struct key *y = b;
    int order = compare_numbers(x, snapshot, y, snapshot);
    if (order != 0)
        return order;
    return x->row < y->row ? -1 : x->row > y->row;
}

static enum outcome no_memory(struct fail *fail)
{
    return fail_set(fail, BROKEN, "roll.memory", "out of memory while joining people");
}

/* Exports usually come sorted; then there is nothing to sort. */
static bool is_sorted(const struct key *keys, const struct snapshot *snapshot)
{
    for (uint32_t i = 1; i < snapshot->rows; i++) {
        if (compare_numbers(&keys[i - 1], snapshot, &keys[i], snapshot) > 0)
            return false;
    }
    return true;
}

static enum outcome sort_feed(struct people_feed *feed, const struct snapshot *snapshot,
                              struct fail *fail)
{
    uint32_t rows = snapshot->rows;
    feed->keys = malloc(((size_t)rows + 1) * sizeof(*feed->keys));
    feed->order = malloc(((size_t)rows + 1) * sizeof(*feed->order));
    feed->follows = calloc((size_t)rows / 8 + 1, 1);
    if (feed->keys == NULL || feed->order == NULL || feed->follows == NULL)
        return no_memory(fail);
    for (uint32_t row = 0; row < rows; row++) {
        struct span number = number_of(snapshot, row);
        feed->keys[row] = (struct key){eight_bytes(number, 0), eight_bytes(number, 8), row};
    }
    /* The comparison takes a pointer without const and changes nothing. */
    if (!is_sorted(feed->keys, snapshot))
        qsort_r(feed->keys, rows, sizeof(*feed->keys), compare_keys, (void *)snapshot);
    for (uint32_t i = 0; i < rows; i++) {
        feed->order[i] = feed->keys[i].row;
        if (i > 0 && compare_numbers(&feed->keys[i - 1], snapshot, &feed->keys[i], snapshot) == 0)
            feed->follows[i / 8] |= (uint8_t)(1u << i % 8);
    }
    return OK;
}

static enum outcome sort_feeds(struct people *people, struct fail *fail)
{
    bool wanted[PEOPLE_FEEDS_MAX];
    enum outcome outcome = OK;
    people_wanted(&people->terms, wanted);
    for (uint32_t i = 0; outcome == OK && i < people->terms.feed_count; i++) {
        const struct feed *feed = &people->terms.feeds[i];
        const struct source *source = &people->terms.sources->sources[feed->source];
        if (wanted[i] && feed->snapshot == NULL)
            outcome = fail_set(fail, BROKEN, "roll.snapshot", "snapshot %u is not loaded", i + 1);
        else if (feed->snapshot != NULL)
            outcome = sort_feed(&people->feeds[i], feed->snapshot, fail);
        people->feeds[i].tells = source->lists && people->counting[feed->source] == i;
    }
    return outcome;
}

/* -- the join --------------------------------------------------------------------------------- */

static bool uses_numbers(const struct people *people, uint32_t feed, uint32_t numbers)
{
    const struct feed *of = &people->terms.feeds[feed];
    return of->snapshot != NULL && people->terms.sources->sources[of->source].numbers == numbers;
}

/* How many people there can be at most with these numbers. */
static size_t most_people(const struct people *people, uint32_t numbers)
{
    size_t most = 0;
    for (uint32_t i = 0; i < people->terms.feed_count; i++) {
        if (people->feeds[i].tells && uses_numbers(people, i, numbers))
            most += people->terms.feeds[i].snapshot->rows;
    }
    return most;
}

/* The feed whose next row has the smallest number of those that tell who there is; PEOPLE_NONE at
 * the end. */
static uint32_t next_feed(const struct people *people, uint32_t numbers)
{
    uint32_t found = PEOPLE_NONE;
    for (uint32_t i = 0; i < people->terms.feed_count; i++) {
        const struct people_feed *feed = &people->feeds[i];
        const struct snapshot *snapshot = people->terms.feeds[i].snapshot;
        if (!feed->tells || !uses_numbers(people, i, numbers) || feed->at == snapshot->rows)
            continue;
        const struct people_feed *best = found == PEOPLE_NONE ? NULL : &people->feeds[found];
        if (best == NULL || compare_numbers(&feed->keys[feed->at], snapshot, &best->keys[best->at],
                                            people->terms.feeds[found].snapshot) < 0)
            found = i;
    }
    return found;
}

/* Moves a feed on to the person's number and past it; returns where its rows begin. */
static uint32_t take_rows(struct people_feed *feed, const struct snapshot *snapshot,
                          const struct key *number, const struct snapshot *of_number)
{
    int order = -1;
    while (feed->at < snapshot->rows &&
           (order = compare_numbers(&feed->keys[feed->at], snapshot, number, of_number)) < 0)
        feed->at++;
    if (feed->at == snapshot->rows || order != 0)
        return PEOPLE_NONE;
    uint32_t place = feed->at++;
    while (feed->at < snapshot->rows && people_follows(feed, feed->at))
        feed->at++;
    return place;
}

static void add_person(struct people *people, uint32_t numbers, uint32_t first, uint32_t teller)
{
    struct person *person = &people->persons[people->count];
    *person = (struct person){.numbers = numbers, .home = PEOPLE_NONE};
    struct key number = people->feeds[teller].keys[people->feeds[teller].at];
    const struct snapshot *of_number = people->terms.feeds[teller].snapshot;
    for (uint32_t i = 0; i < people->terms.feed_count; i++) {
        struct people_feed *feed = &people->feeds[i];
        if (!uses_numbers(people, i, numbers))
            continue;
        uint32_t place = take_rows(feed, people->terms.feeds[i].snapshot, &number, of_number);
        feed->place[people->count - first] = place;
        uint32_t source = people->terms.feeds[i].source;
        if (feed->tells && place != PEOPLE_NONE && source < person->home)
            person->home = source;
    }
    people->count++;
}

static enum outcome join_numbers(struct people *people, uint32_t numbers, struct fail *fail)
{
    uint32_t first = people->count;
    size_t most = most_people(people, numbers);
    for (uint32_t i = 0; i < people->terms.feed_count; i++) {
        if (!uses_numbers(people, i, numbers))
            continue;
        people->feeds[i].place = malloc((most + 1) * sizeof(*people->feeds[i].place));
        if (people->feeds[i].place == NULL)
            return no_memory(fail);
    }
    for (uint32_t teller; (teller = next_feed(people, numbers)) != PEOPLE_NONE;)
        add_person(people, numbers, first, teller);
    people->spaces[numbers].first = first;
    people->spaces[numbers].count = people->count - first;
    return OK;
}

/* Rooms were made for as many people as there are rows. */
static void trim(struct people *people)
{
    struct person *fewer =
        realloc(people->persons, ((size_t)people->count + 1) * sizeof(*people->persons));
    if (fewer != NULL)
        people->persons = fewer;
    for (uint32_t i = 0; i < people->terms.feed_count; i++) {
        struct people_feed *feed = &people->feeds[i];
        uint32_t numbers = people->terms.sources->sources[people->terms.feeds[i].source].numbers;
        free(feed->keys);
        feed->keys = NULL;
        if (feed->place == NULL)
            continue;
        uint32_t *places = realloc(feed->place, ((size_t)people->spaces[numbers].count + 1) *
                                                    sizeof(*feed->place));
        if (places != NULL)
            feed->place = places;
    }
}

static enum outcome join_all(struct people *people, struct fail *fail)
{
    size_t most = 0;
    enum outcome outcome = sort_feeds(people, fail);
    if (outcome != OK)
        return outcome;
    for (uint32_t numbers = 0; numbers < people->terms.sources->count; numbers++)
        most += most_people(people, numbers);
    people->persons = malloc((most + 1) * sizeof(*people->persons));
    if (people->persons == NULL)
        return no_memory(fail);
    for (uint32_t numbers = 0; outcome == OK && numbers < people->terms.sources->count; numbers++)
        outcome = join_numbers(people, numbers, fail);
    trim(people);
    return outcome;
}

/* -- pseudonyms ------------------------------------------------------------------------------- */

void people_pseudonym(const uint8_t roll_key[static ROLL_KEY_BYTES], struct span numbers,
                      struct span member_no, uint8_t out_pseudonym[static HASH_BYTES])
{
    struct hash hash;
    hash_start(&hash, LABEL_PSEUDONYM);
    hash_part(&hash, span_of(roll_key, ROLL_KEY_BYTES));
    hash_part(&hash, numbers);
    hash_part(&hash, member_no);
    hash_end32(&hash, out_pseudonym);
}

/* A pseudonym is as good as random: its first bytes are the place in the table. */
static uint32_t index_start(const struct people *people, const uint8_t *pseudonym)
{
    uint32_t start;
    memcpy(&start, pseudonym, sizeof(start));
    return start & people->index_mask;
}

static enum outcome index_people(struct people *people, struct fail *fail)
{
    uint32_t size = 16;
    while (size < people->count * 2)
        size *= 2;
    people->index_mask = size - 1;
    people->index = calloc(size, sizeof(*people->index));
    if (people->index == NULL)
        return no_memory(fail);
    for (uint32_t i = 0; i < people->count; i++) {
        struct person *person = &people->persons[i];
        people_pseudonym(people->terms.roll_key, people->terms.sources->sources[person->numbers].id,
                         people_number(people, i), person->pseudonym);
        uint32_t at = index_start(people, person->pseudonym);
        while (people->index[at] != 0)
            at = (at + 1) & people->index_mask;
        people->index[at] = i + 1;
    }
    return OK;
}

uint32_t people_by_pseudonym(const struct people *people,
                             const uint8_t pseudonym[static HASH_BYTES])
{
    uint32_t at = index_start(people, pseudonym);
    for (; people->index[at] != 0; at = (at + 1) & people->index_mask) {
        uint32_t person = people->index[at] - 1;
        if (memcmp(people->persons[person].pseudonym, pseudonym, HASH_BYTES) == 0)
            return person;
    }
    return PEOPLE_NONE;
}

/* -- life ------------------------------------------------------------------------------------- */

enum outcome people_join(const struct people_terms *terms, struct people *out_people,
                         struct fail *fail)
{
    struct people *made = calloc(1, sizeof(*made));
    if (made == NULL)
        return no_memory(fail);
    made->terms = *terms;
    made->feeds = calloc((size_t)terms->feed_count + 1, sizeof(*made->feeds));
    made->status_feeds = calloc((size_t)terms->rules->day_count + 1, sizeof(*made->status_feeds));
    enum outcome outcome = OK;
    if (terms->feed_count > PEOPLE_FEEDS_MAX)
        outcome =
            fail_set(fail, TOO_LARGE, "roll.snapshots", "more than %d snapshots", PEOPLE_FEEDS_MAX);
    else if (made->feeds == NULL || made->status_feeds == NULL)
        outcome = no_memory(fail);
    if (outcome == OK) {
        people_find_snapshots(made);
        outcome = join_all(made, fail);
    }
    if (outcome == OK)
        outcome = index_people(made, fail);
    if (outcome == OK)
        *out_people = *made;
    else
        people_done(made);
    free(made);
    return outcome;
}

void people_done(struct people *people)
{
    if (people == NULL)
        return;
    for (uint32_t i = 0; people->feeds != NULL && i < people->terms.feed_count; i++) {
        free(people->feeds[i].order);
        free(people->feeds[i].follows);
        free(people->feeds[i].place);
        free(people->feeds[i].keys);
    }
    free(people->feeds);
    free(people->status_feeds);
    free(people->persons);
    free(people->index);
    *people = (struct people){0};
}
