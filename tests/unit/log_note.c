/* Signed notes, checkpoints, cosignatures, proofs and the signer's memory. The vectors are the
 * examples of the C2SP texts and of Go's sumdb/note. */
#include "log/note.h"

#include <sodium.h>
#include <unistd.h>

#include "base/code.h"
#include "base/file.h"
#include "check.h"
#include "log/cosignature.h"
#include "log/proof.h"
#include "log/signer.h"

#define DASH "\xe2\x80\x94 "

static const char spec_key[] =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
static const char spec_note[] = "This is an example message.\n\n" DASH "example.com/foo "
                                "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOB"
                                "H3mFXmRKuwHjG1Yu72IneyaQM=\n";
static const char go_key[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
static const char go_text[] = "If you think cryptography is the answer to your problem,\n"
                              "then you don't know what your problem is.\n";
static const char go_line[] =
    DASH "PeterNeumann "
         "x08go/ZJkuBS9UG/"
         "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
static const char sofa[] =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n" DASH
    "example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/"
    "Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n" DASH "witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/"
    "zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBI"
    "fZ+qnA==\n";

struct test_signer {
    struct note_signer signer;
    uint8_t secret[ED25519_SECRET_BYTES];
};

static void make_signer(const char *name, enum note_type type, uint8_t number,
                        struct test_signer *out)
{
    uint8_t seed[KEY_BYTES] = {number}, key[KEY_BYTES];
    ed25519_pair(seed, key, out->secret);
    CHECK_INT(note_key_make(span_str(name), type, key, &out->signer.key, NULL), OK);
    out->signer.secret = out->secret;
}

static void test_vectors(void)
{
    struct note_key key;
    struct note note;
    struct fail fail;
    struct buf out;
    buf_init(&out, 4096);
    check_case("the example of signed-note");
    CHECK_INT(note_key_read(span_str(spec_key), &key, &fail), OK);
    note_key_print(&key, &out);
    CHECK_TEXT(buf_span(&out), spec_key);
    CHECK_INT(note_read(span_str(spec_note), &note, &fail), OK);
    CHECK_TEXT(note.text, "This is an example message.\n");
    CHECK_INT(note_verify(&note, &key, &fail), OK);

    check_case("Go's example signs to the same bytes");
    uint8_t seed[KEY_BYTES + 1], public_key[KEY_BYTES];
    struct test_signer peter;
    CHECK(base64_read_exact(SPAN_LIT("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"), seed, 33));
    ed25519_pair(seed + 1, public_key, peter.secret);
    CHECK_INT(
        note_key_make(SPAN_LIT("PeterNeumann"), NOTE_ED25519, public_key, &peter.signer.key, &fail),
        OK);
    peter.signer.secret = peter.secret;
    buf_clear(&out);
    note_key_print(&peter.signer.key, &out);
    CHECK_TEXT(buf_span(&out), go_key);
    buf_clear(&out);
    note_sign(span_str(go_text), &peter.signer, &out);
    CHECK_TEXT(buf_span(&out), go_line);
    buf_done(&out);
}

static void test_bad_keys(void)
{
    static const char *const bad[] = {
        "",
        "example.com/foo",
        "example.com/foo+530d903a",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",
        "example.com/bar+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", /* type 2 */
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(bad); i++) {
        struct note_key key;
        check_case("verifier key %s", bad[i]);
        CHECK_INT(note_key_read(span_str(bad[i]), &key, NULL), BAD_INPUT);
    }
}

static void test_names(void)
{
    static const struct {
        const char *name;
        bool good;
    } names[] = {{"a", true},
                 {"example.com/élection", true},
                 {"", false},
                 {"a b", false},
                 {"a+b", false},
                 {"a\tb", false},
                 {"a\xc2\xa0"
                  "b",
                  false},
                 {"a\xe2\x80\x83", false},
                 {"\xe3\x80\x80", false},
                 {"a\xff", false}};
    for (size_t i = 0; i < CHECK_COUNT_OF(names); i++) {
        check_case("name %s", names[i].name);
        CHECK_INT(note_name_is_valid(span_str(names[i].name)), names[i].good);
    }
}

static void test_bad_notes(void)
{
#define LINE                                                                                       \
    DASH "a "                                                                                      \
         "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72Ine" \
         "yaQM=\n"
    static const struct {
        const char *name, *note;
        bool good;
    } cases[] = {
        {"whole", "text\n\n" LINE, true},
        {"empty line in the text", "te\n\nxt\n\n" LINE, true},
        {"nothing", "", false},
        {"no signature", "text\n\n", false},
        {"no blank line", "text\n" LINE, false},
        {"no text", "\n" LINE, false},
        {"no last line feed", "text\n\n" DASH "a Uw2QOkn8", false},
        {"carriage return", "text\r\n\n" LINE, false},
        {"control character", "te\x01xt\n\n" LINE, false},
        {"not UTF-8", "te\xffxt\n\n" LINE, false},
        {"hyphen for dash", "text\n\n- a Uw2QOkn8\n", false},
        {"no name", "text\n\n" DASH " Uw2QOkn8\n", false},
        {"no base64", "text\n\n" DASH "a \n", false},
        {"id alone", "text\n\n" DASH "a Uw2QOg==\n", false},
        {"base64 with spare bits", "text\n\n" DASH "a Uw2QOkn9sr==\n", false},
        {"base64 without padding", "text\n\n" DASH "a Uw2QOkn8sg\n", false},
        {"space at the end", "text\n\n" DASH "a Uw2QOkn8 \n", false},
        {"plus in the name", "text\n\n" DASH "a+b Uw2QOkn8\n", false},
        {"line after the signatures", "text\n\n" LINE "more\n", false},
        {"one key twice", "text\n\n" LINE LINE, false},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        struct note note;
        check_case("note: %s", cases[i].name);
        CHECK_INT(note_read(span_str(cases[i].note), &note, NULL), cases[i].good ? OK : BAD_INPUT);
    }
}

static void print_note(const char *text, const struct note_signer *const *signers, unsigned count,
                       struct buf *out)
{
    buf_clear(out);
    note_print_text(span_str(text), out);
    for (unsigned i = 0; i < count; i++)
        note_sign(span_str(text), signers[i], out);
}

static void test_signing_and_merging(void)
{
    struct test_signer a, b, c;
    struct buf one, two, both;
    struct note note_one, note_two, merged;
    struct fail fail;
    make_signer("example.com/a", NOTE_ED25519, 1, &a);
    make_signer("example.com/b", NOTE_ED25519, 2, &b);
    make_signer("example.com/a", NOTE_ED25519, 3, &c); /* a's name, another key */
    buf_init(&one, 4096), buf_init(&two, 4096), buf_init(&both, 4096);
    check_case("two signers");
    print_note("x\n", (const struct note_signer *const[]){&a.signer, &b.signer}, 2, &one);
    CHECK_INT(note_read(buf_span(&one), &note_one, &fail), OK);
    CHECK_UINT(note_one.count, 2);
    CHECK_INT(note_verify(&note_one, &a.signer.key, &fail), OK);
    CHECK_INT(note_verify(&note_one, &b.signer.key, &fail), OK);
    CHECK_INT(note_verify(&note_one, &c.signer.key, &fail), NOT_FOUND);

    check_case("merge");
    print_note("x\n", (const struct note_signer *const[]){&b.signer, &c.signer}, 2, &two);
    CHECK_INT(note_read(buf_span(&two), &note_two, &fail), OK);
    CHECK_INT(note_merge(&note_one, &note_two, &both, &fail), OK);
    CHECK_INT(note_read(buf_span(&both), &merged, &fail), OK);
    CHECK_UINT(merged.count, 3);
    CHECK_INT(note_verify(&merged, &c.signer.key, &fail), OK);

    check_case("altered text");
    one.bytes[0] = 'y';
    CHECK_INT(note_read(buf_span(&one), &note_one, &fail), OK);
    CHECK_INT(note_verify(&note_one, &a.signer.key, &fail), BAD_PROOF);
    CHECK_INT(note_merge(&note_one, &note_two, &both, &fail), CONFLICT);
    buf_done(&one), buf_done(&two), buf_done(&both);
}

static void test_checkpoints(void)
{
    struct note note;
    struct checkpoint checkpoint;
    struct buf out;
    buf_init(&out, 4096);
    check_case("the example of tlog-checkpoint");
    CHECK_INT(note_read(span_str(sofa), &note, NULL), OK);
    CHECK_INT(checkpoint_read(note.text, &checkpoint, NULL), OK);
    CHECK_UINT(checkpoint.size, 20852163);
    CHECK_TEXT(checkpoint.origin, "example.com/behind-the-sofa");
    checkpoint_print(&checkpoint, &out);
    CHECK_SPAN(buf_span(&out), note.text);
    static const struct {
        const char *name, *text;
    } bad[] = {
        {"empty", ""},
        {"no origin", "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"},
        {"origin with a space", "a b\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"},
        {"leading zero", "a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"},
        {"negative", "a\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"},
        {"over 64 bits", "a\n18446744073709551616\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"},
        {"short root", "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n"},
        {"no last line feed", "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="},
        {"extension", "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nmore\n"},
        {"root of nothing", "a\n0\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(bad); i++) {
        check_case("checkpoint: %s", bad[i].name);
        CHECK_INT(checkpoint_read(span_str(bad[i].text), &checkpoint, NULL), BAD_INPUT);
    }
    buf_done(&out);
}

static void test_cosignatures(void)
{
    struct test_signer witness, other;
    struct note note;
    struct buf bytes;
    struct fail fail;
    int64_t time_s = 0;
    const struct span text = SPAN_LIT("a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n");
    make_signer("witness.example/1", NOTE_COSIGNATURE, 4, &witness);
    make_signer("witness.example/1", NOTE_ED25519, 4, &other);
    buf_init(&bytes, 4096);
    note_print_text(text, &bytes);
    check_case("cosignature");
    CHECK_INT(cosignature_add(text, 1679315147, &witness.signer, &bytes, &fail), OK);
    CHECK_INT(cosignature_add(text, 1679315147, &other.signer, &bytes, &fail), BAD_INPUT);
    CHECK_INT(cosignature_add(text, -1, &witness.signer, &bytes, &fail), BAD_INPUT);
    CHECK_INT(note_read(buf_span(&bytes), &note, &fail), OK);
    CHECK_INT(cosignature_verify(&note, &witness.signer.key, &time_s, &fail), OK);
    CHECK_INT(time_s, 1679315147);
    CHECK_INT(note_verify(&note, &other.signer.key, &fail), NOT_FOUND);
    check_case("cosignature over another text");
    bytes.bytes[2] = '2';
    CHECK_INT(cosignature_verify(&note, &witness.signer.key, &time_s, &fail), BAD_PROOF);
    check_case("a plain signature in place of a cosignature");
    buf_clear(&bytes);
    note_print_text(text, &bytes);
    struct note_signer plain = witness.signer;
    note_sign(text, &plain, &bytes);
    CHECK_INT(note_read(buf_span(&bytes), &note, &fail), OK);
    CHECK_INT(cosignature_verify(&note, &witness.signer.key, &time_s, &fail), BAD_PROOF);
    buf_done(&bytes);
}

/* A log of four leaves in memory, for proofs and the signer. */
static struct merkle_hash nodes[3][8];
static enum outcome nodes_read(void *ctx, unsigned level, uint64_t index,
                               struct merkle_hash *out_hash, struct fail *fail)
{
    (void)ctx, (void)fail;
    *out_hash = nodes[level][index];
    return OK;
}
static enum outcome nodes_write(void *ctx, unsigned level, uint64_t index,
                                const struct merkle_hash *hash, struct fail *fail)
{
    (void)ctx, (void)fail;
    nodes[level][index] = *hash;
    return OK;
}
static const struct merkle_reader nodes_reader = {NULL, nodes_read};

static void grow(struct merkle_tree *tree, uint8_t content)
{
    struct merkle_hash leaf;
    struct merkle_sink sink = {NULL, nodes_write};
    merkle_leaf(span_of(&content, 1), &leaf);
    CHECK_INT(merkle_append(tree, &leaf, &sink, NULL), OK);
}

static void test_signer(void)
{
    char folder[] = "/tmp/log_note.XXXXXX", path[64];
    struct test_signer log;
    struct merkle_tree tree = {.size = 0};
    struct signer *signer = NULL;
    struct buf first, second;
    struct fail fail;
    make_signer("example.com/log", NOTE_ED25519, 9, &log);
    buf_init(&first, NOTE_BYTES_MAX), buf_init(&second, NOTE_BYTES_MAX);
    if (!CHECK(mkdtemp(folder)))
        return;
    snprintf(path, sizeof path, "%s/state", folder);

    check_case("an empty log starts anew and signs");
    CHECK_INT(signer_new(path, &log.signer, 0, &nodes_reader, &signer, &fail), OK);
    grow(&tree, 'a'), grow(&tree, 'b'), grow(&tree, 'c');
    CHECK_INT(signer_sign(signer, 3, &nodes_reader, &first, &fail), OK);
    CHECK_SPAN(signer_checkpoint(signer), buf_span(&first));
    check_case("the same tree again gives the same bytes");
    CHECK_INT(signer_sign(signer, 3, &nodes_reader, &second, &fail), OK);
    CHECK_SPAN(buf_span(&second), buf_span(&first));
    check_case("a smaller tree");
    CHECK_INT(signer_sign(signer, 2, &nodes_reader, &second, &fail), BROKEN);
    CHECK_STR(fail.code, "signer.rollback");
    signer_free(signer);

    check_case("started again");
    CHECK_INT(signer_new(path, &log.signer, 3, &nodes_reader, &signer, &fail), OK);
    CHECK_UINT(signer_size(signer), 3);
    check_case("a tree that does not extend the last");
    struct merkle_hash kept = nodes[0][2];
    nodes[0][2].bytes[0] ^= 1;
    CHECK_INT(signer_sign(signer, 3, &nodes_reader, &second, &fail), BROKEN);
    CHECK_STR(fail.code, "signer.database-differs");
    grow(&tree, 'd');
    CHECK_INT(signer_sign(signer, 4, &nodes_reader, &second, &fail), BROKEN);
    nodes[0][2] = kept;
    CHECK_INT(signer_sign(signer, 4, &nodes_reader, &second, &fail), OK);
    signer_free(signer);

    check_case("an older database");
    CHECK_INT(signer_new(path, &log.signer, 3, &nodes_reader, &signer, &fail), BROKEN);
    CHECK_STR(fail.code, "signer.database-behind");
    check_case("a different database");
    nodes[0][1].bytes[0] ^= 1, nodes[1][0].bytes[0] ^= 1, nodes[2][0].bytes[0] ^= 1;
    CHECK_INT(signer_new(path, &log.signer, 4, &nodes_reader, &signer, &fail), BROKEN);
    CHECK_STR(fail.code, "signer.database-differs");
    check_case("damaged memory");
    second.bytes[second.len - 20] ^= 1;
    CHECK_INT(file_write(path, buf_span(&second), 0600, &fail), OK);
    CHECK_INT(signer_new(path, &log.signer, 4, &nodes_reader, &signer, &fail), BROKEN);
    CHECK_STR(fail.code, "signer.state-damaged");
    check_case("missing memory");
    unlink(path);
    CHECK_INT(signer_new(path, &log.signer, 4, &nodes_reader, &signer, &fail), BROKEN);
    CHECK_STR(fail.code, "signer.state-missing");
    rmdir(folder);
    buf_done(&first), buf_done(&second);
}

static void test_proofs(void)
{
    struct test_signer log, stranger;
    struct merkle_tree tree = {.size = 0};
    struct checkpoint checkpoint = {.origin = SPAN_LIT("example.com/log")};
    struct proof proof = {.index = 2}, again;
    struct merkle_hash leaf;
    struct buf text, signed_note, printed;
    struct fail fail;
    buf_init(&text, 1024), buf_init(&signed_note, 4096), buf_init(&printed, 8192);
    make_signer("example.com/log", NOTE_ED25519, 9, &log);
    make_signer("example.com/log", NOTE_ED25519, 10, &stranger);
    for (uint8_t i = 0; i < 5; i++)
        grow(&tree, i);
    checkpoint.size = tree.size;
    merkle_root(&tree, &checkpoint.root);
    checkpoint_print(&checkpoint, &text);
    note_print_text(buf_span(&text), &signed_note);
    note_sign(buf_span(&text), &log.signer, &signed_note);
    proof.checkpoint = buf_span(&signed_note);
    CHECK_INT(merkle_inclusion(&nodes_reader, 2, 5, &proof.path, &fail), OK);

    check_case("a proof prints, parses and holds");
    proof_print(&proof, &printed);
    CHECK_INT(proof_read(buf_span(&printed), &again, &fail), OK);
    CHECK_UINT(again.index, 2);
    CHECK_UINT(again.path.count, proof.path.count);
    merkle_leaf(span_of((const uint8_t[]){2}, 1), &leaf);
    CHECK_INT(proof_verify(&again, &leaf, &log.signer.key, &fail), OK);
    CHECK_INT(proof_verify(&again, &leaf, &stranger.signer.key, &fail), NOT_FOUND);
    merkle_leaf(span_of((const uint8_t[]){3}, 1), &leaf);
    CHECK_INT(proof_verify(&again, &leaf, &log.signer.key, &fail), BAD_PROOF);

    check_case("with extra data");
    buf_clear(&printed);
    proof.extra = SPAN_LIT("AAAA");
    proof_print(&proof, &printed);
    CHECK_INT(proof_read(buf_span(&printed), &again, &fail), OK);
    CHECK_TEXT(again.extra, "AAAA");
    static const char *const bad[] = {
        "",
        "c2sp.org/tlog-proof@v1",
        "c2sp.org/tlog-proof@v2\nindex 1\n\n",
        "c2sp.org/tlog-proof@v1\nindex 01\n\n",
        "c2sp.org/tlog-proof@v1\nindex 1\n",
        "c2sp.org/tlog-proof@v1\nextra AA\nindex 1\n\n",
        "c2sp.org/tlog-proof@v1\nextra AAAA\nextra AAAA\nindex 1\n\n",
        "c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\n",
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(bad); i++) {
        check_case("malformed proof %zu", i);
        CHECK_INT(proof_read(span_str(bad[i]), &again, &fail), BAD_INPUT);
    }
    buf_done(&text), buf_done(&signed_note), buf_done(&printed);
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;
    test_vectors();
    test_bad_keys();
    test_names();
    test_bad_notes();
    test_signing_and_merging();
    test_checkpoints();
    test_cosignatures();
    test_signer();
    test_proofs();
    return check_end("log_note");
}
