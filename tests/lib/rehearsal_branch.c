/* The sources of a branch, and the days of its election: three feeds and a stale one among them,
 * two snapshots of the members, two versions of the roll, and a clock that this file turns. */
#include "rehearsal_branch.h"

#include "base/code.h"
#include "crypto/hash.h"
#include "election/custody_inside.h"
#include "labels.h"
#include "roll.h"
#include "roll/annex.h"

#include <stdio.h>
#include <stdlib.h>

/* -- definition ------------------------------------------------------------------------------- */

#define TITLE(en) "\"title\":{\"en\":\"" en "\",\"cy\":\"\"}"

/* Announced on 1 May 2026; Monday 1 June is day 0, and Tuesday a holiday. */
static const char timetable[] =
    "{\"announced_at\":1777593600,\"inspection_opens_at\":1780272000,"
    "\"inspection_closes_at\":1780876800,\"opens_at\":1780963200,\"closes_at\":1781481600,"
    "\"non_working\":[\"2026-06-02\"],\"decide_within\":3,\"appeal_within\":3,\"reply_within\":2,"
    "\"cooling_hours\":24}";

static const char sources[] = "[{\"id\":\"members\"," TITLE(
    "Membership") ",\"numbers\":\"members\",\"lists\":true,"
                  "\"stale_after\":0},{\"id\":\"finance\"," TITLE(
                      "Finance") ",\"numbers\":\"members\","
                                 "\"lists\":false,\"stale_after\":28},{\"id\":\"local\"," TITLE(
                                     "Local list") ","
                                                   "\"numbers\":\"local\",\"lists\":true,\"stale_"
                                                   "after\":0}]";

static const char rules[] =
    "[{\"code\":\"LIVE\",\"text\":{\"en\":\"Is a member\",\"cy\":\"\"},"
    "\"test\":{\"equal\":[\"status\",\"active\"]}},"
    "{\"code\":\"PAID\",\"text\":{\"en\":\"Has paid this year, or is an affiliate\",\"cy\":\"\"},"
    "\"test\":{\"any\":[{\"on_or_after\":[\"paid_until\",\"2026-06-01\"]},"
    "{\"present\":\"kind\"}]}}]";

static const char styles[] = "[{\"id\":\"delegates\"," TITLE(
    "Delegates") ",\"unit\":\"delegates\",\"votes\":5,"
                 "\"votes_field\":\"x.votes\",\"test\":{\"present\":\"x.votes\"}},"
                 "{\"id\":\"affiliates\"," TITLE(
                     "Affiliates") ",\"unit\":\"affiliates\",\"votes\":1,"
                                   "\"votes_field\":\"\",\"test\":{\"present\":\"kind\"}},"
                                   "{\"id\":\"all\"," TITLE(
                                       "Members") ",\"unit\":\"all\",\"votes\":1,\"votes_field\":"
                                                  "\"\","
                                                  "\"test\":{\"always\":true}}]";

void rehearsal_branch_define(json_t *object)
{
    json_put(object, "timetable", rehearsal_parse(timetable));
    json_put_string(object, "retention_until", SPAN_LIT("2030-01-01"));
    json_put(object, "sources", rehearsal_parse(sources));
    json_put(object, "fields",
             rehearsal_parse("[{\"field\":\"paid_until\",\"source\":\"finance\"}]"));
    json_put(object, "rules", rehearsal_parse(rules));
    json_put(object, "styles", rehearsal_parse(styles));
}

/* -- the files -------------------------------------------------------------------------------- */

static const char members_mapping[] =
    "{\"format\":\"ballotd mapping 1\",\"source\":\"members\",\"encoding\":\"utf-8\","
    "\"missing\":[\"-\"],\"columns\":[{\"column\":\"No\",\"field\":\"member_no\"},"
    "{\"column\":\"Name\",\"field\":\"name\"},{\"column\":\"Email\",\"field\":\"email\"},"
    "{\"column\":\"Phone\",\"field\":\"phone\"},{\"column\":\"Address\",\"field\":\"address\"},"
    "{\"column\":\"Branch\",\"field\":\"branch\"},{\"column\":\"Status\",\"field\":\"status\","
    "\"words\":[[\"Live\",\"active\"],[\"Lapsed\",\"lapsed\"]]},"
    "{\"column\":\"Votes\",\"field\":\"x.votes\",\"number\":0}]}";

