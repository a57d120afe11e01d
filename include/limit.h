/* Every limit of the protocol, with its unit. What is over a limit is refused, never cut. (Not
 * called limits.h: that name is the C library's.) */
#ifndef LIMIT_H
#define LIMIT_H

enum {
    LIMIT_ENTRY_BYTES = 65535,
    LIMIT_ORIGIN_BYTES = 100,
    LIMIT_ID_BYTES = 32, /* ids of officers, contests, units, styles, cases, sources */
    LIMIT_NAME_BYTES = 200,
    LIMIT_TEXT_BYTES = 4000,
    LIMIT_TRUSTEES = 32,
    LIMIT_OFFICERS = 64,
    LIMIT_STYLES = 1000,
    LIMIT_UNITS = 1000,
    LIMIT_CONTESTS = 64,
    LIMIT_BOXES = 100,      /* so that `result` fits into one entry */
    LIMIT_CANDIDATES = 254, /* a candidate is one byte of a choice */
    LIMIT_SEATS = 254,
    LIMIT_CHUNKS = 9,     /* of one contest: (1 + 254) bytes in chunks of 30 */
    LIMIT_SIGNATURES = 8, /* on one statement */
    LIMIT_CREDENTIALS = 4000000,
    LIMIT_PAPERS = 1000000000, /* of one count: keeps 5-place votes within 64 bits */
    LIMIT_BLOB_BYTES = 1 << 30,
};

#endif
