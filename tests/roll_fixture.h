/* What the tests of the roll share: a mapping, rules, and statements signed by nobody (the roll
 * takes statements that were verified before). */
#ifndef TESTS_ROLL_FIXTURE_H
#define TESTS_ROLL_FIXTURE_H

#include <stdlib.h>

#include "base/code.h"
#include "check.h"
#include "crypto/hash.h"
#include "roll/account.h"
#include "roll/draft.h"
#include "roll/explain.h"
#include "roll/import.h"
#include "roll/seal.h"

#define FIXTURE_ORIGIN "example.org/leader-2026"
#define FIXTURE_MONDAY 1782723600 /* 29 June 2026, 09:00 */

static const struct span FIXTURE_NUMBERS[] = {{(const uint8_t *)"members", 7}};

#define FIXTURE_MAPPING                                                                            \
    "{\"format\":\"ballotd mapping 1\",\"source\":\"members\",\"encoding\":\"utf-8\",\"missing\":" \
    "[\"-\",\"N/A\"],\"columns\":[{\"column\":\"Membership No\",\"field\":\"member_no\"},"         \
    "{\"column\":\"First name\",\"field\":\"name\"},{\"column\":\"Surname\",\"field\":\"name\"},"  \
    "{\"column\":\"E-mail\",\"field\":\"email\"},{\"column\":\"Street\",\"field\":\"address\"},"   \
    "{\"column\":\"Town\",\"field\":\"address\"},{\"column\":\"Postcode\",\"field\":\"postcode\"}" \
    ",{\"column\":\"Region\",\"field\":\"region\"},{\"column\":\"Status\",\"field\":\"status\","   \
    "\"words\":[[\"DD Live\",\"active\"],[\"Paid\",\"active\"],[\"Lapsed\",\"lapsed\"],"           \
    "[\"Arrears\",\"arrears\"],[\"Susp.\",\"suspended\"]]},{\"column\":\"Joined\",\"field\":"      \
    "\"joined_on\",\"dates\":[\"YYYY-MM-DD\",\"DD/MM/YYYY\"]},{\"column\":\"Owed\",\"field\":"     \
    "\"x.owed\",\"number\":2}]}"

#define FIXTURE_HEADER                                                                             \
    "Membership No,First name,Surname,E-mail,Street,Town,Postcode,Region,Status,Joined,Owed,"      \
    "Shoe size\n"

#define FIXTURE_RULES                                                                              \
    "[{\"code\":\"ACTIVE\",\"text\":{\"en\":\"Membership is in force\",\"cy\":\"\"},\"test\":"     \
    "{\"one_of\":[\"status\",[\"active\",\"grace\"]]}},{\"code\":\"FREEZE\",\"text\":{\"en\":"     \
    "\"Joined at least six months before 12 July 2026\",\"cy\":\"\"},\"test\":"                    \
    "{\"at_least_before\":[\"joined_on\",6,\"months\",\"2026-07-12\"]}},{\"code\":\"OWED\","       \
    "\"text\":{\"en\":\"Owes no more than five pounds\",\"cy\":\"\"},\"test\":{\"any\":[{\"not\":" \
    "{\"present\":\"x.owed\"}},{\"number_at_most\":[\"x.owed\",500]}]}}]"

#define FIXTURE_SOURCES                                                                            \
    "[{\"id\":\"members\",\"title\":{\"en\":\"National membership\",\"cy\":\"\"},"                 \
    "\"numbers\":\"members\",\"lists\":true,\"stale_after\":0}]"

#define FIXTURE_STYLES                                                                             \
    "[{\"id\":\"north\",\"title\":{\"en\":\"North\",\"cy\":\"Gogledd\"},\"unit\":\"north\","       \
    "\"votes\":1,\"votes_field\":\"\","                                                            \
    "\"test\":{\"equal\":[\"region\",\"North\"]}},{\"id\":\"south\",\"title\":{\"en\":\"South\","  \
    "\"cy\":\"De\"},\"unit\":\"south\",\"votes\":1,\"votes_field\":\"\",\"test\":{\"equal\":["     \
    "\"region\",\"South\"]}}]"

