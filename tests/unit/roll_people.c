/* People from several feeds: whose value counts, what is contested, what is stale and what follows
 * from it, and what cases do to them. */
#include "roll_feeds.h"

#define RULES_WITHOUT_LISTS "[" RULE("R", "{\"present\":\"email\"}") "]"

#define MEMBERS_EARLIER                                                                            \
    "No,Name,Email,Status,Region,Seats\n"                                                          \
    "A1,Ann,ann@old.org,grace,North,2\nA2,Bob,b@x.org,active,South,\nA3,Cat,c@x.org,lapsed,"       \
    "North,\nA4,Dan,dan@old.org,active,North,\n"
#define MEMBERS_NOW                                                                                \
    "No,Name,Email,Status,Region,Seats\n"                                                          \
    "A1,Ann,ann@x.org,active,North,2\n"                                                            \
    "A2,Bob,b@x.org,active,South,\n"                                                               \
    "A2,Rob,b@x.org,active,South,\n"                                                               \
    "A3,Cat,c@x.org,lapsed,North,4\n"                                                              \
    "A4,Dan,,active,North,1\n"                                                                     \
    "A5,Fay,f@x.org,active,South,\n"
#define BRANCH_NOW                                                                                 \
    "No,Name,Email\n"                                                                              \
    "A1,Ann,ann@new.org\nA4,Dan,dan@x.org\nB9,Eve,eve@x.org\nA5,Fay,f@x.org\n"
#define FINANCE_NOW                                                                                \
    "No,Paid\nA1,2026-12-31\nA2,2026-12-31\nA3,2026-01-01\nA3,2026-12-31\nA5,2026-01-01\n"
#define YOUTH_NOW   "No,Name\nA1,Young Ann\n"
#define WAIVERS_NOW "No\nA4\n"

static bool make(struct feeds *feeds)
{
    *feeds = (struct feeds){0};
    return fixture_begin(&feeds->fixture, SOURCES, FIELDS, RULES, STYLES) &&
           feeds_add(feeds, "members", "utf-8", MEMBERS, SPAN_LIT(MEMBERS_EARLIER), 40) &&
           feeds_add(feeds, "finance", "utf-8", FINANCE, SPAN_LIT(FINANCE_NOW), 63) &&
           feeds_add(feeds, "branch", "utf-8", NAME EMAIL, SPAN_LIT(BRANCH_NOW), 20) &&
           feeds_add(feeds, "youth", "utf-8", NAME, SPAN_LIT(YOUTH_NOW), 2) &&
           feeds_add(feeds, "waivers", "utf-8", "", SPAN_LIT(WAIVERS_NOW), 2) &&
           feeds_add(feeds, "members", "utf-8", MEMBERS, SPAN_LIT(MEMBERS_NOW), 2) &&
           feeds_join(feeds);
}

/* -- sources ---------------------------------------------------------------------------------- */

static void check_sources(void)
{
    static const struct {
        const char *sources;
        const char *fields;
        const char *want;
    } REFUSED[] = {
        {"[]", "[]", "sources, \"sources\": there must be 1 to 16 sources and at most 64 fields"},
        {"[" SOURCE("M", "M", "true", "0") "]", "[]",
         "sources, \"M\": an id is 1 to 32 of a-z 0-9 -"},
        {"[" SOURCE("m", "m", "true", "0") "," SOURCE("m", "m", "true", "0") "]", "[]",
         "sources, \"m\": the source stands there twice"},
        {"[" SOURCE("m", "n", "true", "0") "]", "[]",
         "sources, \"n\": no source has this id, so nobody has its numbers"},
        {"[" SOURCE("m", "m", "true", "0") "," SOURCE("n", "m", "true",
                                                      "0") "," SOURCE("o", "n", "true", "0") "]",
         "[]", "sources, \"o\": \"numbers\" must name a source with numbers of its own"},
        {"[" SOURCE("m", "m", "false", "0") "]", "[]",
         "sources, \"lists\": at least one source must list"},
        {"[" SOURCE("m", "m", "true", "3651") "]", "[]", NULL},
        {"[" SOURCE("m", "m", "true", "0") "]", "[{\"field\":\"member_no\",\"source\":\"m\"}]",
         "sources, \"member_no\": not a field that a source can have authority for"},
        {"[" SOURCE("m", "m", "true", "0") "]", "[{\"field\":\"shoe\",\"source\":\"m\"}]",
         "sources, \"shoe\": not a field that a source can have authority for"},
        {"[" SOURCE("m", "m", "true", "0") "]", "[{\"field\":\"x.a\",\"source\":\"n\"}]",
         "sources, \"n\": no source has this id"},
        {"[" SOURCE("m", "m", "true", "0") "]",
         "[{\"field\":\"email\",\"source\":\"m\"},{\"field\":\"email\",\"source\":\"m\"}]",
         "sources, \"email\": the field stands there twice"},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(REFUSED); i++) {
        struct source_list list;
        struct fail fail = {0};
        json_t *sources = json_loads(REFUSED[i].sources, 0, NULL);
        json_t *fields = json_loads(REFUSED[i].fields, 0, NULL);
        check_case("%s %s", REFUSED[i].sources, REFUSED[i].fields);
        CHECK_INT(sources_read(sources, fields, &list, &fail), BAD_INPUT);
        if (REFUSED[i].want != NULL)
            CHECK_STR(fail.text, REFUSED[i].want);
        json_decref(sources);
        json_decref(fields);
    }
}

