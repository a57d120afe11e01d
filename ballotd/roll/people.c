#include "roll/people.h"

#include "roll/people_inside.h"

enum { DAY_S = 86400 };

/* -- which snapshots count -------------------------------------------------------------------- */

/* The latest of a source in entry order; PEOPLE_NONE: it has none. */
static uint32_t find_counting(const struct people_terms *terms, uint32_t source)
{
    uint32_t found = PEOPLE_NONE;
    for (uint32_t i = 0; i < terms->feed_count; i++) {
        if (terms->feeds[i].source == source)
            found = i;
    }
    return found;
}

/* What was known of contacts before all else: the source's first snapshot, whatever time its
 * exporter says that it speaks of (docs/roll.md section 9). */
static uint32_t find_earlier(const struct people_terms *terms, uint32_t source)
{
    for (uint32_t i = 0; i < terms->feed_count; i++)
        if (terms->feeds[i].source == source)
            return i;
    return PEOPLE_NONE;
}

/* The snapshot that says what the status was on a day (section 5, status_at). */
static uint32_t find_status(const struct people_terms *terms, struct date day)
{
    uint32_t source = sources_of_status(terms->sources);
    int64_t end_s = ((int64_t)date_to_days(day) + 1) * DAY_S;
    uint32_t found = PEOPLE_NONE;
    for (uint32_t i = 0; i < terms->feed_count; i++) {
        const struct feed *feed = &terms->feeds[i];
        if (feed->source != source || feed->as_of_s >= end_s)
            continue;
        if (found == PEOPLE_NONE || feed->as_of_s >= terms->feeds[found].as_of_s)
            found = i;
    }
    return found;
}

static void want(bool *wanted, uint32_t feed)
{
    if (feed != PEOPLE_NONE)
        wanted[feed] = true;
}

void people_wanted(const struct people_terms *terms, bool *out_wanted)
{
    memset(out_wanted, 0, terms->feed_count * sizeof(*out_wanted));
    for (uint32_t source = 0; source < terms->sources->count; source++) {
        want(out_wanted, find_counting(terms, source));
        want(out_wanted, find_earlier(terms, source));
    }
    for (uint32_t day = 0; day < terms->rules->day_count; day++)
        want(out_wanted, find_status(terms, terms->rules->days[day]));
}

void people_find_snapshots(struct people *people)
{
    const struct people_terms *terms = &people->terms;
    people->judged_at_s = terms->announced_at_s;
    for (uint32_t source = 0; source < terms->sources->count; source++) {
        uint32_t feed = people->counting[source] = find_counting(terms, source);
        people->earlier[source] = find_earlier(terms, source);
        if (feed != PEOPLE_NONE && terms->feeds[feed].taken_at_s > people->judged_at_s)
            people->judged_at_s = terms->feeds[feed].taken_at_s;
    }
    for (uint32_t source = 0; source < terms->sources->count; source++) {
        int64_t most_s = (int64_t)terms->sources->sources[source].stale_after_days * DAY_S;
        uint32_t feed = people->counting[source];
        people->stale[source] =
            feed == PEOPLE_NONE ||
            (most_s > 0 && terms->feeds[feed].as_of_s + most_s < people->judged_at_s);
    }
    for (uint32_t day = 0; day < terms->rules->day_count; day++)
        people->status_feeds[day] = find_status(terms, terms->rules->days[day]);
}

/* -- who has which rows ----------------------------------------------------------------------- */

const struct snapshot *people_snapshot(const struct people *people, uint32_t source)
{
    uint32_t feed = people->counting[source];
    return feed == PEOPLE_NONE ? NULL : people->terms.feeds[feed].snapshot;
}

uint32_t people_line(const struct people *people, uint32_t source, uint32_t row)
{
    return people_snapshot(people, source)->lines[row];
}

struct person_rows people_rows(const struct people *people, uint32_t person, uint32_t feed)
{
    const struct people_feed *rows = &people->feeds[feed];
    uint32_t numbers = people->terms.sources->sources[people->terms.feeds[feed].source].numbers;
    if (people->persons[person].numbers != numbers || rows->place == NULL)
        return (struct person_rows){0};
    uint32_t place = rows->place[person - people->spaces[numbers].first];
    if (place == PEOPLE_NONE)
        return (struct person_rows){0};
    struct person_rows found = {&rows->order[place], 1};
    uint32_t count = people->terms.feeds[feed].snapshot->rows;
    while (place + found.count < count && people_follows(rows, place + found.count))
        found.count++;
    return found;
}

void people_look(const struct people *people, uint32_t person, struct person_view *out_view)
{
    for (uint32_t source = 0; source < people->terms.sources->count; source++) {
        uint32_t feed = people->counting[source];
        out_view->of[source] = (struct person_rows){0};
        if (feed != PEOPLE_NONE)
            out_view->of[source] = people_rows(people, person, feed);
    }
}

struct span people_number(const struct people *people, uint32_t person)
{
    uint32_t home = people->persons[person].home;
    struct person_rows rows = people_rows(people, person, people->counting[home]);
    return snapshot_value(people_snapshot(people, home), rows.rows[0], FIELD_MEMBER_NO);
}

/* -- fields ----------------------------------------------------------------------------------- */

struct people_field people_field(const struct people *people, struct span name)
{
    struct people_field field = {.name = name,
                                 .authority = sources_authority(people->terms.sources, name),
                                 .is_number = span_is(name, "member_no")};
    for (uint32_t source = 0; source < people->terms.sources->count; source++) {
        const struct snapshot *snapshot = people_snapshot(people, source);
        int at = snapshot == NULL ? -1 : layout_find(&snapshot->layout, name);
        field.at[source] = at >= 0 && snapshot->layout.mapped[at] ? (int16_t)at : -1;
    }
    return field;
}

