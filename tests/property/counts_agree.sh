#!/bin/bash
# Two counters written separately give the same sheet, byte for byte, by every rule: on COUNTS
# (400) drawn .blt files, with lots and without, and on the real elections of the corpus
# (BALLOTD_CORPUS or ../shared/corpus) where it exists. They refuse the same ones, and read the same
# papers from as many files with a broken byte or two, or none at all.
set -uo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
counts=${COUNTS:-400}
first=${SEED:-1}
corpus=${BALLOTD_CORPUS:-../shared/corpus}

"$build/ballotd" help 2>/dev/null | grep -q '^  count ' || {
    echo "skipped: $build/ballotd has no count yet"
    exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
read -ra rules < <("$build/verify" count --help | sed -n "s/^  RULE: //p" | tr -d ,)
[ ${#rules[@]} -ge 8 ] || {
    echo "verify knows fewer rules than docs/counting.md: ${rules[*]}"
    exit 1
}
compared=0 refused=0 different=0

# one_seat RULE: the options of a rule that fills one seat only
one_seat() { case $1 in av | fptp) echo "--seats 1" ;; esac; }

# agree NAME FORMAT OPTION...: papers.blt counted by both programs
agree() {
    local name=$1 format=$2 codes
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
    cp "$work/papers.blt" "$build/counts_differ_$name.blt"
    echo "$name, format $format $*: exit codes $codes; see $build/counts_differ_$name.blt"
    head -c 300 "$work/a.err" "$work/b.err"
}

for ((seed = first; seed < first + counts; seed++)); do
    "$build/tests/tools/random_blt" "$seed" >"$work/papers.blt" || exit 1
    candidates=$(head -n 1 "$work/papers.blt" | cut -d' ' -f1)
    up=$(seq -s, "$candidates") down=$(seq -s, "$candidates" -1 1)
    if ((seed % 2)); then lots=$up; else lots=$down; fi
    for rule in "${rules[@]}"; do
        # shellcheck disable=SC2046
        agree "seed_$seed" json --rule "$rule" --lots "$lots" $(one_seat "$rule")
    done
    rule=${rules[seed % ${#rules[@]}]}
    # shellcheck disable=SC2046
    agree "seed_$seed" json --rule "$rule" $(one_seat "$rule")
    agree "seed_$seed" blt --rule stv-scottish
done
whole=$compared lots_needed=$refused
[ $((refused * 2)) -lt "$compared" ] || { echo "most counts were refused: nothing is shown"; exit 1; }
for ((seed = first; seed < first + counts; seed++)); do
    "$build/tests/tools/random_blt" "$seed" broken >"$work/papers.blt" || exit 1
    agree "broken_$seed" blt --rule stv-scottish
done
broken=$((refused - lots_needed))
[ $((broken * 4)) -gt "$counts" ] || { echo "too few broken files were refused: $broken"; exit 1; }
real=0
for path in "$corpus"/blt/*.blt; do
    [ -f "$path" ] || { echo "skipped the real elections: no corpus in $corpus"; break; }
    cp "$path" "$work/papers.blt"
    candidates=$(head -n 1 "$path" | cut -d' ' -f1)
    up=$(seq -s, "$candidates")
    for rule in "${rules[@]}"; do
        # shellcheck disable=SC2046
        agree "real_$real" json --rule "$rule" --lots "$up" $(one_seat "$rule")
    done
    real=$((real + 1))
done
[ $((refused - lots_needed - broken)) = 0 ] || { echo "real elections were refused by both"; exit 1; }
echo "counts_agree: $whole counts compared ($lots_needed refused by both) and $counts broken files" \
    "($broken refused by both), $real real elections," \
    "${#rules[@]} rules, $different different"
[ $different = 0 ]
