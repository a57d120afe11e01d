/* Any rules that are accepted are explained, in both languages, as text and as a picture in which
 * nothing but our own tags stands. */
#include <jansson.h>
#include <stdlib.h>

#include "roll/pathway.h"
#include "roll/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_tags(const char *svg)
{
    static const char *const TAGS[] = {"<svg ",  "</svg>",  "<title ", "</title>",
                                       "<desc ", "</desc>", "<rect ",  "<path ",
                                       "<text ", "</text>", "<circle "};
    for (const char *at = strchr(svg, '<'); at != NULL; at = strchr(at + 1, '<')) {
        bool known = false;
        for (size_t i = 0; i < sizeof TAGS / sizeof *TAGS; i++)
            known = known || strncmp(at, TAGS[i], strlen(TAGS[i])) == 0;
        if (!known)
            abort();
    }
}

static void explain(const json_t *rules, const json_t *styles)
{
    for (int language = 0; language < LANGUAGES; language++) {
        const struct pathway pathway = {
            .rules = rules, .styles = styles, .language = (enum language)language};
        struct buf text, svg;
        buf_init(&text, 1 << 26);
        buf_init(&svg, 1 << 26);
        pathway_print_text(&pathway, &text);
        if (pathway_print_svg(&pathway, &svg, NULL) != OK || !buf_ok(&text) || text.len == 0)
            abort();
        check_tags(buf_text(&svg));
        buf_done(&text);
        buf_done(&svg);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct source_list sources;
    struct rules rules;
    json_t *json = json_loadb((const char *)bytes, len, JSON_REJECT_DUPLICATES, NULL);
    json_t *feeds =
        json_pack("[{s:s,s:{s:s,s:s},s:s,s:b,s:i}]", "id", "members", "title", "en", "Members",
                  "cy", "", "numbers", "members", "lists", 1, "stale_after", 0);
    json_t *fields = json_array();
    const json_t *list = json_object_get(json, "rules");
    const json_t *styles = json_object_get(json, "styles");
    if (sources_read(feeds, fields, &sources, NULL) != OK)
        abort();
    if (rules_read(list, styles, &sources, &rules, NULL) == OK) {
        explain(list, styles);
        rules_done(&rules);
    }
    sources_done(&sources);
    json_decref(fields);
    json_decref(feeds);
    json_decref(json);
    return 0;
}
