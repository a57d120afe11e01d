#include "count/blt.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct reader {
    struct span text;
    size_t at; /* next byte to read */
    struct blt *blt;
    struct span nicks[LIMIT_CANDIDATES]; /* all empty without [nick] */
    size_t texts_used;
    struct fail *fail;
};

/* Refuses the byte at `place`: line and column are worked out only now. */
__attribute__((format(printf, 3, 4))) static enum outcome refuse(struct reader *reader,
                                                                 size_t place, const char *format,
                                                                 ...)
{
    char why[200];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    size_t line = 1, start = 0;
    for (size_t i = 0; i < place && i < reader->text.len; i++) {
        if (reader->text.ptr[i] == '\n') {
            line++;
            start = i + 1;
        }
    }
    return fail_bad(reader->fail, "line %zu, column %zu: %s", line, place - start + 1, why);
}

/* -- bytes ------------------------------------------------------------------------------------ */

/* The length of the UTF-8 character at `place`, 0 if there is none. */
static size_t character_bytes(struct span text, size_t place)
{
    for (size_t len = 1; len <= 4 && place + len <= text.len; len++)
        if (utf8_valid(span_of(text.ptr + place, len)))
            return len;
    return 0;
}

static enum outcome check_utf8(struct reader *reader)
{
    if (utf8_valid(reader->text))
        return GOOD;
    size_t place = 0, len;
    while ((len = character_bytes(reader->text, place)) != 0)
        place += len;
    return refuse(reader, place, "not UTF-8");
}

static enum outcome check_bytes(struct reader *reader)
{
    const uint8_t *text = reader->text.ptr;
    size_t len = reader->text.len;
    for (size_t i = 0; i < len; i++) {
        if ((text[i] >= 0x20 && text[i] != 0x7F) || text[i] == '\n' || text[i] == '\t')
            continue;
        if (text[i] == '\r' && i + 1 < len && text[i + 1] == '\n')
            continue;
        return refuse(reader, i, "a control character");
    }
    return check_utf8(reader);
}

/* Skips spaces and comments, line ends too unless `same_line`. The byte found, 0 at the end. */
static uint8_t skip_to(struct reader *reader, bool same_line)
{
    const uint8_t *text = reader->text.ptr;
    for (; reader->at < reader->text.len; reader->at++) {
        uint8_t byte = text[reader->at];
        if (byte == '#') {
            const uint8_t *end = memchr(text + reader->at, '\n', reader->text.len - reader->at);
            reader->at = end == NULL ? reader->text.len : (size_t)(end - text);
            if (end == NULL)
                return 0;
            byte = '\n';
        }
        if (byte == '\n' && same_line)
            return 0;
        if (byte != ' ' && byte != '\t' && byte != '\r' && byte != '\n')
            return byte;
    }
    return 0;
}

static bool in_word(uint8_t byte)
{
    return byte > ' ' && byte != '#';
}

/* The word at the cursor; empty at a quote and where skip_to() found nothing. */
static struct span take_word(struct reader *reader)
{
    size_t start = reader->at;
    bool quoted = start < reader->text.len && reader->text.ptr[start] == '"';
    while (!quoted && reader->at < reader->text.len && in_word(reader->text.ptr[reader->at]))
        reader->at++;
    return span_of(reader->text.ptr + start, reader->at - start);
}

/* -- head ------------------------------------------------------------------------------------- */

static enum outcome read_number(struct reader *reader, const char *what, uint64_t most,
                                unsigned *out_number)
{
    skip_to(reader, false);
    size_t place = reader->at;
    uint64_t number;
    if (!decimal_decode(take_word(reader), &number) || number == 0 || number > most)
        return refuse(reader, place, "the number of %s (1 to %u) is expected here", what,
                      (unsigned)most);
    *out_number = (unsigned)number;
    return GOOD;
}

static enum outcome read_withdrawal(struct reader *reader)
{
    size_t place = reader->at;
    struct span word = span_after(take_word(reader), 1);
    uint64_t number;
    if (!decimal_decode(word, &number) || number == 0 || number > reader->blt->papers.candidates)
        return refuse(reader, place, "\"-%.*s\" withdraws none of the candidates 1 to %u",
                      (int)(word.len < 40 ? word.len : 40), (const char *)word.ptr,
                      reader->blt->papers.candidates);
    if (set_has(&reader->blt->withdrawn, (unsigned)number))
        return refuse(reader, place, "candidate %u is withdrawn twice", (unsigned)number);
    set_add(&reader->blt->withdrawn, (unsigned)number);
    return GOOD;
}

/* A nick must not look like anything else that can stand on a paper. */
static bool is_nick(const struct reader *reader, struct span word, unsigned count)
{
    if (word.len == 0 || (word.ptr[0] >= '0' && word.ptr[0] <= '9') || word.ptr[0] == '-')
        return false;
    for (size_t i = 0; i < word.len; i++)
        if (strchr("=[]", word.ptr[i]) != NULL)
            return false;
    for (unsigned i = 0; i < count; i++)
        if (span_equal(reader->nicks[i], word))
            return false;
    return true;
}

