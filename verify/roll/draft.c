#include "roll/draft.h"

#include "base/parallel.h"

enum { JUDGED_AT_ONCE = 1024, RECORD_BYTES_MOST = 1 << 22 };

/* -- who -------------------------------------------------------------------------------------- */

const struct roll_case *draft_case_of(const struct draft *draft, uint32_t index)
{
    return draft->added[index - draft->people->count];
}

const uint8_t *draft_pseudonym(const struct draft *draft, uint32_t index)
{
    return draft_added(draft, index) ? draft_case_of(draft, index)->subjects[0].bytes
                                     : draft->people->list[index].pseudonym;
}

struct span draft_numbers(const struct draft *draft, uint32_t index)
{
    return draft_added(draft, index) ? draft_case_of(draft, index)->effect->numbers
                                     : people_numbers(draft->people, index);
}

struct span draft_member_no(const struct draft *draft, uint32_t index)
{
    return draft_added(draft, index) ? draft_case_of(draft, index)->effect->record[0].value
                                     : people_member_no(draft->people, index);
}

uint32_t draft_find(const struct draft *draft, const uint8_t pseudonym[HASH_BYTES])
{
    uint32_t found = people_find(draft->people, pseudonym);
    for (uint32_t i = (uint32_t)draft->people->count; found == NOBODY && i < draft->count; i++)
        if (memcmp(draft_pseudonym(draft, i), pseudonym, HASH_BYTES) == 0)
            found = i;
    return found;
}

/* -- what is known of them -------------------------------------------------------------------- */

static struct value given(const struct roll_case *by, struct span text)
{
    return (struct value){.state = text.ptr == NULL ? VALUE_MISSING : VALUE_PRESENT,
                          .text = text,
                          .source = NO_SOURCE,
                          .by_case = by->number};
}

static struct value added_value(const struct roll_case *by, struct span field)
{
    const struct effect *effect = by->effect;
    for (size_t i = 0; i < effect->record_count; i++)
        if (span_equal(effect->record[i].field, field))
            return given(by, effect->record[i].value);
    return given(by, (struct span){0});
}

void draft_value(const struct draft *draft, uint32_t index, unsigned field, struct value *out_value)
{
    uint32_t at = draft->list[index].set;
    while (at != 0 && draft->sets[at - 1].field != field)
        at = draft->sets[at - 1].before;
    if (at != 0)
        *out_value = given(draft->sets[at - 1].by, draft->sets[at - 1].by->effect->to);
    else if (draft_added(draft, index))
        *out_value = added_value(draft_case_of(draft, index), draft->people->fields[field].name);
    else
        people_value_among(draft->people, index, field, draft->withdrawn, out_value);
}

struct span draft_shown(const struct draft *draft, uint32_t index, unsigned field)
{
    const struct people *people = draft->people;
    struct value value;
    draft_value(draft, index, field, &value);
    if (value.state != VALUE_CONTESTED)
        return value.text;
    if (field != PLACE_NAME)
        return (struct span){0};
    unsigned home = people->list[index].home;
    uint32_t row = people_row(people, index, home);
    row = people_standing_row(people, home, row, draft->withdrawn);
    return table_value(people->feeds[home].table, row, people->fields[field].slots[home]);
}

/* Several standing rows in a source that lists? */
static bool is_duplicate(const struct draft *draft, uint32_t index)
{
    const struct people *people = draft->people;
    const struct sources *sources = &people->rules->sources;
    for (unsigned i = 0; i < sources->count && !draft_added(draft, index); i++) {
        uint32_t row = people_row(people, index, i);
        if (row == NO_ROW || !sources->list[i].lists)
            continue;
        row = people_standing_row(people, i, row, draft->withdrawn);
        row = people->feeds[i].numbers.next[row];
        if (people_standing_row(people, i, row, draft->withdrawn) != NO_ROW)
            return true;
    }
    return false;
}

