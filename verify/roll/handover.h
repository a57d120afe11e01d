/*
 * handover: the note in a copy of the annex that says whose copy it is.
 *
 * A copy may have the one file that its manifest does not list: `handed-over.note`, signed by the
 * authority, of this election and this manifest. The approval that it answers stays with the
 * daemon. Source: docs/roll.md section 13.
 */
#ifndef VERIFY_ROLL_HANDOVER_H
#define VERIFY_ROLL_HANDOVER_H

#include "limit.h"
#include "roll/annex.h"
#include "roll/board.h"

enum { HANDOVER_PURPOSE_BYTES = 400 };

struct handover {
    bool there;
    char to[LIMIT_ID_BYTES + 1], name[LIMIT_NAME_BYTES + 1];
    char purpose[HANDOVER_PURPOSE_BYTES + 1], approved_by[LIMIT_ID_BYTES + 1];
    int64_t at;
};

/* BAD if there is such a file and it is not such a note. */
enum outcome handover_read(const struct annex *annex, const struct roll_board *board,
                           struct handover *out_handover, struct fail *fail)
    __attribute__((warn_unused_result));

#endif
