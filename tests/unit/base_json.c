#include "base/json.h"

#include "check.h"

static enum outcome read_canonical(const char *text, size_t len, json_t **out_value,
                                   struct fail *fail)
{
    return json_read_canonical(span_of(text, len), "sample", out_value, fail);
}

static void test_canonical_good(void)
{
    static const char *const good[] = {
        "{}",
        "{\"b\":1,\"a\":2}",
        "{\"a\":[]}",
        "{\"a\":[1,{\"b\":true},false,\"x\"]}",
        "{\"a\":-9223372036854775808,\"b\":9223372036854775807}",
        "{\"a\":\"\\b\\f\\n\\r\\t\\u0001\\u001F\\\"\\\\/\x7f\"}",
        "{\"enw\":\"Si\xc3\xa2n \xc5\xb4yn \xf0\x9f\x97\xb3\"}",
        "{\"\":0}",
        "{\"a\":[[[[[[[[[[[[[[1]]]]]]]]]]]]]]}",
    };

    for (size_t i = 0; i < CHECK_COUNT_OF(good); i++) {
        json_t *value = NULL;
        struct fail fail = {0};
        struct buf again;

        check_case("canonical %s", good[i]);
        CHECK_INT(read_canonical(good[i], strlen(good[i]), &value, &fail), OK);
        CHECK_STR(fail.text, "");
        buf_init(&again, 4096);
        json_print(value, &again);
        CHECK_TEXT(buf_span(&again), good[i]);
        buf_done(&again);
        json_decref(value);
    }
}

static void check_refused(struct span text, const char *want_code)
{
    json_t *value = NULL;
    struct fail fail = {0};

    CHECK_INT(json_read_canonical(text, "sample", &value, &fail), BAD_INPUT);
    CHECK_STR(fail.code, want_code);
    CHECK(strncmp(fail.text, "sample: ", 8) == 0);
    CHECK(value == NULL);
}

static const char *const malformed[] = {
    "",
    "{",
    "}",
    "[]",
    "1",
    "\"a\"",
    "true",
    "null",
    "{\"a\":null}",
    "{\"a\":1.0}",
    "{\"a\":1e5}",
    "{\"a\":-0.0}",
    "{\"a\":9223372036854775808}",
    "{\"a\":01}",
    "{\"a\":-9223372036854775809}",
    "{\"a\":1,\"a\":1}",
    "{\"a\":1,\"b\":{\"c\":1,\"c\":2}}",
    "{\"a\":1,\"\\u0061\":2}",
    "{\"a\":\"\x01\"}",
    "{\"a\":\"\\u0000\"}",
    "{\"a\\u0000\":1}",
    "{\"a\":\"\xc0\x80\"}",
    "{\"a\":\"\xed\xa0\x80\"}",
    "{\"a\":\"\\ud800\"}",
    "{\"a\":'b'}",
    "{a:1}",
    "{\"a\":1,}",
    "{\"a\":[1,]}",
    "{\"a\":1}x",
    "{\"a\":1}{}",
    "\xef\xbb\xbf{}",
    "{\"a\":NaN}",
    "{\"a\":+1}",
    "{\"a\":0x1}",
    "// x\n{}",
    "{\"a\":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}",
};
static const char *const not_canonical[] = {
    " {}",
    "{}\n",
    "{ }",
    "{\"a\": 1}",
    "{\"a\":1 }",
    "{\"a\" :1}",
    "{\"a\":-0}",
    "{\"a\":\"\\u0041\"}",
    "{\"a\":\"\\/\"}",
    "{\"a\":\"\\u001f\"}",
    "{\"a\":\"\\u000a\"}",
    "{\"a\":\"\\u00e2\"}",
    "{\"\\u0061\":1}",
    "{\"a\":[1, 2]}",
    "{\"a\":\"\\ud83d\\uddf3\"}",
    "{\"a\":\"\\u007f\"}",
};

static void test_canonical_bad(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(malformed); i++) {
        check_case("malformed %s", malformed[i]);
        check_refused(span_str(malformed[i]), "json.malformed");
    }
    for (size_t i = 0; i < CHECK_COUNT_OF(not_canonical); i++) {
        json_t *value = NULL;
        struct fail fail = {0};

        check_case("not canonical %s", not_canonical[i]);
        check_refused(span_str(not_canonical[i]), "json.not-canonical");
        CHECK_INT(json_read_loose(span_str(not_canonical[i]), "sample", &value, &fail), OK);
        json_decref(value);
    }
    check_case("a NUL after the end");
    check_refused(SPAN_ARRAY("{}"), "json.malformed");
}

static void test_deep(void)
{
    char deep[4096];

    check_case("nested 1,000 deep");
    snprintf(deep, sizeof(deep), "{\"a\":");
    memset(deep + 5, '[', 1000);
    memset(deep + 1005, ']', 1000);
    deep[2005] = '}';
    check_refused(span_of(deep, 2006), "json.malformed");
    check_case("nested beyond jansson's own limit");
    memset(deep, '[', sizeof(deep));
    check_refused(span_of(deep, sizeof(deep)), "json.malformed");
}

static const char sample[] = "{\"name\":\"Si\xc3\xa2n\",\"seats\":3,\"open\":true,\"shut\":false,"
                             "\"key\":\"00ff10\",\"list\":[1],\"more\":{\"x\":1}}";

