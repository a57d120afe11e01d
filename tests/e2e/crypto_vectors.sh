#!/bin/bash
# The committed vectors are what this tree makes: a change of any protocol byte shows here first.
set -euo pipefail
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
"$BUILD"/tests/tools/crypto_vectors "$BUILD"/tests/tools/ballot_vectors | cmp - tests/vectors/ballot.jsonl
| cmp - tests/vectors/crypto.jsonl
echo "crypto_vectors: the same as committed"