/* -- values ----------------------------------------------------------------------------------- */

static uint32_t person_of(const struct feeds *feeds, const char *numbers, const char *number)
{
    uint8_t pseudonym[HASH_BYTES];
    people_pseudonym(feeds->fixture.roll_key, span_str(numbers), span_str(number), pseudonym);
    return people_by_pseudonym(&feeds->fixture.people, pseudonym);
}

static void check_values(const struct feeds *feeds)
{
    static const struct {
        const char *numbers;
        const char *number;
        const char *field;
        const char *want;
    } VALUES[] = {
        {"members", "A1", "name", "Ann members 2"},
        {"members", "A1", "email", "? members 2"}, /* two lists differ, however old one is */
        {"members", "A1", "paid_until", "2026-12-31 ~finance 2"},
        {"members", "A2", "name", "? members 3"},
        {"members", "A2", "email", "b@x.org members 3"},
        {"members", "A3", "paid_until", "? finance 4"}, /* never stale */
        {"members", "A4", "email", "dan@x.org ~branch 3"},
        {"members", "A4", "paid_until", "missing ~finance"},
        {"members", "A4", "phone", "missing members 6"},
        {"members", "A5", "email", "f@x.org members 7"}, /* from the one that is not stale */
        {"members", "B9", "name", "Eve ~branch 4"},
        {"members", "B9", "status", "missing ~branch 4"},
        {"members", "B9", "member_no", "B9 branch 4"},
        {"youth", "A1", "name", "Young Ann youth 2"},
        {"youth", "A1", "paid_until", "missing ~finance"},
        {"youth", "A1", "x.none", "missing youth 2"},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(VALUES); i++) {
        struct buf out;
        uint32_t person = person_of(feeds, VALUES[i].numbers, VALUES[i].number);
        struct people_field field = people_field(&feeds->fixture.people, span_str(VALUES[i].field));
        check_case("%s %s %s", VALUES[i].numbers, VALUES[i].number, VALUES[i].field);
        buf_init(&out, 4096);
        if (CHECK(person != PEOPLE_NONE)) {
            print_told(&feeds->fixture.people, people_value(&feeds->fixture.people, person, &field),
                       &out);
            CHECK_STR(buf_text(&out), VALUES[i].want);
        }
        buf_done(&out);
    }
    check_case("who is in no list is nobody");
    CHECK_UINT(person_of(feeds, "members", "A9"), PEOPLE_NONE);
    CHECK_UINT(feeds->fixture.people.count, 7);
}

/* An old list stands first, a fresh one second. */
static void check_fresh(void)
{
    static const char *const WANT[] = {"a@x.org members 2", "b@x.org ~branch 3",
                                       "missing branch 4"};
    static const char *const NUMBERS[] = {"N1", "N2", "N3"};
    static struct feeds feeds;
    check_case("a value that a fresh feed says too is not stale");
    if (!fixture_begin(&feeds.fixture,
                       "[" SOURCE("branch", "members", "true",
                                  "14") "," SOURCE("members", "members", "true", "0") "]",
                       "[]", RULES_WITHOUT_LISTS, STYLES) ||
        !feeds_add(&feeds, "branch", "utf-8", EMAIL,
                   SPAN_LIT("No,Email\nN1,a@x.org\nN2,b@x.org\nN3,\n"), 20) ||
        !feeds_add(&feeds, "members", "utf-8", EMAIL, SPAN_LIT("No,Email\nN1,a@x.org\nN2,\nN3,\n"),
                   2) ||
        !feeds_join(&feeds))
        return;
    struct people_field field = people_field(&feeds.fixture.people, SPAN_LIT("email"));
    for (size_t i = 0; i < CHECK_COUNT_OF(WANT); i++) {
        struct buf out;
        buf_init(&out, 4096);
        print_told(
            &feeds.fixture.people,
            people_value(&feeds.fixture.people, person_of(&feeds, "members", NUMBERS[i]), &field),
            &out);
        CHECK_STR(buf_text(&out), WANT[i]);
        buf_done(&out);
    }
    feeds_done(&feeds);
}

