/* Signed notes, keys and checkpoints: published examples, and every way to be malformed. */
#include "log/checkpoint.h"
#include "log/note.h"

#include "verify/hex.h"
#include "verify/sign.h"

#define DASH "\xe2\x80\x94 "

/* The example in the specification (C2SP signed-note). */
static const char POEM[] =
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\n"
    "ed \xc3\xa8 subito sera.\n\n" DASH "quasimodo.example/salvatore "
    "NnugSzTjtVAewIS+Z/iJhUPeFDkO/"
    "5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";

/* The example of the format's first implementation, with its key. */
static const char NEUMANN_KEY[] =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
static const char NEUMANN[] =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n" DASH "PeterNeumann "
    "x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

/* The example checkpoint with a cosignature (C2SP tlog-cosignature). */
static const char SOFA[] =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n" DASH
    "example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8="
    "\n" DASH "witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+"
    "mbIUBkBIfZ+qnA==\n";

static struct note note;

static enum outcome parse(const char *text)
{
    struct fail fail;
    return note_parse(span_text(text), &note, &fail);
}

static void test_examples(void)
{
    struct note_key key;
    struct checkpoint checkpoint;
    check_case("poem");
    CHECK_INT(parse(POEM), GOOD);
    CHECK_UINT(note.text.len, strlen(POEM) - strlen(strstr(POEM, "\n" DASH)));
    CHECK_TEXT(note.signatures[0].name, "quasimodo.example/salvatore");
    CHECK_UINT(note.signatures[0].len, 64);
    check_case("Neumann");
    CHECK_INT(parse(NEUMANN), GOOD);
    CHECK_INT(note_key_parse(span_text(NEUMANN_KEY), &key, NULL), GOOD);
    CHECK_INT(note_verify(&note, &key, NULL, NULL), GOOD);
    check_case("sofa");
    CHECK_INT(parse(SOFA), GOOD);
    CHECK_UINT(note.signature_count, 2);
    CHECK_UINT(note.signatures[1].len, 72);
    CHECK_INT(checkpoint_parse(note.text, &checkpoint, NULL), GOOD);
    CHECK_TEXT(checkpoint.origin, "example.com/behind-the-sofa");
    CHECK_UINT(checkpoint.size, 20852163);
}

/* One line each: a note that must be refused. SIG stands for a good signature line. */
#define SIG DASH "a.example AAAAAAAAAAAAAAAA\n"
static const struct {
    const char *what, *text;
} REFUSED[] = {
    {"empty", ""},
    {"no signature", "text\n\n"},
    {"no text", "\n" SIG},
    {"no empty line", "text\n" SIG},
    {"no newline at the end", "text\n\n" DASH "a.example AAAAAAAAAAAAAAAA"},
    {"something after the signatures", "text\n\n" SIG "more\n"},
    {"empty line at the end", "text\n\n" SIG "\n"},
    {"carriage return", "text\r\n\n" SIG},
    {"tab", "te\txt\n\n" SIG},
    {"not UTF-8", "te\xffxt\n\n" SIG},
    {"overlong UTF-8", "te\xc0\x80xt\n\n" SIG},
    {"surrogate", "te\xed\xa0\x80xt\n\n" SIG},
    {"hyphen for dash", "text\n\n- a.example AAAAAAAAAAAAAAAA\n"},
    {"no name", "text\n\n" DASH " AAAAAAAAAAAAAAAA\n"},
    {"plus in name", "text\n\n" DASH "a+b AAAAAAAAAAAAAAAA\n"},
    {"no-break space in name", "text\n\n" DASH "a\xc2\xa0"
                               "b AAAAAAAAAAAAAAAA\n"},
    {"wide space in name", "text\n\n" DASH "a\xe3\x80\x80"
                           "b AAAAAAAAAAAAAAAA\n"},
    {"two spaces", "text\n\n" DASH "a.example  AAAAAAAAAAAAAAAA\n"},
    {"space at the end", "text\n\n" DASH "a.example AAAAAAAAAAAAAAAA \n"},
    {"no padding", "text\n\n" DASH "a.example AAAAAAAAAAA\n"},
    {"spare bits", "text\n\n" DASH "a.example AAAAAAAAAAB=\n"},
    {"url alphabet", "text\n\n" DASH "a.example AAAAAAAAAA-_\n"},
    {"key id alone", "text\n\n" DASH "a.example AAAAAA==\n"},
    {"no signature bytes", "text\n\n" DASH "a.example \n"},
};

static void test_refused(void)
{
    check_case("the pattern of the others");
    CHECK_INT(parse("text\n\n" SIG), GOOD);
    for (size_t i = 0; i < CHECK_COUNT_OF(REFUSED); i++) {
        check_case("%s", REFUSED[i].what);
        CHECK_INT(parse(REFUSED[i].text), BAD);
    }
    char many[8192] = "text\n\n";
    for (int i = 0; i < NOTE_SIGNATURES; i++)
        check_append(many, sizeof many, "%s", SIG);
    check_case("number of signatures");
    CHECK_INT(parse(many), GOOD);
    check_append(many, sizeof many, "%s", SIG);
    CHECK_INT(parse(many), BAD);
}

