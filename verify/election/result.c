/* COUNT.*: lots, papers, sheets and the account, docs/protocol.md section 11. */
#include "count/blt.h"
#include "count/count.h"
#include "crypto/hash.h"
#include "election/choice.h"
#include "election/election.h"

#include <inttypes.h>
#include <stdlib.h>

/* The papers of one box as the plaintexts give them. */
struct tallied {
    struct papers papers; /* marked and blank */
    struct account_box account;
};

struct lots {
    bool known;
    uint8_t seed[HASH_WIDE_BYTES];
};

/* -- lots ---------------------------------------------------------------------------------------
 */

static void check_reveals(const struct election *election)
{
    for (size_t i = 0; i < election->by[DECRYPTION].count; i++) {
        uint64_t entry = election->by[DECRYPTION].at[i];
        const struct decryption *decryption = election_says(election, entry)->decryption;
        uint8_t committed[HASH_BYTES];
        struct hash hash;
        hash_start(&hash, LABEL_LOTS_COMMIT);
        hash_bytes(&hash, election->contexts[0], HASH_BYTES);
        hash_number(&hash, decryption->trustee);
        hash_bytes(&hash, decryption->lots, HASH_BYTES);
        hash_end(&hash, committed);
        if (!election->keys.takes_part[decryption->trustee] ||
            memcmp(committed, election->keys.lots[decryption->trustee], HASH_BYTES) != 0)
            report_fail(election->report, COUNT_LOTS, entry,
                        "reveals other lots than were committed to");
    }
    report_pass(election->report, COUNT_LOTS);
}

static const uint8_t *lots_of(const struct election *election, unsigned trustee)
{
    for (size_t i = 0; i < election->by[DECRYPTION].count; i++) {
        const struct decryption *decryption =
            election_says(election, election->by[DECRYPTION].at[i])->decryption;
        if (decryption->trustee == trustee)
            return decryption->lots;
    }
    return NULL;
}

static void draw_lots(const struct election *election, const struct result *result,
                      struct lots *out_lots)
{
    struct hash hash;
    *out_lots = (struct lots){.known = result->trustee_count > 0};
    hash_start(&hash, LABEL_LOTS);
    hash_bytes(&hash, election->board->entries[election_first(election, FREEZE)].leaf.bytes,
               HASH_BYTES);
    hash_list(&hash, result->trustee_count);
    for (size_t i = 0; i < result->trustee_count; i++) {
        const uint8_t *lots = lots_of(election, result->trustees[i]);
        if (lots == NULL)
            out_lots->known = false;
        else
            hash_bytes(&hash, lots, HASH_BYTES);
    }
    hash_end_wide(&hash, out_lots->seed);
}

struct ranked {
    uint8_t hash[HASH_WIDE_BYTES];
    uint8_t candidate;
};

static int compare_ranked(const void *a, const void *b)
{
    return memcmp(((const struct ranked *)a)->hash, ((const struct ranked *)b)->hash,
                  HASH_WIDE_BYTES);
}

/* The candidates in the order that decides ties; by number where there are no papers. */
static void order_lots(const struct lots *lots, const struct box *box, unsigned candidates,
                       uint8_t out_order[LIMIT_CANDIDATES])
{
    struct ranked ranked[LIMIT_CANDIDATES];
    for (unsigned i = 0; i < candidates; i++) {
        struct hash hash;
        out_order[i] = ranked[i].candidate = (uint8_t)(i + 1);
        hash_start(&hash, LABEL_LOTS_ORDER);
        hash_bytes(&hash, lots->seed, HASH_WIDE_BYTES);
        hash_part(&hash, box->name);
        hash_number(&hash, i + 1);
        hash_end_wide(&hash, ranked[i].hash);
    }
    if (box->count == 0)
        return;
    qsort(ranked, candidates, sizeof ranked[0], compare_ranked);
    for (unsigned i = 0; i < candidates; i++)
        out_order[i] = ranked[i].candidate;
}

/* -- papers -------------------------------------------------------------------------------------
 */

struct opening_papers {
    const struct contest *contest;
    const uint8_t *plaintexts;
    size_t stride;
    struct choice *choices;
};

static void open_one(void *context, unsigned worker, size_t index)
{
    struct opening_papers *job = context;
    (void)worker;
    choice_open(job->contest, job->plaintexts + index * job->stride, &job->choices[index]);
}

