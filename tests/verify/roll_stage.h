/* What tests of the roll's checks stand on: officers with keys, files of an annex with salts,
 * entries of a board, and statements of cases, signed and committed to as docs/roll.md says. */
#ifndef TESTS_VERIFY_ROLL_STAGE_H
#define TESTS_VERIFY_ROLL_STAGE_H

#include "base/text.h"
#include "check.h"
#include "crypto/hash.h"
#include "labels.h"
#include "log/merkle.h"
#include "log/note.h"
#include "roll/annex.h"
#include "roll/board.h"
#include "roll/calendar.h"

#include <openssl/evp.h>
#include <stdarg.h>

#define ORIGIN "example.org/test"

/* 2026-03-02 09:00 UTC, a Monday; the Wednesday of that week is not worked. */
enum { MONDAY_DAY = 20514, MONDAY_AT = 20514 * 86400 + 9 * 3600 };

enum { FILES_MOST = 240, ENTRIES_MOST = 160, CASES_MOST = 40 };

static const struct {
    const char *id;
    unsigned roles;
    int key;
} stage_officers[] = {
    {"ann", OFFICER_RETURNING, 0},  {"bob", OFFICER_SECRETARY, 1},
    {"cat", OFFICER_SECRETARY, 2},  {"dee", OFFICER_DEPUTY, 3},
    {"pam", OFFICER_PANEL, 4},      {"sue", OFFICER_SCRUTINEER, 5},
    {"eve", OFFICER_EXPORTER, 6},   {"bar", OFFICER_SECRETARY | OFFICER_BARRED, 7},
    {"ann2", OFFICER_SECRETARY, 0}, /* another id, the same key */
};
enum { OFFICERS = sizeof stage_officers / sizeof stage_officers[0], KEYS = 10, AUTHORITY = 9 };

__attribute__((unused)) static uint64_t on_day(int day)
{
    return (uint64_t)MONDAY_AT + (uint64_t)day * DAY_SECONDS;
}

struct stage {
    struct arena arena;
    struct annex_file files[FILES_MOST];
    size_t file_count;
    struct roll_entry entries[ENTRIES_MOST];
    size_t entry_count;
    EVP_PKEY *keys[KEYS];
    uint8_t public_keys[KEYS][KEY_BYTES];
    uint8_t roll_key[32];
    unsigned notes;
    char latest[CASES_MOST][65]; /* leaf hashes: of each case's latest statement */
    char snapshot[65], roll[65]; /* of the latest entries */
    bool break_signature;        /* of the next note */
};

/* -- texts ------------------------------------------------------------------------------------ */

/* A terminated copy, so that its ptr can be printed as a string too. */
__attribute__((unused)) static struct span keep(struct stage *stage, const char *text)
{
    struct span copy = arena_copy(&stage->arena, span_of(text, strlen(text) + 1));
    return span_of(copy.ptr, copy.len - 1);
}

__attribute__((format(printf, 2, 3), unused)) static struct span keepf(struct stage *stage,
                                                                       const char *format, ...)
{
    static char text[65536];
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    CHECK(len >= 0 && (size_t)len < sizeof text);
    return keep(stage, text);
}

__attribute__((unused)) static const char *hex_of(const void *bytes, size_t len)
{
    static char texts[8][200];
    static unsigned turn;
    char *text = texts[turn++ % 8];
    hex_encode(span_of(bytes, len), text);
    return text;
}

/* -- files and entries ------------------------------------------------------------------------ */

static struct annex_file *add_file(struct stage *stage, struct span path, struct span bytes,
                                   bool salted)
{
    struct annex_file *file = &stage->files[stage->file_count++];
    *file = (struct annex_file){.path = path, .bytes = bytes, .salted = salted};
    memset(file->salt, (int)stage->file_count, sizeof file->salt);
    return file;
}

