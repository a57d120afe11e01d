/* From records to the sealed roll: a small dirty export with every outcome, the effects of cases,
 * the guards of the seal, and what must not matter (the order of rows and columns). */
#include "roll_fixture.h"

#include "roll/account.h"
#include "roll/annex.h"
#include "roll/csv.h"
#include "roll/explain.h"
#include "roll/seal.h"

#define ROWS                                                                                       \
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

static struct span text_of(struct buf *buf, const char *header, const char *rows)
{
    buf_init(buf, 1 << 20);
    buf_add_str(buf, header);
    buf_add_str(buf, rows);
    return buf_span(buf);
}

/* Salts of 0x33 and a counter, so that what is sealed is known. */
static uint8_t salt_count;
static void known_salt(void *bytes, size_t len)
{
    memset(bytes, 0x33, len);
    ((uint8_t *)bytes)[0] = (uint8_t)(0x33 + salt_count++);
}

static bool build(const struct fixture *fixture, struct draft *out_draft)
{
    struct fail fail = {0};
    return CHECK_INT(draft_build(&fixture->snapshot, &fixture->rules, &fixture->book,
                                 fixture->roll_key, out_draft, &fail),
                     OK);
}

/* "number outcome case failed undetermined" for each member. */
static void print_draft(const struct draft *draft, struct buf *out)
{
    for (uint32_t i = 0; i < draft->member_count; i++) {
        const struct draft_member *member = &draft->members[i];
        uint64_t known = UINT64_MAX >> 2;
        uint64_t failed = member->verdict.failed;
        uint64_t open = member->verdict.undetermined;
        buf_add(out, snapshot_value(draft->snapshot, member->row, FIELD_MEMBER_NO));
        buf_add_format(out, " %s %u %x%s %x%s%s;", member_outcome_name(member->outcome),
                       member->case_number, (unsigned)(failed & known), failed & ~known ? "S" : "",
                       (unsigned)(open & known), open >> RULES_BIT_STYLE & 1 ? "S" : "",
                       open >> RULES_BIT_DUPLICATE ? "D" : "");
    }
}

static void check_draft(const struct fixture *fixture, const char *want)
{
    struct draft draft;
    struct buf out;
    buf_init(&out, 1 << 16);
    if (!build(fixture, &draft))
        return;
    print_draft(&draft, &out);
    CHECK_STR(buf_text(&out), want);
    buf_done(&out);
    draft_done(&draft);
}

static void check_outcomes(void)
{
    struct fixture fixture;
    struct buf csv;
    check_case("outcomes by the rules");
    if (fixture_init(&fixture, text_of(&csv, FIXTURE_HEADER, ROWS)))
        check_draft(&fixture, "0042 eligible 0 0 0;1 eligible 0 0 0;2 eligible 0 0 0;"
                              "3 ineligible 0 3 0;4 undetermined 0 0 2;5 ineligible 0 4 0;"
                              "6 ineligible 0 0S 0;7 undetermined 0 0 1D;");
    fixture_done(&fixture);
    buf_done(&csv);
}

static void check_pseudonym(void)
{
    struct fixture fixture = {0};
    char hex[2 * HASH_BYTES + 1];
    check_case("pseudonym of docs/roll.md");
    memset(fixture.roll_key, 0x22, ROLL_KEY_BYTES);
    struct hash32 pseudonym = fixture_pseudonym(&fixture, "0042");
    hex_print(SPAN_ARRAY(pseudonym.bytes), hex);
    CHECK_STR(hex, "4e66a99e0b287bcec5839214565253db0e27eb4aaa5014c97687d8cb2a0dda58");
}

/* Row ids and pseudonyms in effects. */
static void effect_with(char *out, size_t len, const char *format, const uint8_t *hash)
{
    char hex[2 * HASH_BYTES + 1];
    hex_print(span_of(hash, HASH_BYTES), hex);
    snprintf(out, len, "{\"do\":\"%s%s\"}", format, hex);
}

