#!/bin/bash
# Every input that fuzzing began with or found, through the fuzzers' targets, compiled as all else.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
build=${BUILD:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
inputs=0 failed=0
for seeds in tests/fuzz/seeds/*; do
    name=$(basename "$seeds")
    if "$build/tests/replay/$name" "$seeds" >"$work/count" 2>"$work/told"; then
        inputs=$((inputs + $(cat "$work/count")))
    else
        failed=$((failed + 1))
        echo "$name:"
        tail -20 "$work/told"
    fi
done
echo "seeds: $inputs inputs, $failed targets failed"
[ "$failed" = 0 ] && [ "$inputs" -gt 0 ]
