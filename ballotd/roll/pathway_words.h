/* What a pathway says besides the rules themselves, in each language; pathway.c and pathway_text.c
 * share it. */
#ifndef ROLL_PATHWAY_WORDS_H
#define ROLL_PATHWAY_WORDS_H

enum pathway_word {
    WORD_WHO,
    WORD_WHICH,
    WORD_BEGIN,
    WORD_YES,
    WORD_NO,
    WORD_UNKNOWN,
    WORD_OFF,
    WORD_PEOPLE,
    WORD_PAPER,
    WORD_UNIT,
    WORD_VOTES,
    WORD_VOTES_BY,
    WORD_NO_PAPER,
    WORD_MORE,
    WORD_ASKED,
    WORD_FIRST,
    WORD_EVERY,
    WORD_WHEN_UNKNOWN,
    PATHWAY_WORDS,
};

const char *pathway_word(enum pathway_word word, int language);

#endif
