#include "roll/likeness.h"

#include <stdlib.h>

enum { WORDS_MAX = 16, PHONE_DIGITS = 9, PHONE_DIGITS_MIN = 7, NEAR_LETTERS_MIN = 4 };

/* -- folding ---------------------------------------------------------------------------------- */

/* The letters of U+00C0 to U+017F without their accents; a space where there is none. */
static const char LATIN[] = "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"
                            "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
                            "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/* The code point of a well-formed character of two or three bytes. */
static uint32_t code_point(struct span text, size_t len)
{
    if (len == 2)
        return (uint32_t)(text.ptr[0] & 0x1F) << 6 | (text.ptr[1] & 0x3F);
    return (uint32_t)(text.ptr[0] & 0x0F) << 12 | (uint32_t)(text.ptr[1] & 0x3F) << 6 |
           (text.ptr[2] & 0x3F);
}

static bool is_apostrophe(uint32_t point)
{
    return point == '\'' || point == 0x2018 || point == 0x2019 || point == 0x02BC;
}

/* The letter that stands for a character beyond ASCII; ' ' for none, 0 to leave it as it is. */
static char fold_point(uint32_t point)
{
    if (point >= 0xC0 && point <= 0x17F)
        return LATIN[point - 0xC0];
    if ((point >= 0x300 && point <= 0x36F) || is_apostrophe(point))
        return '\'';
    if (point >= 0x1E80 && point <= 0x1E85)
        return 'w';
    if (point == 0x1EF2 || point == 0x1EF3)
        return 'y';
    return point >= 0x2010 && point <= 0x2015 ? ' ' : 0;
}

static char fold_ascii(uint8_t byte)
{
    if (byte >= 'A' && byte <= 'Z')
        return (char)(byte + ('a' - 'A'));
    if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9'))
        return (char)byte;
    return byte == '\'' ? '\'' : ' ';
}

/* Letters and digits in lower case, one space for all else; an apostrophe joins: O'Brien. */
static size_t fold(struct span text, char *out, size_t room)
{
    size_t len = 0;
    for (size_t at = 0; at < text.len && len + 4 < room;) {
        struct span rest = span_of(text.ptr + at, text.len - at);
        size_t bytes = span_utf8_char(rest);
        bytes = bytes == 0 ? 1 : bytes;
        char letter = bytes == 1   ? fold_ascii(rest.ptr[0])
                      : bytes <= 3 ? fold_point(code_point(rest, bytes))
                                   : 0;
        if (letter == 0) {
            memcpy(out + len, rest.ptr, bytes);
            len += bytes;
        } else if (letter != '\'' && (letter != ' ' || (len > 0 && out[len - 1] != ' '))) {
            out[len++] = letter;
        }
        at += bytes;
    }
    return len > 0 && out[len - 1] == ' ' ? len - 1 : len;
}

static size_t split(struct span folded, struct span *out_words)
{
    size_t count = 0;
    struct span word;
    while (count < WORDS_MAX - 1 && span_cut(&folded, ' ', &word))
        out_words[count++] = word;
    if (folded.len > 0)
        out_words[count++] = folded;
    return count;
}

size_t likeness_fold_name(struct span name, char out_folded[static LIKENESS_NAME_BYTES])
{
    char folded[LIKENESS_NAME_BYTES];
    struct span words[WORDS_MAX];
    size_t len = 0;
    size_t count = split(span_of(folded, fold(name, folded, sizeof(folded))), words);
    for (size_t i = 1; i < count; i++) { /* few words: sorted as they are inserted */
        struct span word = words[i];
        size_t at = i;
        for (; at > 0 && span_compare(words[at - 1], word) > 0; at--)
            words[at] = words[at - 1];
        words[at] = word;
    }
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            out_folded[len++] = ' ';
        memcpy(out_folded + len, words[i].ptr, words[i].len);
        len += words[i].len;
    }
    return len;
}

/* -- near names ------------------------------------------------------------------------------- */

/* One letter changed, left out or put in. */
static bool one_wrong(struct span a, struct span b)
{
    struct span shorter = a.len <= b.len ? a : b;
    struct span longer = a.len <= b.len ? b : a;
    size_t head = 0;
    size_t tail = 0;
    if (longer.len - shorter.len > 1 || shorter.len < NEAR_LETTERS_MIN)
        return false;
    while (head < shorter.len && shorter.ptr[head] == longer.ptr[head])
        head++;
    while (tail < shorter.len - head &&
           shorter.ptr[shorter.len - 1 - tail] == longer.ptr[longer.len - 1 - tail])
        tail++;
    return head + tail + 1 >= longer.len;
}

