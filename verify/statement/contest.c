/* Reads `contest`. */
#include "statement/reader.h"

static void read_candidates(struct reader *reader, struct contest *contest)
{
    json_array(&reader->json, "candidates");
    while (json_more(&reader->json)) {
        contest->names =
            reader_grow(reader, contest->names, contest->candidate_count, sizeof *contest->names);
        if (contest->names == NULL)
            break;
        unsigned id;
        struct span about;
        json_object(&reader->json, NULL);
        read_small(reader, "id", 1, LIMIT_CANDIDATES, &id);
        read_filled(reader, "name", LIMIT_NAME_BYTES, &contest->names[contest->candidate_count++]);
        json_object(&reader->json, "text");
        read_text(reader, "en", LIMIT_TEXT_BYTES, &about);
        read_text(reader, "cy", LIMIT_TEXT_BYTES, &about);
        json_end(&reader->json);
        json_end(&reader->json);
        if (id != contest->candidate_count)
            json_refuse(&reader->json, "id", "must count up from 1");
    }
    json_end(&reader->json);
}

static void read_printed(struct reader *reader, struct contest *contest)
{
    json_array(&reader->json, "printed");
    while (json_more(&reader->json)) {
        contest->printed =
            reader_grow(reader, contest->printed, contest->printed_count, sizeof *contest->printed);
        if (contest->printed == NULL)
            break;
        read_small(reader, NULL, 1, LIMIT_CANDIDATES, &contest->printed[contest->printed_count++]);
    }
    json_end(&reader->json);
}

static void read_styles(struct reader *reader, struct contest *contest)
{
    json_array(&reader->json, "styles");
    while (json_more(&reader->json)) {
        contest->styles =
            reader_grow(reader, contest->styles, contest->style_count, sizeof *contest->styles);
        if (contest->styles == NULL)
            break;
        read_id(reader, NULL, &contest->styles[contest->style_count++]);
    }
    json_end(&reader->json);
}

void read_contest(struct reader *reader, struct contest *contest)
{
    static const char *const layouts[] = {"ranking", "one", "several", "approval", "yes-no", NULL};
    static const char *const boxes[] = {"whole", "unit", NULL};
    read_id(reader, "contest", &contest->id);
    read_languages(reader, "title", &contest->title);
    contest->layout = read_word(reader, "layout", layouts);
    read_small(reader, "most", 0, LIMIT_CANDIDATES, &contest->most);
    read_id(reader, "rule", &contest->rule);
    read_small(reader, "seats", 1, LIMIT_SEATS, &contest->seats);
    json_object(&reader->json, "options"); /* the rules of this version have none */
    json_end(&reader->json);
    read_candidates(reader, contest);
    read_printed(reader, contest);
    read_styles(reader, contest);
    contest->by_unit = read_word(reader, "boxes", boxes) == 1;
}
