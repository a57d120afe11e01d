/* The members of the draft roll as rows of a list that is handed over: number, name, units and
 * standing, nothing else. */
#ifndef ELECTION_CUSTODY_EXPORT_H
#define ELECTION_CUSTODY_EXPORT_H

#include "election/custody.h"

#define CUSTODY_EXPORT_HEADER "member_no,name,nation,region,constituency,branch,standing"

/* One row for each, as a line of CSV without its line end; `number` is what orders the rows. The
 * spans are valid during the call. Members merged into others are left out. */
enum outcome custody_export(struct custody *custody,
                            enum outcome (*row)(void *ctx, struct span number, struct span line,
                                                struct fail *fail),
                            void *ctx, struct fail *fail) MUST_USE;

#endif
