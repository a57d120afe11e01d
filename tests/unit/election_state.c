/* The state machine: a whole election is rehearsed, and its log replayed as a stranger would. Every
 * entry must stand where it stood; altered in any way, signed by others, or put elsewhere, it must
 * not. */
#include "election/state.h"

#include "check.h"
#include "lib/process.h"
#include "lib/rehearsal.h"

#include <sodium.h>
#include <unistd.h>

enum { ENTRIES_MAX = 200 };

static struct rehearsal rehearsal;
static struct buf entries[ENTRIES_MAX];
static unsigned entry_count;
static struct sources sources;

static const char *folder_of(void)
{
    static char folder[64];
    snprintf(folder, sizeof folder, "/tmp/election_state.%d", (int)getpid());
    return folder;
}

static void rehearse(void)
{
    const struct rehearsal_options options = {.folder = folder_of(),
                                              .members = 6,
                                              .ballots = 4,
                                              .trustees = 3,
                                              .threshold = 2,
                                              .mixes = 2,
                                              .candidates = 3};
    struct fail fail;
    rehearsal_begin(&rehearsal, &options);
    rehearsal_all(&rehearsal);
    sources = election_sources(rehearsal.election);
    entry_count = (unsigned)rehearsal_state_of(&rehearsal)->tree.size;
    for (unsigned i = 0; i < entry_count; i++) {
        buf_init(&entries[i], LIMIT_ENTRY_BYTES);
        rehearsal_must(sources.entry(sources.ctx, i, &entries[i], &fail), &fail, "entry");
    }
}

/* -- who has signed --------------------------------------------------------------------------- */

static struct note_signer credential_signers[ENTRIES_MAX];

static const struct note_signer *signer_of(struct span name, const struct statement *statement)
{
    for (unsigned i = 0; i < REHEARSAL_OFFICERS; i++)
        if (span_is(name, rehearsal.officers[i].key.name))
            return &rehearsal.officers[i];
    for (unsigned i = 1; i <= rehearsal.options.trustees; i++)
        if (span_is(name, rehearsal.trustees[i].signer.key.name))
            return &rehearsal.trustees[i].signer;
    if (span_is(name, rehearsal.registrar.key.name))
        return &rehearsal.registrar;
    if (span_is(name, rehearsal.election->authority.key.name))
        return &rehearsal.election->authority;
    struct span key = json_span(json_object_get(statement->object, "credential"));
    for (unsigned i = 0; i < rehearsal.options.members; i++) {
        struct fail fail;
        char hex[2 * KEY_BYTES + 1];
        const uint8_t *secret = rehearsal.credentials[i];
        for (unsigned j = 0; j < KEY_BYTES; j++)
            snprintf(hex + 2 * j, 3, "%02x", secret[KEY_BYTES + j]);
        if (!span_is(key, hex))
            continue;
        credential_signers[i].secret = secret;
        rehearsal_must(definition_key(REHEARSAL_ORIGIN, NAME_CREDENTIAL, "", secret + KEY_BYTES,
                                      &credential_signers[i].key, &fail),
                       &fail, "credential");
        return &credential_signers[i];
    }
    fprintf(stderr, "nobody is called \"%.*s\"\n", (int)name.len, (const char *)name.ptr);
    exit(1);
}

/* -- trying one statement --------------------------------------------------------------------- */

static struct fail try_note(const struct state *state, struct span note)
{
    struct fail fail = {0};
    struct statement statement;
    if (statement_read(note, SPAN_LIT(REHEARSAL_ORIGIN), &statement, &fail) != OK)
        return fail;
    enum outcome outcome = state_check(state, &statement, &sources, TRUST_NOTHING, &fail);
    if (outcome == OK)
        fail = (struct fail){0};
    statement_done(&statement);
    return fail;
}

/* The text of an object, signed by those who signed the original. */
static void sign_again(const struct statement *original, const json_t *object, struct buf *out_note)
{
    const struct note_signer *signers[LIMIT_SIGNATURES];
    struct buf text;
    buf_init(&text, NOTE_BYTES_MAX);
    json_print(object, &text);
    buf_add_byte(&text, '\n');
    for (unsigned i = 0; i < original->note.count; i++)
        signers[i] = signer_of(original->note.signatures[i].name, original);
    statement_sign(buf_span(&text), signers, original->note.count, out_note);
    buf_done(&text);
}

static void expect(const struct state *state, struct span note, const char *code)
{
    struct fail fail = try_note(state, note);
    CHECK_STR(fail.code, code);
}

/* -- alterations that no kind survives --------------------------------------------------------- */

