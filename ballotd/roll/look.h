/* What the values of one column look like: how many are there, and which shapes they have.
 *
 * It counts; it does not decide. It keeps no value but the distinct ones of a column that has few,
 * as a status column has.
 */
#ifndef ROLL_LOOK_H
#define ROLL_LOOK_H

#include "roll/dayform.h"
#include "roll/vocabulary.h"

enum { LOOK_WORDS_MAX = 40, LOOK_WORD_BYTES_MAX = 64 };

struct look_word {
    char text[LOOK_WORD_BYTES_MAX + 1];
    uint32_t count;
};

struct look {
    uint32_t empty;
    uint32_t filled; /* values that are neither empty nor one of the marks */
    uint32_t marks[VOCABULARY_MARKS];
    uint32_t emails, phones, postcodes, numbers;
    uint32_t decimals;  /* the most that a number has */
    uint32_t dates;     /* values that some format reads */
    uint32_t *date_set; /* how many values exactly this set of formats reads; owned */
    uint32_t word_count;
    bool many;               /* more distinct values than LOOK_WORDS_MAX, or too long for words */
    struct look_word *words; /* owned */
};

/* BROKEN without memory. */
enum outcome look_init(struct look *look, struct fail *fail) MUST_USE;
void look_done(struct look *look);

/* A normalised value. */
void look_add(struct look *look, struct span text);
/* The most frequent word first. */
void look_sort_words(struct look *look);

/* How many values this format reads, and how many a list of them does. */
uint32_t look_dates_of(const struct look *look, enum dayform form);
uint32_t look_dates_of_all(const struct look *look, const enum dayform *forms, uint32_t count);
/* Fills up to ROLL_DATE_FORMATS_MAX formats that read as many values as formats can that may stand
 * together, the one that reads most first. Where day first and month first read as many, day first.
 * Returns how many formats there are. */
uint32_t look_choose_dates(const struct look *look, enum dayform *out_forms);
/* Values that read as two different days, one with the month first; and values that read with the
 * month first only, or with the day first only. */
struct look_order {
    uint32_t either, day_first, month_first;
};
struct look_order look_day_order(const struct look *look);

#endif
