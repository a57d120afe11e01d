#include "roll/pathway.h"

#include "base/json.h"
#include "roll/pathway_words.h"
#include "roll/svg.h"

/* Pixels on a page that is 794 wide: A4 at 96 to the inch, so that 14 are 10.5 points. */
enum {
    PAGE = 794,
    MARGIN = 28,
    LEFT_WIDTH = 408,
    RIGHT_X = 548,
    RIGHT_WIDTH = PAGE - MARGIN - RIGHT_X,
    PAD = 10,
    DOWN = 32, /* an arrow from box to box */
    APART = 8,
    MIDDLE = MARGIN + 40, /* where arrows go down */
    TEXTS_BYTES_MAX = 1 << 24,
};

static const struct svg_colours ASKED = {"#f2f5fa", "#33415c"}, OFF = {"#fdecea", "#9b2c1f"},
                                PEOPLE = {"#fff6dd", "#7a5600"}, PAPER = {"#e6f4ea", "#1f6b3a"};

/* A picture in the making: what was drawn, how far down it goes, and the texts that blocks borrow.
 */
struct picture {
    const struct pathway *pathway;
    struct buf body;
    unsigned y;
    bool spoilt;
};

/* A box, and a way to it. */
struct exit {
    enum pathway_word label;
    const struct svg_colours *colours;
    struct svg_block block;
};

static const char *word(const struct picture *picture, enum pathway_word word)
{
    return pathway_word(word, (int)picture->pathway->language);
}

static void add_word(const struct picture *picture, enum pathway_word which, bool bold,
                     struct svg_block *block)
{
    svg_block_add(block, span_str(word(picture, which)), SVG_TEXT_PX, bold);
}

static unsigned box_height(const struct svg_block *block)
{
    return svg_block_height(block) + 2 * PAD;
}

static void draw_block(struct picture *picture, const struct svg_block *block, unsigned x,
                       unsigned y)
{
    picture->spoilt = picture->spoilt || block->spoilt;
    svg_block_draw(block, x, y, &picture->body);
}

static void draw_down(struct picture *picture, const char *label)
{
    svg_arrow(MIDDLE, picture->y, MIDDLE, picture->y + DOWN, &picture->body);
    if (label != NULL)
        svg_label(MIDDLE + 10, picture->y + DOWN / 2 + 4, label, &picture->body);
    picture->y += DOWN;
}

/* A box on the left and, beside it, where two ways lead; then the page goes on below. */
static void draw_row(struct picture *picture, const struct svg_block *left, struct exit exits[2])
{
    unsigned right = box_height(&exits[0].block) + APART + box_height(&exits[1].block);
    unsigned height = box_height(left) > right ? box_height(left) : right;
    unsigned y = picture->y;
    svg_box(MARGIN, y, LEFT_WIDTH, height, 6, &ASKED, &picture->body);
    draw_block(picture, left, MARGIN + PAD, y + (height - svg_block_height(left)) / 2);
    for (int i = 0; i < 2; i++) {
        unsigned box = box_height(&exits[i].block);
        unsigned middle = y + box / 2;
        svg_arrow(MARGIN + LEFT_WIDTH, middle, RIGHT_X, middle, &picture->body);
        svg_label(MARGIN + LEFT_WIDTH + 8, middle - 7, word(picture, exits[i].label),
                  &picture->body);
        svg_box(RIGHT_X, y, RIGHT_WIDTH, box, 6, exits[i].colours, &picture->body);
        draw_block(picture, &exits[i].block, RIGHT_X + PAD, y + PAD);
        y += box + APART;
    }
    picture->y += height;
}

static void draw_box(struct picture *picture, const struct svg_block *block,
                     const struct svg_colours *colours, unsigned radius)
{
    svg_box(MARGIN, picture->y, LEFT_WIDTH, box_height(block), radius, colours, &picture->body);
    draw_block(picture, block, MARGIN + PAD, picture->y + PAD);
    picture->y += box_height(block);
}

static struct exit exit_to(enum pathway_word label, const struct svg_colours *colours)
{
    struct exit exit = {.label = label, .colours = colours};
    svg_block_init(&exit.block, RIGHT_WIDTH - 2 * PAD);
    return exit;
}