struct fixture {
    struct mapping mapping;
    struct source_list sources;
    struct rules rules;
    struct snapshot snapshot;
    struct feed feed;
    struct people people;
    struct draft draft; /* that of what was sealed last */
    bool has_draft;
    struct casebook book;
    struct case_times times;
    int64_t at_s; /* of the next statement */
    uint8_t roll_key[ROLL_KEY_BYTES];
    uint8_t context[HASH_BYTES];
    struct hash32 snapshot_leaf;
    struct hash32 latest; /* leaf hash of the statement made last */
    struct buf
        *transcript; /* NULL, or where every statement taken is written: officer, time, text */
};

__attribute__((unused)) static bool fixture_import(struct span csv, const struct mapping *mapping,
                                                   struct snapshot *out_snapshot)
{
    struct import_report report;
    struct fail fail = {0};
    enum outcome outcome = import_snapshot(csv, mapping, &report, out_snapshot, &fail);
    if (outcome != OK)
        fprintf(stderr, "import: %s\n", fail.text);
    import_report_done(&report);
    return CHECK_INT(outcome, OK);
}

/* Sources, rules and all that is the same for everybody; fixture_join and fixture_open_book follow.
 */
__attribute__((unused)) static bool fixture_begin(struct fixture *fixture, const char *sources_text,
                                                  const char *fields_text, const char *rules_text,
                                                  const char *styles_text)
{
    struct fail fail = {0};
    *fixture = (struct fixture){.at_s = FIXTURE_MONDAY};
    memset(fixture->roll_key, 0x22, ROLL_KEY_BYTES);
    memset(fixture->context, 0x44, HASH_BYTES);
    memset(fixture->snapshot_leaf.bytes, 0x55, HASH_BYTES);
    fixture->times = (struct case_times){.decide_within = 5, .appeal_within = 5, .reply_within = 2};
    json_t *sources = json_loads(sources_text, 0, NULL);
    json_t *fields = json_loads(fields_text, 0, NULL);
    json_t *rules = json_loads(rules_text, 0, NULL);
    json_t *styles = json_loads(styles_text, 0, NULL);
    bool ready =
        CHECK_INT(sources_read(sources, fields, &fixture->sources, &fail), OK) &&
        CHECK_INT(rules_read(rules, styles, &fixture->sources, &fixture->rules, &fail), OK);
    if (!ready)
        fprintf(stderr, "fixture: %s\n", fail.text);
    json_decref(sources);
    json_decref(fields);
    json_decref(rules);
    json_decref(styles);
    return ready;
}

__attribute__((unused)) static bool fixture_join(struct fixture *fixture, const struct feed *feeds,
                                                 uint32_t count)
{
    struct fail fail = {0};
    struct people_terms terms = {.sources = &fixture->sources,
                                 .rules = &fixture->rules,
                                 .feeds = feeds,
                                 .feed_count = count,
                                 .announced_at_s = FIXTURE_MONDAY - 7 * 86400,
                                 .roll_key = fixture->roll_key};
    bool joined = CHECK_INT(people_join(&terms, &fixture->people, &fail), OK);
    if (!joined)
        fprintf(stderr, "fixture: %s\n", fail.text);
    return joined;
}

__attribute__((unused)) static bool fixture_open_book(struct fixture *fixture, uint32_t rows)
{
    struct fail fail = {0};
    casebook_init(&fixture->book, &(struct case_terms){.origin = span_str(FIXTURE_ORIGIN),
                                                       .context = fixture->context,
                                                       .rules = &fixture->rules,
                                                       .times = &fixture->times,
                                                       .roll_key = fixture->roll_key,
                                                       .numbers = FIXTURE_NUMBERS,
                                                       .numbers_count = 1});
    return CHECK_INT(
        casebook_add_snapshot(&fixture->book, fixture->snapshot_leaf.bytes, 0, true, rows, &fail),
        OK);
}

/* The one source of most tests. */
__attribute__((unused)) static bool fixture_init(struct fixture *fixture, struct span csv)
{
    struct fail fail = {0};
    if (!fixture_begin(fixture, FIXTURE_SOURCES, "[]", FIXTURE_RULES, FIXTURE_STYLES) ||
        !CHECK_INT(mapping_read(span_str(FIXTURE_MAPPING), &fixture->mapping, &fail), OK) ||
        !fixture_import(csv, &fixture->mapping, &fixture->snapshot))
        return false;
    fixture->feed = (struct feed){.as_of_s = FIXTURE_MONDAY - 2 * 86400,
                                  .taken_at_s = FIXTURE_MONDAY - 86400,
                                  .snapshot = &fixture->snapshot};
    return fixture_join(fixture, &fixture->feed, 1) &&
           fixture_open_book(fixture, fixture->snapshot.rows);
}

