/* Alterations of a branch's election. */
#include "tamper.h"

const struct tampering tamper_branch[] = {
    {"unaltered-branch", "", "", SHAPE_BRANCH, NULL, NULL},
    {0},
};
