#include "election/submitting.h"

#include "base/code.h"
#include "base/file.h"
#include "base/report.h"
#include "crypto/hash.h"
#include "store/blob.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

/* -- the folder ------------------------------------------------------------------------------- */

#define KEYS_FOLDER   "keys"
#define LOG_KEY       "keys/log.key"
#define AUTHORITY_KEY "keys/authority.key"
#define DATA_KEY      "keys/people.key"
#define ORIGIN_FILE   "origin"
#define OFFICER_FILE  "returning-officer"
#define SIGNER_STATE  "signer.state"

static enum outcome in_folder(const struct election_options *options, const char *name,
                              char out[static PATH_BYTES], struct fail *fail)
{
    return file_path(out, PATH_BYTES, options->folder, name, fail);
}

static enum outcome create_key(const struct election_options *options, enum keyfile_role role,
                               const char *file, struct span name, bool fast_kdf, struct fail *fail)
{
    char path[PATH_BYTES];
    struct keyfile key;
    struct buf line;
    enum outcome outcome = keyfile_make(role, name, &key, fail);
    if (outcome != OK)
        return outcome;
    buf_init(&line, KEYFILE_BYTES_MAX);
    outcome = keyfile_print(&key, options->passphrase, fast_kdf ? KEYFILE_QUICK : KEYFILE_MODERATE,
                            &line, fail);
    if (outcome == OK)
        outcome = in_folder(options, file, path, fail);
    if (outcome == OK)
        outcome = file_create(path, buf_span(&line), 0600, fail);
    buf_done(&line);
    keyfile_done(&key);
    return outcome;
}

static enum outcome pin_officer(const struct election_options *options, struct fail *fail)
{
    char path[PATH_BYTES], hex[2 * KEY_BYTES + 1];
    if (!options->returning)
        return OK;
    hex_print(span_of(options->returning, KEY_BYTES), hex);
    enum outcome outcome = in_folder(options, OFFICER_FILE, path, fail);
    return outcome == OK ? file_create(path, span_str(hex), 0600, fail) : outcome;
}

static enum outcome read_officer(struct election *election, const struct election_options *options,
                                 struct fail *fail)
{
    char path[PATH_BYTES];
    struct buf text;
    enum outcome outcome = in_folder(options, OFFICER_FILE, path, fail);
    if (outcome != OK || !file_exists(path))
        return outcome;
    buf_init(&text, 2 * KEY_BYTES);
    outcome = file_read(path, &text, fail);
    election->pinned = outcome == OK;
    if (outcome == OK && !hex_read(buf_span(&text), election->returning, KEY_BYTES))
        outcome = fail_set(fail, BROKEN, "election.officer", "\"%s\" holds no key", path);
    buf_done(&text);
    return outcome;
}

enum outcome election_create(const struct election_options *options, struct span origin,
                             bool fast_kdf, struct fail *fail)
{
    char path[PATH_BYTES];
    if (!origin_is_valid(origin))
        return fail_set(fail, BAD_INPUT, "election.origin",
                        "\"%.*s\" is not an origin: 1 to 100 of a-z 0-9 . - /, a letter or digit "
                        "at each end",
                        (int)origin.len, origin.ptr);
    enum outcome outcome = in_folder(options, ORIGIN_FILE, path, fail);
    if (outcome == OK && file_exists(path))
        outcome = fail_set(fail, CONFLICT, "election.exists", "there is an election in \"%s\"",
                           options->folder);
    if (outcome == OK)
        outcome = in_folder(options, KEYS_FOLDER, path, fail);
    if (outcome == OK)
        outcome = file_make_folder(path, fail);
    if (outcome == OK)
        outcome = create_key(options, KEYFILE_LOG, LOG_KEY, origin, fast_kdf, fail);
    if (outcome == OK)
        outcome = create_key(options, KEYFILE_AUTHORITY, AUTHORITY_KEY, origin, fast_kdf, fail);
    if (outcome == OK)
        outcome = in_folder(options, DATA_KEY, path, fail);
    if (outcome == OK)
        outcome = vault_create(path, fail);
    if (outcome == OK)
        outcome = pin_officer(options, fail);
    if (outcome == OK) /* last: a folder without it is no election yet */
        outcome = in_folder(options, ORIGIN_FILE, path, fail);
    return outcome == OK ? file_create(path, origin, 0600, fail) : outcome;
}

