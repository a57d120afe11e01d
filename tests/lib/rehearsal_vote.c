/* The second half of a rehearsal: from the opening to the end. */
#include "rehearsal.h"

#include "base/code.h"
#include "base/file.h"
#include "base/tar.h"
#include "crypto/decryption.h"
#include "crypto/hash.h"
#include "crypto/shuffle.h"
#include "election/ballot.h"
#include "election/boxes.h"
#include "log/tiles.h"

#include <stdio.h>
#include <stdlib.h>

static void state_contest(struct rehearsal *rehearsal, const char *id, const char *rule,
                          unsigned seats)
{
    json_t *candidates = json_array(), *printed = json_array();
    json_t *object = rehearsal_statement(rehearsal, KIND_CONTEST,
                                         rehearsal_state_of(rehearsal)->definition_leaf);
    unsigned count = rehearsal->options.candidates;
    for (unsigned c = 1; c <= count; c++) {
        char name[32];
        snprintf(name, sizeof name, "Candidate %u", c);
        json_array_append_new(candidates, json_pack("{s:i,s:s,s:{s:s,s:s}}", "id", (int)c, "name",
                                                    name, "text", "en", "", "cy", ""));
        json_array_append_new(printed, json_integer(count + 1 - c));
    }
    json_put_string(object, "contest", span_str(id));
    json_put(object, "title", json_pack("{s:s,s:s}", "en", id, "cy", ""));
    json_put_string(object, "layout", SPAN_LIT("ranking"));
    json_put_integer(object, "most", 0);
    json_put_string(object, "rule", span_str(rule));
    json_put_integer(object, "seats", seats);
    json_put(object, "options", json_object());
    json_put(object, "candidates", candidates);
    json_put(object, "printed", printed);
    json_t *styles = json_array();
    for (unsigned i = 0; i < rehearsal_styles(rehearsal); i++)
        json_array_append_new(styles, json_string(rehearsal_style(rehearsal, i)));
    json_put(object, "styles", styles);
    json_put_string(object, "boxes", span_str(rehearsal_styles(rehearsal) > 1 ? "unit" : "whole"));
    rehearsal_finish(rehearsal, object, &rehearsal->officers[RETURNING], NULL);
}

void rehearsal_open(struct rehearsal *rehearsal)
{
    const struct rehearsal_options *options = &rehearsal->options;
    state_contest(rehearsal, "chair", options->rule ? options->rule : "av",
                  options->rule ? options->seats : 1);
    if (options->contests > 1)
        state_contest(rehearsal, "committee", "stv-scottish", 3);
    rehearsal_sign_draft(rehearsal, KIND_OPEN, false);
}

/* -- ballots ---------------------------------------------------------------------------------- */

/* A choice that follows from the number alone: every tenth is blank, abstaining or spoilt. */
static void choose(const struct contest *contest, unsigned number, struct choice *out)
{
    uint8_t hash[HASH_BYTES];
    sha256(span_of(&number, sizeof number), hash);
    *out = (struct choice){.form = CHOICE_MARKED};
    if (number % 10 == 9) {
        out->form = (enum choice_form)(CHOICE_BLANK + number / 10 % 3);
        return;
    }
    for (unsigned i = 0; i < HASH_BYTES && out->count < 1 + number % contest->candidates; i++) {
        uint8_t candidate = (uint8_t)(1 + hash[i] % contest->candidates);
        if (!memchr(out->marks, candidate, out->count))
            out->marks[out->count++] = candidate;
    }
}

static void seal_body(const struct rehearsal *rehearsal, unsigned number, const uint8_t *key,
                      struct buf *out_body)
{
    const struct state *state = rehearsal_state_of(rehearsal);
    const struct ballot_paper *paper =
        &state->papers[electorate_find(&state->electorate, key)->style];
    struct ballot_binding binding = state_binding(state, key);
    uint8_t choices[LIMIT_CONTESTS][CHOICE_BYTES_MAX];
    size_t chunks = ballot_paper_chunks(paper);
    struct scalar *randomness = calloc(chunks, sizeof *randomness);
    struct fail fail;
    for (unsigned i = 0; i < paper->count; i++) {
        struct choice choice;
        if (rehearsal->options.choose)
            rehearsal->options.choose(rehearsal->options.choose_ctx, number, &choice);
        else
            choose(paper->contests[i], number + 1000003 * i, &choice);
        rehearsal_must(choice_write(paper->contests[i], &choice, choices[i], &fail), &fail,
                       "choice");
    }
    uint8_t *body = buf_extend(out_body, chunks * sizeof(struct envelope));
    ballot_paper_seal(paper, &binding, (const uint8_t(*)[CHOICE_BYTES_MAX])choices,
                      (struct envelope *)body, randomness);
    free(randomness);
}

