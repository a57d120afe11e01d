#include "roll/people.h"

#include "base/parallel.h"
#include "crypto/hash.h"
#include "labels.h"

enum { DAY_S = 86400, NAMES_AT_ONCE = 4096 };

/* -- which snapshots count -------------------------------------------------------------------- */

static bool counts(const struct snapshot *snapshots, size_t count, size_t which)
{
    for (size_t i = which + 1; i < count; i++)
        if (snapshots[i].source == snapshots[which].source)
            return false;
    return true;
}

/* Seconds from 1970 to the start of the day after this one, UTC; below 0 before 1970. */
static int64_t end_of_day(struct day day)
{
    int64_t year = day.month > 2 ? day.year : day.year - 1; /* that begins with March */
    int64_t month = (day.month + 9) % 12;
    int64_t days =
        year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day.day - 1;
    const int64_t epoch = 719468; /* the same count for 1 January 1970 */
    return (days - epoch + 1) * DAY_S;
}

/* The snapshot that answers a status_at of this day; `count` if none does. */
static size_t answers_status(const struct rules *rules, const struct snapshot *snapshots,
                             size_t count, struct day day)
{
    unsigned source = (unsigned)sources_of_status(&rules->sources);
    int64_t end = end_of_day(day);
    size_t found = count;
    for (size_t i = 0; i < count; i++)
        if (snapshots[i].source == source && end > 0 && snapshots[i].as_of < (uint64_t)end &&
            (found == count || snapshots[i].as_of >= snapshots[found].as_of))
            found = i;
    return found;
}

bool people_wants(const struct rules *rules, const struct snapshot *snapshots, size_t count,
                  size_t which)
{
    if (counts(snapshots, count, which))
        return true;
    for (unsigned i = 0; i < rules->status_day_count; i++)
        if (answers_status(rules, snapshots, count, rules->status_days[i]) == which)
            return true;
    return false;
}

/* -- feeds ------------------------------------------------------------------------------------ */

static void mark_stale(struct people *people, const struct snapshot *snapshots,
                       uint64_t announced_at)
{
    const struct sources *sources = &people->rules->sources;
    uint64_t latest = announced_at;
    for (unsigned i = 0; i < sources->count; i++) {
        const struct feed *feed = &people->feeds[i];
        if (feed->table != NULL && snapshots[feed->snapshot].taken_at > latest)
            latest = snapshots[feed->snapshot].taken_at;
    }
    for (unsigned i = 0; i < sources->count; i++) {
        struct feed *feed = &people->feeds[i];
        uint64_t lasts = (uint64_t)sources->list[i].stale_after * DAY_S;
        feed->stale =
            feed->table == NULL || (lasts != 0 && snapshots[feed->snapshot].as_of + lasts < latest);
    }
}

static enum outcome open_feeds(struct people *people, const struct snapshot *snapshots,
                               size_t count, uint64_t announced_at, struct fail *fail)
{
    for (size_t i = 0; i < count; i++) {
        struct feed *feed = &people->feeds[snapshots[i].source];
        if (!counts(snapshots, count, i))
            continue;
        enum outcome outcome = numbers_make(snapshots[i].table, &feed->numbers, fail);
        if (outcome != GOOD)
            return outcome;
        feed->table = snapshots[i].table;
        feed->snapshot = i;
    }
    mark_stale(people, snapshots, announced_at);
    return GOOD;
}

/* -- fields ----------------------------------------------------------------------------------- */

int people_field(const struct people *people, struct span name)
{
    enum field_place place = field_place(name);
    if (place < PLACES)
        return (int)place;
    for (unsigned i = PLACES; i < people->field_count; i++)
        if (span_equal(people->fields[i].name, name))
            return (int)i;
    return NO_FIELD;
}

static void add_field(struct people *people, struct span name)
{
    const struct sources *sources = &people->rules->sources;
    struct people_field *field = &people->fields[people->field_count++];
    field->name = name;
    field->authority = sources_authority(sources, name);
    for (unsigned i = 0; i < sources->count; i++) {
        const struct table *table = people->feeds[i].table;
        field->slots[i] = (int16_t)(table == NULL ? NO_SLOT : table_find(table, name));
    }
}

static void add_new_field(struct people *people, struct span name)
{
    if (people_field(people, name) == NO_FIELD)
        add_field(people, name);
}

