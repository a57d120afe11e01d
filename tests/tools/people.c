/* people COUNT SEED: prints a membership export of fictional people, as dirty as real ones.
 * people mapping | rules | styles: prints the JSON that fits it.
 * people truth COUNT SEED: prints what is wrong in that export and how it is put right, one line a
 * member: number, what, value.
 *
 * Nobody in it exists: invented surnames, example.org, the telephone numbers that Ofcom keeps for
 * drama (07700 900000 to 900999), postcodes in ZZ99. The dirt: two date formats in one column,
 * commas, quotes and line breaks in fields, accents, missing addresses and e-mails, lapsed, owing
 * and suspended members, late joiners; and, in fixed number, what rules alone cannot decide: three
 * missing dates, two numbers that stand on two rows, two members who lapsed by a mistake of the
 * finance feed. The same seed gives the same file everywhere.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const char *const FIRST[] = {
    "Aled",      "Angharad",   "Beca",         "Bleddyn",      "Carys",         "Cerys",
    "Dafydd",    "Eirlys",     "Elin",         "Emyr",         "Ffion",         "Gethin",
    "Gwenllian", "Hywel",      "Ieuan",        "Lleucu",       "Ll\xC5\xB7r",   "Mair",
    "Nerys",     "Owain",      "Rhiannon",     "Rhodri",       "Si\xC3\xA2n",   "Si\xC3\xB4n",
    "Tegwen",    "Zo\xC3\xAB", "Chlo\xC3\xA9", "S\xC3\xB8ren", "\xC5\x81ukasz", "Fran\xC3\xA7oise",
    "Test",      "Person"};
static const char *const LAST[] = {
    "ap Cennin",     "Barcud",      "Llwynog",  "Morlo-Jones",    "D\xC5\xB5r Oer", "Pysgodyn",
    "ferch Ddraig",  "O'Fictional", "Nobody",   "Gwenynen Fach",  "Crwban, Jr",     "Penguin",
    "\"Twm\" Wiwer", "Dim-Byd",     "Mythical", "T\xC5\xB7 Gwag", "Draenog",        "M\xC3\xB4r"};
static const char *const TOWNS[] = {"Llanddychymyg", "Aberhud",        "Pentre Papur",
                                    "Trefreuddwyd",  "Caer Anweledig", "Bryn Arall"};
static const char *const LIVE[] = {"DD Live", "Card Live", "Cash Live"};

enum { MISSING_DATES = 3, TWICE = 2, WRONGLY_LAPSED = 2, SPECIAL = 7 };

static uint64_t state;

/* splitmix64 (Steele, Lea, Flood 2014): good enough to vary a test. */
static unsigned draw(unsigned below)
{
    state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t mixed = state;
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94D049BB133111EB);
    return (unsigned)((mixed ^ mixed >> 31) % below);
}

struct person {
    unsigned number;
    const char *first;
    const char *last;
    const char *status;
    bool north;
    bool no_email;
    bool no_address;
    unsigned joined_year; /* 0: missing */
    unsigned joined_month;
    unsigned joined_day;
    unsigned owed_pence;
    unsigned flavour; /* how dates and fields are written */
};

static struct person draw_person(unsigned number)
{
    struct person person = {.number = number};
    person.first = FIRST[draw(COUNT_OF(FIRST))];
    person.last = LAST[draw(COUNT_OF(LAST))];
    person.north = draw(5) < 2;
    person.no_email = draw(100) < 12;
    person.no_address = draw(100) < 4;
    person.joined_year = 1995 + draw(31);
    person.joined_month = 1 + draw(12);
    person.joined_day = 1 + draw(28);
    person.flavour = draw(1000);
    person.status = LIVE[draw(COUNT_OF(LIVE))];
    unsigned fate = draw(100);
    if (fate < 6)
        person.status = "Lapsed";
    else if (fate < 9)
        person.status = "In arrears";
    else if (fate < 10)
        person.status = "Suspended";
    else if (fate < 12)
        person.status = "Grace";
    else if (fate < 16)
        person.joined_year = 2026;
    if (strcmp(person.status, "In arrears") == 0)
        person.owed_pence = 500 + draw(6000);
    return person;
}