static void check_effects(struct fixture *fixture)
{
    char effect[256];
    struct hash32 hash = fixture_pseudonym(fixture, "2");
    check_case("set, include, exclude, hold");
    fixture_uphold(fixture, 1, "4",
                   "{\"do\":\"set\",\"field\":\"joined_on\",\"to\":\"2019-05-01\"}");
    fixture_uphold(fixture, 2, "3", "{\"do\":\"include\"}");
    fixture_uphold(fixture, 3, "1", "{\"do\":\"exclude\"}");
    fixture_uphold(fixture, 4, "5", "{\"do\":\"hold\"}");
    check_draft(fixture, "0042 eligible 0 0 0;1 removed 3 0 0;2 eligible 0 0 0;3 eligible 2 3 0;"
                         "4 eligible 0 0 0;5 provisional 4 4 0;6 ineligible 0 0S 0;"
                         "7 undetermined 0 0 1D;");
    check_case("who has no paper is not included");
    fixture_uphold(fixture, 5, "6", "{\"do\":\"include\"}");
    fixture_uphold(fixture, 6, "7", "{\"do\":\"include\"}");
    check_draft(fixture, "0042 eligible 0 0 0;1 removed 3 0 0;2 eligible 0 0 0;3 eligible 2 3 0;"
                         "4 eligible 0 0 0;5 provisional 4 4 0;6 ineligible 5 0S 0;"
                         "7 undetermined 6 0 1D;");
    check_case("one of two rows; the last of several cases; merge");
    snapshot_row_id(&fixture->snapshot, 7, hash.bytes);
    effect_with(effect, sizeof(effect), "rows\",\"keep\":\"", hash.bytes);
    fixture_uphold(fixture, 7, "7", effect);
    fixture_uphold(fixture, 8, "3", "{\"do\":\"exclude\"}");
    hash = fixture_pseudonym(fixture, "2");
    effect_with(effect, sizeof(effect), "merge\",\"into\":\"", hash.bytes);
    fixture_uphold(fixture, 9, "0042", effect);
    check_draft(fixture, "0042 withdrawn 9 0 0;1 removed 3 0 0;2 eligible 0 0 0;3 removed 8 3 0;"
                         "4 eligible 0 0 0;5 provisional 4 4 0;6 ineligible 5 0S 0;"
                         "7 eligible 6 0 0;");
}

static void check_moot(struct fixture *fixture)
{
    struct draft draft;
    struct fail fail = {0};
    check_case("moot effects are listed and change nothing");
    fixture_uphold(fixture, 10, "4",
                   "{\"do\":\"set\",\"field\":\"joined_on\",\"to\":\"2018-01-01\"}");
    fixture_uphold(fixture, 11, "0042", "{\"do\":\"include\"}");
    fixture_uphold(fixture, 12, "999", "{\"do\":\"include\"}");
    fixture_uphold(fixture, 13, "4", "{\"do\":\"set\",\"field\":\"x.owed\",\"to\":\"a lot\"}");
    fixture_uphold(fixture, 14, "4", "{\"do\":\"set\",\"field\":\"x.other\",\"to\":\"1\"}");
    if (!build(fixture, &draft))
        return;
    /* the data cases come first */
    static const uint32_t WANT[] = {10, 13, 14, 11, 12};
    if (CHECK_UINT(draft.moot_count, CHECK_COUNT_OF(WANT))) {
        for (size_t i = 0; i < CHECK_COUNT_OF(WANT); i++)
            CHECK_UINT(draft.moots[i].case_number, WANT[i]);
    }
    check_case("and refused when they are raised");
    CHECK_INT(draft_check_effect(&draft, casebook_find(&fixture->book, 10), &fail), NOT_ALLOWED);
    CHECK_STR(fail.text, "case 10, subject 1: the value is not what the case says");
    CHECK_INT(draft_check_effect(&draft, casebook_find(&fixture->book, 2), &fail), OK);
    draft_done(&draft);
}

