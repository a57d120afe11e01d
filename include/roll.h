/* Limits and numbers of the roll, shared by daemon and verifier. Their meaning: docs/roll.md. */
#ifndef ROLL_H
#define ROLL_H

#include <stdint.h>

/* docs/roll.md section 1 */
#define ROLL_SNAPSHOT_BYTES_MAX (1024LL * 1024 * 1024)
enum {
    ROLL_COLUMNS_MAX = 256,
    ROLL_CSV_FIELD_BYTES_MAX = 4096,
    ROLL_ROWS_MAX = 2000000,

    /* section 2 */
    ROLL_MAPPING_BYTES_MAX = 64 * 1024,
    ROLL_DATE_FORMATS_MAX = 4,
    ROLL_WORDS_MAX = 1000,
    ROLL_YEAR_MIN = 1900,
    ROLL_YEAR_MAX = 2199,
    ROLL_DECIMALS_MAX = 6,
    ROLL_DIGITS_MAX = 12,
    ROLL_TOKEN_BYTES_MAX = 32,

    /* section 3 */
    ROLL_MEMBER_NO_BYTES_MAX = 64,
    ROLL_ATTRIBUTES_MAX = 32,
    ROLL_VALUE_BYTES_MAX = 8192,

    /* section 4 */
    ROLL_SOURCES_MAX = 16,
    ROLL_SOURCE_FIELDS_MAX = 64,
    ROLL_STALE_DAYS_MAX = 3650,

    /* section 5 */
    ROLL_RULES_MAX = 60,
    ROLL_STYLES_MAX = 1000,
    ROLL_TESTS_MAX = 1024,
    ROLL_TEST_LIST_MAX = 64,
    ROLL_TEST_DEPTH_MAX = 8,
    ROLL_RULE_FIELDS_MAX = 64, /* different ones that tests and votes_field name */
    ROLL_CODE_BYTES_MAX = 16,
    ROLL_VOTES_MAX = 100,

    /* section 6 */
    ROLL_WORKING_DAYS_MAX = 60,
    ROLL_COOLING_HOURS_MAX = 720,

    /* section 7 */
    ROLL_NOTE_BYTES_MAX = 128 * 1024,
    ROLL_SUBJECTS_MAX = 1500,
    ROLL_TEXT_BYTES_MAX = 4000,
    ROLL_EVIDENCE_BYTES_MAX = 16 * 1024 * 1024,

    /* sections 9 to 13 */
    ROLL_REVOKED_MAX = 500, /* by one version */
    ROLL_KEY_BYTES = 32,
    ROLL_SALT_BYTES = 32,
    ROLL_HASH_BYTES = 32, /* commitments, pseudonyms, row ids, leaf hashes, the root */
    ROLL_BINDING_BYTES = 99,
    ROLL_SMALL_CELL = 5, /* a cell of 1 to 4 is merged */
};

/* Channel codes in a binding (section 9). */
enum roll_channel { ROLL_CHANNEL_EMAIL = 1, ROLL_CHANNEL_POST = 2, ROLL_CHANNEL_HAND = 4 };

#endif
