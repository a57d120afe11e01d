#include "tamper.h"

const struct tampering tamper_roll[] = {
    {0},
};