static const char finance_mapping[] =
    "{\"format\":\"ballotd mapping 1\",\"source\":\"finance\",\"encoding\":\"windows-1252\","
    "\"missing\":[],\"columns\":[{\"column\":\"Member\",\"field\":\"member_no\"},"
    "{\"column\":\"Paid until\",\"field\":\"paid_until\",\"dates\":[\"DD/MM/YYYY\"]}]}";

static const char local_mapping[] =
    "{\"format\":\"ballotd mapping 1\",\"source\":\"local\",\"encoding\":\"utf-8\","
    "\"missing\":[],\"columns\":[{\"column\":\"Ref\",\"field\":\"member_no\"},"
    "{\"column\":\"Name\",\"field\":\"name\"},{\"column\":\"Email\",\"field\":\"email\"},"
    "{\"column\":\"Kind\",\"field\":\"kind\",\"words\":[[\"Union\",\"affiliate\"]]},"
    "{\"column\":\"Standing\",\"field\":\"status\",\"words\":[[\"Good\",\"active\"]]}]}";

static bool is_lapsed(unsigned number)
{
    return number == 1031 || number == 1035 || number >= 1038;
}

/* Two are reached by letter and by hand; the later snapshot has other contacts for seven. */
static void print_member(struct buf *out, unsigned number, bool later)
{
    bool moved = later && number >= 1004 && number <= 1009;
    bool rung = later && number >= 1006 && number <= 1010;
    buf_add_format(out, "%u,Person %u,", number, number);
    if (number == 1002 || number == 1003)
        buf_add_str(out, "-,");
    else
        buf_add_format(out, "%s%u@example.org,", moved ? "new" : "person", number);
    buf_add_format(out, "%s%u,%s,Abertawe,%s,%s\n", rung ? "07700" : "01792", number,
                   number == 1002 ? "2 High Street" : "", is_lapsed(number) ? "Lapsed" : "Live",
                   number == BRANCH_DELEGATE ? "3" : "");
}

static unsigned print_members(struct buf *out, bool later)
{
    buf_add_str(out, "No,Name,Email,Phone,Address,Branch,Status,Votes\n");
    for (unsigned number = 1001; number <= 1040; number++)
        print_member(out, number, later);
    if (!later)
        return 40;
    buf_add_str(out, "1041,Joined One,one@example.org,-,-,Abertawe,Live,\n"
                     "1042,Joined Two,two@example.org,-,-,Abertawe,Live,\n"
                     "1030,Person Thirty,thirty@example.org,-,-,Abertawe,Live,\n");
    return 43;
}

static unsigned print_finance(struct buf *out)
{
    buf_add_str(out, "Member,Paid until,Fee in \xA3\r\n");
    for (unsigned number = 1001; number <= 1042; number++)
        buf_add_format(out, "%u,31/12/%u,\xA3 24\r\n", number,
                       number <= BRANCH_KEPT_OUT || number == BRANCH_SILENT ? 2025u : 2026u);
    return 42;
}

static unsigned print_local(struct buf *out)
{
    buf_add_str(out, "Ref,Name,Email,Kind,Standing\n");
    for (unsigned i = 1; i <= 6; i++)
        buf_add_format(out, "L%u,Affiliate %u,%s%u@example.org,Union,Good\n", i, i,
                       i == 5 ? "person103" : "affiliate", i == 5 ? 3 : i);
    return 6;
}

/* -- snapshots -------------------------------------------------------------------------------- */

struct feed_file {
    const char *source, *mapping;
    int64_t as_of_s;
    unsigned rows;
    struct buf bytes;
};

static void state_snapshot(struct rehearsal *rehearsal, unsigned number, struct feed_file *file)
{
    uint8_t snapshot[HASH_BYTES], mapping[HASH_BYTES];
    rehearsal_put_private(rehearsal, LABEL_SNAPSHOT, buf_span(&file->bytes), snapshot);
    rehearsal_put_private(rehearsal, LABEL_MAPPING, span_str(file->mapping), mapping);
    json_t *object = rehearsal_statement(rehearsal, KIND_SNAPSHOT,
                                         rehearsal_state_of(rehearsal)->definition_leaf);
    json_put_integer(object, "number", number);
    json_put_string(object, "source", span_str(file->source));
    json_put(object, "purpose", rehearsal_text("The roll"));
    json_put_integer(object, "taken_at", file->as_of_s + 3600);
    json_put_integer(object, "as_of", file->as_of_s);
    json_put_hex(object, "commitment", SPAN_ARRAY(snapshot));
    json_put_hex(object, "mapping", SPAN_ARRAY(mapping));
    json_put_integer(object, "rows", file->rows);
    rehearsal_finish(rehearsal, object, &rehearsal->officers[EXPORTER], NULL);
    buf_done(&file->bytes);
}

