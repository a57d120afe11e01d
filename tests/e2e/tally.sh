#!/bin/bash
# Mixes and decryptions with the programs as people use them, three trustees and two needed. All of
# them and the daemon are killed without warning in the middle of each, and go on where the log is.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
build=$PWD/${BUILD:-build}
ballotd=$build/ballotd
work=$(mktemp -d)
passed=0 failed=0 daemon='' port=0
pids=() goal=run skip=60
trap 'kill_all; rm -rf "$work"' EXIT
echo rehearsal >"$work/pass"

start_daemon() { # FOLDER: sets $daemon, $url and $port; the same port as before
    "$ballotd" serve --listen "127.0.0.1:$port" --passphrase-file "$work/pass" "$work/$1" \
        >"$work/served" 2>"$work/log" &
    daemon=$!
    for _ in $(seq 100); do
        url=$(sed -n 's/^listening on //p' "$work/served")
        [ -n "$url" ] && break
        sleep 0.1
    done
    [ -n "$url" ] || { echo "the daemon did not start: $(cat "$work/log")"; exit 1; }
    port=${url#http://*:}
    port=${port%%/*}
}

kill_trustees() {
    [ ${#pids[@]} = 0 ] || { kill -9 "${pids[@]}"; wait "${pids[@]}"; } 2>/dev/null
    pids=()
}

kill_all() {
    kill_trustees
    [ -z "$daemon" ] || { kill -9 "$daemon" && wait "$daemon"; } 2>/dev/null
    daemon=''
}

start_trustees() { # INDEX...
    for i in "$@"; do
        "$ballotd" trustee "$goal" --url "$url" --key "$work/t$i.key" \
            --passphrase-file "$work/pass" --wait 60 --skip "$skip" >"$work/t$i.out" 2>"$work/t$i.err" &
        pids+=($!)
    done
}

await_trustees() { # all that were started must end well
    local code=0
    for pid in "${pids[@]}"; do wait "$pid" || code=1; done
    pids=()
    return $code
}

status() {
    exec 3<>"/dev/tcp/127.0.0.1/$port" || return
    printf 'GET %sstatus HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' \
        "/${url#http://*/}" >&3
    cat <&3
    exec 3>&-
}

await() { # TEXT of the status, as a pattern
    for _ in $(seq 300); do
        status 2>/dev/null | grep -qE "$1" && return
        sleep 0.05
    done
    return 1
}

size() {
    status 2>/dev/null | grep -oE '"size":[0-9]+' | tr -dc 0-9
}

await_size() { # AT LEAST
    local now
    for _ in $(seq 600); do
        now=$(size)
        [ "${now:-0}" -ge "$1" ] && return
        sleep 0.02
    done
    return 1
}

check() { # WHAT, COMMAND...
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "failed: $what"
        tail -n 3 "$work"/t?.err "$work/log" 2>/dev/null
    fi
}


steps() { # what the boxes of the status have in one member, added up
    status 2>/dev/null | grep -oE "\"$1\":[0-9]+" | tr -dc '0-9\n' | awk '{ n += $1 } END { print n + 0 }'
}

await_steps() { # MEMBER AT LEAST
    for _ in $(seq 600); do
        [ "$(steps "$1")" -ge "$2" ] && return
        sleep 0.02
    done
    return 1
}

"$build/tests/tools/frozen" "$work" 60 || exit 1
start_daemon election
frozen=$(size)

# Two boxes: four mixes, then six decryptions.
for at in 1 2 3; do
    start_trustees 1 2 3
    check "$at mixes" await_steps steps "$at"
    kill_all
    start_daemon election
done
goal=mix
start_trustees 1 2 3
check "the mixes are done" await_trustees
check "two of each box" [ "$(steps steps)" = 4 ]
goal=decrypt
for at in 1 3 5; do # sizes of the log beyond the mixes
    start_trustees 1 2 3
    check "$at decryptions" await_size $((frozen + 4 + at))
    kill_all
    start_daemon election
done
start_trustees 1 2 3
check "the decryptions are done" await_trustees
check "three of each box" [ "$(steps decryptors)" = 14 ]
check "nothing twice" [ "$(size)" = $((frozen + 10)) ]
kill_all

# -- one trustee is away -----------------------------------------------------------------------

rm -rf "$work"/election "$work"/t?.*
"$build/tests/tools/frozen" "$work" 20 || exit 1
port=0
start_daemon election
goal=run skip=1
start_trustees 2 3
check "two mix without the first" await_steps steps 4
check "two decrypt" await_steps decryptors 12
kill_all

echo "tally: $passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
