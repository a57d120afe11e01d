/* ballotd case list. Declared in cli/case_desk.h. */
#include "cli/case_desk.h"

#include "base/clock.h"

#include <stdio.h>

static const char *text_of(const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));
    return text ? text : "";
}

static long long number_of(const json_t *object, const char *member)
{
    return (long long)json_integer_value(json_object_get(object, member));
}

/* Its own line, with a word before it; nothing when there is no text. */
static void print_line(const char *before, const char *text)
{
    if (!*text)
        return;
    printf("      %s", before);
    office_print(span_str(text));
}

void case_print(const json_t *of)
{
    long long subjects = number_of(of, "subjects");
    printf("case %lld, %s%s%s: %s, %lld %s, raised by %s%s%s\n", number_of(of, "case"),
           text_of(of, "state"),
           json_is_true(json_object_get(of, "in_force")) ? " and in force" : "",
           json_is_true(json_object_get(of, "overdue")) ? ", OVERDUE" : "", text_of(of, "reason"),
           subjects, subjects == 1 ? "member" : "members", text_of(of, "by"),
           *text_of(of, "raised_by") ? " " : "", text_of(of, "raised_by"));
    print_line("who:      ", text_of(of, "who"));
    print_line("what:     ", text_of(of, "what"));
    print_line("why:      ", text_of(of, "text"));
    print_line("proposal: ", strcmp(text_of(of, "proposal"), text_of(of, "text")) == 0
                                 ? ""
                                 : text_of(of, "proposal"));
    printf("      evidence: %lld given, strength %lld\n", number_of(of, "evidence"),
           number_of(of, "strength"));
    print_line("next:     ", text_of(of, "next"));
}

/* What members have said; where a case followed, that has the text. */
static void print_inquiries(const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *of = json_array_get(list, i);
        char when[INSTANT_TEXT_BYTES];
        instant_print(json_integer_value(json_object_get(of, "at")), when);
        if (number_of(of, "case") > 0)
            printf("said  %s  case %lld", when, number_of(of, "case"));
        else
            printf("said  %s  NO CASE (%s)", when, text_of(of, "reason"));
        printf(": number %s of %s, answer to: ", text_of(of, "member_no"), text_of(of, "source"));
        office_print(span_str(text_of(of, "contact")));
        if (number_of(of, "case") == 0) {
            printf("      ");
            office_print(span_str(text_of(of, "text")));
        }
    }
}

enum outcome case_list(struct desk *desk, const struct case_options *options, struct fail *fail)
{
    json_t *all;
    (void)options;
    enum outcome outcome = office_get(desk, "cases", &all, fail);
    if (outcome != OK)
        return outcome;
    const json_t *cases = json_object_get(all, "cases");
    for (size_t i = 0; i < json_array_size(cases); i++)
        case_print(json_array_get(cases, i));
    print_inquiries(json_object_get(all, "inquiries"));
    printf("%zu %s\n", json_array_size(cases), json_array_size(cases) == 1 ? "case" : "cases");
    json_decref(all);
    return OK;
}