/* All named fields, the attributes of the feeds, and those that rules name. */
static enum outcome lay_fields(struct people *people, struct fail *fail)
{
    const struct rules *rules = people->rules;
    size_t most = PLACES + rules->field_count + rules->sources.count * (size_t)TABLE_SLOTS;
    people->fields = arena_zeroed(people->arena, most, sizeof *people->fields);
    people->rule_fields =
        arena_zeroed(people->arena, rules->field_count, sizeof *people->rule_fields);
    if (people->fields == NULL || people->rule_fields == NULL)
        return fail_unable(fail, "no memory for the fields");
    for (unsigned i = 0; i < PLACES; i++)
        add_field(people, field_name((enum field_place)i));
    for (unsigned i = 0; i < rules->sources.count; i++)
        for (int k = 0; people->feeds[i].table != NULL && k < people->feeds[i].table->slot_count;
             k++)
            add_new_field(people, people->feeds[i].table->slots[k].field);
    for (unsigned i = 0; i < rules->field_count; i++) {
        add_new_field(people, rules->fields[i]);
        people->rule_fields[i] = (unsigned)people_field(people, rules->fields[i]);
    }
    return GOOD;
}

/* -- persons ---------------------------------------------------------------------------------- */

/* Do the two sources count people with the same numbers? */
static bool same_numbers(const struct sources *sources, unsigned a, unsigned b)
{
    return sources->list[a].numbers == sources->list[b].numbers;
}

static uint32_t find_row(const struct people *people, unsigned source, struct span number)
{
    const struct feed *feed = &people->feeds[source];
    return feed->table == NULL ? NO_ROW : numbers_find(&feed->numbers, number);
}

/* Does a source before this one list the number? */
static bool listed_before(const struct people *people, unsigned source, struct span number)
{
    const struct sources *sources = &people->rules->sources;
    for (unsigned i = 0; i < source; i++)
        if (sources->list[i].lists && same_numbers(sources, i, source) &&
            find_row(people, i, number) != NO_ROW)
            return true;
    return false;
}

/* Whoever is at home in this source, in the order of its rows. */
static void list_persons(struct people *people, unsigned source)
{
    const struct sources *sources = &people->rules->sources;
    const struct feed *feed = &people->feeds[source];
    for (uint32_t row = 0; row < feed->table->rows; row++) {
        struct span number = table_number(feed->table, row);
        if (numbers_repeats(&feed->numbers, row) || listed_before(people, source, number))
            continue;
        uint32_t *rows = people->rows + people->count * sources->count;
        for (unsigned i = 0; i < sources->count; i++)
            rows[i] = i == source                            ? row
                      : i < source && sources->list[i].lists ? NO_ROW
                      : same_numbers(sources, i, source)     ? find_row(people, i, number)
                                                             : NO_ROW;
        people->list[people->count++].home = (uint8_t)source;
    }
}

static enum outcome join(struct people *people, struct fail *fail)
{
    const struct sources *sources = &people->rules->sources;
    size_t most = 0, slots = 16;
    for (unsigned i = 0; i < sources->count; i++)
        if (sources->list[i].lists && people->feeds[i].table != NULL)
            most += people->feeds[i].table->rows;
    while (slots < most * 2)
        slots *= 2;
    people->list = arena_zeroed(people->arena, most, sizeof *people->list);
    people->rows = arena_take(people->arena, most * sources->count * sizeof *people->rows);
    people->slots = arena_zeroed(people->arena, slots, sizeof *people->slots);
    people->mask = slots - 1;
    if (people->list == NULL || people->rows == NULL || people->slots == NULL)
        return fail_unable(fail, "no memory for %zu people", most);
    for (unsigned i = 0; i < sources->count; i++)
        if (sources->list[i].lists && people->feeds[i].table != NULL)
            list_persons(people, i);
    return GOOD;
}

struct span people_member_no(const struct people *people, uint32_t person)
{
    unsigned home = people->list[person].home;
    return table_number(people->feeds[home].table, people_row(people, person, home));
}

struct span people_numbers(const struct people *people, uint32_t person)
{
    const struct source *list = people->rules->sources.list;
    return list[list[people->list[person].home].numbers].id;
}

/* -- pseudonyms ------------------------------------------------------------------------------- */

