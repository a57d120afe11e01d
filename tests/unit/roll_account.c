/* What is published of a roll: the account, with small cells merged, and the annex's manifest. */
#include "roll_fixture.h"

#include "roll/account.h"
#include "roll/annex.h"

static void check_account(const struct fixture *fixture, const char *want)
{
    struct draft draft;
    struct account account;
    struct buf out;
    buf_init(&out, 1 << 16);
    if (!fixture_draft(fixture, &draft))
        return;
    fixture_account(&draft, &account);
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
    fixture_csv(&csv, FIXTURE_HEADER, "");
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

#define SIX_EFFECTS                                                                                \
    "[\"review\",0],[\"rows\",0],[\"merge\",0],[\"set\",0],[\"add\",0],[\"include\",0]"
#define NO_CASES                                                                                   \
    "[[\"upheld\",0],[\"refused\",0],[\"withdrawn\",0],[\"open\",0]],\"effects\":[" SIX_EFFECTS    \
    ",[\"exclude\",0],[\"hold\",0]],\"hours\":-1,\"late\":0"

static void check_accounts(void)
{
    account_of(
        9, 7, 0, 0,
        "{\"rows\":16,\"cells\":[[\"eligible\",9],[\"ACTIVE\",7],[\"FREEZE\",0],[\"OWED\",0],"
        "[\"STYLE\",0],[\"undetermined\",0],[\"duplicates\",0]],\"feeds\":[[\"members\",16]],"
        "\"roll\":9,\"changes\":[[\"included\",0],[\"removed\",0],[\"provisional\",0]],"
        "\"cases\":" NO_CASES "}");
    /* one small cell takes the smallest other with it */
    account_of(9, 7, 2, 0,
               "{\"rows\":18,\"cells\":[[\"eligible\",9],[\"FREEZE\",0],[\"STYLE\",0],["
               "\"undetermined\",0],[\"duplicates\",0],[\"merged\",9]],\"feeds\":["
               "[\"members\",18]],\"roll\":9,\"changes\":[[\"included\",0],[\"removed\",0],"
               "[\"provisional\",0]],\"cases\":" NO_CASES "}");
    /* two small cells that make five together */
    account_of(9, 1, 4, 0,
               "{\"rows\":14,\"cells\":[[\"eligible\",9],[\"FREEZE\",0],[\"STYLE\",0],["
               "\"undetermined\",0],[\"duplicates\",0],[\"merged\",5]],\"feeds\":["
               "[\"members\",14]],\"roll\":9,\"changes\":[[\"included\",0],[\"removed\",0],"
               "[\"provisional\",0]],\"cases\":" NO_CASES "}");
    /* equals: the first joins; few changes are not told apart, and few cases not counted */
    account_of(6, 6, 1, 4,
               "{\"rows\":13,\"cells\":[[\"ACTIVE\",6],[\"FREEZE\",0],[\"STYLE\",0],["
               "\"undetermined\",0],[\"duplicates\",0],[\"merged\",7]],\"feeds\":["
               "[\"members\",13]],\"roll\":2,\"changes\":[],\"cases\":[[\"refused\",0],"
               "[\"withdrawn\",0],[\"open\",0],[\"merged\",4]],\"effects\":[" SIX_EFFECTS
               ",[\"hold\",0],[\"merged\",4]],\"hours\":-1,\"late\":0}");
    account_of(
        20, 0, 0, 5,
        "{\"rows\":20,\"cells\":[[\"eligible\",20],[\"ACTIVE\",0],[\"FREEZE\",0],[\"OWED\",0],"
        "[\"STYLE\",0],[\"undetermined\",0],[\"duplicates\",0]],\"feeds\":[[\"members\",20]],"
        "\"roll\":15,\"changes\":[[\"included\",0],[\"removed\",5],[\"provisional\",0]],"
        "\"cases\":[[\"upheld\",5],[\"refused\",0],[\"withdrawn\",0],[\"open\",0]],\"effects\":"
        "[" SIX_EFFECTS ",[\"exclude\",5],[\"hold\",0]],\"hours\":168,\"late\":0}");
    /* fewer than five in all */
    account_of(
        2, 1, 0, 0,
        "{\"rows\":3,\"cells\":[[\"FREEZE\",0],[\"OWED\",0],[\"STYLE\",0],[\"undetermined\",0],["
        "\"duplicates\",0],[\"merged\",3]],\"feeds\":[[\"members\",3]],\"roll\":2,\"changes\":"
        "[[\"included\",0],[\"removed\",0],[\"provisional\",0]],\"cases\":" NO_CASES "}");
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
    check_accounts();
    check_annex();
    return check_end("roll_account");
}