bool people_field_type(const struct people *people, const struct people_field *field,
                       enum field_type *out_type)
{
    int fixed = field_fixed(field->name);
    if (fixed >= 0) {
        *out_type = field_fixed_type((enum field)fixed);
        return true;
    }
    int source = field->authority;
    for (uint32_t next = 0; source < 0 || field->at[source] < 0; next++) {
        if (next == people->terms.sources->count)
            return false;
        source = people->terms.sources->sources[next].lists ? (int)next : -1;
    }
    *out_type = people_snapshot(people, (uint32_t)source)->layout.types[field->at[source]];
    return true;
}

/* -- values ----------------------------------------------------------------------------------- */

static struct value value_of(struct span text)
{
    return (struct value){.state = text.len > 0 ? VALUE_KNOWN : VALUE_MISSING, .text = text};
}

/* What rows of one snapshot say: contested where they differ. */
static struct value say(const struct snapshot *snapshot, struct person_rows rows, int at)
{
    if (rows.count == 0 || at < 0)
        return (struct value){.state = VALUE_MISSING};
    for (uint32_t i = 1; i < rows.count; i++) {
        if (!snapshot_same(snapshot, rows.rows[0], rows.rows[i], (uint32_t)at))
            return (struct value){.state = VALUE_CONTESTED};
    }
    return value_of(snapshot_value(snapshot, rows.rows[0], (uint32_t)at));
}

static struct told tell(const struct person_view *view, uint32_t source, struct value value,
                        bool stale)
{
    value.stale = stale && value.state != VALUE_CONTESTED;
    uint32_t row = view->of[source].count > 0 ? view->of[source].rows[0] : PEOPLE_NONE;
    return (struct told){.value = value, .source = source, .row = row};
}

/* Rule 3 of section 4: all sources that list and have the person. */
static struct told tell_together(const struct people *people, const struct person *person,
                                 const struct person_view *view, const struct people_field *field)
{
    struct told found = {.source = PEOPLE_NONE};
    bool all_stale = true;
    for (uint32_t source = 0; source < people->terms.sources->count; source++) {
        if (!people->terms.sources->sources[source].lists || view->of[source].count == 0)
            continue;
        bool stale = people->stale[source];
        struct value value =
            say(people_snapshot(people, source), view->of[source], field->at[source]);
        all_stale = all_stale && stale;
        if (value.state == VALUE_MISSING)
            continue;
        if (value.state == VALUE_CONTESTED ||
            (found.source != PEOPLE_NONE && !span_equal(value.text, found.value.text)))
            return tell(view, person->home, (struct value){.state = VALUE_CONTESTED}, false);
        if (found.source == PEOPLE_NONE || (found.value.stale && !stale))
            found = tell(view, source, value, stale);
    }
    if (found.source != PEOPLE_NONE)
        return found;
    return tell(view, person->home, (struct value){.state = VALUE_MISSING}, all_stale);
}

struct told people_tell(const struct people *people, const struct person *person,
                        const struct person_view *view, const struct people_field *field)
{
    if (field->is_number) {
        const struct snapshot *home = people_snapshot(people, person->home);
        return tell(view, person->home, say(home, view->of[person->home], FIELD_MEMBER_NO), false);
    }
    if (field->authority < 0)
        return tell_together(people, person, view, field);
    uint32_t source = (uint32_t)field->authority;
    struct value value = say(people_snapshot(people, source), view->of[source], field->at[source]);
    return tell(view, source, value, people->stale[source]);
}

struct told people_value(const struct people *people, uint32_t person,
                         const struct people_field *field)
{
    struct person_view view;
    people_look(people, person, &view);
    return people_tell(people, &people->persons[person], &view, field);
}

/* What the source's first snapshot says; false unless the person has exactly one row there. */
static bool say_first(const struct people *people, uint32_t person, uint32_t source,
                      const struct people_field *field, struct value *out_value)
{
    uint32_t feed = people->earlier[source];
    if (feed == PEOPLE_NONE)
        return false;
    struct person_rows rows = people_rows(people, person, feed);
    if (rows.count != 1)
        return false;
    const struct snapshot *snapshot = people->terms.feeds[feed].snapshot;
    *out_value = say(snapshot, rows, layout_find(&snapshot->layout, field->name));
    return true;
}

struct told people_earlier(const struct people *people, uint32_t person,
                           const struct people_field *field)
{
    const struct source_list *sources = people->terms.sources;
    struct value value = {.state = VALUE_MISSING};
    struct told now = people_value(people, person, field);
    if (now.value.state != VALUE_KNOWN)
        now.source = people->persons[person].home;
    for (uint32_t i = 0; field->authority < 0 && i < sources->count; i++)
        if (sources->sources[i].lists && say_first(people, person, i, field, &value) &&
            value.state == VALUE_KNOWN)
            return (struct told){.value = value, .source = now.source, .row = PEOPLE_NONE};
    if (!say_first(people, person, now.source, field, &value))
        return now;
    return (struct told){.value = value, .source = now.source, .row = PEOPLE_NONE};
}

struct value people_status(const struct people *people, uint32_t person, uint32_t day)
{
    struct value value = {.state = VALUE_CONTESTED};
    uint32_t feed = people->status_feeds[day];
    if (feed != PEOPLE_NONE)
        value = say(people->terms.feeds[feed].snapshot, people_rows(people, person, feed),
                    FIELD_STATUS);
    if (value.state == VALUE_MISSING)
        value.state = VALUE_CONTESTED;
    return value;
}
