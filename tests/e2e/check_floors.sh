#!/bin/bash
# Plants one violation after the other in a small tree: check-floors must name each, and must be
# content with the tree as it was.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
checker=$PWD/scripts/check-floors
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
passed=0 failed=0

fresh_tree() {
    rm -rf "${tree:?}"/*
    mkdir -p "$tree"/{ballotd/{base,crypto,store,count,roll,http,cli},verify/{base,log,count},include,tests/{unit,verify}}
    echo '#include <stdint.h>' >"$tree/include/limit.h"
    echo 'struct span;' | tee "$tree/ballotd/base/span.h" >"$tree/verify/base/span.h"
    echo '#include "base/span.h"' >"$tree/ballotd/crypto/point.h"
    echo '#include "crypto/point.h"' >"$tree/ballotd/roll/roll.h"
    echo '#include "base/span.h"' >"$tree/verify/log/note.h"
    touch "$tree/tests/check.h"
    echo '#include <sqlite3.h>' >"$tree/ballotd/store/store.c"
    cat >"$tree/ballotd/cli/main.c" <<'C'
#include "gen/sql_board.h"
#include "limit.h"
#include "roll/roll.h"
/* strcpy(a, b) is only talked about, and so is
 * sprintf(a, b). */
int main(void)
{
    printf("strcpy(\"%s\")"); // gets(x)
    return my_strcpy(1) + strcpy_s + exit(0);
}
C
}

check() { # NAME WANTED-TEXT: what the checker says of the tree; empty when nothing
    local said
    said=$("$checker" "$tree" 2>/dev/null)
    local code=$?
    if { [ -z "$2" ] && [ $code = 0 ] && [ -z "$said" ]; } ||
        { [ -n "$2" ] && [ $code = 1 ] && [[ $said == *"$2"* ]]; }; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$1: exit code $code, said \"$said\", wanted \"$2\""
    fi
}

plant() { # NAME FILE TEXT WANTED
    fresh_tree
    mkdir -p "$(dirname "$tree/$2")"
    printf '%b\n' "$3" >>"$tree/$2"
    check "$1" "$4"
}

lines() { for ((i = 0; i < $1; i++)); do echo -n '    x();\n'; done; }

plant "a shared header of the tests" tests/unit/a.c '#include "check.h"' ""
plant "a header of the tests elsewhere" ballotd/roll/a.c '#include "check.h"' "neither in ballotd/"
fresh_tree
check "a tree without violations" ""
plant "upwards" ballotd/base/span.c '#include "crypto/point.h"' "ballotd/base/span.c:1: room base (floor 1) includes crypto (floor 2)"
plant "sideways" ballotd/count/a.c '#include "store/store.h"' "room count (floor 3) includes store (floor 3)"
plant "indented" ballotd/base/a.c ' # include "cli/cli.h"' "includes cli"
plant "a room without a floor" ballotd/attic/a.c '#include "base/span.h"' "room attic has no floor"
plant "SQLite elsewhere" ballotd/roll/a.c '#include <sqlite3.h>' "<sqlite3.h> belongs to the room store"
plant "the daemon in the verifier" verify/log/a.c '#include "crypto/point.h"' "neither in verify/ nor in include/"
plant "by a path" verify/log/a.c '#include "../../ballotd/base/span.h"' "leaves its folder"
plant "by an absolute path" verify/log/a.c '#include "/ballotd/base/span.h"' "leaves its folder"
plant "the verifier in the daemon" ballotd/roll/a.c '#include "log/note.h"' "neither in ballotd/ nor in include/"
plant "the daemon in the verifier's test" tests/verify/a.c '#include "crypto/point.h"' "neither in verify/"
plant "the verifier in the daemon's test" tests/unit/a.c '#include "log/note.h"' "neither in ballotd/"
plant "SQL in the verifier" verify/log/a.c '#include "gen/sql_board.h"' "no statements of SQL"
plant "a circle" verify/base/a.c '#include "log/note.h"' "include each other"
plant "a contract with logic" include/limit.h 'static int x(void)\n{\n}' "include/limit.h:3: the contract holds logic"
plant "a contract that includes" include/limit.h '#include "base/span.h"' "the contract includes"
for name in strcpy strcat sprintf gets strtok atoi system popen alloca; do
    plant "$name" verify/log/a.c "int x;\nint y = $name (a);" "verify/log/a.c:2: $name() is banned"
done
plant "exit" ballotd/roll/a.c 'void x(void)\n{\n    exit(1);\n}' "exit() is for the edge only"
plant "printf" ballotd/roll/a.c 'void x(void)\n{\n    printf("x");\n}' "printf() is for the edge only"
plant "floating point" verify/count/a.c 'static double quota;' "floating point near a count"
plant "SQL in C" ballotd/store/a.c 'const char x[] = "SELECT 1";' "SQL belongs in sql/"
plant "a function of 61 lines" tests/unit/a.c "void x(void)\n{\n$(lines 61)}" "a function of 61 lines"
plant "a function of 60 lines" tests/unit/a.c "void x(void)\n{\n$(lines 60)}" ""
plant "a file of 501 lines" ballotd/base/a.c "$(lines 500)" "a file of more than 500 lines"

echo "check_floors: $passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