/* -- by the rules ----------------------------------------------------------------------------- */

/* Room for the facts about one person. */
struct gathered {
    struct value *values;
    struct span *statuses;
    enum truth lists[ROLL_SOURCES_MAX];
    bool stale[ROLL_SOURCES_MAX];
};

static bool gathered_init(struct gathered *gathered, const struct draft *draft)
{
    const struct rules *rules = draft->people->rules;
    *gathered = (struct gathered){
        .values = arena_zeroed(draft->arena, rules->field_count, sizeof *gathered->values),
        .statuses = arena_zeroed(draft->arena, rules->status_day_count, sizeof *gathered->statuses),
    };
    for (unsigned i = 0; i < rules->sources.count; i++)
        gathered->stale[i] = draft->people->feeds[i].stale;
    return gathered->values != NULL && gathered->statuses != NULL;
}

/* An added person is in no list, whether or not the list is there. */
static enum truth list_truth(const struct draft *draft, uint32_t index, unsigned source)
{
    if (draft_added(draft, index))
        return IS_FALSE;
    if (draft->people->feeds[source].table == NULL)
        return UNDETERMINED;
    return people_row(draft->people, index, source) == NO_ROW ? IS_FALSE : IS_TRUE;
}

static struct span status_on(const struct draft *draft, uint32_t index, unsigned day)
{
    uint8_t place = draft_added(draft, index) ? 0 : draft->people->statuses[day][index];
    if (place == 0)
        return (struct span){0};
    return status_name(place - 1U);
}

/* Fills what the rules say of the person as things stand. */
static void judge(struct draft *draft, uint32_t index, struct gathered *gathered)
{
    const struct rules *rules = draft->people->rules;
    struct drafted *drafted = &draft->list[index];
    struct verdict verdict;
    for (unsigned i = 0; i < rules->field_count; i++)
        draft_value(draft, index, draft->people->rule_fields[i], &gathered->values[i]);
    for (unsigned i = 0; i < rules->sources.count; i++)
        gathered->lists[i] = list_truth(draft, index, i);
    for (unsigned i = 0; i < rules->status_day_count; i++)
        gathered->statuses[i] = status_on(draft, index, i);
    const struct facts facts = {.values = gathered->values,
                                .lists = gathered->lists,
                                .stale_sources = gathered->stale,
                                .statuses = gathered->statuses};
    verdict_make(rules, &facts, &verdict);
    drafted->failed = verdict.failed;
    drafted->style = (int16_t)verdict.style;
    drafted->votes = (uint8_t)verdict.votes;
    drafted->duplicate = is_duplicate(draft, index);
    drafted->by_rules = drafted->duplicate || (verdict.failed == 0 && verdict.unsure != 0)
                            ? STANDING_UNDETERMINED
                        : verdict.failed != 0 ? INELIGIBLE
                                              : ELIGIBLE;
}

/* -- the passes ------------------------------------------------------------------------------- */

/* What one pass works with. */
struct passing {
    struct draft *draft;
    const struct roll_case *by; /* the case whose turn it is */
    struct gathered gathered;   /* for `set` */
    bool starved;               /* there was no memory */
};

/* Pass 1: true if it took effect. There is room for every case. */
static bool apply_add(struct passing *passing)
{
    struct draft *draft = passing->draft;
    if (draft_find(draft, passing->by->subjects[0].bytes) != NOBODY)
        return false;
    draft->added[draft->count - draft->people->count] = passing->by;
    draft->list[draft->count++] = (struct drafted){.style = NO_STYLE};
    return true;
}

static bool standing_row_is(const struct draft *draft, unsigned source, uint32_t row,
                            const struct digest *id)
{
    uint8_t found[HASH_BYTES];
    struct buffer work;
    buffer_init(&work, RECORD_BYTES_MOST);
    bool same = table_row_id(draft->people->feeds[source].table, row, &work, found) &&
                memcmp(found, id->bytes, HASH_BYTES) == 0;
    buffer_done(&work);
    return same;
}

