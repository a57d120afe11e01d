/* Alterations of a branch's cases. */
#include "tamper.h"

const struct tampering tamper_case[] = {
    {0},
};