__attribute__((unused)) static void fixture_done(struct fixture *fixture)
{
    if (fixture->has_draft)
        draft_done(&fixture->draft);
    casebook_done(&fixture->book);
    people_done(&fixture->people);
    snapshot_done(&fixture->snapshot);
    mapping_done(&fixture->mapping);
    rules_done(&fixture->rules);
    sources_done(&fixture->sources);
}

__attribute__((unused)) static struct hash32 fixture_pseudonym(const struct fixture *fixture,
                                                               const char *member_no)
{
    struct hash32 pseudonym;
    people_pseudonym(fixture->roll_key, SPAN_LIT("members"), span_str(member_no), pseudonym.bytes);
    return pseudonym;
}

/* The text of a statement: its head, then `body`, which begins with a comma. */
__attribute__((unused)) static void fixture_text(const struct fixture *fixture, const char *kind,
                                                 const struct hash32 *answers, const char *body,
                                                 struct buf *out)
{
    buf_add_format(out, "{\"kind\":\"%s\",\"origin\":\"" FIXTURE_ORIGIN "\",\"context\":\"", kind);
    hex_add(out, SPAN_ARRAY(fixture->context));
    buf_add_str(out, "\",\"answers\":\"");
    hex_add(out, SPAN_ARRAY(answers->bytes));
    buf_add_format(out, "\"%s}\n", body);
}

/* Officers are single letters; a letter is also every byte of the key. 'p' sits on the panel, 'v'
 * is a scrutineer, 'd' a deputy, 'x' barred, '-' nobody, '@' the authority, all others secretaries.
 */
__attribute__((unused)) static unsigned fixture_roles(char officer)
{
    switch (officer) {
    case 'p':
        return OFFICER_PANEL;
    case 'v':
        return OFFICER_SCRUTINEER;
    case 'd':
        return OFFICER_DEPUTY;
    case 'x':
        return OFFICER_RETURNING | OFFICER_BARRED;
    case '-':
    case '@':
        return 0;
    default:
        return OFFICER_SECRETARY;
    }
}

__attribute__((unused)) static enum outcome fixture_state_text(struct fixture *fixture,
                                                               struct span text, char officer,
                                                               struct fail *fail)
{
    uint8_t key[KEY_BYTES];
    memset(key, officer, sizeof(key));
    struct case_note statement = {.note = text,
                                  .text = text,
                                  .signer = span_of(&officer, 1),
                                  .key = key,
                                  .roles = fixture_roles(officer),
                                  .is_authority = officer == '@',
                                  .at_s = fixture->at_s};
    enum outcome outcome = casebook_add(&fixture->book, &statement, fail);
    if (outcome != OK)
        return outcome;
    if (fixture->transcript != NULL) {
        buf_add_format(fixture->transcript, "%c %lld ", officer, (long long)fixture->at_s);
        buf_add(fixture->transcript, text);
    }
    struct sha256 hash;
    sha256_start(&hash);
    sha256_add(&hash, SPAN_LIT("\0"));
    sha256_add(&hash, text);
    sha256_end(&hash, fixture->latest.bytes);
    return OK;
}

__attribute__((unused)) static enum outcome fixture_state(struct fixture *fixture, const char *kind,
                                                          const struct hash32 *answers,
                                                          const char *body, char officer,
                                                          struct fail *fail)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    fixture_text(fixture, kind, answers, body, &text);
    enum outcome outcome = fixture_state_text(fixture, buf_span(&text), officer, fail);
    buf_done(&text);
    return outcome;
}

__attribute__((unused)) static enum outcome fixture_raise(struct fixture *fixture, uint32_t number,
                                                          const char *member_no, const char *effect,
                                                          char officer, struct fail *fail)
{
    char body[1024];
    char subject[2 * HASH_BYTES + 1];
    struct hash32 pseudonym = fixture_pseudonym(fixture, member_no);
    hex_print(SPAN_ARRAY(pseudonym.bytes), subject);
    snprintf(body, sizeof(body),
             ",\"case\":%u,\"by\":\"officer\",\"subjects\":[\"%s\"],\"effect\":%s,"
             "\"reason\":\"clerical\","
             "\"text\":\"because\"",
             number, subject, effect);
    return fixture_state(fixture, "variance", &fixture->snapshot_leaf, body, officer, fail);
}

