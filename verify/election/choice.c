#include "election/choice.h"

#include "crypto/group.h"

static size_t mark_bytes(const struct contest *contest)
{
    switch (contest->layout) {
    case LAYOUT_RANKING:
        return contest->candidate_count;
    case LAYOUT_SEVERAL:
    case LAYOUT_APPROVAL:
        return (contest->candidate_count + 7) / 8;
    default:
        return 1;
    }
}

size_t choice_bytes(const struct contest *contest)
{
    return 1 + mark_bytes(contest);
}

unsigned choice_width(const struct contest *contest)
{
    return (unsigned)((1 + mark_bytes(contest) + CHUNK_BYTES - 1) / CHUNK_BYTES);
}

static bool all_zero(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

/* Different candidates, then zeros. */
static bool read_ranking(const struct contest *contest, const uint8_t *marks, struct choice *choice)
{
    bool seen[256] = {false};
    size_t count = 0;
    while (count < contest->candidate_count && marks[count] != 0) {
        uint8_t id = marks[count];
        if (id > contest->candidate_count || seen[id])
            return false;
        seen[id] = true;
        choice->candidates[count++] = id;
    }
    choice->count = count;
    return count > 0 && all_zero(marks + count, contest->candidate_count - count);
}

/* A bit for each candidate. */
static bool read_bits(const struct contest *contest, const uint8_t *marks, struct choice *choice)
{
    size_t bits = 8 * mark_bytes(contest);
    for (size_t i = 0; i < bits; i++) {
        if ((marks[i / 8] >> i % 8 & 1) == 0)
            continue;
        if (i >= contest->candidate_count)
            return false;
        choice->candidates[choice->count++] = (uint8_t)(i + 1);
    }
    return choice->count > 0 &&
           (contest->layout == LAYOUT_APPROVAL || choice->count <= contest->most);
}

static bool read_marks(const struct contest *contest, const uint8_t *marks, struct choice *choice)
{
    if (contest->layout == LAYOUT_RANKING)
        return read_ranking(contest, marks, choice);
    if (contest->layout == LAYOUT_SEVERAL || contest->layout == LAYOUT_APPROVAL)
        return read_bits(contest, marks, choice);
    unsigned most = contest->layout == LAYOUT_YES_NO ? 2 : contest->candidate_count;
    choice->candidates[0] = marks[0];
    choice->count = 1;
    return marks[0] >= 1 && marks[0] <= most;
}

void choice_read(const struct contest *contest, const uint8_t *bytes, struct choice *out_choice)
{
    size_t whole = (size_t)choice_width(contest) * CHUNK_BYTES, used = 1 + mark_bytes(contest);
    struct choice choice = {.form = CHOICE_SPOILT};
    bool right = all_zero(bytes + used, whole - used);
    if (right && bytes[0] == CHOICE_MARKED && read_marks(contest, bytes + 1, &choice))
        choice.form = CHOICE_MARKED;
    if (right && (bytes[0] == CHOICE_BLANK || bytes[0] == CHOICE_ABSTAIN) &&
        all_zero(bytes + 1, used - 1))
        choice.form = bytes[0];
    if (choice.form != CHOICE_MARKED)
        choice.count = 0;
    *out_choice = choice;
}

bool chunk_read(const uint8_t point[POINT_BYTES], uint8_t out_bytes[CHUNK_BYTES])
{
    uint8_t tried[POINT_BYTES];
    struct point decoded;
    unsigned k = point[0] / 2u + 128u * point[POINT_BYTES - 1];
    unsigned least = all_zero(point + 1, CHUNK_BYTES) ? 2 : 0;
    if (k >= POINT_TRIES || k < least || !point_decode(point, &decoded))
        return false;
    memcpy(tried, point, POINT_BYTES);
    for (unsigned smaller = least; smaller < k; smaller++) {
        tried[0] = (uint8_t)(2 * (smaller % 128));
        tried[POINT_BYTES - 1] = (uint8_t)(smaller / 128);
        if (point_decode(tried, &decoded))
            return false;
    }
    memcpy(out_bytes, point + 1, CHUNK_BYTES);
    return true;
}

void choice_open(const struct contest *contest, const uint8_t *points, struct choice *out_choice)
{
    uint8_t bytes[CHOICE_BYTES_MOST];
    for (unsigned i = 0; i < choice_width(contest); i++)
        if (!chunk_read(points + i * POINT_BYTES, bytes + i * CHUNK_BYTES)) {
            *out_choice = (struct choice){.form = CHOICE_SPOILT};
            return;
        }
    choice_read(contest, bytes, out_choice);
}
