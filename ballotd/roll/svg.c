#include "roll/svg.h"

#include <stdlib.h>

enum { LEADING_PERCENT = 138, BOLD_PERCENT = 109, BULLET_PX = 11 };

void svg_escape(struct span text, struct buf *out)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.ptr[i];
        if (byte == '&')
            buf_add_str(out, "&amp;");
        else if (byte == '<')
            buf_add_str(out, "&lt;");
        else if (byte == '>')
            buf_add_str(out, "&gt;");
        else if (byte == '"')
            buf_add_str(out, "&quot;");
        else if ((byte < 0x20 && byte != '\n') || byte == 0x7F)
            buf_add_byte(out, '?');
        else if (byte == 0xEF && i + 2 < text.len && text.ptr[i + 1] == 0xBF &&
                 text.ptr[i + 2] >= 0xBE) {
            buf_add_byte(out, '?'); /* U+FFFE and U+FFFF are no characters of XML */
            i += 2;
        } else
            buf_add_byte(out, byte);
    }
}

/* -- measuring -------------------------------------------------------------------------------- */

static size_t char_len(struct span text)
{
    size_t len = span_utf8_char(text);
    return len > 0 ? len : 1;
}

/* Hundredths of the size; of the widest of the faces that we name, where they differ. */
static unsigned char_width(struct span text)
{
    uint8_t byte = text.ptr[0];
    if (byte >= 0xE3)
        return 105; /* ideographs and what lies beyond */
    if (byte >= 0x80)
        return 70;
    if (strchr("ijlI.,:;'|!", byte) != NULL)
        return 36;
    if (strchr("mwMW@%", byte) != NULL)
        return 98;
    if (byte == ' ')
        return 34;
    return byte >= 'A' && byte <= 'Z' ? 74 : 62;
}

unsigned svg_text_width(struct span text, unsigned size_px, bool bold)
{
    unsigned width = 0;
    for (size_t at = 0; at < text.len;) {
        struct span rest = span_of(text.ptr + at, text.len - at);
        width += char_width(rest);
        at += char_len(rest);
    }
    return (width * size_px * (bold ? BOLD_PERCENT : 100) + 9999) / 10000;
}

/* -- wrapping --------------------------------------------------------------------------------- */

void svg_block_init(struct svg_block *block, unsigned width_px)
{
    *block = (struct svg_block){.width_px = width_px};
}

void svg_block_done(struct svg_block *block)
{
    free(block->lines);
    *block = (struct svg_block){0};
}

static void add_line(struct svg_block *block, const struct svg_line *line)
{
    if (block->count == block->room) {
        size_t room = block->room > 0 ? 2 * block->room : 16;
        struct svg_line *lines = realloc(block->lines, room * sizeof(*lines));
        if (lines == NULL) {
            block->spoilt = true;
            return;
        }
        block->lines = lines;
        block->room = room;
    }
    block->lines[block->count++] = *line;
}

/* The longest beginning of the text that fits: whole words, or of one long word what fits. */
static size_t fitting(const struct svg_block *block, const struct svg_line *line, struct span text)
{
    unsigned most = block->width_px - line->indent_px;
    size_t at = 0;
    size_t end_of_word = 0;
    while (at < text.len) {
        size_t next = at + char_len(span_of(text.ptr + at, text.len - at));
        if (svg_text_width(span_of(text.ptr, next), line->size_px, line->bold) > most)
            return end_of_word > 0 ? end_of_word : at > 0 ? at : next;
        if (text.ptr[at] == ' ')
            end_of_word = at;
        at = next;
    }
    return text.len;
}

static void wrap_line(struct svg_block *block, struct span text, struct svg_line line)
{
    size_t spaces = 0;
    while (spaces < text.len && text.ptr[spaces] == ' ')
        spaces++;
    line.bullet = spaces > 0;
    line.indent_px = (unsigned)(spaces / 2) * SVG_INDENT_PX;
    if (line.indent_px > block->width_px / 2)
        line.indent_px = block->width_px / 2;
    text = span_of(text.ptr + spaces, text.len - spaces);
    while (text.len > 0) {
        size_t len = fitting(block, &line, text);
        line.text = span_of(text.ptr, len);
        add_line(block, &line);
        line.bullet = false;
        while (len < text.len && text.ptr[len] == ' ')
            len++;
        text = span_of(text.ptr + len, text.len - len);
    }
}

void svg_block_add(struct svg_block *block, struct span text, unsigned size_px, bool bold)
{
    struct span line;
    while (span_line(&text, &line))
        wrap_line(block, line, (struct svg_line){.size_px = size_px, .bold = bold});
}

static unsigned line_height(const struct svg_line *line)
{
    return line->size_px * LEADING_PERCENT / 100;
}

unsigned svg_block_height(const struct svg_block *block)
{
    unsigned height = 0;
    for (size_t i = 0; i < block->count; i++)
        height += line_height(&block->lines[i]);
    return height;
}

/* -- drawing ---------------------------------------------------------------------------------- */

void svg_block_draw(const struct svg_block *block, unsigned x, unsigned y, struct buf *out)
{
    for (size_t i = 0; i < block->count; i++) {
        const struct svg_line *line = &block->lines[i];
        unsigned base = y + line->size_px;
        if (line->bullet)
            buf_add_format(out, "<circle cx=\"%u\" cy=\"%u\" r=\"2\" fill=\"#111\"/>\n",
                           x + line->indent_px - BULLET_PX + 2, base - line->size_px / 3);
        buf_add_format(out, "<text x=\"%u\" y=\"%u\" font-size=\"%u\"%s>", x + line->indent_px,
                       base, line->size_px, line->bold ? " font-weight=\"bold\"" : "");
        svg_escape(line->text, out);
        buf_add_str(out, "</text>\n");
        y += line_height(line);
    }
}

void svg_box(unsigned x, unsigned y, unsigned width, unsigned height, unsigned radius,
             const struct svg_colours *colours, struct buf *out)
{
    buf_add_format(out,
                   "<rect x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" rx=\"%u\" fill=\"%s\" "
                   "stroke=\"%s\" stroke-width=\"2\"/>\n",
                   x, y, width, height, radius, colours->fill, colours->stroke);
}

void svg_arrow(unsigned x, unsigned y, unsigned to_x, unsigned to_y, struct buf *out)
{
    bool down = to_x == x;
    buf_add_format(out, "<path d=\"M%u %uL%u %u\" stroke=\"#111\" stroke-width=\"2\"/>\n", x, y,
                   down ? to_x : to_x - 8, down ? to_y - 8 : to_y);
    buf_add_format(out, "<path d=\"M%u %ul%s\" fill=\"#111\"/>\n", to_x, to_y,
                   down ? "-5 -10h10z" : "-10 -5v10z");
}

void svg_label(unsigned x, unsigned y, const char *text, struct buf *out)
{
    buf_add_format(out, "<text x=\"%u\" y=\"%u\" font-size=\"%d\" font-weight=\"bold\">", x, y,
                   SVG_SMALL_PX);
    svg_escape(span_str(text), out);
    buf_add_str(out, "</text>\n");
}