static void set_hex(json_t *object, const char *member, uint8_t byte)
{
    uint8_t bytes[HASH_BYTES];
    memset(bytes, byte, sizeof bytes);
    json_put_hex(object, member, SPAN_ARRAY(bytes));
}

static void test_altered(const struct state *state, const struct statement *right)
{
    struct buf note;
    buf_init(&note, NOTE_BYTES_MAX);
    check_case("%.*s: wrong context", (int)right->kind.len, right->kind.ptr);
    json_t *object = json_deep_copy(right->object);
    set_hex(object, "context", 7);
    sign_again(right, object, &note);
    expect(state, buf_span(&note), "statement.context");
    json_decref(object);

    check_case("%.*s: wrong answers", (int)right->kind.len, right->kind.ptr);
    object = json_deep_copy(right->object);
    set_hex(object, "answers", 7);
    buf_clear(&note);
    sign_again(right, object, &note);
    expect(state, buf_span(&note), "statement.answers");
    json_decref(object);

    check_case("%.*s: one member more", (int)right->kind.len, right->kind.ptr);
    object = json_deep_copy(right->object);
    json_put_integer(object, "more", 1);
    buf_clear(&note);
    sign_again(right, object, &note);
    struct fail fail = try_note(state, buf_span(&note));
    CHECK(strcmp(fail.code, "json.member") == 0 || strcmp(fail.code, "result.differs") == 0);
    json_decref(object);
    buf_done(&note);
}

/* What may be so and is not checked against anything else. */
static bool is_free(const struct statement *statement, const char *key, const char *value)
{
    static const char *const cases[][3] = {
        {KIND_ELECTION, "rules", "[]"},
        {KIND_ELECTION, "changing", "true"},
        {KIND_CONTEST, "contest", "\"x\""},
        {KIND_SNAPSHOT, "taken_at", "9223372036854775807"},
        {KIND_CASE, "at", "9223372036854775807"},
        {KIND_ROLL, "at", "9223372036854775807"},
        {KIND_OPEN, "at", "9223372036854775807"},
        {KIND_CLOSE, "at", "9223372036854775807"},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++)
        if (statement_is(statement, cases[i][0]) && strcmp(key, cases[i][1]) == 0 &&
            strcmp(value, cases[i][2]) == 0)
            return true;
    return false;
}

/* Every member but the first four in turn made null-like, of another type, or left out. */
static void test_members(const struct state *state, const struct statement *right)
{
    const char *const values[] = {"-1", "9223372036854775807", "\"x\"", "[]", "{}", "true", "[[]]"};
    const char *key;
    json_t *value;
    json_object_foreach(right->object, key, value)
    {
        if (strcmp(key, "kind") == 0 || strcmp(key, "text") == 0 || strcmp(key, "reason") == 0)
            continue;
        for (size_t i = 0; i <= CHECK_COUNT_OF(values); i++) {
            struct buf note;
            json_t *object = json_deep_copy(right->object);
            if (i < CHECK_COUNT_OF(values))
                json_object_set_new(object, key, json_loads(values[i], JSON_DECODE_ANY, NULL));
            else
                json_object_del(object, key);
            buf_init(&note, NOTE_BYTES_MAX);
            check_case("%.*s: \"%s\" %s", (int)right->kind.len, right->kind.ptr, key,
                       i < CHECK_COUNT_OF(values) ? values[i] : "left out");
            if (!json_equal(object, right->object)) {
                sign_again(right, object, &note);
                struct fail fail = try_note(state, buf_span(&note));
                CHECK(fail.outcome != OK ||
                      is_free(right, key, i < CHECK_COUNT_OF(values) ? values[i] : ""));
            }
            buf_done(&note);
            json_decref(object);
        }
    }
}

/* -- signatures ------------------------------------------------------------------------------- */

