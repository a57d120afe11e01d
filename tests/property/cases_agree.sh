#!/bin/bash
# Two case books written separately take the same statements, refuse the same, and leave every case
# as it was left by the other: BOARDS (650) drawn boards of some 30 statements each, of which about
# half break a guard. SEED is the first.
set -uo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
boards=${BOARDS:-650}
first=${SEED:-1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
taken=0 refused=0 different=0

differs() {
    echo "board $seed $1; again: SEED=$seed BOARDS=1 tests/property/cases_agree.sh"
    different=$((different + 1))
}

# What both say where they differ first, and of which statement, or of which case in the end.
explain() {
    local line daemons
    line=$(cmp "$work/a" "$work/b" | sed -n 's/.*line //p')
    daemons=$(sed -n "${line:-1}p" "$work/a")
    echo "  the daemon:   $daemons"
    echo "  the verifier: $("$build/tests/verify/tools/case_outcomes" "$work/board" why |
        sed -n "${line:-1}p")"
    [[ $daemons == case* ]] ||
        echo "  statement:    $(grep '^case ' "$work/board/steps" | sed -n "${daemons%% *}p")"
}

for ((seed = first; seed < first + boards; seed++)); do
    mkdir "$work/board"
    if ! nice "$build/tests/tools/random_cases" "$seed" "$work/board" >"$work/a" ||
        ! nice "$build/tests/verify/tools/case_outcomes" "$work/board" >"$work/b"; then
        differs "can't be judged by both"
    elif ! cmp -s "$work/a" "$work/b"; then
        differs differs
        explain
    else
        taken=$((taken + $(grep -c ' taken$' "$work/b")))
        refused=$((refused + $(grep -c ' refused$' "$work/b")))
    fi
    rm -r "$work/board"
    [ "$different" -lt 10 ] || break
done
echo "cases_agree: $((seed - first)) boards, $taken statements taken, $refused refused by both," \
    "$different different"
[ "$different" -eq 0 ] && [ "$taken" -gt "$boards" ] && [ "$refused" -gt "$boards" ]
