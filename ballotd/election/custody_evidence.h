/* Files given in evidence, found again for those who may see them. They are handed on as they came
 * in: nothing opens or renders them. */
#ifndef ELECTION_CUSTODY_EVIDENCE_H
#define ELECTION_CUSTODY_EVIDENCE_H

#include "election/custody.h"

/* {"files":[{"commitment":…,"kind":…,"type":…,"size":…}]}, in the order in which they were given;
 * evidence without a file is left out. NOT_FOUND case.unknown. */
enum outcome custody_evidence_list(struct custody *custody, uint32_t case_number, struct buf *out,
                                   struct fail *fail) MUST_USE;

/* Whom a file is about: the subjects of the first case that names it. */
struct evidence_about {
    uint32_t case_number;
    uint32_t people;
    uint8_t pseudonym[HASH_BYTES]; /* of the only one; otherwise zeros */
};

/* Appends the bytes of a file that a case names. NOT_FOUND evidence.unknown. */
enum outcome custody_evidence_get(struct custody *custody,
                                  const uint8_t commitment[static HASH_BYTES], struct buf *out,
                                  struct evidence_about *out_about, struct fail *fail) MUST_USE;

#endif
