/* People of one or more lists, cases in force or open as the case book would give them, and the
 * draft that comes of both. The number of a person is one of `members`. */
#ifndef TESTS_VERIFY_ROLL_SCENE_H
#define TESTS_VERIFY_ROLL_SCENE_H

#include "roll/draft.h"
#include "roll_feeds.h"

enum { CASES_MOST = 16, SUBJECTS_MOST = 8 };

/* People, cases made by hand as the case book would give them, and what comes of both. */
struct scene {
    struct feeds feeds;
    struct roll_case cases[CASES_MOST];
    struct effect effects[CASES_MOST];
    struct digest subjects[CASES_MOST][SUBJECTS_MOST];
    struct record_value records[CASES_MOST][4];
    const struct roll_case *in_force[CASES_MOST];
    struct case_statement statements[4];
    struct confirmation confirmations[4];
    struct casebook_view view;
    struct draft draft;
};

static struct scene scene;

static void name_subject(const char *numbers, const char *number, struct digest *out_digest)
{
    people_pseudonym(&scene.feeds.people, span_text(numbers), span_text(number), out_digest->bytes);
}

/* A case in force, of one subject of `members`; further ones by add_subject(). */
static struct roll_case *add_case(const char *number, struct effect effect)
{
    size_t at = scene.view.case_count++;
    struct roll_case *made = &scene.cases[at];
    scene.effects[at] = effect;
    *made = (struct roll_case){.number = (int64_t)at + 1,
                               .state = CASE_UPHELD,
                               .subjects = scene.subjects[at],
                               .subject_count = 1,
                               .effect = &scene.effects[at],
                               .has_proposal = true};
    name_subject("members", number, &scene.subjects[at][0]);
    scene.in_force[scene.view.in_force_count++] = made;
    made->force_order = scene.view.in_force_count;
    return made;
}

static void add_subject(struct roll_case *made, const char *number)
{
    size_t at = (size_t)(made - scene.cases);
    name_subject("members", number, &scene.subjects[at][made->subject_count++]);
}

/* Takes the latest case out of force again: it is open. */
static void reopen(struct roll_case *made, bool notified)
{
    scene.view.in_force_count--;
    made->force_order = 0;
    made->open = true;
    made->state = CASE_PROPOSED;
    made->notified = notified;
}

static struct effect set(const char *field, const char *from, const char *to)
{
    struct effect effect = {.what = EFFECT_SET, .field = span_text(field)};
    if (from != NULL)
        effect.from = span_text(from);
    if (to != NULL)
        effect.to = span_text(to);
    return effect;
}

/* Somebody new of this number: active, and in `nation` unless that is NULL. */
static void add_person(const char *number, const char *nation)
{
    struct record_value *record = scene.records[scene.view.case_count];
    struct effect effect = {.what = EFFECT_ADD, .numbers = span_text("members"), .record = record};
    *record++ = (struct record_value){span_text("member_no"), span_text(number)};
    if (nation != NULL)
        *record++ = (struct record_value){span_text("nation"), span_text(nation)};
    *record++ = (struct record_value){span_text("status"), span_text("active")};
    effect.record_count = (size_t)(record - effect.record);
    (void)add_case(number, effect);
}

static bool begin(void)
{
    scene.view = (struct casebook_view){
        .cases = scene.cases, .in_force = scene.in_force, .confirmations = scene.confirmations};
    return true;
}

static bool make(void)
{
    struct fail fail = {""};
    return CHECK_INT(
        draft_make(&scene.feeds.people, &scene.view, &scene.feeds.arena, &scene.draft, &fail),
        GOOD);
}

/* NULL, and a failed check, if there is nobody. */
static const struct drafted *drafted(const char *number)
{
    struct digest pseudonym;
    name_subject("members", number, &pseudonym);
    uint32_t index = draft_find(&scene.draft, pseudonym.bytes);
    return CHECK(index != NOBODY) ? &scene.draft.list[index] : NULL;
}

static void check_standing(const char *number, enum standing standing)
{
    const struct drafted *found = drafted(number);
    if (found != NULL)
        CHECK_INT(found->standing, standing);
}

/* -- one list: eligible, ineligible, undetermined, no style, style unknown, duplicate ------------
 */

#define FAY_OLD "{\"member_no\":\"6\",\"name\":\"Fay\",\"nation\":\"wales\",\"status\":\"lapsed\"}"
#define FAY_NEW "{\"member_no\":\"6\",\"name\":\"Fay\",\"nation\":\"wales\",\"status\":\"active\"}"

#define GUS "{\"member_no\":\"7\",\"name\":\"Gus\",\"nation\":\"wales\",\"status\":\"active\"}"

static bool begin_list(void)
{
    if (!feeds_begin(
            &scene.feeds,
            FEED("members", "members", "true", "0") "," FEED("extra", "members", "false", "0"), "",
            RULE("PAID", "{\"one_of\":[\"status\",[\"active\",\"grace\"]]}") "," RULE(
                "NAMED", "{\"any\":[{\"present\":\"name\"},{\"in_list\":\"extra\"}]}"),
            STYLE("wales", "5", "", "{\"equal\":[\"nation\",\"wales\"]}")))
        return false;
    feeds_add(&scene.feeds, "members", 9, 9,
              "member_no,name,nation,status,joined_on,x.n1,email\n"
              "1,Ann,wales,active,2020-01-01,5,ann@example.org\n"
              "2,Bob,wales,lapsed,,,\n"
              "3,Cat,wales,,,,\n"
              "4,Dan,england,active,,,\n"
              "5,Eve,,active,,,\n"
              "6,Fay,wales,lapsed,,,\n"
              "6,Fay,wales,active,,,\n"
              "7,Gus,wales,active,,,\n"
              "8,Hal,england,lapsed,,,\n");
    feeds_add(&scene.feeds, "extra", 9, 9, "member_no,x.only\n1,a\n");
    return feeds_join(&scene.feeds, 0) && begin();
}

#endif