/* The first of the person's standing rows in the source that has this id, or NO_ROW; and how many
 * stand there. */
static uint32_t find_kept(const struct draft *draft, uint32_t index, unsigned source,
                          const struct digest *id, unsigned *out_standing)
{
    const struct people *people = draft->people;
    uint32_t row = people_row(people, index, source), kept = NO_ROW;
    *out_standing = 0;
    while ((row = people_standing_row(people, source, row, draft->withdrawn)) != NO_ROW) {
        if (kept == NO_ROW && standing_row_is(draft, source, row, id))
            kept = row;
        ++*out_standing;
        row = people->feeds[source].numbers.next[row];
    }
    return kept;
}

/* There is room: make_room(). */
static void note_set(struct draft *draft, uint32_t index, const struct roll_case *by,
                     unsigned field)
{
    draft->sets[draft->set_count] = (struct draft_set){by, field, draft->list[index].set};
    draft->list[index].set = (uint32_t)++draft->set_count;
}

static bool withdraw_others(struct passing *passing, uint32_t index, unsigned source, uint32_t kept)
{
    struct draft *draft = passing->draft;
    const struct feed *feed = &draft->people->feeds[source];
    if (draft->withdrawn[source] == NULL)
        draft->withdrawn[source] = arena_zeroed(draft->arena, feed->table->rows / 8 + 1, 1);
    uint8_t *bits = draft->withdrawn[source];
    passing->starved = passing->starved || bits == NULL;
    for (uint32_t row = people_row(draft->people, index, source); bits != NULL && row != NO_ROW;
         row = feed->numbers.next[row])
        if (row != kept)
            bits[row / 8] |= (uint8_t)(1U << row % 8);
    note_set(draft, index, passing->by, DRAFT_KEPT);
    return true;
}

/* Pass 2. */
static bool apply_rows(struct passing *passing, uint32_t index)
{
    const struct draft *draft = passing->draft;
    for (unsigned i = 0; i < draft->people->rules->sources.count; i++) {
        unsigned standing = 0;
        if (draft_added(draft, index) || people_row(draft->people, index, i) == NO_ROW)
            continue;
        uint32_t kept = find_kept(draft, index, i, &passing->by->effect->digest, &standing);
        if (kept != NO_ROW && standing > 1)
            return withdraw_others(passing, index, i, kept);
    }
    return false;
}

/* Pass 3. */
static bool apply_merge(struct passing *passing, uint32_t index)
{
    struct drafted *list = passing->draft->list;
    uint32_t survivor = draft_find(passing->draft, passing->by->effect->digest.bytes);
    if (survivor == NOBODY || survivor == index || list[survivor].standing == WITHDRAWN ||
        list[index].standing == WITHDRAWN)
        return false;
    list[index].standing = WITHDRAWN;
    return true;
}

/* Has the source the field? Then also its type there. */
static bool type_in(const struct people *people, unsigned source, unsigned field,
                    enum field_type *out_type)
{
    int slot = people->fields[field].slots[source];
    if (people->feeds[source].table == NULL || slot == NO_SLOT)
        return false;
    *out_type = people->feeds[source].table->slots[slot].type;
    return true;
}

/* The type of an attribute: what the source with authority makes of it, or else the first that
 * lists and has it. False if none has. */
static bool find_type(const struct people *people, unsigned field, enum field_type *out_type)
{
    const struct sources *sources = &people->rules->sources;
    int authority = people->fields[field].authority;
    bool found = authority != NO_SOURCE && type_in(people, (unsigned)authority, field, out_type);
    for (unsigned i = 0; !found && i < sources->count; i++)
        found = sources->list[i].lists && type_in(people, i, field, out_type);
    return found;
}

