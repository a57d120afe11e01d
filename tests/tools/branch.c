/* branch FOLDER: writes the papers of a selection in one constituency whose data went wrong in the
 * way that such data has gone wrong: two exports of 520 members, between which the contacts of many
 * were changed and two people were added, and a finance feed nine weeks old.
 *
 * Nobody in it exists: invented surnames, example.org, the telephone numbers that Ofcom keeps for
 * drama, postcodes in ZZ99. Files: members-1.csv, members-2.csv, finance.csv, their mappings, and
 * lists for the test, a number a line: owing.txt (60 who pay and whom the old feed shows as in
 * arrears), addresses.txt, phones.txt, emails.txt (whose was changed), added.txt. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEMBERS = 520, ADDED = 2, ADDRESSES = 71, PHONES = 26, EMAILS = 40, OWING = 60 };

static const char *const FIRST[] = {"Aled",  "Beca",   "Carys", "Dafydd", "Elin",
                                    "Ffion", "Gethin", "Hywel", "Ieuan",  "Lleucu",
                                    "Mair",  "Nerys",  "Owain", "Rhodri", "Si\xC3\xA2n"};
static const char *const LAST[] = {"Barcud",   "Crwban",         "Draenog", "Gwenynen",
                                   "Llwynog",  "Morlo",          "Nobody",  "Penguin",
                                   "Pysgodyn", "T\xC5\xB7 Gwag", "Wiwer",   "Ysgyfarnog"};
static const char *const BRANCHES[] = {"Riverside", "Hilltop", "Harbour", "Old Town"};
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* In Riverside alone, and by three rules, so that some people lost two contacts and most none: a
 * list that somebody worked through. Riverside has the numbers that 4 divides. */
static bool address_changed(unsigned i)
{
    return i % 4 == 0 && i / 4 < ADDRESSES;
}

static bool phone_changed(unsigned i)
{
    return i % 4 == 0 && i / 4 >= 50 && i / 4 < 50 + PHONES;
}

static bool email_changed(unsigned i)
{
    return i % 4 == 0 && i / 4 >= 60 && i / 4 < 60 + EMAILS;
}

static bool owes_by_feed(unsigned i)
{
    return i % 8 == 3 && i / 8 < OWING;
}

static bool was_added(unsigned i)
{
    return i >= MEMBERS;
}

static FILE *create(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    if (!file) {
        perror(path);
        exit(2);
    }
    return file;
}

static void finish(FILE *file)
{
    if (ferror(file) || fclose(file) != 0) {
        perror("branch");
        exit(2);
    }
}

static void print_member(FILE *file, unsigned i, bool later)
{
    fprintf(file, "B%04u,%s,%s,", 1000 + i, FIRST[i % COUNT_OF(FIRST)],
            LAST[i / COUNT_OF(FIRST) % COUNT_OF(LAST)]);
    if (i % 5 != 0 || email_changed(i)) /* the others are written to by post */
        fprintf(file, "person%u@%s.example.org", i, later && email_changed(i) ? "webmail" : "post");
    fprintf(file, ",07700 900%03u,", later && phone_changed(i) ? 999 : i % 900);
    if (later && address_changed(i))
        fprintf(file, "\"Flat %u, 1 Accommodation Row\",ZZ99 9ZZ,", i / 4 + 1);
    else
        fprintf(file, "\"%u Dychmygol Street\",ZZ99 1A%c,", i + 1, (char)('A' + i % 26));
    fprintf(file, "%s,DD Live,", BRANCHES[i % COUNT_OF(BRANCHES)]);
    if (was_added(i))
        fputs("01/11/2026\r\n", file);
    else
        fprintf(file, "%02u/%02u/20%02u\r\n", i % 28 + 1, i % 12 + 1, 10 + i % 14);
}

static void write_members(const char *folder, const char *name, bool later)
{
    FILE *file = create(folder, name);
    fputs("Membership No,First name,Surname,Email,Mobile,Address,Postcode,Branch,Status,Joined\r\n",
          file);
    for (unsigned i = 0; i < MEMBERS + (later ? ADDED : 0); i++)
        print_member(file, i, later);
    finish(file);
}

static void write_finance(const char *folder)
{
    FILE *file = create(folder, "finance.csv");
    fputs("Payer,Paid until\n", file);
    for (unsigned i = 0; i < MEMBERS + ADDED; i++)
        fprintf(file, "B%04u,%s\n", 1000 + i, owes_by_feed(i) ? "2026-08-31" : "2027-06-30");
    finish(file);
}

static void write_list(const char *folder, const char *name, bool (*has)(unsigned))
{
    FILE *file = create(folder, name);
    for (unsigned i = 0; i < MEMBERS + ADDED; i++)
        if (has(i))
            fprintf(file, "B%04u\n", 1000 + i);
    finish(file);
}

static void write_text(const char *folder, const char *name, const char *text)
{
    FILE *file = create(folder, name);
    fputs(text, file);
    finish(file);
}

static const char members_mapping[] =
    "{\"format\":\"ballotd mapping "
    "1\",\"source\":\"members\",\"encoding\":\"utf-8\",\"missing\":[],"
    "\"columns\":[{\"column\":\"Membership No\",\"field\":\"member_no\"},"
    "{\"column\":\"First name\",\"field\":\"name\"},{\"column\":\"Surname\",\"field\":\"name\"},"
    "{\"column\":\"Email\",\"field\":\"email\"},{\"column\":\"Mobile\",\"field\":\"phone\"},"
    "{\"column\":\"Address\",\"field\":\"address\"},{\"column\":\"Postcode\",\"field\":"
    "\"postcode\"},"
    "{\"column\":\"Branch\",\"field\":\"branch\"},"
    "{\"column\":\"Status\",\"field\":\"status\",\"words\":[[\"DD Live\",\"active\"]]},"
    "{\"column\":\"Joined\",\"field\":\"joined_on\",\"dates\":[\"DD/MM/YYYY\"]}]}";

static const char finance_mapping[] =
    "{\"format\":\"ballotd mapping "
    "1\",\"source\":\"finance\",\"encoding\":\"utf-8\",\"missing\":[],"
    "\"columns\":[{\"column\":\"Payer\",\"field\":\"member_no\"},"
    "{\"column\":\"Paid until\",\"field\":\"paid_until\",\"dates\":[\"YYYY-MM-DD\"]}]}";

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: branch FOLDER\n", stderr);
        return 2;
    }
    write_members(argv[1], "members-1.csv", false);
    write_members(argv[1], "members-2.csv", true);
    write_finance(argv[1]);
    write_text(argv[1], "members.json", members_mapping);
    write_text(argv[1], "finance.json", finance_mapping);
    write_list(argv[1], "owing.txt", owes_by_feed);
    write_list(argv[1], "addresses.txt", address_changed);
    write_list(argv[1], "phones.txt", phone_changed);
    write_list(argv[1], "emails.txt", email_changed);
    write_list(argv[1], "added.txt", was_added);
    return 0;
}
