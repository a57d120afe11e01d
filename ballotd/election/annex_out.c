/* The annex as it leaves the daemon: approved, logged, marked with its recipient's name, and sealed
 * to him. Declared in election/election.h. */
#include "election/handover.h"

#include "base/clock.h"
#include "base/tar.h"
#include "crypto/age.h"
#include "crypto/hash.h"

#define NOTE_PATH     "handed-over.note" /* docs/roll.md section 13 */
#define MANIFEST_PATH "manifest"

/* Where one more file belongs among the others, in the byte order of paths; and the manifest. */
struct place {
    size_t at;
    bool has_manifest;
    uint8_t manifest[HASH_BYTES]; /* its SHA-256 */
};

static enum outcome find_place(struct span tar, struct place *out, struct fail *fail)
{
    struct span rest = tar;
    struct tar_file file;
    bool more = true, passed = false;
    enum outcome outcome = OK;
    out->has_manifest = false;
    while (outcome == OK && more) {
        size_t at = (size_t)(rest.ptr - tar.ptr);
        outcome = tar_next(&rest, &file, &more, fail);
        if (outcome != OK)
            break;
        if (!passed && (!more || strcmp(file.path, NOTE_PATH) > 0)) {
            out->at = at;
            passed = true;
        }
        if (more && strcmp(file.path, MANIFEST_PATH) == 0) {
            sha256(file.bytes, out->manifest);
            out->has_manifest = true;
        }
    }
    if (outcome == OK && !out->has_manifest)
        outcome = fail_set(fail, BROKEN, "annex.manifest", "the annex has no manifest");
    return outcome;
}

/* What is sealed: the archive, with the note in its place. */
static enum outcome seal(struct span tar, size_t at, struct span note, const uint8_t *key,
                         struct buf *out, struct fail *fail)
{
    uint8_t recipient[1][KEY_BYTES];
    struct buf member;
    struct age_seal sealing;
    buf_init(&member, HANDOVER_NOTE_BYTES_MAX + 4 * TAR_BLOCK_BYTES);
    enum outcome outcome = tar_add(&member, NOTE_PATH, note, fail);
    if (outcome == OK)
        outcome = age_recipient(key, recipient[0], fail);
    if (outcome == OK)
        outcome = age_begin((const uint8_t(*)[KEY_BYTES])recipient, 1, out, &sealing, fail);
    if (outcome == OK) {
        age_add(&sealing, span_of(tar.ptr, at));
        age_add(&sealing, buf_span(&member));
        age_add(&sealing, span_of(tar.ptr + at, tar.len - at));
        outcome = age_end(&sealing, fail);
    }
    buf_done(&member);
    return outcome;
}

static enum outcome hand_over(struct election *election, const struct handover *handover,
                              const struct recipient *recipient, struct span tar, struct buf *out,
                              struct fail *fail)
{
    struct place place;
    struct buf note;
    int64_t now_s = clock_now_s();
    pthread_rwlock_rdlock(&election->lock);
    const struct access_look look = {.officer = handover->to,
                                     .resource = HANDOVER_ANNEX,
                                     .number = state_rows(election->state),
                                     .purpose = span_str(handover->purpose)};
    pthread_rwlock_unlock(&election->lock);
    enum outcome outcome = find_place(tar, &place, fail);
    if (outcome != OK)
        return outcome;
    buf_init(&note, HANDOVER_NOTE_BYTES_MAX);
    handover_print_note(election, handover, recipient, now_s, place.manifest, &note);
    outcome = buf_check(&note, NOTE_PATH, fail);
    if (outcome == OK)
        outcome = access_record(election->access, &look, fail);
    if (outcome == OK)
        outcome = seal(tar, place.at, buf_span(&note), recipient->key, out, fail);
    buf_done(&note);
    return outcome;
}

enum outcome election_annex(struct election *election, const struct request *request,
                            struct buf *out, struct fail *fail)
{
    struct handover handover;
    struct recipient recipient;
    struct buf tar;
    enum outcome outcome = election_need_officer(request, OFFICER_SCRUTINEER, fail);
    if (outcome == OK)
        outcome = handover_recipient(election, request->id, OFFICER_SCRUTINEER, &recipient, fail);
    if (outcome == OK)
        outcome =
            handover_find(election, request->id, HANDOVER_ANNEX, clock_now_s(), &handover, fail);
    if (outcome != OK)
        return outcome;
    buf_init(&tar, (size_t)2 * LIMIT_BLOB_BYTES);
    outcome = custody_annex(election->custody, election->state, &tar, fail);
    if (outcome == OK)
        outcome = hand_over(election, &handover, &recipient, buf_span(&tar), out, fail);
    buf_done(&tar);
    return outcome;
}
