/* Random texts of statements of cases (docs/roll.md section 7): most of them such as an officer
 * would write next, some at the edge of what is allowed, some beyond it. */
#ifndef TESTS_TOOLS_RANDOM_STATEMENT_H
#define TESTS_TOOLS_RANDOM_STATEMENT_H

#include "base/code.h"
#include "random_draw.h"
#include "roll/case_guard.h"
#include "roll/people.h"

#define ORIGIN "example.org/random"

enum { PEOPLE = 40, HASHES = 4, LONG = ROLL_TEXT_BYTES_MAX + 1 };

/* Whom cases may be about, sorted by pseudonym; NUMBERS "m". */
static struct {
    struct hash32 pseudonym;
    unsigned number;
} pool[PEOPLE];

/* Of a world about limits: how often an officer attests, how many cases a member has. */
static bool narrow;

static const char *pick(const char *const *words, unsigned count)
{
    return words[draw(count)];
}
#define PICK(...)                                                                                  \
    pick((const char *const[]){__VA_ARGS__},                                                       \
         sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static bool rarely(unsigned one_in)
{
    return draw(one_in) == 0;
}

static void add_hash(struct buf *out, const struct hash32 *hash)
{
    hex_add(out, SPAN_ARRAY(hash->bytes));
}

/* A member of text that must have `least` to 4,000 bytes: seldom one too few or too many. */
static void add_prose(struct buf *out, const char *name, unsigned least)
{
    unsigned len = least + draw(30);
    if (rarely(40))
        len = rarely(2) ? LONG - draw(2) : least - draw(2);
    buf_add_format(out, ",\"%s\":\"", name);
    for (unsigned i = 0; i < len; i++)
        buf_add_byte(out, (uint8_t)('a' + i % 26));
    buf_add_byte(out, '"');
}

/* -- effects ---------------------------------------------------------------------------------- */

static void add_set(struct buf *out)
{
    static const struct {
        const char *field, *values[4];
    } FIELDS[] = {
        {"status", {"active", "lapsed", "Active", "retired"}},
        {"joined_on", {"2020-02-29", "2021-02-29", "2020-1-1", "1899-12-31"}},
        {"name", {"Ann", "Bob", " Ann", "A  B"}},
        {"kind", {"full", "youth", "Full", "f f"}},
        {"x.owed", {"12", "", "twelve", "-0"}},
        {"member_no", {"1", "2", "3", "4"}},
        {"shoes", {"1", "2", "3", "4"}},
    };
    unsigned at = draw(rarely(8) ? 7 : 5);
    const char *from = FIELDS[at].values[draw(rarely(4) ? 4 : 2)];
    const char *to = FIELDS[at].values[draw(rarely(4) ? 4 : 2)];
    buf_add_format(out, "{\"do\":\"set\",\"field\":\"%s\"", FIELDS[at].field);
    if (!rarely(4))
        buf_add_format(out, ",\"from\":\"%s\"", from);
    if (!rarely(4))
        buf_add_format(out, ",\"to\":\"%s\"", to);
    buf_add_byte(out, '}');
}

static void add_addition(struct buf *out, unsigned number)
{
    const char *numbers = rarely(4) ? PICK("y", "f", "z", "") : "m";
    number = rarely(6) ? draw(PEOPLE) : number;
    buf_add_format(out, "{\"do\":\"add\",\"numbers\":\"%s\",\"record\":{\"member_no\":\"%u\"",
                   numbers, number);
    if (rarely(2))
        buf_add_format(out, ",\"name\":\"%s\"", rarely(9) ? "" : "Ann Rees");
    if (rarely(2))
        buf_add_format(out, ",\"status\":\"%s\"", rarely(9) ? "retired" : "active");
    if (rarely(2))
        buf_add_str(out, rarely(9) ? ",\"email\":\"a@x.org\"" : ",\"x.owed\":\"twelve\"");
    if (rarely(4))
        buf_add_str(out, PICK(",\"x.seats\":\"3\"", ",\"x.a\":\"b\"", ",\"x.p\":\"\""));
    buf_add_str(out, "}}");
}

/* `number` is whom the case is about. */
static void add_effect(struct buf *out, unsigned number, bool reviews)
{
    unsigned what = draw(14);
    if (reviews || rarely(30)) {
        buf_add_str(out, "{\"do\":\"review\"}");
    } else if (what < 2) {
        add_set(out);
    } else if (what < 4) {
        add_addition(out, number);
    } else if (what < 6) {
        bool merges = rarely(2);
        buf_add_format(out, "{\"do\":\"%s\",\"%s\":\"", merges ? "merge" : "rows",
                       merges ? "into" : "keep");
        add_hash(out, &pool[draw(PEOPLE)].pseudonym);
        buf_add_str(out, "\"}");
    } else {
        const char *word = what < 8 ? "include" : what < 10 ? "hold" : "exclude";
        buf_add_format(out, "{\"do\":\"%s\"}", rarely(40) ? "remove" : word);
    }
}

/* -- the kinds -------------------------------------------------------------------------------- */

/* How many, around the numbers at which a countersignature is needed. */
static void add_subjects(struct buf *out, unsigned *out_number)
{
    unsigned count = draw(3) > 0 ? 1 : 1 + draw(rarely(2) ? 4 : 34);
    if (rarely(6))
        count = 10 + draw(2);
    unsigned first = draw(narrow ? 2 : rarely(3) ? PEOPLE - count + 1 : 6);
    bool turned = rarely(60);
    *out_number = pool[first].number;
    buf_add_str(out, ",\"subjects\":[");
    for (unsigned i = 0; i < count; i++) {
        buf_add_str(out, i > 0 ? ",\"" : "\"");
        add_hash(out, &pool[first + (turned ? count - 1 - i : i)].pseudonym);
        buf_add_byte(out, '"');
    }
    buf_add_byte(out, ']');
}

static void add_variance(struct buf *out, const char *by)
{
    unsigned number;
    buf_add_format(out, ",\"by\":\"%s\"", by);
    add_subjects(out, &number);
    buf_add_str(out, ",\"effect\":");
    add_effect(out, number, strcmp(by, "member") == 0 ? !rarely(10) : rarely(2));
    buf_add_format(out, ",\"reason\":\"%s\"", PICK("other", "duplicate", "clerical", "deceased"));
    add_prose(out, "text", 1);
}

static void add_file(struct buf *out)
{
    struct hash32 hash;
    memset(hash.bytes, (int)draw(HASHES), sizeof hash.bytes);
    buf_add_str(out, ",\"file\":{\"sha256\":\"");
    add_hash(out, &hash);
    buf_add_str(out, "\",\"commitment\":\"");
    add_hash(out, &hash);
    long long size = rarely(20) ? ROLL_EVIDENCE_BYTES_MAX + (long long)draw(2) : draw(1000);
    buf_add_format(out, "\",\"size\":%lld,\"type\":\"%s\"}", size,
                   rarely(40) ? "gif" : PICK("pdf", "png", "jpeg", "text"));
}

static void add_evidence(struct buf *out)
{
    enum { EVIDENCE_KINDS = 12, ATTESTATION = 10, DECLARATION = 11 };
    unsigned kind = rarely(3) ? ATTESTATION + draw(2) : draw(EVIDENCE_KINDS);
    if (narrow && !rarely(4))
        kind = ATTESTATION;
    bool attests = kind == ATTESTATION || (kind == DECLARATION && rarely(2));
    buf_add_format(out, ",\"evidence\":\"%s\"", case_evidence_kind_name(kind));
    if (rarely(30) ? !attests : attests)
        add_prose(out, "attestation", 1);
    else
        add_file(out);
}

static void add_proposal(struct buf *out, unsigned number)
{
    buf_add_str(out, ",\"effect\":");
    add_effect(out, number, false);
    buf_add_format(out, ",\"rule\":\"%s\"",
                   rarely(20) ? "NONE" : PICK("", "PAID", "ACTIVE", "STYLE", "DUPLICATE"));
    add_prose(out, "text", 1);
}

static void add_exclusions(struct buf *out)
{
    unsigned count = draw(4), first = draw(PEOPLE - 4);
    if (rarely(2))
        count = 1;
    buf_add_str(out, ",\"list\":[");
    for (unsigned i = 0; i < count; i++) {
        buf_add_str(out, i > 0 ? ",[\"" : "[\"");
        add_hash(out, &pool[first + (rarely(20) ? 0 : i)].pseudonym);
        buf_add_format(out, "\",[%s]]",
                       rarely(5) ? PICK("", "\"DUPLICATE\"", "\"PAID\",\"PAID\"",
                                        "\"ACTIVE\",\"PAID\"", "\"STYLE\",\"PAID\"", "\"NONE\"")
                                 : PICK("\"PAID\"", "\"PAID\",\"ACTIVE\"", "\"ACTIVE\",\"STYLE\"",
                                        "\"STYLE\""));
    }
    buf_add_byte(out, ']');
}

static void add_word(struct buf *out, const char *name, const char *word)
{
    buf_add_format(out, ",\"%s\":\"%s\"", name, word);
    add_prose(out, "text", 1);
}

/* What stands after the number of the case; `word`: by whom, or as what. */
static void add_body(struct buf *out, enum statement_kind kind, const char *word, unsigned number)
{
    unsigned ignored;
    switch (kind) {
    case STATEMENT_VARIANCE:
        add_variance(out, word);
        break;
    case STATEMENT_EVIDENCE:
        add_evidence(out);
        break;
    case STATEMENT_PROPOSAL:
        add_proposal(out, number);
        break;
    case STATEMENT_NOTIFICATION:
        add_word(out, "sent_by", rarely(40) ? "phone" : PICK("email", "post", "hand"));
        break;
    case STATEMENT_DECISION:
        buf_add_format(out, ",\"outcome\":\"%s\"", rarely(4) ? "refused" : "upheld");
        add_prose(out, "reasons", 20);
        add_prose(out, "conflict", 1);
        break;
    case STATEMENT_COUNTERSIGNATURE:
        add_word(out, "as", word);
        break;
    case STATEMENT_APPEAL:
        add_word(out, "by", word);
        break;
    case STATEMENT_EXCLUSIONS:
        add_exclusions(out);
        break;
    case STATEMENT_IRREGULARITY:
        add_subjects(out, &ignored);
        add_prose(out, "text", 1);
        break;
    default:
        add_prose(out, "text", 1);
    }
}

/* One byte of the statement is lost, doubled or another. */
static void spoil(struct buf *text)
{
    static const char BYTES[] = "\"{}[],:0129aefx \\\n\t-_.\x80\xC3";
    size_t at = draw((unsigned)text->len);
    switch (draw(3)) {
    case 0:
        memmove(text->bytes + at, text->bytes + at + 1, text->len - at - 1);
        text->len--;
        break;
    case 1:
        buf_add_byte(text, 0);
        memmove(text->bytes + at + 1, text->bytes + at, text->len - at - 1);
        break;
    default:
        text->bytes[at] = (uint8_t)BYTES[draw(sizeof BYTES - 1)];
    }
}

#endif
