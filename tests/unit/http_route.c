#include "http/route.h"

#include "check.h"

#include "http_election.h"

#include "http/examine.h"
#include "http/listen.h"

static void test_found(void)
{
    static const struct {
        const char *method, *path, *first, *second;
    } cases[] = {
        {"GET", "checkpoint", "", ""},
        {"HEAD", "checkpoint", "", ""},
        {"GET", "tile/0/x001/067", "0/x001/067", ""},
        {"GET", "tile/entries/000.p/8", "entries/000.p/8", ""},
        {"GET", "blob/sha256/00ff", "00ff", ""},
        {"PUT", "blob/sha256/00ff", "00ff", ""},
        {"PUT", "private/snapshot/abcd", "snapshot", "abcd"},
        {"POST", "statements", "", ""},
        {"GET", "roll/report", "report", ""},
        {"GET", "roll/member/1234", "member", "1234"},
        {"GET", "roll/proof/1234", "proof", "1234"},
        {"GET", "draft/result", "result", ""},
        {"GET", "cases", "", ""},
        {"POST", "cases", "", ""},
        {"POST", "handovers", "", ""},
        {"GET", "annex", "", ""},
        {"GET", "export/members", "", ""},
        {"POST", "export/trace", "", ""},
        {"GET", "evidence/00ff", "00ff", ""},
        {"GET", "evidence/case/7", "7", ""},
        {"GET", "access", "", ""},
        {"GET", "access/1000", "1000", ""},
        {"GET", "access/member/1234", "1234", ""},
    };

    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        const struct route *route = NULL;
        struct span args[ROUTE_ARGS] = {{0}};
        char methods[REPLY_ALLOW_BYTES];
        check_case("%s %s", cases[i].method, cases[i].path);
        if (!CHECK_INT(
                route_find(cases[i].method, span_str(cases[i].path), &route, args, methods, NULL),
                OK))
            continue;
        CHECK_TEXT(args[0], cases[i].first);
        CHECK_TEXT(args[1], cases[i].second);
        CHECK(!route->handle != !route->begin);
        CHECK_INT(route->place == RUN_LATER, route->begin != NULL);
    }
}

static void test_not_found(void)
{
    static const struct {
        const char *method, *path, *code, *allow;
    } cases[] = {
        {"GET", "", "http.path", ""},
        {"GET", "tile", "http.path", ""},
        {"GET", "tile/", "http.path", ""},
        {"GET", "checkpoint/", "http.path", ""},
        {"GET", "checkpoints", "http.path", ""},
        {"GET", "blob/sha256/", "http.path", ""},
        {"GET", "blob/sha256/a/b", "http.path", ""},
        {"PUT", "private/snapshot", "http.path", ""},
        {"PUT", "private//abcd", "http.path", ""},
        {"GET", "keys/authority", "http.path", ""},
        {"POST", "checkpoint", "http.method", "GET"},
        {"get", "checkpoint", "http.method", "GET"},
        {"HEAD", "annex", "http.method", "GET"},
        {"GET", "statements", "http.method", "POST"},
        {"HEAD", "access", "http.method", "GET"},
        {"GET", "export/trace", "http.method", "POST"},
        {"GET", "export/members/1", "http.path", ""},
        {"GET", "evidence", "http.path", ""},
        {"DELETE", "cases", "http.method", "POST, GET"},
        {"PATCH", "blob/sha256/00", "http.method", "GET, PUT"},
        {"OPTIONS", "statements", "http.method", "POST"},
    };

    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        const struct route *route = NULL;
        struct span args[ROUTE_ARGS] = {{0}};
        char methods[REPLY_ALLOW_BYTES];
        struct fail fail = {.outcome = OK};
        check_case("%s \"%s\"", cases[i].method, cases[i].path);
        CHECK(route_find(cases[i].method, span_str(cases[i].path), &route, args, methods, &fail) !=
              OK);
        CHECK_STR(fail.code, cases[i].code);
        CHECK_STR(methods, cases[i].allow);
        CHECK(!route);
    }
}

static void test_paths(void)
{
    static const struct {
        const char *url, *path; /* NULL: refused */
    } cases[] = {
        {"/e/party.wales.2026/checkpoint", "checkpoint"},
        {"/e/party.wales.2026/tile/0/000", "tile/0/000"},
        {"/e/party.wales.2026/", ""},
        {"/status", "status"},
        {"/e/party.wales.2026", NULL},
        {"/e/party.wales.2027/checkpoint", NULL},
        {"/e/party.wales/2026/checkpoint", NULL},
        {"e/party.wales.2026/checkpoint", NULL},
        {"//e/party.wales.2026/checkpoint", NULL},
        {"/e/party.wales.2026/tile/%2e%2e", NULL},
        {"/e/party.wales.2026/tile/0\\0", NULL},
        {"/e/party.wales.2026/t\xC3\xA9", NULL},
        {"/", NULL},
        {"", NULL},
        {"*", NULL},
    };

    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        char path[ROUTE_PATH_BYTES] = "untouched";
        struct fail fail;
        check_case("%s", cases[i].url);
        CHECK_INT(examine_path(cases[i].url, SPAN_LIT("party.wales.2026"), path, &fail),
                  cases[i].path ? OK : NOT_FOUND);
        CHECK_STR(path, cases[i].path ? cases[i].path : "untouched");
    }
}

static void test_long_path(void)
{
    char url[ROUTE_PATH_BYTES + 8];
    char path[ROUTE_PATH_BYTES];
    struct fail fail;

    for (size_t len = ROUTE_PATH_BYTES - 1; len <= ROUTE_PATH_BYTES; len++) {
        check_case("a path of %zu bytes", len);
        memset(url, 'a', sizeof url);
        memcpy(url, "/e/x/", 5);
        url[5 + (len < sizeof url - 6 ? len : sizeof url - 6)] = 0;
        CHECK_INT(examine_path(url, SPAN_LIT("x"), path, &fail),
                  len < ROUTE_PATH_BYTES ? OK : TOO_LARGE);
    }
}

static void test_names(void)
{
    char name[ROUTE_NAME_BYTES];

    check_case("name");
    route_name(SPAN_LIT("party.wales/leader/2026"), name);
    CHECK_STR(name, "party.wales.leader.2026");
}

static void test_addresses(void)
{
    static const struct {
        const char *text;
        bool read, loopback;
    } cases[] = {
        {"127.0.0.1:8080", true, true},
        {"127.1.2.3:0", true, true},
        {"localhost:1", true, true},
        {"[::1]:8080", true, true},
        {"0.0.0.0:80", true, false},
        {"[::]:80", true, false},
        {"192.0.2.1:80", true, false},
        {"127.0.0.1", false, false},
        {"127.0.0.1:", false, false},
        {"127.0.0.1:65536", false, false},
        {"127.0.0.1:080", false, false},
        {":80", false, false},
        {"", false, false},
        {"::1:80", false, false},
        {"[::1:80", false, false},
        {"example.com:80", false, false},
        {"127.0.0.1:80 ", false, false},
    };

    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        struct listen_address address = {.loopback = false};
        struct fail fail = {.outcome = OK};
        check_case("\"%s\"", cases[i].text);
        CHECK_INT(listen_read(span_str(cases[i].text), &address, &fail),
                  cases[i].read ? OK : BAD_INPUT);
        CHECK_INT(address.loopback, cases[i].loopback);
    }
}

int main(void)
{
    test_found();
    test_not_found();
    test_paths();
    test_long_path();
    test_names();
    test_addresses();
    return check_end("http_route");
}
