/* roll_whole SEED WORLD FOLDER: the election of random_roll's files in WORLD, taken through the
 * daemon's rooms up to its first roll, or a second, with cases of every effect; FOLDER/bundle and
 * FOLDER/annex are what it would publish and hand over. Whoever is undetermined is excluded by one
 * case of many subjects. Exit code 3: nobody would be on the roll. */
#include "lib/rehearsal.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/code.h"
#include "base/file.h"
#include "crypto/hash.h"
#include "election/custody_inside.h"
#include "labels.h"
#include "random_draw.h"
#include "roll/import.h"

enum { NOBODY = 3, FILE_BYTES_MAX = 1 << 20, EFFECT_BYTES = 1024, WEEKS_TWO = 14 * 86400 };

static struct rehearsal rehearsal;
static struct fail fail;
static json_t *drawn; /* the definition's part of the world */
static int64_t announced_at_s;

static struct buf read_file(const char *folder, const char *name)
{
    char path[4096];
    struct buf bytes;
    buf_init(&bytes, FILE_BYTES_MAX);
    rehearsal_must(file_path(path, sizeof path, folder, name, &fail), &fail, name);
    rehearsal_must(file_read(path, &bytes, &fail), &fail, path);
    return bytes;
}

static struct custody *custody(void)
{
    return rehearsal.election->custody;
}

/* -- definition and snapshots ----------------------------------------------------------------- */

static void define(json_t *object)
{
    char timetable[400];
    long long at = announced_at_s;
    snprintf(timetable, sizeof timetable,
             "{\"announced_at\":%lld,\"inspection_opens_at\":%lld,\"inspection_closes_at\":%lld,"
             "\"opens_at\":%lld,\"closes_at\":%lld,\"non_working\":[],\"decide_within\":60,"
             "\"appeal_within\":3,\"reply_within\":2,\"cooling_hours\":24}",
             at, at + 1, at + 2, at + 3, at + 4);
    json_put(object, "timetable", rehearsal_parse(timetable));
    json_put_string(object, "retention_until", SPAN_LIT("2030-01-01"));
    json_object_update(object, drawn);
}

static uint32_t count_rows(struct span mapping_text, struct span csv)
{
    struct mapping mapping;
    struct import_report report;
    struct snapshot snapshot;
    rehearsal_must(mapping_read(mapping_text, &mapping, &fail), &fail, "mapping");
    rehearsal_must(import_snapshot(csv, &mapping, &report, &snapshot, &fail), &fail, "import");
    uint32_t rows = snapshot.rows;
    snapshot_done(&snapshot);
    import_report_done(&report);
    mapping_done(&mapping);
    return rows;
}

static void import(const char *world, unsigned number, struct span source, int64_t taken_at,
                   int64_t as_of)
{
    char name[32];
    uint8_t snapshot[HASH_BYTES], mapping[HASH_BYTES];
    snprintf(name, sizeof name, "%u.csv", number);
    struct buf csv = read_file(world, name);
    snprintf(name, sizeof name, "%u.json", number);
    struct buf text = read_file(world, name);
    rehearsal_put_private(&rehearsal, LABEL_SNAPSHOT, buf_span(&csv), snapshot);
    rehearsal_put_private(&rehearsal, LABEL_MAPPING, buf_span(&text), mapping);
    json_t *object = rehearsal_statement(&rehearsal, KIND_SNAPSHOT,
                                         rehearsal_state_of(&rehearsal)->definition_leaf);
    json_put_integer(object, "number", number);
    json_put_string(object, "source", source);
    json_put(object, "purpose", rehearsal_text("The roll"));
    json_put_integer(object, "taken_at", taken_at);
    json_put_integer(object, "as_of", as_of);
    json_put_hex(object, "commitment", SPAN_ARRAY(snapshot));
    json_put_hex(object, "mapping", SPAN_ARRAY(mapping));
    json_put_integer(object, "rows", count_rows(buf_span(&text), buf_span(&csv)));
    rehearsal_finish(&rehearsal, object, &rehearsal.officers[EXPORTER], NULL);
    buf_done(&csv);
    buf_done(&text);
}

/* The next word of a line, which ends with a space or the line. */
static struct span take_word(struct span *line)
{
    struct span word = *line;
    if (!span_cut(line, ' ', &word))
        *line = span_of(NULL, 0);
    return word;
}

