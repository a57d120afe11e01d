/* Rules as sentences and as a picture: each test's words in both languages, what `not` makes of
 * them, and a picture that is well-formed whatever texts stand in it. */
#include "roll/pathway.h"

#include "check.h"
#include "roll/rules.h"
#include "roll/svg.h"

static json_t *json_of(const char *text)
{
    json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
    if (!CHECK(value != NULL))
        fprintf(stderr, "  %s\n", text);
    return value;
}

static const struct {
    const char *test, *english, *welsh;
} SENTENCES[] = {
    {"{\"always\":true}", "everybody", "pawb"},
    {"{\"not\":{\"always\":true}}", "nobody", "neb"},
    {"{\"present\":\"email\"}", "the e-mail address is on record", "y cyfeiriad e-bost: ar gofnod"},
    {"{\"not\":{\"present\":\"x.proof\"}}", "the attribute “proof” is not on record",
     "y nodwedd “proof”: ddim ar gofnod"},
    {"{\"equal\":[\"branch\",\"Bala\"]}", "the branch is “Bala”", "y gangen: “Bala”"},
    {"{\"one_of\":[\"status\",[\"active\"]]}", "the status is “active”", "y statws: “active”"},
    {"{\"one_of\":[\"status\",[\"a\",\"b\",\"c\"]]}", "the status is “a”, “b” or “c”",
     "y statws: “a”, “b” neu “c”"},
    {"{\"not\":{\"one_of\":[\"status\",[\"a\",\"b\"]]}}", "the status is not “a” or “b”",
     "y statws: nid “a” neu “b”"},
    {"{\"on_or_before\":[\"joined_on\",\"2026-01-31\"]}",
     "the day of joining is 31 January 2026 or earlier",
     "y dyddiad ymuno: 31 Ionawr 2026 neu gynt"},
    {"{\"not\":{\"on_or_before\":[\"joined_on\",\"2026-01-31\"]}}",
     "the day of joining is later than 31 January 2026", "y dyddiad ymuno: ar ôl 31 Ionawr 2026"},
    {"{\"on_or_after\":[\"paid_until\",\"2026-10-05\"]}",
     "the day paid until is 5 October 2026 or later",
     "y dyddiad y talwyd hyd ato: 5 Hydref 2026 neu wedyn"},
    {"{\"at_least_before\":[\"joined_on\",6,\"months\",\"2026-08-31\"]}",
     "the day of joining is at least 6 months before 31 August 2026, that is 28 February 2026 or "
     "earlier",
     "y dyddiad ymuno: o leiaf 6 mis cyn 31 Awst 2026, hynny yw 28 Chwefror 2026 neu gynt"},
    {"{\"at_least_before\":[\"joined_on\",1,\"years\",\"2024-02-29\"]}",
     "the day of joining is at least 1 year before 29 February 2024, that is 28 February 2023 or "
     "earlier",
     "y dyddiad ymuno: o leiaf 1 flwyddyn cyn 29 Chwefror 2024, hynny yw 28 Chwefror 2023 neu "
     "gynt"},
    {"{\"at_least_before\":[\"joined_on\",2,\"weeks\",\"2026-07-12\"]}",
     "the day of joining is at least 2 weeks before 12 July 2026, that is 28 June 2026 or earlier",
     "y dyddiad ymuno: o leiaf 2 wythnos cyn 12 Gorffennaf 2026, hynny yw 28 Mehefin 2026 neu "
     "gynt"},
    {"{\"not\":{\"at_least_before\":[\"joined_on\",10,\"days\",\"2026-07-12\"]}}",
     "the day of joining is less than 10 days before 12 July 2026, that is after 2 July 2026",
     "y dyddiad ymuno: llai na 10 diwrnod cyn 12 Gorffennaf 2026, hynny yw ar ôl 2 Gorffennaf "
     "2026"},
    {"{\"age_at_least\":[\"born_on\",16,\"2026-07-12\"]}",
     "aged 16 or over on 12 July 2026, by the day of birth",
     "16 oed neu hŷn ar 12 Gorffennaf 2026, yn ôl y dyddiad geni"},
    {"{\"number_at_most\":[\"x.owed\",500]}",
     "the attribute “owed” is 500 or less, in the smallest unit of the mapping",
     "y nodwedd “owed”: 500 neu lai, yn uned leiaf y mapio"},
    {"{\"number_at_least\":[\"x.owed\",-3]}",
     "the attribute “owed” is -3 or more, in the smallest unit of the mapping",
     "y nodwedd “owed”: -3 neu fwy, yn uned leiaf y mapio"},
    {"{\"same_as\":[\"region\",\"x.old\"]}", "the region and the attribute “old” are the same",
     "yr un gwerth: y rhanbarth; y nodwedd “old”"},
    {"{\"no_later_than\":[\"joined_on\",\"paid_until\"]}",
     "the day of joining is no later than the day paid until",
     "y dyddiad ymuno: dim hwyrach na’r dyddiad hwn: y dyddiad y talwyd hyd ato"},
    {"{\"in_list\":\"waivers\"}", "in the list “waivers”", "ar y rhestr “waivers”"},
    {"{\"not\":{\"in_list\":\"waivers\"}}", "not in the list “waivers”",
     "ddim ar y rhestr “waivers”"},
    {"{\"status_at\":[\"2026-01-01\",[\"active\",\"grace\"]]}",
     "the status on 1 January 2026 was “active” or “grace”",
     "y statws ar 1 Ionawr 2026: “active” neu “grace”"},
    {"{\"unheard_of\":[1]}", "{\"unheard_of\":[1]}", "{\"unheard_of\":[1]}"},
    {"{\"all\":[{\"always\":true}]}", "everybody", "pawb"},
    {"{\"any\":[{\"always\":true},{\"all\":[{\"present\":\"name\"},{\"not\":{\"not\":{\"present\":"
     "\"phone\"}}}]}]}",
     "at least one of these:\n  everybody\n  all of these:\n    the name is on record\n    the "
     "phone number is on record",
     "o leiaf un o’r rhain:\n  pawb\n  pob un o’r rhain:\n    yr enw: ar gofnod\n    y rhif ffôn: "
     "ar gofnod"},
    {"{\"not\":{\"any\":[{\"present\":\"name\"},{\"not\":{\"present\":\"phone\"}}]}}",
     "all of these:\n  the name is not on record\n  the phone number is on record",
     "pob un o’r rhain:\n  yr enw: ddim ar gofnod\n  y rhif ffôn: ar gofnod"},
};