static void test_keys(void)
{
    static const char *const refused[] = {
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peterneumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW ",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10Q=",
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(refused); i++) {
        struct note_key key;
        check_case("key %s", refused[i]);
        CHECK_INT(note_key_parse(span_text(refused[i]), &key, NULL), BAD);
    }
    struct signer small = signer_make("small", 1, NOTE_ED25519);
    struct note_key key;
    char text[256];
    memset(small.key.key, 0, KEY_BYTES);
    signer_vkey(&small, text);
    check_case("key of small order");
    CHECK_INT(note_key_parse(span_text(text), &key, NULL), BAD);
}

static void test_signatures(void)
{
    struct signer ann = signer_make("ann", 1, NOTE_ED25519);
    struct signer bob = signer_make("bob", 2, NOTE_ED25519);
    struct signer eve = signer_make("eve", 3, NOTE_ED25519);
    char text[1024] = "one\n\n";
    signer_add(&ann, "one\n", 0, text, sizeof text);
    signer_add(&bob, "two\n", 0, text, sizeof text);
    CHECK_INT(parse(text), GOOD);
    check_case("two signers");
    CHECK_INT(note_verify(&note, &ann.key, NULL, NULL), GOOD);
    CHECK_INT(note_verify(&note, &bob.key, NULL, NULL), BAD);
    CHECK_INT(note_verify(&note, &eve.key, NULL, NULL), BAD);
    CHECK(note_find(&note, &eve.key) == NULL);
    check_case("a second, wrong signature under one key");
    signer_add(&ann, "two\n", 0, text, sizeof text);
    CHECK_INT(parse(text), GOOD);
    CHECK_INT(note_verify(&note, &ann.key, NULL, NULL), BAD);
    check_case("another name for one key");
    struct note_key other = ann.key;
    other.name = span_text("anna");
    CHECK_INT(note_verify(&note, &other, NULL, NULL), BAD);
}

static void test_cosignatures(void)
{
    struct signer witness = signer_make("w.example", 4, NOTE_COSIGNATURE);
    struct signer plain = witness;
    char text[1024] = "one\n\n";
    uint64_t time_s = 0;
    signer_add(&witness, "one\n", 1679315147, text, sizeof text);
    check_case("cosignature");
    CHECK_INT(parse(text), GOOD);
    CHECK_INT(note_verify(&note, &witness.key, &time_s, NULL), GOOD);
    CHECK_UINT(time_s, 1679315147);
    plain.key.algorithm = NOTE_ED25519;
    CHECK_INT(note_verify(&note, &plain.key, &time_s, NULL), BAD);
    note.signatures[0].bytes[7] ^= 1;
    CHECK_INT(note_verify(&note, &witness.key, &time_s, NULL), BAD);
    note.signatures[0].bytes[7] ^= 1;
    note.signatures[0].len = 64;
    CHECK_INT(note_verify(&note, &witness.key, &time_s, NULL), BAD);
    check_case("time beyond 2^63-1");
    snprintf(text, sizeof text, "one\n\n");
    signer_add(&witness, "one\n", UINT64_C(1) << 63, text, sizeof text);
    CHECK_INT(parse(text), GOOD);
    CHECK_INT(note_verify(&note, &witness.key, &time_s, NULL), BAD);
}

#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
static void test_checkpoints(void)
{
    static const struct {
        const char *text;
        enum outcome outcome;
    } cases[] = {
        {"a.example\n0\n" ROOT, GOOD},
        {"a.example\n9223372036854775807\n" ROOT, GOOD},
        {"a.example\n9223372036854775808\n" ROOT, BAD},
        {"a.example\n01\n" ROOT, BAD},
        {"a.example\n-1\n" ROOT, BAD},
        {"a.example\n+1\n" ROOT, BAD},
        {"a.example\n\n" ROOT, BAD},
        {"\n1\n" ROOT, BAD},
        {"a example\n1\n" ROOT, BAD},
        {"a.example\n1\n" ROOT "extension\n", BAD},
        {"a.example\n1\n" ROOT "\n", BAD},
        {"a.example\n1\nAAAA\n", BAD},
        {"a.example\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", BAD},
        {"a.example\n1\n", BAD},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        struct checkpoint checkpoint;
        check_case("checkpoint %zu", i);
        CHECK_INT(checkpoint_parse(span_text(cases[i].text), &checkpoint, NULL), cases[i].outcome);
    }
}

int main(void)
{
    test_examples();
    test_refused();
    test_keys();
    test_signatures();
    test_cosignatures();
    test_checkpoints();
    return check_end("log_note");
}
