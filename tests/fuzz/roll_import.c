/* Any bytes as a snapshot, read by a fixed mapping: rows read are rows accounted for, no value is
 * one that its field refuses, and a report is whole JSON. The first byte chooses the mapping. */
#include <stdlib.h>

#include "base/json.h"
#include "roll/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

#define MAPPING(encoding, columns)                                                                 \
    "{\"format\":\"ballotd mapping 1\",\"source\":\"m\",\"encoding\":\"" encoding                  \
    "\",\"missing\":["                                                                             \
    "\"-\"],\"columns\":[{\"column\":\"a\",\"field\":\"member_no\"}" columns "]}"

/* The order is that of the seeds' first bytes. */
static const char *const MAPPINGS[] = {
    MAPPING("utf-8",
            ",{\"column\":\"b\",\"field\":\"joined_on\",\"dates\":[\"D Month YYYY\",\"D/M/YYYY\","
            "\"YYYY-MM-DD hh:mm:ss\"]},{\"column\":\"c\",\"field\":\"x.n\",\"number\":2}"),
    MAPPING("utf-16", ",{\"column\":\"b\",\"field\":\"name\"}"),
    MAPPING("windows-1252", ",{\"column\":\"b\",\"field\":\"name\"}"),
    MAPPING("utf-8", ""),
    MAPPING("utf-8",
            ",{\"column\":\"b\",\"field\":\"name\"},{\"column\":\"c\",\"field\":\"name\"}"),
};

static void check_snapshot(const struct snapshot *snapshot)
{
    for (uint32_t row = 0; row < snapshot->rows; row++) {
        for (uint32_t field = 0; field < snapshot->layout.count; field++) {
            struct span value = snapshot_value(snapshot, row, field);
            if (value.len > 0 && !field_accepts(snapshot->layout.types[field], value))
                abort();
        }
        if (snapshot_value(snapshot, row, FIELD_MEMBER_NO).len == 0)
            abort();
    }
}

static void check_report(const struct import_report *report)
{
    struct buf text;
    json_t *json = NULL;
    buf_init(&text, 64 << 20);
    import_report_print_json(report, &text);
    if (json_read_canonical(buf_span(&text), "report", &json, NULL) != OK)
        abort();
    json_decref(json);
    buf_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct mapping mapping;
    struct import_report report;
    struct snapshot snapshot;
    if (len == 0)
        return 0;
    const char *json = MAPPINGS[bytes[0] % (sizeof(MAPPINGS) / sizeof(MAPPINGS[0]))];
    if (mapping_read(span_str(json), &mapping, NULL) != OK)
        abort();
    if (import_snapshot(span_of(bytes + 1, len - 1), &mapping, &report, &snapshot, NULL) == OK) {
        if (snapshot.rows != report.rows_read || report.error_count != 0)
            abort();
        check_snapshot(&snapshot);
        snapshot_done(&snapshot);
    } else if (report.error_count == 0) {
        abort();
    }
    check_report(&report);
    import_report_done(&report);
    mapping_done(&mapping);
    return 0;
}
