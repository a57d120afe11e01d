/* Whole ceremonies in memory: honest ones give a key that any k can use; a bad share is proved and
 * its sender named; a false complaint names the one who complained. Pitfall 7. */
#include "check.h"
#include "crypto/ceremony.h"

enum { N_MAX = 5 };

struct party {
    struct ceremony_secret *secret;
    struct point commitments[N_MAX];
    struct knowledge proofs[N_MAX];
    uint8_t commit[HASH_BYTES];
    struct scalar seal_secret;
    struct point seal;
    struct scalar e;
    struct point ephemeral;
    uint8_t shares[N_MAX][SCALAR_BYTES]; /* by recipient, from 0 */
};

struct room {
    uint8_t ctx0[HASH_BYTES];
    struct ceremony ceremony;
    unsigned n;
    struct party parties[N_MAX];
};

static struct ceremony_channel channel_of(const struct room *room, unsigned from, unsigned to)
{
    return (struct ceremony_channel){.ceremony = &room->ceremony,
                                     .from = from,
                                     .to = to,
                                     .ephemeral = room->parties[from - 1].ephemeral,
                                     .seal = room->parties[to - 1].seal};
}

static void party_begin(struct room *room, unsigned i)
{
    struct party *party = &room->parties[i - 1];
    party->secret = ceremony_secret_new(room->ceremony.k);
    scalar_random(&party->seal_secret);
    scalar_random(&party->e);
    party->seal = point_mul_base(&party->seal_secret);
    party->ephemeral = point_mul_base(&party->e);
    ceremony_commitments(&room->ceremony, party->secret, party->commitments);
    ceremony_commit(&room->ceremony, i, party->commitments, party->commit);
    ceremony_prove(&room->ceremony, i, party->secret, party->commitments, party->proofs);
}

static void room_open(struct room *room, unsigned n, unsigned k)
{
    memset(room, 0, sizeof *room);
    randombytes_buf(room->ctx0, sizeof room->ctx0);
    room->ceremony = (struct ceremony){.ctx0 = room->ctx0, .attempt = 1, .k = k};
    room->n = n;
    for (unsigned i = 1; i <= n; i++) {
        party_begin(room, i);
    }
    for (unsigned i = 1; i <= n; i++) {
        for (unsigned j = 1; j <= n; j++) {
            struct ceremony_channel channel = channel_of(room, i, j);
            ceremony_seal(&channel, &room->parties[i - 1].e, room->parties[i - 1].secret,
                          room->parties[i - 1].shares[j - 1]);
        }
    }
}

static void room_close(struct room *room)
{
    for (unsigned i = 0; i < room->n; i++) {
        ceremony_secret_free(room->parties[i].secret);
    }
}

static enum outcome check_party(const struct room *room, unsigned i)
{
    const struct party *party = &room->parties[i - 1];
    return ceremony_check(&room->ceremony, i, party->commit, party->commitments, party->proofs,
                          NULL);
}

/* Opens all shares for j and adds them up. */
static struct scalar key_share(const struct room *room, unsigned j)
{
    struct scalar shares[N_MAX];
    for (unsigned i = 1; i <= room->n; i++) {
        struct ceremony_channel channel = channel_of(room, i, j);
        CHECK(ceremony_open(&channel, &room->parties[j - 1].seal_secret,
                            room->parties[i - 1].shares[j - 1], room->parties[i - 1].commitments,
                            &shares[i - 1], NULL) == OK);
    }
    return ceremony_key_share(shares, room->n);
}

/* Σ λ_j x_j B over the trustees chosen in `mask`. */
static struct point combined(const struct room *room, const struct scalar *parts, unsigned mask)
{
    unsigned indices[N_MAX];
    unsigned count = 0;
    struct scalar sum = {0};
    for (unsigned j = 1; j <= room->n; j++) {
        if (mask & 1u << (j - 1)) {
            indices[count++] = j;
        }
    }
    for (unsigned i = 0; i < count; i++) {
        struct scalar lambda = threshold_lagrange(indices, count, i);
        sum = scalar_mul_add(&lambda, &parts[indices[i] - 1], &sum);
    }
    return point_mul_base(&sum);
}

static void honest(unsigned n, unsigned k)
{
    struct room room;
    struct point all[N_MAX * N_MAX];
    struct scalar parts[N_MAX];
    struct point public;
    check_case("honest %u of %u", k, n);
    room_open(&room, n, k);
    for (unsigned i = 0; i < n; i++) {
        memcpy(&all[i * k], room.parties[i].commitments, k * sizeof all[0]);
        CHECK_INT(check_party(&room, i + 1), OK);
    }
    CHECK(threshold_public(all, n, k, &public));
    for (unsigned j = 1; j <= n; j++) {
        struct point key;
        parts[j - 1] = key_share(&room, j);
        struct point mine = point_mul_base(&parts[j - 1]);
        CHECK(threshold_verification_key(all, n, k, j, &key));
        CHECK_BYTES(&key, &mine, POINT_BYTES);
    }
    for (unsigned mask = 0; mask < 1u << n; mask++) {
        struct point got = combined(&room, parts, mask);
        bool enough = (unsigned)__builtin_popcount(mask) >= k;
        check_case("%u of %u, trustees %x", k, n, mask);
        CHECK(point_equal(&got, &public) == enough);
    }
    room_close(&room);
}