static void test_sentences(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(SENTENCES); i++) {
        json_t *test = json_of(SENTENCES[i].test);
        for (int language = 0; language < LANGUAGES; language++) {
            struct buf text;
            check_case("%s, language %d", SENTENCES[i].test, language);
            buf_init(&text, 1 << 16);
            sentence_print(test, (enum language)language, &text);
            CHECK_STR(buf_text(&text),
                      language == LANGUAGE_CY ? SENTENCES[i].welsh : SENTENCES[i].english);
            buf_done(&text);
        }
        json_decref(test);
    }
    enum language language;
    check_case("languages");
    CHECK(language_named("cy", &language) && language == LANGUAGE_CY);
    CHECK(language_named("en", &language) && language == LANGUAGE_EN);
    CHECK(!language_named("fr", &language));
}

/* The day in the sentence is the day that decides. */
static void test_day(void)
{
    static const char *const TESTS[] = {
        "[\"joined_on\",6,\"months\",\"2026-08-31\"]",
        "[\"joined_on\",13,\"months\",\"2024-03-31\"]",
        "[\"joined_on\",1,\"years\",\"2024-02-29\"]",
        "[\"joined_on\",5,\"weeks\",\"2026-01-03\"]",
        "[\"joined_on\",366,\"days\",\"2025-01-01\"]",
        "[\"joined_on\",0,\"months\",\"2026-08-31\"]",
    };
    json_t *styles = json_of("[{\"id\":\"a\",\"title\":{\"en\":\"A\",\"cy\":\"\"},\"unit\":\"a\","
                             "\"votes\":1,\"votes_field\":\"\",\"test\":{\"always\":true}}]");
    json_t *sources = json_of("[{\"id\":\"a\",\"title\":{\"en\":\"A\",\"cy\":\"\"},"
                              "\"numbers\":\"a\",\"lists\":true,\"stale_after\":0}]");
    json_t *fields = json_array();
    struct source_list list;
    struct fail ignored;
    if (!CHECK_INT(sources_read(sources, fields, &list, &ignored), OK))
        return;
    for (size_t i = 0; i < CHECK_COUNT_OF(TESTS); i++) {
        char text[400];
        struct rules rules;
        struct fail fail = {.outcome = OK};
        struct buf sentence, day;
        check_case("the day of %s", TESTS[i]);
        snprintf(text, sizeof text,
                 "[{\"code\":\"A\",\"text\":{\"en\":\"A\",\"cy\":\"\"},\"test\":{"
                 "\"at_least_before\":%s}}]",
                 TESTS[i]);
        json_t *json = json_of(text);
        if (CHECK_INT(rules_read(json, styles, &list, &rules, &fail), OK)) {
            buf_init(&sentence, 1 << 16);
            buf_init(&day, 1 << 16);
            buf_add_str(&day, "that is ");
            sentence_print_day(rules.tests[rules.rules[0].test].limit, LANGUAGE_EN, &day);
            sentence_print(json_object_get(json_array_get(json, 0), "test"), LANGUAGE_EN,
                           &sentence);
            CHECK(strstr(buf_text(&sentence), buf_text(&day)) != NULL);
            buf_done(&sentence);
            buf_done(&day);
            rules_done(&rules);
        }
        json_decref(json);
    }
    sources_done(&list);
    json_decref(sources);
    json_decref(fields);
    json_decref(styles);
}