__attribute__((unused)) static enum outcome fixture_attest(struct fixture *fixture, uint32_t number,
                                                           char officer, struct fail *fail)
{
    char body[256];
    snprintf(body, sizeof(body),
             ",\"case\":%u,\"evidence\":\"officer-attestation\",\"attestation\":\"I saw it\"",
             number);
    return fixture_state(fixture, "evidence", &fixture->latest, body, officer, fail);
}

__attribute__((unused)) static enum outcome fixture_decide(struct fixture *fixture, uint32_t number,
                                                           const char *outcome, char officer,
                                                           struct fail *fail)
{
    char body[256];
    snprintf(body, sizeof(body),
             ",\"case\":%u,\"outcome\":\"%s\",\"reasons\":\"shown to my "
             "satisfaction\",\"conflict\":\"none\"",
             number, outcome);
    return fixture_state(fixture, "decision", &fixture->latest, body, officer, fail);
}

__attribute__((unused)) static enum outcome fixture_document(struct fixture *fixture,
                                                             uint32_t number, char officer,
                                                             struct fail *fail)
{
    char body[512];
    char hex[2 * HASH_BYTES + 1];
    hex_print(SPAN_ARRAY(fixture->context), hex);
    snprintf(body, sizeof(body),
             ",\"case\":%u,\"evidence\":\"bank-line\",\"file\":{\"sha256\":\"%s\","
             "\"commitment\":\"%s\",\"size\":12,\"type\":\"pdf\"}",
             number, hex, hex);
    return fixture_state(fixture, "evidence", &fixture->latest, body, officer, fail);
}

__attribute__((unused)) static enum outcome fixture_propose(struct fixture *fixture,
                                                            uint32_t number, const char *effect,
                                                            char officer, struct fail *fail)
{
    char body[1024];
    snprintf(body, sizeof(body), ",\"case\":%u,\"effect\":%s,\"rule\":\"\",\"text\":\"because\"",
             number, effect);
    return fixture_state(fixture, "proposal", &fixture->latest, body, officer, fail);
}

__attribute__((unused)) static enum outcome fixture_notify(struct fixture *fixture, uint32_t number,
                                                           char officer, struct fail *fail)
{
    char body[256];
    snprintf(body, sizeof(body), ",\"case\":%u,\"sent_by\":\"email\",\"text\":\"told\"", number);
    return fixture_state(fixture, "notification", &fixture->latest, body, officer, fail);
}

/* Raised, evidenced and proposed by A. */
__attribute__((unused)) static bool fixture_bring(struct fixture *fixture, uint32_t number,
                                                  const char *member_no, const char *effect)
{
    struct fail fail = {0};
    bool stands = fixture_raise(fixture, number, member_no, effect, 'a', &fail) == OK &&
                  fixture_document(fixture, number, 'a', &fail) == OK &&
                  fixture_propose(fixture, number, effect, 'a', &fail) == OK;
    if (!stands)
        fprintf(stderr, "case %u: %s\n", number, fail.text);
    return CHECK(stands);
}

/* Told, and a week later upheld by B. */
__attribute__((unused)) static bool fixture_uphold(struct fixture *fixture, uint32_t number,
                                                   const char *member_no, const char *effect)
{
    struct fail fail = {0};
    if (!fixture_bring(fixture, number, member_no, effect))
        return false;
    bool stands = fixture_notify(fixture, number, 'a', &fail) == OK;
    fixture->at_s += 7 * 86400;
    stands = stands && fixture_decide(fixture, number, "upheld", 'b', &fail) == OK;
    if (!stands)
        fprintf(stderr, "case %u: %s\n", number, fail.text);
    return CHECK(stands);
}

#define FIXTURE_ROWS                                                                               \
    "0042,Si\xC3\xA2n,Huws,sian@example.org,,,,North,DD Live,2024-02-29,,9\n"                      \
    "1,Aled,\"Rees, \"\"Bach\"\"\",not an address,1 Stryd "                                        \
    "Fawr,Bala,LL23,North,Paid,12/01/2026,,\n"                                                     \
    "2,Beca,Puw,,,,,South,Paid,2020-01-01,5.00,\n"                                                 \
    "3,Carys,Owen,c@example.org,,,,South,Lapsed,2026-01-13,,\n"                                    \
    "4,Dewi,Wyn,d@example.org,,,,South,Paid,-,,\n"                                                 \
    "5,Elin,Fon,e@example.org,,,,South,DD Live,2020-01-01,5.01,\n"                                 \
    "6,Ffion,Gwyn,f@example.org,,,,East,Paid,2020-01-01,,\n"                                       \
    "7,Gwen,Hari,g@example.org,,,,South,Paid,2020-01-01,,\n"                                       \
    "7,Gwen,Harri,g@example.org,,,,South,Lapsed,2020-01-01,,\n"