void rehearsal_ballot(struct rehearsal *rehearsal, unsigned number, struct buf *out_note)
{
    const struct state *state = rehearsal_state_of(rehearsal);
    const uint8_t *secret = rehearsal->credentials[number];
    const uint8_t *key = secret + KEY_BYTES; /* as libsodium keeps it: seed, then public key */
    struct note_signer signer = {.secret = secret};
    const struct note_signer *signers[] = {&signer};
    struct ballot_place place = {span_str(state->origin), state->ctx2, state->open_leaf};
    const struct credential *credential = electorate_find(&state->electorate, key);
    struct ballot ballot = {.roll = credential->roll,
                            .style = span_str(state->definition->styles[credential->style].id)};
    struct buf text;
    struct fail fail;
    rehearsal_must(definition_key(state->origin, NAME_CREDENTIAL, "", key, &signer.key, &fail),
                   &fail, "credential");
    memcpy(ballot.paper, state->papers[credential->style].sha256, HASH_BYTES);
    if (rehearsal->options.changing && credential->ballots > 0) {
        ballot.sequence = credential->ballots;
        memcpy(ballot.previous, credential->ballot_leaf, HASH_BYTES);
    }
    memcpy(ballot.credential, key, KEY_BYTES);
    buf_init(&ballot.body, LIMIT_ENTRY_BYTES);
    buf_init(&text, LIMIT_ENTRY_BYTES);
    seal_body(rehearsal, number, key, &ballot.body);
    ballot_print(&place, &ballot, &text);
    statement_sign(buf_span(&text), signers, 1, out_note);
    buf_done(&text);
    ballot_done(&ballot);
}

/* Many in hand at once, so that commits are shared. */
struct casting {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    unsigned in_hand;
};

static void cast_answered(void *ctx, const struct submission *submission)
{
    struct casting *casting = ctx;
    if (submission->result == SUBMISSION_REFUSED)
        rehearsal_must(submission->fail.outcome, &submission->fail, "ballot");
    pthread_mutex_lock(&casting->lock);
    casting->in_hand--;
    pthread_cond_signal(&casting->wake);
    pthread_mutex_unlock(&casting->lock);
}

static void wait_below(struct casting *casting, unsigned most)
{
    pthread_mutex_lock(&casting->lock);
    while (casting->in_hand > most)
        pthread_cond_wait(&casting->wake, &casting->lock);
    pthread_mutex_unlock(&casting->lock);
}

void rehearsal_cast(struct rehearsal *rehearsal)
{
    struct casting casting = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0};
    struct buf note;
    buf_init(&note, LIMIT_ENTRY_BYTES);
    for (unsigned i = 0; i < rehearsal->options.ballots; i++) {
        buf_clear(&note);
        rehearsal_ballot(rehearsal, i, &note);
        wait_below(&casting, 200);
        pthread_mutex_lock(&casting.lock);
        casting.in_hand++;
        pthread_mutex_unlock(&casting.lock);
        election_submit(rehearsal->election, buf_span(&note), cast_answered, &casting);
    }
    wait_below(&casting, 0);
    buf_done(&note);
}

void rehearsal_close(struct rehearsal *rehearsal)
{
    rehearsal_sign_draft(rehearsal, KIND_CLOSE, false);
    rehearsal_sign_draft(rehearsal, KIND_FREEZE, false);
}

/* -- mix and decryption ----------------------------------------------------------------------- */

static const struct request as_trustee = {.asker = ASKER_TRUSTEE};

static json_t *put_blob(struct rehearsal *rehearsal, struct span bytes)
{
    uint8_t hash[HASH_BYTES];
    struct fail fail;
    json_t *ref = json_object();
    sha256(bytes, hash);
    rehearsal_must(election_put_blob(rehearsal->election, &as_trustee, hash, bytes, &fail), &fail,
                   "blob");
    json_put_hex(ref, "sha256", SPAN_ARRAY(hash));
    json_put_integer(ref, "size", (int64_t)bytes.len);
    return ref;
}