static void test_escape(void)
{
    static const struct {
        const char *text, *escaped;
    } CASES[] = {
        {"<script>&\"'", "&lt;script&gt;&amp;&quot;'"},
        {"a\x01\x7F\tb", "a???b"},
        {"\xEF\xBF\xBE-\xEF\xBF\xBF-\xEF\xBF\xBD", "?-?-\xEF\xBF\xBD"},
        {"Siân", "Siân"},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(CASES); i++) {
        struct buf out;
        check_case("escape %zu", i);
        buf_init(&out, 1 << 10);
        svg_escape(span_str(CASES[i].text), &out);
        CHECK_STR(buf_text(&out), CASES[i].escaped);
        buf_done(&out);
    }
}

static void test_wrap(void)
{
    static const char *const TEXTS[] = {
        "short",
        "several words that have to go onto more than one line, since the column is narrow",
        "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch and more",
        "one:\n  of these\n    that is nested deep and long enough for two lines of it\n  or that",
        "ŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵŵ",
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(TEXTS); i++) {
        struct svg_block block;
        size_t letters = 0, wanted = 0;
        check_case("wrap %s", TEXTS[i]);
        svg_block_init(&block, 180);
        svg_block_add(&block, span_str(TEXTS[i]), SVG_TEXT_PX, true);
        for (size_t j = 0; j < block.count; j++) {
            const struct svg_line *line = &block.lines[j];
            CHECK(line->text.len > 0 && span_is_utf8(line->text));
            CHECK(line->indent_px + svg_text_width(line->text, line->size_px, true) <= 180);
            for (size_t k = 0; k < line->text.len; k++)
                letters += line->text.ptr[k] != ' ';
        }
        for (const char *at = TEXTS[i]; *at != '\0'; at++)
            wanted += *at != ' ' && *at != '\n';
        CHECK_UINT(letters, wanted);
        svg_block_done(&block);
    }
}

/* Every tag is closed, in order; no "<" stands for itself. */
static void check_well_formed(const char *svg)
{
    char open[8][16];
    int depth = 0;
    bool sound = true;
    for (const char *at = strchr(svg, '<'); at != NULL && sound; at = strchr(at + 1, '<')) {
        const char *end = strchr(at, '>');
        size_t name = strcspn(at + 1 + (at[1] == '/'), " />");
        sound = end != NULL && name > 0 && name < 16;
        if (sound && at[1] == '/') {
            sound = depth > 0 && strncmp(open[depth - 1], at + 2, name) == 0 &&
                    strlen(open[depth - 1]) == name;
            depth--;
        } else if (sound && end[-1] != '/') {
            sound = depth < 8;
            if (sound)
                snprintf(open[depth++], 16, "%.*s", (int)name, at + 1);
        }
        if (!sound)
            fprintf(stderr, "  at: %.60s\n", at);
    }
    CHECK(sound);
    CHECK_INT(depth, 0);
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
        count++;
    return count;
}

/* A definition of so many rules and styles; the last style, if told, takes everybody. */
static struct pathway make_pathway(size_t rules, size_t styles, bool always)
{
    struct pathway pathway = {.title = SPAN_LIT("<A & B>")};
    json_t *rule_list = json_array(), *style_list = json_array();
    for (size_t i = 0; i < rules; i++) {
        char text[300];
        snprintf(text, sizeof text,
                 "{\"code\":\"R-%zu\",\"text\":{\"en\":\"<b>Rule & \\u0001 %zu\",\"cy\":\"Rheol "
                 "%zu\"},\"test\":{\"equal\":[\"branch\",\"</text>&amp;\"]}}",
                 i, i, i);
        json_array_append_new(rule_list, json_of(text));
    }
    for (size_t i = 0; i < styles; i++) {
        char text[300];
        snprintf(
            text, sizeof text,
            "{\"id\":\"s%zu\",\"title\":{\"en\":\"Style <%zu>\",\"cy\":\"\"},\"unit\":\"u%zu\","
            "\"test\":%s}",
            i, i, i,
            always && i + 1 == styles ? "{\"always\":true}" : "{\"equal\":[\"region\",\"North\"]}");
        json_array_append_new(style_list, json_of(text));
    }
    pathway.rules = rule_list;
    pathway.styles = style_list;
    return pathway;
}

