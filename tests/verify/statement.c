/* Statements: one spelling each, every member there, in order and in range. */
#include "statement/statement.h"
#include "roll.h"

#include "check.h"

#define ZERO64 "0000000000000000000000000000000000000000000000000000000000000000"
#define BASE64 "5866666666666666666666666666666666666666666666666666666666666666"
#define LESS64 "5766666666666666666666666666666666666666666666666666666666666666"
#define SNAPSHOT_OF(as_of)                                                                         \
    HEAD("snapshot")                                                                               \
    "\"number\":1,\"source\":\"members\",\"purpose\":{\"en\":\"x\",\"cy\":\"\"},\"taken_at\":9,"   \
    "\"as_of\":" as_of ",\"commitment\":\"" ZERO64 "\",\"mapping\":\"" ZERO64 "\",\"rows\":3}\n"
#define DIFFERENCE_OF(joined, alarms)                                                              \
    HEAD("difference")                                                                             \
    "\"from\":1,\"to\":2,\"joined\":" joined ",\"left\":0,\"status\":0,\"unit\":0,\"email\":4,"    \
    "\"phone\":0,\"address\":71,\"alarms\":" alarms "}\n"
#define ROLL_OF(revoked)                                                                           \
    HEAD("roll")                                                                                   \
    "\"version\":2,\"at\":7,\"root\":\"" ZERO64 "\",\"size\":5,\"styles\":[{\"style\":\"all\","    \
    "\"credentials\":3,\"provisional\":1}],\"revoked\":[" revoked "],\"annex\":\"" ZERO64          \
    "\",\"access\":\"" ZERO64 "\",\"account\":{}}\n"
#define REISSUE_OF(standing)                                                                       \
    HEAD("reissue")                                                                                \
    "\"old\":\"" BASE64 "\",\"new\":\"" LESS64 "\",\"style\":\"all\",\"standing\":" standing       \
    ",\"binding\":\"" ZERO64 "\"}\n"
#define FREEZE_OF(admitted)                                                                        \
    HEAD("freeze")                                                                                 \
    "\"size\":9,\"root\":\"" ZERO64 "\",\"boxes\":[]," admitted "\"annex\":\"" ZERO64              \
    "\",\"access\":\"" ZERO64 "\",\"checkpoint\":{\"sha256\":\"" ZERO64 "\",\"size\":0}}\n"
#define HEAD(kind)                                                                                 \
    "{\"kind\":\"" kind "\",\"origin\":\"a.org/x\",\"context\":\"" ZERO64                          \
    "\",\"answers\":\"" ZERO64 "\","

static enum outcome parse(const char *text, struct statement *out)
{
    static struct arena arena;
    struct fail fail;
    return statement_parse(span_text(text), &arena, out, &fail);
}

static const char *const good[] = {
    HEAD("end") "\"text\":\"\"}\n",
    HEAD("end") "\"text\":\"a\\nb \\\"c\\\"\"}\n",
    HEAD("notice") "\"text\":{\"en\":\"x\",\"cy\":\"\"},\"subject\":\"" ZERO64 "\"}\n",
    HEAD("amend") "\"change\":\"close\",\"closes_at\":5,\"contest\":\"\",\"candidate\":0,"
                  "\"text\":\"\"}\n",
    HEAD("amend") "\"change\":\"withdraw\",\"closes_at\":0,\"contest\":\"chair\",\"candidate\":2,"
                  "\"text\":\"\"}\n",
    HEAD("role") "\"action\":\"end\",\"officer\":\"a\",\"name\":\"\",\"roles\":[],\"key\":\"\","
                 "\"until\":0}\n",
    HEAD("role") "\"action\":\"appoint\",\"officer\":\"a\",\"name\":\"Ann\",\"roles\":[\"deputy\"],"
                 "\"key\":\"" BASE64 "\",\"until\":0}\n",
    HEAD("trustee.restart") "\"attempt\":2,\"trustees\":[1,3],\"reason\":\"absent\",\"text\":\"\"}"
                            "\n",
    HEAD("ballot") "\"roll\":1,\"style\":\"all\",\"paper\":\"" ZERO64 "\",\"credential\":\"" ZERO64
                   "\",\"sequence\":0,\"previous\":\"" ZERO64 "\",\"body\":\"AAEC\"}\n",
    SNAPSHOT_OF("9"),
    DIFFERENCE_OF("4", "2"),
    HEAD("case") "\"number\":1,\"at\":5,\"commitment\":\"" ZERO64 "\"}\n",
    ROLL_OF(""),
    ROLL_OF("\"" LESS64 "\",\"" BASE64 "\""),
    HEAD("reissue.order") "\"credential\":\"" BASE64 "\",\"tendered\":true,\"reason\":\"x\"}\n",
    REISSUE_OF("\"tendered\""),
    FREEZE_OF("\"admitted\":{\"sha256\":\"" ZERO64 "\",\"size\":0},"),
    HEAD("role") "\"action\":\"appoint\",\"officer\":\"a\",\"name\":\"Ann\",\"roles\":[\"panel\","
                 "\"barred\"],\"key\":\"" BASE64 "\",\"until\":0}\n",
};

