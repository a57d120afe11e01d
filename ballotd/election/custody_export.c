#include "election/custody_export.h"

#include "election/custody_inside.h"

/* A spreadsheet takes what begins like this for a formula, and runs it: an apostrophe stops that.
 */
static bool is_formula(struct span value)
{
    static const char starts[] = "=+-@";
    return value.len > 0 && memchr(starts, value.ptr[0], sizeof starts - 1);
}

static void add_value(struct span value, struct buf *line)
{
    bool formula = is_formula(value);
    bool plain = !formula;
    for (size_t i = 0; plain && i < value.len; i++)
        plain = value.ptr[i] != '"' && value.ptr[i] != ',' && value.ptr[i] != ';';
    if (plain) {
        buf_add(line, value);
        return;
    }
    buf_add_byte(line, '"');
    if (formula)
        buf_add_byte(line, '\'');
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == '"')
            buf_add_byte(line, '"');
        buf_add_byte(line, value.ptr[i]);
    }
    buf_add_byte(line, '"');
}

static void print_row(const struct draft *draft, const struct draft_member *member,
                      struct buf *line)
{
    static const enum field fields[] = {FIELD_NAME, FIELD_NATION, FIELD_REGION, FIELD_CONSTITUENCY,
                                        FIELD_BRANCH};
    add_value(draft_number(draft, member), line);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        buf_add_byte(line, ',');
        add_value(draft_leaf_value(draft, member, fields[i]), line);
    }
    buf_add_byte(line, ',');
    buf_add_str(line, member_outcome_name(member->outcome));
}

static enum outcome all_rows(const struct draft *draft,
                             enum outcome (*row)(void *ctx, struct span number, struct span line,
                                                 struct fail *fail),
                             void *ctx, struct fail *fail)
{
    struct buf line;
    enum outcome outcome = OK;
    buf_init(&line, (size_t)16 * ROLL_VALUE_BYTES_MAX);
    for (uint32_t i = 0; outcome == OK && i < draft->member_count; i++) {
        const struct draft_member *member = &draft->members[i];
        if (member->outcome == MEMBER_WITHDRAWN)
            continue;
        buf_clear(&line);
        print_row(draft, member, &line);
        outcome = buf_check(&line, "a row", fail);
        if (outcome == OK)
            outcome = row(ctx, draft_number(draft, member), buf_span(&line), fail);
    }
    buf_done(&line);
    return outcome;
}

enum outcome custody_export(struct custody *custody,
                            enum outcome (*row)(void *ctx, struct span number, struct span line,
                                                struct fail *fail),
                            void *ctx, struct fail *fail)
{
    struct draft draft;
    pthread_mutex_lock(&custody->lock);
    enum outcome outcome = custody_make_draft(custody, &draft, fail);
    if (outcome == OK) {
        outcome = all_rows(&draft, row, ctx, fail);
        draft_done(&draft);
    }
    pthread_mutex_unlock(&custody->lock);
    return outcome;
}
