#!/bin/bash
# The demonstration itself, and what voters and scrutineers can check of it afterwards: an opened
# ballot, what became of a code, the sample, the bundle as a folder, an archive and from an address;
# and that a daemon started again still shows what the witnesses cosigned.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
[ "${BUILD:-build}" = build ] || { echo "skipped: the demonstration stands in build/ alone"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

check() { # WHAT, EXIT CODE WANTED, TEXT WANTED IN THE OUTPUT, COMMAND...
    local what=$1 code=$2 want=$3 got rc
    shift 3
    got=$("$@" 2>&1)
    rc=$?
    if [ $rc = "$code" ] && [[ $got == *"$want"* ]]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$what: exit code $rc, wanted $code; wanted: $want; got:"
        echo "${got: -2000}"
    fi
}
code() { sed -n "$1s/.*,\([0-9A-Z-]*\)\r*$/\1/p" build/demo/work/codes.csv; } # LINE of the codes

check "the demonstration" 0 "Done in" scripts/demo
[ $failed = 0 ] || exit 1
demo=build/demo
check "its report" 0 "VERIFIED" grep -m1 VERIFIED "$demo/report.txt"
check "its report in HTML" 0 "ROLL.derive" grep -m1 ROLL.derive "$demo/report.html"
for forgery in roll-entry-slipped-in:ROLL.derive ballots-swapped:BALLOT.proof \
    stage-total-changed:COUNT.sheet; do
    check "${forgery%:*}" 0 "${forgery#*:}" grep -m1 '^failed' "$demo/work/${forgery%:*}.txt"
done

# -- an opened ballot --------------------------------------------------------------------------

check "an opened ballot" 0 "committee: marked: Carys" \
    build/verify ballot "$demo/work/audit.json" "$demo/bundle"
sed 's/"choices":\["01\(..\)\(..\)/"choices":["01\2\1/' "$demo/work/audit.json" >"$work/other.json"
check "with other choices" 1 "" build/verify ballot "$work/other.json" "$demo/bundle"
sed 's/"randomness":\["0/"randomness":["1/;t;s/"randomness":\["./"randomness":["0/' "$demo/work/audit.json" >"$work/noise.json"
check "with other randomness" 1 "" build/verify ballot "$work/noise.json" "$demo/bundle"

# -- what became of a code ---------------------------------------------------------------------

check "a code that voted" 0 ": a ballot, tracker" build/verify mine "$demo/bundle" <<<"$(code 2)"
check "in small letters, run together" 0 ": a ballot, tracker" \
    build/verify mine "$demo/bundle" <<<"$(code 2 | tr -d - | tr A-Z a-z)"
last=$(wc -l <"$demo/work/codes.csv")
check "a code that did not" 0 ": issued" build/verify mine "$demo/bundle" <<<"$(code "$last")"
swapped=$(code 2 | sed 's/^\(.\)\(.\)/\2\1/')
if [ "$swapped" != "$(code 2)" ]; then
    check "two symbols exchanged" 2 "check" build/verify mine "$demo/bundle" <<<"$swapped"
fi

# -- the sample --------------------------------------------------------------------------------

build/verify sample "3 1 4 1 5" 20 "$demo/bundle" >"$work/sample" 2>&1
check "the sample" 0 "" test "$(grep -cE '[0-9a-f]{64}' "$work/sample")" = 20
check "is the same again" 0 "" cmp "$work/sample" \
    <(build/verify sample "3 1 4 1 5" 20 "$demo/bundle" 2>&1)
check "other dice draw others" 1 "" cmp -s "$work/sample" \
    <(build/verify sample "2 7 1 8 2" 20 "$demo/bundle" 2>&1)

# -- an archive, and an address ----------------------------------------------------------------

build/ballotd serve --listen 127.0.0.1:0 --passphrase-file "$demo/work/passphrase" \
    "$demo/work/election" >"$work/served" 2>"$work/log" &
daemon=$!
trap 'kill "$daemon"; wait; rm -rf "$work"' EXIT
for _ in $(seq 100); do
    url=$(sed -n 's/^listening on //p' "$work/served")
    [ -n "$url" ] && break
    sleep 0.1
done
check "the bundle as an archive" 0 "entries" build/ballotd bundle --url "$url" --output "$work/b.tar"
check "verified" 0 "VERIFIED" build/verify --quiet --annex "$demo/annex" "$work/b.tar"
check "verified from its address" 0 "VERIFIED" build/verify --quiet "$url"
check "as JSON" 0 '"MIX.proof"' build/verify --quiet --report json "$demo/bundle"
echo "demo: $passed passed, $failed failed"
[ $failed = 0 ]
