#!/bin/bash
# Every byte of a small bundle flipped, and some of a large one: nothing passes. (It is the
# verifier's own program, apart from its unit tests since it takes minutes.)
cd "$(dirname "$0")/../.." || exit 1
exec "${BUILD:-build}/tests/verify/slow/flips"
