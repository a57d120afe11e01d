#include "roll/guess.h"

/* The encoding that the first bytes say, or the shape of all. */
static const char *encoding_of(struct span file)
{
    if (span_starts(file, SPAN_LIT("\xFF\xFE")) || span_starts(file, SPAN_LIT("\xFE\xFF")))
        return "utf-16";
    return span_is_utf8(file) ? "utf-8" : "windows-1252";
}

enum outcome guess_text(struct span file, struct buf *room, struct span *out_text,
                        const char **out_encoding, struct fail *fail)
{
    const char *name = encoding_of(file);
    enum encoding encoding;
    struct encoding_flaw flaw;
    if (strcmp(name, "utf-16") != 0 && file.len > 0 && memchr(file.ptr, 0, file.len) != NULL)
        return fail_set(fail, BAD_INPUT, "suggest.encoding",
                        "the file holds zero bytes: no CSV, or UTF-16 without a byte order mark; "
                        "save the export as UTF-8");
    if (!encoding_named(span_str(name), &encoding))
        return fail_set(fail, BROKEN, "suggest.encoding", "no encoding is called %s", name);
    enum outcome outcome = encoding_read(encoding, file, room, out_text, &flaw, fail);
    if (outcome == BAD_INPUT)
        outcome =
            fail_set(fail, BAD_INPUT, "suggest.encoding",
                     "line %u cannot be read as %s, and the file is in no other encoding that "
                     "is read; save the export as UTF-8",
                     flaw.line, name);
    if (outcome == OK)
        *out_encoding = name;
    return outcome;
}
