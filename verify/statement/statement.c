#include "statement/statement.h"

#include "base/text.h"
#include "roll.h"
#include "statement/reader.h"

static void read_role(struct reader *reader, struct role_change *role)
{
    static const char *const actions[] = {"appoint", "end", NULL};
    struct span key;
    role->ends = read_word(reader, "action", actions) == 1;
    read_id(reader, "officer", &role->officer.id);
    read_text(reader, "name", LIMIT_NAME_BYTES, &role->officer.name);
    read_roles(reader, &role->officer.roles);
    if (role->ends) {
        read_text(reader, "key", 0, &key);
        if (role->officer.name.len > 0 || role->officer.roles != 0)
            json_refuse(&reader->json, "action", "an end names no name and no roles");
    } else {
        read_key(reader, "key", role->officer.key);
        if (role->officer.name.len == 0 || role->officer.roles == 0)
            json_refuse(&reader->json, "action", "an appointment needs a name and roles");
    }
    read_time(reader, "until", &role->until);
}

static void read_amend(struct reader *reader, struct amend *amend)
{
    static const char *const changes[] = {"close", "withdraw", "cancel", NULL};
    struct span text;
    amend->change = read_word(reader, "change", changes);
    read_time(reader, "closes_at", &amend->closes_at);
    read_id_or_none(reader, "contest", &amend->contest);
    read_small(reader, "candidate", 0, LIMIT_CANDIDATES, &amend->candidate);
    read_text(reader, "text", LIMIT_TEXT_BYTES, &text);
    if ((amend->closes_at != 0) != (amend->change == CHANGE_CLOSE))
        json_refuse(&reader->json, "closes_at", "belongs to a change of the close, and only there");
    bool withdraws = amend->change == CHANGE_WITHDRAW;
    if ((amend->contest.len > 0) != withdraws || (amend->candidate != 0) != withdraws)
        json_refuse(&reader->json, "candidate", "belongs to a withdrawal, and only there");
}

static void read_notice(struct reader *reader, void *nothing)
{
    (void)nothing;
    struct languages text;
    uint8_t subject[HASH_BYTES];
    read_languages(reader, "text", &text);
    json_hex(&reader->json, "subject", subject, sizeof subject);
}

static void read_snapshot(struct reader *reader, struct snapshot *snapshot)
{
    struct languages purpose;
    read_count(reader, "number", INT64_MAX, &snapshot->number);
    read_id(reader, "source", &snapshot->source);
    read_languages(reader, "purpose", &purpose);
    read_time(reader, "taken_at", &snapshot->taken_at);
    read_time(reader, "as_of", &snapshot->as_of);
    if (snapshot->as_of > snapshot->taken_at)
        json_refuse(&reader->json, "as_of", "is after the snapshot was taken");
    json_hex(&reader->json, "commitment", snapshot->commitment, HASH_BYTES);
    json_hex(&reader->json, "mapping", snapshot->mapping, HASH_BYTES);
    read_count(reader, "rows", INT64_MAX, &snapshot->rows);
}

/* A number of people, in which the board shows none that is small. */
static void read_blurred(struct reader *reader, const char *name, uint64_t *out_number)
{
    read_count(reader, name, INT64_MAX, out_number);
    if (*out_number > 0 && *out_number < ROLL_SMALL_CELL - 1)
        json_refuse(&reader->json, name, "is too small to be shown: 1 to 4 stand as 4");
}

static void read_difference(struct reader *reader, struct difference *difference)
{
    read_count(reader, "from", INT64_MAX, &difference->from);
    read_count(reader, "to", INT64_MAX, &difference->to);
    read_blurred(reader, "joined", &difference->joined);
    read_blurred(reader, "left", &difference->left);
    read_blurred(reader, "status", &difference->status);
    read_blurred(reader, "unit", &difference->unit);
    read_blurred(reader, "email", &difference->email);
    read_blurred(reader, "phone", &difference->phone);
    read_blurred(reader, "address", &difference->address);
    read_count(reader, "alarms", INT64_MAX, &difference->alarms);
}

static void read_case(struct reader *reader, struct filed_case *filed)
{
    read_count(reader, "number", INT64_MAX, &filed->number);
    read_time(reader, "at", &filed->at);
    json_hex(&reader->json, "commitment", filed->commitment, HASH_BYTES);
}

