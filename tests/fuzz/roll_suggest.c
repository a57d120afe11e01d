/* Any bytes as an export: what is proposed for it is a mapping, which names columns of the file. */
#include <stdlib.h>

#include "roll/import.h"
#include "roll/suggest.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Whatever else is wrong with the export, no column is missing. */
static void check_columns(struct span file, const struct mapping *mapping)
{
    struct import_report report;
    struct snapshot snapshot;
    if (import_snapshot(file, mapping, &report, &snapshot, NULL) == OK)
        snapshot_done(&snapshot);
    for (uint32_t i = 0; i < report.error_count && i < IMPORT_ERRORS_LISTED; i++) {
        const char *reason = (const char *)report.texts.bytes + report.errors[i].reason;
        if (strcmp(reason, "the mapping names a column that the file lacks") == 0)
            abort();
    }
    import_report_done(&report);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct suggestion suggestion;
    struct mapping mapping;
    struct buf text, notes;
    struct fail fail = {.outcome = OK};
    if (suggest_read(span_of(bytes, len), SPAN_LIT(""), &suggestion, &fail) != OK)
        return 0;
    buf_init(&text, 1 << 24);
    buf_init(&notes, 1 << 24);
    suggest_print_mapping(&suggestion, SPAN_LIT("members"), &text);
    suggest_print_notes(&suggestion, &notes);
    if (text.len <= ROLL_MAPPING_BYTES_MAX) {
        if (mapping_read(buf_span(&text), &mapping, &fail) != OK)
            abort();
        check_columns(span_of(bytes, len), &mapping);
        mapping_done(&mapping);
    }
    buf_done(&text);
    buf_done(&notes);
    suggest_done(&suggestion);
    return 0;
}
