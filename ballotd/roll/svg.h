/* Just enough SVG for a picture of boxes, arrows and wrapped text that prints on A4.
 *
 * No font is embedded and none is measured: widths are estimated from above, so that text stays in
 * its box whichever sans-serif face is used. All numbers are whole pixels, so the bytes are the
 * same everywhere. Every text is escaped.
 */
#ifndef ROLL_SVG_H
#define ROLL_SVG_H

#include "base/buf.h"

enum { SVG_TEXT_PX = 14, SVG_SMALL_PX = 13, SVG_TITLE_PX = 20, SVG_INDENT_PX = 14 };

struct svg_line {
    struct span text;
    unsigned size_px;
    unsigned indent_px;
    bool bold;
    bool bullet;
};

/* Lines of text in a column of one width. Borrows the texts until it is drawn. */
struct svg_block {
    unsigned width_px;
    struct svg_line *lines; /* owned */
    size_t count, room;
    bool spoilt; /* out of memory */
};

void svg_block_init(struct svg_block *block, unsigned width_px);
void svg_block_done(struct svg_block *block);
/* Wraps the text; a line of it that begins with spaces is an item of a list, one level for two. */
void svg_block_add(struct svg_block *block, struct span text, unsigned size_px, bool bold);
unsigned svg_block_height(const struct svg_block *block);

struct svg_colours {
    const char *fill, *stroke;
};

void svg_block_draw(const struct svg_block *block, unsigned x, unsigned y, struct buf *out);
void svg_box(unsigned x, unsigned y, unsigned width, unsigned height, unsigned radius,
             const struct svg_colours *colours, struct buf *out);
/* Straight, to the right or down, its head at (to_x, to_y). */
void svg_arrow(unsigned x, unsigned y, unsigned to_x, unsigned to_y, struct buf *out);
/* One line of small bold text beside an arrow. */
void svg_label(unsigned x, unsigned y, const char *text, struct buf *out);

/* Text content or an attribute's value; what XML cannot hold becomes "?". */
void svg_escape(struct span text, struct buf *out);
/* At most the width that the text takes, in pixels. */
unsigned svg_text_width(struct span text, unsigned size_px, bool bold);

#endif
