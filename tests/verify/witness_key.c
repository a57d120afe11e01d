/* The key of a witness: its file, its public form, and a cosignature with bytes that are known. */
#include "witness/cosigner.h"

#include "verify/sign.h"
#include "verify/web.h"

static char folder[] = "/tmp/verify-key-XXXXXX";

/* The seed of RFC 8032 section 7.1, TEST 1, as a witness; its public key is in the RFC. */
#define SEED   "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
#define PUBLIC "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

static const char *in_folder(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_key(const char *text, mode_t mode)
{
    FILE *file = fopen(in_folder("key"), "w");
    CHECK(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
    CHECK_INT(chmod(in_folder("key"), mode), 0);
}

static enum outcome load(const char *text, mode_t mode)
{
    struct cosigner cosigner;
    struct fail fail;
    write_key(text, mode);
    return cosigner_load(in_folder("key"), &cosigner, &fail);
}

/* "PRIVATE+KEY+name+id+base64", with the id of the public key that is given. */
static void print_key(const char *name, uint8_t algorithm, const char *seed_hex,
                      const char *public_hex, char out_text[512])
{
    uint8_t coded[33] = {algorithm}, id[4];
    char base64[64], hex[9];
    struct note_key key = {span_text(name), NOTE_COSIGNATURE, {0}};
    CHECK(hex_decode(span_text(seed_hex), coded + 1, 32));
    CHECK(hex_decode(span_text(public_hex), key.key, 32));
    note_key_id(&key, id);
    hex_encode(span_of(id, 4), hex);
    base64_encode(span_of(coded, 33), base64);
    snprintf(out_text, 512, "PRIVATE+KEY+%s+%s+%s\n", name, hex, base64);
}

static void test_known(void)
{
    /* of "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n...", computed
     * with `openssl pkeyutl -sign -rawin` from the seed above */
    static const char LINE[] = "\xe2\x80\x94 witness.example/w1 "
                               "63YswgAAAABkGFDL+TPmh4BYuAjsYRoqMJCWb/gWJaeRF/"
                               "kmm5tlCr9sJ57DLErur7K0yDXc2ArN+TIuotuB/HbuL3AJsp3bv/aNCQ==\n";
    static const char TEXT[] = "example.com/behind-the-sofa\n20852163\n"
                               "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    char text[512];
    struct cosigner cosigner;
    struct fail fail;
    struct buffer line;
    uint8_t expected[32];
    check_case("the key of RFC 8032");
    print_key("witness.example/w1", 4, SEED, PUBLIC, text);
    write_key(text, 0600);
    if (!CHECK_INT(cosigner_load(in_folder("key"), &cosigner, &fail), GOOD))
        return;
    CHECK(hex_decode(span_text(PUBLIC), expected, 32));
    CHECK_BYTES(cosigner.key, expected, 32);
    buffer_init(&line, 1000);
    CHECK_INT(cosigner_sign(&cosigner, span_text(TEXT), 1679315147, &line, &fail), GOOD);
    CHECK_TEXT(buffer_span(&line), LINE);
    buffer_done(&line);
}

static void test_made(void)
{
    struct cosigner made, loaded;
    struct fail fail;
    struct stat status;
    struct buffer text;
    struct note_key key, parsed;
    check_case("a key that is made");
    CHECK_INT(unlink(in_folder("key")), 0);
    CHECK_INT(cosigner_make(in_folder("key"), "w.example", &made, &fail), GOOD);
    CHECK(stat(in_folder("key"), &status) == 0 && (status.st_mode & 0777) == 0600);
    CHECK_INT(cosigner_load(in_folder("key"), &loaded, &fail), GOOD);
    CHECK_BYTES(&loaded, &made, sizeof made);
    check_case("its public form reads again");
    buffer_init(&text, 1000);
    key = cosigner_key(&made);
    note_append_key(&key, &text);
    CHECK_INT(note_key_parse(buffer_span(&text), &parsed, &fail), GOOD);
    CHECK_BYTES(parsed.key, made.key, 32);
    CHECK_INT(parsed.algorithm, NOTE_COSIGNATURE);
    buffer_done(&text);
    check_case("a file that is there already");
    CHECK_INT(cosigner_make(in_folder("key"), "w.example", &made, &fail), UNABLE);
    check_case("names that can't be");
    CHECK_INT(cosigner_make(in_folder("other"), "a b", &made, &fail), BAD);
    CHECK_INT(cosigner_make(in_folder("other"), "a+b", &made, &fail), BAD);
    CHECK_INT(cosigner_make(in_folder("other"), "", &made, &fail), BAD);
    CHECK(access(in_folder("other"), F_OK) != 0);
}

static void test_refused(void)
{
    char text[512], bad[512];
    print_key("witness.example/w1", 4, SEED, PUBLIC, text);
    check_case("readable by others");
    CHECK_INT(load(text, 0644), BAD);
    CHECK_INT(load(text, 0600), GOOD);
    check_case("another algorithm");
    print_key("witness.example/w1", 1, SEED, PUBLIC, bad);
    CHECK_INT(load(bad, 0600), BAD);
    check_case("another public key");
    print_key("witness.example/w1", 4, SEED, SEED, bad);
    CHECK_INT(load(bad, 0600), BAD);
    check_case("cut short");
    for (size_t len = 0; len < strlen(text); len++) {
        snprintf(bad, sizeof bad, "%.*s", (int)len, text);
        CHECK_INT(load(bad, 0600), BAD);
    }
    check_case("something after it");
    snprintf(bad, sizeof bad, "%s\n", text);
    CHECK_INT(load(bad, 0600), BAD);
    check_case("no file");
    struct cosigner cosigner;
    struct fail fail;
    CHECK_INT(cosigner_load(in_folder("absent"), &cosigner, &fail), UNABLE);
}

int main(void)
{
    CHECK(mkdtemp(folder) != NULL);
    test_known();
    test_made();
    test_refused();
    web_remove_folder(folder);
    return check_end("witness_key");
}