/* A copy of the rows in another order, the columns turned by `turn`; deterministic. */
static void shuffle_csv(const char *header, const char *rows, uint32_t seed, struct buf *out)
{
    static const unsigned COLUMNS = 12;
    const char *lines[64];
    size_t count = 0;
    for (const char *line = rows; *line != '\0'; line = strchr(line, '\n') + 1)
        lines[count++] = line;
    for (size_t i = count; i > 1; i--) {
        seed = seed * 1664525u + 1013904223u;
        size_t other = seed % i;
        const char *line = lines[i - 1];
        lines[i - 1] = lines[other];
        lines[other] = line;
    }
    unsigned turn = seed % COLUMNS;
    for (size_t i = 0; i <= count; i++) {
        struct csv csv;
        bool more;
        const char *line = i == 0 ? header : lines[i - 1];
        size_t len = (size_t)(strchr(line, '\n') - line);
        CHECK_INT(csv_open(&csv, span_of(line, len), NULL), OK);
        CHECK_INT(csv_next(&csv, &more, NULL), OK);
        for (unsigned column = 0; column < COLUMNS; column++) {
            struct span field = csv.fields[(column + turn) % COLUMNS];
            buf_add_str(out, column > 0 ? ",\"" : "\"");
            for (size_t j = 0; j < field.len; j++) {
                buf_add_byte(out, field.ptr[j]);
                if (field.ptr[j] == '"')
                    buf_add_byte(out, '"');
            }
            buf_add_byte(out, '"');
        }
        buf_add_str(out, "\r\n");
        csv_done(&csv);
    }
}

static void decide_all(struct fixture *fixture)
{
    char effect[256];
    struct hash32 id;
    uint32_t row = 0;
    while (!span_is(snapshot_value(&fixture->snapshot, row, FIELD_NAME), "Gwen Harri"))
        row++;
    snapshot_row_id(&fixture->snapshot, row, id.bytes);
    effect_with(effect, sizeof(effect), "rows\",\"keep\":\"", id.bytes);
    fixture_uphold(fixture, 1, "7", effect);
    fixture_uphold(fixture, 2, "7",
                   "{\"do\":\"set\",\"field\":\"status\",\"from\":\"lapsed\",\"to\":\"active\"}");
    fixture_uphold(fixture, 3, "4",
                   "{\"do\":\"set\",\"field\":\"joined_on\",\"to\":\"2019-05-01\"}");
    fixture_uphold(fixture, 4, "3", "{\"do\":\"include\"}");
}

/* Confirms every exclusion that is open. */
static void confirm(struct fixture *fixture)
{
    struct draft draft;
    struct buf body;
    struct fail fail = {0};
    buf_init(&body, 1 << 20);
    if (!build(fixture, &draft))
        return;
    buf_add_str(&body, ",\"list\":");
    CHECK(explain_exclusions(&draft, 1000, &body) > 0);
    CHECK_INT(
        fixture_state(fixture, "exclusions", &fixture->snapshot_leaf, buf_text(&body), 'a', &fail),
        OK);
    draft_done(&draft);
    buf_done(&body);
}

static bool seal_fixture(struct fixture *fixture, struct sealed *out_sealed, struct fail *fail)
{
    struct draft draft;
    if (!build(fixture, &draft))
        return false;
    salt_count = 0;
    enum outcome outcome = seal_roll(&draft, known_salt, out_sealed, fail);
    draft_done(&draft);
    return outcome == OK;
}

static void check_order(void)
{
    struct fixture first;
    struct sealed want;
    struct buf csv;
    struct fail fail = {0};
    check_case("order of rows and columns");
    if (!fixture_init(&first, text_of(&csv, FIXTURE_HEADER, ROWS)))
        return;
    decide_all(&first);
    confirm(&first);
    if (!CHECK(seal_fixture(&first, &want, &fail))) {
        fprintf(stderr, "%s\n", fail.text);
        return;
    }
    buf_done(&csv);
    for (uint32_t seed = 1; seed <= 50; seed++) {
        struct fixture fixture;
        struct sealed got;
        check_case("order, seed %u", seed);
        buf_init(&csv, 1 << 20);
        shuffle_csv(FIXTURE_HEADER, ROWS, seed, &csv);
        if (!fixture_init(&fixture, buf_span(&csv)))
            return;
        decide_all(&fixture);
        confirm(&fixture);
        if (CHECK(seal_fixture(&fixture, &got, &fail))) {
            CHECK_BYTES(got.root.bytes, want.root.bytes, HASH_BYTES);
            seal_done(&got);
        }
        fixture_done(&fixture);
        buf_done(&csv);
    }
    seal_done(&want);
    fixture_done(&first);
}

