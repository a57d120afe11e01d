/* From records to the draft roll: a small dirty export with every outcome, and what each effect of
 * a case does to it, or does not. */
#include "roll_fixture.h"

#include "roll/explain.h"

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

/* "number outcome case failed undetermined" for each member. */
static void print_draft(const struct draft *draft, struct buf *out)
{
    for (uint32_t i = 0; i < draft->member_count; i++) {
        const struct draft_member *member = &draft->members[i];
        uint64_t known = UINT64_MAX >> 2;
        uint64_t failed = member->verdict.failed;
        uint64_t open = member->verdict.undetermined;
        buf_add(out, draft_number(draft, member));
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
    if (!fixture_draft(fixture, &draft))
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
    if (fixture_init(&fixture, fixture_csv(&csv, FIXTURE_HEADER, FIXTURE_ROWS)))
        check_draft(&fixture, "0042 eligible 0 0 0;1 eligible 0 0 0;2 eligible 0 0 0;"
                              "3 ineligible 0 3 0;4 provisional 0 0 2;5 ineligible 0 4 0;"
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
    fixture_effect(effect, sizeof(effect), "rows\",\"keep\":\"", hash.bytes);
    fixture_uphold(fixture, 7, "7", effect);
    fixture_uphold(fixture, 8, "3", "{\"do\":\"exclude\"}");
    hash = fixture_pseudonym(fixture, "2");
    fixture_effect(effect, sizeof(effect), "merge\",\"into\":\"", hash.bytes);
    fixture_uphold(fixture, 9, "0042", effect);
    check_draft(fixture, "0042 withdrawn 9 0 0;1 removed 3 0 0;2 eligible 0 0 0;3 removed 8 3 0;"
                         "4 eligible 0 0 0;5 provisional 4 4 0;6 ineligible 5 0S 0;"
                         "7 eligible 6 0 0;");
}

/* A proposal in the case of member 4 that is under way, read before it is taken. */
static void check_note(struct fixture *fixture, const struct draft *draft, const char *effect,
                       enum outcome want)
{
    struct buf text;
    struct buf body;
    struct fail fail = {0};
    uint8_t key[KEY_BYTES] = {1};
    buf_init(&text, 4096);
    buf_init(&body, 4096);
    buf_add_format(&body, ",\"case\":50,\"effect\":%s,\"rule\":\"\",\"text\":\"t\"", effect);
    fixture_text(fixture, "proposal", &fixture->latest, buf_text(&body), &text);
    struct case_note note = {.note = buf_span(&text),
                             .text = buf_span(&text),
                             .signer = SPAN_LIT("a"),
                             .key = key,
                             .roles = OFFICER_SECRETARY};
    CHECK_INT(draft_check_note(draft, &note, &fail), want);
    buf_done(&text);
    buf_done(&body);
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
    fixture_bring(fixture, 50, "4", "{\"do\":\"hold\"}");
    if (!fixture_draft(fixture, &draft))
        return;
    /* the data cases come first */
    static const uint32_t WANT[] = {10, 13, 14, 11, 12};
    if (CHECK_UINT(draft.moot_count, CHECK_COUNT_OF(WANT))) {
        for (size_t i = 0; i < CHECK_COUNT_OF(WANT); i++)
            CHECK_UINT(draft.moots[i].case_number, WANT[i]);
    }
    check_case("and refused when they are proposed");
    CHECK_INT(draft_check_effect(&draft, casebook_find(&fixture->book, 10), &fail), NOT_ALLOWED);
    CHECK_STR(fail.text, "case 10, subject 1: the value is another than the case says; "
                         "`ballotd roll explain` shows it");
    CHECK_INT(draft_check_effect(&draft, casebook_find(&fixture->book, 2), &fail), OK);
    check_note(fixture, &draft, "{\"do\":\"include\"}", OK);
    check_note(fixture, &draft, "{\"do\":\"rows\",\"keep\":\"" ZEROS "\"}", NOT_ALLOWED);
    draft_done(&draft);
}

static void check_explain(void)
{
    struct fixture fixture;
    struct draft draft;
    struct buf csv;
    struct buf out;
    check_case("explanation");
    buf_init(&out, 1 << 16);
    if (!fixture_init(&fixture, fixture_csv(&csv, FIXTURE_HEADER, FIXTURE_ROWS)) ||
        !fixture_draft(&fixture, &draft))
        return;
    explain_member(&draft, draft_find(&draft, SPAN_LIT("3")), &out);
    CHECK_STR(buf_text(&out),
              "3 Carys Owen: ineligible, not yet confirmed by an officer\n"
              "  not met: ACTIVE, Membership is in force\n"
              "      asked: status is one of \"active\", \"grace\"\n"
              "      status is \"lapsed\" (National membership as of 2026-06-27, line 5)\n"
              "  not met: FREEZE, Joined at least six months before 12 July 2026\n"
              "      asked: joined_on is at least 6 months before 2026-07-12 (by 2026-01-12)\n"
              "      joined_on is \"2026-01-13\" (National membership as of 2026-06-27, line 5)\n");
    buf_clear(&out);
    explain_whole(&draft, draft_find(&draft, SPAN_LIT("3")), &out);
    CHECK(strstr(buf_text(&out), "not met\" below"));
    CHECK(strstr(buf_text(&out), "  on record:\n      name is \"Carys Owen\" (National"));
    buf_clear(&out);
    explain_member(&draft, draft_find(&draft, SPAN_LIT("7")), &out);
    CHECK_STR(buf_text(&out),
              "7 Gwen Hari: undetermined\n"
              "  undetermined: ACTIVE, Membership is in force\n"
              "      asked: status is one of \"active\", \"grace\"\n"
              "      status is contested:\n"
              "        \"active\" (National membership as of 2026-06-27, line 9)\n"
              "        \"lapsed\" (National membership as of 2026-06-27, line 10)\n"
              "  undetermined: DUPLICATE, the number stands on 2 rows of National membership\n"
              "    line 9: member_no \"7\", name \"Gwen Hari\", email \"g@example.org\", region "
              "\"South\", "
              "status \"active\", joined_on \"2020-01-01\"\n"
              "    line 10: member_no \"7\", name \"Gwen Harri\", email \"g@example.org\", region "
              "\"South\", "
              "status \"lapsed\", joined_on \"2020-01-01\"\n");
    buf_clear(&out);
    explain_member_json(&draft, draft_find(&draft, SPAN_LIT("0042")), &out);
    CHECK_STR(buf_text(&out),
              "{\"member_no\":\"0042\",\"numbers\":\"members\",\"pseudonym\":"
              "\"4e66a99e0b287bcec5839214565253db0e27eb4aaa5014c97687d8cb2a0dda58\",\"outcome\":"
              "\"eligible\",\"by_rules\":\"eligible\",\"case\":0,\"confirmed\":false,\"style\":"
              "\"north\",\"votes\":1,\"rows\":[{\"source\":\"members\",\"line\":2}],\"failed\":[],"
              "\"undetermined\":[],\"stale\":[]}");
    CHECK(draft_find(&draft, SPAN_LIT("42")) == NULL);
    draft_done(&draft);
    fixture_done(&fixture);
    buf_done(&csv);
    buf_done(&out);
}

int main(void)
{
    struct fixture fixture;
    struct buf csv;
    check_outcomes();
    check_pseudonym();
    if (fixture_init(&fixture, fixture_csv(&csv, FIXTURE_HEADER, FIXTURE_ROWS))) {
        check_effects(&fixture);
        check_moot(&fixture);
    }
    fixture_done(&fixture);
    buf_done(&csv);
    check_explain();
    return check_end("roll_draft");
}