/* May the field, whoever's it is, take the value? */
static bool takes(const struct people *people, int field, struct span value)
{
    enum field_type type;
    if (field == NO_FIELD)
        return false;
    if (field < PLACES)
        (void)field_named(people->fields[field].name, &type);
    else if (!find_type(people, (unsigned)field, &type))
        return false;
    return value.ptr == NULL || field_value_valid(type, value);
}

/* Does the field say what the case says it does? No value is the empty text, which thus stands for
 * missing and contested. */
static bool says(const struct draft *draft, uint32_t index, int field, struct span from)
{
    struct value value;
    draft_value(draft, index, (unsigned)field, &value);
    return span_equal(value.text, from);
}

/* Pass 4. Nobody is shut out by a value that was never put to them. */
static bool apply_set(struct passing *passing, uint32_t index)
{
    struct draft *draft = passing->draft;
    const struct roll_case *by = passing->by;
    const struct effect *effect = by->effect;
    struct drafted *drafted = &draft->list[index];
    int field = people_field(draft->people, effect->field);
    if (drafted->standing == WITHDRAWN || !takes(draft->people, field, effect->to) ||
        !says(draft, index, field, effect->from))
        return false;
    judge(draft, index, &passing->gathered);
    bool ineligible_before = drafted->by_rules == INELIGIBLE;
    note_set(draft, index, by, (unsigned)field);
    judge(draft, index, &passing->gathered);
    if (drafted->by_rules != INELIGIBLE || ineligible_before || by->reply_over)
        return true;
    drafted->set = draft->sets[--draft->set_count].before;
    return false;
}

/* Pass 5: the last word counts. */
static bool apply_word(struct passing *passing, uint32_t index)
{
    struct drafted *drafted = &passing->draft->list[index];
    if (drafted->standing == WITHDRAWN)
        return false;
    drafted->by_case = (uint8_t)passing->by->effect->what;
    return true;
}

static bool apply(struct passing *passing, uint32_t index)
{
    switch (passing->by->effect->what) {
    case EFFECT_ADD:
        return apply_add(passing);
    case EFFECT_ROWS:
        return index != NOBODY && apply_rows(passing, index);
    case EFFECT_MERGE:
        return index != NOBODY && apply_merge(passing, index);
    case EFFECT_SET:
        return index != NOBODY && apply_set(passing, index);
    default:
        return index != NOBODY && apply_word(passing, index);
    }
}

/* One of the five, in the order in which the cases came into force. */
static void pass(struct passing *passing, enum effect_do first, enum effect_do last)
{
    struct draft *draft = passing->draft;
    for (size_t i = 0; i < draft->cases->in_force_count; i++) {
        passing->by = draft->cases->in_force[i];
        if (passing->by->effect->what < first || passing->by->effect->what > last)
            continue;
        for (size_t k = 0; k < passing->by->subject_count; k++)
            if (!apply(passing, draft_find(draft, passing->by->subjects[k].bytes)))
                draft->moot++;
    }
}

/* -- what comes of it ------------------------------------------------------------------------- */

/* The table of section 8. */
static enum standing decide(const struct drafted *drafted)
{
    bool whole = drafted->style != NO_STYLE && !drafted->duplicate;
    if (drafted->by_case == EFFECT_EXCLUDE)
        return REMOVED;
    if (whole && drafted->by_case == EFFECT_INCLUDE)
        return ELIGIBLE;
    if (whole && drafted->by_case == EFFECT_HOLD)
        return PROVISIONAL;
    return (enum standing)drafted->by_rules;
}

struct judging {
    struct draft *draft;
    struct gathered gathered[PARALLEL_THREADS_MOST];
};

static void judge_one(void *context, unsigned worker, size_t index)
{
    struct judging *judging = context;
    struct drafted *drafted = &judging->draft->list[index];
    if (drafted->standing == WITHDRAWN)
        return;
    judge(judging->draft, (uint32_t)index, &judging->gathered[worker]);
    drafted->standing = (uint8_t)decide(drafted);
}

