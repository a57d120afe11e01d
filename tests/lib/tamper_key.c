#include "tamper.h"

const struct tampering tamper_key[] = {
    {0},
};
