#!/bin/bash
# Both programs count the same papers with code written separately: every byte of the JSON sheet and
# of the papers as written must agree, and what one refuses to count the other refuses too.
# Random elections (the same in every run), small ones with many ties, then the real ones.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
build=${BUILD:-build}
corpus=${BALLOTD_CORPUS:-../shared/corpus}
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
same=0 refused=0 failed=0

compare() { # FILE ARGUMENTS...: both programs, both with the same arguments
    local file=$1 ours theirs
    shift
    "$build/ballotd" count "$@" "$file" >"$work/a" 2>"$work/a.err"
    ours=$?
    "$build/verify" count "$@" "$file" >"$work/b" 2>"$work/b.err"
    theirs=$?
    if [ $ours = 0 ] && [ $theirs = 0 ] && cmp -s "$work/a" "$work/b"; then
        same=$((same + 1))
    elif [ $ours = 1 ] && [ $theirs = 1 ]; then
        refused=$((refused + 1))
    else
        failed=$((failed + 1))
        echo "they differ: count $* $file (exit codes $ours and $theirs)"
        head -n 2 "$work/a.err" "$work/b.err"
        cmp "$work/a" "$work/b"
        cp "$file" "$build/count_twice.blt"
    fi
}

random_election() { # SEED: a .blt file; its first line is a comment with an order for lots
    awk -v seed="$1" '
        function draw(below) { return int(rand() * below) }
        function shuffle(n,  i, j, t) {
            for (i = 1; i <= n; i++) order[i] = i
            for (i = n; i > 1; i--) { j = 1 + draw(i); t = order[i]; order[i] = order[j]; order[j] = t }
        }
        BEGIN {
            srand(seed)
            n = 2 + draw(9); papers = draw(4) ? draw(40) : draw(3000)
            shuffle(n); lots = order[1]
            for (i = 2; i <= n; i++) lots = lots "," order[i]
            print "# " lots
            print n, 1 + draw(n)
            if (draw(4) == 0) print "-" 1 + draw(n)
            while (papers-- > 0) {
                shuffle(n)
                line = 1 + (draw(3) ? 0 : draw(9))
                for (i = draw(3) ? n : draw(n + 1); i > 0; i--) line = line " " order[i]
                print line " 0"
            }
            print 0
            for (i = 1; i <= n; i++) print "\"Candidate " i "\""
            if (draw(2)) print "\"Election " seed "\""
        }'
}

check_all() { # FILE LOTS
    compare "$1" --format blt
    compare "$1" --rule stv-scottish --format json
    compare "$1" --rule stv-scottish --format json --lots "$2"
    compare "$1" --rule av --seats 1 --format json --lots "$2"
}

for seed in $(seq 1 150); do
    random_election "$seed" >"$work/random.blt"
    read -r _ lots <"$work/random.blt"
    check_all "$work/random.blt" "$lots"
done
for file in "$corpus"/blt/*.blt; do
    [ -f "$file" ] || continue
    candidates=$(grep -v '^#' "$file" | awk 'NF { print $1; exit }')
    check_all "$file" "$(seq -s , 1 "$candidates")"
done

echo "count_twice.sh: $same counts agree, $refused refused by both, $failed failed"
[ $failed = 0 ] && [ $same -gt 400 ]
