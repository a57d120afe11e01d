/* Likeness: what counts as one name, address or telephone, and what does not. */
#include "roll/likeness.h"

#include "check.h"

static const struct {
    const char *name;
    const char *folded;
} FOLDED[] = {
    {"Si\xC3\xA2n Huws", "huws sian"},
    {"HUWS, Sian", "huws sian"},
    {"  Huws   Si\xC3\xA2n. ", "huws sian"},
    {"O'Brien", "obrien"},
    {"O\xE2\x80\x99"
     "Brien",
     "obrien"},
    {"Jean-Luc", "jean luc"},
    {"\xC3\x89lodie \xC3\x87"
     "elik",
     "celik elodie"},
    {"\xC5\xB4yn \xC5\xB6"
     "ale",
     "wyn yale"}, /* Welsh circumflexes */
    {"\xE1\xBA\x80"
     "en",
     "wen"},
    {"Sia\xCC\x82n", "sian"}, /* a combining circumflex */
    {"\xC5\x81ukasz", "lukasz"},
    {"\xC3\x9F", "s"},
    {"\xC3\x97", ""}, /* a sign is no letter */
    {"\xD0\x9E\xD0\xBB\xD0\xB3\xD0\xB0", "\xD0\x9E\xD0\xBB\xD0\xB3\xD0\xB0"},
    {"\xF0\x9F\x98\x80"
     "a",
     "\xF0\x9F\x98\x80"
     "a"},
    {"", ""},
    {"---", ""},
};

static void check_names(void)
{
    char folded[LIKENESS_NAME_BYTES];
    for (size_t i = 0; i < CHECK_COUNT_OF(FOLDED); i++) {
        check_case("name \"%s\"", FOLDED[i].name);
        size_t len = likeness_fold_name(span_str(FOLDED[i].name), folded);
        CHECK_BYTES(folded, FOLDED[i].folded, strlen(FOLDED[i].folded));
        CHECK_UINT(len, strlen(FOLDED[i].folded));
    }
    check_case("a name of any length, of many words");
    char name[4096];
    for (size_t i = 0; i < sizeof(name); i++)
        name[i] = i % 7 == 6 ? ' ' : (char)('a' + i % 23);
    CHECK(likeness_fold_name(span_of(name, sizeof(name)), folded) < LIKENESS_NAME_BYTES);
    for (size_t i = 0; i < sizeof(name); i++)
        name[i] = i % 2 == 0 ? ' ' : 'x';
    CHECK(likeness_fold_name(span_of(name, sizeof(name)), folded) < LIKENESS_NAME_BYTES);
    memset(name, '\xC5', sizeof(name));
    CHECK(likeness_fold_name(span_of(name, sizeof(name)), folded) < LIKENESS_NAME_BYTES);
}

static const struct {
    const char *a;
    const char *b;
    bool near;
} NEAR[] = {
    {"huws sian", "huws sian", true},
    {"huws s", "huws sian", true},
    {"huws sian", "huws mair sian", true},
    {"huws sian", "huwes sian", true},
    {"huws sian", "hugs sian", true},
    {"huws sian", "huxx sian", false},
    {"huws sian", "huws mair", false},
    {"sian", "huws sian", false},   /* one word is not enough */
    {"h s", "huws sian", false},    /* nor are initials */
    {"ann lee", "anne lee", false}, /* three letters are too few for a slip */
    {"anna lee", "anne lee", true},
    {"", "huws sian", false},
    {"", "", false},
    {"jones jones", "jones sian", false}, /* a word is used once */
};

static void check_near(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(NEAR); i++) {
        check_case("\"%s\" and \"%s\"", NEAR[i].a, NEAR[i].b);
        CHECK_INT(likeness_names_near(span_str(NEAR[i].a), span_str(NEAR[i].b)), NEAR[i].near);
        CHECK_INT(likeness_names_near(span_str(NEAR[i].b), span_str(NEAR[i].a)), NEAR[i].near);
    }
}

/* name, email, phone, postcode, born */
static const struct {
    const char *a[5];
    const char *b[5];
    uint32_t score;
} PAIRS[] = {
    {{"Ann Lee", "a@b.c", "07700 900123", "AB1 2CD", "1980-01-01"},
     {"LEE, Ann", "A@B.C", "+44 7700 900123", "ab12cd", "1980-01-01"},
     100},
    {{"Ann Lee", "", "", "", "1980-01-01"}, {"Ann Lee", "", "", "", "1980-01-01"}, 70},
    {{"Ann Lee", "a@b.c", "", "", ""}, {"Ann Lee", "a@b.c", "", "", ""}, 60},
    {{"Ann Lee", "a@b.c", "", "", "1980-01-01"}, {"Ann Lee", "a@b.c", "", "", "2004-02-02"}, 30},
    {{"Ann Lee", "a@b.c", "", "", ""}, {"Bob Lee", "a@b.c", "", "", ""}, 20},
    {{"Ann Lee", "a.d@b.c", "", "", ""}, {"Bob Ray", "ad@b.c", "", "", ""}, 0},
    {{"", "", "123", "", ""}, {"", "", "123", "", ""}, 0}, /* no telephone */
    {{"", "", "", "", ""}, {"", "", "", "", ""}, 0},
};

static struct likeness_values values(const char *const *texts)
{
    return (struct likeness_values){span_str(texts[0]), span_str(texts[1]), span_str(texts[2]),
                                    span_str(texts[3]), span_str(texts[4])};
}

static void check_scores(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(PAIRS); i++) {
        check_case("pair %zu", i);
        struct likeness_values left = values(PAIRS[i].a);
        struct likeness_values right = values(PAIRS[i].b);
        struct likeness a = likeness_of(&left);
        struct likeness b = likeness_of(&right);
        CHECK_UINT(likeness_score(likeness_compare(&a, &b)), PAIRS[i].score);
        CHECK_UINT(likeness_compare(&a, &b), likeness_compare(&b, &a));
    }
    check_case("near names count less");
    CHECK_UINT(likeness_score(LIKE_NAME_NEAR | LIKE_BORN_ON), 55);
}

int main(void)
{
    check_names();
    check_near();
    check_scores();
    return check_end("roll_likeness");
}