__attribute__((unused)) static struct span fixture_csv(struct buf *buf, const char *header,
                                                       const char *rows)
{
    buf_init(buf, 1 << 20);
    buf_add_str(buf, header);
    buf_add_str(buf, rows);
    return buf_span(buf);
}

__attribute__((unused)) static bool fixture_draft(const struct fixture *fixture,
                                                  struct draft *out_draft)
{
    struct fail fail = {0};
    return CHECK_INT(draft_build(&fixture->people, &fixture->book, out_draft, &fail), OK);
}

/* The leaves that a first version has: everybody on the roll. */
__attribute__((unused)) static void fixture_account(const struct draft *draft,
                                                    struct account *out_account)
{
    uint8_t *standing = calloc(draft->member_count + 1u, 1);
    for (uint32_t i = 0; i < draft->member_count; i++) {
        if (draft->members[i].outcome == MEMBER_ELIGIBLE)
            standing[i] = LEAF_ELIGIBLE;
        if (draft->members[i].outcome == MEMBER_PROVISIONAL)
            standing[i] = LEAF_PROVISIONAL;
    }
    account_take(draft, &(struct account_leaves){.of_members = standing}, out_account);
    free(standing);
}

/* An effect that names a row or a member by `hash`. */
__attribute__((unused)) static void fixture_effect(char *out, size_t len, const char *format,
                                                   const uint8_t *hash)
{
    char hex[2 * HASH_BYTES + 1];
    hex_print(span_of(hash, HASH_BYTES), hex);
    snprintf(out, len, "{\"do\":\"%s%s\"}", format, hex);
}

/* Salts of 0x33 and a counter, so that what is sealed is known. */
__attribute__((unused)) static uint8_t fixture_salt_count;
__attribute__((unused)) static void fixture_salt(void *bytes, size_t len)
{
    memset(bytes, 0x33, len);
    ((uint8_t *)bytes)[0] = (uint8_t)(0x33 + fixture_salt_count++);
}

/* Every member who is undetermined is decided, and one more. */
__attribute__((unused)) static void fixture_decide_all(struct fixture *fixture)
{
    char effect[256];
    struct hash32 id;
    uint32_t row = 0;
    while (!span_is(snapshot_value(&fixture->snapshot, row, FIELD_NAME), "Gwen Harri"))
        row++;
    snapshot_row_id(&fixture->snapshot, row, id.bytes);
    fixture_effect(effect, sizeof(effect), "rows\",\"keep\":\"", id.bytes);
    fixture_uphold(fixture, 1, "7", effect);
    fixture_uphold(fixture, 2, "7",
                   "{\"do\":\"set\",\"field\":\"status\",\"from\":\"lapsed\",\"to\":\"active\"}");
    fixture_uphold(fixture, 3, "4",
                   "{\"do\":\"set\",\"field\":\"joined_on\",\"to\":\"2019-05-01\"}");
    fixture_uphold(fixture, 4, "3", "{\"do\":\"include\"}");
}

/* Confirms every exclusion that is open. */
__attribute__((unused)) static void fixture_confirm(struct fixture *fixture)
{
    struct draft draft;
    struct buf body;
    struct fail fail = {0};
    buf_init(&body, 1 << 20);
    if (!fixture_draft(fixture, &draft))
        return;
    buf_add_str(&body, ",\"list\":");
    CHECK(explain_exclusions(&draft, 1000, &body) > 0);
    CHECK_INT(
        fixture_state(fixture, "exclusions", &fixture->snapshot_leaf, buf_text(&body), 'a', &fail),
        OK);
    draft_done(&draft);
    buf_done(&body);
}

__attribute__((unused)) static bool fixture_seal(struct fixture *fixture, struct sealed *out_sealed,
                                                 struct fail *fail)
{
    struct seal_terms terms = {
        .draft = &fixture->draft, .random = fixture_salt, .not_before_s = fixture->at_s};
    if (fixture->has_draft)
        draft_done(&fixture->draft);
    fixture->has_draft = fixture_draft(fixture, &fixture->draft);
    fixture_salt_count = 0;
    return fixture->has_draft && seal_roll(&terms, out_sealed, fail) == OK;
}

#endif
