/* The worked examples of docs/counting.md, to the byte, as they stand there: in each section
 * "Worked example" the first block is the .blt, the lots are in the sentence with --lots, and the
 * block that follows is the sheet. Every rule of the table must have one. */
#include "check.h"
#include "count/blt.h"

static const char page[] = "docs/counting.md", heading[] = "## Worked example: `";

/* The text up to `mark`, which is passed over; empty and *at unchanged if it does not follow. */
static struct span cut_before(const char **at, const char *mark)
{
    const char *end = strstr(*at, mark);
    struct span text = span_of(*at, end == NULL ? 0 : (size_t)(end - *at));
    if (end != NULL)
        *at = end + strlen(mark);
    return text;
}

/* "4,3,2,1`" after --lots; false if the section has no lots. */
static bool read_lots(const char *from, const char *to, uint8_t out_lots[LIMIT_CANDIDATES])
{
    const char *at = strstr(from, "--lots ");
    if (at == NULL || at > to)
        return false;
    at += strlen("--lots ");
    for (size_t i = 0; i < LIMIT_CANDIDATES && *at != '`'; i++) {
        char *end;
        out_lots[i] = (uint8_t)strtoul(at, &end, 10);
        at = *end == ',' ? end + 1 : end;
    }
    return true;
}

static void check_example(const struct count_rule *rule, struct span text, const uint8_t *lots,
                          struct span want)
{
    struct blt blt;
    struct sheet sheet;
    struct fail fail = {""};
    struct buffer json;
    if (!CHECK_INT(blt_read(text, &blt, &fail), GOOD))
        return;
    buffer_init(&json, 1 << 20);
    struct count_task task = blt_task(&blt);
    task.lots = lots;
    if (CHECK_INT(count_run(rule, &task, &sheet, &fail), GOOD)) {
        sheet_write_json(&sheet, &json);
        CHECK_SPAN(buffer_span(&json), want);
        sheet_done(&sheet);
    }
    CHECK_STR(fail.text, "");
    buffer_done(&json);
    blt_done(&blt);
}

/* The section that begins at `at`, after the heading; returns where it ends. */
static const char *check_section(const char *at, unsigned *seen)
{
    uint8_t lots[LIMIT_CANDIDATES];
    struct span name = cut_before(&at, "`\n");
    const struct count_rule *rule = count_rule_named(name);
    check_case("worked example, %.*s", (int)name.len, (const char *)name.ptr);
    (void)cut_before(&at, "```\n");
    struct span blt = cut_before(&at, "```\n");
    const char *words = at;
    (void)cut_before(&at, "```json\n");
    bool drawn = read_lots(words, at, lots);
    struct span json = cut_before(&at, "\n```\n");
    if (!CHECK(rule != NULL) || !CHECK(blt.len > 0) || !CHECK(json.len > 0))
        return at;
    check_example(rule, blt, drawn ? lots : NULL, json);
    for (size_t i = 0; count_rule_at(i) != NULL; i++)
        *seen |= count_rule_at(i) == rule ? 1U << i : 0;
    return at;
}

int main(void)
{
    static char text[1 << 17];
    FILE *file = fopen(page, "rb");
    unsigned seen = 0;
    if (file == NULL) {
        CHECK(file != NULL);
        return check_end("verify count_examples");
    }
    size_t len = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    CHECK(len < sizeof text - 1);
    for (const char *at = text; (at = strstr(at, heading)) != NULL;)
        at = check_section(at + strlen(heading), &seen);
    for (size_t i = 0; count_rule_at(i) != NULL; i++) {
        check_case("a worked example of %s", count_rule_at(i)->name);
        CHECK((seen >> i & 1) != 0);
    }
    return check_end("verify count_examples");
}
