/* Which boxes there are and how small ones merge, case by case: docs/protocol.md section 9. Each
 * program's test puts its own code to these. */
#ifndef TESTS_BOX_CASES_H
#define TESTS_BOX_CASES_H

enum { UNITS = 5 };

/* Units a, b, c, d, e; style n is of unit n. */
struct merging {
    const char *name;
    int merge[UNITS];        /* index, or -1 */
    unsigned electors;       /* bit u: a style of unit u takes part in the contest */
    unsigned ballots[UNITS]; /* by unit */
    unsigned floor;
    const char *boxes; /* "name:count …" by name */
};

static const struct merging mergings[] = {
    {"no target", {-1, -1, -1, -1, -1}, 3, {1, 0}, 10, "chair/a:1 chair/b:0"},
    {"nothing small", {1, -1, -1, -1, -1}, 3, {3, 2}, 3, "chair/a:3 chair/b:2"},
    {"one below the floor", {1, -1, -1, -1, -1}, 3, {2, 5}, 3, "chair/b:7"},
    {"an empty one", {1, -1, -1, -1, -1}, 3, {0, 5}, 1, "chair/b:5"},
    {"floor 0", {1, -1, -1, -1, -1}, 3, {0, 5}, 0, "chair/a:0 chair/b:5"},
    {"two into one", {2, 2, -1, -1, -1}, 7, {1, 1, 1}, 3, "chair/c:3"},
    {"a chain", {1, 2, -1, -1, -1}, 7, {1, 1, 1}, 3, "chair/c:3"},
    {"a chain that stops", {1, 2, -1, -1, -1}, 7, {1, 2, 1}, 3, "chair/b:3 chair/c:1"},
    {"a chain in the other order", {-1, 0, 1, -1, -1}, 7, {1, 1, 1}, 3, "chair/a:3"},
    {"into a unit without electors", {2, 2, -1, -1, -1}, 3, {1, 1}, 9, "chair/c:2"},
    {"through a unit without electors", {1, 2, -1, -1, -1}, 5, {1, 0, 4}, 3, "chair/c:5"},
    {"two through one", {2, 2, 3, -1, -1}, 3, {1, 1}, 3, "chair/d:2"},
    {"two through one that is enough", {2, 2, 3, -1, -1}, 3, {2, 1}, 3, "chair/c:3"},
    {"what has gone stays gone", {2, 0, -1, -1, -1}, 7, {2, 3, 20}, 10, "chair/c:25"},
    {"two into one that has gone", {2, 0, -1, 0, -1}, 15, {2, 8, 20, 8}, 10, "chair/c:38"},
    {"a unit without electors makes no box", {-1, 0, -1, -1, -1}, 1, {4}, 9, "chair/a:4"},
};

#endif