/* Keys of credentials, ascending. */
static void read_revoked(struct reader *reader, struct roll *roll)
{
    json_array(&reader->json, "revoked");
    while (json_more(&reader->json)) {
        size_t place = roll->revoked_count;
        roll->revoked = reader_grow(reader, roll->revoked, place, KEY_BYTES);
        if (roll->revoked == NULL)
            break;
        json_hex(&reader->json, NULL, roll->revoked[roll->revoked_count++], KEY_BYTES);
        if (place == ROLL_REVOKED_MAX)
            json_refuse(&reader->json, "revoked", "names too many credentials");
        if (place > 0 && memcmp(roll->revoked[place - 1], roll->revoked[place], KEY_BYTES) >= 0)
            json_refuse(&reader->json, "revoked", "must be in the order of the keys");
    }
    json_end(&reader->json);
}

static void read_roll(struct reader *reader, struct roll *roll)
{
    read_count(reader, "version", INT64_MAX, &roll->version);
    read_time(reader, "at", &roll->at);
    json_hex(&reader->json, "root", roll->root, HASH_BYTES);
    read_count(reader, "size", LIMIT_CREDENTIALS, &roll->size);
    json_array(&reader->json, "styles");
    while (json_more(&reader->json)) {
        roll->styles = reader_grow(reader, roll->styles, roll->style_count, sizeof *roll->styles);
        if (roll->styles == NULL)
            break;
        struct style_total *style = &roll->styles[roll->style_count++];
        json_object(&reader->json, NULL);
        read_id(reader, "style", &style->style);
        read_count(reader, "credentials", LIMIT_CREDENTIALS, &style->credentials);
        read_count(reader, "provisional", LIMIT_CREDENTIALS, &style->provisional);
        json_end(&reader->json);
    }
    json_end(&reader->json);
    read_revoked(reader, roll);
    json_hex(&reader->json, "annex", roll->annex, HASH_BYTES);
    read_access(reader);
    json_any(&reader->json, "account", &roll->account);
}

static void read_issue(struct reader *reader, struct issue *issue)
{
    read_count(reader, "roll", INT64_MAX, &issue->roll);
    read_count(reader, "count", LIMIT_CREDENTIALS, &issue->count);
    read_blob(reader, "list", &issue->list);
    json_hex(&reader->json, "root", issue->root, HASH_BYTES);
}

static void read_reissue_order(struct reader *reader, struct reissue *reissue)
{
    struct span reason;
    read_key(reader, "credential", reissue->old);
    json_boolean(&reader->json, "tendered", &reissue->tendered);
    read_text(reader, "reason", LIMIT_TEXT_BYTES, &reason);
}

static void read_reissue(struct reader *reader, struct reissue *reissue)
{
    static const char *const standings[] = {[CREDENTIAL_ELIGIBLE] = "eligible",
                                            [CREDENTIAL_PROVISIONAL] = "provisional",
                                            [CREDENTIAL_TENDERED] = "tendered",
                                            NULL};
    read_key(reader, "old", reissue->old);
    read_key(reader, "new", reissue->new);
    read_id(reader, "style", &reissue->style);
    reissue->standing = read_word(reader, "standing", standings);
    json_hex(&reader->json, "binding", reissue->binding, HASH_BYTES);
}

static void read_open(struct reader *reader, struct opening *open)
{
    read_count(reader, "roll", INT64_MAX, &open->roll);
    json_hex(&reader->json, "root", open->root, HASH_BYTES);
    json_hex(&reader->json, "public", open->public, POINT_BYTES);
    json_array(&reader->json, "contests");
    while (json_more(&reader->json)) {
        open->contests = reader_grow(reader, open->contests, open->contest_count, HASH_BYTES);
        if (open->contests == NULL)
            break;
        json_hex(&reader->json, NULL, open->contests[open->contest_count++], HASH_BYTES);
    }
    json_end(&reader->json);
    json_array(&reader->json, "papers");
    while (json_more(&reader->json)) {
        open->papers = reader_grow(reader, open->papers, open->paper_count, sizeof *open->papers);
        if (open->papers == NULL)
            break;
        struct paper_reference *paper = &open->papers[open->paper_count++];
        json_object(&reader->json, NULL);
        read_id(reader, "style", &paper->style);
        read_blob(reader, "paper", &paper->paper);
        json_end(&reader->json);
    }
    json_end(&reader->json);
    read_time(reader, "at", &open->at);
}

