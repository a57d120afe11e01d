/* ROLL.account: the figures of a version add up to the snapshots and the size on the board, and
 * show no small cell. */
#include "vector_stage.h"

enum { SNAPSHOTS = 4, TEXT_ROOM = 4096 };

#define CELLS   "[[\"eligible\",19],[\"FREEZE\",7],[\"STYLE\",0],[\"duplicates\",0],[\"merged\",5]]"
#define FEEDS   "[[\"members\",21],[\"local\",10],[\"finance\",40]]"
#define CHANGES "[[\"included\",0],[\"removed\",5],[\"provisional\",6]]"
/* The rest of an account of so many cases, all of one effect. */
#define TIMES(sets)                                                                                \
    ",\"effects\":[[\"review\",0],[\"rows\",0],[\"merge\",0],[\"set\"," sets "],[\"add\",0],"      \
    "[\"include\",0],[\"exclude\",0],[\"hold\",0]],\"hours\":20,\"late\":0"
#define CASES "[[\"upheld\",5],[\"refused\",0],[\"withdrawn\",0],[\"open\",0]]"

struct world {
    struct stage stage;
    struct style style;
    struct source sources[4];
    struct snapshot snapshots[SNAPSHOTS];
    struct roll rolls[2];
    struct style_total totals[2];
    struct span code[2];
    char accounts[2][TEXT_ROOM];
};

/* A version of the roll; its account is `account`, or a plain one of its size. */
struct version {
    const char *account;
    uint64_t size, added, provisional, revoked;
    const char *style;
};

static void define(struct world *world)
{
    static const char *const names[] = {"members", "local", "finance", "waivers"};
    struct definition *definition = &world->stage.definition;
    for (size_t i = 0; i < CHECK_COUNT_OF(names); i++)
        world->sources[i] = (struct source){
            .id = span_text(names[i]), .numbers = span_text("members"), .lists = i < 2};
    world->code[0] = span_text("FREEZE");
    world->code[1] = span_text("PAID");
    world->style.id = span_text("all");
    definition->sources = world->sources;
    definition->codes = world->code;
    definition->styles = &world->style;
    definition->source_count = 4;
    definition->code_count = 2;
    definition->style_count = 1;
}

/* Snapshots: members twice (the later counts), local, finance; waivers have none. */
static void add_snapshots(struct world *world)
{
    static const unsigned source[SNAPSHOTS] = {0, 1, 2, 0}, rows[SNAPSHOTS] = {500, 10, 40, 21};
    for (size_t i = 0; i < SNAPSHOTS; i++) {
        world->snapshots[i] =
            (struct snapshot){.source = world->sources[source[i]].id, .rows = rows[i]};
        (void)stage_add(&world->stage,
                        (struct statement){.kind = SNAPSHOT, .snapshot = &world->snapshots[i]});
    }
}

static void add_roll(struct world *world, size_t place, const struct version *version)
{
    char *text = world->accounts[place];
    struct roll *roll = &world->rolls[place];
    struct style_total *total = &world->totals[place];
    if (version->account != NULL)
        check_append(text, TEXT_ROOM, "%s", version->account);
    else
        check_append(text, TEXT_ROOM,
                     "{\"rows\":31,\"cells\":" CELLS ",\"feeds\":" FEEDS
                     ",\"roll\":%u,\"changes\":[],\"cases\":" CASES TIMES("5") "}",
                     (unsigned)version->size);
    *total = (struct style_total){.style = span_text(version->style),
                                  .credentials = version->added,
                                  .provisional = version->provisional};
    *roll = (struct roll){.version = place + 1,
                          .size = version->size,
                          .styles = total,
                          .style_count = 1,
                          .revoked_count = version->revoked,
                          .account = span_text(text)};
    (void)stage_add(&world->stage, (struct statement){.kind = ROLL, .roll = roll});
}

#define ACCOUNT(rows, cells, feeds, roll, changes, cases)                                          \
    "{\"rows\":" rows ",\"cells\":" cells ",\"feeds\":" feeds ",\"roll\":" roll                    \
    ",\"changes\":" changes ",\"cases\":" cases TIMES("5") "}"
#define RIGHT ACCOUNT("31", CELLS, FEEDS, "20", CHANGES, CASES)

