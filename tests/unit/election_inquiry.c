/* What members say of their own entry: the same answer whoever they are, a case where there is such
 * a member, the officers' list where there is none or too many are open, and plain words later. */
#include "lib/rehearsal.h"

#include "base/clock.h"
#include "check.h"

#include <sodium.h>
#include <unistd.h>

static struct rehearsal rehearsal;
static const struct request officer = {.asker = ASKER_OFFICER, .roles = OFFICER_RETURNING};

static const char *inquire(const char *body, struct buf *out)
{
    static struct fail fail;
    fail = (struct fail){0};
    buf_clear(out);
    return election_inquire(rehearsal.election, span_str(body), out, &fail) == OK ? "" : fail.code;
}

/* The body of an honest one. */
static const char *about(const char *number, const char *text)
{
    static char body[512];
    snprintf(body, sizeof body,
             "{\"member_no\":\"%s\",\"source\":\"members\",\"text\":\"%s\",\"reason\":"
             "\"wrong-status\",\"contact\":\"me@example.org\"}",
             number, text);
    return body;
}

static json_t *parse(const struct buf *text)
{
    json_t *object = json_loadb((const char *)text->bytes, text->len, 0, NULL);
    if (!object)
        exit(1);
    return object;
}

static json_t *cases(void)
{
    struct buf out;
    struct fail fail;
    buf_init(&out, 1 << 20);
    rehearsal_must(election_cases(rehearsal.election, &officer, &out, &fail), &fail, "cases");
    json_t *object = parse(&out);
    buf_done(&out);
    return object;
}

/* What came in is worked on in its turn, behind which an officer's statement waits. */
static size_t count_cases(size_t wanted)
{
    size_t count = 0;
    for (unsigned i = 0; i < 200; i++) {
        json_t *all = cases();
        count = json_array_size(json_object_get(all, "cases"));
        json_decref(all);
        if (count == wanted)
            break;
        usleep(20000);
    }
    return count;
}

static size_t without_case(void)
{
    json_t *all = cases();
    const json_t *list = json_object_get(all, "inquiries");
    size_t count = 0;
    for (size_t i = 0; i < json_array_size(list); i++)
        count += json_integer_value(json_object_get(json_array_get(list, i), "case")) == 0;
    json_decref(all);
    return count;
}

static size_t count_without_case(size_t wanted)
{
    size_t count = without_case();
    for (unsigned i = 0; i < 200 && count != wanted; i++) {
        usleep(20000);
        count = without_case();
    }
    return count;
}

static void check_told(const char *reference, const char *state, const char *reasons)
{
    struct buf out;
    struct fail fail = {0};
    buf_init(&out, 4096);
    if (CHECK_INT(election_inquiry(rehearsal.election, span_str(reference), &out, &fail), OK)) {
        json_t *told = parse(&out);
        json_t *text = json_object_get(told, "text");
        CHECK_STR(json_string_value(json_object_get(told, "state")), state);
        CHECK_STR(json_string_value(json_object_get(told, "reasons")), reasons);
        CHECK(json_string_length(json_object_get(text, "en")) > 10);
        CHECK(json_string_length(json_object_get(text, "cy")) > 10);
        CHECK_INT(json_integer_value(json_object_get(told, "deadline")) > clock_now_s(),
                  strcmp(state, "received") == 0);
        json_decref(told);
    }
    buf_done(&out);
}

static void take_reference(const struct buf *answer, char out[static 33])
{
    json_t *object = parse(answer);
    snprintf(out, 33, "%s", json_string_value(json_object_get(object, "reference")));
    json_decref(object);
}

static void test_refused(struct buf *out)
{
    check_case("malformed");
    CHECK_STR(inquire("", out), "json.malformed");
    CHECK_STR(inquire("{}", out), "inquiry.malformed");
    CHECK_STR(
        inquire("{\"member_no\":\"1\",\"source\":\"members\",\"text\":\"\",\"reason\":\"other\"}",
                out),
        "inquiry.malformed");
    CHECK_STR(
        inquire("{\"member_no\":\"1\",\"source\":\"members\",\"text\":\"x\",\"reason\":\"other\","
                "\"more\":\"x\"}",
                out),
        "inquiry.malformed");
    CHECK_STR(
        inquire("{\"member_no\":\"1\",\"source\":\"members\",\"text\":\"x\",\"reason\":\"why\"}",
                out),
        "inquiry.reason");
    CHECK_STR(
        inquire("{\"member_no\":\"1\",\"source\":\"others\",\"text\":\"x\",\"reason\":\"other\"}",
                out),
        "inquiry.source");
    struct fail fail = {0};
    CHECK_INT(election_inquiry(rehearsal.election, SPAN_LIT("00"), out, &fail), NOT_FOUND);
    CHECK_INT(election_inquiry(rehearsal.election, SPAN_LIT("00112233445566778899aabbccddeeff"),
                               out, &fail),
              NOT_FOUND);
}

/* The answer's length and words say nothing about who is a member, nor does the board: a case
 * follows for everybody, whom the lists lack included. */
static void test_alike(struct buf *out)
{
    char known[33], stranger[33];
    check_case("a member and a stranger");
    CHECK_STR(inquire(about("000011", "I have paid."), out), "");
    size_t len = out->len;
    take_reference(out, known);
    CHECK_STR(inquire(about("999999", "I have paid."), out), "");
    CHECK_UINT(out->len, len);
    take_reference(out, stranger);
    CHECK_INT(strcmp(known, stranger) != 0, 1);
    CHECK_UINT(count_cases(3), 3); /* the rehearsal's own, and theirs */
    CHECK_UINT(count_without_case(0), 0);
    check_told(known, "received", "");
    check_told(stranger, "received", "");
    check_case("decided");
    rehearsal_pursue(&rehearsal, 2, "{\"do\":\"include\"}", false);
    check_told(known, "refused", "The bank statement shows it.");
    check_told(stranger, "received", "");
}

/* Three may be open about one subject, and five a day come in. */
static void test_crowd(struct buf *out)
{
    check_case("a crowd");
    for (unsigned i = 0; i < 4; i++)
        CHECK_STR(inquire(about("000011", "And again."), out), "");
    CHECK_UINT(count_cases(6), 6);
    CHECK_STR(inquire(about("000011", "And once more."), out), "inquiry.crowded");
    CHECK_STR(inquire(about("000022", "Another member."), out), "");
    CHECK_UINT(count_cases(7), 7);
    CHECK_UINT(count_without_case(1), 1);
}

int main(void)
{
    char top[] = "/tmp/election_inquiry.XXXXXX", folder[64];
    struct buf out;
    if (sodium_init() < 0 || !mkdtemp(top))
        return 1;
    snprintf(folder, sizeof folder, "%s/election", top);
    const struct rehearsal_options options = {.folder = folder,
                                              .members = 30,
                                              .trustees = 1,
                                              .threshold = 1,
                                              .candidates = 3,
                                              .contests = 1,
                                              .unsafe_no_sync = true};
    buf_init(&out, 8192);
    rehearsal_begin(&rehearsal, &options);
    check_case("before there is a list");
    rehearsal_define(&rehearsal);
    CHECK_STR(inquire(about("000011", "x"), &out), "inquiry.early");
    rehearsal_ceremony(&rehearsal);
    rehearsal_roll(&rehearsal);
    test_refused(&out);
    test_alike(&out);
    test_crowd(&out);
    rehearsal_end(&rehearsal);
    buf_done(&out);
    return check_end("election_inquiry");
}
