#include "cli/mapping_print.h"

#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>

static void print_json(const json_t *value)
{
    char *text = json_dumps(value, JSON_ENCODE_ANY);
    fputs(text ? text : "null", stdout);
    free(text);
}

/* The words that nobody knows, for a person to fill in. */
static void add_unknown(const struct suggestion *suggestion, const char *header, json_t *words)
{
    for (uint32_t i = 0; i < suggestion->width; i++) {
        const struct suggested_column *column = &suggestion->columns[i];
        if (column->field != FIELD_STATUS || !span_is(column->header, header))
            continue;
        for (uint32_t j = 0; j < column->look.word_count; j++) {
            const char *theirs = column->look.words[j].text;
            if (!suggest_status(theirs))
                json_array_append_new(words, json_pack("[ss]", theirs, MAPPING_UNKNOWN));
        }
    }
}

static void print_words(const json_t *words)
{
    printf(", \"words\": [");
    for (size_t i = 0; i < json_array_size(words); i++) {
        printf("%s\n    ", i > 0 ? "," : "");
        print_json(json_array_get(words, i));
    }
    printf("]");
}

static void print_column(const struct suggestion *suggestion, const json_t *column)
{
    const char *name;
    json_t *value;
    bool first = true;
    const char *header = json_string_value(json_object_get(column, "column"));
    printf("  {");
    json_object_foreach((json_t *)(uintptr_t)column, name, value)
    {
        if (strcmp(name, "words") == 0) {
            add_unknown(suggestion, header ? header : "", value);
            print_words(value);
            continue;
        }
        printf("%s\"%s\": ", first ? "" : ", ", name);
        print_json(value);
        first = false;
    }
    printf("}");
}

/* A status column of whose words none is known stands in no proposal; here it does, since a person
 * is about to fill them in. */
static void add_foreign_status(const struct suggestion *suggestion, json_t *columns)
{
    const struct suggested_column *found = NULL;
    for (uint32_t i = 0; i < suggestion->width; i++) {
        const struct suggested_column *column = &suggestion->columns[i];
        if (column->field != FIELD_STATUS || column->word == NULL)
            continue;
        if (column->fate == FATE_MAPPED)
            return;
        if (column->fate == FATE_UNFIT && column->look.word_count > 0)
            found = column;
    }
    if (found)
        json_array_append_new(columns, json_pack("{s:s%,s:s,s:[]}", "column", found->header.ptr,
                                                 found->header.len, "field", "status", "words"));
}

void mapping_print(const struct suggestion *suggestion, const json_t *mapping)
{
    const char *name;
    json_t *value;
    bool first = true;
    json_object_foreach((json_t *)(uintptr_t)mapping, name, value)
    {
        printf("%s\"%s\": ", first ? "{" : ",\n ", name);
        first = false;
        if (strcmp(name, "columns") != 0) {
            print_json(value);
            continue;
        }
        add_foreign_status(suggestion, value);
        for (size_t i = 0; i < json_array_size(value); i++) {
            printf("%s\n", i > 0 ? "," : "[");
            print_column(suggestion, json_array_get(value, i));
        }
        printf("]");
    }
    printf("}\n");
}