/* The entry's index is its place; its leaf hash follows from that. */
static struct roll_entry *add_entry(struct stage *stage, enum roll_entry_kind kind)
{
    struct roll_entry *entry = &stage->entries[stage->entry_count++];
    *entry = (struct roll_entry){.kind = kind, .index = stage->entry_count + 9};
    memset(entry->leaf, (int)entry->index, sizeof entry->leaf);
    if (kind == ENTRY_SNAPSHOT)
        snprintf(stage->snapshot, 65, "%s", hex_of(entry->leaf, HASH_BYTES));
    if (kind == ENTRY_ROLL)
        snprintf(stage->roll, 65, "%s", hex_of(entry->leaf, HASH_BYTES));
    return entry;
}

__attribute__((unused)) static const char *pseudonym(const struct stage *stage, const char *numbers,
                                                     const char *number)
{
    struct hash hash;
    uint8_t bytes[HASH_BYTES];
    hash_start(&hash, LABEL_PSEUDONYM);
    hash_bytes(&hash, stage->roll_key, sizeof stage->roll_key);
    hash_text(&hash, numbers);
    hash_text(&hash, number);
    hash_end(&hash, bytes);
    return hex_of(bytes, sizeof bytes);
}

/* -- officers --------------------------------------------------------------------------------- */

static bool find_officer(const void *context, struct span id, uint64_t entry, uint64_t at,
                         uint8_t out_key[KEY_BYTES], unsigned *out_roles)
{
    const struct stage *stage = context;
    (void)entry;
    for (int i = 0; i < OFFICERS; i++) {
        if (!span_equal(id, span_text(stage_officers[i].id)))
            continue;
        memcpy(out_key, stage->public_keys[stage_officers[i].key], KEY_BYTES);
        *out_roles = stage_officers[i].roles;
        return at < (uint64_t)MONDAY_AT + 300 * DAY_SECONDS; /* then all terms are over */
    }
    return false;
}

__attribute__((unused)) static void stage_init(struct stage *stage)
{
    memset(stage, 0, sizeof *stage);
    memset(stage->roll_key, 0x22, sizeof stage->roll_key);
    for (int i = 0; i < KEYS; i++) {
        uint8_t seed[32];
        size_t len = KEY_BYTES;
        memset(seed, 0xA0 + i, sizeof seed);
        stage->keys[i] = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, sizeof seed);
        CHECK(EVP_PKEY_get_raw_public_key(stage->keys[i], stage->public_keys[i], &len) == 1);
    }
}

__attribute__((unused)) static void stage_done(struct stage *stage)
{
    for (int i = 0; i < KEYS; i++)
        EVP_PKEY_free(stage->keys[i]);
    arena_done(&stage->arena);
}

/* Whose key and under what name: an officer, "authority", or somebody unknown. */
static int key_of(const char *who, char out_name[100])
{
    snprintf(out_name, 100, "%s/officer/%s", ORIGIN, who);
    for (int i = 0; i < OFFICERS; i++)
        if (strcmp(who, stage_officers[i].id) == 0)
            return stage_officers[i].key;
    if (strcmp(who, "authority") == 0)
        snprintf(out_name, 100, "%s/authority", ORIGIN);
    return AUTHORITY;
}

/* A signature line. */
static const char *sign_line(struct stage *stage, const char *who, struct span text)
{
    static char line[400];
    uint8_t blob[4 + SIGNATURE_BYTES];
    char coded[200], name[100];
    size_t len = SIGNATURE_BYTES;
    int at = key_of(who, name);
    struct note_key key = {.name = span_text(name), .algorithm = NOTE_ED25519};
    memcpy(key.key, stage->public_keys[at], KEY_BYTES);
    note_key_id(&key, blob);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    CHECK(EVP_DigestSignInit(context, NULL, NULL, NULL, stage->keys[at]) == 1 &&
          EVP_DigestSign(context, blob + 4, &len, text.ptr, text.len) == 1);
    EVP_MD_CTX_free(context);
    blob[20] ^= stage->break_signature;
    stage->break_signature = false;
    base64_encode(span_of(blob, sizeof blob), coded);
    snprintf(line, sizeof line, "\xE2\x80\x94 %s %s\n", name, coded);
    return line;
}

