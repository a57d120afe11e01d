/* The roll of a plain rehearsal. */
#include "rehearsal.h"

#include "base/code.h"
#include "crypto/hash.h"
#include "election/custody_inside.h"
#include "labels.h"
#include "roll.h"
#include "roll/annex.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

/* -- roll ------------------------------------------------------------------------------------- */

/* Every eleventh row may not vote; the first of them is let in by a case. */
/* Branch i has about twice the members of branch i - 1. */
static const char *branch_of(const struct rehearsal *rehearsal, unsigned row)
{
    unsigned units = rehearsal_styles(rehearsal), place = row * 7919 % ((1u << units) - 1) + 1;
    unsigned unit = 0;
    while (unit + 1 < units && place >> (unit + 1) != 0)
        unit++;
    return rehearsal_style(rehearsal, unit);
}

static void print_export(const struct rehearsal *rehearsal, struct buf *out, unsigned *out_rows)
{
    unsigned eligible = 0, row = 0;
    buf_add_str(out, "No,Name,Mail,Status,Branch\n");
    for (; eligible < rehearsal->options.members; row++) {
        bool lapsed = row % 11 == 0, unclear = !lapsed && eligible < rehearsal->options.unclear;
        bool moved =
            row == 3 && rehearsal->options.again && rehearsal_state_of(rehearsal)->snapshots;
        buf_add_format(out, "%06u,Person %u,%s%u@example.org,%s,%s\n", row, row,
                       moved ? "elsewhere" : "person", row,
                       lapsed    ? "gone"
                       : unclear ? "-"
                                 : "live",
                       branch_of(rehearsal, row));
        eligible += !lapsed || row == 0;
    }
    *out_rows = row;
}

static const char mapping_text[] =
    "{\"format\":\"ballotd mapping 1\",\"source\":\"members\",\"encoding\":\"utf-8\","
    "\"missing\":[\"-\"],\"columns\":[{\"column\":\"No\",\"field\":\"member_no\"},"
    "{\"column\":\"Name\",\"field\":\"name\"},{\"column\":\"Mail\",\"field\":\"email\"},"
    "{\"column\":\"Status\",\"field\":\"status\",\"words\":[[\"live\",\"active\"],"
    "[\"gone\",\"lapsed\"]]},{\"column\":\"Branch\",\"field\":\"branch\"}]}";

static const struct request as_exporter = {.asker = ASKER_OFFICER, .roles = OFFICER_EXPORTER};
static const struct request as_official = {.asker = ASKER_OFFICER, .roles = OFFICER_RETURNING};

void rehearsal_put_private(struct rehearsal *rehearsal, const char *label, struct span bytes,
                           uint8_t out_commitment[static HASH_BYTES])
{
    uint8_t salt[SALT_BYTES];
    struct fail fail;
    randombytes_buf(salt, sizeof salt);
    annex_commit(label, salt, bytes, out_commitment);
    rehearsal_must(election_put_private(rehearsal->election, &as_exporter, span_str(label), salt,
                                        out_commitment, bytes, &fail),
                   &fail, label);
}

static void import(struct rehearsal *rehearsal)
{
    struct buf csv;
    unsigned rows;
    uint8_t snapshot[HASH_BYTES], mapping[HASH_BYTES];
    buf_init(&csv, 1 << 30);
    print_export(rehearsal, &csv, &rows);
    rehearsal_put_private(rehearsal, LABEL_SNAPSHOT, buf_span(&csv), snapshot);
    rehearsal_put_private(rehearsal, LABEL_MAPPING, span_str(mapping_text), mapping);
    json_t *object = rehearsal_statement(rehearsal, KIND_SNAPSHOT,
                                         rehearsal_state_of(rehearsal)->definition_leaf);
    json_put_integer(object, "number", rehearsal_state_of(rehearsal)->snapshots + 1);
    json_put_string(object, "source", SPAN_LIT("members"));
    json_put(object, "purpose", rehearsal_text("Rehearsal"));
    json_put_integer(object, "taken_at", rehearsal_state_of(rehearsal)->snapshots + 1);
    json_put_integer(object, "as_of", rehearsal_state_of(rehearsal)->snapshots + 1);
    json_put_hex(object, "commitment", SPAN_ARRAY(snapshot));
    json_put_hex(object, "mapping", SPAN_ARRAY(mapping));
    json_put_integer(object, "rows", rows);
    rehearsal_finish(rehearsal, object, &rehearsal->officers[EXPORTER], NULL);
    buf_done(&csv);
}

static void let_in_first(struct rehearsal *rehearsal)
{
    (void)rehearsal_case(rehearsal, "000000", "{\"do\":\"include\"}", true);
}

void rehearsal_confirm_exclusions(struct rehearsal *rehearsal)
{
    for (;;) {
        json_t *answer = rehearsal_report(rehearsal, "exclusions", "");
        json_t *list = json_incref(json_object_get(answer, "list"));
        json_decref(answer);
        if (json_array_size(list) == 0) {
            json_decref(list);
            return;
        }
        json_t *object = statement_begin("exclusions", SPAN_LIT(REHEARSAL_ORIGIN),
                                         rehearsal_state_of(rehearsal)->definition->ctx0,
                                         rehearsal_state_of(rehearsal)->snapshot_leaf);
        json_put(object, "list", list);
        rehearsal_state_case(rehearsal, object, &rehearsal->officers[SECRETARY]);
    }
}

/* Signs what the daemon prepared. */
void rehearsal_sign_draft(struct rehearsal *rehearsal, const char *kind, bool two)
{
    const struct note_signer *signers[] = {&rehearsal->officers[RETURNING],
                                           &rehearsal->officers[SECRETARY]};
    struct buf draft;
    struct fail fail;
    buf_init(&draft, NOTE_BYTES_MAX);
    rehearsal_must(election_draft(rehearsal->election, &as_official, span_str(kind), &draft, &fail),
                   &fail, kind);
    rehearsal_state(rehearsal, buf_span(&draft), signers, two ? 2 : 1, NULL);
    buf_done(&draft);
}

void rehearsal_roll(struct rehearsal *rehearsal)
{
    import(rehearsal);
    if (rehearsal->options.again)
        import(rehearsal);
    let_in_first(rehearsal);
    rehearsal_confirm_exclusions(rehearsal);
    rehearsal_sign_draft(rehearsal, KIND_ROLL, true);
}