static struct exit exit_to_people(const struct picture *picture)
{
    struct exit exit = exit_to(WORD_UNKNOWN, &PEOPLE);
    add_word(picture, WORD_PEOPLE, true, &exit.block);
    return exit;
}

/* -- rules ------------------------------------------------------------------------------------ */

static void draw_rule(struct picture *picture, size_t index)
{
    const json_t *rule = json_array_get(picture->pathway->rules, index);
    struct span code = json_span(json_object_get(rule, "code"));
    struct buf head, test;
    struct svg_block left;
    struct exit exits[2] = {exit_to(WORD_NO, &OFF), exit_to_people(picture)};
    buf_init(&head, TEXTS_BYTES_MAX);
    buf_init(&test, TEXTS_BYTES_MAX);
    svg_block_init(&left, LEFT_WIDTH - 2 * PAD);
    buf_add_format(&head, "%zu. ", index + 1);
    buf_add(&head, sentence_text(json_object_get(rule, "text"), picture->pathway->language));
    sentence_print(json_object_get(rule, "test"), picture->pathway->language, &test);
    svg_block_add(&left, buf_span(&head), SVG_TEXT_PX, true);
    svg_block_add(&left, buf_span(&test), SVG_TEXT_PX, false);
    add_word(picture, WORD_OFF, false, &exits[0].block);
    svg_block_add(&exits[0].block, code, SVG_TEXT_PX, true);
    draw_row(picture, &left, exits);
    draw_down(picture, word(picture, WORD_YES));
    picture->spoilt = picture->spoilt || head.spoilt || test.spoilt;
    svg_block_done(&exits[0].block);
    svg_block_done(&exits[1].block);
    svg_block_done(&left);
    buf_done(&head);
    buf_done(&test);
}

/* -- ballot papers ---------------------------------------------------------------------------- */

static void add_paper(const struct picture *picture, const json_t *style, struct svg_block *block)
{
    add_word(picture, WORD_PAPER, false, block);
    svg_block_add(block, sentence_text(json_object_get(style, "title"), picture->pathway->language),
                  SVG_TEXT_PX, true);
}

static void draw_style(struct picture *picture, const json_t *style)
{
    struct buf head, test;
    struct svg_block left;
    struct exit exits[2] = {exit_to(WORD_YES, &PAPER), exit_to_people(picture)};
    buf_init(&head, TEXTS_BYTES_MAX);
    buf_init(&test, TEXTS_BYTES_MAX);
    svg_block_init(&left, LEFT_WIDTH - 2 * PAD);
    buf_add_format(&head, "%s ", word(picture, WORD_PAPER));
    buf_add(&head, sentence_text(json_object_get(style, "title"), picture->pathway->language));
    buf_add_byte(&head, '?');
    sentence_print(json_object_get(style, "test"), picture->pathway->language, &test);
    svg_block_add(&left, buf_span(&head), SVG_TEXT_PX, true);
    svg_block_add(&left, buf_span(&test), SVG_TEXT_PX, false);
    add_paper(picture, style, &exits[0].block);
    draw_row(picture, &left, exits);
    draw_down(picture, word(picture, WORD_NO));
    picture->spoilt = picture->spoilt || head.spoilt || test.spoilt;
    svg_block_done(&exits[0].block);
    svg_block_done(&exits[1].block);
    svg_block_done(&left);
    buf_done(&head);
    buf_done(&test);
}

/* The paper that everybody gets who comes so far; or nobody gets one. */
static void draw_end(struct picture *picture, const json_t *style)
{
    struct svg_block block;
    svg_block_init(&block, LEFT_WIDTH - 2 * PAD);
    if (style != NULL) {
        add_paper(picture, style, &block);
    } else {
        add_word(picture, WORD_OFF, false, &block);
        svg_block_add(&block, SPAN_LIT("STYLE"), SVG_TEXT_PX, true);
        add_word(picture, WORD_NO_PAPER, false, &block);
    }
    draw_box(picture, &block, style != NULL ? &PAPER : &OFF, 6);
    svg_block_done(&block);
}

static void draw_more(struct picture *picture, size_t count)
{
    struct buf text;
    struct svg_block block;
    buf_init(&text, TEXTS_BYTES_MAX);
    svg_block_init(&block, LEFT_WIDTH - 2 * PAD);
    buf_add_format(&text, "%zu %s", count, word(picture, WORD_MORE));
    svg_block_add(&block, buf_span(&text), SVG_TEXT_PX, false);
    draw_box(picture, &block, &PAPER, 6);
    draw_down(picture, word(picture, WORD_NO));
    svg_block_done(&block);
    buf_done(&text);
}