static void read_ballot(struct reader *reader, struct ballot *ballot)
{
    struct span body;
    read_count(reader, "roll", INT64_MAX, &ballot->roll);
    read_id(reader, "style", &ballot->style);
    json_hex(&reader->json, "paper", ballot->paper, HASH_BYTES);
    json_hex(&reader->json, "credential", ballot->credential, KEY_BYTES);
    read_count(reader, "sequence", INT64_MAX, &ballot->sequence);
    json_hex(&reader->json, "previous", ballot->previous, HASH_BYTES);
    json_string(&reader->json, "body", LIMIT_ENTRY_BYTES, &body);
    size_t room = body.len / 4 * 3, len;
    uint8_t *bytes = arena_take(reader->arena, room);
    if (bytes == NULL) {
        reader->starved = true;
        json_refuse(&reader->json, "body", "no memory");
    } else if (!base64_decode(body, bytes, room, &len)) {
        json_refuse(&reader->json, "body", "is not canonical base64");
    } else {
        ballot->body = span_of(bytes, len);
    }
}

static void read_close(struct reader *reader, struct closing *close)
{
    read_blob(reader, "checkpoint", &close->checkpoint);
    read_time(reader, "at", &close->at);
}

static void read_end(struct reader *reader, void *nothing)
{
    (void)nothing;
    struct span text;
    read_text(reader, "text", LIMIT_TEXT_BYTES, &text);
}

/* -- the table ------------------------------------------------------------------------------------
 */

static const char *const kind_names[KINDS + 1] = {
    [ELECTION] = KIND_ELECTION,
    [ROLE] = KIND_ROLE,
    [TRUSTEE_COMMIT] = KIND_TRUSTEE_COMMIT,
    [TRUSTEE_COEFFICIENTS] = KIND_TRUSTEE_COEFFICIENTS,
    [TRUSTEE_SHARES] = KIND_TRUSTEE_SHARES,
    [TRUSTEE_ACCEPT] = KIND_TRUSTEE_ACCEPT,
    [TRUSTEE_COMPLAINT] = KIND_TRUSTEE_COMPLAINT,
    [TRUSTEE_RESTART] = KIND_TRUSTEE_RESTART,
    [CONTEST] = KIND_CONTEST,
    [AMEND] = KIND_AMEND,
    [NOTICE] = KIND_NOTICE,
    [SNAPSHOT] = KIND_SNAPSHOT,
    [DIFFERENCE] = KIND_DIFFERENCE,
    [CASE] = KIND_CASE,
    [ROLL] = KIND_ROLL,
    [ISSUE] = KIND_ISSUE,
    [REISSUE_ORDER] = KIND_REISSUE_ORDER,
    [REISSUE] = KIND_REISSUE,
    [OPEN] = KIND_OPEN,
    [BALLOT] = KIND_BALLOT,
    [CLOSE] = KIND_CLOSE,
    [FREEZE] = KIND_FREEZE,
    [MIX] = KIND_MIX,
    [DECRYPTION] = KIND_DECRYPTION,
    [RESULT] = KIND_RESULT,
    [END] = KIND_END,
};

const char *kind_name(enum kind kind)
{
    return kind_names[kind];
}

/* Room for what each kind says; of a notice and an end nothing is kept. */
static const size_t sizes[KINDS] = {
    [ELECTION] = sizeof(struct definition),
    [ROLE] = sizeof(struct role_change),
    [TRUSTEE_COMMIT] = sizeof(struct ceremony),
    [TRUSTEE_COEFFICIENTS] = sizeof(struct ceremony),
    [TRUSTEE_SHARES] = sizeof(struct ceremony),
    [TRUSTEE_ACCEPT] = sizeof(struct ceremony),
    [TRUSTEE_COMPLAINT] = sizeof(struct ceremony),
    [TRUSTEE_RESTART] = sizeof(struct restart),
    [CONTEST] = sizeof(struct contest),
    [AMEND] = sizeof(struct amend),
    [NOTICE] = 1,
    [SNAPSHOT] = sizeof(struct snapshot),
    [DIFFERENCE] = sizeof(struct difference),
    [CASE] = sizeof(struct filed_case),
    [ROLL] = sizeof(struct roll),
    [ISSUE] = sizeof(struct issue),
    [REISSUE_ORDER] = sizeof(struct reissue),
    [REISSUE] = sizeof(struct reissue),
    [OPEN] = sizeof(struct opening),
    [BALLOT] = sizeof(struct ballot),
    [CLOSE] = sizeof(struct closing),
    [FREEZE] = sizeof(struct freeze),
    [MIX] = sizeof(struct mix),
    [DECRYPTION] = sizeof(struct decryption),
    [RESULT] = sizeof(struct result),
    [END] = 1,
};

