#!/bin/bash
# Two derivations of the roll written separately say the same of everybody, in ROLLS (1000) drawn
# elections of several feeds, with rules and cases: some 100,000 people. SEED is the first.
set -uo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
rolls=${ROLLS:-1000}
first=${SEED:-1}
[ -x "$build/tests/tools/roll_outcomes" ] || {
    echo "skipped: the daemon's side of the comparison is not built"
    exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
people=0 different=0
for ((seed = first; seed < first + rolls; seed++)); do
    mkdir "$work/roll"
    if ! "$build/tests/tools/random_roll" "$seed" "$work/roll" ||
        ! nice "$build/tests/tools/roll_outcomes" "$work/roll" >"$work/a" ||
        ! nice "$build/tests/verify/tools/roll_outcomes" "$work/roll" >"$work/b"; then
        echo "roll $seed can't be derived by both"
        different=$((different + 1))
    elif ! cmp -s "$work/a" "$work/b"; then
        echo "roll $seed differs, the daemon's first:"
        diff "$work/a" "$work/b" | head -4
        different=$((different + 1))
    fi
    [ ! -s "$work/b" ] || people=$((people + $(grep -c -v "^moot" "$work/b")))
    rm -r "$work/roll"
    [ "$different" -lt 10 ] || break
done
echo "rolls_agree: $((seed - first)) rolls of $people people, $different different"
[ "$different" -eq 0 ] && [ "$people" -gt "$rolls" ]