/* Each thing that goes into a check is altered in turn. */
static void altered_coefficients(void)
{
    struct room room;
    struct room saved;
    room_open(&room, 3, 2);
    saved = room;
    check_case("other attempt, context, trustee, threshold");
    room.ceremony.attempt = 2;
    CHECK_INT(check_party(&room, 1), BAD_PROOF);
    room = saved;
    room.ceremony.ctx0 = room.parties[0].commit;
    CHECK_INT(check_party(&room, 1), BAD_PROOF);
    CHECK_INT(ceremony_check(&saved.ceremony, 2, saved.parties[0].commit,
                             saved.parties[0].commitments, saved.parties[0].proofs, NULL),
              BAD_PROOF);
    room.ceremony = saved.ceremony;
    room.ceremony.k = 1;
    CHECK_INT(check_party(&room, 1), BAD_PROOF);
    check_case("commit, commitment, proof");
    room = saved;
    room.parties[0].commit[5] ^= 1;
    CHECK_INT(check_party(&room, 1), BAD_PROOF);
    room = saved;
    room.parties[0].commitments[1] = room.parties[1].commitments[1];
    CHECK_INT(check_party(&room, 1), BAD_PROOF);
    room = saved;
    room.parties[0].commitments[1] = point_identity();
    CHECK_INT(check_party(&room, 1), BAD_PROOF);
    for (unsigned l = 0; l < 2; l++) {
        room = saved;
        room.parties[0].proofs[l].z.bytes[0] ^= 1;
        CHECK_INT(check_party(&room, 1), BAD_PROOF);
        room = saved;
        room.parties[0].proofs[l].t = room.parties[1].ephemeral;
        CHECK_INT(check_party(&room, 1), BAD_PROOF);
        room = saved;
        room.parties[0].proofs[l] = saved.parties[0].proofs[1 - l];
        CHECK_INT(check_party(&room, 1), BAD_PROOF);
    }
    room_close(&saved);
}

/* A rogue key: trustee 2 commits, consistently, to a coefficient that cancels out trustee 1's. It
 * can hash it, but not prove it. */
static void rogue_key(void)
{
    struct room room;
    room_open(&room, 2, 1);
    struct party *rogue = &room.parties[1];
    struct point target = point_mul_base(&rogue->secret->coefficients[0]);
    rogue->commitments[0] = point_sub(&target, &room.parties[0].commitments[0]);
    ceremony_commit(&room.ceremony, 2, rogue->commitments, rogue->commit);
    ceremony_prove(&room.ceremony, 2, rogue->secret, rogue->commitments, rogue->proofs);
    check_case("rogue key");
    CHECK_INT(check_party(&room, 2), BAD_PROOF);
    room_close(&room);
}

static void sum_that_is_no_key(void)
{
    struct scalar a;
    scalar_random(&a);
    struct point both[2] = {point_mul_base(&a)};
    struct scalar negative = scalar_neg(&a);
    struct point public;
    both[1] = point_mul_base(&negative);
    check_case("coefficients that cancel");
    CHECK(!threshold_public(both, 2, 1, &public));
    CHECK(!threshold_verification_key(both, 2, 1, 1, &public));
}

static void bad_share(void)
{
    struct room room;
    struct scalar opened;
    room_open(&room, 3, 2);
    struct ceremony_channel channel = channel_of(&room, 1, 3);
    uint8_t *share = room.parties[0].shares[2];
    const struct party *recipient = &room.parties[2];
    share[0] ^= 1;
    check_case("a bad share: the sender is the culprit");
    CHECK_INT(ceremony_open(&channel, &recipient->seal_secret, share, room.parties[0].commitments,
                            &opened, NULL),
              BAD_PROOF);
    struct ceremony_complaint complaint = ceremony_complain(&channel, &recipient->seal_secret);
    CHECK(ceremony_complaint_check(&channel, &complaint));
    CHECK_INT(ceremony_judge(&channel, &complaint, share, room.parties[0].commitments),
              CEREMONY_SENDER);

    check_case("a good share: the one who complained is the culprit");
    share[0] ^= 1;
    CHECK_INT(ceremony_judge(&channel, &complaint, share, room.parties[0].commitments),
              CEREMONY_COMPLAINANT);
    CHECK_INT(ceremony_open(&channel, &recipient->seal_secret, share, room.parties[0].commitments,
                            &opened, NULL),
              OK);

    check_case("a share that is no scalar");
    memset(share, 0xff, SCALAR_BYTES);
    CHECK_INT(ceremony_judge(&channel, &complaint, share, room.parties[0].commitments),
              CEREMONY_SENDER);
    room_close(&room);
}

