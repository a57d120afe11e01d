#include "base/json.h"
#include "count/sheet.h"

enum { DECIMAL_BYTES_MAX = 32 };

static json_t *name_list(const struct sheet *sheet, const struct group *group)
{
    json_t *list = json_array();
    for (size_t i = 0; i < group->size; i++)
        json_array_append_new(list, json_string(sheet->names[group->who[i]]));
    return list;
}

static void put_votes(const struct sheet *sheet, json_t *object, const char *key, uint64_t units)
{
    struct buf text;
    buf_init(&text, DECIMAL_BYTES_MAX);
    sheet_add_votes(sheet, units, &text);
    json_put_string(object, key, buf_span(&text));
    buf_done(&text);
}

/* An object with a figure for each candidate who has not withdrawn. */
static json_t *all_figures(const struct sheet *sheet, const uint64_t *figures)
{
    json_t *all = json_object();
    for (size_t c = 1; c <= sheet->candidates; c++)
        if (!group_has(&sheet->withdrawn, c))
            put_votes(sheet, all, sheet->names[c], figures[c]);
    return all;
}

static json_t *tie(const struct sheet *sheet, const struct stage *stage)
{
    json_t *list = json_array();
    for (size_t i = 0; i < stage->steps; i++) {
        const struct tie_step *step = &sheet->steps[stage->first_step + i];
        json_t *object = json_object();
        json_put_string(object, "by", span_str(step->by_lot ? "lot" : "history"));
        json_put_integer(object, "stage", (int64_t)step->stage);
        if (sheet->shows & SHEET_BATCHES)
            json_put_integer(object, "sub", (int64_t)step->sub);
        json_put(object, "of", name_list(sheet, &step->of));
        json_put(object, "left", name_list(sheet, &step->left));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *stage_object(const struct sheet *sheet, const struct stage *stage)
{
    json_t *object = json_object();
    json_put_integer(object, "n", (int64_t)stage->n);
    if (sheet->shows & SHEET_BATCHES)
        json_put_integer(object, "sub", (int64_t)stage->sub);
    json_put_string(object, "action", span_str(stage_action_name(stage->action)));
    json_put(object, "who", name_list(sheet, &stage->who));
    json_put(object, "votes", all_figures(sheet, stage->votes));
    if (sheet->shows & SHEET_KEEP)
        json_put(object, "keep", all_figures(sheet, stage->keep));
    put_votes(sheet, object, "non_transferable", stage->non_transferable);
    put_votes(sheet, object, "loss", stage->loss);
    put_votes(sheet, object, "quota", stage->quota);
    json_put(object, "elected", name_list(sheet, &stage->elected));
    json_put(object, "excluded", name_list(sheet, &stage->excluded));
    json_put(object, "tie", tie(sheet, stage));
    return object;
}

static json_t *elected_by_stage(const struct sheet *sheet)
{
    json_t *list = json_array();
    for (size_t i = 0; i < sheet->stage_count; i++)
        if (sheet->stages[i].elected.size > 0)
            json_array_append_new(list, name_list(sheet, &sheet->stages[i].elected));
    return list;
}

static json_t *head(const struct sheet *sheet)
{
    struct group everybody = {.size = 0};
    for (size_t c = 1; c <= sheet->candidates; c++)
        group_add(&everybody, c);
    json_t *root = json_object();
    json_put_string(root, "rule", span_str(sheet->rule));
    json_put_string(root, "title", span_str(sheet->title));
    json_put_integer(root, "seats", (int64_t)sheet->seats);
    json_put(root, "candidates", name_list(sheet, &everybody));
    json_put(root, "withdrawn", name_list(sheet, &sheet->withdrawn));
    json_put_integer(root, "valid", (int64_t)sheet->valid);
    json_put_integer(root, "blank", (int64_t)sheet->blank);
    json_put_integer(root, "withdrawn_only", (int64_t)sheet->withdrawn_only);
    if (sheet->shows & SHEET_CROSSES)
        json_put_integer(root, "too_many", (int64_t)sheet->too_many);
    json_put(root, "lots", name_list(sheet, &sheet->lots));
    return root;
}

void sheet_print_json(const struct sheet *sheet, struct buf *out)
{
    json_t *root = head(sheet);
    put_votes(sheet, root, "quota", sheet->stages[0].quota);
    json_put(root, "elected", elected_by_stage(sheet));
    json_t *stages = json_array();
    for (size_t i = 0; i < sheet->stage_count; i++)
        json_array_append_new(stages, stage_object(sheet, &sheet->stages[i]));
    json_put(root, "stages", stages);
    json_print(root, out);
    json_decref(root);
}
