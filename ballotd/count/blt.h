/* Papers as .blt files, the exchange format of STV counting programs.
 *
 * Read leniently where dialects differ and nothing is guessed (comments, blank lines, withdrawals,
 * [nick], quoted names, missing title); refused with line and column where a meaning would have to
 * be guessed. The grammar stands in docs/counting.md, ".blt files".
 */
#ifndef COUNT_BLT_H
#define COUNT_BLT_H

#include "base/buf.h"
#include "count/papers.h"

/* Reads a whole file. The caller frees the papers. BAD_INPUT blt.* "line L, column C: …";
 * TOO_LARGE count.papers. */
enum outcome blt_read(struct span text, struct papers **out_papers, struct fail *fail) MUST_USE;

/* Appends the papers as a .blt file: the distinct papers sorted, so that equal papers print to
 * equal bytes. What it writes blt_read reads back. `out` may end spoilt: see buf_check. */
enum outcome blt_write(const struct papers *papers, struct buf *out, struct fail *fail) MUST_USE;

#endif