static void check_earlier(const struct feeds *feeds)
{
    static const struct {
        const char *number;
        const char *want;
    } EARLIER[] = {
        {"A1", "ann@old.org members"}, /* contested now: what the home said */
        {"A4", "dan@old.org branch"},  /* comes from the branch now, but the members' first had
                                          another */
        {"A5", "f@x.org members"},     /* had no row in the members' first, but in the branch's */
        {"A2", "b@x.org members"},     {"B9", "eve@x.org branch"},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(EARLIER); i++) {
        struct buf out;
        struct people_field field = people_field(&feeds->fixture.people, SPAN_LIT("email"));
        uint32_t person = person_of(feeds, "members", EARLIER[i].number);
        check_case("earlier, %s", EARLIER[i].number);
        buf_init(&out, 4096);
        print_told(&feeds->fixture.people, people_earlier(&feeds->fixture.people, person, &field),
                   &out);
        CHECK_STR(buf_text(&out), EARLIER[i].want);
        buf_done(&out);
    }
}

static void check_wanted(const struct feeds *feeds)
{
    static const bool WANT[] = {true, true, true, true, true, true};
    struct people_terms terms = feeds->fixture.people.terms;
    struct feed fewer[FEEDS_MAX];
    struct people people;
    struct fail fail = {0};
    bool wanted[FEEDS_MAX];
    check_case("snapshots that a join needs");
    people_wanted(&terms, wanted);
    for (size_t i = 0; i < CHECK_COUNT_OF(WANT); i++)
        CHECK_INT(wanted[i], WANT[i]);
    memcpy(fewer, feeds->feeds, sizeof(fewer));
    terms.feeds = fewer;
    terms.announced_at_s = FIXTURE_MONDAY;
    struct rules none = *terms.rules;
    none.day_count = 0;
    terms.rules = &none;
    people_wanted(&terms, wanted);
    CHECK_INT(wanted[0], true); /* a first one tells what was before, whenever that was */
    fewer[5].snapshot = NULL;
    CHECK_INT(people_join(&terms, &people, &fail), BROKEN);
    CHECK_STR(fail.text, "snapshot 6 is not loaded");
}

/* -- the draft -------------------------------------------------------------------------------- */

static void check_draft(struct feeds *feeds, const char *want)
{
    struct draft draft;
    struct buf out;
    buf_init(&out, 1 << 16);
    if (!fixture_draft(&feeds->fixture, &draft))
        return;
    print_draft(&draft, &out);
    CHECK_STR(buf_text(&out), want);
    buf_done(&out);
    draft_done(&draft);
}

static void check_outcomes(struct feeds *feeds)
{
    check_case("outcomes by the rules");
    check_draft(feeds,
                /* was in grace, paid by what is old, with two votes */
                "members/A1 eligible 0 0 0 0*2;\n"
                "members/A2 undetermined 0 0D 0 1*1;\n"
                /* lapsed now and then; no such number of seats */
                "members/A3 ineligible 5 2S 0;\n"
                "members/A4 eligible 0 0 0 0*1;\n"
                /* not paid, but that is nine weeks old; no status then */
                "members/A5 provisional 0 6 2 1*1;\n"
                /* all undetermined, the style too: region is missing */
                "members/B9 undetermined 0 7S 0;\n"
                "youth/A1 undetermined 0 7S 0;\n");
}

/* Who is not on an old list may be on a newer one: nobody is out by it, whoever they are. */
static void check_old_list(void)
{
    static struct feeds feeds;
    check_case("a stale list excludes nobody");
    if (!fixture_begin(&feeds.fixture,
                       "[" SOURCE("members", "members", "true", "0") "," SOURCE(
                           "waivers", "members", "false", "14") "," SOURCE("approved", "members",
                                                                           "false", "0") "]",
                       "[]",
                       "[" RULE("W", "{\"in_list\":\"waivers\"}") "," RULE(
                           "A", "{\"in_list\":\"approved\"}") "]",
                       STYLES) ||
        !feeds_add(&feeds, "members", "utf-8", MEMBERS,
                   SPAN_LIT("No,Name,Email,Status,Region,Seats\nN1,A,,,South,\nN2,B,,,South,\n"),
                   2) ||
        !feeds_add(&feeds, "waivers", "utf-8", "", SPAN_LIT("No\nN2\n"), 20) || !feeds_join(&feeds))
        return;
    fixture_uphold(&feeds.fixture, 1, "C1",
                   "{\"do\":\"add\",\"numbers\":\"members\",\"record\":{\"member_no\":\"C1\","
                   "\"region\":\"South\"}}");
    check_draft(&feeds, "members/N1 provisional 0 3 1 1*1;\n"
                        "members/N2 provisional 0 2 0 1*1;\n"
                        "members/C1 provisional 0 3 3 1*1;\n"); /* nor by one that never came */
    feeds_done(&feeds);
}