/* s + L behind the pad: the same residue, but not a scalar. */
static void share_not_canonical(void)
{
    static const uint8_t order[SCALAR_BYTES] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
                                                0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                                                0,    0,    0,    0,    0,    0,    0,    0,
                                                0,    0,    0,    0,    0,    0,    0,    0x10};
    struct room room;
    struct scalar opened;
    room_open(&room, 2, 2);
    struct ceremony_channel channel = channel_of(&room, 1, 2);
    uint8_t *share = room.parties[0].shares[1];
    struct scalar right = threshold_evaluate(room.parties[0].secret->coefficients, 2, 2);
    struct scalar over = right;
    sodium_add(over.bytes, order, SCALAR_BYTES);
    for (int i = 0; i < SCALAR_BYTES; i++) {
        share[i] ^= right.bytes[i] ^ over.bytes[i];
    }
    check_case("share above L");
    CHECK_INT(ceremony_open(&channel, &room.parties[1].seal_secret, share,
                            room.parties[0].commitments, &opened, NULL),
              BAD_PROOF);
    room_close(&room);
}

/* A complaint that is not about exactly this channel, or not by the holder of the key. */
static void false_complaints(void)
{
    struct room room;
    room_open(&room, 3, 2);
    struct ceremony_channel channel = channel_of(&room, 1, 3);
    struct ceremony_complaint honest_one =
        ceremony_complain(&channel, &room.parties[2].seal_secret);
    struct ceremony_complaint complaint = ceremony_complain(&channel, &room.parties[1].seal_secret);
    check_case("with another key");
    CHECK(!ceremony_complaint_check(&channel, &complaint));
    check_case("about another channel");
    struct ceremony other = {.ctx0 = room.ctx0, .attempt = 2, .k = 2};
    struct ceremony_channel altered[] = {channel, channel, channel, channel, channel};
    altered[0].from = 2;
    altered[1].to = 2;
    altered[2].ephemeral = room.parties[1].ephemeral;
    altered[3].seal = room.parties[1].seal;
    altered[4].ceremony = &other;
    for (size_t i = 0; i < CHECK_COUNT_OF(altered); i++) {
        CHECK(!ceremony_complaint_check(&altered[i], &honest_one));
    }
    check_case("S, T1, T2, z");
    CHECK(ceremony_complaint_check(&channel, &honest_one));
    uint8_t bytes[sizeof complaint];
    memcpy(bytes, &honest_one, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] ^= 2;
        memcpy(&complaint, bytes, sizeof bytes);
        CHECK(!ceremony_complaint_check(&channel, &complaint));
        bytes[i] ^= 2;
    }
    complaint.secret = point_identity();
    CHECK(!ceremony_complaint_check(&channel, &complaint));
    room_close(&room);
}

static void hashes(void)
{
    uint8_t ctx0[HASH_BYTES] = {0};
    struct ceremony ceremony = {.ctx0 = ctx0, .attempt = 1, .k = 1};
    const uint8_t leaves[2][HASH_BYTES] = {{1}, {2}};
    const uint8_t turned[2][HASH_BYTES] = {{2}, {1}};
    uint8_t one[HASH_BYTES];
    uint8_t other[HASH_BYTES];
    check_case("transcript");
    ceremony_transcript(&ceremony, leaves, 2, one);
    ceremony_transcript(&ceremony, turned, 2, other);
    CHECK(memcmp(one, other, HASH_BYTES) != 0);
    ceremony_transcript(&ceremony, leaves, 1, other);
    CHECK(memcmp(one, other, HASH_BYTES) != 0);
    check_case("lots stay the same over attempts, but not between trustees");
    ceremony_commit_lots(&ceremony, 1, leaves[0], one);
    ceremony.attempt = 2;
    ceremony_commit_lots(&ceremony, 1, leaves[0], other);
    CHECK_BYTES(one, other, HASH_BYTES);
    ceremony_commit_lots(&ceremony, 2, leaves[0], other);
    CHECK(memcmp(one, other, HASH_BYTES) != 0);
}

int main(void)
{
    if (sodium_init() < 0) {
        return 1;
    }
    honest(1, 1);
    honest(3, 2);
    honest(5, 3);
    honest(3, 3);
    altered_coefficients();
    rogue_key();
    sum_that_is_no_key();
    bad_share();
    share_not_canonical();
    false_complaints();
    hashes();
    return check_end("crypto_ceremony");
}
