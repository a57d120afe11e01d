#include "roll/pathway_words.h"

#include "base/json.h"
#include "roll/pathway.h"

const char *pathway_word(enum pathway_word word, int language)
{
    static const char *const WORDS[PATHWAY_WORDS][LANGUAGES] = {
        [WORD_WHO] = {"Who may vote", "Pwy gaiff bleidleisio"},
        [WORD_WHICH] = {"Which ballot paper", "Pa bapur pleidleisio"},
        [WORD_BEGIN] = {"Everybody on the membership list", "Pawb ar y rhestr aelodaeth"},
        [WORD_YES] = {"yes", "ie"},
        [WORD_NO] = {"no", "na"},
        [WORD_UNKNOWN] = {"not known", "anhysbys"},
        [WORD_OFF] = {"Not on the roll:", "Ddim ar y gofrestr:"},
        [WORD_PEOPLE] = {"People decide", "Pobl sy\xE2\x80\x99n penderfynu"},
        [WORD_PAPER] = {"Ballot paper:", "Papur pleidleisio:"},
        [WORD_UNIT] = {"counted in", "cyfrifir yn"},
        [WORD_VOTES] = {"votes:", "pleidleisiau:"},
        [WORD_VOTES_BY] = {"votes: as the member\xE2\x80\x99s record says, at most",
                           "pleidleisiau: yn \xC3\xB4l cofnod yr aelod, ar y mwyaf"},
        [WORD_NO_PAPER] = {"no ballot paper fits", "nid oes papur addas"},
        [WORD_MORE] = {"more ballot papers are asked for in the same way; the text lists them.",
                       "o bapurau eraill, yn yr un modd; maent i gyd yn y testun."},
        [WORD_ASKED] = {"Asked: ", "Gofynnir: "},
        [WORD_FIRST] =
            {"The first of these that fits counts.",
             "Y cyntaf o\xE2\x80\x99r rhain sy\xE2\x80\x99n addas sy\xE2\x80\x99n cyfrif."},
        [WORD_EVERY] =
            {"Every rule is asked of everybody, and every reason is recorded, not only "
             "the first.",
             "Gofynnir pob rheol am bawb, a chofnodir pob rheswm, nid y cyntaf yn unig."},
        [WORD_WHEN_UNKNOWN] =
            {"Not known is what is missing, what records contradict, or what only "
             "an outdated record denies: nobody is left off the roll for that "
             "alone.",
             "Anhysbys yw\xE2\x80\x99r hyn sydd ar goll, neu y mae cofnodion yn "
             "anghytuno yn ei gylch, neu na wedir ond gan hen gofnod: ni adewir "
             "neb oddi ar y gofrestr am hynny\xE2\x80\x99n unig."},
    };
    return WORDS[word][language];
}

static void add_word(const struct pathway *pathway, enum pathway_word word, struct buf *out)
{
    buf_add_str(out, pathway_word(word, (int)pathway->language));
}

/* The test's lines, each after `margin`; the first stands on the line that has begun. */
static void add_test(const struct pathway *pathway, const json_t *test, const char *margin,
                     struct buf *out)
{
    struct buf text;
    buf_init(&text, out->max);
    sentence_print(test, pathway->language, &text);
    struct span rest = buf_span(&text);
    struct span line;
    for (bool first = true; span_line(&rest, &line); first = false) {
        size_t indent = 0;
        while (indent < line.len && line.ptr[indent] == ' ')
            indent++;
        if (!first)
            buf_add_str(out, margin);
        buf_add(out, span_of(line.ptr, indent));
        buf_add_str(out, indent > 0 ? "- " : "");
        buf_add(out, span_of(line.ptr + indent, line.len - indent));
        buf_add_byte(out, '\n');
    }
    out->spoilt = out->spoilt || text.spoilt;
    buf_done(&text);
}

static void add_rule(const struct pathway *pathway, size_t index, struct buf *out)
{
    const json_t *rule = json_array_get(pathway->rules, index);
    buf_add_format(out, "%zu. ", index + 1);
    buf_add(out, json_span(json_object_get(rule, "code")));
    buf_add_str(out, ": ");
    buf_add(out, sentence_text(json_object_get(rule, "text"), pathway->language));
    buf_add_str(out, "\n   ");
    add_word(pathway, WORD_ASKED, out);
    add_test(pathway, json_object_get(rule, "test"), "   ", out);
}

/* "counted in north", and how many votes where it is not one. */
static void add_unit(const struct pathway *pathway, const json_t *style, struct buf *out)
{
    json_int_t votes = json_integer_value(json_object_get(style, "votes"));
    bool by_field = json_span(json_object_get(style, "votes_field")).len > 0;
    add_word(pathway, WORD_UNIT, out);
    buf_add_byte(out, ' ');
    buf_add(out, json_span(json_object_get(style, "unit")));
    if (!by_field && votes < 2)
        return;
    buf_add_str(out, ", ");
    add_word(pathway, by_field ? WORD_VOTES_BY : WORD_VOTES, out);
    buf_add_format(out, " %lld", (long long)votes);
}

static void add_style(const struct pathway *pathway, size_t index, struct buf *out)
{
    const json_t *style = json_array_get(pathway->styles, index);
    buf_add_format(out, "%zu. ", index + 1);
    buf_add(out, sentence_text(json_object_get(style, "title"), pathway->language));
    buf_add_str(out, " (");
    add_unit(pathway, style, out);
    buf_add_str(out, ")\n   ");
    add_word(pathway, WORD_ASKED, out);
    add_test(pathway, json_object_get(style, "test"), "   ", out);
}

static void add_heading(const struct pathway *pathway, enum pathway_word word, struct buf *out)
{
    add_word(pathway, word, out);
    if (pathway->title.len > 0)
        buf_add_str(out, ": ");
    buf_add(out, pathway->title);
    buf_add_byte(out, '\n');
}

static void add_ways(const struct pathway *pathway, enum pathway_word off, const char *code,
                     struct buf *out)
{
    buf_add_str(out, "   ");
    add_word(pathway, WORD_NO, out);
    buf_add_str(out, ": ");
    add_word(pathway, off, out);
    buf_add_format(out, " %s; ", code);
    add_word(pathway, WORD_UNKNOWN, out);
    buf_add_str(out, ": ");
    add_word(pathway, WORD_PEOPLE, out);
    buf_add_byte(out, '\n');
}

void pathway_print_text(const struct pathway *pathway, struct buf *out)
{
    add_heading(pathway, WORD_WHO, out);
    for (size_t i = 0; i < json_array_size(pathway->rules); i++) {
        const json_t *code = json_object_get(json_array_get(pathway->rules, i), "code");
        buf_add_byte(out, '\n');
        add_rule(pathway, i, out);
        add_ways(pathway, WORD_OFF, json_string_value(code), out);
    }
    buf_add_byte(out, '\n');
    add_word(pathway, WORD_WHICH, out);
    buf_add_byte(out, '\n');
    add_word(pathway, WORD_FIRST, out);
    buf_add_str(out, "\n\n");
    for (size_t i = 0; i < json_array_size(pathway->styles); i++)
        add_style(pathway, i, out);
    add_ways(pathway, WORD_OFF, "STYLE", out);
    buf_add_byte(out, '\n');
    add_word(pathway, WORD_EVERY, out);
    buf_add_byte(out, '\n');
    add_word(pathway, WORD_WHEN_UNKNOWN, out);
    buf_add_byte(out, '\n');
}