static int64_t take_number(struct span *line)
{
    uint64_t number = 0;
    if (!span_decimal(take_word(line), &number))
        rehearsal_must(fail_set(&fail, BAD_INPUT, "file", "no number"), &fail, "board");
    return (int64_t)number;
}

/* The first line is announced_at; then one a snapshot: source taken_at as_of. */
static void import_all(const char *world, struct span board)
{
    struct span line;
    unsigned number = 0;
    (void)span_line(&board, &line);
    while (span_line(&board, &line)) {
        struct span source = take_word(&line);
        int64_t taken_at = take_number(&line);
        import(world, ++number, source, taken_at, take_number(&line));
    }
}

/* -- a case ----------------------------------------------------------------------------------- */

static uint8_t latest[HASH_BYTES];

static void state_step(const char *kind, unsigned number, const struct note_signer *signer,
                       json_t *members)
{
    json_t *object = statement_begin(kind, SPAN_LIT(REHEARSAL_ORIGIN),
                                     rehearsal_state_of(&rehearsal)->definition->ctx0, latest);
    json_put_integer(object, "case", number);
    json_object_update(object, members);
    json_decref(members);
    rehearsal_state_note(&rehearsal, object, signer, latest);
}

static void give_evidence(unsigned number)
{
    char text[64], hex[2 * HASH_BYTES + 1], commitment_hex[2 * HASH_BYTES + 1];
    uint8_t commitment[HASH_BYTES], hash[HASH_BYTES];
    int len = snprintf(text, sizeof text, "Seen at the bank, case %u\n", number);
    rehearsal_put_private(&rehearsal, LABEL_EVIDENCE, span_of(text, (size_t)len), commitment);
    sha256(span_of(text, (size_t)len), hash);
    hex_print(SPAN_ARRAY(hash), hex);
    hex_print(SPAN_ARRAY(commitment), commitment_hex);
    state_step("evidence", number, &rehearsal.officers[SECRETARY],
               json_pack("{s:s,s:{s:s,s:s,s:i,s:s}}", "evidence", "bank-line", "file", "sha256",
                         hex, "commitment", commitment_hex, "size", len, "type", "text"));
}

static void countersign(unsigned number)
{
    const struct variance_case *of = casebook_find(&custody()->book, number);
    bool scrutineer = of->lacks_scrutineer, officer = of->lacks_officer;
    if (scrutineer)
        state_step("countersignature", number, &rehearsal.officers[SCRUTINEER],
                   json_pack("{s:s,s:s}", "as", "scrutineer", "text", "Seen"));
    if (officer)
        state_step("countersignature", number, &rehearsal.officers[DEPUTY],
                   json_pack("{s:s,s:s}", "as", "officer", "text", "Seen"));
}

/* Raised by the secretary and upheld by the returning officer; told first where that is asked. */
static void pursue(json_t *subjects, const char *effect)
{
    const struct note_signer *secretary = &rehearsal.officers[SECRETARY];
    unsigned number = casebook_next_number(&custody()->book);
    memcpy(latest, rehearsal_state_of(&rehearsal)->snapshot_leaf, HASH_BYTES);
    state_step("variance", number, secretary,
               json_pack("{s:s,s:o,s:{s:s},s:s,s:s}", "by", "officer", "subjects", subjects,
                         "effect", "do", "review", "reason", "other", "text", "Look at this"));
    give_evidence(number);
    state_step("proposal", number, secretary,
               json_pack("{s:o,s:s,s:s}", "effect", rehearsal_parse(effect), "rule", "", "text",
                         "Do this"));
    if (strstr(effect, "exclude") || strstr(effect, "merge") || draw(2) == 0) {
        state_step("notification", number, secretary,
                   json_pack("{s:s,s:s}", "sent_by", "email", "text", "You can reply"));
        clock_shift(WEEKS_TWO);
    }
    state_step("decision", number, &rehearsal.officers[RETURNING],
               json_pack("{s:s,s:s,s:s}", "outcome", draw(6) == 0 ? "refused" : "upheld", "reasons",
                         "The bank's line shows it.", "conflict", "none"));
    countersign(number);
}

