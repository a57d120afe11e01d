#!/bin/bash
# The committed vectors are what this tree makes: a change of any protocol byte shows here first.
set -euo pipefail
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
"$BUILD"/tests/tools/crypto_vectors | cmp - tests/vectors/crypto.jsonl
"$BUILD"/tests/tools/ballot_vectors | cmp - tests/vectors/ballot.jsonl
echo "crypto_vectors: the same as committed"