static void draw_styles(struct picture *picture)
{
    size_t count = json_array_size(picture->pathway->styles);
    for (size_t i = 0; i < count; i++) {
        const json_t *style = json_array_get(picture->pathway->styles, i);
        if (sentence_is_always(json_object_get(style, "test"))) {
            draw_end(picture, style);
            return;
        }
        if (i == PATHWAY_STYLES_DRAWN) {
            draw_more(picture, count - i);
            break;
        }
        draw_style(picture, style);
    }
    draw_end(picture, NULL);
}

/* -- the page --------------------------------------------------------------------------------- */

static void draw_free_text(struct picture *picture, struct span text, unsigned size_px, bool bold)
{
    struct svg_block block;
    svg_block_init(&block, PAGE - 2 * MARGIN);
    svg_block_add(&block, text, size_px, bold);
    draw_block(picture, &block, MARGIN, picture->y);
    picture->y += svg_block_height(&block);
    svg_block_done(&block);
}

static void draw_heading(struct picture *picture, const struct buf *title)
{
    struct svg_block begin;
    draw_free_text(picture, buf_span(title), SVG_TITLE_PX, true);
    picture->y += PAD;
    svg_block_init(&begin, LEFT_WIDTH - 2 * PAD);
    add_word(picture, WORD_BEGIN, true, &begin);
    draw_box(picture, &begin, &ASKED, 22);
    draw_down(picture, NULL);
    svg_block_done(&begin);
}

static void draw_notes(struct picture *picture)
{
    picture->y += 2 * PAD;
    draw_free_text(picture, span_str(word(picture, WORD_EVERY)), SVG_SMALL_PX, false);
    draw_free_text(picture, span_str(word(picture, WORD_WHEN_UNKNOWN)), SVG_SMALL_PX, false);
    picture->y += MARGIN;
}

static void print_document(const struct picture *picture, const struct buf *title, struct buf *out)
{
    struct buf text;
    const char *tag = picture->pathway->language == LANGUAGE_CY ? "cy" : "en";
    buf_init(&text, TEXTS_BYTES_MAX);
    pathway_print_text(picture->pathway, &text);
    buf_add_format(out,
                   "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%u\" "
                   "viewBox=\"0 0 %d %u\" role=\"img\" aria-labelledby=\"title text\" "
                   "xml:lang=\"%s\" lang=\"%s\" font-family=\"Helvetica, Arial, sans-serif\" "
                   "fill=\"#111\">\n<title id=\"title\">",
                   PAGE, picture->y, PAGE, picture->y, tag, tag);
    svg_escape(buf_span(title), out);
    buf_add_str(out, "</title>\n<desc id=\"text\">");
    svg_escape(buf_span(&text), out);
    buf_add_format(out, "</desc>\n<rect width=\"%d\" height=\"%u\" fill=\"#fff\"/>\n", PAGE,
                   picture->y);
    buf_add(out, buf_span(&picture->body));
    buf_add_str(out, "</svg>\n");
    out->spoilt = out->spoilt || text.spoilt;
    buf_done(&text);
}

enum outcome pathway_print_svg(const struct pathway *pathway, struct buf *out, struct fail *fail)
{
    struct picture picture = {.pathway = pathway, .y = MARGIN};
    struct buf title;
    buf_init(&picture.body, TEXTS_BYTES_MAX);
    buf_init(&title, TEXTS_BYTES_MAX);
    buf_add_str(&title, word(&picture, WORD_WHO));
    if (pathway->title.len > 0)
        buf_add_str(&title, ": ");
    buf_add(&title, pathway->title);
    draw_heading(&picture, &title);
    for (size_t i = 0; i < json_array_size(pathway->rules); i++)
        draw_rule(&picture, i);
    draw_styles(&picture);
    draw_notes(&picture);
    print_document(&picture, &title, out);
    bool whole = !picture.spoilt && !picture.body.spoilt && buf_ok(out);
    buf_done(&picture.body);
    buf_done(&title);
    return whole ? OK : fail_set(fail, BROKEN, "roll.memory", "out of memory while drawing rules");
}