static enum outcome open_key(const struct election_options *options, const char *file,
                             const char *origin, const char *suffix, struct keyfile *out_key,
                             struct note_signer *out_signer, struct fail *fail)
{
    char path[PATH_BYTES];
    struct buf text;
    buf_init(&text, KEYFILE_BYTES_MAX);
    enum outcome outcome = in_folder(options, file, path, fail);
    if (outcome == OK)
        outcome = file_read(path, &text, fail);
    if (outcome == OK)
        outcome = keyfile_open(buf_span(&text), options->passphrase, out_key, fail);
    buf_done(&text);
    if (outcome != OK)
        return fail_within(fail, "%s", file);
    out_signer->secret = out_key->secret->sign;
    return definition_key(origin, suffix, "", out_key->sign, &out_signer->key, fail);
}

static enum outcome open_keys(struct election *election, const struct election_options *options,
                              struct fail *fail)
{
    char path[PATH_BYTES];
    enum outcome outcome =
        open_key(options, LOG_KEY, election->origin, "", &election->log_key, &election->log, fail);
    if (outcome == OK)
        outcome = open_key(options, AUTHORITY_KEY, election->origin, NAME_AUTHORITY,
                           &election->authority_key, &election->authority, fail);
    if (outcome == OK)
        outcome = in_folder(options, DATA_KEY, path, fail);
    return outcome == OK ? vault_open(path, &election->vault, fail) : outcome;
}

static enum outcome read_origin(struct election *election, const struct election_options *options,
                                struct fail *fail)
{
    char path[PATH_BYTES];
    struct buf text;
    buf_init(&text, LIMIT_ORIGIN_BYTES);
    enum outcome outcome = in_folder(options, ORIGIN_FILE, path, fail);
    if (outcome == OK)
        outcome = file_read(path, &text, fail);
    if (outcome == NOT_FOUND)
        outcome =
            fail_set(fail, NOT_FOUND, "election.absent",
                     "there is no election in \"%s\"; `ballotd init` makes one", options->folder);
    if (outcome == OK)
        memcpy(election->origin, buf_text(&text), text.len);
    buf_done(&text);
    return outcome;
}

/* -- readers and sources ---------------------------------------------------------------------- */

struct conn *election_reader(struct election *election, struct fail *fail)
{
    struct conn *conn = NULL;
    pthread_mutex_lock(&election->readers_lock);
    if (election->reader_count > 0)
        conn = election->readers[--election->reader_count];
    pthread_mutex_unlock(&election->readers_lock);
    if (!conn && board_open(election->folder, &election->store, &conn, fail) != OK)
        return NULL;
    return conn;
}

void election_reader_back(struct election *election, struct conn *conn)
{
    pthread_mutex_lock(&election->readers_lock);
    if (election->reader_count < READERS_MAX) {
        election->readers[election->reader_count++] = conn;
        conn = NULL;
    }
    pthread_mutex_unlock(&election->readers_lock);
    conn_close(conn);
}

static enum outcome read_blob(void *ctx, const uint8_t sha256_of[static HASH_BYTES], uint64_t size,
                              struct buf *out, struct fail *fail)
{
    struct election *election = ctx;
    size_t before = out->len;
    enum outcome outcome = blob_get(election->folder, sha256_of, out, fail);
    if (outcome == OK && out->len - before != size)
        outcome = fail_set(fail, CONFLICT, "blob.size", "a blob has %zu bytes, not %llu",
                           out->len - before, (unsigned long long)size);
    return outcome;
}

static enum outcome read_entry(void *ctx, uint64_t index, struct buf *out, struct fail *fail)
{
    struct election *election = ctx;
    struct conn *conn = election_reader(election, fail);
    if (!conn)
        return fail->outcome;
    enum outcome outcome = board_entry(conn, index, out, fail);
    election_reader_back(election, conn);
    return outcome;
}

