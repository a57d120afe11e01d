/* Every line of tests/vectors/board.jsonl by the verifier's code: trees, commitments, issue lists,
 * lots, the sample, a signed paper, a receipt. */
#include "election/choice.h"
#include "log/merkle.h"
#include "log/proof.h"
#include "roll/annex.h"
#include "vector_stage.h"

enum { CONTESTS_MOST = 8, TAMPERED_BYTES = 1 << 13 };

static bool next_hash(struct vector_line *line, uint8_t *out, size_t len)
{
    if (!json_more(&line->json))
        return false;
    json_hex(&line->json, NULL, out, len);
    return !line->json.broken;
}

static void check_tree(struct vector_line *line)
{
    struct merkle merkle;
    struct merkle_hash leaf = {{0}}, last, root;
    merkle_init(&merkle);
    merkle_leaf(vector_text(line, "last"), &last);
    json_array(&line->json, "leaves");
    while (next_hash(line, leaf.bytes, HASH_BYTES))
        merkle_append(&merkle, &leaf);
    json_end(&line->json);
    CHECK(merkle_equal(&leaf, &last));
    merkle_root(&merkle, &root);
    CHECK_SPAN(span_of(root.bytes, HASH_BYTES), vector_hex(line, "root"));
}

static void check_commitment(struct vector_line *line)
{
    char label[40] = "";
    uint8_t commitment[HASH_BYTES];
    struct annex_file file = {.salted = true};
    struct span name = vector_text(line, "label"), salt = vector_hex(line, "salt");
    CHECK(name.len < sizeof label && salt.len == sizeof file.salt);
    memcpy(label, name.ptr, name.len);
    memcpy(file.salt, salt.ptr, sizeof file.salt);
    file.bytes = vector_text(line, "file");
    annex_commitment(label, &file, commitment);
    CHECK_SPAN(span_of(commitment, HASH_BYTES), vector_hex(line, "commitment"));
}

/* Item i of the list is in binding i, which has a leaf of the tree. */
static void check_issue(struct vector_line *line)
{
    struct span list = vector_hex(line, "list"), bindings = vector_hex(line, "bindings");
    struct merkle merkle;
    struct merkle_hash hash, root;
    uint8_t wanted[HASH_BYTES];
    size_t count = 0;
    merkle_init(&merkle);
    json_array(&line->json, "binding_hashes");
    for (; next_hash(line, wanted, HASH_BYTES); count++) {
        const uint8_t *binding = bindings.ptr + count * ISSUE_BINDING_BYTES;
        const uint8_t *item = list.ptr + count * ISSUE_ITEM_BYTES;
        if (!CHECK((count + 1) * ISSUE_BINDING_BYTES <= bindings.len))
            break;
        CHECK_BYTES(binding + HASH_BYTES, item, KEY_BYTES + 2);
        merkle_leaf(span_of(binding, ISSUE_BINDING_BYTES), &hash);
        CHECK_BYTES(hash.bytes, wanted, HASH_BYTES);
        merkle_append(&merkle, &hash);
    }
    json_end(&line->json);
    CHECK_UINT(bindings.len, count * ISSUE_BINDING_BYTES);
    CHECK_UINT(list.len, count * ISSUE_ITEM_BYTES);
    merkle_root(&merkle, &root);
    CHECK_SPAN(span_of(root.bytes, HASH_BYTES), vector_hex(line, "root"));
}

