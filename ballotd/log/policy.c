#include "log/policy.h"

#include <stdlib.h>

#include "log/cosignature.h"

enum {
    MEMBERS_MAX = POLICY_WITNESSES_MAX + POLICY_GROUPS_MAX,
    URL_MAX = 255,
    NAME_MAX_BYTES = 100
};

/* Witnesses and groups share one namespace and one numbering, in order of definition, so that a set
 * of them is 64 bits. */
struct member {
    char name[NAME_MAX_BYTES + 1];
    bool is_group;
    unsigned witness;   /* of a witness: its number */
    uint64_t members;   /* of a group */
    unsigned threshold; /* of a group */
};

struct witness {
    struct note_key key;
    char url[URL_MAX + 1];
};

struct policy {
    unsigned log_count;
    struct note_key logs[POLICY_LOGS_MAX];
    unsigned witness_count;
    struct witness witnesses[POLICY_WITNESSES_MAX];
    unsigned member_count;
    unsigned group_count;
    struct member members[MEMBERS_MAX];
    uint64_t grouped; /* members that already belong to a group */
    bool has_quorum;
    bool quorum_none;
    unsigned quorum;
};

/* One line being read. why is set by the first thing that is wrong. */
struct line {
    struct span rest;
    const char *why;
};

static bool wrong(struct line *line, const char *why)
{
    if (!line->why)
        line->why = why;
    return false;
}

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

/* The next item between blanks; false at the end of the line. */
static bool take(struct line *line, struct span *out_item)
{
    struct span rest = line->rest;
    while (rest.len > 0 && is_blank(rest.ptr[0]))
        rest = span_of(rest.ptr + 1, rest.len - 1);
    size_t len = 0;
    while (len < rest.len && !is_blank(rest.ptr[len]))
        len++;
    line->rest = span_of(rest.ptr + len, rest.len - len);
    *out_item = span_of(rest.ptr, len);
    return len > 0;
}

static bool find(const struct policy *policy, struct span name, unsigned *out_member)
{
    for (unsigned i = 0; i < policy->member_count; i++)
        if (span_is(name, policy->members[i].name)) {
            *out_member = i;
            return true;
        }
    return false;
}

static bool take_key(struct line *line, enum note_type type, struct note_key *out_key)
{
    struct span text;
    struct note_key key;
    if (!take(line, &text) || note_key_read(text, &key, NULL) != OK)
        return wrong(line, "needs a verifier key name+id+key");
    if (key.type != type)
        return wrong(line, type == NOTE_ED25519 ? "a log's key must be of type 1"
                                                : "a witness's key must be of type 4");
    *out_key = key;
    return true;
}

static bool take_url(struct line *line, char out_url[static URL_MAX + 1])
{
    struct span url;
    out_url[0] = '\0';
    if (!take(line, &url))
        return true;
    if (url.len > URL_MAX)
        return wrong(line, "the URL is too long");
    memcpy(out_url, url.ptr, url.len);
    out_url[url.len] = '\0';
    return true;
}

static bool at_end(struct line *line)
{
    struct span more;
    return take(line, &more) ? wrong(line, "more on the line than belongs there") : true;
}

/* A new name, or NULL. */
static struct member *define(struct policy *policy, struct line *line)
{
    struct span name;
    unsigned known;
    if (!take(line, &name) || name.len > NAME_MAX_BYTES) {
        wrong(line, "needs a name of at most 100 bytes");
        return NULL;
    }
    if (span_is(name, "none") || find(policy, name, &known)) {
        wrong(line, "the name is taken");
        return NULL;
    }
    struct member *member = &policy->members[policy->member_count];
    *member = (struct member){.is_group = false};
    memcpy(member->name, name.ptr, name.len);
    return member;
}

