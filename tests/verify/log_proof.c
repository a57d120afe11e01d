/* Receipts: one that holds, and every part of it altered. */
#include "log/proof.h"

#include "verify/sign.h"

#define FIRST "c2sp.org/tlog-proof@v1\n"

static struct proof proof;
static struct signer log_key;
static char sibling[64], note_text[512];

/* A log of two entries, "left" and "right"; the receipt is for "right". */
static void make_log(void)
{
    struct merkle_hash left, right, root;
    char coded[64], body[128];
    merkle_leaf(span_text("left"), &left);
    merkle_leaf(span_text("right"), &right);
    merkle_node(&left, &right, &root);
    base64_encode(span_of(left.bytes, HASH_BYTES), sibling);
    base64_encode(span_of(root.bytes, HASH_BYTES), coded);
    snprintf(body, sizeof body, "log.example\n2\n%s\n", coded);
    snprintf(note_text, sizeof note_text, "%s\n", body);
    log_key = signer_make("log.example", 9, NOTE_ED25519);
    signer_add(&log_key, body, 0, note_text, sizeof note_text);
}

/* Everything before the checkpoint is the caller's; '$' stands for the sibling's hash. */
static enum outcome parse(const char *pattern)
{
    static char text[2048];
    text[0] = 0;
    struct fail fail;
    for (; *pattern != '\0'; pattern++)
        if (*pattern == '$')
            check_append(text, sizeof text, "%s", sibling);
        else
            check_append(text, sizeof text, "%c", *pattern);
    check_append(text, sizeof text, "%s", note_text);
    return proof_parse(span_text(text), &proof, &fail);
}

static void test_good(void)
{
    check_case("receipt");
    CHECK_INT(parse(FIRST "index 1\n$\n\n"), GOOD);
    CHECK_INT(proof_includes(&proof, span_text("right"), NULL), GOOD);
    CHECK_INT(proof_includes(&proof, span_text("left"), NULL), BAD);
    CHECK_INT(proof_includes(&proof, span_text("wrong"), NULL), BAD);
    CHECK_INT(note_verify(&proof.note, &log_key.key, NULL, NULL), GOOD);
    check_case("receipt with extra data");
    CHECK_INT(parse(FIRST "extra QUJD\nindex 1\n$\n\n"), GOOD);
    CHECK_TEXT(proof.extra, "QUJD");
    CHECK_INT(proof_includes(&proof, span_text("right"), NULL), GOOD);
    check_case("another index");
    CHECK_INT(parse(FIRST "index 0\n$\n\n"), GOOD);
    CHECK_INT(proof_includes(&proof, span_text("right"), NULL), BAD);
    CHECK_INT(parse(FIRST "index 2\n$\n\n"), GOOD);
    CHECK_INT(proof_includes(&proof, span_text("right"), NULL), BAD);
    check_case("path too short or too long");
    CHECK_INT(parse(FIRST "index 1\n\n"), GOOD);
    CHECK_INT(proof_includes(&proof, span_text("right"), NULL), BAD);
    CHECK_INT(parse(FIRST "index 1\n$\n$\n\n"), GOOD);
    CHECK_INT(proof_includes(&proof, span_text("right"), NULL), BAD);
}

static void test_refused(void)
{
    static const char *const cases[] = {
        "",
        "c2sp.org/tlog-proof@v2\nindex 1\n$\n\n",
        FIRST "$\n\n",
        FIRST "index\n$\n\n",
        FIRST "index \n$\n\n",
        FIRST "index 01\n$\n\n",
        FIRST "index -1\n$\n\n",
        FIRST "index 1 \n$\n\n",
        FIRST "index 99999999999999999999\n$\n\n",
        FIRST "index 1\nextra QUJD\n$\n\n",
        FIRST "extra QUJD\nextra QUJD\nindex 1\n$\n\n",
        FIRST "extra QUI\nindex 1\n$\n\n",
        FIRST "index 1\n$\n",
        FIRST "index 1\nAAAA\n\n",
        FIRST "index 1\n$ \n\n",
        FIRST "index 1\n$\n\n\n",
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        check_case("%s", cases[i]);
        CHECK_INT(parse(cases[i]), BAD);
    }
}

int main(void)
{
    make_log();
    test_good();
    test_refused();
    return check_end("log_proof");
}
