/* The strict JSON reader: canonical texts pass unchanged, all others are refused. */
#include "base/json.h"
#include "base/json_write.h"

#include "check.h"

/* Is the text one canonical value? */
static enum outcome read_any(const char *text)
{
    struct json json;
    struct span value;
    struct fail fail;
    json_open(&json, span_text(text));
    json_any(&json, NULL, &value);
    enum outcome outcome = json_finish(&json, &fail);
    if (outcome == GOOD)
        CHECK_TEXT(value, text);
    json_done(&json);
    return outcome;
}

static const char *const good[] = {
    "0",
    "-1",
    "9223372036854775807",
    "-9223372036854775808",
    "true",
    "false",
    "\"\"",
    "\"a/\x7f\xc3\xa8\"",
    "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u000B\\u001F\"",
    "{}",
    "[]",
    "[1,[2,{\"a\":[]}],\"x\",true]",
    "{\"a\":1,\"b\":{\"a\":2}}",
    "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
};

static const char *const refused[] = {
    "",
    " ",
    "1 ",
    " 1",
    "1\n",
    "01",
    "-0",
    "00",
    "-",
    "+1",
    "1.0",
    "1e3",
    "1E3",
    "0x1",
    "9223372036854775808",
    "-9223372036854775809",
    "null",
    "True",
    "tru",
    "trueX",
    "\"",
    "\"a",
    "\"\\\"",
    "\"\\/\"",
    "\"\\a\"",
    "\"\\u0041\"",
    "\"\\u000b\"",
    "\"\\u0000\"",
    "\"\\u0008\"",
    "\"\\u000A\"",
    "\"\\u0022\"",
    "\"\\u00\"",
    "\"\\u007F\"",
    "\"\\U0001\"",
    "\"\n\"",
    "\"\x01\"",
    "\"\xff\"",
    "\"\xed\xa0\x80\"",
    "'a'",
    "{",
    "}",
    "[",
    "]",
    "[1,]",
    "[,1]",
    "[1 ]",
    "[1, 2]",
    "[1}",
    "{\"a\":1]",
    "{\"a\"}",
    "{\"a\":}",
    "{\"a\" :1}",
    "{\"a\": 1}",
    "{a:1}",
    "{\"a\":1,}",
    "{,\"a\":1}",
    "{\"a\":1,\"a\":1}",
    "{\"a\":1,\"b\":2,\"a\":3}",
    "{1:1}",
    "[1][2]",
    "{}{}",
    "1,2",
    "[1]x",
    "\xef\xbb\xbf{}",
    "[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]",
};

static void test_canonical(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(good); i++) {
        check_case("%s", good[i]);
        CHECK_INT(read_any(good[i]), GOOD);
        char member[256];
        snprintf(member, sizeof member, "{\"m\":%s}", good[i]);
        CHECK_INT(read_any(member), strlen(good[i]) == 32 ? BAD : GOOD); /* one level too deep */
    }
    for (size_t i = 0; i < CHECK_COUNT_OF(refused); i++) {
        check_case("%s", refused[i]);
        CHECK_INT(read_any(refused[i]), BAD);
    }
}

/* A NUL inside, and each beginning of a text. */
static void test_cut(void)
{
    static const char text[] = "{\"a\":[1,\"b\\n\",true],\"c\":{}}";
    for (size_t len = 0; len < strlen(text); len++) {
        char cut[64], patched[64];
        check_case("cut at %zu", len);
        snprintf(cut, sizeof cut, "%.*s", (int)len, text);
        CHECK_INT(read_any(cut), BAD);
        struct json json;
        struct span value;
        memcpy(patched, text, sizeof text);
        patched[len] = '\0';
        json_open(&json, span_of(patched, strlen(text)));
        json_any(&json, NULL, &value);
        CHECK_INT(json_finish(&json, NULL), BAD);
        json_done(&json);
    }
}

struct statement {
    struct span kind, title;
    uint8_t key[2];
    int64_t at, units[4];
    size_t unit_count;
    bool rehearsal, has_note;
    struct span note;
};

/* As real code reads: members in order, one of them optional. */
static enum outcome read_statement(const char *text, struct statement *out, struct json *json)
{
    struct fail fail;
    *out = (struct statement){0};
    json_open(json, span_text(text));
    json_object(json, NULL);
    json_literal(json, "kind", "test");
    json_string(json, "title", 8, &out->title);
    json_hex(json, "key", out->key, 2);
    json_integer(json, "at", 0, 100, &out->at);
    json_array(json, "units");
    while (json_more(json)) {
        if (out->unit_count == 4) {
            json_refuse(json, "units", "too many");
            break;
        }
        json_integer(json, NULL, 1, 9, &out->units[out->unit_count++]);
    }
    json_end(json);
    out->has_note = json_at(json, "note");
    if (out->has_note)
        json_any(json, "note", &out->note);
    json_boolean(json, "rehearsal", &out->rehearsal);
    json_end(json);
    return json_finish(json, &fail);
}

#define HEAD "{\"kind\":\"test\",\"title\":\"a\\nb\",\"key\":\"01ff\",\"at\":7,"
static void test_statement(void)
{
    struct json json;
    struct statement got;
    check_case("statement");
    CHECK_INT(read_statement(HEAD "\"units\":[1,9],\"rehearsal\":true}", &got, &json), GOOD);
    CHECK_TEXT(got.title, "a\nb");
    CHECK_INT(got.at, 7);
    CHECK_UINT(got.unit_count, 2);
    CHECK_INT(got.units[1], 9);
    CHECK(got.rehearsal && !got.has_note && got.key[1] == 0xff);
    json_done(&json);
    CHECK_INT(
        read_statement(HEAD "\"units\":[],\"note\":{\"x\":[1]},\"rehearsal\":false}", &got, &json),
        GOOD);
    CHECK_TEXT(got.note, "{\"x\":[1]}");
    json_done(&json);
}