static enum outcome add_choices(const struct choice *choices, size_t count, struct tallied *tallied,
                                struct fail *fail)
{
    enum outcome outcome = GOOD;
    struct account_box *account = &tallied->account;
    for (size_t i = 0; i < count && outcome == GOOD; i++) {
        const struct choice *choice = &choices[i];
        account->papers++;
        account->valid += choice->form == CHOICE_MARKED;
        account->blank += choice->form == CHOICE_BLANK;
        account->abstained += choice->form == CHOICE_ABSTAIN;
        account->spoilt += choice->form == CHOICE_SPOILT;
        if (choice->form == CHOICE_MARKED || choice->form == CHOICE_BLANK)
            outcome =
                papers_add(&tallied->papers, span_of(choice->candidates, choice->count), 1, fail);
    }
    return outcome;
}

static enum outcome open_papers(const struct election *election, const struct box *box,
                                struct tallied *tallied, struct fail *fail)
{
    struct opening_papers job = {.contest = election_contest_at(election, box->contest),
                                 .plaintexts = box->plaintexts.ptr,
                                 .stride = (size_t)box->width * POINT_BYTES,
                                 .choices = calloc(box->count + 1, sizeof *job.choices)};
    if (job.choices == NULL)
        return fail_unable(fail, "no memory for %zu papers", box->count);
    parallel_for(election->threads, box->count, 16, open_one, &job);
    enum outcome outcome = add_choices(job.choices, box->count, tallied, fail);
    free(job.choices);
    papers_sort(&tallied->papers);
    return outcome;
}

static struct set withdrawn_of(const struct election *election, struct span contest)
{
    struct set set = {{0}};
    for (size_t i = 0; i < election->by[AMEND].count; i++) {
        const struct amend *amend = election_says(election, election->by[AMEND].at[i])->amend;
        if (amend->change == CHANGE_WITHDRAW && span_equal(amend->contest, contest))
            set_add(&set, amend->candidate);
    }
    return set;
}

/* The blob must be exactly what was made here. */
static enum outcome compare_blob(const struct election *election, const struct blob *blob,
                                 const struct buffer *made, struct fail *fail)
{
    struct span published;
    if (buffer_full(made))
        return fail_unable(fail, "no memory to write it out");
    enum outcome outcome = board_blob(election->board, blob, &published, fail);
    if (outcome != GOOD || span_equal(published, buffer_span(made)))
        return outcome;
    size_t at = 0;
    while (at < published.len && at < made->len && published.ptr[at] == made->at[at])
        at++;
    return fail_bad(fail, "differs from what the plaintexts give, from byte %zu on", at);
}

/* -- one box ------------------------------------------------------------------------------------
 */

static enum outcome compare_sheet(const struct election *election, const struct contest *contest,
                                  const struct count_task *task, const struct blob *blob,
                                  struct buffer *text, struct fail *fail)
{
    const struct count_rule *rule = count_rule_named(contest->rule);
    struct sheet sheet;
    if (rule == NULL || !rule->contests)
        return fail_bad(fail, "there is no such rule");
    enum outcome outcome = count_run(rule, task, &sheet, fail);
    if (outcome != GOOD)
        return outcome;
    sheet_write_json(&sheet, text);
    outcome = compare_blob(election, blob, text, fail);
    sheet_done(&sheet);
    return outcome;
}

static void report_box(const struct election *election, enum check check, const struct box *box,
                       enum outcome outcome, struct fail *fail)
{
    if (outcome != GOOD)
        fail_at(fail, "box %.*s: ", (int)box->name.len, (const char *)box->name.ptr);
    (void)report_take(election->report, check, election_first(election, RESULT), outcome, fail);
}

static void state_result(const struct election *election, const struct box *box,
                         const struct tallied *tallied)
{
    report_fact(election->report, "box",
                "%.*s: %" PRIu64 " papers, %" PRIu64 " valid, %" PRIu64 " blank, %" PRIu64
                " abstained, %" PRIu64 " spoilt",
                (int)box->name.len, (const char *)box->name.ptr, tallied->account.papers,
                tallied->account.valid, tallied->account.blank, tallied->account.abstained,
                tallied->account.spoilt);
}