struct sources election_sources(struct election *election)
{
    return (struct sources){election, read_blob, read_entry};
}

/* -- replay ----------------------------------------------------------------------------------- */

static enum outcome replay_entry(void *ctx, const struct board_entry *entry, struct fail *fail)
{
    struct election *election = ctx;
    struct sources sources = election_sources(election);
    struct statement statement;
    enum outcome outcome =
        statement_read(entry->bytes, span_str(election->origin), &statement, fail);
    if (outcome != OK)
        return outcome;
    outcome = state_check(election->state, &statement, &sources, TRUST_LOG, fail);
    if (outcome == OK)
        outcome = state_apply(election->state, &statement, &sources, fail);
    if (outcome == OK)
        outcome = custody_apply(election->custody, election->state, &statement, fail);
    if (outcome == OK)
        outcome = tree_append(&election->tree, &statement.leaf, fail);
    statement_done(&statement);
    return outcome == OK ? OK : fail_within(fail, "entry %llu", (unsigned long long)entry->index);
}

static enum outcome replay(struct election *election, struct fail *fail)
{
    uint64_t count;
    struct conn *conn = election_reader(election, fail);
    if (!conn)
        return fail->outcome;
    enum outcome outcome = board_count(conn, &count, fail);
    if (outcome == OK)
        outcome = board_range(conn, 0, count, replay_entry, election, fail);
    if (outcome == OK)
        outcome = board_last_checkpoint(conn, &election->cosigned_size, &election->cosigned, fail);
    if (outcome == NOT_FOUND)
        outcome = OK;
    if (outcome == OK && election->state->open_index > 0)
        outcome = board_checkpoint_from(conn, election->state->open_index + 1, &count,
                                        &election->cosigned_open, fail);
    if (outcome == NOT_FOUND)
        outcome = OK;
    if (outcome == OK && election->state->close_index > 0)
        outcome = board_checkpoint_from(conn, election->state->close_index + 1, &count,
                                        &election->cosigned_close, fail);
    election_reader_back(election, conn);
    return outcome == NOT_FOUND ? OK : outcome;
}

/* -- opening and closing ---------------------------------------------------------------------- */

static void init_locks(struct election *election)
{
    pthread_rwlockattr_t writers_first;
    pthread_rwlockattr_init(&writers_first);
    pthread_rwlockattr_setkind_np(&writers_first, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&election->lock, &writers_first);
    pthread_rwlockattr_destroy(&writers_first);
    pthread_mutex_init(&election->calm, NULL);
    pthread_mutex_init(&election->readers_lock, NULL);
    pthread_mutex_init(&election->settle_lock, NULL);
    pthread_mutex_init(&election->waiting_lock, NULL);
    pthread_mutex_init(&election->worker_lock, NULL);
    pthread_cond_init(&election->worker_wake, NULL);
    pthread_mutex_init(&election->nonce_lock, NULL);
}

static void init_buffers(struct election *election)
{
    tree_init(&election->tree);
    keytable_init(&election->nonces);
    keytable_init(&election->older_nonces);
    buf_init(&election->checkpoint, NOTE_BYTES_MAX);
    buf_init(&election->cosigned, NOTE_BYTES_MAX);
    buf_init(&election->cosigned_open, NOTE_BYTES_MAX);
    buf_init(&election->cosigned_close, NOTE_BYTES_MAX);
    for (unsigned i = 0; i < ASKED_MAX; i++)
        buf_init(&election->asked[i].note, NOTE_BYTES_MAX);
}

static enum outcome open_stores(struct election *election, struct fail *fail)
{
    struct board_hooks hooks = election_hooks;
    hooks.ctx = election;
    enum outcome outcome =
        board_writer_new(election->folder, &election->store, &hooks, &election->board, fail);
    if (outcome == OK)
        outcome = people_writer_new(election->folder, &election->store, &election->people, fail);
    if (outcome == OK)
        outcome = access_new(election->folder, &election->store, election->people, election->vault,
                             &election->access, fail);
    if (outcome == OK)
        outcome = custody_new(election->folder, &election->store, election->people, election->vault,
                              &election->custody, fail);
    return outcome;
}

