#include "report/checks.h"

#define CHECKS_ID(name, id, sentence)       id,
#define CHECKS_SENTENCE(name, id, sentence) sentence,

const char *check_id(enum check check)
{
    static const char *const ids[] = {CHECKS(CHECKS_ID)};
    return ids[check];
}

const char *check_sentence(enum check check)
{
    static const char *const sentences[] = {CHECKS(CHECKS_SENTENCE)};
    return sentences[check];
}
