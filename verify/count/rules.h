/* rules: one declaration for each rule's file; count.c has the table. Source: docs/counting.md. */
#ifndef VERIFY_COUNT_RULES_H
#define VERIFY_COUNT_RULES_H

#include "count/count.h"

extern const struct count_rule rule_av;
extern const struct count_rule rule_stv_scottish;
extern const struct count_rule rule_stv_ers97;
extern const struct count_rule rule_stv_meek_prf;
extern const struct count_rule rule_stv_meek_nz;
extern const struct count_rule rule_fptp;
extern const struct count_rule rule_block;
extern const struct count_rule rule_approval;

#endif
