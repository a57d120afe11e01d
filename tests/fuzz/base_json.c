/* Whatever json_read_canonical accepts prints back to the same bytes; json_read_loose accepts at
 * least that. */
#include <stdlib.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span text = span_of(bytes, len);
    struct fail fail;
    json_t *value = NULL;
    json_t *loose = NULL;
    struct buf again;

    if (json_read_canonical(text, "fuzz", &value, &fail) != OK)
        return 0;
    buf_init(&again, len);
    json_print(value, &again);
    if (!span_equal(buf_span(&again), text) || json_read_loose(text, "fuzz", &loose, &fail) != OK)
        abort();
    buf_done(&again);
    json_decref(value);
    json_decref(loose);
    return 0;
}