void people_pseudonym(const struct people *people, struct span numbers, struct span member_no,
                      uint8_t out_pseudonym[HASH_BYTES])
{
    struct hash hash;
    hash_start(&hash, LABEL_PSEUDONYM);
    hash_part(&hash, people->key);
    hash_part(&hash, numbers);
    hash_part(&hash, member_no);
    hash_end(&hash, out_pseudonym);
}

static void name_person(void *context, unsigned worker, size_t index)
{
    struct people *people = context;
    uint32_t person = (uint32_t)index;
    (void)worker;
    people_pseudonym(people, people_numbers(people, person), people_member_no(people, person),
                     people->list[person].pseudonym);
}

static size_t slot_of(const struct people *people, const uint8_t pseudonym[HASH_BYTES])
{
    uint64_t place;
    memcpy(&place, pseudonym, sizeof place);
    size_t at = (size_t)place & people->mask;
    while (people->slots[at] != 0 &&
           memcmp(people->list[people->slots[at] - 1].pseudonym, pseudonym, HASH_BYTES) != 0)
        at = (at + 1) & people->mask;
    return at;
}

static void name_persons(struct people *people)
{
    parallel_for(parallel_threads(), people->count, NAMES_AT_ONCE, name_person, people);
    for (size_t i = 0; i < people->count; i++)
        people->slots[slot_of(people, people->list[i].pseudonym)] = (uint32_t)(i + 1);
}

uint32_t people_find(const struct people *people, const uint8_t pseudonym[HASH_BYTES])
{
    return people->slots[slot_of(people, pseudonym)] - 1; /* a free slot is 0: NOBODY */
}

/* -- statuses on a day ------------------------------------------------------------------------ */

/* The place plus 1 of the status on which all the person's rows in the table agree, or 0. */
static uint8_t status_among(const struct numbers *numbers, int slot, struct span number)
{
    uint32_t row = numbers_find(numbers, number);
    if (row == NO_ROW)
        return 0;
    struct span status = table_value(numbers->table, row, slot);
    for (row = numbers->next[row]; row != NO_ROW; row = numbers->next[row])
        if (!span_equal(table_value(numbers->table, row, slot), status))
            return 0;
    return status.ptr == NULL ? 0 : (uint8_t)(status_place(status) + 1);
}

static void read_statuses(const struct people *people, const struct numbers *numbers,
                          uint8_t *statuses)
{
    const struct sources *sources = &people->rules->sources;
    unsigned source = (unsigned)sources_of_status(sources);
    int slot = table_find(numbers->table, field_name(PLACE_STATUS));
    for (uint32_t i = 0; i < people->count; i++)
        if (same_numbers(sources, people->list[i].home, source))
            statuses[i] = status_among(numbers, slot, people_member_no(people, i));
}

/* The statuses that one snapshot gives; the counting one's numbers are known already. */
static enum outcome look_into(const struct people *people, const struct snapshot *snapshot,
                              uint8_t *statuses, struct fail *fail)
{
    const struct feed *feed = &people->feeds[snapshot->source];
    struct numbers numbers;
    if (snapshot->table == feed->table) {
        read_statuses(people, &feed->numbers, statuses);
        return GOOD;
    }
    enum outcome outcome = numbers_make(snapshot->table, &numbers, fail);
    if (outcome != GOOD)
        return outcome;
    read_statuses(people, &numbers, statuses);
    numbers_done(&numbers);
    return GOOD;
}

static enum outcome look_back(struct people *people, const struct snapshot *snapshots, size_t count,
                              struct fail *fail)
{
    const struct rules *rules = people->rules;
    enum outcome outcome = GOOD;
    people->statuses =
        arena_zeroed(people->arena, rules->status_day_count, sizeof *people->statuses);
    if (people->statuses == NULL)
        return fail_unable(fail, "no memory for the statuses");
    for (unsigned i = 0; outcome == GOOD && i < rules->status_day_count; i++) {
        size_t snapshot = answers_status(rules, snapshots, count, rules->status_days[i]);
        people->statuses[i] = arena_zeroed(people->arena, people->count, 1);
        if (people->statuses[i] == NULL)
            return fail_unable(fail, "no memory for the statuses");
        if (snapshot < count)
            outcome = look_into(people, &snapshots[snapshot], people->statuses[i], fail);
    }
    return outcome;
}

/* -- making and releasing --------------------------------------------------------------------- */