/* The last SPECIAL people are those whom the rules alone cannot decide rightly. */
static void make_special(struct person *person, unsigned place)
{
    person->status = place < MISSING_DATES + TWICE ? "DD Live" : "Lapsed";
    person->joined_year = place < MISSING_DATES ? 0 : 2015 + place;
    person->owed_pence = 0;
    person->no_email = false;
}

static void print_date(const struct person *person)
{
    if (person->joined_year == 0)
        printf("-");
    else if (person->flavour % 3 == 0)
        printf("%02u/%02u/%04u", person->joined_day, person->joined_month, person->joined_year);
    else
        printf("%04u-%02u-%02u", person->joined_year, person->joined_month, person->joined_day);
}

/* A field with its quotes where it needs them, and sometimes where it does not. */
static void print_field(const char *text, bool quote)
{
    quote = quote || strpbrk(text, ",\"\n") != NULL;
    if (quote)
        putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            putchar('"');
        putchar(*text);
    }
    if (quote)
        putchar('"');
}

static void print_address(const struct person *person)
{
    char street[64];
    snprintf(street, sizeof(street),
             person->flavour % 7 == 0 ? "Flat %u,\n%u Stryd Ddychmygol" : "%u%u Stryd Ddychmygol",
             1 + person->flavour % 9, person->flavour % 90);
    if (person->no_address) {
        printf(",,,");
        return;
    }
    print_field(street, false);
    printf(",%s,ZZ99 %uZZ,", TOWNS[person->flavour % COUNT_OF(TOWNS)], person->flavour % 10);
}

static void print_person(const struct person *person)
{
    printf("M%06u,", person->number);
    print_field(person->first, person->flavour % 11 == 0);
    putchar(',');
    print_field(person->last, false);
    putchar(',');
    if (!person->no_email)
        printf("member%u@example.org", person->number);
    printf(",07700 900%03u,", person->flavour);
    print_address(person);
    printf("%s,%s,%s,%s,", person->north ? "Gogledd" : "De",
           person->flavour % 4 == 0 ? "Concession" : "Full member", "Cymru", person->status);
    print_date(person);
    printf(",");
    if (person->owed_pence > 0)
        printf("%u.%02u", person->owed_pence / 100, person->owed_pence % 100);
    printf(",");
    print_field(person->flavour % 13 == 0 ? "Said \"phone, don't write\"" : "", false);
    printf("\r\n");
}

static void print_export(unsigned count)
{
    printf(
        "\xEF\xBB\xBFMembership No,First name,Surname,E-mail,Mobile,Address,Town,Postcode,Region,"
        "Type,Nation,Status,Joined,Owed,Notes\r\n");
    for (unsigned i = 0; i < count; i++) {
        struct person person = draw_person(100000 + i);
        unsigned place = SPECIAL - (count - i);
        bool special = count - i <= SPECIAL;
        if (special)
            make_special(&person, place);
        print_person(&person);
        if (special && place >= MISSING_DATES && place < MISSING_DATES + TWICE) {
            person.status = "Lapsed"; /* the second row of the same number */
            person.no_email = true;
            print_person(&person);
        }
    }
}

static void print_truth(unsigned count)
{
    for (unsigned place = 0; place < SPECIAL && count >= SPECIAL; place++) {
        unsigned number = 100000 + count - SPECIAL + place;
        if (place < MISSING_DATES)
            printf("M%06u set joined_on %u-05-01\n", number, 2010 + place);
        else if (place < MISSING_DATES + TWICE)
            printf("M%06u rows email member%u@example.org\n", number, number);
        else
            printf("M%06u set status active\n", number);
    }
}

