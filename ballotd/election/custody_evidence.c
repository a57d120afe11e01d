#include "election/custody_evidence.h"

#include "election/custody_inside.h"

/* -- which files a case has -------------------------------------------------------------------- */

static json_t *describe(const struct case_evidence *evidence)
{
    json_t *object = json_object();
    json_put_hex(object, "commitment", SPAN_ARRAY(evidence->commitment.bytes));
    json_put_string(object, "kind", span_str(case_evidence_kind_name(evidence->kind)));
    json_put_string(object, "type", span_str(evidence->type));
    json_put_integer(object, "size", (int64_t)evidence->size_bytes);
    return object;
}

static enum outcome list_files(struct custody *custody, uint32_t case_number, json_t *files,
                               struct fail *fail)
{
    if (!custody->ready || !casebook_find(&custody->book, case_number))
        return fail_set(fail, NOT_FOUND, "case.unknown", "there is no case %u", case_number);
    for (uint32_t i = 0; i < custody->book.evidence_count; i++) {
        const struct case_evidence *evidence = &custody->book.evidence[i];
        if (evidence->case_number == case_number && evidence->is_file)
            json_array_append_new(files, describe(evidence));
    }
    return OK;
}

enum outcome custody_evidence_list(struct custody *custody, uint32_t case_number, struct buf *out,
                                   struct fail *fail)
{
    json_t *object = json_object(), *files = json_array();
    pthread_mutex_lock(&custody->lock);
    enum outcome outcome = list_files(custody, case_number, files, fail);
    pthread_mutex_unlock(&custody->lock);
    json_put(object, "files", files);
    if (outcome == OK)
        json_print(object, out);
    json_decref(object);
    return outcome == OK ? buf_check(out, "evidence", fail) : outcome;
}

/* -- a file ------------------------------------------------------------------------------------ */

static enum outcome find_about(const struct custody *custody, const uint8_t *commitment,
                               struct evidence_about *out, struct fail *fail)
{
    for (uint32_t i = 0; custody->ready && i < custody->book.evidence_count; i++) {
        const struct case_evidence *evidence = &custody->book.evidence[i];
        if (!evidence->is_file || memcmp(evidence->commitment.bytes, commitment, HASH_BYTES) != 0)
            continue;
        const struct variance_case *of = casebook_find(&custody->book, evidence->case_number);
        *out = (struct evidence_about){evidence->case_number, of ? of->subject_count : 0, {0}};
        if (of && of->subject_count == 1)
            memcpy(out->pseudonym, of->subjects[0].bytes, HASH_BYTES);
        return OK;
    }
    return fail_set(fail, NOT_FOUND, "evidence.unknown",
                    "no case has a file in evidence with this commitment");
}

enum outcome custody_evidence_get(struct custody *custody,
                                  const uint8_t commitment[static HASH_BYTES], struct buf *out,
                                  struct evidence_about *out_about, struct fail *fail)
{
    uint8_t salt[SALT_BYTES];
    pthread_mutex_lock(&custody->lock);
    enum outcome outcome = find_about(custody, commitment, out_about, fail);
    pthread_mutex_unlock(&custody->lock);
    return outcome == OK
               ? custody_files_get(&custody->files, FILES_PRIVATE, commitment, salt, out, fail)
               : outcome;
}