/* -- statements ------------------------------------------------------------------------------- */

/* A note in the annex and its entry. `who` may be two names with a space between. */
__attribute__((unused)) static struct roll_entry *file_note(struct stage *stage, const char *who,
                                                            struct span text, uint64_t at,
                                                            char out_leaf[65])
{
    char first[40];
    const char *second = strchr(who, ' ');
    struct merkle_hash leaf;
    snprintf(first, sizeof first, "%.*s",
             (int)(second == NULL ? strlen(who) : (size_t)(second - who)), who);
    struct span note = keepf(stage, "%.*s\n%s", (int)text.len, (const char *)text.ptr,
                             sign_line(stage, first, text));
    if (second != NULL)
        note = keepf(stage, "%.*s%s", (int)note.len, (const char *)note.ptr,
                     sign_line(stage, second + 1, text));
    struct annex_file *file =
        add_file(stage, keepf(stage, "cases/%04u.note", ++stage->notes), note, true);
    struct roll_entry *entry = add_entry(stage, ENTRY_CASE);
    entry->filed.at = at;
    annex_commitment(LABEL_CASE, file, entry->filed.commitment);
    merkle_leaf(note, &leaf);
    snprintf(out_leaf, 65, "%s", hex_of(leaf.bytes, sizeof leaf.bytes));
    return entry;
}

/* `number` 0: a statement of no case. `answers` NULL: as the table of section 7 has it. */
__attribute__((unused)) static struct roll_entry *state(struct stage *stage, const char *who,
                                                        const char *kind, unsigned number,
                                                        const char *members, uint64_t at,
                                                        const char *answers)
{
    char leaf[65], context[65];
    char ignored[65], *latest = number < CASES_MOST && number > 0 ? stage->latest[number] : ignored;
    bool opens = strcmp(kind, "variance") == 0 || strcmp(kind, "exclusions") == 0;
    bool irregular = strcmp(kind, "irregularity") == 0;
    if (answers == NULL)
        answers = opens ? stage->snapshot : irregular ? stage->roll : latest;
    memset(context, 'c', 64);
    context[64] = 0;
    struct span text =
        number == 0
            ? keepf(
                  stage,
                  "{\"kind\":\"%s\",\"origin\":\"%s\",\"context\":\"%s\",\"answers\":\"%s\",%s}\n",
                  kind, ORIGIN, context, answers, members)
            : keepf(stage,
                    "{\"kind\":\"%s\",\"origin\":\"%s\",\"context\":\"%s\",\"answers\":\"%s\","
                    "\"case\":%u,%s}\n",
                    kind, ORIGIN, context, answers, number, members);
    struct roll_entry *entry = file_note(stage, who, text, at, leaf);
    snprintf(latest, 65, "%s", leaf);
    return entry;
}

/* -- the board -------------------------------------------------------------------------------- */

__attribute__((unused)) static struct roll_board stage_board(const struct stage *stage,
                                                             const char *rules)
{
    static const struct span closed[] = {{(const uint8_t *)"2026-03-04", 10}};
    struct roll_board board = {
        .origin = span_text(ORIGIN),
        .rules = span_text(rules),
        .timetable = {.announced_at = MONDAY_AT - 30 * DAY_SECONDS,
                      .non_working = closed,
                      .non_working_count = 1,
                      .decide_within = 5,
                      .appeal_within = 5,
                      .reply_within = 3,
                      .cooling_hours = 72},
        .entries = stage->entries,
        .entry_count = stage->entry_count,
        .officer = find_officer,
        .officer_context = stage,
    };
    memset(board.ctx0, 0xCC, sizeof board.ctx0);
    memcpy(board.authority, stage->public_keys[AUTHORITY], KEY_BYTES);
    return board;
}

#endif
