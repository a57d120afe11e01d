#!/bin/bash
# ballotd count at its edge: formats, standard input, exit codes, one clear line for each mistake.
set -uo pipefail
cd "$(dirname "$0")/../.."
ballotd=${BUILD:-build}/ballotd
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
passed=0 failed=0

printf '3 1\n3 1 0\n2 2 1 0\n2 3 2 0\n0\n"Ann"\n"Bob"\n"Cat"\n"Chair"\n' >"$work/tie.blt"
printf '2 1\n1 3 0\n' >"$work/bad.blt"

check() { # what, exit code wanted, start of the output wanted, arguments...
    local what=$1 code=$2 want=$3 got rc lines
    shift 3
    got=$("$ballotd" count "$@" 2>&1 <"$work/tie.blt")
    rc=$?
    lines=$(wc -l <<<"$got")
    if [ $rc = "$code" ] && [[ $got == "$want"* ]] && { [ $rc = 0 ] || [ "$lines" = 1 ]; }; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$what: exit code $rc, wanted $code; got: $got; wanted: $want"
    fi
}

head='{"rule":"av","title":"Chair","seats":1,"candidates":["Ann","Bob","Cat"]'
check "text" 0 $'Chair\nRule av, 1 seat, 3 candidates' --rule av --lots 3,2,1 "$work/tie.blt"
check "json from standard input" 0 "$head" --rule av --lots 3,2,1 --format json -
check "csv" 0 'stage,action,who' --rule av --lots 3,2,1 --format csv "$work/tie.blt"
check "papers" 0 $'3 1\n3 1 0\n2 2 1 0\n2 3 2 0\n0\n' --format blt "$work/tie.blt"
check "seats" 0 $'Chair\nRule stv-scottish, 2 seats' --rule stv-scottish --seats 2 --lots 3,2,1 -
check "help" 0 'usage: ballotd count --rule' --help
check "lot needed" 1 'ballotd count: stage 2: a lot is needed' --rule av "$work/tie.blt"
check "place" 1 "ballotd count: $work/bad.blt: line 2, column 3: there is no candidate 3" \
    --rule av "$work/bad.blt"
check "no file" 1 'ballotd count: ' --rule av "$work/none.blt"
check "a folder" 1 'ballotd count: ' --rule av "$work"
check "two seats" 1 'ballotd count: 2 seats: rule av fills 1' --rule av --seats 2 "$work/tie.blt"
check "half the lots" 1 'ballotd count: the lots must name each' --rule av --lots 3 "$work/tie.blt"
check "no rule" 2 'ballotd count: --rule is missing' "$work/tie.blt"
check "unknown rule" 2 'ballotd count: no rule "meek"' --rule meek "$work/tie.blt"
check "no papers" 2 'ballotd count: one .blt file expected' --rule av
check "two files" 2 'ballotd count: one .blt file expected' --rule av - -
check "format" 2 'ballotd count: --format "xml"' --rule av --format xml -
check "seats as a word" 2 'ballotd count: --seats "two"' --rule av --seats two -
check "lots as a word" 2 'ballotd count: lots "x"' --rule av --lots x -
check "option" 2 'ballotd count: unknown option' --rule av --quick -
check "missing value" 2 'ballotd count: unknown option or missing value' --rule

echo "count.sh: $passed passed, $failed failed"
[ $failed = 0 ]
