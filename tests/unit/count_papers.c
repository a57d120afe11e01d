#include "count/papers.h"

#include "check.h"

static struct papers *new_papers(size_t candidates)
{
    struct fail fail;
    struct papers *papers = NULL;
    CHECK(papers_new(candidates, 2, &papers, &fail) == OK);
    return papers;
}

static void test_sizes(void)
{
    static const struct {
        size_t candidates, seats;
        const char *code;
    } cases[] = {
        {0, 1, "count.candidates"},
        {255, 1, "count.candidates"},
        {1, 0, "count.seats"},
        {1, 255, "count.seats"},
        {254, 254, ""},
        {1, 1, ""},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        struct fail fail = {.code = ""};
        struct papers *papers = NULL;
        check_case("%zu candidates, %zu seats", cases[i].candidates, cases[i].seats);
        enum outcome outcome = papers_new(cases[i].candidates, cases[i].seats, &papers, &fail);
        CHECK_STR(outcome == OK ? "" : fail.code, cases[i].code);
        CHECK((outcome == OK) == (papers != NULL));
        papers_free(papers);
    }
}

static void test_merging(void)
{
    struct fail fail;
    struct papers *papers = new_papers(3);
    check_case("equal papers are one, a prefix is another");
    CHECK(papers_add(papers, (uint8_t[]){2, 1}, 2, 3, &fail) == OK);
    CHECK(papers_add(papers, (uint8_t[]){2}, 1, 1, &fail) == OK);
    CHECK(papers_add(papers, (uint8_t[]){2, 1}, 2, 4, &fail) == OK);
    CHECK(papers_add(papers, NULL, 0, 5, &fail) == OK);
    CHECK(papers_add(papers, (uint8_t[]){1, 2}, 2, 1, &fail) == OK);
    CHECK_UINT(papers_distinct(papers), 3);
    CHECK_UINT(papers_at(papers, 0).weight, 7);
    CHECK_UINT(papers_at(papers, 0).length, 2);
    CHECK_UINT(papers_at(papers, 1).weight, 1);
    CHECK_UINT(papers_at(papers, 1).length, 1);
    CHECK_UINT(papers_at(papers, 2).prefs[0], 1);
    CHECK_UINT(papers_blank(papers), 5);
    CHECK(paper_compare(papers_at(papers, 1), papers_at(papers, 0)) < 0);
    CHECK(paper_compare(papers_at(papers, 2), papers_at(papers, 1)) < 0);
    papers_free(papers);
}

static void test_many_distinct(void)
{
    struct fail fail;
    struct papers *papers = new_papers(254);
    check_case("254 * 253 pairs, each twice");
    for (unsigned i = 0; i < 2 * 254 * 253; i++) {
        unsigned a = i % 254 + 1;
        unsigned b = (a + i / 254 % 253) % 254 + 1;
        if (!CHECK(papers_add(papers, (uint8_t[]){(uint8_t)a, (uint8_t)b}, 2, 1, &fail) == OK))
            break;
    }
    CHECK_UINT(papers_distinct(papers), 254 * 253);
    for (size_t i = 0; i < papers_distinct(papers); i++)
        if (papers_at(papers, i).weight != 2)
            CHECK_UINT(papers_at(papers, i).weight, 2);
    papers_free(papers);
}

static void test_refused_papers(void)
{
    static const struct {
        uint8_t prefs[3];
        size_t length;
        uint64_t weight;
        const char *code;
    } cases[] = {
        {{4}, 1, 1, "count.candidate"},
        {{0}, 1, 1, "count.candidate"},
        {{1, 255}, 2, 1, "count.candidate"},
        {{1, 2, 1}, 3, 1, "count.repeated"},
        {{1}, 1, 0, "count.weight"},
        {{0}, 0, 0, "count.weight"},
        {{1}, 1, LIMIT_PAPERS, "count.papers"},
        {{0}, 0, LIMIT_PAPERS, "count.papers"},
        {{1}, 1, UINT64_MAX, "count.papers"},
        {{1}, 1, LIMIT_PAPERS - 1, ""},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        struct fail fail = {.code = ""};
        struct papers *papers = new_papers(3);
        check_case("paper %zu", i);
        CHECK(papers_add(papers, (uint8_t[]){3}, 1, 1, &fail) == OK);
        enum outcome outcome =
            papers_add(papers, cases[i].prefs, cases[i].length, cases[i].weight, &fail);
        CHECK_STR(outcome == OK ? "" : fail.code, cases[i].code);
        CHECK_UINT(papers_distinct(papers), outcome == OK ? 2 : 1);
        CHECK_UINT(papers_blank(papers), 0);
        papers_free(papers);
    }
}

static void test_names(void)
{
    static const char long_name[LIMIT_NAME_BYTES + 2] = {[0 ... LIMIT_NAME_BYTES] = 'a'};
    static const struct {
        const char *name;
        bool good;
    } cases[] = {
        {"Siân O’Neill", true},
        {"\"Smith, J.\"", true},
        {long_name + 1, true},
        {long_name, false},
        {"", false},
        {"a\nb", false},
        {"a\x7f", false},
        {"\xc0\xaf", false},
        {"Ann", false},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        struct fail fail = {.code = ""};
        struct papers *papers = new_papers(2);
        check_case("name %zu", i);
        CHECK(papers_set_name(papers, 1, SPAN_LIT("Ann"), &fail) == OK);
        enum outcome outcome = papers_set_name(papers, 2, span_str(cases[i].name), &fail);
        CHECK_STR(outcome == OK ? "" : fail.code, cases[i].good ? "" : "count.name");
        CHECK_STR(papers_name(papers, 2), cases[i].good ? cases[i].name : "");
        papers_free(papers);
    }
}

static void test_candidates(void)
{
    struct fail fail = {.code = ""};
    struct papers *papers = new_papers(2);
    check_case("candidates that are not there, and a title that is no text");
    CHECK(papers_set_name(papers, 0, SPAN_LIT("A"), &fail) == BAD_INPUT);
    CHECK(papers_set_name(papers, 3, SPAN_LIT("A"), &fail) == BAD_INPUT);
    CHECK(papers_withdraw(papers, 3, &fail) == BAD_INPUT);
    CHECK_STR(fail.code, "count.candidate");
    CHECK(papers_set_title(papers, SPAN_LIT("two\nlines"), &fail) == BAD_INPUT);
    CHECK_STR(fail.code, "count.title");
    CHECK(papers_withdraw(papers, 2, &fail) == OK);
    CHECK(papers_withdrawn(papers, 2) && !papers_withdrawn(papers, 1));
    CHECK(papers_set_title(papers, SPAN_LIT("Long"), &fail) == OK);
    CHECK(papers_set_title(papers, SPAN_LIT("A"), &fail) == OK);
    CHECK_STR(papers_title(papers), "A");
    papers_free(papers);
}

int main(void)
{
    test_sizes();
    test_merging();
    test_many_distinct();
    test_refused_papers();
    test_names();
    test_candidates();
    return check_end("count_papers");
}
