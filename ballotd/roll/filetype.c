#include "roll/filetype.h"

static const struct {
    enum filetype type;
    struct span begins;
} known[] = {
    {FILETYPE_PDF, {(const uint8_t *)"%PDF-", 5}},
    {FILETYPE_PNG, {(const uint8_t *)"\x89PNG\r\n\x1a\n", 8}},
    {FILETYPE_JPEG, {(const uint8_t *)"\xff\xd8\xff", 3}},
};

static bool is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool has_control(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((text.ptr[i] < 0x20 && !is_space(text.ptr[i])) || text.ptr[i] == 0x7f)
            return true;
    return false;
}

static bool is_markup(struct span text)
{
    if (span_starts(text, SPAN_LIT("\xef\xbb\xbf")))
        text = span_of(text.ptr + 3, text.len - 3);
    while (text.len > 0 && is_space(text.ptr[0]))
        text = span_of(text.ptr + 1, text.len - 1);
    return span_starts(text, SPAN_LIT("<")) || span_starts(text, SPAN_LIT("{\\rtf"));
}

enum outcome filetype_of(struct span bytes, enum filetype *out_type, struct fail *fail)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (span_starts(bytes, known[i].begins)) {
            *out_type = known[i].type;
            return OK;
        }
    if (bytes.len > 0 && span_is_utf8(bytes) && !has_control(bytes) && !is_markup(bytes)) {
        *out_type = FILETYPE_TEXT;
        return OK;
    }
    return fail_set(fail, BAD_INPUT, "evidence.type",
                    "evidence is a PDF, PNG or JPEG file, or plain text in UTF-8: print or export "
                    "the document to PDF, or scan it");
}

const char *filetype_name(enum filetype type)
{
    static const char *const names[] = {"pdf", "png", "jpeg", "text"};
    return names[type];
}

const char *filetype_ending(enum filetype type)
{
    static const char *const endings[] = {"pdf", "png", "jpg", "txt"};
    return endings[type];
}