static void check_cases(struct feeds *feeds)
{
    char effect[512];
    struct hash32 hash;
    struct fixture *fixture = &feeds->fixture;
    check_case("rows: of the repeated number one stands");
    snapshot_row_id(&feeds->snapshots[5], 2, hash.bytes);
    fixture_effect(effect, sizeof(effect), "rows\",\"keep\":\"", hash.bytes);
    fixture_uphold(fixture, 1, "A2", effect);
    check_case("rows: in a feed that does not list, too");
    snapshot_row_id(&feeds->snapshots[1], 3, hash.bytes);
    fixture_effect(effect, sizeof(effect), "rows\",\"keep\":\"", hash.bytes);
    fixture_uphold(fixture, 2, "A3", effect);
    check_case("set: of the type that the asked source has");
    fixture_uphold(fixture, 3, "A3",
                   "{\"do\":\"set\",\"field\":\"x.seats\",\"from\":\"4\",\"to\":\"3\"}");
    fixture_uphold(fixture, 4, "B9", "{\"do\":\"set\",\"field\":\"region\",\"to\":\"South\"}");
    check_case("add: somebody whom nobody has");
    fixture_uphold(fixture, 5, "C1",
                   "{\"do\":\"add\",\"numbers\":\"members\",\"record\":{\"member_no\":\"C1\","
                   "\"name\":\"Gil\",\"region\":\"North\",\"status\":\"active\",\"paid_until\":"
                   "\"2027-01-01\",\"x.seats\":\"2\"}}");
    check_case("merge across the lists");
    hash = fixture_pseudonym(fixture, "A1");
    fixture_effect(effect, sizeof(effect), "merge\",\"into\":\"", hash.bytes);
    fixture_uphold(fixture, 6, "A4", effect);
    check_case("after the cases");
    check_draft(feeds, "members/A1 eligible 0 0 0 0*2;\n"
                       "members/A2 eligible 0 0 0 1*1;\n"
                       "members/A3 ineligible 5 0 0 0*3;\n"
                       "members/A4 withdrawn 0 0 0;\n"
                       "members/A5 provisional 0 6 2 1*1;\n"
                       "members/B9 provisional 0 7 0 1*1;\n"
                       "youth/A1 undetermined 0 7S 0;\n"
                       "members/C1 provisional 0 4 0 0*2;\n");
}

static void check_open(struct feeds *feeds)
{
    struct fixture *fixture = &feeds->fixture;
    struct fail fail = {0};
    check_case("open: a removal that nobody was told of waits for nothing");
    fixture_bring(fixture, 10, "A1", "{\"do\":\"exclude\"}");
    check_draft(feeds, "members/A1 eligible 0 0 0 0*2;\n"
                       "members/A2 eligible 0 0 0 1*1;\n"
                       "members/A3 ineligible 5 0 0 0*3;\n"
                       "members/A4 withdrawn 0 0 0;\n"
                       "members/A5 provisional 0 6 2 1*1;\n"
                       "members/B9 provisional 0 7 0 1*1;\n"
                       "youth/A1 undetermined 0 7S 0;\n"
                       "members/C1 provisional 0 4 0 0*2;\n");
    check_case(
        "open: one that was notified makes provisional; so does any other of the ineligible");
    CHECK_INT(fixture_notify(fixture, 10, 'a', &fail), OK);
    fixture_raise(fixture, 11, "A3", "{\"do\":\"review\"}", 'a', &fail);
    check_draft(feeds, "members/A1 provisional 0 0 0 0*2;\n"
                       "members/A2 eligible 0 0 0 1*1;\n"
                       "members/A3 provisional 5 0 0 0*3;\n"
                       "members/A4 withdrawn 0 0 0;\n"
                       "members/A5 provisional 0 6 2 1*1;\n"
                       "members/B9 provisional 0 7 0 1*1;\n"
                       "youth/A1 undetermined 0 7S 0;\n"
                       "members/C1 provisional 0 4 0 0*2;\n");
}

