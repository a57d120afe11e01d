/* Bytes of a hex constant in a test, checked by length. */
#ifndef TESTS_VERIFY_HEX_H
#define TESTS_VERIFY_HEX_H

#include "base/text.h"
#include "check.h"

__attribute__((unused)) static bool from_hex(const char *text, uint8_t *out_bytes, size_t len)
{
    return CHECK(hex_decode(span_text(text), out_bytes, len));
}

#endif