static enum outcome read_nicks(struct reader *reader)
{
    unsigned count = 0;
    for (bool closed = false; !closed;) {
        if (skip_to(reader, true) == 0)
            return refuse(reader, reader->at, "[nick is not closed on its line");
        size_t place = reader->at;
        struct span word = take_word(reader);
        closed = word.len > 0 && word.ptr[word.len - 1] == ']';
        word.len -= closed ? 1 : 0;
        if (closed && word.len == 0)
            break;
        if (count == reader->blt->papers.candidates || !is_nick(reader, word, count))
            return refuse(reader, place, "this can't be the nick of candidate %u", count + 1);
        reader->nicks[count++] = word;
    }
    if (count != reader->blt->papers.candidates)
        return refuse(reader, reader->at - 1, "[nick has %u names for %u candidates", count,
                      reader->blt->papers.candidates);
    return GOOD;
}

static enum outcome read_options(struct reader *reader)
{
    uint8_t byte;
    while ((byte = skip_to(reader, false)) == '-' || byte == '[') {
        size_t place = reader->at;
        enum outcome outcome;
        if (byte == '-')
            outcome = read_withdrawal(reader);
        else if (!span_equal(take_word(reader), span_text("[nick")) || reader->nicks[0].len > 0)
            outcome = refuse(reader, place, "an unknown option, or a second [nick");
        else
            outcome = read_nicks(reader);
        if (outcome != GOOD)
            return outcome;
    }
    if (set_count(&reader->blt->withdrawn) == reader->blt->papers.candidates)
        return refuse(reader, reader->at, "every candidate has withdrawn");
    return GOOD;
}

/* -- papers ----------------------------------------------------------------------------------- */

struct line {
    uint8_t preferences[LIMIT_CANDIDATES];
    size_t len;
    struct set named;
    bool uncertain; /* a gap or an equal preference was read: nothing after it counts */
};

/* The candidate with this number or nick, 0 if there is none. */
static unsigned find_candidate(const struct reader *reader, struct span word)
{
    uint64_t number;
    unsigned candidates = reader->blt->papers.candidates;
    if (decimal_decode(word, &number))
        return number <= candidates ? (unsigned)number : 0;
    for (unsigned i = 0; i < candidates; i++)
        if (word.len > 0 && span_equal(reader->nicks[i], word))
            return i + 1;
    return 0;
}

static enum outcome add_candidate(struct reader *reader, struct span word, struct line *line)
{
    size_t place = (size_t)(word.ptr - reader->text.ptr);
    unsigned candidate = find_candidate(reader, word);
    if (candidate == 0)
        return refuse(reader, place, "\"%.*s\" is none of the %u candidates",
                      (int)(word.len < 40 ? word.len : 40), (const char *)word.ptr,
                      reader->blt->papers.candidates);
    if (set_has(&line->named, candidate))
        return refuse(reader, place, "candidate %u stands twice on one paper", candidate);
    set_add(&line->named, candidate);
    if (!line->uncertain)
        line->preferences[line->len++] = (uint8_t)candidate;
    return GOOD;
}

/* One word of a paper: a candidate, several at one rank, or a gap. */
static enum outcome add_word(struct reader *reader, struct span word, struct line *line)
{
    struct span head;
    if (span_equal(word, span_text("-"))) {
        line->uncertain = true;
        return GOOD;
    }
    if (word.len > 0 && memchr(word.ptr, '=', word.len) != NULL)
        line->uncertain = true;
    while (span_cut(&word, '=', &head)) {
        enum outcome outcome = add_candidate(reader, head, line);
        if (outcome != GOOD)
            return outcome;
    }
    return add_candidate(reader, word, line);
}

/* What follows a paper's weight, up to its end mark. */
static enum outcome read_paper(struct reader *reader, struct line *line)
{
    for (;;) {
        if (skip_to(reader, true) == 0)
            return refuse(reader, reader->at, "the paper has no end mark 0 on its line");
        struct span word = take_word(reader);
        if (word.len == 0)
            return refuse(reader, reader->at, "a quoted text can't stand on a paper");
        if (word.len == 1 && word.ptr[0] == '0')
            break;
        enum outcome outcome = add_word(reader, word, line);
        if (outcome != GOOD)
            return outcome;
    }
    if (skip_to(reader, true) != 0)
        return refuse(reader, reader->at, "something follows the paper's end mark on its line");
    return GOOD;
}

