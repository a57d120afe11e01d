#!/bin/bash
# The text and the programs name the same things: checks, labels, kinds and key names in
# docs/protocol.md, commands and options in the manual, files in links.
set -euo pipefail
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
export LC_ALL=C
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
failed=0

wrong() {
    echo "$*"
    failed=1
}

# same WHAT FILE FILE: both lists have the same lines.
same() {
    [ -s "$2" ] || wrong "$1: the list is empty"
    diff "$2" "$3" >"$made/diff" || wrong "$1 differ (< text, > program):
$(grep '^[<>]' "$made/diff")"
}

check_ids() {
    sed -n '/^## 12\./,/^## 13\./p' docs/protocol.md |
        sed -n 's/^| \([A-Z]*\.[a-z-]*\) |.*/\1/p' >"$made/text"
    "$BUILD/verify" --quiet --report json tests/vectors/election.tar |
        grep -o '"id":"[^"]*"' | cut -d'"' -f4 >"$made/program" ||
        wrong "the election of tests/vectors does not verify"
    same "check ids" "$made/text" "$made/program"
}

# defined HEADER PATTERN: the strings of these macros.
defined() {
    sed -n "s/^#define $2[A-Z0-9_]* *\"\([^\"]*\)\".*/\1/p" "$1"
}

check_names() {
    local name
    while read -r name; do
        grep -q "\"$name\"" docs/protocol.md docs/roll.md || wrong "label \"$name\" is not in the text"
    done < <(defined include/labels.h LABEL_)
    while read -r name; do
        grep -q "^| \`$name\` |" docs/protocol.md ||
            grep -q "\`\"kind\"\`: \"$name\"" docs/protocol.md || wrong "kind $name has no row"
    done < <(defined include/protocol.h KIND_)
    while read -r name; do
        grep -q "origin\`$name\`" docs/protocol.md || wrong "key name $name is not in the text"
    done < <(defined include/protocol.h NAME_)
    while read -r name; do
        grep -q "\"$name\"" docs/protocol.md || wrong "role $name is not in the text"
    done < <(defined include/protocol.h ROLE_)
}

# Every kind with a row is one that the verifier's parser knows.
check_rows() {
    sed -n '/^### Kinds/,/^### Order/s/^| `\([a-z.]*\)` |.*/\1/p' docs/protocol.md |
        sort >"$made/text"
    defined include/protocol.h KIND_ | grep -vxE 'paper|request|refusal|handover|handed-over' | sort >"$made/program"
    same "kinds" "$made/text" "$made/program"
}

# manual PROGRAM: each command and each option that the program prints stands in its page.
manual() {
    local page=man/$1.1 command option
    while read -r command; do
        grep -qE "^\.SS .*\b$command\b" "$page" || wrong "$page: no command $command"
        "$BUILD/$1" "$command" --help 2>&1 || true
    done < <("$BUILD/$1" help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p') >"$made/help"
    grep -oE -- '--[a-z][a-z-]+' "$made/help" | sort -u | while read -r option; do
        grep -qF -- "${option//-/\\-}" "$page" || echo "$page: no option $option"
    done >"$made/missing"
    [ ! -s "$made/missing" ] || wrong "$(cat "$made/missing")"
    grep '^man/' "$made/help" && failed=1
    command -v groff >/dev/null || { wrong "groff is missing, so the manual was not tried"; return; }
    groff -man -ww -z -Tutf8 -P-c "$page" >"$made/groff" 2>&1 || true
    [ ! -s "$made/groff" ] || wrong "$page: $(cat "$made/groff")"
}

check_links() {
    local file link
    for file in README.md docs/*.md tests/vectors/README.md; do
        while read -r link; do
            [ -e "$(dirname "$file")/$link" ] || wrong "$file: $link is not there"
        done < <(grep -oE '\]\([^)#:]+\)' "$file" | sed 's/^](//; s/)$//')
    done
}

# Long hex in the worked examples is that of the vectors.
check_examples() {
    local hex count=0
    while read -r hex; do
        count=$((count + 1))
        grep -qF "$hex" tests/vectors/*.jsonl || wrong "worked example: $hex is in no vector"
    done < <(sed -n '/^## 15\./,/^## 16\./p' docs/protocol.md | grep -oE '[0-9a-f]{60,}')
    [ $count -ge 8 ] || wrong "worked examples: only $count values were found"
}

check_ids
check_names
check_examples
check_rows
manual ballotd
manual verify
check_links
[ $failed = 0 ] || exit 1
echo "docs: the text and the programs name the same things"
