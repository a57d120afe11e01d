/* One small annex and its board, whole and sound or with one thing twisted, made from docs/roll.md:
 * everything around the twist is committed, signed and hashed anew, as an insider would. */
#ifndef TESTS_VERIFY_ROLL_WORLD_H
#define TESTS_VERIFY_ROLL_WORLD_H

#include "base/text.h"
#include "check.h"
#include "crypto/hash.h"
#include "labels.h"
#include "log/merkle.h"
#include "log/note.h"
#include "roll/annex.h"
#include "roll/board.h"
#include "roll/case_statement.h"

#include <openssl/evp.h>
#include <stdarg.h>

#define ORIGIN "example.org/test"
#define ACCOUNT                                                                                    \
    "{\"rows\":12,\"cells\":[[\"eligible\",6],[\"FREEZE\",0],[\"undetermined\",0],"                \
    "[\"merged\",6]],\"roll\":6,\"changes\":[]}"

enum twist {
    TWIST_NONE,
    /* manifest */
    FILE_UNLISTED,
    FILE_UNCALLED,
    FILE_ALTERED,
    FILE_MISSING,
    MANIFEST_UNSORTED,
    MANIFEST_FOREIGN,
    MANIFEST_FREEZE,
    MANIFEST_ROLL,
    MANIFEST_SALT,
    /* snapshot */
    SNAPSHOT_OTHER,
    SNAPSHOT_ROWS,
    SNAPSHOT_WORD,
    MAPPING_OTHER,
    MAPPING_SOURCE,
    /* cases */
    CASE_OTHER_NOTE,
    CASE_TWO_SIGN,
    CASE_EXPORTER,
    CASE_STRANGER,
    CASE_FORGED,
    CASE_RAISER_DECIDES,
    CASE_WITNESS_DECIDES,
    CASE_NO_EVIDENCE,
    CASE_NOT_LATEST,
    CASE_TWICE,
    CASE_CONTEXT,
    CASE_ORIGIN,
    CASE_SEALED,
    CASE_CLOSED,
    CASE_APPEAL,
    CASE_SNAPSHOT,
    CASE_TWO_SUBJECTS,
    /* evidence */
    EVIDENCE_OTHER,
    EVIDENCE_SHA256,
    EVIDENCE_SIZE,
    EVIDENCE_MISSING,
    /* derive */
    ROLL_EXTRA,
    ROLL_LESS,
    ROLL_TWICE,
    ROLL_ALTERED,
    ROLL_UNSORTED,
    ROLL_ROOT,
    ROLL_SIZE,
    ROLL_ACCOUNT,
    ROLL_UNCONFIRMED,
    ROLL_OTHER_CODES,
    ROLL_OPEN_CASE,
    ROLL_HELD,
    ROLL_KEY_OTHER,
    /* bindings */
    BINDING_LEAF,
    BINDING_STYLE,
    BINDING_CHANNEL,
    BINDING_KEY,
    BINDING_SECOND,
    BINDING_LESS,
    BINDING_ROOT,
    BINDING_SHORT,
    REISSUE_LEAF,
    REISSUE_HASH,
    REISSUE_OLD,
};

/* -- the world -------------------------------------------------------------------------------- */

enum { OFFICERS = 4, FILES_MOST = 64, ENTRIES_MOST = 64, LEAVES_MOST = 8 };

static const char *const officer_ids[OFFICERS] = {"ann", "bob", "eve", "zed"};
static const unsigned officer_roles[OFFICERS] = {OFFICER_RETURNING, OFFICER_SECRETARY,
                                                 OFFICER_EXPORTER, 0};