static json_t *read_sample(void)
{
    json_t *value = NULL;

    CHECK_INT(read_canonical(sample, sizeof(sample) - 1, &value, NULL), OK);
    return value;
}

static void test_take(void)
{
    struct fail fail = {0};
    json_t *value = read_sample();
    struct json_take take = json_take_from(value, "sample", &fail);
    uint8_t key[3] = {1, 1, 1};

    check_case("take all");
    CHECK(json_take_peek(&take, "name"));
    CHECK(!json_take_peek(&take, "seats"));
    CHECK_TEXT(json_take_string(&take, "name"), "Si\xc3\xa2n");
    CHECK_INT(json_take_integer(&take, "seats", 1, 3), 3);
    CHECK(json_take_bool(&take, "open"));
    CHECK(!json_take_bool(&take, "shut"));
    json_take_hex(&take, "key", key, sizeof(key));
    CHECK_BYTES(key, "\x00\xff\x10", 3);
    CHECK_UINT(json_array_size(json_take_array(&take, "list")), 1);
    CHECK_UINT(json_object_size(json_take_object(&take, "more")), 1);
    CHECK_INT(json_take_end(&take), OK);
    CHECK(!json_take_peek(&take, "more"));
    json_decref(value);
}

static void take_wrong(int which, struct json_take *take)
{
    uint8_t key[4] = {7, 7, 7, 7};

    switch (which) {
    case 0:
        json_take_string(take, "seats"); /* out of its place */
        break;
    case 1:
        json_take_integer(take, "name", 0, 9); /* another type */
        break;
    case 2:
        json_take_string(take, "name");
        json_take_integer(take, "seats", 4, 9); /* out of range */
        break;
    case 3:
        json_take_string(take, "name");
        json_take_bool(take, "seats");
        break;
    case 4:
        json_take_hex(take, "name", key, 3);
        CHECK_BYTES(key, "\7\7\7\7", 4);
        break;
    case 5:
        json_take_array(take, "name");
        break;
    case 6:
        json_take_object(take, "name");
        break;
    case 7:
        json_take_string(take, "name"); /* the rest is left over */
        break;
    default:
        json_take_string(take, "nobody");
        break;
    }
}

static void test_take_wrong(void)
{
    static const char *const wants[] = {
        "sample: \"seats\" is missing or out of its place",
        "sample: \"name\" must be an integer",
        "sample: \"seats\" is 3, must be from 4 to 9",
        "sample: \"seats\" must be true or false",
        "sample: \"name\" must be 6 lowercase hex digits",
        "sample: \"name\" must be an array",
        "sample: \"name\" must be an object",
        "sample: \"seats\" is unknown here or out of its place",
        "sample: \"nobody\" is missing or out of its place",
    };

    for (int i = 0; i < (int)CHECK_COUNT_OF(wants); i++) {
        struct fail fail = {0};
        json_t *value = read_sample();
        struct json_take take = json_take_from(value, "sample", &fail);

        check_case("take wrong %d", i);
        take_wrong(i, &take);
        /* The first mismatch sticks. */
        if (take.failed) {
            CHECK_UINT(json_take_string(&take, "name").len, 0);
            CHECK_INT(json_take_integer(&take, "seats", 2, 5), 2);
            CHECK(json_take_object(&take, "more") == NULL);
        }
        CHECK_INT(json_take_end(&take), BAD_INPUT);
        CHECK_STR(fail.code, "json.member");
        CHECK_STR(fail.text, wants[i]);
        json_decref(value);
    }
}

static void test_take_from_nothing(void)
{
    struct fail fail = {0};
    json_t *array = json_array();
    struct json_take take = json_take_from(array, "sample", &fail);

    check_case("take from an array");
    CHECK(!json_take_bool(&take, "a"));
    CHECK_INT(json_take_end(&take), BAD_INPUT);
    json_decref(array);
    take = json_take_from(NULL, "sample", NULL);
    CHECK_INT(json_take_end(&take), BAD_INPUT);
}

static void test_put(void)
{
    json_t *object = json_object();
    struct buf text;

    check_case("put");
    json_put_string(object, "z", SPAN_LIT("a\"b"));
    json_put_string(object, "y", span_of(NULL, 0));
    json_put_integer(object, "x", INT64_MIN);
    json_put_bool(object, "w", true);
    json_put_hex(object, "v", SPAN_LIT("\x01\xff"));
    json_put_hex(object, "u", span_of(NULL, 0));
    json_put(object, "t", json_array());
    buf_init(&text, 4096);
    json_print(object, &text);
    CHECK_STR(buf_text(&text), "{\"z\":\"a\\\"b\",\"y\":\"\",\"x\":-9223372036854775808,\"w\":true,"
                               "\"v\":\"01ff\",\"u\":\"\",\"t\":[]}");
    buf_done(&text);
    buf_init(&text, 10);
    json_print(object, &text);
    CHECK(!buf_ok(&text));
    buf_done(&text);
    json_decref(object);
}

int main(void)
{
    test_canonical_good();
    test_canonical_bad();
    test_deep();
    test_take();
    test_take_wrong();
    test_take_from_nothing();
    test_put();
    return check_end("base_json");
}