/* Each pair is a case and its reversal. */
static void check_reversal(void)
{
    static const struct {
        const char *member_no;
        const char *effect;
        const char *back;
    } PAIRS[] = {
        {"2", "{\"do\":\"set\",\"field\":\"region\",\"from\":\"South\",\"to\":\"North\"}",
         "{\"do\":\"set\",\"field\":\"region\",\"from\":\"North\",\"to\":\"South\"}"},
        {"2", "{\"do\":\"set\",\"field\":\"email\",\"to\":\"b@example.org\"}",
         "{\"do\":\"set\",\"field\":\"email\",\"from\":\"b@example.org\"}"},
        {"1", "{\"do\":\"exclude\"}", "{\"do\":\"include\"}"},
        {"5", "{\"do\":\"set\",\"field\":\"x.owed\",\"from\":\"501\"}",
         "{\"do\":\"set\",\"field\":\"x.owed\",\"to\":\"501\"}"},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(PAIRS); i++) {
        struct hash32 roots[3];
        for (int steps = 0; steps < 3; steps++) {
            struct fixture fixture;
            struct sealed sealed;
            struct buf csv;
            struct fail fail = {0};
            check_case("reversal %zu after %d steps", i, steps);
            if (!fixture_init(&fixture, text_of(&csv, FIXTURE_HEADER, ROWS)))
                return;
            decide_all(&fixture);
            if (steps > 0)
                fixture_uphold(&fixture, 20, PAIRS[i].member_no, PAIRS[i].effect);
            if (steps > 1)
                fixture_uphold(&fixture, 21, PAIRS[i].member_no, PAIRS[i].back);
            confirm(&fixture);
            if (CHECK(seal_fixture(&fixture, &sealed, &fail))) {
                roots[steps] = sealed.root;
                seal_done(&sealed);
            }
            fixture_done(&fixture);
            buf_done(&csv);
        }
        CHECK_BYTES(roots[0].bytes, roots[2].bytes, HASH_BYTES);
        CHECK(memcmp(roots[0].bytes, roots[1].bytes, HASH_BYTES) != 0);
    }
}

static void expect_refused(struct fixture *fixture, const char *code)
{
    struct sealed sealed;
    struct fail fail = {0};
    CHECK(!seal_fixture(fixture, &sealed, &fail));
    CHECK_STR(fail.code, code);
}

static void check_seal_guards(void)
{
    struct fixture fixture;
    struct sealed sealed;
    struct buf csv;
    struct fail fail = {0};
    if (!fixture_init(&fixture, text_of(&csv, FIXTURE_HEADER, ROWS)))
        return;
    check_case("not while anybody is undetermined");
    expect_refused(&fixture, "roll.undetermined");
    decide_all(&fixture);
    check_case("not before the exclusions are confirmed");
    expect_refused(&fixture, "roll.unconfirmed");
    confirm(&fixture);
    check_case("sealed");
    if (CHECK(seal_fixture(&fixture, &sealed, &fail)))
        seal_done(&sealed);
    check_case("not when a reason has changed since it was confirmed");
    fixture_uphold(&fixture, 30, "5",
                   "{\"do\":\"set\",\"field\":\"status\",\"from\":\"active\",\"to\":\"lapsed\"}");
    expect_refused(&fixture, "roll.unconfirmed");
    confirm(&fixture);
    check_case("not while anybody is held");
    fixture_uphold(&fixture, 31, "5", "{\"do\":\"hold\"}");
    expect_refused(&fixture, "roll.provisional");
    check_case("a new snapshot needs new confirmations");
    fixture_uphold(&fixture, 32, "5", "{\"do\":\"exclude\"}");
    if (CHECK(seal_fixture(&fixture, &sealed, &fail)))
        seal_done(&sealed);
    fixture.snapshot_leaf.bytes[0] ^= 1;
    CHECK_INT(casebook_add_snapshot(&fixture.book, fixture.snapshot_leaf.bytes, &fail), OK);
    expect_refused(&fixture, "roll.unconfirmed");
    fixture_done(&fixture);
    buf_done(&csv);

    check_case("nor with nobody on it");
    if (fixture_init(&fixture, SPAN_LIT(FIXTURE_HEADER)))
        expect_refused(&fixture, "roll.empty");
    fixture_done(&fixture);
}

