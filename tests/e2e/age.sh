#!/bin/bash
# Age files against the standard program of Debian: what we seal it opens, what it seals we open,
# keys are the same to both, and what was tampered with neither opens.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
ours=$PWD/${BUILD:-build}/tests/tools/age_file
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
command -v age >/dev/null || {
    echo "skipped: the package age is not installed"
    exit 77
}

check() { # WHAT COMMAND...
    local what=$1
    shift
    if "$@" >/dev/null 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$what: failed: $*"
    fi
}
refused() { # WHAT COMMAND...
    local what=$1
    shift
    check "$what" bash -c '! "$@"' - "$@"
}

first=$(printf '%064x' 1) second=$(printf '%064x' 2)
"$ours" keys "$first" >"$work/keys"
"$ours" keys "$second" >"$work/keys2"
recipient=$(sed -n 1p "$work/keys") recipient2=$(sed -n 1p "$work/keys2")
sed -n 2p "$work/keys" >"$work/identity"
sed -n 2p "$work/keys2" >"$work/identity2"
check "the identity is that of the recipient" \
    test "$(age-keygen -y "$work/identity")" = "$recipient"

for bytes in 0 1 65535 65536 65537 131072 1000003; do
    head -c "$bytes" /dev/urandom >"$work/plain"

    "$ours" seal "$first" "$second" <"$work/plain" >"$work/ours.age"
    for identity in identity identity2; do
        age -d -i "$work/$identity" "$work/ours.age" >"$work/opened" 2>/dev/null
        check "$bytes bytes: age opens ours ($identity)" cmp "$work/plain" "$work/opened"
    done

    age -r "$recipient2" -r "$recipient" -o "$work/theirs.age" "$work/plain"
    for seed in "$first" "$second"; do
        "$ours" open "$seed" <"$work/theirs.age" >"$work/opened"
        check "$bytes bytes: we open theirs" cmp "$work/plain" "$work/opened"
    done
    rm "$work/theirs.age"
    age -r "$recipient2" -o "$work/theirs.age" "$work/plain"
    refused "$bytes bytes: for somebody else" "$ours" open "$first" <"$work/theirs.age"
    rm "$work/theirs.age"
done

# What neither opens: the file of 1,000,003 bytes, in pieces of 65,552 after its header.
header=$(grep -a -n -m 1 '^--- ' "$work/ours.age" | cut -d: -f1)
start=$(($(head -n "$header" "$work/ours.age" | wc -c) + 16))
piece=65552
size=$(stat -c %s "$work/ours.age")
neither() { # WHAT: tampered is opened by nobody
    refused "$1: we refuse" "$ours" open "$first" <"$work/tampered"
    refused "$1: age refuses" age -d -i "$work/identity" -o /dev/null "$work/tampered"
}
head -c $((size - 1)) "$work/ours.age" >"$work/tampered"
neither "a byte is missing at the end"
head -c $((start + 15 * piece)) "$work/ours.age" >"$work/tampered"
neither "the last piece is missing"
{
    head -c "$start" "$work/ours.age"
    tail -c +$((start + piece + 1)) "$work/ours.age" | head -c $piece
    tail -c +$((start + 1)) "$work/ours.age" | head -c $piece
    tail -c +$((start + 2 * piece + 1)) "$work/ours.age"
} >"$work/tampered"
neither "pieces exchanged"
{ cat "$work/ours.age" && printf x; } >"$work/tampered"
neither "a byte follows"
{ cat "$work/ours.age" "$work/ours.age"; } >"$work/tampered"
neither "the file twice"
sed '2{s/X25519 ./X25519 A/;t};2d' "$work/ours.age" >"$work/tampered"
neither "an altered header"
sed '4,5d' "$work/ours.age" >"$work/tampered"
neither "a recipient is taken out"

echo "age: $passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
