#!/bin/bash
# ballotd serve, as an operator meets it: ready line, answers, refusals, clean stop, and what it says
# when it cannot start.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
ballotd=$PWD/${BUILD:-build}/ballotd
passed=0 failed=0
work=$(mktemp -d) || exit 1
daemon=
trap '[ -z "$daemon" ] || kill -9 "$daemon" 2>/dev/null; rm -rf "$work"' EXIT

check() { # WHAT COMMAND...: the command succeeds
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $what"
        sed 's/^/    /' "$work/out" "$work/err" 2>/dev/null
    fi
}

refuses() { # STATUS TEXT ARGUMENTS...: exits with it, one line on standard error with the text
    local status=$1 text=$2
    shift 2
    timeout 20 "$ballotd" serve "$@" >"$work/out" 2>"$work/err" </dev/null
    [ $? = "$status" ] && [ "$(wc -l <"$work/err")" = 1 ] && [ ! -s "$work/out" ] &&
        grep -q -- "$text" "$work/err"
}

start() {
    "$ballotd" serve --listen 127.0.0.1:0 --passphrase-file "$work/pass" "$work/e" \
        >"$work/out" 2>"$work/err" &
    daemon=$!
    for _ in $(seq 100); do
        grep -q '^listening on http://127.0.0.1:[0-9]*/e/test.example.2026/$' "$work/out" && break
        sleep 0.1
    done
    url=$(sed -n 's/^listening on //p' "$work/out")
    port=${url#http://127.0.0.1:}
    port=${port%%/*}
    [ -n "$url" ]
}

ask() { # METHOD PATH TEXT: the answer holds the text
    exec 3<>"/dev/tcp/127.0.0.1/$port" || return 1
    printf '%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' "$1" "$2" >&3
    timeout 10 cat <&3 >"$work/answer"
    exec 3>&-
    grep -q -- "$3" "$work/answer"
}

stop() { # SIGNAL: ends within 15 s with exit code 0
    kill "-$1" "$daemon"
    for _ in $(seq 150); do
        kill -0 "$daemon" 2>/dev/null || break
        sleep 0.1
    done
    wait "$daemon"
    local status=$?
    daemon=
    [ $status = 0 ]
}

echo secret >"$work/pass"
echo other >"$work/wrong"
: >"$work/empty"
"$ballotd" init --origin test.example/2026 --passphrase-file "$work/pass" --quick "$work/e" >"$work/out"

check "starts" start
check "status" ask GET /e/test.example.2026/status '"origin":"test.example/2026"'
check "status for the operator" ask GET /status '^HTTP/1.1 200'
check "nobody's paths" ask GET /keys/log 'urn:ballotd:problem:http.path'
check "up and out" ask GET /e/test.example.2026/tile/../../keys/log '^HTTP/1.1 404'
check "no annex for strangers" ask GET /e/test.example.2026/annex '^HTTP/1.1 401'
check "no statement" ask POST /e/test.example.2026/statements '^HTTP/1.1 400'
check "a second daemon in the folder" refuses 1 "another process" \
    --listen 127.0.0.1:0 --passphrase-file "$work/pass" "$work/e"
"$ballotd" init --origin test.example/2027 --passphrase-file "$work/pass" --quick "$work/f" >"$work/out"
check "a second daemon on the port" refuses 1 "Address already in use" \
    --listen "127.0.0.1:$port" --passphrase-file "$work/pass" "$work/f"
check "stops on SIGTERM" stop TERM
check "starts again" start
check "stops on SIGINT" stop INT

check "other machines" refuses 2 'give --public' --listen 0.0.0.0:0 --passphrase-file "$work/pass" "$work/e"
check "no address" refuses 2 'an address and a port' --listen here --passphrase-file "$work/pass" "$work/e"
check "no folder" refuses 2 'one folder' --passphrase-file "$work/pass"
check "two folders" refuses 2 'one folder' "$work/e" "$work/e"
check "unknown option" refuses 2 'unknown option' --fast "$work/e"
check "wrong passphrase" refuses 1 'passphrase' --listen 127.0.0.1:0 --passphrase-file "$work/wrong" "$work/e"
check "empty passphrase" refuses 1 'empty' --passphrase-file "$work/empty" "$work/e"
check "no passphrase file" refuses 1 'No such file' --passphrase-file "$work/none" "$work/e"
check "folder without an election" refuses 1 "$work" --listen 127.0.0.1:0 --passphrase-file "$work/pass" "$work"

echo "serve: $passed passed, $failed failed"
[ $failed = 0 ]
