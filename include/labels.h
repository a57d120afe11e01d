/* The one table of domain separation labels: the second part of every H(label, …), docs/protocol.md
 * section 2. No label is ever reused for another purpose; a changed layout takes a new label. */
#ifndef LABELS_H
#define LABELS_H

#define LABEL_DOMAIN "ballotd/v1" /* the first part of every H */

/* Contexts (section 3). */
#define LABEL_CTX0 "ctx0"
#define LABEL_CTX1 "ctx1"
#define LABEL_CTX2 "ctx2"
#define LABEL_CTX3 "ctx3"

/* Roll and annex (docs/roll.md). */
#define LABEL_SNAPSHOT  "snapshot"
#define LABEL_MAPPING   "mapping"
#define LABEL_CASE      "case"
#define LABEL_EVIDENCE  "evidence"
#define LABEL_PSEUDONYM "pseudonym"
#define LABEL_INQUIRY   "inquiry" /* the daemon's own: under what it keeps a member's reference */

/* The log of who looked at whose record (docs/data-protection.md). */
#define LABEL_ACCESS "access"

/* Key ceremony (section 6). */
#define LABEL_CEREMONY_COMMIT     "ceremony-commit"
#define LABEL_CEREMONY_PROOF      "ceremony-proof"
#define LABEL_CEREMONY_TRANSCRIPT "ceremony"
#define LABEL_SHARE_PAD           "share-pad"
#define LABEL_COMPLAINT_PROOF     "complaint-proof"

/* Credentials and ballots (section 7). */
#define LABEL_CREDENTIAL   "credential"
#define LABEL_BALLOT_PROOF "ballot-proof"
#define LABEL_TRACKER      "tracker"

/* Mix and decryption (sections 9 and 10). */
#define LABEL_BASE       "base"
#define LABEL_MIX        "mix"
#define LABEL_MIX_U      "u"
#define LABEL_MIX_X      "x"
#define LABEL_DEC_BATCH  "dec-batch"
#define LABEL_DEC_WEIGHT "dec-weight"
#define LABEL_DEC_PROOF  "dec-proof"

/* Lots (section 11) and the sample asked after the close (section 12). */
#define LABEL_LOTS_COMMIT "lots-commit"
#define LABEL_LOTS        "lots"
#define LABEL_LOTS_ORDER  "lots-order"
#define LABEL_SAMPLE      "sample"

#endif
