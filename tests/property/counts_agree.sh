#!/bin/bash
# Two counters written separately give the same sheet, byte for byte, on COUNTS (600) drawn .blt
# files, by both rules, with lots and without; they refuse the same ones, and read the same papers
# from as many files with a broken byte or two, or none at all.
set -uo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
counts=${COUNTS:-600}
first=${SEED:-1}

"$build/ballotd" help 2>/dev/null | grep -q '^  count ' || {
    echo "skipped: $build/ballotd has no count yet"
    exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
compared=0 refused=0 different=0

# agree SEED FORMAT OPTION...: one file counted by both programs
agree() {
    local seed=$1 format=$2 codes
    shift 2
    nice "$build/ballotd" count --format "$format" "$@" "$work/papers.blt" >"$work/a" 2>"$work/a.err"
    codes=$?
    nice "$build/verify" count --format "$format" "$@" "$work/papers.blt" >"$work/b" 2>"$work/b.err"
    codes="$codes $?"
    compared=$((compared + 1))
    case $codes in
    "0 0") [ -s "$work/b" ] && cmp -s "$work/a" "$work/b" && return ;;
    0\ * | *\ 0) ;;
    *)
        refused=$((refused + 1))
        [ -s "$work/a" ] || [ -s "$work/b" ] || return
        ;;
    esac
    different=$((different + 1))
    cp "$work/papers.blt" "$build/counts_differ_$seed.blt"
    echo "seed $seed, format $format $*: exit codes $codes; see $build/counts_differ_$seed.blt"
    head -c 300 "$work/a.err" "$work/b.err"
}

for ((seed = first; seed < first + counts; seed++)); do
    "$build/tests/tools/random_blt" "$seed" >"$work/papers.blt" || exit 1
    candidates=$(head -n 1 "$work/papers.blt" | cut -d' ' -f1)
    up=$(seq -s, "$candidates") down=$(seq -s, "$candidates" -1 1)
    agree "$seed" json --rule stv-scottish --lots "$up"
    agree "$seed" json --rule stv-scottish
    agree "$seed" json --rule av --seats 1 --lots "$down"
    agree "$seed" blt --rule stv-scottish
done
whole=$compared lots_needed=$refused
[ $((refused * 2)) -lt "$compared" ] || { echo "most counts were refused: nothing is shown"; exit 1; }
for ((seed = first; seed < first + counts; seed++)); do
    "$build/tests/tools/random_blt" "$seed" broken >"$work/papers.blt" || exit 1
    agree "$seed" blt --rule stv-scottish
done
broken=$((refused - lots_needed))
[ $((broken * 4)) -gt "$counts" ] || { echo "too few broken files were refused: $broken"; exit 1; }
echo "counts_agree: $whole counts compared ($lots_needed refused by both) and $counts broken files" \
    "($broken refused by both), $different different"
[ $different = 0 ]