/* What the witnesses cosigned before a restart needs no asking again. */
static void take_up_cosigned(struct election *election)
{
    if (election->cosigned.len == 0 || election->cosigned_size != election->checkpoint_size)
        return;
    buf_clear(&election->checkpoint);
    buf_add(&election->checkpoint, buf_span(&election->cosigned));
}

static enum outcome open_signer(struct election *election, const struct election_options *options,
                                struct fail *fail)
{
    char path[PATH_BYTES];
    struct merkle_reader reader = tree_reader(&election->tree);
    enum outcome outcome = in_folder(options, SIGNER_STATE, path, fail);
    if (outcome == OK)
        outcome = signer_new(path, &election->log, election->tree.edge.size, &reader,
                             &election->signer, fail);
    if (outcome == OK && election->tree.edge.size > 0)
        outcome = election_sign_log(election, fail);
    if (outcome == OK)
        take_up_cosigned(election);
    return outcome;
}

static enum outcome open_all(struct election *election, const struct election_options *options,
                             struct fail *fail)
{
    enum outcome outcome = read_origin(election, options, fail);
    if (outcome == OK)
        outcome = read_officer(election, options, fail);
    if (outcome == OK)
        outcome = open_keys(election, options, fail);
    if (outcome == OK)
        outcome = state_new(span_str(election->origin), &election->state, fail);
    if (outcome == OK)
        outcome = open_stores(election, fail);
    if (outcome == OK)
        outcome = replay(election, fail);
    if (outcome == OK)
        outcome = open_signer(election, options, fail);
    if (outcome == OK)
        outcome = election_load_waiting(election, fail);
    if (outcome == OK)
        outcome = election_worker_start(election, fail);
    if (outcome == OK)
        submit_difference(election);
    return outcome;
}

enum outcome election_open(const struct election_options *options, struct election **out_election,
                           struct fail *fail)
{
    struct election *election = calloc(1, sizeof *election);
    if (!election || strlen(options->folder) >= PATH_BYTES) {
        free(election);
        return fail_set(fail, BROKEN, "memory", "out of memory, or the folder's name is too long");
    }
    memcpy(election->folder, options->folder, strlen(options->folder));
    election->store =
        (struct store_options){.vfs = options->vfs, .unsafe_no_sync = options->unsafe_no_sync};
    init_locks(election);
    init_buffers(election);
    enum outcome outcome = open_all(election, options, fail);
    if (outcome == OK)
        *out_election = election;
    else
        election_close(election);
    return outcome;
}

static void free_buffers(struct election *election)
{
    tree_done(&election->tree);
    keytable_done(&election->nonces);
    keytable_done(&election->older_nonces);
    buf_done(&election->checkpoint);
    buf_done(&election->cosigned);
    buf_done(&election->cosigned_open);
    buf_done(&election->cosigned_close);
    for (unsigned i = 0; i < ASKED_MAX; i++)
        buf_done(&election->asked[i].note);
    while (election->waiting) {
        struct waiting *next = election->waiting->next;
        buf_done(&election->waiting->note);
        free(election->waiting);
        election->waiting = next;
    }
}

void election_close(struct election *election)
{
    if (!election)
        return;
    election_worker_stop(election);
    writer_free(election->board);
    custody_free(election->custody);
    access_free(election->access);
    writer_free(election->people);
    for (unsigned i = 0; i < election->reader_count; i++)
        conn_close(election->readers[i]);
    signer_free(election->signer);
    state_free(election->state);
    vault_free(election->vault);
    keyfile_done(&election->log_key);
    keyfile_done(&election->authority_key);
    free_buffers(election);
    pthread_rwlock_destroy(&election->lock);
    free(election);
}

struct span election_origin(const struct election *election)
{
    return span_str(election->origin);
}