static void read_tally(struct reader *reader, struct statement *statement, void *said)
{
    switch (statement->kind) {
    case FREEZE:
        read_freeze(reader, statement->freeze = said);
        break;
    case MIX:
        read_mix(reader, statement->mix = said);
        break;
    case DECRYPTION:
        read_decryption(reader, statement->decryption = said);
        break;
    case RESULT:
        read_result(reader, statement->result = said);
        break;
    default:
        read_end(reader, NULL);
        break;
    }
}

static void read_vote(struct reader *reader, struct statement *statement, void *said)
{
    switch (statement->kind) {
    case ROLL:
        read_roll(reader, statement->roll = said);
        break;
    case ISSUE:
        read_issue(reader, statement->issue = said);
        break;
    case REISSUE_ORDER:
        read_reissue_order(reader, statement->reissue = said);
        break;
    case REISSUE:
        read_reissue(reader, statement->reissue = said);
        break;
    case OPEN:
        read_open(reader, statement->open = said);
        break;
    case BALLOT:
        read_ballot(reader, statement->ballot = said);
        break;
    case CLOSE:
        read_close(reader, statement->close = said);
        break;
    default:
        read_tally(reader, statement, said);
        break;
    }
}

static void read_members(struct reader *reader, struct statement *statement, void *said)
{
    switch (statement->kind) {
    case ELECTION:
        read_definition(reader, statement->definition = said);
        break;
    case ROLE:
        read_role(reader, statement->role = said);
        break;
    case TRUSTEE_COMMIT:
        read_commit(reader, statement->ceremony = said);
        break;
    case TRUSTEE_COEFFICIENTS:
        read_coefficients(reader, statement->ceremony = said);
        break;
    case TRUSTEE_SHARES:
        read_shares(reader, statement->ceremony = said);
        break;
    case TRUSTEE_ACCEPT:
        read_accept(reader, statement->ceremony = said);
        break;
    case TRUSTEE_COMPLAINT:
        read_complaint(reader, statement->ceremony = said);
        break;
    case TRUSTEE_RESTART:
        read_restart(reader, statement->restart = said);
        break;
    case CONTEST:
        read_contest(reader, statement->contest = said);
        break;
    case AMEND:
        read_amend(reader, statement->amend = said);
        break;
    case NOTICE:
        read_notice(reader, NULL);
        break;
    case SNAPSHOT:
        read_snapshot(reader, statement->snapshot = said);
        break;
    case DIFFERENCE:
        read_difference(reader, statement->difference = said);
        break;
    case CASE:
        read_case(reader, statement->filed = said);
        break;
    default:
        read_vote(reader, statement, said);
        break;
    }
}

static void read_said(struct reader *reader, struct statement *statement)
{
    void *said = reader_make(reader, sizes[statement->kind]);
    if (said != NULL)
        read_members(reader, statement, said);
}

bool origin_valid(struct span text)
{
    if (text.len == 0 || text.len > LIMIT_ORIGIN_BYTES)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.ptr[i];
        bool plain = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
        bool edge = i == 0 || i + 1 == text.len;
        if (!plain && (edge || (byte != '.' && byte != '-' && byte != '/')))
            return false;
        if (byte == '/' && text.ptr[i - 1] == '/')
            return false;
    }
    return true;
}

enum outcome statement_parse(struct span text, struct arena *arena, struct statement *out_statement,
                             struct fail *fail)
{
    if (text.len == 0 || memchr(text.ptr, '\n', text.len) != text.ptr + text.len - 1)
        return fail_bad(fail, "the text must be one line");
    struct reader reader = {.arena = arena};
    struct statement statement = {0};
    json_open(&reader.json, span_of(text.ptr, text.len - 1));
    json_object(&reader.json, NULL);
    statement.kind = read_word(&reader, "kind", kind_names);
    read_text(&reader, "origin", LIMIT_ORIGIN_BYTES, &statement.origin);
    json_hex(&reader.json, "context", statement.context, HASH_BYTES);
    json_hex(&reader.json, "answers", statement.answers, HASH_BYTES);
    if (!reader.json.broken)
        read_said(&reader, &statement);
    json_end(&reader.json);
    enum outcome outcome = json_finish(&reader.json, fail);
    json_done(&reader.json);
    if (outcome == GOOD)
        *out_statement = statement;
    return outcome == BAD && reader.starved ? UNABLE : outcome;
}
