/* The same person under two numbers: candidates are found by blocks (one e-mail address, one
 * telephone, one name and birth date), so that a million people are compared in a second. */
#include "roll/reconcile_inside.h"

#include <stdlib.h>

#include "roll/likeness.h"

enum {
    BLOCK_PEOPLE_MAX = 12, /* more are no couple, no family, and no one person */
    SCORE_HIGH = 75,
    SCORE_MEDIUM = 50,
};

struct block_entry {
    uint64_t key;
    uint32_t person;
};

enum block { BLOCK_EMAIL, BLOCK_PHONE, BLOCK_NAME, BLOCKS };

struct alike {
    struct reconciler *reconciler;
    struct likeness *likenesses; /* of each person */
    struct block_entry *entries;
    struct people_field fields[FIELD_FIXED];
};

static struct span told_text(const struct alike *alike, uint32_t person,
                             const struct person_view *view, enum field field)
{
    const struct people *people = alike->reconciler->people;
    struct told told = people_tell(people, &people->persons[person], view, &alike->fields[field]);
    return told.value.state == VALUE_KNOWN ? told.value.text : SPAN_LIT("");
}

static void liken(struct alike *alike)
{
    static const enum field FIELDS[] = {FIELD_NAME, FIELD_EMAIL, FIELD_PHONE, FIELD_POSTCODE,
                                        FIELD_BORN_ON};
    const struct people *people = alike->reconciler->people;
    for (size_t i = 0; i < sizeof(FIELDS) / sizeof(FIELDS[0]); i++)
        alike->fields[FIELDS[i]] = people_field(people, field_fixed_name(FIELDS[i]));
    for (uint32_t i = 0; i < people->count; i++) {
        struct person_view view;
        if (!reconcile_stands(alike->reconciler, i))
            continue;
        people_look(people, i, &view);
        struct likeness_values values = {
            .name = told_text(alike, i, &view, FIELD_NAME),
            .email = told_text(alike, i, &view, FIELD_EMAIL),
            .phone = told_text(alike, i, &view, FIELD_PHONE),
            .postcode = told_text(alike, i, &view, FIELD_POSTCODE),
            .born_on = told_text(alike, i, &view, FIELD_BORN_ON),
        };
        alike->likenesses[i] = likeness_of(&values);
    }
}

static uint64_t block_key(const struct likeness *likeness, enum block block)
{
    if (block == BLOCK_EMAIL)
        return likeness->email;
    if (block == BLOCK_PHONE)
        return likeness->phone;
    return likeness->name == 0 || likeness->born_on == 0 ? 0
                                                         : likeness->name * 31 + likeness->born_on;
}

static int compare_entries(const void *a, const void *b)
{
    const struct block_entry *x = a;
    const struct block_entry *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->person > y->person) - (x->person < y->person);
}

/* A pair is found by every block that it shares; it is listed by the first alone. */
static bool listed_before(unsigned bits, enum block block)
{
    return (block > BLOCK_EMAIL && (bits & LIKE_EMAIL) != 0) ||
           (block > BLOCK_PHONE && (bits & LIKE_PHONE) != 0);
}

static size_t fold_name_of(const struct alike *alike, uint32_t person, char *out_folded)
{
    struct person_view view;
    people_look(alike->reconciler->people, person, &view);
    return likeness_fold_name(told_text(alike, person, &view, FIELD_NAME), out_folded);
}

static bool near(const struct alike *alike, uint32_t a, uint32_t b)
{
    char one[LIKENESS_NAME_BYTES], two[LIKENESS_NAME_BYTES];
    size_t one_len = fold_name_of(alike, a, one);
    size_t two_len = fold_name_of(alike, b, two);
    return likeness_names_near(span_of(one, one_len), span_of(two, two_len));
}

static void compare_pair(struct alike *alike, enum block block, uint32_t a, uint32_t b)
{
    unsigned bits = likeness_compare(&alike->likenesses[a], &alike->likenesses[b]);
    if (listed_before(bits, block))
        return;
    if ((bits & LIKE_NAME) == 0 && near(alike, a, b))
        bits |= LIKE_NAME_NEAR;
    uint32_t score = likeness_score(bits);
    struct candidate *candidate = reconcile_add(alike->reconciler, CANDIDATE_SAME_PERSON,
                                                score >= SCORE_HIGH     ? SEVERITY_HIGH
                                                : score >= SCORE_MEDIUM ? SEVERITY_MEDIUM
                                                                        : SEVERITY_LOW);
    if (candidate == NULL)
        return;
    candidate->person = a;
    candidate->other = b;
    candidate->score = score;
    candidate->bits = bits;
}

static void compare_block(struct alike *alike, enum block block, const struct block_entry *entries,
                          uint32_t count)
{
    if (count <= BLOCK_PEOPLE_MAX) {
        for (uint32_t i = 0; i < count; i++) {
            for (uint32_t k = i + 1; k < count; k++)
                compare_pair(alike, block, entries[i].person, entries[k].person);
        }
        return;
    }
    if (block == BLOCK_NAME)
        return; /* a default date of birth, and a common name */
    struct candidate *candidate = reconcile_add(
        alike->reconciler, block == BLOCK_EMAIL ? CANDIDATE_SHARED_EMAIL : CANDIDATE_SHARED_PHONE,
        SEVERITY_HIGH);
    if (candidate != NULL) {
        candidate->person = entries[0].person;
        candidate->count = count;
    }
}

static void find_in_blocks(struct alike *alike, enum block block)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < alike->reconciler->people->count; i++) {
        uint64_t key = block_key(&alike->likenesses[i], block);
        if (key != 0)
            alike->entries[count++] = (struct block_entry){key, i};
    }
    qsort(alike->entries, count, sizeof(*alike->entries), compare_entries);
    for (uint32_t at = 0; at < count;) {
        uint32_t run = 1;
        while (at + run < count && alike->entries[at + run].key == alike->entries[at].key)
            run++;
        if (run > 1)
            compare_block(alike, block, &alike->entries[at], run);
        at += run;
    }
}

void reconcile_alike(struct reconciler *reconciler)
{
    uint32_t count = reconciler->people->count;
    struct alike alike = {.reconciler = reconciler};
    alike.likenesses = reconcile_alloc(reconciler, count, sizeof(*alike.likenesses));
    alike.entries = reconcile_alloc(reconciler, count, sizeof(*alike.entries));
    if (alike.likenesses != NULL && alike.entries != NULL) {
        liken(&alike);
        for (enum block block = 0; block < BLOCKS; block++)
            find_in_blocks(&alike, block);
    }
    free(alike.likenesses);
    free(alike.entries);
}
