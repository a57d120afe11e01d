/* Any bytes as a mapping: what is accepted maps member_no, and every text that it converts is a
 * value that the field accepts. */
#include <stdlib.h>

#include "roll/mapping.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const char *const TEXTS[] = {"2024-02-29", "1/2/2024", "-12.5",
                                        "Live",       "x",        "3 May 2024"};
    struct mapping mapping;
    struct buf value;
    const char *why = NULL;
    bool numbered = false;
    if (mapping_read(span_of(bytes, len), &mapping, NULL) != OK)
        return 0;
    buf_init(&value, 1 << 20);
    for (uint32_t i = 0; i < mapping.column_count; i++) {
        const struct mapping_column *column = &mapping.columns[i];
        numbered = numbered || column->field == FIELD_MEMBER_NO;
        for (size_t j = 0; j < sizeof(TEXTS) / sizeof(TEXTS[0]); j++) {
            buf_clear(&value);
            if (mapping_convert(column, span_str(TEXTS[j]), &value, &why) &&
                !field_accepts(mapping.layout.types[column->field], buf_span(&value)))
                abort();
        }
    }
    if (!numbered)
        abort();
    buf_done(&value);
    mapping_done(&mapping);
    return 0;
}