static void import_all(struct rehearsal *rehearsal)
{
    struct feed_file files[] = {
        {.source = "members", .mapping = members_mapping, .as_of_s = BRANCH_DAY(-60)},
        {.source = "finance", .mapping = finance_mapping, .as_of_s = BRANCH_DAY(-68)},
        {.source = "local", .mapping = local_mapping, .as_of_s = BRANCH_DAY(-10)},
        {.source = "members", .mapping = members_mapping, .as_of_s = BRANCH_DAY(-5)},
    };
    for (unsigned i = 0; i < 4; i++)
        buf_init(&files[i].bytes, 1 << 20);
    files[0].rows = print_members(&files[0].bytes, false);
    files[1].rows = print_finance(&files[1].bytes);
    files[2].rows = print_local(&files[2].bytes);
    files[3].rows = print_members(&files[3].bytes, true);
    for (unsigned i = 0; i < 4; i++)
        state_snapshot(rehearsal, i + 1, &files[i]);
}

/* -- officers and credentials ----------------------------------------------------------------- */

static void appoint_assistant(struct rehearsal *rehearsal)
{
    json_t *object =
        rehearsal_statement(rehearsal, KIND_ROLE, rehearsal_state_of(rehearsal)->definition_leaf);
    json_put_string(object, "action", SPAN_LIT("appoint"));
    json_put_string(object, "officer", SPAN_LIT("assistant"));
    json_put_string(object, "name", SPAN_LIT("Assistant"));
    json_put(object, "roles", rehearsal_parse("[\"secretary\"]"));
    json_put_hex(object, "key", SPAN_ARRAY(rehearsal->officers[ASSISTANT].key.key));
    json_put_integer(object, "until", BRANCH_DAY(BRANCH_ASSISTANT_UNTIL));
    rehearsal_finish(rehearsal, object, &rehearsal->officers[RETURNING],
                     &rehearsal->officers[SECRETARY]);
}

static void vote(struct rehearsal *rehearsal, const char *member_no, unsigned nth)
{
    rehearsal_cast_one(rehearsal, rehearsal_credential(rehearsal, member_no, nth));
}

static void vote_from(struct rehearsal *rehearsal, unsigned first, unsigned last)
{
    char number[REHEARSAL_NUMBER_BYTES];
    for (unsigned i = first; i <= last; i++) {
        snprintf(number, sizeof number, "%u", i);
        vote(rehearsal, number, 0);
    }
}

/* -- the days --------------------------------------------------------------------------------- */

static void prepare(struct rehearsal *rehearsal, struct branch *branch)
{
    branch_day(branch, 0);
    appoint_assistant(rehearsal);
    import_all(rehearsal);
    branch_raise_first(branch);
    branch_decide_first(branch);
    rehearsal_confirm_exclusions(rehearsal);
    rehearsal_version(rehearsal);
}

static void poll(struct rehearsal *rehearsal, struct branch *branch)
{
    branch_after_seal(branch);
    rehearsal_open(rehearsal);
    vote_from(rehearsal, 1001, 1006);
    vote_from(rehearsal, BRANCH_ADMITTED, BRANCH_KEPT_OUT);
    vote_from(rehearsal, BRANCH_HELD, BRANCH_HELD);
    for (unsigned i = 0; i < 3; i++)
        vote(rehearsal, "1036", i);
    (void)rehearsal_reissue(rehearsal, rehearsal_credential(rehearsal, "1001", 0), true);
    vote(rehearsal, "1001", 1);
    branch_while_voting(branch);
    rehearsal_version(rehearsal);
    vote_from(rehearsal, BRANCH_APPELLANT, BRANCH_APPELLANT);
    vote(rehearsal, "L1", 0);
}

void rehearsal_branch(struct rehearsal *rehearsal)
{
    static struct branch branch;
    branch = (struct branch){.rehearsal = rehearsal};
    prepare(rehearsal, &branch);
    poll(rehearsal, &branch);
    branch_day(&branch, 14);
    rehearsal_sign_draft(rehearsal, KIND_CLOSE, false);
    branch_after_close(&branch);
    rehearsal_sign_draft(rehearsal, KIND_FREEZE, false);
    clock_shift(-branch.shifted_s);
}
