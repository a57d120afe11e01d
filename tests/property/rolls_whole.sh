#!/bin/bash
# Random elections of several feeds and cases of every effect, taken through the daemon's rooms up
# to one or two versions of the roll: verify finds nothing wrong with any check of the roll. So do
# the two programs agree also on leaves, account, differences and bindings. ROLLS (30), the first
# is SEED. (The elections end there, hence STATE.close fails.)
set -uo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
rolls=${ROLLS:-30}
first=${SEED:-1}
checks="STATE.form STATE.order ROLL.manifest ROLL.snapshot ROLL.cases ROLL.evidence ROLL.difference
    ROLL.derive ROLL.account ROLL.issue ROLL.bindings"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
whole=0 empty=0 versions=0 different=0

differs() {
    echo "roll $seed $1; again: SEED=$seed ROLLS=1 tests/property/rolls_whole.sh"
    different=$((different + 1))
}

judge() {
    local check
    nice "$build/verify" --quiet --annex "$work/roll/annex" "$work/roll/bundle" >"$work/report"
    for check in $checks; do
        grep -q "^passed  *$check " "$work/report" && continue
        differs "fails $check"
        grep -A 3 " $check " "$work/report"
        return
    done
    whole=$((whole + 1))
    versions=$((versions + $(find "$work/roll/annex/roll" -name '*.jsonl' | wc -l)))
}

for ((seed = first; whole < rolls && different < 5; seed++)); do
    mkdir -p "$work/roll/world"
    "$build/tests/tools/random_roll" "$seed" "$work/roll/world"
    nice "$build/tests/tools/roll_whole" "$seed" "$work/roll/world" "$work/roll" 2>"$work/error"
    case $? in
    0) judge ;;
    3) empty=$((empty + 1)) ;;
    *)
        differs "could not be made"
        tail -n 3 "$work/error"
        ;;
    esac
    rm -r "$work/roll"
done
echo "rolls_whole: $whole rolls, $versions versions, passed ($empty more had nobody on them)," \
    "$different did not"
[ "$different" -eq 0 ] && [ "$versions" -gt "$whole" ]