enum outcome people_make(const struct rules *rules, const struct snapshot *snapshots, size_t count,
                         uint64_t announced_at, struct span key, struct arena *arena,
                         struct people *out_people, struct fail *fail)
{
    struct people people = {.rules = rules, .key = key, .arena = arena};
    enum outcome outcome = open_feeds(&people, snapshots, count, announced_at, fail);
    if (outcome == GOOD)
        outcome = lay_fields(&people, fail);
    if (outcome == GOOD)
        outcome = join(&people, fail);
    if (outcome == GOOD) {
        name_persons(&people);
        outcome = look_back(&people, snapshots, count, fail);
    }
    if (outcome == GOOD)
        *out_people = people;
    else
        people_done(&people);
    return outcome;
}

void people_done(struct people *people)
{
    for (unsigned i = 0; people != NULL && i < ROLL_SOURCES_MAX; i++) {
        numbers_done(&people->feeds[i].numbers);
        people->feeds[i].table = NULL;
    }
}

/* -- values ----------------------------------------------------------------------------------- */

uint32_t people_standing_row(const struct people *people, unsigned source, uint32_t row,
                             uint8_t *const withdrawn[ROLL_SOURCES_MAX])
{
    const uint8_t *bits = withdrawn == NULL ? NULL : withdrawn[source];
    while (row != NO_ROW && bits != NULL && (bits[row / 8] >> row % 8 & 1) != 0)
        row = people->feeds[source].numbers.next[row];
    return row;
}

/* What one source says of the person, who may have no row there. */
static struct value ask(const struct people *people, uint32_t person, unsigned field,
                        unsigned source, uint8_t *const withdrawn[ROLL_SOURCES_MAX])
{
    const struct feed *feed = &people->feeds[source];
    struct value value = {.state = VALUE_MISSING, .source = NO_SOURCE, .stale = feed->stale};
    int slot = people->fields[field].slots[source];
    uint32_t row = people_row(people, person, source);
    row = people_standing_row(people, source, row, withdrawn);
    if (row == NO_ROW || slot == NO_SLOT)
        return value;
    struct span text = table_value(feed->table, row, slot);
    for (uint32_t other = row; other != NO_ROW && field != PLACE_MEMBER_NO;) {
        other = people_standing_row(people, source, feed->numbers.next[other], withdrawn);
        if (other != NO_ROW && !span_equal(table_value(feed->table, other, slot), text))
            return (struct value){.state = VALUE_CONTESTED, .source = NO_SOURCE};
    }
    if (text.ptr == NULL)
        return value;
    value.state = VALUE_PRESENT;
    value.text = text;
    value.source = (int)source;
    value.line = feed->table->lines[row];
    return value;
}

/* Puts one more answer to those before it: the first that is not stale gives the value. */
static void agree(struct value *value, const struct value *answer)
{
    bool differ = value->state == VALUE_PRESENT && answer->state == VALUE_PRESENT &&
                  !span_equal(value->text, answer->text);
    if (value->state == VALUE_CONTESTED)
        return;
    if (answer->state == VALUE_CONTESTED || differ)
        *value = (struct value){.state = VALUE_CONTESTED, .source = NO_SOURCE};
    else if (answer->state == VALUE_PRESENT &&
             (value->state == VALUE_MISSING || (value->stale && !answer->stale)))
        *value = *answer;
    else if (value->state == VALUE_MISSING)
        value->stale = value->stale && answer->stale;
}

void people_value_among(const struct people *people, uint32_t person, unsigned field,
                        uint8_t *const withdrawn[ROLL_SOURCES_MAX], struct value *out_value)
{
    const struct sources *sources = &people->rules->sources;
    int authority = people->fields[field].authority;
    struct value value = {.state = VALUE_MISSING, .source = NO_SOURCE, .stale = true};
    if (authority != NO_SOURCE) {
        *out_value = ask(people, person, field, (unsigned)authority, withdrawn);
        return;
    }
    for (unsigned i = people->list[person].home; i < sources->count; i++) {
        if (!sources->list[i].lists || people_row(people, person, i) == NO_ROW)
            continue;
        struct value answer = ask(people, person, field, i, withdrawn);
        agree(&value, &answer);
    }
    if (field == PLACE_MEMBER_NO)
        value.stale = false;
    *out_value = value;
}

void people_value(const struct people *people, uint32_t person, unsigned field,
                  struct value *out_value)
{
    people_value_among(people, person, field, NULL, out_value);
}