static const char MAPPING[] =
    "{\"format\":\"ballotd mapping 1\",\"source\":\"members\",\"encoding\":\"utf-8\",\"missing\":"
    "[\"-\"],\"columns\":[{\"column\":\"Membership No\",\"field\":\"member_no\"},{\"column\":"
    "\"First name\",\"field\":\"name\"},{\"column\":\"Surname\",\"field\":\"name\"},{\"column\":"
    "\"E-mail\",\"field\":\"email\"},{\"column\":\"Mobile\",\"field\":\"phone\"},{\"column\":"
    "\"Address\",\"field\":\"address\"},{\"column\":\"Town\",\"field\":\"address\"},{\"column\":"
    "\"Postcode\",\"field\":\"postcode\"},{\"column\":\"Region\",\"field\":\"region\",\"words\":"
    "[[\"Gogledd\",\"North\"],[\"De\",\"South\"]]},{\"column\":\"Type\",\"field\":\"kind\","
    "\"words\":[[\"Full member\",\"full\"],[\"Concession\",\"concession\"]]},{\"column\":"
    "\"Status\",\"field\":\"status\",\"words\":[[\"DD Live\",\"active\"],[\"Card Live\","
    "\"active\"],[\"Cash Live\",\"active\"],[\"Grace\",\"grace\"],[\"In arrears\",\"arrears\"],"
    "[\"Suspended\",\"suspended\"],[\"Lapsed\",\"lapsed\"]]},{\"column\":\"Joined\",\"field\":"
    "\"joined_on\",\"dates\":[\"YYYY-MM-DD\",\"DD/MM/YYYY\"]},{\"column\":\"Owed\",\"field\":"
    "\"x.owed\",\"number\":2}]}";

static const char RULES[] =
    "[{\"code\":\"LIVE\",\"text\":{\"en\":\"Membership is in force, or in its period of grace\","
    "\"cy\":\"Mae'r aelodaeth mewn grym, neu yn ei chyfnod gras\"},\"test\":{\"one_of\":"
    "[\"status\",[\"active\",\"grace\",\"arrears\"]]}},{\"code\":\"ARREARS\",\"text\":{\"en\":"
    "\"Owes no more than ten pounds\",\"cy\":\"Nid oes dros ddeg punt yn ddyledus\"},\"test\":"
    "{\"any\":[{\"not\":{\"present\":\"x.owed\"}},{\"number_at_most\":[\"x.owed\",1000]}]}},"
    "{\"code\":\"FREEZE\",\"text\":{\"en\":\"Joined at least six months before 12 July 2026\","
    "\"cy\":\"Ymunodd o leiaf chwe mis cyn 12 Gorffennaf 2026\"},\"test\":{\"at_least_before\":"
    "[\"joined_on\",6,\"months\",\"2026-07-12\"]}}]";

static const char STYLES[] =
    "[{\"id\":\"north\",\"title\":{\"en\":\"North\",\"cy\":\"Gogledd\"},\"unit\":\"north\","
    "\"test\":{\"equal\":[\"region\",\"North\"]}},{\"id\":\"south\",\"title\":{\"en\":\"South\","
    "\"cy\":\"De\"},\"unit\":\"south\",\"test\":{\"equal\":[\"region\",\"South\"]}}]";

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        const char *json;
    } PRINTED[] = {{"mapping", MAPPING}, {"rules", RULES}, {"styles", STYLES}};
    for (size_t i = 0; argc == 2 && i < COUNT_OF(PRINTED); i++) {
        if (strcmp(argv[1], PRINTED[i].name) == 0)
            return fputs(PRINTED[i].json, stdout) < 0;
    }
    bool truth = argc == 4 && strcmp(argv[1], "truth") == 0;
    if (argc != 3 && !truth) {
        fprintf(stderr, "usage: people [truth] COUNT SEED | people mapping | rules | styles\n");
        return 2;
    }
    unsigned long count = strtoul(argv[argc - 2], NULL, 10);
    state = strtoull(argv[argc - 1], NULL, 10);
    if (count > 800000) {
        fprintf(stderr, "people: at most 800000, whose numbers have six digits\n");
        return 2;
    }
    if (truth)
        print_truth((unsigned)count);
    else
        print_export((unsigned)count);
    return 0;
}
