/* Prints tests/vectors/board.jsonl: what the log, the roll and the count hash and sign outside the
 * proofs, one case a line; everything follows from fixed bytes. */
#include "ballot_stage.h"

#include "base/code.h"
#include "crypto/ed25519.h"
#include "labels.h"
#include "log/checkpoint.h"
#include "log/proof.h"
#include "roll.h"
#include "roll/annex.h"

enum { ITEMS = 3, LOTS = 2, CANDIDATES = 4, TEXT_BYTES = 1 << 16 };

static const char origin[] = STAGE_ORIGIN;

static json_t *begin(const char *what)
{
    json_t *line = json_object();
    json_put_string(line, "what", span_str(what));
    return line;
}

static void end(json_t *line)
{
    struct buf text;
    buf_init(&text, TEXT_BYTES);
    json_print(line, &text);
    puts(buf_text(&text));
    buf_done(&text);
    json_decref(line);
}

static void must(enum outcome outcome, const struct fail *fail)
{
    if (outcome != OK) {
        fprintf(stderr, "board_vectors: %s\n", fail->text);
        exit(1);
    }
}

static void append_hex(json_t *list, struct span bytes)
{
    char hex[2 * ISSUE_BINDING_BYTES + 1];
    hex_print(bytes, hex);
    json_array_append_new(list, json_string(hex));
}

/* -- tree, commitments, issue -------------------------------------------------------------------
 */

static void trees(void)
{
    struct merkle_tree tree = {0};
    struct fail fail = {0};
    json_t *leaves = json_array();
    for (unsigned size = 1; size <= 7; size++) {
        char entry[24];
        struct merkle_hash leaf, root;
        snprintf(entry, sizeof entry, "entry %u\n", size);
        merkle_leaf(span_str(entry), &leaf);
        must(merkle_append(&tree, &leaf, NULL, &fail), &fail);
        merkle_root(&tree, &root);
        append_hex(leaves, SPAN_ARRAY(leaf.bytes));
        json_t *line = begin("tree");
        json_put_string(line, "last", span_str(entry));
        json_put(line, "leaves", json_deep_copy(leaves));
        json_put_hex(line, "root", SPAN_ARRAY(root.bytes));
        end(line);
    }
    json_decref(leaves);
}

static void commitments(void)
{
    static const char *const labels[] = {LABEL_SNAPSHOT, LABEL_MAPPING, LABEL_CASE, LABEL_EVIDENCE};
    for (unsigned i = 0; i < 4; i++) {
        uint8_t salt[SALT_BYTES], commitment[HASH_BYTES];
        memset(salt, 0x50 + (int)i, sizeof salt);
        annex_commit(labels[i], salt, SPAN_LIT("the bytes of a file\n"), commitment);
        json_t *line = begin("commitment");
        json_put_string(line, "label", span_str(labels[i]));
        json_put_hex(line, "salt", SPAN_ARRAY(salt));
        json_put_string(line, "file", SPAN_LIT("the bytes of a file\n"));
        json_put_hex(line, "commitment", SPAN_ARRAY(commitment));
        end(line);
    }
}

static void issue(void)
{
    static const uint8_t channels[ITEMS] = {ROLL_CHANNEL_EMAIL, ROLL_CHANNEL_POST,
                                            ROLL_CHANNEL_HAND};
    struct merkle_tree tree = {0};
    struct merkle_hash root;
    struct fail fail = {0};
    struct buf list, bindings;
    json_t *line = begin("issue"), *hashes = json_array();
    buf_init(&list, TEXT_BYTES);
    buf_init(&bindings, TEXT_BYTES);
    for (unsigned i = 0; i < ITEMS; i++) {
        uint8_t leaf[HASH_BYTES], key[KEY_BYTES], salt[SALT_BYTES];
        struct merkle_hash hash;
        memset(leaf, 0x1E + (int)i, sizeof leaf);
        memset(key, 0x20 + (int)i, sizeof key);
        memset(salt, 0x5A + (int)i, sizeof salt);
        annex_print_binding(leaf, key, (uint16_t)(300 * i), channels[i], salt, &bindings);
        buf_add(&list, SPAN_ARRAY(key));
        buf_add_u16le(&list, (uint16_t)(300 * i));
        buf_add_byte(&list, i == 1);
        merkle_leaf(span_of(bindings.bytes + i * ISSUE_BINDING_BYTES, ISSUE_BINDING_BYTES), &hash);
        must(merkle_append(&tree, &hash, NULL, &fail), &fail);
        append_hex(hashes, SPAN_ARRAY(hash.bytes));
    }
    merkle_root(&tree, &root);
    json_put_hex(line, "list", buf_span(&list));
    json_put_hex(line, "bindings", buf_span(&bindings));
    json_put(line, "binding_hashes", hashes);
    json_put_hex(line, "root", SPAN_ARRAY(root.bytes));
    end(line);
    buf_done(&list);
    buf_done(&bindings);
}

/* -- lots and sample ----------------------------------------------------------------------------
 */