static const struct {
    const char *name, *account;
    const char *says; /* NULL: it passes */
} accounts[] = {
    {"right", RIGHT, NULL},
    {"no changes shown", ACCOUNT("31", CELLS, FEEDS, "20", "[]", CASES), NULL},
    {"cases merged",
     ACCOUNT("31", CELLS, FEEDS, "20", CHANGES, "[[\"withdrawn\",0],[\"open\",0],[\"merged\",5]]"),
     NULL},
    {"effects of other cases",
     ACCOUNT("31", CELLS, FEEDS, "20", CHANGES, "[[\"withdrawn\",0],[\"open\",0],[\"merged\",6]]"),
     "not those of its cases"},
    {"few late ones",
     "{\"rows\":31,\"cells\":" CELLS ",\"feeds\":" FEEDS
     ",\"roll\":20,\"changes\":[],\"cases\":" CASES
     ",\"effects\":[[\"review\",0],[\"rows\",0],[\"merge\",0],[\"set\",5],[\"add\",0],"
     "[\"include\",0],[\"exclude\",0],[\"hold\",0]],\"hours\":20,\"late\":3}",
     "too small"},
    {"rows of all feeds", ACCOUNT("71", CELLS, FEEDS, "20", CHANGES, CASES), "add up to 71"},
    {"a row too few",
     ACCOUNT("30",
             "[[\"eligible\",18],[\"FREEZE\",7],[\"STYLE\",0],[\"duplicates\",0],[\"merged\",5]]",
             FEEDS, "20", "[]", CASES),
     "rows are not those"},
    {"a feed left out",
     ACCOUNT("31", CELLS, "[[\"members\",21],[\"local\",10]]", "20", CHANGES, CASES), "feeds"},
    {"feeds in another order",
     ACCOUNT("31", CELLS, "[[\"local\",10],[\"members\",21],[\"finance\",40]]", "20", CHANGES,
             CASES),
     "feeds"},
    {"an earlier snapshot's rows",
     ACCOUNT("31", CELLS, "[[\"members\",500],[\"local\",10],[\"finance\",40]]", "20", CHANGES,
             CASES),
     "feeds"},
    {"a feed without a snapshot",
     ACCOUNT("31", CELLS, "[[\"members\",21],[\"local\",10],[\"finance\",40],[\"waivers\",0]]",
             "20", CHANGES, CASES),
     "feeds"},
    {"a small cell",
     ACCOUNT("31",
             "[[\"eligible\",19],[\"FREEZE\",8],[\"PAID\",4],[\"STYLE\",0],[\"undetermined\",0],"
             "[\"duplicates\",0]]",
             FEEDS, "20", CHANGES, CASES),
     "too small"},
    {"a cell left out",
     ACCOUNT("31",
             "[[\"eligible\",24],[\"FREEZE\",7],[\"STYLE\",0],[\"undetermined\",0],"
             "[\"duplicates\",0]]",
             FEEDS, "20", "[]", CASES),
     "cells are not those"},
    {"a small case",
     ACCOUNT("31", CELLS, FEEDS, "20", CHANGES,
             "[[\"upheld\",3],[\"refused\",0],[\"withdrawn\",0],[\"open\",9]]"),
     "too small"},
    {"cases in another order",
     ACCOUNT("31", CELLS, FEEDS, "20", CHANGES,
             "[[\"refused\",0],[\"upheld\",5],[\"withdrawn\",0],[\"open\",0]]"),
     "four cells"},
    {"a case state left out",
     ACCOUNT("31", CELLS, FEEDS, "20", CHANGES, "[[\"upheld\",5],[\"refused\",0],[\"open\",0]]"),
     "four cells"},
    {"small changes",
     ACCOUNT("31", CELLS, FEEDS, "20", "[[\"included\",3],[\"removed\",8],[\"provisional\",6]]",
             CASES),
     "cells are not those"},
    {"a sum that is not the roll",
     ACCOUNT("31", CELLS, FEEDS, "20", "[[\"included\",0],[\"removed\",6],[\"provisional\",6]]",
             CASES),
     "not the eligible"},
    {"another size", ACCOUNT("31", CELLS, FEEDS, "19", "[]", CASES), "not its size"},
    {"no cases", "{\"rows\":31,\"cells\":" CELLS ",\"feeds\":" FEEDS ",\"roll\":20,\"changes\":[]}",
     "cases"},
};

/* Versions after one another; the last one is to blame. */
static const struct {
    const char *name;
    struct version versions[2];
    const char *says;
} versions[] = {
    {"kept", {{NULL, 20, 20, 0, 0, "all"}, {NULL, 20, 0, 0, 0, "all"}}, NULL},
    {"two added", {{NULL, 20, 20, 0, 0, "all"}, {NULL, 22, 2, 2, 0, "all"}}, NULL},
    {"one added with votes", {{NULL, 20, 30, 0, 0, "all"}, {NULL, 21, 5, 0, 0, "all"}}, NULL},
    {"three dropped", {{NULL, 20, 20, 0, 0, "all"}, {NULL, 17, 0, 0, 3, "all"}}, NULL},
    {"dropped and added", {{NULL, 20, 20, 0, 0, "all"}, {NULL, 19, 2, 0, 3, "all"}}, NULL},
    {"more leaves than were added",
     {{NULL, 20, 20, 0, 0, "all"}, {NULL, 23, 2, 0, 0, "all"}},
     "2 credentials are added"},
    {"more dropped than were revoked",
     {{NULL, 20, 20, 0, 0, "all"}, {NULL, 17, 0, 0, 2, "all"}},
     "the 2 credentials that it revokes"},
    {"more provisional ones than credentials",
     {{NULL, 20, 20, 0, 0, "all"}, {NULL, 22, 2, 3, 0, "all"}},
     "styles"},
    {"another style", {{NULL, 20, 20, 0, 0, "all"}, {NULL, 22, 2, 0, 0, "few"}}, "styles"},
};

static void expect(const struct version *list, size_t count, const char *says)
{
    static struct world world;
    memset(&world, 0, sizeof world);
    stage_begin(&world.stage, "example.org/figures", 1, 1);
    define(&world);
    add_snapshots(&world);
    for (size_t i = 0; i < count; i++)
        add_roll(&world, i, &list[i]);
    stage_ready(&world.stage, 1);
    account_check(&world.stage.election);
    const struct finding *finding = &world.stage.report.findings[ROLL_ACCOUNT];
    if (says == NULL) {
        CHECK(stage_passed(&world.stage, ROLL_ACCOUNT));
    } else if (CHECK_INT(finding->verdict, FAILED)) {
        CHECK_UINT(finding->entry, world.stage.board.count - 1);
        if (!CHECK(strstr(finding->text, says) != NULL))
            fprintf(stderr, "  it says: %s\n", finding->text);
    }
    stage_end(&world.stage);
}

int main(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(accounts); i++) {
        const struct version version = {accounts[i].account, 20, 20, 0, 0, "all"};
        check_case("%s", accounts[i].name);
        expect(&version, 1, accounts[i].says);
    }
    for (size_t i = 0; i < CHECK_COUNT_OF(versions); i++) {
        check_case("%s", versions[i].name);
        expect(versions[i].versions, 2, versions[i].says);
    }
    return check_end("verify roll_figures");
}