/* -- what cases ask for ----------------------------------------------------------------------- */

static json_t *subject(const uint8_t *pseudonym)
{
    char hex[2 * HASH_BYTES + 1];
    hex_print(span_of(pseudonym, HASH_BYTES), hex);
    json_t *list = json_array();
    json_array_append_new(list, json_string(hex));
    return list;
}

static const struct draft_member *draw_member(const struct draft *draft)
{
    const struct draft_member *member = &draft->members[draw(draft->member_count)];
    while (member->withdrawn)
        member = &draft->members[draw(draft->member_count)];
    return member;
}

static void print_set(const struct draft *draft, const struct draft_member *member, char *out)
{
    static const enum field FIELDS[] = {FIELD_NAME, FIELD_EMAIL, FIELD_STATUS, FIELD_JOINED_ON};
    static const char *const WORDS[][2] = {{"Ann", "Zoe"},
                                           {"z@example.org", "a@example.org"},
                                           {"active", "lapsed"},
                                           {"2020-02-29", "2026-03-01"}};
    unsigned at = draw(4);
    struct told told = draft_fixed(draft, member, FIELDS[at]);
    const char *to = WORDS[at][draw(2)];
    bool known = told.value.state == VALUE_KNOWN;
    if (known && span_is(told.value.text, to))
        to = WORDS[at][to == WORDS[at][0]];
    struct span name = field_fixed_name(FIELDS[at]);
    int len = snprintf(out, EFFECT_BYTES, "{\"do\":\"set\",\"field\":\"%.*s\"", (int)name.len,
                       (const char *)name.ptr);
    if (known)
        len += snprintf(out + len, EFFECT_BYTES - (size_t)len, ",\"from\":\"%.*s\"",
                        (int)told.value.text.len, (const char *)told.value.text.ptr);
    snprintf(out + len, EFFECT_BYTES - (size_t)len, ",\"to\":\"%s\"}", to);
}

/* One of several rows of somebody, the first such source; false: nobody has several. */
static bool print_rows(const struct draft *draft, uint32_t index, char *out)
{
    struct person_view view;
    draft_view(draft, &draft->members[index], &view);
    for (uint32_t source = 0; source < draft->people->terms.sources->count; source++) {
        const struct person_rows *rows = &view.of[source];
        struct hash32 id;
        char hex[2 * HASH_BYTES + 1];
        if (rows->count < 2)
            continue;
        snapshot_row_id(people_snapshot(draft->people, source), rows->rows[draw(rows->count)],
                        id.bytes);
        hex_print(SPAN_ARRAY(id.bytes), hex);
        snprintf(out, EFFECT_BYTES, "{\"do\":\"rows\",\"keep\":\"%s\"}", hex);
        return true;
    }
    return false;
}

static void pursue_rows(const struct draft *draft)
{
    char effect[EFFECT_BYTES];
    uint32_t from = draw(draft->member_count);
    for (uint32_t i = 0; i < draft->member_count; i++) {
        uint32_t at = (from + i) % draft->member_count;
        if (!print_rows(draft, at, effect))
            continue;
        pursue(subject(draft_pseudonym(draft, &draft->members[at])), effect);
        return;
    }
}

static void pursue_add(const struct draft *draft)
{
    static unsigned number = 900;
    char effect[EFFECT_BYTES], text[16];
    uint8_t pseudonym[HASH_BYTES];
    struct span numbers = draft->people->terms.sources->sources[0].id;
    snprintf(text, sizeof text, "%u", ++number);
    people_pseudonym(custody()->roll_key, numbers, span_str(text), pseudonym);
    snprintf(effect, sizeof effect,
             "{\"do\":\"add\",\"numbers\":\"%.*s\",\"record\":{\"member_no\":\"%s\",\"name\":"
             "\"New\",\"status\":\"active\"}}",
             (int)numbers.len, (const char *)numbers.ptr, text);
    pursue(subject(pseudonym), effect);
}

static void pursue_merge(const struct draft *draft, const struct draft_member *member)
{
    char effect[EFFECT_BYTES], hex[2 * HASH_BYTES + 1];
    const struct draft_member *survivor = draw_member(draft);
    if (survivor == member)
        return;
    hex_print(span_of(draft_pseudonym(draft, survivor), HASH_BYTES), hex);
    snprintf(effect, sizeof effect, "{\"do\":\"merge\",\"into\":\"%s\"}", hex);
    pursue(subject(draft_pseudonym(draft, member)), effect);
}

