/* Cases, statement by statement: what is allowed goes through and leaves the case as it should,
 * and each guard of docs/roll.md section 7 refuses what breaks it, and says so. */
#include "roll/casebook.h"
#include "verify/roll_stage.h"

/* A line of a script. In `members`, $x stands for 64 times x, and @ for the pseudonym of whom an
 * `add` adds. `day` counts from the Monday; `answers` is NULL for what is right. */
struct line {
    int day;
    const char *who, *kind;
    unsigned number;
    const char *members, *answers;
};

enum { LINES_MOST = 40 };

/* How case 1 stands in the end. */
struct after {
    enum case_state state;
    bool open, in_force, notified, reply_over;
};

/* All goes through. */
struct passage {
    const char *name;
    struct line lines[LINES_MOST];
    struct after after;
};

/* The last line is refused, and this is said. */
struct refusal {
    const char *name;
    struct line lines[LINES_MOST];
    const char *says;
};

#define SUBJECT "\"subjects\":[\"$a\"],"
#define REST    ",\"reason\":\"other\",\"text\":\"T\""
#define RAISE   "\"by\":\"officer\"," SUBJECT "\"effect\":{\"do\":\"review\"}" REST
#define MEMBER  "\"by\":\"member\"," SUBJECT "\"effect\":{\"do\":\"review\"}" REST
#define MACHINE "\"by\":\"machine\"," SUBJECT "\"effect\":{\"do\":\"review\"}" REST
#define TWO     "\"by\":\"officer\",\"subjects\":[\"$a\",\"$b\"],\"effect\":{\"do\":\"review\"}" REST
#define ELEVEN                                                                                     \
    "\"by\":\"officer\",\"subjects\":[\"$0\",\"$1\",\"$2\",\"$3\",\"$4\",\"$5\",\"$6\",\"$7\","    \
    "\"$8\",\"$9\",\"$a\"],\"effect\":{\"do\":\"review\"}" REST
#define ADDED "\"by\":\"officer\",\"subjects\":[\"@\"],\"effect\":{\"do\":\"review\"}" REST
#define FILED(kind, hash)                                                                          \
    "\"evidence\":\"" kind "\",\"file\":{\"sha256\":\"$" hash "\",\"commitment\":\"$" hash         \
    "\",\"size\":7,\"type\":\"text\"}"
#define BANK            FILED("bank-line", "1")
#define MATCH           FILED("source-match", "2")
#define MATCH2          FILED("source-match", "3")
#define ATTEST          "\"evidence\":\"officer-attestation\",\"attestation\":\"Seen\""
#define DECLARE         "\"evidence\":\"member-declaration\",\"attestation\":\"I paid\""
#define DECLARED        FILED("member-declaration", "4")
#define PROPOSE(effect) "\"effect\":{" effect "},\"rule\":\"\",\"text\":\"T\""
#define INCLUDE         PROPOSE("\"do\":\"include\"")
#define EXCLUDE         PROPOSE("\"do\":\"exclude\"")
#define HOLD            PROPOSE("\"do\":\"hold\"")
#define TOLD            "\"sent_by\":\"email\",\"text\":\"You are told\""
#define TEXT            "\"text\":\"T\""
#define DECIDED(outcome)                                                                           \
    "\"outcome\":\"" outcome "\",\"reasons\":\"The bank's line shows it.\",\"conflict\":\"none\""
#define UPHELD     DECIDED("upheld")
#define REFUSED    DECIDED("refused")
#define AS(role)   "\"as\":\"" role "\",\"text\":\"T\""
#define APPEAL(by) "\"by\":\"" by "\",\"text\":\"T\""
#define LIST       "\"list\":[[\"$a\",[\"PAID\",\"STYLE\"]]]"

/* What most scripts begin with. */
#define RAISED                                                                                     \
    {                                                                                              \
        0, "ann", "variance", 1, RAISE, NULL                                                       \
    }
#define EVIDENCED                                                                                  \
    RAISED,                                                                                        \
    {                                                                                              \
        0, "ann", "evidence", 1, BANK, NULL                                                        \
    }
#define PROPOSED                                                                                   \
    EVIDENCED,                                                                                     \
    {                                                                                              \
        0, "ann", "proposal", 1, INCLUDE, NULL                                                     \
    }
#define REMOVING                                                                                   \
    EVIDENCED,                                                                                     \
    {                                                                                              \
        0, "ann", "proposal", 1, EXCLUDE, NULL                                                     \
    }
#define DONE                                                                                       \
    PROPOSED,                                                                                      \
    {                                                                                              \
        1, "bob", "decision", 1, UPHELD, NULL                                                      \
    }
#define DENIED                                                                                     \
    PROPOSED,                                                                                      \
    {                                                                                              \
        1, "bob", "decision", 1, REFUSED, NULL                                                     \
    }
#define ROLL                                                                                       \
    {                                                                                              \
        0, NULL, "roll", 0, NULL, NULL                                                             \
    }
#define FREEZE                                                                                     \
    {                                                                                              \
        0, NULL, "freeze", 0, NULL, NULL                                                           \
    }
