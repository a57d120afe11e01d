/* Reads what follows the close: `freeze`, `mix`, `decryption`, `result`. */
#include "statement/reader.h"

/* Boxes stand in the order of their names, each once. */
static void expect_order(struct reader *reader, struct span before, struct span box, size_t place)
{
    if (place > 0 && !reader->json.broken && span_compare(before, box) >= 0)
        json_refuse(&reader->json, "boxes", "must be in the order of their names");
}

void read_freeze(struct reader *reader, struct freeze *freeze)
{
    read_count(reader, "size", INT64_MAX, &freeze->size);
    json_hex(&reader->json, "root", freeze->root, HASH_BYTES);
    json_array(&reader->json, "boxes");
    while (json_more(&reader->json)) {
        size_t place = freeze->box_count;
        freeze->boxes = reader_grow(reader, freeze->boxes, place, sizeof *freeze->boxes);
        if (freeze->boxes == NULL)
            break;
        struct frozen_box *box = &freeze->boxes[freeze->box_count++];
        json_object(&reader->json, NULL);
        read_box(reader, &box->box);
        read_count(reader, "count", LIMIT_CREDENTIALS, &box->count);
        read_count(reader, "width", LIMIT_CHUNKS, &box->width);
        json_hex(&reader->json, "list", box->list, HASH_BYTES);
        json_end(&reader->json);
        expect_order(reader, place > 0 ? box[-1].box : box->box, box->box, place);
    }
    json_end(&reader->json);
    read_blob(reader, "admitted", &freeze->admitted);
    json_hex(&reader->json, "annex", freeze->annex, HASH_BYTES);
    read_access(reader);
    read_blob(reader, "checkpoint", &freeze->checkpoint);
}

void read_mix(struct reader *reader, struct mix *mix)
{
    read_box(reader, &mix->box);
    read_count(reader, "step", LIMIT_TRUSTEES, &mix->step);
    read_small(reader, "trustee", 1, LIMIT_TRUSTEES, &mix->trustee);
    json_hex(&reader->json, "input", mix->input, HASH_BYTES);
    read_blob(reader, "output", &mix->output);
    read_blob(reader, "proof", &mix->proof);
}

void read_decryption(struct reader *reader, struct decryption *decryption)
{
    read_box(reader, &decryption->box);
    read_small(reader, "trustee", 1, LIMIT_TRUSTEES, &decryption->trustee);
    json_hex(&reader->json, "input", decryption->input, HASH_BYTES);
    read_blob(reader, "shares", &decryption->shares);
    json_hex(&reader->json, "lots", decryption->lots, HASH_BYTES);
}

static void read_account(struct reader *reader, struct account *account)
{
    json_object(&reader->json, "account");
    read_count(reader, "issued", INT64_MAX, &account->issued);
    read_count(reader, "killed", INT64_MAX, &account->killed);
    read_count(reader, "live", INT64_MAX, &account->live);
    read_count(reader, "cast", INT64_MAX, &account->cast);
    read_count(reader, "not_used", INT64_MAX, &account->not_used);
    read_count(reader, "admitted", INT64_MAX, &account->admitted);
    read_count(reader, "provisional_refused", INT64_MAX, &account->provisional_refused);
    read_count(reader, "superseded", INT64_MAX, &account->superseded);
    read_count(reader, "tendered", INT64_MAX, &account->tendered);
    json_array(&reader->json, "boxes");
    while (json_more(&reader->json)) {
        size_t place = account->box_count;
        account->boxes = reader_grow(reader, account->boxes, place, sizeof *account->boxes);
        if (account->boxes == NULL)
            break;
        struct account_box *box = &account->boxes[account->box_count++];
        json_object(&reader->json, NULL);
        read_box(reader, &box->box);
        read_count(reader, "papers", INT64_MAX, &box->papers);
        read_count(reader, "valid", INT64_MAX, &box->valid);
        read_count(reader, "blank", INT64_MAX, &box->blank);
        read_count(reader, "abstained", INT64_MAX, &box->abstained);
        read_count(reader, "spoilt", INT64_MAX, &box->spoilt);
        json_end(&reader->json);
        expect_order(reader, place > 0 ? box[-1].box : box->box, box->box, place);
    }
    json_end(&reader->json);
    json_end(&reader->json);
}

void read_result(struct reader *reader, struct result *result)
{
    read_indices(reader, "trustees", &result->trustees, &result->trustee_count);
    json_array(&reader->json, "boxes");
    while (json_more(&reader->json)) {
        size_t place = result->box_count;
        result->boxes = reader_grow(reader, result->boxes, place, sizeof *result->boxes);
        if (result->boxes == NULL)
            break;
        struct result_box *box = &result->boxes[result->box_count++];
        json_object(&reader->json, NULL);
        read_box(reader, &box->box);
        read_blob(reader, "plaintexts", &box->plaintexts);
        read_blob(reader, "papers", &box->papers);
        read_blob(reader, "sheet", &box->sheet);
        json_end(&reader->json);
        expect_order(reader, place > 0 ? box[-1].box : box->box, box->box, place);
    }
    json_end(&reader->json);
    read_account(reader, &result->account);
}
