#include "log/policy.h"

#include <sodium.h>

#include "check.h"
#include "log/cosignature.h"

enum { WITNESSES = 5 };

static struct note_signer witnesses[WITNESSES], log_signer, log_twin;
static uint8_t secrets[WITNESSES + 2][ED25519_SECRET_BYTES];
static char vkeys[WITNESSES + 2][200];

static void make(const char *name, enum note_type type, unsigned number, struct note_signer *out)
{
    uint8_t seed[KEY_BYTES] = {(uint8_t)(number + 1)}, key[KEY_BYTES];
    struct buf text;
    ed25519_pair(seed, key, secrets[number]);
    CHECK_INT(note_key_make(span_str(name), type, key, &out->key, NULL), OK);
    out->secret = secrets[number];
    buf_init(&text, 200);
    note_key_print(&out->key, &text);
    snprintf(vkeys[number], sizeof vkeys[number], "%s", buf_text(&text));
    buf_done(&text);
}

static void make_all(void)
{
    for (unsigned i = 0; i < WITNESSES; i++) {
        char name[32];
        snprintf(name, sizeof name, "witness.example/%u", i);
        make(name, NOTE_COSIGNATURE, i, &witnesses[i]);
    }
    make("example.com/log", NOTE_ED25519, WITNESSES, &log_signer);
    make("example.com/log", NOTE_ED25519, WITNESSES + 1, &log_twin);
}

/* "$0".."$4" stand for the witnesses' keys, "$5" for the log's, "$6" for another log's. */
static void expand(const char *template, struct buf *out)
{
    buf_clear(out);
    for (; *template; template ++) {
        if (*template == '$')
            buf_add_str(out, vkeys[*++template - '0']);
        else
            buf_add_byte(out, (uint8_t) * template);
    }
}

static const char x_and_y[] = "# two houses\n"
                              "log $5 https://example.com/log\n"
                              "\n"
                              "witness X1 $0\n"
                              "  witness\tX2 $1 https://x2.example/\n"
                              "witness X3 $2\n"
                              "group X 2 X1 X2 X3\n"
                              "witness Y1 $3\n"
                              "witness Y2 $4\n"
                              "group Y any Y1 Y2\n"
                              "group both all X Y\n"
                              "quorum both\n";

static void sign_checkpoint(unsigned who, struct buf *out)
{
    const struct span text =
        SPAN_LIT("example.com/log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n");
    buf_clear(out);
    note_print_text(text, out);
    note_sign(text, &log_signer, out);
    for (unsigned i = 0; i < WITNESSES; i++)
        if (who >> i & 1)
            CHECK_INT(cosignature_add(text, 1000 + i, &witnesses[i], out, NULL), OK);
}

static void test_quorum(void)
{
    struct buf text, bytes;
    struct policy *policy = NULL;
    struct fail fail;
    buf_init(&text, POLICY_BYTES_MAX), buf_init(&bytes, NOTE_BYTES_MAX);
    expand(x_and_y, &text);
    check_case("the example's shape");
    if (!CHECK_INT(policy_new(buf_span(&text), &policy, &fail), OK))
        return;
    CHECK_UINT(policy_witness_count(policy), WITNESSES);
    CHECK_UINT(policy_log_count(policy), 1);
    CHECK_STR(policy_witness_url(policy, 1), "https://x2.example/");
    CHECK_STR(policy_witness_url(policy, 0), "");
    for (unsigned who = 0; who < 1U << WITNESSES; who++) {
        struct note note;
        struct policy_view view;
        sign_checkpoint(who, &bytes);
        check_case("cosigned by %x", who);
        CHECK_INT(note_read(buf_span(&bytes), &note, &fail), OK);
        CHECK_INT(policy_judge(policy, &note, &view, &fail), OK);
        CHECK_INT(view.quorum, __builtin_popcount(who & 7) >= 2 && (who & 24));
        CHECK_UINT(view.seen, who);
        CHECK(view.log_signed);
        CHECK_INT(who & 16 ? view.time_s[4] : 1004, 1004);
    }
    policy_free(policy);
    buf_done(&text), buf_done(&bytes);
}

static void test_none_and_one(void)
{
    struct buf text, bytes;
    struct policy *policy = NULL;
    struct policy_view view;
    struct note note;
    buf_init(&text, POLICY_BYTES_MAX), buf_init(&bytes, NOTE_BYTES_MAX);
    sign_checkpoint(1, &bytes);
    CHECK_INT(note_read(buf_span(&bytes), &note, NULL), OK);
    check_case("quorum none, another log");
    expand("log $6\nquorum none\n", &text);
    CHECK_INT(policy_new(buf_span(&text), &policy, NULL), OK);
    CHECK_INT(policy_judge(policy, &note, &view, NULL), OK);
    CHECK(view.quorum && !view.log_signed);
    policy_free(policy);
    check_case("one witness, absent");
    expand("witness w $1\nquorum w\n", &text);
    CHECK_INT(policy_new(buf_span(&text), &policy, NULL), OK);
    CHECK_INT(policy_judge(policy, &note, &view, NULL), OK);
    CHECK(!view.quorum);
    check_case("a cosignature that does not hold");
    policy_free(policy);
    expand("witness w $0\nquorum w\n", &text);
    CHECK_INT(policy_new(buf_span(&text), &policy, NULL), OK);
    bytes.bytes[16] = '2'; /* the checkpoint's size */
    CHECK_INT(policy_judge(policy, &note, &view, NULL), BAD_PROOF);
    policy_free(policy);
    buf_done(&text), buf_done(&bytes);
}

static void test_refusals(void)
{
    static const char *const bad[] = {
        "",
        "quorum none",
        "log $5\n",
        "quorum none\nquorum none\n",
        "quorum w\nwitness w $0\n",
        "witness none $0\nquorum none\n",
        "witness w $0\nwitness w $1\nquorum w\n",
        "witness v $0\nwitness w $0\nquorum w\n",
        "witness w $5\nquorum w\n",
        "log $0\nquorum none\n",
        "log $5\nlog $5\nquorum none\n",
        "witness w\nquorum none\n",
        "witness w $0 url more\nquorum none\n",
        "witness v $0\nwitness w $1\ngroup g 0 v w\nquorum g\n",
        "witness v $0\nwitness w $1\ngroup g 3 v w\nquorum g\n",
        "witness v $0\nwitness w $1\ngroup g 01 v w\nquorum g\n",
        "witness v $0\nwitness w $1\ngroup g some v w\nquorum g\n",
        "witness v $0\ngroup g any\nquorum g\n",
        "witness v $0\ngroup g any none\nquorum g\n",
        "witness v $0\ngroup g all v v\nquorum g\n",
        "witness v $0\ngroup g any v\ngroup h any v\nquorum g\n",
        "witness v $0\ngroup g any g\nquorum g\n",
        "quorum none more\n",
        "unknown line\nquorum none\n",
        "quorum none\r\n",
        "# \x7f\nquorum none\n",
    };
    struct buf text;
    buf_init(&text, POLICY_BYTES_MAX);
    for (size_t i = 0; i < CHECK_COUNT_OF(bad); i++) {
        struct policy *policy = NULL;
        expand(bad[i], &text);
        check_case("policy %s", bad[i]);
        CHECK_INT(policy_new(buf_span(&text), &policy, NULL), BAD_INPUT);
        CHECK(policy == NULL);
    }
    buf_done(&text);
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;
    make_all();
    test_quorum();
    test_none_and_one();
    test_refusals();
    return check_end("log_policy");
}
