#!/bin/bash
# The build: the same bytes in two folders of different names, nothing to do the second time, no
# warning from clang either, an install that holds everything.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset BUILD CC MAKEFLAGS MAKELEVEL
passed=0 failed=0

check() { # NAME COMMAND...
    local name=$1
    shift
    if "$@" >"$work/said" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$name: failed:"
        tail -n 30 "$work/said"
    fi
}

built_like() { # A B: every program and library of the two builds is the same
    local name
    for name in ballotd verify libballotd.a libverify.a; do
        cmp "$1/$name" "$2/$name" || return
    done
}

for name in one another-longer-name; do
    mkdir "$work/$name"
    cp -r Makefile ballotd verify include sql scripts man systemd "$work/$name" 2>/dev/null
    check "make in $name" make -C "$work/$name"
    check "second make in $name" make -C "$work/$name" -q
done
check "the same bytes" built_like "$work/one/build" "$work/another-longer-name/build"

echo >>"$work/one/ballotd/base/span.h"
check "a header changed" bash -c "! make -C '$work/one' -q"
check "make with clang" make -C "$work/another-longer-name" CC=clang
check "clang built anew" bash -c "! cmp -s '$work/one/build/ballotd' '$work/another-longer-name/build/ballotd'"

check "make install" make -C "$work/one" install DESTDIR="$work/root" PREFIX=/opt
for file in bin/ballotd bin/verify share/man/man1/ballotd.1 share/man/man1/verify.1 \
    lib/systemd/system/ballotd@.service; do
    check "installed $file" test -s "$work/root/opt/$file"
done
check "the unit's path" grep -q '^ExecStart=/opt/bin/ballotd ' "$work/root/opt/lib/systemd/system/ballotd@.service"
if command -v systemd-analyze >/dev/null; then
    # As an instance, and with a program that is there: it looks whether it can be started.
    sed "s:/opt/bin/:$work/root/opt/bin/:" "$work/root/opt/lib/systemd/system/ballotd@.service" \
        >"$work/ballotd@a.service"
    check "the unit" env MANPATH="$work/root/opt/share/man" systemd-analyze verify "$work/ballotd@a.service"
fi
check "ballotd --version" "$work/root/opt/bin/ballotd" --version
check "verify --version" "$work/root/opt/bin/verify" --version
check "an unknown command is refused" bash -c "! '$work/root/opt/bin/ballotd' nonsense"

echo "build: $passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
