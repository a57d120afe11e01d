#include "http/route.h"

#include <stdio.h>

#include "log/note.h"

enum {
    BINDINGS_BYTES_MAX = ISSUE_BINDING_BYTES * LIMIT_CREDENTIALS,
    TRACE_BYTES_MAX = 16 << 20,
    INQUIRY_BYTES_MAX = 16384
};

static const struct route routes[] = {
    {"GET", "checkpoint", 0, ANYONE, RUN_HERE, route_checkpoint, NULL},
    {"GET", "tile/**", 0, ANYONE, RUN_HERE, route_tile, NULL},
    {"GET", "blob/sha256/*", 0, ANYONE, RUN_SHARED, route_blob, NULL},
    {"GET", "status", 0, ANYONE, RUN_HERE, route_status, NULL},
    {"POST", "statements", LIMIT_ENTRY_BYTES, ANYONE, RUN_LATER, NULL, route_submit},
    {"POST", "requests", INQUIRY_BYTES_MAX, ANYONE, RUN_AWAY, route_inquire, NULL},
    {"GET", "requests/*", 0, ANYONE, RUN_AWAY, route_inquiry, NULL},
    {"GET", "pending", 0, ANYONE, RUN_HERE, route_pending, NULL},
    {"PUT", "blob/sha256/*", LIMIT_BLOB_BYTES, TRUSTEES | REGISTRARS, RUN_AWAY, route_put_blob,
     NULL},
    {"PUT", "private/*/*", LIMIT_BLOB_BYTES, OFFICERS, RUN_AWAY, route_put_private, NULL},
    {"POST", "cases", NOTE_BYTES_MAX, OFFICERS, RUN_LATER, NULL, route_submit_case},
    {"GET", "cases", 0, OFFICERS, RUN_AWAY, route_cases, NULL},
    {"PUT", "bindings", BINDINGS_BYTES_MAX, REGISTRARS, RUN_AWAY, route_put_bindings, NULL},
    {"GET", "draft/*", 0, OFFICERS, RUN_AWAY, route_draft, NULL},
    {"GET", "roll/*", 0, OFFICERS, RUN_AWAY, route_roll_report, NULL},
    {"GET", "roll/*/*", 0, OFFICERS, RUN_AWAY, route_roll_member, NULL},
    {"GET", "leaves", 0, REGISTRARS, RUN_AWAY, route_leaves, NULL},
    {"GET", "annex", 0, OFFICERS, RUN_AWAY, route_annex, NULL},
    {"POST", "handovers", NOTE_BYTES_MAX, OFFICERS, RUN_AWAY, route_handover, NULL},
    {"GET", "export/members", 0, OFFICERS, RUN_AWAY, route_export, NULL},
    {"POST", "export/trace", TRACE_BYTES_MAX, OFFICERS, RUN_AWAY, route_trace, NULL},
    {"GET", "evidence/*", 0, OFFICERS, RUN_AWAY, route_evidence, NULL},
    {"GET", "evidence/case/*", 0, OFFICERS, RUN_AWAY, route_evidence_list, NULL},
    {"GET", "access", 0, OFFICERS, RUN_AWAY, route_access, NULL},
    {"GET", "access/*", 0, OFFICERS, RUN_AWAY, route_access, NULL},
    {"GET", "access/member/*", 0, OFFICERS, RUN_AWAY, route_access_of, NULL},
};

/* Cuts off the next segment; *out_more: another follows. */
static struct span next_segment(struct span *rest, bool *out_more)
{
    struct span segment;

    *out_more = span_cut(rest, '/', &segment);
    if (!*out_more)
        segment = *rest;
    return segment;
}

static bool matches(const char *pattern, struct span path, struct span out_args[static ROUTE_ARGS])
{
    struct span wanted = span_str(pattern);
    size_t stars = 0;

    for (bool more = true; more;) {
        bool wanted_more;
        struct span want = next_segment(&wanted, &wanted_more);
        if (span_is(want, "**")) {
            out_args[stars] = path;
            return path.len > 0;
        }
        struct span have = next_segment(&path, &more);
        if (more != wanted_more || have.len == 0)
            return false;
        if (span_is(want, "*"))
            out_args[stars++] = have;
        else if (!span_equal(want, have))
            return false;
    }
    return true;
}

/* HEAD is GET without the body, of what is public: a signed request says its method. */
static bool answers(const struct route *route, const char *method)
{
    return strcmp(route->method, method) == 0 ||
           (route->who == ANYONE && strcmp(method, "HEAD") == 0 &&
            strcmp(route->method, "GET") == 0);
}

static void allow(const char *method, char out_allow[static REPLY_ALLOW_BYTES])
{
    size_t used = strlen(out_allow);

    snprintf(out_allow + used, REPLY_ALLOW_BYTES - used, "%s%s", used ? ", " : "", method);
}

enum outcome route_find(const char *method, struct span path, const struct route **out_route,
                        struct span out_args[static ROUTE_ARGS],
                        char out_allow[static REPLY_ALLOW_BYTES], struct fail *fail)
{
    struct span args[ROUTE_ARGS] = {{0}};

    out_allow[0] = 0;
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
        if (!matches(routes[i].pattern, path, args))
            continue;
        if (answers(&routes[i], method)) {
            memcpy(out_args, args, sizeof args);
            *out_route = &routes[i];
            return OK;
        }
        allow(routes[i].method, out_allow);
    }
    if (out_allow[0])
        return fail_set(fail, NOT_ALLOWED, "http.method", "this resource takes %s only", out_allow);
    return fail_set(fail, NOT_FOUND, "http.path", "no such resource in this election");
}

void route_name(struct span origin, char out_name[static ROUTE_NAME_BYTES])
{
    size_t len = origin.len < ROUTE_NAME_BYTES - 1 ? origin.len : ROUTE_NAME_BYTES - 1;

    for (size_t i = 0; i < len; i++)
        out_name[i] = origin.ptr[i] == '/' ? '.' : (char)origin.ptr[i];
    out_name[len] = 0;
}