/* The leaf of docs/roll.md, alone on its roll; and what is printed of it. */
static void check_leaf(void)
{
    static const char RECORD[] =
        "{\"member_no\":\"0042\",\"name\":\"Si\xC3\xA2n "
        "Huws\",\"source\":\"members\",\"pseudonym\":"
        "\"4e66a99e0b287bcec5839214565253db0e27eb4aaa5014c97687d8cb2a0dda58\",\"style\":\"all\","
        "\"standing\":\"eligible\",\"votes\":1,\"channel\":\"email\",\"email\":\"sian@example."
        "org\"}";
    struct fixture fixture;
    struct sealed sealed;
    struct buf out;
    struct fail fail = {0};
    char hex[2 * HASH_BYTES + 1];
    check_case("leaf of docs/roll.md");
    if (!fixture_init(&fixture, SPAN_LIT(FIXTURE_HEADER "0042,Si\xC3\xA2n,Huws,sian@example.org,,,,"
                                                        "North,DD Live,2024-02-29,,\n")))
        return;
    fixture.rules.styles[0].id = SPAN_LIT("all");
    if (CHECK(seal_fixture(&fixture, &sealed, &fail))) {
        CHECK_TEXT(seal_record(&sealed, &sealed.leaves[0]), RECORD);
        hex_print(SPAN_ARRAY(sealed.leaves[0].hash.bytes), hex);
        CHECK_STR(hex, "5f7ba5105b4284fbe6d237d4a4b98a9a0e1b84f0e1781997215b7b6bd9acff76");
        CHECK_BYTES(sealed.root.bytes, sealed.leaves[0].hash.bytes, HASH_BYTES);
        buf_init(&out, 1 << 16);
        seal_print_styles(&sealed, &fixture.rules, &out);
        CHECK_STR(buf_text(&out), "[{\"style\":\"all\",\"credentials\":1,\"provisional\":0},"
                                  "{\"style\":\"south\",\"credentials\":0,\"provisional\":0}]");
        buf_done(&out);
        seal_done(&sealed);
    }
    fixture_done(&fixture);
}

static void check_channels(void)
{
    static const struct {
        const char *text;
        bool email;
    } EMAILS[] = {
        {"a@b.c", true},      {"a.b+c@x-y.example", true},
        {"a@b", false},       {"@b.c", false},
        {"a@", false},        {"a@b..c", false},
        {"a@.b.c", false},    {"a@b.c.", false},
        {"a@b@c.d", false},   {"a b@c.d", false},
        {"<a@b.c>", false},   {"a@b.c,d@e.f", false},
        {"", false},          {"si\xC3\xA2n@b.c", false},
        {"\"a\"@b.c", false},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(EMAILS); i++) {
        check_case("address %s", EMAILS[i].text);
        CHECK_INT(seal_is_email(span_str(EMAILS[i].text)), EMAILS[i].email);
    }
}

static void check_account(const struct fixture *fixture, const char *want)
{
    struct draft draft;
    struct account account;
    struct buf out;
    buf_init(&out, 1 << 16);
    if (!build(fixture, &draft))
        return;
    account_take(&draft, &account);
    account_print(&account, &out);
    CHECK_STR(buf_text(&out), want);
    buf_done(&out);
    draft_done(&draft);
}

