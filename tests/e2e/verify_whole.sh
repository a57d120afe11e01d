#!/bin/bash
# A whole small election, made by the daemon's own rooms, verifies with its annex; and with any one
# file of the bundle altered, cut, removed or added it does not.
set -euo pipefail
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
checked=0

fail() {
    echo "verify_whole: $*"
    exit 1
}

# judge WANTED WHAT ARGUMENT...: runs verify on the copy and compares its exit code.
judge() {
    local wanted=$1 what=$2 code=0
    shift 2
    "$BUILD"/verify --quiet "$@" >"$work/report" 2>&1 || code=$?
    [ "$code" = "$wanted" ] || {
        cat "$work/report"
        fail "$what: exit code $code, not $wanted"
    }
    checked=$((checked + 1))
}

# flip FILE OFFSET: changes the lowest bit of one byte.
flip() {
    local byte
    byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
    printf '%b' "\\x$(printf '%02x' $((byte ^ 1)))" |
        dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

"$BUILD"/tests/tools/whole "$work/made" 14 2 >/dev/null
judge 0 "as it was made" --annex "$work/made/annex" "$work/made/bundle"
head -n 1 "$work/report" | grep -q '^REHEARSAL' || fail "the rehearsal is not announced"

(cd "$work/made/bundle" && find . -type f) | sort >"$work/files"
while read -r file; do
    size=$(stat -c %s "$work/made/bundle/$file")
    for change in first middle last cut gone; do
        rm -rf "$work/copy"
        cp -r "$work/made/bundle" "$work/copy"
        [ "$size" -gt 0 ] || [ "$change" = gone ] || continue
        case $change in
        first) flip "$work/copy/$file" 0 ;;
        middle) flip "$work/copy/$file" $((size / 2)) ;;
        last) flip "$work/copy/$file" $((size - 1)) ;;
        cut) truncate -s $((size - 1)) "$work/copy/$file" ;;
        gone) rm "$work/copy/$file" ;;
        esac
        judge 1 "$file, $change" "$work/copy"
    done
done <"$work/files"

rm -rf "$work/copy"
cp -r "$work/made/bundle" "$work/copy"
echo more >"$work/copy/more"
judge 1 "a file too many" "$work/copy"
grep -q 'LOG.extra' <(grep '^failed' "$work/report") || fail "LOG.extra did not fail"

for file in manifest roll.key roll/1.jsonl issue/1.bin snapshots/1.csv; do
    rm -rf "$work/annex"
    cp -r "$work/made/annex" "$work/annex"
    flip "$work/annex/$file" 9
    judge 1 "the annex's $file" --annex "$work/annex" "$work/made/bundle"
done

judge 1 "another key" --key "$(sed -n 1p "$work/made/bundle/checkpoint")+00000000+AAAA" \
    "$work/made/bundle"
judge 2 "no bundle" "$work/nothing"
judge 2 "no such option" --nonsense "$work/made/bundle"
judge 2 "a receipt that is not there" --receipt "$work/nothing" "$work/made/bundle"
for form in text json html; do
    judge 0 "report as $form" --report "$form" --output "$work/report.$form" "$work/made/bundle"
    [ -s "$work/report.$form" ] || fail "no report as $form"
done
echo "verify_whole: $checked verifications came out as they must"
