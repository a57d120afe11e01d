/* Reads what trustees say while they make the election's key. */
#include "statement/reader.h"

static void read_sender(struct reader *reader, struct ceremony *ceremony)
{
    read_count(reader, "attempt", 1000000, &ceremony->attempt);
    read_small(reader, "trustee", 1, LIMIT_TRUSTEES, &ceremony->trustee);
}

void read_commit(struct reader *reader, struct ceremony *ceremony)
{
    read_sender(reader, ceremony);
    json_hex(&reader->json, "coefficients", ceremony->coefficients, HASH_BYTES);
    json_hex(&reader->json, "lots", ceremony->lots, HASH_BYTES);
}

void read_coefficients(struct reader *reader, struct ceremony *ceremony)
{
    read_sender(reader, ceremony);
    ceremony->commitments = arena_zeroed(reader->arena, LIMIT_TRUSTEES, POINT_BYTES);
    ceremony->proofs = arena_zeroed(reader->arena, LIMIT_TRUSTEES, POINT_BYTES + SCALAR_BYTES);
    if (ceremony->commitments == NULL || ceremony->proofs == NULL) {
        reader->starved = true;
        json_refuse(&reader->json, NULL, "no memory");
        return;
    }
    json_array(&reader->json, "commitments");
    while (json_more(&reader->json) && ceremony->commitment_count < LIMIT_TRUSTEES)
        json_hex(&reader->json, NULL, ceremony->commitments[ceremony->commitment_count++],
                 POINT_BYTES);
    json_end(&reader->json);
    json_array(&reader->json, "proofs");
    while (json_more(&reader->json) && ceremony->proof_count < LIMIT_TRUSTEES)
        json_hex(&reader->json, NULL, ceremony->proofs[ceremony->proof_count++],
                 POINT_BYTES + SCALAR_BYTES);
    json_end(&reader->json);
}

void read_shares(struct reader *reader, struct ceremony *ceremony)
{
    read_sender(reader, ceremony);
    json_hex(&reader->json, "ephemeral", ceremony->ephemeral, POINT_BYTES);
    ceremony->to = arena_zeroed(reader->arena, LIMIT_TRUSTEES, sizeof *ceremony->to);
    ceremony->shares = arena_zeroed(reader->arena, LIMIT_TRUSTEES, SCALAR_BYTES);
    if (ceremony->to == NULL || ceremony->shares == NULL) {
        reader->starved = true;
        json_refuse(&reader->json, NULL, "no memory");
        return;
    }
    json_array(&reader->json, "shares");
    while (json_more(&reader->json) && ceremony->share_count < LIMIT_TRUSTEES) {
        size_t i = ceremony->share_count++;
        json_object(&reader->json, NULL);
        read_small(reader, "to", 1, LIMIT_TRUSTEES, &ceremony->to[i]);
        json_hex(&reader->json, "share", ceremony->shares[i], SCALAR_BYTES);
        json_end(&reader->json);
        if (i > 0 && ceremony->to[i] <= ceremony->to[i - 1])
            json_refuse(&reader->json, "to", "must rise");
    }
    json_end(&reader->json);
}

void read_accept(struct reader *reader, struct ceremony *ceremony)
{
    read_sender(reader, ceremony);
    json_hex(&reader->json, "transcript", ceremony->transcript, HASH_BYTES);
    json_hex(&reader->json, "public", ceremony->public, POINT_BYTES);
}

void read_complaint(struct reader *reader, struct ceremony *ceremony)
{
    read_sender(reader, ceremony);
    read_small(reader, "against", 1, LIMIT_TRUSTEES, &ceremony->against);
    json_hex(&reader->json, "secret", ceremony->secret, POINT_BYTES);
    json_hex(&reader->json, "proof", ceremony->proof, sizeof ceremony->proof);
}

void read_restart(struct reader *reader, struct restart *restart)
{
    static const char *const reasons[] = {"proved", "false-complaint", "absent", NULL};
    struct span text;
    read_count(reader, "attempt", 1000000, &restart->attempt);
    read_indices(reader, "trustees", &restart->trustees, &restart->trustee_count);
    restart->reason = read_word(reader, "reason", reasons);
    read_text(reader, "text", LIMIT_TEXT_BYTES, &text);
}