static void check_box(const struct election *election, const struct box *box,
                      const struct result_box *published, const struct lots *lots,
                      struct tallied *tallied)
{
    const struct contest *contest = election_contest_at(election, box->contest);
    uint8_t order[LIMIT_CANDIDATES];
    struct buffer text;
    struct fail fail;
    struct count_task task = {.papers = &tallied->papers,
                              .names = contest->names,
                              .title = contest->title.en,
                              .withdrawn = withdrawn_of(election, contest->id),
                              .seats = contest->seats,
                              .lots = order};
    buffer_init(&text, LIMIT_BLOB_BYTES);
    papers_init(&tallied->papers, contest->candidate_count);
    tallied->account.box = box->name;
    order_lots(lots, box, contest->candidate_count, order);
    enum outcome outcome = open_papers(election, box, tallied, &fail);
    if (outcome == GOOD) {
        blt_write(&task, &text);
        outcome = compare_blob(election, &published->papers, &text, &fail);
        report_box(election, COUNT_PAPERS, box, outcome, &fail);
        buffer_clear(&text);
        outcome = compare_sheet(election, contest, &task, &published->sheet, &text, &fail);
        report_box(election, COUNT_SHEET, box, outcome, &fail);
        state_result(election, box, tallied);
    } else {
        report_box(election, COUNT_PAPERS, box, UNABLE, &fail);
    }
    papers_done(&tallied->papers);
    buffer_done(&text);
}

/* -- the account --------------------------------------------------------------------------------
 */

static bool same_figures(const struct account *a, const struct account *b)
{
    return a->issued == b->issued && a->killed == b->killed && a->live == b->live &&
           a->cast == b->cast && a->not_used == b->not_used && a->admitted == b->admitted &&
           a->provisional_refused == b->provisional_refused && a->superseded == b->superseded &&
           a->tendered == b->tendered;
}

static bool same_box(const struct account_box *a, const struct account_box *b)
{
    return span_equal(a->box, b->box) && a->papers == b->papers && a->valid == b->valid &&
           a->blank == b->blank && a->abstained == b->abstained && a->spoilt == b->spoilt;
}

static void check_account(const struct election *election, const struct account *published,
                          const struct tallied *tallied)
{
    struct account mine = {.issued = 0};
    uint64_t entry = election_first(election, RESULT);
    credentials_count(election, &mine);
    if (!same_figures(&mine, published))
        report_fail(
            election->report, COUNT_ACCOUNT, entry,
            "issued %" PRIu64 ", killed %" PRIu64 ", cast %" PRIu64 ", admitted %" PRIu64
            ", superseded %" PRIu64 " and tendered %" PRIu64 " are not the account's figures",
            mine.issued, mine.killed, mine.cast, mine.admitted, mine.superseded, mine.tendered);
    if (published->box_count != election->box_count)
        report_fail(election->report, COUNT_ACCOUNT, entry, "does not have every box");
    for (size_t i = 0; i < published->box_count && i < election->box_count; i++)
        if (!same_box(&tallied[i].account, &published->boxes[i]))
            report_fail(election->report, COUNT_ACCOUNT, entry,
                        "the papers of box %zu are not as the account says", i);
    report_fact(election->report, "account",
                "%" PRIu64 " live credentials, %" PRIu64 " cast, %" PRIu64
                " of them provisional and not admitted, %" PRIu64 " tendered beside them",
                mine.live, mine.cast, mine.provisional_refused, mine.tendered);
    report_pass(election->report, COUNT_ACCOUNT);
}

void result_check(struct election *election)
{
    struct report *report = election->report;
    uint64_t entry = election_first(election, RESULT);
    struct lots lots;
    if (!election->keys.known) {
        report_not_run(report, COUNT_LOTS, "the commitments are not known: KEY.commit");
        return;
    }
    check_reveals(election);
    if (entry == NO_ENTRY || report->findings[DECRYPT_PLAINTEXT].verdict != PASSED)
        return;
    const struct result *result = election_says(election, entry)->result;
    struct tallied *tallied = arena_zeroed(&election->arena, election->box_count, sizeof *tallied);
    draw_lots(election, result, &lots);
    if (tallied == NULL || (!lots.known && result->trustee_count > 0)) {
        report_not_run(report, COUNT_SHEET, "no memory, or lots that nobody revealed");
        return;
    }
    for (size_t i = 0; i < election->box_count; i++)
        check_box(election, &election->boxes[i], &result->boxes[i], &lots, &tallied[i]);
    report_pass(report, COUNT_PAPERS);
    report_pass(report, COUNT_SHEET);
    check_account(election, &result->account, tallied);
}