static bool read_log(struct policy *policy, struct line *line)
{
    struct note_key key;
    char url[URL_MAX + 1];
    if (policy->log_count == POLICY_LOGS_MAX)
        return wrong(line, "too many logs");
    if (!take_key(line, NOTE_ED25519, &key) || !take_url(line, url) || !at_end(line))
        return false;
    for (unsigned i = 0; i < policy->log_count; i++)
        if (memcmp(policy->logs[i].key, key.key, KEY_BYTES) == 0)
            return wrong(line, "this log's key is listed already");
    policy->logs[policy->log_count++] = key;
    return true;
}

static bool read_witness(struct policy *policy, struct line *line)
{
    struct witness witness;
    if (policy->witness_count == POLICY_WITNESSES_MAX)
        return wrong(line, "too many witnesses");
    struct member *member = define(policy, line);
    if (!member || !take_key(line, NOTE_COSIGNATURE, &witness.key) ||
        !take_url(line, witness.url) || !at_end(line))
        return false;
    for (unsigned i = 0; i < policy->witness_count; i++)
        if (memcmp(policy->witnesses[i].key.key, witness.key.key, KEY_BYTES) == 0)
            return wrong(line, "this witness's key is listed already");
    member->witness = policy->witness_count;
    policy->witnesses[policy->witness_count++] = witness;
    policy->member_count++;
    return true;
}

static bool take_members(struct policy *policy, struct line *line, uint64_t *out_members)
{
    struct span name;
    unsigned index;
    uint64_t members = 0;
    while (take(line, &name)) {
        if (!find(policy, name, &index))
            return wrong(line, "a member of the group is not defined above");
        if ((policy->grouped | members) >> index & 1)
            return wrong(line, "a name can be a member of one group only, once");
        members |= UINT64_C(1) << index;
    }
    *out_members = members;
    return members ? true : wrong(line, "a group needs a member");
}

static bool read_threshold(struct span text, unsigned count, struct line *line, unsigned *out_k)
{
    uint64_t k;
    if (span_is(text, "all"))
        k = count;
    else if (span_is(text, "any"))
        k = 1;
    else if (!span_decimal(text, &k) || k == 0 || k > count)
        return wrong(line, "the threshold must be all, any, or 1 to the number of members");
    *out_k = (unsigned)k;
    return true;
}

static bool read_group(struct policy *policy, struct line *line)
{
    struct span threshold;
    uint64_t members;
    if (policy->group_count == POLICY_GROUPS_MAX)
        return wrong(line, "too many groups");
    struct member *member = define(policy, line);
    if (!member)
        return false;
    if (!take(line, &threshold))
        return wrong(line, "needs a threshold");
    if (!take_members(policy, line, &members) ||
        !read_threshold(threshold, (unsigned)__builtin_popcountll(members), line,
                        &member->threshold))
        return false;
    member->is_group = true;
    member->members = members;
    policy->grouped |= members;
    policy->group_count++;
    policy->member_count++;
    return true;
}

static bool read_quorum(struct policy *policy, struct line *line)
{
    struct span name;
    if (policy->has_quorum)
        return wrong(line, "there is a quorum already");
    if (!take(line, &name))
        return wrong(line, "needs a name");
    policy->quorum_none = span_is(name, "none");
    if (!policy->quorum_none && !find(policy, name, &policy->quorum))
        return wrong(line, "the quorum is not defined above");
    policy->has_quorum = true;
    return at_end(line);
}

static const struct {
    const char *word;
    bool (*read)(struct policy *policy, struct line *line);
} line_kinds[] = {
    {"log", read_log}, {"witness", read_witness}, {"group", read_group}, {"quorum", read_quorum}};

static bool read_line(struct policy *policy, struct line *line)
{
    struct span word;
    for (size_t i = 0; i < line->rest.len; i++)
        if ((line->rest.ptr[i] < ' ' && line->rest.ptr[i] != '\t') || line->rest.ptr[i] == 0x7f)
            return wrong(line, "control characters are not allowed");
    if (!take(line, &word) || word.ptr[0] == '#')
        return true;
    for (size_t i = 0; i < sizeof line_kinds / sizeof line_kinds[0]; i++)
        if (span_is(word, line_kinds[i].word))
            return line_kinds[i].read(policy, line);
    return wrong(line, "must begin with log, witness, group, quorum or #");
}

