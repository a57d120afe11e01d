#include "tamper.h"

const struct tampering tamper_sign[] = {
    {0},
};