static const struct {
    const char *name, *text;
} bad[] = {
    {"a snapshot of data after it was taken", SNAPSHOT_OF("10")},
    {"a snapshot without its date", HEAD("snapshot") "\"number\":1,\"source\":\"members\"}\n"},
    {"one person joined", DIFFERENCE_OF("1", "0")},
    {"three people joined", DIFFERENCE_OF("3", "0")},
    {"fewer alarms than none", DIFFERENCE_OF("0", "-1")},
    {"a case without its time", HEAD("case") "\"number\":1,\"commitment\":\"" ZERO64 "\"}\n"},
    {"a key revoked twice", ROLL_OF("\"" BASE64 "\",\"" BASE64 "\"")},
    {"keys revoked in another order", ROLL_OF("\"" BASE64 "\",\"" LESS64 "\"")},
    {"something revoked that is no key", ROLL_OF("\"\"")},
    {"an order that does not say whether it is tendered",
     HEAD("reissue.order") "\"credential\":\"" BASE64 "\",\"reason\":\"x\"}\n"},
    {"a standing of another word", REISSUE_OF("\"removed\"")},
    {"a standing that is a number", REISSUE_OF("1")},
    {"a freeze that admits nothing at all", FREEZE_OF("")},
    {"no line feed", HEAD("end") "\"text\":\"\"}"},
    {"two lines", HEAD("end") "\"text\":\"\"}\n\n"},
    {"a space", HEAD("end") "\"text\": \"\"}\n"},
    {"unknown kind", HEAD("ends") "\"text\":\"\"}\n"},
    {"member missing", HEAD("trustee.restart") "\"attempt\":2,\"trustees\":[1],\"text\":\"\"}\n"},
    {"member left over", HEAD("end") "\"text\":\"\",\"more\":1}\n"},
    {"members in another order", "{\"origin\":\"a\",\"kind\":\"end\",\"context\":\"" ZERO64
                                 "\",\"answers\":\"" ZERO64 "\",\"text\":\"\"}\n"},
    {"hex in capitals",
     HEAD("notice") "\"text\":{\"en\":\"x\",\"cy\":\"\"},\"subject\":\"A" ZERO64 "\"}\n"},
    {"an empty English text",
     HEAD("notice") "\"text\":{\"en\":\"\",\"cy\":\"\"},\"subject\":\"" ZERO64 "\"}\n"},
    {"a time for a withdrawal", HEAD("amend") "\"change\":\"withdraw\",\"closes_at\":5,\"contest\":"
                                              "\"chair\",\"candidate\":2,\"text\":\"\"}\n"},
    {"no time for a close", HEAD("amend") "\"change\":\"close\",\"closes_at\":0,\"contest\":\"\","
                                          "\"candidate\":0,\"text\":\"\"}\n"},
    {"candidate 255", HEAD("amend") "\"change\":\"withdraw\",\"closes_at\":0,\"contest\":\"chair\","
                                    "\"candidate\":255,\"text\":\"\"}\n"},
    {"an appointment without roles",
     HEAD("role") "\"action\":\"appoint\",\"officer\":\"a\",\"name\":\"Ann\",\"roles\":[],\"key\":"
                  "\"" BASE64 "\",\"until\":0}\n"},
    {"a role twice",
     HEAD("role") "\"action\":\"appoint\",\"officer\":\"a\",\"name\":\"Ann\","
                  "\"roles\":[\"deputy\",\"deputy\"],\"key\":\"" BASE64 "\",\"until\":0}\n"},
    {"a key of small order",
     HEAD("role") "\"action\":\"appoint\",\"officer\":\"a\",\"name\":\"Ann\","
                  "\"roles\":[\"deputy\"],\"key\":\"" ZERO64 "\",\"until\":0}\n"},
    {"an id in capitals",
     HEAD("role") "\"action\":\"end\",\"officer\":\"A\",\"name\":\"\",\"roles\":"
                  "[],\"key\":\"\",\"until\":0}\n"},
    {"indices that fall", HEAD("trustee.restart") "\"attempt\":2,\"trustees\":[3,1],\"reason\":"
                                                  "\"absent\",\"text\":\"\"}\n"},
    {"trustee 33", HEAD("trustee.restart") "\"attempt\":2,\"trustees\":[33],\"reason\":\"absent\","
                                           "\"text\":\"\"}\n"},
    {"a leading zero", HEAD("trustee.restart") "\"attempt\":02,\"trustees\":[1],\"reason\":"
                                               "\"absent\",\"text\":\"\"}\n"},
    {"base64 with spare bits",
     HEAD("ballot") "\"roll\":1,\"style\":\"all\",\"paper\":\"" ZERO64 "\",\"credential\":\"" ZERO64
                    "\",\"sequence\":0,\"previous\":\"" ZERO64 "\",\"body\":\"AAF=\"}\n"},
    {"a negative sequence",
     HEAD("ballot") "\"roll\":1,\"style\":\"all\",\"paper\":\"" ZERO64 "\",\"credential\":\"" ZERO64
                    "\",\"sequence\":-1,\"previous\":\"" ZERO64 "\",\"body\":\"AAEC\"}\n"},
};

