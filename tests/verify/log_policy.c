/* Witness policies: which texts are refused, and which sets of cosignatures are a quorum. */
#include "log/policy.h"

#include "verify/sign.h"

enum { WITNESSES = 6 };

static struct signer log_key, witnesses[WITNESSES];
static char vkey[WITNESSES][VKEY_BYTES], log_vkey[VKEY_BYTES];
static struct policy policy;

static void make_keys(void)
{
    static const char *const names[WITNESSES] = {"w1", "w2", "w3", "w4", "w5", "w6"};
    log_key = signer_make("log.example", 100, NOTE_ED25519);
    signer_vkey(&log_key, log_vkey);
    for (int i = 0; i < WITNESSES; i++) {
        witnesses[i] = signer_make(names[i], (uint8_t)(i + 1), NOTE_COSIGNATURE);
        signer_vkey(&witnesses[i], vkey[i]);
    }
}

/* '1' to '6' stand for witness keys, 'L' for the log's, after a '$'. */
static enum outcome parse(const char *pattern)
{
    static char text[8192]; /* the policy's names point into it */
    text[0] = 0;
    for (; *pattern != '\0'; pattern++) {
        if (*pattern != '$') {
            check_append(text, sizeof text, "%c", *pattern);
            continue;
        }
        pattern++;
        check_append(text, sizeof text, "%s", *pattern == 'L' ? log_vkey : vkey[*pattern - '1']);
    }
    struct fail fail;
    return policy_parse(span_text(text), &policy, &fail);
}

static enum outcome satisfied(const char *who, uint64_t time_s)
{
    static const char body[] = "log.example\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    char text[4096];
    struct note note;
    snprintf(text, sizeof text, "%s\n", body);
    signer_add(&log_key, body, 0, text, sizeof text);
    for (; *who != '\0'; who++)
        signer_add(&witnesses[*who - '1'], body, time_s, text, sizeof text);
    CHECK_INT(note_parse(span_text(text), &note, NULL), GOOD);
    return policy_satisfied(&policy, &note, 100, 200, NULL);
}

static void test_texts(void)
{
    static const struct {
        const char *text;
        enum outcome outcome;
    } cases[] = {
        {"quorum none\n", GOOD},
        {"# note\n\n \t\nlog $L\nwitness A $1 https://w.example\nquorum A\n", GOOD},
        {"\tlog  $L  https://x \n quorum\tnone \n", GOOD},
        {"", BAD},
        {"quorum none", BAD},
        {"quorum none\nquorum none\n", BAD},
        {"quorum\n", BAD},
        {"quorum none none\n", BAD},
        {"quorum A\nwitness A $1\n", BAD},
        {"witness A $1\n", BAD},
        {"witness none $1\nquorum none\n", BAD},
        {"witness A $1\nwitness A $2\nquorum A\n", BAD},
        {"witness A $1\nwitness B $1\nquorum A\n", BAD},
        {"witness A $L\nquorum A\n", BAD},
        {"witness A\nquorum none\n", BAD},
        {"witness A $1 x y\nquorum A\n", BAD},
        {"log $1\nquorum none\n", BAD},
        {"log $L\nlog $L\nquorum none\n", BAD},
        {"log\nquorum none\n", BAD},
        {"banana A\nquorum none\n", BAD},
        {"quorum none\r\n", BAD},
        {"# \x7f\nquorum none\n", BAD},
        {"witness A $1\ngroup G all A\nquorum G\n", GOOD},
        {"witness A $1\ngroup G 1 A\nquorum G\n", GOOD},
        {"witness A $1\ngroup G 2 A\nquorum G\n", BAD},
        {"witness A $1\ngroup G 0 A\nquorum G\n", BAD},
        {"witness A $1\ngroup G 01 A\nquorum G\n", BAD},
        {"witness A $1\ngroup G some A\nquorum G\n", BAD},
        {"witness A $1\ngroup G any\nquorum A\n", BAD},
        {"witness A $1\ngroup G any A A\nquorum G\n", BAD},
        {"witness A $1\ngroup G any A\ngroup H any A\nquorum H\n", BAD},
        {"witness A $1\ngroup G any G\nquorum G\n", BAD},
        {"witness A $1\ngroup G any none\nquorum G\n", BAD},
        {"witness A $1\ngroup A any A\nquorum A\n", BAD},
        {"witness A $1\ngroup G any B\nwitness B $2\nquorum G\n", BAD},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        check_case("%s", cases[i].text);
        CHECK_INT(parse(cases[i].text), cases[i].outcome);
    }
}

/* The example of the specification: two of X and one of Y. */
static void test_groups(void)
{
    static const struct {
        const char *who;
        enum outcome outcome;
    } cases[] = {
        {"", BAD},   {"1", BAD},    {"12", BAD},   {"123", BAD},   {"456", BAD},
        {"14", BAD}, {"124", GOOD}, {"136", GOOD}, {"2356", GOOD}, {"123456", GOOD},
    };
    CHECK_INT(parse("log $L\nwitness X1 $1\nwitness X2 $2\nwitness X3 $3\ngroup X 2 X1 X2 X3\n"
                    "witness Y1 $4\nwitness Y2 $5\nwitness Y3 $6\ngroup Y any Y1 Y2 Y3\n"
                    "group both all X Y\nquorum both\n"),
              GOOD);
    CHECK_UINT(policy_least_witnesses(&policy), 3);
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        check_case("cosigned by %s", cases[i].who);
        CHECK_INT(satisfied(cases[i].who, 150), cases[i].outcome);
        CHECK_INT(satisfied(cases[i].who, 99), BAD);
        CHECK_INT(satisfied(cases[i].who, 100), cases[i].outcome);
        CHECK_INT(satisfied(cases[i].who, 200), cases[i].outcome);
        CHECK_INT(satisfied(cases[i].who, 201), BAD);
    }
}

static void test_none(void)
{
    check_case("quorum none");
    CHECK_INT(parse("witness X1 $1\nquorum none\n"), GOOD);
    CHECK_UINT(policy_least_witnesses(&policy), 0);
    CHECK_INT(satisfied("", 0), GOOD);
    CHECK_INT(satisfied("2", 150), GOOD);
    check_case("a known witness's signature that is wrong");
    witnesses[0].seed[5] ^= 1;
    CHECK_INT(satisfied("1", 150), BAD);
    witnesses[0].seed[5] ^= 1;
    CHECK_INT(satisfied("1", 150), GOOD);
}

int main(void)
{
    make_keys();
    test_texts();
    test_groups();
    test_none();
    return check_end("log_policy");
}
