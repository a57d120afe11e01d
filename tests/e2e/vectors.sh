#!/bin/bash
# The committed vectors are what this tree makes: a change of any protocol byte shows here first.
# (That the verifier arrives at the same, tests/verify/vectors_*.c and roll_vector.c show.)
set -euo pipefail
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
for name in crypto ballot board refused; do
    "$BUILD/tests/tools/${name}_vectors" | cmp - "tests/vectors/$name.jsonl"
done
"$BUILD/verify" --annex tests/vectors/annex.tar tests/vectors/election.tar >/dev/null 2>&1 ||
    { echo "vectors: the whole election of tests/vectors no longer verifies"; exit 1; }
echo "vectors: the same as committed"