#define MEMBERS_CASE(n)                                                                            \
    {                                                                                              \
        0, "authority", "variance", n, MEMBER, NULL                                                \
    }
#define ATTESTED(n)                                                                                \
    {0, "ann", "variance", n, RAISE, NULL},                                                        \
    {                                                                                              \
        0, "bob", "evidence", n, ATTEST, NULL                                                      \
    }
#define TEN_ATTESTED                                                                               \
    ATTESTED(2), ATTESTED(3), ATTESTED(4), ATTESTED(5), ATTESTED(6), ATTESTED(7), ATTESTED(8),     \
        ATTESTED(9), ATTESTED(10), ATTESTED(11)

#define ZEROS "$0"

static const struct passage passages[] = {
    {"raised", {RAISED}, {CASE_RAISED, true, false, false, false}},
    {"evidenced", {EVIDENCED}, {CASE_EVIDENCED, true, false, false, false}},
    {"proposed", {PROPOSED}, {CASE_PROPOSED, true, false, false, false}},
    {"upheld", {DONE}, {CASE_UPHELD, false, true, false, false}},
    {"refused", {DENIED}, {CASE_REFUSED, false, false, false, false}},
    {"withdrawn",
     {PROPOSED, {0, "ann", "withdrawal", 1, TEXT, NULL}},
     {CASE_WITHDRAWN, false, false, false, false}},
    {"withdrawn by the same key",
     {RAISED, {0, "ann2", "withdrawal", 1, TEXT, NULL}},
     {CASE_WITHDRAWN, false, false, false, false}},
    {"a member's, withdrawn by an officer",
     {MEMBERS_CASE(1), {0, "cat", "withdrawal", 1, TEXT, NULL}},
     {CASE_WITHDRAWN, false, false, false, false}},
    {"another proposal",
     {PROPOSED, {0, "bob", "proposal", 1, HOLD, NULL}},
     {CASE_PROPOSED, true, false, false, false}},
    {"a hold on a declaration",
     {RAISED,
      {0, "ann", "evidence", 1, DECLARE, NULL},
      {0, "ann", "proposal", 1, HOLD, NULL},
      {0, "bob", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, false, true, false, false}},
    {"two matches",
     {RAISED,
      {0, "ann", "evidence", 1, MATCH, NULL},
      {0, "ann", "evidence", 1, MATCH2, NULL},
      {0, "ann", "proposal", 1, INCLUDE, NULL},
      {0, "bob", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, false, true, false, false}},
    {"two officers attest",
     {RAISED,
      {0, "ann", "evidence", 1, ATTEST, NULL},
      {0, "cat", "evidence", 1, ATTEST, NULL},
      {0, "ann", "proposal", 1, INCLUDE, NULL},
      {0, "bob", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, false, true, false, false}},
    /* Raised on Monday; Wednesday is not worked: five working days end on the next Tuesday. */
    {"decided on the last day",
     {PROPOSED, {8, "bob", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, false, true, false, false}},
    {"decided late by the deputy",
     {PROPOSED, {9, "dee", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, false, true, false, false}},
    {"decided late by the panel",
     {PROPOSED, {90, "pam", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, false, true, false, false}},
    /* Told on Monday: three working days end on Friday. */
    {"a removal after the reply",
     {REMOVING, {0, "cat", "notification", 1, TOLD, NULL}, {5, "bob", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, false, true, true, true}},
    {"a removal on the last day after the reply", /* Friday, and five working days */
     {REMOVING,
      {0, "cat", "notification", 1, TOLD, NULL},
      {11, "bob", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, false, true, true, true}},
    {"a removal refused untold",
     {REMOVING, {1, "bob", "decision", 1, REFUSED, NULL}},
     {CASE_REFUSED, false, false, false, false}},
    {"told of something that is no removal",
     {PROPOSED, {0, "cat", "notification", 1, TOLD, NULL}, {1, "bob", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, false, true, true, false}},
    {"a new proposal was not told of",
     {REMOVING, {0, "cat", "notification", 1, TOLD, NULL}, {0, "ann", "proposal", 1, HOLD, NULL}},
     {CASE_PROPOSED, true, false, false, false}},
    {"eleven subjects wait for a scrutineer",
     {{0, "ann", "variance", 1, ELEVEN, NULL},
      {0, "ann", "evidence", 1, BANK, NULL},
      {0, "ann", "proposal", 1, INCLUDE, NULL},
      {0, "bob", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, true, false, false, false}},
    {"eleven subjects countersigned",
     {{0, "ann", "variance", 1, ELEVEN, NULL},
      {0, "ann", "evidence", 1, BANK, NULL},
      {0, "ann", "proposal", 1, INCLUDE, NULL},
      {0, "bob", "decision", 1, UPHELD, NULL},
      {0, "sue", "countersignature", 1, AS("scrutineer"), NULL}},
     {CASE_UPHELD, false, true, false, false}},
    {"after a roll it waits for an officer",
     {ROLL, DONE},
     {CASE_UPHELD, true, false, false, false}},
    {"after a roll, countersigned",
     {ROLL, DONE, {1, "dee", "countersignature", 1, AS("officer"), NULL}},
     {CASE_UPHELD, false, true, false, false}},
    {"before the roll, decided after it: judged at its own entry",
     {PROPOSED, ROLL, {1, "bob", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, true, false, false, false}},
    {"appealed, in force until decided",
     {DONE, {1, "authority", "appeal", 1, APPEAL("member"), NULL}},
     {CASE_APPEALED, false, true, false, false}},
    {"appealed after a refusal: open",
     {DENIED, {1, "sue", "appeal", 1, APPEAL("officer"), NULL}},
     {CASE_APPEALED, true, false, false, false}},
    {"an appeal on the last day",
     {DENIED, {9, "eve", "appeal", 1, APPEAL("officer"), NULL}},
     {CASE_APPEALED, true, false, false, false}},
    {"evidence on appeal",
     {DENIED,
      {1, "sue", "appeal", 1, APPEAL("officer"), NULL},
      {1, "ann", "evidence", 1, ATTEST, NULL}},
     {CASE_APPEALED, true, false, false, false}},
    {"upheld on appeal",
     {DENIED,
      {1, "sue", "appeal", 1, APPEAL("officer"), NULL},
      {2, "pam", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, false, true, false, false}},
    {"refused on appeal: out of force",
     {DONE,
      {1, "authority", "appeal", 1, APPEAL("member"), NULL},
      {2, "pam", "decision", 1, REFUSED, NULL}},
     {CASE_REFUSED, false, false, false, false}},
    {"upheld on appeal after a roll: out of force until countersigned",
     {DONE,
      ROLL,
      {1, "authority", "appeal", 1, APPEAL("member"), NULL},
      {2, "pam", "decision", 1, UPHELD, NULL}},
     {CASE_UPHELD, true, false, false, false}},
    {"three cases of a member",
     {MEMBERS_CASE(1), MEMBERS_CASE(2), MEMBERS_CASE(3)},
     {CASE_RAISED, true, false, false, false}},
    {"a fourth, one withdrawn",
     {MEMBERS_CASE(1),
      MEMBERS_CASE(2),
      MEMBERS_CASE(3),
      {0, "ann", "withdrawal", 2, TEXT, NULL},
      MEMBERS_CASE(4)},
     {CASE_RAISED, true, false, false, false}},
    {"the machine's",
     {{0, "authority", "variance", 1, MACHINE, NULL}},
     {CASE_RAISED, true, false, false, false}},
    {"ten attestations", {RAISED, TEN_ATTESTED}, {CASE_RAISED, true, false, false, false}},
    {"exclusions",
     {RAISED, {0, "cat", "exclusions", 0, LIST, NULL}},
     {CASE_RAISED, true, false, false, false}},
    {"an irregularity",
     {RAISED, ROLL, {0, "cat", "irregularity", 0, SUBJECT TEXT, NULL}},
     {CASE_RAISED, true, false, false, false}},
    {"somebody added",
     {{0, "ann", "variance", 1, ADDED, NULL},
      {0, "ann", "evidence", 1, BANK, NULL},
      {0, "ann", "proposal", 1,
       PROPOSE("\"do\":\"add\",\"numbers\":\"members\",\"record\":{\"member_no\":\"77\"}"), NULL}},
     {CASE_PROPOSED, true, false, false, false}},
};

static const struct refusal refusals[] = {
    /* -- guard 1: who signs ---- */
    {"two signatures", {{0, "ann bob", "variance", 1, RAISE, NULL}}, "2 signatures"},
    {"a stranger", {{0, "zed", "variance", 1, RAISE, NULL}}, "is no officer"},
    {"after all terms", {{301, "ann", "variance", 1, RAISE, NULL}}, "is no officer"},
    {"the authority for an officer",
     {{0, "authority", "variance", 1, RAISE, NULL}},
     "not signed by an officer"},
    {"an officer for a member",
     {{0, "ann", "variance", 1, MEMBER, NULL}},
     "not signed by the authority"},
    {"an officer for the machine",
     {{0, "ann", "variance", 1, MACHINE, NULL}},
     "not signed by the authority"},
    {"an officer appeals for a member",
     {DONE, {1, "cat", "appeal", 1, APPEAL("member"), NULL}},
     "not signed by the authority"},
    {"a barred officer raises", {{0, "bar", "variance", 1, RAISE, NULL}}, "is barred"},
    {"a barred officer decides", {PROPOSED, {1, "bar", "decision", 1, UPHELD, NULL}}, "is barred"},
    {"a barred officer appeals",
     {DONE, {1, "bar", "appeal", 1, APPEAL("officer"), NULL}},
     "is barred"},
    {"the exporter raises", {{0, "eve", "variance", 1, RAISE, NULL}}, "signs a variance"},
    {"the panel raises", {{0, "pam", "variance", 1, RAISE, NULL}}, "signs a variance"},
    {"the scrutineer gives evidence",
     {RAISED, {0, "sue", "evidence", 1, BANK, NULL}},
     "signs evidence"},
    {"the panel proposes",
     {EVIDENCED, {0, "pam", "proposal", 1, INCLUDE, NULL}},
     "signs a proposal"},
    {"the exporter notifies",
     {REMOVING, {0, "eve", "notification", 1, TOLD, NULL}},
     "signs a notification"},
    {"the panel withdraws",
     {RAISED, {0, "pam", "withdrawal", 1, TEXT, NULL}},
     "signs a withdrawal"},
    {"the scrutineer decides",
     {PROPOSED, {1, "sue", "decision", 1, UPHELD, NULL}},
     "signs a decision"},
    {"the panel excludes", {{0, "pam", "exclusions", 0, LIST, NULL}}, "signs exclusions"},
    {"the panel finds an irregularity",
     {ROLL, {0, "pam", "irregularity", 0, SUBJECT TEXT, NULL}},
     "signs an irregularity"},
    {"a scrutineer countersigns as officer",
     {ROLL, DONE, {1, "sue", "countersignature", 1, AS("officer"), NULL}},
     "signs a countersignature"},
    {"an officer countersigns as scrutineer",
     {ROLL, DONE, {1, "cat", "countersignature", 1, AS("scrutineer"), NULL}},
     "signs a countersignature"},

    /* -- guards 2 and 3: where it stands, what it answers ---- */
    {"after the freeze", {FREEZE, RAISED}, "after the freeze"},
    {"an irregularity before a roll",
     {{0, "ann", "irregularity", 0, SUBJECT TEXT, ZEROS}},
     "before there is a roll"},
    {"an irregularity of another roll",
     {ROLL, {0, "ann", "irregularity", 0, SUBJECT TEXT, ZEROS}},
     "the latest roll"},
    {"a variance of no snapshot", {{0, "ann", "variance", 1, RAISE, ZEROS}}, "no snapshot"},
    {"exclusions of an earlier snapshot",
     {{0, "ann", "exclusions", 0, LIST, "first"}},
     "the latest snapshot"},
    {"evidence that answers nothing",
     {RAISED, {0, "ann", "evidence", 1, BANK, ZEROS}},
     "latest statement"},

    /* -- guard 4: variances ---- */
    {"a number in use", {RAISED, {0, "bob", "variance", 1, RAISE, NULL}}, "raised before"},
    {"a member about two",
     {{0, "authority", "variance", 1,
       "\"by\":\"member\",\"subjects\":[\"$a\",\"$b\"],"
       "\"effect\":{\"do\":\"review\"}" REST,
       NULL}},
     "for review"},
    {"a member who wants inclusion",
     {{0, "authority", "variance", 1,
       "\"by\":\"member\"," SUBJECT "\"effect\":{\"do\":\"include\"}" REST, NULL}},
     "for review"},
    {"a fourth case of a member",
     {MEMBERS_CASE(1), MEMBERS_CASE(2), MEMBERS_CASE(3), MEMBERS_CASE(4)},
     "more than 3"},
    {"a merge of two",
     {{0, "ann", "variance", 1,
       "\"by\":\"officer\",\"subjects\":[\"$a\",\"$b\"],"
       "\"effect\":{\"do\":\"merge\",\"into\":\"$c\"}" REST,
       NULL}},
     "takes one subject"},

    /* -- guard 5: states ---- */
    {"evidence of no case", {{0, "ann", "evidence", 7, BANK, ZEROS}}, "never raised"},
    {"evidence in a decided case", {DONE, {1, "ann", "evidence", 1, MATCH, NULL}}, "not open"},
    {"evidence in a withdrawn case",
     {RAISED, {0, "ann", "withdrawal", 1, TEXT, NULL}, {0, "ann", "evidence", 1, BANK, NULL}},
     "not open"},
    {"a proposal without evidence",
     {RAISED, {0, "ann", "proposal", 1, INCLUDE, NULL}},
     "has no evidence"},
    {"a proposal in a decided case",
     {DONE, {1, "ann", "proposal", 1, HOLD, NULL}},
     "decided or withdrawn"},
    {"a notification without a proposal",
     {EVIDENCED, {0, "ann", "notification", 1, TOLD, NULL}},
     "no proposal waits"},
    {"a withdrawal of a decided case",
     {DONE, {1, "ann", "withdrawal", 1, TEXT, NULL}},
     "decided or withdrawn"},
    {"a decision without evidence",
     {RAISED, {1, "bob", "decision", 1, UPHELD, NULL}},
     "nothing waits"},
    {"a decision without a proposal",
     {EVIDENCED, {1, "bob", "decision", 1, UPHELD, NULL}},
     "nothing waits"},
    {"a second decision", {DONE, {1, "cat", "decision", 1, REFUSED, NULL}}, "nothing waits"},
    {"a decision after the last one",
     {DENIED,
      {1, "sue", "appeal", 1, APPEAL("officer"), NULL},
      {2, "pam", "decision", 1, REFUSED, NULL},
      {2, "dee", "decision", 1, UPHELD, NULL}},
     "nothing waits"},
    {"a countersignature that nothing needs",
     {DONE, {1, "dee", "countersignature", 1, AS("officer"), NULL}},
     "lacks none"},
    {"a second countersignature",
     {ROLL,
      DONE,
      {1, "dee", "countersignature", 1, AS("officer"), NULL},
      {1, "cat", "countersignature", 1, AS("officer"), NULL}},
     "lacks none"},
    {"a countersignature of a refusal",
     {ROLL, DENIED, {1, "dee", "countersignature", 1, AS("officer"), NULL}},
     "lacks none"},
    {"an appeal before a decision",
     {PROPOSED, {1, "cat", "appeal", 1, APPEAL("officer"), NULL}},
     "not decided"},
    {"an appeal of a withdrawn case",
     {RAISED,
      {0, "ann", "withdrawal", 1, TEXT, NULL},
      {1, "cat", "appeal", 1, APPEAL("officer"), NULL}},
     "not decided"},
    {"a second appeal",
     {DENIED,
      {1, "sue", "appeal", 1, APPEAL("officer"), NULL},
      {2, "pam", "decision", 1, REFUSED, NULL},
      {2, "cat", "appeal", 1, APPEAL("officer"), NULL}},
     "a second appeal"},

    /* -- guard 6: proposals ---- */
    {"a merge of two proposed",
     {{0, "ann", "variance", 1, TWO, NULL},
      {0, "ann", "evidence", 1, BANK, NULL},
      {0, "ann", "proposal", 1, PROPOSE("\"do\":\"merge\",\"into\":\"$c\""), NULL}},
     "takes one subject"},
    {"a proposal to review",
     {EVIDENCED, {0, "ann", "proposal", 1, PROPOSE("\"do\":\"review\""), NULL}},
     "says nothing"},
    {"a proposal by a rule that is none",
     {EVIDENCED,
      {0, "ann", "proposal", 1, "\"effect\":{\"do\":\"include\"},\"rule\":\"NONE\"," TEXT, NULL}},
     "a rule that there is not"},
    {"somebody else added",
     {EVIDENCED,
      {0, "ann", "proposal", 1,
       PROPOSE("\"do\":\"add\",\"numbers\":\"members\",\"record\":{\"member_no\":\"77\"}"), NULL}},
     "not the one whom its record adds"},
    {"added with numbers of no list",
     {EVIDENCED,
      {0, "ann", "proposal", 1,
       PROPOSE("\"do\":\"add\",\"numbers\":\"waivers\",\"record\":{\"member_no\":\"77\"}"), NULL}},
     "no membership list"},
    {"added with fields out of order",
     {EVIDENCED,
      {0, "ann", "proposal", 1,
       PROPOSE("\"do\":\"add\",\"numbers\":\"members\",\"record\":{\"member_no\":\"77\","
               "\"email\":\"a@b.c\",\"name\":\"A\"}"),
       NULL}},
     "out of order"},
    {"added without a number",
     {EVIDENCED,
      {0, "ann", "proposal", 1,
       PROPOSE("\"do\":\"add\",\"numbers\":\"members\",\"record\":{\"name\":\"A\"}"), NULL}},
     "begin with member_no"},

    /* -- guard 7: withdrawals ---- */
    {"withdrawn by another", {RAISED, {0, "bob", "withdrawal", 1, TEXT, NULL}}, "by another"},

    /* -- guard 8: decisions ---- */
    {"decided by the raiser", {PROPOSED, {1, "ann", "decision", 1, UPHELD, NULL}}, "acted in it"},
    {"decided under another id of the same key",
     {PROPOSED, {1, "ann2", "decision", 1, UPHELD, NULL}},
     "acted in it"},
    {"decided by who gave evidence",
     {EVIDENCED,
      {0, "bob", "evidence", 1, MATCH, NULL},
      {0, "ann", "proposal", 1, INCLUDE, NULL},
      {1, "bob", "decision", 1, UPHELD, NULL}},
     "acted in it"},
    {"decided by who proposed",
     {EVIDENCED, {0, "bob", "proposal", 1, INCLUDE, NULL}, {1, "bob", "decision", 1, UPHELD, NULL}},
     "acted in it"},
    {"the appeal decided by the first decider",
     {DENIED,
      {1, "sue", "appeal", 1, APPEAL("officer"), NULL},
      {2, "bob", "decision", 1, UPHELD, NULL}},
     "acted in it"},
    {"the appeal decided by who appealed",
     {DENIED,
      {1, "cat", "appeal", 1, APPEAL("officer"), NULL},
      {2, "cat", "decision", 1, UPHELD, NULL}},
     "acted in it"},
    {"decided after the deadline",
     {PROPOSED, {9, "bob", "decision", 1, UPHELD, NULL}},
     "after its deadline"},
    {"refused after the deadline",
     {PROPOSED, {9, "bob", "decision", 1, REFUSED, NULL}},
     "after its deadline"},
    {"a removal after its deadline",
     {REMOVING,
      {0, "cat", "notification", 1, TOLD, NULL},
      {14, "bob", "decision", 1, UPHELD, NULL}},
     "after its deadline"},
    {"an appeal decided after its deadline",
     {DENIED,
      {1, "sue", "appeal", 1, APPEAL("officer"), NULL},
      {12, "cat", "decision", 1, UPHELD, NULL}},
     "after its deadline"},
    {"upheld on an attestation",
     {RAISED,
      {0, "ann", "evidence", 1, ATTEST, NULL},
      {0, "ann", "proposal", 1, INCLUDE, NULL},
      {1, "bob", "decision", 1, UPHELD, NULL}},
     "of strength 2"},
    {"upheld on an officer's two attestations",
     {RAISED,
      {0, "ann", "evidence", 1, ATTEST, NULL},
      {0, "ann2", "evidence", 1, ATTEST, NULL},
      {0, "ann", "proposal", 1, INCLUDE, NULL},
      {1, "bob", "decision", 1, UPHELD, NULL}},
     "of strength 2"},
    {"upheld on two declarations",
     {RAISED,
      {0, "ann", "evidence", 1, DECLARE, NULL},
      {0, "ann", "evidence", 1, DECLARED, NULL},
      {0, "ann", "proposal", 1, INCLUDE, NULL},
      {1, "bob", "decision", 1, UPHELD, NULL}},
     "of strength 1"},
    {"upheld on one file given twice",
     {RAISED,
      {0, "ann", "evidence", 1, MATCH, NULL},
      {0, "cat", "evidence", 1, MATCH, NULL},
      {0, "ann", "proposal", 1, INCLUDE, NULL},
      {1, "bob", "decision", 1, UPHELD, NULL}},
     "of strength 2"},
    {"somebody removed untold",
     {REMOVING, {1, "bob", "decision", 1, UPHELD, NULL}},
     "was not told"},
    {"somebody removed, told of another proposal",
     {REMOVING,
      {0, "cat", "notification", 1, TOLD, NULL},
      {0, "ann", "proposal", 1, EXCLUDE, NULL},
      {5, "bob", "decision", 1, UPHELD, NULL}},
     "was not told"},
    {"somebody removed before the reply",
     {REMOVING, {0, "cat", "notification", 1, TOLD, NULL}, {4, "bob", "decision", 1, UPHELD, NULL}},
     "before the time to reply"},
    {"short reasons",
     {PROPOSED,
      {1, "bob", "decision", 1,
       "\"outcome\":\"upheld\",\"reasons\":\"because\","
       "\"conflict\":\"none\"",
       NULL}},
     "too short"},

    /* -- guards 9 to 11 ---- */
    {"countersigned by the raiser",
     {ROLL, DONE, {1, "ann", "countersignature", 1, AS("officer"), NULL}},
     "who acted in it"},
    {"countersigned by the decider",
     {ROLL, DONE, {1, "bob", "countersignature", 1, AS("officer"), NULL}},
     "who acted in it"},
    {"an appeal too late",
     {DENIED, {10, "sue", "appeal", 1, APPEAL("officer"), NULL}},
     "after the time"},
    {"an appeal by the decider",
     {DENIED, {1, "bob", "appeal", 1, APPEAL("officer"), NULL}},
     "by its decider"},
    {"an eleventh attestation", {RAISED, TEN_ATTESTED, ATTESTED(12)}, "more than 10"},

    /* -- forms ---- */
    {"exclusions of nobody", {{0, "ann", "exclusions", 0, "\"list\":[]", NULL}}, "nobody"},
    {"exclusions without a reason",
     {{0, "ann", "exclusions", 0, "\"list\":[[\"$a\",[]]]", NULL}},
     "without a reason"},
    {"exclusions by no rule",
     {{0, "ann", "exclusions", 0, "\"list\":[[\"$a\",[\"NONE\"]]]", NULL}},
     "codes"},
    {"exclusions out of order",
     {{0, "ann", "exclusions", 0, "\"list\":[[\"$a\",[\"STYLE\",\"PAID\"]]]", NULL}},
     "codes"},
    {"exclusions by DUPLICATE",
     {{0, "ann", "exclusions", 0, "\"list\":[[\"$a\",[\"DUPLICATE\"]]]", NULL}},
     "codes"},
    {"an attestation of a bank's line",
     {RAISED,
      {0, "ann", "evidence", 1, "\"evidence\":\"bank-line\",\"attestation\":\"Seen\"", NULL}},
     "file"},
    {"a file of another type",
     {RAISED,
      {0, "ann", "evidence", 1,
       "\"evidence\":\"bank-line\",\"file\":{\"sha256\":\"$1\","
       "\"commitment\":\"$1\",\"size\":7,\"type\":\"html\"}",
       NULL}},
     "type"},
    {"a kind that there is not", {{0, "ann", "verdict", 1, TEXT, ZEROS}}, "kind"},
    {"a set that changes nothing",
     {EVIDENCED,
      {0, "ann", "proposal", 1,
       PROPOSE("\"do\":\"set\",\"field\":\"status\",\"from\":\"active\",\"to\":\"active\""), NULL}},
     "changes nothing"},
    {"a set of the number",
     {EVIDENCED,
      {0, "ann", "proposal", 1, PROPOSE("\"do\":\"set\",\"field\":\"member_no\",\"to\":\"1\""),
       NULL}},
     "no field"},
};

static const char rules_text[] =
    "{\"sources\":[{\"id\":\"members\",\"title\":{\"en\":\"M\",\"cy\":\"\"},"
    "\"numbers\":\"members\",\"lists\":true,\"stale_after\":0},"
    "{\"id\":\"waivers\",\"title\":{\"en\":\"W\",\"cy\":\"\"},\"numbers\":\"waivers\","
    "\"lists\":false,\"stale_after\":0}],\"fields\":[],\"rules\":["
    "{\"code\":\"PAID\",\"text\":{\"en\":\"Paid\",\"cy\":\"\"},\"test\":{\"equal\":[\"status\","
    "\"active\"]}}],"
    "\"styles\":[{\"id\":\"all\",\"title\":{\"en\":\"All\",\"cy\":\"\"},\"unit\":\"wales\","
    "\"votes\":1,\"votes_field\":\"\",\"test\":{\"always\":true}}]}";

/* Replaces $x by 64 times x, and @ by a pseudonym. */
static const char *expand(struct stage *stage, const char *text)
{
    static char expanded[8192];
    size_t at = 0;
    for (; *text != 0 && at + 70 < sizeof expanded; text++) {
        if (*text == '$') {
            memset(expanded + at, *++text, 64);
            at += 64;
        } else if (*text == '@' && text[1] == '"') {
            memcpy(expanded + at, pseudonym(stage, "members", "77"), 64);
            at += 64;
        } else {
            expanded[at++] = *text;
        }
    }
    expanded[at] = 0;
    return (const char *)keep(stage, expanded).ptr;
}

static void add_line(struct stage *stage, const struct line *line, const char *first_snapshot)
{
    if (strcmp(line->kind, "roll") == 0) {
        (void)add_entry(stage, ENTRY_ROLL);
    } else if (strcmp(line->kind, "freeze") == 0) {
        (void)add_entry(stage, ENTRY_FREEZE);
    } else {
        const char *answers = line->answers == NULL                 ? NULL
                              : strcmp(line->answers, "first") == 0 ? first_snapshot
                                                                    : expand(stage, line->answers);
        (void)state(stage, line->who, line->kind, line->number, expand(stage, line->members),
                    on_day(line->day), answers);
    }
}

/* Two snapshots, and the script's lines. */
static void build(struct stage *stage, const struct line lines[LINES_MOST])
{
    char first[65];
    stage_init(stage);
    for (int i = 0; i < 2; i++) {
        struct roll_entry *entry = add_entry(stage, ENTRY_SNAPSHOT);
        entry->snapshot.source = span_text("members");
        entry->snapshot.rows = 520;
        if (i == 0)
            snprintf(first, sizeof first, "%s", stage->snapshot);
    }
    add_file(stage, keep(stage, "roll.key"), span_of(stage->roll_key, sizeof stage->roll_key),
             false);
    for (size_t i = 0; i < LINES_MOST && lines[i].kind != NULL; i++)
        add_line(stage, &lines[i], first);
}

/* The annex with every file in its manifest. */
static void open_annex(struct stage *stage, struct annex *annex)
{
    CHECK_INT(annex_from(stage->files, stage->file_count, annex, NULL), GOOD);
    for (size_t i = 0; i < annex->count; i++) {
        struct annex_file *file = &annex->files[i];
        for (size_t k = 0; k < stage->file_count; k++)
            if (span_equal(stage->files[k].path, file->path)) {
                memcpy(file->salt, stage->files[k].salt, sizeof file->salt);
                file->salted = stage->files[k].salted;
            }
        file->line = file->path;
    }
}

/* What reading a script gave. */
struct reading_of {
    struct stage stage;
    struct annex annex;
    struct arena arena;
    struct casebook book;
    struct fail fail;
    uint64_t entry;
};

static enum outcome read_script(struct reading_of *of, const struct line lines[LINES_MOST])
{
    struct rules rules;
    char path[ANNEX_PATH_BYTES + 1];
    memset(of, 0, sizeof *of);
    build(&of->stage, lines);
    open_annex(&of->stage, &of->annex);
    struct roll_board board = stage_board(&of->stage, rules_text);
    if (!CHECK_INT(rules_read(board.rules, &of->arena, &rules, &of->fail), GOOD))
        return BAD;
    return casebook_read(&of->annex, &board, &rules, &of->arena, &of->book, &of->entry, path,
                         &of->fail);
}

static void close_script(struct reading_of *of)
{
    annex_done(&of->annex);
    arena_done(&of->arena);
    stage_done(&of->stage);
}

static void check_passage(const struct passage *passage)
{
    static struct reading_of of;
    struct casebook_view view;
    check_case("%s", passage->name);
    enum outcome outcome = read_script(&of, passage->lines);
    CHECK_STR(of.fail.text, "");
    if (CHECK_INT(outcome, GOOD) &&
        CHECK_INT(casebook_view(&of.book, UINT64_MAX, &of.arena, &view, NULL), GOOD) &&
        CHECK(view.case_count >= 1)) {
        const struct roll_case *one = &view.cases[0];
        CHECK_INT(one->number, 1);
        CHECK_INT(one->state, passage->after.state);
        CHECK_INT(one->open, passage->after.open);
        CHECK_INT(one->force_order != 0, passage->after.in_force);
        CHECK_INT(one->notified, passage->after.notified);
        CHECK_INT(one->reply_over, passage->after.reply_over);
        CHECK_UINT(view.in_force_count, passage->after.in_force);
    }
    close_script(&of);
}

static void check_refusal(const struct refusal *refusal)
{
    static struct reading_of of;
    check_case("%s", refusal->name);
    CHECK_INT(read_script(&of, refusal->lines), BAD);
    if (!CHECK(strstr(of.fail.text, refusal->says) != NULL))
        fprintf(stderr, "  said: %s\n", of.fail.text);
    CHECK_UINT(of.entry, of.stage.entries[of.stage.entry_count - 1].index);
    close_script(&of);
}

/* A case is in force from the last entry that it needed, and seen so only after it. */
static void test_views(void)
{
    static const struct line lines[LINES_MOST] = {
        PROPOSED,
        {0, "ann", "variance", 2, RAISE, NULL},
        {0, "ann", "evidence", 2, BANK, NULL},
        {0, "ann", "proposal", 2, HOLD, NULL},
        {1, "bob", "decision", 2, UPHELD, NULL},
        {1, "bob", "decision", 1, UPHELD, NULL},
        {2, "authority", "appeal", 2, APPEAL("member"), NULL},
        {3, "pam", "decision", 2, UPHELD, NULL}};
    static struct reading_of of;
    struct casebook_view view;
    check_case("views");
    CHECK_INT(read_script(&of, lines), GOOD);
    const struct roll_entry *last = &of.stage.entries[of.stage.entry_count - 1];
    CHECK_INT(casebook_view(&of.book, last[-2].index, &of.arena, &view, NULL), GOOD);
    CHECK_UINT(view.in_force_count, 1); /* the decision of case 1 does not stand before itself */
    CHECK_INT(view.in_force[0]->number, 2);
    CHECK_INT(casebook_view(&of.book, last->index, &of.arena, &view, NULL), GOOD);
    CHECK_UINT(view.in_force_count, 2);
    CHECK_INT(view.in_force[0]->number, 2);
    CHECK_INT(view.in_force[1]->number, 1);
    CHECK_INT(casebook_view(&of.book, UINT64_MAX, &of.arena, &view, NULL), GOOD);
    CHECK_INT(view.in_force[0]->number, 1); /* case 2 came into force anew */
    CHECK_INT(view.in_force[1]->number, 2);
    CHECK_UINT(view.in_force[1]->force_at, (uint64_t)MONDAY_AT + 3 * DAY_SECONDS);
    CHECK_INT(view.in_force[1]->effect->what, EFFECT_HOLD);
    close_script(&of);
}

/* The last seconds of working days, around a weekend and a holiday. */
static void test_calendar(void)
{
    static const struct {
        int day, working_days, last_day;
    } cases[] = {
        {0, 0, 0}, {0, 1, 1}, {0, 2, 3}, {0, 3, 4}, {0, 4, 7}, {1, 1, 3},  {2, 0, 2},
        {2, 1, 3}, {4, 1, 7}, {5, 1, 7}, {6, 1, 7}, {6, 0, 6}, {4, 5, 11},
    };
    const struct span closed[] = {span_text("2026-03-04"), span_text("2026-03-01")};
    const struct span none[] = {span_text("2026-02-29")};
    struct arena arena = {NULL};
    struct calendar calendar;
    check_case("calendar");
    CHECK_INT(calendar_init(none, 1, &arena, &calendar, NULL), BAD);
    CHECK_INT(calendar_init(closed, 2, &arena, &calendar, NULL), GOOD);
    CHECK_INT(calendar.closed[1], MONDAY_DAY + 2);
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        check_case("calendar, row %zu", i);
        uint64_t at = (uint64_t)(MONDAY_DAY + cases[i].day) * DAY_SECONDS + 86399;
        CHECK_UINT(calendar_deadline(&calendar, at, cases[i].working_days),
                   (uint64_t)(MONDAY_DAY + cases[i].last_day) * DAY_SECONDS + 86399);
    }
    arena_done(&arena);
}

int main(void)
{
    test_calendar();
    test_views();
    for (size_t i = 0; i < CHECK_COUNT_OF(passages); i++)
        check_passage(&passages[i]);
    for (size_t i = 0; i < CHECK_COUNT_OF(refusals); i++)
        check_refusal(&refusals[i]);
    return check_end("verify roll_cases");
}
