#include "tamper.h"

const struct tampering tamper_ballot[] = {
    {0},
};
