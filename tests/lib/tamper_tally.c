#include "tamper.h"

const struct tampering tamper_tally[] = {
    {0},
};
