/* The sealed roll: its guards, its leaves, and what must not matter (the order of rows and columns,
 * a case that another one reverses). */
#include "roll/contact.h"
#include "roll_fixture.h"

#include "roll/csv.h"

/* A copy of the rows in another order, the columns turned by `turn`; deterministic. */
static void shuffle_csv(const char *header, const char *rows, uint32_t seed, struct buf *out)
{
    static const unsigned COLUMNS = 12;
    const char *lines[64];
    size_t count = 0;
    for (const char *line = rows; *line != '\0'; line = strchr(line, '\n') + 1)
        lines[count++] = line;
    for (size_t i = count; i > 1; i--) {
        seed = seed * 1664525u + 1013904223u;
        size_t other = seed % i;
        const char *line = lines[i - 1];
        lines[i - 1] = lines[other];
        lines[other] = line;
    }
    unsigned turn = seed % COLUMNS;
    for (size_t i = 0; i <= count; i++) {
        struct csv csv;
        bool more;
        const char *line = i == 0 ? header : lines[i - 1];
        size_t len = (size_t)(strchr(line, '\n') - line);
        CHECK_INT(csv_open(&csv, span_of(line, len), NULL), OK);
        CHECK_INT(csv_next(&csv, &more, NULL), OK);
        for (unsigned column = 0; column < COLUMNS; column++) {
            struct span field = csv.fields[(column + turn) % COLUMNS];
            buf_add_str(out, column > 0 ? ",\"" : "\"");
            for (size_t j = 0; j < field.len; j++) {
                buf_add_byte(out, field.ptr[j]);
                if (field.ptr[j] == '"')
                    buf_add_byte(out, '"');
            }
            buf_add_byte(out, '"');
        }
        buf_add_str(out, "\r\n");
        csv_done(&csv);
    }
}

static void check_order(void)
{
    struct fixture first;
    struct sealed want;
    struct buf csv;
    struct fail fail = {0};
    check_case("order of rows and columns");
    if (!fixture_init(&first, fixture_csv(&csv, FIXTURE_HEADER, FIXTURE_ROWS)))
        return;
    fixture_decide_all(&first);
    fixture_confirm(&first);
    if (!CHECK(fixture_seal(&first, &want, &fail))) {
        fprintf(stderr, "%s\n", fail.text);
        return;
    }
    buf_done(&csv);
    for (uint32_t seed = 1; seed <= 50; seed++) {
        struct fixture fixture;
        struct sealed got;
        check_case("order, seed %u", seed);
        buf_init(&csv, 1 << 20);
        shuffle_csv(FIXTURE_HEADER, FIXTURE_ROWS, seed, &csv);
        if (!fixture_init(&fixture, buf_span(&csv)))
            return;
        fixture_decide_all(&fixture);
        fixture_confirm(&fixture);
        if (CHECK(fixture_seal(&fixture, &got, &fail))) {
            CHECK_BYTES(got.root.bytes, want.root.bytes, HASH_BYTES);
            seal_done(&got);
        }
        fixture_done(&fixture);
        buf_done(&csv);
    }
    seal_done(&want);
    fixture_done(&first);
}

/* Each pair is a case and its reversal. */
static void check_reversal(void)
{
    static const struct {
        const char *member_no;
        const char *effect;
        const char *back;
    } PAIRS[] = {
        {"2", "{\"do\":\"set\",\"field\":\"region\",\"from\":\"South\",\"to\":\"North\"}",
         "{\"do\":\"set\",\"field\":\"region\",\"from\":\"North\",\"to\":\"South\"}"},
        {"2", "{\"do\":\"set\",\"field\":\"email\",\"to\":\"b@example.org\"}",
         "{\"do\":\"set\",\"field\":\"email\",\"from\":\"b@example.org\"}"},
        {"1", "{\"do\":\"exclude\"}", "{\"do\":\"include\"}"},
        {"5", "{\"do\":\"set\",\"field\":\"x.owed\",\"from\":\"501\"}",
         "{\"do\":\"set\",\"field\":\"x.owed\",\"to\":\"501\"}"},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(PAIRS); i++) {
        struct hash32 roots[3];
        for (int steps = 0; steps < 3; steps++) {
            struct fixture fixture;
            struct sealed sealed;
            struct buf csv;
            struct fail fail = {0};
            check_case("reversal %zu after %d steps", i, steps);
            if (!fixture_init(&fixture, fixture_csv(&csv, FIXTURE_HEADER, FIXTURE_ROWS)))
                return;
            fixture_decide_all(&fixture);
            if (steps > 0)
                fixture_uphold(&fixture, 20, PAIRS[i].member_no, PAIRS[i].effect);
            if (steps > 1)
                fixture_uphold(&fixture, 21, PAIRS[i].member_no, PAIRS[i].back);
            fixture_confirm(&fixture);
            if (CHECK(fixture_seal(&fixture, &sealed, &fail))) {
                roots[steps] = sealed.root;
                seal_done(&sealed);
            }
            fixture_done(&fixture);
            buf_done(&csv);
        }
        CHECK_BYTES(roots[0].bytes, roots[2].bytes, HASH_BYTES);
        CHECK(memcmp(roots[0].bytes, roots[1].bytes, HASH_BYTES) != 0);
    }
}