static enum outcome judge_all(struct draft *draft, struct fail *fail)
{
    struct judging judging = {.draft = draft};
    unsigned threads = parallel_threads();
    for (unsigned i = 0; i < threads; i++)
        if (!gathered_init(&judging.gathered[i], draft))
            return fail_unable(fail, "no memory for the rules");
    parallel_for(threads, draft->count, JUDGED_AT_ONCE, judge_one, &judging);
    return GOOD;
}

/* A case still open casts a doubt: who may have to go, or may have to come, is provisional. */
static void doubt(struct draft *draft, const struct roll_case *open)
{
    bool removal = effect_removes(open->effect);
    for (size_t i = 0; i < open->subject_count; i++) {
        uint32_t index = draft_find(draft, open->subjects[i].bytes);
        struct drafted *drafted = index == NOBODY ? NULL : &draft->list[index];
        if (drafted == NULL || drafted->style == NO_STYLE || drafted->duplicate)
            continue;
        if (drafted->standing == (removal ? ELIGIBLE : INELIGIBLE) && (!removal || open->notified))
            drafted->standing = PROVISIONAL;
    }
}

static void settle(struct draft *draft)
{
    for (size_t i = 0; i < draft->cases->case_count; i++)
        if (draft->cases->cases[i].open)
            doubt(draft, &draft->cases->cases[i]);
    for (uint32_t i = 0; i < draft->count; i++) {
        struct drafted *drafted = &draft->list[i];
        if (drafted->standing == STANDING_UNDETERMINED && drafted->style != NO_STYLE &&
            !drafted->duplicate)
            drafted->standing = PROVISIONAL;
    }
}

/* -- making it -------------------------------------------------------------------------------- */

static enum outcome make_room(struct draft *draft, struct fail *fail)
{
    size_t sets = 0;
    for (size_t i = 0; i < draft->cases->in_force_count; i++) {
        const struct roll_case *by = draft->cases->in_force[i];
        draft->room += by->effect->what == EFFECT_ADD;
        if (by->effect->what == EFFECT_SET || by->effect->what == EFFECT_ROWS)
            sets += by->subject_count;
    }
    draft->list =
        arena_zeroed(draft->arena, draft->people->count + draft->room, sizeof *draft->list);
    draft->added = arena_zeroed(draft->arena, draft->room, sizeof *draft->added);
    draft->sets = arena_zeroed(draft->arena, sets, sizeof *draft->sets);
    if (draft->list == NULL || draft->added == NULL || draft->sets == NULL)
        return fail_unable(fail, "no memory for a draft of %zu people", draft->people->count);
    draft->count = (uint32_t)draft->people->count;
    for (uint32_t i = 0; i < draft->count; i++)
        draft->list[i].style = NO_STYLE;
    return GOOD;
}

enum outcome draft_make(const struct people *people, const struct casebook_view *cases,
                        struct arena *arena, struct draft *out_draft, struct fail *fail)
{
    struct draft draft = {.people = people, .cases = cases, .arena = arena};
    struct passing passing = {.draft = &draft};
    enum outcome outcome = make_room(&draft, fail);
    if (outcome == GOOD && !gathered_init(&passing.gathered, &draft))
        outcome = fail_unable(fail, "no memory for the rules");
    if (outcome != GOOD)
        return outcome;
    pass(&passing, EFFECT_ADD, EFFECT_ADD);
    pass(&passing, EFFECT_ROWS, EFFECT_ROWS);
    pass(&passing, EFFECT_MERGE, EFFECT_MERGE);
    pass(&passing, EFFECT_SET, EFFECT_SET);
    pass(&passing, EFFECT_INCLUDE, EFFECT_HOLD);
    if (passing.starved)
        return fail_unable(fail, "no memory for the rows that are withdrawn");
    outcome = judge_all(&draft, fail);
    if (outcome != GOOD)
        return outcome;
    settle(&draft);
    *out_draft = draft;
    return GOOD;
}
