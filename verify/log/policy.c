#include "log/policy.h"

#include "base/text.h"

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

/* The next word of a line; false if there is none. */
static bool take_word(struct span *line, struct span *out_word)
{
    while (line->len > 0 && is_blank(line->ptr[0]))
        *line = span_after(*line, 1);
    size_t len = 0;
    while (len < line->len && !is_blank(line->ptr[len]))
        len++;
    *out_word = span_of(line->ptr, len);
    *line = span_after(*line, len);
    return len > 0;
}

static bool is_word(struct span word, const char *text)
{
    return span_equal(word, span_text(text));
}

static int find_node(const struct policy *policy, struct span name)
{
    for (size_t i = 0; i < policy->node_count; i++)
        if (span_equal(policy->nodes[i].name, name))
            return (int)i;
    return -1;
}

/* What may follow the key: a URL, which means nothing here, and then nothing more. */
static bool ends_after_url(struct span line)
{
    struct span word;
    (void)take_word(&line, &word);
    return !take_word(&line, &word);
}

static enum outcome take_log(struct policy *policy, struct span line, struct fail *fail)
{
    struct span text;
    struct note_key key;
    if (!take_word(&line, &text) || !ends_after_url(line))
        return fail_bad(fail, "a log line must read: log <key> [<url>]");
    if (note_key_parse(text, &key, fail) != GOOD)
        return BAD;
    if (key.algorithm != NOTE_ED25519 || policy->log_count == POLICY_LOGS)
        return fail_bad(fail, "a log has a witness's kind of key, or there are too many logs");
    for (size_t i = 0; i < policy->log_count; i++)
        if (memcmp(policy->logs[i].key, key.key, KEY_BYTES) == 0)
            return fail_bad(fail, "one key is given for two logs");
    policy->logs[policy->log_count++] = key;
    return GOOD;
}

/* A new witness or group, under a name that is free; NULL if it is not, or there are too many. */
static struct policy_node *add_node(struct policy *policy, struct span name, struct fail *fail)
{
    if (is_word(name, "none") || find_node(policy, name) >= 0) {
        (void)fail_bad(fail, "the name %.*s is taken", (int)name.len, (const char *)name.ptr);
        return NULL;
    }
    if (policy->node_count == POLICY_NODES) {
        (void)fail_bad(fail, "more than %d witnesses and groups", POLICY_NODES);
        return NULL;
    }
    struct policy_node *node = &policy->nodes[policy->node_count++];
    *node = (struct policy_node){.name = name, .group = -1};
    return node;
}

static enum outcome take_witness(struct policy *policy, struct span line, struct fail *fail)
{
    struct span name, text;
    struct note_key key;
    if (!take_word(&line, &name) || !take_word(&line, &text) || !ends_after_url(line))
        return fail_bad(fail, "a witness line must read: witness <name> <key> [<url>]");
    if (note_key_parse(text, &key, fail) != GOOD)
        return BAD;
    if (key.algorithm != NOTE_COSIGNATURE)
        return fail_bad(fail, "a witness has a key that is not for cosignatures");
    for (size_t i = 0; i < policy->node_count; i++)
        if (policy->nodes[i].is_witness &&
            memcmp(policy->nodes[i].key.key, key.key, KEY_BYTES) == 0)
            return fail_bad(fail, "one key is given for two witnesses");
    struct policy_node *node = add_node(policy, name, fail);
    if (node == NULL)
        return BAD;
    node->is_witness = true;
    node->key = key;
    return GOOD;
}

static enum outcome take_members(struct policy *policy, struct span line, int group,
                                 struct fail *fail)
{
    struct span name;
    while (take_word(&line, &name)) {
        int member = find_node(policy, name);
        if (member < 0 || member == group || policy->nodes[member].group >= 0)
            return fail_bad(fail, "%.*s is not defined above, or is in a group already",
                            (int)name.len, (const char *)name.ptr);
        policy->nodes[member].group = group;
        policy->nodes[group].members++;
    }
    return GOOD;
}

static bool read_threshold(struct span text, unsigned members, unsigned *out_threshold)
{
    uint64_t number = is_word(text, "any") ? 1 : members;
    if (!is_word(text, "any") && !is_word(text, "all") && !decimal_decode(text, &number))
        return false;
    if (number < 1 || number > members)
        return false;
    *out_threshold = (unsigned)number;
    return true;
}

static enum outcome take_group(struct policy *policy, struct span line, struct fail *fail)
{
    struct span name, threshold;
    if (!take_word(&line, &name) || !take_word(&line, &threshold))
        return fail_bad(fail, "a group line must read: group <name> all|any|<k> <member>...");
    struct policy_node *node = add_node(policy, name, fail);
    if (node == NULL || take_members(policy, line, (int)(node - policy->nodes), fail) != GOOD)
        return BAD;
    if (!read_threshold(threshold, node->members, &node->threshold))
        return fail_bad(fail, "the group %.*s has no threshold from 1 to its %u members",
                        (int)name.len, (const char *)name.ptr, node->members);
    return GOOD;
}

