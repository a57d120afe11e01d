/* What a trustee must not forget comes back from the key file as it went in; anything else that a
 * state could hold is refused. And who does what to a box, and when. */
#include "check.h"

#include "trustee/boxwork.h"
#include "trustee/memory.h"

#include <sodium.h>

static void test_round_trip(void)
{
    struct keyfile keyfile;
    struct memory *memory, *again;
    struct fail fail = {0};
    check_case("round trip");
    CHECK_INT(keyfile_make(KEYFILE_TRUSTEE, SPAN_LIT("Tom"), &keyfile, &fail), OK);
    CHECK_INT(memory_new(&keyfile, &memory, &fail), OK);
    CHECK_UINT(memory->attempt, 0);
    memory->attempt = 3;
    memory->seen_size = UINT64_C(0x0102030405060708);
    memset(memory->freeze, 7, HASH_BYTES);
    scalar_random(&memory->secret.coefficients[LIMIT_TRUSTEES - 1]);
    buf_add_str(&memory->said[SAID_COEFFICIENTS], "a note\n");
    CHECK_INT(memory_keep(memory, &keyfile, &fail), OK);
    CHECK_INT(memory_new(&keyfile, &again, &fail), OK);
    CHECK_UINT(again->attempt, 3);
    CHECK_UINT(again->seen_size, UINT64_C(0x0102030405060708));
    CHECK_BYTES(again->freeze, memory->freeze, HASH_BYTES);
    CHECK_BYTES(&again->secret, &memory->secret, sizeof memory->secret);
    CHECK_UINT(again->said[SAID_COMMIT].len, 0);
    CHECK_SPAN(buf_span(&again->said[SAID_COEFFICIENTS]), SPAN_LIT("a note\n"));
    memory_free(again);
    memory_free(memory);
    keyfile_done(&keyfile);
}

static void refuse(struct keyfile *keyfile, const char *what, const uint8_t *bytes, size_t len)
{
    struct memory *memory = NULL;
    struct fail fail = {0};
    check_case("%s", what);
    CHECK_INT(keyfile_set_state(keyfile, span_of(bytes, len), &fail), OK);
    CHECK_INT(memory_new(keyfile, &memory, &fail), BAD_INPUT);
    CHECK_STR(fail.code, "trustee.memory");
}

static void test_torn(void)
{
    struct keyfile keyfile;
    struct memory *memory;
    struct fail fail = {0};
    uint8_t state[8192];
    CHECK_INT(keyfile_make(KEYFILE_TRUSTEE, SPAN_LIT("Tom"), &keyfile, &fail), OK);
    CHECK_INT(memory_new(&keyfile, &memory, &fail), OK);
    CHECK_INT(memory_keep(memory, &keyfile, &fail), OK);
    memory_free(memory);
    size_t len = keyfile.state_len;
    CHECK(len < sizeof state);
    memcpy(state, keyfile.state, len);
    for (size_t cut = 1; cut < len; cut += 97)
        refuse(&keyfile, "cut short", state, cut);
    refuse(&keyfile, "one byte short", state, len - 1);
    state[len] = 0;
    refuse(&keyfile, "one byte long", state, len + 1);
    state[0] ^= 1;
    refuse(&keyfile, "another mark", state, len);
    state[0] ^= 1;
    memset(state + 8 + 3 * HASH_BYTES + 16, 0xFF, SCALAR_BYTES);
    refuse(&keyfile, "a coefficient out of range", state, len);
    memset(state + 8 + 3 * HASH_BYTES + 16, 0, SCALAR_BYTES);
    memset(state + len - 8, 0xFF, 8);
    refuse(&keyfile, "a length beyond the end", state, len);
    keyfile_done(&keyfile);
}

struct box_case {
    const char *what;
    uint64_t count;
    uint32_t mixers, decryptors;
    unsigned us;
    bool extra;
    int64_t still_s;
    enum work mix;
    unsigned whose;
    enum work decrypt;
};

/* Trustees 1 to 4, of whom 2 takes no part; threshold 2; patience 10 s. */
static const struct box_case cases[] = {
    {"empty", 0, 0, 0, 1, false, 99, WORK_NONE, 0, WORK_NONE},
    {"the first begins", 9, 0, 0, 1, false, 0, WORK_NOW, 1, WORK_WAIT},
    {"the second waits for the first", 9, 0, 0, 3, false, 9, WORK_WAIT, 1, WORK_WAIT},
    {"the second passes over the first", 9, 0, 0, 3, false, 10, WORK_NOW, 1, WORK_WAIT},
    {"the third waits for both", 9, 0, 0, 4, false, 19, WORK_WAIT, 1, WORK_WAIT},
    {"the third passes over both", 9, 0, 0, 4, false, 20, WORK_NOW, 1, WORK_WAIT},
    {"the second follows", 9, 1, 0, 3, false, 0, WORK_NOW, 3, WORK_WAIT},
    {"nobody mixes twice", 9, 1, 0, 1, false, 99, WORK_NONE, 0, WORK_WAIT},
    {"one mix is never enough", 9, 8, 0, 4, false, 9999, WORK_NONE, 0, WORK_WAIT},
    {"two are enough", 9, 1 | 4, 0, 4, false, 0, WORK_NONE, 0, WORK_NOW},
    {"an extra one", 9, 1 | 4, 0, 4, true, 0, WORK_NOW, 4, WORK_WAIT},
    {"the extra one is waited for", 9, 1 | 4, 0, 1, true, 9, WORK_NONE, 0, WORK_WAIT},
    {"and not for ever", 9, 1 | 4, 0, 1, true, 10, WORK_NONE, 0, WORK_NOW},
    {"no mix once decryption began", 9, 1 | 4, 1, 4, true, 99, WORK_NONE, 0, WORK_NOW},
    {"decrypted already", 9, 1 | 4, 1, 1, false, 99, WORK_NONE, 0, WORK_NONE},
};

static void test_boxes(void)
{
    struct definition definition = {.trustee_count = 4, .threshold = 2};
    struct state *state = calloc(1, sizeof *state);
    state->definition = &definition;
    for (unsigned i = 1; i <= 4; i++)
        state->ceremony.dealings[i].taking_part = i != 2;
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        const struct box_case *c = &cases[i];
        struct box box = {.count = c->count, .mixers = c->mixers, .decryptors = c->decryptors};
        struct seat seat = {c->us, c->extra, c->still_s, 10};
        unsigned whose = 0, ignored;
        check_case("%s", c->what);
        CHECK_INT(boxwork_mix(state, &box, &seat, &whose), c->mix);
        CHECK_UINT(whose, c->whose);
        CHECK_INT(boxwork_decrypt(state, &box, &seat, &ignored), c->decrypt);
    }
    free(state);
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;
    test_round_trip();
    test_torn();
    test_boxes();
    return check_end("trustee_memory");
}