static void test_forms(void)
{
    struct statement statement;
    for (size_t i = 0; i < CHECK_COUNT_OF(good); i++) {
        check_case("good %zu", i);
        CHECK_INT(parse(good[i], &statement), GOOD);
    }
    for (size_t i = 0; i < CHECK_COUNT_OF(bad); i++) {
        check_case("%s", bad[i].name);
        CHECK_INT(parse(bad[i].text, &statement), BAD);
    }
}

static void test_content(void)
{
    struct statement statement;
    check_case("what was read");
    CHECK_INT(parse(good[1], &statement), GOOD);
    CHECK_INT(statement.kind, END);
    CHECK_TEXT(statement.origin, "a.org/x");
    CHECK_INT(parse(good[7], &statement), GOOD);
    CHECK_UINT(statement.restart->attempt, 2);
    CHECK_UINT(statement.restart->trustee_count, 2);
    CHECK_UINT(statement.restart->trustees[1], 3);
    CHECK_INT(parse(good[8], &statement), GOOD);
    CHECK_SPAN(statement.ballot->body, span_of("\0\1\2", 3));
    CHECK_INT(parse(DIFFERENCE_OF("5", "2"), &statement), GOOD);
    CHECK_UINT(statement.difference->joined, 5);
    CHECK_UINT(statement.difference->address, 71);
    CHECK_UINT(statement.difference->alarms, 2);
    CHECK_INT(parse(ROLL_OF("\"" LESS64 "\",\"" BASE64 "\""), &statement), GOOD);
    CHECK_UINT(statement.roll->revoked_count, 2);
    CHECK_UINT(statement.roll->revoked[1][0], 0x58);
    CHECK_INT(parse(REISSUE_OF("\"provisional\""), &statement), GOOD);
    CHECK_INT(statement.reissue->standing, CREDENTIAL_PROVISIONAL);
}

/* At most 500 keys are revoked by one version. */
static void test_revoked(void)
{
    static const char pattern[] = ROLL_OF("@");
    static char keys[67 * (ROLL_REVOKED_MAX + 2)], text[sizeof keys + 1024];
    struct statement statement;
    for (unsigned count = ROLL_REVOKED_MAX; count <= ROLL_REVOKED_MAX + 1; count++) {
        keys[0] = text[0] = '\0';
        for (unsigned i = 0; i < count; i++)
            check_append(keys, sizeof keys, "%s\"%08x%.56s\"", i > 0 ? "," : "", i, ZERO64);
        const char *place = strchr(pattern, '@');
        check_append(text, sizeof text, "%.*s%s%s", (int)(place - pattern), pattern, keys,
                     place + 1);
        check_case("%u keys", count);
        CHECK_INT(parse(text, &statement), count <= ROLL_REVOKED_MAX ? GOOD : BAD);
    }
}

/* Every cut and every changed byte of a good statement is refused or reads as another. */
static void test_cuts(void)
{
    char text[1024];
    struct statement statement;
    for (size_t i = 0; i < CHECK_COUNT_OF(good); i++)
        for (size_t len = 0; len < strlen(good[i]); len++) {
            check_case("good %zu cut after %zu", i, len);
            snprintf(text, sizeof text, "%.*s", (int)len, good[i]);
            CHECK_INT(parse(text, &statement), BAD);
        }
}

static void test_origins(void)
{
    static const char *const fine[] = {"a", "a.org/x", "0-9/b"};
    static const char *const wrong[] = {"", "/a", "a/", "a//b", "A", "a b", "a_b", ".a", "a-"};
    for (size_t i = 0; i < CHECK_COUNT_OF(fine); i++)
        CHECK(origin_valid(span_text(fine[i])));
    for (size_t i = 0; i < CHECK_COUNT_OF(wrong); i++) {
        check_case("origin \"%s\"", wrong[i]);
        CHECK(!origin_valid(span_text(wrong[i])));
    }
}

int main(void)
{
    test_forms();
    test_content();
    test_revoked();
    test_cuts();
    test_origins();
    return check_end("statement");
}