/* Upheld without a word to the member. */
static void uphold_untold(struct fixture *fixture, uint32_t number, const char *member_no,
                          const char *effect)
{
    struct fail fail = {0};
    fixture_bring(fixture, number, member_no, effect);
    CHECK_INT(fixture_decide(fixture, number, "upheld", 'b', &fail), OK);
}

static void check_harm(struct feeds *feeds)
{
    static const char LAPSE[] =
        "{\"do\":\"set\",\"field\":\"status\",\"from\":\"active\",\"to\":\"lapsed\"}";
    struct fixture *fixture = &feeds->fixture;
    struct draft draft;
    check_case("harm: who was not told keeps the vote, and the case is moot");
    uphold_untold(fixture, 20, "A2", LAPSE);
    if (!fixture_draft(fixture, &draft))
        return;
    CHECK_INT(draft_find(&draft, SPAN_LIT("A2"))->outcome, MEMBER_ELIGIBLE);
    if (CHECK_UINT(draft.moot_count, 1))
        CHECK_UINT(draft.moots[0].case_number, 20);
    draft_done(&draft);
    check_case("harm: what harms nobody needs no word");
    uphold_untold(fixture, 21, "A2",
                  "{\"do\":\"set\",\"field\":\"email\",\"from\":\"b@x.org\",\"to\":"
                  "\"bob@x.org\"}");
    check_case("harm: who was told and had time");
    fixture_uphold(fixture, 22, "A2", LAPSE);
    if (!fixture_draft(fixture, &draft))
        return;
    const struct draft_member *member = draft_find(&draft, SPAN_LIT("A2"));
    CHECK_INT(member->outcome, MEMBER_INELIGIBLE);
    CHECK_TEXT(draft_leaf_value(&draft, member, FIELD_EMAIL), "bob@x.org");
    draft_done(&draft);
}

static void check_leaf_values(struct feeds *feeds)
{
    struct draft draft;
    check_case("for a leaf: a contested name is the home's first, a contested address nothing");
    if (!fixture_draft(&feeds->fixture, &draft))
        return;
    const struct draft_member *repeated = draft_find(&draft, SPAN_LIT("A2"));
    const struct draft_member *contested =
        draft_by_pseudonym(&draft, fixture_pseudonym(&feeds->fixture, "A1").bytes);
    CHECK_TEXT(draft_leaf_value(&draft, repeated, FIELD_NAME), "Bob");
    CHECK_TEXT(draft_leaf_value(&draft, contested, FIELD_EMAIL), "");
    draft_done(&draft);
}

/* Kept leaves, and one of somebody whom the draft does not know. */
static void check_account(struct feeds *feeds)
{
    struct draft draft;
    struct account account;
    struct buf out;
    uint8_t standing[16] = {0};
    check_case("account of two lists");
    buf_init(&out, 1 << 16);
    if (!fixture_draft(&feeds->fixture, &draft))
        return;
    standing[0] = LEAF_PROVISIONAL;
    account_take(&draft, &(struct account_leaves){.of_members = standing, .strangers_eligible = 5},
                 &account);
    CHECK_UINT(account.rows, 11);
    CHECK_UINT(account.roll, 6);
    CHECK_UINT(account.included, 5);
    CHECK_UINT(account.removed, 2);
    CHECK_UINT(account.provisional, 1);
    account_print(&account, &out);
    CHECK_STR(buf_text(&out),
              "{\"rows\":11,\"cells\":[[\"PAID\",0],[\"THEN\",0],[\"STYLE\",0],"
              "[\"merged\",11]],\"feeds\":[[\"members\",6],[\"finance\",5],[\"branch\",4],"
              "[\"youth\",1],[\"waivers\",1]],\"roll\":6,\"changes\":[],\"cases\":"
              "[[\"upheld\",0],[\"refused\",0],[\"withdrawn\",0],[\"open\",0]],\"effects\":"
              "[[\"review\",0],[\"rows\",0],[\"merge\",0],[\"set\",0],[\"add\",0],"
              "[\"include\",0],[\"exclude\",0],[\"hold\",0]],\"hours\":-1,\"late\":0}");
    buf_done(&out);
    draft_done(&draft);
}

int main(void)
{
    static struct feeds feeds;
    check_sources();
    check_fresh();
    check_old_list();
    if (make(&feeds)) {
        check_values(&feeds);
        check_earlier(&feeds);
        check_wanted(&feeds);
        check_outcomes(&feeds);
        check_leaf_values(&feeds);
        check_account(&feeds);
        check_cases(&feeds);
        check_open(&feeds);
        check_harm(&feeds);
    }
    feeds_done(&feeds);
    return check_end("roll_people");
}