static void check_lots(struct vector_line *line)
{
    struct span freeze = vector_hex(line, "freeze"), reveals = vector_hex(line, "reveals");
    uint8_t wide[HASH_WIDE_BYTES], wanted[HASH_WIDE_BYTES];
    struct hash hash;
    hash_start(&hash, LABEL_LOTS);
    hash_part(&hash, freeze);
    hash_list(&hash, reveals.len / HASH_BYTES);
    for (size_t i = 0; i < reveals.len; i += HASH_BYTES)
        hash_bytes(&hash, reveals.ptr + i, HASH_BYTES);
    hash_end_wide(&hash, wide);
    struct span seed = vector_hex(line, "seed"), box = vector_text(line, "box");
    CHECK_SPAN(span_of(wide, sizeof wide), seed);
    json_array(&line->json, "order_hashes");
    for (uint64_t candidate = 1; next_hash(line, wanted, sizeof wanted); candidate++) {
        hash_start(&hash, LABEL_LOTS_ORDER);
        hash_part(&hash, seed);
        hash_part(&hash, box);
        hash_number(&hash, candidate);
        hash_end_wide(&hash, wide);
        CHECK_BYTES(wide, wanted, sizeof wide);
    }
    json_end(&line->json);
}

static void check_sample(struct vector_line *line)
{
    uint8_t rank[HASH_WIDE_BYTES];
    struct hash hash;
    hash_start(&hash, LABEL_SAMPLE);
    hash_part(&hash, vector_hex(line, "freeze"));
    hash_part(&hash, vector_text(line, "dice"));
    hash_part(&hash, vector_hex(line, "key"));
    hash_end_wide(&hash, rank);
    CHECK_SPAN(span_of(rank, sizeof rank), vector_hex(line, "rank"));
}

/* -- the paper ----------------------------------------------------------------------------------
 */

struct paper_of {
    struct stage stage;
    struct contest contests[CONTESTS_MOST];
    struct style style;
    struct opening open;
    struct paper_reference reference;
    struct span origin, ctx2, election, entries[CONTESTS_MOST];
    uint8_t statements[KEY_BYTES];
};

/* The contests of the generator's stage. */
static const struct {
    const char *id;
    enum layout layout;
    unsigned most, candidates;
} contests[] = {{"chair", LAYOUT_RANKING, 0, 8},   {"committee", LAYOUT_RANKING, 0, 40},
                {"treasurer", LAYOUT_ONE, 0, 3},   {"delegates", LAYOUT_SEVERAL, 3, 12},
                {"venues", LAYOUT_APPROVAL, 0, 9}, {"merger", LAYOUT_YES_NO, 0, 2}};

static void stage_contests(struct paper_of *paper)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(contests); i++) {
        paper->contests[i] = (struct contest){.id = span_text(contests[i].id),
                                              .layout = contests[i].layout,
                                              .most = contests[i].most,
                                              .candidate_count = contests[i].candidates,
                                              .styles = &paper->style.id,
                                              .style_count = 1};
        uint64_t entry = stage_add(
            &paper->stage, (struct statement){.kind = CONTEST, .contest = &paper->contests[i]});
        memcpy(paper->stage.entries[entry].leaf.bytes, paper->entries[i].ptr, HASH_BYTES);
    }
}

static bool paper_stands(struct paper_of *paper, struct span note)
{
    struct stage *stage = &paper->stage;
    stage_begin(stage, "", 1, 1);
    stage->entries[0].statement.origin = paper->origin;
    memcpy(stage->entries[0].leaf.bytes, paper->election.ptr, HASH_BYTES);
    memcpy(stage->definition.statements, paper->statements, KEY_BYTES);
    paper->style.id = span_text("all");
    stage->definition.styles = &paper->style;
    stage->definition.style_count = 1;
    stage_contests(paper);
    paper->reference = (struct paper_reference){paper->style.id, stage_blob(stage, note)};
    paper->open = (struct opening){.roll = 1, .papers = &paper->reference, .paper_count = 1};
    stage_add(stage, (struct statement){.kind = OPEN, .open = &paper->open});
    stage_ready(stage, 3);
    memcpy(stage->election.contexts[2], paper->ctx2.ptr, HASH_BYTES);
    paper_check(&stage->election);
    bool stands = !stage_failed(stage, BALLOT_PAPER);
    stage_end(stage);
    return stands;
}