static void pursue_one(const struct draft *draft)
{
    static const char *const WORDS[] = {"include", "exclude", "hold"};
    char effect[EFFECT_BYTES];
    const struct draft_member *member = draw_member(draft);
    unsigned what = draw(8);
    if (what == 0) {
        pursue_rows(draft);
    } else if (what == 1) {
        pursue_add(draft);
    } else if (what == 2) {
        pursue_merge(draft, member);
    } else {
        if (what < 5)
            print_set(draft, member, effect);
        else
            snprintf(effect, sizeof effect, "{\"do\":\"%s\"}", WORDS[what - 5]);
        pursue(subject(draft_pseudonym(draft, member)), effect);
    }
}

/* -- the roll --------------------------------------------------------------------------------- */

static struct draft make_draft(void)
{
    struct draft draft;
    rehearsal_must(custody_make_draft(custody(), &draft, &fail), &fail, "draft");
    return draft;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* All of them in one case, until it is upheld. */
static void exclude_undetermined(void)
{
    struct draft draft = make_draft();
    const char **texts = calloc(draft.member_count + 1u, sizeof *texts);
    json_t *found = json_array(), *sorted = json_array();
    for (uint32_t i = 0; i < draft.member_count; i++) {
        if (draft.members[i].outcome != MEMBER_UNDETERMINED)
            continue;
        json_t *one = subject(draft_pseudonym(&draft, &draft.members[i]));
        json_array_extend(found, one);
        json_decref(one);
    }
    size_t count = json_array_size(found);
    for (size_t i = 0; i < count; i++)
        texts[i] = json_string_value(json_array_get(found, i));
    qsort(texts, count, sizeof *texts, compare_texts);
    for (size_t i = 0; i < count; i++)
        json_array_append_new(sorted, json_string(texts[i]));
    draft_done(&draft);
    if (count > 0)
        pursue(json_incref(sorted), "{\"do\":\"exclude\"}");
    json_decref(sorted);
    json_decref(found);
    free(texts);
    if (count > 0)
        exclude_undetermined();
}

static void seal(unsigned cases)
{
    for (unsigned i = 0; i < cases; i++) {
        struct draft draft = make_draft();
        pursue_one(&draft);
        draft_done(&draft);
    }
    exclude_undetermined();
    struct draft draft = make_draft();
    bool nobody =
        draft_count(&draft, MEMBER_ELIGIBLE) + draft_count(&draft, MEMBER_PROVISIONAL) == 0;
    draft_done(&draft);
    if (nobody)
        exit(NOBODY);
    rehearsal_confirm_exclusions(&rehearsal);
    rehearsal_version(&rehearsal);
}

int main(int argc, char **argv)
{
    char folder[4096], bundle[4096], annex[4096];
    if (argc != 4 || sodium_init() < 0) {
        fputs("roll_whole SEED WORLD FOLDER\n", stderr);
        return 2;
    }
    draw_state = strtoull(argv[1], NULL, 10);
    snprintf(folder, sizeof folder, "%s/election", argv[3]);
    snprintf(bundle, sizeof bundle, "%s/bundle", argv[3]);
    snprintf(annex, sizeof annex, "%s/annex", argv[3]);
    struct buf definition = read_file(argv[2], "definition"), board = read_file(argv[2], "board");
    drawn = rehearsal_parse(buf_text(&definition));
    announced_at_s = strtoll(buf_text(&board), NULL, 10);
    const struct rehearsal_options options = {
        .folder = folder, .trustees = 3, .threshold = 2, .define = define};
    rehearsal_begin(&rehearsal, &options);
    rehearsal_define(&rehearsal);
    import_all(argv[2], buf_span(&board));
    seal(draw(8));
    if (draw(2) == 0)
        seal(draw(4));
    rehearsal_write_bundle(&rehearsal, bundle);
    rehearsal_write_annex(&rehearsal, annex);
    rehearsal_end(&rehearsal);
    json_decref(drawn);
    buf_done(&definition);
    buf_done(&board);
    return 0;
}