/* `lapsed` and `owing` members who fail, `good` who do not; numbered in turn. */
static void account_of(unsigned good, unsigned lapsed, unsigned owing, unsigned excluded,
                       const char *want)
{
    struct fixture fixture;
    struct buf csv;
    unsigned number = 1;
    check_case("account %u %u %u %u", good, lapsed, owing, excluded);
    text_of(&csv, FIXTURE_HEADER, "");
    for (unsigned i = 0; i < good + lapsed + owing; i++)
        buf_add_format(&csv, "%u,A,B,,,,,North,%s,2020-01-01,%s,\n", number++,
                       i >= good && i < good + lapsed ? "Lapsed" : "Paid",
                       i >= good + lapsed ? "9" : "");
    if (fixture_init(&fixture, buf_span(&csv))) {
        for (unsigned i = 1; i <= excluded; i++) {
            char member_no[16];
            snprintf(member_no, sizeof(member_no), "%u", i);
            fixture_uphold(&fixture, i, member_no, "{\"do\":\"exclude\"}");
        }
        check_account(&fixture, want);
    }
    fixture_done(&fixture);
    buf_done(&csv);
}

static void check_accounts(void)
{
    account_of(
        9, 7, 0, 0,
        "{\"rows\":16,\"cells\":[[\"eligible\",9],[\"ACTIVE\",7],[\"FREEZE\",0],[\"OWED\",0],"
        "[\"STYLE\",0],[\"undetermined\",0],[\"duplicates\",0]],\"roll\":9,\"changes\":[["
        "\"included\",0],[\"removed\",0],[\"provisional\",0]]}");
    /* one small cell takes the smallest other with it */
    account_of(9, 7, 2, 0,
               "{\"rows\":18,\"cells\":[[\"eligible\",9],[\"FREEZE\",0],[\"STYLE\",0],["
               "\"undetermined\",0],[\"duplicates\",0],[\"merged\",9]],\"roll\":9,\"changes\":[["
               "\"included\",0],[\"removed\",0],[\"provisional\",0]]}");
    /* two small cells that make five together */
    account_of(9, 1, 4, 0,
               "{\"rows\":14,\"cells\":[[\"eligible\",9],[\"FREEZE\",0],[\"STYLE\",0],["
               "\"undetermined\",0],[\"duplicates\",0],[\"merged\",5]],\"roll\":9,\"changes\":[["
               "\"included\",0],[\"removed\",0],[\"provisional\",0]]}");
    /* equals: the first joins; and few changes are not told apart */
    account_of(6, 6, 1, 4,
               "{\"rows\":13,\"cells\":[[\"ACTIVE\",6],[\"FREEZE\",0],[\"STYLE\",0],["
               "\"undetermined\",0],[\"duplicates\",0],[\"merged\",7]],\"roll\":2,\"changes\":[]}");
    account_of(
        20, 0, 0, 5,
        "{\"rows\":20,\"cells\":[[\"eligible\",20],[\"ACTIVE\",0],[\"FREEZE\",0],[\"OWED\",0],"
        "[\"STYLE\",0],[\"undetermined\",0],[\"duplicates\",0]],\"roll\":15,\"changes\":[["
        "\"included\",0],[\"removed\",5],[\"provisional\",0]]}");
    /* fewer than five in all */
    account_of(
        2, 1, 0, 0,
        "{\"rows\":3,\"cells\":[[\"FREEZE\",0],[\"OWED\",0],[\"STYLE\",0],[\"undetermined\",0],["
        "\"duplicates\",0],[\"merged\",3]],\"roll\":2,\"changes\":[[\"included\",0],["
        "\"removed\",0],[\"provisional\",0]]}");
}