static void read_list(struct rehearsal *rehearsal, const struct box *box, struct buf *bytes,
                      struct cipherlist *view)
{
    struct sources sources = election_sources(rehearsal->election);
    struct fail fail;
    rehearsal_must(box_list_read(rehearsal_state_of(rehearsal), &sources, box, bytes, &fail), &fail,
                   "list");
    rehearsal_must(box_view(box, buf_span(bytes), view, &fail), &fail, "list");
}

static void mix(struct rehearsal *rehearsal, const struct box *box, unsigned trustee)
{
    const struct state *state = rehearsal_state_of(rehearsal);
    struct buf input;
    struct cipherlist before;
    struct bases bases;
    struct fail fail;
    read_list(rehearsal, box, &input, &before);
    size_t proof_bytes = mixproof_bytes(box->count, box->width);
    uint8_t *proof = malloc(proof_bytes);
    struct ciphertext *output = malloc(box->list_bytes);
    struct mix_place place = {state->ctx3, span_str(box->name), trustee, box->steps + 1,
                              &state->ceremony.key};
    rehearsal_must(bases_init(&bases, box->count, NULL, &fail), &fail, "bases");
    rehearsal_must(shuffle_make(&place, &bases, &before, NULL, output, proof, &fail), &fail, "mix");
    json_t *object = rehearsal_statement(rehearsal, KIND_MIX, box->last_leaf);
    json_put_string(object, "box", span_str(box->name));
    json_put_integer(object, "step", box->steps + 1);
    json_put_integer(object, "trustee", trustee);
    json_put_hex(object, "input", SPAN_ARRAY(box->list));
    json_put(object, "output", put_blob(rehearsal, span_of(output, box->list_bytes)));
    json_put(object, "proof", put_blob(rehearsal, span_of(proof, proof_bytes)));
    rehearsal_finish(rehearsal, object, &rehearsal->trustees[trustee].signer, NULL);
    bases_done(&bases);
    buf_done(&input);
    free(proof);
    free(output);
}

void rehearsal_mix(struct rehearsal *rehearsal)
{
    for (unsigned b = 0; b < rehearsal_state_of(rehearsal)->box_count; b++)
        for (unsigned i = 1; i <= rehearsal->options.mixes; i++)
            if (rehearsal_state_of(rehearsal)->boxes[b].count > 0)
                mix(rehearsal, &rehearsal_state_of(rehearsal)->boxes[b], i);
}

static void decrypt(struct rehearsal *rehearsal, const struct box *box, unsigned index)
{
    const struct state *state = rehearsal_state_of(rehearsal);
    const struct rehearsal_trustee *trustee = &rehearsal->trustees[index];
    struct buf bytes;
    struct cipherlist list;
    read_list(rehearsal, box, &bytes, &list);
    size_t blob_bytes = decryption_blob_bytes(&list);
    uint8_t *blob = malloc(blob_bytes);
    struct decryption_place place = {state->ctx3, span_str(box->name), index,
                                     &state->ceremony.verification[index]};
    decryption_make(&place, &list, &trustee->share, NULL, blob);
    json_t *object = rehearsal_statement(rehearsal, KIND_DECRYPTION, box->last_leaf);
    json_put_string(object, "box", span_str(box->name));
    json_put_integer(object, "trustee", index);
    json_put_hex(object, "input", SPAN_ARRAY(box->list));
    json_put(object, "shares", put_blob(rehearsal, span_of(blob, blob_bytes)));
    json_put_hex(object, "lots", SPAN_ARRAY(trustee->secret->lots));
    rehearsal_finish(rehearsal, object, &trustee->signer, NULL);
    buf_done(&bytes);
    free(blob);
}

void rehearsal_decrypt(struct rehearsal *rehearsal)
{
    for (unsigned b = 0; b < rehearsal_state_of(rehearsal)->box_count; b++)
        for (unsigned i = 1; i <= rehearsal->options.threshold; i++)
            if (rehearsal_state_of(rehearsal)->boxes[b].count > 0)
                decrypt(rehearsal, &rehearsal_state_of(rehearsal)->boxes[b], i);
}

void rehearsal_result(struct rehearsal *rehearsal)
{
    rehearsal_sign_draft(rehearsal, KIND_RESULT, false);
    rehearsal_sign_draft(rehearsal, KIND_END, false);
}

