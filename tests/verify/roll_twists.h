/* What can be wrong with the board and annex of roll_world.h: one thing at a time. */
#ifndef TESTS_VERIFY_ROLL_TWISTS_H
#define TESTS_VERIFY_ROLL_TWISTS_H

enum twist {
    TWIST_NONE,
    /* manifest */
    FILE_UNLISTED,
    FILE_UNCALLED,
    FILE_ALTERED,
    FILE_MISSING,
    MANIFEST_UNSORTED,
    MANIFEST_FOREIGN,
    MANIFEST_FREEZE,
    MANIFEST_ROLL,
    MANIFEST_SALT,
    HANDED_SOUND,
    HANDED_FORGED,
    HANDED_OFFICER,
    HANDED_MANIFEST,
    HANDED_CONTEXT,
    HANDED_EMPTY,
    HANDED_LISTED,
    /* snapshot */
    SNAPSHOT_OTHER,
    SNAPSHOT_ROWS,
    SNAPSHOT_WORD,
    MAPPING_OTHER,
    MAPPING_SOURCE,
    /* difference */
    DIFFERENCE_NONE,
    DIFFERENCE_FROM,
    DIFFERENCE_TRUE,
    DIFFERENCE_EMAIL,
    DIFFERENCE_ALARMS,
    /* cases and evidence; the guards are tests/verify/roll_guards.c's */
    CASE_OTHER_NOTE,
    CASE_FORGED,
    EVIDENCE_OTHER,
    EVIDENCE_SHA256,
    EVIDENCE_SIZE,
    EVIDENCE_MISSING,
    EVIDENCE_TYPE,
    EVIDENCE_HTML,
    /* derive, version 1 */
    ROLL_EXTRA,
    ROLL_LESS,
    ROLL_TWICE,
    ROLL_ALTERED,
    ROLL_STANDING,
    ROLL_VOTES,
    ROLL_EARLIER,
    ROLL_SOONER,
    ROLL_UNSORTED,
    ROLL_ROOT,
    ROLL_SIZE,
    ROLL_ACCOUNT,
    ROLL_STYLES,
    ROLL_UNCONFIRMED,
    ROLL_OTHER_CODES,
    ROLL_DUPLICATE,
    ROLL_KEY_OTHER,
    /* derive, version 2 */
    VERSION_SKIPPED,
    VERSION_KEEPS,
    VERSION_DROPS_VOTER,
    VERSION_RESALTS,
    VERSION_ACCOUNT,
    REVOKED_NONE,
    REVOKED_OTHER,
    /* provisional */
    ADMITTED_NONE,
    ADMITTED_REFUSED,
    ADMITTED_BOTH,
    ADMITTED_UNDECIDED,
    ADMITTED_OTHER,  /* what was refused is no inclusion */
    LET_IN_LATE,     /* no fault, but a remark */
    ADMITTED_EARNED, /* nor would that do: the rules let them in by now */
    /* bindings */
    BINDING_LEAF,
    BINDING_STYLE,
    BINDING_CHANNEL,
    BINDING_KEY,
    BINDING_SECOND,
    BINDING_STANDING,
    BINDING_LESS,
    BINDING_ROOT,
    BINDING_SHORT,
    BINDING_OLDER,
    ISSUE_NONE,
    REISSUE_LEAF,
    REISSUE_HASH,
    REISSUE_OLD,
    REISSUE_CHANGED,
    REISSUE_AGAIN,
};

#endif