static void pathway_done(struct pathway *pathway)
{
    json_decref((json_t *)pathway->rules);
    json_decref((json_t *)pathway->styles);
}

static void test_picture(void)
{
    static const struct {
        size_t rules, styles;
        bool always;
        size_t people, off, papers; /* boxes */
    } CASES[] = {
        {0, 1, true, 0, 0, 1},    {1, 1, true, 1, 1, 1},       {3, 2, false, 5, 4, 2},
        {3, 4, true, 6, 3, 4},    {60, 24, false, 84, 61, 24}, {2, 1000, false, 26, 3, 25},
        {2, 25, true, 26, 2, 25},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(CASES); i++) {
        struct pathway pathway = make_pathway(CASES[i].rules, CASES[i].styles, CASES[i].always);
        for (int language = 0; language < LANGUAGES; language++) {
            struct buf svg, again;
            struct fail fail = {.outcome = OK};
            check_case("%zu rules, %zu styles, language %d", CASES[i].rules, CASES[i].styles,
                       language);
            pathway.language = (enum language)language;
            buf_init(&svg, 1 << 24);
            buf_init(&again, 1 << 24);
            CHECK_INT(pathway_print_svg(&pathway, &svg, &fail), OK);
            CHECK_INT(pathway_print_svg(&pathway, &again, &fail), OK);
            CHECK_STR(buf_text(&svg), buf_text(&again));
            check_well_formed(buf_text(&svg));
            CHECK_UINT(count_of(buf_text(&svg), "fill=\"#fff6dd\""), CASES[i].people);
            CHECK_UINT(count_of(buf_text(&svg), "fill=\"#fdecea\""), CASES[i].off);
            CHECK_UINT(count_of(buf_text(&svg), "fill=\"#e6f4ea\""), CASES[i].papers);
            CHECK(strstr(buf_text(&svg), "role=\"img\"") != NULL);
            CHECK(strstr(buf_text(&svg), ": &lt;A &amp; B&gt;</title>") != NULL);
            CHECK(strstr(buf_text(&svg), "<b>") == NULL);
            buf_done(&svg);
            buf_done(&again);
        }
        pathway_done(&pathway);
    }
}

/* How many votes a paper has is said where it is not one. */
static void test_votes(void)
{
    struct pathway pathway = {.rules = json_of("[]")};
    struct buf text;
    buf_init(&text, 1 << 16);
    check_case("votes");
    json_t *styles = json_of(
        "[{\"id\":\"a\",\"title\":{\"en\":\"Members\"},\"unit\":\"u\",\"votes\":1,\"votes_field\":"
        "\"\",\"test\":{\"present\":\"name\"}},{\"id\":\"b\",\"title\":{\"en\":\"Branches\"},"
        "\"unit\":\"u\",\"votes\":3,\"votes_field\":\"\",\"test\":{\"present\":\"name\"}},{"
        "\"id\":\"c\",\"title\":{\"en\":\"Delegates\"},\"unit\":\"v\",\"votes\":9,\"votes_field\":"
        "\"x.votes\",\"test\":{\"always\":true}}]");
    pathway.styles = styles;
    pathway_print_text(&pathway, &text);
    CHECK(strstr(buf_text(&text), "Members (counted in u)\n") != NULL);
    CHECK(strstr(buf_text(&text), "Branches (counted in u, votes: 3)\n") != NULL);
    CHECK(strstr(buf_text(&text), "Delegates (counted in v, votes: as the member’s record says, at "
                                  "most 9)\n") != NULL);
    buf_done(&text);
    pathway_done(&pathway);
}

static void test_text(void)
{
    struct pathway pathway = make_pathway(2, 2, true);
    struct buf text;
    check_case("text");
    buf_init(&text, 1 << 20);
    pathway_print_text(&pathway, &text);
    const char *got = buf_text(&text);
    CHECK(strstr(got, "Who may vote: <A & B>\n") == got);
    CHECK(strstr(got, "\n2. R-1: <b>Rule & \x01 1\n   Asked: the branch is “</text>&amp;”\n   no: "
                      "Not on the roll: R-1; not known: People decide\n") != NULL);
    CHECK(strstr(got, "2. Style <1> (counted in u1)\n   Asked: everybody\n") != NULL);
    buf_clear(&text);
    pathway.language = LANGUAGE_CY;
    pathway_print_text(&pathway, &text);
    CHECK(strstr(buf_text(&text), "R-1: Rheol 1\n") != NULL);
    CHECK(strstr(buf_text(&text), "1. Style <0> (cyfrifir yn u0)\n") != NULL);
    buf_done(&text);
    pathway_done(&pathway);
}

int main(void)
{
    test_sentences();
    test_day();
    test_escape();
    test_wrap();
    test_picture();
    test_votes();
    test_text();
    return check_end("roll_pathway");
}