static void test_statement_refused(void)
{
    static const char *const cases[] = {
        "[]",
        "{}",
        "{\"kind\":\"other\",\"title\":\"a\",\"key\":\"01ff\",\"at\":7,\"units\":[],"
        "\"rehearsal\":true}",
        "{\"title\":\"a\",\"kind\":\"test\",\"key\":\"01ff\",\"at\":7,\"units\":[],"
        "\"rehearsal\":true}",
        "{\"kind\":\"test\",\"title\":\"123456789\",\"key\":\"01ff\",\"at\":7,\"units\":[],"
        "\"rehearsal\":true}",
        "{\"kind\":\"test\",\"title\":\"a\",\"key\":\"01FF\",\"at\":7,\"units\":[],"
        "\"rehearsal\":true}",
        "{\"kind\":\"test\",\"title\":\"a\",\"key\":\"01\",\"at\":7,\"units\":[],"
        "\"rehearsal\":true}",
        "{\"kind\":\"test\",\"title\":\"a\",\"key\":\"01ff\",\"at\":101,\"units\":[],"
        "\"rehearsal\":true}",
        "{\"kind\":\"test\",\"title\":\"a\",\"key\":\"01ff\",\"at\":-1,\"units\":[],"
        "\"rehearsal\":true}",
        HEAD "\"units\":[0],\"rehearsal\":true}",
        HEAD "\"units\":[1,1,1,1,1],\"rehearsal\":true}",
        HEAD "\"units\":{},\"rehearsal\":true}",
        HEAD "\"units\":[],\"rehearsal\":1}",
        HEAD "\"units\":[],\"rehearsal\":true,\"more\":1}",
        HEAD "\"units\":[],\"rehearsal\":true,\"rehearsal\":true}",
        HEAD "\"units\":[],\"note\":1,\"note\":1,\"rehearsal\":true}",
        HEAD "\"units\":[],\"rehearsal\":true,\"note\":1}",
        HEAD "\"units\":[]}",
        HEAD "\"units\":[],\"rehearsal\":true} ",
        HEAD "\"units\":[],\"rehearsal\":true",
        HEAD "\"units\":[1\"rehearsal\":true}",
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        struct json json;
        struct statement got;
        check_case("statement refused %zu", i);
        CHECK_INT(read_statement(cases[i], &got, &json), BAD);
        json_done(&json);
    }
}

/* Objects whose names are data, and the limit on members. */
static void test_names(void)
{
    struct json json;
    struct span name, text;
    char many[2048] = "{";
    check_case("names");
    json_open(&json, span_text("{\"en\":\"x\",\"cy\":[2]}"));
    json_object(&json, NULL);
    json_name(&json, 2, &name);
    CHECK_TEXT(name, "en");
    json_string(&json, NULL, 9, &text);
    CHECK_TEXT(text, "x");
    CHECK(json_more(&json));
    json_name(&json, 2, &name);
    json_any(&json, NULL, &text);
    CHECK_TEXT(text, "[2]");
    CHECK(!json_more(&json));
    json_end(&json);
    CHECK_INT(json_finish(&json, NULL), GOOD);
    json_done(&json);
    for (int i = 0; i <= JSON_MEMBERS; i++)
        check_append(many, sizeof many, "%s\"%d\":1", i == 0 ? "" : ",", i);
    check_append(many, sizeof many, "}");
    CHECK_INT(read_any(many), BAD);
}

/* What the writer prints, the reader takes. */
static void test_writer(void)
{
    struct buffer out;
    char text[512];
    buffer_init(&out, 400);
    json_write_open(&out, NULL, '{');
    json_write_text(&out, "t", span_text("\"\\\b\f\n\r\t\x01\x1f\x7f\xc3\xa8/"));
    json_write_integer(&out, "n", INT64_MIN);
    json_write_open(&out, "a", '[');
    json_write_boolean(&out, NULL, true);
    json_write_hex(&out, NULL, span_of("\x0a\xbc", 2));
    json_write_open(&out, NULL, '{');
    json_write_close(&out, '}');
    json_write_close(&out, ']');
    json_write_boolean(&out, "b", false);
    json_write_close(&out, '}');
    check_case("writer");
    CHECK(!buffer_full(&out));
    snprintf(text, sizeof text, "%.*s", (int)out.len, (const char *)out.at);
    CHECK_STR(text, "{\"t\":\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001F\x7f\xc3\xa8/\","
                    "\"n\":-9223372036854775808,\"a\":[true,\"0abc\",{}],\"b\":false}");
    CHECK_INT(read_any(text), GOOD);
    buffer_clear(&out);
    json_write_text(&out, NULL, span_text("\xff"));
    CHECK(buffer_full(&out));
    buffer_clear(&out);
    json_write_text(&out, NULL, span_of("a\0b", 3));
    CHECK(buffer_full(&out));
    buffer_done(&out);
}

int main(void)
{
    test_canonical();
    test_cut();
    test_statement();
    test_statement_refused();
    test_names();
    test_writer();
    return check_end("base_json");
}