static void expect_refused(struct fixture *fixture, const char *code)
{
    struct sealed sealed;
    struct fail fail = {0};
    CHECK(!fixture_seal(fixture, &sealed, &fail));
    CHECK_STR(fail.code, code);
}

static void check_seal_guards(void)
{
    struct fixture fixture;
    struct sealed sealed;
    struct buf csv;
    struct fail fail = {0};
    if (!fixture_init(&fixture, fixture_csv(&csv, FIXTURE_HEADER, FIXTURE_ROWS)))
        return;
    check_case("not while anybody is undetermined");
    expect_refused(&fixture, "roll.undetermined");
    fixture_decide_all(&fixture);
    check_case("not before the exclusions are confirmed");
    expect_refused(&fixture, "roll.unconfirmed");
    fixture_confirm(&fixture);
    check_case("sealed");
    if (CHECK(fixture_seal(&fixture, &sealed, &fail)))
        seal_done(&sealed);
    check_case("not when a reason has changed since it was confirmed");
    fixture_uphold(&fixture, 30, "5",
                   "{\"do\":\"set\",\"field\":\"status\",\"from\":\"active\",\"to\":\"lapsed\"}");
    expect_refused(&fixture, "roll.unconfirmed");
    fixture_confirm(&fixture);
    check_case("who is held gets a provisional leaf");
    fixture_uphold(&fixture, 31, "5", "{\"do\":\"hold\"}");
    if (CHECK(fixture_seal(&fixture, &sealed, &fail)))
        seal_done(&sealed);
    check_case("a new snapshot needs new confirmations");
    fixture_uphold(&fixture, 32, "5", "{\"do\":\"exclude\"}");
    if (CHECK(fixture_seal(&fixture, &sealed, &fail)))
        seal_done(&sealed);
    fixture.snapshot_leaf.bytes[0] ^= 1;
    CHECK_INT(casebook_add_snapshot(&fixture.book, fixture.snapshot_leaf.bytes, 0, true, 9, &fail),
              OK);
    expect_refused(&fixture, "roll.unconfirmed");
    fixture_done(&fixture);
    buf_done(&csv);

    check_case("nor with nobody on it");
    if (fixture_init(&fixture, SPAN_LIT(FIXTURE_HEADER)))
        expect_refused(&fixture, "roll.empty");
    fixture_done(&fixture);
}

/* The leaf of docs/roll.md, alone on its roll; and what is printed of it. */
static void check_leaf(void)
{
    static const char RECORD[] =
        "{\"member_no\":\"0042\",\"name\":\"Si\xC3\xA2n "
        "Huws\",\"source\":\"members\",\"pseudonym\":"
        "\"4e66a99e0b287bcec5839214565253db0e27eb4aaa5014c97687d8cb2a0dda58\",\"style\":\"all\","
        "\"standing\":\"eligible\",\"votes\":1,\"channel\":\"email\",\"email\":\"sian@example."
        "org\"}";
    struct fixture fixture;
    struct sealed sealed;
    struct buf out;
    struct fail fail = {0};
    char hex[2 * HASH_BYTES + 1];
    check_case("leaf of docs/roll.md");
    if (!fixture_init(&fixture, SPAN_LIT(FIXTURE_HEADER "0042,Si\xC3\xA2n,Huws,sian@example.org,,,,"
                                                        "North,DD Live,2024-02-29,,\n")))
        return;
    fixture.rules.styles[0].id = SPAN_LIT("all");
    if (CHECK(fixture_seal(&fixture, &sealed, &fail))) {
        buf_init(&out, 1 << 16);
        seal_print_record(&sealed, &sealed.leaves[0], &out);
        CHECK_STR(buf_text(&out), RECORD);
        buf_clear(&out);
        hex_print(SPAN_ARRAY(sealed.leaves[0].hash.bytes), hex);
        CHECK_STR(hex, "5f7ba5105b4284fbe6d237d4a4b98a9a0e1b84f0e1781997215b7b6bd9acff76");
        CHECK_BYTES(sealed.root.bytes, sealed.leaves[0].hash.bytes, HASH_BYTES);
        seal_print_styles(&sealed, &out);
        CHECK_STR(buf_text(&out), "[{\"style\":\"all\",\"credentials\":1,\"provisional\":0},"
                                  "{\"style\":\"south\",\"credentials\":0,\"provisional\":0}]");
        buf_done(&out);
        seal_done(&sealed);
    }
    fixture_done(&fixture);
}

static void check_channels(void)
{
    static const struct {
        const char *text;
        bool email;
    } EMAILS[] = {
        {"a@b.c", true},      {"a.b+c@x-y.example", true},
        {"a@b", false},       {"@b.c", false},
        {"a@", false},        {"a@b..c", false},
        {"a@.b.c", false},    {"a@b.c.", false},
        {"a@b@c.d", false},   {"a b@c.d", false},
        {"<a@b.c>", false},   {"a@b.c,d@e.f", false},
        {"", false},          {"si\xC3\xA2n@b.c", false},
        {"\"a\"@b.c", false},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(EMAILS); i++) {
        check_case("address %s", EMAILS[i].text);
        CHECK_INT(contact_is_email(span_str(EMAILS[i].text)), EMAILS[i].email);
    }
}

int main(void)
{
    check_order();
    check_reversal();
    check_seal_guards();
    check_leaf();
    check_channels();
    return check_end("roll_seal");
}