static void read_paper(struct vector_line *line, struct paper_of *paper)
{
    struct note_key key;
    struct fail fail = {""};
    paper->origin = vector_text(line, "origin");
    if (CHECK_INT(note_key_parse(vector_text(line, "key"), &key, &fail), GOOD))
        memcpy(paper->statements, key.key, KEY_BYTES);
    paper->ctx2 = vector_hex(line, "ctx2");
    paper->election = vector_hex(line, "election");
    json_array(&line->json, "entries");
    for (size_t i = 0; i < CHECK_COUNT_OF(contests); i++)
        paper->entries[i] = vector_hex(line, NULL);
    json_end(&line->json);
}

static void check_paper(struct vector_line *line)
{
    static struct paper_of paper;
    uint8_t hash[HASH_BYTES], altered[TAMPERED_BYTES];
    read_paper(line, &paper);
    struct span note = vector_text(line, "note");
    hash_sha256(note, hash);
    CHECK_SPAN(span_of(hash, HASH_BYTES), vector_hex(line, "sha256"));
    CHECK(paper_stands(&paper, note));
    if (!CHECK(note.len <= sizeof altered))
        return;
    memcpy(altered, note.ptr, note.len);
    for (size_t at = 0; at < note.len; at++) {
        check_case("paper, byte %zu altered", at);
        altered[at] ^= 1;
        CHECK(!paper_stands(&paper, span_of(altered, note.len)));
        altered[at] ^= 1;
    }
    check_case("the paper in another stage");
    uint8_t other[HASH_BYTES] = {0};
    paper.ctx2 = span_of(other, sizeof other);
    CHECK(!paper_stands(&paper, note));
}

/* -- the receipt --------------------------------------------------------------------------------
 */

static bool receipt_holds(struct span bytes, struct span entry, const struct note_key *key)
{
    struct proof proof;
    return proof_parse(bytes, &proof, NULL) == GOOD &&
           proof_includes(&proof, entry, NULL) == GOOD &&
           span_equal(proof.checkpoint.origin, key->name) &&
           note_verify(&proof.note, key, NULL, NULL) == GOOD;
}

static void check_receipt(struct vector_line *line)
{
    struct note_key key;
    struct fail fail = {""};
    uint8_t altered[TAMPERED_BYTES];
    CHECK_INT(note_key_parse(vector_text(line, "key"), &key, &fail), GOOD);
    struct span entry = vector_text(line, "entry"), receipt = vector_text(line, "receipt");
    CHECK(receipt_holds(receipt, entry, &key));
    CHECK(!receipt_holds(receipt, span_text("entry 1\n"), &key));
    if (!CHECK(receipt.len <= sizeof altered))
        return;
    memcpy(altered, receipt.ptr, receipt.len);
    for (size_t at = 0; at < receipt.len; at++) {
        check_case("receipt, byte %zu altered", at);
        altered[at] ^= 1;
        CHECK(!receipt_holds(span_of(altered, receipt.len), entry, &key));
        altered[at] ^= 1;
    }
}

static const struct {
    const char *what;
    void (*check)(struct vector_line *line);
} checks[] = {{"tree", check_tree},      {"commitment", check_commitment}, {"issue", check_issue},
              {"lots", check_lots},      {"sample", check_sample},         {"paper", check_paper},
              {"receipt", check_receipt}};

static void check_line(struct vector_line *line, void *context)
{
    unsigned *counts = context;
    for (size_t i = 0; i < CHECK_COUNT_OF(checks); i++)
        if (vector_is(line, checks[i].what)) {
            counts[i]++;
            checks[i].check(line);
            return;
        }
    CHECK_TEXT(line->what, "a known case");
}

int main(void)
{
    struct arena arena = {NULL};
    unsigned counts[CHECK_COUNT_OF(checks)] = {0};
    vectors_each("tests/vectors/board.jsonl", &arena, check_line, counts);
    for (size_t i = 0; i < CHECK_COUNT_OF(checks); i++) {
        check_case("lines of %s", checks[i].what);
        CHECK(counts[i] > 0);
    }
    arena_done(&arena);
    return check_end("verify vectors_board");
}