static void test_signers(const struct state *state, const struct statement *right)
{
    struct note_signer forged = *signer_of(right->note.signatures[0].name, right);
    const struct note_signer *signers[LIMIT_SIGNATURES];
    struct note_signer stranger = rehearsal.officers[SCRUTINEER];
    unsigned count = right->note.count;
    struct buf note;
    buf_init(&note, NOTE_BYTES_MAX);
    for (unsigned i = 0; i < count; i++)
        signers[i] = signer_of(right->note.signatures[i].name, right);

    check_case("%.*s: a signature that does not hold", (int)right->kind.len, right->kind.ptr);
    forged.secret = stranger.secret; /* the right name and id, another's signature */
    signers[0] = &forged;
    statement_sign(right->note.text, signers, count, &note);
    expect(state, buf_span(&note), "note.signature");
    signers[0] = signer_of(right->note.signatures[0].name, right);

    check_case("%.*s: a stranger besides", (int)right->kind.len, right->kind.ptr);
    signers[count] = &stranger;
    buf_clear(&note);
    statement_sign(right->note.text, signers, count + 1, &note);
    CHECK(try_note(state, buf_span(&note)).outcome == NOT_ALLOWED);

    check_case("%.*s: a stranger instead", (int)right->kind.len, right->kind.ptr);
    signers[0] = &stranger;
    buf_clear(&note);
    statement_sign(right->note.text, signers, count, &note);
    CHECK(try_note(state, buf_span(&note)).outcome == NOT_ALLOWED);

    for (unsigned left_out = 0; count > 1 && left_out < count; left_out++) {
        const struct note_signer *rest[LIMIT_SIGNATURES];
        unsigned n = 0;
        for (unsigned i = 0; i < count; i++)
            if (i != left_out)
                rest[n++] = signer_of(right->note.signatures[i].name, right);
        check_case("%.*s: without signature %u", (int)right->kind.len, right->kind.ptr, left_out);
        buf_clear(&note);
        statement_sign(right->note.text, rest, n, &note);
        expect(state, buf_span(&note), "statement.signers");
    }
    buf_done(&note);
}

/* -- the replay -------------------------------------------------------------------------------- */

/* Kinds whose entries may stand before others that they do not name: those of one stage among
 * themselves, the roll before the last case (its digest tells the daemon), the close before the
 * last ballot. */
static bool may_come_sooner(const struct statement *statement)
{
    static const char *const kinds[] = {
        KIND_TRUSTEE_COMMIT, KIND_TRUSTEE_COEFFICIENTS,
        KIND_TRUSTEE_SHARES, KIND_TRUSTEE_ACCEPT,
        KIND_SNAPSHOT,       KIND_ROLL,
        KIND_CONTEST,        KIND_BALLOT,
        KIND_CLOSE,          KIND_DECRYPTION,
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(kinds); i++)
        if (statement_is(statement, kinds[i]))
            return true;
    return false;
}

static void test_out_of_turn(const struct state *state, unsigned now)
{
    for (unsigned i = 0; i < entry_count; i++) {
        struct statement other;
        struct fail fail;
        if (i == now ||
            statement_read(buf_span(&entries[i]), SPAN_LIT(REHEARSAL_ORIGIN), &other, &fail) != OK)
            continue;
        check_case("%.*s (entry %u) at place %u", (int)other.kind.len, other.kind.ptr, i, now);
        if (i < now || !may_come_sooner(&other))
            CHECK(try_note(state, buf_span(&entries[i])).outcome != OK);
        statement_done(&other);
    }
}

static bool is_first_of_its_kind(unsigned index, struct span kind)
{
    for (unsigned i = 0; i < index; i++) {
        struct statement other;
        struct fail fail;
        rehearsal_must(
            statement_read(buf_span(&entries[i]), SPAN_LIT(REHEARSAL_ORIGIN), &other, &fail), &fail,
            "entry");
        bool same = span_equal(other.kind, kind);
        statement_done(&other);
        if (same)
            return false;
    }
    return true;
}

static void test_replay(void)
{
    struct state *state;
    struct fail fail;
    rehearsal_must(state_new(SPAN_LIT(REHEARSAL_ORIGIN), &state, &fail), &fail, "state");
    for (unsigned i = 0; i < entry_count; i++) {
        struct statement statement;
        rehearsal_must(
            statement_read(buf_span(&entries[i]), SPAN_LIT(REHEARSAL_ORIGIN), &statement, &fail),
            &fail, "entry");
        check_case("entry %u stands", i);
        expect(state, buf_span(&entries[i]), "");
        if (is_first_of_its_kind(i, statement.kind)) {
            test_altered(state, &statement);
            test_members(state, &statement);
            test_signers(state, &statement);
            test_out_of_turn(state, i);
        }
        CHECK_INT(state_apply(state, &statement, &sources, &fail), OK);
        statement_done(&statement);
    }
    check_case("after the end");
    for (unsigned i = 0; i < entry_count; i++)
        CHECK(try_note(state, buf_span(&entries[i])).outcome != OK);
    state_free(state);
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;
    rehearse();
    test_replay();
    for (unsigned i = 0; i < entry_count; i++)
        buf_done(&entries[i]);
    rehearsal_end(&rehearsal);
    CHECK_INT(process_remove(folder_of()), 0);
    return check_end("election_state");
}