static void check_explain(void)
{
    struct fixture fixture;
    struct draft draft;
    struct buf csv;
    struct buf out;
    check_case("explanation");
    buf_init(&out, 1 << 16);
    if (!fixture_init(&fixture, text_of(&csv, FIXTURE_HEADER, ROWS)) || !build(&fixture, &draft))
        return;
    explain_member(&draft, draft_find(&draft, SPAN_LIT("3")), &out);
    CHECK_STR(buf_text(&out),
              "3 Carys Owen: ineligible, not yet confirmed by an officer\n"
              "  not met: ACTIVE, Membership is in force\n"
              "      asked: status is one of \"active\", \"grace\"\n"
              "      status is \"lapsed\" (members, line 5)\n"
              "  not met: FREEZE, Joined at least six months before 12 July 2026\n"
              "      asked: joined_on is at least 6 months before 2026-07-12 (by 2026-01-12)\n"
              "      joined_on is \"2026-01-13\" (members, line 5)\n");
    buf_clear(&out);
    explain_member(&draft, draft_find(&draft, SPAN_LIT("7")), &out);
    CHECK_STR(buf_text(&out), "7 : undetermined\n"
                              "  undetermined: ACTIVE, Membership is in force\n"
                              "      asked: status is one of \"active\", \"grace\"\n"
                              "      status is contested (members, line 9, 10)\n"
                              "  undetermined: DUPLICATE, the number stands on 2 rows\n");
    buf_clear(&out);
    explain_member_json(&draft, draft_find(&draft, SPAN_LIT("0042")), &out);
    CHECK_STR(buf_text(&out),
              "{\"member_no\":\"0042\",\"pseudonym\":"
              "\"4e66a99e0b287bcec5839214565253db0e27eb4aaa5014c97687d8cb2a0dda58\",\"outcome\":"
              "\"eligible\",\"by_rules\":\"eligible\",\"case\":0,\"confirmed\":false,\"style\":"
              "\"north\",\"lines\":[2],\"failed\":[],\"undetermined\":[]}");
    CHECK(draft_find(&draft, SPAN_LIT("42")) == NULL);
    draft_done(&draft);
    fixture_done(&fixture);
    buf_done(&csv);
    buf_done(&out);
}

static void check_annex(void)
{
    struct annex annex;
    struct buf out;
    struct fail fail = {0};
    uint8_t salt[SALT_BYTES];
    char path[ANNEX_PATH_BYTES];
    check_case("manifest");
    buf_init(&out, 1 << 16);
    annex_init(&annex);
    memset(salt, 0x11, sizeof(salt));
    annex_path_snapshot(1, path);
    CHECK_INT(annex_add(&annex, path, SPAN_LIT("member_no,name\n1,Ann\n"), salt, &fail), OK);
    annex_path_case(1, path);
    CHECK_INT(annex_add(&annex, path, SPAN_LIT("a"), salt, &fail), OK);
    CHECK_INT(annex_add(&annex, ANNEX_PATH_ROLL_KEY, SPAN_LIT(""), NULL, &fail), OK);
    CHECK_INT(annex_add(&annex, path, SPAN_LIT("b"), NULL, &fail), CONFLICT);
    CHECK_INT(annex_add(&annex, "../roll.key", SPAN_LIT("b"), NULL, &fail), BAD_INPUT);
    annex_print(&annex, SPAN_LIT("example.org/leader-2026"), &out);
    CHECK_STR(buf_text(&out),
              "ballotd annex v1\nexample.org/leader-2026\n"
              "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb "
              "1111111111111111111111111111111111111111111111111111111111111111 1 cases/0001.note\n"
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 - 0 roll.key\n"
              "a01233e61079cf7571d99fce90eb5c16b3d22d190378912cf14d9c63f08c2a4d "
              "1111111111111111111111111111111111111111111111111111111111111111 21 "
              "snapshots/1.csv\n");
    annex_done(&annex);
    buf_done(&out);
}

int main(void)
{
    struct fixture fixture;
    struct buf csv;
    check_outcomes();
    check_pseudonym();
    if (fixture_init(&fixture, text_of(&csv, FIXTURE_HEADER, ROWS))) {
        check_effects(&fixture);
        check_moot(&fixture);
    }
    fixture_done(&fixture);
    buf_done(&csv);
    check_order();
    check_reversal();
    check_seal_guards();
    check_leaf();
    check_channels();
    check_accounts();
    check_explain();
    check_annex();
    return check_end("roll_draft");
}