static void lots(void)
{
    uint8_t freeze[HASH_BYTES], reveals[LOTS][HASH_BYTES], wide[HASH_WIDE_BYTES];
    struct hash hash;
    json_t *line = begin("lots"), *hashes = json_array();
    memset(freeze, 0xF3, sizeof freeze);
    memset(reveals[0], 0x01, HASH_BYTES);
    memset(reveals[1], 0x03, HASH_BYTES);
    hash_start(&hash, LABEL_LOTS);
    hash_part(&hash, SPAN_ARRAY(freeze));
    hash_count(&hash, LOTS);
    for (unsigned i = 0; i < LOTS; i++)
        hash_part(&hash, SPAN_ARRAY(reveals[i]));
    hash_end(&hash, wide);
    json_put_hex(line, "freeze", SPAN_ARRAY(freeze));
    json_put_hex(line, "reveals", SPAN_ARRAY(reveals));
    json_put_hex(line, "seed", SPAN_ARRAY(wide));
    json_put_string(line, "box", SPAN_LIT("chair/north"));
    for (unsigned candidate = 1; candidate <= CANDIDATES; candidate++) {
        uint8_t rank[HASH_WIDE_BYTES];
        hash_start(&hash, LABEL_LOTS_ORDER);
        hash_part(&hash, SPAN_ARRAY(wide));
        hash_text(&hash, "chair/north");
        hash_integer(&hash, candidate);
        hash_end(&hash, rank);
        append_hex(hashes, SPAN_ARRAY(rank));
    }
    json_put(line, "order_hashes", hashes);
    end(line);
}

static void sample(void)
{
    uint8_t freeze[HASH_BYTES], key[KEY_BYTES], rank[HASH_WIDE_BYTES];
    struct hash hash;
    json_t *line = begin("sample");
    memset(freeze, 0xF3, sizeof freeze);
    memset(key, 0x20, sizeof key);
    hash_start(&hash, LABEL_SAMPLE);
    hash_part(&hash, SPAN_ARRAY(freeze));
    hash_text(&hash, "3 1 4 1 5 9");
    hash_part(&hash, SPAN_ARRAY(key));
    hash_end(&hash, rank);
    json_put_hex(line, "freeze", SPAN_ARRAY(freeze));
    json_put_string(line, "dice", SPAN_LIT("3 1 4 1 5 9"));
    json_put_hex(line, "key", SPAN_ARRAY(key));
    json_put_hex(line, "rank", SPAN_ARRAY(rank));
    end(line);
}

/* -- signed notes -------------------------------------------------------------------------------
 */

struct identity {
    uint8_t secret[ED25519_SECRET_BYTES];
    struct note_signer signer;
};

static void identity_make(struct identity *identity, const char *name, uint8_t seed_byte)
{
    uint8_t seed[KEY_BYTES], key[KEY_BYTES];
    struct fail fail = {0};
    memset(seed, seed_byte, sizeof seed);
    ed25519_pair(seed, key, identity->secret);
    must(note_key_make(span_str(name), NOTE_ED25519, key, &identity->signer.key, &fail), &fail);
    identity->signer.secret = identity->secret;
}

/* Appends the whole note. */
static void sign(struct span text, const struct identity *identity, struct buf *out_note)
{
    buf_add(out_note, text);
    buf_add_byte(out_note, '\n');
    note_sign(text, &identity->signer, out_note);
}

static void put_key(json_t *line, const struct identity *identity)
{
    struct buf text;
    buf_init(&text, TEXT_BYTES);
    note_key_print(&identity->signer.key, &text);
    json_put_string(line, "key", buf_span(&text));
    buf_done(&text);
}

static void paper(const struct stage *stage)
{
    struct identity authority;
    struct buf text, note;
    uint8_t election[HASH_BYTES], hash[HASH_BYTES];
    json_t *line = begin("paper"), *contests = json_array();
    memset(election, 0xE0, sizeof election);
    buf_init(&text, TEXT_BYTES);
    buf_init(&note, TEXT_BYTES);
    identity_make(&authority, STAGE_ORIGIN NAME_AUTHORITY, 0xA7);
    ballot_paper_print(&stage->paper, span_str(origin), stage->state->ctx2, election, &text);
    sign(buf_span(&text), &authority, &note);
    crypto_hash_sha256(hash, note.bytes, note.len);
    json_put_string(line, "origin", span_str(origin));
    put_key(line, &authority);
    json_put_hex(line, "ctx2", SPAN_ARRAY(stage->state->ctx2));
    json_put_hex(line, "election", SPAN_ARRAY(election));
    for (unsigned i = 0; i < STAGE_CONTESTS; i++)
        append_hex(contests, SPAN_ARRAY(stage->paper.contests[i]->leaf));
    json_put(line, "entries", contests);
    json_put_string(line, "note", buf_span(&note));
    json_put_hex(line, "sha256", SPAN_ARRAY(hash));
    end(line);
    buf_done(&text);
    buf_done(&note);
}

/* The second of two entries. */
static void receipt(void)
{
    static const char *const entries[] = {"entry 1\n", "entry 2\n"};
    struct identity log;
    struct merkle_hash leaves[2];
    struct checkpoint checkpoint = {.origin = span_str(origin), .size = 2};
    struct proof proof = {.index = 1, .path.count = 1};
    struct buf text, note, out;
    json_t *line = begin("receipt");
    identity_make(&log, origin, 0x10);
    for (unsigned i = 0; i < 2; i++)
        merkle_leaf(span_str(entries[i]), &leaves[i]);
    merkle_node(&leaves[0], &leaves[1], &checkpoint.root);
    proof.path.hashes[0] = leaves[0];
    buf_init(&text, TEXT_BYTES);
    buf_init(&note, TEXT_BYTES);
    buf_init(&out, TEXT_BYTES);
    checkpoint_print(&checkpoint, &text);
    sign(buf_span(&text), &log, &note);
    proof.checkpoint = buf_span(&note);
    proof_print(&proof, &out);
    put_key(line, &log);
    json_put_string(line, "entry", span_str(entries[1]));
    json_put_string(line, "receipt", buf_span(&out));
    end(line);
    buf_done(&text);
    buf_done(&note);
    buf_done(&out);
}

int main(void)
{
    struct stage stage;
    if (sodium_init() < 0)
        return 1;
    trees();
    commitments();
    issue();
    lots();
    sample();
    stage_begin(&stage);
    paper(&stage);
    stage_end(&stage);
    receipt();
    return 0;
}