static enum outcome read_papers(struct reader *reader)
{
    for (;;) {
        skip_to(reader, false);
        size_t place = reader->at;
        struct span word = take_word(reader);
        uint64_t weight;
        if (word.len == 0)
            return refuse(reader, place, "the end of the papers, a line with 0, is missing");
        if (!decimal_decode(word, &weight))
            return refuse(reader, place, "\"%.*s\" is no number of papers",
                          (int)(word.len < 40 ? word.len : 40), (const char *)word.ptr);
        if (weight == 0)
            return GOOD;
        struct line line = {.len = 0};
        struct fail why;
        enum outcome outcome = read_paper(reader, &line);
        if (outcome != GOOD)
            return outcome;
        outcome =
            papers_add(&reader->blt->papers, span_of(line.preferences, line.len), weight, &why);
        if (outcome != GOOD)
            return outcome == BAD ? refuse(reader, place, "%s", why.text)
                                  : fail_unable(reader->fail, "%s", why.text);
    }
}

/* -- names ------------------------------------------------------------------------------------ */

/* A text in double quotes at the cursor; a doubled quote stands for one. */
static enum outcome read_quoted(struct reader *reader, struct span *out_text)
{
    size_t place = reader->at++;
    uint8_t *copy = reader->blt->texts + reader->texts_used;
    size_t len = 0;
    for (;; reader->at++) {
        if (reader->at == reader->text.len || reader->text.ptr[reader->at] == '\n')
            return refuse(reader, place, "the quote is not closed on its line");
        uint8_t byte = reader->text.ptr[reader->at];
        bool doubled = reader->at + 1 < reader->text.len && reader->text.ptr[reader->at + 1] == '"';
        if (byte == '"' && !doubled)
            break;
        reader->at += byte == '"' ? 1 : 0;
        copy[len++] = byte;
    }
    reader->at++;
    reader->texts_used += len;
    *out_text = span_of(copy, len);
    return GOOD;
}

static enum outcome read_name(struct reader *reader, unsigned number)
{
    struct span *names = reader->blt->names;
    if (skip_to(reader, false) != '"')
        return refuse(reader, reader->at, "the name of candidate %u in quotes is missing", number);
    size_t place = reader->at;
    enum outcome outcome = read_quoted(reader, &names[number - 1]);
    if (outcome != GOOD)
        return outcome;
    if (names[number - 1].len == 0)
        return refuse(reader, place, "the name of candidate %u is empty", number);
    if (memchr(names[number - 1].ptr, '\t', names[number - 1].len) != NULL)
        return refuse(reader, place, "the name of candidate %u holds a tab", number);
    for (unsigned i = 1; i < number; i++)
        if (span_equal(names[i - 1], names[number - 1]))
            return refuse(reader, place, "candidates %u and %u have one name", i, number);
    return GOOD;
}

static enum outcome read_texts(struct reader *reader)
{
    reader->blt->texts = malloc(reader->text.len - reader->at + 1);
    if (reader->blt->texts == NULL)
        return fail_unable(reader->fail, "no memory for the names");
    enum outcome outcome = GOOD;
    for (unsigned i = 1; outcome == GOOD && i <= reader->blt->papers.candidates; i++)
        outcome = read_name(reader, i);
    struct span unused, *title = &reader->blt->title; /* then source and comment */
    for (unsigned i = 0; outcome == GOOD && i < 3 && skip_to(reader, false) == '"'; i++) {
        size_t place = reader->at;
        outcome = read_quoted(reader, i == 0 ? title : &unused);
        if (outcome == GOOD && i == 0 && title->len > 0 && memchr(title->ptr, '\t', title->len))
            return refuse(reader, place, "the title holds a tab");
    }
    if (outcome == GOOD && skip_to(reader, false) != 0)
        return refuse(reader, reader->at, "something follows the end");
    return outcome;
}

static enum outcome read_all(struct reader *reader)
{
    unsigned candidates = 0;
    enum outcome outcome = check_bytes(reader);
    if (outcome == GOOD)
        outcome = read_number(reader, "candidates", LIMIT_CANDIDATES, &candidates);
    if (outcome != GOOD)
        return outcome;
    papers_init(&reader->blt->papers, candidates);
    outcome = read_number(reader, "seats", LIMIT_SEATS, &reader->blt->seats);
    if (outcome == GOOD)
        outcome = read_options(reader);
    if (outcome == GOOD)
        outcome = read_papers(reader);
    if (outcome == GOOD)
        outcome = read_texts(reader);
    return outcome;
}

enum outcome blt_read(struct span text, struct blt *out_blt, struct fail *fail)
{
    struct blt blt = {.seats = 0};
    if (span_starts(text, span_text("\xEF\xBB\xBF")))
        text = span_after(text, 3);
    struct reader reader = {.text = text, .blt = &blt, .fail = fail};
    enum outcome outcome = read_all(&reader);
    if (outcome == GOOD)
        *out_blt = blt;
    else
        blt_done(&blt);
    return outcome;
}

void blt_done(struct blt *blt)
{
    if (blt == NULL)
        return;
    papers_done(&blt->papers);
    free(blt->texts);
    *blt = (struct blt){.seats = 0};
}

struct count_task blt_task(const struct blt *blt)
{
    return (struct count_task){
        .papers = &blt->papers,
        .names = blt->names,
        .title = blt->title,
        .withdrawn = blt->withdrawn,
        .seats = blt->seats,
    };
}
