#!/bin/bash
# Two derivations of the roll written separately say the same of everybody, in ROLLS (1000) drawn
# elections of several feeds, with rules and cases: some 100,000 people. SEED is the first.
set -uo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
rolls=${ROLLS:-1000}
first=${SEED:-1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
people=0 different=0

differs() {
    echo "roll $seed $1; again: SEED=$seed ROLLS=1 tests/property/rolls_agree.sh"
    different=$((different + 1))
}

for ((seed = first; seed < first + rolls; seed++)); do
    mkdir "$work/roll"
    if ! "$build/tests/tools/random_roll" "$seed" "$work/roll" ||
        ! nice "$build/tests/tools/roll_outcomes" "$work/roll" >"$work/a" ||
        ! nice "$build/tests/verify/tools/roll_outcomes" "$work/roll" >"$work/b"; then
        differs "can't be derived by both"
    elif ! cmp -s "$work/a" "$work/b"; then
        differs "differs, the daemon's first"
        diff "$work/a" "$work/b" | head -4
    else
        people=$((people + $(grep -c -v '^moot' "$work/b")))
    fi
    rm -r "$work/roll"
    [ "$different" -lt 10 ] || break
done
echo "rolls_agree: $((seed - first)) rolls of $people people, $different different"
[ "$different" -eq 0 ] && [ "$people" -gt "$rolls" ]