static bool words_near(struct span a, struct span b)
{
    if (span_equal(a, b))
        return true;
    if (a.len == 1 || b.len == 1)
        return a.ptr[0] == b.ptr[0];
    return one_wrong(a, b);
}

bool likeness_names_near(struct span a, struct span b)
{
    struct span some[WORDS_MAX], others[WORDS_MAX];
    bool used[WORDS_MAX] = {false};
    size_t count = split(a, some);
    size_t other_count = split(b, others);
    if (count > other_count)
        return likeness_names_near(b, a);
    bool whole = false; /* two initials are nobody */
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < other_count && (used[k] || !words_near(some[i], others[k])))
            k++;
        if (k == other_count)
            return false;
        used[k] = true;
        whole = whole || (some[i].len > 1 && others[k].len > 1);
    }
    return count >= 2 && whole;
}

/* -- values as numbers ------------------------------------------------------------------------ */

/* FNV-1a over 64 bits, never 0: two different values are one in 2^64 pairs, and these are only
 * proposals. */
static uint64_t hash_bytes(const char *bytes, size_t len)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    if (len == 0)
        return 0;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (uint8_t)bytes[i]) * UINT64_C(1099511628211);
    hash ^= hash >> 32;
    return hash == 0 ? 1 : hash;
}

static uint64_t hash_name(struct span name)
{
    char folded[LIKENESS_NAME_BYTES];
    return hash_bytes(folded, likeness_fold_name(name, folded));
}

/* Letters and digits alone, without regard to case; of an address, everything. */
static uint64_t hash_letters(struct span text, bool all)
{
    char kept[LIKENESS_NAME_BYTES];
    size_t len = 0;
    for (size_t i = 0; i < text.len && len < sizeof(kept); i++) {
        char letter = fold_ascii(text.ptr[i]);
        if (letter != ' ' && letter != '\'')
            kept[len++] = letter;
        else if (all)
            kept[len++] = (char)text.ptr[i];
    }
    return hash_bytes(kept, len);
}

/* The last nine digits: with a country's code and without, it is one telephone. */
static uint64_t hash_phone(struct span text)
{
    char digits[PHONE_DIGITS];
    size_t len = 0;
    for (size_t i = text.len; i > 0 && len < PHONE_DIGITS; i--) {
        if (text.ptr[i - 1] >= '0' && text.ptr[i - 1] <= '9')
            digits[len++] = (char)text.ptr[i - 1];
    }
    return len < PHONE_DIGITS_MIN ? 0 : hash_bytes(digits, len);
}

struct likeness likeness_of(const struct likeness_values *values)
{
    return (struct likeness){
        .name = hash_name(values->name),
        .email = hash_letters(values->email, true),
        .phone = hash_phone(values->phone),
        .postcode = hash_letters(values->postcode, false),
        .born_on = hash_letters(values->born_on, true),
    };
}

static bool agree(uint64_t a, uint64_t b)
{
    return a != 0 && a == b;
}

unsigned likeness_compare(const struct likeness *a, const struct likeness *b)
{
    unsigned bits = 0;
    bits |= agree(a->name, b->name) ? LIKE_NAME : 0u;
    bits |= agree(a->born_on, b->born_on) ? LIKE_BORN_ON : 0u;
    bits |= agree(a->email, b->email) ? LIKE_EMAIL : 0u;
    bits |= agree(a->phone, b->phone) ? LIKE_PHONE : 0u;
    bits |= agree(a->postcode, b->postcode) ? LIKE_POSTCODE : 0u;
    if (a->born_on != 0 && b->born_on != 0 && a->born_on != b->born_on)
        bits |= UNLIKE_BORN_ON;
    return bits;
}

uint32_t likeness_score(unsigned bits)
{
    static const struct {
        unsigned bit;
        int32_t weight;
    } WEIGHTS[] = {{LIKE_NAME, 40},  {LIKE_NAME_NEAR, 25}, {LIKE_BORN_ON, 30},   {LIKE_EMAIL, 20},
                   {LIKE_PHONE, 15}, {LIKE_POSTCODE, 10},  {UNLIKE_BORN_ON, -30}};
    int32_t score = 0;
    for (size_t i = 0; i < sizeof(WEIGHTS) / sizeof(WEIGHTS[0]); i++)
        score += (bits & WEIGHTS[i].bit) != 0 ? WEIGHTS[i].weight : 0;
    if (score < 0)
        return 0;
    return score > 100 ? 100 : (uint32_t)score;
}