struct world {
    enum twist twist;
    struct arena arena;
    struct annex_file files[FILES_MOST];
    size_t file_count;
    struct roll_entry entries[ENTRIES_MOST];
    size_t entry_count;
    EVP_PKEY *keys[OFFICERS];
    uint8_t public_keys[OFFICERS][KEY_BYTES];
    uint8_t roll_key[32];
    unsigned notes;
    uint64_t next_entry;
    char snapshot_hex[65], latest[16][65]; /* leaf hashes: of each case's latest statement */
    struct {
        uint8_t hash[HASH_BYTES];
        char text[600];
    } leaves[LEAVES_MOST];
    size_t leaf_count;
};

/* A terminated copy, so that its ptr can be printed as a string too. */
static struct span keep(struct world *world, const char *text)
{
    struct span copy = arena_copy(&world->arena, span_of(text, strlen(text) + 1));
    return span_of(copy.ptr, copy.len - 1);
}

__attribute__((format(printf, 2, 3))) static struct span keepf(struct world *world,
                                                               const char *format, ...)
{
    static char text[20000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return keep(world, text);
}

static const char *hex_of(const void *bytes, size_t len)
{
    static char texts[8][200];
    static unsigned turn;
    char *text = texts[turn++ % 8];
    hex_encode(span_of(bytes, len), text);
    return text;
}

static void set_hex(char out_text[65], const char *hex)
{
    snprintf(out_text, 65, "%s", hex);
}

static struct annex_file *add_file(struct world *world, struct span path, struct span bytes,
                                   bool salted)
{
    struct annex_file *file = &world->files[world->file_count++];
    *file = (struct annex_file){.path = path, .bytes = bytes, .salted = salted};
    memset(file->salt, (int)world->file_count, sizeof file->salt);
    return file;
}

static struct roll_entry *add_entry(struct world *world, enum roll_entry_kind kind, uint64_t index)
{
    struct roll_entry *entry = &world->entries[world->entry_count++];
    *entry = (struct roll_entry){.kind = kind, .index = index};
    memset(entry->leaf, (int)index, sizeof entry->leaf);
    return entry;
}

static const char *pseudonym(const struct world *world, const char *number)
{
    struct hash hash;
    uint8_t bytes[HASH_BYTES];
    hash_start(&hash, LABEL_PSEUDONYM);
    hash_bytes(&hash, world->roll_key, sizeof world->roll_key);
    hash_text(&hash, "members");
    hash_text(&hash, number);
    hash_end(&hash, bytes);
    return hex_of(bytes, sizeof bytes);
}

/* -- snapshot --------------------------------------------------------------------------------- */

static const char mapping_text[] =
    "{\"format\":\"ballotd mapping 1\",\"source\":\"%s\",\"encoding\":\"utf-8\",\"missing\":[],"
    "\"columns\":[{\"column\":\"No\",\"field\":\"member_no\"},"
    "{\"column\":\"Name\",\"field\":\"name\"},{\"column\":\"Email\",\"field\":\"email\"},"
    "{\"column\":\"Address\",\"field\":\"address\"},"
    "{\"column\":\"Status\",\"field\":\"status\",\"words\":[[\"DD Live\",\"active\"],"
    "[\"Lapsed\",\"lapsed\"]]},"
    "{\"column\":\"Joined\",\"field\":\"joined_on\",\"dates\":[\"YYYY-MM-DD\"]},"
    "{\"column\":\"Nation\",\"field\":\"nation\"}]}";

static const char snapshot_text[] =
    "No,Name,Email,Address,Status,Joined,Nation\r\n"
    "0042,Si\xC3\xA2n Huws,sian@example.org,,%s,2024-02-29,wales\r\n"
    "1,Ann One,,\"1, High Street\",DD Live,2020-01-01,wales\r\n"
    "2,Bob Two,bob@,,DD Live,2020-01-01,wales\r\n"
    "3,Cat Three,cat@example.org,,Lapsed,2020-01-01,wales\r\n"
    "4,Dan Four,dan@example.org,,Lapsed,2020-01-01,wales\r\n"
    "5,Eve Five,eve@example.org,,DD Live,,wales\r\n"
    "6,Fay Six,,,DD Live,2020-01-01,wales\r\n"
    "6,Fay Six,fay@example.org,,DD Live,2020-01-01,wales\r\n"
    "7,Fay Siks,,,DD Live,2020-01-01,wales\r\n"
    "8,Gus Eight,,,DD Live,2020-01-01,england\r\n"
    "9,Hal Nine,,,DD Live,2020-01-01,wales\r\n"
    "10,Ida Ten,,,Lapsed,2020-01-01,wales\r\n";

static const char rules_text[] =
    "{\"sources\":[{\"id\":\"members\",\"title\":{\"en\":\"M\",\"cy\":\"\"}}],\"rules\":["
    "{\"code\":\"PAID\",\"text\":{\"en\":\"Paid\",\"cy\":\"\"},\"test\":{\"equal\":[\"status\","
    "\"active\"]}},"
    "{\"code\":\"FREEZE\",\"text\":{\"en\":\"Joined\",\"cy\":\"\"},"
    "\"test\":{\"at_least_before\":[\"joined_on\",6,\"months\",\"2026-07-12\"]}}],"
    "\"styles\":[{\"id\":\"all\",\"title\":{\"en\":\"All\",\"cy\":\"\"},\"unit\":\"wales\","
    "\"test\":{\"equal\":[\"nation\",\"wales\"]}}]}";

static void make_snapshot(struct world *world)
{
    const char *status = world->twist == SNAPSHOT_WORD ? "dd live" : "DD Live";
    const char *source = world->twist == MAPPING_SOURCE ? "others" : "members";
    struct roll_entry *entry = add_entry(world, ENTRY_SNAPSHOT, 3);
    struct annex_file *csv =
        add_file(world, keep(world, "snapshots/1.csv"), keepf(world, snapshot_text, status), true);
    struct annex_file *json =
        add_file(world, keep(world, "mappings/1.json"), keepf(world, mapping_text, source), true);
    entry->snapshot.source = span_text("members");
    entry->snapshot.rows = world->twist == SNAPSHOT_ROWS ? 13 : 12;
    annex_commitment(LABEL_SNAPSHOT, csv, entry->snapshot.commitment);
    annex_commitment(LABEL_MAPPING, json, entry->snapshot.mapping);
    entry->snapshot.commitment[0] ^= world->twist == SNAPSHOT_OTHER;
    entry->snapshot.mapping[0] ^= world->twist == MAPPING_OTHER;
    set_hex(world->snapshot_hex, hex_of(entry->leaf, HASH_BYTES));
}

/* -- cases ------------------------------------------------------------------------------------ */

/* A signature line of this officer's key under `name`. */
static const char *sign(struct world *world, int officer, const char *name, struct span text)
{
    static char line[400];
    uint8_t blob[4 + SIGNATURE_BYTES];
    char coded[200];
    size_t len = SIGNATURE_BYTES;
    struct note_key key = {.name = span_text(name), .algorithm = NOTE_ED25519};
    memcpy(key.key, world->public_keys[officer], KEY_BYTES);
    note_key_id(&key, blob);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    CHECK(EVP_DigestSignInit(context, NULL, NULL, NULL, world->keys[officer]) == 1 &&
          EVP_DigestSign(context, blob + 4, &len, text.ptr, text.len) == 1);
    EVP_MD_CTX_free(context);
    blob[20] ^= world->twist == CASE_FORGED;
    base64_encode(span_of(blob, sizeof blob), coded);
    snprintf(line, sizeof line, "\xE2\x80\x94 %s %s\n", name, coded);
    return line;
}

/* The statement as a note in the annex, and its entry. Its leaf hash in hex. */
static const char *state(struct world *world, int officer, const char *kind, const char *answers,
                         const char *rest)
{
    bool first = world->notes == 0;
    enum twist twist = first ? world->twist : TWIST_NONE;
    char name[100], ctx[65];
    struct merkle_hash leaf;
    memset(ctx, twist == CASE_CONTEXT ? 'f' : 'c', 64);
    ctx[64] = 0;
    officer = twist == CASE_EXPORTER ? 2 : twist == CASE_STRANGER ? 3 : officer;
    struct span text = keepf(
        world, "{\"kind\":\"%s\",\"origin\":\"%s\",\"context\":\"%s\",\"answers\":\"%s\",%s}\n",
        twist == CASE_APPEAL ? "appeal" : kind, twist == CASE_ORIGIN ? "example.org/x" : ORIGIN,
        ctx, twist == CASE_SNAPSHOT ? ctx : answers, rest);
    snprintf(name, sizeof name, "%s/officer/%s", ORIGIN, officer_ids[officer]);
    struct span note = keepf(world, "%.*s\n%s", (int)text.len, (const char *)text.ptr,
                             sign(world, officer, name, text));
    if (twist == CASE_TWO_SIGN)
        note = keepf(world, "%.*s%s", (int)note.len, (const char *)note.ptr,
                     sign(world, 1, ORIGIN "/officer/bob", text));
    struct annex_file *file =
        add_file(world, keepf(world, "cases/%04u.note", ++world->notes), note, true);
    struct roll_entry *entry = add_entry(world, ENTRY_CASE, world->next_entry++);
    annex_commitment(LABEL_CASE, file, entry->filed.commitment);
    entry->filed.commitment[0] ^= twist == CASE_OTHER_NOTE;
    merkle_leaf(note, &leaf);
    return hex_of(leaf.bytes, sizeof leaf.bytes);
}

static void raise_case(struct world *world, int officer, unsigned number, const char *subjects,
                       const char *effect)
{
    struct span rest = keepf(
        world, "\"case\":%u,\"subjects\":[%s],\"effect\":%s,\"reason\":\"other\",\"text\":\"T\"",
        number, subjects, effect);
    set_hex(world->latest[number],
            state(world, officer, "variance", world->snapshot_hex, (const char *)rest.ptr));
}

/* A file for case 1, an attestation for the others. */
static void give_evidence(struct world *world, int officer, unsigned number)
{
    struct span rest = keepf(
        world, "\"case\":%u,\"evidence\":\"officer-attestation\",\"attestation\":\"Seen\"", number);
    if (number == 1) {
        uint8_t commitment[HASH_BYTES], sha256[HASH_BYTES];
        struct annex_file file = {.bytes = keep(world, "bank statement")};
        memset(file.salt, 0x77, sizeof file.salt);
        annex_commitment(LABEL_EVIDENCE, &file, commitment);
        hash_sha256(file.bytes, sha256);
        sha256[0] ^= world->twist == EVIDENCE_SHA256;
        commitment[0] ^= world->twist == EVIDENCE_OTHER;
        rest = keepf(world,
                     "\"case\":1,\"evidence\":\"bank-line\",\"file\":{\"sha256\":\"%s\","
                     "\"commitment\":\"%s\",\"size\":%d}",
                     hex_of(sha256, HASH_BYTES), hex_of(commitment, HASH_BYTES),
                     world->twist == EVIDENCE_SIZE ? 15 : 14);
        if (world->twist != EVIDENCE_MISSING)
            memset(add_file(world, keepf(world, "evidence/%s.bin", hex_of(commitment, HASH_BYTES)),
                            file.bytes, true)
                       ->salt,
                   0x77, sizeof file.salt);
    }
    set_hex(world->latest[number],
            state(world, officer, "evidence", world->latest[number], (const char *)rest.ptr));
}

static void decide(struct world *world, int officer, unsigned number, const char *outcome)
{
    struct span rest =
        keepf(world, "\"case\":%u,\"outcome\":\"%s\",\"reasons\":\"R\",\"conflict\":\"none\"",
              number, outcome);
    const char *answers = world->twist == CASE_NOT_LATEST && number == 1 ? world->snapshot_hex
                                                                         : world->latest[number];
    set_hex(world->latest[number],
            state(world, officer, "decision", answers, (const char *)rest.ptr));
}

static void settle_case(struct world *world, unsigned number, const char *member,
                        const char *effect, const char *outcome)
{
    enum twist twist = number == 1 ? world->twist : TWIST_NONE;
    struct span subjects = keepf(world, "\"%s\"", pseudonym(world, member));
    if (twist == CASE_TWO_SUBJECTS) {
        const char *a = pseudonym(world, "1"), *b = pseudonym(world, "2");
        subjects =
            keepf(world, "\"%s\",\"%s\"", strcmp(a, b) < 0 ? a : b, strcmp(a, b) < 0 ? b : a);
        effect = "{\"do\":\"merge\",\"into\":"
                 "\"0000000000000000000000000000000000000000000000000000000000000000\"}";
    }
    raise_case(world, 0, world->twist == CASE_TWICE && number == 2 ? 1 : number,
               (const char *)subjects.ptr, effect);
    if (twist != CASE_NO_EVIDENCE)
        give_evidence(world, twist == CASE_WITNESS_DECIDES ? 1 : 0, number);
    if (world->twist != ROLL_OPEN_CASE || number != 2)
        decide(world, twist == CASE_RAISER_DECIDES ? 0 : 1, number, outcome);
}

/* The two lapsed members whom no case includes, each with their reason. */
static void confirm_exclusions(struct world *world)
{
    const char *a = pseudonym(world, "3"), *b = pseudonym(world, "10");
    bool order = strcmp(a, b) < 0;
    const char *codes = world->twist == ROLL_OTHER_CODES ? "\"PAID\",\"FREEZE\"" : "\"PAID\"";
    const char *third = order ? codes : "\"PAID\"", *tenth = order ? "\"PAID\"" : codes;
    struct span rest = keepf(world, "\"list\":[[\"%s\",[%s]],[\"%s\",[%s]]]", order ? a : b, third,
                             order ? b : a, tenth);
    if (world->twist == ROLL_UNCONFIRMED)
        rest = keepf(world, "\"list\":[[\"%s\",[\"PAID\"]]]", b);
    (void)state(world, 0, "exclusions", world->snapshot_hex, (const char *)rest.ptr);
}

static void make_cases(struct world *world)
{
    const char include[] = "{\"do\":\"include\"}", exclude[] = "{\"do\":\"exclude\"}";
    static const char fay[] =
        "{\"member_no\":\"6\",\"name\":\"Fay Six\",\"email\":\"fay@example.org\","
        "\"nation\":\"wales\",\"status\":\"active\",\"joined_on\":\"2020-01-01\"}";
    uint8_t row[HASH_BYTES];
    world->next_entry = 10;
    settle_case(world, 1, "4", world->twist == ROLL_HELD ? "{\"do\":\"hold\"}" : include, "upheld");
    settle_case(world, 2, "5", "{\"do\":\"set\",\"field\":\"joined_on\",\"to\":\"2021-05-05\"}",
                "upheld");
    hash_sha256(span_text(fay), row);
    struct span rows = keepf(world, "{\"do\":\"rows\",\"keep\":\"%s\"}", hex_of(row, HASH_BYTES));
    settle_case(world, 3, "6", (const char *)rows.ptr, "upheld");
    struct span merge = keepf(world, "{\"do\":\"merge\",\"into\":\"%s\"}", pseudonym(world, "6"));
    settle_case(world, 4, "7", (const char *)merge.ptr, "upheld");
    settle_case(world, 5, "8", exclude, "upheld");
    settle_case(world, 6, "9", exclude, "upheld");
    settle_case(world, 7, "10", include, "refused");
    confirm_exclusions(world);
    if (world->twist == CASE_CLOSED)
        decide(world, 1, 7, "upheld");
}

#endif
