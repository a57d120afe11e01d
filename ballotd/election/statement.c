#include "election/statement.h"

#include "limit.h"

/* Section 4: one to eight lines, sorted by key name in byte order, no key twice. */
static enum outcome check_lines(const struct note *note, struct fail *fail)
{
    if (note->count == 0 || note->count > LIMIT_SIGNATURES)
        return fail_set(fail, BAD_INPUT, "statement.malformed",
                        "a statement bears 1 to %d signatures, this one %u", LIMIT_SIGNATURES,
                        note->count);
    for (unsigned i = 1; i < note->count; i++)
        if (span_compare(note->signatures[i - 1].name, note->signatures[i].name) >= 0)
            return fail_set(fail, BAD_INPUT, "statement.malformed",
                            "signature lines must be sorted by key name, each name once: \"%.*s\"",
                            (int)note->signatures[i].name.len, note->signatures[i].name.ptr);
    return OK;
}

static enum outcome read_head(struct statement *statement, struct span origin, struct fail *fail)
{
    struct json_take take = json_take_from(statement->object, "statement", fail);
    statement->kind = json_take_string(&take, "kind");
    struct span stated = json_take_string(&take, "origin");
    json_take_hex(&take, "context", statement->context, HASH_BYTES);
    json_take_hex(&take, "answers", statement->answers, HASH_BYTES);
    if (take.failed)
        return fail ? fail->outcome : BAD_INPUT;
    if (!span_equal(stated, origin))
        return fail_set(fail, CONFLICT, "statement.origin",
                        "this statement is of \"%.*s\", the election here is \"%.*s\"",
                        (int)stated.len, stated.ptr, (int)origin.len, origin.ptr);
    return OK;
}

enum outcome statement_read(struct span bytes, struct span origin, struct statement *out_statement,
                            struct fail *fail)
{
    struct statement statement = {.bytes = bytes};
    enum outcome outcome = note_read(bytes, &statement.note, fail);
    if (outcome == OK)
        outcome = check_lines(&statement.note, fail);
    if (outcome != OK)
        return outcome;
    struct span line = statement.note.text;
    line.len -= 1; /* its line feed, which note_read has seen */
    outcome = json_read_canonical(line, "statement", &statement.object, fail);
    if (outcome == OK)
        outcome = read_head(&statement, origin, fail);
    if (outcome != OK) {
        statement_done(&statement);
        return outcome;
    }
    merkle_leaf(bytes, &statement.leaf);
    *out_statement = statement;
    return OK;
}

void statement_done(struct statement *statement)
{
    if (!statement)
        return;
    json_decref(statement->object);
    statement->object = NULL;
}

bool statement_is(const struct statement *statement, const char *kind)
{
    return span_is(statement->kind, kind);
}

struct json_take statement_take(const struct statement *statement, struct fail *fail)
{
    struct json_take take = json_take_from(statement->object, "statement", fail);
    uint8_t ignored[HASH_BYTES];
    json_take_string(&take, "kind");
    json_take_string(&take, "origin");
    json_take_hex(&take, "context", ignored, sizeof ignored);
    json_take_hex(&take, "answers", ignored, sizeof ignored);
    return take;
}

struct json_take statement_take_from(const struct statement *statement, const char *member,
                                     struct fail *fail)
{
    struct json_take take = json_take_from(statement->object, "statement", fail);
    take.at = json_object_iter_at(statement->object, member);
    return take;
}

json_t *statement_begin(const char *kind, struct span origin, const uint8_t *context,
                        const uint8_t *answers)
{
    static const uint8_t zeros[HASH_BYTES];
    json_t *object = json_object();
    json_put_string(object, "kind", span_str(kind));
    json_put_string(object, "origin", origin);
    json_put_hex(object, "context", span_of(context ? context : zeros, HASH_BYTES));
    json_put_hex(object, "answers", span_of(answers ? answers : zeros, HASH_BYTES));
    return object;
}

void statement_end(json_t *object, struct buf *out_text)
{
    json_print(object, out_text);
    buf_add_byte(out_text, '\n');
    json_decref(object);
}

/* Insertion sort: at most eight lines. */
static void add_sorted(struct note_signature lines[], unsigned *count, struct note_signature line)
{
    unsigned at = *count;
    for (; at > 0 && span_compare(lines[at - 1].name, line.name) > 0; at--)
        lines[at] = lines[at - 1];
    lines[at] = line;
    *count += 1;
}

static void print_lines(struct span text, const struct note_signature lines[], unsigned count,
                        struct buf *out)
{
    note_print_text(text, out);
    for (unsigned i = 0; i < count; i++)
        buf_add(out, lines[i].line);
}

void statement_sign(struct span text, const struct note_signer *const signers[], size_t count,
                    struct buf *out_note)
{
    struct buf made[LIMIT_SIGNATURES];
    struct note_signature lines[LIMIT_SIGNATURES];
    unsigned sorted = 0;
    for (size_t i = 0; i < count && i < LIMIT_SIGNATURES; i++) {
        buf_init(&made[i], NOTE_SIGNATURE_TEXT_MAX);
        note_sign(text, signers[i], &made[i]);
        struct note_signature line = {.line = buf_span(&made[i]),
                                      .name = span_str(signers[i]->key.name)};
        add_sorted(lines, &sorted, line);
    }
    print_lines(text, lines, sorted, out_note);
    for (unsigned i = 0; i < sorted; i++)
        buf_done(&made[i]);
}

enum outcome statement_cosign(struct span bytes, const struct note_signer *signer,
                              struct buf *out_note, struct fail *fail)
{
    struct note note;
    enum outcome outcome = note_read(bytes, &note, fail);
    if (outcome != OK)
        return outcome;
    if (note.count >= LIMIT_SIGNATURES || note_find(&note, &signer->key))
        return fail_set(fail, CONFLICT, "statement.signed", "\"%s\" has signed this already",
                        signer->key.name);
    struct note_signature lines[LIMIT_SIGNATURES];
    unsigned sorted = 0;
    for (unsigned i = 0; i < note.count; i++)
        add_sorted(lines, &sorted, note.signatures[i]);
    struct buf made;
    buf_init(&made, NOTE_SIGNATURE_TEXT_MAX);
    note_sign(note.text, signer, &made);
    struct note_signature line = {.line = buf_span(&made), .name = span_str(signer->key.name)};
    add_sorted(lines, &sorted, line);
    print_lines(note.text, lines, sorted, out_note);
    buf_done(&made);
    return OK;
}

enum outcome statement_merge(struct span first, struct span second, struct buf *out_note,
                             struct fail *fail)
{
    struct note a, b;
    struct note_signature lines[LIMIT_SIGNATURES];
    unsigned sorted = 0;
    enum outcome outcome = note_read(first, &a, fail);
    if (outcome == OK)
        outcome = note_read(second, &b, fail);
    if (outcome != OK)
        return outcome;
    if (!span_equal(a.text, b.text))
        return fail_set(fail, CONFLICT, "note.text", "two notes with different texts");
    for (unsigned i = 0; i < a.count && sorted < LIMIT_SIGNATURES; i++)
        add_sorted(lines, &sorted, a.signatures[i]);
    for (unsigned i = 0; i < b.count && sorted < LIMIT_SIGNATURES; i++) {
        bool there = false;
        for (unsigned j = 0; j < sorted; j++)
            there = there || span_equal(lines[j].name, b.signatures[i].name);
        if (!there)
            add_sorted(lines, &sorted, b.signatures[i]);
    }
    print_lines(a.text, lines, sorted, out_note);
    return OK;
}
