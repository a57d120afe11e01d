#include "statement/reader.h"

#include "crypto/ed25519.h"

void *reader_make(struct reader *reader, size_t bytes)
{
    void *made = arena_zeroed(reader->arena, 1, bytes);
    if (made == NULL) {
        reader->starved = true;
        json_refuse(&reader->json, NULL, "no memory");
    }
    return made;
}

void *reader_grow(struct reader *reader, void *items, size_t count, size_t item_bytes)
{
    if (reader->json.broken)
        return NULL;
    if ((count & (count - 1)) != 0) /* the room is a power of two, doubled when it is full */
        return items;
    void *grown = arena_zeroed(reader->arena, count == 0 ? 1 : 2 * count, item_bytes);
    if (grown == NULL) {
        reader->starved = true;
        json_refuse(&reader->json, NULL, "no memory");
        return NULL;
    }
    if (count > 0)
        memcpy(grown, items, count * item_bytes);
    return grown;
}

void read_text(struct reader *reader, const char *name, size_t limit_bytes, struct span *out_text)
{
    const struct span whole = reader->json.text;
    json_string(&reader->json, name, limit_bytes, out_text);
    bool inside = out_text->ptr >= whole.ptr && out_text->ptr < whole.ptr + whole.len;
    if (out_text->len == 0 || inside)
        return;
    *out_text = arena_copy(reader->arena, *out_text);
    if (out_text->ptr == NULL) {
        reader->starved = true;
        json_refuse(&reader->json, name, "no memory");
    }
}

void read_filled(struct reader *reader, const char *name, size_t limit_bytes, struct span *out_text)
{
    read_text(reader, name, limit_bytes, out_text);
    if (out_text->len == 0)
        json_refuse(&reader->json, name, "must not be empty");
}

bool id_valid(struct span text)
{
    if (text.len == 0 || text.len > LIMIT_ID_BYTES)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.ptr[i];
        if (!(byte >= 'a' && byte <= 'z') && !(byte >= '0' && byte <= '9') && byte != '-')
            return false;
    }
    return true;
}

void read_id(struct reader *reader, const char *name, struct span *out_id)
{
    read_text(reader, name, LIMIT_ID_BYTES, out_id);
    if (!reader->json.broken && !id_valid(*out_id))
        json_refuse(&reader->json, name, "must be an id");
}

void read_id_or_none(struct reader *reader, const char *name, struct span *out_id)
{
    read_text(reader, name, LIMIT_ID_BYTES, out_id);
    if (out_id->len > 0 && !id_valid(*out_id))
        json_refuse(&reader->json, name, "must be an id, or empty");
}

void read_box(struct reader *reader, struct span *out_box)
{
    read_text(reader, "box", 2 * LIMIT_ID_BYTES + 1, out_box);
    struct span unit = *out_box, contest;
    bool valid =
        span_cut(&unit, '/', &contest) ? id_valid(contest) && id_valid(unit) : id_valid(*out_box);
    if (!reader->json.broken && !valid)
        json_refuse(&reader->json, "box", "must be a contest's id, or contest/unit");
}

void read_languages(struct reader *reader, const char *name, struct languages *out_text)
{
    json_object(&reader->json, name);
    read_filled(reader, "en", LIMIT_TEXT_BYTES, &out_text->en);
    read_text(reader, "cy", LIMIT_TEXT_BYTES, &out_text->cy);
    json_end(&reader->json);
}

void read_blob(struct reader *reader, const char *name, struct blob *out_blob)
{
    json_object(&reader->json, name);
    json_hex(&reader->json, "sha256", out_blob->sha256, HASH_BYTES);
    read_count(reader, "size", LIMIT_BLOB_BYTES, &out_blob->size);
    json_end(&reader->json);
}

void read_access(struct reader *reader)
{
    uint8_t head[HASH_BYTES];
    json_hex(&reader->json, "access", head, sizeof head);
}

void read_count(struct reader *reader, const char *name, uint64_t most, uint64_t *out_number)
{
    int64_t number;
    json_integer(&reader->json, name, 0, most > INT64_MAX ? INT64_MAX : (int64_t)most, &number);
    *out_number = (uint64_t)number;
}

void read_small(struct reader *reader, const char *name, unsigned least, unsigned most,
                unsigned *out_number)
{
    int64_t number;
    json_integer(&reader->json, name, least, most, &number);
    *out_number = (unsigned)number;
}

void read_time(struct reader *reader, const char *name, int64_t *out_time_s)
{
    json_integer(&reader->json, name, 0, INT64_MAX, out_time_s);
}

static bool digits(struct span text, size_t from, size_t count, unsigned *out_number)
{
    *out_number = 0;
    for (size_t i = from; i < from + count; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        *out_number = *out_number * 10 + (unsigned)(text.ptr[i] - '0');
    }
    return true;
}

static bool date_valid(struct span text)
{
    static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    unsigned year, month, day;
    if (text.len != 10 || text.ptr[4] != '-' || text.ptr[7] != '-')
        return false;
    if (!digits(text, 0, 4, &year) || !digits(text, 5, 2, &month) || !digits(text, 8, 2, &day))
        return false;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (month < 1 || month > 12 || day < 1)
        return false;
    return day <= days[month - 1] + (month == 2 && leap ? 1u : 0u);
}

void read_date(struct reader *reader, const char *name, struct span *out_date)
{
    read_text(reader, name, 10, out_date);
    if (!reader->json.broken && !date_valid(*out_date))
        json_refuse(&reader->json, name, "must be a date, YYYY-MM-DD");
}

unsigned read_word(struct reader *reader, const char *name, const char *const *words)
{
    struct span text;
    json_string(&reader->json, name, LIMIT_ID_BYTES, &text);
    if (reader->json.broken)
        return 0;
    for (unsigned i = 0; words[i] != NULL; i++)
        if (span_equal(text, span_text(words[i])))
            return i;
    json_refuse(&reader->json, name, "is none of the words that may stand here");
    return 0;
}

void read_roles(struct reader *reader, unsigned *out_roles)
{
    static const char *const words[] = {ROLE_RETURNING,  ROLE_SECRETARY, ROLE_DEPUTY, ROLE_EXPORTER,
                                        ROLE_SCRUTINEER, ROLE_PANEL,     ROLE_BARRED, NULL};
    *out_roles = 0;
    json_array(&reader->json, "roles");
    while (json_more(&reader->json)) {
        unsigned role = 1u << read_word(reader, NULL, words);
        if ((*out_roles & role) != 0)
            json_refuse(&reader->json, "roles", "names a role twice");
        *out_roles |= role;
    }
    json_end(&reader->json);
}

void read_key(struct reader *reader, const char *name, uint8_t out_key[KEY_BYTES])
{
    json_hex(&reader->json, name, out_key, KEY_BYTES);
    if (!reader->json.broken && !ed25519_key_strict(out_key))
        json_refuse(&reader->json, name, "is no Ed25519 key in its one proper encoding");
}

void read_indices(struct reader *reader, const char *name, unsigned **out_list, size_t *out_count)
{
    unsigned *list = NULL;
    size_t count = 0;
    json_array(&reader->json, name);
    while (json_more(&reader->json)) {
        list = reader_grow(reader, list, count, sizeof *list);
        unsigned number;
        read_small(reader, NULL, 1, LIMIT_TRUSTEES, &number);
        if (reader->json.broken)
            break;
        if (count > 0 && number <= list[count - 1])
            json_refuse(&reader->json, name, "must rise");
        list[count++] = number;
    }
    json_end(&reader->json);
    *out_list = list;
    *out_count = count;
}
