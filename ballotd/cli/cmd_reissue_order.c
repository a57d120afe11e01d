/* ballotd reissue-order: two officers order a new code in place of a lost one. */
#include "base/code.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/office.h"
#include "cli/public_log.h"

static const char help[] =
    "usage: ballotd reissue-order --credential KEY --reason TEXT [--tendered] --url URL --key "
    "FILE\n"
    "                             [OPTION...]\n"
    "\n"
    "Orders the registrar to kill an unused code and give the member a new one. KEY is the\n"
    "credential's public key in hex, as the registrar finds it for the member. Takes two "
    "officers:\n"
    "the other one uses `ballotd countersign`. The reason is public: name nobody.\n"
    "\n"
    "  --tendered              for a member in whose name somebody else has voted: the credential\n"
    "                          and its ballot stand, and the new code casts a tendered ballot,\n"
    "                          which is set aside and stands in the account\n"
    "\n" DESK_HELP;

struct order {
    const char *credential, *reason;
    bool tendered;
    uint8_t key[KEY_BYTES];
    struct public_log *log;
    struct span origin;
    bool found;
    uint8_t made_by[HASH_BYTES]; /* leaf of the issue or reissue */
};

/* -- which entry made the credential ---------------------------------------------------------- */

static enum outcome search_list(struct order *order, const json_t *issue, bool *out_found,
                                struct fail *fail)
{
    uint8_t hash[HASH_BYTES];
    struct buf items;
    struct json_take take = json_take_from(json_object_get(issue, "list"), "list", fail);
    json_take_hex(&take, "sha256", hash, HASH_BYTES);
    uint64_t size = (uint64_t)json_take_integer(&take, "size", 0, LIMIT_BLOB_BYTES);
    enum outcome outcome = json_take_end(&take);
    if (outcome != OK)
        return outcome;
    buf_init(&items, size);
    outcome = public_log_blob(order->log, hash, size, &items, fail);
    bool found = false;
    for (size_t at = 0; outcome == OK && !found && at + ISSUE_ITEM_BYTES <= items.len;
         at += ISSUE_ITEM_BYTES)
        found = memcmp(items.bytes + at, order->key, KEY_BYTES) == 0;
    buf_done(&items);
    if (outcome == OK)
        *out_found = found;
    return outcome;
}

static enum outcome look_at_entry(void *ctx, uint64_t index, struct span entry, struct fail *fail)
{
    struct order *order = ctx;
    struct statement statement;
    bool found = false;
    enum outcome outcome = statement_read(entry, order->origin, &statement, fail);
    if (outcome != OK)
        return fail_within(fail, "entry %llu", (unsigned long long)index);
    if (statement_is(&statement, KIND_ISSUE))
        outcome = search_list(order, statement.object, &found, fail);
    else if (statement_is(&statement, KIND_REISSUE))
        found = span_is(json_span(json_object_get(statement.object, "new")), order->credential);
    if (outcome == OK && found) {
        order->found = true;
        memcpy(order->made_by, statement.leaf.bytes, HASH_BYTES);
    }
    statement_done(&statement);
    return outcome;
}

static enum outcome find_maker(struct desk *desk, struct order *order, struct fail *fail)
{
    struct public_log log;
    const struct public_log_reader reader = {order, NULL, look_at_entry};
    order->log = &log;
    order->origin = span_str(desk->origin);
    enum outcome outcome = public_log_open(desk, &log, fail);
    if (outcome == OK)
        outcome = public_log_read(&log, false, &reader, fail);
    public_log_done(&log);
    order->log = NULL;
    if (outcome == OK && !order->found)
        outcome = fail_set(fail, NOT_FOUND, "reissue.unknown",
                           "no issue list and no reissue has this credential");
    return outcome;
}

/* -- the order -------------------------------------------------------------------------------- */

static enum outcome state_order(struct desk *desk, void *ctx, struct fail *fail)
{
    struct order *order = ctx;
    uint8_t context[HASH_BYTES];
    enum outcome outcome = desk_status_hash(desk, "ctx0", context, fail);
    if (outcome == OK)
        outcome = find_maker(desk, order, fail);
    if (outcome != OK)
        return outcome;
    json_t *object =
        statement_begin(KIND_REISSUE_ORDER, span_str(desk->origin), context, order->made_by);
    json_put_string(object, "credential", span_str(order->credential));
    json_put_bool(object, "tendered", order->tendered);
    json_put_string(object, "reason", span_str(order->reason));
    return office_state(desk, "statements", object, fail);
}

int cmd_reissue_order(int argc, char **argv)
{
    int code;
    struct order order = {.credential = NULL};
    const struct argument own[] = {
        {"credential", &order.credential, NULL},
        {"reason", &order.reason, NULL},
        {"tendered", NULL, &order.tendered},
        {NULL, NULL, NULL},
    };
    struct arguments arguments = {.command = "reissue-order", .help = help, .own = own};
    if (!arguments_read(&arguments, argc, argv, &code))
        return code;
    if (!order.credential || !order.reason)
        return arguments_refuse(&arguments, "--credential and --reason are needed");
    if (!hex_read(span_str(order.credential), order.key, KEY_BYTES))
        return arguments_refuse(&arguments, "--credential: 64 lowercase hex digits expected");
    return arguments_at_desk(&arguments, state_order, &order);
}