static enum outcome take_quorum(struct policy *policy, struct span line, bool *has_quorum,
                                struct fail *fail)
{
    struct span name, more;
    if (*has_quorum || !take_word(&line, &name) || take_word(&line, &more))
        return fail_bad(fail, "there must be one line: quorum <name>");
    policy->quorum = is_word(name, "none") ? POLICY_QUORUM_NONE : find_node(policy, name);
    if (policy->quorum < 0 && !is_word(name, "none"))
        return fail_bad(fail, "the quorum %.*s is not defined above it", (int)name.len,
                        (const char *)name.ptr);
    *has_quorum = true;
    return GOOD;
}

static enum outcome take_line(struct policy *policy, struct span line, bool *has_quorum,
                              struct fail *fail)
{
    struct span word;
    for (size_t i = 0; i < line.len; i++)
        if ((line.ptr[i] < 0x20 && line.ptr[i] != '\t') || line.ptr[i] == 0x7f)
            return fail_bad(fail, "a control character");
    if (!take_word(&line, &word) || word.ptr[0] == '#')
        return GOOD;
    if (is_word(word, "log"))
        return take_log(policy, line, fail);
    if (is_word(word, "witness"))
        return take_witness(policy, line, fail);
    if (is_word(word, "group"))
        return take_group(policy, line, fail);
    if (is_word(word, "quorum"))
        return take_quorum(policy, line, has_quorum, fail);
    return fail_bad(fail, "unknown word %.*s", (int)word.len, (const char *)word.ptr);
}

enum outcome policy_parse(struct span text, struct policy *out_policy, struct fail *fail)
{
    bool has_quorum = false;
    struct span line;
    out_policy->log_count = out_policy->node_count = 0;
    out_policy->quorum = POLICY_QUORUM_NONE;
    for (size_t number = 1; text.len > 0; number++) {
        if (!span_cut(&text, '\n', &line))
            return fail_bad(fail, "policy, line %zu does not end in a newline", number);
        if (take_line(out_policy, line, &has_quorum, fail) != GOOD) {
            fail_at(fail, "policy, line %zu: ", number);
            return BAD;
        }
    }
    return has_quorum ? GOOD : fail_bad(fail, "policy: there is no quorum line");
}

static void sort_up(unsigned *numbers, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t j = i; j > 0 && numbers[j - 1] > numbers[j]; j--) {
            unsigned held = numbers[j];
            numbers[j] = numbers[j - 1];
            numbers[j - 1] = held;
        }
}

unsigned policy_least_witnesses(const struct policy *policy)
{
    unsigned least[POLICY_NODES];
    for (size_t i = 0; i < policy->node_count; i++) {
        unsigned members[POLICY_NODES] = {0};
        size_t count = 0;
        for (size_t j = 0; j < i; j++)
            if (policy->nodes[j].group == (int)i)
                members[count++] = least[j];
        sort_up(members, count);
        least[i] = policy->nodes[i].is_witness ? 1 : 0;
        for (size_t j = 0; j < policy->nodes[i].threshold; j++)
            least[i] += members[j];
    }
    return policy->quorum == POLICY_QUORUM_NONE ? 0 : least[policy->quorum];
}

/* Has this witness cosigned, and in time? Absent is not an error; wrong is. */
static enum outcome check_witness(const struct note *checkpoint, const struct note_key *key,
                                  uint64_t from_s, uint64_t to_s, bool *out_counts,
                                  struct fail *fail)
{
    uint64_t time_s;
    *out_counts = false;
    if (note_find(checkpoint, key) == NULL)
        return GOOD;
    enum outcome outcome = note_verify(checkpoint, key, &time_s, fail);
    if (outcome == GOOD)
        *out_counts = from_s <= time_s && time_s <= to_s;
    return outcome;
}

enum outcome policy_satisfied(const struct policy *policy, const struct note *checkpoint,
                              uint64_t from_s, uint64_t to_s, struct fail *fail)
{
    bool counts[POLICY_NODES];
    unsigned present[POLICY_NODES] = {0}; /* of a group: members that count */
    for (size_t i = 0; i < policy->node_count; i++) {
        const struct policy_node *node = &policy->nodes[i];
        counts[i] = !node->is_witness && present[i] >= node->threshold;
        if (node->is_witness) {
            enum outcome outcome =
                check_witness(checkpoint, &node->key, from_s, to_s, &counts[i], fail);
            if (outcome != GOOD)
                return outcome;
        }
        if (counts[i] && node->group >= 0)
            present[node->group]++;
    }
    if (policy->quorum != POLICY_QUORUM_NONE && !counts[policy->quorum])
        return fail_bad(fail, "the witnesses that cosigned this checkpoint are not a quorum");
    return GOOD;
}
