#include "roll/evidence.h"

#include "base/text.h"

const char *const evidence_type_names[EVIDENCE_TYPES] = {
    [EVIDENCE_PDF] = "pdf",
    [EVIDENCE_PNG] = "png",
    [EVIDENCE_JPEG] = "jpeg",
    [EVIDENCE_TEXT] = "text",
};

/* The bytes with which a type begins. */
static const struct {
    enum evidence_type type;
    const char *bytes;
} signatures[] = {
    {EVIDENCE_PDF, "%PDF-"},
    {EVIDENCE_PNG, "\x89PNG\r\n\x1A\n"},
    {EVIDENCE_JPEG, "\xFF\xD8\xFF"},
};

static bool control(uint8_t byte)
{
    return (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F;
}

static bool white(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* HTML, SVG and XML begin with '<', rich text with "{\rtf": none of them is plain. */
static bool is_plain(struct span text)
{
    const struct span mark = span_text("\xEF\xBB\xBF");
    if (text.len == 0 || !utf8_valid(text))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (control(text.ptr[i]))
            return false;
    if (span_starts(text, mark))
        text = span_after(text, mark.len);
    while (text.len > 0 && white(text.ptr[0]))
        text = span_after(text, 1);
    return !span_starts(text, span_text("<")) && !span_starts(text, span_text("{\\rtf"));
}

bool evidence_inspect(struct span bytes, enum evidence_type *out_type)
{
    for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++) {
        if (span_starts(bytes, span_text(signatures[i].bytes))) {
            *out_type = signatures[i].type;
            return true;
        }
    }
    if (!is_plain(bytes))
        return false;
    *out_type = EVIDENCE_TEXT;
    return true;
}