static enum outcome read_policy(struct span text, struct policy *policy, struct fail *fail)
{
    unsigned number = 0;
    struct line line = {.why = NULL};
    if (text.len > POLICY_BYTES_MAX || text.len == 0 || text.ptr[text.len - 1] != '\n')
        return fail_set(fail, BAD_INPUT, "policy.malformed",
                        "witness policy: must be lines, each with its line feed, at most %d bytes",
                        POLICY_BYTES_MAX);
    while (span_line(&text, &line.rest)) {
        number++;
        if (!read_line(policy, &line))
            return fail_set(fail, BAD_INPUT, "policy.malformed", "witness policy, line %u: %s",
                            number, line.why);
    }
    if (!policy->has_quorum)
        return fail_set(fail, BAD_INPUT, "policy.malformed",
                        "witness policy: no quorum line (\"quorum none\" asks for no witness)");
    return OK;
}

enum outcome policy_new(struct span text, struct policy **out_policy, struct fail *fail)
{
    struct policy *policy = calloc(1, sizeof *policy);
    if (!policy)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    enum outcome outcome = read_policy(text, policy, fail);
    if (outcome == OK)
        *out_policy = policy;
    else
        policy_free(policy);
    return outcome;
}

void policy_free(struct policy *policy)
{
    free(policy);
}

unsigned policy_witness_count(const struct policy *policy)
{
    return policy->witness_count;
}

const struct note_key *policy_witness_key(const struct policy *policy, unsigned index)
{
    return &policy->witnesses[index].key;
}

const char *policy_witness_url(const struct policy *policy, unsigned index)
{
    return policy->witnesses[index].url;
}

unsigned policy_log_count(const struct policy *policy)
{
    return policy->log_count;
}

const struct note_key *policy_log_key(const struct policy *policy, unsigned index)
{
    return &policy->logs[index];
}

/* Members come after what they are made of, so one pass from the first to the last decides all. */
static bool quorum_is_met(const struct policy *policy, uint32_t seen)
{
    uint64_t met = 0;
    for (unsigned i = 0; i < policy->member_count; i++) {
        const struct member *member = &policy->members[i];
        bool good = member->is_group
                        ? (unsigned)__builtin_popcountll(met & member->members) >= member->threshold
                        : seen >> member->witness & 1;
        met |= (uint64_t)good << i;
    }
    return policy->quorum_none || (met >> policy->quorum & 1);
}

static enum outcome judge_logs(const struct policy *policy, const struct note *note,
                               struct policy_view *view, struct fail *fail)
{
    for (unsigned i = 0; i < policy->log_count; i++) {
        if (!note_find(note, &policy->logs[i]))
            continue;
        enum outcome outcome = note_verify(note, &policy->logs[i], fail);
        if (outcome)
            return outcome;
        view->log_signed = true;
    }
    return OK;
}

enum outcome policy_judge(const struct policy *policy, const struct note *checkpoint,
                          struct policy_view *out_view, struct fail *fail)
{
    struct policy_view view = {.seen = 0};
    enum outcome outcome = judge_logs(policy, checkpoint, &view, fail);
    for (unsigned i = 0; outcome == OK && i < policy->witness_count; i++) {
        const struct note_key *key = &policy->witnesses[i].key;
        if (!note_find(checkpoint, key))
            continue;
        outcome = cosignature_verify(checkpoint, key, &view.time_s[i], fail);
        view.seen |= UINT32_C(1) << i;
    }
    if (outcome)
        return outcome;
    view.quorum = quorum_is_met(policy, view.seen);
    *out_view = view;
    return OK;
}
