#include "count/blt.h"

#include <stdarg.h>
#include <stdio.h>

struct reader {
    const uint8_t *start;
    const uint8_t *at;
    const uint8_t *end;
    struct papers *papers;
    struct fail *fail;
    size_t candidates;
    bool has_nicks;
    struct span nicks[CANDIDATE_ARRAY];
    char quoted[LIMIT_TEXT_BYTES];
};

/* Puts "line L, column C: " before a failure; worked out only now, so that reading need not. */
static enum outcome located(struct reader *reader, const uint8_t *place)
{
    size_t line = 1;
    const uint8_t *line_start = reader->start;
    for (const uint8_t *at = reader->start; at < place; at++) {
        if (*at != '\n')
            continue;
        line++;
        line_start = at + 1;
    }
    return fail_within(reader->fail, "line %zu, column %zu", line,
                       (size_t)(place - line_start) + 1);
}

PRINTF_LIKE(4, 5)
static enum outcome refuse(struct reader *reader, const uint8_t *place, const char *code,
                           const char *format, ...)
{
    char text[FAIL_TEXT_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (fail_set(reader->fail, BAD_INPUT, code, "%s", text) == OK)
        return BAD_INPUT;
    return located(reader, place);
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

static bool at_end(const struct reader *reader)
{
    return reader->at == reader->end;
}

static bool at_byte(const struct reader *reader, uint8_t byte)
{
    return reader->at < reader->end && *reader->at == byte;
}

static void skip_spaces(struct reader *reader)
{
    while (reader->at < reader->end && is_space(*reader->at))
        reader->at++;
}

/* Spaces, comments and line ends: everything that never means anything. */
static void skip_blank(struct reader *reader)
{
    bool in_comment = false;
    for (; reader->at < reader->end; reader->at++) {
        if (*reader->at == '\n')
            in_comment = false;
        else if (*reader->at == '#')
            in_comment = true;
        else if (!in_comment && !is_space(*reader->at))
            return;
    }
}

static bool at_line_end(const struct reader *reader)
{
    return at_end(reader) || *reader->at == '\n' || *reader->at == '#';
}

static bool at_word_end(const struct reader *reader)
{
    return at_line_end(reader) || is_space(*reader->at);
}

/* A whole number up to `max`, which must be far below 2^60. */
static enum outcome read_number(struct reader *reader, uint64_t max, const char *what,
                                uint64_t *out_number)
{
    const uint8_t *place = reader->at;
    uint64_t number = 0;
    while (reader->at < reader->end && is_digit(*reader->at) && number <= max)
        number = number * 10 + (uint64_t)(*reader->at++ - '0');
    if (reader->at == place)
        return refuse(reader, place, "blt.number", "%s expected, a whole number", what);
    if (*place == '0' && reader->at - place > 1)
        return refuse(reader, place, "blt.number", "%s has a leading zero", what);
    if (number > max)
        return refuse(reader, place, "blt.number", "%s is over %llu", what,
                      (unsigned long long)max);
    *out_number = number;
    return OK;
}

static enum outcome read_number_word(struct reader *reader, uint64_t max, const char *what,
                                     uint64_t *out_number)
{
    const uint8_t *place = reader->at;
    enum outcome outcome = read_number(reader, max, what, out_number);
    if (outcome == OK && !at_word_end(reader))
        return refuse(reader, place, "blt.number", "%s is not a whole number", what);
    return outcome;
}

static enum outcome read_head(struct reader *reader)
{
    uint64_t candidates = 0;
    uint64_t seats = 0;
    skip_blank(reader);
    const uint8_t *place = reader->at;
    enum outcome outcome =
        read_number_word(reader, LIMIT_CANDIDATES, "the number of candidates", &candidates);
    skip_blank(reader);
    if (outcome == OK)
        outcome = read_number_word(reader, LIMIT_SEATS, "the number of seats", &seats);
    if (outcome != OK)
        return outcome;
    reader->candidates = candidates;
    outcome = papers_new(candidates, seats, &reader->papers, reader->fail);
    return outcome == OK ? OK : located(reader, place);
}

/* "-k" */
static enum outcome read_withdrawal(struct reader *reader)
{
    const uint8_t *place = reader->at++;
    uint64_t candidate = 0;
    enum outcome outcome =
        read_number_word(reader, UINT32_MAX, "a withdrawn candidate", &candidate);
    if (outcome != OK)
        return outcome;
    if (candidate <= reader->candidates && papers_withdrawn(reader->papers, candidate))
        return refuse(reader, place, "blt.withdrawn", "candidate %llu is withdrawn twice",
                      (unsigned long long)candidate);
    outcome = papers_withdraw(reader->papers, candidate, reader->fail);
    return outcome == OK ? OK : located(reader, place);
}

static bool in_nick(uint8_t byte)
{
    return byte > ' ' && !strchr("[]#=", byte);
}

/* The word at the reader, which must be fit for a nickname: empty if it is not. */
static struct span read_nick(struct reader *reader)
{
    const uint8_t *start = reader->at;
    if (at_end(reader) || is_digit(*start) || *start == '-' || *start == '"')
        return span_of(start, 0);
    while (reader->at < reader->end && in_nick(*reader->at))
        reader->at++;
    return span_of(start, (size_t)(reader->at - start));
}

/* The candidate of this nickname, or 0. */
static size_t find_nick(const struct reader *reader, struct span nick)
{
    for (size_t c = 1; nick.len > 0 && c <= reader->candidates; c++)
        if (span_equal(reader->nicks[c], nick))
            return c;
    return 0;
}

/* "[nick a b c]" */
static enum outcome read_nicks(struct reader *reader)
{
    const uint8_t *place = reader->at;
    if (reader->end - place < 6 || memcmp(place, "[nick", 5) != 0 || !is_space(place[5]))
        return refuse(reader, place, "blt.option", "only the option [nick …] is understood");
    if (reader->has_nicks)
        return refuse(reader, place, "blt.option", "a second [nick …]");
    reader->at += 6;
    for (size_t c = 1; c <= reader->candidates; c++) {
        skip_spaces(reader);
        const uint8_t *nick_place = reader->at;
        struct span nick = read_nick(reader);
        if (nick.len == 0)
            return refuse(reader, nick_place, "blt.nick", "nickname of candidate %zu expected", c);
        if (find_nick(reader, nick) != 0)
            return refuse(reader, nick_place, "blt.nick", "this nickname is taken");
        reader->nicks[c] = nick;
    }
    skip_spaces(reader);
    if (!at_byte(reader, ']'))
        return refuse(reader, reader->at, "blt.nick", "']' expected after %zu nicknames",
                      reader->candidates);
    reader->at++;
    if (!at_word_end(reader))
        return refuse(reader, reader->at, "blt.nick", "something follows the ']'");
    reader->has_nicks = true;
    return OK;
}

static enum outcome read_options(struct reader *reader)
{
    enum outcome outcome = OK;
    while (outcome == OK) {
        skip_blank(reader);
        if (at_byte(reader, '-'))
            outcome = read_withdrawal(reader);
        else if (at_byte(reader, '['))
            outcome = read_nicks(reader);
        else
            break;
    }
    return outcome;
}

/* One candidate of a paper, by number or nickname; 0 is the end mark. */
static enum outcome read_preference(struct reader *reader, size_t *out_candidate)
{
    const uint8_t *place = reader->at;
    uint64_t candidate = 0;
    if (is_digit(*place)) {
        enum outcome outcome = read_number(reader, UINT32_MAX, "a candidate", &candidate);
        if (outcome != OK)
            return outcome;
        if (candidate > reader->candidates)
            return refuse(reader, place, "blt.candidate",
                          "there is no candidate %llu: they are 1 to %zu",
                          (unsigned long long)candidate, reader->candidates);
    } else {
        candidate = find_nick(reader, read_nick(reader));
        if (candidate == 0)
            return refuse(reader, place, "blt.candidate",
                          "a candidate's number or the end mark 0 expected");
    }
    if (!at_word_end(reader) && *reader->at != '=')
        return refuse(reader, place, "blt.candidate", "this is neither a number nor a nickname");
    *out_candidate = candidate;
    return OK;
}

/* What has been read of one paper. */
struct reading {
    uint8_t prefs[LIMIT_CANDIDATES];
    size_t length;  /* certain preferences */
    bool uncertain; /* a gap or equal preferences were met: what follows does not count */
    struct candidate_set seen;
};

static enum outcome take_preference(struct reader *reader, struct reading *reading,
                                    const uint8_t *place, size_t candidate)
{
    if (candidate == 0)
        return refuse(reader, place, "blt.candidate", "0 cannot be one of equal preferences");
    if (!set_add(&reading->seen, (uint8_t)candidate))
        return refuse(reader, place, "blt.repeated", "candidate %zu is named twice on this paper",
                      candidate);
    if (at_byte(reader, '='))
        reading->uncertain = true;
    if (!reading->uncertain)
        reading->prefs[reading->length++] = (uint8_t)candidate;
    return OK;
}

/* One rank: a candidate, several joined by '=', a gap '-', or the end mark. */
static enum outcome read_rank(struct reader *reader, struct reading *reading, bool *out_ended)
{
    if (at_byte(reader, '-')) {
        const uint8_t *place = reader->at++;
        reading->uncertain = true;
        return at_word_end(reader) ? OK
                                   : refuse(reader, place, "blt.candidate",
                                            "'-' on a paper is a gap: it stands alone");
    }
    for (bool first = true;; first = false) {
        const uint8_t *place = reader->at;
        if (at_word_end(reader))
            return refuse(reader, place, "blt.candidate", "a candidate expected after '='");
        size_t candidate = 0;
        enum outcome outcome = read_preference(reader, &candidate);
        if (outcome != OK)
            return outcome;
        *out_ended = first && candidate == 0 && !at_byte(reader, '=');
        if (*out_ended)
            return OK;
        outcome = take_preference(reader, reading, place, candidate);
        if (outcome != OK || !at_byte(reader, '='))
            return outcome;
        reader->at++;
    }
}

static enum outcome read_paper(struct reader *reader, const uint8_t *place, uint64_t weight)
{
    struct reading reading;
    reading.length = 0;
    reading.uncertain = false;
    reading.seen = (struct candidate_set){{0}};
    for (bool ended = false; !ended;) {
        skip_spaces(reader);
        if (at_line_end(reader))
            return refuse(reader, reader->at, "blt.end-mark",
                          "the paper does not end with the mark 0 on its line");
        enum outcome outcome = read_rank(reader, &reading, &ended);
        if (outcome != OK)
            return outcome;
    }
    skip_spaces(reader);
    if (!at_line_end(reader))
        return refuse(reader, reader->at, "blt.line", "a paper has its line to itself");
    enum outcome outcome =
        papers_add(reader->papers, reading.prefs, reading.length, weight, reader->fail);
    return outcome == OK ? OK : located(reader, place);
}

static enum outcome read_papers(struct reader *reader)
{
    for (;;) {
        skip_blank(reader);
        const uint8_t *place = reader->at;
        if (at_end(reader) || *place == '"')
            return refuse(reader, place, "blt.end-mark", "the papers do not end with a line 0");
        uint64_t weight = 0;
        enum outcome outcome =
            read_number_word(reader, LIMIT_PAPERS, "the number of equal papers", &weight);
        if (outcome != OK || weight == 0)
            return outcome;
        outcome = read_paper(reader, place, weight);
        if (outcome != OK)
            return outcome;
    }
}

/* A text in double quotes on one line; a doubled quote in it stands for one. Borrowed from the
 * reader until the next call. */
static enum outcome read_quoted(struct reader *reader, const char *what, struct span *out_text)
{
    const uint8_t *place = reader->at;
    size_t length = 0;
    if (!at_byte(reader, '"'))
        return refuse(reader, place, "blt.quote", "%s expected, in double quotes", what);
    for (reader->at++; !at_end(reader) && *reader->at != '\n'; reader->at++) {
        if (*reader->at == '"' && (reader->at + 1 == reader->end || reader->at[1] != '"')) {
            reader->at++;
            if (!at_word_end(reader))
                return refuse(reader, reader->at, "blt.quote",
                              "something follows the closing quote");
            *out_text = span_of(reader->quoted, length);
            return OK;
        }
        if (*reader->at == '"')
            reader->at++;
        if (length == sizeof reader->quoted)
            return refuse(reader, place, "blt.quote", "%s is longer than %d bytes", what,
                          LIMIT_TEXT_BYTES);
        reader->quoted[length++] = (char)*reader->at;
    }
    return refuse(reader, place, "blt.quote", "the quote is not closed on its line");
}

static enum outcome read_names(struct reader *reader)
{
    for (size_t c = 1; c <= reader->candidates; c++) {
        char what[48];
        struct span name = {0};
        snprintf(what, sizeof what, "the name of candidate %zu", c);
        skip_blank(reader);
        const uint8_t *place = reader->at;
        enum outcome outcome = read_quoted(reader, what, &name);
        if (outcome != OK)
            return outcome;
        if (papers_set_name(reader->papers, c, name, reader->fail) != OK)
            return located(reader, place);
    }
    return OK;
}

/* The title, a source and a comment, all optional; only the title is kept. */
static enum outcome read_title(struct reader *reader)
{
    for (int i = 0; i < 3; i++) {
        skip_blank(reader);
        if (at_end(reader))
            return OK;
        const uint8_t *place = reader->at;
        struct span text = {0};
        enum outcome outcome = read_quoted(reader, "the title or the end of the file", &text);
        if (outcome != OK)
            return outcome;
        if (i == 0 && papers_set_title(reader->papers, text, reader->fail) != OK)
            return located(reader, place);
    }
    skip_blank(reader);
    return at_end(reader) ? OK
                          : refuse(reader, reader->at, "blt.trailing", "the file should end here");
}

/* The bytes of the character that begins so, if it is one. */
static size_t character_bytes(uint8_t first)
{
    return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

static enum outcome find_broken_character(struct reader *reader)
{
    const uint8_t *at = reader->at;
    while (at < reader->end) {
        size_t length = character_bytes(*at);
        if (length > (size_t)(reader->end - at) || !span_is_utf8(span_of(at, length)))
            return refuse(reader, at, "blt.utf8", "this is not UTF-8");
        at += length;
    }
    return OK;
}

/* Text only: UTF-8 without control characters but tabs and line ends. */
static enum outcome check_characters(struct reader *reader)
{
    bool beyond_ascii = false;
    for (const uint8_t *at = reader->at; at < reader->end; at++) {
        beyond_ascii |= *at >= 0x80;
        if ((*at >= 0x20 && *at != 0x7f) || *at == '\n' || *at == '\t')
            continue;
        if (*at != '\r' || at + 1 == reader->end || at[1] != '\n')
            return refuse(reader, at, "blt.control", "control character 0x%02x", (unsigned)*at);
    }
    return beyond_ascii ? find_broken_character(reader) : OK;
}

enum outcome blt_read(struct span text, struct papers **out_papers, struct fail *fail)
{
    if (text.len == 0)
        text = SPAN_LIT("");
    struct reader reader = {
        .start = text.ptr, .at = text.ptr, .end = text.ptr + text.len, .fail = fail};
    if (span_starts(text, SPAN_LIT("\xef\xbb\xbf")))
        reader.at += 3;
    enum outcome outcome = check_characters(&reader);
    if (outcome == OK)
        outcome = read_head(&reader);
    if (outcome == OK)
        outcome = read_options(&reader);
    if (outcome == OK)
        outcome = read_papers(&reader);
    if (outcome == OK)
        outcome = read_names(&reader);
    if (outcome == OK)
        outcome = read_title(&reader);
    if (outcome == OK)
        *out_papers = reader.papers;
    else
        papers_free(reader.papers);
    return outcome;
}