void rehearsal_all(struct rehearsal *rehearsal)
{
    rehearsal_define(rehearsal);
    rehearsal_ceremony(rehearsal);
    if (rehearsal->options.branch) {
        rehearsal_branch(rehearsal);
    } else {
        rehearsal_roll(rehearsal);
        rehearsal_issue(rehearsal);
        rehearsal_open(rehearsal);
        rehearsal_cast(rehearsal);
        rehearsal_close(rehearsal);
    }
    rehearsal_mix(rehearsal);
    rehearsal_decrypt(rehearsal);
    rehearsal_result(rehearsal);
}

/* -- onto disk -------------------------------------------------------------------------------- */

static void write_file(const char *folder, const char *path, struct span bytes)
{
    char full[4096];
    struct fail fail;
    snprintf(full, sizeof full, "%s/%s", folder, path);
    char *slash = strrchr(full, '/');
    *slash = '\0';
    rehearsal_must(file_make_folder(full, &fail), &fail, full);
    *slash = '/';
    rehearsal_must(file_write(full, bytes, 0644, &fail), &fail, full);
}

struct writing {
    struct rehearsal *rehearsal;
    const char *folder;
};

static void copy_path(struct writing *writing, const char *path)
{
    struct buf bytes;
    struct fail fail;
    bool final;
    buf_init(&bytes, LIMIT_BLOB_BYTES);
    rehearsal_must(
        election_read(writing->rehearsal->election, span_str(path), &bytes, &final, &fail), &fail,
        path);
    write_file(writing->folder, path, buf_span(&bytes));
    buf_done(&bytes);
}

static enum outcome copy_tile(void *ctx, const struct tile *tile, struct fail *fail)
{
    struct buf path;
    (void)fail;
    buf_init(&path, TILE_PATH_MAX);
    tile_print_path(tile, &path);
    copy_path(ctx, buf_text(&path));
    buf_done(&path);
    return OK;
}

/* Every {"sha256","size"} with a size anywhere in an entry. */
static void copy_blobs(struct writing *writing, const json_t *value)
{
    const char *key;
    const json_t *member;
    size_t i;
    const json_t *hash = json_object_get(value, "sha256");
    if (hash && json_integer_value(json_object_get(value, "size")) > 0) {
        char path[128];
        snprintf(path, sizeof path, "blob/sha256/%s", json_string_value(hash));
        copy_path(writing, path);
    }
    json_object_foreach((json_t *)value, key, member) copy_blobs(writing, member);
    json_array_foreach(value, i, member) copy_blobs(writing, member);
}

void rehearsal_write_bundle(struct rehearsal *rehearsal, const char *folder)
{
    struct writing writing = {rehearsal, folder};
    struct sources sources = election_sources(rehearsal->election);
    uint64_t size = rehearsal_state_of(rehearsal)->tree.size;
    struct fail fail;
    copy_path(&writing, "checkpoint");
    rehearsal_must(tile_each(size, copy_tile, &writing, &fail), &fail, "tiles");
    for (uint64_t i = 0; i < size; i++) {
        struct buf bytes;
        struct statement statement;
        buf_init(&bytes, LIMIT_ENTRY_BYTES);
        rehearsal_must(sources.entry(sources.ctx, i, &bytes, &fail), &fail, "entry");
        rehearsal_must(statement_read(buf_span(&bytes), election_origin(rehearsal->election),
                                      &statement, &fail),
                       &fail, "entry");
        if (!statement_is(&statement, KIND_BALLOT))
            copy_blobs(&writing, statement.object);
        statement_done(&statement);
        buf_done(&bytes);
    }
}

void rehearsal_write_annex(struct rehearsal *rehearsal, const char *folder)
{
    struct buf tar;
    struct tar_file file;
    struct fail fail;
    bool more = true;
    buf_init(&tar, (size_t)2 * LIMIT_BLOB_BYTES);
    rehearsal_must(
        custody_annex(rehearsal->election->custody, rehearsal_state_of(rehearsal), &tar, &fail),
        &fail, "annex");
    struct span rest = buf_span(&tar);
    while (more) {
        rehearsal_must(tar_next(&rest, &file, &more, &fail), &fail, "annex");
        if (more)
            write_file(folder, file.path, file.bytes);
    }
    buf_done(&tar);
}
